//! A request: built first, sent when it is awaited.

use std::{
    borrow::Cow,
    fmt,
    future::IntoFuture,
    sync::{Arc, Mutex},
    time::Duration,
};

use http::{HeaderValue, Method, Uri};

use crate::{
    body::Body,
    call,
    client::Client,
    credentials::{Credential, Credentials},
    error::Error,
    operation::{Encoding, Operation, RetryClass},
    parameter::{self, Parameter, Place},
    parts::{Parts, Payload},
    path::{self, PathParameter},
    product,
    response::{BufferedResponse, RawResponse, Response},
    transport::BoxFuture,
    wire::{Wire, Wired},
};

/// How the body of a success is read.
pub(crate) enum Read<T> {
    Buffered(fn(&BufferedResponse) -> Result<T, Error>),
    Streamed(fn(Body) -> T),
}

impl<T> Clone for Read<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Read<T> {}

/// A call of an operation that has not been made yet. Await it, after setting what this call needs.
///
/// It owns everything it needs and can be cloned, kept, and sent to another thread. Arguments that cannot be sent are
/// an error when it is awaited, before anything is sent.
#[must_use = "a request does nothing until it is awaited"]
pub struct Request<T> {
    pub(crate) parts: Box<Parts>,
    pub(crate) read: Read<T>,
}

impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        Self { parts: self.parts.clone(), read: self.read }
    }
}

/// Building, by generated code.
impl<T> Request<T> {
    pub(crate) fn new(
        client: &Client,
        operation: &'static Operation,
        read: fn(&BufferedResponse) -> Result<T, Error>,
    ) -> Self {
        Self { parts: Box::new(Parts::new(client, operation)), read: Read::Buffered(read) }
    }

    /// A request for a JSON document of any server: no credential and no header of the client's is sent.
    pub(crate) fn of_url(
        client: &Client,
        operation: &'static Operation,
        url: Uri,
        read: fn(&BufferedResponse) -> Result<T, Error>,
    ) -> Self {
        let mut request = Self::new(client, operation, read);
        request.parts.url = Some(url);
        request
    }

    /// Sets a path parameter.
    pub(crate) fn path<V: Wire + ?Sized>(mut self, parameter: impl Into<PathParameter>, value: &V) -> Self {
        if let Some(value) = self.value(value) {
            match path::fill(&self.parts.path, parameter.into(), &value) {
                Ok(path) => self.parts.path = Cow::Owned(path),
                Err(message) => self.parts.fail(message),
            }
        }
        self
    }

    /// Sets a query, header or cookie parameter; `None` sets nothing.
    pub(crate) fn parameter<V: Wire + ?Sized>(mut self, parameter: impl Into<Parameter>, value: Option<&V>) -> Self {
        let Some(value) = value.and_then(|value| self.value(value)) else { return self };
        let parameter = parameter.into();
        match parameter.place {
            Place::Query(name) => parameter.write_query(&mut self.parts.query, name, &value),
            Place::Header(name) => {
                if let Some(text) = parameter.text(&value) {
                    self.parts.header(name, &text, V::SECRET);
                }
            }
            Place::Cookie(name) => {
                if let Some(text) = parameter.text(&value) {
                    self.parts.cookie(name, &text);
                }
            }
        }
        self
    }

    /// Sets the body, which is encoded when the request is sent.
    pub(crate) fn body(mut self, body: impl Wire + Send + Sync + 'static) -> Self {
        self.parts.payload = Payload::Value(Arc::new(body));
        self
    }

    /// Sets a body of bytes.
    pub(crate) fn raw_body(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        match HeaderValue::from_str(content_type) {
            Ok(content_type) => {
                self.parts.payload = Payload::Raw { content_type, body: Arc::new(Mutex::new(Some(body.into()))) };
            }
            Err(_) => self.parts.fail("the content type cannot be sent in a header"),
        }
        self
    }

    /// What may be repeated, where it depends on the arguments.
    pub(crate) fn retry_class(mut self, class: RetryClass) -> Self {
        self.parts.class = class;
        self
    }

    /// A credential must be sent with these arguments, even where the document has an alternative without.
    pub(crate) fn credential_required(mut self, required: bool) -> Self {
        self.parts.credential_required = required;
        self
    }

    /// The request is of the client that `auth` names: its own credentials must be of this client, or of none.
    pub(crate) fn of_client(mut self, auth: Credential) -> Self {
        let credentials = self.parts.credentials().clone().or_client(&auth);
        self.parts.credentials = Some(Arc::new(credentials));
        self.parts.client_auth = Some(auth);
        self
    }

    /// Adds a member to the body; the same name again makes a list of it.
    pub(crate) fn body_member(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parts.members.push((name, value.into()));
        self
    }

    fn value<V: Wire + ?Sized>(&mut self, value: &V) -> Option<serde_json::Value> {
        match serde_json::to_value(Wired(value)) {
            Ok(value) => Some(value),
            Err(_) => {
                self.parts.fail("a parameter cannot be written as text");
                None
            }
        }
    }
}

impl Request<Body> {
    /// A request whose response is not kept in memory.
    pub(crate) fn streaming(client: &Client, operation: &'static Operation) -> Self {
        Self { parts: Box::new(Parts::new(client, operation)), read: Read::Streamed(|body| body) }
    }
}

impl Request<serde_json::Value> {
    pub(crate) fn untyped(client: &Client, operation: &'static Operation, method: Method, path: String) -> Self {
        let mut parts = Parts::new(client, operation);
        parts.method = Some(method);
        parts.path = Cow::Owned(path);
        let read = |response: &BufferedResponse| {
            if response.body.is_empty() { Ok(serde_json::Value::Null) } else { response.json() }
        };
        Self { parts: Box::new(parts), read: Read::Buffered(read) }
    }

    /// Sets the body: `value` as JSON, or in another [`Request::encoding`].
    pub fn json(mut self, value: &(impl serde::Serialize + ?Sized)) -> Self {
        match serde_json::to_value(value) {
            Ok(value) => self.parts.payload = Payload::Value(Arc::new(value)),
            Err(error) => self.parts.fail(format!("the body cannot be written as JSON: {error}")),
        }
        self
    }
}

/// Options of this call.
impl<T> Request<T> {
    /// How long each attempt may take, in place of the client's limit.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.parts.timeout = Some(timeout);
        self
    }

    /// How many attempts may follow the first, in place of the client's number.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.parts.max_retries = Some(max_retries);
        self
    }

    /// Sets a header. `Authorization` takes the place of the client's credential. One that the HTTP stack sets, such as
    /// `Host`, is an error when the request is awaited.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if parameter::OF_TRANSPORT.iter().any(|own| own.as_str().eq_ignore_ascii_case(name)) {
            self.parts.fail("a header that the HTTP stack sets itself cannot be set");
        } else {
            self.parts.header(name, value, true);
        }
        self
    }

    /// Sets a member of the body, in place of one of this name: for what this crate does not know yet. As JSON, `null` is
    /// sent; a form leaves it out.
    pub fn body_field(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.parts.fields.push((name.into(), value.into()));
        self
    }

    /// Adds a query parameter, for what this crate does not know yet.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        parameter::push_pair(&mut self.parts.query, name, value);
        self
    }

    /// Uses these credentials and none of the client's. [`Credentials::none`] sends none, if the operation allows that:
    /// also no client identifier, which nothing but an assertion in the body takes the place of (RFC 7521 section 4.2).
    ///
    /// Tokens are kept with the credentials that got them: make such credentials once and give clones of them here, or
    /// to [`Client::with_credentials`].
    pub fn credentials(mut self, credentials: impl Into<Credentials>) -> Self {
        let credentials: Credentials = credentials.into();
        let credentials = match &self.parts.client_auth {
            Some(auth) if !credentials.is_none() => credentials.or_client(auth),
            _ => credentials,
        };
        self.parts.credentials = Some(Arc::new(credentials));
        self
    }

    /// Sends the credential of this security scheme of the document and no other: client authentication, say, for an
    /// endpoint that this crate has no method for. It is the name in the document, the one that
    /// [`Error::MissingCredential`] shows.
    ///
    /// A credential that the client does not have is [`Error::MissingCredential`], before anything is sent.
    pub fn scheme(mut self, name: &str) -> Self {
        match product::SECURITY_SCHEMES.iter().find(|scheme| scheme.name() == name) {
            Some(scheme) => self.parts.scheme = Some(std::slice::from_ref(scheme)),
            None => self.parts.fail("the document has no security scheme of the name that was chosen"),
        }
        self
    }

    /// Writes the body in this encoding, which must be one the operation offers.
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.parts.encoding = Some(encoding);
        self
    }
}

/// Sending.
impl<T: 'static> Request<T> {
    /// Sends the request and gives the value with the status and headers of the response.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn send(self) -> Result<Response<T>, Error> {
        match self.read {
            Read::Buffered(read) => {
                let response = call::buffered(&self.parts).await?;
                let value = read(&response)?;
                Ok(Response { status: response.status, headers: response.headers, value })
            }
            Read::Streamed(read) => {
                let (head, body) = call::streamed(&self.parts).await?.into_parts();
                Ok(Response { status: head.status, headers: head.headers, value: read(body) })
            }
        }
    }

    /// Sends the request and gives the response as it is, whatever its status.
    ///
    /// # Errors
    ///
    /// When there is no response, or one that is too long.
    pub async fn send_raw(self) -> Result<RawResponse, Error> {
        let (head, body) = call::perform(&self.parts, call::Wanted::Raw).await?.into_parts();
        let body = call::bytes(body);
        Ok(RawResponse { status: head.status, headers: head.headers, body })
    }

    /// Builds the HTTP request and the reader of its response, without sending anything: any HTTP stack can carry it.
    ///
    /// # Errors
    ///
    /// When the request cannot be built. A token that would have to be fetched first is a missing credential.
    pub fn into_http(self) -> Result<(http::Request<Body>, Reader<T>), Error> {
        let request = call::without_io(&self.parts)?;
        Ok((request, Reader { client: self.parts.client.clone(), operation: self.parts.operation, read: self.read }))
    }
}

impl<T: 'static> IntoFuture for Request<T> {
    type Output = Result<T, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.read {
                Read::Buffered(read) => read(&call::buffered(&self.parts).await?),
                Read::Streamed(read) => Ok(read(call::streamed(&self.parts).await?.into_body())),
            }
        })
    }
}

/// Reads the response to a request that [`Request::into_http`] built.
pub struct Reader<T> {
    client: Client,
    operation: &'static Operation,
    read: Read<T>,
}

impl<T> Reader<T> {
    /// Reads a response whose body is bytes.
    ///
    /// # Errors
    ///
    /// As when the request had been awaited. A body that is still a stream is [`Error::InvalidRequest`].
    pub fn read(self, response: http::Response<Body>) -> Result<T, Error> {
        match self.read {
            Read::Streamed(read) => Ok(read(call::judge(&self.client, self.operation, response)?.into_body())),
            Read::Buffered(_) if response.body().as_bytes().is_none() => Err(Error::InvalidRequest {
                operation: self.operation.id,
                message: "the response is a stream: use `read_stream`".to_owned(),
            }),
            Read::Buffered(read) => {
                let response = call::judge(&self.client, self.operation, response)?;
                read(&call::buffer(self.operation, response))
            }
        }
    }

    /// Reads a response, waiting for the rest of its body.
    ///
    /// # Errors
    ///
    /// As when the request had been awaited.
    pub async fn read_stream(self, response: http::Response<Body>) -> Result<T, Error> {
        let wanted = if matches!(self.read, Read::Buffered(_)) { call::Wanted::Value } else { call::Wanted::Stream };
        let response = call::collect(&self.client, self.operation, response, wanted).await?;
        self.read(response)
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(f)
    }
}

impl<T> fmt::Debug for Reader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("operation", &self.operation.id).finish_non_exhaustive()
    }
}
