//! Percent-encoding (RFC 3986, 2.1) and the form variant of it, read strictly.

/// Decodes percent-encoded text; an incomplete triple or bytes that are not UTF-8 are an error that names them.
pub(crate) fn decode(text: &str) -> Result<String, String> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, tail)) = rest.split_first() {
        if byte != b'%' {
            decoded.push(byte);
            rest = tail;
            continue;
        }
        match tail {
            [high, low, tail @ ..] => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    decoded.push(high << 4 | low);
                    rest = tail;
                }
                _ => return Err(format!("`%{}{}` is no percent-encoded byte", char::from(*high), char::from(*low))),
            },
            _ => return Err("a `%` stands at the end".to_owned()),
        }
    }
    String::from_utf8(decoded).map_err(|_| "the decoded bytes are not UTF-8".to_owned())
}

/// Decodes a name or value of `application/x-www-form-urlencoded`, where `+` is a space.
pub(crate) fn decode_form(text: &str) -> Result<String, String> {
    decode(&text.replace('+', " "))
}

/// Decodes what can be decoded and keeps the rest.
pub(crate) fn decode_lossy(text: &str) -> Vec<u8> {
    decode(text).map_or_else(|_| text.as_bytes().to_vec(), String::into_bytes)
}

/// The first character that RFC 3986 wants percent-encoded wherever it stands. Brackets, braces and bars pass: names
/// of parameters hold them, and user agents send them as they are.
pub(crate) fn illegal(text: &str) -> Option<char> {
    text.chars().find(|&char| !char.is_ascii_graphic() || matches!(char, '"' | '<' | '>' | '#' | '\\' | '^' | '`'))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_decoded() {
        assert_eq!(decode("a%20b%C3%A9+"), Ok("a bé+".to_owned()));
        assert_eq!(decode_form("a+b%2B"), Ok("a b+".to_owned()));
    }

    #[test]
    fn broken_triples_are_errors() {
        assert!(decode("%").is_err());
        assert!(decode("%4").is_err());
        assert!(decode("%zz").is_err());
        assert!(decode("%+1").is_err());
        assert!(decode("%ff").is_err());
    }

    #[test]
    fn characters_that_must_be_encoded_are_found() {
        assert_eq!(illegal("filter[name]=a%20b"), None);
        assert_eq!(illegal("a b"), Some(' '));
        assert_eq!(illegal("é"), Some('é'));
    }
}
