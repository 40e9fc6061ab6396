//! The weeks, one after the other: how much, which sessions, on which days. Each is measured against those already
//! printed, so that what a reader sees is what the limits were kept for.

mod amounts;
mod asking;
mod printing;

use std::collections::BTreeMap;

use self::amounts::{fasts, longest_before, room_of, start_of};
pub(super) use self::asking::{is_free, rests_after_a_race};
use super::Season;
use super::hand::{self, Hand, Moves};
use super::kept;
use super::race_day;
use super::run_walk::Turns;
use super::sessions::{self, Choice, Ladders};
use super::telling;
use super::volume::{self, Bounds, Climb, LongBounds, LongClimb, Month, Room};
use super::week::{DayRoom, Laid, Layout, Role};
use super::workout::{self, Manner, Speeds};
use crate::calendar::Date;
use crate::finding::{Finding, Findings};
use crate::measure::{Distance, Duration, Share};
use crate::plan::{PhaseName, Week, WeekKind};
use crate::rulebook::layers::{Ledger, Settled};
use crate::rulebook::settings::key;
use crate::rulebook::words::{Answer, Facts, word};
use crate::session::{Intensity, Session, SessionKind};

/// Days of a week.
const DAYS: usize = 7;

/// How often the weeks are made again until those with a new kind of hard session hold.
const PASSES: usize = 4;

/// The weeks of a season. A week that brings a new kind of hard session holds, and which those are is known only when the
/// weeks are made: so they are made again until it agrees.
pub(super) fn settled(
    season: &Season<'_>,
    carried: &mut Carried,
    ledger: &mut Ledger,
    findings: &mut Findings,
) -> Vec<Week> {
    hand::check(season, findings);
    let mut moves = Moves::default();
    if !season.request.moves.is_empty() {
        // What is moved is what would stand there without the moves, with its words.
        let still = made(season, &mut carried.clone(), &mut Ledger::new(), &mut Findings::new(), &moves);
        moves = Moves::of(season, &still.0, &still.1, findings);
    }
    made(season, carried, ledger, findings, &moves).0
}

/// The weeks, and what stands on their days. Where a new kind of hard session comes in, its week holds; and a week that
/// holds changes those after it: so the weeks are made until all that comes in is known.
fn made(
    season: &Season<'_>,
    carried: &mut Carried,
    ledger: &mut Ledger,
    findings: &mut Findings,
    moves: &Moves,
) -> (Vec<Week>, BTreeMap<Date, Choice>) {
    let mut held = vec![false; season.frame.slots.len()];
    // At first there is nearly always something new, so nobody writes down what comes of it.
    let (mut unwritten, mut unsaid) = (Ledger::blank(), Findings::new());
    let mut first = Maker::new(season, carried.clone(), &mut unwritten, &mut unsaid, &held, moves);
    first.weeks();
    let mut learned = first.learned;
    let mut passes = 1;
    loop {
        held.iter_mut().zip(&learned).for_each(|(held, learned)| *held |= learned);
        let (mut written, mut said) = (ledger.clone(), findings.clone());
        let mut maker = Maker::new(season, carried.clone(), &mut written, &mut said, &held, moves);
        let weeks = maker.weeks();
        if passes < PASSES && maker.learned.iter().zip(&held).any(|(learned, held)| *learned && !held) {
            learned = maker.learned;
            passes += 1;
            continue;
        }
        maker.what_was_missed(&weeks);
        let stood = std::mem::take(&mut maker.stood);
        *carried = maker.carried();
        (*ledger, *findings) = (written, said);
        return (weeks, stood);
    }
}

/// What the next leg of a season has to know of those before it.
#[derive(Debug, Clone, Default)]
pub(super) struct Carried {
    /// The training weeks, as printed.
    trained: Vec<Distance>,
    /// The longest run of every week.
    longest: Vec<Distance>,
    /// The races that the legs were built for, by id.
    finished: Vec<String>,
    turns: Option<Turns>,
    month: Option<Month>,
    memory: Memory,
}

impl Carried {
    /// With the weeks of the leg that stand already.
    fn and(mut self, stood: &Stood<'_>) -> Self {
        self.trained.extend(&stood.trained);
        self.longest.extend(&stood.longest);
        self
    }

    /// Tells rules where the runner stands when a later leg begins.
    pub(super) fn tell(&self, facts: &mut Facts) {
        let recent = self.trained.iter().rev().take(volume::REMEMBERS).max();
        let (Some(weekly), Some(longest)) = (recent, self.longest.iter().max()) else { return };
        facts.number(word::RUNNER_WEEKLY, Some(weekly.km()));
        facts.number(word::RUNNER_LONGEST, Some(longest.km()));
        let mut finished = self.finished.clone();
        if let Some(Answer::Texts(before)) = facts.get(word::RUNNER_FINISHED) {
            finished.extend(before.iter().cloned());
        }
        facts.tell(word::RUNNER_FINISHED, Answer::Texts(finished));
    }
}

/// What one week has to know of the weeks before it, besides how far they went.
#[derive(Debug, Clone, Default)]
struct Memory {
    ladders: Ladders,
    hard_before: Option<Date>,
    long_before: Option<Date>,
    moods: BTreeMap<&'static str, usize>,
    wordings: BTreeMap<String, usize>,
    spoke: Vec<String>,
    resets_done: u32,
    week_before: Option<Distance>,
    ran_since_race: bool,
    /// Whose turn it is to be more than easy, of the long runs.
    long_turn: usize,
    /// How far the last week that built or held went.
    trained: Option<Distance>,
    /// Whether it held two long runs.
    two_before: bool,
    /// The longest run of the last weeks that built or held with nothing between them; none before the first.
    block: Option<Distance>,
    /// Whether the week before this one was one of them.
    in_block: bool,
}

impl Memory {
    /// Notes what a week came to.
    fn remember(&mut self, week: &Week, volume: Distance, longest: Distance, two: bool) {
        // A week off, or on the way back, is no measure of the one after it.
        if !matches!(week.kind, WeekKind::Reset | WeekKind::Recover) && !volume.is_zero() {
            self.week_before = Some(volume);
        }
        self.ran_since_race |= week.phase == PhaseName::Recovery && !week.volume_m.is_zero();
        let last = |wanted: &dyn Fn(&Session) -> bool| {
            week.days.iter().rev().find(|day| day.sessions.iter().any(wanted)).map(|day| day.date)
        };
        self.hard_before = last(&|session| session.hard).or(self.hard_before);
        let before = self.block.filter(|_| self.in_block);
        self.in_block = week.kind.trains();
        if self.in_block {
            self.two_before = two;
            self.trained = Some(volume);
            self.block = before.max(Some(longest));
        }
        let long = |session: &Session| session.kind == SessionKind::Long || two && session.id == sessions::DAY_TWO;
        self.long_before = last(&long).or(self.long_before);
    }
}

/// The weeks of a leg that stand already, and what of them is a measure of the runner.
struct Stood<'a> {
    weeks: Vec<&'a Week>,
    trained: Vec<Distance>,
    longest: Vec<Distance>,
    /// Where the runner stands, as it would be in cool weather.
    level: Option<Distance>,
}

impl<'a> Stood<'a> {
    fn of(season: &Season<'a>, held: &[bool]) -> Self {
        let slots = &season.frame.slots;
        let weeks: Vec<&Week> = slots.iter().map_while(|slot| season.kept?.week(slot)).collect();
        let best = weeks.iter().rev().take(volume::REMEMBERS).map(|week| week.volume_m).max().unwrap_or_default();
        let counts = |index: usize, week: &Week| {
            // Of what was run, a week that hardly was one is no measure of the runner.
            let is_one = season.kept.is_none_or(|kept| !kept.is_as_run) || week.volume_m.times(2.0) >= best;
            week.kind.trains()
                && is_one
                && season.races_in(&slots[index]).next().is_none()
                && room_of(season, index, held).whole.fraction() >= 1.0
        };
        let trained: Vec<(usize, &&Week)> =
            weeks.iter().enumerate().filter(|(index, week)| counts(*index, week)).collect();
        let volume = |week: &Week| runs(season, week).map(|(_, run)| run).sum::<Distance>();
        let told = season.kept.and_then(|kept| kept.level).filter(|_| !weeks.is_empty());
        let cool = |(index, week): &(usize, &&Week)| {
            volume(week).times(1.0 / room_of(season, *index, held).heat.fraction().max(0.1))
        };
        let longest = |week: &&Week| runs(season, week).map(|(_, run)| run).max().unwrap_or_default();
        Self {
            level: told.or_else(|| trained.iter().rev().take(volume::REMEMBERS).map(cool).max()),
            trained: trained.iter().map(|(_, week)| volume(week)).collect(),
            longest: weeks.iter().map(longest).collect(),
            weeks,
        }
    }
}

/// The runs of a week that stands, races left out, as the layout counts them: by the minute walking counts as running.
fn runs<'w>(season: &Season<'_>, week: &'w Week) -> impl Iterator<Item = (Date, Distance)> + use<'w> {
    let by_minute = season.frame.run_walk;
    let easy = season.frame.speeds.reckon(Intensity::Easy);
    week.days.iter().flat_map(move |day| {
        let on_foot = day.sessions.iter().filter(|s| s.kind.is_on_foot() && s.kind != SessionKind::Race);
        on_foot.map(move |s| (day.date, if by_minute { s.duration_s.at(easy) } else { s.distance_m }))
    })
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

impl Target {
    /// The week when some of its sessions have left for other weeks, or come from there.
    fn moved(self, hand: &Hand, days: &[DayRoom], usual: usize, grain: Distance) -> Self {
        let left = days.iter().filter(|day| day.free).count();
        let even = self.volume.times(1.0 / usual.max(1) as f64).floor_to(grain);
        let gone: Distance = hand.gone.iter().map(|stood| stood.session.distance_m).sum();
        let lighter = hand.lighter(usual, left, even);
        let volume = (self.volume + hand.came) - (gone + lighter).min(self.volume + hand.came);
        // The long run keeps its share of a week that becomes lighter.
        let kept = if self.volume.is_zero() { 1.0 } else { volume.over(self.volume).min(1.0) };
        let long = hand.gone.iter().any(|stood| stood.session.kind == SessionKind::Long);
        Self { volume, long: self.long.filter(|_| !long).map(|long| long.times(kept).floor_to(grain)), ..self }
    }
}

/// Makes the weeks.
struct Maker<'s, 'l> {
    season: &'s Season<'s>,
    ledger: &'l mut Ledger,
    findings: &'l mut Findings,
    climb: Climb,
    long: LongClimb,
    month: Month,
    layout: Layout,
    held: &'s [bool],
    moves: &'s Moves,
    stood: BTreeMap<Date, Choice>,
    learned: Vec<bool>,
    turns: Turns,
    finished: Vec<String>,
    memory: Memory,
    /// What the long run of the week in hand holds besides easy running.
    long_work: Option<Choice>,
}

impl<'s, 'l> Maker<'s, 'l> {
    /// A maker for a season, with its climbs reckoned.
    fn new(
        season: &'s Season<'s>,
        carried: Carried,
        ledger: &'l mut Ledger,
        findings: &'l mut Findings,
        held: &'s [bool],
        moves: &'s Moves,
    ) -> Self {
        let frame = season.frame;
        let settled = &frame.settled;
        let grain = frame.grain;
        let stood = Stood::of(season, held);
        let carried = carried.and(&stood);
        let goes_on = !stood.weeks.is_empty();
        let weekly = season.who.weekly.max(start_of(season));
        let growth = weekly.times(settled.get(key::VOLUME_GROWTH));
        // After a race training takes up a little below where it stopped.
        let resumed = volume::reference(&carried.trained).map(|best| {
            if let Some(level) = stood.level {
                return level;
            }
            let share = if frame.span.shares_peak { Share::WHOLE } else { settled.get(key::RECOVERY_RESUME) };
            best.times(share.fraction())
        });
        let target = growth.min(settled.get(key::VOLUME_PEAK)).floor_to(grain);
        let bounds = Bounds {
            start: resumed.unwrap_or(weekly),
            target,
            enough: target.times(settled.get(key::VOLUME_ENOUGH).fraction()),
            ramp: settled.get(key::VOLUME_RAMP),
            step: settled.get(key::VOLUME_STEP),
            floor: weekly.times(settled.get(key::VOLUME_FLOOR).fraction()),
            grain,
            goes_on,
        };
        let rooms: Vec<Room> = (0..frame.slots.len()).map(|index| room_of(season, index, held)).collect();
        let climbing: Vec<Room> = rooms
            .iter()
            .enumerate()
            .skip(stood.weeks.len())
            .filter(|(i, room)| room.trains && !season.resets.resets[*i])
            .map(|(_, r)| *r)
            .collect();
        let easy = frame.speeds.reckon(Intensity::Easy);
        let before = longest_before(season);
        let long_bounds = LongBounds {
            start: volume::reference(&carried.longest).unwrap_or(before),
            target: settled.get(key::LONG_RUN_PEAK),
            growth: settled.get(key::LONG_RUN_GROWTH),
            step: settled.get(key::LONG_RUN_STEP),
            grain,
            goes_on,
        };
        // By the minute nobody is in a hurry, and without a race neither.
        let hurries = frame.leg.goal.is_some() && !frame.run_walk;
        let mut maker = Self {
            climb: Climb::gentlest(bounds, &carried.trained, &climbing),
            long: LongClimb::gentlest(long_bounds, &carried.longest, climbing.len(), hurries),
            month: carried.month.unwrap_or_else(|| {
                let back = settled.get(key::RETURN_LONGEST).at(easy);
                let races = season.races().map(|race| (race.date(), race.kind.distance)).collect();
                let bounds = LongBounds { start: before, ..long_bounds };
                Month::before(frame.span.week_one(), bounds, back, races)
            }),
            layout: Layout::default(),
            held,
            moves,
            stood: BTreeMap::new(),
            learned: vec![false; frame.slots.len()],
            turns: carried.turns.unwrap_or_else(|| Turns::of(season)),
            finished: carried.finished,
            // Its own race is still to come.
            memory: Memory { ran_since_race: false, ..carried.memory },
            long_work: None,
            season,
            ledger,
            findings,
        };
        for (index, week) in stood.weeks.iter().enumerate() {
            maker.stands(index, week);
        }
        if let Some(level) = season.kept.and_then(|kept| kept.level) {
            maker.climb.stands_at(level);
        }
        maker
    }

    /// All weeks of the leg, those that stand already among them; which of the others bring a new kind of hard session is
    /// noted on the way.
    fn weeks(&mut self) -> Vec<Week> {
        let season = self.season;
        let made = |index: usize| match season.kept.and_then(|kept| kept.week(&season.frame.slots[index])) {
            Some(week) => week.clone(),
            None => self.week(index),
        };
        (0..season.frame.slots.len()).map(made).collect()
    }

    /// What later weeks have to know of one that stands already, besides what the climbs know.
    fn stands(&mut self, index: usize, week: &Week) {
        let season = self.season;
        self.turns.coming(season, week.start, week.kind);
        let whole = room_of(season, index, self.held).whole.fraction() >= 1.0;
        self.memory.ladders.done(&kept::choices(season.book, &season.frame.speeds, week));
        self.memory.long_turn += usize::from(week.kind.trains());
        if let Some(reset) = &week.reset {
            *self.memory.wordings.entry(reset.recipe.clone()).or_default() += 1;
        }
        if week.kind == WeekKind::Reset {
            self.memory.resets_done += 1;
            self.memory.ladders.step_back();
        }
        let two = week.days.iter().flat_map(|day| &day.sessions).any(|session| session.id == sessions::DAY_TWO);
        let all = || runs(season, week).map(|(_, run)| run);
        self.memory.remember(week, all().sum(), all().max().unwrap_or_default(), two);
        self.turns.printed(week, whole);
        for (date, run) in runs(season, week) {
            self.month.ran(date, run);
        }
    }

    /// What the next leg has to know.
    fn carried(self) -> Carried {
        let mut finished = self.finished;
        finished.extend(self.season.frame.leg.goal.map(|goal| goal.asked.race.value.clone()));
        Carried {
            trained: self.climb.into_trained(),
            longest: self.long.into_weeks(),
            finished,
            turns: Some(self.turns),
            month: Some(self.month),
            memory: self.memory,
        }
    }

    /// One week: how much, which sessions, on which days, and why.
    fn week(&mut self, index: usize) -> Week {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let placed = &season.placed[index].settled;
        // Runs by the minute go by effort: a minute is as long in heat.
        let slowdown = if season.frame.run_walk { Share::default() } else { season.slowest(index) };
        // Before a smaller race the legs are reminded of its pace, not of that of the race to come.
        let band = season.frame.settled.get(key::PACE_BAND);
        let own = season.frame.b_race(slot).and_then(|entry| race_day::pace(season, &entry));
        let speeds = own.map_or_else(|| season.frame.speeds.clone(), |pace| season.frame.speeds.racing(pace, band));
        let speeds = speeds.slowed(slowdown, placed.get(key::HEAT_SLOWDOWN_SHORT));
        let hand = self.hand(index, placed, &speeds);
        let days = self.days(index, placed, &hand);
        let target = self.target(index, &days, &speeds);
        let (settled, facts, recipe) = self.amounts(index, target.kind);
        let target = self.stepped_back(index, target, &settled, &days, &speeds).moved(
            &hand,
            &days,
            season.frame.runs,
            season.frame.grain,
        );
        let (mut target, chosen, laid) = self.fitted(index, target, &days, &settled, &speeds, &hand);
        self.turns.coming(season, slot.start, target.kind);
        let done: Vec<Choice> = chosen
            .iter()
            .enumerate()
            .filter(|(number, _)| laid.runs.iter().any(|run| run.role == Role::Hard(*number)))
            .map(|(_, choice)| choice.clone())
            .chain(hand.done())
            .collect();
        for run in &laid.runs {
            if let Role::Hard(number) = run.role {
                self.stood.insert(season.frame.slots[index].start + run.day as i64, chosen[number].clone());
            }
        }
        let asks = |choice: &Choice| season.book.workouts.get(&choice.id).is_some_and(|own| workout::is_hard(own.kind));
        let new = done.iter().any(|choice| asks(choice) && !self.memory.ladders.knows(season.book, &choice.id));
        // What is new in a peak is the pace of the race, and a peak that may still grow has no week to lose.
        let learns = target.kind.trains() && slot.phase != PhaseName::Peak;
        self.learned[index] = new && learns && self.climb.last().is_some();
        // A week whose days hold no long run holds nothing in it either.
        let long = laid.runs.iter().find(|run| run.role == Role::Long);
        let most = long.map_or(Duration::ZERO, |run| {
            let longest = settled.get(key::LONG_RUN_LONGEST);
            days[run.day].most.map_or(longest, |most| most.min(longest))
        });
        self.long_work.take_if(|work| {
            let easy = speeds.reckon(Intensity::Easy);
            !long.is_some_and(|run| {
                run.distance >= work.fixed && work.time + (run.distance - work.fixed).at(easy) <= most
            })
        });
        self.memory.long_turn += usize::from(target.kind.trains());
        self.memory.ladders.done(&done.iter().chain(&self.long_work).cloned().collect::<Vec<_>>());
        let easy_only = !target.kind.trains() && target.kind != WeekKind::Taper && target.kind != WeekKind::Race;
        let manner = Manner {
            effort_only: easy_only || settled.get(key::HEAT_EFFORT_ONLY),
            indoors: false,
            units: season.frame.units,
            turn: 0,
        };
        let mut out = self.printed(index, &target, &laid, &chosen, &settled, &speeds, &manner, easy_only, &hand);
        let stop = self.turns.last_week().map(|last| last.times(settled.get(key::RESET_STOP).fraction()));
        if target.kind == WeekKind::Reset && stop.is_some_and(|stop| out.volume_m < stop) {
            // What its days cannot hold is no step back that anybody has planned.
            (target.kind, out.kind) = (WeekKind::Recover, WeekKind::Recover);
        }
        self.remember(index, &out, &laid, target.kind, &hand);
        if !self.ledger.keeps() {
            // Only tried: nobody reads it.
            return out;
        }
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
            hand: &hand,
            new_kind: self.held[index],
        };
        let wording = recipe.as_ref().map(|id| {
            let turn = self.memory.wordings.entry(id.clone()).or_default();
            *turn += 1;
            *turn - 1
        });
        telling::tell(&told, &mut out, wording, &mut self.memory.moods, &mut self.memory.spoke, self.findings);
        out
    }

    /// The week laid out, its longest run a fair part of what its days hold in the end: where the other runs come to less
    /// than was meant, it is shorter too.
    fn fitted(
        &mut self,
        index: usize,
        mut target: Target,
        days: &[DayRoom],
        settled: &Settled,
        speeds: &Speeds,
        hand: &Hand,
    ) -> (Target, Vec<Choice>, Laid) {
        let grain = self.season.frame.grain;
        loop {
            self.long_work = self.long_session(index, &target, settled, speeds);
            let chosen = self.hard_sessions(index, &target, settled, speeds, hand);
            let laid = self.lay(index, &target, &chosen, days, settled, speeds, hand);
            let fair = printing::fair_part(settled, laid.volume(), laid.runs.len(), grain);
            let judged = target.kind.trains() || target.kind == WeekKind::Reset;
            let longest = laid.runs.iter().max_by_key(|run| run.distance);
            let unfair = longest.filter(|run| judged && laid.runs.len() > 2 && run.distance > fair);
            match unfair.map(|run| run.role) {
                // What the coach puts on a day stays as it is.
                Some(Role::Own) => return (target, chosen, laid),
                Some(Role::Hard(_)) if target.hard > 0 => target.hard -= 1,
                Some(_) if target.long.is_some_and(|long| long > grain) => {
                    let long = target.long.unwrap_or_default();
                    target.long = Some(fair.floor_to(grain).min(long - grain).max(grain));
                }
                // Days that hold less than was meant bear smaller sessions, too.
                None if target.kind.trains() && !chosen.is_empty() && laid.volume() < target.volume => {
                    target.volume = laid.volume();
                }
                _ => return (target, chosen, laid),
            }
        }
    }

    /// What the training weeks before this one came to, for the words of the week.
    fn before_this(&self, index: usize) -> telling::Before {
        telling::Before {
            since: self.season.resets.since.get(index).copied().unwrap_or(0),
            reference: self.climb.reference(),
        }
    }

    /// What later weeks have to know of this one.
    fn remember(&mut self, index: usize, week: &Week, laid: &Laid, kind: WeekKind, hand: &Hand) {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let mut room = room_of(season, index, self.held);
        if hand.is_felt() && self.climb.last().is_some_and(|last| laid.volume() < last) {
            // What the coach has made lighter is no measure of what the runner can do.
            room.whole = Share::default();
        }
        match kind {
            // Beside a race a week is no measure of what the runner can do.
            WeekKind::Build | WeekKind::Hold if season.races_in(slot).next().is_some() => {}
            WeekKind::Build | WeekKind::Hold => {
                self.climb.printed(laid.volume(), room);
                if fasts(self.season, index) {
                    self.climb.starts_anew();
                }
            }
            WeekKind::Reset => self.memory.ladders.step_back(),
            WeekKind::Taper | WeekKind::Race | WeekKind::Recover => {}
        }
        let two = laid.runs.iter().any(|run| run.role == Role::DayTwo);
        self.memory.remember(week, laid.volume(), laid.longest(), two);
        self.turns.printed(week, room.whole.fraction() >= 1.0);
        self.long.printed(laid.longest());
        // A race is no measure of what training may ask for.
        for run in &laid.runs {
            self.month.ran(week.start + run.day as i64, run.distance);
        }
    }

    /// Only a target and a long run that are both missed are worth a warning.
    fn what_was_missed(&mut self, weeks: &[Week]) {
        let season = self.season;
        if season.frame.leg.goal.is_none() || season.frame.span.shares_peak || season.frame.run_walk {
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
