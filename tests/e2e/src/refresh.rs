//! Refresh tokens, which this server rotates (RFC 6749 section 6, RFC 9700 section 4.14).

use telnyx_oauth::types::{IntrospectRequest, TokenRequest};
use telnyx_oauth::{Client, ClientAuth};

use crate::flow::{self, DESKTOP_REDIRECT, WEB_REDIRECT, refresh_token};
use crate::server::{client, registered};

async fn is_active(client: &Client, token: &str) -> bool {
    client.oauth().introspect(IntrospectRequest::new(token)).await.unwrap().active
}

#[tokio::test]
async fn a_refresh_gives_new_tokens_in_place_of_the_old() {
    let web = registered("web");
    let client = client(web.basic());
    let first = flow::tokens(&client, web.id, WEB_REDIRECT).await;
    let second = client.oauth().token(TokenRequest::refresh_token(refresh_token(&first))).await.unwrap();
    assert!(!second.access_token.ct_eq(first.access_token.expose()));
    assert!(!refresh_token(&second).ct_eq(refresh_token(&first).expose()));
    assert_eq!(second.scope, first.scope);
    let third = client.oauth().token(TokenRequest::refresh_token(refresh_token(&second))).await.unwrap();
    assert!(is_active(&client, third.access_token.expose()).await);
}

#[tokio::test]
async fn a_public_client_refreshes_without_a_secret() {
    let desktop = registered("public");
    let client = client(ClientAuth::public(desktop.id));
    let first = flow::tokens(&client, desktop.id, DESKTOP_REDIRECT).await;
    client.oauth().token(TokenRequest::refresh_token(refresh_token(&first))).await.unwrap();
}

#[tokio::test]
async fn reuse_of_a_rotated_token_revokes_the_whole_family() {
    let web = registered("web");
    let client = client(web.basic());
    let first = flow::tokens(&client, web.id, WEB_REDIRECT).await;
    let second = client.oauth().token(TokenRequest::refresh_token(refresh_token(&first))).await.unwrap();
    assert!(is_active(&client, second.access_token.expose()).await);
    let error = client.oauth().token(TokenRequest::refresh_token(refresh_token(&first))).await.unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
    let error = client.oauth().token(TokenRequest::refresh_token(refresh_token(&second))).await.unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
    assert!(!is_active(&client, second.access_token.expose()).await);
}

#[tokio::test]
async fn a_refresh_can_ask_for_less_but_not_for_more() {
    let web = registered("web");
    let client = client(web.basic());
    let first = flow::tokens(&client, web.id, WEB_REDIRECT).await;
    let less = TokenRequest::refresh_token(refresh_token(&first)).scope("read");
    let second = client.oauth().token(less).await.unwrap();
    assert_eq!(second.scope.as_deref(), Some("read"));
    let more = TokenRequest::refresh_token(refresh_token(&second)).scope("read openid");
    let error = client.oauth().token(more).await.unwrap_err();
    assert!(error.is_invalid_scope(), "{error}");
}

#[tokio::test]
async fn a_refresh_token_is_bound_to_its_client() {
    let (web, desktop) = (registered("web"), registered("public"));
    let tokens = flow::tokens(&client(web.basic()), web.id, WEB_REDIRECT).await;
    let stolen = TokenRequest::refresh_token(refresh_token(&tokens));
    let error = client(ClientAuth::public(desktop.id)).oauth().token(stolen).await.unwrap_err();
    assert!(error.is_invalid_grant(), "{error}");
}
