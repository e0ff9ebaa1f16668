//! `product.toml`: what OpenAPI cannot say about an API.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::source::diagnostic::{Diagnostic, Findings};
use crate::source::place::{FileId, Files, Place};
use crate::source::rules::product as rules;

/// A text of product.toml with its place, since the model checks whether what it names exists.
pub type Text = toml::Spanned<String>;

/// Everything product.toml says. Every section may be left out.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Product {
    /// What is made.
    pub product: About,
    /// Words and names.
    pub names: Names,
    /// Resources by name: accessor, description, methods.
    pub resources: BTreeMap<String, ResourceConfig>,
    /// Other names of operations, by operation id.
    pub aliases: BTreeMap<Text, Vec<String>>,
    /// What is behind a security scheme, by its key.
    pub credentials: BTreeMap<Text, Credential>,
    /// Kinds of secret text, by the name of their type.
    pub secrets: BTreeMap<String, SecretConfig>,
    /// Retry classes other than those of the HTTP method.
    pub retry: Retry,
    /// The member that answers are wrapped in.
    pub envelope: Option<Envelope>,
    /// How lists are paged.
    pub pagination: Option<Paging>,
    /// The parts that operations play in the flows of OAuth 2.0.
    pub flows: Flows,
    /// Properties of enums that a schema cannot state.
    pub enums: Enums,
    /// Properties of numbers that a schema cannot state.
    pub numbers: Numbers,
    /// Values for samples and examples, by place (`Schema.property`, `OperationId:parameter`).
    pub examples: BTreeMap<Text, toml::Value>,
    /// The skill documents.
    pub skills: crate::skills::config::Skills,
    /// The file, for messages.
    #[serde(skip)]
    pub file: Option<FileId>,
}

/// What is made.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct About {
    /// The name in prose.
    pub title: String,
    /// The name of the crate: small letters, digits and hyphens.
    #[serde(rename = "crate", deserialize_with = "crate_name")]
    pub crate_name: String,
    /// The version of the crate.
    pub version: String,
    /// One sentence: what the crate is for.
    pub summary: String,
    /// The prefix of environment variables: `SHOP` reads `SHOP_API_KEY`.
    pub env_prefix: String,
    /// Where the source of the crate lives.
    pub repository: Option<String>,
    /// SPDX expression.
    pub license: String,
    /// At most five, for the registry.
    pub keywords: Vec<String>,
    /// For the registry.
    pub categories: Vec<String>,
}

/// Words and names.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Names {
    /// Initialisms besides the industry's: `["FQDN"]`.
    pub initialisms: Vec<String>,
    /// New names of types: a component's key, or the name an inline schema would get.
    pub types: BTreeMap<Text, Text>,
}

/// A resource.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ResourceConfig {
    /// Its heading in documents, if the name does not make one.
    pub title: Option<String>,
    /// What it is for, one sentence.
    pub description: Option<String>,
    /// Operation ids by method name.
    pub methods: BTreeMap<String, Text>,
}

/// What is behind a security scheme.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// What it is.
    pub kind: CredentialKind,
    /// Why, and the source.
    pub reason: Option<String>,
    /// Members of bodies that carry the client identifier: `Schema.property`. Authentication fills them in.
    #[serde(default)]
    pub client_id: Vec<Text>,
    /// Members of bodies that carry the client secret.
    #[serde(default)]
    pub client_secret: Vec<Text>,
    /// Operations, or alternatives of their body (`OperationId:Variant`), that need it although the document has an
    /// alternative without credentials.
    #[serde(default)]
    pub required: Vec<Text>,
}

/// What is behind a security scheme, where the document says it wrongly or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// An account key, sent as a bearer token.
    ApiKey,
    /// Client authentication at the token endpoint (RFC 6749, section 2.3).
    ClientAuthentication,
}

/// A kind of secret text.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct SecretConfig {
    /// What it is, one sentence.
    pub description: Option<String>,
    /// Where it stands: `Schema.property` or `OperationId:parameter`.
    pub places: Vec<Text>,
}

/// Retry classes: operation ids, or `OperationId:Variant` for one alternative of a union body.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// Change nothing.
    pub safe: Vec<Text>,
    /// May be repeated.
    pub idempotent: Vec<Text>,
    /// Must not be repeated.
    pub once: Vec<Text>,
    /// Must not be repeated even after a 429, since they spend a secret that works once.
    pub single_use: Vec<Text>,
}

/// The member that answers are wrapped in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Its key: `data`. An object whose only member this is gives its value to the caller.
    pub member: String,
}

/// How lists are paged.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// The query parameter of the page number: `page[number]`.
    pub number: String,
    /// The query parameter of the page size.
    pub size: Option<String>,
    /// The number of the first page; 1 if left out.
    pub first: Option<i64>,
    /// The member of the body that holds the items.
    pub items: String,
    /// Dotted path to the number of this page: `meta.page_number`.
    pub meta_number: Option<String>,
    /// Dotted path to the number of pages.
    pub meta_pages: Option<String>,
    /// Dotted path to the page size.
    pub meta_size: Option<String>,
    /// Dotted path to the number of items in all.
    pub meta_total: Option<String>,
}

/// The operations that play a part in the flows of OAuth 2.0, by id.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Flows {
    /// The authorization endpoint (RFC 6749, section 3.1).
    pub authorize: Option<Text>,
    /// The token endpoint (RFC 6749, section 3.2).
    pub token: Option<Text>,
    /// The introspection endpoint (RFC 7662).
    pub introspect: Option<Text>,
    /// The registration endpoint (RFC 7591).
    pub register: Option<Text>,
    /// The key set (RFC 7517).
    pub keys: Option<Text>,
    /// The authorization server's metadata (RFC 8414).
    pub server_metadata: Option<Text>,
    /// The protected resource's metadata (RFC 9728).
    pub resource_metadata: Option<Text>,
}

/// Properties of enums that a schema cannot state.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Enums {
    /// Compared without regard to case: `Schema.property`.
    pub ignore_case: Vec<Text>,
}

/// Properties of numbers that a schema cannot state.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Numbers {
    /// Whole seconds of answers, which servers also write as text or with a fraction: `Schema.property`.
    pub seconds: Vec<Text>,
}

impl Flows {
    /// The operations named.
    pub fn all(&self) -> impl Iterator<Item = &Text> {
        [
            &self.authorize,
            &self.token,
            &self.introspect,
            &self.register,
            &self.keys,
            &self.server_metadata,
            &self.resource_metadata,
        ]
        .into_iter()
        .flatten()
    }
}

impl Retry {
    /// The operations and alternatives named.
    pub fn all(&self) -> impl Iterator<Item = &Text> {
        [&self.safe, &self.idempotent, &self.once, &self.single_use].into_iter().flatten()
    }
}

/// Reads the name of a crate, which becomes the name of a folder.
fn crate_name<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    let is_plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
    let starts_well = name.starts_with(|first: char| first.is_ascii_lowercase());
    if starts_well && name.len() <= 64 && name.bytes().all(is_plain) {
        return Ok(name);
    }
    Err(serde::de::Error::custom(format!("`{name}` is not the name of a crate: small letters, digits and hyphens")))
}

/// Whether a text is an identifier in snake case.
fn is_snake(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_')
}

/// Whether a text looks like the tag of a language (BCP 47): it names a file.
fn is_tag(text: &str) -> bool {
    text.len() <= 16
        && text.split('-').all(|part| !part.is_empty() && part.bytes().all(|letter| letter.is_ascii_alphanumeric()))
}

impl Product {
    /// Reads product.toml; a fault in it becomes a finding with its place.
    pub fn read(file: FileId, files: &Files, findings: &mut Findings) -> Option<Self> {
        let text = files.get(file).map_or("", |file| file.text.as_str());
        match toml::from_str::<Self>(text) {
            Ok(product) => {
                let product = Self { file: Some(file), ..product };
                let before = findings.len();
                product.check_names(findings);
                // Names of files that are none are not to be followed.
                let named_well =
                    findings.len() == before || product.skills.locales.keys().all(|tag| is_tag(tag.get_ref()));
                named_well.then_some(product)
            }
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                let place = Place { file, start: offset(span.start), end: offset(span.end) };
                findings.push(Diagnostic::new(&rules::UNREADABLE, place, error.message()));
                None
            }
        }
    }

    /// Names that end in paths and identifiers must be names.
    fn check_names(&self, findings: &mut Findings) {
        let mut refuse = |text: &Text, message: String| {
            findings.push(Diagnostic::new(&rules::BAD_NAME, self.place(text), message));
        };
        for locale in self.skills.locales.keys().filter(|locale| !is_tag(locale.get_ref())) {
            refuse(
                locale,
                format!("`{}` is not the tag of a language: letters and digits, such as `zh-CN`", locale.get_ref()),
            );
        }
        for config in self.resources.values() {
            for (method, id) in &config.methods {
                if !is_snake(method) {
                    refuse(
                        id,
                        format!("`{method}` is not the name of a method: small letters, digits and underscores"),
                    );
                }
            }
        }
        for (resource, config) in &self.resources {
            if let Some(id) = config.methods.values().next().filter(|_| !is_snake(resource)) {
                refuse(
                    id,
                    format!("`{resource}` is not the name of a resource: small letters, digits and underscores"),
                );
            }
        }
    }

    /// The place of a text of product.toml.
    #[must_use]
    pub fn place(&self, text: &Text) -> Place {
        let span = text.span();
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Place { file: self.file.unwrap_or(FileId(0)), start: offset(span.start), end: offset(span.end) }
    }
}
