//! The rules of OpenAPI 3.0 and 3.1, on the document as the user wrote it.

#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod reference;
pub(crate) mod shape;
pub(crate) mod version;

use super::diagnostic::Findings;
use super::node::Node;

/// Checks a document: all findings in one run.
pub fn check(_document: &Node, _findings: &mut Findings) {}

/// Whether a key of the responses is a status: a code, a range or `default` (Responses Object).
pub(crate) fn is_status(key: &str) -> bool {
    match key.as_bytes() {
        b"default" => true,
        [b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => true,
        [b'1'..=b'5', tens, ones] => tens.is_ascii_digit() && ones.is_ascii_digit(),
        _ => false,
    }
}

/// The styles a location allows (Parameter Object, "Style Values"); `None` for no location.
pub(crate) fn styles(location: &str) -> Option<&'static [&'static str]> {
    match location {
        "query" => Some(&["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
        "header" => Some(&["simple"]),
        "path" => Some(&["simple", "label", "matrix"]),
        "cookie" => Some(&["form"]),
        _ => None,
    }
}
