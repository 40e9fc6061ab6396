//! `stepback climate`: a year in a place, month by month and hour by hour, and what is wise when.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::{Value as Data, json};

use super::{As, Desk, Ended, Outcome, Stopped, UnitsWord};
use crate::args;
use crate::calendar::{Date, PartOfDay};
use crate::climate::{Day, Daylight};
use crate::engine::heat::{self, Usual};
use crate::finding::Finding;
use crate::measure::Units;
use crate::rulebook::Rulebook;
use crate::rulebook::layers::{InForce, Ledger, Settled};
use crate::rulebook::library::Climate;
use crate::rulebook::settings::{Stage, key};
use crate::rulebook::words::{Facts, word};

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback climate dubai
  stepback climate 'New York' --units mi
  stepback climate singapore -f json";

/// The hours that are told.
const HOURS: [PartOfDay; 4] = [PartOfDay::Dawn, PartOfDay::Morning, PartOfDay::Afternoon, PartOfDay::Evening];

/// A year like any other: normals know none, and the sun comes back to within minutes.
const YEAR: i32 = 2027;

/// The day in the middle of a month.
const MIDDLE: u32 = 15;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// A city or a kind of climate, by its id or its name; `stepback rules` lists them
    #[arg(value_name = "CITY")]
    city: String,
    /// Text for people, or data for programs
    #[arg(short, long, value_enum, default_value_t = As::Text)]
    format: As,
    /// The units to answer in
    #[arg(long, value_enum, default_value_t = UnitsWord::Km)]
    units: UnitsWord,
    /// A folder of rules on top of the built-in ones; may be given several times, the last has the last word
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
}

/// One month: its middle day, and the weather at each hour with what the rules make of it.
struct Month {
    date: Date,
    day: Day,
    hours: [(Usual, Settled); 4],
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let book = desk.rulebook(&options.rules)?;
    let (id, climate) = found(&book, &options.city)?;
    let months = months(&book, id, climate);
    let answer = match options.format {
        As::Json => data(id, climate, &months),
        As::Text => told(desk, &book, climate, &months, options.units),
    };
    std::io::stdout().lock().write_all(answer.as_bytes())?;
    Ok(Ended::Well)
}

/// A climate by its id, or by its name as people write it.
fn found<'b>(book: &'b Rulebook, got: &str) -> Result<(&'b str, &'b Climate), Stopped> {
    let plain =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let by_name = |(id, climate): &(&String, &Climate)| plain(id) == plain(got) || plain(&climate.title) == plain(got);
    match book.climates.iter().find(by_name) {
        Some((id, climate)) => Ok((id, climate)),
        None => {
            let wanted = got.trim().to_lowercase().replace([' ', '_'], "-");
            let known = book.climates.keys().map(String::as_str);
            Err(Finding::error("unknown-city").with("got", got).near(&wanted, known).into())
        }
    }
}

fn months(book: &Rulebook, id: &str, climate: &Climate) -> Vec<Month> {
    let force = book.in_force("", None, Some(id), &[]);
    let mut facts = Facts::new();
    facts.text(word::LIFE_LOAD, "none");
    let season = Arc::new(force.settle(Stage::Season, &facts, &[], &mut Ledger::blank()));
    (1..=12)
        .filter_map(|month| {
            let date = Date::new(YEAR, month, MIDDLE)?;
            let day = Day::of(&climate.normals, date);
            let hours = HOURS.map(|hour| {
                let usual = heat::resident(book, id, date, Some(hour))?;
                let settled = settled(&force, &season, &facts, &usual);
                Some((usual, settled))
            });
            let [dawn, morning, afternoon, evening] = hours;
            Some(Month { date, day, hours: [dawn?, morning?, afternoon?, evening?] })
        })
        .collect()
}

/// What the rules make of an hour, for somebody who lives there.
fn settled(force: &InForce, season: &Arc<Settled>, facts: &Facts, usual: &Usual) -> Settled {
    let mut facts = facts.clone();
    usual.tell(&mut facts);
    force.settle(Stage::Placement, &facts, &[], &mut Ledger::blank()).above(season)
}

fn data(id: &str, climate: &Climate, months: &[Month]) -> String {
    let months: Vec<Data> = months
        .iter()
        .map(|month| {
            let mut row = json!({ "month": month.date.month() });
            for (usual, settled) in &month.hours {
                row[usual.hour.name()] = json!(usual.heat(settled));
            }
            if let Daylight::Between { sunrise, sunset } = month.day.daylight() {
                row["sunrise"] = heat::clock(sunrise).into();
                row["sunset"] = heat::clock(sunset).into();
            }
            row
        })
        .collect();
    let answer = json!({ "id": id, "title": climate.title, "summary": climate.summary, "months": months });
    let mut text = serde_json::to_string_pretty(&answer).expect("plain data");
    text.push('\n');
    text
}

fn told(desk: &Desk, book: &Rulebook, climate: &Climate, months: &[Month], units: UnitsWord) -> String {
    let phrases = &desk.phrases;
    let kind =
        climate.kind.as_ref().and_then(|kind| book.climates.get(&kind.value)).map(|kind| kind.title.to_lowercase());
    let metres = climate.normals.elevation.metres().round() as i64;
    let mut out = phrases.say(
        "climate.title",
        &args! { "title" => climate.title.as_str(), "kind" => kind.unwrap_or_default(), "metres" => metres },
    );
    let _ = writeln!(out, "\n{}\n", climate.summary);
    let name = |month: &Month| phrases.word(&format!("month.{}", month.date.month()));
    let wide = months.iter().map(|month| name(month).chars().count()).max().unwrap_or(0);
    let heads = HOURS.map(|hour| phrases.word(&format!("page.hour.{hour}")));
    let sun = phrases.word("climate.sun");
    let _ = write!(out, "{:wide$}", "");
    for head in &heads {
        let _ = write!(out, "  {head:>9}");
    }
    let _ = writeln!(out, "   {sun:<13}  {}", phrases.word("climate.wise"));
    for month in months {
        let _ = write!(out, "{:wide$}", name(month));
        for (usual, _) in &month.hours {
            let degrees = Units::from(units).temperature(usual.weather.temperature_c);
            let _ = write!(out, "  {degrees:>5} {}", mark(usual.band).to_string().repeat(3));
        }
        let light = match month.day.daylight() {
            Daylight::Between { sunrise, sunset } => format!("{}–{}", heat::clock(sunrise), heat::clock(sunset)),
            Daylight::Always => phrases.word("climate.always"),
            Daylight::Never => phrases.word("climate.never"),
        };
        let _ = writeln!(out, "   {light:<13}  {}", wise(desk, book, month));
    }
    let _ = write!(out, "\n{}", strip(desk, months, &heads));
    let _ = writeln!(out, "\n{}", phrases.word("climate.legend"));
    let _ = writeln!(out, "{}", phrases.word("climate.usual"));
    out
}

/// The mark of a band, the denser the hotter.
fn mark(band: &str) -> char {
    match band {
        "low" => '░',
        "moderate" => '▒',
        "high" => '▓',
        "extreme" => '█',
        _ => '·',
    }
}

/// The year in one look: a row an hour, a column a month.
fn strip(desk: &Desk, months: &[Month], heads: &[String; 4]) -> String {
    let wide = heads.iter().map(|head| head.chars().count()).max().unwrap_or(0);
    let mut out = format!("{:wide$} ", "");
    for month in months {
        let name = desk.phrases.word(&format!("month.{}", month.date.month()));
        let _ = write!(out, " {:2}", name.chars().next().unwrap_or(' '));
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    for (row, head) in heads.iter().enumerate() {
        let _ = write!(out, "{head:wide$} ");
        for month in months {
            let _ = write!(out, " {}", mark(month.hours[row].0.band).to_string().repeat(2));
        }
        out.push('\n');
    }
    out
}

/// What is wise in a month: where hard running is done, and how long one may be out.
fn wise(desk: &Desk, book: &Rulebook, month: &Month) -> String {
    let phrases = &desk.phrases;
    let said = |usual: &Usual| phrases.word(&format!("hour.{}", usual.hour));
    // The cool hours first; the hot ones only where there is nothing cooler.
    let allowed = |hot: bool| -> Vec<String> {
        let hard =
            month.hours.iter().filter(|(usual, settled)| usual.is_hot() == hot && settled.get(key::HEAT_HARD_OUTDOORS));
        hard.map(|(usual, _)| said(usual)).collect()
    };
    let (cool, hot) = (allowed(false), allowed(true));
    let kindest = |(usual, _): &&(Usual, Settled)| {
        let away = (usual.weather.wbgt_c - f64::midpoint(book.bands.ideal[0], book.bands.ideal[1])).abs();
        (away * 10.0).round() as i64
    };
    let Some((best, settled)) = month.hours.iter().min_by_key(kindest) else { return String::new() };
    let minutes = settled.get(key::HEAT_LONGEST_OUTDOORS).minutes().round() as i64;
    let limited = best.is_hot();
    let mut words = match (cool.len(), hot.len()) {
        (4, _) => phrases.word("climate.any-hour"),
        (1.., _) => phrases.say("climate.hard-at", &args! { "hours" => cool }),
        (0, 1..) => phrases.say("climate.hard-if", &args! { "hours" => hot, "minutes" => minutes }),
        _ if limited && minutes == 0 => phrases.word("climate.indoors"),
        _ if limited => phrases.say("climate.easy-only", &args! { "hour" => said(best), "minutes" => minutes }),
        _ => phrases.say("climate.cold-easy", &args! { "hour" => said(best) }),
    };
    if !limited && best.weather.temperature_c < 1.0 {
        words = phrases.say("climate.and-ice", &args! { "words" => words });
    }
    words
}
