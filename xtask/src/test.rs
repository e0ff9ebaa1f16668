//! `cargo xtask test`: all tests, also those of what cargo does not see as part of the workspace, and all programs.

use std::path::Path;
use std::process::Stdio;
use std::time::Instant;
use std::{env, fs};

use clap::Args;

use crate::terminal::{self, Color, count};
use crate::workspace::{GENERATED, Workspace};
use crate::{Exit, WrongUsage, program};

/// Runs all tests: the workspace, the generated crates and their programs, the contract, the budgets
#[derive(Args, Debug)]
pub(crate) struct Arguments {}

/// Runs the command. Every part runs, also after one has failed.
pub(crate) fn run(_: &Arguments) -> Result<Exit, WrongUsage> {
    let workspace = Workspace::find()?;
    let started = Instant::now();
    let parts = parts(&workspace);
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

/// One call of cargo.
struct Part {
    /// What is tested.
    name: String,
    /// The arguments of cargo.
    arguments: Vec<String>,
    /// Whether what the program itself prints is of no interest.
    silent: bool,
}

/// The features of the runtime that are tested, beside the default ones. Others need what does not come with Rust.
const FEATURES: &str =
    "--features=client-runtime/blocking,client-runtime/loopback,client-runtime/tracing,client-runtime/verify";

/// What there is to test: the workspace, the generated crates with their programs, the contract.
fn parts(workspace: &Workspace) -> Vec<Part> {
    let root = &workspace.root;
    let mut parts = vec![Part::test("the workspace", "Cargo.toml", Some(FEATURES.to_owned()))];
    for folder in workspace.crates() {
        let name = folder.display().to_string();
        let manifest = format!("{name}/Cargo.toml");
        let features = features(&fs::read_to_string(root.join(&manifest)).unwrap_or_default());
        parts.push(Part::test(&name, &manifest, features.clone()));
        let mut programs: Vec<String> = names(&root.join(&name).join("examples"))
            .filter_map(|file| file.strip_suffix(".rs").map(str::to_owned))
            .collect();
        programs.sort();
        parts.extend(programs.iter().map(|program| Part::program(&name, program, features.clone())));
    }
    let outside = OUTSIDE.iter().filter(|name| root.join(name).join("Cargo.toml").is_file());
    // What is counted for the budgets is what users run.
    let profile = |name: &str| (name == "tests/budget").then(|| "--release".to_owned());
    parts.extend(outside.map(|name| Part::test(name, &format!("{name}/Cargo.toml"), profile(name))));
    parts
}

/// The tests of what is generated, workspaces of their own.
const OUTSIDE: [&str; 3] = ["tests/contract", "tests/no-provider", "tests/budget"];

/// The names in a folder.
fn names(folder: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned())
}

/// The argument for the features that a manifest declares, without those that need what does not come with Rust.
fn features(manifest: &str) -> Option<String> {
    let (_, table) = manifest.split_once("[features]\n")?;
    let names = table.lines().take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once(" = "));
    let names: Vec<&str> =
        names.map(|(name, _)| name).filter(|name| !matches!(*name, "default" | "native-tls")).collect();
    (!names.is_empty()).then(|| format!("--features={}", names.join(",")))
}

impl Part {
    fn test(name: &str, manifest: &str, features: Option<String>) -> Self {
        let arguments = ["test", "--no-fail-fast", "--workspace", "--manifest-path", manifest].map(str::to_owned);
        Self { name: name.to_owned(), arguments: arguments.into_iter().chain(features).collect(), silent: false }
    }

    /// A program of a generated crate, without the server.
    fn program(of: &str, program: &str, features: Option<String>) -> Self {
        let manifest = format!("{of}/Cargo.toml");
        let arguments = ["run", "--quiet", "--example", program, "--manifest-path", &manifest].map(str::to_owned);
        let offline = ["--", "--offline"].map(str::to_owned);
        let arguments = arguments.into_iter().chain(features).chain(offline).collect();
        Self { name: format!("{of}/examples/{program}.rs"), arguments, silent: true }
    }

    /// Runs it; what tests print goes straight through. True if it passed.
    fn run(&self, root: &Path) -> bool {
        let mut output = terminal::output();
        let title = output.paint(Color::Cyan, &format!("testing {}", self.name));
        output.say(&format!("\n{title}\n"));
        let mut command = program::cargo();
        command.args(&self.arguments).current_dir(root);
        if self.silent {
            command.stdout(Stdio::null());
        }
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
