//! The request: what a runner or coach asks for, read from TOML with a place for every value.
//!
//! What is optional stays an `Option`, so that the engine can say what it assumed.

mod days;
mod desk;
mod people;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

pub use self::desk::{read, read_table};
use crate::calendar::{Date, PartOfDay, Weekday};
use crate::document::{At, Table};
use crate::measure::{Distance, Duration, Expected, Units};
use crate::notation::Written;
use crate::plan::WeekKind;
use crate::session::SessionKind;
use crate::source::{Place, Text};

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
    /// How much it climbs in all.
    pub climb: Option<At<Distance>>,
    /// When on its day it starts.
    pub at: Option<At<Hour>>,
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

impl Home {
    /// Whether there is a treadmill.
    #[must_use]
    pub fn has_treadmill(&self) -> bool {
        self.treadmill.as_ref().is_some_and(|at| at.value)
    }
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
