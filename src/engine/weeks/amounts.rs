//! How much: what a week is asked to hold, and its long run.

use super::{DAYS, Maker, Target, is_free, rests_after_a_race};
use crate::calendar::Date;
use crate::engine::volume::{self, REMEMBERS, Room};
use crate::engine::week::{self, DayRoom};
use crate::engine::workout::Speeds;
use crate::engine::{Away, LIFE_WEEK, Season};
use crate::measure::{Distance, Share};
use crate::plan::{PhaseName, WeekKind};
use crate::request::Load;
use crate::rulebook::layers::Settled;
use crate::rulebook::settings::{Stage, key};
use crate::rulebook::words::{Facts, word};
use crate::session::Intensity;

/// A week that is cut short and holds as many runs as ever is no whole week all the same.
const NEARLY_WHOLE: f64 = 0.999;

impl Maker<'_, '_> {
    /// How far the week goes and its long run, before its kind has settled the rest.
    pub(super) fn target(&mut self, index: usize, days: &[DayRoom], speeds: &Speeds) -> Target {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let placed = &season.placed[index].settled;
        let grain = season.frame.grain;
        match slot.phase {
            phase if phase.trains() && season.placed[index].away.is_some() => self.away(index, days),
            phase if phase.trains() && season.resets.resets[index] => {
                Target { volume: Distance::ZERO, long: None, kind: WeekKind::Reset, hard: 0 }
            }
            phase if phase.trains() && season.frame.b_race(slot).is_some() => {
                // A short taper: less of everything, and nothing long.
                let share = placed.get(key::RACES_B_VOLUME).fraction();
                let last = self.climb.last().unwrap_or_else(|| self.climb.best());
                Target { volume: last.times(share).floor_to(grain), long: None, kind: WeekKind::Race, hard: 0 }
            }
            phase if phase.trains() => {
                let easy = speeds.reckon(Intensity::Easy);
                let most_time = placed.get(key::LONG_RUN_LONGEST).min(placed.get(key::RUNS_LIFE_LONGEST)).at(easy);
                let last = u32::try_from(placed.get(key::LONG_RUN_LAST)).unwrap_or(0);
                let mut wanted = self.long.coming(self.allowed_in(slot.start)).min(most_time);
                if slot.weeks_to_race.is_some_and(|weeks| weeks < last) {
                    // The last of the longest runs is behind: what comes now already tapers.
                    let first = placed.get(key::TAPER_VOLUME).first().copied().unwrap_or(Share::WHOLE);
                    wanted = wanted.min(self.long.longest_of(REMEMBERS).times(first.fraction()));
                }
                let wanted = wanted.floor_to(grain);
                let last_week = self.climb.last();
                // Where life or a late start leaves few days, each run is a larger part of the week.
                let free = days.iter().filter(|day| day.free).count().clamp(1, season.frame.runs.max(1));
                let share = placed.get(key::LONG_RUN_SHARE).fraction().max(1.0 / free as f64);
                let room = room_of(season, index, self.held);
                let grows = self.climb.grows(room);
                let mut volume = self.climb.coming(room);
                // The long run is a share of the week, and the week holds no easy run longer than the long one: both settle together.
                let mut long = wanted.min(volume.times(share)).floor_to(grain);
                loop {
                    let holds = self.capacity(days, placed, long, speeds);
                    if volume <= holds {
                        break;
                    }
                    volume = holds;
                    long = long.min(volume.times(share)).floor_to(grain);
                }
                // What is left and too little for a run of its own goes into the long one.
                if volume < long + placed.get(key::RUNS_SHORTEST) {
                    long = volume.min(wanted).max(long);
                }
                // What may not grow holds, from the first week on.
                let kind = if grows { volume::kind(volume, last_week) } else { WeekKind::Hold };
                // A race on the way takes its own distance out of the week, and where it is long enough the long run's place.
                let raced: Distance = season.races_in(slot).map(|race| race.kind.distance).sum();
                if raced.is_zero() {
                    return Target { volume, long: Some(long), kind, hard: 0 };
                }
                let left = if volume > raced { volume - raced } else { Distance::ZERO };
                let volume = left.max(volume.times(placed.get(key::RACES_C_LEAST).fraction())).floor_to(grain);
                let long = (raced < long).then(|| long.min(volume.times(share)).floor_to(grain));
                Target { volume, long, kind, hard: 0 }
            }
            PhaseName::Taper | PhaseName::Race => {
                let share = slot.share.unwrap_or(Share::WHOLE);
                let race = season.races_in(slot).map(|race| race.date()).min();
                // A race early in the week leaves only some days to share the week among.
                let whole = race.map_or(1.0, |date| ((date - slot.start) as f64 / (DAYS - 2) as f64).min(1.0));
                let mut volume = self.climb.reference().times(share.fraction() * whole).floor_to(grain);
                // A taper falls, whatever life made of the weeks before it.
                // Before the first whole week it falls from what the runner did; runs by the minute see to it by their turns.
                let came = Some(season.who.weekly).filter(|weekly| !weekly.is_zero() && !season.frame.run_walk);
                for before in self.memory.week_before.into_iter().chain(self.climb.last().or(came)) {
                    volume = volume.min(before.times(placed.get(key::TAPER_BELOW).fraction()).floor_to(grain));
                }
                let long = (slot.phase == PhaseName::Taper).then(|| {
                    let most_time = placed.get(key::LONG_RUN_LONGEST).at(speeds.reckon(Intensity::Easy));
                    let long = self.long.longest_of(REMEMBERS).times(share.fraction());
                    let free = days.iter().filter(|day| day.free).count().clamp(1, season.frame.runs.max(1));
                    let part = placed.get(key::LONG_RUN_SHARE).fraction().max(1.0 / free as f64);
                    // Too little for two runs is one run.
                    let two = placed.get(key::RUNS_SHORTEST).times(2.0);
                    let part = if volume < two { 1.0 } else { part };
                    let most = most_time.min(self.allowed_in(slot.start));
                    long.min(most).min(volume.times(part)).floor_to(grain)
                });
                let kind = if slot.phase == PhaseName::Taper { WeekKind::Taper } else { WeekKind::Race };
                Target { volume, long, kind, hard: 0 }
            }
            _ => {
                let share = slot.share.unwrap_or(Share::WHOLE);
                let volume = self.climb.reference().times(share.fraction()).floor_to(grain);
                // Once most of the week is back, one run is longer than the others: the long run returns from it. Of few runs
                // none is.
                let returns = slot.phase == PhaseName::Recovery && share >= placed.get(key::RECOVERY_LONG_RUN_FROM);
                let most = volume.times(placed.get(key::RECOVERY_LONG_RUN).fraction());
                let even = volume.times(1.0 / days.iter().filter(|day| day.free).count().max(1) as f64);
                let below = self.long.longest_of(2 * REMEMBERS).times(placed.get(key::RESET_LONG_RUN_BELOW).fraction());
                let in_time = placed.get(key::RECOVERY_LONGEST).at(speeds.reckon(Intensity::Easy));
                let long = most.min(below).min(in_time).min(self.allowed_in(slot.start)).floor_to(grain);
                let long = (returns && long > even).then_some(long);
                let volume = long.map_or(volume, |long| volume.min(self.capacity(days, placed, long, speeds)));
                Target { volume, long, kind: WeekKind::Recover, hard: 0 }
            }
        }
    }

    /// A week off, or on the way back from one.
    pub(super) fn away(&self, index: usize, days: &[DayRoom]) -> Target {
        let season = self.season;
        let settled = &season.frame.settled;
        let grain = season.frame.grain;
        let share = match season.placed[index].away {
            Some(Away::Back(share)) => share.fraction(),
            Some(Away::TooHot) => 0.0,
            _ => {
                let free = days.iter().filter(|day| day.free).count() as f64;
                settled.get(key::RETURN_FIRST).fraction() * (free / season.frame.runs.max(1) as f64).min(1.0)
            }
        };
        let volume = self.climb.best().times(share).floor_to(grain);
        Target { volume, long: None, kind: WeekKind::Recover, hard: 0 }
    }

    /// How long a run of a week may be after the runs of the last 30 days; before the first run of the season nothing grows.
    pub(super) fn allowed_in(&self, week: Date) -> Distance {
        let allowed = self.month.allowed_in(week);
        // After a month without a run, the first one back is what the others of its week are measured by.
        let allowed = match self.first_day_holds(week) {
            Some((day, first)) if self.month.is_bare(day) => allowed.min(self.month.grown(first)),
            _ => allowed,
        };
        if self.long.waits() { allowed.min(self.long.start()) } else { allowed }
    }

    /// The day of the first run of a week, and how far that can go, where the day has a limit.
    fn first_day_holds(&self, week: Date) -> Option<(Date, Distance)> {
        let season = self.season;
        let runs = |date: &Date| *date >= season.frame.span.start && is_free(season.request, *date);
        let first = (0..7).map(|day| week + day).find(runs)?;
        let most = season.request.week.most.get(&first.weekday())?;
        Some((first, most.value.at(season.frame.speeds.reckon(Intensity::Easy)).floor_to(season.frame.grain)))
    }

    /// What the days of a week can hold, by the same limits as the layout.
    pub(super) fn capacity(&self, days: &[DayRoom], settled: &Settled, long: Distance, speeds: &Speeds) -> Distance {
        let longest = self.longest_easy(days, settled, speeds);
        let easy = speeds.reckon(Intensity::Easy);
        week::capacity(days, self.season.frame.runs, long, longest, easy, self.season.frame.grain)
    }

    /// The longest run that is neither long nor hard.
    pub(super) fn longest_easy(&self, days: &[DayRoom], settled: &Settled, speeds: &Speeds) -> Distance {
        let allowed = days.first().map_or(Distance::ZERO, |first| self.allowed_in(first.date));
        longest_in_time(settled, speeds).min(allowed)
    }

    /// The settings that depend on what the week is, with the recipe of a step back.
    pub(super) fn amounts(&mut self, index: usize, kind: WeekKind) -> (Settled, Facts, Option<String>) {
        let season = self.season;
        let placed = &season.placed[index];
        let mut facts = placed.facts.clone();
        facts.text(word::WEEK_KIND, kind.name());
        facts.number(word::WEEK_WEEKS_SINCE_RESET, Some(season.resets.since[index] as f64));
        let resets = season.resets.resets.iter().filter(|reset| **reset).count();
        if kind == WeekKind::Reset {
            self.memory.resets_done += 1;
        }
        facts.number(word::WEEK_RESET_NUMBER, Some(f64::from(self.memory.resets_done)));
        facts.number(word::WEEK_RESETS, Some(resets as f64));
        let force = &season.frame.force;
        if !matches!(kind, WeekKind::Reset | WeekKind::Recover) {
            let later = force.settle(Stage::Amount, &facts, &[], self.ledger);
            return (later.above(&placed.settled), facts, None);
        }
        let which = key::RESET_RECIPE.index();
        let first = force.settle_some(Stage::Amount, &facts, &[], self.ledger, &|index| index == which);
        let recipe = first.get(key::RESET_RECIPE);
        let sheets = season.book.recipe_sheets(&recipe);
        let later = force.settle(Stage::Amount, &facts, &sheets, self.ledger);
        (later.above(&placed.settled), facts, Some(recipe))
    }

    /// What a week that steps back keeps, and the hard sessions that any week wants.
    pub(super) fn stepped_back(
        &self,
        index: usize,
        target: Target,
        settled: &Settled,
        days: &[DayRoom],
        speeds: &Speeds,
    ) -> Target {
        let season = self.season;
        let grain = season.frame.grain;
        let slot = &season.frame.slots[index];
        let count = |number: i64| usize::try_from(number).unwrap_or(0);
        match target.kind {
            WeekKind::Reset => self.reset_target(index, settled, days, speeds),
            WeekKind::Recover if slot.phase == PhaseName::Transition => {
                let volume = self.climb.reference().times(settled.get(key::RESET_VOLUME).fraction()).floor_to(grain);
                Target { volume, ..target }
            }
            WeekKind::Taper | WeekKind::Race => {
                let hard = settled.get(key::TAPER_HARD).min(settled.get(key::HARD_PER_WEEK));
                Target { hard: count(hard), ..target }
            }
            WeekKind::Build | WeekKind::Hold => {
                // A race is the hard session of its week.
                let raced = season.races_in(slot).count();
                Target { hard: count(settled.get(key::HARD_PER_WEEK)).saturating_sub(raced), ..target }
            }
            WeekKind::Recover => target,
        }
    }

    /// The longest run since the last step back, in weeks that built or held: a second step back in a row is measured by the
    /// same weeks, and before there are any by what the runner did.
    pub(super) fn block(&self) -> Distance {
        self.memory.block.unwrap_or(self.long.start())
    }

    /// How much a reset holds: a share of the last training week and of the longest run since the last step back.
    fn reset_target(&self, index: usize, settled: &Settled, days: &[DayRoom], speeds: &Speeds) -> Target {
        let season = self.season;
        let grain = season.frame.grain;
        let count = |number: i64| usize::try_from(number).unwrap_or(0);
        let kind = WeekKind::Reset;
        let hard = count(settled.get(key::RESET_HARD));
        let last = self.climb.last().unwrap_or(self.climb.start());
        let share = settled.get(key::RESET_VOLUME).fraction();
        let block = self.block();
        if season.frame.run_walk {
            // By the minute a step back keeps its share of the time, and cuts the running within it.
            let volume = last.times(share).round_to(grain);
            let mut long = block.times(share).round_to(grain);
            // Where a day is missing, the sessions that are left keep their minutes.
            while long + grain <= block && self.capacity(days, settled, long, speeds) < volume {
                long += grain;
            }
            let volume = volume.min(self.capacity(days, settled, long, speeds));
            return Target { volume, long: Some(long), kind, hard };
        }
        let most = settled.get(key::RESET_LONG_RUN_MOST).at(speeds.reckon(Intensity::Easy)).floor_to(grain);
        let most_cut = block.times(settled.get(key::RESET_LONG_RUN_BELOW).fraction());
        let most_cut = most_cut.min(self.allowed_in(season.frame.slots[index].start));
        let most_cut =
            most_cut.min(settled.get(key::LONG_RUN_LONGEST).at(speeds.reckon(Intensity::Easy))).floor_to(grain);
        let cut = block.times(settled.get(key::RESET_LONG_RUN).fraction()).round_to(grain);
        // What keeps it from being a stop, and no step back is longer than the week before it.
        let least = last.times(settled.get(key::RESET_LEAST).fraction()).ceil_to(grain);
        let volume = last.times(share).floor_to(grain);
        let volume = self.memory.week_before.map_or(volume, |before| before.min(volume)).max(least);
        // A week that a race on the way made lighter is stepped back from as well.
        let below = settled.get(key::RESET_VOLUME_BELOW).fraction();
        let volume = self.memory.trained.map_or(volume, |trained| trained.times(below).min(volume)).floor_to(grain);
        // A race on the way takes its own distance out of the week.
        let raced: Distance = season.races_in(&season.frame.slots[index]).map(|race| race.kind.distance).sum();
        let left = if volume > raced { volume - raced } else { Distance::ZERO };
        let volume = left.max(volume.times(settled.get(key::RACES_C_LEAST).fraction())).floor_to(grain);
        // Long enough that the other runs can stay shorter, and still clearly cut.
        let even = volume.times(1.0 / season.frame.runs.max(1) as f64).ceil_to(grain) + grain;
        let mut long = cut.max(even).min(most_cut).min(most);
        // Where few runs carry the week, the long run keeps more of its length rather than end the week as a stop.
        while long + grain <= most_cut && self.capacity(days, settled, long, speeds) < least {
            long += grain;
        }
        let volume = volume.min(self.capacity(days, settled, long, speeds));
        // A race is the long run of a step back as well.
        Target { volume, long: raced.is_zero().then_some(long.min(volume)), kind, hard }
    }
}

/// The longest run that is neither long nor hard, by the clock alone.
pub(super) fn longest_in_time(settled: &Settled, speeds: &Speeds) -> Distance {
    let most = settled.get(key::RUNS_LONGEST).min(settled.get(key::LONG_RUN_LONGEST));
    most.min(settled.get(key::RUNS_LIFE_LONGEST)).at(speeds.reckon(Intensity::Easy))
}

/// Where a season starts at the least: the runs that are left of a usual week keep their size where there are fewer.
pub(super) fn start_of(season: &Season<'_>) -> Distance {
    let settled = &season.frame.settled;
    let usual = settled.get(key::RUNS_PER_WEEK).max(1) as f64;
    let start = settled.get(key::VOLUME_START);
    // By the minute the start is a time: whoever runs slower gets less far in it.
    let start = if season.frame.run_walk {
        let (assumed, easy) = (settled.get(key::PACE_ASSUMED_EASY), season.frame.speeds.reckon(Intensity::Easy));
        start.at(assumed).at(easy)
    } else {
        start
    };
    start.times((season.frame.runs.max(1) as f64 / usual).min(1.0))
}

/// The longest run before the season: as told, or an even share of where the season starts.
pub(super) fn longest_before(season: &Season<'_>) -> Distance {
    let start = start_of(season);
    if start <= season.who.weekly {
        return season.who.longest;
    }
    season.who.longest.max(start.times(1.0 / season.frame.runs.max(1) as f64))
}

/// Whether a week belongs to a time of fasting.
pub(super) fn fasts(season: &Season<'_>, index: usize) -> bool {
    let life = &season.placed[index].life;
    life.load == Some(Load::Fasting) && life.days >= LIFE_WEEK
}

/// What a week of the frame allows its climb.
pub(super) fn room_of(season: &Season<'_>, index: usize, held: &[bool]) -> Room {
    let slot = &season.frame.slots[index];
    let settled = &season.placed[index].settled;
    let start = season.frame.span.start;
    let usual = season.frame.runs.max(1) as f64;
    let runs = |date: Date| is_free(season.request, date) && !rests_after_a_race(season, settled, date);
    let left = slot.days().filter(|date| *date >= start && runs(*date)).count() as f64;
    let rested = slot.days().any(|date| rests_after_a_race(season, settled, date));
    // A start in the middle of a week cuts it short where one of the runner's days lies before it.
    let cut_short = slot.days().any(|date| date < start && season.request.week.free(date.weekday()));
    let whole = if cut_short || rested { (left / usual).min(NEARLY_WHOLE) } else { 1.0 };
    let coach_holds = season
        .request
        .week_kinds
        .iter()
        .any(|word| word.kind.value == WeekKind::Hold && slot.holds(word.starting.value));
    let decided = season.kept.and_then(|kept| kept.decided(slot));
    let coach_holds = coach_holds || decided.is_some_and(|decided| decided.kind == WeekKind::Hold);
    // The peak holds what the build reached, save where a fast has cost some of it on the way.
    let felt = usize::try_from(settled.get(key::VOLUME_AFTER_FAST)).unwrap_or(0);
    let fasted = (index.saturating_sub(felt)..index).any(|before| fasts(season, before));
    let peak = slot.phase == PhaseName::Peak && !fasted;
    Room {
        trains: slot.phase.trains() && season.placed[index].away.is_none(),
        grows: settled.get(key::VOLUME_GROW) && !coach_holds && !held[index] && !rested,
        peak,
        heat: Share::from_fraction(
            settled.get(key::HEAT_VOLUME).fraction().min(settled.get(key::VOLUME_LIFE).fraction()),
        ),
        whole: Share::from_fraction(whole),
        short: left < usual,
    }
}
