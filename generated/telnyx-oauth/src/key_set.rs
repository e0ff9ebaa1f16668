//! The keys that tokens are signed with (RFC 7517), fetched when they are needed.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use http::{HeaderMap, header};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;

use crate::{client::Client, error::Error, product, request::Request, response::BufferedResponse};

/// How long keys are used when the server does not say.
const USUAL_LIFE: Duration = Duration::from_secs(600);
/// How long keys are used at most without asking for them again: a withdrawn key must end.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);
/// How long keys are used on when the server cannot be reached.
const GRACE: Duration = Duration::from_secs(3600);
/// More keys than any server has.
const MOST_KEYS: usize = 100;

/// A key that signatures can be verified with.
pub(crate) struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    pub(crate) decoding: DecodingKey,
}

/// The keys of one answer, those that cannot be used left out (RFC 7517 section 5).
pub(crate) struct KeySet {
    keys: Vec<Key>,
    fetched_at: SystemTime,
    life: Duration,
}

impl KeySet {
    /// The keys a signature by `algorithm` can be of. Without an identifier it must be clear which key is meant.
    pub(crate) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Vec<&Key> {
        let fits = |key: &&Key| key.algorithms.contains(&algorithm) && (id.is_none() || key.id.as_deref() == id);
        let found: Vec<&Key> = self.keys.iter().filter(fits).collect();
        if id.is_none() && found.len() > 1 { Vec::new() } else { found }
    }

    fn is_younger_than(&self, life: Duration, now: SystemTime) -> bool {
        now.duration_since(self.fetched_at).is_ok_and(|age| age < life)
    }
}

/// The keys at hand.
pub(crate) struct KeyCache {
    client: Client,
    state: Mutex<State>,
    /// Held by the one caller that asks the server.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
struct State {
    keys: Option<Arc<KeySet>>,
    /// How often the server has answered or failed, and when it last did.
    asked: u64,
    asked_at: Option<SystemTime>,
}

/// How long a server that could not be asked for its first keys is left alone.
const PAUSE: Duration = Duration::from_secs(1);

impl KeyCache {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, state: Mutex::default(), asking: tokio::sync::Mutex::default() }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.client.shared.clock.now()
    }

    /// The keys, fetched when there are none or when they are old.
    pub(crate) async fn keys(&self, interval: Duration) -> Result<Arc<KeySet>, Error> {
        let (state, now) = (self.state().clone(), self.now());
        let Some(keys) = state.keys.clone() else {
            // Short, since no token can be judged meanwhile.
            if state.asked_lately(interval.min(PAUSE), now) {
                return Err(Error::Flow("the server's keys could not be had a moment ago".into()));
            }
            return self.fetch(&state).await;
        };
        if keys.is_younger_than(keys.life, now) {
            return Ok(keys);
        }
        let usable = keys.is_younger_than(keys.life.saturating_add(GRACE), now);
        if usable && state.asked_lately(interval, now) {
            return Ok(keys);
        }
        let fetched = self.fetch(&state).await;
        if usable { Ok(fetched.unwrap_or(keys)) } else { fetched }
    }

    /// The keys after asking again, because a token names a key that is not among them; `None` when the server was asked
    /// lately: whoever sends tokens must not be able to make us send requests.
    pub(crate) async fn again(&self, interval: Duration) -> Result<Option<Arc<KeySet>>, Error> {
        let state = self.state().clone();
        if state.asked_lately(interval, self.now()) {
            return Ok(None);
        }
        self.fetch(&state).await.map(Some)
    }

    /// Asks the server, unless another caller did so since `seen`.
    async fn fetch(&self, seen: &State) -> Result<Arc<KeySet>, Error> {
        let _asking = self.asking.lock().await;
        let state = self.state().clone();
        if state.asked != seen.asked {
            let is_new = |keys: &Arc<KeySet>| seen.keys.as_ref().is_none_or(|seen| !Arc::ptr_eq(seen, keys));
            return state.keys.filter(is_new).ok_or_else(|| Error::Flow("another caller's request failed".into()));
        }
        let request = Request::new(&self.client, product::KEYS_OPERATION, BufferedResponse::json::<Document>);
        let answer = request.send().await;
        let now = self.now();
        let mut state = self.state();
        state.asked = state.asked.wrapping_add(1);
        state.asked_at = Some(now);
        let answer = answer?;
        let keys = answer.value.keys.iter().filter_map(usable).take(MOST_KEYS).collect();
        let keys = Arc::new(KeySet { keys, fetched_at: now, life: life(&answer.headers) });
        state.keys = Some(Arc::clone(&keys));
        Ok(keys)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn asked_lately(&self, interval: Duration, now: SystemTime) -> bool {
        self.asked_at.is_some_and(|asked_at| now.duration_since(asked_at).is_ok_and(|passed| passed < interval))
    }
}

/// How long the server allows the keys to be kept (RFC 9111 section 5.2.2).
fn life(headers: &HeaderMap) -> Duration {
    let seconds = |text: &str| text.trim().trim_matches('"').parse().ok().map(Duration::from_secs);
    let values = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut life = None;
    for directive in values.flat_map(|value| value.split(',')) {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return Duration::ZERO,
            "max-age" => life = seconds(value),
            _ => {}
        }
    }
    let age = headers.get(header::AGE).and_then(|value| seconds(value.to_str().ok()?)).unwrap_or_default();
    life.map_or(USUAL_LIFE, |life: Duration| life.saturating_sub(age)).min(LONGEST_LIFE)
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// The key, if it is public, of a known type and for signatures.
fn usable(jwk: &serde_json::Value) -> Option<Key> {
    let jwk = Jwk::deserialize(jwk).ok()?;
    let signs = jwk.usage.as_ref().is_none_or(|usage| usage == "sig")
        && jwk.key_ops.as_ref().is_none_or(|operations| operations.iter().any(|operation| operation == "verify"));
    let (decoding, algorithms) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("RSA", _) => {
            (DecodingKey::from_rsa_components(&jwk.n?, &jwk.e?), [Algorithm::RS256, Algorithm::PS256].as_slice())
        }
        ("EC", Some("P-256")) => (DecodingKey::from_ec_components(&jwk.x?, &jwk.y?), [Algorithm::ES256].as_slice()),
        ("OKP", Some("Ed25519")) => (DecodingKey::from_ed_components(&jwk.x?), [Algorithm::EdDSA].as_slice()),
        _ => return None,
    };
    let fits = |algorithm: &&Algorithm| jwk.alg.as_ref().is_none_or(|alg| algorithm_named(alg) == Some(**algorithm));
    let algorithms: Vec<Algorithm> = algorithms.iter().filter(fits).copied().collect();
    (signs && !algorithms.is_empty()).then_some(Key { id: jwk.kid, algorithms, decoding: decoding.ok()? })
}

/// The algorithms that are accepted: none without a key pair (RFC 8725 section 3.1).
pub(crate) fn algorithm_named(name: &str) -> Option<Algorithm> {
    match name {
        "RS256" => Some(Algorithm::RS256),
        "PS256" => Some(Algorithm::PS256),
        "ES256" => Some(Algorithm::ES256),
        "EdDSA" => Some(Algorithm::EdDSA),
        _ => None,
    }
}
