//! The document, its components, operations, bodies and responses.

use std::collections::{BTreeMap, BTreeSet};

use super::grammar::{is_component_name, is_control, is_media_type, is_token};
use super::suggest::distance;
use super::version::Version;
use super::{Checker, excerpt, is_status, rules, security};
use crate::source::diagnostic::Diagnostic;
use crate::source::node::{Mapping, Node, Value};
use crate::source::place::Place;

/// The longest name of anything, in characters.
const LONGEST_NAME: usize = 256;

/// The document as a whole (OpenAPI Object).
pub(super) fn document(checker: &mut Checker<'_>, node: &Node, mapping: &Mapping) {
    let needed: &[&str] = match checker.version {
        Version::V3_0 => &["paths"],
        Version::V3_1 => &["paths", "components", "webhooks"],
    };
    if !needed.iter().any(|name| mapping.contains(name)) {
        let names = needed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let one_of = if needed.len() > 1 { "one of " } else { "" };
        checker.report(
            &rules::MISSING_MEMBER,
            checker.here(node),
            format!("an OpenAPI document needs {one_of}{names}"),
        );
    }
    security::requirements(checker, mapping);
    tags(checker, mapping);
}

/// The name of a tag is unique (OpenAPI Object: `tags`).
fn tags(checker: &mut Checker<'_>, mapping: &Mapping) {
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    for tag in mapping.get("tags").and_then(Node::as_sequence).into_iter().flatten() {
        let Some(name) = tag.get("name") else { continue };
        let Some(text) = name.as_text() else { continue };
        checker.name("a tag", text, name.place);
        if let Some(first) = seen.insert(text, name.place) {
            let message = format!("the tag {} is described twice", excerpt(text));
            checker.findings.push(Diagnostic::new(&rules::DUPLICATE, name.place, message).note(first, "first here"));
        }
    }
}

/// The names of components (Components Object).
pub(super) fn components(checker: &mut Checker<'_>, mapping: &Mapping) {
    for (_, member) in mapping.iter().filter(|(key, _)| !key.starts_with("x-")) {
        for (name, member) in member.node.as_mapping().into_iter().flat_map(Mapping::iter) {
            if !is_component_name(name) {
                let message = format!("{} is not the name of a component", excerpt(name));
                let help = Some("letters, digits, `.`, `-` and `_` are allowed".to_owned());
                checker.report_with(&rules::COMPONENT_NAME, member.key_place, message, help);
            } else {
                checker.name("a component", name, member.key_place);
            }
        }
    }
}

/// An operation by itself (Operation Object); what needs its path is judged with the paths.
pub(super) fn operation<'a>(checker: &mut Checker<'a>, node: &'a Node, mapping: &'a Mapping) {
    operation_id(checker, node, mapping);
    security::requirements(checker, mapping);
    tags_of(checker, mapping);
    let responses = match mapping.get("responses") {
        Some(responses) => responses,
        None if checker.version == Version::V3_0 => {
            return checker.report(&rules::NO_RESPONSES, checker.here(node), "an operation needs `responses`");
        }
        None => return,
    };
    let Some(members) = responses.as_mapping() else { return };
    let mut any = false;
    for (key, member) in members.iter().filter(|(key, _)| !key.starts_with("x-")) {
        any = true;
        if !is_status(key) {
            let help = Some("a status is three digits, a range such as `4XX`, or `default`".to_owned());
            checker.report_with(&rules::STATUS, member.key_place, format!("{} is not a status", excerpt(key)), help);
        }
    }
    if !any {
        checker.report(&rules::NO_RESPONSES, responses.place, "`responses` has to name one response at least");
    }
}

fn operation_id<'a>(checker: &mut Checker<'a>, node: &Node, mapping: &'a Mapping) {
    let Some(id) = mapping.get("operationId") else {
        let help = Some("without one, names are made of method and path".to_owned());
        return checker.report_once(
            &rules::NO_OPERATION_ID,
            checker.here(node),
            "the operation has no `operationId`",
            help,
        );
    };
    let Some(text) = id.as_text() else { return };
    if text.trim().is_empty() {
        return checker.report(&rules::NAME, id.place, "`operationId` is empty");
    }
    checker.name("an operation", text, id.place);
    match checker.operation_ids.get(text) {
        Some(first) => {
            let message = format!("the operationId {} is not unique", excerpt(text));
            let diagnostic = Diagnostic::new(&rules::OPERATION_ID, id.place, message).note(*first, "first here");
            checker.findings.push(diagnostic.help("give one of them another name, in the document or in an overlay"));
        }
        None => {
            checker.operation_ids.insert(text, id.place);
        }
    }
}

/// The names of the tags that a document describes.
pub(super) fn tag_names(document: &Node) -> BTreeSet<&str> {
    let tags = document.get("tags").and_then(Node::as_sequence).into_iter().flatten();
    tags.filter_map(|tag| tag.get("name")?.as_text()).collect()
}

/// A tag need not be described; one that resembles a described one is probably a slip.
fn tags_of(checker: &mut Checker<'_>, mapping: &Mapping) {
    const SLIP: usize = 2;
    for tag in mapping.get("tags").and_then(Node::as_sequence).into_iter().flatten() {
        let Some(text) = tag.as_text() else { continue };
        checker.name("a tag", text, tag.place);
        if checker.tags.contains(text) {
            continue;
        }
        let described: Vec<&str> = checker.tags.iter().copied().collect();
        if let Some(name) = checker.resembling(text, described.into_iter()).filter(|name| distance(text, name) <= SLIP)
        {
            let help = Some(format!("the tag {} is described", excerpt(name)));
            checker.report_once(&rules::TAG, tag.place, format!("the tag {} is not described", excerpt(text)), help);
        }
    }
}

/// Headers and media types of a response (Response Object).
pub(super) fn response(checker: &mut Checker<'_>, mapping: &Mapping) {
    for (name, member) in mapping.get("headers").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter) {
        if !is_token(name) {
            checker.report(
                &rules::HEADER_NAME,
                member.key_place,
                format!("{} is not the name of a header", excerpt(name)),
            );
        } else if name.eq_ignore_ascii_case("content-type") {
            let message = "the header `Content-Type` is ignored: the media type says it";
            checker.report_once(&rules::IGNORED_HEADER, member.key_place, message, None);
        }
    }
    media_types(checker, mapping);
}

/// A body has a media type (Request Body Object).
pub(super) fn request_body(checker: &mut Checker<'_>, node: &Node, mapping: &Mapping) {
    media_types(checker, mapping);
    if mapping.get("content").and_then(Node::as_mapping).is_some_and(Mapping::is_empty) {
        checker.report(&rules::MEDIA_TYPE, node.place, "a request body needs one media type at least");
    }
}

/// The keys of `content` are media types or ranges (RFC 9110, sections 8.3.1 and 12.5.1).
pub(super) fn media_types(checker: &mut Checker<'_>, mapping: &Mapping) {
    for (name, member) in mapping.get("content").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter) {
        if !is_media_type(name) {
            let help = (name == "*").then(|| "any media type is `*/*`".to_owned());
            checker.report_with(
                &rules::MEDIA_TYPE,
                member.key_place,
                format!("{} is not a media type", excerpt(name)),
                help,
            );
        }
    }
}

/// A link leads to an operation, in one way (Link Object).
pub(super) fn link<'a>(checker: &mut Checker<'a>, node: &Node, mapping: &'a Mapping) {
    if mapping.contains("operationId") == mapping.contains("operationRef") {
        checker.report(&rules::LINK, checker.here(node), "a link needs one of `operationId` and `operationRef`");
    }
    let id = mapping.get("operationId").and_then(|node| Some((node.as_text()?, node.place)));
    checker.links.extend(id);
}

/// The operations of links exist. They are known behind the walk.
pub(super) fn judge_links(checker: &mut Checker<'_>) {
    for (id, place) in std::mem::take(&mut checker.links) {
        if !checker.operation_ids.contains_key(id) {
            let names: Vec<&str> = checker.operation_ids.keys().copied().collect();
            let help = checker.resembling(id, names.into_iter()).map(|name| format!("an operation `{name}` exists"));
            checker.report_with(&rules::LINK, place, format!("there is no operation {}", excerpt(id)), help);
        }
    }
}

impl Checker<'_> {
    /// Looks at a name of anything: its length and its characters.
    pub(super) fn name(&mut self, what: &str, name: &str, place: Place) {
        if name.chars().any(is_control) {
            let message = format!("the name {} of {what} has a control character or an invisible one", excerpt(name));
            self.report(&rules::NAME, place, message);
        } else if name.len() > LONGEST_NAME && name.chars().count() > LONGEST_NAME {
            let message = format!("the name {} of {what} has more than {LONGEST_NAME} characters", excerpt(name));
            self.report(&rules::NAME, place, message);
        }
    }
}

/// Whether a value is there and says `true`.
pub(super) fn is_true(mapping: &Mapping, key: &str) -> bool {
    mapping.get(key).is_some_and(|node| matches!(node.value, Value::Boolean(true)))
}
