//! Rules as coaches write them: one file is one sheet of plain values and conditional rules.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::condition::{Condition, Vocabulary};
use super::settings::{self, Kind, Setting, Stage, Value};
use super::words;
use crate::document::{At, Content, Node, Reader, Table, fitting};
use crate::finding::{Finding, Findings, nearest};
use crate::measure::Share;
use crate::phrasebook;
use crate::phrasebook::Phrasebook;
use crate::reason::Layer;
use crate::source::Place;

/// How a write changes what stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Puts a value there.
    Set,
    /// Multiplies what stands.
    Scale,
    /// Nothing above it, whoever speaks later.
    AtMost,
    /// Nothing below it, unless a cap is lower.
    AtLeast,
}

impl Effect {
    /// Its key in TOML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Scale => "scale",
            Self::AtMost => "at-most",
            Self::AtLeast => "at-least",
        }
    }
}

/// What is written: one value, or one for each race (in a race's file: for each level).
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// One value.
    One(Value),
    /// A value by race id, with the place of its key; `none` is for a season without a race.
    ByRace(BTreeMap<String, (Value, Place)>),
    /// A value by level id.
    ByLevel(BTreeMap<String, (Value, Place)>),
}

/// One write to one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// The setting's line in the table.
    pub setting: usize,
    /// How.
    pub effect: Effect,
    /// What; for `scale` a share.
    pub written: Written,
    /// The written key.
    pub place: Place,
}

/// A plain value, and why it is that.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    /// The write.
    pub write: Write,
    /// Why.
    pub because: String,
    /// Who says so.
    pub source: Vec<String>,
}

/// What a rule says besides writing settings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Speech {
    /// A note on the week.
    pub say: Option<String>,
    /// A warning printed on the plan.
    pub warn: Option<String>,
    /// No plan, with the ways out.
    pub refuse: Option<String>,
    /// Whether `accept-risk` turns the refusal into a printed warning.
    pub risk: bool,
    /// The words that its sentences are filled with: where one of them is missing, the rule has nothing to say.
    pub gaps: Vec<usize>,
}

/// A conditional rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Unique in the rulebook.
    pub id: String,
    /// Where it begins.
    pub place: Place,
    /// When it holds; always, when there is none.
    pub when: Option<Condition>,
    /// What it writes.
    pub writes: Vec<Write>,
    /// What it says.
    pub speech: Speech,
    /// Rules whose caps it lifts.
    pub without: Vec<At<String>>,
    /// Why.
    pub because: String,
    /// Who says so.
    pub source: Vec<String>,
}

/// The settings and rules of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The file, as a reader knows it.
    pub file: String,
    /// Whose voice it is.
    pub layer: Layer,
    /// Plain values.
    pub plain: Vec<Plain>,
    /// Conditional rules, in file order.
    pub rules: Vec<Rule>,
    /// Who says so.
    pub source: Vec<String>,
    /// Every source that the file names, its rules' among them, each at its place.
    pub cited: Vec<At<String>>,
    /// The number of its pack; the built-in rules are pack 0.
    pub pack: usize,
}

/// What a sheet's reader has to know of the rest of the rulebook.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// All ids.
    pub vocabulary: &'a Vocabulary,
    /// The file, as a reader knows it.
    pub file: &'a str,
    /// Whose voice it is.
    pub layer: Layer,
    /// Whether tables by race are tables by level here.
    pub by_level: bool,
    /// The number of its pack; the built-in rules are pack 0.
    pub pack: usize,
}

/// Reads the settings and rules of a file: every key of `table` that is not among `own` is a group of settings.
pub fn read_sheet(table: &Table, own: &[&str], around: Around<'_>, findings: &RefCell<Findings>) -> Sheet {
    let mut reader = Reader::new(table, around.file, findings);
    let summary = reader.text("summary").map(|t| t.value);
    let source = reader.texts("source").unwrap_or_default();
    let because = reader.table("because").map(|table| by_setting(table, findings)).unwrap_or_default();
    let sources = reader.table("sources").map(|table| by_setting(table, findings)).unwrap_or_default();
    let mut plain = Vec::new();
    let mut writes = Vec::new();
    for (key, node) in &table.entries {
        if own.contains(&key.value.as_str()) || OF_EVERY_SHEET.contains(&key.value.as_str()) {
            continue;
        }
        read_writes("", key, node, Effect::Set, own, around, findings, &mut writes);
    }
    let said = |entry: Option<&Node>| match entry.map(|node| &node.value) {
        Some(Content::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let mut cited = source.clone();
    for node in sources.values() {
        let named = list_of_texts(node);
        if named.is_empty() {
            reader.wrong(node, "sources", "list");
        }
        cited.extend(named);
    }
    for (name, node) in &because {
        if said(Some(node)).is_none() {
            reader.wrong(node, name, "text");
        }
    }
    for write in writes {
        let name = settings::TABLE[write.setting].name;
        let because = said(because.get(name).copied()).or_else(|| summary.clone()).unwrap_or_default();
        let who = sources.get(name).map_or_else(|| source.clone(), |node| list_of_texts(node));
        let who = who.into_iter().map(|source| source.value).collect();
        // A pack may be two lines long: there the setting's own sentence says what the value is.
        let because = if because.trim().is_empty() && around.layer == Layer::Pack {
            phrasebook::sentence(&format!("setting.{name}")).unwrap_or_default()
        } else {
            because
        };
        if because.trim().is_empty() {
            findings.borrow_mut().push(
                Finding::error("missing-because")
                    .with("key", "summary")
                    .with("table", around.file)
                    .at(write.place.clone()),
            );
        }
        plain.push(Plain { write, because, source: who });
    }
    let rules: Vec<&Table> = reader.tables_at_most("rule", MOST_RULES);
    cited.extend(rules.iter().flat_map(|table| texts_of(table, "source")));
    let rules = rules.into_iter().filter_map(|table| read_rule(table, around, findings)).collect();
    Sheet {
        file: around.file.to_owned(),
        layer: around.layer,
        plain,
        rules,
        source: source.into_iter().map(|s| s.value).collect(),
        cited,
        pack: around.pack,
    }
}

/// The most rules of one file.
const MOST_RULES: usize = 2000;

/// The keys that every file of settings and rules may have.
const OF_EVERY_SHEET: [&str; 5] = ["summary", "source", "sources", "because", "rule"];

/// The strings of a list, whatever else it may hold.
fn texts_of(table: &Table, key: &str) -> Vec<At<String>> {
    table.get(key).map(list_of_texts).unwrap_or_default()
}

/// The strings of a list, whatever else it may hold.
pub(super) fn list_of_texts(node: &Node) -> Vec<At<String>> {
    let Content::List(items) = &node.value else { return Vec::new() };
    items
        .iter()
        .filter_map(|item| match &item.value {
            Content::Text(text) => Some(At { value: text.clone(), place: item.place.clone() }),
            _ => None,
        })
        .collect()
}

/// The entries of a table whose keys are settings: `"reset.volume" = ...`, or `reset.volume = ...`.
fn by_setting<'t>(table: &'t Table, findings: &RefCell<Findings>) -> BTreeMap<&'static str, &'t Node> {
    fn gather<'t>(prefix: &str, table: &'t Table, found: &mut Vec<(String, &'t Place, &'t Node)>) {
        for (key, node) in &table.entries {
            let name = if prefix.is_empty() { key.value.clone() } else { format!("{prefix}.{}", key.value) };
            match &node.value {
                Content::Table(inner) => gather(&name, inner, found),
                _ => found.push((name, &key.place, node)),
            }
        }
    }
    let mut found = Vec::new();
    gather("", table, &mut found);
    let mut entries = BTreeMap::new();
    for (name, place, node) in found {
        match settings::index_of(&name) {
            Some(index) => {
                entries.insert(settings::TABLE[index].name, node);
            }
            None => findings.borrow_mut().push(unknown_setting(&name, place, &[])),
        }
    }
    entries
}

/// What beginners call the keys of a rule, and what they are called.
const OTHER_NAMES: [(&str, &str); 12] = [
    ("if", "when"),
    ("condition", "when"),
    ("why", "because"),
    ("reason", "because"),
    ("max", "at-most"),
    ("cap", "at-most"),
    ("min", "at-least"),
    ("floor", "at-least"),
    ("multiply", "scale"),
    ("note", "say"),
    ("message", "say"),
    ("name", "id"),
];

fn read_rule(table: &Table, around: Around<'_>, findings: &RefCell<Findings>) -> Option<Rule> {
    let mut reader = Reader::new(table, "[[rule]]", findings);
    let id = reader.text("id");
    if id.is_none() && table.get("id").is_none() {
        reader.missing("id");
    }
    let because = reader.text("because");
    // Which of its own words somebody may have meant is told once all of its keys are known.
    let told = |key: &str| reader_knows(table, key);
    if because.as_ref().is_none_or(|b| b.value.trim().is_empty()) && !told("because") {
        reader.find(
            Finding::error("missing-because")
                .with("key", "because")
                .with("table", id.as_ref().map_or("[[rule]]", |id| id.value.as_str()))
                .at(because.as_ref().map_or_else(|| reader.place(), |b| b.place.clone())),
        );
    }
    let source: Vec<String> = reader.texts("source").unwrap_or_default().into_iter().map(|s| s.value).collect();
    let without = reader.texts("without").unwrap_or_default();
    let when_node = reader.node("when");
    let when = reader.text("when").and_then(|written| {
        let place = when_node.map_or_else(|| reader.place(), Node::inside);
        match Condition::read(&written.value, &place, around.vocabulary) {
            Ok(condition) => Some(condition),
            Err(wrong) => {
                for finding in wrong {
                    reader.find(finding);
                }
                None
            }
        }
    });
    let stage = when.as_ref().map_or(Stage::Season, Condition::stage);
    let mut writes = Vec::new();
    for effect in [Effect::Set, Effect::Scale, Effect::AtMost, Effect::AtLeast] {
        if let Some(settings) = reader.table(effect.name()) {
            for (key, node) in &settings.entries {
                read_writes("", key, node, effect, &[], around, findings, &mut writes);
            }
        }
    }
    let when_place = when_node.map_or_else(|| reader.place(), Node::inside);
    for write in &writes {
        let setting = &settings::TABLE[write.setting];
        if setting.stage < stage {
            let asks = when.as_ref().and_then(|c| c.asks().find(|word| word.stage > setting.stage));
            reader.find(
                Finding::error("asks-too-early")
                    .with("setting", setting.name)
                    .with("word", asks.map_or("", |word| word.name))
                    .at(write.place.clone())
                    .also_at(when_place.clone()),
            );
        }
    }
    let mut speech = Speech {
        gaps: Vec::new(),
        say: reader.text("say").map(|t| t.value),
        warn: reader.text("warn").map(|t| t.value),
        refuse: reader.text("refuse").map(|t| t.value),
        risk: reader.boolean("risk").is_some_and(|b| b.value),
    };
    for key in ["say", "warn", "refuse"] {
        let Some(node) = reader.node(key) else { continue };
        let Content::Text(words) = &node.value else { continue };
        match Phrasebook::gaps(words) {
            Ok(gaps) => {
                for gap in gaps {
                    match words::index_of(&gap) {
                        Some(index) => speech.gaps.push(index),
                        None => reader.find(unknown_gap(&gap, words, &node.inside())),
                    }
                }
            }
            Err(finding) => reader.find(finding.with("key", key).at(node.inside())),
        }
    }
    let late = speech.gaps.iter().any(|gap| words::TABLE[*gap].stage > Stage::Season);
    if speech.refuse.is_some() && (late || stage > Stage::Season) {
        reader.find(Finding::error("asks-too-early").with("setting", "refuse").with("word", "").at(when_place.clone()));
    }
    let meant_one = EFFECTS.iter().any(|effect| table.get(effect).is_some() || reader_knows(table, effect));
    if writes.is_empty() && speech == Speech::default() && without.is_empty() && !meant_one {
        reader.find(Finding::error("rule-without-effect").at(reader.place()));
    }
    for (other, name) in OTHER_NAMES {
        if let Some((key, _)) = table.entries.iter().find(|(key, _)| key.value == other) {
            reader.place_of(other);
            let finding = Finding::error("unknown-key").with("key", other).with("table", "[[rule]]");
            reader.find(finding.with("near", name).at(key.place.clone()).fixed_by(other, name));
        }
    }
    reader.finish();
    Some(Rule {
        id: id?.value,
        place: table.place.clone(),
        when,
        writes,
        speech,
        without,
        because: because?.value,
        source,
    })
}

/// The keys by which a rule does something.
const EFFECTS: [&str; 7] = ["set", "scale", "at-most", "at-least", "say", "warn", "refuse"];

/// Whether a table that lacks a key has one that reads like it.
fn reader_knows(table: &Table, key: &str) -> bool {
    const KEYS: [&str; 13] = [
        "id", "when", "set", "scale", "at-most", "at-least", "say", "warn", "refuse", "risk", "without", "because",
        "source",
    ];
    table.get(key).is_none()
        && table.entries.iter().any(|(got, _)| {
            !KEYS.contains(&got.value.as_str())
                && (nearest(&got.value, &KEYS) == Some(key) || OTHER_NAMES.contains(&(got.value.as_str(), key)))
        })
}

/// A gap in a sentence that no word can fill.
fn unknown_gap(gap: &str, words: &str, place: &Place) -> Finding {
    let at = words.find(gap).map_or_else(|| place.clone(), |at| place.within(at..at + gap.len()));
    Finding::error("unknown-gap").with("got", gap).at(at).near(gap, words::TABLE.iter().map(|word| word.name))
}

#[allow(clippy::too_many_arguments)]
fn read_writes(
    prefix: &str,
    key: &At<String>,
    node: &Node,
    effect: Effect,
    own: &[&str],
    around: Around<'_>,
    findings: &RefCell<Findings>,
    writes: &mut Vec<Write>,
) {
    let name = if prefix.is_empty() { key.value.clone() } else { format!("{prefix}.{}", key.value) };
    if let Some(index) = settings::index_of(&name) {
        if let Some(written) = read_written(&settings::TABLE[index], node, effect, around, findings) {
            writes.push(Write { setting: index, effect, written, place: key.place.clone() });
        }
        return;
    }
    let is_group = settings::TABLE.iter().any(|s| s.name.strip_prefix(&name).is_some_and(|rest| rest.starts_with('.')));
    match &node.value {
        Content::Table(table) if is_group => {
            for (key, node) in &table.entries {
                read_writes(&name, key, node, effect, own, around, findings, writes);
            }
        }
        _ => findings.borrow_mut().push(unknown_setting(&name, &key.place, own)),
    }
}

/// A setting that nobody knows, with the nearest.
#[must_use]
pub fn unknown_setting(name: &str, place: &Place, own: &[&str]) -> Finding {
    let groups: BTreeSet<&str> = settings::TABLE.iter().filter_map(|s| s.name.split('.').next()).collect();
    let known: Vec<&str> = if let Some((group, _)) = name.split_once('.').filter(|(g, _)| groups.contains(g)) {
        settings::TABLE.iter().map(|s| s.name).filter(|n| n.split('.').next() == Some(group)).collect()
    } else if name.contains('.') {
        settings::TABLE.iter().map(|s| s.name).collect()
    } else {
        groups.into_iter().chain(own.iter().copied()).chain(OF_EVERY_SHEET).collect()
    };
    let finding = Finding::error("unknown-setting").with("got", name).at(place.clone());
    // The right name in the wrong group: no letter is wrong, so the nearest word of the group would mislead.
    let tail = name.rsplit('.').next().unwrap_or(name);
    let there = |s: &&Setting| s.name.split_once('.').is_some_and(|(_, rest)| rest == tail);
    if name.contains('.')
        && let Some(setting) = settings::TABLE.iter().find(there)
    {
        return finding.near(setting.name, [setting.name]).with("known", known);
    }
    finding.near(name, known)
}

fn read_written(
    setting: &Setting,
    node: &Node,
    effect: Effect,
    around: Around<'_>,
    findings: &RefCell<Findings>,
) -> Option<Written> {
    let Content::Table(table) = &node.value else {
        return read_value(setting, node, effect, around, findings).map(Written::One);
    };
    if !setting.by_race {
        findings.borrow_mut().push(Finding::error("not-by-race").with("setting", setting.name).at(node.place.clone()));
        return None;
    }
    let known: Vec<&str> = if around.by_level {
        around.vocabulary.levels.iter().map(String::as_str).collect()
    } else {
        around.vocabulary.races.iter().map(String::as_str).chain(["none"]).collect()
    };
    let mut values = BTreeMap::new();
    for (key, node) in &table.entries {
        if !known.contains(&key.value.as_str()) {
            let finding = Finding::error("unknown-choice")
                .with("key", setting.name)
                .with("got", key.value.as_str())
                .at(key.place.clone())
                .near(&key.value, known.iter().copied());
            findings.borrow_mut().push(finding);
        } else if let Some(value) = read_value(setting, node, effect, around, findings) {
            values.insert(key.value.clone(), (value, key.place.clone()));
        }
    }
    Some(if around.by_level { Written::ByLevel(values) } else { Written::ByRace(values) })
}

pub(super) fn read_value(
    setting: &Setting,
    node: &Node,
    effect: Effect,
    around: Around<'_>,
    findings: &RefCell<Findings>,
) -> Option<Value> {
    let find = |finding: Finding| {
        let finding = if finding.place.is_some() { finding } else { finding.at(node.place.clone()) };
        findings.borrow_mut().push(finding);
    };
    let wrong = |wanted: Kind| {
        let finding = if matches!(wanted, Kind::Distance | Kind::Duration | Kind::Share | Kind::Pace) {
            Finding::error("wrong-measure").with("kind", wanted.name()).with("got", node_words(node))
        } else {
            Finding::error("wrong-type").with("wanted", wanted.name()).with("got", node.value.kind())
        };
        let finding = finding.with("key", setting.name).at(node.place.clone());
        findings.borrow_mut().push(finding.put(meant(setting, node, wanted, effect, around)));
    };
    if effect == Effect::Scale {
        if !setting.kind.has_scale() {
            find(Finding::error("cannot-scale").with("setting", setting.name));
            return None;
        }
        let share = match &node.value {
            Content::Text(text) => text.parse::<Share>().ok(),
            _ => None,
        };
        return match share {
            Some(share) if SCALES.contains(&share.fraction()) => Some(Value::Share(share)),
            Some(share) => {
                let [least, most] = [SCALES.start(), SCALES.end()].map(|end| Share::from_fraction(*end).to_string());
                let got = share.to_string();
                let finding = Finding::error("out-of-bounds").with("key", "scale").with("got", got);
                find(finding.with("least", least).with("most", most));
                None
            }
            None => {
                wrong(Kind::Share);
                None
            }
        };
    }
    if effect != Effect::Set && !setting.kind.has_order() {
        find(Finding::error("cannot-cap").with("setting", setting.name));
        return None;
    }
    let value = match (setting.kind, &node.value) {
        (Kind::Count, Content::Integer(n)) => Value::Count(*n),
        (Kind::Number, Content::Integer(n)) => Value::Number(*n as f64),
        (Kind::Number, Content::Float(n)) => Value::Number(*n),
        (Kind::YesNo, Content::Boolean(yes)) => Value::YesNo(*yes),
        (Kind::Distance | Kind::Duration | Kind::Share | Kind::Pace | Kind::Choice, Content::Text(text)) => {
            if let Ok(value) = Value::from_text(setting.kind, text) {
                value
            } else {
                wrong(setting.kind);
                return None;
            }
        }
        (Kind::Shares | Kind::Workouts, Content::List(items)) => {
            let words: Vec<&str> = items
                .iter()
                .filter_map(|item| match &item.value {
                    Content::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            let value =
                (words.len() == items.len()).then(|| Value::from_text(setting.kind, &words.join(",")).ok()).flatten();
            if let Some(value) = value {
                value
            } else {
                wrong(setting.kind);
                return None;
            }
        }
        _ => {
            wrong(setting.kind);
            return None;
        }
    };
    check_value(setting, &value, around.vocabulary).map_err(|finding| find(*placed(finding, node))).ok()?;
    Some(value)
}

/// What was most likely meant by a value of another kind, where it would be in bounds.
fn meant(setting: &Setting, node: &Node, wanted: Kind, effect: Effect, around: Around<'_>) -> Option<String> {
    let first = fitting(node, wanted.name())?;
    let in_bounds = |text: &String| {
        let value = Value::from_text(wanted, text.trim_matches(['[', ']', '"']));
        effect == Effect::Scale || value.is_ok_and(|value| check_value(setting, &value, around.vocabulary).is_ok())
    };
    // A time without a unit is minutes, unless only hours make sense.
    let hours = first.replace(" min", " h");
    [first, hours].into_iter().find(in_bounds)
}

/// By how much a rule may multiply what stands.
const SCALES: std::ops::RangeInclusive<f64> = 0.05..=3.0;

/// A finding about a value, at the very item of a list that it speaks of, with the nearest right word put there.
fn placed(finding: Box<Finding>, node: &Node) -> Box<Finding> {
    let fact = |name: &str| finding.args.get(name).and_then(|fact| fact.as_str());
    let Some(got) = fact("got") else { return finding };
    let item = match &node.value {
        Content::List(items) => items.iter().find(|item| matches!(&item.value, Content::Text(text) if text == got)),
        _ => None,
    };
    let place = item.unwrap_or(node).place.clone();
    let near = fact("near").map(str::to_owned);
    let got = got.to_owned();
    let finding = finding.at(place);
    Box::new(match near {
        Some(near) => finding.fixed_by(&got, &near),
        None => finding,
    })
}

/// Whether a value lies within its setting's bounds and names only what exists.
///
/// # Errors
/// What is wrong with it, without a place.
pub fn check_value(setting: &Setting, value: &Value, vocabulary: &Vocabulary) -> Result<(), Box<Finding>> {
    let numbers: Vec<f64> = match value {
        Value::Shares(shares) if shares.is_empty() => {
            return Err(Box::new(Finding::error("empty-list").with("key", setting.name)));
        }
        Value::Shares(shares) => shares.iter().map(|s| s.fraction() * 100.0).collect(),
        Value::Words(words) => {
            for word in words {
                if !vocabulary.workouts.contains(word) {
                    return Err(Box::new(unknown_word_of(
                        setting,
                        word,
                        vocabulary.workouts.iter().map(String::as_str),
                    )));
                }
            }
            return Ok(());
        }
        Value::Choice(word) => {
            let known: Vec<&str> = settings::fixed_choices(setting.name)
                .map_or_else(|| vocabulary.recipes.iter().map(String::as_str).collect(), <[_]>::to_vec);
            if known.contains(&word.as_str()) {
                return Ok(());
            }
            return Err(Box::new(unknown_word_of(setting, word, known)));
        }
        other => other.order().into_iter().collect(),
    };
    let (least, most) = setting.bounds();
    for number in numbers {
        // A cap written in another unit may miss the bound by a rounding.
        if number < setting.least - 1e-9 || number > setting.most + 1e-9 {
            return Err(Box::new(
                Finding::error("out-of-bounds")
                    .with("key", setting.name)
                    .with("got", value.written(crate::measure::Units::Km))
                    .with("least", least)
                    .with("most", most),
            ));
        }
    }
    Ok(())
}

fn unknown_word_of<'a>(setting: &Setting, word: &str, known: impl IntoIterator<Item = &'a str>) -> Finding {
    Finding::error("unknown-choice").with("key", setting.name).with("got", word).near(word, known)
}

fn node_words(node: &Node) -> String {
    node.place.words().chars().take(60).collect()
}

/// The settings that a request asks for.
pub fn read_settings(table: &Table, around: Around<'_>, because: &str, findings: &RefCell<Findings>) -> Sheet {
    let mut writes = Vec::new();
    for (key, node) in &table.entries {
        read_writes("", key, node, Effect::Set, &[], around, findings, &mut writes);
    }
    asked_for(writes, around, because)
}

/// A sheet of plain values that somebody asked for.
#[must_use]
pub fn asked_for(writes: Vec<Write>, around: Around<'_>, because: &str) -> Sheet {
    Sheet {
        file: around.file.to_owned(),
        layer: around.layer,
        plain: writes
            .into_iter()
            .map(|write| Plain { write, because: because.to_owned(), source: Vec::new() })
            .collect(),
        rules: Vec::new(),
        source: Vec::new(),
        cited: Vec::new(),
        pack: around.pack,
    }
}

/// Rules by id, so that the same id in a later sheet replaces the earlier rule.
#[must_use]
pub fn last_of_each(sheets: &[Arc<Sheet>]) -> BTreeMap<&str, usize> {
    let mut last = BTreeMap::new();
    for (index, sheet) in sheets.iter().enumerate() {
        for rule in &sheet.rules {
            last.insert(rule.id.as_str(), index);
        }
    }
    last
}
