//! Long questions in slices, so that the caller can do something else in between: a page must go on drawing.

use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

/// Counts steps, and pauses whenever a slice of them is done.
pub(super) struct Pace<'s, P> {
    pub(super) steps: &'s mut u64,
    slice: u64,
    rested_at: u64,
    pause: P,
}

impl<'s, P: AsyncFnMut()> Pace<'s, P> {
    pub(super) fn new(steps: &'s mut u64, slice: u64, pause: P) -> Self {
        let rested_at = *steps;
        Self { steps, slice, rested_at, pause }
    }

    /// The number of steps at which the next pause is due.
    pub(super) fn slice_end(&self) -> u64 {
        self.rested_at.saturating_add(self.slice)
    }

    pub(super) async fn rest(&mut self) {
        self.rested_at = *self.steps;
        (self.pause)().await;
    }

    /// Work that is not a search took as long as so many steps.
    pub(super) async fn spend(&mut self, steps: u64) {
        *self.steps = self.steps.saturating_add(steps);
        if *self.steps > self.slice_end() {
            self.rest().await;
        }
    }
}

/// A pace without pauses.
pub(super) type Unbroken<'s> = Pace<'s, fn() -> core::future::Ready<()>>;

impl<'s> Unbroken<'s> {
    pub(super) fn unbroken(steps: &'s mut u64) -> Self {
        Self::new(steps, u64::MAX, || core::future::ready(()))
    }
}

/// What a future without pauses comes to.
///
/// # Panics
/// If it pauses after all.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("nothing here pauses"),
    }
}
