//! Prose: the words of the rules that a runner reads, and the same words in other languages, by id, from `lang/`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Pack, Rulebook};
use crate::document::{Content, Node, Table, parse};
use crate::finding::{Finding, Findings};
use crate::phrasebook::{ENGLISH, Phrasebook, main_part};
use crate::session::SessionKind;
use crate::shipped;
use crate::source::{Place, Text};

/// The folder of a pack that holds a folder for each language.
const FOLDER: &str = "lang/";

/// The file in a language's folder that holds the words of the page, not those of the rules.
const MESSAGES: &str = "messages";

/// The languages in which the rules can speak besides their own.
#[derive(Debug, Clone, Default)]
pub struct Languages {
    /// What packs bring: the words of rules and, under [`MESSAGES`], of the page, by language, in the order of the packs.
    files: BTreeMap<String, Vec<(String, Arc<Text>)>>,
    spoken: Spoken,
}

/// The rules as they speak in each language that somebody has asked for; none where that is what they speak already.
#[derive(Debug, Default)]
struct Spoken(Mutex<BTreeMap<String, Option<Arc<Rulebook>>>>);

impl Clone for Spoken {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Languages {
    /// Takes the files of languages out of packs, and leaves the rules.
    pub(super) fn take(packs: &mut [Pack]) -> Self {
        let mut files: BTreeMap<String, Vec<(String, Arc<Text>)>> = BTreeMap::new();
        for pack in packs {
            let (own, rules) =
                std::mem::take(&mut pack.files).into_iter().partition(|(path, _)| is_of_a_language(path));
            pack.files = rules;
            for (path, body) in own {
                let Some((language, inside)) = path[FOLDER.len()..].split_once('/') else { continue };
                let text = Text::new(format!("{}/{path}", pack.name), body);
                files.entry(main_part(language)).or_default().push((inside.trim_end_matches(".toml").to_owned(), text));
            }
        }
        Self { files, spoken: Spoken::default() }
    }

    /// The words of the page that packs bring, by language; for one that brings none, nothing but its name.
    pub fn words_of_the_page(&self) -> impl Iterator<Item = (&str, Vec<Arc<Text>>)> {
        self.files.iter().map(|(language, files)| {
            let own = files.iter().filter(|(inside, _)| inside == MESSAGES);
            (language.as_str(), own.map(|(_, text)| Arc::clone(text)).collect())
        })
    }

    /// The words that rules have in a language, by whole key: the built-in ones, and on top of them those of packs.
    fn told(&self, language: &str, findings: &mut Findings) -> BTreeMap<String, Told> {
        let mut told = BTreeMap::new();
        let mut take = |inside: &str, text: &Arc<Text>, built_in: bool| match parse(text) {
            Ok(table) => flatten(&table, &inside.replace('/', "."), built_in, &mut told),
            Err(wrong) => findings.0.extend(wrong.0),
        };
        let prefix = format!("{FOLDER}{language}/");
        for (path, body) in shipped::files(shipped::RULES, ".toml") {
            if let Some(inside) = path.strip_prefix(&prefix) {
                take(inside.trim_end_matches(".toml"), &Text::shipped(format!("rules/{path}"), body.into()), true);
            }
        }
        for (inside, text) in self.files.get(language).into_iter().flatten().filter(|(inside, _)| inside != MESSAGES) {
            take(inside, text, false);
        }
        told
    }
}

/// Words in a language.
struct Told {
    words: Node,
    /// Whether they translate the built-in rules, and not what a pack says in their place.
    built_in: bool,
}

/// Whether a file of a pack holds words of a language rather than rules.
#[must_use]
pub fn is_of_a_language(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|inside| inside.contains('/'))
}

/// Words of a rule, where they stand in a rulebook.
enum Said<'b> {
    One(&'b mut String),
    Many(&'b mut Vec<String>),
}

impl Said<'_> {
    fn is_silent(&self) -> bool {
        match self {
            Self::One(words) => words.is_empty(),
            Self::Many(list) => list.is_empty(),
        }
    }

    fn words(&self) -> Vec<String> {
        match self {
            Self::One(words) => vec![(*words).clone()],
            Self::Many(list) => (*list).clone(),
        }
    }

    /// The gaps of the words.
    fn gaps(&self) -> BTreeSet<String> {
        let of = |words: &String| Phrasebook::gaps(words).unwrap_or_default();
        match self {
            Self::One(words) => of(words),
            Self::Many(list) => list.iter().flat_map(of).collect(),
        }
    }
}

impl Rulebook {
    /// The same rules in the words of a language, as far as there are any; none where that is what they speak already.
    #[must_use]
    pub fn in_language(&self, language: &str) -> Option<Arc<Self>> {
        let language = main_part(language);
        let mut spoken = self.languages.spoken.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(spoken) = spoken.get(&language) {
            return spoken.clone();
        }
        let book = self.spoken(&language, &mut Findings::new()).map(Arc::new);
        spoken.insert(language, book.clone());
        book
    }

    /// The words that the language of these rules lacks, by their place in its folder: `resets.absorb.title`.
    #[must_use]
    pub fn unspoken(&self) -> &[String] {
        &self.unspoken
    }

    /// Everything that a runner reads in these rules, by its place in a language's folder.
    #[must_use]
    pub fn prose(&self) -> BTreeMap<String, Vec<String>> {
        let mut prose = BTreeMap::new();
        self.clone().each(&mut |key, said| {
            if !said.is_silent() {
                prose.insert(key.to_owned(), said.words());
            }
        });
        prose
    }

    /// Reads every language that packs bring something for, so that a slip in one is told with all the others.
    pub(super) fn read_languages(&self, findings: &mut Findings) {
        for (language, messages) in self.languages.words_of_the_page() {
            for text in messages {
                findings.0.extend(Phrasebook::slips(&text).0);
            }
            let book = self.spoken(language, findings).map(Arc::new);
            let mut spoken = self.languages.spoken.0.lock().unwrap_or_else(PoisonError::into_inner);
            spoken.insert(language.to_owned(), book);
        }
    }

    /// The same rules in the words of a language, and what is wrong with those.
    fn spoken(&self, language: &str, findings: &mut Findings) -> Option<Self> {
        let told = self.languages.told(language, findings);
        if told.is_empty() && language == ENGLISH {
            return None;
        }
        // Where a pack says something of its own in the place of a built-in rule, the built-in words of a language would
        // say something else.
        let before = if self.packs > 1 { Self::read(&[]).ok().map(|(book, _)| book.prose()) } else { None };
        let mut book = self.clone();
        let mut known = BTreeSet::new();
        let mut unspoken = Vec::new();
        book.each(&mut |key, said| {
            if said.is_silent() {
                return;
            }
            known.insert(key.to_owned());
            let fits = |told: &&Told| {
                !told.built_in || before.as_ref().is_none_or(|before| before.get(key) == Some(&said.words()))
            };
            match told.get(key).filter(fits) {
                Some(told) => say_instead(key, said, &told.words, findings),
                None if is_a_reason(key) => {}
                None => unspoken.push(key.to_owned()),
            }
        });
        for (key, told) in told.iter().filter(|(key, told)| !told.built_in && !known.contains(*key)) {
            let finding = Finding::warning("unknown-words").with("key", key.as_str()).at(told.words.place.clone());
            findings.push_near(finding, key, known.iter().map(String::as_str));
        }
        book.unspoken = unspoken;
        Some(book)
    }

    /// Shows every text that a runner reads, with its place in a language's folder.
    fn each(&mut self, see: &mut dyn FnMut(&str, Said<'_>)) {
        for (id, level) in &mut self.levels {
            see(&format!("levels.{id}.title"), Said::One(&mut level.title));
        }
        for (id, race) in &mut self.races {
            see(&format!("races.{id}.title"), Said::One(&mut race.title));
            see(&format!("races.{id}.day"), Said::Many(&mut race.day));
            see(&format!("races.{id}.fuel"), Said::One(&mut race.fuel));
            see(&format!("races.{id}.checklist"), Said::Many(&mut race.checklist));
        }
        for (id, climate) in &mut self.climates {
            see(&format!("climates.{id}.title"), Said::One(&mut climate.title));
        }
        for (id, workout) in &mut self.workouts {
            see(&format!("workouts.{id}.title"), Said::One(&mut workout.title));
            see(&format!("workouts.{id}.purpose"), Said::One(&mut workout.purpose));
            see(&format!("workouts.{id}.feel"), Said::Many(&mut workout.feel));
            see(&format!("workouts.{id}.badly"), Said::One(&mut workout.badly));
            let by_name = !matches!(workout.kind, SessionKind::Long | SessionKind::RunWalk | SessionKind::Strides);
            for (number, rung) in (1..).zip(&mut workout.rungs) {
                if by_name && rung.steps.len() > 1 && has_words(&rung.name) {
                    see(&format!("workouts.{id}.rung.{number}.name"), Said::One(&mut rung.name));
                }
                see(&format!("workouts.{id}.rung.{number}.does"), Said::Many(&mut rung.does));
            }
        }
        for (id, recipe) in &mut self.recipes {
            see(&format!("resets.{id}.title"), Said::One(&mut recipe.title));
            see(&format!("resets.{id}.changes"), Said::Many(&mut recipe.changes));
            see(&format!("resets.{id}.answers"), Said::One(&mut recipe.answers));
            for (number, wording) in (1..).zip(&mut recipe.wordings) {
                let at = format!("resets.{id}.wording.{number}");
                see(&format!("{at}.title"), Said::One(&mut wording.title));
                see(&format!("{at}.purpose"), Said::One(&mut wording.purpose));
                see(&format!("{at}.look-after"), Said::Many(&mut wording.look_after));
                see(&format!("{at}.ask"), Said::Many(&mut wording.ask));
                if let Some(changes) = &mut wording.changes {
                    see(&format!("{at}.changes"), Said::Many(changes));
                }
                if let Some(answers) = &mut wording.answers {
                    see(&format!("{at}.answers"), Said::One(answers));
                }
            }
        }
        for (intensity, effort) in &mut self.efforts {
            see(&format!("efforts.{}.words", intensity.name()), Said::One(&mut effort.words));
            see(&format!("efforts.{}.feel", intensity.name()), Said::One(&mut effort.feel));
        }
        for guardrail in &mut self.guardrails {
            let id = guardrail.id.value.clone();
            see(&format!("guardrails.{id}.title"), Said::One(&mut guardrail.title));
            see(&format!("guardrails.{id}.message"), Said::One(&mut guardrail.message));
        }
        for verdict in &mut self.readiness.verdicts {
            let id = verdict.id.value.clone();
            see(&format!("readiness.{id}.because"), Said::One(&mut verdict.because));
            see(&format!("readiness.{id}.until"), Said::One(&mut verdict.until));
            see(&format!("readiness.{id}.advice"), Said::One(&mut verdict.advice));
        }
        for ((_, id), voices) in &mut self.sheets {
            for (_, sheet) in voices {
                let sheet = Arc::make_mut(sheet);
                for plain in &mut sheet.plain {
                    let setting = super::settings::TABLE[plain.write.setting].name;
                    see(&format!("because.{id}.{setting}"), Said::One(&mut plain.because));
                }
                for rule in &mut sheet.rules {
                    let speech = &mut rule.speech;
                    for (name, words) in
                        [("say", &mut speech.say), ("warn", &mut speech.warn), ("refuse", &mut speech.refuse)]
                    {
                        if let Some(words) = words {
                            see(&format!("rules.{}.{name}", rule.id), Said::One(words));
                        }
                    }
                    see(&format!("rules.{}.because", rule.id), Said::One(&mut rule.because));
                }
            }
        }
    }
}

/// Whether the name of a rung, which stands in the title of its session, says more than numbers and units: `6 x 45 s down`.
fn has_words(name: &str) -> bool {
    name.split(|c: char| !c.is_alphabetic()).any(|word| !["", "x", "km", "mi", "min", "m", "s"].contains(&word))
}

/// Whether words only tell why: where a language has none for them, the page tells the reason in English.
fn is_a_reason(key: &str) -> bool {
    key.starts_with("because.") || key.starts_with("rules.") && key.ends_with(".because")
}

/// Puts the words of a language in the place of the rule's own.
fn say_instead(key: &str, said: Said<'_>, node: &Node, findings: &mut Findings) {
    let known = said.gaps();
    let texts: Option<Vec<(&Node, &String)>> = match &node.value {
        Content::Text(words) => Some(vec![(node, words)]),
        Content::List(items) => items
            .iter()
            .map(|item| match &item.value {
                Content::Text(words) => Some((item, words)),
                _ => None,
            })
            .collect(),
        _ => None,
    };
    let wanted = if matches!(said, Said::One(_)) { "text" } else { "list" };
    let texts = texts.filter(|texts| !texts.is_empty() && (wanted == "list" || matches!(node.value, Content::Text(_))));
    let Some(texts) = texts else {
        let finding =
            Finding::error("wrong-type").with("key", key).with("wanted", wanted).with("got", node.value.kind());
        findings.push(finding.at(node.place.clone()));
        return;
    };
    let mut told = BTreeSet::new();
    for (item, words) in &texts {
        match Phrasebook::gaps(words) {
            Ok(gaps) => {
                for gap in gaps.difference(&known) {
                    findings.push(strange_gap(gap, words, &item.inside()).near(gap, known.iter().map(String::as_str)));
                }
                told.extend(gaps);
            }
            Err(finding) => {
                findings.push(finding.with("key", key).at(item.inside()));
                return;
            }
        }
    }
    if let Some(gap) = known.difference(&told).next() {
        let finding = Finding::warning("gap-left-out").with("gap", gap.as_str()).with("key", key);
        findings.push(finding.at(node.place.clone()));
    }
    match said {
        Said::One(words) => words.clone_from(texts[0].1),
        Said::Many(list) => *list = texts.into_iter().map(|(_, words)| words.clone()).collect(),
    }
}

/// A gap that the rule's own words do not have.
fn strange_gap(gap: &str, words: &str, place: &Place) -> Finding {
    let at = words.find(gap).map_or_else(|| place.clone(), |at| place.within(at..at + gap.len()));
    Finding::error("unknown-gap").with("got", gap).at(at)
}

/// The texts of a file by their whole keys; tables in a list are counted from 1.
fn flatten(table: &Table, prefix: &str, built_in: bool, told: &mut BTreeMap<String, Told>) {
    for (key, node) in &table.entries {
        let name = format!("{prefix}.{}", key.value);
        match &node.value {
            Content::Table(inner) => flatten(inner, &name, built_in, told),
            Content::List(items) if items.iter().any(|item| matches!(item.value, Content::Table(_))) => {
                for (number, item) in (1..).zip(items) {
                    if let Content::Table(inner) = &item.value {
                        flatten(inner, &format!("{name}.{number}"), built_in, told);
                    }
                }
            }
            _ => {
                told.insert(name, Told { words: node.clone(), built_in });
            }
        }
    }
}
