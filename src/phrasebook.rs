//! The phrasebook: every sentence that the program itself says, by key, from `templates/messages/`.

mod grammar;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};

use crate::document::{Content, Table, parse};
use crate::finding::{Args, Finding, Findings};
use crate::shipped;
use crate::source::{Place, Text};

/// The language that has all words.
pub const ENGLISH: &str = "en";

/// What every language says itself: all that stands on any page. What the engine says besides, the findings about files and
/// rules, and the pages for coaches may fall back to English.
const OF_THE_PAGE: [&str; 11] =
    ["page", "phase", "hour", "month", "say", "plan", "paces", "person", "session-kind", "headline", "figure"];

/// The language itself, without the country: `es` of `es-MX`.
#[must_use]
pub fn main_part(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// A sentence that has no gaps, by its table and the rest of its key: `setting.reset.volume`.
#[must_use]
pub fn sentence(key: &str) -> Option<String> {
    static WORDS: OnceLock<Phrases> = OnceLock::new();
    let words = WORDS.get_or_init(|| of_the_house(ENGLISH).unwrap_or_default());
    words.get(key).map(|words| words.clone().into_owned())
}

/// Words by their whole keys. A page asks some thousand times; whoever goes through them all puts them in order.
pub type Phrases = HashMap<Cow<'static, str>, Cow<'static, str>>;

/// The words of a language that travel inside the program.
fn of_the_house(language: &str) -> Option<Phrases> {
    let phrases = shipped::phrases(language)?;
    Some(phrases.into_iter().map(|(key, words)| (Cow::Borrowed(key), Cow::Borrowed(words))).collect())
}

/// Words by key, filled with facts.
#[derive(Debug)]
pub struct Phrasebook {
    env: Environment<'static>,
    phrases: Arc<Phrases>,
    language: String,
    /// What stands on a page and has no words of its own.
    unspoken: Vec<String>,
    /// Languages that a coach brings, or says in other words.
    learned: Mutex<BTreeMap<String, Learned>>,
}

/// A language that a coach brings, or says in other words.
#[derive(Debug, Default)]
struct Learned {
    texts: Vec<Arc<Text>>,
    book: Option<Arc<Phrasebook>>,
}

impl Phrasebook {
    /// The words of a language that travels inside the program; what it lacks is said in English.
    ///
    /// # Errors
    /// A finding where there is no such language.
    pub fn shipped(language: &str) -> Result<Self, Findings> {
        let main = main_part(language);
        if !is_shipped(&main) {
            return Err(Finding::error("unknown-language").with("got", language).into());
        }
        // A test compiles every phrase that travels inside the program; here each is compiled where it is first said.
        Self::of_texts(&main, &[])
    }

    /// The words of a language: in English, over that its own as far as they travel inside the program, over that a coach's.
    fn of_texts(language: &str, coach: &[Arc<Text>]) -> Result<Self, Findings> {
        let mut phrases = if language == ENGLISH { None } else { of_the_house(ENGLISH) }.unwrap_or_default();
        let mut own = of_the_house(language).unwrap_or_default();
        let mut findings = Findings::new();
        for text in coach {
            gather(&parse(text)?, &mut own, &mut findings);
        }
        let lacks = |key: &&Cow<str>| is_of_the_page(key) && !own.contains_key(*key);
        let mut unspoken: Vec<String> = phrases.keys().filter(lacks).map(ToString::to_string).collect();
        unspoken.sort();
        phrases.extend(own);
        let book = Self { unspoken, ..Self::of(phrases, language.to_owned()) };
        findings.unless_stopped(book).map(|(book, _)| book)
    }

    /// Learns a language from texts of a coach's own, over what is known of it: all of it, or some words said otherwise.
    pub fn learn(&self, language: &str, texts: impl IntoIterator<Item = Arc<Text>>) {
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        let known = learned.entry(main_part(language)).or_default();
        known.texts.extend(texts);
        known.book = None;
    }

    /// What is wrong with a text of a coach's own words: no template, a gap that nothing fills, a key that nobody asks for.
    #[must_use]
    pub fn slips(text: &Arc<Text>) -> Findings {
        let (mut own, mut findings) = (BTreeMap::new(), Findings::new());
        let table = match parse(text) {
            Ok(table) => table,
            Err(wrong) => return wrong,
        };
        gather_at(&table, "", &mut own, &mut findings);
        let Ok(english) = Self::shipped(ENGLISH) else { return findings };
        let known: BTreeSet<&str> = english.phrases.keys().map(AsRef::as_ref).collect();
        for (key, (phrase, place)) in &own {
            let Some(wanted) = english.phrases.get(key.as_str()) else {
                let finding = Finding::warning("unknown-words").with("key", key.as_str()).at(place.clone());
                findings.push_near(finding, key, known.iter().copied());
                continue;
            };
            match Self::gaps(phrase) {
                Ok(gaps) => {
                    let known = Self::gaps(wanted).unwrap_or_default();
                    for gap in gaps.difference(&known) {
                        let at = phrase.find(gap.as_str()).map(|at| place.within(at..at + gap.len()));
                        let finding = Finding::error("unknown-gap").with("got", gap.as_str());
                        let finding = finding.at(at.unwrap_or_else(|| place.clone()));
                        findings.push(finding.near(gap, known.iter().map(String::as_str)));
                    }
                }
                Err(finding) => findings.push(finding.with("key", key.as_str()).at(place.clone())),
            }
        }
        findings
    }

    /// Whether there are any words of a language, whatever its country.
    #[must_use]
    pub fn knows(&self, language: &str) -> bool {
        let main = main_part(language);
        let learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        main == self.language || learned.contains_key(&main) || is_shipped(&main)
    }

    /// The words of another language than these: `es`, or any kind of it such as `es-MX`; none where there are no words of it,
    /// or these are the best there are.
    #[must_use]
    pub fn other(&self, language: &str) -> Option<Arc<Self>> {
        let main = main_part(language);
        let mut learned = self.learned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = learned.get_mut(&main) {
            if known.book.is_none() {
                known.book = Self::of_texts(&main, &known.texts).ok().map(Arc::new);
            }
            return known.book.clone();
        }
        drop(learned);
        if main == self.language { None } else { in_language(&main) }
    }

    /// What stands on a page and has no words of this language, by key.
    #[must_use]
    pub fn unspoken(&self) -> &[String] {
        &self.unspoken
    }

    /// The language of the words, `en`.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// The words of a file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read(text: &Arc<Text>) -> Result<Self, Findings> {
        let (mut phrases, mut findings) = (Phrases::new(), Findings::new());
        gather(&parse(text)?, &mut phrases, &mut findings);
        let book = Self::of(phrases, ENGLISH.to_owned());
        for key in book.phrases.keys().collect::<BTreeSet<_>>() {
            if let Err(error) = book.env.get_template(key) {
                findings.push(
                    Finding::error("template")
                        .with("what", error.to_string())
                        .with("name", key.as_ref())
                        .at(Place::new(text, 0..0)),
                );
            }
        }
        findings.unless_stopped(book).map(|(book, _)| book)
    }

    fn of(phrases: Phrases, language: String) -> Self {
        let phrases = Arc::new(phrases);
        let known = Arc::clone(&phrases);
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        env.set_fuel(Some(100_000));
        env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        env.set_loader(move |key| Ok(known.get(key).map(ToString::to_string)));
        Self { env, phrases, language, unspoken: Vec::new(), learned: Mutex::default() }
    }

    /// Whether there are words for a key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.phrases.contains_key(key)
    }

    /// The words for a key, filled with facts; in our own English where a coach's cannot be filled with these. A key without
    /// words says its own name, and a test finds it.
    #[must_use]
    pub fn say(&self, key: &str, args: &Args) -> String {
        let said = self.said(key, args).or_else(|error| match in_language(ENGLISH) {
            Some(english) => english.said(key, args),
            None => Err(error),
        });
        said.unwrap_or_else(|error| {
            debug_assert!(false, "no words for `{key}`: {error:?}");
            format!("{key} {}", serde_json::to_string(args).unwrap_or_default())
        })
    }

    fn said(&self, key: &str, args: &Args) -> Result<String, minijinja::Error> {
        Ok(self.env.get_template(key)?.render(Serde(args))?.trim().to_owned())
    }

    /// The words for a key that needs no facts.
    #[must_use]
    pub fn word(&self, key: &str) -> String {
        self.say(key, &Args::new())
    }

    /// The words for a key, if there are any.
    #[must_use]
    pub fn maybe(&self, key: &str, args: &Args) -> Option<String> {
        self.has(key).then(|| self.say(key, args)).filter(|words| !words.is_empty())
    }

    /// Words that stand in a rule, filled with facts. Where they cannot be filled they are printed as they stand.
    #[must_use]
    pub fn fill(&self, words: &str, facts: &serde_json::Value) -> String {
        if !words.contains("{{") && !words.contains("{%") {
            return words.to_owned();
        }
        self.env.render_str(words, Serde(facts)).unwrap_or_else(|_| words.to_owned())
    }

    /// The gaps of words that stand in a rule or a language, each by its whole name.
    ///
    /// # Errors
    /// A finding, for want of a key and a place, where the words cannot be filled, or hold what could grow without end.
    pub fn gaps(words: &str) -> Result<BTreeSet<String>, Box<Finding>> {
        grammar::gaps(words)
    }

    /// A finding in words.
    #[must_use]
    pub fn message(&self, finding: &Finding) -> String {
        match &finding.words {
            Some(words) => words.clone(),
            None => self.say(&format!("finding.{}.message", finding.code), &finding.args),
        }
    }

    /// The words for a key as they are written, gaps and all.
    #[must_use]
    pub fn written(&self, key: &str) -> Option<&str> {
        self.phrases.get(key).map(AsRef::as_ref)
    }

    /// All phrases, by key.
    #[must_use]
    pub fn phrases(&self) -> &Phrases {
        &self.phrases
    }
}

fn gather(table: &Table, phrases: &mut Phrases, findings: &mut Findings) {
    let mut found = BTreeMap::new();
    gather_at(table, "", &mut found, findings);
    phrases.extend(found.into_iter().map(|(key, (phrase, _))| (key.into(), phrase.into())));
}

/// The phrases of a table by their whole keys, each with the place of its words.
fn gather_at(table: &Table, prefix: &str, phrases: &mut BTreeMap<String, (String, Place)>, findings: &mut Findings) {
    for (key, node) in &table.entries {
        let name = if prefix.is_empty() { key.value.clone() } else { format!("{prefix}.{}", key.value) };
        match &node.value {
            Content::Text(text) => {
                phrases.insert(name, (text.clone(), node.inside()));
            }
            Content::Table(inner) => gather_at(inner, &name, phrases, findings),
            other => findings.push(
                Finding::error("wrong-type")
                    .with("key", name)
                    .with("wanted", "text")
                    .with("got", other.kind())
                    .at(node.place.clone()),
            ),
        }
    }
}

/// Whether the words of a key stand on pages that runners read.
fn is_of_the_page(key: &str) -> bool {
    OF_THE_PAGE.contains(&key.split('.').next().unwrap_or_default()) && !key.starts_with("page.overview_")
}

/// Whether the words of a language travel inside the program.
fn is_shipped(language: &str) -> bool {
    shipped::languages().any(|known| known == language)
}

/// The words of a language that travels inside the program, read once.
fn in_language(main: &str) -> Option<Arc<Phrasebook>> {
    static BOOKS: OnceLock<BTreeMap<&str, OnceLock<Option<Arc<Phrasebook>>>>> = OnceLock::new();
    let books = BOOKS.get_or_init(|| shipped::languages().map(|language| (language, OnceLock::new())).collect());
    books.get(main)?.get_or_init(|| Phrasebook::shipped(main).ok().map(Arc::new)).clone()
}

/// Facts for a sentence: `args! { "week" => 3 }`.
#[macro_export]
macro_rules! args {
    ($($name:expr => $value:expr),* $(,)?) => {{
        #[allow(unused_mut)]
        let mut args = $crate::finding::Args::new();
        $(args.insert(String::from($name), serde_json::Value::from($value));)*
        args
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(body: &str) -> Result<Phrasebook, Findings> {
        Phrasebook::read(&Text::new("messages/en.toml", body))
    }

    #[test]
    fn every_phrase_that_travels_inside_the_program_compiles() {
        for (name, body) in shipped::files(shipped::TEMPLATES, ".toml") {
            let book = texts(body).unwrap_or_else(|findings| panic!("{name}: {findings:?}"));
            assert!(!book.phrases().is_empty(), "{name}");
            let language = name.strip_prefix("messages/").and_then(|name| name.strip_suffix(".toml")).unwrap();
            assert_eq!(book.phrases(), &of_the_house(language).unwrap(), "what the build has pressed of {name}");
            for (key, phrase) in book.phrases() {
                assert!(Phrasebook::gaps(phrase).is_ok(), "{name}: a coach could not bring the words of `{key}`");
            }
        }
    }

    #[test]
    fn every_language_has_every_word_of_the_page_and_its_gaps_are_those_of_the_english() {
        let words = |name: &str, body: &str| {
            let (mut words, mut findings) = (Phrases::new(), Findings::new());
            gather(&parse(&Text::new(name, body)).unwrap(), &mut words, &mut findings);
            assert!(findings.0.is_empty(), "{name}");
            words
        };
        let books: Vec<_> = shipped::files(shipped::TEMPLATES, ".toml").collect();
        let english = words("en", books.iter().find(|(name, _)| *name == "messages/en.toml").unwrap().1);
        let mut others = 0;
        for (name, body) in
            books.iter().filter(|(name, _)| name.starts_with("messages/") && *name != "messages/en.toml")
        {
            let own = words(name, body);
            for key in english.keys().filter(|key| is_of_the_page(key)) {
                assert!(own.contains_key(key), "{name} has no words for `{key}`");
            }
            for (key, phrase) in &own {
                let wanted = english.get(key).unwrap_or_else(|| panic!("{name}: nothing asks for `{key}`"));
                let (gaps, known) = (Phrasebook::gaps(phrase).unwrap(), Phrasebook::gaps(wanted).unwrap());
                assert!(gaps.is_subset(&known), "{name}: `{key}` asks for {gaps:?}, and is told {known:?}");
                // What is told and never said would be missing from the page.
                let plain = |text: &str| !text.contains("{%") && !text.contains(" if ");
                if plain(phrase) && plain(wanted) && !key.starts_with("page.temperature") {
                    assert_eq!(gaps, known, "{name}: `{key}`");
                }
            }
            others += 1;
        }
        assert!(others >= 2);
    }

    #[test]
    fn a_language_is_found_by_its_tag_and_what_it_lacks_is_said_in_english() {
        let english = Phrasebook::shipped("en").unwrap();
        let book = english.other("es-MX").unwrap();
        assert_eq!((book.language(), book.word("page.rest")), ("es", "Descanso".to_owned()));
        assert!(book.say("finding.template-outside.help", &Args::new()).contains("copy"));
        assert!(book.unspoken().is_empty(), "{:?}", book.unspoken());
        assert!(english.other("xx").is_none() && !english.knows("xx") && !english.knows(""));
        assert!(english.other("en-GB").is_none() && english.knows("en-GB"));
    }

    #[test]
    fn words_of_a_coach_that_cannot_be_filled_are_said_in_our_own() {
        let english = Phrasebook::shipped(ENGLISH).unwrap();
        let own = "[page]\nrest = \"{{ 'x' * 99999999 }}\"\n[part]\nnear = '{% include \"part.near\" %}'\n";
        english.learn("fr", [Text::new("messages/fr.toml", own)]);
        let french = english.other("fr").unwrap();
        assert_eq!(french.word("page.rest"), english.word("page.rest"));
        let near = crate::args! { "near" => "sun" };
        assert_eq!(french.say("part.near", &near), english.say("part.near", &near));
    }

    #[test]
    fn a_phrase_that_is_no_template_is_told_when_its_book_is_read() {
        assert_eq!(texts("a = \"{{ broken\"").unwrap_err().0[0].code, "template");
    }
}
