//! Work on all cores: taken in order, done side by side, handed on in order, with few results waiting.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How many results a core may be ahead of the slowest one: memory stays flat, however many jobs there are.
const AHEAD: usize = 16;

/// Where results are handed on.
struct Counter<R, H> {
    /// The number of the next result to hand on.
    due: usize,
    /// Results that wait for an earlier one.
    waiting: BTreeMap<usize, R>,
    hand_on: H,
    /// Whether nothing more is to be handed on.
    stopped: bool,
}

/// Does every job on as many cores as there are, and hands each result on in the order of the jobs; stops where `hand_on`
/// says `false`. A result never waits for the next job to come: whoever asks line by line is answered line by line.
pub(super) fn in_order<T: Send, R: Send>(
    jobs: impl Iterator<Item = T> + Send,
    work: impl Fn(T) -> R + Sync,
    hand_on: impl FnMut(R) -> bool + Send,
) {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let jobs = Mutex::new(jobs.fuse().enumerate());
    let counter = Mutex::new(Counter { due: 0, waiting: BTreeMap::new(), hand_on, stopped: false });
    let moved = Condvar::new();
    std::thread::scope(|scope| {
        for _ in 1..cores {
            scope.spawn(|| labour(&jobs, &counter, &moved, cores * AHEAD, &work));
        }
        labour(&jobs, &counter, &moved, cores * AHEAD, &work);
    });
}

fn labour<T, R, J: Iterator<Item = (usize, T)>, H: FnMut(R) -> bool>(
    jobs: &Mutex<J>,
    counter: &Mutex<Counter<R, H>>,
    moved: &Condvar,
    most: usize,
    work: &impl Fn(T) -> R,
) {
    loop {
        let next = lock(jobs).next();
        let Some((number, job)) = next else { return };
        let mut here = lock(counter);
        while !here.stopped && number >= here.due + most {
            here = moved.wait(here).unwrap_or_else(PoisonError::into_inner);
        }
        if here.stopped {
            return;
        }
        drop(here);
        let result = work(job);
        let mut here = lock(counter);
        let counter = &mut *here;
        counter.waiting.insert(number, result);
        while let Some(result) = counter.waiting.remove(&counter.due) {
            counter.due += 1;
            counter.stopped = counter.stopped || !(counter.hand_on)(result);
        }
        moved.notify_all();
    }
}

/// A worker that panicked ends the program anyway, once the others are done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_jobs_and_few_wait() {
        let begun = AtomicUsize::new(0);
        let (mut seen, mut most) = (Vec::new(), 0);
        in_order(
            (0..2000_u64).inspect(|_| {
                begun.fetch_add(1, Ordering::SeqCst);
            }),
            |n| {
                // Some are slow: the others must wait for them, and not run away.
                if n % 97 == 0 {
                    std::thread::sleep(std::time::Duration::from_millis(2));
                }
                n * n
            },
            |square| {
                seen.push(square);
                most = most.max(begun.load(Ordering::SeqCst) - seen.len());
                true
            },
        );
        assert_eq!(seen, (0..2000).map(|n| n * n).collect::<Vec<_>>());
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        assert!(most <= cores * (AHEAD + 2), "{most} results waited");
    }

    #[test]
    fn who_has_read_enough_ends_the_work() {
        let begun = AtomicUsize::new(0);
        let mut seen = 0;
        in_order(
            (0..100_000).inspect(|_| {
                begun.fetch_add(1, Ordering::SeqCst);
            }),
            |n: u32| n,
            |_| {
                seen += 1;
                seen < 5
            },
        );
        assert_eq!(seen, 5, "nothing is handed on after the end");
        assert!(begun.load(Ordering::SeqCst) < 10_000);
    }
}
