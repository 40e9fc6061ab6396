use serde_json::Value;

use std::collections::BTreeSet;

use super::measures::{hard_seconds, step_sums};
use super::season::{is_run, starts_late};
use super::*;
use crate::calendar::Date;
use crate::measure::Share;
use crate::plan::{Day, Heat, PhaseName, PlanRace, PlanRunner, SCHEMA, Week, WeekKind};
use crate::rulebook::guardrail::{self, Guardrail};
use crate::session::{By, Intensity, Session, SessionKind, Step, Stretch};
use crate::source::Text;

fn guardrails() -> Vec<Guardrail> {
    let text = Text::new("rules/guardrails.toml", include_str!("../../rules/guardrails.toml"));
    guardrail::read_all(&text).unwrap_or_else(|findings| panic!("{findings}"))
}

fn phrasebook() -> Phrasebook {
    let text = Text::new("en.toml", include_str!("../../templates/messages/en.toml"));
    Phrasebook::read(&text).unwrap_or_else(|findings| panic!("{findings}"))
}

fn judged(plan: &Plan) -> Verdicts {
    judge(plan, &guardrails(), &phrasebook())
}

/// The codes of all findings, each once.
fn codes(plan: &Plan) -> BTreeSet<String> {
    judged(plan).findings.into_iter().map(|finding| finding.code).collect()
}

// ---- a small builder ----

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn stretch(intensity: Intensity, km: f64, pace: f64) -> Stretch {
    let hard = intensity.is_hard();
    Stretch {
        intensity,
        distance_m: Distance::from_km(km),
        duration_s: Duration::from_seconds(km * pace),
        by: By::Distance,
        pace_s_per_km: None,
        hr_bpm: None,
        rpe: if hard { [6, 7] } else { [2, 4] },
    }
}

/// A session of steps, with the sums that they make.
fn session(kind: SessionKind, hard: bool, steps: Vec<Step>) -> Session {
    let mut session = Session {
        id: "test".to_owned(),
        kind,
        title: String::new(),
        hard,
        distance_m: Distance::ZERO,
        duration_s: Duration::ZERO,
        estimated: false,
        effort_only: false,
        indoors: false,
        outdoors_s: None,
        start_from: None,
        start_by: None,
        detail: String::new(),
        target: String::new(),
        purpose: String::new(),
        feel: String::new(),
        badly: String::new(),
        notes: Vec::new(),
        steps,
    };
    let (all, _) = step_sums(&session).unwrap_or_default();
    session.distance_m = Distance::from_metres(all.metres);
    session.duration_s = Duration::from_seconds(all.seconds);
    session
}

fn easy(kind: SessionKind, km: f64) -> Session {
    session(kind, false, vec![Step::Run(stretch(Intensity::Easy, km, 370.0))])
}

/// Easy running with some work in the middle of it.
fn quality(kind: SessionKind, km: f64, at: Intensity, work: f64) -> Session {
    let pace = if at == Intensity::Threshold { 300.0 } else { 270.0 };
    let half = (km - work) / 2.0;
    let ease = || Step::Run(stretch(Intensity::Easy, half, 370.0));
    let work = Step::Repeat { times: 2, steps: vec![Step::Run(stretch(at, work / 2.0, pace))] };
    session(kind, true, vec![ease(), work, ease()])
}

fn race(km: f64) -> Session {
    session(SessionKind::Race, true, vec![Step::Run(stretch(Intensity::Race, km, 320.0))])
}

/// Week after week; what each day holds is given by its place in the week.
fn week(number: u32, start: Date, phase: PhaseName, kind: WeekKind, days: Vec<(usize, Session)>) -> Week {
    let mut week = Week {
        number,
        start,
        phase,
        kind,
        headline: String::new(),
        volume_m: Distance::ZERO,
        duration_s: Duration::ZERO,
        hard_s: Duration::ZERO,
        load: 0,
        longest_run_m: Distance::ZERO,
        heat: None,
        reset: None,
        notes: Vec::new(),
        figures: Vec::new(),
        why: Vec::new(),
        days: (0..7)
            .map(|day| Day {
                date: start + day,
                free: [1, 3, 5, 6].contains(&day),
                life: None,
                note: None,
                sessions: Vec::new(),
            })
            .collect(),
    };
    for (day, session) in days {
        week.days[day].sessions.push(session);
    }
    week
}

/// Writes the sums of its days over every week.
fn settle(plan: &mut Plan) {
    for week in &mut plan.weeks {
        let runs = || week.days.iter().flat_map(|day| &day.sessions).filter(|s| is_run(s));
        let (volume, time) = (runs().map(|s| s.distance_m).sum(), runs().map(|s| s.duration_s).sum());
        let longest = runs().map(|s| s.distance_m).max().unwrap_or_default();
        let hard = hard_seconds(week);
        week.volume_m = volume;
        week.duration_s = time;
        week.longest_run_m = longest;
        week.hard_s = Duration::from_seconds(hard);
    }
}

/// Four runs a week: Tuesday, Thursday, the long run on Saturday, and Sunday.
fn four_runs(volume: f64, long: f64, tuesday: Option<f64>) -> Vec<(usize, Session)> {
    let rest = volume - long;
    let side = (rest / 3.0 * 2.0).round() / 2.0;
    let tue = match tuesday {
        Some(work) => quality(SessionKind::Threshold, side, Intensity::Threshold, work),
        None => easy(SessionKind::Easy, side),
    };
    vec![
        (1, tue),
        (3, easy(SessionKind::Easy, side)),
        (5, easy(SessionKind::Long, long)),
        (6, easy(SessionKind::Recovery, rest - 2.0 * side)),
    ]
}

/// A half marathon in seventeen weeks with a 10k on the way: sound by every guardrail.
fn sound() -> Plan {
    use PhaseName as P;
    use WeekKind as K;
    let start = date("2026-11-30");
    let train = |volume: f64, long: f64| four_runs(volume, long, Some(3.6));
    let calm = |volume: f64, long: f64| four_runs(volume, long, None);
    let weeks = vec![
        (P::Base, K::Build, train(40.0, 14.5)),
        (P::Base, K::Build, train(42.0, 15.0)),
        (P::Base, K::Build, train(44.0, 16.0)),
        (P::Base, K::Reset, calm(32.0, 10.5)),
        (P::Build, K::Build, train(46.0, 16.5)),
        (P::Build, K::Build, train(48.0, 17.0)),
        (
            P::Build,
            K::Race,
            vec![(1, easy(SessionKind::Easy, 10.0)), (3, easy(SessionKind::Easy, 8.0)), (6, race(10.0))],
        ),
        (P::Build, K::Hold, calm(48.0, 17.0)),
        (P::Build, K::Build, train(50.0, 17.5)),
        (P::Build, K::Hold, train(50.0, 18.0)),
        (P::Build, K::Reset, calm(37.0, 11.5)),
        (P::Peak, K::Build, train(52.0, 19.0)),
        (P::Peak, K::Build, train(54.0, 20.0)),
        (P::Taper, K::Taper, train(40.5, 15.0)),
        (
            P::Race,
            K::Race,
            vec![
                (1, quality(SessionKind::Threshold, 10.0, Intensity::Threshold, 2.0)),
                (3, easy(SessionKind::Easy, 8.0)),
                (5, easy(SessionKind::Recovery, 4.0)),
                (6, race(21.1)),
            ],
        ),
        (P::Recovery, K::Recover, vec![(3, easy(SessionKind::Recovery, 4.0)), (5, easy(SessionKind::Easy, 6.0))]),
        (P::Recovery, K::Recover, calm(24.0, 8.0)),
    ];
    let weeks: Vec<Week> = (0_u32..)
        .zip(weeks)
        .map(|(at, (phase, kind, days))| week(at + 1, start + i64::from(at) * 7, phase, kind, days))
        .collect();
    let race = |race: &str, week: i64, priority: &str, km: f64| PlanRace {
        race: race.to_owned(),
        name: race.to_owned(),
        title: String::new(),
        date: start + week * 7 + 6,
        priority: priority.to_owned(),
        distance_m: Distance::from_km(km),
        goal_s: None,
        predicted_s: None,
        splits: Vec::new(),
        band: Vec::new(),
        fuel: String::new(),
        checklist: Vec::new(),
        heat: None,
        notes: Vec::new(),
    };
    let mut plan = Plan {
        schema: SCHEMA.to_owned(),
        id: String::new(),
        title: String::new(),
        units: Units::Km,
        language: "en".to_owned(),
        summary: String::new(),
        start,
        end: start + 17 * 7 + -1,
        runner: PlanRunner {
            name: "Runner".to_owned(),
            level: "intermediate".to_owned(),
            level_title: String::new(),
            age: Some(41),
            weekly_m: Distance::from_km(38.0),
            longest_m: Distance::from_km(14.0),
            score: None,
        },
        climate: None,
        races: vec![race("10k", 6, "B", 10.0), race("half-marathon", 14, "A", 21.1)],
        paces: None,
        paces_from: String::new(),
        weeks,
        ledger: Vec::new(),
        sources: Vec::new(),
        findings: Vec::new(),
        guardrails: Vec::new(),
        coach: None,
        card: Vec::new(),
        decisions: Vec::new(),
        rules_digest: String::new(),
    };
    settle(&mut plan);
    plan
}

fn heat(wbgt: f64, band: &str) -> Heat {
    Heat {
        temperature_c: 33.0,
        dew_point_c: 26.0,
        heat_index_c: 42.0,
        wbgt_c: wbgt,
        band: band.to_owned(),
        slowdown: Share::from_fraction(0.1),
        run_at: "dawn".to_owned(),
        acclimatised: true,
        best_at: "dawn".to_owned(),
    }
}

// ---- the table ----

#[test]
fn every_measure_has_its_function_and_its_sentence() {
    let functions: Vec<&str> = MEASURES.iter().map(|(name, _)| *name).collect();
    let measures: Vec<&str> = guardrail::MEASURES.iter().map(|measure| measure.name).collect();
    assert_eq!(functions, measures);
    assert_eq!(measures.iter().collect::<BTreeSet<_>>().len(), measures.len(), "a name is there twice");
    let words = phrasebook();
    let missing: Vec<_> = measures.iter().filter(|name| !words.has(&format!("measure.{name}"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let limited: BTreeSet<&str> = guardrails().iter().map(|guardrail| guardrail.measure.name).collect();
    assert_eq!(limited, measures.into_iter().collect(), "each measure has a limit");
}

#[test]
fn a_sound_plan_breaks_nothing() {
    let judged = judged(&sound());
    assert_eq!(judged.findings, []);
    assert_eq!(judged.verdicts.len(), guardrails().len());
    assert!(judged.verdicts.iter().all(|verdict| verdict.kept && !verdict.source.is_empty()));
}

#[test]
fn a_sound_plan_read_back_from_data_breaks_nothing_in_miles_either() {
    let mut plan: Plan = serde_json::from_str(&serde_json::to_string(&sound()).unwrap()).unwrap();
    plan.units = Units::Mi;
    assert_eq!(judged(&plan).findings, []);
}

/// A fault for a guardrail: planted in a sound plan, and whether the sums are written again after it.
type Fault = (&'static str, bool, fn(&mut Plan));

fn put(plan: &mut Plan, week: usize, day: usize, session: Session) {
    plan.weeks[week - 1].days[day].sessions = vec![session];
}

const FAULTS: &[Fault] = &[
    ("single-run-spike", true, |plan| {
        put(plan, 9, 5, easy(SessionKind::Long, 20.5));
        put(plan, 9, 6, easy(SessionKind::Recovery, 8.0));
    }),
    ("first-run-back", true, |plan| {
        plan.runner.longest_m = Distance::ZERO;
        plan.runner.weekly_m = Distance::from_km(40.0);
        put(plan, 1, 1, easy(SessionKind::Easy, 5.5));
    }),
    ("week-jump", true, |plan| {
        put(plan, 2, 3, easy(SessionKind::Easy, 15.0));
        put(plan, 2, 6, easy(SessionKind::Easy, 14.0));
    }),
    ("week-rise", true, |plan| put(plan, 2, 6, easy(SessionKind::Easy, 13.0))),
    ("step-back-in-time", true, |plan| plan.weeks[3].kind = WeekKind::Hold),
    ("reset-too-shallow", true, |plan| {
        for (day, km) in [(1, 12.0), (3, 10.0), (6, 9.0)] {
            put(plan, 4, day, easy(SessionKind::Easy, km));
        }
    }),
    ("reset-too-deep", true, |plan| {
        plan.weeks[3].days[3].sessions.clear();
        plan.weeks[3].days[5].sessions.clear();
    }),
    ("reset-nothing-fast", true, |plan| {
        put(plan, 4, 1, quality(SessionKind::Easy, 7.0, Intensity::Interval, 1.0));
    }),
    ("reset-threshold", true, |plan| {
        put(plan, 4, 1, quality(SessionKind::Threshold, 7.0, Intensity::Threshold, 1.5));
    }),
    ("reset-long-run", true, |plan| put(plan, 4, 5, easy(SessionKind::Long, 12.5))),
    ("long-run-share", true, |plan| {
        put(plan, 8, 1, easy(SessionKind::Easy, 5.0));
        put(plan, 8, 3, easy(SessionKind::Easy, 5.0));
        put(plan, 8, 6, easy(SessionKind::Easy, 5.0));
    }),
    ("long-run-most-of-the-week", true, |plan| {
        put(plan, 8, 1, easy(SessionKind::Easy, 3.0));
        put(plan, 8, 3, easy(SessionKind::Easy, 3.0));
        put(plan, 8, 6, easy(SessionKind::Easy, 3.0));
    }),
    ("long-run-time", true, |plan| {
        put(plan, 13, 5, session(SessionKind::Long, false, vec![Step::Run(stretch(Intensity::Easy, 20.0, 420.0))]));
    }),
    ("day-two-is-shorter", true, |plan| {
        put(plan, 13, 3, easy(SessionKind::Easy, 7.5));
        put(plan, 13, 6, session(SessionKind::Easy, false, vec![Step::Run(stretch(Intensity::Easy, 15.0, 490.0))]));
    }),
    ("long-weekends-take-turns", true, |plan| {
        for week in &mut plan.weeks[7..10] {
            week.days[6].sessions[0].kind = SessionKind::MediumLong;
        }
    }),
    ("threshold-in-one-session", true, |plan| {
        put(plan, 9, 1, quality(SessionKind::Threshold, 11.0, Intensity::Threshold, 5.5));
    }),
    ("intervals-in-one-session", true, |plan| {
        put(plan, 9, 1, quality(SessionKind::Interval, 11.0, Intensity::Interval, 4.5));
    }),
    ("intervals-at-most", true, |plan| {
        put(plan, 9, 1, quality(SessionKind::Interval, 14.0, Intensity::Interval, 10.5));
        put(plan, 9, 6, easy(SessionKind::Recovery, 8.0));
    }),
    ("repetitions-in-one-session", true, |plan| {
        put(plan, 9, 1, quality(SessionKind::Repetition, 11.0, Intensity::Repetition, 3.0));
    }),
    ("repetitions-at-most", true, |plan| {
        put(plan, 9, 1, quality(SessionKind::Repetition, 11.0, Intensity::Repetition, 8.5));
    }),
    ("race-pace-in-one-session", true, |plan| {
        put(plan, 9, 1, quality(SessionKind::RacePace, 13.0, Intensity::Marathon, 12.0));
    }),
    ("race-pace-at-most", true, |plan| {
        put(plan, 9, 1, quality(SessionKind::RacePace, 31.0, Intensity::Marathon, 30.0));
    }),
    ("race-pace-time", true, |plan| {
        put(plan, 9, 1, quality(SessionKind::RacePace, 28.0, Intensity::Marathon, 27.0));
    }),
    ("mostly-easy", true, |plan| {
        put(plan, 9, 1, quality(SessionKind::Threshold, 13.0, Intensity::Threshold, 13.0));
    }),
    ("easy-enough", true, |plan| {
        put(plan, 9, 1, quality(SessionKind::Threshold, 13.0, Intensity::Threshold, 13.0));
        put(plan, 9, 3, quality(SessionKind::Threshold, 11.0, Intensity::Threshold, 10.0));
    }),
    // Sunday of one week and Monday of the next: across a week border, on a day that is free for the purpose.
    ("hard-days-apart", true, |plan| {
        put(plan, 5, 6, quality(SessionKind::Threshold, 9.0, Intensity::Threshold, 3.0));
        plan.weeks[5].days[0].free = true;
        plan.weeks[5].days[0].sessions = std::mem::take(&mut plan.weeks[5].days[1].sessions);
    }),
    ("hard-days-apart-from-sixty", true, |plan| {
        plan.runner.age = Some(60);
        put(plan, 5, 3, quality(SessionKind::Threshold, 10.0, Intensity::Threshold, 3.0));
    }),
    ("easy-after-the-long-run", true, |plan| {
        put(plan, 5, 6, quality(SessionKind::Threshold, 9.0, Intensity::Threshold, 3.0));
    }),
    ("rest-day", true, |plan| {
        for day in [0, 2, 4] {
            plan.weeks[4].days[day].free = true;
            put(plan, 5, day, easy(SessionKind::Recovery, 1.0));
        }
        put(plan, 5, 3, easy(SessionKind::Easy, 8.5));
        put(plan, 5, 5, easy(SessionKind::Long, 16.0));
    }),
    ("monotony", true, |plan| {
        for day in 0..7 {
            plan.weeks[4].days[day].free = true;
            put(plan, 5, day, easy(SessionKind::Easy, 6.5));
        }
    }),
    ("taper-falls", true, |plan| {
        put(plan, 15, 1, easy(SessionKind::Easy, 20.0));
        put(plan, 15, 3, easy(SessionKind::Easy, 17.0));
    }),
    ("race-week-light", true, |plan| {
        put(plan, 15, 1, easy(SessionKind::Easy, 18.0));
        put(plan, 15, 3, easy(SessionKind::Easy, 17.0));
    }),
    ("quiet-eve", true, |plan| put(plan, 15, 5, quality(SessionKind::Threshold, 4.0, Intensity::Threshold, 1.0))),
    ("short-eve", true, |plan| put(plan, 15, 5, easy(SessionKind::Easy, 8.0))),
    ("rest-after-race", true, |plan| put(plan, 16, 1, easy(SessionKind::Recovery, 4.0))),
    ("easy-after-race", true, |plan| {
        put(plan, 16, 5, quality(SessionKind::Threshold, 6.0, Intensity::Threshold, 1.0));
    }),
    ("race-on-its-day", true, |plan| {
        let race = std::mem::take(&mut plan.weeks[14].days[6].sessions);
        plan.weeks[14].days[5].sessions = race;
    }),
    ("free-days-only", true, |plan| plan.weeks[2].days[3].free = false),
    ("hard-in-extreme-heat", true, |plan| plan.weeks[2].heat = Some(heat(30.5, "extreme"))),
    ("never-outdoors", true, |plan| plan.weeks[3].heat = Some(heat(32.3, "extreme"))),
    ("season-has-weeks", true, |plan| {
        plan.weeks.clear();
        plan.races.clear();
    }),
    ("season-ends", true, |plan| plan.end = plan.end + 1),
    ("weeks-follow", true, |plan| {
        for week in &mut plan.weeks[8..] {
            week.start = week.start + 7;
            for day in &mut week.days {
                day.date = day.date + 7;
            }
        }
        plan.races[1].date = plan.races[1].date + 7;
        plan.end = plan.end + 7;
    }),
    ("seven-days", true, |plan| plan.weeks[8].days.truncate(6)),
    ("weeks-in-order", true, |plan| plan.weeks[2].number = 4),
    ("volume-adds-up", false, |plan| plan.weeks[2].volume_m += Distance::from_metres(0.5)),
    ("time-adds-up", false, |plan| plan.weeks[2].duration_s += Duration::from_seconds(1.0)),
    ("hard-time-adds-up", false, |plan| plan.weeks[2].hard_s += Duration::from_seconds(1.0)),
    ("longest-run-told-right", false, |plan| plan.weeks[2].longest_run_m += Distance::from_metres(500.0)),
    ("steps-add-up", true, |plan| {
        let session = &mut plan.weeks[2].days[3].sessions[0];
        session.distance_m += Distance::from_metres(2.0);
    }),
    ("steps-take-their-time", true, |plan| {
        let session = &mut plan.weeks[2].days[3].sessions[0];
        session.duration_s += Duration::from_seconds(2.0);
    }),
];

/// What a fault may bring along: a milder guardrail on the same measure, or a sum that it spoils as well.
fn comes_along(code: &str) -> &'static [&'static str] {
    match code {
        "week-jump" => &["week-rise"],
        "easy-enough" => &["mostly-easy", "threshold-in-one-session"],
        "mostly-easy" => &["threshold-in-one-session"],
        "hard-days-apart" => &["easy-after-the-long-run"],
        "long-run-most-of-the-week" => &["long-run-share"],
        "first-run-back" => &["single-run-spike"],
        "intervals-at-most" => &["intervals-in-one-session"],
        "repetitions-at-most" => &["repetitions-in-one-session"],
        "race-pace-time" => &["race-pace-in-one-session", "single-run-spike", "week-jump", "week-rise"],
        "race-pace-at-most" => &[
            "race-pace-in-one-session",
            "race-pace-time",
            "single-run-spike",
            "long-run-time",
            "week-jump",
            "week-rise",
        ],
        "taper-falls" => &["race-week-light"],
        "monotony" => &["rest-day"],
        "quiet-eve" => &["hard-days-apart"],
        _ => &[],
    }
}

#[test]
fn each_guardrail_finds_its_planted_fault_and_invents_none() {
    let planted: BTreeSet<&str> = FAULTS.iter().map(|(code, ..)| *code).collect();
    let known = guardrails();
    assert_eq!(
        planted,
        known.iter().map(|guardrail| guardrail.id.value.as_str()).collect(),
        "a fault for each guardrail"
    );
    let mut problems = Vec::new();
    for (code, sums, plant) in FAULTS {
        let mut plan = sound();
        plant(&mut plan);
        if *sums {
            settle(&mut plan);
        }
        let found = codes(&plan);
        let mut expected = BTreeSet::from([(*code).to_owned()]);
        expected.extend(comes_along(code).iter().map(|&other| other.to_owned()));
        if found != expected {
            problems.push(format!("planted {code}: found {found:?}, expected {expected:?}"));
        }
        let verdict = judged(&plan).verdicts.into_iter().find(|verdict| verdict.id == *code);
        assert!(!verdict.expect("each guardrail has a verdict").kept, "{code}");
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn messages_speak_of_the_fault_in_the_plans_units() {
    let mut plan = sound();
    put(&mut plan, 9, 5, easy(SessionKind::Long, 20.5));
    settle(&mut plan);
    let say = |plan: &Plan| judged(plan).findings[0].clone();
    assert_eq!(
        say(&plan).message,
        "the run of 2027-01-30 is 20.5 km; after a longest of 17 km in the 30 days before, 18.7 km is the most"
    );
    assert_eq!((say(&plan).week, say(&plan).severity), (Some(9), Severity::Error));
    plan.units = Units::Mi;
    assert_eq!(
        say(&plan).message,
        "the run of 2027-01-30 is 12.7 mi; after a longest of 10.6 mi in the 30 days before, 11.6 mi is the most"
    );
}

#[test]
fn a_value_never_reads_like_the_limit_it_breaks() {
    for (value, limit) in [(18_710.0, 18_700.0), (18_701.0, 18_700.0), (18_704.0, 18_696.0)] {
        let unlike = (0..3).any(|fine| {
            written(value, Unit::Distance, Units::Km, fine) != written(limit, Unit::Distance, Units::Km, fine)
        });
        assert!(unlike, "{value}");
    }
    assert_eq!(written(172_800.0, Unit::Duration, Units::Km, 0), "48 h");
    assert_eq!(written(6_300.0, Unit::Duration, Units::Km, 0), "105 min");
    assert_eq!(written(6_304.0, Unit::Duration, Units::Km, 1), "1:45:04");
    assert_eq!(written(0.796, Unit::Share, Units::Km, 0), "80 %");
    assert_eq!(written(0.796, Unit::Share, Units::Km, 1), "79.6 %");
    assert_eq!(written(2.0, Unit::Distance, Units::Km, 0), "2 m");
}

// ---- the finer points of single measures ----

#[test]
fn of_a_ratio_and_an_allowance_the_larger_counts_and_not_their_sum() {
    let spike = |longest: f64, first: f64| {
        let mut plan = sound();
        plan.weeks.truncate(1);
        plan.races.clear();
        plan.end = plan.start + 6;
        plan.runner.longest_m = Distance::from_km(longest);
        for day in &mut plan.weeks[0].days {
            day.sessions.clear();
        }
        put(&mut plan, 1, 1, easy(SessionKind::Easy, first));
        settle(&mut plan);
        codes(&plan).contains("single-run-spike")
    };
    assert!(!spike(8.0, 9.0), "one kilometre more is allowed");
    assert!(spike(8.0, 9.1), "110 % and a kilometre are not added up");
    assert!(!spike(20.0, 22.0), "110 % is allowed");
    assert!(spike(20.0, 22.1));
    assert!(!spike(1.0, 3.2), "twenty minutes are for anybody");
}

#[test]
fn a_race_is_no_spike_but_counts_as_a_run_for_later() {
    let mut plan = sound();
    // 20.5 km in week 18 would be a spike over the week before, but not over the half marathon 13 days ago.
    put(&mut plan, 17, 5, easy(SessionKind::Long, 20.5));
    settle(&mut plan);
    assert!(!codes(&plan).contains("single-run-spike"));
    plan.weeks[14].days[6].sessions.clear();
    plan.weeks[13].days[5].sessions.clear();
    plan.weeks[12].days[5].sessions.clear();
    settle(&mut plan);
    assert!(codes(&plan).contains("single-run-spike"));
}

#[test]
fn a_run_by_time_is_compared_by_its_minutes_too() {
    let mut plan = sound();
    let run = &mut plan.weeks[8].days[5].sessions[0];
    run.estimated = true;
    assert!(codes(&plan).is_empty());
    // An hour more for the same estimated way.
    let run = &mut plan.weeks[8].days[5].sessions[0];
    let Step::Run(stretch) = &mut run.steps[0] else { panic!("a long run is one step") };
    stretch.duration_s += Duration::from_minutes(120.0);
    run.duration_s += Duration::from_minutes(120.0);
    settle(&mut plan);
    let judged = judged(&plan);
    let spike = judged.findings.iter().find(|finding| finding.code == "single-run-spike").expect("a spike");
    assert!(spike.message.contains(" min;"), "{}", spike.message);
}

#[test]
fn a_run_indoors_and_both_parts_of_a_split_long_run_count() {
    let mut plan = sound();
    let mut inside = easy(SessionKind::Long, 8.0);
    inside.indoors = true;
    plan.weeks[8].days[5].sessions = vec![easy(SessionKind::Long, 12.0), inside];
    settle(&mut plan);
    plan.weeks[8].longest_run_m = Distance::from_km(20.0);
    assert_eq!(codes(&plan), BTreeSet::from(["single-run-spike".to_owned()]));
}

#[test]
fn a_first_week_cut_short_is_no_reference_for_resets_and_rises() {
    let mut plan = sound();
    plan.runner.weekly_m = Distance::from_km(40.0);
    plan.weeks[0].days[1].free = false;
    plan.weeks[0].days[3].free = false;
    plan.weeks[0].days[1].sessions.clear();
    plan.weeks[0].days[3].sessions.clear();
    settle(&mut plan);
    assert!(starts_late(&plan));
    let season = Season::of(&plan);
    assert_eq!(Distance::from_metres(season.last_training(1)), Distance::from_km(40.0));
    assert_eq!(Distance::from_metres(season.best_of_four(4)), Distance::from_km(44.0));
    assert!(codes(&plan).is_empty(), "{:?}", codes(&plan));
    assert!(!starts_late(&sound()));
    let mut plan = sound();
    plan.weeks[5].days[0].free = true;
    assert!(!starts_late(&plan), "one free Monday later does not make the first week short");
}

#[test]
fn life_may_make_a_reset_deeper() {
    let mut plan = sound();
    for day in [1, 3, 5] {
        plan.weeks[3].days[day].free = false;
        plan.weeks[3].days[day].life = Some("ill".to_owned());
        plan.weeks[3].days[day].sessions.clear();
    }
    settle(&mut plan);
    assert!(codes(&plan).is_empty(), "{:?}", codes(&plan));
}

#[test]
fn a_beginner_from_nothing_may_start() {
    let mut plan = sound();
    plan.races.clear();
    plan.weeks.truncate(2);
    plan.end = plan.start + 13;
    plan.runner.level = "new".to_owned();
    plan.runner.weekly_m = Distance::ZERO;
    plan.runner.longest_m = Distance::ZERO;
    for week in &mut plan.weeks {
        for day in 0..7 {
            week.days[day].sessions.clear();
            if [1, 3, 5].contains(&day) {
                let mut walk = stretch(Intensity::Walk, 0.25, 600.0);
                walk.rpe = [1, 2];
                let steps = vec![Step::Repeat {
                    times: 5,
                    steps: vec![Step::Run(stretch(Intensity::Easy, 0.25, 420.0)), Step::Walk(walk)],
                }];
                week.days[day].sessions = vec![session(SessionKind::RunWalk, false, steps)];
                week.days[day].sessions[0].estimated = true;
            }
        }
    }
    settle(&mut plan);
    assert!(codes(&plan).is_empty(), "{:?}", judged(&plan).findings);
}

#[test]
fn a_walk_after_a_race_is_no_run() {
    let mut plan = sound();
    let walk = session(SessionKind::Recovery, false, vec![Step::Walk(stretch(Intensity::Walk, 3.0, 700.0))]);
    plan.weeks[15].days[1].sessions = vec![walk];
    settle(&mut plan);
    assert!(codes(&plan).is_empty(), "{:?}", codes(&plan));
    plan.weeks[15].volume_m += Distance::from_km(3.0);
    assert!(codes(&plan).is_empty(), "a walk may be counted or not");
}

#[test]
fn many_breaks_are_told_with_a_count() {
    let mut plan = sound();
    for week in &mut plan.weeks {
        week.volume_m += Distance::from_km(1.0);
    }
    let judged = judged(&plan);
    assert_eq!(judged.findings.len(), TOLD + 1);
    let last = judged.findings.last().expect("findings");
    assert_eq!(last.message, "5 more of the same: days add up to the week's distance");
    assert_eq!((last.week, last.severity), (None, Severity::Error));
}

#[test]
fn heat_at_another_hour_is_not_this_sessions_heat() {
    let mut plan = sound();
    plan.weeks[3].heat = Some(heat(33.0, "high"));
    plan.weeks[3].heat.as_mut().expect("heat").run_at = "noon".to_owned();
    for day in &mut plan.weeks[3].days {
        for session in &mut day.sessions {
            session.start_by = Some("05:10".to_owned());
        }
    }
    assert!(codes(&plan).is_empty());
    plan.weeks[3].heat.as_mut().expect("heat").run_at = "dawn".to_owned();
    assert_eq!(codes(&plan), BTreeSet::from(["never-outdoors".to_owned()]));
}

// ---- plans made to harm ----

/// A small generator, so that the same plans are broken in the same way for ever.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % most
    }
}

/// Changes about one value in `rarely`.
fn spoil(value: &mut Value, rarely: usize, dice: &mut Dice) {
    match value {
        Value::Object(fields) => {
            for field in fields.values_mut() {
                spoil(field, rarely, dice);
            }
        }
        Value::Array(items) => {
            for item in items.iter_mut() {
                spoil(item, rarely, dice);
            }
            match dice.below(rarely) {
                0 => items.clear(),
                1 => items.extend(items.clone()),
                2 => items.reverse(),
                3 => items.truncate(1),
                _ => {}
            }
        }
        Value::Number(number) if dice.below(rarely) < 4 => {
            // Efforts and repeats are small, and would not be read back otherwise.
            let small = number.as_u64().is_some_and(|number| number < 10);
            *value = if small {
                Value::from([0_u64, 1, 255][dice.below(3)])
            } else {
                Value::from([0.0, 0.001, 1.0, 9_999_999.0, 10_000_000.0][dice.below(5)])
            };
        }
        Value::String(text) if text.parse::<Date>().is_ok() && dice.below(rarely) < 4 => {
            ["1900-01-01", "2199-12-31", "2027-02-01"][dice.below(3)].clone_into(text);
        }
        _ => {}
    }
}

#[test]
fn plans_made_to_harm_are_judged_all_the_same() {
    let whole = serde_json::to_value(sound()).unwrap();
    let (guardrails, phrasebook) = (guardrails(), phrasebook());
    let mut dice = Dice(7);
    let mut read = 0;
    for _ in 0..400 {
        let mut value = whole.clone();
        let rarely = [50, 400, 3000][dice.below(3)];
        spoil(&mut value, rarely, &mut dice);
        let Ok(plan) = serde_json::from_value::<Plan>(value) else {
            continue;
        };
        read += 1;
        let judged = judge(&plan, &guardrails, &phrasebook);
        assert_eq!(judged.verdicts.len(), guardrails.len());
        let broken = judged
            .findings
            .iter()
            .find(|f| f.message.is_empty() || f.message.contains("NaN") || f.message.contains("inf "));
        assert!(broken.is_none(), "{broken:?}");
    }
    assert!(read > 40, "only {read} of the spoilt plans could be read back");
}

#[test]
fn repeats_without_end_are_counted_without_harm() {
    let mut plan = sound();
    let mut step = Step::Run(stretch(Intensity::Threshold, 10.0, 300.0));
    for _ in 0..40 {
        step = Step::Repeat { times: u32::MAX, steps: vec![step] };
    }
    plan.weeks[0].days[1].sessions[0].steps = vec![step];
    let findings = judged(&plan).findings;
    assert!(findings.iter().any(|finding| finding.code == "steps-add-up"));
    assert!(findings.iter().all(|finding| !finding.message.contains("inf") && !finding.message.contains("NaN")));
}
