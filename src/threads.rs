//! Work on several things at once.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// As many threads as the machine can run at once.
#[must_use]
pub fn all() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Does two things at once. A panic of one is the caller's.
pub fn both<A, B: Send>(here: impl FnOnce() -> A, beside: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let beside = scope.spawn(beside);
        (here(), joined(beside))
    })
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    match thread.join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Does the work on each item, on at most that many threads. Gives what comes out, in the order of the items.
///
/// A panic of the work is the caller's.
pub fn map<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let turn = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else {
                return done;
            };
            done.push((at, work(item)));
        }
    };
    let mut done = thread::scope(|scope| {
        // This thread takes its part of the work as well.
        let others: Vec<_> = (1..threads.min(items.len())).map(|_| scope.spawn(turn)).collect();
        let mut done = turn();
        for other in others {
            done.extend(joined(other));
        }
        done
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_done_once_and_the_order_stays() {
        let items: Vec<usize> = (0..100).collect();
        for threads in [0, 1, 2, 7, 200] {
            let count = AtomicUsize::new(0);
            let done = map(&items, threads, |item| {
                count.fetch_add(1, Ordering::Relaxed);
                item * 2
            });
            assert_eq!(done, items.iter().map(|n| n * 2).collect::<Vec<_>>());
            assert_eq!(count.into_inner(), items.len());
        }
        assert!(map(&[] as &[u8], 4, |_| ()).is_empty());
    }

    #[test]
    fn two_things_are_both_done() {
        assert_eq!(both(|| 1, || "two"), (1, "two"));
    }

    #[test]
    #[should_panic(expected = "the seventh")]
    fn a_panic_is_not_lost() {
        map(&(0..20).collect::<Vec<_>>(), 4, |item| {
            assert_ne!(*item, 7, "the seventh");
        });
    }
}
