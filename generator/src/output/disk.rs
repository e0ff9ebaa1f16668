//! What a folder holds, and the lock on it. No symbolic link is followed.

use std::collections::BTreeSet;
use std::fs::{self, File, FileType};
use std::io::{self, ErrorKind};
use std::path::Path;

use super::{Error, manifest};

/// How the names of temporary files begin.
pub(super) const TEMPORARY: &str = ".manifest.tmp-";

/// The file that is locked where a folder itself cannot be.
const LOCK: &str = ".manifest.lock";

/// What a folder holds: paths within it, the parts divided by `/`.
#[derive(Debug, Default)]
pub(super) struct Disk {
    /// Plain files, without the manifest.
    pub(super) files: BTreeSet<String>,
    /// Folders.
    pub(super) folders: BTreeSet<String>,
    /// Whatever else a file system knows: pipes, sockets, devices. They are never opened.
    pub(super) others: BTreeSet<String>,
    /// Temporary files of runs that were killed.
    pub(super) leftovers: BTreeSet<String>,
}

/// Reads what a folder holds; nothing if it does not exist.
pub(super) fn scan(folder: &Path) -> Result<Disk, Error> {
    let mut disk = Disk::default();
    if !exists(folder)? {
        return Ok(disk);
    }
    let mut stack = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = stack.pop() {
        let listing = fs::read_dir(&folder).map_err(|source| failed(&prefix, "list the folder", source))?;
        for entry in listing {
            let entry = entry.map_err(|source| failed(&prefix, "list the folder", source))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
            let kind = entry.file_type().map_err(|source| failed(&path, "look at the file", source))?;
            if is_ignored(&path, &name, kind) {
                continue;
            }
            if kind.is_symlink() {
                return Err(Error::Link { path });
            }
            if kind.is_dir() {
                disk.folders.insert(path.clone());
                stack.push((path, entry.path()));
            } else if !kind.is_file() {
                disk.others.insert(path);
            } else if name.starts_with(TEMPORARY) {
                disk.leftovers.insert(path);
            } else {
                disk.files.insert(path);
            }
        }
    }
    for own in [manifest::NAME, manifest::NEXT] {
        disk.files.remove(own);
    }
    Ok(disk)
}

/// Whether an entry is somebody else's business: cargo's, git's, or the lock.
fn is_ignored(path: &str, name: &str, kind: FileType) -> bool {
    (name == "target" && !kind.is_file()) || (name == "Cargo.lock" && !kind.is_dir()) || path == ".git" || path == LOCK
}

/// Whether the folder exists.
///
/// # Errors
///
/// When something else has its name.
pub(super) fn exists(folder: &Path) -> Result<bool, Error> {
    match fs::symlink_metadata(folder) {
        Ok(data) if data.is_symlink() => Err(Error::Link { path: String::new() }),
        Ok(data) if !data.is_dir() => Err(Error::InTheWay { path: String::new() }),
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(failed("", "look at the folder", source)),
    }
}

/// The bytes of a file; none if it does not exist.
pub(super) fn read(folder: &Path, path: &str) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(folder.join(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(failed(path, "read the file", source)),
    }
}

/// Waits until no other run writes to the folder, and holds others off until the file is dropped.
pub(super) fn lock(folder: &Path) -> Result<File, Error> {
    // Unix locks the folder itself, which leaves nothing behind.
    let file = if cfg!(unix) { File::open(folder) } else { File::create(folder.join(LOCK)) };
    let file = file.map_err(|source| failed("", "open the folder", source))?;
    held(file.lock(), file)
}

/// Waits until no run writes to the folder; creates nothing.
pub(super) fn lock_shared(folder: &Path) -> Result<Option<File>, Error> {
    if !exists(folder)? {
        return Ok(None);
    }
    match if cfg!(unix) { File::open(folder) } else { File::open(folder.join(LOCK)) } {
        Ok(file) => held(file.lock_shared(), file).map(Some),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(failed("", "open the folder", source)),
    }
}

/// A file system that knows no locks is written without one.
fn held(answer: io::Result<()>, file: File) -> Result<File, Error> {
    match answer {
        Err(source) if source.kind() != ErrorKind::Unsupported => Err(failed("", "lock the folder", source)),
        _ => Ok(file),
    }
}

/// The system refused something.
pub(super) fn failed(path: &str, doing: &'static str, source: io::Error) -> Error {
    Error::Io { path: path.to_owned(), doing, source }
}
