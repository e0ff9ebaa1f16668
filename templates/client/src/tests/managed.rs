//! Tokens that are fetched when they are needed.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
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
    script.respond_json(200, &token("at-1", 600)).respond_json(401, &json!({}));
    script.respond_json(200, &token("at-2", 600)).respond_json(401, &json!({}));
    assert!(client.api().create("n").await.unwrap_err().is_unauthorized());
    let requests = script.requests();
    assert_eq!(requests.len(), 4);
    requests[1].assert_bearer("at-1");
    requests[3].assert_bearer("at-2");
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

#[derive(Clone, Default)]
struct Drawer(Arc<Mutex<Option<String>>>);

impl TokenStore for Drawer {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        Box::pin(async move {
            let text = self.0.lock().unwrap().clone();
            Ok(text.map(|text| TokenSet::from_secret_json(&text)).transpose()?)
        })
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(async move {
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

#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_for_a_token_harms_no_other() {
    let script = ScriptedTransport::new();
    let client = Client::builder().transport(script.clone()).client_auth(ClientAuth::basic("id", "s")).build().unwrap();
    script.hang();
    let dropped = tokio::spawn(client.api().retrieve("1").into_future());
    while script.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let waiting = tokio::spawn(client.api().retrieve("1").into_future());
    tokio::task::yield_now().await;
    script.respond_json(200, &token("at", 600)).respond_json(200, &found());
    dropped.abort();
    waiting.await.unwrap().unwrap();
    assert_eq!(script.requests().len(), 3);
}

#[tokio::test]
async fn arguments_that_cannot_be_sent_are_an_error_before_a_token_is_asked_for() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    assert!(managed(&script, &clock).api().retrieve("..").await.is_err());
    assert!(script.requests().is_empty());
}
