//! The races of a season: which of them it is built for, which are run on the way, and how far apart they stand.
//!
//! Each **A** race has a build-up of its own, a *leg* of the season. **B** and **C** races are run inside a leg: a B race
//! takes a few days of rest before and after, a C race the place of that week's hard session.

use crate::calendar::Date;
use crate::finding::{Finding, Findings};
use crate::measure::Distance;
use crate::request::{Priority, Race, Request};
use crate::rulebook::Rulebook;
use crate::rulebook::layers::Settled;
use crate::rulebook::library::RaceKind;
use crate::rulebook::settings::key;

/// A race of the season, as asked for and as the rules know it.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// As asked for.
    pub asked: &'a Race,
    /// As the rules know it.
    pub kind: &'a RaceKind,
    /// How much it matters.
    pub priority: Priority,
}

impl Entry<'_> {
    /// When it is run.
    #[must_use]
    pub fn date(&self) -> Date {
        self.asked.date.value
    }

    /// Its name, as typed, or the title of its kind.
    #[must_use]
    pub fn name(&self) -> &str {
        self.asked.name.as_ref().map_or(self.kind.title.as_str(), |at| at.value.as_str())
    }
}

/// A part of the season: the build-up to a race, and the races on the way.
#[derive(Debug, Clone, Default)]
pub struct Leg<'a> {
    /// The race that it is built for; none in a season without a race.
    pub goal: Option<Entry<'a>>,
    /// B and C races, in order of time. Those after the last A race stand in its leg too.
    pub on_the_way: Vec<Entry<'a>>,
}

impl<'a> Leg<'a> {
    /// All its races, in order of time.
    pub fn races(&self) -> impl Iterator<Item = Entry<'a>> + '_ {
        let before = |entry: &&Entry<'a>| self.goal.is_none_or(|goal| entry.date() < goal.date());
        let after = move |entry: &&Entry<'a>| !before(entry);
        self.on_the_way
            .iter()
            .filter(before)
            .copied()
            .chain(self.goal)
            .chain(self.on_the_way.iter().filter(after).copied())
    }
}

/// The legs of a season, in order of time: one for each A race. Where no race is an A race, the one that matters most is
/// taken for it, the last of several.
pub fn legs<'a>(book: &'a Rulebook, request: &'a Request, findings: &mut Findings) -> Vec<Leg<'a>> {
    let mut entries: Vec<Entry<'a>> = request
        .races
        .iter()
        .filter_map(|asked| {
            let kind = book.races.get(&asked.race.value)?;
            Some(Entry { asked, kind, priority: asked.priority.as_ref().map_or(Priority::A, |at| at.value) })
        })
        .collect();
    entries.sort_by_key(Entry::date);
    if !entries.is_empty() && entries.iter().all(|entry| entry.priority != Priority::A) {
        let best = entries.iter().map(|entry| entry.priority).min();
        if let Some(main) = entries.iter_mut().rev().find(|entry| Some(entry.priority) == best) {
            findings.push(Finding::note("taken-for-a-race").with("race", main.name()).at(main.asked.place.clone()));
            main.priority = Priority::A;
        }
    }
    let mut legs = vec![Leg::default()];
    for entry in entries {
        let open = legs.last_mut().expect("there is always one");
        match entry.priority {
            Priority::A if open.goal.is_none() => open.goal = Some(entry),
            Priority::A => {
                // What stood after the race before belongs to the way to this one.
                let after =
                    open.on_the_way.iter().position(|other| open.goal.is_some_and(|goal| other.date() > goal.date()));
                let on_the_way = after.map_or_else(Vec::new, |at| open.on_the_way.split_off(at));
                legs.push(Leg { goal: Some(entry), on_the_way });
            }
            Priority::B | Priority::C => open.on_the_way.push(entry),
        }
    }
    legs
}

/// Whether two A races are short and near enough to share one peak.
#[must_use]
pub fn share_a_peak(first: &Entry<'_>, second: &Entry<'_>, settled: &Settled) -> bool {
    let short = |entry: &Entry<'_>| entry.kind.distance <= settled.get(key::RACES_SHARED_LONGEST);
    let days = second.date() - first.date();
    short(first) && short(second) && days <= 7 * settled.get(key::RACES_SHARED_WEEKS)
}

/// Whether the race before is near enough in length that legs ask for its full distance in weeks from the next.
fn comparable(first: Distance, second: Distance) -> bool {
    first.times(2.0) >= second
}

/// Tells of two A races that stand too close to each other, with both names, the least weeks and the ways out.
pub fn too_close(first: &Entry<'_>, second: &Entry<'_>, settled: &Settled, risks: bool, findings: &mut Findings) {
    if share_a_peak(first, second, settled) || !comparable(first.kind.distance, second.kind.distance) {
        return;
    }
    let days = second.date() - first.date();
    let (least, best) = (settled.get(key::RACES_APART_LEAST), settled.get(key::RACES_APART));
    if days >= 7 * best {
        return;
    }
    let finding =
        if days < 7 * least && !risks { Finding::error("races-too-close") } else { Finding::warning("races-close") };
    findings.push(
        finding
            .with("first", first.name())
            .with("second", second.name())
            .with("weeks", days / 7)
            .with("least", least)
            .with("best", best)
            .with("later", (first.date() + 7 * best).to_string())
            .at(second.asked.date.place.clone())
            .also_at(first.asked.date.place.clone()),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixtures::{book, request, settled};

    /// A request for races: what, how many days after 3 April 2027, and what else is said of each.
    fn season(races: &[(&str, i64, &str)]) -> Request {
        let first: Date = "2027-04-03".parse().unwrap();
        let races: Vec<String> = races
            .iter()
            .map(|(race, days, more)| format!("[[race]]\nrace = \"{race}\"\ndate = {}\n{more}\n", first + *days))
            .collect();
        request(&format!(
            "[runner]\nlevel = \"intermediate\"\n{}[week]\ndays = [\"tue\", \"sat\"]\n[plan]\nstart = 2027-01-04\n",
            races.join("")
        ))
    }

    fn codes(findings: &Findings) -> Vec<&str> {
        findings.0.iter().map(|finding| &*finding.code).collect()
    }

    /// Two A races, the days between them, whether the runner accepts the risk, and what is said.
    const TWO: &[(&str, &str, i64, bool, Option<&str>)] = &[
        ("half-marathon", "half-marathon", 27, false, Some("races-too-close")),
        ("half-marathon", "half-marathon", 27, true, Some("races-close")),
        ("half-marathon", "half-marathon", 28, false, Some("races-close")),
        ("half-marathon", "half-marathon", 55, false, Some("races-close")),
        ("half-marathon", "half-marathon", 56, false, None),
        // Two short races within four weeks share a peak.
        ("10k", "10k", 14, false, None),
        ("10-mile", "10-mile", 28, false, None),
        ("10-mile", "10-mile", 29, false, Some("races-close")),
        ("10-mile", "half-marathon", 20, false, Some("races-too-close")),
        ("half-marathon", "10-mile", 20, false, Some("races-too-close")),
        // Legs ask for weeks only from a race at least half as long as the next.
        ("5k", "10k", 30, false, Some("races-close")),
        ("10k", "half-marathon", 20, false, None),
        ("marathon", "10k", 20, false, Some("races-too-close")),
    ];

    #[test]
    fn two_goals_stand_as_far_apart_as_legs_need() {
        for (first, second, days, risks, said) in TWO {
            let request = season(&[(first, 0, ""), (second, *days, "")]);
            let mut findings = Findings::new();
            let legs = legs(book(), &request, &mut findings);
            let [first_goal, second_goal] = [&legs[0], &legs[1]].map(|leg| leg.goal.expect("an A race"));
            too_close(&first_goal, &second_goal, &settled(None), *risks, &mut findings);
            assert_eq!(codes(&findings), Vec::from_iter(*said), "{first} and {second}, {days} days apart");
            if let Some(finding) = findings.0.first() {
                let facts = serde_json::to_value(&finding.args).unwrap();
                assert_eq!(facts["weeks"], days / 7, "whole weeks");
                assert_eq!(facts["later"], "2027-05-29", "eight weeks after the first");
            }
        }
    }

    #[test]
    fn without_an_a_race_the_one_that_matters_most_is_taken_for_it_the_last_of_several() {
        let (b, c) = ("priority = \"B\"", "priority = \"C\"");
        let request = season(&[("5k", 0, b), ("10k", 21, b), ("5k", 42, c)]);
        let mut findings = Findings::new();
        let legs = legs(book(), &request, &mut findings);
        assert_eq!(codes(&findings), ["taken-for-a-race"]);
        assert_eq!(legs.len(), 1);
        let goal = legs[0].goal.expect("a goal");
        assert_eq!((goal.date(), goal.priority), ("2027-04-24".parse().unwrap(), Priority::A));
        let dates: Vec<String> = legs[0].races().map(|entry| entry.date().to_string()).collect();
        assert_eq!(dates, ["2027-04-03", "2027-04-24", "2027-05-15"], "in order of time");
        let none = season(&[]);
        let mut findings = Findings::new();
        assert!(super::legs(book(), &none, &mut findings)[0].goal.is_none() && findings.0.is_empty());
    }

    #[test]
    fn a_race_between_two_goals_is_on_the_way_to_the_later() {
        let b = "priority = \"B\"";
        let request = season(&[("5k", 0, b), ("10k", 7, ""), ("5k", 40, b), ("half-marathon", 80, ""), ("5k", 90, b)]);
        let legs = legs(book(), &request, &mut Findings::new());
        let days: Vec<Vec<i64>> = legs
            .iter()
            .map(|leg| leg.on_the_way.iter().map(|race| race.date() - "2027-04-03".parse().unwrap()).collect())
            .collect();
        assert_eq!(days, [vec![0], vec![40, 90]]);
    }
}
