//! References: local, to something, of the right kind, and not in a circle.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::reference::{component, pointer, unescape};
use super::shape::{Kind, Object, Shape};
use super::{Checker, excerpt, rules, table};
use crate::source::node::{Mapping, Node};
use crate::source::place::Place;

/// Keywords whose schemas apply to the same value as the schema they stand in.
const IN_PLACE_LISTS: &[&str] = &["allOf", "anyOf", "oneOf"];
const IN_PLACE: &[&str] = &["not", "if", "then", "else"];

/// The references of a document. Nodes are known by their address: the document does not move while it is checked.
#[derive(Default)]
pub(super) struct References<'a> {
    /// What each node applies to its own value.
    applied: IndexMap<*const Node, Vec<Applied>>,
    /// Targets at pointers the table does not know, and what they have to be.
    hidden: Vec<(&'a Node, &'static Object)>,
    /// Hidden targets that were looked at.
    seen: BTreeSet<*const Node>,
}

/// A node that applies to the same value as another.
struct Applied {
    node: *const Node,
    /// What a reference calls it; `None` for a part of the schema itself.
    name: Option<String>,
    /// Where that is said.
    place: Place,
}

impl<'a> Checker<'a> {
    /// Looks at the value of the `$ref` of a node, which has to be an object.
    pub(super) fn reference(&mut self, node: &'a Node, reference: &'a Node, object: &'static Object) {
        let Some(text) = reference.as_text() else {
            let message = format!("`$ref` has to be text, not {}", reference.kind());
            return self.report(&rules::WRONG_TYPE, reference.place, message);
        };
        if let Some((pointer, target)) = self.target(text, reference.place, object) {
            let name = component(&pointer).map(|(_, name)| name).unwrap_or(pointer);
            let applied = Applied { node: target, name: Some(name), place: reference.place };
            self.references.applied.entry(std::ptr::from_ref(node)).or_default().push(applied);
        }
    }

    /// What a reference leads to, with its pointer, after looking at it.
    pub(super) fn target(&mut self, text: &str, place: Place, object: &'static Object) -> Option<(String, &'a Node)> {
        let Some(pointer) = pointer(text) else {
            let message = if text.starts_with('#') {
                format!("{} is not a JSON pointer", excerpt(text))
            } else {
                format!("{} leads out of this document", excerpt(text))
            };
            let help = "only `#/…` is followed: put what is meant below `components`".to_owned();
            self.report_with(&rules::NOT_LOCAL, place, message, Some(help));
            return None;
        };
        let document = self.document;
        let Some(target) = document.pointer(&pointer) else {
            self.dangling(&pointer, place, object);
            return None;
        };
        match shape_at(&pointer) {
            Some(shape) if !fits(shape, object) => {
                let message = format!("{} is not {}", excerpt(text), object.name);
                self.report(&rules::WRONG_REFERENCE, place, message);
                return None;
            }
            Some(_) => {}
            None if self.references.seen.insert(target) => self.references.hidden.push((target, object)),
            None => {}
        }
        Some((pointer, target))
    }

    fn dangling(&mut self, pointer: &str, place: Place, object: &'static Object) {
        let components = self.document.get("components");
        let names_of = |kind: &str| components.and_then(|components| components.get(kind)).and_then(Node::as_mapping);
        let help = match component(pointer) {
            Some((kind, name)) => {
                let names = names_of(kind).into_iter().flat_map(Mapping::iter).map(|(name, _)| name);
                let what = table::of_component(kind).map_or("a component", |object| object.name);
                self.resembling(&name, names).map(|name| format!("{what} `{name}` exists"))
            }
            // Another place, such as `#/definitions` of Swagger 2.0.
            None => {
                let name = unescape(pointer.rsplit('/').next().unwrap_or_default());
                let kind = object.component.filter(|kind| names_of(kind).is_some_and(|names| names.contains(&name)));
                kind.map(|kind| format!("{} exists", excerpt(&format!("#/components/{kind}/{name}"))))
            }
        };
        self.report_with(&rules::DANGLING, place, "`$ref` points to nothing", help);
    }

    /// Notes what a schema applies to its own value.
    pub(super) fn note_applied(&mut self, node: &Node, mapping: &Mapping) {
        let lists = IN_PLACE_LISTS.iter().filter_map(|keyword| mapping.get(keyword)?.as_sequence()).flatten();
        let parts = lists.chain(IN_PLACE.iter().filter_map(|keyword| mapping.get(keyword)));
        let applied: Vec<Applied> = parts.map(|part| Applied { node: part, name: None, place: part.place }).collect();
        if !applied.is_empty() {
            self.references.applied.entry(std::ptr::from_ref(node)).or_default().extend(applied);
        }
    }
}

/// The shape that the table has at a pointer.
fn shape_at(pointer: &str) -> Option<&'static Shape> {
    pointer.split('/').skip(1).try_fold(&table::WHOLE, |shape: &'static Shape, token| match shape {
        Shape::Callback => shape_below(&table::EXPRESSIONS),
        Shape::Object(object) | Shape::Reference(object) => Some(&object.member(&unescape(token))?.shape),
        Shape::Schema | Shape::SchemaOrBoolean => Some(&table::SCHEMA.member(&unescape(token))?.shape),
        shape => shape_below(shape),
    })
}

fn shape_below(shape: &'static Shape) -> Option<&'static Shape> {
    match shape {
        Shape::Map(item) | Shape::Patterned(item) | Shape::List(item) => Some(item),
        _ => None,
    }
}

fn fits(shape: &Shape, object: &Object) -> bool {
    match shape {
        Shape::Schema | Shape::SchemaOrBoolean => object.kind == Kind::Schema,
        Shape::Object(found) | Shape::Reference(found) => found.kind == object.kind,
        Shape::Callback => object.kind == Kind::Callback,
        _ => false,
    }
}

/// Judges what only the whole document shows: targets outside the table, and circles.
pub(super) fn judge(checker: &mut Checker<'_>) {
    while let Some((node, object)) = checker.references.hidden.pop() {
        let components = object.component.and_then(|name| table::COMPONENTS.member(name));
        if let Some(Shape::Map(item)) = components.map(|member| &member.shape) {
            checker.value(node, item);
        }
    }
    circles(checker);
}

/// Finds references that lead back to where they stand without ever describing a value
/// (JSON Schema Core, section 9.4.1: an infinite loop).
fn circles(checker: &mut Checker<'_>) {
    let graph = std::mem::take(&mut checker.references.applied);
    let mut done: BTreeSet<*const Node> = BTreeSet::new();
    for start in graph.keys() {
        // Depth first, without recursion: the path holds a node, what leads to it, and how many of its edges were followed.
        let mut path: Vec<(*const Node, Option<&Applied>, usize)> = vec![(*start, None, 0)];
        let mut on_path: BTreeSet<*const Node> = BTreeSet::from([*start]);
        while let Some((node, _, followed)) = path.last_mut() {
            let node = *node;
            let edges = graph.get(&node).filter(|_| !done.contains(&node));
            let edge = edges.and_then(|edges| edges.get(*followed));
            *followed += 1;
            match edge {
                None => {
                    done.insert(node);
                    on_path.remove(&node);
                    path.pop();
                }
                Some(edge) if on_path.contains(&edge.node) => {
                    let inner = path.iter().skip_while(|(node, ..)| *node != edge.node).skip(1);
                    let edges: Vec<&Applied> = inner.filter_map(|(_, edge, _)| *edge).chain([edge]).collect();
                    report_circle(checker, &edges);
                }
                Some(edge) if !done.contains(&edge.node) => {
                    on_path.insert(edge.node);
                    path.push((edge.node, Some(edge), 0));
                }
                Some(_) => {}
            }
        }
    }
}

/// A circle by the names of its references: `A` -> `B` -> `A`. It begins with the least name, wherever it was entered.
fn report_circle(checker: &mut Checker<'_>, edges: &[&Applied]) {
    const SHOWN: usize = 8;
    let mut named: Vec<(&str, Place)> =
        edges.iter().filter_map(|edge| Some((edge.name.as_deref()?, edge.place))).collect();
    let least = named.iter().enumerate().min_by_key(|(_, (name, _))| *name).map_or(0, |(index, _)| index);
    named.rotate_left(least);
    let Some((first, place)) = named.first().copied() else { return };
    let mut names: Vec<String> = named.iter().take(SHOWN).map(|(name, _)| excerpt(name)).collect();
    if named.len() > SHOWN {
        names.push("…".to_owned());
    }
    names.push(excerpt(first));
    checker.report(&rules::CIRCLE, place, format!("{} applies itself without end", names.join(" -> ")));
}
