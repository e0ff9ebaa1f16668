//! JavaScript samples, with the official SDK from npm.

use std::io;
use std::process::Command;

use tempfile::TempDir;

use super::runtime::{Program, Runtime};
use crate::sandbox::which;

const PACKAGE: &str = include_str!("../../locks/javascript/package.json");
/// Exact versions with hashes.
const LOCK: &str = include_str!("../../locks/javascript/package-lock.json");

/// Loaded before the sample: no connection leaves the machine.
const GUARD: &str = r"const net = require('node:net');

const connect = net.Socket.prototype.connect;
const local = ['127.0.0.1', '::1', 'localhost'];

net.Socket.prototype.connect = function (...options) {
  const [first] = Array.isArray(options[0]) ? options[0] : options;
  const host = typeof first === 'object' ? first.host : options[1];
  if (!first?.path && !local.includes(host ?? 'localhost')) {
    throw new Error(`connection to ${host} refused: samples run against a local server only`);
  }
  return connect.apply(this, options);
};
";

/// Installs the SDK.
pub(super) fn set_up() -> io::Result<Runtime> {
    let (Some(node), Some(npm)) = (which("node"), which("npm")) else {
        return Ok(Runtime::missing("node or npm is not installed: https://nodejs.org/en/download".to_owned()));
    };
    let folder = TempDir::new()?;
    std::fs::write(folder.path().join("package.json"), PACKAGE)?;
    std::fs::write(folder.path().join("package-lock.json"), LOCK)?;
    let guard = folder.path().join("guard.cjs");
    std::fs::write(&guard, GUARD)?;
    let installed = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(folder.path())
        .output()?;
    if !installed.status.success() {
        let error = String::from_utf8_lossy(&installed.stderr);
        let line = error.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        return Ok(Runtime::missing(format!("the SDK cannot be installed from npm: {line}")));
    }
    let package: serde_json::Value = serde_json::from_str(PACKAGE).unwrap_or_default();
    let sdks = package.get("dependencies").and_then(serde_json::Value::as_object).into_iter().flatten();
    let sdks: Vec<String> =
        sdks.map(|(name, version)| format!("{name}@{}", version.as_str().unwrap_or_default())).collect();
    let program = Program {
        program: node,
        arguments: vec!["--require".into(), guard.into()],
        file: "sample.mjs",
        folder: Some(folder),
        ..Program::default()
    };
    Ok(Runtime::run(format!("run with Node.js and {}", sdks.join(", ")), program))
}
