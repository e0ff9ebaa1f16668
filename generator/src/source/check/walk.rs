//! The walk along the table: types, required and unknown members, versions.

use super::shape::{Kind, Object, Shape};
use super::table;
use super::version::Version;
use super::{Checker, excerpt, operations, parameters, rules, schemas, security, servers};
use crate::source::node::{Mapping, Node, Number, Value};
use crate::source::place::Place;

/// The longest key of any mapping, in bytes.
const LONGEST_KEY: usize = 2048;

/// One step of the way from the document to a node.
#[derive(Clone, Copy)]
pub(super) enum Key<'a> {
    /// A key of a mapping, and where it stands.
    Name(&'a str, Place),
    /// An item of a list.
    Index(usize),
}

impl<'a> Checker<'a> {
    /// Looks at a value that has to be of a shape.
    pub(super) fn value(&mut self, node: &'a Node, shape: &'static Shape) {
        match shape {
            Shape::Any => {}
            Shape::Text => self.expect(node.as_text().is_some(), node, "text"),
            Shape::Boolean => self.expect(node.as_boolean().is_some(), node, "a boolean"),
            Shape::Number => self.expect(matches!(node.value, Value::Number(_)), node, "a number"),
            Shape::Count => self.expect(is_count(node), node, "an integer from 0"),
            Shape::Type => schemas::type_shape(self, node),
            Shape::Exclusive => schemas::exclusive_shape(self, node),
            Shape::List(item) => match node.as_sequence() {
                Some(items) => {
                    for (index, node) in items.iter().enumerate() {
                        self.child(Key::Index(index), node, item);
                    }
                }
                None => self.expect(false, node, "a list"),
            },
            Shape::Map(item) => self.map(node, item, false),
            Shape::Patterned(item) => self.map(node, item, true),
            Shape::Object(object) => self.object(node, object),
            Shape::Reference(object) => self.reference_or(node, object),
            Shape::Callback => match node.get("$ref") {
                Some(reference) => self.reference(node, reference, &table::CALLBACK),
                None => self.value(node, &table::EXPRESSIONS),
            },
            Shape::SchemaOrBoolean if node.as_boolean().is_some() => {}
            Shape::Schema if node.as_boolean().is_some() => schemas::boolean(self, node),
            Shape::Schema | Shape::SchemaOrBoolean => self.reference_or(node, &table::SCHEMA),
        }
    }

    /// Looks at a value one step down.
    fn child(&mut self, key: Key<'a>, node: &'a Node, shape: &'static Shape) {
        self.path.push(key);
        self.value(node, shape);
        self.path.pop();
    }

    fn map(&mut self, node: &'a Node, item: &'static Shape, patterned: bool) {
        let Some(mapping) = node.as_mapping() else { return self.expect(false, node, "a mapping") };
        for (key, member) in mapping.iter().filter(|(key, _)| !(patterned && key.starts_with("x-"))) {
            if key.len() > LONGEST_KEY {
                self.report(
                    &rules::NAME,
                    member.key_place,
                    format!("the key {} is longer than {LONGEST_KEY} bytes", excerpt(key)),
                );
                continue;
            }
            self.child(Key::Name(key, member.key_place), &member.node, item);
        }
    }

    /// Looks at an object, or at a reference to one. Only schemas of 3.1 and path items have rules for what stands beside.
    fn reference_or(&mut self, node: &'a Node, object: &'static Object) {
        if let Some(reference) = node.get("$ref") {
            self.reference(node, reference, object);
            let beside = match object.kind {
                Kind::Schema => self.version >= Version::V3_1,
                kind => kind == Kind::PathItem,
            };
            if !beside {
                return;
            }
        }
        self.object(node, object);
    }

    fn object(&mut self, node: &'a Node, object: &'static Object) {
        let Some(mapping) = node.as_mapping() else {
            let message = format!("{} has to be {}, not {}", self.subject(), object.name, node.kind());
            return self.report(&rules::WRONG_TYPE, node.place, message);
        };
        for (key, member) in mapping.iter().filter(|(key, _)| !key.starts_with("x-")) {
            match object.member(key) {
                Some(known) => {
                    if known.since > self.version {
                        let message = format!("`{key}` is not a member of {} in OpenAPI 3.0", object.name);
                        let help =
                            "it is taken as OpenAPI 3.1 has it; say `openapi: 3.1.0` if that is meant".to_owned();
                        self.report_once(&rules::OTHER_VERSION, member.key_place, message, Some(help));
                    }
                    self.child(Key::Name(known.name, member.key_place), &member.node, &known.shape);
                }
                None if key == "$ref" && object.kind == Kind::PathItem => {}
                None if key == "$ref" => {
                    let message = format!("{} cannot be a reference", object.name);
                    self.report(&rules::WRONG_REFERENCE, member.key_place, message);
                }
                None => self.unknown(key, member.key_place, object),
            }
        }
        for member in object.members.iter().filter(|member| member.required && !mapping.contains(member.name)) {
            let message = format!("{} needs `{}`", object.name, member.name);
            self.report(&rules::MISSING_MEMBER, self.here(node), message);
        }
        self.rules_of_kind(node, mapping, object.kind);
    }

    fn rules_of_kind(&mut self, node: &'a Node, mapping: &'a Mapping, kind: Kind) {
        match kind {
            Kind::Document => operations::document(self, node, mapping),
            Kind::Components => operations::components(self, mapping),
            Kind::Operation => operations::operation(self, node, mapping),
            Kind::Response => operations::response(self, mapping),
            Kind::RequestBody => operations::request_body(self, node, mapping),
            Kind::MediaType => schemas::examples(self, mapping),
            Kind::Link => operations::link(self, node, mapping),
            Kind::Parameter => parameters::parameter(self, node, mapping),
            Kind::Header => parameters::header(self, node, mapping),
            Kind::Encoding => parameters::encoding(self, mapping),
            Kind::Server => servers::server(self, mapping),
            Kind::ServerVariable => servers::variable(self, mapping),
            Kind::SecurityScheme => security::scheme(self, node, mapping),
            Kind::Flow => security::flow(self, mapping),
            Kind::Schema => schemas::schema(self, node, mapping),
            _ => {}
        }
    }

    fn unknown(&mut self, key: &str, place: Place, object: &'static Object) {
        let message = format!("{} is not a member of {}", excerpt(key), object.name);
        let help = self.resembling(key, object.members.iter().map(|member| member.name));
        let help = help.map(|name| format!("`{name}` is one"));
        self.report_once(&rules::UNKNOWN_MEMBER, place, message, help);
    }

    /// Reports a value that is not what it has to be.
    pub(super) fn expect(&mut self, fine: bool, node: &Node, what: &str) {
        if fine {
            return;
        }
        let message = format!("{} has to be {what}, not {}", self.subject(), node.kind());
        let help = match node.value {
            Value::Number(_) | Value::Boolean(_) if what == "text" => Some("put it in quotes".to_owned()),
            Value::Null => Some("take it out, or give it a value".to_owned()),
            _ => None,
        };
        self.report_with(&rules::WRONG_TYPE, node.place, message, help);
    }

    /// Where to look for what a node lacks: at its key if it has one.
    pub(super) fn here(&self, node: &Node) -> Place {
        match self.path.last() {
            Some(Key::Name(_, place)) => *place,
            _ => node.place,
        }
    }

    /// The key of the node being looked at, as messages say it.
    pub(super) fn subject(&self) -> String {
        match self.path.last() {
            None => "the document".to_owned(),
            Some(Key::Index(index)) => format!("item {index}"),
            Some(Key::Name(name, _)) => excerpt(name),
        }
    }
}

fn is_count(node: &Node) -> bool {
    match node.value {
        Value::Number(Number::Signed(value)) => value >= 0,
        Value::Number(Number::Unsigned(_)) => true,
        Value::Number(Number::Float(value)) => value >= 0.0 && value.fract() == 0.0,
        _ => false,
    }
}
