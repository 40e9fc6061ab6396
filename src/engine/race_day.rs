//! Race day: the race as a session, and its card with splits for an even pace.

use super::Season;
use super::races::Entry;
use super::workout::Speller;
use crate::args;
use crate::finding::{Finding, Findings};
use crate::fitness;
use crate::measure::{Distance, Duration, Pace, Units};
use crate::plan::{PlanRace, Split, Week};
use crate::request::Goal;
use crate::rulebook::settings::key;
use crate::session::{Intensity, Session, Step};

/// Races up to here have a split for every unit; longer ones for every fifth.
const EVERY_UNIT: f64 = 12_000.0;

/// A goal this much faster than the evidence is told.
const FAR_BEYOND: f64 = 0.95;

/// A race as a session of its day.
#[must_use]
pub fn session(season: &Season<'_>, entry: &Entry<'_>, speller: &Speller<'_>) -> Session {
    let distance = entry.kind.distance;
    let own = season.frame.leg.goal.is_some_and(|goal| goal.date() == entry.date());
    let aim = aim(season, entry);
    let time = aim.unwrap_or_else(|| distance.at(speller.speeds.reckon(Intensity::Race)));
    let feel = match aim {
        Some(time) => season.phrases.say("race.aim", &args! { "time" => time.clock() }),
        None => season.phrases.word("race.by-feel"),
    };
    let mut session = speller.race(&entry.kind.title, entry.name(), distance, time, &feel);
    session.effort_only = aim.is_none();
    if let (Some(time), [Step::Run(stretch)]) = (aim, session.steps.as_mut_slice()) {
        // The paces of a leg know the race that it is built for; another race has its own.
        stretch.pace_s_per_km = match speller.speeds.targets.get(&Intensity::Race) {
            Some(range) if own => Some(*range),
            _ => Some([Pace::from_seconds_per_km(time.seconds() as f64 / distance.km()); 2]),
        };
    }
    session
}

/// The time to run for: the goal, else the middle of what the evidence suggests.
fn aim(season: &Season<'_>, entry: &Entry<'_>) -> Option<Duration> {
    match entry.asked.goal.as_ref().map(|at| at.value) {
        Some(Goal::Time(time)) => Some(time),
        Some(Goal::Finish) => None,
        None => {
            predicted(season, entry).map(|[fast, slow]| Duration::from_seconds((fast + slow).seconds() as f64 / 2.0))
        }
    }
}

/// The times that a result suggests; none from a goal alone.
fn predicted(season: &Season<'_>, entry: &Entry<'_>) -> Option<[Duration; 2]> {
    let score = season.who.score.filter(|_| !season.who.score_from_goal)?;
    Some(fitness::predicted(score, entry.kind.distance, season.who.weekly, &season.book.prediction))
}

/// The cards of the races in some weeks, in order of time.
pub fn cards(season: &Season<'_>, weeks: &[Week], findings: &mut Findings) -> Vec<PlanRace> {
    season.races().filter_map(|entry| card(season, &entry, weeks, findings)).collect()
}

/// The card of a race; none where its week is not in the leg.
fn card(season: &Season<'_>, entry: &Entry<'_>, weeks: &[Week], findings: &mut Findings) -> Option<PlanRace> {
    let date = entry.date();
    let (index, week) = weeks.iter().enumerate().find(|(_, week)| (0..7).contains(&(date - week.start)))?;
    let goal = match entry.asked.goal.as_ref().map(|at| at.value) {
        Some(Goal::Time(time)) => Some(time),
        _ => None,
    };
    let predicted = predicted(season, entry);
    if let (Some(goal), Some([fast, _])) = (goal, predicted)
        && (goal.seconds() as f64) < fast.seconds() as f64 * FAR_BEYOND
    {
        findings.push(
            Finding::warning("goal-beyond-evidence")
                .with("goal", goal.clock())
                .with("realistic", fast.clock())
                .at(entry.asked.date.place.clone()),
        );
    }
    let slowdown = season.placed[index].settled.get(key::HEAT_SLOWDOWN);
    let aim = aim(season, entry).map(|time| time.times(1.0 + slowdown.fraction()));
    let mut notes = Vec::new();
    if slowdown.fraction() > 0.0 && aim.is_some() {
        notes.push(season.phrases.say(
            "race.heat",
            &args! { "slower" => slowdown.to_string(), "time" => aim.map(Duration::clock).unwrap_or_default() },
        ));
    }
    notes.extend(entry.kind.day.iter().cloned());
    Some(PlanRace {
        race: entry.asked.race.value.clone(),
        name: entry.name().to_owned(),
        title: entry.kind.title.clone(),
        date,
        priority: entry.priority.name().to_owned(),
        distance_m: entry.kind.distance,
        goal_s: goal,
        predicted_s: predicted,
        splits: aim.map(|time| splits(entry.kind.distance, time, season.frame.units)).unwrap_or_default(),
        heat: week.heat.clone(),
        notes,
    })
}

/// Even splits: every unit of a short race, every fifth of a long one, and the finish.
fn splits(distance: Distance, time: Duration, units: Units) -> Vec<Split> {
    let step = if distance.metres() <= EVERY_UNIT { units.one() } else { units.one().times(5.0) };
    let count = distance.steps_of(step);
    let at = |distance_m: Distance| Split { distance_m, time_s: time.times(distance_m.over(distance)) };
    let mut splits: Vec<Split> = (1..=count).map(|n| at(step.times(n as f64))).collect();
    if splits.last().is_none_or(|last| last.distance_m < distance) {
        splits.push(Split { distance_m: distance, time_s: time });
    }
    splits
}
