//! Who a client is: authentication (RFC 6749, 2.3), and metadata (RFC 7591, 2).

use judge::server::Response;
use serde_json::{Map, Value};

use super::message::Message;
use super::refusal;
use super::store::{Client, Store};

/// The authenticated client, or that of the identifier if it is public; else the refusal.
pub(super) fn authenticate(store: &mut Store, message: &Message) -> Result<String, Response> {
    let refuse =
        |why: &str| Err(refusal::error(401, "invalid_client", why).header("www-authenticate", "Basic realm=\"token\""));
    let Some((id, secret)) = message.client() else {
        return refuse("no client identifies itself: send HTTP Basic, or `client_id` in the body (RFC 6749 2.3.1)");
    };
    if store.deleted.contains(&id) {
        return refuse("this client was deleted");
    }
    let known = store.clients.entry(id.clone()).or_insert_with(|| Client {
        secret: secret.clone(),
        is_public: secret.is_none(),
        ..Client::default()
    });
    match (&known.secret, &secret) {
        (Some(_), None) => refuse("this client has a secret and must show it (RFC 6749 3.2.1)"),
        (Some(right), Some(shown)) if right != shown => refuse("the secret is not that of this client"),
        (None, Some(_)) if known.is_public => refuse("a public client has no secret"),
        _ => Ok(id),
    }
}

/// A client by its metadata, whichever of its names a document uses.
pub(super) fn of_metadata(metadata: &Map<String, Value>) -> Client {
    let text = |name: &str| metadata.get(name).and_then(Value::as_str);
    let list = |name: &str| {
        let items = metadata.get(name)?.as_array()?;
        Some(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect::<Vec<_>>())
    };
    let scopes = list("allowed_scopes").or_else(|| list("scopes"));
    let scopes = scopes.or_else(|| text("scope").map(|scope| scope.split(' ').map(str::to_owned).collect()));
    let secret = text("client_secret").map(str::to_owned);
    Client {
        name: text("name").or_else(|| text("client_name")).map(str::to_owned),
        is_public: secret.is_none(),
        secret,
        redirect_uris: list("redirect_uris"),
        scopes: scopes.map(|scopes| scopes.into_iter().collect()),
        grant_types: list("grant_types").or_else(|| list("allowed_grant_types")),
        requires_pkce: metadata.get("require_pkce").and_then(Value::as_bool).unwrap_or(false),
    }
}

impl Client {
    /// Takes over what an update of its object says; its credentials stay.
    pub(super) fn update(&mut self, object: &Map<String, Value>) {
        let new = of_metadata(object);
        *self = Self { secret: self.secret.take(), is_public: self.is_public, ..new };
    }
}

/// The scope that is granted: what is asked for, else all that is allowed. `None` if it is asked for too much.
pub(super) fn granted(client: Option<&Client>, asked: Option<&str>) -> Option<String> {
    let allowed = client.and_then(|client| client.scopes.as_ref());
    match (asked, allowed) {
        (Some(asked), Some(allowed)) => {
            let is_allowed = asked.split(' ').filter(|scope| !scope.is_empty()).all(|scope| allowed.contains(scope));
            is_allowed.then(|| asked.to_owned())
        }
        (Some(asked), None) => Some(asked.to_owned()),
        (None, Some(allowed)) => Some(allowed.iter().cloned().collect::<Vec<_>>().join(" ")),
        (None, None) => Some(String::new()),
    }
}
