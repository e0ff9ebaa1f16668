//! What a managed token knows, and what follows from it. Without I/O: time and tokens come from outside.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    credentials::Credential,
    error::Error,
    token_set::{RefreshToken, TokenSet, Wanted},
};

/// A token that a server refuses so soon after it gave it is not worth replacing: the next one would be refused too.
const JUST_FETCHED: Duration = Duration::from_secs(5);

/// An access token and what is known about it.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) tokens: TokenSet,
    pub(crate) credential: Credential,
    /// When to look for a new token, some time before this one expires.
    renew_at: Option<SystemTime>,
    /// When it was asked for, if that was done here.
    fetched_at: Option<SystemTime>,
    /// The server refused the access token.
    refused: bool,
    /// The store has it, or there is none. It is not used before: what is lost with the process must not have been used.
    saved: bool,
}

impl Held {
    /// Tokens that came from elsewhere. Their life is counted from `now`.
    pub(crate) fn given(tokens: TokenSet, now: SystemTime, saved: bool) -> Self {
        let credential = Credential::from(tokens.access_token.clone());
        let expires_at = tokens.expires_at.map(SystemTime::from);
        let renew_at = expires_at.and_then(|expires_at| expires_at.checked_sub(head_start(expires_at, now)));
        Self { tokens, credential, renew_at, fetched_at: None, refused: false, saved }
    }

    /// Tokens that were asked for at `asked_at`.
    pub(crate) fn fetched(tokens: TokenSet, asked_at: SystemTime, saved: bool) -> Self {
        Self { fetched_at: Some(asked_at), ..Self::given(tokens, asked_at, saved) }
    }

    pub(crate) fn saved(self) -> Self {
        Self { saved: true, ..self }
    }

    const fn wanted(&self) -> Option<&Wanted> {
        match &self.tokens.issued {
            Some(issued) => Some(&issued.wanted),
            None => None,
        }
    }

    /// Whether it is what is asked for. A token that nothing is known of serves any scope, but no resource: another one
    /// must not see it.
    fn fits(&self, wanted: &Wanted) -> bool {
        self.wanted().map_or(wanted.resources.is_empty(), |known| known == wanted)
    }

    fn is_good(&self, now: SystemTime) -> bool {
        !self.tokens.is_expired(now)
    }

    pub(crate) fn is_fresh(&self, now: SystemTime) -> bool {
        self.renew_at.is_none_or(|renew_at| now < renew_at)
    }

    fn is_just_fetched(&self, now: SystemTime) -> bool {
        self.fetched_at.is_some_and(|then| now.duration_since(then).is_ok_and(|age| age < JUST_FETCHED))
    }
}

/// How long before its end a token is renewed: a tenth of its life, at most a minute.
fn head_start(expires_at: SystemTime, now: SystemTime) -> Duration {
    let life = expires_at.duration_since(now).unwrap_or_default();
    (life / 10).min(Duration::from_secs(60))
}

/// The tokens of one client or user: any number of access tokens, each for something else, and one refresh token.
#[derive(Clone, Default)]
pub(crate) struct TokenState {
    /// The newest last. Only that one can be unsaved.
    held: Vec<Held>,
    refresh_token: Option<RefreshToken>,
    /// The refresh token that is worth nothing any more: it is not taken from the store again.
    refused: Option<RefreshToken>,
}

/// What a renewal brings.
#[derive(Clone, Default)]
pub(crate) struct Landing {
    /// Tokens that were not known before, in the order they came.
    pub(crate) arrived: Vec<Held>,
    /// The refresh token that the server refused.
    pub(crate) refused: Option<RefreshToken>,
    pub(crate) error: Option<Arc<Error>>,
}

impl TokenState {
    fn usable(&self, wanted: &Wanted) -> impl Iterator<Item = &Held> {
        self.held.iter().rev().filter(move |held| held.saved && !held.refused && held.fits(wanted))
    }

    /// A token that does not need to be renewed yet.
    pub(crate) fn fresh(&self, wanted: &Wanted, now: SystemTime) -> Option<&Held> {
        self.usable(wanted).find(|held| held.is_fresh(now))
    }

    /// A token that has not expired.
    pub(crate) fn good(&self, wanted: &Wanted, now: SystemTime) -> Option<&Held> {
        self.usable(wanted).find(|held| held.is_good(now))
    }

    /// The newest token, for who has just asked for it: how long it lives is the server's affair.
    pub(crate) fn newest(&self, wanted: &Wanted) -> Option<&Held> {
        self.usable(wanted).next()
    }

    pub(crate) const fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    /// The tokens that the store must have before they are used. They are newer than what it has.
    pub(crate) fn unsaved(&self) -> Option<&Held> {
        self.held.last().filter(|held| !held.saved)
    }

    /// The scope that was granted before.
    pub(crate) fn granted_scope(&self, wanted: &Wanted) -> Option<&str> {
        self.held.iter().rev().find(|held| held.fits(wanted)).and_then(|held| held.tokens.scope.as_deref())
    }

    /// There is a store from now on.
    pub(crate) fn must_save(&mut self) {
        if let Some(newest) = self.held.last_mut() {
            newest.saved = false;
        }
    }

    /// Begins anew with these tokens.
    pub(crate) fn begin(&mut self, held: Held) {
        *self = Self::default();
        self.take(held);
    }

    /// Takes newer tokens. The refresh token that comes with them replaces the one before (RFC 6749 section 6).
    pub(crate) fn take(&mut self, held: Held) {
        self.refresh_token.clone_from(&held.tokens.refresh_token);
        let replaces = |other: &Held| other.wanted().is_none_or(|wanted| Some(wanted) == held.wanted());
        self.held.retain(|other| other.saved && !(held.saved && replaces(other)));
        self.held.push(held);
    }

    /// The tokens of the store, if they are news: another process renewed them, or the user authorized again.
    pub(crate) fn news(&self, mut tokens: TokenSet, now: SystemTime) -> Option<Held> {
        let is_known = |held: &Held| held.tokens.access_token.ct_eq(tokens.access_token.expose());
        if self.held.iter().any(is_known) {
            return None;
        }
        let is_refused = |token: &RefreshToken| self.refused.as_ref().is_some_and(|known| known.ct_eq(token.expose()));
        tokens.refresh_token = tokens.refresh_token.filter(|token| !is_refused(token));
        Some(Held::given(tokens, now, true))
    }

    /// The server refused this refresh token: the session is over, unless newer tokens have come.
    pub(crate) fn end(&mut self, refused: &RefreshToken) {
        if self.refresh_token.as_ref().is_some_and(|token| token.ct_eq(refused.expose())) {
            self.refresh_token = None;
        }
        self.refused = Some(refused.clone());
    }

    /// The server refused this access token. Whether another may be better: that one is not used again then.
    pub(crate) fn reject(&mut self, refused: &Credential, now: SystemTime) -> bool {
        match self.held.iter_mut().find(|held| held.credential.is(refused)) {
            Some(held) if held.is_just_fetched(now) => false,
            Some(held) => {
                held.refused = true;
                true
            }
            None => true,
        }
    }

    /// Forgets all tokens, and does not take the same ones from the store again.
    pub(crate) fn forget(&mut self) {
        self.refused = self.refresh_token.take().or(self.refused.take());
        for held in &mut self.held {
            (held.refused, held.saved) = (true, true);
        }
    }

    pub(crate) fn land(&mut self, landing: &Landing, wanted: &Wanted, now: SystemTime) {
        for held in &landing.arrived {
            self.take(held.clone());
        }
        if let Some(refused) = &landing.refused {
            self.end(refused);
        }
        if landing.error.is_some() {
            self.postpone(wanted, now);
        }
    }

    /// After a failed renewal the token at hand is used on, and the server is left alone for a while.
    fn postpone(&mut self, wanted: &Wanted, now: SystemTime) {
        for held in self.held.iter_mut().filter(|held| held.saved && held.fits(wanted) && !held.is_fresh(now)) {
            if let Some(expires_at) = held.tokens.expires_at.map(SystemTime::from) {
                let life = expires_at.duration_since(now).unwrap_or_default();
                held.renew_at = now.checked_add((life / 2).min(Duration::from_secs(30)));
            }
        }
    }
}
