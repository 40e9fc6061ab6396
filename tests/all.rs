//! Every test that looks at the house from outside, in one program. README.md beside it tells each kind and shows one.

mod cases;
mod counterexamples;
mod escaping;
mod files;
mod findings;
mod foreign;
mod fuzz;
mod gallery;
mod hostile;
mod house;
mod language;
mod laws;
mod many;
mod paces;
mod power;
mod readme;
mod review;
mod rulebook;
mod rust;
mod seasons;
mod verbs;
mod words;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use stepback::phrasebook::Phrasebook;
use stepback::rulebook::Rulebook;

/// A path inside the repository.
fn home(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A text of the repository, with the line ends that git keeps.
fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).replace("\r\n", "\n")
}

/// What a folder holds, by name.
fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Runs the program in a folder, far from colours and clocks.
fn stepback(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stepback"))
        .current_dir(folder)
        .args(args)
        .env("NO_COLOR", "1")
        .env("TZ", "UTC")
        .output()
        .expect("the program starts")
}

/// Whether what stands in files should be written anew: `STEPBACK_RENEW=1 cargo test`.
fn renew() -> bool {
    std::env::var_os("STEPBACK_RENEW").is_some_and(|yes| !yes.is_empty() && yes != "0")
}

/// The first line in which two texts differ, to read in a failed test.
fn difference(expected: &str, got: &str) -> String {
    let (mut left, mut right) = (expected.lines(), got.lines());
    let mut number = 1;
    loop {
        match (left.next(), right.next()) {
            (None, None) => return "the ends of lines differ".to_owned(),
            (a, b) if a != b => {
                return format!(
                    "line {number}\n  expected: {}\n  got:      {}",
                    a.unwrap_or("(end)"),
                    b.unwrap_or("(end)")
                );
            }
            _ => number += 1,
        }
    }
}

/// The rules and words that travel in the program.
fn shipped() -> (Rulebook, Phrasebook) {
    let phrases = Phrasebook::shipped("en").expect("the words are sound");
    match Rulebook::read(&[]) {
        Ok((book, _)) => (book, phrases),
        Err(findings) => panic!("{}", stepback::report::render(&findings, &phrases, false)),
    }
}
