//! Writing: everything into temporary files first, then one rename per file, the manifest last.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::disk::{self, failed};
use super::manifest::{NAME, NEXT};
use super::plan::{self, Plan};
use super::{Change, Error, Kind, Output};

/// Writes a folder. `step` is called between any two changes to the disk.
pub(super) fn write(output: &Output<'_>, step: &mut dyn FnMut()) -> Result<Vec<Change>, Error> {
    // Declared first to be dropped last: the staging takes back what is left of it under the lock.
    let _lock;
    let mut staging = Staging::new(output.folder);
    if !disk::exists(output.folder)? {
        staging.make_folder(output.folder, "")?;
    }
    _lock = disk::lock(output.folder)?;
    let Plan { changes, manifest, leftovers, gone } = plan::make(output)?;
    let changed = |kind: Kind| changes.iter().filter(move |change| change.kind == kind).map(|change| &change.path);

    for path in &leftovers {
        step();
        staging.delete(path)?;
    }
    for path in changed(Kind::Missing).chain(changed(Kind::Changed)) {
        step();
        staging.stage(path, if path == NAME { manifest.as_bytes() } else { output.bytes(path).unwrap_or_default() })?;
    }

    let orphaned = || changed(Kind::Orphaned).filter(|path| !leftovers.contains(*path));
    for path in orphaned().filter(|path| *path != NEXT) {
        step();
        staging.delete(path)?;
    }
    // From here on what is written is ours, even if this run does not come to its end.
    let has_manifest = staging.rename(NAME, NEXT, step)?;
    for path in changed(Kind::Missing).chain(changed(Kind::Changed)).filter(|path| *path != NAME) {
        staging.rename(path, path, step)?;
    }
    staging.delete_empty_folders(&gone);
    step();
    if has_manifest {
        let next = output.folder.join(NEXT);
        fs::rename(next, output.folder.join(NAME)).map_err(|source| failed(NAME, "replace the file", source))?;
    } else if orphaned().any(|path| path == NEXT) {
        staging.delete(NEXT)?;
    }
    Ok(changes)
}

/// Temporary files and new folders; dropped, it takes back what was not put in its place.
struct Staging<'a> {
    /// The folder that is written to.
    root: &'a Path,
    /// Paths of the files that are staged, within the root.
    staged: BTreeSet<String>,
    /// New folders, outer before inner.
    folders: Vec<PathBuf>,
}

impl<'a> Staging<'a> {
    fn new(root: &'a Path) -> Self {
        Self { root, staged: BTreeSet::new(), folders: Vec::new() }
    }

    /// Makes a folder and those around it; `path` names it within the root.
    fn make_folder(&mut self, folder: &Path, path: &str) -> Result<(), Error> {
        let around = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        let missing: Vec<&Path> = folder.ancestors().take_while(around).collect();
        for folder in missing.into_iter().rev() {
            match fs::create_dir(folder) {
                Ok(()) => self.folders.push(folder.to_owned()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(source) => return Err(failed(path, "make the folder", source)),
            }
        }
        Ok(())
    }

    /// The temporary file of a path: beside it, so that the rename stays within one file system.
    fn temporary(&self, path: &str) -> PathBuf {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.root.join(folder).join(format!("{}{name}", disk::TEMPORARY))
    }

    /// Writes the temporary file of a path.
    fn stage(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.make_folder(&self.root.join(folder), folder)?;
        }
        let refused = |source| failed(path, "write the file", source);
        let mut file = OpenOptions::new().write(true).create_new(true).open(self.temporary(path)).map_err(refused)?;
        self.staged.insert(path.to_owned());
        file.write_all(bytes).map_err(refused)
    }

    /// Puts the temporary file of a path in its place. False if there is none.
    fn rename(&mut self, path: &str, to: &str, step: &mut dyn FnMut()) -> Result<bool, Error> {
        if !self.staged.contains(path) {
            return Ok(false);
        }
        step();
        fs::rename(self.temporary(path), self.root.join(to))
            .map_err(|source| failed(path, "replace the file", source))?;
        Ok(self.staged.remove(path))
    }

    /// Deletes a file, if it is there.
    fn delete(&self, path: &str) -> Result<(), Error> {
        match fs::remove_file(self.root.join(path)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(path, "delete the file", error)),
            _ => Ok(()),
        }
    }

    /// Deletes the folders that these files stood in, as far as they are empty now.
    fn delete_empty_folders(&self, files: &BTreeSet<String>) {
        for file in files {
            let around = file.match_indices('/').filter_map(|(at, _)| file.get(..at));
            for folder in around.collect::<Vec<_>>().into_iter().rev() {
                // One that is not empty refuses; that is all there is to know.
                let _ = fs::remove_dir(self.root.join(folder));
            }
        }
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        for path in &self.staged {
            let _ = fs::remove_file(self.temporary(path));
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests;
