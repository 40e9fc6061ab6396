//! `stepback paces`: from one race to training paces, times on the track, and what it is worth elsewhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::{Value as Data, json};

use super::{As, Desk, Ended, Outcome, Stopped};
use crate::args;
use crate::calendar::Date;
use crate::engine::heat::{self, Usual};
use crate::engine::telling;
use crate::engine::workout::bands;
use crate::finding::Finding;
use crate::fitness::{self, Score};
use crate::measure::{Distance, Duration, Pace, Units};
use crate::rulebook::Rulebook;
use crate::rulebook::layers::{Ledger, Settled};
use crate::rulebook::settings::{Stage, key};
use crate::rulebook::words::Facts;

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback paces --race 10k --time 52:30
  stepback paces --race '3 km' --time 14:10 --weekly '45 km'
  stepback paces --race half-marathon --time 1:45:00 --climate dubai --date 2027-07-01";

/// The order of the table, easiest first.
const ORDER: [&str; 6] = ["easy", "steady", "marathon", "threshold", "interval", "repetition"];

/// The lengths of repeats, in metres, that are timed on a track, for the paces that are run there.
const TRACK: [(&str, &[f64]); 3] = [
    ("threshold", &[400.0, 800.0, 1000.0, 1200.0, 1600.0]),
    ("interval", &[400.0, 800.0, 1000.0, 1200.0]),
    ("repetition", &[200.0, 300.0, 400.0, 600.0]),
];

/// The weekly distance that a long race is predicted for where none is given, in kilometres.
const USUAL_WEEK: f64 = 40.0;

/// Past the half marathon, the time to expect depends on how much is run, so that a range is told.
const RANGE_FROM: f64 = 22.0;

/// Past the marathon, the equations promise too much.
const MARATHON: f64 = 42.2;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The race, by its id or its distance
    #[arg(long, value_name = "RACE")]
    race: String,
    /// The time
    #[arg(long, value_name = "TIME")]
    time: String,
    /// How far a usual week goes: it decides how wide a marathon's range is
    #[arg(long, value_name = "DISTANCE")]
    weekly: Option<String>,
    /// Slow the paces for the usual weather of this climate or city
    #[arg(long, value_name = "ID")]
    climate: Option<String>,
    /// The date of that weather [default: today]
    #[arg(long, value_name = "DATE", requires = "climate")]
    date: Option<Date>,
    /// A folder of rules on top of the built-in ones
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// Text for people, or data for programs
    #[arg(short, long, value_enum, default_value_t = As::Text)]
    format: As,
}

/// What is told.
struct Told {
    race: String,
    time: Duration,
    score: Score,
    weekly: Distance,
    /// Equal times by race, with a range where the weekly distance decides.
    equivalents: Vec<(String, String, Duration, Option<[Duration; 2]>)>,
    /// In cool weather, and in that of the day.
    cool: BTreeMap<String, [Pace; 2]>,
    paces: BTreeMap<String, [Pace; 2]>,
    sky: Option<(String, Date, Usual)>,
    settled: Settled,
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let book = desk.rulebook(&options.rules)?;
    let told = told(&book, options)?;
    let answer = match options.format {
        As::Json => data(&told),
        As::Text => text(desk, &book, &told),
    };
    std::io::stdout().lock().write_all(answer.as_bytes())?;
    Ok(Ended::Well)
}

fn told(book: &Rulebook, options: &Options) -> Result<Told, Stopped> {
    let (race, distance) = race(book, &options.race)?;
    let time: Duration =
        options.time.parse().map_err(|_| Finding::error("pace-time").with("got", options.time.as_str()))?;
    let score = Score::from_race(distance, time).ok_or_else(|| {
        let finding = Finding::error("pace-none").with("race", race.as_str()).with("time", options.time.as_str());
        // `1:45` for a half marathon is an hour and three quarters to everybody but a computer.
        match Score::from_race(distance, time.times(60.0)) {
            Some(_) => finding.with("near", time.times(60.0).clock()),
            None => finding,
        }
    })?;
    let weekly = match &options.weekly {
        Some(got) => got.parse().map_err(|_| Finding::error("pace-weekly").with("got", got.as_str()))?,
        None => Distance::from_km(USUAL_WEEK),
    };
    let force = book.in_force("", None, options.climate.as_deref(), &[]);
    let mut facts = Facts::new();
    let mut settled = force.settle(Stage::Season, &facts, &[], &mut Ledger::blank());
    let cool = fitness::paces(score, &bands(&settled));
    let mut paces = cool.clone();
    let mut sky = None;
    if let Some(id) = &options.climate {
        let date = options.date.unwrap_or_else(Date::today);
        let weather = heat::resident(book, id, date, None).ok_or_else(|| {
            let known = book.climates.keys().map(String::as_str);
            Finding::error("pace-climate").with("got", id.as_str()).near(id, known)
        })?;
        weather.tell(&mut facts);
        settled = force.settle(Stage::Placement, &facts, &[], &mut Ledger::blank()).above(&Arc::new(settled));
        for (name, range) in &mut paces {
            let by = crate::engine::workout::slowdown_of(name, &settled);
            *range = range.map(|pace| pace.slowed(by));
        }
        let title = book.climates.get(id).map_or_else(|| id.clone(), |climate| climate.title.clone());
        sky = Some((title, date, weather));
    }
    let mut races: Vec<_> = book.races.iter().filter(|(_, race)| race.distance.km() < MARATHON).collect();
    races.sort_by(|a, b| a.1.distance.metres().total_cmp(&b.1.distance.metres()).then(a.0.cmp(b.0)));
    let equivalents = races
        .into_iter()
        .map(|(id, race)| {
            let range = (race.distance.km() > RANGE_FROM)
                .then(|| fitness::predicted(score, race.distance, weekly, &book.prediction));
            (id.clone(), race.title.clone(), score.time_for(race.distance), range)
        })
        .collect();
    Ok(Told { race, time, score, weekly, equivalents, cool, paces, sky, settled })
}

/// The name and the length of a race: one that the rules know, or a distance.
fn race(book: &Rulebook, got: &str) -> Result<(String, Distance), Stopped> {
    if let Some(race) = book.races.get(got) {
        return Ok((race.title.clone(), race.distance));
    }
    if let Ok(distance) = got.parse::<Distance>() {
        return Ok((distance.to_string(), distance));
    }
    let known = book.races.keys().map(String::as_str);
    Err(Finding::error("pace-race").with("got", got).near(got, known).into())
}

fn data(told: &Told) -> String {
    let seconds = |paces: &BTreeMap<String, [Pace; 2]>| -> BTreeMap<String, [f64; 2]> {
        let tenths = |pace: Pace| (pace.seconds_per_km() * 10.0).round() / 10.0;
        paces.iter().map(|(name, range)| (name.clone(), range.map(tenths))).collect()
    };
    let equivalents: Vec<Data> = told
        .equivalents
        .iter()
        .map(|(id, _, time, range)| match range {
            None => json!({ "race": id, "time_s": time.seconds() }),
            Some(range) => json!({ "race": id, "time_s": time.seconds(), "range_s": range.map(Duration::seconds) }),
        })
        .collect();
    let mut data = json!({
        "score": (told.score.value() * 100.0).round() / 100.0,
        "race": told.race,
        "time_s": told.time.seconds(),
        "equivalents": equivalents,
        "paces": seconds(&told.paces),
    });
    if let (Some((_, date, weather)), Some(object)) = (&told.sky, data.as_object_mut()) {
        object.insert("cool_paces".to_owned(), json!(seconds(&told.cool)));
        object.insert(
            "heat".to_owned(),
            json!({
                "date": date.to_string(),
                "climate": weather.climate,
                "temperature_c": weather.weather.temperature_c,
                "dew_point_c": weather.weather.dew_point_c,
                "heat_index_c": weather.weather.heat_index_c,
                "wbgt_c": weather.weather.wbgt_c,
                "band": weather.band,
                "run_at": weather.hour.name(),
                "acclimatised": weather.acclimatised,
                "slowdown": told.settled.get(key::HEAT_SLOWDOWN).fraction(),
                "effort_only": told.settled.get(key::HEAT_EFFORT_ONLY),
            }),
        );
    }
    let mut text = serde_json::to_string_pretty(&data).expect("plain data");
    text.push('\n');
    text
}

fn text(desk: &Desk, book: &Rulebook, told: &Told) -> String {
    let phrases = &desk.phrases;
    let word = |name: &str| phrases.word(&format!("pace-table.{name}"));
    let name = |pace: &str| phrases.word(&format!("page.pace_title.{pace}"));
    let mut out = String::new();
    let score = format!("{:.1}", told.score.value());
    let title = args! { "race" => told.race.as_str(), "time" => told.time.clock(), "score" => score };
    let _ = writeln!(out, "{}\n", phrases.say("pace-table.title", &title));

    let mut rows = vec![vec![word("equivalent"), String::new()]];
    for (_, title, time, range) in &told.equivalents {
        let time = match range {
            None => time.clock(),
            Some([fast, slow]) => {
                let weekly = told.weekly.to_string();
                let args = args! { "fast" => minutes(*fast), "slow" => minutes(*slow), "weekly" => weekly };
                phrases.say("pace-table.range", &args)
            }
        };
        rows.push(vec![format!("  {title}"), time]);
    }
    aligned(&mut out, &rows, 0);

    if let Some((place, date, weather)) = &told.sky {
        let slower = told.settled.get(key::HEAT_SLOWDOWN);
        let short = crate::engine::workout::slowdown_of("interval", &told.settled);
        let degrees = |celsius: f64| format!("{celsius:.0} °C");
        let args = args! {
            "place" => place.as_str(),
            "date" => telling::date(phrases, *date),
            "hour" => phrases.word(&format!("hour.{}", weather.hour.name())),
            "temperature" => degrees(weather.weather.temperature_c),
            "dew" => degrees(weather.weather.dew_point_c),
            "band" => phrases.word(&format!("page.band.{}", weather.band)),
            "slower" => slower.to_string(),
            "short" => short.to_string(),
            "acclimatised" => weather.acclimatised,
        };
        let key = if slower.fraction() > 0.0 { "pace-table.heat" } else { "pace-table.cool" };
        let _ = writeln!(out, "{}", phrases.say(key, &args));
        if told.settled.get(key::HEAT_EFFORT_ONLY) {
            let _ = writeln!(out, "{}", word("by-effort"));
        }
        out.push('\n');
    }

    let mut rows = vec![vec![word("paces"), word("per-km"), word("per-mile"), word("feels")]];
    for pace in ORDER {
        let Some([fast, slow]) = told.paces.get(pace) else { continue };
        let range = |units: Units| format!("{}–{}", units.pace_number(*fast), units.pace_number(*slow));
        let feels = book.efforts.iter().find(|(intensity, _)| intensity.name() == pace);
        let feels = feels.map(|(_, effort)| effort.words.clone()).unwrap_or_default();
        rows.push(vec![format!("  {}", name(pace)), range(Units::Km), range(Units::Mi), feels]);
    }
    aligned(&mut out, &rows, 1);

    let mut lengths: Vec<f64> = TRACK.iter().flat_map(|(_, lengths)| lengths.iter().copied()).collect();
    lengths.sort_by(f64::total_cmp);
    lengths.dedup();
    let metres = |length: f64| phrases.say("pace-table.metres", &args! { "metres" => length as i64 });
    let mut rows = vec![[vec![word("track")], lengths.iter().map(|length| metres(*length)).collect()].concat()];
    for (pace, run) in TRACK {
        let Some([fast, slow]) = told.paces.get(pace) else { continue };
        let middle = Pace::from_seconds_per_km(f64::midpoint(fast.seconds_per_km(), slow.seconds_per_km()));
        let split = |length: &f64| {
            if run.contains(length) { Distance::from_metres(*length).at(middle).clock() } else { String::new() }
        };
        rows.push([vec![format!("  {}", name(pace))], lengths.iter().map(split).collect()].concat());
    }
    aligned(&mut out, &rows, 1);
    let _ = writeln!(out, "{}", word("remember"));
    out
}

/// A long time to the minute: seconds would promise more than anybody knows.
fn minutes(time: Duration) -> String {
    let minutes = (time.minutes()).round();
    Duration::from_minutes(minutes).clock()
}

/// Rows in columns, the first flush left, `right` and those after it flush right save for words at the end; a blank line after.
fn aligned(out: &mut String, rows: &[Vec<String>], right: usize) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let wide: Vec<usize> = (0..columns)
        .map(|i| rows.iter().filter_map(|row| row.get(i)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    let words = |i: usize| i == columns - 1 && rows.iter().skip(1).any(|row| row[i].chars().any(char::is_alphabetic));
    for row in rows {
        let mut line = String::new();
        for (i, cell) in row.iter().enumerate() {
            let pad = " ".repeat(wide[i] - cell.chars().count());
            let flush_right = right > 0 && i >= right && !words(i);
            let _ = if flush_right { write!(line, "{pad}{cell}   ") } else { write!(line, "{cell}{pad}   ") };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push('\n');
}
