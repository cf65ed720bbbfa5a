//! Work divided among threads, where there are threads.

use alloc::vec::Vec;

/// Does each task on a thread of its own, the last one on this. Without threads, all on this.
pub(crate) fn in_parallel<T: Send>(mut tasks: Vec<T>, act: impl Fn(T) + Sync) {
    #[cfg(feature = "threads")]
    std::thread::scope(|scope| {
        let last = tasks.pop();
        for task in tasks {
            let act = &act;
            scope.spawn(move || act(task));
        }
        last.map(&act);
    });
    #[cfg(not(feature = "threads"))]
    tasks.drain(..).for_each(act);
}
