//! Names and values of a query or of a form body, given to the fields they belong to.

use serde_json::{Map, Value};

use crate::coerce;
use crate::document::Node;
use crate::fault::{Fault, FaultKind, Place};
use crate::percent;
use crate::schema::Schemas;
use crate::style::{Broken, FORM, Field, Reading, Texts, choose, reserved};

/// `name=value`: the name decoded, the value as written.
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) raw: String,
    pub(crate) used: bool,
}

/// Where a field stands, by its name.
pub(crate) type PlaceOf = fn(&str) -> Place;

/// Splits a query or form text; faults of encoding in names are reported at the whole.
pub(crate) fn parse(text: &str, place: PlaceOf, faults: &mut Vec<Fault>) -> Vec<Pair> {
    let pieces = text.split('&').filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| {
            let (name, raw) = piece.split_once('=').unwrap_or((piece, ""));
            if let Some(char) = percent::illegal(name) {
                let message = format_args!(": {char:?} must be percent-encoded");
                faults.push(Fault::at(FaultKind::PercentEncoding, place(name), message));
            }
            let name = percent::decode_form(name).unwrap_or_else(|message| {
                faults.push(Fault::at(FaultKind::PercentEncoding, place(name), format_args!(": {message}")));
                name.to_owned()
            });
            Pair { name, raw: raw.to_owned(), used: false }
        })
        .collect()
}

/// Reads every field out of the pairs and marks the pairs it took. A field that is broken is taken, reported and not
/// among the values.
pub(crate) fn read(
    schemas: &Schemas,
    fields: &[Field<'_>],
    pairs: &mut [Pair],
    place: PlaceOf,
    faults: &mut Vec<Fault>,
) -> Vec<(String, Value)> {
    let mut values = Vec::new();
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    // A name that is a field's own before one that a field's object could claim.
    let mut ordered: Vec<&Field<'_>> = fields.iter().collect();
    ordered.sort_by_key(|field| claims(field));
    for field in ordered {
        let taken = take(field, &names, pairs);
        if taken.is_empty() {
            continue;
        }
        if !field.allow_reserved
            && let Some(char) = taken.iter().find_map(|(_, raw)| reserved(raw))
        {
            let message = format_args!(": `{char}` must be percent-encoded");
            faults.push(Fault::at(FaultKind::ReservedCharacter, place(field.name), message));
        }
        if let Some(char) = taken.iter().find_map(|(_, raw)| percent::illegal(raw)) {
            let message = format_args!(": {char:?} must be percent-encoded");
            faults.push(Fault::at(FaultKind::PercentEncoding, place(field.name), message));
        }
        match value(schemas, field, &taken) {
            Ok(value) => values.push((field.name.to_owned(), value)),
            Err(Broken(kind, message)) => faults.push(Fault::at(kind, place(field.name), format_args!(": {message}"))),
        }
    }
    values
}

/// What names a field takes.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Claims {
    Own,
    Bracketed,
    Properties,
}

fn claims(field: &Field<'_>) -> Claims {
    let is_object = field.schema.as_ref().is_some_and(|schema| coerce::describes(schema, "object"));
    match field.style.as_str() {
        "deepObject" => Claims::Bracketed,
        "form" if field.explode && is_object && !field.is_json => Claims::Properties,
        _ => Claims::Own,
    }
}

fn take(field: &Field<'_>, names: &[&str], pairs: &mut [Pair]) -> Vec<(String, String)> {
    let open = field.schema.as_ref().and_then(|schema| schema.child("additionalProperties"));
    let is_open = open.is_some_and(|schema| schema.value != &Value::Bool(false));
    let properties = field.schema.as_ref().map(coerce::properties).unwrap_or_default();
    let claims = claims(field);
    let belongs = |name: &str| match claims {
        Claims::Own => name == field.name,
        Claims::Bracketed => {
            !names.contains(&name) && name.strip_prefix(field.name).is_some_and(|rest| rest.starts_with('['))
        }
        Claims::Properties => {
            !names.contains(&name) && (is_open || properties.iter().any(|(property, _)| *property == name))
        }
    };
    let mut taken = Vec::new();
    for pair in pairs.iter_mut().filter(|pair| !pair.used && belongs(&pair.name)) {
        pair.used = true;
        taken.push((pair.name.clone(), pair.raw.clone()));
    }
    taken
}

fn value(schemas: &Schemas, field: &Field<'_>, taken: &[(String, String)]) -> Result<Value, Broken> {
    match claims(field) {
        Claims::Own => own(schemas, field, taken),
        Claims::Bracketed => {
            let mut paths = Vec::new();
            for (name, raw) in taken {
                paths.push((segments(name.strip_prefix(field.name).unwrap_or_default())?, FORM(raw)?));
            }
            nested(schemas, field.schema.as_ref(), &paths)
        }
        Claims::Properties => {
            let mut paths = Vec::new();
            for (name, raw) in taken {
                paths.push((vec![name.clone()], FORM(raw)?));
            }
            nested(schemas, field.schema.as_ref(), &paths)
        }
    }
}

fn own(schemas: &Schemas, field: &Field<'_>, taken: &[(String, String)]) -> Result<Value, Broken> {
    if !field.is_json && field.explode {
        return choose(schemas, field.schema.as_ref(), &|reading| match (reading, taken) {
            (Reading::Array, _) => {
                taken.iter().map(|(_, raw)| Ok(FORM(raw)?)).collect::<Result<_, Broken>>().map(Texts::Many)
            }
            (_, [(_, raw)]) => Ok(Texts::One(FORM(raw)?)),
            _ => Err(repeated()),
        });
    }
    match taken {
        [(_, raw)] => field.read(schemas, raw, FORM),
        _ => Err(repeated()),
    }
}

fn repeated() -> Broken {
    Broken(FaultKind::RepeatedParameter, "is given more than once".to_owned())
}

/// `[a][b]` as `a`, `b`.
fn segments(text: &str) -> Result<Vec<String>, Broken> {
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let inner =
        inner.ok_or_else(|| Broken(FaultKind::MalformedParameter, format!("`{text}` is not of the form `[name]`")))?;
    Ok(inner.split("][").map(str::to_owned).collect())
}

/// The names that lead to a text, and the text.
type Leaf = (Vec<String>, String);

/// An object out of paths and texts, level by level.
fn nested(schemas: &Schemas, schema: Option<&Node<'_>>, paths: &[Leaf]) -> Result<Value, Broken> {
    let mut groups: Vec<(&str, Vec<Leaf>)> = Vec::new();
    for (path, text) in paths {
        let Some((first, rest)) = path.split_first() else { continue };
        let entry = (rest.to_vec(), text.clone());
        match groups.iter_mut().find(|(name, _)| name == first) {
            Some((_, group)) => group.push(entry),
            None => groups.push((first, vec![entry])),
        }
    }
    let mut members = Map::new();
    for (name, group) in groups {
        let property = schema.and_then(|schema| coerce::property(schema, name));
        let is_leaf = group.iter().all(|(rest, _)| rest.is_empty() || rest.iter().all(String::is_empty));
        let value = if is_leaf {
            choose(schemas, property.as_ref(), &|reading| match (reading, group.as_slice()) {
                (Reading::Array, group) => Ok(Texts::Many(group.iter().map(|(_, text)| text.clone()).collect())),
                (_, [(_, text)]) => Ok(Texts::One(text.clone())),
                _ => Err(repeated()),
            })?
        } else {
            nested(schemas, property.as_ref(), &group)?
        };
        members.insert(name.to_owned(), value);
    }
    Ok(Value::Object(members))
}
