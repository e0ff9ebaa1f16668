//! What is repeated when answers get lost after the server has acted, and what never is.

use std::time::Duration;

use telnyx_oauth::types::{IntrospectRequest, RegisterOAuthClient, TokenRequest};
use telnyx_oauth::{Client, ClientAuth, Error, RetryPolicy};

use crate::flow::{self, WEB_REDIRECT, refresh_token};
use crate::proxy::{Answers, Proxy};
use crate::server::{builder_at, client, registered};

/// Both ways of losing the first two answers, as many as there are retries.
const BOTH: [Answers; 2] = [Answers::Unavailable(0..2), Answers::Lost(0..2)];

fn through(proxy: &Proxy, auth: ClientAuth) -> Client {
    let policy = RetryPolicy::default().wait(Duration::ZERO, Duration::ZERO);
    builder_at(proxy.origin()).client_auth(auth).retry(policy).build().unwrap()
}

/// The failure is the lost answer, and the caller can tell that the server may have acted.
fn assert_lost(error: &Error) {
    assert!(error.is_server_error() || matches!(error, Error::Transport { .. }), "{error}");
    assert!(error.may_have_been_sent(), "{error}");
}

#[tokio::test]
async fn a_code_is_never_sent_twice() {
    let web = registered("web");
    let direct = client(web.basic());
    for answers in BOTH {
        let proxy = Proxy::start(answers).await;
        let code = flow::code(&direct, web.id, WEB_REDIRECT).await;
        let error = through(&proxy, web.basic()).oauth().token(code.clone()).await.unwrap_err();
        assert_lost(&error);
        assert_eq!(proxy.requests().len(), 1);
        let error = direct.oauth().token(code).await.unwrap_err();
        assert!(error.is_invalid_grant(), "the server had taken the code: {error}");
    }
}

#[tokio::test]
async fn a_code_on_a_connection_that_breaks_in_use_is_never_sent_twice() {
    let web = registered("web");
    let proxy = Proxy::start(Answers::Lost(1..9)).await;
    let client = through(&proxy, web.basic());
    let code = flow::code(&crate::server::client(web.basic()), web.id, WEB_REDIRECT).await;
    client.oauth().jwks().await.unwrap();
    assert_lost(&client.oauth().token(code).await.unwrap_err());
    let connections: Vec<_> = proxy.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 0], "both by the same connection, the code once");
}

#[tokio::test]
async fn a_refresh_token_is_never_sent_twice() {
    let web = registered("web");
    let direct = client(web.basic());
    for answers in BOTH {
        let proxy = Proxy::start(answers).await;
        let tokens = flow::tokens(&direct, web.id, WEB_REDIRECT).await;
        let grant = TokenRequest::refresh_token(refresh_token(&tokens));
        let error = through(&proxy, web.basic()).oauth().token(grant).await.unwrap_err();
        assert_lost(&error);
        assert_eq!(proxy.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_registration_is_never_sent_twice() {
    for answers in BOTH {
        let proxy = Proxy::start(answers).await;
        let client = through(&proxy, registered("basic").basic());
        let wish = RegisterOAuthClient::new().redirect_uris(["https://app.example/"]);
        assert_lost(&client.oauth().register(wish).await.unwrap_err());
        assert_eq!(proxy.requests().len(), 1);
    }
}

#[tokio::test]
async fn client_credentials_are_repeated_until_an_answer_arrives() {
    for answers in BOTH {
        let proxy = Proxy::start(answers).await;
        let client = through(&proxy, registered("basic").basic());
        client.oauth().token(TokenRequest::client_credentials()).await.unwrap();
        assert_eq!(proxy.requests().len(), 3);
    }
}

#[tokio::test]
async fn introspection_and_keys_are_repeated_until_an_answer_arrives() {
    for answers in BOTH {
        let proxy = Proxy::start(answers.clone()).await;
        let client = through(&proxy, registered("basic").basic());
        let state = client.oauth().introspect(IntrospectRequest::new("unknown")).await.unwrap();
        assert!(!state.active);
        assert_eq!(proxy.requests().len(), 3);
        let proxy = Proxy::start(answers).await;
        through(&proxy, registered("basic").basic()).oauth().jwks().await.unwrap();
        assert_eq!(proxy.requests().len(), 3);
    }
}

#[tokio::test]
async fn no_more_is_repeated_than_the_policy_allows() {
    let proxy = Proxy::start(Answers::Unavailable(0..3)).await;
    let client = through(&proxy, registered("basic").basic());
    let error = client.oauth().token(TokenRequest::client_credentials()).await.unwrap_err();
    assert!(error.is_server_error(), "{error}");
    assert_eq!(proxy.requests().len(), 3);
}
