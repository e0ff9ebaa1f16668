use proptest::prelude::*;

use super::*;

fn lines(text: &str) -> Vec<String> {
    Doc::new().text(text).lines
}

#[track_caller]
fn becomes(text: &str, expected: &[&str]) {
    assert_eq!(lines(text), expected, "{text:?}");
}

#[test]
fn what_cannot_be_seen_is_shown() {
    becomes("a\u{202e}b", &["a\\u{202e}b"]);
    becomes("a\u{0}b\u{85}c\u{2028}d", &["a\\u{0}b\\u{85}c\\u{2028}d"]);
    becomes("\u{feff}a\u{200b}b\u{e0041}", &["\\u{feff}a\\u{200b}b\\u{e0041}"]);
}

#[test]
fn every_kind_of_line_break_ends_a_line() {
    becomes("a\r\rb\r\n\r\nc", &["a", "", "b", "", "c"]);
}

#[test]
fn markup_of_html_and_of_links_to_items_is_text() {
    becomes("<script>x</script>", &["\\<script\\>x\\</script\\>"]);
    becomes("see [Foo] and [a](javascript:b)", &["see \\[Foo\\] and \\[a\\](javascript:b)"]);
    becomes("`[Foo] <b>` stays", &["`[Foo] <b>` stays"]);
    becomes("an ` alone", &["an \\` alone"]);
    becomes("&lt;b&gt; & c", &["\\&lt;b\\&gt; & c"]);
    becomes("![alt](https://example.com/a.png)", &["[alt](https://example.com/a.png)"]);
}

#[test]
fn links_to_the_web_stay_and_bare_ones_are_marked() {
    becomes("see https://example.com/a_b.", &["see <https://example.com/a_b>."]);
    becomes("see [it](https://example.com)", &["see [it](https://example.com)"]);
    becomes("<https://example.com>", &["<https://example.com>"]);
}

#[test]
fn no_code_of_the_document_can_run() {
    for (text, expected) in [
        ("```rust\nfn main() {}\n```", vec!["```text", "fn main() {}", "```"]),
        ("~~~\nfn main() {}\n~~~", vec!["```text", "fn main() {}", "```"]),
        ("a\n\n    fn main() {}\n", vec!["a", "", "```text", "fn main() {}", "```"]),
        ("```\nunclosed", vec!["```text", "unclosed", "```"]),
        ("- ```\n  x\n  ```", vec!["```text", "  x", "```"]),
        ("> ```\n> x\n> ```", vec!["```text", "x", "```"]),
        ("````\n```\nx\n```\n````", vec!["````text", "```", "x", "```", "````"]),
        ("1. ~~~rust\n   x\n   ~~~", vec!["```text", "   x", "```"]),
    ] {
        becomes(text, &expected);
    }
}

#[test]
fn lists_keep_their_shape() {
    becomes("Either:\n- one\n  goes on\n- two\n  - inner", &["Either:", "", "- one goes on", "- two", "  - inner"]);
    becomes("1. one\n2. two", &["1. one", "2. two"]);
}

#[test]
fn headings_become_bold() {
    becomes("# Title\ntext", &["**Title**", "", "text"]);
    becomes("Title\n=====\ntext", &["Title", "", "text"]);
}

#[test]
fn long_lines_are_broken_where_no_block_begins() {
    let text = format!("{} # not a heading - nor an item", "word ".repeat(19).trim());
    for line in lines(&text) {
        assert!(line.len() <= WIDTH + 10 && !line.starts_with(['#', '-']), "{line}");
    }
}

#[test]
fn a_sentence_that_begins_like_a_fence_opens_none() {
    let long = "x".repeat(WIDTH);
    for text in
        ["~~~ rust".to_owned(), "~~~".to_owned(), format!("```rust {long} y```"), format!("```rust\n{long}\n```")]
    {
        for doc in
            [Doc::new().paragraph(&escape(&text)), Doc::new().paragraph(&code(&text)), Doc::new().list([escape(&text)])]
        {
            for line in doc.lines() {
                assert!(Fence::opens(strip_marker(line.trim_start())).is_none(), "{line}");
            }
        }
    }
    let doc = Doc::new().paragraph(&code(&format!("rust {long} `` y")));
    assert!(doc.lines().iter().all(|line| Fence::opens(line).is_none()), "{doc:?}");
}

#[test]
fn code_spans_hold_any_text() {
    assert_eq!(code("a`b"), "``a`b``");
    assert_eq!(code("`"), "`` ` ``");
    assert_eq!(code(""), "` `");
    assert_eq!(code("a\nb"), "`a b`");
}

proptest! {
    #[test]
    fn any_text_gives_lines_without_controls_and_with_closed_fences(text in "[ -~\\n\\r\\t`~<>\\[\\]\u{202e}\u{0}é#>*-]{0,200}") {
        let lines = lines(&text);
        let hidden = lines.iter().any(|line| line.chars().any(|c| c.is_control() || c == '\u{202e}'));
        prop_assert!(!hidden);
        let mut open: Option<String> = None;
        for line in &lines {
            match &open {
                Some(fence) if line == fence => open = None,
                None if line.starts_with("```") => {
                    prop_assert!(line.ends_with("text"), "{line}");
                    open = Some(line.trim_end_matches("text").to_owned());
                }
                _ => {}
            }
        }
        prop_assert_eq!(open, None);
    }
}
