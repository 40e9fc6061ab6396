//! Who runs: what the request says of the runner, and what has to be assumed where it says nothing.

use crate::calendar::Date;
use crate::finding::{Finding, Findings};
use crate::fitness::Score;
use crate::measure::{Distance, Units};
use crate::request::{Goal, Health, Request};
use crate::rulebook::Rulebook;
use crate::rulebook::words::{Answer, Facts, word};

/// The share of the week that the longest run is assumed to be, where the request does not say.
///
/// The contract of the request fixes it.
const ASSUMED_LONGEST: f64 = 0.35;

/// The runner, with nothing left open.
#[derive(Debug, Clone)]
pub struct Who {
    /// Name as typed; none when the request has none.
    pub name: Option<String>,
    /// Id of the level.
    pub level: String,
    /// Age in years.
    pub age: Option<u32>,
    /// Mean of the last four weeks.
    pub weekly: Distance,
    /// Longest run of the last 30 days.
    pub longest: Distance,
    /// Fitness score, where a result tells it.
    pub score: Option<Score>,
    /// Whether the score is told from a goal and not from a result.
    pub score_from_goal: bool,
    /// Whether this is the first plan ever followed.
    pub first_plan: bool,
    /// Highest heart rate.
    pub hr_max: Option<u16>,
    /// Heart rate at threshold.
    pub hr_threshold: Option<u16>,
}

impl Who {
    /// Reads the runner off a request.
    pub fn of(book: &Rulebook, request: &Request, findings: &mut Findings) -> Self {
        let runner = &request.runner;
        let told = runner.weekly.as_ref().map(|at| at.value);
        let level = match (&runner.level, told) {
            (Some(level), _) => level.value.clone(),
            (None, weekly) => {
                let level = book.level_of(weekly.unwrap_or(Distance::ZERO)).unwrap_or_default().to_owned();
                let title = book.levels.get(&level).map_or(level.clone(), |l| l.title.clone());
                findings.push(Finding::note("level-told").with("level", title));
                level
            }
        };
        let weekly = told.unwrap_or_else(|| {
            let weekly = book.levels.get(&level).map_or(Distance::ZERO, |l| l.weekly[0]);
            findings.push(Finding::note("weekly-assumed").with("weekly", request.units().distance(weekly)));
            weekly
        });
        let longest = runner
            .longest
            .as_ref()
            .map_or_else(|| weekly.times(ASSUMED_LONGEST).floor_to(Units::Km.half()), |at| at.value);
        let from_result = runner.recent.as_ref().and_then(|recent| {
            let race = book.races.get(&recent.race.value)?;
            let score = Score::from_race(race.distance, recent.time.value);
            if score.is_none() {
                findings.push(
                    Finding::error("impossible-result")
                        .with("time", recent.time.value.clock())
                        .with("race", race.title.as_str())
                        .at(recent.time.place.clone()),
                );
            }
            score
        });
        let from_goal = request.races.iter().find_map(|race| {
            let goal = race.goal.as_ref()?;
            let Goal::Time(time) = goal.value else { return None };
            Some((Score::from_race(book.races.get(&race.race.value)?.distance, time)?, &goal.place))
        });
        if let (None, Some((_, place))) = (from_result, from_goal) {
            findings.push(Finding::note("paces-from-goal").at(place.clone()));
        }
        let from_goal = from_goal.map(|(score, _)| score);
        let finished_none = runner.finished.as_ref().is_none_or(Vec::is_empty);
        Self {
            name: runner.name.as_ref().map(|at| at.value.clone()),
            level,
            age: runner.age.as_ref().map(|at| at.value),
            weekly,
            longest,
            score: from_result.or(from_goal),
            score_from_goal: from_result.is_none() && from_goal.is_some(),
            first_plan: runner.first_plan.as_ref().map_or(finished_none && runner.recent.is_none(), |at| at.value),
            hr_max: runner.hr_max.as_ref().map(|at| at.value),
            hr_threshold: runner.hr_threshold.as_ref().map(|at| at.value),
        }
    }

    /// Tells the words that rules may ask of the runner.
    pub fn tell(&self, book: &Rulebook, request: &Request, start: Date, facts: &mut Facts) {
        let runner = &request.runner;
        facts.number(word::RUNNER_AGE, self.age.map(f64::from));
        facts.text(word::RUNNER_LEVEL, &self.level);
        facts.number(word::RUNNER_WEEKLY, Some(self.weekly.km()));
        facts.number(word::RUNNER_LONGEST, Some(self.longest.km()));
        facts.number(word::RUNNER_YEARS, runner.years.as_ref().map(|at| at.value));
        facts.number(word::RUNNER_SCORE, self.score.filter(|_| !self.score_from_goal).map(Score::value));
        facts.yes(word::RUNNER_FIRST_PLAN, self.first_plan);
        let recently = runner.injured_until.as_ref().is_some_and(|at| start - at.value <= book.memory.injury);
        let has = |what: &str| match &runner.health {
            Some(Health::Care(list)) => list.iter().any(|at| at.value == what),
            _ => false,
        };
        // An all-clear after the injury lifts what needs a professional, not the care of the months that follow.
        facts.yes(word::RUNNER_INJURED, recently || has("injured"));
        facts.yes(word::RUNNER_INJURED_NOW, has("injured"));
        facts.yes(word::RUNNER_PREGNANT, has("pregnant"));
        facts.yes(word::RUNNER_HEART, has("heart"));
        let finished = runner.finished.iter().flatten().map(|at| at.value.clone());
        let recent = runner.recent.iter().map(|recent| recent.race.value.clone());
        facts.tell(word::RUNNER_FINISHED, Answer::Texts(finished.chain(recent).collect()));
        facts.yes(word::PLACE_TREADMILL, request.home.treadmill.as_ref().is_some_and(|at| at.value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixtures::{book, request};

    /// What the rules are told of a runner who starts on 4 January 2027.
    fn told(runner: &str) -> Facts {
        let request = request(&format!(
            "[runner]\nlevel = \"intermediate\"\n{runner}\n[week]\ndays = [\"tue\", \"sat\"]\n[plan]\nstart = 2027-01-04\n"
        ));
        let who = Who::of(book(), &request, &mut Findings::new());
        let mut facts = Facts::new();
        who.tell(book(), &request, "2027-01-04".parse().unwrap(), &mut facts);
        facts
    }

    #[test]
    fn rules_are_told_of_injuries_now_and_of_those_that_are_not_long_past() {
        let yes = |runner: &str, word: usize| told(runner).get(word) == Some(&Answer::YesNo(true));
        let memory = book().memory.injury;
        let start: Date = "2027-01-04".parse().unwrap();
        let until = |days: i64| format!("injured-until = {}", start + -days);
        assert!(yes(&until(memory), word::RUNNER_INJURED));
        assert!(!yes(&until(memory + 1), word::RUNNER_INJURED));
        assert!(!yes(&until(memory), word::RUNNER_INJURED_NOW));
        for (health, word) in [
            ("injured", word::RUNNER_INJURED_NOW),
            ("injured", word::RUNNER_INJURED),
            ("pregnant", word::RUNNER_PREGNANT),
            ("heart", word::RUNNER_HEART),
        ] {
            assert!(yes(&format!("health = [\"{health}\"]"), word), "{health}");
            assert!(!yes("", word), "{health} is not assumed");
        }
        assert!(!yes("health = [\"pregnant\"]", word::RUNNER_HEART));
    }

    #[test]
    fn rules_are_told_of_a_score_only_where_a_result_shows_it() {
        let race = |goal: &str| format!("recent = {{ race = \"10k\", time = \"50:00\", date = 2026-12-01 }}\n{goal}");
        assert!(told(&race("")).get(word::RUNNER_SCORE).is_some());
        assert!(
            told("[[race]]\nrace = \"10k\"\ndate = 2027-02-27\ngoal = \"50:00\"").get(word::RUNNER_SCORE).is_none()
        );
    }
}
