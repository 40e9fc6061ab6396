//! The door: arguments in, an exit code out.

use std::process::ExitCode;

use clap::Parser;
use stepback::cli::{Cli, Ended, guarded};

/// A plan is made of many small texts: asking the system for each of them cost a sixth of a plan, and most page faults.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match guarded(&Cli::parse()) {
        Ended::Well => ExitCode::SUCCESS,
        Ended::WithErrors => ExitCode::FAILURE,
        Ended::Misused => ExitCode::from(2),
    }
}
