//! How large a document is, and how large it may be.

use serde::Serialize;

/// Most tokens of a SKILL.md (Agent Skills specification: under 5,000).
pub const MOST_TOKENS: usize = 5_000;
/// Most lines of a SKILL.md.
pub const MOST_LINES: usize = 500;
/// Characters of an alphabet that make up one token, roughly.
const CHARACTERS_PER_TOKEN: usize = 4;
/// What stays free, in tokens, where a SKILL.md is filled up: a word more in a description moves no section.
const ROOM: usize = 75;

/// How large a text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Length in bytes.
    pub bytes: usize,
    /// Length in characters.
    pub characters: usize,
    /// Lines.
    pub lines: usize,
    /// Tokens, estimated: four characters each, but an ideograph is one alone.
    pub tokens: usize,
}

impl Size {
    /// The size of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let characters = text.chars().count();
        let wide = text.chars().filter(|one| is_wide(*one)).count();
        Self {
            bytes: text.len(),
            characters,
            lines: text.lines().count(),
            tokens: wide + (characters - wide).div_ceil(CHARACTERS_PER_TOKEN),
        }
    }

    /// Whether a SKILL.md may be as large: under the limits, not at them.
    #[must_use]
    pub fn fits(self) -> bool {
        self.tokens < MOST_TOKENS && self.lines < MOST_LINES
    }

    /// Whether it fits, and some more would.
    #[must_use]
    pub fn fits_with_room(self) -> bool {
        Self { tokens: self.tokens + ROOM, ..self }.fits()
    }
}

/// Whether a character is an ideograph, a syllable, or punctuation that goes with them.
#[must_use]
pub fn is_wide(character: char) -> bool {
    matches!(u32::from(character), 0x2E80..=0x9FFF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFF00..=0xFF60 | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_letters_are_a_token_and_so_is_one_ideograph() {
        assert_eq!(Size::of("abcd"), Size { bytes: 4, characters: 4, lines: 1, tokens: 1 });
        assert_eq!(Size::of("令牌：ab"), Size { bytes: 11, characters: 5, lines: 1, tokens: 4 });
    }

    #[test]
    fn a_text_at_the_limit_does_not_fit() {
        assert!(Size::of(&"a".repeat(4 * (MOST_TOKENS - 1))).fits());
        assert!(!Size::of(&"a".repeat(4 * MOST_TOKENS)).fits());
        assert!(Size::of(&"\n".repeat(MOST_LINES - 1)).fits());
        assert!(!Size::of(&"\n".repeat(MOST_LINES)).fits());
    }
}
