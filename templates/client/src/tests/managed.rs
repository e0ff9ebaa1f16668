//! Tokens that are fetched when they are needed.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{Request, Response};
use serde_json::json;
use tokio::sync::Barrier;

use super::{builder, new_year};
use crate::{
    BoxFuture, Client, ClientAuth, Error, HttpTransport, ManagedToken, TokenSet, TokenStore, TokenStoreError,
    TransportError,
    body::Body,
    test_util::{ScriptedTransport, TestClock},
};

fn token(text: &str, seconds: u32) -> serde_json::Value {
    json!({"access_token": text, "token_type": "bearer", "expires_in": seconds})
}

fn found() -> serde_json::Value {
    json!({"data": {"client_id": "c"}})
}

fn managed(script: &ScriptedTransport, clock: &TestClock) -> Client {
    let auth = ClientAuth::basic("id", "secret");
    Client::builder().transport(script.clone()).clock(clock.clone()).client_auth(auth).build().unwrap()
}

/// Serves `count` calls only when all of them are there at once.
struct Together {
    tokens: AtomicUsize,
    calls: Barrier,
}

impl HttpTransport for Together {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            if request.uri().path().ends_with("/oauth/token") {
                self.tokens.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                return Ok(Response::new(token("at", 3600).to_string().into()));
            }
            self.calls.wait().await;
            Ok(Response::new(found().to_string().into()))
        })
    }
}

#[tokio::test]
async fn a_hundred_calls_share_one_token_request_and_run_side_by_side() {
    let transport = Arc::new(Together { tokens: AtomicUsize::new(0), calls: Barrier::new(100) });
    let auth = ClientAuth::basic("id", "secret");
    let client = Client::builder().transport(Arc::clone(&transport)).client_auth(auth).build().unwrap();
    let calls: Vec<_> = (0..100).map(|_| tokio::spawn(client.api().retrieve("1").into_future())).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(transport.tokens.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_is_used_until_shortly_before_its_end() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let client = managed(&script, &clock);
    script.respond_json(200, &token("at-1", 3600)).respond_json(200, &found()).respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    clock.advance(Duration::from_secs(3539));
    client.api().retrieve("1").await.unwrap();
    script.respond_json(200, &token("at-2", 3600)).respond_json(200, &found());
    clock.advance(Duration::from_secs(1));
    client.api().retrieve("1").await.unwrap();
    let requests = script.requests();
    assert_eq!(requests.len(), 5);
    requests[0].assert_client_basic("id", "secret");
    assert_eq!(requests[0].form(), [("grant_type".to_owned(), "client_credentials".to_owned())]);
    requests[1].assert_bearer("at-1");
    requests[2].assert_bearer("at-1");
    requests[4].assert_bearer("at-2");
}

#[tokio::test]
async fn a_short_lived_token_is_not_renewed_for_every_call() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let client = managed(&script, &clock);
    script.respond_json(200, &token("at", 5));
    for _ in 0..10 {
        script.respond_json(200, &found());
    }
    for _ in 0..10 {
        client.api().retrieve("1").await.unwrap();
        clock.advance(Duration::from_millis(400));
    }
    assert_eq!(script.requests().len(), 11);
}

#[tokio::test]
async fn a_failure_to_get_a_token_is_not_kept() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let client = managed(&script, &clock);
    script.respond_json(401, &json!({"error": "invalid_client"}));
    let error = client.api().retrieve("1").await.unwrap_err();
    assert!(matches!(error, Error::Token(_)) && error.is_invalid_client() && !error.may_have_been_sent());
    script.respond_json(200, &token("at", 60)).respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
}

#[tokio::test]
async fn a_failed_early_renewal_keeps_the_token_that_is_still_good() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let client = managed(&script, &clock);
    script.respond_json(200, &token("at-1", 600)).respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    clock.advance(Duration::from_secs(550));
    script.respond_json(400, &json!({})).respond_json(200, &found()).respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    client.api().retrieve("1").await.unwrap();
    let requests = script.requests();
    assert_eq!(requests.len(), 5, "the failure is not repeated for every call");
    requests[4].assert_bearer("at-1");
    clock.advance(Duration::from_secs(51));
    script.respond_json(400, &json!({}));
    assert!(client.api().retrieve("1").await.is_err(), "an expired token is not used");
}

#[tokio::test]
async fn a_token_the_server_refuses_is_replaced_once() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let client = managed(&script, &clock);
    script.respond_json(200, &token("at-1", 600)).respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    clock.advance(Duration::from_secs(5));
    script.respond_json(401, &json!({})).respond_json(200, &token("at-2", 600)).respond_json(401, &json!({}));
    assert!(client.api().create("n").await.unwrap_err().is_unauthorized());
    let requests = script.requests();
    assert_eq!(requests.len(), 5);
    requests[2].assert_bearer("at-1");
    requests[4].assert_bearer("at-2");
}

#[tokio::test]
async fn the_api_key_goes_before_a_managed_token() {
    let script = ScriptedTransport::new();
    script.respond_json(200, &found());
    super::client(&script).api().retrieve("1").await.unwrap();
    script.request().assert_bearer("key-1");
}

#[tokio::test]
async fn a_token_that_is_not_a_bearer_token_is_not_used() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    script.respond_json(200, &json!({"access_token": "at", "token_type": "mac"}));
    let error = managed(&script, &clock).api().retrieve("1").await.unwrap_err();
    assert_eq!(error.to_string(), "no access token: the token is not a bearer token");
}

#[tokio::test]
async fn scope_and_resource_are_asked_for() {
    let script = ScriptedTransport::new();
    let managed = ManagedToken::new(ClientAuth::post("id", "s")).scope("a b").resource("https://api/");
    let client = builder(&script).managed_token(managed.clone()).build().unwrap();
    script.respond_json(200, &token("at", 60));
    let tokens = managed.get(&client).await.unwrap();
    assert_eq!(tokens.expires_at.unwrap(), (new_year() + Duration::from_secs(60)).into());
    assert_eq!(
        script.request().body,
        "client_id=id&client_secret=s&grant_type=client_credentials&resource=https%3A%2F%2Fapi%2F&scope=a+b"
    );
}

/// A store in memory, which can be stuck.
#[derive(Clone, Default)]
struct Drawer(Arc<Mutex<Option<String>>>, Arc<AtomicBool>);

impl TokenStore for Drawer {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        Box::pin(async move {
            let text = self.0.lock().unwrap().clone();
            Ok(text.map(|text| TokenSet::from_secret_json(&text)).transpose()?)
        })
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(async move {
            if self.1.load(Ordering::SeqCst) {
                return Err("the drawer is stuck".into());
            }
            *self.0.lock().unwrap() = Some(tokens.to_secret_json()?);
            Ok(())
        })
    }
}

#[tokio::test]
async fn a_stored_token_is_used_by_the_next_run_of_the_program() {
    let drawer = Drawer::default();
    let clock = TestClock::at(new_year());
    let run = |script: &ScriptedTransport| {
        let managed = ManagedToken::new(ClientAuth::basic("id", "s")).store(drawer.clone());
        Client::builder().transport(script.clone()).clock(clock.clone()).managed_token(managed).build().unwrap()
    };
    let script = ScriptedTransport::new();
    script.respond_json(200, &token("at", 600)).respond_json(200, &found());
    run(&script).api().retrieve("1").await.unwrap();
    let script = ScriptedTransport::new();
    script.respond_json(200, &found());
    run(&script).api().retrieve("1").await.unwrap();
    script.request().assert_bearer("at");
    clock.advance(Duration::from_secs(600));
    let script = ScriptedTransport::new();
    script.respond_json(200, &token("at-2", 600)).respond_json(200, &found());
    run(&script).api().retrieve("1").await.unwrap();
    assert_eq!(script.requests().len(), 2);
}

/// Answers token requests when it is told to, and other calls at once.
struct Gate {
    opened: tokio::sync::Semaphore,
    tokens: AtomicUsize,
}

impl HttpTransport for Gate {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            if !request.uri().path().ends_with("/oauth/token") {
                return Ok(Response::new(found().to_string().into()));
            }
            let number = self.tokens.fetch_add(1, Ordering::SeqCst) + 1;
            self.opened.acquire().await.unwrap().forget();
            let mut token = token(&format!("at-{number}"), 600);
            token["refresh_token"] = format!("rt-{number}").into();
            Ok(Response::new(token.to_string().into()))
        })
    }
}

#[tokio::test]
async fn a_rotated_refresh_token_survives_the_call_that_asked_for_it() {
    let gate = Arc::new(Gate { opened: tokio::sync::Semaphore::new(0), tokens: AtomicUsize::new(0) });
    let drawer = Drawer::default();
    let tokens = TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year());
    let managed = ManagedToken::of_user(ClientAuth::public("id"), tokens, new_year()).store(drawer.clone());
    let client = Client::builder().transport(Arc::clone(&gate)).managed_token(managed.clone()).build().unwrap();
    let call = tokio::spawn(client.api().retrieve("1").into_future());
    while gate.tokens.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    gate.opened.add_permits(1);
    let tokens = managed.get(&client).await.unwrap();
    assert_eq!(tokens.refresh_token.unwrap().expose(), "rt-1");
    assert_eq!(gate.tokens.load(Ordering::SeqCst), 1);
    assert!(drawer.0.lock().unwrap().as_ref().unwrap().contains("rt-1"));
}

#[tokio::test]
async fn tokens_that_could_not_be_stored_are_neither_used_nor_lost() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let drawer = Drawer::default();
    let tokens = TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year());
    let managed = ManagedToken::of_user(ClientAuth::public("id"), tokens, new_year()).store(drawer.clone());
    let client = Client::builder().transport(script.clone()).clock(clock).managed_token(managed).build().unwrap();
    let mut token = token("at-1", 600);
    token["refresh_token"] = "rt-1".into();
    script.respond_json(200, &token).respond_json(200, &found());
    drawer.1.store(true, Ordering::SeqCst);
    let error = client.api().retrieve("1").await.unwrap_err();
    assert_eq!(error.to_string(), "no access token: the drawer is stuck");
    drawer.1.store(false, Ordering::SeqCst);
    client.api().retrieve("1").await.unwrap();
    assert!(drawer.0.lock().unwrap().as_ref().unwrap().contains("rt-1"));
    let requests = script.requests();
    assert_eq!(requests.len(), 2, "the refresh token was spent once");
    requests[1].assert_bearer("at-1");
}

#[tokio::test]
async fn a_user_is_renewed_by_refresh_token_which_is_kept_unless_replaced() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let tokens = TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year() + Duration::from_secs(600));
    let managed = ManagedToken::of_user(ClientAuth::public("id"), tokens, new_year()).scope("a");
    let client =
        Client::builder().transport(script.clone()).clock(clock.clone()).managed_token(managed).build().unwrap();
    script.respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    for (number, answer) in [("1", json!("rt-1")), ("2", json!(null)), ("3", json!("rt-3"))] {
        clock.advance(Duration::from_secs(600));
        let mut token = token(&format!("at-{number}"), 600);
        token["refresh_token"] = answer;
        script.respond_json(200, &token).respond_json(200, &found());
        client.api().retrieve("1").await.unwrap();
    }
    let requests = script.requests();
    requests[0].assert_bearer("at-0");
    assert_eq!(requests[1].body, "client_id=id&grant_type=refresh_token&refresh_token=rt-0&scope=a");
    requests[2].assert_bearer("at-1");
    assert_eq!(requests[3].body, "client_id=id&grant_type=refresh_token&refresh_token=rt-1&scope=a");
    assert_eq!(requests[5].body, "client_id=id&grant_type=refresh_token&refresh_token=rt-1&scope=a");
    requests[6].assert_bearer("at-3");
}

#[tokio::test]
async fn a_refresh_token_is_sent_once_and_a_refusal_ends_the_session() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let tokens = TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year());
    let managed = ManagedToken::of_user(ClientAuth::public("id"), tokens, new_year());
    let client = Client::builder().transport(script.clone()).clock(clock).managed_token(managed).build().unwrap();
    script.respond_json(503, &json!({}));
    assert!(client.api().retrieve("1").await.unwrap_err().is_server_error());
    assert_eq!(script.requests().len(), 1);
    script.respond_json(400, &json!({"error": "invalid_grant"}));
    assert!(client.api().retrieve("1").await.unwrap_err().is_invalid_grant());
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test]
async fn a_refused_access_token_of_a_user_is_renewed_and_one_without_refresh_token_is_not() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let client = |tokens| {
        let managed = ManagedToken::of_user(ClientAuth::public("id"), tokens, new_year());
        Client::builder().transport(script.clone()).clock(clock.clone()).managed_token(managed).build().unwrap()
    };
    script.respond_json(401, &json!({})).respond_json(200, &token("at-1", 60)).respond_json(200, &found());
    client(TokenSet::new("at-0").refresh_token("rt-0")).api().retrieve("1").await.unwrap();
    script.respond_json(401, &json!({}));
    let error = client(TokenSet::new("at-0")).api().retrieve("1").await.unwrap_err();
    assert!(error.is_unauthorized() && error.is_authorization_required(), "{error}");
}

#[tokio::test]
async fn arguments_that_cannot_be_sent_are_an_error_before_a_token_is_asked_for() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    assert!(managed(&script, &clock).api().retrieve("..").await.is_err());
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn a_public_client_has_no_access_of_its_own() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let managed = ManagedToken::new(ClientAuth::public("id"));
    let client = Client::builder().transport(script.clone()).clock(clock).managed_token(managed).build().unwrap();
    let error = client.api().retrieve("1").await.unwrap_err();
    assert!(error.to_string().contains("needs a credential for `clientAuth`"), "{error}");
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn after_a_refused_refresh_token_nothing_more_is_sent_until_the_user_authorizes() {
    let (script, clock, drawer) = (ScriptedTransport::new(), TestClock::at(new_year()), Drawer::default());
    let tokens = TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year());
    *drawer.0.lock().unwrap() = Some(tokens.to_secret_json().unwrap());
    let managed = ManagedToken::of_stored_user(ClientAuth::public("id"), drawer.clone());
    let client = Client::builder().transport(script.clone()).clock(clock).managed_token(managed).build().unwrap();
    script.respond_json(400, &json!({"error": "invalid_grant"}));
    let error = client.api().retrieve("1").await.unwrap_err();
    assert!(error.is_invalid_grant() && error.is_authorization_required());
    for _ in 0..3 {
        let error = client.api().retrieve("1").await.unwrap_err();
        assert!(error.is_authorization_required() && !error.is_retryable(), "{error}");
    }
    assert_eq!(script.requests().len(), 1);

    *drawer.0.lock().unwrap() = Some(TokenSet::new("at-1").to_secret_json().unwrap());
    script.respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    script.requests()[1].assert_bearer("at-1");
}

#[tokio::test]
async fn what_another_process_renewed_is_used_and_its_old_refresh_token_is_not() {
    let (script, clock, drawer) = (ScriptedTransport::new(), TestClock::at(new_year()), Drawer::default());
    let tokens = TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year() + Duration::from_secs(600));
    *drawer.0.lock().unwrap() = Some(tokens.to_secret_json().unwrap());
    let managed = ManagedToken::of_stored_user(ClientAuth::public("id"), drawer.clone());
    let client =
        Client::builder().transport(script.clone()).clock(clock.clone()).managed_token(managed).build().unwrap();
    script.respond_json(200, &found()).respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    let renewed = TokenSet::new("at-1").refresh_token("rt-1").expires_at(new_year() + Duration::from_secs(1200));
    *drawer.0.lock().unwrap() = Some(renewed.to_secret_json().unwrap());
    clock.advance(Duration::from_secs(600));
    client.api().retrieve("1").await.unwrap();
    let requests = script.requests();
    assert_eq!(requests.len(), 2, "no token is asked for");
    requests[1].assert_bearer("at-1");
}

#[tokio::test]
async fn a_clock_that_jumps_costs_a_token_request_at_most() {
    let hour = Duration::from_secs(3600);
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year() + hour * 24));
    let client = managed(&script, &clock);
    script.respond_json(200, &token("at-1", 3600)).respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    // Forward: the token may have expired.
    clock.advance(hour * 1000);
    script.respond_json(200, &token("at-2", 3600)).respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    // Back: the token looks good for long; the server knows better.
    clock.set(new_year());
    script.respond_json(401, &json!({})).respond_json(200, &token("at-3", 3600)).respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    clock.advance(Duration::from_secs(60));
    script.respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    let bearers: Vec<_> =
        script.requests().iter().filter_map(|request| request.header("authorization").map(str::to_owned)).collect();
    let bearers: Vec<_> = bearers.iter().filter_map(|header| header.strip_prefix("Bearer ")).collect();
    assert_eq!(bearers, ["at-1", "at-2", "at-2", "at-3", "at-3"]);
}

#[tokio::test]
async fn lifetimes_that_make_no_sense_are_survived() {
    for seconds in [json!(0), json!(-1), json!(i64::MAX), json!(1e15), json!(null)] {
        let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
        let client = managed(&script, &clock);
        let answer = json!({"access_token": "at", "token_type": "bearer", "expires_in": seconds});
        script.respond_json(200, &answer).respond_json(200, &found());
        client.api().retrieve("1").await.unwrap();
    }
}

/// Never answers a token request.
struct Silent;

impl HttpTransport for Silent {
    fn send(&self, _: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_call_does_not_wait_longer_for_a_token_than_it_may_take() {
    let client = Client::builder().transport(Silent).client_auth(ClientAuth::basic("id", "s")).build().unwrap();
    let error = client.api().retrieve("1").timeout(Duration::from_millis(20)).await.unwrap_err();
    assert!(matches!(error, Error::Token(_)) && error.is_timeout() && !error.may_have_been_sent(), "{error:?}");
}
