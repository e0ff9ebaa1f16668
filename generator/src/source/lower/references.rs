//! Every reference becomes `#/components/<kind>/<name>`; what a reference points at elsewhere becomes a component.

use std::collections::{BTreeMap, BTreeSet};

use super::{Mapping, Node, OBJECTS, Object, Pass, Shape, Value, reference_to, table, unescape};
use crate::source::check::reference::{component, pointer};
use crate::source::check::shape::Kind;

/// How often a path item may refer to another before it counts as a cycle.
const PATH_ITEM_HOPS: usize = 64;

/// The longest derived name, in bytes; names are ASCII.
const LONGEST_NAME: usize = 120;

/// The names of what becomes a component.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// By canonical pointer.
    hoisted: BTreeMap<String, Hoisted>,
}

#[derive(Debug)]
struct Hoisted {
    object: &'static Object,
    kind: &'static str,
    name: String,
}

impl Plan {
    /// Kind and name of the component that what stands at a pointer becomes.
    pub(super) fn name(&self, pointer: &str) -> Option<(&'static str, &str)> {
        let hoisted = self.hoisted.get(pointer)?;
        Some((hoisted.kind, &hoisted.name))
    }

    /// Kind and name of the component a reference leads to; `None` if it leads nowhere.
    pub(super) fn resolve(&self, document: &Node, reference: &str, object: &Object) -> Option<(String, String)> {
        let pointer = pointer(reference)?;
        if let Some((kind, name)) = self.name(&pointer) {
            return Some((kind.to_owned(), name.to_owned()));
        }
        let (kind, name) = component(&pointer).filter(|(kind, _)| object.component == Some(*kind))?;
        document.pointer(&pointer)?;
        Some((kind.to_owned(), name))
    }
}

/// Finds every reference that leads elsewhere than to a component of its kind, and names its target.
///
/// Names are given in the order of the pointers: the order of keys in the document does not matter.
pub(super) fn plan(document: &Node) -> Plan {
    let mut search = Search { document, found: BTreeMap::new(), path_items: BTreeSet::new(), open: Vec::new() };
    search.object(document, &table::DOCUMENT);
    while let Some((pointer, object)) = search.open.pop() {
        if let Some(node) = document.pointer(&pointer) {
            search.reference_or(node, object);
        }
    }
    let mut names: BTreeMap<&str, Names> = BTreeMap::new();
    let mut hoisted = BTreeMap::new();
    for (pointer, object) in search.found {
        let Some(kind) = object.component else { continue };
        let name = names.entry(kind).or_insert_with(|| Names::of(document, kind)).claim(derived_name(&pointer));
        hoisted.insert(pointer, Hoisted { object, kind, name });
    }
    Plan { hoisted }
}

/// The names of the components of one kind.
struct Names {
    taken: BTreeSet<String>,
    /// The last number that was put behind a name.
    numbers: BTreeMap<String, usize>,
}

impl Names {
    fn of(document: &Node, kind: &str) -> Self {
        let components = document.get("components").and_then(|components| components.get(kind));
        let members = components.and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter);
        Self { taken: members.map(|(name, _)| name.to_owned()).collect(), numbers: BTreeMap::new() }
    }

    /// A name that is not taken: the name itself, or with the least number from 2.
    fn claim(&mut self, name: String) -> String {
        if self.taken.insert(name.clone()) {
            return name;
        }
        let number = self.numbers.entry(name.clone()).or_insert(1);
        loop {
            *number += 1;
            let numbered = format!("{name}_{number}");
            if self.taken.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}

/// The name of what stands at a pointer: the names on the way, without the words of the structure.
fn derived_name(pointer: &str) -> String {
    const STRUCTURE: &[&str] =
        &["components", "schemas", "paths", "properties", "$defs", "definitions", "content", "schema"];
    let words: Vec<String> = pointer
        .split('/')
        .map(unescape)
        .filter(|token| !STRUCTURE.contains(&token.as_str()))
        .map(|token| {
            token
                .split(|c: char| !c.is_ascii_alphanumeric())
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("_")
        })
        .filter(|word| !word.is_empty())
        .collect();
    let mut name = words.join("_");
    name.truncate(LONGEST_NAME);
    if name.is_empty() { "Hoisted".to_owned() } else { name }
}

/// The walk that finds references.
struct Search<'a> {
    document: &'a Node,
    found: BTreeMap<String, &'static Object>,
    path_items: BTreeSet<String>,
    open: Vec<(String, &'static Object)>,
}

impl Search<'_> {
    fn value(&mut self, node: &Node, shape: &'static Shape) {
        match shape {
            Shape::List(item) => node.as_sequence().into_iter().flatten().for_each(|node| self.value(node, item)),
            Shape::Map(item) => self.map(node, item, false),
            Shape::Patterned(item) => self.map(node, item, true),
            Shape::Object(object) => self.object(node, object),
            Shape::Reference(object) => self.reference_or(node, object),
            Shape::Schema | Shape::SchemaOrBoolean => self.reference_or(node, &table::SCHEMA),
            _ => {}
        }
    }

    fn map(&mut self, node: &Node, item: &'static Shape, patterned: bool) {
        for (key, member) in node.as_mapping().into_iter().flat_map(Mapping::iter) {
            if !(patterned && key.starts_with("x-")) {
                self.value(&member.node, item);
            }
        }
    }

    fn object(&mut self, node: &Node, object: &'static Object) {
        for (key, member) in node.as_mapping().into_iter().flat_map(Mapping::iter) {
            if let Some(known) = object.member(key).filter(|known| known.lowered) {
                self.value(&member.node, &known.shape);
            }
        }
        if object.kind == Kind::Discriminator {
            let targets = node.get("mapping").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter);
            for text in targets.filter_map(|(_, member)| member.node.as_text()).filter(|text| text.starts_with('#')) {
                self.reference(text, &table::SCHEMA);
            }
        }
    }

    fn reference_or(&mut self, node: &Node, object: &'static Object) {
        if let Some(reference) = node.get("$ref").and_then(Node::as_text) {
            self.reference(reference, object);
            if !matches!(object.kind, Kind::Schema | Kind::PathItem) {
                return;
            }
        }
        self.object(node, object);
    }

    fn reference(&mut self, reference: &str, object: &'static Object) {
        let Some(pointer) = pointer(reference) else { return };
        if self.document.pointer(&pointer).is_none() {
            return;
        }
        let known = if object.kind == Kind::PathItem {
            !self.path_items.insert(pointer.clone())
        } else {
            component(&pointer).is_some_and(|(kind, _)| object.component == Some(kind))
                || self.found.insert(pointer.clone(), object).is_some()
        };
        if !known {
            self.open.push((pointer, object));
        }
    }
}

/// Adds what became a component to the components.
pub(super) fn add_hoisted(pass: &mut Pass<'_>, tree: &mut Node) {
    let plan = pass.plan;
    for (pointer, hoisted) in &plan.hoisted {
        let Some(node) = pass.document.pointer(pointer) else { continue };
        pass.pointer.clone_from(pointer);
        let lowered = match node.get("$ref") {
            Some(_) if hoisted.object.kind != Kind::Schema => pass.reference_or(node, hoisted.object),
            Some(reference) if !node.as_mapping().is_some_and(super::schema::has_siblings) => {
                pass.reference(reference, hoisted.object)
            }
            _ if node.as_boolean().is_some() => pass.schema(node),
            _ => pass.object(node, hoisted.object),
        };
        let Some(lowered) = lowered else { continue };
        let components = member_mapping(tree, "components");
        let Some(kind) = components.and_then(|components| member_mapping(components, hoisted.kind)) else { continue };
        if let Some(kind) = kind.as_mapping_mut() {
            kind.insert(hoisted.name.as_str(), node.place, lowered);
        }
    }
    pass.pointer.clear();
}

/// The mapping that is a member of a mapping, made if it is not there.
fn member_mapping<'a>(node: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    let place = node.place;
    let mapping = node.as_mapping_mut()?;
    if !mapping.contains(key) {
        mapping.insert(key, place, Node::new(Value::Mapping(Mapping::default()), place));
    }
    mapping.get_mut(key)
}

/// Lowers a path item; one that refers to another takes over what the other has and it has not
/// (OpenAPI 3.1, Path Item Object: `$ref`).
pub(super) fn path_item(pass: &mut Pass<'_>, node: &Node) -> Option<Node> {
    let mut lowered = pass.object(node, &table::PATH_ITEM)?;
    let here = pass.pointer.clone();
    let mut next = node;
    for _ in 0..PATH_ITEM_HOPS {
        if pass.nodes.len() > OBJECTS {
            pass.overgrown = true;
            break;
        }
        let Some(target) = next.get("$ref").and_then(Node::as_text).and_then(pointer) else { break };
        let Some(node) = pass.document.pointer(&target) else { break };
        pass.pointer = target;
        if let (Some(inherited), Some(own)) = (pass.object(node, &table::PATH_ITEM), lowered.as_mapping_mut()) {
            for (key, member) in inherited.as_mapping().into_iter().flat_map(Mapping::iter) {
                if !own.contains(key) {
                    own.insert(key, member.key_place, member.node.clone());
                }
            }
        }
        next = node;
    }
    pass.pointer = here;
    Some(lowered)
}

/// A value of a discriminator's mapping, as a reference to a component; `None` if it leads nowhere.
///
/// The value is the name of a schema or a reference (OpenAPI 3.0 and 3.1, Discriminator Object).
pub(super) fn mapping_target(pass: &Pass<'_>, node: &Node) -> Option<Node> {
    let text = node.as_text()?;
    let (kind, name) = if names_schema(pass.document, text) {
        ("schemas".to_owned(), text.to_owned())
    } else {
        pass.plan.resolve(pass.document, text, &table::SCHEMA)?
    };
    reference_to(&kind, &name, node.place).get("$ref").cloned()
}

fn names_schema(document: &Node, name: &str) -> bool {
    document
        .get("components")
        .and_then(|components| components.get("schemas"))
        .is_some_and(|map| map.get(name).is_some())
}
