//! One renewal of a managed token: reading the store, asking the server, saving what it gives.

use std::{
    collections::BTreeMap,
    error::Error as StdError,
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
};

use crate::{
    client::Client,
    client_auth::ClientAuth,
    credentials::Credentials,
    error::Error,
    operation::{Operation, RetryClass},
    product,
    request::Request,
    resource_indicator::ask_for,
    response::BufferedResponse,
    secret::SecretText,
    token_set::{Issued, TokenAnswer, Wanted},
    token_state::{Held, Landing, TokenState},
    token_store::{TokenStore, TokenStoreError},
};

/// How tokens are had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grant {
    /// The client's own (RFC 6749 section 4.4).
    ClientCredentials,
    /// A user's, by refresh token (RFC 6749 section 6).
    RefreshToken,
}

/// Everything that one renewal needs. It holds nothing that would keep the managed token alive.
pub(crate) struct Renewal {
    pub(crate) client: Client,
    pub(crate) auth: ClientAuth,
    pub(crate) grant: Grant,
    pub(crate) wanted: Wanted,
    pub(crate) store: Option<Arc<dyn TokenStore>>,
    /// What was known at the beginning, and what has come since.
    pub(crate) known: TokenState,
}

impl Renewal {
    pub(crate) async fn run(mut self) -> Landing {
        let mut landing = Landing::default();
        let result = match without_panic("the transport", self.renew(&mut landing)).await {
            Ok(result) => result,
            Err(panic) => Err(Error::Flow(panic)),
        };
        landing.error = result.err().map(Arc::new);
        landing
    }

    async fn renew(&mut self, landing: &mut Landing) -> Result<(), Error> {
        let store = self.store.clone();
        let _lock = match &store {
            Some(store) => Some(call(async { store.lock().await }).await?),
            None => None,
        };
        match self.known.unsaved().cloned() {
            // What could not be saved is newer than what was. A refresh token is kept even if it is about to be replaced.
            Some(held) if held.is_fresh(self.now()) || held.tokens.refresh_token.is_some() => {
                self.save(held, landing).await?;
            }
            Some(_) => {}
            None => self.load(landing).await?,
        }
        let mut refusal = None;
        loop {
            if self.known.fresh(&self.wanted, self.now()).is_some() {
                return Ok(());
            }
            if self.grant == Grant::RefreshToken && self.known.refresh_token().is_none() {
                return Err(refusal.unwrap_or_else(|| AuthorizationRequired.into()));
            }
            match self.ask().await {
                Ok(held) => return self.save(held, landing).await,
                Err(error) if self.grant == Grant::RefreshToken && is_refusal(&error) => {
                    // It will not be taken the next time either, but another process may have left a newer one.
                    self.end(landing);
                    if refusal.is_some() {
                        return Err(error);
                    }
                    self.load(landing).await?;
                    refusal = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn now(&self) -> std::time::SystemTime {
        self.client.shared.clock.now()
    }

    fn arrive(&mut self, held: Held, landing: &mut Landing) {
        self.known.take(held.clone());
        landing.arrived.push(held);
    }

    fn end(&mut self, landing: &mut Landing) {
        if let Some(refused) = self.known.refresh_token().cloned() {
            self.known.end(&refused);
            landing.refused = Some(refused);
        }
    }

    /// Takes the stored tokens in place of those at hand, where they are others: another process may have renewed them,
    /// and a refresh token that it has spent must not be used again (RFC 9700 section 4.14.2).
    async fn load(&mut self, landing: &mut Landing) -> Result<(), Error> {
        let Some(store) = self.store.clone() else { return Ok(()) };
        let Some(tokens) = call(async { store.load().await }).await? else { return Ok(()) };
        let is_ours = match (&tokens.issued, self.grant) {
            (Some(issued), _) => issued.client_id == self.auth.id(),
            // A user's may have been put there by the program itself.
            (None, grant) => grant == Grant::RefreshToken,
        };
        if let Some(held) = self.known.news(tokens, self.now()).filter(|_| is_ours) {
            self.arrive(held, landing);
        }
        Ok(())
    }

    /// Tokens are known before they are saved: should that fail, a refresh token that was rotated is not lost.
    async fn save(&mut self, held: Held, landing: &mut Landing) -> Result<(), Error> {
        if let Some(store) = self.store.clone() {
            self.arrive(held.clone(), landing);
            call(async { store.save(&held.tokens).await }).await?;
        }
        self.arrive(held.saved(), landing);
        Ok(())
    }

    /// Asks the server.
    async fn ask(&self) -> Result<Held, Error> {
        let asked_at = self.now();
        let mut body = BTreeMap::new();
        let (granted, class) = match (self.grant, self.known.refresh_token()) {
            (Grant::RefreshToken, Some(token)) => {
                body.insert("grant_type", SecretText::new("refresh_token".to_owned()));
                body.insert("refresh_token", SecretText::new(token.expose().to_owned()));
                // A refresh that asks for no scope asks for the one that was granted before (RFC 6749 section 6).
                (self.known.granted_scope(&self.wanted), RetryClass::SingleUse)
            }
            _ => {
                body.insert("grant_type", SecretText::new("client_credentials".to_owned()));
                (None, RetryClass::Safe)
            }
        };
        let scope = self.wanted.scope.as_deref();
        body.extend(scope.map(|scope| ("scope", SecretText::new(scope.to_owned()))));

        let answer = self.request(body, class)?.await?;
        let mut tokens = answer.into_tokens(asked_at, scope.or(granted))?;
        if self.grant == Grant::RefreshToken {
            // A server that does not rotate leaves the refresh token out (RFC 6749 section 6).
            tokens.refresh_token = tokens.refresh_token.or_else(|| self.known.refresh_token().cloned());
        }
        tokens.issued = Some(Issued { client_id: self.auth.id().to_owned(), wanted: self.wanted.clone() });
        Ok(Held::fetched(tokens, asked_at, false))
    }

    /// The request of a token. A resource that is none is found out before anything is sent.
    fn request(
        &self,
        body: BTreeMap<&'static str, SecretText>,
        class: RetryClass,
    ) -> Result<Request<TokenAnswer>, Error> {
        let mut credentials = Credentials::none();
        credentials.client = Some(self.auth.clone().into());
        let request = Request::new(&self.client, operation()?, BufferedResponse::json);
        let request = self.wanted.resources.iter().fold(request, |request, resource| ask_for(request, resource));
        // Only a confidential client has access of its own (RFC 6749 section 4.4).
        let own = self.grant == Grant::ClientCredentials;
        Ok(request.body(body).credentials(credentials).credential_required(own).retry_class(class))
    }
}

/// The operation that gives tokens.
pub(crate) fn operation() -> Result<&'static Operation, Error> {
    product::TOKEN_OPERATION.ok_or_else(|| Error::configuration("the API has no operation that gives tokens"))
}

/// Calls a store.
async fn call<T>(future: impl Future<Output = Result<T, TokenStoreError>>) -> Result<T, Error> {
    without_panic("the token store", future).await.map_err(Error::Flow)?.map_err(Error::Flow)
}

/// Awaits what the program brought. Its panic is an error for all who wait, and loses no token.
async fn without_panic<F: Future>(who: &'static str, future: F) -> Result<F::Output, TokenStoreError> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(_) => Poll::Ready(Err(format!("{who} panicked").into())),
    })
    .await
}

/// The refresh token is wrong, used, expired or revoked (RFC 6749 section 5.2).
fn is_refusal(error: &Error) -> bool {
    error.code() == Some("invalid_grant")
}

impl Error {
    /// Access was granted by a user, and only the user can renew it: there is no refresh token, or the server takes it no
    /// more. Begin a new authorization.
    #[must_use]
    pub fn is_authorization_required(&self) -> bool {
        match self {
            Self::Token(error) => error.is_authorization_required() || is_refusal(error),
            Self::Api(error) => error.renewal_error().is_some_and(Self::is_authorization_required),
            Self::Flow(error) => error.is::<AuthorizationRequired>(),
            _ => false,
        }
    }
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

impl From<AuthorizationRequired> for Error {
    fn from(error: AuthorizationRequired) -> Self {
        Self::Flow(Box::new(error))
    }
}
