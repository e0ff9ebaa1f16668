//! Applies an OpenAPI Overlay, versions 1.0 and 1.1, to a document.
//!
//! Stricter than the specification, which lets an action match nothing: here that is an error, and so is an action
//! whose effect the document has already.

use super::diagnostic::{Diagnostic, Findings};
use super::node::Node;
use super::place::Place;
use super::read::{MAX_DEPTH, MAX_NODES};
use super::rules::{overlay as rules, reading};
use super::text::{nearest, shown};

mod document;
mod jsonpath;
mod merge;
mod select;

#[cfg(test)]
mod tests;

use document::{Action, Change};
use jsonpath::Selector;
use select::Location;

/// Applies the actions of an overlay in their order; what cannot be applied is left out and reported.
///
/// Merged-in values keep the places they have in the overlay's file.
pub fn apply(document: &mut Node, overlay: &Node, findings: &mut Findings) {
    for action in document::actions(overlay, findings) {
        if let Err(finding) = run(document, &action) {
            findings.push(*finding);
        }
    }
}

fn run(document: &mut Node, action: &Action<'_>) -> Result<(), Box<Diagnostic>> {
    let locations = select::select(document, &action.path.segments);
    if locations.is_empty() {
        return Err(Box::new(nothing(document, action)));
    }
    match action.change {
        Change::Update(update) => self::update(document, action, update, &locations),
        Change::Remove => remove(document, action, &locations),
    }
}

fn update(
    document: &mut Node,
    action: &Action<'_>,
    update: &Node,
    locations: &[Location],
) -> Result<(), Box<Diagnostic>> {
    let targets: Vec<&Node> = locations.iter().filter_map(|location| select::get(document, location)).collect();
    if let Some((target, part)) = targets.iter().find_map(|target| merge::conflict(target, update)) {
        let message = format!("{} cannot become {}", target.kind(), part.kind());
        return Err(Box::new(
            Diagnostic::new(&rules::INCOMPATIBLE, part.place, message)
                .help("remove the old value by an action of its own before this one")
                .note(target.place, "the value it would change"),
        ));
    }
    if targets.iter().all(|target| merge::is_there(target, update)) {
        let mut finding = no_longer_needed(action.target, "the document says all of this already");
        finding.notes.extend(targets.first().map(|target| (target.place, "here".to_owned())));
        return Err(Box::new(finding));
    }
    let size = merge::size(update);
    let deepest = locations.iter().map(Vec::len).max().unwrap_or_default();
    if deepest + size.depth > MAX_DEPTH {
        let message = format!("the updated document is nested deeper than the limit of {MAX_DEPTH}");
        return Err(Box::new(
            Diagnostic::new(&reading::TOO_DEEP, update.place, message).help("name inner schemas under `components`"),
        ));
    }
    if size.nodes.saturating_mul(locations.len()) > MAX_NODES {
        let message = format!("the update adds more than the limit of {MAX_NODES} values");
        return Err(Box::new(
            Diagnostic::new(&reading::TOO_MANY_NODES, update.place, message).help("narrow the target"),
        ));
    }
    for location in locations {
        if let Some(target) = select::get_mut(document, location)
            && !merge::is_there(target, update)
        {
            merge::merge(target, update);
        }
    }
    Ok(())
}

fn remove(document: &mut Node, action: &Action<'_>, locations: &[Location]) -> Result<(), Box<Diagnostic>> {
    if locations.iter().any(Vec::is_empty) {
        return Err(Box::new(
            Diagnostic::new(&rules::ROOT, action.target, "the action would remove the whole document")
                .help("name what is to go"),
        ));
    }
    // From the back, so that positions of what is still to go stay right.
    let mut locations = locations.to_vec();
    locations.sort();
    for location in locations.iter().rev() {
        select::remove(document, location);
    }
    Ok(())
}

fn no_longer_needed(place: Place, why: &str) -> Diagnostic {
    let message = format!("the action is no longer needed: {why}");
    Diagnostic::new(&rules::NO_LONGER_NEEDED, place, message).help("remove the action from the overlay")
}

/// The finding about a target that selects nothing: at the first segment that does.
fn nothing(document: &Node, action: &Action<'_>) -> Diagnostic {
    let segments = &action.path.segments;
    let matching = |count: &usize| !select::select(document, segments.get(..*count).unwrap_or_default()).is_empty();
    let reached = (0..segments.len()).rev().find(matching).unwrap_or_default();
    let missing = segments.get(reached);
    if matches!(action.change, Change::Remove) && reached + 1 == segments.len() {
        return no_longer_needed(action.target, "what it removes is not there");
    }
    let place = missing.map_or(action.target, |segment| action.place(&segment.span));
    let parents = select::select(document, segments.get(..reached).unwrap_or_default());
    let names = parents
        .iter()
        .filter_map(|location| select::get(document, location)?.as_mapping())
        .flat_map(|mapping| mapping.iter().map(|(key, _)| key));
    let suggestion = missing.and_then(|segment| match segment.selectors.as_slice() {
        [Selector::Name(name)] => nearest(name, names),
        _ => None,
    });
    let end = missing.map_or(0, |segment| segment.span.start);
    let text = missing.map_or("", |segment| action.path.text.get(segment.span.clone()).unwrap_or_default());
    let prefix = action.path.text.get(..end).unwrap_or_default();
    let message = format!("{} matches nothing below {}", shown(text), shown(prefix));
    let help = match suggestion {
        Some(name) => format!("{} is there", shown(name)),
        None => "mend the target, or remove the action if the document has changed".to_owned(),
    };
    Diagnostic::new(&rules::MATCHES_NOTHING, place, message).help(help)
}
