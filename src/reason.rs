//! Reasons: which rule, what it read, what it wrote, who says so.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who wrote, from the mildest voice to the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
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

/// The reasons of one setting in the order in which they were written: each found what the one before it had left.
///
/// A ledger holds each reason once, however many weeks it speaks in, so their numbers do not tell their order.
#[must_use]
pub fn in_order<'r>(reasons: &[&'r Reason]) -> Vec<&'r Reason> {
    let mut left: Vec<&Reason> = reasons.to_vec();
    left.sort_by_key(|reason| reason.voice());
    let mut chain: Vec<&Reason> = Vec::new();
    while !left.is_empty() {
        let stands = chain.last().map_or(&Value::Null, |reason| &reason.now);
        let next = left.iter().position(|reason| reason.was == *stands).unwrap_or(0);
        chain.push(left.remove(next));
    }
    chain
}

/// The reasons that led to a reason, first one first: what it overwrote, and what that had overwritten.
#[must_use]
pub fn led_to<'r>(reason: &Reason, ledger: &'r [Reason]) -> Vec<&'r Reason> {
    let mut chain: Vec<&Reason> = Vec::new();
    let (mut was, mut voice) = (&reason.was, reason.voice());
    while !was.is_null() {
        let before = |other: &&Reason| other.setting == reason.setting && other.now == *was && other.voice() < voice;
        let Some(found) = ledger.iter().filter(before).max_by_key(|other| other.voice()) else { break };
        (was, voice) = (&found.was, found.voice());
        chain.push(found);
    }
    chain.reverse();
    chain
}

impl Reason {
    /// How late its voice is heard: caps after all else, layers in their order, plain values before rules.
    fn voice(&self) -> (bool, Layer, bool, u32) {
        (self.effect.starts_with("at-"), self.layer, self.rule.is_some(), self.id)
    }
}

impl Layer {
    /// The key of its words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Season => "season",
            Self::Level => "level",
            Self::Race => "race",
            Self::Climate => "climate",
            Self::City => "city",
            Self::Situation => "situation",
            Self::Recipe => "recipe",
            Self::Pack => "pack",
            Self::Request => "request",
            Self::Flag => "flag",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(layer: Layer, effect: &str, was: Option<i64>, now: i64) -> Reason {
        Reason {
            id: 0,
            rule: None,
            file: "f".to_owned(),
            line: 1,
            layer,
            setting: "reset.volume".to_owned(),
            effect: effect.to_owned(),
            read: BTreeMap::new(),
            was: was.map_or(Value::Null, Value::from),
            now: now.into(),
            because: String::new(),
            source: Vec::new(),
        }
    }

    #[test]
    fn a_chain_is_told_in_the_order_of_its_voices_whatever_its_numbers() {
        // A later week's chain, whose cap was already written down in an earlier week.
        let mut entries = vec![
            reason(Layer::Season, "set", None, 70),
            reason(Layer::Situation, "at-most", Some(80), 75),
            reason(Layer::Level, "set", Some(70), 70),
            reason(Layer::Pack, "set", Some(70), 80),
        ];
        (1..).zip(&mut entries).for_each(|(id, entry)| entry.id = id);
        let all: Vec<&Reason> = entries.iter().collect();
        let ids: Vec<u32> = in_order(&all).iter().map(|reason| reason.id).collect();
        assert_eq!(ids, [1, 3, 4, 2]);
        let before: Vec<u32> = led_to(&entries[1], &entries).iter().map(|reason| reason.id).collect();
        assert_eq!(before, [1, 3, 4]);
    }
}
