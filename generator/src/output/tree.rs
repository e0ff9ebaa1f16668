//! A tree of files in memory.

use std::collections::{BTreeMap, BTreeSet};

/// Files by path, the parts divided by `/`, ordered by path.
///
/// Paths are made by the emitters from fixed text and from names of the model, so that they hold nothing but
/// lower case letters, digits, `-`, `_`, `.` and `/`; [`Tree::insert`] holds them to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    files: BTreeMap<String, Vec<u8>>,
    /// The paths of files and folders in lower case, to find those that differ by case only.
    taken: BTreeSet<String>,
    folders: BTreeSet<String>,
}

/// Why a path cannot be in a tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// A part is empty, `..`, `.` or has a character that is not allowed.
    #[error("`{0}` is not a path that may be written")]
    Unsafe(String),
    /// Two files would share a path, be it on a disk that knows no case, or one would be a folder of the other.
    #[error("two files would be written to `{0}`")]
    Taken(String),
}

impl Tree {
    /// Adds a file.
    ///
    /// # Errors
    ///
    /// When the path could leave the folder, is reserved on some system, or is taken.
    pub fn insert(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) -> Result<(), PathError> {
        let path = path.into();
        if !is_safe_path(&path) {
            return Err(PathError::Unsafe(path));
        }
        let folded = path.to_ascii_lowercase();
        let folders = || folded.match_indices('/').filter_map(|(at, _)| folded.get(..at));
        if self.folders.contains(&folded) || folders().any(|folder| self.taken.contains(folder)) {
            return Err(PathError::Taken(path));
        }
        self.folders.extend(folders().map(str::to_owned));
        if !self.taken.insert(folded) {
            return Err(PathError::Taken(path));
        }
        self.files.insert(path, content.into());
        Ok(())
    }

    /// Adds all files of another tree below a folder, or beside the others if the folder's name is empty.
    ///
    /// # Errors
    ///
    /// As [`Tree::insert`].
    pub fn insert_tree(&mut self, folder: &str, other: Self) -> Result<(), PathError> {
        for (path, content) in other.files {
            let path = if folder.is_empty() { path } else { format!("{folder}/{path}") };
            self.insert(path, content)?;
        }
        Ok(())
    }

    /// The text of a file; none if it is not text.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        std::str::from_utf8(self.files.get(path)?).ok()
    }

    /// The bytes of a file.
    #[must_use]
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// The files that are text, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.contents().filter_map(|(path, bytes)| Some((path, std::str::from_utf8(bytes).ok()?)))
    }

    /// All files, by path.
    pub fn contents(&self) -> impl ExactSizeIterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// Whether a path stays in its folder and may be written on every system.
pub(super) fn is_safe_path(path: &str) -> bool {
    path.split('/').all(is_safe)
}

/// Whether a part of a path is safe: characters, dots, the names Windows keeps for devices, those that a comparison
/// with a folder does not look at, and those of the manifest.
fn is_safe(part: &str) -> bool {
    const RESERVED: &[&str] = &["con", "prn", "aux", "nul"];
    const OTHERS: &[&str] = &["target", "cargo.lock", ".git"];
    let stem = part.trim_start_matches('.').split('.').next().unwrap_or("").to_ascii_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    });
    !stem.is_empty()
        && part.len() <= 120
        && !part.ends_with('.')
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        && !RESERVED.contains(&stem.as_str())
        && !OTHERS.contains(&part.to_ascii_lowercase().as_str())
        && !part.starts_with(".manifest.")
        && !numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_leave_the_folder_or_be_a_device() {
        let mut tree = Tree::default();
        for path in [
            "../a",
            "a/../b",
            "/a",
            "a//b",
            "a/./b",
            "con",
            "a/nul.rs",
            "com1.md",
            "a.",
            "a b",
            "é",
            "",
            "x/target/y",
            "Cargo.lock",
        ] {
            assert_eq!(tree.insert(path, ""), Err(PathError::Unsafe(path.to_owned())), "{path}");
        }
        assert_eq!(tree.insert("src/lib.rs", ""), Ok(()));
        assert_eq!(tree.insert(".well-known/index.json", ""), Ok(()));
    }

    #[test]
    fn paths_that_differ_by_case_only_are_refused() {
        let mut tree = Tree::default();
        assert_eq!(tree.insert("src/A.rs", ""), Ok(()));
        assert_eq!(tree.insert("src/a.rs", ""), Err(PathError::Taken("src/a.rs".to_owned())));
    }

    #[test]
    fn a_file_cannot_be_a_folder_too() {
        let mut tree = Tree::default();
        assert_eq!(tree.insert("a/b/c", ""), Ok(()));
        assert_eq!(tree.insert("a/B", ""), Err(PathError::Taken("a/B".to_owned())));
        assert_eq!(tree.insert("a/b/c/d", ""), Err(PathError::Taken("a/b/c/d".to_owned())));
    }
}
