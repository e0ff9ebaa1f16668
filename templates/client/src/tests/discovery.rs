//! From a refused call to the authorization server.

use http::{Response, header};
use serde_json::{Value, json};

use super::{
    api::{ResourceDescription, ServerDescription, TokenRequest},
    builder, new_year,
};
use crate::{
    CallbackError, Challenge, Client, ClientAuth, Discovery, DiscoveryError, Error, ManagedToken, TokenSet, discovery,
    test_util::{RecordedRequest, ScriptedTransport},
};

const METADATA: &str = "https://api.example.com/.well-known/oauth-protected-resource";
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
async fn metadata_of_elsewhere_speaks_for_the_url_that_was_called_only() {
    let called = "https://api.example.com/v2/oauth_clients/1";
    for (metadata, identifier, is_right) in [
        ("https://meta.example/any", called, true),
        ("https://api.example.com/any?where", called, true),
        ("https://meta.example/any", "https://api.example.com/v2", false),
        ("https://meta.example/.well-known/oauth-protected-resource", "https://api.example.com", false),
        ("https://api.example.com/v2/oauth_clients/1/metadata", "https://api.example.com", false),
        ("https://api.example.com/.well-known/oauth-protected-resource/v2", "https://api.example.com", false),
        ("https://api.example.com/.well-known/oauth-protected-resources", "https://api.example.com", false),
        ("https://api.example.com/.well-known/oauth-protected-resource/v2", "https://api.example.com/v2", true),
        ("https://api.example.com/.well-known/oauth-protected-resource", "https://api.example.com/v2", true),
    ] {
        let world = World::new();
        let refusal = world.refusal(metadata).await;
        world.script.respond_json(200, &resource(identifier)).respond_json(200, &json!({"issuer": ISSUER}));
        let found = world.discover(&refusal).await.map(|_| ()).map_err(|error| why(&error));
        let expected = if is_right { Ok(()) } else { Err(DiscoveryError::ResourceMismatch) };
        assert_eq!(found, expected, "{metadata} {identifier}");
    }
}

#[tokio::test]
async fn a_resource_elsewhere_does_not_reach_services_of_this_machine() {
    let places = [
        "http://127.0.0.1:9200/x",
        "http://localhost:9200/x",
        "http://[::1]:9200/x",
        "https://127.0.0.1/x",
        "https://localhost./x",
        "https://any.localhost/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://0.0.0.0/x",
    ];
    for place in places {
        let world = World::new();
        let refusal = world.refusal(place).await;
        assert_eq!(why(&world.discover(&refusal).await.unwrap_err()), DiscoveryError::InvalidUrl, "{place}");
        assert!(world.discovering().is_empty());

        let refusal = world.refusal(METADATA).await;
        let api = json!({"resource": "https://api.example.com", "authorization_servers": [place]});
        world.script.respond_json(200, &api);
        assert_eq!(why(&world.discover(&refusal).await.unwrap_err()), DiscoveryError::InvalidUrl, "{place}");
        assert_eq!(world.discovering().len(), 1, "{place}");

        world.script.respond_json(200, &json!({"issuer": "https://as.example", "token_endpoint": place}));
        let found = discovery::of_issuer::<ServerDescription>(&world.client, "https://as.example").await;
        assert_eq!(why(&found.unwrap_err()), DiscoveryError::InvalidUrl, "{place}");
    }
}

#[tokio::test]
async fn a_resource_of_this_machine_may_lead_to_this_machine() {
    let script = ScriptedTransport::new();
    let client = builder(&script).base_url("http://127.0.0.1:7000").build().unwrap();
    let (resource, issuer) = ("http://127.0.0.1:7000", "http://localhost:7001");
    script.respond_json(200, &json!({"resource": resource, "authorization_servers": [issuer]}));
    script.respond_json(200, &json!({"issuer": issuer, "token_endpoint": "http://localhost:7001/t"}));
    let challenge = "Bearer resource_metadata=\"http://127.0.0.1:7000/.well-known/oauth-protected-resource\"";
    let found = discovery::of_challenge::<ResourceDescription, ServerDescription>(&client, resource, challenge).await;
    assert_eq!(found.unwrap().server.issuer, issuer);
}

#[tokio::test]
async fn metadata_is_asked_for_once() {
    let world = World::new();
    let refusal = world.refusal(METADATA).await;
    world.script.respond_json(503, &json!({})).respond_json(200, &resource("https://api.example.com"));
    assert!(world.discover(&refusal).await.unwrap_err().is_server_error());
    assert_eq!(world.discovering().len(), 1);
}

#[tokio::test]
async fn metadata_with_an_endpoint_that_anyone_can_listen_to_is_refused() {
    let names =
        ["authorization_endpoint", "token_endpoint", "introspection_endpoint", "registration_endpoint", "jwks_uri"];
    for name in names {
        for wrong in ["http://as.example/x", "/x", "", "https://as.example/#x", "https://user@as.example/x"] {
            let world = World::new();
            world.script.respond_json(200, &json!({"issuer": "https://as.example", name: wrong}));
            let found = discovery::of_issuer::<ServerDescription>(&world.client, "https://as.example").await;
            assert_eq!(why(&found.unwrap_err()), DiscoveryError::InvalidUrl, "{name} {wrong:?}");
        }
    }
}

#[tokio::test]
async fn a_challenge_of_any_http_stack_leads_to_the_authorization_server() {
    let world = World::new();
    let called = "https://mcp.example/mcp?session=1";
    world.script.respond_json(200, &resource("https://mcp.example/mcp")).respond_json(200, &json!({"issuer": ISSUER}));
    let challenge = "Basic realm=\"x\", Bearer resource_metadata=\"https://meta.example/mcp\"";
    let discover =
        |challenge| discovery::of_challenge::<ResourceDescription, ServerDescription>(&world.client, called, challenge);
    assert_eq!(discover(challenge).await.unwrap().server.issuer, ISSUER);
    assert_eq!(why(&discover("Bearer realm=\"x\"").await.unwrap_err()), DiscoveryError::NoMetadata);
    assert_eq!(Challenge::parse(challenge)[1].resource_metadata(), Some("https://meta.example/mcp"));
}

fn server(changes: &Value) -> ServerDescription {
    let mut metadata = json!({
        "issuer": "https://as.example",
        "authorization_endpoint": "https://login.example/authorize?tenant=1",
        "token_endpoint": "https://as.example/token",
        "introspection_endpoint": "https://as.example/introspect",
        "registration_endpoint": "https://as.example/register",
        "jwks_uri": "https://as.example/keys",
    });
    metadata.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    serde_json::from_value(metadata).unwrap()
}

const REDIRECT_URI: &str = "https://app.example/callback";

#[tokio::test]
async fn a_client_uses_the_endpoints_that_were_discovered() {
    let World { script, client } = World::new();
    let client = client.with_server(&server(&json!({}))).unwrap();
    script.respond_json(201, &json!({"client_id": "new", "client_secret": "s"}));
    client.api().register("An app").await.unwrap();
    let registered = client.with_credentials(ClientAuth::basic("new", "s"));
    let attempt = registered.api().authorize_url("new", REDIRECT_URI).unwrap();
    assert!(attempt.url().starts_with("https://login.example/authorize?tenant=1&client_id=new&"), "{}", attempt.url());
    let token = json!({"access_token": "at", "token_type": "Bearer", "expires_in": 60});
    script
        .respond_json(200, &token)
        .respond_json(200, &json!({"active": true}))
        .respond_json(200, &json!({"keys": []}));
    registered.api().exchange_code(&attempt, "c").await.unwrap();
    registered.api().introspect("at").await.unwrap();
    registered.api().jwks().await.unwrap();
    script.respond_json(200, &token).respond_json(200, &json!({"data": {"client_id": "c"}}));
    registered.api().retrieve("1").await.unwrap();

    let requests = script.requests();
    let urls: Vec<String> = requests.iter().map(|request| request.uri.to_string()).collect();
    assert_eq!(
        urls,
        [
            "https://as.example/register",
            "https://as.example/token",
            "https://as.example/introspect",
            "https://as.example/keys",
            "https://as.example/token",
            "https://api.example.com/v2/oauth_clients/1",
        ]
    );
    assert!(requests[..5].iter().all(|request| request.header("x-tenant").is_none()), "the API's headers are its own");
    assert_eq!(requests[5].header("x-tenant"), Some("secret"));
    requests[1].assert_client_basic("new", "s");
}

#[tokio::test]
async fn an_attempt_expects_the_issuer_that_was_discovered() {
    let World { client, .. } = World::new();
    for (supported, answer, expected) in [
        (json!(null), "", None),
        (json!(true), "", Some(CallbackError::IssuerMissing)),
        (json!(false), "&iss=https%3A%2F%2Fevil.example", Some(CallbackError::IssuerMismatch)),
        (json!(true), "&iss=https%3A%2F%2Fas.example", None),
    ] {
        let server = server(&json!({"authorization_response_iss_parameter_supported": supported}));
        let mut attempt = client.with_server(&server).unwrap().api().authorize_url("c", REDIRECT_URI).unwrap();
        let answer = format!("code=x&state={}{answer}", attempt.state().expose());
        assert_eq!(attempt.accept_callback(&answer).err(), expected, "{answer}");
    }
}

#[tokio::test]
async fn an_endpoint_that_the_server_does_not_have_is_not_replaced_by_another_servers() {
    let World { script, client } = World::new();
    let server = server(&json!({"introspection_endpoint": null}));
    let client = client.with_server(&server).unwrap().with_credentials(ClientAuth::basic("c", "s"));
    let error = client.api().introspect("t").await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest { operation: "Introspect", .. }), "{error:?}");
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn secrets_of_one_authorization_server_are_not_sent_to_another() {
    let script = ScriptedTransport::new();
    let user = ManagedToken::of_user(ClientAuth::public("c"), TokenSet::new("old").refresh_token("r"), new_year());
    let builders = [
        builder(&script).client_auth(ClientAuth::basic("c", "s")),
        builder(&script).credential("oauthClientAuth", ClientAuth::basic("c", "s")),
        builder(&script).managed_token(user),
    ];
    for builder in builders {
        let client = builder.build().unwrap().with_server(&server(&json!({}))).unwrap();
        let errors = [
            client.api().introspect("t").await.unwrap_err(),
            client.api().token(TokenRequest::refresh_token("r")).await.unwrap_err(),
            client.api().retrieve("1").await.unwrap_err(),
        ];
        assert!(errors.iter().all(|error| matches!(error, Error::MissingCredential { .. })), "{errors:?}");
    }
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn a_server_of_the_same_origin_keeps_the_credentials() {
    let script = ScriptedTransport::new();
    let client = builder(&script).client_auth(ClientAuth::basic("c", "s")).default_header("x-tenant", "t");
    let own = json!({"issuer": "https://api.example.com", "introspection_endpoint": "https://API.example.com:443/i"});
    let server = serde_json::from_value(own).unwrap();
    script.respond_json(200, &json!({"active": true}));
    client.build().unwrap().with_server(&server).unwrap().api().introspect("t").await.unwrap();
    let sent = script.request();
    sent.assert_client_basic("c", "s");
    assert_eq!(sent.header("x-tenant"), Some("t"));
}

#[tokio::test]
async fn the_retries_of_an_operation_are_those_of_every_server() {
    let World { script, client } = World::new();
    let client = client.with_server(&server(&json!({}))).unwrap().with_credentials(ClientAuth::public("c"));
    script.respond_json(503, &json!({})).respond_json(200, &json!({"keys": []})).respond_json(503, &json!({}));
    client.api().jwks().await.unwrap();
    assert!(client.api().token(TokenRequest::refresh_token("r")).await.unwrap_err().is_server_error());
    assert_eq!(script.requests().len(), 3);
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
