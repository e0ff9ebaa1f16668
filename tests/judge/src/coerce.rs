//! Text of a parameter or form field read as the value its schema means.
//!
//! Serialized text has no types. The reading is the first that the schema accepts; when it accepts none, the one
//! whose fault says most.

use serde_json::{Map, Value};

use crate::document::Node;
use crate::schema::Schemas;

/// Schemas nest no deeper than this when properties are looked up through compositions.
const DEPTH: usize = 16;

/// A scalar: text, else the JSON number, boolean or null it spells.
pub(crate) fn scalar(schemas: &Schemas, schema: Option<&Node<'_>>, text: &str) -> Value {
    let as_text = Value::String(text.to_owned());
    let Some(schema) = schema else { return as_text };
    if schemas.accepts(schema, &as_text) {
        return as_text;
    }
    let spelled = serde_json::from_str::<Value>(text).ok().filter(|value| !value.is_object() && !value.is_array());
    match spelled {
        Some(value) if !has_type_fault(schemas, schema, &value) => value,
        _ => as_text,
    }
}

/// An array, each element by the schema of elements.
pub(crate) fn array(schemas: &Schemas, schema: Option<&Node<'_>>, texts: &[String]) -> Value {
    let element = schema.and_then(elements);
    Value::Array(texts.iter().map(|text| scalar(schemas, element.as_ref(), text)).collect())
}

/// An object, each member by the schema of its property.
pub(crate) fn object(schemas: &Schemas, schema: Option<&Node<'_>>, pairs: &[(String, String)]) -> Value {
    let members = pairs.iter().map(|(name, text)| {
        let property = schema.and_then(|schema| property(schema, name));
        (name.clone(), scalar(schemas, property.as_ref(), text))
    });
    Value::Object(members.collect::<Map<_, _>>())
}

fn has_type_fault(schemas: &Schemas, schema: &Node<'_>, value: &Value) -> bool {
    schemas.check(schema, value).is_ok_and(|violations| violations.iter().any(|violation| violation.keyword == "type"))
}

/// Whether the schema, through references and compositions, describes a value of this type.
pub(crate) fn describes(schema: &Node<'_>, name: &str) -> bool {
    let implied = if name == "array" { ["items", "prefixItems"] } else { ["properties", "additionalProperties"] };
    any(schema, DEPTH, &|schema| {
        Some(match schema.value.get("type") {
            Some(Value::String(own)) => own == name,
            Some(Value::Array(own)) => own.iter().any(|own| own == name),
            _ => implied.iter().any(|key| schema.value.get(key).is_some()),
        })
        .filter(|&is| is)
    })
    .is_some()
}

/// The schema of an array's elements.
pub(crate) fn elements<'d>(schema: &Node<'d>) -> Option<Node<'d>> {
    any(schema, DEPTH, &|schema| schema.child("items"))
}

/// The schema of a property, `additionalProperties` if it is not declared.
pub(crate) fn property<'d>(schema: &Node<'d>, name: &str) -> Option<Node<'d>> {
    any(schema, DEPTH, &|schema| schema.child("properties")?.child(name))
        .or_else(|| any(schema, DEPTH, &|schema| schema.child("additionalProperties")))
}

/// The names of the declared properties.
pub(crate) fn properties<'d>(schema: &Node<'d>) -> Vec<(&'d str, Node<'d>)> {
    let mut found = Vec::new();
    collect(schema, DEPTH, &mut found);
    found
}

fn collect<'d>(schema: &Node<'d>, depth: usize, found: &mut Vec<(&'d str, Node<'d>)>) {
    if let Some(properties) = schema.child("properties") {
        for name in properties.value.as_object().into_iter().flatten().map(|(name, _)| name.as_str()) {
            if let Some(property) = properties.child(name)
                && !found.iter().any(|(other, _)| *other == name)
            {
                found.push((name, property));
            }
        }
    }
    if depth > 0 {
        for part in parts(schema) {
            collect(&part, depth - 1, found);
        }
    }
}

/// The names in `required` of the schema and of every schema in its `allOf`.
pub(crate) fn required<'d>(schema: &Node<'d>) -> Vec<&'d str> {
    let mut names = Vec::new();
    let mut open = vec![(schema.clone(), 0)];
    while let Some((schema, depth)) = open.pop() {
        let schema = schema.resolved();
        let own = schema.value.get("required").and_then(Value::as_array);
        names.extend(own.into_iter().flatten().filter_map(Value::as_str));
        if depth < DEPTH {
            let parts = schema.child("allOf").map(|list| list.elements()).unwrap_or_default();
            open.extend(parts.into_iter().map(|part| (part, depth + 1)));
        }
    }
    names
}

/// The first answer of the schema or of what it is composed of.
fn any<'d, T>(schema: &Node<'d>, depth: usize, ask: &dyn Fn(&Node<'d>) -> Option<T>) -> Option<T> {
    if let Some(answer) = ask(schema) {
        return Some(answer);
    }
    if depth == 0 {
        return None;
    }
    parts(schema).iter().find_map(|part| any(part, depth - 1, ask))
}

fn parts<'d>(schema: &Node<'d>) -> Vec<Node<'d>> {
    let mut parts = Vec::new();
    if schema.text("$ref").is_some() {
        let target = schema.clone().resolved();
        if target.pointer != schema.pointer {
            parts.push(target);
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        parts.extend(schema.child(key).map(|list| list.elements()).unwrap_or_default());
    }
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::Document;

    fn read(schema: &Value, text: &str) -> Value {
        let document = Document::from_value(json!({"openapi": "3.1.0", "x": schema})).unwrap();
        scalar(&Schemas::new(&document), document.root().child("x").as_ref(), text)
    }

    #[test]
    fn text_becomes_what_the_schema_accepts() {
        assert_eq!(read(&json!({"type": "integer"}), "5"), json!(5));
        assert_eq!(read(&json!({"type": "string"}), "5"), json!("5"));
        assert_eq!(read(&json!({"type": "boolean"}), "true"), json!(true));
        assert_eq!(read(&json!({"enum": [1, 2]}), "2"), json!(2));
        assert_eq!(read(&json!({"anyOf": [{"type": "integer"}, {"enum": ["all"]}]}), "all"), json!("all"));
    }

    #[test]
    fn text_that_fits_nothing_keeps_the_reading_of_the_right_type() {
        assert_eq!(read(&json!({"type": "integer", "maximum": 1}), "5"), json!(5));
        assert_eq!(read(&json!({"type": "integer"}), "five"), json!("five"));
        assert_eq!(read(&json!({"type": "integer"}), "05"), json!("05"));
    }
}
