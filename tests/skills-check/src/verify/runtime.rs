//! What a language needs to run or parse its samples.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use tempfile::TempDir;

use super::parse::Parser;
use super::{javascript, python, ruby, rust};
use crate::product::Product;
use crate::sample::Language;
use crate::sandbox::{self, Outcome, Sandbox, Typist};

/// Whatever is not for the local server ends at a port where nobody listens, if the program heeds these.
pub(super) const NOWHERE: [(&str, &str); 7] = [
    ("HTTP_PROXY", "http://127.0.0.1:9"),
    ("HTTPS_PROXY", "http://127.0.0.1:9"),
    ("ALL_PROXY", "http://127.0.0.1:9"),
    ("http_proxy", "http://127.0.0.1:9"),
    ("https_proxy", "http://127.0.0.1:9"),
    ("NO_PROXY", "127.0.0.1,localhost"),
    ("no_proxy", "127.0.0.1,localhost"),
];

/// How samples of a language are tried.
pub(super) enum Runtime {
    /// They are run.
    Run(Program),
    /// They are parsed, and their calls looked up.
    Parse(Parser),
    /// They are not tried: why, and how that is mended.
    Missing(String),
}

impl Runtime {
    /// Sets a language up; what it needs is installed into a folder that goes with it.
    pub(super) fn of(language: Language, product: &Product) -> io::Result<Self> {
        Ok(match language {
            Language::Curl => curl(),
            Language::Python => python::set_up()?,
            Language::JavaScript => javascript::set_up()?,
            Language::Ruby => ruby::set_up(product)?,
            Language::Go | Language::Java => Parser::of(language),
            Language::Rust => rust::set_up(product)?,
        })
    }

    /// How samples are tried, or why not.
    pub(super) fn how(&self) -> String {
        match self {
            Self::Run(program) => program.how.clone(),
            Self::Parse(parser) => parser.how(),
            Self::Missing(why) => why.clone(),
        }
    }
}

fn curl() -> Runtime {
    if let Some(why) = sandbox::lacks_curl() {
        return Runtime::Missing(why);
    }
    Runtime::Run(Program {
        how: "run with curl and bash".to_owned(),
        program: "bash".into(),
        arguments: vec!["--noprofile".into(), "--norc".into()],
        file: "sample.sh",
        environment: Vec::new(),
        folder: None,
        project: None,
    })
}

/// A program that runs a script.
pub(super) struct Program {
    pub(super) how: String,
    pub(super) program: PathBuf,
    /// Before the name of the script.
    pub(super) arguments: Vec<OsString>,
    /// The name of the script.
    pub(super) file: &'static str,
    pub(super) environment: Vec<(String, String)>,
    /// Where it is installed; gone when dropped. Scripts of JavaScript must lie below it to find their modules.
    pub(super) folder: Option<TempDir>,
    /// What compiles the script; then the program is what comes of it.
    pub(super) project: Option<rust::Project>,
}

impl Program {
    /// Runs a script in a folder, a new one if none is given.
    pub(super) fn run(
        &self,
        sandbox: &Sandbox,
        folder: Option<&Path>,
        script: &str,
        variables: &[(String, String)],
        typist: Option<&Typist<'_>>,
    ) -> io::Result<Outcome> {
        let folder = match folder {
            Some(folder) => folder.to_owned(),
            None => self.new_folder(sandbox)?,
        };
        let compiled = match self.project.as_ref().map(|project| project.build(script)).transpose()? {
            Some(Err(stderr)) => return Ok(Outcome { status: Some(101), stderr, ..Outcome::default() }),
            Some(Ok(program)) => Some(program),
            None => None,
        };
        let file = folder.join(self.file);
        fs::write(&file, script)?;
        let variables: Vec<_> = self.environment.iter().chain(variables).cloned().collect();
        let program = compiled.as_ref().unwrap_or(&self.program);
        let mut command = sandbox.command(&program.to_string_lossy(), &folder, &variables);
        command.args(&self.arguments).arg(&file);
        sandbox::run(command, typist)
    }

    /// A folder for scripts.
    pub(super) fn new_folder(&self, sandbox: &Sandbox) -> io::Result<PathBuf> {
        match &self.folder {
            None => sandbox.folder(),
            Some(folder) => Ok(tempfile::Builder::new().prefix("run-").tempdir_in(folder.path())?.keep()),
        }
    }
}
