//! Single seasons: what a coach would check with a finger on the page.

use stepback::calendar::Date;
use stepback::measure::Duration;
use stepback::plan::{Plan, PlanRace};
use stepback::session::{Session, SessionKind, Step, Stretch};

use crate::laws::Desk;

/// A season from 4 January 2027 with these lines under `[runner]` and `[week]`, and these races.
fn season(runner: &str, week: &str, races: &str) -> Plan {
    let text = format!(
        "[runner]\nlevel = \"intermediate\"\nweekly = \"40 km\"\n{runner}\n[week]\n{week}\n{races}\n[plan]\nstart = 2027-01-04\n"
    );
    Desk::shipped().planned(&text)
}

const DAYS: &str = "days = [\"tue\", \"thu\", \"sat\", \"sun\"]";
const RESULT: &str = "recent = { race = \"10k\", time = \"50:00\", date = 2026-12-05 }";
const HALF: &str = "[[race]]\nrace = \"half-marathon\"\ndate = 2027-05-02\n";

/// The card of a race, and what it is on its day.
fn race<'p>(plan: &'p Plan, id: &str) -> (&'p PlanRace, &'p Session, &'p Stretch) {
    let card = plan.races.iter().find(|card| card.race == id).expect("a card");
    let mut sessions = plan.sessions().filter(|(_, day, _)| day.date == card.date).map(|(_, _, session)| session);
    let session = sessions.find(|session| session.kind == SessionKind::Race).expect("a race on its day");
    let [Step::Run(stretch)] = &session.steps[..] else { panic!("a race is one step") };
    (card, session, stretch)
}

fn says(plan: &Plan, code: &str) -> bool {
    plan.findings.iter().any(|finding| finding.code == code)
}

#[test]
fn a_race_on_the_way_is_run_at_the_pace_of_its_own_distance() {
    let races = format!("[[race]]\nrace = \"10k\"\ndate = 2027-03-21\npriority = \"B\"\n{HALF}");
    let plan = season(RESULT, DAYS, &races);
    let (card, session, stretch) = race(&plan, "10k");
    let [fast, slow] = card.predicted_s.expect("a result tells a time");
    assert!((fast..=slow).contains(&session.duration_s));
    let pace = session.duration_s.seconds() as f64 / 10.0;
    let told = stretch.pace_s_per_km.expect("a pace");
    assert!(told.iter().all(|end| (end.seconds_per_km() - pace).abs() < 0.6), "{told:?}, {pace}");
    // That of the race that the season is built for is the range that its sessions know.
    let told = race(&plan, "half-marathon").2.pace_s_per_km.expect("a pace");
    assert!(told[0] < told[1], "{told:?}");
}

#[test]
fn nobody_races_or_trains_for_a_goal_far_beyond_what_a_result_shows() {
    let with_goal = |goal: i64| {
        let (hours, minutes, seconds) = (goal / 3600, goal / 60 % 60, goal % 60);
        season(RESULT, DAYS, &format!("{HALF}goal = \"{hours}:{minutes:02}:{seconds:02}\"\n"))
    };
    let [fast, slow] = race(&season(RESULT, DAYS, HALF), "half-marathon").0.predicted_s.expect("a result tells a time");
    let bold = with_goal(fast.seconds() - 10);
    assert!(!says(&bold, "goal-beyond-evidence"));
    let (card, session, _) = race(&bold, "half-marathon");
    assert_eq!((Some(session.duration_s), card.goal_s), (card.goal_s, Some(fast - Duration::from_seconds(10.0))));
    let wild = with_goal(fast.seconds() * 4 / 5);
    assert!(says(&wild, "goal-beyond-evidence"));
    let session = race(&wild, "half-marathon").1;
    assert!((fast..=slow).contains(&session.duration_s), "{:?}", session.duration_s);
}

#[test]
fn whoever_runs_to_finish_is_given_the_time_of_an_easy_run() {
    let time = |goal: &str| race(&season("", DAYS, &format!("{HALF}{goal}")), "half-marathon").1.duration_s;
    assert!(time("goal = \"finish\"") > time(""), "{:?}", time("goal = \"finish\""));
}

#[test]
fn strength_never_stands_before_hard_legs_are_asked_for() {
    let tune_up = "[[race]]\nrace = \"10k\"\ndate = 2027-03-21\npriority = \"B\"\n";
    let mut put = 0;
    for days in [
        "[\"tue\", \"thu\", \"sat\", \"sun\"]",
        "[\"mon\", \"tue\", \"wed\", \"thu\", \"fri\", \"sat\", \"sun\"]",
        "[\"mon\", \"wed\", \"fri\", \"sat\"]",
        "[\"tue\", \"wed\", \"sun\"]",
    ] {
        let plan = season(RESULT, &format!("days = {days}\nstrength = 2"), &format!("{tune_up}{HALF}"));
        let on =
            |date: Date| plan.sessions().filter(move |(_, day, _)| day.date == date).map(|(_, _, session)| session);
        let (long, raced) = (|s: &Session| s.kind == SessionKind::Long, |s: &Session| s.kind == SessionKind::Race);
        for week in &plan.weeks {
            let days: Vec<_> =
                week.days.iter().filter(|day| day.sessions.iter().any(|s| s.kind == SessionKind::Strength)).collect();
            assert!(days.len() <= 2, "week {}", week.number);
            for day in days {
                put += 1;
                let at = format!("{} of {days}", day.date, days = week.number);
                assert!(day.free, "{at}");
                assert!(!on(day.date).any(|s| long(s) || raced(s)), "{at}");
                assert!(!on(day.date + 1).any(|s| s.hard || long(s) || raced(s)), "{at}");
            }
        }
    }
    assert!(put > 40, "only {put}");
}
