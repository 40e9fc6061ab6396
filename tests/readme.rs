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
    let shown = |language: &str, begins: &str| {
        let block = blocks.iter().find(|(of, body)| of == language && body.starts_with(begins));
        &block.unwrap_or_else(|| panic!("the README shows no {language} that begins with {begins}")).1
    };
    let (request, roster) = (shown("toml", "[runner]"), shown("csv", "id,"));
    fs::write(folder.path().join("sara.toml"), request).unwrap();
    fs::write(folder.path().join("clients.csv"), roster).unwrap();
    let story = "plans/dubai-half-winter/request.toml";
    fs::create_dir_all(folder.path().join(story).parent().unwrap()).unwrap();
    fs::copy(home(story), folder.path().join(story)).unwrap();

    let mut planned = 0;
    for (language, body) in &blocks {
        match language.as_str() {
            "toml" | "csv" if body.starts_with("# ") => {
                let (name, inside) = body.split_once('\n').expect("more than a name");
                // What tables of check-ins hold begins with their columns.
                let inside = if language == "csv" { inside } else { body };
                let path = folder.path().join(&name[2..]);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, inside).unwrap();
            }
            "toml" => assert_eq!(body, request, "one request is shown, and it is run"),
            "csv" => assert_eq!(body, roster, "one roster is shown, and it is run"),
            "console" => planned += talk(folder.path(), body),
            // `tests/clients/run` runs it, with the engine that it takes.
            "python" => {}
            "sh" => planned += body.lines().map(|line| run(folder.path(), line)).sum::<usize>(),
            other => panic!("no test runs a block of `{other}`"),
        }
    }
    assert!(planned >= 5, "the README shows how to plan");
    for name in [
        "ana.html",
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

/// Runs the commands of a block in order, and holds what each says against what is shown under it; `...` stands for what is
/// left out, lines or the end of one. Gives how many plans were made.
fn talk(folder: &Path, block: &str) -> usize {
    let mut planned = 0;
    for part in block.split("$ ").skip(1) {
        let (command, shown) = part.split_once('\n').expect("a command ends its line");
        let words = words(command.strip_prefix("stepback ").expect("a command of ours"));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = stepback(folder, &words);
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap()).concat();
        assert!(output.status.success(), "{command}: {said}");
        let (shown, said) = (shown.trim_end(), said.trim_end());
        assert!(
            reads(&shown.lines().collect::<Vec<_>>(), &said.lines().collect::<Vec<_>>()),
            "{command}\nshown:\n{shown}\nsaid:\n{said}"
        );
        planned += usize::from(words[0] == "plan");
    }
    planned
}

/// Whether lines read as they are shown.
fn reads(shown: &[&str], said: &[&str]) -> bool {
    match (shown, said) {
        ([], said) => said.is_empty(),
        (["...", rest @ ..], _) => (0..=said.len()).any(|left_out| reads(rest, &said[left_out..])),
        ([line, rest @ ..], [first, others @ ..]) => {
            let fits = line.strip_suffix("...").map_or(line == first, |begins| first.starts_with(begins));
            fits && reads(rest, others)
        }
        (_, []) => false,
    }
}

/// Runs a line as a reader would; gives how many plans it made.
fn run(folder: &Path, line: &str) -> usize {
    // These tests are running already, and what they run is built.
    if ["cargo test", "cargo install --path ."].contains(&line) {
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
