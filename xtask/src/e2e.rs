//! `cargo xtask e2e`: the generated client against an independent OAuth server.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use std::{env, io, thread};

use clap::Args;

use crate::terminal;
use crate::workspace::Workspace;
use crate::{Exit, WrongUsage, program};

/// The driver and, below it, the server.
const FOLDER: &str = "tests/e2e";
/// What the server consists of.
const SERVER: [&str; 6] =
    ["package.json", "package-lock.json", "server.js", "configuration.js", "api.js", "clients.json"];
/// The oldest major version of Node.js the server runs on.
const NODE: u32 = 20;
/// Npm is a script, which Windows finds by its whole name only.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
/// How long the server may take to listen.
const START: Duration = Duration::from_secs(60);

/// Runs the generated client against an independent OAuth server; needs Node.js
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Only tests whose name contains this
    filter: Option<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, WrongUsage> {
    let workspace = Workspace::find()?;
    let passed = drive(&workspace.root, arguments.filter.as_deref());
    Ok(match passed {
        Ok(true) => Exit::Done,
        Ok(false) => Exit::Findings,
        Err(message) => {
            terminal::errors().say(&format!("error: {message}\n"));
            Exit::Findings
        }
    })
}

/// Whether all tests passed, or why they could not run.
fn drive(root: &Path, filter: Option<&str>) -> Result<bool, String> {
    check_tools()?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let installed = install(&root.join(FOLDER).join("server"), &target.join("e2e-server"))?;
    // Dropped, and so stopped, on every way out of here.
    let server = Server::start(&installed)?;
    terminal::output().say(&format!("the server listens at {}\n", server.issuer));
    let mut command = program::cargo();
    command.arg("test").arg("--manifest-path").arg(root.join(FOLDER).join("Cargo.toml"));
    command.arg("--").args(filter);
    command.env("E2E_ISSUER", &server.issuer).env("CARGO_TARGET_DIR", &target);
    // The server is here, whatever proxy the environment names.
    command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
    let status = command.status().map_err(|error| format!("cannot start cargo: {error}"))?;
    if !status.success() {
        terminal::errors().say(&format!("what the server said: {}\n", server.log.display()));
    }
    Ok(status.success())
}

/// Node.js and npm are there, and new enough.
fn check_tools() -> Result<(), String> {
    let needs = format!(
        "the OAuth server of `cargo xtask e2e` needs Node.js {NODE} or later, with npm\n  \
         get it from https://nodejs.org/en/download or with the package manager of your system"
    );
    let version = |tool: &str| {
        let output = Command::new(tool).arg("--version").stderr(Stdio::null()).output();
        let output = output.ok().filter(|output| output.status.success());
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(node) = version("node") else { return Err(format!("{needs}\n  `node` cannot be run")) };
    let major = node.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < NODE) {
        return Err(format!("{needs}\n  `node` is {node}"));
    }
    if version(NPM).is_none() {
        return Err(format!("{needs}\n  `{NPM}` cannot be run"));
    }
    Ok(())
}

/// Installs the server, and what it depends on as the lock file pins it, below the target folder.
fn install(source: &Path, folder: &Path) -> Result<PathBuf, String> {
    let fail = |what: &Path, error: io::Error| format!("cannot install the server: {}: {error}", what.display());
    fs::create_dir_all(folder).map_err(|error| fail(folder, error))?;
    for name in SERVER {
        fs::copy(source.join(name), folder.join(name)).map_err(|error| fail(&source.join(name), error))?;
    }
    // npm starts by deleting the modules, so the mark stands for a whole installation.
    let mark = folder.join("node_modules").join(".installed");
    let lock = source.join("package-lock.json");
    let wanted = fs::read(&lock).map_err(|error| fail(&lock, error))?;
    if fs::read(&mark).is_ok_and(|found| found == wanted) {
        return Ok(folder.to_owned());
    }
    let status = Command::new(NPM)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder)
        .status()
        .map_err(|error| format!("cannot start npm: {error}"))?;
    if !status.success() {
        return Err("npm could not install the server; it says why above".to_owned());
    }
    fs::write(&mark, wanted).map_err(|error| fail(&mark, error))?;
    Ok(folder.to_owned())
}

/// The server while it runs.
struct Server {
    child: Child,
    /// It ends when this is closed, so also when this program is killed.
    input: Option<ChildStdin>,
    /// Its address.
    issuer: String,
    /// What it said on standard error.
    log: PathBuf,
}

impl Server {
    /// Starts it and waits until it listens.
    fn start(folder: &Path) -> Result<Self, String> {
        let log = folder.join("server.log");
        let errors = File::create(&log).map_err(|error| format!("cannot write {}: {error}", log.display()))?;
        let mut child = Command::new("node")
            .arg("server.js")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("cannot start node: {error}"))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let mut server = Self { child, input, issuer: String::new(), log };
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let read = output.map(|output| BufReader::new(output).read_line(&mut line));
            // Nobody listens after the time limit.
            let _ = sender.send(read.and_then(Result::ok).map(|_| line));
        });
        let line = receiver.recv_timeout(START).ok().flatten().unwrap_or_default();
        let address: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        let issuer = address.get("issuer").and_then(serde_json::Value::as_str);
        let Some(issuer) = issuer else {
            return Err(format!("the server did not start; what it said: {}", server.log.display()));
        };
        server.issuer = issuer.to_owned();
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
