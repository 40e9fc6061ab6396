//! Guardrails: limits on the measures of a finished plan, as `rules/guardrails.toml` has them.

use std::cell::RefCell;
use std::ops::RangeInclusive;
use std::sync::Arc;

use minijinja::{Environment, UndefinedBehavior};

use crate::document::{At, Content, Node, Reader, Table, parse, unknown_choice};
use crate::finding::{Finding, Findings, Severity};
use crate::measure::{Distance, Duration, Share};
use crate::phrasebook::Phrasebook;
use crate::plan::PhaseName;
use crate::source::{Place, Text};

/// What a measure is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A part of a whole: `80 %`.
    Share,
    /// A length: `10 km`.
    Distance,
    /// A time: `48 h`.
    Duration,
    /// Things that are counted: `4`.
    Count,
    /// A number without a unit of ours: monotony, degrees Celsius.
    Number,
}

/// Something that is measured in a finished plan. Its sentence is the phrase `measure.NAME`, its function stands in `audit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// As a guardrail names it.
    pub name: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// Whether it is seen against a reference, so that a limit may be a share of that.
    pub relative: bool,
}

const fn plain(name: &'static str, unit: Unit) -> Measure {
    Measure { name, unit, relative: false }
}

const fn relative(name: &'static str, unit: Unit) -> Measure {
    Measure { name, unit, relative: true }
}

/// Every measure.
pub static MEASURES: [Measure; 42] = [
    relative("run-over-longest-of-30-days", Unit::Distance),
    plain("run-after-30-days-without", Unit::Distance),
    relative("week-over-best-of-4", Unit::Distance),
    plain("training-weeks-in-a-row", Unit::Count),
    plain("reset-cut", Unit::Share),
    plain("reset-fast-sessions", Unit::Count),
    plain("reset-threshold-sessions", Unit::Count),
    relative("reset-long-run", Unit::Distance),
    relative("long-run-of-week", Unit::Distance),
    plain("long-run-time", Unit::Duration),
    relative("day-after-long-run", Unit::Duration),
    plain("long-weekends-in-a-row", Unit::Count),
    relative("threshold-of-week", Unit::Distance),
    relative("interval-of-week", Unit::Distance),
    relative("repetition-of-week", Unit::Distance),
    relative("race-pace-of-week", Unit::Distance),
    plain("easy-share", Unit::Share),
    plain("hours-between-hard", Unit::Duration),
    plain("hours-from-long-run-to-hard", Unit::Duration),
    plain("rest-days", Unit::Count),
    plain("monotony", Unit::Number),
    relative("taper-week-over-week-before", Unit::Distance),
    relative("race-week-over-peak", Unit::Distance),
    plain("race-eve-hard-sessions", Unit::Count),
    plain("race-eve-time", Unit::Duration),
    plain("days-without-running-after-race", Unit::Count),
    plain("easy-days-after-race", Unit::Count),
    plain("sessions-on-days-not-free", Unit::Count),
    plain("hard-outdoors-in-extreme-heat", Unit::Count),
    plain("outdoor-wbgt", Unit::Number),
    plain("season-weeks", Unit::Count),
    plain("season-ends-off", Unit::Count),
    plain("week-start-off", Unit::Count),
    plain("week-days-off", Unit::Count),
    plain("week-number-off", Unit::Count),
    plain("week-volume-off", Unit::Distance),
    plain("week-time-off", Unit::Duration),
    plain("week-hard-off", Unit::Duration),
    plain("week-longest-off", Unit::Distance),
    plain("race-day-off", Unit::Count),
    plain("steps-distance-off", Unit::Distance),
    plain("steps-time-off", Unit::Duration),
];

/// The measure of this name.
#[must_use]
pub fn measure(name: &str) -> Option<&'static Measure> {
    MEASURES.iter().find(|measure| measure.name == name)
}

/// The words that a guardrail's message may use.
pub const WORDS: [&str; 5] = ["week", "date", "value", "limit", "reference"];

/// A limit's amount, as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// Of the reference, or of a whole.
    Share(Share),
    /// A length.
    Distance(Distance),
    /// A time.
    Duration(Duration),
    /// A count or a plain number.
    Number(f64),
}

/// What is known about the place in the season where a measure looks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// Id of the runner's level.
    pub level: String,
    /// Years, where given.
    pub age: Option<u32>,
    /// The week's phase; none for what belongs to no week.
    pub phase: Option<PhaseName>,
    /// Days with a run in the week.
    pub runs: u32,
    /// Days of the week that life takes: not free, and life says why.
    pub days_off: u32,
    /// Distance of the race trained for, or just run; zero without one.
    pub race: Distance,
    /// Whether that race aims at a time.
    pub timed: bool,
    /// Its priority; empty without one.
    pub priority: String,
}

/// Where a limit holds: every condition that is given must.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scope {
    /// Levels.
    pub levels: Option<Vec<String>>,
    /// Phases.
    pub phases: Option<Vec<PhaseName>>,
    /// Priorities of the race.
    pub priorities: Option<Vec<String>>,
    /// From and to so many runs a week.
    pub runs: Option<RangeInclusive<u32>>,
    /// From and to so many days a week taken by life.
    pub days_off: Option<RangeInclusive<u32>>,
    /// From and to this age; a runner whose age is not given has none.
    pub age: Option<RangeInclusive<u32>>,
    /// From and to this distance of the race; no race is 0 km.
    pub race: Option<RangeInclusive<Distance>>,
    /// Whether the race aims at a time.
    pub timed: Option<bool>,
}

impl Scope {
    /// Whether all its conditions hold.
    #[must_use]
    pub fn holds(&self, facts: &Facts) -> bool {
        self.levels.as_ref().is_none_or(|levels| levels.contains(&facts.level))
            && self.phases.as_ref().is_none_or(|phases| facts.phase.is_some_and(|phase| phases.contains(&phase)))
            && self.priorities.as_ref().is_none_or(|priorities| priorities.contains(&facts.priority))
            && self.runs.as_ref().is_none_or(|runs| runs.contains(&facts.runs))
            && self.days_off.as_ref().is_none_or(|days| days.contains(&facts.days_off))
            && self.age.as_ref().is_none_or(|ages| facts.age.is_some_and(|age| ages.contains(&age)))
            && self.race.as_ref().is_none_or(|race| race.contains(&facts.race))
            && self.timed.is_none_or(|timed| timed == facts.timed)
    }
}

/// How much is too much, or too little, and for whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// Where it holds.
    pub scope: Scope,
    /// No more than this: of the reference where it is a share of a relative measure.
    pub at_most: Option<Amount>,
    /// No less than this.
    pub at_least: Option<Amount>,
    /// A rise over the reference that is always allowed. With `at_most` the larger of the two counts.
    pub allow: Option<Amount>,
    /// An amount that is always allowed, whatever the reference. With `at_most` the larger of the two counts.
    pub always: Option<Amount>,
    /// How grave it is to break it.
    pub severity: Severity,
}

/// A limit on a measure, with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Guardrail {
    /// Unique; the code of what it finds.
    pub id: At<String>,
    /// What it watches, in words.
    pub title: String,
    /// What it measures.
    pub measure: &'static Measure,
    /// Its limits: the first whose scope holds counts; where none does, nothing is judged.
    pub limits: Vec<Limit>,
    /// What to say of a break: minijinja, with the words of [`WORDS`].
    pub message: String,
    /// Why there is such a limit.
    pub because: String,
    /// Ids of works in `rules/sources.toml`, or `house`.
    pub source: Vec<At<String>>,
}

impl Guardrail {
    /// The limit for a place in the season.
    #[must_use]
    pub fn limit(&self, facts: &Facts) -> Option<&Limit> {
        self.limits.iter().find(|limit| limit.scope.holds(facts))
    }
}

/// Reads every `[[guardrail]]` of a text.
///
/// # Errors
/// All that is wrong with it, each at its place.
pub fn read_all(text: &Arc<Text>) -> Result<Vec<Guardrail>, Findings> {
    read_table(text, &parse(text)?)
}

/// Reads the guardrails of a text that has been taken apart.
///
/// # Errors
/// Everything that is wrong with them.
pub fn read_table(text: &Arc<Text>, document: &Table) -> Result<Vec<Guardrail>, Findings> {
    let findings = RefCell::new(Findings::new());
    let mut reader = Reader::new(document, text.name.as_str(), &findings);
    let mut guardrails: Vec<Guardrail> = Vec::new();
    for table in reader.tables("guardrail") {
        let Some(guardrail) = read(table, &findings) else {
            continue;
        };
        if let Some(first) = guardrails.iter().find(|other| other.id.value == guardrail.id.value) {
            findings.borrow_mut().push(
                Finding::error("guardrail-twice")
                    .with("id", guardrail.id.value.as_str())
                    .at(guardrail.id.place.clone())
                    .also_at(first.id.place.clone()),
            );
            continue;
        }
        guardrails.push(guardrail);
    }
    reader.finish();
    findings.into_inner().unless_stopped(guardrails).map(|(guardrails, _)| guardrails)
}

/// One guardrail; what is wrong with it is noted, and none given where a part is missing.
fn read(table: &Table, findings: &RefCell<Findings>) -> Option<Guardrail> {
    let mut reader = Reader::new(table, "[[guardrail]]", findings);
    let id = needed(&mut reader, "id");
    let title = needed(&mut reader, "title");
    let name = needed(&mut reader, "measure");
    let message = needed(&mut reader, "message");
    let because = needed(&mut reader, "because");
    let source = reader.texts("source");
    if reader.node("source").is_none() {
        reader.missing("source");
    }
    let severity = severity_of(&mut reader);
    if reader.node("severity").is_none() {
        reader.missing("severity");
    }
    let measure = name.as_ref().and_then(|name| {
        let found = measure(&name.value);
        if found.is_none() {
            reader.find(unknown_choice("measure", name, MEASURES.iter().map(|m| m.name)));
        }
        found
    });
    if let (Some(measure), Some(message)) = (measure, &message) {
        check_message(&reader, measure, message);
    }
    // Without its measure nothing tells what unit a limit is in; the keys still count as known.
    let cases = reader.tables("limits");
    let mut limits = Vec::new();
    if let Some(measure) = measure {
        let grave = severity.unwrap_or(Severity::Error);
        for case in cases {
            let mut case = Reader::new(case, "limits", findings);
            let own = severity_of(&mut case).unwrap_or(grave);
            limits.extend(limit(&mut case, measure, own));
            case.finish();
        }
        let own = ["at-most", "at-least", "allow", "always"].into_iter().any(|key| table.get(key).is_some());
        if own || limits.is_empty() && table.get("limits").is_none() {
            limits.extend(limit(&mut reader, measure, grave));
        }
    } else {
        for key in ["at-most", "at-least", "allow", "always", "for"] {
            reader.node(key);
        }
    }
    reader.finish();
    Some(Guardrail {
        id: id?,
        title: title?.value,
        measure: measure?,
        limits,
        message: message?.value,
        because: because?.value,
        source: source?,
    })
}

fn needed(reader: &mut Reader<'_>, key: &'static str) -> Option<At<String>> {
    if reader.node(key).is_none() {
        reader.missing(key);
    }
    reader.text(key)
}

fn severity_of(reader: &mut Reader<'_>) -> Option<Severity> {
    let word = reader.choice("severity", ["error", "warning", "note"])?;
    Some(match word.value.as_str() {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Note,
    })
}

/// The limit that a table's keys tell.
fn limit(reader: &mut Reader<'_>, measure: &Measure, severity: Severity) -> Option<Limit> {
    let scope = reader.inner("for").map(|mut inner| {
        let scope = scope(&mut inner);
        inner.finish();
        scope
    });
    let at_most = amount(reader, "at-most", measure, measure.relative);
    let at_least = amount(reader, "at-least", measure, measure.relative);
    let allow = amount(reader, "allow", measure, false);
    let always = amount(reader, "always", measure, false);
    let has = |reader: &mut Reader<'_>, key| reader.node(key).is_some();
    if !has(reader, "at-most") && !has(reader, "at-least") {
        reader.find(Finding::error("guardrail-no-limit").at(reader.place()));
        return None;
    }
    // What is always allowed only means something beside a limit from above.
    if (allow.is_some() || always.is_some()) && !has(reader, "at-most") {
        reader.missing("at-most");
    }
    if let Some(node) = reader.node("allow").filter(|_| !measure.relative) {
        let place = node.place.clone();
        reader.find(Finding::error("guardrail-no-reference").with("measure", measure.name).at(place));
    }
    Some(Limit { scope: scope.unwrap_or_default(), at_most, at_least, allow, always, severity })
}

/// The amount of a key, in a unit that the measure can be compared with.
fn amount(reader: &mut Reader<'_>, key: &'static str, measure: &Measure, share: bool) -> Option<Amount> {
    let node = reader.node(key)?;
    let percent = matches!(&node.value, Content::Text(text) if text.trim_end().ends_with('%'));
    match measure.unit {
        Unit::Count | Unit::Number => reader.number(key, 0.0..=1e6).map(|at| Amount::Number(at.value)),
        Unit::Share => reader.measure(key).map(|at| Amount::Share(at.value)),
        Unit::Distance | Unit::Duration if percent && share => reader.measure(key).map(|at| Amount::Share(at.value)),
        // A length may be limited by time and a time by length: both are known of every run.
        Unit::Distance | Unit::Duration => match &node.value {
            Content::Text(text) if text.parse::<Duration>().is_ok() => {
                reader.measure(key).map(|at| Amount::Duration(at.value))
            }
            Content::Text(text) if text.parse::<Distance>().is_ok() || measure.unit == Unit::Distance => {
                reader.measure(key).map(|at| Amount::Distance(at.value))
            }
            _ => reader.measure(key).map(|at| Amount::Duration(at.value)),
        },
    }
}

fn scope(reader: &mut Reader<'_>) -> Scope {
    const PHASES: [PhaseName; 7] = [
        PhaseName::Base,
        PhaseName::Build,
        PhaseName::Peak,
        PhaseName::Taper,
        PhaseName::Race,
        PhaseName::Recovery,
        PhaseName::Transition,
    ];
    let words = |texts: Vec<At<String>>| texts.into_iter().map(|text| text.value).collect::<Vec<_>>();
    let levels = reader.texts("levels").map(words);
    let phases = reader.texts("phases").map(|texts| {
        let mut phases = Vec::new();
        for text in &texts {
            match PHASES.into_iter().find(|phase| phase.name() == text.value) {
                Some(phase) => phases.push(phase),
                None => reader.find(unknown_choice("phases", text, PHASES.map(PhaseName::name))),
            }
        }
        phases
    });
    let priorities = reader.texts("priorities").map(|texts| {
        for text in texts.iter().filter(|text| !["A", "B", "C"].contains(&text.value.as_str())) {
            reader.find(unknown_choice("priorities", text, ["A", "B", "C"]));
        }
        words(texts)
    });
    let runs = span(reader, "runs", whole);
    let days_off = span(reader, "days-off", whole);
    let age = span(reader, "age", whole);
    let race = span(reader, "race", |reader, node, key| reader.measure_of::<Distance>(node, key).map(|at| at.value));
    let timed = reader.boolean("timed").map(|at| at.value);
    Scope { levels, phases, priorities, runs, days_off, age, race, timed }
}

fn whole(reader: &Reader<'_>, node: &Node, key: &str) -> Option<u32> {
    match &node.value {
        Content::Integer(number) => match u32::try_from(*number) {
            Ok(number) => Some(number),
            Err(_) => {
                reader.out_of_bounds(node, key, number.to_string(), 0.to_string(), u32::MAX.to_string());
                None
            }
        },
        other => {
            let wrong = Finding::error("wrong-type").with("key", key).with("wanted", "integer");
            reader.find(wrong.with("got", other.kind()).at(node.place.clone()));
            None
        }
    }
}

/// `[from, to]`, both ends included.
fn span<T: PartialOrd + Copy>(
    reader: &mut Reader<'_>,
    key: &'static str,
    read: impl Fn(&Reader<'_>, &Node, &str) -> Option<T>,
) -> Option<RangeInclusive<T>> {
    let (items, place) = reader.list(key)?;
    let ends: Vec<T> = items.iter().filter_map(|item| read(reader, item, key)).collect();
    match (items.len(), ends.as_slice()) {
        (2, [from, to]) if from <= to => Some(*from..=*to),
        // An end that could not be read has its finding already.
        (2, [] | [_]) => None,
        _ => {
            reader.find(Finding::error("guardrail-range").with("key", key).at(place));
            None
        }
    }
}

/// A message must compile, and use no word that its measure does not have. A test looks at those that travel inside the
/// program.
fn check_message(reader: &Reader<'_>, measure: &Measure, message: &At<String>) {
    if message.place.is_shipped() {
        return;
    }
    if let Err(finding) = Phrasebook::gaps(&message.value)
        && finding.code != "rule-words"
    {
        return reader.find(finding.with("key", "message").at(message.place.clone()));
    }
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    let template = match env.template_from_str(&message.value) {
        Ok(template) => template,
        Err(error) => {
            let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            return reader.find(Finding::error("guardrail-message").with("what", what).at(message.place.clone()));
        }
    };
    let known: Vec<&str> = WORDS.into_iter().filter(|word| measure.relative || *word != "reference").collect();
    let mut unknown: Vec<String> =
        template.undeclared_variables(false).into_iter().filter(|word| !known.contains(&word.as_str())).collect();
    unknown.sort();
    for word in unknown {
        let place = word_at(&message.place, &word);
        reader.find(
            Finding::error("guardrail-word").with("got", word.as_str()).at(place).near(&word, known.iter().copied()),
        );
    }
    if unknown_free(&template, &known) {
        // Whatever else cannot be rendered, such as a filter that does not exist, shows with any facts.
        let facts: std::collections::BTreeMap<&str, &str> = known.iter().map(|word| (*word, "1")).collect();
        if let Err(error) = template.render(minijinja::value::Serde(&facts)) {
            let what = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            reader.find(Finding::error("guardrail-message").with("what", what).at(message.place.clone()));
        }
    }
}

fn unknown_free(template: &minijinja::Template<'_, '_>, known: &[&str]) -> bool {
    template.undeclared_variables(false).iter().all(|word| known.contains(&word.as_str()))
}

/// Where a word stands inside a message, else the whole message.
fn word_at(place: &Place, word: &str) -> Place {
    place.words().find(word).map_or_else(|| place.clone(), |at| place.within(at..at + word.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"
[[guardrail]]
id = "spike"
title = "Spike"
measure = "run-over-longest-of-30-days"
at-most = "110 %"
allow = "1 km"
always = "20 min"
severity = "error"
message = "{{ value }} of {{ reference }}"
because = "It hurts."
source = ["house"]
"#;

    #[test]
    fn the_messages_of_our_own_guardrails_can_be_filled() {
        // A text of its own name only: nothing is taken on trust.
        let body = crate::shipped::text("rules/guardrails.toml").unwrap();
        assert!(read_all(&Text::new("guardrails.toml", body)).unwrap().len() > 40);
        let wrong = body.replacen("{{ value }}", "{{ valeu }}", 1);
        assert!(read_all(&Text::new("guardrails.toml", wrong)).is_err());
    }

    fn broken(wrong: &str, right: &str) -> Vec<(String, String)> {
        assert!(SOUND.contains(right), "{right}");
        let text = Text::new("guardrails.toml", SOUND.replace(right, wrong));
        let findings = read_all(&text).expect_err(wrong).0;
        findings.into_iter().map(|f| (f.code, f.place.map(|p| p.words().to_owned()).unwrap_or_default())).collect()
    }

    fn said(wrong: &str, right: &str) -> Vec<String> {
        broken(wrong, right).into_iter().map(|(code, _)| code).collect()
    }

    #[test]
    fn a_guardrail_is_read_with_its_units() {
        let read = read_all(&Text::new("guardrails.toml", SOUND)).unwrap_or_else(|findings| panic!("{findings}"));
        let limit = read[0].limit(&Facts::default()).expect("a limit for all");
        assert_eq!(limit.at_most, Some(Amount::Share("110 %".parse().unwrap())));
        assert_eq!(limit.allow, Some(Amount::Distance(Distance::from_km(1.0))));
        assert_eq!(limit.always, Some(Amount::Duration(Duration::from_minutes(20.0))));
        assert_eq!((read[0].id.value.as_str(), limit.severity), ("spike", Severity::Error));
    }

    #[test]
    fn mistakes_are_found_where_they_stand() {
        assert_eq!(broken("run-over-longest-of-31-days", "run-over-longest-of-30-days")[0].0, "unknown-choice");
        assert_eq!(broken("{{ valu }}", "{{ value }}"), [("guardrail-word".to_owned(), "valu".to_owned())]);
        assert_eq!(said("{{ value", "{{ value }}"), ["guardrail-message"]);
        assert_eq!(said("{{ value | nothing }}", "{{ value }}"), ["words-filter"]);
        assert_eq!(said("{{ value / 0 }}", "{{ value }}"), ["guardrail-message"]);
        assert_eq!(said("at-most = \"110 kg\"", "at-most = \"110 %\""), ["wrong-measure"]);
        assert_eq!(said("at-most = 1.1", "at-most = \"110 %\""), ["wrong-measure"]);
        assert_eq!(said("", "at-most = \"110 %\""), ["guardrail-no-limit"]);
        assert_eq!(said("severity = \"grave\"", "severity = \"error\""), ["unknown-choice"]);
        assert_eq!(said("", "because = \"It hurts.\""), ["missing-key"]);
        assert_eq!(broken("alow", "allow")[0], ("unknown-key".to_owned(), "alow".to_owned()));
        assert_eq!(said("for = { runs = [4, 3] }\nallow", "allow"), ["guardrail-range"]);
        assert_eq!(said("for = { phases = [\"bild\"] }\nallow", "allow"), ["unknown-choice"]);
        assert_eq!(said("limits = [{ at-least = \"48 kg\" }]\nallow", "allow"), ["wrong-measure"]);
    }

    #[test]
    fn a_measure_on_its_own_has_no_reference() {
        let alone = SOUND.replace("run-over-longest-of-30-days", "run-after-30-days-without").replace("110 %", "5 km");
        let findings = read_all(&Text::new("guardrails.toml", alone)).expect_err("no reference").0;
        let codes: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(codes, ["guardrail-word", "guardrail-no-reference"]);
    }

    #[test]
    fn an_id_stands_once() {
        let findings = read_all(&Text::new("guardrails.toml", SOUND.repeat(2))).expect_err("twice").0;
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].code, "guardrail-twice");
        assert!(findings[0].also.is_some());
    }

    #[test]
    fn the_first_limit_that_fits_counts() {
        let text = SOUND.replace(
            "at-most = \"110 %\"\nallow = \"1 km\"\nalways = \"20 min\"",
            r#"limits = [
                { for = { levels = ["elite"], age = [60, 120] }, at-most = "105 %" },
                { for = { runs = [0, 3], race = ["40 km", "45 km"] }, at-most = "120 %", severity = "note" },
            ]
            at-most = "110 %""#,
        );
        let read = read_all(&Text::new("guardrails.toml", text)).unwrap_or_else(|findings| panic!("{findings}"));
        let most = |facts: &Facts| read[0].limit(facts).and_then(|limit| limit.at_most);
        let share = |text: &str| Some(Amount::Share(text.parse().unwrap()));
        let elite = Facts { level: "elite".to_owned(), ..Facts::default() };
        assert_eq!(most(&elite), share("110 %"), "an age that is not given is none");
        assert_eq!(most(&Facts { age: Some(61), ..elite }), share("105 %"));
        let marathon = Facts { runs: 3, race: Distance::from_km(42.195), ..Facts::default() };
        assert_eq!(read[0].limit(&marathon).map(|limit| limit.severity), Some(Severity::Note));
        assert_eq!(most(&Facts { runs: 4, ..marathon }), share("110 %"));
    }
}
