//! Bounds what the YAML parser holds in memory before it yields anything.
//!
//! A collection in brackets could be a key, so the parser reads to its end, and to the `:` that may follow, before
//! the first event: some 500 bytes for each bracket, comma and colon. Behind a key it cannot be one, and is read
//! step by step.

use super::rules;
use super::tree::Fatal;
use crate::source::diagnostic::Diagnostic;
use crate::source::place::Place;

/// The brackets, commas and colons a collection may have that could be a key.
const MAX_INDICATORS: usize = 500_000;

/// Where the text exceeds the limit, if it does.
///
/// A line that begins with a bracket, behind indicators, anchors and tags, opens a stretch that lasts until a line
/// stands further left. That takes in more than the collection, never less.
pub(super) fn excess(text: &str) -> Option<usize> {
    let mut stretch = None;
    let mut count = 0;
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        if !content.trim_end().is_empty() {
            if stretch.is_some_and(|left| indent < left) {
                stretch = None;
                count = 0;
            }
            if stretch.is_none() && begins_with_bracket(content) {
                stretch = Some(indent);
            }
        }
        if stretch.is_some() {
            for (at, byte) in line.bytes().enumerate() {
                count += usize::from(matches!(byte, b'[' | b']' | b'{' | b'}' | b',' | b':' | b'?'));
                if count > MAX_INDICATORS {
                    return Some(start + at);
                }
            }
        }
        start += line.len();
    }
    None
}

/// Whether what is not an indicator of a block, an anchor or a tag begins with a bracket.
fn begins_with_bracket(mut line: &str) -> bool {
    loop {
        line = line.trim_start();
        let token = line.split([' ', '\t', '\n', '\r']).next().unwrap_or_default();
        if !matches!(token, "-" | "?" | ":" | "---") && !token.starts_with(['&', '!']) {
            return token.starts_with(['[', '{']);
        }
        line = line.get(token.len()..).unwrap_or_default();
    }
}

pub(super) fn fatal(place: Place) -> Fatal {
    let message = format!("more than the limit of {MAX_INDICATORS} brackets, commas and colons in one collection");
    Box::new(
        Diagnostic::new(&rules::TOO_MANY_NODES, place, message).help("write it as JSON, or in lines without brackets"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn many(unit: &str) -> String {
        unit.repeat(MAX_INDICATORS)
    }

    #[test]
    fn collections_that_could_be_keys_are_bounded() {
        for before in ["", " ", "- ", "- - ", "? ", "--- ", "- &a !b ", "a: 1\n- ", "a: 1\r- ", "-\t"] {
            assert!(excess(&format!("{before}[{}", many("a: b, "))).is_some(), "{before:?}");
            assert!(excess(&format!("{before}{{\n{}", many("a: b,\n"))).is_some(), "{before:?}");
        }
    }

    #[test]
    fn other_text_is_not() {
        for text in [format!("a: [{}", many("a: b, ")), many("a: [b, c]\n"), format!("- {}", many("a, "))] {
            assert_eq!(excess(&text), None);
        }
        let stretches = format!("a:\n  - [b, c]\nd:\n{}", "").repeat(MAX_INDICATORS / 4);
        assert_eq!(excess(&stretches), None);
    }
}
