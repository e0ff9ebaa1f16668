//! The error codes of OAuth (RFC 6749 section 5.2).

use crate::error::Error;

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
            || self.as_api().and_then(|error| error.www_authenticate()).is_some_and(|challenge| {
                challenge.contains("error=\"invalid_token\"") || challenge.contains("error=invalid_token")
            })
    }
}
