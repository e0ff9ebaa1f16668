//! A server that says exactly what a test wants it to say, down to the last byte, and remembers what it was sent.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// The request line and the header lines.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Received {
    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.words().next().unwrap_or_default()
    }

    /// The target: path and query.
    #[must_use]
    pub fn target(&self) -> &str {
        self.words().nth(1).unwrap_or_default()
    }

    /// The value of the header of this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.head.lines().next().unwrap_or_default().split(' ')
    }
}

/// One connection of a client.
pub struct Connection {
    stream: Box<dyn Duplex>,
    shared: Arc<Shared>,
    /// Which one it is, counted from 0.
    pub number: usize,
}

/// What a connection reads from and writes to.
pub trait Duplex: Read + Write + Send {}

impl<T: Read + Write + Send> Duplex for T {}

impl Connection {
    /// Reads one request and remembers it; nothing when the client has closed the connection.
    pub fn request(&mut self) -> Option<Received> {
        let received = receive(&mut self.stream)?;
        self.shared.seen().push(received.clone());
        Some(received)
    }

    /// Writes, and tells whether the client still listens.
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).and_then(|()| self.stream.flush()).is_ok()
    }

    /// Waits until the client closes the connection or the server is dropped.
    pub fn wait(&mut self) {
        let mut byte = [0];
        while !self.shared.stopped.load(Ordering::SeqCst) {
            match self.stream.read(&mut byte) {
                Ok(1..) => {}
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
                _ => return,
            }
        }
    }

    /// Writes these pieces again and again, with a pause after each, until the client closes the connection.
    pub fn drip(&mut self, piece: impl AsRef<[u8]>, pause: Duration) {
        while self.write(piece.as_ref()) && !self.shared.stopped.load(Ordering::SeqCst) {
            self.shared.pause(pause);
        }
    }
}

/// Reads one request: its head, and as much body as it announces.
fn receive(stream: &mut impl Read) -> Option<Received> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1..) => head.push(byte[0]),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
            _ => return None,
        }
    }
    let mut received = Received { head: String::from_utf8_lossy(&head).into_owned(), body: String::new() };
    let length = received.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    received.body = String::from_utf8_lossy(&body).into_owned();
    Some(received)
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Vec<Received>>,
    connections: AtomicUsize,
    stopped: AtomicBool,
    paused: Mutex<()>,
    stopping: Condvar,
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Vec<Received>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits this long, or until the server is dropped.
    fn pause(&self, time: Duration) {
        let paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.stopping.wait_timeout(paused, time));
    }
}

/// A running server; it stops when dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

impl Server {
    /// Does this with every connection, each on a thread of its own. The connection is closed afterwards.
    ///
    /// # Panics
    ///
    /// No port is free.
    pub fn start(behave: impl Fn(&mut Connection) + Send + Sync + 'static) -> Self {
        Self::start_wrapped(|stream| Some(Box::new(stream)), behave)
    }

    /// [`start`](Self::start) with something between the connection and the wire, such as TLS.
    ///
    /// # Panics
    ///
    /// No port is free.
    pub fn start_wrapped(
        wrap: impl Fn(TcpStream) -> Option<Box<dyn Duplex>> + Send + Sync + 'static,
        behave: impl Fn(&mut Connection) + Send + Sync + 'static,
    ) -> Self {
        Self::accept(move |stream, shared, number| {
            if let Some(stream) = wrap(stream) {
                behave(&mut Connection { stream, shared, number });
            }
        })
    }

    /// Reads a request of each connection and answers with what `answer` gives for its number; then the next.
    ///
    /// # Panics
    ///
    /// No port is free.
    pub fn answering<A: AsRef<[u8]>>(answer: impl Fn(usize, &Received) -> A + Send + Sync + 'static) -> Self {
        let answered = AtomicUsize::new(0);
        Self::start(move |connection| {
            while let Some(request) = connection.request() {
                let number = answered.fetch_add(1, Ordering::SeqCst);
                if !connection.write(answer(number, &request)) {
                    return;
                }
            }
        })
    }

    /// Breaks every connection by a reset: before the request is read, or after all of it but the last byte.
    ///
    /// # Panics
    ///
    /// No port is free.
    #[must_use]
    pub fn resetting(reads_first: bool) -> Self {
        Self::accept(move |mut stream, shared, _| {
            // What is closed with something left to read is reset.
            let mut whole = vec![0; 64 * 1024];
            let mut length = stream.peek(&mut whole).unwrap_or(0);
            if reads_first {
                while receive(&mut whole.get(..length).unwrap_or_default()).is_none() && length > 0 {
                    thread::yield_now();
                    length = stream.peek(&mut whole).unwrap_or(0);
                }
                shared.seen().extend(receive(&mut whole.get(..length).unwrap_or_default()));
                stream.read_exact(&mut vec![0; length.saturating_sub(1)]).ok();
            }
        })
    }

    fn accept(serve: impl Fn(TcpStream, Arc<Shared>, usize) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::new(Shared::default());
        let (theirs, serve) = (Arc::clone(&shared), Arc::new(serve));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if theirs.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                // So that a connection notices when the server is dropped.
                stream.set_read_timeout(Some(Duration::from_millis(200))).ok();
                stream.set_nodelay(true).ok();
                let number = theirs.connections.fetch_add(1, Ordering::SeqCst);
                let (shared, serve) = (Arc::clone(&theirs), Arc::clone(&serve));
                thread::spawn(move || serve(stream, shared, number));
            }
        });
        Self { address, shared }
    }

    /// Its URL, without a path.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Received> {
        self.shared.seen().clone()
    }

    /// How many connections were made so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        self.shared.stopping.notify_all();
        // Wakes the thread that accepts.
        TcpStream::connect(self.address).ok();
    }
}

/// A response with this status, these header lines and this body, whose length it tells.
#[must_use]
pub fn response(status: u16, headers: &[&str], body: &str) -> String {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

/// [`response`] of JSON.
#[must_use]
pub fn json(status: u16, body: &str) -> String {
    response(status, &["content-type: application/json"], body)
}
