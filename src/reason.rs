//! Reasons: which rule, what it read, what it wrote, who says so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who wrote, from the mildest voice to the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// The table of settings itself.
    Default,
    /// `rules/season.toml`.
    Season,
    /// The runner's level.
    Level,
    /// The race trained for.
    Race,
    /// The kind of climate.
    Climate,
    /// The city.
    City,
    /// Heat, life, age, safety.
    Situation,
    /// The recipe of the week's reset.
    Recipe,
    /// A rule pack.
    Pack,
    /// The request's own settings.
    Request,
    /// `--set` on the command line.
    Flag,
}

/// One write to one setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Its number in the ledger, from 1.
    pub id: u32,
    /// The rule's id; none for a plain value.
    pub rule: Option<String>,
    /// The file, as a reader knows it.
    pub file: String,
    /// Line of the written key, from 1.
    pub line: usize,
    /// Who wrote.
    pub layer: Layer,
    /// What was written.
    pub setting: String,
    /// How: `set`, `scale`, `at-most`, `at-least`.
    pub effect: String,
    /// What the condition read.
    pub read: BTreeMap<String, Value>,
    /// What stood before.
    pub was: Value,
    /// What stands after; equal to `was` when a cap had nothing to do.
    pub now: Value,
    /// Why, in a sentence.
    pub because: String,
    /// Ids of the works that say so, or `house`.
    pub source: Vec<String>,
}
