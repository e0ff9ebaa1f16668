//! A server that misbehaves in every way HTTP allows. Nothing hangs, nothing panics, nothing is sent twice that works once,
//! nothing secret leaves.

use std::time::{Duration, Instant};

use contract::raw::{Connection, Server, json, response};
use telnyx_oauth::types::TokenRequest;
use telnyx_oauth::{Client, ClientAuth, ClientBuilder, Error, RetryPolicy};

const SECRET: &str = "S3NTINEL-of-forty-three-characters-or-more-xyz";
/// How long an attempt may take that is to run out of time.
const LIMIT: Duration = Duration::from_millis(300);
/// How long any other attempt may take.
const AMPLE: Duration = Duration::from_secs(15);
/// How long a test waits before it says that something hangs: much longer than a busy machine needs.
const HANGS: Duration = Duration::from_secs(60);
/// The longest body that is read.
const LONGEST: usize = 64 * 1024;

/// What a server does once it has read the request.
type Behaviour = fn(&mut Connection);
/// The time between two drops.
const PAUSE: Duration = Duration::from_millis(20);

const FOUND: &str = r#"{"active":true}"#;
const TOKEN: &str = r#"{"access_token":"at","token_type":"Bearer","expires_in":3600}"#;

fn builder(url: &str) -> ClientBuilder {
    let quick = RetryPolicy::default().wait(Duration::from_millis(1), Duration::from_millis(2));
    Client::builder()
        .base_url(url)
        .no_proxy()
        .retry(quick)
        .timeout(AMPLE)
        .max_response_bytes(LONGEST)
        .client_auth(ClientAuth::basic("id", SECRET))
}

fn client(server: &Server) -> Client {
    builder(&server.url()).build().expect("complete")
}

/// The outcome of a call that may be repeated.
async fn safe(server: &Server) -> Result<(), Error> {
    safe_within(server, AMPLE).await
}

async fn safe_within(server: &Server, limit: Duration) -> Result<(), Error> {
    finish(async { client(server).oauth().introspect(SECRET).timeout(limit).await.map(drop) }).await
}

/// The outcome of a call that spends a code.
async fn once(server: &Server) -> Result<(), Error> {
    once_within(server, AMPLE).await
}

async fn once_within(server: &Server, limit: Duration) -> Result<(), Error> {
    let exchange = TokenRequest::authorization_code(SECRET, SECRET, "https://app.example/callback");
    finish(async { client(server).oauth().token(exchange).timeout(limit).await.map(drop) }).await
}

async fn finish(call: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    let outcome = tokio::time::timeout(HANGS, call).await.expect("the call hangs");
    if let Err(error) = &outcome {
        silent(error);
    }
    outcome
}

/// Nothing that was sent, and no text of the server, is in the error or what caused it.
fn silent(error: &Error) {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text += &format!(" {error} {error:?}");
        source = error.source();
    }
    assert!(!text.contains(SECRET), "{text}");
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
}

/// Both kinds of call fail, the one that may be repeated after all its attempts, the other after one.
async fn fails(what: &str, behave: impl Fn(&mut Connection) + Clone + Send + Sync + 'static) -> [Error; 2] {
    fails_after(what, 3, behave).await
}

async fn fails_after(
    what: &str,
    attempts: usize,
    behave: impl Fn(&mut Connection) + Clone + Send + Sync + 'static,
) -> [Error; 2] {
    let server = Server::start(behave.clone());
    let repeated = safe(&server).await.expect_err(what);
    assert_eq!(server.requests().len(), attempts, "{what}: {repeated:?}");
    let server = Server::start(behave);
    let single = once(&server).await.expect_err(what);
    assert_eq!(server.requests().len(), 1, "{what}: {single:?}");
    [repeated, single]
}

/// Answers every request with these bytes and closes the connection.
fn closing(bytes: impl Into<Vec<u8>>) -> impl Fn(&mut Connection) + Clone + Send + Sync + 'static {
    let bytes = bytes.into();
    move |connection| {
        connection.request();
        connection.write(&bytes);
    }
}

#[tokio::test]
async fn a_connection_that_is_reset_is_repeated_only_where_that_is_safe() {
    for reads_first in [true, false] {
        let server = Server::resetting(reads_first);
        let error = safe(&server).await.expect_err("a reset");
        assert!(matches!(error, Error::Transport { .. }) && error.is_retryable(), "{error:?}");
        assert_eq!(server.connections(), 3);
        // From the client's side nothing tells whether the server has read the request.
        let server = Server::resetting(reads_first);
        let error = once(&server).await.expect_err("a reset");
        assert!(error.may_have_been_sent(), "{error:?}");
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_tried_again_since_nothing_was_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let exchange = TokenRequest::refresh_token(SECRET);
    let error = builder(&url).build().expect("complete").oauth().token(exchange).await.expect_err("nobody");
    silent(&error);
    assert!(!error.may_have_been_sent() && error.is_retryable());
}

#[tokio::test]
async fn silence_and_drips_end_with_the_time_limit() {
    let behaviours: [(&str, Behaviour); 6] = [
        ("nothing", Connection::wait),
        ("a status line that does not end", |connection| {
            connection.write("HTTP/1.1 200 ");
            connection.drip("x", PAUSE);
        }),
        ("headers that drip", |connection| {
            connection.write("HTTP/1.1 200 OK\r\n");
            connection.drip("x: y\r\n", PAUSE);
        }),
        ("interim responses that drip", |connection| connection.drip("HTTP/1.1 100 Continue\r\n\r\n", PAUSE)),
        ("a body that drips", |connection| {
            connection.write("HTTP/1.1 200 OK\r\ncontent-length: 10000\r\n\r\n");
            connection.drip("x", PAUSE);
        }),
        ("chunks that drip", |connection| {
            connection.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            connection.drip("1\r\nx\r\n", PAUSE);
        }),
    ];
    let mut running = tokio::task::JoinSet::new();
    for (what, behave) in behaviours {
        running.spawn(runs_out_of_time(what, move |connection| {
            connection.request();
            behave(connection);
        }));
    }
    while let Some(done) = running.join_next().await {
        done.expect("no assertion fails");
    }
}

/// Every attempt is given up when its time is over, and not before.
async fn runs_out_of_time(what: &str, behave: impl Fn(&mut Connection) + Clone + Send + Sync + 'static) {
    let started = Instant::now();
    let server = Server::start(behave.clone());
    let error = safe_within(&server, LIMIT).await.expect_err(what);
    assert!(matches!(error, Error::Timeout { limit: LIMIT, .. }), "{what}: {error:?}");
    // On a busy machine an attempt can be over before its request has arrived.
    assert!(server.requests().len() <= 3, "{what}");
    let server = Server::start(behave);
    let error = once_within(&server, LIMIT).await.expect_err(what);
    assert!(matches!(error, Error::Timeout { limit: LIMIT, .. }), "{what}: {error:?}");
    assert!(server.requests().len() <= 1, "{what}");
    assert!(started.elapsed() >= LIMIT * 4, "{what}: each of the four attempts has all of its time");
}

#[tokio::test]
async fn a_connection_that_is_never_accepted_into_tls_ends_with_the_time_limit() {
    let server = Server::start(Connection::wait);
    let client = builder(&server.url().replace("http:", "https:")).build().expect("complete");
    let exchange = TokenRequest::refresh_token(SECRET);
    let call = async { client.oauth().token(exchange).max_retries(0).timeout(LIMIT).await.map(drop) };
    assert!(finish(call).await.expect_err("no handshake").is_timeout());
}

#[tokio::test]
async fn answers_that_are_no_http_or_break_off_are_transport_errors() {
    let cases: [(&str, &[u8]); 16] = [
        ("nothing", b""),
        ("garbage", b"\x00\xff\x7fELF garbage\r\n\r\n"),
        ("another protocol", b"SSH-2.0-OpenSSH_9.9\r\n"),
        ("a TLS alert", b"\x15\x03\x01\x00\x02\x02\x28"),
        ("half a status line", b"HTTP/1.1 20"),
        ("half a header", b"HTTP/1.1 200 OK\r\ncontent-le"),
        ("no status", b"HTTP/1.1\r\n\r\n"),
        ("a status of letters", b"HTTP/1.1 abc OK\r\n\r\n"),
        ("a version that is none", b"HTTP/9.9 200 OK\r\n\r\n"),
        ("a length that lies", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"active\":true}"),
        ("a length that is no number", b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\n"),
        ("two lengths", b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}"),
        ("chunks of garbage", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
        ("a chunk that is too long", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n"),
        ("chunks that end early", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"ac"),
        ("a header with a NUL", b"HTTP/1.1 200 OK\r\nx\x00y: z\r\ncontent-length: 0\r\n\r\n"),
    ];
    for (what, bytes) in cases {
        for error in fails(what, closing(bytes)).await {
            assert!(matches!(error, Error::Transport { .. }) && error.may_have_been_sent(), "{what}: {error:?}");
        }
    }
}

#[tokio::test]
async fn successes_that_are_no_json_are_decode_errors_that_keep_the_body() {
    let deep = "[".repeat(LONGEST / 2);
    let long = format!("{{\"active\":\"{}\"}}", "x".repeat(LONGEST / 2));
    let cases = [
        ("empty", String::new()),
        ("HTML", "<html>S3NTINEL</html>".to_owned()),
        ("text", "S3NTINEL".to_owned()),
        ("half a document", "{\"active\":tr".to_owned()),
        ("two documents", format!("{FOUND}{FOUND}")),
        ("another type", "{\"active\":\"S3NTINEL\"}".to_owned()),
        ("a list", "[1]".to_owned()),
        ("null", "null".to_owned()),
        ("a member twice", "{\"active\":true,\"active\":false}".to_owned()),
        ("deep", deep),
        ("long", long),
        ("controls", "\u{1b}[31m\u{0}\u{7}".to_owned()),
    ];
    let kinds = ["application/json", "text/html; charset=\"S3NTINEL\"", "", "\u{fffd}"];
    for ((what, body), kind) in cases.into_iter().zip(kinds.into_iter().cycle()) {
        let server = Server::start(closing(response(200, &[&format!("content-type: {kind}")], &body)));
        let error = safe(&server).await.expect_err(what);
        assert_eq!(server.requests().len(), 1, "what the server says is not asked for again");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(200), "{what}");
        let Error::Decode(error) = error else { panic!("{what}: {error:?}") };
        assert_eq!(error.body(), body.as_bytes(), "{what}");
        assert!(format!("{error}").len() < 300, "{what}: {error}");
    }
}

#[tokio::test]
async fn json_is_json_under_every_content_type() {
    for kind in ["text/html", "text/plain", "application/octet-stream", "nonsense", ""] {
        let server = Server::start(closing(response(200, &[&format!("content-type: {kind}")], FOUND)));
        safe(&server).await.expect(kind);
    }
}

#[tokio::test]
async fn failures_keep_their_status_whatever_their_body() {
    let bodies =
        ["", "<html>no</html>", "null", "[[[[", "{\"error\":5}", "{\"error\":{\"message\":[]}}", "\u{0}\u{1b}"];
    let statuses = [400_u16, 401, 403, 404, 405, 418, 422, 451, 499];
    for (status, body) in statuses.into_iter().zip(bodies.into_iter().cycle()) {
        for error in fails_after("a failure", 1, closing(response(status, &["content-type: text/html"], body))).await {
            assert_eq!(error.as_api().map(|api| api.status().as_u16()), Some(status));
            assert_eq!(error.as_api().map(|api| &api.body()[..]), Some(body.as_bytes()));
        }
    }
}

#[tokio::test]
async fn a_failure_whose_body_is_too_long_or_breaks_off_keeps_its_status_and_what_came() {
    let endless = |connection: &mut Connection| {
        connection.request();
        connection.write("HTTP/1.1 403 X\r\nconnection: close\r\n\r\n");
        connection.drip([b'x'; 4096], Duration::ZERO);
    };
    let announced = format!("HTTP/1.1 403 X\r\ncontent-length: {}\r\n\r\n{}", usize::MAX / 4, "x".repeat(2 * LONGEST));
    for error in
        fails_after("endless", 1, endless).await.into_iter().chain(fails_after("long", 1, closing(announced)).await)
    {
        let api = error.as_api().expect("an answer");
        assert_eq!((api.status().as_u16(), api.body().len()), (403, LONGEST));
    }
    let broken = closing("HTTP/1.1 403 X\r\ncontent-length: 100\r\n\r\n{\"error\":\"access_denied\"}");
    for error in fails_after("broken", 1, broken).await {
        assert_eq!(error.to_string(), "403 access_denied");
    }
    let server = Server::start(endless);
    let raw =
        client(&server).oauth().introspect("t").send_raw().await.expect_err("no part of a raw response is the whole");
    assert!(matches!(raw, Error::TooLarge { limit: LONGEST, .. }), "{raw:?}");
}

#[tokio::test]
async fn endless_bodies_end_at_the_limit() {
    let behaviours: [(&str, Behaviour); 4] = [
        ("until it closes", |connection| {
            connection.write("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
            connection.drip([b' '; 4096], Duration::ZERO);
        }),
        ("in chunks", |connection| {
            connection.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            connection.drip(format!("1000\r\n{}\r\n", " ".repeat(0x1000)), Duration::ZERO);
        }),
        ("announced", |connection| {
            connection.write(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", u64::MAX / 2));
            connection.drip([b' '; 4096], Duration::ZERO);
        }),
        ("HTTP/1.0", |connection| {
            connection.write("HTTP/1.0 200 OK\r\n\r\n");
            connection.drip([b' '; 4096], Duration::ZERO);
        }),
    ];
    for (what, behave) in behaviours {
        let errors = fails_after(what, 1, move |connection| {
            connection.request();
            behave(connection);
        });
        for error in errors.await {
            assert!(matches!(error, Error::TooLarge { limit: LONGEST, .. }), "{what}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_compressed_body_that_nobody_asked_for_is_not_expanded() {
    // Ten mebibytes of zeros, as gzip would shrink them; nothing looks at what is in it.
    let bomb = "\u{1f}\u{8}".repeat(1000);
    for encoding in ["gzip", "br", "deflate", "zstd", "gzip, gzip, gzip"] {
        let answer =
            response(200, &["content-type: application/json", &format!("content-encoding: {encoding}")], &bomb);
        let server = Server::start(closing(answer));
        let error = safe(&server).await.expect_err(encoding);
        assert!(error.to_string().contains("compressed"), "{error}");
        assert_eq!(server.requests()[0].header("accept-encoding"), None);
        let Error::Decode(error) = error else { panic!("{error:?}") };
        assert_eq!(error.body(), bomb.as_bytes());
    }
}

#[tokio::test]
async fn endless_and_broken_headers_are_errors() {
    let endless = |connection: &mut Connection| {
        connection.request();
        connection.write("HTTP/1.1 200 OK\r\n");
        connection.drip(format!("x: {}\r\n", "y".repeat(4000)), Duration::ZERO);
    };
    let one = |connection: &mut Connection| {
        connection.request();
        connection.write("HTTP/1.1 200 OK\r\nx: ");
        connection.drip([b'y'; 4096], Duration::ZERO);
    };
    for error in fails("endless headers", endless).await.into_iter().chain(fails("an endless header", one).await) {
        assert!(matches!(error, Error::Transport { .. }), "{error:?}");
    }
    for header in ["x: \u{1}", "x y: z", ": z", "no colon", "\u{7f}: z"] {
        let answer = closing(response(200, &[header], FOUND));
        for error in fails(header, answer).await {
            assert!(matches!(error, Error::Transport { .. }), "{header:?}: {error:?}");
        }
    }
    // Odd, but headers: they are passed by.
    for header in
        ["x: \u{fffd}", "x:", "x-request-id: \u{e9}\u{ff}", "retry-after: \u{ff}", "www-authenticate: \u{ff}\"\\"]
    {
        safe(&Server::start(closing(response(200, &[header], FOUND)))).await.expect(header);
        let failure = safe(&Server::start(closing(response(400, &[header], "")))).await.expect_err(header);
        assert!(failure.is_bad_request(), "{failure:?}");
    }
}

#[tokio::test]
async fn challenges_without_end_are_read_in_time_that_grows_with_them_only() {
    // As much as fits into the headers that are accepted.
    for piece in ["a=\"\",", "a ", "a=b,", ",", "\"\\", "a=\"\\\"", "a=", "Basic "] {
        let header = format!("www-authenticate: Bearer {}", piece.repeat(300_000 / piece.len()));
        let started = Instant::now();
        let error = safe(&Server::start(closing(response(401, &[&header], "")))).await.expect_err(piece);
        assert!(error.is_unauthorized(), "{piece:?}: {error:?}");
        assert!(started.elapsed() < HANGS / 4, "{piece:?}: {:?}", started.elapsed());
    }
}

#[tokio::test]
async fn interim_responses_are_skipped() {
    let some =
        format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n{}", json(200, FOUND));
    safe(&Server::start(closing(some))).await.expect("the final response counts");
}

// Half a megabyte in a second: of more the HTTP stack leaves the only thread of a runtime little time to look at the clock.
#[tokio::test]
async fn a_flood_of_interim_responses_ends_with_the_time_limit() {
    runs_out_of_time("a flood", |connection| {
        connection.request();
        connection.drip("HTTP/1.1 100 Continue\r\n\r\n".repeat(20), Duration::from_millis(1));
    })
    .await;
}

#[tokio::test]
async fn a_server_of_http_1_0_and_one_without_lengths_are_understood() {
    for answer in [
        format!("HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n{FOUND}"),
        format!("HTTP/1.1 200\r\nconnection: close\r\n\r\n{FOUND}"),
        format!("HTTP/1.1 200 OK\nconnection: close\n\n{FOUND}"),
        format!("HTTP/1.1 202 Accepted\r\ncontent-length: {}\r\n\r\n{FOUND}", FOUND.len()),
    ] {
        safe(&Server::start(closing(answer.clone()))).await.expect(&answer);
    }
}

#[tokio::test]
async fn a_body_where_there_must_be_none_is_not_taken_for_the_next_answer() {
    let server = Server::answering(|number, request| match (number, request.method()) {
        (0, _) => json(200, TOKEN),
        (1, "DELETE") => format!("HTTP/1.1 204 No Content\r\n\r\n{}", json(200, r#"{"active":false}"#)),
        (_, "DELETE") => response(404, &[], ""),
        _ => json(200, FOUND),
    });
    let client = client(&server);
    let delete = || async { client.oauth_clients().delete("1").await };
    delete().await.expect("204 is a success");
    let state = client.oauth().introspect("t").await.expect("a state");
    assert!(state.active, "what was smuggled in is not believed");
    assert!(delete().await.expect_err("404").is_not_found());
}

#[tokio::test]
async fn a_connection_that_closes_between_requests_is_replaced() {
    let server = Server::start(|connection| {
        connection.request();
        connection.write(json(200, FOUND));
    });
    let client = client(&server);
    for _ in 0..5 {
        client.oauth().introspect("t").await.expect("a state");
    }
    let server = Server::start(|connection| {
        connection.request();
        connection.write(json(200, TOKEN));
    });
    let client = builder(&server.url()).build().expect("complete");
    for _ in 0..5 {
        let before = server.requests().len();
        let outcome = client.oauth().token(TokenRequest::refresh_token(SECRET)).await;
        assert!(server.requests().len() <= before + 1, "sent twice: {outcome:?}");
    }
}

#[tokio::test]
async fn bursts_of_5xx_are_ridden_out_where_that_is_safe() {
    for status in [408, 429, 500, 502, 503, 504, 599] {
        let server = Server::answering(move |number, _| {
            if number < 2 { response(status, &["content-type: text/html"], "<html>") } else { json(200, FOUND) }
        });
        safe(&server).await.expect("the third attempt succeeds");
        assert_eq!(server.requests().len(), 3, "{status}");
        let server = Server::answering(move |_, _| response(status, &[], ""));
        assert_eq!(once(&server).await.expect_err("an error").status().map(|status| status.as_u16()), Some(status));
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn retry_after_is_honoured_where_it_makes_sense() {
    // Seconds and dates of the past mean at once; what makes no sense is as if it were not there.
    for value in ["0", "0.0", "Wed, 21 Oct 2015 07:28:00 GMT", "-5", "soon", "", "inf", "NaN", "1e9", "+1", "0x10"] {
        let header = format!("retry-after: {value}");
        let server = Server::answering(
            move |number, _| {
                if number == 0 { response(429, &[&header], "") } else { json(200, FOUND) }
            },
        );
        safe(&server).await.expect(value);
        assert_eq!(server.requests().len(), 2, "{value:?}");
    }
    // More than anybody waits for is told at once.
    for value in ["61", "99999999999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let header = format!("retry-after: {value}");
        let server = Server::answering(move |_, _| response(429, &[&header], ""));
        let error = safe(&server).await.expect_err(value);
        assert!(error.is_rate_limited(), "{error:?}");
        assert!(error.as_api().and_then(|api| api.retry_after()) > Some(Duration::from_secs(60)), "{value}");
        assert_eq!(server.requests().len(), 1, "{value:?}");
    }
}

#[tokio::test]
async fn redirects_go_nowhere_and_take_nothing_along() {
    let other = Server::answering(|_, _| json(200, FOUND));
    let locations = [
        format!("{}/?code={SECRET}", other.url()),
        format!("//{}/", other.address()),
        format!("http://{SECRET}@{}/", other.address()),
        format!("\\\\{}/", other.address()),
        "javascript:alert(1)".to_owned(),
        String::new(),
        "\u{fffd}\u{ff}".to_owned(),
    ];
    let plain = [301, 302, 303, 307, 308].map(|status| (status, &locations[0]));
    let odd = [300, 304, 305, 307, 308, 399, 302].into_iter().zip(&locations);
    for (status, location) in plain.into_iter().chain(odd) {
        let answer = closing(response(status, &[&format!("location: {location}"), "refresh: 0; url=/"], ""));
        for error in fails_after("a redirect", 1, answer).await {
            assert!(matches!(error, Error::Redirect(_)), "{status} {location:?}: {error:?}");
        }
    }
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn an_outage_is_not_multiplied_by_the_retries_of_one_client() {
    let server = Server::answering(|_, _| response(503, &[], ""));
    let client = client(&server);
    for _ in 0..50 {
        client.oauth().introspect("t").await.expect_err("an outage");
    }
    assert_eq!(server.requests().len(), 50 + 10);
}
