//! Dynamic client registration (RFC 7591), and the use of what it gives.

use telnyx_oauth::types::{
    GrantType, RegisterOAuthClient, RegisteredOAuthClient, TokenEndpointAuthMethod, TokenRequest,
};

use crate::flow::{self, DESKTOP_REDIRECT};
use crate::server::{builder, client};

async fn register(wish: RegisterOAuthClient) -> RegisteredOAuthClient {
    builder().build().unwrap().oauth().register(wish).await.unwrap()
}

#[tokio::test]
async fn a_registered_service_gets_a_token() {
    let wish = RegisterOAuthClient::new()
        .client_name("A service")
        .grant_types([GrantType::ClientCredentials])
        .response_types([""; 0])
        .redirect_uris([""; 0])
        .scope("admin")
        .token_endpoint_auth_method(TokenEndpointAuthMethod::ClientSecretPost);
    let registered = register(wish).await;
    assert_eq!(registered.client_name.as_deref(), Some("A service"));
    assert_eq!(registered.client_secret_expires_at, Some(0));
    assert!(registered.registration_access_token.is_some());
    let token = client(registered.client_auth().unwrap())
        .oauth()
        .token(TokenRequest::client_credentials().scope("admin"))
        .await
        .unwrap();
    assert_eq!(token.scope.as_deref(), Some("admin"));
}

#[tokio::test]
async fn what_is_left_out_is_filled_in_by_the_server() {
    let registered = register(RegisterOAuthClient::new().redirect_uris(["https://app.example/callback"])).await;
    assert_eq!(registered.token_endpoint_auth_method.as_deref(), Some("client_secret_basic"));
    assert_eq!(registered.grant_types, Some(vec!["authorization_code".to_owned()]));
    assert_eq!(registered.response_types, Some(vec!["code".to_owned()]));
    assert!(registered.client_secret.is_some());
}

#[tokio::test]
async fn a_registered_public_client_gets_tokens_of_the_user() {
    let wish = RegisterOAuthClient::new()
        .grant_types([GrantType::AuthorizationCode, GrantType::RefreshToken])
        .redirect_uris([DESKTOP_REDIRECT])
        .scope("admin read")
        .token_endpoint_auth_method(TokenEndpointAuthMethod::None);
    let registered = register(wish).await;
    assert!(registered.client_secret.is_none());
    let client = client(registered.client_auth().unwrap());
    let tokens = flow::tokens(&client, &registered.client_id, DESKTOP_REDIRECT).await;
    assert!(tokens.refresh_token.is_some());
}

#[tokio::test]
async fn a_refused_redirect_uri_is_named_as_the_reason() {
    let client = builder().build().unwrap();
    let wish = RegisterOAuthClient::new().redirect_uris(["not a URI"]);
    let error = client.oauth().register(wish).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 400);
    assert_eq!(error.code(), Some("invalid_redirect_uri"), "{error}");
    assert!(error.as_api().unwrap().description().is_some());
}

#[tokio::test]
async fn refused_metadata_is_named_as_the_reason() {
    let client = builder().build().unwrap();
    let wish = RegisterOAuthClient::new().redirect_uris(["https://app.example/"]).response_types(["token"]);
    let error = client.oauth().register(wish).await.unwrap_err();
    assert_eq!(error.code(), Some("invalid_client_metadata"), "{error}");
}
