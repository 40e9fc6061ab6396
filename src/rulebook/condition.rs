//! Conditions: what stands behind `when`. minijinja parses them; they are checked against the table of words when
//! they are read, and answered here, because minijinja alone would quietly say yes to nonsense.

use std::collections::BTreeMap;

use minijinja::machinery::ast::{BinOpKind, CompareOpKind, Expr, UnaryOpKind};
use minijinja::machinery::{Span, parse_expr};
use minijinja::value::ValueKind;

use super::settings::Stage;
use super::words::{self, Answer, Facts, IdKind, Word, WordKind};
use crate::finding::Finding;
use crate::source::Place;

/// The longest condition that is read, in bytes.
const LONGEST: usize = 2000;

/// The ids that words may be compared with.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Levels.
    pub levels: Vec<String>,
    /// Races.
    pub races: Vec<String>,
    /// Climate kinds.
    pub kinds: Vec<String>,
    /// Workouts.
    pub workouts: Vec<String>,
    /// Reset recipes.
    pub recipes: Vec<String>,
}

/// A condition that makes sense.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// As it was written.
    pub written: String,
    tree: Tree,
    words: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Test {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Sum {
    Add,
    Subtract,
    Times,
    Over,
    WholeOver,
    Remainder,
}

#[derive(Debug, Clone, PartialEq)]
enum Tree {
    Word(usize),
    Number(f64),
    YesNo(bool),
    Text(String),
    List(Vec<Tree>),
    Not(Box<Tree>),
    Minus(Box<Tree>),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    Compare(Test, Box<Tree>, Box<Tree>),
    In(Box<Tree>, Box<Tree>),
    Sum(Sum, Box<Tree>, Box<Tree>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Type {
    Number,
    YesNo,
    Text,
    List,
}

impl Type {
    fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::YesNo => "yes-no",
            Self::Text => "text",
            Self::List => "list",
        }
    }
}

/// What came of asking a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It asks a word that is missing, and so does not hold.
    Missing(&'static str),
}

impl Condition {
    /// Reads a condition; `place` is where its words stand, without quotes.
    ///
    /// # Errors
    /// Each thing that makes no sense, with a caret under it.
    pub fn read(written: &str, place: &Place, vocabulary: &Vocabulary) -> Result<Self, Vec<Finding>> {
        if written.len() > LONGEST {
            return Err(vec![Finding::error("condition-too-long").with("most", LONGEST).at(place.clone())]);
        }
        let mut reading = Reading { written, place, vocabulary, words: Vec::new(), findings: Vec::new() };
        let tree = match parse_expr(written) {
            Ok(expr) => reading.tree(&expr),
            Err(error) => {
                let span = error.range().filter(|r| r.start < written.len()).unwrap_or(0..written.len());
                let what = error.detail().unwrap_or("syntax error").to_owned();
                return Err(vec![Finding::error("condition-syntax").with("what", what).at(place.within(span))]);
            }
        };
        if let Some((_, kind)) = &tree
            && *kind != Type::YesNo
            && reading.findings.is_empty()
        {
            reading.findings.push(Finding::error("condition-no-answer").with("kind", kind.name()).at(place.clone()));
        }
        match (tree, reading.findings.is_empty()) {
            (Some((tree, _)), true) => {
                let mut words = reading.words;
                words.sort_unstable();
                words.dedup();
                Ok(Self { written: written.to_owned(), tree, words })
            }
            (_, _) => Err(reading.findings),
        }
    }

    /// The words it asks.
    pub fn asks(&self) -> impl Iterator<Item = &'static Word> + '_ {
        self.words.iter().map(|index| &words::TABLE[*index])
    }

    /// From when it can be answered.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.asks().map(|word| word.stage).max().unwrap_or(Stage::Season)
    }

    /// Whether it holds. It does not where any word that it asks is missing.
    #[must_use]
    pub fn holds(&self, facts: &Facts) -> Held {
        if let Some(missing) = self.words.iter().find(|word| facts.get(**word).is_none()) {
            return Held::Missing(words::TABLE[*missing].name);
        }
        match answer(&self.tree, facts) {
            Said::YesNo(true) => Held::Yes,
            _ => Held::No,
        }
    }

    /// The words that it asks, by their lines in the table.
    #[must_use]
    pub fn words(&self) -> &[usize] {
        &self.words
    }

    /// What it reads.
    #[must_use]
    pub fn reads(&self, facts: &Facts) -> BTreeMap<String, serde_json::Value> {
        self.words
            .iter()
            .filter_map(|word| facts.get(*word).map(|answer| (words::TABLE[*word].name.to_owned(), answer.data())))
            .collect()
    }
}

/// What a part of a condition comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Said<'a> {
    Number(f64),
    YesNo(bool),
    Text(&'a str),
    Texts(&'a [String]),
    List(&'a [Tree]),
}

fn answer<'a>(tree: &'a Tree, facts: &'a Facts) -> Said<'a> {
    let number = |tree: &'a Tree| match answer(tree, facts) {
        Said::Number(n) => n,
        _ => f64::NAN,
    };
    let yes = |tree: &'a Tree| answer(tree, facts) == Said::YesNo(true);
    match tree {
        Tree::Word(word) => match facts.get(*word).expect("missing words were looked for first") {
            Answer::Number(n) => Said::Number(*n),
            Answer::YesNo(b) => Said::YesNo(*b),
            Answer::Text(text) => Said::Text(text),
            Answer::Texts(texts) => Said::Texts(texts),
        },
        Tree::Number(n) => Said::Number(*n),
        Tree::YesNo(b) => Said::YesNo(*b),
        Tree::Text(text) => Said::Text(text),
        Tree::List(items) => Said::List(items),
        Tree::Not(inner) => Said::YesNo(!yes(inner)),
        Tree::Minus(inner) => Said::Number(-number(inner)),
        Tree::And(left, right) => Said::YesNo(yes(left) && yes(right)),
        Tree::Or(left, right) => Said::YesNo(yes(left) || yes(right)),
        Tree::Compare(test, left, right) => {
            let (a, b) = (answer(left, facts), answer(right, facts));
            Said::YesNo(match (test, a, b) {
                (Test::Equal, a, b) => a == b,
                (Test::Unequal, a, b) => a != b,
                (Test::Less, Said::Number(a), Said::Number(b)) => a < b,
                (Test::AtMost, Said::Number(a), Said::Number(b)) => a <= b,
                (Test::More, Said::Number(a), Said::Number(b)) => a > b,
                (Test::AtLeast, Said::Number(a), Said::Number(b)) => a >= b,
                _ => false,
            })
        }
        Tree::In(item, list) => {
            let item = answer(item, facts);
            Said::YesNo(match answer(list, facts) {
                Said::Texts(texts) => matches!(item, Said::Text(text) if texts.iter().any(|own| own == text)),
                Said::List(items) => items.iter().any(|own| answer(own, facts) == item),
                _ => false,
            })
        }
        Tree::Sum(sum, left, right) => {
            let (a, b) = (number(left), number(right));
            Said::Number(match sum {
                Sum::Add => a + b,
                Sum::Subtract => a - b,
                Sum::Times => a * b,
                Sum::Over => a / b,
                Sum::WholeOver => (a / b).floor(),
                Sum::Remainder => a.rem_euclid(b),
            })
        }
    }
}

struct Reading<'a> {
    written: &'a str,
    place: &'a Place,
    vocabulary: &'a Vocabulary,
    words: Vec<usize>,
    findings: Vec<Finding>,
}

impl Reading<'_> {
    fn find(&mut self, span: Span, finding: Finding) {
        let finding = finding.at(self.place.within(span.start_offset as usize..span.end_offset as usize));
        self.findings.push(finding);
    }

    fn of_type(&mut self, expr: &Expr<'_>, wanted: Type) -> Option<Tree> {
        let (tree, got) = self.tree(expr)?;
        if got == wanted {
            return Some(tree);
        }
        let finding = Finding::error("condition-type").with("wanted", wanted.name()).with("got", got.name());
        self.find(expr.span(), finding);
        None
    }

    fn tree(&mut self, expr: &Expr<'_>) -> Option<(Tree, Type)> {
        match expr {
            Expr::Const(constant) => self.constant(&constant.value, expr.span()),
            Expr::Var(var) => {
                self.unknown_word(var.id, expr.span());
                None
            }
            Expr::GetAttr(attr) => {
                let Expr::Var(group) = &attr.expr else {
                    self.not_allowed(expr);
                    return None;
                };
                let name = format!("{}.{}", group.id, attr.name);
                let Some(index) = words::index_of(&name) else {
                    self.unknown_word(&name, expr.span());
                    return None;
                };
                self.words.push(index);
                let kind = match words::TABLE[index].kind {
                    WordKind::Number => Type::Number,
                    WordKind::YesNo => Type::YesNo,
                    WordKind::Choice(_) | WordKind::Id(_) => Type::Text,
                    WordKind::Races => Type::List,
                };
                Some((Tree::Word(index), kind))
            }
            Expr::UnaryOp(op) => match op.op {
                UnaryOpKind::Not => {
                    self.of_type(&op.expr, Type::YesNo).map(|tree| (Tree::Not(Box::new(tree)), Type::YesNo))
                }
                UnaryOpKind::Neg => {
                    self.of_type(&op.expr, Type::Number).map(|tree| (Tree::Minus(Box::new(tree)), Type::Number))
                }
            },
            Expr::BinOp(op) => self.pair(op.op, &op.left, &op.right, expr.span()),
            Expr::Compare(compare) => {
                let mut left = &compare.expr;
                let mut whole: Option<Tree> = None;
                for op in &compare.ops {
                    let (kind, negated) = match op.op {
                        CompareOpKind::Eq => (BinOpKind::Eq, false),
                        CompareOpKind::Ne => (BinOpKind::Ne, false),
                        CompareOpKind::Lt => (BinOpKind::Lt, false),
                        CompareOpKind::Lte => (BinOpKind::Lte, false),
                        CompareOpKind::Gt => (BinOpKind::Gt, false),
                        CompareOpKind::Gte => (BinOpKind::Gte, false),
                        CompareOpKind::In => (BinOpKind::In, false),
                        CompareOpKind::NotIn => (BinOpKind::In, true),
                    };
                    let (mut part, _) = self.pair(kind, left, &op.expr, expr.span())?;
                    if negated {
                        part = Tree::Not(Box::new(part));
                    }
                    whole = Some(match whole {
                        Some(before) => Tree::And(Box::new(before), Box::new(part)),
                        None => part,
                    });
                    left = &op.expr;
                }
                whole.map(|tree| (tree, Type::YesNo))
            }
            Expr::List(list) => self.list(&list.items),
            Expr::Tuple(tuple) => self.list(&tuple.items),
            _ => {
                self.not_allowed(expr);
                None
            }
        }
    }

    fn list(&mut self, items: &[Expr<'_>]) -> Option<(Tree, Type)> {
        let items: Vec<_> = items.iter().map(|item| self.tree(item).map(|(tree, _)| tree)).collect();
        items.into_iter().collect::<Option<Vec<_>>>().map(|items| (Tree::List(items), Type::List))
    }

    fn pair(&mut self, op: BinOpKind, left: &Expr<'_>, right: &Expr<'_>, span: Span) -> Option<(Tree, Type)> {
        let of = |tree: fn(Box<Tree>, Box<Tree>) -> Tree, kind: Type| {
            move |(a, b): (Tree, Tree)| (tree(Box::new(a), Box::new(b)), kind)
        };
        let sum = |sum: Sum| move |(a, b): (Tree, Tree)| (Tree::Sum(sum, Box::new(a), Box::new(b)), Type::Number);
        let test =
            |test: Test| move |(a, b): (Tree, Tree)| (Tree::Compare(test, Box::new(a), Box::new(b)), Type::YesNo);
        match op {
            BinOpKind::ScAnd => self.both(left, right, Type::YesNo).map(of(Tree::And, Type::YesNo)),
            BinOpKind::ScOr => self.both(left, right, Type::YesNo).map(of(Tree::Or, Type::YesNo)),
            BinOpKind::Add => self.both(left, right, Type::Number).map(sum(Sum::Add)),
            BinOpKind::Sub => self.both(left, right, Type::Number).map(sum(Sum::Subtract)),
            BinOpKind::Mul => self.both(left, right, Type::Number).map(sum(Sum::Times)),
            BinOpKind::Div => self.both(left, right, Type::Number).map(sum(Sum::Over)),
            BinOpKind::FloorDiv => self.both(left, right, Type::Number).map(sum(Sum::WholeOver)),
            BinOpKind::Rem => self.both(left, right, Type::Number).map(sum(Sum::Remainder)),
            BinOpKind::Lt => self.both(left, right, Type::Number).map(test(Test::Less)),
            BinOpKind::Lte => self.both(left, right, Type::Number).map(test(Test::AtMost)),
            BinOpKind::Gt => self.both(left, right, Type::Number).map(test(Test::More)),
            BinOpKind::Gte => self.both(left, right, Type::Number).map(test(Test::AtLeast)),
            BinOpKind::Eq | BinOpKind::Ne => {
                let (a, b) = (self.tree(left), self.tree(right));
                let ((a, of_a), (b, of_b)) = (a?, b?);
                if of_a != of_b {
                    let finding = Finding::error("condition-type").with("wanted", of_a.name()).with("got", of_b.name());
                    self.find(right.span(), finding);
                    return None;
                }
                self.choices(&a, &b, right.span())?;
                self.choices(&b, &a, left.span())?;
                Some(test(if matches!(op, BinOpKind::Eq) { Test::Equal } else { Test::Unequal })((a, b)))
            }
            BinOpKind::In => {
                let (a, b) = (self.tree(left), self.tree(right));
                let ((a, of_a), (b, of_b)) = (a?, b?);
                if of_b != Type::List || !matches!(of_a, Type::Text | Type::Number) {
                    let finding = Finding::error("condition-type").with("wanted", "list").with("got", of_b.name());
                    self.find(right.span(), finding);
                    return None;
                }
                if let Tree::List(items) = &b {
                    for item in items {
                        let fits =
                            matches!((of_a, item), (Type::Text, Tree::Text(_)) | (Type::Number, Tree::Number(_)));
                        if !fits {
                            let finding =
                                Finding::error("condition-type").with("wanted", of_a.name()).with("got", "list");
                            self.find(right.span(), finding);
                            return None;
                        }
                        self.choices(&a, item, right.span())?;
                    }
                } else {
                    self.choices(&b, &a, left.span())?;
                }
                Some((Tree::In(Box::new(a), Box::new(b)), Type::YesNo))
            }
            BinOpKind::Pow | BinOpKind::Concat => {
                self.find(span, Finding::error("condition-not-allowed"));
                None
            }
        }
    }

    fn both(&mut self, left: &Expr<'_>, right: &Expr<'_>, kind: Type) -> Option<(Tree, Tree)> {
        let (a, b) = (self.of_type(left, kind), self.of_type(right, kind));
        Some((a?, b?))
    }

    /// A choice may only be compared with a value of its list.
    fn choices(&mut self, word: &Tree, value: &Tree, span: Span) -> Option<()> {
        let (Tree::Word(index), Tree::Text(text)) = (word, value) else { return Some(()) };
        let word = &words::TABLE[*index];
        let ids = |list: &[String]| list.to_vec();
        let known: Vec<String> = match word.kind {
            WordKind::Choice(list) => list.iter().map(ToString::to_string).collect(),
            WordKind::Id(IdKind::Level) => ids(&self.vocabulary.levels),
            WordKind::Id(IdKind::Race) | WordKind::Races => ids(&self.vocabulary.races),
            WordKind::Id(IdKind::ClimateKind) => ids(&self.vocabulary.kinds),
            WordKind::Number | WordKind::YesNo => return Some(()),
        };
        if known.contains(text) {
            return Some(());
        }
        let mut at = span.start_offset as usize..span.end_offset as usize;
        // The caret goes under the word itself when it stands inside a list.
        if let Some(found) = self.written.get(at.clone()).and_then(|words| words.find(text.as_str())) {
            at = at.start + found..at.start + found + text.len();
        }
        let finding = Finding::error("unknown-choice")
            .with("key", word.name)
            .with("got", text.as_str())
            .at(self.place.within(at))
            .near(text, known.iter().map(String::as_str));
        self.findings.push(finding);
        None
    }

    fn constant(&mut self, value: &minijinja::Value, span: Span) -> Option<(Tree, Type)> {
        match value.kind() {
            ValueKind::Bool => Some((Tree::YesNo(value.is_true()), Type::YesNo)),
            ValueKind::Number => f64::try_from(value.clone()).ok().map(|n| (Tree::Number(n), Type::Number)),
            ValueKind::String => value.as_str().map(|text| (Tree::Text(text.to_owned()), Type::Text)),
            ValueKind::Seq => {
                let items: Option<Vec<Tree>> =
                    value.try_iter().ok()?.map(|item| self.constant(&item, span).map(|(tree, _)| tree)).collect();
                items.map(|items| (Tree::List(items), Type::List))
            }
            _ => {
                self.find(span, Finding::error("condition-not-allowed"));
                None
            }
        }
    }

    fn unknown_word(&mut self, name: &str, span: Span) {
        let at = self.place.within(span.start_offset as usize..span.end_offset as usize);
        let finding = Finding::error("unknown-word")
            .with("got", name)
            .at(at)
            .near(name, words::TABLE.iter().map(|word| word.name));
        self.findings.push(finding);
    }

    fn not_allowed(&mut self, expr: &Expr<'_>) {
        self.find(expr.span(), Finding::error("condition-not-allowed"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::words::word;
    use crate::source::Text;

    fn read(written: &str) -> Result<Condition, Vec<Finding>> {
        let text = Text::new("t.toml", written);
        let vocabulary = Vocabulary {
            levels: vec!["new".into(), "beginner".into()],
            races: vec!["10k".into(), "marathon".into()],
            kinds: vec!["temperate".into()],
            ..Vocabulary::default()
        };
        Condition::read(written, &Place::new(&text, 0..written.len()), &vocabulary)
    }

    fn facts() -> Facts {
        let mut facts = Facts::new();
        facts.number(word::RUNNER_AGE, Some(52.0));
        facts.text(word::HEAT_BAND, "high");
        facts.number(word::HEAT_EXCESS, Some(0.5));
        facts.yes(word::HEAT_ACCLIMATISED, false);
        facts.tell(word::RUNNER_FINISHED, Answer::Texts(vec!["10k".into()]));
        facts.number(word::WEEK_RESET_NUMBER, Some(2.0));
        facts.number(word::WEEK_RESETS, Some(4.0));
        facts
    }

    #[test]
    fn conditions_answer_as_they_read() {
        for (written, holds) in [
            ("runner.age >= 50", true),
            ("50 <= runner.age < 52", false),
            ("heat.band in ['high', 'extreme'] and (heat.excess >= 1.5 or not heat.acclimatised)", true),
            ("heat.band not in ['high']", false),
            ("'10k' in runner.finished", true),
            ("'marathon' in runner.finished", false),
            ("week.reset_number == (week.resets + 1) // 2", true),
            ("runner.age - 2 == 50 and -1 < 0", true),
            ("true", true),
        ] {
            let condition = read(written).unwrap_or_else(|f| panic!("{written}: {f:?}"));
            assert_eq!(condition.holds(&facts()) == Held::Yes, holds, "{written}");
        }
    }

    #[test]
    fn a_rule_that_asks_a_missing_word_does_not_hold() {
        let condition = read("runner.score > 40 or runner.age > 3").unwrap();
        assert_eq!(condition.holds(&facts()), Held::Missing("runner.score"));
    }

    #[test]
    fn nonsense_is_refused_on_reading_with_its_place() {
        for (written, code, words) in [
            ("runer.age > 3", "unknown-word", "runer.age"),
            ("age > 3", "unknown-word", "age"),
            ("heat.band < 'high'", "condition-type", "heat.band"),
            ("heat.band == 'hot'", "unknown-choice", "hot"),
            ("heat.band in ['high', 'extrem']", "unknown-choice", "extrem"),
            ("runner.level == 'beginer'", "unknown-choice", "beginer"),
            ("'maraton' in runner.finished", "unknown-choice", "maraton"),
            ("runner.age == 'old'", "condition-type", "'old'"),
            ("runner.age", "condition-no-answer", "runner.age"),
            ("runner.finished[0] == '10k'", "condition-not-allowed", ".finished[0]"),
            ("runner.age|abs > 3", "condition-not-allowed", "abs"),
            ("max(runner.age) > 3", "condition-not-allowed", "max(runner.age)"),
            ("runner.age >", "condition-syntax", ">"),
        ] {
            let findings = read(written).expect_err(written);
            assert_eq!(findings[0].code, code, "{written}");
            assert_eq!(findings[0].place.as_ref().unwrap().words(), words, "{written}");
        }
    }
}
