//! What a call tells `tracing`.

use std::{
    io,
    sync::{Arc, Mutex},
};

use http::Response;
use serde_json::json;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::{fmt::format::FmtSpan, util::SubscriberInitExt as _};

use super::{api::TokenRequest, builder};
use crate::{ClientAuth, Credentials, TransportErrorKind, test_util::ScriptedTransport};

/// All that is told on this thread, at the lowest level.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<u8>>>);

impl Told {
    fn listen() -> (Self, DefaultGuard) {
        let told = Self::default();
        let writer = told.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        (told, subscriber.set_default())
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_call_tells_operation_template_status_attempt_and_request_id() {
    let (told, _guard) = Told::listen();
    let script = ScriptedTransport::new();
    script.respond_json(503, &json!({}));
    let answer = Response::builder().header("x-request-id", "req-7").body(r#"{"data":{"client_id":"c"}}"#);
    script.respond_with(answer.unwrap());
    let client = builder(&script).api_key("k").build().unwrap();
    client.api().retrieve("secret-id").await.unwrap();
    let text = told.text();
    for expected in [
        "call{operation=\"GetClient\" method=\"GET\" path=\"/oauth_clients/{id}\"",
        "attempt=1",
        "status=503",
        "attempt=2",
        "status=200",
        "request_id=\"req-7\"",
        "will be repeated",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(!text.contains("secret-id"), "{text}");
}

#[tokio::test]
async fn a_failed_attempt_tells_its_kind_only() {
    let (told, _guard) = Told::listen();
    let script = ScriptedTransport::new();
    script.fail(TransportErrorKind::Io);
    let client = builder(&script).api_key("k").build().unwrap();
    client.api().retrieve("1").max_retries(0).await.unwrap_err();
    assert!(told.text().contains("reason=\"connection broke\""), "{}", told.text());
}

#[tokio::test]
async fn the_path_and_a_strange_request_id_of_untyped_requests_are_not_told() {
    let (told, _guard) = Told::listen();
    let script = ScriptedTransport::new();
    script.respond_with(Response::builder().header("x-request-id", "S3NTINEL of a sort").body("{}").unwrap());
    let client = builder(&script).api_key("k").build().unwrap();
    client.request(http::Method::GET, "/things/S3NTINEL").await.unwrap();
    assert!(told.text().contains("untyped request"), "{}", told.text());
    assert!(!told.text().contains("S3NTINEL"), "{}", told.text());
}

/// Over a real connection, so that what the HTTP stack tells is heard too.
#[cfg(feature = "reqwest")]
#[tokio::test]
async fn no_secret_is_told_at_any_level_by_us_or_by_the_http_stack() {
    const SENTINEL: &str = "S3NTINEL";

    let (told, _guard) = Told::listen();
    let body =
        format!(r#"{{"error":"{SENTINEL}","error_description":"{SENTINEL}","data":{{"client_id":"{SENTINEL}"}}}}"#);
    let answer = |status: &str| {
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nset-cookie: {SENTINEL}\r\n\
             www-authenticate: Bearer error=\"{SENTINEL}\"\r\nlocation: https://x/?code={SENTINEL}\r\n\
             connection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let server =
        super::wire::Server::new(["200 OK", "400 Bad Request", "302 Found", "200 OK", "401 Unauthorized"].map(answer));
    let credentials = Credentials::none().api_key(SENTINEL).client_auth(ClientAuth::basic(SENTINEL, SENTINEL));
    let client = server.client().credentials(credentials).default_header("x-key", SENTINEL).build().unwrap();

    let request =
        client.api().retrieve(SENTINEL).header("x", SENTINEL).header("cookie", SENTINEL).query(SENTINEL, SENTINEL);
    request.await.unwrap();
    client.api().token(TokenRequest::refresh_token(SENTINEL)).await.unwrap_err();
    client.api().introspect(SENTINEL).await.unwrap_err();
    let untyped = client.request(http::Method::POST, format!("/a/{SENTINEL}?q={SENTINEL}"));
    untyped.json(&json!({SENTINEL: SENTINEL})).await.ok();
    client.api().token(TokenRequest::authorization_code(SENTINEL, SENTINEL, SENTINEL)).await.unwrap_err();

    let text = told.text();
    assert!(text.contains("hyper_util") || text.contains("reqwest"), "the HTTP stack is not heard: {text}");
    assert_eq!(text.matches(SENTINEL).count(), 0, "{text}");
}
