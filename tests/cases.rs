//! What the rules promise: `rules/cases.toml`, run through the rulebook, and the runner of cases itself.

use std::collections::BTreeSet;

use stepback::report;
use stepback::rulebook::{Pack, Rulebook, cases, doubts};

use crate::shipped;

#[test]
fn the_rules_keep_every_promise_of_their_cases() {
    let (book, phrases) = shipped();
    assert!(book.cases().count() >= 40, "cases are read");
    let findings = cases::run(&book);
    assert!(findings.0.is_empty(), "\n{}", report::render(&findings, &phrases, false));
}

#[test]
fn every_conditional_rule_appears_in_a_case() {
    let (book, _) = shipped();
    let named: BTreeSet<&str> = book.cases().flat_map(|case| case.why.iter().map(|rule| rule.value.as_str())).collect();
    let bare: Vec<String> = book
        .sheets()
        .flat_map(|(_, sheet)| sheet.rules.iter().map(move |rule| (sheet, rule)))
        .filter(|(_, rule)| rule.when.is_some() && !named.contains(rule.id.as_str()))
        .map(|(sheet, rule)| format!("  {}:{}: {}", sheet.file, rule.place.line(), rule.id))
        .collect();
    assert!(
        bare.is_empty(),
        "no case holds these rules to their word. Add a [[case]] to rules/cases.toml whose `why` names the rule \
         (rules/README.md, \"A case\", shows one):\n{}",
        bare.join("\n")
    );
}

#[test]
fn every_number_says_where_it_comes_from() {
    let (book, _) = shipped();
    let sheets = || book.sheets().map(|(_, sheet)| sheet);
    let silent: Vec<String> = sheets()
        .flat_map(|sheet| sheet.plain.iter().map(move |plain| (sheet, plain)))
        .filter(|(_, plain)| plain.source.is_empty())
        .map(|(sheet, plain)| format!("{}:{}", sheet.file, plain.write.place.line()))
        .chain(
            sheets()
                .flat_map(|sheet| sheet.rules.iter().map(move |rule| (sheet, rule)))
                .filter(|(_, rule)| rule.source.is_empty())
                .map(|(sheet, rule)| format!("{}:{}", sheet.file, rule.place.line())),
        )
        .chain(book.guardrails.iter().filter(|rail| rail.source.is_empty()).map(|rail| rail.id.value.clone()))
        .collect();
    assert!(silent.is_empty(), "name a work of rules/sources.toml, or `house`: {silent:?}");
}

#[test]
fn nothing_in_the_rules_is_doubtful() {
    let (book, phrases) = shipped();
    let doubts = doubts::look(&book);
    assert!(doubts.0.is_empty(), "\n{}", report::render(&doubts, &phrases, false));
}

#[test]
fn a_broken_promise_shows_what_was_expected_beside_what_came() {
    let (_, phrases) = shipped();
    let case = r#"[[case]]
name   = "everybody steps back every second week"
given  = { runner.level = "intermediate", runner.weekly = 38, runner.runs = 5, season.weeks = 12 }
expect = { reset.latest = 2 }
why    = ["masters-step-back-sooner", "masters-step-back"]
"#;
    let pack = Pack { name: "club".to_owned(), files: vec![("cases.toml".to_owned(), case.to_owned().into())] };
    let (book, _) = Rulebook::read(&[pack]).unwrap();
    let found = report::render(&cases::run(&book), &phrases, false);
    let told = [
        "case `everybody steps back every second week`: `reset.latest` is 4, not 2",
        "club/cases.toml:4:27",
        "the last word was spoken in rules/levels/intermediate.toml, line ",
        "the rule `masters-step-back-sooner` did not speak",
        "did you mean `masters-step-back-sooner`?",
        "3 errors",
    ];
    for words in told {
        assert!(found.contains(words), "{words} is not in\n{found}");
    }
}
