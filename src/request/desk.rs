//! The desk at which a request is read: its tables one by one, then side by side.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Coach, Ids, PlanWishes, Request, Runner};
use crate::calendar::Date;
use crate::document::{At, Content, Reader, Table, parse, unknown_choice};
use crate::finding::{Finding, Findings};
use crate::measure::Units;
use crate::source::{Place, Text};

/// The most characters of a name.
pub(super) const LONGEST_NAME: usize = 200;

/// The most characters of a note.
pub(super) const LONGEST_NOTE: usize = 2000;

/// The most races of a request: two a week for as long as a season may be.
pub(super) const MOST_RACES: usize = 208;

/// The most stretches of life.
pub(super) const MOST_LIFE: usize = 500;

/// The most weeks that a coach may decide: those of two seasons.
pub(super) const MOST_WEEKS: usize = 208;

/// The most days that a coach may decide or move: those of two seasons, well counted.
pub(super) const MOST_DAYS: usize = 1500;

/// Reads a request.
///
/// # Errors
/// Everything that is wrong with it, each with its place; warnings are among them.
pub fn read(text: &Arc<Text>, ids: &Ids<'_>) -> Result<(Request, Findings), Findings> {
    read_table(text, &parse(text)?, ids)
}

/// Reads a request that has been taken apart already, out of TOML or of anything else.
///
/// # Errors
/// Everything that is wrong with it, each with its place; warnings are among them.
pub fn read_table(text: &Arc<Text>, table: &Table, ids: &Ids<'_>) -> Result<(Request, Findings), Findings> {
    if table.entries.is_empty() {
        return Err(Finding::error("empty-file").with("name", text.name.clone()).at(Place::new(text, 0..0)).into());
    }
    let found = RefCell::new(Findings::new());
    let mut root = Reader::new(table, "", &found);
    let desk = Desk { ids, found: &found };

    let plan = root.inner("plan").map(|reader| desk.plan(reader)).unwrap_or_default();
    let runner = root.inner("runner").map(|reader| desk.runner(reader));
    let races = root.tables_at_most("race", MOST_RACES).into_iter().filter_map(|table| desk.race(table)).collect();
    let home = root.inner("place").map(|reader| desk.home(reader)).unwrap_or_default();
    let week = root.table("week").map(|table| desk.week(table));
    let life = root.tables_at_most("life", MOST_LIFE).into_iter().filter_map(|table| desk.life(table)).collect();
    let week_kinds =
        root.tables_at_most("week-kind", MOST_WEEKS).into_iter().filter_map(|table| desk.week_word(table)).collect();
    let days = root.tables_at_most("day", MOST_DAYS).into_iter().filter_map(|table| desk.day_word(table)).collect();
    let moves = root.tables_at_most("move", MOST_DAYS).into_iter().filter_map(|table| desk.a_move(table)).collect();
    let coach = root.inner("coach").map(|reader| desk.coach(reader));
    let settings = root.table("settings").cloned();

    let misplaced = misplaced(&mut root);
    let stands = |keys: &[&str]| keys.iter().any(|key| misplaced.contains(key));
    if runner.is_none() && table.get("runner").is_none() && !stands(&["weekly", "level"]) && !root.mistyped("runner") {
        desk.find(Finding::error("no-level-nor-weekly").at(table.place.clone()));
    }
    if week.is_none() && table.get("week").is_none() && !stands(&["days"]) && !root.mistyped("week") {
        desk.find(Finding::error("no-days").at(table.place.clone()));
    }
    root.finish();

    let mut request = Request {
        text: Arc::clone(text),
        runner: runner.unwrap_or_else(|| Runner::unknown(table.place.clone())),
        races,
        home,
        week: week.unwrap_or_default(),
        life,
        week_kinds,
        days,
        moves,
        plan,
        coach,
        settings,
    };
    request.races.sort_by_key(|race| race.date.value);
    request.life.sort_by_key(|life| life.from.value);
    desk.weigh(&request);
    found.into_inner().unless_stopped(request)
}

/// Keys that often stand before any table, and the tables that they belong to.
const HOMES: [(&str, &[&str]); 5] = [
    ("runner", &["name", "level", "age", "weekly", "longest", "recent", "health", "years", "sex", "finished"]),
    ("week", &["days", "long-run", "most", "fixed", "strength"]),
    ("place", &["climate", "run-at", "treadmill"]),
    ("plan", &["start", "weeks", "units", "title", "language", "accept-risk"]),
    ("race", &["date", "goal", "priority"]),
];

/// Tells keys that stand outside of their table where they belong; gives back which they are.
fn misplaced(root: &mut Reader<'_>) -> Vec<&'static str> {
    let mut found = Vec::new();
    for (table, keys) in HOMES {
        for key in keys {
            if let Some(place) = root.place_of(key) {
                root.find(Finding::error("misplaced-key").with("key", *key).with("table", table).at(place));
                found.push(*key);
            }
        }
    }
    found
}

/// Where requests are read: what may be named, and what was found.
pub(super) struct Desk<'t> {
    pub(super) ids: &'t Ids<'t>,
    pub(super) found: &'t RefCell<Findings>,
}

impl<'t> Desk<'t> {
    pub(super) fn find(&self, finding: Finding) {
        self.found.borrow_mut().push(finding);
    }

    fn plan(&self, mut reader: Reader<'t>) -> PlanWishes {
        let plan = PlanWishes {
            language: reader.text("language"),
            start: reader.date("start"),
            weeks: whole(reader.integer("weeks", 1..=104)),
            units: one_of(&mut reader, "units", &[Units::Km, Units::Mi], Units::symbol),
            title: self.name(&mut reader, "title", LONGEST_NAME),
            accept_risk: reader.boolean("accept-risk"),
        };
        reader.finish();
        plan
    }

    fn coach(&self, mut reader: Reader<'t>) -> Coach {
        let mut coach = Coach {
            name: self.name(&mut reader, "name", LONGEST_NAME),
            contact: self.name(&mut reader, "contact", LONGEST_NAME),
            logo: self.name(&mut reader, "logo", LONGEST_NOTE),
            colour: reader.text("colour"),
            notes: BTreeMap::new(),
        };
        let colour = |text: &str| {
            text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
        };
        if let Some(wrong) = coach.colour.take_if(|at| !colour(&at.value)) {
            self.find(Finding::error("wrong-colour").with("got", wrong.value).at(wrong.place));
        }
        for (key, node) in reader.table("notes").map_or(&[][..], |table| &table.entries) {
            let Some(week) = key.value.parse().ok().filter(|week| (1..=104).contains(week)) else {
                self.find(Finding::error("wrong-week").with("got", key.value.as_str()).at(key.place.clone()));
                continue;
            };
            let Content::Text(words) = &node.value else {
                reader.wrong(node, &key.value, "text");
                continue;
            };
            let note = At { value: words.clone(), place: node.place.clone() };
            if self.clean("notes", &note, LONGEST_NOTE) {
                coach.notes.insert(week, note);
            }
        }
        reader.finish();
        coach
    }

    /// An id among known ones.
    pub(super) fn id(&self, reader: &mut Reader<'t>, key: &'static str, known: &[&str]) -> Option<At<String>> {
        reader.text(key).filter(|id| self.known(key, id, known))
    }

    /// Whether a word is among the known ones; said where it is not. No known ones: nothing to say.
    pub(super) fn known(&self, key: &str, word: &At<String>, known: &[&str]) -> bool {
        let fits = known.is_empty() || known.contains(&word.value.as_str());
        if !fits {
            self.find(unknown_choice(key, word, known.iter().copied()));
        }
        fits
    }

    /// Words to print as typed; blank ones count as none.
    pub(super) fn name(&self, reader: &mut Reader<'t>, key: &'static str, most: usize) -> Option<At<String>> {
        reader.text(key).filter(|words| !words.value.trim().is_empty() && self.clean(key, words, most))
    }

    /// Whether words are short enough and free of control characters. A note may have several lines, a name not.
    pub(super) fn clean(&self, key: &str, words: &At<String>, most: usize) -> bool {
        let lines = most > LONGEST_NAME;
        // What turns the direction of the text would turn everything after it, too; Arabic letters need none of it.
        let turns = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let control = |c: &char| (c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'))) || turns(c);
        let length = words.value.chars().count();
        if let Some(character) = words.value.chars().find(control) {
            let code = format!("U+{:04X}", u32::from(character));
            let finding = Finding::error("control-character").with("key", key).with("character", code);
            self.find(finding.at(words.place.clone()));
            return false;
        }
        if length > most {
            let finding = Finding::error("too-many-characters").with("key", key).with("got", length);
            self.find(finding.with("most", most).at(words.place.clone()));
            return false;
        }
        true
    }

    /// What can be seen only when the parts are laid side by side.
    fn weigh(&self, request: &Request) {
        if let Some(start) = &request.plan.start {
            for race in request.races.iter().filter(|race| race.date.value < start.value) {
                let finding = Finding::error("race-before-start")
                    .with("date", race.date.value.to_string())
                    .with("start", start.value.to_string());
                self.find(finding.at(race.date.place.clone()).also_at(start.place.clone()));
            }
            if let Some(date) = request.runner.recent.as_ref().and_then(|recent| recent.date.as_ref())
                && date.value > start.value
            {
                let finding = Finding::warning("recent-after-start")
                    .with("date", date.value.to_string())
                    .with("start", start.value.to_string());
                self.find(finding.at(date.place.clone()).also_at(start.place.clone()));
            }
        }
        if let (Some(weeks), Some(race)) = (&request.plan.weeks, request.races.first()) {
            let finding = Finding::warning("weeks-with-race").with("weeks", weeks.value);
            self.find(finding.at(weeks.place.clone()).also_at(race.place.clone()));
        }
        let weeks = request.week_kinds.iter().map(|word| {
            let place = &word.starting.place;
            (word.starting.value.week_start(request.first_day()), place)
        });
        self.each_once("two-races-on-a-day", request.races.iter().map(|race| (race.date.value, &race.date.place)));
        self.each_once("two-words-for-a-week", weeks);
        self.each_once("two-words-for-a-day", request.days.iter().map(|day| (day.date.value, &day.date.place)));
        self.each_once("two-moves-of-a-day", request.moves.iter().map(|m| (m.from.value, &m.from.place)));
    }

    /// Finds the dates that come a second time.
    fn each_once<'p>(&self, code: &str, dates: impl Iterator<Item = (Date, &'p Place)>) {
        let mut seen: BTreeMap<Date, &Place> = BTreeMap::new();
        // In the order of the text, so that the later one is the one found.
        let mut dates: Vec<_> = dates.collect();
        dates.sort_by_key(|(_, place)| place.span.start);
        for (date, place) in dates {
            if let Some(earlier) = seen.get(&date) {
                let finding = Finding::error(code).with("date", date.to_string());
                self.find(finding.at(place.clone()).also_at((*earlier).clone()));
            } else {
                seen.insert(date, place);
            }
        }
    }
}

/// One of several things with a name each.
pub(super) fn one_of<T: Copy>(
    reader: &mut Reader<'_>,
    key: &'static str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Option<At<T>> {
    let word = reader.choice(key, all.iter().map(|thing| name(*thing)))?;
    let thing = *all.iter().find(|thing| name(**thing) == word.value)?;
    Some(word.map(|_| thing))
}

/// A whole number in a smaller type; the reader has checked its bounds.
pub(super) fn whole<T: TryFrom<i64>>(number: Option<At<i64>>) -> Option<At<T>> {
    let At { value, place } = number?;
    Some(At { value: T::try_from(value).ok()?, place })
}
