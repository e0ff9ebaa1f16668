//! Findings as text for people, as JSON for programs, and as annotations for GitHub.
//!
//! No control or invisible character of a document gets through any of them.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Level as Title, Origin, Renderer, Snippet};
use serde::Serialize;

use super::diagnostic::{Diagnostic, Findings, Level};
use super::place::{FileId, Files, Place, Position};
use super::text::{is_hidden, visible};

/// The findings shown to people; more hide the first ones.
const MAX_SHOWN: usize = 50;
/// Characters of a source line shown before and behind the start of the place.
const BEFORE: usize = 70;
const BEHIND: usize = 90;

/// The findings as a person reads them, by place, with a summary line; empty if there are none.
#[must_use]
pub fn render(findings: &Findings, files: &Files, color: bool) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(BEFORE + BEHIND + 40);
    let findings = sorted(findings);
    let mut positions = Positions::new(files);
    let mut output = String::new();
    for finding in findings.iter().take(MAX_SHOWN) {
        output.push_str(&finding_for_people(finding, &mut positions, &renderer));
        output.push_str("\n\n");
    }
    if let Some(more @ 1..) = findings.len().checked_sub(MAX_SHOWN) {
        let _ = writeln!(output, "and {more} more\n");
    }
    output.push_str(&summary(&findings));
    output.push('\n');
    output
}

/// How many errors and warnings there are, in words.
#[must_use]
pub fn summary(findings: &Findings) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let count = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    match (errors, findings.len() - errors) {
        (errors, 0) => count(errors, "error"),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

/// The findings as one JSON document: `{"findings":[{"code","level","file","line","column","message","help"}]}`.
#[must_use]
pub fn render_json(findings: &Findings, files: &Files) -> String {
    #[derive(Serialize)]
    struct Document {
        findings: Vec<Entry>,
    }
    #[derive(Serialize)]
    struct Entry {
        code: &'static str,
        level: Level,
        file: String,
        line: usize,
        column: usize,
        message: String,
        help: Option<String>,
    }
    let mut positions = Positions::new(files);
    let entry = |finding: &Diagnostic| {
        let Position { line, column } = positions.of(finding.place);
        Entry {
            code: finding.rule.code,
            level: finding.rule.level,
            file: visible(files.name(finding.place.file)),
            line,
            column,
            message: visible(&finding.message),
            help: help(finding),
        }
    };
    let document = Document { findings: sorted(findings).iter().map(entry).collect() };
    // Texts and numbers always have a form in JSON.
    serde_json::to_string(&document).unwrap_or_default() + "\n"
}

/// The findings as workflow commands, which GitHub shows beside the changed lines.
#[must_use]
pub fn render_github(findings: &Findings, files: &Files) -> String {
    let mut positions = Positions::new(files);
    let mut output = String::new();
    for finding in &sorted(findings) {
        let Position { line, column } = positions.of(finding.place);
        let level = match finding.rule.level {
            Level::Error => "error",
            Level::Warning => "warning",
        };
        let file = github_property(&visible(files.name(finding.place.file)));
        let mut message = visible(&finding.message);
        if let Some(help) = help(finding) {
            message.push_str("\nhelp: ");
            message.push_str(&help);
        }
        let message = github_data(&message);
        let _ =
            writeln!(output, "::{level} file={file},line={line},col={column},title={}::{message}", finding.rule.code);
    }
    output
}

fn sorted(findings: &Findings) -> Findings {
    let mut findings = findings.clone();
    findings.sort();
    findings
}

fn help(finding: &Diagnostic) -> Option<String> {
    let lines: Vec<String> = finding.help.iter().map(|line| visible(line)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn github_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

fn finding_for_people(finding: &Diagnostic, positions: &mut Positions<'_>, renderer: &Renderer) -> String {
    let level = match finding.rule.level {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
    };
    let files = positions.files;
    let position = positions.of(finding.place);
    let name = visible(files.name(finding.place.file));
    // The line is shown cut and escaped, so the position is told to the renderer instead of found by it.
    let origin = Origin::path(name).line(position.line).char_column(position.column);
    let mut group = level.primary_title(visible(&finding.message)).id(finding.rule.code).element(origin);
    if let Some(Excerpt { line, start, end }) = excerpt(files, finding.place) {
        let snippet = Snippet::source(line).line_start(position.line).path(None::<&str>);
        group = group.element(snippet.annotation(AnnotationKind::Primary.span(start..end)));
    }
    for (place, text) in &finding.notes {
        let Position { line, column } = files.position(*place);
        let note = format!("{}: {}:{line}:{column}", visible(text), visible(files.name(place.file)));
        group = group.element(Title::NOTE.message(note));
    }
    for help in &finding.help {
        group = group.element(Title::HELP.message(visible(help)));
    }
    without_second_origin(&renderer.render(&[group]))
}

/// Drops the fourth line, `:::`: the renderer begins a new file there, as the snippet has no name of its own.
fn without_second_origin(text: &str) -> String {
    let lines = text.lines().enumerate().filter(|(at, line)| *at != 3 || !line.contains("::: "));
    lines.map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

/// The part of a line around a place, made visible, and the place in it.
struct Excerpt {
    line: String,
    start: usize,
    end: usize,
}

fn excerpt(files: &Files, place: Place) -> Option<Excerpt> {
    let text = files.get(place.file)?.text.as_str();
    let start = usize::try_from(place.start).ok()?;
    let end = usize::try_from(place.end).ok()?;
    let before = text.get(..start)?.rsplit('\n').next()?;
    let behind = text.get(start..)?.lines().next().unwrap_or_default();
    let first = before.char_indices().rev().take(BEFORE).last().map_or(before.len(), |(at, _)| at);
    let cut = behind.char_indices().nth(BEHIND).map_or(behind.len(), |(at, _)| at);
    let span = end.saturating_sub(start).min(cut);

    let mut line = String::from(if first > 0 { "..." } else { "" });
    push_line(&mut line, before.get(first..)?);
    let start = line.len();
    push_line(&mut line, behind.get(..span)?);
    let end = line.len();
    push_line(&mut line, behind.get(span..cut)?);
    line.push_str(if cut < behind.len() { "..." } else { "" });
    (!line.trim().is_empty()).then_some(Excerpt { line, start, end })
}

/// Adds a part of a source line; a tab is a space, so that marks stand below what they mark.
fn push_line(line: &mut String, part: &str) {
    for character in part.chars() {
        match character {
            '\t' => line.push(' '),
            _ if is_hidden(character) => line.extend(character.escape_unicode()),
            _ => line.push(character),
        }
    }
}

/// Positions of places that come in the order of the text, each counted on from the one before.
struct Positions<'a> {
    files: &'a Files,
    file: FileId,
    offset: usize,
    position: Position,
}

impl<'a> Positions<'a> {
    fn new(files: &'a Files) -> Self {
        Self { files, file: FileId(0), offset: 0, position: Position { line: 1, column: 1 } }
    }

    fn of(&mut self, place: Place) -> Position {
        let start = usize::try_from(place.start).unwrap_or(usize::MAX);
        if place.file != self.file || start < self.offset {
            *self = Self { file: place.file, ..Self::new(self.files) };
        }
        let text = self.files.get(self.file).map_or("", |file| file.text.as_str());
        match text.get(self.offset..start) {
            Some(between) => {
                for character in between.chars() {
                    if character == '\n' {
                        self.position = Position { line: self.position.line + 1, column: 1 };
                    } else {
                        self.position.column += 1;
                    }
                }
                self.offset = start;
                self.position
            }
            None => self.files.position(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::read::{Format, read_text};
    use crate::source::rules::reading as rules;

    fn read(texts: &[(&str, &str)]) -> (Files, Findings) {
        let (mut files, mut findings) = (Files::default(), Findings::default());
        for (name, text) in texts {
            read_text(name, text.as_bytes(), Format::Yaml, &mut files, &mut findings);
        }
        (files, findings)
    }

    #[test]
    fn a_finding_shows_its_line_and_the_way_out() {
        let (files, findings) = read(&[("spec/a.yaml", "é: 1\nlist:\n  - {on: yes, key: !x 5, key: 2}\n")]);
        insta::assert_snapshot!(render(&findings, &files, false), @r#"
        warning[W0001]: `on` is something else to readers of YAML 1.1, and 1 more like it
         --> spec/a.yaml:3:6
          |
        3 |   - {on: yes, key: !x 5, key: 2}
          |      ^^
          |
          = help: put it into quotes if it is text

        error[E0014]: the tag `!x` means nothing on this value
         --> spec/a.yaml:3:23
          |
        3 |   - {on: yes, key: !x 5, key: 2}
          |                       ^
          |
          = help: remove the tag

        error[E0008]: the key `key` is given twice, first on line 3
         --> spec/a.yaml:3:26
          |
        3 |   - {on: yes, key: !x 5, key: 2}
          |                          ^^^
          |
          = note: first given here: spec/a.yaml:3:15
          = help: remove or rename one of the two

        2 errors, 1 warning
        "#);
    }

    #[test]
    fn a_finding_about_a_whole_file_shows_no_line() {
        let (files, findings) = read(&[("empty.yaml", "")]);
        insta::assert_snapshot!(render(&findings, &files, false), @r#"
        error[E0004]: the file holds no document
        --> empty.yaml:1:1
         = help: write the document, or name another file

        1 error
        "#);
    }

    #[test]
    fn hostile_text_is_shown_in_escapes() {
        let (files, findings) =
            read(&[("a\u{1b}.yaml", "\"\u{1b}[2J\u{202e}\t\": .nan # \u{9b}\u{200b}\n\"\u{1b}[2J\u{202e}\t\": 2")]);
        insta::assert_snapshot!(render(&findings, &files, false), @r#"
        error[E0018]: `.nan` is no number JSON can hold
         --> a\u{1b}.yaml:1:11
          |
        1 | "\u{1b}[2J\u{202e} ": .nan # \u{9b}\u{200b}
          |                       ^^^^
          |
          = help: put it into quotes if it is text, or leave it out

        error[E0008]: the key `\u{1b}[2J\u{202e}\u{9}` is given twice, first on line 1
         --> a\u{1b}.yaml:2:1
          |
        2 | "\u{1b}[2J\u{202e} ": 2
          | ^^^^^^^^^^^^^^^^^^^^
          |
          = note: first given here: a\u{1b}.yaml:1:1
          = help: remove or rename one of the two

        2 errors
        "#);
        for output in
            [render(&findings, &files, false), render_json(&findings, &files), render_github(&findings, &files)]
        {
            assert!(output.chars().all(|character| character == '\n' || !is_hidden(character)), "{output:?}");
        }
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("a: [{}.nan, {}]", "é, ".repeat(5000), "b, ".repeat(5000));
        let (files, findings) = read(&[("a.yaml", &text)]);
        insta::assert_snapshot!(render(&findings, &files, false), @r#"
        error[E0018]: `.nan` is no number JSON can hold
         --> a.yaml:1:15005
          |
        1 | ... é, é, é, é, é, é, é, é, é, é, é, é, é, é, é, é, é, é, é, é, é, é, é, .nan, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, b, ...
          |                                                                          ^^^^
          |
          = help: put it into quotes if it is text, or leave it out

        1 error
        "#);
    }

    #[test]
    fn at_most_fifty_findings_are_shown_and_all_are_counted() {
        let (files, findings) = read(&[("a.yaml", &"- .nan\n".repeat(70))]);
        let output = render(&findings, &files, false);
        assert_eq!(output.matches("error[E0018]").count(), 50);
        assert!(output.ends_with("\n\nand 20 more\n\n70 errors\n"));
        assert_eq!(render_json(&findings, &files).matches("E0018").count(), 70);
    }

    #[test]
    fn the_summary_counts_errors_and_warnings() {
        let of = |text: &str| summary(&read(&[("a", text)]).1);
        assert_eq!(of("a: yes"), "1 warning");
        assert_eq!(of("a: [yes, .nan]"), "1 error, 1 warning");
        assert_eq!(of("a: [.inf, .nan]"), "2 errors");
    }

    #[test]
    fn colours_are_used_only_if_asked_for() {
        let (files, findings) = read(&[("a", "a: .nan")]);
        assert!(render(&findings, &files, true).contains("\u{1b}["));
        assert!(!render(&findings, &files, true).contains(":::"));
        assert!(!render(&findings, &files, false).contains('\u{1b}'));
    }

    #[test]
    fn json_has_the_promised_members() {
        let (files, findings) = read(&[("b.yaml", "é: {a: .nan}"), ("a.yaml", "")]);
        insta::assert_snapshot!(render_json(&findings, &files), @r#"{"findings":[{"code":"E0018","level":"error","file":"b.yaml","line":1,"column":8,"message":"`.nan` is no number JSON can hold","help":"put it into quotes if it is text, or leave it out"},{"code":"E0004","level":"error","file":"a.yaml","line":1,"column":1,"message":"the file holds no document","help":"write the document, or name another file"}]}"#);
        let (files, mut findings) = read(&[("a", "a: 1")]);
        findings.push(Diagnostic::new(&rules::EMPTY, Place::whole(FileId(0)), "no help"));
        assert!(render_json(&findings, &files).contains(r#""help":null"#));
        assert_eq!(render_json(&Findings::default(), &files), "{\"findings\":[]}\n");
    }

    #[test]
    fn github_annotations_are_escaped() {
        let (files, findings) = read(&[("a,b:c%.yaml", "a: {'50%,:': 1, '50%,:': 2}\n")]);
        insta::assert_snapshot!(render_github(&findings, &files), @r#"::error file=a%2Cb%3Ac%25.yaml,line=1,col=17,title=E0008::the key `50%25,:` is given twice, first on line 1%0Ahelp: remove or rename one of the two"#);
    }

    #[test]
    fn positions_are_those_of_the_files_in_any_order() {
        let (files, _) = read(&[("a", "é: 1\nb: é 2\n"), ("b", "c: 1\n")]);
        let mut positions = Positions::new(&files);
        for (file, start) in [(0, 8), (0, 3), (1, 2), (0, 12), (0, 12), (0, 400), (7, 1)] {
            let place = Place { file: FileId(file), start, end: start };
            assert_eq!(positions.of(place), files.position(place));
        }
    }

    proptest! {
        #[test]
        fn any_place_in_any_text_is_rendered(text in r"[a\t\n\r é漢\x1b\u{202e}\u{300}]{0,40}", start in 0u32..60, length in 0u32..60) {
            let mut files = Files::default();
            let file = files.add("a", text);
            let mut findings = Findings::default();
            findings.push(Diagnostic::new(&rules::EMPTY, Place { file, start, end: start + length }, "m").note(Place { file, start, end: start }, "n"));
            let output = render(&findings, &files, false) + &render_json(&findings, &files) + &render_github(&findings, &files);
            prop_assert!(output.chars().all(|character| character == '\n' || !is_hidden(character)));
        }
    }
}
