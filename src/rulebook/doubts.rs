//! Doubts: what is sound in a rulebook and yet most likely not meant. Only `check` looks for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Rulebook;
use super::library::FileKind;
use super::rule::{Effect, Rule, Sheet, Write};
use super::settings;
use crate::finding::{Finding, Findings};
use crate::source::Place;

/// The words by which a rule is known to be there for safety.
const CAREFUL: [&str; 13] = [
    "runner.age",
    "runner.injured",
    "runner.injured_now",
    "runner.pregnant",
    "runner.heart",
    "runner.first_plan",
    "heat.band",
    "heat.wbgt",
    "heat.temperature",
    "heat.dew_point",
    "heat.sum",
    "heat.excess",
    "heat.acclimatised",
];

/// Settings that describe rather than limit, so that nothing is made safer or less safe by writing them.
const DESCRIBING: [&str; 3] = ["pace.", "heat.slowdown", "runs.run-walk"];

/// Warns of rules that can never hold, of values that are always written over, of safety that a later voice could undo, and
/// of sources that nothing names.
#[must_use]
pub fn look(book: &Rulebook) -> Findings {
    let mut findings = Findings::new();
    for (_, sheet) in book.sheets() {
        for rule in &sheet.rules {
            never_holds(book, rule, &mut findings);
            undone_safety(rule, &mut findings);
        }
    }
    for pack in 0..book.packs {
        written_over(book, pack, &mut findings);
    }
    let cited: BTreeSet<&str> = book
        .cited
        .iter()
        .chain(book.guardrails.iter().flat_map(|guardrail| &guardrail.source))
        .map(|source| source.value.as_str())
        .collect();
    for (id, source) in book.sources.iter().filter(|(id, _)| !cited.contains(id.as_str())) {
        findings.push(Finding::warning("unused-source").with("id", id.as_str()).at(source.place.clone()));
    }
    findings
}

fn never_holds(book: &Rulebook, rule: &Rule, findings: &mut Findings) {
    let Some(when) = &rule.when else { return };
    if !when.could_hold(&book.vocabulary) {
        findings.push(Finding::warning("never-holds").with("rule", rule.id.as_str()).at(when.place.clone()));
    }
}

/// What is there for safety is a cap or a floor: a later voice writes over everything else.
fn undone_safety(rule: &Rule, findings: &mut Findings) {
    let Some(when) = &rule.when else { return };
    let Some(word) = when.asks().find(|word| CAREFUL.contains(&word.name)) else { return };
    for write in rule.writes.iter().filter(|write| write.effect == Effect::Set) {
        let setting = &settings::TABLE[write.setting];
        let limits = setting.kind.has_order() && !DESCRIBING.iter().any(|start| setting.name.starts_with(start));
        if limits {
            findings.push(
                Finding::warning("safety-by-set")
                    .with("rule", rule.id.as_str())
                    .with("setting", setting.name)
                    .with("word", word.name)
                    .at(write.place.clone())
                    .also_at(when.place.clone()),
            );
        }
    }
}

/// Values that a later voice of the same pack always writes over.
fn written_over(book: &Rulebook, pack: usize, findings: &mut Findings) {
    let always: Vec<&Arc<Sheet>> = book
        .sheets()
        .filter(|((kind, _), sheet)| sheet.pack == pack && matches!(kind, FileKind::Season | FileKind::Situation))
        .map(|(_, sheet)| sheet)
        .collect();
    let sets_always = |rule: &&Rule| rule.when.is_none();
    for (_, sheet) in book.sheets().filter(|(_, sheet)| sheet.pack == pack) {
        let at = always.iter().position(|other| Arc::ptr_eq(other, sheet));
        for plain in &sheet.plain {
            let same = |write: &&Write| write.setting == plain.write.setting && write.effect == Effect::Set;
            let by_rule = sheet.rules.iter().filter(sets_always).flat_map(|rule| &rule.writes).find(same);
            let later = at.iter().flat_map(|at| &always[at + 1..]);
            let by_sheet = later.flat_map(|sheet| {
                let by_rules = sheet.rules.iter().filter(sets_always).flat_map(|rule| &rule.writes);
                sheet.plain.iter().map(|plain| &plain.write).chain(by_rules)
            });
            if let Some(over) = by_rule.or_else(|| by_sheet.into_iter().find(|write| same(write))) {
                findings.push(
                    Finding::warning("always-overwritten")
                        .with("setting", settings::TABLE[plain.write.setting].name)
                        .at(plain.write.place.clone())
                        .also_at(Place::clone(&over.place)),
                );
            }
        }
    }
}
