//! Race day: the race as a session, and its card with splits for an even pace.

use super::Season;
use super::heat;
use super::races::Entry;
use super::workout::Speller;
use crate::args;
use crate::finding::{Finding, Findings};
use crate::fitness;
use crate::measure::{Distance, Duration, Pace, Share};
use crate::plan::{PlanRace, Split, Week};
use crate::request::Goal;
use crate::rulebook::settings::key;
use crate::session::{Intensity, Session, Step};

/// Races up to here have a split for every unit; longer ones for every fifth, and a band with all of them.
const EVERY_UNIT: f64 = 12_000.0;

/// Up to so many kilometres a prediction is told to so many seconds.
const PREDICTED_TO: [(f64, f64); 3] = [(12.0, 5.0), (25.0, 30.0), (43.0, 60.0)];

/// Beyond those, it is told to five minutes.
const LONGEST_TO: f64 = 300.0;

/// Races from here on are too long to be paced by the unit.
const NO_BAND: f64 = 50_000.0;

/// A morning that warms by so many degrees by the middle of the race is told.
const WARMS: f64 = 3.0;

/// A start so many metres higher than home is told.
const HIGHER: f64 = 1000.0;

/// A race as a session of its day.
#[must_use]
pub fn session(season: &Season<'_>, entry: &Entry<'_>, speller: &Speller<'_>) -> Session {
    let distance = entry.kind.distance;
    let own = season.frame.leg.goal.is_some_and(|goal| goal.date() == entry.date());
    let aim = aim(season, entry);
    // Whoever runs to finish takes the time that it takes at an easy pace.
    let finishes = season.frame.run_walk || matches!(entry.asked.goal.as_ref().map(|at| at.value), Some(Goal::Finish));
    let reckoned = if finishes { Intensity::Easy } else { Intensity::Race };
    let time = aim.unwrap_or_else(|| distance.at(speller.speeds.reckon(reckoned)));
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
            let step = grain_of(entry.kind.distance);
            predicted(season, entry).map(|[fast, slow]| {
                let middle = (fast + slow).seconds() as f64 / 2.0;
                Duration::from_seconds((middle / step).round() * step)
            })
        }
    }
}

/// The times that a result suggests; none from a goal alone.
fn predicted(season: &Season<'_>, entry: &Entry<'_>) -> Option<[Duration; 2]> {
    let score = season.who.score.filter(|_| !season.who.score_from_goal)?;
    let [fast, slow] = fitness::predicted(score, entry.kind.distance, season.who.weekly, &season.book.prediction);
    let step = grain_of(entry.kind.distance);
    let [fast, slow] = [(fast, f64::floor as fn(f64) -> f64), (slow, f64::ceil)]
        .map(|(time, whole)| Duration::from_seconds(whole(time.seconds() as f64 / step) * step));
    Some([fast, slow])
}

/// What a prediction is rounded to, in seconds: the longer the race, the less anybody knows.
fn grain_of(distance: Distance) -> f64 {
    PREDICTED_TO.iter().find(|(km, _)| distance.km() <= *km).map_or(LONGEST_TO, |(_, seconds)| *seconds)
}

/// The cards of the races in some weeks, in order of time.
pub fn cards(season: &Season<'_>, weeks: &[Week], findings: &mut Findings) -> Vec<PlanRace> {
    season.races().filter_map(|entry| card(season, &entry, weeks, findings)).collect()
}

/// The card of a race; none where its week is not in the leg.
fn card(season: &Season<'_>, entry: &Entry<'_>, weeks: &[Week], findings: &mut Findings) -> Option<PlanRace> {
    let date = entry.date();
    let (index, _) = weeks.iter().enumerate().find(|(_, week)| (0..7).contains(&(date - week.start)))?;
    let goal = match entry.asked.goal.as_ref().map(|at| at.value) {
        Some(Goal::Time(time)) => Some(time),
        _ => None,
    };
    let predicted = predicted(season, entry);
    if let (Some(goal), Some([fast, _])) = (goal, predicted)
        && (goal.seconds() as f64) < fast.seconds() as f64 * season.frame.settled.get(key::PACE_GOAL_BEYOND).fraction()
    {
        findings.push(
            Finding::warning("goal-beyond-evidence")
                .with("goal", goal.clock())
                .with("realistic", fast.clock())
                .at(entry.asked.date.place.clone()),
        );
    }
    let expected =
        aim(season, entry).unwrap_or_else(|| entry.kind.distance.at(season.frame.speeds.reckon(Intensity::Race)));
    let weather = season.weather.get(index).and_then(Option::as_ref);
    let weather = weather.and_then(|week| heat::race_day(season, entry.asked, week.body, expected));
    let (heat, slowdown) = match &weather {
        Some([start, half]) => {
            // Half of the race decides: whoever starts in the cool of the morning finishes in the sun.
            let settled = season.settled_for(index, half);
            (Some(start.heat(&settled)), settled.get(key::HEAT_SLOWDOWN))
        }
        None => (None, Share::default()),
    };
    let told = slowdown.fraction() >= season.book.bands.quiet.fraction();
    let aim = aim(season, entry).map(|time| if told { time.times(1.0 + slowdown.fraction()) } else { time });
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
        splits: aim
            .map(|time| splits(entry.kind.distance, time, season, marks(entry.kind.distance)))
            .unwrap_or_default(),
        band: aim
            .filter(|_| (EVERY_UNIT..NO_BAND).contains(&entry.kind.distance.metres()))
            .map(|time| splits(entry.kind.distance, time, season, 1.0))
            .unwrap_or_default(),
        fuel: entry.kind.fuel.clone(),
        checklist: entry.kind.checklist.clone(),
        heat,
        notes,
    })
}

/// How many units apart the splits of a race stand: every unit of a short race, every fifth of a long one.
fn marks(distance: Distance) -> f64 {
    if distance.metres() <= EVERY_UNIT { 1.0 } else { 5.0 }
}

/// Where the clock should stand every so many units, and at the finish: for an even pace, and for one that starts a little
/// slower and ends as much quicker.
fn splits(distance: Distance, time: Duration, season: &Season<'_>, every: f64) -> Vec<Split> {
    let step = season.frame.units.one().times(every);
    let negative = season.frame.settled.get(key::PACE_NEGATIVE).fraction();
    let at = |distance_m: Distance| {
        let way = distance_m.over(distance);
        // The pace falls evenly along the way, so that the first half takes a share more than half of the time.
        let slower = way + 2.0 * negative * way * (1.0 - way);
        Split { distance_m, time_s: time.times(way), negative_s: Some(time.times(slower)) }
    };
    let mut splits: Vec<Split> = (1..=distance.steps_of(step)).map(|n| at(step.times(n as f64))).collect();
    if splits.last().is_none_or(|last| last.distance_m < distance) {
        splits.push(at(distance));
    }
    splits
}
