//! The gallery: every story in `plans/` is planned again, and its pages must come out as they stand there, byte for byte.
//! `STEPBACK_RENEW=1 cargo test gallery` writes them anew; then read the difference before you commit it.

use std::fs;
use std::path::PathBuf;

use crate::{difference, home, inside, renew, stepback};

const PAGES: [&str; 2] = ["plan.html", "plan.md"];

/// The folders of `plans/`.
fn stories() -> Vec<PathBuf> {
    inside(&home("plans")).into_iter().filter(|path| path.is_dir()).collect()
}

/// Plans a story into a folder of its own and gives the bytes of its pages.
fn planned(story: &str) -> Vec<(&'static str, Vec<u8>)> {
    let out = tempfile::tempdir().unwrap();
    let request = format!("plans/{story}/request.toml");
    let output = stepback(&home(""), &["plan", &request, "-o", &out.path().to_string_lossy()]);
    assert!(output.status.success(), "{story}: {}", String::from_utf8_lossy(&output.stderr));
    let names: Vec<String> =
        inside(out.path()).iter().map(|p| p.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names, PAGES, "{story}");
    PAGES.iter().map(|page| (*page, fs::read(out.path().join(page)).unwrap())).collect()
}

#[test]
fn every_story_comes_out_as_it_stands() {
    let mut wrong = Vec::new();
    assert!(stories().len() >= 3, "stories are found");
    for folder in stories() {
        let story = folder.file_name().unwrap().to_string_lossy().into_owned();
        let pages = planned(&story);
        assert!(pages == planned(&story), "{story}: two runs differ");
        for (page, got) in pages {
            if renew() {
                fs::write(folder.join(page), &got).unwrap();
                continue;
            }
            let kept = fs::read(folder.join(page)).unwrap_or_default();
            if kept != got {
                let [kept, got] = [kept, got].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                wrong.push(format!("plans/{story}/{page}: {}", difference(&kept, &got)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\nIf that is right: STEPBACK_RENEW=1 cargo test gallery", wrong.join("\n"));
}

#[test]
fn nothing_else_lies_in_the_gallery() {
    for folder in stories() {
        for path in inside(&folder) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let known = name == "request.toml"
                || PAGES.contains(&name.as_str())
                || path.extension().is_some_and(|ending| ending == "png");
            assert!(known, "{} belongs to no story", path.display());
        }
        let request = fs::read_to_string(folder.join("request.toml")).unwrap();
        assert!(
            request.lines().any(|line| line.starts_with("start")),
            "{}: without a `start` it reads the clock",
            folder.display()
        );
    }
}
