//! No secret is printed.

use std::{error::Error as _, fmt::Debug};

use http::{Response, header};
use serde_json::json;

use super::{
    api::{ConsentToken, ListClients, TokenRequest},
    builder,
};
use crate::{
    AccessToken, ApiKey, AuthorizationCode, Body, ClientAuth, ClientSecret, CodeVerifier, Credential, Credentials,
    Error, Extra, ManagedToken, RefreshToken, State, TokenSet, TransportErrorKind, UnknownVariant,
    test_util::ScriptedTransport,
};

const SENTINEL: &str = "S3NTINEL";

fn silent(what: &str, value: &impl Debug) {
    let shown = format!("{value:?} {value:#?}");
    assert!(!shown.contains(SENTINEL), "{what}: {shown}");
}

fn silent_error(what: &str, error: &Error) {
    silent(what, error);
    let mut chain = vec![error.to_string()];
    let mut source = error.source();
    while let Some(error) = source {
        chain.push(format!("{error} {error:?}"));
        source = error.source();
    }
    assert!(!chain.concat().contains(SENTINEL), "{what}: {chain:?}");
}

#[test]
fn no_type_shows_a_secret() {
    silent("ApiKey", &ApiKey::from(SENTINEL));
    silent("ClientSecret", &ClientSecret::from(SENTINEL));
    silent("AccessToken", &AccessToken::from(SENTINEL));
    silent("RefreshToken", &RefreshToken::from(SENTINEL));
    silent("AuthorizationCode", &AuthorizationCode::from(SENTINEL));
    silent("CodeVerifier", &CodeVerifier::from(SENTINEL));
    silent("State", &State::from(SENTINEL));
    silent("ConsentToken", &ConsentToken::from(SENTINEL));
    assert_eq!(format!("{:?}", ConsentToken::from(SENTINEL)), "ConsentToken([redacted])");

    let auths =
        [ClientAuth::basic("id", SENTINEL), ClientAuth::basic_raw("id", SENTINEL), ClientAuth::post("id", SENTINEL)];
    let script = ScriptedTransport::new();
    for auth in auths {
        silent("ClientAuth", &auth);
        silent("ManagedToken", &ManagedToken::new(auth.clone()));
        let credentials = Credentials::none()
            .api_key(SENTINEL)
            .client_auth(auth)
            .credential("basic", Credential::basic("user", SENTINEL))
            .credential("token", Credential::token(SENTINEL));
        silent("Credentials", &credentials);
        silent("ClientBuilder", &builder(&script).credentials(credentials.clone()));
        let client = builder(&script).credentials(credentials).default_header("x-key", SENTINEL).build().unwrap();
        silent("Client", &client);
        silent("Request", &client.api().retrieve(SENTINEL).header("x", SENTINEL).query("q", SENTINEL));
        silent("Pages", &client.api().list(ListClients::default()).query("q", SENTINEL).pages());
        silent("Items", &client.api().list(ListClients::default()).query("q", SENTINEL).items());
        let (request, reader) = client.api().introspect(SENTINEL).into_http().unwrap();
        silent("http::Request", &request);
        silent("Reader", &reader);
        silent("TokenRequest", &TokenRequest::refresh_token(SENTINEL));
    }

    let tokens = TokenSet::new(SENTINEL).refresh_token(SENTINEL);
    silent("TokenSet", &tokens);
    assert!(tokens.to_secret_json().unwrap().contains(SENTINEL));
    silent("Extra", &Extra::from_iter([("token", SENTINEL)]));
    silent("UnknownVariant", &UnknownVariant::from(json!({"a": SENTINEL})));
    silent("Body", &Body::from(SENTINEL));

    let client = builder(&script).build().unwrap();
    silent("AuthorizationAttempt", &{
        let attempt = client.api().authorize_url("id", "https://a/cb").unwrap();
        let kept = attempt.to_secret_json().unwrap().replace(attempt.state().expose(), SENTINEL);
        crate::AuthorizationAttempt::from_secret_json(&kept).unwrap()
    });
}

#[tokio::test]
async fn no_error_and_no_response_shows_a_secret() {
    let script = ScriptedTransport::new();
    let client = builder(&script).api_key(SENTINEL).client_auth(ClientAuth::basic("id", SENTINEL)).build().unwrap();

    let token = json!({"access_token": SENTINEL, "token_type": "Bearer", "refresh_token": SENTINEL, "more": SENTINEL});
    script.respond_json(200, &token);
    let response = client.api().token(TokenRequest::refresh_token(SENTINEL)).send().await.unwrap();
    silent("Response", &response);
    assert_eq!(response.value.refresh_token.unwrap().expose(), SENTINEL);
    silent("RecordedRequest", &script.request());

    script.respond_json(200, &token);
    silent("RawResponse", &client.api().token(TokenRequest::client_credentials()).send_raw().await.unwrap());

    for body in [
        json!({"access_token": [SENTINEL], "token_type": "Bearer"}),
        json!({"access_token": SENTINEL}),
        json!(SENTINEL),
        json!([SENTINEL]),
    ] {
        script.respond_json(200, &body);
        silent_error("Decode", &client.api().token(TokenRequest::client_credentials()).await.unwrap_err());
        script.respond_json(200, &body);
        silent_error("Decode", &client.api().retrieve("1").await.unwrap_err());
    }
    script.respond_json(200, &json!({"active": SENTINEL, "exp": 1}));
    silent_error("Decode", &client.api().introspect("t").await.unwrap_err());
    script.respond_json(200, &json!({"active": true, "exp": format!("{SENTINEL}, expected x")}));
    silent_error("Decode", &client.api().introspect("t").await.unwrap_err());
    script.respond(200, "text/plain", SENTINEL);
    silent_error("Decode", &client.api().introspect("t").await.unwrap_err());

    let mut failure = Response::new(Body::from(format!("<p>{SENTINEL}</p>")));
    *failure.status_mut() = http::StatusCode::BAD_REQUEST;
    failure.headers_mut().insert(header::SET_COOKIE, SENTINEL.parse().unwrap());
    script.respond_with(failure);
    silent_error("Api", &client.api().introspect(SENTINEL).await.unwrap_err());

    let redirect = Response::builder().status(302).header(header::LOCATION, format!("https://x/?code={SENTINEL}"));
    script.respond_with(redirect.body("").unwrap());
    let error = client.api().introspect(SENTINEL).await.unwrap_err();
    silent_error("Redirect", &error);

    script.fail(TransportErrorKind::Io);
    silent_error("Transport", &client.api().token(TokenRequest::refresh_token(SENTINEL)).await.unwrap_err());
    silent_error(
        "InvalidRequest",
        &client.api().retrieve("1").header("x", &format!("{SENTINEL}\n")).await.unwrap_err(),
    );
    let bad_key = Credentials::none().api_key(format!("{SENTINEL}\n"));
    silent_error("InvalidRequest", &client.api().retrieve("1").credentials(bad_key).await.unwrap_err());
    silent_error("Configuration", &builder(&script).base_url(format!("https://u:{SENTINEL}@h/")).build().unwrap_err());
    silent_error("Configuration", &builder(&script).base_url(format!("{SENTINEL}://h/")).build().unwrap_err());
}

#[test]
fn a_secret_is_compared_whole() {
    let secret = State::from("abc");
    assert!(secret.ct_eq("abc"));
    assert!(!secret.ct_eq("abd") && !secret.ct_eq("ab") && !secret.ct_eq("abcd") && !secret.ct_eq(""));
}

#[test]
fn what_json_errors_quote_is_left_out() {
    use serde::de::Error as _;

    let described = |message: String| crate::decode_error::describe_json(&serde_json::Error::custom(message));
    for message in
        [SENTINEL.to_owned(), format!("bad `{SENTINEL}`"), format!("unknown variant `{SENTINEL}`, expected `a`")]
    {
        assert!(!described(message.clone()).contains(SENTINEL), "{message}");
    }
    assert_eq!(described("missing field `a`".to_owned()), "missing field `a`");
}

#[test]
fn keys_of_the_server_in_an_error_are_harmless_to_print() {
    let key = "\\u001b[31m\\n\\u202e".repeat(1000);
    let response = crate::response::BufferedResponse {
        operation: "o",
        status: http::StatusCode::OK,
        headers: http::HeaderMap::new(),
        body: format!(r#"{{"{key}": "x"}}"#).into(),
    };
    let error = response.json::<std::collections::BTreeMap<String, u64>>().unwrap_err().to_string();
    assert!(error.contains("[31m") && !error.contains(char::is_control) && error.len() < 400, "{error:?}");
    assert!(!error.contains('\u{202e}'), "what changes directions hides text: {error:?}");
}
