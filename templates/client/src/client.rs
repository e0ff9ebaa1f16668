//! The client.

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderValue, Method, Uri, uri::PathAndQuery};

use crate::{
    authorization_server::AuthorizationServer,
    builder::ClientBuilder,
    clock::Clock,
    credentials::Credentials,
    error::Error,
    operation::{Encoding, Operation, RetryClass},
    product,
    request::Request,
    retry::{RetryBudget, RetryPolicy},
    transport::HttpTransport,
};

/// A client of the API.
///
/// It is cheap to clone: clones share connections, tokens and the retry budget.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) credentials: Arc<Credentials>,
    pub(crate) authorization_server: Option<Arc<AuthorizationServer>>,
}

/// What clones of a client share.
pub(crate) struct Shared {
    pub(crate) transport: Box<dyn HttpTransport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) server: Server,
    pub(crate) headers: HeaderMap,
    pub(crate) user_agent: HeaderValue,
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: RetryBudget,
    pub(crate) max_response_bytes: usize,
    #[cfg(feature = "blocking")]
    pub(crate) blocking: crate::blocking::Runtime,
}

/// Where requests go.
#[derive(Debug)]
pub(crate) struct Server {
    /// Scheme, host and port.
    pub(crate) origin: Uri,
    /// What stands before every path; it does not end with a slash.
    pub(crate) prefix: String,
    /// Whether the caller chose it. If so, the servers that operations have of their own are taken from its origin too.
    pub(crate) overridden: bool,
    pub(crate) allow_insecure_http: bool,
}

impl Server {
    /// The URL of an operation.
    pub(crate) fn url(&self, own: Option<&str>, path: &str, query: &str) -> Result<Uri, String> {
        let invalid = |error: http::Error| format!("the URL is not valid: {error}");
        let (other, prefix) = match own {
            None => (None, self.prefix.as_str()),
            Some(own) => {
                let (origin, prefix) = split_server(own);
                (Some(origin).filter(|origin| !self.overridden && !origin.is_empty()), prefix)
            }
        };
        let origin = other.map_or_else(|| Ok(self.origin.clone()), Uri::try_from);
        let mark = if query.is_empty() { "" } else { "?" };
        let path = PathAndQuery::try_from([prefix, path, mark, query].concat());
        let mut parts = origin.map_err(|error| invalid(error.into()))?.into_parts();
        parts.path_and_query = Some(path.map_err(|error| invalid(error.into()))?);
        let url = Uri::from_parts(parts).map_err(|error| invalid(error.into()))?;
        // The client's own origin was checked when it was built.
        if other.is_some() {
            self.check(&url)?;
        }
        Ok(url)
    }

    /// Whether a URL is of the origin of this server.
    pub(crate) fn has_origin_of(&self, url: &Uri) -> bool {
        same_origin(&self.origin, url)
    }

    /// Credentials go over TLS, or stay on this machine (RFC 6749 section 3.2, RFC 8252 section 8.3).
    pub(crate) fn check(&self, url: &Uri) -> Result<(), String> {
        let loopback = |host: &str| {
            let literal = host.trim_start_matches('[').trim_end_matches(']');
            host == "localhost" || literal.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        };
        match (url.scheme_str(), url.host()) {
            (Some("https"), Some(_)) => Ok(()),
            (Some("http"), Some(host)) if self.allow_insecure_http || loopback(host) => Ok(()),
            (Some("http"), Some(_)) => {
                Err("`http` is refused except for this machine; see `allow_insecure_http`".to_owned())
            }
            _ => Err("the URL is neither `https` nor `http`".to_owned()),
        }
    }
}

/// Whether two URLs have scheme, host and port in common (RFC 6454 section 5).
pub(crate) fn same_origin(one: &Uri, other: &Uri) -> bool {
    let port = |url: &Uri| url.port_u16().or(if url.scheme_str() == Some("https") { Some(443) } else { Some(80) });
    let same_host = match (one.host(), other.host()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    };
    one.scheme() == other.scheme() && same_host && port(one) == port(other)
}

/// Whether a URL leads to this machine, whatever it is written like.
pub(crate) fn is_this_machine(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default().trim_end_matches('.');
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    let is_local = |address: IpAddr| {
        let address = address.to_canonical();
        address.is_loopback() || address.is_unspecified()
    };
    let top = host.rsplit('.').next().unwrap_or_default();
    top.eq_ignore_ascii_case("localhost") || literal.parse().is_ok_and(is_local)
}

/// The origin of a server, empty when it is relative, and its path without the last slash.
fn split_server(server: &str) -> (&str, &str) {
    let host = server.find("://").map_or(0, |at| at + 3);
    let path = server.get(host..).and_then(|rest| rest.find('/')).map_or(server.len(), |at| host + at);
    let (origin, path) = server.split_at_checked(path).unwrap_or((server, ""));
    (origin, path.trim_end_matches('/'))
}

impl Client {
    /// A client to be configured.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// A client with the credentials and the server of the environment.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`]. Credentials that are not set are no error: not every operation needs one.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().from_env().build()
    }

    /// A client with other credentials, and none of its own, that shares everything else.
    #[must_use]
    pub fn with_credentials(&self, credentials: impl Into<Credentials>) -> Self {
        Self { credentials: Arc::new(credentials.into()), ..self.clone() }
    }

    /// A request to an endpoint this crate has no method for, with the same credentials, retries and errors.
    ///
    /// It carries what most operations of the API need. [`Request::scheme`] chooses another credential;
    /// [`Credentials::none`], the client's or the request's, sends none.
    ///
    /// `path` is appended to the server's URL, percent-encoded where it needs to be: `/things/a%20b`. GET and HEAD are
    /// repeated after passing failures, PUT and DELETE too, POST and PATCH are not.
    pub fn request(&self, method: Method, path: impl Into<String>) -> Request<serde_json::Value> {
        let operation = if method.is_safe() {
            &UNTYPED_SAFE
        } else if method.is_idempotent() {
            &UNTYPED_IDEMPOTENT
        } else {
            &UNTYPED_ONCE
        };
        Request::untyped(self, operation, method, path.into())
    }
}

const fn untyped(retry: RetryClass) -> Operation {
    Operation {
        id: "untyped request",
        method: Method::GET,
        path: "",
        server: None,
        security: product::SECURITY,
        retry,
        accept: "application/json",
        success: &[],
        bodies: &[Encoding::Json, Encoding::Form, Encoding::Text],
        pagination: None,
    }
}

static UNTYPED_SAFE: Operation = untyped(RetryClass::Safe);
static UNTYPED_IDEMPOTENT: Operation = untyped(RetryClass::Idempotent);
static UNTYPED_ONCE: Operation = untyped(RetryClass::Once);

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("server", &self.shared.server)
            .field("credentials", &self.credentials)
            .field("issuer", &self.authorization_server.as_deref().map(|server| &server.issuer))
            .finish_non_exhaustive()
    }
}
