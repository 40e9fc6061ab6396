//! `stepback check`: rules, packs, requests and plans, with every finding at once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::{Desk, Ended, LARGEST_PLAN, Outcome, empty_packs, ids, pack_of_one, packs};
use crate::args;
use crate::document::parse;
use crate::export::json;
use crate::files::{self, Error};
use crate::finding::Finding;
use crate::rulebook::{Pack, Rulebook};
use crate::source::Text;

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback check                the built-in rules
  stepback check my-rules       a folder of rules, on top of the built-in ones
  stepback check sara.toml      a request
  stepback check sara.json      a plan as data, against the guardrails";

/// The tables that only requests have.
const OF_REQUESTS: [&str; 6] = ["runner", "week", "place", "life", "plan", "coach"];

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Rules, requests and plans as data, or folders of them
    path: Vec<PathBuf>,
    /// A folder of rules on top of the built-in ones
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
}

/// What there is to check, told apart.
#[derive(Default)]
struct Named {
    packs: Vec<Pack>,
    requests: Vec<Arc<Text>>,
    plans: Vec<Arc<Text>>,
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let mut named = Named { packs: packs(&options.rules)?, ..Named::default() };
    for path in &options.path {
        named.sort(path)?;
    }
    let (book, mut findings) = Rulebook::read(&named.packs)?;
    findings.0.extend(empty_packs(&named.packs));
    for text in &named.requests {
        match crate::request::read(text, &ids(&book)) {
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
    for text in &named.plans {
        match json::read(text) {
            Ok(plan) => {
                let judged = crate::audit::judge(&plan, &book.guardrails, &desk.phrases).findings;
                findings.0.extend(judged.into_iter().map(|found| {
                    let words = match found.week {
                        Some(week) => desk
                            .phrases
                            .say("cli.in-week", &args! { "week" => week, "message" => found.message.as_str() }),
                        None => found.message,
                    };
                    Finding::new(&found.code, found.severity).in_words(words)
                }));
            }
            Err(wrong) => findings.0.extend(wrong.0),
        }
    }
    desk.report(&findings);
    if findings.stop() {
        return Ok(Ended::WithErrors);
    }
    // A rule that a pack says anew is one rule.
    let rules: BTreeSet<&str> =
        book.sheets().flat_map(|(_, sheet)| sheet.rules.iter().map(|rule| rule.id.as_str())).collect();
    let facts = args! { "rules" => rules.len(), "requests" => named.requests.len(), "plans" => named.plans.len() };
    desk.remark("cli.checked", &facts);
    Ok(Ended::Well)
}

impl Named {
    /// Tells what a path holds: a folder may hold requests, or rules, or both.
    fn sort(&mut self, path: &Path) -> Result<(), Error> {
        if !path.is_dir() {
            let is_plan = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
            let body = files::read_text(path, if is_plan { LARGEST_PLAN } else { files::LARGEST })?;
            let text = Text::new(path.display().to_string(), body);
            if is_plan {
                self.plans.push(text);
            } else if is_rules(&text) {
                self.packs.push(pack_of_one(path, text.body.clone()));
            } else {
                self.requests.push(text);
            }
            return Ok(());
        }
        let name = path.display().to_string().trim_end_matches('/').to_owned();
        let mut rules = Vec::new();
        let mut others = Vec::new();
        for (inside, body) in files::read_folder(path, &[".toml"])? {
            let text = Text::new(path.join(&inside).display().to_string(), body);
            if is_request(&text) {
                others.push(text);
            } else {
                rules.push((inside, text.body.clone()));
            }
        }
        if !rules.is_empty() || others.is_empty() {
            self.packs.push(Pack { name, files: rules });
        }
        self.requests.extend(others);
        Ok(())
    }
}

/// Whether a text has tables that only requests have.
fn is_request(text: &Arc<Text>) -> bool {
    parse(text).is_ok_and(|table| OF_REQUESTS.iter().any(|key| table.get(key).is_some()))
}

/// Whether a text reads like rules: it can be read, is not empty, and has nothing that only requests have.
fn is_rules(text: &Arc<Text>) -> bool {
    let is_rule = |key: &str| {
        let group = |name: &str| name.split('.').next() == Some(key);
        ["rule", "guardrail", "case", "rung", "summary", "months", "wording"].contains(&key)
            || crate::rulebook::settings::TABLE.iter().any(|setting| group(setting.name))
    };
    parse(text).is_ok_and(|table| table.entries.iter().any(|(key, _)| is_rule(&key.value))) && !is_request(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_and_requests_are_told_apart() {
        for (body, rules, request) in [
            ("[runner]\nlevel = \"new\"", false, true),
            ("[[race]]\nrace = \"10k\"", false, false),
            ("weekly = \"25 km\"\ndays = [\"mon\"]", false, false),
            ("[reset]\nvolume = \"55 %\"", true, false),
            ("[[rule]]\nid = \"x\"", true, false),
            ("", false, false),
            ("[reset", false, false),
        ] {
            let text = Text::new("t.toml", body);
            assert_eq!((is_rules(&text), is_request(&text)), (rules, request), "{body}");
        }
    }
}
