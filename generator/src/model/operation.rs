//! Operations: what can be called, what is sent, what comes back.

use serde::Serialize;
use serde_json::Value;

use super::name::Name;
use super::types::{Constraints, Type};
use crate::source::place::Place;

/// A group of operations that a caller reaches by one accessor.
#[derive(Clone, Debug, Serialize)]
pub struct Resource {
    /// Unique among resources.
    pub name: Name,
    /// Its heading in documents.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its operations as indices into [`Api::operations`](super::Api::operations), in their order.
    pub operations: Vec<usize>,
}

/// An operation.
#[derive(Clone, Debug, Serialize)]
pub struct Operation {
    /// `operationId`, or one made from method and path.
    pub id: String,
    /// The words of the id.
    pub name: Name,
    /// Index into [`Api::resources`](super::Api::resources).
    pub resource: usize,
    /// The name of the method, unique in its resource.
    pub method_name: Name,
    /// Names under which it is known elsewhere, such as in other SDKs.
    pub aliases: Vec<String>,
    /// Title.
    pub summary: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Tags of the document.
    pub tags: Vec<String>,
    /// Marked as deprecated.
    pub deprecated: bool,
    /// `GET`, `POST`, ...
    pub method: Method,
    /// The path template as the document has it.
    pub path: String,
    /// The server of this path or operation, where it has one of its own.
    pub server: Option<String>,
    /// Alternatives; each is a set that must be sent together. Empty: nothing is sent.
    /// An empty alternative means that nothing need be sent.
    pub security: Vec<Vec<Requirement>>,
    /// Path, query, header and cookie parameters, in the order of the document; path item's first.
    pub parameters: Vec<Parameter>,
    /// The name of the type that holds query, header and cookie parameters, where there are any. Unique among types.
    pub parameters_name: Option<Name>,
    /// The request body.
    pub body: Option<Body>,
    /// The answers, by status; codes first, then classes, then the default.
    pub responses: Vec<Response>,
    /// What a caller gets from a success.
    pub output: Output,
    /// Whether it may be sent again.
    pub retry: RetryClass,
    /// Exceptions by alternative of a union body: index of the variant, class.
    pub retry_by_variant: Vec<(usize, RetryClass)>,
    /// Alternatives of a union body that need a credential although `security` has an alternative without: indices of
    /// variants.
    pub credential_by_variant: Vec<usize>,
    /// How to get to the next page.
    pub pagination: Option<Pagination>,
    /// Where it stands.
    #[serde(skip)]
    pub place: Place,
}

/// An HTTP method, in the order operations of one path are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "RFC 9110, section 9.3 and RFC 5789 say it better")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Head,
    Options,
    Trace,
}

impl Method {
    /// The method as it is sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
        }
    }
}

/// One credential of a security alternative.
#[derive(Clone, Debug, Serialize)]
pub struct Requirement {
    /// Index into [`Api::schemes`](super::Api::schemes).
    pub scheme: usize,
    /// The scopes that are needed.
    pub scopes: Vec<String>,
}

/// A way of sending credentials.
#[derive(Clone, Debug, Serialize)]
pub struct Scheme {
    /// Its key under `components.securitySchemes`.
    pub key: String,
    /// Description.
    pub description: Option<String>,
    /// What is sent.
    pub kind: SchemeKind,
    /// Scopes that its OAuth flows offer, with descriptions.
    pub scopes: Vec<(String, String)>,
}

/// What a security scheme sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemeKind {
    /// `Authorization: Bearer` (RFC 6750, section 2.1); also what OAuth 2.0 and OpenID Connect schemes send.
    Bearer,
    /// `Authorization: Basic` (RFC 7617).
    Basic,
    /// A key in a header.
    ApiKeyHeader(String),
    /// A key in the query.
    ApiKeyQuery(String),
    /// A key in a cookie.
    ApiKeyCookie(String),
    /// Client authentication with client id and secret (RFC 6749, section 2.3).
    ClientAuthentication {
        /// The member of the body that carries the client identifier.
        id: String,
        /// The member of the body that carries the client secret.
        secret: String,
    },
    /// A client certificate: nothing that an HTTP header could carry.
    MutualTls,
    /// A scheme of HTTP authentication that is not known.
    Other(String),
}

/// Where a parameter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words of the OpenAPI Specification, section Parameter Locations")]
pub enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

/// How a parameter that is not a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words of the OpenAPI Specification, section Style Values")]
pub enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    /// `content` instead of `schema`: the value is JSON text.
    Json,
}

/// A parameter.
#[derive(Clone, Debug, Serialize)]
pub struct Parameter {
    /// Unique among the parameters of its operation.
    pub name: Name,
    /// The name on the wire.
    pub wire: String,
    /// Where it travels.
    pub location: Location,
    /// How it is written.
    pub style: Style,
    /// Whether each item or member stands on its own.
    pub explode: bool,
    /// Whether reserved characters are sent as they are.
    pub allow_reserved: bool,
    /// Whether it must be sent.
    pub required: bool,
    /// The type.
    pub ty: Type,
    /// Description.
    pub description: Option<String>,
    /// Marked as deprecated.
    pub deprecated: bool,
    /// The only allowed value.
    pub constant: Option<Value>,
    /// The value the server assumes.
    pub default: Option<Value>,
    /// What else its values must satisfy.
    pub constraints: Constraints,
    /// One value, valid against the schema.
    pub example: Value,
    /// Whether `example` is the document's own, not one made up from the schema.
    pub example_given: bool,
    /// Where it stands.
    #[serde(skip)]
    pub place: Place,
}

/// A request body.
#[derive(Clone, Debug, Serialize)]
pub struct Body {
    /// Whether it must be sent.
    pub required: bool,
    /// Description.
    pub description: Option<String>,
    /// The media types on offer, the preferred first: a form before JSON (RFC 6749, section 4.1.3), JSON before the rest.
    pub media: Vec<Media>,
}

/// A body in one media type.
#[derive(Clone, Debug, Serialize)]
pub struct Media {
    /// As the document has it: `application/json`.
    pub media_type: String,
    /// How values become bytes.
    pub encoding: Encoding,
    /// The type.
    pub ty: Type,
    /// One value, valid against the schema.
    pub example: Value,
    /// The document's own examples, by name; the name of a lone `example` is empty.
    pub examples: Vec<(String, Value)>,
}

/// How values become bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `application/json` and `*/*+json`.
    Json,
    /// `multipart/*`.
    Multipart,
    /// `text/*`.
    Text,
    /// Anything else: bytes.
    Binary,
}

/// An answer.
#[derive(Clone, Debug, Serialize)]
pub struct Response {
    /// Which statuses it answers for.
    pub status: Status,
    /// Description.
    pub description: String,
    /// The media types on offer, JSON first.
    pub media: Vec<Media>,
    /// Its headers.
    pub headers: Vec<Header>,
}

/// A response header.
#[derive(Clone, Debug, Serialize)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
}

/// A status, a class of statuses, or all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// `200`.
    Code(u16),
    /// `2XX` is 2.
    Class(u8),
    /// `default`.
    Default,
}

impl Status {
    /// Whether it means success: 2xx, and 3xx since a redirect is an answer that is never followed.
    #[must_use]
    pub fn is_success(self) -> bool {
        match self {
            Self::Code(code) => (200..400).contains(&code),
            Self::Class(class) => class == 2 || class == 3,
            Self::Default => false,
        }
    }
}

/// What a caller gets from a success.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// Nothing but the fact.
    Nothing,
    /// A value of JSON.
    Value {
        /// The type of the body, or of its member.
        ty: Type,
        /// The member the value is taken out of, where the body is only an envelope.
        member: Option<String>,
    },
    /// A page of a list.
    Page {
        /// The type of the body.
        body: Type,
        /// The type of an item.
        item: Type,
    },
    /// Text.
    Text,
    /// Bytes, as a stream.
    Bytes,
    /// The target of a redirect, which is not followed.
    Redirect,
    /// One of several, by status.
    Many {
        /// The name of the type. Unique among types.
        name: Name,
        /// The alternatives.
        cases: Vec<Case>,
    },
}

/// One alternative of an answer with several successes.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// Unique among the cases.
    pub name: Name,
    /// Which statuses it answers for.
    pub status: Status,
    /// Description.
    pub description: String,
    /// What comes with it; never [`Output::Many`] nor [`Output::Page`].
    pub output: Output,
}

/// Whether an operation may be sent again when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryClass {
    /// It changes nothing.
    Safe,
    /// Sending it twice has the effect of sending it once.
    Idempotent,
    /// Only when it is proven that nothing was sent, or when the server put it off (429).
    Once,
    /// Only when it is proven that nothing was sent: it spends a secret that works once, such as a code.
    SingleUse,
}

/// How to get to the next page: by number.
#[derive(Clone, Debug, Serialize)]
pub struct Pagination {
    /// The query parameter that carries the number of the page.
    pub number: String,
    /// The query parameter that carries the number of items per page.
    pub size: Option<String>,
    /// The number of the first page.
    pub first: i64,
    /// The member of the body that holds the items.
    pub items: String,
    /// Path of members to the number of this page.
    pub meta_number: Option<Vec<String>>,
    /// Path of members to the number of pages.
    pub meta_pages: Option<Vec<String>>,
    /// Path of members to the number of items per page.
    pub meta_size: Option<Vec<String>>,
    /// Path of members to the number of items in all.
    pub meta_total: Option<Vec<String>>,
}
