//! What a call consists of, and how an HTTP request is made of it.

use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{HeaderMap, HeaderValue, Method, Uri, header};
use serde_json::Value;

use crate::{
    authorization_server::Endpoint,
    body::Body,
    client::Client,
    credentials::{Credential, Credentials, Found, OWN_CREDENTIAL, Signing, TokenSource},
    encode::{self, Field},
    error::Error,
    operation::{Encoding, Operation, RetryClass, Scheme},
    parameter, path,
    wire::WireBody,
};

/// A call before its credentials are added.
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
    /// The client that the request must be of. It is a public one where the credentials have no client.
    pub(crate) client_auth: Option<Credential>,
    /// The scheme the caller chose, in place of those of the operation.
    pub(crate) scheme: Option<&'static [Scheme]>,
    /// A credential must be sent even where the document has an alternative without.
    pub(crate) credential_required: bool,
    /// The whole URL, of another server: it gets no credential and no header of the client's.
    pub(crate) url: Option<Uri>,
    /// Members to add to the body.
    pub(crate) members: Vec<(&'static str, String)>,
    /// Members to set in the body.
    pub(crate) fields: Vec<(String, Value)>,
    pub(crate) class: RetryClass,
    /// The first argument that cannot be sent.
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

impl Payload {
    /// Whether the body is there for another attempt.
    pub(crate) fn can_repeat(&self) -> bool {
        match self {
            Self::None | Self::Value(_) => true,
            Self::Raw { body, .. } => lock(body).as_ref().is_some_and(|body| body.as_bytes().is_some()),
        }
    }
}

fn lock(body: &Mutex<Option<Body>>) -> MutexGuard<'_, Option<Body>> {
    body.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Parts {
    pub(crate) fn new(client: &Client, operation: &'static Operation) -> Self {
        Self {
            client: client.clone(),
            operation,
            method: None,
            path: Cow::Borrowed(operation.path),
            query: String::new(),
            headers: HeaderMap::new(),
            payload: Payload::None,
            encoding: None,
            timeout: None,
            max_retries: None,
            credentials: None,
            client_auth: None,
            scheme: None,
            credential_required: false,
            url: None,
            members: Vec::new(),
            fields: Vec::new(),
            class: operation.retry,
            fault: None,
        }
    }

    /// Keeps the first fault for the caller to see when the request is awaited.
    pub(crate) fn fail(&mut self, message: impl Into<String>) {
        self.fault.get_or_insert_with(|| message.into());
    }

    pub(crate) fn header(&mut self, name: &str, value: &str, secret: bool) {
        match parameter::header(name, value, secret) {
            Ok((name, value)) => drop(self.headers.insert(name, value)),
            Err(message) => self.fail(message),
        }
    }

    pub(crate) fn cookie(&mut self, name: &str, value: &str) {
        if let Err(message) = parameter::add_cookie(&mut self.headers, name, value) {
            self.fail(message);
        }
    }

    /// How long an attempt may take.
    pub(crate) fn time_limit(&self) -> Duration {
        self.timeout.unwrap_or(self.client.shared.timeout)
    }

    /// The schemes to satisfy. A credential of the caller's own takes the place of all of them.
    ///
    /// # Errors
    ///
    /// When the arguments cannot be sent or a credential is missing: nothing has been sent then, not even for a token.
    pub(crate) fn schemes(&self) -> Result<&'static [Scheme], Error> {
        if let Some(fault) = &self.fault {
            return Err(self.invalid(fault));
        }
        path::check(self.operation.path, &self.path).map_err(|message| self.invalid(message))?;
        let credentials = self.credentials();
        if self.headers.contains_key(OWN_CREDENTIAL) || self.url.is_some() {
            return Ok(&[]);
        }
        let sends_none = self.credentials.as_ref().is_some_and(|own| own.is_none());
        if sends_none && !self.credential_required && self.operation.is_without_credential() {
            return Ok(&[]);
        }
        if let Some(chosen) = self.scheme {
            return credentials.check(self.operation, chosen, self.credential_required).map(|()| chosen);
        }
        // Nothing says what an untyped request needs, so that none at all is an answer too.
        if self.is_untyped() && credentials.is_none() {
            return Ok(&[]);
        }
        credentials.choose(self.operation, self.credential_required)
    }

    const fn is_untyped(&self) -> bool {
        self.method.is_some()
    }

    /// Where the token for these schemes comes from, if one of them has no credential of its own.
    pub(crate) fn token_source(&self, schemes: &[Scheme]) -> Option<&Arc<dyn TokenSource>> {
        schemes.iter().find_map(|scheme| match self.credentials().find(scheme) {
            Some(Found::Managed(source)) => Some(source),
            _ => None,
        })
    }

    /// The HTTP request of one attempt. `token` is for schemes that have no credential of their own.
    pub(crate) fn to_http(&self, schemes: &[Scheme], token: Option<&Credential>) -> Result<http::Request<Body>, Error> {
        let mut tree = self.tree(schemes)?;
        let signing = self.sign(schemes, token, tree.as_ref());
        let encoded = signing.and_then(|signing| Ok((self.encode(tree.as_mut(), &signing.fields)?, signing)));
        if let Some(tree) = &mut tree {
            encode::wipe(tree);
        }
        let ((content_type, body), signing) = encoded?;

        let shared = &self.client.shared;
        let endpoint = self.endpoint();
        let url = match (&self.url, endpoint) {
            (Some(url), _) => shared.server.check(url).map(|()| url.clone()),
            (None, Some(endpoint)) => endpoint.url(&signing.query),
            (None, None) => shared.server.url(self.operation.server, &self.path, &signing.query),
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = self.method().clone();
        *request.uri_mut() = url.map_err(|message| self.invalid(message))?;
        let mut headers = signing.headers;
        if self.url.is_none() && endpoint.is_none_or(|endpoint| endpoint.is_own) {
            for (name, value) in &shared.headers {
                headers.entry(name).or_insert_with(|| value.clone());
            }
        }
        if !self.operation.accept.is_empty() {
            headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static(self.operation.accept));
        }
        headers.entry(header::USER_AGENT).or_insert_with(|| shared.user_agent.clone());
        if let Some(content_type) = content_type {
            headers.entry(header::CONTENT_TYPE).or_insert(content_type);
        }
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// Where the operation is, if another authorization server than the document's is used.
    fn endpoint(&self) -> Option<&Endpoint> {
        self.client.authorization_server.as_ref()?.endpoint(self.operation)
    }

    pub(crate) fn method(&self) -> &Method {
        self.method.as_ref().unwrap_or(&self.operation.method)
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        self.credentials.as_ref().unwrap_or(&self.client.credentials)
    }

    fn invalid(&self, message: impl Into<String>) -> Error {
        Error::InvalidRequest { operation: self.operation.id, message: message.into() }
    }

    /// The errors of encoding are this crate's own: they hold nothing of the body.
    fn unencodable(&self, error: &serde_json::Error) -> Error {
        self.invalid(format!("the body cannot be encoded: {error}"))
    }

    fn chosen_encoding(&self) -> Encoding {
        self.encoding.or(self.operation.bodies.first().copied()).unwrap_or(Encoding::Json)
    }

    /// The body as a tree, where something must be read from it or added to it.
    fn tree(&self, schemes: &[Scheme]) -> Result<Option<Value>, Error> {
        let looked_at = schemes.iter().any(|scheme| matches!(scheme, Scheme::ClientAuth { .. }));
        let is_changed = !self.members.is_empty() || !self.fields.is_empty();
        let looked_at = looked_at || is_changed;
        match &self.payload {
            Payload::Value(body) if looked_at || self.chosen_encoding() != Encoding::Json => {
                let mut tree = body.to_value().map_err(|error| self.unencodable(&error))?;
                encode::add_members(&mut tree, &self.members).map_err(|message| self.invalid(message))?;
                encode::set_members(&mut tree, &self.fields).map_err(|message| self.invalid(message))?;
                Ok(Some(tree))
            }
            Payload::None | Payload::Raw { .. } if is_changed => {
                Err(self.invalid("the body is not a form or an object, to which members could be added"))
            }
            _ => Ok(None),
        }
    }

    fn sign(&self, schemes: &[Scheme], token: Option<&Credential>, body: Option<&Value>) -> Result<Signing, Error> {
        let mut signing = Signing { headers: self.headers.clone(), query: self.query.clone(), fields: Vec::new() };
        let credentials = self.credentials();
        for scheme in schemes {
            // One client authentication only (RFC 6749 section 2.3): one in the body is the caller's own choice.
            if matches!(scheme, Scheme::ClientAuth { .. }) && body.is_some_and(encode::authenticates_client) {
                continue;
            }
            let credential = match credentials.find(scheme) {
                Some(Found::Credential(credential)) => Some(credential),
                Some(Found::Managed(_)) => token,
                Some(Found::Nothing) => continue,
                None => None,
            };
            let Some(credential) = credential else {
                return Err(Error::MissingCredential { operation: self.operation.id, scheme: scheme.name() });
            };
            if let (Some(expected), Some(found)) = (&self.client_auth, credential.client_id())
                && expected.client_id() != Some(found)
            {
                return Err(self.invalid("the client authentication is that of another client than the attempt's"));
            }
            credential.apply(scheme, &mut signing).map_err(|message| self.invalid(message))?;
        }
        Ok(signing)
    }

    fn encode(&self, tree: Option<&mut Value>, fields: &[Field]) -> Result<(Option<HeaderValue>, Body), Error> {
        let invalid = |message: String| self.invalid(message);
        let value = match &self.payload {
            Payload::Value(value) => value,
            Payload::None | Payload::Raw { .. } if !fields.is_empty() => {
                return Err(self.invalid("client authentication needs a form or an object to be added to"));
            }
            Payload::None => return Ok((None, Body::empty())),
            Payload::Raw { content_type, body } => {
                let mut held = lock(body);
                let body = match held.as_ref().map(Body::try_clone) {
                    Some(Some(copy)) => Some(copy),
                    Some(None) => held.take(),
                    None => None,
                };
                let body = body.ok_or_else(|| self.invalid("the body is a stream that was already sent"))?;
                return Ok((Some(content_type.clone()), body));
            }
        };
        let encoding = self.chosen_encoding();
        if !self.operation.bodies.is_empty() && !self.operation.bodies.contains(&encoding) {
            return Err(self.invalid(format!("the operation does not offer the encoding {encoding:?}")));
        }
        let bytes = match (encoding, tree) {
            (Encoding::Json, None) => value.to_json().map_err(|error| self.unencodable(&error))?,
            (Encoding::Json, Some(tree)) => {
                encode::add_fields(tree, fields).map_err(invalid)?;
                serde_json::to_vec(tree).map_err(|error| self.unencodable(&error))?
            }
            (Encoding::Form, Some(tree)) => {
                encode::add_fields(tree, fields).map_err(invalid)?;
                encode::form(tree).map_err(invalid)?.into_bytes()
            }
            (Encoding::Text, Some(tree)) => path::plain(tree).into_owned().into_bytes(),
            (encoding, _) => return Err(self.invalid(format!("a value cannot be sent as {encoding:?}"))),
        };
        Ok((Some(HeaderValue::from_static(encoding.media_type())), bytes.into()))
    }
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
