//! Members of an object that are described by their names.

use super::{Draft, Mapping, Node, Pass, Value, any_of, is_anything, is_never, rules};

/// Patterns that every name matches.
const ANY_NAME: &[&str] = &["", ".*", "^.*$", "^.*", ".*$", "^", "$"];

/// `patternProperties` become `additionalProperties`: exact for a pattern of all names, lossy for any other.
pub(super) fn pattern_properties(pass: &mut Pass<'_>, draft: &mut Draft) {
    let Some(member) = draft.members.remove("patternProperties") else { return };
    let mut patterns = match member.node.value {
        Value::Mapping(mapping) if !mapping.is_empty() => mapping,
        _ => return,
    };
    let exact = patterns.len() == 1 && patterns.iter().all(|(pattern, _)| ANY_NAME.contains(&pattern));
    let mut branches: Vec<Node> = patterns.iter_mut().map(|(_, member)| member.node.take()).collect();
    if !exact {
        match draft.take("additionalProperties") {
            Some(rest) if rest.as_boolean() == Some(true) || is_anything(pass, &rest) => branches.clear(),
            Some(rest) if rest.as_boolean() == Some(false) || is_never(pass, &rest) => {}
            Some(rest) => branches.push(rest),
            None => branches.clear(),
        }
        pass.lossy(
            &rules::PATTERN_LOST,
            member.key_place,
            "`patternProperties` become one type for all further members: the patterns are not checked",
        );
    }
    if branches.is_empty() {
        draft.set("additionalProperties", Value::Boolean(true));
    } else {
        let values = any_of(pass, branches, draft.place);
        draft.members.insert("additionalProperties", member.key_place, values);
    }
}

/// Every name is text, so a schema that says no more is nothing to lose.
pub(super) fn property_names(pass: &mut Pass<'_>, draft: &mut Draft) {
    let Some(member) = draft.members.remove("propertyNames") else { return };
    let known = |(key, member): (&str, &crate::source::node::Member)| match key {
        "type" => member.node.as_text() == Some("string"),
        key => key == super::NODE_NUMBER,
    };
    if !member.node.as_mapping().is_some_and(|mapping| mapping.iter().all(known)) {
        pass.lossy(
            &rules::KEYWORD_LOST,
            member.key_place,
            "`propertyNames` has no counterpart in the types: it is not checked",
        );
    }
}

/// Without applicators beside it, what is not evaluated is what is additional (JSON Schema Core, section 11.3).
pub(super) fn unevaluated_properties(pass: &mut Pass<'_>, draft: &mut Draft) {
    const APPLICATORS: &[&str] = &["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"];
    let Some(member) = draft.members.remove("unevaluatedProperties") else { return };
    if draft.members.contains("additionalProperties") {
        return; // Every property is evaluated already.
    }
    if APPLICATORS.iter().any(|key| draft.members.contains(key)) {
        if !is_anything(pass, &member.node) {
            pass.lossy(
                &rules::KEYWORD_LOST,
                member.key_place,
                "`unevaluatedProperties` beside a composition has no counterpart in the types: it is not checked",
            );
        }
    } else {
        draft.members.insert("additionalProperties", member.key_place, additional(pass, member.node));
    }
}

/// A schema as `additionalProperties` writes it: `true` and `false` stay what they are.
fn additional(pass: &Pass<'_>, node: Node) -> Node {
    if is_never(pass, &node) {
        Node::new(Value::Boolean(false), node.place)
    } else if is_anything(pass, &node) {
        Node::new(Value::Boolean(true), node.place)
    } else {
        node
    }
}

/// The keywords that make an object of a schema without a type.
pub(super) fn speaks_of_members(members: &Mapping) -> bool {
    ["properties", "additionalProperties", "required", "minProperties", "maxProperties"]
        .iter()
        .any(|key| members.contains(key))
}
