//! Skills on disk: a folder with a `SKILL.md`, and the files it refers to.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::frontmatter::Frontmatter;
use crate::markdown::Page;

/// Folders are not searched below this depth.
const DEPTH: usize = 6;

/// A file of a skill.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it is, as it was asked for.
    pub path: PathBuf,
    /// The path within the skill's folder, with slashes.
    pub name: String,
    /// The text.
    pub text: String,
    /// The blocks, without the frontmatter.
    pub page: Page,
    /// The first line that is not UTF-8; its bytes are replaced in the text.
    pub broken: Option<usize>,
}

/// A skill.
#[derive(Debug, Clone)]
pub struct Skill {
    /// The name of its folder; empty if the file was given alone and its folder has no name.
    pub folder: String,
    /// The folder.
    pub path: PathBuf,
    /// The frontmatter of `SKILL.md`.
    pub frontmatter: Frontmatter,
    /// `SKILL.md`.
    pub main: Source,
    /// Markdown files below the folder, by name.
    pub references: Vec<Source>,
}

impl Skill {
    /// The name by which reports call it: that of the frontmatter, else that of the folder.
    #[must_use]
    pub fn name(&self) -> &str {
        self.frontmatter.text("name").unwrap_or(&self.folder)
    }

    /// `SKILL.md` and the files beside it.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        std::iter::once(&self.main).chain(&self.references)
    }

    /// Reads a skill from its `SKILL.md`, and the Markdown files below its folder.
    ///
    /// # Errors
    ///
    /// A file cannot be read.
    pub fn read(file: &Path) -> io::Result<Self> {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let (text, broken) = text(file)?;
        let (frontmatter, body) = Frontmatter::read(&text);
        let page = Page::read(body, frontmatter.body_line);
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_skill = name == "SKILL.md";
        let main = Source { path: file.to_owned(), name, text: text.clone(), page, broken };
        let mut references = Vec::new();
        if is_skill {
            pages(folder, "", 0, &mut references)?;
        }
        let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let folder_name = absolute.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { folder: folder_name, path: folder.to_owned(), frontmatter, main, references })
    }
}

/// Every skill at a path: a file is one, a folder holds one or many at any depth; by path.
///
/// # Errors
///
/// The path does not exist, or something below cannot be read.
pub fn find(path: &Path) -> io::Result<Vec<Skill>> {
    if path.is_file() {
        return Ok(vec![Skill::read(path)?]);
    }
    let mut files = Vec::new();
    search(path, 0, &mut files)?;
    files.sort();
    files.iter().map(|file| Skill::read(file)).collect()
}

fn search(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let own = folder.join("SKILL.md");
    if own.is_file() {
        files.push(own);
        return Ok(());
    }
    if depth == DEPTH {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // A link could lead round in circles.
        if entry.file_type()?.is_dir() && entry.file_name() != "node_modules" && entry.file_name() != ".git" {
            search(&entry.path(), depth + 1, files)?;
        }
    }
    Ok(())
}

fn pages(folder: &Path, prefix: &str, depth: usize, found: &mut Vec<Source>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < DEPTH {
            pages(&entry.path(), &format!("{name}/"), depth + 1, found)?;
        } else if kind.is_file() && name.ends_with(".md") && name != "SKILL.md" {
            let (text, broken) = text(&entry.path())?;
            let page = Page::read(&text, 1);
            found.push(Source { path: entry.path(), name, text, page, broken });
        }
    }
    Ok(())
}

/// The text of a file, and its first line that is not UTF-8.
fn text(path: &Path) -> io::Result<(String, Option<usize>)> {
    let bytes = fs::read(path).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = 1 + good.iter().filter(|byte| **byte == b'\n').count();
            (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(line))
        }
    })
}
