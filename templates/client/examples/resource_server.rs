{% import "client/examples/macros.rs" as program %}
//! A server that verifies the JWTs it is called with (RFC 9068).
//!
//! Set `{{ env }}_ISSUER` to the issuer of the tokens, `{{ env }}_AUDIENCE` to the identifier of this server, and
//! `{{ env }}_ACCESS_TOKEN` to the token of a call.
{{ program.run("resource_server", "verify") }}

mod offline;

use {{ krate }}::{Verifier, VerifyError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = offline::builder(&[(200, KEYS)]).build()?;
    let (issuer, audience, token) = if offline::is_offline() {
        (ISSUER.to_owned(), AUDIENCE.to_owned(), TOKEN.to_owned())
    } else {
        let variable = offline::variable;
        (variable("{{ env }}_ISSUER")?, variable("{{ env }}_AUDIENCE")?, variable("{{ env }}_ACCESS_TOKEN")?)
    };
    // One for the life of the server: it keeps the keys.
    let verifier = Verifier::new(&client, issuer, audience);

    let mut statuses = Vec::new();
    for token in [token.as_str(), "forged"] {
        statuses.push(match verifier.verify(token).await {
            Ok(claims) => {
                println!("200 {:?} may {:?}", claims.sub, claims.scopes().collect::<Vec<_>>());
                200
            }
            Err(VerifyError::Keys(error)) => {
                println!("503 {error}");
                503
            }
            Err(error) => {
                println!("401 invalid_token: {error}");
                401
            }
        });
    }
    assert!(!offline::is_offline() || statuses == [200, 401], "{statuses:?}");
    Ok(())
}

const ISSUER: &str = "https://issuer.example.com";
const AUDIENCE: &str = "https://server.example.com";
/// What a script answers in place of the server.
const KEYS: &str = r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "one", "x": "grwPjBArQmonJqVBwWvklpgIQ9rw3fLfnFwW79C8XLk"}]}"#;
/// A token that the key signed, good until the year 2100.
const TOKEN: &str = concat!(
    "eyJhbGciOiJFZERTQSIsImtpZCI6Im9uZSIsInR5cCI6ImF0K2p3dCJ9.",
    "eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLmNvbSIsImF1ZCI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tIiwiZXhw",
    "Ijo0MTAyNDQ0ODAwLCJpYXQiOjE3NjcyMjU2MDAsImp0aSI6IjEiLCJzdWIiOiJ1c2VyIiwiY2xpZW50X2lkIjoiY2xpZW50Iiwi",
    "c2NvcGUiOiJyZWFkIHdyaXRlIn0.",
    "8UMFv0YjIX5U5-BXRaoFf86MGMEHk4icgPJhqSFuefPesjk2Hq2i3zedA-nM9TSri8YBHG-Z1E7LQSzBLO14Dg",
);
