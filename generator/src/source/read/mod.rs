//! Bytes to a tree of values with places, within limits.
//!
//! Nothing here recurses over the input, and no limit is checked after the work it bounds.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::diagnostic::{Diagnostic, Findings};
use super::node::Node;
use super::place::{FileId, Files, Place};
use super::rules::reading as rules;

mod cursor;
mod json;
mod lookahead;
mod scalar;
mod tree;
mod yaml;

#[cfg(test)]
mod tests;

/// The bytes a file may have.
pub const MAX_BYTES: usize = 32 << 20;
/// How deep lists and mappings may be nested.
pub const MAX_DEPTH: usize = 128;
/// The values a document may have, and those its aliases may expand to.
pub const MAX_NODES: usize = 1_000_000;

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML 1.2.2 with the core schema, and merge keys.
    Yaml,
    /// JSON as in RFC 8259, nothing laxer.
    Json,
}

impl Format {
    /// JSON for a name that ends in `.json`, else YAML.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("json") => Self::Json,
            _ => Self::Yaml,
        }
    }
}

/// Reads a file; `name` is how findings call it.
///
/// `None` means that at least one error was found.
pub fn read_file(path: &Path, name: &str, files: &mut Files, findings: &mut Findings) -> Option<Node> {
    match bytes(path) {
        Ok(bytes) => read_text(name, &bytes, Format::of(path), files, findings),
        Err(why) => {
            let place = Place::whole(files.add(name, ""));
            findings.push(Diagnostic::new(&rules::UNREADABLE, place, format!("`{name}` {}", why.0)).help(why.1));
            None
        }
    }
}

/// Reads a file that is plain text to this module, such as product.toml.
///
/// `None` means that an error was found.
pub fn read_plain(path: &Path, name: &str, files: &mut Files, findings: &mut Findings) -> Option<FileId> {
    match bytes(path) {
        Ok(bytes) => match decode(name, &bytes, files) {
            (file, None) => return Some(file),
            (_, Some(problem)) => findings.push(*problem),
        },
        Err(why) => {
            let place = Place::whole(files.add(name, ""));
            findings.push(Diagnostic::new(&rules::UNREADABLE, place, format!("`{name}` {}", why.0)).help(why.1));
        }
    }
    None
}

/// The bytes of a file, at most one more than allowed; or why not, and the way out.
fn bytes(path: &Path) -> Result<Vec<u8>, (String, &'static str)> {
    use std::io::ErrorKind;
    let explain = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => ("does not exist".to_owned(), "check the name and the folder it is relative to"),
        ErrorKind::PermissionDenied => ("may not be read".to_owned(), "give yourself the permission to read it"),
        ErrorKind::IsADirectory => ("is a folder".to_owned(), "name the file in it"),
        _ => (format!("cannot be read: {error}"), "check the name"),
    };
    let file = File::open(path).map_err(explain)?;
    if file.metadata().map_err(explain)?.is_dir() {
        return Err(explain(ErrorKind::IsADirectory.into()));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(explain)?;
    Ok(bytes)
}

/// Reads the bytes of a document; `name` is how findings call it.
///
/// `None` means that at least one error was found.
pub fn read_text(name: &str, bytes: &[u8], format: Format, files: &mut Files, findings: &mut Findings) -> Option<Node> {
    let (file, problem) = decode(name, bytes, files);
    let text = files.get(file).map_or("", |file| file.text.as_str());
    let result = match problem {
        Some(problem) => Err(problem),
        None => match format {
            Format::Yaml => match json_in_yaml(file, text) {
                Some(node) => Ok(Some(node)),
                None => parse(file, text, yaml::read, findings),
            },
            Format::Json => parse(file, text, json::read, findings),
        },
    };
    result.unwrap_or_else(|fatal| {
        findings.push(*fatal);
        None
    })
}

fn parse(
    file: FileId,
    text: &str,
    read: fn(&str, &mut tree::Builder<'_>) -> Result<(), tree::Fatal>,
    findings: &mut Findings,
) -> Result<Option<Node>, tree::Fatal> {
    let mut tree = tree::Builder::new(file, text, findings);
    read(text, &mut tree)?;
    tree.finish()
}

/// The tree of a YAML text that is JSON: the same, in a fraction of time and memory.
fn json_in_yaml(file: FileId, text: &str) -> Option<Node> {
    let begins = text.trim_start().starts_with(['{', '[']);
    begins.then(|| parse(file, text, json::read, &mut Findings::default()).ok())??
}

/// Registers the text, as far as it is text.
fn decode(name: &str, bytes: &[u8], files: &mut Files) -> (FileId, Option<Box<Diagnostic>>) {
    if bytes.len() > MAX_BYTES {
        let file = files.add(name, "");
        let problem = Diagnostic::new(&rules::TOO_LARGE, Place::whole(file), "larger than the limit of 32 MiB")
            .help("cut the document down, for instance to the operations that are needed");
        return (file, Some(Box::new(problem)));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let file = files.add(name, "");
        let problem = Diagnostic::new(&rules::NOT_UTF8, Place::whole(file), "UTF-16, where UTF-8 is due")
            .help("save the file as UTF-8");
        return (file, Some(Box::new(problem)));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (files.add(name, text), None),
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let at = valid.len();
            let file = files.add(name, String::from_utf8_lossy(valid));
            let byte = bytes.get(at).copied().unwrap_or_default();
            let problem =
                Diagnostic::new(&rules::NOT_UTF8, place(file, at, at), format!("the byte 0x{byte:02X} is not UTF-8"))
                    .help("save the file as UTF-8");
            (file, Some(Box::new(problem)))
        }
    }
}

/// A place by offsets; files are far smaller than 4 GiB.
fn place(file: FileId, start: usize, end: usize) -> Place {
    let narrow = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
    Place { file, start: narrow(start), end: narrow(end) }
}
