//! A hand of its own for work that may never end: somebody else's templates. Fuel bounds what a template does in steps; what
//! a single step does to a value that holds itself a million times over is bounded here, by time and memory.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How much of a processor's time a page may take, in seconds. What fuel pays for takes a quarter of it, in a build for tests.
pub(super) const LONGEST: u64 = 2;

/// How long a page may take where the machine is busy with other work, or does not tell a thread's own time.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much memory a page may take, in bytes.
pub(super) const MOST_MEMORY: u64 = 1 << 30;

/// The stack of the hand, in bytes: as much as the first thread of a program has, twice.
const STACK: usize = 16 << 20;

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// Does work on a hand of its own; nothing where it takes too much time or memory, or goes under. The hand is left alone
/// then: it stops with the program.
pub(super) fn bounded<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let before = memory();
    let begun = Instant::now();
    let (tell, heard) = channel();
    let (give, take) = channel();
    let hand = std::thread::Builder::new().name("templates".to_owned()).stack_size(STACK);
    hand.spawn(move || {
        // Nobody waits for it any more where these fail.
        let _ = tell.send(std::fs::read_link("/proc/thread-self").unwrap_or_else(|_| "none".into()));
        let _ = give.send(work());
    })
    .ok()?;
    let own = std::path::Path::new("/proc").join(heard.recv().ok()?).join("stat");
    loop {
        match take.recv_timeout(LOOK) {
            Ok(done) => return Some(done),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let grown = memory().saturating_sub(before);
        if seconds(&own) >= LONGEST || begun.elapsed() > PATIENCE || grown > MOST_MEMORY {
            return None;
        }
    }
}

/// The seconds of a processor that a thread has taken, where the system tells it in a file; else nothing.
fn seconds(own: &std::path::Path) -> u64 {
    /// The ticks of a second, on all but few machines.
    const TICKS: u64 = 100;
    let told = std::fs::read_to_string(own).unwrap_or_default();
    // The name of the thread, in brackets, may hold blanks; the eleventh and twelfth figure after it are meant.
    let figures = told.rsplit(')').next().unwrap_or_default().split_whitespace();
    figures.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() / TICKS
}

/// The memory that this program takes, in bytes, where the system tells it in a file; else nothing.
fn memory() -> u64 {
    /// The bytes of a page of memory, on all but few machines.
    const PAGE: u64 = 4096;
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    told.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * PAGE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_ends_is_done_and_work_that_does_not_is_given_up() {
        assert_eq!(bounded(|| 42), Some(42));
        assert_eq!(bounded(|| -> u32 { std::panic::resume_unwind(Box::new("over")) }), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn work_without_end_is_given_up_by_its_own_time() {
        let own = std::path::Path::new("/proc").join(std::fs::read_link("/proc/thread-self").unwrap()).join("stat");
        let before = seconds(&own);
        assert!(before < 3600);
        let (mut endless, begun) = (0_u64, Instant::now());
        while seconds(&own) == before && begun.elapsed() < PATIENCE {
            endless = std::hint::black_box(endless + 1);
        }
        assert_eq!(seconds(&own), before + 1, "the clock of a thread goes on while it works");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn work_that_takes_all_memory_is_given_up() {
        let begun = Instant::now();
        let greedy = bounded(|| {
            let mut all: Vec<Vec<u8>> = Vec::new();
            // Far from what a machine has, should the bound fail.
            while all.len() < 2048 {
                all.push(vec![1; 1 << 20]);
                std::thread::sleep(Duration::from_micros(200));
            }
            std::thread::sleep(PATIENCE * 2);
            all.len()
        });
        assert_eq!(greedy, None);
        assert!(begun.elapsed() < PATIENCE, "given up for its memory, and not for its time");
    }
}
