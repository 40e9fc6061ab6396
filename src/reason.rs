//! Reasons and the ledger: which rule, what it read, what it wrote, who says so.

use std::collections::{BTreeMap, HashMap};

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

/// Every reason behind a plan, each once.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    entries: Vec<Reason>,
    known: HashMap<String, u32>,
}

impl Ledger {
    /// An empty ledger.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a reason down, once, and gives its number.
    pub fn write(&mut self, mut reason: Reason) -> u32 {
        reason.id = 0;
        let key = serde_json::to_string(&reason).expect("a reason is plain data");
        let next = u32::try_from(self.entries.len()).expect("a ledger is short") + 1;
        let id = *self.known.entry(key).or_insert(next);
        if id == next {
            reason.id = id;
            self.entries.push(reason);
        }
        id
    }

    /// All reasons, by number.
    #[must_use]
    pub fn into_entries(self) -> Vec<Reason> {
        self.entries
    }
}
