//! What a language needs to run or parse its samples.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use tempfile::TempDir;

use super::parse::Parser;
use super::{go, java, javascript, python, ruby, rust};
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

/// [`NOWHERE`] as variables of a program.
pub(super) fn nowhere() -> Vec<(String, String)> {
    NOWHERE.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// How samples of a language are tried.
pub(super) struct Runtime {
    /// What runs samples, if anything does.
    pub(super) program: Option<Program>,
    /// What parses the samples that are not run.
    pub(super) parser: Option<Parser>,
    /// Whether the SDK is there; without it, a sample that calls it is not run.
    pub(super) has_sdk: bool,
    /// What is done, or why nothing is and how that is mended.
    pub(super) how: String,
}

impl Runtime {
    /// Every sample is run.
    pub(super) fn run(how: String, program: Program) -> Self {
        Self { program: Some(program), parser: None, has_sdk: true, how }
    }

    /// No sample is tried, for a reason that says what to install.
    pub(super) fn missing(how: impl Into<String>) -> Self {
        Self { program: None, parser: None, has_sdk: false, how: how.into() }
    }

    /// Sets a language up; what it needs is installed into a folder that goes with it.
    pub(super) fn of(language: Language, product: &Product) -> io::Result<Self> {
        match language {
            Language::Curl => Ok(curl()),
            Language::Go => go::set_up(product),
            Language::Java => java::set_up(product),
            Language::JavaScript => javascript::set_up(),
            Language::Python => python::set_up(),
            Language::Ruby => ruby::set_up(product),
            Language::Rust => rust::set_up(product),
        }
    }
}

fn curl() -> Runtime {
    if let Some(why) = sandbox::lacks_curl() {
        return Runtime::missing(why);
    }
    let program = Program {
        program: "bash".into(),
        arguments: vec!["--noprofile".into(), "--norc".into()],
        file: "sample.sh",
        ..Program::default()
    };
    Runtime::run("run with curl and bash".to_owned(), program)
}

/// Compiles Setup and a sample; what the compiler says if it refuses.
pub(super) type Compiler = dyn Fn(&str, &str) -> io::Result<Result<(), String>>;

/// A program that runs a script, or the one that is compiled of it.
#[derive(Default)]
pub(super) struct Program {
    pub(super) program: PathBuf,
    /// Before the name of the script.
    pub(super) arguments: Vec<OsString>,
    /// The name of the script.
    pub(super) file: &'static str,
    pub(super) environment: Vec<(String, String)>,
    /// Where it is installed; gone when dropped. Scripts of JavaScript must lie below it to find their modules.
    pub(super) folder: Option<TempDir>,
    /// Makes `program` anew of each script.
    pub(super) compiler: Option<Box<Compiler>>,
    /// What `program` is made of.
    pub(super) compiled: RefCell<Option<String>>,
}

impl Program {
    /// Runs a sample after its Setup in a folder, a new one if none is given.
    pub(super) fn run(
        &self,
        sandbox: &Sandbox,
        folder: Option<&Path>,
        (setup, code): (&str, &str),
        variables: &[(String, String)],
        typist: Option<&Typist<'_>>,
    ) -> io::Result<Outcome> {
        let folder = match folder {
            Some(folder) => folder.to_owned(),
            None => self.new_folder(sandbox)?,
        };
        if let Some(compile) = &self.compiler
            && self.compiled.borrow().as_deref() != Some(&[setup, code].concat())
        {
            self.compiled.replace(None);
            if let Err(stderr) = compile(setup, code)? {
                return Ok(Outcome { status: Some(101), stderr, ..Outcome::default() });
            }
            self.compiled.replace(Some([setup, code].concat()));
        }
        let file = folder.join(self.file);
        if self.compiler.is_none() {
            fs::write(&file, format!("{setup}\n{code}"))?;
        }
        let variables: Vec<_> = self.environment.iter().chain(variables).cloned().collect();
        let mut command = sandbox.command(&self.program.to_string_lossy(), &folder, &variables);
        command.args(&self.arguments);
        if self.compiler.is_none() {
            command.arg(&file);
        }
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
