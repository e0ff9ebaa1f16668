//! The authorization endpoint (RFC 6749, 4.1.1; RFC 7636, 4.3).

use judge::server::Response;

use super::client;
use super::message::{Message, encoded};
use super::store::{CODE_LIFETIME, Code, Store, now};

/// Sends the browser back with a code, as if a user had consented; or with an error.
pub(super) fn answer(store: &mut Store, message: &Message) -> Response {
    let value = |name: &str| message.query.get(name).map(String::as_str);
    let (Some(id), Some(redirect_uri)) = (value("client_id"), value("redirect_uri")) else {
        return page(400, "client_id and redirect_uri are required");
    };
    let known = store.clients.get(id).cloned();
    let registered = known.as_ref().and_then(|client| client.redirect_uris.as_ref());
    // RFC 6749, 4.1.2.1: never send the browser to an address that is not the client's.
    if registered.is_some_and(|registered| !registered.iter().any(|uri| uri == redirect_uri)) {
        return page(400, "redirect_uri is not one that the client registered, compared as plain text");
    }
    let mut back = Vec::new();
    let refuse =
        |code: &'static str, why: &'static str| vec![("error", code.to_owned()), ("error_description", why.to_owned())];
    let challenge = value("code_challenge").map(|challenge| {
        // RFC 7636, 4.3: without a method it is `plain`.
        (challenge.to_owned(), value("code_challenge_method") == Some("S256"))
    });
    let types = known.as_ref().and_then(|client| client.grant_types.as_ref());
    let needs_pkce = known.as_ref().is_some_and(|client| client.requires_pkce || client.is_public);
    match client::granted(known.as_ref(), value("scope")) {
        _ if value("response_type") != Some("code") => {
            back = refuse("unsupported_response_type", "response_type is `code`");
        }
        _ if types.is_some_and(|types| !types.iter().any(|one| one == "authorization_code")) => {
            back = refuse("unauthorized_client", "the client may not use authorization_code");
        }
        _ if needs_pkce && challenge.is_none() => {
            back = refuse("invalid_request", "code_challenge is required of this client (RFC 7636 4.4.1)");
        }
        None => back = refuse("invalid_scope", "the client may not have this scope"),
        Some(scope) => {
            let code = store.random.token("code");
            let granted = Code {
                client: id.to_owned(),
                redirect_uri: redirect_uri.to_owned(),
                challenge,
                scope,
                grant: store.random.uuid(),
                expires: now() + CODE_LIFETIME,
                is_spent: false,
            };
            store.codes.insert(code.clone(), granted);
            back.push(("code", code));
        }
    }
    back.extend(value("state").map(|state| ("state", state.to_owned())));
    let query: Vec<String> = back.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let joint = if redirect_uri.contains('?') { '&' } else { '?' };
    Response::new(302).header("location", &format!("{redirect_uri}{joint}{}", query.join("&")))
}

fn page(status: u16, text: &str) -> Response {
    Response::new(status)
        .header("content-type", "text/html; charset=utf-8")
        .body(format!("<!doctype html><title>Error</title><p>{text}</p>\n"))
}
