//! Token introspection (RFC 7662, 2).

use judge::server::Response;
use serde_json::json;

use super::client;
use super::message::Message;
use super::store::{LIFETIME, Store};

/// What a token stands for; of one that is unknown or dead, that it is not active.
pub(super) fn answer(store: &mut Store, message: &Message) -> Response {
    if let Err(refusal) = client::authenticate(store, message) {
        return refusal;
    }
    let asked = message.text("token").unwrap_or_default();
    if let Some(token) = store.live(asked) {
        return Response::json(
            200,
            &json!({
                "active": true,
                "client_id": token.client,
                "scope": token.scope,
                "token_type": "Bearer",
                "iat": token.issued,
                "exp": token.issued + LIFETIME,
            }),
        );
    }
    let refresh = store.refresh.get(asked).filter(|it| !it.is_spent && !store.revoked.contains(&it.grant));
    Response::json(
        200,
        &match refresh {
            Some(token) => json!({"active": true, "client_id": token.client, "scope": token.scope}),
            None => json!({"active": false}),
        },
    )
}
