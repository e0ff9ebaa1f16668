//! Authorization code with PKCE (RFC 6749 section 4.1, RFC 7636, RFC 9207), with a user who logs in and consents.

use std::time::Duration;

use telnyx_oauth::types::{IntrospectRequest, ListOAuthClients, TokenRequest};
use telnyx_oauth::{AuthorizationAttempt, CallbackError, ClientAuth, CodeVerifier, LoopbackListener};

use crate::browser::{Browser, Consent};
use crate::flow::{self, DESKTOP_REDIRECT, WEB_REDIRECT};
use crate::server::{builder, client, issuer, registered};

#[tokio::test]
async fn a_confidential_client_gets_tokens_of_the_user() {
    let web = registered("web");
    let client = client(web.basic());
    let tokens = flow::tokens(&client, web.id, WEB_REDIRECT).await;
    assert_eq!(tokens.scope.as_deref(), Some("admin read"));
    assert!(tokens.refresh_token.is_some());
    let state = client.oauth().introspect(IntrospectRequest::new(tokens.access_token)).await.unwrap();
    assert_eq!(state.sub.as_deref(), Some("user"));
}

#[tokio::test]
async fn a_public_client_gets_tokens_on_any_loopback_port() {
    let desktop = registered("public");
    let tokens = flow::tokens(&client(ClientAuth::public(desktop.id)), desktop.id, DESKTOP_REDIRECT).await;
    assert_eq!(tokens.scope.as_deref(), Some("admin read"));
}

#[tokio::test]
async fn a_desktop_program_takes_the_redirect_of_the_browser() {
    let desktop = registered("public");
    let client = client(ClientAuth::public(desktop.id));
    let listener = LoopbackListener::bind("/callback").await.unwrap();
    let redirect = listener.redirect_uri();
    let mut attempt = flow::begin(&client, desktop.id, &redirect);
    let location = Browser::new().authorize(attempt.url(), Consent::Given).await;
    let page = tokio::spawn(async move { reqwest::get(location).await.unwrap().status() });
    let answer = listener.callback(attempt.state(), Duration::from_secs(60)).await.unwrap();
    assert!(page.await.unwrap().is_success());
    let code = attempt.accept_callback(answer.expose()).unwrap();
    let code = TokenRequest::authorization_code(code, attempt.code_verifier(), &redirect);
    assert!(client.oauth().token(code).await.is_ok());
}

#[tokio::test]
async fn a_token_of_the_user_opens_the_api() {
    let web = registered("web");
    let client = client(web.basic());
    let tokens = flow::tokens(&client, web.id, WEB_REDIRECT).await;
    let user = client.with_credentials(tokens.access_token);
    assert_eq!(user.oauth_clients().list(ListOAuthClients::new()).await.unwrap().items[0].client_id, web.id);
}

#[tokio::test]
async fn nothing_shows_the_secrets_of_a_flow() {
    let web = registered("web");
    let client = client(web.basic());
    let mut attempt = flow::begin(&client, web.id, WEB_REDIRECT);
    let callback = Browser::new().authorize(attempt.url(), Consent::Given).await;
    let code = attempt.accept_callback(&callback).unwrap();
    let grant = TokenRequest::authorization_code(&code, attempt.code_verifier(), WEB_REDIRECT);
    let tokens = client.oauth().token(grant.clone()).await.unwrap();
    let error = client.oauth().token(grant.clone()).await.unwrap_err();
    let shown = format!("{client:?} {attempt:?} {code:?} {grant:?} {tokens:?} {error:?} {error}");
    let refresh_token = flow::refresh_token(&tokens);
    let (state, verifier) = (attempt.state(), attempt.code_verifier());
    let flow = [state.expose(), verifier.expose(), code.expose(), tokens.access_token.expose(), refresh_token.expose()];
    for secret in flow.into_iter().chain([web.secret]) {
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
}

#[tokio::test]
async fn the_authorization_url_is_the_endpoint_of_the_metadata() {
    let client = builder().build().unwrap();
    let metadata = client.well_known().authorization_server_metadata().await.unwrap();
    let attempt = flow::begin(&client, "web", WEB_REDIRECT);
    let (endpoint, query) = attempt.url().split_once('?').unwrap();
    assert_eq!(Some(endpoint), metadata.authorization_endpoint.as_deref());
    let names: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect();
    let mut once = names.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), names.len(), "a parameter is there twice: {names:?}");
}

#[tokio::test]
async fn the_issuer_in_the_callback_is_checked() {
    let web = registered("web");
    let client = client(web.basic());
    let callback = |attempt: AuthorizationAttempt| async {
        let mut attempt = attempt;
        let callback = Browser::new().authorize(attempt.url(), Consent::Given).await;
        attempt.accept_callback(&callback).map(drop)
    };
    let begin = || flow::begin(&client, web.id, WEB_REDIRECT);
    assert_eq!(callback(begin().require_issuer(issuer())).await, Ok(()));
    let other = begin().require_issuer("https://other.example");
    assert_eq!(callback(other).await, Err(CallbackError::IssuerMismatch));
}

#[tokio::test]
async fn a_callback_of_another_attempt_is_refused() {
    let web = registered("web");
    let client = client(web.basic());
    let mut mine = flow::begin(&client, web.id, WEB_REDIRECT);
    let theirs = flow::begin(&client, web.id, WEB_REDIRECT);
    let callback = Browser::new().authorize(theirs.url(), Consent::Given).await;
    assert_eq!(mine.accept_callback(&callback).map(drop), Err(CallbackError::StateMismatch));
}

#[tokio::test]
async fn a_refusal_of_the_user_is_told() {
    let web = registered("web");
    let mut attempt = flow::begin(&client(web.basic()), web.id, WEB_REDIRECT).require_issuer(issuer());
    let callback = Browser::new().authorize(attempt.url(), Consent::Refused).await;
    let Err(CallbackError::Denied(denial)) = attempt.accept_callback(&callback) else {
        panic!("{callback} is a refusal");
    };
    assert_eq!(denial.code, "access_denied");
}

#[tokio::test]
async fn an_attempt_survives_the_absence_of_the_browser() {
    let web = registered("web");
    let client = client(web.basic());
    let kept = flow::begin(&client, web.id, WEB_REDIRECT).to_secret_json().unwrap();
    let mut attempt = AuthorizationAttempt::from_secret_json(&kept).unwrap();
    let code = flow::consent(&mut attempt).await;
    client.oauth().token(code).await.unwrap();
}

#[tokio::test]
async fn a_code_works_once_and_its_reuse_revokes_the_tokens() {
    let web = registered("web");
    let client = client(web.basic());
    let code = flow::code(&client, web.id, WEB_REDIRECT).await;
    let tokens = client.oauth().token(code.clone()).await.unwrap();
    let error = client.oauth().token(code).await.unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
    assert_eq!(error.status().unwrap().as_u16(), 400);
    let state = client.oauth().introspect(IntrospectRequest::new(tokens.access_token)).await.unwrap();
    assert!(!state.active, "the tokens of a code that is used twice are revoked (RFC 6749 section 4.1.2)");
}

#[tokio::test]
async fn a_code_is_bound_to_its_verifier() {
    let web = registered("web");
    let client = client(web.basic());
    let mut code = flow::code(&client, web.id, WEB_REDIRECT).await;
    code.code_verifier = CodeVerifier::from("a".repeat(43));
    let error = client.oauth().token(code).await.unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
}

#[tokio::test]
async fn a_code_is_bound_to_its_client() {
    let (web, desktop) = (registered("web"), registered("public"));
    let code = flow::code(&client(web.basic()), web.id, WEB_REDIRECT).await;
    let error = client(ClientAuth::public(desktop.id)).oauth().token(code).await.unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
}

#[tokio::test]
async fn a_code_is_bound_to_its_redirect_uri() {
    let desktop = registered("public");
    let client = client(ClientAuth::public(desktop.id));
    let code = flow::code(&client, desktop.id, DESKTOP_REDIRECT).await;
    let other = TokenRequest::authorization_code(code.code, code.code_verifier, "http://127.0.0.1:1/callback");
    let error = client.oauth().token(other).await.unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
}
