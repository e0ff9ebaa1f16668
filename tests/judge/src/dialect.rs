//! Schemas as requests mean them, in JSON Schema 2020-12.
//!
//! OpenAPI 3.0 schemas are an older dialect of their own; in 3.1 they are JSON Schema but for the meaning OpenAPI
//! gives to `format` of numbers and to `readOnly`.

use serde_json::{Map, Value, json};

use crate::document::Document;

/// Rewrites every schema of the document in place.
pub(crate) fn prepare(document: &mut Document) {
    let is_3_0 = document.is_3_0();
    let read_only = read_only_components(document);
    let rewriter = Rewriter { is_3_0, read_only };
    rewriter.outside(document.value_mut());
}

/// Component schemas that are `readOnly` themselves: a property that refers to one is read-only too.
fn read_only_components(document: &Document) -> Vec<String> {
    let schemas = document.value().pointer("/components/schemas").and_then(Value::as_object);
    let flagged = schemas.into_iter().flatten().filter(|(_, schema)| is_flagged(schema, "readOnly"));
    flagged.map(|(name, _)| format!("#/components/schemas/{name}")).collect()
}

fn is_flagged(schema: &Value, key: &str) -> bool {
    schema.get(key).and_then(Value::as_bool) == Some(true)
}

struct Rewriter {
    is_3_0: bool,
    read_only: Vec<String>,
}

impl Rewriter {
    /// Looks for schemas in a value that is none.
    fn outside(&self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    match key.as_str() {
                        "schema" => self.schema(member),
                        "schemas" => self.each(member),
                        "example" | "examples" | "enum" | "default" | "const" => {}
                        _ if key.starts_with("x-") => {}
                        _ => self.outside(member),
                    }
                }
            }
            Value::Array(elements) => elements.iter_mut().for_each(|element| self.outside(element)),
            _ => {}
        }
    }

    fn each(&self, schemas: &mut Value) {
        match schemas {
            Value::Object(members) => members.values_mut().for_each(|schema| self.schema(schema)),
            Value::Array(elements) => elements.iter_mut().for_each(|schema| self.schema(schema)),
            _ => {}
        }
    }

    fn schema(&self, schema: &mut Value) {
        let Value::Object(members) = schema else { return };
        if self.is_3_0 && members.contains_key("$ref") {
            // OpenAPI 3.0, Reference Object: siblings are ignored.
            members.retain(|key, _| key == "$ref");
            return;
        }
        for (key, member) in members.iter_mut() {
            match key.as_str() {
                "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "allOf" | "anyOf" | "oneOf"
                | "prefixItems" => self.each(member),
                "items"
                | "additionalProperties"
                | "not"
                | "contains"
                | "propertyNames"
                | "if"
                | "then"
                | "else"
                | "unevaluatedItems"
                | "unevaluatedProperties"
                | "contentSchema" => self.schema(member),
                _ => {}
            }
        }
        if self.is_3_0 {
            nullable(members);
            exclusive(members, "exclusiveMinimum", "minimum");
            exclusive(members, "exclusiveMaximum", "maximum");
        }
        self.read_only_is_not_required(members);
        integer_range(members);
    }

    /// OpenAPI 3.0, Schema Object: a `readOnly` property in `required` is required of responses only.
    fn read_only_is_not_required(&self, members: &mut Map<String, Value>) {
        let Some(properties) = members.get("properties").and_then(Value::as_object) else { return };
        let read_only: Vec<String> = properties
            .iter()
            .filter(|(_, property)| {
                is_flagged(property, "readOnly")
                    || property
                        .get("$ref")
                        .and_then(Value::as_str)
                        .is_some_and(|target| self.read_only.iter().any(|name| name == target))
            })
            .map(|(name, _)| name.clone())
            .collect();
        if let Some(required) = members.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| !name.as_str().is_some_and(|name| read_only.iter().any(|other| other == name)));
        }
    }
}

/// OpenAPI 3.0.3: `nullable: true` adds null to the `type` beside it, and to nothing else.
fn nullable(members: &mut Map<String, Value>) {
    if members.remove("nullable") == Some(Value::Bool(true))
        && let Some(Value::String(name)) = members.get("type").cloned()
    {
        members.insert("type".to_owned(), json!([name, "null"]));
    }
}

/// JSON Schema draft 4: an exclusive bound is a flag on the bound.
fn exclusive(members: &mut Map<String, Value>, flag: &str, bound: &str) {
    if let Some(Value::Bool(exclusive)) = members.get(flag).cloned() {
        members.remove(flag);
        if exclusive && let Some(limit) = members.remove(bound) {
            members.insert(flag.to_owned(), limit);
        }
    }
}

/// OpenAPI's format registry: `int32` and `int64` are ranges, which JSON Schema does not assert.
fn integer_range(members: &mut Map<String, Value>) {
    let (minimum, maximum) = match members.get("format").and_then(Value::as_str) {
        Some("int32") => (json!(i32::MIN), json!(i32::MAX)),
        Some("int64") => (json!(i64::MIN), json!(i64::MAX)),
        _ => return,
    };
    let is_integer = match members.get("type") {
        Some(Value::String(name)) => name == "integer",
        Some(Value::Array(names)) => names.iter().any(|name| name == "integer"),
        _ => false,
    };
    if is_integer {
        members.entry("minimum").or_insert(minimum);
        members.entry("maximum").or_insert(maximum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(version: &str, schema: &Value) -> Value {
        let mut document = Document::from_value(json!({
            "openapi": version,
            "components": {"schemas": {"Name": schema, "Id": {"readOnly": true, "type": "string"}}},
        }))
        .unwrap();
        prepare(&mut document);
        document.value().pointer("/components/schemas/Name").unwrap().clone()
    }

    #[test]
    fn nullable_adds_null_in_3_0_and_means_nothing_in_3_1() {
        let schema = json!({"type": "string", "nullable": true});
        assert_eq!(prepared("3.0.3", &schema), json!({"type": ["string", "null"]}));
        assert_eq!(prepared("3.1.0", &schema), schema);
    }

    #[test]
    fn exclusive_flags_become_bounds() {
        let schema = json!({"minimum": 1, "exclusiveMinimum": true, "maximum": 2, "exclusiveMaximum": false});
        assert_eq!(prepared("3.0.3", &schema), json!({"exclusiveMinimum": 1, "maximum": 2}));
    }

    #[test]
    fn siblings_of_a_reference_are_dropped_in_3_0_only() {
        let schema = json!({"$ref": "#/components/schemas/Id", "maxLength": 1});
        assert_eq!(prepared("3.0.3", &schema), json!({"$ref": "#/components/schemas/Id"}));
        assert_eq!(prepared("3.1.0", &schema), schema);
    }

    #[test]
    fn read_only_properties_are_not_required_of_a_request() {
        let schema = json!({
            "properties": {"id": {"$ref": "#/components/schemas/Id"}, "at": {"readOnly": true}, "name": {}},
            "required": ["id", "at", "name"],
        });
        assert_eq!(prepared("3.1.0", &schema)["required"], json!(["name"]));
    }

    #[test]
    fn a_property_named_like_a_keyword_is_a_schema() {
        let schema = json!({"properties": {"properties": {"type": "string", "nullable": true}}});
        assert_eq!(prepared("3.0.0", &schema)["properties"]["properties"]["type"], json!(["string", "null"]));
    }
}
