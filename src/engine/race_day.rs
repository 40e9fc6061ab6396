//! Race day: the race as a session, and its card with splits for an even pace.

use super::Season;
use super::heat;
use super::workout::Speller;
use crate::args;
use crate::finding::{Finding, Findings};
use crate::fitness;
use crate::measure::{Distance, Duration, Share, Units};
use crate::plan::{PlanRace, Split, Week};
use crate::request::{Goal, Priority};
use crate::rulebook::settings::key;
use crate::session::{Intensity, Session, Step};

/// Races up to here have a split for every unit; longer ones for every fifth.
const EVERY_UNIT: f64 = 12_000.0;

/// A goal this much faster than the evidence is told.
const FAR_BEYOND: f64 = 0.95;

/// A morning that warms by so many degrees by the middle of the race is told.
const WARMS: f64 = 3.0;

/// A start so many metres higher than home is told.
const HIGHER: f64 = 1000.0;

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
pub fn card(season: &Season<'_>, weeks: &[Week], findings: &mut Findings) -> Vec<PlanRace> {
    let Some((race, kind)) = season.frame.race else { return Vec::new() };
    let date = race.date.value;
    let goal = match race.goal.as_ref().map(|at| at.value) {
        Some(Goal::Time(time)) => Some(time),
        _ => None,
    };
    let predicted = predicted(season);
    if let (Some(goal), Some([fast, _])) = (goal, predicted)
        && (goal.seconds() as f64) < fast.seconds() as f64 * FAR_BEYOND
    {
        findings.push(
            Finding::warning("goal-beyond-evidence")
                .with("goal", goal.clock())
                .with("realistic", fast.clock())
                .at(race.date.place.clone()),
        );
    }
    let index = weeks.iter().position(|week| (0..7).contains(&(date - week.start))).unwrap_or(0);
    let expected = aim(season).unwrap_or_else(|| kind.distance.at(season.frame.speeds.reckon(Intensity::Race)));
    let weather = season.weather.get(index).and_then(Option::as_ref);
    let weather = weather.and_then(|week| heat::race_day(season, race, week.body, expected));
    let (heat, slowdown) = match &weather {
        Some([start, half]) => {
            // Half of the race decides: whoever starts in the cool of the morning finishes in the sun.
            let settled = season.settled_for(index, half);
            (Some(start.heat(&settled)), settled.get(key::HEAT_SLOWDOWN))
        }
        None => (None, Share::default()),
    };
    let told = slowdown.fraction() >= season.book.bands.quiet.fraction();
    let aim = aim(season).map(|time| if told { time.times(1.0 + slowdown.fraction()) } else { time });
    let mut notes = Vec::new();
    if let (true, Some([start, half])) = (told, &weather) {
        let slower = slowdown.to_string();
        match aim {
            Some(time) => {
                notes.push(season.phrases.say("race.heat", &args! { "slower" => slower, "time" => time.clock() }));
            }
            None => notes.push(season.phrases.say("race.hot-finish", &args! { "slower" => slower })),
        }
        if half.weather.temperature_c - start.weather.temperature_c >= WARMS {
            let temperature = season.frame.units.temperature(half.weather.temperature_c);
            notes.push(season.phrases.say("race.warms", &args! { "temperature" => temperature }));
        }
    }
    if season.frame.hot_race.is_some_and(|hot| hot.asks_for_practice(&season.book.acclimatisation)) {
        notes.push(season.phrases.word("race.hotter"));
    }
    if let Some(start) = weather.as_ref().map(|[start, _]| start).filter(|start| start.above_home >= HIGHER) {
        let metres = (start.above_home / 100.0).round() as i64 * 100;
        notes.push(season.phrases.say("race.higher", &args! { "metres" => metres }));
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
