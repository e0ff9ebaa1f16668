//! A place to try curl samples: a server that judges, and a sandbox whose requests all end there.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use judge::server::{Recorded, Server};

use crate::answers::{Answers, PLANTED};
use crate::product::Product;
use crate::sandbox::{Outcome, Sandbox};

/// Server and sandbox.
pub struct Bench {
    server: Server,
    /// The sandbox.
    pub sandbox: Sandbox,
}

/// What a script did.
pub struct Ran {
    /// The program's end.
    pub outcome: Outcome,
    /// The requests it sent.
    pub requests: Vec<Recorded>,
}

impl Ran {
    /// The planted secrets that were printed, each once.
    #[must_use]
    pub fn leaks(&self) -> Vec<String> {
        let printed = self.outcome.printed();
        let is_word = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
        let mut leaks: Vec<String> = printed
            .match_indices(PLANTED)
            .filter_map(|(at, _)| printed.get(at..)?.get(PLANTED.len()..))
            .map(|rest| rest.trim_start_matches('-').split(|char| !is_word(char)).next().unwrap_or_default().to_owned())
            .collect();
        leaks.sort();
        leaks.dedup();
        leaks
    }
}

impl Bench {
    /// Starts the server and makes the sandbox.
    ///
    /// # Errors
    ///
    /// No port, or no folder.
    pub fn new(product: &Product) -> io::Result<Self> {
        let https = product.api.origins.iter().filter_map(|origin| origin.strip_prefix("https://"));
        // What the sandbox's curl makes of an `https` URL.
        let judge = https.fold(product.judge(), |judge, host| {
            let port = if host.contains(':') { "" } else { ":443" };
            judge.alias(&format!("http://{host}{port}"), &format!("https://{host}"))
        });
        let answers = Answers::new(product);
        let server = Server::start(judge, move |call| answers.reply(call))?;
        let sandbox = Sandbox::new(address(&server)?)?;
        Ok(Self { server, sandbox })
    }

    /// The server's URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The path of the document's first server.
    #[must_use]
    pub fn base_path(product: &Product) -> String {
        let url = product.root.pointer("/servers/0/url").and_then(serde_json::Value::as_str).unwrap_or_default();
        let after = url.split_once("://").map_or(url, |(_, after)| after);
        after.find('/').and_then(|at| after.get(at..)).unwrap_or_default().trim_end_matches('/').to_owned()
    }

    /// Runs a bash script with these variables.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub fn bash(&self, script: &str, variables: &[(String, String)]) -> io::Result<Ran> {
        self.watch(|sandbox| sandbox.bash(script, variables))
    }

    /// Runs something and takes down what it sends.
    ///
    /// # Errors
    ///
    /// What running it gives.
    pub fn watch(&self, run: impl FnOnce(&Sandbox) -> io::Result<Outcome>) -> io::Result<Ran> {
        let before = self.server.recorded().len();
        let outcome = run(&self.sandbox)?;
        let requests = self.server.recorded().into_iter().skip(before).collect();
        Ok(Ran { outcome, requests })
    }
}

fn address(server: &Server) -> io::Result<SocketAddr> {
    server.url().trim_start_matches("http://").parse().map_err(io::Error::other)
}

/// Opens an address of a local server as a browser would: where it sends on to, empty if nowhere.
///
/// # Errors
///
/// The address is not of the form `http://host:port/...`, or nobody answers there.
pub fn visit(url: &str) -> io::Result<String> {
    let rest = url.strip_prefix("http://").ok_or_else(|| io::Error::other("not an http address"))?;
    let (host, target) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut stream = TcpStream::connect(host)?;
    stream.write_all(format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or_default().to_owned())
}
