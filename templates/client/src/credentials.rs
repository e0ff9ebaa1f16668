//! Credentials, and which of them an operation gets.

use std::{
    any::Any,
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use zeroize::Zeroizing;

use crate::{
    client::Client,
    encode::Field,
    error::Error,
    operation::{Operation, Scheme},
    parameter::{self, push_pair},
    product,
    secret::{ApiKey, SecretText},
    transport::BoxFuture,
};

/// What a request carries for one security scheme.
#[derive(Clone)]
pub struct Credential(Arc<dyn Authenticate>);

/// The parts of a request that a credential may change.
#[derive(Default)]
pub(crate) struct Signing {
    pub(crate) headers: HeaderMap,
    pub(crate) query: String,
    /// Members to add to the body.
    pub(crate) fields: Vec<Field>,
}

/// Adds itself to a request.
pub(crate) trait Authenticate: fmt::Debug + Send + Sync {
    fn apply(&self, scheme: &Scheme, signing: &mut Signing) -> Result<(), String>;

    /// Whether it proves who the caller is, and does not only say so.
    fn is_proof(&self) -> bool {
        true
    }

    /// The identifier of the client, where it is client authentication.
    fn client_id(&self) -> Option<&str> {
        None
    }
}

/// Fetches credentials when they are needed.
pub(crate) trait TokenSource: Any + fmt::Debug + Send + Sync {
    /// The credential at hand, if nothing need be done about it at `now`.
    fn ready(&self, now: SystemTime) -> Option<Credential>;

    /// The credential at hand, if it is still good at `now`.
    fn at_hand(&self, now: SystemTime) -> Option<Credential>;

    /// The credential at hand, or a new one, which is waited for as long as `limit`.
    fn fetch<'a>(&'a self, client: &'a Client, limit: Duration) -> BoxFuture<'a, Result<Credential, Error>>;

    /// The server refused this credential. Whether another may be better: it is not used again then.
    fn reject(&self, refused: &Credential, now: SystemTime) -> bool;
}

impl Credential {
    pub(crate) fn new(credential: impl Authenticate + 'static) -> Self {
        Self(Arc::new(credential))
    }

    /// A token or key: sent as a bearer token, or in the header, query parameter or cookie that the scheme names.
    pub fn token(token: impl Into<ApiKey>) -> Self {
        Self::new(Token(token.into()))
    }

    /// User name and password of HTTP Basic authentication (RFC 7617).
    pub fn basic(user: &str, password: &str) -> Self {
        Self::new(Basic(SecretText::new(basic(&Zeroizing::new(format!("{user}:{password}"))))))
    }

    pub(crate) fn apply(&self, scheme: &Scheme, signing: &mut Signing) -> Result<(), String> {
        self.0.apply(scheme, signing)
    }

    pub(crate) fn is_proof(&self) -> bool {
        self.0.is_proof()
    }

    pub(crate) fn client_id(&self) -> Option<&str> {
        self.0.client_id()
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<ApiKey> for Credential {
    fn from(key: ApiKey) -> Self {
        Self::token(key)
    }
}

#[derive(Debug)]
struct Token(ApiKey);

impl Authenticate for Token {
    fn apply(&self, scheme: &Scheme, signing: &mut Signing) -> Result<(), String> {
        let token = self.0.expose();
        if token.is_empty() {
            return Err("the credential is empty".to_owned());
        }
        match *scheme {
            Scheme::Bearer { .. } => authorization(signing, "Bearer ", token),
            Scheme::ApiKeyHeader { header, .. } => {
                let (name, value) = parameter::header(header, token, true)?;
                signing.headers.insert(name, value);
                Ok(())
            }
            Scheme::ApiKeyQuery { parameter, .. } => {
                push_pair(&mut signing.query, parameter, token);
                Ok(())
            }
            Scheme::ApiKeyCookie { cookie, .. } => parameter::add_cookie(&mut signing.headers, cookie, token),
            Scheme::Basic { name } | Scheme::ClientAuth { name } | Scheme::Transport { name } => {
                Err(format!("the scheme `{name}` does not take a token"))
            }
        }
    }
}

/// User name and password as HTTP Basic sends them.
struct Basic(SecretText);

impl fmt::Debug for Basic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Basic([redacted])")
    }
}

impl Authenticate for Basic {
    fn apply(&self, scheme: &Scheme, signing: &mut Signing) -> Result<(), String> {
        match scheme {
            Scheme::Basic { .. } => authorization(signing, "Basic ", self.0.expose()),
            _ => Err(format!("the scheme `{}` does not take a user name and a password", scheme.name())),
        }
    }
}

/// `user:password` as HTTP Basic sends it.
pub(crate) fn basic(pair: &str) -> String {
    STANDARD.encode(pair)
}

/// Sets `Authorization`, marked sensitive so that no HTTP stack logs or indexes it.
pub(crate) fn authorization(signing: &mut Signing, kind: &str, credential: &str) -> Result<(), String> {
    // The text becomes the value: there is no copy to wipe.
    let value = Some([kind, credential].concat()).filter(|text| text.is_ascii());
    let Some(Ok(mut value)) = value.map(HeaderValue::try_from) else {
        return Err("the credential holds a character that no header can hold".to_owned());
    };
    value.set_sensitive(true);
    signing.headers.insert(header::AUTHORIZATION, value);
    Ok(())
}

/// Everything a client may identify itself with. Each operation is given what its security schemes ask for, and no
/// more.
#[derive(Clone, Default)]
pub struct Credentials {
    named: Vec<(String, Credential)>,
    api_key: Option<Credential>,
    pub(crate) client: Option<Credential>,
    /// The token that the caller manages.
    pub(crate) managed: Option<Arc<dyn TokenSource>>,
    /// The token that the client's own authentication gets.
    pub(crate) own: Option<Arc<dyn TokenSource>>,
}

/// What a scheme is given.
pub(crate) enum Found<'a> {
    Credential(&'a Credential),
    Managed(&'a Arc<dyn TokenSource>),
    /// The transport's concern.
    Nothing,
}

impl Credentials {
    /// None at all: only operations that need no credential can be called.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The key for every bearer and API-key scheme that has no credential of its own.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<ApiKey>) -> Self {
        self.api_key = Some(Credential::token(key));
        self
    }

    /// The credential for the security scheme called `scheme` in the document.
    #[must_use]
    pub fn credential(mut self, scheme: impl Into<String>, credential: impl Into<Credential>) -> Self {
        let scheme = scheme.into();
        self.named.retain(|(name, _)| *name != scheme);
        self.named.push((scheme, credential.into()));
        self
    }

    pub(crate) fn find(&self, scheme: &Scheme) -> Option<Found<'_>> {
        let named = self.named.iter().find(|(name, _)| name == scheme.name()).map(|(_, credential)| credential);
        let credential = named.or(match scheme {
            Scheme::Bearer { .. }
            | Scheme::ApiKeyHeader { .. }
            | Scheme::ApiKeyQuery { .. }
            | Scheme::ApiKeyCookie { .. } => self.api_key.as_ref(),
            Scheme::ClientAuth { .. } => self.client.as_ref(),
            Scheme::Basic { .. } => None,
            Scheme::Transport { .. } => return Some(Found::Nothing),
        });
        match scheme {
            Scheme::Bearer { .. } if credential.is_none() => self.token_source().map(Found::Managed),
            _ => credential.map(Found::Credential),
        }
    }

    /// These credentials, with this client authentication unless they have one.
    pub(crate) fn or_client(mut self, auth: &Credential) -> Self {
        self.client.get_or_insert_with(|| auth.clone());
        self
    }

    /// These credentials without those that are of one authorization server: client authentication and managed tokens.
    pub(crate) fn without_client(mut self) -> Self {
        self.named.retain(|(_, credential)| credential.client_id().is_none());
        self.client = None;
        self.managed = None;
        self.own = None;
        self
    }

    /// Where tokens come from when there is no API key. What the caller chose does not depend on the order of choosing.
    pub(crate) fn token_source(&self) -> Option<&Arc<dyn TokenSource>> {
        self.managed.as_ref().or(self.own.as_ref())
    }

    pub(crate) fn is_none(&self) -> bool {
        self.named.is_empty() && self.api_key.is_none() && self.client.is_none() && self.token_source().is_none()
    }

    /// The name of the first scheme there is nothing for, or, where a proof is `required`, no proof.
    fn missing(&self, set: &[Scheme], required: bool) -> Option<&'static str> {
        let is_missing = |scheme: &&Scheme| match self.find(scheme) {
            Some(Found::Credential(credential)) => required && !credential.is_proof(),
            found => found.is_none(),
        };
        set.iter().find(is_missing).map(Scheme::name)
    }

    /// Whether there is something for each of these schemes.
    pub(crate) fn check(&self, operation: &Operation, set: &[Scheme], required: bool) -> Result<(), Error> {
        match self.missing(set, required) {
            Some(scheme) => Err(Error::MissingCredential { operation: operation.id, scheme }),
            None => Ok(()),
        }
    }

    /// The first alternative of the operation that these credentials satisfy; one that asks for nothing comes last, and
    /// is none at all when a credential is `required`. A public client that names itself proves nothing.
    ///
    /// Client authentication that may be left out is for public clients, and those name themselves (RFC 6749
    /// section 3.2.1). Where it may not, naming oneself is not enough (RFC 7662 section 2.1).
    pub(crate) fn choose(&self, operation: &Operation, required: bool) -> Result<&'static [Scheme], Error> {
        let mut alternatives = operation.security.iter().filter(|set| !set.is_empty());
        let optional = operation.is_without_credential();
        let is_of_client = |set: &&[Scheme]| set.iter().any(|scheme| matches!(scheme, Scheme::ClientAuth { .. }));
        let of_client = alternatives.clone().any(is_of_client);
        let required = required || of_client && !optional;
        if let Some(set) = alternatives.clone().find(|set| self.missing(set, required).is_none()) {
            return Ok(set);
        }
        match alternatives.next() {
            Some(first) if required || of_client || !optional => {
                self.check(operation, first, required).map(|()| *first)
            }
            _ => Ok(&[]),
        }
    }
}

impl From<ApiKey> for Credentials {
    fn from(key: ApiKey) -> Self {
        Self::none().api_key(key)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("named", &self.named)
            .field("api_key", &self.api_key)
            .field("client", &self.client)
            .field("managed", &self.token_source())
            .finish()
    }
}

/// The header that an explicit credential of the caller occupies.
pub(crate) const OWN_CREDENTIAL: HeaderName = header::AUTHORIZATION;

/// The API key of the environment.
pub(crate) fn from_env(credentials: Credentials) -> Credentials {
    match variable(product::ENV_API_KEY) {
        Some(key) => credentials.api_key(key),
        None => credentials,
    }
}

/// A variable of the environment that is set and not empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
