//! Lets a program run without the server, when it is started with `--offline`. A program of your own needs none of this.
#![allow(dead_code, reason = "no program needs all of it")]

use std::env;

use {{ krate }}::{Client, ClientBuilder};

/// A client of the environment; offline, one that gets these answers: status and JSON, in order.
pub fn builder(answers: &[(u16, &str)]) -> ClientBuilder {
    if is_offline() { scripted(answers) } else { Client::builder().from_env() }
}

/// A variable of the environment; offline, its name.
pub fn variable(name: &str) -> Result<String, String> {
    if is_offline() { Ok(name.to_owned()) } else { env::var(name).map_err(|error| format!("{name}: {error}")) }
}

pub fn is_offline() -> bool {
    env::args().any(|argument| argument == "--offline")
}

#[cfg(feature = "test-util")]
fn scripted(answers: &[(u16, &str)]) -> ClientBuilder {
    let server = {{ krate }}::test_util::ScriptedTransport::new();
    for (status, json) in answers {
        server.respond(*status, "application/json", (*json).to_owned());
    }
    Client::builder().api_key("offline").transport(server)
}

#[cfg(not(feature = "test-util"))]
fn scripted(_: &[(u16, &str)]) -> ClientBuilder {
    eprintln!("`--offline` needs the feature `test-util`");
    std::process::exit(2)
}
{% if "loopback" in has %}

/// Offline, does what a browser does once the user has consented: it comes back to the redirect URI with a code.
pub fn consent(authorization_url: &str) -> Result<(), Box<dyn std::error::Error>> {
    use std::io::{Read as _, Write as _};

    if !is_offline() {
        return Ok(());
    }
    let url = url::Url::parse(authorization_url)?;
    let parameter = |wanted| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    let (back, state) = (parameter("redirect_uri").ok_or("nowhere to return to")?, parameter("state").ok_or("no state")?);
    let back = url::Url::parse_with_params(&back, [("code", "offline"), ("state", &state)])?;
    std::thread::spawn(move || -> std::io::Result<()> {
        let mut stream = std::net::TcpStream::connect(back.socket_addrs(|| None)?.as_slice())?;
        let (host, target) = (&back[url::Position::BeforeHost..url::Position::AfterPort], &back[url::Position::BeforePath..]);
        write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new()).map(drop)
    });
    Ok(())
}
{% endif %}
