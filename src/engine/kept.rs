//! What stands already: the part of a season that is behind the runner, and is not planned again.
//!
//! The season is framed whole, as if nothing stood; then the weeks that stand take the place of those that would be made,
//! and every memory of the engine is filled from them. So what comes next grows from what is printed, or was run.

use super::phases::Slot;
use super::sessions::Choice;
use super::workout::{self, Speeds};
use crate::calendar::Date;
use crate::measure::Distance;
use crate::plan::{Day, Plan, Week, WeekKind};
use crate::rulebook::Rulebook;
use crate::session::{Intensity, Session, SessionKind};

/// A season that stands up to a day.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The first day that is planned again.
    pub from: Date,
    /// The season as it stands; what it holds from that day on is not read.
    pub plan: Plan,
    /// Whether what stands is what was really run, which asks no plan for leave.
    pub is_as_run: bool,
    /// What the runner does in a week, where what was run says more or less than what they can: told by a review.
    pub level: Option<Distance>,
    /// What was decided of the week that holds the day, where somebody decided.
    pub decided: Option<Decided>,
}

/// A week that a review has decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// What the week is for: build, hold or reset.
    pub kind: WeekKind,
    /// The recipe of a reset, where the decision names one.
    pub recipe: Option<String>,
}

impl Kept {
    /// The weeks that stand whole, in order of time.
    pub fn weeks(&self) -> impl Iterator<Item = &Week> {
        self.plan.weeks.iter().take_while(|week| week.start + 6 < self.from)
    }

    /// The week that stands whole in a slot.
    #[must_use]
    pub fn week(&self, slot: &Slot) -> Option<&Week> {
        self.weeks().find(|week| week.start == slot.start)
    }

    /// The week that holds the first day that is planned again.
    #[must_use]
    pub fn begun(&self, slot: &Slot) -> Option<&Week> {
        self.plan.weeks.iter().find(|week| week.start == slot.start && slot.holds(self.from))
    }

    /// The days of a week that stand, where it has only begun.
    pub fn days(&self, slot: &Slot) -> impl Iterator<Item = (usize, &Day)> {
        let begun = self.begun(slot);
        begun.into_iter().flat_map(|week| week.days.iter().enumerate()).filter(|(_, day)| day.date < self.from)
    }

    /// Whether a slot steps back: as it stands, or as was decided. A step back that has begun goes on; any other week that has
    /// begun is open.
    #[must_use]
    pub fn resets(&self, slot: &Slot) -> Option<bool> {
        let reset = |kind: WeekKind| kind == WeekKind::Reset;
        let decided = self.decided(slot).map(|decided| reset(decided.kind));
        let stands = || self.week(slot).map(|week| reset(week.kind));
        let begun = || self.begun(slot).filter(|week| slot.start < self.from && reset(week.kind)).map(|_| true);
        decided.or_else(stands).or_else(begun)
    }

    /// What was decided of a slot.
    #[must_use]
    pub fn decided(&self, slot: &Slot) -> Option<&Decided> {
        self.decided.as_ref().filter(|_| slot.holds(self.from))
    }

    /// The first day of the season as it stands.
    #[must_use]
    pub fn start(&self) -> Option<Date> {
        self.plan.weeks.first().map(|week| week.start)
    }
}

/// The rungs that a week of sessions counts for: of each workout the one whose work is nearest.
#[must_use]
pub fn choices(book: &Rulebook, speeds: &Speeds, week: &Week) -> Vec<Choice> {
    let sessions = week.days.iter().flat_map(|day| &day.sessions);
    let with_work = sessions.filter(|session| session.hard || session.kind == SessionKind::Long);
    with_work.filter_map(|session| choice(book, speeds, session)).collect()
}

fn choice(book: &Rulebook, speeds: &Speeds, session: &Session) -> Option<Choice> {
    let workout = book.workouts.get(&session.id).filter(|workout| workout.rungs.len() > 1 || session.hard)?;
    let work = workout.work?;
    let done = time_at(session, work);
    if done == 0.0 && !session.hard {
        return None;
    }
    let off = |rung: usize| {
        let measured = workout::measure(&workout.rungs[rung].steps, Some(work), speeds).work_time;
        (measured.seconds() as f64 - done).abs()
    };
    let rung = (0..workout.rungs.len()).min_by(|a, b| off(*a).total_cmp(&off(*b)))?;
    Some(Choice {
        id: session.id.clone(),
        rung,
        fixed: session.distance_m,
        hard: crate::measure::Duration::ZERO,
        time: session.duration_s,
    })
}

/// Seconds of a session at an intensity.
fn time_at(session: &Session, intensity: Intensity) -> f64 {
    let mut seconds = 0.0;
    for step in &session.steps {
        step.each(1, &mut |stretch, times, _| {
            if stretch.intensity == intensity {
                seconds += stretch.duration_s.seconds() as f64 * f64::from(times);
            }
        });
    }
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixtures::{book, settled};
    use crate::measure::Duration;
    use crate::session::{By, Step, Stretch};

    /// A session with some work in two parts, after ten easy minutes.
    fn done(id: &str, hard: bool, at: Intensity, work: Duration) -> Session {
        let stretch = |intensity: Intensity, time: Duration| {
            Step::Run(Stretch {
                intensity,
                distance_m: Distance::from_km(1.0),
                duration_s: time,
                by: By::Time,
                pace_s_per_km: None,
                hr_bpm: None,
                rpe: [2, 4],
            })
        };
        let half = Step::Repeat { times: 2, steps: vec![stretch(at, work.times(0.5))] };
        Session {
            id: id.to_owned(),
            kind: SessionKind::Threshold,
            title: String::new(),
            hard,
            distance_m: Distance::from_km(9.0),
            duration_s: Duration::from_minutes(50.0),
            estimated: false,
            effort_only: false,
            indoors: false,
            outdoors_s: None,
            start_from: None,
            start_by: None,
            detail: String::new(),
            target: String::new(),
            purpose: String::new(),
            feel: String::new(),
            badly: String::new(),
            notes: Vec::new(),
            steps: vec![stretch(Intensity::Easy, Duration::from_minutes(10.0)), half],
        }
    }

    #[test]
    fn a_session_counts_for_the_rung_whose_work_is_nearest() {
        let speeds = Speeds::of(book(), &settled(None), None, None, None);
        let mut ladders = 0;
        for (id, workout) in book().workouts.iter().filter(|(_, workout)| workout.rungs.len() > 1) {
            let Some(work) = workout.work else { continue };
            let times: Vec<Duration> =
                workout.rungs.iter().map(|rung| workout::measure(&rung.steps, Some(work), &speeds).work_time).collect();
            for (rung, time) in times.iter().enumerate() {
                // A little off, as a run on the road is.
                let near = done(id, true, work, time.times(1.01));
                let nearest = choice(book(), &speeds, &near).expect("a choice");
                let off = |other: usize| (times[other].seconds() as f64 - time.seconds() as f64 * 1.01).abs();
                assert!((0..times.len()).all(|other| off(nearest.rung) <= off(other) + 2.0), "{id}, rung {rung}");
                assert_eq!(
                    (nearest.id.as_str(), nearest.fixed, nearest.time),
                    (id.as_str(), near.distance_m, near.duration_s)
                );
                ladders += usize::from(nearest.rung > 0);
            }
        }
        assert!(ladders > 10, "only {ladders} rungs above the first");
    }

    #[test]
    fn what_was_easy_from_end_to_end_counts_for_no_rung() {
        let speeds = Speeds::of(book(), &settled(None), None, None, None);
        let (id, workout) = book()
            .workouts
            .iter()
            .find(|(_, workout)| workout.rungs.len() > 1 && workout.work == Some(Intensity::Threshold))
            .expect("a ladder at threshold");
        let minutes = Duration::from_minutes(20.0);
        let rung =
            |hard: bool, at: Intensity| choice(book(), &speeds, &done(id, hard, at, minutes)).map(|choice| choice.rung);
        assert_eq!(rung(false, Intensity::Easy), None);
        assert_eq!(rung(true, Intensity::Easy), Some(0), "what was meant to be hard counts for the least");
        assert!(rung(false, Intensity::Threshold).is_some_and(|rung| rung > 0), "{:?}", workout.rungs.len());
        assert!(choice(book(), &speeds, &done("no-such-workout", true, Intensity::Easy, minutes)).is_none());
    }
}
