//! Access tokens that are had when they are needed, and renewed before they expire.

use std::{
    any::Any,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::runtime::Handle;

use crate::{
    builder::ClientBuilder,
    client::Client,
    client_auth::ClientAuth,
    clock::{SystemClock, within},
    credentials::{Credential, Credentials, TokenSource},
    error::Error,
    renewal::{AuthorizationRequired, Grant, Renewal, operation},
    shared_future::SharedFuture,
    token_set::{TokenSet, Wanted},
    token_state::{Held, Landing, TokenState},
    token_store::TokenStore,
    transport::BoxFuture,
};

/// An access token that is fetched by the first call that needs it, and again before it expires.
///
/// Calls that need a token at the same time share one request for it; they wait for the token only, not for each other.
/// While a token that is still good is renewed, it is used on; only the call that spends a user's refresh token waits for
/// the new one, as long as an attempt may take, lest it be lost with the program. A request that has begun is not repeated
/// when the call that waits for it is dropped: on a Tokio runtime it is finished in the background, elsewhere by the next
/// call.
///
/// Clones share the tokens. So do copies for another scope or resource: each has an access token of its own, and a user's
/// have one refresh token together. Keep them; two values made of the same refresh token would both spend it, and the
/// server may end the session (RFC 9700 section 4.14.2).
#[derive(Clone)]
pub struct ManagedToken {
    session: Arc<Session>,
    wanted: Wanted,
}

/// What copies share.
struct Session {
    auth: ClientAuth,
    grant: Grant,
    /// Never locked while something is awaited.
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    state: TokenState,
    store: Option<Arc<dyn TokenStore>>,
    /// The renewal under way, if there is one: one refresh token serves one at a time.
    flight: Option<Flight>,
}

#[derive(Clone)]
struct Flight {
    wanted: Wanted,
    since: SystemTime,
    landing: SharedFuture<Landing>,
}

/// What a call does for its token.
enum Boarding {
    Ready(Held),
    /// A renewal is needed, or would be good. `at_hand` is what need not wait for it.
    Flight {
        flight: Flight,
        at_hand: Option<Held>,
    },
}

impl ManagedToken {
    /// The client's own token, had with `auth`, which must have a secret (RFC 6749 section 4.4).
    #[must_use]
    pub fn new(auth: ClientAuth) -> Self {
        Self::with(auth, Grant::ClientCredentials)
    }

    /// A user's tokens, as the exchange of a code gave them; they are renewed with their refresh token.
    ///
    /// `now` is the time the life of the access token is counted from, to renew it well before its end. Name the
    /// resources that the tokens are for with [`ManagedToken::resource`]: as nothing says what `tokens` are for, they are
    /// renewed then before they are used.
    #[must_use]
    pub fn of_user(auth: ClientAuth, tokens: TokenSet, now: SystemTime) -> Self {
        let token = Self::with(auth, Grant::RefreshToken);
        token.set(tokens, now);
        token
    }

    /// A user's tokens, as an earlier run of the program left them in `store`.
    ///
    /// If it has none yet, calls fail with [`AuthorizationRequired`] until it has, or [`ManagedToken::set`] brings them.
    #[must_use]
    pub fn of_stored_user(auth: ClientAuth, store: impl TokenStore + 'static) -> Self {
        Self::with(auth, Grant::RefreshToken).store(store)
    }

    fn with(auth: ClientAuth, grant: Grant) -> Self {
        let session = Session { auth, grant, inner: Mutex::default() };
        Self { session: Arc::new(session), wanted: Wanted::default() }
    }

    /// Asks for this scope: names separated by spaces. Clones made before go on with theirs.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.wanted.scope = Some(scope.into());
        self
    }

    /// Asks for a token for this resource, and for those that were named before (RFC 8707): an absolute URI without a
    /// fragment. Clones made before go on with theirs.
    #[must_use]
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        let resource = resource.into();
        if !self.wanted.resources.contains(&resource) {
            self.wanted.resources.push(resource);
        }
        self
    }

    /// Keeps the tokens here between runs of the program, those of clones and copies too. New tokens are kept before they
    /// are used.
    #[must_use]
    pub fn store(self, store: impl TokenStore + 'static) -> Self {
        self.session.inner().keep(Arc::new(store));
        self
    }

    /// Goes on with these tokens: the user has authorized again. They are stored before they are used first.
    ///
    /// `now` is as in [`ManagedToken::of_user`]. What is known of earlier tokens is dropped, a renewal under way too.
    pub fn set(&self, tokens: TokenSet, now: SystemTime) {
        let mut inner = self.session.inner();
        let saved = inner.store.is_none();
        inner.state.begin(Held::given(tokens, now, saved));
        ground(inner);
    }

    /// Forgets the tokens: the user has logged out. The client's own are fetched again when they are needed; for a user's,
    /// calls fail with [`AuthorizationRequired`] until [`ManagedToken::set`] or the store brings others.
    ///
    /// What the store has is left there, and not used again by this value; revoking it at the server is the program's
    /// affair as well (RFC 7009).
    pub fn forget(&self) {
        let mut inner = self.session.inner();
        inner.state.forget();
        ground(inner);
    }

    /// The tokens at hand, or new ones. It waits as long as an attempt of the client's may take.
    ///
    /// # Errors
    ///
    /// [`Error::Token`] when the server gives none. The error is not kept: the next call asks again.
    pub async fn get(&self, client: &Client) -> Result<TokenSet, Error> {
        let mut tokens = self.hold_within(client, client.shared.timeout).await?.tokens;
        if self.session.grant == Grant::RefreshToken {
            // A copy for something else may have renewed it since.
            tokens.refresh_token = self.session.inner().state.refresh_token().cloned();
        }
        Ok(tokens)
    }

    /// By the time of the world: a clock that tests set does not wait for what other tasks do.
    async fn hold_within(&self, client: &Client, limit: Duration) -> Result<Held, Error> {
        if let Some(result) = within(&SystemClock, limit, self.hold(client)).await {
            return result;
        }
        let now = client.shared.clock.now();
        if let Some(held) = self.session.inner().state.good(&self.wanted, now) {
            return Ok(held.clone());
        }
        Err(Error::Token(Arc::new(Error::Timeout { operation: operation()?.id, limit })))
    }

    async fn hold(&self, client: &Client) -> Result<Held, Error> {
        loop {
            let (flight, at_hand) = match self.board(client)? {
                Boarding::Ready(held) => return Ok(held),
                Boarding::Flight { flight, at_hand } => (flight, at_hand),
            };
            let landing = match at_hand {
                // The renewal goes on in the background.
                Some(held) if Handle::try_current().is_ok() => match flight.landing.try_outcome().await {
                    None => return Ok(held),
                    landing => landing,
                },
                _ => flight.landing.outcome().await,
            };
            // Without a landing the renewal was called off, and everything is different.
            let Some(landing) = landing else { continue };
            let now = client.shared.clock.now();
            self.session.land(&flight, &landing, now);
            // What another copy asked for says nothing about this one.
            if flight.wanted != self.wanted {
                continue;
            }
            let inner = self.session.inner();
            match &landing.error {
                None => {
                    if let Some(held) = inner.state.newest(&self.wanted) {
                        return Ok(held.clone());
                    }
                }
                Some(error) => {
                    let held = inner.state.good(&self.wanted, now).cloned();
                    return held.ok_or_else(|| Error::Token(Arc::clone(error)));
                }
            }
        }
    }

    fn board(&self, client: &Client) -> Result<Boarding, Error> {
        let now = client.shared.clock.now();
        let mut inner = self.session.inner();
        if let Some(held) = inner.state.fresh(&self.wanted, now) {
            return Ok(Boarding::Ready(held.clone()));
        }
        let at_hand = inner.state.good(&self.wanted, now).cloned();
        let is_over = self.session.grant == Grant::RefreshToken && inner.state.refresh_token().is_none();
        if is_over && inner.store.is_none() {
            let required = || Error::Token(Arc::new(AuthorizationRequired.into()));
            return at_hand.map(Boarding::Ready).ok_or_else(required);
        }
        if let Some(flight) = inner.flight.clone().filter(|flight| !flight.is_stuck(client, now)) {
            return Ok(Boarding::Flight { flight, at_hand });
        }
        let flight = self.take_off(client, &inner, now);
        let stuck = inner.flight.replace(flight.clone());
        drop(inner);
        if let Some(stuck) = stuck {
            stuck.landing.cancel();
        }
        // A program may end with its last call: who spends a refresh token sees to it that the next one is kept.
        let at_hand = at_hand.filter(|_| self.session.grant == Grant::ClientCredentials);
        Ok(Boarding::Flight { flight, at_hand })
    }

    fn take_off(&self, client: &Client, inner: &Inner, now: SystemTime) -> Flight {
        let renewal = Renewal {
            // Without credentials, which may hold this very token.
            client: client.with_credentials(Credentials::none()),
            auth: self.session.auth.clone(),
            grant: self.session.grant,
            wanted: self.wanted.clone(),
            store: inner.store.clone(),
            known: inner.state.clone(),
        };
        let landing = SharedFuture::new(Box::pin(renewal.run()));
        let flight = Flight { wanted: self.wanted.clone(), since: now, landing };
        if let Ok(runtime) = Handle::try_current() {
            let (session, flight, client) = (Arc::clone(&self.session), flight.clone(), client.clone());
            runtime.spawn(async move {
                if let Some(landing) = flight.landing.outcome().await {
                    session.land(&flight, &landing, client.shared.clock.now());
                }
            });
        }
        flight
    }
}

impl Flight {
    /// A request ends by itself when its time is up - unless the timer belongs to a runtime that is not driven any more.
    fn is_stuck(&self, client: &Client, now: SystemTime) -> bool {
        now.duration_since(self.since).is_ok_and(|age| age > client.shared.timeout.saturating_mul(2))
    }
}

impl Inner {
    fn keep(&mut self, store: Arc<dyn TokenStore>) {
        self.store = Some(store);
        self.state.must_save();
    }
}

/// Calls the renewal off. Unlocked: what it drops and whom it wakes may ask for a token.
fn ground(mut inner: MutexGuard<'_, Inner>) {
    let flight = inner.flight.take();
    drop(inner);
    if let Some(flight) = flight {
        flight.landing.cancel();
    }
}

impl Session {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what a renewal brought, once.
    fn land(&self, flight: &Flight, landing: &Landing, now: SystemTime) {
        let mut inner = self.inner();
        if inner.flight.as_ref().is_some_and(|current| current.landing.is(&flight.landing)) {
            inner.flight = None;
            inner.state.land(landing, &flight.wanted, now);
        }
    }
}

impl TokenSource for ManagedToken {
    fn ready(&self, now: SystemTime) -> Option<Credential> {
        self.session.inner().state.fresh(&self.wanted, now).map(|held| held.credential.clone())
    }

    fn at_hand(&self, now: SystemTime) -> Option<Credential> {
        self.session.inner().state.good(&self.wanted, now).map(|held| held.credential.clone())
    }

    fn fetch<'a>(&'a self, client: &'a Client, limit: Duration) -> BoxFuture<'a, Result<Credential, Error>> {
        Box::pin(async move { self.hold_within(client, limit).await.map(|held| held.credential) })
    }

    fn reject(&self, refused: &Credential, now: SystemTime) -> bool {
        self.session.inner().state.reject(refused, now)
    }
}

impl Credentials {
    /// The token for bearer operations when there is no API key. It goes before the one that
    /// [`Credentials::client_auth`] would get.
    #[must_use]
    pub fn managed_token(mut self, token: ManagedToken) -> Self {
        self.client.get_or_insert_with(|| token.session.auth.clone().into());
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
    let source = credentials.token_source().map(|source| &**source as &dyn Any);
    if let Some(token) = source.and_then(|source| source.downcast_ref::<ManagedToken>()) {
        let mut inner = token.session.inner();
        if inner.store.is_none() {
            inner.keep(store);
        }
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

    /// The token for bearer operations when there is no API key, see [`Credentials::managed_token`].
    pub fn managed_token(mut self, token: ManagedToken) -> Self {
        self.credentials = self.credentials.managed_token(token);
        self
    }
}

impl fmt::Debug for ManagedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedToken")
            .field("auth", &self.session.auth)
            .field("grant", &self.session.grant)
            .field("wanted", &self.wanted)
            .finish_non_exhaustive()
    }
}
