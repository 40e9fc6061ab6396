//! `stepback rules`: what the rules know, and one thing of it whole.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value as Data, json};

use super::{As, Desk, Ended, Outcome, pretty};
use crate::args;
use crate::finding::Finding;
use crate::measure::Units;
use crate::rulebook::Rulebook;
use crate::rulebook::library::FileKind;
use crate::rulebook::rule::{Rule, Sheet, Write, Written};
use crate::rulebook::words::WordKind;
use crate::rulebook::{settings, words};

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback rules                            everything, one line each
  stepback rules intermediate               a level, with every setting that it writes
  stepback rules heat-steps-back-sooner     a rule: when, what, why, and who says so
  stepback rules reset.volume               a setting: its bounds, its default, and who writes it";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The id of one level, race, climate, workout, reset, rule, setting, word, guardrail or source
    id: Option<String>,
    /// A folder of rules on top of the built-in ones
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// Text for people, or data for programs
    #[arg(short, long, value_enum, default_value_t = As::Text)]
    format: As,
}

/// One thing that the rules know: what is told of it in a list, and everything else.
struct Entry {
    id: String,
    title: String,
    /// Where it stands, if it stands in one place.
    at: Option<(String, usize)>,
    /// The rest, by the key of its words.
    facts: Vec<(&'static str, Data)>,
}

/// The groups of a list, in order; the last two are shown by id alone.
const GROUPS: [&str; 10] =
    ["levels", "races", "climates", "workouts", "resets", "rules", "settings", "words", "guardrails", "sources"];

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let book = desk.rulebook(&options.rules)?;
    let shelf = Shelf { desk, book: &book };
    let groups: Vec<(&str, Vec<Entry>)> = GROUPS.iter().map(|group| (*group, shelf.group(group))).collect();
    let answer = match (&options.id, options.format) {
        (None, As::Json) => {
            let listed = |entries: &[Entry]| entries.iter().map(in_list).collect::<Vec<_>>();
            let mut all: Map<String, Data> =
                groups.iter().map(|(name, entries)| ((*name).to_owned(), listed(entries).into())).collect();
            let packs = book.about.iter().map(|about| {
                json!({ "folder": about.folder, "name": about.name, "version": about.version,
                        "author": about.author, "changes": about.changes })
            });
            all.insert("packs".to_owned(), packs.collect());
            pretty(&all.into())
        }
        (None, As::Text) => listed(desk, &book, &groups),
        (Some(id), format) => {
            let found: Vec<(&str, &Entry)> = groups
                .iter()
                .flat_map(|(name, entries)| entries.iter().map(move |entry| (*name, entry)))
                .filter(|(_, entry)| entry.id == *id)
                .collect();
            if found.is_empty() {
                let known = groups.iter().flat_map(|(_, entries)| entries.iter().map(|entry| entry.id.as_str()));
                return Err(Finding::error("unknown-id").with("got", id.as_str()).near(id, known).into());
            }
            match format {
                As::Json => pretty(&found.iter().map(|(group, entry)| whole(group, entry)).collect()),
                As::Text => found.iter().map(|(group, entry)| shown(desk, group, entry)).collect::<Vec<_>>().join("\n"),
            }
        }
    };
    std::io::stdout().lock().write_all(answer.as_bytes())?;
    Ok(Ended::Well)
}

fn in_list(entry: &Entry) -> Data {
    match &entry.at {
        Some((file, line)) => json!({ "id": entry.id, "title": entry.title, "file": file, "line": line }),
        None => json!({ "id": entry.id, "title": entry.title }),
    }
}

fn whole(group: &str, entry: &Entry) -> Data {
    let mut data = in_list(entry);
    data["group"] = group.into();
    for (key, fact) in &entry.facts {
        data[*key] = fact.clone();
    }
    data
}

fn listed(desk: &Desk, book: &Rulebook, groups: &[(&str, Vec<Entry>)]) -> String {
    let mut out = String::new();
    for about in &book.about {
        let args = args! {
            "name" => about.name.as_str(), "version" => about.version.as_str(), "author" => about.author.as_str(),
            "changes" => about.changes.as_str(),
        };
        let _ = writeln!(out, "{}\n", desk.phrases.say("rules.pack", &args));
    }
    for (name, entries) in groups {
        let title = desk.phrases.word(&format!("rules.{name}"));
        let args = args! { "title" => title, "count" => entries.len() };
        let _ = writeln!(out, "{}", desk.phrases.say("rules.group", &args));
        let wide = entries.iter().map(|entry| entry.id.chars().count()).max().unwrap_or(0).min(36);
        for entry in entries {
            let _ = writeln!(out, "  {:wide$}  {}", entry.id, entry.title);
        }
        out.push('\n');
    }
    out.push_str(&desk.phrases.word("rules.more"));
    out.push('\n');
    out
}

/// One thing whole, for people.
fn shown(desk: &Desk, group: &str, entry: &Entry) -> String {
    let one = desk.phrases.word(&format!("rules.one.{group}"));
    let mut out = format!("{one} {}\n  {}\n", entry.id, entry.title);
    if let Some((file, line)) = &entry.at {
        let _ = writeln!(out, "  {file}:{line}");
    }
    for (key, fact) in &entry.facts {
        let label = desk.phrases.word(&format!("rules.fact.{key}"));
        match fact {
            Data::Null => {}
            Data::Array(items) if items.is_empty() => {}
            Data::Array(items) => {
                let _ = writeln!(out, "  {label}");
                for item in items {
                    let _ = writeln!(out, "    {}", words_of(item));
                }
            }
            other => {
                let _ = writeln!(out, "  {label}: {}", words_of(other));
            }
        }
    }
    out
}

fn words_of(data: &Data) -> String {
    match data {
        Data::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What the rules know, group by group.
struct Shelf<'a> {
    desk: &'a Desk,
    book: &'a Rulebook,
}

impl Shelf<'_> {
    fn group(&self, group: &str) -> Vec<Entry> {
        match group {
            "levels" => self.levels(),
            "races" => self.races(),
            "climates" => self.climates(),
            "workouts" => self.workouts(),
            "resets" => self.resets(),
            "rules" => self.rules(),
            "settings" => self.settings(),
            "words" => self.words(),
            "guardrails" => self.guardrails(),
            _ => self.sources(),
        }
    }

    fn levels(&self) -> Vec<Entry> {
        let of = |(id, level): (&String, &crate::rulebook::library::Level)| {
            let facts = vec![
                ("summary", json!(level.summary)),
                ("weekly", level.weekly.iter().map(ToString::to_string).collect()),
            ];
            self.with_sheets(FileKind::Level, id, &level.title, facts)
        };
        self.book.levels.iter().map(of).collect()
    }

    fn races(&self) -> Vec<Entry> {
        let of = |(id, race): (&String, &crate::rulebook::library::RaceKind)| {
            let facts = vec![
                ("summary", json!(race.summary)),
                ("distance", json!(Units::Km.distance(race.distance))),
                ("day", json!(race.day)),
            ];
            self.with_sheets(FileKind::Race, id, &race.title, facts)
        };
        self.book.races.iter().map(of).collect()
    }

    fn climates(&self) -> Vec<Entry> {
        let of = |(id, climate): (&String, &crate::rulebook::library::Climate)| {
            let normals = &climate.normals;
            let facts = vec![
                ("summary", json!(climate.summary)),
                ("kind", json!(climate.kind.as_ref().map(|kind| &kind.value))),
                ("run-at", json!(climate.run_at.name())),
                ("latitude", json!(normals.latitude)),
                ("longitude", json!(normals.longitude)),
                ("elevation", json!(normals.elevation.to_string())),
                ("zone", json!(normals.zone.name())),
                ("low", json!(normals.low.map(|n| n.to_string()).join(" "))),
                ("high", json!(normals.high.map(|n| n.to_string()).join(" "))),
                ("humidity", json!(normals.humidity.map(|n| n.to_string()).join(" "))),
            ];
            self.with_sheets(FileKind::Climate, id, &climate.title, facts)
        };
        self.book.climates.iter().map(of).collect()
    }

    fn workouts(&self) -> Vec<Entry> {
        let of = |(id, workout): (&String, &crate::rulebook::library::Workout)| {
            let rungs = workout.rungs.iter().map(|rung| {
                let steps: Vec<String> = rung.steps.iter().map(ToString::to_string).collect();
                format!(
                    "{}: {}",
                    rung.name,
                    steps.into_iter().chain(rung.does.iter().cloned()).collect::<Vec<_>>().join(", ")
                )
            });
            let facts = vec![
                ("purpose", json!(workout.purpose)),
                ("kind", json!(workout.kind.name())),
                ("work", json!(workout.work.map(crate::session::Intensity::name))),
                ("feel", json!(workout.feel)),
                ("badly", if workout.badly.is_empty() { Data::Null } else { json!(workout.badly) }),
                ("rungs", rungs.collect()),
            ];
            Entry { id: id.clone(), title: workout.title.clone(), at: None, facts }
        };
        self.book.workouts.iter().map(of).collect()
    }

    fn resets(&self) -> Vec<Entry> {
        let of = |(id, recipe): (&String, &crate::rulebook::library::Recipe)| {
            let titles: Vec<String> = recipe.wordings.iter().map(|w| format!("{}: {}", w.title, w.purpose)).collect();
            let first = recipe.wordings.first();
            let facts = vec![
                ("changes", json!(recipe.changes)),
                ("wordings", json!(titles)),
                ("look-after", json!(first.map(|w| &w.look_after))),
                ("ask", json!(first.map(|w| &w.ask))),
                ("answers", json!(recipe.answers)),
            ];
            self.with_sheets(FileKind::Recipe, id, &recipe.title, facts)
        };
        self.book.recipes.iter().map(of).collect()
    }

    /// An entry whose files hold settings and rules too: all that they write.
    fn with_sheets(&self, kind: FileKind, id: &str, title: &str, mut facts: Vec<(&'static str, Data)>) -> Entry {
        let sheets: Vec<&Sheet> = self
            .book
            .sheets()
            .filter(|((of, name), _)| *of == kind && name == id)
            .map(|(_, sheet)| sheet.as_ref())
            .collect();
        let plain = |sheet: &&Sheet| {
            let file = sheet.file.clone();
            sheet.plain.iter().map(move |plain| line(&plain.write, &file)).collect::<Vec<_>>()
        };
        let rules = |sheet: &&Sheet| {
            sheet.rules.iter().map(|rule| format!("{}: {}", rule.id, rule.because)).collect::<Vec<_>>()
        };
        let sources: std::collections::BTreeSet<&String> = sheets.iter().flat_map(|sheet| &sheet.source).collect();
        facts.push(("settings", sheets.iter().flat_map(plain).collect()));
        facts.push(("rules", sheets.iter().flat_map(rules).collect()));
        facts.push(("source", self.cited(sources)));
        facts.push(("files", sheets.iter().map(|sheet| sheet.file.clone()).collect()));
        Entry { id: id.to_owned(), title: title.to_owned(), at: None, facts }
    }

    fn rules(&self) -> Vec<Entry> {
        let sheets = self.book.sheets().flat_map(|(_, sheet)| sheet.rules.iter().map(move |rule| (sheet, rule)));
        sheets.map(|(sheet, rule)| self.rule(sheet, rule)).collect()
    }

    fn rule(&self, sheet: &Sheet, rule: &Rule) -> Entry {
        let effects: Vec<String> = rule.writes.iter().map(effect).collect();
        let lifted: Vec<&String> = rule.without.iter().map(|id| &id.value).collect();
        let named = |case: &&crate::rulebook::library::Case| case.why.iter().any(|id| id.value == rule.id);
        let cases: Vec<&String> = self.book.cases().filter(named).map(|case| &case.name.value).collect();
        let facts = vec![
            ("layer", json!(self.desk.phrases.word(&format!("layer.{}", sheet.layer.name())))),
            ("when", json!(rule.when.as_ref().map(|when| &when.written))),
            ("effects", json!(effects)),
            ("without", json!(lifted)),
            ("say", json!(rule.speech.say)),
            ("warn", json!(rule.speech.warn)),
            ("refuse", json!(rule.speech.refuse)),
            ("because", json!(rule.because)),
            ("source", self.cited(&rule.source)),
            ("cases", json!(cases)),
        ];
        let at = Some((sheet.file.clone(), rule.place.line()));
        Entry { id: rule.id.clone(), title: rule.because.clone(), at, facts }
    }

    fn settings(&self) -> Vec<Entry> {
        settings::TABLE.iter().enumerate().map(|(index, setting)| self.setting(index, setting)).collect()
    }

    fn setting(&self, index: usize, setting: &settings::Setting) -> Entry {
        let phrases = &self.desk.phrases;
        let mut default = None;
        let mut writers = Vec::new();
        for ((kind, _), sheet) in self.book.sheets() {
            for plain in sheet.plain.iter().filter(|plain| plain.write.setting == index) {
                if *kind == FileKind::Season && sheet.pack == 0 {
                    default = Some(line(&plain.write, &sheet.file));
                } else {
                    writers.push(line(&plain.write, &sheet.file));
                }
            }
            for rule in &sheet.rules {
                for write in rule.writes.iter().filter(|write| write.setting == index) {
                    let place = format!("{}:{}", sheet.file, write.place.line());
                    writers.push(format!("{} ({place}, {})", effect(write), rule.id));
                }
            }
        }
        let (least, most) = setting.bounds();
        let facts = vec![
            ("type", json!(phrases.word(&format!("kind.{}", setting.kind.name())))),
            ("least", json!(least)),
            ("most", json!(most)),
            ("choices", json!(settings::fixed_choices(setting.name))),
            ("by-race", json!(setting.by_race)),
            ("stage", json!(phrases.word(&format!("stage.{}", setting.stage.name())))),
            ("default", json!(default)),
            ("writers", json!(writers)),
        ];
        let sentence = phrases.word(&format!("setting.{}", setting.name));
        Entry { id: setting.name.to_owned(), title: sentence, at: None, facts }
    }

    fn words(&self) -> Vec<Entry> {
        words::TABLE.iter().map(|word| self.word(word)).collect()
    }

    fn word(&self, word: &words::Word) -> Entry {
        let phrases = &self.desk.phrases;
        let ids = |list: &[String]| json!(list);
        let (kind, values) = match word.kind {
            WordKind::Number(unit, least, most) => {
                (format!("unit.{}", unit.name()), json!(format!("{least} .. {most}")))
            }
            WordKind::YesNo => ("kind.yes-no".to_owned(), Data::Null),
            WordKind::Choice(list) => ("kind.choice".to_owned(), json!(list)),
            WordKind::Id(of) => ("kind.choice".to_owned(), ids(self.book.vocabulary.ids(of))),
            WordKind::Races => ("kind.races".to_owned(), ids(&self.book.vocabulary.races)),
        };
        let asks =
            |rule: &&Rule| rule.when.as_ref().is_some_and(|when| when.asks().any(|asked| asked.name == word.name));
        let rules: Vec<&String> =
            self.book.sheets().flat_map(|(_, sheet)| &sheet.rules).filter(asks).map(|rule| &rule.id).collect();
        let facts = vec![
            ("type", json!(phrases.word(&kind))),
            ("values", values),
            ("stage", json!(phrases.word(&format!("stage.{}", word.stage.name())))),
            ("may-be-missing", json!(word.optional)),
            ("rules", json!(rules)),
        ];
        let sentence = phrases.word(&format!("words.{}", word.name));
        Entry { id: word.name.to_owned(), title: sentence, at: None, facts }
    }

    fn guardrails(&self) -> Vec<Entry> {
        let of = |rail: &crate::rulebook::guardrail::Guardrail| {
            let facts = vec![
                ("measure", json!(rail.measure.name)),
                ("measures", json!(self.desk.phrases.word(&format!("measure.{}", rail.measure.name)))),
                ("because", json!(rail.because)),
                ("source", self.cited(rail.source.iter().map(|source| &source.value))),
            ];
            let at = &rail.id.place;
            let at = Some((at.text.name.clone(), at.line()));
            Entry { id: rail.id.value.clone(), title: rail.title.clone(), at, facts }
        };
        self.book.guardrails.iter().map(of).collect()
    }

    fn sources(&self) -> Vec<Entry> {
        let of = |(id, source): (&String, &crate::rulebook::library::Source)| {
            let cited = self.book.cited.iter().chain(self.book.guardrails.iter().flat_map(|rail| &rail.source));
            let cited: Vec<String> = cited
                .filter(|cited| cited.value == *id)
                .map(|cited| format!("{}:{}", cited.place.text.name, cited.place.line()))
                .collect();
            let at = Some((source.place.text.name.clone(), source.place.line()));
            Entry { id: id.clone(), title: source.citation.clone(), at, facts: vec![("cited-by", json!(cited))] }
        };
        self.book.sources.iter().map(of).collect()
    }

    /// Sources in full; what is our own judgement says so.
    fn cited<'s>(&self, ids: impl IntoIterator<Item = &'s String>) -> Data {
        let full = |id: &String| match self.book.sources.get(id) {
            Some(source) => format!("{id}: {}", source.citation),
            None => self.desk.phrases.word("why.house"),
        };
        ids.into_iter().map(full).collect()
    }
}

/// A write as a coach would write it.
fn effect(write: &Write) -> String {
    format!("{} {} = {}", write.effect.name(), settings::TABLE[write.setting].name, value(&write.written))
}

/// A plain value with its place.
fn line(write: &Write, file: &str) -> String {
    let setting = settings::TABLE[write.setting].name;
    format!("{setting} = {} ({file}:{})", value(&write.written), write.place.line())
}

fn value(written: &Written) -> String {
    match written {
        Written::One(value) => value.written(Units::Km),
        Written::ByRace(values) | Written::ByLevel(values) => {
            let one = |(id, (value, _)): (&String, &(settings::Value, _))| format!("{id} {}", value.written(Units::Km));
            values.iter().map(one).collect::<Vec<_>>().join("; ")
        }
    }
}
