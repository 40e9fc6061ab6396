//! On which day: an exact search over the runner's free days, and how far each run goes.

use std::collections::HashMap;

use crate::calendar::Date;
use crate::measure::{Distance, Duration, Pace, Share};

/// A day as the layout sees it.
#[derive(Debug, Clone, Copy)]
pub struct DayRoom {
    /// Which day.
    pub date: Date,
    /// Whether the runner can run.
    pub free: bool,
    /// The longest time that fits; none where nothing limits it.
    pub most: Option<Duration>,
    /// Whether something hard may be run on it in its heat.
    pub hard: bool,
    /// A day that should be short: the one before a race.
    pub short: bool,
    /// What stands on it whatever else the week holds; such a day takes nothing else.
    pub own: Option<Own>,
    /// What may stand on it.
    pub takes: Takes,
}

/// A run that somebody has put on its day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Own {
    /// How far.
    pub distance: Distance,
    /// Whether what is hard or long keeps its distance from it.
    pub effort: bool,
}

/// What a free day may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Takes {
    /// The long run.
    pub long: bool,
    /// A hard session that has no day of its own.
    pub hard: bool,
    /// An easy run.
    pub easy: bool,
    /// Whether a run is wanted here before other days.
    pub wanted: bool,
}

impl Takes {
    /// Whatever comes.
    pub const ANYTHING: Self = Self { long: true, hard: true, easy: true, wanted: false };
}

impl DayRoom {
    fn holds(&self, time: Duration) -> bool {
        self.free && self.most.is_none_or(|most| time <= most)
    }

    /// How far one gets on it at most, where so far is wanted.
    fn at_most(&self, distance: Distance, easy: Pace) -> Distance {
        self.most.map_or(distance, |most| most.at(easy).min(distance))
    }
}

/// A hard session, whose work is decided before its day is.
#[derive(Debug, Clone, Copy)]
pub struct Fixed {
    /// How far it goes at least.
    pub distance: Distance,
    /// How long that takes.
    pub time: Duration,
    /// How long it may be stretched to with easy running.
    pub most: Duration,
    /// The day of the week that it belongs to, where it has one of its own.
    pub day: Option<usize>,
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
    /// Days between the last long run and a race.
    pub before_race: i64,
    /// The days, counted in the week, on which the runner likes the long run best; tried in order.
    pub long_days: &'a [usize],
    /// The last hard session before this week.
    pub hard_before: Option<Date>,
    /// The last long run before this week.
    pub long_before: Option<Date>,
    /// The races of this week and of the first days of the next.
    pub races: &'a [RaceDay],
    /// Days of the weeks to come on which something hard or long is put already, counted from the first day of this one.
    pub ahead: &'a [i64],
    /// How long the run on the day after the long one is against it, least and most, where the weekend is to hold two;
    /// none where it is not.
    pub day_two: Option<[Share; 2]>,
    /// What the medium long run gets against an easy one; the whole where there is to be none.
    pub medium: Share,
    /// Easy pace.
    pub easy: Pace,
    /// What is rounded to.
    pub grain: Distance,
}

/// What a race asks of the days around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RaceDay {
    /// Its day, counted from the first day of the week; it may lie in the next week.
    pub day: i64,
    /// Days before it from which on nothing is hard.
    pub quiet: i64,
    /// Days before it from which on no run is long.
    pub not_long: i64,
    /// Days after it on which nothing is hard or long.
    pub easy_after: i64,
}

impl RaceDay {
    /// Whether a day is near enough to feel it: within `before` days of it, or soon after.
    fn is_near(&self, day: i64, before: i64) -> bool {
        if day < self.day { self.day - day < before } else { day - self.day <= self.easy_after }
    }
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
    /// An easy run in the middle of the week that is clearly longer than the others.
    MediumLong,
    /// The second long run of a weekend.
    DayTwo,
    /// What somebody has put on this day.
    Own,
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

impl Laid {
    /// How far it goes in all.
    #[must_use]
    pub fn volume(&self) -> Distance {
        self.runs.iter().map(|run| run.distance).sum()
    }

    /// Its longest run.
    #[must_use]
    pub fn longest(&self) -> Distance {
        self.runs.iter().map(|run| run.distance).max().unwrap_or_default()
    }
}

/// Where sessions stand, and how far the long run is off its best day.
#[derive(Debug, Clone)]
struct Pattern {
    long: Option<usize>,
    hard: Vec<usize>,
    easy: Vec<usize>,
    off: i64,
}

/// The shape of a week: all that the search for days depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shape {
    free: Vec<bool>,
    long_fits: Option<Vec<bool>>,
    hard_fits: Vec<Vec<bool>>,
    easy_fits: Vec<bool>,
    easy: usize,
    apart: i64,
    before_race: i64,
    since_hard: i64,
    since_long: i64,
    preferred: Vec<usize>,
    races: Vec<RaceDay>,
    wanted: Vec<bool>,
    own: Vec<usize>,
    efforts: Vec<i64>,
    day_two: bool,
}

/// What the rounding of a hard session to whole seconds, step by step, comes to at the most, in minutes.
const ROUNDING: f64 = 0.1;

/// How much of the long run a medium long one is at the least.
const MEDIUM: f64 = 0.5;

/// Far enough back that nothing is felt of it, in days.
const LONG_AGO: i64 = 14;

/// Lays out weeks; remembers the days that it found for weeks of the same shape.
#[derive(Debug, Default)]
pub struct Layout {
    known: HashMap<Shape, Option<Pattern>>,
}

/// What a week of these days can hold, by the same limits as the layout.
#[must_use]
pub fn capacity(
    days: &[DayRoom],
    runs: usize,
    long: Distance,
    longest: Distance,
    easy: Pace,
    grain: Distance,
) -> Distance {
    let free: Vec<&DayRoom> = days.iter().filter(|day| day.free).collect();
    let own: Vec<Distance> = days.iter().filter_map(|day| day.own.map(|own| own.distance)).collect();
    let runs = runs.saturating_sub(own.len()).min(free.len());
    let own: Distance = own.into_iter().sum();
    if runs == 0 {
        return own;
    }
    let room = |most: Distance| move |day: &DayRoom| day.at_most(most, easy).floor_to(grain);
    let mut rooms: Vec<Distance> = free.iter().map(|day| room(longest.min(long))(day)).collect();
    rooms.sort_unstable_by(|a, b| b.cmp(a));
    let long_room = free.iter().map(|day| room(long)(day)).max().unwrap_or_default();
    own + long_room + rooms.into_iter().take(runs - 1).sum::<Distance>()
}

impl Layout {
    /// Lays out a week. Rest comes first, then the long run on its day, one hard session, the others.
    pub fn lay(&mut self, ask: &Ask<'_>) -> Laid {
        let long = ask.long.map(|long| {
            let room = ask.long_days.iter().filter_map(|day| ask.days.get(*day)).find(|day| day.free);
            room.map_or(long, |room| room.at_most(long, ask.easy)).floor_to(ask.grain)
        });
        // What somebody has put on a day leaves less for the rest, and whoever runs further than the long run is the long run.
        let own: Vec<Own> = ask.days.iter().filter_map(|day| day.own).collect();
        let left = ask.volume - own.iter().map(|own| own.distance).sum::<Distance>().min(ask.volume);
        let longest = own.iter().map(|own| own.distance).max().unwrap_or_default();
        let long = long.map(|long| if own.is_empty() { long } else { long.min(left).floor_to(ask.grain) });
        let long = long.filter(|long| !long.is_zero() && *long > longest);
        let free = ask.days.iter().filter(|day| day.free).count();
        let runs = ask.runs.saturating_sub(own.len()).min(free);
        let best = self.laid(ask, long, &[], runs).map_or(0, |(_, pattern)| pattern.off);
        let found = choices(ask.hard.len()).into_iter().find_map(|kept| {
            let (laid, pattern) = self.laid(ask, long, &kept, runs)?;
            // A hard session gives way before the long run leaves its day.
            (kept.is_empty() || pattern.off <= best).then_some(laid)
        });
        match (found, long) {
            (Some(laid), _) => laid,
            // A day too near a race, or too short, holds no long run: the week goes without.
            (None, Some(_)) => self.lay(&Ask { long: None, ..ask.clone() }),
            (None, None) => Laid { runs: owned(ask), left_out: ask.hard.len() },
        }
    }

    /// The week with some of its hard sessions, and as many easy runs as its days allow, each long enough to be worth it.
    fn laid(&mut self, ask: &Ask<'_>, long: Option<Distance>, which: &[usize], runs: usize) -> Option<(Laid, Pattern)> {
        let hard: Vec<Fixed> = which.iter().map(|number| ask.hard[*number]).collect();
        let kept = hard.len();
        let spoken: Distance = hard.iter().map(|h| h.distance).sum::<Distance>()
            + long.unwrap_or_default()
            + owned(ask).iter().map(|run| run.distance).sum();
        let taken = kept + usize::from(long.is_some());
        if kept > 0 && (taken > runs || spoken > ask.volume) {
            return None;
        }
        let left = if ask.volume > spoken { ask.volume - spoken } else { Distance::ZERO };
        let worth = usize::try_from(left.steps_of(ask.shortest.ceil_to(ask.grain).max(ask.grain))).unwrap_or(0);
        (0..=runs.saturating_sub(taken).min(worth)).rev().find_map(|easy| {
            let pattern = self.pattern(ask, long, &hard, easy)?;
            let mut runs = distances(ask, long, &hard, &pattern, left);
            for run in &mut runs {
                if let Role::Hard(number) = &mut run.role {
                    *number = which[*number];
                }
            }
            Some((Laid { runs, left_out: ask.hard.len() - kept }, pattern))
        })
    }

    fn pattern(&mut self, ask: &Ask<'_>, long: Option<Distance>, hard: &[Fixed], easy: usize) -> Option<Pattern> {
        let fits = |time: Duration, takes: &dyn Fn(usize, &DayRoom) -> bool| {
            let days = ask.days.iter().enumerate();
            days.map(|(at, day)| day.holds(time) && takes(at, day)).collect::<Vec<bool>>()
        };
        let week = ask.days.first().map(|day| day.date);
        let since = |before: Option<Date>| match (before, week) {
            (Some(before), Some(week)) => (week - before).min(LONG_AGO),
            _ => LONG_AGO,
        };
        let shape = Shape {
            free: ask.days.iter().map(|day| day.free).collect(),
            long_fits: long.map(|long| fits(long.at(ask.easy), &|_, day| day.takes.long)),
            hard_fits: hard
                .iter()
                .map(|h| fits(h.time, &|at, day| day.hard && h.day.map_or(day.takes.hard, |own| own == at)))
                .collect(),
            easy_fits: fits(ask.shortest.at(ask.easy), &|_, day| day.takes.easy),
            easy,
            apart: ask.apart,
            before_race: ask.before_race,
            since_hard: since(ask.hard_before),
            since_long: since(ask.long_before),
            preferred: ask.long_days.to_vec(),
            races: ask.races.to_vec(),
            wanted: ask.days.iter().map(|day| day.takes.wanted).collect(),
            own: (0..ask.days.len()).filter(|at| ask.days[*at].own.is_some()).collect(),
            efforts: efforts(ask).chain(ask.ahead.iter().copied()).collect(),
            day_two: ask.day_two.is_some(),
        };
        if let Some(known) = self.known.get(&shape) {
            return known.clone();
        }
        let found = search(&shape);
        self.known.insert(shape, found.clone());
        found
    }
}

/// What somebody has put on days of the week.
fn owned(ask: &Ask<'_>) -> Vec<Run> {
    let own = ask.days.iter().enumerate().filter_map(|(day, room)| Some((day, room.own?)));
    own.map(|(day, own)| Run { day, role: Role::Own, distance: own.distance }).collect()
}

/// The days on which what somebody has put there is hard or long.
fn efforts<'a>(ask: &'a Ask<'_>) -> impl Iterator<Item = i64> + 'a {
    (0i64..).zip(ask.days).filter(|(_, day)| day.own.is_some_and(|own| own.effort)).map(|(at, _)| at)
}

/// Which hard sessions to keep, best first: all of them, then as many as possible, the most wanted before the others.
fn choices(count: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> =
        (0u32..1 << count).map(|mask| (0..count).filter(|number| mask & (1 << number) != 0).collect()).collect();
    all.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    all
}

/// The best days of all, by trying each.
fn search(shape: &Shape) -> Option<Pattern> {
    let days: Vec<usize> = (0..shape.free.len()).filter(|day| shape.free[*day]).collect();
    let mut best: Option<(Vec<i64>, Pattern)> = None;
    let longs: Vec<Option<usize>> = match &shape.long_fits {
        None => vec![None],
        Some(fits) => days.iter().copied().filter(|day| fits[*day] && shape.long_may(*day)).map(Some).collect(),
    };
    for long in longs {
        let mut hards = vec![Vec::new()];
        for fits in &shape.hard_fits {
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
            if !shape.far_enough(long, &hard) {
                continue;
            }
            let fits = &shape.easy_fits;
            let rest: Vec<usize> =
                days.iter().copied().filter(|d| Some(*d) != long && !hard.contains(d) && fits[*d]).collect();
            for mask in 0u32..1 << rest.len() {
                if mask.count_ones() as usize != shape.easy {
                    continue;
                }
                let chosen: Vec<usize> =
                    rest.iter().enumerate().filter(|(i, _)| mask & (1 << i) != 0).map(|(_, day)| *day).collect();
                let cost = shape.cost(long, &hard, &chosen);
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    let off = shape.off(long);
                    best = Some((cost, Pattern { long, hard: hard.clone(), easy: chosen, off }));
                }
            }
        }
    }
    best.map(|(_, pattern)| pattern)
}

impl Shape {
    /// Whether a long run may stand on a day: not on the heels of a hard session, not shortly before a race.
    fn long_may(&self, day: usize) -> bool {
        let day = day as i64;
        self.since_hard.min(self.since_long) + day >= self.apart.min(2)
            && self.efforts.iter().all(|other| (day - other).abs() >= self.apart.min(2))
            && !self.races.iter().any(|race| race.is_near(day, race.not_long))
    }

    /// Whether hard sessions keep their distance from each other, from the long run, from the week before, and from races.
    fn far_enough(&self, long: Option<usize>, hard: &[usize]) -> bool {
        let gap = |a: usize, b: usize| a.abs_diff(b) as i64;
        let long_keeps = long.is_none_or(|long| hard.is_empty() || self.since_hard + long as i64 >= self.apart);
        long_keeps
            && hard.iter().enumerate().all(|(i, day)| {
                let later = hard[i + 1..].iter().all(|other| gap(*day, *other) >= self.apart);
                // The second long run of a weekend asks for as much as the first.
                let last_long = |long: usize| if self.day_two && *day > long { long + 1 } else { long };
                let from_long = long.is_none_or(|long| gap(*day, last_long(long)) >= self.apart);
                let day = *day as i64;
                let from_before = (self.since_hard + day).min(self.since_long + day) >= self.apart;
                let from_race = !self.races.iter().any(|race| race.is_near(day, race.quiet));
                // The long run of the week to come likes its day too.
                let from_next = self.preferred.first().is_none_or(|next| 7 + *next as i64 - day >= self.apart);
                let from_own = self.efforts.iter().all(|other| (day - other).abs() >= self.apart);
                later && from_long && from_before && from_race && from_next && from_own
            })
    }

    /// How far the long run is off the day that the runner likes best.
    fn off(&self, long: Option<usize>) -> i64 {
        let at = |day: usize| self.preferred.iter().position(|p| *p == day).unwrap_or(self.preferred.len());
        long.map_or(0, |day| at(day) as i64)
    }

    /// What days cost, gravest first: the long run off its day, many running days in a row, hard days close together.
    fn cost(&self, long: Option<usize>, hard: &[usize], easy: &[usize]) -> Vec<i64> {
        let mut runs = [false; 7];
        for day in hard.iter().chain(easy).chain(&self.own).copied().chain(long) {
            if let Some(run) = runs.get_mut(day) {
                *run = true;
            }
        }
        let in_a_row: i64 = runs.split(|run| !run).map(|streak| (streak.len() * streak.len()) as i64).sum();
        // Gaps between what is long or hard, the week before and a race to come included: the smaller the least, the worse.
        let mut effort: Vec<i64> = hard
            .iter()
            .copied()
            .chain(long)
            .map(|day| day as i64)
            .chain(self.races.iter().map(|race| race.day))
            .collect();
        effort.extend(&self.efforts);
        effort.sort_unstable();
        let before = self.since_hard.min(self.since_long);
        let mut least = effort.first().map_or(LONG_AGO, |first| first + before);
        for pair in effort.windows(2) {
            least = least.min(pair[1] - pair[0]);
        }
        // What is left to choose: rest after the long run before the week, and, before a race, the last effort late.
        let first = effort.first().map_or(0, |first| -first.min(&3));
        let late = if self.races.is_empty() { 1 } else { -1 };
        let order = hard.iter().map(|day| late * *day as i64).chain(easy.iter().map(|day| *day as i64));
        // A long run sooner after a hard session than the rules would have it is the gravest.
        let sore = long.map_or(0, |day| (self.apart - self.since_hard.min(self.since_long) - day as i64).max(0));
        let missed = (0..runs.len()).filter(|day| self.wanted.get(*day) == Some(&true) && !runs[*day]).count() as i64;
        let alone = i64::from(self.day_two && long.is_some_and(|long| !easy.contains(&(long + 1))));
        [sore, self.off(long), alone, missed, in_a_row, -least, first].into_iter().chain(order).collect()
    }
}

/// How far each run goes: what the long and the hard runs leave is shared by the easy ones.
fn distances(ask: &Ask<'_>, long: Option<Distance>, hard: &[Fixed], pattern: &Pattern, left: Distance) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    if let (Some(day), Some(distance)) = (pattern.long, long) {
        runs.push(Run { day, role: Role::Long, distance });
    }
    runs.extend(owned(ask));
    let own: Vec<i64> = efforts(ask).collect();
    let effort = |day: usize| Some(day) == pattern.long || pattern.hard.contains(&day) || own.contains(&(day as i64));
    let raced = |day: usize| ask.races.iter().any(|race| race.day + 1 == day as i64);
    let after = |day: usize| (day > 0 && effort(day - 1)) || (day == 0 && follows(ask)) || raced(day);
    // No easy run outgrows the long one, save where its own day cuts that one short.
    let top = long.and(ask.long).map_or(ask.longest, |long| ask.longest.min(long));
    let mut easy: Vec<(Run, Distance, f64)> = pattern
        .easy
        .iter()
        .map(|day| {
            let room = &ask.days[*day];
            let recovery = after(*day);
            let role = if recovery { Role::Recovery } else { Role::Easy };
            let most = room.at_most(if room.short { ask.shortest.min(top) } else { top }, ask.easy).floor_to(ask.grain);
            let weight = if recovery { ask.recovery.fraction() } else { 1.0 };
            (Run { day: *day, role, distance: Distance::ZERO }, most, weight)
        })
        .collect();
    let shortest = ask.shortest.ceil_to(ask.grain);
    let mut left = left.floor_to(ask.grain);
    if let Some((two, distance)) = day_two(ask, long, pattern, &easy, left) {
        // The day after it follows something long as well.
        for (run, _, weight) in easy.iter_mut().filter(|(run, ..)| run.day == pattern.easy[two] + 1) {
            (run.role, *weight) = (Role::Recovery, ask.recovery.fraction());
        }
        easy.remove(two);
        runs.push(Run { day: pattern.easy[two], role: Role::DayTwo, distance });
        left -= distance;
    }
    let medium = medium(ask, pattern, &easy);
    if let Some(medium) = medium {
        easy[medium].2 = ask.medium.fraction();
    }
    for (run, most, _) in &mut easy {
        run.distance = shortest.min(*most).min(left);
        left -= run.distance;
    }
    // The easy parts of a hard session take their share too: a longer way to warm up rather than a long recovery run.
    let hard = pattern.hard.iter().zip(hard).enumerate().map(|(number, (day, fixed))| {
        // Each of its steps is told in whole seconds, which may add up to a few more.
        let within = |most: Duration| (most - Duration::from_minutes(ROUNDING).min(most)).min(fixed.most);
        let time = ask.days[*day].most.map_or(fixed.most, within);
        let more = if time > fixed.time { (time - fixed.time).at(ask.easy) } else { Distance::ZERO };
        let most = (fixed.distance + more).min(top).floor_to(ask.grain).max(fixed.distance);
        (Run { day: *day, role: Role::Hard(number), distance: fixed.distance }, most, 1.0)
    });
    easy.extend(hard);
    share_out(&mut easy, left, ask.grain);
    if let Some((run, ..)) = medium.map(|medium| &mut easy[medium])
        && long.is_some_and(|long| run.distance >= long.times(MEDIUM))
    {
        run.role = Role::MediumLong;
    }
    runs.extend(easy.into_iter().map(|(run, _, _)| run).filter(|run| !run.distance.is_zero()).map(|run| {
        let too_long = run.role == Role::Recovery && run.distance > ask.recovery_longest;
        Run { role: if too_long { Role::Easy } else { run.role }, ..run }
    }));
    runs.sort_by_key(|run| run.day);
    runs
}

/// The easy run that becomes the second long one of a weekend, by its place among the easy ones, and how far it goes: the
/// other runs keep what makes them worth it.
fn day_two(
    ask: &Ask<'_>,
    long: Option<Distance>,
    pattern: &Pattern,
    easy: &[(Run, Distance, f64)],
    left: Distance,
) -> Option<(usize, Distance)> {
    let ([least, most], long, day) = (ask.day_two?, long?, pattern.long?);
    let two = easy.iter().position(|(run, ..)| run.day == day + 1)?;
    let others = ask.shortest.ceil_to(ask.grain).times((easy.len() - 1) as f64);
    let room = if left > others { left - others } else { Distance::ZERO };
    let own = ask.days[easy[two].0.day].at_most(long.times(most.fraction()), ask.easy);
    let distance = own.min(room).floor_to(ask.grain);
    (distance >= long.times(least.fraction())).then_some((two, distance))
}

/// The easy run that is to be longer than the others, by its place among them: the one furthest from what is long or hard,
/// where another plain one is left.
fn medium(ask: &Ask<'_>, pattern: &Pattern, easy: &[(Run, Distance, f64)]) -> Option<usize> {
    let plain = |index: &usize| easy[*index].0.role == Role::Easy && !ask.days[easy[*index].0.day].short;
    let plain: Vec<usize> = (0..easy.len()).filter(plain).collect();
    let clear = |index: &usize| {
        let efforts = pattern.hard.iter().copied().chain(pattern.long);
        efforts.map(|effort| effort.abs_diff(easy[*index].0.day)).min().unwrap_or(0)
    };
    let wanted = ask.medium > Share::WHOLE && plain.len() > 1;
    plain.iter().copied().filter(|_| wanted).max_by_key(|index| (clear(index), std::cmp::Reverse(*index)))
}

/// Whether the last effort before this week was on its eve.
fn follows(ask: &Ask<'_>) -> bool {
    let before = ask.hard_before.max(ask.long_before);
    matches!((before, ask.days.first()), (Some(before), Some(first)) if first.date - before == 1)
}

/// Shares a distance among runs in whole grains: each by its weight, none above its most.
fn share_out(runs: &mut [(Run, Distance, f64)], left: Distance, grain: Distance) {
    let mut grains = left.steps_of(grain);
    // Grain by grain to whoever is furthest below their share: exact, and the same every time.
    while grains > 0 {
        let below = |(run, most, weight): &(Run, Distance, f64)| {
            (run.distance + grain <= *most).then(|| run.distance.metres() / weight)
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
            .map(|(free, day)| DayRoom {
                date: start + day,
                free,
                most: None,
                hard: true,
                short: false,
                own: None,
                takes: Takes::ANYTHING,
            })
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
            before_race: 4,
            long_days,
            hard_before: None,
            long_before: None,
            races: &[],
            ahead: &[],
            day_two: None,
            medium: Share::WHOLE,
            easy: Pace::from_seconds_per_km(360.0),
            grain: Units::Km.half(),
        }
    }

    #[test]
    fn days_always_sum_to_the_week() {
        let days = week([true, true, false, true, false, true, true]);
        let hard = [Fixed {
            distance: km(9.0),
            time: Duration::from_minutes(52.0),
            most: Duration::from_minutes(75.0),
            day: None,
        }];
        let laid = Layout::default().lay(&ask(&days, &hard, &[5]));
        assert_eq!(laid.runs.iter().map(|run| run.distance).sum::<Distance>(), km(38.0));
        assert_eq!(laid.runs.iter().find(|run| run.role == Role::Long).unwrap().day, 5);
        assert_eq!(laid.left_out, 0);
    }

    #[test]
    fn hard_days_keep_their_distance_across_the_weeks_border() {
        let days = week([true, true, false, true, false, true, false]);
        let hard = [Fixed {
            distance: km(9.0),
            time: Duration::from_minutes(52.0),
            most: Duration::from_minutes(75.0),
            day: None,
        }];
        let mut asked = ask(&days, &hard, &[5]);
        asked.hard_before = Some(days[0].date + -1);
        let laid = Layout::default().lay(&asked);
        assert_ne!(laid.runs.iter().find(|run| run.role == Role::Hard(0)).unwrap().day, 0);
    }

    #[test]
    fn what_finds_no_day_is_left_out_and_the_long_run_stays() {
        let days = week([false, false, false, false, false, true, true]);
        let hard = [Fixed {
            distance: km(9.0),
            time: Duration::from_minutes(52.0),
            most: Duration::from_minutes(75.0),
            day: None,
        }];
        let laid = Layout::default().lay(&ask(&days, &hard, &[6]));
        assert_eq!(laid.left_out, 1);
        assert!(laid.runs.iter().any(|run| run.role == Role::Long && run.day == 6));
    }

    #[test]
    fn a_hard_session_gives_way_before_the_long_run_leaves_its_day() {
        let days = week([true, false, true, false, false, false, true]);
        let hard = [Fixed {
            distance: km(9.0),
            time: Duration::from_minutes(52.0),
            most: Duration::from_minutes(75.0),
            day: None,
        }; 2];
        let mut asked = ask(&days, &hard, &[6, 2]);
        asked.apart = 4;
        asked.hard_before = Some(days[0].date + -4);
        let laid = Layout::default().lay(&asked);
        assert!(laid.runs.iter().any(|run| run.role == Role::Long && run.day == 6), "{laid:?}");
        assert_eq!(laid.left_out, 1);
    }

    #[test]
    fn nothing_is_hard_after_a_race_and_nothing_long_just_before_it() {
        let days = week([true; 7]);
        let hard = [Fixed {
            distance: km(6.0),
            time: Duration::from_minutes(40.0),
            most: Duration::from_minutes(75.0),
            day: None,
        }];
        let mut asked = ask(&days, &hard, &[5]);
        let race = |day| [RaceDay { day, quiet: 2, not_long: 4, easy_after: 14 }];
        let soon = race(2);
        asked.races = &soon;
        let laid = Layout::default().lay(&asked);
        assert!(laid.runs.iter().all(|run| !matches!(run.role, Role::Hard(_)) || run.day == 0), "{laid:?}");
        let later = race(7);
        asked.races = &later;
        let laid = Layout::default().lay(&asked);
        assert!(laid.runs.iter().all(|run| run.role != Role::Long || run.day <= 3), "{laid:?}");
    }

    #[test]
    fn a_hard_session_that_fits_nowhere_does_not_take_the_others_with_it() {
        let mut days = week([false, true, false, true, false, true, false]);
        days[1].most = Some(Duration::from_minutes(60.0));
        days[3].most = Some(Duration::from_minutes(60.0));
        let long = Fixed {
            distance: km(12.0),
            time: Duration::from_minutes(70.0),
            most: Duration::from_minutes(75.0),
            day: None,
        };
        let short = Fixed {
            distance: km(8.0),
            time: Duration::from_minutes(50.0),
            most: Duration::from_minutes(75.0),
            day: None,
        };
        let laid = Layout::default().lay(&ask(&days, &[long, short], &[5]));
        assert!(laid.runs.iter().any(|run| run.role == Role::Hard(1)), "{laid:?}");
        assert_eq!(laid.left_out, 1);
    }

    #[test]
    fn what_somebody_put_on_a_day_stands_and_the_week_goes_round_it() {
        let mut days = week([true, true, true, true, true, true, false]);
        days[3].own = Some(Own { distance: km(9.0), effort: true });
        days[3].free = false;
        let hard = [Fixed {
            distance: km(9.0),
            time: Duration::from_minutes(52.0),
            most: Duration::from_minutes(75.0),
            day: None,
        }];
        let laid = Layout::default().lay(&ask(&days, &hard, &[5]));
        assert_eq!(laid.runs.iter().filter(|run| run.role == Role::Own).count(), 1);
        assert_eq!(laid.volume(), km(38.0));
        let hard = laid.runs.iter().find(|run| matches!(run.role, Role::Hard(_))).unwrap();
        assert!(hard.day <= 1, "two days before it: {laid:?}");
    }

    #[test]
    fn a_weekend_of_two_long_runs_leaves_the_others_what_makes_them_worth_it() {
        let days = week([false, true, true, true, false, true, true]);
        let mut asked = ask(&days, &[], &[5]);
        let shares = [Share::from_fraction(0.4), Share::from_fraction(0.55)];
        (asked.volume, asked.long, asked.longest) = (km(70.0), Some(km(30.0)), km(14.0));
        asked.day_two = Some(shares);
        let two =
            |laid: &Laid| laid.runs.iter().find(|run| run.role == Role::DayTwo).map(|run| (run.day, run.distance));
        let laid = Layout::default().lay(&asked);
        assert_eq!(two(&laid), Some((6, km(16.5))));
        assert_eq!(laid.volume(), km(70.0));
        // Too little is left for four tenths of the long run.
        asked.volume = km(50.0);
        assert_eq!(two(&Layout::default().lay(&asked)), None);
        // The long run's eve holds none.
        asked.volume = km(70.0);
        let sunday = [6];
        asked.long_days = &sunday;
        assert_eq!(two(&Layout::default().lay(&asked)), None);
    }

    #[test]
    fn a_medium_long_run_stands_clear_of_what_is_long_or_hard() {
        let days = week([true, true, true, true, false, true, true]);
        let mut asked = ask(&days, &[], &[5]);
        (asked.volume, asked.long, asked.longest, asked.runs) = (km(70.0), Some(km(22.0)), km(16.0), 6);
        asked.medium = Share::from_fraction(1.4);
        let laid = Layout::default().lay(&asked);
        let medium: Vec<&Run> = laid.runs.iter().filter(|run| run.role == Role::MediumLong).collect();
        assert_eq!(medium.len(), 1, "{laid:?}");
        assert!(laid.runs.iter().filter(|run| run.role == Role::Easy).all(|run| run.distance < medium[0].distance));
        assert_eq!(laid.volume(), km(70.0));
    }

    #[test]
    fn a_session_with_a_day_of_its_own_stands_there_or_nowhere() {
        let days = week([true, true, true, true, true, true, false]);
        let session = |day| Fixed {
            distance: km(9.0),
            time: Duration::from_minutes(52.0),
            most: Duration::from_minutes(75.0),
            day: Some(day),
        };
        let at = |day: usize| {
            let hard = [session(day)];
            let laid = Layout::default().lay(&ask(&days, &hard, &[5]));
            laid.runs.iter().find(|run| run.role == Role::Hard(0)).map(|run| run.day)
        };
        assert_eq!(at(3), Some(3));
        assert_eq!(at(4), None, "the eve of the long run holds nothing hard");
    }

    #[test]
    fn a_capacity_is_what_the_layout_can_hold() {
        let days = week([true; 7]);
        for runs in 1..=6 {
            let most = capacity(&days, runs, km(14.0), km(12.0), Pace::from_seconds_per_km(360.0), Units::Km.half());
            let mut asked = ask(&days, &[], &[5]);
            asked.runs = runs;
            asked.volume = most + km(50.0);
            let laid = Layout::default().lay(&asked);
            assert_eq!(laid.runs.iter().map(|run| run.distance).sum::<Distance>(), most, "{runs} runs");
        }
    }
}
