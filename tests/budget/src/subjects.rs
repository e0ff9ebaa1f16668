//! The generated client and its twin.

use by_hand::{CreateClient, ListClients};
use harness::{BASIC_ID, BASIC_SECRET, Call, KEY, Subject};
use telnyx_oauth::types::{ClientType, CreateOAuthClient, GrantType, ListOAuthClients, TokenRequest};
use telnyx_oauth::{AccessToken, ClientAuth};

const ID: &str = "0b7f9ae2-5b1e-4f0e-9d0a-000000000000";
const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl";

pub struct Generated(telnyx_oauth::Client);

impl Subject for Generated {
    const NAME: &'static str = "generated";

    fn new(base_url: &str) -> Self {
        let builder = telnyx_oauth::Client::builder().base_url(base_url).api_key(KEY);
        Self(builder.client_auth(ClientAuth::basic(BASIC_ID, BASIC_SECRET)).build().expect("a client"))
    }

    async fn call(&self, call: Call) -> Result<(), String> {
        self.make(call).await.map_err(|error| error.to_string())
    }
}

impl Generated {
    async fn make(&self, call: Call) -> Result<(), telnyx_oauth::Error> {
        let client = &self.0;
        match call {
            Call::List => {
                let params = ListOAuthClients::new().page_size(20).filter_name_contains("Client");
                let page = client.oauth_clients().list(params).await?;
                assert_eq!((page.items.len(), page.total_pages), (20, Some(3)));
            }
            Call::Retrieve => assert_eq!(client.oauth_clients().retrieve(ID).await?.name, "Client 0"),
            Call::Token => {
                let token = client.oauth().token(TokenRequest::client_credentials().scope("admin")).await?;
                assert_eq!(token.expires_in, Some(3600));
            }
            Call::Create => {
                let grants = [GrantType::ClientCredentials, GrantType::AuthorizationCode];
                let body =
                    CreateOAuthClient::new(grants, ["admin", "calls:read"], ClientType::Confidential, "Client 0");
                let body = body.redirect_uris(["https://example.com/callback"]).require_pkce(true);
                assert_eq!(client.oauth_clients().create(body).await?.name, "Client 0");
            }
            Call::Introspect => assert!(client.oauth().introspect(AccessToken::from(TOKEN)).await?.active),
        }
        Ok(())
    }
}

pub struct ByHand(by_hand::Client);

impl Subject for ByHand {
    const NAME: &'static str = "by hand";

    fn new(base_url: &str) -> Self {
        let builder = by_hand::Client::builder().base_url(base_url).api_key(KEY);
        Self(builder.client(BASIC_ID, BASIC_SECRET).build().expect("a client"))
    }

    async fn call(&self, call: Call) -> Result<(), String> {
        self.make(call).await.map_err(|error| error.to_string())
    }
}

impl ByHand {
    async fn make(&self, call: Call) -> Result<(), by_hand::Error> {
        let client = &self.0;
        match call {
            Call::List => {
                let filter = Some("Client".to_owned());
                let params = ListClients { page_size: Some(20), filter_name_contains: filter, ..Default::default() };
                let page = client.list_clients(&params).await?;
                assert_eq!((page.data.len(), page.meta.total_pages), (20, Some(3)));
            }
            Call::Retrieve => assert_eq!(client.client(ID).await?.name, "Client 0"),
            Call::Token => {
                let request = by_hand::TokenRequest::ClientCredentials { scope: Some("admin".to_owned()) };
                assert_eq!(client.token(&request).await?.expires_in, 3600);
            }
            Call::Create => {
                let body = CreateClient {
                    allowed_grant_types: vec![
                        by_hand::GrantType::ClientCredentials,
                        by_hand::GrantType::AuthorizationCode,
                    ],
                    allowed_scopes: vec!["admin".to_owned(), "calls:read".to_owned()],
                    client_type: by_hand::ClientType::Confidential,
                    logo_uri: None,
                    name: "Client 0".to_owned(),
                    policy_uri: None,
                    redirect_uris: Some(vec!["https://example.com/callback".to_owned()]),
                    require_pkce: Some(true),
                    tos_uri: None,
                };
                assert_eq!(client.create_client(&body).await?.name, "Client 0");
            }
            Call::Introspect => assert!(client.introspect(TOKEN).await?.active),
        }
        Ok(())
    }
}
