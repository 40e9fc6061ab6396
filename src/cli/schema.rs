//! `stepback schema`: what requests, rules and plans look like, for editors and programs.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Desk, Ended, Outcome, pretty};
use crate::schema;

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback schema request > request.schema.json
  stepback schema rules --rules my-rules > rules.schema.json      ids of your own are known too";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// What the schema describes
    #[arg(value_enum)]
    of: Of,
    /// A folder of rules on top of the built-in ones
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Of {
    Request,
    Rules,
    Plan,
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let schema = match options.of {
        Of::Plan => schema::plan(),
        Of::Request => schema::request(&desk.rulebook(&options.rules)?, &desk.phrases),
        Of::Rules => schema::rules(&desk.rulebook(&options.rules)?, &desk.phrases),
    };
    std::io::stdout().lock().write_all(pretty(&schema).as_bytes())?;
    Ok(Ended::Well)
}
