//! `stepback check`: rules, packs, requests and plans, with every finding at once.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::{
    As, Common, Desk, Ended, LARGEST_PLAN, Outcome, Stopped, UnitsWord, empty_packs, is_of_a_pack_inside, language_of,
    pack_of_one, packs, pretty,
};
use crate::audit::Verdicts;
use crate::document::parse;
use crate::engine::Asked;
use crate::export::json;
use crate::files::{self, Error};
use crate::finding::{Args as Facts, Finding, Findings, Severity};
use crate::foreign::{self, Table, Usual};
use crate::measure::Units;
use crate::plan::{Plan, PlanFinding, Verdict};
use crate::rulebook::guardrail::Guardrail;
use crate::rulebook::layers::Ledger;
use crate::rulebook::settings::{Stage, key};
use crate::rulebook::{Pack, Rulebook, cases, doubts, prose, words};
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
    /// Text for people, or data for programs
    #[arg(short, long, value_enum, default_value_t = As::Text)]
    format: As,
    #[command(flatten)]
    common: Common,
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
    let mut named = Named { packs: packs(&options.common.rules)?, ..Named::default() };
    for path in &options.path {
        named.sort(path)?;
    }
    let Looked { findings, verdicts, mut counted } = looked_through(desk, options, &named);
    let well = !findings.stop();
    match options.format {
        As::Text => {
            // The answer first, and what it rests on after it.
            std::io::stdout().lock().write_all(verdicts.as_bytes())?;
            desk.report(&findings);
            if well {
                let doubts = findings.0.iter().filter(|finding| finding.severity == Severity::Warning).count();
                counted.insert("warnings".to_owned(), doubts.into());
                desk.remark("cli.checked", &counted);
            }
        }
        As::Json => {
            let findings = report::data(&findings, &desk.phrases);
            let mut data = serde_json::json!({ "well": well, "findings": findings });
            if let serde_json::Value::Object(data) = &mut data {
                data.extend(counted);
            }
            std::io::stdout().lock().write_all(pretty(&data).as_bytes())?;
        }
    }
    Ok(if well { Ended::Well } else { Ended::WithErrors })
}

/// What came of looking at everything.
struct Looked {
    findings: Findings,
    /// What the guardrails say of each plan, in words.
    verdicts: String,
    /// What was looked at.
    counted: Facts,
}

/// Looks at everything, and gathers all that there is to find.
fn looked_through(desk: &Desk, options: &Options, named: &Named) -> Looked {
    let mut counted = args! {
        "rules" => 0, "cases" => 0, "requests" => named.requests.len(),
        "plans" => named.plans.len() + named.tables.len(),
    };
    let mut verdicts = String::new();
    let (book, mut findings) = match Rulebook::read(&named.packs) {
        Ok(read) => read,
        Err(findings) => return Looked { findings, verdicts, counted },
    };
    findings.0.extend(empty_packs(&named.packs));
    desk.learn(&book);
    findings.0.extend(doubts::look(&book).0);
    findings.0.extend(cases::run(&book).0);
    let asked = match desk.asked(&book, &options.common, None) {
        Ok(asked) => Some(asked),
        Err(Stopped::Findings(wrong)) => {
            findings.0.extend(wrong.0);
            None
        }
        Err(_) => None,
    };
    for text in &named.requests {
        findings.0.extend(desk.of_request(&book, text, asked.as_ref()).0);
    }
    for (text, plan) in plans(&book, options, named, &mut findings) {
        let judged = crate::audit::judge(&plan, &book.guardrails, &desk.phrases);
        verdicts.push_str(&desk.verdict(&text.name, &plan, &judged));
        findings.0.extend(desk.breaks(&book, judged));
    }
    // A rule that a pack says anew is one rule.
    let rules: BTreeSet<&str> =
        book.sheets().flat_map(|(_, sheet)| sheet.rules.iter().map(|rule| rule.id.as_str())).collect();
    counted.extend(args! { "rules" => rules.len(), "cases" => book.cases().count() });
    Looked { findings, verdicts, counted }
}

/// The finished plans that are named: as data, and as tables from elsewhere.
fn plans<'n>(
    book: &Rulebook,
    options: &Options,
    named: &'n Named,
    findings: &mut Findings,
) -> Vec<(&'n Arc<Text>, Plan)> {
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
                let plan = of_table(book, &table);
                findings.push(assumed(&plan, text));
                plans.push((text, plan));
            }
            Err(wrong) => findings.0.extend(wrong.0),
        }
    }
    plans
}

/// The plan of a table, for the level that its first week tells and a pace that is usual there.
fn of_table(book: &Rulebook, table: &Table) -> Plan {
    let usual = |level: &str| {
        let force = book.in_force(level, None, None, &[]);
        let settled = force.settle(Stage::Season, &words::Facts::default(), &[], &mut Ledger::blank());
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
    /// What is wrong with a request, and what the rules have to say of the season that it asks for.
    fn of_request(&self, book: &Rulebook, text: &Arc<Text>, asked: Option<&Asked>) -> Findings {
        let mut findings = Findings::new();
        match self.read_request(book, text) {
            Ok((request, warnings)) => {
                findings.0.extend(warnings.0);
                let Some(asked) = asked else { return findings };
                match crate::engine::plan(book, &self.phrases, &request, asked) {
                    Ok(plan) => findings.0.extend(plan.findings.into_iter().map(|found| self.in_words(found))),
                    Err(refused) => findings.0.extend(refused.0),
                }
            }
            Err(wrong) => findings.0.extend(wrong.0),
        }
        findings
    }

    /// A finding of a plan, with the week that it speaks of.
    fn in_words(&self, found: PlanFinding) -> Finding {
        let words = match found.week {
            Some(week) => {
                self.phrases.say("cli.in-week", &args! { "week" => week, "message" => found.message.as_str() })
            }
            None => found.message,
        };
        let finding = Finding::new(&found.code, found.severity).in_words(words);
        Finding { week: found.week, ..finding }
    }

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
            let code = found.code.clone();
            let finding = self.in_words(found);
            let guardrail = book.guardrails.iter().find(|guardrail| guardrail.id.value == code);
            match guardrail.filter(|_| told.insert(code)) {
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
            } else if language_of(path).is_some() || is_rules(&text) {
                self.packs.push(pack_of_one(path, text.body.to_string()));
            } else {
                self.requests.push(text);
            }
            return Ok(());
        }
        let name = path.display().to_string().trim_end_matches('/').to_owned();
        let mut rules = Vec::new();
        let mut others = Vec::new();
        for (inside, body) in files::read_folder(path, &[".toml"])? {
            if is_of_a_pack_inside(&inside) {
                continue;
            }
            let text = Text::new(path.join(&inside).display().to_string(), body);
            if !prose::is_of_a_language(&inside) && is_request(&text) {
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
