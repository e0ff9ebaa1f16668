//! The folder `templates/`: read whole, so that emitters do no I/O.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior};

/// Every text file below `templates/`, by its path with `/` between the parts.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    files: BTreeMap<String, String>,
}

impl Templates {
    /// Reads a folder. Folders named `target` and names with a leading dot are left out.
    ///
    /// # Errors
    ///
    /// When a folder or file cannot be read, or a file is not UTF-8.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        let mut folders = vec![(String::new(), folder.to_owned())];
        while let Some((prefix, folder)) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.starts_with('.') || name == "target" {
                    continue;
                }
                let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
                if entry.file_type()?.is_dir() {
                    folders.push((path, entry.path()));
                } else {
                    let text = fs::read_to_string(entry.path())
                        .map_err(|error| io::Error::new(error.kind(), format!("{path}: {error}")))?;
                    files.insert(path, text.replace("\r\n", "\n"));
                }
            }
        }
        Ok(Self { files })
    }

    /// The text of a file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// The files below a folder, by name: path within the folder, text.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files.iter().filter_map(move |(path, text)| {
            let path = path.strip_prefix(folder)?.strip_prefix('/')?;
            Some((path, text.as_str()))
        })
    }
}

/// What templates are rendered in: nothing is escaped unasked, nothing may be missing, and a line that holds only a
/// statement leaves no trace.
///
/// # Errors
///
/// When the syntax is at odds with itself, which it is not.
pub(crate) fn environment<'a>() -> Result<Environment<'a>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    environment.set_syntax(syntax.build()?);
    Ok(environment)
}
