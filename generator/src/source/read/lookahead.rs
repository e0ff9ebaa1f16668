//! Bounds what the YAML parser holds in memory before it yields anything.
//!
//! A collection in brackets could be a key, so the parser reads to its end, and to the `:` that may follow, before
//! the first event: some 500 bytes for each bracket, comma and colon. Behind a key on its line it cannot be one, and
//! is read step by step.

use super::rules;
use super::tree::Fatal;
use crate::source::diagnostic::Diagnostic;
use crate::source::place::Place;

/// The brackets, commas and colons of a text that has a collection which could be a key. A document of ordinary
/// density has about as many of them as values.
const MAX_INDICATORS: usize = 1_250_000;

/// Where the text exceeds the limit, if it does.
pub(super) fn excess(text: &str) -> Option<usize> {
    let mut indicators = text.bytes().enumerate().filter(|(_, byte)| b"[]{},:?".contains(byte));
    let (at, _) = indicators.nth(MAX_INDICATORS)?;
    text.split(['\n', '\r']).any(begins_with_bracket).then_some(at)
}

/// Whether what is not an indicator of a block, an anchor or a tag begins with a bracket.
fn begins_with_bracket(mut line: &str) -> bool {
    loop {
        line = line.trim_start();
        let token = line.split([' ', '\t']).next().unwrap_or_default();
        if !matches!(token, "-" | "?" | ":" | "---") && !token.starts_with(['&', '!']) {
            return token.starts_with(['[', '{']);
        }
        line = line.get(token.len()..).unwrap_or_default();
    }
}

pub(super) fn fatal(place: Place) -> Fatal {
    let message = format!("more than the limit of {MAX_INDICATORS} brackets, commas and colons");
    Box::new(
        Diagnostic::new(&rules::TOO_MANY_NODES, place, message)
            .help("write the document as JSON, or no line of it that begins with a bracket"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_that_could_begin_a_key_is_found() {
        for line in ["[", "  {a", "- [", "- - {", "? [", "--- [", "- &a !b [", "-\t[", ": {"] {
            assert!(begins_with_bracket(line), "{line:?}");
        }
        for line in ["", " ", "-", "&a", "a: [", "- a: {", "-[", "(["] {
            assert!(!begins_with_bracket(line), "{line:?}");
        }
    }

    #[test]
    fn only_text_with_such_a_bracket_is_bounded() {
        let dense = "a: b, ".repeat(MAX_INDICATORS / 2);
        assert_eq!(excess(&format!("- [{dense}")), Some(3 + dense.len() - 2));
        assert_eq!(excess(&format!("x: [{dense}")), None);
        assert_eq!(excess(&format!("[{}", "a: b, ".repeat(MAX_INDICATORS / 2 - 1))), None);
    }
}
