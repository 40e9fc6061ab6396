//! `stepback rules`: what the rules know.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value as Data, json};

use super::{As, Desk, Ended, Outcome};
use crate::args;
use crate::finding::Finding;
use crate::rulebook::Rulebook;
use crate::rulebook::{settings, words};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The id of one level, race, climate, workout, reset, rule, setting or word
    id: Option<String>,
    /// A folder of rules on top of the built-in ones
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// Text for people, or data for programs
    #[arg(short, long, value_enum, default_value_t = As::Text)]
    format: As,
}

/// One thing that the rules know.
struct Entry {
    id: String,
    title: String,
    /// Where it stands, for a rule.
    at: Option<(String, usize)>,
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let book = desk.rulebook(&options.rules)?;
    let groups = groups(desk, &book);
    let answer = match (&options.id, options.format) {
        (None, As::Json) => {
            let groups: serde_json::Map<String, Data> = groups
                .iter()
                .map(|(name, entries)| ((*name).to_owned(), entries.iter().map(data).collect::<Vec<_>>().into()))
                .collect();
            pretty(&groups.into())
        }
        (None, As::Text) => listed(desk, &groups),
        (Some(id), as_what) => {
            let found: Vec<(&str, &Entry)> = groups
                .iter()
                .flat_map(|(name, entries)| entries.iter().map(move |entry| (*name, entry)))
                .filter(|(_, entry)| entry.id == *id)
                .collect();
            if found.is_empty() {
                let known = groups.iter().flat_map(|(_, entries)| entries.iter().map(|entry| entry.id.as_str()));
                return Err(Finding::error("unknown-id").with("got", id.as_str()).near(id, known).into());
            }
            match as_what {
                As::Json => pretty(
                    &found.iter().map(|(group, entry)| json!({ "group": group, "entry": data(entry) })).collect(),
                ),
                As::Text => found.iter().fold(String::new(), |mut out, (group, entry)| {
                    let group = desk.phrases.word(&format!("rules.{group}"));
                    let _ = writeln!(out, "{group}: {}\n  {}", entry.id, entry.title);
                    if let Some((file, line)) = &entry.at {
                        let _ = writeln!(out, "  {file}:{line}");
                    }
                    out
                }),
            }
        }
    };
    std::io::stdout().lock().write_all(answer.as_bytes())?;
    Ok(Ended::Well)
}

fn data(entry: &Entry) -> Data {
    match &entry.at {
        Some((file, line)) => json!({ "id": entry.id, "title": entry.title, "file": file, "line": line }),
        None => json!({ "id": entry.id, "title": entry.title }),
    }
}

fn pretty(data: &Data) -> String {
    let mut text = serde_json::to_string_pretty(data).expect("plain data");
    text.push('\n');
    text
}

fn listed(desk: &Desk, groups: &[(&str, Vec<Entry>)]) -> String {
    let mut out = String::new();
    for (name, entries) in groups {
        let title = desk.phrases.say(
            "rules.group",
            &args! { "title" => desk.phrases.word(&format!("rules.{name}")), "count" => entries.len() },
        );
        let _ = writeln!(out, "{title}");
        let wide = entries.iter().map(|entry| entry.id.chars().count()).max().unwrap_or(0).min(36);
        for entry in entries {
            let _ = writeln!(out, "  {:wide$}  {}", entry.id, entry.title);
        }
        out.push('\n');
    }
    out
}

fn groups(desk: &Desk, book: &Rulebook) -> Vec<(&'static str, Vec<Entry>)> {
    let entry = |id: &str, title: &str| Entry { id: id.to_owned(), title: title.to_owned(), at: None };
    let rules = book
        .sheets()
        .flat_map(|(_, sheet)| sheet.rules.iter().map(move |rule| (sheet, rule)))
        .map(|(sheet, rule)| Entry {
            id: rule.id.clone(),
            title: rule.because.clone(),
            at: Some((sheet.file.clone(), rule.place.line())),
        })
        .collect();
    let sentence = |table: &str, name: &str| desk.phrases.word(&format!("{table}.{name}"));
    vec![
        ("levels", book.levels.iter().map(|(id, level)| entry(id, &level.title)).collect()),
        ("races", book.races.iter().map(|(id, race)| entry(id, &race.title)).collect()),
        ("climates", book.climates.iter().map(|(id, climate)| entry(id, &climate.title)).collect()),
        ("workouts", book.workouts.iter().map(|(id, workout)| entry(id, &workout.title)).collect()),
        ("resets", book.recipes.iter().map(|(id, recipe)| entry(id, &recipe.title)).collect()),
        ("rules", rules),
        ("settings", settings::TABLE.iter().map(|s| entry(s.name, &sentence("setting", s.name))).collect()),
        ("words", words::TABLE.iter().map(|w| entry(w.name, &sentence("words", w.name))).collect()),
    ]
}
