//! A second process for somebody else's templates: one that holds itself, or is nested without bottom, runs out of stack, and
//! that ends a process without a word.

use std::process::Command;

use super::{Cli, Desk, Ended, run};
use crate::finding::Finding;
use crate::phrasebook::Phrasebook;

/// Set inside the second process.
const INSIDE: &str = "STEPBACK_GUARDED";

/// Runs the program, in a process of its own where it brings templates; tells where that one goes under.
///
/// For the door of the program alone: the second process is this program again, with the same arguments.
#[must_use]
pub fn guarded(cli: &Cli) -> Ended {
    if !cli.brings_templates() || std::env::var_os(INSIDE).is_some() {
        return run(cli);
    }
    let program = std::env::current_exe();
    let ended =
        program.and_then(|program| Command::new(program).args(std::env::args_os().skip(1)).env(INSIDE, "1").status());
    match ended.map(|status| status.code()) {
        Ok(Some(0)) => Ended::Well,
        Ok(Some(1)) => Ended::WithErrors,
        Ok(Some(2)) => Ended::Misused,
        Ok(_) => {
            if let Ok(phrases) = Phrasebook::shipped("en") {
                let desk = Desk { phrases: phrases.into() };
                desk.report(&Finding::error("template-brought-down").into());
            }
            Ended::WithErrors
        }
        // Where no second process can be had, one has to do.
        Err(_) => run(cli),
    }
}
