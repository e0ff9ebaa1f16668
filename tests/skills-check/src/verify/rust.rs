//! Rust samples, compiled against the generated crate.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::runtime::{Program, Runtime, nowhere};
use crate::product::{self, Product};
use crate::sandbox::which;

/// Makes the package and compiles what it depends on.
pub(super) fn set_up(product: &Product) -> io::Result<Runtime> {
    let Some(name) = &product.crate_name else {
        return Ok(Runtime::missing("the product has no crate: samples cannot be compiled".to_owned()));
    };
    if which("cargo").is_none() {
        return Ok(Runtime::missing("cargo is not installed: https://www.rust-lang.org/tools/install".to_owned()));
    }
    let workspace = product::workspace().map_err(io::Error::other)?;
    let generated = workspace.join("generated").join(name);
    if !generated.is_dir() {
        return Ok(Runtime::missing(format!("generated/{name} does not exist: `cargo xtask generate` makes it")));
    }
    let folder = TempDir::new()?;
    std::fs::create_dir(folder.path().join("src"))?;
    std::fs::write(folder.path().join("Cargo.toml"), manifest(name, &generated))?;
    // The dependencies are compiled once for all runs.
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    let program = target.join("skills-check/debug/sample");
    let (root, target) = (folder.path().to_owned(), target.join("skills-check"));
    let compile = move |setup: &str, code: &str| build(&root, &target, &format!("{setup}\n{code}"));
    if let Err(message) = compile("", "")? {
        return Ok(Runtime::missing(format!("generated/{name} does not compile: {message}")));
    }
    let program = Program {
        program,
        file: "sample.rs",
        environment: nowhere(),
        folder: Some(folder),
        compiler: Some(Box::new(compile)),
        ..Program::default()
    };
    Ok(Runtime::run(format!("compiled against generated/{name} and run"), program))
}

/// Compiles a sample in place of the last one: what the compiler says if it refuses.
fn build(folder: &Path, target: &Path, code: &str) -> io::Result<Result<(), String>> {
    std::fs::write(folder.join("src/main.rs"), program(code))?;
    let output = Command::new("cargo")
        .args(["build", "--quiet", "--message-format=short", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", target)
        .output()?;
    if output.status.success() {
        return Ok(Ok(()));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().find(|line| line.contains("error")).or_else(|| said.lines().next());
    Ok(Err(first.unwrap_or("cargo fails").to_owned()))
}

fn manifest(name: &str, folder: &Path) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let (path, name) = (quoted(&folder.to_string_lossy()), quoted(name));
    format!(
        "[package]\nname = \"sample\"\nedition = \"2024\"\n\n[dependencies]\n{name} = {{ path = {path} }}\n\
         serde_json = \"1\"\ntokio = {{ version = \"1\", features = [\"full\"] }}\n\n[profile.dev]\ndebug = false\n\n[workspace]\n"
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
