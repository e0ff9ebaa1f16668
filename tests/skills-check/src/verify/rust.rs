//! Rust samples, compiled against the generated crate.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::runtime::{NOWHERE, Program, Runtime};
use crate::product::{self, Product};
use crate::sandbox::which;

/// A package that depends on the generated crate; samples take the place of its `main.rs` one after the other.
pub(super) struct Project {
    folder: PathBuf,
    target: PathBuf,
}

/// Makes the package and compiles what it depends on.
pub(super) fn set_up(product: &Product) -> io::Result<Runtime> {
    let Some(name) = &product.crate_name else {
        return Ok(Runtime::Missing("the product has no crate: samples cannot be compiled".to_owned()));
    };
    if which("cargo").is_none() {
        return Ok(Runtime::Missing("cargo is not installed: https://www.rust-lang.org/tools/install".to_owned()));
    }
    let workspace = product::workspace().map_err(io::Error::other)?;
    let generated = workspace.join("generated").join(name);
    if !generated.is_dir() {
        return Ok(Runtime::Missing(format!("generated/{name} does not exist: `cargo xtask generate` makes it")));
    }
    let folder = TempDir::new()?;
    std::fs::create_dir(folder.path().join("src"))?;
    std::fs::write(folder.path().join("Cargo.toml"), manifest(name, &generated))?;
    // The dependencies are compiled once for all runs.
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    let project = Project { folder: folder.path().to_owned(), target: target.join("skills-check") };
    if let Err(message) = project.build("")? {
        return Ok(Runtime::Missing(format!("generated/{name} does not compile: {message}")));
    }
    Ok(Runtime::Run(Program {
        how: format!("compiled against generated/{name} and run"),
        program: PathBuf::new(),
        arguments: Vec::new(),
        file: "sample.rs",
        environment: NOWHERE.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        folder: Some(folder),
        project: Some(project),
    }))
}

impl Project {
    /// Compiles a sample: the program, or what the compiler says.
    pub(super) fn build(&self, code: &str) -> io::Result<Result<PathBuf, String>> {
        std::fs::write(self.folder.join("src/main.rs"), program(code))?;
        let output = Command::new("cargo")
            .args(["build", "--quiet", "--message-format=short", "--manifest-path"])
            .arg(self.folder.join("Cargo.toml"))
            .env("CARGO_TARGET_DIR", &self.target)
            .output()?;
        if output.status.success() {
            return Ok(Ok(self.target.join("debug/sample")));
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().find(|line| line.contains("error")).or_else(|| said.lines().next());
        Ok(Err(first.unwrap_or("cargo fails").to_owned()))
    }
}

fn manifest(name: &str, folder: &Path) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let (path, name) = (quoted(&folder.to_string_lossy()), quoted(name));
    format!(
        "[package]\nname = \"sample\"\nedition = \"2024\"\n\n[dependencies]\n{name} = {{ path = {path} }}\n\
         serde_json = \"1\"\ntokio = {{ version = \"1\", features = [\"full\"] }}\n\n[workspace]\n"
    )
}

/// Statements become the body of an asynchronous `main`; a whole program stays as it is.
fn program(code: &str) -> String {
    let allowed = "#![allow(warnings)]\n";
    if code.contains("fn main(") {
        return format!("{allowed}{code}");
    }
    format!(
        "{allowed}#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n{code}\nOk(())\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_become_a_program_and_a_program_stays() {
        assert!(program("let a = 1;").contains("async fn main() -> Result"));
        assert_eq!(program("fn main() {}"), "#![allow(warnings)]\nfn main() {}");
    }
}
