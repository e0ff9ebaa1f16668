//! How findings are shown: to people, to programs, beside the lines of a change.

mod github;
mod human;
mod json;
pub mod verified;

use crate::finding::{Finding, Level};
use crate::lint::Report;

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Tables for people.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// Workflow commands, which GitHub shows beside the lines.
    Github,
}

/// Everything that one run of the linter says.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// One report for each skill.
    pub skills: Vec<Report>,
    /// Findings about files that belong to no skill.
    pub indexes: Vec<Finding>,
}

impl Summary {
    /// All findings.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.skills.iter().flat_map(|report| &report.findings).chain(&self.indexes)
    }

    /// The number of findings of a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.findings().filter(|finding| finding.level == level).count()
    }

    /// The text of a format.
    #[must_use]
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Human => human::render(self),
            Format::Json => json::render(self),
            Format::Github => github::render(self),
        }
    }
}
