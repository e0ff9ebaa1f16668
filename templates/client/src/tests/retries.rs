//! What is repeated, how often, and after how long.

use std::time::Duration;

use http::Response;
use serde_json::json;

use super::{api::TokenRequest, client, new_year};
use crate::{
    Body, Client, RetryPolicy, TransportErrorKind,
    retry::RetryBudget,
    test_util::{ScriptedTransport, TestClock},
    timestamp::parse_http_date,
};

fn setup() -> (ScriptedTransport, TestClock, Client) {
    let (script, clock) = (ScriptedTransport::new(), TestClock::at(new_year()));
    let client = Client::builder().transport(script.clone()).clock(clock.clone()).api_key("k").build().unwrap();
    (script, clock, client)
}

fn found() -> serde_json::Value {
    json!({"data": {"client_id": "c"}})
}

#[tokio::test]
async fn reading_is_repeated_after_passing_failures() {
    for status in [408, 429, 500, 502, 503, 504] {
        let (script, _, client) = setup();
        script.respond_json(status, &json!({})).respond_json(200, &found());
        client.api().retrieve("1").await.unwrap();
        assert_eq!(script.requests().len(), 2, "{status}");
    }
    for kind in [TransportErrorKind::Connect, TransportErrorKind::Timeout, TransportErrorKind::Io] {
        let (script, _, client) = setup();
        script.fail(kind).respond_json(200, &found());
        client.api().retrieve("1").await.unwrap();
    }
    let (script, _, client) = setup();
    script.hang().respond_json(200, &found());
    client.api().retrieve("1").await.unwrap();
}

#[tokio::test]
async fn other_failures_are_final() {
    for status in [400, 401, 403, 404, 409, 422] {
        let (script, _, client) = setup();
        script.respond_json(status, &json!({}));
        client.api().retrieve("1").await.unwrap_err();
        assert_eq!(script.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn creating_is_repeated_only_when_it_had_no_effect() {
    for (status, attempts) in [(429, 2), (500, 1), (503, 1), (408, 1)] {
        let (script, _, client) = setup();
        script.respond_json(status, &json!({})).respond_json(201, &found());
        let outcome = client.api().create("n").await;
        assert_eq!((script.requests().len(), outcome.is_ok()), (attempts, attempts == 2), "{status}");
    }
    let (script, _, client) = setup();
    script.fail(TransportErrorKind::Io);
    client.api().create("n").await.unwrap_err();
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn deleting_and_client_credentials_are_repeated() {
    let (script, _, client) = setup();
    script.respond_json(503, &json!({})).respond(204, "text/plain", "");
    client.api().delete("1").await.unwrap();
    script.respond_json(503, &json!({})).respond_json(200, &json!({"access_token": "a", "token_type": "Bearer"}));
    let auth = crate::ClientAuth::basic("id", "secret");
    client.with_credentials(auth).api().token(TokenRequest::client_credentials()).await.unwrap();
    assert_eq!(script.requests().len(), 4);
}

#[tokio::test]
async fn waits_grow_and_are_taken_a_little_shorter_at_random() {
    let (script, clock, client) = setup();
    for _ in 0..6 {
        script.respond_json(503, &json!({}));
    }
    client.api().retrieve("1").max_retries(5).await.unwrap_err();
    let slept = clock.slept();
    for (wait, full) in slept.iter().zip([500, 1000, 2000, 4000, 8000]) {
        let full = Duration::from_millis(full);
        assert!(*wait <= full && *wait >= full.mul_f64(0.75), "{wait:?} of {full:?}");
    }
    assert_eq!(slept.len(), 5);
}

#[tokio::test]
async fn retry_after_is_honoured_in_every_form() {
    let cases = [
        ("retry-after", "7", 7_000),
        ("retry-after-ms", "1500", 1_500),
        ("retry-after", "Thu, 01 Jan 2026 00:00:09 GMT", 9_000),
        ("retry-after", "Thursday, 01-Jan-26 00:00:09 GMT", 9_000),
        ("retry-after", "Thu Jan  1 00:00:09 2026", 9_000),
        ("retry-after", "Wed, 31 Dec 2025 00:00:00 GMT", 0),
    ];
    for (name, value, milliseconds) in cases {
        let (script, clock, client) = setup();
        script.respond_with(Response::builder().status(429).header(name, value).body("").unwrap());
        script.respond_json(201, &found());
        client.api().create("n").await.unwrap();
        assert_eq!(clock.slept(), [Duration::from_millis(milliseconds)], "{value}");
    }
}

#[tokio::test]
async fn a_retry_after_beyond_the_cap_is_reported_not_waited_for() {
    for value in ["61", "99999999999999999999999999", "Fri, 01 Jan 2027 00:00:00 GMT"] {
        let (script, clock, client) = setup();
        script.respond_with(Response::builder().status(503).header("retry-after", value).body("").unwrap());
        let error = client.api().retrieve("1").await.unwrap_err();
        assert!(error.as_api().unwrap().retry_after().unwrap() > Duration::from_secs(60));
        assert!(clock.slept().is_empty() && script.requests().len() == 1, "{value}");
    }
}

#[tokio::test]
async fn a_retry_after_that_makes_no_sense_is_ignored() {
    for value in
        ["-1", "NaN", "inf", "1e3", "soon", "Thu, 99 Jan 2026 00:00:09 GMT", "Thu, 01 Jan 2026 00:00:09 CET", ""]
    {
        let (script, clock, client) = setup();
        script.respond_with(Response::builder().status(503).header("retry-after", value).body("").unwrap());
        script.respond_json(200, &found());
        client.api().retrieve("1").await.unwrap();
        assert!(clock.slept()[0] <= Duration::from_millis(500), "{value}");
    }
    assert_eq!(parse_http_date("Thu, 01 Jan"), None);
}

#[tokio::test]
async fn an_outage_is_not_multiplied_by_retries() {
    let (script, _, client) = setup();
    for _ in 0..300 {
        script.respond_json(503, &json!({}));
    }
    for _ in 0..100 {
        client.api().retrieve("1").await.unwrap_err();
    }
    assert_eq!(script.requests().len(), 110);
}

#[test]
fn successes_earn_retries_up_to_a_full_budget() {
    let budget = RetryBudget::new();
    while budget.take() {}
    (0..9).for_each(|_| budget.succeed());
    assert!(!budget.take());
    budget.succeed();
    assert!(budget.take());
    (0..1000).for_each(|_| budget.succeed());
    assert_eq!((0..100).filter(|_| budget.take()).count(), 10);
}

#[tokio::test]
async fn retries_can_be_turned_off() {
    let (script, _, client) = setup();
    script.respond_json(503, &json!({}));
    client.api().retrieve("1").max_retries(0).await.unwrap_err();
    let client = Client::builder().transport(script.clone()).retry(RetryPolicy::none()).api_key("k").build().unwrap();
    script.respond_json(503, &json!({}));
    client.api().retrieve("1").await.unwrap_err();
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test]
async fn a_body_of_bytes_is_sent_again_and_a_stream_is_not() {
    let (script, _, client) = setup();
    script.respond_json(503, &json!({})).respond_json(200, &json!({}));
    client.api().upload("bytes").await.unwrap();
    assert!(script.requests().iter().all(|request| request.body == "bytes"));

    let request = client.api().upload(Body::stream(Once(Some("chunk".into()))));
    script.respond_json(503, &json!({}));
    assert!(request.clone().await.unwrap_err().is_server_error());
    assert_eq!(script.requests().len(), 3);
    let error = request.await.unwrap_err();
    assert_eq!(error.to_string(), "Upload cannot be sent: the body is a stream that was already sent");
}

struct Once(Option<bytes::Bytes>);

impl futures_core::Stream for Once {
    type Item = Result<bytes::Bytes, crate::TransportError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.take().map(Ok))
    }
}

#[tokio::test]
async fn a_raw_response_is_given_whatever_its_status() {
    let (script, _, client) = setup();
    script.respond_json(422, &json!({"error": "x"}));
    let raw = client.api().retrieve("1").send_raw().await.unwrap();
    assert_eq!(raw.status, 422);
    assert_eq!(raw.json::<serde_json::Value>().unwrap()["error"], "x");
}

#[tokio::test]
async fn a_response_has_status_and_headers_beside_its_value() {
    let script = ScriptedTransport::new();
    script.respond_with(Response::builder().header("x-request-id", "r").body(found().to_string()).unwrap());
    let response = client(&script).api().retrieve("1").send().await.unwrap();
    assert_eq!((response.status.as_u16(), response.request_id()), (200, Some("r")));
    assert_eq!(response.value.client_id, "c");
}

/// Never gives anything.
struct Stuck;

impl futures_core::Stream for Stuck {
    type Item = Result<bytes::Bytes, crate::TransportError>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn a_body_that_pauses_for_too_long_is_given_up() {
    let (script, clock, client) = setup();
    script.respond_with(Response::new(Body::stream(Stuck)));
    let mut body = client.api().download("1").timeout(Duration::from_secs(9)).await.unwrap();
    let error = body.chunk().await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Timeout);
    assert_eq!(clock.slept(), [Duration::from_secs(9)]);
    assert!(body.chunk().await.unwrap().is_none());

    script.respond_with(Response::new(Body::stream(Stuck)));
    let error = client.api().retrieve("1").max_retries(0).await.unwrap_err();
    assert!(matches!(error, crate::Error::Timeout { operation: "GetClient", .. }));
}
