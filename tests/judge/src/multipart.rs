//! Multipart bodies (RFC 2046, 5.1; RFC 7578), judged loosely: parts that are there, their names, types and schemas.

use serde_json::{Map, Value};

use crate::body::{check, pointer};
use crate::coerce;
use crate::document::Node;
use crate::fault::{Fault, FaultKind, Place};
use crate::media::MediaType;
use crate::schema::Schemas;

/// One part.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// Splits a body at its boundary.
pub(crate) fn parse(boundary: Option<&str>, body: &[u8]) -> Result<Vec<Part>, String> {
    let boundary = boundary.filter(|boundary| !boundary.is_empty()).ok_or("the media type has no `boundary`")?;
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter may stand at the very start.
    let body = [b"\r\n", body].concat();
    let mut rest = body.as_slice();
    let mut parts = Vec::new();
    let mut is_first = true;
    loop {
        let at = find(rest, delimiter.as_bytes()).ok_or("the closing boundary is missing")?;
        let (part, after) = rest.split_at(at);
        if !is_first {
            parts.push(read(part)?);
        }
        is_first = false;
        rest = after.get(delimiter.len()..).unwrap_or_default();
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        let line = find(rest, b"\r\n").ok_or("a boundary does not end its line")?;
        rest = rest.get(line + 2..).unwrap_or_default();
        // A part without headers starts with the empty line that ends them.
        if rest.starts_with(b"\r\n") {
            return Err("a part has no headers".to_owned());
        }
    }
}

fn read(part: &[u8]) -> Result<Part, String> {
    let end = find(part, b"\r\n\r\n").ok_or("the headers of a part do not end")?;
    let (head, body) = part.split_at(end);
    let head = String::from_utf8_lossy(head);
    let header = |wanted: &str| {
        let lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        lines.filter(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim()).next()
    };
    let disposition = header("content-disposition").ok_or("a part has no `content-disposition`")?;
    // A disposition has the syntax of a media type but for its first token.
    let name =
        MediaType::parse(&format!("x/{disposition}")).and_then(|value| value.parameter("name").map(str::to_owned));
    Ok(Part {
        name: name.ok_or("a part has no name")?,
        content_type: header("content-type").map(str::to_owned),
        body: body.get(4..).unwrap_or_default().to_vec(),
    })
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// Judges the parts as properties of an object.
pub(crate) fn judge(schemas: &Schemas, media: &Node<'_>, parts: &[Part], faults: &mut Vec<Fault>) {
    let schema = media.child("schema");
    let before = faults.len();
    let mut members = Map::new();
    for part in parts {
        let place = Place::Body(pointer(&part.name));
        let property = schema.as_ref().and_then(|schema| coerce::property(schema, &part.name));
        let is_array = property.as_ref().is_some_and(|property| coerce::describes(property, "array"));
        let element = if is_array { property.as_ref().and_then(coerce::elements) } else { property };
        let Some(value) = value(schemas, media, element.as_ref(), part, faults) else { continue };
        match members.get_mut(&part.name) {
            None if is_array && !value.is_array() => {
                members.insert(part.name.clone(), Value::Array(vec![value]));
            }
            None => {
                members.insert(part.name.clone(), value);
            }
            Some(Value::Array(values)) if is_array => values.push(value),
            Some(_) => faults.push(Fault::at(FaultKind::RepeatedParameter, place, " is given more than once")),
        }
    }
    let broken: Vec<Place> = faults.iter().skip(before).map(|fault| fault.place().clone()).collect();
    check(schemas, schema.as_ref(), &Value::Object(members), &broken, faults);
}

/// The value of a part; `None` if it is broken, which is reported.
fn value(
    schemas: &Schemas,
    media: &Node<'_>,
    schema: Option<&Node<'_>>,
    part: &Part,
    faults: &mut Vec<Fault>,
) -> Option<Value> {
    let place = Place::Body(pointer(&part.name));
    let actual = part.content_type.as_deref().unwrap_or("text/plain");
    let media_type = MediaType::parse(actual);
    let wanted = media.get("encoding").and_then(|encodings| encodings.get(&part.name)?.text("contentType"));
    if let Some(wanted) = wanted {
        let fits = media_type.as_ref().is_some_and(|actual| {
            wanted
                .split(',')
                .filter_map(|range| MediaType::parse(range.trim()))
                .any(|range| range.matches(actual).is_some())
        });
        if !fits {
            let message = format_args!(": `{actual}` is not offered; the part takes {wanted}");
            faults.push(Fault::at(FaultKind::MediaType, place, message));
            return None;
        }
    }
    // OpenAPI 3.1, 4.8.15.1.1: an object is JSON unless `encoding` says otherwise.
    let is_object = schema.is_some_and(|schema| coerce::describes(schema, "object"));
    if media_type.is_some_and(|media_type| media_type.is_json()) || (part.content_type.is_none() && is_object) {
        return match serde_json::from_slice(&part.body) {
            Ok(value) => Some(value),
            Err(error) => {
                faults.push(Fault::at(FaultKind::MalformedBody, place, format_args!(": no JSON: {error}")));
                None
            }
        };
    }
    Some(coerce::scalar(schemas, schema, &String::from_utf8_lossy(&part.body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_split_with_their_names_and_types() {
        let body = b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
            --b\r\ncontent-disposition: form-data; name=f; filename=\"x;y\"\r\nContent-Type: image/png\r\n\r\n\x89\r\n\r\n--b--\r\n";
        let parts = parse(Some("b"), body).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[0].name.as_str(), parts[0].body.as_slice()), ("a", b"1".as_slice()));
        assert_eq!((parts[1].name.as_str(), parts[1].body.as_slice()), ("f", b"\x89\r\n".as_slice()));
        assert_eq!(parts[1].content_type.as_deref(), Some("image/png"));
    }

    #[test]
    fn broken_bodies_are_named() {
        assert!(parse(None, b"").is_err());
        assert!(parse(Some("b"), b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1").is_err());
        assert!(parse(Some("b"), b"--b\r\n\r\n1\r\n--b--").is_err());
    }
}
