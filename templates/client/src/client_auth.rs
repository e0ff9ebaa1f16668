//! Client authentication at the token endpoint and its neighbours (RFC 6749 section 2.3).

use std::{error::Error as StdError, fmt, sync::Arc};

use serde::{Deserialize, Serializer, de, ser::SerializeStruct as _};
use zeroize::Zeroizing;

use crate::{
    builder::ClientBuilder,
    credentials::{Authenticate, Credential, Credentials, Signing, TokenSource, authorization, basic, variable},
    encode::form_encode,
    error::Error,
    managed_token::ManagedToken,
    operation::Scheme,
    product,
    secret::{SecretText, secret},
    wire::{Wire, Wired},
};

secret! {
    /// The secret of a confidential client.
    pub struct ClientSecret;
}

/// Who the client is, and how it proves that. A request carries exactly one client authentication.
#[derive(Clone, Debug)]
pub struct ClientAuth {
    id: String,
    method: Method,
}

#[derive(Clone, Debug)]
enum Method {
    /// The secret, and identifier and secret as HTTP Basic sends them.
    Basic(ClientSecret, ClientSecret),
    BasicRaw(ClientSecret, ClientSecret),
    Post(ClientSecret),
    Public,
}

impl ClientAuth {
    /// `client_secret_basic`: identifier and secret in the `Authorization` header, each form-encoded first
    /// (RFC 6749 section 2.3.1).
    pub fn basic(id: impl Into<String>, secret: impl Into<ClientSecret>) -> Self {
        let (id, secret) = (id.into(), secret.into());
        let encoded = Zeroizing::new(form_encode(secret.expose()));
        let pair = Zeroizing::new([&form_encode(&id), ":", &encoded].concat());
        Self { id, method: Method::Basic(secret, basic(&pair).into()) }
    }

    /// [`ClientAuth::basic`] for servers that do not decode: identifier and secret as they are. It differs only where
    /// they hold more than letters, digits and `-._*`.
    pub fn basic_raw(id: impl Into<String>, secret: impl Into<ClientSecret>) -> Self {
        let (id, secret) = (id.into(), secret.into());
        let pair = Zeroizing::new([&id, ":", secret.expose()].concat());
        Self { id, method: Method::BasicRaw(secret, basic(&pair).into()) }
    }

    /// `client_secret_post`: identifier and secret in the body.
    pub fn post(id: impl Into<String>, secret: impl Into<ClientSecret>) -> Self {
        Self { id: id.into(), method: Method::Post(secret.into()) }
    }

    /// `none`: a public client has no secret and names itself in the body (RFC 6749 section 3.2.1).
    pub fn public(id: impl Into<String>) -> Self {
        Self { id: id.into(), method: Method::Public }
    }

    /// What a registration gives (RFC 7591 section 3.2.1): `method` is `token_endpoint_auth_method`, and
    /// `client_secret_basic` if left out (section 2) - or `none`, if there is no secret either.
    ///
    /// # Errors
    ///
    /// [`ClientAuthError`], as the source of [`Error::Flow`], for a method this crate does not have and for a secret
    /// that is missing.
    pub fn registered(
        id: impl Into<String>,
        secret: Option<&ClientSecret>,
        method: Option<&str>,
    ) -> Result<Self, Error> {
        match (method, secret) {
            (Some("none"), _) | (None, None) => Ok(Self::public(id)),
            (Some("client_secret_basic") | None, Some(secret)) => Ok(Self::basic(id, secret)),
            (Some("client_secret_post"), Some(secret)) => Ok(Self::post(id, secret)),
            (Some("client_secret_basic" | "client_secret_post"), None) => Err(ClientAuthError::SecretMissing.into()),
            (Some(_), _) => Err(ClientAuthError::UnknownMethod.into()),
        }
    }

    /// Nothing, where the secret has expired.
    pub(crate) fn unless_expired(self, expired: bool) -> Result<Self, Error> {
        if expired && self.is_confidential() { Err(ClientAuthError::SecretExpired.into()) } else { Ok(self) }
    }

    /// Who the client is and how it proves that as JSON, its secret included: keep it as safe as a password.
    ///
    /// # Errors
    ///
    /// Never, as far as is known; encoding is fallible by its type.
    pub fn to_secret_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(&Wired(self))
    }

    /// Reads what [`to_secret_json`](Self::to_secret_json) wrote. The members are those of a registration (RFC 7591
    /// section 3.2.1), so that one can be read too.
    ///
    /// # Errors
    ///
    /// When the text is something else, or as those of [`ClientAuth::registered`].
    pub fn from_secret_json(text: &str) -> serde_json::Result<Self> {
        let Kept { client_id, client_secret, token_endpoint_auth_method: method } = serde_json::from_str(text)?;
        match (method.as_deref(), client_secret) {
            (Some(BASIC_RAW), Some(secret)) => Ok(Self::basic_raw(client_id, secret)),
            (method, secret) => Self::registered(client_id, secret.as_ref(), method).map_err(de::Error::custom),
        }
    }

    /// How the client authenticates, by the name it has in metadata (RFC 7591 section 2): `client_secret_basic`,
    /// `client_secret_post` or `none`.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        match self.method {
            Method::Basic(..) | Method::BasicRaw(..) => "client_secret_basic",
            Method::Post(_) => "client_secret_post",
            Method::Public => "none",
        }
    }

    fn secret(&self) -> Option<&ClientSecret> {
        match &self.method {
            Method::Basic(secret, _) | Method::BasicRaw(secret, _) | Method::Post(secret) => Some(secret),
            Method::Public => None,
        }
    }

    /// The client identifier.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the client has a secret.
    #[must_use]
    pub const fn is_confidential(&self) -> bool {
        !matches!(self.method, Method::Public)
    }
}

/// The name of a method that metadata has none for.
const BASIC_RAW: &str = "client_secret_basic_raw";

impl Wire for ClientAuth {
    const SECRET: bool = true;

    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let method = if matches!(self.method, Method::BasicRaw(..)) { BASIC_RAW } else { self.method() };
        let mut object = serializer.serialize_struct("ClientAuth", 3)?;
        object.serialize_field("client_id", &self.id)?;
        object.serialize_field("client_secret", &Wired(&self.secret()))?;
        object.serialize_field("token_endpoint_auth_method", method)?;
        object.end()
    }
}

#[derive(Deserialize)]
struct Kept {
    client_id: String,
    client_secret: Option<ClientSecret>,
    token_endpoint_auth_method: Option<String>,
}

impl Authenticate for ClientAuth {
    fn is_proof(&self) -> bool {
        self.is_confidential()
    }

    fn client_id(&self) -> Option<&str> {
        Some(&self.id)
    }

    fn apply(&self, scheme: &Scheme, signing: &mut Signing) -> Result<(), String> {
        if !matches!(scheme, Scheme::ClientAuth { .. }) {
            return Err(format!("the scheme `{}` does not take client authentication", scheme.name()));
        }
        if self.id.is_empty() {
            return Err("the client identifier is empty".to_owned());
        }
        let mut field = |name, value: &str| signing.fields.push((name, SecretText::new(value.to_owned())));
        match &self.method {
            Method::Public => field("client_id", &self.id),
            Method::Post(secret) => {
                field("client_id", &self.id);
                field("client_secret", secret.expose());
            }
            Method::BasicRaw(..) if self.id.contains(':') => {
                return Err("a client identifier with a colon must be encoded".to_owned());
            }
            Method::Basic(_, pair) | Method::BasicRaw(_, pair) => authorization(signing, "Basic ", pair.expose())?,
        }
        Ok(())
    }
}

/// Why a registration gives no client authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAuthError {
    /// The method needs a secret, and there is none.
    SecretMissing,
    /// The client is to authenticate in a way this crate does not have, such as `private_key_jwt`.
    UnknownMethod,
    /// The secret has expired: the client must be registered again, or have its registration renewed.
    SecretExpired,
}

impl fmt::Display for ClientAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SecretMissing => "the client is registered with a secret, but the registration has none",
            Self::UnknownMethod => "the client is registered for a way to authenticate that is not supported",
            Self::SecretExpired => "the secret of the client has expired",
        })
    }
}

impl StdError for ClientAuthError {}

impl From<ClientAuthError> for Error {
    fn from(error: ClientAuthError) -> Self {
        Self::Flow(Box::new(error))
    }
}

impl From<ClientAuth> for Credential {
    fn from(auth: ClientAuth) -> Self {
        Self::new(auth)
    }
}

impl From<ClientAuth> for Credentials {
    fn from(auth: ClientAuth) -> Self {
        Self::none().client_auth(auth)
    }
}

impl Credentials {
    /// The client authentication. If it has a secret, and there is neither an API key nor a token of
    /// [`Credentials::managed_token`], bearer operations are given a token that is had with it, see [`ManagedToken`].
    ///
    /// The token is kept with these credentials: keep them, or a client that has them. Credentials made anew for each
    /// call ask for a token each time.
    #[must_use]
    pub fn client_auth(mut self, auth: ClientAuth) -> Self {
        let gets_tokens = auth.is_confidential() && product::TOKEN_OPERATION.is_some();
        self.own = gets_tokens.then(|| Arc::new(ManagedToken::new(auth.clone())) as Arc<dyn TokenSource>);
        self.client = Some(auth.into());
        self
    }
}

impl ClientBuilder {
    /// The client authentication, see [`Credentials::client_auth`].
    pub fn client_auth(mut self, auth: ClientAuth) -> Self {
        self.credentials = self.credentials.client_auth(auth);
        self
    }
}

/// The client of the environment: public when it has no secret.
pub(crate) fn from_env(credentials: Credentials) -> Credentials {
    match (variable(product::ENV_CLIENT_ID), variable(product::ENV_CLIENT_SECRET)) {
        (Some(id), Some(secret)) => credentials.client_auth(ClientAuth::basic(id, secret)),
        (Some(id), None) => credentials.client_auth(ClientAuth::public(id)),
        (None, _) => credentials,
    }
}
