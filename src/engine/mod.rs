//! The engine: rules and a request in, a season out. Pure: no files, no clock, no chance.

pub mod hand;
pub mod heat;
pub mod phases;
pub mod race_day;
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

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::heat::{HotRace, Usual, Usually};
use self::phases::{Slot, Span};
use self::resets::{Candidate, Placement};
use self::runner::Who;
use self::workout::Speeds;
use crate::calendar::{Date, Weekday};
use crate::finding::{Finding, Findings, Severity};
use crate::measure::{Distance, Pace, Share, Units};
use crate::phrasebook::Phrasebook;
use crate::plan::{CardLine, Plan, PlanClimate, PlanCoach, PlanFinding, PlanRunner, SCHEMA, WeekKind, lasting};
use crate::request::{Goal, Life, Load, Race, Request};
use crate::rulebook::Rulebook;
use crate::rulebook::layers::{InForce, Ledger, Settled, Spoken};
use crate::rulebook::library::{CardRow, RaceKind};
use crate::rulebook::rule::Sheet;
use crate::rulebook::settings::{self, Stage, key};
use crate::rulebook::words::{Facts, word};
use crate::{args, audit};

/// The longest season, in weeks: the contract of the request fixes it.
const LONGEST_SEASON: i64 = 104;

/// For so many days after its own week the coach's word counts in what later weeks are measured against.
const COACH_IS_FELT: i64 = 35;

/// Levels whose runners, without a goal time, run to finish: the contract of the request says so.
const FINISHERS: [&str; 2] = ["new", "beginner"];

/// So many days of a week make it a week of that life.
const LIFE_WEEK: usize = 3;

/// The name of a request's file without folder and ending: it lasts while all else in the request may change.
fn file_name(request: &Request) -> &str {
    let path = request.name();
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name)
}

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
    let mut findings = Findings::new();
    let mut ledger = Ledger::new();
    not_obeyed_yet(request, &mut findings);
    let who = Who::of(book, request, &mut findings);
    let frame = Frame::of(book, phrases, request, asked, &who, &mut findings, &mut ledger)?;
    let weather = frame.weather(book, request, &who);
    let placed = frame.place(book, request, &weather, &mut ledger);
    let resets = frame.resets(book, request, &placed, &weather, &mut findings);
    let season = Season {
        book,
        phrases,
        request,
        who: &who,
        frame: &frame,
        weather: &weather,
        placed: &placed,
        resets: &resets,
    };
    let weeks = weeks::settled(&season, &mut ledger, &mut findings);
    no_room(&weeks, &season, &findings)?;
    let races = race_day::card(&season, &weeks, &mut findings);
    Ok(season.bind(weeks, races, ledger, findings))
}

/// What a request may say and no room of the engine obeys yet: told, so that nobody waits for it in vain.
fn not_obeyed_yet(request: &Request, findings: &mut Findings) {
    let at = |place: &crate::source::Place| Some(place.clone());
    let foreign = request.plan.language.as_ref().filter(|language| language.value != "en");
    for (key, place) in [
        ("language", foreign.and_then(|language| at(&language.place))),
        ("logo", request.coach.as_ref().and_then(|coach| coach.logo.as_ref()).and_then(|logo| at(&logo.place))),
    ] {
        if let Some(place) = place {
            findings.push(Finding::warning("not-obeyed-yet").with("key", key).at(place));
        }
    }
}

/// What is decided once a season.
#[derive(Debug)]
pub struct Frame<'a> {
    /// The layers in force.
    pub force: InForce,
    /// The settings of the season.
    pub settled: Arc<Settled>,
    /// When it starts, and the race.
    pub span: Span,
    /// The race trained for, as requested and as the rules know it.
    pub race: Option<(&'a Race, &'a RaceKind)>,
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
    /// Who runs.
    pub who: &'a Who,
    /// What is decided once.
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
        book: &'a Rulebook,
        phrases: &Phrasebook,
        request: &'a Request,
        asked: &Asked,
        who: &Who,
        findings: &mut Findings,
        ledger: &mut Ledger,
    ) -> Result<Self, Findings> {
        let units = asked.units.unwrap_or_else(|| request.units());
        let race = one_race(book, request, findings);
        let span = span(request, asked, race);
        if let Some((race, _)) = race {
            too_early_or_late(race, span, findings);
        }
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
        let force = book.in_force(&who.level, race.map(|(race, _)| race.race.value.as_str()), climate, &wishes);
        let mut facts = Facts::new();
        who.tell(request, span.start, &mut facts);
        tell_race(race, request, who, span, &mut facts);
        if let Some((id, home)) = climate.and_then(|id| book.climates.get(id).map(|climate| (id, climate))) {
            facts.text(word::CLIMATE_KIND, home.kind.as_ref().map_or(id, |at| at.value.as_str()));
            facts.number(word::PLACE_ELEVATION, Some(home.normals.elevation.metres()));
        }
        let hot_race = race.and_then(|(race, _)| heat::of_race(book, request, race));
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
        owed(race, &settled, span, request, findings);
        spoken(&settled.spoken, &facts, phrases, request, findings);
        if findings.stop() {
            return Err(std::mem::take(findings));
        }
        let goal = race.and_then(|(race, kind)| match race.goal.as_ref()?.value {
            Goal::Time(time) => Some(Pace::from_seconds_per_km(time.seconds() as f64 / kind.distance.km())),
            Goal::Finish => None,
        });
        let speeds = Speeds::of(book, &settled, who.score, race.map(|(_, kind)| kind.distance), goal);
        let slots = phases::back_from(span, &settled);
        let run_walk = settled.get(key::RUNS_RUN_WALK);
        let easy = speeds.reckon(crate::session::Intensity::Easy);
        let grain = if run_walk { settled.get(key::RUNS_STEP).at(easy) } else { units.half() };
        Ok(Self { force, settled, span, race, slots, facts, runs, speeds, units, grain, run_walk, hot_race })
    }

    /// The usual weather of every week.
    fn weather(&self, book: &Rulebook, request: &Request, who: &Who) -> Vec<Option<Usual>> {
        let easy = self.speeds.reckon(crate::session::Intensity::Easy);
        let run = who.weekly.times(1.0 / self.runs.max(1) as f64).at(easy);
        heat::of_weeks(book, request, &self.slots, Usually { runs: self.runs as f64, run }, self.hot_race)
    }

    /// The settings of every week as far as they are known before resets are placed.
    fn place(&self, book: &Rulebook, request: &Request, weather: &[Option<Usual>], ledger: &mut Ledger) -> Vec<Placed> {
        self.slots
            .iter()
            .zip(weather)
            .zip(away(request, &self.slots, self.span.start, &self.settled))
            .map(|((slot, weather), away)| {
                let mut facts = self.facts.clone();
                facts.number(word::WEEK_NUMBER, Some(f64::from(slot.number)));
                facts.text(word::WEEK_PHASE, slot.phase.name());
                facts.number(word::WEEK_MONTH, Some(f64::from(slot.start.month())));
                facts.number(word::WEEK_WEEKS_TO_RACE, slot.weeks_to_race.map(f64::from));
                let life = life_of(request, slot);
                facts.text(word::LIFE_LOAD, life.load.map_or("none", Load::name));
                facts.number(word::LIFE_DAYS, Some(life.days as f64));
                facts.yes(word::WEEK_WAY_BACK, away.is_some());
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
            })
            .collect()
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
        placed: &[Placed],
        weather: &[Option<Usual>],
        findings: &mut Findings,
    ) -> Placement {
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
                Candidate {
                    trains: slot.phase.trains() && placed[index].away.is_none(),
                    before_taper: slot.phase.trains() && next.is_some_and(|next| !next.trains()),
                    coach: words.get(&slot.number).map(|kind| *kind == WeekKind::Reset),
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
                    after_b_race: false,
                    first: index == 0,
                }
            })
            .collect();
        let placement = resets::place(&candidates, book.wants);
        for index in &placement.short_before_taper {
            let candidate = &candidates[*index];
            findings.push(
                Finding::note("reset-near-taper")
                    .with("wanted", candidate.least_before_taper)
                    .with("latest", candidate.latest)
                    .in_week(self.slots[*index].number),
            );
        }
        for index in &placement.early {
            let candidate = &candidates[*index];
            findings.push(
                Finding::note("reset-early")
                    .with("earliest", candidate.earliest)
                    .with("latest", candidate.latest)
                    .in_week(self.slots[*index].number),
            );
        }
        for index in &placement.late {
            findings.push(
                Finding::warning("coach-against-latest")
                    .with("latest", placed[*index].settled.get(key::RESET_LATEST))
                    .in_week(self.slots[*index].number),
            );
        }
        placement
    }
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
            Some(slot) if placed[slot.number as usize - 1].away.is_some() => {
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
            None => findings.push(
                Finding::warning("outside-season")
                    .with("date", word.starting.value.to_string())
                    .at(word.starting.place.clone()),
            ),
        }
    }
    words
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

/// Weeks off, and the way back from them: as many days as were off, from a first share to a last one.
///
/// A week that life, or a late start, leaves without any day is off as well.
fn away(request: &Request, slots: &[Slot], start: Date, settled: &Settled) -> Vec<Option<Away>> {
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
        let (Some(last), true) = (last, days >= settled.get(key::RETURN_FROM_DAYS)) else { continue };
        let weeks = usize::try_from((days + 6) / 7).unwrap_or(1);
        let (first, full) = (settled.get(key::RETURN_FIRST).fraction(), settled.get(key::RETURN_LAST).fraction());
        for back in 0..weeks {
            let way = if weeks == 1 { 0.5 } else { back as f64 / (weeks - 1) as f64 };
            let index = last + 1 + back;
            if slots.get(index).is_some_and(|slot| slot.phase.trains()) && away[index].is_none() {
                away[index] = Some(Away::Back(Share::from_fraction(first + (full - first) * way)));
            }
        }
    }
    away
}

/// The one race that the season is for.
fn one_race<'a>(book: &'a Rulebook, request: &'a Request, findings: &mut Findings) -> Option<(&'a Race, &'a RaceKind)> {
    for later in request.races.iter().skip(1) {
        findings.push(Finding::error("several-races").at(later.place.clone()).also_at(request.races[0].place.clone()));
    }
    let race = request.races.first()?;
    Some((race, book.races.get(&race.race.value)?))
}

fn span(request: &Request, asked: &Asked, race: Option<(&Race, &RaceKind)>) -> Span {
    let first = request.first_day();
    // By default the next week that starts after today.
    let next_week = (asked.today + 7).week_start(first);
    Span {
        start: request.plan.start.as_ref().map_or(next_week, |at| at.value),
        first,
        race: race.map(|(race, _)| race.date.value),
        weeks: request.plan.weeks.as_ref().map(|at| at.value),
    }
}

fn too_early_or_late(race: &Race, span: Span, findings: &mut Findings) {
    if race.date.value < span.start {
        findings.push(
            Finding::error("race-before-start")
                .with("date", race.date.value.to_string())
                .with("start", span.start.to_string())
                .at(race.date.place.clone()),
        );
    } else if span.weeks_to_race() > LONGEST_SEASON {
        findings.push(
            Finding::error("season-too-long")
                .with("weeks", span.weeks_to_race())
                .with("most", LONGEST_SEASON)
                .at(race.date.place.clone()),
        );
    }
}

fn tell_race(race: Option<(&Race, &RaceKind)>, request: &Request, who: &Who, span: Span, facts: &mut Facts) {
    facts.number(word::RACE_COUNT, Some(request.races.len() as f64));
    facts.number(word::SEASON_WEEKS, Some(span.weeks_to_race() as f64));
    let Some((race, kind)) = race else { return };
    facts.text(word::RACE_ID, &race.race.value);
    facts.number(word::RACE_DISTANCE, Some(kind.distance.km()));
    facts.text(word::RACE_PRIORITY, race.priority.as_ref().map_or("A", |at| at.value.name()));
    let finishes = match race.goal.as_ref().map(|at| at.value) {
        Some(Goal::Finish) => true,
        Some(Goal::Time(_)) => false,
        None => who.first_plan || FINISHERS.contains(&who.level.as_str()),
    };
    facts.text(word::RACE_GOAL, if finishes { "finish" } else { "time" });
    facts.number(word::RACE_WEEKS_TO, Some(span.weeks_to_race() as f64));
}

/// Whether the race leaves enough weeks.
fn owed(race: Option<(&Race, &RaceKind)>, settled: &Settled, span: Span, request: &Request, findings: &mut Findings) {
    let Some((race, kind)) = race else { return };
    let weeks = span.weeks_to_race();
    let (least, best) = (settled.get(key::WEEKS_LEAST), settled.get(key::WEEKS_BEST));
    if weeks >= best {
        return;
    }
    let risks = request.plan.accept_risk.as_ref().is_some_and(|at| at.value);
    let finding =
        if weeks < least && !risks { Finding::error("race-too-soon") } else { Finding::warning("short-season") };
    // The earliest date on which the same race would be calm.
    let later = race.date.value + 7 * (best - weeks);
    findings.push(
        finding
            .with("race", kind.title.as_str())
            .with("weeks", weeks)
            .with("least", least)
            .with("best", best)
            .with("later", later.to_string())
            .at(race.date.place.clone()),
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

impl Season<'_> {
    /// The weather of a day at its own place and hour, and the settings of its week as they are in it.
    #[must_use]
    pub fn on_day(&self, index: usize, date: Date) -> (Option<&Usual>, &Settled) {
        let placed = &self.placed[index];
        match placed.days.get(&date) {
            Some(own) => (Some(&own.usual), &own.settled),
            None => (self.weather[index].as_ref(), &placed.settled),
        }
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
        self.request.home.treadmill.as_ref().is_some_and(|at| at.value)
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

    /// Binds the weeks into a plan: titles, reasons, findings in words, and the judgement of the guardrails.
    fn bind(
        &self,
        weeks: Vec<crate::plan::Week>,
        races: Vec<crate::plan::PlanRace>,
        ledger: Ledger,
        mut findings: Findings,
    ) -> Plan {
        let (book, phrases, request, frame) = (self.book, self.phrases, self.request, self.frame);
        let ledger = ledger.into_entries();
        capped(&ledger, &mut findings);
        let name = self.who.name.clone().unwrap_or_else(|| phrases.word("person.unnamed"));
        let title = request.plan.title.as_ref().map_or_else(
            || match races.first() {
                Some(race) => phrases.say("plan.title", &args! { "race" => race.name.as_str() }),
                None => phrases.word("plan.title-without-race"),
            },
            |at| at.value.clone(),
        );
        let cited: BTreeSet<&String> =
            ledger.iter().flat_map(|reason| &reason.source).filter(|id| id.as_str() != "house").collect();
        let cited: Vec<String> = cited.into_iter().cloned().collect();
        let mut plan = Plan {
            schema: SCHEMA.to_owned(),
            id: lasting(&[file_name(request), &name]),
            title,
            units: frame.units,
            language: "en".to_owned(),
            summary: self.summary(&races),
            start: frame.slots.first().map_or(frame.span.start, |slot| slot.start),
            end: frame.slots.last().map_or(frame.span.start, Slot::end),
            runner: PlanRunner {
                name,
                level: self.who.level.clone(),
                level_title: book.levels.get(&self.who.level).map(|l| l.title.clone()).unwrap_or_default(),
                age: self.who.age,
                weekly_m: self.who.weekly,
                longest_m: self.who.longest,
                score: self.who.score.map(|score| (score.value() * 10.0).round() / 10.0),
            },
            climate: request.home.climate.as_ref().and_then(|id| {
                let climate = book.climates.get(&id.value)?;
                Some(PlanClimate { id: id.value.clone(), title: climate.title.clone() })
            }),
            races,
            paces: self.paces(),
            paces_from: self.paces_from(),
            weeks,
            sources: book.works(&cited),
            ledger,
            findings: findings.0.iter().map(|finding| written(finding, phrases)).collect(),
            guardrails: Vec::new(),
            coach: request.coach.as_ref().map(|coach| PlanCoach {
                name: coach.name.as_ref().map(|at| at.value.clone()),
                contact: coach.contact.as_ref().map(|at| at.value.clone()),
                colour: coach.colour.as_ref().map(|at| at.value.clone()),
            }),
            card: match request.home.climate {
                Some(_) => book.card.iter().map(card_line).collect(),
                None => Vec::new(),
            },
            rules_digest: book.digest.clone(),
        };
        let mut verdicts = audit::judge(&plan, &book.guardrails, phrases);
        for finding in &mut verdicts.findings {
            // The coach's word is final: what it costs is told, and does not stop the plan.
            if finding.severity == Severity::Error && self.coach_touched(finding) {
                finding.severity = Severity::Warning;
            }
        }
        plan.findings.extend(verdicts.findings);
        plan.guardrails = verdicts.verdicts;
        plan
    }

    /// Whether a guardrail speaks of a week that the coach has written in, or of one that is measured against it.
    fn coach_touched(&self, finding: &PlanFinding) -> bool {
        let request = self.request;
        let adds_up = |id: &str| {
            self.book.guardrails.iter().any(|rail| rail.id.value == id && rail.measure.name.ends_with("-off"))
        };
        let words = request.week_kinds.iter().map(|word| word.starting.value);
        let days = request.days.iter().filter(|word| word.session.is_some()).map(|word| word.date.value);
        let moved = request.moves.iter().flat_map(|moved| [moved.from.value, moved.to.value]);
        let week = finding.week.and_then(|number| self.frame.slots.get(number as usize - 1));
        !adds_up(&finding.code)
            && week.is_some_and(|slot| {
                let mut dates = words.chain(days).chain(moved);
                dates.any(|date| (-7..=COACH_IS_FELT).contains(&(slot.start - date.week_start(self.frame.span.first))))
            })
    }

    fn summary(&self, races: &[crate::plan::PlanRace]) -> String {
        let weekly = self.frame.units.distance(self.who.weekly);
        let mut args =
            args! { "weekly" => weekly, "runs" => self.frame.runs, "weeks" => self.frame.span.weeks_to_race() };
        match races.first() {
            Some(race) => {
                args.insert("race".to_owned(), race.name.as_str().into());
                args.insert("date".to_owned(), telling::date(self.phrases, race.date).into());
                self.phrases.say("plan.summary", &args)
            }
            None => self.phrases.say("plan.summary-without-race", &args),
        }
    }

    fn paces(&self) -> Option<BTreeMap<String, [Pace; 2]>> {
        let targets = &self.frame.speeds.targets;
        let named = targets.iter().map(|(intensity, range)| (intensity.name().to_owned(), *range));
        (!targets.is_empty()).then(|| named.collect())
    }

    fn paces_from(&self) -> String {
        let recent = self.request.runner.recent.as_ref();
        match (recent, self.who.score) {
            (Some(recent), Some(_)) => {
                let race = self.book.races.get(&recent.race.value).map_or("", |race| race.title.as_str());
                self.phrases.say("paces.from-race", &args! { "race" => race, "time" => recent.time.value.clock() })
            }
            (None, Some(_)) => self.phrases.word("paces.from-goal"),
            (_, None) => self.phrases.word("paces.none"),
        }
    }
}

/// A line of the card for the day itself, as the plan keeps it.
fn card_line(row: &CardRow) -> CardLine {
    CardLine { action: row.action.clone(), sum_f: row.sum, wbgt_c: row.wbgt, air: row.air }
}

/// A finding in words, as the plan keeps it.
fn written(finding: &Finding, phrases: &Phrasebook) -> PlanFinding {
    PlanFinding {
        code: finding.code.clone(),
        severity: finding.severity,
        message: phrases.message(finding),
        week: finding.week,
    }
}

/// A value that somebody asked for, and that a cap did not let stand.
fn capped(ledger: &[crate::reason::Reason], findings: &mut Findings) {
    use crate::reason::Layer;
    let mut told = BTreeSet::new();
    for asked in ledger.iter().filter(|r| r.layer >= Layer::Request && r.effect == "set") {
        let cap = ledger.iter().find(|r| {
            r.setting == asked.setting && (r.effect == "at-most" || r.effect == "at-least") && r.was == asked.now
        });
        if let Some(cap) = cap
            && told.insert(asked.setting.clone())
        {
            findings.push(
                Finding::warning("asked-but-capped")
                    .with("setting", asked.setting.as_str())
                    .with("asked", asked.now.clone())
                    .with("now", cap.now.clone())
                    .with("rule", cap.rule.clone().unwrap_or_default())
                    .with("because", cap.because.as_str()),
            );
        }
    }
}

/// A training week that can hold nothing is no plan.
fn no_room(weeks: &[crate::plan::Week], season: &Season<'_>, findings: &Findings) -> Result<(), Findings> {
    let off = |week: &crate::plan::Week| week.days.iter().all(|day| !day.free || day.date < season.frame.span.start);
    let wants = |week: &crate::plan::Week| week.kind.trains() || week.kind == WeekKind::Taper;
    let empty = weeks.iter().find(|week| wants(week) && week.volume_m.is_zero() && !off(week));
    let Some(week) = empty else { return Ok(()) };
    let mut findings = findings.clone();
    let place = season.request.week.days.first().map(|day| day.place.clone());
    let finding = Finding::error("no-room").with("week", week.number);
    findings.push(match place {
        Some(place) => finding.at(place),
        None => finding,
    });
    Err(findings)
}
