//! `stepback why`: the reasons behind a week, a date or a setting.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value as Data, json};

use super::{As, Common, Desk, Ended, Outcome, UnitsWord, pretty, week_number};
use crate::args;
use crate::calendar::Date;
use crate::finding::{Finding, Findings};
use crate::measure::Units;
use crate::plan::{Plan, Week, WeekKind, Work};
use crate::reason::{self, Layer, Reason};
use crate::rulebook::Rulebook;
use crate::rulebook::settings::{self, Stage, Value};

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback why sara.toml --week 9
  stepback why sara.toml --date 2027-01-14
  stepback why sara.toml --setting reset.volume";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The request
    request: PathBuf,
    /// The week, by its number
    #[arg(long, value_name = "N", value_parser = week_number, conflicts_with_all = ["date", "setting"])]
    week: Option<u32>,
    /// The week that holds this date
    #[arg(long, value_name = "DATE", conflicts_with = "setting")]
    date: Option<Date>,
    /// One setting, through the whole season
    #[arg(long, value_name = "NAME")]
    setting: Option<String>,
    /// Text for people, or data for programs
    #[arg(short, long, value_enum, default_value_t = As::Text)]
    format: As,
    #[command(flatten)]
    common: Common,
    /// The units to answer in
    #[arg(long, value_enum)]
    units: Option<UnitsWord>,
}

/// What a setting stands at, and how it came to stand there.
struct Chain<'p> {
    /// The setting's name; empty for what rules had to say.
    setting: &'p str,
    /// Every write, first one first; the last has the last word.
    reasons: Vec<&'p Reason>,
    /// The weeks in which it stands so, where several are asked about.
    weeks: Vec<u32>,
}

impl<'p> Chain<'p> {
    fn winner(&self) -> &'p Reason {
        self.reasons.last().expect("a chain has a last word")
    }
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    if let Some(name) = &options.setting {
        known_setting(name)?;
    }
    let (book, plan) = desk.make(&options.common, &options.request, options.units)?;
    let week = week_asked(&plan, options)?;
    let chains = match (week, options.setting.as_deref()) {
        (Some(week), _) => of_week(&plan, week),
        (None, Some(setting)) => of_setting(&plan, setting),
        (None, None) => of_season(&plan),
    };
    let works = cited(&plan, &chains);
    let silent = options.setting.as_deref().map(|setting| silent(&book, &plan, setting)).unwrap_or_default();
    let answer = match options.format {
        As::Json => pretty(&data(desk, &plan, week, &chains, &silent, &works)),
        As::Text => {
            let mut out = String::new();
            if let Some(week) = week {
                out += &opening(desk, week);
            }
            for chain in &chains {
                let whole = week.is_none_or(|week| told_whole(week, chain)) || chain.setting.is_empty();
                out += &if whole { told(desk, &plan, chain) } else { told_in_a_line(desk, &plan, chain) };
            }
            out += &told_silent(desk, &silent);
            out + &told_works(desk, &works)
        }
    };
    std::io::stdout().lock().write_all(answer.as_bytes())?;
    Ok(Ended::Well)
}

/// A setting's name, or what was most likely meant by it.
fn known_setting(name: &str) -> Result<(), Findings> {
    if settings::index_of(name).is_some() {
        return Ok(());
    }
    let finding = Finding::error("unknown-setting").with("got", name);
    let all = || settings::TABLE.iter().map(|setting| setting.name);
    let of_group: Vec<&str> = all().filter(|known| known.split('.').next() == Some(name)).collect();
    // The name of a group asks for one of its settings, whichever.
    Err(if of_group.is_empty() { finding.near(name, all()) } else { finding.with("known", of_group) }.into())
}

/// The week that is asked about, if one is.
fn week_asked<'p>(plan: &'p Plan, options: &Options) -> Result<Option<&'p Week>, Findings> {
    if let Some(number) = options.week {
        let week = plan.weeks.iter().find(|week| week.number == number);
        let missing = || Finding::error("no-such-week").with("week", number).with("weeks", plan.weeks.len()).into();
        return week.map(Some).ok_or_else(missing);
    }
    let Some(date) = options.date else { return Ok(None) };
    let week = plan.weeks.iter().find(|week| (0..7).contains(&(date - week.start)));
    let missing = || {
        Finding::error("outside-season")
            .with("date", date.to_string())
            .with("first", plan.start.to_string())
            .with("last", plan.end.to_string())
            .into()
    };
    week.map(Some).ok_or_else(missing)
}

/// The chains behind a week: first of its figures, then of whatever else is in force.
fn of_week<'p>(plan: &'p Plan, week: &Week) -> Vec<Chain<'p>> {
    let ids: BTreeSet<u32> = week.why.iter().copied().collect();
    let of_figures: BTreeSet<u32> = week.figures.iter().flat_map(|figure| figure.why.iter().copied()).collect();
    let mut groups: Vec<(&str, Vec<&Reason>)> = Vec::new();
    for reason in plan.ledger.iter().filter(|reason| ids.contains(&reason.id)) {
        match groups.iter_mut().find(|(name, _)| *name == reason.setting) {
            Some((_, group)) => group.push(reason),
            None => groups.push((&reason.setting, vec![reason])),
        }
    }
    groups.sort_by_key(|(name, group)| {
        let of_figure = group.iter().any(|reason| of_figures.contains(&reason.id));
        (name.is_empty(), !of_figure, settings::index_of(name))
    });
    let chain = |(setting, group): (&'p str, Vec<&'p Reason>)| Chain {
        setting,
        reasons: whole(plan, &group),
        weeks: Vec::new(),
    };
    groups.into_iter().map(chain).collect()
}

/// A chain from its very beginning; a week may name no more than the last word of a setting of the season.
fn whole<'p>(plan: &'p Plan, group: &[&'p Reason]) -> Vec<&'p Reason> {
    if group.iter().all(|reason| reason.setting.is_empty()) {
        return group.to_vec();
    }
    let known = reason::in_order(group);
    let mut chain = known.first().map(|first| reason::led_to(first, &plan.ledger)).unwrap_or_default();
    chain.extend(known);
    chain
}

/// The chains of a setting through the season, each with its weeks.
fn of_setting<'p>(plan: &'p Plan, setting: &'p str) -> Vec<Chain<'p>> {
    let entries: Vec<&Reason> = plan.ledger.iter().filter(|reason| reason.setting == setting).collect();
    let stage = settings::index_of(setting).map(|index| settings::TABLE[index].stage);
    let mut chains: Vec<(Vec<u32>, Chain<'p>)> = Vec::new();
    if stage.is_some_and(|stage| stage > Stage::Season) {
        // How a step back is meant matters only where the week is one.
        let matters =
            |week: &&Week| !(setting.starts_with("reset.") && stage == Some(Stage::Amount)) || week.reset.is_some();
        let some = plan.weeks.iter().any(|week| matters(&week));
        for week in plan.weeks.iter().filter(|week| !some || matters(week)) {
            let group: Vec<&Reason> = entries.iter().copied().filter(|reason| week.why.contains(&reason.id)).collect();
            if group.is_empty() {
                continue;
            }
            let reasons = reason::in_order(&group);
            let ids: Vec<u32> = reasons.iter().map(|reason| reason.id).collect();
            match chains.iter_mut().find(|(known, _)| *known == ids) {
                Some((_, chain)) => chain.weeks.push(week.number),
                None => chains.push((ids, Chain { setting, reasons, weeks: vec![week.number] })),
            }
        }
    }
    if chains.is_empty() && !entries.is_empty() {
        return vec![Chain { setting, reasons: reason::in_order(&entries), weeks: Vec::new() }];
    }
    chains.into_iter().map(|(_, chain)| chain).collect()
}

/// Every setting of the season.
fn of_season<'p>(plan: &'p Plan) -> Vec<Chain<'p>> {
    let mut seen = BTreeSet::new();
    let mut names: Vec<&str> =
        plan.ledger.iter().map(|reason| reason.setting.as_str()).filter(|name| seen.insert(*name)).collect();
    names.sort_by_key(|name| (name.is_empty(), settings::index_of(name)));
    let of = |name: &'p str| {
        if name.is_empty() {
            let reasons: Vec<&Reason> = plan.ledger.iter().filter(|reason| reason.setting.is_empty()).collect();
            return vec![Chain { setting: name, reasons, weeks: Vec::new() }];
        }
        of_setting(plan, name)
    };
    names.into_iter().flat_map(of).collect()
}

/// Rules that write a setting and had nothing to say of it in this season, with what they wait for.
fn silent<'b>(book: &'b Rulebook, plan: &Plan, setting: &str) -> Vec<(&'b str, String, &'b str)> {
    let spoke: BTreeSet<&str> = plan.ledger.iter().filter_map(|reason| reason.rule.as_deref()).collect();
    let of_level = |file: &str| {
        let other = |folder: &str, id: Option<&str>| {
            file.contains(&format!("/{folder}/")) && id.is_none_or(|id| !file.ends_with(&format!("/{id}.toml")))
        };
        !other("levels", Some(&plan.runner.level)) && !other("races", plan.races.first().map(|race| race.race.as_str()))
    };
    let mut found = BTreeMap::new();
    for (_, sheet) in book.sheets().filter(|(_, sheet)| of_level(&sheet.file)) {
        for rule in &sheet.rules {
            let writes = rule.writes.iter().any(|write| settings::TABLE[write.setting].name == setting);
            if let (true, false, Some(when)) = (writes, spoke.contains(rule.id.as_str()), &rule.when) {
                let place = format!("{}:{}", sheet.file, rule.place.line());
                found.insert(rule.id.as_str(), (place, when.written.as_str()));
            }
        }
    }
    found.into_iter().map(|(id, (place, when))| (id, place, when)).collect()
}

/// The works that some chains name.
fn cited<'p>(plan: &'p Plan, chains: &[Chain<'_>]) -> Vec<&'p Work> {
    let ids: BTreeSet<&str> = chains
        .iter()
        .flat_map(|chain| &chain.reasons)
        .flat_map(|reason| reason.source.iter().map(String::as_str))
        .collect();
    plan.sources.iter().filter(|work| ids.contains(work.id.as_str())).collect()
}

fn data(
    desk: &Desk,
    plan: &Plan,
    week: Option<&Week>,
    chains: &[Chain<'_>],
    silent: &[(&str, String, &str)],
    works: &[&Work],
) -> Data {
    let settled: Vec<Data> = chains
        .iter()
        .filter(|chain| !chain.setting.is_empty())
        .map(|chain| {
            let winner = chain.winner();
            let ids: Vec<u32> = chain.reasons.iter().map(|reason| reason.id).collect();
            json!({
                "setting": chain.setting,
                "sentence": desk.phrases.word(&format!("setting.{}", chain.setting)),
                "now": winner.now,
                "written": shown(chain.setting, &winner.now, plan.units),
                "decided_by": winner.id,
                "chain": ids,
                "weeks": chain.weeks,
            })
        })
        .collect();
    let mut seen = BTreeSet::new();
    let reasons: Vec<&&Reason> =
        chains.iter().flat_map(|chain| &chain.reasons).filter(|reason| seen.insert(reason.id)).collect();
    let silent: Vec<Data> =
        silent.iter().map(|(rule, at, when)| json!({ "rule": rule, "at": at, "when": when })).collect();
    let week = week.map(|week| {
        json!({
            "number": week.number, "start": week.start, "phase": week.phase, "kind": week.kind,
            "headline": week.headline, "volume_m": week.volume_m, "figures": week.figures,
            "reset": week.reset,
        })
    });
    json!({ "week": week, "settings": settled, "reasons": reasons, "silent": silent, "sources": works })
}

/// How a week opens: what it is, and how its figures came about.
fn opening(desk: &Desk, week: &Week) -> String {
    let phrases = &desk.phrases;
    let args = args! {
        "week" => week.number, "phase" => phrases.word(&format!("phase.{}", week.phase.name())),
        "kind" => phrases.word(&format!("kind-of-week.{}", week.kind.name())), "headline" => week.headline.as_str(),
        "start" => week.start.to_string(),
    };
    let mut out = phrases.say("why.week", &args);
    out.push_str("\n\n");
    for figure in &week.figures {
        let _ = writeln!(out, "  {}", figure.sentence);
    }
    for reason in week.reset.iter().flat_map(|reset| &reset.because) {
        let _ = writeln!(out, "  {reason}");
    }
    out.push('\n');
    out
}

/// Whether a chain is told whole: it decided a figure, a rule or a later voice spoke in it, or the week is a step back.
fn told_whole(week: &Week, chain: &Chain<'_>) -> bool {
    let of_figure = |reason: &&&Reason| week.figures.iter().any(|figure| figure.why.contains(&reason.id));
    let steps_back = week.kind == WeekKind::Reset && chain.setting.starts_with("reset.");
    let winner = chain.winner();
    let idle = chain.setting.starts_with("reset.") && week.reset.is_none() && winner.layer < Layer::Pack;
    !idle
        && (steps_back
            || winner.rule.is_some()
            || winner.layer >= Layer::Recipe
            || chain.reasons.iter().any(|r| of_figure(&r)))
}

/// A chain in words: the last word first, then what it overwrote.
fn told(desk: &Desk, plan: &Plan, chain: &Chain<'_>) -> String {
    let phrases = &desk.phrases;
    let spoken = chain.setting.is_empty();
    let mut out = if spoken {
        phrases.word("why.spoken")
    } else {
        let args = args! {
            "setting" => chain.setting, "now" => shown(chain.setting, &chain.winner().now, plan.units),
            "sentence" => phrases.word(&format!("setting.{}", chain.setting)), "weeks" => numbers(&chain.weeks),
            "several" => chain.weeks.len() > 1,
        };
        phrases.say("why.setting", &args)
    };
    out.push('\n');
    for (turn, reason) in chain.reasons.iter().rev().enumerate() {
        let _ = writeln!(out, "{}", one(desk, plan, reason, if spoken { 0 } else { turn }));
    }
    out.push('\n');
    out
}

/// One reason; `turn` counts back from the last word.
fn one(desk: &Desk, plan: &Plan, reason: &Reason, turn: usize) -> String {
    let phrases = &desk.phrases;
    let read: Vec<String> = reason.read.iter().map(|(word, answer)| format!("{word} = {}", plain(answer))).collect();
    let house = phrases.word("why.house");
    let source: Vec<&str> =
        reason.source.iter().map(|id| if id == "house" { house.as_str() } else { id.as_str() }).collect();
    let args = args! {
        "now" => shown(&reason.setting, &reason.now, plan.units), "was" => shown(&reason.setting, &reason.was, plan.units),
        "effect" => reason.effect.as_str(), "file" => reason.file.as_str(), "line" => reason.line, "turn" => turn,
        "rule" => reason.rule.clone().unwrap_or_default(), "because" => reason.because.as_str(),
        "read" => read.join(", "), "source" => source.join(", "), "spoken" => reason.setting.is_empty(),
        "layer" => phrases.word(&format!("layer.{}", reason.layer.name())),
    };
    // Blank lines of the phrase are places for what this reason does not have.
    let words = phrases.say("why.reason", &args);
    let lines = words.lines().filter(|line| !line.trim().is_empty());
    lines
        .enumerate()
        .map(|(i, line)| format!("  {}{line}", if i == 0 { "" } else { "  " }))
        .collect::<Vec<_>>()
        .join("\n")
}

fn told_in_a_line(desk: &Desk, plan: &Plan, chain: &Chain<'_>) -> String {
    let winner = chain.winner();
    let args = args! {
        "setting" => chain.setting, "now" => shown(chain.setting, &winner.now, plan.units),
        "file" => winner.file.as_str(), "line" => winner.line,
    };
    desk.phrases.say("why.line", &args) + "\n"
}

fn told_silent(desk: &Desk, silent: &[(&str, String, &str)]) -> String {
    if silent.is_empty() {
        return String::new();
    }
    let mut out = desk.phrases.word("why.silent") + "\n";
    for (rule, at, when) in silent {
        let args = args! { "rule" => *rule, "at" => at.as_str(), "when" => *when };
        let _ = writeln!(out, "  {}", desk.phrases.say("why.waits", &args));
    }
    out.push('\n');
    out
}

fn told_works(desk: &Desk, works: &[&Work]) -> String {
    if works.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", desk.phrases.word("why.sources"));
    for work in works {
        let _ = writeln!(out, "  {}: {}", work.id, work.citation);
    }
    out
}

/// Numbers of weeks, those in a row as one: `1-3, 5`.
pub(super) fn numbers(weeks: &[u32]) -> String {
    let mut runs: Vec<[u32; 2]> = Vec::new();
    for week in weeks {
        match runs.last_mut() {
            Some([_, last]) if *last + 1 == *week => *last = *week,
            _ => runs.push([*week; 2]),
        }
    }
    let one = |[first, last]: &[u32; 2]| if first == last { first.to_string() } else { format!("{first}-{last}") };
    runs.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn plain(data: &Data) -> String {
    match data {
        Data::String(text) => text.clone(),
        Data::Null => String::new(),
        other => other.to_string(),
    }
}

/// A value as a coach would write it.
pub(super) fn shown(setting: &str, data: &Data, units: Units) -> String {
    let value = settings::index_of(setting).and_then(|index| Value::of_data(settings::TABLE[index].kind, data));
    value.map_or_else(|| plain(data), |value| value.written(units))
}
