//! Schemas as a document's reader sees them: names, allowed values, defaults.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::api::members;

/// References, compositions and members nest no deeper than this.
const DEPTH: usize = 12;

/// A member of an object, or a parameter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Property {
    /// Its name on the wire.
    pub name: String,
    /// Whether it must be there.
    pub is_required: bool,
    /// The allowed values, those of the elements of an array included.
    pub values: Vec<String>,
    /// The default, as text.
    pub default: Option<String>,
    /// An example that is text.
    pub example: Option<String>,
}

impl Property {
    /// Reads a property from its schema.
    #[must_use]
    pub fn read(root: &Value, name: &str, schema: &Value, is_required: bool) -> Self {
        let schema = resolved(root, schema);
        let items = schema.get("items").map(|items| resolved(root, items));
        let values = schema.get("enum").or_else(|| items.and_then(|items| items.get("enum")));
        Self {
            name: name.to_owned(),
            is_required,
            values: values.and_then(Value::as_array).into_iter().flatten().map(shown).collect(),
            default: schema.get("default").map(shown),
            example: schema.get("example").and_then(Value::as_str).map(str::to_owned),
        }
    }
}

/// A value as prose shows it: text without quotes, an array by its elements.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The value a chain of local references leads to; one that leads nowhere stays as it is.
#[must_use]
pub fn resolved<'v>(root: &'v Value, value: &'v Value) -> &'v Value {
    let mut value = value;
    for _ in 0..DEPTH {
        let target = value.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        let Some(next) = target.and_then(|pointer| root.pointer(pointer)) else { break };
        value = next;
    }
    value
}

/// The members of an object schema: its own, and those of its compositions; by name, each once.
#[must_use]
pub fn properties(root: &Value, schema: &Value) -> Vec<Property> {
    let mut found = Vec::new();
    collect(root, schema, true, DEPTH, &mut found);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup_by(|a, b| {
        b.is_required |= a.name == b.name && a.is_required;
        a.name == b.name
    });
    found
}

/// `is_whole` is false within an alternative: what one alternative requires is not required of all.
fn collect(root: &Value, schema: &Value, is_whole: bool, depth: usize, found: &mut Vec<Property>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let schema = resolved(root, schema);
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, property) in members(schema.get("properties")) {
        // `false` bars a member.
        if property.is_object() {
            found.push(Property::read(root, name, property, is_whole && required.contains(&name)));
        }
    }
    for (key, is_whole) in [("allOf", is_whole), ("oneOf", false), ("anyOf", false)] {
        for part in schema.get(key).and_then(Value::as_array).into_iter().flatten() {
            collect(root, part, is_whole, depth, found);
        }
    }
}

/// The names of all members at any depth, elements of arrays included, and those of the named schemas on the way.
pub fn names(root: &Value, schema: &Value, found: &mut BTreeSet<String>) {
    gather(root, schema, DEPTH, found);
}

fn gather(root: &Value, schema: &Value, depth: usize, found: &mut BTreeSet<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        found.extend(target.rsplit('/').next().map(str::to_owned));
    }
    let schema = resolved(root, schema);
    for (name, property) in members(schema.get("properties")) {
        found.insert(name.to_owned());
        gather(root, property, depth, found);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = schema.get(key) {
            gather(root, inner, depth, found);
        }
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        for part in schema.get(key).and_then(Value::as_array).into_iter().flatten() {
            gather(root, part, depth, found);
        }
    }
}

/// The component that a reference names.
#[must_use]
pub fn component(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn compositions_add_members_and_alternatives_require_nothing() {
        let root = json!({"components": {"schemas": {"A": {"required": ["a"], "properties": {"a": {"enum": ["x"]}}}}}});
        let schema = json!({"allOf": [{"$ref": "#/components/schemas/A"}], "oneOf": [
            {"required": ["b"], "properties": {"b": {"default": 1}, "a": false}}]});
        let found: Vec<_> =
            properties(&root, &schema).into_iter().map(|it| (it.name, it.is_required, it.values, it.default)).collect();
        assert_eq!(
            found,
            [("a".to_owned(), true, vec!["x".to_owned()], None), ("b".to_owned(), false, vec![], Some("1".to_owned())),]
        );
    }

    #[test]
    fn recursion_ends() {
        let root =
            json!({"components": {"schemas": {"A": {"properties": {"next": {"$ref": "#/components/schemas/A"}}}}}});
        let mut found = BTreeSet::new();
        names(&root, &json!({"$ref": "#/components/schemas/A"}), &mut found);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["A", "next"]);
    }
}
