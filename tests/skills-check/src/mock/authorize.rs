//! The authorization endpoint (RFC 6749, 4.1.1; RFC 7636, 4.3).

use judge::server::Response;

use super::client;
use super::consent::{self, escaped, html};
use super::message::Message;
use super::store::{CONSENT_LIFETIME, Pending, Store, now};

/// Sends the browser to the page that asks the user; or back, with an error.
pub(super) fn answer(store: &mut Store, message: &Message) -> Response {
    let value = |name: &str| message.query.get(name).map(String::as_str);
    let (Some(id), Some(redirect_uri)) = (value("client_id"), value("redirect_uri")) else {
        return refused("query parameters `client_id` and `redirect_uri` are required (RFC 6749 4.1.1)");
    };
    if store.deleted.contains(id) {
        return refused(&format!("query parameter `client_id`: the client {id} was deleted"));
    }
    let known = store.clients.get(id).cloned();
    let registered = known.as_ref().and_then(|client| client.redirect_uris.as_ref());
    // RFC 6749, 4.1.2.1: never send the browser to an address that is not the client's.
    if let Some(registered) = registered.filter(|registered| !registered.iter().any(|uri| uri == redirect_uri)) {
        return refused(&format!(
            "query parameter `redirect_uri`: {redirect_uri} is not registered, compared as plain text (RFC 9700 2.1); \
             registered: {}",
            if registered.is_empty() { "none".to_owned() } else { registered.join(", ") }
        ));
    }
    let challenge = value("code_challenge").map(|challenge| {
        // RFC 7636, 4.3: without a method it is `plain`.
        (challenge.to_owned(), value("code_challenge_method") == Some("S256"))
    });
    let types = known.as_ref().and_then(|client| client.grant_types.as_ref());
    let needs_pkce = known.as_ref().is_some_and(|client| client.requires_pkce || client.is_public);
    let mut pending = Pending {
        client: id.to_owned(),
        redirect_uri: redirect_uri.to_owned(),
        state: value("state").map(str::to_owned),
        scope: String::new(),
        expires: now() + CONSENT_LIFETIME,
        is_answered: false,
        challenge,
    };
    let error = match client::granted(known.as_ref(), value("scope")) {
        _ if value("response_type") != Some("code") => ("unsupported_response_type", "response_type is `code`"),
        _ if types.is_some_and(|types| !types.iter().any(|one| one == "authorization_code")) => {
            ("unauthorized_client", "the client may not use authorization_code")
        }
        _ if needs_pkce && pending.challenge.is_none() => {
            ("invalid_request", "code_challenge is required of this client (RFC 7636 4.4.1)")
        }
        None => ("invalid_scope", "the client may not have this scope"),
        Some(scope) => {
            pending.scope = scope;
            let token = store.random.token(Pending::PREFIX);
            store.pending.insert(token.clone(), pending);
            let origin = format!("http://{}", message.host);
            return Response::new(302).header("location", &consent::address(&origin, &token));
        }
    };
    let (code, why) = error;
    Response::new(302).header("location", &pending.redirect(&[("error", code), ("error_description", why)]))
}

fn refused(text: &str) -> Response {
    html(400, &format!("<p>{}</p>", escaped(text)))
}
