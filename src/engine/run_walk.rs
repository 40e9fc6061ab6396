//! Running and walking by turns, by the minute: for those to whom running is new. The walks shrink from training week to
//! training week; a week that steps back repeats what was there before.

use super::Season;
use super::week::{Role, Run};
use super::workout::{Manner, Speller, measure};
use crate::args;
use crate::measure::{Distance, Duration};
use crate::notation::{Amount, Written};
use crate::plan::{Week, WeekKind};
use crate::rulebook::library::Workout;
use crate::rulebook::settings::key;
use crate::session::{Intensity, Session, SessionKind};

/// The workout whose ladder tells the turns, by the id under which the rules ship it.
const LADDER: &str = "run-walk";

/// The share of the running of a training week's longest session that a step back keeps at most, so that it is clearly
/// cut however the minutes round.
const STEPS_BACK: f64 = 0.75;

/// How many weeks of running a run is measured against: the last 30 days.
const REMEMBERS: usize = 4;

/// Where a runner stands on the ladder of turns.
#[derive(Debug, Clone)]
pub struct Turns {
    rung: usize,
    started: bool,
    rested: bool,
    trained: Distance,
    longest: Vec<Distance>,
}

impl Turns {
    /// The first rung: the highest whose running the runner does already on an average run.
    #[must_use]
    pub fn of(season: &Season<'_>) -> Self {
        let speeds = &season.frame.speeds;
        let usual = season.who.weekly.times(1.0 / season.frame.runs.max(1) as f64).at(speeds.reckon(Intensity::Easy));
        let rungs = season.book.workouts.get(LADDER).map_or(&[][..], |workout| &workout.rungs);
        let running = |rung: usize| measure(&rungs[rung].steps, Some(Intensity::Easy), speeds).work_time;
        let rung = (0..rungs.len()).rev().find(|rung| running(*rung) <= usual).unwrap_or(0);
        Self { rung, started: false, rested: false, trained: season.who.longest, longest: vec![season.who.longest] }
    }

    /// The rung of the coming week: one up in a training week, save for the first and the one after a step back.
    pub fn coming(&mut self, season: &Season<'_>, kind: WeekKind) {
        if kind.trains() {
            let top = season.book.workouts.get(LADDER).map_or(0, |workout| workout.rungs.len().saturating_sub(1));
            if self.started && !self.rested {
                self.rung = (self.rung + 1).min(top);
            }
            self.started = true;
        }
        self.rested = kind == WeekKind::Reset;
    }

    /// Notes the longest running of a week.
    pub fn printed(&mut self, week: &Week) {
        if week.kind.trains() {
            self.trained = week.longest_run_m;
        }
        self.longest.push(week.longest_run_m);
    }

    /// How much running one session may hold: the longest of the last weeks and the growth that is allowed.
    fn allowed(&self, season: &Season<'_>) -> Distance {
        let settled = &season.frame.settled;
        let longest = self.longest.iter().rev().take(REMEMBERS).copied().max().unwrap_or_default();
        longest.times(settled.get(key::LONG_RUN_GROWTH).fraction()).max(longest + settled.get(key::LONG_RUN_STEP))
    }

    /// A run as a session by the minute.
    #[must_use]
    pub fn session(
        &self,
        season: &Season<'_>,
        speller: &Speller<'_>,
        plain: &Workout,
        run: &Run,
        manner: &Manner,
    ) -> Session {
        let easy = speller.speeds.reckon(Intensity::Easy);
        let step = season.frame.settled.get(key::RUNS_STEP);
        let minutes = (run.distance.at(easy).minutes() / step.minutes()).round().max(1.0) * step.minutes();
        let most = self.allowed(season).at(easy);
        // A hair less, so that rounding never makes a run longer than it may be.
        let most = if most > Duration::from_seconds(5.0) { most - Duration::from_seconds(5.0) } else { most };
        let most = if self.rested { most.min(self.trained.times(STEPS_BACK).at(easy)) } else { most };
        let (Some(ladder), false) = (season.book.workouts.get(LADDER), minutes <= 0.0) else {
            return speller.session(LADDER, plain, &plain.rungs[0], run.distance, manner);
        };
        // Where one turn alone is more running than may be, a rung below has shorter ones.
        let time = Duration::from_minutes(minutes);
        let of = |rung: usize| turns(&ladder.rungs[rung].steps, time, most);
        let running = |steps: &[Written]| measure(steps, Some(Intensity::Easy), speller.speeds).work_time;
        let steps = (0..=self.rung).rev().map(of).find(|steps| running(steps) <= most).unwrap_or_else(|| of(0));
        let long = run.role == Role::Long;
        let workout = if long { plain } else { ladder };
        let args = args! { "title" => workout.title.as_str(), "minutes" => minutes as i64 };
        let manner = Manner { effort_only: true, ..manner.clone() };
        let mut session = speller.steps(LADDER, workout, &steps, &manner);
        session.kind = if long { SessionKind::Long } else { SessionKind::RunWalk };
        session.title = season.phrases.say("session.run-walk", &args);
        session
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
    let mut steps = Vec::new();
    if begin > 0 {
        steps.push(walk(Duration::from_seconds(begin as f64)));
    }
    steps.push(Written::Repeat { times: fit as u32, steps: turn.clone() });
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
    fn no_session_holds_more_running_than_is_allowed() {
        let steps = turns(&rung(&["3 min walk", "4 x (4 min easy, 90 s walk)"]), min(40.0), min(13.0));
        assert_eq!(total(&steps), min(40.0));
        assert!(matches!(steps[1], Written::Repeat { times: 3, .. }), "{steps:?}");
        let steps = turns(&rung(&["3 min walk", "30 min easy"]), min(40.0), min(25.0));
        assert_eq!(steps.len(), 2);
        assert_eq!(total(&steps), min(40.0));
    }
}
