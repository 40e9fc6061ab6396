//! Other languages: they say all that a runner reads, change no figure, and a coach adds one with a folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use stepback::phrasebook::Phrasebook;
use stepback::rulebook::{Pack, Rulebook};

use crate::{home, inside, shipped, stepback, text};

/// The languages that the rules speak besides English.
fn languages() -> Vec<String> {
    let folders = inside(&home("rules/lang")).into_iter();
    folders.map(|folder| folder.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

/// A language's files, as a pack of a coach would bring them.
fn as_a_pack(language: &str) -> Pack {
    let files = inside(&home("rules/lang").join(language)).into_iter().map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (format!("lang/{language}/{name}"), text(&path).into())
    });
    Pack { name: "mine".to_owned(), files: files.collect() }
}

/// A plan as data, of a request with some lines more.
fn plan(folder: &Path, request: &str, args: &[&str]) -> Value {
    fs::write(folder.join("season.toml"), request).unwrap();
    let output = stepback(folder, &[&["plan", "season.toml", "-f", "json", "-o", "-"], args].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A story of the gallery in a language.
fn told_in(story: &str, language: &str) -> String {
    let request = text(&home("plans").join(story).join("request.toml"));
    assert!(!request.contains("\nlanguage"), "{story} is told in English");
    let (before, after) = request.split_once("[plan]\n").expect("every story has a start");
    format!("{before}[plan]\nlanguage = \"{language}\"\n{after}")
}

/// Every text of some data.
fn texts<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(entries) => entries.values().for_each(|item| texts(item, found)),
        _ => {}
    }
}

/// The codes of a plan's findings.
fn codes(plan: &Value) -> Vec<&str> {
    plan["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn each_language_says_all_that_a_runner_reads_with_the_gaps_of_the_english() {
    let english = Phrasebook::shipped("en").unwrap();
    assert_eq!(languages(), ["ar", "es"]);
    for language in languages() {
        // As a coach's own it is looked at for names that nothing asks for, and for gaps that nothing fills or that are left out.
        let (book, findings) = Rulebook::read(&[as_a_pack(&language)]).unwrap_or_else(|found| panic!("{found}"));
        assert!(findings.0.is_empty(), "{language}: {findings}");
        assert_eq!(book.in_language(&language).unwrap().unspoken(), [""; 0], "{language}");
        let (book, _) = shipped();
        assert_eq!(book.in_language(&language).unwrap().unspoken(), [""; 0], "{language}");
        assert_eq!(english.other(&language).unwrap().unspoken(), [""; 0], "{language}");
    }
}

#[test]
fn a_language_changes_words_and_no_figure() {
    /// What is no word: ids, dates, the chain of reasons.
    const FIXED: [&str; 22] = [
        "id",
        "kind",
        "phase",
        "recipe",
        "rule",
        "file",
        "layer",
        "setting",
        "was",
        "now",
        "read",
        "start",
        "end",
        "date",
        "code",
        "severity",
        "do",
        "intensity",
        "by",
        "band",
        "start_by",
        "rules_digest",
    ];
    fn same(path: &str, one: &Value, other: &Value) {
        match (one, other) {
            (Value::Object(left), Value::Object(right)) => {
                assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>(), "{path}");
                for (key, value) in left {
                    same(&format!("{path}.{key}"), value, &right[key]);
                }
            }
            (Value::Array(left), Value::Array(right)) => {
                assert_eq!(left.len(), right.len(), "{path}: {left:?} {right:?}");
                left.iter().zip(right).for_each(|(one, other)| same(path, one, other));
            }
            (Value::String(_), Value::String(_)) if !FIXED.iter().any(|key| path.ends_with(&format!(".{key}"))) => {}
            _ => assert_eq!(one, other, "{path}"),
        }
    }
    let folder = tempfile::tempdir().unwrap();
    for story in ["dubai-half-summer", "mountain-50k", "singapore-first-5k", "doha-ramadan-coach"] {
        let english = plan(folder.path(), &told_in(story, "en"), &[]);
        for language in languages() {
            same(story, &english, &plan(folder.path(), &told_in(story, &language), &[]));
        }
    }
}

#[test]
fn no_sentence_of_the_rules_stays_behind_in_english() {
    let (book, _) = shipped();
    let english: BTreeSet<String> = book
        .prose()
        .into_iter()
        .filter(|(key, _)| !key.contains("because"))
        .flat_map(|(_, words)| words)
        .filter(|words| words.split(' ').count() > 2)
        .collect();
    let folder = tempfile::tempdir().unwrap();
    for language in languages() {
        for story in ["dubai-half-summer", "mountain-50k", "sydney-masters-half"] {
            let plan = plan(folder.path(), &told_in(story, &language), &[]);
            assert!(!codes(&plan).contains(&"words-in-english"));
            let mut found = Vec::new();
            for part in ["weeks", "races", "guardrails", "findings"] {
                texts(&plan[part], &mut found);
            }
            let left: Vec<&&str> = found.iter().filter(|text| english.contains(**text)).collect();
            assert!(left.is_empty(), "{story} in {language}: {left:?}");
            assert!(found.len() > 500);
        }
    }
}

#[test]
fn a_coach_adds_a_language_with_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("club/lang/fr");
    fs::create_dir_all(&pack).unwrap();
    for (language, body) in crate::readme::blocks(&text(&home("rules/README.md"))) {
        let name = body.lines().next().and_then(|line| line.strip_prefix("# lang/fr/")).map(str::to_owned);
        if let Some(name) = name.filter(|_| language == "toml") {
            fs::write(pack.join(name), body).unwrap();
        }
    }
    assert_eq!(inside(&pack).len(), 3, "the page of rules shows a language");
    let request = told_in("dubai-half-winter", "fr-CA");
    let plan = plan(folder.path(), &request, &["--rules", "club"]);
    assert_eq!(plan["language"], "fr-CA");
    let reset = plan["weeks"].as_array().unwrap().iter().find(|week| week["reset"]["recipe"] == "absorb").unwrap();
    assert_eq!(reset["reset"]["title"], "Laisse reposer");
    assert!(reset["reset"]["changes"][0].as_str().unwrap().ends_with("km dans la semaine."), "{reset}");
    let notes: Vec<&Value> =
        plan["findings"].as_array().unwrap().iter().filter(|f| f["code"] == "words-in-english").collect();
    assert_eq!(notes.len(), 1, "one note, however much is missing");
    assert_eq!(notes[0]["severity"], "note");
    assert!(notes[0]["message"].as_str().unwrap().contains("sentences have no words in `fr`"), "{}", notes[0]);
    let output = stepback(folder.path(), &["plan", "season.toml", "--rules", "club"]);
    assert!(output.status.success());
    let page = text(&folder.path().join("season.md"));
    assert!(page.contains("## Semaine 3") || page.contains("### Semaine 3"), "the words of the page are the pack's");
    assert!(text(&folder.path().join("season.html")).contains("<html lang=\"fr-CA\" dir=\"ltr\">"));
    // Without the pack nobody knows French, and the plan says so.
    let plan = self::plan(folder.path(), &request, &[]);
    assert_eq!((plan["language"].as_str(), codes(&plan).contains(&"unknown-language")), (Some("en"), true));
}

#[test]
fn words_of_the_page_may_come_with_the_templates() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("look/messages")).unwrap();
    fs::write(folder.path().join("look/messages/de.toml"), "[page]\nweek_number = \"Woche {{ n }}\"\n").unwrap();
    fs::write(folder.path().join("look/messages/en.toml"), "[page]\nweek_number = \"Chapter {{ n }}\"\n").unwrap();
    for (language, week) in [("de", "Woche 2"), ("en", "Chapter 2")] {
        fs::write(folder.path().join("season.toml"), told_in("london-first-10k", language)).unwrap();
        let output = stepback(folder.path(), &["plan", "season.toml", "--templates", "look", "-f", "md", "-o", "-"]);
        assert!(String::from_utf8(output.stdout).unwrap().contains(week), "{language}");
    }
    fs::write(folder.path().join("look/messages/de.toml"), "[page]\nweek_number = \"Woche {{ m }}\"\n").unwrap();
    let output = stepback(folder.path(), &["plan", "season.toml", "--templates", "look"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("look/messages/de.toml:2:"), "{said}");
}

#[test]
fn slips_in_a_language_are_told_at_their_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("club/lang/es")).unwrap();
    let path = folder.path().join("club/lang/es/workouts.toml");
    for (body, ends_well, told) in [
        ("[easy]\ntitel = \"Suave\"\n", true, "nothing asks for the words `workouts.easy.titel`"),
        ("[esy]\ntitle = \"Suave\"\n", true, "a similar name is `workouts.easy.title`"),
        ("[easy]\ntitle = \"Suave {{ cut }}\"\n", false, "nothing is known that fills `cut`"),
        ("[easy]\ntitle = [\"Suave\"]\n", false, "workouts.toml:2:9"),
        ("[easy]\ntitle = 3\n", false, "workouts.toml:2:9"),
        ("[easy]\nfeel = [1]\n", false, "workouts.toml:2:8"),
        ("[easy]\ntitle = \"{{ \"\n", false, "workouts.toml:2:"),
        ("[easy\n", false, "workouts.toml:1:"),
    ] {
        fs::write(&path, body).unwrap();
        for named in ["club", "club/lang/es/workouts.toml"] {
            let output = stepback(folder.path(), &["check", named]);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.success(), ends_well, "{body}: {said}");
            assert!(said.contains(told), "{body}: {said}");
        }
    }
    fs::remove_file(&path).unwrap();
    fs::write(folder.path().join("club/lang/es/resets.toml"), "[absorb]\nchanges = [\"Solo {{ cut }} menos.\"]\n")
        .unwrap();
    let output = stepback(folder.path(), &["check", "club"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("`resets.absorb.changes` leaves out `long_run`"), "{said}");
}

#[test]
fn what_a_pack_words_anew_is_not_said_in_the_old_words_of_another_language() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("club/workouts")).unwrap();
    fs::write(folder.path().join("club/workouts/easy.toml"), "title = \"With the dog\"\n").unwrap();
    let request = told_in("dubai-half-winter", "es");
    let plan = plan(folder.path(), &request, &["--rules", "club"]);
    let mut found = Vec::new();
    texts(&plan["weeks"], &mut found);
    assert!(found.iter().any(|text| text.starts_with("With the dog")));
    assert!(!found.iter().any(|text| text.starts_with("Rodaje suave")));
    let note =
        plan["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "words-in-english").unwrap();
    assert!(note["message"].as_str().unwrap().contains("1 frase"), "{note}");
}

#[test]
fn a_review_speaks_to_the_runner_in_the_language_of_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("sara.toml"), told_in("dubai-half-winter", "es")).unwrap();
    let checkins = "date,fatigue,sleep,soreness,stress,motivation\n2026-12-14,2,2,2,2,2\n2026-12-16,2,2,2,2,2\n";
    fs::write(folder.path().join("sara-checkins.csv"), checkins).unwrap();
    for what in ["sara.toml", "."] {
        let output = stepback(folder.path(), &["review", what, "--today", "2026-12-17"]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains("Descarga. Da un paso atrás esta semana"), "{said}");
        assert!(said.contains("de tus últimas 2 hojas están muy por debajo"), "{said}");
    }
}
