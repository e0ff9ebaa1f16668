//! Tokens of a user, and sessions that end.

use std::{error::Error as _, time::Duration};

use http::Response;
use serde_json::json;

use super::{
    managed::{found, managed, token},
    managed_store::Drawer,
    new_year,
};
use crate::{
    AuthorizationRequired, Client, ClientAuth, Error, ManagedToken, TokenSet,
    test_util::{ScriptedTransport, TestClock},
};

/// A client for a user.
fn client(script: &ScriptedTransport, clock: &TestClock, token: &ManagedToken) -> Client {
    Client::builder().transport(script.clone()).clock(clock.clone()).managed_token(token.clone()).build().unwrap()
}

/// Tokens whose access token has expired.
fn expired(refresh_token: &str) -> TokenSet {
    TokenSet::new("at-0").refresh_token(refresh_token).expires_at(new_year())
}

fn user(tokens: TokenSet) -> ManagedToken {
    ManagedToken::of_user(ClientAuth::public("id"), tokens, new_year())
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
async fn after_a_refused_refresh_token_nothing_more_is_sent_until_the_user_authorizes() {
    let (script, clock, drawer) = (ScriptedTransport::new(), TestClock::at(new_year()), Drawer::default());
    let tokens = TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year());
    drawer.put(&tokens);
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

    drawer.put(&TokenSet::new("at-1"));
    script.respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    script.requests()[1].assert_bearer("at-1");
}

#[tokio::test]
async fn a_refresh_token_that_was_refused_is_not_sent_again() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let client = client(&script, &clock, &user(expired("dead")));
    script.respond_json(400, &json!({"error": "invalid_grant"}));
    for _ in 0..5 {
        let error = client.api().retrieve("1").await.unwrap_err();
        assert!(error.is_authorization_required() && matches!(error, Error::Token(_)), "{error:?}");
    }
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn the_tokens_of_a_new_authorization_end_a_dead_session() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let token = user(expired("dead"));
    let client = client(&script, &clock, &token);
    script.respond_json(400, &json!({"error": "invalid_grant"}));
    client.api().retrieve("1").await.unwrap_err();
    token.set(TokenSet::new("at-1").refresh_token("rt-1"), new_year());
    script.respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    script.requests()[1].assert_bearer("at-1");
}

#[tokio::test]
async fn a_user_who_logs_in_later_is_stored_before_the_first_call() {
    let (script, clock, drawer) = (ScriptedTransport::new(), TestClock::at(new_year()), Drawer::default());
    let token = ManagedToken::of_stored_user(ClientAuth::public("id"), drawer.clone());
    let client = client(&script, &clock, &token);
    assert!(client.api().retrieve("1").await.unwrap_err().is_authorization_required());
    assert!(script.requests().is_empty());
    token.set(TokenSet::new("at-1").refresh_token("rt-1"), new_year());
    script.respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    script.request().assert_bearer("at-1");
    assert!(drawer.text().contains("rt-1"));
}

#[tokio::test]
async fn forgotten_tokens_are_neither_used_nor_taken_from_the_store_again() {
    let (script, clock, drawer) = (ScriptedTransport::new(), TestClock::at(new_year()), Drawer::default());
    drawer.put(&TokenSet::new("at-0").refresh_token("rt-0"));
    let token = ManagedToken::of_stored_user(ClientAuth::public("id"), drawer.clone());
    let client = client(&script, &clock, &token);
    script.respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    token.forget();
    for _ in 0..2 {
        assert!(client.api().retrieve("1").await.unwrap_err().is_authorization_required());
    }
    assert_eq!(script.requests().len(), 1);
    drawer.put(&TokenSet::new("at-1").refresh_token("rt-1"));
    script.respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    script.requests()[1].assert_bearer("at-1");
}

#[tokio::test]
async fn a_refusal_is_told_when_the_token_cannot_be_renewed() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let challenge = r#"Bearer error="invalid_token", resource_metadata="https://api.example.com/meta""#;
    let refusal = || Response::builder().status(401).header("www-authenticate", challenge).body("").unwrap();

    script.respond_with(refusal()).respond_json(400, &json!({"error": "invalid_grant"}));
    let token = user(TokenSet::new("at-0").refresh_token("rt-0"));
    let error = client(&script, &clock, &token).api().retrieve("1").await.unwrap_err();
    assert!(error.is_unauthorized() && error.is_invalid_token() && !error.is_invalid_grant(), "{error}");
    assert!(error.is_authorization_required());
    let refused = error.as_api().unwrap();
    assert_eq!(refused.resource_metadata(), Some("https://api.example.com/meta"));
    assert!(refused.renewal_error().unwrap().is_invalid_grant());
    assert!(refused.source().unwrap().to_string().contains("invalid_grant"));

    script.respond_with(refusal());
    let error = client(&script, &clock, &user(TokenSet::new("at-0"))).api().retrieve("1").await.unwrap_err();
    assert!(error.is_unauthorized() && error.is_authorization_required(), "{error}");
    let Some(Error::Token(why)) = error.as_api().unwrap().renewal_error() else { panic!("{error:?}") };
    assert!(why.source().unwrap().is::<AuthorizationRequired>());

    script.respond_with(refusal()).respond_json(503, &json!({}));
    let token = user(TokenSet::new("at-0").refresh_token("rt-0"));
    let response = client(&script, &clock, &token).api().retrieve("1").send_raw().await.unwrap();
    assert_eq!(response.status, 401);
}

#[tokio::test]
async fn a_token_that_was_fetched_seconds_ago_is_not_replaced() {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let client = managed(&script, &clock);
    script.respond_json(200, &token("at-1", 600));
    for _ in 0..3 {
        script.respond_json(401, &json!({}));
        assert!(client.api().retrieve("1").await.unwrap_err().is_unauthorized());
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(script.requests().len(), 4);
    clock.advance(Duration::from_secs(2));
    script.respond_json(401, &json!({})).respond_json(200, &token("at-2", 600)).respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    script.requests()[6].assert_bearer("at-2");
}

#[tokio::test]
async fn a_refusal_that_another_token_would_meet_too_costs_none() {
    for fault in ["insufficient_scope", "insufficient_user_authentication"] {
        let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
        let client = client(&script, &clock, &user(TokenSet::new("at-0").refresh_token("rt-0")));
        let challenge = format!("Bearer error=\"{fault}\"");
        script.respond_with(Response::builder().status(401).header("www-authenticate", challenge).body("").unwrap());
        assert!(client.api().retrieve("1").await.unwrap_err().is_unauthorized());
        script.respond_json(200, &found());
        client.api().retrieve("1").await.unwrap();
        script.requests()[1].assert_bearer("at-0");
    }
}
