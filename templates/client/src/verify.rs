//! Verification of access tokens that are JWTs (RFC 9068).

use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, crypto::aws_lc::DEFAULT_PROVIDER};
use serde::{Deserialize, de::IgnoredAny};

use crate::{
    client::Client,
    error::Error,
    extra::Extra,
    key_set::{Key, KeyCache, algorithm_named},
    timestamp::Timestamp,
};

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 16 * 1024;

/// Verifies access tokens that are JWTs (RFC 9068), for a server that is called with them.
///
/// A token is accepted when it says that it is an access token and has all that one must have (RFC 9068 section 2), is
/// signed by RS256, PS256, ES256 or EdDSA with a key of the authorization server's set, by exactly this issuer, for this
/// audience, and is valid now. Tokens that are no JWTs need introspection.
///
/// Keys are fetched with the client's own operation, kept for as long as the server's `Cache-Control` allows (ten minutes
/// if it says nothing, a day at most), and used for an hour more while the server cannot be reached. Clones share them:
/// keep one verifier.
#[derive(Clone)]
pub struct Verifier {
    keys: Arc<KeyCache>,
    issuer: Arc<str>,
    audience: Arc<str>,
    leeway: Duration,
    refetch_interval: Duration,
    allows_plain: bool,
}

impl Verifier {
    /// Accepts tokens of `issuer` for `audience`: the identifier of the server that is called with them, usually its URL.
    /// Both are compared character by character.
    pub fn new(client: &Client, issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            keys: Arc::new(KeyCache::new(client.clone())),
            issuer: issuer.into().into(),
            audience: audience.into().into(),
            leeway: Duration::from_secs(60),
            refetch_interval: Duration::from_secs(30),
            allows_plain: false,
        }
    }

    /// How far the clocks of the two servers may differ. A minute by default.
    #[must_use]
    pub const fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// How long after the last request for keys a token that names an unknown one causes the next, and how long keys are
    /// used that the server does not allow to keep. Half a minute by default.
    #[must_use]
    pub const fn refetch_interval(mut self, interval: Duration) -> Self {
        self.refetch_interval = interval;
        self
    }

    /// Accepts tokens of a server that does not follow RFC 9068: the header's `typ` may be `JWT` or missing too, and so may
    /// the claims `sub`, `client_id`, `iat` and `jti`.
    ///
    /// An access token cannot be told from other JWTs of the server then, such as an ID token. See to it that none of them
    /// has this audience.
    #[must_use]
    pub const fn allow_plain_jwt(mut self) -> Self {
        self.allows_plain = true;
        self
    }

    /// What the token says, if it is to be believed.
    ///
    /// # Errors
    ///
    /// See [`VerifyError`]. [`VerifyError::Keys`] says nothing about the token; after all others, refuse it.
    pub async fn verify(&self, token: &str) -> Result<AccessTokenClaims, VerifyError> {
        let parts = Parts::split(token)?;
        let header: Header = parts.header()?;
        let algorithm = algorithm_named(&header.alg).ok_or(VerifyError::Algorithm)?;
        if header.crit.is_some() {
            return Err(VerifyError::Critical);
        }
        self.check_type(header.typ.as_deref())?;

        let keys = self.keys.keys(self.refetch_interval).await.map_err(VerifyError::Keys)?;
        let mut signed = parts.is_signed_by_one(&keys.find(header.kid.as_deref(), algorithm), algorithm);
        if signed.is_none()
            && let Some(keys) = self.keys.again(self.refetch_interval).await.map_err(VerifyError::Keys)?
        {
            signed = parts.is_signed_by_one(&keys.find(header.kid.as_deref(), algorithm), algorithm);
        }
        match signed {
            None => Err(VerifyError::UnknownKey),
            Some(false) => Err(VerifyError::Signature),
            Some(true) => self.check(parts.claims()?),
        }
    }

    /// A media type, `application/` left out or not, in any case (RFC 7515 section 4.1.9).
    fn check_type(&self, typ: Option<&str>) -> Result<(), VerifyError> {
        let typ = typ.map(str::to_ascii_lowercase);
        let typ = typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
        match typ {
            Some("at+jwt") => Ok(()),
            None | Some("jwt") if self.allows_plain => Ok(()),
            _ => Err(VerifyError::Type),
        }
    }

    fn check(&self, claims: AccessTokenClaims) -> Result<AccessTokenClaims, VerifyError> {
        if claims.iss != *self.issuer {
            return Err(VerifyError::Issuer);
        }
        if !claims.aud.iter().any(|audience| **audience == *self.audience) {
            return Err(VerifyError::Audience);
        }
        if let Some(claim) = claims.missing().filter(|_| !self.allows_plain) {
            return Err(VerifyError::MissingClaim(claim));
        }
        let now = Timestamp::from(self.keys.now()).unix_seconds();
        let leeway = i64::try_from(self.leeway.as_secs()).unwrap_or(i64::MAX);
        if now >= claims.exp.unix_seconds().saturating_add(leeway) {
            return Err(VerifyError::Expired);
        }
        if claims.nbf.is_some_and(|begin| now.saturating_add(leeway) < begin.unix_seconds()) {
            return Err(VerifyError::NotYetValid);
        }
        Ok(claims)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

/// The three parts of a token, the signed text among them.
struct Parts<'a> {
    signed: &'a str,
    header: &'a str,
    claims: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn split(token: &'a str) -> Result<Self, VerifyError> {
        let parts = || {
            let (signed, signature) = token.rsplit_once('.')?;
            let (header, claims) = signed.split_once('.')?;
            (!claims.contains('.')).then_some(Self { signed, header, claims, signature })
        };
        parts().filter(|_| token.len() <= LONGEST).ok_or(VerifyError::Malformed)
    }

    fn header(&self) -> Result<Header, VerifyError> {
        decode(self.header)
    }

    fn claims(&self) -> Result<AccessTokenClaims, VerifyError> {
        decode(self.claims)
    }

    /// Whether one of the keys made the signature; `None` when there is none to ask.
    fn is_signed_by_one(&self, keys: &[&Key], algorithm: Algorithm) -> Option<bool> {
        let signature = URL_SAFE_NO_PAD.decode(self.signature).unwrap_or_default();
        // This provider by name: the process-wide one is another crate's choice, or a panic when there are two.
        let fits = |key: &&Key| {
            let verifier = (DEFAULT_PROVIDER.verifier_factory)(&algorithm, &key.decoding);
            verifier.is_ok_and(|verifier| verifier.verify(self.signed.as_bytes(), &signature).is_ok())
        };
        (!keys.is_empty()).then(|| keys.iter().any(fits))
    }
}

fn decode<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, VerifyError> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| VerifyError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| VerifyError::Malformed)
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    /// What must be understood (RFC 7515 section 4.1.11): none of it is.
    crit: Option<IgnoredAny>,
}

/// What a verified access token says (RFC 9068 section 2.2).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct AccessTokenClaims {
    /// Who issued it.
    pub iss: String,
    /// Whom it is for.
    #[serde(deserialize_with = "one_or_many")]
    pub aud: Vec<String>,
    /// When it expires.
    #[serde(deserialize_with = "numeric_date")]
    pub exp: Timestamp,
    /// Before when it is not valid.
    #[serde(default, deserialize_with = "optional_numeric_date")]
    pub nbf: Option<Timestamp>,
    /// When it was issued. It is there unless [`Verifier::allow_plain_jwt`] was chosen.
    #[serde(default, deserialize_with = "optional_numeric_date")]
    pub iat: Option<Timestamp>,
    /// Who grants access: a user, or the client itself. It is there unless [`Verifier::allow_plain_jwt`] was chosen.
    #[serde(default)]
    pub sub: Option<String>,
    /// The client it was issued to. It is there unless [`Verifier::allow_plain_jwt`] was chosen.
    #[serde(default)]
    pub client_id: Option<String>,
    /// Its identifier. It is there unless [`Verifier::allow_plain_jwt`] was chosen.
    #[serde(default)]
    pub jti: Option<String>,
    /// What it allows, separated by spaces.
    #[serde(default)]
    pub scope: Option<String>,
    /// All other claims.
    #[serde(flatten)]
    pub extra: Extra,
}

impl AccessTokenClaims {
    /// What it allows, one by one.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.as_deref().unwrap_or_default().split(' ').filter(|scope| !scope.is_empty())
    }

    /// The first claim that is missing of those an access token must have (RFC 9068 section 2.2), beside those that are
    /// there always.
    fn missing(&self) -> Option<&'static str> {
        let claims = [
            ("sub", self.sub.is_none()),
            ("client_id", self.client_id.is_none()),
            ("iat", self.iat.is_none()),
            ("jti", self.jti.is_none()),
        ];
        claims.into_iter().find(|(_, is_missing)| *is_missing).map(|(name, _)| name)
    }
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Audience {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Audience::deserialize(deserializer)? {
        Audience::One(audience) => vec![audience],
        Audience::Many(audiences) => audiences,
    })
}

/// Seconds since 1970, with a fraction or not (RFC 7519 section 2); the fraction is left out.
fn numeric_date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    f64::deserialize(deserializer).map(from_numeric_date)
}

fn optional_numeric_date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.map(from_numeric_date))
}

/// What does not fit becomes the nearest that does.
fn from_numeric_date(seconds: f64) -> Timestamp {
    Timestamp::from_unix(seconds.floor() as i64)
}

/// Why a token is not accepted.
#[derive(Debug)]
#[non_exhaustive]
pub enum VerifyError {
    /// It is no signed JWT, or does not say who issued it, whom it is for and when it expires.
    Malformed,
    /// It is signed by an algorithm that is not accepted, or not at all.
    Algorithm,
    /// It is a JWT of another type.
    Type,
    /// Its header holds extensions that must be understood, and are not.
    Critical,
    /// The authorization server has no such key.
    UnknownKey,
    /// The signature is not of the key it names.
    Signature,
    /// It lacks this claim, which an access token must have (RFC 9068 section 2.2).
    MissingClaim(&'static str),
    /// Another server issued it.
    Issuer,
    /// It is for another server.
    Audience,
    /// It has expired.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// The keys could not be fetched: nothing is known about the token.
    Keys(Error),
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the token is no signed JWT with the claims of an access token",
            Self::Algorithm => "the token is signed by an algorithm that is not accepted",
            Self::Type => "the token is a JWT of another type than `at+jwt`",
            Self::Critical => "the token's header holds extensions that are not understood",
            Self::UnknownKey => "the token is signed with a key that the authorization server does not have",
            Self::Signature => "the token's signature is wrong",
            Self::MissingClaim(name) => return write!(f, "the token lacks the claim `{name}`"),
            Self::Issuer => "the token was issued by another authorization server",
            Self::Audience => "the token is for another server",
            Self::Expired => "the token has expired",
            Self::NotYetValid => "the token is not valid yet",
            Self::Keys(error) => return write!(f, "the keys could not be fetched: {error}"),
        })
    }
}

impl StdError for VerifyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Keys(error) => Some(error),
            _ => None,
        }
    }
}

impl From<VerifyError> for Error {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Keys(error) => error,
            error => Self::Flow(Box::new(error)),
        }
    }
}
