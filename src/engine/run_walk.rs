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

/// How much running a training week holds at most, against the best of the last ones: a share of it, or so many kilometres
/// more. Minutes come in whole turns, so the limit is the guardrail `week-jump` itself.
const WEEK_RISES: (f64, f64) = (1.2, 5.0);

/// The share of the last training week's running that a step back holds at most. The guardrail `reset-too-shallow` holds it.
const WEEK_STEPS_BACK: f64 = 0.9;

/// The share of the week before that a week of the taper holds at most. The guardrail `taper-falls` holds it.
const TAPER_FALLS: f64 = 0.98;

/// The share of the highest week that race week holds at most. The guardrail `race-week-light` holds it.
const RACE_WEEK: f64 = 0.7;

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
    weeks: Vec<Distance>,
    before: Distance,
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
        Self {
            rung,
            started: false,
            rested: false,
            trained: season.who.longest,
            longest: vec![season.who.longest],
            weeks: Vec::new(),
            before: season.who.weekly,
        }
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
            self.weeks.push(week.volume_m);
        }
        if week.kind != WeekKind::Reset && !week.volume_m.is_zero() {
            self.before = week.volume_m;
        }
        self.longest.push(week.longest_run_m);
    }

    /// How much running one session may hold: the longest of the last weeks and the growth that is allowed.
    fn allowed(&self, season: &Season<'_>) -> Distance {
        let settled = &season.frame.settled;
        let longest = self.longest.iter().rev().take(REMEMBERS).copied().max().unwrap_or_default();
        longest.times(settled.get(key::LONG_RUN_GROWTH).fraction()).max(longest + settled.get(key::LONG_RUN_STEP))
    }

    /// How much running a week of a kind may hold; none where nothing limits it.
    #[must_use]
    pub fn most_of_week(&self, season: &Season<'_>, kind: WeekKind) -> Option<Distance> {
        let last = self.weeks.last().copied().unwrap_or(season.who.weekly);
        let recent = self.weeks.iter().rev().take(REMEMBERS).copied().max().unwrap_or_default();
        let best = if self.weeks.len() < REMEMBERS { recent.max(season.who.weekly) } else { recent };
        match kind {
            WeekKind::Build | WeekKind::Hold => {
                let (share, more) = WEEK_RISES;
                Some(best.times(share).max(best + Distance::from_km(more)))
            }
            WeekKind::Reset => Some(last.times(WEEK_STEPS_BACK)),
            WeekKind::Taper => Some(self.before.times(TAPER_FALLS)),
            WeekKind::Race => {
                let highest = self.weeks.iter().copied().max().unwrap_or(season.who.weekly);
                Some(self.before.times(TAPER_FALLS).min(highest.times(RACE_WEEK)))
            }
            WeekKind::Recover => None,
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
        let most = self.allowed(season).at(easy);
        let most = if self.rested { most.min(self.trained.times(STEPS_BACK).at(easy)) } else { most };
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
