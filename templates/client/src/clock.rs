//! Where time comes from.

use std::{
    fmt,
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::{Duration, SystemTime},
};

use crate::transport::BoxFuture;

/// A source of time. Tests set their own, see [`ClientBuilder::clock`](crate::ClientBuilder::clock).
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time now: when tokens expire is judged by it.
    fn now(&self) -> SystemTime;

    /// Completes when `duration` has passed: timeouts and the waits between attempts.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The time of the machine, and the timer of the Tokio runtime that runs the call.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Awaits `future` for at most `limit`; `None` when the time is up.
pub(crate) async fn within<F: Future>(clock: &dyn Clock, limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut sleep = clock.sleep(limit);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => sleep.as_mut().poll(context).map(|()| None),
    })
    .await
}
