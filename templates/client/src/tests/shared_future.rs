//! Futures that several wait for.

use std::{
    future::{Future, pending, poll_fn, ready},
    pin::pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use tokio::sync::oneshot;

use crate::shared_future::SharedFuture;

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Count {
    fn poll<F: Future>(self: &Arc<Self>, future: F) -> Poll<F::Output> {
        pin!(future).poll(&mut Context::from_waker(&Waker::from(Arc::clone(self))))
    }

    fn woken(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

#[test]
fn the_outcome_is_for_all() {
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&polls);
    let shared = SharedFuture::new(Box::pin(poll_fn(move |_| Poll::Ready(counted.fetch_add(1, Ordering::SeqCst)))));
    let (one, clone) = (Arc::new(Count::default()), shared.clone());
    for future in [&shared, &clone, &shared] {
        assert_eq!(one.poll(future.outcome()), Poll::Ready(Some(0)));
    }
    assert_eq!(polls.load(Ordering::SeqCst), 1);
}

#[test]
fn all_who_wait_are_woken_and_any_of_them_can_go_on() {
    let (sender, receiver) = oneshot::channel();
    let shared = SharedFuture::new(Box::pin(async { receiver.await.unwrap() }));
    let (one, other) = (Arc::new(Count::default()), Arc::new(Count::default()));
    assert_eq!(one.poll(shared.outcome()), Poll::Pending);
    assert_eq!(other.poll(shared.outcome()), Poll::Pending);
    sender.send("there").unwrap();
    assert_eq!((one.woken(), other.woken()), (1, 1));
    // The one that polled it first has gone away.
    assert_eq!(other.poll(shared.outcome()), Poll::Ready(Some("there")));
}

#[test]
fn who_waits_is_told_when_another_finished_it() {
    let opened = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&opened);
    let shared = SharedFuture::new(Box::pin(poll_fn(move |_| match seen.load(Ordering::SeqCst) {
        0 => Poll::Pending,
        _ => Poll::Ready(()),
    })));
    let (one, other) = (Arc::new(Count::default()), Arc::new(Count::default()));
    assert_eq!(one.poll(shared.outcome()), Poll::Pending);
    opened.store(1, Ordering::SeqCst);
    assert_eq!(other.poll(shared.outcome()), Poll::Ready(Some(())));
    assert_eq!(one.woken(), 1);
}

#[test]
fn one_that_polls_itself_does_not_come_to_a_standstill() {
    let own: Arc<std::sync::OnceLock<SharedFuture<()>>> = Arc::default();
    let inner = Arc::clone(&own);
    let shared = SharedFuture::new(Box::pin(async move { assert!(inner.get().unwrap().outcome().await.is_none()) }));
    own.set(shared.clone()).ok().unwrap();
    let one = Arc::new(Count::default());
    assert_eq!(one.poll(shared.outcome()), Poll::Pending);
}

#[test]
fn a_cancelled_one_is_dropped_and_tells_who_waits() {
    let alive = Arc::new(());
    let inside = Arc::clone(&alive);
    let shared = SharedFuture::<()>::new(Box::pin(async move {
        let _inside = inside;
        pending::<()>().await;
    }));
    let one = Arc::new(Count::default());
    assert_eq!(one.poll(shared.outcome()), Poll::Pending);
    shared.cancel();
    assert_eq!((Arc::strong_count(&alive), one.woken()), (1, 1));
    assert_eq!(one.poll(shared.outcome()), Poll::Ready(None));
}

#[test]
fn what_is_done_cannot_be_cancelled() {
    let shared = SharedFuture::new(Box::pin(ready(1)));
    let one = Arc::new(Count::default());
    assert_eq!(one.poll(shared.try_outcome()), Poll::Ready(Some(1)));
    shared.cancel();
    assert_eq!(one.poll(shared.outcome()), Poll::Ready(Some(1)));
}

#[test]
fn one_that_is_cancelled_while_it_is_polled_goes_no_further() {
    for outcome in [Poll::Pending, Poll::Ready(1)] {
        let (alive, itself) = (Arc::new(()), Arc::new(OnceLock::<SharedFuture<i32>>::new()));
        let (inside, cancels) = (Arc::clone(&alive), Arc::clone(&itself));
        let shared = SharedFuture::new(Box::pin(poll_fn(move |_| {
            let _inside = &inside;
            cancels.get().unwrap().cancel();
            outcome
        })));
        assert!(itself.set(shared.clone()).is_ok());
        let one = Arc::new(Count::default());
        let first = one.poll(shared.outcome());
        assert_eq!(first, outcome.map(|_| None));
        assert_eq!(one.woken(), 1, "who waits finds out");
        assert_eq!(one.poll(shared.outcome()), Poll::Ready(None));
        assert_eq!(Arc::strong_count(&alive), 1);
    }
}

#[test]
fn trying_does_not_wait() {
    let shared = SharedFuture::<()>::new(Box::pin(pending()));
    assert_eq!(Arc::new(Count::default()).poll(shared.try_outcome()), Poll::Ready(None));
}

#[test]
fn threads_that_wait_at_once_all_get_it() {
    let (sender, receiver) = oneshot::channel();
    let shared = SharedFuture::new(Box::pin(async { receiver.await.unwrap() }));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let shared = shared.clone();
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                assert_eq!(runtime.block_on(shared.outcome()), Some(7));
            });
        }
        sender.send(7).unwrap();
    });
}
