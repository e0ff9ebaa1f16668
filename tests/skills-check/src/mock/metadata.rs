//! Where the endpoints are (RFC 8414, 3; RFC 9728, 3).

use judge::server::{Call, Response};
use serde_json::{Map, Value, json};

use super::Context;
use super::message::Message;

/// The member of RFC 8414, 2 for each part an operation plays.
const ENDPOINTS: [(&str, &str); 5] = [
    ("authorization_endpoint", "authorize"),
    ("token_endpoint", "token"),
    ("introspection_endpoint", "introspect"),
    ("registration_endpoint", "register"),
    ("jwks_uri", "keys"),
];

/// Metadata of the authorization server, with the endpoints of this one.
pub(super) fn server(call: &Call<'_>, message: &Message, context: &Context) -> Response {
    let (origin, base) = addresses(message, context);
    let example = call.example();
    let mut body: Map<String, Value> = serde_json::from_slice(&example.body).unwrap_or_default();
    // An example's address leads away from here.
    body.retain(|name, _| {
        !name.ends_with("_endpoint") && !name.ends_with("_documentation") && !name.starts_with("revocation_")
    });
    for (member, role) in ENDPOINTS {
        body.remove(member);
        if let Some(path) = context.path(role) {
            body.insert(member.to_owned(), json!(format!("{base}{path}")));
        }
    }
    body.insert("issuer".to_owned(), json!(origin));
    body.insert("code_challenge_methods_supported".to_owned(), json!(["S256"]));
    body.insert("response_types_supported".to_owned(), json!(["code"]));
    let grants = ["authorization_code", "client_credentials", "refresh_token"];
    body.insert("grant_types_supported".to_owned(), json!(grants));
    let methods = json!(["client_secret_basic", "client_secret_post", "none"]);
    if body.contains_key("introspection_endpoint") {
        body.insert("introspection_endpoint_auth_methods_supported".to_owned(), methods.clone());
    }
    body.insert("token_endpoint_auth_methods_supported".to_owned(), methods);
    body.insert("response_modes_supported".to_owned(), json!(["query"]));
    body.remove("authorization_response_iss_parameter_supported");
    Response::json(example.status, &Value::Object(body))
}

/// Metadata of the resource: this server is its own authorization server.
pub(super) fn resource(call: &Call<'_>, message: &Message, context: &Context) -> Response {
    let (origin, base) = addresses(message, context);
    let example = call.example();
    let mut body: Map<String, Value> = serde_json::from_slice(&example.body).unwrap_or_default();
    body.retain(|name, _| !name.ends_with("_documentation"));
    body.insert("resource".to_owned(), json!(base));
    body.insert("authorization_servers".to_owned(), json!([origin]));
    if let Some(path) = context.path("keys") {
        body.insert("jwks_uri".to_owned(), json!(format!("{base}{path}")));
    }
    Response::json(example.status, &Value::Object(body))
}

/// The origin by which the client knows this server, and the base URL there.
fn addresses(message: &Message, context: &Context) -> (String, String) {
    let origin = format!("http://{}", message.host);
    let base = format!("{origin}{}", context.prefix);
    (origin, base)
}
