//! `cargo xtask e2e`, with programs in place of Node.js, npm and cargo that record how they are called.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};

use crate::support::{Run, Workspace};

/// A server that tells its address, and ends with its standard input.
const SERVER: &str =
    r#"echo '{"issuer":"http://127.0.0.1:1"}'; echo "it began" >&2; echo $$ > "$CALLS/pid"; exec /bin/cat"#;

/// A workspace whose tools are these shell scripts.
struct Tools(Workspace);

impl Tools {
    fn new(node: &str, npm: &str, cargo: &str) -> Self {
        let workspace = Workspace::new();
        for name in ["package.json", "package-lock.json", "server.js", "configuration.js", "api.js", "clients.json"] {
            workspace.write(&format!("tests/e2e/server/{name}"), "{}");
        }
        for (name, script) in [("node", node), ("npm", npm), ("cargo", cargo)] {
            if !script.is_empty() {
                workspace.write(&format!("tools/{name}"), &format!("#!/bin/sh\n{script}\n"));
                let path = workspace.path(&format!("tools/{name}"));
                fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
            }
        }
        Self(workspace)
    }

    /// The usual tools: npm and cargo record their calls.
    fn usual(server: &str) -> Self {
        let node = format!("if [ $1 = --version ]; then echo v22.1.0; exit; fi\n{server}");
        let npm = "if [ $1 = --version ]; then echo 10.0.0; exit; fi\n\
                   echo \"npm $@\" >> \"$CALLS/calls\"; /bin/mkdir node_modules";
        let cargo = "shift 3; echo \"cargo $@ $E2E_ISSUER\" >> \"$CALLS/calls\"; exit $CARGO_EXIT";
        Self::new(&node, npm, cargo)
    }

    fn run(&self, arguments: &[&str], cargo_exit: &str) -> Run {
        let mut command = self.0.command(&[&["e2e"], arguments].concat());
        command.env("PATH", self.0.path("tools")).env("CARGO", self.0.path("tools/cargo"));
        command.env("CALLS", self.0.path("")).env("CARGO_EXIT", cargo_exit).env_remove("CARGO_TARGET_DIR");
        Run::of(&mut command)
    }

    /// Whether the server still runs.
    fn server_runs(&self) -> bool {
        let pid = fs::read_to_string(self.0.path("pid")).unwrap();
        Command::new("kill").args(["-0", pid.trim()]).stderr(Stdio::null()).status().unwrap().success()
    }

    fn calls(&self) -> Vec<String> {
        let calls = fs::read_to_string(self.0.path("calls")).unwrap_or_default();
        calls.lines().map(str::to_owned).collect()
    }
}

const INSTALL: &str = "npm ci --ignore-scripts --no-audit --no-fund";

#[test]
fn without_node_it_says_what_is_needed_and_where_to_get_it() {
    let run = Tools::new("", "", "").run(&[], "0").ends_with(1);
    assert!(run.stderr.contains("needs Node.js 20 or later, with npm"), "{}", run.stderr);
    assert!(run.stderr.contains("https://nodejs.org/en/download"), "{}", run.stderr);
    assert!(run.stderr.contains("`node` cannot be run"), "{}", run.stderr);
}

#[test]
fn an_old_node_is_named_with_its_version() {
    let run = Tools::new("echo v18.20.1", "", "").run(&[], "0").ends_with(1);
    assert!(run.stderr.contains("`node` is v18.20.1"), "{}", run.stderr);
}

#[test]
fn without_npm_it_says_so() {
    let run = Tools::new("echo v20.0.0", "", "").run(&[], "0").ends_with(1);
    assert!(run.stderr.contains("`npm` cannot be run"), "{}", run.stderr);
}

#[test]
fn the_server_is_installed_once_and_the_tests_get_its_address() {
    let tools = Tools::usual(SERVER);
    tools.run(&[], "0").ends_with(0);
    tools.run(&["refresh"], "0").ends_with(0);
    assert_eq!(tools.calls(), [INSTALL, "cargo -- http://127.0.0.1:1", "cargo -- refresh http://127.0.0.1:1"]);
    assert!(tools.0.path("target/e2e-server/server.js").is_file());
    assert!(!tools.server_runs());
}

#[test]
fn another_lock_file_is_installed_anew() {
    let tools = Tools::usual(SERVER);
    tools.run(&[], "0").ends_with(0);
    fs::remove_dir_all(tools.0.path("target/e2e-server/node_modules")).unwrap();
    tools.0.write("tests/e2e/server/package-lock.json", "{ }");
    tools.run(&[], "0").ends_with(0);
    assert_eq!(tools.calls().iter().filter(|call| *call == INSTALL).count(), 2);
}

#[test]
fn failed_tests_fail_it_and_point_to_the_log_and_the_server_stops() {
    let tools = Tools::usual(SERVER);
    let run = tools.run(&[], "101").ends_with(1);
    assert!(run.stderr.contains("server.log"), "{}", run.stderr);
    assert_eq!(fs::read_to_string(tools.0.path("target/e2e-server/server.log")).unwrap(), "it began\n");
    assert!(!tools.server_runs());
}

#[test]
fn a_server_that_does_not_start_fails_it_before_the_tests() {
    let tools = Tools::usual("echo 'no port' >&2; exit 1");
    let run = tools.run(&[], "0").ends_with(1);
    assert!(run.stderr.contains("the server did not start"), "{}", run.stderr);
    assert_eq!(tools.calls(), [INSTALL]);
}
