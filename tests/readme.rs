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

/// What the examples of the help are run in: the files that they name.
fn laid_table() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, body: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, body).unwrap();
    };
    let page = text(&home("README.md"));
    let blocks = blocks(&page);
    let request = &blocks.iter().find(|(of, body)| of == "toml" && body.starts_with("[runner]")).unwrap().1;
    let roster = &blocks.iter().find(|(of, body)| of == "csv" && body.starts_with("id,")).unwrap().1;
    for name in ["sara.toml", "clients/sara.toml"] {
        put(name, request);
    }
    put("sara-later.toml", &request.replace("2027-02-07", "2027-02-21"));
    put("clients.csv", roster);
    let line = r#"{"runner": {"weekly": "38 km"}, "week": {"days": ["tue", "sat"]}, "plan": {"start": "2026-11-16"}}"#;
    put("requests.ndjson", line);
    let checkins = "date,fatigue,sleep,soreness,stress,motivation\n2026-12-14,3,3,3,3,4\n2026-12-16,4,3,4,3,4\n";
    for name in ["sara-checkins.csv", "week.csv", "clients/sara-checkins.csv"] {
        put(name, checkins);
    }
    put("activities.csv", "date,distance_km,minutes\n2026-12-15,8,50\n2026-12-17,7,44\n");
    put("club.csv", "date,title,distance_km\n2026-11-16,easy,8\n2026-11-18,easy,8\n2026-11-21,long,12\n");
    for name in ["my-rules", "every-third-week", "old", "new"] {
        put(&format!("{name}/mine.toml"), "[reset]\nlatest = 2\n");
    }
    for args in [["plan", "sara.toml", "-f", "json"], ["plan", "sara.toml", "-f", "md"]] {
        assert!(stepback(folder.path(), &args).status.success());
    }
    fs::copy(folder.path().join("sara.json"), folder.path().join("sara-edited.json")).unwrap();
    folder
}

#[test]
fn the_help_of_every_verb_ends_with_examples_that_run() {
    let help = |args: &[&str]| String::from_utf8(stepback(&home(""), args).stdout).unwrap();
    let verbs = help(&["--help"]);
    let verbs = verbs.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let verbs = verbs.lines().filter_map(|line| line.split_whitespace().next()).filter(|verb| *verb != "help");
    let mut run = 0;
    for verb in verbs {
        let folder = if verb == "new" { tempfile::tempdir().unwrap() } else { laid_table() };
        let page = help(&[verb, "--help"]);
        let (_, examples) = page.split_once("Examples:\n").unwrap_or_else(|| panic!("{verb} has no examples"));
        for line in examples.lines().take_while(|line| !line.is_empty()) {
            let Some(command) = line.trim_start().strip_prefix("stepback ") else { continue };
            let command = command.split("  ").next().unwrap_or_default();
            let (command, read) = command.split_once(" < ").map_or((command, None), |(run, file)| (run, Some(file)));
            let command = command.split(" > ").next().unwrap_or_default();
            let words = words(command);
            // With nothing said it asks, and here is nobody to answer.
            if words == ["new"] {
                continue;
            }
            let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_stepback"));
            program.current_dir(folder.path()).args(&words).env("TZ", "UTC").env("NO_COLOR", "1");
            program.stdin(match read {
                Some(file) => fs::File::open(folder.path().join(file)).unwrap().into(),
                None => std::process::Stdio::null(),
            });
            // The examples hold on any day.
            match verb {
                "review" => program.args(["--today", "2026-12-17"]),
                "new" => program.args(["--today", "2026-11-10"]),
                _ => &mut program,
            };
            let output = program.output().unwrap();
            assert!(output.status.success(), "stepback {command}: {}", String::from_utf8_lossy(&output.stderr));
            run += 1;
        }
    }
    assert!(run > 40, "{run}");
}

#[test]
fn every_crate_has_its_reason_in_the_table() {
    let manifest: toml::Table = text(&home("Cargo.toml")).parse().unwrap();
    let mut wanted: Vec<String> = Vec::new();
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let crates = manifest.get(kind).and_then(toml::Value::as_table);
        wanted.extend(crates.into_iter().flat_map(|crates| crates.keys().cloned()));
    }
    wanted.sort();
    wanted.dedup();
    let page = text(&home("CONTRIBUTING.md"));
    let table = page.split_once("| Crate | For |\n").expect("the table of crates").1;
    let mut told: Vec<String> = table
        .lines()
        .skip(1)
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.trim_start_matches("| ").split(" | ").next())
        .flat_map(|names| names.split(" (").next().unwrap_or_default().split(", "))
        .map(str::to_owned)
        .collect();
    told.sort();
    assert_eq!(told, wanted);
}
