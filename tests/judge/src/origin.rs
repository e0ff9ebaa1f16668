//! Servers: which hold for an operation, and whether a URL is on one (OpenAPI 3.1, 4.8.5).

use crate::document::Node;

/// A server URL with its variables.
#[derive(Clone)]
pub(crate) struct Server {
    /// As the document writes it.
    pub(crate) url: String,
    pieces: Vec<Piece>,
}

#[derive(Clone)]
enum Piece {
    Literal(String),
    /// The allowed values; none means any text without a slash.
    Variable(Vec<String>),
}

/// Those of the operation, else of its path item, else of the document, else `/`.
pub(crate) fn effective(owners: &[&Node<'_>]) -> Vec<Server> {
    let own = owners.iter().map(|owner| declared(owner)).find(|servers| !servers.is_empty());
    own.unwrap_or_else(|| vec![Server { url: "/".to_owned(), pieces: Vec::new() }])
}

/// The `servers` of one object.
pub(crate) fn declared(owner: &Node<'_>) -> Vec<Server> {
    let servers = owner.get("servers").map(|list| list.elements()).unwrap_or_default();
    servers.iter().filter_map(Server::read).collect()
}

impl Server {
    fn read(node: &Node<'_>) -> Option<Self> {
        let url = node.text("url")?.to_owned();
        let mut pieces = Vec::new();
        let mut rest = url.strip_suffix('/').unwrap_or(&url);
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            let allowed = node.get("variables").and_then(|variables| variables.get(name)?.get("enum"));
            let allowed = allowed.and_then(|list| list.value.as_array().cloned()).unwrap_or_default();
            pieces.push(Piece::Literal(before.to_owned()));
            pieces
                .push(Piece::Variable(allowed.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()));
            rest = after;
        }
        pieces.push(Piece::Literal(rest.to_owned()));
        if let Some(Piece::Literal(first)) = pieces.first_mut() {
            *first = normal(first);
        }
        Some(Self { url, pieces })
    }

    /// What remains of a URL after this server: paths that start with a slash. More than one if a variable is open.
    pub(crate) fn rests<'u>(&self, url: &'u str) -> Vec<&'u str> {
        let is_relative = !matches!(self.pieces.first(), Some(Piece::Literal(first)) if first.contains("://"));
        let text = if is_relative { path(url) } else { url };
        let mut rests = Vec::new();
        rest(&self.pieces, text, &mut rests);
        rests
    }

    /// Scheme, host and port; `None` for a relative URL or one with variables there.
    pub(crate) fn origin(&self) -> Option<&str> {
        let end = self.url.find("://").map(|at| at + 3)?;
        let origin = self.url.get(..self.url.get(end..)?.find('/').map_or(self.url.len(), |at| at + end))?;
        (!origin.contains('{')).then_some(origin)
    }

    /// The same server on any host: its path alone.
    pub(crate) fn anywhere(&self) -> Self {
        let path = self.origin().map_or("", |origin| self.url.get(origin.len()..).unwrap_or_default());
        let path = path.strip_suffix('/').unwrap_or(path);
        Self { url: self.url.clone(), pieces: vec![Piece::Literal(path.to_owned())] }
    }
}

fn rest<'u>(pieces: &[Piece], text: &'u str, rests: &mut Vec<&'u str>) {
    match pieces.split_first() {
        None if text.starts_with('/') => rests.push(text),
        None => {}
        Some((Piece::Literal(literal), pieces)) => {
            if let Some(text) = text.strip_prefix(literal.as_str()) {
                rest(pieces, text, rests);
            }
        }
        Some((Piece::Variable(allowed), pieces)) if allowed.is_empty() => {
            for (end, _) in text.char_indices().skip(1).take_while(|(at, _)| !text[..*at].contains('/')) {
                rest(pieces, &text[end..], rests);
            }
        }
        Some((Piece::Variable(allowed), pieces)) => {
            for text in allowed.iter().filter_map(|value| text.strip_prefix(value.as_str())) {
                rest(pieces, text, rests);
            }
        }
    }
}

/// The path of an absolute URL.
pub(crate) fn path(url: &str) -> &str {
    let after = url.split_once("://").map_or(url, |(_, after)| after);
    after.find('/').map_or("/", |at| &after[at..])
}

/// Scheme and host in lower case, the scheme's own port dropped (RFC 3986, 6.2.2.1 and 6.2.3).
pub(crate) fn normal(url: &str) -> String {
    let Some((scheme, after)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
    let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
    let port = if scheme == "https" { ":443" } else { ":80" };
    format!("{scheme}://{}{path}", authority.strip_suffix(port).unwrap_or(&authority))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::document::Document;

    fn rests(server: &Value, url: &str) -> Vec<String> {
        let document = Document::from_value(json!({"openapi": "3.1.0", "servers": [server]})).unwrap();
        let servers = effective(&[&document.root()]);
        servers[0].rests(&normal(url)).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn a_prefix_ends_at_a_slash() {
        let server = json!({"url": "https://a.example/v2/"});
        assert_eq!(rests(&server, "https://A.example:443/v2/x"), ["/x"]);
        assert!(rests(&server, "https://a.example/v22/x").is_empty());
        assert!(rests(&server, "http://a.example/v2/x").is_empty());
    }

    #[test]
    fn a_relative_server_is_on_every_host() {
        assert_eq!(rests(&json!({"url": "/v2"}), "http://b.example:81/v2/x"), ["/x"]);
        assert_eq!(rests(&json!({"url": "/"}), "http://b.example/v2/x"), ["/v2/x"]);
    }

    #[test]
    fn variables_take_their_values() {
        let server = json!({"url": "https://{region}.a.example/{base}", "variables": {
            "region": {"default": "eu", "enum": ["eu", "us"]}, "base": {"default": "v1"}}});
        assert_eq!(rests(&server, "https://us.a.example/v9/x"), ["/x"]);
        assert!(rests(&server, "https://cn.a.example/v9/x").is_empty());
    }
}
