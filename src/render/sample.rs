//! A season to look at while there is no engine: thirteen weeks to a half marathon in Dubai.

use std::collections::BTreeMap;

use crate::calendar::Date;
use crate::finding::Severity;
use crate::measure::{Distance, Duration, Pace, Share, Units};
use crate::plan::{
    Day, Figure, Heat, PhaseName, Plan, PlanClimate, PlanCoach, PlanFinding, PlanRace, PlanRunner, Reset, SCHEMA,
    Split, Verdict, Week, WeekKind, Work,
};
use crate::reason::{Layer, Reason};
use crate::session::{By, Intensity, Session, SessionKind, Step, Stretch};

fn date(text: &str) -> Date {
    text.parse().expect("a date of the sample")
}

fn pace(text: &str) -> Pace {
    text.parse().expect("a pace of the sample")
}

fn texts(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

fn stretch(intensity: Intensity, km: f64, minutes: f64, by: By) -> Stretch {
    Stretch {
        intensity,
        distance_m: Distance::from_km(km),
        duration_s: Duration::from_minutes(minutes),
        by,
        pace_s_per_km: (intensity == Intensity::Easy).then(|| [pace("6:20 /km"), pace("7:05 /km")]),
        hr_bpm: None,
        rpe: if intensity.is_hard() { [7, 8] } else { [2, 4] },
    }
}

/// A run of whole kilometres.
fn run(kind: SessionKind, id: &str, title: &str, km: f64, detail: &str, target: &str) -> Session {
    let hard = matches!(kind, SessionKind::Threshold | SessionKind::Interval | SessionKind::RacePace);
    Session {
        id: id.to_owned(),
        kind,
        title: title.to_owned(),
        hard,
        distance_m: Distance::from_km(km),
        duration_s: Duration::from_minutes((km * 6.5).round()),
        estimated: false,
        effort_only: false,
        indoors: false,
        outdoors_s: None,
        start_from: None,
        start_by: None,
        detail: detail.to_owned(),
        target: target.to_owned(),
        purpose: String::new(),
        feel: String::new(),
        badly: String::new(),
        notes: Vec::new(),
        steps: vec![Step::Run(stretch(Intensity::Easy, km, (km * 6.5).round(), By::Distance))],
    }
}

const EASY: &str = "6:20–7:05 /km";

fn easy(km: f64) -> Session {
    run(SessionKind::Easy, "easy", "Easy", km, "", EASY)
}

fn by_feel(title: &str, km: f64, detail: &str) -> Session {
    Session { effort_only: true, ..run(SessionKind::Easy, "easy", title, km, detail, "by feel") }
}

fn long(km: f64) -> Session {
    Session {
        start_by: Some("05:40".to_owned()),
        notes: texts(&["drink every 20 min"]),
        ..run(SessionKind::Long, "long", "Long run", km, "", "6:30–7:15 /km")
    }
}

fn strides(km: f64) -> Session {
    run(SessionKind::Strides, "strides", "Easy with strides", km, "then 6 × 20 s quick and light, walk back", EASY)
}

fn threshold(km: f64, times: u32) -> Session {
    let detail = format!("15 min easy · {times} × (8 min threshold, 90 s jog) · 10 min easy");
    Session {
        steps: vec![
            Step::Run(stretch(Intensity::Easy, 2.3, 15.0, By::Time)),
            Step::Repeat {
                times,
                steps: vec![
                    Step::Run(stretch(Intensity::Threshold, 1.5, 8.0, By::Time)),
                    Step::Run(stretch(Intensity::Jog, 0.2, 1.5, By::Time)),
                ],
            },
            Step::Run(stretch(Intensity::Easy, 1.6, 10.0, By::Time)),
        ],
        ..run(
            SessionKind::Threshold,
            "threshold-8",
            &format!("Threshold {times} × 8 min"),
            km,
            &detail,
            "5:12–5:18 /km",
        )
    }
}

fn strength() -> Session {
    Session {
        distance_m: Distance::ZERO,
        duration_s: Duration::from_minutes(30.0),
        steps: Vec::new(),
        ..run(SessionKind::Strength, "strength", "Strength", 0.0, "hips, calves, trunk", "leave two in the tank")
    }
}

fn heat(month_heat: f64, band: &str) -> Heat {
    Heat {
        temperature_c: month_heat,
        dew_point_c: month_heat - 2.4,
        heat_index_c: month_heat + 0.3,
        wbgt_c: month_heat + 0.8,
        band: band.to_owned(),
        slowdown: Share::from_fraction(if band == "moderate" { 0.02 } else { 0.0 }),
        run_at: "dawn".to_owned(),
        acclimatised: true,
        best_at: "dawn".to_owned(),
    }
}

fn reset(recipe: &str, title: &str, purpose: &str, because: &[&str]) -> Reset {
    Reset {
        recipe: recipe.to_owned(),
        title: title.to_owned(),
        purpose: purpose.to_owned(),
        because: texts(because),
        volume_cut: Share::from_fraction(0.27),
        changes: texts(&["No hard session; easy running by feel", "The watch stays at home, or on mute"]),
        look_after: texts(&["An hour more sleep", "Proper meals, with people you like", "A walk after dinner"]),
        before_you_go_on: texts(&[
            "Did you sleep well three nights running?",
            "Do stairs feel easy?",
            "Do you miss running a little?",
        ]),
        answers: "All yes: go on. Two: easy until Wednesday, then look again. One or none: another easy week, and tell your coach."
            .to_owned(),
    }
}

/// What a week of the sample is made from.
struct Sketch {
    phase: PhaseName,
    kind: WeekKind,
    headline: &'static str,
    sessions: Vec<Vec<Session>>,
    reset: Option<Reset>,
}

fn sketch(
    phase: PhaseName,
    kind: WeekKind,
    headline: &'static str,
    sessions: Vec<Vec<Session>>,
    reset: Option<Reset>,
) -> Sketch {
    Sketch { phase, kind, headline, sessions, reset }
}

/// Five runs: Monday, Tuesday, Thursday, Saturday, Sunday.
fn training(mon: f64, tue: Session, thu: f64, sat: f64, sun: f64) -> Vec<Vec<Session>> {
    vec![
        vec![easy(mon)],
        vec![tue],
        vec![strength()],
        vec![strides(thu)],
        vec![],
        vec![long(sat)],
        vec![run(SessionKind::Recovery, "recovery", "Recovery", sun, "or a swim", "very easy")],
    ]
}

fn relaxed(mon: f64, tue: f64, thu: f64, sat: f64, sun: f64) -> Vec<Vec<Session>> {
    vec![
        vec![by_feel("Easy", mon, "As slow as you like")],
        vec![by_feel("Easy with strides", tue, "then 4 × 20 s, only if it is fun")],
        vec![],
        vec![by_feel("Easy", thu, "With somebody")],
        vec![],
        vec![Session {
            effort_only: true,
            ..run(SessionKind::Long, "long", "Relaxed long run", sat, "Stop for a coffee", "by feel")
        }],
        if sun > 0.0 { vec![by_feel("Easy", sun, "")] } else { vec![] },
    ]
}

fn sketches() -> Vec<Sketch> {
    use PhaseName::{Base, Build, Peak, Race, Recovery, Taper, Transition};
    use WeekKind as K;
    let race = Session {
        hard: true,
        distance_m: Distance::from_metres(21_097.5),
        duration_s: Duration::from_seconds(6900.0),
        ..run(SessionKind::Race, "race", "Dubai Half", 21.0, "The race card below has the splits", "5:27 /km")
    };
    let race_week = vec![
        vec![easy(5.0)],
        vec![run(
            SessionKind::Threshold,
            "touch",
            "A touch of race pace",
            6.0,
            "20 min easy · 3 × (3 min race effort, 2 min jog) · 10 min easy",
            "5:27 /km",
        )],
        vec![],
        vec![strides(5.0)],
        vec![],
        vec![run(SessionKind::Recovery, "recovery", "Shake the legs", 3.0, "", "very easy")],
        vec![race],
    ];
    let gentle = |a: f64, b: f64, c: f64| {
        vec![
            vec![],
            vec![],
            vec![by_feel("Easy", a, "")],
            vec![],
            vec![by_feel("Easy", b, "")],
            vec![],
            vec![by_feel("Easy", c, "")],
        ]
    };
    let off = reset(
        "off-season",
        "Off-season",
        "Nobody holds a peak all year. Run when you feel like it, and do other things when you do not.",
        &["The race is run, and the season with it."],
    );
    vec![
        sketch(Base, K::Build, "Start where you are.", training(7.0, strides(8.0), 6.0, 13.0, 4.0), None),
        sketch(
            Base,
            K::Build,
            "A little more, and still easy.",
            training(7.5, threshold(9.0, 2), 7.0, 13.5, 4.0),
            None,
        ),
        sketch(
            Base,
            K::Build,
            "The third week of the climb. Keep the easy days easy.",
            training(8.0, threshold(9.0, 3), 8.0, 15.0, 4.0),
            None,
        ),
        sketch(
            Base,
            K::Reset,
            "Step back, and let it sink in.",
            relaxed(6.0, 6.0, 5.0, 10.0, 4.0),
            Some(reset(
                "life",
                "Step back, and let it sink in",
                "You do not get fitter in the run; you get fitter in the days after it. Three weeks of work are in your legs. This week gives them room.",
                &[
                    "You are in London with the family.",
                    "Three training weeks have passed, and the rules allow two to four.",
                ],
            )),
        ),
        sketch(
            Build,
            K::Build,
            "On from where you were, not from the week before.",
            training(8.0, threshold(10.0, 3), 8.0, 16.0, 4.0),
            None,
        ),
        sketch(
            Build,
            K::Hold,
            "Hold. Same as last week, nothing to prove.",
            training(8.0, threshold(10.0, 3), 8.0, 16.0, 4.0),
            None,
        ),
        sketch(
            Build,
            K::Reset,
            "Half way. No watch this week.",
            relaxed(6.0, 7.0, 5.0, 11.0, 4.0),
            Some(reset(
                "freshen",
                "Put the watch away",
                "Running was a pleasure before it was a plan. A new route, good company, no figures: this week is for wanting to run again.",
                &[
                    "It stands on the border of two phases.",
                    "Two weeks of work lie behind you, and four before the race.",
                ],
            )),
        ),
        sketch(
            Peak,
            K::Build,
            "The biggest week. After it, it only gets lighter.",
            training(8.0, threshold(11.0, 4), 9.0, 16.0, 4.0),
            None,
        ),
        sketch(Taper, K::Taper, "Less, and a little sharper.", training(6.0, threshold(9.0, 2), 6.0, 12.0, 3.0), None),
        sketch(Race, K::Race, "Race week. The work is done.", race_week, None),
        sketch(Recovery, K::Recover, "You ran it. Now do very little.", gentle(4.0, 5.0, 5.0), None),
        sketch(Recovery, K::Recover, "Easy, and only what feels good.", gentle(5.0, 6.0, 8.0), None),
        sketch(Transition, K::Recover, "Off-season. Play.", gentle(6.0, 6.0, 8.0), Some(off)),
    ]
}

fn reason(id: u32, rule: Option<&str>, place: (&str, usize), setting: &str, because: &str, source: &[&str]) -> Reason {
    Reason {
        id,
        rule: rule.map(str::to_owned),
        file: place.0.to_owned(),
        line: place.1,
        layer: Layer::Situation,
        setting: setting.to_owned(),
        effect: "set".to_owned(),
        read: BTreeMap::from([("runner.age".to_owned(), 41.into())]),
        was: 4.into(),
        now: 3.into(),
        because: because.to_owned(),
        source: texts(source),
    }
}

fn week(number: u32, start: Date, sketch: Sketch, before: Distance) -> Week {
    let in_london = |day: Date| (date("2026-12-19")..=date("2026-12-27")).contains(&day);
    let days: Vec<Day> = sketch
        .sessions
        .into_iter()
        .zip(0..)
        .map(|(sessions, i)| {
            let day = start + i;
            Day {
                date: day,
                free: !matches!(i, 2 | 4),
                life: in_london(day).then(|| "family in London".to_owned()),
                note: None,
                sessions,
            }
        })
        .collect();
    let volume: Distance = days.iter().map(Day::distance).sum();
    let sessions = || days.iter().flat_map(|day| &day.sessions).filter(|s| s.kind != SessionKind::Race);
    let longest = sessions().map(|s| s.distance_m).max().unwrap_or_default();
    let share = (volume.over(before) * 100.0).round();
    let mut figures = vec![Figure {
        figure: "volume".to_owned(),
        sentence: match sketch.kind {
            WeekKind::Build if before.is_zero() => format!("{} is what you run already.", Units::Km.distance(volume)),
            WeekKind::Reset => format!("{} is {share} % of the last training week.", Units::Km.distance(volume)),
            _ => format!("{} is {share} % of the best week before.", Units::Km.distance(volume)),
        },
        why: vec![3, 7],
    }];
    if sketch.kind == WeekKind::Build {
        figures.push(Figure {
            figure: "hard".to_owned(),
            sentence: "Hard sessions stay two days apart.".to_owned(),
            why: vec![12],
        });
    }
    Week {
        number,
        start,
        phase: sketch.phase,
        kind: sketch.kind,
        headline: sketch.headline.to_owned(),
        volume_m: volume,
        duration_s: sessions()
            .map(|s| s.duration_s.seconds() as f64)
            .map(Duration::from_seconds)
            .fold(Duration::ZERO, |a, b| a + b),
        hard_s: Duration::ZERO,
        load: 42,
        longest_run_m: longest,
        heat: Some(match number {
            ..4 => heat(19.6, "moderate"),
            4 => heat(6.0, "none"),
            _ => heat(15.2, "low"),
        }),
        reset: sketch.reset,
        notes: if number == 2 {
            texts(&["First hard session of the season: stop one repeat early if in doubt."])
        } else {
            Vec::new()
        },
        figures,
        why: vec![3, 7],
        days,
    }
}

/// The season.
pub(crate) fn plan() -> Plan {
    let start = date("2026-11-30");
    let mut weeks: Vec<Week> = Vec::new();
    for (sketch, i) in sketches().into_iter().zip(0..) {
        let before = weeks.iter().filter(|week| week.kind.trains()).map(|week| week.volume_m).max().unwrap_or_default();
        weeks.push(week(i + 1, start + i64::from(i) * 7, sketch, before));
    }
    let splits = (1..=4).map(|n| f64::from(n) * 5000.0).chain([21_097.5]).map(|metres| Split {
        distance_m: Distance::from_metres(metres),
        time_s: Duration::from_seconds(metres / 21_097.5 * 6900.0),
        negative_s: Some(Duration::from_seconds(metres / 21_097.5 * 6900.0 + 20.0)),
    });
    Plan {
        schema: SCHEMA.to_owned(),
        id: "0123456789abcdef0123456789abcdef".to_owned(),
        title: "Road to Dubai".to_owned(),
        units: Units::Km,
        language: "en".to_owned(),
        summary: "Thirteen weeks to the Dubai Half on 7 February. Five runs a week, at dawn, from 38 km a week today.".to_owned(),
        start,
        end: date("2027-02-28"),
        runner: PlanRunner {
            name: "Sara K.".to_owned(),
            level: "intermediate".to_owned(),
            level_title: "Intermediate".to_owned(),
            age: Some(41),
            weekly_m: Distance::from_km(38.0),
            longest_m: Distance::from_km(14.0),
            score: Some(38.1),
        },
        climate: Some(PlanClimate { id: "dubai".to_owned(), title: "Dubai".to_owned() }),
        races: vec![PlanRace {
            race: "half-marathon".to_owned(),
            name: "Dubai Half".to_owned(),
            title: "Half marathon".to_owned(),
            date: date("2027-02-07"),
            priority: "A".to_owned(),
            distance_m: Distance::from_metres(21_097.5),
            goal_s: Some(Duration::from_seconds(6900.0)),
            predicted_s: Some([Duration::from_seconds(6800.0), Duration::from_seconds(7100.0)]),
            splits: splits.collect(),
            band: Vec::new(),
            fuel: "A few sips at every table.".to_owned(),
            checklist: texts(&["Shoes that have run far", "The number and four pins"]),
            heat: Some(heat(15.0, "low")),
            notes: texts(&["Start a shade slower than the splits; the first 3 km are crowded.", "A sip at every table."]),
        }],
        paces: Some(BTreeMap::from(
            [
                ("easy", "6:20 /km", "7:05 /km"),
                ("marathon", "5:42 /km", "5:42 /km"),
                ("threshold", "5:12 /km", "5:18 /km"),
                ("interval", "4:48 /km", "4:52 /km"),
                ("repetition", "4:30 /km", "4:34 /km"),
            ]
            .map(|(id, fast, slow)| (id.to_owned(), [pace(fast), pace(slow)])),
        )),
        paces_from: "From your 10 km in 52:30 on 18 October.".to_owned(),
        weeks,
        ledger: vec![
            reason(1, None, ("rules/season.toml", 12), "volume.step", "A small step is always allowed.", &["house"]),
            reason(3, Some("climb-gently"), ("rules/season.toml", 40), "volume.ramp", "Runs that are much longer than what the body knows are where injuries begin.", &["frandsen-2025"]),
            reason(7, None, ("rules/levels/intermediate.toml", 9), "volume.peak", "Runs all year round and has finished a few races.", &["knopp-2024", "house"]),
            reason(12, Some("hard-days-apart"), ("rules/levels/intermediate.toml", 31), "hard.apart", "Two days between hard sessions let the first one do its work.", &["house"]),
        ],
        sources: vec![
            Work { id: "frandsen-2025".to_owned(), citation: "Frandsen and others (2025). How much running is too much? British Journal of Sports Medicine. https://doi.org/10.1136/bjsports-2024-109380".to_owned() },
            Work { id: "knopp-2024".to_owned(), citation: "Knopp and others (2024). Training of runners by level. Sports Medicine.".to_owned() },
            Work { id: "never-named".to_owned(), citation: "A work that nothing printed names.".to_owned() },
        ],
        findings: vec![PlanFinding {
            code: "peak-not-reached".to_owned(),
            severity: Severity::Note,
            message: "the biggest week is 48 km; 55 km would have needed three weeks more".to_owned(),
            week: Some(8),
        }],
        guardrails: [
            ("long-run-spike", "No run is more than 10 % longer than the longest of 30 days"),
            ("weekly-ramp", "No week rises more than 8 % over the best of the last four"),
            ("reset-cadence", "Never more than four training weeks in a row"),
            ("hard-apart", "Hard sessions are 48 hours apart"),
        ]
        .map(|(id, title)| Verdict { id: id.to_owned(), title: title.to_owned(), kept: true, source: texts(&["frandsen-2025"]) })
        .to_vec(),
        coach: Some(PlanCoach { name: Some("Lina".to_owned()), contact: Some("lina@creek.example".to_owned()), colour: None, logo: None }),
        card: Vec::new(),
        decisions: Vec::new(),
        rules_digest: "sha256:5b1f0c".to_owned(),
    }
}
