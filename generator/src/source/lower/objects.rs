//! The rules of every object but schemas.

use crate::source::check::reference::component;
use crate::source::check::{is_status, resolve, styles};

use super::{Draft, Kind, Mapping, Node, Object, Pass, Place, Shape, Value, references, rules};

/// Runs the rules of a kind; `None` if the object is to go.
pub(super) fn rewrite(pass: &mut Pass<'_>, kind: Kind, original: &Mapping, draft: &mut Draft) -> Option<()> {
    match kind {
        Kind::Document => document(pass, original, draft),
        Kind::Info => info(original, draft),
        Kind::Components => callbacks(pass, original),
        Kind::Operation => operation(pass, original, draft),
        Kind::Parameter => return parameter(draft),
        Kind::Header => header(original, draft),
        Kind::Encoding => encoding(draft),
        Kind::SecurityScheme => return security_scheme(pass, draft),
        Kind::Link => return link(draft),
        Kind::Discriminator => discriminator(pass, draft),
        _ => {}
    }
    Some(())
}

/// Gives every required member that is missing the empty value of its shape, so that parsing cannot fail on it.
pub(super) fn complete(object: &Object, members: &mut Mapping, place: Place) {
    for member in object.members.iter().filter(|member| member.required) {
        if members.contains(member.name) {
            continue;
        }
        let empty = match &member.shape {
            Shape::Text => Value::Text(String::new()),
            Shape::Object(object) => {
                let mut inner = Mapping::default();
                complete(object, &mut inner, place);
                Value::Mapping(inner)
            }
            _ => Value::Mapping(Mapping::default()),
        };
        members.insert(member.name, place, Node::new(empty, place));
    }
}

/// `paths` is required in 3.0 and not in 3.1; a webhook is a call of the server, not of a client.
fn document(pass: &mut Pass<'_>, original: &Mapping, draft: &mut Draft) {
    if !draft.members.contains("paths") {
        draft.set("paths", Value::Mapping(Mapping::default()));
    }
    if let Some(member) = original.member("webhooks") {
        pass.lossy(
            &rules::NOT_A_CALL,
            member.key_place,
            "webhooks are calls to the client, not by it: nothing is generated",
        );
    }
}

fn info(original: &Mapping, draft: &mut Draft) {
    draft.extra.summary = original.get("summary").and_then(Node::as_text).map(str::to_owned);
    let license = original.get("license").and_then(|license| license.get("identifier"));
    draft.extra.license_identifier = license.and_then(Node::as_text).map(str::to_owned);
}

fn callbacks(pass: &mut Pass<'_>, original: &Mapping) {
    if let Some(member) =
        original.member("callbacks").filter(|member| member.node.as_mapping().is_some_and(|map| !map.is_empty()))
    {
        pass.lossy(
            &rules::NOT_A_CALL,
            member.key_place,
            "callbacks are calls to the client, not by it: nothing is generated",
        );
    }
}

/// Responses are required in 3.0; only keys that are a status are parsed.
fn operation(pass: &mut Pass<'_>, original: &Mapping, draft: &mut Draft) {
    callbacks(pass, original);
    let Some(responses) = draft.members.get_mut("responses").and_then(Node::as_mapping_mut) else {
        return draft.set("responses", Value::Mapping(Mapping::default()));
    };
    let no_status: Vec<String> =
        responses.iter().filter(|(key, _)| !is_status(key)).map(|(key, _)| key.to_owned()).collect();
    for key in no_status {
        responses.remove(&key);
    }
}

/// One of `schema` and `content`, a known location, and a style that the location allows.
fn parameter(draft: &mut Draft) -> Option<()> {
    let location = draft.members.get("in").and_then(Node::as_text)?.to_owned();
    let styles = styles(&location)?;
    if draft.members.get("style").and_then(Node::as_text).is_none_or(|style| !styles.contains(&style)) {
        draft.take("style");
    }
    if location != "query" {
        draft.take("allowReserved");
        draft.take("allowEmptyValue");
    }
    schema_or_content(draft);
    Some(())
}

fn header(original: &Mapping, draft: &mut Draft) {
    draft.extra.explode = original.get("explode").and_then(Node::as_boolean);
    if draft.members.get("style").and_then(Node::as_text) != Some("simple") {
        draft.take("style");
    }
    schema_or_content(draft);
}

fn schema_or_content(draft: &mut Draft) {
    if draft.members.contains("schema") {
        draft.take("content");
    } else if !draft.members.contains("content") {
        draft.set("schema", Value::Mapping(Mapping::default()));
    }
}

fn encoding(draft: &mut Draft) {
    draft.extra.explode = draft.members.get("explode").and_then(Node::as_boolean);
    let styles = styles("query").unwrap_or_default();
    if draft.members.get("style").and_then(Node::as_text).is_some_and(|style| !styles.contains(&style)) {
        draft.take("style");
    }
}

/// `mutualTLS` is of 3.1 alone: it is kept aside. The members of the other types are completed.
fn security_scheme(pass: &mut Pass<'_>, draft: &mut Draft) -> Option<()> {
    let required: &[&str] = match draft.members.get("type").and_then(Node::as_text)? {
        "apiKey" => &["name"],
        "http" => &["scheme"],
        "openIdConnect" => &["openIdConnectUrl"],
        "oauth2" => {
            if !draft.members.contains("flows") {
                draft.set("flows", Value::Mapping(Mapping::default()));
            }
            &[]
        }
        "mutualTLS" => {
            mutual_tls(pass, draft);
            return None;
        }
        _ => return None,
    };
    for name in required.iter().filter(|name| !draft.members.contains(name)).collect::<Vec<_>>() {
        draft.set(name, Value::Text(String::new()));
    }
    let is_api_key = required == ["name"];
    let location = draft.members.get("in").and_then(Node::as_text);
    (!is_api_key || location.is_some_and(|location| matches!(location, "query" | "header" | "cookie"))).then_some(())
}

/// Whether a reference leads to a scheme that is kept aside.
pub(super) fn is_mutual_tls(document: &Node, reference: &Node, object: &Object) -> bool {
    let scheme = || resolve(document, reference)?.get("type")?.as_text();
    object.kind == Kind::SecurityScheme && scheme() == Some("mutualTLS")
}

fn mutual_tls(pass: &mut Pass<'_>, draft: &mut Draft) {
    let number = pass.nodes.len();
    let members = std::mem::take(&mut draft.members);
    pass.finish(Draft { members, extra: super::Extra::default(), place: draft.place });
    if let Some((_, name)) = component(&pass.pointer) {
        pass.mutual_tls.insert(name, number);
    }
}

/// A link names its operation in one of two ways.
fn link(draft: &mut Draft) -> Option<()> {
    if draft.members.contains("operationId") {
        draft.take("operationRef");
        return Some(());
    }
    draft.members.contains("operationRef").then_some(())
}

/// The values of a mapping are names of schemas or references: they become references.
fn discriminator(pass: &Pass<'_>, draft: &mut Draft) {
    let Some(mapping) = draft.take("mapping") else { return };
    let mut kept = Mapping::default();
    for (key, member) in mapping.as_mapping().into_iter().flat_map(Mapping::iter) {
        if let Some(target) = references::mapping_target(pass, &member.node) {
            kept.insert(key, member.key_place, target);
        }
    }
    if !kept.is_empty() {
        draft.set("mapping", Value::Mapping(kept));
    }
}

/// 3.1 lets `summary` and `description` stand beside a `$ref`; 3.0 has no place for them.
pub(super) fn report_siblings(pass: &mut Pass<'_>, node: &Node) {
    if pass.version < super::Version::V3_1 {
        return;
    }
    for key in ["summary", "description"] {
        if let Some(member) = node.as_mapping().and_then(|mapping| mapping.member(key)) {
            pass.lossy(
                &rules::SIBLING_LOST,
                member.key_place,
                format!("`{key}` beside this `$ref` is not used: that of the target is"),
            );
        }
    }
}
