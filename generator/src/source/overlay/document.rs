//! The overlay document: its shape, its actions.

use std::ops::Range;

use super::jsonpath::{self, Path};
use super::rules;
use crate::source::diagnostic::{Diagnostic, Findings};
use crate::source::node::{Mapping, Node, Value};
use crate::source::place::Place;
use crate::source::text::{nearest, shown};

/// An action that can be tried.
pub(super) struct Action<'a> {
    /// The place of the target's text.
    pub(super) target: Place,
    /// Where the text of the target begins in the file, if it stands there letter by letter.
    start: Option<u32>,
    pub(super) path: Path,
    pub(super) change: Change<'a>,
}

/// What an action does to what it selects.
pub(super) enum Change<'a> {
    Update(&'a Node),
    Remove,
}

impl Action<'_> {
    /// The place of a part of the target.
    pub(super) fn place(&self, part: &Range<usize>) -> Place {
        place_in(self.target, self.start, part)
    }
}

fn place_in(target: Place, start: Option<u32>, part: &Range<usize>) -> Place {
    let at = |offset: usize| Some(start? + u32::try_from(offset).ok()?);
    match (at(part.start), at(part.end)) {
        (Some(start), Some(end)) => Place { file: target.file, start, end },
        _ => target,
    }
}

/// Where a text begins inside the scalar that holds it: none if quotes and escapes made it another length.
fn start_of(text: &str, place: Place) -> Option<u32> {
    match usize::try_from(place.end.checked_sub(place.start)?).ok()?.checked_sub(text.len())? {
        0 => Some(place.start),
        2 => Some(place.start + 1),
        _ => None,
    }
}

/// The actions of an overlay that are well-formed; what is not is reported.
pub(super) fn actions<'a>(overlay: &'a Node, findings: &mut Findings) -> Vec<Action<'a>> {
    let Some(root) = mapping(overlay, "an overlay", findings) else { return Vec::new() };
    known(root, &["overlay", "info", "extends", "actions"], findings);
    version(overlay, root, findings);
    info(overlay, root, findings);
    if let Some(extends) = root.member("extends") {
        findings.push(
            Diagnostic::new(&rules::EXTENDS, extends.key_place, "`extends` has no effect")
                .help("remove it; the document is named where the overlay is"),
        );
    }
    let Some(actions) = required(overlay, root, "actions", findings) else { return Vec::new() };
    match actions.as_sequence() {
        Some([]) | None => {
            let message = format!(
                "`actions` is a list of one or more actions, not {}",
                match actions.as_sequence() {
                    Some(_) => "an empty one",
                    None => actions.kind(),
                }
            );
            findings.push(shape(actions.place, message, "list the actions"));
            Vec::new()
        }
        Some(actions) => actions.iter().filter_map(|node| action(node, findings)).collect(),
    }
}

fn version(overlay: &Node, root: &Mapping, findings: &mut Findings) {
    let Some(version) = required(overlay, root, "overlay", findings) else { return };
    let Some(text) = version.as_text() else {
        let message = format!("the version is text, not {}", version.kind());
        findings.push(shape(version.place, message, "write it with three numbers: `overlay: 1.0.0`"));
        return;
    };
    if !text.starts_with("1.0.") && !text.starts_with("1.1.") {
        findings.push(
            Diagnostic::new(&rules::VERSION, version.place, format!("version {} is not supported", shown(text)))
                .help("use `1.0.0` or `1.1.0`"),
        );
    }
}

fn info(overlay: &Node, root: &Mapping, findings: &mut Findings) {
    let Some(node) = required(overlay, root, "info", findings) else { return };
    let Some(info) = mapping(node, "`info`", findings) else { return };
    known(info, &["title", "version", "description"], findings);
    for key in ["title", "version"] {
        required(node, info, key, findings);
    }
}

fn action<'a>(node: &'a Node, findings: &mut Findings) -> Option<Action<'a>> {
    let action = mapping(node, "an action", findings)?;
    known(action, &["target", "description", "update", "remove", "copy"], findings);
    if let Some(copy) = action.member("copy") {
        findings.push(
            Diagnostic::new(&rules::COPY, copy.key_place, "`copy` is not supported")
                .help("use `$ref`, or write the value as `update`"),
        );
        return None;
    }
    let target = required(node, action, "target", findings)?;
    let change = change(node, action, findings)?;
    let Some(text) = target.as_text() else {
        let message = format!("`target` is a JSONPath in text, not {}", target.kind());
        findings.push(shape(target.place, message, "write it as text, in quotes"));
        return None;
    };
    let start = start_of(text, target.place);
    match jsonpath::parse(text) {
        Ok(path) => Some(Action { target: target.place, start, path, change }),
        Err(fault) => {
            let place = place_in(target.place, start, &fault.span);
            findings.push(Diagnostic::new(&rules::TARGET, place, fault.message).help(fault.help));
            None
        }
    }
}

fn change<'a>(node: &Node, action: &'a Mapping, findings: &mut Findings) -> Option<Change<'a>> {
    let remove = match action.get("remove").map(|remove| (remove.as_boolean(), remove)) {
        None => false,
        Some((Some(remove), _)) => remove,
        Some((None, remove)) => {
            let message = format!("`remove` is a boolean, not {}", remove.kind());
            findings.push(shape(remove.place, message, "write `remove: true`"));
            return None;
        }
    };
    match (action.member("update"), remove) {
        (Some(update), false) => Some(Change::Update(&update.node)),
        (None, true) => Some(Change::Remove),
        (Some(update), true) => {
            let message = "an action either updates or removes: `update` has no effect here";
            findings.push(shape(update.key_place, message, "make two actions of it, or remove one of both"));
            None
        }
        // What the action should do is mistyped, and reported as such.
        (None, false)
            if action.iter().any(|(key, _)| nearest(key, ["update", "remove"]).is_some_and(|name| name != key)) =>
        {
            None
        }
        (None, false) => {
            let message = "an action needs `update` or `remove: true`";
            findings.push(shape(node.place, message, "say what the action does"));
            None
        }
    }
}

fn mapping<'a>(node: &'a Node, what: &str, findings: &mut Findings) -> Option<&'a Mapping> {
    let Value::Mapping(mapping) = &node.value else {
        findings.push(shape(node.place, format!("{what} is a mapping, not {}", node.kind()), "write its members"));
        return None;
    };
    Some(mapping)
}

fn required<'a>(node: &Node, mapping: &'a Mapping, key: &str, findings: &mut Findings) -> Option<&'a Node> {
    let value = mapping.get(key);
    if value.is_none() {
        findings.push(shape(node.place, format!("`{key}` is missing"), "add it (Overlay 1.1.0, section Schema)"));
    }
    value
}

fn known(mapping: &Mapping, names: &[&str], findings: &mut Findings) {
    for (key, member) in mapping.iter().filter(|(key, _)| !names.contains(key) && !key.starts_with("x-")) {
        let help = match nearest(key, names.iter().copied()) {
            Some(name) => format!("`{name}` is meant?"),
            None => format!("known are `{}`", names.join("`, `")),
        };
        let message = format!("{} means nothing here", shown(key));
        findings.push(Diagnostic::new(&rules::UNKNOWN_MEMBER, member.key_place, message).help(help));
    }
}

fn shape(place: Place, message: impl Into<String>, help: &str) -> Diagnostic {
    Diagnostic::new(&rules::SHAPE, place, message).help(help)
}
