//! Other sport indoors, on days that are too hot to run.

use std::collections::BTreeSet;

use super::Season;
use super::strength::{self, Fit};
use super::weeks::rests_after_a_race;
use crate::measure::Duration;
use crate::plan::Day;
use crate::rulebook::layers::Settled;
use crate::session::SessionKind;

/// The workout, by the id under which the rules ship it.
pub(super) const WORKOUT: &str = "cross-train";

/// The days of the week, counted from its first, on which other sport stands in for a run, each with the rung of its workout:
/// as many as runs are missing from a usual week, none longer than a usual run or than the day holds.
#[must_use]
pub(super) fn days(
    season: &Season<'_>,
    index: usize,
    settled: &Settled,
    days: &[Day],
    closed: &BTreeSet<usize>,
    usual: Duration,
) -> Vec<(usize, usize)> {
    let Some(workout) = season.book.workouts.get(WORKOUT) else { return Vec::new() };
    let fits: Vec<Fit> = days
        .iter()
        .enumerate()
        .map(|(at, day)| {
            let date = day.date;
            let free = day.free && day.sessions.is_empty() && !closed.contains(&at);
            let raced = season.is_race(date + 1) || rests_after_a_race(season, settled, date);
            if free && !raced && season.too_hot_on(index, date) { Fit::Suits(0) } else { Fit::Never }
        })
        .collect();
    let trains = |day: &&Day| day.sessions.iter().any(|session| session.kind != SessionKind::Rest);
    let missing = season.frame.runs.saturating_sub(days.iter().filter(trains).count());
    let rung = |at: usize| {
        let most = season.request.week.most.get(&days[at].date.weekday()).map(|at| at.value);
        let holds = |time: Duration| most.is_none_or(|most| time <= most);
        let time = |rung: usize| workout.rungs[rung].time;
        (0..workout.rungs.len()).rev().find(|rung| holds(time(*rung)) && (*rung == 0 || time(*rung) <= usual))
    };
    strength::best(&fits, missing).into_iter().filter_map(|at| Some((at, rung(at)?))).collect()
}
