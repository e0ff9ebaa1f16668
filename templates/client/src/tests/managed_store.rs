//! Tokens that are kept between runs of the program.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::json;

use super::{
    managed::{found, token},
    new_year,
};
use crate::{
    BoxFuture, Client, ClientAuth, Clock, ManagedToken, TokenSet, TokenStore, TokenStoreError, TokenStoreLock,
    test_util::{ScriptedTransport, TestClock},
};

/// A store in memory, which can be stuck.
#[derive(Clone, Default)]
pub(super) struct Drawer(Arc<Mutex<Option<String>>>, Arc<AtomicBool>);

impl Drawer {
    pub(super) fn put(&self, tokens: &TokenSet) {
        *self.0.lock().unwrap() = Some(tokens.to_secret_json().unwrap());
    }

    pub(super) fn text(&self) -> String {
        self.0.lock().unwrap().clone().unwrap()
    }
}

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

/// A client of one of several programs that share a store.
fn program(script: &ScriptedTransport, clock: &TestClock, store: impl TokenStore + 'static) -> Client {
    let token = ManagedToken::of_stored_user(ClientAuth::public("id"), store);
    Client::builder().transport(script.clone()).clock(clock.clone()).managed_token(token).build().unwrap()
}

fn rotated(access_token: &str, refresh_token: &str) -> serde_json::Value {
    let mut token = token(access_token, 600);
    token["refresh_token"] = refresh_token.into();
    token
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
async fn what_another_program_stored_meanwhile_is_used_when_the_refresh_token_is_refused() {
    let (script, clock, drawer) = (ScriptedTransport::new(), TestClock::at(new_year()), Raced::default());
    drawer.drawer.put(&TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year()));
    let client = program(&script, &clock, drawer.clone());
    // Read after the refusal only: the other program was faster.
    let newer = TokenSet::new("at-1").refresh_token("rt-1").expires_at(new_year() + Duration::from_secs(600));
    *drawer.next.lock().unwrap() = Some(newer);
    script.respond_json(400, &json!({"error": "invalid_grant"})).respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    script.requests()[1].assert_bearer("at-1");
}

#[tokio::test]
async fn a_newer_refresh_token_of_another_program_is_tried_when_the_own_is_refused() {
    let (script, clock, drawer) = (ScriptedTransport::new(), TestClock::at(new_year()), Raced::default());
    drawer.drawer.put(&TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year()));
    let client = program(&script, &clock, drawer.clone());
    *drawer.next.lock().unwrap() = Some(TokenSet::new("at-1").refresh_token("rt-1").expires_at(new_year()));
    script.respond_json(400, &json!({"error": "invalid_grant"})).respond_json(200, &rotated("at-2", "rt-2"));
    script.respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
    let requests = script.requests();
    assert_eq!(requests[1].body, "client_id=id&grant_type=refresh_token&refresh_token=rt-1");
    requests[2].assert_bearer("at-2");
    assert!(drawer.drawer.text().contains("rt-2"));
}

/// A store that other tokens are put into once it has been read.
#[derive(Clone, Default)]
struct Raced {
    drawer: Drawer,
    next: Arc<Mutex<Option<TokenSet>>>,
}

impl TokenStore for Raced {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        Box::pin(async move {
            let tokens = self.drawer.load().await;
            if let Some(next) = self.next.lock().unwrap().take() {
                self.drawer.put(&next);
            }
            tokens
        })
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        self.drawer.save(tokens)
    }
}

/// A store that lets one program renew at a time.
#[derive(Clone, Default)]
struct Guarded(Drawer, Arc<tokio::sync::Mutex<()>>);

impl TokenStore for Guarded {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        Box::pin(async move {
            let tokens = self.0.load().await;
            tokio::task::yield_now().await;
            tokens
        })
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        self.0.save(tokens)
    }

    fn lock(&self) -> BoxFuture<'_, Result<TokenStoreLock, TokenStoreError>> {
        Box::pin(async move { Ok(TokenStoreLock::new(Arc::clone(&self.1).lock_owned().await)) })
    }
}

#[tokio::test]
async fn programs_that_lock_their_store_spend_each_refresh_token_once() {
    let (script, clock, store) = (ScriptedTransport::new(), TestClock::at(new_year()), Guarded::default());
    store.0.put(&TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year()));
    let (one, other) = (program(&script, &clock, store.clone()), program(&script, &clock, store.clone()));
    script.respond_json(200, &rotated("at-1", "rt-1")).respond_json(200, &found()).respond_json(200, &found());
    let (first, second) = tokio::join!(one.api().retrieve("1").into_future(), other.api().retrieve("1").into_future());
    first.unwrap();
    second.unwrap();
    let requests = script.requests();
    assert_eq!(requests.len(), 3);
    requests[1].assert_bearer("at-1");
    requests[2].assert_bearer("at-1");
}

#[tokio::test]
async fn tokens_of_another_client_are_left_alone() {
    let (clock, drawer) = (TestClock::at(new_year()), Drawer::default());
    for id in ["one", "other"] {
        let script = ScriptedTransport::new();
        let token = ManagedToken::new(ClientAuth::basic(id, "s")).store(drawer.clone());
        let client = super::builder(&script).clock(clock.clone()).managed_token(token).build().unwrap();
        script.respond_json(200, &super::managed::token(id, 600)).respond_json(200, &found());
        client.api().retrieve("1").await.unwrap();
        assert_eq!(script.requests().len(), 2, "{id}");
    }
}

#[tokio::test]
async fn a_stored_token_for_another_scope_is_not_used() {
    let (clock, drawer) = (TestClock::at(new_year()), Drawer::default());
    for scope in ["admin", "billing"] {
        let script = ScriptedTransport::new();
        let token = ManagedToken::new(ClientAuth::basic("id", "s")).scope(scope).store(drawer.clone());
        let client = super::builder(&script).clock(clock.clone()).build().unwrap();
        script.respond_json(200, &super::managed::token(scope, 600));
        assert_eq!(token.get(&client).await.unwrap().access_token.expose(), scope);
    }
}

#[tokio::test]
async fn a_user_token_stored_for_another_resource_lends_its_refresh_token_only() {
    let (script, drawer) = (ScriptedTransport::new(), Drawer::default());
    let client = super::builder(&script).build().unwrap();
    let stored = || ManagedToken::of_stored_user(ClientAuth::public("id"), drawer.clone());
    drawer.put(&TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year()));
    script.respond_json(200, &rotated("for-a", "rt-1")).respond_json(200, &rotated("for-b", "rt-2"));
    assert_eq!(stored().resource("https://a/").get(&client).await.unwrap().access_token.expose(), "for-a");
    assert_eq!(stored().resource("https://a/").get(&client).await.unwrap().access_token.expose(), "for-a");
    assert_eq!(stored().resource("https://b/").get(&client).await.unwrap().access_token.expose(), "for-b");
    let requests = script.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[1].form().contains(&("refresh_token".to_owned(), "rt-1".to_owned())));
}

/// Panics where it is told to.
struct Broken {
    drawer: Drawer,
    panics: AtomicBool,
}

impl TokenStore for Broken {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        self.drawer.load()
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        assert!(!self.panics.load(Ordering::SeqCst), "the drawer fell out");
        self.drawer.save(tokens)
    }
}

#[tokio::test]
async fn a_store_that_panics_is_an_error_that_says_so_and_loses_no_token() {
    let (script, clock, drawer) = (ScriptedTransport::new(), TestClock::at(new_year()), Drawer::default());
    drawer.put(&TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year()));
    let store = Arc::new(Broken { drawer: drawer.clone(), panics: AtomicBool::new(true) });
    let client = program(&script, &clock, Arc::clone(&store));
    script.respond_json(200, &rotated("at-1", "rt-1")).respond_json(200, &found());
    let error = client.api().retrieve("1").await.unwrap_err();
    assert_eq!(error.to_string(), "no access token: the token store panicked");
    store.panics.store(false, Ordering::SeqCst);
    client.api().retrieve("1").await.unwrap();
    assert_eq!(script.requests().len(), 2, "the refresh token was spent once");
    assert!(drawer.text().contains("rt-1"));
}

#[tokio::test]
async fn stores_and_clocks_may_be_shared() {
    let (script, drawer) = (ScriptedTransport::new(), Drawer::default());
    let store: Arc<dyn TokenStore> = Arc::new(drawer.clone());
    let clock: Arc<dyn Clock> = Arc::new(TestClock::at(new_year()));
    let auth = ClientAuth::basic("id", "s");
    let client = Client::builder().transport(script.clone()).clock(clock).client_auth(auth).token_store(store);
    script.respond_json(200, &token("at", 600)).respond_json(200, &found());
    client.build().unwrap().api().retrieve("1").await.unwrap();
    assert!(drawer.text().contains("at"));
}
