//! Client credentials (RFC 6749 section 4.4), and the tokens the client manages with them.

use telnyx_oauth::types::{IntrospectRequest, ListOAuthClients, TokenRequest, TokenResponse, TokenType};
use telnyx_oauth::{ClientAuth, Error};

use crate::proxy::{Answers, Proxy};
use crate::server::{builder, builder_at, client, registered};

async fn token(auth: ClientAuth) -> Result<TokenResponse, Error> {
    client(auth).oauth().token(TokenRequest::client_credentials().scope("admin")).await
}

#[tokio::test]
async fn a_secret_in_the_header_gives_a_token() {
    let token = token(registered("basic").basic()).await.unwrap();
    assert_eq!(token.token_type, TokenType::Bearer);
    assert_eq!(token.expires_in, 600);
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

#[tokio::test]
async fn a_managed_token_opens_the_api_and_is_fetched_once() {
    let proxy = Proxy::start(Answers::Pass).await;
    let registered = registered("basic");
    let client = builder_at(proxy.origin()).client_auth(registered.basic()).build().unwrap();
    for _ in 0..3 {
        let page = client.oauth_clients().list(ListOAuthClients::new()).await.unwrap();
        assert_eq!(page.items[0].client_id, registered.id);
    }
    let calls = [client.clone(), client.clone(), client].map(|client| {
        tokio::spawn(async move { client.oauth_clients().list(ListOAuthClients::new()).await.map(drop) })
    });
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let asked = proxy.requests().iter().filter(|request| request.head.starts_with("POST /v2/oauth/token ")).count();
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn a_managed_token_that_was_revoked_is_replaced_once() {
    let proxy = Proxy::start(Answers::Pass).await;
    let registered = registered("basic");
    let client = builder_at(proxy.origin()).client_auth(registered.basic()).build().unwrap();
    client.oauth_clients().list(ListOAuthClients::new()).await.unwrap();
    let sent = proxy.requests().pop().unwrap();
    let token = sent.header("authorization").unwrap().trim_start_matches("Bearer ").to_owned();
    crate::server::revoke(registered, &token).await;
    client.oauth_clients().list(ListOAuthClients::new()).await.unwrap();
    let lines: Vec<_> = proxy.requests().iter().filter_map(|request| request.head.split(' ').nth(1).map(str::to_owned)).collect();
    let (list, token) = ("/v2/oauth_clients", "/v2/oauth/token");
    assert_eq!(lines, [token, list, list, token, list]);
}

#[tokio::test]
async fn an_unknown_api_key_is_refused_with_the_way_to_the_metadata() {
    let client = builder().api_key("unknown").build().unwrap();
    let error = client.oauth_clients().list(ListOAuthClients::new()).await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert!(error.is_invalid_token(), "{error}");
    let challenge = error.as_api().unwrap().www_authenticate().unwrap();
    assert!(challenge.contains("resource_metadata="), "{challenge}");
}
