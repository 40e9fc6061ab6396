//! Race day: the race as a session, and its card with splits for an even pace.

use super::Season;
use super::workout::Speller;
use crate::args;
use crate::finding::{Finding, Findings};
use crate::fitness;
use crate::measure::{Distance, Duration, Units};
use crate::plan::{PlanRace, Split, Week};
use crate::request::{Goal, Priority};
use crate::rulebook::settings::key;
use crate::session::{Intensity, Session, Step};

/// Races up to here have a split for every unit; longer ones for every fifth.
const EVERY_UNIT: f64 = 12_000.0;

/// The race as a session of its day.
#[must_use]
pub fn session(season: &Season<'_>, speller: &Speller<'_>) -> Session {
    let (race, kind) = season.frame.race.expect("only a season with a race asks for its session");
    let name = race.name.as_ref().map_or(kind.title.as_str(), |at| at.value.as_str());
    let time = aim(season).unwrap_or_else(|| kind.distance.at(speller.speeds.reckon(Intensity::Race)));
    let feel = match aim(season) {
        Some(time) => season.phrases.say("race.aim", &args! { "time" => time.clock() }),
        None => season.phrases.word("race.by-feel"),
    };
    let mut session = speller.race(&kind.title, name, kind.distance, time, &feel);
    session.effort_only = aim(season).is_none();
    if let (Some(_), [Step::Run(stretch)]) = (aim(season), session.steps.as_mut_slice()) {
        stretch.pace_s_per_km = speller.speeds.targets.get(&Intensity::Race).copied();
    }
    session
}

/// The time to run for: the goal, else the middle of what the evidence suggests.
fn aim(season: &Season<'_>) -> Option<Duration> {
    let (race, _) = season.frame.race?;
    match race.goal.as_ref().map(|at| at.value) {
        Some(Goal::Time(time)) => Some(time),
        Some(Goal::Finish) => None,
        None => predicted(season).map(|[fast, slow]| Duration::from_seconds((fast + slow).seconds() as f64 / 2.0)),
    }
}

/// The times that a result suggests; none from a goal alone.
fn predicted(season: &Season<'_>) -> Option<[Duration; 2]> {
    let (_, kind) = season.frame.race?;
    let score = season.who.score.filter(|_| !season.who.score_from_goal)?;
    Some(fitness::predicted(score, kind.distance, season.who.weekly, &season.book.prediction))
}

/// The cards of the season's races.
pub fn card(season: &Season<'_>, weeks: &mut [Week], findings: &mut Findings) -> Vec<PlanRace> {
    let Some((race, kind)) = season.frame.race else { return Vec::new() };
    let date = race.date.value;
    let goal = match race.goal.as_ref().map(|at| at.value) {
        Some(Goal::Time(time)) => Some(time),
        _ => None,
    };
    let predicted = predicted(season);
    if let (Some(goal), Some([fast, _])) = (goal, predicted)
        && (goal.seconds() as f64) < fast.seconds() as f64 * season.frame.settled.get(key::PACE_GOAL_BEYOND).fraction()
    {
        findings.push(
            Finding::warning("goal-beyond-evidence")
                .with("goal", goal.clock())
                .with("realistic", fast.clock())
                .at(race.date.place.clone()),
        );
    }
    let week = weeks.iter().find(|week| (0..7).contains(&(date - week.start)));
    let heat = week.and_then(|week| week.heat.clone());
    let index = week.map_or(0, |week| week.number as usize - 1);
    let slowdown = season.placed[index].settled.get(key::HEAT_SLOWDOWN);
    let aim = aim(season).map(|time| time.times(1.0 + slowdown.fraction()));
    let mut notes = Vec::new();
    if slowdown.fraction() > 0.0 && aim.is_some() {
        notes.push(season.phrases.say(
            "race.heat",
            &args! { "slower" => slowdown.to_string(), "time" => aim.map(Duration::clock).unwrap_or_default() },
        ));
    }
    notes.extend(kind.day.iter().cloned());
    vec![PlanRace {
        race: race.race.value.clone(),
        name: race.name.as_ref().map_or_else(|| kind.title.clone(), |at| at.value.clone()),
        title: kind.title.clone(),
        date,
        priority: race.priority.as_ref().map_or(Priority::A, |at| at.value).name().to_owned(),
        distance_m: kind.distance,
        goal_s: goal,
        predicted_s: predicted,
        splits: aim.map(|time| splits(kind.distance, time, season.frame.units)).unwrap_or_default(),
        heat,
        notes,
    }]
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
