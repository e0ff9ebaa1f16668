//! From a refused call to the authorization server.

use http::{Response, header};
use serde_json::{Value, json};

use super::{
    api::{ResourceDescription, ServerDescription},
    builder,
};
use crate::{
    Client, Discovery, DiscoveryError, Error, discovery,
    test_util::{RecordedRequest, ScriptedTransport},
};

const METADATA: &str = "https://meta.example/resource?of=api";
const ISSUER: &str = "https://as.example/tenant/";

fn resource(identifier: &str) -> Value {
    json!({"resource": identifier, "authorization_servers": [ISSUER, "https://second.example"]})
}

struct World {
    script: ScriptedTransport,
    client: Client,
}

impl World {
    fn new() -> Self {
        let script = ScriptedTransport::new();
        let client = builder(&script).api_key("key").default_header("x-tenant", "secret").build().unwrap();
        Self { script, client }
    }

    /// The error of a call that is refused with a way to the metadata.
    async fn refusal(&self, metadata: &str) -> Error {
        let challenge = format!("Basic, Bearer error=\"invalid_token\", resource_metadata=\"{metadata}\"");
        let refusal = Response::builder().status(401).header(header::WWW_AUTHENTICATE, challenge).body("");
        self.script.respond_with(refusal.unwrap());
        self.client.api().retrieve("1").await.unwrap_err()
    }

    async fn discover(&self, refusal: &Error) -> Result<Discovery<ResourceDescription, ServerDescription>, Error> {
        discovery::of_refusal(&self.client, refusal).await
    }

    /// The requests after the one that was refused.
    fn discovering(&self) -> Vec<RecordedRequest> {
        self.script.requests().into_iter().filter(|request| request.header("authorization").is_none()).collect()
    }
}

fn why(error: &Error) -> DiscoveryError {
    *std::error::Error::source(error).unwrap().downcast_ref().unwrap()
}

#[tokio::test]
async fn a_refusal_leads_to_the_authorization_server() {
    for identifier in ["https://api.example.com/v2", "https://api.example.com", "https://API.example.com:443/v2/"] {
        let world = World::new();
        let refusal = world.refusal(METADATA).await;
        world.script.respond_json(200, &resource(identifier)).respond_json(200, &json!({"issuer": ISSUER}));
        let found = world.discover(&refusal).await.unwrap();
        assert_eq!((found.resource.resource.as_str(), found.server.issuer.as_str()), (identifier, ISSUER));
        let urls: Vec<String> = world.discovering().iter().map(|request| request.uri.to_string()).collect();
        assert_eq!(urls, [METADATA, "https://as.example/.well-known/oauth-authorization-server/tenant"]);
        for request in world.discovering() {
            request.assert_no_credential();
            assert_eq!(request.header("x-tenant"), None, "headers of the client are for its own server");
        }
    }
}

#[tokio::test]
async fn metadata_of_another_resource_is_refused() {
    let others = [
        "https://evil.example/v2",
        "http://api.example.com/v2",
        "https://api.example.com:8443/v2",
        "https://api.example.com/v",
        "https://api.example.com/v2/oauth_clients/1/keys",
        "https://api.example.com/v2?tenant=1",
        "not a URL",
        "",
    ];
    for other in others {
        let world = World::new();
        let refusal = world.refusal(METADATA).await;
        world.script.respond_json(200, &resource(other));
        let error = world.discover(&refusal).await.unwrap_err();
        assert_eq!(why(&error), DiscoveryError::ResourceMismatch, "{other}");
        assert_eq!(world.discovering().len(), 1, "no server of {other} is asked");
    }
}

#[tokio::test]
async fn metadata_of_another_authorization_server_is_refused() {
    for other in ["https://evil.example", "https://as.example/tenant", "https://AS.example/tenant/"] {
        let world = World::new();
        let refusal = world.refusal(METADATA).await;
        let api = resource("https://api.example.com");
        world.script.respond_json(200, &api).respond_json(200, &json!({"issuer": other}));
        let error = world.discover(&refusal).await.unwrap_err();
        assert_eq!(why(&error), DiscoveryError::IssuerMismatch, "{other}");
    }
}

#[tokio::test]
async fn a_resource_without_an_authorization_server_says_so() {
    let world = World::new();
    let refusal = world.refusal(METADATA).await;
    world.script.respond_json(200, &json!({"resource": "https://api.example.com"}));
    assert_eq!(why(&world.discover(&refusal).await.unwrap_err()), DiscoveryError::NoAuthorizationServer);
}

#[tokio::test]
async fn nothing_is_asked_from_where_nobody_may_be_asked() {
    for metadata in [
        "http://127.0.0.1:9/",
        "http://localhost/",
        "http://meta.example/",
        "ftp://meta.example/",
        "/relative",
        "https://user@meta.example/",
        "x y",
    ] {
        let world = World::new();
        let refusal = world.refusal(metadata).await;
        assert_eq!(why(&world.discover(&refusal).await.unwrap_err()), DiscoveryError::InvalidUrl, "{metadata}");
        assert!(world.discovering().is_empty());
    }
    let world = World::new();
    for issuer in ["https://as.example/?x", "https://as.example/#x", "http://as.example"] {
        let error = discovery::of_issuer::<ServerDescription>(&world.client, issuer).await.unwrap_err();
        assert_eq!(why(&error), DiscoveryError::InvalidUrl, "{issuer}");
    }
    assert!(world.script.requests().is_empty());
}

#[tokio::test]
async fn another_error_is_no_way_to_the_metadata() {
    let world = World::new();
    world.script.respond(401, "text/plain", "");
    let without = world.client.api().retrieve("1").await.unwrap_err();
    let challenge = format!("Bearer resource_metadata=\"{METADATA}\"");
    let forbidden = Response::builder().status(403).header(header::WWW_AUTHENTICATE, challenge).body("");
    world.script.respond_with(forbidden.unwrap());
    let forbidden = world.client.api().retrieve("1").await.unwrap_err();
    for error in [without, forbidden, Error::Configuration { message: String::new() }] {
        assert_eq!(why(&world.discover(&error).await.unwrap_err()), DiscoveryError::NoMetadata);
    }
}

#[tokio::test]
async fn a_resource_is_found_at_its_well_known_place() {
    let world = World::new();
    let identifier = "https://mcp.example/a/b";
    world.script.respond_json(200, &resource(identifier)).respond_json(200, &json!({"issuer": ISSUER}));
    let found = discovery::of_resource::<ResourceDescription, ServerDescription>(&world.client, identifier).await;
    assert_eq!(found.unwrap().server.issuer, ISSUER);
    let first = &world.script.requests()[0].uri;
    assert_eq!(first, "https://mcp.example/.well-known/oauth-protected-resource/a/b");
    world.script.respond_json(200, &resource("https://mcp.example/a/b/"));
    let found = discovery::of_resource::<ResourceDescription, ServerDescription>(&world.client, identifier).await;
    assert_eq!(why(&found.unwrap_err()), DiscoveryError::ResourceMismatch);
}

#[tokio::test]
async fn the_servers_of_a_resource_are_asked_in_order_until_one_can_be_used() {
    let world = World::new();
    let refusal = world.refusal(METADATA).await;
    world.script.respond_json(200, &resource("https://api.example.com")).respond_json(404, &json!({}));
    world.script.respond_json(200, &json!({"issuer": "https://second.example"}));
    assert_eq!(world.discover(&refusal).await.unwrap().server.issuer, "https://second.example");
}

#[tokio::test]
async fn a_resource_cannot_have_all_the_world_asked() {
    let world = World::new();
    let refusal = world.refusal(METADATA).await;
    let servers: Vec<String> = (0..1000).map(|number| format!("https://{number}.example")).collect();
    let resource = json!({"resource": "https://api.example.com", "authorization_servers": servers});
    world.script.respond_json(200, &resource).respond_json(200, &json!({"issuer": "https://evil.example"}));
    for _ in 0..1000 {
        world.script.respond_json(404, &json!({}));
    }
    let error = world.discover(&refusal).await.unwrap_err();
    assert_eq!(why(&error), DiscoveryError::IssuerMismatch, "the error of the first");
    assert_eq!(world.discovering().len(), 1 + 8);
}

#[tokio::test]
async fn a_resource_with_a_query_is_found_at_its_well_known_place() {
    let world = World::new();
    let identifier = "https://mcp.example/a?tenant=1";
    world.script.respond_json(200, &resource(identifier)).respond_json(200, &json!({"issuer": ISSUER}));
    let found = discovery::of_resource::<ResourceDescription, ServerDescription>(&world.client, identifier).await;
    assert_eq!(found.unwrap().resource.resource, identifier);
    let first = &world.script.requests()[0].uri;
    assert_eq!(first, "https://mcp.example/.well-known/oauth-protected-resource/a?tenant=1");
}

#[tokio::test]
async fn a_server_elsewhere_cannot_have_this_machine_asked() {
    let local = json!({"resource": "https://api.example.com", "authorization_servers": ["http://127.0.0.1:9"]});
    let world = World::new();
    let refusal = world.refusal(METADATA).await;
    world.script.respond_json(200, &local);
    assert_eq!(why(&world.discover(&refusal).await.unwrap_err()), DiscoveryError::InvalidUrl);
    assert_eq!(world.discovering().len(), 1);

    let (identifier, issuer) = ("http://127.0.0.1:9", "http://127.0.0.1:9");
    let local = json!({"resource": identifier, "authorization_servers": [issuer]});
    world.script.respond_json(200, &local).respond_json(200, &json!({"issuer": issuer}));
    let found = discovery::of_resource::<ResourceDescription, ServerDescription>(&world.client, identifier).await;
    assert_eq!(found.unwrap().server.issuer, issuer, "the caller may, and what is on this machine may");
}
