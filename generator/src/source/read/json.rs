//! JSON to the tree, strictly by RFC 8259.
//!
//! Readers of JSON at hand either have no places, drop duplicate members, round integers, or accept control
//! characters and foreign white space.

use super::tree::{Builder, Fatal, Kind, empty};
use super::{rules, scalar};
use crate::source::diagnostic::Diagnostic;
use crate::source::node::{Node, Value};

/// Reads a JSON text into the tree.
pub(super) fn read(text: &str, tree: &mut Builder<'_>) -> Result<(), Fatal> {
    Reader { text, at: 0, tree, open: Vec::new() }.run()
}

struct Reader<'t, 'b, 'f> {
    text: &'t str,
    at: usize,
    tree: &'b mut Builder<'f>,
    open: Vec<Kind>,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    /// Behind `[`.
    ValueOrEnd,
    Key,
    /// Behind `{`.
    KeyOrEnd,
    /// Behind a value: a comma or the end of what is open.
    Next,
}

impl Reader<'_, '_, '_> {
    fn run(mut self) -> Result<(), Fatal> {
        self.skip_space();
        if self.peek().is_none() {
            return Err(empty(self.tree.place(0, 0).file));
        }
        let mut expect = Expect::Value;
        loop {
            self.skip_space();
            expect = match (expect, self.peek()) {
                (Expect::ValueOrEnd, Some(b']')) | (Expect::KeyOrEnd, Some(b'}')) => self.close()?,
                (Expect::Value | Expect::ValueOrEnd, _) => self.value()?,
                (Expect::Key | Expect::KeyOrEnd, Some(b'"')) => self.key()?,
                (Expect::Key | Expect::KeyOrEnd, _) => return Err(self.unexpected("a key in double quotes")),
                (Expect::Next, byte) => match (self.open.last(), byte) {
                    (None, None) => return Ok(()),
                    (None, Some(_)) => return Err(self.unexpected("the end of the file")),
                    (Some(Kind::Sequence), Some(b']')) | (Some(Kind::Mapping), Some(b'}')) => self.close()?,
                    (Some(kind), Some(b',')) => {
                        let kind = *kind;
                        self.at += 1;
                        if kind == Kind::Sequence { Expect::Value } else { Expect::Key }
                    }
                    (Some(Kind::Sequence), _) => return Err(self.unexpected("`,` or `]`")),
                    (Some(Kind::Mapping), _) => return Err(self.unexpected("`,` or `}`")),
                },
            };
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Expect, Fatal> {
        let start = self.at;
        let value = match self.peek() {
            Some(b'[') => return self.open(Kind::Sequence, Expect::ValueOrEnd),
            Some(b'{') => return self.open(Kind::Mapping, Expect::KeyOrEnd),
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Value::Boolean(true))?,
            Some(b'f') => self.word("false", Value::Boolean(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => return Err(self.unexpected("a value")),
        };
        let place = self.tree.place(start, self.at);
        self.tree.count(1, place)?;
        self.tree.add(Node::new(value, place));
        Ok(Expect::Next)
    }

    fn open(&mut self, kind: Kind, expect: Expect) -> Result<Expect, Fatal> {
        let place = self.tree.place(self.at, self.at + 1);
        self.tree.open(kind, place)?;
        self.open.push(kind);
        self.at += 1;
        Ok(expect)
    }

    fn close(&mut self) -> Result<Expect, Fatal> {
        self.at += 1;
        self.open.pop();
        if let Some(node) = self.tree.close(Some(self.at))? {
            self.tree.add(node);
        }
        Ok(Expect::Next)
    }

    fn key(&mut self) -> Result<Expect, Fatal> {
        let start = self.at;
        let key = self.string()?;
        let place = self.tree.place(start, self.at);
        self.tree.key(key, place, false)?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("`:`"));
        }
        self.at += 1;
        Ok(Expect::Value)
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Fatal> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(self.unexpected("a value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn digits(&mut self) -> Result<(), Fatal> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.unexpected("a digit"));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Value, Fatal> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        match scalar::number(text) {
            Ok(number) => Ok(number.map_or(Value::Null, Value::Number)),
            Err(fault) => {
                let place = self.tree.place(start, self.at);
                self.tree.fault(fault.at(place, text))?;
                Ok(Value::Null)
            }
        }
    }

    /// The text of a string; stands behind its closing quote afterwards.
    fn string(&mut self) -> Result<String, Fatal> {
        let opening = self.at;
        self.at += 1;
        let mut result = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let stop = rest.bytes().position(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\'));
            let Some(stop) = stop else {
                self.at = opening;
                return Err(self.broken("a string that is never closed", 1, "close it with `\"`"));
            };
            result.push_str(rest.get(..stop).unwrap_or_default());
            self.at += stop;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(result);
                }
                Some(b'\\') => result.push(self.escape()?),
                _ => {
                    let help = "write it as an escape, such as `\\n`; close the string on its line";
                    return Err(self.broken("a control character in a string", 1, help));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fatal> {
        let letter = match self.text.as_bytes().get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.broken("an escape that JSON does not know", 1, "write a backslash as `\\\\`")),
        };
        self.at += 2;
        Ok(letter)
    }

    /// `\uXXXX`, or two of them for a character beyond 16 bits (RFC 8259, section 7).
    fn unicode_escape(&mut self) -> Result<char, Fatal> {
        let unit = |at: usize| {
            let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
            digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
        };
        let Some(first) = unit(self.at) else {
            return Err(self.broken("`\\u` without four hexadecimal digits", 2, "write it as `\\u0041`"));
        };
        let (code, length) = match (first, unit(self.at + 6)) {
            (0xD800..=0xDBFF, Some(second @ 0xDC00..=0xDFFF)) => {
                (0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00), 12)
            }
            _ => (first, 6),
        };
        match char::from_u32(code) {
            Some(letter) => {
                self.at += length;
                Ok(letter)
            }
            None => Err(self.broken("half of a surrogate pair", 6, "write both halves, or the character itself")),
        }
    }

    fn broken(&self, what: &str, length: usize, help: &str) -> Fatal {
        let place = self.tree.place(self.at, self.at + length);
        Box::new(Diagnostic::new(&rules::JSON_SYNTAX, place, format!("broken JSON: {what}")).help(help))
    }

    fn unexpected(&self, due: &str) -> Fatal {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(found) = rest.chars().next() else {
            return self.broken(&format!("the file ends where {due} is due"), 0, "check that it is complete");
        };
        let before = self.text.get(..self.at).unwrap_or_default().trim_end();
        let help = match found {
            '/' | '#' => "JSON has no comments: remove it, or name the file .yaml",
            '\'' => "JSON has double quotes only",
            ']' | '}' if before.ends_with(',') => "remove the comma before it",
            _ => "check quotes, commas and brackets here and before",
        };
        self.broken(&format!("`{found}` where {due} is due"), found.len_utf8(), help)
    }
}
