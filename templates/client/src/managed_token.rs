//! Access tokens that are fetched when they are needed, with the client's own credentials (RFC 6749 section 4.4).

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::sync::OnceCell;

use crate::{
    builder::ClientBuilder,
    client::Client,
    client_auth::ClientAuth,
    credentials::{Credential, Credentials, TokenSource},
    error::Error,
    operation::RetryClass,
    product,
    request::Request,
    response::BufferedResponse,
    token_set::{TokenAnswer, TokenSet, TokenStore},
    transport::BoxFuture,
};

/// An access token that is fetched by the first call that needs it, and again before it expires.
///
/// Calls that need a token at the same time share one request for it; they wait for the token only, not for each other.
/// Clones share the token.
#[derive(Clone)]
pub struct ManagedToken(Arc<Shared>);

struct Shared {
    auth: ClientAuth,
    scope: Option<String>,
    resource: Option<String>,
    store: Option<Box<dyn TokenStore>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// The request under way, if there is one.
    flight: Option<Flight>,
    /// Whether the store has been asked.
    loaded: bool,
}

type Flight = Arc<OnceCell<Result<Held, Arc<Error>>>>;

#[derive(Clone)]
struct Held {
    tokens: TokenSet,
    credential: Credential,
    /// When to look for a new token, some time before this one expires.
    renew_at: Option<SystemTime>,
}

impl Held {
    fn new(tokens: TokenSet, now: SystemTime) -> Self {
        let credential = Credential::from(tokens.access_token.clone());
        let expires_at = tokens.expires_at.map(SystemTime::from);
        let renew_at = expires_at.and_then(|expires_at| expires_at.checked_sub(head_start(expires_at, now)));
        Self { tokens, credential, renew_at }
    }

    fn is_fresh(&self, now: SystemTime) -> bool {
        self.renew_at.is_none_or(|renew_at| now < renew_at)
    }
}

/// How long before its end a token is renewed: a tenth of its life, at most a minute.
fn head_start(expires_at: SystemTime, now: SystemTime) -> Duration {
    let life = expires_at.duration_since(now).unwrap_or_default();
    (life / 10).min(Duration::from_secs(60))
}

impl ManagedToken {
    /// A token for the client `auth`, which must have a secret.
    #[must_use]
    pub fn new(auth: ClientAuth) -> Self {
        Self(Arc::new(Shared { auth, scope: None, resource: None, store: None, state: Mutex::default() }))
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

    /// Keeps the token here between runs of the program.
    #[must_use]
    pub fn store(self, store: impl TokenStore + 'static) -> Self {
        self.change(|shared| shared.store = Some(Box::new(store)))
    }

    /// A token that shares nothing with `self` yet.
    fn change(self, change: impl FnOnce(&mut Shared)) -> Self {
        let mut shared = match Arc::try_unwrap(self.0) {
            Ok(shared) => shared,
            Err(used) => Shared {
                auth: used.auth.clone(),
                scope: used.scope.clone(),
                resource: used.resource.clone(),
                store: None,
                state: Mutex::default(),
            },
        };
        change(&mut shared);
        Self(Arc::new(shared))
    }

    /// The tokens at hand, or new ones.
    ///
    /// # Errors
    ///
    /// [`Error::Token`] when the server gives none. The error is not kept: the next call asks again.
    pub async fn get(&self, client: &Client) -> Result<TokenSet, Error> {
        self.0.hold(client).await.map(|held| held.tokens)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn hold(&self, client: &Client) -> Result<Held, Error> {
        let now = client.shared.clock.now();
        let flight = {
            let mut state = self.state();
            if let Some(held) = state.held.as_ref().filter(|held| held.is_fresh(now)) {
                return Ok(held.clone());
            }
            Arc::clone(state.flight.get_or_insert_default())
        };
        // If the call that makes the request is dropped, the next that waits makes it anew.
        let outcome = flight.get_or_init(|| async { self.renew(client).await.map_err(Arc::new) }).await;
        let mut state = self.state();
        if state.flight.as_ref().is_some_and(|current| Arc::ptr_eq(current, &flight)) {
            state.flight = None;
            match outcome {
                Ok(held) => state.held = Some(held.clone()),
                Err(_) => state.postpone(client.shared.clock.now()),
            }
        }
        match (outcome, &state.held) {
            (Ok(held), _) => Ok(held.clone()),
            (Err(_), Some(held)) if !held.tokens.is_expired(client.shared.clock.now()) => Ok(held.clone()),
            (Err(error), _) => Err(Error::Token(Arc::clone(error))),
        }
    }

    async fn renew(&self, client: &Client) -> Result<Held, Error> {
        if let Some(tokens) = self.load().await? {
            let now = client.shared.clock.now();
            let held = Held::new(tokens, now);
            if !held.tokens.is_expired(now) {
                return Ok(held);
            }
        }
        let asked_at = client.shared.clock.now();
        let tokens = self.request(client)?.await?.into_tokens(asked_at)?;
        if let Some(store) = &self.store {
            store.save(&tokens).await.map_err(Error::Flow)?;
        }
        Ok(Held::new(tokens, asked_at))
    }

    /// The stored tokens, once.
    async fn load(&self) -> Result<Option<TokenSet>, Error> {
        match &self.store {
            Some(store) if !self.state().loaded => {
                let tokens = store.load().await.map_err(Error::Flow)?;
                self.state().loaded = true;
                Ok(tokens)
            }
            _ => Ok(None),
        }
    }

    fn request(&self, client: &Client) -> Result<Request<TokenAnswer>, Error> {
        let Some(operation) = product::TOKEN_OPERATION else {
            return Err(Error::configuration("the API has no operation that gives tokens"));
        };
        let mut body = BTreeMap::from([("grant_type".to_owned(), "client_credentials".to_owned())]);
        body.extend(self.scope.clone().map(|scope| ("scope".to_owned(), scope)));
        body.extend(self.resource.clone().map(|resource| ("resource".to_owned(), resource)));
        let mut credentials = Credentials::none();
        credentials.client = Some(self.auth.clone().into());
        Ok(Request::new(client, operation, BufferedResponse::json)
            .body(body)
            .credentials(credentials)
            .retry_class(RetryClass::Safe))
    }
}

impl State {
    /// After a failed renewal the token at hand is used on, and the server is left alone for a while.
    fn postpone(&mut self, now: SystemTime) {
        if let Some(held) = &mut self.held
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
        state.held.as_ref().filter(|held| held.is_fresh(now)).map(|held| held.credential.clone())
    }

    fn fetch<'a>(&'a self, client: &'a Client) -> BoxFuture<'a, Result<Credential, Error>> {
        Box::pin(async move { self.0.hold(client).await.map(|held| held.credential) })
    }

    fn reject(&self, refused: &Credential) {
        let mut state = self.0.state();
        if state.held.as_ref().is_some_and(|held| held.credential.is(refused)) {
            state.held = None;
            state.loaded = true;
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

impl ClientBuilder {
    /// The token for bearer operations when there is no API key.
    pub fn managed_token(mut self, token: ManagedToken) -> Self {
        self.credentials = self.credentials.managed_token(token);
        self
    }
}

impl fmt::Debug for ManagedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedToken").field("auth", &self.0.auth).field("scope", &self.0.scope).finish_non_exhaustive()
    }
}
