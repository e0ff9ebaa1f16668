//! What is logged at the lowest level, by this crate and by all it stands on.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use contract::raw::{Server, json, response};
use telnyx_oauth::types::{AuthorizeOAuth, ConsentToken, ListOAuthClients, TokenRequest};
use telnyx_oauth::{Client, ClientAuth, Credentials, RetryPolicy};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{CALLBACK, SECRET};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_secret_is_logged_even_at_the_lowest_level() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = subscriber.set_default();

    let server = Server::answering(|number, request| match request.target() {
        target if target.starts_with("/oauth/token") => json(
            200,
            &format!(
                r#"{{"access_token":"{SECRET}","token_type":"bearer","expires_in":60,"refresh_token":"{SECRET}"}}"#
            ),
        ),
        target if target.starts_with("/oauth/introspect") => {
            json(400, &format!(r#"{{"error":"x","hint":"{SECRET}"}}"#))
        }
        target if target.starts_with("/oauth/authorize") => response(
            302,
            &[&format!("location: https://x.example/?code={SECRET}"), &format!("set-cookie: {SECRET}")],
            "",
        ),
        target if target.starts_with("/oauth/consent") => json(200, &format!(r#"{{"data":{{"name":"{SECRET}"}}}}"#)),
        _ if number % 2 == 0 => response(503, &["retry-after: 0", &format!("x: {SECRET}")], SECRET),
        _ => response(401, &[&format!("www-authenticate: Bearer nonce=\"{SECRET}\"")], SECRET),
    });
    let retry = RetryPolicy::default().wait(std::time::Duration::ZERO, std::time::Duration::ZERO);
    let builder = || Client::builder().base_url(server.url()).no_proxy().retry(retry).default_header("x-key", SECRET);
    let keyed = builder().api_key(SECRET).client_auth(ClientAuth::post("id", SECRET)).build().expect("complete");
    let managed = builder().client_auth(ClientAuth::basic("id", SECRET)).build().expect("complete");

    keyed.oauth().token(TokenRequest::refresh_token(SECRET)).query("q", SECRET).await.expect("a token");
    keyed.oauth().token(TokenRequest::authorization_code(SECRET, SECRET.repeat(6), CALLBACK)).await.expect("a token");
    keyed.oauth().introspect(SECRET).header("x-other", SECRET).await.expect_err("an error");
    keyed.oauth().authorize(AuthorizeOAuth::new("id", CALLBACK).state(SECRET)).await.expect("an outcome");
    keyed.oauth().consent_token(&ConsentToken::from(SECRET)).await.expect("a consent");
    for client in [&keyed, &managed] {
        client.oauth_clients().list(ListOAuthClients::new().filter_name(SECRET)).await.expect_err("an error");
        client.oauth_grants().retrieve(SECRET).await.expect_err("an error");
    }
    keyed.oauth_grants().retrieve("1").credentials(Credentials::none()).await.expect_err("no credential");
    assert!(server.requests().len() > 10, "{}", server.requests().len());

    let text = log.text();
    for expected in ["GetOAuthConsentToken", "/oauth/consent/{consent_token}", "ExchangeOAuthToken", "hyper", "TRACE"] {
        assert!(text.contains(expected), "{expected} is not in {text}");
    }
    let leak = text.lines().find(|line| line.contains(SECRET));
    assert_eq!(leak, None);
}
