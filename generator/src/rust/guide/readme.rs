//! The front page as `README.md`: without what only rustdoc understands.

/// The Markdown of rustdoc as Markdown of any other reader: no hidden lines, no links to items, headings one level down.
pub(super) fn readme(title: &str, front: &str) -> String {
    let mut text = format!("# {title}\n\n");
    let mut in_code = false;
    for line in front.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
            text.push_str(if in_code && line != "```text" { "```rust" } else { line });
        } else if in_code {
            if line == "#" || line.starts_with("# ") {
                continue;
            }
            text.push_str(line);
        } else {
            if line.starts_with('#') {
                text.push('#');
            }
            text.push_str(&without_links(line));
        }
        text.push('\n');
    }
    text
}

/// A line whose links to items are the text they show. Links to addresses stay.
fn without_links(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(link) = Link::next(rest) {
        text.push_str(link.before);
        if link.target.contains("://") {
            text.push_str(&format!("[{}]({})", link.shown, link.target));
        } else {
            text.push_str(link.shown);
        }
        rest = link.after;
    }
    text.push_str(rest);
    text
}

/// A link and the text around it.
struct Link<'a> {
    before: &'a str,
    shown: &'a str,
    /// Empty if it is what is shown.
    target: &'a str,
    after: &'a str,
}

impl<'a> Link<'a> {
    /// The first link of a line.
    fn next(line: &'a str) -> Option<Self> {
        let (before, inside) = line.split_once('[')?;
        let (shown, after) = inside.split_once(']')?;
        let (target, after) = after.strip_prefix('(').and_then(|rest| rest.split_once(')')).unwrap_or(("", after));
        Some(Self { before, shown, target, after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_rustdoc_understands_is_gone() {
        let front = "See [`Client`] and [errors](guide::errors), or [this](https://example.com).\n\n# Code\n\n```no_run\n\
                     # fn main() {\nlet a = [1];\n#\n# }\n```\n\n```text\nplain\n```\n";
        let expected = "# sample\n\nSee `Client` and errors, or [this](https://example.com).\n\n## Code\n\n```rust\n\
                        let a = [1];\n```\n\n```text\nplain\n```\n";
        assert_eq!(readme("sample", front), expected);
    }
}
