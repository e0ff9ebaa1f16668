{% import "client/examples/macros.rs" as program %}
//! A service that acts for itself (RFC 6749 section 4.4).
//!
//! Set `{{ env }}_CLIENT_ID` and `{{ env }}_CLIENT_SECRET`.
{{ program.run("client_credentials") }}

mod offline;

use {{ krate }}::ClientAuth;
{{ uses("FIRST", "") }}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let id = offline::variable("{{ env }}_CLIENT_ID")?;
    let secret = offline::variable("{{ env }}_CLIENT_SECRET")?;
    // An API key of the environment would take precedence over the client's own token.
    let client = offline::builder(ANSWERS).credentials(ClientAuth::basic(id, secret)).build()?;

    // The first call fetches a token; it is renewed before it expires.
    {{ code("let answer = FIRST.await?; println!(\"{answer:#?}\");") | indent(4) }}
    Ok(())
}

/// What a script answers in place of the server: a token, and the call.
const ANSWERS: &[(u16, &str)] = &[(200, {{ program.token(false) }}), {{ program.response("FIRST") }}];
