//! Access tokens that are had when they are needed, and renewed before they expire.

use std::{
    any::Any,
    collections::BTreeMap,
    error::Error as StdError,
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::sync::watch;

use crate::{
    builder::ClientBuilder,
    client::Client,
    client_auth::ClientAuth,
    credentials::{Credential, Credentials, TokenSource},
    error::Error,
    operation::RetryClass,
    product,
    request::Request,
    resource_indicator::ask_for,
    response::BufferedResponse,
    secret::SecretText,
    token_set::{TokenAnswer, TokenSet, TokenStore},
    transport::BoxFuture,
};

/// An access token that is fetched by the first call that needs it, and again before it expires.
///
/// Calls that need a token at the same time share one request for it; they wait for the token only, not for each other.
/// A request that has begun is finished even when the calls that wait for it are dropped, so that no rotated refresh
/// token is lost. Clones share the token.
#[derive(Clone)]
pub struct ManagedToken(Arc<Shared>);

struct Shared {
    auth: ClientAuth,
    grant: Grant,
    scope: Option<String>,
    resource: Option<String>,
    store: OnceLock<Arc<dyn TokenStore>>,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grant {
    /// The client's own (RFC 6749 section 4.4).
    ClientCredentials,
    /// A user's, by refresh token (RFC 6749 section 6).
    RefreshToken,
}

#[derive(Clone, Default)]
struct State {
    held: Option<Held>,
    /// The request under way, if there is one.
    flight: Option<watch::Receiver<Option<Landing>>>,
}

type Landing = Result<Held, Arc<Error>>;

#[derive(Clone)]
struct Held {
    tokens: TokenSet,
    credential: Credential,
    /// When to look for a new token, some time before this one expires.
    renew_at: Option<SystemTime>,
    /// The server refused the access token.
    refused: bool,
    /// Whether the store has them.
    saved: bool,
}

impl Held {
    fn new(tokens: TokenSet, now: SystemTime) -> Self {
        let credential = Credential::from(tokens.access_token.clone());
        let expires_at = tokens.expires_at.map(SystemTime::from);
        let renew_at = expires_at.and_then(|expires_at| expires_at.checked_sub(head_start(expires_at, now)));
        Self { tokens, credential, renew_at, refused: false, saved: false }
    }

    fn has_same_token(&self, tokens: &TokenSet) -> bool {
        self.tokens.access_token.ct_eq(tokens.access_token.expose())
    }

    fn is_fresh(&self, now: SystemTime) -> bool {
        !self.refused && self.renew_at.is_none_or(|renew_at| now < renew_at)
    }

    fn is_good(&self, now: SystemTime) -> bool {
        !self.refused && !self.tokens.is_expired(now)
    }
}

/// How long before its end a token is renewed: a tenth of its life, at most a minute.
fn head_start(expires_at: SystemTime, now: SystemTime) -> Duration {
    let life = expires_at.duration_since(now).unwrap_or_default();
    (life / 10).min(Duration::from_secs(60))
}

impl ManagedToken {
    /// The client's own token, had with `auth`, which must have a secret (RFC 6749 section 4.4).
    #[must_use]
    pub fn new(auth: ClientAuth) -> Self {
        Self::with(auth, Grant::ClientCredentials, State::default())
    }

    /// A user's tokens, as the exchange of a code gave them; they are renewed with their refresh token.
    ///
    /// `now` is the time the life of the access token is counted from, to renew it well before its end.
    #[must_use]
    pub fn of_user(auth: ClientAuth, tokens: TokenSet, now: SystemTime) -> Self {
        let state = State { held: Some(Held::new(tokens, now)), ..State::default() };
        Self::with(auth, Grant::RefreshToken, state)
    }

    /// A user's tokens, as an earlier run of the program left them in `store`.
    #[must_use]
    pub fn of_stored_user(auth: ClientAuth, store: impl TokenStore + 'static) -> Self {
        Self::with(auth, Grant::RefreshToken, State::default()).store(store)
    }

    fn with(auth: ClientAuth, grant: Grant, state: State) -> Self {
        let (store, state) = (OnceLock::new(), Mutex::new(state));
        Self(Arc::new(Shared { auth, grant, scope: None, resource: None, store, state }))
    }

    /// Asks for this scope: names separated by spaces.
    #[must_use]
    pub fn scope(self, scope: impl Into<String>) -> Self {
        self.change(|shared| shared.scope = Some(scope.into()))
    }

    /// Asks for a token for this resource only (RFC 8707): an absolute URI without a fragment.
    #[must_use]
    pub fn resource(self, resource: impl Into<String>) -> Self {
        self.change(|shared| shared.resource = Some(resource.into()))
    }

    /// Keeps the tokens here between runs of the program. New tokens are kept before they are used.
    #[must_use]
    pub fn store(self, store: impl TokenStore + 'static) -> Self {
        self.change(|shared| shared.store = OnceLock::from(Arc::new(store) as Arc<dyn TokenStore>))
    }

    /// A token like this one that shares nothing with the clones made before.
    fn change(self, change: impl FnOnce(&mut Shared)) -> Self {
        let mut shared = Arc::try_unwrap(self.0).unwrap_or_else(|used| Shared {
            auth: used.auth.clone(),
            grant: used.grant,
            scope: used.scope.clone(),
            resource: used.resource.clone(),
            store: used.store.clone(),
            state: Mutex::new(State { flight: None, ..used.state().clone() }),
        });
        change(&mut shared);
        Self(Arc::new(shared))
    }

    /// The tokens at hand, or new ones.
    ///
    /// # Errors
    ///
    /// [`Error::Token`] when the server gives none. The error is not kept: the next call asks again.
    pub async fn get(&self, client: &Client) -> Result<TokenSet, Error> {
        self.hold(client).await.map(|held| held.tokens)
    }

    async fn hold(&self, client: &Client) -> Result<Held, Error> {
        loop {
            let (mut flight, takes_off) = {
                let mut state = self.0.state();
                let now = client.shared.clock.now();
                if let Some(held) = state.held.as_ref().filter(|held| self.0.is_safe(held) && held.is_fresh(now)) {
                    return Ok(held.clone());
                }
                match &state.flight {
                    Some(flight) => (flight.clone(), None),
                    None => {
                        let (sender, flight) = watch::channel(None);
                        state.flight = Some(flight.clone());
                        (flight, Some(sender))
                    }
                }
            };
            let mine = takes_off.is_some();
            if let Some(sender) = takes_off {
                let (shared, client) = (Arc::clone(&self.0), client.clone());
                let flight = async move { shared.fly(&client, sender).await };
                match tokio::runtime::Handle::try_current() {
                    Ok(runtime) => drop(runtime.spawn(flight)),
                    Err(_) => flight.await,
                }
            }
            let landing = match flight.wait_for(Option::is_some).await {
                Ok(landing) => landing.clone(),
                Err(_) => None,
            };
            match landing {
                Some(Ok(held)) => return Ok(held),
                None if mine => {
                    self.0.state().forget(&flight);
                    return Err(Error::Flow("the request for a token was given up".into()));
                }
                Some(Err(error)) => {
                    let now = client.shared.clock.now();
                    let held = self.0.state().held.clone();
                    return held.filter(|held| self.0.is_safe(held) && held.is_good(now)).ok_or(Error::Token(error));
                }
                // The request was given up: its runtime ended, or the caller that made it was dropped.
                None => self.0.state().forget(&flight),
            }
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the tokens would outlive this run of the program: they are not used before.
    fn is_safe(&self, held: &Held) -> bool {
        held.saved || self.store.get().is_none()
    }

    /// Makes the request, and tells all who wait.
    async fn fly(&self, client: &Client, sender: watch::Sender<Option<Landing>>) {
        let landing = self.renew(client).await.map_err(Arc::new);
        {
            let mut state = self.state();
            state.forget(&sender.subscribe());
            if landing.is_err() {
                state.postpone(client.shared.clock.now());
            }
        }
        sender.send_replace(Some(landing));
    }

    async fn renew(&self, client: &Client) -> Result<Held, Error> {
        let now = client.shared.clock.now();
        self.load(now).await?;
        let held = self.state().held.clone();
        if let Some(held) = held.filter(|held| held.is_fresh(now)) {
            return self.save(held).await;
        }
        let asked_at = client.shared.clock.now();
        let before = self.state().held.as_ref().map(|held| held.tokens.clone());
        let refresh_token = before.as_ref().and_then(|tokens| tokens.refresh_token.clone());
        // A refresh that asks for no scope asks for the one that was granted before (RFC 6749 section 6).
        let granted = before.filter(|_| self.grant == Grant::RefreshToken).and_then(|tokens| tokens.scope);
        let scope = self.scope.clone().or(granted);
        let mut body = BTreeMap::new();
        let class = match (self.grant, &refresh_token) {
            (Grant::ClientCredentials, _) => {
                body.insert("grant_type", SecretText::new("client_credentials".to_owned()));
                RetryClass::Safe
            }
            (Grant::RefreshToken, Some(token)) => {
                body.insert("grant_type", SecretText::new("refresh_token".to_owned()));
                body.insert("refresh_token", SecretText::new(token.expose().to_owned()));
                RetryClass::SingleUse
            }
            (Grant::RefreshToken, None) => return Err(Error::Flow(Box::new(AuthorizationRequired))),
        };
        body.extend(self.scope.as_ref().map(|scope| ("scope", SecretText::new(scope.clone()))));

        let answer = self.request(client, body, class)?.await;
        if self.grant == Grant::RefreshToken && answer.as_ref().is_err_and(is_refusal) {
            // It will not be taken the next time either.
            self.state().end_session();
        }
        let mut tokens = answer?.into_tokens(asked_at, scope.as_deref())?;
        if self.grant == Grant::RefreshToken {
            // A server that does not rotate leaves the refresh token out (RFC 6749 section 6).
            tokens.refresh_token = tokens.refresh_token.or(refresh_token);
        }
        let held = Held::new(tokens, asked_at);
        // Held before they are saved: should that fail, a refresh token that was rotated is not lost.
        self.state().held = Some(held.clone());
        self.save(held).await
    }

    async fn save(&self, mut held: Held) -> Result<Held, Error> {
        if !self.is_safe(&held)
            && let Some(store) = self.store.get()
        {
            store.save(&held.tokens).await.map_err(Error::Flow)?;
        }
        held.saved = true;
        self.state().held = Some(held.clone());
        Ok(held)
    }

    /// Takes the stored tokens in place of those at hand, where they are others: another process may have renewed them,
    /// and a refresh token that it has spent must not be used again (RFC 9700 section 4.14.2).
    async fn load(&self, now: SystemTime) -> Result<(), Error> {
        let Some(store) = self.store.get() else { return Ok(()) };
        // What could not be saved is newer than what was.
        if self.state().held.as_ref().is_some_and(|held| !held.saved) {
            return Ok(());
        }
        let Some(tokens) = store.load().await.map_err(Error::Flow)? else { return Ok(()) };
        let mut state = self.state();
        if !state.held.as_ref().is_some_and(|held| held.has_same_token(&tokens)) {
            state.held = Some(Held { saved: true, ..Held::new(tokens, now) });
        }
        Ok(())
    }

    /// The request of a token. A resource that is none is found out before anything is sent.
    fn request(
        &self,
        client: &Client,
        body: BTreeMap<&'static str, SecretText>,
        class: RetryClass,
    ) -> Result<Request<TokenAnswer>, Error> {
        let Some(operation) = product::TOKEN_OPERATION else {
            return Err(Error::configuration("the API has no operation that gives tokens"));
        };
        let mut credentials = Credentials::none();
        credentials.client = Some(self.auth.clone().into());
        let request = Request::new(client, operation, BufferedResponse::json);
        let request = self.resource.iter().fold(request, |request, resource| ask_for(request, resource));
        // Only a confidential client has access of its own (RFC 6749 section 4.4).
        let own = self.grant == Grant::ClientCredentials;
        Ok(request.body(body).credentials(credentials).credential_required(own).retry_class(class))
    }
}

impl State {
    /// The request is no longer under way.
    fn forget(&mut self, flight: &watch::Receiver<Option<Landing>>) {
        if self.flight.as_ref().is_some_and(|current| current.same_channel(flight)) {
            self.flight = None;
        }
    }

    /// The refresh token is worth nothing any more.
    fn end_session(&mut self) {
        if let Some(held) = &mut self.held {
            held.tokens.refresh_token = None;
        }
    }

    /// After a failed renewal the token at hand is used on, and the server is left alone for a while.
    fn postpone(&mut self, now: SystemTime) {
        if let Some(held) = self.held.as_mut().filter(|held| held.saved)
            && let Some(expires_at) = held.tokens.expires_at.map(SystemTime::from)
        {
            let life = expires_at.duration_since(now).unwrap_or_default();
            held.renew_at = now.checked_add((life / 2).min(Duration::from_secs(30)));
        }
    }
}

impl TokenSource for ManagedToken {
    fn ready(&self, now: SystemTime) -> Option<Credential> {
        let state = self.0.state();
        let held = state.held.as_ref().filter(|held| self.0.is_safe(held) && held.is_fresh(now));
        held.map(|held| held.credential.clone())
    }

    fn fetch<'a>(&'a self, client: &'a Client) -> BoxFuture<'a, Result<Credential, Error>> {
        Box::pin(async move { self.hold(client).await.map(|held| held.credential) })
    }

    fn reject(&self, refused: &Credential) {
        if let Some(held) = &mut self.0.state().held
            && held.credential.is(refused)
        {
            held.refused = true;
        }
    }
}

impl Credentials {
    /// The token for bearer operations when there is no API key.
    #[must_use]
    pub fn managed_token(mut self, token: ManagedToken) -> Self {
        self.client.get_or_insert_with(|| token.0.auth.clone().into());
        self.managed = Some(Arc::new(token));
        self
    }
}

impl From<ManagedToken> for Credentials {
    fn from(token: ManagedToken) -> Self {
        Self::none().managed_token(token)
    }
}

/// Gives the token that a client's credentials hold the store of the client's builder, unless it has one.
fn give_store(credentials: Credentials, store: Arc<dyn TokenStore>) -> Credentials {
    let token = credentials.managed.as_deref().and_then(|source| (source as &dyn Any).downcast_ref::<ManagedToken>());
    if let Some(token) = token {
        // An error means that there is one.
        let _ = token.0.store.set(store);
    }
    credentials
}

impl ClientBuilder {
    /// Keeps the client's managed token here between runs of the program, see [`ManagedToken::store`]; a store that the
    /// token has of its own stays. Without a managed token nothing is kept, and neither are the tokens of credentials
    /// that take the place of the client's later.
    pub fn token_store(mut self, store: impl TokenStore + 'static) -> Self {
        let store: Arc<dyn TokenStore> = Arc::new(store);
        self.at_build.push(Box::new(|credentials| give_store(credentials, store)));
        self
    }

    /// The token for bearer operations when there is no API key.
    pub fn managed_token(mut self, token: ManagedToken) -> Self {
        self.credentials = self.credentials.managed_token(token);
        self
    }
}

impl fmt::Debug for ManagedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedToken")
            .field("auth", &self.0.auth)
            .field("grant", &self.0.grant)
            .field("scope", &self.0.scope)
            .finish_non_exhaustive()
    }
}

impl Error {
    /// Access was granted by a user, and only the user can renew it: there is no refresh token, or the server takes it no
    /// more. Begin a new authorization.
    #[must_use]
    pub fn is_authorization_required(&self) -> bool {
        match self {
            Self::Token(error) => error.is_authorization_required() || is_refusal(error),
            Self::Flow(error) => error.is::<AuthorizationRequired>(),
            _ => false,
        }
    }
}

/// The refresh token is wrong, used, expired or revoked (RFC 6749 section 5.2).
fn is_refusal(error: &Error) -> bool {
    error.code() == Some("invalid_grant")
}

/// There is no refresh token to renew a user's access with: the user must authorize again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthorizationRequired;

impl fmt::Display for AuthorizationRequired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no refresh token: the user must authorize again")
    }
}

impl StdError for AuthorizationRequired {}
