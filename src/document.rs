//! Documents: TOML with a place for every key and value, and a reader that gathers every problem at once.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;
use std::sync::Arc;

use toml::de::DeTable;

use crate::calendar::{Date, YEARS};
use crate::finding::{Finding, Findings, Fix, Severity, nearest};
use crate::measure::{Distance, Duration, Expected, Pace};
use crate::shipped::pressed::{self, Kind};
use crate::source::{Place, Text};

/// The largest TOML text that is read, in bytes.
pub const LARGEST: usize = 1 << 20;

/// The most unknown keys of one table that are told one by one.
const MOST_UNKNOWN: usize = 50;

/// The most slips of syntax that are told one by one.
const MOST_SLIPS: usize = 100;

/// How deep tables and lists may be nested.
const DEEPEST: usize = 16;

/// Something with the place it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct At<T> {
    /// What was read.
    pub value: T,
    /// Where.
    pub place: Place,
}

/// A value and its place.
pub type Node = At<Content>;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a point; never `nan` nor `inf`.
    Float(f64),
    /// Yes or no.
    Boolean(bool),
    /// A date without a time.
    Date(Date),
    /// Several values.
    List(Vec<Node>),
    /// Keys and values.
    Table(Table),
    /// Something TOML has and we have no use for: a time, `nan`, a number too large.
    Other,
}

impl Content {
    /// The kind of value, as a message key.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "integer",
            Self::Float(_) => "float",
            Self::Boolean(_) => "boolean",
            Self::Date(_) => "date",
            Self::List(_) => "list",
            Self::Table(_) => "table",
            Self::Other => "other",
        }
    }
}

impl<T> At<T> {
    /// Another value at the same place.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> At<U> {
        At { value: make(self.value), place: self.place }
    }

    /// The place of a string's words, without its quotes.
    #[must_use]
    pub fn inside(&self) -> Place {
        let quoted = self.place.words();
        let quotes = if quoted.starts_with("\"\"\"") || quoted.starts_with("'''") {
            3
        } else {
            usize::from(quoted.starts_with(['"', '\'']))
        };
        let Range { start, end } = self.place.span;
        if end - start < 2 * quotes {
            return self.place.clone();
        }
        Place::new(&self.place.text, start + quotes..end - quotes)
    }
}

/// Keys and values, in the order in which they were written.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Each key with its place, and its value.
    pub entries: Vec<(At<String>, Node)>,
    /// Where the table stands.
    pub place: Place,
}

impl Table {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(k, _)| k.value == key).map(|(_, v)| v)
    }
}

/// Reads a TOML text.
///
/// # Errors
/// Every syntax error, with its place.
pub fn parse(text: &Arc<Text>) -> Result<Table, Findings> {
    match text.pressed.map(postcard::from_bytes) {
        Some(Ok(table)) => Ok(own_table(text, table)),
        _ => parse_body(text),
    }
}

fn parse_body(text: &Arc<Text>) -> Result<Table, Findings> {
    if text.body.len() > LARGEST {
        return Err(Finding::error("file-too-large")
            .with("name", text.name.clone())
            .with("most", LARGEST / 1024)
            .into());
    }
    // Deep nesting would be met by recursion below; a cheap count refuses it first.
    if let Some(at) = too_deep(&text.body) {
        return Err(Finding::error("nested-too-deep").with("most", DEEPEST).at(Place::new(text, at..at + 1)).into());
    }
    let (table, errors) = DeTable::parse_recoverable(&text.body);
    if errors.is_empty() {
        return Ok(own_table(text, pressed::table(&text.body, table.get_ref(), &table.span())));
    }
    // Where all that is wrong is days that no calendar has, the rest can be read, and its findings told with theirs.
    let days: Option<Vec<Range<usize>>> =
        errors.iter().map(|error| error.span().filter(|span| like_a_date(text.body.get(span.clone())))).collect();
    if let Some(days) = days {
        let mut body = text.body.to_string();
        for day in days {
            let quoted = format!("'{}'", "-".repeat(day.len() - 2));
            body.replace_range(day, &quoted);
        }
        let (table, errors) = DeTable::parse_recoverable(&body);
        if errors.is_empty() {
            return Ok(own_table(text, pressed::table(&text.body, table.get_ref(), &table.span())));
        }
    }
    let findings = errors.iter().take(MOST_SLIPS).map(|error| {
        let mut span = error.span().unwrap_or(0..0);
        // An error at the very end of the text is shown on the last line that has words.
        if span.start >= text.body.len() {
            let last = text.body.trim_end().len();
            span = last.saturating_sub(1)..last;
        }
        let fix = toml_meant(text, &span, error.message());
        let finding = Finding::error("toml").with("what", error.message()).at(Place::new(text, span));
        match fix {
            Some(fix) => Finding { fix: Some(fix), ..finding.with("plain", true) },
            None => finding,
        }
    });
    Err(Findings(findings.collect()))
}

/// What somebody most likely meant whose line TOML cannot read: quotes around words, and yes or no in small letters.
fn toml_meant(text: &Arc<Text>, span: &Range<usize>, said: &str) -> Option<Fix> {
    let rest = text.body.get(span.start..)?.lines().next()?;
    let value = rest.split('#').next()?.trim_end();
    let put = |words: &str, text_there: String| {
        Some(Fix { place: Place::new(text, span.start..span.start + words.len()), text: text_there })
    };
    let small = value.to_lowercase();
    if small == "true" || small == "false" {
        return put(value, small);
    }
    // Lists and tables have several values, and only the first of them is known to lack its quotes.
    let one = !value.is_empty() && !value.contains(['"', '\'', ',', '[', ']', '{', '}', '=']);
    (said.contains("must be quoted") && one).then(|| put(value, format!("\"{value}\""))).flatten()
}

/// What somebody most likely meant who wrote this where a value of another kind was wanted, as TOML.
#[must_use]
pub fn fitting(node: &Node, wanted: &str) -> Option<String> {
    let written = node.place.words();
    let bare = match &node.value {
        Content::Text(text) => text.trim(),
        Content::Integer(_) | Content::Float(_) => written,
        Content::Boolean(_) if wanted == "text" || wanted == "choice" => written,
        _ => return None,
    };
    let quoted = matches!(node.value, Content::Text(_));
    match wanted {
        "text" | "choice" => (!quoted).then(|| format!("\"{bare}\"")),
        "integer" | "count" => bare.parse::<i64>().ok().filter(|_| quoted).map(|n| n.to_string()),
        "number" => bare.parse::<f64>().ok().filter(|n| quoted && n.is_finite()).map(|_| bare.to_owned()),
        "boolean" | "yes-no" => match bare.to_lowercase().as_str() {
            "yes" | "true" | "on" => Some("true".to_owned()),
            "no" | "false" | "off" => Some("false".to_owned()),
            _ => None,
        },
        "list" | "workouts" => quoted.then(|| format!("[{written}]")),
        "shares" => meant("share", bare).map(|share| format!("[\"{share}\"]")),
        kind => meant(kind, bare).map(|words| format!("\"{words}\"")),
    }
}

/// The measure that somebody most likely meant: a number without its unit, or with a unit in other words.
fn meant(kind: &str, written: &str) -> Option<String> {
    let written = written.trim().to_lowercase().replace(',', ".");
    let end = written.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':')).unwrap_or(written.len());
    let (number, unit) = (&written[..end], written[end..].trim());
    let amount: Option<f64> = number.parse().ok();
    let in_unit = |known: &[(&str, &[&str])], alone: &str| {
        let near: Vec<&str> = known.iter().map(|(unit, _)| *unit).collect();
        let said = |names: &[&str]| names.contains(&unit);
        known
            .iter()
            .find(|(_, names)| said(names))
            .map(|(unit, _)| *unit)
            .or(unit.is_empty().then_some(alone))
            .or_else(|| nearest(unit, &near))
            .filter(|unit| !unit.is_empty())
            .map(|unit| format!("{number} {unit}"))
    };
    match kind {
        "distance" => {
            amount?;
            let found = in_unit(
                &[
                    ("km", &["k", "kms", "kilo", "kilos", "kilometer", "kilometers", "kilometre", "kilometres"]),
                    ("mi", &["mls", "miles", "mile"]),
                    ("m", &["meter", "meters", "metre", "metres", "mtr"]),
                    ("yd", &["yard", "yards", "yds"]),
                ],
                "km",
            )?;
            found.parse::<Distance>().ok().map(|_| found)
        }
        "duration" => {
            if let (Some(days), "d" | "day" | "days") = (amount, unit) {
                return Some(format!("{} h", days * 24.0));
            }
            let found = in_unit(
                &[
                    ("min", &["m", "mins", "minute", "minutes", "'"]),
                    ("h", &["hr", "hrs", "hour", "hours", "std"]),
                    ("s", &["secs", "sek", "second", "seconds"]),
                ],
                "min",
            )?;
            amount.and_then(|_| found.parse::<Duration>().ok()).map(|_| found)
        }
        "share" => {
            let amount = amount?;
            let per_cent =
                if unit.is_empty() && amount <= 1.0 && number.contains('.') { amount * 100.0 } else { amount };
            let known = ["", "percent", "per cent", "pct", "prozent", "of", "perc"];
            known.contains(&unit).then(|| format!("{} %", (per_cent * 10.0).round() / 10.0))
        }
        "pace" => {
            let unit = if unit.contains("mi") && !unit.contains("min/k") && unit != "min" { "mi" } else { "km" };
            let found = format!("{number} /{unit}");
            found.parse::<Pace>().ok().map(|_| found)
        }
        _ => None,
    }
}

/// Whether words read like a date: `2027-02-30`, `2027-2-7`.
fn like_a_date(words: Option<&str>) -> bool {
    let parts: Vec<&str> = words.unwrap_or("").split('-').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Where brackets or dots outside strings first run deeper than [`DEEPEST`], roughly: enough to refuse hostile nesting.
fn too_deep(body: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        let key = line.split('=').next().unwrap_or("");
        if let Some((at, _)) = key.match_indices('.').nth(DEEPEST) {
            return Some(start + at);
        }
        for (at, byte) in line.bytes().enumerate() {
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth = depth.saturating_sub(1),
                b'#' => break,
                _ => {}
            }
            if depth > DEEPEST {
                return Some(start + at);
            }
        }
        start += line.len();
    }
    None
}

/// Bytes of a pressed text as places have them.
fn wide(span: &pressed::Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

fn own_table(text: &Arc<Text>, table: pressed::Table<'_>) -> Table {
    let own_key = |key: &pressed::Key<'_>| {
        let place = Place::new(text, wide(&key.span));
        At { value: key.name.unwrap_or_else(|| place.words()).to_owned(), place }
    };
    let entries = table.entries.into_iter().map(|(key, value)| (own_key(&key), own(text, value)));
    Table { entries: entries.collect(), place: Place::new(text, wide(&table.span)) }
}

fn own(text: &Arc<Text>, value: pressed::Value<'_>) -> Node {
    let place = Place::new(text, wide(&value.span));
    let content = match value.kind {
        Kind::Quoted => {
            let words = place.words();
            Content::Text(words[1..words.len() - 1].to_owned())
        }
        Kind::Text(words) => Content::Text(words.to_owned()),
        Kind::Integer(number) => Content::Integer(number),
        Kind::Float(number) => Content::Float(number),
        Kind::Boolean(yes) => Content::Boolean(yes),
        Kind::Date(year, month, day) => {
            Date::new(i32::from(year), u32::from(month), u32::from(day)).map_or(Content::Other, Content::Date)
        }
        Kind::List(items) => Content::List(items.into_iter().map(|item| own(text, item)).collect()),
        Kind::Table(table) => Content::Table(own_table(text, table)),
        Kind::Other => Content::Other,
    };
    At { value: content, place }
}

/// Reads one table key by key: what has the wrong shape, is missing or is unknown becomes a finding, and the reading goes on.
pub struct Reader<'t> {
    table: &'t Table,
    name: String,
    known: BTreeSet<&'static str>,
    findings: &'t RefCell<Findings>,
}

impl<'t> Reader<'t> {
    /// A reader of a table; `name` is what a reader of messages calls it (`[runner]`).
    pub fn new(table: &'t Table, name: impl Into<String>, findings: &'t RefCell<Findings>) -> Self {
        Self { table, name: name.into(), known: BTreeSet::new(), findings }
    }

    /// The table's place.
    #[must_use]
    pub fn place(&self) -> Place {
        self.table.place.clone()
    }

    /// Notes a finding.
    pub fn find(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    /// The raw value of a key, which counts as known from now on.
    pub fn node(&mut self, key: &'static str) -> Option<&'t Node> {
        self.known.insert(key);
        self.table.get(key)
    }

    /// The place of a key, if it is there; it counts as known from now on.
    pub fn place_of(&mut self, key: &'static str) -> Option<Place> {
        let (found, _) = self.table.entries.iter().find(|(k, _)| k.value == key)?;
        self.known.insert(key);
        Some(found.place.clone())
    }

    /// Says that a required key is missing.
    pub fn missing(&self, key: &str) {
        self.find(Finding::error("missing-key").with("key", key).with("table", self.name.as_str()).at(self.place()));
    }

    /// Says that a value is of another kind than wanted.
    pub fn wrong(&self, node: &Node, key: &str, wanted: &str) {
        let finding = Finding::error("wrong-type")
            .with("key", key)
            .with("wanted", wanted)
            .with("got", node.value.kind())
            .at(node.place.clone());
        self.find(finding.put(fitting(node, wanted)));
    }

    /// A string.
    pub fn text(&mut self, key: &'static str) -> Option<At<String>> {
        let node = self.node(key)?;
        match &node.value {
            Content::Text(text) => Some(At { value: text.clone(), place: node.place.clone() }),
            _ => {
                self.wrong(node, key, "text");
                None
            }
        }
    }

    /// One word of a list of words.
    pub fn choice<'a>(&mut self, key: &'static str, known: impl IntoIterator<Item = &'a str>) -> Option<At<String>> {
        let text = self.text(key)?;
        let known: Vec<&str> = known.into_iter().collect();
        if known.contains(&text.value.as_str()) {
            return Some(text);
        }
        self.find(unknown_choice(key, &text, known));
        None
    }

    /// A measure written as text: `"8 km"`.
    pub fn measure<T: FromStr<Err = Expected>>(&mut self, key: &'static str) -> Option<At<T>> {
        let node = self.node(key)?;
        self.measure_of(node, key)
    }

    /// The measure that a node holds.
    #[must_use]
    pub fn measure_of<T: FromStr<Err = Expected>>(&self, node: &Node, key: &str) -> Option<At<T>> {
        let written = match &node.value {
            Content::Text(text) => text.clone(),
            _ => node.place.words().to_owned(),
        };
        match written.parse::<T>() {
            Ok(value) if matches!(node.value, Content::Text(_)) => Some(At { value, place: node.place.clone() }),
            Err(expected) => {
                self.find(
                    Finding::error("wrong-measure")
                        .with("key", key)
                        .with("got", written)
                        .with("kind", expected.kind)
                        .at(node.place.clone())
                        // Heights are the one length that nobody tells in kilometres.
                        .put(if key == "elevation" { None } else { fitting(node, expected.kind) }),
                );
                None
            }
            Ok(_) => {
                self.wrong(node, key, "text");
                None
            }
        }
    }

    /// A whole number within bounds.
    pub fn integer(&mut self, key: &'static str, bounds: RangeInclusive<i64>) -> Option<At<i64>> {
        let node = self.node(key)?;
        match node.value {
            Content::Integer(value) if bounds.contains(&value) => Some(At { value, place: node.place.clone() }),
            Content::Integer(value) => {
                self.out_of_bounds(node, key, value.to_string(), bounds.start().to_string(), bounds.end().to_string());
                None
            }
            _ => {
                self.wrong(node, key, "integer");
                None
            }
        }
    }

    /// Says that a value lies outside its bounds.
    pub fn out_of_bounds(&self, node: &Node, key: &str, got: String, least: String, most: String) {
        self.find(
            Finding::error("out-of-bounds")
                .with("key", key)
                .with("got", got)
                .with("least", least)
                .with("most", most)
                .at(node.place.clone()),
        );
    }

    /// A number within bounds.
    pub fn number(&mut self, key: &'static str, bounds: RangeInclusive<f64>) -> Option<At<f64>> {
        let node = self.node(key)?;
        self.number_of(node, key, bounds)
    }

    fn number_of(&self, node: &Node, key: &str, bounds: RangeInclusive<f64>) -> Option<At<f64>> {
        #[allow(clippy::cast_precision_loss)]
        let value = match node.value {
            Content::Integer(value) => value as f64,
            Content::Float(value) => value,
            _ => {
                self.wrong(node, key, "number");
                return None;
            }
        };
        if bounds.contains(&value) {
            return Some(At { value, place: node.place.clone() });
        }
        self.out_of_bounds(node, key, value.to_string(), bounds.start().to_string(), bounds.end().to_string());
        None
    }

    /// A list of numbers within bounds.
    pub fn numbers(&mut self, key: &'static str, bounds: &RangeInclusive<f64>) -> Option<At<Vec<f64>>> {
        let (items, place) = self.list(key)?;
        let read: Vec<f64> =
            items.iter().filter_map(|item| self.number_of(item, key, bounds.clone())).map(|n| n.value).collect();
        (read.len() == items.len()).then_some(At { value: read, place })
    }

    /// Yes or no.
    pub fn boolean(&mut self, key: &'static str) -> Option<At<bool>> {
        let node = self.node(key)?;
        match node.value {
            Content::Boolean(value) => Some(At { value, place: node.place.clone() }),
            _ => {
                self.wrong(node, key, "boolean");
                None
            }
        }
    }

    /// A date, bare as TOML has it or quoted.
    pub fn date(&mut self, key: &'static str) -> Option<At<Date>> {
        let node = self.node(key)?;
        let date = match &node.value {
            Content::Date(date) => Some(*date),
            Content::Text(text) => text.parse().ok(),
            _ => None,
        };
        if date.is_none() {
            let written = node.place.words();
            let finding = if Date::is_beyond(written.trim_matches(['"', '\''])) {
                Finding::error("date-beyond").with("first", *YEARS.start()).with("last", *YEARS.end())
            } else {
                Finding::error("wrong-date").with("got", written)
            };
            self.find(finding.with("key", key).at(node.place.clone()));
        }
        date.map(|value| At { value, place: node.place.clone() })
    }

    /// A list, as it stands.
    pub fn list(&mut self, key: &'static str) -> Option<(&'t [Node], Place)> {
        let node = self.node(key)?;
        match &node.value {
            Content::List(items) => Some((items, node.place.clone())),
            _ => {
                self.wrong(node, key, "list");
                None
            }
        }
    }

    /// A list of strings.
    pub fn texts(&mut self, key: &'static str) -> Option<Vec<At<String>>> {
        let (items, _) = self.list(key)?;
        let mut texts = Vec::new();
        for item in items {
            match &item.value {
                Content::Text(text) => texts.push(At { value: text.clone(), place: item.place.clone() }),
                _ => self.wrong(item, key, "text"),
            }
        }
        Some(texts)
    }

    /// A table of this table. `[[key]]` is told to lose a pair of brackets, and its first table is read all the same.
    pub fn table(&mut self, key: &'static str) -> Option<&'t Table> {
        let node = self.node(key)?;
        match &node.value {
            Content::Table(table) => Some(table),
            Content::List(items) if node.place.words().starts_with("[[") => self.first_of(items, key),
            _ => {
                self.wrong(node, key, "table");
                None
            }
        }
    }

    /// The first of several tables where one is wanted.
    fn first_of(&self, items: &'t [Node], key: &str) -> Option<&'t Table> {
        let Content::Table(table) = &items.first()?.value else { return None };
        let finding = Finding::error("single-table").with("key", key).at(table.place.clone());
        // With one of them it is only a matter of brackets.
        let alone = items.len() == 1;
        self.find(if alone { finding.fixed_by(&format!("[[{key}]]"), &format!("[{key}]")) } else { finding });
        Some(table)
    }

    /// A reader for a table of this table.
    pub fn inner(&mut self, key: &'static str) -> Option<Self> {
        let findings = self.findings;
        self.table(key).map(|table| Self::new(table, format!("[{key}]"), findings))
    }

    /// The tables of `[[key]]`; none when the key is absent. A `[key]` is told that it wants two pairs of brackets, and
    /// is read all the same.
    pub fn tables(&mut self, key: &'static str) -> Vec<&'t Table> {
        if let Some(Node { value: Content::Table(table), place }) = self.node(key)
            && place.words().starts_with('[')
        {
            let finding = Finding::error("many-tables").with("key", key).at(place.clone());
            self.find(finding.fixed_by(&format!("[{key}]"), &format!("[[{key}]]")));
            return vec![table];
        }
        let Some((items, _)) = self.node(key).is_some().then(|| self.list(key)).flatten() else {
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            match &item.value {
                Content::Table(table) => tables.push(table),
                _ => self.wrong(item, key, "table"),
            }
        }
        tables
    }

    /// The tables of `[[key]]`, as many as there is room for: that there are more is said, and those are passed over.
    pub fn tables_at_most(&mut self, key: &'static str, most: usize) -> Vec<&'t Table> {
        let mut tables = self.tables(key);
        if let Some(first) = tables.get(most) {
            let finding = Finding::error("too-many-of").with("key", key).with("got", tables.len()).with("most", most);
            self.find(finding.at(first.place.clone()));
            tables.truncate(most);
        }
        tables
    }

    /// The keys that nobody asked for so far; at most [`MOST_UNKNOWN`].
    fn unknown(&self) -> impl Iterator<Item = &'t At<String>> {
        self.table
            .entries
            .iter()
            .map(|(key, _)| key)
            .filter(|k| !self.known.contains(k.value.as_str()))
            .take(MOST_UNKNOWN)
    }

    /// Whether an unknown key most likely meant this one, so that nothing needs to be said of its absence. To be asked
    /// when every known key has been read.
    #[must_use]
    pub fn mistyped(&self, key: &str) -> bool {
        let known: Vec<&str> = self.known.iter().copied().collect();
        self.table.get(key).is_none() && self.unknown().any(|wrong| nearest(&wrong.value, &known) == Some(key))
    }

    /// Ends the reading of a table that may hold more than we know: a key that reads like a known one is an error, any other
    /// a warning.
    pub fn finish_kindly(self) {
        let before = self.findings.borrow().0.len();
        let findings = self.findings;
        self.finish();
        for finding in &mut findings.borrow_mut().0[before..] {
            if !finding.args.contains_key("near") {
                finding.severity = Severity::Warning;
            }
        }
    }

    /// Ends the reading: every key that nobody asked for is a finding. Where such a key is a missing one mistyped, that it is
    /// mistyped is all that is said.
    pub fn finish(self) {
        for key in self.unknown() {
            let finding = Finding::error("unknown-key")
                .with("key", key.value.as_str())
                .with("table", self.name.as_str())
                .at(key.place.clone())
                .near(&key.value, self.known.iter().copied());
            if let Some(near) = finding.args.get("near") {
                let place = Some(self.place());
                let meant =
                    |f: &Finding| f.code == "missing-key" && f.args.get("key") == Some(near) && f.place == place;
                self.findings.borrow_mut().0.retain(|f| !meant(f));
            }
            self.find(finding);
        }
    }
}

/// A word that is none of the known ones.
#[must_use]
pub fn unknown_choice<'a>(key: &str, text: &At<String>, known: impl IntoIterator<Item = &'a str>) -> Finding {
    Finding::error("unknown-choice")
        .with("key", key)
        .with("got", text.value.as_str())
        .at(text.place.clone())
        .near(&text.value, known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shipped;

    #[test]
    fn every_problem_of_a_table_is_found_at_its_place() {
        let text = Text::new(
            "t.toml",
            "weekly = 38\nlevl = \"new\"\nage = 300\nsize = nan\nday = 2027-02-29\nto = 2027-2-7\n",
        );
        let table = parse(&text).unwrap();
        let found = RefCell::new(Findings::new());
        let mut reader = Reader::new(&table, "[runner]", &found);
        assert_eq!(reader.measure::<crate::measure::Distance>("weekly"), None);
        assert_eq!(reader.text("level"), None);
        assert_eq!(reader.integer("age", 1..=120), None);
        assert_eq!(reader.number("size", 0.0..=1.0), None);
        assert_eq!(reader.date("day"), None);
        assert_eq!(reader.text("to"), None);
        reader.finish();
        let codes: Vec<_> =
            found.borrow().0.iter().map(|f| (f.code.clone(), f.place.as_ref().unwrap().line())).collect();
        let expected = [
            ("wrong-measure", 1),
            ("out-of-bounds", 3),
            ("wrong-type", 4),
            ("wrong-date", 5),
            ("wrong-type", 6),
            ("unknown-key", 2),
        ];
        assert_eq!(codes, expected.map(|(code, line)| (code.to_owned(), line)));
    }

    #[test]
    fn what_was_taken_apart_when_the_program_was_built_is_what_stands_in_the_texts() {
        let mut texts = 0;
        for folder in [shipped::RULES, shipped::TEMPLATES] {
            for (path, body) in shipped::files(folder, ".toml") {
                let text = Text::shipped(format!("{folder}{path}"), body.into());
                assert!(text.pressed.is_some(), "{}", text.name);
                assert_eq!(parse(&text), parse_body(&text), "{}", text.name);
                texts += 1;
            }
        }
        assert!(texts > 100);
    }

    #[test]
    fn deep_nesting_is_refused_before_it_is_read() {
        for body in [format!("b = 1\na = {}", "[".repeat(5000)), format!("b = 1\n{}a = 1", "a.".repeat(5000))] {
            let finding = parse(&Text::new("t.toml", body)).unwrap_err().0.remove(0);
            assert_eq!((finding.code.as_str(), finding.place.unwrap().line()), ("nested-too-deep", 2));
        }
    }
}
