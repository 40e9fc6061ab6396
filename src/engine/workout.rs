//! Spelled out: a workout becomes steps with targets, and the steps sum to the session.

use std::collections::BTreeMap;

use crate::args;
use crate::fitness::{self, Score};
use crate::measure::{Distance, Duration, Pace, Share, Units};
use crate::notation::{Amount, Written};
use crate::phrasebook::Phrasebook;
use crate::rulebook::Rulebook;
use crate::rulebook::layers::Settled;
use crate::rulebook::library::{Effort, Rung, Workout};
use crate::rulebook::settings::key;
use crate::session::{By, Intensity, Session, SessionKind, Step, Stretch};

/// Metres in the short stretches that are named in metres whatever the units of the plan.
const SHORT: f64 = 2000.0;

/// How fast each intensity is for this runner.
#[derive(Debug, Clone)]
pub struct Speeds {
    /// What to print, fast to slow; empty where no result tells it.
    pub targets: BTreeMap<Intensity, [Pace; 2]>,
    /// What to reckon with.
    reckoned: BTreeMap<Intensity, Pace>,
}

impl Speeds {
    /// The runner's paces from a score, or assumed ones from the level's easy pace, for estimates alone.
    #[must_use]
    pub fn of(
        book: &Rulebook,
        settled: &Settled,
        score: Option<Score>,
        race: Option<Distance>,
        goal: Option<Pace>,
    ) -> Self {
        let mut targets = BTreeMap::new();
        if let Some(score) = score {
            let paces = fitness::paces(score, &bands(settled));
            for intensity in Intensity::ALL {
                if let Some(range) = paces.get(intensity.name()) {
                    targets.insert(intensity, *range);
                }
            }
            let race = goal.or_else(|| race.and_then(|distance| fitness::race_pace(score, distance)));
            if let Some(pace) = race {
                let band = settled.get(key::PACE_BAND).fraction();
                let at = |factor: f64| Pace::from_seconds_per_km(pace.seconds_per_km() * factor);
                targets.insert(Intensity::Race, [at(1.0 - band), at(1.0 + band)]);
            }
        }
        let middle = |[fast, slow]: [Pace; 2]| {
            Pace::from_seconds_per_km(f64::midpoint(fast.seconds_per_km(), slow.seconds_per_km()))
        };
        let easy = targets.get(&Intensity::Easy).copied().map_or(settled.get(key::PACE_ASSUMED_EASY), middle);
        let reckoned = Intensity::ALL
            .into_iter()
            .map(|intensity| {
                let speed = book.efforts.get(&intensity).map_or(1.0, |effort| effort.speed.fraction());
                let assumed = Pace::from_seconds_per_km(easy.seconds_per_km() / speed.max(0.1));
                (intensity, targets.get(&intensity).copied().map_or(assumed, middle))
            })
            .collect();
        Self { targets, reckoned }
    }

    /// The pace to reckon with.
    #[must_use]
    pub fn reckon(&self, intensity: Intensity) -> Pace {
        self.reckoned.get(&intensity).copied().unwrap_or(Pace::from_seconds_per_km(360.0))
    }

    /// The same speeds with the pace of another race, a share of it to either side; nothing changes where no result tells
    /// any pace.
    #[must_use]
    pub fn racing(&self, pace: Pace, band: Share) -> Self {
        let mut speeds = self.clone();
        if !self.targets.is_empty() {
            let at = |factor: f64| Pace::from_seconds_per_km(pace.seconds_per_km() * factor);
            speeds.targets.insert(Intensity::Race, [at(1.0 - band.fraction()), at(1.0 + band.fraction())]);
            speeds.reckoned.insert(Intensity::Race, pace);
        }
        speeds
    }

    /// The same effort in heat: slower by a share, and by a part of it for short repeats with rests between.
    #[must_use]
    pub fn slowed(&self, by: Share, short: Share) -> Self {
        let by_of = |intensity: Intensity| match intensity {
            Intensity::Interval | Intensity::Repetition | Intensity::Strides | Intensity::Hills => {
                Share::from_fraction(by.fraction() * short.fraction())
            }
            _ => by,
        };
        Self {
            targets: self.targets.iter().map(|(i, range)| (*i, range.map(|pace| pace.slowed(by_of(*i))))).collect(),
            reckoned: self.reckoned.iter().map(|(i, pace)| (*i, pace.slowed(by_of(*i)))).collect(),
        }
    }
}

/// How much slower a kind of running is in the heat of these settings: short repeats with rests between feel less of it.
#[must_use]
pub fn slowdown_of(intensity: &str, settled: &Settled) -> Share {
    let by = settled.get(key::HEAT_SLOWDOWN);
    match intensity {
        "interval" | "repetition" => {
            Share::from_fraction(by.fraction() * settled.get(key::HEAT_SLOWDOWN_SHORT).fraction())
        }
        _ => by,
    }
}

/// The bands of training paces, as the rules have them.
#[must_use]
pub fn bands(settled: &Settled) -> fitness::Bands {
    fitness::Bands {
        easy_slow: settled.get(key::PACE_EASY_SLOW),
        easy_fast: settled.get(key::PACE_EASY_FAST),
        threshold: settled.get(key::PACE_THRESHOLD),
        interval: settled.get(key::PACE_INTERVAL),
        margin: settled.get(key::PACE_BAND),
    }
}

/// What the fixed parts of some steps come to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measured {
    /// Running distance, walks and rests left out.
    pub distance: Distance,
    /// Time in all.
    pub time: Duration,
    /// Distance at the intensity that the workout is for.
    pub work: Distance,
    /// Time at it.
    pub work_time: Duration,
}

/// Measures steps; `all` counts as nothing.
#[must_use]
pub fn measure(steps: &[Written], work: Option<Intensity>, speeds: &Speeds) -> Measured {
    let mut total = Measured::default();
    for step in steps {
        add(step, 1, work, speeds, &mut total);
    }
    total
}

fn add(step: &Written, times: u32, work: Option<Intensity>, speeds: &Speeds, total: &mut Measured) {
    let factor = f64::from(times);
    match step {
        Written::Stretch { amount, intensity, to } => {
            for (amount, intensity) in parts(*amount, *intensity, *to) {
                let (distance, time) = lengths(amount, speeds.reckon(intensity));
                total.time += time.times(factor);
                if intensity != Intensity::Walk {
                    total.distance += distance.times(factor);
                }
                if Some(intensity) == work {
                    total.work += distance.times(factor);
                    total.work_time += time.times(factor);
                }
            }
        }
        Written::Rest { amount } => {
            if let Amount::Time(time) = amount {
                total.time += time.times(factor);
            }
        }
        Written::Repeat { times: n, steps } => {
            for step in steps {
                add(step, times * n, work, speeds, total);
            }
        }
    }
}

/// What a stretch is run at: all of it, or half of it each where it changes on the way.
fn parts(amount: Amount, from: Intensity, to: Option<Intensity>) -> Vec<(Amount, Intensity)> {
    match (to, amount) {
        (Some(to), Amount::Time(time)) => {
            let half = Duration::from_seconds((time.seconds() / 2) as f64);
            vec![(Amount::Time(half), from), (Amount::Time(time - half), to)]
        }
        (Some(to), Amount::Distance(distance)) => {
            let half = distance.times(0.5);
            vec![(Amount::Distance(half), from), (Amount::Distance(distance - half), to)]
        }
        _ => vec![(amount, from)],
    }
}

fn lengths(amount: Amount, pace: Pace) -> (Distance, Duration) {
    match amount {
        Amount::Time(time) => (time.at(pace), time),
        Amount::Distance(distance) => (distance, distance.at(pace)),
        Amount::All => (Distance::ZERO, Duration::ZERO),
    }
}

/// How a session is to be run on its day.
#[derive(Debug, Clone, Default)]
pub struct Manner {
    /// Leave pace out.
    pub effort_only: bool,
    /// Indoors.
    pub indoors: bool,
    /// The units of the plan.
    pub units: Units,
    /// A number of the day, so that sentences take turns.
    pub turn: usize,
}

/// A step that may have been stretched.
#[derive(Debug, Clone)]
struct Filled {
    step: Written,
    /// How far it goes, where it was stretched.
    pinned: Option<Distance>,
    /// Whether a reader is told minutes and not kilometres.
    timed: bool,
}

/// What spells sessions out: the words, the efforts and the runner's speeds this week.
#[derive(Debug, Clone, Copy)]
pub struct Speller<'a> {
    /// The rules.
    pub book: &'a Rulebook,
    /// The words.
    pub phrases: &'a Phrasebook,
    /// How fast, this week.
    pub speeds: &'a Speeds,
    /// The runner's highest heart rate, beats a minute, where it is known.
    pub hr_max: Option<u16>,
    /// The runner's heart rate at threshold, where it is known: nearer to the runner than a share of the highest.
    pub hr_threshold: Option<u16>,
    /// Whether nobody will read the session, so that its words need not be found.
    pub silent: bool,
}

impl Speller<'_> {
    /// A workout's rung as a session of this distance.
    #[must_use]
    pub fn session(&self, id: &str, workout: &Workout, rung: &Rung, distance: Distance, manner: &Manner) -> Session {
        // Fartlek is a game with pace, and a watch would spoil it; on a hill it tells nothing.
        let by_feel = matches!(workout.kind, SessionKind::Fartlek | SessionKind::Hills);
        let manner = &Manner { effort_only: manner.effort_only || by_feel, ..manner.clone() };
        if !workout.kind.is_on_foot() {
            return Session { title: workout.title.clone(), ..Self::not_on_foot(id, workout, rung, manner) };
        }
        let steps = self.fill(workout, &rung.steps, distance);
        let title = if self.silent {
            String::new()
        } else if rung.steps.len() > 1 && workout.kind != SessionKind::Strides {
            let long = workout.kind == SessionKind::Long;
            let rung = if long { manner.units.distance(distance) } else { rung.name.replace(" x ", " × ") };
            let args = args! { "title" => workout.title.as_str(), "rung" => rung };
            self.phrases.say("session.ladder", &args)
        } else {
            let args = args! { "title" => workout.title.as_str(), "distance" => manner.units.distance(distance) };
            self.phrases.say("session.plain", &args)
        };
        Session { title, ..self.spell(id, workout, &steps, manner) }
    }

    /// Steps of one's own as a session, without a title.
    #[must_use]
    pub fn steps(&self, id: &str, workout: &Workout, steps: &[Written], manner: &Manner) -> Session {
        let filled: Vec<Filled> =
            steps.iter().map(|step| Filled { step: step.clone(), pinned: None, timed: true }).collect();
        Session { estimated: true, ..self.spell(id, workout, &filled, manner) }
    }

    /// Strength, other sport or rest: sentences and a time, and no running.
    fn not_on_foot(id: &str, workout: &Workout, rung: &Rung, manner: &Manner) -> Session {
        Session {
            id: id.to_owned(),
            kind: workout.kind,
            title: String::new(),
            hard: false,
            distance_m: Distance::ZERO,
            duration_s: rung.time,
            estimated: false,
            effort_only: true,
            indoors: false,
            outdoors_s: None,
            start_from: None,
            start_by: None,
            detail: rung.does.join(" · ").replace(" x ", " × "),
            target: String::new(),
            purpose: workout.purpose.clone(),
            feel: feel_of(workout, manner).unwrap_or_default(),
            badly: workout.badly.clone(),
            notes: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn spell(&self, id: &str, workout: &Workout, steps: &[Filled], manner: &Manner) -> Session {
        let spelled: Vec<Step> = steps.iter().flat_map(|step| self.filled(step, manner)).collect();
        let (mut time, mut run) = (Duration::ZERO, Distance::ZERO);
        let mut timed = false;
        for step in &spelled {
            step.each(1, &mut |stretch, times, runs| {
                let times = f64::from(times);
                time += stretch.duration_s.times(times);
                run += stretch.distance_m.times(times);
                timed |= stretch.by == By::Time && runs;
            });
        }
        let main = workout.work.unwrap_or(Intensity::Easy);
        let told = |words: &dyn Fn() -> String| if self.silent { String::new() } else { words() };
        Session {
            id: id.to_owned(),
            kind: workout.kind,
            title: String::new(),
            hard: is_hard(workout.kind) || has_blocks(workout),
            distance_m: run,
            duration_s: time,
            // Where kilometres are prescribed, strides at the end do not turn the run into one by time.
            estimated: timed && workout.work.is_some() && workout.kind != SessionKind::Long,
            effort_only: manner.effort_only || !self.speeds.targets.contains_key(&main),
            indoors: manner.indoors,
            outdoors_s: None,
            start_from: None,
            start_by: None,
            detail: told(&|| self.detail(steps, workout, manner)),
            target: told(&|| self.target(main, manner)),
            purpose: told(&|| workout.purpose.clone()),
            feel: told(&|| feel_of(workout, manner).unwrap_or_default()),
            badly: told(&|| workout.badly.clone()),
            notes: Vec::new(),
            steps: spelled,
        }
    }

    /// The race itself.
    #[must_use]
    pub fn race(&self, title: &str, name: &str, distance: Distance, time: Duration, feel: &str) -> Session {
        let stretch = self.stretch(Intensity::Race, distance, time, By::Distance, true);
        Session {
            id: "race".to_owned(),
            kind: SessionKind::Race,
            title: name.to_owned(),
            hard: true,
            distance_m: distance,
            duration_s: time,
            estimated: false,
            effort_only: false,
            indoors: false,
            outdoors_s: None,
            start_from: None,
            start_by: None,
            detail: title.to_owned(),
            target: feel.to_owned(),
            purpose: String::new(),
            feel: String::new(),
            badly: String::new(),
            notes: Vec::new(),
            steps: vec![Step::Run(stretch)],
        }
    }

    /// The steps, stretched to sum to a distance. `all` takes what is left; where there is none, the first and the last
    /// easy step share what is more than written, and the last one takes the rounding.
    fn fill(&self, workout: &Workout, steps: &[Written], distance: Distance) -> Vec<Filled> {
        let is_all = |step: &Written| matches!(step, Written::Stretch { amount: Amount::All, .. });
        let is_easy = |step: &Written| matches!(step, Written::Stretch { intensity: Intensity::Easy, .. });
        let all = steps.iter().position(is_all);
        let last = all.or_else(|| steps.iter().rposition(is_easy));
        let first =
            if all.is_some() { None } else { steps.iter().position(is_easy).filter(|first| Some(*first) != last) };
        let natural =
            |index: Option<usize>| index.map_or(Distance::ZERO, |i| measure(&steps[i..=i], None, self.speeds).distance);
        let whole = measure(steps, None, self.speeds).distance;
        let (more, less) =
            if distance > whole { (distance - whole, Distance::ZERO) } else { (Distance::ZERO, whole - distance) };
        // Half of what is more goes to the warm-up, in whole minutes of easy running.
        let minute = Duration::from_minutes(1.0).at(self.speeds.reckon(Intensity::Easy));
        let warmer = if first.is_some() { more.times(0.5).floor_to(minute) } else { Distance::ZERO };
        let timed = workout.work.is_some() && workout.kind != SessionKind::Long;
        steps
            .iter()
            .enumerate()
            .map(|(index, step)| {
                let pinned = if Some(index) == last {
                    let long = natural(last) + more - warmer;
                    Some(if long > less { long - less } else { Distance::ZERO })
                } else if Some(index) == first {
                    Some(natural(first) + warmer)
                } else {
                    None
                };
                Filled { step: step.clone(), pinned, timed }
            })
            .filter(|filled| filled.pinned.is_none_or(|distance| !distance.is_zero()))
            .collect()
    }

    fn filled(&self, filled: &Filled, manner: &Manner) -> Vec<Step> {
        match (&filled.step, filled.pinned) {
            (Written::Stretch { intensity, .. }, Some(distance)) => {
                let time = distance.at(self.speeds.reckon(*intensity));
                let by = if filled.timed { By::Time } else { By::Distance };
                vec![Step::Run(self.stretch(*intensity, distance, time, by, manner.effort_only))]
            }
            (step, _) => self.step(step, manner),
        }
    }

    /// A written step, as one step or, where it changes on the way, two.
    fn step(&self, step: &Written, manner: &Manner) -> Vec<Step> {
        match step {
            Written::Stretch { amount, intensity, to } => parts(*amount, *intensity, *to)
                .into_iter()
                .map(|(amount, intensity)| {
                    let (distance, time) = lengths(amount, self.speeds.reckon(intensity));
                    let by = if matches!(amount, Amount::Time(_)) { By::Time } else { By::Distance };
                    if intensity == Intensity::Walk {
                        // Walks are never in the running distance.
                        return Step::Walk(self.stretch(intensity, Distance::ZERO, time, by, true));
                    }
                    Step::Run(self.stretch(intensity, distance, time, by, manner.effort_only))
                })
                .collect(),
            Written::Rest { amount } => {
                let (_, time) = lengths(*amount, self.speeds.reckon(Intensity::Walk));
                vec![Step::Rest(self.stretch(Intensity::Walk, Distance::ZERO, time, By::Time, true))]
            }
            Written::Repeat { times, steps } => {
                vec![Step::Repeat {
                    times: *times,
                    steps: steps.iter().flat_map(|step| self.step(step, manner)).collect(),
                }]
            }
        }
    }

    fn stretch(&self, intensity: Intensity, distance: Distance, time: Duration, by: By, effort_only: bool) -> Stretch {
        Stretch {
            intensity,
            distance_m: distance,
            duration_s: time,
            by,
            pace_s_per_km: self.speeds.targets.get(&intensity).copied().filter(|_| !effort_only),
            hr_bpm: self.heart(intensity),
            rpe: self.effort(intensity).map_or([1, 10], |effort| effort.rpe),
        }
    }

    fn heart(&self, intensity: Intensity) -> Option<[u16; 2]> {
        let effort = self.effort(intensity)?;
        let (of, shares) = match (self.hr_threshold, self.hr_max) {
            (Some(threshold), _) => (threshold, effort.heart_of_threshold?),
            (None, most) => (most?, effort.heart?),
        };
        // Nobody is asked for more than the highest.
        let most = f64::from(self.hr_max.unwrap_or(u16::MAX));
        Some(shares.map(|share| (f64::from(of) * share.fraction()).round().min(most) as u16))
    }

    fn effort(&self, intensity: Intensity) -> Option<&Effort> {
        self.book.efforts.get(&intensity)
    }

    /// The steps in one line; a plain run says how it feels instead.
    fn detail(&self, steps: &[Filled], workout: &Workout, manner: &Manner) -> String {
        if let [Filled { step: Written::Stretch { intensity, .. }, .. }] = steps {
            let of_effort = || self.effort(*intensity).map(|effort| effort.feel.clone()).unwrap_or_default();
            return feel_of(workout, manner).unwrap_or_else(of_effort);
        }
        let line = |filled: &Filled| match (&filled.step, filled.pinned) {
            (Written::Stretch { intensity, to, .. }, Some(distance)) => {
                let minutes = distance.at(self.speeds.reckon(*intensity)).minutes().round().max(1.0);
                let amount = if filled.timed {
                    Amount::Time(Duration::from_minutes(minutes))
                } else {
                    return format!(
                        "{} {}",
                        manner.units.distance(distance),
                        self.phrases.word(&format!("intensity.{}", intensity.name()))
                    );
                };
                self.line(&Written::Stretch { amount, intensity: *intensity, to: *to }, manner.units)
            }
            (step, _) => self.line(step, manner.units),
        };
        steps.iter().map(line).collect::<Vec<_>>().join(" · ")
    }

    fn line(&self, step: &Written, units: Units) -> String {
        let word = |intensity: Intensity| self.phrases.word(&format!("intensity.{}", intensity.name()));
        match step {
            Written::Stretch { amount, intensity, to } => {
                let amount = amount_line(*amount, units);
                match to {
                    Some(to) => {
                        let args = args! { "amount" => amount, "from" => word(*intensity), "to" => word(*to) };
                        self.phrases.say("session.ramp", &args)
                    }
                    None => format!("{amount} {}", word(*intensity)),
                }
            }
            Written::Rest { amount } => {
                format!("{} {}", amount_line(*amount, units), self.phrases.word("intensity.rest"))
            }
            Written::Repeat { times, steps } => {
                let inner: Vec<String> = steps.iter().map(|step| self.line(step, units)).collect();
                format!("{times} × ({})", inner.join(", "))
            }
        }
    }

    fn target(&self, main: Intensity, manner: &Manner) -> String {
        let target = match self.speeds.targets.get(&main) {
            Some([fast, slow]) if !manner.effort_only => {
                let (fast, slow) = (manner.units.pace_number(*fast), manner.units.pace(*slow));
                format!("{fast}–{slow}")
            }
            _ => self.effort(main).map(|effort| effort.words.clone()).unwrap_or_default(),
        };
        match self.heart(main) {
            Some([low, high]) => {
                let args = args! { "target" => target, "low" => low, "high" => high };
                self.phrases.say("session.heart", &args)
            }
            None => target,
        }
    }
}

/// One of a workout's sentences on how it feels: they take turns by the day.
fn feel_of(workout: &Workout, manner: &Manner) -> Option<String> {
    workout.feel.get(manner.turn % workout.feel.len().max(1)).cloned()
}

fn amount_line(amount: Amount, units: Units) -> String {
    match amount {
        // What is written in a round number stays what it is, whatever the units of the plan: a track is one in metres.
        Amount::Distance(distance) if distance.metres() >= 1000.0 && distance.metres() % 500.0 == 0.0 => {
            Units::Km.distance(distance)
        }
        Amount::Distance(distance) if distance.metres() < SHORT && distance.metres() % 100.0 == 0.0 => {
            format!("{} m", distance.metres())
        }
        Amount::Distance(distance) => units.distance(distance),
        Amount::Time(time) if time.seconds() > 120 && time.seconds() % 60 != 0 => {
            format!("{} min {} s", time.seconds() / 60, time.seconds() % 60)
        }
        other => other.to_string(),
    }
}

/// Whether a workout is a long run with blocks that ask for recovery.
#[must_use]
pub fn has_blocks(workout: &Workout) -> bool {
    workout.kind == SessionKind::Long && workout.work.is_some_and(|work| work.is_hard() || work == Intensity::Marathon)
}

/// Whether a kind of session asks for recovery after it.
#[must_use]
pub fn is_hard(kind: SessionKind) -> bool {
    matches!(
        kind,
        SessionKind::Threshold
            | SessionKind::Interval
            | SessionKind::Repetition
            | SessionKind::Hills
            | SessionKind::Fartlek
            | SessionKind::RacePace
            | SessionKind::TimeTrial
            | SessionKind::Race
    )
}
