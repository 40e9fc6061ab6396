//! Review: push or ease off? Check-ins and the training log against the season as it stands give build, hold, reset or
//! stop, with every reason; and the rest of the season is planned again from what was really run.

pub mod again;
pub mod checkins;
pub mod log;
pub mod signals;

use serde::Serialize;

use self::signals::Looked;
use crate::phrasebook::Phrasebook;
use crate::rulebook::Rulebook;
use crate::rulebook::condition::Held;
use crate::rulebook::readiness::{Answer, Lines, Verdict};
use crate::rulebook::words::{Facts, word};

/// What a review comes to.
#[derive(Debug, Clone)]
pub struct Answered<'a> {
    /// Build, hold, reset or stop.
    pub answer: Answer,
    /// The recipe of a reset.
    pub recipe: Option<&'a str>,
    /// Whether something hard of today moves to a later day of its week.
    pub moves: bool,
    /// Every verdict that holds, the one that decided first.
    pub reasons: Vec<Why>,
    /// What was measured.
    pub facts: Facts,
}

/// A verdict that holds, in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    /// The verdict's id.
    pub rule: String,
    /// What it calls for.
    pub answer: &'static str,
    /// Why, in a sentence.
    pub because: String,
    /// What would change it.
    pub until: String,
    /// What to do besides; empty for nothing.
    pub advice: String,
    /// What it read.
    pub read: std::collections::BTreeMap<String, serde_json::Value>,
    /// Who says so.
    pub source: Vec<String>,
    /// The file, as a reader knows it.
    pub file: String,
    /// Line of the verdict, from 1.
    pub line: usize,
}

/// Decides: of all verdicts that hold the gravest counts, and of those the first in the rules.
#[must_use]
pub fn decide<'a>(book: &'a Rulebook, phrases: &Phrasebook, looked: &Looked<'_>) -> Answered<'a> {
    let lines = &book.readiness.lines;
    let facts = looked.facts(lines);
    let mut held: Vec<&Verdict> =
        book.readiness.verdicts.iter().filter(|verdict| verdict.when.holds(&facts) == Held::Yes).collect();
    // The order of the rules stays among answers of the same kind.
    held.sort_by_key(|verdict| std::cmp::Reverse(verdict.answer));
    let answer = held.first().map_or(Answer::Build, |verdict| verdict.answer);
    // What is well is worth a word only where nothing graver is said.
    held.retain(|verdict| verdict.answer != Answer::Build || answer == Answer::Build);
    let mut data = facts.data();
    if let Some(ill) = looked.ill(lines) {
        data["illness"]["name"] = phrases.word(&format!("illness.{}", ill.kind.name())).into();
    }
    let reasons = held.iter().map(|verdict| Why {
        rule: verdict.id.value.clone(),
        answer: verdict.answer.name(),
        because: phrases.fill(&verdict.because, &data),
        until: phrases.fill(&verdict.until, &data),
        advice: phrases.fill(&verdict.advice, &data),
        read: verdict.when.reads(&facts),
        source: verdict.source.iter().map(|at| at.value.clone()).collect(),
        file: verdict.file.clone(),
        line: verdict.place.line(),
    });
    // One good word is enough.
    let most = if answer == Answer::Build { 1 } else { usize::MAX };
    let reasons: Vec<Why> = reasons.take(most).collect();
    let recipe = held.iter().filter(|verdict| verdict.answer == answer).find_map(|verdict| verdict.recipe.as_deref());
    let moves = answer == Answer::Build && held.first().is_some_and(|verdict| verdict.moves);
    Answered { answer, recipe, moves, reasons, facts }
}

impl Answered<'_> {
    /// Whether the legs were asked for clearly less than was planned, so that what comes grows from what was run.
    #[must_use]
    pub fn did_less(&self, lines: &Lines) -> bool {
        use crate::rulebook::words::Answer as Word;
        let enough = 100.0 * lines.done_enough.fraction();
        matches!(self.facts.get(word::LOG_DONE), Some(Word::Number(done)) if *done < enough)
    }
}
