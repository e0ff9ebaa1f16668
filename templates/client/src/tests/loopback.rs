//! The browser comes back.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinHandle,
};

use super::client;
use crate::{CallbackQuery, Error, LoopbackError, LoopbackListener, State, test_util::ScriptedTransport};

const LIMIT: Duration = Duration::from_secs(20);

struct Setup {
    authority: String,
    callback: JoinHandle<Result<CallbackQuery, LoopbackError>>,
}

/// A listener at `/cb` that waits for the state `s`.
async fn setup() -> Setup {
    listening(LoopbackListener::bind("/cb").await.unwrap())
}

fn listening(listener: LoopbackListener) -> Setup {
    let uri = listener.redirect_uri();
    let authority = uri.strip_prefix("http://").unwrap().strip_suffix("/cb").unwrap().to_owned();
    let callback = tokio::spawn(async move { listener.callback(&State::from("s"), LIMIT).await });
    Setup { authority, callback }
}

impl Setup {
    async fn send(&self, request: impl AsRef<[u8]>) -> String {
        let mut stream = TcpStream::connect(&self.authority).await.unwrap();
        stream.write_all(request.as_ref()).await.ok();
        stream.shutdown().await.ok();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok();
        String::from_utf8(answer).unwrap()
    }

    async fn get(&self, target: &str) -> String {
        self.send(format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", self.authority)).await
    }

    /// The right answer, at the end of a test: the listener must still be there to take it.
    async fn finish(self) {
        assert!(self.get("/cb?code=right&state=s").await.starts_with("HTTP/1.1 200 OK\r\n"));
        assert_eq!(self.callback.await.unwrap().unwrap().expose(), "code=right&state=s");
        assert!(TcpStream::connect(&self.authority).await.is_err(), "it listens on");
    }
}

#[tokio::test]
async fn the_answer_of_the_browser_is_accepted_once_and_nothing_listens_any_more() {
    let listener = LoopbackListener::bind("/callback").await.unwrap();
    let uri = listener.redirect_uri();
    assert!(uri.starts_with("http://127.0.0.1:") && uri.ends_with("/callback"), "{uri}");
    let mut attempt = client(&ScriptedTransport::new()).api().authorize_url("id", &uri).unwrap();
    let authority = uri.strip_prefix("http://").unwrap().strip_suffix("/callback").unwrap().to_owned();
    let request = format!(
        "GET /callback?code=c%2B1&state={} HTTP/1.1\r\nhost:{authority}\r\nAccept: */*\r\n\r\n",
        attempt.state().expose()
    );
    let state = attempt.state().clone();
    let waiting = tokio::spawn(async move { listener.callback(&state, LIMIT).await });
    let mut stream = TcpStream::connect(&authority).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).await.unwrap();
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("close this window"), "{page}");
    for header in ["Connection: close", "Cache-Control: no-store", "Referrer-Policy: no-referrer", "default-src 'none'"]
    {
        assert!(page.contains(header), "{header}: {page}");
    }
    let query = waiting.await.unwrap().unwrap();
    assert_eq!(format!("{query:?}"), "CallbackQuery([redacted])");
    assert_eq!(attempt.accept_callback(query.expose()).unwrap().expose(), "c+1");
    assert!(TcpStream::connect(&authority).await.is_err());
}

#[tokio::test]
async fn other_paths_methods_hosts_and_states_are_refused_and_change_nothing() {
    let setup = setup().await;
    let host = setup.authority.clone();
    let port = host.rsplit_once(':').unwrap().1.to_owned();
    for target in ["/", "/favicon.ico", "/cb/?state=s&code=x", "/CB?state=s&code=x", "/x/../cb?state=s", "//cb?state=s"]
    {
        assert!(setup.get(target).await.starts_with("HTTP/1.1 404 "), "{target}");
    }
    let absolute = format!("http://{host}/cb?state=s&code=x");
    assert!(setup.get(&absolute).await.starts_with("HTTP/1.1 404 "));
    for query in
        ["", "?", "?code=x", "?code=x&state=t", "?code=x&state=S", "?code=x&state=s&state=s", "?code=x&state=s%20"]
    {
        assert!(setup.get(&format!("/cb{query}")).await.starts_with("HTTP/1.1 400 "), "{query}");
    }
    for method in ["POST", "HEAD", "PUT", "get", "OPTIONS"] {
        let request = format!("{method} /cb?code=x&state=s HTTP/1.1\r\nHost: {host}\r\n\r\n");
        assert!(setup.send(request).await.starts_with("HTTP/1.1 405 "), "{method}");
    }
    for hosts in [
        "Host: evil.example".to_owned(),
        format!("Host: localhost:{port}"),
        format!("Host: evil.example:{port}"),
        "Host: 127.0.0.1".to_owned(),
        format!("Host: {host}\r\nHost: {host}"),
        format!("Host: {host}.evil.example"),
        "X: y".to_owned(),
    ] {
        let request = format!("GET /cb?code=x&state=s HTTP/1.1\r\n{hosts}\r\n\r\n");
        assert!(setup.send(request).await.starts_with("HTTP/1.1 400 "), "{hosts}");
    }
    setup.finish().await;
}

#[tokio::test]
async fn nothing_of_the_request_is_in_the_page() {
    let setup = setup().await;
    for target in ["/cb?error=<script>alert(1)</script>&redirect=https://evil", "/<script>alert(1)</script>"] {
        let page = setup.get(target).await;
        assert!(page.starts_with("HTTP/1.1 4"), "{page}");
        assert!(
            !page.contains("script") && !page.contains("evil") && !page.to_lowercase().contains("location"),
            "{page}"
        );
    }
    let page = setup.get("/cb?error=%3Cscript%3E&error_description=<script>&redirect=https://evil&state=s").await;
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"));
    assert!(!page.contains("script") && !page.contains("evil"), "{page}");
    assert!(setup.callback.await.unwrap().unwrap().expose().starts_with("error="));
}

#[tokio::test]
async fn junk_long_and_unfinished_requests_are_refused_and_change_nothing() {
    let setup = setup().await;
    let host = setup.authority.clone();
    for junk in [
        b"\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"GET /cb?state=s&code=x\r\n\r\n".to_vec(),
        b"GET /cb?state=s HTTP/2 x\r\n\r\n".to_vec(),
        format!("GET /cb?state=s HTTP/2.0\r\nHost: {host}\r\n\r\n").into_bytes(),
        format!("GET /cb?state=s&\u{fe} HTTP/1.1\r\nHost: {host}\r\n").into_bytes(),
        [b"GET /cb?state=s&x=\xff HTTP/1.1\r\nHost: ", host.as_bytes(), b"\r\n\r\n"].concat(),
        Vec::new(),
    ] {
        let answer = setup.send(&junk).await;
        assert!(answer.starts_with("HTTP/1.1 400 ") || answer.is_empty(), "{junk:?}: {answer}");
    }
    let long = format!("GET /cb?state=s&code={} HTTP/1.1\r\nHost: {host}\r\n\r\n", "a".repeat(1 << 20));
    assert!(!setup.send(long).await.starts_with("HTTP/1.1 200"));
    setup.finish().await;
}

#[tokio::test]
async fn connections_that_say_nothing_do_not_keep_the_browser_waiting() {
    let setup = setup().await;
    let mut silent = Vec::new();
    for _ in 0..15 {
        silent.push(TcpStream::connect(&setup.authority).await.unwrap());
    }
    setup.finish().await;
    drop(silent);
}

#[tokio::test]
async fn connections_that_say_nothing_are_closed_when_their_time_is_up() {
    let mut listener = LoopbackListener::bind("/cb").await.unwrap();
    listener.connection_limit = Duration::from_millis(50);
    let setup = listening(listener);
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(TcpStream::connect(&setup.authority).await.unwrap());
    }
    silent[0].write_all(b"GET /cb").await.unwrap();
    setup.finish().await;
    drop(silent);
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let mut bind = std::pin::pin!(LoopbackListener::bind("/cb"));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let bound = std::future::Future::poll(bind.as_mut(), &mut context);
    assert!(matches!(bound, std::task::Poll::Ready(Err(Error::Configuration { .. }))));
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_does_not_come_back_is_given_up() {
    let listener = LoopbackListener::bind("/cb").await.unwrap();
    let authority = listener.redirect_uri().replace("http://", "").replace("/cb", "");
    let error = listener.callback(&State::from("s"), LIMIT).await.unwrap_err();
    assert!(matches!(error, LoopbackError::Timeout));
    assert_eq!(Error::from(error).to_string(), "the browser did not come back in time");
    assert!(TcpStream::connect(&authority).await.is_err());
}

#[tokio::test]
async fn a_path_that_is_none_is_refused() {
    for path in ["", "cb", "//cb", "/c b", "/cb?x", "/cb#x", "/cb\r\nx", "/é", "/%41"] {
        assert!(matches!(LoopbackListener::bind(path).await, Err(Error::Configuration { .. })), "{path}");
    }
}

#[tokio::test]
async fn the_other_loopback_address_is_written_in_brackets() {
    match LoopbackListener::bind_v6("/cb").await {
        Ok(listener) => {
            let uri = listener.redirect_uri();
            assert!(uri.starts_with("http://[::1]:") && uri.ends_with("/cb"), "{uri}");
        }
        // A machine without IPv6.
        Err(error) => assert!(matches!(error, Error::Flow(_))),
    }
}

#[tokio::test]
async fn a_raw_question_mark_in_the_answer_is_part_of_it() {
    let listener = LoopbackListener::bind("/cb").await.unwrap();
    let mut attempt = client(&ScriptedTransport::new()).api().authorize_url("id", &listener.redirect_uri()).unwrap();
    let authority = listener.redirect_uri().strip_prefix("http://").unwrap().strip_suffix("/cb").unwrap().to_owned();
    let state = attempt.state().clone();
    let setup = Setup { authority, callback: tokio::spawn(async move { listener.callback(&state, LIMIT).await }) };
    setup.get(&format!("/cb?a?b&code=x?y&state=&state={}", attempt.state().expose())).await;
    let query = setup.callback.await.unwrap().unwrap();
    assert_eq!(attempt.accept_callback(&query).unwrap().expose(), "x?y");
}
