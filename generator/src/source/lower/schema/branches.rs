//! `anyOf` and `oneOf` with a branch for `null`.

use super::{Draft, NODE_NUMBER, Node, Pass, Value, add_to_all_of, number_of};

/// Keywords that describe: a schema that says no more can take over another's constraints.
const ANNOTATIONS: &[&str] =
    &["title", "description", "default", "example", "deprecated", "readOnly", "writeOnly", "externalDocs", "nullable"];

/// A branch that only accepts `null` goes and the schema becomes nullable; a single branch left is the schema.
pub(super) fn null_branch(pass: &mut Pass<'_>, draft: &mut Draft) {
    for keyword in ["anyOf", "oneOf"] {
        let Some(Value::Sequence(branches)) = draft.members.get_mut(keyword).map(|node| &mut node.value) else {
            continue;
        };
        let before = branches.len();
        branches.retain(|branch| !pass.extra_of(branch).is_some_and(|extra| extra.null_only));
        let (left, found) = (branches.len(), branches.len() < before);
        if !found {
            continue;
        }
        let only = if left == 1 { branches.pop() } else { None };
        if left <= 1 {
            draft.take(keyword);
        }
        draft.set_flag("nullable");
        match only {
            Some(branch) => collapse(pass, draft, branch),
            None => draft.extra.null_only |= left == 0,
        }
    }
}

/// Takes over the one branch that is left; a reference, or a branch beside other constraints, stays in `allOf`.
fn collapse(pass: &mut Pass<'_>, draft: &mut Draft, branch: Node) {
    let describes_only = draft.members.iter().all(|(key, _)| ANNOTATIONS.contains(&key));
    if branch.get("$ref").is_some() || !describes_only {
        add_to_all_of(draft, branch, true);
        return;
    }
    if let Some(info) = number_of(&branch).and_then(|number| pass.nodes.get(number)) {
        let examples = std::mem::take(&mut draft.extra.examples);
        draft.extra = info.extra.clone();
        if !examples.is_empty() {
            draft.extra.examples = examples;
        }
    }
    let Value::Mapping(mut mapping) = branch.value else { return };
    for (key, member) in mapping.iter_mut().filter(|(key, _)| *key != NODE_NUMBER) {
        if !draft.members.contains(key) {
            draft.members.insert(key, member.key_place, member.node.take());
        }
    }
}
