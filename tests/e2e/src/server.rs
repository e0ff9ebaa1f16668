//! The server under test, and its clients.

use std::env;
use std::sync::LazyLock;

use serde_json::Value;
use telnyx_oauth::{Client, ClientAuth, ClientBuilder};

/// The address of the server, which is its issuer identifier too.
pub fn issuer() -> &'static str {
    static ISSUER: LazyLock<Option<String>> = LazyLock::new(|| env::var("E2E_ISSUER").ok());
    ISSUER.as_deref().expect("no server: run these tests with `cargo xtask e2e`")
}

/// A client the server knows.
#[derive(Clone, Copy)]
pub struct Registered {
    /// The client identifier.
    pub id: &'static str,
    /// The client secret; empty for a public client.
    pub secret: &'static str,
}

/// The client of this name in `clients.json`.
pub fn registered(name: &str) -> Registered {
    static CLIENTS: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(include_str!("../server/clients.json")).expect("clients.json is JSON"));
    let text = |member| CLIENTS[name][member].as_str();
    Registered {
        id: text("client_id").expect("clients.json has this client"),
        secret: text("client_secret").unwrap_or_default(),
    }
}

impl Registered {
    /// Authentication in the header.
    pub fn basic(self) -> ClientAuth {
        ClientAuth::basic(self.id, self.secret)
    }

    /// Authentication in the body.
    pub fn post(self) -> ClientAuth {
        ClientAuth::post(self.id, self.secret)
    }
}

/// A client of the server, without credentials.
pub fn builder() -> ClientBuilder {
    builder_at(issuer())
}

/// A client of the server by way of another address.
pub fn builder_at(origin: &str) -> ClientBuilder {
    Client::builder().base_url(format!("{origin}/v2"))
}

/// A client of the server that authenticates like this.
pub fn client(auth: ClientAuth) -> Client {
    builder().client_auth(auth).build().expect("the client builds")
}

/// Revokes a token behind the crate's back: the vendor's API has no operation for it.
pub async fn revoke(by: Registered, token: &str) {
    let form = [("client_id", by.id), ("client_secret", by.secret), ("token", token)];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let response = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("the HTTP stack starts")
        .post(format!("{}/v2/oauth/revoke", issuer()))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .expect("the server answers");
    assert!(response.status().is_success(), "{}", response.status());
}
