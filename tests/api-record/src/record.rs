//! A record of a public API, and what became of it.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Write as _};
use std::str::FromStr;

use semver::{Comparator, Op, Version};
use similar::TextDiff;

/// The public items of a version of a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// The version that has them.
    pub(crate) version: Version,
    /// One line each.
    pub(crate) items: BTreeSet<String>,
}

/// What became of an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing.
    None,
    /// Nothing went; something was added, or the version is another.
    Additive,
    /// Something went or changed.
    Breaking,
}

impl Record {
    /// That of a crate that was never recorded: it promises nothing.
    pub(crate) fn empty() -> Self {
        Self { version: Version::new(0, 0, 0), items: BTreeSet::new() }
    }

    /// What became of this API.
    pub(crate) fn compare(&self, current: &Self) -> Change {
        match self {
            _ if self == current => Change::None,
            _ if self.items.is_subset(&current.items) => Change::Additive,
            _ => Change::Breaking,
        }
    }

    /// Whether cargo takes the two versions for incompatible, so that anything may change.
    pub(crate) fn allows_breaking(&self, current: &Self) -> bool {
        let Version { major, minor, patch, ref pre, .. } = self.version;
        let compatible = Comparator { op: Op::Caret, major, minor: Some(minor), patch: Some(patch), pre: pre.clone() };
        !compatible.matches(&current.version) && current.version > self.version
    }

    /// The next version that may break what this one promises.
    pub(crate) fn next_breaking(&self) -> Version {
        match (self.version.major, self.version.minor) {
            (0, 0) => Version::new(0, 0, self.version.patch + 1),
            (0, minor) => Version::new(0, minor + 1, 0),
            (major, _) => Version::new(major + 1, 0, 0),
        }
    }

    /// The lines that went and came.
    pub(crate) fn diff(&self, current: &Self) -> String {
        let (old, new) = (self.to_string(), current.to_string());
        let diff = TextDiff::from_lines(&old, &new);
        diff.unified_diff().context_radius(0).header("recorded", "current").to_string()
    }
}

impl Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "version {}", self.version)?;
        self.items.iter().try_for_each(|item| {
            f.write_str(item)?;
            f.write_char('\n')
        })
    }
}

impl FromStr for Record {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let version = first.strip_prefix("version ").ok_or("the first line is not `version ...`")?;
        let version = version.trim().parse().map_err(|error| format!("the first line: {error}"))?;
        Ok(Self { version, items: rest.lines().map(str::to_owned).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(version: &str, items: &[&str]) -> Record {
        Record { version: version.parse().unwrap(), items: items.iter().map(|&item| item.to_owned()).collect() }
    }

    #[test]
    fn what_is_added_breaks_nothing_and_what_goes_or_changes_does() {
        let old = record("0.1.0", &["pub fn a()", "pub fn b()"]);
        assert_eq!(old.compare(&old), Change::None);
        assert_eq!(old.compare(&record("0.1.0", &["pub fn a()", "pub fn b()", "pub fn c()"])), Change::Additive);
        assert_eq!(old.compare(&record("0.1.0", &["pub fn a()"])), Change::Breaking);
        assert_eq!(old.compare(&record("0.1.0", &["pub fn a()", "pub fn b(i32)"])), Change::Breaking);
        assert_eq!(old.compare(&record("0.1.1", &["pub fn a()", "pub fn b()"])), Change::Additive);
    }

    #[test]
    fn only_a_version_cargo_would_not_take_may_break() {
        for (old, new, may) in [
            ("0.1.0", "0.1.0", false),
            ("0.1.0", "0.1.9", false),
            ("0.1.0", "0.2.0", true),
            ("0.1.0", "0.0.9", false),
            ("1.2.0", "1.3.0", false),
            ("1.2.0", "2.0.0", true),
            ("0.0.1", "0.0.2", true),
        ] {
            assert_eq!(record(old, &["a"]).allows_breaking(&record(new, &[])), may, "{old} to {new}");
        }
    }

    #[test]
    fn the_version_it_asks_for_is_one_that_may_break() {
        for old in ["0.0.3", "0.1.2", "1.4.0"] {
            let old = record(old, &["a"]);
            assert!(old.allows_breaking(&Record { version: old.next_breaking(), items: BTreeSet::new() }));
        }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let written = record("0.1.0", &["pub fn a()", "pub mod b"]);
        assert_eq!(written.to_string().parse(), Ok(written));
        assert!("pub fn a()".parse::<Record>().is_err());
    }

    #[test]
    fn the_difference_shows_what_went_and_what_came() {
        let (old, new) = (record("0.1.0", &["pub fn a()"]), record("0.1.0", &["pub fn a(i32)"]));
        let diff = old.diff(&new);
        assert!(diff.contains("-pub fn a()\n+pub fn a(i32)\n"), "{diff}");
    }
}
