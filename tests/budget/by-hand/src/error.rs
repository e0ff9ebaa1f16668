//! What can go wrong.

use reqwest::StatusCode;
use serde::Deserialize;

/// Why a call gave no value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operation needs a credential that was not set.
    #[error("no {0} is set")]
    MissingCredential(&'static str),
    /// The base URL cannot have paths.
    #[error("the base URL is not usable: {0}")]
    BaseUrl(String),
    /// The identifier cannot stand in a path.
    #[error("the identifier is empty or dots")]
    InvalidId,
    /// The request was not sent, or no response came.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    /// The server refused.
    #[error("{status}: {error}")]
    Api {
        /// The status.
        status: StatusCode,
        /// What the server says.
        error: ApiError,
    },
    /// The body is not what the operation answers.
    #[error("the response to {status} cannot be read: {source}")]
    Decode {
        /// The status.
        status: StatusCode,
        /// Why.
        source: serde_json::Error,
    },
}

/// The body of an error.
#[derive(Clone, Debug, Default, Deserialize)]
#[non_exhaustive]
pub struct ApiError {
    /// The code, as in RFC 6749 section 5.2.
    pub error: String,
    /// Text for a human.
    pub error_description: Option<String>,
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.error_description {
            Some(description) => write!(f, "{}: {description}", self.error),
            None => f.write_str(&self.error),
        }
    }
}
