//! The errors of the protocol (RFC 6749 section 5.2).

use serde_json::json;
use telnyx_oauth::Error;
use telnyx_oauth::types::{AuthorizeOAuth, TokenRequest};

use crate::flow::WEB_REDIRECT;
use crate::proxy::{Answers, Proxy};
use crate::server::{builder, builder_at, client, registered};

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
    assert!(error.is_bad_request(), "{error}");
    // RFC 6749 section 5.2 has `unauthorized_client` for this; this server says less.
    assert_eq!(error.code(), Some("invalid_request"), "{error}");
}

#[tokio::test]
async fn a_grant_the_crate_does_not_know_is_sent_and_refused_by_the_server() {
    let grant = json!({ "grant_type": "urn:example:grant", "assertion": "a b+c" });
    let grant: TokenRequest = serde_json::from_value(grant).unwrap();
    let proxy = Proxy::start(Answers::Pass).await;
    let client = builder_at(proxy.origin()).client_auth(registered("basic").basic()).build().unwrap();
    let error = client.oauth().token(grant).await.unwrap_err();
    assert_eq!(error.code(), Some("unsupported_grant_type"), "{error}");
    let mut form: Vec<_> = url::form_urlencoded::parse(proxy.requests()[0].body.as_bytes()).into_owned().collect();
    form.sort();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(form, [pair("assertion", "a b+c"), pair("grant_type", "urn:example:grant")]);
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
