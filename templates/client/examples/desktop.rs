{% import "client/examples/macros.rs" as program %}
//! A program on the user's machine: authorization code with PKCE, and a loopback redirect (RFC 8252).
//!
//! Set `{{ env }}_CLIENT_ID` to a public client with the redirect URI `http://127.0.0.1/callback`; the server must allow any
//! port of it (RFC 8252 section 7.3).
{{ program.run("desktop", "loopback") }}

mod offline;

use std::time::{Duration, SystemTime};

{{ uses("BEGIN EXCHANGE FIRST", "ClientAuth LoopbackListener ManagedToken") }}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client_id = offline::variable("{{ env }}_CLIENT_ID")?;
    let auth = ClientAuth::public(&client_id);
    let client = offline::builder(ANSWERS).credentials(auth.clone()).build()?;

    let listener = LoopbackListener::bind("/callback").await?;
    let redirect_uri = listener.redirect_uri();
    {{ code("let mut attempt = BEGIN?;") | indent(4) }}
    println!("Open {}", attempt.url());
    offline::consent(attempt.url())?;

    let callback = listener.callback(attempt.state(), Duration::from_secs(300)).await?;
    let code = attempt.accept_callback(callback.expose())?;

    let now = SystemTime::now();
    {{ code("let answer = EXCHANGE.await?;") | indent(4) }}
    let tokens = answer.into_token_set(now, attempt.scope())?;

    // From here on the user's token is sent, and renewed before it expires. `ManagedToken::store` keeps it.
    let client = client.with_credentials(ManagedToken::of_user(auth, tokens, now));
    {{ code("let answer = FIRST.await?; println!(\"{answer:#?}\");") | indent(4) }}
    Ok(())
}

/// What a script answers in place of the server: the tokens, and the call.
const ANSWERS: &[(u16, &str)] = &[(200, {{ program.token() }}), {{ program.response("FIRST") }}];
