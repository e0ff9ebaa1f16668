//! A future that several wait for.

use std::{
    future::poll_fn,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use tokio::runtime::Handle;

use crate::transport::BoxFuture;

/// A future that several wait for. Whoever of them is polled drives it, so that none depends on another being polled;
/// the outcome is for all.
pub(crate) struct SharedFuture<T>(Arc<Shared<T>>);

struct Shared<T> {
    stage: Mutex<Stage<T>>,
    /// Set for whoever polls the future at the moment it is cancelled.
    cancelled: AtomicBool,
    waiting: Arc<Waiting>,
    /// The runtime it began on, for who drives it from outside of any.
    runtime: Option<Handle>,
}

enum Stage<T> {
    Running(BoxFuture<'static, T>),
    Done(T),
    Cancelled,
}

/// Those to wake when the future can go on, or has ended.
#[derive(Default)]
struct Waiting(Mutex<Vec<Waker>>);

impl Waiting {
    fn wakers(&self) -> MutexGuard<'_, Vec<Waker>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, waker: &Waker) {
        let mut wakers = self.wakers();
        if !wakers.iter().any(|known| known.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    fn wake_all(&self) {
        let wakers = mem::take(&mut *self.wakers());
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }
}

impl<T: Clone> SharedFuture<T> {
    pub(crate) fn new(future: BoxFuture<'static, T>) -> Self {
        let (stage, waiting) = (Mutex::new(Stage::Running(future)), Arc::default());
        Self(Arc::new(Shared {
            stage,
            cancelled: AtomicBool::new(false),
            waiting,
            runtime: Handle::try_current().ok(),
        }))
    }

    /// Whether both wait for the same.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The outcome; `None` when the future was cancelled.
    pub(crate) async fn outcome(&self) -> Option<T> {
        poll_fn(|context| self.poll(context)).await
    }

    /// The outcome, if it is there without waiting.
    pub(crate) async fn try_outcome(&self) -> Option<T> {
        poll_fn(|context| match self.poll(context) {
            Poll::Ready(outcome) => Poll::Ready(outcome),
            Poll::Pending => Poll::Ready(None),
        })
        .await
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Option<T>> {
        let shared = &*self.0;
        // Before the future is polled, so that it cannot wake all but this one.
        shared.waiting.add(context.waker());
        let Some(mut stage) = shared.try_stage() else {
            // Another thread polls it, for a moment. It cannot be relied on to be the one that is woken.
            context.waker().wake_by_ref();
            return Poll::Pending;
        };
        let future = match &mut *stage {
            Stage::Running(_) if shared.cancelled.load(Ordering::SeqCst) => {
                shared.end(stage, Stage::Cancelled);
                return Poll::Ready(None);
            }
            Stage::Running(future) => future,
            Stage::Done(outcome) => return Poll::Ready(Some(outcome.clone())),
            Stage::Cancelled => return Poll::Ready(None),
        };
        let waker = Waker::from(Arc::clone(&shared.waiting));
        let outside = Handle::try_current().is_err();
        let entered = shared.runtime.as_ref().filter(|_| outside).map(Handle::enter);
        let Poll::Ready(outcome) = future.as_mut().poll(&mut Context::from_waker(&waker)) else {
            return Poll::Pending;
        };
        drop(entered);
        if shared.cancelled.load(Ordering::SeqCst) {
            shared.end(stage, Stage::Cancelled);
            return Poll::Ready(None);
        }
        shared.end(stage, Stage::Done(outcome.clone()));
        Poll::Ready(Some(outcome))
    }

    /// Drops the future; those who wait for it are told. One that is being polled at this moment goes no further.
    pub(crate) fn cancel(&self) {
        // First, so that who is polling it now, and keeps the stage locked, finds out.
        self.0.cancelled.store(true, Ordering::SeqCst);
        match self.0.try_stage() {
            Some(stage) if matches!(*stage, Stage::Running(_)) => self.0.end(stage, Stage::Cancelled),
            _ => self.0.waiting.wake_all(),
        }
    }
}

impl<T> Shared<T> {
    /// The stage, unless somebody polls the future.
    fn try_stage(&self) -> Option<MutexGuard<'_, Stage<T>>> {
        match self.stage.try_lock() {
            Ok(stage) => Some(stage),
            // A future that panicked is dropped with the rest; its stage is still one.
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Ends the future. It is dropped unlocked: what it holds is the caller's, and may do anything then.
    fn end(&self, mut stage: MutexGuard<'_, Stage<T>>, ended: Stage<T>) {
        let future = mem::replace(&mut *stage, ended);
        drop(stage);
        drop(future);
        self.waiting.wake_all();
    }
}

impl<T> Clone for SharedFuture<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
