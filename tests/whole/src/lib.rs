//! What tests of the whole system share: where things are, and how to run the generator on them.

use std::path::{Path, PathBuf};

use generator::pipeline::{self, Input, Named, Outcome};
use generator::source::render::render;
use serde_json::Value;

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap_or_default()
}

/// A file that lies beside the project on some machines only, such as the vendor's whole document.
/// Says so and gives nothing where it does not.
#[must_use]
pub fn beside(path: &str) -> Option<PathBuf> {
    let file = root().join("../shared").join(path);
    if file.exists() {
        return Some(file);
    }
    eprintln!("skipped: ../shared/{path} is not here");
    None
}

/// What a run of the OAuth product reads.
#[must_use]
pub fn oauth() -> Input {
    let spec = |name: &str| Named { path: root().join("spec/oauth").join(name), name: format!("spec/oauth/{name}") };
    Input {
        document: spec("openapi.yaml"),
        overlay: Some(spec("overlay.yaml")),
        product: Some(spec("product.toml")),
        allow: Vec::new(),
    }
}

/// What a run of a lone document reads.
#[must_use]
pub fn lone(document: &Path) -> Input {
    Input { document: Named::new(document), overlay: None, product: None, allow: Vec::new() }
}

/// Runs the pipeline.
///
/// # Panics
///
/// When there are errors: with all findings.
#[must_use]
pub fn run(input: &Input) -> Outcome {
    let outcome = pipeline::run(input);
    assert!(outcome.api.is_some(), "{}", render(&outcome.findings, &outcome.files, false));
    outcome
}

/// JSON text of a value with the members of every mapping in reverse order.
#[must_use]
pub fn reversed(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .rev()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), reversed(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(reversed).collect::<Vec<_>>().join(",")),
        scalar => scalar.to_string(),
    }
}
