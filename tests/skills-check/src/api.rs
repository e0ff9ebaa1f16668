//! What an OpenAPI document says of its operations, as far as a skill document must tell it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::schema::{self, Property};

/// Methods in the order in which documents list them.
const METHODS: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];

/// The operations of a document, by path bytes, then method.
#[derive(Debug, Clone, Default)]
pub struct Api {
    /// The operations.
    pub operations: Vec<Operation>,
    /// Scheme, host and port of every absolute server.
    pub origins: BTreeSet<String>,
}

/// An operation.
#[derive(Debug, Clone, Default)]
pub struct Operation {
    /// `operationId`, or `GET /path`: the name the judge gives it.
    pub id: String,
    /// In capitals.
    pub method: String,
    /// The template.
    pub path: String,
    /// The servers it names itself, where they are not those of the document.
    pub servers: Vec<String>,
    /// The kinds of credentials it accepts; empty if it wants none.
    pub credentials: BTreeSet<Credential>,
    /// Whether it may be called without credentials.
    pub is_public: bool,
    /// Parameters of path, query and header.
    pub parameters: Vec<Parameter>,
    /// Members of the body.
    pub body: Vec<Property>,
    /// Answers by status as written.
    pub responses: BTreeMap<String, Response>,
}

/// A parameter.
#[derive(Debug, Clone, Default)]
pub struct Parameter {
    /// `path`, `query` or `header`.
    pub place: String,
    /// Name and schema.
    pub property: Property,
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// The media types.
    pub media_types: Vec<String>,
    /// The names of its members, wrappers included.
    pub members: BTreeSet<String>,
    /// The error codes of its examples.
    pub codes: BTreeSet<String>,
}

/// A kind of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Credential {
    /// A bearer token or API key in `Authorization`.
    Bearer,
    /// HTTP Basic with user and password.
    Basic,
    /// Client identifier and secret (RFC 6749, 2.3).
    Client,
    /// A key of its own in header, query or cookie.
    Key,
}

impl Api {
    /// Reads the operations; `clients` are the schemes that mean client authentication (RFC 6749, 2.3).
    #[must_use]
    pub fn read(root: &Value, clients: &BTreeSet<String>) -> Self {
        let mut api = Self { origins: origins(root), ..Self::default() };
        for (path, item) in members(root.get("paths")) {
            let item = schema::resolved(root, item);
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    api.operations.push(read(root, path, item, method, operation, clients));
                }
            }
        }
        // A stable sort keeps the order of the methods.
        api.operations.sort_by(|a, b| a.path.cmp(&b.path));
        api
    }

    /// The operation of a method and a path template.
    #[must_use]
    pub fn find(&self, method: &str, path: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.method == method && operation.path == path)
    }

    /// Whether any operation has a path of this template.
    #[must_use]
    pub fn has_path(&self, path: &str) -> bool {
        self.operations.iter().any(|operation| operation.path == path)
    }
}

impl Operation {
    /// `METHOD /path`.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Every name a request or a success may hold.
    #[must_use]
    pub fn names(&self) -> BTreeSet<&str> {
        let parameters = self.parameters.iter().map(|parameter| parameter.property.name.as_str());
        let body = self.body.iter().map(|property| property.name.as_str());
        let answers = self.responses.values().flat_map(|response| response.members.iter().map(String::as_str));
        parameters.chain(body).chain(answers).collect()
    }
}

fn read(
    root: &Value,
    path: &str,
    item: &Value,
    method: &str,
    operation: &Value,
    clients: &BTreeSet<String>,
) -> Operation {
    let line = format!("{} {path}", method.to_uppercase());
    let id = operation.get("operationId").and_then(Value::as_str).map_or(line, str::to_owned);
    let servers = operation.get("servers").or_else(|| item.get("servers"));
    let servers = servers.and_then(Value::as_array).into_iter().flatten();
    let servers = servers.filter_map(|server| server.get("url")?.as_str().map(str::to_owned)).collect();
    let mut parameters: Vec<Parameter> = Vec::new();
    for owner in [operation, item] {
        for parameter in owner.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let parameter = parameter_of(root, schema::resolved(root, parameter));
            let is_known =
                |other: &Parameter| other.property.name == parameter.property.name && other.place == parameter.place;
            if !parameters.iter().any(is_known) {
                parameters.push(parameter);
            }
        }
    }
    let body = operation.get("requestBody").map(|body| schema::resolved(root, body));
    let content: Vec<(&str, &Value)> = members(body.and_then(|body| body.get("content"))).collect();
    let media = content.iter().find(|(name, _)| name.contains("json")).or_else(|| content.first());
    let body = media.and_then(|(_, media)| media.get("schema")).map(|body| schema::properties(root, body));
    let (credentials, is_public) = security(root, operation, clients);
    Operation {
        id,
        method: method.to_uppercase(),
        path: path.to_owned(),
        servers,
        credentials,
        is_public,
        parameters,
        body: body.unwrap_or_default(),
        responses: members(operation.get("responses"))
            .map(|(status, response)| (status.to_owned(), response_of(root, schema::resolved(root, response))))
            .collect(),
    }
}

fn parameter_of(root: &Value, parameter: &Value) -> Parameter {
    let text = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let schema = parameter.get("schema").unwrap_or(&Value::Null);
    let is_required = parameter.get("required").and_then(Value::as_bool).unwrap_or(false);
    Parameter { place: text("in"), property: Property::read(root, &text("name"), schema, is_required) }
}

fn response_of(root: &Value, response: &Value) -> Response {
    let mut found = Response::default();
    for (media_type, media) in members(response.get("content")) {
        found.media_types.push(media_type.to_owned());
        if let Some(schema) = media.get("schema") {
            schema::names(root, schema, &mut found.members);
            let property = schema::properties(root, schema).into_iter().find(|property| property.name == "error");
            found.codes.extend(property.and_then(|property| property.example));
        }
        let examples = members(media.get("examples")).filter_map(|(_, example)| example.get("value"));
        for example in media.get("example").into_iter().chain(examples) {
            found.codes.extend(example.get("error").and_then(Value::as_str).map(str::to_owned));
        }
    }
    found
}

fn security(root: &Value, operation: &Value, clients: &BTreeSet<String>) -> (BTreeSet<Credential>, bool) {
    let security = operation.get("security").or_else(|| root.get("security"));
    let alternatives: Vec<&Value> = security.and_then(Value::as_array).into_iter().flatten().collect();
    let is_public = alternatives.is_empty() || alternatives.iter().any(|wanted| members(Some(wanted)).count() == 0);
    let names = alternatives.iter().flat_map(|wanted| members(Some(wanted))).map(|(name, _)| name);
    let schemes = root.pointer("/components/securitySchemes");
    let kinds = names.filter_map(|name| {
        if clients.contains(name) {
            return Some(Credential::Client);
        }
        let scheme = schema::resolved(root, schemes?.get(name)?);
        match (scheme.get("type")?.as_str()?, scheme.get("scheme").and_then(Value::as_str)) {
            ("http", Some("basic")) => Some(Credential::Basic),
            ("apiKey", _) => Some(Credential::Key),
            _ => Some(Credential::Bearer),
        }
    });
    (kinds.collect(), is_public)
}

/// Scheme, host and port of every absolute server URL, whoever names it.
fn origins(root: &Value) -> BTreeSet<String> {
    let items = || members(root.get("paths")).map(|(_, item)| item);
    let operations = items().flat_map(|item| METHODS.iter().filter_map(|method| item.get(method)));
    let owners = std::iter::once(root).chain(items()).chain(operations);
    let servers = owners.filter_map(|owner| owner.get("servers")?.as_array()).flatten();
    let urls = servers.filter_map(|server| server.get("url")?.as_str());
    urls.filter_map(|url| {
        let (scheme, rest) = url.split_once("://")?;
        Some(format!("{scheme}://{}", rest.split('/').next()?))
    })
    .collect()
}

/// The members of an object in the document's order.
pub(crate) fn members(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}
