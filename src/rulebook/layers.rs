//! Layers: who may write a setting, in order, and what comes of it. Layers are kept whole, never merged away: every
//! write is a [`Reason`] in the ledger.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::Value as Data;

use super::condition::{Condition, Held as Holds};
use super::rule::{Effect, Rule, Sheet, Speech, Write, Written, last_of_each};
use super::settings::{self, Held, Key, Stage, Value};
use super::words::{self, Answer, Facts};
use crate::reason::Reason;
use crate::source::Place;

/// The race that by-race values are taken for.
#[derive(Debug, Clone, PartialEq)]
pub struct ForRace {
    /// Its id; `none` without a race.
    pub id: String,
    /// Its distance in metres; 0 without a race.
    pub metres: f64,
}

/// The sheets in force for one runner and race, mildest voice first.
#[derive(Debug, Clone)]
pub struct InForce {
    sheets: Vec<Arc<Sheet>>,
    turns: [Vec<Turn>; Stage::COUNT],
    race: ForRace,
    level: String,
    distances: BTreeMap<String, f64>,
}

/// Whose turn it is to speak at a stage. Which rules are the last of their id, and which speak when, is the same for
/// every week, so it is worked out once.
#[derive(Debug, Clone, Copy)]
enum Turn {
    /// A plain value, by sheet and place in it.
    Plain(usize, usize),
    /// A rule, by sheet and place in it.
    Rule(usize, usize),
    /// The recipe of the week's reset, as a pack has it.
    Recipe(usize),
}

/// Settings as they stand at a stage, with the chain of reasons behind each. What earlier stages settled is kept
/// beneath.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    values: Vec<Option<Value>>,
    why: Vec<Vec<u32>>,
    /// What rules have to say, in order.
    pub spoken: Vec<Spoken>,
    beneath: Option<Arc<Settled>>,
}

/// What a rule that holds has to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// The rule.
    pub rule: String,
    /// A note on the week.
    pub say: Option<String>,
    /// A warning for the plan.
    pub warn: Option<String>,
    /// A refusal.
    pub refuse: Option<String>,
    /// Whether the refusal may be risked.
    pub risk: bool,
    /// The rule's place.
    pub place: Place,
    /// Its number in the ledger.
    pub why: u32,
}

impl Settled {
    /// What a setting stands at.
    ///
    /// # Panics
    /// Never for a rulebook that was read: each setting has a default of its kind, and stages are asked in order.
    #[must_use]
    pub fn get<T: Held>(&self, key: Key<T>) -> T {
        self.value(key.index())
            .and_then(T::held)
            .unwrap_or_else(|| panic!("{} has a default and is asked at its stage", key.name()))
    }

    /// The value in a line of the table.
    #[must_use]
    pub fn value(&self, index: usize) -> Option<&Value> {
        let own = self.values.get(index).and_then(Option::as_ref);
        own.or_else(|| self.beneath.as_ref().and_then(|beneath| beneath.value(index)))
    }

    /// The numbers of all reasons behind a setting, first write first.
    #[must_use]
    pub fn why<T>(&self, key: Key<T>) -> &[u32] {
        self.chain(key.index())
    }

    /// The numbers of all reasons behind a line of the table.
    #[must_use]
    pub fn chain(&self, index: usize) -> &[u32] {
        match self.why.get(index) {
            Some(why) if self.values[index].is_some() => why,
            _ => self.beneath.as_ref().map_or(&[], |beneath| beneath.chain(index)),
        }
    }

    /// The reason that had the last word on a setting.
    #[must_use]
    pub fn last<T>(&self, key: Key<T>) -> Vec<u32> {
        self.why(key).last().copied().into_iter().collect()
    }

    /// These settings on top of those of an earlier stage.
    #[must_use]
    pub fn above(mut self, earlier: &Arc<Self>) -> Self {
        self.beneath = Some(Arc::clone(earlier));
        self
    }
}

/// Every reason behind a plan, each once.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    entries: Vec<Reason>,
    known: HashMap<Voice, Vec<Known>>,
    /// How many of them were there before.
    before: usize,
    blank: bool,
}

/// Who speaks: the address of a text, a byte in it, and the setting spoken of.
type Voice = (usize, usize, Option<usize>);

/// What a reason that stands in the ledger read and did.
#[derive(Debug, Clone)]
struct Known {
    effect: Option<Effect>,
    read: Vec<Option<Answer>>,
    was: Option<Value>,
    now: Option<Value>,
    id: u32,
}

impl Ledger {
    /// An empty ledger.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A ledger that stays empty, for weeks that are made only to see what comes of them.
    #[must_use]
    pub fn blank() -> Self {
        Self { blank: true, ..Self::default() }
    }

    /// A ledger that goes on after reasons that stand already, with their numbers.
    #[must_use]
    pub fn after(entries: Vec<Reason>) -> Self {
        Self { before: entries.len(), entries, ..Self::default() }
    }

    /// Whether what is written in it is kept.
    #[must_use]
    pub fn keeps(&self) -> bool {
        !self.blank
    }

    /// All reasons, by number.
    #[must_use]
    pub fn into_entries(self) -> Vec<Reason> {
        self.entries
    }

    /// The number of the reason of a voice that is the same.
    fn known(&self, voice: Voice, same: impl Fn(&Known) -> bool) -> Option<u32> {
        self.known.get(&voice)?.iter().find(|known| same(known)).map(|known| known.id)
    }

    fn write(&mut self, voice: Voice, known: Known, reason: Reason) -> u32 {
        let same = |old: &&Reason| Reason { id: old.id, ..reason.clone() } == **old;
        let stands = self.entries[..self.before].iter().find(same).map(|old| old.id);
        let next = || self.entries.iter().map(|entry| entry.id).max().unwrap_or(0) + 1;
        // The numbers of a plan that somebody edited need not be in order.
        let id = stands.unwrap_or_else(|| if self.before > 0 { next() } else { self.entries.len() as u32 + 1 });
        self.known.entry(voice).or_default().push(Known { id, ..known });
        if stands.is_none() {
            self.entries.push(Reason { id, ..reason });
        }
        id
    }
}

impl InForce {
    /// Sheets in order, mildest voice first; the recipe of a week's reset speaks before the sheets of `recipe_at`, one
    /// for each pack.
    #[must_use]
    pub fn new(
        sheets: Vec<Arc<Sheet>>,
        recipe_at: &[usize],
        race: ForRace,
        level: String,
        distances: BTreeMap<String, f64>,
    ) -> Self {
        let last = last_of_each(&sheets);
        let mut turns: [Vec<Turn>; Stage::COUNT] = Default::default();
        for index in 0..=sheets.len() {
            for (pack, _) in recipe_at.iter().enumerate().filter(|(_, at)| **at == index) {
                for turns in &mut turns {
                    turns.push(Turn::Recipe(pack));
                }
            }
            let Some(sheet) = sheets.get(index) else { continue };
            for (number, plain) in sheet.plain.iter().enumerate() {
                turns[settings::TABLE[plain.write.setting].stage as usize].push(Turn::Plain(index, number));
            }
            let in_force = |rule: &&Rule| last.get(rule.id.as_str()) == Some(&index);
            for (number, rule) in sheet.rules.iter().enumerate().filter(|(_, rule)| in_force(rule)) {
                for stage in Stage::ALL.into_iter().filter(|stage| has_turn(rule, *stage)) {
                    turns[stage as usize].push(Turn::Rule(index, number));
                }
            }
        }
        Self { sheets, turns, race, level, distances }
    }

    /// The sheets, mildest voice first.
    #[must_use]
    pub fn sheets(&self) -> &[Arc<Sheet>] {
        &self.sheets
    }

    /// Settles every setting of a stage for these facts, and writes every reason down.
    #[must_use]
    pub fn settle(&self, stage: Stage, facts: &Facts, recipe: &[Arc<Sheet>], ledger: &mut Ledger) -> Settled {
        self.settle_some(stage, facts, recipe, ledger, &|_| true)
    }

    /// Settles some settings of a stage.
    #[must_use]
    pub fn settle_some(
        &self,
        stage: Stage,
        facts: &Facts,
        recipe: &[Arc<Sheet>],
        ledger: &mut Ledger,
        wanted: &dyn Fn(usize) -> bool,
    ) -> Settled {
        let count = settings::TABLE.len();
        let mut desk = Desk {
            force: self,
            facts,
            ledger,
            stage,
            wanted,
            values: vec![None; count],
            why: vec![Vec::new(); count],
            caps: Vec::new(),
            lifted: Vec::new(),
            spoken: Vec::new(),
        };
        for turn in &self.turns[stage as usize] {
            match *turn {
                Turn::Plain(sheet, number) => desk.plain(&self.sheets[sheet], number),
                Turn::Rule(sheet, number) => desk.rule(&self.sheets[sheet], &self.sheets[sheet].rules[number]),
                Turn::Recipe(pack) => desk.recipe(recipe, pack),
            }
        }
        desk.caps();
        Settled { values: desk.values, why: desk.why, spoken: desk.spoken, beneath: None }
    }

    /// The value that a write holds for the race trained for, and the race it was written for where that is another.
    fn chosen<'w>(&self, written: &'w Written) -> Option<(&'w Value, Option<&'w Place>, Option<&'w str>)> {
        match written {
            Written::One(value) => Some((value, None, None)),
            Written::ByLevel(values) => values.get(&self.level).map(|(value, place)| (value, Some(place), None)),
            Written::ByRace(values) => {
                if let Some((value, place)) = values.get(&self.race.id) {
                    return Some((value, Some(place), None));
                }
                if self.race.metres <= 0.0 {
                    return None;
                }
                let far = |id: &str| {
                    self.distances.get(id).map_or(f64::INFINITY, |metres| (metres / self.race.metres).ln().abs())
                };
                values
                    .iter()
                    .filter(|(id, _)| far(id).is_finite())
                    .min_by(|(a, _), (b, _)| far(a).total_cmp(&far(b)))
                    .map(|(id, (value, place))| (value, Some(place), Some(id.as_str())))
            }
        }
    }
}

struct Cap<'s> {
    rule: &'s Rule,
    write: &'s Write,
    sheet: &'s Sheet,
}

/// Who writes what, and where it is written.
struct Deed<'a> {
    sheet: &'a Sheet,
    rule: Option<&'a Rule>,
    at: &'a Place,
    setting: Option<usize>,
    effect: Option<Effect>,
    /// The race whose value is taken where there is none for the race trained for.
    borrowed: Option<&'a str>,
}

impl<'a> Deed<'a> {
    fn of(
        sheet: &'a Sheet,
        rule: Option<&'a Rule>,
        write: &'a Write,
        at: Option<&'a Place>,
        borrowed: Option<&'a str>,
    ) -> Self {
        let at = at.unwrap_or(&write.place);
        Self { sheet, rule, at, setting: Some(write.setting), effect: Some(write.effect), borrowed }
    }
}

struct Desk<'s, 'l> {
    force: &'s InForce,
    facts: &'s Facts,
    ledger: &'l mut Ledger,
    stage: Stage,
    wanted: &'l dyn Fn(usize) -> bool,
    values: Vec<Option<Value>>,
    why: Vec<Vec<u32>>,
    caps: Vec<Cap<'s>>,
    lifted: Vec<(&'s str, &'s Rule, &'s Sheet)>,
    spoken: Vec<Spoken>,
}

impl<'s> Desk<'s, '_> {
    fn asked_for(&self, setting: usize) -> bool {
        settings::TABLE[setting].stage == self.stage && (self.wanted)(setting)
    }

    fn recipe(&mut self, recipe: &'s [Arc<Sheet>], pack: usize) {
        let last = last_of_each(recipe);
        for (number, sheet) in recipe.iter().enumerate().filter(|(_, sheet)| sheet.pack == pack) {
            for plain in 0..sheet.plain.len() {
                self.plain(sheet, plain);
            }
            for rule in sheet.rules.iter().filter(|rule| last.get(rule.id.as_str()) == Some(&number)) {
                self.rule(sheet, rule);
            }
        }
    }

    fn plain(&mut self, sheet: &'s Sheet, number: usize) {
        let plain = &sheet.plain[number];
        if self.asked_for(plain.write.setting) {
            self.write(sheet, None, &plain.write, &plain.because, &plain.source);
        }
    }

    fn rule(&mut self, sheet: &'s Sheet, rule: &'s Rule) {
        let speaks = speaks_at(rule, self.stage);
        let writes = rule.writes.iter().any(|write| self.asked_for(write.setting));
        if !(writes || speaks) || !self.holds(rule) {
            return;
        }
        for write in &rule.writes {
            match write.effect {
                _ if !self.asked_for(write.setting) => {}
                Effect::Set | Effect::Scale => self.write(sheet, Some(rule), write, &rule.because, &rule.source),
                Effect::AtMost | Effect::AtLeast => self.caps.push(Cap { rule, write, sheet }),
            }
        }
        for id in &rule.without {
            self.lifted.push((&id.value, rule, sheet));
        }
        if speaks && rule.speech != Speech::default() {
            self.speak(sheet, rule);
        }
    }

    fn holds(&self, rule: &Rule) -> bool {
        rule.when.as_ref().is_none_or(|when| when.holds(self.facts) == Holds::Yes)
    }

    fn speak(&mut self, sheet: &Sheet, rule: &Rule) {
        // A sentence with a gap that nobody can fill is better left unsaid; a refusal never is.
        if rule.speech.refuse.is_none() && rule.speech.gaps.iter().any(|gap| self.facts.get(*gap).is_none()) {
            return;
        }
        let deed = Deed { sheet, rule: Some(rule), at: &rule.place, setting: None, effect: None, borrowed: None };
        let why = self.reason(&deed, None, None, &rule.because, &rule.source);
        let speech = &rule.speech;
        self.spoken.push(Spoken {
            rule: rule.id.clone(),
            say: speech.say.clone(),
            warn: speech.warn.clone(),
            refuse: speech.refuse.clone(),
            risk: speech.risk,
            place: rule.place.clone(),
            why,
        });
    }

    fn write(&mut self, sheet: &Sheet, rule: Option<&Rule>, write: &Write, because: &str, source: &[String]) {
        let Some((value, place, borrowed)) = self.force.chosen(&write.written) else { return };
        let index = write.setting;
        let now = match write.effect {
            Effect::Scale => {
                let Value::Share(share) = value else { return };
                self.values[index]
                    .as_ref()
                    .and_then(|stands| stands.scaled(share.fraction()))
                    .map(|scaled| settings::TABLE[index].within_bounds(scaled))
            }
            _ => Some(value.clone()),
        };
        let Some(now) = now else { return };
        let deed = Deed::of(sheet, rule, write, place, borrowed);
        self.note(&deed, now, because, source);
    }

    /// Puts a value there, with its reason.
    fn note(&mut self, deed: &Deed<'_>, now: Value, because: &str, source: &[String]) {
        let Some(index) = deed.setting else { return };
        let was = self.values[index].take();
        let id = self.reason(deed, was.as_ref(), Some(&now), because, source);
        if self.ledger.keeps() {
            self.why[index].push(id);
        }
        self.values[index] = Some(now);
    }

    /// The number of a reason: of one that stands in the ledger already, or of a new one.
    fn reason(
        &mut self,
        deed: &Deed<'_>,
        was: Option<&Value>,
        now: Option<&Value>,
        because: &str,
        source: &[String],
    ) -> u32 {
        if !self.ledger.keeps() {
            return 0;
        }
        let when = deed.rule.and_then(|rule| rule.when.as_ref());
        let asks = when.map_or(&[][..], Condition::words);
        let text = Arc::as_ptr(&deed.at.text) as usize;
        let voice = (text, deed.at.span.start, deed.setting);
        let same = |known: &Known| {
            known.effect == deed.effect
                && known.was.as_ref() == was
                && known.now.as_ref() == now
                && known.read.iter().map(Option::as_ref).eq(asks.iter().map(|word| self.facts.get(*word)))
        };
        if let Some(known) = self.ledger.known(voice, same) {
            return known;
        }
        let mut read = when.map(|when| when.reads(self.facts)).unwrap_or_default();
        if let Some(race) = deed.borrowed {
            read.insert("race.nearest".to_owned(), race.into());
        }
        let reason = Reason {
            id: 0,
            rule: deed.rule.map(|rule| rule.id.clone()),
            file: deed.sheet.file.clone(),
            line: deed.at.line(),
            layer: deed.sheet.layer,
            setting: deed.setting.map(|index| settings::TABLE[index].name.to_owned()).unwrap_or_default(),
            effect: deed.effect.map_or("say", Effect::name).to_owned(),
            read,
            was: was.map_or(Data::Null, Value::data),
            now: now.map_or(Data::Null, Value::data),
            because: because.to_owned(),
            source: source.to_vec(),
        };
        let read = asks.iter().map(|word| self.facts.get(*word).cloned()).collect();
        self.ledger.write(
            voice,
            Known { effect: deed.effect, read, was: was.cloned(), now: now.cloned(), id: 0 },
            reason,
        )
    }

    /// Caps and floors, last of all and the strictest of all layers; where they collide the cap wins.
    fn caps(&mut self) {
        let caps = std::mem::take(&mut self.caps);
        let (lifted, kept): (Vec<_>, Vec<_>) =
            caps.into_iter().partition(|cap| self.lifted.iter().any(|(id, _, _)| *id == cap.rule.id));
        for cap in lifted {
            // Lifting a cap is a reason too: nothing about safety happens out of the ledger's sight.
            let Some((_, rule, sheet)) = self.lifted.iter().find(|(id, _, _)| *id == cap.rule.id).copied() else {
                continue;
            };
            let Some(stands) = self.values[cap.write.setting].clone() else { continue };
            let setting = Some(cap.write.setting);
            let deed =
                Deed { sheet, rule: Some(rule), at: &rule.place, setting, effect: Some(Effect::Set), borrowed: None };
            self.note(&deed, stands, &rule.because, &rule.source);
        }
        for effect in [Effect::AtLeast, Effect::AtMost] {
            for cap in kept.iter().filter(|cap| cap.write.effect == effect) {
                let Some((limit, place, borrowed)) = self.force.chosen(&cap.write.written) else { continue };
                let Some(stands) = &self.values[cap.write.setting] else { continue };
                let (Some(a), Some(b)) = (stands.order(), limit.order()) else { continue };
                let binds = if effect == Effect::AtMost { a > b } else { a < b };
                // A cap that had nothing to do is left out of the chain, so that each reason printed did something.
                if binds {
                    let deed = Deed::of(cap.sheet, Some(cap.rule), cap.write, place, borrowed);
                    self.note(&deed, limit.clone(), &cap.rule.because, &cap.rule.source);
                }
            }
        }
    }
}

/// Whether a rule has anything to do at a stage.
fn has_turn(rule: &Rule, stage: Stage) -> bool {
    let writes = rule.writes.iter().any(|write| settings::TABLE[write.setting].stage == stage);
    writes || (speaks_at(rule, stage) && (rule.speech != Speech::default() || !rule.without.is_empty()))
}

/// A rule speaks once, at the stage at which its condition is known and its settings are decided.
fn speaks_at(rule: &Rule, stage: Stage) -> bool {
    let asks = rule.when.as_ref().map_or(Stage::Season, Condition::stage);
    let writes = rule.writes.iter().map(|write| settings::TABLE[write.setting].stage);
    let gaps = rule.speech.gaps.iter().map(|gap| words::TABLE[*gap].stage);
    writes.chain(gaps).fold(asks, Stage::max) == stage
}
