//! The request: what a runner or coach asks for, read from TOML with a place for every value.
//!
//! What is optional stays an `Option`, so that the engine can say what it assumed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::calendar::{Date, PartOfDay, Weekday};
use crate::document::{At, Content, Node, Reader, Table, parse, unknown_choice};
use crate::finding::{Finding, Findings, Severity, nearest};
use crate::measure::{Distance, Duration, Expected, Units};
use crate::notation::{self, Written};
use crate::plan::WeekKind;
use crate::session::SessionKind;
use crate::source::{Place, Text};

/// The most characters of a name.
const LONGEST_NAME: usize = 200;

/// The most characters of a note.
const LONGEST_NOTE: usize = 2000;

/// The most that anybody runs in a week, in kilometres.
const MOST_WEEKLY_KM: f64 = 400.0;

/// The words that `[runner] health` knows, beside `"cleared"`.
const CONDITIONS: [&str; 3] = ["heart", "injured", "pregnant"];

/// The ids that a request may name. An empty list lets every id pass.
#[derive(Debug, Clone, Default)]
pub struct Ids<'a> {
    /// Ids of levels.
    pub levels: Vec<&'a str>,
    /// Ids of races.
    pub races: Vec<&'a str>,
    /// Ids of climates, kinds and cities.
    pub climates: Vec<&'a str>,
    /// Ids of workouts.
    pub workouts: Vec<&'a str>,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The text it was read from.
    pub text: Arc<Text>,
    /// Who runs.
    pub runner: Runner,
    /// What for, in order of date.
    pub races: Vec<Race>,
    /// Where and at what hour.
    pub home: Home,
    /// The usual week.
    pub week: UsualWeek,
    /// What life brings, in order of its first day.
    pub life: Vec<Life>,
    /// Weeks whose kind the coach has decided.
    pub week_kinds: Vec<WeekWord>,
    /// Days that the coach has decided.
    pub days: Vec<DayWord>,
    /// Sessions that change their day.
    pub moves: Vec<Move>,
    /// How the plan should look.
    pub plan: PlanWishes,
    /// Who makes it.
    pub coach: Option<Coach>,
    /// Settings of its own, as they stand: the rulebook reads them.
    pub settings: Option<Table>,
}

impl Request {
    /// The name under which its reader knows it: the path of its file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.text.name
    }

    /// The day on which its weeks start; Monday unless it says otherwise.
    #[must_use]
    pub fn first_day(&self) -> Weekday {
        self.week.starts.as_ref().map_or(Weekday::Mon, |at| at.value)
    }

    /// The units of its plan, where it names them; kilometres otherwise.
    #[must_use]
    pub fn units(&self) -> Units {
        self.plan.units.as_ref().map(|at| at.value).unwrap_or_default()
    }
}

/// The runner.
#[derive(Debug, Clone)]
pub struct Runner {
    /// The table `[runner]`; the start of the text where there is none.
    pub place: Place,
    /// Name, as typed.
    pub name: Option<At<String>>,
    /// Id of the level.
    pub level: Option<At<String>>,
    /// Age in years, 5 to 100.
    pub age: Option<At<u32>>,
    /// Mean of the last four weeks, at most 400 km.
    pub weekly: Option<At<Distance>>,
    /// Longest run of the last 30 days, at most 400 km.
    pub longest: Option<At<Distance>>,
    /// A recent result.
    pub recent: Option<Recent>,
    /// An all-clear, or what needs care.
    pub health: Option<Health>,
    /// Years of running, 0 to 90.
    pub years: Option<At<f64>>,
    /// Female, male or other.
    pub sex: Option<At<Sex>>,
    /// Highest heart rate, beats a minute, 100 to 240.
    pub hr_max: Option<At<u16>>,
    /// Heart rate at threshold, beats a minute, 80 to 230.
    pub hr_threshold: Option<At<u16>>,
    /// Ids of races finished before.
    pub finished: Option<Vec<At<String>>>,
    /// Whether this is the first plan ever followed.
    pub first_plan: Option<At<bool>>,
    /// Last day of an injury.
    pub injured_until: Option<At<Date>>,
    /// Day of an all-clear from a professional.
    pub cleared: Option<At<Date>>,
}

/// A result that tells paces.
#[derive(Debug, Clone)]
pub struct Recent {
    /// Id of the race.
    pub race: At<String>,
    /// The time; never zero.
    pub time: At<Duration>,
    /// When.
    pub date: Option<At<Date>>,
}

/// What the runner says of their health.
#[derive(Debug, Clone, PartialEq)]
pub enum Health {
    /// A professional gave the all-clear.
    Cleared(Place),
    /// What needs care: `heart`, `injured`, `pregnant`; never empty.
    Care(Vec<At<String>>),
}

/// Sex, where heart-rate formulas ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither, or not to be said.
    Other,
}

impl Sex {
    /// The word for it in requests and rules.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
            Self::Other => "other",
        }
    }
}

/// A race to run.
#[derive(Debug, Clone)]
pub struct Race {
    /// Its table.
    pub place: Place,
    /// Id of the race.
    pub race: At<String>,
    /// Its name, as typed.
    pub name: Option<At<String>>,
    /// When.
    pub date: At<Date>,
    /// How much it matters.
    pub priority: Option<At<Priority>>,
    /// What is aimed at.
    pub goal: Option<At<Goal>>,
    /// Id of the climate it is run in.
    pub climate: Option<At<String>>,
}

/// How much a race matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// The season is built for it.
    A,
    /// Worth a few days of rest.
    B,
    /// Run out of the training.
    C,
}

impl Priority {
    /// The letter.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

/// What is aimed at in a race.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// To arrive.
    Finish,
    /// To arrive in this time; never zero.
    Time(Duration),
}

impl FromStr for Goal {
    type Err = Expected;
    /// Reads `finish` and `1:55:00`.
    fn from_str(text: &str) -> Result<Self, Expected> {
        match text {
            "finish" => Ok(Self::Finish),
            time => match time.parse::<Duration>() {
                Ok(time) if !time.is_zero() => Ok(Self::Time(time)),
                _ => Err(Expected { kind: "goal" }),
            },
        }
    }
}

/// Where the runner lives, and at what hour they run.
#[derive(Debug, Clone, Default)]
pub struct Home {
    /// Id of the climate.
    pub climate: Option<At<String>>,
    /// The usual hour.
    pub run_at: Option<At<Hour>>,
    /// The hour by day of the week, where it differs.
    pub run_at_by_day: BTreeMap<Weekday, At<Hour>>,
    /// Whether there is a treadmill.
    pub treadmill: Option<At<bool>>,
}

/// A part of the day, or a time on the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hour {
    /// A part of the day.
    Part(PartOfDay),
    /// On the clock.
    Clock(TimeOfDay),
}

/// A time on the clock, to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Minutes since midnight, 0 to 1439.
    #[must_use]
    pub fn minutes(self) -> u16 {
        self.0
    }

    /// Hours since midnight, 0 to just under 24.
    #[must_use]
    pub fn hours(self) -> f64 {
        f64::from(self.0) / 60.0
    }
}

impl FromStr for TimeOfDay {
    type Err = Expected;
    /// Reads `20:00` and `6:30`.
    fn from_str(text: &str) -> Result<Self, Expected> {
        let digits = |part: &str, least: usize| {
            let plain = (least..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| part.parse::<u16>().ok()).flatten()
        };
        text.split_once(':')
            .and_then(|(hour, minute)| Some((digits(hour, 1)?, digits(minute, 2)?)))
            .filter(|(hour, minute)| *hour < 24 && *minute < 60)
            .map(|(hour, minute)| Self(hour * 60 + minute))
            .ok_or(Expected { kind: "clock" })
    }
}

impl fmt::Display for TimeOfDay {
    /// With two digits each: `06:30`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// The week as it usually is.
#[derive(Debug, Clone, Default)]
pub struct UsualWeek {
    /// The days that are free to train, as listed; never empty, each once.
    pub days: Vec<At<Weekday>>,
    /// The day of the long run; one of the free days.
    pub long_run: Option<At<Weekday>>,
    /// The first day of the week: Monday or Sunday.
    pub starts: Option<At<Weekday>>,
    /// The longest a run may take, by day.
    pub most: BTreeMap<Weekday, At<Duration>>,
    /// What a day holds every week.
    pub fixed: BTreeMap<Weekday, At<Fixed>>,
    /// Strength sessions a week, 0 to 7.
    pub strength: Option<At<u32>>,
    /// When the session of a day starts.
    pub at: BTreeMap<Weekday, At<TimeOfDay>>,
}

impl UsualWeek {
    /// Whether a day is free to train.
    #[must_use]
    pub fn free(&self, day: Weekday) -> bool {
        self.days.iter().any(|free| free.value == day)
    }
}

/// What a day holds every week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fixed {
    /// This kind of session.
    Kind(SessionKind),
    /// The workout of this id.
    Workout(String),
    /// Something in the runner's own words, such as `club track`.
    Words(String),
}

/// A stretch of life that changes the training.
#[derive(Debug, Clone)]
pub struct Life {
    /// Its table.
    pub place: Place,
    /// First day.
    pub from: At<Date>,
    /// Last day; not before the first.
    pub to: At<Date>,
    /// What it is, as typed.
    pub what: Option<At<String>>,
    /// How it weighs.
    pub load: Option<At<Load>>,
    /// The days that are free meanwhile.
    pub days: Option<Vec<At<Weekday>>>,
    /// Id of the climate meanwhile.
    pub climate: Option<At<String>>,
    /// What a day holds meanwhile.
    pub fixed: BTreeMap<Weekday, At<Fixed>>,
    /// When the session of a day starts meanwhile.
    pub at: BTreeMap<Weekday, At<TimeOfDay>>,
}

/// How a stretch of life weighs on the training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Load {
    /// Little time.
    Busy,
    /// On the way.
    Travel,
    /// Neither food nor drink in daylight.
    Fasting,
    /// No training.
    Off,
    /// Ill.
    Ill,
}

impl Load {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Busy, Self::Travel, Self::Fasting, Self::Off, Self::Ill];

    /// The word for it in requests and rules.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Travel => "travel",
            Self::Fasting => "fasting",
            Self::Off => "off",
            Self::Ill => "ill",
        }
    }
}

/// The coach's word for a week.
#[derive(Debug, Clone)]
pub struct WeekWord {
    /// Any day of the week.
    pub starting: At<Date>,
    /// Build, hold or reset.
    pub kind: At<WeekKind>,
}

/// The coach's word for a day.
#[derive(Debug, Clone)]
pub struct DayWord {
    /// Which.
    pub date: At<Date>,
    /// What to do; nothing where only a note is given.
    pub session: Option<DaySession>,
    /// What to bear in mind, as typed.
    pub note: Option<At<String>>,
}

/// What to do on a day that the coach has decided.
#[derive(Debug, Clone, PartialEq)]
pub enum DaySession {
    /// Nothing.
    Rest(Place),
    /// The workout of this id.
    Workout(At<String>),
    /// These steps; never empty.
    Steps(Vec<At<Written>>),
}

/// A session changes its day.
#[derive(Debug, Clone)]
pub struct Move {
    /// The day it stood on.
    pub from: At<Date>,
    /// The day it goes to; another one.
    pub to: At<Date>,
}

/// How the plan should look.
#[derive(Debug, Clone, Default)]
pub struct PlanWishes {
    /// The language of its words; not checked here.
    pub language: Option<At<String>>,
    /// First day of the season.
    pub start: Option<At<Date>>,
    /// Length of a season without a race, 1 to 104 weeks.
    pub weeks: Option<At<u32>>,
    /// Units to write and round in.
    pub units: Option<At<Units>>,
    /// Title, as typed.
    pub title: Option<At<String>>,
    /// Whether too few weeks are a printed warning and no refusal.
    pub accept_risk: Option<At<bool>>,
}

/// Who makes the plan.
#[derive(Debug, Clone, Default)]
pub struct Coach {
    /// Name, as typed.
    pub name: Option<At<String>>,
    /// How to reach them, as typed.
    pub contact: Option<At<String>>,
    /// Path of a picture.
    pub logo: Option<At<String>>,
    /// Colour of the page: `#` and six hexadecimal digits.
    pub colour: Option<At<String>>,
    /// A word for a week, by its number from 1 to 104.
    pub notes: BTreeMap<u32, At<String>>,
}

/// Reads a request.
///
/// # Errors
/// Everything that is wrong with it, each with its place; warnings are among them.
pub fn read(text: &Arc<Text>, ids: &Ids<'_>) -> Result<(Request, Findings), Findings> {
    let table = parse(text)?;
    if table.entries.is_empty() {
        return Err(Finding::error("empty-file").with("name", text.name.clone()).at(Place::new(text, 0..0)).into());
    }
    let found = RefCell::new(Findings::new());
    let mut root = Reader::new(&table, "", &found);
    let desk = Desk { ids, found: &found };

    let plan = root.inner("plan").map(|reader| desk.plan(reader)).unwrap_or_default();
    let runner = root.inner("runner").map(|reader| desk.runner(reader));
    let races = root.tables("race").into_iter().filter_map(|table| desk.race(table)).collect();
    let home = root.inner("place").map(|reader| desk.home(reader)).unwrap_or_default();
    let week = root.table("week").map(|table| desk.week(table));
    let life = root.tables("life").into_iter().filter_map(|table| desk.life(table)).collect();
    let week_kinds = root.tables("week-kind").into_iter().filter_map(|table| desk.week_word(table)).collect();
    let days = root.tables("day").into_iter().filter_map(|table| desk.day_word(table)).collect();
    let moves = root.tables("move").into_iter().filter_map(|table| desk.a_move(table)).collect();
    let coach = root.inner("coach").map(|reader| desk.coach(reader));
    let settings = root.table("settings").cloned();

    let misplaced = misplaced(&mut root);
    let stands = |keys: &[&str]| keys.iter().any(|key| misplaced.contains(key));
    if runner.is_none() && table.get("runner").is_none() && !stands(&["weekly", "level"]) && !root.mistyped("runner") {
        desk.find(Finding::error("no-level-nor-weekly").at(table.place.clone()));
    }
    if week.is_none() && table.get("week").is_none() && !stands(&["days"]) && !root.mistyped("week") {
        desk.find(Finding::error("no-days").at(table.place.clone()));
    }
    root.finish();

    let mut request = Request {
        text: Arc::clone(text),
        runner: runner.unwrap_or_else(|| Runner::unknown(table.place.clone())),
        races,
        home,
        week: week.unwrap_or_default(),
        life,
        week_kinds,
        days,
        moves,
        plan,
        coach,
        settings,
    };
    request.races.sort_by_key(|race| race.date.value);
    request.life.sort_by_key(|life| life.from.value);
    desk.weigh(&request);
    found.into_inner().unless_stopped(request)
}

/// Keys that often stand before any table, and the tables that they belong to.
const HOMES: [(&str, &[&str]); 5] = [
    ("runner", &["name", "level", "age", "weekly", "longest", "recent", "health", "years", "sex", "finished"]),
    ("week", &["days", "long-run", "most", "fixed", "strength"]),
    ("place", &["climate", "run-at", "treadmill"]),
    ("plan", &["start", "weeks", "units", "title", "language", "accept-risk"]),
    ("race", &["date", "goal", "priority"]),
];

/// Tells keys that stand outside of their table where they belong; gives back which they are.
fn misplaced(root: &mut Reader<'_>) -> Vec<&'static str> {
    let mut found = Vec::new();
    for (table, keys) in HOMES {
        for key in keys {
            if let Some(place) = root.place_of(key) {
                root.find(Finding::error("misplaced-key").with("key", *key).with("table", table).at(place));
                found.push(*key);
            }
        }
    }
    found
}

impl Runner {
    fn unknown(place: Place) -> Self {
        Self {
            place,
            name: None,
            level: None,
            age: None,
            weekly: None,
            longest: None,
            recent: None,
            health: None,
            years: None,
            sex: None,
            hr_max: None,
            hr_threshold: None,
            finished: None,
            first_plan: None,
            injured_until: None,
            cleared: None,
        }
    }
}

/// Where requests are read: what may be named, and what was found.
struct Desk<'t> {
    ids: &'t Ids<'t>,
    found: &'t RefCell<Findings>,
}

impl<'t> Desk<'t> {
    fn find(&self, finding: Finding) {
        self.found.borrow_mut().push(finding);
    }

    fn runner(&self, mut reader: Reader<'t>) -> Runner {
        let mut runner = Runner::unknown(reader.place());
        runner.name = self.name(&mut reader, "name", LONGEST_NAME);
        runner.level = self.id(&mut reader, "level", &self.ids.levels);
        runner.age = whole(reader.integer("age", 5..=100));
        runner.weekly = self.run(&mut reader, "weekly");
        runner.longest = self.run(&mut reader, "longest");
        runner.recent = reader.table("recent").and_then(|table| self.recent(table));
        runner.health = self.health(&mut reader);
        runner.years = reader.number("years", 0.0..=90.0);
        runner.sex = one_of(&mut reader, "sex", &[Sex::Female, Sex::Male, Sex::Other], Sex::name);
        runner.hr_max = whole(reader.integer("hr-max", 100..=240));
        runner.hr_threshold = whole(reader.integer("hr-threshold", 80..=230));
        runner.finished = reader
            .texts("finished")
            .map(|races| races.into_iter().filter(|race| self.known("finished", race, &self.ids.races)).collect());
        runner.first_plan = reader.boolean("first-plan");
        runner.injured_until = reader.date("injured-until");
        runner.cleared = reader.date("cleared");

        let given = ["level", "weekly"].map(|key| reader.node(key).is_some() || reader.mistyped(key));
        if given == [false, false] {
            self.find(Finding::error("no-level-nor-weekly").at(reader.place()));
        }
        reader.finish();

        if let (Some(longest), Some(weekly)) = (&runner.longest, &runner.weekly)
            && longest.value > weekly.value
        {
            let finding = Finding::warning("longest-over-weekly")
                .with("longest", longest.value.to_string())
                .with("weekly", weekly.value.to_string());
            self.find(finding.at(longest.place.clone()).also_at(weekly.place.clone()));
        }
        if let (Some(threshold), Some(max)) = (&runner.hr_threshold, &runner.hr_max)
            && threshold.value >= max.value
        {
            let finding =
                Finding::error("threshold-over-max").with("threshold", threshold.value).with("max", max.value);
            self.find(finding.at(threshold.place.clone()).also_at(max.place.clone()));
        }
        runner
    }

    /// A distance that somebody may run in a week.
    fn run(&self, reader: &mut Reader<'t>, key: &'static str) -> Option<At<Distance>> {
        let distance: At<Distance> = reader.measure(key)?;
        if distance.value.km() <= MOST_WEEKLY_KM {
            return Some(distance);
        }
        let finding = Finding::error("out-of-bounds")
            .with("key", key)
            .with("got", distance.value.to_string())
            .with("least", Distance::ZERO.to_string())
            .with("most", Distance::from_km(MOST_WEEKLY_KM).to_string());
        self.find(finding.at(distance.place));
        None
    }

    fn recent(&self, table: &'t Table) -> Option<Recent> {
        let mut reader = Reader::new(table, "recent", self.found);
        let race = self.id(&mut reader, "race", &self.ids.races);
        let time: Option<At<Duration>> = reader.measure("time");
        let date = reader.date("date");
        for key in ["race", "time"] {
            if table.get(key).is_none() {
                reader.missing(key);
            }
        }
        reader.finish();
        let time = time?;
        if time.value.is_zero() {
            self.find(not_a("duration", "time", &time.place));
            return None;
        }
        Some(Recent { race: race?, time, date })
    }

    /// `"cleared"`, or one condition, or a list of them.
    fn health(&self, reader: &mut Reader<'t>) -> Option<Health> {
        let node = reader.node("health")?;
        if let Content::Text(word) = &node.value {
            if word == "cleared" {
                return Some(Health::Cleared(node.place.clone()));
            }
            let word = At { value: word.clone(), place: node.place.clone() };
            let known = CONDITIONS.into_iter().chain(["cleared"]);
            if CONDITIONS.contains(&word.value.as_str()) {
                return Some(Health::Care(vec![word]));
            }
            self.find(unknown_choice("health", &word, known));
            return None;
        }
        let words = reader.texts("health")?;
        let care: Vec<_> = words.into_iter().filter(|word| self.known("health", word, &CONDITIONS)).collect();
        (!care.is_empty()).then_some(Health::Care(care))
    }

    fn race(&self, table: &'t Table) -> Option<Race> {
        let mut reader = Reader::new(table, "[[race]]", self.found);
        let race = self.id(&mut reader, "race", &self.ids.races);
        let name = self.name(&mut reader, "name", LONGEST_NAME);
        let date = reader.date("date");
        let priority = one_of(&mut reader, "priority", &[Priority::A, Priority::B, Priority::C], Priority::name);
        let goal = self.goal(&mut reader);
        let climate = self.id(&mut reader, "climate", &self.ids.climates);
        for key in ["race", "date"] {
            if table.get(key).is_none() {
                reader.missing(key);
            }
        }
        reader.finish();
        Some(Race { place: table.place.clone(), race: race?, name, date: date?, priority, goal, climate })
    }

    fn goal(&self, reader: &mut Reader<'t>) -> Option<At<Goal>> {
        let node = reader.node("goal")?;
        if let Content::Text(word) = &node.value
            && word != "finish"
            && nearest(word, &["finish"]).is_some()
        {
            let word = At { value: word.clone(), place: node.place.clone() };
            self.find(unknown_choice("goal", &word, ["finish"]));
            return None;
        }
        reader.measure_of(node, "goal")
    }

    fn home(&self, mut reader: Reader<'t>) -> Home {
        let mut home = Home { climate: self.id(&mut reader, "climate", &self.ids.climates), ..Home::default() };
        if let Some(node) = reader.node("run-at") {
            if let Content::Table(_) = &node.value {
                home.run_at_by_day = self.by_day(&mut reader, "run-at", |reader, node| self.hour(reader, node));
            } else {
                home.run_at = self.hour(&reader, node);
            }
        }
        home.treadmill = reader.boolean("treadmill");
        reader.finish();
        home
    }

    /// A part of the day or a time on the clock.
    fn hour(&self, reader: &Reader<'t>, node: &Node) -> Option<At<Hour>> {
        let Content::Text(word) = &node.value else {
            return reader.measure_of::<TimeOfDay>(node, "run-at").map(|at| at.map(Hour::Clock));
        };
        if word.contains(':') {
            return reader.measure_of(node, "run-at").map(|at| at.map(Hour::Clock));
        }
        let part = PartOfDay::ALL.into_iter().find(|part| part.name() == word);
        if part.is_none() {
            let word = At { value: word.clone(), place: node.place.clone() };
            self.find(unknown_choice("run-at", &word, PartOfDay::ALL.map(PartOfDay::name)));
        }
        part.map(|part| At { value: Hour::Part(part), place: node.place.clone() })
    }

    fn week(&self, table: &'t Table) -> UsualWeek {
        let mut reader = Reader::new(table, "[week]", self.found);
        let days = self.days(&mut reader);
        let long_run = reader.text("long-run").and_then(|day| self.weekday("long-run", day));
        let starts = one_of(&mut reader, "starts", &[Weekday::Mon, Weekday::Sun], Weekday::name);
        let most = self.by_day(&mut reader, "most", |reader, node| reader.measure_of(node, "most"));
        let fixed = self.by_day(&mut reader, "fixed", |reader, node| self.fixed(reader, node));
        let strength = whole(reader.integer("strength", 0..=7));
        let at = self.by_day(&mut reader, "at", |reader, node| reader.measure_of(node, "at"));
        if table.get("days").is_none() && !reader.mistyped("days") {
            self.find(Finding::error("no-days").at(table.place.clone()));
        }
        reader.finish();

        let week = UsualWeek { days: days.unwrap_or_default(), long_run, starts, most, fixed, strength, at };
        if let Some(listed) = table.get("days")
            && !week.days.is_empty()
        {
            let busy = |day: Weekday, key: &str, place: &Place, severity| {
                if !week.free(day) {
                    let finding = Finding::new("day-not-free", severity).with("key", key).with("day", day.name());
                    self.find(finding.at(place.clone()).also_at(listed.place.clone()));
                }
            };
            if let Some(long) = &week.long_run {
                busy(long.value, "long-run", &long.place, Severity::Error);
            }
            for (day, place) in named_days(table, "fixed") {
                busy(day, "fixed", place, Severity::Error);
            }
            for (day, place) in named_days(table, "most") {
                busy(day, "most", place, Severity::Warning);
            }
        }
        week
    }

    /// The list `days`: known days, each once, at least one.
    fn days(&self, reader: &mut Reader<'t>) -> Option<Vec<At<Weekday>>> {
        let place = reader.node("days")?.place.clone();
        let listed = reader.texts("days")?;
        if listed.is_empty() {
            self.find(Finding::error("no-days").at(place));
            return None;
        }
        let mut days: Vec<At<Weekday>> = Vec::new();
        for day in listed {
            let Some(day) = self.weekday("days", day) else { continue };
            match days.iter().find(|earlier| earlier.value == day.value) {
                Some(earlier) => self.twice(day.value, &day.place, &earlier.place),
                None => days.push(day),
            }
        }
        Some(days)
    }

    fn twice(&self, day: Weekday, place: &Place, earlier: &Place) {
        self.find(Finding::error("day-twice").with("day", day.name()).at(place.clone()).also_at(earlier.clone()));
    }

    fn weekday(&self, key: &str, word: At<String>) -> Option<At<Weekday>> {
        if let Ok(day) = word.value.parse() {
            return Some(word.map(|_| day));
        }
        let finding = Finding::error("unknown-weekday").with("key", key).with("got", word.value.as_str());
        let days = Weekday::ALL.map(Weekday::name);
        // Told in the order of the week.
        self.find(finding.at(word.place).near(&word.value, days).with("known", days.to_vec()));
        None
    }

    /// A table by day of the week: `{ tue = "60 min" }`.
    fn by_day<T>(
        &self,
        reader: &mut Reader<'t>,
        key: &'static str,
        read: impl Fn(&Reader<'t>, &'t Node) -> Option<At<T>>,
    ) -> BTreeMap<Weekday, At<T>> {
        let mut days = BTreeMap::new();
        let mut places: BTreeMap<Weekday, &Place> = BTreeMap::new();
        for (name, node) in reader.table(key).map_or(&[][..], |table| &table.entries) {
            let Some(day) = self.weekday(key, name.clone()) else { continue };
            if let Some(earlier) = places.insert(day.value, &name.place) {
                self.twice(day.value, &name.place, earlier);
            } else if let Some(value) = read(reader, node) {
                days.insert(day.value, value);
            }
        }
        days
    }

    /// A kind of session, a workout, or something in the runner's own words.
    fn fixed(&self, reader: &Reader<'t>, node: &Node) -> Option<At<Fixed>> {
        let Content::Text(word) = &node.value else {
            reader.wrong(node, "fixed", "text");
            return None;
        };
        let at = |value| Some(At { value, place: node.place.clone() });
        if let Some(kind) = SessionKind::ALL.into_iter().find(|kind| kind.name() == word) {
            return at(Fixed::Kind(kind));
        }
        if self.ids.workouts.contains(&word.as_str()) {
            return at(Fixed::Workout(word.clone()));
        }
        // One unknown word is a slip; several are what a club calls its evening.
        let written = At { value: word.clone(), place: node.place.clone() };
        if word.trim().contains(' ') && self.clean("fixed", &written, LONGEST_NAME) {
            return at(Fixed::Words(word.clone()));
        }
        let known = SessionKind::ALL.map(SessionKind::name).into_iter().chain(self.ids.workouts.iter().copied());
        self.find(unknown_choice("fixed", &written, known));
        None
    }

    fn life(&self, table: &'t Table) -> Option<Life> {
        let mut reader = Reader::new(table, "[[life]]", self.found);
        let (from, to) = span(&mut reader, table);
        let what = self.name(&mut reader, "what", LONGEST_NAME);
        let load = one_of(&mut reader, "load", &Load::ALL, Load::name);
        let days = self.days(&mut reader);
        let climate = self.id(&mut reader, "climate", &self.ids.climates);
        let fixed = self.by_day(&mut reader, "fixed", |reader, node| self.fixed(reader, node));
        let at = self.by_day(&mut reader, "at", |reader, node| reader.measure_of(node, "at"));
        let effects = ["load", "days", "climate", "fixed", "at"];
        if from.is_some() && to.is_some() && effects.iter().all(|key| table.get(key).is_none() && !reader.mistyped(key))
        {
            self.find(Finding::warning("life-without-effect").at(table.place.clone()));
        }
        reader.finish();
        let (from, to) = (from?, to?);
        if to.value < from.value {
            let finding =
                Finding::error("life-backwards").with("from", from.value.to_string()).with("to", to.value.to_string());
            self.find(finding.at(to.place).also_at(from.place));
            return None;
        }
        Some(Life { place: table.place.clone(), from, to, what, load, days, climate, fixed, at })
    }

    fn week_word(&self, table: &'t Table) -> Option<WeekWord> {
        let mut reader = Reader::new(table, "[[week-kind]]", self.found);
        let starting = reader.date("starting");
        let kind = one_of(&mut reader, "kind", &[WeekKind::Build, WeekKind::Hold, WeekKind::Reset], WeekKind::name);
        for key in ["starting", "kind"] {
            if table.get(key).is_none() {
                reader.missing(key);
            }
        }
        reader.finish();
        Some(WeekWord { starting: starting?, kind: kind? })
    }

    fn day_word(&self, table: &'t Table) -> Option<DayWord> {
        let mut reader = Reader::new(table, "[[day]]", self.found);
        let date = reader.date("date");
        let named = reader.text("session");
        let steps = reader.texts("steps");
        let note = self.name(&mut reader, "note", LONGEST_NOTE);
        if table.get("date").is_none() {
            reader.missing("date");
        }
        if ["session", "steps", "note"].iter().all(|key| table.get(key).is_none() && !reader.mistyped(key)) {
            self.find(Finding::error("day-says-nothing").at(table.place.clone()));
        }
        if let (Some(session), Some(steps)) = (table.get("session"), table.get("steps")) {
            let finding = Finding::error("session-and-steps").at(steps.place.clone());
            self.find(finding.also_at(session.place.clone()));
        }
        reader.finish();
        let steps = steps.and_then(|steps| self.steps(table, &steps));
        let session = match (named, steps) {
            (Some(word), _) if word.value == "rest" => Some(DaySession::Rest(word.place)),
            (Some(word), _) => {
                let known: Vec<&str> = self.ids.workouts.iter().copied().chain(["rest"]).collect();
                let fits = self.ids.workouts.is_empty() || self.known("session", &word, &known);
                fits.then_some(DaySession::Workout(word))
            }
            (None, steps) => steps.map(DaySession::Steps),
        };
        Some(DayWord { date: date?, session, note })
    }

    fn steps(&self, table: &Table, steps: &[At<String>]) -> Option<Vec<At<Written>>> {
        if steps.is_empty() {
            if let Some(node) = table.get("steps")
                && matches!(&node.value, Content::List(items) if items.is_empty())
            {
                self.find(Finding::error("no-steps").at(node.place.clone()));
            }
            return None;
        }
        let read = |step: &At<String>| match notation::read(step) {
            Ok(written) => Some(At { value: written, place: step.place.clone() }),
            Err(wrong) => {
                self.found.borrow_mut().0.extend(wrong.0);
                None
            }
        };
        let written: Vec<_> = steps.iter().filter_map(read).collect();
        (written.len() == steps.len()).then_some(written)
    }

    fn a_move(&self, table: &'t Table) -> Option<Move> {
        let mut reader = Reader::new(table, "[[move]]", self.found);
        let (from, to) = span(&mut reader, table);
        reader.finish();
        let (from, to) = (from?, to?);
        if from.value == to.value {
            self.find(Finding::error("move-nowhere").at(to.place).also_at(from.place));
            return None;
        }
        Some(Move { from, to })
    }

    fn plan(&self, mut reader: Reader<'t>) -> PlanWishes {
        let plan = PlanWishes {
            language: reader.text("language"),
            start: reader.date("start"),
            weeks: whole(reader.integer("weeks", 1..=104)),
            units: one_of(&mut reader, "units", &[Units::Km, Units::Mi], Units::symbol),
            title: self.name(&mut reader, "title", LONGEST_NAME),
            accept_risk: reader.boolean("accept-risk"),
        };
        reader.finish();
        plan
    }

    fn coach(&self, mut reader: Reader<'t>) -> Coach {
        let mut coach = Coach {
            name: self.name(&mut reader, "name", LONGEST_NAME),
            contact: self.name(&mut reader, "contact", LONGEST_NAME),
            logo: self.name(&mut reader, "logo", LONGEST_NOTE),
            colour: reader.text("colour"),
            notes: BTreeMap::new(),
        };
        let colour = |text: &str| {
            text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
        };
        if let Some(wrong) = coach.colour.take_if(|at| !colour(&at.value)) {
            self.find(Finding::error("wrong-colour").with("got", wrong.value).at(wrong.place));
        }
        for (key, node) in reader.table("notes").map_or(&[][..], |table| &table.entries) {
            let Some(week) = key.value.parse().ok().filter(|week| (1..=104).contains(week)) else {
                self.find(Finding::error("wrong-week").with("got", key.value.as_str()).at(key.place.clone()));
                continue;
            };
            let Content::Text(words) = &node.value else {
                reader.wrong(node, &key.value, "text");
                continue;
            };
            let note = At { value: words.clone(), place: node.place.clone() };
            if self.clean("notes", &note, LONGEST_NOTE) {
                coach.notes.insert(week, note);
            }
        }
        reader.finish();
        coach
    }

    /// An id among known ones.
    fn id(&self, reader: &mut Reader<'t>, key: &'static str, known: &[&str]) -> Option<At<String>> {
        reader.text(key).filter(|id| self.known(key, id, known))
    }

    /// Whether a word is among the known ones; said where it is not. No known ones: nothing to say.
    fn known(&self, key: &str, word: &At<String>, known: &[&str]) -> bool {
        let fits = known.is_empty() || known.contains(&word.value.as_str());
        if !fits {
            self.find(unknown_choice(key, word, known.iter().copied()));
        }
        fits
    }

    /// Words to print as typed; blank ones count as none.
    fn name(&self, reader: &mut Reader<'t>, key: &'static str, most: usize) -> Option<At<String>> {
        reader.text(key).filter(|words| !words.value.trim().is_empty() && self.clean(key, words, most))
    }

    /// Whether words are short enough and free of control characters. A note may have several lines, a name not.
    fn clean(&self, key: &str, words: &At<String>, most: usize) -> bool {
        let lines = most > LONGEST_NAME;
        // What turns the direction of the text would turn everything after it, too; Arabic letters need none of it.
        let turns = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let control = |c: &char| (c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'))) || turns(c);
        let length = words.value.chars().count();
        if let Some(character) = words.value.chars().find(control) {
            let code = format!("U+{:04X}", u32::from(character));
            let finding = Finding::error("control-character").with("key", key).with("character", code);
            self.find(finding.at(words.place.clone()));
            return false;
        }
        if length > most {
            let finding = Finding::error("too-many-characters").with("key", key).with("got", length);
            self.find(finding.with("most", most).at(words.place.clone()));
            return false;
        }
        true
    }

    /// What can be seen only when the parts are laid side by side.
    fn weigh(&self, request: &Request) {
        if let Some(start) = &request.plan.start {
            for race in request.races.iter().filter(|race| race.date.value < start.value) {
                let finding = Finding::error("race-before-start")
                    .with("date", race.date.value.to_string())
                    .with("start", start.value.to_string());
                self.find(finding.at(race.date.place.clone()).also_at(start.place.clone()));
            }
            if let Some(date) = request.runner.recent.as_ref().and_then(|recent| recent.date.as_ref())
                && date.value > start.value
            {
                let finding = Finding::warning("recent-after-start")
                    .with("date", date.value.to_string())
                    .with("start", start.value.to_string());
                self.find(finding.at(date.place.clone()).also_at(start.place.clone()));
            }
        }
        if let (Some(weeks), Some(race)) = (&request.plan.weeks, request.races.first()) {
            let finding = Finding::warning("weeks-with-race").with("weeks", weeks.value);
            self.find(finding.at(weeks.place.clone()).also_at(race.place.clone()));
        }
        let weeks = request.week_kinds.iter().map(|word| {
            let place = &word.starting.place;
            (word.starting.value.week_start(request.first_day()), place)
        });
        self.each_once("two-races-on-a-day", request.races.iter().map(|race| (race.date.value, &race.date.place)));
        self.each_once("two-words-for-a-week", weeks);
        self.each_once("two-words-for-a-day", request.days.iter().map(|day| (day.date.value, &day.date.place)));
        self.each_once("two-moves-of-a-day", request.moves.iter().map(|m| (m.from.value, &m.from.place)));
    }

    /// Finds the dates that come a second time.
    fn each_once<'p>(&self, code: &str, dates: impl Iterator<Item = (Date, &'p Place)>) {
        let mut seen: BTreeMap<Date, &Place> = BTreeMap::new();
        // In the order of the text, so that the later one is the one found.
        let mut dates: Vec<_> = dates.collect();
        dates.sort_by_key(|(_, place)| place.span.start);
        for (date, place) in dates {
            if let Some(earlier) = seen.get(&date) {
                let finding = Finding::error(code).with("date", date.to_string());
                self.find(finding.at(place.clone()).also_at((*earlier).clone()));
            } else {
                seen.insert(date, place);
            }
        }
    }
}

/// `from` and `to`, both of which must be there.
fn span(reader: &mut Reader<'_>, table: &Table) -> (Option<At<Date>>, Option<At<Date>>) {
    let dates = (reader.date("from"), reader.date("to"));
    for key in ["from", "to"] {
        if table.get(key).is_none() {
            reader.missing(key);
        }
    }
    dates
}

/// The days that a table by day names, with the place of each key.
fn named_days<'t>(table: &'t Table, key: &str) -> Vec<(Weekday, &'t Place)> {
    match table.get(key).map(|node| &node.value) {
        Some(Content::Table(days)) => {
            days.entries.iter().filter_map(|(name, _)| Some((name.value.parse().ok()?, &name.place))).collect()
        }
        _ => Vec::new(),
    }
}

/// One of several things with a name each.
fn one_of<T: Copy>(
    reader: &mut Reader<'_>,
    key: &'static str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Option<At<T>> {
    let word = reader.choice(key, all.iter().map(|thing| name(*thing)))?;
    let thing = *all.iter().find(|thing| name(**thing) == word.value)?;
    Some(word.map(|_| thing))
}

/// A whole number in a smaller type; the reader has checked its bounds.
fn whole<T: TryFrom<i64>>(number: Option<At<i64>>) -> Option<At<T>> {
    let At { value, place } = number?;
    Some(At { value: T::try_from(value).ok()?, place })
}

/// Says that a value is not such a measure.
fn not_a(kind: &str, key: &str, place: &Place) -> Finding {
    let got = place.words().trim_matches(['"', '\'']).to_owned();
    Finding::error("wrong-measure").with("key", key).with("got", got).with("kind", kind).at(place.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> Ids<'static> {
        Ids {
            levels: vec!["beginner", "intermediate"],
            races: vec!["10k", "half-marathon", "marathon", "50k"],
            climates: vec!["dubai", "london"],
            workouts: vec!["easy-run", "tempo"],
        }
    }

    fn reading(body: &str) -> Result<(Request, Findings), Findings> {
        read(&Text::new("sara.toml", body), &ids())
    }

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn everything_that_the_contract_names_is_understood() {
        let (request, findings) = reading(include_str!("../tests/requests/everything.toml")).unwrap();
        assert_eq!(findings, Findings::new());
        let runner = &request.runner;
        assert_eq!(request.name(), "sara.toml");
        assert_eq!(runner.name.as_ref().unwrap().value, "سارة");
        assert_eq!(runner.level.as_ref().unwrap().value, "intermediate");
        assert_eq!(runner.age.as_ref().unwrap().value, 41);
        assert_eq!(runner.weekly.as_ref().unwrap().value, Distance::from_km(38.0));
        assert_eq!(runner.longest.as_ref().unwrap().value, Distance::from_km(14.0));
        let recent = runner.recent.as_ref().unwrap();
        assert_eq!((recent.race.value.as_str(), recent.time.value.seconds()), ("10k", 3150));
        assert_eq!(recent.date.as_ref().unwrap().value, date("2026-10-18"));
        assert!(matches!(&runner.health, Some(Health::Care(care)) if care[0].value == "injured" && care.len() == 1));
        assert!((runner.years.as_ref().unwrap().value - 6.5).abs() < 1e-9);
        assert_eq!(runner.sex.as_ref().unwrap().value, Sex::Female);
        assert_eq!(runner.hr_max.as_ref().unwrap().value, 182);
        assert_eq!(runner.hr_threshold.as_ref().unwrap().value, 168);
        assert_eq!(runner.finished.as_ref().unwrap().len(), 2);
        assert!(!runner.first_plan.as_ref().unwrap().value);
        assert_eq!(runner.injured_until.as_ref().unwrap().value, date("2026-09-01"));
        assert_eq!(runner.cleared.as_ref().unwrap().value, date("2026-10-01"));

        let [first, second] = &request.races[..] else { panic!("two races") };
        assert_eq!((first.race.value.as_str(), first.date.value), ("10k", date("2027-01-10")));
        assert_eq!(first.goal.as_ref().unwrap().value, Goal::Finish);
        assert_eq!(first.climate.as_ref().unwrap().value, "london");
        assert_eq!(first.priority.as_ref().unwrap().value, Priority::B);
        assert_eq!(second.goal.as_ref().unwrap().value, Goal::Time(Duration::from_seconds(6900.0)));
        assert_eq!(second.name.as_ref().unwrap().value, "Dubai Half");

        assert_eq!(request.home.climate.as_ref().unwrap().value, "dubai");
        assert_eq!(request.home.run_at, None);
        let hours: Vec<_> = request.home.run_at_by_day.iter().map(|(day, hour)| (*day, hour.value)).collect();
        let evening = Hour::Clock("20:00".parse().unwrap());
        assert_eq!(hours, [(Weekday::Tue, evening), (Weekday::Sat, Hour::Part(PartOfDay::Dawn))]);
        assert!(request.home.treadmill.as_ref().unwrap().value);

        let week = &request.week;
        assert_eq!(Weekday::ALL.map(|day| week.free(day)), [true, true, false, true, false, true, true]);
        assert_eq!(week.long_run.as_ref().unwrap().value, Weekday::Sat);
        assert_eq!(request.first_day(), Weekday::Sun);
        assert_eq!(week.most[&Weekday::Tue].value, Duration::from_minutes(60.0));
        assert_eq!(week.fixed[&Weekday::Thu].value, Fixed::Kind(SessionKind::Threshold));
        assert_eq!(week.fixed[&Weekday::Tue].value, Fixed::Words("club track".to_owned()));
        assert_eq!(week.fixed[&Weekday::Sun].value, Fixed::Workout("easy-run".to_owned()));
        assert_eq!(week.strength.as_ref().unwrap().value, 2);
        assert_eq!(week.at[&Weekday::Tue].value.to_string(), "06:30");

        let [early, late] = &request.life[..] else { panic!("two stretches of life") };
        assert_eq!(early.days.as_ref().unwrap().len(), 2);
        assert_eq!(early.fixed[&Weekday::Tue].value, Fixed::Kind(SessionKind::Hills));
        assert_eq!(early.at[&Weekday::Thu].value.minutes(), 19 * 60);
        assert_eq!((late.from.value, late.to.value), (date("2026-12-19"), date("2026-12-27")));
        assert_eq!(late.load.as_ref().unwrap().value, Load::Busy);
        assert_eq!(late.climate.as_ref().unwrap().value, "london");

        assert_eq!(request.week_kinds[0].kind.value, WeekKind::Reset);
        assert!(matches!(request.days[0].session, Some(DaySession::Rest(_))));
        assert_eq!(request.days[0].note.as_ref().unwrap().value, "sports massage\nat noon");
        let Some(DaySession::Steps(steps)) = &request.days[1].session else { panic!("steps") };
        assert_eq!(steps[1].value.to_string(), "6 x (20 s strides, 1 min walk)");
        assert!(matches!(&request.days[2].session, Some(DaySession::Workout(id)) if id.value == "tempo"));
        assert_eq!(request.moves[0].to.value, date("2027-01-20"));

        assert_eq!(request.plan.language.as_ref().unwrap().value, "en");
        assert_eq!(request.plan.start.as_ref().unwrap().value, date("2026-11-30"));
        assert_eq!(request.units(), Units::Mi);
        assert_eq!(request.plan.title.as_ref().unwrap().value, "Road to Dubai");
        assert!(request.plan.accept_risk.as_ref().unwrap().value);
        let coach = request.coach.as_ref().unwrap();
        assert_eq!(coach.colour.as_ref().unwrap().value, "#1f6F5c");
        assert_eq!(coach.notes[&3].value, "Proud of you.");
        assert_eq!((coach.name.is_some(), coach.contact.is_some(), coach.logo.is_some()), (true, true, true));
        assert!(request.settings.as_ref().unwrap().get("reset").is_some());
    }

    #[test]
    fn the_smallest_request_leaves_everything_else_open() {
        let (request, findings) = reading("runner.weekly = \"25 km\"\nweek.days = [\"tue\"]\n").unwrap();
        assert_eq!(findings, Findings::new());
        assert!(request.runner.name.is_none() && request.runner.level.is_none() && request.runner.longest.is_none());
        assert!(request.races.is_empty() && request.coach.is_none() && request.settings.is_none());
        assert_eq!((request.first_day(), request.units()), (Weekday::Mon, Units::Km));
    }

    /// What is found in a request that is right but for one part: code, line, column, and the place's words.
    #[track_caller]
    fn found(part: &str) -> Vec<(String, usize, usize, String)> {
        let runner = if part.contains("[runner]") { "" } else { "runner.level = \"beginner\"\n" };
        let week = if part.contains("[week]") { "" } else { "week.days = [\"tue\", \"sat\"]\n" };
        // The part comes first, after two lines, so that lines can be counted.
        let body = format!("{}\n{}\n{part}", runner.trim_end(), week.trim_end());
        let findings = match reading(&body) {
            Ok((_, findings)) | Err(findings) => findings,
        };
        let told = |finding: &Finding| {
            let place = finding.place.as_ref().expect("every finding of a request has a place");
            (finding.code.clone(), place.line(), place.column(), place.words().to_owned())
        };
        findings.0.iter().map(told).collect()
    }

    #[track_caller]
    fn one(part: &str, code: &str, line: usize, column: usize, words: &str) {
        assert_eq!(found(part), [(code.to_owned(), line, column, words.to_owned())], "{part}");
    }

    #[test]
    fn what_does_not_fit_together_is_found_at_its_place() {
        one("[runner]\nname = \"x\"", "no-level-nor-weekly", 3, 1, "[runner]");
        one("[week]\nstarts = \"mon\"", "no-days", 3, 1, "[week]");
        one("[week]\ndays = []", "no-days", 4, 8, "[]");
        one("[week]\ndays = [\"mon\", \"monday\"]", "day-twice", 4, 16, "\"monday\"");
        one("[week]\ndays = [\"mon\", \"toe\"]", "unknown-weekday", 4, 16, "\"toe\"");
        one("[week]\ndays = [\"mon\"]\nlong-run = \"sat\"", "day-not-free", 5, 12, "\"sat\"");
        one("[week]\ndays = [\"mon\"]\nfixed = { sat = \"long\" }", "day-not-free", 5, 11, "sat");
        one("[week]\ndays = [\"mon\"]\nmost = { sat = \"60 min\" }", "day-not-free", 5, 10, "sat");
        one("[week]\ndays = [\"mon\"]\nmost = { mon = 60 }", "wrong-measure", 5, 16, "60");
        one("[week]\ndays = [\"mon\"]\nat = { mon = \"24:00\" }", "wrong-measure", 5, 14, "\"24:00\"");
        one("[week]\ndays = [\"mon\"]\nfixed = { mon = \"treshold\" }", "unknown-choice", 5, 17, "\"treshold\"");
        one("[runner]\nlevel = \"beginer\"", "unknown-choice", 4, 9, "\"beginer\"");
        one("[runner]\nweekly = \"401 km\"", "out-of-bounds", 4, 10, "\"401 km\"");
        one("[runner]\nlevel = \"beginner\"\nage = 4", "out-of-bounds", 5, 7, "4");
        one("[runner]\nlevel = \"beginner\"\nage = 101", "out-of-bounds", 5, 7, "101");
        one("[runner]\nlevel = \"beginner\"\nname = \"a\\u0000\"", "control-character", 5, 8, "\"a\\u0000\"");
        one("[runner]\nlevel = \"beginner\"\nname = \"\\u202E\"", "control-character", 5, 8, "\"\\u202E\"");
        one("[runner]\nlevel = \"beginner\"\nhealth = [\"flu\"]", "unknown-choice", 5, 11, "\"flu\"");
        one("[runner]\nweekly = \"9 km\"\nlongest = \"10 km\"", "longest-over-weekly", 5, 11, "\"10 km\"");
        let hr = "[runner]\nlevel = \"beginner\"\nhr-max = 170\nhr-threshold = 170";
        one(hr, "threshold-over-max", 6, 16, "170");
        one("[runner]\nlevel = \"beginner\"\nrecent = { race = \"10k\" }", "missing-key", 5, 10, "{ race = \"10k\" }");
        let after = "[plan]\nstart = 2026-10-01\n[runner]\nlevel = \"beginner\"\nrecent = { race = \"10k\", time = \"50:00\", date = 2026-10-18 }";
        one(after, "recent-after-start", 7, 49, "2026-10-18");
        let race = "[[race]]\nrace = \"10k\"\ndate = 2026-10-18\n";
        one(&format!("{race}[plan]\nstart = 2026-10-19"), "race-before-start", 5, 8, "2026-10-18");
        one(&format!("{race}[plan]\nweeks = 10"), "weeks-with-race", 7, 9, "10");
        one(&format!("{race}{race}"), "two-races-on-a-day", 8, 8, "2026-10-18");
        one(&format!("{race}priority = \"D\""), "unknown-choice", 6, 12, "\"D\"");
        one(&format!("{race}goal = \"soon\""), "wrong-measure", 6, 8, "\"soon\"");
        one(&format!("{race}goal = \"0:00\""), "wrong-measure", 6, 8, "\"0:00\"");
        one(&race.replace("[[race]]", "[race]"), "many-tables", 3, 1, "[race]");
        one(&race.replace("date", "data"), "unknown-key", 5, 1, "data");
        one("[[race]]\nrace = \"10k\"", "missing-key", 3, 1, "[[race]]");
        one("[[life]]\nfrom = 2026-10-18\nto = 2026-10-17\nload = \"off\"", "life-backwards", 5, 6, "2026-10-17");
        one("[[life]]\nfrom = 2026-10-18\nto = 2026-10-18", "life-without-effect", 3, 1, "[[life]]");
        let weeks = "[[week-kind]]\nstarting = 2026-10-12\nkind = \"hold\"\n[[week-kind]]\nstarting = 2026-10-18\nkind = \"reset\"";
        one(weeks, "two-words-for-a-week", 7, 12, "2026-10-18");
        let days = "[[day]]\ndate = 2026-10-18\nsession = \"rest\"\n[[day]]\ndate = 2026-10-18\nnote = \"x\"";
        one(days, "two-words-for-a-day", 7, 8, "2026-10-18");
        one("[[day]]\ndate = 2026-10-18", "day-says-nothing", 3, 1, "[[day]]");
        one("[[day]]\ndate = 2026-10-18\nsession = \"tempi\"", "unknown-choice", 5, 11, "\"tempi\"");
        one("[[day]]\ndate = 2026-10-18\nsteps = []", "no-steps", 5, 9, "[]");
        one("[[day]]\ndate = 2026-10-18\nsteps = [\"15 min eazy\"]", "step-intensity", 5, 18, "eazy");
        one("[[move]]\nfrom = 2026-10-18\nto = 2026-10-18", "move-nowhere", 5, 6, "2026-10-18");
        one("[place]\nrun-at = \"25:00\"", "wrong-measure", 4, 10, "\"25:00\"");
        one("[place]\nrun-at = { mon = \"dusk\" }", "unknown-choice", 4, 18, "\"dusk\"");
        one("[plan]\nweeks = 105", "out-of-bounds", 4, 9, "105");
        one("[plan]\nstart = 2026-10-18T10:00:00", "wrong-date", 4, 9, "2026-10-18T10:00:00");
        one("[coach]\ncolour = \"#12345\"", "wrong-colour", 4, 10, "\"#12345\"");
        one("[coach]\nnotes = { 0 = \"x\" }", "wrong-week", 4, 11, "0");
        one(
            &format!("[coach]\nname = \"{}\"", "x".repeat(201)),
            "too-many-characters",
            4,
            8,
            &format!("\"{}\"", "x".repeat(201)),
        );
    }

    #[test]
    fn a_name_of_two_hundred_characters_and_a_week_of_four_hundred_kilometres_fit() {
        let body = format!("[runner]\nname = \"{}\"\nweekly = \"400 km\"\nage = 100\n", "ü".repeat(200));
        assert_eq!(found(&body), []);
    }

    #[test]
    fn a_missing_table_is_found_and_a_mistyped_one_is_only_mistyped() {
        let codes = |body: &str| -> Vec<String> { reading(body).unwrap_err().0.into_iter().map(|f| f.code).collect() };
        assert_eq!(codes("[plan]\nunits = \"km\"\n"), ["no-level-nor-weekly", "no-days"]);
        assert_eq!(codes("[runer]\nlevel = \"beginner\"\n[week]\ndays = [\"tue\"]\n"), ["unknown-key"]);
        assert_eq!(codes("[runner]\nweekyl = \"9 km\"\n[week]\nday = [\"tue\"]\n"), ["unknown-key", "unknown-key"]);
        assert_eq!(codes(" # nothing\n"), ["empty-file"]);
    }

    #[test]
    fn warnings_let_the_request_pass() {
        let (request, findings) =
            reading("runner.weekly = \"9 km\"\nrunner.longest = \"10 km\"\nweek.days = [\"tue\"]\n").unwrap();
        assert_eq!(request.runner.longest.unwrap().value, Distance::from_km(10.0));
        assert_eq!(findings.0.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["longest-over-weekly"]);
    }
}
