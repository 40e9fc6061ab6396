//! `stepback check`: rules, packs, requests and plans, with every finding at once.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::{Desk, Ended, LARGEST_PLAN, Outcome, UnitsWord, empty_packs, ids, pack_of_one, packs};
use crate::audit::Verdicts;
use crate::document::parse;
use crate::export::json;
use crate::files::{self, Error};
use crate::finding::{Finding, Severity};
use crate::foreign::{self, Table, Usual};
use crate::measure::Units;
use crate::plan::{Plan, PlanFinding, Verdict};
use crate::rulebook::guardrail::Guardrail;
use crate::rulebook::layers::Ledger;
use crate::rulebook::settings::{Stage, key};
use crate::rulebook::words::Facts;
use crate::rulebook::{Pack, Rulebook};
use crate::source::Text;
use crate::{args, report};

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback check                the built-in rules
  stepback check my-rules       a folder of rules, on top of the built-in ones
  stepback check sara.toml      a request
  stepback check sara.json      a plan as data, against the guardrails
  stepback check club.csv       any plan as a table of dates, sessions and distances, against the guardrails";

/// The tables that only requests have.
const OF_REQUESTS: [&str; 6] = ["runner", "week", "place", "life", "plan", "coach"];

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Rules, requests, plans as data and plans as tables; or folders of rules and requests
    path: Vec<PathBuf>,
    /// The units of distances in a table that does not say its own
    #[arg(long, value_enum)]
    units: Option<UnitsWord>,
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
    tables: Vec<Arc<Text>>,
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
    let mut plans = Vec::new();
    for text in &named.plans {
        match json::read(text) {
            Ok(plan) => plans.push((text, plan)),
            Err(wrong) => findings.0.extend(wrong.0),
        }
    }
    for text in &named.tables {
        match foreign::read(text, options.units.map(Units::from)) {
            Ok((table, warnings)) => {
                findings.0.extend(warnings.0);
                let plan = of_table(&book, &table);
                findings.push(assumed(&plan, text));
                plans.push((text, plan));
            }
            Err(wrong) => findings.0.extend(wrong.0),
        }
    }
    let mut verdicts = String::new();
    for (text, plan) in &plans {
        let judged = crate::audit::judge(plan, &book.guardrails, &desk.phrases);
        verdicts.push_str(&desk.verdict(&text.name, plan, &judged));
        findings.0.extend(desk.breaks(&book, judged));
    }
    // The answer first, and what it rests on after it.
    std::io::stdout().lock().write_all(verdicts.as_bytes())?;
    desk.report(&findings);
    if findings.stop() {
        return Ok(Ended::WithErrors);
    }
    // A rule that a pack says anew is one rule.
    let rules: BTreeSet<&str> =
        book.sheets().flat_map(|(_, sheet)| sheet.rules.iter().map(|rule| rule.id.as_str())).collect();
    let facts = args! { "rules" => rules.len(), "requests" => named.requests.len(), "plans" => plans.len() };
    desk.remark("cli.checked", &facts);
    Ok(Ended::Well)
}

/// The plan of a table, for the level that its first week tells and a pace that is usual there.
fn of_table(book: &Rulebook, table: &Table) -> Plan {
    let usual = |level: &str| {
        let force = book.in_force(level, None, None, &[]);
        let settled = force.settle(Stage::Season, &Facts::default(), &[], &mut Ledger::blank());
        let speeds = book.efforts.iter().map(|(intensity, effort)| (*intensity, effort.speed)).collect();
        Usual { easy: settled.get(key::PACE_ASSUMED_EASY), speeds }
    };
    let level = book.level_of(table.weekly(&usual(""))).unwrap_or_default();
    table.plan(level, &usual(level))
}

/// What a table does not tell and a judge has to take for granted.
fn assumed(plan: &Plan, text: &Arc<Text>) -> Finding {
    Finding::note("table-assumed")
        .with("path", text.name.as_str())
        .with("level", plan.runner.level.as_str())
        .with("weekly", plan.units.distance(plan.runner.weekly_m))
        .with("longest", plan.units.distance(plan.runner.longest_m))
}

impl Desk {
    /// The verdict in a sentence, and a line for each guardrail that does not hold.
    fn verdict(&self, path: &str, plan: &Plan, judged: &Verdicts) -> String {
        let phrases = &self.phrases;
        let grave = |id: &str| judged.findings.iter().filter(|f| f.code == id).map(|f| f.severity).max();
        let mut broken: Vec<(Severity, &Verdict)> =
            judged.verdicts.iter().filter_map(|verdict| Some((grave(&verdict.id)?, verdict))).collect();
        broken.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        let count = |severity| broken.iter().filter(|(other, _)| *other == severity).count();
        let [errors, warnings] = [Severity::Error, Severity::Warning].map(count);
        let key = match (errors, warnings) {
            (0, 0) => "check.sound",
            (0, _) => "check.heed",
            _ => "check.broken",
        };
        let facts = args! {
            "path" => report::tidy(path), "limits" => judged.verdicts.len(), "weeks" => plan.weeks.len(),
            "errors" => errors, "warnings" => warnings,
        };
        let mut out = phrases.say(key, &facts);
        out.push('\n');
        for (severity, verdict) in broken {
            let weeks: BTreeSet<u32> =
                judged.findings.iter().filter(|f| f.code == verdict.id).filter_map(|f| f.week).collect();
            let weeks: Vec<u32> = weeks.into_iter().collect();
            let facts = args! {
                "mark" => phrases.word(&format!("page.severity.{}", severity.name())), "title" => verdict.title.as_str(),
                "id" => verdict.id.as_str(), "weeks" => weeks,
            };
            let _ = writeln!(out, "  {}", phrases.say("check.line", &facts));
        }
        out
    }

    /// Every break with its week; the first of each guardrail says why there is such a limit, and who says so.
    fn breaks(&self, book: &Rulebook, judged: Verdicts) -> Vec<Finding> {
        let mut told: BTreeSet<String> = BTreeSet::new();
        let finding = |found: PlanFinding| {
            let words = match found.week {
                Some(week) => {
                    self.phrases.say("cli.in-week", &args! { "week" => week, "message" => found.message.as_str() })
                }
                None => found.message,
            };
            let finding = Finding::new(&found.code, found.severity).in_words(words);
            let guardrail = book.guardrails.iter().find(|guardrail| guardrail.id.value == found.code);
            match guardrail.filter(|_| told.insert(found.code.clone())) {
                Some(guardrail) => finding.with("why", self.why(book, guardrail)),
                None => finding,
            }
        };
        judged.findings.into_iter().map(finding).collect()
    }

    fn why(&self, book: &Rulebook, guardrail: &Guardrail) -> String {
        let sources: Vec<String> = guardrail
            .source
            .iter()
            .map(|id| {
                book.sources
                    .get(&id.value)
                    .filter(|_| id.value != "house")
                    .map_or_else(|| self.phrases.word("page.house"), |source| source.citation.clone())
            })
            .collect();
        self.phrases
            .say("check.why", &args! { "because" => guardrail.because.as_str(), "source" => sources.join("; ") })
    }
}

impl Named {
    /// Tells what a path holds: a folder may hold requests, or rules, or both.
    fn sort(&mut self, path: &Path) -> Result<(), Error> {
        if !path.is_dir() {
            let ends = |endings: &[&str]| {
                path.extension().is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
            };
            let is_plan = ends(&["json"]);
            let body = files::read_text(path, if is_plan { LARGEST_PLAN } else { files::LARGEST })?;
            let text = Text::new(path.display().to_string(), body);
            if is_plan {
                self.plans.push(text);
            } else if ends(&["csv", "tsv"]) {
                self.tables.push(text);
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
