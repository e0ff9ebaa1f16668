//! What stands between an authorization request and its code: the user's answer (RFC 6749, 4.1.1 and 4.1.2). An
//! application gives it with the document's operations, a person on the page that this server has for browsers.

use judge::server::{Call, Response};
use serde_json::{Value, json};

use super::collection::inner;
use super::message::{Message, encoded};
use super::refusal;
use super::store::{CODE_LIFETIME, Code, Grant, Pending, Store, now};

/// The path of the page, beside those of the document.
pub(super) const PAGE: &str = "/consent";
/// The parameter that stands for the pending request.
const TOKEN: &str = "consent_token";

/// The address of the page for a pending request.
pub(super) fn address(origin: &str, token: &str) -> String {
    format!("{origin}{PAGE}?{TOKEN}={}", encoded(token))
}

/// The token of an address of the page.
pub(super) fn token_of(address: &str) -> Option<&str> {
    let (_, query) = address.split_once(&format!("{PAGE}?"))?;
    query.split('&').find_map(|pair| pair.strip_prefix(TOKEN)?.strip_prefix('='))
}

/// The page for browsers: what is asked for, and two buttons; what comes of them is a redirect.
pub(super) fn page(store: &mut Store, message: &Message) -> Response {
    let asked = message.query.get(TOKEN).map(String::as_str).or_else(|| message.text(TOKEN)).unwrap_or_default();
    if message.method == "POST" {
        return match decide(store, asked, message.text("allowed") == Some("true")) {
            Ok(redirect) => Response::new(303).header("location", &redirect),
            Err(why) => html(422, &format!("<p>{}</p>", escaped(&why))),
        };
    }
    let Some(pending) = store.pending.get(asked).filter(|pending| pending.is_open()) else {
        return html(422, "<p>This request is answered, expired, or was never made here.</p>");
    };
    let name = store.clients.get(&pending.client).and_then(|client| client.name.as_deref()).unwrap_or(&pending.client);
    html(
        200,
        &format!(
            "<h1>{} asks for access</h1>\n<p>Scope: <code>{}</code>. Then you are sent to <code>{}</code>.</p>\n\
             <form method=\"post\" action=\"{PAGE}\"><input type=\"hidden\" name=\"{TOKEN}\" value=\"{}\">\n\
             <button name=\"allowed\" value=\"true\">Allow</button> <button name=\"allowed\" value=\"false\">Deny</button></form>",
            escaped(name),
            escaped(&pending.scope),
            escaped(&pending.redirect_uri),
            escaped(asked)
        ),
    )
}

/// The operation that tells what is asked for: of a token of this server what is pending, else the example.
pub(super) fn show(store: &Store, message: &Message, call: &Call<'_>) -> Response {
    let asked = message.path.rsplit('/').next().unwrap_or_default();
    let mut response = call.example();
    if !Pending::is_ours(asked) {
        return response;
    }
    let Some(pending) = store.pending.get(asked).filter(|pending| pending.is_open()) else {
        return refusal::error(422, "invalid_request", "the consent token is unknown, expired, or answered already");
    };
    let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else { return response };
    if let Some(shown) = inner(&mut body) {
        let name = store.clients.get(&pending.client).and_then(|client| client.name.clone());
        let scopes = pending.scope.split(' ').filter(|scope| !scope.is_empty());
        let scopes: Vec<Value> = scopes.map(|id| json!({"id": id, "name": id, "description": id})).collect();
        for (member, value) in [
            ("client_id", json!(pending.client)),
            ("name", json!(name.unwrap_or_else(|| pending.client.clone()))),
            ("redirect_uri", json!(pending.redirect_uri)),
            ("requested_scopes", json!(scopes)),
        ] {
            if shown.contains_key(member) {
                shown.insert(member.to_owned(), value);
            }
        }
    }
    response.body = body.to_string().into_bytes();
    response
}

/// The operation that takes the answer: for a token of this server the redirect, else the example.
pub(super) fn answer(store: &mut Store, message: &Message, call: &Call<'_>) -> Response {
    let asked = message.text(TOKEN).unwrap_or_default();
    let example = call.example();
    if !Pending::is_ours(asked) {
        return example;
    }
    match decide(store, asked, message.body.get("allowed") == Some(&json!(true))) {
        Ok(redirect) => Response::json(example.status, &json!({"redirect_uri": redirect})),
        Err(why) => refusal::error(422, "invalid_request", &why),
    }
}

/// Records the answer, once: where the browser goes.
pub(super) fn decide(store: &mut Store, token: &str, is_allowed: bool) -> Result<String, String> {
    let Some(pending) = store.pending.get_mut(token).filter(|pending| pending.is_open()) else {
        return Err("the consent token is unknown, expired, or answered already".to_owned());
    };
    pending.is_answered = true;
    let pending = pending.clone();
    if !is_allowed {
        let why = "the user denied the request";
        return Ok(pending.redirect(&[("error", "access_denied"), ("error_description", why)]));
    }
    let (code, grant) = (store.random.token("code"), store.random.uuid());
    store.grants.insert(grant.clone(), Grant { client: pending.client.clone(), scope: pending.scope.clone() });
    let redirect = pending.redirect(&[("code", &code)]);
    let Pending { client, redirect_uri, challenge, scope, .. } = pending;
    let expires = now() + CODE_LIFETIME;
    store.codes.insert(code, Code { client, redirect_uri, challenge, scope, grant, expires, is_spent: false });
    Ok(redirect)
}

pub(super) fn html(status: u16, body: &str) -> Response {
    Response::new(status)
        .header("content-type", "text/html; charset=utf-8")
        .header("cache-control", "no-store")
        .body(format!("<!doctype html>\n<meta charset=\"utf-8\">\n<title>Consent</title>\n{body}\n"))
}

/// Text in HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
