//! Renewals that several wait for, that take long, or that nobody waits for any more.

use std::{
    future::{Future, pending},
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, SystemTime},
};

use http::{Request, Response};
use tokio::sync::{Barrier, Semaphore};

use super::{
    managed::{found, token},
    managed_store::Drawer,
    new_year,
};
use crate::{
    BoxFuture, Client, ClientAuth, Clock, Error, HttpTransport, ManagedToken, TokenSet, TransportError, body::Body,
};

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

/// Answers token requests when it is told to, and other calls at once.
struct Gate {
    opened: Semaphore,
    tokens: AtomicUsize,
    calls: Mutex<Vec<String>>,
}

impl Gate {
    /// Answers as many token requests at once.
    fn open(tokens: usize) -> Arc<Self> {
        Arc::new(Self { opened: Semaphore::new(tokens), tokens: AtomicUsize::new(0), calls: Mutex::default() })
    }

    fn asked(&self) -> usize {
        self.tokens.load(Ordering::SeqCst)
    }

    /// The credentials of the other calls.
    fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }
}

impl HttpTransport for Gate {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            if !request.uri().path().ends_with("/oauth/token") {
                let credential = request.headers()["authorization"].to_str().unwrap();
                self.calls.lock().unwrap().push(credential.to_owned());
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

/// Shows what it is told to; nothing is ever late by it.
#[derive(Clone, Debug)]
struct Patient(Arc<Mutex<SystemTime>>);

impl Patient {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(new_year())))
    }

    fn advance(&self, seconds: u64) {
        *self.0.lock().unwrap() += Duration::from_secs(seconds);
    }
}

impl Clock for Patient {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(pending())
    }
}

/// A client of a user whose access token has expired.
fn user(gate: &Arc<Gate>) -> (Client, ManagedToken) {
    let tokens = TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year());
    let token = ManagedToken::of_user(ClientAuth::public("id"), tokens, new_year());
    let builder = Client::builder().transport(Arc::clone(gate)).clock(Patient::new());
    (builder.managed_token(token.clone()).build().unwrap(), token)
}

fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// Waits on this thread, without any runtime.
fn block_on<F: Future>(future: F) -> F::Output {
    let thread = thread::current();
    let waker = Waker::from(Arc::new(Unpark(thread)));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park();
    }
}

struct Unpark(thread::Thread);

impl std::task::Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[tokio::test]
async fn a_rotated_refresh_token_survives_the_call_that_asked_for_it() {
    let gate = Gate::open(0);
    let drawer = Drawer::default();
    let tokens = TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year());
    let managed = ManagedToken::of_user(ClientAuth::public("id"), tokens, new_year()).store(drawer.clone());
    let client = Client::builder().transport(Arc::clone(&gate)).managed_token(managed.clone()).build().unwrap();
    let call = tokio::spawn(client.api().retrieve("1").into_future());
    while gate.asked() == 0 {
        tokio::task::yield_now().await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
    gate.opened.add_permits(1);
    let tokens = managed.get(&client).await.unwrap();
    assert_eq!(tokens.refresh_token.unwrap().expose(), "rt-1");
    assert_eq!(gate.asked(), 1);
    assert!(drawer.text().contains("rt-1"));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_renewal_that_began_on_a_runtime_that_stands_still_goes_on_elsewhere() {
    let gate = Gate::open(0);
    let (client, token) = user(&gate);
    let standing_still = runtime();
    standing_still.block_on(async {
        assert!(poll_once(client.api().retrieve("1").into_future()).is_pending());
    });
    gate.opened.add_permits(1);
    runtime().block_on(client.api().retrieve("1").into_future()).unwrap();
    assert_eq!((gate.asked(), gate.calls()), (1, vec!["Bearer at-1".to_owned()]));
    let (gate, tokens) = (Gate::open(0), token);
    let (other, token) = user(&gate);
    standing_still.block_on(async { assert!(poll_once(token.get(&other)).is_pending()) });
    gate.opened.add_permits(1);
    assert_eq!(block_on(token.get(&other)).unwrap().access_token.expose(), "at-1", "without a runtime at all");
    drop(tokens);
}

#[test]
fn without_a_runtime_a_dropped_caller_loses_no_rotated_token() {
    let gate = Gate::open(0);
    let (client, token) = user(&gate);
    assert!(poll_once(token.get(&client)).is_pending());
    gate.opened.add_permits(1);
    let tokens = block_on(token.get(&client)).unwrap();
    assert_eq!((tokens.refresh_token.unwrap().expose(), gate.asked()), ("rt-1", 1));
}

#[test]
fn a_renewal_outlives_the_runtime_it_began_on() {
    let gate = Gate::open(0);
    let (client, token) = user(&gate);
    let first = runtime();
    first.block_on(async { assert!(poll_once(token.get(&client)).is_pending()) });
    drop(first);
    gate.opened.add_permits(1);
    let tokens = runtime().block_on(token.get(&client)).unwrap();
    assert_eq!((tokens.access_token.expose(), gate.asked()), ("at-1", 1));
}

#[tokio::test]
async fn a_good_token_is_used_while_its_renewal_takes_long() {
    let (gate, clock, drawer) = (Gate::open(1), Patient::new(), Drawer::default());
    let builder = Client::builder().transport(Arc::clone(&gate)).clock(clock.clone()).token_store(drawer.clone());
    let client = builder.client_auth(ClientAuth::basic("id", "s")).build().unwrap();
    client.api().retrieve("1").await.unwrap();
    clock.advance(550);
    for _ in 0..3 {
        assert!(poll_once(client.api().retrieve("1").into_future()).is_ready(), "the call does not wait");
    }
    assert_eq!((gate.asked(), gate.calls()), (2, vec!["Bearer at-1".to_owned(); 4]));
    gate.opened.add_permits(1);
    // The renewal is finished in the background.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert!(drawer.text().contains("at-2"));
    clock.advance(100);
    client.api().retrieve("1").await.unwrap();
    assert_eq!((gate.asked(), gate.calls().pop().unwrap()), (2, "Bearer at-2".to_owned()));
}

/// A client of a user whose access token is due, but good for another while.
fn due_user(gate: &Arc<Gate>) -> Client {
    let tokens = TokenSet::new("at-0").refresh_token("rt-0").expires_at(new_year() + Duration::from_secs(600));
    let (token, clock) = (ManagedToken::of_user(ClientAuth::public("id"), tokens, new_year()), Patient::new());
    clock.advance(550);
    Client::builder().transport(Arc::clone(gate)).clock(clock).managed_token(token).build().unwrap()
}

#[tokio::test]
async fn the_call_that_spends_a_refresh_token_waits_for_the_next_and_others_do_not() {
    let gate = Gate::open(0);
    let client = due_user(&gate);
    let mut spends = pin!(client.api().retrieve("1").into_future());
    assert!(poll_once(spends.as_mut()).is_pending());
    assert!(poll_once(client.api().retrieve("1").into_future()).is_ready());
    gate.opened.add_permits(1);
    spends.await.unwrap();
    assert_eq!((gate.asked(), gate.calls()), (1, vec!["Bearer at-0".to_owned(), "Bearer at-1".to_owned()]));
}

#[tokio::test]
async fn a_good_token_of_a_user_is_used_when_its_renewal_takes_longer_than_the_call_may() {
    let gate = Gate::open(0);
    due_user(&gate).api().retrieve("1").timeout(Duration::from_millis(20)).await.unwrap();
    assert_eq!((gate.asked(), gate.calls()), (1, vec!["Bearer at-0".to_owned()]));
}

#[test]
fn without_a_runtime_a_good_token_is_used_when_its_renewal_takes_too_long() {
    let (gate, clock) = (Gate::open(1), Patient::new());
    let builder = Client::builder().transport(Arc::clone(&gate)).clock(clock.clone());
    let client = builder.client_auth(ClientAuth::basic("id", "s")).build().unwrap();
    block_on(client.api().retrieve("1").into_future()).unwrap();
    clock.advance(550);
    block_on(client.api().retrieve("1").timeout(Duration::from_millis(20)).into_future()).unwrap();
    assert_eq!((gate.asked(), gate.calls()), (2, vec!["Bearer at-1".to_owned(); 2]));
}

#[tokio::test]
async fn a_renewal_that_never_ends_is_given_up_for_another() {
    let (gate, clock) = (Gate::open(0), Patient::new());
    let builder = Client::builder().transport(Arc::clone(&gate)).clock(clock.clone());
    let client = builder.client_auth(ClientAuth::basic("id", "s")).build().unwrap();
    assert!(poll_once(client.api().retrieve("1").into_future()).is_pending());
    clock.advance(120);
    assert!(poll_once(client.api().retrieve("1").into_future()).is_pending());
    assert_eq!(gate.asked(), 1);
    clock.advance(1);
    gate.opened.add_permits(1);
    client.api().retrieve("1").await.unwrap();
    assert_eq!((gate.asked(), gate.calls()), (2, vec!["Bearer at-2".to_owned()]));
}

#[tokio::test]
async fn a_new_authorization_calls_off_the_renewal_before_it() {
    let gate = Gate::open(0);
    let (client, token) = user(&gate);
    let mut call = pin!(client.api().retrieve("1").into_future());
    assert!(poll_once(call.as_mut()).is_pending());
    token.set(TokenSet::new("new"), new_year());
    gate.opened.add_permits(1);
    call.await.unwrap();
    assert_eq!(gate.calls(), ["Bearer new"]);
    assert_eq!(token.get(&client).await.unwrap().access_token.expose(), "new");
}

/// Panics at token requests until it is told not to.
struct Faulty(AtomicBool);

impl HttpTransport for Faulty {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            assert!(!self.0.load(Ordering::SeqCst), "out of order");
            let is_token = request.uri().path().ends_with("/oauth/token");
            let body = if is_token { token("at", 600) } else { found() };
            Ok(Response::new(body.to_string().into()))
        })
    }
}

#[tokio::test]
async fn a_transport_that_panics_is_an_error_of_the_calls_that_wait_and_no_more() {
    let faulty = Arc::new(Faulty(AtomicBool::new(true)));
    let auth = ClientAuth::basic("id", "s");
    let client = Client::builder().transport(Arc::clone(&faulty)).client_auth(auth).build().unwrap();
    let error = client.api().retrieve("1").await.unwrap_err();
    assert_eq!(error.to_string(), "no access token: the transport panicked");
    faulty.0.store(false, Ordering::SeqCst);
    client.api().retrieve("1").await.unwrap();
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
