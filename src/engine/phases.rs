//! Phases, counted back from the race: race week, taper, peak, build, base. After it recovery and the off-season.

use crate::calendar::{Date, Weekday};
use crate::measure::Share;
use crate::plan::PhaseName;
use crate::rulebook::layers::Settled;
use crate::rulebook::settings::key;

/// The days at the start of a week on which a race leaves no week of its own before it.
const EARLY_IN_THE_WEEK: i64 = 3;

/// A season without a race, when the request does not say how long, in weeks: the contract of the request fixes it.
const WITHOUT_A_RACE: i64 = 26;

/// One week of the frame.
#[derive(Debug, Clone)]
pub struct Slot {
    /// From 1.
    pub number: u32,
    /// Its first day.
    pub start: Date,
    /// The part of the season.
    pub phase: PhaseName,
    /// For taper, race and recovery weeks: their share of the volume before.
    pub share: Option<Share>,
    /// Whole weeks until the week of the race; none after it, or without one.
    pub weeks_to_race: Option<u32>,
}

impl Slot {
    /// Its seven days.
    pub fn days(&self) -> impl Iterator<Item = Date> + use<> {
        let start = self.start;
        (0..7).map(move |day| start + day)
    }

    /// Its last day.
    #[must_use]
    pub fn end(&self) -> Date {
        self.start + 6
    }

    /// Whether it holds a date.
    #[must_use]
    pub fn holds(&self, date: Date) -> bool {
        (0..7).contains(&(date - self.start))
    }
}

/// When the season starts, and the race it is for.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The first day on which the runner may train.
    pub start: Date,
    /// The first day of weeks.
    pub first: Weekday,
    /// The day of the race.
    pub race: Option<Date>,
    /// How many weeks, without a race.
    pub weeks: Option<u32>,
    /// How many weeks of the season lie before it.
    pub before: u32,
    /// The weeks between the week of this race and that of the next A race; none after the last.
    pub next: Option<i64>,
    /// Whether it shares the peak of the race before.
    pub shares_peak: bool,
}

impl Span {
    /// The first day of the first week.
    #[must_use]
    pub fn week_one(&self) -> Date {
        self.start.week_start(self.first)
    }

    /// Whole weeks from the first to the one that holds the race, both counted; or those asked for.
    #[must_use]
    pub fn weeks_to_race(&self) -> i64 {
        match self.race {
            Some(race) => (race.week_start(self.first) - self.week_one()) / 7 + 1,
            None => self.weeks.map_or(WITHOUT_A_RACE, i64::from),
        }
    }

    /// Whether the race leaves no room for a week of its own before it.
    #[must_use]
    pub fn early_race(&self) -> bool {
        self.race.is_some_and(|race| race.days_into(self.first) < EARLY_IN_THE_WEEK)
    }
}

/// The frame of a leg: every week with its phase. `recovering` are the weeks that a race just run still takes.
#[must_use]
pub fn back_from(span: Span, settled: &Settled, recovering: &[Share]) -> Vec<Slot> {
    let all = span.weeks_to_race();
    let recovering = &recovering[..recovering.len().min(usize::try_from(all - 1).unwrap_or(0))];
    let mut phases: Vec<(PhaseName, Option<Share>)> =
        recovering.iter().map(|share| (PhaseName::Recovery, Some(*share))).collect();
    let to_race = all - recovering.len() as i64;
    if span.race.is_none() {
        phases.extend(train(to_race, settled, false).into_iter().map(|phase| (phase, None)));
    } else {
        let taper = taper(span, settled);
        let tapering = to_race.min(i64::try_from(taper.len()).expect("a taper is short"));
        // Counted from the race backwards: a week lost to arithmetic is lost from the base, never from the taper.
        let trains = to_race - tapering;
        let train =
            if span.shares_peak { vec![PhaseName::Peak; trains as usize] } else { train(trains, settled, true) };
        phases.extend(train.into_iter().map(|phase| (phase, None)));
        phases.extend(taper.into_iter().rev().take(tapering as usize).collect::<Vec<_>>().into_iter().rev());
        let recovery = settled.get(key::RECOVERY_VOLUME);
        let room = span.next.map_or(recovery.len(), |weeks| usize::try_from(weeks).unwrap_or(0));
        phases.extend(recovery.into_iter().take(room).map(|share| (PhaseName::Recovery, Some(share))));
        let off = if span.next.is_some() { 0 } else { settled.get(key::RECOVERY_OFF_SEASON) };
        phases.extend((0..off).map(|_| (PhaseName::Transition, None)));
    }
    let week_one = span.week_one();
    phases
        .into_iter()
        .zip(0i64..)
        .map(|((phase, share), index)| Slot {
            number: span.before + u32::try_from(index).expect("seasons are short") + 1,
            start: week_one + 7 * index,
            phase,
            share,
            weeks_to_race: (span.race.is_some() && index < all)
                .then(|| u32::try_from(all - 1 - index).expect("counted down to zero")),
        })
        .collect()
}

/// Taper and race week with their shares, in order of time.
fn taper(span: Span, settled: &Settled) -> Vec<(PhaseName, Option<Share>)> {
    let shares = settled.get(key::TAPER_VOLUME);
    let weeks = usize::try_from(settled.get(key::TAPER_WEEKS)).unwrap_or(1).clamp(1, shares.len().max(1));
    let shares = &shares[shares.len().saturating_sub(weeks)..];
    let mut taper: Vec<_> = shares.iter().map(|share| (PhaseName::Taper, Some(*share))).collect();
    let last = shares.last().copied().unwrap_or(Share::WHOLE);
    // A race in the middle of the week is nearer than a Sunday's: the weeks before it move towards the race week's share.
    let early =
        span.race.filter(|_| !span.early_race()).map_or(0.0, |race| (6 - race.days_into(span.first)) as f64 / 7.0);
    for (_, share) in &mut taper {
        *share = share.map(|s| Share::from_fraction(s.fraction() * (1.0 - early) + last.fraction() * early));
    }
    if span.early_race() {
        // The week before takes the race week's share; what is left of the race's own week is nearly all recovery.
        taper.push((PhaseName::Race, shares.last().copied()));
    } else if let Some(last) = taper.last_mut() {
        last.0 = PhaseName::Race;
    }
    taper
}

/// Base, build and peak of some training weeks.
fn train(weeks: i64, settled: &Settled, peaks: bool) -> Vec<PhaseName> {
    #[allow(clippy::cast_precision_loss)]
    let of = |share: Share| (share.fraction() * weeks as f64).round() as i64;
    let peak = if peaks { of(settled.get(key::PHASES_PEAK)).clamp(0, weeks) } else { 0 };
    let build = of(settled.get(key::PHASES_BUILD)).clamp(0, weeks - peak);
    let base = weeks - peak - build;
    let run = |phase: PhaseName, count: i64| (0..count).map(move |_| phase);
    run(PhaseName::Base, base).chain(run(PhaseName::Build, build)).chain(run(PhaseName::Peak, peak)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixtures::settled;

    /// Weeks from Monday 4 January 2027, with a race on a day of the last of them.
    fn span(weeks: i64, race_day: Option<i64>) -> Span {
        let start: Date = "2027-01-04".parse().unwrap();
        Span {
            start,
            first: Weekday::Mon,
            race: race_day.map(|day| start + 7 * (weeks - 1) + day),
            weeks: u32::try_from(weeks).ok(),
            before: 0,
            next: None,
            shares_peak: false,
        }
    }

    #[test]
    fn a_race_from_monday_to_wednesday_leaves_no_week_of_its_own() {
        let early: Vec<bool> = (0..7).map(|day| span(5, Some(day)).early_race()).collect();
        assert_eq!(early, [true, true, true, false, false, false, false]);
    }

    #[test]
    fn a_frame_has_as_many_weeks_as_there_are_to_the_race_and_counts_them_down() {
        let settled = settled(Some("10k"));
        let recovering = [Share::from_fraction(0.3), Share::from_fraction(0.6), Share::from_fraction(0.8)];
        for weeks in 1..30 {
            for recovering in [&recovering[..0], &recovering[..]] {
                let frame = back_from(span(weeks, Some(6)), &settled, recovering);
                let to_race: Vec<u32> = frame.iter().map_while(|slot| slot.weeks_to_race).collect();
                let down: Vec<u32> = (0..u32::try_from(weeks).unwrap()).rev().collect();
                assert_eq!(to_race, down, "{weeks} weeks");
                assert_eq!(frame[weeks as usize - 1].phase, PhaseName::Race);
                // What the race before still takes comes first, and never the week of the race.
                let before = frame[..weeks as usize].iter().filter(|slot| slot.phase == PhaseName::Recovery).count();
                assert_eq!(before, recovering.len().min(weeks as usize - 1));
            }
            let without = back_from(span(weeks, None), &settled, &[]);
            assert_eq!(without.len(), weeks as usize);
            assert!(without.iter().all(|slot| slot.phase.trains() && slot.phase != PhaseName::Peak));
        }
    }

    #[test]
    fn the_nearer_a_race_is_to_the_start_of_its_week_the_lighter_the_weeks_before_it() {
        let settled = settled(Some("marathon"));
        let shares = |day: i64| -> Vec<f64> {
            let frame = back_from(span(16, Some(day)), &settled, &[]);
            frame
                .iter()
                .filter(|slot| slot.phase == PhaseName::Taper)
                .filter_map(|slot| slot.share)
                .map(Share::fraction)
                .collect()
        };
        let race = back_from(span(16, Some(6)), &settled, &[])[15].share.expect("a share").fraction();
        let sunday = shares(6);
        for day in 3..7 {
            // A seventh of the way to the race week's share for each day before Sunday.
            let part = (6 - day) as f64 / 7.0;
            for (share, full) in shares(day).into_iter().zip(&sunday) {
                assert!((share - (full + (race - full) * part)).abs() < 1e-9, "day {day}: {share} of {full}");
            }
        }
        assert!(sunday.len() >= 2 && sunday.iter().all(|share| *share > race), "{sunday:?}, {race}");
    }
}
