//! The error codes of OAuth (RFC 6749 section 5.2).

use crate::{api_error::ApiError, challenge::Challenge, error::Error};

impl Error {
    /// `invalid_grant`: the code or refresh token is wrong, used, expired or revoked. The user must authorize again.
    #[must_use]
    pub fn is_invalid_grant(&self) -> bool {
        self.code() == Some("invalid_grant")
    }

    /// `invalid_client`: client authentication failed.
    #[must_use]
    pub fn is_invalid_client(&self) -> bool {
        self.code() == Some("invalid_client")
    }

    /// `invalid_scope`: the scope is unknown, malformed or more than was granted.
    #[must_use]
    pub fn is_invalid_scope(&self) -> bool {
        self.code() == Some("invalid_scope")
    }

    /// `invalid_token`: the access token is expired, revoked or malformed (RFC 6750 section 3.1).
    #[must_use]
    pub fn is_invalid_token(&self) -> bool {
        self.code() == Some("invalid_token")
            || self.as_api().is_some_and(|error| error.has_bearer_error("invalid_token"))
    }

    /// `insufficient_scope`: the access token is good, but does not allow this (RFC 6750 section 3.1).
    #[must_use]
    pub fn is_insufficient_scope(&self) -> bool {
        self.code() == Some("insufficient_scope")
            || self.as_api().is_some_and(|error| error.has_bearer_error("insufficient_scope"))
    }
}

impl Challenge {
    /// Where the resource describes itself and its authorization servers (RFC 9728 section 5.1).
    #[must_use]
    pub fn resource_metadata(&self) -> Option<&str> {
        self.parameter("resource_metadata")
    }
}

impl ApiError {
    /// Where the resource describes itself and its authorization servers, in whichever challenge it says so
    /// (RFC 9728 section 5.1).
    #[must_use]
    pub fn resource_metadata(&self) -> Option<&str> {
        self.www_authenticate().iter().find_map(Challenge::resource_metadata)
    }

    fn has_bearer_error(&self, code: &str) -> bool {
        self.www_authenticate().iter().any(|challenge| challenge.parameter("error") == Some(code))
    }
}
