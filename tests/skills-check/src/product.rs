//! What `spec/<product>/product.toml` says that a document cannot, and where the document is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use judge::{Document, Judge};
use serde_json::Value;

use crate::api::Api;

/// The API that skills are checked against.
pub struct Product {
    /// The name of its folder, or of the document.
    pub name: String,
    /// The operations.
    pub api: Api,
    /// The document as JSON, overlay applied.
    pub root: Value,
    document: Document,
    clients: BTreeSet<String>,
    /// Words with a spelling of their own.
    pub words: BTreeSet<String>,
    /// The official SDKs, by language.
    pub sdks: BTreeMap<String, Sdk>,
    /// The generated crate.
    pub crate_name: Option<String>,
    /// What the names of environment variables start with.
    pub env_prefix: Option<String>,
    /// Members of schemas that hold secrets: `Schema.member`.
    pub secrets: BTreeSet<String>,
    /// The operations that play a part in flows, by part.
    pub flows: BTreeMap<String, String>,
    /// The parameters and members that lists are paged by.
    pub pagination: BTreeMap<String, String>,
    /// How the official SDKs call the operations, by language and operation.
    pub accessors: BTreeMap<String, BTreeMap<String, String>>,
}

/// An official SDK.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sdk {
    /// The name its installer knows.
    pub package: String,
    /// The name code has for it, of a module or class.
    pub module: String,
    /// What Java's packages start with.
    pub group: String,
}

/// Why there is nothing to check against.
#[derive(Debug, thiserror::Error)]
pub enum ProductError {
    /// The document cannot be judged by.
    #[error(transparent)]
    Document(#[from] judge::LoadError),
    /// A file cannot be read.
    #[error("cannot read {0}: {1}")]
    Read(String, io::Error),
    /// `product.toml` is no TOML.
    #[error("{0}: {1}")]
    Syntax(String, toml::de::Error),
    /// No folder of `spec/` has this name.
    #[error("there is no product `{0}`; products: {1}")]
    Unknown(String, String),
    /// Not in the workspace.
    #[error("no folder above holds `spec/`; name the document with --spec FILE")]
    NoWorkspace,
}

impl Product {
    /// Reads a document and, where given, its overlay and `product.toml`.
    ///
    /// # Errors
    ///
    /// A file cannot be read or understood.
    pub fn load(
        name: &str,
        document: &Path,
        overlay: Option<&Path>,
        settings: Option<&Path>,
    ) -> Result<Self, ProductError> {
        let mut document = Document::load(document)?;
        if let Some(overlay) = overlay {
            document = document.overlaid(overlay)?;
        }
        let settings = match settings {
            None => toml::Table::new(),
            Some(path) => {
                let shown = || path.display().to_string();
                let text = fs::read_to_string(path).map_err(|error| ProductError::Read(shown(), error))?;
                text.parse().map_err(|error| ProductError::Syntax(shown(), error))?
            }
        };
        let clients = clients(&settings);
        let root = document.value().clone();
        Ok(Self {
            name: name.to_owned(),
            api: Api::read(&root, &clients),
            root,
            document,
            clients,
            words: words(&settings),
            sdks: sdks(&settings),
            crate_name: of_product(&settings, "crate"),
            env_prefix: of_product(&settings, "env_prefix"),
            secrets: secrets(&settings),
            flows: roles(&settings),
            pagination: texts(settings.get("pagination")),
            accessors: accessors(&settings),
        })
    }

    /// Reads a product of `spec/`.
    ///
    /// # Errors
    ///
    /// It does not exist, or a file of it cannot be read or understood.
    pub fn of_workspace(root: &Path, name: &str) -> Result<Self, ProductError> {
        let folder = root.join("spec").join(name);
        let names = names(root);
        if !names.iter().any(|known| known == name) {
            return Err(ProductError::Unknown(name.to_owned(), names.join(", ")));
        }
        let existing = |file: &str| Some(folder.join(file)).filter(|path| path.is_file());
        let document = ["openapi.yaml", "openapi.yml", "openapi.json"].into_iter().find_map(existing);
        let document = document.unwrap_or_else(|| folder.join("openapi.yaml"));
        Self::load(name, &document, existing("overlay.yaml").as_deref(), existing("product.toml").as_deref())
    }

    /// A judge by this document, strict.
    #[must_use]
    pub fn judge(&self) -> Judge {
        self.clients.iter().fold(Judge::new(self.document.clone()), |judge, scheme| judge.client_authentication(scheme))
    }
}

/// The names of the products of a workspace, in order.
#[must_use]
pub fn names(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root.join("spec")).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> = folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

/// The workspace: that around the current folder, else that around the package cargo runs.
///
/// # Errors
///
/// Neither is inside a workspace with `spec/`.
pub fn workspace() -> Result<PathBuf, ProductError> {
    let starts = [env::current_dir().ok(), env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from)];
    let is_root = |folder: &&Path| folder.join("spec").is_dir() && folder.join("templates").is_dir();
    let found = starts.iter().flatten().find_map(|start| start.ancestors().find(is_root).map(Path::to_owned));
    found.ok_or(ProductError::NoWorkspace)
}

fn table<'t>(value: Option<&'t toml::Value>) -> impl Iterator<Item = (&'t String, &'t toml::Value)> + use<'t> {
    value.and_then(toml::Value::as_table).into_iter().flatten()
}

fn texts(value: Option<&toml::Value>) -> BTreeMap<String, String> {
    table(value).filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

fn of_product(settings: &toml::Table, key: &str) -> Option<String> {
    Some(settings.get("product")?.get(key)?.as_str()?.to_owned())
}

/// `[flows]`, and what skills add to it.
fn roles(settings: &toml::Table) -> BTreeMap<String, String> {
    let more = settings.get("skills").and_then(|skills| skills.get("roles"));
    texts(more).into_iter().chain(texts(settings.get("flows"))).collect()
}

fn clients(settings: &toml::Table) -> BTreeSet<String> {
    let is_client =
        |scheme: &toml::Value| scheme.get("kind").and_then(toml::Value::as_str) == Some("client-authentication");
    table(settings.get("credentials")).filter(|(_, scheme)| is_client(scheme)).map(|(name, _)| name.clone()).collect()
}

/// Words of the title, and of `[names] initialisms`, with more than one capital: a spelling that text could miss.
fn words(settings: &toml::Table) -> BTreeSet<String> {
    let title = settings.get("product").and_then(|product| product.get("title")?.as_str()).unwrap_or_default();
    let listed = settings.get("names").and_then(|names| names.get("initialisms")?.as_array()).into_iter().flatten();
    let words = title.split_whitespace().chain(listed.filter_map(toml::Value::as_str));
    words.filter(|word| word.chars().filter(|char| char.is_uppercase()).count() > 1).map(str::to_owned).collect()
}

fn secrets(settings: &toml::Table) -> BTreeSet<String> {
    let places = table(settings.get("secrets")).filter_map(|(_, secret)| secret.get("places")?.as_array());
    places.flatten().filter_map(toml::Value::as_str).filter(|place| place.contains('.')).map(str::to_owned).collect()
}

fn sdks(settings: &toml::Table) -> BTreeMap<String, Sdk> {
    let languages = table(settings.get("skills").and_then(|skills| skills.get("sdks")));
    let text = |sdk: &toml::Value, key: &str| Some(sdk.get(key)?.as_str()?.to_owned());
    let sdk = |sdk: &toml::Value| Sdk {
        package: text(sdk, "package").unwrap_or_default(),
        module: text(sdk, "module").unwrap_or_default(),
        group: text(sdk, "group").unwrap_or_default(),
    };
    languages.map(|(name, value)| (name.clone(), sdk(value))).collect()
}

fn accessors(settings: &toml::Table) -> BTreeMap<String, BTreeMap<String, String>> {
    let languages = settings.get("skills").and_then(|skills| skills.get("accessors"));
    table(languages).map(|(language, names)| (language.clone(), texts(Some(names)))).collect()
}
