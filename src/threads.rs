//! Work on several things at once.

use std::any::Any;
use std::io;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

/// As many threads as the machine can run at once.
#[must_use]
pub fn all() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// What is said where the system gives no thread, and what to do.
#[must_use]
pub fn refused(why: &str) -> String {
    format!(
        "the system gives this program no more threads: {why}; raise the limit of processes (ulimit -u, TasksMax= of \
         the unit, pids.max of the container) or end others"
    )
}

/// Whether a panic says that the system refused a thread.
#[must_use]
pub fn is_refusal(panic: &(dyn Any + Send)) -> bool {
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let words = ["can't spawn worker thread", "failed to spawn thread"];
    said.is_some_and(|said| words.iter().any(|words| said.contains(words)))
}

/// Whether the system gives that many threads besides this one, all at a time.
pub fn available(count: usize) -> io::Result<()> {
    let (go, gone) = (Mutex::new(false), Condvar::new());
    let wait = || {
        let mut ended = go.lock().unwrap_or_else(PoisonError::into_inner);
        while !*ended {
            ended = gone.wait(ended).unwrap_or_else(PoisonError::into_inner);
        }
    };
    thread::scope(|scope| {
        let started = (0..count).try_for_each(|_| thread::Builder::new().spawn_scoped(scope, wait).map(drop));
        *go.lock().unwrap_or_else(PoisonError::into_inner) = true;
        gone.notify_all();
        started
    })
}

/// Does two things at once, or one after the other where the system gives no thread. A panic of one is the caller's.
pub fn both<A, B: Send>(here: impl FnOnce() -> A, beside: impl FnOnce() -> B + Send) -> (A, B) {
    let beside = Mutex::new(Some(beside));
    let take = || beside.lock().unwrap_or_else(PoisonError::into_inner).take().map(|work| work());
    let (first, second) = thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, take);
        (here(), other.ok().and_then(joined))
    });
    match second.or_else(take) {
        Some(second) => (first, second),
        None => unreachable!("it is taken once, and then its result is here"),
    }
}

fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    match thread.join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Does the work on each item, on at most that many threads and as many as the system gives. Gives what comes out, in the order of the items.
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
        let more = (1..threads.min(items.len())).map_while(|_| thread::Builder::new().spawn_scoped(scope, turn).ok());
        let others: Vec<_> = more.collect();
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
