//! Responses and how they are read.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde::de::{DeserializeOwned, DeserializeSeed, IgnoredAny, MapAccess, Visitor};

use crate::{
    api_error::is_hidden,
    decode_error::{DecodeError, describe_json},
    error::Error,
    redirect::Redirect,
};

/// A response with its status and headers.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// What the body says.
    pub value: T,
}

impl<T> Response<T> {
    /// What the server calls this request: quote it when you ask for help.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("request_id", &self.request_id())
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}

/// A response whatever its status, its body not interpreted.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawResponse {
    /// The status; an error status too.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body. It may hold secrets.
    pub body: Bytes,
}

impl RawResponse {
    /// What the server calls this request: quote it when you ask for help.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
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

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("status", &self.status)
            .field("request_id", &self.request_id())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// The server's name for a request.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    ["x-request-id", "request-id"].iter().find_map(|name| headers.get(*name)?.to_str().ok())
}

/// A success whose body has arrived, for generated code to read.
pub(crate) struct BufferedResponse {
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl BufferedResponse {
    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// The body as the JSON of a `T`.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        // The place of a fault costs time to track, so it is looked for only when there is one.
        serde_json::from_slice(&self.body).map_err(|_| {
            let mut json = serde_json::Deserializer::from_slice(&self.body);
            match serde_path_to_error::deserialize::<_, T>(&mut json) {
                Ok(_) => self.not_json(".", "something follows the JSON"),
                Err(error) => self.not_json(&error.path().to_string(), &describe_json(error.inner())),
            }
        })
    }

    /// One member of the body's object: what an envelope holds.
    pub(crate) fn json_member<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, Error> {
        let mut json = serde_json::Deserializer::from_slice(&self.body);
        let member = Member { name, value: std::marker::PhantomData::<T> };
        let found = member.deserialize(&mut json).and_then(|value| json.end().map(|()| value));
        found.map_err(|_| {
            let mut json = serde_json::Deserializer::from_slice(&self.body);
            let mut track = serde_path_to_error::Track::new();
            let member = Member { name, value: std::marker::PhantomData::<T> };
            match member.deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track)) {
                Ok(_) => self.not_json(".", "something follows the JSON"),
                Err(error) => self.not_json(&track.path().to_string(), &describe_json(&error)),
            }
        })
    }

    /// The body as text in UTF-8.
    pub(crate) fn text(&self) -> Result<String, Error> {
        match std::str::from_utf8(&self.body) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(self.broken(".", "the text is not UTF-8")),
        }
    }

    /// The body as it is.
    pub(crate) fn bytes(&self) -> Result<Bytes, Error> {
        Ok(self.body.clone())
    }

    /// The document promises no body; what came is not looked at.
    pub(crate) fn nothing(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Where the response points.
    pub(crate) fn redirect(&self) -> Result<Redirect, Error> {
        Redirect::of(self.status, &self.headers).ok_or_else(|| self.broken(".", "the redirect has no `Location`"))
    }

    /// The document does not declare this status.
    pub(crate) fn unexpected(&self) -> Error {
        self.broken(".", "the status is not documented")
    }

    /// The headers of the response.
    pub(crate) const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    fn not_json(&self, path: &str, message: &str) -> Error {
        let described = |name| self.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        match (described(header::CONTENT_ENCODING), described(header::CONTENT_TYPE)) {
            (Some(encoding), _) if !encoding.eq_ignore_ascii_case("identity") => {
                self.broken(path, &format!("the body is compressed ({}), which was not asked for", token(encoding)))
            }
            (_, Some(kind)) if !kind.contains("json") => {
                self.broken(path, &format!("{message} (it is {})", token(kind)))
            }
            _ => self.broken(path, message),
        }
    }

    fn broken(&self, path: &str, message: &str) -> Error {
        let (operation, status, body) = (self.operation, self.status, self.body.clone());
        DecodeError { operation, status, path: printable(path), message: message.to_owned(), body }.into()
    }
}

/// A path into the body, whose keys can be the server's own text, as far as it is harmless to print.
fn printable(path: &str) -> String {
    path.chars().take(200).map(|c| if is_hidden(c) { ' ' } else { c }).collect()
}

/// The media type without its parameters, as far as it is harmless to print.
fn token(value: &str) -> String {
    let harmless = |c: &char| c.is_ascii_alphanumeric() || "/+-.".contains(*c);
    value.chars().take_while(harmless).take(60).collect()
}

/// Reads one member of an object and skips the others.
struct Member<T> {
    name: &'static str,
    value: std::marker::PhantomData<T>,
}

impl<'de, T: serde::Deserialize<'de>> DeserializeSeed<'de> for Member<T> {
    type Value = T;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: serde::Deserialize<'de>> Visitor<'de> for Member<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the member `{}`", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<T, A::Error> {
        let mut found = None;
        while let Some(key) = members.next_key::<std::borrow::Cow<'de, str>>()? {
            if found.is_none() && key == self.name {
                found = Some(members.next_value()?);
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        found.ok_or_else(|| serde::de::Error::missing_field(self.name))
    }
}
