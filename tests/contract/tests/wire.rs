//! Every operation is called, and the request on the wire is judged by the document itself.

use std::path::Path;
use std::time::{Duration, SystemTime};

use judge::server::{self, Recorded, Server};
use judge::{Document, Judge};
use serde_json::json;
use telnyx_oauth::http::Method;
use telnyx_oauth::types::{
    AuthorizationServerMetadata, AuthorizeOAuth, AuthorizeOAuthOutcome, ClientType, CodeChallengeMethod, ConsentToken,
    CreateOAuthClient, CreateOAuthGrant, GrantType, Introspection, ListOAuthClients, ListOAuthGrants,
    ProtectedResourceMetadata, RegisterOAuthClient, RegisteredOAuthClient, TokenEndpointAuthMethod, TokenRequest,
    TokenResponse, UpdateOAuthClient,
};
use telnyx_oauth::{Client, ClientAuth, Credentials, DiscoveryError, Encoding, Error, RefreshToken};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

/// A server that answers by the document and records every request with its verdict.
fn start() -> Server {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/oauth");
    let document =
        Document::load(spec.join("openapi.yaml")).and_then(|document| document.overlaid(spec.join("overlay.yaml")));
    let judge = Judge::new(document.expect("the document is readable")).client_authentication("oauthClientAuth");
    Server::start(judge, server::reply).expect("a port of the loopback interface is free")
}

/// A client with an account key and a client whose id and secret need encoding.
fn client(server: &Server) -> Client {
    Client::builder()
        .base_url(format!("{}/v2", server.url()))
        .api_key("KEY0123456789")
        .client_auth(ClientAuth::basic("id:with%odd+signs", "s&cret / +%"))
        .build()
        .expect("the client is complete")
}

/// The verdict on the one request a call made.
fn judged(server: &Server, operation: &str) -> Recorded {
    let mut recorded = server.recorded();
    let last = recorded.pop().expect("a request arrived");
    let faults: Vec<String> = last.verdict.faults.iter().map(ToString::to_string).collect();
    assert!(last.verdict.is_right(), "{operation}: {faults:#?}");
    assert_eq!(last.verdict.operation.as_deref(), Some(operation));
    last
}

macro_rules! wire_tests {
    ($($name:ident $operation:literal |$client:ident| $call:expr;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                let server = start();
                let $client = client(&server);
                $call.await.expect("the call succeeds");
                judged(&server, $operation);
            }
        )*

        #[test]
        fn every_operation_of_the_document_is_called() {
            let document = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/oauth/openapi.yaml"));
            let document = document.expect("the document is readable");
            let called = [$($operation),*];
            let ids = document.lines().filter_map(|line| line.trim().strip_prefix("operationId: "));
            let missing: Vec<&str> = ids.filter(|id| !called.contains(id)).collect();
            assert!(missing.is_empty(), "{missing:?}");
        }
    };
}

wire_tests! {
    server_metadata "GetOAuthAuthorizationServerMetadata" |client| client.well_known().authorization_server_metadata();
    resource_metadata "GetOAuthProtectedResourceMetadata" |client| client.well_known().protected_resource_metadata();
    authorize "AuthorizeOAuth" |client| client.oauth().authorize(
        AuthorizeOAuth::new("client", "https://app.example/callback")
            .scope("admin")
            .state("a state with spaces & signs")
            .code_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
            .code_challenge_method(CodeChallengeMethod::S256)
    );
    consent_token "GetOAuthConsentToken" |client| client.oauth().consent_token(&ConsentToken::from("a/b?c#d %2e"));
    create_grant "CreateOAuthGrant" |client| client.oauth().create_grant(CreateOAuthGrant::new(true, "consent"));
    introspect "IntrospectOAuthToken" |client| client.oauth().introspect("a token +&=");
    introspect_as_json "IntrospectOAuthToken" |client| client.oauth().introspect("token").encoding(Encoding::Json);
    jwks "GetOAuthJWKS" |client| client.oauth().jwks();
    register "RegisterOAuthClient" |client| client.oauth().register(
        RegisterOAuthClient::new()
            .client_name("An app")
            .redirect_uris(["https://app.example/callback"])
            .grant_types([GrantType::AuthorizationCode, GrantType::RefreshToken])
            .token_endpoint_auth_method(TokenEndpointAuthMethod::None)
    );
    token_by_client_credentials "ExchangeOAuthToken" |client| client.oauth().token(TokenRequest::client_credentials().scope("admin"));
    token_by_code "ExchangeOAuthToken" |client| client.oauth().token(
        TokenRequest::authorization_code("code", "verifier-of-at-least-forty-three-characters-x", "https://app.example/callback")
    );
    token_by_refresh "ExchangeOAuthToken" |client| client.oauth().token(TokenRequest::refresh_token("refresh"));
    token_by_post "ExchangeOAuthToken" |client| client
        .with_credentials(ClientAuth::post("id", "secret"))
        .oauth()
        .token(TokenRequest::client_credentials());
    token_of_a_public_client "ExchangeOAuthToken" |client| client
        .with_credentials(ClientAuth::public("id"))
        .oauth()
        .token(TokenRequest::refresh_token("refresh"));
    list_clients "ListOAuthClients" |client| client.oauth_clients().list(
        ListOAuthClients::new()
            .page_size(50)
            .page_number(1)
            .filter_name_contains("a & b")
            .filter_client_type(ClientType::Public)
            .filter_verified(true)
            .filter_allowed_grant_types_contains(GrantType::RefreshToken)
    );
    create_client "CreateOAuthClient" |client| client.oauth_clients().create(
        CreateOAuthClient::new([GrantType::AuthorizationCode], ["admin"], ClientType::Confidential, "An app").require_pkce(true)
    );
    retrieve_client "GetOAuthClient" |client| client.oauth_clients().retrieve(ID);
    update_client "UpdateOAuthClient" |client| client.oauth_clients().update(ID, UpdateOAuthClient::new().name("Another name"));
    delete_client "DeleteOAuthClient" |client| client.oauth_clients().delete(ID);
    list_grants "ListOAuthGrants" |client| client.oauth_grants().list(ListOAuthGrants::new().page_size(100));
    retrieve_grant "GetOAuthGrant" |client| client.oauth_grants().retrieve(ID);
    revoke_grant "RevokeOAuthGrant" |client| client.oauth_grants().revoke(ID);
}

#[tokio::test]
async fn public_operations_get_no_credentials() {
    let server = start();
    let client = client(&server);
    client.well_known().authorization_server_metadata().await.expect("the call succeeds");
    client.oauth().jwks().await.expect("the call succeeds");
    client.oauth().register(RegisterOAuthClient::new()).await.expect("the call succeeds");
    for recorded in server.recorded() {
        let named = recorded.request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        assert!(!named, "{}", recorded.request.target);
    }
}

#[tokio::test]
async fn id_and_secret_are_encoded_each_before_they_are_joined() {
    let server = start();
    client(&server).oauth().introspect("token").await.expect("the call succeeds");
    let recorded = judged(&server, "IntrospectOAuthToken");
    let header = recorded.request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    // base64("id%3Awith%25odd%2Bsigns:s%26cret+%2F+%2B%25"), RFC 6749 section 2.3.1.
    let expected = b"Basic aWQlM0F3aXRoJTI1b2RkJTJCc2lnbnM6cyUyNmNyZXQrJTJGKyUyQiUyNQ==";
    assert_eq!(header.map(|(_, value)| value.as_slice()), Some(&expected[..]));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/oauth/openapi.yaml");
    let judge = Judge::new(Document::load(spec).expect("the document is readable"));
    let server = Server::start(judge, |_: &server::Call<'_>| {
        server::Response::new(302).header("location", "https://elsewhere.example/?code=secret-code")
    })
    .expect("a port is free");
    let outcome =
        client(&server).oauth().authorize(AuthorizeOAuth::new("client", "https://app.example/callback")).await;
    match outcome.expect("a redirect is an answer") {
        AuthorizeOAuthOutcome::Found(redirect) => assert!(!format!("{redirect:?}").contains("secret-code")),
        other => panic!("{other:?}"),
    }
    assert_eq!(server.recorded().len(), 1);
}

#[tokio::test]
async fn a_missing_credential_is_told_before_anything_is_sent() {
    let server = start();
    let client =
        Client::builder().base_url(format!("{}/v2", server.url())).build().expect("no credential is needed to build");
    let error = client.oauth_grants().retrieve(ID).await.expect_err("there is no key");
    assert!(matches!(error, Error::MissingCredential { .. }), "{error:?}");
    assert!(error.to_string().contains("GetOAuthGrant") && error.to_string().contains("bearerAuth"), "{error}");
    assert!(server.recorded().is_empty());
}

#[tokio::test]
async fn a_grant_of_the_client_itself_needs_a_client() {
    let server = start();
    let client = Client::builder().base_url(format!("{}/v2", server.url())).api_key("KEY0123456789");
    let client = client.build().expect("the client is complete");
    let error = client.oauth().token(TokenRequest::client_credentials()).await.expect_err("there is no client");
    assert!(matches!(error, Error::MissingCredential { .. }), "{error:?}");
    assert!(error.to_string().contains("ExchangeOAuthToken"), "{error}");
    assert!(server.recorded().is_empty());
    let request = client.oauth().token(TokenRequest::refresh_token("refresh"));
    assert!(matches!(request.clone().await, Err(Error::MissingCredential { .. })), "a public client names itself");
    assert!(server.recorded().is_empty());
    request.credentials(Credentials::none()).await.expect("the call succeeds");
}

#[tokio::test]
async fn an_endpoint_without_a_method_gets_the_credential_that_is_chosen() {
    let server = start();
    let client = client(&server);
    let introspect = || client.request(Method::POST, "/oauth/introspect").encoding(Encoding::Form);
    let token = json!({ "token": "a token" });
    introspect().json(&token).scheme("oauthClientAuth").await.expect("the call succeeds");
    judged(&server, "IntrospectOAuthToken");
    client.request(Method::GET, "/oauth/jwks").credentials(Credentials::none()).await.expect("the call succeeds");
    let recorded = judged(&server, "GetOAuthJWKS");
    let named = recorded.request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    assert!(!named, "no credential is sent");
    assert_eq!(server.recorded().len(), 2, "no token is fetched");
}

#[tokio::test]
async fn a_refresh_token_can_be_introspected() {
    let server = start();
    client(&server).oauth().introspect(RefreshToken::from("refresh")).await.expect("the call succeeds");
    assert_eq!(judged(&server, "IntrospectOAuthToken").request.body, b"token=refresh");
}

#[test]
fn seconds_are_read_as_real_servers_write_them() {
    for seconds in [json!(3600), json!(3600.0), json!("3600"), json!(3600.75)] {
        let token = json!({ "access_token": "t", "token_type": "bearer", "expires_in": seconds });
        let token: TokenResponse = serde_json::from_value(token).expect("a token response");
        assert_eq!(token.expires_in, Some(3600), "{seconds}");
        let now = SystemTime::UNIX_EPOCH;
        let set = token.into_token_set(now, Some("admin")).expect("a bearer token");
        assert_eq!(set.expires_at.map(SystemTime::from), Some(now + Duration::from_secs(3600)));
        assert_eq!(set.scope.as_deref(), Some("admin"));
        let state: Introspection = serde_json::from_value(json!({ "active": true, "exp": seconds })).expect("a state");
        assert_eq!((state.exp, state.iat), (Some(3600), None));
    }
    let wrong = json!({ "access_token": "t", "token_type": "Bearer", "expires_in": "soon" });
    assert!(serde_json::from_value::<TokenResponse>(wrong).is_err());
}

#[test]
fn metadata_is_used_for_its_own_issuer_and_resource_only() {
    let server: AuthorizationServerMetadata =
        serde_json::from_value(json!({ "issuer": "https://as.example" })).expect("metadata");
    server.validate_issuer("https://as.example").expect("the same issuer");
    for other in ["https://as.example/", "https://AS.example", "https://as.example:443", ""] {
        let error = server.validate_issuer(other).expect_err("another issuer");
        let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref());
        assert_eq!(source, Some(&DiscoveryError::IssuerMismatch), "{other}");
    }
    let resource: ProtectedResourceMetadata =
        serde_json::from_value(json!({ "resource": "https://api.example/v2" })).expect("metadata");
    resource.validate_resource("https://api.example/v2").expect("the same resource");
    assert!(resource.validate_resource("https://api.example/v2/").is_err());
}

#[tokio::test]
async fn an_attempt_is_exchanged_with_all_it_knows() {
    let server = start();
    let client = client(&server);
    let params = AuthorizeOAuth::new("id:with%odd+signs", "https://app.example/callback?keep=a%20b").scope("admin");
    let attempt = client.oauth().authorize_url(params).expect("the URL can be built");
    assert_eq!(attempt.scope(), Some("admin"));
    let answer = client.oauth().exchange_code(&attempt, "the code").await.expect("the call succeeds");
    let recorded = judged(&server, "ExchangeOAuthToken");
    let body = String::from_utf8(recorded.request.body).expect("a form");
    let verifier = format!("code_verifier={}", attempt.code_verifier().expose());
    for part in ["code=the+code", "redirect_uri=https%3A%2F%2Fapp.example%2Fcallback%3Fkeep%3Da%2520b", &verifier] {
        assert!(body.split('&').any(|pair| pair == part), "{part} is not in {body}");
    }
    drop(answer);
    let attempt = attempt.resource("https://api.example").expect("a resource");
    client.oauth().exchange_code(&attempt, "the code").await.expect("the call succeeds");
    let recorded = server.recorded().pop().expect("a request arrived");
    let body = String::from_utf8(recorded.request.body).expect("a form");
    assert!(body.contains("resource=https%3A%2F%2Fapi.example"), "{body}");
}

#[test]
fn a_registration_becomes_client_authentication() {
    let registered = |method: &str| -> RegisteredOAuthClient {
        let answer = json!({
            "client_id": "id", "client_id_issued_at": "1767225600", "client_secret": "s",
            "client_secret_expires_at": 0.0, "token_endpoint_auth_method": method,
        });
        serde_json::from_value(answer).expect("a registration")
    };
    let auth = registered("none").client_auth().expect("a public client");
    assert!(!auth.is_confidential());
    assert!(registered("client_secret_post").client_auth().expect("a confidential client").is_confidential());
    assert!(registered("private_key_jwt").client_auth().is_err());
    assert_eq!(registered("none").client_id_issued_at, Some(1_767_225_600));
}

#[tokio::test]
async fn a_path_segment_that_leads_elsewhere_is_refused() {
    let server = start();
    for id in ["", ".", ".."] {
        assert!(client(&server).oauth_clients().delete(id).await.is_err(), "{id:?}");
    }
    assert!(server.recorded().is_empty());
}
