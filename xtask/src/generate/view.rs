//! What people are told of a run: a list, the diffs, the verdict.

use std::fs;
use std::path::Path;
use std::time::Duration;

use generator::output::tree::Tree;
use generator::output::{Change, Kind, MANIFEST, Output, unified_diff};
use generator::source::text::visible;

use super::{Arguments, Target};
use crate::pipeline::{Job, Made};
use crate::terminal::{self, Color, count};

/// Bytes of diffs that are shown in all, about 4,000 lines.
const DIFF_BYTES: usize = 200_000;
/// Written files that are named; of more only the number is told.
const NAMED: usize = 20;

/// What people are told.
pub(super) struct View<'a> {
    pub(super) arguments: &'a Arguments,
    pub(super) target: &'a Target,
    pub(super) jobs: &'a [Job],
    pub(super) made: &'a Made,
    pub(super) output: &'a Output<'a>,
    pub(super) changes: &'a [Change],
}

impl View<'_> {
    /// Prints all of it.
    pub(super) fn show(&self, took: Duration) {
        let mut output = terminal::output();
        output.say(&self.list(&output));
        if self.arguments.check {
            let diffs = self.diffs();
            output.say(&output.paint_diff(&diffs));
        }
        for (job, summary) in self.jobs.iter().zip(self.made.summaries.iter().flatten()) {
            output.say(&format!("{}: {summary}\n", job.name));
        }
        output.say(&self.verdict(&output, took));
    }

    /// One line for each change; of many written files only the number.
    fn list(&self, output: &terminal::Stream) -> String {
        let check = self.arguments.check;
        let written = self.changes.iter().filter(|change| !change.kind.is_left_alone()).count();
        let is_told = |change: &&Change| written <= NAMED && change.path != MANIFEST;
        let shown = |change: &&Change| check || change.kind.is_left_alone() || is_told(change);
        let line = |change: &Change| {
            let (color, word) = match (change.kind, check) {
                (Kind::Changed, true) => (Color::Yellow, "changed"),
                (Kind::Missing, true) => (Color::Red, "missing"),
                (Kind::Orphaned, true) => (Color::Red, "orphaned"),
                (Kind::Changed | Kind::Missing, false) => (Color::Green, "written"),
                (Kind::Orphaned, false) => (Color::Red, "deleted"),
                (Kind::Foreign | Kind::Edited, _) => (Color::Cyan, "foreign"),
            };
            let why = match change.kind {
                Kind::Edited => " (no longer generated, and edited since)",
                Kind::Foreign if !check => " (left alone)",
                _ => "",
            };
            format!("{} {}{why}\n", output.paint(color, &format!("{word:8}")), self.shown(&change.path))
        };
        self.changes.iter().filter(shown).map(line).collect()
    }

    /// The diffs of all that writing would change, up to a length.
    fn diffs(&self) -> String {
        let mut text = String::new();
        let mut left_out = 0;
        for change in self.changes.iter().filter(|change| !change.kind.is_left_alone() && change.path != MANIFEST) {
            if text.len() > DIFF_BYTES {
                left_out += 1;
                continue;
            }
            let old = fs::read(self.target.folder.join(&change.path)).ok();
            text.push('\n');
            text.push_str(&unified_diff(&self.shown(&change.path), old.as_deref(), self.output.bytes(&change.path)));
        }
        if left_out > 0 {
            text.push_str(&format!("\n(and the diffs of {left_out} more files)\n"));
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text
    }

    /// The last lines: how it is, and what to do.
    fn verdict(&self, output: &terminal::Stream, took: Duration) -> String {
        let counted = || self.changes.iter().filter(|change| self.arguments.check || change.path != MANIFEST);
        let number = |kinds: &[Kind]| counted().filter(|change| kinds.contains(&change.kind)).count();
        let files: usize = self.output.products.values().map(Tree::len).sum();
        let (name, took) = (visible(&self.target.name), took.as_millis());
        if !self.arguments.check {
            let written = number(&[Kind::Changed, Kind::Missing]);
            let deleted = number(&[Kind::Orphaned]);
            return format!(
                "{name}: {} in all, {written} written, {deleted} deleted, in {took} ms\n",
                count(files, "file")
            );
        }
        if self.changes.is_empty() {
            let verdict = output.paint(Color::Green, "up to date");
            return format!("{name}: {verdict}, {}, in {took} ms\n", count(files, "file"));
        }
        let foreign = number(&[Kind::Foreign, Kind::Edited]);
        let numbers = [
            ("changed", number(&[Kind::Changed])),
            ("missing", number(&[Kind::Missing])),
            ("orphaned", number(&[Kind::Orphaned])),
            ("foreign", foreign),
        ];
        let numbers = numbers.into_iter().filter(|(_, number)| *number > 0);
        let numbers: Vec<String> = numbers.map(|(word, number)| format!("{number} {word}")).collect();
        let verdict = output.paint(Color::Red, "stale");
        let mut text = format!("{name}: {verdict}, {}, in {took} ms\n", numbers.join(", "));
        if foreign > 0 {
            text.push_str("foreign files are never deleted: move or delete them\n");
        }
        if foreign < self.changes.len() {
            text.push_str(&format!("to mend it, run: {}\n", self.arguments.mend()));
        }
        text
    }

    /// A path of the output as people know it.
    fn shown(&self, path: &str) -> String {
        visible(&Path::new(&self.target.name).join(path).to_string_lossy())
    }
}
