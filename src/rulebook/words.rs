//! The words that a `when` may ask, each with its kind and the stage from which it is known.

use serde_json::json;

use super::settings::Stage;

/// What a word answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// A number of a unit, with the least and the most that it can be.
    Number(Unit, i32, i32),
    /// Yes or no.
    YesNo,
    /// One of these.
    Choice(&'static [&'static str]),
    /// The id of a level, race or climate kind.
    Id(IdKind),
    /// Several race ids.
    Races,
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Kilometres.
    Km,
    /// Metres.
    Metres,
    /// Years.
    Years,
    /// Weeks.
    Weeks,
    /// Days.
    Days,
    /// Degrees Celsius.
    Celsius,
    /// Degrees Fahrenheit.
    Fahrenheit,
    /// Nothing but a number.
    Plain,
}

impl Unit {
    /// The key of its words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Km => "km",
            Self::Metres => "metres",
            Self::Years => "years",
            Self::Weeks => "weeks",
            Self::Days => "days",
            Self::Celsius => "celsius",
            Self::Fahrenheit => "fahrenheit",
            Self::Plain => "plain",
        }
    }
}

/// What an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdKind {
    /// A level.
    Level,
    /// A race.
    Race,
    /// A climate kind.
    ClimateKind,
}

/// One line of the table.
#[derive(Debug)]
pub struct Word {
    /// Its name, as rules ask it.
    pub name: &'static str,
    /// What it answers.
    pub kind: WordKind,
    /// From when it is known.
    pub stage: Stage,
    /// Whether it may be missing.
    pub optional: bool,
}

macro_rules! words {
    ($($key:ident = $name:literal, $kind:expr, $stage:ident $(, $optional:ident)?;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Line { $($key),* }

        /// Every word there is.
        pub static TABLE: &[Word] = &[
            $(Word { name: $name, kind: $kind, stage: Stage::$stage, optional: words!(@optional $($optional)?) }),*
        ];

        /// The words by name, for the engine that answers them.
        pub mod word {
            #![allow(missing_docs)]
            use super::Line;
            $(pub const $key: usize = Line::$key as usize;)*
        }
    };
    (@optional optional) => { true };
    (@optional) => { false };
}

use IdKind::{ClimateKind, Level, Race};
use Unit::{Celsius, Days, Fahrenheit, Km, Metres, Plain, Weeks, Years};
use WordKind::{Choice, Id, Number, Races, YesNo};

words! {
    RUNNER_AGE = "runner.age", Number(Years, 5, 100), Season, optional;
    RUNNER_LEVEL = "runner.level", Id(Level), Season;
    RUNNER_WEEKLY = "runner.weekly", Number(Km, 0, 400), Season;
    RUNNER_LONGEST = "runner.longest", Number(Km, 0, 300), Season;
    RUNNER_YEARS = "runner.years", Number(Years, 0, 90), Season, optional;
    RUNNER_SCORE = "runner.score", Number(Plain, 10, 90), Season, optional;
    RUNNER_FIRST_PLAN = "runner.first_plan", YesNo, Season;
    RUNNER_INJURED = "runner.injured", YesNo, Season;
    RUNNER_INJURED_NOW = "runner.injured_now", YesNo, Season;
    RUNNER_PREGNANT = "runner.pregnant", YesNo, Season;
    RUNNER_HEART = "runner.heart", YesNo, Season;
    RUNNER_FINISHED = "runner.finished", Races, Season;
    RUNNER_RUNS = "runner.runs", Number(Plain, 0, 14), Season;
    RACE_ID = "race.id", Id(Race), Season, optional;
    RACE_DISTANCE = "race.distance", Number(Km, 0, 1000), Season, optional;
    RACE_PRIORITY = "race.priority", Choice(&["A", "B", "C"]), Season, optional;
    RACE_GOAL = "race.goal", Choice(&["time", "finish"]), Season, optional;
    RACE_WEEKS_TO = "race.weeks_to", Number(Weeks, 0, 104), Season, optional;
    RACE_COUNT = "race.count", Number(Plain, 0, 100), Season;
    RACE_WBGT = "race.wbgt", Number(Celsius, -60, 60), Season, optional;
    RACE_HOTTER = "race.hotter", Number(Celsius, -60, 60), Season, optional;
    SEASON_WEEKS = "season.weeks", Number(Weeks, 1, 104), Season;
    CLIMATE_KIND = "climate.kind", Id(ClimateKind), Season, optional;
    PLACE_ELEVATION = "place.elevation", Number(Metres, -500, 9000), Season, optional;
    PLACE_TREADMILL = "place.treadmill", YesNo, Season;
    WEEK_NUMBER = "week.number", Number(Plain, 1, 120), Placement;
    WEEK_PHASE = "week.phase", Choice(&["base", "build", "peak", "taper", "race", "recovery", "transition"]), Placement;
    WEEK_MONTH = "week.month", Number(Plain, 1, 12), Placement;
    WEEK_WEEKS_TO_RACE = "week.weeks_to_race", Number(Weeks, 0, 104), Placement, optional;
    HEAT_BAND = "heat.band", Choice(&["none", "low", "moderate", "high", "extreme"]), Placement, optional;
    HEAT_WBGT = "heat.wbgt", Number(Celsius, -60, 60), Placement, optional;
    HEAT_TEMPERATURE = "heat.temperature", Number(Celsius, -60, 60), Placement, optional;
    HEAT_DEW_POINT = "heat.dew_point", Number(Celsius, -60, 60), Placement, optional;
    HEAT_SUM = "heat.sum", Number(Fahrenheit, -150, 250), Placement, optional;
    HEAT_HOUR = "heat.hour", Choice(&["dawn", "morning", "noon", "afternoon", "evening", "night"]), Placement, optional;
    HEAT_WIND_CHILL = "heat.wind_chill", Number(Celsius, -90, 60), Placement, optional;
    HEAT_DARK = "heat.dark", YesNo, Placement, optional;
    HEAT_HOT_DAYS = "heat.hot_days", Number(Plain, 0, 7), Placement, optional;
    HEAT_PRACTICE = "heat.practice", YesNo, Placement, optional;
    HEAT_EXCESS = "heat.excess", Number(Celsius, -60, 60), Placement, optional;
    HEAT_ACCLIMATISED = "heat.acclimatised", YesNo, Placement, optional;
    PLACE_ABOVE_HOME = "place.above_home", Number(Metres, -9000, 9000), Placement, optional;
    LIFE_LOAD = "life.load", Choice(&["none", "busy", "travel", "fasting", "off", "ill"]), Placement;
    LIFE_DAYS = "life.days", Number(Days, 0, 7), Placement;
    WEEK_WAY_BACK = "week.way_back", YesNo, Placement;
    WEEK_TOO_HOT = "week.too_hot", YesNo, Placement;
    WEEK_KIND = "week.kind", Choice(&["build", "hold", "reset", "taper", "race", "recover"]), Amount;
    WEEK_WEEKS_SINCE_RESET = "week.weeks_since_reset", Number(Weeks, 0, 120), Amount;
    WEEK_RESET_NUMBER = "week.reset_number", Number(Plain, 0, 60), Amount;
    WEEK_RESETS = "week.resets", Number(Plain, 0, 60), Amount;
    CHECKINS_COUNT = "checkins.count", Number(Plain, 0, 1000), Review;
    CHECKINS_JUDGED = "checkins.judged", Number(Plain, 0, 20), Review;
    CHECKINS_COMPOSITE = "checkins.composite", Number(Plain, 1, 5), Review, optional;
    CHECKINS_OWN = "checkins.own", Number(Plain, 1, 5), Review, optional;
    CHECKINS_BUILD_LINE = "checkins.build_line", Number(Plain, 1, 5), Review;
    CHECKINS_UNDER_BUILD = "checkins.under_build", Number(Plain, 0, 20), Review;
    CHECKINS_UNDER_RESET = "checkins.under_reset", Number(Plain, 0, 20), Review;
    CHECKINS_GOOD_RUN = "checkins.good_run", Number(Plain, 0, 1000), Review;
    CHECKINS_LOW_ITEM = "checkins.low_item", Number(Plain, 0, 1000), Review;
    CHECKINS_CHORE = "checkins.chore", Number(Plain, 0, 1000), Review;
    CHECKINS_AMBER = "checkins.amber", YesNo, Review;
    CHECKINS_PAIN = "checkins.pain", Number(Plain, 0, 10), Review;
    CHECKINS_PULSE_UP = "checkins.pulse_up", Number(Days, 0, 365), Review;
    ILLNESS_KIND = "illness.kind", Choice(&["none", "cold", "fever", "stomach", "chest-pain", "fainting", "breathless", "gait"]), Review;
    ILLNESS_DAYS = "illness.days", Number(Days, 0, 365), Review;
    ILLNESS_LEFT = "illness.left", Number(Days, 0, 365), Review;
    LOG_DONE = "log.done", Number(Plain, 0, 1000), Review, optional;
    LOG_WEEKS_OVER = "log.weeks_over", Number(Weeks, 0, 104), Review, optional;
    LOG_MISSED_KEYS = "log.missed_keys", Number(Plain, 0, 100), Review, optional;
    LOG_EASY_FAST = "log.easy_fast", Number(Plain, 0, 100), Review, optional;
    LOG_EASY_HARDER = "log.easy_harder", Number(Plain, -100, 100), Review, optional;
    LOG_PLATEAU = "log.plateau", Number(Weeks, 0, 104), Review, optional;
    LOG_DAYS_OFF = "log.days_off", Number(Days, 0, 1000), Review, optional;
    REVIEW_HOLDS = "review.holds", Number(Plain, 0, 104), Review;
    REVIEW_AFTER_RESET = "review.after_reset", YesNo, Review;
    REVIEW_DECIDED = "review.decided", Choice(&["none", "build", "hold", "reset"]), Placement;
    REVIEW_RECIPE = "review.recipe", Choice(&["none", "absorb", "freshen", "return"]), Placement;
}

/// The line of a word, by name.
#[must_use]
pub fn index_of(name: &str) -> Option<usize> {
    TABLE.iter().position(|word| word.name == name)
}

/// What a word answers for one runner, race and week.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A number.
    Number(f64),
    /// Yes or no.
    YesNo(bool),
    /// A word.
    Text(String),
    /// Several words.
    Texts(Vec<String>),
}

impl Answer {
    /// As plain data.
    #[must_use]
    pub fn data(&self) -> serde_json::Value {
        match self {
            // A tenth is as exact as a reader of reasons needs, and whole numbers stay whole.
            Self::Number(n) if (n - n.round()).abs() < 1e-9 => json!(n.round() as i64),
            Self::Number(n) => json!((n * 10.0).round() / 10.0),
            Self::YesNo(yes) => json!(yes),
            Self::Text(text) => json!(text),
            Self::Texts(texts) => json!(texts),
        }
    }
}

/// The answers known so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    answers: Vec<Option<Answer>>,
}

impl Default for Facts {
    fn default() -> Self {
        Self { answers: vec![None; TABLE.len()] }
    }
}

impl Facts {
    /// Nothing known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers a word.
    pub fn tell(&mut self, word: usize, answer: Answer) {
        self.answers[word] = Some(answer);
    }

    /// A number, if known.
    pub fn number(&mut self, word: usize, number: Option<f64>) {
        self.answers[word] = number.map(Answer::Number);
    }

    /// Yes or no.
    pub fn yes(&mut self, word: usize, yes: bool) {
        self.tell(word, Answer::YesNo(yes));
    }

    /// A word.
    pub fn text(&mut self, word: usize, text: &str) {
        self.tell(word, Answer::Text(text.to_owned()));
    }

    /// What a word answers; none where it is missing.
    #[must_use]
    pub fn get(&self, word: usize) -> Option<&Answer> {
        self.answers[word].as_ref()
    }

    /// All answers as nested data, for the words of `say`, `warn` and `refuse`.
    #[must_use]
    pub fn data(&self) -> serde_json::Value {
        let mut groups = serde_json::Map::new();
        for (word, answer) in TABLE.iter().zip(&self.answers) {
            let Some(answer) = answer else { continue };
            let (group, name) = word.name.split_once('.').expect("every word has a group");
            let group = groups.entry(group).or_insert_with(|| json!({}));
            group[name] = answer.data();
        }
        groups.into()
    }
}
