//! A server on the loopback interface that judges what it receives, for tests.

mod http;
mod reply;

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::fault::Verdict;
use crate::judge::Judge;
use crate::request::Request;

pub use reply::{Call, Response, reply};

/// A request and what was wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The request as received.
    pub request: Request,
    /// The judgement of it.
    pub verdict: Verdict,
}

/// A running server; it stops when dropped. One request for each connection.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

type Responder = dyn Fn(&Call<'_>) -> Response + Send + Sync;

struct Shared {
    judge: Judge,
    responder: Box<Responder>,
    recorded: Mutex<Vec<Recorded>>,
    is_stopped: AtomicBool,
}

impl Server {
    /// Starts on a free port of 127.0.0.1, which stands for every origin that the document's servers name.
    /// [`reply`] is the responder that answers by the document.
    ///
    /// ```
    /// # use judge::{Document, Judge, server::{Server, reply}};
    /// # let document = Document::from_value(serde_json::json!({"openapi": "3.1.0"}))?;
    /// let server = Server::start(Judge::new(document), reply)?;
    /// assert!(server.url().starts_with("http://127.0.0.1:"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// No port can be bound.
    pub fn start(judge: Judge, responder: impl Fn(&Call<'_>) -> Response + Send + Sync + 'static) -> io::Result<Self> {
        Self::start_on(0, judge, responder)
    }

    /// Starts like [`Server::start`] on this port of 127.0.0.1; 0 takes a free one.
    ///
    /// # Errors
    ///
    /// The port cannot be bound.
    pub fn start_on(
        port: u16,
        judge: Judge,
        responder: impl Fn(&Call<'_>) -> Response + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            judge: judge.alias_all(&format!("http://{address}")),
            responder: Box::new(responder),
            recorded: Mutex::new(Vec::new()),
            is_stopped: AtomicBool::new(false),
        });
        let accepting = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Ok(Self { address, shared, accepting: Some(accepting) })
    }

    /// The base URL, without a slash at the end. A server's path prefix follows it: `{url}/v2`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far, in the order of arrival; one is recorded before it is answered.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        self.shared.recorded.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets the requests so far: for a server that runs for long.
    pub fn forget(&self) {
        self.shared.recorded.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        let is_woken = TcpStream::connect(self.address).is_ok();
        if let Some(accepting) = self.accepting.take().filter(|_| is_woken) {
            let _ = accepting.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.is_stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        std::thread::spawn(move || serve(stream, &shared));
    }
}

/// Serves one request. A client that goes away is no concern of the test's.
fn serve(stream: TcpStream, shared: &Shared) {
    let (response, has_body) = match http::read(&stream) {
        Ok(Some(request)) => (answer(&request, shared), request.method != "HEAD"),
        Ok(None) => return,
        Err(http::Broken { status, message }) => (Response::new(status).text(&message), true),
    };
    let _ = http::write(stream, &response, has_body);
}

fn answer(request: &Request, shared: &Shared) -> Response {
    let verdict = shared.judge.judge(request);
    let recorded = Recorded { request: request.clone(), verdict: verdict.clone() };
    shared.recorded.lock().unwrap_or_else(PoisonError::into_inner).push(recorded);
    (shared.responder)(&Call::new(&shared.judge, request, &verdict))
}
