//! Tuples: items with types by position.

use super::{Draft, Pass, Value, any_of, is_anything, is_never, rules};

/// `prefixItems` becomes one `anyOf` for all items; `items: false` closes the tuple.
pub(super) fn tuple(pass: &mut Pass<'_>, draft: &mut Draft) {
    let Some(member) = draft.members.remove("prefixItems") else { return };
    let Value::Sequence(mut branches) = member.node.value else { return };
    let length = branches.len();
    let rest = draft.take("items");
    draft.extra.tuple = true;
    match rest {
        Some(rest) if is_never(pass, &rest) => {
            if !draft.members.contains("maxItems") {
                draft.set("maxItems", Value::Number(super::Number::Unsigned(length as u64)));
            }
        }
        Some(rest) if !is_anything(pass, &rest) => branches.push(rest),
        _ => branches.push(super::of_boolean(pass, true, draft.place)),
    }
    if branches.is_empty() {
        branches.push(super::of_boolean(pass, true, draft.place));
    }
    let items = any_of(pass, branches, draft.place);
    draft.members.insert("items", member.key_place, items);
    pass.lossy(
        &rules::TUPLE_LOST,
        member.key_place,
        "`prefixItems` becomes a list whose items are any of its types: the order of the types is lost",
    );
}
