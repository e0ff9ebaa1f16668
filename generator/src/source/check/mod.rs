//! The rules of OpenAPI 3.0 and 3.1, on the document as the user wrote it.
//!
//! One walk along the table of objects finds what is missing, of the wrong type or unknown, and hands each object to
//! the rules of its kind. What concerns the document as a whole (references, paths) is judged behind it.

mod grammar;
mod operations;
mod parameters;
mod paths;
mod references;
mod schemas;
mod security;
mod servers;
mod suggest;
mod template;
mod values;
mod walk;

#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod reference;
pub(crate) mod shape;
pub(crate) mod table;
pub(crate) mod version;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::diagnostic::{Diagnostic, Findings, Rule};
use super::node::Node;
use super::place::Place;
use super::rules::openapi as rules;
pub(crate) use values::compare;
use version::Version;

/// How many names are searched for one that resembles a wrong one, in all.
const SUGGESTIONS: usize = 100_000;

/// How many findings of one rule that is only a warning are told.
const REPEATED: usize = 20;

/// Checks a document: all findings in one run.
///
/// A document of a version that is not read has that one finding.
pub fn check(document: &Node, findings: &mut Findings) {
    let Some(version) = Version::named_by(document) else {
        findings.push(version_fault(document));
        return;
    };
    let mut checker = Checker {
        document,
        version,
        path: Vec::new(),
        tags: operations::tag_names(document),
        findings,
        repeated: IndexMap::new(),
        references: references::References::default(),
        operation_ids: IndexMap::new(),
        links: Vec::new(),
        suggestions: SUGGESTIONS,
    };
    checker.value(document, &table::WHOLE);
    references::judge(&mut checker);
    paths::judge(&mut checker);
    operations::judge_links(&mut checker);
    checker.report_repeated();
}

fn version_fault(document: &Node) -> Diagnostic {
    let (place, message) = match (document.get("openapi"), document.get("swagger")) {
        (Some(node), _) => match node.as_text() {
            Some(text) => (node.place, format!("OpenAPI {} is not supported", excerpt(text))),
            None => (node.place, format!("`openapi` has to be text, not {}", node.kind())),
        },
        (None, Some(node)) => (node.place, "Swagger 2.0 is not supported".to_owned()),
        (None, None) if document.as_mapping().is_none() => {
            (document.place, format!("an OpenAPI document is a mapping, not {}", document.kind()))
        }
        (None, None) => (document.place, "`openapi` is missing: this is not an OpenAPI document".to_owned()),
    };
    Diagnostic::new(&rules::VERSION, place, message).help("versions 3.0.x and 3.1.x are read, as in `openapi: 3.1.0`")
}

/// The state of one run.
struct Checker<'a> {
    document: &'a Node,
    version: Version,
    /// The way to the node being looked at.
    path: Vec<walk::Key<'a>>,
    /// The names of the tags that are described.
    tags: BTreeSet<&'a str>,
    findings: &'a mut Findings,
    /// Warnings that are told once however often they apply.
    repeated: IndexMap<(&'static str, String), Repeated>,
    references: references::References<'a>,
    /// Where each operationId stands first.
    operation_ids: IndexMap<&'a str, Place>,
    /// The operationIds that links name.
    links: Vec<(&'a str, Place)>,
    /// How many more names may be searched for a resembling one.
    suggestions: usize,
}

/// A warning and how often it applies.
struct Repeated {
    diagnostic: Diagnostic,
    more: usize,
}

impl<'a> Checker<'a> {
    /// Reports a fault.
    fn report(&mut self, rule: &'static Rule, place: Place, message: impl Into<String>) {
        self.findings.push(Diagnostic::new(rule, place, message));
    }

    /// Reports a fault with a way out.
    fn report_with(&mut self, rule: &'static Rule, place: Place, message: impl Into<String>, help: Option<String>) {
        let mut diagnostic = Diagnostic::new(rule, place, message);
        diagnostic.help.extend(help);
        self.findings.push(diagnostic);
    }

    /// Reports what is told once: at the first place, with the number of the others.
    fn report_once(&mut self, rule: &'static Rule, place: Place, message: impl Into<String>, help: Option<String>) {
        let mut diagnostic = Diagnostic::new(rule, place, message);
        diagnostic.help.extend(help);
        let key = (rule.code, diagnostic.message.clone());
        self.repeated.entry(key).and_modify(|found| found.more += 1).or_insert(Repeated { diagnostic, more: 0 });
    }

    /// Tells what is told once; of each rule only so many, for there are documents with one slip in a thousand places.
    fn report_repeated(&mut self) {
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for (code, _) in self.repeated.keys() {
            *told.entry(code).or_default() += 1;
        }
        let mut left: BTreeMap<&str, usize> = BTreeMap::new();
        for ((code, _), Repeated { mut diagnostic, more }) in std::mem::take(&mut self.repeated) {
            let left = left.entry(code).or_insert(REPEATED);
            if *left == 0 {
                continue;
            }
            *left -= 1;
            if more > 0 {
                diagnostic.help.push(format!("the same at {}", places(more)));
            }
            let untold = told.get(code).copied().unwrap_or_default().saturating_sub(REPEATED);
            if *left == 0 && untold > 0 {
                diagnostic.help.push(format!("more of this kind at {}", places(untold)));
            }
            self.findings.push(diagnostic);
        }
    }

    /// The name that resembles a wrong one, as long as the search stays within its limit.
    fn resembling(&mut self, wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        let names: Vec<&str> = names.take(self.suggestions).collect();
        self.suggestions -= names.len();
        suggest::nearest(wrong, names.into_iter())
    }

    /// What a node is, behind its references; `None` if they lead nowhere or in a circle.
    fn resolve(&self, node: &'a Node) -> Option<&'a Node> {
        resolve(self.document, node)
    }
}

/// What a node is, behind its references; `None` if they lead nowhere or in a circle.
pub(crate) fn resolve<'a>(document: &'a Node, node: &'a Node) -> Option<&'a Node> {
    const HOPS: usize = 64;
    let mut node = node;
    for _ in 0..HOPS {
        let Some(target) = node.get("$ref").and_then(Node::as_text) else { return Some(node) };
        node = document.pointer(&reference::pointer(target)?)?;
    }
    None
}

fn places(count: usize) -> String {
    if count == 1 { "one more place".to_owned() } else { format!("{count} more places") }
}

/// Text of the document in a message: short, in one line, without control characters.
fn excerpt(text: &str) -> String {
    const LIMIT: usize = 80;
    let mut short: String =
        text.chars().take(LIMIT).map(|c| if grammar::is_control(c) { '\u{fffd}' } else { c }).collect();
    if short.len() < text.len() && text.chars().nth(LIMIT).is_some() {
        short.push('…');
    }
    format!("`{short}`")
}

/// Whether a key of the responses is a status: a code, a range or `default` (Responses Object).
pub(crate) fn is_status(key: &str) -> bool {
    match key.as_bytes() {
        b"default" => true,
        [b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => true,
        [b'1'..=b'9', tens, ones] => tens.is_ascii_digit() && ones.is_ascii_digit(),
        _ => false,
    }
}

/// The styles a location allows (Parameter Object, "Style Values"); `None` for no location.
pub(crate) fn styles(location: &str) -> Option<&'static [&'static str]> {
    match location {
        "query" => Some(&["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
        "header" => Some(&["simple"]),
        "path" => Some(&["simple", "label", "matrix"]),
        "cookie" => Some(&["form"]),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
