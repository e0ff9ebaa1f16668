//! What handlers need of a request: its query, and its body whatever the media type.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use judge::Request;
use serde_json::{Map, Value};

/// A request that keeps to the document.
pub(super) struct Message {
    /// In capitals.
    pub(super) method: String,
    /// The path as on the wire.
    pub(super) path: String,
    /// Host and port as the client knows the server.
    pub(super) host: String,
    /// The members of the query.
    pub(super) query: BTreeMap<String, String>,
    /// The members of the body, form or JSON.
    pub(super) body: Map<String, Value>,
    authorization: Option<String>,
}

impl Message {
    /// Reads a request.
    pub(super) fn read(request: &Request) -> Self {
        let header = |name: &str| {
            let found = request.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned())
        };
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let is_form = header("content-type").is_some_and(|value| value.contains("x-www-form-urlencoded"));
        let text = String::from_utf8_lossy(&request.body);
        let body = if is_form {
            form(&text).into_iter().map(|(name, value)| (name, Value::String(value))).collect()
        } else {
            serde_json::from_str(&text).unwrap_or_default()
        };
        Self {
            method: request.method.clone(),
            path: path.to_owned(),
            host: request.authority.clone(),
            query: form(query).into_iter().collect(),
            body,
            authorization: header("authorization"),
        }
    }

    /// A member of the body that is text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name)?.as_str()
    }

    /// The bearer token (RFC 6750, 2.1).
    pub(super) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.authorization.as_deref()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    }

    /// Client identifier and secret, from HTTP Basic or the body (RFC 6749, 2.3.1).
    pub(super) fn client(&self) -> Option<(String, Option<String>)> {
        if let Some((scheme, token)) = self.authorization.as_deref().and_then(|value| value.split_once(' '))
            && scheme.eq_ignore_ascii_case("basic")
        {
            let bytes = STANDARD.decode(token.trim()).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            let (id, secret) = text.split_once(':')?;
            return Some((decoded(id), Some(decoded(secret))));
        }
        Some((self.text("client_id")?.to_owned(), self.text("client_secret").map(str::to_owned)))
    }
}

/// Names and values of a form or query.
fn form(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(a, b)| (decoded(a), decoded(b))).collect()
}

/// Text of a form, decoded; an incomplete escape stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escape = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match (first, escape) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(*byte),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Text as a part of a query.
pub(super) fn encoded(text: &str) -> String {
    let one = |byte: u8| {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if is_plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(one).collect()
}
