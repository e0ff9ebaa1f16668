//! The errors of the protocol (RFC 6749 section 5.2).

use serde_json::json;
use telnyx_oauth::types::{AuthorizeOAuth, TokenRequest};
use telnyx_oauth::{ClientAuth, Encoding, Error};

use crate::flow::WEB_REDIRECT;
use crate::server::{builder, client, registered};

#[tokio::test]
async fn a_scope_the_client_may_not_have_is_an_invalid_scope() {
    let error = client(registered("encoded").basic())
        .oauth()
        .token(TokenRequest::client_credentials().scope("read"))
        .await
        .unwrap_err();
    assert!(error.is_invalid_scope(), "{error}");
    assert_eq!(error.status().unwrap().as_u16(), 400);
    assert_eq!(error.to_string(), "400 invalid_scope: requested scope is not allowed");
}

#[tokio::test]
async fn a_grant_the_client_may_not_use_is_refused() {
    let grant = TokenRequest::client_credentials();
    let error = client(registered("web").basic()).oauth().token(grant).await.unwrap_err();
    assert_eq!(error.code(), Some("unauthorized_client"), "{error}");
}

#[tokio::test]
async fn a_grant_the_server_does_not_know_is_refused() {
    let registered = registered("post");
    let body = json!({
        "grant_type": "password",
        "client_id": registered.id,
        "client_secret": registered.secret,
        "username": "user",
        "password": "password",
    });
    let error = builder()
        .build()
        .unwrap()
        .request("POST".parse().unwrap(), "/oauth/token")
        .json(&body)
        .encoding(Encoding::Form)
        .credentials(ClientAuth::post(registered.id, registered.secret))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("unsupported_grant_type"), "{error}");
}

#[tokio::test]
async fn an_unknown_refresh_token_is_an_invalid_grant() {
    let grant = TokenRequest::refresh_token("unknown");
    let error = client(registered("web").basic()).oauth().token(grant).await.unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
}

#[tokio::test]
async fn an_error_of_no_known_form_keeps_its_text() {
    let client = builder().api_key("key").build().unwrap();
    let error = client.request("GET".parse().unwrap(), "/nothing/here").await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.as_api().unwrap().body().as_ref(), b"Not Found");
}

#[tokio::test]
async fn the_authorization_endpoint_is_not_followed() {
    let client = builder().build().unwrap();
    let request = AuthorizeOAuth::new(registered("web").id, WEB_REDIRECT)
        .code_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        .code_challenge_method("S256");
    let error = client.oauth().authorize(request).await.unwrap_err();
    let Error::Redirect(redirect) = &error else { panic!("{error}") };
    assert_eq!(redirect.status().as_u16(), 303);
    assert!(redirect.redirect().unwrap().location().starts_with("/interaction/"));
}
