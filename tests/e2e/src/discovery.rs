//! Where the endpoints are (RFC 8414, RFC 9728), and that finding out sends no credentials.

use telnyx_oauth::DiscoveryError;
use telnyx_oauth::types::{ListOAuthClients, RegisterOAuthClient};

use crate::proxy::{Answers, Proxy};
use crate::server::{builder, builder_at, issuer, registered};

#[tokio::test]
async fn metadata_names_the_endpoints_and_what_they_support() {
    let client = builder().build().unwrap();
    let metadata = client.well_known().authorization_server_metadata().await.unwrap();
    assert_eq!(metadata.issuer, issuer());
    let endpoint = |path: &str| Some(format!("{}/v2/oauth/{path}", issuer()));
    assert_eq!(metadata.authorization_endpoint, endpoint("authorize"));
    assert_eq!(metadata.token_endpoint, endpoint("token"));
    assert_eq!(metadata.introspection_endpoint, endpoint("introspect"));
    assert_eq!(metadata.jwks_uri, endpoint("jwks"));
    assert_eq!(metadata.registration_endpoint, endpoint("register"));
    assert_eq!(metadata.code_challenge_methods_supported, Some(vec!["S256".to_owned()]));
    assert_eq!(metadata.authorization_response_iss_parameter_supported, Some(true));
    let grants = metadata.grant_types_supported.unwrap();
    for grant in ["authorization_code", "client_credentials", "refresh_token"] {
        assert!(grants.iter().any(|found| found == grant), "{grant} is not in {grants:?}");
    }
}

#[tokio::test]
async fn the_resource_names_its_authorization_server() {
    let client = builder().build().unwrap();
    let metadata = client.well_known().protected_resource_metadata().await.unwrap();
    assert_eq!(metadata.resource, issuer());
    assert_eq!(metadata.authorization_servers, Some(vec![issuer().to_owned()]));
}

#[tokio::test]
async fn public_operations_send_no_credentials() {
    let proxy = Proxy::start(Answers::Pass).await;
    let auth = registered("basic").basic();
    let client = builder_at(proxy.origin()).api_key("an API key").client_auth(auth).build().unwrap();
    client.well_known().authorization_server_metadata().await.unwrap();
    client.well_known().protected_resource_metadata().await.unwrap();
    client.oauth().jwks().await.unwrap();
    let wish = RegisterOAuthClient::new().redirect_uris(["http://127.0.0.1/callback"]);
    client.oauth().register(wish).await.unwrap();
    let requests = proxy.requests();
    assert_eq!(requests.len(), 4);
    for request in requests {
        assert_eq!(request.header("authorization"), None, "{}", request.head);
        assert!(!request.body.contains("client_secret"), "{}", request.body);
    }
}

#[tokio::test]
async fn a_refused_call_leads_to_the_authorization_server() {
    let client = builder().api_key("unknown").build().unwrap();
    let refusal = client.oauth_clients().list(ListOAuthClients::new()).await.unwrap_err();
    let found = client.well_known().discover(&refusal).await.unwrap();
    assert_eq!(found.resource.resource, issuer());
    assert_eq!(found.server.issuer, issuer());
    found.server.validate_issuer(issuer()).unwrap();
    assert!(found.server.validate_issuer(&format!("{}/", issuer())).is_err());
}

#[tokio::test]
async fn metadata_of_another_host_is_refused() {
    // The resource is the server's, not the proxy's that was called.
    let proxy = Proxy::start(Answers::Pass).await;
    let client = builder_at(proxy.origin()).api_key("unknown").build().unwrap();
    let refusal = client.oauth_clients().list(ListOAuthClients::new()).await.unwrap_err();
    let error = client.well_known().discover(&refusal).await.unwrap_err();
    let why = std::error::Error::source(&error).unwrap().downcast_ref();
    assert_eq!(why, Some(&DiscoveryError::ResourceMismatch));
    let error = client.well_known().discover_server(proxy.origin()).await.unwrap_err();
    let why = std::error::Error::source(&error).unwrap().downcast_ref();
    assert_eq!(why, Some(&DiscoveryError::IssuerMismatch));
}
