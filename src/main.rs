//! The door: arguments in, an exit code out.

use std::process::ExitCode;

use clap::Parser;
use stepback::cli::{Cli, Ended, run};

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ended::Well => ExitCode::SUCCESS,
        Ended::WithErrors => ExitCode::FAILURE,
        Ended::Misused => ExitCode::from(2),
    }
}
