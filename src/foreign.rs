//! Plans from elsewhere: a table of dates, sessions and amounts, read as a plan that guardrails can judge.
//!
//! Nothing is asked of the table but a column of dates and one of distances or times; its columns are found by name. What it
//! does not say is not made up to its harm: running whose effort is not told counts as easy, and what the runner did before
//! is taken to be like the first week.

mod cells;
mod season;

use std::sync::Arc;

pub use self::season::Usual;

pub use self::cells::Order;
use self::cells::{Column, Columns, Stamp, amount, stamp};
use crate::calendar::Date;
use crate::finding::{Finding, Findings};
use crate::measure::{Distance, Duration, Units};
use crate::notation::{self, Amount, Written};
use crate::plan::{PhaseName, WeekKind};
use crate::session::SessionKind;
use crate::source::{Place, Text};

/// The longest stretch of dates that is one season, in days: two years.
const LONGEST: i64 = 2 * 366;

/// Among so many first rows the one that names the columns is looked for.
pub const HEAD_WITHIN: usize = 12;

/// What a table says, row by row.
#[derive(Debug, Clone)]
pub struct Table {
    /// By date; never empty.
    rows: Vec<Row>,
    /// What the plan is called: the name of its file.
    title: String,
    /// The units that its distances are in, for the words of the judge.
    units: Units,
}

/// One session.
#[derive(Debug, Clone)]
struct Row {
    date: Date,
    kind: SessionKind,
    title: String,
    distance: Option<Distance>,
    time: Option<Duration>,
    /// What is run harder than easily, where the row tells it.
    work: Vec<Work>,
    hard: bool,
    indoors: bool,
    /// The number of its week, where there is a column for it.
    week: Option<u32>,
    phase: Option<PhaseName>,
    week_kind: Option<WeekKind>,
    priority: Option<String>,
    start_from: Option<String>,
    start_by: Option<String>,
    /// Whether its words speak of a week that steps back.
    steps_back: bool,
}

/// Some amount at an effort, some times.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Work {
    times: u32,
    amount: Amount,
    intensity: crate::session::Intensity,
}

/// Reads a table. `units` are those of distances that do not say their own.
///
/// # Errors
/// No columns to go by, units that nobody said, and every cell that cannot be read, each at its place.
pub fn read(text: &Arc<Text>, units: Option<Units>) -> Result<(Table, Findings), Findings> {
    let lines = lines(text)?;
    let Some((head, columns)) =
        lines.iter().take(HEAD_WITHIN).enumerate().find_map(|(at, line)| Some((at, Columns::of(&line.cells)?)))
    else {
        return Err(Finding::error("table-without-columns").at(Place::new(text, 0..0)).into());
    };
    let mut findings = Findings::new();
    let body = &lines[head + 1..];
    let dates: Vec<String> = body.iter().map(|line| columns.cell(Column::Date, &line.cells)).collect();
    let order = order(&dates);
    let mut units_missing: Option<Place> = None;
    let mut rows = Vec::new();
    for line in body {
        let cell = |column| columns.cell(column, &line.cells);
        if line.cells.iter().all(String::is_empty) {
            continue;
        }
        let Some(date) = date(&cell(Column::Date), order) else {
            let told = cell(Column::Date);
            let place = line.place(text, &told);
            if order.is_none() {
                return Err(Finding::error("dates-either-way").with("got", told).at(place).into());
            }
            findings.push(Finding::warning("row-without-date").with("got", told).at(place));
            continue;
        };
        let mut row = Row::of(date, &columns, &line.cells);
        for (column, wanted) in [(Column::Distance, "distance"), (Column::Time, "time")] {
            let told = cell(column);
            match amount(&told, columns.unit(column, &line.cells, units)) {
                Ok(Some(Amount::Distance(distance))) if row.kind != SessionKind::Rest => row.distance = Some(distance),
                Ok(Some(Amount::Time(time))) if row.kind != SessionKind::Rest => row.time = Some(time),
                Ok(_) => {}
                Err(cells::Unread::NoUnit) => {
                    units_missing.get_or_insert_with(|| line.place(text, &told));
                }
                Err(cells::Unread::NoAmount) => findings.push(
                    Finding::error("wrong-amount")
                        .with("got", told.as_str())
                        .with("wanted", wanted)
                        .at(line.place(text, &told)),
                ),
            }
        }
        row.settle(&columns, &line.cells);
        rows.push(row);
    }
    if let Some(place) = units_missing {
        findings.push(Finding::error("units-unsaid").at(place));
    }
    rows.sort_by_key(|row| row.date);
    let says_nothing =
        !findings.stop() && rows.iter().all(|row| row.distance.is_none() && row.time.is_none() && row.work.is_empty());
    if says_nothing {
        findings.push(Finding::error("table-without-rows").at(Place::new(text, 0..0)));
    } else if let (Some(first), Some(last)) = (rows.first(), rows.last())
        && last.date - first.date > LONGEST
    {
        let [first, last] = [first.date, last.date].map(|date| date.to_string());
        let finding = Finding::error("table-too-long").with("first", first).with("last", last);
        findings.push(finding.at(Place::new(text, 0..0)));
    }
    let name = text.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let title = name.rsplit_once('.').map_or(name, |(name, _)| name).to_owned();
    let units = units.or(columns.units()).unwrap_or_default();
    findings.unless_stopped(Table { rows, title, units })
}

/// Which comes first in dates of slashes, day or month, as all of them together tell it.
#[must_use]
pub fn order(dates: &[String]) -> Option<Order> {
    cells::order(dates)
}

/// What a word of the contract for a kind of session says: whether it is on foot; none where it is no such word.
#[must_use]
pub fn is_on_foot(kind: &str) -> Option<bool> {
    SessionKind::ALL.into_iter().find(|known| known.name() == kind).map(SessionKind::is_on_foot)
}

/// A date as people write it; with slashes only where it is told what comes first.
#[must_use]
pub fn date(cell: &str, order: Option<Order>) -> Option<Date> {
    match stamp(cell)? {
        Stamp::Sure(date) => Some(date),
        Stamp::Either(numbers) => order?.date(numbers),
    }
}

impl Row {
    fn of(date: Date, columns: &Columns, cells: &[String]) -> Self {
        let cell = |column| columns.cell(column, cells);
        let told = |column| Some(cell(column)).filter(|text| !text.is_empty());
        let yes = |column| matches!(cell(column).to_lowercase().as_str(), "yes" | "true" | "1" | "x" | "y");
        let title = [Column::Title, Column::Words, Column::Kind].into_iter().find_map(told).unwrap_or_default();
        let kind = cells::kind(&cell(Column::Kind), &title);
        let all = cells.join(" ").to_lowercase();
        Self {
            date,
            kind,
            title,
            distance: None,
            time: None,
            work: Vec::new(),
            hard: yes(Column::Hard),
            indoors: yes(Column::Indoors) || all.contains("treadmill"),
            week: cell(Column::Week).parse().ok(),
            phase: cells::phase(&cell(Column::Phase)),
            week_kind: cells::week_kind(&cell(Column::WeekKind)),
            priority: told(Column::Priority)
                .map(|text| text.to_uppercase())
                .filter(|p| ["A", "B", "C"].contains(&p.as_str())),
            start_from: told(Column::NotBefore),
            start_by: told(Column::NotAfter),
            steps_back: cells::steps_back(&all),
        }
    }

    /// Once its amounts are known: what of it is work, and whether it is training at all.
    fn settle(&mut self, columns: &Columns, cells: &[String]) {
        let nothing = self.distance.is_none() && self.time.is_none();
        let steps = columns.cell(Column::Steps, cells);
        self.work = match steps_of(&steps) {
            Some(written) => written.iter().flat_map(|step| work_of(step, 1)).collect(),
            None => cells::work(&self.title, self.kind).into_iter().collect(),
        };
        // A word without an amount is training only where it tells one itself.
        if nothing && self.work.is_empty() && self.kind == SessionKind::Easy {
            self.kind = if self.title.is_empty() { SessionKind::Rest } else { SessionKind::CrossTrain };
        }
        self.kind = cells::race_by_distance(self.kind, &self.title, self.distance);
        // In a table that has a column for it, the column knows.
        self.hard = if columns.has(Column::Hard) { self.hard } else { cells::is_hard(self.kind, &self.title) };
    }
}

/// Steps in the notation of the rules, with commas between.
fn steps_of(text: &str) -> Option<Vec<Written>> {
    let mut deep = 0;
    let mut parts = vec![String::new()];
    for c in text.chars() {
        match c {
            '(' => deep += 1,
            ')' => deep -= 1,
            ',' if deep == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut()?.push(c);
    }
    let steps: Vec<Written> = parts.iter().map(|part| notation::parse(part).ok()).collect::<Option<_>>()?;
    (!steps.is_empty()).then_some(steps)
}

/// What of a step is run harder than easily; jogging, walking and standing between is not.
fn work_of(step: &Written, times: u32) -> Vec<Work> {
    use crate::session::Intensity as I;
    match step {
        Written::Stretch { intensity: I::Easy | I::Jog | I::Walk, .. } | Written::Rest { .. } => Vec::new(),
        Written::Stretch { amount, intensity, .. } => vec![Work { times, amount: *amount, intensity: *intensity }],
        Written::Repeat { times: n, steps } => {
            steps.iter().flat_map(|step| work_of(step, times.saturating_mul(*n).min(1000))).collect()
        }
    }
}

// ---- lines ----

/// A line of the table, and where it stands.
pub struct Line {
    /// Its cells, trimmed.
    pub cells: Vec<String>,
    span: std::ops::Range<usize>,
}

impl Line {
    /// Where a cell stands; the whole line where it cannot be told.
    #[must_use]
    pub fn place(&self, text: &Arc<Text>, cell: &str) -> Place {
        let line = text.body.get(self.span.clone()).unwrap_or_default();
        match line.find(cell).filter(|_| !cell.is_empty()) {
            Some(at) => Place::new(text, self.span.start + at..self.span.start + at + cell.len()),
            None => Place::new(text, self.span.start..self.span.start + line.trim_end().len()),
        }
    }
}

/// The lines of a table, whichever sign stands between its cells.
///
/// # Errors
/// A finding where the text is no table.
pub fn lines(text: &Arc<Text>) -> Result<Vec<Line>, Findings> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(between(&text.body))
        .comment(Some(b'#'))
        .from_reader(text.body.as_bytes());
    let mut lines: Vec<Line> = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let start = record.position().map_or(0, |at| at.byte() as usize);
                let end = reader.position().byte() as usize;
                // What a spreadsheet led by an apostrophe is text; the apostrophe is not part of it.
                let plain = |cell: &str| cell.strip_prefix('\'').unwrap_or(cell).trim().to_owned();
                lines.push(Line { cells: record.iter().map(plain).collect(), span: start..end });
            }
            Err(error) => {
                let at = error.position().map_or(0, |at| at.byte() as usize).min(text.body.len());
                return Err(Finding::error("table-unreadable")
                    .with("what", error.to_string())
                    .at(Place::new(text, at..at))
                    .into());
            }
        }
    }
    Ok(lines)
}

/// A date in any spelling that can only be one day: `2027-02-07`, `7 Feb 2027`, `13/02/2027`; none for `03/02/2027`.
#[must_use]
pub fn sure_date(told: &str) -> Option<Date> {
    match stamp(told)? {
        Stamp::Sure(date) => Some(date),
        // No year has a thirteenth month: then there is one way to read it.
        Stamp::Either(numbers) => match [Order::DayFirst, Order::MonthFirst].map(|order| order.date(numbers)) {
            [Some(date), None] | [None, Some(date)] => Some(date),
            [first, second] => first.filter(|_| first == second),
        },
    }
}

/// The sign between cells: the one of which the first lines hold most.
#[must_use]
pub fn between(body: &str) -> u8 {
    let head: String = body.lines().filter(|line| !line.starts_with('#')).take(3).collect();
    let count = |sign: u8| head.bytes().filter(|byte| *byte == sign).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}
