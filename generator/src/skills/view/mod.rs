//! Views: what a template needs of the model, ready to be placed. Plain data; no language's syntax, no product's words.

mod calls;
mod fields;
mod operation;
mod sample;
mod schema;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use fields::FieldView;
pub(super) use operation::status;
pub use operation::{ErrorView, OperationView, ReturnsView, SuccessView};
pub use sample::{CredentialView, OutputView, SampleView};
pub use schema::SchemaView;
pub(super) use schema::headings;
pub use value::{MemberView, ValueView};

use super::locale::Catalog;
use super::{Error, Facts};
use crate::model::{Api, Name, Splitter};
use crate::product::Text;
use crate::rust::call::Call;

/// A name in the cases that languages use.
#[derive(Clone, Debug, Serialize)]
pub struct Names {
    /// As it is sent.
    pub wire: String,
    /// `client_id`.
    pub snake: String,
    /// `clientId`.
    pub camel: String,
    /// `ClientId`.
    pub pascal: String,
    /// The field of the generated crate: `client_id`, `use_`.
    pub rust: String,
}

impl Names {
    fn new(name: &Name, wire: &str) -> Self {
        let rust = crate::rust::call::field(name);
        Self { wire: wire.to_owned(), snake: name.snake(), camel: name.camel(), pascal: name.pascal(), rust }
    }

    fn of_wire(wire: &str) -> Self {
        Self::new(&Splitter::default().name(wire), wire)
    }
}

/// A variable of the environment that samples read.
#[derive(Clone, Debug, Serialize)]
pub struct VariableView {
    /// `TELNYX_CLIENT_ID`.
    pub name: String,
    /// Without the product's prefix: `CLIENT_ID`.
    pub short: String,
    /// The short name in small letters: `client_id`.
    pub snake: String,
    /// The value samples use when it is not set.
    pub example: String,
    /// What it holds.
    pub description: String,
}

/// A group of operations.
#[derive(Clone, Debug, Serialize)]
pub struct ResourceView {
    /// In prose: `oauth clients`.
    pub title: String,
    /// The file its sections go to when the document is too small for all.
    pub file: String,
    /// What it is for.
    pub description: String,
    /// Its operations, as indices.
    pub operations: Vec<usize>,
}

/// Everything the templates of one product see.
#[derive(Clone, Debug, Serialize)]
pub struct ApiView {
    /// The name in prose.
    pub title: String,
    /// The version of the document.
    pub version: String,
    /// Whether its prose is somebody else's.
    pub untrusted: bool,
    /// The default server: absolute, without a trailing slash.
    pub server: String,
    /// The scheme and host of the default server.
    pub origin: String,
    /// The path of the default server.
    pub base_path: String,
    /// The variable that overrides the default server.
    pub base_url: VariableView,
    /// The name of the variable that holds the account's key.
    pub api_key: String,
    /// The variables of the samples, by name.
    pub variables: Vec<VariableView>,
    /// What goes wrong most often.
    pub notes: Vec<String>,
    /// The operations in the order of the model.
    pub operations: Vec<OperationView>,
    /// The groups of operations, by name.
    pub resources: Vec<ResourceView>,
    /// The objects that travel, by name.
    pub schemas: Vec<SchemaView>,
    /// The operations that play a part in a flow, by that part.
    pub flows: BTreeMap<String, OperationView>,
    /// What to do about errors, by code or status, for code: English in every locale.
    pub advice: BTreeMap<String, String>,
    /// The same for prose.
    pub advice_prose: BTreeMap<String, String>,
    /// The token requests of the flows as calls of the generated crate, by grant type.
    pub grants: BTreeMap<String, Call>,
}

impl ApiView {
    /// Prepares a product whose prose is translated. What stands in code is the same as without.
    ///
    /// # Errors
    ///
    /// As [`ApiView::new`].
    pub(super) fn localized(api: &Api, catalog: &Catalog, facts: &Facts<'_>) -> Result<Self, Error> {
        let view = Self::new(&catalog.localized(api), facts)?;
        Ok(Self { advice: api.product.skills.errors.advice.clone(), ..view })
    }

    /// Prepares a product for its templates.
    ///
    /// # Errors
    ///
    /// When `[skills]` names what is not there.
    pub fn new(api: &Api, facts: &Facts<'_>) -> Result<Self, Error> {
        check(api)?;
        let skills = &api.product.skills;
        let (origin, base_path) = split_server(&api.server);
        let operations = operation::operations(api)?;
        let flows = flows(api, &operations)?;
        let mut variables: BTreeMap<String, VariableView> = skills
            .variables
            .iter()
            .map(|(name, variable)| {
                let description = variable.description.clone().unwrap_or_default();
                (name.get_ref().clone(), variable_view(api, name.get_ref(), &variable.example, &description))
            })
            .collect();
        for credential in operations.iter().flat_map(|operation| &operation.sample.credentials) {
            for name in &credential.variables {
                let example = format!("YOUR_{}", short(api, name));
                variables.entry(name.clone()).or_insert_with(|| variable_view(api, name, &example, ""));
            }
        }
        let base_url = variable_view(api, &variable_name(api, "BASE_URL"), &api.server, "");
        Ok(Self {
            title: title(api),
            version: api.version.clone(),
            untrusted: facts.untrusted,
            server: api.server.clone(),
            origin,
            base_path,
            base_url,
            api_key: variable_name(api, "API_KEY"),
            variables: variables.into_values().collect(),
            notes: skills.notes.clone(),
            resources: resources(api),
            schemas: schema::schemas(api),
            flows,
            advice: skills.errors.advice.clone(),
            advice_prose: skills.errors.advice.clone(),
            grants: BTreeMap::new(),
            operations,
        })
    }
}

/// The product's name in prose.
#[must_use]
pub fn title(api: &Api) -> String {
    let title = &api.product.product.title;
    if title.is_empty() { api.title.clone() } else { title.clone() }
}

/// The name of a variable of the environment, with the product's prefix.
fn variable_name(api: &Api, name: &str) -> String {
    let prefix: String =
        api.product.product.env_prefix.chars().filter(|one| one.is_ascii_alphanumeric() || *one == '_').collect();
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}_{name}") }
}

fn short(api: &Api, name: &str) -> String {
    name.strip_prefix(&variable_name(api, "")).unwrap_or(name).to_owned()
}

fn variable_view(api: &Api, name: &str, example: &str, description: &str) -> VariableView {
    let short = short(api, name);
    VariableView {
        name: name.to_owned(),
        snake: short.to_ascii_lowercase(),
        short,
        example: example.to_owned(),
        description: description.to_owned(),
    }
}

/// Scheme with host, and path, of an absolute URL.
fn split_server(server: &str) -> (String, String) {
    let host = server.find("://").map_or(0, |at| at + 3);
    let path = server.get(host..).and_then(|rest| rest.find('/')).map_or(server.len(), |at| host + at);
    let (origin, path) = server.split_at(path);
    (origin.to_owned(), path.trim_end_matches('/').to_owned())
}

fn resources(api: &Api) -> Vec<ResourceView> {
    api.resources
        .iter()
        .map(|resource| ResourceView {
            title: resource.title.clone(),
            file: resource.name.kebab(),
            description: resource.description.clone().unwrap_or_default(),
            operations: resource.operations.clone(),
        })
        .collect()
}

fn flows(api: &Api, operations: &[OperationView]) -> Result<BTreeMap<String, OperationView>, Error> {
    let flows = &api.product.flows;
    let parts = [
        ("authorize", &flows.authorize),
        ("token", &flows.token),
        ("introspect", &flows.introspect),
        ("register", &flows.register),
        ("keys", &flows.keys),
        ("server_metadata", &flows.server_metadata),
        ("resource_metadata", &flows.resource_metadata),
    ];
    let parts = parts.into_iter().filter_map(|(part, id)| Some((part, id.as_ref()?)));
    let own = api.product.skills.roles.iter().map(|(part, id)| (part.get_ref().as_str(), id));
    let mut found = BTreeMap::new();
    for (part, id) in parts.chain(own) {
        let Some(operation) = operations.iter().find(|operation| &operation.id == id.get_ref()) else {
            return Err(unknown(api, id, "operation"));
        };
        found.insert(part.to_owned(), operation.clone());
    }
    Ok(found)
}

/// Whether everything `[skills]` names is there.
fn check(api: &Api) -> Result<(), Error> {
    let skills = &api.product.skills;
    let operations: BTreeSet<&str> = api.operations.iter().map(|operation| operation.id.as_str()).collect();
    let named = skills.samples.keys().chain(skills.accessors.values().flat_map(BTreeMap::keys));
    for id in named {
        if !operations.contains(id.get_ref().as_str()) {
            return Err(unknown(api, id, "operation"));
        }
    }
    for name in skills.variables.keys() {
        let shell = |one: char| one.is_ascii_uppercase() || one.is_ascii_digit() || one == '_';
        if !name.get_ref().starts_with(|one: char| one.is_ascii_uppercase()) || !name.get_ref().chars().all(shell) {
            let message =
                format!("`{}` is no name of an environment variable: use `A` to `Z`, `0` to `9`, `_`", name.get_ref());
            return Err(Error::Product { place: api.product.place(name), message });
        }
    }
    Ok(())
}

fn unknown(api: &Api, text: &Text, what: &str) -> Error {
    let message = format!("there is no {what} `{}`", text.get_ref());
    Error::Product { place: api.product.place(text), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_its_origin_and_a_path() {
        let split = |server| {
            let (origin, path) = split_server(server);
            format!("{origin} {path}")
        };
        assert_eq!(split("https://api.example.com/v2"), "https://api.example.com /v2");
        assert_eq!(split("https://api.example.com"), "https://api.example.com ");
        assert_eq!(split("https://api.example.com/"), "https://api.example.com ");
        assert_eq!(split(""), " ");
    }
}
