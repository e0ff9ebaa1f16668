//! Client credentials (RFC 6749 section 4.4), and the tokens the client manages with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use telnyx_oauth::http::Method;
use telnyx_oauth::types::{IntrospectRequest, ListOAuthClients, TokenRequest, TokenResponse, TokenType};
use telnyx_oauth::{BoxFuture, Client, ClientAuth, Clock, Encoding, Error, ManagedToken, SystemClock};
use tokio::task::JoinSet;

use crate::proxy::{Answers, Proxy};
use crate::server::{builder, builder_at, client, registered, revoke};

async fn token(auth: ClientAuth) -> Result<TokenResponse, Error> {
    client(auth).oauth().token(TokenRequest::client_credentials().scope("admin")).await
}

#[tokio::test]
async fn a_secret_in_the_header_gives_a_token() {
    let token = token(registered("basic").basic()).await.unwrap();
    assert_eq!(token.token_type, TokenType::Bearer);
    assert_eq!(token.expires_in, Some(600));
    assert_eq!(token.scope.as_deref(), Some("admin"));
    assert!(token.refresh_token.is_none(), "there is none with this grant (RFC 6749 section 4.4.3)");
}

#[tokio::test]
async fn a_secret_in_the_body_gives_a_token() {
    let proxy = Proxy::start(Answers::Pass).await;
    let registered = registered("post");
    let client = builder_at(proxy.origin()).client_auth(registered.post()).build().unwrap();
    client.oauth().token(TokenRequest::client_credentials()).await.unwrap();
    let [request] = <[_; 1]>::try_from(proxy.requests()).unwrap();
    assert_eq!(request.header("authorization"), None);
    assert!(request.body.contains(&format!("client_id={}", registered.id)), "{}", request.body);
    assert!(request.body.contains(&format!("client_secret={}", registered.secret)), "{}", request.body);
}

#[tokio::test]
async fn an_identifier_and_secret_of_special_characters_work_in_the_header() {
    token(registered("encoded").basic()).await.unwrap();
}

#[tokio::test]
async fn an_identifier_and_secret_of_special_characters_work_in_the_body() {
    token(registered("encoded").post()).await.unwrap();
}

#[tokio::test]
async fn a_wrong_secret_is_an_invalid_client() {
    for auth in [ClientAuth::basic(registered("basic").id, "wrong"), ClientAuth::post(registered("post").id, "wrong")] {
        let error = token(auth).await.unwrap_err();
        assert!(error.is_invalid_client(), "{error}");
        assert!(error.is_unauthorized(), "{error}");
        assert!(!error.is_retryable(), "{error}");
    }
}

#[tokio::test]
async fn an_unknown_client_is_an_invalid_client() {
    let error = token(ClientAuth::basic("nobody", "secret")).await.unwrap_err();
    assert!(error.is_invalid_client(), "{error}");
}

#[tokio::test]
async fn a_client_without_credentials_sends_no_introspection() {
    let proxy = Proxy::start(Answers::Pass).await;
    let client = builder_at(proxy.origin()).build().unwrap();
    let error = client.oauth().introspect(IntrospectRequest::new("token")).await.unwrap_err();
    assert!(matches!(error, Error::MissingCredential { .. }), "{error}");
    assert_eq!(proxy.requests().len(), 0);
}

/// As many calls at once of an operation that takes a token.
async fn list_at_once(client: &Client, calls: usize) {
    let mut tasks = JoinSet::new();
    for _ in 0..calls {
        let request = client.oauth_clients().list(ListOAuthClients::new());
        tasks.spawn(request.into_future());
    }
    for page in tasks.join_all().await {
        assert_eq!(page.unwrap().items.len(), 1);
    }
}

/// How many requests there were to a path.
fn count(proxy: &Proxy, path: &str) -> usize {
    proxy.requests().iter().filter(|request| request.head.split(' ').nth(1) == Some(path)).count()
}

#[tokio::test]
async fn a_managed_token_opens_the_api_and_is_fetched_once() {
    let proxy = Proxy::start(Answers::Pass).await;
    let client = builder_at(proxy.origin()).client_auth(registered("basic").basic()).build().unwrap();
    list_at_once(&client, 20).await;
    list_at_once(&client.clone(), 1).await;
    assert_eq!((count(&proxy, "/v2/oauth/token"), count(&proxy, "/v2/oauth_clients")), (1, 21));
}

/// The time of the machine, and what is added to it.
#[derive(Clone, Debug, Default)]
struct Ahead(Arc<AtomicU64>);

impl Clock for Ahead {
    fn now(&self) -> SystemTime {
        SystemTime::now() + Duration::from_secs(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        SystemClock.sleep(duration)
    }
}

#[tokio::test]
async fn a_managed_token_that_was_revoked_is_replaced_once() {
    let (proxy, clock) = (Proxy::start(Answers::Pass).await, Ahead::default());
    let registered = registered("basic");
    let client = builder_at(proxy.origin()).client_auth(registered.basic()).clock(clock.clone()).build().unwrap();
    list_at_once(&client, 1).await;
    // A token that was fetched just now is not replaced.
    clock.0.store(60, Ordering::SeqCst);
    let sent = proxy.requests().pop().unwrap();
    revoke(registered, sent.header("authorization").unwrap().trim_start_matches("Bearer ")).await;
    list_at_once(&client, 10).await;
    assert_eq!(count(&proxy, "/v2/oauth/token"), 2);
    let lists = count(&proxy, "/v2/oauth_clients");
    assert!(lists <= 1 + 10 * 2, "each call is repeated once at most, not {lists}");
}

#[tokio::test]
async fn a_managed_token_that_cannot_be_had_says_why() {
    let client = client(ClientAuth::basic(registered("basic").id, "wrong"));
    let error = client.oauth_clients().list(ListOAuthClients::new()).await.unwrap_err();
    assert!(matches!(error, Error::Token(_)), "{error}");
    assert!(error.is_invalid_client(), "{error}");
}

#[tokio::test]
async fn an_unknown_api_key_is_refused_with_the_way_to_the_metadata() {
    let client = builder().api_key("unknown").build().unwrap();
    let error = client.oauth_clients().list(ListOAuthClients::new()).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert!(error.is_invalid_token(), "{error}");
    let metadata = error.as_api().unwrap().resource_metadata().unwrap();
    assert!(metadata.ends_with("/.well-known/oauth-protected-resource"), "{metadata}");
}

#[tokio::test]
async fn a_managed_token_can_be_read_and_asked_for_one_resource() {
    let auth = registered("basic").basic();
    let client = client(auth.clone());
    let opaque = ManagedToken::new(auth.clone()).scope("read");
    let tokens = opaque.get(&client).await.unwrap();
    assert_eq!(tokens.scope.as_deref(), Some("read"));
    assert!(tokens.expires_at.is_some());
    assert!(opaque.get(&client).await.unwrap().access_token.ct_eq(tokens.access_token.expose()));
    let signed = ManagedToken::new(auth).scope("read").resource("https://rsa.example/api");
    let token = signed.get(&client).await.unwrap().access_token;
    assert_eq!(token.expose().split('.').count(), 3, "tokens for this resource are JWTs");
}

#[tokio::test]
async fn an_unknown_resource_is_an_invalid_target() {
    let auth = registered("basic").basic();
    let error = ManagedToken::new(auth.clone()).resource("https://other.example").get(&client(auth)).await.unwrap_err();
    assert_eq!(error.code(), Some("invalid_target"), "{error}");
}

#[tokio::test]
async fn an_endpoint_without_a_method_takes_the_same_credentials() {
    let registered = registered("basic");
    let request = client(registered.basic()).request(Method::GET, "/oauth_clients");
    let answer = request.query("page[size]", "1").await.unwrap();
    assert_eq!(answer["data"][0]["client_id"], registered.id);
}

#[tokio::test]
async fn another_http_stack_can_carry_the_request() {
    let (request, reader) =
        client(registered("encoded").basic()).oauth().token(TokenRequest::client_credentials()).into_http().unwrap();
    let request = request.map(|body| body.as_bytes().unwrap().to_vec());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let response = http.execute(request.try_into().unwrap()).await.unwrap();
    let (status, bytes) = (response.status(), response.bytes().await.unwrap());
    let response = http::Response::builder().status(status).body(bytes.into()).unwrap();
    assert_eq!(reader.read(response).unwrap().token_type, TokenType::Bearer);
}

#[tokio::test]
async fn without_a_client_there_is_no_request() {
    let proxy = Proxy::start(Answers::Pass).await;
    let client = builder_at(proxy.origin()).api_key("an API key").build().unwrap();
    let error = client.oauth().token(TokenRequest::client_credentials()).await.unwrap_err();
    assert!(matches!(error, Error::MissingCredential { scheme: "oauthClientAuth", .. }), "{error}");
    assert!(proxy.requests().is_empty());
}

#[tokio::test]
async fn a_token_for_one_resource_is_asked_for_by_name() {
    let client = client(registered("basic").basic());
    let request = client.oauth().token(TokenRequest::client_credentials().scope("read"));
    let token = request.resource("https://rsa.example/api").await.unwrap();
    assert_eq!(token.access_token.expose().split('.').count(), 3, "tokens for this resource are JWTs");
}

#[tokio::test]
async fn an_endpoint_without_a_method_takes_client_authentication() {
    let basic = registered("basic");
    let client = client(basic.basic());
    let token = client.oauth().token(TokenRequest::client_credentials()).await.unwrap().access_token;
    let form = serde_json::json!({ "token": token.expose() });
    let revoke = client.request(Method::POST, "/oauth/revoke").scheme("oauthClientAuth");
    revoke.json(&form).encoding(Encoding::Form).await.unwrap();
    assert!(!client.oauth().introspect(&token).await.unwrap().active);
}
