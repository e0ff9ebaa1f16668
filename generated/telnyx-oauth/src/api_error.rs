//! Error answers of the server.

use std::{collections::BTreeMap, error::Error as StdError, fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{challenge::Challenge, error::Error, response::request_id};

/// The server answered with an error.
///
/// It understands OAuth's error object (RFC 6749 section 5.2, RFC 7591 section 3.2.2), problem details (RFC 9457) and a
/// list `errors`; whatever else the server sends is in [`ApiError::body`].
pub struct ApiError {
    operation: &'static str,
    status: StatusCode,
    /// What was asked for; known for a 401 only.
    pub(crate) url: Option<Uri>,
    /// Why there is no other token for the one that was refused.
    pub(crate) renewal: Option<Arc<Error>>,
    headers: HeaderMap,
    challenges: Vec<Challenge>,
    body: Bytes,
    retry_after: Option<Duration>,
    code: Option<String>,
    description: Option<String>,
    error_uri: Option<String>,
    invalid_fields: BTreeMap<String, Vec<String>>,
    errors: Vec<ErrorDetail>,
}

/// One entry of a list `errors`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// The vendor's code.
    pub code: Option<String>,
    /// What happened, in general.
    pub title: Option<String>,
    /// What happened, in this case.
    pub detail: Option<String>,
    /// The part of the request that is at fault, as a JSON pointer (RFC 6901).
    pub pointer: Option<String>,
}

impl ApiError {
    pub(crate) fn new(
        operation: &'static str,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        retry_after: Option<Duration>,
    ) -> Self {
        let json: Value = serde_json::from_slice(&body).unwrap_or_default();
        let errors = error_details(&json);
        let first = errors.first();
        let code = text(&json, "error")
            .or_else(|| json.get("error").and_then(|error| text(error, "code")))
            .or_else(|| text(&json, "code"))
            .or_else(|| first.and_then(|error| error.code.clone()));
        let description = text(&json, "error_description")
            .or_else(|| json.get("error").and_then(|error| text(error, "message")))
            .or_else(|| ["detail", "message", "title"].iter().find_map(|name| text(&json, name)))
            .or_else(|| first.and_then(|error| error.detail.clone().or_else(|| error.title.clone())));
        Self {
            operation,
            status,
            retry_after,
            code,
            description,
            error_uri: text(&json, "error_uri"),
            invalid_fields: invalid_fields(&json),
            errors,
            url: None,
            renewal: None,
            challenges: Challenge::all(&headers),
            headers,
            body,
        }
    }

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

    /// The error code: OAuth's `error`, or the code of the first of [`ApiError::errors`].
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What happened, in the server's words: OAuth's `error_description`, or the first entry's detail.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// A page about the error.
    #[must_use]
    pub fn error_uri(&self) -> Option<&str> {
        self.error_uri.as_deref()
    }

    /// What is wrong with each field, by its name.
    #[must_use]
    pub const fn invalid_fields(&self) -> &BTreeMap<String, Vec<String>> {
        &self.invalid_fields
    }

    /// The entries of a list `errors`.
    #[must_use]
    pub fn errors(&self) -> &[ErrorDetail] {
        &self.errors
    }

    /// What the server asks for: the challenges of all `WWW-Authenticate` headers (RFC 9110 section 11.6.1).
    #[must_use]
    pub fn www_authenticate(&self) -> &[Challenge] {
        &self.challenges
    }

    /// What the server calls this request: quote it when you ask for help.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// How long the server asks to wait (`Retry-After`, RFC 9110 section 10.2.3).
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Why a managed token that the server refused could not be replaced: the call was not repeated then.
    #[must_use]
    pub fn renewal_error(&self) -> Option<&Error> {
        self.renewal.as_deref()
    }

    /// The headers of the response.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it was received, up to a mebibyte. It may hold what the request sent.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body read as `T`.
    ///
    /// # Errors
    ///
    /// When the body is not the JSON of a `T`.
    pub fn json<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.body)
    }
}

fn text(object: &Value, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn error_details(json: &Value) -> Vec<ErrorDetail> {
    let Some(Value::Array(entries)) = json.get("errors") else { return Vec::new() };
    let detail = |entry: &Value| ErrorDetail {
        code: text(entry, "code"),
        title: text(entry, "title"),
        detail: text(entry, "detail").or_else(|| text(entry, "message")).or_else(|| entry.as_str().map(str::to_owned)),
        pointer: entry.get("source").and_then(|source| text(source, "pointer")),
    };
    entries.iter().map(detail).collect()
}

fn invalid_fields(json: &Value) -> BTreeMap<String, Vec<String>> {
    let Some(Value::Object(fields)) = json.get("invalid_fields") else { return BTreeMap::new() };
    let messages = |value: &Value| match value {
        Value::Array(items) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        Value::String(message) => vec![message.clone()],
        _ => Vec::new(),
    };
    fields.iter().map(|(name, value)| (name.clone(), messages(value))).collect()
}

/// `400 invalid_grant: text`, on one line.
impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_u16())?;
        match self.code() {
            Some(code) => write!(f, " {}", OneLine(code))?,
            None => write!(f, " {}", self.status.canonical_reason().unwrap_or("error"))?,
        }
        self.description().map_or(Ok(()), |description| write!(f, ": {}", OneLine(description)))
    }
}

/// Whether a character is not shown, or changes how others are: controls, line ends, directions, tags, joiners.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Text of the server, made harmless to a terminal and a log.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 500;
        let mut characters = self.0.chars();
        for character in characters.by_ref().take(LONGEST) {
            fmt::Write::write_char(f, if is_hidden(character) { ' ' } else { character })?;
        }
        characters.next().map_or(Ok(()), |_| f.write_str("..."))
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("code", &self.code)
            .field("description", &self.description)
            .field("invalid_fields", &self.invalid_fields)
            .field("errors", &self.errors)
            .field("request_id", &self.request_id())
            .field("retry_after", &self.retry_after)
            .field("headers", &format_args!("{} headers", self.headers.len()))
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

impl StdError for ApiError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.renewal_error().map(|error| error as &dyn StdError)
    }
}
