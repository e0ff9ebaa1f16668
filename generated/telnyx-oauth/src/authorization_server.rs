//! The authorization server that a client uses in place of the document's own.

use http::Uri;

use crate::operation::Operation;

/// What the metadata of an authorization server says about where its operations are (RFC 8414 section 2).
pub(crate) struct AuthorizationServer {
    pub(crate) issuer: String,
    /// Whether every answer to an authorization request names the issuer (RFC 9207 section 3).
    pub(crate) names_itself: bool,
    pub(crate) endpoints: Vec<Endpoint>,
}

/// Where an operation is.
pub(crate) struct Endpoint {
    pub(crate) operation: &'static Operation,
    /// `None` when the server has no such endpoint.
    pub(crate) url: Option<Uri>,
    /// Whether it has the origin of the client's own server, for which the client's headers are.
    pub(crate) is_own: bool,
}

impl AuthorizationServer {
    /// Where an operation of authorization servers is; `None` for the other operations.
    pub(crate) fn endpoint(&self, operation: &Operation) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| std::ptr::eq(endpoint.operation, operation))
    }
}

impl Endpoint {
    /// The URL with this query, after the one it has of its own (RFC 6749 section 3.1).
    pub(crate) fn url(&self, query: &str) -> Result<Uri, String> {
        let Some(url) = &self.url else {
            return Err("the authorization server has no endpoint for it".to_owned());
        };
        if query.is_empty() {
            return Ok(url.clone());
        }
        let mark = if url.query().is_some() { '&' } else { '?' };
        Uri::try_from(format!("{url}{mark}{query}")).map_err(|error| format!("the URL is not valid: {error}"))
    }
}
