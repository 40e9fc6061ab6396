//! A table with a runner a row.

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::ops::Range;
use std::sync::Arc;

use super::{Entry, LONGEST, Source, name_in};
use crate::calendar::Date;
use crate::document::{At, Content, Node, Table};
use crate::finding::{Finding, Findings, nearest};
use crate::foreign::{between, sure_date};
use crate::source::{Place, Text};

/// The columns that need no table before their name: each with the table of the request that it belongs to, and its key.
const PLAIN: &[(&str, &[&str])] = &[
    (
        "runner",
        &[
            "name",
            "level",
            "age",
            "weekly",
            "longest",
            "recent",
            "health",
            "years",
            "sex",
            "hr-max",
            "hr-threshold",
            "finished",
            "first-plan",
            "injured-until",
            "cleared",
        ],
    ),
    ("race", &["race", "date", "priority", "goal", "race-name", "race-climate"]),
    ("place", &["climate", "run-at", "treadmill"]),
    ("week", &["days", "long-run", "starts", "most", "fixed", "strength", "at"]),
    ("plan", &["start", "weeks", "units", "title", "language", "accept-risk"]),
    ("coach", &["coach", "contact", "logo", "colour"]),
];

/// The tables of a request.
const TABLES: [&str; 10] = ["runner", "race", "place", "week", "plan", "coach", "life", "week-kind", "day", "move"];

/// The tables of which a request may have several.
const SEVERAL: [&str; 5] = ["race", "life", "week-kind", "day", "move"];

/// Where a column belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    /// What the runner's files are called.
    Id,
    /// A key of the request: its table, which one of several, and the way to it.
    Key { table: String, nth: usize, path: Vec<String>, unit: Option<&'static str> },
}

/// The most columns of a roster.
const MOST_COLUMNS: usize = 1000;

/// The most bytes that are taken from a table for one row: a row of [`LONGEST`], and what is read ahead of it.
const MOST_AHEAD: usize = LONGEST + (256 << 10);

/// A table that seems to end where a row does not: a quote that nobody closed would else bring all of it into memory.
struct Bounded {
    source: Source,
    /// How many bytes may still be taken for the row at hand.
    left: usize,
}

impl std::io::Read for Bounded {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let most = into.len().min(self.left);
        let read = self.source.read(&mut into[..most])?;
        self.left -= read;
        Ok(read)
    }
}

/// The runners of a table, one by one.
pub struct Rows {
    name: String,
    reader: csv::Reader<Bounded>,
    delimiter: u8,
    columns: Vec<Option<Column>>,
    record: csv::ByteRecord,
    number: usize,
}

impl Rows {
    /// The rows of a source, which a reader knows by this name; with what is worth knowing about its columns.
    ///
    /// # Errors
    /// A head that cannot be read, or names nothing that a request needs.
    pub fn new(name: &str, mut source: Source) -> Result<(Self, Findings), Findings> {
        let unreadable = |what: String| {
            Finding::error("table-unreadable").with("what", what).at(Place::new(&Text::new(name, ""), 0..0))
        };
        let head = source.fill_buf().map_err(|error| unreadable(error.to_string()))?;
        let bom = head.starts_with(b"\xef\xbb\xbf");
        let delimiter = between(
            String::from_utf8_lossy(head.get(..head.len().min(4096)).unwrap_or_default())
                .trim_start_matches('\u{feff}'),
        );
        if bom {
            source.consume(3);
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .comment(Some(b'#'))
            .from_reader(Bounded { source, left: MOST_AHEAD });
        let mut record = csv::ByteRecord::new();
        let read = reader.read_byte_record(&mut record).map_err(|error| unreadable(error.to_string()))?;
        let line = record.position().map_or(1, |at| at.line() as usize);
        let (text, spans) = row(name, &record, delimiter, line).map_err(Findings::from)?;
        if spans.len() > MOST_COLUMNS {
            let place = Place::new(&text, spans[MOST_COLUMNS].clone());
            let finding = Finding::error("too-many-columns").with("got", spans.len()).with("most", MOST_COLUMNS);
            return Err(finding.at(place).into());
        }
        let mut findings = Findings::new();
        let columns: Vec<Option<Column>> = spans
            .iter()
            .map(|span| {
                let place = Place::new(&text, span.clone());
                let column = column(place.words());
                if column.is_none() && !place.words().trim().is_empty() {
                    let told = tidy(place.words());
                    let known: Vec<&str> = PLAIN.iter().flat_map(|(_, keys)| keys.iter().copied()).collect();
                    let finding = Finding::warning("unknown-column").with("column", place.words().trim());
                    findings.push(match nearest(&told, &known) {
                        Some(near) => finding.with("near", near).at(place),
                        None => finding.at(place),
                    });
                }
                column
            })
            .collect();
        let mut seen: Vec<&Column> = Vec::new();
        for (column, span) in columns.iter().zip(&spans) {
            let Some(column) = column else { continue };
            if seen.contains(&column) {
                let place = Place::new(&text, span.clone());
                findings.push(Finding::error("column-twice").with("column", place.words().trim()).at(place));
            }
            seen.push(column);
        }
        let has = |wanted: &[&str]| {
            columns.iter().flatten().any(|column| matches!(column, Column::Key { table, path, .. }
                if wanted.contains(&table.as_str()) && path.last().is_some_and(|key| ["weekly", "level", "days"].contains(&key.as_str()))))
        };
        if !read || !has(&["runner", "week"]) {
            // Of another table there is no use in telling each column.
            return Err(Finding::error("roster-without-columns").at(Place::new(&text, 0..0)).into());
        }
        let rows = Self { name: name.to_owned(), reader, delimiter, columns, record, number: 0 };
        findings.unless_stopped(rows)
    }

    fn entry(&self) -> Entry {
        let line = self.record.position().map_or(1, |at| at.line() as usize);
        let (text, spans) = match row(&self.name, &self.record, self.delimiter, line) {
            Ok(row) => row,
            Err(finding) => {
                let text =
                    finding.place.as_ref().map_or_else(|| Text::new(&self.name, ""), |place| Arc::clone(&place.text));
                return Entry { number: self.number, id: None, name: String::new(), text, table: Err(finding.into()) };
            }
        };
        let mut id = None;
        let whole = Place::new(&text, 0..text.body.len());
        let mut table = Table { entries: Vec::new(), place: whole.clone() };
        for (column, span) in self.columns.iter().zip(&spans) {
            let place = Place::new(&text, trimmed(&text, span.clone()));
            let told = cell(&place);
            match column {
                Some(_) if told.is_empty() => {}
                Some(Column::Id) => id = Some(told),
                Some(Column::Key { table: name, nth, path, unit }) => {
                    let told = match unit {
                        Some(unit) if told.parse::<f64>().is_ok() => format!("{told} {unit}"),
                        _ => told,
                    };
                    let key = path.last().map_or("", String::as_str);
                    let node = At { value: content(key, &told, &place), place };
                    put(one_of(&mut table, name, *nth, &whole), path, node, &whole);
                }
                None => {}
            }
        }
        let name = name_in(&table).unwrap_or_default();
        Entry { number: self.number, id, name, text, table: Ok(table) }
    }
}

impl Iterator for Rows {
    type Item = std::io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        // A row that had no end has taken all there was for it; where the next one begins nobody knows.
        if self.reader.get_ref().left == 0 {
            return None;
        }
        loop {
            self.reader.get_mut().left = MOST_AHEAD;
            match self.reader.read_byte_record(&mut self.record) {
                Ok(false) => return None,
                // A spreadsheet leaves rows behind that hold nothing.
                Ok(true) if self.record.iter().all(|cell| cell.trim_ascii().is_empty()) => {}
                Ok(true) => {
                    self.number += 1;
                    return Some(Ok(self.entry()));
                }
                Err(error) => return Some(Err(error.into())),
            }
        }
    }
}

/// A row as a text of its own, and where its cells stand in it, without their quotes.
#[expect(clippy::result_large_err, reason = "a finding is made once a row")]
fn row(
    name: &str,
    record: &csv::ByteRecord,
    delimiter: u8,
    line: usize,
) -> Result<(Arc<Text>, Vec<Range<usize>>), Finding> {
    let broken = |code: &str| {
        Finding::error(code).with("most", LONGEST / 1024).at(Place::new(&Text::part(name, "", line), 0..0))
    };
    if record.as_slice().len() > LONGEST {
        return Err(broken("row-without-end"));
    }
    let mut body = String::new();
    let mut spans = Vec::new();
    for (at, cell) in record.iter().enumerate() {
        let cell = std::str::from_utf8(cell).map_err(|_| broken("row-not-text"))?;
        if at > 0 {
            body.push(char::from(delimiter));
        }
        let quotes = cell.contains([char::from(delimiter), '"', '\n', '\r']);
        if quotes {
            body.push('"');
        }
        spans.push(body.len()..body.len() + cell.len());
        body.push_str(cell);
        if quotes {
            body.push('"');
        }
    }
    Ok((Text::part(name, body, line), spans))
}

/// The bytes of a cell without the blanks around it.
fn trimmed(text: &Arc<Text>, span: Range<usize>) -> Range<usize> {
    let words = text.body.get(span.clone()).unwrap_or_default();
    let start = span.start + (words.len() - words.trim_start().len());
    start..start + words.trim().len()
}

/// What a cell says. What a spreadsheet led by an apostrophe is text; the apostrophe is not part of it.
fn cell(place: &Place) -> String {
    let words = place.words().trim();
    words.strip_prefix('\'').unwrap_or(words).to_owned()
}

/// A column's name as the keys of a request are written.
fn tidy(head: &str) -> String {
    let words = head.trim().trim_matches('\'').to_lowercase();
    words.split(|c: char| c.is_whitespace() || c == '_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Where a column belongs, by its name: `weekly`, `weekly (mi)`, `race-2`, `runner.weekly`, `life.2.from`, `reset.volume`.
fn column(head: &str) -> Option<Column> {
    let mut name = tidy(head);
    if name == "id" {
        return Some(Column::Id);
    }
    let mut unit = None;
    for (ending, symbol) in [("-(km)", "km"), ("-(mi)", "mi"), ("(km)", "km"), ("(mi)", "mi"), ("-(miles)", "mi")] {
        if let Some(bare) = name.strip_suffix(ending) {
            (name, unit) = (bare.to_owned(), Some(symbol));
            break;
        }
    }
    if let Some((table, rest)) = name.split_once('.') {
        let mut path: Vec<String> = rest.split('.').map(str::to_owned).collect();
        if path.iter().any(String::is_empty) {
            return None;
        }
        // Whatever is no table of a request is the name of a setting.
        if !TABLES.contains(&table) {
            let rest = if table == "settings" { path.join(".") } else { name.clone() };
            let path = rest.split('.').map(str::to_owned).collect();
            return Some(Column::Key { table: "settings".to_owned(), nth: 0, path, unit });
        }
        let nth = path[0].parse::<usize>().ok().filter(|nth| (1..=50).contains(nth) && path.len() > 1);
        if nth.is_some() {
            path.remove(0);
        }
        return Some(Column::Key { table: table.to_owned(), nth: nth.unwrap_or(1) - 1, path, unit });
    }
    let key = |name: &str| PLAIN.iter().find(|(_, keys)| keys.contains(&name)).map(|(table, _)| *table);
    let (bare, nth) = match name.rsplit_once('-').and_then(|(bare, nth)| Some((bare, nth.parse::<usize>().ok()?))) {
        Some((bare, nth)) if (1..=50).contains(&nth) && key(bare) == Some("race") => (bare.to_owned(), nth - 1),
        _ => (name, 0),
    };
    let table = key(&bare)?;
    let path = match bare.as_str() {
        "race-name" | "coach" => "name",
        "race-climate" => "climate",
        other => other,
    };
    Some(Column::Key { table: table.to_owned(), nth, path: vec![path.to_owned()], unit })
}

/// The table of a request that a column belongs to, made where it is not there yet.
fn one_of<'t>(root: &'t mut Table, name: &str, nth: usize, whole: &Place) -> &'t mut Table {
    if !SEVERAL.contains(&name) {
        return inner(root, name, whole);
    }
    let at = entry(root, name, whole, || Content::List(Vec::new()));
    let Content::List(items) = &mut root.entries[at].1.value else { unreachable_list() };
    while items.len() <= nth {
        items.push(At {
            value: Content::Table(Table { entries: Vec::new(), place: whole.clone() }),
            place: whole.clone(),
        });
    }
    match &mut items[nth].value {
        Content::Table(table) => table,
        _ => unreachable_list(),
    }
}

fn unreachable_list() -> ! {
    unreachable!("lists of a roster hold tables alone")
}

/// The table of this name inside another.
fn inner<'t>(table: &'t mut Table, name: &str, whole: &Place) -> &'t mut Table {
    let at = entry(table, name, whole, || Content::Table(Table { entries: Vec::new(), place: whole.clone() }));
    let node = &mut table.entries[at].1;
    if !matches!(node.value, Content::Table(_)) {
        // `most` and `most.tue` side by side: the more exact column counts.
        node.value = Content::Table(Table { entries: Vec::new(), place: whole.clone() });
    }
    match &mut node.value {
        Content::Table(table) => table,
        _ => unreachable_list(),
    }
}

fn entry(table: &mut Table, name: &str, whole: &Place, make: impl FnOnce() -> Content) -> usize {
    if let Some(at) = table.entries.iter().position(|(key, _)| key.value == name) {
        return at;
    }
    table
        .entries
        .push((At { value: name.to_owned(), place: whole.clone() }, At { value: make(), place: whole.clone() }));
    table.entries.len() - 1
}

/// Puts a value where it belongs.
fn put(table: &mut Table, path: &[String], node: Node, whole: &Place) {
    match path {
        [] => {}
        [key] => {
            let key = At { value: key.clone(), place: node.place.clone() };
            table.entries.retain(|(known, _)| known.value != key.value);
            table.entries.push((key, node));
        }
        [first, rest @ ..] => put(inner(table, first, whole), rest, node, whole),
    }
}

/// The days of the week, as a cell may spell them.
fn weekday(word: &str) -> String {
    let word = word.to_lowercase();
    let full = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let known = full.iter().find(|day| day.starts_with(&word) && word.len() >= 3);
    known.map_or(word, |day| day[..3].to_owned())
}

/// The words of a cell that holds several.
fn words(told: &str) -> Vec<&str> {
    told.split(|c: char| c.is_whitespace() || ",;/+&".contains(c)).filter(|word| !word.is_empty()).collect()
}

/// What a cell says, as the kind of value that its key takes. What does not fit stays words, and the desk tells.
fn content(key: &str, told: &str, place: &Place) -> Content {
    let text = || Content::Text(told.to_owned());
    let node = |value| At { value, place: place.clone() };
    match key {
        "age" | "hr-max" | "hr-threshold" | "weeks" | "strength" => {
            told.strip_suffix(".0").unwrap_or(told).parse().map_or_else(|_| text(), Content::Integer)
        }
        "years" => number(told).unwrap_or_else(text),
        "treadmill" | "first-plan" | "accept-risk" => match told.to_lowercase().as_str() {
            "yes" | "y" | "true" | "x" | "1" | "on" => Content::Boolean(true),
            "no" | "n" | "false" | "0" | "off" => Content::Boolean(false),
            _ => text(),
        },
        "date" | "start" | "injured-until" | "cleared" | "from" | "to" | "starting" => {
            let date: Option<Date> = told.parse().ok().or_else(|| sure_date(told));
            date.map_or_else(text, Content::Date)
        }
        "days" => Content::List(words(told).into_iter().map(|day| node(Content::Text(weekday(day)))).collect()),
        "long-run" | "starts" => Content::Text(weekday(told)),
        "finished" => Content::List(words(told).into_iter().map(|id| node(Content::Text(id.to_lowercase()))).collect()),
        "health" if told.contains([',', ';', ' ']) => {
            Content::List(words(told).into_iter().map(|word| node(Content::Text(word.to_lowercase()))).collect())
        }
        "level" | "race" | "climate" | "units" | "sex" | "health" | "load" | "kind" => Content::Text(tidy(told)),
        "priority" => Content::Text(told.to_uppercase()),
        "most" | "fixed" | "at" | "run-at" => by_day(key, told, place).unwrap_or_else(text),
        "recent" => recent(told, place).unwrap_or_else(text),
        "name" | "title" | "what" | "note" | "goal" | "weekly" | "longest" | "time" | "contact" | "logo" | "colour"
        | "language" | "session" => text(),
        // What is left are settings, and days inside a table by day.
        _ if !told.contains(' ') && !told.contains('%') => match told.to_lowercase().as_str() {
            "true" => Content::Boolean(true),
            "false" => Content::Boolean(false),
            _ => told.parse().map(Content::Integer).ok().or_else(|| number(told)).unwrap_or_else(text),
        },
        _ => text(),
    }
}

fn number(told: &str) -> Option<Content> {
    told.parse::<f64>().ok().filter(|number| number.is_finite()).map(Content::Float)
}

/// `tue 60 min; thu 45 min`: a value by day. None where the cell names no day: an hour for all of them, say.
fn by_day(key: &str, told: &str, place: &Place) -> Option<Content> {
    let mut table = Table { entries: Vec::new(), place: place.clone() };
    for part in told.split([';', ',']).map(str::trim).filter(|part| !part.is_empty()) {
        let (day, value) = part.split_once(|c: char| c.is_whitespace() || c == '=')?;
        let day = weekday(day.trim_end_matches(':'));
        if day.len() != 3 || value.trim().is_empty() {
            return None;
        }
        let value =
            At { value: Content::Text(value.trim().trim_start_matches('=').trim().to_owned()), place: place.clone() };
        table.entries.push((At { value: day, place: place.clone() }, value));
    }
    let mut seen = BTreeSet::new();
    let once = table.entries.iter().all(|(day, _)| seen.insert(day.value.clone()));
    (once && !table.entries.is_empty() && (key != "run-at" || told.contains(' '))).then_some(Content::Table(table))
}

/// `10k 52:30` or `10k 52:30 2026-10-18`: a result.
fn recent(told: &str, place: &Place) -> Option<Content> {
    let words: Vec<&str> =
        told.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
    let (date, words) = match words.split_last() {
        Some((last, rest)) if last.parse::<Date>().is_ok() => (last.parse::<Date>().ok(), rest),
        _ => (None, words.as_slice()),
    };
    let [race @ .., time] = words else { return None };
    let race: Vec<&str> = race.iter().copied().filter(|word| *word != "in").collect();
    if race.is_empty() {
        return None;
    }
    let at = |value| At { value, place: place.clone() };
    let name = |key: &str| At { value: key.to_owned(), place: place.clone() };
    let mut entries = vec![
        (name("race"), at(Content::Text(tidy(&race.join(" "))))),
        (name("time"), at(Content::Text((*time).to_owned()))),
    ];
    entries.extend(date.map(|date| (name("date"), at(Content::Date(date)))));
    Some(Content::Table(Table { entries, place: place.clone() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{self, Ids};

    fn rows(body: &[u8]) -> (Vec<Entry>, Findings) {
        let (rows, findings) = Rows::new("t.csv", Box::new(std::io::Cursor::new(body.to_vec()))).unwrap();
        (rows.map(Result::unwrap).collect(), findings)
    }

    #[test]
    fn a_row_says_what_a_request_says() {
        let body = "\u{feff}ID;Name;weekly (mi);Longest;Race;Date;goal;race 2;date_2;days;Long run;treadmill;most;recent;age;reset.volume;run-at;phone\n\
            s1;Sara;24;10 mi;Half Marathon;2027-02-07;1:55:00;10k;13/12/2026;Mon, tuesday Sat sun;Saturday;yes;tue 60 min;10k 52:30 2026-10-18;41;72 %;dawn;0123\n\
            ;;;;;;;;;;;;;;;;;\n";
        let (read, findings) = rows(body.as_bytes());
        assert_eq!(findings.0.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["unknown-column"]);
        assert_eq!(read.len(), 1, "an empty row is nobody");
        let entry = &read[0];
        assert_eq!((entry.number, entry.id.as_deref(), entry.name.as_str()), (1, Some("s1"), "Sara"));
        let (request, findings) =
            request::read_table(&entry.text, entry.table.as_ref().unwrap(), &Ids::default()).unwrap();
        assert!(findings.0.is_empty(), "{findings}");
        assert_eq!(
            request.races.iter().map(|race| race.race.value.as_str()).collect::<Vec<_>>(),
            ["10k", "half-marathon"]
        );
        assert_eq!(request.week.days.len(), 4);
        assert_eq!(request.runner.weekly.unwrap().value.to_string(), "24 mi");
        assert!(request.home.treadmill.unwrap().value && request.week.most.len() == 1);
        assert!(request.runner.recent.unwrap().date.is_some() && request.settings.is_some());
    }

    #[test]
    fn what_is_wrong_is_told_at_its_cell_of_its_line() {
        let (read, _) = rows(b"name,weekly,days\nSara,38 km,mon tue\n\"Om\nar\",many,\"mon, tuf\"\n\xff,38 km,mon\n");
        let ids = Ids::default();
        let findings = request::read_table(&read[1].text, read[1].table.as_ref().unwrap(), &ids).unwrap_err();
        let told: Vec<_> = findings
            .0
            .iter()
            .map(|finding| {
                let place = finding.place.as_ref().unwrap();
                (finding.code.as_str(), place.words(), place.line())
            })
            .collect();
        assert!(told.contains(&("wrong-measure", "many", 4)), "{told:?}");
        assert!(told.iter().any(|(code, words, _)| *code == "unknown-weekday" && words.contains("tuf")), "{told:?}");
        assert_eq!(read[2].table.as_ref().unwrap_err().0[0].code, "row-not-text");
    }

    #[test]
    fn a_table_of_something_else_is_refused() {
        for body in ["", "date,title,distance_km\n2027-01-01,easy,8\n", "weekly,weekly,days\n"] {
            assert!(Rows::new("t.csv", Box::new(std::io::Cursor::new(body.as_bytes().to_vec()))).is_err(), "{body}");
        }
    }
}
