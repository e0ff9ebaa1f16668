{% import "client/examples/macros.rs" as program %}
{% set REGISTERED = '{"client_id": "one", "client_secret": "two", "token_endpoint_auth_method": "client_secret_basic"}' %}
//! The authorization of an MCP server: it registers itself (RFC 7591), asks about the tokens it is called with (RFC 7662),
//! and tells clients that have none where to get one (RFC 9728).
//!
//! Set `{{ env }}_ACCESS_TOKEN` to the token of a call. Registration makes a client at each run; a real server stores it.
{{ program.run("mcp_server") }}

mod offline;

use {{ krate }}::{Client, Error};
{{ uses("REGISTER INTROSPECT", "") }}

/// The identifier of this server: tokens are for it, or not let in (RFC 8707, RFC 9700 section 2.3).
const RESOURCE: &str = "https://mcp.example.com";
/// Where its metadata is (RFC 9728 section 3).
const METADATA: &str = "https://mcp.example.com/.well-known/oauth-protected-resource";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = offline::builder(ANSWERS).build()?;
    {{ code("let registered = REGISTER.await?;") | indent(4) }}
    let client = client.with_credentials(registered.client_auth()?);

    let token = offline::variable("{{ env }}_ACCESS_TOKEN")?;
    let mut admitted = Vec::new();
    for authorization in [None, Some(format!("Bearer {token}")), Some("Bearer forged".to_owned())] {
        let challenge = admit(&client, authorization.as_deref()).await?;
        admitted.push(challenge.is_none());
        match challenge {
            None => println!("200"),
            Some(challenge) => println!("401 WWW-Authenticate: {challenge}"),
        }
    }
    assert!(!offline::is_offline() || admitted == [false, true, false], "{admitted:?}");
    Ok(())
}

/// The challenge for a call that is not let in. An error says nothing about the token: answer 503.
async fn admit(client: &Client, authorization: Option<&str>) -> Result<Option<String>, Error> {
    let parts = authorization.and_then(|value| value.split_once(' '));
    let Some((_, token)) = parts.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer")) else {
        return Ok(Some(format!("Bearer resource_metadata=\"{METADATA}\"")));
    };
    {{ code("let answer = INTROSPECT.await?;") | indent(4) }}
    let refusal = format!("Bearer error=\"invalid_token\", resource_metadata=\"{METADATA}\"");
    Ok((!answer.active || !answer.is_for(RESOURCE)).then_some(refusal))
}

/// What a script answers in place of the server: the registration, a good token, a bad one.
const ANSWERS: &[(u16, &str)] = &[
    {{ program.response("REGISTER", REGISTERED) }},
    {{ program.response("INTROSPECT", '{"active": true, "aud": "https://mcp.example.com"}') }},
    (200, r#"{"active": false}"#),
];
