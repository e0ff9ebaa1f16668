//! The rewrite rules of schemas, in the order in which they run.

mod annotations;
mod arrays;
mod bounds;
mod branches;
mod objects;
mod reference;
mod types;
mod values;

use super::{Draft, Extra, Mapping, NODE_NUMBER, Node, Number, Pass, Value, number_of, rules};
use crate::source::place::Place;

pub(super) use bounds::integral;
pub(super) use reference::has_siblings;

/// The rules. Each takes a schema whose own schemas are lowered already.
const RULES: &[fn(&mut Pass<'_>, &mut Draft)] = &[
    reference::siblings_beside_all_of,
    annotations::examples,
    annotations::content,
    values::constant,
    arrays::tuple,
    objects::pattern_properties,
    objects::property_names,
    objects::unevaluated_properties,
    report_lost,
    bounds::exclusive,
    branches::null_branch,
    values::null_in_enum,
    values::type_of_values,
    types::type_of_members,
    types::distribute,
    types::fit,
];

/// Runs all rules on a schema.
pub(super) fn rewrite(pass: &mut Pass<'_>, draft: &mut Draft) {
    for rule in RULES {
        rule(pass, draft);
    }
}

/// The schema that `true` or `false` stands for: anything, or nothing (JSON Schema Core, section 4.3.2).
pub(super) fn of_boolean(pass: &mut Pass<'_>, accepts: bool, place: Place) -> Node {
    let mut draft = Draft { members: Mapping::default(), extra: Extra { never: !accepts, ..Extra::default() }, place };
    if !accepts {
        draft.set("not", Value::Mapping(Mapping::default()));
    }
    pass.finish(draft)
}

/// Keywords of JSON Schema that 3.0 has no counterpart of: they constrain, so leaving them out accepts more.
fn report_lost(pass: &mut Pass<'_>, draft: &mut Draft) {
    const LOST: &[&str] = &[
        "contains",
        "minContains",
        "maxContains",
        "unevaluatedItems",
        "dependentRequired",
        "dependentSchemas",
        "if",
        "then",
        "else",
        "contentSchema",
    ];
    for keyword in LOST {
        if let Some(member) = draft.members.remove(keyword) {
            pass.lossy(
                &rules::KEYWORD_LOST,
                member.key_place,
                format!("`{keyword}` has no counterpart in the types: it is not checked"),
            );
        }
    }
}

/// Whether a lowered schema accepts nothing.
fn is_never(pass: &Pass<'_>, node: &Node) -> bool {
    pass.extra_of(node).is_some_and(|extra| extra.never)
}

/// Whether a lowered schema says nothing at all.
fn is_anything(pass: &Pass<'_>, node: &Node) -> bool {
    let empty = node.as_mapping().is_some_and(|mapping| mapping.iter().all(|(key, _)| key == NODE_NUMBER));
    empty && pass.extra_of(node).is_none_or(|extra| *extra == Extra::default())
}

/// A schema that accepts what one of several accepts.
fn any_of(pass: &mut Pass<'_>, branches: Vec<Node>, place: Place) -> Node {
    let mut branches = branches;
    if branches.len() == 1
        && let Some(only) = branches.pop()
    {
        return only;
    }
    let mut draft = Draft { members: Mapping::default(), extra: Extra::default(), place };
    draft.set("anyOf", Value::Sequence(branches));
    pass.finish(draft)
}

/// Adds a schema to those that all have to accept.
fn add_to_all_of(draft: &mut Draft, node: Node, first: bool) {
    let mut all = match draft.take("allOf").map(|node| node.value) {
        Some(Value::Sequence(items)) => items,
        _ => Vec::new(),
    };
    all.insert(if first { 0 } else { all.len() }, node);
    draft.set("allOf", Value::Sequence(all));
}
