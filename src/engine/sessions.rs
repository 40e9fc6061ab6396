//! Which sessions: hard ones by phase, on rising rungs of their ladders, each within what a week of this size can bear.

use std::collections::BTreeMap;

use super::week::Fixed;
use super::workout::{Measured, Speeds, measure};
use crate::measure::{Distance, Duration};
use crate::plan::PhaseName;
use crate::rulebook::Rulebook;
use crate::rulebook::layers::Settled;
use crate::rulebook::library::Workout;
use crate::rulebook::settings::key;
use crate::session::{Intensity, SessionKind};

/// A hard session that a week could hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The workout.
    pub id: String,
    /// Which rung.
    pub rung: usize,
    /// How far in all, warming up and cooling down included.
    pub fixed: Distance,
    /// Time at threshold or harder.
    pub hard: Duration,
    /// Time in all.
    pub time: Duration,
}

impl Choice {
    /// As the layout sees it: with easy running it may be stretched to this time.
    #[must_use]
    pub fn fixed(&self, most: Duration) -> Fixed {
        Fixed { distance: self.fixed, time: self.time, most, day: None }
    }
}

/// The second long run of a weekend, by the id under which the rules ship it.
pub const DAY_TWO: &str = "long-day-two";

/// How much of a long run may be anything but plain easy running.
const LONG_WORK: f64 = 0.6;

/// What bounds the hard sessions of one week.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// The week's distance.
    pub volume: Distance,
    /// How many are wanted.
    pub count: usize,
    /// The longest run that one may be.
    pub longest: Distance,
    /// The longest time that a day allows.
    pub time: Option<Duration>,
    /// How much faster the coolest place of the week is than the speeds that it is reckoned with: caps hold there too.
    pub faster: f64,
    /// Whether nothing should rise, as in a taper.
    pub taper: bool,
    /// Whether the gentlest rung is wanted, as in race week.
    pub gentlest: bool,
    /// Whether hard running is done on the treadmill.
    pub indoors: bool,
    /// Whether nothing more than a short touch of threshold is wanted, as in a step back that keeps one.
    pub touch: bool,
    /// What is rounded to.
    pub grain: Distance,
}

/// Where a runner stands on each ladder.
#[derive(Debug, Clone, Default)]
pub struct Ladders {
    at: BTreeMap<String, Standing>,
    turn: usize,
    /// What the last week held, so that this one brings something else.
    last: Vec<(String, usize)>,
}

/// Where a runner stands on one ladder.
#[derive(Debug, Clone, Copy)]
struct Standing {
    rung: usize,
    /// Whether a week has stepped back since.
    rested: bool,
    /// Whether this rung has been repeated already.
    repeated: bool,
}

impl Ladders {
    /// A week that stepped back: each ladder repeats its rung before it rises.
    pub fn step_back(&mut self) {
        for standing in self.at.values_mut() {
            standing.rested = true;
        }
    }

    /// The hard sessions of a week, most wanted first: those that somebody asked for, then those of the phase. Nothing is
    /// counted as done yet.
    #[must_use]
    pub fn choose(
        &self,
        book: &Rulebook,
        settled: &Settled,
        phase: PhaseName,
        asked: &[String],
        speeds: &Speeds,
        room: Room,
    ) -> Vec<Choice> {
        let avoid = settled.get(key::WORK_AVOID);
        let work = families(settled, phase);
        let mut families: Vec<&String> = work.iter().filter(|id| !avoid.contains(id)).collect();
        if phase == PhaseName::Race {
            // The list of the taper ends with what race week is for.
            families = families.split_off(families.len().saturating_sub(1));
        }
        let threshold = plain(SessionKind::Threshold).to_owned();
        if room.touch {
            families = Some(&threshold).filter(|id| !avoid.contains(id)).into_iter().collect();
        }
        families.retain(|id| !asked.contains(id));
        // With one session a week the families take turns; with more, the first comes every week and the others take turns.
        // Whoever has nothing that fits this week lets the next one go first.
        // A taper has no turns: it begins with what the race asks for and ends with a touch of it.
        let wanted: Vec<&String> = if room.taper {
            families.clone()
        } else if room.count <= 1 || families.is_empty() {
            self.by_turns(&families)
        } else {
            families[..1].iter().copied().chain(turns(&families[1..], self.turn)).collect()
        };
        let indoors = |id| match book.workouts.get(id).and_then(|workout| workout.indoors.as_ref()) {
            Some(own) if room.indoors && !avoid.contains(&own.value) => &own.value,
            _ => id,
        };
        let wanted: Vec<&String> = asked.iter().chain(wanted.into_iter().map(indoors)).collect();
        // Hard time is a share of the week's time, reckoned at easy pace.
        let mut hard_left =
            room.volume.at(speeds.reckon(Intensity::Easy)).times(settled.get(key::HARD_SHARE).fraction());
        let mut chosen: Vec<Choice> = Vec::new();
        // First whatever is not last week's session over again, nor the same work twice in a week; then that as well, a
        // repeated session a rung gentler where it has one.
        for again in [false, true] {
            for id in &wanted {
                let Some(workout) = book.workouts.get(*id) else { continue };
                if chosen.len() == room.count || chosen.iter().any(|choice| choice.id == **id) {
                    continue;
                }
                let Some(choice) = self.rung(id, workout, settled, speeds, room, hard_left) else { continue };
                let same_work =
                    |other: &Choice| book.workouts.get(&other.id).is_some_and(|other| other.work == workout.work);
                if !again && !asked.contains(*id) && chosen.iter().any(same_work) {
                    continue;
                }
                let repeats =
                    !room.taper && !asked.contains(*id) && self.last.contains(&(choice.id.clone(), choice.rung));
                let choice = match (repeats, again) {
                    (true, false) => continue,
                    (true, true) if choice.rung > 0 => Self::at(id, workout, choice.rung - 1, speeds, room.grain),
                    _ => choice,
                };
                hard_left = if hard_left > choice.hard { hard_left - choice.hard } else { Duration::ZERO };
                chosen.push(choice);
            }
        }
        chosen
    }

    /// The families of a week with one hard session: what the phase is for every other time, the others in turn between.
    fn by_turns<'w>(&self, families: &[&'w String]) -> Vec<&'w String> {
        let Some((first, others)) = families.split_first() else { return Vec::new() };
        let others = turns(others, self.turn / 2);
        if self.turn.is_multiple_of(2) {
            std::iter::once(*first).chain(others).collect()
        } else {
            others.into_iter().chain([*first]).collect()
        }
    }

    /// A rung as a choice.
    fn at(id: &str, workout: &Workout, rung: usize, speeds: &Speeds, grain: Distance) -> Choice {
        let steps = &workout.rungs[rung].steps;
        let measured = measure(steps, workout.work, speeds);
        // What is written as `all` still has to be a jog home.
        let fixed = (measured.distance + jog_home(steps, grain)).ceil_to(grain);
        let time = measured.time + (fixed - measured.distance).at(speeds.reckon(Intensity::Easy));
        Choice { id: id.to_owned(), rung, fixed, hard: hard_time(steps, speeds), time }
    }

    /// A long run with something in it, as the rules want it in turn: none where it is a plain one's turn, or nothing fits.
    ///
    /// Most of it stays easy: what is written takes up [`LONG_WORK`] of it at most.
    #[must_use]
    pub fn long(&self, book: &Rulebook, settled: &Settled, speeds: &Speeds, room: Room, turn: usize) -> Option<Choice> {
        let families = settled.get(key::WORK_LONG);
        let avoid = settled.get(key::WORK_AVOID);
        let id = families.get(turn % families.len().max(1)).filter(|id| !avoid.contains(id))?;
        let workout = book.workouts.get(id).filter(|_| id != plain(SessionKind::Long))?;
        let room = Room { longest: room.longest.times(LONG_WORK), time: None, ..room };
        let anything = room.volume.at(speeds.reckon(Intensity::Easy));
        self.rung(id, workout, settled, speeds, room, anything)
    }

    /// The rung of a workout whose turn it is, whatever else the week holds; the gentlest where none fits.
    #[must_use]
    pub fn due(
        &self,
        id: &str,
        workout: &Workout,
        settled: &Settled,
        speeds: &Speeds,
        volume: Distance,
        grain: Distance,
    ) -> Choice {
        let room = Room {
            volume,
            count: 1,
            longest: Distance::from_km(1000.0),
            time: None,
            faster: 1.0,
            taper: false,
            gentlest: false,
            indoors: false,
            touch: false,
            grain,
        };
        let anything = volume.at(speeds.reckon(Intensity::Easy));
        self.rung(id, workout, settled, speeds, room, anything)
            .unwrap_or_else(|| Self::at(id, workout, 0, speeds, grain))
    }

    /// The rung that is due: the one after the last, or the last again after a reset; about half a session the first time.
    fn rung(
        &self,
        id: &str,
        workout: &Workout,
        settled: &Settled,
        speeds: &Speeds,
        room: Room,
        hard_left: Duration,
    ) -> Option<Choice> {
        let first_share = settled.get(key::SESSION_FIRST).fraction();
        let measured: Vec<Measured> =
            workout.rungs.iter().map(|rung| measure(&rung.steps, workout.work, speeds)).collect();
        let volume = room.volume.times(1.0 / room.faster.max(1.0));
        let fits = |rung: usize, share: f64| within(workout, &measured[rung], settled, volume, share);
        let due = match self.at.get(id) {
            _ if room.gentlest => 0,
            Some(last) if last.rested && !last.repeated => last.rung,
            // A trial tells something by being the same as the last one, and the first is as long as the week can bear.
            Some(last) if workout.kind == SessionKind::TimeTrial => last.rung,
            None if workout.kind == SessionKind::TimeTrial => {
                (0..workout.rungs.len()).rev().find(|rung| fits(*rung, 1.0)).unwrap_or(0)
            }
            // A taper keeps what is known, and a little less of it.
            Some(last) if room.taper => last.rung.saturating_sub(1),
            Some(last) => (last.rung + 1).min(workout.rungs.len() - 1),
            None if workout.work.is_none() => 0,
            // However much the week could bear, nobody starts in the upper half of a ladder.
            None => (0..workout.rungs.len().div_ceil(2)).rev().find(|rung| fits(*rung, first_share)).unwrap_or(0),
        };
        (0..=due).rev().find_map(|rung| {
            let choice = Self::at(id, workout, rung, speeds, room.grain);
            let holds = fits(rung, 1.0)
                && choice.hard <= hard_left
                && choice.fixed <= room.longest
                && room.time.is_none_or(|most| choice.time <= most);
            holds.then_some(choice)
        })
    }

    /// Notes that these sessions stand in the plan.
    pub fn done(&mut self, chosen: &[Choice]) {
        for choice in chosen {
            let repeated = self.at.get(&choice.id).is_some_and(|last| last.rung == choice.rung);
            self.at.insert(choice.id.clone(), Standing { rung: choice.rung, rested: false, repeated });
        }
        if !chosen.is_empty() {
            self.turn += 1;
        }
        self.last = chosen.iter().map(|choice| (choice.id.clone(), choice.rung)).collect();
    }

    /// Whether a session of this kind has been done before.
    #[must_use]
    pub fn knows(&self, book: &Rulebook, id: &str) -> bool {
        let kind = |id: &str| book.workouts.get(id).map(|workout| workout.kind);
        self.at.keys().any(|known| kind(known) == kind(id))
    }
}

/// The hard sessions that a phase asks for, in order of preference.
#[must_use]
pub fn families(settled: &Settled, phase: PhaseName) -> Vec<String> {
    settled.get(match phase {
        PhaseName::Base => key::WORK_BASE,
        PhaseName::Build => key::WORK_BUILD,
        PhaseName::Peak => key::WORK_PEAK,
        _ => key::WORK_TAPER,
    })
}

/// Time at threshold or harder in some steps.
fn hard_time(steps: &[crate::notation::Written], speeds: &Speeds) -> Duration {
    Intensity::ALL
        .into_iter()
        .filter(|intensity| intensity.is_hard())
        .map(|intensity| measure(steps, Some(intensity), speeds).work_time)
        .sum()
}

/// The least that an `all easy` comes to: two grains.
fn jog_home(steps: &[crate::notation::Written], grain: Distance) -> Distance {
    use crate::notation::{Amount, Written};
    let open = steps.iter().any(|step| matches!(step, Written::Stretch { amount: Amount::All, .. }));
    if open { grain + grain } else { Distance::ZERO }
}

/// Whether a session's work is within a share of what the week can bear: a share of the week up to a most, or, however
/// small the week, the least that makes it a real session.
fn within(workout: &Workout, measured: &Measured, settled: &Settled, volume: Distance, share: f64) -> bool {
    let of_week = |of: crate::measure::Share| volume.times(of.fraction() * share);
    let (work, time) = (measured.work, measured.work_time);
    match workout.work {
        Some(Intensity::Threshold) => {
            work <= of_week(settled.get(key::SESSION_THRESHOLD_SHARE))
                || time <= settled.get(key::SESSION_THRESHOLD_LEAST).times(share)
        }
        Some(Intensity::Interval) => {
            (work <= of_week(settled.get(key::SESSION_INTERVAL_SHARE))
                && work <= settled.get(key::SESSION_INTERVAL_MOST))
                || time <= settled.get(key::SESSION_INTERVAL_LEAST).times(share)
        }
        Some(Intensity::Repetition) => {
            (work <= of_week(settled.get(key::SESSION_REPETITION_SHARE))
                && work <= settled.get(key::SESSION_REPETITION_MOST))
                || work <= settled.get(key::SESSION_REPETITION_LEAST).times(share)
        }
        Some(Intensity::Hills) => {
            work <= of_week(settled.get(key::SESSION_HILLS_SHARE))
                || time <= settled.get(key::SESSION_HILLS_LEAST).times(share)
        }
        Some(Intensity::Race | Intensity::Marathon | Intensity::Steady) => {
            (work <= of_week(settled.get(key::SESSION_RACE_SHARE)) && time <= settled.get(key::SESSION_RACE_MOST))
                || time <= settled.get(key::SESSION_RACE_LEAST).times(share)
        }
        _ => true,
    }
}

/// The workout that a role without quality is made from, by the id under which the rules ship it.
#[must_use]
pub fn plain(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Long => "long",
        SessionKind::MediumLong => "medium-long",
        SessionKind::Recovery => "recovery",
        SessionKind::Strides => "strides",
        SessionKind::Threshold => "threshold",
        SessionKind::TimeTrial => "time-trial",
        _ => "easy",
    }
}

/// Some families in turn, from the one whose turn it is.
fn turns<'w>(from: &[&'w String], turn: usize) -> Vec<&'w String> {
    (0..from.len()).map(|step| from[(turn + step) % from.len()]).collect()
}
