//! The library: levels, races, climates, workouts, recipes and the tables around them, as rule files have them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::condition::Vocabulary;
use crate::calendar::{PartOfDay, Zone};
use crate::climate::{Hours, Normals};
use crate::document::{At, Content, Reader, Table};
use crate::finding::{Finding, Findings};
use crate::fitness::Spread;
use crate::measure::{Distance, Duration, Expected, Share};
use crate::notation::{self, Written};
use crate::phrasebook::Phrasebook;
use crate::session::{Intensity, SessionKind};
use crate::source::Place;

/// What a rule file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// `season.toml`: the defaults.
    Season,
    /// A level.
    Level,
    /// A race.
    Race,
    /// A kind of climate, or a city.
    Climate,
    /// Conditional rules: heat, life, age, safety, and any other.
    Situation,
    /// A recipe for a reset.
    Recipe,
    /// A workout.
    Workout,
    /// `efforts.toml`.
    Efforts,
    /// `guardrails.toml`.
    Guardrails,
    /// `readiness.toml`.
    Readiness,
    /// `sources.toml`.
    Sources,
    /// Tests of rules.
    Cases,
    /// `pack.toml`: who made a pack.
    Pack,
}

impl FileKind {
    /// Told from the folder, the name, or else the top-level keys.
    #[must_use]
    pub fn told(path: &str, table: &Table) -> Self {
        let mut parts = path.split('/').rev();
        let stem = parts.next().unwrap_or("").trim_end_matches(".toml");
        for folder in parts {
            match folder {
                "levels" => return Self::Level,
                "races" => return Self::Race,
                "climates" => return Self::Climate,
                "workouts" => return Self::Workout,
                "resets" => return Self::Recipe,
                _ => {}
            }
        }
        match stem {
            "season" => return Self::Season,
            "efforts" => return Self::Efforts,
            "guardrails" => return Self::Guardrails,
            "readiness" => return Self::Readiness,
            "sources" => return Self::Sources,
            "cases" => return Self::Cases,
            "pack" => return Self::Pack,
            _ => {}
        }
        let has = |key: &str| table.get(key).is_some();
        if has("rung") {
            Self::Workout
        } else if has("wording") {
            Self::Recipe
        } else if has("months") {
            Self::Climate
        } else if has("guardrail") {
            Self::Guardrails
        } else if has("verdict") || has("lines") {
            Self::Readiness
        } else if has("case") && !has("rule") {
            Self::Cases
        } else if has("weekly") {
            Self::Level
        } else if has("distance") {
            Self::Race
        } else {
            Self::Situation
        }
    }
}

/// Who made a pack, and what it changes: its `pack.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The pack's folder, as a reader knows it.
    pub folder: String,
    /// What it is called.
    pub name: String,
    /// Which edition.
    pub version: String,
    /// Who made it.
    pub author: String,
    /// What it changes, in a sentence or two.
    pub changes: String,
}

/// A level of runner.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Its name on the page.
    pub title: String,
    /// In a sentence.
    pub summary: String,
    /// The weekly distance of runners at this level.
    pub weekly: [Distance; 2],
}

/// A kind of race.
#[derive(Debug, Clone, PartialEq)]
pub struct RaceKind {
    /// Its name on the page.
    pub title: String,
    /// In a sentence.
    pub summary: String,
    /// How far.
    pub distance: Distance,
    /// What to do on the day, for the race card.
    pub day: Vec<String>,
    /// What to eat and drink on the way; empty where the race is too short for it.
    pub fuel: String,
    /// What a predicted time is told to: the longer the race, the less anybody knows.
    pub told_to: Duration,
    /// Whether it is too long to be paced by the kilometre, so that effort takes the place of splits.
    pub by_effort: bool,
    /// What to have ready the evening before.
    pub checklist: Vec<String>,
}

/// A climate: a kind of climate, or a city of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Climate {
    /// Its name on the page.
    pub title: String,
    /// In a sentence.
    pub summary: String,
    /// The kind it is of; none for a kind itself.
    pub kind: Option<At<String>>,
    /// The hour at which people run there.
    pub run_at: PartOfDay,
    /// Its monthly normals.
    pub normals: Normals,
}

/// A workout: a ladder of sessions with one purpose.
#[derive(Debug, Clone, PartialEq)]
pub struct Workout {
    /// Its name on the page.
    pub title: String,
    /// What kind of session it makes.
    pub kind: SessionKind,
    /// The intensity that is counted and capped; none for easy running.
    pub work: Option<Intensity>,
    /// What it is for.
    pub purpose: String,
    /// How it should feel, in sentences that take turns.
    pub feel: Vec<String>,
    /// What to do when it goes badly.
    pub badly: String,
    /// The workout that takes its place where hard running moves to the treadmill, if there is one.
    pub indoors: Option<At<String>>,
    /// Whether only a coach puts it into a plan.
    pub by_hand: bool,
    /// From the gentlest up.
    pub rungs: Vec<Rung>,
}

/// One rung of a ladder.
#[derive(Debug, Clone, PartialEq)]
pub struct Rung {
    /// Its name.
    pub name: String,
    /// What to do on foot; empty for strength and other sport.
    pub steps: Vec<Written>,
    /// What to do where it is not running, a sentence each; empty for runs.
    pub does: Vec<String>,
    /// How long it takes where it is not running; zero for runs.
    pub time: Duration,
}

/// A recipe for a week that steps back.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Its short name.
    pub title: String,
    /// What changes, in sentences to be filled.
    pub changes: Vec<String>,
    /// What the answers to its questions mean.
    pub answers: String,
    /// Ways to word it, so that two in a row do not read the same.
    pub wordings: Vec<Wording>,
}

/// One way to word a recipe.
#[derive(Debug, Clone, PartialEq)]
pub struct Wording {
    /// Its title.
    pub title: String,
    /// What it is for.
    pub purpose: String,
    /// What to look after.
    pub look_after: Vec<String>,
    /// What to ask before going on.
    pub ask: Vec<String>,
    /// What changes, where this wording says it in words of its own.
    pub changes: Option<Vec<String>>,
    /// What the answers mean, in words of its own.
    pub answers: Option<String>,
}

/// How an intensity feels.
#[derive(Debug, Clone, PartialEq)]
pub struct Effort {
    /// On the scale of 1 to 10, from low to high.
    pub rpe: [u8; 2],
    /// In a few words.
    pub words: String,
    /// In a sentence.
    pub feel: String,
    /// Speed against easy running, for estimates without a result.
    pub speed: Share,
    /// Heart rate as shares of the highest, from low to high; none where it lags too far behind the effort to be a guide.
    pub heart: Option<[Share; 2]>,
    /// The same as shares of the heart rate at threshold.
    pub heart_of_threshold: Option<[Share; 2]>,
}

/// Weights of what one would like of a reset's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wants {
    /// What each reset costs, so that wishes move resets rather than add them.
    pub each: i64,
    /// On a life event.
    pub life: i64,
    /// On the hottest weeks.
    pub heat: i64,
    /// On a phase's border.
    pub phase_border: i64,
    /// After a B race.
    pub after_b_race: i64,
    /// Before a week with a time trial.
    pub time_trial: i64,
    /// For each week away from the middle of the allowed gap.
    pub middle: i64,
}

/// How long something is felt, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Memory {
    /// An injury, after its end.
    pub injury: i64,
    /// The coach's word for a day or a week, in what later weeks are measured against.
    pub coach: i64,
}

/// Where bands of heat begin, in degrees Celsius of WBGT, and what the sun adds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bands {
    /// Low.
    pub low: f64,
    /// Moderate.
    pub moderate: f64,
    /// High.
    pub high: f64,
    /// Extreme.
    pub extreme: f64,
    /// Nothing outdoors.
    pub never: f64,
    /// How much lower it is without the sun.
    pub without_sun: f64,
    /// Where running is fastest, from and to.
    pub ideal: [f64; 2],
    /// The wind that wind chill is reckoned with, km/h.
    pub wind: f64,
    /// A slow-down of less than this is not worth a word.
    pub quiet: Share,
}

impl Bands {
    /// The band of a WBGT.
    #[must_use]
    pub fn band(&self, wbgt: f64) -> &'static str {
        match wbgt {
            w if w >= self.extreme => "extreme",
            w if w >= self.high => "high",
            w if w >= self.moderate => "moderate",
            w if w >= self.low => "low",
            _ => "none",
        }
    }
}

/// How a body gets used to heat, and forgets it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Acclimatisation {
    /// A day counts from this WBGT.
    pub from_wbgt: f64,
    /// Where somebody who lives there starts, 0 to 1.
    pub resident: f64,
    /// The share of what is missing that a full day of exposure brings.
    pub gain: f64,
    /// The share that a day without exposure takes.
    pub fade: f64,
    /// The shortest run that counts.
    pub counts_from: Duration,
    /// From here on one is used to it.
    pub enough: f64,
    /// Where somebody who lives there starts when it is too hot to run outdoors at all.
    pub indoors: f64,
    /// A race this much hotter than home, in degrees of WBGT, is practised for.
    pub race_hotter: f64,
    /// And only where its own WBGT is at least this.
    pub race_wbgt: f64,
    /// The first and the last day of that practice, in days before the race.
    pub before_race: [i64; 2],
    /// How many runs a week practise the heat of a race.
    pub practice: i64,
    /// The shortest part of a run that is worth being run outdoors before the rest goes indoors.
    pub part: Duration,
}

/// A line of the card for the day itself: what to do from which weather on.
#[derive(Debug, Clone, PartialEq)]
pub struct CardRow {
    /// What to do: as planned, by effort, indoors, rest.
    pub action: String,
    /// From this sum of temperature and dew point, degrees Fahrenheit.
    pub sum: Option<f64>,
    /// From this WBGT, degrees Celsius.
    pub wbgt: Option<f64>,
    /// From this air quality index.
    pub air: Option<f64>,
}

/// What a line of the card may say.
const ACTIONS: [&str; 4] = ["as-planned", "by-effort", "indoors", "rest"];

/// A cited work.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// As printed.
    pub citation: String,
    /// Where it is declared.
    pub place: Place,
}

/// A test of the rules, as a coach writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What it says, in a sentence.
    pub name: At<String>,
    /// Words and their answers.
    pub given: Table,
    /// Settings that a request asks for.
    pub asked: Option<Table>,
    /// Settings and what they should be.
    pub expect: Table,
    /// Rules that should have spoken.
    pub why: Vec<At<String>>,
    /// The number of its pack: what it says holds for the rules up to this pack, whatever later ones change.
    pub pack: usize,
}

/// What the sentences of a recipe are filled with.
pub const RECIPE_GAPS: [&str; 4] = ["cut", "volume", "long_run", "runs"];

/// Reads the keys of a level, race, climate, workout or recipe, or of a table around them.
pub struct LibraryReader<'t> {
    /// The keys.
    pub reader: Reader<'t>,
    /// Where findings go.
    pub findings: &'t RefCell<Findings>,
    /// Whether keys may be left out, because an earlier file of the same id has them.
    pub partial: bool,
}

impl LibraryReader<'_> {
    fn must<T>(&mut self, key: &'static str, read: Option<T>) -> Option<T> {
        // What is there but wrong was found already.
        if read.is_none() && self.reader.node(key).is_none() && !self.partial && !self.reader.mistyped(key) {
            self.reader.missing(key);
        }
        read
    }

    fn text(&mut self, key: &'static str) -> Option<String> {
        let read = self.reader.text(key);
        self.must(key, read).map(|t| t.value)
    }

    fn texts(&mut self, key: &'static str) -> Option<Vec<String>> {
        let read = self.reader.texts(key);
        self.must(key, read).map(|list| list.into_iter().map(|t| t.value).collect())
    }

    /// Finds fault with gaps that a recipe's sentences cannot fill.
    fn gaps(&mut self, key: &'static str) {
        let Some(node) = self.reader.node(key) else { return };
        let Content::List(items) = &node.value else { return };
        for item in items {
            let Content::Text(words) = &item.value else { continue };
            let inside = item.inside();
            match Phrasebook::gaps(words) {
                Ok(gaps) => {
                    for gap in gaps.iter().filter(|gap| !RECIPE_GAPS.contains(&gap.as_str())) {
                        let at = words.find(gap.as_str()).map(|at| inside.within(at..at + gap.len()));
                        let finding = Finding::error("unknown-gap").with("got", gap.as_str());
                        self.reader.find(finding.at(at.unwrap_or_else(|| inside.clone())).near(gap, RECIPE_GAPS));
                    }
                }
                Err(finding) => self.reader.find(finding.with("key", key).at(inside)),
            }
        }
    }

    /// A level over what an earlier file said.
    pub fn level(&mut self, earlier: Option<&Level>) -> Option<Level> {
        self.partial = earlier.is_some();
        let title = self.text("title").or_else(|| earlier.map(|e| e.title.clone()));
        let summary = self.text("summary").or_else(|| earlier.map(|e| e.summary.clone()));
        let list = match self.reader.node("weekly") {
            Some(node) if !matches!(node.value, Content::List(_)) => {
                self.reader.find(Finding::error("weekly-from-to").at(node.place.clone()));
                None
            }
            other => other.and_then(|_| self.reader.list("weekly")),
        };
        let read = list.and_then(|(items, place)| {
            let ends: Vec<Distance> =
                items.iter().filter_map(|item| self.reader.measure_of(item, "weekly")).map(|d| d.value).collect();
            if items.len() == 2 && ends.len() == 2 && ends[0] < ends[1] {
                return Some([ends[0], ends[1]]);
            }
            if ends.len() == items.len() {
                self.reader.find(Finding::error("weekly-from-to").at(place));
            }
            None
        });
        let weekly = self.must("weekly", read).or(earlier.map(|e| e.weekly));
        Some(Level { title: title?, summary: summary?, weekly: weekly? })
    }

    /// A race over what an earlier file said.
    pub fn race(&mut self, earlier: Option<&RaceKind>) -> Option<RaceKind> {
        self.partial = earlier.is_some();
        let title = self.text("title").or_else(|| earlier.map(|e| e.title.clone()));
        let summary = self.text("summary").or_else(|| earlier.map(|e| e.summary.clone()));
        let read = self.reader.measure::<Distance>("distance").map(|d| d.value);
        let distance = self.must("distance", read).or(earlier.map(|e| e.distance));
        let day = self.reader.texts("day").map(|list| list.into_iter().map(|t| t.value).collect());
        let day = day.or_else(|| earlier.map(|e| e.day.clone())).unwrap_or_default();
        let fuel = self.reader.text("fuel").map(|t| t.value).or_else(|| earlier.map(|e| e.fuel.clone()));
        let list = self.reader.texts("checklist").map(|list| list.into_iter().map(|t| t.value).collect());
        let checklist = list.or_else(|| earlier.map(|e| e.checklist.clone())).unwrap_or_default();
        let fuel = fuel.unwrap_or_default();
        let told_to = self.reader.measure::<Duration>("told-to").map(|m| m.value).or(earlier.map(|e| e.told_to));
        let by_effort = self.reader.boolean("by-effort").map(|b| b.value).or(earlier.map(|e| e.by_effort));
        Some(RaceKind {
            title: title?,
            summary: summary?,
            distance: distance?,
            day,
            fuel,
            checklist,
            // A minute is what a reader of a clock takes for exact, and less than a second is none.
            told_to: told_to.unwrap_or(Duration::from_minutes(1.0)).max(Duration::from_seconds(1.0)),
            by_effort: by_effort.unwrap_or_default(),
        })
    }

    /// A climate over what an earlier file said.
    pub fn climate(&mut self, earlier: Option<&Climate>) -> Option<Climate> {
        self.partial = earlier.is_some();
        let title = self.text("title").or_else(|| earlier.map(|e| e.title.clone()));
        let summary = self.text("summary").or_else(|| earlier.map(|e| e.summary.clone()));
        let kind = self.reader.text("kind").or_else(|| earlier.and_then(|e| e.kind.clone()));
        let run_at = self
            .reader
            .choice("run-at", PartOfDay::ALL.iter().map(|hour| hour.name()))
            .and_then(|word| word.value.parse().ok())
            .or(earlier.map(|e| e.run_at))
            .unwrap_or(PartOfDay::Morning);
        let read = self.reader.number("latitude", -90.0..=90.0);
        let latitude = self.must("latitude", read).map(|n| n.value).or(earlier.map(|e| e.normals.latitude));
        let read = self.reader.number("longitude", -180.0..=180.0);
        let longitude = self.must("longitude", read).map(|n| n.value).or(earlier.map(|e| e.normals.longitude));
        let read = self.reader.measure::<Distance>("elevation");
        let elevation = self.must("elevation", read).map(|d| d.value).or(earlier.map(|e| e.normals.elevation));
        let zone = self.reader.text("zone");
        let read = zone.and_then(|zone| {
            let parsed = Zone::new(&zone.value);
            if parsed.is_none() {
                self.reader.find(
                    Finding::error("unknown-zone")
                        .with("got", zone.value.as_str())
                        .at(zone.place.clone())
                        .near(&zone.value, Zone::names()),
                );
            }
            parsed
        });
        let zone = self.must("zone", read).or(earlier.map(|e| e.normals.zone));
        let months = self.reader.inner("months");
        let mut rows = [None; 3];
        if let Some(mut months) = months {
            for (row, (key, bounds)) in
                rows.iter_mut().zip([("low", -60.0..=45.0), ("high", -60.0..=55.0), ("humidity", 0.0..=100.0)])
            {
                if months.node(key).is_none() {
                    months.missing(key);
                    continue;
                }
                let Some(numbers) = months.numbers(key, &bounds) else { continue };
                let twelve: Option<[f64; 12]> = numbers.value.try_into().ok();
                if twelve.is_none() {
                    months.find(Finding::error("twelve-months").with("key", key).at(numbers.place));
                }
                *row = twelve;
            }
            if let [Some(low), Some(high), _] = rows
                && (0..12).any(|i| low[i] > high[i])
            {
                months.find(Finding::error("low-over-high").at(months.place()));
            }
            months.finish();
        } else if earlier.is_none() {
            self.must::<()>("months", None);
        }
        let [low, high, humidity] = rows;
        let normals = Normals {
            low: low.or(earlier.map(|e| e.normals.low))?,
            high: high.or(earlier.map(|e| e.normals.high))?,
            humidity: humidity.or(earlier.map(|e| e.normals.humidity))?,
            latitude: latitude?,
            longitude: longitude?,
            elevation: elevation?,
            zone: zone?,
        };
        Some(Climate { title: title?, summary: summary?, kind, run_at, normals })
    }

    /// A workout over what an earlier file said; a new ladder replaces the whole ladder.
    pub fn workout(&mut self, earlier: Option<&Workout>) -> Option<Workout> {
        self.partial = earlier.is_some();
        let title = self.text("title").or_else(|| earlier.map(|e| e.title.clone()));
        let read = self.reader.choice("kind", SessionKind::ALL.map(SessionKind::name));
        let read = read.and_then(|word| SessionKind::ALL.into_iter().find(|kind| kind.name() == word.value));
        let kind = self.must("kind", read).or(earlier.map(|e| e.kind));
        let work = self
            .reader
            .choice("work", Intensity::ALL.map(Intensity::name))
            .and_then(|word| Intensity::ALL.into_iter().find(|i| i.name() == word.value))
            .or(earlier.and_then(|e| e.work));
        let purpose = self.text("purpose").or_else(|| earlier.map(|e| e.purpose.clone()));
        let feel = match self.reader.node("feel").map(|node| &node.value) {
            Some(Content::List(_)) => self.reader.texts("feel").map(|list| list.into_iter().map(|t| t.value).collect()),
            _ => self.reader.text("feel").map(|t| vec![t.value]),
        };
        let feel = feel.or_else(|| earlier.map(|e| e.feel.clone())).unwrap_or_default();
        let badly =
            self.reader.text("badly").map(|t| t.value).or_else(|| earlier.map(|e| e.badly.clone())).unwrap_or_default();
        let indoors = self.reader.text("indoors").or_else(|| earlier.and_then(|e| e.indoors.clone()));
        let by_hand =
            self.reader.boolean("by-hand").map(|b| b.value).or(earlier.map(|e| e.by_hand)).unwrap_or_default();
        self.reader.text("summary");
        self.reader.texts("source");
        let mut rungs: Vec<Rung> = Vec::new();
        for table in self.reader.tables("rung") {
            let mut rung = LibraryReader {
                reader: Reader::new(table, "[[rung]]", self.findings),
                findings: self.findings,
                partial: false,
            };
            let name = rung.text("name");
            if kind.is_some_and(|kind| !kind.is_on_foot()) {
                let does = rung.texts("does");
                let time = required_measure::<Duration>(&mut rung.reader, "time", None);
                rung.reader.finish();
                if let (Some(name), Some(does), Some(time)) = (name, does, time) {
                    rungs.push(Rung { name, steps: Vec::new(), does, time });
                }
                continue;
            }
            let read = rung.reader.texts("steps");
            let steps = rung.must("steps", read);
            let mut written = Vec::new();
            for step in steps.iter().flatten() {
                match notation::read(step) {
                    Ok(step) => written.push(step),
                    Err(wrong) => wrong.0.into_iter().for_each(|finding| rung.reader.find(finding)),
                }
            }
            if steps.as_ref().is_some_and(Vec::is_empty) {
                rung.reader.missing("steps");
            }
            rung.reader.finish();
            if let Some(name) = name {
                rungs.push(Rung { name, steps: written, does: Vec::new(), time: Duration::ZERO });
            }
        }
        if rungs.is_empty() {
            match earlier {
                Some(earlier) => rungs.clone_from(&earlier.rungs),
                None => self.reader.missing("rung"),
            }
        }
        Some(Workout { title: title?, kind: kind?, work, purpose: purpose?, feel, badly, indoors, by_hand, rungs })
    }

    /// A recipe over what an earlier file said; new wordings replace all of them.
    pub fn recipe(&mut self, earlier: Option<&Recipe>) -> Option<Recipe> {
        self.partial = earlier.is_some();
        let title = self.text("title").or_else(|| earlier.map(|e| e.title.clone()));
        let changes = self.texts("changes").or_else(|| earlier.map(|e| e.changes.clone()));
        self.gaps("changes");
        let answers = self.text("answers").or_else(|| earlier.map(|e| e.answers.clone()));
        let mut wordings = Vec::new();
        for table in self.reader.tables("wording") {
            let mut wording = LibraryReader {
                reader: Reader::new(table, "[[wording]]", self.findings),
                findings: self.findings,
                partial: false,
            };
            let title = wording.text("title");
            let purpose = wording.text("purpose");
            let look_after = wording.texts("look-after");
            let ask = wording.texts("ask");
            let own = |reader: &mut Reader<'_>, key| reader.node(key).is_some().then(|| reader.texts(key)).flatten();
            let changes = own(&mut wording.reader, "changes").map(|list| list.into_iter().map(|at| at.value).collect());
            let answers = wording.reader.text("answers").map(|at| at.value);
            wording.reader.finish();
            if let (Some(title), Some(purpose), Some(look_after), Some(ask)) = (title, purpose, look_after, ask) {
                wordings.push(Wording { title, purpose, look_after, ask, changes, answers });
            }
        }
        if wordings.is_empty() {
            match earlier {
                Some(earlier) => wordings.clone_from(&earlier.wordings),
                None => self.reader.missing("wording"),
            }
        }
        Some(Recipe { title: title?, changes: changes?, answers: answers?, wordings })
    }

    /// Who made a pack.
    pub fn about(&mut self, folder: &str) -> About {
        let mut told = |key| self.reader.text(key).map(|t| t.value);
        let name = told("name").unwrap_or_else(|| folder.rsplit('/').next().unwrap_or(folder).to_owned());
        let (version, author) = (told("version").unwrap_or_default(), told("author").unwrap_or_default());
        let changes = told("changes").or_else(|| told("summary")).or_else(|| told("description")).unwrap_or_default();
        About { folder: folder.to_owned(), name, version, author, changes }
    }

    /// The weights of `[wants]`, over what an earlier file said.
    pub fn wants(&mut self, earlier: Option<Wants>) -> Option<Wants> {
        let mut table = self.reader.inner("wants")?;
        let mut weight = |key, earlier: Option<i64>| {
            let read = table.integer(key, 0..=1000);
            if read.is_none() && earlier.is_none() && table.node(key).is_none() {
                table.missing(key);
            }
            read.map(|n| n.value).or(earlier).unwrap_or_default()
        };
        let wants = Wants {
            each: weight("each", earlier.map(|e| e.each)),
            life: weight("life", earlier.map(|e| e.life)),
            heat: weight("heat", earlier.map(|e| e.heat)),
            phase_border: weight("phase-border", earlier.map(|e| e.phase_border)),
            after_b_race: weight("after-b-race", earlier.map(|e| e.after_b_race)),
            time_trial: weight("time-trial", earlier.map(|e| e.time_trial)),
            middle: weight("middle", earlier.map(|e| e.middle)),
        };
        table.texts("source");
        table.finish();
        Some(wants)
    }

    /// The days of `[memory]`, over what an earlier file said.
    pub fn memory(&mut self, earlier: Option<Memory>) -> Option<Memory> {
        let mut table = self.reader.inner("memory")?;
        let mut days = |key, earlier: Option<i64>| {
            let read = table.integer(key, 0..=1000);
            if read.is_none() && earlier.is_none() && table.node(key).is_none() {
                table.missing(key);
            }
            read.map(|n| n.value).or(earlier).unwrap_or_default()
        };
        let memory = Memory {
            injury: days("injury", earlier.map(|e| e.injury)),
            coach: days("coach", earlier.map(|e| e.coach)),
        };
        table.texts("source");
        table.finish();
        Some(memory)
    }

    /// The clock hours of `[hours]`, over what an earlier file said.
    pub fn hours(&mut self, earlier: Option<&Hours>) -> Option<Hours> {
        let mut table = self.reader.inner("hours")?;
        let before = earlier.map(|e| e.before_sunrise);
        let before_sunrise = required_measure(&mut table, "dawn-before-sunrise", before).unwrap_or_default();
        let sun_margin = required_measure(&mut table, "sun-margin", earlier.map(|e| e.sun_margin)).unwrap_or_default();
        let mut clock = |key| {
            let text = table.text(key);
            if text.is_none() && earlier.is_none() && table.node(key).is_none() {
                table.missing(key);
            }
            let text = text?;
            let minutes = text.value.split_once(':').and_then(|(h, m)| {
                let (h, m): (i32, i32) = (h.parse().ok()?, m.parse().ok()?);
                ((0..24).contains(&h) && (0..60).contains(&m)).then_some(h * 60 + m)
            });
            if minutes.is_none() {
                table.find(
                    Finding::error("wrong-measure")
                        .with("key", key)
                        .with("got", text.value)
                        .with("kind", "hour")
                        .at(text.place),
                );
            }
            minutes
        };
        let read = [
            clock("earliest-dawn"),
            clock("dawn-without-sunrise"),
            clock("race"),
            clock("morning"),
            clock("noon"),
            clock("afternoon"),
            clock("evening"),
            clock("night"),
        ];
        let before = earlier
            .map(|e| [e.earliest, e.without_sunrise, e.race, e.morning, e.noon, e.afternoon, e.evening, e.night]);
        let before = before.unwrap_or_default();
        let mut hours = before.iter().zip(read).map(|(before, read)| read.unwrap_or(*before));
        let mut next = || hours.next().unwrap_or_default();
        let (earliest, without_sunrise, race, morning) = (next(), next(), next(), next());
        let (noon, afternoon, evening, night) = (next(), next(), next(), next());
        table.texts("source");
        table.finish();
        Some(Hours {
            before_sunrise,
            earliest,
            without_sunrise,
            sun_margin,
            race,
            morning,
            noon,
            afternoon,
            evening,
            night,
        })
    }

    /// How sure a prediction is, from `[prediction]`, over what an earlier file said.
    pub fn prediction(&mut self, earlier: Option<&Spread>) -> Option<Spread> {
        let mut table = self.reader.inner("prediction")?;
        let usual = required_measure(&mut table, "usual", earlier.map(|e| e.usual)).unwrap_or_default();
        let enough = required_measure(&mut table, "enough", earlier.map(|e| e.enough)).unwrap_or_default();
        let exponent = required_number(&mut table, "exponent", 1.0, 1.3, earlier.map(|e| e.exponent)).unwrap_or(1.0);
        let rise = required_number(&mut table, "rise", 0.0, 0.3, earlier.map(|e| e.rise)).unwrap_or(0.0);
        let most = required_number(&mut table, "most", 0.0, 0.3, earlier.map(|e| e.most)).unwrap_or(0.0);
        let read = table.numbers("ultra", &(1.0..=1.5)).and_then(|n| <[f64; 2]>::try_from(n.value).ok());
        let ultra = if table.node("ultra").is_some() { read } else { earlier.map(|e| e.ultra) };
        if ultra.is_none() {
            let place = table.place();
            table.find(Finding::error("two-numbers").with("key", "ultra").at(place));
        }
        let climb = required_number(&mut table, "climb", 0.0, 30.0, earlier.map(|e| e.climb)).unwrap_or(0.0);
        table.texts("source");
        table.finish();
        Some(Spread { usual, exponent, enough, rise, most, ultra: ultra.unwrap_or([1.0; 2]), climb })
    }

    /// The bands of `heat.toml` and what the sun adds to them, over what an earlier file said.
    pub fn bands(&mut self, earlier: Option<Bands>) -> Option<Bands> {
        let mut bands = earlier;
        if let Some(mut table) = self.reader.inner("bands") {
            let mut degrees = |key, before| required_number(&mut table, key, -20.0, 60.0, before).unwrap_or_default();
            bands = Some(Bands {
                low: degrees("low", earlier.map(|e| e.low)),
                moderate: degrees("moderate", earlier.map(|e| e.moderate)),
                high: degrees("high", earlier.map(|e| e.high)),
                extreme: degrees("extreme", earlier.map(|e| e.extreme)),
                never: degrees("never", earlier.map(|e| e.never)),
                without_sun: earlier.map(|e| e.without_sun).unwrap_or_default(),
                ideal: table
                    .numbers("ideal", &(-20.0..=40.0))
                    .and_then(|n| <[f64; 2]>::try_from(n.value).ok())
                    .or(earlier.map(|e| e.ideal))
                    .unwrap_or_default(),
                wind: required_number(&mut table, "wind", 0.0, 80.0, earlier.map(|e| e.wind)).unwrap_or_default(),
                quiet: required_measure(&mut table, "quiet", earlier.map(|e| e.quiet)).unwrap_or_default(),
            });
            table.texts("source");
            let place = table.place();
            if let Some(Bands { low, moderate, high, extreme, never, .. }) = bands
                && !self.findings.borrow().stop()
                && ![low, moderate, high, extreme, never].is_sorted()
            {
                table.find(Finding::error("bands-not-rising").at(place));
            }
            table.finish();
        }
        if let Some(mut table) = self.reader.inner("sun") {
            let without = required_number(&mut table, "without", 0.0, 20.0, None);
            if let (Some(bands), Some(without)) = (&mut bands, without) {
                bands.without_sun = without;
            }
            table.finish();
        }
        bands
    }

    /// How a body gets used to heat, over what an earlier file said.
    pub fn acclimatisation(&mut self, earlier: Option<Acclimatisation>) -> Option<Acclimatisation> {
        let mut table = self.reader.inner("acclimatisation")?;
        let mut number =
            |key, most, before: Option<f64>| required_number(&mut table, key, 0.0, most, before).unwrap_or_default();
        let mut state = Acclimatisation {
            from_wbgt: number("from-wbgt", 50.0, earlier.map(|e| e.from_wbgt)),
            resident: number("resident", 1.0, earlier.map(|e| e.resident)),
            gain: number("gain", 1.0, earlier.map(|e| e.gain)),
            fade: number("fade", 1.0, earlier.map(|e| e.fade)),
            enough: number("enough", 1.0, earlier.map(|e| e.enough)),
            indoors: number("indoors", 1.0, earlier.map(|e| e.indoors)),
            race_hotter: number("race-hotter", 60.0, earlier.map(|e| e.race_hotter)),
            race_wbgt: number("race-wbgt", 60.0, earlier.map(|e| e.race_wbgt)),
            before_race: [
                number("from-days-before", 60.0, earlier.map(|e| e.before_race[0] as f64)) as i64,
                number("to-days-before", 60.0, earlier.map(|e| e.before_race[1] as f64)) as i64,
            ],
            practice: number("practice", 7.0, earlier.map(|e| e.practice as f64)) as i64,
            counts_from: Duration::ZERO,
            part: Duration::ZERO,
        };
        table.texts("source");
        state.counts_from =
            required_measure(&mut table, "counts-from", earlier.map(|e| e.counts_from)).unwrap_or_default();
        state.part = required_measure(&mut table, "part", earlier.map(|e| e.part)).unwrap_or_default();
        table.finish();
        Some(state)
    }

    /// The card for the day itself, from `[[card]]`.
    pub fn card(&mut self) -> Vec<CardRow> {
        let mut rows = Vec::new();
        for table in self.reader.tables("card") {
            let mut row = Reader::new(table, "[[card]]", self.findings);
            let action = row.choice("do", ACTIONS.iter().copied());
            if action.is_none() && row.node("do").is_none() {
                row.missing("do");
            }
            let mut from = |key, most| row.number(key, 0.0..=most).map(|n| n.value);
            let (sum, wbgt, air) = (from("sum", 300.0), from("wbgt", 60.0), from("air", 999.0));
            row.finish();
            rows.extend(action.map(|action| CardRow { action: action.value.clone(), sum, wbgt, air }));
        }
        rows
    }

    /// How intensities feel, over what an earlier file said.
    pub fn efforts(&mut self, earlier: &BTreeMap<Intensity, Effort>) -> BTreeMap<Intensity, Effort> {
        let mut efforts = BTreeMap::new();
        self.reader.text("summary");
        self.reader.texts("source");
        for intensity in Intensity::ALL {
            let Some(table) = self.reader.inner(intensity.name()) else { continue };
            let before = earlier.get(&intensity);
            let mut inner = LibraryReader { reader: table, findings: self.findings, partial: before.is_some() };
            let words = inner.text("words").or_else(|| before.map(|e| e.words.clone()));
            let feel = inner.text("feel").or_else(|| before.map(|e| e.feel.clone()));
            let rpe = inner.reader.numbers("rpe", &(1.0..=10.0));
            let place = inner.reader.place();
            let read = rpe.and_then(|n| <[f64; 2]>::try_from(n.value).ok());
            let stands = before.filter(|_| inner.reader.node("rpe").is_none());
            let rpe = read.or(stands.map(|e| e.rpe.map(f64::from)));
            if rpe.is_none() {
                inner.reader.find(Finding::error("two-numbers").with("key", "rpe").at(place));
            }
            let mut hearts = |key: &'static str| {
                let ends = inner.reader.texts(key)?;
                let ends: Vec<Share> = ends.iter().filter_map(|end| end.value.parse().ok()).collect();
                let pair = <[Share; 2]>::try_from(ends).ok();
                if pair.is_none() {
                    let place = inner.reader.place();
                    inner.reader.find(Finding::error("two-numbers").with("key", key).at(place));
                }
                pair
            };
            let (heart, heart_of_threshold) = (hearts("heart"), hearts("heart-of-threshold"));
            let mut kept = |key: &'static str| before.filter(|_| inner.reader.node(key).is_none());
            let heart = heart.or(kept("heart").and_then(|e| e.heart));
            let heart_of_threshold =
                heart_of_threshold.or(kept("heart-of-threshold").and_then(|e| e.heart_of_threshold));
            let speed = required_measure::<Share>(&mut inner.reader, "speed", before.map(|e| e.speed));
            let speed = speed.filter(|s| s.fraction() > 0.1);
            inner.reader.finish();
            if let (Some(words), Some(feel), Some(rpe), Some(speed)) = (words, feel, rpe, speed) {
                efforts.insert(
                    intensity,
                    Effort { rpe: rpe.map(|n| n as u8), words, feel, speed, heart, heart_of_threshold },
                );
            }
        }
        efforts
    }
}

/// A measure that must be there, unless an earlier file said it.
fn required_measure<T: std::str::FromStr<Err = Expected>>(
    table: &mut Reader<'_>,
    key: &'static str,
    earlier: Option<T>,
) -> Option<T> {
    let read = table.measure::<T>(key);
    if read.is_none() && earlier.is_none() && table.node(key).is_none() {
        table.missing(key);
    }
    read.map(|m| m.value).or(earlier)
}

/// A number that must be there, unless an earlier file said it.
fn required_number(
    table: &mut Reader<'_>,
    key: &'static str,
    least: f64,
    most: f64,
    earlier: Option<f64>,
) -> Option<f64> {
    let read = table.number(key, least..=most);
    if read.is_none() && earlier.is_none() && table.node(key).is_none() {
        table.missing(key);
    }
    read.map(|n| n.value).or(earlier)
}

/// The works of `sources.toml`.
pub fn read_sources(table: &Table, findings: &RefCell<Findings>) -> BTreeMap<String, Source> {
    let mut sources = BTreeMap::new();
    for (key, node) in &table.entries {
        let Content::Table(inner) = &node.value else {
            findings.borrow_mut().push(
                Finding::error("wrong-type")
                    .with("key", key.value.as_str())
                    .with("wanted", "table")
                    .with("got", node.value.kind())
                    .at(node.place.clone()),
            );
            continue;
        };
        let mut reader = Reader::new(inner, format!("[{}]", key.value), findings);
        let authors = reader.text("authors").map(|t| t.value);
        let title = reader.text("title").map(|t| t.value);
        let found_in = reader.text("where").map(|t| t.value);
        let year = reader.integer("year", 1900..=2100).map(|n| n.value.to_string());
        let doi = reader.text("doi").map(|t| format!("doi:{}", t.value));
        let url = reader.text("url").map(|t| t.value);
        let licence = reader.text("licence").map(|t| t.value);
        if title.is_none() && inner.get("title").is_none() {
            reader.missing("title");
        }
        reader.finish();
        let citation =
            [authors, year, title, found_in, licence, doi, url].into_iter().flatten().collect::<Vec<_>>().join(". ");
        sources.insert(key.value.clone(), Source { citation, place: key.place.clone() });
    }
    sources
}

/// The tests of `[[case]]`.
pub fn read_cases(reader: &mut Reader<'_>, pack: usize, findings: &RefCell<Findings>) -> Vec<Case> {
    let mut cases = Vec::new();
    for table in reader.tables("case") {
        let mut case = Reader::new(table, "[[case]]", findings);
        let name = case.text("name");
        let given = case.table("given");
        let asked = case.table("asked");
        let expect = case.table("expect");
        let why = case.texts("why").unwrap_or_default();
        if name.is_none() && table.get("name").is_none() {
            case.missing("name");
        }
        // What expects nothing could never fail.
        if expect.is_none_or(|expect| expect.entries.is_empty()) && why.is_empty() && table.get("expect").is_none() {
            case.missing("expect");
        }
        case.finish();
        if let Some(name) = name {
            let empty = Table { entries: Vec::new(), place: table.place.clone() };
            cases.push(Case {
                name,
                given: given.unwrap_or(&empty).clone(),
                asked: asked.cloned(),
                expect: expect.unwrap_or(&empty).clone(),
                why,
                pack,
            });
        }
    }
    cases
}

/// Ids by kind of file, for conditions and by-race tables.
#[must_use]
pub fn vocabulary(files: &[(FileKind, String, bool)]) -> Vocabulary {
    let ids = |wanted: FileKind| -> Vec<String> {
        let mut ids: Vec<String> =
            files.iter().filter(|(kind, _, _)| *kind == wanted).map(|(_, id, _)| id.clone()).collect();
        ids.sort();
        ids.dedup();
        ids
    };
    let mut kinds: Vec<String> = files
        .iter()
        .filter(|(kind, _, city)| *kind == FileKind::Climate && !city)
        .map(|(_, id, _)| id.clone())
        .collect();
    kinds.sort();
    kinds.dedup();
    Vocabulary {
        levels: ids(FileKind::Level),
        races: ids(FileKind::Race),
        kinds,
        workouts: ids(FileKind::Workout),
        recipes: ids(FileKind::Recipe),
    }
}
