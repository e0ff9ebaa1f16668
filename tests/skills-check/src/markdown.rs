//! A Markdown file as the blocks a reader sees, each with its line.

use std::collections::BTreeSet;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A block of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// The line of the file on which it starts, from 1.
    pub line: usize,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A heading and its level, 1 to 6.
    Heading(u8, String),
    /// Fenced code: the first word after the fence, and what is inside.
    Fence(String, String),
    /// Anything else, as it is written.
    Prose(String),
}

/// A piece of text on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// The line of the file, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
}

/// A page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Headings, fences and prose in order.
    pub blocks: Vec<Block>,
    /// Targets of links.
    pub links: Vec<Piece>,
    /// Inline code.
    pub codes: Vec<Piece>,
    /// Running text: no code, no link target, no HTML.
    pub words: Vec<Piece>,
    /// The fragments that links to headings use.
    pub anchors: BTreeSet<String>,
}

impl Page {
    /// Reads a page; `first` is the line of the file on which the text starts.
    #[must_use]
    pub fn read(text: &str, first: usize) -> Self {
        let starts: Vec<usize> =
            std::iter::once(0).chain(text.match_indices('\n').map(|(index, _)| index + 1)).collect();
        let line = |offset: usize| starts.partition_point(|start| *start <= offset) + first - 1;
        let column = |offset: usize| {
            let start = starts.partition_point(|start| *start <= offset).checked_sub(1).and_then(|at| starts.get(at));
            1 + text.get(start.copied().unwrap_or_default()..offset).unwrap_or_default().chars().count()
        };
        let mut page = Self::default();
        let mut heading: Option<(u8, String, usize)> = None;
        let mut fence: Option<(String, String, usize)> = None;
        let mut depth = 0_usize;
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            let at = line(range.start);
            match &event {
                Event::Start(Tag::Heading { level, .. }) => heading = Some((*level as u8, String::new(), at)),
                Event::End(TagEnd::Heading(_)) => {
                    if let Some((level, text, line)) = heading.take() {
                        page.anchor(&text);
                        page.blocks.push(Block { kind: Kind::Heading(level, text), line });
                    }
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let info = match kind {
                        CodeBlockKind::Fenced(info) => info.split([' ', ',']).next().unwrap_or_default().to_owned(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    fence = Some((info, String::new(), at));
                }
                Event::End(TagEnd::CodeBlock) => {
                    if let Some((info, code, line)) = fence.take() {
                        page.blocks.push(Block { kind: Kind::Fence(info, code), line });
                    }
                }
                Event::Start(tag) => {
                    if let Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } = tag {
                        page.links.push(Piece { text: dest_url.to_string(), line: at, column: column(range.start) });
                    }
                    if depth == 0 && heading.is_none() && !matches!(tag, Tag::HtmlBlock) {
                        let prose = text.get(range.clone()).unwrap_or_default().to_owned();
                        page.blocks.push(Block { kind: Kind::Prose(prose), line: at });
                    }
                }
                Event::Code(code) => {
                    page.codes.push(Piece { text: code.to_string(), line: at, column: column(range.start) });
                    if let Some((_, text, _)) = &mut heading {
                        text.push_str(code);
                    }
                }
                Event::Text(words) => {
                    if let Some((_, code, _)) = &mut fence {
                        code.push_str(words);
                        continue;
                    }
                    if let Some((_, text, _)) = &mut heading {
                        text.push_str(words);
                    }
                    page.words.push(Piece { text: words.to_string(), line: at, column: column(range.start) });
                }
                _ => {}
            }
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        page
    }

    /// The rule of GitHub: lower case, spaces as hyphens, punctuation dropped, a number from the second on.
    fn anchor(&mut self, heading: &str) {
        let base: String = heading
            .to_lowercase()
            .chars()
            .filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_'))
            .map(|char| if char == ' ' { '-' } else { char })
            .collect();
        let numbered = (1..).map(|number| format!("{base}-{number}"));
        let free = std::iter::once(base.clone()).chain(numbered).find(|anchor| !self.anchors.contains(anchor));
        self.anchors.extend(free);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_know_their_lines_and_fences_lose_their_marks() {
        let page = Page::read("# A\n\nText with `code`.\n\n```bash x\nls\n```\n\n## B\n", 4);
        let blocks: Vec<_> = page.blocks.iter().map(|block| (block.line, &block.kind)).collect();
        assert_eq!(
            blocks,
            [
                (4, &Kind::Heading(1, "A".to_owned())),
                (6, &Kind::Prose("Text with `code`.\n".to_owned())),
                (8, &Kind::Fence("bash".to_owned(), "ls\n".to_owned())),
                (12, &Kind::Heading(2, "B".to_owned())),
            ]
        );
        assert_eq!(page.codes, [Piece { text: "code".to_owned(), line: 6, column: 11 }]);
    }

    #[test]
    fn anchors_follow_the_headings() {
        let page = Page::read("# A b: `c`!\n# A b: c\n", 1);
        assert_eq!(page.anchors.into_iter().collect::<Vec<_>>(), ["a-b-c", "a-b-c-1"]);
    }

    #[test]
    fn a_link_is_no_text() {
        let page = Page::read("See [there](x.md#y), not <https://a.example/oauth>.\n", 1);
        assert_eq!(
            page.links.iter().map(|link| link.text.as_str()).collect::<Vec<_>>(),
            ["x.md#y", "https://a.example/oauth"]
        );
    }
}
