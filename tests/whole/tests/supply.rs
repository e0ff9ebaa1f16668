//! What the workspace and the generated crate depend on.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;
use whole::root;

/// Licences that may be linked into what we ship.
const LICENSES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// What every generated client depends on, and nothing else whatever a document says.
const CLIENT: &[&str] = &[
    "base64",
    "bytes",
    "futures-core",
    "getrandom",
    "http",
    "http-body",
    "jsonwebtoken",
    "reqwest",
    "rustls",
    "serde",
    "serde_json",
    "serde_path_to_error",
    "sha2",
    "tokio",
    "tracing",
    "url",
    "zeroize",
];

fn packages(manifest: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu", "--manifest-path"])
        .arg(root().join(manifest))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    metadata["packages"].as_array().expect("there are packages").clone()
}

#[test]
fn every_dependency_is_free_to_use_and_comes_from_the_registry() {
    for manifest in ["Cargo.toml", "generated/telnyx-oauth/Cargo.toml"] {
        for package in packages(manifest) {
            let name = package["name"].as_str().unwrap_or_default();
            let Some(source) = package["source"].as_str() else { continue };
            assert!(source.starts_with("registry+"), "{name} comes from {source}");
            let license = package["license"].as_str().unwrap_or_default().replace(['(', ')'], "").replace('/', " OR ");
            let allowed = |part: &str| part.split(" AND ").all(|one| LICENSES.contains(&one.trim()));
            assert!(license.split(" OR ").any(allowed), "{name}: {license}");
        }
    }
}

#[test]
fn the_generated_crate_depends_on_a_fixed_set() {
    let packages = packages("generated/telnyx-oauth/Cargo.toml");
    let own = packages.iter().find(|package| package["source"].is_null()).expect("the crate itself is listed");
    let direct: BTreeSet<&str> = own["dependencies"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|dependency| dependency["kind"].is_null())
        .filter_map(|dependency| dependency["name"].as_str())
        .collect();
    assert_eq!(direct, CLIENT.iter().copied().collect());
}
