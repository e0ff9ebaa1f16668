//! Characters to bytes.

/// Turns the parser's count of characters into bytes, walking from one position to the next.
pub(super) struct Cursor<'t> {
    text: &'t [u8],
    characters: usize,
    byte: usize,
    ascii: bool,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text: text.as_bytes(), characters: 0, byte: 0, ascii: text.is_ascii() }
    }

    /// The offset of the byte with which a character begins; that behind the text for a character behind it.
    pub(super) fn byte(&mut self, character: usize) -> usize {
        if self.ascii {
            return character.min(self.text.len());
        }
        let continues = |byte: Option<&u8>| byte.is_some_and(|byte| byte & 0xC0 == 0x80);
        while self.characters < character && self.byte < self.text.len() {
            self.byte += 1;
            while continues(self.text.get(self.byte)) {
                self.byte += 1;
            }
            self.characters += 1;
        }
        while self.characters > character {
            self.byte -= 1;
            while continues(self.text.get(self.byte)) {
                self.byte -= 1;
            }
            self.characters -= 1;
        }
        self.byte
    }
}
