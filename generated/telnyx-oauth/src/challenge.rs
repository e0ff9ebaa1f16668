//! What a server asks for when it refuses a request: `WWW-Authenticate` (RFC 9110 section 11.6.1).

use std::fmt;

use http::{HeaderMap, header};

/// One challenge of a server: a scheme it takes, with parameters.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Challenge {
    /// The authentication scheme, such as `Bearer`, as the server spells it. Compare it without regard to case.
    pub scheme: String,
    /// What the scheme has in place of parameters (RFC 9110 section 11.2).
    pub token: Option<String>,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// All challenges in all `WWW-Authenticate` headers, in their order. What cannot be understood is left out.
    #[must_use]
    pub fn all(headers: &HeaderMap) -> Vec<Self> {
        let mut challenges = Vec::new();
        for value in headers.get_all(header::WWW_AUTHENTICATE) {
            Reader { rest: &String::from_utf8_lossy(value.as_bytes()) }.read(&mut challenges);
        }
        challenges
    }

    /// All challenges in the value of one `WWW-Authenticate` header.
    #[must_use]
    pub fn parse(www_authenticate: &str) -> Vec<Self> {
        let mut challenges = Vec::new();
        Reader { rest: www_authenticate }.read(&mut challenges);
        challenges
    }

    /// Whether the challenge is of this scheme.
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The value of a parameter. Names are compared without regard to case.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The parameters, in the order the server sent them.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The names of the parameters only: a nonce is nobody's business.
impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.parameters().map(|(name, _)| name).collect();
        f.debug_struct("Challenge").field("scheme", &self.scheme).field("parameters", &names).finish_non_exhaustive()
    }
}

/// Reads a list of challenges.
///
/// Commas part challenges and parameters alike, so a word is a parameter when `=` and a value follow, and a scheme
/// otherwise. More is taken than the grammar has: values with characters that should be quoted, missing commas.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn read(mut self, challenges: &mut Vec<Challenge>) {
        // A parameter belongs to a challenge of the same header.
        let first = challenges.len();
        loop {
            self.skip(|c| c == ',' || is_space(c));
            if self.rest.is_empty() {
                return;
            }
            let word = self.take(is_token);
            if word.is_empty() {
                self.skip_one();
                continue;
            }
            if let Some(value) = self.value() {
                if let Some(challenge) = challenges.get_mut(first..).and_then(<[_]>::last_mut) {
                    challenge.parameters.push((word.to_owned(), value));
                }
                continue;
            }
            let token = self.token68();
            challenges.push(Challenge { scheme: word.to_owned(), token, parameters: Vec::new() });
        }
    }

    /// `= value` after the name of a parameter.
    fn value(&mut self) -> Option<String> {
        let after = self.rest.trim_start_matches(is_space).strip_prefix('=')?.trim_start_matches(is_space);
        if after.is_empty() || after.starts_with([',', '=']) {
            return None;
        }
        self.rest = after;
        if after.starts_with('"') {
            return Some(self.quoted());
        }
        Some(self.take(|c| c != ',' && !is_space(c)).to_owned())
    }

    /// A quoted string; one that does not end reaches to the end.
    fn quoted(&mut self) -> String {
        let mut text = String::new();
        let mut characters = self.rest.chars();
        // The opening quote.
        characters.next();
        while let Some(c) = characters.next() {
            match c {
                '"' => break,
                '\\' => text.extend(characters.next()),
                c => text.push(c),
            }
        }
        self.rest = characters.as_str();
        text
    }

    /// What stands in place of parameters, up to the end of the challenge.
    fn token68(&mut self) -> Option<String> {
        let after = self.rest.trim_start_matches(is_space);
        let body = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
        let end = after.trim_start_matches(body).trim_start_matches('=');
        let token = after.get(..after.len() - end.len()).filter(|token| !token.is_empty())?;
        let ends = end.trim_start_matches(is_space);
        if after.len() == self.rest.len() || !(ends.is_empty() || ends.starts_with(',')) {
            return None;
        }
        self.rest = end;
        Some(token.to_owned())
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest.trim_start_matches(wanted);
        let taken = self.rest.get(..self.rest.len() - rest.len()).unwrap_or_default();
        self.rest = rest;
        taken
    }

    fn skip(&mut self, unwanted: impl Fn(char) -> bool) {
        self.rest = self.rest.trim_start_matches(unwanted);
    }

    fn skip_one(&mut self) {
        let mut characters = self.rest.chars();
        characters.next();
        self.rest = characters.as_str();
    }
}

const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// A character of a token (RFC 9110 section 5.6.2).
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}
