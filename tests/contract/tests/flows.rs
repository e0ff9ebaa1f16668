//! What the answers of a flow are good for.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use telnyx_oauth::test_util::ScriptedTransport;
use telnyx_oauth::types::{
    AuthorizationServerMetadata, AuthorizeOAuth, GrantRedirect, Introspection, OAuthClient, RegisteredOAuthClient,
    TokenRequest, TokenResponse,
};
use telnyx_oauth::{Client, ClientAuth, ClientAuthError, Timestamp};

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("an answer of the server")
}

#[test]
fn an_answer_is_taken_without_what_rfcs_leave_to_the_server() {
    let token: TokenResponse = read(json!({"access_token": "t", "token_type": "Bearer"}));
    let tokens = token.into_token_set(SystemTime::UNIX_EPOCH, None).expect("a bearer token");
    assert_eq!((tokens.access_token.expose(), tokens.expires_at), ("t", None));
    let client: RegisteredOAuthClient = read(json!({"client_id": "id", "client_secret": "s"}));
    assert!(client.client_auth().expect("a client").is_confidential());
}

#[test]
fn answers_with_secrets_can_be_kept() {
    let token = json!({"access_token": "t", "token_type": "Bearer", "expires_in": 60, "refresh_token": "r", "more": [1]});
    let kept = read::<TokenResponse>(token.clone()).to_secret_json().expect("JSON");
    assert_eq!(serde_json::from_str::<Value>(&kept).expect("JSON"), token);
    assert!(TokenResponse::from_secret_json(&kept).is_ok_and(|token| token.access_token.expose() == "t"));

    let client = json!({"client_id": "id", "client_secret": "s", "registration_access_token": "a", "grant_types": ["x"]});
    let kept = read::<RegisteredOAuthClient>(client.clone()).to_secret_json().expect("JSON");
    assert_eq!(serde_json::from_str::<Value>(&kept).expect("JSON"), client);

    let client = json!({
        "client_id": "id", "client_secret": "s", "client_type": "confidential", "created_at": "2026-01-01T00:00:00Z",
        "name": "An app", "org_id": "o", "record_type": "oauth_client", "require_pkce": true,
        "updated_at": "2026-01-01T00:00:00Z", "user_id": "u",
    });
    let kept = read::<OAuthClient>(client.clone()).to_secret_json().expect("JSON");
    assert_eq!(serde_json::from_str::<Value>(&kept).expect("JSON"), client);
}

#[test]
fn a_secret_that_has_expired_is_not_used() {
    let registered = |expires_at: Value, method: &str| -> RegisteredOAuthClient {
        read(json!({
            "client_id": "id", "client_secret": "s", "client_secret_expires_at": expires_at,
            "token_endpoint_auth_method": method,
        }))
    };
    let client = registered(json!(5), "client_secret_basic");
    assert_eq!(client.secret_expires_at(), Some(Timestamp::from_unix(5)));
    let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    assert!(!client.is_secret_expired(at(4)) && client.is_secret_expired(at(5)));
    assert!(client.client_auth_at(at(4)).is_ok());
    for error in [client.client_auth(), client.client_auth_at(at(5))].map(|auth| auth.expect_err("an old secret")) {
        let source = std::error::Error::source(&error).and_then(|source| source.downcast_ref());
        assert_eq!(source, Some(&ClientAuthError::SecretExpired));
    }
    assert!(registered(json!(5), "none").client_auth().is_ok(), "a public client uses no secret");
    for never in [json!(0), json!(null)] {
        let client = registered(never, "client_secret_basic");
        assert!(client.secret_expires_at().is_none() && client.client_auth().is_ok());
    }
}

#[test]
fn the_state_of_a_token_says_whom_it_is_for_and_when() {
    let state: Introspection =
        read(json!({"active": true, "aud": ["a", "b"], "scope": "x  y", "exp": 7, "iat": "5", "nbf": 6.5}));
    assert!(state.is_for("a") && state.is_for("b") && !state.is_for("A") && !state.is_for(""));
    assert_eq!(state.scopes().collect::<Vec<_>>(), ["x", "y"]);
    let seconds = [state.expires_at(), state.issued_at(), state.not_before()].map(|time| time.map(Timestamp::unix_seconds));
    assert_eq!(seconds, [Some(7), Some(5), Some(6)]);
    assert!(read::<Introspection>(json!({"active": true, "aud": "a"})).is_for("a"));
    let bare: Introspection = read(json!({"active": true}));
    assert!(!bare.is_for("") && bare.expires_at().is_none() && bare.scopes().next().is_none());
}

#[test]
fn the_redirect_of_a_grant_is_a_callback() {
    let client = Client::builder().transport(ScriptedTransport::new()).build().expect("a client");
    let params = AuthorizeOAuth::new("id", "https://app.example/callback");
    let mut attempt = client.oauth().authorize_url(params).expect("the URL can be built");
    let redirect = format!("https://app.example/callback?code=c&state={}", attempt.state().expose());
    let redirect: GrantRedirect = read(json!({"redirect_uri": redirect}));
    assert_eq!(attempt.accept_callback(&redirect.redirect_uri).expect("the answer").expose(), "c");
}

#[tokio::test]
async fn every_operation_of_an_authorization_server_goes_to_the_one_that_was_discovered() {
    let script = ScriptedTransport::new();
    let client = Client::builder().transport(script.clone()).build().expect("a client");
    let metadata: AuthorizationServerMetadata = read(json!({
        "issuer": "https://as.example",
        "authorization_endpoint": "https://as.example/1",
        "token_endpoint": "https://as.example/2",
        "introspection_endpoint": "https://as.example/3",
        "registration_endpoint": "https://as.example/4",
        "jwks_uri": "https://as.example/5",
        "authorization_response_iss_parameter_supported": true,
    }));
    let client = client.with_authorization_server(&metadata).expect("a server that can be used");
    let client = client.with_credentials(ClientAuth::basic("id", "s"));
    let mut attempt =
        client.oauth().authorize_url(AuthorizeOAuth::new("id", "https://app.example/")).expect("the URL can be built");
    assert!(attempt.url().starts_with("https://as.example/1?"), "{}", attempt.url());
    let answer = format!("code=c&state={}", attempt.state().expose());
    assert!(attempt.accept_callback(&answer).is_err(), "the server names itself");
    script.respond_json(200, &json!({"access_token": "t", "token_type": "Bearer"}));
    script.respond_json(200, &json!({"active": true}));
    script.respond_json(201, &json!({"client_id": "id"}));
    script.respond_json(200, &json!({"keys": []}));
    client.oauth().token(TokenRequest::refresh_token("r")).await.expect("tokens");
    client.oauth().introspect("t").await.expect("the state");
    client.oauth().register(telnyx_oauth::types::RegisterOAuthClient::new()).await.expect("a client");
    client.oauth().jwks().await.expect("keys");
    let urls: Vec<String> = script.requests().iter().map(|request| request.uri.to_string()).collect();
    assert_eq!(urls, [2, 3, 4, 5].map(|number| format!("https://as.example/{number}")));
}
