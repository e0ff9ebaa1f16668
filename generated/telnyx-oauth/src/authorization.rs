//! The authorization code flow up to the code (RFC 6749 section 4.1), with PKCE, state and issuer checks.

use std::{error::Error as StdError, fmt};

use serde::{Deserialize, Serializer, ser::SerializeStruct as _};
use url::form_urlencoded;

use crate::{
    call,
    error::Error,
    parameter::{push_pair, set_pair},
    pkce::{CHALLENGE_METHOD, CodeVerifier},
    random::random_text,
    request::Request,
    resource_indicator,
    secret::{SecretText, secret},
    wire::{Wire, Wired},
};

secret! {
    /// An authorization code. It works once, and soon expires.
    pub struct AuthorizationCode;

    /// The state of an authorization request: ties the answer to the user agent that asked (RFC 6749 section 10.12).
    pub struct State;
}

/// One attempt of a user to authorize this client.
///
/// Send the user's browser to [`url`](Self::url). When the browser comes back to the redirect URI, give what it asks
/// for to [`accept_callback`](Self::accept_callback), and exchange the code together with
/// [`code_verifier`](Self::code_verifier) and [`redirect_uri`](Self::redirect_uri).
#[derive(Deserialize)]
pub struct AuthorizationAttempt {
    #[serde(deserialize_with = "secret_text")]
    url: SecretText,
    state: State,
    code_verifier: CodeVerifier,
    redirect_uri: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    issuer: Option<Issuer>,
    #[serde(default)]
    accepted: bool,
}

#[derive(Clone, Debug, Deserialize, serde::Serialize)]
struct Issuer {
    identifier: String,
    required: bool,
}

impl AuthorizationAttempt {
    /// Begins an attempt with the parameters of `request`, which is not sent. State, code challenge and its method are
    /// set here, and `response_type` is `code`.
    pub(crate) fn new<T>(mut request: Request<T>) -> Result<Self, Error> {
        let state = State::from(random_text()?);
        let code_verifier = CodeVerifier::generate()?;
        let query = &mut request.parts.query;
        set_pair(query, "response_type", "code");
        set_pair(query, "state", state.expose());
        set_pair(query, "code_challenge", &code_verifier.challenge());
        set_pair(query, "code_challenge_method", CHALLENGE_METHOD);
        let values = |wanted: &'static str| {
            let pairs = form_urlencoded::parse(query.as_bytes()).filter(move |(name, _)| name == wanted);
            pairs.map(|(_, value)| value.into_owned())
        };
        let (redirect_uri, scope) = (values("redirect_uri").next(), values("scope").next());
        let resources = values("resource").collect();
        let url = SecretText::new(call::without_io(&request.parts)?.uri().to_string());
        Ok(Self { url, state, code_verifier, redirect_uri, scope, resources, issuer: None, accepted: false })
    }

    /// Asks for access to this resource, and to those that were named before: an absolute URI without a fragment
    /// (RFC 8707 section 2.1). The exchange of the code names them again.
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] when `resource` is something else.
    pub fn resource(mut self, resource: impl Into<String>) -> Result<Self, Error> {
        let resource = resource.into();
        resource_indicator::check(&resource).map_err(Error::configuration)?;
        let mut url = self.url.expose().to_owned();
        // The URL has a query, since it has a state.
        push_pair(&mut url, "resource", &resource);
        self.url = SecretText::new(url);
        self.resources.push(resource);
        Ok(self)
    }

    /// Checks the issuer that the callback names, where it names one (RFC 9207): a mix-up of servers is found out.
    #[must_use]
    pub fn expect_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(Issuer { identifier: issuer.into(), required: false });
        self
    }

    /// Checks the issuer, and refuses a callback that names none: for servers whose metadata says
    /// `authorization_response_iss_parameter_supported`.
    #[must_use]
    pub fn require_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(Issuer { identifier: issuer.into(), required: true });
        self
    }

    /// Where to send the user's browser.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.expose()
    }

    /// The state in the URL.
    #[must_use]
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// What proves at the token endpoint that the code was issued to this client (RFC 7636 section 4.5).
    #[must_use]
    pub const fn code_verifier(&self) -> &CodeVerifier {
        &self.code_verifier
    }

    /// The redirect URI, exactly as the token request must repeat it (RFC 6749 section 4.1.3).
    #[must_use]
    pub fn redirect_uri(&self) -> Option<&str> {
        self.redirect_uri.as_deref()
    }

    /// The scope that was asked for: the one that is granted when the token response names none.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// The resources that access was asked for (RFC 8707).
    #[must_use]
    pub fn resources(&self) -> &[String] {
        &self.resources
    }

    /// The code in what the browser came back with: the whole URL, or its query.
    ///
    /// A callback that is not the answer to this attempt changes nothing: the right one can still come.
    ///
    /// # Errors
    ///
    /// See [`CallbackError`]. Make no token request then.
    pub fn accept_callback(&mut self, url_or_query: &str) -> Result<AuthorizationCode, CallbackError> {
        let answer = Answer::parse(url_or_query)?;
        if !answer.state.is_some_and(|state| self.state.ct_eq(&state)) {
            return Err(CallbackError::StateMismatch);
        }
        match (&self.issuer, answer.issuer) {
            (Some(expected), Some(issuer)) if expected.identifier != issuer => {
                return Err(CallbackError::IssuerMismatch);
            }
            (Some(Issuer { required: true, .. }), None) => return Err(CallbackError::IssuerMissing),
            _ => {}
        }
        if std::mem::replace(&mut self.accepted, true) {
            return Err(CallbackError::Replayed);
        }
        match (answer.error, answer.code) {
            (Some(code), _) => {
                Err(CallbackError::Denied(Denial { code, description: answer.description, uri: answer.uri }))
            }
            (None, Some(code)) => Ok(AuthorizationCode::from(code)),
            (None, None) => Err(CallbackError::CodeMissing),
        }
    }

    /// The attempt as JSON, secrets included: to keep it in the user's session while the browser is away.
    ///
    /// # Errors
    ///
    /// Never, as far as is known; encoding is fallible by its type.
    pub fn to_secret_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(&Wired(self))
    }

    /// Reads what [`to_secret_json`](Self::to_secret_json) wrote. Forget the text at once: an attempt is answered once.
    ///
    /// # Errors
    ///
    /// When the text is something else.
    pub fn from_secret_json(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }
}

impl Wire for AuthorizationAttempt {
    const SECRET: bool = true;

    fn wire<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("AuthorizationAttempt", 8)?;
        object.serialize_field("url", self.url.expose())?;
        object.serialize_field("state", &Wired(&self.state))?;
        object.serialize_field("code_verifier", &Wired(&self.code_verifier))?;
        object.serialize_field("redirect_uri", &self.redirect_uri)?;
        object.serialize_field("scope", &self.scope)?;
        object.serialize_field("resources", &self.resources)?;
        object.serialize_field("issuer", &self.issuer)?;
        object.serialize_field("accepted", &self.accepted)?;
        object.end()
    }
}

fn secret_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SecretText, D::Error> {
    String::deserialize(deserializer).map(SecretText::new)
}

impl fmt::Debug for AuthorizationAttempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationAttempt")
            .field("state", &self.state)
            .field("code_verifier", &self.code_verifier)
            .field("redirect_uri", &self.redirect_uri)
            .field("scope", &self.scope)
            .field("resources", &self.resources)
            .field("issuer", &self.issuer)
            .field("accepted", &self.accepted)
            .finish_non_exhaustive()
    }
}

/// The parameters of a callback (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207 section 2).
#[derive(Default)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
    issuer: Option<String>,
    error: Option<String>,
    description: Option<String>,
    uri: Option<String>,
}

impl Answer {
    fn parse(url_or_query: &str) -> Result<Self, CallbackError> {
        let query = url_or_query.split_once('?').map_or(url_or_query, |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        let mut answer = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match &*name {
                "code" => &mut answer.code,
                "state" => &mut answer.state,
                "iss" => &mut answer.issuer,
                "error" => &mut answer.error,
                "error_description" => &mut answer.description,
                "error_uri" => &mut answer.uri,
                _ => continue,
            };
            // No parameter may be there twice (RFC 6749 section 3.1): which would count?
            if place.replace(value.into_owned()).is_some() {
                return Err(CallbackError::Repeated);
            }
        }
        Ok(answer)
    }
}

/// Why a callback gives no code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackError {
    /// The state is missing or that of another attempt: someone may be trying to slip in a code of their own.
    StateMismatch,
    /// The callback comes from another authorization server.
    IssuerMismatch,
    /// The callback does not say which authorization server it comes from, although this one does.
    IssuerMissing,
    /// The attempt was answered already.
    Replayed,
    /// A parameter is there twice.
    Repeated,
    /// The server, or the user, refused.
    Denied(Denial),
    /// There is neither a code nor an error.
    CodeMissing,
}

/// What the authorization server says about its refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denial {
    /// The error code, such as `access_denied`.
    pub code: String,
    /// What happened, in the server's words.
    pub description: Option<String>,
    /// A page about the error.
    pub uri: Option<String>,
}

impl fmt::Display for CallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StateMismatch => f.write_str("the callback does not belong to this attempt: its state is another"),
            Self::IssuerMismatch => f.write_str("the callback comes from another authorization server"),
            Self::IssuerMissing => f.write_str("the callback does not name its authorization server"),
            Self::Replayed => f.write_str("the attempt was answered already"),
            Self::Repeated => f.write_str("the callback has a parameter twice"),
            Self::Denied(denial) => write!(f, "authorization was refused: {}", denial.code.escape_debug()),
            Self::CodeMissing => f.write_str("the callback has neither a code nor an error"),
        }
    }
}

impl StdError for CallbackError {}

impl From<CallbackError> for Error {
    fn from(error: CallbackError) -> Self {
        Self::Flow(Box::new(error))
    }
}
