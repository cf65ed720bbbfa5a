//! Work divided among threads, where there are threads.

use alloc::vec::Vec;
#[cfg(feature = "threads")]
use core::sync::atomic::{AtomicBool, Ordering};

/// Does the tasks on so many threads, each task on the next free thread. Without threads, or on one, it is done here.
pub(crate) fn in_parallel<T: Send>(threads: usize, tasks: Vec<T>, act: impl Fn(T) + Sync) {
    #[cfg(feature = "threads")]
    if threads > 1 && tasks.len() > 1 {
        let threads = threads.min(tasks.len());
        let tasks = std::sync::Mutex::new(tasks.into_iter());
        let work = || {
            let next = || tasks.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
            core::iter::from_fn(next).for_each(&act);
        };
        // Threads that are ready already: starting one takes as long as a hundred states.
        return rayon::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|_| work());
            }
            work();
        });
    }
    let _ = threads;
    tasks.into_iter().for_each(act);
}

/// Does it on one of the threads that share work, while others stay awake for what it hands out bit by bit.
pub(crate) fn among_threads<R: Send>(threads: usize, act: impl FnOnce() -> R + Send) -> R {
    #[cfg(feature = "threads")]
    if threads > 1 {
        let done = &AtomicBool::new(false);
        return rayon::scope(|scope| {
            let here = rayon::current_thread_index();
            for _ in 1..threads {
                scope.spawn(move |_| {
                    stay_awake(|| done.load(Ordering::Relaxed) || rayon::current_thread_index() == here)
                });
            }
            let result = act();
            done.store(true, Ordering::Relaxed);
            result
        });
    }
    let _ = threads;
    act()
}

/// How often a thread looks for work in vain before it sleeps: about half of a thousandth of a second, more than passes between two things
/// that are handed out. To be woken can take longer than to do them, if other programs wait for the processor too.
#[cfg(feature = "threads")]
const LOOKS_MAX: usize = 5_000;

/// Takes whatever work there is until something is over, or there was none for a while: two that stay awake for one another must not do so
/// for ever.
#[cfg(feature = "threads")]
fn stay_awake(is_over: impl Fn() -> bool) {
    let mut looks = 0;
    while looks < LOOKS_MAX && !is_over() {
        if rayon::yield_now() == Some(rayon::Yield::Executed) {
            looks = 0;
        } else {
            looks += 1;
            core::hint::spin_loop();
        }
    }
}

/// Does both, side by side where there are threads and it is wanted.
pub(crate) fn both<A: Send, B: Send>(
    side_by_side: bool,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    #[cfg(feature = "threads")]
    if side_by_side {
        return rayon::join(one, other);
    }
    let _ = side_by_side;
    (one(), other())
}
