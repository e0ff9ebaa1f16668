//! What is wrong with a request, and where.

use std::fmt;

/// What is wrong, for callers that want to be laxer than the strict judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// No path template matches.
    NoSuchPath,
    /// The path is known, the method is not offered there.
    NoSuchMethod,
    /// The operation lives on another server.
    WrongServer,
    /// A placeholder (`{name}`, or a path value equal to its own name) was never replaced.
    Placeholder,
    /// A character that must be percent-encoded, or an incomplete percent-encoding.
    PercentEncoding,
    /// A reserved character is not percent-encoded though `allowReserved` is not set (OpenAPI 3.1, 4.8.12.2).
    ReservedCharacter,
    /// A required parameter is missing.
    MissingParameter,
    /// A query parameter that the document does not know.
    UnknownParameter,
    /// A parameter that is not an array is given more than once.
    RepeatedParameter,
    /// The serialization of a parameter is not that of its style.
    MalformedParameter,
    /// The value of a parameter breaks its schema.
    InvalidParameter,
    /// A required body is missing.
    MissingBody,
    /// A body where none belongs.
    UnexpectedBody,
    /// The media type is missing or not offered.
    MediaType,
    /// The body is not of the syntax its media type says.
    MalformedBody,
    /// The body breaks its schema.
    InvalidBody,
    /// A `readOnly` property is sent.
    ReadOnly,
    /// The operation wants credentials and gets none.
    MissingCredentials,
    /// The credentials are none that the operation accepts.
    WrongCredentials,
    /// The operation wants no credentials and gets some.
    UnexpectedCredentials,
    /// More credentials than one alternative holds.
    SeveralCredentials,
    /// Credentials of the right scheme and a broken syntax.
    MalformedCredentials,
    /// Credentials in the URL where the document puts none.
    CredentialsInUrl,
    /// The document itself cannot be read at this place.
    Document,
}

impl FaultKind {
    /// A stable name in kebab case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoSuchPath => "no-such-path",
            Self::NoSuchMethod => "no-such-method",
            Self::WrongServer => "wrong-server",
            Self::Placeholder => "placeholder",
            Self::PercentEncoding => "percent-encoding",
            Self::ReservedCharacter => "reserved-character",
            Self::MissingParameter => "missing-parameter",
            Self::UnknownParameter => "unknown-parameter",
            Self::RepeatedParameter => "repeated-parameter",
            Self::MalformedParameter => "malformed-parameter",
            Self::InvalidParameter => "invalid-parameter",
            Self::MissingBody => "missing-body",
            Self::UnexpectedBody => "unexpected-body",
            Self::MediaType => "media-type",
            Self::MalformedBody => "malformed-body",
            Self::InvalidBody => "invalid-body",
            Self::ReadOnly => "read-only",
            Self::MissingCredentials => "missing-credentials",
            Self::WrongCredentials => "wrong-credentials",
            Self::UnexpectedCredentials => "unexpected-credentials",
            Self::SeveralCredentials => "several-credentials",
            Self::MalformedCredentials => "malformed-credentials",
            Self::CredentialsInUrl => "credentials-in-url",
            Self::Document => "document",
        }
    }
}

/// Where in the request a fault is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Place {
    /// The method.
    Method,
    /// Scheme, host, port and path prefix.
    Server,
    /// The path as a whole.
    Path,
    /// A parameter in the path.
    PathParameter(String),
    /// A parameter in the query; empty for the query as a whole.
    Query(String),
    /// A header.
    Header(String),
    /// A cookie.
    Cookie(String),
    /// A value in the body (RFC 6901); empty for the body as a whole.
    Body(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("method"),
            Self::Server => f.write_str("server"),
            Self::Path => f.write_str("path"),
            Self::PathParameter(name) => write!(f, "path parameter `{name}`"),
            Self::Query(name) if name.is_empty() => f.write_str("query"),
            Self::Query(name) => write!(f, "query parameter `{name}`"),
            Self::Header(name) => write!(f, "header `{name}`"),
            Self::Cookie(name) => write!(f, "cookie `{name}`"),
            Self::Body(pointer) if pointer.is_empty() => f.write_str("body"),
            Self::Body(pointer) => write!(f, "body {pointer}"),
        }
    }
}

/// One way in which a request breaks the document. Displayed as its message, one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    kind: FaultKind,
    place: Place,
    message: String,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, place: Place, message: impl Into<String>) -> Self {
        let message: String = message.into();
        Self { kind, place, message: message.chars().flat_map(escaped).collect() }
    }

    /// A fault whose message starts with its place: "query parameter `a` is required".
    pub(crate) fn at(kind: FaultKind, place: Place, rest: impl fmt::Display) -> Self {
        let message = format!("{place}{rest}");
        Self::new(kind, place, message)
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> FaultKind {
        self.kind
    }

    /// Where in the request.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// One line for a reader.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Text of the request must not break a message's one line.
fn escaped(char: char) -> Vec<char> {
    if char.is_control() { char.escape_default().collect() } else { vec![char] }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The judgement of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The operation the request means: its `operationId`, or `GET /path` where it has none.
    pub operation: Option<String>,
    /// Every fault found, in the order of the request: server, path, query, headers, credentials, body.
    pub faults: Vec<Fault>,
}

impl Verdict {
    /// Whether the request keeps to the document in every way.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.faults.is_empty()
    }

    /// The kinds of the faults, in order.
    #[must_use]
    pub fn kinds(&self) -> Vec<FaultKind> {
        self.faults.iter().map(Fault::kind).collect()
    }
}
