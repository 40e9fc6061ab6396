//! The training log: what was really run, from our own table, from Strava's and from Garmin's export, or from anybody's.

use std::sync::Arc;

use crate::calendar::{Date, Moment, Zone};
use crate::finding::{Finding, Findings};
use crate::foreign::{self, Line};
use crate::measure::{Distance, Duration, METRES_PER_MILE, Units};
use crate::source::{Place, Text};

/// A kilometre takes a runner between two minutes and a walker's twenty.
const LIKELY_PACE: std::ops::RangeInclusive<f64> = 120.0..=1200.0;

/// The longest that anybody runs in a day, in kilometres.
const FARTHEST_KM: f64 = 400.0;

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub struct Ran {
    /// The day on the runner's own calendar.
    pub date: Date,
    /// How far; zero where only a time is told.
    pub distance: Distance,
    /// How long; zero where only a distance is told.
    pub time: Duration,
    /// Mean heart rate, beats a minute.
    pub heart: Option<f64>,
    /// Its name, as typed.
    pub title: String,
}

/// Whose table it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Strava,
    Garmin,
    Other,
}

/// What a column tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Date,
    Type,
    Title,
    Distance,
    Time,
    Heart,
    Pace,
}

/// The names of columns in the languages that exports come in, in small letters, the likeliest first.
const NAMES: [(Column, &[&str]); 7] = [
    (
        Column::Date,
        &[
            "date",
            "activity date",
            "start time",
            "start date",
            "start",
            "day",
            "datum",
            "fecha",
            "aktivitätsdatum",
            "fecha de la actividad",
            "data",
            "date de l'activité",
            "data dell'attività",
            "التاريخ",
        ],
    ),
    (
        Column::Type,
        &[
            "activity type",
            "kind",
            "type",
            "sport",
            "workout type",
            "aktivitätstyp",
            "aktivitätsart",
            "tipo de actividad",
            "type d'activité",
            "tipo di attività",
            "tipo",
            "art",
        ],
    ),
    (
        Column::Title,
        &[
            "title",
            "activity name",
            "name",
            "workout",
            "session",
            "run",
            "description",
            "titel",
            "título",
            "titre",
            "name der aktivität",
            "nombre de la actividad",
        ],
    ),
    (
        Column::Distance,
        &["distance", "dist", "km", "miles", "mi", "distanz", "distancia", "distanza", "entfernung", "المسافة"],
    ),
    (
        Column::Time,
        &[
            "moving time",
            "time",
            "duration",
            "elapsed time",
            "minutes",
            "min",
            "zeit",
            "dauer",
            "bewegungszeit",
            "tiempo",
            "duración",
            "durée",
            "temps",
            "tempo",
        ],
    ),
    (
        Column::Heart,
        &[
            "average heart rate",
            "avg hr",
            "avg heart rate",
            "mean hr",
            "heart rate",
            "hr",
            "ø herzfrequenz",
            "durchschnittliche herzfrequenz",
            "frecuencia cardiaca media",
            "fc media",
        ],
    ),
    (Column::Pace, &["avg pace", "average pace", "pace", "ø pace", "ritmo medio", "allure moyenne"]),
];

/// Kinds of activity that are running, as parts of words in small letters.
const RUNNING: [&str; 12] = [
    "run",
    "jog",
    "lauf",
    "carrera",
    "correr",
    "course",
    "corsa",
    "corrida",
    "hardlopen",
    "treadmill",
    "laufband",
    "جري",
];

/// Words that make an activity something else, whatever else they hold.
const NO_RUN: [&str; 14] = [
    "ride", "cycl", "bike", "bici", "radf", "swim", "schwimm", "walk", "hike", "row", "ski", "strength", "yoga", "rest",
];

/// Reads a log. `units` are those of distances whose table does not say its own; `zone` is where the runner lives, for
/// exports in universal time. Runs after `today` are left out. By date.
///
/// # Errors
/// No columns to go by, units that nobody said, or not a single run.
pub fn read(
    text: &Arc<Text>,
    units: Option<Units>,
    zone: Option<Zone>,
    today: Date,
) -> Result<(Vec<Ran>, Findings), Findings> {
    let lines = foreign::lines(text)?;
    let head = lines.iter().take(foreign::HEAD_WITHIN).position(|line| Columns::of(line).is_some());
    let Some((head, columns)) = head.and_then(|at| Some((at, Columns::of(&lines[at])?))) else {
        return Err(Finding::error("log-without-columns").at(Place::new(text, 0..0)).into());
    };
    let body = &lines[head + 1..];
    let dates: Vec<String> = body.iter().map(|line| columns.cell(Column::Date, line)).collect();
    let order = foreign::order(&dates);
    let comma = columns.decimal_comma(body);
    let mut findings = Findings::new();
    let mut unit = columns.unit.or(units.map(Unit::of));
    if columns.kind == Kind::Strava && columns.metres {
        unit = Some(Unit::Metres);
    }
    if unit.is_none() && columns.has(Column::Distance) {
        let bare = body.iter().find(|line| columns.cell(Column::Distance, line).chars().all(|c| !c.is_alphabetic()));
        if let Some(line) = bare {
            let finding = Finding::error("units-unsaid").at(line.place(text, &columns.cell(Column::Distance, line)));
            return Err(finding.into());
        }
    }
    let mut runs = Vec::new();
    let mut later = 0;
    for line in body.iter().filter(|line| !line.cells.iter().all(String::is_empty)) {
        if !columns.is_running(line) {
            continue;
        }
        let told = columns.cell(Column::Date, line);
        let date = match columns.kind {
            Kind::Strava => universal(&told).and_then(|moment| moment.day(zone)),
            _ => None,
        };
        let Some(date) = date.or_else(|| foreign::date(&told, order)) else {
            findings.push(Finding::warning("row-without-date").with("got", told.as_str()).at(line.place(text, &told)));
            continue;
        };
        let far = columns.cell(Column::Distance, line);
        let long = columns.cell(Column::Time, line);
        let (distance, time) = (distance(&far, unit, comma), seconds(&long, columns.kind, columns.minutes));
        let wrong = match (&distance, &time) {
            (Err(()), _) => Some(&far),
            (_, Err(())) => Some(&long),
            _ => None,
        };
        if let Some(wrong) = wrong {
            findings.push(Finding::warning("log-amount").with("got", wrong.as_str()).at(line.place(text, wrong)));
            continue;
        }
        let (distance, time) = (distance.unwrap_or_default(), time.unwrap_or_default());
        if distance.is_zero() && time.is_zero() {
            continue;
        }
        if date > today {
            later += 1;
            continue;
        }
        let heart = number(&columns.cell(Column::Heart, line), comma).filter(|beats| (40.0..=230.0).contains(beats));
        runs.push(Ran { date, distance, time, heart, title: columns.cell(Column::Title, line) });
    }
    if later > 0 {
        findings.push(Finding::warning("log-after-today").with("count", later).with("today", today.to_string()));
    }
    runs.sort_by(|a, b| (a.date, a.distance, a.time, &a.title).cmp(&(b.date, b.distance, b.time, &b.title)));
    // An export that was joined with itself counts a run once.
    runs.dedup();
    if runs.is_empty() && later == 0 {
        findings.push(Finding::error("log-without-runs").at(Place::new(text, 0..0)));
        return Err(findings);
    }
    Ok((runs, findings))
}

/// A unit that a bare distance is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Km,
    Miles,
    Metres,
}

impl Unit {
    fn of(units: Units) -> Self {
        if units == Units::Km { Self::Km } else { Self::Miles }
    }

    fn metres(self) -> f64 {
        match self {
            Self::Km => 1000.0,
            Self::Miles => METRES_PER_MILE,
            Self::Metres => 1.0,
        }
    }
}

/// Which column stands where.
#[derive(Debug)]
struct Columns {
    kind: Kind,
    at: Vec<(Column, usize)>,
    unit: Option<Unit>,
    /// Whether distances are Strava's second column of them, in metres.
    metres: bool,
    /// Whether a bare time is in minutes.
    minutes: bool,
}

impl Columns {
    /// Reads a line as names of columns; none where it names no dates, or nothing that was run.
    fn of(line: &Line) -> Option<Self> {
        let heads: Vec<String> = line.cells.iter().map(|cell| cell.trim().to_lowercase()).collect();
        let twice: Vec<usize> =
            (0..heads.len()).filter(|at| !heads[*at].is_empty() && heads[..*at].contains(&heads[*at])).collect();
        // Strava's export names elapsed time, distance and highest heart rate twice, in every language.
        let strava = twice.len() >= 2 && heads.len() > 12 && heads[1] != heads[0];
        let plain = |head: &str| head.split(['(', '[', '_']).next().unwrap_or(head).trim().to_owned();
        let mut at: Vec<(Column, usize)> = Vec::new();
        for (column, names) in NAMES {
            let free = |index: &usize| !at.iter().any(|(_, other)| other == index);
            let found = names.iter().find_map(|name| {
                (0..heads.len()).filter(free).find(|index| heads[*index] == *name || plain(&heads[*index]) == *name)
            });
            at.extend(found.map(|index| (column, index)));
        }
        let mut metres = false;
        if strava {
            // By place where names repeat: the second distance is in metres, whatever the account shows.
            let put = |at: &mut Vec<(Column, usize)>, column: Column, index: usize| {
                at.retain(|(other, _)| *other != column);
                at.push((column, index));
            };
            put(&mut at, Column::Date, 1);
            put(&mut at, Column::Title, 2);
            put(&mut at, Column::Type, 3);
            put(&mut at, Column::Distance, twice[1]);
            put(&mut at, Column::Time, (twice[0] + 1).min(twice[1]));
            metres = true;
            if twice[0] + 1 == twice[1] {
                put(&mut at, Column::Time, twice[0]);
            }
        }
        let has = |column: Column| at.iter().any(|(other, _)| *other == column);
        if !has(Column::Date) || !(has(Column::Distance) || has(Column::Time)) {
            return None;
        }
        let head_of = |column: Column| at.iter().find(|(other, _)| *other == column).map(|(_, index)| &heads[*index]);
        let words = |column: Column| {
            let head = head_of(column).cloned().unwrap_or_default();
            head.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<String>>()
        };
        let says = |column: Column, known: &[&str]| words(column).iter().any(|word| known.contains(&word.as_str()));
        let unit = match () {
            () if says(Column::Distance, &["km", "kms", "kilometers", "kilometres"]) => Some(Unit::Km),
            () if says(Column::Distance, &["mi", "mile", "miles"]) => Some(Unit::Miles),
            () if says(Column::Distance, &["m", "meters", "metres"]) => Some(Unit::Metres),
            () => None,
        };
        let garmin = has(Column::Type) && has(Column::Title) && has(Column::Pace);
        let kind = match (strava || heads[0] == "activity id", garmin) {
            (true, _) => Kind::Strava,
            (_, true) => Kind::Garmin,
            _ => Kind::Other,
        };
        let minutes = says(Column::Time, &["minutes", "min", "mins", "minuten", "minutos"]);
        Some(Self { kind, at, unit, metres, minutes })
    }

    fn has(&self, column: Column) -> bool {
        self.at.iter().any(|(other, _)| *other == column)
    }

    fn cell(&self, column: Column, line: &Line) -> String {
        let at = self.at.iter().find(|(other, _)| *other == column);
        at.and_then(|(_, index)| line.cells.get(*index)).map(|cell| cell.trim().to_owned()).unwrap_or_default()
    }

    /// Whether a line is running; where it does not say what it is, it is.
    fn is_running(&self, line: &Line) -> bool {
        let kind = self.cell(Column::Type, line).to_lowercase();
        if !kind.is_empty() && crate::foreign::is_on_foot(&kind) == Some(false) {
            return false;
        }
        let running = |text: &str| RUNNING.iter().any(|word| text.contains(word));
        let other = |text: &str| {
            NO_RUN.iter().any(|word| text.split(|c: char| !c.is_alphanumeric()).any(|own| own.starts_with(word)))
        };
        if kind.is_empty() {
            let title = self.cell(Column::Title, line).to_lowercase();
            return running(&title) || !other(&title);
        }
        match self.kind {
            Kind::Strava | Kind::Garmin => running(&kind),
            Kind::Other => running(&kind) || !other(&kind),
        }
    }

    /// Whether commas stand before decimals: told by the distances of the whole table, and where these could be either, by
    /// how fast somebody would have run.
    fn decimal_comma(&self, body: &[Line]) -> bool {
        let cells: Vec<(String, String)> = body
            .iter()
            .map(|line| (self.cell(Column::Distance, line), self.cell(Column::Time, line)))
            .filter(|(far, _)| far.contains(','))
            .collect();
        if cells.is_empty() || cells.iter().any(|(far, _)| far.rfind('.') > far.rfind(',')) {
            return false;
        }
        let decimals =
            |far: &str| far.rsplit(',').next().map_or(0, |rest| rest.chars().filter(char::is_ascii_digit).count());
        if cells.iter().any(|(far, _)| decimals(far) != 3) {
            return true;
        }
        let likely = cells.iter().filter(|(far, long)| {
            let km = far.replace(',', ".").parse::<f64>().unwrap_or(0.0);
            seconds(long, self.kind, self.minutes).is_ok_and(|time| LIKELY_PACE.contains(&(time.seconds() as f64 / km)))
        });
        likely.count() * 2 > cells.len()
    }
}

/// A number as it is written; none for nothing, a dash or words.
fn number(cell: &str, comma: bool) -> Option<f64> {
    let plain = cell.trim().trim_start_matches('\u{feff}').replace(['\u{a0}', '\u{202f}', ' ', '\''], "");
    let plain = if comma { plain.replace('.', "").replace(',', ".") } else { plain.replace(',', "") };
    plain.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)
}

fn is_nothing(cell: &str) -> bool {
    matches!(cell.trim(), "" | "-" | "--" | "–" | "—" | "n/a")
}

/// A distance, with its own unit where it has one; zero for nothing.
fn distance(cell: &str, unit: Option<Unit>, comma: bool) -> Result<Distance, ()> {
    if is_nothing(cell) {
        return Ok(Distance::ZERO);
    }
    let digits = cell.trim_end_matches(|c: char| c.is_alphabetic() || c == ' ' || c == '.');
    let own = match cell[digits.len()..].trim().to_lowercase().trim_end_matches('.') {
        "km" | "k" => Some(Unit::Km),
        "mi" | "miles" | "mile" => Some(Unit::Miles),
        "m" => Some(Unit::Metres),
        "" => None,
        _ => return Err(()),
    };
    let unit = own.or(unit).ok_or(())?;
    let metres = number(digits, comma).ok_or(())? * unit.metres();
    if metres > FARTHEST_KM * 1000.0 { Err(()) } else { Ok(Distance::from_metres(metres)) }
}

/// A time: `00:31:24`, `31:24`, `00:23:40.5`, `42 min`, or a bare number of seconds or minutes; zero for nothing.
fn seconds(cell: &str, kind: Kind, minutes: bool) -> Result<Duration, ()> {
    if is_nothing(cell) {
        return Ok(Duration::ZERO);
    }
    let text = cell.trim().to_lowercase();
    let read = if text.contains(':') {
        let parts: Vec<f64> =
            text.split(':').map(|part| part.trim().replace(',', ".").parse().ok()).collect::<Option<_>>().ok_or(())?;
        if parts.len() > 3 || parts.iter().any(|part: &f64| !part.is_finite() || *part < 0.0) {
            return Err(());
        }
        let whole = parts.iter().fold(0.0, |sum, part| sum * 60.0 + part);
        // Of two parts a small first one is hours where no run takes so few minutes.
        Some(whole)
    } else {
        let digits = text.trim_end_matches(|c: char| c.is_alphabetic() || c == ' ' || c == '.');
        let unit = match text[digits.len()..].trim().trim_end_matches('.') {
            "h" | "hours" | "hour" => 3600.0,
            "min" | "mins" | "minutes" => 60.0,
            "" if kind == Kind::Strava => 1.0,
            "" if minutes || kind == Kind::Other => 60.0,
            "" | "s" | "sec" => 1.0,
            _ => return Err(()),
        };
        number(digits, digits.contains(',') && !digits.contains('.')).map(|number| number * unit)
    };
    let read = read.ok_or(())?;
    if read > 48.0 * 3600.0 { Err(()) } else { Ok(Duration::from_seconds(read)) }
}

/// A date and hour of Strava's, which are universal time: `May 6, 2024, 4:02:34 AM`.
fn universal(cell: &str) -> Option<Moment> {
    let plain = cell.replace(['\u{202f}', '\u{a0}'], " ");
    let formats = [
        "%b %d, %Y, %I:%M:%S %p",
        "%B %d, %Y, %I:%M:%S %p",
        "%b %d %Y %I:%M:%S %p",
        "%d %b %Y, %H:%M:%S",
        "%d %B %Y, %H:%M:%S",
        "%d.%m.%Y, %H:%M:%S",
        "%d/%m/%Y, %H:%M:%S",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%SZ",
    ];
    formats.into_iter().find_map(|format| Moment::read(plain.trim(), format))
}

#[cfg(test)]
mod tests {
    use super::universal;

    #[test]
    fn dates_of_strava_are_read_as_its_settings_write_them() {
        for told in [
            "May 6, 2027, 4:02:34 AM",
            "May 6, 2027, 04:02:34 am",
            "May 6, 2027, 4:02:34\u{202f}AM",
            "May 06, 2027, 4:02:34 AM",
            "May 6 2027 4:02:34 AM",
            "6 May 2027, 04:02:34",
            "6 May 2027, 4:02:34",
            "06.05.2027, 04:02:34",
            "06/05/2027, 04:02:34",
            "2027-05-06 04:02:34",
            "2027-05-06T04:02:34Z",
            " 2027-05-06 04:02:34 ",
        ] {
            assert_eq!(universal(told), universal("2027-05-06 04:02:34"), "{told}");
            assert!(universal(told).is_some(), "{told}");
        }
        let full = ["September 6, 2027, 12:02:34 AM", "6 September 2027, 00:02:34", "Sep 6, 2027, 12:02:34 AM"];
        assert!(full.iter().all(|told| universal(told) == universal("2027-09-06 00:02:34")));
        for wrong in ["May 32, 2027, 4:02:34 AM", "2027-05-06", "Mai 6, 2027, 4:02:34 AM", "2027-05-06 25:02:34", ""] {
            assert_eq!(universal(wrong), None, "{wrong}");
        }
    }
}
