//! What the default HTTP stack puts on the wire, and what it makes of what comes back.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::mpsc,
    thread,
    time::Duration,
};

use super::api::TokenRequest;
use crate::{Client, ClientAuth, ClientBuilder, Error, RetryPolicy};

/// A server that takes one connection for each answer, and gives the bytes it was sent.
pub(super) struct Server {
    url: String,
    seen: mpsc::Receiver<String>,
}

impl Server {
    pub(super) fn new(answers: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        let answers: Vec<Vec<u8>> = answers.into_iter().map(Into::into).collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, seen) = mpsc::channel();
        thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                sender.send(receive(&mut stream)).ok();
                stream.write_all(&answer).ok();
            }
        });
        Self { url, seen }
    }

    pub(super) fn client(&self) -> ClientBuilder {
        Client::builder().base_url(&self.url).no_proxy().api_key("key").retry(RetryPolicy::none())
    }

    fn request(&self) -> String {
        self.seen.try_recv().unwrap()
    }
}

/// One request: its head, and as much body as it announces.
pub(super) fn receive(stream: &mut std::net::TcpStream) -> String {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok();
    request.extend(body);
    String::from_utf8(request).unwrap()
}

pub(super) fn json(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

pub(super) const FOUND: &str = r#"{"data":{"client_id":"c"}}"#;

#[tokio::test]
async fn a_call_sends_these_bytes_and_no_others() {
    let server = Server::new([json(FOUND)]);
    let client = server.client().user_agent_suffix("app/1").build().unwrap();
    assert_eq!(client.api().retrieve("a/b é").await.unwrap().client_id, "c");
    let request = server.request();
    let mut lines: Vec<&str> = request.trim_end().lines().collect();
    lines[1..].sort_unstable();
    let host = format!("host: {}", server.url.trim_start_matches("http://"));
    let agent = concat!("user-agent: sample/", env!("CARGO_PKG_VERSION"), " app/1");
    assert_eq!(
        lines,
        [
            "GET /oauth_clients/a%2Fb%20%C3%A9 HTTP/1.1",
            "accept: application/json",
            "authorization: Bearer key",
            &host,
            agent
        ]
    );
}

#[tokio::test]
async fn a_form_is_sent_with_its_length() {
    let server = Server::new([json(r#"{"access_token":"a","token_type":"bearer"}"#)]);
    let client = server.client().client_auth(ClientAuth::post("id", "s e")).build().unwrap();
    client.api().token(TokenRequest::client_credentials()).await.unwrap();
    let request = server.request();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, "client_id=id&client_secret=s+e&grant_type=client_credentials");
    assert!(head.contains("content-length: 60") && !head.contains("authorization") && !head.contains("chunked"));
}

#[tokio::test]
async fn a_redirect_is_not_followed_to_another_server() {
    for status in [301, 302, 303, 307, 308] {
        let other = Server::new([json("{}")]);
        let answer = format!("HTTP/1.1 {status} X\r\nlocation: {}/steal\r\ncontent-length: 0\r\n\r\n", other.url);
        let server = Server::new([answer]);
        let client = server.client().client_auth(ClientAuth::basic("id", "s")).build().unwrap();
        let error = client.api().token(TokenRequest::client_credentials()).await.unwrap_err();
        assert!(matches!(error, Error::Redirect(_)), "{error}");
        assert!(other.seen.try_recv().is_err());
    }
}

#[tokio::test]
async fn a_response_longer_than_the_limit_is_refused_announced_or_not() {
    let body = "x".repeat(5000);
    let announced = format!("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{body}");
    let unannounced = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{body}");
    for answer in [announced, unannounced] {
        let server = Server::new([answer]);
        let client = server.client().max_response_bytes(4096).build().unwrap();
        let error = client.api().retrieve("1").await.unwrap_err();
        assert!(matches!(error, Error::TooLarge { limit: 4096, .. }), "{error}");
    }
}

#[tokio::test]
async fn a_streamed_response_is_not_limited() {
    let body = "x".repeat(50_000);
    let server = Server::new([format!("HTTP/1.1 200 OK\r\ncontent-length: 50000\r\n\r\n{body}")]);
    let client = server.client().max_response_bytes(10).build().unwrap();
    let mut download = client.api().download("f").await.unwrap();
    let mut length = 0;
    while let Some(chunk) = download.chunk().await.unwrap() {
        length += chunk.len();
    }
    assert_eq!(length, 50_000);
}

#[tokio::test]
async fn a_connection_that_breaks_is_an_error_that_says_so() {
    for answer in
        ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nx\0y: z\r\n\r\n"]
    {
        let server = Server::new([answer]);
        let error = server.client().build().unwrap().api().retrieve("1").await.unwrap_err();
        assert!(matches!(error, Error::Transport { .. }) && error.may_have_been_sent(), "{answer:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_received_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::builder().base_url(url).no_proxy().api_key("k").retry(RetryPolicy::none()).build().unwrap();
    let error = client.api().retrieve("S3NTINEL").query("token", "S3NTINEL").await.unwrap_err();
    assert!(!error.may_have_been_sent() && error.is_retryable());
    assert!(!format!("{error:?}").contains("S3NTINEL"), "{error:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left_after_the_time_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::builder().base_url(url).no_proxy().api_key("k").retry(RetryPolicy::none()).build().unwrap();
    let error = client.api().retrieve("1").timeout(Duration::from_millis(50)).await.unwrap_err();
    assert!(error.is_timeout() && error.may_have_been_sent());
}

#[test]
fn a_call_outside_a_runtime_is_an_error_not_a_panic() {
    let client = Client::builder().base_url("http://127.0.0.1:9").no_proxy().api_key("k").build().unwrap();
    let mut call = client.api().retrieve("1").max_retries(0).into_future();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(matches!(call.as_mut().poll(&mut context), std::task::Poll::Ready(Err(_))));
}

#[tokio::test]
async fn a_response_that_stops_halfway_is_left_after_the_time_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (done, wait) = mpsc::channel::<()>();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        receive(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").unwrap();
        wait.recv().ok();
    });
    let client = Client::builder().base_url(url).no_proxy().api_key("k").retry(RetryPolicy::none()).build().unwrap();
    let error = client.api().retrieve("1").timeout(Duration::from_millis(200)).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { operation: "GetClient", .. }), "{error}");
    drop(done);
    server.join().unwrap();
}

#[tokio::test]
async fn a_body_that_was_compressed_unasked_is_an_error_that_says_so() {
    let server = Server::new(["HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n\x1f\x0b"]);
    let error = server.client().build().unwrap().api().retrieve("1").await.unwrap_err();
    assert!(error.to_string().ends_with("the body is compressed (gzip), which was not asked for"), "{error}");
    assert!(!server.request().to_lowercase().contains("accept-encoding"));
}

#[tokio::test]
async fn json_that_is_nested_too_deep_is_an_error() {
    let server = Server::new([json(&"[".repeat(100_000))]);
    let error = server.client().build().unwrap().api().metadata().await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)));
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[tokio::test]
async fn a_server_that_fails_the_tls_handshake_received_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        stream.read_to_end(&mut Vec::new()).ok();
    });
    let client = Client::builder().base_url(url).no_proxy().api_key("k").retry(RetryPolicy::none()).build().unwrap();
    let error = client.api().retrieve("1").await.unwrap_err();
    assert!(matches!(error, Error::Transport { .. }) && !error.may_have_been_sent(), "{error:?}");
    server.join().unwrap();
}

#[tokio::test]
async fn a_proxy_is_given_the_requests() {
    let proxy = Server::new([json(FOUND)]);
    let client = Client::builder().base_url("http://api.example").allow_insecure_http().proxy(&proxy.url);
    client.api_key("k").build().unwrap().api().retrieve("1").await.unwrap();
    assert!(proxy.request().starts_with("GET http://api.example/oauth_clients/1 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn this_machine_is_reached_without_a_proxy() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    let own = url.clone();
    let builders = [
        Client::builder().proxy(&url),
        Client::builder().configure_reqwest(move |builder| builder.proxy(reqwest::Proxy::all(&own).unwrap())),
    ];
    for builder in builders {
        let server = Server::new([json(FOUND)]);
        let client = builder.base_url(&server.url).api_key("k").timeout(Duration::from_secs(10));
        client.retry(RetryPolicy::none()).build().unwrap().api().retrieve("1").await.unwrap();
        assert!(server.request().starts_with("GET /oauth_clients/1 HTTP/1.1\r\n"));
        assert!(proxy.accept().is_err(), "the proxy is left alone");
    }
}

#[test]
fn a_proxy_or_certificate_that_cannot_be_used_is_an_error_of_the_builder() {
    let error = Client::builder().proxy("http://user:S3NTINEL@:x").build().unwrap_err();
    assert!(matches!(error, Error::Configuration { .. }) && !format!("{error:?}").contains("S3NTINEL"), "{error:?}");
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    for pem in ["", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let error = Client::builder().root_certificates(pem).build().unwrap_err();
        assert!(matches!(error, Error::Configuration { .. }), "{pem}: {error:?}");
    }
}

#[test]
fn the_http_stack_can_be_configured_but_never_follows_redirects() {
    let other = Server::new([json("{}")]);
    let answer = format!("HTTP/1.1 307 X\r\nlocation: {}/steal\r\ncontent-length: 0\r\n\r\n", other.url);
    let server = Server::new([answer]);
    let configure = |builder: reqwest::ClientBuilder| {
        builder.redirect(reqwest::redirect::Policy::limited(10)).http1_title_case_headers()
    };
    let client = server.client().configure_reqwest(configure).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(client.api().retrieve("1").into_future()).unwrap_err();
    assert!(matches!(error, Error::Redirect(_)), "{error}");
    assert!(other.seen.try_recv().is_err());
    assert!(server.request().contains("\r\nAuthorization: "), "headers are written as configured");
}

/// Number 20 of the conformance tests: without the feature `rustls`, which brings a provider.
#[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
#[test]
fn tls_without_a_provider_is_an_error_of_the_builder() {
    let error = Client::builder().build().unwrap_err();
    assert!(matches!(error, Error::Configuration { .. }) && error.to_string().contains("provider"), "{error:?}");
}
