//! Calls that block the thread until they are done.
//!
//! Nothing is doubled: every request can be awaited or, with the feature `blocking`, called. The calls run on a runtime of
//! the client's own, which is started by the first of them and ends with the last clone of the client.

use std::{
    fmt,
    future::{Future, IntoFuture, poll_fn},
    io,
    pin::Pin,
    sync::OnceLock,
    thread,
};

use futures_core::Stream;
use tokio::{
    runtime::{self, Handle},
    sync::oneshot,
};

use crate::{
    client::Client,
    error::Error,
    request::Request,
    response::{RawResponse, Response},
};

/// The runtime of a client's blocking calls, once there was one.
#[derive(Default)]
pub(crate) struct Runtime(OnceLock<Running>);

/// A thread drives it, not the callers: connections that callers share must live between calls.
struct Running {
    handle: Handle,
    /// The runtime ends when this is dropped.
    _ends: oneshot::Sender<()>,
}

impl Running {
    fn start() -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (sender, ended) = oneshot::channel();
        let drive = move || {
            runtime.block_on(ended).ok();
        };
        thread::Builder::new().name("blocking-client".to_owned()).spawn(drive)?;
        Ok(Self { handle, _ends: sender })
    }
}

impl Runtime {
    fn handle(&self) -> Result<&Handle, Error> {
        let running = match self.0.get() {
            Some(running) => running,
            None => {
                let started = Running::start()
                    .map_err(|error| Error::configuration(format!("no runtime for blocking calls: {error}")))?;
                self.0.get_or_init(|| started)
            }
        };
        Ok(&running.handle)
    }
}

impl Client {
    /// Runs `future` and blocks the thread until it is done: for what has no blocking form of its own.
    ///
    /// Calls of both kinds share connections. Where the same client's calls are awaited too, let it be on a runtime that
    /// goes on between them: a connection stands still while the single-threaded runtime that made it does.
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] on a thread of an async runtime, which would come to a standstill: await `future` there
    /// (in `spawn_blocking`: `Handle::current().block_on(future)`). Also when no thread can be started.
    pub fn block_on<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        if Handle::try_current().is_ok() {
            let message = "a blocking call would stop the async runtime of this thread: `.await` the request there";
            return Err(Error::configuration(message));
        }
        Ok(self.shared.blocking.handle()?.block_on(future))
    }
}

/// Sending from a thread without an async runtime.
impl<T: 'static> Request<T> {
    /// Sends the request and waits for its value: what `.await` gives.
    ///
    /// # Errors
    ///
    /// Any [`Error`]; [`Error::Configuration`] on a thread of an async runtime.
    pub fn call(self) -> Result<T, Error> {
        let client = self.parts.client.clone();
        client.block_on(self.into_future())?
    }

    /// Sends the request and waits for its value with the status and headers of the response, as [`Request::send`].
    ///
    /// # Errors
    ///
    /// As [`Request::call`].
    pub fn send_blocking(self) -> Result<Response<T>, Error> {
        let client = self.parts.client.clone();
        client.block_on(self.send())?
    }

    /// Sends the request and waits for the response as it is, whatever its status, as [`Request::send_raw`].
    ///
    /// # Errors
    ///
    /// As [`Request::send_raw`]; [`Error::Configuration`] on a thread of an async runtime.
    pub fn send_raw_blocking(self) -> Result<RawResponse, Error> {
        let client = self.parts.client.clone();
        client.block_on(self.send_raw())?
    }
}

/// What a stream gives, item by item, blocking the thread while it waits.
///
/// It ends after an error.
#[must_use = "an iterator does nothing until it is read"]
pub struct BlockingIter<S> {
    client: Client,
    /// `None` when it has ended.
    stream: Option<S>,
}

impl<S> BlockingIter<S> {
    pub(crate) const fn new(client: Client, stream: S) -> Self {
        Self { client, stream: Some(stream) }
    }
}

impl<S, T> Iterator for BlockingIter<S>
where
    S: Stream<Item = Result<T, Error>> + Unpin,
{
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let stream = self.stream.as_mut()?;
        let next = poll_fn(|context| Pin::new(&mut *stream).poll_next(context));
        let item = self.client.block_on(next).unwrap_or_else(|error| Some(Err(error)));
        if !matches!(item, Some(Ok(_))) {
            self.stream = None;
        }
        item
    }
}

impl<S: fmt::Debug> fmt::Debug for BlockingIter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BlockingIter").field(&self.stream).finish()
    }
}
