//! Fuzzing on any toolchain: the targets of `fuzz/`, driven by mutations of the kept corpus that are always the same ones.
//! `cargo fuzz`, which learns from what it sees, goes deeper; `fuzz/README.md` tells how, and what was found.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::{home, inside};

#[path = "../fuzz/targets.rs"]
#[allow(unreachable_pub)]
mod targets;

/// What inputs are changed with, beside their own parts.
const PIECES: [&str; 64] = [
    "0",
    "-1",
    "1",
    "7",
    "104",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999",
    "1e308",
    "-1e308",
    "1e-320",
    "nan",
    "inf",
    "0.0",
    "0:00",
    "99:99:99",
    "1900-01-01",
    "2199-12-31",
    "2200-01-01",
    "2028-02-29",
    "0001-01-01",
    "[",
    "]",
    "{",
    "}",
    "[[",
    "]]",
    "(",
    ")",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "#",
    "=",
    ",",
    ";",
    ":",
    ".",
    "\\",
    "\\u0000",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "é",
    "👩‍👩‍👧‍👦",
    "true",
    "null",
    "not ",
    " and ",
    " x (",
    " km",
    " mi",
    " min",
    " %",
    " /km",
    "@",
    "{{ x }}",
    "{% for x in y %}",
    "<b>",
    "=HYPERLINK(",
];

/// Numbers that come as they please and always the same way (xorshift64*).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from((self.next() >> 33) % end.max(1) as u64).unwrap()
    }
}

/// Where the lines, words and values of a text end and begin, so that a change often leaves it readable.
fn seam(data: &[u8], dice: &mut Dice) -> usize {
    let from = dice.below(data.len() + 1);
    if dice.below(3) == 0 {
        return from;
    }
    let seam =
        |byte: &u8| matches!(byte, b'\n' | b' ' | b',' | b'"' | b'=' | b':' | b'(' | b')' | b'[' | b']' | b'{' | b'}');
    data[from..].iter().position(seam).map_or(data.len(), |at| from + at)
}

/// An input, changed in a few places.
fn mutated(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut data = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(5) {
        let (a, b) = (seam(&data, dice), seam(&data, dice));
        let (from, to) = (a.min(b), a.max(b));
        // Most changes are small: what is near stays in its place.
        let to = if dice.below(4) == 0 { to } else { to.min(from + dice.below(24)) };
        let part = data[from..to].to_vec();
        match dice.below(8) {
            0 => drop(data.splice(from..to, [])),
            1 => drop(data.splice(to..to, part)),
            2 | 3 => drop(data.splice(from..to, PIECES[dice.below(PIECES.len())].bytes())),
            4 => drop(data.splice(from..from, PIECES[dice.below(PIECES.len())].bytes())),
            5 => {
                let other = &corpus[dice.below(corpus.len())];
                let (a, b) = (seam(other, dice), seam(other, dice));
                drop(data.splice(from..to, other[a.min(b)..a.max(b)].iter().copied()));
            }
            6 if !data.is_empty() => {
                let at = dice.below(data.len());
                data[at] ^= 1 << dice.below(8);
            }
            // A number gets another digit.
            _ => {
                let digits: Vec<usize> =
                    data.iter().enumerate().filter(|(_, b)| b.is_ascii_digit()).map(|(at, _)| at).collect();
                if let Some(at) = digits.get(dice.below(digits.len())) {
                    data[*at] = b'0' + u8::try_from(dice.below(10)).unwrap();
                }
            }
        }
        data.truncate(1 << 18);
    }
    data
}

/// How many inputs a target gets, and for how long at the most: `STEPBACK_FUZZ=100000` asks for more, and then for all.
fn asked() -> (usize, Duration) {
    match std::env::var("STEPBACK_FUZZ").ok().and_then(|inputs| inputs.parse().ok()) {
        Some(inputs) => (inputs, Duration::MAX),
        None => (500, Duration::from_secs(2)),
    }
}

fn fuzz(name: &str) {
    let target = targets::TARGETS.iter().find(|(known, _)| *known == name).unwrap().1;
    let kept: Vec<Vec<u8>> =
        inside(&home("fuzz/corpus").join(name)).iter().map(|path| fs::read(path).unwrap()).collect();
    let (most, time) = asked();
    let mut dice = Dice(0x5eed_0000 + name.len() as u64);
    let (begun, mut tried, mut slowest) = (Instant::now(), 0, Duration::ZERO);
    let mut failed = 0;
    while tried < most && begun.elapsed() < time {
        let input = if tried < kept.len() { kept[tried].clone() } else { mutated(&kept, &mut dice) };
        let here = Instant::now();
        let came_back = catch_unwind(AssertUnwindSafe(|| target(&input)));
        slowest = slowest.max(here.elapsed());
        tried += 1;
        if came_back.is_err() {
            failed += 1;
            let path = home("target").join(format!("fuzz-{name}-{tried}"));
            fs::write(&path, &input).unwrap();
            eprintln!("{name}: {} breaks it", path.display());
        }
    }
    println!(
        "{name}: {tried} inputs, {failed} failures, {} s, the slowest {} ms",
        begun.elapsed().as_secs(),
        slowest.as_millis()
    );
    assert_eq!(failed, 0, "inputs that broke `{name}` stand in target/");
}

macro_rules! each {
    ($($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                fuzz(stringify!($name));
            }
        )+

        #[test]
        fn every_target_is_run_here_and_by_cargo_fuzz() {
            let mut here = vec![$(stringify!($name)),+];
            let mut known = targets::TARGETS.map(|(name, _)| name);
            here.sort_unstable();
            known.sort_unstable();
            assert_eq!(here, known);
            let manifest = fs::read_to_string(home("fuzz/Cargo.toml")).unwrap();
            for name in known {
                assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
                let driven = fs::read_to_string(home(&format!("fuzz/fuzz_targets/{name}.rs"))).unwrap();
                assert!(driven.contains(&format!("stepback_fuzz::{name}(")), "{name}");
            }
        }
    };
}

each!(request rules notation expression words checkins strava garmin plan_json roster table);
