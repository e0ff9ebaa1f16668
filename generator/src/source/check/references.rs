//! References: local, to something, of the right kind, and not in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::reference::{component, pointer, unescape};
use super::shape::{self, Kind, Object, Shape};
use super::{Checker, excerpt, rules};
use crate::source::node::{Mapping, Node, pointer_token};
use crate::source::place::Place;

/// Keywords whose schemas apply to the same value as the schema they stand in.
const IN_PLACE_LISTS: &[&str] = &["allOf", "anyOf", "oneOf"];
const IN_PLACE: &[&str] = &["not", "if", "then", "else"];

/// The references of a document.
#[derive(Default)]
pub(super) struct References<'a> {
    /// What each place applies without going on to another value: pointers by pointer, with the place that says so.
    applied: BTreeMap<String, Vec<(String, Place)>>,
    /// Targets at pointers the table does not know, and what they have to be.
    hidden: Vec<(String, &'a Node, &'static Object)>,
    /// Hidden targets that were looked at.
    seen: BTreeSet<String>,
}

impl<'a> Checker<'a> {
    /// Looks at the value of a `$ref` that stands for an object.
    pub(super) fn reference(&mut self, node: &'a Node, object: &'static Object) {
        let Some(text) = node.as_text() else {
            let message = format!("`$ref` has to be text, not {}", node.kind());
            return self.report(&rules::WRONG_TYPE, node.place, message);
        };
        if let Some(pointer) = self.target(text, node.place, object) {
            self.references.applied.entry(self.pointer.clone()).or_default().push((pointer, node.place));
        }
    }

    /// The pointer that a reference leads to, after looking at it.
    pub(super) fn target(&mut self, text: &str, place: Place, object: &'static Object) -> Option<String> {
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
            self.dangling(&pointer, place);
            return None;
        };
        match shape_at(&pointer) {
            Some(shape) if !fits(shape, object) => {
                let message = format!("{} is not {}", excerpt(text), object.name);
                self.report(&rules::WRONG_REFERENCE, place, message);
                return None;
            }
            Some(_) => {}
            None if self.references.seen.insert(pointer.clone()) => {
                self.references.hidden.push((pointer.clone(), target, object));
            }
            None => {}
        }
        Some(pointer)
    }

    fn dangling(&mut self, pointer: &str, place: Place) {
        let help = component(pointer).and_then(|(kind, name)| {
            let components = self.document.get("components")?;
            let names = components.get(kind)?.as_mapping()?.iter().map(|(name, _)| name);
            let what = shape::of_component(kind).map_or("a component", |object| object.name);
            self.resembling(&name, names).map(|name| format!("{what} `{name}` exists"))
        });
        self.report_with(&rules::DANGLING, place, "`$ref` points to nothing", help);
    }

    /// Notes what a schema applies to its own value.
    pub(super) fn note_applied(&mut self, mapping: &Mapping) {
        let mut applied = Vec::new();
        for keyword in IN_PLACE_LISTS {
            for (index, item) in mapping.get(keyword).and_then(Node::as_sequence).into_iter().flatten().enumerate() {
                applied.push((format!("{}/{keyword}/{index}", self.pointer), item.place));
            }
        }
        for keyword in IN_PLACE {
            applied.extend(mapping.get(keyword).map(|node| (format!("{}/{keyword}", self.pointer), node.place)));
        }
        if !applied.is_empty() {
            self.references.applied.entry(self.pointer.clone()).or_default().extend(applied);
        }
    }
}

/// The shape that the table has at a pointer.
fn shape_at(pointer: &str) -> Option<&'static Shape> {
    pointer.split('/').skip(1).try_fold(&shape::WHOLE, |shape: &'static Shape, token| match shape {
        Shape::Object(object) | Shape::Reference(object) => Some(&object.member(&unescape(token))?.shape),
        Shape::Schema | Shape::SchemaOrBoolean => Some(&shape::SCHEMA.member(&unescape(token))?.shape),
        Shape::Map(item) | Shape::Patterned(item) | Shape::List(item) => Some(*item),
        _ => None,
    })
}

fn fits(shape: &Shape, object: &Object) -> bool {
    match shape {
        Shape::Schema | Shape::SchemaOrBoolean => object.kind == Kind::Schema,
        Shape::Object(found) | Shape::Reference(found) => found.kind == object.kind,
        Shape::Any => true,
        _ => false,
    }
}

/// Judges what only the whole document shows: targets outside the table, and circles.
pub(super) fn judge(checker: &mut Checker<'_>) {
    while let Some((pointer, node, object)) = checker.references.hidden.pop() {
        checker.pointer = pointer;
        let components = object.component.and_then(|name| shape::COMPONENTS.member(name));
        if let Some(Shape::Map(item)) = components.map(|member| &member.shape) {
            checker.value(node, item);
        }
    }
    checker.pointer.clear();
    circles(checker);
}

/// Finds references that lead back to where they stand without ever describing a value
/// (JSON Schema Core, section 9.4.1: an infinite loop).
fn circles(checker: &mut Checker<'_>) {
    let graph = std::mem::take(&mut checker.references.applied);
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for start in graph.keys() {
        // Depth first, without recursion: the path holds a pointer, and how many of its edges were followed.
        let mut path: Vec<(&str, usize)> = vec![(start, 0)];
        let mut on_path: BTreeSet<&str> = BTreeSet::from([start.as_str()]);
        while let Some((pointer, followed)) = path.last_mut() {
            let pointer = *pointer;
            let edge =
                if done.contains(pointer) { None } else { graph.get(pointer).and_then(|edges| edges.get(*followed)) };
            *followed += 1;
            match edge {
                None => {
                    done.insert(pointer);
                    on_path.remove(pointer);
                    path.pop();
                }
                Some((next, place)) if on_path.contains(next.as_str()) => {
                    let circle = path.iter().map(|(pointer, _)| *pointer).skip_while(|pointer| pointer != next);
                    let message = circle_text(circle, next);
                    checker.report(&rules::CIRCLE, *place, message);
                }
                Some((next, _)) if !done.contains(next.as_str()) => {
                    on_path.insert(next);
                    path.push((next, 0));
                }
                Some(_) => {}
            }
        }
    }
}

/// The circle by the names of its components: `A` -> `B` -> `A`.
fn circle_text<'p>(circle: impl Iterator<Item = &'p str>, end: &'p str) -> String {
    const SHOWN: usize = 8;
    let mut names: Vec<String> = Vec::new();
    for pointer in circle.chain([end]) {
        let name = match component(pointer) {
            Some((_, name)) => name,
            None if IN_PLACE_LISTS
                .iter()
                .chain(IN_PLACE)
                .any(|keyword| pointer.contains(&format!("/{}", pointer_token(keyword)))) =>
            {
                continue;
            }
            None => format!("#{pointer}"),
        };
        names.push(excerpt(&name));
    }
    if names.len() > SHOWN {
        let cut = names.len() - SHOWN;
        names.splice(SHOWN / 2..SHOWN / 2 + cut, ["…".to_owned()]);
    }
    format!("{} applies itself without end", names.join(" -> "))
}
