//! Answers by the document, with secrets that can be recognised wherever they turn up.

use std::collections::BTreeSet;

use judge::server::{Call, Response};
use serde_json::Value;

use crate::api::members;
use crate::product::Product;
use crate::schema;

/// Every planted secret starts so.
pub const PLANTED: &str = "planted-secret";

/// The responder of a server that judges.
#[derive(Debug, Clone)]
pub struct Answers {
    root: Value,
    secrets: BTreeSet<String>,
}

impl Answers {
    /// Answers for a product.
    #[must_use]
    pub fn new(product: &Product) -> Self {
        Self { root: product.root.clone(), secrets: product.secrets.clone() }
    }

    /// 400 and what is wrong with the request; to a right one, the document's example, its secrets replaced.
    #[must_use]
    pub fn reply(&self, call: &Call<'_>) -> Response {
        if call.verdict().is_right() { self.example(call) } else { call.reply() }
    }

    /// The operation's success by the document, its secrets replaced.
    #[must_use]
    pub fn example(&self, call: &Call<'_>) -> Response {
        let mut response = call.example();
        let schema = call.operation().and_then(|id| self.schema(id, response.status));
        if let Some(schema) = schema
            && let Ok(mut body) = serde_json::from_slice(&response.body)
        {
            self.plant(schema, &mut body, 8);
            response.body = body.to_string().into_bytes();
        }
        response
    }

    fn schema(&self, id: &str, status: u16) -> Option<&Value> {
        let items = members(self.root.get("paths")).map(|(_, item)| item);
        let operations = items.flat_map(|item| members(Some(schema::resolved(&self.root, item))));
        let operation = operations
            .map(|(_, operation)| operation)
            .find(|operation| operation.get("operationId").and_then(Value::as_str) == Some(id))?;
        let response = schema::resolved(&self.root, operation.get("responses")?.get(status.to_string())?);
        members(response.get("content")).find(|(name, _)| name.contains("json"))?.1.get("schema")
    }

    /// Replaces what stands where the product has a secret.
    fn plant(&self, schema: &Value, value: &mut Value, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let component = schema::component(schema);
        let schema = schema::resolved(&self.root, schema);
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    let Some(property) = schema.get("properties").and_then(|properties| properties.get(name)) else {
                        continue;
                    };
                    let is_secret =
                        component.is_some_and(|component| self.secrets.contains(&format!("{component}.{name}")));
                    if is_secret {
                        *value = planted(name, schema::resolved(&self.root, property));
                    } else {
                        self.plant(property, value, depth);
                    }
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.plant(schema.get("items").unwrap_or(&Value::Null), item, depth);
                }
            }
            _ => {}
        }
    }
}

/// A value of the property's format that holds [`PLANTED`].
fn planted(name: &str, property: &Value) -> Value {
    let secret = format!("{PLANTED}-{name}");
    match property.get("format").and_then(Value::as_str) {
        Some("uri" | "url") => Value::String(format!("https://example.com/callback?code={secret}")),
        _ => Value::String(secret),
    }
}
