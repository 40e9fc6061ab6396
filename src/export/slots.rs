//! Slots: every session by a name that lasts, so that what was handed out before is replaced and never doubled.

use std::collections::BTreeMap;

use crate::measure::Pace;
use crate::plan::{Day, Plan, PlanRace, Week, lasting};
use crate::request::TimeOfDay;
use crate::session::{Session, SessionKind, Step};

/// A session in its place.
pub(super) struct Slot<'p> {
    pub(super) week: &'p Week,
    pub(super) day: &'p Day,
    pub(super) session: &'p Session,
    /// The race it is, where the season lists it.
    pub(super) race: Option<&'p PlanRace>,
    /// Unique in the plan, and the same after planning anew: a session by its day and its turn on that day, a race by
    /// its name, so that it takes its entry along when it is moved.
    pub(super) id: String,
}

/// Every session, in order.
pub(super) fn slots(plan: &Plan) -> Vec<Slot<'_>> {
    let mut names = Names::of(plan);
    plan.sessions()
        .map(|(week, day, session)| {
            let is_race = session.kind == SessionKind::Race;
            let race = plan.races.iter().find(|race| is_race && race.date == day.date);
            let id = match race {
                Some(race) => names.next(&["race", &race.race, &race.name]),
                None if is_race => names.next(&["race", &session.title]),
                None => names.next(&["day", &day.date.to_string()]),
            };
            Slot { week, day, session, race, id }
        })
        .collect()
}

/// Names that last, inside a plan.
pub(super) struct Names {
    plan: String,
    given: BTreeMap<Vec<String>, u32>,
}

impl Names {
    pub(super) fn of(plan: &Plan) -> Self {
        // A plan from before there were ids is known by whom and what it is for.
        let plan = if plan.id.is_empty() { lasting(&[&plan.runner.name, &plan.title]) } else { plan.id.clone() };
        Self { plan, given: BTreeMap::new() }
    }

    /// The name of the next thing that these words tell.
    pub(super) fn next(&mut self, words: &[&str]) -> String {
        let turn = self.given.entry(words.iter().map(|word| (*word).to_owned()).collect()).or_insert(0);
        *turn += 1;
        let turn = turn.to_string();
        let mut all = vec![self.plan.as_str()];
        all.extend(words);
        all.push(&turn);
        lasting(&all)
    }
}

/// Whether a session on foot is more than one easy stretch, so that steps to follow are a help.
pub(super) fn is_structured(session: &Session) -> bool {
    if matches!(session.kind, SessionKind::Rest | SessionKind::CrossTrain | SessionKind::Strength) {
        return false;
    }
    match session.steps.as_slice() {
        [] => false,
        [Step::Run(stretch) | Step::Walk(stretch) | Step::Rest(stretch)] => {
            stretch.intensity.is_hard() && session.kind != SessionKind::Race
        }
        _ => true,
    }
}

/// The hour that the runner chose. One that a session must not pass is no appointment.
pub(super) fn hour(session: &Session) -> Option<TimeOfDay> {
    let from: TimeOfDay = session.start_from.as_deref()?.parse().ok()?;
    let by = session.start_by.as_deref().map(str::parse);
    by.is_none_or(|by| by == Ok(from)).then_some(from)
}

/// A pace as the plan as data has it, to a tenth of a second: what is made from a request and from its data is the same.
pub(super) fn as_data(pace: Pace) -> Pace {
    Pace::from_seconds_per_km((pace.seconds_per_km() * 10.0).round() / 10.0)
}

/// A text on one line, without what no reader could see: control characters and the breaks of lines.
pub(super) fn one_line(text: &str) -> String {
    let shown: String = text.chars().map(|c| if is_break(c) { ' ' } else { c }).filter(|c| !c.is_control()).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether readers of text files may take a character for the end of a line.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::render::sample;

    #[test]
    fn no_two_sessions_share_a_name_and_no_two_runners_do() {
        let mut plans = [sample::plan(), sample::plan()];
        plans[1].id = "another".to_owned();
        let all: Vec<String> = plans.iter().flat_map(|plan| slots(plan).into_iter().map(|slot| slot.id)).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn a_session_keeps_its_name_when_it_changes_and_a_race_when_it_moves() {
        let plan = sample::plan();
        let mut anew = plan.clone();
        anew.weeks[2].days[0].sessions[0] = anew.weeks[2].days[1].sessions[0].clone();
        let race = anew.weeks[9].days[6].sessions.pop().unwrap();
        anew.weeks[9].days[5].sessions.push(race);
        anew.races[0].date = anew.weeks[9].days[5].date;
        let names = |plan: &Plan| slots(plan).into_iter().map(|slot| slot.id).collect::<BTreeSet<_>>();
        assert_eq!(names(&plan), names(&anew));
    }

    #[test]
    fn a_line_holds_what_can_be_seen() {
        assert_eq!(one_line("a\r\nb\u{2028}c\u{0}d\te \u{7f}é\u{85}"), "a b cd e é");
    }
}
