//! The one table of settings: every number or choice that the engine reads, with its kind, bounds and stage.
//!
//! A new setting is one line here, a sentence in `templates/messages/`, a default in `rules/season.toml`, and its use
//! in one room of the engine.

use std::fmt;
use std::marker::PhantomData;

use serde_json::json;

use crate::measure::{Distance, Duration, Expected, Pace, Share, Units};

/// When a setting is decided, and so which words a rule that writes it may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Once a season: runner, race and climate are known.
    Season,
    /// Week by week, before resets are placed: also the week's number, phase, heat and life.
    Placement,
    /// When the week's kind is known.
    Amount,
    /// When a season under way is looked at: no setting is decided so late, only verdicts ask.
    Review,
}

impl Stage {
    /// How many there are.
    pub const COUNT: usize = 4;
    /// In the order in which they are settled.
    pub const ALL: [Self; Self::COUNT] = [Self::Season, Self::Placement, Self::Amount, Self::Review];

    /// The word for it in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Season => "season",
            Self::Placement => "placement",
            Self::Amount => "amount",
            Self::Review => "review",
        }
    }
}

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A length: `"8 km"`.
    Distance,
    /// A time: `"90 min"`.
    Duration,
    /// A part: `"72 %"`.
    Share,
    /// A pace: `"6:10 /km"`.
    Pace,
    /// A whole number.
    Count,
    /// A number.
    Number,
    /// `true` or `false`.
    YesNo,
    /// One word of a list.
    Choice,
    /// A list of shares, one a week.
    Shares,
    /// A list of workout ids.
    Workouts,
}

impl Kind {
    /// The word for it in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Distance => "distance",
            Self::Duration => "duration",
            Self::Share => "share",
            Self::Pace => "pace",
            Self::Count => "count",
            Self::Number => "number",
            Self::YesNo => "yes-no",
            Self::Choice => "choice",
            Self::Shares => "shares",
            Self::Workouts => "workouts",
        }
    }
}

impl Kind {
    /// Whether one value of it is more than another, so that it can be capped.
    #[must_use]
    pub fn has_order(self) -> bool {
        !matches!(self, Self::Choice | Self::Shares | Self::Workouts)
    }

    /// Whether it is a quantity or a share, so that it can be multiplied.
    #[must_use]
    pub fn has_scale(self) -> bool {
        matches!(self, Self::Distance | Self::Duration | Self::Share | Self::Number | Self::Shares)
    }
}

/// One line of the table.
#[derive(Debug)]
pub struct Setting {
    /// Its name, as rules write it.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The least it may be, in kilometres, minutes, per cent or plain numbers.
    pub least: f64,
    /// The most it may be, in the same.
    pub most: f64,
    /// When it is decided.
    pub stage: Stage,
    /// Whether it may hold a value for each race (in a race's file: for each level).
    pub by_race: bool,
}

impl Setting {
    /// Its bounds as a coach would write them; none for words and lists of them.
    #[must_use]
    pub fn bounds(&self) -> (Option<String>, Option<String>) {
        let unit = match self.kind {
            Kind::Distance => " km",
            // From a day on hours read better.
            Kind::Duration if self.least >= 1440.0 => {
                return (Some(format!("{} h", self.least / 60.0)), Some(format!("{} h", self.most / 60.0)));
            }
            Kind::Duration => " min",
            Kind::Share | Kind::Shares => " %",
            Kind::Pace => " s/km",
            Kind::Count | Kind::Number => "",
            Kind::YesNo | Kind::Choice | Kind::Workouts => return (None, None),
        };
        (Some(format!("{}{unit}", self.least)), Some(format!("{}{unit}", self.most)))
    }

    /// A value brought back within the bounds, where a rule has multiplied it beyond them.
    #[must_use]
    pub fn within_bounds(&self, value: Value) -> Value {
        let (least, most) = (self.least, self.most);
        match value {
            Value::Distance(d) => Value::Distance(Distance::from_km(d.km().clamp(least, most))),
            Value::Duration(d) => Value::Duration(Duration::from_minutes(d.minutes().clamp(least, most))),
            Value::Share(s) => Value::Share(Share::from_fraction(s.fraction().clamp(least / 100.0, most / 100.0))),
            Value::Number(n) => Value::Number(n.clamp(least, most)),
            Value::Shares(list) => {
                let within = |s: Share| Share::from_fraction(s.fraction().clamp(least / 100.0, most / 100.0));
                Value::Shares(list.into_iter().map(within).collect())
            }
            other => other,
        }
    }
}

/// A setting whose kind the compiler knows.
pub struct Key<T> {
    index: usize,
    kind: PhantomData<T>,
}

impl<T> Clone for Key<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Key<T> {}

impl<T> fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(TABLE[self.index].name)
    }
}

impl<T> Key<T> {
    /// Its line in [`TABLE`].
    #[must_use]
    pub fn index(self) -> usize {
        self.index
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        TABLE[self.index].name
    }
}

/// The line of a setting, by name.
#[must_use]
pub fn index_of(name: &str) -> Option<usize> {
    TABLE.iter().position(|setting| setting.name == name)
}

/// A value that a setting can hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A length.
    Distance(Distance),
    /// A time.
    Duration(Duration),
    /// A part.
    Share(Share),
    /// A pace.
    Pace(Pace),
    /// A whole number.
    Count(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    YesNo(bool),
    /// One word of a list.
    Choice(String),
    /// Several parts, one a week.
    Shares(Vec<Share>),
    /// Several words.
    Words(Vec<String>),
}

impl Value {
    /// As one number, where values of its kind have an order: false is less than true.
    #[must_use]
    pub fn order(&self) -> Option<f64> {
        Some(match self {
            Self::Distance(d) => d.km(),
            Self::Duration(d) => d.minutes(),
            Self::Share(s) => s.fraction() * 100.0,
            Self::Pace(p) => p.seconds_per_km(),
            #[allow(clippy::cast_precision_loss)]
            Self::Count(n) => *n as f64,
            Self::Number(n) => *n,
            Self::YesNo(yes) => f64::from(u8::from(*yes)),
            Self::Choice(_) | Self::Shares(_) | Self::Words(_) => return None,
        })
    }

    /// Multiplied, where it is a quantity or a share.
    #[must_use]
    pub fn scaled(&self, by: f64) -> Option<Self> {
        Some(match self {
            Self::Distance(d) => Self::Distance(d.times(by)),
            Self::Duration(d) => Self::Duration(d.times(by)),
            Self::Share(s) => Self::Share(Share::from_fraction(s.fraction() * by)),
            Self::Number(n) => Self::Number(n * by),
            Self::Shares(list) => Self::Shares(list.iter().map(|s| Share::from_fraction(s.fraction() * by)).collect()),
            _ => return None,
        })
    }

    /// As plain data: metres, seconds, fractions.
    #[must_use]
    pub fn data(&self) -> serde_json::Value {
        match self {
            Self::Distance(d) => json!(d),
            Self::Duration(d) => json!(d),
            Self::Share(s) => json!(s),
            Self::Pace(p) => json!(p),
            Self::Count(n) => json!(n),
            Self::Number(n) => json!(n),
            Self::YesNo(yes) => json!(yes),
            Self::Choice(word) => json!(word),
            Self::Shares(list) => json!(list),
            Self::Words(list) => json!(list),
        }
    }

    /// The value of a kind that stands as plain data in a ledger.
    #[must_use]
    pub fn of_data(kind: Kind, data: &serde_json::Value) -> Option<Self> {
        let items = || data.as_array().into_iter().flatten();
        Some(match kind {
            Kind::Distance => Self::Distance(Distance::from_metres(data.as_f64()?)),
            Kind::Duration => Self::Duration(Duration::from_seconds(data.as_f64()?)),
            Kind::Share => Self::Share(Share::from_fraction(data.as_f64()?)),
            Kind::Pace => Self::Pace(Pace::from_seconds_per_km(data.as_f64()?)),
            Kind::Count => Self::Count(data.as_i64()?),
            Kind::Number => Self::Number(data.as_f64()?),
            Kind::YesNo => Self::YesNo(data.as_bool()?),
            Kind::Choice => Self::Choice(data.as_str()?.to_owned()),
            Kind::Shares => {
                Self::Shares(items().filter_map(serde_json::Value::as_f64).map(Share::from_fraction).collect())
            }
            Kind::Workouts => Self::Words(items().filter_map(|item| Some(item.as_str()?.to_owned())).collect()),
        })
    }

    /// As a coach would write it, in the units of the reader.
    #[must_use]
    pub fn written(&self, units: Units) -> String {
        match self {
            Self::Distance(d) => units.distance(*d),
            Self::Duration(d) if d.seconds() % 3600 == 0 && d.hours() >= 24.0 => format!("{} h", d.seconds() / 3600),
            Self::Duration(d) => d.to_string(),
            Self::Share(s) => s.to_string(),
            Self::Pace(p) => units.pace(*p),
            Self::Count(n) => n.to_string(),
            Self::Number(n) => n.to_string(),
            Self::YesNo(yes) => yes.to_string(),
            Self::Choice(word) => word.clone(),
            Self::Shares(list) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            Self::Words(list) => list.join(", "),
        }
    }

    /// Reads a value of a kind from bare text: `65 %`, `3`, `true`, `threshold, interval`.
    ///
    /// # Errors
    /// The kind that was wanted.
    pub fn from_text(kind: Kind, text: &str) -> Result<Self, Expected> {
        let wrong = || Expected { kind: kind.name() };
        Ok(match kind {
            Kind::Distance => Self::Distance(text.parse()?),
            Kind::Duration => Self::Duration(text.parse()?),
            Kind::Share => Self::Share(text.parse()?),
            Kind::Pace => Self::Pace(text.parse()?),
            Kind::Count => Self::Count(text.trim().parse().map_err(|_| wrong())?),
            Kind::Number => {
                let number: f64 = text.trim().parse().map_err(|_| wrong())?;
                if !number.is_finite() {
                    return Err(wrong());
                }
                Self::Number(number)
            }
            Kind::YesNo => Self::YesNo(text.trim().parse().map_err(|_| wrong())?),
            Kind::Choice => Self::Choice(text.trim().to_owned()),
            Kind::Shares => Self::Shares(list(text).map(str::parse).collect::<Result<_, _>>()?),
            Kind::Workouts => Self::Words(list(text).map(str::to_owned).collect()),
        })
    }
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.trim()
        .trim_start_matches('[')
        .trim_end_matches(']')
        .split(',')
        .map(|item| item.trim().trim_matches('"'))
        .filter(|item| !item.is_empty())
}

/// A Rust type that a setting's value can be taken as.
pub trait Held: Sized {
    /// The value as this type, where it is of that kind.
    fn held(value: &Value) -> Option<Self>;
}

macro_rules! held {
    ($($type:ty: $variant:ident),* $(,)?) => {
        $(impl Held for $type {
            fn held(value: &Value) -> Option<Self> {
                match value {
                    Value::$variant(inner) => Some(inner.clone()),
                    _ => None,
                }
            }
        })*
    };
}

held! {
    Distance: Distance, Duration: Duration, Share: Share, Pace: Pace, i64: Count, f64: Number, bool: YesNo,
    String: Choice, Vec<Share>: Shares, Vec<String>: Words,
}

macro_rules! settings {
    ($($key:ident: $type:ty = $name:literal, $kind:ident, $least:literal ..= $most:literal, $stage:ident $(, $by_race:ident)?;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Line { $($key),* }

        /// Every setting there is.
        pub static TABLE: &[Setting] = &[
            $(Setting {
                name: $name,
                kind: Kind::$kind,
                least: $least as f64,
                most: $most as f64,
                stage: Stage::$stage,
                by_race: settings!(@by_race $($by_race)?),
            }),*
        ];

        /// The settings by name, for the rooms of the engine.
        pub mod key {
            #![allow(missing_docs)]
            use super::{Distance, Duration, Key, Line, Pace, PhantomData, Share};
            $(pub const $key: Key<$type> = Key { index: Line::$key as usize, kind: PhantomData };)*
        }
    };
    (@by_race by_race) => { true };
    (@by_race) => { false };
}

settings! {
    VOLUME_PEAK: Distance = "volume.peak", Distance, 5 ..= 300, Season, by_race;
    VOLUME_GROWTH: f64 = "volume.growth", Number, 1 ..= 4, Season, by_race;
    VOLUME_RAMP: Share = "volume.ramp", Share, 0 ..= 15, Season;
    VOLUME_STEP: Distance = "volume.step", Distance, 0 ..= 5, Season;
    VOLUME_FLOOR: Share = "volume.floor", Share, 30 ..= 100, Season;
    VOLUME_START: Distance = "volume.start", Distance, 0 ..= 50, Season;
    VOLUME_JUMP: Share = "volume.jump", Share, 100 ..= 150, Season;
    VOLUME_JUMP_STEP: Distance = "volume.jump-step", Distance, 0 ..= 10, Season;
    VOLUME_AFTER_FAST: i64 = "volume.after-fast", Count, 0 ..= 20, Season;
    VOLUME_GROW: bool = "volume.grow", YesNo, 0 ..= 1, Placement;
    RUNS_PER_WEEK: i64 = "runs.per-week", Count, 1 ..= 7, Season;
    RUNS_RUN_WALK: bool = "runs.run-walk", YesNo, 0 ..= 1, Season;
    RUNS_STEP: Duration = "runs.step", Duration, 1 ..= 15, Season;
    RUNS_SHORTEST: Distance = "runs.shortest", Distance, 1 ..= 15, Season;
    RUNS_LONGEST: Duration = "runs.longest", Duration, 20 ..= 240, Season;
    RUNS_RECOVERY: Share = "runs.recovery", Share, 30 ..= 100, Season;
    RUNS_RECOVERY_LONGEST: Duration = "runs.recovery-longest", Duration, 10 ..= 120, Season;
    RUNS_MEDIUM_LONG: Share = "runs.medium-long", Share, 100 ..= 200, Placement;
    RUNS_OWN: Share = "runs.own", Share, 30 ..= 100, Season;
    RUNS_REST_DAYS: i64 = "runs.rest-days", Count, 0 ..= 6, Season;
    HARD_APART: Duration = "hard.apart", Duration, 1440 ..= 10080, Season;
    HARD_EASY_AROUND: Duration = "hard.easy-around", Duration, 0 ..= 120, Season;
    HARD_SHARE: Share = "hard.share", Share, 0 ..= 50, Season;
    HARD_PER_WEEK: i64 = "hard.per-week", Count, 0 ..= 3, Amount;
    LONG_RUN_SHARE: Share = "long-run.share", Share, 20 ..= 70, Season, by_race;
    LONG_RUN_LONGEST: Duration = "long-run.longest", Duration, 20 ..= 480, Season, by_race;
    LONG_RUN_PEAK: Distance = "long-run.peak", Distance, 2 ..= 90, Season, by_race;
    LONG_RUN_GROWTH: Share = "long-run.growth", Share, 100 ..= 130, Season;
    LONG_RUN_STEP: Distance = "long-run.step", Distance, 0 ..= 3, Season;
    LONG_RUN_LAST: i64 = "long-run.last", Count, 1 ..= 5, Season, by_race;
    LONG_RUN_DAY_TWO: Vec<Share> = "long-run.day-two", Shares, 0 ..= 70, Placement;
    LONG_RUN_DAY_TWO_FROM: Duration = "long-run.day-two-from", Duration, 60 ..= 480, Season;
    LONG_RUN_BEFORE_RACE: i64 = "long-run.before-race", Count, 1 ..= 14, Season;
    RESET_EARLIEST: i64 = "reset.earliest", Count, 1 ..= 8, Placement;
    RESET_LATEST: i64 = "reset.latest", Count, 1 ..= 8, Placement;
    RESET_BEFORE_TAPER: i64 = "reset.before-taper", Count, 0 ..= 6, Placement;
    RESET_VOLUME: Share = "reset.volume", Share, 0 ..= 100, Amount;
    RESET_VOLUME_BELOW: Share = "reset.volume-below", Share, 10 ..= 100, Season;
    RESET_STOP: Share = "reset.stop", Share, 0 ..= 90, Season;
    RESET_LEAST: Share = "reset.least", Share, 0 ..= 90, Season;
    RESET_LONG_RUN: Share = "reset.long-run", Share, 0 ..= 100, Amount;
    RESET_LONG_RUN_MOST: Duration = "reset.long-run-most", Duration, 20 ..= 240, Amount;
    RESET_LONG_RUN_BELOW: Share = "reset.long-run-below", Share, 10 ..= 100, Season;
    RESET_HARD: i64 = "reset.hard", Count, 0 ..= 2, Amount;
    RESET_FEWER_RUNS: i64 = "reset.fewer-runs", Count, 0 ..= 3, Amount;
    RESET_RECIPE: String = "reset.recipe", Choice, 0 ..= 0, Amount;
    TAPER_WEEKS: i64 = "taper.weeks", Count, 1 ..= 4, Season, by_race;
    TAPER_VOLUME: Vec<Share> = "taper.volume", Shares, 20 ..= 100, Season, by_race;
    TAPER_HARD: i64 = "taper.hard", Count, 0 ..= 2, Season;
    TAPER_RACE_WEEK_LONGEST: Duration = "taper.race-week-longest", Duration, 10 ..= 120, Season;
    TAPER_RACE_WEEK_BELOW: Share = "taper.race-week-below", Share, 10 ..= 100, Season;
    TAPER_BELOW: Share = "taper.below", Share, 50 ..= 100, Season;
    RECOVERY_NO_RUN_DAYS: i64 = "recovery.no-run-days", Count, 0 ..= 21, Season, by_race;
    RECOVERY_EASY_DAYS: i64 = "recovery.easy-days", Count, 0 ..= 60, Season, by_race;
    RECOVERY_VOLUME: Vec<Share> = "recovery.volume", Shares, 0 ..= 100, Season, by_race;
    RECOVERY_FIRST_LONGEST: Duration = "recovery.first-longest", Duration, 10 ..= 120, Season;
    RECOVERY_LONGEST: Duration = "recovery.longest", Duration, 10 ..= 180, Season;
    RECOVERY_OFF_SEASON: i64 = "recovery.off-season", Count, 0 ..= 8, Season, by_race;
    RECOVERY_LONG_RUN: Share = "recovery.long-run", Share, 10 ..= 60, Season;
    RECOVERY_LONG_RUN_FROM: Share = "recovery.long-run-from", Share, 10 ..= 100, Season;
    RECOVERY_RESUME: Share = "recovery.resume", Share, 30 ..= 100, Season, by_race;
    RACES_APART: i64 = "races.apart", Count, 0 ..= 52, Season, by_race;
    RACES_APART_LEAST: i64 = "races.apart-least", Count, 0 ..= 52, Season, by_race;
    RACES_SHARED_LONGEST: Distance = "races.shared-longest", Distance, 0 ..= 50, Season;
    RACES_SHARED_WEEKS: i64 = "races.shared-weeks", Count, 0 ..= 12, Season;
    RACES_QUIET_DAYS: i64 = "races.quiet-days", Count, 1 ..= 7, Season;
    RACES_NOT_LONG_DAYS: i64 = "races.not-long-days", Count, 1 ..= 10, Season;
    RACES_B_VOLUME: Share = "races.b-volume", Share, 30 ..= 100, Season;
    RACES_C_LEAST: Share = "races.c-least", Share, 20 ..= 100, Season;
    RACES_B_RECOVERY: Share = "races.b-recovery", Share, 0 ..= 100, Season;
    RETURN_FROM_DAYS: i64 = "return.from-days", Count, 1 ..= 60, Season;
    RETURN_FIRST: Share = "return.first", Share, 10 ..= 100, Season;
    RETURN_LAST: Share = "return.last", Share, 10 ..= 100, Season;
    RETURN_LONGEST: Duration = "return.longest", Duration, 10 ..= 120, Season;
    RETURN_AFTER_HEAT: Share = "return.after-heat", Share, 10 ..= 100, Season;
    VOLUME_ENOUGH: Share = "volume.enough", Share, 50 ..= 100, Season;
    WEEKS_LEAST: i64 = "weeks.least", Count, 1 ..= 52, Season, by_race;
    WEEKS_BEST: i64 = "weeks.best", Count, 1 ..= 52, Season, by_race;
    PHASES_BASE: Share = "phases.base", Share, 0 ..= 100, Season;
    PHASES_BUILD: Share = "phases.build", Share, 0 ..= 100, Season;
    PHASES_PEAK: Share = "phases.peak", Share, 0 ..= 100, Season;
    WORK_BASE: Vec<String> = "work.base", Workouts, 0 ..= 12, Season;
    WORK_BUILD: Vec<String> = "work.build", Workouts, 0 ..= 12, Season;
    WORK_PEAK: Vec<String> = "work.peak", Workouts, 0 ..= 12, Season;
    WORK_TAPER: Vec<String> = "work.taper", Workouts, 0 ..= 12, Season;
    WORK_LONG: Vec<String> = "work.long", Workouts, 0 ..= 12, Placement;
    WORK_AVOID: Vec<String> = "work.avoid", Workouts, 0 ..= 12, Season;
    SESSION_FIRST: Share = "session.first", Share, 30 ..= 100, Season;
    SESSION_THRESHOLD_SHARE: Share = "session.threshold-share", Share, 0 ..= 40, Season;
    SESSION_THRESHOLD_LEAST: Duration = "session.threshold-least", Duration, 0 ..= 60, Season;
    SESSION_INTERVAL_SHARE: Share = "session.interval-share", Share, 0 ..= 40, Season;
    SESSION_INTERVAL_LEAST: Duration = "session.interval-least", Duration, 0 ..= 60, Season;
    SESSION_INTERVAL_MOST: Distance = "session.interval-most", Distance, 1 ..= 20, Season;
    SESSION_REPETITION_SHARE: Share = "session.repetition-share", Share, 0 ..= 40, Season;
    SESSION_REPETITION_LEAST: Distance = "session.repetition-least", Distance, 0 ..= 10, Season;
    SESSION_REPETITION_MOST: Distance = "session.repetition-most", Distance, 1 ..= 20, Season;
    SESSION_HILLS_SHARE: Share = "session.hills-share", Share, 0 ..= 40, Season;
    SESSION_HILLS_LEAST: Duration = "session.hills-least", Duration, 0 ..= 60, Season;
    SESSION_RACE_SHARE: Share = "session.race-share", Share, 0 ..= 40, Placement;
    SESSION_RACE_LEAST: Duration = "session.race-least", Duration, 0 ..= 60, Season;
    SESSION_RACE_MOST: Duration = "session.race-most", Duration, 10 ..= 180, Season;
    VOLUME_LIFE: Share = "volume.life", Share, 30 ..= 100, Placement;
    RUNS_LIFE_LONGEST: Duration = "runs.life-longest", Duration, 20 ..= 600, Placement;
    TIME_TRIAL: bool = "session.time-trial", YesNo, 0 ..= 1, Amount;
    STRENGTH_MOST: i64 = "strength.most", Count, 0 ..= 7, Amount;
    STRENGTH_RUNG: i64 = "strength.rung", Count, 1 ..= 9, Amount;
    STRIDES_PER_WEEK: i64 = "strides.per-week", Count, 0 ..= 4, Amount;
    PACE_ASSUMED_EASY: Pace = "pace.assumed-easy", Pace, 180 ..= 720, Season;
    PACE_EASY_SLOW: Share = "pace.easy-slow", Share, 40 ..= 90, Season;
    PACE_EASY_FAST: Share = "pace.easy-fast", Share, 40 ..= 90, Season;
    PACE_THRESHOLD: Share = "pace.threshold", Share, 70 ..= 95, Season;
    PACE_INTERVAL: Share = "pace.interval", Share, 85 ..= 110, Season;
    PACE_GOAL_BEYOND: Share = "pace.goal-beyond", Share, 50 ..= 100, Season;
    PACE_BAND: Share = "pace.band", Share, 0 ..= 10, Season;
    PACE_NEGATIVE: Share = "pace.negative", Share, 0 ..= 5, Season;
    HEAT_VOLUME: Share = "heat.volume", Share, 30 ..= 100, Placement;
    HEAT_SLOWDOWN: Share = "heat.slowdown", Share, 0 ..= 30, Placement;
    HEAT_SLOWDOWN_SHORT: Share = "heat.slowdown-short", Share, 0 ..= 100, Placement;
    HEAT_HARD_OUTDOORS: bool = "heat.hard-outdoors", YesNo, 0 ..= 1, Placement;
    HEAT_LONGEST_OUTDOORS: Duration = "heat.longest-outdoors", Duration, 0 ..= 720, Placement;
    HEAT_RUN_AT: String = "heat.run-at", Choice, 0 ..= 0, Placement;
    FASTING_EASY: Duration = "fasting.easy", Duration, 0 ..= 180, Placement;
    FASTING_BEFORE_SUNSET: Duration = "fasting.before-sunset", Duration, 0 ..= 360, Placement;
    FASTING_AFTER_SUNSET: Duration = "fasting.after-sunset", Duration, 0 ..= 360, Placement;
    HEAT_EFFORT_ONLY: bool = "heat.effort-only", YesNo, 0 ..= 1, Placement;
}

/// The words that a choice may hold, where they are fixed; recipes are known only to a rulebook.
#[must_use]
pub fn fixed_choices(name: &str) -> Option<&'static [&'static str]> {
    (name == "heat.run-at").then_some(&["dawn", "morning", "noon", "afternoon", "evening", "night"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_found_by_its_name_and_its_key_alike() {
        for (index, setting) in TABLE.iter().enumerate() {
            assert_eq!(index_of(setting.name), Some(index));
            assert!(setting.least <= setting.most, "{}", setting.name);
        }
        assert_eq!(key::RESET_VOLUME.name(), "reset.volume");
    }

    #[test]
    fn values_read_from_bare_text() {
        assert_eq!(Value::from_text(Kind::Share, "65 %"), Ok(Value::Share(Share::from_fraction(0.65))));
        assert_eq!(Value::from_text(Kind::Count, " 3 "), Ok(Value::Count(3)));
        assert_eq!(
            Value::from_text(Kind::Workouts, "threshold, hills"),
            Ok(Value::Words(vec!["threshold".into(), "hills".into()]))
        );
        assert!(Value::from_text(Kind::Number, "nan").is_err());
        assert!(Value::from_text(Kind::Count, "3.5").is_err());
    }
}
