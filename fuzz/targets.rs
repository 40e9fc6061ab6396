//! What is fuzzed: every text that comes from outside. Each target takes any bytes at all, and has to come back.
//!
//! `cargo fuzz run NAME` drives them with libFuzzer; `tests/fuzz.rs` with mutations of its own, on any toolchain.

use std::borrow::Cow;
use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use stepback::calendar::{Date, Zone};
use stepback::engine::{self, Asked};
use stepback::export::{self, Desk};
use stepback::measure::Units;
use stepback::phrasebook::Phrasebook;
use stepback::plan::Plan;
use stepback::render::{Page, Templates};
use stepback::request::{self, Ids};
use stepback::review::{checkins, log};
use stepback::roster::{Lines, Rows};
use stepback::rulebook::condition::Condition;
use stepback::rulebook::words::Facts;
use stepback::rulebook::{Pack, Rulebook};
use stepback::source::{Place, Text};
use stepback::{foreign, notation, report};

/// A target.
pub type Target = fn(&[u8]);

/// All of them, by name.
pub const TARGETS: [(&str, Target); 11] = [
    ("request", request),
    ("rules", rules),
    ("notation", notation),
    ("expression", expression),
    ("words", words),
    ("checkins", checkins),
    ("strava", strava),
    ("garmin", garmin),
    ("plan_json", plan_json),
    ("roster", roster),
    ("table", table),
];

struct Shop {
    book: Rulebook,
    words: Arc<Phrasebook>,
    templates: Templates,
}

static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let words = Arc::new(Phrasebook::shipped("en").expect("the words are sound"));
    let (book, _) = Rulebook::read(&[]).expect("the rules are sound");
    let templates = Templates::shipped(Arc::clone(&words));
    Shop { book, words, templates }
});

fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

fn today() -> Date {
    "2027-01-01".parse().expect("a date")
}

fn asked() -> Asked {
    Asked { today: today(), flags: None, units: None }
}

/// The ids of the shipped rules, so that whatever a request names is there.
fn ids(book: &Rulebook) -> Ids<'_> {
    Ids {
        levels: book.levels.keys().map(String::as_str).collect(),
        races: book.races.keys().map(String::as_str).collect(),
        climates: book.climates.keys().map(String::as_str).collect(),
        workouts: book.workouts.keys().map(String::as_str).collect(),
    }
}

/// Every page and file of a plan.
fn print(plan: &Plan) {
    let shop = &*SHOP;
    let desk = Desk { phrasebook: &shop.words, templates: &shop.templates, page: Page::default(), pack: false };
    for format in export::FORMATS.iter().filter(|format| format.id != "pdf") {
        if let Err(findings) = (format.write)(plan, &desk) {
            let _ = report::render(&findings, &shop.words, false);
        }
    }
}

/// A request in TOML: read, planned, and what is wrong with it put into words.
pub fn request(data: &[u8]) {
    let Some(body) = text(data) else { return };
    let shop = &*SHOP;
    let read = request::read(&Text::new("request.toml", body), &ids(&shop.book));
    let planned = read.and_then(|(request, _)| engine::plan(&shop.book, &shop.words, &request, &asked()));
    match planned {
        Ok(plan) => {
            let again = export::json::write(&plan);
            let read = export::json::read(&Text::new("plan.json", again.as_str()));
            assert_eq!(read.map(|plan| export::json::write(&plan)).ok(), Some(again), "a plan is read back as it was");
        }
        Err(findings) => {
            let _ = report::render(&findings, &shop.words, true);
        }
    }
}

/// A file of rules: read over the shipped ones, and a season planned by it.
pub fn rules(data: &[u8]) {
    const SEASON: &str = "[runner]\nweekly = \"30 km\"\nage = 52\n[[race]]\nrace = \"10k\"\ndate = 2027-03-28\n\
                          [week]\ndays = [\"tue\", \"thu\", \"sat\", \"sun\"]\n[plan]\nstart = 2027-01-04\n";
    let Some(body) = text(data) else { return };
    let words = &SHOP.words;
    let pack = Pack { name: "own".to_owned(), files: vec![("own.toml".to_owned(), Cow::Owned(body.to_owned()))] };
    match Rulebook::read(&[pack]) {
        Ok((book, _)) => {
            let (request, _) =
                request::read(&Text::new("season.toml", SEASON), &Ids::default()).expect("a sound request");
            if let Err(findings) = engine::plan(&book, words, &request, &asked()) {
                let _ = report::render(&findings, words, false);
            }
        }
        Err(findings) => {
            let _ = report::render(&findings, words, true);
        }
    }
}

/// A step in its notation: what is read says the same when it is written and read again.
pub fn notation(data: &[u8]) {
    let Some(body) = text(data) else { return };
    if let Ok(written) = notation::parse(body) {
        let again = written.to_string();
        assert_eq!(notation::parse(&again).as_ref(), Ok(&written), "{body:?} is written as {again:?}");
    }
}

/// The condition of a rule.
pub fn expression(data: &[u8]) {
    let Some(body) = text(data) else { return };
    let vocabulary = &SHOP.book.vocabulary;
    let place = Place::new(&Text::new("rule.toml", body), 0..body.len());
    match Condition::read(body, &place, vocabulary) {
        Ok(condition) => {
            let _ = (condition.could_hold(vocabulary), condition.stage(), condition.holds(&Facts::new()));
        }
        Err(findings) => {
            let _ = report::render(&stepback::finding::Findings(findings), &SHOP.words, true);
        }
    }
}

/// The words of a rule, with gaps: what may be filled is filled, and ends.
pub fn words(data: &[u8]) {
    let Some(body) = text(data) else { return };
    let words = &SHOP.words;
    match Phrasebook::gaps(body) {
        Ok(_) => {
            let facts = serde_json::json!({
                "cut": "30 %", "week": 3, "value": 1.5, "known": ["sun", "mon", "tue"], "heat": { "temperature": "31 C" },
            });
            assert!(words.fill(body, &facts).len() < 32 << 20, "{body:?} grows");
        }
        Err(finding) => {
            let _ = report::render(&(*finding).with("key", "say").into(), words, true);
        }
    }
}

/// Check-ins, as a table or in TOML.
pub fn checkins(data: &[u8]) {
    let Some(body) = text(data) else { return };
    for name in ["checkins.csv", "checkins.toml"] {
        if let Err(findings) = checkins::read(&Text::new(name, body), today()) {
            let _ = report::render(&findings, &SHOP.words, true);
        }
    }
}

/// A training log.
fn any_log(head: &str, data: &[u8]) {
    let Some(body) = text(data) else { return };
    for units in [None, Some(Units::Mi)] {
        // a zone that is half an hour off, and has summer time
        let zone = Zone::new("Australia/Adelaide");
        let read = log::read(&Text::new("log.csv", format!("{head}{body}")), units, zone, today());
        if let Err(findings) = read {
            let _ = report::render(&findings, &SHOP.words, true);
        }
    }
}

/// The rows of Strava's export.
pub fn strava(data: &[u8]) {
    any_log(
        "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Max Heart Rate,Elapsed Time,\
         Moving Time,Distance,Average Heart Rate\n",
        data,
    );
}

/// The rows of Garmin's export; and a table of anybody's, its head among the bytes.
pub fn garmin(data: &[u8]) {
    any_log("Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Max HR,Avg Pace\n", data);
    any_log("", data);
}

/// A plan as data: read, judged by nobody, and printed in every format.
pub fn plan_json(data: &[u8]) {
    let Some(body) = text(data) else { return };
    match export::json::read(&Text::new("plan.json", body)) {
        Ok(plan) => print(&plan),
        Err(findings) => {
            let _ = report::render(&findings, &SHOP.words, true);
        }
    }
}

/// A roster as a table and as lines of JSON, each row read as a request.
pub fn roster(data: &[u8]) {
    let shop = &*SHOP;
    let source = || Box::new(Cursor::new(data.to_vec()));
    let rows = Rows::new("roster.csv", source()).map(|(rows, _)| rows);
    let rows = rows.into_iter().flatten();
    for entry in rows.take(50).chain(Lines::new("roster.ndjson", source()).take(50)).flatten() {
        let read = entry.table.and_then(|table| request::read_table(&entry.text, &table, &ids(&shop.book)));
        if let Err(findings) = read {
            let _ = report::render(&findings, &shop.words, true);
        }
    }
}

/// A plan of somebody else's, as a table.
pub fn table(data: &[u8]) {
    let Some(body) = text(data) else { return };
    if let Err(findings) = foreign::read(&Text::new("plan.csv", body), Some(Units::Km)) {
        let _ = report::render(&findings, &SHOP.words, true);
    }
}
