//! `lint --skills`, `verify-skills`, `mock`: a program of its own in tests/, since a server and the languages of samples
//! have no place in what every fresh machine compiles.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::workspace::{GENERATED, Workspace};
use crate::{Exit, WrongUsage};

/// Runs every sample of skill documents, against a local server that judges the requests
#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// A folder with skills at any depth, one skill, or one file [default: generated/skills]
    path: Option<PathBuf>,
    /// Samples of this language only
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
}

/// Starts a local server that judges requests and answers from the document, with state enough for OAuth flows
#[derive(Args, Debug)]
pub(crate) struct Mock {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    port: u16,
    /// The product of spec/ [default: the only one]
    #[arg(long, value_name = "NAME")]
    product: Option<String>,
}

/// Checks skills with these options.
pub(crate) fn lint(workspace: &Workspace, path: Option<&Path>, options: &[OsString]) -> Result<Exit, WrongUsage> {
    start(workspace, "lint", path, options)
}

/// Runs the command.
pub(crate) fn verify(arguments: &Verify) -> Result<Exit, WrongUsage> {
    let options = arguments.language.iter().flat_map(|name| ["--language".into(), name.into()]);
    start(&Workspace::find()?, "verify", arguments.path.as_deref(), &options.collect::<Vec<_>>())
}

/// Runs the command.
pub(crate) fn mock(arguments: &Mock) -> Result<Exit, WrongUsage> {
    let mut options: Vec<OsString> = vec!["--port".into(), arguments.port.to_string().into()];
    options.extend(arguments.product.iter().flat_map(|name| ["--product".into(), name.into()]));
    call(&Workspace::find()?, "mock", &options, None)
}

/// Starts a command about skills; without a path, about those that were generated.
fn start(workspace: &Workspace, command: &str, path: Option<&Path>, options: &[OsString]) -> Result<Exit, WrongUsage> {
    let generated = Path::new(GENERATED).join("skills");
    let folder = path.is_none().then_some(workspace.root.as_path());
    let path = path.unwrap_or(&generated).as_os_str().to_owned();
    let arguments: Vec<OsString> = [path].into_iter().chain(options.iter().cloned()).collect();
    call(workspace, command, &arguments, folder)
}

/// Starts the program; its exit status is ours.
fn call(
    workspace: &Workspace,
    command: &str,
    arguments: &[OsString],
    folder: Option<&Path>,
) -> Result<Exit, WrongUsage> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--package", "skills-check", "--manifest-path"]);
    cargo.arg(workspace.root.join("Cargo.toml")).args(["--", command]).args(arguments);
    if let Some(folder) = folder {
        cargo.current_dir(folder);
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // In our place: whoever stops us stops the server.
        let error = cargo.exec();
        Err(WrongUsage(format!("cannot start cargo: {error}")))
    }
    #[cfg(not(unix))]
    {
        let status = cargo.status().map_err(|error| WrongUsage(format!("cannot start cargo: {error}")))?;
        Ok(match status.code() {
            Some(0) => Exit::Done,
            Some(2) => Exit::Usage,
            _ => Exit::Findings,
        })
    }
}
