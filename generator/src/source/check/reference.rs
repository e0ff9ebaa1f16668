//! Local references: `#` and a JSON pointer, percent-encoded (RFC 6901, section 6).

use crate::source::node::pointer_token;

/// The JSON pointer of a local reference, in its one canonical spelling; `None` if the reference is not local or malformed.
pub(crate) fn pointer(reference: &str) -> Option<String> {
    let fragment = percent_decode(reference.strip_prefix('#')?)?;
    if fragment.is_empty() {
        return Some(String::new());
    }
    let tokens = fragment.strip_prefix('/')?;
    let mut pointer = String::with_capacity(fragment.len());
    for token in tokens.split('/') {
        pointer.push('/');
        pointer.push_str(&pointer_token(&unescape(token)));
    }
    Some(pointer)
}

/// Kind and name of the component a canonical pointer leads to, if it leads to one as a whole.
pub(crate) fn component(pointer: &str) -> Option<(&str, String)> {
    let (kind, name) = pointer.strip_prefix("/components/")?.split_once('/')?;
    (!name.contains('/')).then(|| (kind, unescape(name)))
}

/// The text a token of a JSON pointer stands for.
pub(crate) fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

fn percent_decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_and_escapes_come_to_one_spelling() {
        assert_eq!(pointer("#/paths/~1a~1%7Bid%7D/get").as_deref(), Some("/paths/~1a~1{id}/get"));
        assert_eq!(pointer("#").as_deref(), Some(""));
        assert_eq!(pointer("other.yaml#/a"), None);
        assert_eq!(pointer("#anchor"), None);
        assert_eq!(pointer("#/a%zz"), None);
    }

    #[test]
    fn only_a_whole_component_is_one() {
        assert_eq!(component("/components/schemas/A"), Some(("schemas", "A".to_owned())));
        assert_eq!(component("/components/schemas/A/properties/b"), None);
        assert_eq!(component("/paths/~1a"), None);
    }
}
