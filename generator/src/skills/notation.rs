//! Types as the documents write them: `string`, `uri`, `array[string]`, `enum: a, b`, `string | null`.

use serde::Serialize;
use serde_json::Value;

use crate::model::{Api, Constraints, Type, TypeKind};

/// Deeper than this a type is an object or a list and no more; recursive aliases end here too.
const DEEPEST: usize = 4;

/// The type in the notation of the documents.
#[must_use]
pub(super) fn notation(api: &Api, ty: &Type, constraints: &Constraints) -> String {
    write(api, ty, constraints, DEEPEST)
}

fn write(api: &Api, ty: &Type, constraints: &Constraints, depth: usize) -> String {
    let format = || constraints.format.clone();
    match ty {
        Type::Any => "any".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Integer(_) => format().unwrap_or_else(|| "integer".to_owned()),
        Type::Number(_) => format().unwrap_or_else(|| "number".to_owned()),
        Type::Text | Type::Secret(_) => format().unwrap_or_else(|| "string".to_owned()),
        Type::Timestamp => "date-time".to_owned(),
        Type::Binary | Type::File => "binary".to_owned(),
        Type::Map(_) => "object".to_owned(),
        _ if depth == 0 => if matches!(ty, Type::Array(_)) { "array" } else { "object" }.to_owned(),
        Type::Array(item) => format!("array[{}]", write(api, item, &Constraints::default(), depth - 1)),
        Type::Nullable(inner) => format!("{} | null", write(api, inner, constraints, depth - 1)),
        Type::Named(id) => match api.type_def(*id).map(|def| &def.kind) {
            Some(TypeKind::Enum(list)) => {
                let values: Vec<_> = list.values.iter().map(|value| value.wire.as_str()).collect();
                format!("enum: {}", values.join(", "))
            }
            Some(TypeKind::Alias(alias)) => write(api, &alias.ty, &alias.constraints, depth - 1),
            Some(TypeKind::Union(union)) => {
                let mut variants: Vec<_> = Vec::new();
                for variant in &union.variants {
                    let variant = write(api, &variant.ty, &Constraints::default(), depth - 1);
                    if !variants.contains(&variant) {
                        variants.push(variant);
                    }
                }
                variants.join(" | ")
            }
            _ => "object".to_owned(),
        },
    }
}

/// What a value must satisfy beside its type. Its words are in the labels: `1 to 100`, `default 20`.
#[derive(Clone, Debug, Serialize)]
pub struct Limit {
    /// The key of the phrase below `limit` of the labels.
    pub kind: &'static str,
    /// What stands for `{0}`, `{1}` in it.
    pub values: Vec<String>,
}

/// The limits of a value.
#[must_use]
pub(super) fn limits(constraints: &Constraints, default: Option<&Value>, constant: Option<&Value>) -> Vec<Limit> {
    let mut limits = Vec::new();
    let mut add = |kind, values| limits.push(Limit { kind, values });
    if let Some(constant) = constant {
        add("constant", vec![json(constant)]);
    }
    let bound = |bound: &Option<(serde_json::Number, bool)>| bound.as_ref().map(|(number, _)| number.to_string());
    match (bound(&constraints.minimum), bound(&constraints.maximum)) {
        (Some(minimum), Some(maximum)) => add("range", vec![minimum, maximum]),
        (Some(minimum), None) => add("minimum", vec![minimum]),
        (None, Some(maximum)) => add("maximum", vec![maximum]),
        (None, None) => {}
    }
    if let Some(longest) = constraints.max_length {
        add("longest", vec![longest.to_string()]);
    }
    if !constraints.allowed.is_empty() {
        let allowed: Vec<_> = constraints.allowed.iter().map(json).collect();
        add("allowed", vec![allowed.join(", ")]);
    }
    if let Some(default) = default {
        add("default", vec![json(default)]);
    }
    limits
}

/// A value as prose shows it: texts without quotes.
fn json(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(json).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
