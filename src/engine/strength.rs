//! Strength: on which days of a week its sessions stand. Never on the eve of anything hard, long or raced.

use std::collections::BTreeSet;

use super::Season;
use super::phases::Slot;
use crate::plan::Day;
use crate::rulebook::layers::Settled;
use crate::rulebook::settings::key;
use crate::session::{Session, SessionKind};

/// The workout, by the id under which the rules ship it.
pub const WORKOUT: &str = "strength";

/// What a day of the week means for a strength session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Not here.
    Never,
    /// How little it suits, 0 for best.
    Suits(i64),
}

/// The days of the week, counted from its first, that hold strength: as many as are asked for and as the rules let the week
/// have; none on `closed` ones. `next` tells whether the first day of the week to come may be hard or long.
#[must_use]
pub fn days(
    season: &Season<'_>,
    slot: &Slot,
    settled: &Settled,
    days: &[Day],
    closed: &BTreeSet<usize>,
    next: bool,
) -> Vec<usize> {
    let asked = season.request.week.strength.as_ref().map_or(0, |at| i64::from(at.value));
    let put = days.iter().flat_map(|day| &day.sessions).filter(|s| s.kind == SessionKind::Strength).count();
    let count = usize::try_from(asked.min(settled.get(key::STRENGTH_MOST))).unwrap_or(0).saturating_sub(put);
    let fits: Vec<Fit> = (0..days.len())
        .map(|at| {
            let date = slot.start + at as i64;
            let eve_of_race = season.is_race(date) || season.is_race(date + 1);
            let eve = days.get(at + 1).map_or(next, |day| day.sessions.iter().any(is_effort));
            let here = &days[at];
            let taken = here.sessions.iter().any(|session| !session.kind.is_on_foot());
            if !here.free || closed.contains(&at) || here.date < season.frame.span.start || eve || eve_of_race || taken
            {
                return Fit::Never;
            }
            match &here.sessions[..] {
                // Hard days stay hard and rest days stay rest, where an easy day has room.
                [] => Fit::Suits(2),
                sessions if sessions.iter().any(|s| s.kind == SessionKind::Long) => Fit::Never,
                sessions if sessions.iter().any(is_effort) => Fit::Suits(1),
                _ => Fit::Suits(0),
            }
        })
        .collect();
    best(&fits, count)
}

/// Of all choices of so many days the best: not on days in a row, then where it suits most, then early.
pub(super) fn best(fits: &[Fit], count: usize) -> Vec<usize> {
    let may: Vec<usize> = (0..fits.len()).filter(|at| fits[*at] != Fit::Never).collect();
    let count = count.min(may.len());
    let cost = |chosen: &[usize]| {
        let close = chosen.windows(2).filter(|pair| pair[1] - pair[0] < 2).count() as i64;
        let fit: i64 = chosen.iter().map(|at| if let Fit::Suits(cost) = fits[*at] { cost } else { 0 }).sum();
        (close, fit, chosen.to_vec())
    };
    (0u32..1 << may.len())
        .filter(|mask| mask.count_ones() as usize == count)
        .map(|mask| (0..may.len()).filter(|at| mask & (1 << at) != 0).map(|at| may[at]).collect::<Vec<usize>>())
        .min_by_key(|chosen| cost(chosen))
        .unwrap_or_default()
}

fn is_effort(session: &Session) -> bool {
    session.hard || matches!(session.kind, SessionKind::Long | SessionKind::Race)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_keeps_days_between_and_prefers_easy_days() {
        let fits = [Fit::Suits(0), Fit::Suits(0), Fit::Suits(2), Fit::Suits(1), Fit::Never, Fit::Never, Fit::Suits(0)];
        assert_eq!(best(&fits, 1), [0]);
        assert_eq!(best(&fits, 2), [0, 6]);
        assert_eq!(best(&fits, 3), [0, 3, 6]);
        assert_eq!(best(&[Fit::Never; 7], 2), Vec::<usize>::new());
        // One day between is enough, and days in a row give way to a day that suits less.
        assert_eq!(best(&[Fit::Suits(0), Fit::Never, Fit::Suits(0), Fit::Suits(1)], 2), [0, 2]);
        let late = [Fit::Never, Fit::Never, Fit::Never, Fit::Suits(0), Fit::Suits(0), Fit::Never, Fit::Suits(1)];
        assert_eq!(best(&late, 2), [3, 6]);
    }
}
