//! Example values and responses made from the document.

use serde_json::{Map, Number, Value};

use crate::coerce;
use crate::document::Node;

/// Optional members are left out below this depth; deeper than twice this, everything is.
const DEPTH: usize = 6;

/// A response made from the document.
pub(crate) struct Example {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// The operation's first success, with an example of its body; JSON where it is offered.
pub(crate) fn response(operation: &Node<'_>) -> Example {
    let responses = operation.get("responses").map(|responses| responses.members()).unwrap_or_default();
    let Some((key, response)) = responses.into_iter().min_by_key(|(key, _)| rank(key)) else {
        return Example { status: 200, headers: Vec::new(), body: Vec::new() };
    };
    let status = key.to_ascii_uppercase().replace("XX", "00").parse().unwrap_or(200);
    let mut headers = Vec::new();
    for (name, header) in response.get("headers").map(|headers| headers.members()).unwrap_or_default() {
        if header.flag("required") == Some(true)
            && let Some(value) = given(&header).or_else(|| Some(value(&header.child("schema")?)))
        {
            headers.push((name.to_owned(), text(&value)));
        }
    }
    let content = response.get("content").map(|content| content.members()).unwrap_or_default();
    let Some((media_type, media)) = content.into_iter().min_by_key(|(name, _)| !name.contains("json")) else {
        return Example { status, headers, body: Vec::new() };
    };
    let value = given(&media).or_else(|| media.child("schema").map(|schema| value(&schema))).unwrap_or(Value::Null);
    headers.push(("content-type".to_owned(), media_type.replace('*', "plain")));
    let body = if media_type.contains("json") { value.to_string() } else { text(&value) };
    Example { status, headers, body: body.into_bytes() }
}

/// Successes first, then `default`, then redirections, then the rest.
fn rank(key: &str) -> (u8, String) {
    let class = match key.as_bytes().first() {
        Some(b'2') => 0,
        Some(b'd') => 1,
        Some(b'3') => 2,
        _ => 3,
    };
    (class, key.to_owned())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The example that a media type, header or parameter gives.
fn given(node: &Node<'_>) -> Option<Value> {
    let named = || node.get("examples")?.members().first()?.1.value.get("value").cloned();
    node.value.get("example").cloned().or_else(named)
}

/// A value that satisfies the schema as far as its keywords tell without search: `pattern` and the like are not met.
pub(crate) fn value(schema: &Node<'_>) -> Value {
    build(schema, 0)
}

fn build(schema: &Node<'_>, depth: usize) -> Value {
    if let Some(value) = stated(schema) {
        return value;
    }
    if depth > 2 * DEPTH {
        return Value::Null;
    }
    if schema.text("$ref").is_some() {
        let target = schema.clone().resolved();
        return if target.pointer == schema.pointer { Value::Null } else { build(&target, depth + 1) };
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(first) = schema.child(key).and_then(|list| list.child_at(0))
            && schema.value.get("properties").is_none()
        {
            return build(&first, depth + 1);
        }
    }
    let name = kind(schema);
    match name {
        "object" => object(schema, depth),
        "array" => array(schema, depth),
        "integer" | "number" => number(schema),
        "boolean" => Value::Bool(true),
        "string" => Value::String(string(schema)),
        _ => Value::Null,
    }
}

fn stated(schema: &Node<'_>) -> Option<Value> {
    let first = |key: &str| schema.value.get(key)?.as_array()?.first().cloned();
    let member = |key: &str| schema.value.get(key).cloned();
    member("const")
        .or_else(|| member("example"))
        .or_else(|| first("examples"))
        .or_else(|| member("default"))
        .or_else(|| first("enum"))
}

fn kind<'d>(schema: &Node<'d>) -> &'d str {
    match schema.value.get("type") {
        Some(Value::String(name)) => name,
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("null")
        }
        _ if coerce::describes(schema, "object") => "object",
        _ if coerce::describes(schema, "array") => "array",
        // `allOf` around one scalar.
        _ => schema.child("allOf").and_then(|list| list.elements().first().map(kind)).unwrap_or("string"),
    }
}

fn object(schema: &Node<'_>, depth: usize) -> Value {
    let mut members = Map::new();
    let required = coerce::required(schema);
    for (name, property) in coerce::properties(schema) {
        let is_required = required.contains(&name);
        let is_hidden = property.clone().resolved().flag("writeOnly") == Some(true);
        if is_required || (depth < DEPTH && !is_hidden) {
            members.insert(name.to_owned(), build(&property, depth + 1));
        }
    }
    for name in required {
        if !members.contains_key(name) {
            let open = coerce::property(schema, name).filter(|open| open.value.is_object());
            let value = open.map_or_else(|| Value::String(name.to_owned()), |open| build(&open, depth + 1));
            members.insert(name.to_owned(), value);
        }
    }
    Value::Object(members)
}

fn array(schema: &Node<'_>, depth: usize) -> Value {
    let minimum = schema.value.get("minItems").and_then(Value::as_u64).unwrap_or(0);
    let count = if depth < DEPTH { minimum.max(1) } else { minimum };
    let Some(element) = coerce::elements(schema) else { return Value::Array(Vec::new()) };
    (0..count.min(64)).map(|_| build(&element, depth + 1)).collect()
}

fn number(schema: &Node<'_>) -> Value {
    let bound = |key: &str| schema.value.get(key).and_then(Value::as_f64);
    let low = bound("minimum").or_else(|| bound("exclusiveMinimum").map(|bound| bound + 1.0));
    let high = bound("maximum").or_else(|| bound("exclusiveMaximum").map(|bound| bound - 1.0));
    let mut value = 1.0;
    if let Some(high) = high {
        value = high.min(value);
    }
    if let Some(low) = low {
        value = low.max(value);
    }
    if let Some(step) = bound("multipleOf").filter(|step| *step > 0.0) {
        value = (value / step).ceil() * step;
    }
    #[allow(clippy::cast_possible_truncation, reason = "saturates, and only beyond what a document sets as a bound")]
    let whole = value as i64;
    if kind(schema) == "integer" { whole.into() } else { Number::from_f64(value).map_or(Value::Null, Value::Number) }
}

fn string(schema: &Node<'_>) -> String {
    let text = match schema.text("format") {
        Some("uri" | "url" | "iri") => "https://example.com",
        Some("uri-reference" | "iri-reference") => "/example",
        Some("uuid") => "3f2b8c1e-7d4a-4c59-9e6b-0a1d2c3b4e5f",
        Some("date-time") => "2025-01-31T12:00:00Z",
        Some("date") => "2025-01-31",
        Some("time") => "12:00:00Z",
        Some("duration") => "P1D",
        Some("email" | "idn-email") => "user@example.com",
        Some("hostname" | "idn-hostname") => "example.com",
        Some("ipv4") => "192.0.2.1",
        Some("ipv6") => "2001:db8::1",
        Some("byte") => "ZXhhbXBsZQ==",
        _ => "example",
    };
    let length =
        |key: &str| schema.value.get(key).and_then(Value::as_u64).and_then(|length| usize::try_from(length).ok());
    let mut text = text.to_owned();
    while length("minLength").is_some_and(|minimum| text.len() < minimum.min(4096)) {
        text.push('x');
    }
    if let Some(maximum) = length("maxLength").filter(|maximum| *maximum < text.len()) {
        text.truncate(maximum);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::Document;
    use crate::schema::Schemas;

    fn document(schema: &Value) -> Document {
        Document::from_value(json!({"openapi": "3.1.0", "components": {"schemas": {"X": schema}}})).unwrap()
    }

    fn example(schema: &Value) -> Value {
        let document = document(schema);
        let node = document.root().get("components").and_then(|node| node.get("schemas")?.child("X")).unwrap();
        let value = value(&node);
        let violations = Schemas::new(&document).check(&node, &value).unwrap();
        assert!(violations.is_empty(), "{value}: {}", violations[0].message);
        value
    }

    #[test]
    fn what_the_schema_states_is_taken() {
        assert_eq!(example(&json!({"const": 1})), json!(1));
        assert_eq!(example(&json!({"type": "string", "example": "e"})), json!("e"));
        assert_eq!(example(&json!({"type": "string", "examples": ["e"]})), json!("e"));
        assert_eq!(example(&json!({"type": "integer", "default": 7})), json!(7));
        assert_eq!(example(&json!({"enum": ["a", "b"]})), json!("a"));
    }

    #[test]
    fn bounds_lengths_and_formats_are_met() {
        for schema in [
            json!({"type": "integer", "minimum": 10, "multipleOf": 4}),
            json!({"type": "number", "exclusiveMaximum": -3}),
            json!({"type": "string", "minLength": 20}),
            json!({"type": "string", "maxLength": 2}),
            json!({"type": ["string", "null"], "format": "uuid"}),
            json!({"type": "array", "minItems": 3, "items": {"type": "string", "format": "date-time"}}),
            json!({"type": "object", "required": ["a"], "additionalProperties": {"type": "boolean"}}),
            json!({"allOf": [{"properties": {"a": {"type": "integer"}}, "required": ["a"]}, {"required": ["b"]}]}),
            json!({"oneOf": [{"type": "object", "required": ["k"], "properties": {"k": {"const": "v"}}}, {"type": "null"}]}),
        ] {
            example(&schema);
        }
    }

    #[test]
    fn recursion_ends() {
        example(&json!({"type": "object", "properties": {
            "next": {"$ref": "#/components/schemas/X"},
            "all": {"type": "array", "items": {"$ref": "#/components/schemas/X"}},
        }}));
    }

    #[test]
    fn the_success_of_every_operation_of_the_oauth_product_is_valid() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/upstream/history/oauth-2026-07-16.yml");
        if !std::path::Path::new(path).exists() {
            println!("skipped: ../shared/upstream/history/oauth-2026-07-16.yml is not beside the workspace");
            return;
        }
        let document = Document::load(path).unwrap();
        let schemas = Schemas::new(&document);
        let mut count = 0;
        for (_, path_item) in document.root().get("paths").unwrap().members() {
            for operation in ["get", "post", "put", "delete"].iter().filter_map(|method| path_item.get(method)) {
                let example = response(&operation);
                assert!((200..300).contains(&example.status));
                count += 1;
                let media = operation.get("responses").and_then(|responses| {
                    responses.get(&example.status.to_string())?.get("content")?.get("application/json")?.child("schema")
                });
                let Some(schema) = media else { continue };
                let value = serde_json::from_slice(&example.body).unwrap();
                assert!(schemas.accepts(&schema, &value), "{value}");
            }
        }
        assert_eq!(count, 17);
    }
}
