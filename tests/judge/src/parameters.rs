//! Parameters in path, query, headers and cookies, judged against their declarations.

use serde_json::Value;

use crate::document::Node;
use crate::fault::{Fault, FaultKind, Place};
use crate::pairs::{self, Pair};
use crate::percent;
use crate::request::Request;
use crate::route::Route;
use crate::schema::{Schemas, Violation};
use crate::style::{Broken, Field, PATH, verbatim};

/// The parameters that hold for an operation, by where they stand.
pub(crate) struct Parameters<'d> {
    declared: Vec<(&'d str, Field<'d>)>,
}

impl<'d> Parameters<'d> {
    /// Those of the operation, and those of its path item that it does not declare anew.
    pub(crate) fn of(route: &Route<'d>) -> Self {
        let mut declared: Vec<(&'d str, Field<'d>)> = Vec::new();
        for owner in [&route.operation, &route.path_item] {
            for parameter in owner.get("parameters").map(|list| list.elements()).unwrap_or_default() {
                let (Some(location), Some(name)) = (parameter.text("in"), parameter.text("name")) else { continue };
                if !declared.iter().any(|(other, field)| *other == location && field.name == name) {
                    declared.push((location, field(&parameter, location, name)));
                }
            }
        }
        // OpenAPI 3.1, 4.8.12.1: a header parameter of these names is ignored.
        declared.retain(|(location, field)| {
            *location != "header"
                || !["accept", "content-type", "authorization"].contains(&field.name.to_ascii_lowercase().as_str())
        });
        Self { declared }
    }

    fn at(&self, location: &str) -> impl Iterator<Item = &Field<'d>> {
        self.declared.iter().filter(move |(other, _)| *other == location).map(|(_, field)| field)
    }

    /// Whether a parameter of this name is declared there; headers compare without case.
    pub(crate) fn declares(&self, location: &str, name: &str) -> bool {
        self.at(location)
            .any(|field| if location == "header" { field.name.eq_ignore_ascii_case(name) } else { field.name == name })
    }

    pub(crate) fn judge_path(&self, schemas: &Schemas, route: &Route<'d>, faults: &mut Vec<Fault>) {
        for (name, raw) in &route.values {
            let place = Place::PathParameter(name.clone());
            if raw.is_empty() {
                faults.push(Fault::at(FaultKind::MissingParameter, place, " is empty"));
                continue;
            }
            if is_placeholder(raw, name) {
                let message = format_args!(" holds the placeholder `{raw}`");
                faults.push(Fault::at(FaultKind::Placeholder, place, message));
                continue;
            }
            match self.at("path").find(|field| field.name == name) {
                Some(field) => one(schemas, field, raw, PATH, &place, faults),
                None => {
                    let message = format_args!(" is not declared by the document");
                    faults.push(Fault::at(FaultKind::Document, place, message));
                }
            }
        }
    }

    /// Judges the query; pairs that are `used` already are somebody else's.
    pub(crate) fn judge_query(&self, schemas: &Schemas, pairs: &mut [Pair], faults: &mut Vec<Fault>) {
        let fields: Vec<Field<'d>> = self.at("query").cloned().collect();
        let before = faults.len();
        let place = |name: &str| Place::Query(name.to_owned());
        let values = pairs::read(schemas, &fields, pairs, place, faults);
        let is_broken: Vec<Place> = faults.iter().skip(before).map(|fault| fault.place().clone()).collect();
        for Field { name, .. } in fields.iter().filter(|field| field.required) {
            if !values.iter().any(|(other, _)| other == name) && !is_broken.contains(&place(name)) {
                faults.push(Fault::at(FaultKind::MissingParameter, place(name), " is required"));
            }
        }
        for (name, value) in &values {
            if let Some(field) = fields.iter().find(|field| field.name == name) {
                check(schemas, field, value, &place(name), faults);
            }
        }
        let mut unknown: Vec<&str> = pairs.iter().filter(|pair| !pair.used).map(|pair| pair.name.as_str()).collect();
        unknown.dedup();
        for name in unknown {
            faults.push(Fault::at(FaultKind::UnknownParameter, place(name), " is not known"));
        }
    }

    pub(crate) fn judge_headers(&self, schemas: &Schemas, request: &Request, faults: &mut Vec<Fault>) {
        for field in self.at("header") {
            let place = Place::Header(field.name.to_owned());
            match request.values(field.name).as_slice() {
                [] if field.required => faults.push(Fault::at(FaultKind::MissingParameter, place, " is required")),
                [] => {}
                // RFC 9110, 5.3: several lines are one list.
                values => one(schemas, field, &values.join(","), verbatim, &place, faults),
            }
        }
    }

    pub(crate) fn judge_cookies(&self, schemas: &Schemas, request: &Request, faults: &mut Vec<Fault>) {
        let cookies = request.cookies();
        for field in self.at("cookie") {
            let place = Place::Cookie(field.name.to_owned());
            let values: Vec<&str> =
                cookies.iter().filter(|(name, _)| name == field.name).map(|(_, value)| value.as_str()).collect();
            match values.as_slice() {
                [] if field.required => faults.push(Fault::at(FaultKind::MissingParameter, place, " is required")),
                [] => {}
                [value] => one(schemas, field, value, PATH, &place, faults),
                _ => faults.push(Fault::at(FaultKind::RepeatedParameter, place, " is given more than once")),
            }
        }
    }
}

/// `{name}` or `:name` that nobody replaced, or the bare name, which is what curl's globbing makes of `{name}`.
fn is_placeholder(raw: &str, name: &str) -> bool {
    let text = percent::decode(raw).unwrap_or_default();
    text == name || text.strip_prefix(':') == Some(name) || (text.contains('{') && text.contains('}'))
}

fn field<'d>(parameter: &Node<'d>, location: &str, name: &'d str) -> Field<'d> {
    let default = if matches!(location, "query" | "cookie") { "form" } else { "simple" };
    let style = parameter.text("style").unwrap_or(default);
    let content = parameter.get("content").and_then(|content| content.members().into_iter().next());
    let is_json = content.as_ref().is_some_and(|(name, _)| name.contains("json"));
    Field {
        name,
        required: location == "path" || parameter.flag("required") == Some(true),
        style: style.to_owned(),
        explode: parameter.flag("explode").unwrap_or(style == "form"),
        allow_reserved: parameter.flag("allowReserved") == Some(true),
        schema: parameter.child("schema").or_else(|| content.and_then(|(_, media)| media.child("schema"))),
        is_json,
    }
}

fn one(
    schemas: &Schemas,
    field: &Field<'_>,
    text: &str,
    decode: crate::style::Decode,
    place: &Place,
    faults: &mut Vec<Fault>,
) {
    match field.read(schemas, text, decode) {
        Ok(value) => check(schemas, field, &value, place, faults),
        Err(Broken(kind, message)) => faults.push(Fault::at(kind, place.clone(), format_args!(": {message}"))),
    }
}

fn check(schemas: &Schemas, field: &Field<'_>, value: &Value, place: &Place, faults: &mut Vec<Fault>) {
    let Some(schema) = &field.schema else { return };
    match schemas.check(schema, value) {
        Ok(violations) => faults.extend(violations.into_iter().map(|Violation { pointer, message, .. }| {
            let separator = if pointer.is_empty() { ":" } else { ": at" };
            let rest = format!("{separator} {pointer} {message}").replace("  ", " ");
            Fault::at(FaultKind::InvalidParameter, place.clone(), rest)
        })),
        Err(message) => faults.push(Fault::at(FaultKind::Document, place.clone(), format_args!(": {message}"))),
    }
}
