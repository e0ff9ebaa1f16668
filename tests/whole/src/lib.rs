//! What tests of the whole system share: where things are, and how to run the generator on them.

use std::path::{Path, PathBuf};

use generator::emit::{Layout, emit};
use generator::model::Api;
use generator::output::tree::Tree;
use generator::pipeline::{self, Input, Named, Outcome};
use generator::source::render::render;
use generator::templates::Templates;
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

/// The templates of the workspace.
///
/// # Panics
///
/// When they cannot be read.
#[must_use]
pub fn templates() -> Templates {
    Templates::read(&root().join("templates")).expect("the templates are readable")
}

/// The files made of a model, as those of a product.
///
/// # Panics
///
/// When they cannot be made.
#[must_use]
pub fn product_files(api: &Api, templates: &Templates) -> Tree {
    let layout = Layout { beside_others: true, skills: true };
    emit(api, templates, layout).unwrap_or_else(|error| panic!("{error}")).tree
}

/// The types and resources that are made of a model, one file after the other.
///
/// # Panics
///
/// When they cannot be made.
#[must_use]
pub fn generated_code(api: &Api, templates: &Templates) -> String {
    let layout = Layout { beside_others: false, skills: false };
    let tree = emit(api, templates, layout).unwrap_or_else(|error| panic!("{error}")).tree;
    let files = tree.iter().filter(|(path, _)| path.starts_with("src/types/") || path.starts_with("src/resources/"));
    let files = files.filter(|(path, _)| !path.ends_with("/mod.rs"));
    files.map(|(path, text)| format!("=== {path}\n{text}\n")).collect()
}
