//! OpenAPI 3.0 and 3.1 to the one shape of 3.0 that `openapiv3` reads.
//!
//! Lowering walks the document along the table of its objects. Members the table does not
//! have, `x-` members and values of the wrong type are left behind; named rules rewrite the rest. What 3.0 cannot
//! hold goes into [`Extra`], or is reported with its place. Afterwards every reference is
//! `#/components/<kind>/<name>`, and every object of interest bears its number in [`Lowered::nodes`].

mod extra;
mod objects;
mod references;
mod schema;

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::check::reference::unescape;
use super::check::shape::{Kind, Object, Shape};
use super::check::version::Version;
use super::check::{resolve, table};
use super::diagnostic::{Diagnostic, Findings, Rule};
use super::node::{Mapping, Node, Number, Value, pointer_token};
use super::place::Place;
use super::rules::openapi as rules;

pub use extra::{Bound, Extra};

/// The member that bears the number of an object.
pub const NODE_NUMBER: &str = "x-node";

/// How many bytes of pointers are kept for one document.
const POINTERS: usize = 64 << 20;

/// How many objects a document may have with its path items taken in.
const OBJECTS: usize = 2_000_000;

/// A document in the shape of OpenAPI 3.0.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The document.
    pub tree: Node,
    /// What is known about each numbered object; `x-node` is the index.
    pub nodes: Vec<NodeInfo>,
    /// The security schemes of type `mutualTLS`, which 3.0 does not have, by name; the value is the index into `nodes`.
    /// They are not in the tree; requirements still name them.
    pub mutual_tls: BTreeMap<String, usize>,
}

/// Where an object of the lowered document comes from, and what 3.0 cannot say of it.
#[derive(Clone, Debug)]
pub struct NodeInfo {
    /// Where it stands in the file.
    pub place: Place,
    /// The JSON pointer of it in the document before lowering (RFC 6901). Empty for the document, and for what comes
    /// behind the first 64 MiB of pointers: only a document made to exhaust memory has more.
    pub pointer: String,
    /// What 3.0 cannot hold.
    pub extra: Extra,
}

/// Lowers a document.
///
/// It is total: whatever a rule of [`check`](super::check::check) would have refused is left out.
pub fn lower(document: &Node, findings: &mut Findings) -> Lowered {
    let plan = references::plan(document);
    let mut pass = Pass {
        document,
        version: Version::named_by(document).unwrap_or(Version::V3_0),
        plan: &plan,
        nodes: Vec::new(),
        mutual_tls: BTreeMap::new(),
        pointer: String::new(),
        overgrown: false,
        pointers_left: POINTERS,
        losses: IndexMap::new(),
    };
    let empty = Node::new(Value::Mapping(Mapping::default()), document.place);
    let lowered = pass.object(document, &table::DOCUMENT).or_else(|| pass.object(&empty, &table::DOCUMENT));
    let mut tree = lowered.unwrap_or(empty);
    references::add_hoisted(&mut pass, &mut tree);
    for ((_, message), loss) in std::mem::take(&mut pass.losses) {
        findings.push(loss.diagnostic(message));
    }
    if pass.overgrown {
        let message = format!("the document has more than {OBJECTS} objects with its path items taken in");
        findings.push(Diagnostic::new(&rules::TOO_LARGE, document.place, message));
    }
    Lowered { tree, nodes: pass.nodes, mutual_tls: pass.mutual_tls }
}

/// The state of one run.
struct Pass<'a> {
    document: &'a Node,
    version: Version,
    plan: &'a references::Plan,
    nodes: Vec<NodeInfo>,
    mutual_tls: BTreeMap<String, usize>,
    /// The JSON pointer of the node being lowered.
    pointer: String,
    /// Whether path items were left out because there were too many objects.
    overgrown: bool,
    /// How many more bytes of pointers may be kept.
    pointers_left: usize,
    /// What is lost, by code and message.
    losses: IndexMap<(&'static str, String), Loss>,
}

/// Something that is lost, at one place or at many: one finding tells it.
struct Loss {
    rule: &'static Rule,
    place: Place,
    more: usize,
}

impl Loss {
    fn diagnostic(&self, message: String) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.rule, self.place, message);
        match self.more {
            0 => diagnostic,
            1 => diagnostic.help("the same at one more place"),
            more => diagnostic.help(format!("the same at {more} more places")),
        }
    }
}

impl Pass<'_> {
    /// Lowers a value of a shape; `None` if it is not of that shape.
    fn value(&mut self, node: &Node, shape: &'static Shape) -> Option<Node> {
        match shape {
            Shape::Text => node.as_text().map(|_| node.clone()),
            Shape::Boolean => node.as_boolean().map(|_| node.clone()),
            Shape::Number => matches!(node.value, Value::Number(_)).then(|| node.clone()),
            Shape::Count => count(node),
            Shape::Any | Shape::Type | Shape::Exclusive => Some(node.clone()),
            Shape::List(item) => self.list(node, item),
            Shape::Map(item) => self.map(node, item, false),
            Shape::Patterned(item) => self.map(node, item, true),
            Shape::Object(object) => self.object(node, object),
            Shape::Reference(object) => self.reference_or(node, object),
            Shape::Callback => None,
            Shape::Schema => self.schema(node),
            Shape::SchemaOrBoolean if node.as_boolean().is_some() => Some(node.clone()),
            Shape::SchemaOrBoolean => self.schema(node),
        }
    }

    /// Lowers a value one step down.
    fn child(&mut self, token: &str, node: &Node, shape: &'static Shape) -> Option<Node> {
        let length = self.pointer.len();
        self.pointer.push('/');
        if token.contains(['~', '/']) {
            self.pointer.push_str(&pointer_token(token));
        } else {
            self.pointer.push_str(token);
        }
        let lowered = self.value(node, shape);
        self.pointer.truncate(length);
        lowered
    }

    fn list(&mut self, node: &Node, item: &'static Shape) -> Option<Node> {
        let mut items = Vec::new();
        for (index, node) in node.as_sequence()?.iter().enumerate() {
            items.extend(self.child(&index.to_string(), node, item));
        }
        Some(Node::new(Value::Sequence(items), node.place))
    }

    fn map(&mut self, node: &Node, item: &'static Shape, patterned: bool) -> Option<Node> {
        let mut out = Mapping::default();
        for (key, member) in node.as_mapping()?.iter() {
            if patterned && key.starts_with("x-") {
                continue;
            }
            if let Some(lowered) = self.child(key, &member.node, item) {
                out.insert(key, member.key_place, lowered);
            }
        }
        Some(Node::new(Value::Mapping(out), node.place))
    }

    /// Lowers an object: its known members, then the rules of its kind, then its number.
    fn object(&mut self, node: &Node, object: &'static Object) -> Option<Node> {
        let mapping = node.as_mapping()?;
        let mut out = Mapping::default();
        for (key, member) in mapping.iter() {
            let Some(known) = object.member(key).filter(|known| known.lowered) else { continue };
            if let Some(lowered) = self.child(key, &member.node, &known.shape) {
                out.insert(key, member.key_place, lowered);
            }
        }
        let mut draft = Draft { members: out, extra: Extra::default(), place: node.place };
        match object.kind {
            Kind::Schema => schema::rewrite(self, &mut draft),
            kind => objects::rewrite(self, kind, mapping, &mut draft)?,
        }
        objects::complete(object, &mut draft.members, node.place);
        Some(self.finish(draft))
    }

    /// Lowers a schema, a truth value, or a reference to a schema.
    fn schema(&mut self, node: &Node) -> Option<Node> {
        match &node.value {
            Value::Boolean(accepts) => Some(schema::of_boolean(self, *accepts, node.place)),
            Value::Mapping(mapping) => match mapping.get("$ref") {
                Some(reference) if mapping.len() == 1 || !schema::has_siblings(mapping) => {
                    self.reference(reference, &table::SCHEMA)
                }
                _ => self.object_or_hoisted(node, &table::SCHEMA),
            },
            _ => None,
        }
    }

    /// Lowers an object, or a reference to one.
    fn reference_or(&mut self, node: &Node, object: &'static Object) -> Option<Node> {
        if object.kind == Kind::PathItem {
            return references::path_item(self, node);
        }
        match node.get("$ref") {
            Some(_) if objects::is_mutual_tls(self.document, node, object) => {
                self.object(resolve(self.document, node)?, object)
            }
            Some(reference) => {
                objects::report_siblings(self, node);
                self.reference(reference, object)
            }
            None => self.object_or_hoisted(node, object),
        }
    }

    /// Lowers an object, or refers to the component it becomes because something else points at it.
    fn object_or_hoisted(&mut self, node: &Node, object: &'static Object) -> Option<Node> {
        match self.plan.name(&self.pointer) {
            Some((kind, name)) => Some(reference_to(kind, name, node.place)),
            None => self.object(node, object),
        }
    }

    /// Lowers a reference; `None` if it leads nowhere.
    fn reference(&mut self, reference: &Node, object: &'static Object) -> Option<Node> {
        let (kind, name) = self.plan.resolve(self.document, reference.as_text()?, object)?;
        Some(reference_to(&kind, &name, reference.place))
    }

    /// Gives an object its number.
    fn finish(&mut self, draft: Draft) -> Node {
        let number = self.nodes.len();
        let Draft { mut members, extra, place } = draft;
        let pointer = match self.pointers_left.checked_sub(self.pointer.len()) {
            Some(left) => {
                self.pointers_left = left;
                self.pointer.clone()
            }
            None => String::new(),
        };
        self.nodes.push(NodeInfo { place, pointer, extra });
        let value = Value::Number(Number::Unsigned(number as u64));
        members.insert(NODE_NUMBER, place, Node::new(value, place));
        Node::new(Value::Mapping(members), place)
    }

    /// What 3.0 cannot hold of an object that was lowered before.
    fn extra_of(&self, node: &Node) -> Option<&Extra> {
        Some(&self.nodes.get(number_of(node)?)?.extra)
    }

    /// Reports what is lost.
    fn lossy(&mut self, rule: &'static Rule, place: Place, message: impl Into<String>) {
        let first = Loss { rule, place, more: 0 };
        self.losses.entry((rule.code, message.into())).and_modify(|loss| loss.more += 1).or_insert(first);
    }
}

/// An object on its way: members already lowered, rules still to run.
struct Draft {
    members: Mapping,
    extra: Extra,
    place: Place,
}

impl Draft {
    fn take(&mut self, key: &str) -> Option<Node> {
        self.members.remove(key).map(|member| member.node)
    }

    fn set(&mut self, key: &str, value: Value) {
        self.members.insert(key, self.place, Node::new(value, self.place));
    }

    fn set_flag(&mut self, key: &str) {
        self.set(key, Value::Boolean(true));
    }
}

impl Node {
    /// The node, with `null` left in its place.
    fn take(&mut self) -> Self {
        Self::new(std::mem::replace(&mut self.value, Value::Null), self.place)
    }
}

/// The number of a lowered object.
fn number_of(node: &Node) -> Option<usize> {
    match node.get(NODE_NUMBER)?.value {
        Value::Number(Number::Unsigned(number)) => usize::try_from(number).ok(),
        _ => None,
    }
}

fn reference_to(kind: &str, name: &str, place: Place) -> Node {
    let mut mapping = Mapping::default();
    mapping.insert("$ref", place, Node::text(format!("#/components/{kind}/{name}"), place));
    Node::new(Value::Mapping(mapping), place)
}

/// An integer from 0; `1.0` is one (JSON Schema, section 4.2.3).
fn count(node: &Node) -> Option<Node> {
    let Value::Number(number) = node.value else { return None };
    match schema::integral(number) {
        Number::Signed(value) if value >= 0 => Some(Node::new(Value::Number(Number::Signed(value)), node.place)),
        Number::Unsigned(value) => Some(Node::new(Value::Number(Number::Unsigned(value)), node.place)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
