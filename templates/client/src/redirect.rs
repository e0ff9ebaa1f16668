//! Redirects: reported, never followed.

use std::{error::Error as StdError, fmt};

use http::{HeaderMap, StatusCode, header};

use crate::secret::SecretText;

/// A redirect that was refused: following it could carry a credential to another server (RFC 9700 section 4.12).
#[derive(Debug)]
pub struct RedirectError {
    pub(crate) operation: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) location: Option<Redirect>,
}

impl RedirectError {
    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Where the server pointed, if it did.
    #[must_use]
    pub const fn redirect(&self) -> Option<&Redirect> {
        self.location.as_ref()
    }
}

impl fmt::Display for RedirectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was redirected with status {}, which is not followed", self.operation, self.status.as_u16())
    }
}

impl StdError for RedirectError {}

/// Where a response redirects to.
///
/// The location is a secret: in a flow it carries a code or a token.
#[derive(Clone)]
pub struct Redirect {
    status: StatusCode,
    location: SecretText,
}

impl Redirect {
    /// Where a response points, if it does.
    pub(crate) fn of(status: StatusCode, headers: &HeaderMap) -> Option<Self> {
        let location = headers.get(header::LOCATION)?.to_str().ok()?;
        Some(Self { status, location: SecretText::new(location.to_owned()) })
    }

    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The value of `Location`, as the server sent it; it may be relative.
    #[must_use]
    pub fn location(&self) -> &str {
        self.location.expose()
    }
}

impl fmt::Debug for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redirect").field("status", &self.status).field("location", &"[redacted]").finish()
    }
}
