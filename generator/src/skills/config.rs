//! The section `[skills]` of product.toml.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::locale::Catalog;
use crate::product::Text;

/// What product.toml says about the skill documents.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Skills {
    /// What the names of the documents begin with: `telnyx-oauth`; the name of the crate if left out.
    pub name: Option<String>,
    /// The product's short name: `oauth`.
    pub product: Option<String>,
    /// Who publishes the documents.
    pub owner: Option<String>,
    /// Where the installer gets them: a repository, or a folder that holds `skills/`; `repository` if left out.
    pub source: Option<String>,
    /// Folders of `templates/skills`, one document each; `curl` if left out.
    pub languages: Vec<Text>,
    /// Languages of `languages` whose documents are made in another tongue too, by its tag (BCP 47): `zh-CN`.
    pub locales: BTreeMap<Text, Vec<Text>>,
    /// The translations into each of `locales`.
    #[serde(skip)]
    pub catalogs: Vec<Catalog>,
    /// One sentence: what a reader can do with the documents.
    pub summary: Option<String>,
    /// When an agent should read them: `Use when ...`.
    pub use_when: Option<String>,
    /// When it should not: `Do not use for ...`.
    pub not_for: Option<String>,
    /// What goes wrong most often, one item each.
    pub notes: Vec<String>,
    /// Environment variables of the samples, by name.
    pub variables: BTreeMap<Text, Variable>,
    /// What samples send, by operation id.
    pub samples: BTreeMap<Text, Sample>,
    /// Operations beside `[flows]` that the flows need, by the part they play: `revoke`, `grants`.
    pub roles: BTreeMap<Text, Text>,
    /// What error answers say.
    pub errors: Errors,
    /// What a language's templates must know of its official SDK (package, module), by language.
    pub sdks: BTreeMap<Text, BTreeMap<String, String>>,
    /// The names official SDKs have for operations, by language, then operation id.
    pub accessors: BTreeMap<Text, BTreeMap<Text, String>>,
}

/// An environment variable that samples read.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Variable {
    /// The value samples use when it is not set.
    pub example: String,
    /// What it holds.
    pub description: Option<String>,
}

/// What the sample of an operation sends beyond what is required, and instead of the examples of the document.
///
/// A text `$NAME` stands for an environment variable of `[skills.variables]`, `$name` in small letters for a value that the
/// sample computes before it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sample {
    /// Values of parameters, by name on the wire.
    pub parameters: BTreeMap<Text, toml::Value>,
    /// Values of members of the body, by name on the wire.
    pub body: BTreeMap<Text, toml::Value>,
    /// Members of the answer that the sample prints.
    pub show: Vec<Text>,
}

/// What error answers say.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Errors {
    /// The member that holds the code a program branches on: `error`.
    pub code: Option<String>,
    /// What to do, by code or status.
    pub advice: BTreeMap<String, String>,
}

impl Skills {
    /// Whether a sample uses this text as a value, at any depth.
    #[must_use]
    pub(super) fn uses(&self, text: &str) -> bool {
        self.samples
            .values()
            .any(|sample| sample.parameters.values().chain(sample.body.values()).any(|value| holds(value, text)))
    }
}

fn holds(value: &toml::Value, text: &str) -> bool {
    match value {
        toml::Value::String(string) => string == text,
        toml::Value::Array(items) => items.iter().any(|item| holds(item, text)),
        toml::Value::Table(table) => table.values().any(|item| holds(item, text)),
        _ => false,
    }
}
