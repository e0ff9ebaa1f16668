//! Parameters, headers and encodings by themselves.

use super::grammar::is_token;
use super::operations::{is_true, media_types};
use super::{Checker, excerpt, rules, schemas, styles};
use crate::source::node::{Mapping, Node};

/// Header parameters that are ignored (Parameter Object: `name`).
const IGNORED: &[&str] = &["accept", "content-type", "authorization"];

/// A parameter (Parameter Object).
pub(super) fn parameter<'a>(checker: &mut Checker<'a>, node: &'a Node, mapping: &'a Mapping) {
    let location = mapping.get("in").and_then(|node| Some((node.as_text()?, node.place)));
    let name = mapping.get("name").and_then(|node| Some((node.as_text()?, node.place)));
    if let Some((name, place)) = name {
        if name.is_empty() {
            checker.report(&rules::NAME, place, "the name of a parameter is empty");
        }
        checker.name("a parameter", name, place);
    }
    if let Some((location, place)) = location {
        match styles(location) {
            None => {
                let help = Some("it is one of `query`, `header`, `path`, `cookie`".to_owned());
                checker.report_with(
                    &rules::LOCATION,
                    place,
                    format!("{} is not a place of a parameter", excerpt(location)),
                    help,
                );
            }
            Some(styles) => style(checker, mapping, styles, location),
        }
    }
    match (location, name) {
        (Some(("header", _)), Some((name, place))) if IGNORED.contains(&name.to_ascii_lowercase().as_str()) => {
            let message =
                format!("the header parameter {} is ignored: it follows from media types and security", excerpt(name));
            checker.report_once(&rules::IGNORED_HEADER, place, message, None);
        }
        (Some(("header" | "cookie", _)), Some((name, place))) if !name.is_empty() && !is_token(name) => {
            checker.report(
                &rules::HEADER_NAME,
                place,
                format!("{} is not the name of a header or cookie", excerpt(name)),
            );
        }
        (Some(("path", _)), Some((name, place))) if !is_true(mapping, "required") => {
            let help = Some("say `required: true`".to_owned());
            checker.report_with(
                &rules::PATH_REQUIRED,
                place,
                format!("the path parameter {} has to be required", excerpt(name)),
                help,
            );
        }
        _ => {}
    }
    schema_or_content(checker, node, mapping, "a parameter");
}

/// A header (Header Object).
pub(super) fn header<'a>(checker: &mut Checker<'a>, node: &'a Node, mapping: &'a Mapping) {
    style(checker, mapping, &["simple"], "header");
    schema_or_content(checker, node, mapping, "a header");
}

/// The encoding of a member of a form (Encoding Object).
pub(super) fn encoding(checker: &mut Checker<'_>, mapping: &Mapping) {
    style(checker, mapping, styles("query").unwrap_or_default(), "form");
    if let Some((text, place)) = mapping.get("contentType").and_then(|node| Some((node.as_text()?, node.place)))
        && !text.split(',').all(|part| super::grammar::is_media_type(part.trim()))
    {
        checker.report(&rules::MEDIA_TYPE, place, format!("{} is not a media type", excerpt(text)));
    }
}

fn style(checker: &mut Checker<'_>, mapping: &Mapping, allowed: &[&str], location: &str) {
    let Some((style, place)) = mapping.get("style").and_then(|node| Some((node.as_text()?, node.place))) else {
        return;
    };
    if !allowed.contains(&style) {
        let names = allowed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let message = format!("the style {} is not for the place `{location}`", excerpt(style));
        checker.report_with(&rules::STYLE, place, message, Some(format!("allowed: {names}")));
    }
}

/// One of `schema` and `content`, and one media type in `content`.
fn schema_or_content<'a>(checker: &mut Checker<'a>, node: &Node, mapping: &'a Mapping, what: &str) {
    match (mapping.contains("schema"), mapping.get("content")) {
        (true, Some(content)) => {
            checker.report(
                &rules::SCHEMA_OR_CONTENT,
                content.place,
                format!("{what} has `schema` or `content`, not both"),
            );
        }
        (false, None) => {
            checker.report(
                &rules::SCHEMA_OR_CONTENT,
                checker.here(node),
                format!("{what} needs `schema` or `content`"),
            );
        }
        (false, Some(content)) if content.as_mapping().is_some_and(|map| map.len() != 1) => {
            checker.report(
                &rules::SCHEMA_OR_CONTENT,
                content.place,
                format!("the `content` of {what} has one media type"),
            );
        }
        _ => {}
    }
    media_types(checker, mapping);
    schemas::examples(checker, mapping);
}
