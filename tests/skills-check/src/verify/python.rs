//! Python samples, with the official SDK in a virtual environment.

use std::io;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::runtime::{Program, Runtime};
use crate::sandbox::which;

/// Exact versions with hashes, the SDK's dependencies included; the first line names the SDK.
const LOCK: &str = include_str!("../../locks/python.txt");

/// Loaded by the interpreter before the sample: no connection leaves the machine.
const GUARD: &str = r#"import socket

connect = socket.socket.connect


def local(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"connection to {address[0]} refused: samples run against a local server only")
    return connect(self, address)


socket.socket.connect = local
"#;

/// Makes the environment.
pub(super) fn set_up() -> io::Result<Runtime> {
    let Some(python) = which("python3") else {
        return Ok(Runtime::missing("python3 is not installed: https://www.python.org/downloads/".to_owned()));
    };
    let folder = TempDir::new()?;
    let environment = folder.path().join("venv");
    let lock = folder.path().join("requirements.txt");
    std::fs::write(&lock, LOCK)?;
    let made = Command::new(python).args(["-m", "venv"]).arg(&environment).output()?;
    if !made.status.success() {
        return Ok(Runtime::missing("python3 makes no virtual environment: install its module venv".to_owned()));
    }
    let program = environment.join("bin/python");
    let installed = Command::new(&program)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"])
        .arg(&lock)
        .output()?;
    if !installed.status.success() {
        let error = String::from_utf8_lossy(&installed.stderr);
        let line = error.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        return Ok(Runtime::missing(format!("the SDK cannot be installed from the package index: {line}")));
    }
    guard(&program)?;
    let sdk = LOCK.lines().next().unwrap_or_default().trim_start_matches(['#', ' ']);
    let environment = ["PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"].map(|name| (name.to_owned(), "1".to_owned()));
    let program = Program {
        program,
        file: "sample.py",
        environment: environment.into(),
        folder: Some(folder),
        ..Program::default()
    };
    Ok(Runtime::run(format!("run with Python and {sdk}"), program))
}

/// Puts the guard where the interpreter looks for it.
fn guard(program: &Path) -> io::Result<()> {
    let script = "import sysconfig; print(sysconfig.get_path('purelib'))";
    let output = Command::new(program).args(["-c", script]).output()?;
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    std::fs::write(Path::new(&folder).join("sitecustomize.py"), GUARD)
}
