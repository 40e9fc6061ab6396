//! How long a plan takes, and where the time goes. `cargo bench` measures; `benches/README.md` keeps what was seen.
//!
//! The season is that of `plans/mountain-50k`: twenty weeks and the recovery after them, five days a week.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use divan::Bencher;
use stepback::engine::{self, Asked};
use stepback::export::json;
use stepback::phrasebook::Phrasebook;
use stepback::plan::Plan;
use stepback::render::{Page, Templates};
use stepback::request::{self, Ids, Request};
use stepback::rulebook::Rulebook;
use stepback::source::Text;

/// The story that is planned.
const STORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/plans/mountain-50k/request.toml");

/// The program.
const STEPBACK: &str = env!("CARGO_BIN_EXE_stepback");

fn main() {
    divan::main();
}

/// What is ready before a plan is made.
struct Ready {
    words: Arc<Phrasebook>,
    book: Rulebook,
    request: Request,
    asked: Asked,
}

impl Ready {
    fn of(path: &str) -> Self {
        let words = Arc::new(Phrasebook::shipped("en").expect("there are words"));
        let (book, _) = Rulebook::read(&[]).expect("the rules are sound");
        let text = Text::new(path, fs::read_to_string(path).expect("the story is there"));
        let (request, _) = request::read(&text, &Ids::default()).expect("the request is sound");
        let asked = Asked { today: "2027-01-01".parse().expect("a date"), flags: None, units: None };
        Self { words, book, request, asked }
    }

    fn plan(&self) -> Plan {
        engine::plan(&self.book, &self.words, &self.request, &self.asked).expect("there is a plan")
    }
}

/// What is loaded once a process.
mod loading {
    use super::{Arc, Ids, Page, Phrasebook, Ready, Rulebook, STORY, Templates, Text, fs, request};
    use divan::Bencher;

    #[divan::bench]
    fn rulebook() -> bool {
        Rulebook::read(&[]).is_ok()
    }

    #[divan::bench]
    fn phrasebook() -> bool {
        Phrasebook::shipped("en").is_ok()
    }

    #[divan::bench]
    fn request(bencher: Bencher<'_, '_>) {
        let text = Text::new(STORY, fs::read_to_string(STORY).expect("the story is there"));
        bencher.bench(|| request::read(&text, &Ids::default()).is_ok());
    }

    /// Templates compile where they are first filled: a first page less a later one is what they cost.
    #[divan::bench]
    fn first_html(bencher: Bencher<'_, '_>) {
        let ready = Ready::of(STORY);
        let plan = ready.plan();
        bencher
            .with_inputs(|| Templates::shipped(Arc::clone(&ready.words)))
            .bench_refs(|templates| templates.html(&plan, &Page::default()).expect("it prints").len());
    }
}

/// The season, with everything loaded.
#[divan::bench(args = ["london-first-10k", "boston-advanced-10k", "mountain-50k", "dubai-half-summer"])]
fn engine(bencher: Bencher<'_, '_>, story: &str) {
    let ready = Ready::of(&STORY.replace("mountain-50k", story));
    bencher.bench(|| ready.plan());
}

/// The pages of that season, templates compiled.
mod page {
    use super::{Arc, Page, Ready, STORY, Templates, json};
    use divan::Bencher;

    #[divan::bench]
    fn markdown(bencher: Bencher<'_, '_>) {
        let ready = Ready::of(STORY);
        let (plan, templates) = (ready.plan(), Templates::shipped(Arc::clone(&ready.words)));
        bencher.bench(|| templates.markdown(&plan, &Page::default()).expect("it prints"));
    }

    #[divan::bench]
    fn html(bencher: Bencher<'_, '_>) {
        let ready = Ready::of(STORY);
        let (plan, templates) = (ready.plan(), Templates::shipped(Arc::clone(&ready.words)));
        bencher.bench(|| templates.html(&plan, &Page::default()).expect("it prints"));
    }

    #[divan::bench]
    fn json(bencher: Bencher<'_, '_>) {
        let plan = Ready::of(STORY).plan();
        bencher.bench(|| json::write(&plan));
    }
}

/// The whole process, beside one that does nothing.
mod process {
    use super::{Command, Path, STEPBACK, STORY, Stdio};
    use divan::Bencher;

    fn run(arguments: &[&str]) {
        let ended = Command::new(STEPBACK).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(ended.expect("the program starts").success(), "{arguments:?}");
    }

    #[divan::bench(sample_count = 200)]
    fn nothing() {
        run(&["--version"]);
    }

    #[divan::bench(sample_count = 200)]
    fn request_to_markdown_and_html(bencher: Bencher<'_, '_>) {
        let out = tempfile::tempdir().expect("a folder");
        let folder = out.path().display().to_string();
        bencher.bench(|| run(&["plan", STORY, "-o", &folder]));
        assert!(Path::new(&folder).join("plan.html").exists());
    }
}
