//! Differences and failures as findings.

use super::{Change, Error, Kind};
use crate::source::diagnostic::{Diagnostic, Rule};
use crate::source::place::{Files, Place};
use crate::source::rules::output as rules;

impl Change {
    /// The finding of a check: each difference is an error. `folder` is the name to show for the folder.
    pub fn finding(&self, folder: &str, files: &mut Files) -> Diagnostic {
        let (rule, message, help): (&'static Rule, _, _) = match self.kind {
            Kind::Changed => (&rules::CHANGED, "the file is not what is generated", "generate again"),
            Kind::Missing => (&rules::MISSING, "the file is generated and not there", "generate again"),
            Kind::Orphaned => (&rules::ORPHANED, "the file is no longer generated", "generate again: it is deleted"),
            Kind::Foreign => (&rules::FOREIGN, "the file was not generated", "move or delete it"),
            Kind::Edited => {
                (&rules::FOREIGN, "the file is no longer generated and was edited since", "move or delete it")
            }
        };
        let place = Place::whole(files.add(join(folder, &self.path), ""));
        Diagnostic::new(rule, place, message).help(help)
    }

    /// The finding of a run that wrote: what was left alone is a warning, all else is none.
    pub fn left_alone(&self, folder: &str, files: &mut Files) -> Option<Diagnostic> {
        self.kind.is_left_alone().then(|| Diagnostic { rule: &rules::LEFT_ALONE, ..self.finding(folder, files) })
    }
}

impl Error {
    /// The failure as a finding. `folder` is the name to show for the folder.
    pub fn finding(&self, folder: &str, files: &mut Files) -> Diagnostic {
        let (rule, help): (&'static Rule, _) = match self {
            Self::Io { .. } => (&rules::REFUSED, "mend the cause and generate again; see what is there with `--check`"),
            Self::Link { .. } => (&rules::LINK, "put the folder or file itself there, or delete the link"),
            Self::InTheWay { .. } => (&rules::IN_THE_WAY, "move or delete it"),
            Self::NotOurs => (&rules::NOT_OURS, "name an empty folder, or one that does not exist"),
            Self::Shared { .. } => (&rules::SHARED, "give the products different names"),
        };
        let place = Place::whole(files.add(join(folder, self.path()), ""));
        Diagnostic::new(rule, place, self.to_string()).help(help)
    }
}

/// The name to show for a path within a folder.
fn join(folder: &str, path: &str) -> String {
    match (folder, path) {
        ("", path) => path.to_owned(),
        (folder, "") => folder.to_owned(),
        (folder, path) => format!("{}/{path}", folder.trim_end_matches('/')),
    }
}
