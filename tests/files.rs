//! The files as a runner gets them: whole, ours alone, the same from a request and from its plan as data. What stands inside
//! is read back by others in `clients/`.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::{home, inside, stepback};

const ALL: &str = "ics,csv,fit,intervals";

/// A folder with the request of a story in it, as `sara.toml`.
fn desk() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(home("plans/dubai-half-winter/request.toml"), folder.path().join("sara.toml")).unwrap();
    folder
}

fn run(folder: &TempDir, args: &[&str]) -> Vec<u8> {
    let output = stepback(folder.path(), args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn names(folder: &Path) -> Vec<String> {
    inside(folder).iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_plan_as_data_gives_the_same_files_as_its_request() {
    let folder = desk();
    run(&folder, &["plan", "sara.toml", "-f", &format!("json,{ALL}")]);
    run(&folder, &["render", "sara.json", "-f", ALL, "-o", "again"]);
    for name in ["sara.ics", "sara.csv", "sara-grid.csv", "sara.intervals.json"] {
        let [first, again] = [folder.path().join(name), folder.path().join("again").join(name)].map(fs::read);
        assert!(first.unwrap() == again.unwrap(), "{name}");
    }
    let [first, again] = ["sara-fit", "again/sara-fit"].map(|name| inside(&folder.path().join(name)));
    assert!(first.len() > 10);
    assert_eq!(first.len(), again.len());
    for (first, again) in first.iter().zip(&again) {
        assert!(fs::read(first).unwrap() == fs::read(again).unwrap(), "{}", first.display());
    }
}

#[test]
fn standard_output_gets_one_whole_file() {
    let folder = desk();
    run(&folder, &["plan", "sara.toml", "-f", ALL, "--zip"]);
    for (format, name) in
        [("ics", "sara.ics"), ("csv", "sara.csv"), ("fit", "sara-fit.zip"), ("intervals", "sara.intervals.json")]
    {
        let printed = run(&folder, &["plan", "sara.toml", "-f", format, "-o", "-"]);
        assert!(printed == fs::read(folder.path().join(name)).unwrap(), "{name}");
    }
}

#[test]
fn our_own_files_are_written_anew_and_those_of_others_are_spared() {
    let folder = desk();
    let write = || stepback(folder.path(), &["plan", "sara.toml", "-f", ALL]).status.success();
    assert!(write() && write(), "what is ours is known again");
    for name in ["sara.ics", "sara.csv", "sara-grid.csv", "sara.intervals.json"] {
        let own = fs::read(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name), "date,what\n").unwrap();
        assert!(!write(), "{name} is not ours");
        fs::write(folder.path().join(name), own).unwrap();
    }
    let workouts = folder.path().join("sara-fit");
    let first = inside(&workouts)[0].clone();
    fs::write(&first, "somebody's").unwrap();
    assert!(!write(), "nor is this workout");
    run(&folder, &["plan", "sara.toml", "-f", ALL, "--force"]);
    assert!(fs::read(first).unwrap().len() > 100);
}

#[test]
fn workouts_of_an_earlier_plan_go_and_those_of_others_stay() {
    let folder = desk();
    run(&folder, &["plan", "sara.toml", "-f", "fit"]);
    let workouts = folder.path().join("sara-fit");
    let now = names(&workouts);
    fs::copy(workouts.join(&now[0]), workouts.join("2020-01-01-threshold.fit")).unwrap();
    fs::write(workouts.join("mine.fit"), "a workout of my own").unwrap();
    run(&folder, &["plan", "sara.toml", "-f", "fit"]);
    let mut expected = now;
    expected.push("mine.fit".to_owned());
    assert_eq!(names(&workouts), expected);
}

#[test]
fn a_session_keeps_its_uid_when_the_plan_around_it_changes_and_no_two_runners_share_one() {
    let folder = desk();
    let request = fs::read_to_string(folder.path().join("sara.toml")).unwrap();
    let uids = |name: &str, request: &str| {
        fs::write(folder.path().join(name), request).unwrap();
        let calendar = String::from_utf8(run(&folder, &["plan", name, "-f", "ics", "-o", "-"])).unwrap();
        let uids = calendar.lines().filter_map(|line| line.strip_prefix("UID:")).map(str::to_owned);
        uids.collect::<std::collections::BTreeSet<String>>()
    };
    let first = uids("sara.toml", &request);
    let changed = request.replace("38 km", "34 km");
    assert_ne!(changed, request);
    let again = uids("sara.toml", &changed);
    let kept = first.intersection(&again).count();
    assert!(kept * 10 >= first.len() * 9, "{kept} of {} are known again", first.len());
    assert!(first.is_disjoint(&uids("other.toml", &request)), "another runner of the same name");
}
