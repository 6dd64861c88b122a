//! Work on all cores, results in the order of the work.

use super::parts::RowGroup;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

/// Does the work on every row group; `done` is told of the rows finished so far.
pub(super) fn map<T: Send>(
    groups: &[RowGroup<'_>],
    work: impl Fn(&RowGroup<'_>) -> T + Sync,
    done: impl Fn(u64) + Sync,
) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(groups.len());
    let (next, rows) = (AtomicUsize::new(0), AtomicU64::new(0));
    let results: Vec<Mutex<Option<T>>> = groups.iter().map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((number, group)) = take(&next, groups) {
                    let result = work(group);
                    *results[number].lock().expect("no worker panics with the lock") = Some(result);
                    done(rows.fetch_add(group.rows, Ordering::Relaxed) + group.rows);
                }
            });
        }
    });
    let finished = results.into_iter().map(|result| {
        let result = result.into_inner().expect("no worker panics with the lock");
        result.expect("every number was taken by a worker")
    });
    finished.collect()
}

/// The next row group that nobody works on.
fn take<'a, 'b>(
    next: &AtomicUsize,
    groups: &'a [RowGroup<'b>],
) -> Option<(usize, &'a RowGroup<'b>)> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    groups.get(number).map(|group| (number, group))
}
