//! Validation of values against the schemas of the document, by the `jsonschema` crate.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Keyword, Registry, RegistryBuilder, ValidationError, Validator};
use serde_json::Value;

use crate::document::{Document, Node};

/// The name the document has as a resource; no reference leaves it.
const RESOURCE: &str = "urn:openapi:document";

/// Longer values are not shown in a message.
const SHOWN: usize = 120;

/// One way in which a value breaks a schema.
pub(crate) struct Violation {
    /// Where in the value (RFC 6901).
    pub(crate) pointer: String,
    pub(crate) keyword: String,
    pub(crate) message: String,
    /// The property that is missing at the root of the value, if that is what is wrong.
    pub(crate) missing: Option<String>,
}

type Compiled = Arc<Result<Validator, String>>;

/// The schemas of a document; each is compiled once, when it is first asked for.
pub(crate) struct Schemas {
    registry: Result<Registry<'static>, String>,
    compiled: Mutex<BTreeMap<String, Compiled>>,
}

impl Schemas {
    pub(crate) fn new(document: &Document) -> Self {
        let registry = Registry::new()
            .draft(Draft::Draft202012)
            .add(RESOURCE, document.value().clone())
            .and_then(RegistryBuilder::prepare)
            .map_err(|error| error.to_string());
        Self { registry, compiled: Mutex::new(BTreeMap::new()) }
    }

    /// Every way in which the value breaks the schema, or why the schema itself cannot be read.
    pub(crate) fn check(&self, schema: &Node<'_>, value: &Value) -> Result<Vec<Violation>, String> {
        match &*self.compiled(&schema.pointer) {
            Ok(validator) => {
                let mut violations: Vec<_> = validator.iter_errors(value).map(|error| violation(&error)).collect();
                // The order of a validator's keywords is no fact of the request.
                violations.sort_by(|a, b| (&a.pointer, &a.message).cmp(&(&b.pointer, &b.message)));
                Ok(violations)
            }
            Err(message) => Err(format!("schema {}: {message}", schema.pointer)),
        }
    }

    /// Whether the value keeps to the schema; a schema that cannot be read accepts nothing.
    pub(crate) fn accepts(&self, schema: &Node<'_>, value: &Value) -> bool {
        self.compiled(&schema.pointer).as_ref().as_ref().is_ok_and(|validator| validator.is_valid(value))
    }

    fn compiled(&self, pointer: &str) -> Compiled {
        // A thread that panicked while it held the lock left a whole map behind.
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = compiled.get(pointer) {
            return Arc::clone(validator);
        }
        let validator = Arc::new(self.compile(pointer));
        compiled.insert(pointer.to_owned(), Arc::clone(&validator));
        validator
    }

    fn compile(&self, pointer: &str) -> Result<Validator, String> {
        let registry = self.registry.as_ref().map_err(Clone::clone)?;
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(registry)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .with_format("byte", is_base64)
            .with_keyword("readOnly", |_, flag, _| Ok(Box::new(ReadOnly(flag == &Value::Bool(true)))))
            .build(&serde_json::json!({ "$ref": format!("{RESOURCE}#{}", fragment(pointer)) }))
            .map_err(|error| error.to_string())
    }
}

/// OpenAPI 3.0, Schema Object: a `readOnly` property should not be sent.
struct ReadOnly(bool);

impl<'i> Keyword<'i> for ReadOnly {
    fn validate(&self, _: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.0 { Err(ValidationError::custom("is read-only and must not be sent")) } else { Ok(()) }
    }

    fn is_valid(&self, _: &'i Value) -> bool {
        !self.0
    }
}

fn is_base64(text: &str) -> bool {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).is_ok()
}

/// A JSON pointer as a URI fragment (RFC 6901, 6).
fn fragment(pointer: &str) -> String {
    pointer
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn violation(error: &ValidationError<'_>) -> Violation {
    Violation {
        pointer: error.instance_path().to_string(),
        keyword: error.kind().keyword().to_owned(),
        message: message(error),
        missing: match error.kind() {
            ValidationErrorKind::Required { property } if error.instance_path().as_str().is_empty() => {
                property.as_str().map(str::to_owned)
            }
            _ => None,
        },
    }
}

fn message(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => closest(context),
        ValidationErrorKind::OneOfMultipleValid { .. } => "fits more than one alternative of `oneOf`".to_owned(),
        _ => {
            let message = error.to_string();
            let message = if message.len() > SHOWN { error.masked().to_string() } else { message };
            message.replace('\n', " ")
        }
    }
}

/// Says what the alternative that fits best lacks: one whose tag (`const`, `enum`) matches before one whose does not.
fn closest(alternatives: &[Vec<ValidationError<'static>>]) -> String {
    let is_tag = |error: &&ValidationError<'_>| matches!(error.kind().keyword(), "const" | "enum" | "type");
    let best = alternatives.iter().min_by_key(|errors| (errors.iter().filter(is_tag).count(), errors.len()));
    let reasons: Vec<String> = best
        .into_iter()
        .flatten()
        .map(violation)
        .map(|violation| format!("{} {}", violation.pointer, violation.message).trim().to_owned())
        .collect();
    format!("fits none of {} alternatives; the closest says: {}", alternatives.len(), reasons.join("; "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn messages(schema: &Value, value: &Value) -> Vec<String> {
        let document = Document::from_value(json!({
            "openapi": "3.1.0",
            "components": {"schemas": {"a/b {c}": schema, "Uri": {"type": "string", "format": "uri"}}},
        }))
        .unwrap();
        let schemas = Schemas::new(&document);
        let node = document.root().get("components").and_then(|node| node.get("schemas")?.get("a/b {c}")).unwrap();
        let violations = schemas.check(&node, value).unwrap();
        violations.iter().map(|violation| format!("{}: {}", violation.pointer, violation.message)).collect()
    }

    #[test]
    fn references_into_the_document_and_formats_hold() {
        let schema = json!({"type": "array", "items": {"$ref": "#/components/schemas/Uri"}});
        assert_eq!(messages(&schema, &json!(["https://a.example", "x y"])), ["/1: \"x y\" is not a \"uri\""]);
    }

    #[test]
    fn formats_are_asserted() {
        for (format, bad) in [
            ("uuid", json!("1")),
            ("date-time", json!("yesterday")),
            ("email", json!("a")),
            ("byte", json!("%")),
            ("ipv4", json!("1.2")),
        ] {
            assert_eq!(messages(&json!({"format": format}), &bad).len(), 1, "{format}");
        }
    }

    #[test]
    fn the_closest_alternative_is_explained() {
        let schema = json!({"oneOf": [
            {"properties": {"kind": {"const": "a"}, "x": {}}, "required": ["kind", "x"]},
            {"properties": {"kind": {"const": "b"}}, "required": ["kind"]},
        ]});
        let message = messages(&schema, &json!({"kind": "a"})).join("");
        assert_eq!(message, ": fits none of 2 alternatives; the closest says: \"x\" is a required property");
    }

    #[test]
    fn a_schema_that_cannot_be_read_is_reported() {
        let document =
            Document::from_value(json!({"openapi": "3.1.0", "x": {"$ref": "#/components/schemas/Gone"}})).unwrap();
        let node = document.root().child("x").unwrap();
        assert!(Schemas::new(&document).check(&node, &json!(1)).is_err());
    }
}
