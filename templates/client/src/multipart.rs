//! Bodies of several parts: `multipart/form-data`.

use std::{
    collections::VecDeque,
    hash::{BuildHasher as _, RandomState},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;
use serde_json::Value;

use crate::{
    body::Body,
    request::Request,
    transport::TransportError,
    wire::{Wire, Wired},
};

/// A body of several parts (RFC 7578).
#[derive(Debug, Default)]
#[must_use]
pub struct Multipart {
    parts: Vec<Part>,
    /// Why a value could not become a part.
    error: Option<String>,
}

/// A file as a part of a body.
#[derive(Debug)]
#[must_use]
pub struct FilePart {
    name: String,
    content_type: Option<String>,
    body: Body,
}

impl FilePart {
    /// A file of this name with this content: bytes, text, or a stream.
    pub fn new(name: impl Into<String>, content: impl Into<Body>) -> Self {
        Self { name: name.into(), content_type: None, body: content.into() }
    }

    /// The media type of the content; `application/octet-stream` if none is set.
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }
}

/// One part: a field or a file.
#[derive(Debug)]
#[must_use]
pub struct Part {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    body: Body,
}

impl Part {
    /// A field with this content.
    pub fn new(name: impl Into<String>, body: impl Into<Body>) -> Self {
        Self { name: name.into(), file_name: None, content_type: None, body: body.into() }
    }

    /// Makes the part a file of this name.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// The media type of the content.
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }

    fn head(&self, boundary: &str) -> Result<String, String> {
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", escape(&self.name));
        if let Some(file_name) = &self.file_name {
            head.push_str(&format!("; filename=\"{}\"", escape(file_name)));
        }
        if let Some(media_type) = &self.content_type {
            if media_type.chars().any(char::is_control) {
                return Err("the media type of a part holds a control character".to_owned());
            }
            head.push_str("\r\nContent-Type: ");
            head.push_str(media_type);
        }
        head.push_str("\r\n\r\n");
        Ok(head)
    }
}

/// What would end the quoted name is encoded, as browsers do (WHATWG HTML, "multipart/form-data encoding algorithm").
fn escape(text: &str) -> String {
    text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

impl Multipart {
    /// No parts.
    pub const fn new() -> Self {
        Self { parts: Vec::new(), error: None }
    }

    /// Adds a part.
    pub fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// Adds a file.
    pub(crate) fn file(&mut self, name: &str, file: FilePart) {
        let media_type = file.content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
        self.parts.push(Part::new(name, file.body).file_name(file.name).content_type(media_type));
    }

    /// Adds a value: text as it is, an object as JSON, a list as one part for each item (OpenAPI 3.0.4, section
    /// 4.8.14.5). `null` is no part.
    pub(crate) fn value(&mut self, name: &str, value: &(impl Wire + ?Sized)) {
        match serde_json::to_value(Wired(value)) {
            Ok(Value::Array(items)) => items.into_iter().for_each(|item| self.one(name, item)),
            Ok(value) => self.one(name, value),
            Err(error) => self.error = Some(format!("`{name}`: {error}")),
        }
    }

    fn one(&mut self, name: &str, value: Value) {
        let part = match value {
            Value::Null => return,
            Value::String(text) => Part::new(name, text),
            Value::Bool(_) | Value::Number(_) => Part::new(name, value.to_string()),
            Value::Array(_) | Value::Object(_) => Part::new(name, value.to_string()).content_type("application/json"),
        };
        self.parts.push(part);
    }

    /// The body, and its media type with the boundary. It is bytes when every part is.
    fn encode(self) -> Result<(String, Body), String> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let random = || RandomState::new().hash_one(0_u8);
        let boundary = format!("{:016x}{:016x}", random(), random());
        let mut pieces = VecDeque::new();
        for part in self.parts {
            pieces.push_back(part.head(&boundary)?.into());
            pieces.push_back(part.body);
            pieces.push_back(Body::from("\r\n"));
        }
        pieces.push_back(format!("--{boundary}--\r\n").into());
        let media_type = format!("multipart/form-data; boundary={boundary}");
        let whole: Option<Vec<&[u8]>> = pieces.iter().map(Body::as_bytes).collect();
        let body = match whole {
            Some(pieces) => pieces.concat().into(),
            None => Body::stream(Chain(pieces)),
        };
        Ok((media_type, body))
    }
}

/// Bodies one after the other.
struct Chain(VecDeque<Body>);

impl Stream for Chain {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        while let Some(body) = self.0.front_mut() {
            if let Some(chunk) = ready!(Pin::new(body).poll_next(context)) {
                return Poll::Ready(Some(chunk));
            }
            self.0.pop_front();
        }
        Poll::Ready(None)
    }
}

impl<T> Request<T> {
    /// Sets the parts of the body. They can be sent a second time when all are bytes.
    pub(crate) fn multipart(mut self, multipart: impl Into<Multipart>) -> Self {
        match multipart.into().encode() {
            Ok((media_type, body)) => self.raw_body(&media_type, body),
            Err(message) => {
                self.parts.fail(message);
                self
            }
        }
    }
}
