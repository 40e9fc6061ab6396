//! Binding: the weeks of all legs become a plan, with titles, reasons, findings in words, and the judgement of the
//! guardrails.

use std::collections::BTreeSet;

use super::kept::Kept;
use super::{Around, Made, telling};
use crate::finding::{Finding, Findings, Severity};
use crate::phrasebook::Phrasebook;
use crate::plan::{CardLine, Plan, PlanClimate, PlanCoach, PlanFinding, PlanRace, PlanRunner, SCHEMA, lasting};
use crate::reason::{Layer, Reason};
use crate::request::Request;
use crate::rulebook::layers::Ledger;
use crate::rulebook::library::CardRow;
use crate::{args, audit};

/// Binds what was made into a plan.
pub(super) fn bind(around: Around<'_>, made: Made, ledger: Ledger, mut findings: Findings) -> Plan {
    let Around { book, phrases, request, asked, kept, who, .. } = around;
    let ledger = ledger.into_entries();
    capped(&ledger, &mut findings);
    let name = who.name.clone().unwrap_or_else(|| phrases.word("person.unnamed"));
    let title = request.plan.title.as_ref().map_or_else(
        || match main_race(&made.races) {
            Some(race) => phrases.say("plan.title", &args! { "race" => race.name.as_str() }),
            None => phrases.word("plan.title-without-race"),
        },
        |at| at.value.clone(),
    );
    let cited: BTreeSet<&String> =
        ledger.iter().flat_map(|reason| &reason.source).filter(|id| id.as_str() != "house").collect();
    let cited: Vec<String> = cited.into_iter().cloned().collect();
    let mut plan = Plan {
        schema: SCHEMA.to_owned(),
        // A season that is planned again stays the same season, so that calendars know its sessions again.
        id: kept.map_or_else(|| lasting(&[file_name(request), &name]), |kept| kept.plan.id.clone()),
        title,
        units: asked.units.unwrap_or_else(|| request.units()),
        language: match &request.plan.language {
            Some(asked) if asked.value.starts_with(phrases.language()) => asked.value.clone(),
            _ => phrases.language().to_owned(),
        },
        summary: summary(around, &made),
        start: made.weeks.first().map_or(asked.today, |week| week.start),
        end: made.weeks.last().map_or(asked.today, |week| week.start + 6),
        runner: PlanRunner {
            name,
            level: who.level.clone(),
            level_title: book.levels.get(&who.level).map(|l| l.title.clone()).unwrap_or_default(),
            age: who.age,
            weekly_m: who.weekly,
            longest_m: who.longest,
            score: who.score.map(|score| (score.value() * 10.0).round() / 10.0),
        },
        climate: request.home.climate.as_ref().and_then(|id| {
            let climate = book.climates.get(&id.value)?;
            Some(PlanClimate { id: id.value.clone(), title: climate.title.clone() })
        }),
        races: as_they_stood(made.races, kept),
        paces: made.paces,
        paces_from: paces_from(around),
        weeks: made.weeks,
        sources: book.works(&cited),
        ledger,
        findings: findings.0.iter().map(|finding| written(finding, phrases)).collect(),
        guardrails: Vec::new(),
        coach: request.coach.as_ref().map(|coach| PlanCoach {
            name: coach.name.as_ref().map(|at| at.value.clone()),
            contact: coach.contact.as_ref().map(|at| at.value.clone()),
            colour: coach.colour.as_ref().map(|at| at.value.clone()),
            logo: coach.logo.as_ref().map(|at| at.value.clone()).filter(|logo| logo.starts_with("data:image/")),
        }),
        card: match request.home.climate {
            Some(_) => book.card.iter().map(card_line).collect(),
            None => Vec::new(),
        },
        decisions: kept.map_or_else(Vec::new, |kept| kept.plan.decisions.clone()),
        rules_digest: book.digest.clone(),
    };
    let mut verdicts = audit::judge(&plan, &book.guardrails, phrases);
    for finding in &mut verdicts.findings {
        // The coach's word is final: what it costs is told, and does not stop the plan.
        if finding.severity == Severity::Error && coach_touched(around, &plan, finding) {
            finding.severity = Severity::Warning;
        }
    }
    // What is behind the runner is not judged again.
    let behind = |finding: &PlanFinding| {
        let week = finding.week.and_then(|number| plan.weeks.get(number as usize - 1));
        week.is_some_and(|week| kept.is_some_and(|kept| week.start + 6 < kept.from))
    };
    verdicts.findings.retain(|finding| !behind(finding));
    plan.findings.extend(verdicts.findings);
    plan.guardrails = verdicts.verdicts;
    plan
}

/// The races behind the runner as they stood, the others as they are planned.
fn as_they_stood(planned: Vec<PlanRace>, kept: Option<&Kept>) -> Vec<PlanRace> {
    let Some(kept) = kept else { return planned };
    let behind = kept.plan.races.iter().filter(|race| race.date < kept.from).cloned();
    behind.chain(planned.into_iter().filter(|race| race.date >= kept.from)).collect()
}

/// Whether a guardrail speaks of a week that the coach has written in, or of one that is measured against it.
fn coach_touched(around: Around<'_>, plan: &Plan, finding: &PlanFinding) -> bool {
    let Around { book, request, .. } = around;
    let adds_up =
        |id: &str| book.guardrails.iter().any(|rail| rail.id.value == id && rail.measure.name.ends_with("-off"));
    let words = request.week_kinds.iter().map(|word| word.starting.value);
    let days = request.days.iter().filter(|word| word.session.is_some()).map(|word| word.date.value);
    let moved = request.moves.iter().flat_map(|moved| [moved.from.value, moved.to.value]);
    let week = finding.week.and_then(|number| plan.weeks.get(number as usize - 1));
    // What a review decides in the middle of a week, and what was run before it, stand as well.
    let reviewed = around.kept.filter(|kept| kept.decided.is_some() || kept.is_as_run).map(|kept| kept.from);
    !adds_up(&finding.code)
        && week.is_some_and(|week| {
            let mut dates = words.chain(days).chain(moved).chain(reviewed);
            dates.any(|date| (-7..=book.memory.coach).contains(&(week.start - date.week_start(request.first_day()))))
        })
}

/// The name of a request's file without folder and ending: it lasts while all else in the request may change.
fn file_name(request: &Request) -> &str {
    let path = request.name();
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// The race that a season is known by: the last of its A races.
fn main_race(races: &[PlanRace]) -> Option<&PlanRace> {
    races.iter().rev().find(|race| race.priority == "A")
}

fn summary(around: Around<'_>, made: &Made) -> String {
    let phrases = around.phrases;
    let units = around.asked.units.unwrap_or_else(|| around.request.units());
    let weekly = units.distance(around.who.weekly);
    let main = main_race(&made.races);
    let to_race = main.and_then(|race| made.slots.iter().find(|slot| slot.holds(race.date)));
    let weeks = to_race.map_or(made.slots.len(), |slot| slot.number as usize);
    let mut args = args! { "weekly" => weekly, "runs" => made.runs, "weeks" => weeks };
    match main {
        Some(race) => {
            args.insert("race".to_owned(), race.name.as_str().into());
            args.insert("date".to_owned(), telling::date(phrases, race.date).into());
            phrases.say("plan.summary", &args)
        }
        None => phrases.say("plan.summary-without-race", &args),
    }
}

fn paces_from(around: Around<'_>) -> String {
    let Around { book, phrases, request, who, .. } = around;
    match (&request.runner.recent, who.score) {
        (Some(recent), Some(_)) => {
            let race = book.races.get(&recent.race.value).map_or("", |race| race.title.as_str());
            phrases.say("paces.from-race", &args! { "race" => race, "time" => recent.time.value.clock() })
        }
        (None, Some(_)) => phrases.word("paces.from-goal"),
        (_, None) => phrases.word("paces.none"),
    }
}

/// A line of the card for the day itself, as the plan keeps it.
fn card_line(row: &CardRow) -> CardLine {
    CardLine { action: row.action.clone(), sum_f: row.sum, wbgt_c: row.wbgt, air: row.air }
}

/// A finding in words, as the plan keeps it.
fn written(finding: &Finding, phrases: &Phrasebook) -> PlanFinding {
    PlanFinding {
        code: finding.code.clone(),
        severity: finding.severity,
        message: phrases.message(finding),
        week: finding.week,
    }
}

/// A value that somebody asked for, and that a cap did not let stand.
fn capped(ledger: &[Reason], findings: &mut Findings) {
    let mut told = BTreeSet::new();
    for asked in ledger.iter().filter(|r| r.layer >= Layer::Request && r.effect == "set") {
        let cap = ledger.iter().find(|r| {
            r.setting == asked.setting && (r.effect == "at-most" || r.effect == "at-least") && r.was == asked.now
        });
        if let Some(cap) = cap
            && told.insert(asked.setting.clone())
        {
            findings.push(
                Finding::warning("asked-but-capped")
                    .with("setting", asked.setting.as_str())
                    .with("asked", asked.now.clone())
                    .with("now", cap.now.clone())
                    .with("rule", cap.rule.clone().unwrap_or_default())
                    .with("because", cap.because.as_str()),
            );
        }
    }
}
