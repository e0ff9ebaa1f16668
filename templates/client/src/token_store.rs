//! Where tokens are kept between runs of the program.

use std::{any::Any, fmt, sync::Arc};

use crate::{token_set::TokenSet, transport::BoxFuture};

/// Keeps tokens between runs of the program.
///
/// A store belongs to one client, and to one user if the tokens are a user's. Several processes may share it: tokens are
/// read again before each renewal, and after a refresh token was refused; implement [`TokenStore::lock`] too, so that
/// they do not spend the same refresh token at once.
///
/// Keep what [`TokenSet::to_secret_json`] writes: it says also whom the tokens were issued to and what for. Tokens of
/// another client are left alone, and so are access tokens that were asked for with another scope or for other resources.
pub trait TokenStore: Send + Sync {
    /// The tokens that were saved last, if any.
    ///
    /// # Errors
    ///
    /// When they cannot be read. The call that needed them fails.
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>>;

    /// Keeps `tokens` in place of those before. They are used only after this has succeeded.
    ///
    /// # Errors
    ///
    /// When they cannot be kept. The call that needed them fails; they are offered again with the next.
    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>>;

    /// Waits until no other process renews the tokens, and lets none begin until the lock is dropped.
    ///
    /// It is held from before the tokens are read until after new ones are saved. By default there is none: two processes
    /// that renew at the same moment then spend the same refresh token, which a server may take for theft and end the
    /// session (RFC 9700 section 4.14.2).
    ///
    /// # Errors
    ///
    /// When there is no lock to be had. The call that needed it fails.
    fn lock(&self) -> BoxFuture<'_, Result<TokenStoreLock, TokenStoreError>> {
        Box::pin(async { Ok(TokenStoreLock::new(())) })
    }
}

impl<T: TokenStore + ?Sized> TokenStore for Arc<T> {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        T::load(self)
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        T::save(self, tokens)
    }

    fn lock(&self) -> BoxFuture<'_, Result<TokenStoreLock, TokenStoreError>> {
        T::lock(self)
    }
}

/// Why a [`TokenStore`] failed. It must not hold a token.
pub type TokenStoreError = Box<dyn std::error::Error + Send + Sync>;

/// The right to renew the tokens of a store, until it is dropped. See [`TokenStore::lock`].
#[must_use = "the lock ends when it is dropped"]
pub struct TokenStoreLock(#[expect(dead_code, reason = "dropping it is its use")] Box<dyn Any + Send>);

impl TokenStoreLock {
    /// A lock that ends when `guard` is dropped.
    pub fn new(guard: impl Any + Send) -> Self {
        Self(Box::new(guard))
    }
}

impl fmt::Debug for TokenStoreLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenStoreLock").finish_non_exhaustive()
    }
}
