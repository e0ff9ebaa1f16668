//! What a query selects in a document.

use super::jsonpath::{Operand, Segment, Selector, Test};
use crate::source::node::{Node, Number, Value};

/// The way to a value: at each level the position among the children.
pub(super) type Location = Vec<u32>;

/// A value on the way and where it is.
type Found<'a> = (Location, &'a Node);

/// The locations of what the segments select, each once, in the order of the document.
pub(super) fn select(root: &Node, segments: &[Segment]) -> Vec<Location> {
    nodes(root, segments).into_iter().map(|(location, _)| location).collect()
}

fn nodes<'a>(root: &'a Node, segments: &[Segment]) -> Vec<Found<'a>> {
    let mut found = vec![(Location::new(), root)];
    for segment in segments {
        let mut next = Vec::new();
        for (location, node) in found {
            if segment.descendants {
                let mut open = vec![(location, node)];
                while let Some((location, node)) = open.pop() {
                    choose(&location, node, &segment.selectors, &mut next);
                    open.extend(children(&location, node));
                }
            } else {
                choose(&location, node, &segment.selectors, &mut next);
            }
        }
        // Two ways can lead to one value; without this `$..*..*` grows without bounds.
        next.sort_by(|(one, _), (two, _)| one.cmp(two));
        next.dedup_by(|(one, _), (two, _)| one == two);
        found = next;
    }
    found
}

fn child(location: &Location, position: usize) -> Location {
    let mut child = location.clone();
    child.push(u32::try_from(position).unwrap_or(u32::MAX));
    child
}

fn children<'a>(location: &Location, node: &'a Node) -> Vec<Found<'a>> {
    match &node.value {
        Value::Sequence(items) => {
            items.iter().enumerate().map(|(position, item)| (child(location, position), item)).collect()
        }
        Value::Mapping(mapping) => mapping
            .iter()
            .enumerate()
            .map(|(position, (_, member))| (child(location, position), &member.node))
            .collect(),
        _ => Vec::new(),
    }
}

fn choose<'a>(location: &Location, node: &'a Node, selectors: &[Selector], chosen: &mut Vec<Found<'a>>) {
    for selector in selectors {
        match selector {
            Selector::Name(name) => {
                let position = node.as_mapping().and_then(|mapping| mapping.position(name));
                if let (Some(position), Some(value)) = (position, node.get(name)) {
                    chosen.push((child(location, position), value));
                }
            }
            Selector::Index(index) => {
                let items = node.as_sequence().unwrap_or_default();
                let position = match usize::try_from(*index) {
                    Ok(position) => Some(position),
                    Err(_) => usize::try_from(index.unsigned_abs()).ok().and_then(|back| items.len().checked_sub(back)),
                };
                if let Some((position, item)) = position.and_then(|position| Some((position, items.get(position)?))) {
                    chosen.push((child(location, position), item));
                }
            }
            Selector::Wildcard => chosen.extend(children(location, node)),
            Selector::Filter(test) => {
                chosen.extend(children(location, node).into_iter().filter(|(_, node)| holds(test, node)));
            }
        }
    }
}

fn holds(test: &Test, node: &Node) -> bool {
    match test {
        Test::Any(tests) => tests.iter().any(|test| holds(test, node)),
        Test::All(tests) => tests.iter().all(|test| holds(test, node)),
        Test::Not(test) => !holds(test, node),
        Test::Exists(segments) => !nodes(node, segments).is_empty(),
        Test::Equal(left, right) => match (value(left, node), value(right, node)) {
            (Some(left), Some(right)) => equal(&left, &right),
            // Nothing equals nothing (RFC 9535, section 2.3.5.2.2).
            (None, None) => true,
            _ => false,
        },
    }
}

fn value(operand: &Operand, node: &Node) -> Option<Node> {
    match operand {
        Operand::Literal(value) => Some(Node::new(value.clone(), node.place)),
        Operand::Query(segments) => nodes(node, segments).first().map(|(_, node)| (*node).clone()),
    }
}

fn equal(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::Number(left), Value::Number(right)) => left == right || float(*left) == float(*right),
        _ => left.same(right),
    }
}

fn float(number: Number) -> f64 {
    match number {
        Number::Signed(value) => value as f64,
        Number::Unsigned(value) => value as f64,
        Number::Float(value) => value,
    }
}

fn position(step: u32) -> Option<usize> {
    usize::try_from(step).ok()
}

/// The value at a location.
pub(super) fn get<'a>(root: &'a Node, location: &[u32]) -> Option<&'a Node> {
    location.iter().try_fold(root, |node, step| match &node.value {
        Value::Sequence(items) => items.get(position(*step)?),
        Value::Mapping(mapping) => mapping.at(position(*step)?).map(|(_, member)| &member.node),
        _ => None,
    })
}

/// The value at a location, to change.
pub(super) fn get_mut<'a>(root: &'a mut Node, location: &[u32]) -> Option<&'a mut Node> {
    location.iter().try_fold(root, |node, step| match &mut node.value {
        Value::Sequence(items) => items.get_mut(position(*step)?),
        Value::Mapping(mapping) => mapping.at_mut(position(*step)?),
        _ => None,
    })
}

/// Takes the value at a location out of the list or mapping that holds it.
pub(super) fn remove(root: &mut Node, location: &[u32]) {
    let Some((last, parent)) = location.split_last() else { return };
    let Some(last) = position(*last) else { return };
    match get_mut(root, parent).map(|parent| &mut parent.value) {
        Some(Value::Sequence(items)) if last < items.len() => {
            items.remove(last);
        }
        Some(Value::Mapping(mapping)) => {
            mapping.remove_at(last);
        }
        _ => {}
    }
}
