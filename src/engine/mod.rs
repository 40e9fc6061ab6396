//! The engine: rules and a request in, a season out. Pure: no files, no clock, no chance.

mod binding;
#[cfg(test)]
mod fixtures;
pub mod hand;
pub mod heat;
mod indoors;
pub mod kept;
pub mod phases;
pub mod race_day;
pub mod races;
pub mod resets;
pub mod run_walk;
pub mod runner;
pub mod sessions;
pub mod strength;
pub mod telling;
pub mod volume;
pub mod week;
pub mod weeks;
pub mod workout;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::heat::{HotRace, Usual, Usually};
use self::kept::{Decided, Kept};
use self::phases::{Slot, Span};
use self::races::{Entry, Leg};
use self::resets::{Candidate, Placement};
use self::runner::Who;
use self::workout::Speeds;
use crate::calendar::{Date, Weekday, YEARS};
use crate::finding::{Finding, Findings, Severity};
use crate::measure::{Distance, Pace, Share, Units};
use crate::phrasebook::Phrasebook;
use crate::plan::{Plan, WeekKind};
use crate::request::{DaySession, Goal, Life, Load, Priority, Request};
use crate::rulebook::Rulebook;
use crate::rulebook::layers::{InForce, Ledger, Settled, Spoken};
use crate::rulebook::rule::Sheet;
use crate::rulebook::settings::{self, Stage, key};
use crate::rulebook::words::{Facts, word};
use crate::session::SessionKind;

/// The longest season, in weeks: the contract of the request fixes it.
const LONGEST_SEASON: i64 = 104;

/// Levels whose runners, without a goal time, run to finish: the contract of the request says so.
const FINISHERS: [&str; 2] = ["new", "beginner"];

/// So many days of a week make it a week of that life.
const LIFE_WEEK: usize = 3;

/// What is asked besides the request.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The day from which the default start is counted; not read where the request has a start.
    pub today: Date,
    /// Settings from the command line.
    pub flags: Option<Arc<Sheet>>,
    /// Units that overrule the request's.
    pub units: Option<Units>,
}

/// Plans a season: who runs, what holds, when, how hot, where it steps back, how much, on which day, and in what steps.
///
/// # Errors
/// Why there is no plan: each finding with its place and the way out.
pub fn plan(book: &Rulebook, phrases: &Phrasebook, request: &Request, asked: &Asked) -> Result<Plan, Findings> {
    season(book, phrases, request, asked, None)
}

/// Plans the rest of a season that stands up to a day: what lies before the day stays as it is, and what comes grows from
/// it.
///
/// # Errors
/// Why there is no plan: each finding with its place and the way out.
pub fn plan_from(
    book: &Rulebook,
    phrases: &Phrasebook,
    request: &Request,
    asked: &Asked,
    kept: &Kept,
) -> Result<Plan, Findings> {
    let first = request.first_day();
    let start = kept.start().filter(|start| start.week_start(first) == *start);
    match (start, &request.plan.start) {
        (None, _) => Err(Finding::error("kept-weeks-start").with("day", first.name()).into()),
        (Some(stands), Some(start)) if start.value.week_start(first) != stands => {
            Err(Finding::error("kept-start-moved")
                .with("stands", stands.to_string())
                .with("start", start.value.to_string())
                .at(start.place.clone())
                .into())
        }
        _ => season(book, phrases, request, asked, Some(kept)),
    }
}

/// The straight line.
fn season(
    book: &Rulebook,
    phrases: &Phrasebook,
    request: &Request,
    asked: &Asked,
    kept: Option<&Kept>,
) -> Result<Plan, Findings> {
    let mut findings = Findings::new();
    let mut ledger = kept.map_or_else(Ledger::new, |kept| Ledger::after(kept.plan.ledger.clone()));
    let own = request.plan.language.as_ref().and_then(|language| phrases.other(&language.value));
    let phrases = own.as_deref().unwrap_or(phrases);
    let spoken = book.in_language(phrases.language());
    let book = spoken.as_deref().unwrap_or(book);
    in_other_words(phrases, book, request, &mut findings);
    let who = Who::of(book, request, &mut findings);
    let legs = races::legs(book, request, &mut findings);
    let mut made = Made::default();
    for (number, leg) in legs.iter().enumerate() {
        let next = legs.get(number + 1).and_then(|leg| leg.goal);
        let around = Around { book, phrases, request, asked, kept, who: &who, legs: &legs };
        let frame = Frame::of(around, leg, next, &made, &mut findings, &mut ledger)?;
        made.slots.extend(frame.slots.iter().cloned());
        within_calendar(&made.slots, request)?;
        let weather = frame.weather(book, request, &who, &made.slots);
        let placed = frame.place(book, request, kept, &weather, &mut ledger);
        let resets = frame.resets(book, request, kept, &placed, &weather, &mut findings);
        let season = Season {
            book,
            phrases,
            request,
            kept,
            who: &who,
            legs: &legs,
            frame: &frame,
            weather: &weather,
            placed: &placed,
            resets: &resets,
        };
        let weeks = weeks::settled(&season, &mut made.carried, &mut ledger, &mut findings);
        no_room(&weeks, &season, &findings)?;
        made.races.extend(race_day::cards(&season, &weeks, &mut findings));
        if number == 0 {
            made.paces = season.paces();
            made.runs = frame.runs;
        }
        made.weeks.extend(weeks);
    }
    outside(request, &legs, &made.slots, &mut findings);
    Ok(binding::bind(Around { book, phrases, request, asked, kept, who: &who, legs: &legs }, made, ledger, findings))
}

/// What every room may look at before a leg is framed.
#[derive(Debug, Clone, Copy)]
struct Around<'a> {
    book: &'a Rulebook,
    phrases: &'a Phrasebook,
    request: &'a Request,
    asked: &'a Asked,
    kept: Option<&'a Kept>,
    who: &'a Who,
    legs: &'a [Leg<'a>],
}

/// What is made of a season so far, leg by leg.
#[derive(Debug, Default)]
struct Made {
    slots: Vec<Slot>,
    weeks: Vec<crate::plan::Week>,
    races: Vec<crate::plan::PlanRace>,
    paces: Option<BTreeMap<String, [Pace; 2]>>,
    runs: usize,
    carried: weeks::Carried,
}

/// Says where the language that the request asks for has no words, or not all of them.
fn in_other_words(phrases: &Phrasebook, book: &Rulebook, request: &Request, findings: &mut Findings) {
    let Some(asked) = &request.plan.language else { return };
    if !phrases.knows(&asked.value) {
        let finding = Finding::warning("unknown-language").with("got", asked.value.as_str());
        findings.push(finding.at(asked.place.clone()));
        return;
    }
    let lacking = phrases.unspoken().iter().chain(book.unspoken());
    if let Some(first) = lacking.clone().next() {
        let finding = Finding::note("words-in-english").with("language", phrases.language());
        findings.push(finding.with("count", lacking.count()).with("first", first.as_str()).at(asked.place.clone()));
    }
}

/// What is decided once a leg, which is all of a season with one race.
#[derive(Debug)]
pub struct Frame<'a> {
    /// The layers in force.
    pub force: InForce,
    /// The settings of the season.
    pub settled: Arc<Settled>,
    /// When it starts, and the race.
    pub span: Span,
    /// The race trained for, and those on the way.
    pub leg: &'a Leg<'a>,
    /// What the B races of the leg ask of the days after them: those without running, and those without anything hard.
    pub after_b: BTreeMap<Date, (i64, i64)>,
    /// Its weeks.
    pub slots: Vec<Slot>,
    /// What is known of the runner and the race.
    pub facts: Facts,
    /// Runs in a usual week.
    pub runs: usize,
    /// How fast in cool weather.
    pub speeds: Speeds,
    /// The units of the plan.
    pub units: Units,
    /// What runs are rounded to: half a unit, or some minutes of easy running where runs are given by the minute.
    pub grain: Distance,
    /// Whether runs are given in minutes, running and walking by turns.
    pub run_walk: bool,
    /// How hot the race is against what the runner is used to by then.
    pub hot_race: Option<HotRace>,
}

/// What is known and decided before the weeks are made.
#[derive(Debug, Clone, Copy)]
pub struct Season<'a> {
    /// The rules.
    pub book: &'a Rulebook,
    /// The words.
    pub phrases: &'a Phrasebook,
    /// What is asked.
    pub request: &'a Request,
    /// What of it stands already.
    pub kept: Option<&'a Kept>,
    /// Who runs.
    pub who: &'a Who,
    /// All legs of the season.
    pub legs: &'a [Leg<'a>],
    /// What is decided once a leg.
    pub frame: &'a Frame<'a>,
    /// The weather of each week.
    pub weather: &'a [Option<Usual>],
    /// The settings of each week, before resets are placed.
    pub placed: &'a [Placed],
    /// Where it steps back.
    pub resets: &'a Placement,
}

/// The settings of a week before resets are placed.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Season and placement settings.
    pub settled: Arc<Settled>,
    /// What is known of the week so far.
    pub facts: Facts,
    /// What life brings.
    pub life: WeekLife,
    /// Whether it is off, or part of the way back.
    pub away: Option<Away>,
    /// The days whose weather is not that of the week, because place or hour are others.
    pub days: BTreeMap<Date, OwnDay>,
}

impl Placed {
    /// The weather of a day at its own place and hour, and the settings of its week as they are in it. `week` is the weather
    /// of the week.
    fn on_day<'p>(&'p self, week: Option<&'p Usual>, date: Date) -> (Option<&'p Usual>, &'p Settled) {
        match self.days.get(&date) {
            Some(own) => (Some(&own.usual), &own.settled),
            None => (week, &self.settled),
        }
    }

    /// Whether a treadmill is missing and none of the days on which the runner could run leaves time for it outdoors.
    fn is_too_hot(
        &self,
        book: &Rulebook,
        request: &Request,
        slot: &Slot,
        weather: Option<&Usual>,
        start: Date,
    ) -> bool {
        let mut days = slot.days().filter(|date| *date >= start && weeks::is_free(request, *date)).peekable();
        !request.home.has_treadmill()
            && days.peek().is_some()
            && days.all(|date| {
                let (usual, settled) = self.on_day(weather, date);
                heat::too_hot_to_run(book, usual, settled, date)
            })
    }
}

/// A day with weather of its own, and the settings of the week as they are in it.
#[derive(Debug, Clone)]
pub struct OwnDay {
    /// The weather.
    pub usual: Usual,
    /// The settings.
    pub settled: Arc<Settled>,
}

/// Days off, and the way back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Away {
    /// So many days off that nothing of the week counts as training.
    Off,
    /// Too hot to run outdoors at any hour that is left, and nowhere to run indoors.
    TooHot,
    /// On the way back: this share of the best recent training week.
    Back(Share),
}

/// What life brings to a week.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WeekLife {
    /// How it weighs, if it does.
    pub load: Option<Load>,
    /// How many days it touches.
    pub days: usize,
    /// What it is, as typed.
    pub what: Option<String>,
    /// Whether this is its first week.
    pub first: bool,
}

impl<'a> Frame<'a> {
    fn of(
        around: Around<'a>,
        leg: &'a Leg<'a>,
        next: Option<Entry<'a>>,
        made: &Made,
        findings: &mut Findings,
        ledger: &mut Ledger,
    ) -> Result<Self, Findings> {
        let Around { book, phrases, request, asked, kept, who, .. } = around;
        let units = asked.units.unwrap_or_else(|| request.units());
        let mut span = span(request, asked, kept, leg, made);
        too_early_or_late(leg, span, findings);
        let mut wishes: Vec<Arc<Sheet>> = Vec::new();
        if let Some(table) = &request.settings {
            match book.asked(table, request.name(), &phrases.word("asked.request")) {
                Ok(sheet) => wishes.push(sheet),
                Err(wrong) => findings.0.extend(wrong.0),
            }
        }
        wishes.extend(asked.flags.clone());
        if findings.stop() {
            return Err(std::mem::take(findings));
        }
        let climate = request.home.climate.as_ref().map(|at| at.value.as_str());
        let in_force = |race: Option<&str>| book.in_force(&who.level, race, climate, &wishes);
        let force = in_force(leg.goal.map(|goal| goal.asked.race.value.as_str()));
        let mut facts = Facts::new();
        who.tell(book, request, span.start, &mut facts);
        made.carried.tell(&mut facts);
        tell_race(leg, request, who, span, &mut facts);
        if let Some((id, home)) = climate.and_then(|id| book.climates.get(id).map(|climate| (id, climate))) {
            facts.text(word::CLIMATE_KIND, home.kind.as_ref().map_or(id, |at| at.value.as_str()));
            facts.number(word::PLACE_ELEVATION, Some(home.normals.elevation.metres()));
        }
        let hot_race = leg.goal.and_then(|goal| heat::of_race(book, request, goal.asked));
        if let Some(hot_race) = hot_race {
            facts.number(word::RACE_WBGT, Some(hot_race.wbgt));
            facts.number(word::RACE_HOTTER, Some(hot_race.hotter));
        }
        // How many runs a week holds is settled first: other rules ask for it.
        let of_runs = |index: usize| settings::TABLE[index].name.starts_with("runs.");
        let runs = force.settle_some(Stage::Season, &facts, &[], ledger, &of_runs);
        let rest = usize::try_from(runs.get(key::RUNS_REST_DAYS)).unwrap_or(0);
        let most = usize::try_from(runs.get(key::RUNS_PER_WEEK)).unwrap_or(1);
        let runs = request.week.days.len().min(most).min(7 - rest.min(6));
        facts.number(word::RUNNER_RUNS, Some(runs as f64));
        let settled = Arc::new(force.settle(Stage::Season, &facts, &[], ledger));
        let before = made.races.last().and_then(|_| around.goal_before(leg));
        match (before, leg.goal) {
            (Some(before), Some(goal)) => {
                races::too_close(&before, &goal, &settled, around.risks(), findings);
                span.shares_peak = races::share_a_peak(&before, &goal, &settled);
            }
            _ => owed(leg, &settled, span, around.risks(), findings),
        }
        span.next = match (leg.goal, next) {
            (Some(goal), Some(next)) => {
                let weeks = (next.date().week_start(span.first) - goal.date().week_start(span.first)) / 7 - 1;
                // Those who run again soon keep what they have built: one easy week is enough between the two.
                let shared = races::share_a_peak(&goal, &next, &settled);
                Some(if shared { weeks.min(1) } else { weeks }.max(0))
            }
            _ => None,
        };
        spoken(&settled.spoken, &facts, phrases, request, findings);
        if findings.stop() {
            return Err(std::mem::take(findings));
        }
        let within = leg.goal.filter(|goal| race_day::beyond(book, &settled, who, goal).is_none());
        let goal = within.and_then(|goal| match goal.asked.goal.as_ref()?.value {
            Goal::Time(time) => Some(Pace::from_seconds_per_km(time.seconds() as f64 / goal.kind.distance.km())),
            Goal::Finish => None,
        });
        let speeds = Speeds::of(book, &settled, who.score, leg.goal.map(|goal| goal.kind.distance), goal);
        let recovering = if made.slots.is_empty() { around.just_raced(&in_force, &facts, span) } else { Vec::new() };
        let mut slots = phases::back_from(span, &settled, &recovering);
        for slot in &mut slots {
            // What stands keeps the part of the season that it was made for.
            if let Some(week) = kept.and_then(|kept| kept.week(slot)) {
                slot.phase = week.phase;
            }
        }
        let share = settled.get(key::RACES_B_RECOVERY).fraction();
        let after_b = leg
            .on_the_way
            .iter()
            .filter(|entry| entry.priority == Priority::B)
            .map(|entry| {
                let own = in_force(Some(&entry.asked.race.value));
                let own = own.settle(Stage::Season, &facts, &[], &mut Ledger::blank());
                let part = |days: i64| (days as f64 * share).ceil() as i64;
                let days = (own.get(key::RECOVERY_NO_RUN_DAYS), own.get(key::RECOVERY_EASY_DAYS));
                (entry.date(), (part(days.0), part(days.1)))
            })
            .collect();
        let run_walk = settled.get(key::RUNS_RUN_WALK);
        let easy = speeds.reckon(crate::session::Intensity::Easy);
        let grain = if run_walk { settled.get(key::RUNS_STEP).at(easy) } else { units.half() };
        Ok(Self { force, settled, span, leg, after_b, slots, facts, runs, speeds, units, grain, run_walk, hot_race })
    }

    /// The usual weather of every week of the leg; `slots` are all weeks of the season up to its end, for what the body
    /// is used to.
    fn weather(&self, book: &Rulebook, request: &Request, who: &Who, slots: &[Slot]) -> Vec<Option<Usual>> {
        let easy = self.speeds.reckon(crate::session::Intensity::Easy);
        let run = who.weekly.times(1.0 / self.runs.max(1) as f64).at(easy);
        let usually = Usually { runs: self.runs as f64, run };
        heat::of_weeks(book, request, slots, usually, self.hot_race).split_off(slots.len() - self.slots.len())
    }

    /// The B race of a training week.
    #[must_use]
    pub fn b_race(&self, slot: &Slot) -> Option<Entry<'a>> {
        let mut races = self.leg.on_the_way.iter().filter(|entry| entry.priority == Priority::B);
        races.find(|entry| slot.phase.trains() && slot.holds(entry.date())).copied()
    }

    /// The settings of every week as far as they are known before resets are placed.
    fn place(
        &self,
        book: &Rulebook,
        request: &Request,
        kept: Option<&Kept>,
        weather: &[Option<Usual>],
        ledger: &mut Ledger,
    ) -> Vec<Placed> {
        let weeks = || self.slots.iter().zip(weather);
        // Only the settings of a hot week tell whether an hour is left: who has moved the hour stands in the ledger, so this
        // one is kept for the while.
        let too_hot = |(slot, weather): (&Slot, &Option<Usual>)| {
            let hot = weather.as_ref().is_some_and(Usual::is_hot) && !request.home.has_treadmill();
            hot && self.placed(book, request, slot, weather.as_ref(), None, None, &mut Ledger::new()).is_too_hot(
                book,
                request,
                slot,
                weather.as_ref(),
                self.span.start,
            )
        };
        let too_hot: Vec<bool> = weeks().map(too_hot).collect();
        weeks()
            .zip(away(request, &self.slots, self.span.start, &self.settled, &too_hot))
            .map(|((slot, weather), away)| {
                let decided = kept.and_then(|kept| kept.decided(slot));
                self.placed(book, request, slot, weather.as_ref(), away, decided, ledger)
            })
            .collect()
    }

    /// The settings of a week as far as they are known before resets are placed.
    #[allow(clippy::too_many_arguments)]
    fn placed(
        &self,
        book: &Rulebook,
        request: &Request,
        slot: &Slot,
        weather: Option<&Usual>,
        away: Option<Away>,
        decided: Option<&Decided>,
        ledger: &mut Ledger,
    ) -> Placed {
        let mut facts = self.facts.clone();
        facts.number(word::WEEK_NUMBER, Some(f64::from(slot.number)));
        facts.text(word::WEEK_PHASE, slot.phase.name());
        facts.number(word::WEEK_MONTH, Some(f64::from(slot.start.month())));
        facts.number(word::WEEK_WEEKS_TO_RACE, slot.weeks_to_race.map(f64::from));
        let life = life_of(request, slot);
        facts.text(word::LIFE_LOAD, life.load.map_or("none", Load::name));
        facts.number(word::LIFE_DAYS, Some(life.days as f64));
        facts.yes(word::WEEK_WAY_BACK, away.is_some_and(|away| away != Away::TooHot));
        facts.yes(word::WEEK_TOO_HOT, away == Some(Away::TooHot));
        facts.text(word::REVIEW_DECIDED, decided.map_or("none", |decided| decided.kind.name()));
        facts.text(word::REVIEW_RECIPE, decided.and_then(|decided| decided.recipe.as_deref()).unwrap_or("none"));
        if let Some(weather) = weather {
            weather.tell(&mut facts);
        }
        let later = self.force.settle(Stage::Placement, &facts, &[], ledger);
        let settled = Arc::new(later.above(&self.settled));
        let days = match weather {
            Some(week) => self.own_days(book, request, slot, week, &settled, &facts, ledger),
            None => BTreeMap::new(),
        };
        Placed { settled, facts, life, away, days }
    }

    /// The days of a week that are run at another place or hour than the week is told by, with what heat does to them.
    #[allow(clippy::too_many_arguments)]
    fn own_days(
        &self,
        book: &Rulebook,
        request: &Request,
        slot: &Slot,
        week: &Usual,
        settled: &Arc<Settled>,
        facts: &Facts,
        ledger: &mut Ledger,
    ) -> BTreeMap<Date, OwnDay> {
        // The default hour of the rules says nothing; whoever wrote over it has moved the runs.
        let moved = settled.chain(key::HEAT_RUN_AT.index()).len() > 1;
        let moved = moved.then(|| settled.get(key::HEAT_RUN_AT).parse().ok()).flatten();
        let of_heat = |index: usize| settings::TABLE[index].name.starts_with("heat.");
        let mut days: BTreeMap<Date, OwnDay> = BTreeMap::new();
        for date in slot.days() {
            let Some(usual) = heat::of_day(book, request, week, date, moved) else { continue };
            let alike = |day: &&OwnDay| {
                (&day.usual.climate, day.usual.hour, day.usual.band) == (&usual.climate, usual.hour, usual.band)
            };
            let settled = days.values().find(alike).map_or_else(
                || {
                    let mut facts = facts.clone();
                    usual.tell(&mut facts);
                    let own = self.force.settle_some(Stage::Placement, &facts, &[], ledger, &of_heat);
                    Arc::new(own.above(settled))
                },
                |day| Arc::clone(&day.settled),
            );
            days.insert(date, OwnDay { usual, settled });
        }
        days
    }

    /// Where the season steps back.
    fn resets(
        &self,
        book: &Rulebook,
        request: &Request,
        kept: Option<&Kept>,
        placed: &[Placed],
        weather: &[Option<Usual>],
        findings: &mut Findings,
    ) -> Placement {
        let stands = |index: usize| kept.and_then(|kept| kept.week(&self.slots[index]));
        let words = coach_words(request, &self.slots, placed, findings);
        let heat = warmer_than_usual(&self.slots, weather);
        let late = self.slots.first().is_some_and(|slot| slot.start < self.span.start);
        let candidates: Vec<Candidate> = self
            .slots
            .iter()
            .enumerate()
            .map(|(index, slot)| {
                let settled = &placed[index].settled;
                let next = self.slots.get(index + 1).map(|next| next.phase);
                let life = &placed[index].life;
                let b_week = |slot: &Slot| self.b_race(slot).is_some();
                let after_b_race = index.checked_sub(1).is_some_and(|before| b_week(&self.slots[before]));
                Candidate {
                    // A B race's short taper and the easy days after it are a step back of their own.
                    trains: stands(index).map_or_else(
                        || slot.phase.trains() && placed[index].away.is_none() && !b_week(slot),
                        |week| week.kind.trains() || week.kind == WeekKind::Reset,
                    ),
                    before_taper: slot.phase.trains() && next.is_some_and(|next| !next.trains()),
                    coach: kept
                        .and_then(|kept| kept.resets(slot))
                        .or_else(|| words.get(&slot.number).map(|kind| *kind == WeekKind::Reset)),
                    // A first week that the start cuts short is nothing to step back from.
                    earliest: earliest(settled).max(if index == 1 && late { 2 } else { 1 }),
                    latest: settled.get(key::RESET_LATEST),
                    least_before_taper: settled.get(key::RESET_BEFORE_TAPER),
                    life: match life.load {
                        Some(Load::Fasting) => life.first && life.days >= LIFE_WEEK,
                        Some(Load::Busy | Load::Travel) => life.days >= LIFE_WEEK,
                        _ => false,
                    },
                    heat: heat[index],
                    phase_border: slot.phase.trains() && next.is_some_and(|next| next != slot.phase),
                    after_b_race,
                    before_trial: self.slots.get(index + 1).is_some_and(|next| tried_in(book, request, next)),
                    first: slot.number == 1,
                    begun: kept.is_some_and(|kept| slot.holds(kept.from) && slot.start < kept.from),
                }
            })
            .collect();
        let placement = resets::place(&candidates, book.wants);
        for index in placement.short_before_taper.iter().filter(|index| stands(**index).is_none()) {
            let candidate = &candidates[*index];
            findings.push(
                Finding::note("reset-near-taper")
                    .with("wanted", candidate.least_before_taper)
                    .with("latest", candidate.latest)
                    .in_week(self.slots[*index].number),
            );
        }
        for index in placement.early.iter().filter(|index| stands(**index).is_none()) {
            let candidate = &candidates[*index];
            findings.push(
                Finding::note("reset-early")
                    .with("earliest", candidate.earliest)
                    .with("latest", candidate.latest)
                    .in_week(self.slots[*index].number),
            );
        }
        for index in placement.late.iter().filter(|index| stands(**index).is_none()) {
            findings.push(
                Finding::warning("coach-against-latest")
                    .with("latest", placed[*index].settled.get(key::RESET_LATEST))
                    .in_week(self.slots[*index].number),
            );
        }
        placement
    }
}

/// Whether a time trial is put on a day of a week.
fn tried_in(book: &Rulebook, request: &Request, slot: &Slot) -> bool {
    let trial = |id: &str| book.workouts.get(id).is_some_and(|workout| workout.kind == SessionKind::TimeTrial);
    request.days.iter().filter(|word| slot.holds(word.date.value)).any(|word| match &word.session {
        Some(DaySession::Workout(id)) => trial(&id.value),
        _ => false,
    })
}

/// How much hotter than the mean of the training weeks each week is, as a share of their range; nothing where it is never
/// warm.
fn warmer_than_usual(slots: &[Slot], weather: &[Option<Usual>]) -> Vec<f64> {
    let training: Vec<&Usual> =
        slots.iter().zip(weather).filter(|(slot, _)| slot.phase.trains()).filter_map(|(_, w)| w.as_ref()).collect();
    let warmth = || training.iter().map(|w| w.weather.wbgt_c);
    let (hottest, coolest) = (warmth().fold(f64::MIN, f64::max), warmth().fold(f64::MAX, f64::min));
    let warm = training.iter().any(|w| !matches!(w.band, "none" | "low"));
    if !warm || hottest <= coolest {
        return vec![0.0; slots.len()];
    }
    let mean = warmth().sum::<f64>() / training.len() as f64;
    weather.iter().map(|w| w.as_ref().map_or(0.0, |w| (w.weather.wbgt_c - mean) / (hottest - coolest))).collect()
}

/// A cap on `latest` lowers `earliest`, so that a reset can be placed at all.
fn earliest(settled: &Settled) -> i64 {
    let latest = settled.get(key::RESET_LATEST);
    settled.get(key::RESET_EARLIEST).min((latest - 1).max(1))
}

/// The coach's word for weeks, by number.
fn coach_words(
    request: &Request,
    slots: &[Slot],
    placed: &[Placed],
    findings: &mut Findings,
) -> BTreeMap<u32, WeekKind> {
    let mut words = BTreeMap::new();
    for word in &request.week_kinds {
        match slots.iter().find(|slot| slot.holds(word.starting.value)) {
            Some(slot)
                if placed[slots.iter().position(|own| own.number == slot.number).unwrap_or(0)].away.is_some() =>
            {
                findings.push(Finding::warning("week-kind-away").in_week(slot.number).at(word.starting.place.clone()));
            }
            Some(slot) if slot.phase.trains() => {
                words.insert(slot.number, word.kind.value);
            }
            Some(slot) => findings.push(
                Finding::warning("week-kind-not-training")
                    .with("phase", slot.phase.name())
                    .in_week(slot.number)
                    .at(word.starting.place.clone()),
            ),
            // Another leg's, or outside the season.
            None => {}
        }
    }
    words
}

/// What a request says of days that are not in the season.
fn outside(request: &Request, legs: &[Leg<'_>], slots: &[Slot], findings: &mut Findings) {
    let (Some(first), Some(last)) = (slots.first(), slots.last()) else { return };
    let outside = |date: Date| !(first.start..=last.end()).contains(&date);
    let kinds = request.week_kinds.iter().map(|word| &word.starting);
    let days = request.days.iter().map(|word| &word.date);
    let moved = request.moves.iter().flat_map(|moved| [&moved.from, &moved.to]);
    for date in kinds.chain(days).chain(moved).filter(|date| outside(date.value)) {
        findings.push(
            Finding::warning("outside-season")
                .with("date", date.value.to_string())
                .with("first", first.start.to_string())
                .with("last", last.end().to_string())
                .at(date.place.clone()),
        );
    }
    for entry in legs.iter().flat_map(Leg::races).filter(|entry| outside(entry.date())) {
        let finding = Finding::warning("race-after-season").with("race", entry.name());
        findings.push(finding.at(entry.asked.date.place.clone()));
    }
}

/// What life brings to a week: the load that touches most of its days.
fn life_of(request: &Request, slot: &Slot) -> WeekLife {
    let mut week = WeekLife::default();
    for life in &request.life {
        let days = slot.days().filter(|date| (life.from.value..=life.to.value).contains(date)).count();
        if days > week.days || (days > 0 && week.load.is_none() && life.load.is_some()) {
            week = WeekLife {
                load: life.load.as_ref().map(|at| at.value),
                days,
                what: life.what.as_ref().map(|at| at.value.clone()),
                first: slot.holds(life.from.value) || slot.start == life.from.value,
            };
        }
    }
    week
}

/// Weeks off, and the way back from them: as many days as were off, from a first share to a last one. After weeks that were
/// too hot to run it is shorter, because other sport has kept some of it.
///
/// A week that life, or a late start, leaves without any day is off as well.
fn away(request: &Request, slots: &[Slot], start: Date, settled: &Settled, too_hot: &[bool]) -> Vec<Option<Away>> {
    let empty =
        |slot: &Slot| slot.phase.trains() && !slot.days().any(|date| date >= start && weeks::is_free(request, date));
    let mut away: Vec<Option<Away>> = slots.iter().map(|slot| empty(slot).then_some(Away::Off)).collect();
    let off = |life: &&Life| life.load.as_ref().is_some_and(|at| matches!(at.value, Load::Off | Load::Ill));
    for life in request.life.iter().filter(off) {
        let touched = |slot: &Slot| slot.days().filter(|d| (life.from.value..=life.to.value).contains(d)).count();
        let mut last = None;
        for (index, slot) in slots.iter().enumerate().filter(|(_, slot)| slot.phase.trains()) {
            if touched(slot) >= LIFE_WEEK {
                away[index] = Some(Away::Off);
                last = Some(index);
            }
        }
        let days = life.to.value - life.from.value + 1;
        if let Some(last) = last.filter(|_| days >= settled.get(key::RETURN_FROM_DAYS)) {
            way_back(&mut away, slots, last + 1, (days + 6) / 7, settled);
        }
    }
    let hot: Vec<usize> = (0..slots.len()).filter(|index| too_hot[*index] && slots[*index].phase.trains()).collect();
    for index in &hot {
        away[*index].get_or_insert(Away::TooHot);
    }
    for stretch in hot.chunk_by(|one, next| next - one == 1) {
        let weeks = settled.get(key::RETURN_AFTER_HEAT).fraction() * stretch.len() as f64;
        way_back(&mut away, slots, stretch[stretch.len() - 1] + 1, weeks.ceil() as i64, settled);
    }
    away
}

/// Some weeks of a way back, from a first share to a last one.
fn way_back(away: &mut [Option<Away>], slots: &[Slot], from: usize, weeks: i64, settled: &Settled) {
    let weeks = usize::try_from(weeks).unwrap_or(1).max(1);
    let (first, full) = (settled.get(key::RETURN_FIRST).fraction(), settled.get(key::RETURN_LAST).fraction());
    for back in 0..weeks {
        let way = if weeks == 1 { 0.5 } else { back as f64 / (weeks - 1) as f64 };
        let index = from + back;
        if slots.get(index).is_some_and(|slot| slot.phase.trains()) && away[index].is_none() {
            away[index] = Some(Away::Back(Share::from_fraction(first + (full - first) * way)));
        }
    }
}

impl<'a> Around<'a> {
    /// Whether the runner takes the risks that may be taken.
    fn risks(&self) -> bool {
        self.request.plan.accept_risk.as_ref().is_some_and(|at| at.value)
    }

    /// The A race before a leg.
    fn goal_before(&self, leg: &Leg<'_>) -> Option<Entry<'a>> {
        let date = leg.goal?.date();
        self.legs.iter().filter_map(|leg| leg.goal).take_while(|goal| goal.date() < date).last()
    }

    /// The weeks that a race run shortly before the season still takes.
    fn just_raced(&self, in_force: &dyn Fn(Option<&str>) -> InForce, facts: &Facts, span: Span) -> Vec<Share> {
        let recent = self.request.runner.recent.as_ref();
        let Some((race, date)) = recent.and_then(|recent| Some((&recent.race.value, recent.date.as_ref()?.value)))
        else {
            return Vec::new();
        };
        let weeks = (span.week_one() - date.week_start(span.first)) / 7;
        let settled = in_force(Some(race)).settle(Stage::Season, facts, &[], &mut Ledger::blank());
        let shares = settled.get(key::RECOVERY_VOLUME);
        match usize::try_from(weeks - 1) {
            Ok(gone) if date < span.start => shares.get(gone..).unwrap_or_default().to_vec(),
            _ => Vec::new(),
        }
    }
}

fn span(request: &Request, asked: &Asked, kept: Option<&Kept>, leg: &Leg<'_>, made: &Made) -> Span {
    let first = request.first_day();
    // By default the next week that starts after today.
    let next_week = (asked.today + 7).week_start(first);
    let default = kept.and_then(Kept::start).unwrap_or(next_week);
    let start = request.plan.start.as_ref().map_or(default, |at| at.value);
    Span {
        start: made.slots.last().map_or(start, |last| last.end() + 1),
        first,
        race: leg.goal.map(|goal| goal.date()),
        weeks: request.plan.weeks.as_ref().map(|at| at.value),
        before: u32::try_from(made.slots.len()).expect("seasons are short"),
        next: None,
        shares_peak: false,
    }
}

/// Refuses weeks that no page could name.
#[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
fn within_calendar(slots: &[Slot], request: &Request) -> Result<(), Finding> {
    let Some(end) = slots.last().map(Slot::end).filter(|end| !end.is_told()) else { return Ok(()) };
    let finding = Finding::error("season-beyond").with("end", end.to_string()).with("last", *YEARS.end());
    let place = request.plan.start.as_ref().map(|start| &start.place);
    Err(match place.or(request.races.last().map(|race| &race.date.place)) {
        Some(place) => finding.at(place.clone()),
        None => finding,
    })
}

fn too_early_or_late(leg: &Leg<'_>, span: Span, findings: &mut Findings) {
    for entry in leg.races().filter(|entry| span.before == 0 && entry.date() < span.start) {
        findings.push(
            Finding::error("race-before-start")
                .with("date", entry.date().to_string())
                .with("start", span.start.to_string())
                .at(entry.asked.date.place.clone()),
        );
    }
    let weeks = i64::from(span.before) + span.weeks_to_race();
    if let Some(goal) = leg.goal.filter(|_| weeks > LONGEST_SEASON) {
        findings.push(
            Finding::error("season-too-long").with("weeks", weeks).with("most", LONGEST_SEASON).at(goal
                .asked
                .date
                .place
                .clone()),
        );
    }
}

fn tell_race(leg: &Leg<'_>, request: &Request, who: &Who, span: Span, facts: &mut Facts) {
    facts.number(word::RACE_COUNT, Some(request.races.len() as f64));
    facts.number(word::SEASON_WEEKS, Some(span.weeks_to_race() as f64));
    let Some(goal) = leg.goal else { return };
    facts.text(word::RACE_ID, &goal.asked.race.value);
    facts.number(word::RACE_DISTANCE, Some(goal.kind.distance.km()));
    facts.text(word::RACE_PRIORITY, goal.priority.name());
    let finishes = match goal.asked.goal.as_ref().map(|at| at.value) {
        Some(Goal::Finish) => true,
        Some(Goal::Time(_)) => false,
        None => who.first_plan || FINISHERS.contains(&who.level.as_str()),
    };
    facts.text(word::RACE_GOAL, if finishes { "finish" } else { "time" });
    facts.number(word::RACE_WEEKS_TO, Some(span.weeks_to_race() as f64));
}

/// Whether the race leaves enough weeks.
fn owed(leg: &Leg<'_>, settled: &Settled, span: Span, risks: bool, findings: &mut Findings) {
    let Some(goal) = leg.goal else { return };
    let weeks = span.weeks_to_race();
    let (least, best) = (settled.get(key::WEEKS_LEAST), settled.get(key::WEEKS_BEST));
    if weeks >= best {
        return;
    }
    let finding =
        if weeks < least && !risks { Finding::error("race-too-soon") } else { Finding::warning("short-season") };
    // The earliest date on which the same race would be calm.
    let later = goal.date() + 7 * (best - weeks);
    findings.push(
        finding
            .with("race", goal.kind.title.as_str())
            .with("weeks", weeks)
            .with("least", least)
            .with("best", best)
            .with("later", later.to_string())
            .at(goal.asked.date.place.clone()),
    );
}

/// What rules have to say about the season itself.
fn spoken(spoken: &[Spoken], facts: &Facts, phrases: &Phrasebook, request: &Request, findings: &mut Findings) {
    let data = facts.data();
    let risks = request.plan.accept_risk.as_ref().is_some_and(|at| at.value);
    let asked = request.races.first().map_or(&request.runner.place, |race| &race.race.place);
    for speech in spoken {
        let find = |severity: Severity, words: &String| {
            Finding::new(&speech.rule, severity)
                .in_words(phrases.fill(words, &data))
                .at(asked.clone())
                .also_at(speech.place.clone())
        };
        if let Some(words) = &speech.refuse {
            let severity = if speech.risk && risks { Severity::Warning } else { Severity::Error };
            findings.push(find(severity, words));
        }
        if let Some(words) = &speech.warn {
            findings.push(find(Severity::Warning, words));
        }
    }
}

impl<'a> Season<'a> {
    /// All races of the season, in order of time.
    pub fn races(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        let legs: &'a [Leg<'a>] = self.legs;
        legs.iter().flat_map(Leg::races)
    }

    /// Whether a race is run on a day.
    #[must_use]
    pub fn is_race(&self, date: Date) -> bool {
        self.races().any(|race| race.date() == date)
    }

    /// The races of a week.
    pub fn races_in(&self, slot: &Slot) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        let slot = slot.clone();
        self.races().filter(move |entry| slot.holds(entry.date()))
    }

    /// The weather of a day at its own place and hour, and the settings of its week as they are in it.
    #[must_use]
    pub fn on_day(&self, index: usize, date: Date) -> (Option<&Usual>, &Settled) {
        self.placed[index].on_day(self.weather[index].as_ref(), date)
    }

    /// Whether a day is too hot to run outdoors at its hour, and there is no treadmill.
    #[must_use]
    pub fn too_hot_on(&self, index: usize, date: Date) -> bool {
        let (usual, settled) = self.on_day(index, date);
        !self.treadmill() && heat::too_hot_to_run(self.book, usual, settled, date)
    }

    /// Whether the heat leaves no day of a week to run on.
    #[must_use]
    pub fn too_hot(&self, index: usize) -> bool {
        let (request, slot) = (self.request, &self.frame.slots[index]);
        let weather = self.weather[index].as_ref();
        self.placed[index].is_too_hot(self.book, request, slot, weather, self.frame.span.start)
    }

    /// The settings of a week as they are in other weather.
    #[must_use]
    pub fn settled_for(&self, index: usize, usual: &Usual) -> Settled {
        let placed = &self.placed[index];
        let mut facts = placed.facts.clone();
        usual.tell(&mut facts);
        let of_heat = |index: usize| settings::TABLE[index].name.starts_with("heat.");
        let own = self.frame.force.settle_some(Stage::Placement, &facts, &[], &mut Ledger::blank(), &of_heat);
        own.above(&placed.settled)
    }

    /// Whether there is a treadmill.
    #[must_use]
    pub fn treadmill(&self) -> bool {
        self.request.home.has_treadmill()
    }

    /// Whether a date holds hard running: outdoors at its own hour, or indoors.
    #[must_use]
    pub fn holds_hard(&self, index: usize, date: Date) -> bool {
        self.treadmill() || heat::hard_outdoors(self, index, date)
    }

    /// The share by which the slowest day of a week is slowed: what a week can hold is reckoned with it.
    #[must_use]
    pub fn slowest(&self, index: usize) -> Share {
        let placed = &self.placed[index];
        let own = placed.days.values().map(|day| day.settled.get(key::HEAT_SLOWDOWN));
        own.fold(placed.settled.get(key::HEAT_SLOWDOWN), |slow, own| if own > slow { own } else { slow })
    }

    /// The runner's speeds at a day's own place and hour; none where they are those of the week.
    #[must_use]
    pub fn speeds_on(&self, index: usize, date: Date) -> Option<Speeds> {
        let placed = &self.placed[index];
        if self.frame.run_walk || placed.days.is_empty() {
            return None;
        }
        let (_, settled) = self.on_day(index, date);
        Some(self.frame.speeds.slowed(settled.get(key::HEAT_SLOWDOWN), settled.get(key::HEAT_SLOWDOWN_SHORT)))
    }

    fn paces(&self) -> Option<BTreeMap<String, [Pace; 2]>> {
        let targets = &self.frame.speeds.targets;
        let named = targets.iter().map(|(intensity, range)| (intensity.name().to_owned(), *range));
        (!targets.is_empty()).then(|| named.collect())
    }

    /// The days on which the runner likes the long run best, counted in the week.
    #[must_use]
    pub fn long_days(&self) -> Vec<usize> {
        let first = self.frame.span.first;
        let place = |day: Weekday| usize::from(day.days_after(first));
        let week = &self.request.week;
        let mut days: Vec<usize> = week.long_run.iter().map(|at| place(at.value)).collect();
        // Without a word of the runner's: the weekend, then the last free days of the week.
        for day in [Weekday::Sat, Weekday::Sun].into_iter().chain(Weekday::ALL.into_iter().rev()) {
            if week.free(day) && !days.contains(&place(day)) {
                days.push(place(day));
            }
        }
        days
    }
}

/// A training week that can hold nothing is no plan.
fn no_room(weeks: &[crate::plan::Week], season: &Season<'_>, findings: &Findings) -> Result<(), Findings> {
    let off = |week: &crate::plan::Week| week.days.iter().all(|day| !day.free || day.date < season.frame.span.start);
    let wants = |week: &crate::plan::Week| week.kind.trains() || week.kind == WeekKind::Taper;
    let stands = |week: &crate::plan::Week| season.kept.is_some_and(|kept| week.start < kept.from);
    let empty = weeks.iter().enumerate().find(|(index, week)| {
        wants(week) && week.volume_m.is_zero() && !off(week) && !stands(week) && !season.too_hot(*index)
    });
    let Some((_, week)) = empty else { return Ok(()) };
    let mut findings = findings.clone();
    let place = season.request.week.days.first().map(|day| day.place.clone());
    let finding = Finding::error("no-room").with("week", week.number);
    findings.push(match place {
        Some(place) => finding.at(place),
        None => finding,
    });
    Err(findings)
}
