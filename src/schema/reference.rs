//! The reference part of `rules/README.md`: every setting and every word, from the tables.

use std::fmt::Write as _;

use crate::args;
use crate::measure::Units;
use crate::phrasebook::Phrasebook;
use crate::rulebook::Rulebook;
use crate::rulebook::library::FileKind;
use crate::rulebook::rule::Written;
use crate::rulebook::settings::{self, Kind, Setting};
use crate::rulebook::words::{self, Word, WordKind};

/// Every setting and every word as Markdown.
#[must_use]
pub fn reference(book: &Rulebook, phrases: &Phrasebook) -> String {
    let mut out = phrases.word("reference.settings");
    out.push_str("\n\n");
    let mut group = "";
    for (index, setting) in settings::TABLE.iter().enumerate() {
        let of = setting.name.split('.').next().unwrap_or_default();
        // Settings of a group stand together, wherever the table has them.
        if settings::TABLE[..index].iter().any(|earlier| earlier.name.split('.').next() == Some(of)) && of != group {
            continue;
        }
        if of == group {
            continue;
        }
        group = of;
        let _ = writeln!(out, "### `{of}`\n");
        let _ = writeln!(out, "{}\n|---|---|---|---|---|", phrases.word("reference.setting-head"));
        for (index, setting) in settings::TABLE.iter().enumerate().filter(|(_, s)| s.name.split('.').next() == Some(of))
        {
            let _ = writeln!(out, "{}", of_setting(book, phrases, index, setting));
        }
        out.push('\n');
    }
    out.push_str(&phrases.word("reference.words"));
    let _ = write!(out, "\n\n{}\n|---|---|---|---|\n", phrases.word("reference.word-head"));
    for word in words::TABLE {
        let _ = writeln!(out, "{}", of_word(book, phrases, word));
    }
    out
}

fn of_setting(book: &Rulebook, phrases: &Phrasebook, index: usize, setting: &Setting) -> String {
    let default = book
        .sheets()
        .filter(|((kind, _), sheet)| *kind == FileKind::Season && sheet.pack == 0)
        .flat_map(|(_, sheet)| &sheet.plain)
        .find(|plain| plain.write.setting == index)
        .map_or_else(String::new, |plain| match &plain.write.written {
            Written::One(value) => value.written(Units::Km),
            Written::ByRace(_) | Written::ByLevel(_) => phrases.word("reference.by-race"),
        });
    let bounds = match (setting.bounds(), setting.kind) {
        ((Some(least), Some(most)), _) => phrases.say("reference.bounds", &args! { "least" => least, "most" => most }),
        (_, Kind::Choice) => match settings::fixed_choices(setting.name) {
            Some(choices) => choices.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" "),
            None => phrases.word("reference.recipes"),
        },
        (_, kind) => phrases.word(&format!("reference.kind.{}", kind.name())),
    };
    let by_race = if setting.by_race { phrases.word("reference.by-race") } else { String::new() };
    let stage = phrases.word(&format!("reference.stage.{}", setting.stage.name()));
    let when = [stage, by_race].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let sentence = phrases.word(&format!("setting.{}", setting.name));
    let default = if default.is_empty() { default } else { format!("`{default}`") };
    format!("| `{}` | {sentence} | {bounds} | {when} | {default} |", setting.name)
}

fn of_word(book: &Rulebook, phrases: &Phrasebook, word: &Word) -> String {
    let ids = |list: &[String]| list.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(" ");
    let answers = match word.kind {
        WordKind::Number(unit, ..) => phrases.word(&format!("unit.{}", unit.name())),
        WordKind::YesNo => phrases.word("kind.yes-no"),
        WordKind::Choice(list) => list.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" "),
        WordKind::Id(kind) => ids(book.vocabulary.ids(kind)),
        WordKind::Races => phrases.word("kind.races"),
    };
    let stage = phrases.word(&format!("reference.stage.{}", word.stage.name()));
    let missing = if word.optional { phrases.word("reference.may-be-missing") } else { String::new() };
    let when = [stage, missing].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let sentence = phrases.word(&format!("words.{}", word.name));
    format!("| `{}` | {sentence} | {answers} | {when} |", word.name)
}
