//! Dynamic client registration (RFC 7591, 3).

use judge::server::{Call, Response};
use serde_json::{Map, Value, json};

use super::collection::body_schema;
use super::message::Message;
use super::store::{Store, now};
use super::{Context, client, refusal};
use crate::schema;

/// The client as registered, with its credentials.
pub(super) fn answer(store: &mut Store, message: &Message, call: &Call<'_>, context: &Context) -> Response {
    let example = call.example();
    let mut body: Map<String, Value> = serde_json::from_slice(&example.body).unwrap_or_default();
    let asked = body_schema(call, context).map(|asked| schema::resolved(&context.root, asked));
    let properties = asked.and_then(|asked| asked.get("properties")).and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let default = schema::resolved(&context.root, property).get("default");
        match message.body.get(name).or(default) {
            Some(value) => body.insert(name.clone(), value.clone()),
            None => body.remove(name),
        };
    }
    let list = |name: &str| body.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    if list("grant_types").contains(&json!("authorization_code")) && list("redirect_uris").is_empty() {
        let why = "redirect_uris is required for authorization_code (RFC 7591 2)";
        let complaint = json!({"error": "invalid_redirect_uri", "error_description": why,
            "invalid_fields": {"redirect_uris": [why]}});
        return Response::json(400, &complaint).header("cache-control", "no-store");
    }
    let is_public = body.get("token_endpoint_auth_method") == Some(&json!("none"));
    if is_public && list("grant_types").contains(&json!("client_credentials")) {
        let why = "client_credentials is for confidential clients (RFC 6749 4.4)";
        return refusal::error(400, "invalid_client_metadata", why);
    }
    body.retain(|name, _| !name.starts_with("registration_") && !name.starts_with("client_secret"));
    let id = store.random.uuid();
    body.insert("client_id".to_owned(), json!(id));
    body.insert("client_id_issued_at".to_owned(), json!(now()));
    if !is_public {
        body.insert("client_secret".to_owned(), json!(store.random.token("secret")));
        body.insert("client_secret_expires_at".to_owned(), json!(0));
    }
    store.registered.insert(id.clone(), object(&body, is_public));
    store.clients.insert(id, client::of_metadata(&body));
    Response::json(example.status, &Value::Object(body)).header("cache-control", "no-store")
}

/// The client under the names that the operations on clients use.
fn object(body: &Map<String, Value>, is_public: bool) -> Map<String, Value> {
    let member = |name: &str| body.get(name).cloned();
    let scopes = body.get("scope").and_then(Value::as_str).unwrap_or_default();
    let pairs = [
        ("client_id", member("client_id")),
        ("client_secret", Some(Value::Null)),
        ("client_type", Some(json!(if is_public { "public" } else { "confidential" }))),
        ("name", member("client_name").or_else(|| member("client_id"))),
        ("allowed_grant_types", member("grant_types")),
        ("allowed_scopes", Some(json!(scopes.split(' ').filter(|scope| !scope.is_empty()).collect::<Vec<_>>()))),
        ("redirect_uris", Some(member("redirect_uris").unwrap_or_else(|| json!([])))),
        ("require_pkce", Some(json!(is_public))),
    ];
    pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
