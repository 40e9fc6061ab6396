//! `stepback why`: the reasons behind a week, a date or a setting.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value as Data, json};

use super::{As, Common, Desk, Ended, Outcome, UnitsWord};
use crate::args;
use crate::calendar::Date;
use crate::finding::Finding;
use crate::measure::{Distance, Duration, Pace, Share, Units};
use crate::plan::{Plan, Week};
use crate::reason::Reason;
use crate::rulebook::settings::{self, Kind, Value};

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
    #[arg(long, value_name = "N", conflicts_with_all = ["date", "setting"])]
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

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    if let Some(name) = &options.setting
        && settings::index_of(name).is_none()
    {
        let finding = Finding::error("unknown-setting").with("got", name.as_str());
        let all = || settings::TABLE.iter().map(|setting| setting.name);
        let of_group: Vec<&str> = all().filter(|known| known.split('.').next() == Some(name)).collect();
        // The name of a group asks for one of its settings, whichever.
        let finding = if of_group.is_empty() { finding.near(name, all()) } else { finding.with("known", of_group) };
        return Err(finding.into());
    }
    let (_, plan) = desk.make(&options.common, &options.request, options.units)?;
    let week = match (options.week, options.date) {
        (Some(number), _) => Some(
            plan.weeks
                .iter()
                .find(|week| week.number == number)
                .ok_or_else(|| Finding::error("no-such-week").with("week", number).with("weeks", plan.weeks.len()))?,
        ),
        (_, Some(date)) => {
            Some(plan.weeks.iter().find(|week| (0..7).contains(&(date - week.start))).ok_or_else(|| {
                let season = [plan.start, plan.end].map(|day| day.to_string());
                Finding::error("outside-season")
                    .with("date", date.to_string())
                    .with("first", season[0].as_str())
                    .with("last", season[1].as_str())
            })?)
        }
        _ => None,
    };
    let reasons = reasons(&plan, week, options.setting.as_deref());
    let answer = match options.format {
        As::Json => {
            let works: Vec<_> = cited(&plan, &reasons).collect();
            let week = week.map(|week| json!({ "number": week.number, "figures": week.figures }));
            let mut text = serde_json::to_string_pretty(&json!({ "week": week, "reasons": reasons, "sources": works }))
                .expect("reasons are plain data");
            text.push('\n');
            text
        }
        As::Text => told(desk, &plan, week, &reasons),
    };
    std::io::stdout().lock().write_all(answer.as_bytes())?;
    Ok(Ended::Well)
}

/// The reasons behind a week, behind a setting, or all of them.
fn reasons<'p>(plan: &'p Plan, week: Option<&Week>, setting: Option<&str>) -> Vec<&'p Reason> {
    let wanted: Option<BTreeSet<u32>> = week.map(|week| week.why.iter().copied().collect());
    plan.ledger
        .iter()
        .filter(|reason| wanted.as_ref().is_none_or(|wanted| wanted.contains(&reason.id)))
        .filter(|reason| setting.is_none_or(|name| reason.setting == name))
        .collect()
}

fn cited<'p>(plan: &'p Plan, reasons: &[&Reason]) -> impl Iterator<Item = &'p crate::plan::Work> + use<'p> {
    let ids: BTreeSet<String> = reasons.iter().flat_map(|reason| reason.source.iter().cloned()).collect();
    plan.sources.iter().filter(move |work| ids.contains(&work.id))
}

/// The chain in words: what the figures are, then each setting with its writers, winner last.
fn told(desk: &Desk, plan: &Plan, week: Option<&Week>, reasons: &[&Reason]) -> String {
    let mut out = String::new();
    let phrases = &desk.phrases;
    if let Some(week) = week {
        let args = args! {
            "week" => week.number, "phase" => phrases.word(&format!("phase.{}", week.phase.name())),
            "kind" => phrases.word(&format!("kind-of-week.{}", week.kind.name())), "headline" => week.headline.as_str(),
        };
        let _ = writeln!(out, "{}\n", phrases.say("why.week", &args));
        for figure in &week.figures {
            let _ = writeln!(out, "{}", figure.sentence);
        }
        for reason in week.reset.iter().flat_map(|reset| &reset.because) {
            let _ = writeln!(out, "{reason}");
        }
        out.push('\n');
    }
    let mut groups: Vec<(&str, Vec<&Reason>)> = Vec::new();
    for reason in reasons {
        match groups.iter_mut().find(|(name, _)| *name == reason.setting) {
            Some((_, group)) => group.push(reason),
            None => groups.push((&reason.setting, vec![reason])),
        }
    }
    for (name, group) in groups {
        let spoken = name.is_empty();
        let last = group.last().map(|reason| shown(name, &reason.now, plan.units)).unwrap_or_default();
        let key = if spoken { "why.spoken" } else { "why.setting" };
        let _ = writeln!(out, "{}", phrases.say(key, &args! { "setting" => name, "now" => last }));
        for reason in group.iter().rev() {
            let rule = reason.rule.clone().unwrap_or_default();
            let read: Vec<String> =
                reason.read.iter().map(|(word, answer)| format!("{word} = {}", plain(answer))).collect();
            let args = args! {
                "now" => shown(name, &reason.now, plan.units), "was" => shown(name, &reason.was, plan.units),
                "effect" => reason.effect.as_str(), "file" => reason.file.as_str(), "line" => reason.line,
                "rule" => rule, "because" => reason.because.as_str(), "read" => read.join(", "),
                "source" => reason.source.join(", "), "spoken" => spoken,
            };
            let _ = writeln!(out, "{}", phrases.say("why.reason", &args));
        }
        out.push('\n');
    }
    let works: Vec<_> = cited(plan, reasons).collect();
    if !works.is_empty() {
        let _ = writeln!(out, "{}", phrases.word("why.sources"));
        for work in works {
            let _ = writeln!(out, "  {}: {}", work.id, work.citation);
        }
    }
    out
}

fn plain(data: &Data) -> String {
    match data {
        Data::String(text) => text.clone(),
        Data::Null => String::new(),
        other => other.to_string(),
    }
}

/// A value as a coach would write it.
fn shown(setting: &str, data: &Data, units: Units) -> String {
    let Some(index) = settings::index_of(setting) else { return plain(data) };
    let number = data.as_f64();
    let value = match (settings::TABLE[index].kind, number) {
        (Kind::Distance, Some(n)) => Value::Distance(Distance::from_metres(n)),
        (Kind::Duration, Some(n)) => Value::Duration(Duration::from_seconds(n)),
        (Kind::Share, Some(n)) => Value::Share(Share::from_fraction(n)),
        (Kind::Pace, Some(n)) => Value::Pace(Pace::from_seconds_per_km(n)),
        (Kind::Shares, _) => {
            let shares = data.as_array().into_iter().flatten().filter_map(Data::as_f64);
            Value::Shares(shares.map(Share::from_fraction).collect())
        }
        (Kind::Workouts, _) => {
            let words = data.as_array().into_iter().flatten().map(plain);
            Value::Words(words.collect())
        }
        _ => return plain(data),
    };
    value.written(units)
}
