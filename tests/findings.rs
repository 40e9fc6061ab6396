//! What a runner reads when a request has slips, and a coach when rules have: exact texts. Each `findings/NAME.toml` is a
//! broken request, each `findings/rules/NAME.toml` a broken pack of one file, and `NAME.stderr` beside it what the program says of it. `STEPBACK_RENEW=1 cargo test findings` writes the texts anew.

use std::collections::BTreeSet;
use std::fs;

use crate::{difference, home, inside, renew, stepback, text};

/// Where broken texts lie, and the verb that meets them: requests are planned, rules are checked.
const FOLDERS: [(&str, &str); 2] = [("tests/findings", "plan"), ("tests/findings/rules", "check")];

/// The names of the broken texts of a folder.
fn names(folder: &str, ending: &str) -> BTreeSet<String> {
    let ending = format!(".{ending}");
    let names = inside(&home(folder)).into_iter().filter_map(|path| {
        let name = path.file_name()?.to_str()?;
        name.strip_suffix(&ending).map(str::to_owned)
    });
    names.collect()
}

#[test]
fn every_slip_is_told_at_its_place_and_no_file_is_written() {
    let mut wrong = Vec::new();
    for (kept_in, verb, name) in
        FOLDERS.into_iter().flat_map(|(folder, verb)| names(folder, "toml").into_iter().map(move |n| (folder, verb, n)))
    {
        let folder = tempfile::tempdir().unwrap();
        let file = format!("{name}.toml");
        fs::copy(home(kept_in).join(&file), folder.path().join(&file)).unwrap();
        let output = stepback(folder.path(), &[verb, &file]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(output.stdout.is_empty(), "{name} prints on standard output");
        assert_eq!(inside(folder.path()).len(), 1, "{name} writes a file");

        let got = String::from_utf8(output.stderr).unwrap().replace("\r\n", "\n");
        let kept = home(kept_in).join(format!("{name}.stderr"));
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
    for (folder, _) in FOLDERS {
        let (slips, texts) = (names(folder, "toml"), names(folder, "stderr"));
        let idle: Vec<String> = texts.difference(&slips).cloned().collect();
        assert!(idle.is_empty(), "without a text of their own: {idle:?}");
        let files = inside(&home(folder)).into_iter().filter(|path| path.is_file()).count();
        assert_eq!(files, slips.len() + texts.len(), "something else lies in {folder}");
    }
}

#[test]
fn a_request_that_is_not_there_is_told_with_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let output = stepback(folder.path(), &["plan", "nowhere.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: nowhere.toml: there is no such file\nhelp: `stepback new nowhere.toml` writes one\n"
    );
}

#[test]
fn a_slip_of_the_command_line_ends_with_two() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(stepback(folder.path(), &["plam"]).status.code(), Some(2));
    assert_eq!(stepback(folder.path(), &["plan", "--papr", "a4", "x.toml"]).status.code(), Some(2));
}
