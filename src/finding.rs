//! Findings: what is wrong or worth knowing, where, and the way out. Facts only; the words stand in
//! `templates/messages/`.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::Place;

/// The facts that a sentence is filled with.
pub type Args = BTreeMap<String, serde_json::Value>;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Worth a second thought; the work goes on.
    Warning,
    /// The work stops here.
    Error,
}

impl Severity {
    /// The word for it in rules and data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A mechanical way out: put this text there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced.
    pub place: Place,
    /// By what.
    pub text: String,
}

/// Something wrong or worth knowing.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it is, in kebab-case; the key of its words in `templates/messages/en.toml`, table `finding`.
    pub code: String,
    /// How grave.
    pub severity: Severity,
    /// What its words are filled with.
    pub args: Args,
    /// Where.
    pub place: Option<Place>,
    /// The other place that matters; its label is the message key `CODE.also`.
    pub also: Option<Place>,
    /// A way out that a program could apply.
    pub fix: Option<Fix>,
    /// The week of the plan it speaks of.
    pub week: Option<u32>,
    /// Words ready made, where they come from a rule (`warn`, `refuse`, a guardrail's `because`) and not from the phrasebook.
    pub words: Option<String>,
}

impl Finding {
    /// An error of this code.
    #[must_use]
    pub fn error(code: &str) -> Self {
        Self::new(code, Severity::Error)
    }

    /// A warning of this code.
    #[must_use]
    pub fn warning(code: &str) -> Self {
        Self::new(code, Severity::Warning)
    }

    /// A note of this code.
    #[must_use]
    pub fn note(code: &str) -> Self {
        Self::new(code, Severity::Note)
    }

    /// A finding of this code and severity.
    #[must_use]
    pub fn new(code: &str, severity: Severity) -> Self {
        Self {
            code: code.to_owned(),
            severity,
            args: Args::new(),
            place: None,
            also: None,
            fix: None,
            week: None,
            words: None,
        }
    }

    /// With a fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }

    /// At a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// With the other place that matters.
    #[must_use]
    pub fn also_at(mut self, place: Place) -> Self {
        self.also = Some(place);
        self
    }

    /// With a nearest right word: told as `near`, and offered as a fix where there is a place for it.
    #[must_use]
    pub fn near<'a>(mut self, wrong: &str, right: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known: Vec<&str> = right.into_iter().collect();
        if let Some(near) = nearest(wrong, &known) {
            self.args.insert("near".to_owned(), near.into());
            self = self.fixed_by(wrong, near);
            // On the page there may be only the last part of a name; then that of the right one belongs there.
            if let (None, Some((group, tail)), Some((near_group, near_tail))) =
                (&self.fix, wrong.rsplit_once('.'), near.rsplit_once('.'))
                && group == near_group
            {
                self = self.fixed_by(tail, near_tail);
            }
        }
        known.sort_unstable();
        known.dedup();
        self.with("known", known)
    }

    /// With a fix that puts a right word for a wrong one, where the place holds the wrong one.
    #[must_use]
    pub fn fixed_by(mut self, wrong: &str, right: &str) -> Self {
        if let Some(place) = &self.place
            && !wrong.is_empty()
            && place.words().contains(wrong)
        {
            self.fix = Some(Fix { text: place.words().replacen(wrong, right, 1), place: place.clone() });
        }
        self
    }

    /// With a fix that puts these words in its place, where there are any.
    #[must_use]
    pub fn put(mut self, words: Option<String>) -> Self {
        if let (Some(text), Some(place)) = (words, &self.place) {
            self.fix = Some(Fix { place: place.clone(), text });
        }
        self
    }

    /// Of a week.
    #[must_use]
    pub fn in_week(mut self, week: u32) -> Self {
        self.week = Some(week);
        self
    }

    /// With words of its own, from a rule.
    #[must_use]
    pub fn in_words(mut self, words: impl Into<String>) -> Self {
        self.words = Some(words.into());
        self
    }
}

/// The known word that a mistyped one most likely meant, if any is near enough.
#[must_use]
pub fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    // Nobody mistypes that much, and long texts would take their time.
    if wrong.len() > 64 {
        return None;
    }
    let wrong = wrong.to_lowercase();
    let bare_wrong: String = wrong.chars().filter(|c| c.is_alphanumeric()).collect();
    let letters = wrong.chars().count();
    let score = |word: &str| {
        let word = word.to_lowercase();
        // `10 k` is `10k` before it is `100k`.
        if !bare_wrong.is_empty() && word.chars().filter(|c| c.is_alphanumeric()).eq(bare_wrong.chars()) {
            return Some((0, 0));
        }
        // A word that is the start or the tail of the other is near however long the rest: `half` and `half-marathon`.
        let part = wrong.len() >= 3 && (word.starts_with(&wrong) || word.ends_with(&wrong) || wrong.starts_with(&word));
        let (others, longest) = (word.chars().count(), word.chars().count().max(letters));
        // One letter is one edit away from every other letter.
        let most = if longest > 1 { (longest / 3).max(1) } else { 0 };
        // Every letter more or less is an edit: most words are out before their edits are counted.
        if !part && others.abs_diff(letters) > most {
            return None;
        }
        let edits = strsim::damerau_levenshtein(&wrong, &word);
        let near = edits <= most;
        // Among equals the word of like length is likelier: `mim` is `min` before it is `mi`.
        (near || part).then_some((edits, word.len().abs_diff(wrong.len())))
    };
    known.iter().filter_map(|word| score(word).map(|score| (score, *word))).min().map(|(_, word)| word)
}

/// Findings gathered on the way; never empty when it stands as an error.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    pub fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    /// One more, with the nearest right word as long as there are few: thousands of slips, each looked up among thousands of
    /// words, would take minutes.
    pub fn push_near<'a>(&mut self, finding: Finding, wrong: &str, right: impl IntoIterator<Item = &'a str>) {
        const FEW: usize = 50;
        self.push(if self.0.len() < FEW { finding.near(wrong, right) } else { finding });
    }

    /// Whether any is an error.
    #[must_use]
    pub fn stop(&self) -> bool {
        self.0.iter().any(|f| f.severity == Severity::Error)
    }

    /// The value, unless something stops us.
    ///
    /// # Errors
    /// These findings, when one of them is an error.
    pub fn unless_stopped<T>(self, value: T) -> Result<(T, Self), Self> {
        if self.stop() { Err(self) } else { Ok((value, self)) }
    }
}

impl fmt::Display for Findings {
    /// Codes and places, for a program; `report` has the words for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, finding) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            if let Some(place) = &finding.place {
                write!(f, "{}:{}:{}: ", place.text.name, place.line(), place.column())?;
            }
            f.write_str(&finding.code)?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        Self(vec![finding])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_only_when_it_is_near() {
        let levels = ["beginner", "intermediate", "new"];
        assert_eq!(nearest("intermediat", &levels), Some("intermediate"));
        assert_eq!(nearest("Beginer", &levels), Some("beginner"));
        assert_eq!(nearest("half", &["half-marathon", "marathon"]), Some("half-marathon"));
        assert_eq!(nearest("purple", &levels), None);
        assert_eq!(nearest("d", &["A", "B", "C"]), None);
        assert_eq!(nearest("10 k", &["100k", "10k"]), Some("10k"));
        assert_eq!(nearest("--", &["10k", "5k"]), None);
        assert_eq!(nearest("mim", &["m", "mi", "min"]), Some("min"));
        assert_eq!(nearest("k", &["h", "km", "m"]), Some("km"));
        assert_eq!(nearest(&"x".repeat(100_000), &levels), None);
    }
}
