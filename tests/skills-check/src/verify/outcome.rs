//! What came of trying samples.

use std::ops::AddAssign;
use std::path::PathBuf;

use crate::sample::Language;

/// What came of one sample or flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It was run, and does what it should.
    Ran,
    /// It was parsed, and the names it calls exist.
    Parsed,
    /// It does not do what it should, for these reasons.
    Failed(Vec<String>),
    /// It was not tried.
    Skipped,
}

impl Tried {
    /// That of a sample that was run: failed if there are reasons.
    pub(super) fn ran(reasons: Vec<String>) -> Self {
        if reasons.is_empty() { Self::Ran } else { Self::Failed(reasons) }
    }

    /// That of a sample that was parsed: failed if there are reasons.
    pub(super) fn parsed(reasons: Vec<String>) -> Self {
        if reasons.is_empty() { Self::Parsed } else { Self::Failed(reasons) }
    }

    /// `run`, `parsed`, `failed` or `skipped`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Ran => "run",
            Self::Parsed => "parsed",
            Self::Failed(_) => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// Why it failed.
    #[must_use]
    pub fn reasons(&self) -> &[String] {
        match self {
            Self::Failed(reasons) => reasons,
            Self::Ran | Self::Parsed | Self::Skipped => &[],
        }
    }
}

/// One sample or flow, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `METHOD /path` of a sample; `flow: title`; `errors: title`.
    pub what: String,
    /// The file it stands in.
    pub file: PathBuf,
    /// The line of its fence, from 1.
    pub line: usize,
    /// What came of it.
    pub tried: Tried,
}

/// What came of one skill.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its name.
    pub name: String,
    /// The language of its samples.
    pub language: Language,
    /// How samples were tried, or why not and what to do.
    pub how: String,
    /// The samples of operations, then that of errors, then flows.
    pub entries: Vec<Entry>,
}

impl Report {
    /// How many entries came out how.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for entry in &self.entries {
            match entry.tried {
                Tried::Ran => counts.run += 1,
                Tried::Parsed => counts.parsed += 1,
                Tried::Failed(_) => counts.failed += 1,
                Tried::Skipped => counts.skipped += 1,
            }
        }
        counts
    }
}

/// How many samples and flows came out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Run, and right.
    pub run: usize,
    /// Parsed only, and well-formed.
    pub parsed: usize,
    /// Wrong.
    pub failed: usize,
    /// Not tried.
    pub skipped: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.run += other.run;
        self.parsed += other.parsed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}
