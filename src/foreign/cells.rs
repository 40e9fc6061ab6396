//! Cells: which column is which, and dates, amounts and words as people write them.

use crate::calendar::Date;
use crate::measure::{Distance, Duration, METRES_PER_MILE, Units};
use crate::notation::Amount;
use crate::plan::{PhaseName, WeekKind};
use crate::session::{Intensity, SessionKind};

use super::Work;

// ---- columns ----

/// What a column tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Date,
    Kind,
    Title,
    Words,
    Distance,
    Time,
    Unit,
    Week,
    Phase,
    WeekKind,
    Steps,
    Hard,
    Indoors,
    Priority,
    NotBefore,
    NotAfter,
}

/// The names of columns, the likeliest first: words of a header, in small letters and without signs.
const NAMES: [(Column, &[&str]); 16] = [
    (
        Column::Date,
        &["date", "workout day", "workout date", "start date", "planned date", "when", "day", "datum", "fecha"],
    ),
    (Column::Kind, &["kind", "workout type", "session type", "run type", "type", "category", "art", "tipo"]),
    (
        Column::Title,
        &["title", "workout name", "session name", "name", "workout", "session", "run", "activity", "plan", "titel"],
    ),
    (Column::Words, &["description", "workout description", "details", "detail", "notes", "comment", "comments"]),
    (
        Column::Distance,
        &[
            "planned distance",
            "distance planned",
            "distance",
            "total distance",
            "dist",
            "mileage",
            "length",
            "km",
            "kms",
            "kilometers",
            "kilometres",
            "miles",
            "mi",
            "distanz",
            "distancia",
        ],
    ),
    (
        Column::Time,
        &[
            "planned duration",
            "planned time",
            "duration",
            "minutes",
            "mins",
            "min",
            "time",
            "total time",
            "moving time",
            "hours",
            "dauer",
            "duracion",
        ],
    ),
    (Column::Unit, &["unit", "units", "distance unit", "planned distance unit"]),
    (Column::Week, &["week", "week number", "wk", "woche", "semana"]),
    (Column::Phase, &["phase", "block", "mesocycle", "period"]),
    (Column::WeekKind, &["week kind", "week type"]),
    (Column::Steps, &["steps"]),
    (Column::Hard, &["hard"]),
    (Column::Indoors, &["indoors", "indoor"]),
    (Column::Priority, &["priority", "race priority"]),
    (Column::NotBefore, &["not before"]),
    (Column::NotAfter, &["not after"]),
];

/// Words of a header that tell its unit.
const UNIT_WORDS: [(&str, Unit); 22] = [
    ("km", Unit::Km),
    ("kms", Unit::Km),
    ("kilometers", Unit::Km),
    ("kilometres", Unit::Km),
    ("mi", Unit::Miles),
    ("mile", Unit::Miles),
    ("miles", Unit::Miles),
    ("mileage", Unit::Miles),
    ("m", Unit::Metres),
    ("meters", Unit::Metres),
    ("metres", Unit::Metres),
    ("min", Unit::Minutes),
    ("mins", Unit::Minutes),
    ("minutes", Unit::Minutes),
    ("h", Unit::Hours),
    ("hr", Unit::Hours),
    ("hrs", Unit::Hours),
    ("hours", Unit::Hours),
    ("s", Unit::Seconds),
    ("sec", Unit::Seconds),
    ("secs", Unit::Seconds),
    ("seconds", Unit::Seconds),
];

/// A unit that a bare number is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Km,
    Miles,
    Metres,
    Hours,
    Minutes,
    Seconds,
    /// A distance, and nobody says in what.
    SomeDistance,
    /// A time: hours where the numbers are small, minutes otherwise.
    SomeTime,
}

/// Which column stands where.
#[derive(Debug)]
pub(super) struct Columns {
    at: Vec<(Column, usize, Option<Unit>)>,
}

impl Columns {
    /// Reads a line as names of columns; none where it does not name dates and something to do.
    pub(super) fn of(cells: &[String]) -> Option<Self> {
        let heads: Vec<(String, Option<Unit>)> = cells.iter().map(|cell| head(cell)).collect();
        let mut at: Vec<(Column, usize, Option<Unit>)> = Vec::new();
        for (column, names) in NAMES {
            let taken = |index: usize| at.iter().any(|(_, other, _)| *other == index);
            let found = names
                .iter()
                .find_map(|name| heads.iter().position(|(head, _)| head == name).filter(|index| !taken(*index)));
            if let Some(index) = found {
                at.push((column, index, heads[index].1));
            }
        }
        let columns = Self { at };
        let says = [Column::Distance, Column::Time, Column::Title, Column::Kind].into_iter().any(|c| columns.has(c));
        (columns.has(Column::Date) && says).then_some(columns)
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.at.iter().any(|(other, _, _)| *other == column)
    }

    /// A cell; empty where there is no such column.
    pub(super) fn cell(&self, column: Column, cells: &[String]) -> String {
        let at = self.at.iter().find(|(other, _, _)| *other == column);
        at.and_then(|(_, index, _)| cells.get(*index)).cloned().unwrap_or_default()
    }

    /// The unit of a bare number in a column: from its name, from a column of units, or as was told.
    pub(super) fn unit(&self, column: Column, cells: &[String], told: Option<Units>) -> Unit {
        let named = self.at.iter().find(|(other, _, _)| *other == column).and_then(|(_, _, unit)| *unit);
        let is_time = column == Column::Time;
        let beside = self.cell(Column::Unit, cells).to_lowercase();
        let beside = UNIT_WORDS.iter().find(|(word, _)| *word == beside).map(|(_, unit)| *unit).filter(|_| !is_time);
        let told = told.filter(|_| !is_time).map(|units| if units == Units::Km { Unit::Km } else { Unit::Miles });
        named.or(beside).or(told).unwrap_or(if is_time { Unit::SomeTime } else { Unit::SomeDistance })
    }

    /// Kilometres or miles, where the name of the column says so.
    pub(super) fn units(&self) -> Option<Units> {
        self.at.iter().find_map(|(column, _, unit)| match (column, unit) {
            (Column::Distance, Some(Unit::Miles)) => Some(Units::Mi),
            (Column::Distance, Some(Unit::Km | Unit::Metres)) => Some(Units::Km),
            _ => None,
        })
    }
}

/// The words of a header without its unit, and the unit.
fn head(cell: &str) -> (String, Option<Unit>) {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in cell.chars() {
        // `PlannedDistance` is two words.
        if words.is_empty() || !c.is_alphanumeric() || c.is_uppercase() && before.is_lowercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    let unit = words.iter().find_map(|word| UNIT_WORDS.iter().find(|(known, _)| known == word)).map(|(_, unit)| *unit);
    // A unit alone is the name; beside others it is only the unit.
    let named: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !matches!(*word, "in" | "of" | "the") && !UNIT_WORDS.iter().any(|(known, _)| known == word))
        .collect();
    let name = if named.is_empty() { words.join(" ") } else { named.join(" ") };
    (name, unit)
}

// ---- dates ----

/// A date as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    Sure(Date),
    /// Two numbers that may be day or month, and the year.
    Either([u32; 3]),
}

/// Which of two numbers is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// 7/2/2027.
    DayFirst,
    /// 2/7/2027.
    MonthFirst,
}

impl Order {
    pub(super) fn date(self, [first, second, year]: [u32; 3]) -> Option<Date> {
        let (day, month) = if self == Self::DayFirst { (first, second) } else { (second, first) };
        Date::new(i32::try_from(year).ok()?, month, day)
    }
}

/// Whether days or months come first in dates of slashes, as all of them together tell it.
pub(super) fn order(dates: &[String]) -> Option<Order> {
    let numbers: Vec<[u32; 3]> = dates
        .iter()
        .filter_map(|cell| match stamp(cell)? {
            Stamp::Either(numbers) => Some(numbers),
            Stamp::Sure(_) => None,
        })
        .collect();
    let read = |order: Order| numbers.iter().map(|n| order.date(*n)).collect::<Option<Vec<Date>>>();
    let climbs = |dates: &[Date]| dates.is_sorted();
    match (read(Order::DayFirst), read(Order::MonthFirst)) {
        (Some(_), None) => Some(Order::DayFirst),
        (None, Some(_)) => Some(Order::MonthFirst),
        (Some(days), Some(months)) => match (climbs(&days), climbs(&months)) {
            _ if days == months => Some(Order::DayFirst),
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            _ => None,
        },
        (None, None) => None,
    }
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads `2027-02-07`, `7.2.2027`, `02/07/2027`, `7 Feb 2027`, `Sun, February 7, 2027`; a time of day after it is passed over.
pub(super) fn stamp(cell: &str) -> Option<Stamp> {
    let cell = cell.trim();
    let day = cell.split(['T']).next().filter(|_| cell.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(cell);
    let dotted = day.contains('.') && !day.contains(['/', '-']);
    let parts: Vec<&str> = day.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let number = |text: &str| text.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']).parse::<u32>().ok();
    let month = |text: &str| {
        let text = text.to_lowercase();
        let start = text.get(..3)?;
        MONTHS.iter().position(|month| *month == start).map(|at| at as u32 + 1)
    };
    let sure = |year: u32, month: u32, day: u32| Some(Stamp::Sure(Date::new(i32::try_from(year).ok()?, month, day)?));
    let full = |year: u32| if year < 100 { year + 2000 } else { year };
    // A weekday in front says nothing new.
    let parts = match parts.as_slice() {
        [word, rest @ ..]
            if word.chars().all(char::is_alphabetic)
                && month(word).is_none_or(|_| rest.len() > 3)
                && rest.len() >= 3 =>
        {
            rest
        }
        all => all,
    };
    match parts {
        [a, b, c, rest @ ..] if rest.is_empty() || day.contains(':') => {
            if let (Some(day), Some(month), Some(year)) = (number(a), month(b), number(c)) {
                return sure(full(year), month, day);
            }
            if let (Some(month), Some(day), Some(year)) = (month(a), number(b), number(c)) {
                return sure(full(year), month, day);
            }
            let numbers = [number(a)?, number(b)?, number(c)?];
            match numbers {
                [year, month, day] if a.len() == 4 => sure(year, month, day),
                [day, month, year] if dotted => sure(full(year), month, day),
                [first, second, year] => Some(Stamp::Either([first, second, full(year)])),
            }
        }
        _ => None,
    }
}

// ---- amounts ----

/// Why an amount is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// A number that may be kilometres or miles.
    NoUnit,
    /// No number at all.
    NoAmount,
}

/// Reads `8`, `8 km`, `5mi`, `45 min`, `1:15:00`, `1h30`, `8-10 km` (its middle); nothing in an empty cell, a dash or a zero.
pub(super) fn amount(cell: &str, unit: Unit) -> Result<Option<Amount>, Unread> {
    let text = cell.trim().to_lowercase().replace(',', ".");
    if matches!(text.as_str(), "" | "-" | "–" | "—" | "n/a" | "na" | "off" | "rest" | "0") {
        return Ok(None);
    }
    if text.contains(':') {
        let is_short = matches!(unit, Unit::SomeTime | Unit::Hours | Unit::Minutes | Unit::SomeDistance);
        return clock(&text, is_short).map(|time| some(Amount::Time(time))).ok_or(Unread::NoAmount);
    }
    let text = text.replace(['–', '—'], "-");
    let mut rest = text.trim_start_matches(['~', '≈']).trim_start();
    let (first, after) = figure(rest).ok_or(Unread::NoAmount)?;
    rest = after.trim_start();
    let mut number = first;
    if let Some(second) = rest.strip_prefix('-').and_then(|rest| figure(rest.trim_start())) {
        number = f64::midpoint(first, second.0);
        rest = second.1.trim_start();
    }
    let word: String = rest.chars().take_while(|c| c.is_alphabetic() || matches!(c, '\'' | '′' | '"')).collect();
    let after = rest[word.len()..].trim_start();
    let hours = matches!(word.as_str(), "h" | "hr" | "hrs" | "hour" | "hours");
    if hours && let Some((minutes, _)) = figure(after) {
        return Ok(some(Amount::Time(Duration::from_minutes(number * 60.0 + minutes))));
    }
    let unit = match word.as_str() {
        "" => unit,
        "k" | "km" | "kms" | "kilometers" | "kilometres" => Unit::Km,
        "mi" | "mile" | "miles" => Unit::Miles,
        "m" | "meters" | "metres" => Unit::Metres,
        "min" | "mins" | "minutes" | "minute" | "'" | "′" => Unit::Minutes,
        "s" | "sec" | "secs" | "seconds" | "\"" => Unit::Seconds,
        _ if hours => Unit::Hours,
        _ => return Err(Unread::NoAmount),
    };
    if number > 100_000.0 {
        return Err(Unread::NoAmount);
    }
    let distance = |metres: f64| some(Amount::Distance(Distance::from_metres(metres)));
    let time = |minutes: f64| some(Amount::Time(Duration::from_minutes(minutes)));
    Ok(match unit {
        Unit::Km => distance(number * 1000.0),
        Unit::Miles => distance(number * METRES_PER_MILE),
        Unit::Metres => distance(number),
        Unit::Hours => time(number * 60.0),
        Unit::Minutes => time(number),
        Unit::Seconds => time(number / 60.0),
        // Nobody runs for six minutes and calls it training, and few for more than six hours.
        Unit::SomeTime => time(if number <= 6.0 { number * 60.0 } else { number }),
        Unit::SomeDistance => return Err(Unread::NoUnit),
    })
}

fn some(amount: Amount) -> Option<Amount> {
    match amount {
        Amount::Distance(distance) if distance.is_zero() => None,
        Amount::Time(time) if time.is_zero() => None,
        amount => Some(amount),
    }
}

fn figure(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let figure = text[..end].trim_end_matches('.');
    Some((figure.parse().ok().filter(|number: &f64| number.is_finite())?, &text[end..]))
}

/// `1:15:00`; of two parts hours and minutes where the first is small, and minutes and seconds otherwise.
fn clock(text: &str, is_short: bool) -> Option<Duration> {
    let parts: Vec<f64> = text.split(':').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    if parts.iter().any(|part: &f64| !part.is_finite() || *part < 0.0 || *part > 1000.0) {
        return None;
    }
    match parts.as_slice() {
        [hours, minutes, seconds] => Some(Duration::from_seconds(hours * 3600.0 + minutes * 60.0 + seconds)),
        [hours, minutes] if is_short && *hours <= 6.0 => Some(Duration::from_minutes(hours * 60.0 + minutes)),
        [minutes, seconds] => Some(Duration::from_seconds(minutes * 60.0 + seconds)),
        _ => None,
    }
}

// ---- words ----

/// What a session is by its kind and its name, the first that fits: parts of words, in small letters.
const KINDS: [(SessionKind, &[&str]); 13] = [
    (SessionKind::RunWalk, &["run-walk", "run/walk", "run & walk", "run and walk", "walk/run", "jog/walk"]),
    (SessionKind::TimeTrial, &["time trial", "time-trial"]),
    (
        SessionKind::RacePace,
        &["race pace", "race-pace", "marathon pace", "goal pace", "half marathon pace", " mp", "@mp", "@ mp", "hmp"],
    ),
    (SessionKind::Threshold, &["threshold", "tempo", "cruise", "lactate"]),
    (
        SessionKind::Interval,
        &["interval", "vo2", "yasso", "track", "speed work", "speedwork", "speed session", "repeats", "800s", "400s"],
    ),
    (SessionKind::Repetition, &["repetition", "sprint"]),
    (SessionKind::Hills, &["hill"]),
    (SessionKind::Fartlek, &["fartlek"]),
    (SessionKind::MediumLong, &["medium-long", "medium long", "mid-long", "midweek long", "semi-long"]),
    (SessionKind::Long, &["long", "lsd"]),
    (SessionKind::Strides, &["stride"]),
    (SessionKind::Recovery, &["recovery", "regeneration", "shakeout", "shake-out"]),
    (SessionKind::Steady, &["steady", "progress", "moderate"]),
];

/// Training that is no running.
const OTHER_SPORT: [&str; 17] = [
    "cross",
    "bike",
    "biking",
    "cycl",
    "swim",
    "row",
    "yoga",
    "pilates",
    "elliptical",
    "aqua",
    "hike",
    "hiking",
    "ski",
    "walk",
    "mobility",
    "stretch",
    "spin",
];

const STRENGTH: [&str; 5] = ["strength", "gym", "weights", "core", "lifting"];

const REST: [&str; 10] =
    ["rest", "rest day", "off", "day off", "off day", "-", "–", "none", "rest or walk", "complete rest"];

/// Words that say that a week steps back.
const STEPS_BACK: [&str; 12] = [
    "cutback",
    "cut-back",
    "cut back",
    "down week",
    "deload",
    "step back",
    "step-back",
    "stepback",
    "recovery week",
    "rest week",
    "reset week",
    "easy week",
];

pub(super) fn steps_back(row: &str) -> bool {
    STEPS_BACK.iter().any(|words| row.contains(words))
}

/// What a session is.
pub(super) fn kind(kind: &str, title: &str) -> SessionKind {
    let kind = kind.to_lowercase();
    let title = title.to_lowercase();
    if let Some(exact) = SessionKind::ALL.into_iter().find(|known| known.name() == kind) {
        return exact;
    }
    let both = format!("{kind} {title}");
    let both = both.trim();
    let has = |parts: &[&str]| parts.iter().any(|part| both.contains(part));
    let starts = |parts: &[&str]| {
        both.split(|c: char| !c.is_alphanumeric()).any(|word| parts.iter().any(|part| word.starts_with(part)))
    };
    if REST.contains(&kind.as_str()) || kind.is_empty() && REST.contains(&title.as_str()) {
        return SessionKind::Rest;
    }
    let runs = has(&["run", "jog", "km", "mile"]) && !has(&["row run"]);
    if starts(&STRENGTH) && !runs {
        return SessionKind::Strength;
    }
    let found = KINDS.iter().find(|(_, parts)| has(parts)).map(|(kind, _)| *kind);
    match found {
        Some(SessionKind::RunWalk | SessionKind::TimeTrial) => return found.unwrap_or(SessionKind::Easy),
        _ if is_race(&kind, &title) => return SessionKind::Race,
        _ => {}
    }
    if starts(&OTHER_SPORT)
        && !runs
        && found.is_none_or(|kind| {
            kind == SessionKind::Recovery || kind == SessionKind::Steady || kind == SessionKind::Long
        })
    {
        return SessionKind::CrossTrain;
    }
    if has_repeats(both) && matches!(found, None | Some(SessionKind::Strides)) && !has(&["stride"]) {
        return SessionKind::Interval;
    }
    // A long run with faster parts stays the long run.
    if has(&["long run", "long-run"]) || kind.starts_with("long") {
        return SessionKind::Long;
    }
    found.unwrap_or(SessionKind::Easy)
}

fn is_race(kind: &str, title: &str) -> bool {
    if ["race", "event", "competition"].contains(&kind) {
        return true;
    }
    if title.contains("parkrun") || title.contains("race day") || title.contains("raceday") {
        return true;
    }
    let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| *word == "race");
    at.is_some_and(|at| {
        let around = |at: Option<&&str>, words: &[&str]| at.is_some_and(|word| words.contains(word));
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        !around(before, &["pre", "post", "before", "after"])
            && !around(words.get(at + 1), &["pace", "prep", "simulation", "week", "specific", "effort", "practice"])
    })
}

/// A run over the distance of a marathon that calls itself one is one.
pub(super) fn race_by_distance(kind: SessionKind, title: &str, distance: Option<Distance>) -> SessionKind {
    let title = title.to_lowercase();
    let named = title.contains("marathon") && !title.contains("pace") && !title.contains("effort");
    let whole = distance.is_some_and(|d| [21_097.5, 42_195.0].iter().any(|m: &f64| (d.metres() - m).abs() < 0.01 * m));
    if named && whole && !matches!(kind, SessionKind::Long | SessionKind::RacePace) { SessionKind::Race } else { kind }
}

/// Whether a session asks for recovery, by what it is and by what a long run has in it.
pub(super) fn is_hard(kind: SessionKind, title: &str) -> bool {
    use SessionKind as K;
    let parts = |kinds: &[K]| {
        let title = title.to_lowercase();
        KINDS
            .iter()
            .filter(|(kind, _)| kinds.contains(kind))
            .any(|(_, parts)| parts.iter().any(|part| title.contains(part)))
    };
    match kind {
        K::Threshold | K::Interval | K::Repetition | K::Hills | K::Fartlek | K::RacePace | K::TimeTrial | K::Race => {
            true
        }
        K::Long | K::MediumLong => parts(&[K::Threshold, K::Interval, K::RacePace]),
        _ => false,
    }
}

/// `6 x 800`, `3x10`.
fn has_repeats(text: &str) -> bool {
    repeats(text).is_some()
}

/// Where repeats stand in a text: how often, and what comes after the sign.
fn repeats(text: &str) -> Option<(u32, &str)> {
    for (at, sign) in text.char_indices().filter(|(_, c)| matches!(c, 'x' | '×')) {
        let before = text[..at].trim_end();
        let digits = before.len() - before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let after = text[at + sign.len_utf8()..].trim_start();
        if digits > 0
            && digits < 3
            && after.starts_with(|c: char| c.is_ascii_digit() || c == '(')
            && let Ok(times) = before[before.len() - digits..].parse()
        {
            return Some((times, after.trim_start_matches('(')));
        }
    }
    None
}

/// The work that a title tells: `6 x 800 m`, `20 min tempo`, `long run with 8 km @ MP`.
pub(super) fn work(title: &str, kind: SessionKind) -> Option<Work> {
    let title = title.to_lowercase();
    let at = effort_of(kind).or_else(|| {
        KINDS
            .iter()
            .filter(|(_, parts)| parts.iter().any(|part| title.contains(part)))
            .find_map(|(kind, _)| effort_of(*kind))
    })?;
    if let Some((times, after)) = repeats(&title) {
        let end = after.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(after.len());
        let word: String =
            after[end..].trim_start().chars().take_while(|c| c.is_alphabetic() || matches!(c, '\'' | '"')).collect();
        let word = if UNIT_WORDS.iter().any(|(known, _)| *known == word) || ["k", "'", "\""].contains(&word.as_str()) {
            word
        } else {
            String::new()
        };
        // On a track bare numbers of a hundred and more are metres.
        let unit =
            if after[..end].parse::<f64>().is_ok_and(|n| n >= 100.0) { Unit::Metres } else { Unit::SomeDistance };
        let amount = amount(&format!("{}{word}", &after[..end]), unit).ok().flatten()?;
        return Some(Work { times, amount, intensity: at });
    }
    // The amount that stands right before the word for the effort.
    let words: Vec<&str> = title.split_whitespace().collect();
    for at_word in 1..words.len() {
        let is_effort = matches!(
            words[at_word].trim_matches(|c: char| !c.is_alphanumeric()),
            "tempo" | "threshold" | "mp" | "hmp" | "marathon" | "race" | "goal"
        );
        if !is_effort {
            continue;
        }
        let before: Vec<&str> =
            words[..at_word].iter().copied().filter(|word| !matches!(*word, "@" | "at" | "of" | "easy")).collect();
        let tail = |count: usize| before.len().checked_sub(count).map(|from| before[from..].join(""));
        let found =
            [tail(2), tail(1)].into_iter().flatten().find_map(|text| amount(&text, Unit::SomeDistance).ok().flatten());
        if let Some(amount) = found {
            return Some(Work { times: 1, amount, intensity: at });
        }
    }
    None
}

/// The effort that a kind of session is for, where it has one that counts.
fn effort_of(kind: SessionKind) -> Option<Intensity> {
    match kind {
        SessionKind::Threshold => Some(Intensity::Threshold),
        SessionKind::Interval => Some(Intensity::Interval),
        SessionKind::Repetition => Some(Intensity::Repetition),
        SessionKind::RacePace => Some(Intensity::Marathon),
        _ => None,
    }
}

/// The phase of this name.
pub(super) fn phase(cell: &str) -> Option<PhaseName> {
    use PhaseName as P;
    let cell = cell.to_lowercase();
    [P::Base, P::Build, P::Peak, P::Taper, P::Race, P::Recovery, P::Transition]
        .into_iter()
        .find(|phase| phase.name() == cell)
}

/// The kind of week of this name.
pub(super) fn week_kind(cell: &str) -> Option<WeekKind> {
    let cell = cell.to_lowercase();
    WeekKind::ALL.into_iter().find(|kind| kind.name() == cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name() {
        for (line, distance, unit) in [
            ("date,kind,distance_km,minutes", 2, Some(Unit::Km)),
            ("Date;Workout;Distance (mi)", 2, Some(Unit::Miles)),
            (
                "Title,WorkoutType,WorkoutDescription,PlannedDuration,PlannedDistanceInMeters,WorkoutDay",
                4,
                Some(Unit::Metres),
            ),
            ("Week,Date,Type,Miles", 3, Some(Unit::Miles)),
            ("DATE,Name,Distance", 2, None),
        ] {
            let cells: Vec<String> = line.split([',', ';']).map(str::to_owned).collect();
            let columns = Columns::of(&cells).unwrap();
            let found = columns.at.iter().find(|(column, _, _)| *column == Column::Distance).unwrap();
            assert_eq!((found.1, found.2), (distance, unit), "{line}");
            assert!(columns.has(Column::Date), "{line}");
        }
        assert!(Columns::of(&["Runner".to_owned(), "Club".to_owned()]).is_none());
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let day = Date::new(2027, 2, 7).unwrap();
        for text in [
            "2027-02-07",
            "2027-02-07T06:00:00",
            "2027/2/7",
            "7.2.2027",
            "7 Feb 2027",
            "Feb 7, 2027",
            "Sunday, February 7, 2027",
            "Sun 7 Feb 2027",
            "7-Feb-27",
        ] {
            assert_eq!(stamp(text), Some(Stamp::Sure(day)), "{text}");
        }
        assert_eq!(stamp("02/07/2027"), Some(Stamp::Either([2, 7, 2027])));
        for text in ["", "Mon", "tomorrow", "2027-02-30", "12", "a/b/c"] {
            assert!(!matches!(stamp(text), Some(Stamp::Sure(_))), "{text}");
        }
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let km = |km: f64| Ok(Some(Amount::Distance(Distance::from_km(km))));
        let min = |minutes: f64| Ok(Some(Amount::Time(Duration::from_minutes(minutes))));
        for (text, unit, read) in [
            ("8", Unit::Km, km(8.0)),
            ("8,5 km", Unit::SomeDistance, km(8.5)),
            ("5mi", Unit::SomeDistance, km(8.046_72)),
            ("10K", Unit::SomeDistance, km(10.0)),
            ("8-10 km", Unit::SomeDistance, km(9.0)),
            ("800m", Unit::SomeDistance, km(0.8)),
            ("8", Unit::SomeDistance, Err(Unread::NoUnit)),
            ("45", Unit::SomeTime, min(45.0)),
            ("1.5", Unit::SomeTime, min(90.0)),
            ("0:45", Unit::SomeTime, min(45.0)),
            ("1:15:00", Unit::SomeTime, min(75.0)),
            ("45:00", Unit::SomeTime, min(45.0)),
            ("1h30", Unit::SomeTime, min(90.0)),
            ("90'", Unit::SomeTime, min(90.0)),
            ("45 min", Unit::SomeDistance, min(45.0)),
            ("-", Unit::Km, Ok(None)),
            ("far", Unit::Km, Err(Unread::NoAmount)),
        ] {
            assert_eq!(amount(text, unit), read, "{text}");
        }
    }

    #[test]
    fn sessions_are_known_by_their_words() {
        use SessionKind as K;
        for (word, title, read) in [
            ("", "Easy run", K::Easy),
            ("Run", "Long Run", K::Long),
            ("Run", "6 x 800m", K::Interval),
            ("", "Tempo 5 km", K::Threshold),
            ("", "Long run with 8 km @ MP", K::Long),
            ("", "10 km at marathon pace", K::RacePace),
            ("", "Pre-race shakeout", K::Recovery),
            ("", "Race day: City Marathon", K::Race),
            ("Race", "Spring 10k", K::Race),
            ("", "Race pace 3 km", K::RacePace),
            ("", "Rest", K::Rest),
            ("Day Off", "", K::Rest),
            ("Bike", "Easy spin", K::CrossTrain),
            ("", "Strength", K::Strength),
            ("", "Easy + 4 x 100 m strides", K::Strides),
            ("recovery", "", K::Recovery),
            ("", "Hill repeats", K::Interval),
            ("", "Run/walk", K::RunWalk),
        ] {
            assert_eq!(kind(word, title), read, "{word} {title}");
        }
        assert!(is_hard(K::Long, "Long run with 8 km @ MP") && !is_hard(K::Long, "Long run"));
    }

    #[test]
    fn work_is_told_by_titles() {
        let told = |title: &str, kind: SessionKind| {
            work(title, kind).map(|work| (work.times, work.amount.to_string(), work.intensity))
        };
        let expected = |times, amount: &str, at| Some((times, amount.to_owned(), at));
        assert_eq!(told("6 x 800", SessionKind::Interval), expected(6, "800 m", Intensity::Interval));
        assert_eq!(told("3x10 min cruise", SessionKind::Threshold), expected(3, "10 min", Intensity::Threshold));
        assert_eq!(told("20 min tempo", SessionKind::Threshold), expected(1, "20 min", Intensity::Threshold));
        assert_eq!(told("Long run with 8 km @ MP", SessionKind::Long), expected(1, "8 km", Intensity::Marathon));
        assert_eq!(told("Tempo", SessionKind::Threshold), None);
        assert_eq!(told("Easy 8 km", SessionKind::Easy), None);
    }
}
