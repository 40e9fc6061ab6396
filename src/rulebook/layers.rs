//! Layers: who may write a setting, in order, and what comes of it. Layers are kept whole, never merged away: every
//! write is a [`Reason`] in the ledger.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Data;

use super::condition::Held as Holds;
use super::rule::{Effect, Rule, Sheet, Write, Written, last_of_each};
use super::settings::{self, Held, Key, Stage, Value};
use super::words::Facts;
use crate::reason::{Layer, Ledger, Reason};

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
    /// The sheets.
    pub sheets: Vec<Arc<Sheet>>,
    /// Where the recipe of a week's reset speaks: before these sheets, one for each pack.
    pub recipe_at: Vec<usize>,
    /// The race trained for.
    pub race: ForRace,
    /// The runner's level.
    pub level: String,
    /// The distance of every race, for the nearest one.
    pub distances: BTreeMap<String, f64>,
}

/// Settings as they stand at a stage, with the chain of reasons behind each.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    values: Vec<Option<Value>>,
    why: Vec<Vec<u32>>,
    /// What rules have to say, in order.
    pub spoken: Vec<Spoken>,
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
    pub place: crate::source::Place,
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
        self.values.get(index).and_then(Option::as_ref)
    }

    /// The numbers of all reasons behind a setting, first write first.
    #[must_use]
    pub fn why<T>(&self, key: Key<T>) -> &[u32] {
        self.chain(key.index())
    }

    /// The numbers of all reasons behind a line of the table.
    #[must_use]
    pub fn chain(&self, index: usize) -> &[u32] {
        self.why.get(index).map_or(&[], Vec::as_slice)
    }

    /// The reason that had the last word on a setting.
    #[must_use]
    pub fn last<T>(&self, key: Key<T>) -> Vec<u32> {
        self.why(key).last().copied().into_iter().collect()
    }

    /// These settings with those of a later stage.
    #[must_use]
    pub fn with(&self, later: Self) -> Self {
        let mut all = self.clone();
        for (index, (value, why)) in later.values.into_iter().zip(later.why).enumerate() {
            if value.is_some() {
                all.values[index] = value;
                all.why[index] = why;
            }
        }
        all.spoken = later.spoken;
        all
    }
}

impl InForce {
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
            values: vec![None; count],
            why: vec![Vec::new(); count],
            caps: Vec::new(),
            lifted: Vec::new(),
            spoken: Vec::new(),
        };
        let last = last_of_each(&self.sheets);
        let last_of_recipe = last_of_each(recipe);
        let of_stage = |index: usize| settings::TABLE[index].stage == stage && wanted(index);
        for index in 0..=self.sheets.len() {
            for (pack, _) in self.recipe_at.iter().enumerate().filter(|(_, at)| **at == index) {
                for (number, sheet) in recipe.iter().enumerate().filter(|(_, sheet)| sheet.pack == pack) {
                    let is_last = |rule: &Rule| last_of_recipe.get(rule.id.as_str()) == Some(&number);
                    desk.sheet(sheet, stage, &of_stage, &is_last);
                }
            }
            if let Some(sheet) = self.sheets.get(index) {
                desk.sheet(sheet, stage, &of_stage, &|rule| last.get(rule.id.as_str()) == Some(&index));
            }
        }
        desk.caps();
        Settled { values: desk.values, why: desk.why, spoken: desk.spoken }
    }

    /// The value that a write holds for the race trained for, and the race it was written for where that is another.
    fn chosen<'w>(
        &self,
        written: &'w Written,
    ) -> Option<(&'w Value, Option<&'w crate::source::Place>, Option<&'w str>)> {
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

struct Desk<'s, 'l> {
    force: &'s InForce,
    facts: &'s Facts,
    ledger: &'l mut Ledger,
    values: Vec<Option<Value>>,
    why: Vec<Vec<u32>>,
    caps: Vec<Cap<'s>>,
    lifted: Vec<(&'s str, &'s Rule, &'s Sheet)>,
    spoken: Vec<Spoken>,
}

impl<'s> Desk<'s, '_> {
    fn sheet(
        &mut self,
        sheet: &'s Sheet,
        stage: Stage,
        of_stage: &dyn Fn(usize) -> bool,
        in_force: &dyn Fn(&Rule) -> bool,
    ) {
        for plain in &sheet.plain {
            if of_stage(plain.write.setting) {
                self.write(sheet, None, &plain.write, &plain.because, &sheet.source);
            }
        }
        for rule in sheet.rules.iter().filter(|rule| in_force(rule)) {
            // A rule speaks once, at the stage at which its condition is known and its settings are decided.
            let speaks = rule_stage(rule) == stage;
            let writes: Vec<&Write> = rule.writes.iter().filter(|write| of_stage(write.setting)).collect();
            if writes.is_empty()
                && !(speaks && (rule.speech != super::rule::Speech::default() || !rule.without.is_empty()))
            {
                continue;
            }
            if !self.holds(rule) {
                continue;
            }
            for write in writes {
                match write.effect {
                    Effect::Set | Effect::Scale => {
                        self.write(sheet, Some(rule), write, &rule.because, &rule.source);
                    }
                    Effect::AtMost | Effect::AtLeast => self.caps.push(Cap { rule, write, sheet }),
                }
            }
            for id in &rule.without {
                self.lifted.push((id, rule, sheet));
            }
            if speaks && rule.speech != super::rule::Speech::default() {
                self.speak(sheet, rule);
            }
        }
    }

    fn holds(&self, rule: &Rule) -> bool {
        rule.when.as_ref().is_none_or(|when| when.holds(self.facts) == Holds::Yes)
    }

    fn speak(&mut self, sheet: &Sheet, rule: &Rule) {
        let why = self.ledger.write(Reason {
            id: 0,
            rule: Some(rule.id.clone()),
            file: sheet.file.clone(),
            line: rule.place.line(),
            layer: sheet.layer,
            setting: String::new(),
            effect: "say".to_owned(),
            read: rule.when.as_ref().map(|when| when.reads(self.facts)).unwrap_or_default(),
            was: Data::Null,
            now: Data::Null,
            because: rule.because.clone(),
            source: rule.source.clone(),
        });
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
                self.values[index].as_ref().and_then(|stands| stands.scaled(share.fraction()))
            }
            _ => Some(value.clone()),
        };
        let Some(now) = now else { return };
        self.note(sheet, rule, write, place, borrowed, now, because, source);
    }

    #[allow(clippy::too_many_arguments)]
    fn note(
        &mut self,
        sheet: &Sheet,
        rule: Option<&Rule>,
        write: &Write,
        place: Option<&crate::source::Place>,
        borrowed: Option<&str>,
        now: Value,
        because: &str,
        source: &[String],
    ) {
        let index = write.setting;
        let mut read = rule.and_then(|r| r.when.as_ref()).map(|when| when.reads(self.facts)).unwrap_or_default();
        if let Some(race) = borrowed {
            read.insert("race.nearest".to_owned(), race.into());
        }
        let was = self.values[index].as_ref().map_or(Data::Null, Value::data);
        let id = self.ledger.write(Reason {
            id: 0,
            rule: rule.map(|rule| rule.id.clone()),
            file: sheet.file.clone(),
            line: place.unwrap_or(&write.place).line(),
            layer: sheet.layer,
            setting: settings::TABLE[index].name.to_owned(),
            effect: write.effect.name().to_owned(),
            read,
            was,
            now: now.data(),
            because: because.to_owned(),
            source: if source.is_empty() && sheet.layer >= Layer::Request { Vec::new() } else { source.to_vec() },
        });
        self.why[index].push(id);
        self.values[index] = Some(now);
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
            let by = Write {
                setting: cap.write.setting,
                effect: Effect::Set,
                written: cap.write.written.clone(),
                place: rule.place.clone(),
            };
            self.note(sheet, Some(rule), &by, None, None, stands, &rule.because, &rule.source);
        }
        for effect in [Effect::AtLeast, Effect::AtMost] {
            for cap in kept.iter().filter(|cap| cap.write.effect == effect) {
                let Some((limit, place, borrowed)) = self.force.chosen(&cap.write.written) else { continue };
                let Some(stands) = self.values[cap.write.setting].clone() else { continue };
                let (Some(a), Some(b)) = (stands.order(), limit.order()) else { continue };
                let binds = if effect == Effect::AtMost { a > b } else { a < b };
                // A cap that had nothing to do is left out of the chain, so that each reason printed did something.
                if binds {
                    let limit = limit.clone();
                    self.note(
                        cap.sheet,
                        Some(cap.rule),
                        cap.write,
                        place,
                        borrowed,
                        limit,
                        &cap.rule.because,
                        &cap.rule.source,
                    );
                }
            }
        }
    }
}

/// When a rule is settled: at its latest write, or when its words are known.
fn rule_stage(rule: &Rule) -> Stage {
    let asks = rule.when.as_ref().map_or(Stage::Season, super::condition::Condition::stage);
    rule.writes.iter().map(|write| settings::TABLE[write.setting].stage).max().map_or(asks, |stage| stage.max(asks))
}
