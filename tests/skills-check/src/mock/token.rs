//! The token endpoint (RFC 6749, 3.2; RFC 7636, 4.6).

use judge::server::Response;
use serde_json::{Map, Value, json};

use super::client;
use super::message::Message;
use super::random::challenge;
use super::refusal;
use super::store::{LIFETIME, Store, Token, now};

/// What tokens are issued for.
struct Granted {
    client: String,
    scope: String,
    grant: String,
    is_refreshable: bool,
}

/// Tokens, or an error of RFC 6749, 5.2.
pub(super) fn answer(store: &mut Store, message: &Message, example: &Response) -> Response {
    let client = match client::authenticate(store, message) {
        Ok(client) => client,
        Err(refusal) => return refusal,
    };
    let grant_type = message.text("grant_type").unwrap_or_default();
    let types = store.clients.get(&client).and_then(|client| client.grant_types.as_ref());
    if types.is_some_and(|types| !types.iter().any(|one| one == grant_type)) {
        return refusal::error(400, "unauthorized_client", &format!("this client may not use {grant_type}"));
    }
    let granted = match grant_type {
        "client_credentials" => client_credentials(store, message, client),
        "authorization_code" => authorization_code(store, message, client),
        "refresh_token" => refresh_token(store, message, client),
        other => Err(refusal::error(400, "unsupported_grant_type", &format!("`{other}` is no grant of this server"))),
    };
    match granted {
        Ok(granted) => issue(store, granted, example),
        Err(refusal) => refusal,
    }
}

/// RFC 6749, 4.4.
fn client_credentials(store: &mut Store, message: &Message, client: String) -> Result<Granted, Response> {
    let known = store.clients.get(&client);
    if known.is_none_or(|client| client.secret.is_none()) {
        let why = "client_credentials is for confidential clients: a secret must be shown (RFC 6749 4.4)";
        return Err(refusal::error(401, "invalid_client", why).header("www-authenticate", "Basic realm=\"token\""));
    }
    let Some(scope) = client::granted(known, message.text("scope")) else {
        return Err(refusal::error(400, "invalid_scope", "the client may not have this scope"));
    };
    Ok(Granted { client, scope, grant: store.random.uuid(), is_refreshable: false })
}

/// RFC 6749, 4.1.3 and RFC 7636, 4.6.
fn authorization_code(store: &mut Store, message: &Message, client: String) -> Result<Granted, Response> {
    let refuse = |why: &str| Err(refusal::error(400, "invalid_grant", why));
    let Some(code) = store.codes.get_mut(message.text("code").unwrap_or_default()) else {
        return refuse("no such code");
    };
    if code.is_spent {
        // RFC 6749, 4.1.2: somebody else may hold it.
        store.revoked.insert(code.grant.clone());
        return refuse("the code was used before: its tokens are revoked");
    }
    if code.client != client {
        return refuse("the code was issued to another client");
    }
    // Whatever follows, it is used up.
    code.is_spent = true;
    if code.expires < now() {
        return refuse("the code is expired");
    }
    if message.text("redirect_uri") != Some(code.redirect_uri.as_str()) {
        return refuse("redirect_uri is not that of the authorization request");
    }
    let verifier = message.text("code_verifier");
    let is_proven = match (&code.challenge, verifier) {
        (None, None) => true,
        // RFC 9700, 2.1.1: a verifier without a challenge is a downgrade.
        (None, Some(_)) => return refuse("a verifier is sent, no challenge was (RFC 9700 2.1.1)"),
        (Some(_), None) => return refuse("code_verifier is missing (RFC 7636 4.5)"),
        (Some((right, true)), Some(verifier)) => challenge(verifier) == *right,
        (Some((right, false)), Some(verifier)) => verifier == right,
    };
    if !is_proven {
        return refuse("code_verifier does not match the challenge (RFC 7636 4.6)");
    }
    if verifier.is_some_and(|verifier| !(43..=128).contains(&verifier.len())) {
        return refuse("code_verifier has 43 to 128 characters (RFC 7636 4.1)");
    }
    let (scope, grant) = (code.scope.clone(), code.grant.clone());
    if store.revoked.contains(&grant) {
        return refuse("the grant is revoked");
    }
    Ok(Granted { client, scope, grant, is_refreshable: true })
}

/// RFC 6749, 6; rotation with detection of reuse by RFC 9700, 4.14.2.
fn refresh_token(store: &mut Store, message: &Message, client: String) -> Result<Granted, Response> {
    let refuse = |why: &str| Err(refusal::error(400, "invalid_grant", why));
    let Some(token) = store.refresh.get_mut(message.text("refresh_token").unwrap_or_default()) else {
        return refuse("no such refresh token");
    };
    if token.client != client {
        return refuse("the refresh token was issued to another client");
    }
    if token.is_spent {
        store.revoked.insert(token.grant.clone());
        return refuse("the refresh token was used before: all tokens of its grant are revoked");
    }
    if store.revoked.contains(&token.grant) {
        return refuse("the grant is revoked");
    }
    let asked = message.text("scope");
    let had: Vec<&str> = token.scope.split(' ').collect();
    if asked.is_some_and(|asked| !asked.split(' ').all(|scope| had.contains(&scope))) {
        return Err(refusal::error(400, "invalid_scope", "a refresh cannot widen the scope (RFC 6749 6)"));
    }
    token.is_spent = true;
    let scope = asked.unwrap_or(&token.scope).to_owned();
    Ok(Granted { client, scope, grant: token.grant.clone(), is_refreshable: true })
}

/// RFC 6749, 5.1: the document's example, with what was issued.
fn issue(store: &mut Store, granted: Granted, example: &Response) -> Response {
    let Granted { client, scope, grant, is_refreshable } = granted;
    let token = Token { client, scope, grant, issued: now(), is_spent: false };
    let access = store.random.token("access");
    let mut body: Map<String, Value> = serde_json::from_slice(&example.body).unwrap_or_default();
    body.insert("access_token".to_owned(), json!(access));
    body.insert("token_type".to_owned(), json!("Bearer"));
    body.insert("expires_in".to_owned(), json!(LIFETIME));
    body.insert("scope".to_owned(), json!(token.scope));
    body.remove("refresh_token");
    if is_refreshable {
        let refresh = store.random.token("refresh");
        body.insert("refresh_token".to_owned(), json!(refresh));
        store.refresh.insert(refresh, token.clone());
    }
    store.access.insert(access, token);
    Response::json(200, &Value::Object(body)).header("cache-control", "no-store")
}
