//! Schemas by themselves.

use std::collections::BTreeSet;

use super::table;
use super::values::{self, compare, number_of, types_of};
use super::version::Version;
use super::walk::Key;
use super::{Checker, excerpt, rules};
use crate::source::diagnostic::Rule;
use crate::source::node::{Mapping, Node, Value};

const TYPES: &[&str] = &["string", "number", "integer", "boolean", "object", "array"];

/// `type` is text, or a list of text since 3.1.
pub(super) fn type_shape<'a>(checker: &mut Checker<'a>, node: &'a Node) {
    let names: Vec<&Node> = match &node.value {
        Value::Text(_) => vec![node],
        Value::Sequence(items) if checker.version >= Version::V3_1 && !items.is_empty() => items.iter().collect(),
        Value::Sequence(items) if items.is_empty() => {
            return checker.report(&rules::TYPE, node.place, "`type` is an empty list: nothing would be valid");
        }
        Value::Sequence(_) => {
            let help = Some("say `nullable: true` for `null`, or `openapi: 3.1.0`".to_owned());
            return checker.report_with(
                &rules::TYPE,
                node.place,
                "`type` has to be text in OpenAPI 3.0, not a list",
                help,
            );
        }
        Value::Null => {
            let help = Some("the type is the text `'null'`, in quotes".to_owned());
            return checker.report_with(&rules::TYPE, node.place, "`type` has to be text, not null", help);
        }
        _ => return checker.expect(false, node, "text"),
    };
    let mut seen = BTreeSet::new();
    for name in names {
        let Some(text) = name.as_text() else {
            let help = matches!(name.value, Value::Null).then(|| "the type is the text `'null'`, in quotes".to_owned());
            let message = format!("a type has to be text, not {}", name.kind());
            checker.report_with(&rules::TYPE, name.place, message, help);
            continue;
        };
        let null = text == "null" && checker.version >= Version::V3_1;
        if !null && !TYPES.contains(&text) {
            let help = meant(text).or_else(|| super::suggest::nearest(text, TYPES.iter().copied()));
            let help =
                help.map_or_else(|| format!("the types are {}", TYPES.join(", ")), |name| format!("`{name}` is one"));
            checker.report_with(&rules::TYPE, name.place, format!("{} is not a type", excerpt(text)), Some(help));
        } else if !seen.insert(text) {
            checker.report(&rules::TYPE, name.place, format!("the type `{text}` stands there twice"));
        }
    }
}

/// The type that a name from another language stands for.
fn meant(name: &str) -> Option<&'static str> {
    Some(match name {
        "int" | "int32" | "int64" | "long" => "integer",
        "float" | "double" | "decimal" => "number",
        "str" | "text" | "date" | "date-time" | "uuid" | "file" => "string",
        "bool" => "boolean",
        "list" | "set" => "array",
        "map" | "dict" | "any" => "object",
        _ => return None,
    })
}

/// Exclusive bounds are truth values in 3.0 and numbers since 3.1. Either is read in either.
pub(super) fn exclusive_shape(checker: &mut Checker<'_>, node: &Node) {
    let expected = if checker.version >= Version::V3_1 { "a number" } else { "a boolean" };
    match node.value {
        Value::Boolean(_) if expected == "a boolean" => {}
        Value::Number(_) if expected == "a number" => {}
        Value::Boolean(_) | Value::Number(_) => {
            let message = format!("{} is {expected} in this version of OpenAPI", checker.subject());
            checker.report_once(&rules::OTHER_VERSION, node.place, message, None);
        }
        _ => checker.expect(false, node, expected),
    }
}

/// Truth values are schemas since 3.1.
pub(super) fn boolean(checker: &mut Checker<'_>, node: &Node) {
    if checker.version < Version::V3_1 {
        let message = "a truth value is not a schema in OpenAPI 3.0";
        checker.report_once(
            &rules::OTHER_VERSION,
            node.place,
            message,
            Some("`{}` is the schema of anything".to_owned()),
        );
    }
}

/// A schema (Schema Object).
pub(super) fn schema<'a>(checker: &mut Checker<'a>, node: &'a Node, mapping: &'a Mapping) {
    for key in ["$id", "$anchor", "$dynamicRef", "$dynamicAnchor"] {
        if let Some(member) = mapping.member(key) {
            let help = Some("refer to the schema by `#/components/schemas/…`".to_owned());
            checker.report_with(&rules::ANCHOR, member.key_place, format!("`{key}` is not followed"), help);
        }
    }
    let types = types_of(mapping);
    if checker.version == Version::V3_0 && types.contains(&"array") && !mapping.contains("items") {
        let help = Some("`items: {}` is a list of anything".to_owned());
        checker.report_with(&rules::NO_ITEMS, checker.here(node), "a schema of type `array` needs `items`", help);
    }
    checker.note_applied(node, mapping);
    enumeration(checker, mapping);
    bounds(checker, mapping);
    required(checker, mapping);
    property_names(checker, mapping);
    discriminator(checker, mapping);
    if let Some(default) = mapping.get("default") {
        judge_value(checker, &rules::DEFAULT, "the default", node, default);
    }
    if let Some(example) = mapping.get("example") {
        judge_value(checker, &rules::EXAMPLE, "the example", node, example);
    }
    for example in mapping.get("examples").and_then(Node::as_sequence).into_iter().flatten() {
        judge_value(checker, &rules::EXAMPLE, "the example", node, example);
    }
}

/// The examples of a media type, parameter or header are of its schema.
pub(super) fn examples<'a>(checker: &mut Checker<'a>, mapping: &'a Mapping) {
    let Some(schema) = mapping.get("schema") else { return };
    if let Some(example) = mapping.get("example") {
        judge_value(checker, &rules::EXAMPLE, "the example", schema, example);
    }
    for (_, member) in mapping.get("examples").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter) {
        if let Some(value) = checker.resolve(&member.node).and_then(|example| example.get("value")) {
            judge_value(checker, &rules::EXAMPLE, "the example", schema, value);
        }
    }
}

fn judge_value<'a>(checker: &mut Checker<'a>, rule: &'static Rule, what: &str, schema: &'a Node, value: &'a Node) {
    let Some(fault) = values::fault(checker.document, schema, value) else { return };
    let message = format!("{what} {}", fault.text);
    if rule.code.starts_with('W') {
        checker.report_once(rule, fault.place, message, None);
    } else {
        checker.report(rule, fault.place, message);
    }
}

/// `enum` has values, each once, of the type (JSON Schema Validation, section 6.1.2).
fn enumeration(checker: &mut Checker<'_>, mapping: &Mapping) {
    let Some(list) = mapping.get("enum") else { return };
    let Some(values) = list.as_sequence() else { return };
    if values.is_empty() {
        return checker.report(&rules::ENUM, list.place, "`enum` is empty: nothing would be valid");
    }
    let mut seen = BTreeSet::new();
    for value in values {
        if !seen.insert(value.to_json().to_string()) {
            checker.report_once(
                &rules::REPEATED_VALUE,
                value.place,
                format!("{} is in `enum` twice", values::show(value)),
                None,
            );
        }
        // `null` is how 3.0 documents often spell what `nullable` says.
        if !matches!(value.value, Value::Null)
            && let Some(text) = values::type_fault(mapping, value)
        {
            checker.report(&rules::ENUM, value.place, format!("the value {text}"));
        }
    }
}

/// A lower bound is not above the upper one.
fn bounds(checker: &mut Checker<'_>, mapping: &Mapping) {
    for (low, high) in [
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
        ("minProperties", "maxProperties"),
    ] {
        let (Some(lower), Some(upper)) = (mapping.get(low), mapping.get(high)) else { continue };
        let (Some(least), Some(most)) = (number_of(lower), number_of(upper)) else { continue };
        if compare(least, most).is_gt() {
            let message = format!("`{low}` is above `{high}`: nothing would be valid");
            checker.report(&rules::BOUNDS, lower.place, message);
        }
    }
    if let Some(node) = mapping.get("multipleOf")
        && number_of(node).is_some_and(|number| compare(number, crate::source::node::Number::Signed(0)).is_le())
    {
        checker.report(&rules::BOUNDS, node.place, "`multipleOf` has to be above 0");
    }
}

const COMPOSITIONS: &[&str] = &["$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "patternProperties"];

/// `required` names properties, each once.
fn required<'a>(checker: &mut Checker<'a>, mapping: &'a Mapping) {
    let names = mapping.get("required").and_then(Node::as_sequence).unwrap_or_default();
    let properties = mapping.get("properties").and_then(Node::as_mapping);
    let composed = COMPOSITIONS.iter().any(|key| mapping.contains(key));
    // A part of a composition may require what another part has.
    let part = checker.path.iter().any(|key| matches!(key, Key::Name(name, _) if COMPOSITIONS.contains(name)));
    let mut seen = BTreeSet::new();
    for node in names {
        let Some(name) = node.as_text() else { continue };
        if !seen.insert(name) {
            let message = format!("{} is required twice", excerpt(name));
            checker.report_once(&rules::REQUIRED, node.place, message, None);
        }
        let Some(properties) = properties.filter(|map| !map.is_empty() && !composed && !part) else {
            continue;
        };
        if !properties.contains(name) {
            let help = checker
                .resembling(name, properties.iter().map(|(name, _)| name))
                .map(|name| format!("`{name}` is one"));
            let message = format!("{} is required and no property", excerpt(name));
            checker.report_once(&rules::REQUIRED, node.place, message, help);
        }
    }
}

fn property_names(checker: &mut Checker<'_>, mapping: &Mapping) {
    for (name, member) in mapping.get("properties").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter) {
        checker.name("a property", name, member.key_place);
    }
}

/// A discriminator names a property of the schemas it tells apart, and schemas that exist (Discriminator Object).
fn discriminator<'a>(checker: &mut Checker<'a>, mapping: &'a Mapping) {
    let Some(discriminator) = mapping.get("discriminator") else { return };
    let document = checker.document;
    let schemas = document.get("components").and_then(|components| components.get("schemas"));
    for (_, member) in discriminator.get("mapping").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter) {
        let Some(text) = member.node.as_text() else { continue };
        if text.starts_with('#') || text.contains(['/', ':']) {
            checker.target(text, member.node.place, &table::SCHEMA);
        } else if schemas.and_then(|schemas| schemas.get(text)).is_none() {
            let names = schemas.and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter).map(|(name, _)| name);
            let help = checker.resembling(text, names).map(|name| format!("a schema `{name}` exists"));
            checker.report_with(
                &rules::DANGLING,
                member.node.place,
                format!("there is no schema {}", excerpt(text)),
                help,
            );
        }
    }
    let Some(name) = discriminator.get("propertyName") else { return };
    let Some(text) = name.as_text() else { return };
    let mut left = PARTS;
    let own = has_property(document, mapping, text, &mut left);
    let branches = ["oneOf", "anyOf"].iter().filter_map(|key| mapping.get(key)?.as_sequence()).flatten();
    let mut branches = branches.filter_map(|branch| super::resolve(document, branch)?.as_mapping());
    let missing = branches.any(|branch| !has_property(document, branch, text, &mut left));
    let is_union = mapping.contains("oneOf") || mapping.contains("anyOf");
    if !own && (!is_union || missing) {
        let message = format!("not every schema told apart has the property {}", excerpt(text));
        checker.report_once(&rules::DISCRIMINATOR, name.place, message, None);
    }
}

/// How many parts of schemas are searched for the property of one discriminator.
const PARTS: usize = 500;

/// Whether a schema has a property, itself or by `allOf`; also if there are too many parts to search.
fn has_property(document: &Node, mapping: &Mapping, name: &str, left: &mut usize) -> bool {
    let mut open = vec![mapping];
    while let Some(mapping) = open.pop() {
        if *left == 0 || mapping.get("properties").is_some_and(|properties| properties.get(name).is_some()) {
            return true;
        }
        *left -= 1;
        let parts = mapping.get("allOf").and_then(Node::as_sequence).into_iter().flatten();
        open.extend(parts.filter_map(|part| super::resolve(document, part)?.as_mapping()));
    }
    false
}
