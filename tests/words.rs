//! Every code, key, setting, word and measure has its sentence in `templates/messages/en.toml`, and sources resolve.

use std::collections::BTreeSet;

use stepback::calendar::PartOfDay;
use stepback::rulebook::guardrail::MEASURES;
use stepback::rulebook::{settings, words};

use crate::rust::{Token, files};
use crate::shipped;

/// The strings that stand right after one of these words and an opening bracket, `&` and `format!(` passed over.
fn said_after(tokens: &[Token], heads: &[&str]) -> Vec<String> {
    let mut said = Vec::new();
    for at in (0..tokens.len()).filter(|at| heads.iter().any(|head| tokens[*at].is(head))) {
        if tokens.get(at + 1) != Some(&Token::Sign('(')) {
            continue;
        }
        let mut rest = tokens[at + 2..].iter();
        let passed = |token: &&Token| token.is("format") || matches!(token, Token::Sign('&' | '!' | '('));
        if let Some(Token::Text(text)) = rest.find(|token| !passed(token)) {
            said.push(text.clone());
        }
    }
    said
}

/// Whether a key with `{}` in it could be this phrase.
fn fits(pattern: &str, phrase: &str) -> bool {
    let Some((before, rest)) = pattern.split_once('{') else { return pattern == phrase };
    let (_, after) = rest.split_once('}').unwrap_or(("", ""));
    let Some(phrase) = phrase.strip_prefix(before) else { return false };
    phrase.char_indices().any(|(at, _)| at > 0 && fits(after, &phrase[at..]))
        || (after.is_empty() && !phrase.is_empty())
}

#[test]
fn every_finding_has_words_and_no_words_are_left_over() {
    let (_, phrases) = shipped();
    let mut used = BTreeSet::new();
    let mut strings = BTreeSet::new();
    for file in files() {
        let program = file.program();
        // `Finding::error("code")` and its like.
        for at in (0..program.len()).filter(|at| program[*at].is("Finding")) {
            let call = &program[at..program.len().min(at + 6)];
            if let [_, Token::Sign(':'), Token::Sign(':'), Token::Word(_), Token::Sign('('), Token::Text(code)] = call {
                used.insert((code.clone(), file.path.clone()));
            }
        }
        strings.extend(program.into_iter().filter_map(|token| match token {
            Token::Text(text) => Some(text),
            _ => None,
        }));
    }
    assert!(used.len() > 50, "codes are found in the sources");
    let dumb: Vec<_> = used.iter().filter(|(code, _)| !phrases.has(&format!("finding.{code}.message"))).collect();
    assert!(dumb.is_empty(), "without words: {dumb:?}");

    let told: BTreeSet<&str> =
        phrases.phrases().keys().filter_map(|key| key.strip_prefix("finding.")?.strip_suffix(".message")).collect();
    let idle: Vec<&&str> = told.iter().filter(|code| !strings.contains(**code)).collect();
    assert!(idle.is_empty(), "words that no finding uses: {idle:?}");
}

#[test]
fn every_phrase_that_is_said_exists() {
    let (_, phrases) = shipped();
    let mut dumb = Vec::new();
    for file in files().iter().filter(|file| file.path != "phrasebook.rs") {
        for key in said_after(&file.program(), &["say", "word", "maybe"]) {
            // Rooms may say the end of a key and add its table themselves.
            let known = phrases.phrases().keys().any(|phrase| {
                fits(&key, phrase) || phrase.match_indices('.').any(|(dot, _)| fits(&key, &phrase[dot + 1..]))
            });
            if !known {
                dumb.push(format!("src/{}: {key}", file.path));
            }
        }
    }
    assert!(dumb.is_empty(), "{}", dumb.join("\n"));
}

#[test]
fn a_key_with_a_gap_fits_its_phrases() {
    assert!(fits("finding.{}.message", "finding.toml.message") && fits("month.{}", "month.12"));
    assert!(!fits("month.{}", "hour.dawn") && !fits("a.{}.b", "a.x.c") && !fits("month", "month.1"));
}

/// A table of names and a table of phrases match, name by name.
fn match_up<'a>(table: &str, names: impl IntoIterator<Item = &'a str>) {
    let (_, phrases) = shipped();
    let names: BTreeSet<&str> = names.into_iter().collect();
    let told: BTreeSet<&str> =
        phrases.phrases().keys().filter_map(|key| key.strip_prefix(table)?.strip_prefix('.')).collect();
    let dumb: Vec<_> = names.difference(&told).collect();
    let idle: Vec<_> = told.difference(&names).collect();
    assert!(dumb.is_empty() && idle.is_empty(), "[{table}] without words: {dumb:?}; words left over: {idle:?}");
}

#[test]
fn every_setting_has_its_sentence() {
    match_up("setting", settings::TABLE.iter().map(|setting| setting.name));
}

#[test]
fn every_word_has_its_sentence() {
    match_up("words", words::TABLE.iter().map(|word| word.name));
}

#[test]
fn every_part_of_the_day_has_its_word() {
    match_up("hour", PartOfDay::ALL.map(PartOfDay::name));
}

#[test]
fn every_source_of_a_rule_or_limit_is_known_and_every_work_is_cited() {
    let (book, _) = shipped();
    let mut cited = BTreeSet::new();
    for (_, sheet) in book.sheets() {
        cited.extend(sheet.source.iter().cloned());
        for rule in &sheet.rules {
            assert!(!rule.source.is_empty(), "`{}` says no source", rule.id);
            cited.extend(rule.source.iter().cloned());
        }
    }
    for guardrail in &book.guardrails {
        assert!(!guardrail.source.is_empty(), "`{}` says no source", guardrail.id.value);
        cited.extend(guardrail.source.iter().map(|id| id.value.clone()));
        assert!(MEASURES.iter().any(|measure| measure.name == guardrail.measure.name));
    }
    let unknown: Vec<_> = cited.iter().filter(|id| !book.sources.contains_key(*id)).collect();
    assert!(unknown.is_empty(), "not in rules/sources.toml: {unknown:?}");
}
