//! Work divided among threads, where there are threads.

use alloc::vec::Vec;

/// Does the tasks side by side. Without threads, or if there is but one, it is done here.
pub(crate) fn in_parallel<T: Send>(tasks: Vec<T>, act: impl Fn(T) + Sync) {
    #[cfg(feature = "threads")]
    if tasks.len() > 1 {
        // Threads that are ready already: starting one takes as long as a hundred states.
        return rayon::scope(|scope| {
            for task in tasks {
                let act = &act;
                scope.spawn(move |_| act(task));
            }
        });
    }
    tasks.into_iter().for_each(act);
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
