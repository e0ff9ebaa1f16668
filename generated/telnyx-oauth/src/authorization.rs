//! The authorization code flow up to the code (RFC 6749 section 4.1), with PKCE, state and issuer checks.

use std::{
    error::Error as StdError,
    fmt,
    hash::{Hash, Hasher},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serializer, ser::SerializeStruct as _};
use url::form_urlencoded;

use crate::{
    api_error::OneLine,
    call,
    client_auth::ClientAuth,
    error::Error,
    parameter::{push_pair, set_pair},
    pkce::{CHALLENGE_METHOD, CodeVerifier},
    random::random_text,
    request::Request,
    resource_indicator,
    secret::{Expose, SecretText, secret},
    timestamp::Timestamp,
    wire::{Wire, Wired},
};

secret! {
    /// An authorization code. It works once, and soon expires.
    pub struct AuthorizationCode where check_code;

    /// The state of an authorization request: ties the answer to the user agent that asked (RFC 6749 section 10.12).
    pub struct State;
}

/// Compared in constant time.
impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other)
    }
}

impl Eq for State {}

/// To find the attempt that an answer belongs to.
impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.expose().hash(hasher);
    }
}

fn check_code(code: &str) -> Result<(), &'static str> {
    if code.is_empty() { Err("an authorization code is not empty") } else { Ok(()) }
}

/// Parameters of the authorization request that are not the caller's to add.
const OWN: [&str; 9] = [
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "redirect_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

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
    #[serde(default)]
    client_id: Option<String>,
    redirect_uri: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    issuer: Option<Issuer>,
    created_at: Timestamp,
    #[serde(default)]
    expires_at: Option<Timestamp>,
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
        let [client_id, redirect_uri, scope] = ["client_id", "redirect_uri", "scope"].map(|name| values(name).next());
        let resources = values("resource").collect();
        if let Some(message) = redirect_uri.as_deref().and_then(wrong_redirect_uri) {
            request.parts.fail(message);
        }
        let client = &request.parts.client;
        let created_at = client.shared.clock.now().into();
        let issuer = client
            .authorization_server
            .as_ref()
            .map(|server| Issuer { identifier: server.issuer.clone(), required: server.names_itself });
        let url = SecretText::new(call::without_io(&request.parts)?.uri().to_string());
        Ok(Self {
            url,
            state,
            code_verifier,
            client_id,
            redirect_uri,
            scope,
            resources,
            issuer,
            created_at,
            expires_at: None,
            accepted: false,
        })
    }

    /// `request`, which exchanges the code, with what it must repeat: the client (RFC 6749 section 4.1.3) and the
    /// resources (RFC 8707 section 2.2).
    pub(crate) fn exchange<T>(&self, request: Request<T>) -> Request<T> {
        let request = match &self.client_id {
            Some(id) => request.of_client(ClientAuth::public(id).into()),
            None => request,
        };
        self.resources.iter().fold(request, |request, resource| resource_indicator::ask_for(request, resource))
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
        self.push("resource", &resource);
        self.resources.push(resource);
        Ok(self)
    }

    /// Adds a parameter that an extension defines, such as `prompt` or `login_hint` (RFC 6749 section 8.2).
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] for a parameter that the request has, or that only the attempt may set: none may be there
    /// twice (RFC 6749 section 3.1).
    pub fn parameter(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let query = self.url().split_once('?').map_or("", |(_, query)| query);
        if OWN.contains(&name) || form_urlencoded::parse(query.as_bytes()).any(|(known, _)| known == name) {
            return Err(Error::configuration("the authorization request has a parameter of this name already"));
        }
        self.push(name, value);
        Ok(self)
    }

    fn push(&mut self, name: &str, value: &str) {
        let mut url = self.url.expose().to_owned();
        // The URL has a query, since it has a state.
        push_pair(&mut url, name, value);
        self.url = SecretText::new(url);
    }

    /// Refuses an answer that comes later than this after the attempt began. By default there is no limit here;
    /// the code has one of its own.
    #[must_use]
    pub fn valid_for(mut self, limit: Duration) -> Self {
        self.expires_at = SystemTime::from(self.created_at).checked_add(limit).map(Timestamp::from);
        self
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

    /// The client that asks for access, which is the only one that can exchange the code.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
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

    /// When the attempt began.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The code in what the browser came back with: the whole URL or its query, as text or as the secret that holds it.
    ///
    /// A callback that is not the answer to this attempt changes nothing: the right one can still come. Only this value
    /// knows that the attempt was answered, see [`to_secret_json`](Self::to_secret_json).
    ///
    /// # Errors
    ///
    /// See [`CallbackError`]. Make no token request then.
    pub fn accept_callback(&mut self, callback: &(impl Expose + ?Sized)) -> Result<AuthorizationCode, CallbackError> {
        self.accept_callback_at(callback, SystemTime::now())
    }

    /// [`accept_callback`](Self::accept_callback) at the time `now`, which counts for [`valid_for`](Self::valid_for).
    ///
    /// # Errors
    ///
    /// As those of `accept_callback`.
    pub fn accept_callback_at(
        &mut self,
        callback: &(impl Expose + ?Sized),
        now: SystemTime,
    ) -> Result<AuthorizationCode, CallbackError> {
        let answer = Answer::parse(callback.exposed())?;
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
        let code = match (answer.error, answer.code) {
            (Some(code), _) => {
                Err(CallbackError::Denied(Denial { code, description: answer.description, uri: answer.uri }))
            }
            (None, Some(code)) => Ok(AuthorizationCode::from(code)),
            (None, None) => return Err(CallbackError::CodeMissing),
        };
        if self.accepted {
            return Err(CallbackError::Replayed);
        }
        if self.expires_at.is_some_and(|expires_at| expires_at <= now.into()) {
            return Err(CallbackError::Expired);
        }
        self.accepted = true;
        code
    }

    /// The attempt as JSON, secrets included: to keep it in the user's session while the browser is away, under its
    /// [`state`](Self::state) where a user may have several.
    ///
    /// When the browser is back, take the text out of the session in the step that reads it, as `DELETE .. RETURNING` or
    /// `GETDEL` do, and only then accept the callback: of two answers at the same time one finds nothing.
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
        let mut object = serializer.serialize_struct("AuthorizationAttempt", 11)?;
        object.serialize_field("url", self.url.expose())?;
        object.serialize_field("state", &Wired(&self.state))?;
        object.serialize_field("code_verifier", &Wired(&self.code_verifier))?;
        object.serialize_field("client_id", &self.client_id)?;
        object.serialize_field("redirect_uri", &self.redirect_uri)?;
        object.serialize_field("scope", &self.scope)?;
        object.serialize_field("resources", &self.resources)?;
        object.serialize_field("issuer", &self.issuer)?;
        object.serialize_field("created_at", &self.created_at)?;
        object.serialize_field("expires_at", &self.expires_at)?;
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
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.redirect_uri)
            .field("scope", &self.scope)
            .field("resources", &self.resources)
            .field("issuer", &self.issuer)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
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
        let query = match url_or_query.split_once('?') {
            Some((before, query)) if is_url(before) => query,
            // A query may hold question marks (RFC 3986 section 3.4).
            _ => url_or_query,
        };
        let query = query.split('#').next().unwrap_or_default();
        let mut answer = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            // What is empty counts as left out (RFC 6749 section 3.1).
            if value.is_empty() {
                continue;
            }
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

/// Whether what stands before the first question mark is that of a URL, and not the first parameters of a query.
fn is_url(before: &str) -> bool {
    match before.find(['=', '&']) {
        Some(at) => before.starts_with('/') || before.get(..at).is_some_and(|start| start.contains("://")),
        None => true,
    }
}

/// What is wrong with a redirect URI: it must be absolute, without a fragment (RFC 6749 section 3.1.2), and must not run
/// in the browser as a program.
fn wrong_redirect_uri(uri: &str) -> Option<&'static str> {
    let scheme = uri.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if !resource_indicator::is_absolute_uri(uri) {
        Some("a redirect URI is an absolute URI without a fragment")
    } else if matches!(scheme.as_str(), "data" | "javascript" | "vbscript") {
        Some("a redirect URI leads back to the client: its scheme must not be that of a program")
    } else {
        None
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
    /// The answer comes later than [`AuthorizationAttempt::valid_for`] allows.
    Expired,
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
            Self::Expired => f.write_str("the attempt is too old"),
            Self::Repeated => f.write_str("the callback has a parameter twice"),
            Self::Denied(denial) => {
                write!(f, "authorization was refused: {}", OneLine(&denial.code))?;
                denial.description.as_deref().map_or(Ok(()), |why| write!(f, ": {}", OneLine(why)))
            }
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
