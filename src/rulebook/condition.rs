//! Conditions: what stands behind `when`. minijinja parses them; they are checked against the table of words when
//! they are read, and answered here, because minijinja alone would quietly say yes to nonsense.

use std::collections::BTreeMap;

use minijinja::machinery::ast::{BinOpKind, CompareOpKind, Expr, UnaryOpKind};
use minijinja::machinery::{Span, parse_expr};
use minijinja::value::ValueKind;

use super::settings::{self, Stage};
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

impl Vocabulary {
    /// The ids of a kind.
    #[must_use]
    pub fn ids(&self, kind: IdKind) -> &[String] {
        match kind {
            IdKind::Level => &self.levels,
            IdKind::Race => &self.races,
            IdKind::ClimateKind => &self.kinds,
        }
    }
}

/// A condition that makes sense.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// As it was written.
    pub written: String,
    /// Where it stands.
    pub place: Place,
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
                if let Some((at, put)) = slip(written, vocabulary) {
                    let finding = Finding::error("condition-slip").with("got", &written[at.clone()]);
                    return Err(vec![finding.with("near", put.as_str()).at(place.within(at)).put(Some(put))]);
                }
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
                Ok(Self { written: written.to_owned(), place: place.clone(), tree, words })
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

    /// Whether there is anybody, any race and any week for which it holds. Words are tried with each of their values, numbers
    /// around those that the condition names; with more combinations than can be tried it is believed.
    #[must_use]
    pub fn could_hold(&self, vocabulary: &Vocabulary) -> bool {
        const MOST_TRIED: usize = 200_000;
        let mut named = vec![0.0, 1.0, 2.0, 3.0, 4.0];
        self.tree.numbers(&mut named);
        let samples: Vec<Vec<Answer>> =
            self.words.iter().map(|word| sample(&words::TABLE[*word], &named, vocabulary)).collect();
        let count = samples.iter().map(Vec::len).try_fold(1usize, usize::checked_mul);
        let Some(count) = count.filter(|count| *count <= MOST_TRIED) else { return true };
        (0..count).any(|mut number| {
            let mut facts = Facts::new();
            for (word, values) in self.words.iter().zip(&samples) {
                facts.tell(*word, values[number % values.len()].clone());
                number /= values.len();
            }
            self.holds(&facts) == Held::Yes
        })
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

impl Tree {
    /// The numbers that stand in it.
    fn numbers(&self, found: &mut Vec<f64>) {
        match self {
            Self::Number(number) => found.extend([*number, -*number]),
            Self::List(items) => items.iter().for_each(|item| item.numbers(found)),
            Self::Not(inner) | Self::Minus(inner) => inner.numbers(found),
            Self::And(a, b) | Self::Or(a, b) | Self::Compare(_, a, b) | Self::In(a, b) | Self::Sum(_, a, b) => {
                a.numbers(found);
                b.numbers(found);
            }
            Self::Word(_) | Self::YesNo(_) | Self::Text(_) => {}
        }
    }
}

/// What a word could answer: every value of a choice, and numbers around the ones that a condition names.
fn sample(word: &Word, named: &[f64], vocabulary: &Vocabulary) -> Vec<Answer> {
    let texts = |list: &mut dyn Iterator<Item = &str>| list.map(|text| Answer::Text(text.to_owned())).collect();
    match word.kind {
        WordKind::Number(_, least, most) => {
            let (least, most) = (f64::from(least), f64::from(most));
            let mut numbers: Vec<f64> = named.iter().flat_map(|n| [n - 1.0, n - 0.5, *n, n + 0.5, n + 1.0]).collect();
            numbers.extend([least, most]);
            numbers.retain(|n| (least..=most).contains(n));
            numbers.sort_by(f64::total_cmp);
            numbers.dedup();
            numbers.into_iter().map(Answer::Number).collect()
        }
        WordKind::YesNo => vec![Answer::YesNo(true), Answer::YesNo(false)],
        WordKind::Choice(list) => texts(&mut list.iter().copied()),
        WordKind::Id(kind) => texts(&mut vocabulary.ids(kind).iter().map(String::as_str)),
        WordKind::Races => {
            let mut answers = vec![Answer::Texts(Vec::new()), Answer::Texts(vocabulary.races.clone())];
            answers.extend(vocabulary.races.iter().map(|id| Answer::Texts(vec![id.clone()])));
            answers
        }
    }
}

/// A slip that a condition cannot be read with, and what belongs there: the signs of other languages, a unit after a
/// number, an id that begins with a digit and lacks its quotes.
fn slip(written: &str, vocabulary: &Vocabulary) -> Option<(std::ops::Range<usize>, String)> {
    const SIGNS: [(&str, &str); 8] = [
        ("&&", "and"),
        ("||", "or"),
        ("<>", "!="),
        ("=>", ">="),
        ("=<", "<="),
        ("===", "=="),
        (" AND ", " and "),
        (" OR ", " or "),
    ];
    let bytes = written.as_bytes();
    let mut quote = None;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if let Some(open) = quote {
            if byte == open {
                quote = None;
            }
            at += 1;
            continue;
        }
        let rest = written.get(at..).unwrap_or("");
        if let Some((sign, right)) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            return Some((at..at + sign.len(), (*right).to_owned()));
        }
        let before = at.checked_sub(1).map(|i| bytes[i]);
        let after = bytes.get(at + 1).copied();
        match byte {
            b'\'' | b'"' => quote = Some(byte),
            b'=' if after != Some(b'=') && !matches!(before, Some(b'=' | b'!' | b'<' | b'>')) => {
                return Some((at..at + 1, "==".to_owned()));
            }
            b'!' if after != Some(b'=') => return Some((at..at + 1, "not ".to_owned())),
            b'0'..=b'9' if !before.is_some_and(|b| b.is_ascii_alphanumeric() || b"._".contains(&b)) => {
                let number = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
                let whole = rest.find(|c: char| !(c.is_alphanumeric() || "._-".contains(c))).unwrap_or(rest.len());
                if vocabulary.races.iter().any(|id| id == &rest[..whole]) && whole > number {
                    return Some((at..at + whole, format!("'{}'", &rest[..whole])));
                }
                let gap = rest[number..].len() - rest[number..].trim_start_matches(' ').len();
                let unit = rest[number + gap..]
                    .find(|c: char| !(c.is_alphabetic() || c == '%'))
                    .unwrap_or(rest.len() - number - gap);
                let named = &rest[number + gap..number + gap + unit];
                let units =
                    ["km", "mi", "m", "min", "h", "s", "%", "weeks", "week", "days", "years", "year", "c", "degrees"];
                if units.contains(&named.to_lowercase().as_str()) {
                    return Some((at..at + number + gap + unit, rest[..number].to_owned()));
                }
                at += number.max(1);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
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
        self.wrong_type(expr.span(), &tree, wanted, got);
        None
    }

    /// A value of one type where another is wanted; a number that stands in quotes, or with its unit, loses both.
    fn wrong_type(&mut self, span: Span, tree: &Tree, wanted: Type, got: Type) {
        let finding = Finding::error("condition-type").with("wanted", wanted.name()).with("got", got.name());
        let bare = match tree {
            Tree::Text(text) if wanted == Type::Number => {
                let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
                text[..end].parse::<f64>().ok().map(|_| text[..end].to_owned())
            }
            _ => None,
        };
        let at = self.place.within(span.start_offset as usize..span.end_offset as usize);
        self.findings.push(finding.at(at).put(bare));
    }

    /// What is written from one expression to another: `half-marathon` reads like a subtraction.
    fn between(&self, left: &Expr<'_>, right: &Expr<'_>) -> (Span, &str) {
        let mut span = left.span();
        span.end_offset = right.span().end_offset;
        (span, self.written.get(span.start_offset as usize..span.end_offset as usize).unwrap_or(""))
    }

    /// Whether words without quotes are a value that a word could have; then that is said.
    fn lacks_quotes(&mut self, words: &str, span: Span) -> bool {
        let of_choice = |word: &Word| match word.kind {
            WordKind::Choice(list) => list.contains(&words),
            WordKind::Id(kind) => self.vocabulary.ids(kind).iter().any(|id| id == words),
            _ => false,
        };
        let known = words::TABLE.iter().any(of_choice);
        if known {
            let at = self.place.within(span.start_offset as usize..span.end_offset as usize);
            let finding = Finding::error("condition-quotes").with("got", words).at(at);
            self.findings.push(finding.put(Some(format!("'{words}'"))));
        }
        known
    }

    fn tree(&mut self, expr: &Expr<'_>) -> Option<(Tree, Type)> {
        match expr {
            Expr::Const(constant) => self.constant(&constant.value, expr.span()),
            Expr::Var(var) => {
                if !self.lacks_quotes(var.id, expr.span()) {
                    self.unknown_word(var.id, expr.span());
                }
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
                    WordKind::Number(..) => Type::Number,
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
            BinOpKind::Sub if self.hyphened(left, right) => None,
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
                    self.wrong_type(right.span(), &b, of_a, of_b);
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

    /// Whether a subtraction is really a name with a hyphen: `runner.first-plan`, or `half-marathon` without its quotes.
    fn hyphened(&mut self, left: &Expr<'_>, right: &Expr<'_>) -> bool {
        let (span, words) = self.between(left, right);
        let words = words.to_owned();
        let joined = words.replace('-', "_");
        if words::index_of(&joined).is_some() && words::index_of(&words).is_none() {
            let at = self.place.within(span.start_offset as usize..span.end_offset as usize);
            let finding = Finding::error("unknown-word").with("got", words.as_str()).with("near", joined.as_str());
            self.findings.push(finding.at(at).put(Some(joined)));
            return true;
        }
        !words.contains(' ') && self.lacks_quotes(&words, span)
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
            WordKind::Id(kind) => ids(self.vocabulary.ids(kind)),
            WordKind::Races => ids(&self.vocabulary.races),
            WordKind::Number(..) | WordKind::YesNo => return Some(()),
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
        let finding = Finding::error("unknown-word").with("got", name).at(at);
        // Settings are written by rules, never asked: the nearest word would be far from what was meant.
        let finding = if settings::index_of(name).is_some() {
            finding.with("setting", true).with("known", Vec::<String>::new())
        } else {
            finding.near(name, words::TABLE.iter().map(|word| word.name))
        };
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
    fn what_can_never_hold_is_known() {
        for (written, could) in [
            ("runner.age > 60 and runner.age < 50", false),
            ("week.month > 12", false),
            ("heat.band == 'high' and heat.band == 'low'", false),
            ("1 > 2", false),
            ("runner.age > 40 and runner.age < 42", true),
            ("week.reset_number == (week.resets + 1) // 2", true),
            ("runner.age >= 50 and race.distance >= 42 and heat.band not in ['none', 'low']", true),
            ("not heat.acclimatised", true),
        ] {
            let vocabulary = Vocabulary::default();
            assert_eq!(read(written).unwrap().could_hold(&vocabulary), could, "{written}");
        }
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
            ("runner.age = 50", "condition-slip", "="),
            ("runner.age > 50 && runner.heart", "condition-slip", "&&"),
            ("runner.weekly < 30 km", "condition-slip", "30 km"),
            ("race.id == 10k", "condition-slip", "10k"),
            ("runner.first-plan", "unknown-word", "runner.first-plan"),
            ("heat.band == high", "condition-quotes", "high"),
            ("runner.weekly < '30 km'", "condition-type", "'30 km'"),
            ("reset.latest > 3", "unknown-word", "reset.latest"),
        ] {
            let findings = read(written).expect_err(written);
            assert_eq!(findings[0].code, code, "{written}");
            assert_eq!(findings[0].place.as_ref().unwrap().words(), words, "{written}");
        }
    }
}
