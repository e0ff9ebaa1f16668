//! Making a call: credentials, encoding, attempts, and what the response means.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Uri, header};
use serde_json::Value;

use crate::{
    api_error::ApiError,
    body::{Body, CollectError},
    client::Client,
    clock::within,
    credentials::{Credential, Credentials, Found, OWN_CREDENTIAL, Signing},
    encode,
    error::{Error, RedirectError},
    operation::{Encoding, Operation, RetryClass, Scheme},
    path, response,
    response::BufferedResponse,
    retry,
    wire::WireBody,
};

/// A request before its credentials are added.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) client: Client,
    pub(crate) operation: &'static Operation,
    /// The method of an untyped request.
    pub(crate) method: Option<Method>,
    pub(crate) path: Cow<'static, str>,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_retries: Option<u32>,
    pub(crate) credentials: Option<Arc<Credentials>>,
    pub(crate) class: RetryClass,
    pub(crate) fault: Option<String>,
}

/// The body of a request.
#[derive(Clone)]
pub(crate) enum Payload {
    None,
    Value(Arc<dyn WireBody>),
    /// Bytes, or a stream that is taken by the first attempt.
    Raw {
        content_type: HeaderValue,
        body: Arc<Mutex<Option<Body>>>,
    },
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.operation.id)
            .field("method", self.method())
            .field("path", &self.operation.path)
            .finish_non_exhaustive()
    }
}

impl Parts {
    fn method(&self) -> &Method {
        self.method.as_ref().unwrap_or(&self.operation.method)
    }

    fn credentials(&self) -> &Credentials {
        self.credentials.as_ref().unwrap_or(&self.client.credentials)
    }

    fn invalid(&self, message: impl Into<String>) -> Error {
        Error::InvalidRequest { operation: self.operation.id, message: message.into() }
    }

    /// The schemes to satisfy. A credential of the caller's own takes the place of all of them.
    fn schemes(&self) -> Result<&'static [Scheme], Error> {
        if self.headers.contains_key(OWN_CREDENTIAL) { Ok(&[]) } else { self.credentials().choose(self.operation) }
    }

    /// Builds the request; `managed` is the token for schemes that have no credential of their own.
    fn sign(&self, schemes: &[Scheme], managed: Option<&Credential>) -> Result<Outgoing, Error> {
        if let Some(fault) = &self.fault {
            return Err(self.invalid(fault));
        }
        path::check(self.operation.path, &self.path).map_err(|message| self.invalid(message))?;

        let mut signing = Signing { headers: self.headers.clone(), query: self.query.clone(), fields: Vec::new() };
        let credentials = self.credentials();
        let mut body = self.value_for(schemes)?;
        let authenticates_itself = body.as_ref().is_some_and(|body| {
            ["client_secret", "client_assertion"].iter().any(|name| encode::has_member(body, name))
        });
        for scheme in schemes {
            // One client authentication only (RFC 6749 section 2.3).
            if matches!(scheme, Scheme::ClientAuth { .. }) && authenticates_itself {
                continue;
            }
            let credential = match credentials.find(scheme) {
                Some(Found::Credential(credential)) => Some(credential),
                Some(Found::Managed(_)) => managed,
                Some(Found::Nothing) => continue,
                None => None,
            };
            let Some(credential) = credential else {
                return Err(Error::MissingCredential { operation: self.operation.id, scheme: scheme.name() });
            };
            credential.apply(scheme, &mut signing).map_err(|message| self.invalid(message))?;
        }
        let encoded = self.encode(body.as_mut(), &signing.fields);
        if let Some(body) = &mut body {
            encode::wipe(body);
        }
        let (content_type, content) = encoded?;

        let shared = &self.client.shared;
        let url = shared.server.url(self.operation.server, &self.path, &signing.query);
        let url = url.map_err(|message| self.invalid(message))?;
        let mut headers = signing.headers;
        for (name, value) in &shared.headers {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        if !self.operation.accept.is_empty() {
            headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static(self.operation.accept));
        }
        headers.entry(header::USER_AGENT).or_insert_with(|| shared.user_agent.clone());
        if let Some(content_type) = content_type {
            headers.entry(header::CONTENT_TYPE).or_insert(content_type);
        }
        Ok(Outgoing { method: self.method().clone(), url, headers, content })
    }

    fn chosen_encoding(&self) -> Encoding {
        self.encoding.or(self.operation.bodies.first().copied()).unwrap_or(Encoding::Json)
    }

    /// The body as a tree, where something must be read from it or added to it.
    fn value_for(&self, schemes: &[Scheme]) -> Result<Option<Value>, Error> {
        let looked_at = schemes.iter().any(|scheme| matches!(scheme, Scheme::ClientAuth { .. }));
        match &self.payload {
            Payload::Value(body) if looked_at || self.chosen_encoding() != Encoding::Json => {
                body.to_value().map(Some).map_err(|_| self.invalid("the body cannot be encoded"))
            }
            _ => Ok(None),
        }
    }

    fn encode(
        &self,
        tree: Option<&mut Value>,
        fields: &[encode::Field],
    ) -> Result<(Option<HeaderValue>, Content), Error> {
        let invalid = |message: String| self.invalid(message);
        let body = match &self.payload {
            Payload::None if fields.is_empty() => return Ok((None, Content::Bytes(Bytes::new()))),
            Payload::None => return Err(self.invalid("client authentication needs a body to be added to")),
            Payload::Raw { content_type, body } => {
                if !fields.is_empty() {
                    return Err(self.invalid("client authentication cannot be added to a body of bytes"));
                }
                return Ok((Some(content_type.clone()), Content::Raw(Arc::clone(body))));
            }
            Payload::Value(body) => body,
        };
        let encoding = self.chosen_encoding();
        if !self.operation.bodies.is_empty() && !self.operation.bodies.contains(&encoding) {
            return Err(self.invalid(format!("the operation does not offer the encoding {encoding:?}")));
        }
        let bytes = match (encoding, tree) {
            (Encoding::Json, None) => body.to_json().map_err(|_| self.invalid("the body cannot be encoded"))?,
            (Encoding::Json, Some(tree)) => {
                encode::add_fields(tree, fields).map_err(invalid)?;
                serde_json::to_vec(tree).map_err(|_| self.invalid("the body cannot be encoded"))?
            }
            (Encoding::Form, Some(tree)) => {
                encode::add_fields(tree, fields).map_err(invalid)?;
                encode::form(tree).map_err(invalid)?.into_bytes()
            }
            (Encoding::Text, Some(tree)) => path::plain(tree).into_owned().into_bytes(),
            (encoding, _) => return Err(self.invalid(format!("a value cannot be sent as {encoding:?}"))),
        };
        Ok((Some(HeaderValue::from_static(encoding.media_type())), Content::Bytes(bytes.into())))
    }
}

/// A request with everything in it; it makes one HTTP request for each attempt.
struct Outgoing {
    method: Method,
    url: Uri,
    headers: HeaderMap,
    content: Content,
}

enum Content {
    Bytes(Bytes),
    Raw(Arc<Mutex<Option<Body>>>),
}

impl Outgoing {
    /// The HTTP request; `None` when the body was a stream that is spent.
    fn to_http(&self) -> Option<http::Request<Body>> {
        let body = match &self.content {
            Content::Bytes(bytes) => bytes.clone().into(),
            Content::Raw(body) => Payload::take(body)?,
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.url.clone();
        *request.headers_mut() = self.headers.clone();
        Some(request)
    }
}

/// The HTTP request, without any waiting.
pub(crate) fn without_io(parts: &Parts) -> Result<http::Request<Body>, Error> {
    let schemes = parts.schemes()?;
    let managed = token_source(parts, schemes).and_then(|source| source.ready(parts.client.shared.clock.now()));
    let outgoing = parts.sign(schemes, managed.as_ref())?;
    outgoing.to_http().ok_or_else(|| parts.invalid(SPENT))
}

const SPENT: &str = "the body is a stream that was already sent";

fn token_source<'a>(parts: &'a Parts, schemes: &[Scheme]) -> Option<&'a Arc<dyn crate::credentials::TokenSource>> {
    schemes.iter().find_map(|scheme| match parts.credentials().find(scheme) {
        Some(Found::Managed(source)) => Some(source),
        _ => None,
    })
}

/// Makes the call and gives a success whose body has arrived.
pub(crate) async fn buffered(parts: &Parts) -> Result<BufferedResponse, Error> {
    let response = perform(parts, true).await?;
    let response = judge(&parts.client, parts.operation, response)?;
    Ok(buffer(parts.operation, response))
}

/// Makes the call and gives a success whose body may still be on its way.
pub(crate) async fn streamed(parts: &Parts) -> Result<http::Response<Body>, Error> {
    let response = perform(parts, false).await?;
    let response = judge(&parts.client, parts.operation, response)?;
    let shared = &parts.client.shared;
    let limit = parts.timeout.unwrap_or(shared.timeout);
    Ok(response.map(|body| body.with_idle_limit(Arc::clone(&shared.clock), limit)))
}

/// Makes the call, with as many attempts as are allowed, and gives the last response.
pub(crate) async fn perform(parts: &Parts, whole: bool) -> Result<http::Response<Body>, Error> {
    let shared = &parts.client.shared;
    let schemes = parts.schemes()?;
    let source = token_source(parts, schemes);
    let mut token = match source {
        Some(source) => Some(match source.ready(shared.clock.now()) {
            Some(token) => token,
            None => source.fetch(&parts.client).await?,
        }),
        None => None,
    };
    let mut outgoing = parts.sign(schemes, token.as_ref())?;
    let limit = parts.timeout.unwrap_or(shared.timeout);
    let max_retries = parts.max_retries.unwrap_or(shared.retry.limit());
    let mut retries = 0;
    let mut renewed = false;
    loop {
        let Some(request) = outgoing.to_http() else { return Err(parts.invalid(SPENT)) };
        let attempt = async {
            let sent = shared.transport.send(request).await;
            let response = sent.map_err(|source| Error::Transport { operation: parts.operation.id, source })?;
            collect(&parts.client, parts.operation, response, whole).await
        };
        let outcome = within(&*shared.clock, limit, attempt).await;
        let outcome = outcome.unwrap_or(Err(Error::Timeout { operation: parts.operation.id, limit }));

        // A token that was revoked early is replaced once; a refused request had no effect, so it can be repeated.
        if let (Ok(response), Some(source), Some(refused), false) = (&outcome, source, &token, renewed)
            && response.status() == http::StatusCode::UNAUTHORIZED
            && outgoing.can_repeat()
        {
            renewed = true;
            source.reject(refused);
            token = Some(source.fetch(&parts.client).await?);
            outgoing = parts.sign(schemes, token.as_ref())?;
            continue;
        }

        let (allowed, retry_after) = match &outcome {
            Ok(response) => {
                if !retry::is_passing(response.status()) {
                    shared.budget.succeed();
                }
                let allowed = retry::allows_after_status(parts.class, response.status());
                (allowed, retry::retry_after(response.headers(), shared.clock.now()))
            }
            Err(error) => (retry::allows_after_error(parts.class, error), None),
        };
        if !allowed || retries >= max_retries || !outgoing.can_repeat() {
            return outcome;
        }
        let Some(wait) = shared.retry.wait_after(retries, retry_after) else { return outcome };
        if !shared.budget.take() {
            return outcome;
        }
        shared.clock.sleep(wait).await;
        retries += 1;
    }
}

impl Outgoing {
    fn can_repeat(&self) -> bool {
        match &self.content {
            Content::Bytes(_) => true,
            Content::Raw(body) => {
                body.lock().is_ok_and(|body| body.as_ref().is_some_and(|body| body.as_bytes().is_some()))
            }
        }
    }
}

/// Waits for the body of a response; that of a success only when the `whole` is wanted.
pub(crate) async fn collect(
    client: &Client,
    operation: &Operation,
    response: http::Response<Body>,
    whole: bool,
) -> Result<http::Response<Body>, Error> {
    if !whole && operation.is_success(response.status()) {
        return Ok(response);
    }
    let limit = client.shared.max_response_bytes;
    let too_large = || Error::TooLarge { operation: operation.id, limit };
    let announced = response.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > limit as u64) {
        return Err(too_large());
    }
    let (head, body) = response.into_parts();
    match body.collect(limit).await {
        Ok(bytes) => Ok(http::Response::from_parts(head, bytes.into())),
        Err(CollectError::TooLarge) => Err(too_large()),
        Err(CollectError::Transport(source)) => Err(Error::Transport { operation: operation.id, source }),
    }
}

/// Passes on a success, and makes an error of everything else.
pub(crate) fn judge(
    client: &Client,
    operation: &Operation,
    response: http::Response<Body>,
) -> Result<http::Response<Body>, Error> {
    let status = response.status();
    if operation.is_success(status) {
        return Ok(response);
    }
    if status.is_redirection() {
        let location = response::location(status, response.headers());
        return Err(Error::Redirect(Box::new(RedirectError { operation: operation.id, status, location })));
    }
    let (head, body) = response.into_parts();
    let retry_after = retry::retry_after(&head.headers, client.shared.clock.now());
    Err(ApiError::new(operation.id, status, head.headers, bytes(body), retry_after).into())
}

pub(crate) fn buffer(operation: &Operation, response: http::Response<Body>) -> BufferedResponse {
    let (head, body) = response.into_parts();
    BufferedResponse { operation: operation.id, status: head.status, headers: head.headers, body: bytes(body) }
}

/// The bytes of a body that was collected.
pub(crate) fn bytes(body: Body) -> Bytes {
    body.into_bytes().unwrap_or_default()
}
