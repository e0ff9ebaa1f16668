//! Bodies of several parts: `multipart/form-data`.

use std::{
    collections::VecDeque,
    hash::{BuildHasher as _, RandomState},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;

use crate::{body::Body, request::Request, transport::TransportError};

/// A body of several parts (RFC 7578).
#[derive(Debug, Default)]
#[must_use]
pub struct Multipart(Vec<Part>);

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
        Self(Vec::new())
    }

    /// Adds a part.
    pub fn part(mut self, part: Part) -> Self {
        self.0.push(part);
        self
    }

    /// The body, and its media type with the boundary. It is bytes when every part is.
    fn encode(self) -> Result<(String, Body), String> {
        let random = || RandomState::new().hash_one(0_u8);
        let boundary = format!("{:016x}{:016x}", random(), random());
        let mut pieces = VecDeque::new();
        for part in self.0 {
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
    pub(crate) fn multipart(mut self, multipart: Multipart) -> Self {
        match multipart.encode() {
            Ok((media_type, body)) => self.raw_body(&media_type, body),
            Err(message) => {
                self.parts.fail(message);
                self
            }
        }
    }
}
