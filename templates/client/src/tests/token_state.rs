//! What a managed token knows, without I/O.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::new_year;
use crate::{
    Error, RefreshToken, TokenSet,
    token_set::{Issued, Wanted},
    token_state::{Held, Landing, TokenState},
};

fn after(seconds: u64) -> SystemTime {
    new_year() + Duration::from_secs(seconds)
}

fn wanted(scope: &str) -> Wanted {
    Wanted { scope: Some(scope.to_owned()), resources: Vec::new() }
}

fn tokens(access: &str, refresh: &str, seconds: u64, wanted: &Wanted) -> TokenSet {
    let issued = Issued { client_id: "id".to_owned(), wanted: wanted.clone() };
    let tokens = TokenSet::new(access).refresh_token(refresh).expires_at(after(seconds));
    TokenSet { issued: Some(issued), ..tokens }
}

fn held(access: &str, refresh: &str, seconds: u64, wanted: &Wanted) -> Held {
    Held::fetched(tokens(access, refresh, seconds, wanted), new_year(), true)
}

fn text(held: Option<&Held>) -> Option<&str> {
    held.map(|held| held.tokens.access_token.expose())
}

fn refresh_token(state: &TokenState) -> Option<&str> {
    state.refresh_token().map(RefreshToken::expose)
}

fn failure() -> Landing {
    Landing { error: Some(Arc::new(Error::configuration("none"))), ..Landing::default() }
}

#[test]
fn a_token_is_renewed_a_tenth_of_its_life_before_its_end_and_a_minute_at_most() {
    let any = Wanted::default();
    for (life, fresh) in [(100, 90), (600, 540), (6000, 5940), (0, 0)] {
        let mut state = TokenState::default();
        state.take(held("at", "rt", life, &any));
        assert!(state.fresh(&any, after(fresh)).is_none(), "{life}");
        if fresh > 0 {
            assert!(state.fresh(&any, after(fresh - 1)).is_some(), "{life}");
            assert!(state.good(&any, after(life - 1)).is_some(), "{life}");
        }
        assert!(state.good(&any, after(life)).is_none(), "{life}");
        assert_eq!(text(state.newest(&any)), Some("at"));
    }
}

#[test]
fn each_thing_asked_for_has_its_own_token_and_all_share_the_newest_refresh_token() {
    let (a, b) = (wanted("a"), wanted("b"));
    let mut state = TokenState::default();
    state.take(held("at-a", "rt-1", 600, &a));
    state.take(held("at-b", "rt-2", 600, &b));
    assert_eq!((text(state.fresh(&a, after(0))), text(state.fresh(&b, after(0)))), (Some("at-a"), Some("at-b")));
    assert!(state.fresh(&Wanted::default(), after(0)).is_none());
    assert_eq!(refresh_token(&state), Some("rt-2"));
    state.take(held("at-a2", "rt-3", 600, &a));
    assert_eq!((text(state.fresh(&a, after(0))), text(state.fresh(&b, after(0)))), (Some("at-a2"), Some("at-b")));
}

#[test]
fn a_token_of_which_nothing_is_known_serves_any_scope_and_no_resource() {
    let mut state = TokenState::default();
    state.begin(Held::given(TokenSet::new("at"), after(0), true));
    assert!(state.fresh(&wanted("a"), after(0)).is_some());
    let resource = Wanted { resources: vec!["https://a/".to_owned()], scope: None };
    assert!(state.fresh(&resource, after(0)).is_none());
}

#[test]
fn an_unsaved_token_is_not_used_and_the_one_before_is() {
    let any = Wanted::default();
    let mut state = TokenState::default();
    state.take(held("at-1", "rt-1", 600, &any));
    state.take(Held::fetched(tokens("at-2", "rt-2", 1200, &any), new_year(), false));
    assert_eq!((text(state.good(&any, after(0))), text(state.unsaved())), (Some("at-1"), Some("at-2")));
    assert_eq!(refresh_token(&state), Some("rt-2"));
    let saved = state.unsaved().unwrap().clone().saved();
    state.take(saved);
    assert_eq!((text(state.good(&any, after(0))), text(state.unsaved())), (Some("at-2"), None));
}

#[test]
fn a_store_that_comes_later_must_have_the_tokens_first() {
    let any = Wanted::default();
    let mut state = TokenState::default();
    state.begin(Held::given(TokenSet::new("at"), after(0), true));
    state.must_save();
    assert_eq!((text(state.good(&any, after(0))), text(state.unsaved())), (None, Some("at")));
}

#[test]
fn a_refused_token_is_not_used_again_unless_it_is_new() {
    let any = Wanted::default();
    let mut state = TokenState::default();
    state.take(held("at-1", "rt-1", 600, &any));
    let credential = state.newest(&any).unwrap().credential.clone();
    assert!(!state.reject(&credential, after(4)));
    assert!(state.good(&any, after(4)).is_some());
    assert!(state.reject(&credential, after(5)));
    assert!(state.good(&any, after(5)).is_none() && state.newest(&any).is_none());
    state.take(held("at-2", "rt-2", 600, &any));
    assert!(state.reject(&credential, after(5)), "there is another by now");
    assert_eq!(text(state.good(&any, after(5))), Some("at-2"));
    assert!(state.news(tokens("at-2", "rt-2", 600, &any), after(5)).is_none());
}

#[test]
fn a_clock_that_goes_back_does_not_make_a_token_new() {
    let any = Wanted::default();
    let mut state = TokenState::default();
    state.take(held("at-1", "rt-1", 600, &any));
    let credential = state.newest(&any).unwrap().credential.clone();
    assert!(state.reject(&credential, new_year() - Duration::from_secs(1)));
}

#[test]
fn stored_tokens_are_news_unless_they_are_known() {
    let any = Wanted::default();
    let mut state = TokenState::default();
    state.take(held("at-1", "rt-1", 600, &any));
    assert!(state.news(tokens("at-1", "rt-1", 600, &any), after(0)).is_none());
    assert_eq!(text(state.news(tokens("at-2", "rt-2", 600, &any), after(0)).as_ref()), Some("at-2"));
    state.forget();
    assert!(state.news(tokens("at-1", "rt-1", 600, &any), after(0)).is_none());
    let renewed = state.news(tokens("at-3", "rt-1", 600, &any), after(0)).unwrap();
    assert!(renewed.tokens.refresh_token.is_none(), "the refresh token was forgotten");
}

#[test]
fn a_refused_refresh_token_ends_the_session_unless_a_newer_one_came() {
    let any = Wanted::default();
    let refused = || Some(RefreshToken::from("rt-1"));
    let mut state = TokenState::default();
    state.take(held("at-1", "rt-1", 600, &any));
    let mut renewed = state.clone();
    state.land(&Landing { refused: refused(), ..failure() }, &any, after(0));
    assert_eq!((refresh_token(&state), text(state.good(&any, after(0)))), (None, Some("at-1")));
    let arrived = vec![held("at-2", "rt-2", 600, &any)];
    renewed.land(&Landing { arrived, refused: refused(), error: None }, &any, after(0));
    assert_eq!(refresh_token(&renewed), Some("rt-2"));
}

#[test]
fn after_a_failure_the_server_is_left_alone_for_half_of_what_is_left() {
    let any = Wanted::default();
    let mut state = TokenState::default();
    state.take(held("at-1", "rt-1", 600, &any));
    state.land(&failure(), &any, after(540));
    assert!(state.fresh(&any, after(569)).is_some() && state.fresh(&any, after(570)).is_none());
    state.land(&failure(), &any, after(580));
    assert!(state.fresh(&any, after(589)).is_some() && state.fresh(&any, after(590)).is_none());
}

#[test]
fn the_scope_that_was_granted_is_that_of_the_same_request() {
    let (a, b) = (wanted("a"), wanted("b"));
    let mut state = TokenState::default();
    state.take(Held::fetched(tokens("at", "rt", 600, &a).scope("granted"), new_year(), true));
    assert_eq!((state.granted_scope(&a), state.granted_scope(&b)), (Some("granted"), None));
}
