//! Text of the document as documentation of Rust.
//!
//! Nothing in it can be run, rendered as HTML, linked to an item or hidden: fences become inert, brackets are escaped,
//! characters that cannot be seen are shown as `\u{..}`.

mod inline;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

/// Stands ahead of documentation in an attribute `comment`, which [`super::format`] prints line by line.
pub(super) const DOC: &str = "@doc\u{1}";
/// Stands ahead of [`DOC`] where the documentation is that of the file.
pub(super) const FILE: &str = "!";
/// Stands between its lines; as a control character it cannot be part of one.
pub(super) const LINE: &str = "\u{1}";

/// Columns that a line of documentation may take, without indentation and `///`.
const WIDTH: usize = 96;

/// Documentation: lines of Markdown that are safe to print.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Doc {
    lines: Vec<String>,
}

impl Doc {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Appends a paragraph of our own Markdown; what is interpolated went through [`code`] or [`escape`].
    pub(crate) fn paragraph(mut self, markdown: &str) -> Self {
        self.gap();
        wrap(markdown, "", "", WIDTH, &mut self.lines);
        self
    }

    /// Appends a heading of our own.
    pub(crate) fn heading(mut self, title: &str) -> Self {
        self.gap();
        self.lines.push(format!("# {title}"));
        self
    }

    /// Appends items of a list in our own Markdown.
    pub(crate) fn list<I: AsRef<str>>(mut self, items: impl IntoIterator<Item = I>) -> Self {
        self.gap();
        for item in items {
            wrap(item.as_ref(), "- ", "  ", WIDTH, &mut self.lines);
        }
        self
    }

    /// Appends Markdown of our own as it is.
    pub(crate) fn markdown(mut self, markdown: &str) -> Self {
        self.gap();
        self.lines.extend(markdown.lines().map(str::to_owned));
        self
    }

    /// Appends text of the document, made safe, as a block of its own.
    pub(crate) fn text(mut self, text: &str) -> Self {
        let lines = blocks(text, WIDTH);
        if !lines.is_empty() {
            self.gap();
            self.lines.extend(lines);
        }
        self
    }

    /// Appends text of the document, if there is any.
    pub(crate) fn maybe(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(text),
            None => self,
        }
    }

    /// Appends a doctest of lines that our own emitter made.
    pub(crate) fn example(mut self, flags: &str, code: &str) -> Self {
        self.gap();
        self.lines.push(format!("```{flags}"));
        self.lines.extend(code.lines().map(str::to_owned));
        self.lines.push("```".to_owned());
        self
    }

    /// This, or a sentence where there is nothing.
    pub(crate) fn or(self, sentence: &str) -> Self {
        if self.lines.is_empty() { self.paragraph(sentence) } else { self }
    }

    /// The lines.
    #[cfg(test)]
    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// An attribute of the enclosing file: `//!`.
    pub(crate) fn inner(&self) -> TokenStream {
        if self.lines.is_empty() {
            return TokenStream::new();
        }
        let text = Literal::string(&format!("{FILE}{DOC}{}", self.lines.join(LINE)));
        quote!(#![comment = #text])
    }

    fn gap(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
    }

    /// All lines in one literal: an attribute for each would be most of what there is to parse.
    fn literal(&self) -> Literal {
        Literal::string(&format!("{DOC}{}", self.lines.join(LINE)))
    }
}

impl ToTokens for Doc {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if !self.lines.is_empty() {
            let text = self.literal();
            tokens.extend(quote!(#[comment = #text]));
        }
    }
}

/// Text of the document as a code span.
pub(crate) fn code(text: &str) -> String {
    let text = inline::visible(text).replace(['\n', '\t'], " ");
    let run = inline::longest_run(&text, '`');
    let fence = "`".repeat(run + 1);
    if text.trim().is_empty() {
        "` `".to_owned()
    } else if text.starts_with('`') || text.ends_with('`') {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// Text of the document as running text of one line.
pub(crate) fn escape(text: &str) -> String {
    guard(&inline::escape(&plain(text)))
}

/// Text of the document as one line that is no Markdown.
pub(crate) fn plain(text: &str) -> String {
    inline::visible(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first sentence of a text of the document, as running text of one line.
pub(crate) fn first_sentence(text: &str) -> String {
    let paragraph = text.trim().split("\n\n").next().unwrap_or("");
    let end = paragraph.find(". ").map_or(paragraph.len(), |at| at + 1);
    escape(paragraph.get(..end).unwrap_or(paragraph))
}

/// The blocks of a text, line by line.
fn blocks(text: &str, width: usize) -> Vec<String> {
    let visible = inline::visible(text);
    let mut writer = Writer { width, lines: Vec::new(), paragraph: Vec::new(), indents: Vec::new() };
    let mut lines = visible.lines().map(unquote).peekable();
    let mut after_blank = true;
    while let Some(line) = lines.next() {
        let trimmed = line.trim_start();
        if let Some(fence) = Fence::opens(strip_marker(trimmed)) {
            let mut body = Vec::new();
            for line in lines.by_ref() {
                if fence.closes(line.trim()) {
                    break;
                }
                body.push(line.to_owned());
            }
            writer.code(&body);
        } else if after_blank && indent_of(line) >= 4 && writer.indents.is_empty() && marker(trimmed).is_none() {
            let mut body = vec![line.get(4..).unwrap_or(trimmed).to_owned()];
            while let Some(next) = lines.next_if(|next| indent_of(next) >= 4) {
                body.push(next.get(4..).unwrap_or_default().to_owned());
            }
            writer.code(&body);
        } else {
            writer.line(line);
        }
        after_blank = trimmed.is_empty();
    }
    writer.finish()
}

/// A line without the marks of a block quote.
fn unquote(line: &str) -> &str {
    let mut line = line;
    while indent_of(line) < 4
        && let Some(rest) = line.trim_start().strip_prefix('>')
    {
        line = rest.strip_prefix(' ').unwrap_or(rest);
    }
    line
}

fn indent_of(line: &str) -> usize {
    if line.trim().is_empty() { 0 } else { line.len() - line.trim_start_matches(' ').len() }
}

/// The mark of a list item at the start of a line.
fn marker(trimmed: &str) -> Option<&str> {
    let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match trimmed.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    let after = trimmed.get(mark..)?;
    (after.is_empty() || after.starts_with(' ')).then(|| trimmed.get(..mark)).flatten()
}

/// A line without the marks of list items and quotes, which may stand ahead of a fence.
fn strip_marker(trimmed: &str) -> &str {
    let mut rest = trimmed;
    loop {
        let next = match marker(rest) {
            Some(mark) => rest.get(mark.len()..).unwrap_or("").trim_start(),
            None => match rest.strip_prefix('>') {
                Some(quoted) => quoted.trim_start(),
                None => return rest,
            },
        };
        rest = next;
    }
}

/// A fence of code.
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    fn opens(line: &str) -> Option<Self> {
        let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let length = line.chars().take_while(|character| *character == mark).count();
        let info = line.get(length..).unwrap_or("");
        (length >= 3 && !(mark == '`' && info.contains('`'))).then_some(Self { mark, length })
    }

    fn closes(&self, line: &str) -> bool {
        let line = strip_marker(line);
        line.chars().all(|character| character == self.mark) && line.chars().count() >= self.length
    }
}

/// Collects lines into paragraphs and writes them wrapped.
struct Writer {
    width: usize,
    lines: Vec<String>,
    /// Words of the paragraph at hand; the first is preceded by the mark of a list item, if it is one.
    paragraph: Vec<String>,
    /// Columns at which the lists around this line began, with the columns their text has in the output.
    indents: Vec<(usize, usize)>,
}

impl Writer {
    fn line(&mut self, line: &str) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            self.flush();
            self.blank();
            return;
        }
        if let Some(mark) = marker(trimmed) {
            if is_rule(trimmed) {
                return;
            }
            self.flush();
            let column = indent_of(line);
            self.indents.retain(|(start, _)| *start < column);
            let outer = self.indents.last().map_or(0, |(_, text)| *text);
            if self.indents.is_empty() && self.lines.last().is_some_and(|last| !is_item(last)) {
                self.blank();
            }
            self.indents.push((column, outer + mark.len() + 1));
            let mark = if mark.len() == 1 { "-" } else { mark };
            self.paragraph.push(format!("{}{mark} ", " ".repeat(outer)));
            self.paragraph.push(trimmed.get(mark.len()..).unwrap_or("").trim().to_owned());
        } else if let Some(title) = heading(trimmed) {
            self.flush();
            self.indents.clear();
            self.blank();
            self.lines.push(format!("**{}**", inline::escape(title).replace("**", "")));
            self.blank();
        } else if is_rule(trimmed) {
            self.flush();
            self.blank();
        } else if trimmed.starts_with('|') {
            self.flush();
            self.indents.clear();
            self.lines.push(inline::escape(trimmed));
        } else {
            if self.paragraph.is_empty() {
                let column = indent_of(line);
                self.indents.retain(|(start, _)| *start < column);
                let outer = self.indents.last().map_or(0, |(_, text)| *text);
                self.paragraph.push(" ".repeat(outer));
            }
            self.paragraph.push(trimmed.to_owned());
        }
    }

    fn code(&mut self, body: &[String]) {
        self.flush();
        self.indents.clear();
        self.blank();
        let run = body.iter().map(|line| inline::longest_run(line, '`')).max().unwrap_or(0);
        let fence = "`".repeat((run + 1).max(3));
        self.lines.push(format!("{fence}text"));
        self.lines.extend(body.iter().map(|line| line.trim_end().to_owned()));
        self.lines.push(fence);
        self.blank();
    }

    fn flush(&mut self) {
        let mut pieces = std::mem::take(&mut self.paragraph).into_iter();
        if let Some(first) = pieces.next() {
            let text = inline::escape(&pieces.collect::<Vec<_>>().join(" "));
            wrap(&guard(&text), &first, &" ".repeat(first.chars().count()), self.width, &mut self.lines);
        }
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|last| !last.is_empty()) {
            self.lines.push(String::new());
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.flush();
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines
    }
}

fn is_item(line: &str) -> bool {
    line.starts_with(' ') || marker(line).is_some()
}

/// The title of an ATX heading.
fn heading(trimmed: &str) -> Option<&str> {
    let title = trimmed.trim_start_matches('#');
    let level = trimmed.len() - title.len();
    ((1..=6).contains(&level) && title.starts_with(' ')).then(|| title.trim().trim_end_matches('#').trim())
}

/// A line of `---`, `***`, `___` or `===`: a rule, or a mark below a heading.
fn is_rule(trimmed: &str) -> bool {
    let marks: Vec<char> = trimmed.chars().filter(|character| *character != ' ').collect();
    marks.len() >= 2
        && marks.first().is_some_and(|first| matches!(first, '-' | '*' | '_' | '=') && marks.iter().all(|c| c == first))
}

/// Keeps the start of a line from being read as the start of a block.
fn guard(text: &str) -> String {
    let block = marker(text).is_some()
        || text.starts_with(['#', '>', '|', '+'])
        || text.starts_with("```")
        || text.starts_with("~~~")
        || is_rule(text);
    if !block {
        return text.to_owned();
    }
    match text.find(|character: char| !character.is_ascii_digit()) {
        Some(at) => format!("{}\\{}", text.get(..at).unwrap_or(""), text.get(at..).unwrap_or("")),
        None => text.to_owned(),
    }
}

/// Breaks a text at spaces; code spans and links may be broken where they have spaces, as Markdown allows.
fn wrap(text: &str, first: &str, rest: &str, width: usize, lines: &mut Vec<String>) {
    let opens_fence = |line: &str| Fence::opens(strip_marker(line.trim_start())).is_some();
    let mut line = first.to_owned();
    // Of backticks that are closed on the line, Markdown makes a code span, of others a block.
    if Fence::opens(text).is_some() {
        line.push('\\');
    }
    let mut empty = true;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let fits = line.chars().count() + 1 + word.chars().count() <= width;
        // A word that would begin a block may not begin a line.
        if !empty
            && (fits || opens_fence(&line) || guard(word) != word || guard(&format!("{word} x")) != format!("{word} x"))
        {
            line.push(' ');
        } else if !empty {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
        }
        line.push_str(word);
        empty = false;
    }
    lines.push(line.trim_end().to_owned());
}

#[cfg(test)]
mod tests;
