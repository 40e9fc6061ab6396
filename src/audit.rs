//! Guardrails over a finished plan: measures that know nothing of how it was made, against limits that are text.
//!
//! A plan may come from anywhere, edited by hand or made to harm: nothing here panics on it.

mod measures;
mod season;

use std::collections::BTreeMap;

use minijinja::{Environment, UndefinedBehavior};

use crate::args;
use crate::finding::Severity;
use crate::measure::{Distance, Duration, Units};
use crate::phrasebook::Phrasebook;
use crate::plan::{Plan, PlanFinding, Verdict};
use crate::rulebook::guardrail::{Guardrail, Limit, Unit};

use self::measures::MEASURES;
use self::season::{Season, Sighting};

/// How many breaks of one guardrail are told one by one; of the rest the number is told.
const TOLD: usize = 12;

/// What the guardrails say of a plan.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Verdicts {
    /// A finding for each break, in order of the guardrails and then of the season.
    pub findings: Vec<PlanFinding>,
    /// Each guardrail once, in their order.
    pub verdicts: Vec<Verdict>,
}

/// Judges a plan.
///
/// A guardrail whose measure sees nothing in the plan is kept. The code of a finding is the id of its guardrail.
#[must_use]
pub fn judge(plan: &Plan, guardrails: &[Guardrail], phrasebook: &Phrasebook) -> Verdicts {
    let season = Season::of(plan);
    let mut seen: BTreeMap<&str, Vec<Sighting>> = BTreeMap::new();
    let mut judged = Verdicts::default();
    for guardrail in guardrails {
        let sightings = seen.entry(guardrail.measure.name).or_insert_with(|| {
            MEASURES
                .iter()
                .find(|(name, _)| *name == guardrail.measure.name)
                .map_or_else(Vec::new, |(_, see)| see(&season))
        });
        let breaks: Vec<Break<'_>> = sightings.iter().filter_map(|sighting| broken(guardrail, sighting)).collect();
        let say = |broken: &Break<'_>| PlanFinding {
            code: guardrail.id.value.clone(),
            severity: broken.severity,
            message: message(guardrail, broken, plan.units),
            week: broken.sighting.week,
        };
        judged.findings.extend(breaks.iter().take(TOLD).map(say));
        if let Some(gravest) = breaks.iter().skip(TOLD).map(|broken| broken.severity).max() {
            judged.findings.push(PlanFinding {
                code: guardrail.id.value.clone(),
                severity: gravest,
                message: phrasebook
                    .say("audit.more", &args! { "count" => breaks.len() - TOLD, "title" => guardrail.title.as_str() }),
                week: None,
            });
        }
        judged.verdicts.push(Verdict {
            id: guardrail.id.value.clone(),
            title: guardrail.title.clone(),
            kept: breaks.is_empty(),
            source: guardrail.source.iter().map(|id| id.value.clone()).collect(),
        });
    }
    judged
}

// ---- limits ----

/// A sighting outside its limit.
struct Break<'s> {
    sighting: &'s Sighting,
    limit: f64,
    severity: Severity,
}

/// Rounding of numbers is no break.
fn slack(limit: f64) -> f64 {
    1e-6 * (1.0 + limit.abs())
}

fn broken<'s>(guardrail: &Guardrail, sighting: &'s Sighting) -> Option<Break<'s>> {
    let limit = guardrail.limit(&sighting.facts)?;
    let outside = |bound: f64| Some(Break { sighting, limit: bound, severity: limit.severity });
    if let Some(most) = most(limit, sighting)
        && sighting.value > most + slack(most)
    {
        return outside(most);
    }
    if let Some(least) = limit.at_least.map(|amount| sighting.amount(amount))
        && sighting.value < least - slack(least)
    {
        return outside(least);
    }
    None
}

/// The largest of the ways to tell the most: of `at-most`, `allow` and `always` the largest counts, never their sum.
fn most(limit: &Limit, sighting: &Sighting) -> Option<f64> {
    let most = sighting.amount(limit.at_most?);
    let allowed = limit.allow.map(|rise| sighting.reference.unwrap_or(0.0) + sighting.amount(rise));
    let always = limit.always.map(|amount| sighting.amount(amount));
    Some([allowed, always].into_iter().flatten().fold(most, f64::max))
}

// ---- words ----

/// A guardrail's message, filled in the plan's units. What cannot be rendered is told by its title.
fn message(guardrail: &Guardrail, broken: &Break<'_>, units: Units) -> String {
    let sighting = broken.sighting;
    // As many decimals as it takes for the value to read as another number than its limit.
    let fine = (0..3).find(|fine| {
        written(sighting.value, sighting.unit, units, *fine) != written(broken.limit, sighting.unit, units, *fine)
    });
    let write = |number: f64| written(number, sighting.unit, units, fine.unwrap_or(2));
    let mut facts = args! {
        "date" => sighting.date.to_string(),
        "value" => write(sighting.value),
        "limit" => write(broken.limit),
        "week" => sighting.week,
    };
    if let Some(reference) = sighting.reference {
        facts.insert("reference".to_owned(), write(reference).into());
    }
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(100_000));
    env.render_str(&guardrail.message, minijinja::value::Serde(&facts))
        .map_or_else(|_| guardrail.title.clone(), |words| words.trim().to_owned())
}

/// A number as its unit is read, finer where the coarse forms look the same.
fn written(value: f64, unit: Unit, units: Units, fine: usize) -> String {
    let plain = |number: f64, decimals: usize| {
        let text = format!("{number:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    match unit {
        Unit::Share => format!("{} %", plain(value * 100.0, fine)),
        Unit::Distance if fine > 1 || value.abs() < 100.0 && value != 0.0 => format!("{} m", plain(value, 3)),
        Unit::Distance if fine == 0 => units.distance(Distance::from_metres(value)),
        Unit::Distance => format!("{} {}", plain(value / units.one().metres(), 2), units.symbol()),
        Unit::Duration if fine == 0 && value >= 14_400.0 && value % 3600.0 == 0.0 => {
            format!("{} h", plain(value / 3600.0, 0))
        }
        Unit::Duration if fine == 0 && value >= 60.0 => format!("{} min", plain(value / 60.0, 0)),
        Unit::Duration if value >= 60.0 => Duration::from_seconds(value).clock(),
        Unit::Duration => format!("{} s", plain(value, 0)),
        Unit::Count => plain(value, 2),
        Unit::Number => plain(value, 1 + fine),
    }
}

#[cfg(test)]
mod tests;
