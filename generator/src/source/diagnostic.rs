//! What is wrong, where, and the way out.

use super::place::Place;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing can be generated.
    Error,
    /// Something is lost or looks wrong; the output is still right.
    Warning,
}

/// A rule of the table: what can be wrong, and how to mend it.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stable code: a letter for the level, four digits; the first two name the subject.
    pub code: &'static str,
    /// How bad a breach is.
    pub level: Level,
    /// The rule in a few words.
    pub title: &'static str,
    /// Why the rule exists, its source, and how to mend a breach.
    pub explanation: &'static str,
    /// The smallest text that breaks it.
    pub example: &'static str,
}

/// A breach of a rule.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule.
    pub rule: &'static Rule,
    /// The offending node in the file the user edits.
    pub place: Place,
    /// What is wrong, in one line, without a full stop.
    pub message: String,
    /// What to do about it, each in one line.
    pub help: Vec<String>,
    /// Other places that belong to it, each with what it is.
    pub notes: Vec<(Place, String)>,
}

impl Diagnostic {
    /// A breach of a rule at a place.
    #[must_use]
    pub fn new(rule: &'static Rule, place: Place, message: impl Into<String>) -> Self {
        Self { rule, place, message: message.into(), help: Vec::new(), notes: Vec::new() }
    }

    /// Adds a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds another place that belongs to it.
    #[must_use]
    pub fn note(mut self, place: Place, text: impl Into<String>) -> Self {
        self.notes.push((place, text.into()));
        self
    }

    /// Whether it stops the run.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.rule.level == Level::Error
    }
}

/// The findings of one run, in the order they were made until [`Findings::sort`].
#[derive(Clone, Debug, Default)]
pub struct Findings {
    list: Vec<Diagnostic>,
}

impl Findings {
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds all findings of another run.
    pub fn extend(&mut self, other: Self) {
        self.list.extend(other.list);
    }

    /// Whether any of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(Diagnostic::is_error)
    }

    /// Drops the findings of the codes that the user allows.
    pub fn allow(&mut self, codes: &[String]) {
        self.list.retain(|diagnostic| !codes.iter().any(|code| code == diagnostic.rule.code));
    }

    /// Sorts by place, then code; drops repetitions.
    pub fn sort(&mut self) {
        self.list.sort_by(|a, b| (a.place, a.rule.code, &a.message).cmp(&(b.place, b.rule.code, &b.message)));
        self.list.dedup_by(|a, b| a.place == b.place && a.rule.code == b.rule.code && a.message == b.message);
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
