//! `stepback check`: rules, packs and requests, with every finding at once.

use std::path::PathBuf;

use clap::Args;

use super::{Desk, Ended, Outcome, ids, packs};
use crate::args;
use crate::files;
use crate::finding::Findings;
use crate::rulebook::Rulebook;
use crate::source::Text;

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback check                the built-in rules
  stepback check my-rules       a folder of rules, on top of the built-in ones
  stepback check sara.toml      a request";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Folders of rules, or requests
    path: Vec<PathBuf>,
    /// A folder of rules on top of the built-in ones
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let (folders, requests): (Vec<PathBuf>, Vec<PathBuf>) = options.path.iter().cloned().partition(|path| path.is_dir());
    let all: Vec<PathBuf> = options.rules.iter().cloned().chain(folders).collect();
    let (book, warnings) = Rulebook::read(&packs(&all)?)?;
    let mut findings: Findings = warnings;
    for path in &requests {
        let text = Text::new(path.display().to_string(), files::read_text(path, files::LARGEST)?);
        match crate::request::read(&text, &ids(&book)) {
            Ok((request, warnings)) => {
                findings.0.extend(warnings.0);
                if let Some(table) = &request.settings
                    && let Err(wrong) = book.asked(table, request.name(), "")
                {
                    findings.0.extend(wrong.0);
                }
            }
            Err(wrong) => findings.0.extend(wrong.0),
        }
    }
    desk.report(&findings);
    if findings.stop() {
        return Ok(Ended::WithErrors);
    }
    let rules: usize = book.sheets().map(|(_, sheet)| sheet.rules.len()).sum();
    desk.remark("cli.checked", &args! { "rules" => rules, "requests" => requests.len() });
    Ok(Ended::Well)
}
