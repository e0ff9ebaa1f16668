//! Security schemes and what requires them.

use super::grammar::{is_safe, is_scope, is_token, scheme as url_scheme, url_fault};
use super::version::Version;
use super::{Checker, excerpt, rules};
use crate::source::node::{Mapping, Node};
use crate::source::place::Place;

/// A security scheme (Security Scheme Object).
pub(super) fn scheme(checker: &mut Checker<'_>, node: &Node, mapping: &Mapping) {
    let Some(kind) = mapping.get("type") else { return };
    let Some(text) = kind.as_text() else { return };
    let needed: &[&str] = match text {
        "apiKey" => &["name", "in"],
        "http" => &["scheme"],
        "oauth2" => &["flows"],
        "openIdConnect" => &["openIdConnectUrl"],
        "mutualTLS" if checker.version >= Version::V3_1 => &[],
        _ => {
            let help =
                Some("it is one of `apiKey`, `http`, `oauth2`, `openIdConnect`, and `mutualTLS` since 3.1".to_owned());
            let message = format!("{} is not a type of security scheme", excerpt(text));
            return checker.report_with(&rules::SECURITY_SCHEME, kind.place, message, help);
        }
    };
    for name in needed.iter().filter(|name| !mapping.contains(name)) {
        checker.report(
            &rules::SECURITY_SCHEME,
            checker.here(node),
            format!("a security scheme of type `{text}` needs `{name}`"),
        );
    }
    match text {
        "apiKey" => api_key(checker, mapping),
        "http" => {
            if let Some((name, place)) = mapping.get("scheme").and_then(|node| Some((node.as_text()?, node.place)))
                && !is_token(name)
            {
                checker.report(
                    &rules::SECURITY_SCHEME,
                    place,
                    format!("{} is not an authentication scheme", excerpt(name)),
                );
            }
        }
        "openIdConnect" => oauth_url(checker, mapping, "openIdConnectUrl"),
        "oauth2" => {
            if let Some(flows) = mapping.get("flows").filter(|flows| flows.as_mapping().is_some_and(Mapping::is_empty))
            {
                checker.report(&rules::SECURITY_SCHEME, flows.place, "a security scheme of type `oauth2` needs a flow");
            }
        }
        _ => {}
    }
}

/// The key is a header, a cookie or a member of the query.
fn api_key(checker: &mut Checker<'_>, mapping: &Mapping) {
    let location = mapping.get("in").and_then(|node| Some((node.as_text()?, node.place)));
    if let Some((location, place)) =
        location.filter(|(location, _)| !matches!(*location, "query" | "header" | "cookie"))
    {
        let help = Some("it is one of `query`, `header`, `cookie`".to_owned());
        checker.report_with(
            &rules::SECURITY_SCHEME,
            place,
            format!("{} is not a place of a key", excerpt(location)),
            help,
        );
    }
    let Some((name, place)) = mapping.get("name").and_then(|node| Some((node.as_text()?, node.place))) else { return };
    checker.name("a key", name, place);
    let is_query = location.is_some_and(|(location, _)| location == "query");
    if name.is_empty() || !(is_query || is_token(name)) {
        checker.report(&rules::HEADER_NAME, place, format!("{} is not the name of a header or cookie", excerpt(name)));
    }
}

/// The URLs and scopes of a flow (OAuth Flow Object; RFC 6749, sections 3.1, 3.2 and 3.3).
pub(super) fn flow(checker: &mut Checker<'_>, mapping: &Mapping) {
    for key in ["authorizationUrl", "tokenUrl", "refreshUrl"] {
        oauth_url(checker, mapping, key);
    }
    for (scope, member) in mapping.get("scopes").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter) {
        if !scope.starts_with("x-") && !is_scope(scope) {
            checker.report(&rules::SCOPE, member.key_place, format!("{} is not a scope", excerpt(scope)));
        }
    }
}

/// Tokens and secrets go there: `https`, or this machine.
fn oauth_url(checker: &mut Checker<'_>, mapping: &Mapping, key: &str) {
    let Some((url, place)) = mapping.get(key).and_then(|node| Some((node.as_text()?, node.place))) else { return };
    // RFC 6749, sections 3.1 and 3.2: endpoints may have a query, never a fragment.
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let fault = match url_fault(address) {
        None if url_scheme(url).is_none() => Some("is not absolute"),
        None if !is_safe(url) => Some("is not encrypted"),
        None if query.chars().any(|c| !c.is_ascii_graphic() || c == '#') => {
            Some("has characters that a URL cannot have")
        }
        fault => fault,
    };
    if let Some(fault) = fault {
        let help = Some("endpoints that see tokens are `https` URLs".to_owned());
        checker.report_with(&rules::OAUTH_URL, place, format!("`{key}` {} {fault}", excerpt(url)), help);
    }
}

/// Requirements name schemes that exist, and scopes that the scheme has (Security Requirement Object).
pub(super) fn requirements(checker: &mut Checker<'_>, mapping: &Mapping) {
    let document = checker.document;
    let schemes =
        document.get("components").and_then(|components| components.get("securitySchemes")).and_then(Node::as_mapping);
    for requirement in mapping.get("security").and_then(Node::as_sequence).into_iter().flatten() {
        for (name, member) in requirement.as_mapping().into_iter().flat_map(Mapping::iter) {
            let Some(scheme) = schemes.and_then(|schemes| schemes.get(name)) else {
                let names = schemes.into_iter().flat_map(Mapping::iter).map(|(name, _)| name);
                let help = checker.resembling(name, names).map(|name| format!("a security scheme `{name}` exists"));
                let message = format!("the security scheme {} does not exist", excerpt(name));
                checker.report_with(&rules::UNKNOWN_SCHEME, member.key_place, message, help);
                continue;
            };
            let Some(scheme) = checker.resolve(scheme) else { continue };
            for scope in member.node.as_sequence().into_iter().flatten() {
                scope_of(checker, scheme, scope.as_text().unwrap_or_default(), scope.place);
            }
        }
    }
}

fn scope_of<'a>(checker: &mut Checker<'a>, scheme: &'a Node, scope: &str, place: Place) {
    if scheme.get("type").and_then(Node::as_text) != Some("oauth2") {
        return; // The names are roles, or discovered elsewhere.
    }
    if !is_scope(scope) {
        return checker.report(&rules::SCOPE, place, format!("{} is not a scope", excerpt(scope)));
    }
    let scopes = || {
        let flows = scheme.get("flows").and_then(Node::as_mapping).into_iter().flat_map(Mapping::iter);
        let scopes = flows.filter_map(|(_, member)| member.node.get("scopes")?.as_mapping());
        scopes.flat_map(Mapping::iter).map(|(name, _)| name)
    };
    if !scopes().any(|name| name == scope) {
        let help = checker.resembling(scope, scopes()).map(|name| format!("the scope `{name}` exists"));
        checker.report_once(&rules::UNKNOWN_SCOPE, place, format!("no flow has the scope {}", excerpt(scope)), help);
    }
}
