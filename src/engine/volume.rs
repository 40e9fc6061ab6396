//! Volume: how far each training week goes, and its long run. Growth is gentle, never faster than the rules allow over
//! the best of the last weeks, and no faster than it has to be.

use crate::calendar::Date;
use crate::measure::{Distance, Share};
use crate::plan::WeekKind;

/// How many training weeks back growth is measured.
pub(super) const REMEMBERS: usize = 4;

/// How many days back a run is measured.
const MONTH: i64 = 30;

/// How finely the gentlest rate is looked for.
const RATES: u32 = 64;

/// What bounds growth for a whole season.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Where the runner is.
    pub start: Distance,
    /// Where the season leads at most.
    pub target: Distance,
    /// What is near enough to it for a peak to hold.
    pub enough: Distance,
    /// The largest rise over the best training week.
    pub ramp: Share,
    /// A rise that is always allowed.
    pub step: Distance,
    /// No scale takes a week below this.
    pub floor: Distance,
    /// What is rounded to.
    pub grain: Distance,
    /// Whether it goes on from weeks that stand already, so that its first week may grow.
    pub goes_on: bool,
}

/// What one week of the frame allows.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Whether it trains.
    pub trains: bool,
    /// Whether it may grow.
    pub grows: bool,
    /// Whether it belongs to the peak, which holds what the build has reached, save where that was far from enough.
    pub peak: bool,
    /// Its share of what it would be in cool weather.
    pub heat: Share,
    /// Its share because it is cut short; the whole for a full week.
    pub whole: Share,
    /// Whether life leaves it fewer runs than usual.
    pub short: bool,
}

/// Where a runner stands, week by week: the same climb for the forecast and for the weeks as they are printed.
#[derive(Debug, Clone)]
pub struct Climb {
    bounds: Bounds,
    rate: f64,
    level: f64,
    started: bool,
    trained: Vec<Distance>,
    /// What the last week with all its runs came to.
    stood: Distance,
    anew: usize,
}

impl Climb {
    /// The gentlest climb that reaches the target by the last week that may grow; the fastest allowed where none does.
    /// `trained` are the training weeks of the season before it.
    #[must_use]
    pub fn gentlest(bounds: Bounds, trained: &[Distance], rooms: &[Room]) -> Self {
        let start = bounds.start.metres().max(1.0);
        let fastest = bounds.ramp.fraction().max(bounds.step.metres() / start);
        let at = |part: u32| Self {
            bounds,
            rate: fastest * f64::from(part) / f64::from(RATES),
            level: bounds.start.metres(),
            started: bounds.goes_on,
            trained: trained.to_vec(),
            stood: Distance::ZERO,
            anew: 0,
        };
        (0..=RATES)
            .map(at)
            .find(|climb| {
                let mut climb = climb.clone();
                let mut top = Distance::ZERO;
                for room in rooms {
                    if room.trains {
                        let week = climb.coming(*room);
                        climb.printed(week, *room);
                        top = top.max(Distance::from_metres(climb.level));
                    }
                }
                top >= bounds.target
            })
            .unwrap_or_else(|| at(RATES))
    }

    /// The best of the last training weeks, or where the runner came from.
    #[must_use]
    pub fn best(&self) -> Distance {
        let counted = &self.trained[self.anew..];
        let recent = counted.iter().rev().take(REMEMBERS).copied().max();
        let before = (self.trained.len() < REMEMBERS && self.anew == 0).then_some(self.bounds.start);
        recent.max(before).unwrap_or(self.bounds.start)
    }

    /// From the last training week on, growth counts anew: what was run before it is no measure any more.
    pub fn starts_anew(&mut self) {
        self.anew = self.trained.len().saturating_sub(1);
    }

    /// The last training week, as printed.
    #[must_use]
    pub fn last(&self) -> Option<Distance> {
        self.trained.last().copied()
    }

    /// Where the runner was before the season.
    #[must_use]
    pub fn start(&self) -> Distance {
        self.bounds.start
    }

    /// The best of the training weeks before the last one; none when that was the first.
    #[must_use]
    pub fn before_last(&self) -> Option<Distance> {
        let earlier = self.trained.len().checked_sub(1)?;
        self.trained[..earlier].iter().rev().take(REMEMBERS).copied().max()
    }

    /// The highest week so far.
    #[must_use]
    pub fn highest(&self) -> Option<Distance> {
        self.trained.iter().copied().max()
    }

    /// What tapers and recoveries are shares of: the lesser of the highest week and the best of the last four.
    #[must_use]
    pub fn reference(&self) -> Distance {
        self.highest().map_or(self.bounds.start, |high| high.min(self.best()))
    }

    /// The training weeks, as printed.
    #[must_use]
    pub fn into_trained(self) -> Vec<Distance> {
        self.trained
    }

    /// Whether the next training week may grow.
    #[must_use]
    pub fn grows(&self, room: Room) -> bool {
        room.grows && (!room.peak || self.best() < self.bounds.enough)
    }

    /// What a week of hold repeats, whatever the last weeks came to.
    pub fn stands_at(&mut self, level: Distance) {
        self.stood = level;
    }

    /// How far the next training week goes at most: what growth allows over what was printed.
    #[must_use]
    pub fn coming(&mut self, room: Room) -> Distance {
        let grows = self.grows(room);
        let bounds = &self.bounds;
        if self.started && grows {
            self.level = (self.level * (1.0 + self.rate)).min(bounds.target.metres().max(bounds.start.metres()));
        }
        self.started = true;
        let cool = Distance::from_metres(self.level.min(bounds.target.metres()));
        let scaled = cool.times(room.heat.fraction()).max(bounds.floor.min(cool)).times(room.whole.fraction());
        let best = self.best();
        // The start is where the runner is: the first week does not grow.
        let allowed = if self.trained.is_empty() {
            best
        } else {
            best.times(1.0 + bounds.ramp.fraction()).max(best + bounds.step)
        };
        let week = scaled.min(allowed).floor_to(bounds.grain);
        // A week of hold repeats what stood, even where the curve has climbed past it out of sight.
        match self.last() {
            Some(last) if !grows => week.min(last.max(self.stood)),
            _ => week,
        }
    }

    /// Notes what a training week came to. A week cut short is no reference for growth.
    pub fn printed(&mut self, week: Distance, room: Room) {
        if room.whole.fraction() >= 1.0 {
            self.trained.push(week);
            if !room.short {
                self.stood = week;
            }
        }
    }
}

/// The best of the last training weeks, where there are any.
#[must_use]
pub fn reference(trained: &[Distance]) -> Option<Distance> {
    trained.iter().rev().take(REMEMBERS).copied().max()
}

/// What bounds the long run for a whole season.
#[derive(Debug, Clone, Copy)]
pub struct LongBounds {
    /// The longest run of the 30 days before the season.
    pub start: Distance,
    /// What the race asks for.
    pub target: Distance,
    /// The largest rise over the longest run of 30 days.
    pub growth: Share,
    /// A rise that is always allowed.
    pub step: Distance,
    /// What is rounded to.
    pub grain: Distance,
    /// Whether it goes on from weeks that stand already, so that its first run may grow.
    pub goes_on: bool,
}

impl LongBounds {
    /// How long a run may be after a longest of 30 days.
    fn growth_over(&self, longest: Distance) -> Distance {
        longest.times(self.growth.fraction()).max(longest + self.step)
    }
}

/// The runs of the last 30 days, and how long they let the next one be.
#[derive(Debug, Clone)]
pub struct Month {
    bounds: LongBounds,
    back: Distance,
    runs: Vec<(Date, Distance)>,
    races: Vec<(Date, Distance)>,
}

impl Month {
    /// The month before a season that starts on a day, the longest first run after a month without one, and the season's
    /// races.
    #[must_use]
    pub fn before(start: Date, bounds: LongBounds, back: Distance, races: Vec<(Date, Distance)>) -> Self {
        let stated = (start + -1, bounds.start);
        Self { bounds, back, runs: if bounds.start.is_zero() { Vec::new() } else { vec![stated] }, races }
    }

    /// Notes a run.
    pub fn ran(&mut self, date: Date, distance: Distance) {
        if !distance.is_zero() {
            self.runs.push((date, distance));
        }
    }

    /// How long a run may be on a day. A race is no measure of what training may ask for, save that nobody comes back from a
    /// month off with more than that, where it is all they have run.
    #[must_use]
    pub fn allowed(&self, day: Date) -> Distance {
        let longest = |runs: &[(Date, Distance)]| {
            let recent = runs.iter().rev().take_while(|(ran, _)| day - *ran <= MONTH).filter(|(ran, _)| *ran < day);
            recent.map(|(_, distance)| *distance).max().map(|longest| self.bounds.growth_over(longest))
        };
        longest(&self.runs).unwrap_or_else(|| longest(&self.races).map_or(self.back, |raced| raced.min(self.back)))
    }

    /// Whether nothing was run in the month before a day.
    #[must_use]
    pub fn is_bare(&self, day: Date) -> bool {
        self.runs.last().is_none_or(|(ran, _)| day - *ran > MONTH)
    }

    /// How long a run may be after one of this length.
    #[must_use]
    pub fn grown(&self, longest: Distance) -> Distance {
        self.bounds.growth_over(longest)
    }

    /// How long a run may be on any day of a week.
    #[must_use]
    pub fn allowed_in(&self, week: Date) -> Distance {
        (0..7).map(|day| self.allowed(week + day)).min().unwrap_or_default()
    }
}

/// The long run's own curve.
#[derive(Debug, Clone)]
pub struct LongClimb {
    bounds: LongBounds,
    rate: f64,
    level: f64,
    started: bool,
    /// Whether there is so little time that the first week grows already.
    at_once: bool,
    weeks: Vec<Distance>,
}

impl LongClimb {
    /// The gentlest climb to what the race asks for by the last training week; the fastest allowed where none gets there,
    /// from the first week on where it `hurries`. `weeks` are the longest runs of the weeks of the season before it.
    #[must_use]
    pub fn gentlest(bounds: LongBounds, weeks: &[Distance], training_weeks: usize, hurries: bool) -> Self {
        let start = bounds.start.metres().max(1.0);
        let fastest = (bounds.growth.fraction() - 1.0).max(bounds.step.metres() / start);
        let at = |part: u32| Self {
            bounds,
            rate: fastest * f64::from(part) / f64::from(RATES),
            level: bounds.start.metres(),
            started: bounds.goes_on,
            at_once: false,
            weeks: weeks.to_vec(),
        };
        // As it will be printed: what rounding takes from one week is missing in the next.
        let reaches = |climb: &Self| {
            let mut climb = climb.clone();
            (0..training_weeks).any(|_| {
                let recent = climb.longest_of(REMEMBERS);
                let run = climb.coming(bounds.growth_over(recent));
                climb.printed(run);
                run >= bounds.target.floor_to(bounds.grain)
            })
        };
        let fastest = || Self { started: hurries, at_once: hurries, ..at(RATES) };
        (0..=RATES).map(at).find(reaches).unwrap_or_else(fastest)
    }

    /// Whether the next run may not be longer than what the runner did before the season: the first week does not grow, save
    /// where there is no time to lose.
    #[must_use]
    pub fn waits(&self) -> bool {
        !self.at_once && self.last().is_none()
    }

    /// How long the next training week's long run wants to be, where the runs of the last month allow so much.
    #[must_use]
    pub fn coming(&mut self, allowed: Distance) -> Distance {
        let bounds = &self.bounds;
        if self.started {
            // Whoever already runs longer than the race asks for keeps it, and does not grow.
            let top = bounds.target.metres().max(self.level);
            self.level = (self.level * (1.0 + self.rate)).min(top);
        }
        self.started = true;
        let allowed = if self.waits() { allowed.min(self.bounds.start) } else { allowed };
        Distance::from_metres(self.level).min(allowed).floor_to(self.bounds.grain)
    }

    /// The longest run of every week.
    #[must_use]
    pub fn into_weeks(self) -> Vec<Distance> {
        self.weeks
    }

    /// Notes the longest run of a week.
    pub fn printed(&mut self, longest: Distance) {
        self.weeks.push(longest);
    }

    /// The longest run of the 30 days before the season.
    #[must_use]
    pub fn start(&self) -> Distance {
        self.bounds.start
    }

    /// The longest run of the last week that had one.
    #[must_use]
    pub fn last(&self) -> Option<Distance> {
        self.weeks.iter().rev().find(|longest| !longest.is_zero()).copied()
    }

    /// The longest of the last `weeks` weeks.
    #[must_use]
    pub fn longest_of(&self, weeks: usize) -> Distance {
        self.weeks.iter().rev().take(weeks).copied().max().unwrap_or(self.bounds.start)
    }
}

/// The kind of a training week: it builds when it goes further than the last one did.
#[must_use]
pub fn kind(volume: Distance, last: Option<Distance>) -> WeekKind {
    if last.is_none_or(|last| volume > last) { WeekKind::Build } else { WeekKind::Hold }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Units;

    fn km(km: f64) -> Distance {
        Distance::from_km(km)
    }

    fn bounds(start: f64, target: f64) -> Bounds {
        Bounds {
            start: km(start),
            target: km(target),
            enough: km(target * 0.85),
            ramp: Share::from_fraction(0.08),
            step: km(3.0),
            floor: km(start * 0.65),
            grain: Units::Km.half(),
            goes_on: false,
        }
    }

    const FULL: Room =
        Room { trains: true, grows: true, peak: false, heat: Share::WHOLE, whole: Share::WHOLE, short: false };

    fn run(bounds: Bounds, rooms: &[Room]) -> Vec<f64> {
        let mut climb = Climb::gentlest(bounds, &[], rooms);
        rooms
            .iter()
            .map(|room| {
                let week = climb.coming(*room);
                climb.printed(week, *room);
                week.km()
            })
            .collect()
    }

    #[test]
    fn the_first_week_is_what_the_runner_does_and_the_target_is_reached_no_faster_than_needed() {
        let weeks = run(bounds(38.0, 50.0), &[FULL; 10]);
        assert!((weeks[0] - 38.0).abs() < 1e-9);
        assert!(weeks.windows(2).all(|pair| pair[1] >= pair[0]));
        assert!((49.5..=50.0).contains(&weeks[9]), "{weeks:?}");
        assert!(weeks[4] < 46.0, "a gentle rise does not rush: {weeks:?}");
    }

    #[test]
    fn no_week_rises_faster_than_ramp_or_step_over_the_best_of_four() {
        let weeks = run(bounds(20.0, 200.0), &[FULL; 12]);
        for pair in weeks.windows(2) {
            assert!(pair[1] <= (pair[0] * 1.08).max(pair[0] + 3.0) + 1e-9, "{weeks:?}");
        }
    }

    #[test]
    fn heat_lowers_the_week_and_the_way_back_obeys_the_ramp() {
        let hot = Room { heat: Share::from_fraction(0.85), ..FULL };
        let weeks = run(bounds(40.0, 56.0), &[FULL, FULL, hot, hot, hot, hot, hot, FULL, FULL]);
        assert!(weeks[2] < weeks[1]);
        assert!(weeks[7] <= (weeks[6] * 1.08).max(weeks[6] + 3.0), "{weeks:?}");
    }

    #[test]
    fn the_long_run_grows_by_a_tenth_or_a_kilometre_at_most() {
        let bounds = LongBounds {
            start: km(8.0),
            target: km(20.0),
            growth: Share::from_fraction(1.1),
            step: km(1.0),
            grain: Units::Km.half(),
            goes_on: false,
        };
        let mut climb = LongClimb::gentlest(bounds, &[], 12, true);
        let mut last = 8.0;
        for _ in 0..12 {
            let run = climb.coming(bounds.growth_over(km(last)));
            assert!(run.km() <= (last * 1.1_f64).max(last + 1.0) + 1e-9);
            last = run.km().max(last);
            climb.printed(run);
        }
    }

    #[test]
    fn growth_is_measured_by_the_best_of_four_weeks_and_before_them_by_where_the_runner_was() {
        let best = |trained: &[f64], anew: bool| {
            let trained: Vec<Distance> = trained.iter().map(|week| km(*week)).collect();
            let mut climb = Climb::gentlest(bounds(40.0, 60.0), &trained, &[]);
            if anew {
                climb.starts_anew();
            }
            (climb.best().km(), climb.start().km())
        };
        assert_eq!(best(&[], false), (40.0, 40.0));
        assert_eq!(best(&[30.0, 31.0, 32.0], false), (40.0, 40.0));
        assert_eq!(best(&[30.0, 33.0, 31.0, 32.0], false), (33.0, 40.0));
        assert_eq!(best(&[50.0, 30.0, 33.0, 31.0, 32.0], false), (33.0, 40.0));
        assert_eq!(best(&[50.0, 30.0, 32.0], true), (32.0, 40.0));
        assert_eq!(best(&[], true), (40.0, 40.0));
    }

    #[test]
    fn a_peak_holds_what_is_near_enough() {
        let grows =
            |last: f64| Climb::gentlest(bounds(20.0, 40.0), &[km(last)], &[]).grows(Room { peak: true, ..FULL });
        assert!(grows(33.9));
        assert!(!grows(34.0), "85 % of the target is enough");
    }

    #[test]
    fn a_week_of_hold_repeats_the_last_week_with_all_its_runs() {
        let hold = Room { grows: false, ..FULL };
        let short = Room { short: true, ..FULL };
        let mut climb = Climb::gentlest(bounds(40.0, 60.0), &[], &[FULL]);
        climb.printed(km(38.0), FULL);
        climb.printed(km(30.0), short);
        assert!((climb.coming(hold).km() - 38.0).abs() < 1e-9);
        climb.stands_at(km(35.0));
        assert!((climb.coming(hold).km() - 35.0).abs() < 1e-9, "save where it is told to stand elsewhere");
        // A week cut short is no reference at all.
        climb.printed(km(10.0), Room { whole: Share::from_fraction(0.4), ..FULL });
        assert_eq!(climb.last(), Some(km(30.0)));
    }

    fn long_bounds(start: f64) -> LongBounds {
        LongBounds {
            start: km(start),
            target: km(30.0),
            growth: Share::from_fraction(1.1),
            step: km(1.0),
            grain: Units::Km.half(),
            goes_on: false,
        }
    }

    #[test]
    fn a_run_is_measured_by_the_thirty_days_before_its_own() {
        let start: Date = "2026-11-30".parse().unwrap();
        let mut month = Month::before(start, long_bounds(14.0), km(5.0), Vec::new());
        assert_eq!(month.allowed(start + 29), km(15.4));
        assert!(!month.is_bare(start + 29));
        assert_eq!(month.allowed(start + 30), km(5.0), "after a month without running comes a short run");
        assert!(month.is_bare(start + 30));
        month.ran(start + 3, km(20.0));
        assert_eq!(month.allowed(start + 3), km(15.4), "another run of the same day is no measure");
        assert_eq!(month.allowed(start + 4), km(22.0));
        assert_eq!((month.grown(km(20.0)), month.grown(km(5.0))), (km(22.0), km(6.0)));
        assert_eq!(month.allowed_in(start), km(15.4));
        // Whoever ran nothing but a race comes back from it, and with no more than after a month off.
        let raced = |distance: f64| {
            Month::before(start, long_bounds(0.0), km(5.0), vec![(start + 2, km(distance))]).allowed(start + 5)
        };
        assert_eq!((raced(3.0), raced(21.1)), (km(4.0), km(5.0)));
        assert!(Month::before(start, long_bounds(0.0), km(5.0), Vec::new()).is_bare(start));
    }

    #[test]
    fn the_first_long_run_grows_only_where_there_is_no_time_to_lose() {
        let first = |goes_on: bool, hurries: bool| {
            let bounds = LongBounds { goes_on, ..long_bounds(10.0) };
            let mut climb = LongClimb::gentlest(bounds, &[], 3, hurries);
            (climb.waits(), climb.coming(km(50.0)).km())
        };
        assert_eq!(first(false, false), (true, 10.0));
        assert_eq!(first(false, true), (false, 11.0));
        assert_eq!(first(true, false), (true, 10.0), "without a long run to go on from it begins like any other");
    }
}
