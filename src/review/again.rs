//! The season again: what was run takes the place of what was planned, and the rest is planned from there.

use super::log::Ran;
use super::signals::{Looked, Measure};
use super::{Answered, checkins};
use crate::audit;
use crate::calendar::{Date, Zone};
use crate::document::At;
use crate::engine::kept::{Decided, Kept};
use crate::engine::{self, Asked};
use crate::finding::{Findings, Severity};
use crate::fitness::Score;
use crate::load;
use crate::measure::{Distance, Duration, Pace};
use crate::phrasebook::Phrasebook;
use crate::plan::{Day, Decision, Plan, Week, WeekKind};
use crate::request::{Life, Load, Request};
use crate::rulebook::Rulebook;
use crate::rulebook::readiness::{Answer, Lines};
use crate::session::{By, Intensity, Session, SessionKind, Step, Stretch};
use crate::{args, request};

/// What a runner usually does is the mean of so many weeks, as in a request.
const USUAL: usize = 4;

/// What is planned again, and by what.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The rules.
    pub book: &'a Rulebook,
    /// The words.
    pub phrases: &'a Phrasebook,
    /// What is asked.
    pub request: &'a Request,
    /// And besides it.
    pub asked: &'a Asked,
}

/// The season after a review; none where the answer is to stop.
///
/// # Errors
/// Why the rest cannot be planned.
pub fn plan(around: Around<'_>, looked: &Looked<'_>, answered: &Answered<'_>) -> Result<Option<Plan>, Findings> {
    let Around { book, phrases, request, asked } = around;
    let lines = &book.readiness.lines;
    let standing = looked.plan;
    let first = request.first_day();
    let mut week = looked.today.week_start(first);
    if looked.today.days_into(first) >= lines.week_over_days {
        week = week + 7;
    }
    let noted = Decision {
        date: looked.today,
        week,
        decision: answered.answer.name().to_owned(),
        rule: answered.reasons.first().map(|why| why.rule.clone()).unwrap_or_default(),
    };
    let stands = standing.weeks.iter().find(|own| own.start == week);
    let trains = stands.is_some_and(|own| own.kind.trains());
    let happened = happened(around, looked, answered, lines);
    // Days off and illness have a way back of their own, which is longer than a week.
    let long_way = happened.as_ref().is_some_and(|life| life.to.value - life.from.value + 1 >= lines.away_days);
    let decided = match answered.answer {
        Answer::Stop => return Ok(None),
        Answer::Reset if long_way => None,
        // Only a week that trains can be held, or made to step back: a taper, a race and a recovery are that already.
        Answer::Hold if trains => Some(WeekKind::Hold),
        Answer::Reset if trains => Some(WeekKind::Reset),
        _ => None,
    };
    let unchanged = decided.is_none() && !answered.did_less(lines) && happened.is_none();
    let ended = standing.end < week;
    let mut plan = if unchanged || ended {
        standing.clone()
    } else {
        // A decision for the next week leaves what is left of this one as it stands.
        let from = if week > looked.today { week } else { looked.through() + 1 };
        let kept = Kept {
            from,
            plan: looked
                .log
                .map_or_else(|| standing.clone(), |log| as_run(standing, log, looked.through(), lines, phrases)),
            is_as_run: looked.log.is_some(),
            // Days off and illness say nothing of what the runner can do in a week.
            level: if happened.is_none() { level(looked, answered, lines) } else { None },
            decided: decided.map(|kind| Decided { kind, recipe: answered.recipe.map(str::to_owned) }),
        };
        let request = with(around, looked, lines, happened);
        engine::plan_from(book, phrases, &request, asked, &kept)?
    };
    plan.decisions = standing.decisions.iter().filter(|old| old.date < looked.today).cloned().collect();
    plan.decisions.push(noted);
    Ok(Some(plan))
}

/// A session that has moved to another day of its week.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Moved {
    /// Its name.
    pub session: String,
    /// The day on which it stood.
    pub from: Date,
    /// The day on which it stands.
    pub to: Date,
}

/// Moves something hard of today to the first later day of its week that can take it: a day with an easy run, with nothing
/// hard or long beside it, some days on. The easy run comes in its place. No guardrail is broken by it; where no such
/// day is left, the plan stands as it is.
pub fn moved(around: Around<'_>, looked: &Looked<'_>, plan: &mut Plan) -> Option<Moved> {
    let Around { book, phrases, request, .. } = around;
    let from = looked.today;
    if looked.through() >= from {
        return None;
    }
    let number = plan.weeks.iter().position(|week| (0..7).contains(&(from - week.start)))?;
    let at = (from - plan.weeks[number].start) as usize;
    let days = &plan.weeks[number].days;
    let demands =
        |day: &Day| day.sessions.iter().any(|s| s.hard || matches!(s.kind, SessionKind::Long | SessionKind::Race));
    let on_foot = |day: &Day| day.sessions.iter().filter(|s| s.kind.is_on_foot()).cloned().collect::<Vec<_>>();
    let fits = |date: Date, session: &Session| {
        request.week.most.get(&date.weekday()).is_none_or(|most| session.duration_s <= most.value)
    };
    let hard = on_foot(days.get(at)?);
    let [session] = hard.as_slice() else { return None };
    if !session.hard || matches!(session.kind, SessionKind::Long | SessionKind::Race) {
        return None;
    }
    let before = errors(book, phrases, plan);
    let takes = |to: usize| {
        let beside = [to - 1, to + 1].into_iter().filter_map(|beside| plan.weeks[number].days.get(beside));
        let easy = on_foot(&days[to]);
        let next = plan.weeks.get(number + 1).and_then(|week| week.days.first()).filter(|_| to == days.len() - 1);
        let [easy] = easy.as_slice() else { return None };
        let calm = !beside.chain(next).any(demands) && !demands(&days[to]) && days[to].free;
        let fits = fits(days[to].date, session) && fits(days[at].date, easy);
        (calm && fits && easy.kind != SessionKind::MediumLong).then(|| easy.clone())
    };
    for to in at + usize::try_from(book.readiness.lines.moves_days).unwrap_or(1)..days.len() {
        let Some(easy) = takes(to) else { continue };
        let mut again = plan.clone();
        let days = &mut again.weeks[number].days;
        let moved = Moved { session: session.title.clone(), from, to: days[to].date };
        let mut session = session.clone();
        session.notes.push(phrases.say("review.moved-note", &args! { "date" => from.to_string() }));
        for (day, comes) in [(at, easy), (to, session)] {
            days[day].sessions.retain(|session| !session.kind.is_on_foot());
            days[day].sessions.insert(0, comes);
        }
        load::sum_up(&mut again.weeks[number]);
        if errors(book, phrases, &again) <= before {
            *plan = again;
            return Some(moved);
        }
    }
    None
}

/// How many guardrails of severity error a plan breaks.
fn errors(book: &Rulebook, phrases: &Phrasebook, plan: &Plan) -> usize {
    let judged = audit::judge(plan, &book.guardrails, phrases);
    judged.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
}

/// What a runner does in a week, where the last weeks say more or less than that: their mean where less was done than was
/// planned, and no more than was planned where more was.
fn level(looked: &Looked<'_>, answered: &Answered<'_>, lines: &Lines) -> Option<Distance> {
    let log = looked.log?;
    let through = looked.through();
    let ran = |week: &Week| -> Distance {
        log.iter().filter(|ran| (0..7).contains(&(ran.date - week.start))).map(|ran| ran.distance).sum()
    };
    let begins = log.iter().map(|ran| ran.date).min()?;
    let over = |week: &&Week| week.start + 6 <= through && week.start >= begins;
    let weeks: Vec<&Week> = looked.plan.weeks.iter().rev().filter(over).take(USUAL).collect();
    let trained: Vec<&&Week> = weeks.iter().filter(|week| week.kind.trains()).collect();
    if trained.is_empty() || Measure::of(looked.plan, log) == Measure::Minutes {
        return None;
    }
    let mean = |amounts: Distance| amounts.times(1.0 / trained.len() as f64);
    let (planned, ran) =
        (mean(trained.iter().map(|week| week.volume_m).sum()), mean(trained.iter().map(|w| ran(w)).sum()));
    if answered.did_less(lines) {
        // Weeks without any running are days off, and have a way back of their own.
        return (!ran.is_zero()).then_some(ran);
    }
    let last = trained.first().map(|week| week.volume_m);
    last.filter(|_| ran > planned.times(lines.over.fraction()))
}

/// Illness and days off that the check-ins and the log tell of, as life that the plan makes room for.
fn happened(around: Around<'_>, looked: &Looked<'_>, answered: &Answered<'_>, lines: &Lines) -> Option<Life> {
    let Around { phrases, request, .. } = around;
    let place = request.runner.place.clone();
    let life = |from: Date, to: Date, load: Load, what: String| {
        let at = |date: Date| At { value: date, place: place.clone() };
        Life {
            place: place.clone(),
            from: at(from),
            to: at(to),
            what: Some(At { value: what, place: place.clone() }),
            load: Some(At { value: load, place: place.clone() }),
            days: None,
            climate: None,
            fixed: std::collections::BTreeMap::new(),
            at: std::collections::BTreeMap::new(),
        }
    };
    let ill = looked.ill(lines).filter(|ill| ill.kind > checkins::Illness::Cold && !ill.kind.stops());
    if let Some(ill) = ill {
        let what = phrases.word(&format!("illness.{}", ill.kind.name()));
        return Some(life(ill.first, ill.last + lines.clear_days, Load::Ill, what));
    }
    let off = days_off(looked)?;
    let returns = answered.recipe == Some("return") && off >= lines.away_days;
    returns.then(|| life(looked.through() + (1 - off), looked.through(), Load::Off, phrases.word("load.off")))
}

/// How many days the last run is past.
fn days_off(looked: &Looked<'_>) -> Option<i64> {
    Some(looked.through() - looked.log?.iter().map(|ran| ran.date).max()?)
}

/// The request with what has happened, and a score that days off have worn.
fn with(around: Around<'_>, looked: &Looked<'_>, lines: &Lines, happened: Option<Life>) -> Request {
    let Around { book, request, .. } = around;
    let mut request = Request::clone(request);
    request.life.extend(happened);
    request.life.sort_by_key(|life| life.from.value);
    let off = days_off(looked).unwrap_or(0);
    if off >= lines.away_days
        && let Some(recent) = &mut request.runner.recent
        && let Some(race) = book.races.get(&recent.race.value)
    {
        let kept = (1.0 - lines.score_fade * (off - lines.away_days + 1) as f64).max(lines.score_least.fraction());
        let worn =
            Score::from_race(race.distance, recent.time.value).and_then(|score| Score::new(score.value() * kept));
        if let Some(score) = worn {
            recent.time.value = score.time_for(race.distance);
        }
    }
    request
}

/// The season with what was run in place of what was planned, up to a day. What was run as it was planned stays as it is, and
/// so do days before the log begins.
#[must_use]
pub fn as_run(plan: &Plan, log: &[Ran], through: Date, lines: &Lines, phrases: &Phrasebook) -> Plan {
    let mut plan = plan.clone();
    let Some(begins) = log.iter().map(|ran| ran.date).min() else { return plan };
    let by = Measure::of(&plan, log);
    let easy = easy_pace(&plan);
    let units = plan.units;
    for week in &mut plan.weeks {
        let mut changed = false;
        for day in week.days.iter_mut().filter(|day| (begins..=through).contains(&day.date)) {
            let runs: Vec<&Ran> = log.iter().filter(|ran| ran.date == day.date).collect();
            changed |= as_it_was(day, &runs, by, easy, units, lines, phrases);
        }
        if changed {
            load::sum_up(week);
        }
    }
    plan
}

/// Puts what was run on a day in the place of what was planned; says whether it differs.
fn as_it_was(
    day: &mut Day,
    runs: &[&Ran],
    by: Measure,
    easy: Pace,
    units: crate::measure::Units,
    lines: &Lines,
    phrases: &Phrasebook,
) -> bool {
    let planned = by.planned(day);
    let ran: f64 = runs.iter().map(|ran| by.ran(ran)).sum();
    if (ran - planned).abs() <= planned * lines.as_planned.fraction() {
        return false;
    }
    let main = day.sessions.iter().filter(|s| s.kind.is_on_foot()).max_by_key(|s| (s.hard, s.distance_m)).cloned();
    let raced = day.sessions.iter().any(|session| session.kind == SessionKind::Race);
    if raced && ran > 0.0 {
        // A race was run as it was run; its distance is its own.
        return false;
    }
    day.sessions.retain(|session| !session.kind.is_on_foot());
    if runs.is_empty() {
        return true;
    }
    let mut distance: Distance = runs.iter().map(|ran| ran.distance).sum();
    let mut time: Duration = runs.iter().map(|ran| ran.time).sum();
    let estimated = distance.is_zero();
    if distance.is_zero() {
        distance = time.at(easy);
    }
    if time.is_zero() {
        time = distance.at(easy);
    }
    let done = main.filter(|_| ran >= planned * lines.key_done.fraction());
    let kind = done.as_ref().map_or(SessionKind::Easy, |session| session.kind);
    let title = runs.iter().map(|ran| ran.title.as_str()).find(|title| !title.is_empty()).unwrap_or_default();
    let stretch = Stretch {
        intensity: Intensity::Easy,
        distance_m: distance,
        duration_s: time,
        by: By::Distance,
        pace_s_per_km: None,
        hr_bpm: None,
        rpe: [2, 4],
    };
    day.sessions.insert(
        0,
        Session {
            id: done.as_ref().map_or_else(|| "easy".to_owned(), |session| session.id.clone()),
            kind,
            title: phrases.say("review.ran", &args! { "distance" => units.distance(distance) }),
            hard: done.as_ref().is_some_and(|session| session.hard),
            distance_m: distance,
            duration_s: time,
            estimated,
            effort_only: true,
            indoors: false,
            outdoors_s: None,
            start_from: None,
            start_by: None,
            detail: title.to_owned(),
            target: String::new(),
            purpose: String::new(),
            feel: String::new(),
            badly: String::new(),
            notes: Vec::new(),
            steps: vec![Step::Run(stretch)],
        },
    );
    true
}

/// The pace of the plan's own easy running.
fn easy_pace(plan: &Plan) -> Pace {
    let easy = plan.sessions().map(|(_, _, session)| session).filter(|s| s.kind == SessionKind::Easy);
    let (mut metres, mut seconds) = (0.0, 0.0);
    for session in easy {
        metres += session.distance_m.metres();
        seconds += session.duration_s.seconds() as f64;
    }
    let of_level = Pace::from_seconds_per_km(420.0);
    if metres > 0.0 { Pace::from_seconds_per_km(seconds / metres * 1000.0) } else { of_level }
}

/// A week that a review has changed.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Change {
    /// Its number.
    pub week: u32,
    /// Its first day.
    pub start: Date,
    /// What it was; none where there was no such week.
    pub was: Option<Told>,
    /// What it is; none where there is no such week any more.
    pub now: Option<Told>,
}

/// A week in three figures.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Told {
    /// What it is for.
    pub kind: WeekKind,
    /// How far.
    pub volume_m: Distance,
    /// Its longest run.
    pub longest_run_m: Distance,
}

impl Told {
    fn of(week: &Week) -> Self {
        Self { kind: week.kind, volume_m: week.volume_m, longest_run_m: week.longest_run_m }
    }
}

/// What changes in the weeks that are not over.
#[must_use]
pub fn changes(standing: &Plan, again: &Plan, today: Date) -> Vec<Change> {
    let ahead = |week: &&Week| week.start + 6 >= today;
    let mut starts: Vec<(Date, u32)> =
        standing.weeks.iter().chain(&again.weeks).filter(ahead).map(|week| (week.start, week.number)).collect();
    starts.sort_unstable();
    starts.dedup_by_key(|(start, _)| *start);
    let of = |plan: &Plan, start: Date| plan.weeks.iter().find(|week| week.start == start).map(Told::of);
    starts
        .into_iter()
        .map(|(start, week)| Change { week, start, was: of(standing, start), now: of(again, start) })
        .filter(|change| change.was != change.now)
        .collect()
}

/// The zone of the place where a request's runner lives, for logs in universal time.
#[must_use]
pub fn zone(book: &Rulebook, request: &request::Request) -> Option<Zone> {
    let climate = request.home.climate.as_ref()?;
    book.climates.get(&climate.value).map(|climate| climate.normals.zone)
}
