//! Unified diffs for people.

use similar::TextDiff;

use crate::source::text::visible;

/// Lines of context around a change.
const CONTEXT: usize = 3;
/// Lines that are shown of one diff.
const LINES: usize = 120;
/// Bytes beyond which two texts are not compared line by line.
const BYTES: usize = 2 << 20;

/// The unified diff from what is there to what is to be there, `None` standing for no file.
///
/// Control characters and others without a glyph are shown as `\u{..}`; of a long diff the beginning is shown.
#[must_use]
pub fn unified(path: &str, old: Option<&[u8]>, new: Option<&[u8]>) -> String {
    let header = |mark: &str, side: &str, exists: bool| match exists {
        true => format!("{mark} {side}/{path}\n"),
        false => format!("{mark} /dev/null\n"),
    };
    let mut text = header("---", "a", old.is_some()) + &header("+++", "b", new.is_some());
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let (Ok(old), Ok(new)) = (std::str::from_utf8(old), std::str::from_utf8(new)) else {
        return text + "(not text)\n";
    };
    if old.len().max(new.len()) > BYTES {
        return text + "(too long to compare line by line)\n";
    }
    let diff = TextDiff::from_lines(old, new);
    let hunks = diff.unified_diff().context_radius(CONTEXT).to_string();
    for line in hunks.lines().take(LINES) {
        text.push_str(&shown(line));
        text.push('\n');
    }
    match hunks.lines().count().saturating_sub(LINES) {
        0 => text,
        more => text + &format!("({more} more lines)\n"),
    }
}

/// A line with its hidden characters made visible; tabs stay.
fn shown(line: &str) -> String {
    line.split('\t').map(visible).collect::<Vec<_>>().join("\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_shows_three_lines_around_a_change() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let new = old.replace('5', "five");
        let diff = unified("x/a.txt", Some(old.as_bytes()), Some(new.as_bytes()));
        assert_eq!(diff, "--- a/x/a.txt\n+++ b/x/a.txt\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    }

    #[test]
    fn a_file_that_is_not_there_is_dev_null() {
        assert_eq!(unified("a", None, Some(b"x\n")), "--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n");
        assert_eq!(unified("a", Some(b"x\n"), None), "--- a/a\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n");
    }

    #[test]
    fn a_long_diff_is_cut() {
        let text = "line\n".repeat(1000);
        let diff = unified("a", None, Some(text.as_bytes()));
        assert_eq!(diff.lines().count(), 2 + LINES + 1);
        assert!(diff.ends_with("(881 more lines)\n"), "{diff}");
    }

    #[test]
    fn control_characters_are_shown_not_sent() {
        let diff = unified("a", Some("x\u{1b}[31m\u{202e}y\r\n".as_bytes()), Some(b""));
        assert!(diff.contains("-x\\u{1b}[31m\\u{202e}y"), "{diff}");
        assert!(!diff.contains('\u{1b}') && !diff.contains('\u{202e}'));
    }

    #[test]
    fn bytes_that_are_not_text_are_not_shown() {
        assert!(unified("a", Some(&[0xff, 0xfe]), Some(b"x")).contains("not text"));
        assert!(unified("a", Some(b"x"), Some(&[0xff, 0xfe])).contains("not text"));
    }
}
