//! The usual week, life, and the coach's hand: `[week]`, `[[life]]`, `[[week-kind]]`, `[[day]]` and `[[move]]`, read.

use std::collections::BTreeMap;

use super::desk::{Desk, LONGEST_NAME, LONGEST_NOTE, one_of, whole};
use super::{DaySession, DayWord, Fixed, Life, Load, Move, UsualWeek, WeekWord};
use crate::calendar::{Date, Weekday};
use crate::document::{At, Content, Node, Reader, Table, unknown_choice};
use crate::finding::{Finding, Severity};
use crate::notation::{self, Written};
use crate::plan::WeekKind;
use crate::session::SessionKind;
use crate::source::Place;

/// The most lines of steps that a day may have.
const MOST_STEPS: usize = 100;

impl<'t> Desk<'t> {
    pub(super) fn week(&self, table: &'t Table) -> UsualWeek {
        let mut reader = Reader::new(table, "[week]", self.found);
        let days = self.days(&mut reader);
        let long_run = reader.text("long-run").and_then(|day| self.weekday("long-run", day));
        let starts = one_of(&mut reader, "starts", &[Weekday::Mon, Weekday::Sun], Weekday::name);
        let most = self.by_day(&mut reader, "most", |reader, node| reader.measure_of(node, "most"));
        let fixed = self.by_day(&mut reader, "fixed", |reader, node| self.fixed(reader, node));
        let strength = whole(reader.integer("strength", 0..=7));
        let at = self.by_day(&mut reader, "at", |reader, node| reader.measure_of(node, "at"));
        if table.get("days").is_none() && !reader.mistyped("days") {
            self.find(Finding::error("no-days").at(table.place.clone()));
        }
        reader.finish();

        let week = UsualWeek { days: days.unwrap_or_default(), long_run, starts, most, fixed, strength, at };
        if let Some(listed) = table.get("days")
            && !week.days.is_empty()
        {
            let busy = |day: Weekday, key: &str, place: &Place, severity| {
                if !week.free(day) {
                    let finding = Finding::new("day-not-free", severity).with("key", key).with("day", day.name());
                    self.find(finding.at(place.clone()).also_at(listed.place.clone()));
                }
            };
            if let Some(long) = &week.long_run {
                busy(long.value, "long-run", &long.place, Severity::Error);
            }
            for (day, place) in named_days(table, "fixed") {
                busy(day, "fixed", place, Severity::Error);
            }
            for (day, place) in named_days(table, "most") {
                busy(day, "most", place, Severity::Warning);
            }
        }
        week
    }

    /// The list `days`: known days, each once, at least one.
    pub(super) fn days(&self, reader: &mut Reader<'t>) -> Option<Vec<At<Weekday>>> {
        let place = reader.node("days")?.place.clone();
        let listed = reader.texts("days")?;
        if listed.is_empty() {
            self.find(Finding::error("no-days").at(place));
            return None;
        }
        let mut days: Vec<At<Weekday>> = Vec::new();
        for day in listed {
            let Some(day) = self.weekday("days", day) else { continue };
            match days.iter().find(|earlier| earlier.value == day.value) {
                Some(earlier) => self.twice(day.value, &day.place, &earlier.place),
                None => days.push(day),
            }
        }
        Some(days)
    }

    pub(super) fn twice(&self, day: Weekday, place: &Place, earlier: &Place) {
        self.find(Finding::error("day-twice").with("day", day.name()).at(place.clone()).also_at(earlier.clone()));
    }

    pub(super) fn weekday(&self, key: &str, word: At<String>) -> Option<At<Weekday>> {
        if let Ok(day) = word.value.parse() {
            return Some(word.map(|_| day));
        }
        let finding = Finding::error("unknown-weekday").with("key", key).with("got", word.value.as_str());
        let days = Weekday::ALL.map(Weekday::name);
        // Told in the order of the week.
        self.find(finding.at(word.place).near(&word.value, days).with("known", days.to_vec()));
        None
    }

    /// A table by day of the week: `{ tue = "60 min" }`.
    pub(super) fn by_day<T>(
        &self,
        reader: &mut Reader<'t>,
        key: &'static str,
        read: impl Fn(&Reader<'t>, &'t Node) -> Option<At<T>>,
    ) -> BTreeMap<Weekday, At<T>> {
        let mut days = BTreeMap::new();
        let mut places: BTreeMap<Weekday, &Place> = BTreeMap::new();
        for (name, node) in reader.table(key).map_or(&[][..], |table| &table.entries) {
            let Some(day) = self.weekday(key, name.clone()) else { continue };
            if let Some(earlier) = places.insert(day.value, &name.place) {
                self.twice(day.value, &name.place, earlier);
            } else if let Some(value) = read(reader, node) {
                days.insert(day.value, value);
            }
        }
        days
    }

    /// A kind of session, a workout, or something in the runner's own words.
    pub(super) fn fixed(&self, reader: &Reader<'t>, node: &Node) -> Option<At<Fixed>> {
        let Content::Text(word) = &node.value else {
            reader.wrong(node, "fixed", "text");
            return None;
        };
        let at = |value| Some(At { value, place: node.place.clone() });
        if let Some(kind) = SessionKind::ALL.into_iter().find(|kind| kind.name() == word) {
            return at(Fixed::Kind(kind));
        }
        if self.ids.workouts.contains(&word.as_str()) {
            return at(Fixed::Workout(word.clone()));
        }
        // One unknown word is a slip; several are what a club calls its evening.
        let written = At { value: word.clone(), place: node.place.clone() };
        if word.trim().contains(' ') && self.clean("fixed", &written, LONGEST_NAME) {
            return at(Fixed::Words(word.clone()));
        }
        let known = SessionKind::ALL.map(SessionKind::name).into_iter().chain(self.ids.workouts.iter().copied());
        self.find(unknown_choice("fixed", &written, known));
        None
    }

    pub(super) fn life(&self, table: &'t Table) -> Option<Life> {
        let mut reader = Reader::new(table, "[[life]]", self.found);
        let (from, to) = span(&mut reader, table);
        let what = self.name(&mut reader, "what", LONGEST_NAME);
        let load = one_of(&mut reader, "load", &Load::ALL, Load::name);
        let days = self.days(&mut reader);
        let climate = self.id(&mut reader, "climate", &self.ids.climates);
        let fixed = self.by_day(&mut reader, "fixed", |reader, node| self.fixed(reader, node));
        let at = self.by_day(&mut reader, "at", |reader, node| reader.measure_of(node, "at"));
        let effects = ["load", "days", "climate", "fixed", "at"];
        if from.is_some() && to.is_some() && effects.iter().all(|key| table.get(key).is_none() && !reader.mistyped(key))
        {
            self.find(Finding::warning("life-without-effect").at(table.place.clone()));
        }
        reader.finish();
        let (from, to) = (from?, to?);
        if to.value < from.value {
            let finding =
                Finding::error("life-backwards").with("from", from.value.to_string()).with("to", to.value.to_string());
            self.find(finding.at(to.place).also_at(from.place));
            return None;
        }
        Some(Life { place: table.place.clone(), from, to, what, load, days, climate, fixed, at })
    }

    pub(super) fn week_word(&self, table: &'t Table) -> Option<WeekWord> {
        let mut reader = Reader::new(table, "[[week-kind]]", self.found);
        let starting = reader.date("starting");
        let kind = one_of(&mut reader, "kind", &[WeekKind::Build, WeekKind::Hold, WeekKind::Reset], WeekKind::name);
        for key in ["starting", "kind"] {
            if table.get(key).is_none() {
                reader.missing(key);
            }
        }
        reader.finish();
        Some(WeekWord { starting: starting?, kind: kind? })
    }

    pub(super) fn day_word(&self, table: &'t Table) -> Option<DayWord> {
        let mut reader = Reader::new(table, "[[day]]", self.found);
        let date = reader.date("date");
        let named = reader.text("session");
        let steps = reader.texts("steps");
        let note = self.name(&mut reader, "note", LONGEST_NOTE);
        if table.get("date").is_none() {
            reader.missing("date");
        }
        if ["session", "steps", "note"].iter().all(|key| table.get(key).is_none() && !reader.mistyped(key)) {
            self.find(Finding::error("day-says-nothing").at(table.place.clone()));
        }
        if let (Some(session), Some(steps)) = (table.get("session"), table.get("steps")) {
            let finding = Finding::error("session-and-steps").at(steps.place.clone());
            self.find(finding.also_at(session.place.clone()));
        }
        reader.finish();
        let steps = steps.and_then(|steps| self.steps(table, &steps));
        let session = match (named, steps) {
            (Some(word), _) if word.value == "rest" => Some(DaySession::Rest(word.place)),
            (Some(word), _) => {
                let known: Vec<&str> = self.ids.workouts.iter().copied().chain(["rest"]).collect();
                let fits = self.ids.workouts.is_empty() || self.known("session", &word, &known);
                fits.then_some(DaySession::Workout(word))
            }
            (None, steps) => steps.map(DaySession::Steps),
        };
        Some(DayWord { date: date?, session, note })
    }

    pub(super) fn steps(&self, table: &Table, steps: &[At<String>]) -> Option<Vec<At<Written>>> {
        if steps.is_empty() {
            if let Some(node) = table.get("steps")
                && matches!(&node.value, Content::List(items) if items.is_empty())
            {
                self.find(Finding::error("no-steps").at(node.place.clone()));
            }
            return None;
        }
        let read = |step: &At<String>| match notation::read(step) {
            Ok(written) => Some(At { value: written, place: step.place.clone() }),
            Err(wrong) => {
                self.found.borrow_mut().0.extend(wrong.0);
                None
            }
        };
        let (told, over) = steps.split_at(steps.len().min(MOST_STEPS));
        if let Some(first) = over.first() {
            let finding = Finding::error("too-many-of").with("key", "steps").with("got", steps.len());
            self.find(finding.with("most", MOST_STEPS).at(first.place.clone()));
        }
        let written: Vec<_> = told.iter().filter_map(read).collect();
        let whole = written.len() == steps.len();
        if let (true, Some(wrong)) = (whole, notation::too_much(written.iter().map(|step| &step.value))) {
            self.find(wrong.at(told[0].place.clone()));
            return None;
        }
        whole.then_some(written)
    }

    pub(super) fn a_move(&self, table: &'t Table) -> Option<Move> {
        let mut reader = Reader::new(table, "[[move]]", self.found);
        let (from, to) = span(&mut reader, table);
        reader.finish();
        let (from, to) = (from?, to?);
        if from.value == to.value {
            self.find(Finding::error("move-nowhere").at(to.place).also_at(from.place));
            return None;
        }
        Some(Move { from, to })
    }
}

/// `from` and `to`, both of which must be there.
fn span(reader: &mut Reader<'_>, table: &Table) -> (Option<At<Date>>, Option<At<Date>>) {
    let dates = (reader.date("from"), reader.date("to"));
    for key in ["from", "to"] {
        if table.get(key).is_none() {
            reader.missing(key);
        }
    }
    dates
}

/// The days that a table by day names, with the place of each key.
fn named_days<'t>(table: &'t Table, key: &str) -> Vec<(Weekday, &'t Place)> {
    match table.get(key).map(|node| &node.value) {
        Some(Content::Table(days)) => {
            days.entries.iter().filter_map(|(name, _)| Some((name.value.parse().ok()?, &name.place))).collect()
        }
        _ => Vec::new(),
    }
}
