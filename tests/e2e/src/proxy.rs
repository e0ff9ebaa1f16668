//! A proxy before the server: it records what arrives, and can lose the answers.

use std::io;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::server::issuer;

/// What becomes of the server's answers. Requests are counted from 0.
#[derive(Clone)]
pub enum Answers {
    /// They pass.
    Pass,
    /// These are replaced by a 503, after the server has acted.
    Unavailable(Range<usize>),
    /// These are lost with their connection, after the server has acted.
    Lost(Range<usize>),
}

/// The proxy while it runs, which is as long as the test's runtime.
pub struct Proxy {
    origin: String,
    requests: Arc<Mutex<Vec<Recorded>>>,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Request line and headers.
    pub head: String,
    /// The body.
    pub body: String,
    /// The number of the connection it came by, counted from 0.
    pub connection: usize,
}

impl Recorded {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let headers = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        headers.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

impl Proxy {
    pub async fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let origin = format!("http://{}", listener.local_addr().expect("the listener has an address"));
        let requests = Arc::<Mutex<Vec<Recorded>>>::default();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            for connection in 0.. {
                let Ok((stream, _)) = listener.accept().await else { break };
                let (answers, seen) = (answers.clone(), Arc::clone(&seen));
                // A broken connection is the client's to complain about.
                tokio::spawn(async move { serve(stream, connection, &answers, &seen).await.ok() });
            }
        });
        Self { origin, requests }
    }

    /// What to connect to in place of the server.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.requests.lock().expect("no test panicked here").clone()
    }
}

/// Serves the requests of one connection.
async fn serve(
    mut stream: TcpStream,
    connection: usize,
    answers: &Answers,
    seen: &Mutex<Vec<Recorded>>,
) -> io::Result<()> {
    loop {
        let request = Recorded { connection, ..read_request(&mut stream).await? };
        let number = {
            let mut seen = seen.lock().expect("no test panicked here");
            seen.push(request.clone());
            seen.len() - 1
        };
        let answer = forward(&request).await?;
        match answers {
            Answers::Unavailable(these) if these.contains(&number) => {
                stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").await?;
            }
            Answers::Lost(these) if these.contains(&number) => return Ok(()),
            _ => stream.write_all(&answer).await?,
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> io::Result<Recorded> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut request = Recorded { head: text(&bytes[..head]), body: String::new(), connection: 0 };
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    while bytes.len() < head + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    request.body = text(&bytes[head..]);
    Ok(request)
}

/// The server's answer. It closes the connection after it, so that its end shows; the client is not told.
async fn forward(request: &Recorded) -> io::Result<Vec<u8>> {
    const CLOSE: &str = "Connection: close\r\n";
    let mut server = TcpStream::connect(issuer().trim_start_matches("http://")).await?;
    let head = request.head.trim_end();
    server.write_all(format!("{head}\r\n{CLOSE}\r\n{}", request.body).as_bytes()).await?;
    let mut answer = String::new();
    server.read_to_string(&mut answer).await?;
    Ok(answer.replacen(CLOSE, "", 1).into_bytes())
}
