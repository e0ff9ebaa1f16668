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

    for token in [token.as_str(), "forged"] {
        match verifier.verify(token).await {
            Ok(claims) => println!("200 {:?} may {:?}", claims.sub, claims.scopes().collect::<Vec<_>>()),
            Err(VerifyError::Keys(error)) => println!("503 {error}"),
            Err(error) => println!("401 invalid_token: {error}"),
        }
    }
    Ok(())
}

/// What a script answers in place of the server, and a token that one of the keys signed for all time.
const ISSUER: &str = "https://issuer.example.com";
const AUDIENCE: &str = "https://server.example.com";
const KEYS: &str = r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "one", "x": "1y6At5cSbmEobXvB9N7VG1NuafSv_9AJg_2p-8CdLVY"}]}"#;
const TOKEN: &str = concat!(
    "eyJhbGciOiJFZERTQSIsImtpZCI6Im9uZSIsInR5cCI6ImF0K2p3dCJ9.",
    "eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLmNvbSIsImF1ZCI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY2",
    "9tIiwiZXhwIjo0MTAyNDQ0ODAwLCJzdWIiOiJ1c2VyIiwiY2xpZW50X2lkIjoiY2xpZW50Iiwic2NvcGUiOiJyZWFkIHdyaXRlIn0.",
    "nDULi4rI5PryPbxu-AH2cYiWjpf__bMyh5e4_wXy0XyumTNvPI11uufO9-c6kCsbBdqTYiLdaeJLdjZDtPfhDw",
);
