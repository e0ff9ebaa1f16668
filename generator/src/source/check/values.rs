//! Whether a value of the document is of a schema: as far as a client has to state it in a type.

use std::cmp::Ordering;

use super::{excerpt, resolve};
use crate::source::node::{Mapping, Node, Number, Value};
use crate::source::place::Place;

/// What is wrong with a value.
pub(super) struct Fault {
    /// Where the wrong part of the value stands.
    pub place: Place,
    /// What is wrong, to follow on what the value is.
    pub text: String,
}

/// How many schemas one value is compared with.
const LIMIT: usize = 2_000;

/// How deep schemas are followed for one value.
const DEEPEST: usize = 48;

/// The first fault of a value by a schema; `None` if there is none, or the schema cannot be followed.
pub(super) fn fault(document: &Node, schema: &Node, value: &Node) -> Option<Fault> {
    Judge { document, left: LIMIT, depth: 0 }.fault(schema, value)
}

struct Judge<'a> {
    document: &'a Node,
    left: usize,
    depth: usize,
}

impl Judge<'_> {
    fn fault(&mut self, schema: &Node, value: &Node) -> Option<Fault> {
        self.left = self.left.checked_sub(1)?;
        if self.depth == DEEPEST {
            return None;
        }
        self.depth += 1;
        let fault = self.fault_here(schema, value);
        self.depth -= 1;
        fault
    }

    fn fault_here(&mut self, schema: &Node, value: &Node) -> Option<Fault> {
        if schema.as_boolean() == Some(false) {
            return Some(Fault { place: value.place, text: "is not allowed: no value is".to_owned() });
        }
        let document = self.document;
        if schema.get("$ref").is_some()
            && let Some(fault) = resolve(document, schema).and_then(|target| self.fault(target, value))
        {
            return Some(fault);
        }
        let mapping = schema.as_mapping()?;
        if matches!(value.value, Value::Null) && is_nullable(mapping) {
            return None;
        }
        let own = type_fault(mapping, value)
            .or_else(|| constant_fault(mapping, value))
            .or_else(|| bounds_fault(mapping, value));
        if let Some(text) = own {
            return Some(Fault { place: value.place, text });
        }
        self.composition_fault(mapping, value).or_else(|| self.parts_fault(mapping, value))
    }

    fn composition_fault(&mut self, mapping: &Mapping, value: &Node) -> Option<Fault> {
        for part in mapping.get("allOf").and_then(Node::as_sequence).into_iter().flatten() {
            if let Some(fault) = self.fault(part, value) {
                return Some(fault);
            }
        }
        for keyword in ["anyOf", "oneOf"] {
            let Some(branches) = mapping.get(keyword).and_then(Node::as_sequence) else { continue };
            if !branches.is_empty() && branches.iter().all(|branch| self.fault(branch, value).is_some()) {
                return Some(Fault { place: value.place, text: format!("{} is of none of `{keyword}`", show(value)) });
            }
        }
        None
    }

    fn parts_fault(&mut self, mapping: &Mapping, value: &Node) -> Option<Fault> {
        match &value.value {
            Value::Sequence(items) => {
                let schema = mapping.get("items").filter(|_| !mapping.contains("prefixItems"))?;
                items.iter().find_map(|item| self.fault(schema, item))
            }
            Value::Mapping(members) => {
                let properties = mapping.get("properties").and_then(Node::as_mapping);
                members.iter().find_map(|(key, member)| self.fault(properties?.get(key)?, &member.node))
            }
            _ => None,
        }
    }
}

/// The types a schema names.
pub(super) fn types_of(mapping: &Mapping) -> Vec<&str> {
    match mapping.get("type").map(|node| &node.value) {
        Some(Value::Text(name)) => vec![name],
        Some(Value::Sequence(items)) => items.iter().filter_map(Node::as_text).collect(),
        _ => Vec::new(),
    }
}

fn is_nullable(mapping: &Mapping) -> bool {
    mapping.get("nullable").and_then(Node::as_boolean) == Some(true) || types_of(mapping).contains(&"null")
}

/// That a value is of none of the types.
pub(super) fn type_fault(mapping: &Mapping, value: &Node) -> Option<String> {
    let types = types_of(mapping);
    let of = |name: &str| match name {
        "string" => value.as_text().is_some(),
        "boolean" => value.as_boolean().is_some(),
        "object" => value.as_mapping().is_some(),
        "array" => value.as_sequence().is_some(),
        "null" => matches!(value.value, Value::Null),
        "number" => number_of(value).is_some(),
        "integer" => number_of(value).is_some_and(is_integer),
        _ => true,
    };
    if types.is_empty() || types.iter().any(|name| of(name)) {
        return None;
    }
    let wanted: Vec<String> =
        types.iter().map(|name| format!("{} {}", article(name), excerpt(name).trim_matches('`'))).collect();
    Some(format!("{} is not {}", show(value), wanted.join(" or ")))
}

fn article(name: &str) -> &'static str {
    if name.starts_with(['a', 'i', 'o']) { "an" } else { "a" }
}

fn constant_fault(mapping: &Mapping, value: &Node) -> Option<String> {
    if let Some(constant) = mapping.get("const")
        && !equal(constant, value)
    {
        return Some(format!("{} is not the constant {}", show(value), show(constant)));
    }
    let values = mapping.get("enum")?.as_sequence()?;
    (!values.is_empty() && !values.iter().any(|allowed| equal(allowed, value)))
        .then(|| format!("{} is not in `enum`", show(value)))
}

fn equal(left: &Node, right: &Node) -> bool {
    match (number_of(left), number_of(right)) {
        (Some(left), Some(right)) => compare(left, right).is_eq(),
        (None, None) => left.to_json() == right.to_json(),
        _ => false,
    }
}

fn bounds_fault(mapping: &Mapping, value: &Node) -> Option<String> {
    let size = |count: usize| Number::Unsigned(count as u64);
    let (low, high, measure) = match &value.value {
        Value::Number(number) => {
            if let Some(fault) = number_fault(mapping, *number) {
                return Some(format!("{} {fault}", show(value)));
            }
            ("minimum", "maximum", *number)
        }
        Value::Text(text) => ("minLength", "maxLength", size(text.chars().count())),
        Value::Sequence(items) => ("minItems", "maxItems", size(items.len())),
        Value::Mapping(members) => ("minProperties", "maxProperties", size(members.len())),
        _ => return None,
    };
    let limit = |key: &str| mapping.get(key).and_then(number_of);
    if limit(low).is_some_and(|limit| compare(measure, limit).is_lt()) {
        return Some(format!("{} is below `{low}`", show(value)));
    }
    limit(high)
        .is_some_and(|limit| compare(measure, limit).is_gt())
        .then(|| format!("{} is above `{high}`", show(value)))
}

/// The range of the format (OpenAPI, "Data Types"), and bounds that are themselves out.
fn number_fault(mapping: &Mapping, number: Number) -> Option<String> {
    let format = mapping.get("format").and_then(Node::as_text);
    let range = match format {
        Some("int32") => Some((Number::Signed(i32::MIN.into()), Number::Signed(i32::MAX.into()))),
        Some("int64") => Some((Number::Signed(i64::MIN), Number::Signed(i64::MAX))),
        _ => None,
    };
    if let (Some((least, most)), Some(format)) = (range, format)
        && (compare(number, least).is_lt() || compare(number, most).is_gt())
    {
        return Some(format!("is out of the range of `{format}`"));
    }
    for (bound, flag, inside) in
        [("minimum", "exclusiveMinimum", Ordering::Greater), ("maximum", "exclusiveMaximum", Ordering::Less)]
    {
        let exclusive = match mapping.get(flag).map(|node| &node.value) {
            Some(Value::Number(limit)) => Some(*limit),
            Some(Value::Boolean(true)) => mapping.get(bound).and_then(number_of),
            _ => None,
        };
        if exclusive.is_some_and(|limit| compare(number, limit) != inside) {
            return Some(format!("is out of `{flag}`"));
        }
    }
    None
}

/// The number a node holds.
pub(super) fn number_of(node: &Node) -> Option<Number> {
    match node.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

fn is_integer(number: Number) -> bool {
    match number {
        Number::Float(value) => value.fract() == 0.0,
        _ => true,
    }
}

/// Which of two numbers is less; integers are not rounded.
pub(crate) fn compare(left: Number, right: Number) -> Ordering {
    let integer = |number| match number {
        Number::Signed(value) => Some(i128::from(value)),
        Number::Unsigned(value) => Some(i128::from(value)),
        Number::Float(_) => None,
    };
    let float = |number| match number {
        Number::Signed(value) => value as f64,
        Number::Unsigned(value) => value as f64,
        Number::Float(value) => value,
    };
    match (integer(left), integer(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => float(left).partial_cmp(&float(right)).unwrap_or(Ordering::Equal),
    }
}

/// A value in a message.
pub(super) fn show(value: &Node) -> String {
    match &value.value {
        Value::Null => "`null`".to_owned(),
        Value::Boolean(value) => format!("`{value}`"),
        Value::Number(Number::Signed(value)) => format!("`{value}`"),
        Value::Number(Number::Unsigned(value)) => format!("`{value}`"),
        Value::Number(Number::Float(value)) => format!("`{value}`"),
        Value::Text(text) => excerpt(text),
        Value::Sequence(_) | Value::Mapping(_) => value.kind().to_owned(),
    }
}
