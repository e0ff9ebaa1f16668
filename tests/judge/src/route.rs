//! Which operation a request means: server, path template, method.

use crate::document::{Document, Node};
use crate::fault::{Fault, FaultKind, Place};
use crate::origin::{self, Server};
use crate::percent;

/// The methods an operation can have (OpenAPI 3.1, 4.8.9).
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// An operation and what the path holds for it.
pub(crate) struct Route<'d> {
    pub(crate) operation: Node<'d>,
    pub(crate) path_item: Node<'d>,
    pub(crate) template: &'d str,
    method: String,
    /// Names of the template and the text of each, as written.
    pub(crate) values: Vec<(String, String)>,
}

impl Route<'_> {
    /// The `operationId`, or method and path template.
    pub(crate) fn name(&self) -> String {
        let unnamed = || format!("{} {}", self.method, self.template);
        self.operation.text("operationId").map_or_else(unnamed, str::to_owned)
    }
}

struct Candidate<'d> {
    template: &'d str,
    path_item: Node<'d>,
    operation: Option<Node<'d>>,
    values: Vec<(String, String)>,
    servers: Vec<Server>,
    /// The server the path was found on though it is not one of `servers`; empty if none is known.
    wrong: Option<String>,
}

/// Finds the operation; `known` are all servers of the document, `urls` the readings of the request's URL, one for each alias.
pub(crate) fn find<'d>(
    document: &'d Document,
    known: &[Server],
    urls: &[String],
    method: &str,
) -> (Option<Route<'d>>, Vec<Fault>) {
    let mut candidates = candidates(document, known, urls, method);
    candidates.sort_by_key(|candidate| {
        (candidate.wrong.is_some(), candidate.operation.is_none(), generality(candidate.template))
    });
    let Some(best) = candidates.into_iter().next() else {
        let path = urls.first().map_or("/", |url| origin::path(url));
        return (None, vec![Fault::new(FaultKind::NoSuchPath, Place::Path, format!("no such path: {path}"))]);
    };
    let mut faults = Vec::new();
    if let Some(wrong) = &best.wrong {
        let homes: Vec<&str> = best.servers.iter().map(|server| server.url.as_str()).collect();
        let message = format!("no such path on server {wrong}; the operation lives on {}", homes.join(", "));
        faults.push(Fault::new(FaultKind::WrongServer, Place::Server, message));
    }
    let Some(operation) = best.operation else {
        let offered: Vec<String> =
            METHODS.iter().filter(|name| best.path_item.get(name).is_some()).map(|name| name.to_uppercase()).collect();
        let message = format!("{method} is not offered by {}; offered: {}", best.template, offered.join(", "));
        faults.push(Fault::new(FaultKind::NoSuchMethod, Place::Method, message));
        return (None, faults);
    };
    let route = Route {
        operation,
        path_item: best.path_item,
        template: best.template,
        method: method.to_owned(),
        values: best.values,
    };
    (Some(route), faults)
}

fn candidates<'d>(document: &'d Document, known: &[Server], urls: &[String], method: &str) -> Vec<Candidate<'d>> {
    let root = document.root();
    let mut candidates = Vec::new();
    let Some(paths) = root.get("paths") else { return candidates };
    let templates = paths.value.as_object().into_iter().flatten().map(|(template, _)| template.as_str());
    for template in templates.filter(|template| urls.iter().any(|url| ends_in(template, origin::path(url)))) {
        let Some(path_item) = paths.get(template) else { continue };
        let key = METHODS.iter().find(|key| key.to_uppercase() == method);
        let operation = key.and_then(|key| path_item.get(key));
        let servers = match &operation {
            Some(operation) => origin::effective(&[operation, &path_item, &root]),
            None => origin::effective(&[&path_item, &root]),
        };
        let Some((values, wrong)) = place(template, urls, &servers, known) else { continue };
        candidates.push(Candidate { template, path_item, operation, values, servers, wrong });
    }
    candidates
}

/// Whether the path ends in the template, whatever server stands before: most templates are ruled out by that.
fn ends_in(template: &str, path: &str) -> bool {
    let slashes = template.matches('/').count();
    let start = slashes.checked_sub(1).and_then(|last| path.rmatch_indices('/').nth(last));
    start.is_some_and(|(at, _)| matched(template, &path[at..]).is_some())
}

type Placed = (Vec<(String, String)>, Option<String>);

/// Matches the template below its own servers, else below any other, else below their paths on any host, else alone.
fn place(template: &str, urls: &[String], servers: &[Server], known: &[Server]) -> Option<Placed> {
    let below =
        |server: &Server| urls.iter().flat_map(|url| server.rests(url)).find_map(|rest| matched(template, rest));
    if let Some(values) = servers.iter().find_map(below) {
        return Some((values, None));
    }
    if let Some((values, server)) = known.iter().find_map(|server| Some((below(server)?, server))) {
        return Some((values, Some(server.url.clone())));
    }
    let anywhere = servers.iter().chain(known).map(Server::anywhere).chain(origin::effective(&[]));
    let values = anywhere.into_iter().find_map(|server| below(&server))?;
    let url = urls.first()?;
    let origin = url.strip_suffix(origin::path(url)).unwrap_or(url);
    Some((values, Some(origin.to_owned())))
}

/// Every server the document names, each once.
pub(crate) fn all_servers(document: &Document) -> Vec<Server> {
    let root = document.root();
    let mut servers = origin::effective(&[&root]);
    for (_, path_item) in root.get("paths").map(|paths| paths.members()).unwrap_or_default() {
        servers.extend(origin::declared(&path_item));
        for operation in METHODS.iter().filter_map(|method| path_item.get(method)) {
            servers.extend(origin::declared(&operation));
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    servers.retain(|server| seen.insert(server.url.clone()));
    servers
}

/// OpenAPI 3.1, 4.8.8.1: concrete segments before templated ones.
fn generality(template: &str) -> Vec<u8> {
    let rank = |segment: &str| match segment.split_once('{') {
        None => 0,
        Some(("", rest)) if rest.split_once('}').is_some_and(|(_, after)| after.is_empty()) => 2,
        Some(_) => 1,
    };
    template.split('/').map(rank).collect()
}

/// The values of the template's names in a path, as written.
fn matched(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let (segments, texts): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    if segments.len() != texts.len() {
        return None;
    }
    let mut values = Vec::new();
    for (segment, text) in segments.into_iter().zip(texts) {
        values.extend(matched_segment(segment, text)?);
    }
    Some(values)
}

fn matched_segment(segment: &str, text: &str) -> Option<Vec<(String, String)>> {
    let Some((before, (name, after))) =
        segment.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    else {
        let same = segment == text || percent::decode(text).ok().as_deref() == Some(segment);
        return same.then(Vec::new);
    };
    let text = text.strip_prefix(before)?;
    if after.is_empty() {
        return Some(vec![(name.to_owned(), text.to_owned())]);
    }
    let ends = text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]);
    ends.filter_map(|end| {
        let mut values = vec![(name.to_owned(), text[..end].to_owned())];
        values.extend(matched_segment(after, &text[end..])?);
        Some(values)
    })
    .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_whole_segments_and_parts_of_them() {
        let one = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(matched("/a/{id}", "/a/1"), Some(vec![one("id", "1")]));
        assert_eq!(matched("/{a}-{b}.json", "/1-2.json"), Some(vec![one("a", "1"), one("b", "2")]));
        assert_eq!(matched("/a/{id}", "/a/"), Some(vec![one("id", "")]));
        assert_eq!(matched("/a/{id}", "/a/1/2"), None);
        assert_eq!(matched("/a b", "/a%20b"), Some(Vec::new()));
    }

    #[test]
    fn concrete_paths_come_first() {
        assert!(generality("/a/b") < generality("/a/{b}"));
        assert!(generality("/a/{b}.json") < generality("/a/{b}"));
        assert!(generality("/a/{b}") < generality("/{a}/b"));
    }
}
