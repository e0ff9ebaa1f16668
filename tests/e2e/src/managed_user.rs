//! A user's tokens that the client renews by itself, with a server that rotates refresh tokens.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use telnyx_oauth::types::{ListOAuthClients, TokenRequest, TokenResponse};
use telnyx_oauth::{BoxFuture, Client, Error, ManagedToken, TokenSet, TokenStore, TokenStoreError};

use crate::browser::{Browser, Consent};
use crate::flow::{self, WEB_REDIRECT, refresh_token};
use crate::proxy::{Answers, Proxy};
use crate::server::{builder, builder_at, client, registered, revoke};

/// Keeps tokens as a program would that runs again later.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<Option<String>>>);

impl TokenStore for Store {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        let kept = self.0.lock().unwrap().clone();
        Box::pin(async move { Ok(kept.map(|kept| TokenSet::from_secret_json(&kept)).transpose()?) })
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(async move {
            *self.0.lock().unwrap() = Some(tokens.to_secret_json()?);
            Ok(())
        })
    }
}

/// Tokens of a user, as the exchange of a code gave them.
async fn tokens() -> TokenResponse {
    let web = registered("web");
    flow::tokens(&client(web.basic()), web.id, WEB_REDIRECT).await
}

/// The same with an access token that has expired, as far as the client knows.
fn expired(tokens: &TokenResponse) -> TokenSet {
    let past = SystemTime::now() - Duration::from_secs(1);
    TokenSet::new(&tokens.access_token).expires_at(past).refresh_token(refresh_token(tokens))
}

fn managed(tokens: TokenSet) -> ManagedToken {
    ManagedToken::of_user(registered("web").basic(), tokens, SystemTime::now())
}

async fn call(client: &Client) -> Result<(), Error> {
    client.oauth_clients().list(ListOAuthClients::new()).await.map(drop)
}

fn token_requests(proxy: &Proxy) -> usize {
    proxy.requests().iter().filter(|request| request.head.starts_with("POST /v2/oauth/token ")).count()
}

#[tokio::test]
async fn an_expired_token_is_renewed_before_the_call() {
    let proxy = Proxy::start(Answers::Pass).await;
    let client = builder_at(proxy.origin()).managed_token(managed(expired(&tokens().await))).build().unwrap();
    for _ in 0..3 {
        call(&client).await.unwrap();
    }
    assert_eq!((token_requests(&proxy), proxy.requests().len()), (1, 4));
}

#[tokio::test]
async fn a_token_the_api_refuses_is_renewed_and_the_call_repeated_once() {
    let refused = TokenSet::new("refused").refresh_token(refresh_token(&tokens().await));
    let proxy = Proxy::start(Answers::Pass).await;
    let client = builder_at(proxy.origin()).managed_token(managed(refused)).build().unwrap();
    call(&client).await.unwrap();
    assert_eq!((token_requests(&proxy), proxy.requests().len()), (1, 3));
}

#[tokio::test]
async fn rotated_tokens_are_stored_and_serve_the_next_run() {
    let store = Store::default();
    let first = builder().managed_token(managed(expired(&tokens().await)).store(store.clone())).build().unwrap();
    call(&first).await.unwrap();
    let proxy = Proxy::start(Answers::Pass).await;
    let stored = ManagedToken::of_stored_user(registered("web").basic(), store.clone());
    let second = builder_at(proxy.origin()).managed_token(stored).build().unwrap();
    call(&second).await.unwrap();
    assert_eq!(token_requests(&proxy), 0, "the stored access token is still good");
    let kept = TokenSet::from_secret_json(store.0.lock().unwrap().as_ref().unwrap()).unwrap();
    let web = client(registered("web").basic());
    web.oauth().token(TokenRequest::refresh_token(kept.refresh_token.unwrap())).await.unwrap();
}

#[tokio::test]
async fn a_call_that_is_dropped_does_not_lose_the_rotated_token() {
    let proxy = Proxy::start(Answers::Pass).await;
    let client = builder_at(proxy.origin()).managed_token(managed(expired(&tokens().await))).build().unwrap();
    let dropped = tokio::spawn({
        let client = client.clone();
        async move { call(&client).await }
    });
    while token_requests(&proxy) == 0 {
        tokio::task::yield_now().await;
    }
    dropped.abort();
    // A second refresh with the same token would revoke everything.
    call(&client).await.unwrap();
    assert_eq!(token_requests(&proxy), 1);
}

#[tokio::test]
async fn the_answer_to_a_code_becomes_tokens_that_are_managed() {
    let web = registered("web");
    let client = client(web.basic());
    let mut attempt = flow::begin(&client, web.id, WEB_REDIRECT);
    let callback = Browser::new().authorize(attempt.url(), Consent::Given).await;
    let code = attempt.accept_callback(&callback).unwrap();
    let asked_at = SystemTime::now();
    let answer = client.oauth().exchange_code(&attempt, code).await.unwrap();
    let tokens = answer.into_token_set(asked_at, attempt.scope()).unwrap();
    assert_eq!(tokens.scope.as_deref(), Some("admin read"));
    assert!(tokens.expires_at.is_some_and(|expires_at| SystemTime::from(expires_at) > asked_at));
    let store = Store::default();
    let user = builder().token_store(store.clone()).managed_token(managed(tokens)).build().unwrap();
    call(&user).await.unwrap();
    assert!(store.0.lock().unwrap().is_some());
}

#[tokio::test]
async fn the_resource_of_an_attempt_is_that_of_its_token() {
    let web = registered("web");
    let client = client(web.basic());
    let attempt = flow::begin(&client, web.id, WEB_REDIRECT);
    let mut attempt = attempt.resource("https://rsa.example/api").unwrap();
    let callback = Browser::new().authorize(attempt.url(), Consent::Given).await;
    let code = attempt.accept_callback(&callback).unwrap();
    let token = client.oauth().exchange_code(&attempt, code).await.unwrap().access_token;
    assert_eq!(token.expose().split('.').count(), 3, "tokens for this resource are JWTs");
}

#[tokio::test]
async fn revoked_access_of_the_user_is_an_invalid_grant() {
    let tokens = tokens().await;
    let client = builder().managed_token(managed(expired(&tokens))).build().unwrap();
    revoke(registered("web"), refresh_token(&tokens).expose()).await;
    let error = call(&client).await.unwrap_err();
    assert!(matches!(error, Error::Token(_)), "{error}");
    assert!(error.is_invalid_grant(), "{error}");
}
