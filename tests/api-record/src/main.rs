//! Holds the public API of generated crates to its record, `tests/api-record/<crate>.txt`.
//!
//! The record has a line for each public item, with all features. An item that went or changed is a breaking change:
//! it fails until the version in product.toml is one that cargo would not take for the recorded one (Cargo's rules of
//! semantic versioning). What was only added makes the record stale, and `--accept` writes it anew.
//!
//! Exit status: 0 as recorded, or accepted; 1 stale, broken, or nothing that could be compared.

mod record;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use clap::Parser;
use public_api::Builder;
use record::{Change, Record};
use thiserror::Error;

/// Holds the public API of a generated crate to its record.
#[derive(Debug, Parser)]
struct Arguments {
    /// The folder of the records
    records: PathBuf,
    /// The manifests of the crates
    #[arg(required = true)]
    manifests: Vec<PathBuf>,
    /// Write the record anew, unless the change is breaking and the version does not say so
    #[arg(long)]
    accept: bool,
}

/// Why an API could not be held to its record.
#[derive(Debug, Error)]
enum Failure {
    #[error("cannot read {}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{}: {message}", path.display())]
    Manifest { path: PathBuf, message: String },
    #[error("rustdoc could not describe the crate; it says why above")]
    Rustdoc,
    #[error("what rustdoc of this toolchain writes cannot be read: {0}\n  take the toolchain CI uses")]
    Format(#[from] public_api::Error),
    #[error("{}: {message}", path.display())]
    Record { path: PathBuf, message: String },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut exit = ExitCode::SUCCESS;
    for manifest in &arguments.manifests {
        let held = hold(manifest, &arguments.records, arguments.accept).unwrap_or_else(|failure| {
            eprintln!("error: {failure}");
            false
        });
        if !held {
            exit = ExitCode::FAILURE;
        }
    }
    exit
}

/// Whether the API of a crate is as recorded, or now is.
fn hold(manifest: &Path, records: &Path, accept: bool) -> Result<bool, Failure> {
    let (name, current) = describe(manifest)?;
    let path = records.join(format!("{name}.txt"));
    let recorded = match fs::read_to_string(&path) {
        Ok(text) => text.parse().map_err(|message| Failure::Record { path: path.clone(), message })?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Record::empty(),
        Err(source) => return Err(Failure::Read { path, source }),
    };
    let change = recorded.compare(&current);
    if let Change::None = change {
        println!("{name} {}: {} public items, as recorded", current.version, current.items.len());
        return Ok(true);
    }
    if !recorded.items.is_empty() {
        print!("{}", recorded.diff(&current));
    }
    match change {
        Change::Breaking if !recorded.allows_breaking(&current) => {
            println!(
                "error: {name} {} breaks what {} promised\n  \
                 keep what went, or set `version = \"{}\"` in product.toml and run: cargo xtask generate && cargo xtask api --accept",
                current.version,
                recorded.version,
                recorded.next_breaking(),
            );
            Ok(false)
        }
        _ if accept => {
            fs::write(&path, current.to_string()).map_err(|source| Failure::Write { path: path.clone(), source })?;
            println!("{name} {}: recorded {} public items", current.version, current.items.len());
            Ok(true)
        }
        _ => {
            println!("error: the record of {name} is stale\n  run: cargo xtask api --accept");
            Ok(false)
        }
    }
}

/// The crate's name, and its public API as rustdoc knows it.
fn describe(manifest: &Path) -> Result<(String, Record), Failure> {
    let text = fs::read_to_string(manifest).map_err(|source| Failure::Read { path: manifest.to_owned(), source })?;
    let wrong = |message: String| Failure::Manifest { path: manifest.to_owned(), message };
    let parsed: toml::Table = text.parse().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
    let field = |name: &str| {
        let value = parsed.get("package").and_then(|package| package.get(name)).and_then(toml::Value::as_str);
        value.map(str::to_owned).ok_or_else(|| wrong(format!("`package.{name}` is missing")))
    };
    let (name, version) = (field("name")?, field("version")?);
    let version = version.parse().map_err(|error| wrong(format!("`package.version`: {error}")))?;
    let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| OsString::from("target"));
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["rustdoc", "--quiet", "--lib", "--all-features", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"])
        // The JSON of rustdoc is not stable; the one crate that reads it here is pinned by the lock file.
        .env("RUSTC_BOOTSTRAP", "1")
        .status();
    if !status.is_ok_and(|status| status.success()) {
        return Err(Failure::Rustdoc);
    }
    let json = Path::new(&target).join("doc").join(format!("{}.json", name.replace('-', "_")));
    let api = Builder::from_rustdoc_json(json).omit_blanket_impls(true).omit_auto_trait_impls(true).build()?;
    let items = api.items().map(ToString::to_string).collect();
    Ok((name, Record { version, items }))
}
