//! The plan: a finished season, as data. It serialises, and reads back; every format is made from it alone.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::calendar::Date;
use crate::finding::Severity;
use crate::measure::{Distance, Duration, Pace, Share, Units};
use crate::reason::Reason;
use crate::session::{Session, SessionKind};

/// The schema's name, in every plan.
pub const SCHEMA: &str = "stepback.plan/1";

/// A finished season.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// [`SCHEMA`].
    pub schema: String,
    /// By which it is known again when it is planned anew: see [`lasting`]. Empty in plans from before there was one.
    #[serde(default)]
    pub id: String,
    /// What the runner calls it.
    pub title: String,
    /// The units it is written and rounded in.
    pub units: Units,
    /// The language of its words.
    #[serde(default = "english")]
    pub language: String,
    /// One sentence that tells it all.
    #[serde(default)]
    pub summary: String,
    /// First day of the first week.
    pub start: Date,
    /// Last day of the last week.
    pub end: Date,
    /// Who runs.
    pub runner: PlanRunner,
    /// Where.
    pub climate: Option<PlanClimate>,
    /// What for, in order of date.
    pub races: Vec<PlanRace>,
    /// Training paces, from fast to slow; none without a result to tell them from.
    pub paces: Option<BTreeMap<String, [Pace; 2]>>,
    /// Where the paces come from, in words.
    #[serde(default)]
    pub paces_from: String,
    /// The weeks, without a gap.
    pub weeks: Vec<Week>,
    /// Every reason behind every setting.
    pub ledger: Vec<Reason>,
    /// The works that the reasons name.
    #[serde(default)]
    pub sources: Vec<Work>,
    /// What is worth knowing about the plan.
    pub findings: Vec<PlanFinding>,
    /// What the guardrails found, each limit once.
    #[serde(default)]
    pub guardrails: Vec<Verdict>,
    /// Who made it.
    #[serde(default)]
    pub coach: Option<PlanCoach>,
    /// The card for the day itself: what to do in which weather; empty without a place.
    #[serde(default)]
    pub card: Vec<CardLine>,
    /// What reviews have decided, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decision>,
    /// Fingerprint of the rules in force.
    pub rules_digest: String,
}

/// What a review decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// The day of the review.
    pub date: Date,
    /// First day of the week from which it counts.
    pub week: Date,
    /// `build`, `hold`, `reset` or `stop`.
    pub decision: String,
    /// The verdict that decided.
    pub rule: String,
}

/// A name that lasts: the same for the same words, and no two alike for words that differ. 32 hexadecimal digits.
///
/// A calendar and a watch know a session again by such a name, whatever else about it has changed.
#[must_use]
pub fn lasting(words: &[&str]) -> String {
    let mut hash = Sha256::new();
    for word in words {
        hash.update((word.len() as u64).to_be_bytes());
        hash.update(word.as_bytes());
    }
    hash.finalize()[..16].iter().fold(String::with_capacity(32), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}

fn english() -> String {
    "en".to_owned()
}

/// A line of the card for the day itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CardLine {
    /// What to do: `as-planned`, `by-effort`, `indoors` or `rest`.
    #[serde(rename = "do")]
    pub action: String,
    /// From this sum of temperature and dew point on, degrees Fahrenheit.
    pub sum_f: Option<f64>,
    /// From this WBGT on, degrees Celsius.
    pub wbgt_c: Option<f64>,
    /// From this air quality index on.
    pub air: Option<f64>,
}

/// The runner, as the plan knows them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanRunner {
    /// Name, as typed.
    pub name: String,
    /// Id of the level.
    pub level: String,
    /// Title of the level.
    #[serde(default)]
    pub level_title: String,
    /// Age in years.
    pub age: Option<u32>,
    /// Mean of the last four weeks.
    pub weekly_m: Distance,
    /// Longest run of the last 30 days.
    pub longest_m: Distance,
    /// Fitness score, from the Daniels-Gilbert equations.
    pub score: Option<f64>,
}

/// The place, as the plan knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanClimate {
    /// Id of the climate.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A race of the season.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanRace {
    /// Id of the race.
    pub race: String,
    /// Its name.
    pub name: String,
    /// Title of its kind: `Half marathon`.
    #[serde(default)]
    pub title: String,
    /// When.
    pub date: Date,
    /// A, B or C.
    pub priority: String,
    /// How far.
    pub distance_m: Distance,
    /// The time aimed at.
    pub goal_s: Option<Duration>,
    /// The time that the evidence suggests, fast to slow.
    pub predicted_s: Option<[Duration; 2]>,
    /// Splits for the goal, or else the prediction: every unit of a short race, every fifth of a long one.
    pub splits: Vec<Split>,
    /// The same for every unit of a longer race, to wear on the wrist; empty where the splits have them all.
    #[serde(default)]
    pub band: Vec<Split>,
    /// What to eat and drink on the way, where the race is long enough to ask for it.
    #[serde(default)]
    pub fuel: String,
    /// What to have ready the evening before.
    #[serde(default)]
    pub checklist: Vec<String>,
    /// The weather to expect and what it asks for.
    #[serde(default)]
    pub heat: Option<Heat>,
    /// What to do on the day.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// Where the clock should stand along a race.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Split {
    /// From the start.
    pub distance_m: Distance,
    /// On the clock, for an even pace.
    pub time_s: Duration,
    /// On the clock, for a second half a little quicker than the first.
    #[serde(default)]
    pub negative_s: Option<Duration>,
}

/// The coach, as printed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct PlanCoach {
    /// Name.
    pub name: Option<String>,
    /// How to reach them.
    pub contact: Option<String>,
    /// Colour of the page, `#rrggbb`.
    pub colour: Option<String>,
    /// Their logo as a `data:` address, the picture itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
}

/// The part of the season a week belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PhaseName {
    /// Getting used to running this much.
    Base,
    /// Getting fitter.
    Build,
    /// Getting ready for this race.
    Peak,
    /// Getting fresh.
    Taper,
    /// The race's own week.
    Race,
    /// Getting over it.
    Recovery,
    /// The off-season.
    Transition,
}

impl PhaseName {
    /// The word for it in rules and data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Build => "build",
            Self::Peak => "peak",
            Self::Taper => "taper",
            Self::Race => "race",
            Self::Recovery => "recovery",
            Self::Transition => "transition",
        }
    }

    /// Whether its weeks train, so that resets are placed among them.
    #[must_use]
    pub fn trains(self) -> bool {
        matches!(self, Self::Base | Self::Build | Self::Peak)
    }
}

/// What a week is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WeekKind {
    /// A little more than before.
    Build,
    /// The same again.
    Hold,
    /// A step back on purpose.
    Reset,
    /// Less, to be fresh.
    Taper,
    /// A race.
    Race,
    /// After a race.
    Recover,
}

impl WeekKind {
    /// All of them, in the order of a legend.
    pub const ALL: [Self; 6] = [Self::Build, Self::Hold, Self::Reset, Self::Taper, Self::Race, Self::Recover];

    /// The word for it in rules and data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Hold => "hold",
            Self::Reset => "reset",
            Self::Taper => "taper",
            Self::Race => "race",
            Self::Recover => "recover",
        }
    }

    /// Whether the week counts as training, build or hold.
    #[must_use]
    pub fn trains(self) -> bool {
        matches!(self, Self::Build | Self::Hold)
    }
}

/// One week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Week {
    /// From 1.
    pub number: u32,
    /// Its first day.
    pub start: Date,
    /// The part of the season.
    pub phase: PhaseName,
    /// What it is for.
    pub kind: WeekKind,
    /// One sentence for a tired runner.
    pub headline: String,
    /// Sum of the running distances of its sessions, races left out.
    pub volume_m: Distance,
    /// Sum of the times of its sessions, races left out.
    pub duration_s: Duration,
    /// Of it, at threshold or harder.
    pub hard_s: Duration,
    /// Session effort times minutes, summed and divided by ten.
    pub load: u32,
    /// The longest run, races left out.
    pub longest_run_m: Distance,
    /// The usual weather at the usual hour; none without a place.
    pub heat: Option<Heat>,
    /// For a week that steps back: the recipe.
    pub reset: Option<Reset>,
    /// What to bear in mind this week.
    pub notes: Vec<String>,
    /// How its figures came about, each in a sentence.
    #[serde(default)]
    pub figures: Vec<Figure>,
    /// Numbers of the reasons behind it.
    pub why: Vec<u32>,
    /// Its seven days.
    pub days: Vec<Day>,
}

/// How one figure of a week came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// Which figure: `volume`, `long-run`, `hard`, `reset`.
    pub figure: String,
    /// In a sentence.
    pub sentence: String,
    /// Numbers of the reasons behind it.
    pub why: Vec<u32>,
}

/// Usual weather at an hour, and what it means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Heat {
    /// Air temperature, degrees Celsius.
    pub temperature_c: f64,
    /// Dew point, degrees Celsius.
    pub dew_point_c: f64,
    /// NWS heat index, degrees Celsius.
    pub heat_index_c: f64,
    /// Simplified wet-bulb globe temperature, degrees Celsius.
    pub wbgt_c: f64,
    /// none, low, moderate, high, extreme.
    pub band: String,
    /// How much slower the same effort is, as a fraction.
    pub slowdown: Share,
    /// The hour: dawn, morning, noon, afternoon, evening, night.
    pub run_at: String,
    /// Whether the runner is used to it.
    pub acclimatised: bool,
    /// The hour of these days at which running is kindest.
    #[serde(default)]
    pub best_at: String,
}

/// A step back, and its purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reset {
    /// Id of the recipe.
    pub recipe: String,
    /// Its name on the page.
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// Why it stands here.
    pub because: Vec<String>,
    /// How much less than the last training week, as a fraction.
    pub volume_cut: Share,
    /// What changes.
    #[serde(default)]
    pub changes: Vec<String>,
    /// What to look after.
    pub look_after: Vec<String>,
    /// What to ask before going on.
    pub before_you_go_on: Vec<String>,
    /// What the answers mean.
    #[serde(default)]
    pub answers: String,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Day {
    /// Which.
    pub date: Date,
    /// Whether the runner can train.
    pub free: bool,
    /// What life brings.
    pub life: Option<String>,
    /// The coach's note for the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What to do; nothing on a rest day.
    pub sessions: Vec<Session>,
}

/// Something worth knowing about the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanFinding {
    /// What it is.
    pub code: String,
    /// How grave.
    pub severity: Severity,
    /// In words.
    pub message: String,
    /// The week it speaks of.
    pub week: Option<u32>,
}

/// What one guardrail found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// Id of the guardrail.
    pub id: String,
    /// What it watches, in words.
    pub title: String,
    /// Whether the plan keeps to it.
    pub kept: bool,
    /// The works that the limit comes from.
    pub source: Vec<String>,
}

/// A cited work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Work {
    /// Its id in `rules/sources.toml`.
    pub id: String,
    /// In full, as printed.
    pub citation: String,
}

impl Plan {
    /// Every running session with its week and day, races included.
    pub fn sessions(&self) -> impl Iterator<Item = (&Week, &Day, &Session)> {
        self.weeks
            .iter()
            .flat_map(|week| week.days.iter().flat_map(move |day| day.sessions.iter().map(move |s| (week, day, s))))
    }
}

impl Day {
    /// Distance run on this day, races left out.
    #[must_use]
    pub fn distance(&self) -> Distance {
        self.sessions.iter().filter(|s| s.kind != SessionKind::Race).map(|s| s.distance_m).sum()
    }
}
