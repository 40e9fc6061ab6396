//! The weeks, one after the other: how much, which sessions, on which days. Each is measured against those already
//! printed, so that what a reader sees is what the limits were kept for.

use std::collections::BTreeMap;

use super::phases::Slot;
use super::run_walk::Turns;
use super::sessions::{self, Choice, Ladders};
use super::telling;
use super::volume::{self, Bounds, Climb, LongBounds, LongClimb, Room};
use super::week::{self, Ask, DayRoom, Laid, Layout, Role};
use super::workout::{self, Manner, Speeds, Speller};
use super::{Away, Season};
use crate::args;
use crate::calendar::{Date, Weekday};
use crate::finding::{Finding, Findings};
use crate::load;
use crate::measure::{Distance, Duration, Share};
use crate::plan::{Day, Heat, PhaseName, Week, WeekKind};
use crate::reason::Ledger;
use crate::request::Load;
use crate::rulebook::layers::Settled;
use crate::rulebook::settings::{Stage, key};
use crate::rulebook::words::{Facts, word};
use crate::session::{Intensity, Session, SessionKind};

/// Days of a week.
const DAYS: usize = 7;

/// How far ahead a week looks for a race, in days from its first: a race on the first days of the next week counts.
const LOOKS_AHEAD: i64 = 10;

/// The share of the longest run of a block that a long run of a step back may be at most, to be clearly cut.
///
/// The guardrail `reset-long-run` holds it.
const CLEARLY_CUT: f64 = 0.75;

/// The share of the week before that a week of the taper may be at most, to be clearly lighter.
///
/// The guardrail `taper-falls` holds it.
const CLEARLY_LESS: f64 = 0.98;

/// How often the weeks are made again until those with a new kind of hard session hold.
const PASSES: usize = 4;

/// The weeks of a season. A week that brings a new kind of hard session holds, and which those are is known only when the
/// weeks are made: so they are made again until it agrees.
pub(super) fn settled(season: &Season<'_>, ledger: &mut Ledger, findings: &mut Findings) -> Vec<Week> {
    let mut held = vec![false; season.frame.slots.len()];
    for _ in 0..PASSES {
        let (_, learned) = Maker::new(season, &mut Ledger::new(), &mut Findings::new(), &held).weeks();
        let agreed = learned.iter().zip(&held).all(|(learned, held)| !learned || *held);
        if agreed {
            break;
        }
        held.iter_mut().zip(&learned).for_each(|(held, learned)| *held |= learned);
    }
    Maker::new(season, ledger, findings, &held).weeks().0
}

/// What a week is asked to hold, before it is laid out.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// How far in all.
    pub volume: Distance,
    /// The long run.
    pub long: Option<Distance>,
    /// What it is.
    pub kind: WeekKind,
    /// How many hard sessions are wanted.
    pub hard: usize,
}

/// Makes the weeks.
struct Maker<'s, 'l> {
    season: &'s Season<'s>,
    ledger: &'l mut Ledger,
    findings: &'l mut Findings,
    climb: Climb,
    long: LongClimb,
    ladders: Ladders,
    layout: Layout,
    hard_before: Option<Date>,
    long_before: Option<Date>,
    held: &'s [bool],
    learned: Vec<bool>,
    moods: BTreeMap<&'static str, usize>,
    turns: Turns,
    wordings: BTreeMap<String, usize>,
    spoke: Vec<String>,
    resets_done: u32,
    week_before: Option<Distance>,
}

impl<'s, 'l> Maker<'s, 'l> {
    /// A maker for a season, with its climbs reckoned.
    fn new(season: &'s Season<'s>, ledger: &'l mut Ledger, findings: &'l mut Findings, held: &'s [bool]) -> Self {
        let frame = season.frame;
        let settled = &frame.settled;
        let grain = frame.grain;
        let weekly = season.who.weekly.max(start_of(season));
        let growth = weekly.times(settled.get(key::VOLUME_GROWTH));
        let bounds = Bounds {
            start: weekly,
            target: growth.min(settled.get(key::VOLUME_PEAK)).floor_to(grain),
            ramp: settled.get(key::VOLUME_RAMP),
            step: settled.get(key::VOLUME_STEP),
            floor: weekly.times(settled.get(key::VOLUME_FLOOR).fraction()),
            grain,
        };
        let rooms: Vec<Room> = (0..frame.slots.len()).map(|index| room_of(season, index, held)).collect();
        let climbing: Vec<Room> = rooms
            .iter()
            .enumerate()
            .filter(|(i, room)| room.trains && !season.resets.resets[*i])
            .map(|(_, r)| *r)
            .collect();
        let long_bounds = LongBounds {
            start: longest_before(season),
            target: settled.get(key::LONG_RUN_PEAK),
            growth: settled.get(key::LONG_RUN_GROWTH),
            step: settled.get(key::LONG_RUN_STEP),
            grain,
        };
        Self {
            climb: Climb::gentlest(bounds, &climbing),
            long: LongClimb::gentlest(long_bounds, climbing.len()),
            ladders: Ladders::default(),
            layout: Layout::default(),
            hard_before: None,
            long_before: None,
            held,
            learned: vec![false; frame.slots.len()],
            moods: BTreeMap::new(),
            turns: Turns::of(season),
            wordings: BTreeMap::new(),
            spoke: Vec::new(),
            resets_done: 0,
            week_before: None,
            season,
            ledger,
            findings,
        }
    }

    /// All weeks of the season, and those that bring a new kind of hard session.
    fn weeks(mut self) -> (Vec<Week>, Vec<bool>) {
        let weeks: Vec<Week> = (0..self.season.frame.slots.len()).map(|index| self.week(index)).collect();
        self.what_was_missed(&weeks);
        (weeks, self.learned)
    }

    /// One week: how much, which sessions, on which days, and why.
    fn week(&mut self, index: usize) -> Week {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let placed = &season.placed[index].settled;
        // Runs by the minute go by effort: a minute is as long in heat.
        let slowdown = if season.frame.run_walk { Share::default() } else { placed.get(key::HEAT_SLOWDOWN) };
        let speeds = season.frame.speeds.slowed(slowdown, placed.get(key::HEAT_SLOWDOWN_SHORT));
        let days = self.days(slot, placed);
        let target = self.target(index, &days, &speeds);
        let (settled, facts, recipe) = self.amounts(index, target.kind);
        let target = self.stepped_back(index, target, &settled, &days, &speeds);
        let indoors = !settled.get(key::HEAT_HARD_OUTDOORS);
        let chosen = self.hard_sessions(index, &target, &settled, &speeds);
        let laid = self.lay(index, &target, &chosen, &days, &settled, &speeds);
        self.turns.coming(season, target.kind);
        let done: Vec<Choice> = chosen
            .iter()
            .enumerate()
            .filter(|(number, _)| laid.runs.iter().any(|run| run.role == Role::Hard(*number)))
            .map(|(_, choice)| choice.clone())
            .collect();
        let new = done.iter().any(|choice| !self.ladders.knows(season.book, &choice.id));
        self.learned[index] = new && target.kind.trains() && self.climb.last().is_some();
        self.ladders.done(&done);
        let easy_only = !target.kind.trains() && target.kind != WeekKind::Taper && target.kind != WeekKind::Race;
        let manner = Manner {
            effort_only: easy_only || settled.get(key::HEAT_EFFORT_ONLY),
            indoors: false,
            units: season.frame.units,
            turn: 0,
        };
        let mut out = self.printed(index, &target, &laid, &chosen, &settled, &speeds, &manner, indoors, easy_only);
        self.remember(index, &out, &laid, target.kind);
        let told = telling::Told {
            season,
            index,
            settled: &settled,
            facts: &facts,
            recipe: recipe.as_deref(),
            chosen: &chosen,
            laid: &laid,
            climb: &self.climb,
            previous: self.before_this(index),
            new_kind: self.held[index],
        };
        let wording = recipe.as_ref().map(|id| {
            let turn = self.wordings.entry(id.clone()).or_default();
            *turn += 1;
            *turn - 1
        });
        telling::tell(&told, &mut out, wording, &mut self.moods, &mut self.spoke, self.findings);
        out
    }

    /// What the training weeks before this one came to, for the words of the week.
    fn before_this(&self, index: usize) -> telling::Before {
        telling::Before {
            since: self.season.resets.since.get(index).copied().unwrap_or(0),
            reference: self.climb.reference(),
        }
    }

    /// How far the week goes and its long run, before its kind has settled the rest.
    fn target(&mut self, index: usize, days: &[DayRoom], speeds: &Speeds) -> Target {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let placed = &season.placed[index].settled;
        let grain = season.frame.grain;
        match slot.phase {
            phase if phase.trains() && season.placed[index].away.is_some() => self.away(index, days),
            phase if phase.trains() && season.resets.resets[index] => {
                Target { volume: Distance::ZERO, long: None, kind: WeekKind::Reset, hard: 0 }
            }
            phase if phase.trains() => {
                let easy = speeds.reckon(Intensity::Easy);
                let most_time = placed.get(key::LONG_RUN_LONGEST).at(easy);
                let last = u32::try_from(placed.get(key::LONG_RUN_LAST)).unwrap_or(0);
                let mut wanted = self.long.coming().min(most_time);
                if slot.weeks_to_race.is_some_and(|weeks| weeks < last) {
                    // The last of the longest runs is behind: what comes now already tapers.
                    let first = placed.get(key::TAPER_VOLUME).first().copied().unwrap_or(Share::WHOLE);
                    wanted = wanted.min(self.long.longest_of(4).times(first.fraction()));
                }
                let wanted = wanted.floor_to(grain);
                let last_week = self.climb.last();
                // Where life or a late start leaves few days, each run is a larger part of the week.
                let free = days.iter().filter(|day| day.free).count().clamp(1, season.frame.runs.max(1));
                let share = placed.get(key::LONG_RUN_SHARE).fraction().max(1.0 / free as f64);
                let mut volume = self.climb.coming(room_of(season, index, self.held));
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
                Target { volume, long: Some(long), kind: volume::kind(volume, last_week), hard: 0 }
            }
            PhaseName::Taper | PhaseName::Race => {
                let share = slot.share.unwrap_or(Share::WHOLE);
                let race = season.frame.span.race.filter(|date| slot.holds(*date));
                // A race early in the week leaves only some days to share the week among.
                let whole = race.map_or(1.0, |date| ((date - slot.start) as f64 / (DAYS - 2) as f64).min(1.0));
                let mut volume = self.climb.reference().times(share.fraction() * whole).floor_to(grain);
                if let Some(before) = self.week_before {
                    let most = before.times(CLEARLY_LESS).floor_to(grain);
                    volume = volume.min(most);
                }
                let long = (slot.phase == PhaseName::Taper).then(|| {
                    let most_time = placed.get(key::LONG_RUN_LONGEST).at(speeds.reckon(Intensity::Easy));
                    let long = self.long.longest_of(4).times(share.fraction());
                    let free = days.iter().filter(|day| day.free).count().clamp(1, season.frame.runs.max(1));
                    let part = placed.get(key::LONG_RUN_SHARE).fraction().max(1.0 / free as f64);
                    long.min(most_time).min(volume.times(part)).floor_to(grain)
                });
                let kind = if slot.phase == PhaseName::Taper { WeekKind::Taper } else { WeekKind::Race };
                Target { volume, long, kind, hard: 0 }
            }
            _ => {
                let share = slot.share.unwrap_or(Share::WHOLE);
                let volume = self.climb.reference().times(share.fraction()).floor_to(grain);
                Target { volume, long: None, kind: WeekKind::Recover, hard: 0 }
            }
        }
    }

    /// A week off, or on the way back from one.
    fn away(&self, index: usize, days: &[DayRoom]) -> Target {
        let season = self.season;
        let settled = &season.frame.settled;
        let grain = season.frame.grain;
        let share = match season.placed[index].away {
            Some(Away::Back(share)) => share.fraction(),
            _ => {
                let free = days.iter().filter(|day| day.free).count() as f64;
                settled.get(key::RETURN_FIRST).fraction() * (free / season.frame.runs.max(1) as f64).min(1.0)
            }
        };
        let volume = self.climb.best().times(share).floor_to(grain);
        Target { volume, long: None, kind: WeekKind::Recover, hard: 0 }
    }

    /// What the days of a week can hold, by the same limits as the layout.
    fn capacity(&self, days: &[DayRoom], settled: &Settled, long: Distance, speeds: &Speeds) -> Distance {
        let longest = self.longest_easy(settled, speeds);
        let easy = speeds.reckon(Intensity::Easy);
        week::capacity(days, self.season.frame.runs, long, longest, easy, self.season.frame.grain)
    }

    /// The longest run that is neither long nor hard.
    fn longest_easy(&self, settled: &Settled, speeds: &Speeds) -> Distance {
        let most = settled.get(key::RUNS_LONGEST).min(settled.get(key::LONG_RUN_LONGEST));
        most.at(speeds.reckon(Intensity::Easy)).min(self.long.allowed())
    }

    /// The settings that depend on what the week is, with the recipe of a step back.
    fn amounts(&mut self, index: usize, kind: WeekKind) -> (Settled, Facts, Option<String>) {
        let season = self.season;
        let placed = &season.placed[index];
        let mut facts = placed.facts.clone();
        facts.text(word::WEEK_KIND, kind.name());
        facts.number(word::WEEK_WEEKS_SINCE_RESET, Some(season.resets.since[index] as f64));
        let resets = season.resets.resets.iter().filter(|reset| **reset).count();
        if kind == WeekKind::Reset {
            self.resets_done += 1;
        }
        facts.number(word::WEEK_RESET_NUMBER, Some(f64::from(self.resets_done)));
        facts.number(word::WEEK_RESETS, Some(resets as f64));
        let force = &season.frame.force;
        if !matches!(kind, WeekKind::Reset | WeekKind::Recover) {
            let later = force.settle(Stage::Amount, &facts, &[], self.ledger);
            return (placed.settled.with(later), facts, None);
        }
        let which = key::RESET_RECIPE.index();
        let first = force.settle_some(Stage::Amount, &facts, &[], self.ledger, &|index| index == which);
        let recipe = first.get(key::RESET_RECIPE);
        let sheets = season.book.recipe_sheets(&recipe);
        let later = force.settle(Stage::Amount, &facts, &sheets, self.ledger);
        (placed.settled.with(later), facts, Some(recipe))
    }

    /// What a week that steps back keeps, and the hard sessions that any week wants.
    fn stepped_back(
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
            WeekKind::Reset => {
                let last = self.climb.last().unwrap_or(season.who.weekly);
                // A first week cut short is no reference for growth, but no step back is longer than it.
                let last = self.week_before.map_or(last, |before| before.min(last));
                let most = settled.get(key::RESET_LONG_RUN_MOST).at(speeds.reckon(Intensity::Easy));
                // Right after another step back the block is the one before both.
                let block = if season.resets.since[index] == 0 { 4 } else { count(season.resets.since[index]) };
                let block = self.long.longest_of(block);
                let cut = block.times(settled.get(key::RESET_LONG_RUN).fraction()).round_to(grain);
                let most_cut = block.times(CLEARLY_CUT).floor_to(grain);
                let volume = last.times(settled.get(key::RESET_VOLUME).fraction()).floor_to(grain);
                // Long enough that the other runs can stay shorter, and still clearly cut.
                let even = volume.times(1.0 / season.frame.runs.max(1) as f64).ceil_to(grain) + grain;
                let (long, volume) = if season.frame.run_walk {
                    // By the minute a step back keeps its share of the time, and cuts the running within it.
                    let share = settled.get(key::RESET_VOLUME).fraction();
                    (block.times(share).round_to(grain), last.times(share).round_to(grain))
                } else {
                    (cut.max(even).min(most_cut).min(most.floor_to(grain)), volume)
                };
                let volume = volume.min(self.capacity(days, settled, long, speeds));
                Target { volume, long: Some(long), hard: count(settled.get(key::RESET_HARD)), ..target }
            }
            WeekKind::Recover if slot.phase == PhaseName::Transition => {
                let volume = self.climb.reference().times(settled.get(key::RESET_VOLUME).fraction()).floor_to(grain);
                Target { volume, ..target }
            }
            WeekKind::Taper | WeekKind::Race => {
                let hard = settled.get(key::TAPER_HARD).min(settled.get(key::HARD_PER_WEEK));
                Target { hard: count(hard), ..target }
            }
            WeekKind::Build | WeekKind::Hold => Target { hard: count(settled.get(key::HARD_PER_WEEK)), ..target },
            WeekKind::Recover => target,
        }
    }

    /// The hard sessions of a week.
    fn hard_sessions(&self, index: usize, target: &Target, settled: &Settled, speeds: &Speeds) -> Vec<Choice> {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let treadmill = season.request.home.treadmill.as_ref().is_some_and(|at| at.value);
        if target.hard == 0 || (!settled.get(key::HEAT_HARD_OUTDOORS) && !treadmill) {
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
        let room = sessions::Room {
            volume: target.volume,
            count: target.hard,
            longest: target.long.unwrap_or(target.volume).max(self.long.longest_of(4)).min(self.long.allowed()),
            time,
            taper: target.kind == WeekKind::Taper,
            gentlest: target.kind == WeekKind::Race,
            grain: season.frame.grain,
        };
        self.ladders.choose(season.book, settled, slot.phase, speeds, room)
    }

    fn lay(
        &mut self,
        index: usize,
        target: &Target,
        chosen: &[Choice],
        days: &[DayRoom],
        settled: &Settled,
        speeds: &Speeds,
    ) -> Laid {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let most = settled.get(key::RUNS_LONGEST).min(settled.get(key::LONG_RUN_LONGEST));
        let most = match target.kind {
            WeekKind::Race => most.min(settled.get(key::TAPER_RACE_WEEK_LONGEST)),
            _ => most,
        };
        let hard: Vec<week::Fixed> = chosen.iter().map(|choice| choice.fixed(most)).collect();
        let steps_back = matches!(target.kind, WeekKind::Reset | WeekKind::Recover);
        let fewer = if steps_back { settled.get(key::RESET_FEWER_RUNS) } else { 0 };
        let race = season.frame.span.race.map(|date| date - slot.start).filter(|days| (0..=LOOKS_AHEAD).contains(days));
        let shortest = settled.get(key::RUNS_SHORTEST);
        // By the minute every session of a step back stays, however short.
        let by_minute = season.frame.run_walk && target.kind == WeekKind::Reset;
        let shortest = match target.kind {
            _ if by_minute => shortest.min(season.frame.grain),
            // A small week that steps back keeps its runs too, a little under what is worth putting shoes on for.
            WeekKind::Reset => {
                let even = target.volume.times(1.0 / season.frame.runs.max(1) as f64).floor_to(season.frame.grain);
                shortest.min(even.max(season.frame.grain))
            }
            _ => shortest,
        };
        let ask = Ask {
            days,
            volume: target.volume,
            long: target.long.filter(|long| !long.is_zero()),
            hard: &hard,
            runs: season.frame.runs.saturating_sub(usize::try_from(fewer).unwrap_or(0)).max(1),
            shortest,
            longest: match target.kind {
                WeekKind::Race => {
                    let most = settled.get(key::TAPER_RACE_WEEK_LONGEST).at(speeds.reckon(Intensity::Easy));
                    most.min(self.longest_easy(settled, speeds))
                }
                _ => self.longest_easy(settled, speeds),
            },
            recovery: settled.get(key::RUNS_RECOVERY),
            recovery_longest: settled.get(key::RUNS_RECOVERY_LONGEST).at(speeds.reckon(Intensity::Easy)),
            apart: apart(settled),
            long_days: &season.long_days(),
            hard_before: self.hard_before,
            long_before: self.long_before,
            race,
            easy: speeds.reckon(Intensity::Easy),
            grain: season.frame.grain,
        };
        self.layout.lay(&ask)
    }

    /// The days of a week as the layout sees them.
    fn days(&self, slot: &Slot, settled: &Settled) -> Vec<DayRoom> {
        let season = self.season;
        let request = season.request;
        let race = season.frame.span.race;
        let rest_after = settled.get(key::RECOVERY_NO_RUN_DAYS);
        let treadmill = request.home.treadmill.as_ref().is_some_and(|at| at.value);
        slot.days()
            .map(|date| {
                let after_race = race.is_some_and(|race| (0..=rest_after).contains(&(date - race)));
                let own = request.week.most.get(&date.weekday()).map(|at| at.value);
                let heat = (!treadmill).then(|| settled.get(key::HEAT_LONGEST_OUTDOORS));
                let most = match (own, heat) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
                DayRoom {
                    date,
                    free: date >= season.frame.span.start && is_free(season, date) && !after_race,
                    most,
                    short: race.is_some_and(|race| race - date == 1),
                }
            })
            .collect()
    }

    /// The week as it is printed.
    #[allow(clippy::too_many_arguments)]
    fn printed(
        &mut self,
        index: usize,
        target: &Target,
        laid: &Laid,
        chosen: &[Choice],
        settled: &Settled,
        speeds: &Speeds,
        manner: &Manner,
        indoors: bool,
        easy_only: bool,
    ) -> Week {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let speller = Speller { book: season.book, phrases: season.phrases, speeds, hr_max: season.who.hr_max };
        // Indoors the air is cool: paces are those of cool weather.
        let inside_speller = Speller { speeds: &season.frame.speeds, ..speller };
        let treadmill = season.request.home.treadmill.as_ref().is_some_and(|at| at.value);
        let longest_outdoors = settled.get(key::HEAT_LONGEST_OUTDOORS);
        let strides = strides_on(season, index, laid, settled, target.kind, speeds);
        let race_today = season.frame.span.race.filter(|date| slot.holds(*date));
        let spelt = |share: f64| -> Vec<Day> {
            slot.days()
                .enumerate()
                .map(|(day, date)| {
                    let mut sessions = Vec::new();
                    for run in laid.runs.iter().filter(|run| run.day == day) {
                        let (id, rung, inside) = match run.role {
                            Role::Hard(number) => (chosen[number].id.as_str(), chosen[number].rung, indoors),
                            Role::Long => (sessions::plain(SessionKind::Long), 0, false),
                            _ if strides.contains(&day) => (sessions::plain(SessionKind::Strides), 0, false),
                            Role::Recovery => (sessions::plain(SessionKind::Recovery), 0, false),
                            Role::Easy => (sessions::plain(SessionKind::Easy), 0, false),
                        };
                        let Some(workout) = season.book.workouts.get(id) else { continue };
                        let too_long = run.distance.at(speeds.reckon(Intensity::Easy)) > longest_outdoors;
                        let inside = inside || (treadmill && too_long);
                        let effort_only = if inside { easy_only } else { manner.effort_only };
                        let turn = slot.number as usize * DAYS + day;
                        let manner = Manner { indoors: inside, effort_only, turn, ..manner.clone() };
                        let speller = if inside { &inside_speller } else { &speller };
                        let mut session = if season.frame.run_walk {
                            self.turns.session(season, speller, workout, run, &manner, share)
                        } else {
                            speller.session(id, workout, &workout.rungs[rung], run.distance, &manner)
                        };
                        if inside {
                            let minutes = longest_outdoors.minutes() as i64;
                            let key = if session.hard { "session.indoors" } else { "session.indoors-long" };
                            session.notes.push(season.phrases.say(key, &args! { "minutes" => minutes }));
                        }
                        sessions.push(session);
                    }
                    if race_today == Some(date) {
                        sessions.push(super::race_day::session(season, &speller));
                    }
                    Day { date, free: is_free(season, date), life: life_on(season, date), sessions }
                })
                .collect()
        };
        let mut days = spelt(1.0);
        if let (true, Some(most)) = (season.frame.run_walk, self.turns.most_of_week(season, target.kind)) {
            // Turns are whole: where they come to more running than the week may hold, some become walks.
            for tenths in (1..10).rev() {
                if days.iter().map(Day::distance).sum::<Distance>() <= most {
                    break;
                }
                days = spelt(f64::from(tenths) / 10.0);
            }
        }
        let mut week = Week {
            number: slot.number,
            start: slot.start,
            phase: slot.phase,
            kind: match target.kind {
                // What was meant to build and found no room for more is a week that holds.
                WeekKind::Build if self.climb.last().is_some_and(|last| laid.volume() <= last) => WeekKind::Hold,
                kind => kind,
            },
            headline: String::new(),
            volume_m: Distance::ZERO,
            duration_s: Duration::ZERO,
            hard_s: Duration::ZERO,
            load: 0,
            longest_run_m: Distance::ZERO,
            heat: heat_of(season, index, settled),
            reset: None,
            notes: Vec::new(),
            figures: Vec::new(),
            why: Vec::new(),
            days,
        };
        sum_up(&mut week);
        week
    }

    /// What later weeks have to know of this one.
    fn remember(&mut self, index: usize, week: &Week, laid: &Laid, kind: WeekKind) {
        let room = room_of(self.season, index, self.held);
        match kind {
            WeekKind::Build | WeekKind::Hold => self.climb.printed(laid.volume(), room),
            WeekKind::Reset => self.ladders.step_back(),
            WeekKind::Taper | WeekKind::Race | WeekKind::Recover => {}
        }
        if kind != WeekKind::Reset && !laid.volume().is_zero() {
            self.week_before = Some(laid.volume());
        }
        self.turns.printed(week);
        self.long.printed(laid.longest());
        let last = |wanted: &dyn Fn(&Session) -> bool| {
            week.days.iter().rev().find(|day| day.sessions.iter().any(wanted)).map(|day| day.date)
        };
        self.hard_before = last(&|session| session.hard).or(self.hard_before);
        self.long_before = last(&|session| session.kind == SessionKind::Long).or(self.long_before);
    }

    /// Only a target and a long run that are both missed are worth a warning.
    fn what_was_missed(&mut self, weeks: &[Week]) {
        let season = self.season;
        if season.frame.race.is_none() || season.frame.run_walk {
            return;
        }
        let settled = &season.frame.settled;
        let units = season.frame.units;
        let peak = settled.get(key::VOLUME_PEAK);
        let wanted = season.who.weekly.times(settled.get(key::VOLUME_GROWTH)).min(peak);
        let long = settled.get(key::LONG_RUN_PEAK);
        let most = weeks.iter().map(|week| week.volume_m).max().unwrap_or_default();
        let longest = weeks.iter().map(|week| week.longest_run_m).max().unwrap_or_default();
        let enough = settled.get(key::VOLUME_ENOUGH).fraction();
        if most < wanted.times(enough) && longest < long.times(enough) {
            self.findings.push(
                Finding::warning("peak-not-reached")
                    .with("volume", units.distance(most))
                    .with("wanted", units.distance(wanted))
                    .with("longest", units.distance(longest))
                    .with("long", units.distance(long)),
            );
        }
    }
}

/// Where a season starts at the least: the runs that are left of a usual week keep their size where there are fewer.
fn start_of(season: &Season<'_>) -> Distance {
    let settled = &season.frame.settled;
    let usual = settled.get(key::RUNS_PER_WEEK).max(1) as f64;
    settled.get(key::VOLUME_START).times((season.frame.runs.max(1) as f64 / usual).min(1.0))
}

/// Days between hard sessions.
fn apart(settled: &Settled) -> i64 {
    (settled.get(key::HARD_APART).hours() / 24.0).ceil() as i64
}

/// The longest run before the season: as told, or an even share of where the season starts.
fn longest_before(season: &Season<'_>) -> Distance {
    let start = start_of(season);
    if start <= season.who.weekly {
        return season.who.longest;
    }
    season.who.longest.max(start.times(1.0 / season.frame.runs.max(1) as f64))
}

/// What a week of the frame allows its climb.
fn room_of(season: &Season<'_>, index: usize, held: &[bool]) -> Room {
    let slot = &season.frame.slots[index];
    let settled = &season.placed[index].settled;
    let late = (season.frame.span.start - slot.start).clamp(0, 7);
    let usual = season.frame.runs.max(1) as f64;
    let left = slot.days().filter(|date| *date >= season.frame.span.start && is_free(season, *date)).count() as f64;
    let whole = if late > 0 { (left / usual).min(1.0) } else { 1.0 };
    let coach_holds = season
        .request
        .week_kinds
        .iter()
        .any(|word| word.kind.value == WeekKind::Hold && slot.holds(word.starting.value));
    Room {
        trains: slot.phase.trains() && season.placed[index].away.is_none(),
        // The peak holds what the build reached.
        grows: settled.get(key::VOLUME_GROW) && slot.phase != PhaseName::Peak && !coach_holds && !held[index],
        heat: settled.get(key::HEAT_VOLUME),
        whole: Share::from_fraction(if late > 0 && whole >= 1.0 { 0.999 } else { whole }),
    }
}

/// Whether the runner can train on a day: one of the free days, and life lets them.
pub(super) fn is_free(season: &Season<'_>, date: Date) -> bool {
    let usual = season.request.week.free(date.weekday());
    season.request.life.iter().filter(|life| (life.from.value..=life.to.value).contains(&date)).fold(
        usual,
        |free, life| {
            let off = life.load.as_ref().is_some_and(|at| matches!(at.value, Load::Off | Load::Ill));
            match &life.days {
                _ if off => false,
                Some(days) => days.iter().any(|day| day.value == date.weekday()),
                None => free,
            }
        },
    )
}

fn life_on(season: &Season<'_>, date: Date) -> Option<String> {
    season.request.life.iter().find(|life| (life.from.value..=life.to.value).contains(&date)).and_then(|life| {
        let load = life.load.as_ref().map(|at| season.phrases.word(&format!("load.{}", at.value.name())));
        life.what.as_ref().map(|at| at.value.clone()).or(load)
    })
}

/// The days on which an easy run ends with strides: never the day after something long, first come first, and only where
/// the walks between them still fit into the time of an easy run.
fn strides_on(
    season: &Season<'_>,
    index: usize,
    laid: &Laid,
    settled: &Settled,
    kind: WeekKind,
    speeds: &Speeds,
) -> Vec<usize> {
    let strides = season.book.workouts.get(sessions::plain(SessionKind::Strides));
    let (Some(strides), false) = (strides, matches!(kind, WeekKind::Race | WeekKind::Recover)) else {
        return Vec::new();
    };
    let wanted = usize::try_from(settled.get(key::STRIDES_PER_WEEK)).unwrap_or(0);
    let more = workout::measure(&strides.rungs[0].steps, None, speeds).time;
    let most = settled.get(key::RUNS_LONGEST).min(settled.get(key::LONG_RUN_LONGEST));
    let first = season.frame.slots[index].start;
    let fits = |run: &&week::Run| {
        let day = (first + run.day as i64).weekday();
        let cap = season.request.week.most.get(&day).map_or(most, |at| at.value.min(most));
        run.distance.at(speeds.reckon(Intensity::Easy)) + more <= cap
    };
    laid.runs.iter().filter(|run| run.role == Role::Easy).filter(fits).map(|run| run.day).take(wanted).collect()
}

fn heat_of(season: &Season<'_>, index: usize, settled: &Settled) -> Option<Heat> {
    let weather = season.weather[index].as_ref()?;
    Some(Heat {
        temperature_c: weather.weather.temperature_c,
        dew_point_c: weather.weather.dew_point_c,
        heat_index_c: weather.weather.heat_index_c,
        wbgt_c: weather.weather.wbgt_c,
        band: weather.band.to_owned(),
        slowdown: settled.get(key::HEAT_SLOWDOWN),
        run_at: weather.hour.name().to_owned(),
        acclimatised: weather.acclimatised,
    })
}

/// The sums of a week, from what its days hold.
fn sum_up(week: &mut Week) {
    let running = |session: &&Session| session.kind != SessionKind::Race;
    let sessions: Vec<&Session> = week.days.iter().flat_map(|day| &day.sessions).filter(running).collect();
    week.volume_m = sessions.iter().map(|s| s.distance_m).sum();
    week.duration_s = sessions.iter().map(|s| s.duration_s).sum();
    week.longest_run_m = sessions.iter().map(|s| s.distance_m).max().unwrap_or_default();
    let mut hard = Duration::ZERO;
    for session in &sessions {
        for step in &session.steps {
            step.each(1, &mut |stretch, times, _| {
                if stretch.intensity.is_hard() {
                    hard += stretch.duration_s.times(f64::from(times));
                }
            });
        }
    }
    week.hard_s = hard;
    let efforts: Vec<f64> = week.days.iter().flat_map(|day| &day.sessions).map(load::of_session).collect();
    week.load = load::of_week(&efforts);
}
