//! Two plans side by side: what changes, week by week, and which rule did it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use crate::calendar::Date;
use crate::plan::{Plan, PlanFinding, Week, WeekKind};
use crate::reason::{self, Reason};

/// What differs between two plans; empty lists where they are alike.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Whether nothing that a runner does or reads in the table of weeks differs.
    pub same: bool,
    /// What differs in the season as a whole: who, what for, where, how much.
    pub season: Vec<Change>,
    /// The settings that stand otherwise, and who wrote them, those of most weeks first.
    pub causes: Vec<Cause>,
    /// The weeks that change, in order.
    pub weeks: Vec<WeekChange>,
    /// What the first plan had to say that the second has not.
    pub findings_gone: Vec<PlanFinding>,
    /// What only the second plan has to say.
    pub findings_new: Vec<PlanFinding>,
}

/// One thing that differs. Names that end in `_m` are metres, in `_s` seconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// What it is, by the name it has in the plan.
    pub what: &'static str,
    /// In the first plan; null where there is none.
    pub a: Value,
    /// In the second.
    pub b: Value,
}

/// A setting that stands otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cause {
    /// Its name.
    pub setting: String,
    /// The last word on it in the first plan; none where nobody spoke of it.
    pub a: Option<Word>,
    /// The last word on it in the second.
    pub b: Option<Word>,
    /// The weeks of the second plan in which it stands otherwise.
    pub weeks: Vec<u32>,
}

/// Who had the last word on a setting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Word {
    /// What stands.
    #[serde(serialize_with = "as_data")]
    pub now: String,
    /// The rule's id; none for a plain value.
    pub rule: Option<String>,
    /// Its file, as a reader knows it.
    pub file: String,
    /// Line of the written key.
    pub line: usize,
    /// Why, in a sentence.
    pub because: String,
}

/// A week that changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeekChange {
    /// Its first day.
    pub start: Date,
    /// Its number in the first plan; none where that plan has no such week.
    pub a: Option<u32>,
    /// Its number in the second.
    pub b: Option<u32>,
    /// What changes: `kind`, `phase`, `volume_m`, `longest_run_m`, `hard_sessions`, `run_at`.
    pub changes: Vec<Change>,
    /// The days whose sessions change.
    pub days: Vec<DayChange>,
    /// The settings that stand otherwise in it, as in `causes`. None: the change follows from an earlier week.
    pub settings: Vec<String>,
}

/// A day whose sessions change, by their titles.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DayChange {
    /// Which; in the second plan where weeks are held against each other by number.
    pub date: Date,
    /// In the first plan.
    pub a: Vec<String>,
    /// In the second.
    pub b: Vec<String>,
}

fn as_data<S: serde::Serializer>(now: &str, to: S) -> Result<S::Ok, S::Error> {
    serde_json::from_str::<Value>(now).unwrap_or_default().serialize(to)
}

/// Holds a plan against another.
#[must_use]
pub fn compare(a: &Plan, b: &Plan) -> Comparison {
    let pairs = pairs(a, b);
    let (words_a, words_b) = (Words::of(a), Words::of(b));
    let mut causes: BTreeMap<(String, Option<Word>, Option<Word>), Vec<u32>> = BTreeMap::new();
    let mut weeks = Vec::new();
    for (of_a, of_b) in &pairs {
        let mut settings = Vec::new();
        if let (Some(of_a), Some(of_b)) = (of_a, of_b) {
            for (setting, a, b) in differing(&words_a.last(of_a), &words_b.last(of_b)) {
                // A week of another kind asks for other settings: that follows from the change, and did not make it.
                if a.is_none() && words_a.speak_of(&setting) || b.is_none() && words_b.speak_of(&setting) {
                    continue;
                }
                causes.entry((setting.clone(), a, b)).or_default().push(of_b.number);
                settings.push(setting);
            }
        }
        weeks.extend(week(*of_a, *of_b, settings));
    }
    let mut causes: Vec<Cause> =
        causes.into_iter().map(|((setting, a, b), weeks)| Cause { setting, a, b, weeks }).collect();
    causes.sort_by_key(|cause| (std::cmp::Reverse(cause.weeks.len()), cause.setting.clone()));
    let season = season(a, b);
    let said = |plan: &Plan, by: &Plan| -> Vec<PlanFinding> {
        plan.findings.iter().filter(|finding| !by.findings.contains(finding)).cloned().collect()
    };
    Comparison {
        same: season.is_empty() && weeks.is_empty(),
        season,
        causes,
        weeks,
        findings_gone: said(a, b),
        findings_new: said(b, a),
    }
}

/// The weeks that belong together: by their first day where the seasons share one, by number otherwise.
fn pairs<'p>(a: &'p Plan, b: &'p Plan) -> Vec<(Option<&'p Week>, Option<&'p Week>)> {
    let starts: BTreeSet<Date> = a.weeks.iter().map(|week| week.start).collect();
    if b.weeks.iter().any(|week| starts.contains(&week.start)) {
        let all: BTreeSet<Date> = starts.into_iter().chain(b.weeks.iter().map(|week| week.start)).collect();
        let on = |plan: &'p Plan, start| plan.weeks.iter().find(|week| week.start == start);
        return all.into_iter().map(|start| (on(a, start), on(b, start))).collect();
    }
    (0..a.weeks.len().max(b.weeks.len())).map(|at| (a.weeks.get(at), b.weeks.get(at))).collect()
}

/// The last word on every setting, week by week.
struct Words<'p>(BTreeMap<u32, &'p Reason>);

impl<'p> Words<'p> {
    fn of(plan: &'p Plan) -> Self {
        Self(plan.ledger.iter().map(|reason| (reason.id, reason)).collect())
    }

    /// Whether anybody in the season wrote this setting.
    fn speak_of(&self, setting: &str) -> bool {
        self.0.values().any(|reason| reason.setting == setting)
    }

    fn last(&self, week: &Week) -> BTreeMap<&'p str, &'p Reason> {
        let mut chains: BTreeMap<&str, Vec<&Reason>> = BTreeMap::new();
        for reason in week.why.iter().filter_map(|id| self.0.get(id)).filter(|reason| !reason.setting.is_empty()) {
            chains.entry(&reason.setting).or_default().push(reason);
        }
        let last = |chain: Vec<&'p Reason>| reason::in_order(&chain).last().copied();
        chains.into_iter().filter_map(|(setting, chain)| Some((setting, last(chain)?))).collect()
    }
}

/// The settings that stand otherwise, with the last word on each.
fn differing(a: &BTreeMap<&str, &Reason>, b: &BTreeMap<&str, &Reason>) -> Vec<(String, Option<Word>, Option<Word>)> {
    let all: BTreeSet<&str> = a.keys().chain(b.keys()).copied().collect();
    let now = |of: &BTreeMap<&str, &Reason>, setting: &str| of.get(setting).map(|reason| reason.now.clone());
    all.into_iter()
        .filter(|setting| now(a, setting) != now(b, setting))
        .map(|setting| (setting.to_owned(), a.get(setting).map(|r| word(r)), b.get(setting).map(|r| word(r))))
        .collect()
}

fn word(reason: &Reason) -> Word {
    Word {
        now: reason.now.to_string(),
        rule: reason.rule.clone(),
        file: reason.file.clone(),
        line: reason.line,
        because: reason.because.clone(),
    }
}

/// What changes in a week, if anything does.
fn week(a: Option<&Week>, b: Option<&Week>, settings: Vec<String>) -> Option<WeekChange> {
    let start = b.or(a)?.start;
    let hard = |week: &Week| week.days.iter().flat_map(|day| &day.sessions).filter(|session| session.hard).count();
    let run_at = |week: &Week| week.heat.as_ref().map(|heat| heat.run_at.clone());
    let changes = changed([
        ("kind", a.map(|w| json!(w.kind)), b.map(|w| json!(w.kind))),
        ("phase", a.map(|w| json!(w.phase)), b.map(|w| json!(w.phase))),
        ("volume_m", a.map(|w| json!(w.volume_m)), b.map(|w| json!(w.volume_m))),
        ("longest_run_m", a.map(|w| json!(w.longest_run_m)), b.map(|w| json!(w.longest_run_m))),
        ("hard_sessions", a.map(|w| json!(hard(w))), b.map(|w| json!(hard(w)))),
        ("run_at", a.map(|w| json!(run_at(w))), b.map(|w| json!(run_at(w)))),
    ]);
    let titles = |week: Option<&Week>, at: usize| -> Vec<String> {
        let day = week.and_then(|week| week.days.get(at));
        day.map(|day| day.sessions.iter().map(|session| session.title.clone()).collect()).unwrap_or_default()
    };
    let days: Vec<DayChange> = (0..7)
        .map(|at| DayChange { date: start + at as i64, a: titles(a, at), b: titles(b, at) })
        .filter(|day| day.a != day.b)
        .collect();
    let same = changes.is_empty() && days.is_empty();
    (!same).then(|| WeekChange { start, a: a.map(|w| w.number), b: b.map(|w| w.number), changes, days, settings })
}

/// What differs in the season as a whole.
fn season(a: &Plan, b: &Plan) -> Vec<Change> {
    type Say = fn(&Plan) -> Value;
    let races: Say = |plan| {
        let of = |race: &crate::plan::PlanRace| {
            let goal = race.goal_s.map(|goal| format!(", {goal}")).unwrap_or_default();
            format!("{} {} {}{goal}", race.priority, race.title, race.date)
        };
        json!(plan.races.iter().map(of).collect::<Vec<_>>().join("; "))
    };
    let all: [(&'static str, Say); 13] = [
        ("runner", |plan| json!(plan.runner.name)),
        ("level", |plan| json!(plan.runner.level)),
        ("age", |plan| json!(plan.runner.age)),
        ("weekly_m", |plan| json!(plan.runner.weekly_m)),
        ("longest_m", |plan| json!(plan.runner.longest_m)),
        ("score", |plan| json!(plan.runner.score)),
        ("climate", |plan| json!(plan.climate.as_ref().map(|climate| &climate.title))),
        ("races", races),
        ("start", |plan| json!(plan.start)),
        ("end", |plan| json!(plan.end)),
        ("resets", |plan| json!(resets(plan))),
        ("peak_volume_m", |plan| json!(plan.weeks.iter().map(|week| week.volume_m).max())),
        ("peak_long_run_m", |plan| json!(plan.weeks.iter().map(|week| week.longest_run_m).max())),
    ];
    changed(all.map(|(what, say)| (what, Some(say(a)), Some(say(b)))))
}

/// How many weeks of a season step back.
#[must_use]
pub fn resets(plan: &Plan) -> usize {
    plan.weeks.iter().filter(|week| week.kind == WeekKind::Reset).count()
}

fn changed<const N: usize>(all: [(&'static str, Option<Value>, Option<Value>); N]) -> Vec<Change> {
    all.into_iter()
        .map(|(what, a, b)| Change { what, a: a.unwrap_or_default(), b: b.unwrap_or_default() })
        .filter(|change| change.a != change.b)
        .collect()
}
