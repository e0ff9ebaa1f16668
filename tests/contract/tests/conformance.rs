//! What an OAuth client must do, each behaviour a test of its own against a server on the loopback interface.
//!
//! The numbers are those of the list this project was measured by: each is a fault that was found in a client in use.
//! Two behaviours stand elsewhere. Number 12, nothing secret is shown, is `secrecy.rs`. Number 20, TLS without a provider
//! is an error of the builder, needs a crate that is compiled without one: `tests/no-provider`. What must not compile
//! (18) is in `src/lib.rs`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, SystemTime};

use contract::raw::{Received, Server, json, response};
use serde_json::{Value, json};
use telnyx_oauth::http::StatusCode;
use telnyx_oauth::test_util::TestClock;
use telnyx_oauth::types::{
    AuthorizeOAuth, AuthorizeOAuthOutcome, ClientType, ConsentToken, GrantType, IntrospectionAud, JwkSet,
    ListOAuthClients, OAuthClient, RegisterOAuthClient, TokenRequest, TokenType,
};
use telnyx_oauth::{CallbackError, Client, ClientAuth, ClientBuilder, CodeVerifier, Error, RetryPolicy};

const TOKEN: &str = r#"{"access_token":"at","token_type":"Bearer","expires_in":3600}"#;
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CALLBACK: &str = "https://app.example/callback";

fn builder(server: &Server) -> ClientBuilder {
    let quick = RetryPolicy::default().wait(Duration::from_millis(1), Duration::from_millis(2));
    Client::builder().base_url(format!("{}/v2", server.url())).no_proxy().retry(quick)
}

fn client(server: &Server) -> Client {
    builder(server).api_key("KEY").client_auth(ClientAuth::basic("id", "secret")).build().expect("complete")
}

fn oauth_client(id: &str) -> Value {
    json!({
        "client_id": id, "client_type": "public", "created_at": "2026-01-01T00:00:00Z", "name": "n", "org_id": "o",
        "record_type": "oauth_client", "require_pkce": true, "updated_at": "2026-01-01T00:00:00Z", "user_id": "u",
    })
}

fn only(server: &Server) -> Received {
    let requests = server.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.into_iter().next().expect("one request")
}

/// 1
#[tokio::test]
async fn operations_that_need_no_credential_are_sent_none() {
    let server = Server::answering(|_, request| match request.target() {
        target if target.contains("/.well-known/oauth-authorization-server") => json(200, r#"{"issuer":"https://as"}"#),
        target if target.contains("/.well-known/") => json(200, r#"{"resource":"https://api"}"#),
        target if target.ends_with("/jwks") => json(200, r#"{"keys":[]}"#),
        target if target.ends_with("/register") => json(201, r#"{"client_id":"c","client_id_issued_at":1}"#),
        _ => response(302, &["location: https://app.example/callback?code=1"], ""),
    });
    let client = client(&server);
    client.well_known().authorization_server_metadata().await.expect("1");
    client.well_known().protected_resource_metadata().await.expect("2");
    client.oauth().authorize(AuthorizeOAuth::new("c", CALLBACK)).await.expect("3");
    client.oauth().jwks().await.expect("7");
    client.oauth().register(RegisterOAuthClient::new()).await.expect("8");
    assert_eq!(server.requests().len(), 5);
    for request in server.requests() {
        assert_eq!(request.header("authorization"), None, "{}", request.target());
        assert!(!format!("{request:?}").contains("secret"), "{}", request.target());
    }
}

/// 2
#[tokio::test]
async fn well_known_documents_are_at_the_root_of_the_host_under_any_base_url() {
    let client = Client::builder().build().expect("complete");
    let (request, _) = client.well_known().authorization_server_metadata().into_http().expect("a request");
    assert_eq!(request.uri(), "https://api.telnyx.com/.well-known/oauth-authorization-server");
    let (request, _) = client.well_known().protected_resource_metadata().into_http().expect("a request");
    assert_eq!(request.uri(), "https://api.telnyx.com/.well-known/oauth-protected-resource");

    let server = Server::answering(|_, _| json(200, r#"{"issuer":"https://as","resource":"https://api","keys":[]}"#));
    for base in ["", "/", "/v2", "/mock/v9/"] {
        let client =
            Client::builder().base_url(format!("{}{base}", server.url())).no_proxy().build().expect("complete");
        client.well_known().authorization_server_metadata().await.expect("metadata");
        client.oauth().jwks().await.expect("keys");
        let [.., metadata, keys] = &server.requests()[..] else { panic!("two requests") };
        assert_eq!(metadata.target(), "/.well-known/oauth-authorization-server");
        assert_eq!(keys.target(), format!("{}/oauth/jwks", base.trim_end_matches('/')));
    }
}

/// 3
#[tokio::test]
async fn token_and_introspection_requests_are_these_forms_byte_for_byte() {
    let server = Server::answering(|_, request| match request.target() {
        "/v2/oauth/introspect" => json(200, r#"{"active":true}"#),
        _ => json(200, TOKEN),
    });
    let client = client(&server);
    client.oauth().token(TokenRequest::authorization_code("c o&d=e", VERIFIER, CALLBACK)).await.expect("a token");
    client.oauth().token(TokenRequest::refresh_token("r+t").scope("a b")).await.expect("a token");
    client.oauth().token(TokenRequest::client_credentials()).await.expect("a token");
    client.oauth().introspect("to+ken%é").await.expect("a state");
    let bodies = [
        "code=c+o%26d%3De&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&grant_type=authorization_code\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fcallback",
        "grant_type=refresh_token&refresh_token=r%2Bt&scope=a+b",
        "grant_type=client_credentials",
        "token=to%2Bken%25%C3%A9",
    ];
    assert_eq!(server.requests().len(), bodies.len());
    for (request, body) in server.requests().iter().zip(bodies) {
        assert_eq!(request.method(), "POST");
        assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
        assert!(!request.target().contains('?'), "nothing is in the URL");
        assert_eq!(request.body, body);
    }
}

/// 4
#[tokio::test]
async fn basic_authentication_encodes_id_and_secret_each_before_they_are_joined() {
    let server = Server::answering(|_, _| json(200, TOKEN));
    let client = builder(&server).client_auth(ClientAuth::basic("i:d", "s&+% é")).build().expect("complete");
    client.oauth().token(TokenRequest::client_credentials()).await.expect("a token");
    // base64("i%3Ad:s%26%2B%25+%C3%A9"), RFC 6749 section 2.3.1.
    assert_eq!(only(&server).header("authorization"), Some("Basic aSUzQWQ6cyUyNiUyQiUyNSslQzMlQTk="));
}

/// 5
#[tokio::test]
async fn a_request_has_one_client_authentication() {
    let names = |body: &str| -> Vec<String> {
        url::form_urlencoded::parse(body.as_bytes()).map(|(name, _)| name.into_owned()).collect()
    };
    let server = Server::answering(|_, _| json(200, TOKEN));
    for auth in [ClientAuth::basic("id", "secret"), ClientAuth::post("id", "secret"), ClientAuth::public("id")] {
        let client = builder(&server).api_key("KEY").client_auth(auth).build().expect("complete");
        client.oauth().token(TokenRequest::refresh_token("rt")).await.expect("a token");
    }
    let [basic, post, public] = &server.requests()[..] else { panic!("three requests") };
    assert!(basic.header("authorization").is_some_and(|header| header.starts_with("Basic ")));
    assert_eq!(names(&basic.body), ["grant_type", "refresh_token"]);
    assert_eq!(post.header("authorization"), None);
    assert_eq!(names(&post.body), ["client_id", "client_secret", "grant_type", "refresh_token"]);
    assert_eq!(public.header("authorization"), None);
    assert_eq!(names(&public.body), ["client_id", "grant_type", "refresh_token"]);
}

/// 5: a public client has no access of its own (RFC 6749 section 4.4).
#[tokio::test]
async fn client_credentials_of_a_public_client_are_not_sent() {
    let server = Server::answering(|_, _| json(200, TOKEN));
    let client = builder(&server).client_auth(ClientAuth::public("id")).build().expect("complete");
    let error = client.oauth().token(TokenRequest::client_credentials()).await.expect_err("there is no secret");
    assert!(matches!(error, Error::MissingCredential { operation: "ExchangeOAuthToken", .. }), "{error:?}");
    assert_eq!(server.connections(), 0);
}

/// 6
#[tokio::test]
async fn a_code_is_sent_once_whatever_the_server_does() {
    let exchange = async |server: &Server| {
        let exchange = TokenRequest::authorization_code("code", VERIFIER, CALLBACK);
        client(server).oauth().token(exchange).timeout(Duration::from_millis(300)).await.expect_err("a failure")
    };
    for status in [408, 409, 429, 500, 502, 503, 504] {
        let server = Server::answering(move |_, _| response(status, &["retry-after: 0"], ""));
        assert_eq!(exchange(&server).await.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(server.requests().len(), 1, "{status}");
    }
    let silent = Server::start(|connection| {
        connection.request();
        connection.wait();
    });
    assert!(exchange(&silent).await.is_timeout());
    assert_eq!(silent.requests().len(), 1);
    let reset = Server::resetting(true);
    assert!(exchange(&reset).await.may_have_been_sent());
    assert_eq!(reset.requests().len(), 1);
}

/// 7
#[tokio::test]
async fn a_redirect_of_the_token_endpoint_is_an_error_and_the_other_origin_sees_nothing() {
    for status in [301, 302, 303, 307, 308] {
        let other = Server::answering(|_, _| json(200, TOKEN));
        let location = format!("location: {}/token?code=leak", other.url());
        let server = Server::answering(move |_, _| response(status, &[&location], ""));
        let error = client(&server).oauth().token(TokenRequest::client_credentials()).await.expect_err("a redirect");
        assert!(matches!(error, Error::Redirect(_)) && error.status().is_some_and(|found| found == status));
        assert!(!format!("{error} {error:?}").contains("leak"), "{error:?}");
        assert_eq!((server.requests().len(), other.connections()), (1, 0), "{status}");
    }
}

/// 8
#[tokio::test]
async fn an_audience_is_one_or_many_and_a_missing_active_is_a_decode_error() {
    let answers = [r#"{"active":true,"aud":"a"}"#, r#"{"active":true,"aud":["a","b"]}"#, r#"{"aud":"a","sub":"s"}"#];
    let server = Server::answering(move |number, _| json(200, answers[number]));
    let client = client(&server);
    let state = client.oauth().introspect("t").await.expect("a state");
    assert_eq!(state.aud, Some(IntrospectionAud::from("a")));
    let state = client.oauth().introspect("t").await.expect("a state");
    assert_eq!(state.aud, Some(IntrospectionAud::from(vec!["a".to_owned(), "b".to_owned()])));
    let error = client.oauth().introspect("t").await.expect_err("it does not say whether the token is active");
    assert!(error.to_string().ends_with("missing field `active`"), "{error}");
    assert_eq!(error.status(), Some(StatusCode::OK));
    let Error::Decode(error) = error else { panic!("{error:?}") };
    assert_eq!(error.body(), answers[2].as_bytes());
}

/// 9
#[tokio::test]
async fn keys_keep_their_material_and_what_is_unknown() {
    let set = json!({"keys": [
        {"kty": "RSA", "use": "sig", "kid": "1", "n": "AQAB", "e": "AQ", "x5t#S256": "z"},
        {"kty": "EC", "crv": "P-256", "x": "a", "y": "b"},
        {"kty": "ML-DSA", "pub": "p", "deep": {"more": [1, 2.5, null]}},
    ], "of": "all"});
    let text = set.to_string();
    let server = Server::answering(move |_, _| json(200, &text));
    let keys: JwkSet = client(&server).oauth().jwks().await.expect("keys");
    assert_eq!((keys.keys[0].n.as_deref(), keys.keys[0].e.as_deref()), (Some("AQAB"), Some("AQ")));
    let point = (keys.keys[1].crv.as_deref(), keys.keys[1].x.as_deref(), keys.keys[1].y.as_deref());
    assert_eq!(point, (Some("P-256"), Some("a"), Some("b")));
    assert_eq!(keys.keys[2].extra["pub"], "p");
    assert_eq!(serde_json::to_value(&keys).expect("JSON"), set);
}

/// 10
#[tokio::test]
async fn authorizing_needs_no_network_and_a_redirect_of_the_endpoint_is_not_followed() {
    let other = Server::answering(|_, _| response(200, &[], ""));
    let location = format!("location: {}/callback?code=1", other.url());
    let server = Server::answering(move |_, _| response(302, &[&location], ""));
    let client = client(&server);
    let params = || AuthorizeOAuth::new("c 1", "https://app.example/callback?keep=a%20b").scope("admin");
    let attempt = client.oauth().authorize_url(params()).expect("a URL");
    assert_eq!(server.connections(), 0);
    let url = url::Url::parse(attempt.url()).expect("a URL");
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let query: BTreeMap<&str, &str> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(query.len(), pairs.len(), "no parameter is there twice");
    assert_eq!(url.path(), "/v2/oauth/authorize");
    assert_eq!((query["response_type"], query["client_id"], query["scope"]), ("code", "c 1", "admin"));
    assert_eq!(query["redirect_uri"], "https://app.example/callback?keep=a%20b");
    assert_eq!(query["state"], attempt.state().expose());
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["code_challenge"], attempt.code_verifier().challenge());

    let outcome = client.oauth().authorize(params()).await.expect("an outcome");
    let AuthorizeOAuthOutcome::Found(redirect) = outcome else { panic!("{outcome:?}") };
    assert_eq!(redirect.location(), format!("{}/callback?code=1", other.url()));
    assert_eq!((server.requests().len(), other.connections()), (1, 0));
}

mod managed_tokens {
    use super::*;

    fn token(number: usize, seconds: u64) -> String {
        json(200, &format!(r#"{{"access_token":"at-{number}","token_type":"bearer","expires_in":{seconds}}}"#))
    }

    /// A client whose tokens are had with its secret, and a clock to set.
    fn managed(server: &Server) -> (Client, TestClock) {
        let clock = TestClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600));
        let builder = builder(server).client_auth(ClientAuth::basic("id", "secret"));
        // Real connections do not fit a clock that jumps over time limits.
        (builder.clock(WallTimers(clock.clone())).build().expect("complete"), clock)
    }

    /// Shows the time of a test, and waits as long as it says.
    #[derive(Debug)]
    struct WallTimers(TestClock);

    impl telnyx_oauth::Clock for WallTimers {
        fn now(&self) -> SystemTime {
            self.0.now()
        }

        fn sleep(&self, duration: Duration) -> telnyx_oauth::BoxFuture<'static, ()> {
            telnyx_oauth::SystemClock.sleep(duration)
        }
    }

    async fn call(client: &Client) -> Result<(), Error> {
        client.oauth_clients().delete("1").await
    }

    fn is_token_request(request: &Received) -> bool {
        request.target() == "/v2/oauth/token"
    }

    fn token_requests(server: &Server) -> usize {
        server.requests().iter().filter(|request| is_token_request(request)).count()
    }

    /// 11
    #[tokio::test]
    async fn a_hundred_calls_at_once_share_one_token_request_and_run_side_by_side() {
        // No call is answered before all of them are there.
        let together = Arc::new(Barrier::new(100));
        let server = Server::start(move |connection| {
            while let Some(request) = connection.request() {
                let answer = if is_token_request(&request) { token(1, 3600) } else { response(204, &[], "") };
                if !is_token_request(&request) {
                    together.wait();
                }
                connection.write(answer);
            }
        });
        let (client, _) = managed(&server);
        let calls: Vec<_> = (0..100)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { call(&client).await })
            })
            .collect();
        for one in calls {
            one.await.expect("no panic").expect("a success");
        }
        assert_eq!(token_requests(&server), 1);
        assert_eq!(server.requests().len(), 101);
    }

    /// 11
    #[tokio::test]
    async fn a_failure_to_get_a_token_is_not_kept() {
        let server = Server::answering(|number, request| match (number, is_token_request(request)) {
            (0, true) => json(401, r#"{"error":"invalid_client"}"#),
            (_, true) => token(1, 3600),
            _ => response(204, &[], ""),
        });
        let (client, _) = managed(&server);
        let error = call(&client).await.expect_err("no token");
        assert!(matches!(error, Error::Token(_)) && error.is_invalid_client(), "{error:?}");
        call(&client).await.expect("a token this time");
    }

    /// 11
    #[tokio::test]
    async fn a_failed_early_renewal_keeps_the_token_that_is_still_good() {
        let tokens = AtomicUsize::new(0);
        let server = Server::answering(move |_, request| {
            if !is_token_request(request) {
                return response(204, &[], "");
            }
            if tokens.fetch_add(1, Ordering::SeqCst) == 0 { token(1, 600) } else { json(400, "{}") }
        });
        let (client, clock) = managed(&server);
        call(&client).await.expect("a success");
        clock.advance(Duration::from_secs(550));
        for _ in 0..5 {
            call(&client).await.expect("the token is still good");
        }
        assert_eq!(token_requests(&server), 2, "the failure is not repeated for every call");
        clock.advance(Duration::from_secs(51));
        call(&client).await.expect_err("the token has expired");
    }

    /// 11
    #[tokio::test]
    async fn a_token_of_five_seconds_is_not_renewed_for_every_call() {
        let server =
            Server::answering(
                |number, request| {
                    if is_token_request(request) { token(number, 5) } else { response(204, &[], "") }
                },
            );
        let (client, clock) = managed(&server);
        for _ in 0..10 {
            call(&client).await.expect("a success");
            clock.advance(Duration::from_millis(400));
        }
        assert_eq!(token_requests(&server), 1);
        clock.advance(Duration::from_secs(1));
        call(&client).await.expect("a success");
        assert_eq!(token_requests(&server), 2);
    }

    /// 11
    #[tokio::test]
    async fn a_dropped_call_does_not_lose_the_token_it_asked_for() {
        let (open, opened) = std::sync::mpsc::channel::<()>();
        let opened = std::sync::Mutex::new(opened);
        let server = Server::answering(move |_, request| {
            if is_token_request(request) {
                opened.lock().expect("no panic").recv().ok();
                return token(1, 3600);
            }
            response(204, &[], "")
        });
        let (client, _) = managed(&server);
        let dropped = tokio::spawn({
            let client = client.clone();
            async move { call(&client).await }
        });
        while token_requests(&server) == 0 {
            tokio::task::yield_now().await;
        }
        dropped.abort();
        assert!(dropped.await.expect_err("it was dropped").is_cancelled());
        open.send(()).expect("the server waits");
        call(&client).await.expect("a success");
        assert_eq!(token_requests(&server), 1);
    }
}

/// 13
#[tokio::test]
async fn a_path_value_is_one_segment_whatever_it_holds() {
    let server = Server::answering(|_, _| response(204, &[], ""));
    let client = client(&server);
    client.oauth_clients().delete("a/b?c#d e%2F").await.expect("a success");
    assert_eq!(only(&server).target(), "/v2/oauth_clients/a%2Fb%3Fc%23d%20e%252F");
    for id in ["", ".", ".."] {
        let error = client.oauth_clients().delete(id).await.expect_err("no encoding saves it");
        assert!(matches!(error, Error::InvalidRequest { .. }), "{id:?}: {error:?}");
        let error = client.oauth().consent_token(&ConsentToken::from(id)).await.expect_err("no encoding saves it");
        assert!(matches!(error, Error::InvalidRequest { .. }), "{id:?}: {error:?}");
    }
    assert_eq!(server.requests().len(), 1);
}

/// 14
#[tokio::test]
async fn bracketed_query_names_are_written_exactly() {
    let server = Server::answering(|_, _| json(200, r#"{"data":[]}"#));
    let params = ListOAuthClients::new()
        .page_size(50)
        .page_number(2)
        .filter_client_type(ClientType::Public)
        .filter_verified(true)
        .filter_allowed_grant_types_contains(GrantType::RefreshToken)
        .filter_name_contains("a & b=c")
        .filter_client_id("ü");
    client(&server).oauth_clients().list(params).await.expect("a page");
    let target = only(&server).target().to_owned();
    let (path, query) = target.split_once('?').expect("a query");
    assert_eq!(path, "/v2/oauth_clients");
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.sort_unstable();
    assert_eq!(
        pairs,
        [
            "filter%5Ballowed_grant_types%5D%5Bcontains%5D=refresh_token",
            "filter%5Bclient_id%5D=%C3%BC",
            "filter%5Bclient_type%5D=public",
            "filter%5Bname%5D%5Bcontains%5D=a%20%26%20b%3Dc",
            "filter%5Bverified%5D=true",
            "page%5Bnumber%5D=2",
            "page%5Bsize%5D=50",
        ]
    );
}

/// 15
#[tokio::test]
async fn a_list_ends_at_an_empty_page_at_the_last_and_at_one_that_does_not_advance() {
    let page = |ids: &[&str], meta: Value| {
        let data: Vec<Value> = ids.iter().map(|id| oauth_client(id)).collect();
        json!({"data": data, "meta": meta}).to_string()
    };
    let meta = |number: u64, pages: u64| json!({"page_number": number, "page_size": 2, "total_pages": pages, "total_results": 3});
    let lists: [(Vec<String>, &[&str], usize); 4] = [
        (vec![page(&["a", "b"], meta(1, 2)), page(&["c"], meta(2, 2))], &["a", "b", "c"], 2),
        (vec![page(&["a"], meta(1, 9)), page(&[], meta(2, 9))], &["a"], 2),
        (vec![page(&["a"], meta(1, 9)), page(&["a"], meta(1, 9))], &["a"], 2),
        (vec![page(&[], meta(1, 0))], &[], 1),
    ];
    for (pages, expected, asked) in lists {
        let server = Server::answering(move |number, _| {
            json(200, pages.get(number).map_or(r#"{"data":[],"meta":null}"#, String::as_str))
        });
        let items = client(&server).oauth_clients().list(ListOAuthClients::new()).items().collect(100).await;
        let ids: Vec<String> = items.expect("items").into_iter().map(|item| item.client_id).collect();
        assert_eq!(ids, expected);
        assert_eq!(server.requests().len(), asked, "{expected:?}");
    }
}

/// 16
#[tokio::test]
async fn any_case_of_bearer_is_a_bearer_token_and_another_type_is_not_used() {
    for (kind, is_bearer) in [("bearer", true), ("Bearer", true), ("BEARER", true), ("DPoP", false), ("mac", false)] {
        let body = format!(r#"{{"access_token":"at","token_type":"{kind}","expires_in":60}}"#);
        let server = Server::answering(move |_, request| match request.target() {
            "/v2/oauth/token" => json(200, &body),
            _ => response(204, &[], ""),
        });
        let client = builder(&server).client_auth(ClientAuth::basic("id", "secret")).build().expect("complete");
        let token = client.oauth().token(TokenRequest::client_credentials()).await.expect("an answer");
        assert_eq!(token.token_type == TokenType::Bearer, is_bearer, "{kind}");
        assert_eq!(token.into_token_set(SystemTime::UNIX_EPOCH, None).is_ok(), is_bearer, "{kind}");
        assert_eq!(client.oauth_clients().delete("1").await.is_ok(), is_bearer, "{kind}");
    }
}

/// 17
#[tokio::test]
async fn errors_of_oauth_of_the_vendor_of_html_and_of_nothing_are_understood() {
    let answers = [
        response(
            401,
            &["www-authenticate: Basic realm=\"x\"", "x-request-id: req-7", "content-type: application/json"],
            r#"{"error":"invalid_client","error_description":"no\nsuch client","error_uri":"https://e"}"#,
        ),
        json(400, r#"{"error":"vendor_code_9","more":1}"#),
        json(404, r#"{"errors":[{"code":"10005","title":"T","detail":"D","source":{"pointer":"/id"}}]}"#),
        response(422, &["content-type: text/html"], "<html><h1>no</h1>"),
        response(403, &[], ""),
        response(429, &["retry-after: 7"], "slow down"),
    ];
    let server = Server::answering(move |number, _| answers[number].clone());
    let client = client(&server);
    let fail = async || client.oauth().introspect("t").max_retries(0).await.expect_err("an error");

    let error = fail().await;
    assert!(error.is_invalid_client() && error.is_unauthorized());
    assert_eq!(error.to_string(), "401 invalid_client: no such client");
    let api = error.as_api().expect("an answer");
    assert_eq!((api.request_id(), api.error_uri()), (Some("req-7"), Some("https://e")));
    assert!(api.www_authenticate()[0].is("basic"));

    let error = fail().await;
    assert_eq!((error.to_string().as_str(), error.code()), ("400 vendor_code_9", Some("vendor_code_9")));

    let error = fail().await;
    assert!(error.is_not_found());
    assert_eq!(error.to_string(), "404 10005: D");
    assert_eq!(error.as_api().expect("an answer").errors()[0].pointer.as_deref(), Some("/id"));

    let error = fail().await;
    assert_eq!(error.to_string(), "422 Unprocessable Entity");
    assert_eq!(error.as_api().expect("an answer").body(), "<html><h1>no</h1>");

    assert_eq!(fail().await.to_string(), "403 Forbidden");

    let error = fail().await;
    assert!(error.is_rate_limited());
    assert_eq!(error.as_api().expect("an answer").retry_after(), Some(Duration::from_secs(7)));
}

/// 18
#[tokio::test]
async fn unknown_values_of_enums_survive() {
    let mut body = oauth_client("c");
    body["client_type"] = json!("semi-public");
    body["allowed_grant_types"] = json!(["refresh_token", "urn:new:grant"]);
    body["new_member"] = json!({"of": "tomorrow"});
    let text = json!({"data": body}).to_string();
    let server = Server::answering(move |_, _| json(200, &text));
    let found: OAuthClient = client(&server).oauth_clients().retrieve("c").await.expect("a client");
    assert_eq!(found.client_type.as_str(), "semi-public");
    let grants: Vec<&str> = found.allowed_grant_types.iter().flatten().map(GrantType::as_str).collect();
    assert_eq!(grants, ["refresh_token", "urn:new:grant"]);
}

/// 19
#[tokio::test]
async fn a_callback_of_another_attempt_or_server_makes_no_token_request() {
    let server = Server::answering(|_, _| json(200, TOKEN));
    let client = client(&server);
    let begin = || {
        let attempt = client.oauth().authorize_url(AuthorizeOAuth::new("id", CALLBACK)).expect("a URL");
        attempt.require_issuer("https://as.example")
    };
    let cases = [
        ("code=1&state=other&iss=https://as.example", CallbackError::StateMismatch),
        ("code=1&iss=https://as.example", CallbackError::StateMismatch),
        ("code=1&state=STATE&iss=https://evil.example", CallbackError::IssuerMismatch),
        ("error=access_denied&state=STATE&iss=https://evil.example", CallbackError::IssuerMismatch),
        ("code=1&state=STATE", CallbackError::IssuerMissing),
        ("code=1&code=2&state=STATE&iss=https://as.example", CallbackError::Repeated),
        ("state=STATE&iss=https://as.example", CallbackError::CodeMissing),
    ];
    for (query, expected) in cases {
        let mut attempt = begin();
        let query = query.replace("STATE", attempt.state().expose());
        assert_eq!(attempt.accept_callback(&query).expect_err("no code"), expected, "{query}");
    }
    let mut attempt = begin();
    let refusal = format!("{CALLBACK}?error=access_denied&state={}&iss=https://as.example", attempt.state().expose());
    let error = attempt.accept_callback(&refusal).expect_err("the user refused");
    assert!(matches!(&error, CallbackError::Denied(denial) if denial.code == "access_denied"), "{error:?}");
    assert_eq!(server.connections(), 0);

    let mut attempt = begin();
    let answer = format!("{CALLBACK}?code=c%2B1&state={}&iss=https%3A%2F%2Fas.example", attempt.state().expose());
    let code = attempt.accept_callback(&answer).expect("a code");
    assert_eq!(attempt.accept_callback(&answer).expect_err("a replay"), CallbackError::Replayed);
    client.oauth().exchange_code(&attempt, code).await.expect("a token");
    assert!(only(&server).body.starts_with("code=c%2B1&"), "{server:?}", server = only(&server));
}

/// 19
#[test]
fn the_challenge_is_that_of_rfc_7636_appendix_b() {
    assert_eq!(CodeVerifier::from(VERIFIER).challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}
