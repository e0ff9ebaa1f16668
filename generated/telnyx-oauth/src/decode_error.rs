//! Responses that are not what the document promises.

use std::{error::Error as StdError, fmt};

use bytes::Bytes;
use http::StatusCode;

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
