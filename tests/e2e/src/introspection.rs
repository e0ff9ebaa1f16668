//! Introspection (RFC 7662).

use telnyx_oauth::ClientAuth;
use telnyx_oauth::types::{IntrospectRequest, TokenRequest};

use crate::flow::{self, WEB_REDIRECT, refresh_token};
use crate::server::{client, issuer, registered, revoke};

#[tokio::test]
async fn a_good_token_is_active_and_described() {
    let basic = registered("basic");
    let client = client(basic.basic());
    let token = client.oauth().token(TokenRequest::client_credentials().scope("admin")).await.unwrap();
    let state = client.oauth().introspect(IntrospectRequest::new(token.access_token)).await.unwrap();
    assert!(state.active);
    assert_eq!(state.client_id.as_deref(), Some(basic.id));
    assert_eq!(state.iss.as_deref(), Some(issuer()));
    assert_eq!(state.scope.as_deref(), Some("admin"));
    assert_eq!(state.token_type.as_deref(), Some("Bearer"));
    assert_eq!(state.exp.unwrap() - state.iat.unwrap(), 600);
}

#[tokio::test]
async fn an_unknown_token_is_inactive_and_nothing_else() {
    let client = client(registered("post").post());
    let state = client.oauth().introspect(IntrospectRequest::new("unknown")).await.unwrap();
    assert!(!state.active);
    assert_eq!((state.client_id, state.exp, state.scope), (None, None, None));
}

#[tokio::test]
async fn a_revoked_token_is_inactive() {
    let basic = registered("basic");
    let client = client(basic.basic());
    let token = client.oauth().token(TokenRequest::client_credentials()).await.unwrap().access_token;
    revoke(basic, token.expose()).await;
    assert!(!client.oauth().introspect(IntrospectRequest::new(token)).await.unwrap().active);
}

#[tokio::test]
async fn a_refresh_token_has_a_subject_and_no_token_type() {
    let web = registered("web");
    let client = client(web.basic());
    let tokens = flow::tokens(&client, web.id, WEB_REDIRECT).await;
    let state = client.oauth().introspect(refresh_token(&tokens)).await.unwrap();
    assert!(state.active);
    assert_eq!(state.sub.as_deref(), Some("user"));
    assert_eq!(state.token_type, None);
}

#[tokio::test]
async fn a_caller_with_a_wrong_secret_learns_nothing() {
    let client = client(ClientAuth::basic(registered("basic").id, "wrong"));
    let error = client.oauth().introspect(IntrospectRequest::new("unknown")).await.unwrap_err();
    assert!(error.is_invalid_client(), "{error}");
    let challenges = error.as_api().unwrap().www_authenticate();
    assert!(challenges.iter().any(|challenge| challenge.is("Basic")), "{challenges:?}");
}
