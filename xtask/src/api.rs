//! `cargo xtask api`: the public API of the generated crates beside its record.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use crate::workspace::{GENERATED, Workspace};
use crate::{Exit, WrongUsage, program};

/// The folder of the records.
const RECORDS: &str = "tests/api-record";

/// Holds the public API of the generated crates to its record; a breaking change needs a new version
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Write the record anew, unless the change is breaking and the version does not say so
    #[arg(long)]
    accept: bool,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, WrongUsage> {
    let workspace = Workspace::find()?;
    let manifests: Vec<PathBuf> = workspace.crates().iter().map(|folder| folder.join("Cargo.toml")).collect();
    if manifests.is_empty() {
        return Err(WrongUsage(format!("there is no crate below {GENERATED}/; run: cargo xtask generate")));
    }
    let accept = arguments.accept.then(|| OsString::from("--accept"));
    let options = [RECORDS.into()].into_iter().chain(manifests.into_iter().map(PathBuf::into_os_string)).chain(accept);
    program::start(&workspace, "api-record", &options.collect::<Vec<_>>(), Some(&workspace.root))
}
