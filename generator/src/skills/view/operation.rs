//! Operations: what a section of the document says.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::fields::{AlternativeView, differences, member_view, members, object, struct_below};
use super::{FieldView, SampleView, schema};
use crate::model::{Api, Encoding, Location, Media, Operation, Output, Response, Status, Tagging, Type, TypeKind};
use crate::skills::Error;
use crate::skills::filters::{anchor, capped};
use crate::skills::notation::notation;

/// Up to this many members of an answer are listed in a section.
const ALL_SHOWN: usize = 10;
/// Of larger answers, this many are; the rest is in the reference.
const MOST_USED: usize = 5;
/// Most characters of a heading that comes from a document.
const LONGEST_TITLE: usize = 200;
/// Most characters of what a line says of an answer.
const LONGEST_BRIEF: usize = 200;

/// An operation.
#[derive(Clone, Debug, Serialize)]
pub struct OperationView {
    /// `operationId`.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// The name of the heading in links.
    pub anchor: String,
    /// Description; empty where it only repeats the title.
    pub description: String,
    /// Marked as deprecated.
    pub deprecated: bool,
    /// `GET`.
    pub method: &'static str,
    /// The path template.
    pub path: String,
    /// Index of its group.
    pub resource: usize,
    /// The server, where it is not the default one.
    pub server: Option<String>,
    /// Whether credentials may be left out.
    pub anonymous: bool,
    /// Parameters in the path.
    pub path_parameters: Vec<FieldView>,
    /// Parameters in the query, by name.
    pub query_parameters: Vec<FieldView>,
    /// Parameters in headers and cookies, by name.
    pub header_parameters: Vec<FieldView>,
    /// Names of what must be sent in the query and the body.
    pub required: Vec<String>,
    /// Members of the body that must be sent, by name.
    pub body_required: Vec<FieldView>,
    /// Members of the body that may be sent, by name.
    pub body_optional: Vec<FieldView>,
    /// The media types of the body, the preferred first.
    pub media_types: Vec<String>,
    /// The member of the body whose value tells its alternatives apart.
    pub tag: Option<String>,
    /// The alternatives of the body.
    pub alternatives: Vec<AlternativeView>,
    /// What comes back.
    pub returns: ReturnsView,
    /// What can go wrong, by status.
    pub errors: Vec<ErrorView>,
    /// `safe`, `idempotent` or `once`.
    pub retry: crate::model::RetryClass,
    /// The query parameter of the page number, if the answer is a page.
    pub page_parameter: Option<String>,
    /// The member that says how many pages there are: `meta.total_pages`.
    pub page_count: Option<String>,
    /// One valid request.
    pub sample: SampleView,
}

/// What comes back.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ReturnsView {
    /// The successes, by status.
    pub successes: Vec<SuccessView>,
    /// Whether it is JSON.
    pub json: bool,
    /// The member that wraps it.
    pub member: Option<String>,
    /// Whether it is a list, one page at a time.
    pub page: bool,
    /// The type, where it is no object with members.
    #[serde(rename = "type")]
    pub ty: String,
    /// The name of its schema.
    pub schema: Option<String>,
    /// The name of the schema's heading in links.
    pub anchor: String,
    /// The members a section lists, by name.
    pub fields: Vec<FieldView>,
    /// How many members more there are.
    pub more: usize,
    /// Whether a section before lists these members.
    pub repeated: bool,
}

/// A success.
#[derive(Clone, Debug, Serialize)]
pub struct SuccessView {
    /// `200`, `2XX`.
    pub status: String,
    /// Description.
    pub description: String,
    /// Its first sentence.
    pub brief: String,
    /// The media types that are not JSON.
    pub media_types: Vec<String>,
}

/// What can go wrong.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorView {
    /// `401`, `4XX`, `default`.
    pub status: String,
    /// Codes of the document's examples, in their order.
    pub codes: Vec<String>,
    /// Description.
    pub description: String,
    /// Its first sentence.
    pub brief: String,
    /// The media type, where it is not JSON.
    pub media_type: Option<String>,
    /// Members of the body.
    pub fields: Vec<FieldView>,
    /// The name of its schema.
    pub schema: Option<String>,
}

/// The operations, each heading with a name of its own.
///
/// # Errors
///
/// When product.toml names what an operation does not have.
pub(super) fn operations(api: &Api) -> Result<Vec<OperationView>, Error> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut returned: BTreeSet<String> = BTreeSet::new();
    api.operations
        .iter()
        .map(|operation| {
            let mut view = view(api, operation)?;
            let count = taken.entry(view.anchor.clone()).or_default();
            if *count > 0 {
                view.anchor = format!("{}-{count}", view.anchor);
            }
            *count += 1;
            let returns = &mut view.returns;
            returns.repeated = returns.schema.as_ref().is_some_and(|schema| !returned.insert(schema.clone()));
            Ok(view)
        })
        .collect()
}

fn view(api: &Api, operation: &Operation) -> Result<OperationView, Error> {
    let title = operation.summary.clone().unwrap_or_else(|| sentence(&operation.name.prose()));
    let title = capped(&title, LONGEST_TITLE);
    let repeats = |text: &String| text.trim_end_matches('.') == title.trim_end_matches('.');
    let description = operation.description.clone().filter(|text| !repeats(text)).unwrap_or_default();
    let located = |wanted: &[Location]| {
        let mut found: Vec<_> = operation
            .parameters
            .iter()
            .filter(|parameter| wanted.contains(&parameter.location))
            .map(|parameter| FieldView::parameter(api, parameter))
            .collect();
        if !wanted.contains(&Location::Path) {
            found.sort_by(|one, other| one.name.wire.cmp(&other.name.wire));
        }
        found
    };
    let query_parameters = located(&[Location::Query]);
    let media = operation.body.iter().flat_map(|body| &body.media);
    let body = media.clone().next().map(|media| members(api, &media.ty));
    let (body, variants) = body.unwrap_or_default();
    let alternatives = differences(&body, &variants);
    let (mut required, optional): (Vec<_>, Vec<_>) = body.iter().partition(|member| member.required);
    required.sort_by_key(|member| member.field.required_at);
    let views = |members: Vec<_>| members.into_iter().map(|member| member_view(api, member, &variants)).collect();
    let (body_required, body_optional): (Vec<_>, Vec<_>) = (views(required), views(optional));
    let required = query_parameters.iter().filter(|parameter| parameter.required).chain(&body_required);
    let pagination = operation.pagination.as_ref();
    let sample = SampleView::new(api, operation)?;
    Ok(OperationView {
        id: operation.id.clone(),
        anchor: anchor(&title),
        title,
        description,
        deprecated: operation.deprecated,
        method: operation.method.as_str(),
        path: operation.path.clone(),
        resource: operation.resource,
        server: operation.server.clone().filter(|server| *server != api.server),
        anonymous: operation.security.is_empty() || operation.security.iter().any(Vec::is_empty),
        path_parameters: located(&[Location::Path]),
        header_parameters: located(&[Location::Header, Location::Cookie]),
        required: required.map(|field| field.name.wire.clone()).collect(),
        query_parameters,
        body_required,
        body_optional,
        media_types: media.clone().map(|media| media.media_type.clone()).collect(),
        tag: media.clone().next().and_then(|media| tag(api, &media.ty)),
        alternatives,
        returns: returns(api, operation, &sample),
        errors: operation
            .responses
            .iter()
            .filter(|response| !response.status.is_success())
            .map(|response| error(api, response))
            .collect(),
        retry: operation.retry,
        page_parameter: pagination.map(|pagination| pagination.number.clone()),
        page_count: pagination.and_then(|pagination| Some(pagination.meta_pages.as_ref()?.join("."))),
        sample,
    })
}

/// The member that tells the alternatives of a union apart.
fn tag(api: &Api, ty: &Type) -> Option<String> {
    match &api.type_def(object(api, ty)?)?.kind {
        TypeKind::Union(union) => match &union.tagging {
            Tagging::Property(name) => Some(name.clone()),
            Tagging::Untagged => None,
        },
        _ => None,
    }
}

/// A sentence's first letter.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + characters.as_str())
}

fn returns(api: &Api, operation: &Operation, sample: &SampleView) -> ReturnsView {
    let successes = operation.responses.iter().filter(|response| response.status.is_success());
    let mut view = ReturnsView {
        successes: successes
            .map(|response| SuccessView {
                status: status(response.status),
                description: response.description.clone(),
                brief: brief(&response.description),
                media_types: response
                    .media
                    .iter()
                    .filter(|media| !is_json(media))
                    .map(|media| media.media_type.clone())
                    .collect(),
            })
            .collect(),
        ..ReturnsView::default()
    };
    let output = match &operation.output {
        Output::Many { cases, .. } => {
            cases.iter().map(|case| &case.output).find(|output| matches!(output, Output::Value { .. }))
        }
        output => Some(output),
    };
    let ty = match output {
        Some(Output::Value { ty, member }) => {
            view.member.clone_from(member);
            ty
        }
        Some(Output::Page { item, .. }) => {
            view.page = true;
            view.member = operation.pagination.as_ref().map(|pagination| pagination.items.clone());
            item
        }
        _ => return view,
    };
    view.json = true;
    view.ty = notation(api, ty, &crate::model::Constraints::default());
    if let Some(def) = struct_below(api, ty).or_else(|| object(api, ty)).and_then(|id| api.type_def(id)) {
        view.schema = Some(schema::title(def));
        view.anchor = schema::link(def);
    }
    if object(api, ty).is_some() {
        let (mut fields, variants) = members(api, ty);
        let count = fields.len();
        if count > ALL_SHOWN {
            let shown = |wire: &str| sample.output.show.iter().any(|one| one.wire == wire);
            fields.sort_by_key(|member| {
                (!shown(&member.field.wire), !api.is_sensitive(&member.field.ty), !member.required)
            });
            fields.truncate(MOST_USED);
            fields.sort_by(|one, other| one.field.wire.cmp(&other.field.wire));
        }
        view.more = count - fields.len();
        view.fields = fields.iter().map(|member| member_view(api, member, &variants)).collect();
    }
    view
}

/// The first sentence, without what follows a semicolon or stands in parentheses at its end.
fn brief(text: &str) -> String {
    let before = |text: &'_ str, marks: [&str; 2]| {
        let end = marks.iter().filter_map(|mark| text.find(mark)).min();
        text.get(..end.unwrap_or(text.len())).unwrap_or(text).to_owned()
    };
    let sentence = before(text, [". ", "。"]);
    let clause = before(sentence.trim_end_matches('.'), ["; ", "；"]);
    capped(&before(&clause, [" (RFC ", "（RFC "]), LONGEST_BRIEF)
}

fn error(api: &Api, response: &Response) -> ErrorView {
    let media = response.media.first();
    let ty = media.map_or(Type::Any, |media| media.ty.clone());
    let (fields, variants) = members(api, &ty);
    let json = media.is_none_or(is_json);
    ErrorView {
        status: status(response.status),
        codes: codes(api, response),
        description: response.description.clone(),
        brief: brief(&response.description),
        media_type: media.filter(|_| !json).map(|media| media.media_type.clone()),
        // Without members it has no heading that a link could lead to.
        schema: object(api, &ty).filter(|_| !fields.is_empty()).and_then(|id| api.type_def(id)).map(schema::title),
        fields: fields.iter().map(|member| member_view(api, member, &variants)).collect(),
    }
}

fn is_json(media: &Media) -> bool {
    media.encoding == Encoding::Json
}

/// The codes in the document's own examples of an error; the schema's, where the answer has none.
fn codes(api: &Api, response: &Response) -> Vec<String> {
    let Some(member) = &api.product.skills.errors.code else { return Vec::new() };
    let code = |example: &Value| example.get(member).and_then(Value::as_str).map(str::to_owned);
    let mut codes = Vec::new();
    for media in &response.media {
        codes.extend(media.examples.iter().filter_map(|(_, example)| code(example)));
        let (members, _) = members(api, &media.ty);
        let given = members.iter().filter(|found| found.field.wire == *member && found.field.example_given);
        if codes.is_empty() {
            codes.extend(given.filter_map(|found| found.field.example.as_str().map(str::to_owned)));
        }
    }
    codes.dedup();
    codes
}

pub(in crate::skills) fn status(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "default".to_owned(),
    }
}
