//! Race day: the race as a session, and its card with splits for an even pace.

use super::Season;
use super::heat;
use super::races::Entry;
use super::runner::Who;
use super::workout::Speller;
use crate::args;
use crate::finding::{Finding, Findings};
use crate::fitness;
use crate::measure::{Distance, Duration, Pace, Share};
use crate::plan::{PlanRace, Split, Week};
use crate::request::Goal;
use crate::rulebook::Rulebook;
use crate::rulebook::layers::Settled;
use crate::rulebook::settings::key;
use crate::session::{Intensity, Session, Step};

/// Races up to here have a split for every unit; longer ones for every fifth, and a band with all of them.
const EVERY_UNIT: f64 = 12_000.0;

/// The time on the feet is told to so many minutes.
const FEET_TO: f64 = 5.0;

/// A morning that warms by so many degrees by the middle of the race is told.
const WARMS: f64 = 3.0;

/// A start so many metres higher than home is told.
const HIGHER: f64 = 1000.0;

/// A race as a session of its day.
#[must_use]
pub fn session(season: &Season<'_>, entry: &Entry<'_>, speller: &Speller<'_>) -> Session {
    let distance = entry.kind.distance;
    let own = season.frame.leg.goal.is_some_and(|goal| goal.date() == entry.date());
    let time = aim(season, entry);
    // What takes all day is run by effort: on climbs and after dark no split is worth looking at.
    let aim = time.filter(|_| !entry.kind.by_effort);
    // Whoever runs to finish takes the time that it takes at an easy pace.
    let finishes = season.frame.run_walk || matches!(entry.asked.goal.as_ref().map(|at| at.value), Some(Goal::Finish));
    let reckoned = if finishes { Intensity::Easy } else { Intensity::Race };
    let time = time.unwrap_or_else(|| distance.at(speller.speeds.reckon(reckoned)));
    let feel = match aim {
        Some(time) => season.phrases.say("race.aim", &args! { "time" => time.clock() }),
        None => season.phrases.word("race.by-feel"),
    };
    // A race without a name of its own is called by its kind, and that is said once.
    let own_name = entry.asked.name.is_some();
    let what = if own_name { entry.kind.title.clone() } else { season.frame.units.distance(distance) };
    let mut session = speller.race(&what, entry.name(), distance, time, &feel);
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

/// The time to run for: the goal where the evidence allows it, else the middle of what the evidence suggests.
fn aim(season: &Season<'_>, entry: &Entry<'_>) -> Option<Duration> {
    let far = || beyond(season.book, &season.frame.settled, season.who, entry).is_some();
    match entry.asked.goal.as_ref().map(|at| at.value) {
        Some(Goal::Time(time)) if !far() => Some(time),
        Some(Goal::Finish) => None,
        _ => predicted(season.book, season.who, entry).map(|[fast, slow]| {
            let step = entry.kind.told_to.seconds() as f64;
            let middle = (fast + slow).seconds() as f64 / 2.0;
            Duration::from_seconds((middle / step).round() * step)
        }),
    }
}

/// The pace that a race is to be run at; none where it goes by effort.
#[must_use]
pub fn pace(season: &Season<'_>, entry: &Entry<'_>) -> Option<Pace> {
    let time = aim(season, entry).filter(|_| !entry.kind.by_effort)?;
    Some(Pace::from_seconds_per_km(time.seconds() as f64 / entry.kind.distance.km()))
}

/// The times that a result suggests; none from a goal alone.
fn predicted(book: &Rulebook, who: &Who, entry: &Entry<'_>) -> Option<[Duration; 2]> {
    let score = who.score.filter(|_| !who.score_from_goal)?;
    // Climbing counts as the flat way that takes as long: a hundred metres up as one kilometre more.
    let climb = entry.asked.climb.as_ref().map_or(Distance::ZERO, |climb| climb.value.times(book.prediction.climb));
    let [fast, slow] = fitness::predicted(score, entry.kind.distance + climb, who.weekly, &book.prediction);
    let step = entry.kind.told_to.seconds() as f64;
    let [fast, slow] = [(fast, f64::floor as fn(f64) -> f64), (slow, f64::ceil)]
        .map(|(time, whole)| Duration::from_seconds(whole(time.seconds() as f64 / step) * step));
    Some([fast, slow])
}

/// The times that are realistic, where the goal of a race lies far beyond what a result suggests: nobody trains or races at
/// such a pace.
#[must_use]
pub fn beyond(book: &Rulebook, settled: &Settled, who: &Who, entry: &Entry<'_>) -> Option<[Duration; 2]> {
    let Some(Goal::Time(goal)) = entry.asked.goal.as_ref().map(|at| at.value) else { return None };
    let least = settled.get(key::PACE_GOAL_BEYOND).fraction();
    predicted(book, who, entry).filter(|[fast, _]| (goal.seconds() as f64) < fast.seconds() as f64 * least)
}

/// What a long run on the way to a race that is run by effort is measured by: the time on the feet, and the climb where the
/// race has one.
#[must_use]
pub fn on_feet(season: &Season<'_>, distance: Distance, time: Duration) -> Option<String> {
    let goal = season.frame.leg.goal?;
    let climb = goal.asked.climb.as_ref().map(|climb| climb.value.times(distance.over(goal.kind.distance)));
    if !goal.kind.by_effort && climb.is_none() {
        return None;
    }
    let minutes = ((time.minutes() / FEET_TO).round() * FEET_TO) as i64;
    let time = format!("{}:{:02}", minutes / 60, minutes % 60);
    let climb = climb.map_or_else(String::new, |climb| season.frame.units.climb(climb));
    Some(season.phrases.say("session.on-feet", &args! { "time" => time, "climb" => climb }))
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
    let predicted = predicted(season.book, season.who, entry);
    let mut notes = Vec::new();
    if let (Some(goal), Some([fast, slow])) = (goal, beyond(season.book, &season.frame.settled, season.who, entry)) {
        let finding = Finding::warning("goal-beyond-evidence")
            .with("goal", goal.clock())
            .with("fast", fast.clock())
            .with("slow", slow.clock());
        let place = entry.asked.goal.as_ref().map_or(&entry.asked.date.place, |at| &at.place);
        findings.push(finding.at(place.clone()));
        let args = args! { "goal" => goal.clock(), "fast" => fast.clock(), "slow" => slow.clock() };
        notes.push(season.phrases.say("race.beyond", &args));
    }
    if goal.is_some() && season.who.score_from_goal {
        notes.push(season.phrases.word("race.only-goal"));
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
    let aim = aim(season, entry).filter(|_| !entry.kind.by_effort);
    let aim = aim.map(|time| if told { time.times(1.0 + slowdown.fraction()) } else { time });
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
    if let Some(climb) = &entry.asked.climb {
        notes.push(season.phrases.say("race.climb", &args! { "climb" => season.frame.units.climb(climb.value) }));
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
            .filter(|_| entry.kind.distance.metres() >= EVERY_UNIT)
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
