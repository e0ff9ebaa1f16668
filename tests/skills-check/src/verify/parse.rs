//! Samples that cannot be run here: the language's own tool says whether they are well-formed.

use std::io;
use std::path::PathBuf;

use crate::sandbox::{self, Sandbox};

/// A tool that says whether code is of its language.
pub(super) struct Parser {
    /// The tool.
    pub(super) program: PathBuf,
    /// Before the name of the file.
    pub(super) arguments: &'static [&'static str],
    /// The name of the file.
    pub(super) file: &'static str,
    /// Makes a whole file of Setup and a sample.
    pub(super) whole: fn(&str, &str) -> String,
}

impl Parser {
    /// What the tool says of a sample after its setup; nothing if it is well-formed.
    pub(super) fn complaints(&self, sandbox: &Sandbox, setup: &str, code: &str) -> io::Result<Vec<String>> {
        let folder = sandbox.folder()?;
        std::fs::write(folder.join(self.file), (self.whole)(setup, code))?;
        // The tools are scripts and launchers that find their own parts: they get the path of the machine.
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = sandbox.command(&self.program.to_string_lossy(), &folder, &[("PATH".to_owned(), path)]);
        command.args(self.arguments).arg(self.file);
        let outcome = sandbox::run(command, None)?;
        if outcome.status == Some(0) {
            return Ok(Vec::new());
        }
        let first = outcome.stderr.lines().find(|line| !line.trim().is_empty()).unwrap_or("is not well-formed");
        Ok(vec![first.to_owned()])
    }
}
