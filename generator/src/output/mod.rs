//! The output: a tree of files in memory, compared with and written to a folder.
//!
//! What was written is recorded in a manifest beside it, so that a later run knows which files it may delete.
//! Every file in the folder is one of: produced and the same, changed, missing, orphaned (recorded, no longer
//! produced) or foreign (not ours, left alone). `Cargo.lock`, folders named `target` and the folder's own `.git`
//! are not looked at.

mod diff;
mod disk;
mod finding;
mod manifest;
mod plan;
pub mod tree;
mod write;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

pub use diff::unified as unified_diff;
pub use manifest::{NAME as MANIFEST, hash};
use tree::Tree;

/// The files of each product, by the product's name.
pub type Products = BTreeMap<String, Tree>;

/// What a folder is to hold.
#[derive(Clone, Copy, Debug)]
pub struct Output<'a> {
    /// The folder. It need not exist.
    pub folder: &'a Path,
    /// The files of each product.
    pub products: &'a Products,
    /// Whether these are all products: the files of any other are orphaned. If not, those are left as they are.
    pub complete: bool,
    /// Whether the folder is ours even without a manifest. If not, a folder that holds files and no manifest is refused.
    pub claimed: bool,
}

/// A difference between what a folder holds and what it is to hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The path within the folder, the parts divided by `/`.
    pub path: String,
    /// What is different.
    pub kind: Kind,
}

/// What is different about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is produced, and other bytes are there.
    Changed,
    /// It is produced, and not there.
    Missing,
    /// It was written by an earlier run and is no longer produced, or was left over by a run that was killed.
    Orphaned,
    /// It was not written by us.
    Foreign,
    /// It was written by an earlier run, is no longer produced, and was edited since: treated as foreign.
    Edited,
}

impl Kind {
    /// Whether writing leaves the file as it is.
    #[must_use]
    pub fn is_left_alone(self) -> bool {
        matches!(self, Self::Foreign | Self::Edited)
    }
}

/// Why a folder cannot be compared or written. Paths are within the folder; the folder's own is empty.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused.
    #[error("cannot {doing}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// What was tried.
        doing: &'static str,
        /// The answer.
        source: io::Error,
    },
    /// A symbolic link; none is followed.
    #[error("is a symbolic link, and none is followed")]
    Link {
        /// The link.
        path: String,
    },
    /// A folder where a file is to be, or a file where a folder is to be.
    #[error("is in the way of a file that is to be written")]
    InTheWay {
        /// What is in the way.
        path: String,
    },
    /// The folder holds files and has no manifest.
    #[error("holds files that were not generated")]
    NotOurs,
    /// Two products have the same file.
    #[error("is made by two products, `{first}` and `{second}`")]
    Shared {
        /// The file.
        path: String,
        /// A product.
        first: String,
        /// Another product.
        second: String,
    },
}

impl Error {
    /// The path within the folder; empty for the folder itself.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Io { path, .. } | Self::Link { path } | Self::InTheWay { path } | Self::Shared { path, .. } => path,
            Self::NotOurs => "",
        }
    }
}

impl Output<'_> {
    /// Every difference, by path. Changes nothing.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read or is not ours, or holds a symbolic link.
    pub fn compare(&self) -> Result<Vec<Change>, Error> {
        let _lock = disk::lock_shared(self.folder)?;
        Ok(plan::make(self)?.changes)
    }

    /// Writes what is changed or missing and deletes what is orphaned; the manifest comes last.
    ///
    /// The answer is what [`Output::compare`] would have said; of it, only what
    /// [is left alone](Kind::is_left_alone) is still so.
    ///
    /// # Errors
    ///
    /// As [`Output::compare`], and when something cannot be written: all of it is tried in temporary files before
    /// anything is replaced, and then nothing has changed.
    pub fn write(&self) -> Result<Vec<Change>, Error> {
        write::write(self, &mut || ())
    }

    /// The bytes that a file of the output is to have.
    #[must_use]
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.products.values().find_map(|tree| tree.bytes(path))
    }
}
