//! Printing: in colour on a terminal only, and without a fuss when the reader is gone.

use std::io::{self, IsTerminal, Write};

/// Standard output or standard error.
pub(crate) struct Stream {
    writer: Box<dyn Write>,
    /// Whether colours are shown.
    pub(crate) color: bool,
}

/// Standard output: what a command is asked for.
pub(crate) fn output() -> Stream {
    Stream { color: wants_color(&io::stdout()), writer: Box::new(io::stdout()) }
}

/// Standard error: findings for people, wrong usage.
pub(crate) fn errors() -> Stream {
    Stream { color: wants_color(&io::stderr()), writer: Box::new(io::stderr()) }
}

/// See <https://no-color.org>.
fn wants_color(stream: &impl IsTerminal) -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    stream.is_terminal() && !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// A colour.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Color {
    Red = 31,
    Green = 32,
    Yellow = 33,
    Cyan = 36,
}

impl Stream {
    /// Prints a text as it is.
    pub(crate) fn say(&mut self, text: &str) {
        // A closed pipe is no failure of ours: the reader has seen what it wanted.
        let _ = self.writer.write_all(text.as_bytes()).and_then(|()| self.writer.flush());
    }

    /// A text in a colour, if colours are shown.
    pub(crate) fn paint(&self, color: Color, text: &str) -> String {
        match self.color {
            true => format!("\u{1b}[{}m{text}\u{1b}[0m", color as u8),
            false => text.to_owned(),
        }
    }

    /// A unified diff with its lines in colour, if colours are shown.
    pub(crate) fn paint_diff(&self, diff: &str) -> String {
        let paint = |line: &str| match line.as_bytes().first() {
            Some(b'+') => self.paint(Color::Green, line) + "\n",
            Some(b'-') => self.paint(Color::Red, line) + "\n",
            Some(b'@') => self.paint(Color::Cyan, line) + "\n",
            _ => format!("{line}\n"),
        };
        diff.lines().map(paint).collect()
    }
}

/// A number of things, in words: `1 file`, `2 files`.
pub(crate) fn count(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}
