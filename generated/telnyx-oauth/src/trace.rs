//! What a call tells `tracing`; nothing without the feature `tracing`.
//!
//! A span says the operation, its path as the document writes it, the status, the attempt and the server's name for the
//! request. Query, headers, bodies and the values in the path are never told: they may hold secrets.

use std::{future::Future, time::Duration};

#[cfg(feature = "tracing")]
use http::HeaderMap;

use crate::{body::Body, error::Error, parts::Parts};

/// What an attempt came to.
type Outcome = Result<http::Response<Body>, Error>;

/// The span of a call.
#[derive(Clone)]
pub(crate) struct Trace {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

#[cfg(not(feature = "tracing"))]
#[allow(clippy::unused_self, reason = "the same calls are made with and without the feature")]
impl Trace {
    pub(crate) const fn new(_: &Parts) -> Self {
        Self {}
    }

    pub(crate) async fn within<F: Future>(self, call: F) -> F::Output {
        call.await
    }

    pub(crate) const fn attempt(&self, _: u32) {}

    pub(crate) const fn outcome(&self, _: &Outcome) {}

    pub(crate) const fn repeats(&self, _: Duration) {}
}

#[cfg(feature = "tracing")]
impl Trace {
    pub(crate) fn new(parts: &Parts) -> Self {
        // The path of a request without an operation of its own is the caller's text, values included.
        let span = tracing::debug_span!(
            "call",
            operation = parts.operation.id,
            method = parts.method().as_str(),
            path = Some(parts.operation.path).filter(|path| !path.is_empty()),
            attempt = tracing::field::Empty,
            status = tracing::field::Empty,
            request_id = tracing::field::Empty,
        );
        Self { span }
    }

    /// Runs `call` inside the span: what the HTTP stack tells belongs to it.
    pub(crate) async fn within<F: Future>(self, call: F) -> F::Output {
        use tracing::Instrument as _;

        call.instrument(self.span).await
    }

    /// The attempt that begins, counted from 1.
    pub(crate) fn attempt(&self, number: u32) {
        self.span.record("attempt", number);
    }

    /// What the attempt came to.
    pub(crate) fn outcome(&self, outcome: &Outcome) {
        match outcome {
            Ok(response) => {
                let status = response.status().as_u16();
                self.span.record("status", status);
                let request_id = request_id(response.headers());
                if let Some(request_id) = request_id {
                    self.span.record("request_id", request_id);
                }
                tracing::debug!(status, request_id, "the server answered");
            }
            Err(error) => tracing::debug!(reason = reason(error), "the attempt failed"),
        }
    }

    /// The attempt is made again after this wait.
    pub(crate) fn repeats(&self, wait: Duration) {
        tracing::debug!(wait = ?wait, "the attempt will be repeated");
    }
}

/// The server's name for the request, if it looks like one: what is told must not break a line or be long.
#[cfg(feature = "tracing")]
fn request_id(headers: &HeaderMap) -> Option<&str> {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "-_.:/+=".contains(c);
    crate::response::request_id(headers).filter(|id| id.len() <= 128 && id.chars().all(harmless))
}

/// The kind of the error: its text can hold what the server said.
#[cfg(feature = "tracing")]
fn reason(error: &Error) -> &'static str {
    use crate::transport::TransportErrorKind;

    match error {
        Error::Transport { source, .. } => match source.kind() {
            TransportErrorKind::Connect => "no connection",
            TransportErrorKind::Timeout => "connection timed out",
            TransportErrorKind::Io => "connection broke",
        },
        Error::Timeout { .. } => "timeout",
        Error::TooLarge { .. } => "response too long",
        _ => "other",
    }
}
