//! The sections of a skill that are about one operation each.

use crate::markdown::{Block, Kind};
use crate::skill::{Skill, Source};

/// The methods of HTTP that a method line may start with.
const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];

/// A section of one operation.
#[derive(Debug, Clone)]
pub struct Section<'s> {
    /// The file it stands in.
    pub source: &'s Source,
    /// The text of its heading.
    pub title: &'s str,
    /// The line of the method line.
    pub line: usize,
    /// The method, in capitals.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The blocks below the heading.
    pub blocks: &'s [Block],
}

impl<'s> Section<'s> {
    /// Its fenced code: language, code, line.
    pub fn fences(&self) -> impl Iterator<Item = (&'s str, &'s str, usize)> + use<'s> {
        fences(self.blocks)
    }

    /// Everything but fenced code.
    #[must_use]
    pub fn prose(&self) -> String {
        let prose = self.blocks.iter().filter_map(|block| match &block.kind {
            Kind::Prose(text) => Some(text.as_str()),
            _ => None,
        });
        prose.collect::<Vec<_>>().join("\n\n")
    }
}

/// Fenced code: language, code, line.
pub(crate) fn fences(blocks: &[Block]) -> impl Iterator<Item = (&str, &str, usize)> {
    blocks.iter().filter_map(|block| match &block.kind {
        Kind::Fence(language, code) => Some((language.as_str(), code.as_str(), block.line)),
        _ => None,
    })
}

/// Every section about an operation: in `SKILL.md`, and in the other files those that hold a sample.
#[must_use]
pub fn of(skill: &Skill) -> Vec<Section<'_>> {
    let mut sections = Vec::new();
    for source in skill.sources() {
        let is_main = std::ptr::eq(source, &raw const skill.main);
        for (title, blocks) in parts(source) {
            let line = blocks.iter().find_map(|block| match &block.kind {
                Kind::Prose(text) => method_line(text).map(|(method, path)| (method, path, block.line)),
                _ => None,
            });
            if let Some((method, path, line)) = line
                && (is_main || fences(blocks).next().is_some())
            {
                sections.push(Section { source, title, line, method, path, blocks });
            }
        }
    }
    sections
}

/// The parts of a page below headings of level 2, with their headings.
pub(crate) fn parts(source: &Source) -> Vec<(&str, &[Block])> {
    let blocks = &source.page.blocks;
    let heads: Vec<(usize, &str)> = blocks
        .iter()
        .enumerate()
        .filter_map(|(index, block)| match &block.kind {
            Kind::Heading(1 | 2, text) => Some((index, text.as_str())),
            _ => None,
        })
        .collect();
    let ends = heads.iter().skip(1).map(|(index, _)| *index).chain([blocks.len()]);
    heads.iter().zip(ends).filter_map(|((start, title), end)| Some((*title, blocks.get(start + 1..end)?))).collect()
}

/// Method and path of a paragraph that is a method line: inline code `METHOD /path`, then nothing, ` — names`, or a
/// remark in parentheses.
fn method_line(text: &str) -> Option<(String, String)> {
    let (code, rest) = text.strip_prefix('`')?.split_once('`')?;
    let rest = rest.lines().next().unwrap_or_default().trim();
    let remark = rest.strip_prefix(['(', '（']).and_then(|rest| rest.split_once([')', '）']));
    let rest = remark.map_or(rest, |(_, rest)| rest.trim_start());
    endpoint(code).filter(|_| rest.is_empty() || rest.starts_with('—'))
}

/// Method and path of a code `METHOD /path`.
#[must_use]
pub fn endpoint(code: &str) -> Option<(String, String)> {
    let (method, path) = code.split_once(' ')?;
    let is_path = path.starts_with('/') && !path.contains(char::is_whitespace);
    (METHODS.contains(&method) && is_path).then(|| (method.to_owned(), path.to_owned()))
}

/// The names in inline code of a text, in order: what one backtick opens and the next closes.
#[must_use]
pub fn codes(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_line_stands_alone_or_before_its_names() {
        let one = || Some(("GET".to_owned(), "/a/{b}".to_owned()));
        assert_eq!(method_line("`GET /a/{b}`\n"), one());
        assert_eq!(method_line("`GET /a/{b}` — Required: `b`"), one());
        assert_eq!(method_line("`GET /a/{b}` (deprecated)"), one());
        assert_eq!(method_line("`GET /a/{b}` with a token, then"), None);
        assert_eq!(method_line("`GET /a/{b}` (RFC 7662), by the resource"), None);
        assert_eq!(method_line("`GETS /a`"), None);
        assert_eq!(method_line("Call `GET /a`"), None);
    }

    #[test]
    fn codes_are_what_stands_between_backticks() {
        assert_eq!(codes("a `b`, `c` d"), ["b", "c"]);
    }
}
