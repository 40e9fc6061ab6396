//! Running and walking by turns, by the minute: for those to whom running is new. The walks shrink from training week to
//! training week; a week that steps back repeats what was there before.

use super::Season;
use super::volume::{LongBounds, Month};
use super::week::{Role, Run};
use super::workout::{Manner, Speller, measure};
use crate::args;
use crate::calendar::Date;
use crate::measure::{Distance, Duration, Share};
use crate::notation::{Amount, Written};
use crate::plan::{Week, WeekKind};
use crate::rulebook::library::Workout;
use crate::rulebook::settings::key;
use crate::session::{Intensity, Session, SessionKind};

/// The workout whose ladder tells the turns, by the id under which the rules ship it.
pub const LADDER: &str = "run-walk";

/// How many training weeks a week is measured against.
const REMEMBERS: usize = 4;

/// The shortest run, in seconds, that is worth adding after the last turn.
const TAIL: i64 = 120;

/// Where a runner stands on the ladder of turns.
#[derive(Debug, Clone)]
pub struct Turns {
    rung: usize,
    started: bool,
    rested: bool,
    trained: Distance,
    month: Month,
    allowed: Distance,
    weeks: Vec<Distance>,
    before: Distance,
}

impl Turns {
    /// The first rung: the highest whose running the runner does already on an average run.
    #[must_use]
    pub fn of(season: &Season<'_>) -> Self {
        let speeds = &season.frame.speeds;
        let usual = season.who.weekly.times(1.0 / season.frame.runs.max(1) as f64).at(speeds.reckon(Intensity::Easy));
        let settled = &season.frame.settled;
        let bounds = LongBounds {
            start: season.who.longest,
            target: settled.get(key::LONG_RUN_PEAK),
            growth: settled.get(key::LONG_RUN_GROWTH),
            step: settled.get(key::LONG_RUN_STEP),
            grain: season.frame.grain,
            goes_on: false,
        };
        let rungs = season.book.workouts.get(LADDER).map_or(&[][..], |workout| &workout.rungs);
        let running = |rung: usize| measure(&rungs[rung].steps, Some(Intensity::Easy), speeds).work_time;
        let rung = (0..rungs.len()).rev().find(|rung| running(*rung) <= usual).unwrap_or(0);
        Self {
            rung,
            started: false,
            rested: false,
            trained: season.who.longest,
            month: Month::before(season.frame.span.week_one(), bounds, bounds.step, Vec::new()),
            allowed: Distance::ZERO,
            weeks: Vec::new(),
            before: season.who.weekly,
        }
    }

    /// The rung of the coming week: one up in a training week, save for the first. A week that steps back has repeated its
    /// rung already.
    pub fn coming(&mut self, season: &Season<'_>, week: Date, kind: WeekKind) {
        self.allowed = self.month.allowed_in(week);
        if kind.trains() {
            let top = season.book.workouts.get(LADDER).map_or(0, |workout| workout.rungs.len().saturating_sub(1));
            if self.started {
                self.rung = (self.rung + 1).min(top);
            }
            self.started = true;
        }
        self.rested = kind == WeekKind::Reset;
    }

    /// Notes the longest running of a week.
    ///
    /// A week cut short is no reference for growth, nor for a taper where it holds more than a usual week; one off, or on the way back, is none for a taper.
    pub fn printed(&mut self, week: &Week, whole: bool) {
        if week.kind.trains() {
            self.trained = week.longest_run_m;
            if whole {
                self.weeks.push(week.volume_m);
            }
        }
        if !matches!(week.kind, WeekKind::Reset | WeekKind::Recover) && !week.volume_m.is_zero() {
            // Whoever ran nothing before has no usual week to compare with.
            let counts = whole || self.before.is_zero();
            self.before = if counts { week.volume_m } else { week.volume_m.min(self.before) };
        }
        for day in &week.days {
            let runs = day.sessions.iter().filter(|session| session.kind != SessionKind::Race);
            self.month.ran(day.date, runs.map(|session| session.distance_m).max().unwrap_or_default());
        }
    }

    /// What the last whole training week came to, as printed.
    #[must_use]
    pub fn last_week(&self) -> Option<Distance> {
        self.weeks.last().copied()
    }

    /// How much running a week of a kind may hold.
    #[must_use]
    pub fn most_of_week(&self, season: &Season<'_>, kind: WeekKind) -> Distance {
        let last = self.weeks.last().copied().unwrap_or(season.who.weekly);
        let recent = self.weeks.iter().rev().take(REMEMBERS).copied().max().unwrap_or_default();
        let best = if self.weeks.len() < REMEMBERS { recent.max(season.who.weekly) } else { recent };
        let settled = &season.frame.settled;
        // Whoever ran nothing before has nothing to be lighter than.
        let below = |reference: Distance, share: Share| match reference {
            Distance::ZERO => Distance::from_metres(f64::from(i32::MAX)),
            reference => reference.times(share.fraction()),
        };
        let falls = below(self.before, settled.get(key::TAPER_BELOW));
        match kind {
            WeekKind::Build | WeekKind::Hold | WeekKind::Recover => {
                // Minutes come in whole turns, so the limit is that of the guardrail itself.
                let jump = best.times(settled.get(key::VOLUME_JUMP).fraction());
                jump.max(best + settled.get(key::VOLUME_JUMP_STEP))
            }
            WeekKind::Reset => below(last, settled.get(key::RESET_VOLUME_BELOW)),
            WeekKind::Taper => falls,
            WeekKind::Race => {
                let highest = self.weeks.iter().copied().max().unwrap_or(season.who.weekly);
                falls.min(below(highest, settled.get(key::TAPER_RACE_WEEK_BELOW)))
            }
        }
    }

    /// A run as a session by the minute, with so much of its running; the rest of its time is walked.
    #[must_use]
    pub fn session(
        &self,
        season: &Season<'_>,
        speller: &Speller<'_>,
        plain: &Workout,
        run: &Run,
        manner: &Manner,
        share: f64,
    ) -> Session {
        let easy = speller.speeds.reckon(Intensity::Easy);
        let step = season.frame.settled.get(key::RUNS_STEP);
        let minutes = (run.distance.at(easy).minutes() / step.minutes()).round().max(1.0) * step.minutes();
        let most = self.allowed.at(easy);
        let clear = season.frame.settled.get(key::RESET_LONG_RUN_BELOW);
        let most = if self.rested { most.min(self.trained.times(clear.fraction()).at(easy)) } else { most };
        // A hair less, so that rounding never makes a run longer than it may be.
        let most = if most > Duration::from_seconds(5.0) { most - Duration::from_seconds(5.0) } else { most };
        let (Some(ladder), false) = (season.book.workouts.get(LADDER), minutes <= 0.0) else {
            return speller.session(LADDER, plain, &plain.rungs[0], run.distance, manner);
        };
        // Where one turn alone is more running than may be, a rung below has shorter ones.
        let time = Duration::from_minutes(minutes);
        let running = |steps: &[Written]| measure(steps, Some(Intensity::Easy), speller.speeds).work_time;
        let within = |most: Duration| {
            let of = |rung: usize| turns(&ladder.rungs[rung].steps, time, most);
            (0..=self.rung).rev().map(of).find(|steps| running(steps) <= most).unwrap_or_else(|| of(0))
        };
        let mut steps = within(most);
        if share < 1.0 {
            steps = within(running(&steps).times(share));
        }
        let long = run.role == Role::Long;
        let workout = if long { plain } else { ladder };
        let title = workout.title.as_str();
        let args = args! { "title" => title, "minutes" => minutes as i64 };
        let manner = Manner { effort_only: true, ..manner.clone() };
        let mut session = speller.steps(LADDER, workout, &steps, &manner);
        session.kind = if long { SessionKind::Long } else { SessionKind::RunWalk };
        session.title = season.phrases.say("session.run-walk", &args);
        session
    }

    /// A session whose one turn is more running than its week may hold: it runs as much as it may, and walks the rest.
    #[must_use]
    pub fn shortened(speller: &Speller<'_>, plain: &Workout, session: &Session, most: Distance) -> Session {
        let half_minutes = most.at(speller.speeds.reckon(Intensity::Easy)).minutes() * 2.0;
        let running = Duration::from_minutes(half_minutes.floor().max(1.0) / 2.0).min(session.duration_s);
        let stretch = |time, intensity| Written::Stretch { amount: Amount::Time(time), intensity, to: None };
        let walk = stretch(session.duration_s - running, Intensity::Walk);
        let manner = Manner { effort_only: true, indoors: session.indoors, ..Manner::default() };
        let short = speller.steps(LADDER, plain, &[walk, stretch(running, Intensity::Easy)], &manner);
        Session {
            distance_m: short.distance_m,
            duration_s: short.duration_s,
            steps: short.steps,
            detail: short.detail,
            ..session.clone()
        }
    }
}

/// A rung stretched or shortened to a time: a walk to begin with, then as many turns as fit, with at most so much running.
fn turns(rung: &[Written], time: Duration, most: Duration) -> Vec<Written> {
    let walk = |time: Duration| Written::Stretch { amount: Amount::Time(time), intensity: Intensity::Walk, to: None };
    let run = |time: Duration| Written::Stretch { amount: Amount::Time(time), intensity: Intensity::Easy, to: None };
    let length = |step: &Written| match step {
        Written::Stretch { amount: Amount::Time(time), .. } | Written::Rest { amount: Amount::Time(time) } => *time,
        _ => Duration::ZERO,
    };
    let warm = rung.first().filter(|step| matches!(step, Written::Stretch { intensity: Intensity::Walk, .. }));
    let warm = warm.map_or(Duration::ZERO, length);
    let turn = rung.iter().find_map(|step| match step {
        Written::Repeat { steps, .. } => Some(steps),
        _ => None,
    });
    let left = if time > warm { time - warm } else { time };
    let Some(turn) = turn else {
        // The top of the ladder: running without a walk, as far as it may go.
        let running = left.min(most);
        return vec![walk(time - running), run(running)]
            .into_iter()
            .filter(|step| length(step) > Duration::ZERO)
            .collect();
    };
    let runs: Duration = turn
        .iter()
        .filter(|step| !matches!(step, Written::Stretch { intensity: Intensity::Walk, .. }))
        .map(length)
        .sum();
    let whole: Duration = turn.iter().map(length).sum();
    let fit = (left.seconds() / whole.seconds().max(1)).min(most.seconds() / runs.seconds().max(1)).max(1);
    let begin = time.seconds() - fit * whole.seconds();
    // What is too little for a turn more, and too much to walk it all, is run at the end, in whole minutes.
    let spare = (begin - warm.seconds()).min(most.seconds() - fit * runs.seconds()).min(runs.seconds()) / 60 * 60;
    let tail = if spare >= TAIL { spare } else { 0 };
    let mut steps = Vec::new();
    if begin > tail {
        steps.push(walk(Duration::from_seconds((begin - tail) as f64)));
    }
    match fit {
        1 => steps.extend(turn.iter().cloned()),
        _ => steps.push(Written::Repeat { times: fit as u32, steps: turn.clone() }),
    }
    if tail > 0 {
        steps.push(run(Duration::from_seconds(tail as f64)));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn min(minutes: f64) -> Duration {
        Duration::from_minutes(minutes)
    }

    fn rung(text: &[&str]) -> Vec<Written> {
        text.iter().map(|step| crate::notation::parse(step).unwrap()).collect()
    }

    fn total(steps: &[Written]) -> Duration {
        steps
            .iter()
            .map(|step| match step {
                Written::Stretch { amount: Amount::Time(time), .. } => *time,
                Written::Repeat { times, steps } => total(steps).times(f64::from(*times)),
                _ => Duration::ZERO,
            })
            .sum()
    }

    #[test]
    fn turns_fill_the_time_exactly_and_begin_with_a_walk() {
        let rung = rung(&["5 min walk", "6 x (1 min easy, 90 s walk)"]);
        for minutes in [20.0, 25.0, 40.0] {
            let steps = turns(&rung, min(minutes), min(90.0));
            assert_eq!(total(&steps), min(minutes));
            assert!(matches!(steps[0], Written::Stretch { intensity: Intensity::Walk, .. }));
        }
    }

    #[test]
    fn what_no_turn_fills_is_run_at_the_end() {
        let rung = rung(&["3 min walk", "3 x (9 min easy, 1 min walk)"]);
        let steps = turns(&rung, min(30.0), min(90.0));
        assert_eq!(total(&steps), min(30.0));
        assert!(matches!(steps[1], Written::Repeat { times: 2, .. }), "{steps:?}");
        assert!(
            matches!(steps[2], Written::Stretch { amount: Amount::Time(time), .. } if time == min(7.0)),
            "{steps:?}"
        );
        // Never more running than is allowed, and a single turn is no repeat.
        let steps = turns(&rung, min(30.0), min(13.0));
        assert_eq!(total(&steps), min(30.0));
        assert!(matches!(steps.last(), Some(Written::Stretch { amount: Amount::Time(time), .. }) if *time == min(4.0)));
        assert!(steps.iter().all(|step| !matches!(step, Written::Repeat { .. })), "{steps:?}");
    }

    #[test]
    fn no_session_holds_more_running_than_is_allowed() {
        let steps = turns(&rung(&["3 min walk", "4 x (4 min easy, 90 s walk)"]), min(40.0), min(13.0));
        assert_eq!(total(&steps), min(40.0));
        assert!(matches!(steps[1], Written::Repeat { times: 3, .. }), "{steps:?}");
        let steps = turns(&rung(&["3 min walk", "30 min easy"]), min(40.0), min(25.0));
        assert_eq!(steps.len(), 2);
        assert_eq!(total(&steps), min(40.0));
    }

    #[test]
    fn no_step_is_empty() {
        let ladder = [
            rung(&["5 min walk", "6 x (1 min easy, 90 s walk)"]),
            rung(&["3 min walk", "3 x (9 min easy, 1 min walk)"]),
            rung(&["3 min walk", "30 min easy"]),
            rung(&["30 min easy"]),
        ];
        for rung in &ladder {
            for minutes in [5.0, 10.0, 20.0, 30.0, 40.0] {
                let steps = turns(rung, min(minutes), min(90.0));
                assert!(steps.iter().all(|step| total(std::slice::from_ref(step)) > Duration::ZERO), "{steps:?}");
            }
        }
        assert_eq!(turns(&ladder[3], min(30.0), min(90.0)).len(), 1, "a run without a walk is one step");
        // No longer than the walk before it, it is all turns.
        let steps = turns(&ladder[0], min(5.0), min(90.0));
        assert!(matches!(steps[..], [Written::Repeat { times: 2, .. }]), "{steps:?}");
    }
}
