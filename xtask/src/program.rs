//! Starting the programs of tests/: what needs more than every fresh machine should compile is not in xtask.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use crate::workspace::Workspace;
use crate::{Exit, WrongUsage};

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Starts the program of a package of the workspace; its exit status is ours.
pub(crate) fn start(
    workspace: &Workspace,
    package: &str,
    arguments: &[OsString],
    folder: Option<&Path>,
) -> Result<Exit, WrongUsage> {
    let mut cargo = cargo();
    cargo.args(["run", "--quiet", "--package", package, "--manifest-path"]);
    cargo.arg(workspace.root.join("Cargo.toml")).arg("--").args(arguments);
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
