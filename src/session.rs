//! Sessions and steps: one run, as you would read it aloud.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::measure::{Distance, Duration, Pace};

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SessionKind {
    /// Conversational running.
    Easy,
    /// Shorter and slower than easy.
    Recovery,
    /// The long run of the week.
    Long,
    /// A longer easy run inside the week.
    MediumLong,
    /// Between easy and marathon effort.
    Steady,
    /// Around the pace that can be held for an hour.
    Threshold,
    /// Three to five minutes near the top of aerobic power.
    Interval,
    /// Short, fast and relaxed, with full recovery.
    Repetition,
    /// Uphill work.
    Hills,
    /// Speed play.
    Fartlek,
    /// Blocks at the goal race's pace.
    RacePace,
    /// Running and walking by turns.
    RunWalk,
    /// Easy running with a few quick, relaxed strides.
    Strides,
    /// A measured effort against the clock.
    TimeTrial,
    /// The race.
    Race,
    /// Nothing.
    Rest,
    /// Other sport.
    CrossTrain,
    /// Strength work.
    Strength,
}

impl SessionKind {
    /// Whether it is running or walking; strength, other sport and rest are not.
    #[must_use]
    pub fn is_on_foot(self) -> bool {
        !matches!(self, Self::Strength | Self::CrossTrain | Self::Rest)
    }

    /// All of them, in the order of the contract.
    pub const ALL: [Self; 18] = [
        Self::Easy,
        Self::Recovery,
        Self::Long,
        Self::MediumLong,
        Self::Steady,
        Self::Threshold,
        Self::Interval,
        Self::Repetition,
        Self::Hills,
        Self::Fartlek,
        Self::RacePace,
        Self::Strides,
        Self::RunWalk,
        Self::TimeTrial,
        Self::Race,
        Self::Rest,
        Self::CrossTrain,
        Self::Strength,
    ];

    /// The word for it in requests, rules and data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Recovery => "recovery",
            Self::Long => "long",
            Self::MediumLong => "medium-long",
            Self::Steady => "steady",
            Self::Threshold => "threshold",
            Self::Interval => "interval",
            Self::Repetition => "repetition",
            Self::Hills => "hills",
            Self::Fartlek => "fartlek",
            Self::RacePace => "race-pace",
            Self::Strides => "strides",
            Self::RunWalk => "run-walk",
            Self::TimeTrial => "time-trial",
            Self::Race => "race",
            Self::Rest => "rest",
            Self::CrossTrain => "cross-train",
            Self::Strength => "strength",
        }
    }
}

/// How hard a step is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Intensity {
    /// Whole sentences.
    Easy,
    /// Short sentences, without strain.
    Steady,
    /// Marathon effort.
    Marathon,
    /// A few words.
    Threshold,
    /// No talking.
    Interval,
    /// Fast and relaxed.
    Repetition,
    /// Quick and light for some seconds.
    Strides,
    /// Strong uphill.
    Hills,
    /// The effort of the goal race.
    Race,
    /// Slower than easy, between efforts.
    Jog,
    /// Walking.
    Walk,
}

impl Intensity {
    /// All of them, gentlest last as the contract lists them.
    pub const ALL: [Self; 11] = [
        Self::Easy,
        Self::Steady,
        Self::Marathon,
        Self::Threshold,
        Self::Interval,
        Self::Repetition,
        Self::Strides,
        Self::Hills,
        Self::Race,
        Self::Jog,
        Self::Walk,
    ];

    /// The word for it in the step notation and in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Steady => "steady",
            Self::Marathon => "marathon",
            Self::Threshold => "threshold",
            Self::Interval => "interval",
            Self::Repetition => "repetition",
            Self::Strides => "strides",
            Self::Hills => "hills",
            Self::Race => "race",
            Self::Jog => "jog",
            Self::Walk => "walk",
        }
    }

    /// Whether time spent at it counts as hard: threshold or harder, save for strides.
    #[must_use]
    pub fn is_hard(self) -> bool {
        matches!(self, Self::Threshold | Self::Interval | Self::Repetition | Self::Hills | Self::Race)
    }
}

/// Which of a step's two amounts is prescribed; the other is an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// Run this far.
    Distance,
    /// Run this long.
    Time,
}

/// One stretch at one intensity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stretch {
    /// How hard.
    pub intensity: Intensity,
    /// How far.
    pub distance_m: Distance,
    /// How long.
    pub duration_s: Duration,
    /// Which of the two counts.
    pub by: By,
    /// Pace from fast to slow, where the runner has one for it.
    pub pace_s_per_km: Option<[Pace; 2]>,
    /// Heart rate from low to high, where the request lets us know it.
    pub hr_bpm: Option<[u16; 2]>,
    /// Effort on the scale of 1 to 10, from low to high.
    pub rpe: [u8; 2],
}

/// A part of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "lowercase")]
pub enum Step {
    /// Run.
    Run(Stretch),
    /// Walk.
    Walk(Stretch),
    /// Stand still or shuffle.
    Rest(Stretch),
    /// The same again and again.
    Repeat {
        /// How often.
        times: u32,
        /// What.
        steps: Vec<Step>,
    },
}

impl Step {
    /// Every stretch with how often it is run.
    pub fn each(&self, times: u32, see: &mut impl FnMut(&Stretch, u32, bool)) {
        match self {
            Self::Run(stretch) => see(stretch, times, true),
            Self::Walk(stretch) | Self::Rest(stretch) => see(stretch, times, false),
            Self::Repeat { times: n, steps } => {
                for step in steps {
                    // A plan that a person edited may repeat without end.
                    step.each(times.saturating_mul(*n), see);
                }
            }
        }
    }
}

/// One run, or other training, on one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// The workout it was made from.
    pub id: String,
    /// What it is for.
    pub kind: SessionKind,
    /// Its name on the page.
    pub title: String,
    /// Whether it asks for recovery: quality work, or a long run with blocks.
    pub hard: bool,
    /// Running distance; 0 where there is none.
    pub distance_m: Distance,
    /// Time, estimated where distance is prescribed.
    pub duration_s: Duration,
    /// Whether the distance is an estimate because time is what counts.
    #[serde(default)]
    pub estimated: bool,
    /// Whether pace is left out on purpose or for want of evidence.
    pub effort_only: bool,
    /// Whether it is run indoors, if only its last part.
    pub indoors: bool,
    /// Where it starts outdoors and ends indoors: how long it is outdoors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outdoors_s: Option<Duration>,
    /// Not before this time of day.
    pub start_from: Option<String>,
    /// Not after this time of day.
    pub start_by: Option<String>,
    /// The steps in one line, as the reader's units have them.
    #[serde(default)]
    pub detail: String,
    /// The target in one line: a pace range, or the effort in words.
    #[serde(default)]
    pub target: String,
    /// What it is for, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    /// How it should feel, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub feel: String,
    /// What to do when it goes badly.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub badly: String,
    /// What to bear in mind.
    pub notes: Vec<String>,
    /// What to do.
    pub steps: Vec<Step>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_one_name_in_words_and_in_data() {
        for kind in SessionKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
