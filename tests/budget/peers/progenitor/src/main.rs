//! Calls by what progenitor makes of our document. Credentials are not its concern: they are headers of the HTTP client.

use std::process::ExitCode;

use harness::{BASIC_ID, BASIC_SECRET, Call, Counting, KEY, Subject};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

#[allow(warnings)]
mod client {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Progenitor {
    bearer: client::Client,
    basic: client::Client,
}

fn with(base_url: &str, authorization: &str) -> client::Client {
    let mut value = HeaderValue::from_str(authorization).expect("a header");
    value.set_sensitive(true);
    let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
    client::Client::new_with_client(
        base_url,
        reqwest::Client::builder().default_headers(headers).build().expect("a client"),
    )
}

impl Subject for Progenitor {
    const NAME: &'static str = "progenitor";

    fn new(base_url: &str) -> Self {
        let mut basic = reqwest::Client::new().get(base_url).basic_auth(BASIC_ID, Some(BASIC_SECRET)).build();
        let basic = basic.as_mut().expect("a request").headers_mut().remove(AUTHORIZATION).expect("a header");
        Self { bearer: with(base_url, &format!("Bearer {KEY}")), basic: with(base_url, basic.to_str().expect("text")) }
    }

    async fn call(&self, call: Call) -> Result<(), String> {
        self.make(call).await.map_err(|error| error.to_string())
    }
}

impl Progenitor {
    async fn make(&self, call: Call) -> Result<(), progenitor_client::Error<()>> {
        let Self { bearer, basic } = self;
        match call {
            Call::List => {
                let size = std::num::NonZeroU64::new(20);
                let page = bearer.list_o_auth_clients(None, None, None, None, Some("Client"), None, None, size).await?;
                assert_eq!(page.into_inner().data.len(), 20);
            }
            Call::Retrieve => {
                let id = "0b7f9ae2-5b1e-4f0e-9d0a-000000000000".parse().expect("an identifier");
                assert_eq!(bearer.get_o_auth_client(&id).await?.into_inner().data.expect("data").name, "Client 0");
            }
            Call::Token => {
                let body = client::types::TokenRequest {
                    client_id: None,
                    client_secret: None,
                    code: None,
                    code_verifier: None,
                    grant_type: client::types::TokenRequestGrantType::ClientCredentials,
                    redirect_uri: None,
                    refresh_token: None,
                    scope: Some("admin".to_owned()),
                };
                assert_eq!(basic.exchange_o_auth_token(&body).await?.into_inner().expires_in, 3600);
            }
            Call::Create => {
                use client::types::{
                    OAuthClientCreateRequest, OAuthClientCreateRequestAllowedGrantTypesItem as GrantType,
                    OAuthClientCreateRequestClientType as ClientType,
                };
                let body = OAuthClientCreateRequest {
                    allowed_grant_types: vec![GrantType::ClientCredentials, GrantType::AuthorizationCode],
                    allowed_scopes: vec!["admin".to_owned(), "calls:read".to_owned()],
                    client_type: ClientType::Confidential,
                    logo_uri: None,
                    name: "Client 0".to_owned(),
                    policy_uri: None,
                    redirect_uris: vec!["https://example.com/callback".to_owned()],
                    require_pkce: true,
                    tos_uri: None,
                };
                assert_eq!(bearer.create_o_auth_client(&body).await?.into_inner().data.expect("data").name, "Client 0");
            }
            Call::Introspect => {
                let token = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl".to_owned();
                let body = client::types::IntrospectRequest { token };
                assert!(basic.introspect_o_auth_token(&body).await?.into_inner().active);
            }
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    harness::serves::<Progenitor>().unwrap_or(ExitCode::from(2))
}
