//! Readiness: what check-ins and a training log say about going on, as `rules/readiness.toml` has it. The lines are
//! numbers, the verdicts are conditions over what was measured; what is measured stands in `review`.

use std::cell::RefCell;

use super::condition::{Condition, Vocabulary};
use crate::document::{At, Node, Reader, Table};
use crate::finding::{Finding, Findings};
use crate::measure::{Distance, Duration, Share};
use crate::source::Place;

/// What a runner should do, from the mildest answer to the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Carry on with the plan.
    Build,
    /// The same again.
    Hold,
    /// Step back now.
    Reset,
    /// No running before somebody who knows has looked.
    Stop,
}

impl Answer {
    /// All of them, mildest first.
    pub const ALL: [Self; 4] = [Self::Build, Self::Hold, Self::Reset, Self::Stop];

    /// The word for it in rules and data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Build => "build",
            Self::Hold => "hold",
            Self::Reset => "reset",
            Self::Stop => "stop",
        }
    }
}

/// The five items of a check-in, in the order of its columns.
pub const ITEMS: [&str; 5] = ["fatigue", "sleep", "soreness", "stress", "motivation"];

macro_rules! lines {
    ($($(#[$doc:meta])* $name:ident: $kind:ty = $key:literal, $least:expr, $most:expr;)*) => {
        /// The numbers that signals are measured against. Each is a line of `[lines]`.
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct Lines {
            /// How much each item weighs in the composite, in the order of [`ITEMS`].
            pub weights: [f64; 5],
            $($(#[$doc])* pub $name: $kind),*
        }

        impl Lines {
            /// Reads `[lines]` over what an earlier file said.
            fn read(reader: &mut Reader<'_>, earlier: Option<&Self>) -> Self {
                let mut lines = earlier.cloned().unwrap_or_default();
                if let Some(mut weights) = reader.inner("weights") {
                    for (place, item) in ITEMS.into_iter().enumerate() {
                        match weights.number(item, 0.0..=10.0) {
                            Some(weight) => lines.weights[place] = weight.value,
                            None if earlier.is_none() => weights.missing(item),
                            None => {}
                        }
                    }
                    weights.finish();
                }
                $(match <$kind as Line>::read(reader, $key, $least, $most) {
                    Some(value) => lines.$name = value,
                    None if earlier.is_none() && reader.node($key).is_none() => reader.missing($key),
                    None => {}
                })*
                lines
            }
        }
    };
}

/// A kind of number that a line can be.
trait Line: Sized {
    fn read(reader: &mut Reader<'_>, key: &'static str, least: f64, most: f64) -> Option<Self>;
}

impl Line for f64 {
    fn read(reader: &mut Reader<'_>, key: &'static str, least: f64, most: f64) -> Option<Self> {
        reader.number(key, least..=most).map(|at| at.value)
    }
}

impl Line for i64 {
    fn read(reader: &mut Reader<'_>, key: &'static str, least: f64, most: f64) -> Option<Self> {
        reader.integer(key, least as i64..=most as i64).map(|at| at.value)
    }
}

impl Line for Share {
    fn read(reader: &mut Reader<'_>, key: &'static str, _: f64, _: f64) -> Option<Self> {
        reader.measure::<Self>(key).map(|at| at.value)
    }
}

impl Line for Duration {
    fn read(reader: &mut Reader<'_>, key: &'static str, _: f64, _: f64) -> Option<Self> {
        reader.measure::<Self>(key).map(|at| at.value)
    }
}

impl Line for Distance {
    fn read(reader: &mut Reader<'_>, key: &'static str, _: f64, _: f64) -> Option<Self> {
        reader.measure::<Self>(key).map(|at| at.value)
    }
}

lines! {
    /// A check-in misses the line for build below this composite.
    build_least: f64 = "build-least", 1.0, 5.0;
    /// Or this far below the runner's own median.
    build_below_own: f64 = "build-below-own", 0.0, 4.0;
    /// A check-in misses the line for reset below this composite.
    reset_least: f64 = "reset-least", 1.0, 5.0;
    /// Or this far below the runner's own median.
    reset_below_own: f64 = "reset-below-own", 0.0, 4.0;
    /// So many of the last check-ins are judged.
    judged: i64 = "judged", 1.0, 20.0;
    /// The runner's own median is that of so many days.
    own_days: i64 = "own-days", 7.0, 365.0;
    /// And of so many check-ins at the least.
    own_least: i64 = "own-least", 1.0, 50.0;
    /// An item is very low at this or less.
    item_low: i64 = "item-low", 1.0, 5.0;
    /// An item is a reason for care at this or less.
    item_care: i64 = "item-care", 1.0, 5.0;
    /// Motivation is low at this or less.
    motivation_low: i64 = "motivation-low", 1.0, 5.0;
    /// For so many days every check-in counts for the chore signal.
    chore_days: i64 = "chore-days", 2.0, 60.0;
    /// A check-in older than so many days says nothing of today.
    stale_days: i64 = "stale-days", 1.0, 60.0;
    /// Resting heart rate is up from so many beats over the runner's own mean.
    pulse_up: f64 = "pulse-up", 1.0, 60.0;
    /// A week is more than was asked from this share of the plan.
    over: Share = "over", 0.0, 0.0;
    /// So many days back what was run is compared with the plan.
    compare_days: i64 = "compare-days", 3.0, 60.0;
    /// So many days back key sessions are looked for.
    key_days: i64 = "key-days", 3.0, 60.0;
    /// A key session is done from this share of its distance.
    key_done: Share = "key-done", 0.0, 0.0;
    /// Less than this share of the plan is less than was planned.
    done_enough: Share = "done-enough", 0.0, 0.0;
    /// A run is as planned within this share of its distance.
    as_planned: Share = "as-planned", 0.0, 0.0;
    /// So many easy runs are needed before their pace says anything.
    easy_runs: i64 = "easy-runs", 1.0, 30.0;
    /// What easy runs cost is told of so many days.
    easy_days: i64 = "easy-days", 1.0, 30.0;
    /// And held against as many days before these.
    easy_before_days: i64 = "easy-before-days", 7.0, 90.0;
    /// What is hard on a bad day moves by so many days at the least.
    moves_days: i64 = "moves-days", 1.0, 6.0;
    /// A run is faster than easy by more than this share of the fast end of the easy range.
    easy_margin: Share = "easy-margin", 0.0, 0.0;
    /// A run on the day of a race is that race within this share of its distance.
    result_within: Share = "result-within", 0.0, 0.0;
    /// A result is better from this share of the fitness score on.
    plateau_gain: Share = "plateau-gain", 0.0, 0.0;
    /// So many results without getting better are needed before they say anything.
    plateau_results: i64 = "plateau-results", 1.0, 20.0;
    /// After fever or stomach illness: so many days without running once it is over.
    clear_days: i64 = "clear-days", 0.0, 14.0;
    /// An illness is one as long as no more days lie between its check-ins.
    same_illness_days: i64 = "same-illness-days", 1.0, 30.0;
    /// From so many days into a week on a decision counts for the next one.
    week_over_days: i64 = "week-over-days", 1.0, 7.0;
    /// So many days from the first of a week of reset on, going on asks for good check-ins.
    after_reset_days: i64 = "after-reset-days", 7.0, 60.0;
    /// Days off that no longer count as a pause of training but as time away.
    away_days: i64 = "away-days", 2.0, 60.0;
    /// After that many days off the fitness score loses this share a day.
    score_fade: f64 = "score-fade", 0.0, 0.1;
    /// And never more than to this share.
    score_least: Share = "score-least", 0.0, 0.0;
}

/// A rule of readiness: where its condition holds, its answer is called for.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Unique among verdicts.
    pub id: At<String>,
    /// What it calls for.
    pub answer: Answer,
    /// The recipe of the reset, where it names one.
    pub recipe: Option<String>,
    /// When.
    pub when: Condition,
    /// Why, in a sentence with gaps for words.
    pub because: String,
    /// What would change it, in a sentence.
    pub until: String,
    /// What to do besides, in a sentence; empty for nothing.
    pub advice: String,
    /// Whether something hard of the day itself moves to a later day of its week.
    pub moves: bool,
    /// Ids of works in `rules/sources.toml`, or `house`.
    pub source: Vec<At<String>>,
    /// The file, as a reader knows it.
    pub file: String,
    /// Where it stands.
    pub place: Place,
}

/// All there is to decide by.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Readiness {
    /// The numbers.
    pub lines: Lines,
    /// The verdicts, in the order in which they stand.
    pub verdicts: Vec<Verdict>,
}

impl Readiness {
    /// Takes a file over what earlier ones said: a verdict of the same id takes the place of the older one.
    pub(super) fn take(
        &mut self,
        table: &Table,
        file: &str,
        over: bool,
        vocabulary: &Vocabulary,
        findings: &RefCell<Findings>,
    ) {
        let mut reader = Reader::new(table, file, findings);
        reader.text("summary");
        match reader.inner("lines") {
            Some(mut lines) => {
                self.lines = Lines::read(&mut lines, over.then_some(&self.lines));
                lines.finish();
            }
            None if !over => reader.missing("lines"),
            None => {}
        }
        let mut seen: Vec<At<String>> = Vec::new();
        for table in reader.tables("verdict") {
            let Some(verdict) = verdict(table, file, vocabulary, findings) else { continue };
            if let Some(first) = seen.iter().find(|id| id.value == verdict.id.value) {
                findings.borrow_mut().push(
                    Finding::error("rule-twice")
                        .with("id", verdict.id.value.as_str())
                        .at(verdict.id.place.clone())
                        .also_at(first.place.clone()),
                );
                continue;
            }
            seen.push(verdict.id.clone());
            match self.verdicts.iter_mut().find(|old| old.id.value == verdict.id.value) {
                Some(old) => *old = verdict,
                None => self.verdicts.push(verdict),
            }
        }
        reader.finish();
    }
}

fn verdict(table: &Table, file: &str, vocabulary: &Vocabulary, findings: &RefCell<Findings>) -> Option<Verdict> {
    let mut reader = Reader::new(table, "[[verdict]]", findings);
    let mut needed = |key: &'static str| {
        if reader.node(key).is_none() {
            reader.missing(key);
        }
        reader.text(key)
    };
    let id = needed("id");
    let because = needed("because");
    let until = needed("until");
    let written = needed("when");
    let answer = reader.choice("answer", Answer::ALL.map(Answer::name));
    if reader.node("answer").is_none() {
        reader.missing("answer");
    }
    let recipe = reader.choice("recipe", vocabulary.recipes.iter().map(String::as_str));
    let advice = reader.text("advice").map_or_else(String::new, |at| at.value);
    let moves = reader.boolean("moves").is_some_and(|at| at.value);
    let source = reader.texts("source").unwrap_or_default();
    if source.is_empty() {
        reader.missing("source");
    }
    let place = reader.node("when").map_or_else(|| reader.place(), Node::inside);
    let when = written.and_then(|written| match Condition::read(&written.value, &place, vocabulary) {
        Ok(condition) => Some(condition),
        Err(wrong) => {
            for finding in wrong {
                reader.find(finding);
            }
            None
        }
    });
    let place = reader.place();
    reader.finish();
    let answer = answer?;
    Some(Verdict {
        id: id?,
        answer: Answer::ALL.into_iter().find(|known| known.name() == answer.value)?,
        recipe: recipe.map(|at| at.value),
        when: when?,
        because: because?.value,
        until: until?.value,
        advice,
        moves,
        source,
        file: file.to_owned(),
        place,
    })
}
