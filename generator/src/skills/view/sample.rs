//! Samples: one valid request of each operation, neutral to any language's syntax.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::fields::{members, object};
use super::value::{MemberView, ValueView};
use super::{Names, split_server, unknown, variable_name};
use crate::model::{
    Api, Encoding, Field, Location, Operation, Output, Parameter, SchemeKind, Status, Style, Type, TypeId, TypeKind,
};
use crate::product::Text;
use crate::rust::call::Call;
use crate::skills::Error;
use crate::skills::config::Sample;

/// A request, and what a sample does with the answer.
#[derive(Clone, Debug, Serialize)]
pub struct SampleView {
    /// Where it goes: `default`, `origin` (the default server's host, without its path) or `absolute`.
    pub base: &'static str,
    /// The server, if `absolute`.
    pub server: String,
    /// The path: text and values in turn.
    pub path: Vec<PieceView>,
    /// The query.
    pub query: Vec<MemberView>,
    /// Headers and cookies of the operation.
    pub headers: Vec<MemberView>,
    /// What proves who is asking; nothing for an operation that wants nothing.
    pub credentials: Vec<CredentialView>,
    /// The body.
    pub body: Option<BodyView>,
    /// What to do with the answer.
    pub output: OutputView,
    /// The variables of the environment it reads, those of its credentials too, by name.
    pub variables: BTreeSet<String>,
    /// The same request as a call of the generated crate; empty unless a language asks for it.
    pub call: Call,
    /// Values of parameters, by name on the wire, for that call.
    #[serde(skip)]
    pub(super) given: BTreeMap<String, ValueView>,
}

/// A piece of a path.
#[derive(Clone, Debug, Serialize)]
pub struct PieceView {
    /// Text as it is; empty for a value.
    pub text: String,
    /// The value of a parameter.
    pub value: Option<ValueView>,
}

/// A credential.
#[derive(Clone, Debug, Serialize)]
pub struct CredentialView {
    /// `bearer`, `basic`, `client` (RFC 6749, section 2.3), `header`, `query`, `cookie`, `other`.
    pub kind: &'static str,
    /// The name of the header, parameter or cookie.
    pub name: String,
    /// The variables of the environment that hold it.
    pub variables: Vec<String>,
    /// The same without the product's prefix.
    pub short: Vec<String>,
}

/// A body.
#[derive(Clone, Debug, Serialize)]
pub struct BodyView {
    /// `form`, `json`, `multipart`, `text`, `binary`.
    pub encoding: Encoding,
    /// The media type.
    pub media_type: String,
    /// The value.
    pub value: ValueView,
    /// Whether a variable is inside.
    pub variable: bool,
}

/// What to do with an answer.
#[derive(Clone, Debug, Serialize)]
pub struct OutputView {
    /// `nothing`, `value`, `page`, `text`, `bytes`, `redirect`.
    pub kind: &'static str,
    /// Whether a secret is inside.
    pub sensitive: bool,
    /// Whether something came to be, whose secrets are shown this once.
    pub created: bool,
    /// The member that wraps the value.
    pub member: Option<String>,
    /// What it is called: `oauth_client`.
    pub name: Names,
    /// The file a sensitive answer goes to.
    pub file: String,
    /// Members worth printing, none of them secret.
    pub show: Vec<Names>,
    /// Members that are secrets.
    pub secrets: Vec<SecretView>,
}

/// A secret in an answer.
#[derive(Clone, Debug, Serialize)]
pub struct SecretView {
    /// The member.
    pub name: Names,
    /// Whether it is always there.
    pub required: bool,
}

impl SampleView {
    /// The sample of an operation.
    ///
    /// # Errors
    ///
    /// When product.toml gives a value to what the operation does not have.
    pub(super) fn new(api: &Api, operation: &Operation) -> Result<Self, Error> {
        let none = Sample::default();
        let config = api.product.skills.samples.iter().find(|(id, _)| *id.get_ref() == operation.id);
        let config = config.map_or(&none, |(_, config)| config);
        for name in config.parameters.keys() {
            if !operation.parameters.iter().any(|parameter| parameter.wire == *name.get_ref()) {
                return Err(unknown(api, name, &format!("parameter of {}", operation.id)));
            }
        }
        let server = operation.server.clone().unwrap_or_default();
        let (origin, _) = split_server(&api.server);
        let base = match server.as_str() {
            "" => "default",
            own if own == api.server => "default",
            own if own == origin => "origin",
            _ => "absolute",
        };
        let parameters = |location: Location| {
            let mut found = Vec::new();
            for parameter in operation.parameters.iter().filter(|parameter| parameter.location == location) {
                found.extend(pairs(api, parameter, given(&config.parameters, &parameter.wire)));
            }
            found
        };
        let mut headers = parameters(Location::Header);
        headers.extend(parameters(Location::Cookie));
        let body = body(api, operation, config)?;
        let path = pieces(api, operation, config);
        let query = parameters(Location::Query);
        let credentials = credentials(api, operation);
        let mut variables: BTreeSet<String> =
            credentials.iter().flat_map(|credential| credential.variables.iter().cloned()).collect();
        path.iter().filter_map(|piece| piece.value.as_ref()).for_each(|value| value.add_variables(&mut variables));
        query.iter().chain(&headers).for_each(|member| member.value.add_variables(&mut variables));
        body.iter().for_each(|body| body.value.add_variables(&mut variables));
        Ok(Self {
            base,
            server,
            path,
            query,
            headers,
            credentials,
            variables,
            body,
            output: output(api, operation, config),
            call: Call::default(),
            given: operation
                .parameters
                .iter()
                .filter_map(|parameter| {
                    let required = || parameter.required.then(|| parameter.example.clone());
                    let value = given(&config.parameters, &parameter.wire).or_else(required)?;
                    Some((parameter.wire.clone(), ValueView::new(api, &parameter.ty, &value)))
                })
                .collect(),
        })
    }
}

fn given(values: &BTreeMap<Text, toml::Value>, name: &str) -> Option<Value> {
    let (_, value) = values.iter().find(|(key, _)| key.get_ref() == name)?;
    serde_json::to_value(value).ok()
}

/// The path template with values in place of its parameters.
fn pieces(api: &Api, operation: &Operation, config: &Sample) -> Vec<PieceView> {
    let mut pieces = Vec::new();
    let mut rest = operation.path.as_str();
    while let Some((text, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let parameter = operation.parameters.iter().find(|one| one.location == Location::Path && one.wire == name);
        let value = parameter.map(|parameter| {
            match given(&config.parameters, name).unwrap_or_else(|| parameter.example.clone()) {
                Value::Array(items) => ValueView::new(api, &Type::Text, &joined(&items, ",")),
                value => ValueView::new(api, &parameter.ty, &value),
            }
        });
        pieces.push(PieceView { text: text.to_owned(), value: None });
        pieces.push(PieceView { text: String::new(), value });
        rest = after;
    }
    pieces.push(PieceView { text: rest.to_owned(), value: None });
    pieces.retain(|piece| piece.value.is_some() || !piece.text.is_empty());
    pieces
}

/// The pairs of name and value a parameter is written as (OpenAPI, section Style Values); none if nothing is sent.
fn pairs(api: &Api, parameter: &Parameter, given: Option<Value>) -> Vec<MemberView> {
    let Some(value) = given.or_else(|| parameter.required.then(|| parameter.example.clone())) else {
        return Vec::new();
    };
    let name = Names::new(&parameter.name, &parameter.wire);
    let pair = |name: Names, value: &Value, ty: &Type| MemberView { name, value: ValueView::new(api, ty, value) };
    match &value {
        Value::Array(_) | Value::Object(_) if parameter.style == Style::Json => {
            vec![pair(name, &Value::String(value.to_string()), &Type::Text)]
        }
        Value::Array(items) if parameter.explode && parameter.style == Style::Form => {
            items.iter().map(|item| pair(name.clone(), item, &Type::Any)).collect()
        }
        Value::Array(items) => {
            let between = match parameter.style {
                Style::SpaceDelimited => " ",
                Style::PipeDelimited => "|",
                _ => ",",
            };
            vec![pair(name, &joined(items, between), &Type::Text)]
        }
        Value::Object(members) if parameter.style == Style::DeepObject => members
            .iter()
            .map(|(key, value)| pair(Names::of_wire(&format!("{}[{key}]", parameter.wire)), value, &Type::Any))
            .collect(),
        Value::Object(members) if parameter.explode => {
            members.iter().map(|(key, value)| pair(Names::of_wire(key), value, &Type::Any)).collect()
        }
        Value::Object(_) => vec![pair(name, &Value::String(value.to_string()), &Type::Text)],
        _ => vec![pair(name, &value, &parameter.ty)],
    }
}

/// Items in one text.
fn joined(items: &[Value], between: &str) -> Value {
    items.iter().map(plain).collect::<Vec<_>>().join(between).into()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The first alternative that wants something; where nothing need be sent, still what is better sent.
fn credentials(api: &Api, operation: &Operation) -> Vec<CredentialView> {
    let Some(alternative) = operation.security.iter().find(|alternative| !alternative.is_empty()) else {
        return Vec::new();
    };
    let schemes = alternative.iter().filter_map(|requirement| api.scheme(requirement));
    let view = |scheme: &crate::model::Scheme| {
        let (kind, name, parts): (_, _, &[&str]) = match &scheme.kind {
            SchemeKind::Bearer => ("bearer", "Authorization", &["API_KEY"]),
            SchemeKind::Basic => ("basic", "Authorization", &["USERNAME", "PASSWORD"]),
            SchemeKind::ClientAuthentication { .. } => ("client", "Authorization", &["CLIENT_ID", "CLIENT_SECRET"]),
            SchemeKind::ApiKeyHeader(name) => ("header", name.as_str(), &["API_KEY"]),
            SchemeKind::ApiKeyQuery(name) => ("query", name.as_str(), &["API_KEY"]),
            SchemeKind::ApiKeyCookie(name) => ("cookie", name.as_str(), &["API_KEY"]),
            SchemeKind::MutualTls | SchemeKind::Other(_) => ("other", scheme.key.as_str(), &[]),
        };
        CredentialView {
            kind,
            name: name.to_owned(),
            variables: parts.iter().map(|part| variable_name(api, part)).collect(),
            short: parts.iter().map(|part| (*part).to_owned()).collect(),
        }
    };
    schemes.map(view).collect()
}

/// What is required, and what product.toml adds: of a union, the alternative it speaks of, else the first.
fn body(api: &Api, operation: &Operation, config: &Sample) -> Result<Option<BodyView>, Error> {
    let Some((body, media)) = operation.body.as_ref().and_then(|body| Some((body, body.media.first()?))) else {
        return match config.body.keys().next() {
            Some(name) => Err(unknown(api, name, &format!("body of {}", operation.id))),
            None => Ok(None),
        };
    };
    let fields = fields(api, &media.ty, config);
    // A body that may be left out, yet has members that may not, is what the operation is about.
    let telling = fields.is_some_and(|fields| fields.iter().any(|field| field.required));
    if !body.required && !telling && config.body.is_empty() {
        return Ok(None);
    }
    let value = match fields {
        Some(fields) => {
            for name in config.body.keys() {
                if !fields.iter().any(|field| field.wire == *name.get_ref()) {
                    return Err(unknown(api, name, &format!("member of the body of {}", operation.id)));
                }
            }
            let mut members: Vec<_> = fields.iter().filter_map(|field| member(api, field, config)).collect();
            if members.is_empty() {
                // Nothing is required and nothing given: an empty body would be a sample of nothing.
                members = fields.iter().filter(|field| field.example_given).map(|field| example(api, field)).collect();
            }
            if members.is_empty() && body.required {
                members = fields.iter().take(1).map(|field| example(api, field)).collect();
            }
            ValueView::object(members)
        }
        None => ValueView::new(api, &media.ty, &media.example),
    };
    let mut variables = Vec::new();
    value.variables(&mut variables);
    let variable = !variables.is_empty();
    Ok(Some(BodyView { encoding: media.encoding, media_type: media.media_type.clone(), value, variable }))
}

fn member(api: &Api, field: &Field, config: &Sample) -> Option<MemberView> {
    let value = match given(&config.body, &field.wire) {
        Some(value) => value,
        None if field.required && field.credential.is_none() => {
            field.constant.clone().unwrap_or_else(|| field.example.clone())
        }
        None => return None,
    };
    let value = ValueView::new(api, &field.ty, &value);
    Some(MemberView { name: Names::new(&field.name, &field.wire), value })
}

fn example(api: &Api, field: &Field) -> MemberView {
    MemberView { name: Names::new(&field.name, &field.wire), value: ValueView::new(api, &field.ty, &field.example) }
}

/// The fields of the object, or of the alternative of the union whose constants are those given.
fn fields<'a>(api: &'a Api, ty: &Type, config: &Sample) -> Option<&'a [Field]> {
    fields_unless(&mut BTreeSet::new(), api, ty, config)
}

/// As [`fields`], of unions not yet looked into: unions of unions may lead to one of them on countless ways.
fn fields_unless<'a>(seen: &mut BTreeSet<TypeId>, api: &'a Api, ty: &Type, config: &Sample) -> Option<&'a [Field]> {
    let id = object(api, ty)?;
    match &api.type_def(id)?.kind {
        TypeKind::Struct(item) => Some(&item.fields),
        TypeKind::Union(union) if seen.insert(id) => {
            let structs: Vec<_> =
                union.variants.iter().filter_map(|variant| fields_unless(seen, api, &variant.ty, config)).collect();
            let fits = |fields: &&[Field]| {
                fields.iter().all(|field| match (&field.constant, given(&config.body, &field.wire)) {
                    (Some(constant), Some(given)) => *constant == given,
                    _ => true,
                })
            };
            structs.iter().copied().find(fits).or_else(|| structs.first().copied())
        }
        _ => None,
    }
}

fn output(api: &Api, operation: &Operation, config: &Sample) -> OutputView {
    let outputs: Vec<&Output> = match &operation.output {
        Output::Many { cases, .. } => cases.iter().map(|case| &case.output).collect(),
        output => vec![output],
    };
    let kind = |output: &Output| match output {
        Output::Nothing | Output::Many { .. } => "nothing",
        Output::Value { .. } => "value",
        Output::Page { .. } => "page",
        Output::Text => "text",
        Output::Bytes => "bytes",
        Output::Redirect => "redirect",
    };
    let kinds = ["redirect", "page", "value", "text", "bytes"];
    let kind =
        kinds.into_iter().find(|wanted| outputs.iter().any(|output| kind(output) == *wanted)).unwrap_or("nothing");
    let (ty, item, member) = outputs
        .iter()
        .find_map(|output| match output {
            Output::Value { ty, member } => Some((ty.clone(), ty.clone(), member.clone())),
            Output::Page { body, item } => Some((body.clone(), item.clone(), None)),
            _ => None,
        })
        .unwrap_or((Type::Any, Type::Any, None));
    let name = object(api, &item)
        .and_then(|id| api.type_def(id))
        .filter(|def| def.component.is_some())
        .map_or_else(|| operation.method_name.clone(), |def| def.name.clone());
    let created = operation.responses.iter().any(|response| response.status == Status::Code(201));
    let file = if kind == "page" { operation.name.kebab() } else { name.kebab() };
    let (members, _) = members(api, &item);
    let secrets = members.iter().filter(|member| is_secret(&member.field.ty)).map(|member| SecretView {
        name: Names::new(&member.field.name, &member.field.wire),
        required: member.required && !matches!(member.field.ty, Type::Nullable(_)),
    });
    let secrets = secrets.collect();
    let mut shown: Vec<_> = members
        .iter()
        .filter(|member| {
            let named = |text: &Text| *text.get_ref() == member.field.wire;
            let wanted = config.show.iter().any(named) || config.show.is_empty() && is_scalar(&member.field.ty);
            wanted && !api.is_sensitive(&member.field.ty)
        })
        .collect();
    if config.show.is_empty() {
        shown.sort_by_key(|member| !member.required);
        shown.truncate(2);
    }
    OutputView {
        kind,
        sensitive: api.is_sensitive(&ty),
        created,
        member,
        name: Names::new(&name, &name.snake()),
        file,
        show: shown.iter().map(|member| Names::new(&member.field.name, &member.field.wire)).collect(),
        secrets,
    }
}

fn is_secret(ty: &Type) -> bool {
    match ty {
        Type::Nullable(inner) => is_secret(inner),
        ty => matches!(ty, Type::Secret(_)),
    }
}

fn is_scalar(ty: &Type) -> bool {
    matches!(ty, Type::Boolean | Type::Integer(_) | Type::Number(_) | Type::Text | Type::Timestamp | Type::Named(_))
}
