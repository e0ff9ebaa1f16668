//! `cargo xtask test`: all tests, also those of what cargo does not see as part of the workspace.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use clap::Args;

use crate::terminal::{self, Color, count};
use crate::workspace::{GENERATED, Workspace};
use crate::{Exit, WrongUsage};

/// Runs all tests: the workspace, the generated crates, the contract tests
#[derive(Args, Debug)]
pub(crate) struct Arguments {}

/// Runs the command. Every part runs, also after one has failed.
pub(crate) fn run(_: &Arguments) -> Result<Exit, WrongUsage> {
    let workspace = Workspace::find()?;
    let started = Instant::now();
    let parts = parts(&workspace.root);
    let failed: Vec<&str> =
        parts.iter().filter(|part| !part.run(&workspace.root)).map(|part| part.name.as_str()).collect();
    let mut output = terminal::output();
    let seconds = started.elapsed().as_secs();
    if failed.is_empty() {
        let verdict = output.paint(Color::Green, "all tests passed");
        output.say(&format!("\n{verdict}: {} in {seconds} s\n", count(parts.len(), "part")));
        return Ok(Exit::Done);
    }
    let verdict = output.paint(Color::Red, "tests failed");
    output.say(&format!(
        "\n{verdict}: {} ({} of {} parts) in {seconds} s\n",
        failed.join(", "),
        failed.len(),
        parts.len()
    ));
    Ok(Exit::Findings)
}

/// One call of `cargo test`.
struct Part {
    /// What is tested.
    name: String,
    /// The manifest, within the workspace.
    manifest: PathBuf,
    /// Which packages and features.
    scope: &'static str,
}

/// What there is to test.
fn parts(root: &Path) -> Vec<Part> {
    let part = |name: String, scope| Part { manifest: Path::new(&name).join("Cargo.toml"), name, scope };
    let workspace = Part { name: "the workspace".to_owned(), manifest: "Cargo.toml".into(), scope: "--workspace" };
    let entries = fs::read_dir(root.join(GENERATED)).into_iter().flatten().flatten();
    let mut crates: Vec<String> = entries
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| format!("{GENERATED}/{}", entry.file_name().to_string_lossy()))
        .collect();
    crates.sort();
    let contract =
        ["tests/contract".to_owned()].into_iter().filter(|name| root.join(name).join("Cargo.toml").is_file());
    let crates = crates.into_iter().map(|name| part(name, "--all-features"));
    [workspace].into_iter().chain(crates).chain(contract.map(|name| part(name, "--all-targets"))).collect()
}

impl Part {
    /// Runs the tests; what they print goes straight through. True if they passed.
    fn run(&self, root: &Path) -> bool {
        let mut output = terminal::output();
        let title = output.paint(Color::Cyan, &format!("testing {}", self.name));
        output.say(&format!("\n{title}\n"));
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["test", "--no-fail-fast", self.scope, "--manifest-path"]).arg(root.join(&self.manifest));
        command.current_dir(root);
        if env::var_os("CARGO_TARGET_DIR").is_none() {
            // One folder for all parts: what they share is compiled once, and nothing is left below the output.
            command.env("CARGO_TARGET_DIR", root.join("target"));
        }
        match command.status() {
            Ok(status) => status.success(),
            Err(error) => {
                terminal::errors().say(&format!("error: cannot start cargo: {error}\n"));
                false
            }
        }
    }
}
