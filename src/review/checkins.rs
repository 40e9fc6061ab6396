//! Check-ins: how a runner says they are, a line a time. Every item is 1 to 5, and 5 is good.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::Date;
use crate::document::{Content, Node, Reader, parse};
use crate::finding::{Finding, Findings};
use crate::foreign::{self, Line};
use crate::rulebook::readiness::ITEMS;
use crate::source::{Place, Text};

/// Fewer items than this say nothing of how somebody is.
const LEAST_ITEMS: usize = 3;

/// What a runner says of one day.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckIn {
    /// Which day.
    pub date: Date,
    /// The items in the order of [`ITEMS`], 1 to 5; none where one was left out.
    pub items: [Option<f64>; 5],
    /// Resting heart rate, beats a minute.
    pub resting_hr: Option<f64>,
    /// 0 to 10.
    pub pain: Option<f64>,
    /// What they are ill with.
    pub illness: Option<Illness>,
    /// As typed.
    pub note: Option<String>,
}

/// What a check-in may say of illness, gravest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Illness {
    /// A cold, above the neck.
    Cold,
    /// Stomach or bowels.
    Stomach,
    /// Fever.
    Fever,
    /// Pain that changes how one runs.
    Gait,
    /// Breathlessness at rest.
    Breathless,
    /// Fainting.
    Fainting,
    /// Pain in the chest.
    ChestPain,
}

impl Illness {
    /// All of them, mildest first.
    pub const ALL: [Self; 7] =
        [Self::Cold, Self::Stomach, Self::Fever, Self::Gait, Self::Breathless, Self::Fainting, Self::ChestPain];

    /// The word for it in check-ins and rules.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cold => "cold",
            Self::Stomach => "stomach",
            Self::Fever => "fever",
            Self::Gait => "gait",
            Self::Breathless => "breathless",
            Self::Fainting => "fainting",
            Self::ChestPain => "chest-pain",
        }
    }

    /// Whether it ends running until somebody who knows has looked.
    #[must_use]
    pub fn stops(self) -> bool {
        self >= Self::Gait
    }
}

impl CheckIn {
    /// The weighted mean of its items; none where too few are told.
    #[must_use]
    pub fn composite(&self, weights: &[f64; 5]) -> Option<f64> {
        let told = || self.items.iter().zip(weights).filter_map(|(item, weight)| Some(((*item)?, *weight)));
        let weight: f64 = told().map(|(_, weight)| weight).sum();
        let enough = told().count() >= LEAST_ITEMS && weight > 0.0;
        enough.then(|| told().map(|(item, weight)| item * weight).sum::<f64>() / weight)
    }

    /// The worse of two check-ins of a day, item by item: so the order of lines does not matter.
    fn or_worse(mut self, other: Self) -> Self {
        let less = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let more = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        for (item, other) in self.items.iter_mut().zip(other.items) {
            *item = less(*item, other);
        }
        self.resting_hr = more(self.resting_hr, other.resting_hr);
        self.pain = more(self.pain, other.pain);
        self.illness = self.illness.max(other.illness);
        self.note = self.note.max(other.note);
        self
    }
}

/// Reads check-ins, from TOML where the file says so and from a table otherwise; those after `today` are left out. By date.
///
/// # Errors
/// A file without columns to go by, or without a single line that can be used.
pub fn read(text: &Arc<Text>, today: Date) -> Result<(Vec<CheckIn>, Findings), Findings> {
    let mut findings = Findings::new();
    let read = if std::path::Path::new(&text.name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
    {
        of_toml(text, &mut findings)?
    } else {
        of_table(text, &mut findings)?
    };
    let mut days: BTreeMap<Date, CheckIn> = BTreeMap::new();
    let mut later = 0;
    for checkin in read {
        if checkin.date > today {
            later += 1;
            continue;
        }
        let day = days.remove(&checkin.date);
        let checkin = match day {
            Some(other) => checkin.or_worse(other),
            None => checkin,
        };
        days.insert(checkin.date, checkin);
    }
    if later > 0 {
        findings.push(Finding::warning("checkins-after-today").with("count", later).with("today", today.to_string()));
    }
    if days.is_empty() {
        findings.push(Finding::error("no-checkins").at(Place::new(text, 0..0)));
        return Err(findings);
    }
    Ok((days.into_values().collect(), findings))
}

/// A cell, and where it stands.
type Cell = (String, Place);

/// One check-in from its cells by name; what is wrong is found, and none given.
fn checkin(date: Date, place: &Place, cell: &dyn Fn(&str) -> Option<Cell>, findings: &mut Findings) -> Option<CheckIn> {
    let mut wrong = Findings::new();
    let mut number = |name: &str, least: f64, most: f64| -> Option<f64> {
        let (told, place) = cell(name).filter(|(told, _)| !is_nothing(told))?;
        let read = told.replace(',', ".").parse::<f64>().ok().filter(|number| (least..=most).contains(number));
        if read.is_none() {
            wrong.push(
                Finding::warning("checkin-item")
                    .with("item", name)
                    .with("got", told)
                    .with("least", least)
                    .with("most", most)
                    .at(place),
            );
        }
        read
    };
    let items = ITEMS.map(|item| number(item, 1.0, 5.0));
    let resting_hr = number("resting_hr", 20.0, 150.0);
    let pain = number("pain", 0.0, 10.0);
    let illness = cell("illness").filter(|(told, _)| !is_nothing(told) && told != "none").and_then(|(told, place)| {
        let word = told.to_lowercase().replace([' ', '_'], "-");
        let known = Illness::ALL.into_iter().find(|illness| illness.name() == word);
        if known.is_none() {
            let names = Illness::ALL.map(Illness::name);
            wrong.push(
                Finding::warning("checkin-illness")
                    .with("got", told)
                    .with("known", names.join(", "))
                    .at(place)
                    .near(&word, names),
            );
        }
        known
    });
    // A slip in one cell is no reason to take the rest of the line for true.
    let slipped = !wrong.0.is_empty();
    findings.0.extend(wrong.0);
    let enough = items.iter().flatten().count() >= LEAST_ITEMS;
    let says = enough && !slipped || illness.is_some();
    if !says {
        if !slipped {
            findings.push(Finding::warning("checkin-says-nothing").at(place.clone()));
        }
        return None;
    }
    let items = if slipped || !enough { [None; 5] } else { items };
    let note = cell("note").map(|(told, _)| told).filter(|told| !told.is_empty());
    Some(CheckIn { date, items, resting_hr, pain, illness, note })
}

fn is_nothing(told: &str) -> bool {
    matches!(told.trim(), "" | "-" | "--" | "–" | "n/a")
}

fn of_table(text: &Arc<Text>, findings: &mut Findings) -> Result<Vec<CheckIn>, Findings> {
    let lines = foreign::lines(text)?;
    let named = |line: &Line| line.cells.iter().map(|cell| column(cell)).collect::<Vec<String>>();
    let is_head = |names: &[String]| {
        let has = |name: &str| names.iter().any(|own| own == name);
        has("date") && (ITEMS.iter().filter(|item| has(item)).count() >= LEAST_ITEMS || has("illness"))
    };
    let head = lines.iter().map(named).position(|names| is_head(&names));
    let Some(head) = head else {
        return Err(Finding::error("checkins-without-columns").at(Place::new(text, 0..0)).into());
    };
    let names = named(&lines[head]);
    let of = |line: &Line, name: &str| -> Option<Cell> {
        let at = names.iter().position(|own| own == name)?;
        let told = line.cells.get(at)?;
        Some((told.clone(), line.place(text, told)))
    };
    let body = &lines[head + 1..];
    let dates: Vec<String> = body.iter().filter_map(|line| of(line, "date")).map(|(told, _)| told).collect();
    let order = foreign::order(&dates);
    let mut read = Vec::new();
    for line in body.iter().filter(|line| !line.cells.iter().all(String::is_empty)) {
        let whole = line.place(text, "");
        let told = of(line, "date").unwrap_or_else(|| (String::new(), whole.clone()));
        let Some(date) = foreign::date(&told.0, order) else {
            findings.push(Finding::warning("row-without-date").with("got", told.0).at(told.1));
            continue;
        };
        read.extend(checkin(date, &whole, &|name| of(line, name), findings));
    }
    Ok(read)
}

/// The name of a column, as people write it.
fn column(cell: &str) -> String {
    let name = cell.trim().to_lowercase().replace([' ', '-'], "_");
    match name.as_str() {
        "restinghr" | "resting_heart_rate" | "rhr" | "morning_pulse" => "resting_hr".to_owned(),
        "notes" | "comment" => "note".to_owned(),
        "day" => "date".to_owned(),
        _ => name,
    }
}

fn of_toml(text: &Arc<Text>, findings: &mut Findings) -> Result<Vec<CheckIn>, Findings> {
    let table = parse(text)?;
    let found = RefCell::new(Findings::new());
    let mut reader = Reader::new(&table, text.name.as_str(), &found);
    let mut read = Vec::new();
    for table in reader.tables("checkin") {
        let words = |node: &Node| match &node.value {
            Content::Text(text) => text.clone(),
            _ => node.place.words().to_owned(),
        };
        let cell = |name: &str| table.get(name).map(|node| (words(node), node.place.clone()));
        let date = match table.get("date").map(|node| &node.value) {
            Some(Content::Date(date)) => Some(*date),
            Some(Content::Text(text)) => text.parse().ok(),
            _ => None,
        };
        match date {
            Some(date) => read.extend(checkin(date, &table.place, &cell, findings)),
            None => {
                let (got, place) = cell("date").unwrap_or_else(|| (String::new(), table.place.clone()));
                findings.push(Finding::warning("row-without-date").with("got", got).at(place));
            }
        }
    }
    reader.finish_kindly();
    findings.0.extend(found.into_inner().0);
    Ok(read)
}
