//! `const` and `enum`.

use super::{Draft, Node, Number, Pass, Value, integral};

/// `const` is an `enum` of one.
pub(super) fn constant(_: &mut Pass<'_>, draft: &mut Draft) {
    let Some(member) = draft.members.remove("const") else { return };
    draft.extra.constant = Some(member.node.to_json());
    let place = member.node.place;
    draft.members.insert("enum", member.key_place, Node::new(Value::Sequence(vec![member.node]), place));
}

/// `null` among the values makes the schema nullable; alone, it is the null type.
pub(super) fn null_in_enum(_: &mut Pass<'_>, draft: &mut Draft) {
    let Some(Value::Sequence(values)) = draft.members.get_mut("enum").map(|node| &mut node.value) else { return };
    let before = values.len();
    values.retain(|node| !matches!(node.value, Value::Null));
    let (after, found) = (values.len(), values.len() < before);
    if after == 0 {
        draft.take("enum");
    }
    if found {
        draft.set_flag("nullable");
        draft.extra.null_only |= after == 0;
    }
}

/// Values that are all of one type say the type.
pub(super) fn type_of_values(_: &mut Pass<'_>, draft: &mut Draft) {
    if draft.members.contains("type") {
        return;
    }
    let Some(values) = draft.members.get("enum").and_then(Node::as_sequence) else { return };
    let mut types = values.iter().map(type_of);
    let Some(first) = types.next() else { return };
    if types.all(|name| name == first) {
        draft.set("type", Value::Text(first.to_owned()));
    }
}

/// The type of a value, as `type` names it; `integer` for a number that is one.
pub(super) fn type_of(node: &Node) -> &'static str {
    match &node.value {
        Value::Null => "null",
        Value::Boolean(_) => "boolean",
        Value::Number(number) => match integral(*number) {
            Number::Float(_) => "number",
            _ => "integer",
        },
        Value::Text(_) => "string",
        Value::Sequence(_) => "array",
        Value::Mapping(_) => "object",
    }
}

/// Whether a value is of a type.
pub(super) fn is_of(node: &Node, name: &str) -> bool {
    let actual = type_of(node);
    actual == name || (name == "number" && actual == "integer")
}
