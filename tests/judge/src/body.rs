//! Request bodies by media type and schema (OpenAPI 3.1, 4.8.13 and 4.8.14).

use serde_json::{Map, Value};

use crate::coerce;
use crate::document::Node;
use crate::fault::{Fault, FaultKind, Place};
use crate::media::MediaType;
use crate::multipart;
use crate::pairs;
use crate::percent;
use crate::request::Request;
use crate::route::Route;
use crate::schema::Schemas;
use crate::style::Field;

/// Judges the body of a request to an operation.
pub(crate) fn judge(schemas: &Schemas, route: &Route<'_>, request: &Request, faults: &mut Vec<Fault>) {
    let whole = Place::Body(String::new());
    let Some(declared) = route.operation.get("requestBody") else {
        if !request.body.is_empty() {
            faults.push(Fault::at(FaultKind::UnexpectedBody, whole, " is sent; the operation takes none"));
        }
        return;
    };
    if request.body.is_empty() {
        if declared.flag("required") == Some(true) {
            faults.push(Fault::at(FaultKind::MissingBody, whole, " is required"));
        }
        return;
    }
    match offered(&declared, request) {
        Ok((media, actual)) => of_media_type(schemas, &media, &actual, request, faults),
        Err(message) => {
            faults.push(Fault::new(FaultKind::MediaType, Place::Header("content-type".to_owned()), message));
        }
    }
}

/// The media type object that describes the body best, and the body's media type.
fn offered<'d>(declared: &Node<'d>, request: &Request) -> Result<(Node<'d>, MediaType), String> {
    let content = declared.get("content").map(|content| content.members()).unwrap_or_default();
    let names: Vec<&str> = content.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let values = request.values("content-type");
    let [value] = values.as_slice() else {
        let count = if values.is_empty() { "missing" } else { "given more than once" };
        return Err(format!("header `content-type` is {count}; the operation takes {names}"));
    };
    let actual = MediaType::parse(value).ok_or_else(|| format!("header `content-type`: `{value}` is no media type"))?;
    let matching = content.into_iter().filter_map(|(name, media)| {
        let closeness = MediaType::parse(name)?.matches(&actual)?;
        Some((closeness, media))
    });
    match matching.max_by_key(|(closeness, _)| *closeness) {
        Some((_, media)) => Ok((media, actual)),
        None => Err(format!("header `content-type`: `{value}` is not offered; the operation takes {names}")),
    }
}

fn of_media_type(schemas: &Schemas, media: &Node<'_>, actual: &MediaType, request: &Request, faults: &mut Vec<Fault>) {
    let schema = media.child("schema");
    let mut malformed = |message: String| {
        faults.push(Fault::at(FaultKind::MalformedBody, Place::Body(String::new()), format_args!(": {message}")));
    };
    if actual.is_json() {
        match serde_json::from_slice::<Value>(&request.body) {
            Ok(value) => check(schemas, schema.as_ref(), &value, &[], faults),
            Err(error) => malformed(format!("no JSON: {error}")),
        }
    } else if actual.is("application/x-www-form-urlencoded") {
        match std::str::from_utf8(&request.body) {
            Ok(text) => form(schemas, media, text, faults),
            Err(_) => malformed("a form is ASCII text".to_owned()),
        }
    } else if actual.is_multipart() {
        match multipart::parse(actual.parameter("boundary"), &request.body) {
            Ok(parts) => multipart::judge(schemas, media, &parts, faults),
            Err(message) => malformed(message),
        }
    } else if actual.is_text() {
        match std::str::from_utf8(&request.body) {
            Ok(text) => {
                let value = coerce::scalar(schemas, schema.as_ref(), text);
                check(schemas, schema.as_ref(), &value, &[], faults);
            }
            Err(_) if actual.parameter("charset").is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8")) => {
                malformed("the text is not UTF-8".to_owned());
            }
            Err(_) => {}
        }
    }
}

/// A form body as an object: each property is a field, written as `encoding` says.
fn form(schemas: &Schemas, media: &Node<'_>, text: &str, faults: &mut Vec<Fault>) {
    let place = |name: &str| Place::Body(pointer(name));
    let schema = media.child("schema");
    let before = faults.len();
    let mut pairs = pairs::parse(text.trim_end_matches(['\r', '\n']), place, faults);
    let fields: Vec<Field<'_>> = schema
        .as_ref()
        .map(coerce::properties)
        .unwrap_or_default()
        .into_iter()
        .map(|(name, property)| field(media, name, property))
        .collect();
    let mut members: Map<String, Value> =
        pairs::read(schemas, &fields, &mut pairs, place, faults).into_iter().collect();
    for pair in pairs.iter().filter(|pair| !pair.used) {
        let property = schema.as_ref().and_then(|schema| coerce::property(schema, &pair.name));
        match percent::decode_form(&pair.raw) {
            _ if members.contains_key(&pair.name) => {
                faults.push(Fault::at(FaultKind::RepeatedParameter, place(&pair.name), " is given more than once"));
            }
            Ok(text) => {
                members.insert(pair.name.clone(), coerce::scalar(schemas, property.as_ref(), &text));
            }
            Err(message) => {
                faults.push(Fault::at(FaultKind::PercentEncoding, place(&pair.name), format_args!(": {message}")));
            }
        }
    }
    let broken: Vec<Place> = faults.iter().skip(before).map(|fault| fault.place().clone()).collect();
    check(schemas, schema.as_ref(), &Value::Object(members), &broken, faults);
}

fn field<'d>(media: &Node<'d>, name: &'d str, property: Node<'d>) -> Field<'d> {
    let encoding = media.get("encoding").and_then(|encodings| encodings.get(name));
    let encoding = encoding.as_ref();
    let style = encoding.and_then(|encoding| encoding.text("style"));
    let explode = encoding.and_then(|encoding| encoding.flag("explode"));
    let content_type = encoding.and_then(|encoding| encoding.text("contentType"));
    // OpenAPI 3.1, 4.8.15.1.2: `contentType` holds only where none of style, explode and allowReserved is given.
    let is_json = style.is_none() && explode.is_none() && content_type.is_some_and(|text| text.contains("json"));
    Field {
        name,
        required: false,
        style: style.unwrap_or("form").to_owned(),
        explode: explode.unwrap_or(style.is_none_or(|style| style == "form")),
        allow_reserved: encoding.and_then(|encoding| encoding.flag("allowReserved")) == Some(true),
        schema: Some(property),
        is_json,
    }
}

/// Validates a body; a property in `broken` is reported already and not missing.
pub(crate) fn check(
    schemas: &Schemas,
    schema: Option<&Node<'_>>,
    value: &Value,
    broken: &[Place],
    faults: &mut Vec<Fault>,
) {
    let Some(schema) = schema else { return };
    let violations = match schemas.check(schema, value) {
        Ok(violations) => violations,
        Err(message) => {
            let place = Place::Body(String::new());
            faults.push(Fault::at(FaultKind::Document, place, format_args!(": {message}")));
            return;
        }
    };
    for violation in violations {
        let is_known = |place: &Place| matches!(place, Place::Body(at) if violation.missing.as_deref().map(pointer).as_ref() == Some(at));
        if broken.iter().any(is_known) {
            continue;
        }
        let kind = if violation.keyword == "readOnly" { FaultKind::ReadOnly } else { FaultKind::InvalidBody };
        faults.push(Fault::at(kind, Place::Body(violation.pointer), format_args!(": {}", violation.message)));
    }
}

/// A name as a JSON pointer (RFC 6901, 3).
pub(crate) fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
