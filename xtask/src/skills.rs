//! `lint --skills`, `verify-skills`, `mock`: a program of its own in tests/, since a server and the languages of samples
//! have no place in what every fresh machine compiles.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::program;
use crate::report::Format;
use crate::workspace::{GENERATED, Workspace};
use crate::{Exit, WrongUsage};

/// Runs every sample of skill documents, against a local server that judges the requests
///
/// A sample of an operation, that of errors, and every flow; 0 means that none failed: what this machine cannot run is
/// parsed or skipped, and named.
#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// A folder with skills at any depth, one skill, or one file [default: generated/skills]
    path: Option<PathBuf>,
    /// Samples of this language only
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// The OpenAPI document that samples are judged by, instead of that of their product
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// The product of spec/ that samples are judged by
    #[arg(long, value_name = "NAME", conflicts_with = "spec")]
    product: Option<String>,
    /// How results are shown
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Starts a local server that judges requests and answers from the document, with state enough for OAuth flows
#[derive(Args, Debug)]
pub(crate) struct Mock {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    port: u16,
    /// An OpenAPI document of your own
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// The product of spec/ [default: the only one]
    #[arg(long, value_name = "NAME", conflicts_with = "spec")]
    product: Option<String>,
}

/// Checks skills with these options.
pub(crate) fn lint(workspace: &Workspace, path: Option<&Path>, options: &[OsString]) -> Result<Exit, WrongUsage> {
    start(workspace, "lint", path, options)
}

/// Runs the command.
pub(crate) fn verify(arguments: &Verify) -> Result<Exit, WrongUsage> {
    let mut options: Vec<OsString> = vec!["--format".into(), arguments.format.name().into()];
    options.extend(arguments.language.iter().flat_map(|name| ["--language".into(), name.into()]));
    options.extend(against(arguments.spec.as_deref(), arguments.product.as_deref()));
    start(&Workspace::find()?, "verify", arguments.path.as_deref(), &options)
}

/// Runs the command.
pub(crate) fn mock(arguments: &Mock) -> Result<Exit, WrongUsage> {
    let mut options: Vec<OsString> = vec!["--port".into(), arguments.port.to_string().into()];
    options.extend(against(arguments.spec.as_deref(), arguments.product.as_deref()));
    call(&Workspace::find()?, "mock", &options, None)
}

/// The options that name what to check against.
fn against(spec: Option<&Path>, product: Option<&str>) -> impl Iterator<Item = OsString> {
    let spec = spec.into_iter().flat_map(|file| ["--spec".into(), absolute(file)]);
    spec.chain(product.into_iter().flat_map(|name| ["--product".into(), name.into()]))
}

/// A path that means the same from another folder.
pub(crate) fn absolute(path: &Path) -> OsString {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).into_os_string()
}

/// Starts a command about skills; without a path, about those that were generated.
fn start(workspace: &Workspace, command: &str, path: Option<&Path>, options: &[OsString]) -> Result<Exit, WrongUsage> {
    let generated = Path::new(GENERATED).join("skills");
    let folder = path.is_none().then_some(workspace.root.as_path());
    let path = path.unwrap_or(&generated).as_os_str().to_owned();
    let arguments: Vec<OsString> = [path].into_iter().chain(options.iter().cloned()).collect();
    call(workspace, command, &arguments, folder)
}

/// Starts the program with one of its commands.
fn call(
    workspace: &Workspace,
    command: &str,
    arguments: &[OsString],
    folder: Option<&Path>,
) -> Result<Exit, WrongUsage> {
    let arguments: Vec<OsString> = [command.into()].into_iter().chain(arguments.iter().cloned()).collect();
    program::start(workspace, "skills-check", &arguments, folder)
}
