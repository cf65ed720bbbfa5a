//! Work divided among threads, where there are threads.

use alloc::vec::Vec;

/// Does the tasks on so many threads, each task by whoever is free next. Without threads, or on one, it is done here.
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

/// Does it on one of the threads that share work, if it is wanted: so that what it hands out is at hand at once, and the thread that
/// asks neither sleeps nor has to be woken each time.
pub(crate) fn among_threads<R: Send>(wanted: bool, act: impl FnOnce() -> R + Send) -> R {
    #[cfg(feature = "threads")]
    if wanted {
        return rayon::scope(|_| act());
    }
    let _ = wanted;
    act()
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
