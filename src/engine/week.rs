//! On which day: an exact search over the runner's free days, and how far each run goes.

use std::collections::HashMap;

use crate::calendar::Date;
use crate::measure::{Distance, Share};

/// A day as the layout sees it.
#[derive(Debug, Clone, Copy)]
pub struct DayRoom {
    /// Which day.
    pub date: Date,
    /// Whether the runner can run.
    pub free: bool,
    /// The longest run that fits; none where nothing limits it.
    pub most: Option<Distance>,
    /// A day that should be short: the one before a race.
    pub short: bool,
}

impl DayRoom {
    fn holds(&self, distance: Distance) -> bool {
        self.free && self.most.is_none_or(|most| distance <= most)
    }

    fn at_most(&self, distance: Distance) -> Distance {
        self.most.map_or(distance, |most| most.min(distance))
    }
}

/// A session whose length is decided before its day is.
#[derive(Debug, Clone, Copy)]
pub struct Fixed {
    /// How far it goes at least.
    pub distance: Distance,
    /// How far it may be stretched with easy running.
    pub most: Distance,
}

/// What a week is asked to hold.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// Its days.
    pub days: &'a [DayRoom],
    /// How far in all.
    pub volume: Distance,
    /// The long run; none in a week without one.
    pub long: Option<Distance>,
    /// The hard sessions, most wanted first.
    pub hard: &'a [Fixed],
    /// How many runs at most.
    pub runs: usize,
    /// The shortest run worth putting shoes on for.
    pub shortest: Distance,
    /// The longest run that is neither long nor hard.
    pub longest: Distance,
    /// The longest run that may still be called recovery.
    pub recovery_longest: Distance,
    /// How far a run on the day after something long or hard goes, against other easy runs.
    pub recovery: Share,
    /// Days between hard sessions, and between them and the long run.
    pub apart: i64,
    /// The days, counted in the week, on which the runner likes the long run best; tried in order.
    pub long_days: &'a [usize],
    /// The last hard session or long run before this week.
    pub before: Option<Date>,
    /// The day of the race, counted in the week: hard sessions keep their distance from it too.
    pub race: Option<usize>,
    /// What is rounded to.
    pub grain: Distance,
}

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The long run.
    Long,
    /// The hard session of this number.
    Hard(usize),
    /// An easy run.
    Easy,
    /// An easy run on the day after something long or hard.
    Recovery,
}

/// A run on its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Which day of the week, 0 to 6.
    pub day: usize,
    /// What it is for.
    pub role: Role,
    /// How far.
    pub distance: Distance,
}

/// The week, laid out.
#[derive(Debug, Clone, Default)]
pub struct Laid {
    /// Its runs, by day.
    pub runs: Vec<Run>,
    /// How many hard sessions found no day.
    pub left_out: usize,
}

/// Where sessions stand: the long run, the hard ones, the easy ones.
type Pattern = (Option<usize>, Vec<usize>, Vec<usize>);

/// The shape of a week: all that the search for days depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shape {
    free: Vec<bool>,
    long_fits: Option<Vec<bool>>,
    hard_fits: Vec<Vec<bool>>,
    easy_fits: Vec<bool>,
    easy: usize,
    apart: i64,
    since: i64,
    preferred: Vec<usize>,
    race: Option<usize>,
}

/// Lays out weeks; remembers the days that it found for weeks of the same shape.
#[derive(Debug, Default)]
pub struct Layout {
    known: HashMap<Shape, Option<Pattern>>,
}

/// What a week of these days can hold, by the same limits as the layout.
#[must_use]
pub fn capacity(days: &[DayRoom], runs: usize, long: Distance, longest: Distance, grain: Distance) -> Distance {
    let mut rooms: Vec<Distance> =
        days.iter().filter(|day| day.free).map(|day| day.at_most(longest.min(long)).floor_to(grain)).collect();
    rooms.sort_unstable_by(|a, b| b.cmp(a));
    let long_room = days.iter().filter(|d| d.free).map(|d| d.at_most(long)).max().unwrap_or_default();
    let others = rooms.into_iter().take(runs.saturating_sub(1)).sum::<Distance>();
    if runs == 0 { Distance::ZERO } else { long_room.floor_to(grain) + others }
}

impl Layout {
    /// Lays out a week. Rest comes first, then the long run, one hard session, the others.
    pub fn lay(&mut self, ask: &Ask<'_>) -> Laid {
        let long = ask.long.map(|long| {
            let room = ask.long_days.iter().filter_map(|day| ask.days.get(*day)).find(|day| day.free);
            room.map_or(long, |room| room.at_most(long)).floor_to(ask.grain)
        });
        let free = ask.days.iter().filter(|day| day.free).count();
        let runs = ask.runs.min(free);
        for kept in (0..=ask.hard.len()).rev() {
            let hard = &ask.hard[..kept];
            let spoken: Distance = hard.iter().map(|h| h.distance).sum::<Distance>() + long.unwrap_or_default();
            if kept > 0 && (kept + usize::from(long.is_some()) > runs || spoken > ask.volume) {
                continue;
            }
            let left = if ask.volume > spoken { ask.volume - spoken } else { Distance::ZERO };
            // As many easy runs as the days allow, but each long enough to be worth it.
            let most = runs - kept.min(runs) - usize::from(long.is_some()).min(runs - kept.min(runs));
            let worth = usize::try_from(left.steps_of(ask.shortest.max(ask.grain))).unwrap_or(0);
            for easy in (0..=most.min(worth)).rev() {
                if let Some(pattern) = self.pattern(ask, long, hard, easy) {
                    return Laid { runs: distances(ask, long, hard, &pattern, left), left_out: ask.hard.len() - kept };
                }
            }
        }
        Laid { runs: Vec::new(), left_out: ask.hard.len() }
    }

    fn pattern(&mut self, ask: &Ask<'_>, long: Option<Distance>, hard: &[Fixed], easy: usize) -> Option<Pattern> {
        let fits = |distance: Distance| ask.days.iter().map(|day| day.holds(distance)).collect::<Vec<bool>>();
        let free: Vec<bool> = ask.days.iter().map(|day| day.free).collect();
        let long_fits = long.map(fits);
        let hard_fits: Vec<Vec<bool>> = hard.iter().map(|h| fits(h.distance)).collect();
        let easy_fits = fits(ask.shortest);
        let week = ask.days.first().map(|day| day.date);
        let since = match (ask.before, week) {
            (Some(before), Some(week)) => (week - before).min(14),
            _ => 14,
        };
        let shape = Shape {
            free,
            long_fits,
            hard_fits,
            easy_fits,
            easy,
            apart: ask.apart,
            since,
            preferred: ask.long_days.to_vec(),
            race: ask.race,
        };
        if let Some(known) = self.known.get(&shape) {
            return known.clone();
        }
        let found = search(&shape);
        self.known.insert(shape, found.clone());
        found
    }
}

/// The best days of all, by trying each.
fn search(shape: &Shape) -> Option<Pattern> {
    let Shape { free, long_fits, hard_fits, easy_fits, easy, apart, since, preferred, race } = shape;
    let days: Vec<usize> = (0..free.len()).filter(|day| free[*day]).collect();
    let mut best: Option<(Vec<i64>, Pattern)> = None;
    let longs: Vec<Option<usize>> = match long_fits {
        None => vec![None],
        Some(fits) => days.iter().copied().filter(|day| fits[*day]).map(Some).collect(),
    };
    for long in longs {
        let mut hards = vec![Vec::new()];
        for fits in hard_fits {
            hards = hards
                .into_iter()
                .flat_map(|chosen: Vec<usize>| {
                    let taken = chosen.clone();
                    days.iter()
                        .copied()
                        .filter(move |day| fits[*day] && Some(*day) != long && !taken.contains(day))
                        .map(move |day| [chosen.as_slice(), &[day]].concat())
                })
                .collect();
        }
        for hard in hards {
            if !far_enough(long.or(*race), &hard, *apart, *since) {
                continue;
            }
            let rest: Vec<usize> =
                days.iter().copied().filter(|d| Some(*d) != long && !hard.contains(d) && easy_fits[*d]).collect();
            for mask in 0u32..1 << rest.len() {
                if mask.count_ones() as usize != *easy {
                    continue;
                }
                let chosen: Vec<usize> =
                    rest.iter().enumerate().filter(|(i, _)| mask & (1 << i) != 0).map(|(_, day)| *day).collect();
                let cost = cost(long, &hard, &chosen, preferred, *since, *race);
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, (long, hard.clone(), chosen)));
                }
            }
        }
    }
    best.map(|(_, pattern)| pattern)
}

/// Whether hard sessions keep their distance from each other, from the long run, and from the week before.
fn far_enough(long: Option<usize>, hard: &[usize], apart: i64, since: i64) -> bool {
    let gap = |a: usize, b: usize| i64::try_from(a.abs_diff(b)).unwrap_or(i64::MAX);
    hard.iter().enumerate().all(|(i, day)| {
        let later = hard[i + 1..].iter().all(|other| gap(*day, *other) >= apart);
        let from_long = long.is_none_or(|long| gap(*day, long) >= apart);
        let from_before = since + i64::try_from(*day).unwrap_or(0) >= apart;
        later && from_long && from_before
    })
}

/// What a pattern costs, gravest first: the long run off its day, many running days in a row, hard days close together.
fn cost(
    long: Option<usize>,
    hard: &[usize],
    easy: &[usize],
    preferred: &[usize],
    since: i64,
    race: Option<usize>,
) -> Vec<i64> {
    let off = long.map_or(0, |day| {
        preferred.iter().position(|p| *p == day).map_or(preferred.len() as i64, |at| at as i64)
    });
    let mut runs = [false; 7];
    for day in hard.iter().chain(easy).copied().chain(long) {
        if let Some(run) = runs.get_mut(day) {
            *run = true;
        }
    }
    let in_a_row: i64 = runs.split(|run| !run).map(|streak| (streak.len() * streak.len()) as i64).sum();
    // Gaps between what is long or hard, the week before included: the smaller the least of them, the worse.
    let mut effort: Vec<i64> = hard.iter().copied().chain(long).chain(race).map(|day| day as i64).collect();
    effort.sort_unstable();
    let mut least = effort.first().map_or(14, |first| first + since);
    for pair in effort.windows(2) {
        least = least.min(pair[1] - pair[0]);
    }
    // Last, so that the same week is laid out the same way everywhere: the first hard session early, then easy days early.
    // What is left to choose: rest after the long run before the week, and, before a race, the last effort late.
    let first = effort.first().map_or(0, |first| -first.min(&3));
    let late = if race.is_some() { -1 } else { 1 };
    let order = hard.iter().map(|day| late * *day as i64).chain(easy.iter().map(|day| *day as i64));
    [off, in_a_row, -least, first].into_iter().chain(order).collect()
}

/// How far each run goes: what the long and the hard runs leave is shared by the easy ones.
fn distances(ask: &Ask<'_>, long: Option<Distance>, hard: &[Fixed], pattern: &Pattern, left: Distance) -> Vec<Run> {
    let (long_day, hard_days, easy_days) = pattern;
    let mut runs: Vec<Run> = Vec::new();
    if let (Some(day), Some(distance)) = (*long_day, long) {
        runs.push(Run { day, role: Role::Long, distance });
    }
    let effort = |day: usize| Some(day) == *long_day || hard_days.contains(&day);
    let after = |day: usize| (day > 0 && effort(day - 1)) || (day == 0 && follows(ask));
    // No easy run outgrows the long one.
    let top = long.map_or(ask.longest, |long| ask.longest.min(long));
    let mut easy: Vec<(Run, Distance, f64)> = easy_days
        .iter()
        .map(|day| {
            let room = &ask.days[*day];
            let recovery = after(*day);
            let role = if recovery { Role::Recovery } else { Role::Easy };
            let most = room.at_most(if room.short { ask.shortest } else { top }).floor_to(ask.grain);
            let weight = if recovery { ask.recovery.fraction() } else { 1.0 };
            (Run { day: *day, role, distance: Distance::ZERO }, most, weight)
        })
        .collect();
    let shortest = ask.shortest.ceil_to(ask.grain);
    let mut left = left.floor_to(ask.grain);
    for (run, most, _) in &mut easy {
        run.distance = shortest.min(*most).min(left);
        left -= run.distance;
    }
    // The easy parts of a hard session take their share too: a longer way to warm up rather than a long recovery run.
    let hard = hard_days.iter().zip(hard).enumerate().map(|(number, (day, fixed))| {
        let most = ask.days[*day].at_most(top.min(fixed.most)).floor_to(ask.grain).max(fixed.distance);
        (Run { day: *day, role: Role::Hard(number), distance: fixed.distance }, most, 1.0)
    });
    easy.extend(hard);
    share_out(&mut easy, left, ask.grain);
    runs.extend(easy.into_iter().map(|(run, _, _)| run).filter(|run| !run.distance.is_zero()).map(|run| {
        let too_long = run.role == Role::Recovery && run.distance > ask.recovery_longest;
        Run { role: if too_long { Role::Easy } else { run.role }, ..run }
    }));
    runs.sort_by_key(|run| run.day);
    runs
}

/// Whether the last effort before this week was on its eve.
fn follows(ask: &Ask<'_>) -> bool {
    matches!((ask.before, ask.days.first()), (Some(before), Some(first)) if first.date - before == 1)
}

/// Shares a distance among runs in whole grains: each by its weight, none above its most.
fn share_out(runs: &mut [(Run, Distance, f64)], left: Distance, grain: Distance) {
    let mut grains = left.steps_of(grain);
    // Grain by grain to whoever is furthest below their share: exact, and the same every time.
    while grains > 0 {
        let below = |(run, most, weight): &(Run, Distance, f64)| {
            (run.distance < *most).then(|| run.distance.metres() / weight)
        };
        let next = runs
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| below(entry).map(|filled| (filled, index)))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let Some((_, index)) = next else { break };
        runs[index].0.distance += grain;
        grains -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Units;

    fn week(free: [bool; 7]) -> Vec<DayRoom> {
        let start: Date = "2026-11-30".parse().unwrap();
        free.into_iter()
            .zip(0..)
            .map(|(free, day)| DayRoom { date: start + day, free, most: None, short: false })
            .collect()
    }

    fn km(km: f64) -> Distance {
        Distance::from_km(km)
    }

    fn ask<'a>(days: &'a [DayRoom], hard: &'a [Fixed], long_days: &'a [usize]) -> Ask<'a> {
        Ask {
            days,
            volume: km(38.0),
            long: Some(km(14.0)),
            hard,
            runs: 5,
            shortest: km(3.0),
            longest: km(12.0),
            recovery: Share::from_fraction(0.75),
            recovery_longest: km(8.0),
            apart: 2,
            long_days,
            before: None,
            race: None,
            grain: Units::Km.half(),
        }
    }

    #[test]
    fn days_always_sum_to_the_week() {
        let days = week([true, true, false, true, false, true, true]);
        let hard = [Fixed { distance: km(9.0), most: km(12.0) }];
        let laid = Layout::default().lay(&ask(&days, &hard, &[5]));
        assert_eq!(laid.runs.iter().map(|run| run.distance).sum::<Distance>(), km(38.0));
        assert_eq!(laid.runs.iter().find(|run| run.role == Role::Long).unwrap().day, 5);
        assert_eq!(laid.left_out, 0);
    }

    #[test]
    fn hard_days_keep_their_distance_across_the_weeks_border() {
        let days = week([true, true, false, true, false, true, false]);
        let hard = [Fixed { distance: km(9.0), most: km(12.0) }];
        let mut asked = ask(&days, &hard, &[5]);
        asked.before = Some(days[0].date + -1);
        let laid = Layout::default().lay(&asked);
        assert_ne!(laid.runs.iter().find(|run| run.role == Role::Hard(0)).unwrap().day, 0);
    }

    #[test]
    fn what_finds_no_day_is_left_out_and_the_long_run_stays() {
        let days = week([false, false, false, false, false, true, true]);
        let hard = [Fixed { distance: km(9.0), most: km(12.0) }];
        let laid = Layout::default().lay(&ask(&days, &hard, &[6]));
        assert_eq!(laid.left_out, 1);
        assert!(laid.runs.iter().any(|run| run.role == Role::Long && run.day == 6));
    }

    #[test]
    fn a_capacity_is_what_the_layout_can_hold() {
        let days = week([true; 7]);
        for runs in 1..=6 {
            let most = capacity(&days, runs, km(14.0), km(12.0), Units::Km.half());
            let mut asked = ask(&days, &[], &[5]);
            asked.runs = runs;
            asked.volume = most + km(50.0);
            let laid = Layout::default().lay(&asked);
            assert_eq!(laid.runs.iter().map(|run| run.distance).sum::<Distance>(), most, "{runs} runs");
        }
    }
}
