//! Media types and ranges (RFC 9110, 8.3.1 and 12.5.1).

/// A media type or range, everything that is compared without case in lower case.
pub(crate) struct MediaType {
    essence: String,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads `type/subtype; name=value`; `None` if it is not of that form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut pieces = split_quoted(text).into_iter();
        let essence = pieces.next()?.trim().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        if !is_token(kind) || !is_token(subtype) {
            return None;
        }
        let mut parameters = Vec::new();
        for piece in pieces.map(|piece| piece.trim().to_owned()).filter(|piece| !piece.is_empty()) {
            let (name, value) = piece.split_once('=')?;
            if !is_token(name) || value.is_empty() {
                return None;
            }
            let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
            parameters.push((name.to_ascii_lowercase(), value.replace('\\', "")));
        }
        Some(Self { essence, parameters })
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn is(&self, essence: &str) -> bool {
        self.essence == essence
    }

    pub(crate) fn is_json(&self) -> bool {
        self.essence == "application/json" || self.essence.ends_with("+json")
    }

    pub(crate) fn is_text(&self) -> bool {
        self.essence.starts_with("text/")
    }

    pub(crate) fn is_multipart(&self) -> bool {
        self.essence.starts_with("multipart/")
    }

    /// How closely this range names the media type: none, `*/*`, `text/*`, exactly; more with each parameter.
    pub(crate) fn matches(&self, actual: &Self) -> Option<usize> {
        let closeness = if self.essence == actual.essence {
            2
        } else if self.essence == "*/*" {
            0
        } else {
            let kind = self.essence.strip_suffix('*')?;
            actual.essence.starts_with(kind).then_some(1)?
        };
        let agrees = |(name, value): &(String, String)| {
            actual
                .parameter(name)
                .is_some_and(|other| if name == "charset" { other.eq_ignore_ascii_case(value) } else { other == value })
        };
        self.parameters.iter().all(agrees).then_some(closeness + self.parameters.len())
    }
}

/// Splits at semicolons outside quoted strings.
fn split_quoted(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for char in text.chars() {
        if char == ';' && !quoted {
            pieces.push(String::new());
            continue;
        }
        quoted ^= char == '"' && !escaped;
        escaped = char == '\\' && quoted && !escaped;
        if let Some(piece) = pieces.last_mut() {
            piece.push(char);
        }
    }
    pieces
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closeness(range: &str, actual: &str) -> Option<usize> {
        MediaType::parse(range).unwrap().matches(&MediaType::parse(actual).unwrap())
    }

    #[test]
    fn ranges_and_parameters_match() {
        assert_eq!(closeness("application/json", "Application/JSON; charset=utf-8"), Some(2));
        assert_eq!(closeness("text/*", "text/html"), Some(1));
        assert_eq!(closeness("*/*", "text/html"), Some(0));
        assert_eq!(closeness("text/*", "image/png"), None);
        assert_eq!(closeness("text/html; level=1", "text/html"), None);
        assert_eq!(closeness("text/html; level=1", "text/html;level=\"1\""), Some(3));
    }

    #[test]
    fn other_texts_are_no_media_type() {
        assert!(MediaType::parse("json").is_none());
        assert!(MediaType::parse("a/b; c").is_none());
        assert!(MediaType::parse("").is_none());
        assert_eq!(MediaType::parse("a/b; c=\"x;y\"").unwrap().parameter("c"), Some("x;y"));
    }
}
