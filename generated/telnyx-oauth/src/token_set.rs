//! Tokens, and what a token endpoint answers.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serializer, ser::SerializeStruct as _};

use crate::{
    credentials::{Credential, Credentials},
    error::Error,
    seconds,
    secret::secret,
    timestamp::Timestamp,
    wire::{Wire, Wired},
};

secret! {
    /// An access token (RFC 6749 section 1.4).
    pub struct AccessToken;

    /// A refresh token (RFC 6749 section 1.5).
    pub struct RefreshToken;

    /// A token of any kind, for endpoints that take each (RFC 7662 section 2.1, RFC 7009 section 2.1).
    pub struct AnyToken;
}

impl From<AccessToken> for AnyToken {
    fn from(token: AccessToken) -> Self {
        Self(token.0)
    }
}

impl From<&AccessToken> for AnyToken {
    fn from(token: &AccessToken) -> Self {
        token.clone().into()
    }
}

impl From<RefreshToken> for AnyToken {
    fn from(token: RefreshToken) -> Self {
        Self(token.0)
    }
}

impl From<&RefreshToken> for AnyToken {
    fn from(token: &RefreshToken) -> Self {
        token.clone().into()
    }
}

impl From<AccessToken> for Credential {
    fn from(token: AccessToken) -> Self {
        Self::token(token.expose())
    }
}

impl From<AccessToken> for Credentials {
    fn from(token: AccessToken) -> Self {
        Self::none().api_key(token.expose())
    }
}

/// Tokens with the time they expire.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct TokenSet {
    /// The access token.
    pub access_token: AccessToken,
    /// When the access token expires; `None` when the server does not say.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// The refresh token, if there is one.
    #[serde(default)]
    pub refresh_token: Option<RefreshToken>,
    /// The scope the server granted. One that it does not name is the one that was asked for (RFC 6749 section 5.1);
    /// `None` when nothing was asked for either.
    #[serde(default)]
    pub scope: Option<String>,
    /// Whom they were issued to and what for, where that is known.
    #[serde(default)]
    pub(crate) issued: Option<Issued>,
}

/// Whom tokens were issued to, and what for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Issued {
    pub(crate) client_id: String,
    #[serde(flatten)]
    pub(crate) wanted: Wanted,
}

/// What an access token is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Wanted {
    /// Names separated by spaces.
    #[serde(default)]
    pub(crate) scope: Option<String>,
    /// Absolute URIs (RFC 8707).
    #[serde(default)]
    pub(crate) resources: Vec<String>,
}

impl Wire for Issued {
    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Issued", 3)?;
        object.serialize_field("client_id", &self.client_id)?;
        object.serialize_field("scope", &self.wanted.scope)?;
        object.serialize_field("resources", &self.wanted.resources)?;
        object.end()
    }
}

impl TokenSet {
    /// An access token that does not expire as far as is known.
    pub fn new(access_token: impl Into<AccessToken>) -> Self {
        Self { access_token: access_token.into(), expires_at: None, refresh_token: None, scope: None, issued: None }
    }

    /// Sets when the access token expires.
    #[must_use]
    pub fn expires_at(mut self, time: impl Into<Timestamp>) -> Self {
        self.expires_at = Some(time.into());
        self
    }

    /// Sets the refresh token.
    #[must_use]
    pub fn refresh_token(mut self, token: impl Into<RefreshToken>) -> Self {
        self.refresh_token = Some(token.into());
        self
    }

    /// Sets the scope.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Whether the access token has expired at `now`.
    #[must_use]
    pub fn is_expired(&self, now: SystemTime) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now.into())
    }

    /// The tokens as JSON, secrets included: for a [`TokenStore`](crate::TokenStore), which must keep them as safe as a password.
    ///
    /// # Errors
    ///
    /// Never, as far as is known; encoding is fallible by its type.
    pub fn to_secret_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(&Wired(self))
    }

    /// Reads what [`TokenSet::to_secret_json`] wrote.
    ///
    /// # Errors
    ///
    /// When the text is something else.
    pub fn from_secret_json(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }
}

impl Wire for TokenSet {
    const SECRET: bool = true;

    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("TokenSet", 5)?;
        object.serialize_field("access_token", &Wired(&self.access_token))?;
        object.serialize_field("expires_at", &Wired(&self.expires_at))?;
        object.serialize_field("refresh_token", &Wired(&self.refresh_token))?;
        object.serialize_field("scope", &self.scope)?;
        object.serialize_field("issued", &Wired(&self.issued))?;
        object.end()
    }
}

/// The answer of a token endpoint (RFC 6749 section 5.1).
#[derive(Deserialize)]
pub(crate) struct TokenAnswer {
    pub(crate) access_token: AccessToken,
    pub(crate) token_type: String,
    #[serde(default, deserialize_with = "seconds::optional")]
    pub(crate) expires_in: Option<i64>,
    #[serde(default)]
    pub(crate) refresh_token: Option<RefreshToken>,
    #[serde(default)]
    pub(crate) scope: Option<String>,
}

impl TokenAnswer {
    /// The tokens of an answer to a request that was made at `asked_at` for the scope `asked_for`.
    ///
    /// A token of a kind that is not understood must not be used (RFC 6749 section 7.1).
    pub(crate) fn into_tokens(self, asked_at: SystemTime, asked_for: Option<&str>) -> Result<TokenSet, Error> {
        if !self.token_type.eq_ignore_ascii_case("bearer") {
            return Err(Error::Flow(Box::new(TokenTypeError)));
        }
        // A negative lifetime is over.
        let lifetime = self.expires_in.map(|seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(0)));
        Ok(TokenSet {
            access_token: self.access_token,
            expires_at: lifetime.and_then(|lifetime| asked_at.checked_add(lifetime)).map(Timestamp::from),
            refresh_token: self.refresh_token,
            scope: self.scope.or_else(|| asked_for.map(str::to_owned)),
            issued: None,
        })
    }
}

/// The server gave a token of a kind other than bearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenTypeError;

impl fmt::Display for TokenTypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the token is not a bearer token")
    }
}

impl std::error::Error for TokenTypeError {}
