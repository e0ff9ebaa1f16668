//! How an update changes a value (Overlay 1.1.0, Action Object).

use crate::source::node::{Node, Value};

/// The first pair of values that no rule can merge: that of the document and that of the update.
pub(super) fn conflict<'a>(target: &'a Node, update: &'a Node) -> Option<(&'a Node, &'a Node)> {
    match (&target.value, &update.value) {
        // Whatever the update is, a selected list takes it in.
        (Value::Sequence(_), _) => None,
        _ => member_conflict(target, update),
    }
}

fn member_conflict<'a>(target: &'a Node, update: &'a Node) -> Option<(&'a Node, &'a Node)> {
    match (&target.value, &update.value) {
        (Value::Mapping(old), Value::Mapping(new)) => new
            .iter()
            .filter_map(|(key, member)| Some((old.get(key)?, &member.node)))
            .find_map(|(old, new)| member_conflict(old, new)),
        (Value::Sequence(_), Value::Sequence(_)) => None,
        (Value::Sequence(_) | Value::Mapping(_), _) | (_, Value::Sequence(_) | Value::Mapping(_)) => {
            Some((target, update))
        }
        _ => None,
    }
}

/// Whether the value says already what the update would make it say.
pub(super) fn is_there(target: &Node, update: &Node) -> bool {
    match (&target.value, &update.value) {
        (Value::Mapping(old), Value::Mapping(new)) => {
            new.iter().all(|(key, member)| old.get(key).is_some_and(|old| is_there(old, &member.node)))
        }
        (Value::Sequence(old), Value::Sequence(new)) => new.iter().all(|new| old.iter().any(|old| old.same(new))),
        (Value::Sequence(old), _) => old.iter().any(|old| old.same(update)),
        _ => target.same(update),
    }
}

/// Merges an update that has no conflict: mappings by member, lists by appending, scalars by replacing.
pub(super) fn merge(target: &mut Node, update: &Node) {
    match (&mut target.value, &update.value) {
        (Value::Mapping(old), Value::Mapping(new)) => {
            for (key, member) in new.iter() {
                match old.get_mut(key) {
                    Some(old) => merge(old, &member.node),
                    None => {
                        old.insert(key, member.key_place, member.node.clone());
                    }
                }
            }
        }
        (Value::Sequence(old), Value::Sequence(new)) => old.extend(new.iter().cloned()),
        (Value::Sequence(old), _) => old.push(update.clone()),
        _ => *target = update.clone(),
    }
}

/// How large a value is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    pub(super) nodes: usize,
    /// Levels of lists and mappings.
    pub(super) depth: usize,
}

/// The size of a value.
pub(super) fn size(node: &Node) -> Size {
    let mut size = Size::default();
    let mut open = vec![(node, 0)];
    while let Some((node, depth)) = open.pop() {
        size.nodes += 1;
        match &node.value {
            Value::Sequence(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            Value::Mapping(mapping) => open.extend(mapping.iter().map(|(_, member)| (&member.node, depth + 1))),
            _ => continue,
        }
        size.depth = size.depth.max(depth + 1);
    }
    size
}
