//! Words that have a spelling of their own, such as a protocol's name.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::skill::Skill;

/// The findings: running text only, since code has its own spelling.
pub(super) fn check(skill: &Skill, words: &BTreeSet<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut look = |text: &str, file: &std::path::Path, line: usize, column: usize| {
        for (found, word) in misspelled(text, words) {
            let before = text.find(found).and_then(|at| text.get(..at)).unwrap_or_default();
            let message = format!("`{found}` is spelled \"{word}\"");
            findings.push(Finding::error("spelling", file, line, message).at(column + before.chars().count()));
        }
    };
    for key in ["description", "compatibility"] {
        look(skill.frontmatter.text(key).unwrap_or_default(), &skill.main.path, skill.frontmatter.line(key), 1);
    }
    for source in skill.sources() {
        for piece in &source.page.words {
            look(&piece.text, &source.path, piece.line, piece.column);
        }
    }
    findings
}

fn misspelled<'t, 'w>(text: &'t str, words: &'w BTreeSet<String>) -> Vec<(&'t str, &'w str)> {
    let joins =
        |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.' | '/' | '@' | ':' | '=' | '{' | '}');
    let mut found = Vec::new();
    for token in text.split(|char: char| !joins(char)) {
        let token = token.trim_matches(|char: char| !char.is_alphanumeric());
        // A compound without capitals is an identifier: a file, a skill, an address.
        let is_compound = token.contains(|char: char| !char.is_alphanumeric());
        for part in token.split(|char: char| !char.is_alphanumeric()) {
            if is_compound && !part.contains(char::is_uppercase) {
                continue;
            }
            let word = words.iter().find(|word| word.to_lowercase() == part.to_lowercase());
            found.extend(word.filter(|word| *word != part).map(|word| (part, word.as_str())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_spelled_right_and_identifiers_are_left_alone() {
        let words = BTreeSet::from(["OAuth".to_owned()]);
        let found = |text| misspelled(text, &words).into_iter().map(|(found, _)| found).collect::<Vec<_>>();
        assert_eq!(found("Telnyx Oauth - curl, oauth and OAUTH"), ["Oauth", "oauth", "OAUTH"]);
        assert_eq!(found("Oauth-based"), ["Oauth"]);
        assert!(found("OAuth, things-oauth-ruby, /oauth/token, oauth_clients, reauthorize").is_empty());
    }
}
