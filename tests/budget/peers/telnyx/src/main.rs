//! Calls by the crate `telnyx`. It has no client authentication and no forms: token and introspection send JSON and the
//! API key, less than the others send.

use std::process::ExitCode;

use harness::{Call, Counting, KEY, Subject};
use telnyx::generated::{o_auth_clients, o_auth_protocol};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Telnyx(telnyx::Client);

impl Subject for Telnyx {
    const NAME: &'static str = "telnyx 0.1";

    fn new(base_url: &str) -> Self {
        Self(telnyx::Client::builder().api_key(KEY).base_url(base_url).build().expect("a client"))
    }

    async fn call(&self, call: Call) -> Result<(), String> {
        self.make(call).await.map_err(|error| error.to_string())
    }
}

impl Telnyx {
    async fn make(&self, call: Call) -> Result<(), telnyx::Error> {
        let (clients, protocol) = (self.0.generated().o_auth_clients(), self.0.generated().o_auth_protocol());
        match call {
            Call::List => {
                let params = o_auth_clients::ListOAuthClientsParams {
                    page_size: Some(20),
                    filter_name_contains: Some("Client".to_owned()),
                    ..Default::default()
                };
                assert_eq!(clients.list_o_auth_clients(params).await?.data.len(), 20);
            }
            Call::Retrieve => {
                let client = clients.get_o_auth_client("0b7f9ae2-5b1e-4f0e-9d0a-000000000000").await?;
                assert_eq!(client.name.as_deref(), Some("Client 0"));
            }
            Call::Token => {
                let request = o_auth_protocol::TokenRequest {
                    grant_type: Some(o_auth_protocol::TokenRequestGrantType::ClientCredentials),
                    scope: Some("admin".to_owned()),
                    ..Default::default()
                };
                assert_eq!(protocol.exchange_o_auth_token(request).await?.expires_in, Some(3600));
            }
            Call::Create => {
                use o_auth_clients::{
                    OAuthClientCreateRequest, OAuthClientCreateRequestAllowedGrantTypesItem as GrantType,
                    OAuthClientCreateRequestClientType as ClientType,
                };
                let body = OAuthClientCreateRequest {
                    allowed_grant_types: Some(vec![GrantType::ClientCredentials, GrantType::AuthorizationCode]),
                    allowed_scopes: Some(vec!["admin".to_owned(), "calls:read".to_owned()]),
                    client_type: Some(ClientType::Confidential),
                    name: Some("Client 0".to_owned()),
                    redirect_uris: Some(vec!["https://example.com/callback".to_owned()]),
                    require_pkce: Some(true),
                    ..Default::default()
                };
                assert_eq!(clients.create_o_auth_client(body).await?.name.as_deref(), Some("Client 0"));
            }
            Call::Introspect => {
                let token = Some("eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl".to_owned());
                let request = o_auth_protocol::IntrospectRequest { token };
                assert_eq!(protocol.introspect_o_auth_token(request).await?.active, Some(true));
            }
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    harness::serves::<Telnyx>().unwrap_or(ExitCode::from(2))
}
