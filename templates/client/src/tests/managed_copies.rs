//! Whose token it is, and what for.

use std::time::Duration;

use serde_json::json;

use super::{
    builder,
    managed::{found, token},
    new_year,
};
use crate::{ClientAuth, Credentials, ManagedToken, TokenSet, test_util::ScriptedTransport};

fn later() -> std::time::SystemTime {
    new_year() + Duration::from_secs(600)
}

#[tokio::test]
async fn a_token_that_the_caller_manages_goes_before_the_clients_own_in_any_order() {
    let auth = || ClientAuth::basic("id", "secret");
    let user = || ManagedToken::of_user(auth(), TokenSet::new("user").expires_at(later()), new_year());
    let orders: [fn(ManagedToken, ClientAuth) -> Credentials; 3] = [
        |user, auth| Credentials::none().managed_token(user).client_auth(auth),
        |user, auth| Credentials::none().client_auth(auth).managed_token(user),
        |user, auth| Credentials::none().client_auth(auth.clone()).managed_token(user).client_auth(auth),
    ];
    for credentials in orders {
        let script = ScriptedTransport::new();
        let client = builder(&script).credentials(credentials(user(), auth())).build().unwrap();
        script.respond_json(200, &found());
        client.api().retrieve("1").await.unwrap();
        script.request().assert_bearer("user");
    }
}

#[tokio::test]
async fn a_client_that_has_no_secret_any_more_gets_no_token() {
    let script = ScriptedTransport::new();
    let client = builder(&script).client_auth(ClientAuth::basic("id", "s")).client_auth(ClientAuth::public("id"));
    let error = client.build().unwrap().api().retrieve("1").await.unwrap_err();
    assert!(matches!(error, crate::Error::MissingCredential { .. }), "{error}");
}

#[tokio::test]
async fn copies_for_another_scope_or_resource_have_a_token_of_their_own() {
    let script = ScriptedTransport::new();
    let client = builder(&script).build().unwrap();
    let base = ManagedToken::new(ClientAuth::basic("id", "s")).resource("https://a/");
    let copies = [base.clone(), base.clone().resource("https://b/"), base.clone().scope("admin")];
    for text in ["for-a", "for-a-and-b", "admin"] {
        script.respond_json(200, &token(text, 600));
    }
    for _ in 0..2 {
        for (copy, text) in copies.iter().zip(["for-a", "for-a-and-b", "admin"]) {
            assert_eq!(copy.get(&client).await.unwrap().access_token.expose(), text);
        }
    }
    let requests = script.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(
        requests[1].body,
        "grant_type=client_credentials&resource=https%3A%2F%2Fa%2F&resource=https%3A%2F%2Fb%2F"
    );
}

#[tokio::test]
async fn copies_of_a_users_token_spend_each_refresh_token_once() {
    let script = ScriptedTransport::new();
    let client = builder(&script).build().unwrap();
    let tokens = TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year());
    let user = ManagedToken::of_user(ClientAuth::public("id"), tokens, new_year());
    let less = user.clone().scope("less");
    for number in 1..=2 {
        let mut answer = token(&format!("at-{number}"), 600);
        answer["refresh_token"] = json!(format!("rt-{number}"));
        script.respond_json(200, &answer);
    }
    let (all, few) = tokio::join!(user.get(&client), less.get(&client));
    assert_eq!((all.unwrap().access_token.expose(), few.unwrap().access_token.expose()), ("at-1", "at-2"));
    let requests = script.requests();
    assert_eq!(requests[0].body, "client_id=id&grant_type=refresh_token&refresh_token=rt-0");
    assert_eq!(requests[1].body, "client_id=id&grant_type=refresh_token&refresh_token=rt-1&scope=less");
    assert_eq!(requests.len(), 2);
    let newest = user.get(&client).await.unwrap();
    assert_eq!(newest.refresh_token.unwrap().expose(), "rt-2", "the other copy has renewed it");
}

#[tokio::test]
async fn a_users_token_for_nothing_known_is_not_sent_to_a_resource() {
    let script = ScriptedTransport::new();
    let client = builder(&script).build().unwrap();
    let tokens = TokenSet::new("at-0").refresh_token("rt-0").expires_at(later());
    let user = ManagedToken::of_user(ClientAuth::public("id"), tokens, new_year());
    script.respond_json(200, &token("for-a", 600));
    assert_eq!(user.get(&client).await.unwrap().access_token.expose(), "at-0");
    assert_eq!(user.resource("https://a/").get(&client).await.unwrap().access_token.expose(), "for-a");
}

#[tokio::test]
async fn credentials_that_are_kept_keep_their_token() {
    let script = ScriptedTransport::new();
    let client = builder(&script).build().unwrap();
    let credentials = Credentials::from(ClientAuth::basic("id", "s"));
    script.respond_json(200, &token("at", 600)).respond_json(200, &found()).respond_json(200, &found());
    for _ in 0..2 {
        client.api().retrieve("1").credentials(credentials.clone()).await.unwrap();
    }
    assert_eq!(script.requests().len(), 3);
}
