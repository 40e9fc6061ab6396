//! The command line keeps its word: what each verb writes, what it spares, and how it ends.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::{inside, stepback, text};

/// What was said on standard error.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs the program, and expects it to end well.
pub(crate) fn well(folder: &Path, args: &[&str]) -> Output {
    let output = stepback(folder, args);
    assert!(output.status.success(), "{args:?}: {}", said(&output));
    output
}

const SARA: [&str; 9] =
    ["new", "--today", "2026-11-22", "--weekly", "38 km", "--days", "mon,tue,thu,sat", "--name", "Sara"];

fn new(folder: &Path, more: &[&str]) -> Output {
    stepback(folder, &[&SARA, more].concat())
}

#[test]
fn what_new_writes_is_planned_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for (name, more) in [
        ("bare.toml", &[] as &[&str]),
        ("race.toml", &["--race", "half-marathon", "--date", "2027-02-07", "--goal", "1:55:00", "--long-run", "sat"]),
        ("place.toml", &["--climate", "dubai", "--run-at", "dawn", "--treadmill", "--weeks", "12", "--units", "mi"]),
        ("all.toml", &["--recent-race", "10k", "--recent-time", "52:30", "--age", "41", "--health", "cleared"]),
        (
            "odd.toml",
            &["--title", "\"}} {% raw %}\n[race]", "--race-name", "#x", "--race", "10k", "--date", "2027-03-07"],
        ),
    ] {
        let written = new(here, &[&[name], more].concat());
        assert!(written.status.success(), "{name}: {}", said(&written));
        well(here, &["plan", name, "-f", "json"]);
        let plan: serde_json::Value = serde_json::from_str(&text(&here.join(name.replace(".toml", ".json")))).unwrap();
        assert_eq!(plan["runner"]["name"], "Sara", "{name}");
        assert_eq!(plan["start"], "2026-11-23", "{name}: the season begins next Monday");
    }
    let plan = text(&here.join("place.json"));
    assert!(plan.contains("\"units\": \"mi\"") && plan.contains("\"id\": \"dubai\""));
}

#[test]
fn new_spares_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    for (name, line) in [
        ("sara.toml", &SARA[..]),
        ("mine.toml", &[&SARA[..], &["mine.toml"]].concat()),
        ("checkins.csv", &["new", "--checkins"]),
        ("templates/print.css", &["new", "--templates"]),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "somebody's own").unwrap();
        let refused = stepback(folder.path(), line);
        assert_eq!(refused.status.code(), Some(1), "{name}");
        assert_eq!(text(&path), "somebody's own");
        well(folder.path(), &[line, &["--force"]].concat());
        assert_ne!(text(&path), "somebody's own");
    }
}

#[test]
fn new_neither_hangs_nor_guesses_where_nobody_can_answer() {
    let folder = tempfile::tempdir().unwrap();
    let unasked = stepback(folder.path(), &["new"]);
    assert_eq!(unasked.status.code(), Some(2));
    assert!(said(&unasked).contains("--weekly and --days"), "{}", said(&unasked));
    assert_eq!(new(folder.path(), &["--race", "10k"]).status.code(), Some(2), "a race on no day");
    let wrong = new(folder.path(), &["--longest", "14 miels"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(said(&wrong).contains("longest"), "{}", said(&wrong));
    let refused = new(folder.path(), &["--race", "marathon", "--date", "2026-12-20"]);
    assert_eq!(refused.status.code(), Some(1), "what cannot be planned is not written");
    assert!(inside(folder.path()).is_empty());
}

#[test]
fn a_runners_name_never_chooses_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().join("here");
    fs::create_dir(&here).unwrap();
    let written = stepback(&here, &["new", "--weekly", "38 km", "--days", "tue,sat", "--name", "../../Sara"]);
    assert!(written.status.success(), "{}", said(&written));
    assert!(here.join("sara.toml").exists() && inside(folder.path()).len() == 1);
}

#[test]
fn templates_that_were_copied_out_make_the_same_page() {
    let folder = tempfile::tempdir().unwrap();
    assert!(new(folder.path(), &["sara.toml"]).status.success());
    well(folder.path(), &["new", "look", "--templates"]);
    well(folder.path(), &["plan", "sara.toml", "-o", "ours"]);
    well(folder.path(), &["plan", "sara.toml", "-o", "theirs", "--templates", "look"]);
    for name in ["sara.md", "sara.html"] {
        assert_eq!(text(&folder.path().join("ours").join(name)), text(&folder.path().join("theirs").join(name)));
    }
}

#[test]
fn check_ins_have_the_columns_that_review_reads() {
    let folder = tempfile::tempdir().unwrap();
    well(folder.path(), &["new", "--checkins"]);
    well(folder.path(), &["new", "sara.toml", "--checkins"]);
    let columns = "date,fatigue,sleep,soreness,stress,motivation,resting_hr,pain,illness,note\n";
    for name in ["checkins.csv", "sara-checkins.csv"] {
        assert_eq!(text(&folder.path().join(name)), columns, "{name}");
    }
}

#[test]
fn every_shell_is_told_every_verb_and_so_is_the_manual() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh", "man"] {
        let script = String::from_utf8(well(folder.path(), &["completions", shell]).stdout).unwrap();
        for verb in ["plan", "why", "check", "rules", "paces", "climate", "render", "new"] {
            assert!(script.contains(verb), "{shell} does not know `{verb}`");
        }
    }
    well(folder.path(), &["completions", "man", "-o", "man"]);
    let page = text(&folder.path().join("man/stepback-plan.1"));
    assert!(page.contains("stepback plan sara.toml"), "the manual has the examples too");
}

#[test]
fn the_help_of_every_verb_has_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let help = String::from_utf8(well(folder.path(), &["--help"]).stdout).unwrap();
    let verbs = help.split("Commands:").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
    let verbs: Vec<&str> = verbs.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(verbs.len() >= 10, "{verbs:?}");
    for verb in verbs.into_iter().filter(|verb| *verb != "help") {
        let help = String::from_utf8(well(folder.path(), &[verb, "--help"]).stdout).unwrap();
        assert!(help.contains(&format!("\n  stepback {verb} ")), "`{verb}` shows no example");
    }
}

#[test]
fn diff_tells_what_changes_and_which_rule_did_it() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    assert!(new(here, &["sara.toml", "--race", "half-marathon", "--date", "2027-04-18"]).status.success());
    let told = |args: &[&str]| String::from_utf8(well(here, &[&["diff"], args].concat()).stdout).unwrap();
    assert_eq!(told(&["sara.toml", "sara.toml"]), "Nothing changes.\n");
    let text = told(&["sara.toml", "--set-b", "reset.latest=2"]);
    for words in ["weeks change. Steps back: ", "reset.latest: ", "2 after (--set:1)", "-> reset"] {
        assert!(text.contains(words), "`{words}` is not said:\n{text}");
    }
    // A pack of rules is named with its file and line.
    fs::create_dir(here.join("often")).unwrap();
    let rule = "[[rule]]\nid = \"often\"\nset = { reset.latest = 2, reset.earliest = 1 }\n\
                because = \"Resets come often here.\"\nsource = [\"house\"]\n";
    fs::write(here.join("often/often.toml"), rule).unwrap();
    let data: serde_json::Value =
        serde_json::from_str(&told(&["sara.toml", "--rules-b", "often", "-f", "json"])).unwrap();
    let cause = &data["causes"][0];
    assert_eq!(cause["b"]["rule"], "often", "{cause}");
    assert_eq!((&cause["b"]["file"], &cause["b"]["line"]), (&"often/often.toml".into(), &3.into()), "{cause}");
    assert!(!data["weeks"].as_array().unwrap().is_empty() && data["same"] == false);
    // Plans as data are held against each other too, and they say the same.
    well(here, &["plan", "sara.toml", "-f", "json", "-o", "a"]);
    well(here, &["plan", "sara.toml", "-f", "json", "-o", "b", "--rules", "often"]);
    let plans: serde_json::Value = serde_json::from_str(&told(&["a/sara.json", "b/sara.json", "-f", "json"])).unwrap();
    assert_eq!(plans["weeks"], data["weeks"]);
}

#[test]
fn diff_of_a_folder_begins_with_what_it_comes_to() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("clients")).unwrap();
    for (name, days) in [("a", "mon,wed,sat"), ("b", "tue,thu,sun")] {
        let line =
            ["new", &format!("clients/{name}.toml"), "--today", "2026-11-22", "--weekly", "30 km", "--days", days];
        well(here, &[&line[..], &["--race", "10k", "--date", "2027-03-28"]].concat());
    }
    fs::write(here.join("clients/c.toml"), "[runner]\nlevel = \"purple\"\n").unwrap();
    let output = stepback(here, &["diff", "clients", "--set-b", "reset.latest=2"]);
    assert_eq!(output.status.code(), Some(1), "one has no plan either way");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("3 clients: 2 change, 0 stay as before."), "{text}");
    assert!(text.contains("\na.toml (Runner)\n") && text.contains("\nc.toml\n  no plan before: "), "{text}");
    let unclear = stepback(here, &["diff", "clients"]);
    assert_eq!(unclear.status.code(), Some(2), "nothing to hold it against");
}

#[test]
fn diff_of_rosters_pairs_the_runners_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let row = |id: &str, race: &str| format!("{id},30 km,{race},2027-03-28,mon wed sat,2026-11-23\n");
    let roster = |name: &str, rows: &[String]| {
        fs::write(here.join(name), format!("id,weekly,race,date,days,start\n{}", rows.concat())).unwrap();
    };
    roster("now.csv", &[row("omar", "10k"), row("sara", "half-marathon"), row("lost", "6k")]);
    roster("later.csv", &[row("zoe", "10k"), row("sara", "10k"), row("lost", "6k")]);
    let told = |args: &[&str]| String::from_utf8(stepback(here, &[&["diff"], args].concat()).stdout).unwrap();

    let one = told(&["now.csv", "--set-b", "reset.latest=2"]);
    assert!(one.starts_with("3 clients: 2 change, 0 stay as before."), "{one}");
    assert!(
        one.contains("No plan either way: 1.")
            && one.contains("\nomar (Runner)\n")
            && one.contains("\nsara (Runner)\n"),
        "{one}"
    );
    let two = told(&["now.csv", "later.csv"]);
    assert!(two.starts_with("4 clients: 1 changes,"), "{two}");
    assert!(two.contains("No plan any more: omar.") && two.contains("where there was none: zoe."), "{two}");
    let data: serde_json::Value = serde_json::from_str(&told(&["now.csv", "later.csv", "-f", "json"])).unwrap();
    let names: Vec<&str> = data["clients"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["omar", "sara", "lost", "zoe"]);
    assert_eq!(stepback(here, &["diff", "now.csv", "."]).status.code(), Some(2), "a roster and a folder");
}

#[test]
fn a_week_of_text_is_ready_to_paste() {
    let folder = tempfile::tempdir().unwrap();
    assert!(new(folder.path(), &["sara.toml"]).status.success());
    let week = well(folder.path(), &["plan", "sara.toml", "-f", "text", "--week", "3", "-o", "-"]);
    let text_of_week = String::from_utf8(week.stdout).unwrap();
    assert!(text_of_week.contains("Week 3/") && !text_of_week.contains("Week 4/"), "{text_of_week}");
    assert!(!text_of_week.contains("stepback.plan"), "nobody pastes a mark");
    for _ in 0..2 {
        well(folder.path(), &["plan", "sara.toml", "-f", "text", "--week", "3"]);
    }
    assert!(text(&folder.path().join("sara-week-3.txt")).ends_with(&text_of_week));
    assert_eq!(stepback(folder.path(), &["plan", "sara.toml", "-f", "text", "--week", "99"]).status.code(), Some(1));
    assert_eq!(stepback(folder.path(), &["plan", "sara.toml", "-f", "md", "--week", "3"]).status.code(), Some(2));
}

#[test]
fn the_year_of_a_place_adds_up_hour_by_hour() {
    let folder = tempfile::tempdir().unwrap();
    for (id, hottest) in [("dubai", 8), ("singapore", 5), ("london", 7), ("oslo", 7), ("sydney", 1), ("nairobi", 3)] {
        let told = well(folder.path(), &["climate", id, "-f", "json"]);
        let year: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!((year["id"].as_str(), year["months"].as_array().map(Vec::len)), (Some(id), Some(12)));
        let mut warmest = (f64::MIN, 0_i64);
        for month in year["months"].as_array().unwrap() {
            let of = |hour: &str, figure: &str| month[hour][figure].as_f64().unwrap();
            let (dawn, afternoon) = (of("dawn", "temperature_c"), of("afternoon", "temperature_c"));
            // The air of a summer by the fjord, and of a port on the line, still warms by some degrees.
            assert!(afternoon >= dawn + 4.0, "{id}: {month}");
            if afternoon > warmest.0 {
                warmest = (afternoon, month["month"].as_i64().unwrap());
            }
            for hour in ["dawn", "afternoon"] {
                let (air, dew) = (of(hour, "temperature_c"), of(hour, "dew_point_c"));
                assert!(dew <= air, "{id}, {hour}: {month}");
                // The simplified index of the Australian weather office, without the sun before it is up.
                let vapour = 6.105 * (17.27 * dew / (237.7 + dew)).exp();
                let sun = if hour == "dawn" { 2.5 } else { 0.0 };
                let wbgt = 0.567 * air + 0.393 * vapour + 3.94 - sun;
                assert!((of(hour, "wbgt_c") - wbgt).abs() <= 0.6, "{id}, {hour}, {wbgt}: {month}");
            }
            let band = month["dawn"]["band"].as_str().unwrap();
            let high = ["high", "extreme"].contains(&band);
            assert!(!high || ["dubai", "singapore"].contains(&id), "{id}: {month}");
            assert!(!high || id != "dubai" || month["month"] != 1, "{month}");
        }
        let away = (warmest.1 - hottest).rem_euclid(12);
        assert!(away <= 1 || away == 11, "{id} is warmest in month {}", warmest.1);
    }
    let table = String::from_utf8(well(folder.path(), &["climate", "dubai"]).stdout).unwrap();
    assert!(table.lines().filter(|line| line.contains(" °C ")).count() == 12 && table.contains("dawn"), "{table}");
    let missing = stepback(folder.path(), &["climate", "dubia"]);
    assert!(missing.status.code() == Some(1) && said(&missing).contains("did you mean `dubai`?"));
}
