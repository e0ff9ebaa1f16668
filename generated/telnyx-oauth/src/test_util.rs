//! For tests of code that uses this crate: a transport that plays a script, and a clock that never waits.
//!
//! The transport keeps what it was asked to send; [`RecordedRequest`] asserts on it. The assertions panic, as in any
//! test.

use std::{
    collections::VecDeque,
    fmt,
    future::{pending, poll_fn},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, header};
use serde_json::Value;

use crate::{
    body::{Body, CollectError},
    clock::Clock,
    transport::{BoxFuture, HttpTransport, TransportError, TransportErrorKind},
};

/// A transport that answers from a script, in order, and keeps the requests. Clones share both.
#[derive(Clone, Default)]
pub struct ScriptedTransport(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    answers: VecDeque<Answer>,
    requests: Vec<RecordedRequest>,
}

enum Answer {
    Response(Response<Body>),
    Failure(TransportErrorKind),
    Silence,
}

impl ScriptedTransport {
    /// An empty script: a request that finds no answer fails as if no connection could be made.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers the next request with this response.
    pub fn respond_with(&self, response: Response<impl Into<Body>>) -> &Self {
        self.push(Answer::Response(response.map(Into::into)))
    }

    /// Answers the next request with `status` and JSON.
    ///
    /// # Panics
    ///
    /// When `status` is not a status.
    pub fn respond_json(&self, status: u16, json: &Value) -> &Self {
        self.respond(status, "application/json", json.to_string())
    }

    /// Answers the next request with `status` and a body of this media type.
    ///
    /// # Panics
    ///
    /// When `status` is not a status, or `content_type` cannot be a header.
    pub fn respond(&self, status: u16, content_type: &str, body: impl Into<Body>) -> &Self {
        let response = Response::builder().status(status).header(header::CONTENT_TYPE, content_type).body(body.into());
        match response {
            Ok(response) => self.respond_with(response),
            Err(error) => panic!("not a response: {error}"),
        }
    }

    /// Lets the next request fail.
    pub fn fail(&self, kind: TransportErrorKind) -> &Self {
        self.push(Answer::Failure(kind))
    }

    /// Never answers the next request.
    pub fn hang(&self) -> &Self {
        self.push(Answer::Silence)
    }

    /// The requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.script().requests.clone()
    }

    /// The only request so far.
    ///
    /// # Panics
    ///
    /// When there were none, or several.
    #[must_use]
    pub fn request(&self) -> RecordedRequest {
        match <[RecordedRequest; 1]>::try_from(self.requests()) {
            Ok([request]) => request,
            Err(requests) => panic!("expected one request, there were {}", requests.len()),
        }
    }

    /// Checks that every answer was asked for.
    ///
    /// # Panics
    ///
    /// When some were not.
    pub fn assert_played(&self) {
        let left = self.script().answers.len();
        assert!(left == 0, "nobody asked for the last {left} of the answers");
    }

    fn push(&self, answer: Answer) -> &Self {
        self.script().answers.push_back(answer);
        self
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpTransport for ScriptedTransport {
    fn send(&self, request: Request<Body>) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = match body.collect(usize::MAX).await {
                Ok(body) => body,
                Err(CollectError::Transport(error)) => return Err(error),
                Err(CollectError::TooLarge) => Bytes::new(),
            };
            let request = RecordedRequest { method: head.method, uri: head.uri, headers: head.headers, body };
            let answer = {
                let mut script = self.script();
                script.requests.push(request);
                script.answers.pop_front()
            };
            match answer {
                Some(Answer::Response(response)) => Ok(response),
                Some(Answer::Failure(kind)) => Err(TransportError::new(kind, "so the script says")),
                Some(Answer::Silence) => pending().await,
                None => Err(TransportError::new(TransportErrorKind::Connect, "the script has no more answers")),
            }
        })
    }
}

impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let script = self.script();
        f.debug_struct("ScriptedTransport")
            .field("answers", &script.answers.len())
            .field("requests", &script.requests)
            .finish()
    }
}

/// A request that was sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method.
    pub method: Method,
    /// The URL.
    pub uri: Uri,
    /// The headers, credentials included.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl RecordedRequest {
    /// The value of a header, if it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The decoded query.
    #[must_use]
    pub fn query(&self) -> Vec<(String, String)> {
        pairs(self.uri.query().unwrap_or_default().as_bytes())
    }

    /// The decoded form in the body.
    ///
    /// # Panics
    ///
    /// When the body is not a form.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        assert_eq!(self.header("content-type"), Some("application/x-www-form-urlencoded"), "the body is not a form");
        pairs(&self.body)
    }

    /// The JSON in the body.
    ///
    /// # Panics
    ///
    /// When the body is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"), "the body is not JSON");
        match serde_json::from_slice(&self.body) {
            Ok(json) => json,
            Err(error) => panic!("the body is not JSON: {error}"),
        }
    }

    /// Asserts that the request carries this bearer token.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub fn assert_bearer(&self, token: &str) {
        assert!(
            self.authorization() == Some(format!("Bearer {token}")),
            "the request does not carry this bearer token"
        );
    }

    /// Asserts that the request carries HTTP Basic client authentication, `id` and `secret` encoded by the rules of
    /// OAuth.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub fn assert_client_basic(&self, id: &str, secret: &str) {
        let half = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let expected = format!("Basic {}", STANDARD.encode(format!("{}:{}", half(id), half(secret))));
        assert!(self.authorization() == Some(expected), "the request does not carry this client authentication");
    }

    /// Asserts that the request carries no credential in its headers.
    ///
    /// # Panics
    ///
    /// When it does.
    pub fn assert_no_credential(&self) {
        for name in [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION] {
            assert!(!self.headers.contains_key(&name), "the request carries `{name}`");
        }
    }

    fn authorization(&self) -> Option<String> {
        self.header("authorization").map(str::to_owned)
    }
}

fn pairs(text: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text).into_owned().collect()
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.uri.path())
            .finish_non_exhaustive()
    }
}

/// The answers of a server, for tests of what reads them.
#[must_use]
pub fn response(status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
}

/// A clock that stands still until it is told to go on. Whoever sleeps by it wakes at once, and it goes on by as much.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<Mutex<Time>>);

#[derive(Debug)]
struct Time {
    now: SystemTime,
    slept: Vec<Duration>,
}

impl TestClock {
    /// A clock that shows this time.
    #[must_use]
    pub fn at(now: SystemTime) -> Self {
        Self(Arc::new(Mutex::new(Time { now, slept: Vec::new() })))
    }

    /// Goes on by `duration`.
    pub fn advance(&self, duration: Duration) {
        self.time().now += duration;
    }

    /// Jumps to `now`, forward or back, as clocks do when they are set right.
    pub fn set(&self, now: SystemTime) {
        self.time().now = now;
    }

    /// What was slept so far: waits between attempts, and time limits that were reached.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.time().slept.clone()
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        self.time().now
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        // Time passes when the sleep is waited for, not when it is prepared: a time limit that is not reached costs
        // none.
        Box::pin(poll_fn(move |_| {
            let mut time = clock.time();
            time.now += duration;
            time.slept.push(duration);
            Poll::Ready(())
        }))
    }
}
