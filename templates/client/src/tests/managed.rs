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

pub(super) fn token(text: &str, seconds: u32) -> serde_json::Value {
    json!({"access_token": text, "token_type": "bearer", "expires_in": seconds})
}

pub(super) fn found() -> serde_json::Value {
    json!({"data": {"client_id": "c"}})
}

pub(super) fn managed(script: &ScriptedTransport, clock: &TestClock) -> Client {
    let auth = ClientAuth::basic("id", "secret");
    Client::builder().transport(script.clone()).clock(clock.clone()).client_auth(auth).build().unwrap()
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

#[tokio::test]
async fn a_token_whose_lifetime_is_negative_serves_the_call_that_asked_for_it_and_no_other() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let client = managed(&script, &clock);
    for text in ["at-1", "at-2"] {
        let answer = json!({"access_token": text, "token_type": "bearer", "expires_in": -5});
        script.respond_json(200, &answer).respond_json(200, &found());
        client.api().retrieve("1").await.unwrap();
    }
    let requests = script.requests();
    assert_eq!(requests.len(), 4);
    requests[1].assert_bearer("at-1");
    requests[3].assert_bearer("at-2");
}
