//! What the rules promise: `rules/cases.toml`, run through the rulebook, and the runner of cases itself.

use stepback::report;
use stepback::rulebook::{Pack, Rulebook, cases};

use crate::shipped;

#[test]
fn the_rules_keep_every_promise_of_their_cases() {
    let (book, phrases) = shipped();
    assert!(book.cases.len() > 20, "cases are read");
    let findings = cases::run(&book);
    assert!(findings.0.is_empty(), "\n{}", report::render(&findings, &phrases, false));
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
    let pack = Pack { name: "club".to_owned(), files: vec![("cases.toml".to_owned(), case.to_owned())] };
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
