//! `cargo xtask test`: all tests, also those of what cargo does not see as part of the workspace.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use clap::Args;

use crate::terminal::{self, Color, count};
use crate::workspace::{GENERATED, Workspace};
use crate::{Exit, WrongUsage};

/// Runs all tests: the workspace, the generated crates, the contract tests, the budgets
#[derive(Args, Debug)]
pub(crate) struct Arguments {}

/// Runs the command. Every part runs, also after one has failed.
pub(crate) fn run(_: &Arguments) -> Result<Exit, WrongUsage> {
    let workspace = Workspace::find()?;
    let started = Instant::now();
    let parts = parts(&workspace.root);
    let failed = parts.iter().filter(|part| !part.run(&workspace.root)).map(|part| part.name.as_str());
    let mut failed: Vec<&str> = failed.collect();
    let mut output = terminal::output();
    let seconds = started.elapsed().as_secs();
    if !workspace.root.join(GENERATED).exists() {
        output.say(&format!("\nthere is no {GENERATED}/ to test; run: cargo xtask generate\n"));
        failed.push(GENERATED);
    }
    if failed.is_empty() {
        let verdict = output.paint(Color::Green, "all tests passed");
        output.say(&format!("\n{verdict}: {} in {seconds} s\n", count(parts.len(), "part")));
        return Ok(Exit::Done);
    }
    let verdict = output.paint(Color::Red, "tests failed");
    output.say(&format!("\n{verdict}: {} in {seconds} s\n", failed.join(", ")));
    Ok(Exit::Findings)
}

/// One call of `cargo test`.
struct Part {
    /// What is tested.
    name: String,
    /// The manifest, within the workspace.
    manifest: PathBuf,
    /// One more argument: features beside the default ones, or the profile.
    argument: Option<&'static str>,
}

/// The features of the runtime that are tested, beside the default ones. Others need what does not come with Rust.
const FEATURES: &str =
    "--features=client-runtime/blocking,client-runtime/loopback,client-runtime/tracing,client-runtime/verify";

/// What there is to test.
fn parts(root: &Path) -> Vec<Part> {
    let entries = fs::read_dir(root.join(GENERATED)).into_iter().flatten().flatten();
    let names = entries.map(|entry| format!("{GENERATED}/{}", entry.file_name().to_string_lossy()));
    let mut outside: Vec<String> = names.chain(["tests/budget", "tests/contract"].map(str::to_owned)).collect();
    outside.sort();
    let workspace = Part { name: "the workspace".to_owned(), manifest: "Cargo.toml".into(), argument: Some(FEATURES) };
    let parts = outside.into_iter().map(|name| Part {
        manifest: Path::new(&name).join("Cargo.toml"),
        // What is counted there is what users run.
        argument: (name == "tests/budget").then_some("--release"),
        name,
    });
    [workspace].into_iter().chain(parts.filter(|part| root.join(&part.manifest).is_file())).collect()
}

impl Part {
    /// Runs the tests; what they print goes straight through. True if they passed.
    fn run(&self, root: &Path) -> bool {
        let mut output = terminal::output();
        let title = output.paint(Color::Cyan, &format!("testing {}", self.name));
        output.say(&format!("\n{title}\n"));
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["test", "--no-fail-fast", "--workspace", "--manifest-path"]).arg(root.join(&self.manifest));
        command.args(self.argument);
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
