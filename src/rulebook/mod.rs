//! The rulebook: all rule files in force, read and checked together. A rulebook that exists is sound: every id
//! resolves, every condition makes sense, every number lies within its bounds.

pub mod cases;
pub mod condition;
pub mod doubts;
pub mod guardrail;
pub mod layers;
pub mod library;
pub mod prose;
pub mod readiness;
pub mod rule;
pub mod settings;
pub mod words;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use self::condition::Vocabulary;
use self::guardrail::Guardrail;
use self::layers::{ForRace, InForce};
use self::library::{
    About, Acclimatisation, Bands, CardRow, Case, Climate, Effort, FileKind, Level, LibraryReader, Memory, RaceKind,
    Recipe, Source, Wants, Workout, read_cases, read_sources,
};
use self::readiness::Readiness;
use self::rule::{Around, Effect, Sheet, Write, Written, read_settings, read_sheet};
use self::settings::Value;
use crate::climate::Hours;
use crate::document::{At, Reader, Table, parse};
use crate::finding::{Finding, Findings};
use crate::fitness::Spread;
use crate::measure::Distance;
use crate::reason::Layer;
use crate::session::Intensity;
use crate::shipped::{self, pressed};
use crate::source::{Place, Text};

/// The id that by-race tables use for a season without a race.
pub const NO_RACE: &str = "none";

/// Rule files that belong together: the built-in ones, or a pack.
#[derive(Debug, Clone)]
pub struct Pack {
    /// How a reader knows the folder: `rules`, or the pack's path.
    pub name: String,
    /// Paths inside the folder and their texts.
    pub files: Vec<(String, Cow<'static, str>)>,
}

impl Pack {
    /// The rules that travel inside the program. Worked examples of packs under `packs/` are not among them.
    #[must_use]
    pub fn built_in() -> Self {
        let files = shipped::files(shipped::RULES, ".toml")
            .filter(|(path, _)| pressed::is_built_in(path))
            .map(|(path, text)| (path.to_owned(), Cow::Borrowed(text)))
            .collect();
        Self { name: "rules".to_owned(), files }
    }
}

/// The sheets of one id, each with the number of its pack; the built-in rules are pack 0.
type Voices = Vec<(usize, Arc<Sheet>)>;

/// Tests of the rules, and what is wrong with them.
type Cases = (Vec<Case>, Findings);

/// All rules in force.
#[derive(Debug, Clone)]
pub struct Rulebook {
    sheets: BTreeMap<(FileKind, String), Voices>,
    packs: usize,
    /// Every id.
    pub vocabulary: Vocabulary,
    /// Levels by id.
    pub levels: BTreeMap<String, Level>,
    /// Races by id.
    pub races: BTreeMap<String, RaceKind>,
    /// Climates by id, kinds and cities.
    pub climates: BTreeMap<String, Climate>,
    /// Workouts by id.
    pub workouts: BTreeMap<String, Workout>,
    /// Recipes for resets by id.
    pub recipes: BTreeMap<String, Recipe>,
    /// How intensities feel.
    pub efforts: BTreeMap<Intensity, Effort>,
    /// What one would like of a reset's place.
    pub wants: Wants,
    /// How long something is felt.
    pub memory: Memory,
    /// When the hours of the day are.
    pub hours: Hours,
    /// How sure a prediction is.
    pub prediction: Spread,
    /// Where bands of heat begin.
    pub bands: Bands,
    /// How a body gets used to heat.
    pub acclimatisation: Acclimatisation,
    /// The card for the day itself.
    pub card: Vec<CardRow>,
    /// Limits on a finished plan.
    pub guardrails: Vec<Guardrail>,
    /// What check-ins and a training log say about going on.
    pub readiness: Readiness,
    /// Cited works by id.
    pub sources: BTreeMap<String, Source>,
    /// Tests that packs bring.
    cases: Vec<Case>,
    /// The built-in tests: they are many, and nobody but who checks rules waits for them to be read.
    built_in_cases: (Option<Arc<Text>>, OnceLock<Cases>),
    /// Who made the packs.
    pub about: Vec<About>,
    /// Every source that any file names, each at its place.
    pub cited: Vec<At<String>>,
    /// Fingerprint of all texts, save those that only say the same in another language.
    pub digest: String,
    /// The languages in which they can speak.
    pub languages: prose::Languages,
    unspoken: Vec<String>,
}

struct File {
    pack: usize,
    kind: FileKind,
    id: String,
    table: Table,
    text: Arc<Text>,
}

/// A text of a pack: the number of its pack, its path inside, and the text.
type Packed<'p> = (usize, &'p str, Arc<Text>);

/// Every text of all packs, in their order. The first pack is the built-in one.
fn texts(packs: &[Pack]) -> Vec<Packed<'_>> {
    let mut texts = Vec::new();
    for (number, pack) in packs.iter().enumerate() {
        for (path, body) in &pack.files {
            let name = match pack.name.as_str() {
                "" | "." => path.clone(),
                folder => format!("{folder}/{path}"),
            };
            let body = body.clone();
            let text = if number == 0 { Text::shipped(name, body) } else { Text::new(name, body.into_owned()) };
            texts.push((number, path.as_str(), text));
        }
    }
    texts
}

/// The fingerprint of all texts and their paths.
fn digest(texts: &[Packed<'_>]) -> String {
    // That of the built-in rules alone was taken when the program was built.
    match texts.last() {
        Some((0, ..)) => shipped::digest().to_owned(),
        _ => pressed::digest(texts.iter().map(|(_, path, text)| (*path, &*text.body))),
    }
}

/// Every text taken apart, in their order: half of them on a hand of its own, as whoever plans waits for this.
fn parsed(texts: &[Packed<'_>]) -> Vec<Result<Table, Findings>> {
    fn all(texts: &[Packed<'_>]) -> Vec<Result<Table, Findings>> {
        texts.iter().map(|(_, _, text)| parse(text)).collect()
    }
    let (first, second) = texts.split_at(texts.len() / 2);
    std::thread::scope(|scope| {
        let hand = scope.spawn(|| all(second));
        let mut tables = all(first);
        tables.extend(hand.join().expect("reading never panics"));
        tables
    })
}

impl Rulebook {
    /// Reads the built-in rules and packs on top of them, in order.
    ///
    /// # Errors
    /// Everything that is wrong with any file, at once.
    pub fn read(packs: &[Pack]) -> Result<(Self, Findings), Findings> {
        let mut all = vec![Pack::built_in()];
        all.extend(packs.iter().cloned());
        let languages = prose::Languages::take(&mut all);
        Self::read_all(&all, languages)
    }

    fn read_all(packs: &[Pack], languages: prose::Languages) -> Result<(Self, Findings), Findings> {
        let mut findings = Findings::new();
        let mut files = Vec::new();
        let texts = texts(packs);
        let digest = digest(&texts);
        let (later, texts): (Vec<_>, Vec<_>) =
            texts.into_iter().partition(|(number, path, _)| *number == 0 && *path == "cases.toml");
        let tables = parsed(&texts);
        for ((number, path, text), table) in texts.into_iter().zip(tables) {
            match table {
                Ok(table) => {
                    let kind = FileKind::told(path, &table);
                    let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".toml");
                    files.push(File { pack: number, kind, id: stem.to_owned(), table, text });
                }
                Err(wrong) => findings.0.extend(wrong.0),
            }
        }
        let ids: Vec<_> = files.iter().map(|f| (f.kind, f.id.clone(), f.table.get("kind").is_some())).collect();
        let mut book = Self {
            sheets: BTreeMap::new(),
            packs: packs.len(),
            vocabulary: library::vocabulary(&ids),
            levels: BTreeMap::new(),
            races: BTreeMap::new(),
            climates: BTreeMap::new(),
            workouts: BTreeMap::new(),
            recipes: BTreeMap::new(),
            efforts: BTreeMap::new(),
            wants: Wants::default(),
            memory: Memory::default(),
            hours: Hours {
                before_sunrise: crate::measure::Duration::ZERO,
                earliest: 0,
                without_sunrise: 0,
                sun_margin: crate::measure::Duration::ZERO,
                race: 0,
                morning: 0,
                noon: 0,
                afternoon: 0,
                evening: 0,
                night: 0,
            },
            prediction: Spread {
                usual: crate::measure::Share::default(),
                exponent: 1.0,
                enough: Distance::ZERO,
                rise: 0.0,
                most: 0.0,
                ultra: [1.0; 2],
                climb: 0.0,
            },
            bands: Bands::default(),
            acclimatisation: Acclimatisation::default(),
            card: Vec::new(),
            readiness: Readiness::default(),
            guardrails: Vec::new(),
            sources: BTreeMap::new(),
            cases: Vec::new(),
            built_in_cases: (None, OnceLock::new()),
            about: Vec::new(),
            cited: Vec::new(),
            digest,
            languages,
            unspoken: Vec::new(),
        };
        book.built_in_cases.0 = later.into_iter().next().map(|(_, _, text)| text);
        two_of_a_name(&files, &mut findings);
        let found = RefCell::new(findings);
        for file in &files {
            book.take(file, &found);
        }
        book.check(&found);
        let mut findings = found.into_inner();
        book.read_languages(&mut findings);
        findings.unless_stopped(book)
    }

    fn take(&mut self, file: &File, findings: &RefCell<Findings>) {
        let layer = match file.kind {
            _ if file.pack > 0 => Layer::Pack,
            FileKind::Season => Layer::Season,
            FileKind::Level => Layer::Level,
            FileKind::Race => Layer::Race,
            FileKind::Climate if file.table.get("kind").is_some() => Layer::City,
            FileKind::Climate => Layer::Climate,
            FileKind::Recipe => Layer::Recipe,
            _ => Layer::Situation,
        };
        let around = Around {
            vocabulary: &self.vocabulary,
            file: &file.text.name,
            layer,
            by_level: file.kind == FileKind::Race,
            pack: file.pack,
        };
        let id = file.id.as_str();
        let mut library = LibraryReader {
            reader: Reader::new(&file.table, file.text.name.as_str(), findings),
            findings,
            partial: false,
        };
        let own: &[&str] = match file.kind {
            FileKind::Season => {
                let over = file.pack > 0;
                self.wants = library.wants(over.then_some(self.wants)).unwrap_or(self.wants);
                self.memory = library.memory(over.then_some(self.memory)).unwrap_or(self.memory);
                if let Some(hours) = library.hours(over.then_some(&self.hours)) {
                    self.hours = hours;
                }
                if let Some(prediction) = library.prediction(over.then_some(&self.prediction)) {
                    self.prediction = prediction;
                }
                &["wants", "memory", "hours", "prediction"]
            }
            FileKind::Situation => {
                let over = file.pack > 0;
                self.bands = library.bands(over.then_some(self.bands)).unwrap_or(self.bands);
                let acclimatisation = library.acclimatisation(over.then_some(self.acclimatisation));
                self.acclimatisation = acclimatisation.unwrap_or(self.acclimatisation);
                self.cases.extend(read_cases(&mut library.reader, file.pack, findings));
                let card = library.card();
                if !card.is_empty() {
                    self.card = card;
                }
                &["bands", "sun", "acclimatisation", "card", "case", "title"]
            }
            FileKind::Level => {
                if let Some(level) = library.level(self.levels.get(id)) {
                    self.levels.insert(id.to_owned(), level);
                }
                &["title", "weekly"]
            }
            FileKind::Race => {
                if let Some(race) = library.race(self.races.get(id)) {
                    self.races.insert(id.to_owned(), race);
                }
                &["title", "distance", "day", "fuel", "checklist", "told-to", "by-effort"]
            }
            FileKind::Climate => {
                if let Some(climate) = library.climate(self.climates.get(id)) {
                    self.climates.insert(id.to_owned(), climate);
                }
                &["title", "kind", "latitude", "longitude", "zone", "elevation", "run-at", "months"]
            }
            FileKind::Recipe => {
                if let Some(recipe) = library.recipe(self.recipes.get(id)) {
                    self.recipes.insert(id.to_owned(), recipe);
                }
                &["title", "changes", "answers", "wording"]
            }
            _ => return self.take_plain(file, library),
        };
        let replace = library.reader.boolean("replace").is_some_and(|b| b.value);
        let own: Vec<&str> = own.iter().copied().chain(["replace"]).collect();
        let sheet = Arc::new(read_sheet(&file.table, &own, around, findings));
        self.cited.extend(sheet.cited.iter().cloned());
        for (_, node) in &file.table.entries {
            // The tables of numbers that are no settings name their sources too.
            if let crate::document::Content::Table(inner) = &node.value {
                self.cited.extend(inner.get("source").map(rule::list_of_texts).unwrap_or_default());
            }
        }
        let key = (file.kind, id.to_owned());
        let sheets = self.sheets.entry(key).or_default();
        if replace {
            sheets.clear();
        }
        sheets.push((file.pack, sheet));
    }

    /// Takes a file that holds neither settings nor rules.
    fn take_plain(&mut self, file: &File, mut library: LibraryReader<'_>) {
        let id = file.id.as_str();
        self.cited.extend(file.table.get("source").map(rule::list_of_texts).unwrap_or_default());
        match file.kind {
            FileKind::Workout => {
                if let Some(workout) = library.workout(self.workouts.get(id)) {
                    self.workouts.insert(id.to_owned(), workout);
                }
                library.reader.finish();
            }
            FileKind::Efforts => {
                let efforts = library.efforts(&self.efforts);
                self.efforts.extend(efforts);
                library.reader.finish();
            }
            FileKind::Guardrails => match guardrail::read_table(&file.text, &file.table) {
                Ok(guardrails) => {
                    self.guardrails.retain(|old| guardrails.iter().all(|new| new.id != old.id));
                    self.guardrails.extend(guardrails);
                }
                Err(wrong) => library.findings.borrow_mut().0.extend(wrong.0),
            },
            FileKind::Readiness => {
                let over = file.pack > 0;
                self.readiness.take(&file.table, &file.text.name, over, &self.vocabulary, library.findings);
                self.cited.extend(self.readiness.verdicts.iter().flat_map(|verdict| verdict.source.iter().cloned()));
            }
            FileKind::Sources => self.sources.extend(read_sources(&file.table, library.findings)),
            FileKind::Cases => {
                self.cases.extend(read_cases(&mut library.reader, file.pack, library.findings));
                library.reader.finish();
            }
            FileKind::Pack => {
                let folder = file.text.name.trim_end_matches("pack.toml").trim_end_matches('/');
                self.about.push(library.about(folder));
                library.reader.finish_kindly();
            }
            // The rest hold settings or rules.
            _ => {}
        }
    }

    /// What only the whole rulebook can tell: defaults, sources, kinds, ids that stand twice.
    fn check(&self, findings: &RefCell<Findings>) {
        let mut findings = findings.borrow_mut();
        // When files could not be read, what they would have held is not missing, only unread.
        let stopped = findings.stop();
        let unread = findings.0.iter().any(|f| f.code == "toml" || f.code == "nested-too-deep");
        let defaults = self.sheets.get(&(FileKind::Season, "season".to_owned()));
        for setting in settings::TABLE.iter().filter(|_| !stopped) {
            let has = defaults.is_some_and(|sheets| {
                sheets
                    .iter()
                    .any(|(_, s)| s.plain.iter().any(|p| settings::TABLE[p.write.setting].name == setting.name))
            });
            if !has {
                findings.push(Finding::error("no-default").with("setting", setting.name));
            }
        }
        let mut seen: BTreeMap<(usize, &str), &Place> = BTreeMap::new();
        for (pack, sheet) in self.sheets.values().flatten() {
            for rule in &sheet.rules {
                if let Some(first) = seen.insert((*pack, rule.id.as_str()), &rule.place) {
                    findings.push(
                        Finding::error("rule-twice")
                            .with("id", rule.id.as_str())
                            .at(rule.place.clone())
                            .also_at(first.clone()),
                    );
                }
            }
        }
        if unread {
            return;
        }
        let ids = || self.sheets.values().flatten().flat_map(|(_, sheet)| sheet.rules.iter().map(|r| r.id.as_str()));
        for (_, sheet) in self.sheets.values().flatten() {
            for lifted in sheet.rules.iter().flat_map(|rule| &rule.without) {
                if !ids().any(|id| id == lifted.value) {
                    findings.push(crate::document::unknown_choice("without", lifted, ids()));
                }
            }
        }
        let cited = self.cited.iter().chain(self.guardrails.iter().flat_map(|guardrail| &guardrail.source));
        for source in cited.filter(|source| !self.sources.contains_key(&source.value)) {
            findings.push(
                Finding::error("unknown-source")
                    .with("got", source.value.as_str())
                    .at(source.place.clone())
                    .near(&source.value, self.sources.keys().map(String::as_str)),
            );
        }
        for indoors in self.workouts.values().filter_map(|workout| workout.indoors.as_ref()) {
            if !self.workouts.contains_key(&indoors.value) {
                let known = self.workouts.keys().map(String::as_str);
                findings.push(crate::document::unknown_choice("indoors", indoors, known));
            }
        }
        for climate in self.climates.values() {
            if let Some(kind) = &climate.kind
                && !self.vocabulary.kinds.contains(&kind.value)
            {
                findings.push(crate::document::unknown_choice(
                    "kind",
                    kind,
                    self.vocabulary.kinds.iter().map(String::as_str),
                ));
            }
        }
    }

    /// The level in which a weekly distance lies.
    #[must_use]
    pub fn level_of(&self, weekly: Distance) -> Option<&str> {
        let mut levels: Vec<(&String, &Level)> = self.levels.iter().collect();
        levels.sort_by_key(|(_, level)| level.weekly);
        levels.iter().find(|(_, level)| weekly < level.weekly[1]).or(levels.last()).map(|(id, _)| id.as_str())
    }

    /// The sheets of a recipe.
    #[must_use]
    pub fn recipe_sheets(&self, id: &str) -> Vec<Arc<Sheet>> {
        let sheets = self.sheets.get(&(FileKind::Recipe, id.to_owned()));
        sheets.into_iter().flatten().map(|(_, sheet)| Arc::clone(sheet)).collect()
    }

    /// Every sheet, for `check` and `rules`.
    pub fn sheets(&self) -> impl Iterator<Item = (&(FileKind, String), &Arc<Sheet>)> {
        self.sheets.iter().flat_map(|(key, sheets)| sheets.iter().map(move |(_, sheet)| (key, sheet)))
    }

    /// What holds for a runner of a level, training for a race, in a climate: the layers in order.
    #[must_use]
    pub fn in_force(&self, level: &str, race: Option<&str>, climate: Option<&str>, asked: &[Arc<Sheet>]) -> InForce {
        self.in_force_up_to(self.packs, level, race, climate, asked)
    }

    /// What held before later packs spoke: the layers of the first few packs alone, the built-in rules among them.
    #[must_use]
    pub fn in_force_up_to(
        &self,
        packs: usize,
        level: &str,
        race: Option<&str>,
        climate: Option<&str>,
        asked: &[Arc<Sheet>],
    ) -> InForce {
        let kind = climate.and_then(|id| self.climates.get(id)).map(|c| match &c.kind {
            Some(kind) => (Some(kind.value.as_str()), climate),
            None => (climate, None),
        });
        let (kind, city) = kind.unwrap_or((None, None));
        let race_id = race.unwrap_or(NO_RACE);
        let mut sheets = Vec::new();
        let mut recipe_at = Vec::new();
        for pack in 0..packs {
            let mut of = |file: FileKind, id: Option<&str>| {
                for ((kind, name), voices) in &self.sheets {
                    if *kind == file && id.is_none_or(|id| id == name) {
                        sheets.extend(voices.iter().filter(|(p, _)| *p == pack).map(|(_, s)| Arc::clone(s)));
                    }
                }
            };
            of(FileKind::Season, None);
            of(FileKind::Level, Some(level));
            of(FileKind::Race, Some(race_id));
            if let Some(kind) = kind {
                of(FileKind::Climate, Some(kind));
            }
            if let Some(city) = city {
                of(FileKind::Climate, Some(city));
            }
            of(FileKind::Situation, None);
            recipe_at.push(sheets.len());
        }
        sheets.extend(asked.iter().cloned());
        let for_race = ForRace {
            id: race_id.to_owned(),
            metres: race.and_then(|id| self.races.get(id)).map_or(0.0, |race| race.distance.metres()),
        };
        let distances = self.races.iter().map(|(id, race)| (id.clone(), race.distance.metres())).collect();
        InForce::new(sheets, &recipe_at, for_race, level.to_owned(), distances)
    }

    /// The sheet of a request's `[settings]`.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn asked(&self, settings: &Table, file: &str, because: &str) -> Result<Arc<Sheet>, Findings> {
        let found = RefCell::new(Findings::new());
        let around =
            Around { vocabulary: &self.vocabulary, file, layer: Layer::Request, by_level: false, pack: self.packs };
        let sheet = read_settings(settings, around, because, &found);
        found.into_inner().unless_stopped(Arc::new(sheet)).map(|(sheet, _)| sheet)
    }

    /// The sheet of `--set KEY=VALUE` flags, in bare text.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn flags(&self, flags: &[String], because: &str) -> Result<Arc<Sheet>, Findings> {
        let around = Around {
            vocabulary: &self.vocabulary,
            file: "--set",
            layer: Layer::Flag,
            by_level: false,
            pack: self.packs,
        };
        let mut findings = Findings::new();
        let mut writes = Vec::new();
        for flag in flags {
            let text = Text::new("--set", flag.as_str());
            let Some((name, value)) = flag.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
                findings
                    .push(Finding::error("flag-shape").with("got", flag.as_str()).at(Place::new(&text, 0..flag.len())));
                continue;
            };
            let name = At { value: name.trim().to_owned(), place: Place::new(&text, 0..name.len()) };
            let place = Place::new(&text, name.place.span.end + 1..flag.len());
            let Some(index) = settings::index_of(&name.value) else {
                findings.push(rule::unknown_setting(&name.value, &name.place, &[]));
                continue;
            };
            let setting = &settings::TABLE[index];
            let bare = value.trim().trim_matches('"');
            // Nothing after the `=` is a slip, also where a list could be empty.
            let value = if bare.is_empty() {
                Err(crate::measure::Expected { kind: setting.kind.name() })
            } else {
                Value::from_text(setting.kind, bare)
            };
            match value {
                Ok(value) => match rule::check_value(setting, &value, &self.vocabulary) {
                    Ok(()) => writes.push(Write {
                        setting: index,
                        effect: Effect::Set,
                        written: Written::One(value),
                        place: name.place,
                    }),
                    Err(finding) => findings.push(finding.at(place)),
                },
                Err(expected) => findings.push(
                    Finding::error("wrong-measure")
                        .with("key", setting.name)
                        .with("got", bare)
                        .with("kind", expected.kind)
                        .at(place),
                ),
            }
        }
        findings.unless_stopped(Arc::new(rule::asked_for(writes, around, because))).map(|(sheet, _)| sheet)
    }

    /// Tests of the rules, the built-in ones first.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.built_in_cases().0.iter().chain(&self.cases)
    }

    /// The built-in tests, and what is wrong with their file.
    fn built_in_cases(&self) -> &(Vec<Case>, Findings) {
        let (text, read) = &self.built_in_cases;
        read.get_or_init(|| {
            let found = RefCell::new(Findings::new());
            let cases = match text.as_ref().map(parse) {
                Some(Ok(table)) => {
                    let mut reader = Reader::new(&table, "rules/cases.toml", &found);
                    let cases = read_cases(&mut reader, 0, &found);
                    reader.finish();
                    cases
                }
                Some(Err(wrong)) => return (Vec::new(), wrong),
                None => Vec::new(),
            };
            (cases, found.into_inner())
        })
    }

    /// The cited works that some ids name, in order.
    #[must_use]
    pub fn works<'a>(&self, ids: impl IntoIterator<Item = &'a String>) -> Vec<crate::plan::Work> {
        let ids: std::collections::BTreeSet<&String> = ids.into_iter().collect();
        ids.into_iter()
            .filter_map(|id| {
                self.sources.get(id).map(|s| crate::plan::Work { id: id.clone(), citation: s.citation.clone() })
            })
            .collect()
    }
}

/// Finds fault where two files of one pack hold the same level, race, climate, workout or recipe.
fn two_of_a_name(files: &[File], findings: &mut Findings) {
    use FileKind::{Climate, Level, Race, Recipe, Workout};
    let mut seen: BTreeMap<(usize, FileKind, &str), &File> = BTreeMap::new();
    for file in files.iter().filter(|file| matches!(file.kind, Level | Race | Climate | Workout | Recipe)) {
        if let Some(first) = seen.insert((file.pack, file.kind, &file.id), file) {
            findings.push(
                Finding::error("file-twice")
                    .with("id", file.id.as_str())
                    .with("first", first.text.name.as_str())
                    .at(Place::new(&file.text, 0..0)),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::layers::Ledger;
    use super::settings::Stage;
    use super::words::Facts;
    use super::*;

    fn pack(files: &[(&str, &str)]) -> Pack {
        let files = files.iter().map(|(path, body)| ((*path).to_owned(), Cow::Owned((*body).to_owned()))).collect();
        Pack { name: "mine".to_owned(), files }
    }

    fn wrong(body: &str) -> Vec<(String, Option<usize>)> {
        let found = Rulebook::read(&[pack(&[("mine.toml", body)])]).unwrap_err();
        found.0.into_iter().map(|f| (f.code.clone(), f.place.map(|place| place.line()))).collect()
    }

    #[test]
    fn a_pack_of_two_lines_is_enough_and_says_what_its_setting_is() {
        let (book, _) = Rulebook::read(&[pack(&[("any.toml", "[reset]\nvolume = \"55 %\"\n")])]).unwrap();
        let (_, sheet) = book.sheets().find(|(_, sheet)| sheet.file == "mine/any.toml").unwrap();
        assert_eq!(sheet.plain[0].because, "What a step back keeps of the last training week.");
        assert_eq!((sheet.plain[0].write.place.line(), sheet.pack), (2, 1));
    }

    #[test]
    fn the_fingerprint_taken_when_the_program_was_built_is_that_of_its_rules() {
        let built_in = [Pack::built_in()];
        let texts = texts(&built_in);
        let counted = pressed::digest(texts.iter().map(|(_, path, text)| (*path, &*text.body)));
        assert_eq!(digest(&texts), counted);
    }

    #[test]
    fn a_copy_of_all_rules_on_top_of_them_changes_no_recipe() {
        let mut copy = Pack::built_in();
        copy.name = "copy".to_owned();
        let (book, _) = Rulebook::read(&[copy]).unwrap();
        let of = |book: &Rulebook| {
            let force = book.in_force("beginner", Some("10k"), Some("dubai"), &[]);
            let recipe = book.recipe_sheets("off-season");
            let settled = force.settle(Stage::Amount, &Facts::new(), &recipe, &mut Ledger::blank());
            (0..settings::TABLE.len()).map(|index| settled.value(index).cloned()).collect::<Vec<_>>()
        };
        let (plain, _) = Rulebook::read(&[]).unwrap();
        // The copy's recipes speak after the copy's other voices, as the built-in ones do.
        assert_eq!(of(&book), of(&plain));
        let packs: Vec<usize> = book.recipe_sheets("off-season").iter().map(|sheet| sheet.pack).collect();
        assert_eq!(packs, [0, 1]);
    }

    #[test]
    fn sources_and_ids_are_checked_however_much_else_is_wrong() {
        let body = "[reset]\nvolum = 3\nlatest = \"3\"\n[[rule]]\nid = \"x\"\nset = { reset.latest = 3 }\nbecause = \"b\"\n\
                    source = [\"house\", \"nobody-1999\"]\n[[rule]]\nid = \"x\"\nset = { reset.latest = 3 }\nbecause = \"b\"\n";
        let expected = [("unknown-setting", 2), ("wrong-type", 3), ("rule-twice", 9), ("unknown-source", 8)];
        assert_eq!(wrong(body), expected.map(|(code, line)| (code.to_owned(), Some(line))));
    }

    #[test]
    fn every_kind_of_setting_has_words_for_a_wrong_value() {
        let phrases = crate::phrasebook::Phrasebook::shipped("en").unwrap();
        let (book, _) = Rulebook::read(&[]).unwrap();
        for setting in settings::TABLE {
            let flag = format!("{}=", setting.name);
            let found = book.flags(&[flag], "asked").unwrap_err();
            assert!(!phrases.message(&found.0[0]).is_empty());
            let (group, name) = setting.name.split_once('.').unwrap();
            let found = Rulebook::read(&[pack(&[("a.toml", &format!("[{group}]\n{name} = [{{}}]\n"))])]).unwrap_err();
            assert_eq!(found.0[0].place.as_ref().map(Place::line), Some(2), "{found}");
            for part in ["message", "label"] {
                let key = format!("finding.{}.{part}", found.0[0].code);
                assert_ne!(phrases.maybe(&key, &found.0[0].args), None, "{key} of {}", setting.name);
            }
        }
    }
}
