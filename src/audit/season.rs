//! The season as the measures see it: what its days add up to, whatever it says of itself.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::calendar::Date;
use crate::measure::Distance;
use crate::plan::{Day, Plan, PlanRace, Week};
use crate::rulebook::guardrail::{Amount, Facts, Unit};
use crate::session::{Intensity, Session, SessionKind, Step, Stretch};

/// One thing that a measure saw.
#[derive(Debug, Clone)]
pub(super) struct Sighting {
    /// The week's number; none for what concerns the season.
    pub(super) week: Option<u32>,
    /// The day, or the first day of the week.
    pub(super) date: Date,
    /// Metres, seconds, a fraction, or a number.
    pub(super) value: f64,
    /// What it is seen against.
    pub(super) reference: Option<f64>,
    /// What `value` and `reference` are in: a run by time is seen in minutes where its measure is a distance.
    pub(super) unit: Unit,
    /// Seconds a kilometre by which times and lengths are compared here.
    pub(super) pace: f64,
    pub(super) facts: Rc<Facts>,
}

impl Sighting {
    /// An amount in the unit of this sighting.
    pub(super) fn amount(&self, amount: Amount) -> f64 {
        match (amount, self.unit) {
            // A part of the reference; where the sighting is a share itself there is none.
            (Amount::Share(share), _) => share.fraction() * self.reference.unwrap_or(1.0),
            (Amount::Distance(distance), Unit::Duration) => distance.km() * self.pace,
            (Amount::Distance(distance), _) => distance.metres(),
            (Amount::Duration(duration), Unit::Distance) => duration.seconds() as f64 / self.pace * 1000.0,
            (Amount::Duration(duration), _) => duration.seconds() as f64,
            (Amount::Number(number), _) => number,
        }
    }

    pub(super) fn against(mut self, reference: f64) -> Self {
        self.reference = Some(reference);
        self
    }

    pub(super) fn at_pace_of(mut self, extent: Extent) -> Self {
        self.pace = extent.pace();
        self
    }

    pub(super) fn in_unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }
}

/// How far and how long.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Extent {
    pub(super) metres: f64,
    pub(super) seconds: f64,
}

impl Extent {
    pub(super) const NONE: Self = Self { metres: 0.0, seconds: 0.0 };

    pub(super) fn of(session: &Session) -> Self {
        Self { metres: session.distance_m.metres(), seconds: session.duration_s.seconds() as f64 }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.metres += other.metres;
        self.seconds += other.seconds;
    }

    /// Seconds a kilometre, kept among those that people run at: figures edited by hand may tell any.
    pub(super) fn pace(self) -> f64 {
        if self.metres > 0.0 && self.seconds > 0.0 {
            (self.seconds / self.metres * 1000.0).clamp(120.0, 900.0)
        } else {
            360.0
        }
    }
}

/// One run; the parts of a long run that is finished indoors are one.
pub(super) struct Run<'p> {
    pub(super) date: Date,
    pub(super) extent: Extent,
    pub(super) race: bool,
    pub(super) long: bool,
    pub(super) estimated: bool,
    /// Index of the week.
    pub(super) week: usize,
    pub(super) sessions: Vec<&'p Session>,
}

/// A week with what its days add up to, whatever it says of itself.
pub(super) struct WeekSeen<'p> {
    pub(super) week: &'p Week,
    pub(super) facts: Rc<Facts>,
    /// All running, races left out.
    pub(super) ran: Extent,
    /// The longest run by distance, races left out.
    pub(super) longest: Extent,
    /// Shorter than a week because the season starts inside it.
    pub(super) cut_short: bool,
}

pub(super) struct Season<'p> {
    pub(super) plan: &'p Plan,
    pub(super) weeks: Vec<WeekSeen<'p>>,
    /// By date.
    pub(super) runs: Vec<Run<'p>>,
}

/// Whether it is training on foot: a race is not.
pub(super) fn on_foot(session: &Session) -> bool {
    use SessionKind as K;
    !matches!(session.kind, K::Race | K::Rest | K::CrossTrain | K::Strength)
}

/// Whether it is training with running in it: a walk from end to end is none.
pub(super) fn is_run(session: &Session) -> bool {
    fn runs(steps: &[Step]) -> bool {
        steps.iter().any(|step| match step {
            Step::Run(_) => true,
            Step::Walk(_) | Step::Rest(_) => false,
            Step::Repeat { steps, .. } => runs(steps),
        })
    }
    on_foot(session) && (session.steps.is_empty() || runs(&session.steps))
}

/// Every stretch with how often it is done, at most a thousand million times: nothing that a plan says can overflow.
pub(super) fn stretches(steps: &[Step], times: f64, see: &mut impl FnMut(&Stretch, f64, bool)) {
    for step in steps {
        match step {
            Step::Run(stretch) => see(stretch, times, true),
            Step::Walk(stretch) | Step::Rest(stretch) => see(stretch, times, false),
            Step::Repeat { times: n, steps } => stretches(steps, (times * f64::from(*n)).min(1e9), see),
        }
    }
}

/// What is run in a session at some intensities.
pub(super) fn work(session: &Session, at: impl Fn(Intensity) -> bool) -> Extent {
    let mut sum = Extent::NONE;
    stretches(&session.steps, 1.0, &mut |stretch, times, running| {
        if running && at(stretch.intensity) {
            sum.metres += stretch.distance_m.metres() * times;
            sum.seconds += stretch.duration_s.seconds() as f64 * times;
        }
    });
    sum
}

/// Hard, whatever its flag says: ten minutes at threshold or harder need recovery too.
pub(super) fn is_hard(session: &Session) -> bool {
    session.hard
        || matches!(session.kind, SessionKind::Race | SessionKind::TimeTrial)
        || is_run(session) && work(session, Intensity::is_hard).seconds >= 600.0
}

impl<'p> Season<'p> {
    pub(super) fn of(plan: &'p Plan) -> Self {
        let mut runs: Vec<Run<'p>> = Vec::new();
        let mut weeks = Vec::with_capacity(plan.weeks.len());
        for (index, week) in plan.weeks.iter().enumerate() {
            let first_of_week = runs.len();
            for day in &week.days {
                let first = runs.len();
                for session in day.sessions.iter().filter(|s| is_run(s) || s.kind == SessionKind::Race) {
                    let long = session.kind == SessionKind::Long;
                    let extent = Extent::of(session);
                    if extent == Extent::NONE {
                        continue;
                    }
                    if let Some(part) = runs[first..].iter_mut().find(|run| long && run.long) {
                        part.extent.add(extent);
                        part.estimated |= session.estimated;
                        part.sessions.push(session);
                        continue;
                    }
                    runs.push(Run {
                        date: day.date,
                        extent,
                        race: session.kind == SessionKind::Race,
                        long,
                        estimated: session.estimated,
                        week: index,
                        sessions: vec![session],
                    });
                }
            }
            weeks.push(see_week(plan, index, week, &runs[first_of_week..]));
        }
        runs.sort_by_key(|run| run.date);
        Self { plan, weeks, runs }
    }

    /// A sighting in a week; `date` is its first day where none is given.
    pub(super) fn in_week(&self, index: usize, unit: Unit, value: f64, date: Option<Date>) -> Sighting {
        let seen = &self.weeks[index];
        Sighting {
            week: Some(seen.week.number),
            date: date.unwrap_or(seen.week.start),
            value,
            reference: None,
            unit,
            pace: seen.ran.pace(),
            facts: Rc::clone(&seen.facts),
        }
    }

    /// A sighting of the whole season.
    pub(super) fn at_large(&self, unit: Unit, value: f64, date: Date) -> Sighting {
        let facts = Facts { level: self.plan.runner.level.clone(), age: self.plan.runner.age, ..Facts::default() };
        Sighting { week: None, date, value, reference: None, unit, pace: Extent::NONE.pace(), facts: Rc::new(facts) }
    }

    /// A sighting on a race's day: what it says is told of that race.
    pub(super) fn of_race(&self, race: &PlanRace, unit: Unit, value: f64, date: Date) -> Sighting {
        let mut sighting = match self.week_of(date) {
            Some(index) => self.in_week(index, unit, value, Some(date)),
            None => self.at_large(unit, value, date),
        };
        let facts = Rc::make_mut(&mut sighting.facts);
        facts.race = race.distance_m;
        facts.timed = race.goal_s.is_some();
        facts.priority.clone_from(&race.priority);
        sighting
    }

    pub(super) fn week_of(&self, date: Date) -> Option<usize> {
        self.plan.weeks.iter().position(|week| (0..7).contains(&(date - week.start)))
    }

    /// Every run that asks for recovery, by date: with the index of its week, and whether it is a race.
    pub(super) fn hard_days(&self) -> Vec<(Date, usize, bool)> {
        let hard = self.runs.iter().filter(|run| run.sessions.iter().any(|session| is_hard(session)));
        hard.map(|run| (run.date, run.week, run.race)).collect()
    }

    /// The most that was run in one of the last four training weeks before a week, those before the plan among them.
    pub(super) fn best_of_four(&self, index: usize) -> f64 {
        let before =
            self.weeks[..index].iter().rev().filter(|w| w.week.kind.trains() && !w.cut_short).map(|w| w.ran.metres);
        let stated = std::iter::repeat_n(self.plan.runner.weekly_m.metres(), 4);
        before.chain(stated).take(4).fold(0.0, f64::max)
    }

    /// The last training week before a week; what the runner did before the plan where there is none.
    pub(super) fn last_training(&self, index: usize) -> f64 {
        let before = self.weeks[..index].iter().rev().find(|w| w.week.kind.trains() && !w.cut_short);
        before.map_or(self.plan.runner.weekly_m.metres(), |w| w.ran.metres)
    }
}

fn see_week<'p>(plan: &Plan, index: usize, week: &'p Week, runs: &[Run<'p>]) -> WeekSeen<'p> {
    let mut ran = Extent::NONE;
    let mut longest = Extent::NONE;
    for run in runs.iter().filter(|run| !run.race) {
        ran.add(run.extent);
        if run.extent.metres > longest.metres {
            longest = run.extent;
        }
    }
    let dates: BTreeSet<Date> = runs.iter().map(|run| run.date).collect();
    let race = race_of_week(plan, week.start);
    let facts = Facts {
        level: plan.runner.level.clone(),
        age: plan.runner.age,
        phase: Some(week.phase),
        runs: u32::try_from(dates.len()).unwrap_or(u32::MAX),
        days_off: week.days.iter().map(|day| u32::from(!day.free && day.life.is_some())).sum(),
        race: race.map_or(Distance::ZERO, |race| race.distance_m),
        timed: race.is_some_and(|race| race.goal_s.is_some()),
        priority: race.map(|race| race.priority.clone()).unwrap_or_default(),
    };
    WeekSeen { week, facts: Rc::new(facts), ran, longest, cut_short: index == 0 && starts_late(plan) }
}

/// The race that a week trains for: the next A race, else the next one, else the last one run.
fn race_of_week(plan: &Plan, start: Date) -> Option<&PlanRace> {
    let ahead = || plan.races.iter().filter(move |race| race.date >= start);
    ahead()
        .filter(|race| race.priority == "A")
        .min_by_key(|race| race.date)
        .or_else(|| ahead().min_by_key(|race| race.date))
        .or_else(|| plan.races.iter().max_by_key(|race| race.date))
}

/// Whether the season starts inside its first week: the days before are not free, though in later weeks they mostly are.
pub(super) fn starts_late(plan: &Plan) -> bool {
    let Some((first, later)) = plan.weeks.split_first() else {
        return false;
    };
    let Some(free) = first.days.iter().position(|day| day.free) else {
        return false;
    };
    let mostly_free = |day: &Day| {
        let same = || {
            later
                .iter()
                .flat_map(|week| &week.days)
                .filter(|d| d.date.weekday() == day.date.weekday() && (d.free || d.life.is_none()))
        };
        same().filter(|day| day.free).count() * 2 > same().count()
    };
    plan.start > first.start || first.days[..free].iter().any(|day| day.life.is_none() && mostly_free(day))
}
