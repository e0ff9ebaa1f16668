//! What a command has found, of all documents together, and how it is shown.

use clap::ValueEnum;
use generator::source::diagnostic::{Diagnostic, Findings, Rule};
use generator::source::place::{FileId, Files, Place};
use generator::source::render;

use crate::terminal;

/// How findings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON document: {"findings": [...]}
    Json,
    /// Workflow commands, which GitHub shows beside the lines
    Github,
}

impl Format {
    /// The name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Github => "github",
        }
    }
}

/// Findings and the files they are about.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The files.
    pub(crate) files: Files,
    findings: Findings,
}

impl Report {
    /// Adds a finding about one of the files of this report.
    pub(crate) fn push(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Adds a finding about a file as a whole.
    pub(crate) fn push_about(&mut self, file: &str, rule: &'static Rule, message: String) {
        let place = Place::whole(self.files.add(file, ""));
        self.push(Diagnostic::new(rule, place, message));
    }

    /// Adds findings about other files.
    pub(crate) fn add(&mut self, files: &Files, findings: &Findings) {
        let numbers: Vec<FileId> =
            files.iter().map(|file| self.files.add(file.name.clone(), file.text.clone())).collect();
        let moved = |place: Place| {
            let file = numbers.get(usize::from(place.file.0)).copied().unwrap_or(place.file);
            Place { file, ..place }
        };
        for finding in findings {
            let notes = finding.notes.iter().map(|(place, text)| (moved(*place), text.clone())).collect();
            self.findings.push(Diagnostic { place: moved(finding.place), notes, ..finding.clone() });
        }
    }

    /// Whether there is an error.
    pub(crate) fn has_errors(&self) -> bool {
        self.findings.has_errors()
    }

    /// Whether there is a finding.
    pub(crate) fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Shows the findings: to people on standard error, to programs on standard output.
    pub(crate) fn show(&self, format: Format) {
        match format {
            Format::Human => {
                let mut stream = terminal::errors();
                let text = render::render(&self.findings, &self.files, stream.color);
                stream.say(&text);
            }
            Format::Json => terminal::output().say(&render::render_json(&self.findings, &self.files)),
            Format::Github => terminal::output().say(&render::render_github(&self.findings, &self.files)),
        }
    }
}
