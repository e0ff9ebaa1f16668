//! What the server remembers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::message::encoded;
use super::random::Random;

/// How long an access token lives, in seconds.
pub(super) const LIFETIME: u64 = 3600;
/// How long an authorization code lives, in seconds (RFC 6749, 4.1.2 allows 10 minutes).
pub(super) const CODE_LIFETIME: u64 = 60;

/// How long a user may take to answer, in seconds.
pub(super) const CONSENT_LIFETIME: u64 = 600;

/// A client. What is `None` was never said: the server took it in at first sight.
#[derive(Debug, Clone, Default)]
pub(super) struct Client {
    pub(super) name: Option<String>,
    pub(super) secret: Option<String>,
    pub(super) is_public: bool,
    pub(super) redirect_uris: Option<Vec<String>>,
    pub(super) scopes: Option<BTreeSet<String>>,
    pub(super) grant_types: Option<Vec<String>>,
    pub(super) requires_pkce: bool,
}

/// An authorization request that waits for the user.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) client: String,
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    /// Challenge and whether its method is S256.
    pub(super) challenge: Option<(String, bool)>,
    pub(super) scope: String,
    pub(super) expires: u64,
    pub(super) is_answered: bool,
}

impl Pending {
    /// What the tokens of this server start with.
    pub(super) const PREFIX: &'static str = "consent";

    /// Whether a token has the form of those of this server; of others nothing is known.
    pub(super) fn is_ours(token: &str) -> bool {
        token.strip_prefix(Self::PREFIX).is_some_and(|rest| rest.starts_with('-'))
    }

    /// Whether it can still be answered.
    pub(super) fn is_open(&self) -> bool {
        !self.is_answered && self.expires >= now()
    }

    /// Where the browser goes with an answer: the redirect URI with these parameters, and the state.
    pub(super) fn redirect(&self, parameters: &[(&str, &str)]) -> String {
        let state = self.state.as_deref().map(|state| ("state", state));
        let all = parameters.iter().copied().chain(state);
        let query: Vec<String> = all.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let joint = if self.redirect_uri.contains('?') { '&' } else { '?' };
        format!("{}{joint}{}", self.redirect_uri, query.join("&"))
    }
}

/// What a user allowed.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) client: String,
    pub(super) scope: String,
}

/// An authorization code, and what must come with it.
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) client: String,
    pub(super) redirect_uri: String,
    /// Challenge and whether its method is S256.
    pub(super) challenge: Option<(String, bool)>,
    pub(super) scope: String,
    pub(super) grant: String,
    pub(super) expires: u64,
    pub(super) is_spent: bool,
}

/// An access or refresh token.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) client: String,
    pub(super) scope: String,
    /// All tokens that come from one authorization share it.
    pub(super) grant: String,
    pub(super) issued: u64,
    pub(super) is_spent: bool,
}

/// Everything.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) random: Random,
    pub(super) clients: BTreeMap<String, Client>,
    pub(super) codes: BTreeMap<String, Code>,
    pub(super) access: BTreeMap<String, Token>,
    pub(super) refresh: BTreeMap<String, Token>,
    /// Authorization requests by consent token.
    pub(super) pending: BTreeMap<String, Pending>,
    /// Grants that are not yet objects.
    pub(super) grants: BTreeMap<String, Grant>,
    /// Metadata of registered clients that are not yet objects.
    pub(super) registered: BTreeMap<String, Map<String, Value>>,
    /// Clients that are gone.
    pub(super) deleted: BTreeSet<String>,
    /// Grants that were taken back.
    pub(super) revoked: BTreeSet<String>,
    /// Objects by the path of their collection and their identifier.
    pub(super) objects: BTreeMap<String, BTreeMap<String, Value>>,
    /// Paths of objects that are gone.
    pub(super) gone: BTreeSet<String>,
}

impl Store {
    /// Forgets a client; nothing that was issued to it holds any longer.
    pub(super) fn delete_client(&mut self, id: &str) {
        if self.clients.remove(id).is_some() {
            self.deleted.insert(id.to_owned());
        }
        let issued = self.access.values().chain(self.refresh.values()).filter(|token| token.client == id);
        self.revoked.extend(issued.map(|token| token.grant.clone()));
        self.codes.retain(|_, code| code.client != id);
        self.pending.retain(|_, pending| pending.client != id);
    }

    /// Whether this is an access token of ours that no longer holds.
    pub(super) fn is_dead(&self, token: &str) -> bool {
        self.access.contains_key(token) && self.live(token).is_none()
    }

    /// An access token that holds.
    pub(super) fn live(&self, token: &str) -> Option<&Token> {
        let found = self.access.get(token)?;
        (found.issued + LIFETIME > now() && !self.revoked.contains(&found.grant)).then_some(found)
    }
}

/// Seconds of Unix time.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}
