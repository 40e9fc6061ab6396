//! The words that a `when` may ask, each with its kind and the stage from which it is known.

use serde_json::json;

use super::settings::Stage;

/// What a word answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// A number, in kilometres, minutes, degrees Celsius or plain.
    Number,
    /// Yes or no.
    YesNo,
    /// One of these.
    Choice(&'static [&'static str]),
    /// The id of a level, race or climate kind.
    Id(IdKind),
    /// Several race ids.
    Races,
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
use WordKind::{Choice, Id, Number, Races, YesNo};

words! {
    RUNNER_AGE = "runner.age", Number, Season, optional;
    RUNNER_LEVEL = "runner.level", Id(Level), Season;
    RUNNER_WEEKLY = "runner.weekly", Number, Season;
    RUNNER_LONGEST = "runner.longest", Number, Season;
    RUNNER_YEARS = "runner.years", Number, Season, optional;
    RUNNER_SCORE = "runner.score", Number, Season, optional;
    RUNNER_FIRST_PLAN = "runner.first_plan", YesNo, Season;
    RUNNER_INJURED = "runner.injured", YesNo, Season;
    RUNNER_INJURED_NOW = "runner.injured_now", YesNo, Season;
    RUNNER_PREGNANT = "runner.pregnant", YesNo, Season;
    RUNNER_HEART = "runner.heart", YesNo, Season;
    RUNNER_FINISHED = "runner.finished", Races, Season;
    RUNNER_RUNS = "runner.runs", Number, Season;
    RACE_ID = "race.id", Id(Race), Season, optional;
    RACE_DISTANCE = "race.distance", Number, Season, optional;
    RACE_PRIORITY = "race.priority", Choice(&["A", "B", "C"]), Season, optional;
    RACE_GOAL = "race.goal", Choice(&["time", "finish"]), Season, optional;
    RACE_WEEKS_TO = "race.weeks_to", Number, Season, optional;
    RACE_COUNT = "race.count", Number, Season;
    RACE_WBGT = "race.wbgt", Number, Season, optional;
    RACE_HOTTER = "race.hotter", Number, Season, optional;
    SEASON_WEEKS = "season.weeks", Number, Season;
    CLIMATE_KIND = "climate.kind", Id(ClimateKind), Season, optional;
    PLACE_ELEVATION = "place.elevation", Number, Season, optional;
    PLACE_TREADMILL = "place.treadmill", YesNo, Season;
    WEEK_NUMBER = "week.number", Number, Placement;
    WEEK_PHASE = "week.phase", Choice(&["base", "build", "peak", "taper", "race", "recovery", "transition"]), Placement;
    WEEK_MONTH = "week.month", Number, Placement;
    WEEK_WEEKS_TO_RACE = "week.weeks_to_race", Number, Placement, optional;
    HEAT_BAND = "heat.band", Choice(&["none", "low", "moderate", "high", "extreme"]), Placement, optional;
    HEAT_WBGT = "heat.wbgt", Number, Placement, optional;
    HEAT_TEMPERATURE = "heat.temperature", Number, Placement, optional;
    HEAT_DEW_POINT = "heat.dew_point", Number, Placement, optional;
    HEAT_SUM = "heat.sum", Number, Placement, optional;
    HEAT_HOUR = "heat.hour", Choice(&["dawn", "morning", "noon", "afternoon", "evening", "night"]), Placement, optional;
    HEAT_WIND_CHILL = "heat.wind_chill", Number, Placement, optional;
    HEAT_DARK = "heat.dark", YesNo, Placement, optional;
    HEAT_HOT_DAYS = "heat.hot_days", Number, Placement, optional;
    HEAT_PRACTICE = "heat.practice", YesNo, Placement, optional;
    HEAT_EXCESS = "heat.excess", Number, Placement, optional;
    HEAT_ACCLIMATISED = "heat.acclimatised", YesNo, Placement, optional;
    PLACE_ABOVE_HOME = "place.above_home", Number, Placement, optional;
    LIFE_LOAD = "life.load", Choice(&["none", "busy", "travel", "fasting", "off", "ill"]), Placement;
    LIFE_DAYS = "life.days", Number, Placement;
    WEEK_WAY_BACK = "week.way_back", YesNo, Placement;
    WEEK_KIND = "week.kind", Choice(&["build", "hold", "reset", "taper", "race", "recover"]), Amount;
    WEEK_WEEKS_SINCE_RESET = "week.weeks_since_reset", Number, Amount;
    WEEK_RESET_NUMBER = "week.reset_number", Number, Amount;
    WEEK_RESETS = "week.resets", Number, Amount;
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
