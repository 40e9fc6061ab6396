//! What is asked of the layout: which hard sessions, how many runs, and what room the days have.

use super::amounts::longest_in_time;
use super::{DAYS, Maker, Target};
use crate::calendar::{Date, Weekday};
use crate::engine::Season;
use crate::engine::hand::{self, Hand};
use crate::engine::heat;
use crate::engine::phases::Slot;
use crate::engine::races::Entry;
use crate::engine::sessions::{self, Choice};
use crate::engine::week::{self, Ask, DayRoom, Laid, Own, RaceDay, Takes};
use crate::engine::workout::{self, Speeds};
use crate::measure::{Duration, Share};
use crate::plan::{PhaseName, WeekKind};
use crate::request::{Load, Priority, Request};
use crate::rulebook::layers::Settled;
use crate::rulebook::library::Workout;
use crate::rulebook::settings::key;
use crate::session::{Intensity, SessionKind};

/// How far ahead a week looks for a race, in days from its first: a race on the first days of the next week counts.
const LOOKS_AHEAD: i64 = 10;

/// And how far back: the easy days after a race reach so far at most.
const LOOKS_BACK: i64 = 21;

impl Maker<'_, '_> {
    /// What a training week's long run holds besides easy running, where it is its turn.
    pub(super) fn long_session(
        &self,
        index: usize,
        target: &Target,
        settled: &Settled,
        speeds: &Speeds,
    ) -> Option<Choice> {
        // Where it is too hot for hard running the long run is nothing but easy.
        let day = self.season.long_days().first().map_or(0, |day| *day as i64);
        if !heat::hard_outdoors(self.season, index, self.season.frame.slots[index].start + day) {
            return None;
        }
        let long = target.long.filter(|_| target.kind.trains() && !self.season.frame.run_walk)?;
        let room = sessions::Room {
            volume: target.volume,
            count: 1,
            longest: long,
            time: None,
            faster: 1.0,
            taper: false,
            gentlest: false,
            indoors: false,
            touch: false,
            grain: self.season.frame.grain,
        };
        let choice = self.memory.ladders.long(self.season.book, settled, speeds, room, self.memory.long_turn)?;
        // Blocks are a hard session of the week: where it holds none, the long run stays easy.
        let blocks = self.season.book.workouts.get(&choice.id).is_some_and(workout::has_blocks);
        // A long run stays outdoors, so its blocks do too.
        (!blocks || target.hard > 0 && settled.get(key::HEAT_HARD_OUTDOORS)).then_some(choice)
    }

    /// The hard sessions of a week.
    pub(super) fn hard_sessions(
        &self,
        index: usize,
        target: &Target,
        settled: &Settled,
        speeds: &Speeds,
        hand: &Hand,
    ) -> Vec<Choice> {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let blocks = |choice: &Choice| season.book.workouts.get(&choice.id).is_some_and(workout::has_blocks);
        // A long run with blocks is one of the week's hard sessions.
        let count = target.hard.saturating_sub(usize::from(self.long_work.as_ref().is_some_and(blocks)));
        if count == 0 || !slot.days().any(|date| season.holds_hard(index, date)) {
            return Vec::new();
        }
        // What is too long for every day on which it could stand is not chosen; a day without a limit holds anything.
        let long = season.long_days().first().copied().filter(|_| target.long.is_some());
        let apart = apart(settled);
        let stands = |day: &Weekday| {
            let day = i64::from(day.days_after(season.frame.span.first));
            long.is_none_or(|long| (day - long as i64).abs() >= apart)
        };
        let days: Vec<Weekday> = season.request.week.days.iter().map(|day| day.value).filter(stands).collect();
        let most = days.iter().map(|day| season.request.week.most.get(day).map(|at| at.value));
        let time = most.collect::<Option<Vec<Duration>>>().and_then(|times| times.into_iter().max());
        let pace = |speeds: &Speeds| speeds.reckon(Intensity::Threshold).seconds_per_km();
        let room = sessions::Room {
            volume: target.volume,
            count,
            longest: target.long.unwrap_or(target.volume).max(self.long.longest_of(4)).min(self.allowed_in(slot.start)),
            time,
            faster: pace(speeds) / pace(&season.frame.speeds),
            taper: target.kind == WeekKind::Taper,
            gentlest: matches!(target.kind, WeekKind::Race | WeekKind::Reset),
            indoors: !slot.days().any(|date| heat::hard_outdoors(season, index, date)),
            touch: target.kind == WeekKind::Reset,
            grain: season.frame.grain,
        };
        // Before a B race the legs are woken up as before any race.
        let phase = if target.kind == WeekKind::Race { PhaseName::Race } else { slot.phase };
        let trial = settled.get(key::TIME_TRIAL).then(|| sessions::plain(SessionKind::TimeTrial).to_owned());
        let asked: Vec<String> = trial.into_iter().chain(hand.pins.iter().map(|pin| pin.id.clone())).collect();
        let mut chosen = self.memory.ladders.choose(season.book, settled, phase, &asked, speeds, room);
        // What left its day for another one, or stands there already, is not chosen again.
        let own = hand.own.values().filter(|put| put.effort).count();
        let gone = hand.gone.iter().filter_map(|stood| stood.choice.as_ref());
        for id in hand.done().map(|choice| choice.id).chain(gone.map(|choice| choice.id.clone())) {
            chosen.retain(|choice| choice.id != id);
        }
        chosen.truncate(target.hard.saturating_sub(own));
        chosen
    }

    /// What the coach and the habits of the week have put on its days.
    pub(super) fn hand(&self, index: usize, settled: &Settled, speeds: &Speeds) -> Hand {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let grain = season.frame.grain;
        let trains = slot.phase.trains() && !season.resets.resets[index] && season.placed[index].away.is_none();
        let even = self.climb.best().times(1.0 / season.frame.runs.max(1) as f64);
        let even = even.times(if trains { 1.0 } else { settled.get(key::RUNS_OWN).fraction() });
        let even = even.min(longest_in_time(settled, speeds)).min(self.allowed_in(slot.start));
        let even = even.max(settled.get(key::RUNS_SHORTEST)).floor_to(grain).max(grain);
        let due = |id: &str, workout: &Workout| {
            Some(self.memory.ladders.due(id, workout, settled, speeds, self.climb.best(), grain))
        };
        let mut hand = Hand::of(season, slot, self.moves, trains, even, &due);
        for (day, stands) in season.kept.iter().flat_map(|kept| kept.days(slot)) {
            hand.stands(day, stands);
        }
        hand
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn lay(
        &mut self,
        index: usize,
        target: &Target,
        chosen: &[Choice],
        days: &[DayRoom],
        settled: &Settled,
        speeds: &Speeds,
        hand: &Hand,
    ) -> Laid {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let most = settled.get(key::RUNS_LONGEST).min(settled.get(key::LONG_RUN_LONGEST));
        let most = match target.kind {
            WeekKind::Race => most.min(settled.get(key::TAPER_RACE_WEEK_LONGEST)),
            _ => most,
        };
        let day = |choice: &Choice| hand.pins.iter().find(|pin| pin.id == choice.id).map(|pin| pin.day);
        let stretched = |choice: &Choice| most.min(choice.time + settled.get(key::HARD_EASY_AROUND));
        let hard: Vec<week::Fixed> =
            chosen.iter().map(|choice| week::Fixed { day: day(choice), ..choice.fixed(stretched(choice)) }).collect();
        let ahead: Vec<i64> =
            (7..7 + LOOKS_AHEAD).filter(|day| hand::effort_on(season, self.moves, slot.start + *day)).collect();
        let steps_back = matches!(target.kind, WeekKind::Reset | WeekKind::Recover);
        let fewer = if steps_back { settled.get(key::RESET_FEWER_RUNS) } else { 0 };
        let fewer = season.frame.runs.saturating_sub(usize::try_from(fewer).unwrap_or(0)).max(1);
        // A step back has a run fewer where the others hold what it keeps.
        let longest = self.longest_easy(days, settled, speeds);
        let (long, easy, grain) = (target.long, speeds.reckon(Intensity::Easy), season.frame.grain);
        let holds =
            |runs| long.is_none_or(|long| week::capacity(days, runs, long, longest, easy, grain) >= target.volume);
        let runs = if holds(fewer) { fewer } else { season.frame.runs };
        let races = self.races_near(slot, settled);
        let shortest = settled.get(key::RUNS_SHORTEST);
        // By the minute every session of a step back stays, however short.
        let by_minute = season.frame.run_walk && target.kind == WeekKind::Reset;
        let shortest = match target.kind {
            _ if by_minute => shortest.min(season.frame.grain),
            // A small week that steps back keeps its runs too, a little under what is worth putting shoes on for.
            WeekKind::Reset => {
                let others = runs.min(days.iter().filter(|day| day.free).count()).saturating_sub(1).max(1);
                let left = match target.long {
                    None => target.volume,
                    Some(long) if long < target.volume => target.volume - long,
                    Some(_) => grain,
                };
                shortest.min(left.times(1.0 / others as f64).floor_to(grain).max(grain))
            }
            _ => shortest,
        };
        let ask = Ask {
            days,
            volume: target.volume,
            long: target.long.filter(|long| !long.is_zero()),
            hard: &hard,
            runs,
            shortest,
            longest: match target.kind {
                WeekKind::Race => {
                    let most = settled.get(key::TAPER_RACE_WEEK_LONGEST).at(speeds.reckon(Intensity::Easy));
                    // No run of race week is longer than the longest of the week before.
                    let before = self.long.last().unwrap_or(most);
                    most.min(before).min(self.longest_easy(days, settled, speeds))
                }
                // Where a race or a closed day takes the place of the long run, no other run becomes one.
                WeekKind::Reset if !season.frame.run_walk => {
                    let clear = self.block().times(settled.get(key::RESET_LONG_RUN_BELOW).fraction());
                    clear.floor_to(season.frame.grain).min(self.longest_easy(days, settled, speeds))
                }
                WeekKind::Recover if slot.phase == PhaseName::Recovery => {
                    let ran = self.memory.ran_since_race;
                    let most = if ran { key::RECOVERY_LONGEST } else { key::RECOVERY_FIRST_LONGEST };
                    let most = settled.get(most).at(speeds.reckon(Intensity::Easy));
                    most.min(self.longest_easy(days, settled, speeds))
                }
                _ => self.longest_easy(days, settled, speeds),
            },
            recovery: settled.get(key::RUNS_RECOVERY),
            recovery_longest: settled.get(key::RUNS_RECOVERY_LONGEST).at(speeds.reckon(Intensity::Easy)),
            apart: apart(settled),
            before_race: settled.get(key::LONG_RUN_BEFORE_RACE),
            long_days: &self.long_days(index, target, settled, speeds),
            hard_before: self.memory.hard_before,
            long_before: self.memory.long_before,
            races: &races,
            ahead: &ahead,
            day_two: self.day_two(index, target, settled, speeds),
            medium: if target.kind.trains() && season.races_in(slot).next().is_none() {
                settled.get(key::RUNS_MEDIUM_LONG)
            } else {
                Share::WHOLE
            },
            easy: speeds.reckon(Intensity::Easy),
            grain: season.frame.grain,
        };
        self.layout.lay(&ask)
    }

    /// How long the second long run of the weekend is against the first, where the week holds one: every other training
    /// week, where the first is long enough to ask for it, and not once the last of the longest runs is behind.
    fn day_two(&self, index: usize, target: &Target, settled: &Settled, speeds: &Speeds) -> Option<[Share; 2]> {
        let slot = &self.season.frame.slots[index];
        let least = settled.get(key::LONG_RUN_DAY_TWO_FROM).at(speeds.reckon(Intensity::Easy));
        let last = u32::try_from(settled.get(key::LONG_RUN_LAST)).unwrap_or(0);
        let calm = target.kind.trains()
            && !self.memory.two_before
            && self.season.races_in(slot).next().is_none()
            && slot.weeks_to_race.is_none_or(|weeks| weeks >= last);
        let shares = settled.get(key::LONG_RUN_DAY_TWO);
        let shares = shares.first().copied().zip(shares.last().copied()).filter(|(_, most)| most.fraction() > 0.0);
        shares.filter(|_| calm && target.long.is_some_and(|long| long >= least)).map(|(least, most)| [least, most])
    }

    /// The days on which the long run is liked best. A weekend of two long runs needs the day before the last of the week
    /// for the first of them.
    fn long_days(&self, index: usize, target: &Target, settled: &Settled, speeds: &Speeds) -> Vec<usize> {
        let mut days = self.season.long_days();
        let first = self.season.frame.slots[index].start;
        let eve = days.first().and_then(|day| day.checked_sub(1)).filter(|_| days.first() == Some(&(DAYS - 1)));
        let free = |day: &usize| is_free(self.season.request, first + *day as i64);
        if let Some(eve) = eve.filter(free).filter(|_| self.day_two(index, target, settled, speeds).is_some()) {
            days.retain(|day| *day != eve);
            days.insert(0, eve);
        }
        days
    }

    /// What the races in and around a week ask of its days.
    fn races_near(&self, slot: &Slot, settled: &Settled) -> Vec<RaceDay> {
        let apart = apart(settled);
        let not_long = settled.get(key::RACES_NOT_LONG_DAYS);
        let of = |entry: Entry<'_>| {
            let day = entry.date() - slot.start;
            let calm = |easy_after: i64, quiet: i64| RaceDay { day, quiet, not_long, easy_after };
            match entry.priority {
                Priority::A => calm(settled.get(key::RECOVERY_EASY_DAYS), apart),
                Priority::B => {
                    let easy = self.season.frame.after_b.get(&entry.date()).map_or(0, |(_, easy)| *easy);
                    calm(easy.max(apart - 1), settled.get(key::RACES_QUIET_DAYS).max(apart - 1) + 1)
                }
                // Run out of the training: as far from other hard days as any hard session.
                Priority::C => RaceDay { day, quiet: apart, not_long: apart, easy_after: apart - 1 },
            }
        };
        self.season.races().map(of).filter(|race| (-LOOKS_BACK..=LOOKS_AHEAD).contains(&race.day)).collect()
    }

    /// The days of a week as the layout sees them.
    pub(super) fn days(&self, index: usize, settled: &Settled, hand: &Hand) -> Vec<DayRoom> {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let request = season.request;
        let treadmill = season.treadmill();
        slot.days()
            .enumerate()
            .map(|(at, date)| {
                let put = hand.own.get(&at);
                let after_race =
                    season.races().any(|race| race.date() == date) || rests_after_a_race(season, settled, date);
                let own = request.week.most.get(&date.weekday()).map(|at| at.value);
                let heat = (!treadmill).then(|| heat::longest_outdoors(season, index, date));
                let life = Some(settled.get(key::RUNS_LIFE_LONGEST));
                let most = [own, heat, life].into_iter().flatten().min();
                DayRoom {
                    date,
                    free: date >= season.frame.span.start
                        && (is_free(request, date) || hand.open.contains(&at))
                        && !after_race
                        && put.is_none()
                        && !hand.closed.contains(&at),
                    most,
                    hard: season.holds_hard(index, date),
                    short: season.races().any(|race| race.date() - date == 1),
                    own: put.map(|put| Own { distance: put.distance, effort: put.effort }),
                    takes: Takes {
                        long: hand.long.is_none_or(|long| long == at),
                        hard: hand.long != Some(at)
                            && !hand.plain.contains_key(&at)
                            && !hand.pins.iter().any(|pin| pin.day == at),
                        easy: hand.long != Some(at),
                        wanted: hand.plain.contains_key(&at),
                    },
                }
            })
            .collect()
    }
}

/// Whether a day is one of those without running after a race.
pub(in crate::engine) fn rests_after_a_race(season: &Season<'_>, settled: &Settled, date: Date) -> bool {
    season.races().any(|race| {
        let rest = match race.priority {
            Priority::A => settled.get(key::RECOVERY_NO_RUN_DAYS),
            Priority::B => season.frame.after_b.get(&race.date()).map_or(0, |(rest, _)| *rest),
            Priority::C => 0,
        };
        (1..=rest).contains(&(date - race.date()))
    })
}

/// Days between hard sessions.
pub(super) fn apart(settled: &Settled) -> i64 {
    (settled.get(key::HARD_APART).hours() / 24.0).ceil() as i64
}

/// Whether the runner can train on a day: one of the free days, and life lets them.
pub(in crate::engine) fn is_free(request: &Request, date: Date) -> bool {
    let usual = request.week.free(date.weekday());
    request.life.iter().filter(|life| (life.from.value..=life.to.value).contains(&date)).fold(usual, |free, life| {
        let off = life.load.as_ref().is_some_and(|at| matches!(at.value, Load::Off | Load::Ill));
        match &life.days {
            _ if off => false,
            Some(days) => days.iter().any(|day| day.value == date.weekday()),
            None => free,
        }
    })
}
