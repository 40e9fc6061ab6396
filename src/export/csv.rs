//! The table: a row a session, and a grid with a row a week, for spreadsheet programs and for the way back in.

use super::slots::{is_structured, one_line, slots};
use super::{Desk, File};
use crate::finding::Findings;
use crate::measure::{Distance, Units};
use crate::notation::{Amount, Written};
use crate::plan::Plan;
use crate::render::Speech;
use crate::session::{By, Session, Step, Stretch};

/// The first columns of the table; by them it is known again as ours.
const TABLE: &str = "date,weekday,week,phase,week_kind,kind,title";

/// The first columns of the grid.
const GRID: &str = "week,start,phase,week_kind,headline";

#[expect(clippy::unnecessary_wraps, reason = "every format has this shape")]
pub(super) fn files(plan: &Plan, desk: &Desk<'_>) -> Result<Vec<File>, Findings> {
    let speech = Speech::new(plan, desk.page.units, desk.phrasebook);
    Ok(vec![
        File::text(".csv", table(plan, &speech)).marked(TABLE),
        File::text("-grid.csv", grid(plan, &speech)).marked(GRID),
    ])
}

/// A row a session.
fn table(plan: &Plan, speech: &Speech<'_>) -> String {
    let units = speech.units();
    let distance = format!("distance_{}", units.symbol());
    let mut sheet = Sheet::new(TABLE);
    for column in [&distance, "minutes", "target", "detail", "steps", "hard", "indoors", "not_before", "not_after"] {
        sheet.column(column);
    }
    sheet.column("priority");
    sheet.column("notes");
    for slot in slots(plan) {
        let (week, day, session) = (slot.week, slot.day, slot.session);
        let spoken = speech.session(session);
        let mut notes: Vec<String> = session.notes.iter().map(|note| speech.sentence(note)).collect();
        notes.extend(day.note.iter().chain(&day.life).cloned());
        let steps: Vec<String> = if is_structured(session) {
            session.steps.iter().filter_map(written).map(|step| step.to_string()).collect()
        } else {
            Vec::new()
        };
        let yes = |yes: bool| if yes { "yes" } else { "" };
        sheet.row(&[
            &day.date.to_string(),
            day.date.weekday().name(),
            &week.number.to_string(),
            week.phase.name(),
            week.kind.name(),
            session.kind.name(),
            &spoken.title,
            &number(session.distance_m, units),
            &minutes(session),
            &spoken.target,
            &spoken.detail,
            &steps.join(", "),
            yes(session.hard),
            yes(session.indoors),
            session.start_from.as_deref().unwrap_or_default(),
            session.start_by.as_deref().unwrap_or_default(),
            slot.race.map_or("", |race| &race.priority),
            &notes.join("; "),
        ]);
    }
    sheet.end()
}

/// A row a week, a column a day.
fn grid(plan: &Plan, speech: &Speech<'_>) -> String {
    let units = speech.units();
    let mut sheet = Sheet::new(GRID);
    for column in ["distance", "longest"] {
        sheet.column(&format!("{column}_{}", units.symbol()));
    }
    sheet.column("hours");
    let start = plan.weeks.first().map_or(plan.start, |week| week.start);
    for day in 0..7 {
        sheet.column((start + day).weekday().name());
    }
    for week in &plan.weeks {
        let mut row = vec![
            week.number.to_string(),
            week.start.to_string(),
            week.phase.name().to_owned(),
            week.kind.name().to_owned(),
            speech.sentence(&week.headline),
            number(week.volume_m, units),
            number(week.longest_run_m, units),
            rounded(week.duration_s.hours(), 2),
        ];
        for at in 0..7 {
            // Days stand under their names, whatever a person did to their order.
            let day = week.days.iter().filter(|day| (day.date - start).rem_euclid(7) == at);
            let sessions = day.flat_map(|day| &day.sessions).map(|session| speech.session(session).title);
            row.push(sessions.collect::<Vec<_>>().join(" + "));
        }
        sheet.row(&row.iter().map(String::as_str).collect::<Vec<_>>());
    }
    sheet.end()
}

/// A bare number of kilometres or miles, as fine as a metre; empty for none.
fn number(distance: Distance, units: Units) -> String {
    if distance.is_zero() { String::new() } else { rounded(distance.over(units.one()), 3) }
}

fn minutes(session: &Session) -> String {
    if session.duration_s.is_zero() { String::new() } else { rounded(session.duration_s.minutes(), 1) }
}

fn rounded(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A step in the notation of the rules, in full tens of metres; none where nothing is left of it.
fn written(step: &Step) -> Option<Written> {
    let amount = |stretch: &Stretch| match stretch.by {
        By::Distance => Amount::Distance(stretch.distance_m.round_to(Distance::from_metres(10.0))),
        By::Time => Amount::Time(stretch.duration_s),
    };
    match step {
        Step::Run(stretch) | Step::Walk(stretch) => {
            Some(Written::Stretch { amount: amount(stretch), intensity: stretch.intensity, to: None })
        }
        Step::Rest(stretch) => Some(Written::Rest { amount: Amount::Time(stretch.duration_s) }),
        Step::Repeat { times, steps } => {
            let steps: Vec<Written> = steps.iter().filter_map(written).collect();
            (!steps.is_empty()).then_some(Written::Repeat { times: *times, steps })
        }
    }
}

/// Rows of cells, none of which a spreadsheet program takes for a formula.
struct Sheet {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    fn new(columns: &str) -> Self {
        Self { head: columns.split(',').map(str::to_owned).collect(), rows: Vec::new() }
    }

    fn column(&mut self, name: &str) {
        self.head.push(name.to_owned());
    }

    fn row(&mut self, cells: &[&str]) {
        debug_assert_eq!(cells.len(), self.head.len(), "a cell a column");
        self.rows.push(cells.iter().map(|cell| safe(cell)).collect());
    }

    fn end(self) -> String {
        let mut out = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
        let lines = std::iter::once(self.head).chain(self.rows);
        lines.for_each(|line| out.write_record(&line).expect("memory takes all, and rows are equally long"));
        let bytes = out.into_inner().expect("memory takes all");
        String::from_utf8(bytes).expect("made of texts")
    }
}

/// A cell that is text and nothing else: what would start a formula is led by an apostrophe, as spreadsheets do it.
fn safe(cell: &str) -> String {
    let cell = one_line(cell);
    let starts = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    if cell.starts_with(starts) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::notation;
    use crate::phrasebook::Phrasebook;
    use crate::render::sample;

    fn read(text: &str) -> (Vec<String>, Vec<Vec<String>>) {
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let head = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
        (head, rows.collect())
    }

    fn written(plan: &Plan, units: Option<Units>) -> [String; 2] {
        let book = Arc::new(Phrasebook::shipped("en").unwrap());
        let speech = Speech::new(plan, units, &book);
        [table(plan, &speech), grid(plan, &speech)]
    }

    #[test]
    fn a_row_a_session_and_a_row_a_week() {
        let plan = sample::plan();
        let [table, grid] = written(&plan, None);
        assert!(table.starts_with(TABLE) && grid.starts_with(GRID));
        let (head, rows) = read(&table);
        assert_eq!(rows.len(), plan.sessions().count());
        let at = |name: &str| head.iter().position(|head| head == name).unwrap();
        for ((_, day, session), row) in plan.sessions().zip(&rows) {
            assert_eq!(row[at("date")], day.date.to_string());
            let km: f64 = row[at("distance_km")].parse().unwrap_or(0.0);
            assert!((km - session.distance_m.km()).abs() < 0.001, "{row:?}");
            for step in row[at("steps")].split(", ").filter(|step| !step.contains('(') && !step.contains(')')) {
                assert!(step.is_empty() || notation::parse(step).is_ok(), "{step}");
            }
        }
        assert_eq!(read(&grid).1.len(), plan.weeks.len());
        assert!(written(&plan, Some(Units::Mi))[0].contains("distance_mi"));
    }

    #[test]
    fn no_cell_starts_a_formula() {
        let mut plan = sample::plan();
        let sessions = &mut plan.weeks[0].days[0].sessions;
        let hostile = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\n=1", "＝1", "\u{0}=1"];
        let like = sessions[0].clone();
        *sessions = hostile.iter().map(|name| Session { title: (*name).to_owned(), ..like.clone() }).collect();
        for text in written(&plan, None) {
            let (_, rows) = read(&text);
            for cell in rows.iter().flatten() {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', ' ', '＝']), "{cell}");
            }
        }
        assert!(written(&plan, None)[0].contains("'=1+1"), "printed as typed, behind an apostrophe");
    }
}
