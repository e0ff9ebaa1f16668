//! From a resource that refuses a call to the authorization server that gives tokens for it (RFC 9728, RFC 8414).

use std::{error::Error as StdError, fmt, sync::Arc};

use http::{Method, StatusCode, Uri};
use serde::de::DeserializeOwned;

use crate::{
    authorization_server::{AuthorizationServer, Endpoint},
    challenge::Challenge,
    client::{Client, is_this_machine, same_origin},
    credentials::Credentials,
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

    /// Where the operations of the document are that authorization servers have.
    fn endpoints(&self) -> Vec<(&'static Operation, Option<&str>)>;

    /// Whether every answer to an authorization request names the issuer (RFC 9207 section 3).
    fn names_itself(&self) -> bool;
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
    of_metadata(client, &asked, metadata).await
}

/// From the challenge of a 401 that any HTTP stack was given, for a request to `asked`.
pub(crate) async fn of_challenge<R: ResourceMetadata, S: ServerMetadata>(
    client: &Client,
    asked: &str,
    www_authenticate: &str,
) -> Result<Discovery<R, S>, Error> {
    let challenges = Challenge::parse(www_authenticate);
    let metadata = challenges.iter().find_map(|challenge| challenge.parameter("resource_metadata"));
    let metadata = metadata.ok_or(DiscoveryError::NoMetadata)?;
    let asked = asked.parse().map_err(|_| DiscoveryError::InvalidUrl)?;
    of_metadata(client, &asked, metadata).await
}

async fn of_metadata<R: ResourceMetadata, S: ServerMetadata>(
    client: &Client,
    asked: &Uri,
    metadata: &str,
) -> Result<Discovery<R, S>, Error> {
    let reach = Reach::of(client, asked);
    let place = reach.url(metadata)?;
    let resource: R = fetch(client, place.clone()).await?;
    let identifier = resource.resource().parse().map_err(|_| DiscoveryError::ResourceMismatch)?;
    if !covers(&identifier, asked) || !(is_same_place(&identifier, asked) || is_described_at(&identifier, &place)) {
        return Err(DiscoveryError::ResourceMismatch.into());
    }
    server_of(Reach::of(client, &place), resource).await
}

/// From the identifier of a resource to the authorization server, by the metadata at the well-known place.
pub(crate) async fn of_resource<R: ResourceMetadata, S: ServerMetadata>(
    client: &Client,
    identifier: &str,
) -> Result<Discovery<R, S>, Error> {
    let reach = Reach::of(client, &identifier.parse().map_err(|_| DiscoveryError::InvalidUrl)?);
    let resource: R = fetch(client, reach.well_known(identifier, "oauth-protected-resource")?).await?;
    check_resource(resource.resource(), identifier)?;
    server_of(reach, resource).await
}

/// The first authorization server that can be used, in the order of the resource; the error of the first when none can.
async fn server_of<R: ResourceMetadata, S: ServerMetadata>(
    reach: Reach<'_>,
    resource: R,
) -> Result<Discovery<R, S>, Error> {
    let mut first_error = None;
    for issuer in resource.authorization_servers().iter().take(MOST_SERVERS) {
        match reach.server(issuer).await {
            Ok(server) => return Ok(Discovery { resource, server }),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or_else(|| DiscoveryError::NoAuthorizationServer.into()))
}

/// The metadata of an authorization server, at the well-known place (RFC 8414 section 3).
pub(crate) async fn of_issuer<S: ServerMetadata>(client: &Client, issuer: &str) -> Result<S, Error> {
    let url = issuer.parse().map_err(|_| DiscoveryError::InvalidUrl)?;
    Reach::of(client, &url).server(issuer).await
}

/// A client that uses this authorization server.
pub(crate) fn with_server<S: ServerMetadata>(client: &Client, metadata: &S) -> Result<Client, Error> {
    let issuer = metadata.issuer().parse().map_err(|_| DiscoveryError::InvalidUrl)?;
    let server = Reach::of(client, &issuer).authorization_server(metadata)?;
    let own = server.endpoints.iter().all(|endpoint| endpoint.is_own || endpoint.url.is_none());
    let credentials = if own {
        Arc::clone(&client.credentials)
    } else {
        Arc::new(Credentials::clone(&client.credentials).without_client())
    };
    Ok(Client { credentials, authorization_server: Some(Arc::new(server)), ..client.clone() })
}

/// Compares issuers character by character (RFC 8414 sections 3.3 and 4).
pub(crate) fn check_issuer(found: &str, expected: &str) -> Result<(), Error> {
    if found == expected { Ok(()) } else { Err(DiscoveryError::IssuerMismatch.into()) }
}

/// Compares resource identifiers character by character (RFC 9728 sections 3.3 and 6).
pub(crate) fn check_resource(found: &str, expected: &str) -> Result<(), Error> {
    if found == expected { Ok(()) } else { Err(DiscoveryError::ResourceMismatch.into()) }
}

/// Asked once: whoever names the URL must not be able to make us ask more.
fn fetch<T: DeserializeOwned + 'static>(client: &Client, url: Uri) -> Request<T> {
    Request::of_url(client, &METADATA, url, BufferedResponse::json).max_retries(0)
}

/// Which URLs of metadata are used.
#[derive(Clone, Copy)]
struct Reach<'a> {
    client: &'a Client,
    /// Whether services of this machine may be asked: those who are elsewhere must not reach them through us.
    local: bool,
}

impl<'a> Reach<'a> {
    /// What may be reached for the sake of `asked`.
    fn of(client: &'a Client, asked: &Uri) -> Self {
        Self { client, local: client.shared.server.allow_insecure_http || is_this_machine(asked) }
    }

    /// A URL that a server names: `https`, or on this machine for who is there too.
    fn url(self, text: &str) -> Result<Uri, DiscoveryError> {
        let url: Uri = text.parse().map_err(|_| DiscoveryError::InvalidUrl)?;
        let has_user = url.authority().is_some_and(|authority| authority.as_str().contains('@'));
        // The type drops a fragment without a word.
        let is_whole = !has_user && !text.contains('#');
        match self.client.shared.server.check(&url) {
            Ok(()) if is_whole && (self.local || !is_this_machine(&url)) => Ok(url),
            _ => Err(DiscoveryError::InvalidUrl),
        }
    }

    /// Where metadata stands: the well-known part goes between host and path, whose last slash goes (RFC 8414
    /// section 3.1). A resource may have a query too (RFC 9728 section 3.1).
    fn well_known(self, identifier: &str, kind: &str) -> Result<Uri, DiscoveryError> {
        let identified = self.url(identifier)?;
        let (scheme, host) = (identified.scheme_str().unwrap_or_default(), identified.authority());
        let host = host.map_or("", http::uri::Authority::as_str);
        let path = identified.path().trim_end_matches('/');
        let query = identified.query().map(|query| format!("?{query}")).unwrap_or_default();
        self.url(&format!("{scheme}://{host}/.well-known/{kind}{path}{query}"))
    }

    /// The metadata of an authorization server whose endpoints can be used.
    async fn server<S: ServerMetadata>(self, issuer: &str) -> Result<S, Error> {
        // An issuer has no query (RFC 8414 section 2).
        if issuer.contains('?') {
            return Err(DiscoveryError::InvalidUrl.into());
        }
        let server: S = fetch(self.client, self.well_known(issuer, "oauth-authorization-server")?).await?;
        check_issuer(server.issuer(), issuer)?;
        self.authorization_server(&server)?;
        Ok(server)
    }

    fn authorization_server<S: ServerMetadata>(self, metadata: &S) -> Result<AuthorizationServer, DiscoveryError> {
        self.url(metadata.issuer())?;
        let endpoint = |(operation, url): (&'static Operation, Option<&str>)| {
            let url = url.map(|url| self.url(url)).transpose()?;
            let is_own = url.as_ref().is_some_and(|url| self.client.shared.server.has_origin_of(url));
            Ok(Endpoint { operation, url, is_own })
        };
        let endpoints = metadata.endpoints().into_iter().map(endpoint).collect::<Result<_, DiscoveryError>>()?;
        let names_itself = metadata.names_itself();
        Ok(AuthorizationServer { issuer: metadata.issuer().to_owned(), names_itself, endpoints })
    }
}

/// Whether a resource answers at a URL: it has the same origin, and its path is the URL's or an ancestor of it.
///
/// RFC 9728 section 3.3 wants the URL of the call itself. One resource answers at many URLs, those below its own.
fn covers(resource: &Uri, url: &Uri) -> bool {
    let is_above = resource.query().is_none() && is_below(resource.path(), url.path());
    same_origin(resource, url) && (is_above || resource.path() == url.path() && resource.query() == url.query())
}

/// Whether the identifier is the URL itself: whoever answers there may say what it is.
fn is_same_place(resource: &Uri, url: &Uri) -> bool {
    is_below(resource.path(), url.path()) && is_below(url.path(), resource.path())
}

/// Whether metadata stands where only the host of the resource can put it: for all of the resource or more. One of the
/// host's tenants must not speak for the others (RFC 9728 section 7.3).
fn is_described_at(resource: &Uri, place: &Uri) -> bool {
    let described = place.path().strip_prefix("/.well-known/oauth-protected-resource");
    same_origin(resource, place) && described.is_some_and(|path| is_below("/", path) && is_below(path, resource.path()))
}

/// Whether a path is another one or below it.
fn is_below(path: &str, other: &str) -> bool {
    let rest = other.strip_prefix(path.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Why no authorization server was found, or why what was found must not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// The error is no 401 that says where the resource describes itself.
    NoMetadata,
    /// A URL is not one, or is not `https`. On this machine `http` is right, but nobody elsewhere may lead here.
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
            Self::InvalidUrl => "a URL of the metadata is not `https`, or leads to this machine from elsewhere",
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
