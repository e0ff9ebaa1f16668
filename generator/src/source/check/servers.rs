//! Servers: where requests, and with them credentials, are sent.

use super::grammar::{is_safe, url_fault};
use super::{Checker, excerpt, rules};
use crate::source::node::{Mapping, Node};
use crate::source::place::Place;

/// A server: its URL with every value of its variables (Server Object).
pub(super) fn server(checker: &mut Checker<'_>, mapping: &Mapping) {
    let Some((url, place)) = mapping.get("url").and_then(|node| Some((node.as_text()?, node.place))) else { return };
    let Some(parts) = parts(url) else {
        return checker.report(
            &rules::SERVER_URL,
            place,
            format!("the server URL {} has unbalanced braces", excerpt(url)),
        );
    };
    let variables = mapping.get("variables").and_then(Node::as_mapping);
    let mut values: Vec<Option<&str>> = Vec::new();
    for part in &parts {
        let Part::Variable(name) = part else { continue };
        let Some(variable) = variables.and_then(|variables| variables.get(name)) else {
            checker.report(&rules::SERVER_VARIABLE, place, format!("the variable {} is not described", excerpt(name)));
            return;
        };
        values.push(variable.get("default").and_then(Node::as_text));
    }
    let Some(defaults) = values.into_iter().collect::<Option<Vec<&str>>>() else { return };
    if judge(checker, &fill(&parts, &defaults), place) {
        alternatives(checker, &parts, &defaults, variables);
    }
}

/// Every other value of a variable has to make a URL too, of the same authority unless the variable stands in it.
fn alternatives(checker: &mut Checker<'_>, parts: &[Part<'_>], defaults: &[&str], variables: Option<&Mapping>) {
    let names = parts.iter().filter_map(|part| match part {
        Part::Variable(name) => Some(*name),
        Part::Text(_) => None,
    });
    for (index, name) in names.enumerate() {
        let Some(variable) = variables.and_then(|variables| variables.get(name)) else { continue };
        let default = variable.get("default").into_iter();
        let others = variable.get("enum").and_then(Node::as_sequence).into_iter().flatten();
        for node in default.chain(others) {
            let Some(value) = node.as_text() else { continue };
            let mut values = defaults.to_vec();
            if let Some(slot) = values.get_mut(index) {
                *slot = value;
            }
            if let Some(fault) = value_fault(parts, index, value).or_else(|| url_fault(&fill(parts, &values))) {
                checker.report(
                    &rules::SERVER_VARIABLE,
                    node.place,
                    format!("with the value {} the server URL {fault}", excerpt(value)),
                );
            }
        }
    }
}

/// A value of a variable before the path may not end the authority or begin another.
fn value_fault(parts: &[Part<'_>], index: usize, value: &str) -> Option<&'static str> {
    let mut seen = 0;
    let mut before = String::new();
    for part in parts {
        match part {
            Part::Text(text) => before.push_str(text),
            Part::Variable(_) if seen == index => break,
            Part::Variable(_) => {
                seen += 1;
                before.push('x');
            }
        }
    }
    let in_authority = before.split_once("://").is_some_and(|(_, rest)| !rest.contains('/'));
    (in_authority && value.contains(['/', '@', '?', '#', '\\'])).then_some("has another host")
}

/// Judges a URL; whether it can be called.
fn judge(checker: &mut Checker<'_>, url: &str, place: Place) -> bool {
    if let Some(fault) = url_fault(url) {
        let help = Some("a server is an `https` URL, or a path relative to where the document is".to_owned());
        checker.report_with(&rules::SERVER_URL, place, format!("the server URL {} {fault}", excerpt(url)), help);
        return false;
    }
    if !is_safe(url) {
        let help = Some("credentials would be readable on the way: use `https`".to_owned());
        checker.report_once(&rules::PLAIN_HTTP, place, format!("the server {} is not encrypted", excerpt(url)), help);
    }
    true
}

/// A variable: its default is one of its values (Server Variable Object).
pub(super) fn variable(checker: &mut Checker<'_>, mapping: &Mapping) {
    let Some(list) = mapping.get("enum") else { return };
    let Some(values) = list.as_sequence() else { return };
    if values.is_empty() {
        return checker.report(&rules::SERVER_VARIABLE, list.place, "the `enum` of a server variable is empty");
    }
    let Some((default, place)) = mapping.get("default").and_then(|node| Some((node.as_text()?, node.place))) else {
        return;
    };
    if !values.iter().any(|value| value.as_text() == Some(default)) {
        checker.report(&rules::SERVER_VARIABLE, place, format!("the default {} is not in `enum`", excerpt(default)));
    }
}

/// A part of a URL with variables.
enum Part<'u> {
    Text(&'u str),
    Variable(&'u str),
}

/// The parts of a URL; `None` if its braces do not match.
fn parts(url: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = url;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}')?;
        if before.contains('}') || name.is_empty() || name.contains('{') {
            return None;
        }
        parts.extend([Part::Text(before), Part::Variable(name)]);
        rest = behind;
    }
    parts.push(Part::Text(rest));
    (!rest.contains('}')).then_some(parts)
}

fn fill(parts: &[Part<'_>], values: &[&str]) -> String {
    let mut values = values.iter();
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text,
            Part::Variable(_) => values.next().copied().unwrap_or_default(),
        })
        .collect()
}
