//! The filters of the templates: measures, dates and words, as a reader of this page wants them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State};
use serde::Deserialize;

use super::{html, markdown};
use crate::args;
use crate::calendar::Date;
use crate::finding::Args;
use crate::measure::{Distance, Duration, Pace, Units};
use crate::phrasebook::Phrasebook;

/// A key that the phrasebook has no words for.
#[derive(Debug)]
pub(super) struct NoWords(pub(super) String);

impl fmt::Display for NoWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoWords {}

/// Puts all filters into an environment, for readers of these units.
pub(super) fn add(env: &mut Environment<'static>, units: Units, book: &Arc<Phrasebook>) {
    env.add_filter("number", move |metres: f64| units.number(Distance::from_metres(metres)));
    env.add_filter("clock", clock);
    env.add_filter("css", |text: &str| Value::from_safe_string(html::css_string(text)));
    env.add_filter("code", |text: &str| Value::from_safe_string(markdown::code(text)));
    env.add_filter("linked", linked);
    let words = Words::new(book, units);
    let w = words.clone();
    env.add_filter("distance", move |metres: f64| w.distance(Distance::from_metres(metres)));
    let w = words.clone();
    env.add_filter("tongue", move |text: &str, own: Option<bool>| {
        Value::from_safe_string(w.tongue(text, own).to_owned())
    });
    let w = words.clone();
    env.add_filter("t", move |key: &str, kwargs: Kwargs| w.template_phrase(key, &kwargs));
    let w = words.clone();
    env.add_filter("word", move |id: &str, group: &str| w.name(group, id));
    let w = words.clone();
    env.add_filter("pace", move |value: Value| -> Result<String, Error> {
        Ok(match <[f64; 2]>::deserialize(&value) {
            Ok(range) => w.paces(range.map(Pace::from_seconds_per_km)),
            Err(_) => w.pace(Pace::from_seconds_per_km(f64::try_from(value)?)),
        })
    });
    let w = words.clone();
    env.add_filter("clocks", move |range: Serde<[f64; 2]>| w.clocks(range.0.map(Duration::from_seconds)));
    let w = words.clone();
    env.add_filter("hours", move |seconds: f64| w.hours(Duration::from_seconds(seconds)));
    let w = words.clone();
    env.add_filter("minutes", move |seconds: f64| w.minutes(Duration::from_seconds(seconds)));
    let w = words.clone();
    env.add_filter("share", move |part: f64| w.share(part));
    let w = words.clone();
    env.add_filter("temperature", move |celsius: f64| w.temperature(celsius));
    let w = words.clone();
    env.add_filter("date", move |date: Serde<Date>, style: Option<&str>| w.date(date.0, style.unwrap_or("long")));
    let w = words.clone();
    env.add_filter("dates", move |range: Serde<[Date; 2]>, style: Option<&str>| {
        w.dates(range.0, style.unwrap_or("plain"))
    });
    env.add_filter("listed", move |items: Serde<Vec<Value>>| {
        words.listed(&items.0.iter().map(Value::to_string).collect::<Vec<_>>())
    });
}

/// `52:30` or `1:55:00`.
fn clock(seconds: f64) -> String {
    Duration::from_seconds(seconds).clock()
}

/// A text whose web and mail addresses can be followed: escaped, and safe to print.
fn linked(state: &State<'_, '_>, text: &str) -> Value {
    let in_html = *state.auto_escape() == AutoEscape::Html;
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        let address = word.trim_end_matches(['.', ',', ';', ')']);
        let rest = &word[address.len()..];
        let before = match address_kind(address) {
            None if in_html => {
                out.push(html::escape(word).into_owned());
                continue;
            }
            None => {
                out.push(markdown::escape(word));
                continue;
            }
            Some(before) => before,
        };
        if in_html {
            let address = html::escape(address);
            out.push(format!("<a href=\"{before}{address}\">{address}</a>{}", html::escape(rest)));
        } else {
            out.push(format!("<{address}>{rest}"));
        }
    }
    Value::from_safe_string(out.join(" "))
}

/// What stands before an address in a link: nothing for the web, `mailto:` for mail; none where it is no address.
fn address_kind(word: &str) -> Option<&'static str> {
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&()+,;=%".contains(&b));
    if let Some(rest) = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://")) {
        return (!rest.is_empty() && plain(rest)).then_some("");
    }
    let (name, host) = word.split_once('@')?;
    let named = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._+".contains(&b));
    let sound = !name.is_empty() && host.contains('.') && !host.starts_with('.') && named(name) && named(host);
    sound.then_some("mailto:")
}

/// The words of the page: phrases, and measures put into them.
#[derive(Debug, Clone)]
pub(super) struct Words {
    book: Arc<Phrasebook>,
    /// The reader's units.
    pub(super) units: Units,
    /// Their symbol in the language of the page.
    unit: Arc<str>,
}

/// Languages written from right to left.
const RIGHT_TO_LEFT: [&str; 6] = ["ar", "fa", "he", "ur", "ps", "yi"];

/// Whether a language is written from right to left.
pub(super) fn is_right_to_left(language: &str) -> bool {
    RIGHT_TO_LEFT.contains(&language)
}

/// Whether a text holds a letter of a script that is written from right to left.
pub(super) fn has_right_to_left(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'))
}

impl Words {
    pub(super) fn new(book: &Arc<Phrasebook>, units: Units) -> Self {
        let unit = book.written(&format!("page.unit.{}", units.symbol()));
        Self { book: Arc::clone(book), units, unit: unit.unwrap_or(units.symbol()).into() }
    }

    /// The language of the words.
    pub(super) fn language(&self) -> &str {
        self.book.language()
    }

    /// Whether the words are those that the rules are written in.
    pub(super) fn in_english(&self) -> bool {
        self.language() == "en"
    }

    /// The attributes of an element that holds a sentence of the rules, one in the page's `own` language, or one that is
    /// English for certain: on a page written the other way round a sentence whose script is not the page's is English.
    pub(super) fn tongue(&self, text: &str, own: Option<bool>) -> &'static str {
        let right_to_left = has_right_to_left(text);
        match (is_right_to_left(self.language()), right_to_left) {
            (true, true) => "",
            (false, true) => " dir=\"auto\"",
            (true, false) if own == Some(true) => " dir=\"auto\"",
            (false, false) if own != Some(false) || self.in_english() => "",
            (_, false) => " lang=\"en\" dir=\"ltr\"",
        }
    }

    /// `8 km`.
    pub(super) fn distance(&self, distance: Distance) -> String {
        format!("{} {}", self.units.number(distance), self.unit)
    }

    /// `5:30 /km`.
    pub(super) fn pace(&self, pace: Pace) -> String {
        format!("{} /{}", self.units.pace_number(pace), self.unit)
    }

    /// The reader's unit of distance, `km`.
    pub(super) fn unit(&self) -> &str {
        &self.unit
    }

    /// The words for a key of the table `page`, filled with facts; the key itself where there are none.
    pub(super) fn say(&self, key: &str, args: &Args) -> String {
        let fact = |name: &str| match args.get(name)? {
            serde_json::Value::String(text) => Some(Cow::from(text.as_str())),
            serde_json::Value::Number(number) => Some(Cow::from(number.to_string())),
            _ => None,
        };
        self.say_lazily(key, &fact, || args.clone())
    }

    /// As [`Words::say`], with facts told one by one. Most phrases are plain words with plain gaps, and a page fills
    /// hundreds of them: the engine is woken only for those that choose.
    fn say_lazily<'f>(&self, key: &str, fact: &dyn Fn(&str) -> Option<Cow<'f, str>>, all: impl Fn() -> Args) -> String {
        let key = format!("page.{key}");
        let Some(phrase) = self.book.written(&key) else {
            return key;
        };
        fill(phrase, fact).unwrap_or_else(|| self.book.say(&key, &all()))
    }

    fn template_phrase(&self, key: &str, kwargs: &Kwargs) -> Result<String, Error> {
        let full = format!("page.{key}");
        if !self.book.has(&full) {
            return Err(Error::new(ErrorKind::InvalidOperation, full.clone()).with_source(NoWords(full)));
        }
        let mut args = Args::new();
        for name in kwargs.args() {
            let value: Value = kwargs.get(name)?;
            let value = serde_json::to_value(&value)
                .map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))?;
            args.insert(name.to_owned(), value);
        }
        Ok(self.say(key, &args))
    }

    /// The name of an id, or the id itself where a person or a pack brought it.
    pub(super) fn name(&self, group: &str, id: &str) -> String {
        self.book.written(&format!("page.{group}.{id}")).unwrap_or(id).to_owned()
    }

    /// `6:20–7:05 /km`; one figure where both are the same.
    pub(super) fn paces(&self, [fast, slow]: [Pace; 2]) -> String {
        let (from, to) = (self.units.pace_number(fast), self.units.pace_number(slow));
        if from == to { self.pace(fast) } else { self.range(&from, &self.pace(slow)) }
    }

    /// `1:52:10–1:56:40`.
    pub(super) fn clocks(&self, [fast, slow]: [Duration; 2]) -> String {
        if fast == slow { fast.clock() } else { self.range(&fast.clock(), &slow.clock()) }
    }

    pub(super) fn range(&self, from: &str, to: &str) -> String {
        self.say("range", &args! { "from" => from, "to" => to })
    }

    /// Hours and minutes: `4:05 h`.
    pub(super) fn hours(&self, time: Duration) -> String {
        let minutes = (time.seconds() + 30) / 60;
        self.say("hours", &args! { "time" => format!("{}:{:02}", minutes / 60, minutes % 60) })
    }

    /// Whole minutes: `25 min`; seconds where there are fewer than two minutes and they are not whole.
    pub(super) fn minutes(&self, time: Duration) -> String {
        if time.seconds() < 120 && time.seconds() % 60 != 0 {
            self.say("seconds", &args! { "n" => time.seconds() })
        } else {
            self.say("minutes", &args! { "n" => (time.seconds() + 30) / 60 })
        }
    }

    /// `30 %`.
    pub(super) fn share(&self, part: f64) -> String {
        self.say("share", &args! { "n" => (part * 100.0).round() as i64 })
    }

    /// `18 °C`, and in Fahrenheit for those who count miles.
    pub(super) fn temperature(&self, celsius: f64) -> String {
        let c = celsius.round() as i64;
        let f = (celsius * 1.8 + 32.0).round() as i64;
        match self.units {
            Units::Km => self.say("temperature.km", &args! { "c" => c, "f" => f }),
            Units::Mi => self.say("temperature.mi", &args! { "c" => c, "f" => f }),
        }
    }

    /// A date; the style is a key of `page.date`.
    pub(super) fn date(&self, date: Date, style: &str) -> String {
        let fact = |name: &str| self.date_fact(date, name).map(Cow::from);
        self.say_lazily(&format!("date.{style}"), &fact, || self.date_facts("", date))
    }

    fn date_fact(&self, date: Date, name: &str) -> Option<String> {
        let of = |group: &str, id: &str| Some(self.name(group, id));
        match name {
            "day" => Some(date.day().to_string()),
            "month" => of("month", &date.month().to_string()),
            "short_month" => of("short_month", &date.month().to_string()),
            "weekday" => of("weekday", date.weekday().name()),
            "short_weekday" => of("short_weekday", date.weekday().name()),
            "year" => Some(date.year().to_string()),
            _ => None,
        }
    }

    fn date_facts(&self, prefix: &str, date: Date) -> Args {
        let mut facts: Args = ["month", "short_month", "weekday", "short_weekday"]
            .iter()
            .filter_map(|name| Some((format!("{prefix}{name}"), self.date_fact(date, name)?.into())))
            .collect();
        facts.insert(format!("{prefix}day"), date.day().into());
        facts.insert(format!("{prefix}year"), date.year().into());
        facts
    }

    /// From one date to another; the style is a key of `page.dates`, and with `_across` where the month turns.
    pub(super) fn dates(&self, [from, to]: [Date; 2], style: &str) -> String {
        let fact = |name: &str| {
            let told = match name.split_once('_')? {
                ("from", name) => self.date_fact(from, name),
                ("to", name) => self.date_fact(to, name),
                _ => None,
            };
            told.map(Cow::from)
        };
        let all = || {
            let mut facts = self.date_facts("from_", from);
            facts.append(&mut self.date_facts("to_", to));
            facts
        };
        let across = (from.month(), from.year()) != (to.month(), to.year());
        self.say_lazily(&format!("dates.{style}{}", if across { "_across" } else { "" }), &fact, all)
    }

    /// `4, 8 and 12`.
    pub(super) fn listed(&self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [most @ .., last] => {
                let most = most.join(&self.say("comma", &Args::new()));
                self.say("and", &args! { "most" => most, "last" => last.as_str() })
            }
        }
    }

    /// A sentence in which distances and paces are turned into the reader's units, where it was written in others, and
    /// into their symbols in the language of the page.
    pub(super) fn in_units(&self, text: &str, written: Units) -> String {
        let spelled = *self.unit != *self.units.symbol() && (has_right_to_left(text) || is_figures(text, written));
        if written == self.units && !spelled { text.to_owned() } else { self.convert(text, written, spelled) }
    }

    fn convert(&self, text: &str, written: Units, spelled: bool) -> String {
        let unit = written.symbol();
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = next_number(rest) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let (figures, after) = take_figures(rest);
            let spaced = after.trim_start_matches([' ', '\u{a0}']);
            let gap = &after[..after.len() - spaced.len()];
            let slash = spaced.starts_with('/');
            let tail = spaced.strip_prefix('/').unwrap_or(spaced);
            let ends = tail.strip_prefix(unit).filter(|t| !t.starts_with(char::is_alphanumeric));
            if let (Some(tail), Some(turned)) = (ends, self.turned(&figures, written, slash)) {
                out.push_str(&turned);
                out.push_str(gap);
                out.push_str(if slash { "/" } else { "" });
                out.push_str(if spelled { &self.unit } else { self.units.symbol() });
                rest = tail;
            } else {
                out.push_str(figures.text);
                rest = after;
                for (symbol, key) in if spelled { &SYMBOLS[..] } else { &[] } {
                    let Some(tail) = spaced.strip_prefix(symbol).filter(|t| !t.starts_with(char::is_alphanumeric))
                    else {
                        continue;
                    };
                    out.push_str(gap);
                    out.push_str(self.say(key, &args! { "n" => "" }).trim());
                    rest = tail;
                    break;
                }
            }
        }
        out.push_str(rest);
        out
    }

    /// The figures before a unit, turned: paces where the unit has a slash, distances where it has none.
    fn turned(&self, figures: &Figures<'_>, written: Units, pace: bool) -> Option<String> {
        if written == self.units {
            return Some(figures.text.to_owned());
        }
        let mut out = String::new();
        for part in &figures.parts {
            match part {
                Part::Between(text) => out.push_str(text),
                Part::Clock(seconds) if pace => {
                    let pace = Pace::from_seconds_per_km(seconds / written.one().km());
                    out.push_str(&self.units.pace_number(pace));
                }
                Part::Number(number) if !pace => {
                    out.push_str(&self.units.number(written.one().times(*number)));
                }
                _ => return None,
            }
        }
        Some(out)
    }
}

/// The symbols of time and of short distances in what the rules say, and the phrases that hold those of the page.
const SYMBOLS: [(&str, &str); 3] = [("min", "minutes"), ("s", "seconds"), ("m", "metres")];

/// Whether a text is nothing but figures with a unit of distance, `6:10–7:02 /km`.
fn is_figures(text: &str, written: Units) -> bool {
    text.ends_with(written.symbol()) && !text.trim_end_matches(written.symbol()).contains(char::is_alphabetic)
}

/// A phrase with its gaps filled; none where it does more than name facts, or names one that is not there.
fn fill<'f>(phrase: &str, fact: &dyn Fn(&str) -> Option<Cow<'f, str>>) -> Option<String> {
    let mut out = String::with_capacity(phrase.len() + 16);
    let mut rest = phrase;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        let (name, after) = rest[at..].strip_prefix("{{")?.split_once("}}")?;
        let name = name.trim();
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return None;
        }
        out.push_str(&fact(name)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// A number, or two of them with a dash between: `8`, `38–40`, `6:20–7:05`.
struct Figures<'a> {
    text: &'a str,
    parts: Vec<Part<'a>>,
}

enum Part<'a> {
    Number(f64),
    Clock(f64),
    Between(&'a str),
}

/// Where the next number starts that is no part of a word.
fn next_number(text: &str) -> Option<usize> {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit() && !before.is_alphanumeric() && before != '.' && before != ':' {
            return Some(at);
        }
        before = c;
    }
    None
}

fn take_figures(text: &str) -> (Figures<'_>, &str) {
    let (first, mut after) = take_one(text);
    let mut parts = vec![first];
    for dash in ["–", "-", " – ", " to "] {
        if let Some(next) = after.strip_prefix(dash)
            && next.starts_with(|c: char| c.is_ascii_digit())
        {
            let (second, rest) = take_one(next);
            parts.push(Part::Between(dash));
            parts.push(second);
            after = rest;
            break;
        }
    }
    (Figures { text: &text[..text.len() - after.len()], parts }, after)
}

fn take_one(text: &str) -> (Part<'_>, &str) {
    let mut end = text.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b':')).count();
    while end > 1 && matches!(text.as_bytes()[end - 1], b'.' | b':') {
        end -= 1;
    }
    let (figure, after) = text.split_at(end);
    let clock = || figure.parse::<Duration>().ok().map(|time| Part::Clock(time.seconds() as f64));
    let number = || figure.parse().ok().map(Part::Number);
    (clock().or_else(number).unwrap_or(Part::Between(figure)), after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(units: Units) -> Words {
        Words::new(&Arc::new(Phrasebook::shipped("en").unwrap()), units)
    }

    #[test]
    fn sentences_are_turned_into_the_readers_units() {
        let miles = words(Units::Mi);
        for (km, mi) in [
            ("Easy 8 km", "Easy 5 mi"),
            ("6:20–7:05 /km", "10:12–11:24 /mi"),
            ("44 km is 7 % over week 2.", "27.3 mi is 7 % over week 2."),
            ("38–40 km, then 400 m", "23.6–24.9 mi, then 400 m"),
            ("3 × (1.5 km, 90 s jog)", "3 × (0.9 mi, 90 s jog)"),
            ("no 5 kmh, no B12 km", "no 5 kmh, no B12 km"),
            ("at 5:30. 10 min", "at 5:30. 10 min"),
        ] {
            assert_eq!(miles.in_units(km, Units::Km), mi);
        }
        assert_eq!(words(Units::Km).in_units("5 mi at 8:00 /mi", Units::Mi), "8 km at 4:58 /km");
        assert_eq!(words(Units::Km).in_units("Easy 8 km", Units::Km), "Easy 8 km");
    }

    #[test]
    fn dates_and_lists_are_said_in_words() {
        let words = words(Units::Km);
        let date = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(words.date(date("2027-02-07"), "long"), "Sunday 7 February 2027");
        assert_eq!(words.dates([date("2026-12-14"), date("2026-12-20")], "plain"), "14–20 December");
        assert_eq!(words.dates([date("2026-11-30"), date("2026-12-06")], "plain"), "30 November – 6 December");
        assert_eq!(words.listed(&["4".to_owned(), "8".to_owned(), "12".to_owned()]), "4, 8 and 12");
        assert_eq!(words.hours(Duration::from_minutes(245.0)), "4:05 h");
        assert_eq!(words.minutes(Duration::from_seconds(90.0)), "90 s");
    }
}
