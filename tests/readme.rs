//! README.md keeps its word: its request is planned, its commands run, and what it links to is there.

use std::fs;
use std::path::Path;

use crate::{home, stepback, text};

/// The blocks of code of a page, each with its language.
pub(crate) fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            blocks.push((language.to_owned(), body.join("\n") + "\n"));
        }
    }
    blocks
}

/// The words of a command; single quotes hold words together.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (i, part) in command.split('\'').enumerate() {
        if i % 2 == 1 {
            words.last_mut().expect("never empty").push_str(part);
            continue;
        }
        for (j, word) in part.split(' ').enumerate() {
            if j > 0 {
                words.push(String::new());
            }
            words.last_mut().expect("never empty").push_str(word);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_block_of_the_readme_runs() {
    let folder = tempfile::tempdir().unwrap();
    let page = text(&home("README.md"));
    let blocks = blocks(&page);
    let request = blocks.iter().find(|(language, _)| language == "toml").expect("the README shows a request");
    fs::write(folder.path().join("sara.toml"), &request.1).unwrap();
    let roster = blocks.iter().find(|(language, _)| language == "csv").expect("the README shows a roster");
    fs::write(folder.path().join("clients.csv"), &roster.1).unwrap();
    let story = "plans/dubai-half-winter/request.toml";
    fs::create_dir_all(folder.path().join(story).parent().unwrap()).unwrap();
    fs::copy(home(story), folder.path().join(story)).unwrap();

    let mut planned = 0;
    for (language, body) in &blocks {
        match language.as_str() {
            "toml" => assert_eq!(body, &request.1, "one request is shown, and it is run"),
            "csv" => assert_eq!(body, &roster.1, "one roster is shown, and it is run"),
            // `tests/clients/run` runs it, with the engine that it takes.
            "python" => {}
            "sh" => planned += body.lines().map(|line| run(folder.path(), line)).sum::<usize>(),
            other => panic!("no test runs a block of `{other}`"),
        }
    }
    assert!(planned >= 5, "the README shows how to plan");
    for name in [
        "sara.md",
        "sara.html",
        "sara.json",
        "printed/sara.html",
        "season/index.html",
        "plans/dubai-half-winter/plan.html",
    ] {
        assert!(folder.path().join(name).exists(), "{name} is written");
    }
}

/// Runs a line as a reader would; gives how many plans it made.
fn run(folder: &Path, line: &str) -> usize {
    // These tests are running already.
    if line == "cargo test" {
        return 0;
    }
    let line = line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("stepback "));
    let words = words(line.expect("a command that this test knows"));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let output = stepback(folder, &words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    usize::from(words[0] == "plan")
}

#[test]
fn every_link_of_the_papers_leads_somewhere() {
    for paper in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "tests/README.md", "rules/README.md"] {
        let page = text(&home(paper));
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            // A picture is drawn from the gallery by hand, when its page changes.
            if file.is_empty()
                || file.contains("://")
                || Path::new(file).extension().is_some_and(|ending| ending == "png")
            {
                continue;
            }
            let target = home(paper).parent().expect("in a folder").join(file);
            assert!(target.exists(), "{paper} leads to {file}, which is not there");
        }
    }
}

#[test]
fn the_command_that_checks_everything_runs_what_the_readme_says() {
    let ci = text(&home(".ci/run"));
    for command in ["cargo test", "cargo fmt --check", "cargo clippy --all-targets -- -D warnings"] {
        assert!(ci.contains(command), ".ci/run leaves out `{command}`");
    }
}
