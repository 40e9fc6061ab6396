//! Who runs, what for, and where: `[runner]`, `[[race]]` and `[place]`, read.

use super::desk::{Desk, LONGEST_NAME, one_of, whole};
use super::{Goal, Health, Home, Hour, Priority, Race, Recent, Runner, Sex, TimeOfDay};
use crate::calendar::PartOfDay;
use crate::document::{At, Content, Node, Reader, Table, unknown_choice};
use crate::finding::{Finding, nearest};
use crate::measure::{Distance, Duration};
use crate::source::Place;

/// The most that anybody runs in a week, in kilometres.
const MOST_WEEKLY_KM: f64 = 400.0;

/// The words that `[runner] health` knows, beside `"cleared"`.
const CONDITIONS: [&str; 3] = ["heart", "injured", "pregnant"];

impl Runner {
    pub(super) fn unknown(place: Place) -> Self {
        Self {
            place,
            name: None,
            level: None,
            age: None,
            weekly: None,
            longest: None,
            recent: None,
            health: None,
            years: None,
            sex: None,
            hr_max: None,
            hr_threshold: None,
            finished: None,
            first_plan: None,
            injured_until: None,
            cleared: None,
        }
    }
}

impl<'t> Desk<'t> {
    pub(super) fn runner(&self, mut reader: Reader<'t>) -> Runner {
        let mut runner = Runner::unknown(reader.place());
        runner.name = self.name(&mut reader, "name", LONGEST_NAME);
        runner.level = self.id(&mut reader, "level", &self.ids.levels);
        runner.age = whole(reader.integer("age", 5..=100));
        runner.weekly = self.run(&mut reader, "weekly");
        runner.longest = self.run(&mut reader, "longest");
        runner.recent = reader.table("recent").and_then(|table| self.recent(table));
        runner.health = self.health(&mut reader);
        runner.years = reader.number("years", 0.0..=90.0);
        runner.sex = one_of(&mut reader, "sex", &[Sex::Female, Sex::Male, Sex::Other], Sex::name);
        runner.hr_max = whole(reader.integer("hr-max", 100..=240));
        runner.hr_threshold = whole(reader.integer("hr-threshold", 80..=230));
        runner.finished = reader
            .texts("finished")
            .map(|races| races.into_iter().filter(|race| self.known("finished", race, &self.ids.races)).collect());
        runner.first_plan = reader.boolean("first-plan");
        runner.injured_until = reader.date("injured-until");
        runner.cleared = reader.date("cleared");

        let given = ["level", "weekly"].map(|key| reader.node(key).is_some() || reader.mistyped(key));
        if given == [false, false] {
            self.find(Finding::error("no-level-nor-weekly").at(reader.place()));
        }
        reader.finish();

        if let (Some(longest), Some(weekly)) = (&runner.longest, &runner.weekly)
            && longest.value > weekly.value
        {
            let finding = Finding::warning("longest-over-weekly")
                .with("longest", longest.value.to_string())
                .with("weekly", weekly.value.to_string());
            self.find(finding.at(longest.place.clone()).also_at(weekly.place.clone()));
        }
        if let (Some(threshold), Some(max)) = (&runner.hr_threshold, &runner.hr_max)
            && threshold.value >= max.value
        {
            let finding =
                Finding::error("threshold-over-max").with("threshold", threshold.value).with("max", max.value);
            self.find(finding.at(threshold.place.clone()).also_at(max.place.clone()));
        }
        runner
    }

    /// A distance that somebody may run in a week.
    pub(super) fn run(&self, reader: &mut Reader<'t>, key: &'static str) -> Option<At<Distance>> {
        let distance: At<Distance> = reader.measure(key)?;
        if distance.value.km() <= MOST_WEEKLY_KM {
            return Some(distance);
        }
        let finding = Finding::error("out-of-bounds")
            .with("key", key)
            .with("got", distance.value.to_string())
            .with("least", Distance::ZERO.to_string())
            .with("most", Distance::from_km(MOST_WEEKLY_KM).to_string());
        self.find(finding.at(distance.place));
        None
    }

    pub(super) fn recent(&self, table: &'t Table) -> Option<Recent> {
        let mut reader = Reader::new(table, "recent", self.found);
        let race = self.id(&mut reader, "race", &self.ids.races);
        let time: Option<At<Duration>> = reader.measure("time");
        let date = reader.date("date");
        for key in ["race", "time"] {
            if table.get(key).is_none() {
                reader.missing(key);
            }
        }
        reader.finish();
        let time = time?;
        if time.value.is_zero() {
            self.find(not_a("duration", "time", &time.place));
            return None;
        }
        Some(Recent { race: race?, time, date })
    }

    /// `"cleared"`, or one condition, or a list of them.
    pub(super) fn health(&self, reader: &mut Reader<'t>) -> Option<Health> {
        let node = reader.node("health")?;
        if let Content::Text(word) = &node.value {
            if word == "cleared" {
                return Some(Health::Cleared(node.place.clone()));
            }
            let word = At { value: word.clone(), place: node.place.clone() };
            let known = CONDITIONS.into_iter().chain(["cleared"]);
            if CONDITIONS.contains(&word.value.as_str()) {
                return Some(Health::Care(vec![word]));
            }
            self.find(unknown_choice("health", &word, known));
            return None;
        }
        let words = reader.texts("health")?;
        let care: Vec<_> = words.into_iter().filter(|word| self.known("health", word, &CONDITIONS)).collect();
        (!care.is_empty()).then_some(Health::Care(care))
    }

    pub(super) fn race(&self, table: &'t Table) -> Option<Race> {
        let mut reader = Reader::new(table, "[[race]]", self.found);
        let race = self.id(&mut reader, "race", &self.ids.races);
        let name = self.name(&mut reader, "name", LONGEST_NAME);
        let date = reader.date("date");
        let priority = one_of(&mut reader, "priority", &[Priority::A, Priority::B, Priority::C], Priority::name);
        let goal = self.goal(&mut reader);
        let climate = self.id(&mut reader, "climate", &self.ids.climates);
        let climb = reader.measure("climb");
        let at = reader.node("at").and_then(|node| self.hour(&reader, node, "at"));
        for key in ["race", "date"] {
            if table.get(key).is_none() {
                reader.missing(key);
            }
        }
        reader.finish();
        Some(Race { place: table.place.clone(), race: race?, name, date: date?, priority, goal, climate, climb, at })
    }

    pub(super) fn goal(&self, reader: &mut Reader<'t>) -> Option<At<Goal>> {
        let node = reader.node("goal")?;
        if let Content::Text(word) = &node.value
            && word != "finish"
            && nearest(word, &["finish"]).is_some()
        {
            let word = At { value: word.clone(), place: node.place.clone() };
            self.find(unknown_choice("goal", &word, ["finish"]));
            return None;
        }
        reader.measure_of(node, "goal")
    }

    pub(super) fn home(&self, mut reader: Reader<'t>) -> Home {
        let mut home = Home { climate: self.id(&mut reader, "climate", &self.ids.climates), ..Home::default() };
        if let Some(node) = reader.node("run-at") {
            if let Content::Table(_) = &node.value {
                home.run_at_by_day =
                    self.by_day(&mut reader, "run-at", |reader, node| self.hour(reader, node, "run-at"));
            } else {
                home.run_at = self.hour(&reader, node, "run-at");
            }
        }
        home.treadmill = reader.boolean("treadmill");
        reader.finish();
        home
    }

    /// A part of the day or a time on the clock.
    pub(super) fn hour(&self, reader: &Reader<'t>, node: &Node, key: &str) -> Option<At<Hour>> {
        let Content::Text(word) = &node.value else {
            return reader.measure_of::<TimeOfDay>(node, key).map(|at| at.map(Hour::Clock));
        };
        if word.contains(':') {
            return reader.measure_of(node, key).map(|at| at.map(Hour::Clock));
        }
        let part = PartOfDay::ALL.into_iter().find(|part| part.name() == word);
        if part.is_none() {
            let word = At { value: word.clone(), place: node.place.clone() };
            self.find(unknown_choice(key, &word, PartOfDay::ALL.map(PartOfDay::name)));
        }
        part.map(|part| At { value: Hour::Part(part), place: node.place.clone() })
    }
}

/// Says that a value is not such a measure.
fn not_a(kind: &str, key: &str, place: &Place) -> Finding {
    let got = place.words().trim_matches(['"', '\'']).to_owned();
    Finding::error("wrong-measure").with("key", key).with("got", got).with("kind", kind).at(place.clone())
}
