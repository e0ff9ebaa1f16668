//! Request and response bodies: bytes, or a stream of them.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Frame, SizeHint};

use crate::{
    clock::Clock,
    transport::{BoxFuture, TransportError, TransportErrorKind},
};

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

/// A body: bytes that are all there, or a stream of chunks.
///
/// It implements [`http_body::Body`], which every HTTP stack reads, and [`Stream`].
#[derive(Default)]
pub struct Body(Inner);

#[derive(Default)]
enum Inner {
    #[default]
    Empty,
    Bytes(Bytes),
    // The mutex is never locked: it makes the body `Sync`, which HTTP stacks ask for.
    Stream(Mutex<Chunks>),
}

impl Body {
    /// No body.
    #[must_use]
    pub const fn empty() -> Self {
        Self(Inner::Empty)
    }

    /// A body that is produced while it is sent. It can be sent once: a request with it is not repeated after a
    /// failure.
    pub fn stream(chunks: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static) -> Self {
        Self(Inner::Stream(Mutex::new(Box::pin(chunks))))
    }

    /// The bytes, when all are there; `None` for a stream.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Inner::Empty => Some(&[]),
            Inner::Bytes(bytes) => Some(bytes),
            Inner::Stream(_) => None,
        }
    }

    /// The bytes, when all are there; `None` for a stream.
    pub(crate) fn into_bytes(self) -> Option<Bytes> {
        match self.0 {
            Inner::Empty => Some(Bytes::new()),
            Inner::Bytes(bytes) => Some(bytes),
            Inner::Stream(_) => None,
        }
    }

    #[cfg(feature = "reqwest")]
    pub(crate) fn into_bytes_or_stream(self) -> Result<Bytes, Self> {
        if self.as_bytes().is_some() { Ok(self.into_bytes().unwrap_or_default()) } else { Err(self) }
    }

    /// A second body of the same bytes; `None` for a stream.
    pub(crate) fn try_clone(&self) -> Option<Self> {
        match &self.0 {
            Inner::Empty => Some(Self::empty()),
            Inner::Bytes(bytes) => Some(Self(Inner::Bytes(bytes.clone()))),
            Inner::Stream(_) => None,
        }
    }

    /// The next piece of the body, `None` at its end.
    ///
    /// # Errors
    ///
    /// When the connection breaks before the end of the body.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        poll_fn(|context| self.poll_chunk(context)).await.transpose()
    }

    /// The whole body, which must not be longer than `limit` bytes.
    pub(crate) async fn collect(mut self, limit: usize) -> Result<Bytes, CollectError> {
        let announced = http_body::Body::size_hint(&self).lower();
        if usize::try_from(announced).map_or(true, |length| length > limit) {
            return Err(CollectError::TooLarge);
        }
        let Some(first) = self.chunk().await? else { return Ok(Bytes::new()) };
        if first.len() > limit {
            return Err(CollectError::TooLarge);
        }
        let Some(second) = self.chunk().await? else { return Ok(first) };
        let mut whole = BytesMut::with_capacity(first.len() + second.len());
        whole.extend_from_slice(&first);
        let mut next = Some(second);
        while let Some(chunk) = next {
            if chunk.len() > limit - whole.len() {
                return Err(CollectError::TooLarge);
            }
            whole.extend_from_slice(&chunk);
            next = self.chunk().await?;
        }
        Ok(whole.freeze())
    }

    /// What comes of the body, up to `limit` bytes; an error ends it too.
    pub(crate) async fn collect_part(mut self, limit: usize) -> Bytes {
        let mut part = BytesMut::new();
        while part.len() < limit
            && let Ok(Some(chunk)) = self.chunk().await
        {
            part.extend_from_slice(chunk.get(..limit - part.len()).unwrap_or(&chunk));
        }
        part.freeze()
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, TransportError>>> {
        match &mut self.0 {
            Inner::Empty => Poll::Ready(None),
            Inner::Bytes(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = Inner::Empty;
                Poll::Ready((!bytes.is_empty()).then_some(Ok(bytes)))
            }
            Inner::Stream(chunks) => {
                let chunks = chunks.get_mut().unwrap_or_else(PoisonError::into_inner);
                let chunk = ready!(chunks.as_mut().poll_next(context));
                if !matches!(chunk, Some(Ok(_))) {
                    self.0 = Inner::Empty;
                }
                Poll::Ready(chunk)
            }
        }
    }
}

/// Why a body could not be read whole.
pub(crate) enum CollectError {
    TooLarge,
    Transport(TransportError),
}

impl From<TransportError> for CollectError {
    fn from(error: TransportError) -> Self {
        Self::Transport(error)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_bytes() {
            Some(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            None => f.write_str("Body(stream)"),
        }
    }
}

impl Stream for Body {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_chunk(context)
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        self.poll_chunk(context).map(|chunk| chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.0, Inner::Empty)
    }

    fn size_hint(&self) -> SizeHint {
        match self.as_bytes() {
            Some(bytes) => SizeHint::with_exact(bytes.len() as u64),
            None => SizeHint::default(),
        }
    }
}

/// A response body of an HTTP stack, read chunk by chunk; trailers are dropped.
struct Frames<B>(B);

impl<B> Stream for Frames<B>
where
    B: http_body::Body<Data = Bytes> + Unpin,
    B::Error: Into<TransportError>,
{
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match ready!(Pin::new(&mut self.0).poll_frame(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
        }
    }
}

/// A stream that may pause for a limited time only.
struct IdleLimit {
    body: Body,
    clock: Arc<dyn Clock>,
    limit: Duration,
    pause: Option<BoxFuture<'static, ()>>,
}

impl Stream for IdleLimit {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Poll::Ready(chunk) = this.body.poll_chunk(context) {
            this.pause = None;
            return Poll::Ready(chunk);
        }
        let pause = this.pause.get_or_insert_with(|| this.clock.sleep(this.limit));
        ready!(pause.as_mut().poll(context));
        this.body = Body::empty();
        Poll::Ready(Some(Err(TransportError::new(TransportErrorKind::Timeout, "the body paused for too long"))))
    }
}

impl Body {
    /// The same body, which fails when nothing comes for `limit`.
    pub(crate) fn with_idle_limit(self, clock: Arc<dyn Clock>, limit: Duration) -> Self {
        match self.0 {
            Inner::Stream(_) => Self::stream(IdleLimit { body: self, clock, limit, pause: None }),
            Inner::Empty | Inner::Bytes(_) => self,
        }
    }

    /// Wraps the body of another HTTP stack.
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
        B::Error: Into<TransportError>,
    {
        Self::stream(Frames(body))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(if bytes.is_empty() { Inner::Empty } else { Inner::Bytes(bytes) })
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

impl From<&'static [u8]> for Body {
    fn from(bytes: &'static [u8]) -> Self {
        Bytes::from_static(bytes).into()
    }
}

impl From<std::io::Error> for TransportError {
    fn from(error: std::io::Error) -> Self {
        Self::new(TransportErrorKind::Io, error)
    }
}
