//! Text of a document inside messages.

/// A text in backticks, cut to a length that fits into a line.
#[must_use]
pub fn shown(text: &str) -> String {
    const MAX: usize = 60;
    match text.char_indices().nth(MAX) {
        Some((cut, _)) => format!("`{}...`", text.get(..cut).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}

/// Whether a character has no glyph of its own and can deceive a reader or steer a terminal: controls, line
/// separators, bidirectional controls, zero-width and tag characters.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E0FFF}')
}

/// The text with each hidden character written as `\u{..}`, line breaks and tabs included.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            result.extend(character.escape_unicode());
        } else {
            result.push(character);
        }
    }
    result
}

/// The one of the names that was probably meant: the nearest, if it differs in at most a third of its letters.
#[must_use]
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // The distance takes the product of both lengths: nobody mistypes a name longer than this.
    const LONGEST: usize = 100;
    let allowed = (wrong.chars().count() / 3).max(1);
    if wrong.len() > LONGEST {
        return None;
    }
    names
        .into_iter()
        .filter(|name| name.len() <= LONGEST && name.len().abs_diff(wrong.len()) <= LONGEST.min(allowed * 4))
        .map(|name| (distance(wrong, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// Insertions, deletions, replacements and swaps of neighbours that make one text the other, letter case aside.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.to_lowercase().chars().collect(), b.to_lowercase().chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, letter) in a.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, other) in b.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, column) + usize::from(letter != other))
                .min(at(&last, column + 1) + 1)
                .min(at(&next, column) + 1);
            let swapped = row > 0 && column > 0 && a.get(row - 1) == Some(other) && b.get(column - 1) == Some(letter);
            if swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_the_one_with_fewest_edits() {
        assert_eq!(nearest("OAuthClent", ["OAuthClient", "OAuthGrant"]), Some("OAuthClient"));
        assert_eq!(nearest("udpate", ["update", "remove"]), Some("update"));
        assert_eq!(nearest("UPDATE", ["update"]), Some("update"));
    }

    #[test]
    fn a_name_that_is_far_from_all_has_no_nearest() {
        assert_eq!(nearest("webhooks", ["info", "paths"]), None);
        assert_eq!(nearest(&"a".repeat(50_000), ["a"]), None);
    }

    #[test]
    fn hidden_characters_are_written_out() {
        assert_eq!(visible("a\u{1b}[31m\u{202e}\r\u{85}\u{e0041}é"), "a\\u{1b}[31m\\u{202e}\\u{d}\\u{85}\\u{e0041}é");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(shown("short"), "`short`");
        assert_eq!(shown(&"é".repeat(100)), format!("`{}...`", "é".repeat(60)));
    }
}
