//! What the document says about an operation.

use http::{Method, StatusCode};

/// One operation of the document.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The operationId.
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// The path template, `/clients/{id}`.
    pub(crate) path: &'static str,
    /// The server of the path or the operation, where it has its own.
    pub(crate) server: Option<&'static str>,
    /// Alternatives, each a set of schemes that are needed together. None: no credential is sent. An empty set: none is
    /// needed.
    pub(crate) security: &'static [&'static [Scheme]],
    pub(crate) retry: RetryClass,
    /// The value of `Accept`; empty when no success has content.
    pub(crate) accept: &'static str,
    /// The declared successes. Every other 2xx is one too.
    pub(crate) success: &'static [StatusRange],
    /// The encodings the body can have, the preferred one first.
    pub(crate) bodies: &'static [Encoding],
    pub(crate) pagination: Option<Pagination>,
}

impl Operation {
    pub(crate) fn is_success(&self, status: StatusCode) -> bool {
        status.is_success() || self.success.iter().any(|range| range.contains(status))
    }

    /// Whether the document has an alternative that asks for no credential.
    pub(crate) fn is_without_credential(&self) -> bool {
        self.security.is_empty() || self.security.iter().any(|set| set.is_empty())
    }
}

/// A security scheme of the document and where its credential goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// `Authorization: Bearer`, RFC 6750 section 2.1.
    Bearer { name: &'static str },
    /// `Authorization: Basic`, RFC 7617.
    Basic { name: &'static str },
    /// A header that holds the key.
    ApiKeyHeader { name: &'static str, header: &'static str },
    /// A query parameter that holds the key.
    ApiKeyQuery { name: &'static str, parameter: &'static str },
    /// A cookie that holds the key.
    ApiKeyCookie { name: &'static str, cookie: &'static str },
    /// Client authentication, RFC 6749 section 2.3.
    ClientAuth { name: &'static str },
    /// Something below HTTP, such as mutual TLS: the transport's concern.
    Transport { name: &'static str },
}

impl Scheme {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Bearer { name }
            | Self::Basic { name }
            | Self::ApiKeyHeader { name, .. }
            | Self::ApiKeyQuery { name, .. }
            | Self::ApiKeyCookie { name, .. }
            | Self::ClientAuth { name }
            | Self::Transport { name } => name,
        }
    }
}

/// What may be sent a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryClass {
    /// Changes nothing.
    Safe,
    /// Twice has the effect of once.
    Idempotent,
    /// Has an effect each time: repeated only when nothing was sent, or the server said 429 before doing anything.
    Once,
    /// Spends a secret that works once (RFC 6749 section 4.1.2): repeated only when nothing was sent.
    SingleUse,
}

/// A status code, or a class of them: `2XX` is `Class(2)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusRange {
    Code(u16),
    Class(u8),
}

impl StatusRange {
    fn contains(self, status: StatusCode) -> bool {
        match self {
            Self::Code(code) => status.as_u16() == code,
            Self::Class(class) => status.as_u16() / 100 == u16::from(class),
        }
    }
}

/// How a request body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`, RFC 7578.
    Multipart,
    /// `text/plain` in UTF-8.
    Text,
    /// Bytes of this media type.
    Binary(&'static str),
}

impl Encoding {
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Multipart => "multipart/form-data",
            Self::Text => "text/plain; charset=utf-8",
            Self::Binary(media_type) => media_type,
        }
    }
}

/// How an operation is paged: by the number of the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pagination {
    /// The query parameter that holds the number.
    pub(crate) number: &'static str,
    /// The number of the first page.
    pub(crate) first: u64,
}
