//! What a runner reads when a request has slips: exact texts. Each `findings/NAME.toml` is a broken request, and
//! `findings/NAME.stderr` what the program says of it. `STEPBACK_RENEW=1 cargo test findings` writes the texts anew.

use std::collections::BTreeSet;
use std::fs;

use crate::{difference, home, inside, renew, stepback, text};

/// The names of the broken requests.
fn names(ending: &str) -> BTreeSet<String> {
    let ending = format!(".{ending}");
    let names = inside(&home("tests/findings")).into_iter().filter_map(|path| {
        let name = path.file_name()?.to_str()?;
        name.strip_suffix(&ending).map(str::to_owned)
    });
    names.collect()
}

#[test]
fn every_slip_is_told_at_its_place_and_no_file_is_written() {
    let mut wrong = Vec::new();
    for name in names("toml") {
        let folder = tempfile::tempdir().unwrap();
        let file = format!("{name}.toml");
        fs::copy(home("tests/findings").join(&file), folder.path().join(&file)).unwrap();
        let output = stepback(folder.path(), &["plan", &file]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(output.stdout.is_empty(), "{name} prints on standard output");
        assert_eq!(inside(folder.path()).len(), 1, "{name} writes a file");

        let got = String::from_utf8(output.stderr).unwrap().replace("\r\n", "\n");
        let kept = home("tests/findings").join(format!("{name}.stderr"));
        if renew() {
            fs::write(&kept, &got).unwrap();
        } else if !kept.exists() {
            wrong.push(format!("{name}.stderr is missing; the program says\n{got}"));
        } else if text(&kept) != got {
            wrong.push(format!("{name}: {}\nthe program says\n{got}", difference(&text(&kept), &got)));
        }
    }
    assert!(wrong.is_empty(), "{}\nIf that is right: STEPBACK_RENEW=1 cargo test findings", wrong.join("\n"));
}

#[test]
fn no_text_is_left_over_from_a_slip_that_is_gone() {
    let idle: Vec<String> = names("stderr").difference(&names("toml")).cloned().collect();
    assert!(idle.is_empty(), "without a request: {idle:?}");
    let folder = inside(&home("tests/findings"));
    assert_eq!(folder.len(), names("toml").len() + names("stderr").len(), "something else lies in tests/findings");
}

#[test]
fn a_request_that_is_not_there_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let output = stepback(folder.path(), &["plan", "nowhere.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "error: nowhere.toml: there is no such file\n");
}

#[test]
fn a_slip_of_the_command_line_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(stepback(folder.path(), &["plam"]).status.code(), Some(2));
    assert_eq!(stepback(folder.path(), &["plan", "--papr", "a4", "x.toml"]).status.code(), Some(2));
}
