//! The redirect URI of a program on the user's own machine (RFC 8252 section 7.3).

use std::{
    error::Error as StdError,
    fmt,
    future::{Future, poll_fn},
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::pin,
    task::Poll,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::Handle,
    task::JoinSet,
    time,
};
use url::form_urlencoded;

use crate::{authorization::State, error::Error, secret::secret};

/// The longest request that is read, in bytes.
const LONGEST: usize = 16 * 1024;
/// How long one connection may take, unless a test is in a hurry.
const CONNECTION_LIMIT: Duration = Duration::from_secs(10);
/// How many connections are open at once. Browsers open some that they never use.
const MOST_CONNECTIONS: usize = 16;

const DONE: &str = "You can close this window and return to the program.";
const REFUSED: &str = "This is not what the program is waiting for.";

secret! {
    /// The query that the browser came back with. It holds the authorization code.
    pub struct CallbackQuery;
}

/// Waits on this machine for the browser to come back from the authorization server.
///
/// It listens on a free port of 127.0.0.1 or `[::1]`, which other machines cannot reach. Only `GET` of the exact path, with
/// the right `Host` and the state of this attempt, is an answer; everything else is refused and changes nothing. Pages are
/// fixed text. After the answer nothing listens any more. No browser is started: show or open
/// [`AuthorizationAttempt::url`](crate::AuthorizationAttempt::url) yourself, in a browser and not in a view of your own
/// (RFC 8252 section 8.12).
#[derive(Debug)]
pub struct LoopbackListener {
    listener: TcpListener,
    address: SocketAddr,
    path: String,
    /// How long one connection may take.
    pub(crate) connection_limit: Duration,
}

impl LoopbackListener {
    /// Listens on 127.0.0.1, for the redirect URI's `path`, such as `/callback`. Needs a Tokio runtime with IO.
    ///
    /// The authorization server must allow any port for loopback redirect URIs (RFC 8252 section 7.3).
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] when the path is none or there is no Tokio runtime, and [`Error::Flow`] when the machine does not let us listen.
    pub async fn bind(path: &str) -> Result<Self, Error> {
        Self::bind_to(Ipv4Addr::LOCALHOST.into(), path).await
    }

    /// As [`bind`](Self::bind), on `[::1]`: for machines and servers that know only IPv6.
    ///
    /// # Errors
    ///
    /// As [`bind`](Self::bind).
    pub async fn bind_v6(path: &str) -> Result<Self, Error> {
        Self::bind_to(Ipv6Addr::LOCALHOST.into(), path).await
    }

    async fn bind_to(host: std::net::IpAddr, path: &str) -> Result<Self, Error> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
        if !path.starts_with('/') || path.starts_with("//") || !path.chars().all(plain) {
            let message = "the path of a loopback redirect begins with one `/` and holds letters, digits and `-._~/`";
            return Err(Error::configuration(message));
        }
        if Handle::try_current().is_err() {
            return Err(Error::configuration("a loopback listener needs a Tokio runtime to run on"));
        }
        let failed = |error: io::Error| Error::Flow(Box::new(error));
        let listener = TcpListener::bind(SocketAddr::new(host, 0)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address, path: path.to_owned(), connection_limit: CONNECTION_LIMIT })
    }

    /// The redirect URI: give it to the authorization request.
    #[must_use]
    pub fn redirect_uri(&self) -> String {
        format!("http://{}{}", self.address, self.path)
    }

    /// The answer to the attempt with this state, for
    /// [`accept_callback`](crate::AuthorizationAttempt::accept_callback), which finds out whether the user agreed.
    ///
    /// # Errors
    ///
    /// [`LoopbackError::Timeout`] when there is none within `limit`, [`LoopbackError::Io`] when listening fails.
    pub async fn callback(self, state: &State, limit: Duration) -> Result<CallbackQuery, LoopbackError> {
        time::timeout(limit, self.answer(state)).await.unwrap_or(Err(LoopbackError::Timeout))
    }

    async fn answer(self, state: &State) -> Result<CallbackQuery, LoopbackError> {
        let expected = Expected { host: self.address.to_string(), path: self.path, state: state.clone() };
        // All at once: a connection that says nothing must not keep the browser waiting.
        let mut connections = JoinSet::new();
        loop {
            let next = {
                let mut accept = pin!(self.listener.accept());
                poll_fn(|context| {
                    if let Poll::Ready(Some(done)) = connections.poll_join_next(context) {
                        return Poll::Ready(Next::Done(done.ok().flatten()));
                    }
                    if connections.len() >= MOST_CONNECTIONS {
                        return Poll::Pending;
                    }
                    accept.as_mut().poll(context).map(|accepted| Next::Accepted(accepted.map(|(stream, _)| stream)))
                })
                .await
            };
            match next {
                Next::Done(Some(query)) => return Ok(query),
                Next::Done(None) => {}
                Next::Accepted(Ok(stream)) => {
                    let expected = expected.clone();
                    connections.spawn(async move {
                        time::timeout(self.connection_limit, serve(stream, &expected)).await.ok().flatten()
                    });
                }
                Next::Accepted(Err(error)) if is_of_one_connection(&error) => {}
                Next::Accepted(Err(error)) => return Err(LoopbackError::Io(error)),
            }
        }
    }
}

enum Next {
    Accepted(io::Result<TcpStream>),
    Done(Option<CallbackQuery>),
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// What the answer looks like.
#[derive(Clone)]
struct Expected {
    host: String,
    path: String,
    state: State,
}

/// Reads one request, answers it, and gives its query if it is the answer.
async fn serve(mut stream: TcpStream, expected: &Expected) -> Option<CallbackQuery> {
    let request = read_head(&mut stream).await;
    let judged = request.as_deref().ok_or("400 Bad Request").and_then(|head| expected.judge(head));
    let (status, text) = match &judged {
        Ok(_) => ("200 OK", DONE),
        Err(status) => (*status, REFUSED),
    };
    // The answer is there even if the browser is gone.
    stream.write_all(page(status, text).as_bytes()).await.ok();
    stream.shutdown().await.ok();
    judged.ok()
}

/// The head of a request, without its last line end; `None` if it is too long or not all there.
async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut piece = [0; 1024];
    loop {
        let length = stream.read(&mut piece).await.ok().filter(|length| *length > 0)?;
        head.extend(piece.get(..length)?);
        if let Some(end) = head.windows(4).position(|window| window == b"\r\n\r\n") {
            head.truncate(end);
            return String::from_utf8(head).ok();
        }
        if head.len() > LONGEST {
            return None;
        }
    }
}

impl Expected {
    /// The query, or the status of the refusal.
    fn judge(&self, head: &str) -> Result<CallbackQuery, &'static str> {
        let mut lines = head.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let (Some(method), Some(target), Some(version), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err("400 Bad Request");
        };
        if !version.starts_with("HTTP/1.") {
            return Err("400 Bad Request");
        }
        // Another name for this address is what DNS rebinding needs.
        let mut hosts = lines
            .filter_map(|line| line.split_once(':'))
            .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
            .map(|(_, value)| value.trim_matches([' ', '\t']));
        if hosts.next() != Some(&self.host) || hosts.next().is_some() {
            return Err("400 Bad Request");
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if path != self.path {
            return Err("404 Not Found");
        }
        if method != "GET" {
            return Err("405 Method Not Allowed");
        }
        // What is empty counts as left out (RFC 6749 section 3.1).
        let mut states =
            form_urlencoded::parse(query.as_bytes()).filter(|(name, value)| name == "state" && !value.is_empty());
        match (states.next(), states.next()) {
            // Without a question mark, it cannot be taken for a URL.
            (Some((_, state)), None) if self.state.ct_eq(&state) => Ok(query.replace('?', "%3F").into()),
            _ => Err("400 Bad Request"),
        }
    }
}

/// A page of fixed text, which nothing can be put into and which tells nobody where it is from.
fn page(status: &str, text: &str) -> String {
    let body =
        format!("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Authorization</title><p>{text}</p>");
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         X-Frame-Options: DENY\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\r\n{body}",
        body.len()
    )
}

/// Why the browser did not come back.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoopbackError {
    /// It did not in time.
    Timeout,
    /// The machine does not let us listen any more.
    Io(io::Error),
}

impl fmt::Display for LoopbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "the browser did not come back in time",
            Self::Io(_) => "the listener for the browser failed",
        })
    }
}

impl StdError for LoopbackError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Timeout => None,
            Self::Io(error) => Some(error),
        }
    }
}

impl From<LoopbackError> for Error {
    fn from(error: LoopbackError) -> Self {
        Self::Flow(Box::new(error))
    }
}
