//! From a resource that refuses a call to the authorization server that gives tokens for it (RFC 9728, RFC 8414).

use std::{error::Error as StdError, fmt};

use http::{Method, StatusCode, Uri};
use serde::de::DeserializeOwned;

use crate::{
    client::Client,
    error::Error,
    operation::{Operation, RetryClass},
    request::Request,
    response::BufferedResponse,
};

/// What a protected resource says about itself (RFC 9728 section 2).
pub(crate) trait ResourceMetadata: DeserializeOwned + 'static {
    fn resource(&self) -> &str;
    fn authorization_servers(&self) -> &[String];
}

/// What an authorization server says about itself (RFC 8414 section 2).
pub(crate) trait ServerMetadata: DeserializeOwned + 'static {
    fn issuer(&self) -> &str;
}

/// A protected resource, and an authorization server that gives tokens for it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Discovery<R, S> {
    /// The metadata of the resource.
    pub resource: R,
    /// The metadata of the first authorization server of those the resource names whose metadata can be used.
    pub server: S,
}

/// How many authorization servers are asked for their metadata: a resource must not be able to make us ask all the world.
const MOST_SERVERS: usize = 8;

static METADATA: Operation = Operation {
    id: "discovery",
    method: Method::GET,
    path: "/",
    server: None,
    security: &[],
    retry: RetryClass::Safe,
    accept: "application/json",
    success: &[],
    bodies: &[],
    pagination: None,
};

/// From a 401 that names its metadata (RFC 9728 section 5) to the authorization server.
pub(crate) async fn of_refusal<R: ResourceMetadata, S: ServerMetadata>(
    client: &Client,
    refusal: &Error,
) -> Result<Discovery<R, S>, Error> {
    let refusal = refusal.as_api().filter(|error| error.status() == StatusCode::UNAUTHORIZED);
    let refusal = refusal.ok_or(DiscoveryError::NoMetadata)?;
    let metadata = refusal.resource_metadata().ok_or(DiscoveryError::NoMetadata)?;
    let asked = match &refusal.url {
        Some(url) => url.clone(),
        None => client.shared.server.url(None, "/", "").map_err(|_| DiscoveryError::InvalidUrl)?,
    };
    let place = url(client, metadata, Some(&asked))?;
    let resource: R = fetch(client, place.clone()).await?;
    // RFC 9728 section 3.3 wants the URL of the call itself. One resource answers at many URLs, those below its own.
    let identifier = resource.resource().parse().map_err(|_| DiscoveryError::ResourceMismatch)?;
    if !covers(&identifier, &asked) {
        return Err(DiscoveryError::ResourceMismatch.into());
    }
    server_of(client, resource, &place).await
}

/// From the identifier of a resource to the authorization server, by the metadata at the well-known place.
pub(crate) async fn of_resource<R: ResourceMetadata, S: ServerMetadata>(
    client: &Client,
    identifier: &str,
) -> Result<Discovery<R, S>, Error> {
    let place = well_known(client, identifier, "oauth-protected-resource", None)?;
    let resource: R = fetch(client, place.clone()).await?;
    check_resource(resource.resource(), identifier)?;
    server_of(client, resource, &place).await
}

/// The first authorization server that can be used, in the order of the resource; the error of the first when none can.
async fn server_of<R: ResourceMetadata, S: ServerMetadata>(
    client: &Client,
    resource: R,
    place: &Uri,
) -> Result<Discovery<R, S>, Error> {
    let mut first_error = None;
    for issuer in resource.authorization_servers().iter().take(MOST_SERVERS) {
        match of_named_issuer(client, issuer, Some(place)).await {
            Ok(server) => return Ok(Discovery { resource, server }),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or_else(|| DiscoveryError::NoAuthorizationServer.into()))
}

/// The metadata of an authorization server, at the well-known place (RFC 8414 section 3).
pub(crate) async fn of_issuer<S: ServerMetadata>(client: &Client, issuer: &str) -> Result<S, Error> {
    of_named_issuer(client, issuer, None).await
}

async fn of_named_issuer<S: ServerMetadata>(client: &Client, issuer: &str, namer: Option<&Uri>) -> Result<S, Error> {
    // An issuer has no query (RFC 8414 section 2).
    if issuer.contains('?') {
        return Err(DiscoveryError::InvalidUrl.into());
    }
    let server: S = fetch(client, well_known(client, issuer, "oauth-authorization-server", namer)?).await?;
    check_issuer(server.issuer(), issuer)?;
    Ok(server)
}

/// Compares issuers character by character (RFC 8414 sections 3.3 and 4).
pub(crate) fn check_issuer(found: &str, expected: &str) -> Result<(), Error> {
    if found == expected { Ok(()) } else { Err(DiscoveryError::IssuerMismatch.into()) }
}

/// Compares resource identifiers character by character (RFC 9728 sections 3.3 and 6).
pub(crate) fn check_resource(found: &str, expected: &str) -> Result<(), Error> {
    if found == expected { Ok(()) } else { Err(DiscoveryError::ResourceMismatch.into()) }
}

fn fetch<T: DeserializeOwned + 'static>(client: &Client, url: Uri) -> Request<T> {
    Request::of_url(client, &METADATA, url, BufferedResponse::json)
}

/// A URL that the caller or a server, `namer`, names: `https`, or this machine. A server elsewhere has nothing to say about
/// what is on this machine (RFC 9728 section 7.7).
fn url(client: &Client, text: &str, namer: Option<&Uri>) -> Result<Uri, DiscoveryError> {
    let url: Uri = text.parse().map_err(|_| DiscoveryError::InvalidUrl)?;
    let has_user = url.authority().is_some_and(|authority| authority.as_str().contains('@'));
    let is_plain = url.scheme_str() == Some("http");
    let may_be_plain = namer.is_none_or(|namer| namer.scheme_str() == Some("http"));
    match client.shared.server.check(&url) {
        Ok(()) if !has_user && (may_be_plain || !is_plain) => Ok(url),
        _ => Err(DiscoveryError::InvalidUrl),
    }
}

/// Where metadata stands: the well-known part goes between host and path, whose last slash goes (RFC 8414 section 3.1).
/// A resource may have a query too (RFC 9728 section 3.1).
fn well_known(client: &Client, identifier: &str, kind: &str, namer: Option<&Uri>) -> Result<Uri, DiscoveryError> {
    let identified = url(client, identifier, namer)?;
    // The type drops a fragment without a word.
    if identifier.contains('#') {
        return Err(DiscoveryError::InvalidUrl);
    }
    let (scheme, host) = (identified.scheme_str().unwrap_or_default(), identified.authority());
    let host = host.map_or("", http::uri::Authority::as_str);
    let path = identified.path().trim_end_matches('/');
    let query = identified.query().map(|query| format!("?{query}")).unwrap_or_default();
    url(client, &format!("{scheme}://{host}/.well-known/{kind}{path}{query}"), namer)
}

/// Whether a resource answers at a URL: it has the same origin, and its path is the URL's or an ancestor of it.
fn covers(resource: &Uri, url: &Uri) -> bool {
    let port = |url: &Uri| url.port_u16().or(if url.scheme_str() == Some("https") { Some(443) } else { Some(80) });
    let same_host = match (resource.host(), url.host()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => false,
    };
    let below = url.path().strip_prefix(resource.path().trim_end_matches('/'));
    resource.scheme() == url.scheme()
        && same_host
        && port(resource) == port(url)
        && resource.query().is_none()
        && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Why no authorization server was found, or why what was found must not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// The error is no 401 that says where the resource describes itself.
    NoMetadata,
    /// A URL is not one, or is neither `https` nor on this machine.
    InvalidUrl,
    /// The metadata is that of another resource than the one that was asked.
    ResourceMismatch,
    /// The resource names no authorization server.
    NoAuthorizationServer,
    /// The metadata is that of another authorization server than the one that was asked.
    IssuerMismatch,
}

impl fmt::Display for DiscoveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoMetadata => "the error is no 401 that names the metadata of the resource",
            Self::InvalidUrl => "a URL of the metadata is neither `https` nor on this machine",
            Self::ResourceMismatch => "the metadata is that of another resource",
            Self::NoAuthorizationServer => "the resource names no authorization server",
            Self::IssuerMismatch => "the metadata is that of another authorization server",
        })
    }
}

impl StdError for DiscoveryError {}

impl From<DiscoveryError> for Error {
    fn from(error: DiscoveryError) -> Self {
        Self::Flow(Box::new(error))
    }
}
