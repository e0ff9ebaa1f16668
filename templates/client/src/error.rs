//! What can go wrong.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::StatusCode;

use crate::{api_error::ApiError, transport::TransportError};

/// Why a call failed.
///
/// Neither `Display` nor `Debug` shows a secret, a URL with its query, a header value or a body.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The client cannot be built this way.
    Configuration {
        /// What is wrong and how to mend it.
        message: String,
    },
    /// The operation needs a credential the client does not have. Nothing was sent.
    MissingCredential {
        /// The operationId.
        operation: &'static str,
        /// The security scheme of the document that has no credential.
        scheme: &'static str,
    },
    /// The arguments cannot be sent. Nothing was sent.
    InvalidRequest {
        /// The operationId.
        operation: &'static str,
        /// What is wrong.
        message: String,
    },
    /// No response arrived, or not all of it.
    Transport {
        /// The operationId.
        operation: &'static str,
        /// What failed, and whether the request may have been sent.
        source: TransportError,
    },
    /// The response did not arrive in time. The request may have been sent.
    Timeout {
        /// The operationId.
        operation: &'static str,
        /// The limit that was reached.
        limit: Duration,
    },
    /// The response is longer than the client accepts.
    TooLarge {
        /// The operationId.
        operation: &'static str,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The server answered with an error.
    Api(Box<ApiError>),
    /// The server answered with a redirect, which is never followed.
    Redirect(Box<RedirectError>),
    /// The response is not what the document promises.
    Decode(Box<DecodeError>),
    /// No token could be had for the call. Calls that waited for the same token share the error.
    Token(Arc<Error>),
    /// A step of a flow refused what it was given; the source says which and why.
    Flow(Box<dyn StdError + Send + Sync>),
}

impl Error {
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::Configuration { message: message.into() }
    }

    /// The server's answer, if it answered with an error.
    #[must_use]
    pub fn as_api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            Self::Token(error) => error.as_api(),
            _ => None,
        }
    }

    /// The status of the response, if one arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status()),
            Self::Redirect(error) => Some(error.status),
            Self::Decode(error) => Some(error.status),
            Self::Token(error) => error.status(),
            _ => None,
        }
    }

    /// The error code of the server's answer, such as OAuth's `invalid_grant`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.as_api().and_then(ApiError::code)
    }

    fn has_status(&self, status: StatusCode) -> bool {
        self.as_api().is_some_and(|error| error.status() == status)
    }

    /// 400: the server could not make sense of the request.
    #[must_use]
    pub fn is_bad_request(&self) -> bool {
        self.has_status(StatusCode::BAD_REQUEST)
    }

    /// 401: the credential is missing, wrong or expired.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// 403: the credential does not suffice.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// 404: there is no such thing.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// 409: the request conflicts with the state of the server.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.has_status(StatusCode::CONFLICT)
    }

    /// 422, or 400 that names invalid fields: the arguments are wrong.
    #[must_use]
    pub fn is_validation(&self) -> bool {
        self.has_status(StatusCode::UNPROCESSABLE_ENTITY)
            || self.is_bad_request() && self.as_api().is_some_and(|error| !error.invalid_fields().is_empty())
    }

    /// 429: too many requests; see [`ApiError::retry_after`].
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// 5xx: the server failed.
    #[must_use]
    pub fn is_server_error(&self) -> bool {
        self.as_api().is_some_and(|error| error.status().is_server_error())
    }

    /// The response did not arrive in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Timeout { .. } => true,
            Self::Transport { source, .. } => source.kind() == crate::transport::TransportErrorKind::Timeout,
            Self::Token(error) => error.is_timeout(),
            _ => false,
        }
    }

    /// The server may have received the request. Before repeating what is not idempotent, find out.
    #[must_use]
    pub fn may_have_been_sent(&self) -> bool {
        match self {
            Self::Configuration { .. } | Self::MissingCredential { .. } | Self::InvalidRequest { .. } => false,
            Self::Transport { source, .. } => source.may_have_been_sent(),
            Self::Token(_) | Self::Flow(_) => false,
            _ => true,
        }
    }

    /// The failure may pass: no connection, a timeout, 408, 429 or 5xx.
    ///
    /// Whether the same call may be repeated depends on the operation, see [`Error::may_have_been_sent`].
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport { .. } | Self::Timeout { .. } => true,
            Self::Api(error) => crate::retry::is_passing(error.status()),
            Self::Token(error) => error.is_retryable(),
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Configuration { message } => f.write_str(message),
            Self::MissingCredential { operation, scheme } => {
                write!(f, "{operation} needs a credential for `{scheme}`, and the client has none")
            }
            Self::InvalidRequest { operation, message } => write!(f, "{operation} cannot be sent: {message}"),
            Self::Transport { operation, source } => write!(f, "{operation} failed: {source}"),
            Self::Timeout { operation, limit } => write!(f, "{operation} got no response within {limit:?}"),
            Self::TooLarge { operation, limit } => {
                write!(f, "the response to {operation} is longer than {limit} bytes")
            }
            Self::Api(error) => error.fmt(f),
            Self::Redirect(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
            Self::Token(error) => write!(f, "no access token: {error}"),
            Self::Flow(error) => error.fmt(f),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Transport { source, .. } => Some(source),
            Self::Api(error) => Some(&**error),
            Self::Redirect(error) => Some(&**error),
            Self::Decode(error) => Some(&**error),
            Self::Token(error) => Some(&**error),
            Self::Flow(error) => Some(&**error),
            _ => None,
        }
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Decode(Box::new(error))
    }
}

/// A redirect that was refused: following it could carry a credential to another server (RFC 9700 section 4.12).
#[derive(Debug)]
pub struct RedirectError {
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) location: Option<Redirect>,
}

impl RedirectError {
    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Where the server pointed, if it did.
    #[must_use]
    pub const fn redirect(&self) -> Option<&Redirect> {
        self.location.as_ref()
    }
}

impl fmt::Display for RedirectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was redirected with status {}, which is not followed", self.operation, self.status.as_u16())
    }
}

impl StdError for RedirectError {}

/// Where a response redirects to.
///
/// The location is a secret: in a flow it carries a code or a token.
#[derive(Clone)]
pub struct Redirect {
    status: StatusCode,
    location: crate::secret::SecretText,
}

impl Redirect {
    pub(crate) fn new(status: StatusCode, location: &str) -> Self {
        Self { status, location: crate::secret::SecretText::new(location.to_owned()) }
    }

    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The value of `Location`, as the server sent it; it may be relative.
    #[must_use]
    pub fn location(&self) -> &str {
        self.location.expose()
    }
}

impl fmt::Debug for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redirect").field("status", &self.status).field("location", &"[redacted]").finish()
    }
}

/// A response that breaks the document's promise.
pub struct DecodeError {
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) path: String,
    pub(crate) message: String,
    pub(crate) body: Bytes,
}

impl DecodeError {
    /// The operationId.
    #[must_use]
    pub const fn operation(&self) -> &'static str {
        self.operation
    }

    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The place within the body, such as `data[2].created_at`; `.` is the whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The body as it was received. It may hold secrets.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("path", &self.path)
            .field("message", &self.message)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, status, path, message, .. } = self;
        write!(
            f,
            "the response to {operation} (status {}) is not as documented at `{path}`: {message}",
            status.as_u16()
        )
    }
}

impl StdError for DecodeError {}

/// What a JSON error says without the value it quotes, which may be a secret.
pub(crate) fn describe_json(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let expected = text.rfind(", expected ").and_then(|at| text.get(at + 2..)).map(without_position);
    match (text.split_once('`'), expected) {
        _ if error.is_eof() => "the body ends too early".to_owned(),
        _ if error.is_syntax() => "not JSON".to_owned(),
        (Some((before @ ("missing field " | "duplicate field "), rest)), _) => {
            format!("{before}`{}`", rest.split('`').next().unwrap_or_default())
        }
        (_, Some(expected)) => expected.to_owned(),
        _ => "a value is not of the documented kind".to_owned(),
    }
}

fn without_position(text: &str) -> &str {
    text.rsplit_once(" at line ").map_or(text, |(text, _)| text)
}
