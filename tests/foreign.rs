//! Plans from elsewhere: each table in `foreign/` is judged, and the guardrails that break, with their weeks, are those that its
//! first line names. `# broken: single-run-spike 7` is a planted fault; `# broken:` alone is a plan that a coach would sign.

use std::fs;

use crate::{home, inside, stepback, text};

/// What is broken, as the verdict says it: guardrails with their weeks, notes left out.
fn broken(name: &str, args: &[&str]) -> (bool, Vec<String>) {
    let output = stepback(&home("tests/foreign"), &[&["check", name], args].concat());
    let verdict = String::from_utf8(output.stdout).unwrap();
    assert!(verdict.starts_with(&format!("{name}: ")), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let told = verdict.lines().skip(1).filter(|line| !line.trim_start().starts_with("Note"));
    let short = told.map(|line| {
        let (_, rest) = line.split_once('`').expect("a guardrail");
        let (id, weeks) = rest.split_once("`)").expect("its weeks");
        format!("{id}{}", weeks.trim_start_matches(": week").trim_start_matches('s'))
    });
    (output.status.success(), short.collect())
}

#[test]
fn planted_faults_are_found_and_none_is_made_up() {
    let mut wrong = Vec::new();
    let mut sound = 0;
    for path in inside(&home("tests/foreign")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let head = text(&path).lines().next().unwrap_or_default().to_owned();
        let (_, expected) =
            head.split_once("# broken:").unwrap_or_else(|| panic!("{name} does not say what is broken"));
        let expected: Vec<&str> = expected.split(';').map(str::trim).filter(|fault| !fault.is_empty()).collect();
        let (_, mut found) = broken(&name, &[]);
        found.sort();
        sound += usize::from(expected.is_empty());
        if found != expected {
            wrong.push(format!("{name}: {} where {} is planted", found.join("; "), expected.join("; ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(sound >= 3, "most plans are sound");
}

#[test]
fn every_story_of_the_gallery_is_as_sound_as_a_table_as_it_was() {
    let out = tempfile::tempdir().unwrap();
    for folder in inside(&home("plans")).iter().filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let request = out.path().join(format!("{name}.toml"));
        fs::copy(folder.join("request.toml"), &request).unwrap();
        let planned = stepback(out.path(), &["plan", &format!("{name}.toml"), "-f", "csv,json"]);
        assert!(planned.status.success());
        for ending in ["csv", "json"] {
            let checked = stepback(out.path(), &["check", &format!("{name}.{ending}")]);
            assert!(checked.status.success(), "{name}.{ending}: {}", String::from_utf8_lossy(&checked.stdout));
        }
    }
}

#[test]
fn a_plan_that_a_person_edited_is_judged_and_printed() {
    let out = tempfile::tempdir().unwrap();
    fs::copy(home("plans/london-first-10k/request.toml"), out.path().join("tom.toml")).unwrap();
    assert!(stepback(out.path(), &["plan", "tom.toml", "-f", "json"]).status.success());
    let path = out.path().join("tom.json");
    let mut plan: serde_json::Value = serde_json::from_str(&text(&path)).unwrap();
    let sessions = plan["weeks"][4]["days"].as_array_mut().unwrap();
    let day = sessions.iter_mut().find(|day| !day["sessions"].as_array().unwrap().is_empty()).unwrap();
    day["sessions"][0]["distance_m"] = 30_000.into();
    fs::write(&path, plan.to_string()).unwrap();
    let checked = stepback(out.path(), &["check", "tom.json"]);
    let verdict = String::from_utf8(checked.stdout).unwrap();
    assert!(!checked.status.success() && verdict.contains("not sound"), "{verdict}");
    for id in ["single-run-spike", "volume-adds-up", "steps-add-up"] {
        assert!(verdict.contains(id), "{id} in {verdict}");
    }
    let told = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(told.contains("week 5") && told.contains("why: "), "{told}");
    let rendered = stepback(out.path(), &["render", "tom.json", "-f", "md,html,ics,csv,fit,intervals", "-o", "out"]);
    assert!(rendered.status.success(), "{}", String::from_utf8_lossy(&rendered.stderr));
}

/// What is said of a table that cannot be read.
fn said(body: &str, args: &[&str]) -> String {
    let out = tempfile::tempdir().unwrap();
    fs::write(out.path().join("plan.csv"), body).unwrap();
    let output = stepback(out.path(), &[&["check", "plan.csv"], args].concat());
    let verdict = String::from_utf8_lossy(&output.stdout).into_owned();
    format!("{verdict}{}", String::from_utf8_lossy(&output.stderr))
}

#[test]
fn units_that_nobody_said_are_asked_for() {
    let table = "date,title,distance\n2027-01-05,Easy,8\n2027-01-07,Easy,8\n";
    assert!(said(table, &[]).contains("units-unsaid") && said(table, &[]).contains("--units km"));
    assert!(said(table, &["--units", "mi"]).contains("16 mi"));
    assert!(said(&table.replace("distance", "km"), &[]).contains("16 km"));
}

#[test]
fn tables_that_cannot_be_read_are_told_at_their_place() {
    for (body, code) in [
        ("", "table-without-columns"),
        ("runner,club\nSara,Creek\n", "table-without-columns"),
        ("date,km\n", "table-without-rows"),
        ("date,km\n2027-01-05,far\n", "plan.csv:2"),
        ("date,km\nsoon,8\n2027-01-05,8\n", "row-without-date"),
        ("date,km\n2027-01-05,8\n2037-01-05,8\n", "table-too-long"),
        ("date,km\n03/04/2027,8\n", "dates-either-way"),
        ("date,km\n\"2027-01-05,8\n", "table-without-rows"),
        ("\u{0}\u{1}\n,,,\n", "table-without-columns"),
    ] {
        let said = said(body, &[]);
        assert!(said.contains(code), "{body:?}: {said}");
    }
}
