//! What can go wrong.

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use http::StatusCode;

use crate::{
    api_error::ApiError,
    decode_error::DecodeError,
    redirect::RedirectError,
    retry,
    transport::{TransportError, TransportErrorKind},
};

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

    /// The status of the operation's own response, if one arrived: not that of a token request before it.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status()),
            Self::Redirect(error) => Some(error.status),
            Self::Decode(error) => Some(error.status),
            _ => None,
        }
    }

    /// The error code of the server's answer, such as OAuth's `invalid_grant`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.as_api().and_then(ApiError::code)
    }

    /// Whether the operation itself was answered with this error: that a token request met a 404 says nothing about the
    /// thing the operation asked for.
    fn has_status(&self, status: StatusCode) -> bool {
        matches!(self, Self::Api(error) if error.status() == status)
    }

    /// 400: the server could not make sense of the request.
    #[must_use]
    pub fn is_bad_request(&self) -> bool {
        self.has_status(StatusCode::BAD_REQUEST)
    }

    /// 401: the credential is missing, wrong or expired, be it that of the token request before the call.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.as_api().is_some_and(|error| error.status() == StatusCode::UNAUTHORIZED)
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
        self.as_api().is_some_and(|error| error.status() == StatusCode::TOO_MANY_REQUESTS)
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
            Self::Transport { source, .. } => source.kind() == TransportErrorKind::Timeout,
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
            Self::Api(error) => retry::is_passing(error.status()),
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
                write!(
                    f,
                    "{operation} needs a credential for `{scheme}`, and the client has none: give one to the client \
                     (`ClientBuilder`, `Client::from_env`) or to the call (`Request::credentials`)"
                )
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
            // These say what they hold themselves: a chain that is printed tells it once.
            Self::Transport { source, .. } => source.source(),
            Self::Api(error) => error.source(),
            Self::Redirect(error) => error.source(),
            Self::Decode(error) => error.source(),
            Self::Token(error) => error.source(),
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
