//! `type`: lists of types, no type, and the keywords that do not concern the type.

use super::values::{is_of, type_of};
use super::{Draft, Extra, Mapping, Node, Number, Pass, Value, add_to_all_of, any_of, bounds, integral, objects};

const TYPES: &[&str] = &["string", "number", "integer", "boolean", "object", "array"];

/// The keywords that concern some types only, with the types.
const CONCERNS: &[(&str, &[&str])] = &[
    ("minLength", &["string"]),
    ("maxLength", &["string"]),
    ("pattern", &["string"]),
    ("multipleOf", &["number", "integer"]),
    ("minimum", &["number", "integer"]),
    ("maximum", &["number", "integer"]),
    ("exclusiveMinimum", &["number", "integer"]),
    ("exclusiveMaximum", &["number", "integer"]),
    ("properties", &["object"]),
    ("required", &["object"]),
    ("additionalProperties", &["object"]),
    ("minProperties", &["object"]),
    ("maxProperties", &["object"]),
    ("items", &["array"]),
    ("minItems", &["array"]),
    ("maxItems", &["array"]),
    ("uniqueItems", &["array"]),
    ("format", &["string", "number", "integer"]),
];

/// A schema without a type that describes members is an object; one that describes items is a list.
pub(super) fn type_of_members(_: &mut Pass<'_>, draft: &mut Draft) {
    const COMPOSITIONS: &[&str] = &["allOf", "anyOf", "oneOf", "not"];
    if draft.members.contains("type") || COMPOSITIONS.iter().any(|key| draft.members.contains(key)) {
        return;
    }
    match (objects::speaks_of_members(&draft.members), draft.members.contains("items")) {
        (true, false) => draft.set("type", Value::Text("object".to_owned())),
        (false, true) => draft.set("type", Value::Text("array".to_owned())),
        _ => {}
    }
}

/// A list of types becomes one type, `nullable`, or `anyOf` of one schema for each type. An unknown type goes.
pub(super) fn distribute(pass: &mut Pass<'_>, draft: &mut Draft) {
    let Some(member) = draft.members.remove("type") else { return };
    let mut types: Vec<&'static str> = Vec::new();
    let mut null = false;
    for name in names(&member.node) {
        null |= name == "null";
        types.extend(TYPES.iter().find(|known| **known == name && !types.contains(known)));
    }
    if types.contains(&"number") {
        types.retain(|name| *name != "integer");
    }
    if null {
        draft.set_flag("nullable");
        draft.extra.null_only |= types.is_empty();
    }
    match types.as_slice() {
        [] => {}
        [only] => {
            draft.members.insert("type", member.key_place, Node::text(*only, member.node.place));
        }
        several => {
            let branches = branches(pass, draft, several);
            let union = any_of(pass, branches, draft.place);
            if draft.members.contains("anyOf") || union.get("anyOf").is_none() {
                add_to_all_of(draft, union, false);
            } else if let Some(Value::Sequence(branches)) = union.get("anyOf").map(|node| node.value.clone()) {
                draft.set("anyOf", Value::Sequence(branches));
            }
        }
    }
}

fn names(node: &Node) -> Vec<&str> {
    match &node.value {
        Value::Text(name) => vec![name],
        Value::Null => vec!["null"],
        Value::Sequence(items) => items
            .iter()
            .filter_map(|item| if matches!(item.value, Value::Null) { Some("null") } else { item.as_text() })
            .collect(),
        _ => Vec::new(),
    }
}

/// One schema for each type, with the keywords that concern it. A type that no value of `enum` is of has none.
fn branches(pass: &mut Pass<'_>, draft: &mut Draft, types: &[&str]) -> Vec<Node> {
    let mut moved = Mapping::default();
    for (keyword, _) in CONCERNS {
        if let Some(member) = draft.members.remove(keyword) {
            moved.insert(*keyword, member.key_place, member.node);
        }
    }
    let values = draft.take("enum");
    let mut branches = Vec::new();
    for name in types {
        let mut branch = Draft { members: Mapping::default(), extra: Extra::default(), place: draft.place };
        branch.set("type", Value::Text((*name).to_owned()));
        for (keyword, concerned) in CONCERNS.iter().filter(|(_, concerned)| concerned.contains(name)) {
            // Only `format` concerns types that stand side by side; the rest may be large and is moved.
            let member =
                if concerned.contains(&"string") { moved.member(keyword).cloned() } else { moved.remove(keyword) };
            if let Some(member) = member {
                branch.members.insert(*keyword, member.key_place, member.node);
            }
        }
        if let Some(values) = values.as_ref().and_then(Node::as_sequence) {
            let own: Vec<Node> = values.iter().filter(|value| is_of(value, name)).cloned().collect();
            if own.is_empty() {
                continue;
            }
            branch.set("enum", Value::Sequence(own));
        }
        branch.extra.tuple = draft.extra.tuple && *name == "array";
        fit(pass, &mut branch);
        branches.push(pass.finish(branch));
    }
    branches
}

/// Drops the keywords that do not concern the type, which `openapiv3` would take for a schema without one; what it
/// cannot hold of the others travels along.
pub(super) fn fit(_: &mut Pass<'_>, draft: &mut Draft) {
    let Some(name) = draft.members.get("type").and_then(Node::as_text).map(str::to_owned) else {
        bounds::fit(draft, false);
        return;
    };
    for (keyword, concerned) in CONCERNS {
        if !concerned.contains(&name.as_str())
            && let Some(node) = draft.take(keyword)
            && *keyword == "format"
        {
            draft.extra.format = node.as_text().map(str::to_owned);
        }
    }
    bounds::fit(draft, name == "integer");
    fit_values(draft, &name);
}

/// Values of another type go; values the tree cannot hold travel along.
fn fit_values(draft: &mut Draft, name: &str) {
    let Some(node) = draft.members.get_mut("enum") else { return };
    let Value::Sequence(values) = &mut node.value else { return };
    values.retain(|value| is_of(value, name));
    for value in values.iter_mut().filter(|value| type_of(value) == "integer") {
        if let Value::Number(number) = value.value {
            value.value = Value::Number(integral(number));
        }
    }
    let held = match name {
        "object" | "array" => false,
        "integer" => values.iter().all(|value| matches!(value.value, Value::Number(Number::Signed(_)))),
        "number" => values.iter().all(|value| match value.value {
            Value::Number(Number::Signed(value)) => value.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS,
            Value::Number(Number::Float(_)) => true,
            _ => false,
        }),
        _ => true,
    };
    if !held {
        draft.extra.enumeration = values.iter().map(Node::to_json).collect();
        draft.take("enum");
    } else if values.is_empty() {
        draft.take("enum");
    }
}
