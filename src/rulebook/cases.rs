//! Cases: what the rules promise, in examples that a coach can read, held to the rules themselves.

use std::cell::RefCell;
use std::sync::Arc;

use super::layers::Ledger;
use super::library::Case;
use super::rule::{Around, Effect, read_value, unknown_setting};
use super::settings::{self, Stage, Value, key};
use super::words::{self, Answer, Facts, IdKind, Unit, WordKind, word};
use super::{NO_RACE, Rulebook};
use crate::document::{At, Content, Node, Table, unknown_choice};
use crate::finding::{Finding, Findings};
use crate::measure::{Distance, Units};
use crate::reason::{Layer, Reason};

/// Runs the cases of a rulebook: words are given, settings are settled, and what is expected is put beside what is got.
///
/// A word that a case does not give is missing, and a rule that asks it does not hold. Where the level is not given it is
/// told from the weekly distance. One finding for each setting that differs and for each rule that stayed silent.
#[must_use]
pub fn run(book: &Rulebook) -> Findings {
    let mut findings = book.built_in_cases().1.clone();
    for case in book.cases() {
        run_one(book, case, &mut findings);
    }
    findings
}

/// Runs one case.
fn run_one(book: &Rulebook, case: &Case, findings: &mut Findings) {
    let Some(facts) = given(book, case, findings) else { return };
    let text = |word: usize| match facts.get(word) {
        Some(Answer::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let weekly = match facts.get(word::RUNNER_WEEKLY) {
        Some(Answer::Number(km)) => Distance::from_km(*km),
        _ => Distance::ZERO,
    };
    let level = text(word::RUNNER_LEVEL).or_else(|| book.level_of(weekly)).unwrap_or_default();
    let race = text(word::RACE_ID).filter(|id| *id != NO_RACE);
    let file = &case.name.place.text.name;
    let asked = match case.asked.as_ref().map(|settings| book.asked(settings, file, &case.name.value)).transpose() {
        Ok(asked) => asked.into_iter().collect::<Vec<_>>(),
        Err(wrong) => return findings.0.extend(wrong.0),
    };
    let packs = case.pack + 1;
    let force = book.in_force_up_to(packs, level, race, text(word::CLIMATE_KIND), &asked);

    let mut ledger = Ledger::new();
    let season = Arc::new(force.settle(Stage::Season, &facts, &[], &mut ledger));
    let placed = Arc::new(force.settle(Stage::Placement, &facts, &[], &mut ledger).above(&season));
    // Which recipe it is must be known before the recipe itself can speak.
    let recipe = if text(word::WEEK_KIND) == Some("reset") {
        let recipe = |index: usize| index == key::RESET_RECIPE.index();
        let chosen = force.settle_some(Stage::Amount, &facts, &[], &mut Ledger::blank(), &recipe);
        let mut sheets = book.recipe_sheets(&chosen.get(key::RESET_RECIPE));
        sheets.retain(|sheet| sheet.pack < packs);
        sheets
    } else {
        Vec::new()
    };
    let settled = force.settle(Stage::Amount, &facts, &recipe, &mut ledger).above(&placed);
    let reasons = ledger.into_entries();

    for (name, node) in settings_of(&case.expect) {
        let Some(index) = settings::index_of(&name.value) else {
            findings.push(unknown_setting(&name.value, &name.place, &[]));
            continue;
        };
        let last = settled.chain(index).last().and_then(|id| reasons.iter().find(|reason| reason.id == *id));
        compare(book, case, index, node, settled.value(index), last, findings);
    }
    for rule in &case.why {
        if reasons.iter().any(|reason| reason.rule.as_ref() == Some(&rule.value)) {
            continue;
        }
        let known = || book.sheets().flat_map(|(_, sheet)| sheet.rules.iter().map(|rule| rule.id.as_str()));
        findings.push(if known().any(|id| id == rule.value) {
            Finding::error("case-rule-silent")
                .with("case", case.name.value.as_str())
                .with("rule", rule.value.as_str())
                .at(rule.place.clone())
        } else {
            unknown_choice("why", rule, known())
        });
    }
}

/// Finds fault where a setting is not what a case expects. Values are the same when they are written the same.
fn compare(
    book: &Rulebook,
    case: &Case,
    index: usize,
    node: &Node,
    got: Option<&Value>,
    last: Option<&Reason>,
    findings: &mut Findings,
) {
    let setting = &settings::TABLE[index];
    let file = node.place.text.name.as_str();
    let around =
        Around { vocabulary: &book.vocabulary, file, layer: Layer::Request, by_level: false, pack: usize::MAX };
    let found = RefCell::new(Findings::new());
    let expected = read_value(setting, node, Effect::Set, around, &found);
    findings.0.extend(found.into_inner().0);
    let Some(expected) = expected else { return };
    let expected = expected.written(Units::Km);
    let got = got.map(|value| value.written(Units::Km));
    if got.as_ref() == Some(&expected) {
        return;
    }
    let mut finding = Finding::error("case-differs")
        .with("case", case.name.value.as_str())
        .with("setting", setting.name)
        .with("expected", expected)
        .at(node.place.clone());
    if let Some(got) = got {
        finding = finding.with("got", got);
    }
    if let Some(reason) = last {
        finding = finding.with("file", reason.file.as_str()).with("line", reason.line);
        if let Some(rule) = &reason.rule {
            finding = finding.with("rule", rule.as_str());
        }
    }
    findings.push(finding);
}

/// The words that a case gives; none where one of them cannot be understood.
fn given(book: &Rulebook, case: &Case, findings: &mut Findings) -> Option<Facts> {
    let mut facts = Facts::new();
    let mut understood = true;
    for (name, node) in flat("", &case.given, &|name| words::index_of(name).is_some()) {
        let Some(index) = words::index_of(&name.value) else {
            findings.push(
                Finding::error("unknown-word")
                    .with("got", name.value.as_str())
                    .at(name.place)
                    .near(&name.value, words::TABLE.iter().map(|word| word.name)),
            );
            understood = false;
            continue;
        };
        match answer(book, index, node) {
            Ok(answer) => facts.tell(index, answer),
            Err(finding) => {
                findings.push(*finding);
                understood = false;
            }
        }
    }
    understood.then_some(facts)
}

/// What a node answers to a word.
fn answer(book: &Rulebook, index: usize, node: &Node) -> Result<Answer, Box<Finding>> {
    let word = &words::TABLE[index];
    let wrong = |wanted: &str| {
        Box::new(
            Finding::error("wrong-type")
                .with("key", word.name)
                .with("wanted", wanted)
                .with("got", node.value.kind())
                .at(node.place.clone()),
        )
    };
    let one_of = |known: Vec<&str>, node: &Node| match &node.value {
        Content::Text(text) if known.contains(&text.as_str()) => Ok(text.clone()),
        Content::Text(text) => {
            let text = At { value: text.clone(), place: node.place.clone() };
            Err(Box::new(unknown_choice(word.name, &text, known)))
        }
        _ => Err(wrong("text")),
    };
    let races = || book.races.keys().map(String::as_str).collect::<Vec<_>>();
    match (word.kind, &node.value) {
        (WordKind::Number(..), Content::Integer(number)) => Ok(Answer::Number(*number as f64)),
        (WordKind::Number(..), Content::Float(number)) => Ok(Answer::Number(*number)),
        // A distance may be written as one, in kilometres or miles.
        (WordKind::Number(Unit::Km, ..), Content::Text(text)) if text.parse::<Distance>().is_ok() => {
            Ok(Answer::Number(text.parse::<Distance>().map_or(0.0, Distance::km)))
        }
        (WordKind::Number(..), _) => Err(wrong("number")),
        (WordKind::YesNo, Content::Boolean(yes)) => Ok(Answer::YesNo(*yes)),
        (WordKind::YesNo, _) => Err(wrong("boolean")),
        (WordKind::Choice(known), _) => one_of(known.to_vec(), node).map(Answer::Text),
        (WordKind::Id(kind), _) => {
            let known = match kind {
                IdKind::Level => book.levels.keys().map(String::as_str).collect(),
                IdKind::Race => races(),
                IdKind::ClimateKind => book.vocabulary.kinds.iter().map(String::as_str).collect(),
            };
            one_of(known, node).map(Answer::Text)
        }
        (WordKind::Races, Content::List(items)) => {
            items.iter().map(|item| one_of(races(), item)).collect::<Result<_, _>>().map(Answer::Texts)
        }
        (WordKind::Races, _) => Err(wrong("list")),
    }
}

/// The settings that a table names, with their values.
fn settings_of(table: &Table) -> Vec<(At<String>, &Node)> {
    flat("", table, &|name| settings::index_of(name).is_some())
}

/// The values of nested tables by their whole names: `reset = { latest = 3 }` and `reset.latest = 3` are the same.
fn flat<'t>(prefix: &str, table: &'t Table, known: &dyn Fn(&str) -> bool) -> Vec<(At<String>, &'t Node)> {
    let mut found = Vec::new();
    for (key, node) in &table.entries {
        let name = if prefix.is_empty() { key.value.clone() } else { format!("{prefix}.{}", key.value) };
        match &node.value {
            Content::Table(inner) if !known(&name) => found.extend(flat(&name, inner, known)),
            _ => found.push((At { value: name, place: key.place.clone() }, node)),
        }
    }
    found
}
