//! Go samples: run with the official SDK where the module can be had. Elsewhere those that do not call it are run with
//! a stand-in that clients of Setup can be made of, and the others parsed.

use std::io;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::parse::Parser;
use super::runtime::{Program, Runtime, nowhere};
use crate::product::{Product, Sdk};
use crate::sample::Language;
use crate::sandbox::which;

/// Exact versions.
const LOCK: &str = include_str!("../../locks/go/go.mod");
/// Their hashes.
const SUMS: &str = include_str!("../../locks/go/go.sum");

/// Sets up what is there.
pub(super) fn set_up(product: &Product) -> io::Result<Runtime> {
    let Some(gofmt) = which("gofmt") else {
        return Ok(Runtime::missing("gofmt is not installed: https://go.dev/dl/, or the package golang-go of Debian"));
    };
    let parser = Parser { program: gofmt, arguments: &["-e", "-l"], file: "sample.go", whole };
    let parsed =
        |why: &str| Runtime { program: None, parser: None, has_sdk: false, how: format!("parsed with gofmt; {why}") };
    let (Some(go), Some(sdk)) = (which("go"), product.sdks.get(Language::Go.name())) else {
        return Ok(Runtime {
            parser: Some(parser),
            ..parsed("not run: go is not installed, or the product has no SDK")
        });
    };
    let folder = TempDir::new()?;
    std::fs::write(folder.path().join("go.mod"), LOCK)?;
    std::fs::write(folder.path().join("go.sum"), SUMS)?;
    let why = match download(&go, folder.path(), sdk) {
        Ok(()) => None,
        Err(why) => {
            stand_in(folder.path(), sdk)?;
            Some(why)
        }
    };
    let program = folder.path().join("sample");
    let root = folder.path().to_owned();
    let compile = move |setup: &str, code: &str| {
        std::fs::write(root.join("main.go"), whole(setup, code))?;
        Ok(tool(&go, &root, &["build", "-o", "sample", "."]))
    };
    let program = Program {
        program,
        file: "sample.go",
        environment: nowhere(),
        folder: Some(folder),
        compiler: Some(Box::new(compile)),
        ..Program::default()
    };
    Ok(match why {
        None => Runtime::run(format!("compiled with Go against {} and run", locked()), program),
        Some(why) => Runtime {
            program: Some(program),
            parser: Some(parser),
            has_sdk: false,
            how: format!(
                "run with Go where the SDK is not called, else parsed with gofmt: {} cannot be had: {why}",
                locked()
            ),
        },
    })
}

/// The SDK and its version.
fn locked() -> &'static str {
    LOCK.lines().find_map(|line| line.strip_prefix("require ")).unwrap_or_default().trim()
}

/// Gets the modules of the lock.
fn download(go: &Path, folder: &Path, sdk: &Sdk) -> Result<(), String> {
    if !locked().starts_with(&sdk.package) {
        return Err("it is not the SDK of the product".to_owned());
    }
    // What came before the last colon is the address that was asked.
    let reason = |said: String| said.rsplit(": ").next().unwrap_or_default().to_owned();
    tool(go, folder, &["mod", "download"]).map_err(reason)?;
    // An older Go gets the module and cannot compile it.
    let program = format!("package main\n\nimport _ \"{}\"\n\nfunc main() {{}}\n", sdk.package);
    std::fs::write(folder.join("main.go"), program).map_err(|error| error.to_string())?;
    tool(go, folder, &["build", "-o", "sample", "."])
}

/// Runs the tool; the last line it says if it fails.
fn tool(go: &Path, folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new(go);
    command.args(arguments).current_dir(folder).env("GOTOOLCHAIN", "local").env("GOFLAGS", "-mod=mod");
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Err(lines.take(3).collect::<Vec<_>>().join("; "))
}

/// Packages that have what Setup needs of the SDK, and nothing that a sample calls.
fn stand_in(folder: &Path, sdk: &Sdk) -> io::Result<()> {
    let Sdk { package, module, .. } = sdk;
    let lock = format!("module sample\n\ngo 1.18\n\nrequire {package} v4.0.0\n\nreplace {package} => ./sdk\n");
    let version = package.rsplit_once("/v").map_or("1", |(_, major)| major);
    std::fs::write(folder.join("go.mod"), lock.replace("v4.0.0", &format!("v{version}.0.0")))?;
    std::fs::remove_file(folder.join("go.sum"))?;
    let option = folder.join("sdk/option");
    std::fs::create_dir_all(&option)?;
    std::fs::write(folder.join("sdk/go.mod"), format!("module {package}\n\ngo 1.18\n"))?;
    let client = format!(
        "package {module}\n\nimport \"{package}/option\"\n\ntype Client struct{{}}\n\n\
         func NewClient(...option.RequestOption) Client {{ return Client{{}} }}\n"
    );
    std::fs::write(folder.join("sdk/client.go"), client)?;
    let options = "package option\n\ntype RequestOption struct{}\n\n\
                   func WithAPIKey(string) RequestOption { return RequestOption{} }\n\
                   func WithBaseURL(string) RequestOption { return RequestOption{} }\n";
    std::fs::write(option.join("option.go"), options)
}

/// A whole file: a sample is the body of `main`, behind Setup if that is a file, else in one with its statements.
fn whole(setup: &str, code: &str) -> String {
    let is_file = |text: &str| text.lines().any(|line| line.starts_with("package "));
    if is_file(code) {
        return code.to_owned();
    }
    if is_file(setup) {
        return format!("{setup}\nfunc main() {{\n{code}\n}}\n");
    }
    let (mut imports, mut body, mut is_inside) = (String::new(), String::new(), false);
    for line in setup.lines().chain(code.lines()) {
        let is_import = is_inside || line.starts_with("import ");
        is_inside = if is_inside { line != ")" } else { line.starts_with("import (") };
        let target = if is_import { &mut imports } else { &mut body };
        target.push_str(line);
        target.push('\n');
    }
    format!("package main\n\n{imports}\nfunc main() {{\n{body}}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_become_the_body_of_main_behind_setup() {
        assert_eq!(whole("package main\n\nvar a = 1\n", "b()"), "package main\n\nvar a = 1\n\nfunc main() {\nb()\n}\n");
        assert_eq!(whole("package main", "package main\nfunc main() {}"), "package main\nfunc main() {}");
    }

    #[test]
    fn imports_of_statements_go_to_the_top() {
        let setup = "import (\n\t\"a\"\n\n\t\"b\"\n)\n\nclient := a.New()\n";
        let text =
            "package main\n\nimport (\n\t\"a\"\n\n\t\"b\"\n)\n\nfunc main() {\n\nclient := a.New()\nb.Call()\n}\n";
        assert_eq!(whole(setup, "b.Call()"), text);
    }

    #[test]
    fn the_lock_names_a_version_and_holds_hashes() {
        let (name, version) = locked().split_once(' ').unwrap();
        assert!(SUMS.contains(&format!("{name} {version} h1:")), "{name} {version}");
    }
}
