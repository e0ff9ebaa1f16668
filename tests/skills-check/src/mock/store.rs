//! What the server remembers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::random::Random;

/// How long an access token lives, in seconds.
pub(super) const LIFETIME: u64 = 3600;
/// How long an authorization code lives, in seconds (RFC 6749, 4.1.2 allows 10 minutes).
pub(super) const CODE_LIFETIME: u64 = 60;

/// A client. What is `None` was never said: the server took it in at first sight.
#[derive(Debug, Clone, Default)]
pub(super) struct Client {
    pub(super) secret: Option<String>,
    pub(super) is_public: bool,
    pub(super) redirect_uris: Option<Vec<String>>,
    pub(super) scopes: Option<BTreeSet<String>>,
    pub(super) grant_types: Option<Vec<String>>,
    pub(super) requires_pkce: bool,
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
    /// Client and scope of grants that are not yet objects.
    pub(super) grants: BTreeMap<String, (String, String)>,
    /// Grants that were taken back.
    pub(super) revoked: BTreeSet<String>,
    /// Objects by the path of their collection and their identifier.
    pub(super) objects: BTreeMap<String, BTreeMap<String, Value>>,
    /// Paths of objects that are gone.
    pub(super) gone: BTreeSet<String>,
}

impl Store {
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
