//! A small workspace in a temporary folder, and the program run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A document with one operation.
pub(crate) const DOCUMENT: &str = "\
openapi: 3.1.0
info:
  title: Demo
  version: 1.0.0
servers:
  - url: https://api.example.com
security: []
paths:
  /things:
    get:
      operationId: ListThings
      summary: List things
      description: Every thing there is.
      tags: [things]
      responses:
        '200':
          description: The things.
          content:
            application/json:
              schema:
                type: array
                items:
                  $ref: '#/components/schemas/Thing'
components:
  schemas:
    Thing:
      type: object
      description: A thing.
      required: [id]
      properties:
        id:
          type: string
          description: What it is called by.
";

/// What the document above leaves open.
const PRODUCT: &str = "\
[product]
title = \"Demo\"
crate = \"NAME\"
version = \"0.1.0\"
summary = \"A demonstration\"
env_prefix = \"DEMO\"
license = \"MIT OR Apache-2.0\"

[resources.things]
description = \"Things.\"
[resources.things.methods]
list = \"ListThings\"
";

/// A workspace.
pub(crate) struct Workspace(TempDir);

impl Workspace {
    /// A workspace with the products `demo`, `other` and `third`.
    pub(crate) fn new() -> Self {
        let workspace = Self(tempfile::tempdir().unwrap());
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        workspace.write("Cargo.toml", "[workspace]\n");
        copy(&repository.join("templates"), &workspace.path("templates"));
        for name in ["demo", "other", "third"] {
            workspace.write(&format!("spec/{name}/openapi.yaml"), DOCUMENT);
            workspace.write(&format!("spec/{name}/product.toml"), &PRODUCT.replace("NAME", name));
        }
        workspace
    }

    /// A path in it.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Writes a file and the folders around it.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs the program in the root.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_in("", arguments)
    }

    /// Runs the program in a folder.
    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).current_dir(self.path(folder)))
    }

    /// The program, to be run in the root.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(arguments).current_dir(self.path("")).env_remove("CARGO_MANIFEST_DIR");
        command
    }

    /// Every file below a folder with its bytes, in order.
    pub(crate) fn files(&self, folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.path(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
                match entry.file_type().unwrap().is_dir() {
                    true => folders.push(entry.path()),
                    false => files.push((entry.path(), fs::read(entry.path()).unwrap())),
                }
            }
        }
        files.sort();
        files
    }

    /// A generated file of a product, as a path within the workspace.
    pub(crate) fn generated(&self, product: &str) -> String {
        let manifest = fs::read_to_string(self.path("generated/.manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        let files = manifest["products"][product].as_object().unwrap();
        format!("generated/{}", files.keys().next().unwrap())
    }
}

/// What a run of the program came to.
pub(crate) struct Run {
    /// The exit status.
    pub(crate) status: i32,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl Run {
    /// Runs a command.
    pub(crate) fn of(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { status: status.code().unwrap(), stdout: text(stdout), stderr: text(stderr) }
    }

    /// Holds the run to an exit status; shows what it printed if it is another.
    #[track_caller]
    pub(crate) fn ends_with(self, status: i32) -> Self {
        assert_eq!(self.status, status, "\nstdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Code and file of each finding of a run with `--format json`.
    pub(crate) fn findings(&self) -> Vec<(String, String)> {
        assert_eq!(self.stderr, "");
        let document: serde_json::Value = serde_json::from_str(&self.stdout).unwrap();
        let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
        let findings = document["findings"].as_array().unwrap().iter();
        findings.map(|finding| (text(finding, "code"), text(finding, "file"))).collect()
    }
}

/// Copies a folder, without what cargo builds in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true if entry.file_name() == "target" => {}
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}
