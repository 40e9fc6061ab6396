//! Many requests at once: each is answered in its order, by its name, and none stands in the way of another.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::verbs::{said, well};
use crate::{inside, stepback, text};

const HEAD: &str = "id,name,weekly,longest,age,race,date,goal,days,long-run,climate,start\n";

/// A runner a row: `row` may say anything about each.
fn roster(folder: &Path, rows: &[&str]) {
    fs::write(folder.join("clients.csv"), format!("{HEAD}{}\n", rows.join("\n"))).unwrap();
}

const SARA: &str = "sara,Sara,38 km,14 km,41,half-marathon,2027-02-07,1:55:00,mon tue thu sat sun,sat,dubai,2026-11-16";
const LENA: &str = ",Lena,24 km,10 km,33,10k,2027-03-07,finish,\"tue, thu, sun\",sun,,2026-11-16";
const OMAR: &str = ",Omar,many,,,10k,2027-03-07,,tue thu sat,,,2026-11-16";

fn names(folder: &Path) -> BTreeSet<String> {
    inside(folder).iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

/// Runs the program with something on its standard input.
fn fed(folder: &Path, args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stepback"))
        .current_dir(folder)
        .args(args)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeder = std::thread::spawn(move || to.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = feeder.join().unwrap();
    output
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn request(name: &str, weekly: &str) -> Value {
    json!({
        "runner": { "name": name, "weekly": weekly },
        "race": [{ "race": "10k", "date": "2027-03-07" }],
        "week": { "days": ["tue", "thu", "sat"] },
        "plan": { "start": "2026-11-16" },
    })
}

#[test]
fn one_broken_row_stops_nobody() {
    let folder = tempfile::tempdir().unwrap();
    roster(folder.path(), &[SARA, OMAR, LENA, LENA]);
    let output = stepback(folder.path(), &["plan", "clients.csv", "-o", "plans", "--today", "2026-12-10"]);
    assert_eq!(output.status.code(), Some(1));
    let expected = ["002-Omar", "sara", "003-Lena", "004-Lena"].map(|stem| format!("{stem}.html"));
    let found = names(&folder.path().join("plans"));
    assert!(!found.contains(&expected[0]) && expected[1..].iter().all(|name| found.contains(name)), "{found:?}");
    let summary = said(&output);
    for words in [
        "--> clients.csv:3:7",
        "Omar, clients.csv:3: ",
        "With a plan: Sara, Lena, Lena.",
        "3 of 4 have a plan, 1 has none",
    ] {
        assert!(summary.contains(words), "`{words}` is not said:\n{summary}");
    }
    // A row says what a request says: the same plan comes of both, but for the line that its reasons name.
    let line = ["new", "sara.toml", "--weekly", "38 km", "--longest", "14 km", "--age", "41", "--name", "Sara"];
    let race = ["--race", "half-marathon", "--date", "2027-02-07", "--goal", "1:55:00", "--climate", "dubai"];
    let week = ["--days", "mon,tue,thu,sat,sun", "--long-run", "sat", "--start", "2026-11-16", "--today", "2026-11-10"];
    well(folder.path(), &[&line[..], &race, &week].concat());
    let plan = |args: &[&str]| lines(&stepback(folder.path(), args)).remove(0);
    let of_row = plan(&["plan", "clients.csv", "-o", "-"]);
    let of_file: Value =
        serde_json::from_slice(&well(folder.path(), &["plan", "sara.toml", "-f", "json", "-o", "-"]).stdout).unwrap();
    assert_eq!(of_row["request_id"], "sara");
    assert_eq!(of_row["weeks"][3]["days"], of_file["weeks"][3]["days"]);
}

#[test]
fn the_overview_tells_of_every_client() {
    let folder = tempfile::tempdir().unwrap();
    roster(folder.path(), &[SARA, OMAR, &LENA.replace("Lena", "<script>alert(1)</script>")]);
    let line = ["plan", "clients.csv", "-o", "plans", "--today", "2026-12-10"];
    stepback(folder.path(), &line);
    let page = text(&folder.path().join("plans/index.html"));
    assert!(!page.contains("<script>") && page.contains("&lt;script&gt;"));
    for words in ["href=\"./sara.html\"", "Sara", "Omar", "in 59 days", "week 4 of", ">reset<", "No plan."] {
        assert!(page.contains(words), "`{words}` is not there:\n{page}");
    }
    // It is known again as ours, and a page of somebody else is spared.
    stepback(folder.path(), &line);
    fs::write(folder.path().join("plans/index.html"), "somebody's own").unwrap();
    let spared = stepback(folder.path(), &line);
    assert_eq!(text(&folder.path().join("plans/index.html")), "somebody's own");
    assert!(said(&spared).contains("index.html"), "{}", said(&spared));
}

#[test]
fn names_never_leave_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().join("here");
    fs::create_dir(&here).unwrap();
    let row = |id: &str, name: &str| LENA.replacen(",Lena", &format!("{id},{name}"), 1);
    let rows = [
        ("../x", "a"),
        ("/etc/x", "b"),
        ("index", "c"),
        ("con", "d"),
        ("Mia", "e"),
        ("mia", "f"),
        ("", "../../y"),
        ("", "سارة"),
    ];
    let rows: Vec<String> = rows.iter().map(|(id, name)| row(id, name)).collect();
    roster(&here, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    well(&here, &["plan", "clients.csv", "-o", "plans", "-f", "md"]);
    let expected =
        ["x", "etc-x", "index_", "con_", "Mia", "mia-6", "007-y", "008-سارة"].map(|stem| format!("{stem}.md"));
    assert_eq!(names(&here.join("plans")), BTreeSet::from(expected));
    assert_eq!(inside(folder.path()).len(), 1, "nothing stands outside");
}

#[test]
fn a_line_out_for_each_line_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut input = Vec::new();
    for n in 0..60 {
        let mut asked = request(&format!("Runner {n}"), if n % 7 == 3 { "many" } else { "38 km" });
        asked["id"] = json!(n);
        input.extend(asked.to_string().bytes());
        input.push(b'\n');
    }
    input.extend(b"\n{not json\n[]\n\xff\xfe\n");
    let output = fed(folder.path(), &["plan", "-"], &input);
    assert_eq!(output.status.code(), Some(1));
    let answers = lines(&output);
    assert_eq!(answers.len(), 64);
    for (n, answer) in answers.iter().enumerate() {
        if n >= 60 || n % 7 == 3 {
            assert!(answer["error"].is_string() && answer["line"] == n + 1, "{answer}");
        } else {
            assert_eq!(answer["runner"]["name"], format!("Runner {n}"));
            assert_eq!(answer["request_id"], n.to_string());
        }
    }
    assert!(said(&output).contains("51 of 64 have a plan, 13 have none"), "{}", said(&output));
    // The same lines from a file, into files.
    fs::write(folder.path().join("r.ndjson"), &input).unwrap();
    stepback(folder.path(), &["plan", "r.ndjson", "-o", "plans", "-f", "json"]);
    assert_eq!(inside(&folder.path().join("plans")).len(), 51);
    assert_eq!(fed(folder.path(), &["plan", "-", "-f", "md"], b"").status.code(), Some(2), "lines are JSON");
    assert_eq!(fed(folder.path(), &["plan", "-"], b"").status.code(), Some(0), "nothing asked, nothing answered");
}

#[test]
fn who_asks_line_by_line_is_answered_line_by_line() {
    use std::io::{BufRead as _, BufReader};
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_stepback"))
        .current_dir(folder.path())
        .args(["plan", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut to = child.stdin.take().unwrap();
    let mut from = BufReader::new(child.stdout.take().unwrap());
    for name in ["Ada", "Bo", "Cy"] {
        writeln!(to, "{}", request(name, "38 km")).unwrap();
        let mut answer = String::new();
        from.read_line(&mut answer).unwrap();
        assert!(answer.contains(name), "{name} is answered before the next one asks");
    }
    drop(to);
    assert!(child.wait().unwrap().success());
}

#[test]
fn folders_keep_their_folders_and_patterns_are_spread_out() {
    let folder = tempfile::tempdir().unwrap();
    for (path, name) in [("clients/team/ada.toml", "Ada"), ("clients/bo.toml", "Bo")] {
        let line = ["new", path, "--name", name, "--weekly", "30 km", "--days", "tue,thu,sun", "--today", "2026-11-22"];
        well(folder.path(), &line);
    }
    let output = well(folder.path(), &["plan", "clients", "-o", "plans"]);
    assert!(said(&output).contains("2 of 2 have a plan"), "{}", said(&output));
    assert!(text(&folder.path().join("plans/index.html")).contains("href=\"./team/ada.html\""));
    assert!(folder.path().join("plans/bo.md").exists());
    well(folder.path(), &["plan", "clients/*.toml", "-o", "some"]);
    assert!(names(&folder.path().join("some")).contains("bo.md") && !folder.path().join("some/team").exists());
    assert_eq!(lines(&well(folder.path(), &["plan", "clients", "-f", "json", "-o", "-"])).len(), 2);
    let twice = well(folder.path(), &["plan", "clients", "clients/bo.toml", "-f", "json", "-o", "-"]);
    assert_eq!(lines(&twice).len(), 2, "who is named twice is planned once");
    assert_eq!(stepback(folder.path(), &["plan", "nowhere/*.toml"]).status.code(), Some(1));
}
