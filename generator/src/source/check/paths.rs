//! Paths with their operations: templates and the parameters that fill them.

use std::collections::BTreeMap;

use super::table::METHODS;
use super::{Checker, excerpt, rules, suggest, template};
use crate::source::diagnostic::Diagnostic;
use crate::source::node::{Mapping, Node};
use crate::source::place::Place;

/// The longest path template, in bytes.
const LONGEST_PATH: usize = 2048;

/// A declared parameter.
struct Declared<'a> {
    name: &'a str,
    location: &'a str,
    place: Place,
}

/// Judges all paths (Paths Object), and the links between operations.
pub(super) fn judge(checker: &mut Checker<'_>) {
    let document = checker.document;
    let mut shared = BTreeMap::new();
    let mut hierarchies: BTreeMap<String, (&str, Place)> = BTreeMap::new();
    for (path, member) in document.get("paths").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter) {
        if path.starts_with("x-") {
            continue;
        }
        let template = match template::parse(path) {
            Ok(_) if path.len() > LONGEST_PATH => Err("is longer than 2048 bytes"),
            result => result,
        };
        match template {
            Ok(template) => {
                if let Some((other, place)) = hierarchies.insert(template.hierarchy.clone(), (path, member.key_place)) {
                    let message = format!("the path {} is that of {} with other names", excerpt(path), excerpt(other));
                    checker
                        .findings
                        .push(Diagnostic::new(&rules::SAME_PATH, member.key_place, message).note(place, "the other"));
                }
                path_item(checker, &member.node, &template.names);
                shared_ids(checker, &member.node, member.key_place, &mut shared);
            }
            Err(fault) => {
                checker.report(&rules::PATH, member.key_place, format!("the path {} {fault}", excerpt(path)));
            }
        }
    }
}

fn path_item<'a>(checker: &mut Checker<'a>, item: &'a Node, names: &[&str]) {
    let Some(target) = checker.resolve(item) else { return };
    let shared = declared(checker, item).or_else(|| declared(checker, target)).unwrap_or_default();
    unused(checker, &shared, names);
    for method in METHODS {
        let operation =
            item.as_mapping().and_then(|item| item.member(method)).or_else(|| target.as_mapping()?.member(method));
        let Some(operation) = operation else { continue };
        let own = declared(checker, &operation.node).unwrap_or_default();
        unused(checker, &own, names);
        for name in names {
            let is_it = |parameter: &&Declared<'_>| parameter.location == "path" && parameter.name == *name;
            if own.iter().chain(&shared).find(is_it).is_none() {
                let message = format!("the path parameter {} is not declared", excerpt(name));
                let help = "declare it with `in: path` and `required: true`".to_owned();
                checker.report_with(&rules::UNDECLARED, operation.key_place, message, Some(help));
            }
        }
    }
}

/// Two paths that refer to one path item have operations of the same operationIds.
fn shared_ids<'a>(checker: &mut Checker<'a>, item: &'a Node, place: Place, shared: &mut BTreeMap<*const Node, Place>) {
    if item.get("$ref").is_none() {
        return;
    }
    let Some(target) = checker.resolve(item) else { return };
    let mut operations = METHODS.iter().filter_map(|method| target.get(method));
    let Some(id) = operations.find_map(|operation| operation.get("operationId")?.as_text()) else { return };
    if let Some(first) = shared.insert(target, place) {
        let message = format!("the operationId {} is not unique: two paths refer to its path item", excerpt(id));
        checker.findings.push(Diagnostic::new(&rules::OPERATION_ID, place, message).note(first, "first here"));
    }
}

/// The parameters of a path item or an operation; `None` if it declares none. Reports duplicates.
fn declared<'a>(checker: &mut Checker<'a>, node: &'a Node) -> Option<Vec<Declared<'a>>> {
    let list = node.get("parameters")?.as_sequence()?;
    let mut seen: BTreeMap<(String, &str), Place> = BTreeMap::new();
    let mut found = Vec::new();
    for node in list {
        let Some(parameter) = checker.resolve(node) else { continue };
        let (Some(name), Some(location)) =
            (parameter.get("name").and_then(Node::as_text), parameter.get("in").and_then(Node::as_text))
        else {
            continue;
        };
        let key = if location == "header" { name.to_ascii_lowercase() } else { name.to_owned() };
        if let Some(first) = seen.insert((key, location), node.place) {
            let message =
                format!("the {} parameter {} is declared twice", excerpt(location).trim_matches('`'), excerpt(name));
            checker
                .findings
                .push(Diagnostic::new(&rules::DUPLICATE_PARAMETER, node.place, message).note(first, "first here"));
        }
        found.push(Declared { name, location, place: node.place });
    }
    Some(found)
}

/// A path parameter that the path has no place for.
fn unused(checker: &mut Checker<'_>, declared: &[Declared<'_>], names: &[&str]) {
    for parameter in
        declared.iter().filter(|parameter| parameter.location == "path" && !names.contains(&parameter.name))
    {
        let message = format!("the path has no parameter {}", excerpt(parameter.name));
        let help = suggest::nearest(parameter.name, names.iter().copied()).map(|name| format!("it has `{name}`"));
        checker.report_with(&rules::UNUSED, parameter.place, message, help);
    }
}
