//! Where time comes from.

use std::{
    fmt,
    future::{Future, poll_fn},
    hash::{BuildHasher as _, RandomState},
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, SystemTime},
};

use crate::transport::BoxFuture;

/// A source of time. Tests set their own, see [`ClientBuilder::clock`](crate::ClientBuilder::clock).
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time now: when tokens expire is judged by it.
    fn now(&self) -> SystemTime;

    /// Completes when `duration` has passed: timeouts and the waits between attempts.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// A number from 0 to 1: how much of what [`RetryPolicy::wait`](crate::RetryPolicy::wait) leaves to chance is taken
    /// off a wait. A random one, unless a test must know it.
    fn jitter(&self) -> f64 {
        // Nothing secret hangs on it; every `RandomState` has a key of its own.
        let bits = RandomState::new().hash_one(0_u8) >> 11;
        bits as f64 / (1_u64 << 53) as f64
    }
}

impl<T: Clock + ?Sized> Clock for Arc<T> {
    fn now(&self) -> SystemTime {
        T::now(self)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        T::sleep(self, duration)
    }

    fn jitter(&self) -> f64 {
        T::jitter(self)
    }
}

/// The time of the machine, and the timer of the Tokio runtime that runs the call.
///
/// Elsewhere every sleep has a thread of its own: set a clock that knows your runtime's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        match tokio::runtime::Handle::try_current() {
            Ok(_) => Box::pin(tokio::time::sleep(duration)),
            Err(_) => Box::pin(ThreadSleep::new(duration)),
        }
    }
}

/// A sleep that a thread times. The thread ends with it.
struct ThreadSleep {
    alarm: Arc<Mutex<Alarm>>,
    _ends_thread: mpsc::Sender<()>,
}

#[derive(Default)]
struct Alarm {
    rung: bool,
    waker: Option<Waker>,
}

impl ThreadSleep {
    fn new(duration: Duration) -> Self {
        let (sender, dropped) = mpsc::channel();
        let alarm = Arc::new(Mutex::new(Alarm::default()));
        let shared = Arc::clone(&alarm);
        let timer = move || {
            dropped.recv_timeout(duration).ok();
            let mut alarm = lock(&shared);
            alarm.rung = true;
            if let Some(waker) = alarm.waker.take() {
                waker.wake();
            }
        };
        if thread::Builder::new().spawn(timer).is_err() {
            lock(&alarm).rung = true;
        }
        Self { alarm, _ends_thread: sender }
    }
}

impl Future for ThreadSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut alarm = lock(&self.alarm);
        if alarm.rung {
            return Poll::Ready(());
        }
        alarm.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

fn lock(alarm: &Mutex<Alarm>) -> MutexGuard<'_, Alarm> {
    alarm.lock().unwrap_or_else(PoisonError::into_inner)
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
