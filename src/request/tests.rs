//! What a request may say, and what is found where it says it wrong.

use super::*;
use crate::finding::{Finding, Findings};

fn ids() -> Ids<'static> {
    Ids {
        levels: vec!["beginner", "intermediate"],
        races: vec!["10k", "half-marathon", "marathon", "50k"],
        climates: vec!["dubai", "london"],
        workouts: vec!["easy-run", "tempo"],
    }
}

fn reading(body: &str) -> Result<(Request, Findings), Findings> {
    read(&Text::new("sara.toml", body), &ids())
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn everything_that_the_contract_names_is_understood() {
    let (request, findings) = reading(include_str!("../../tests/requests/everything.toml")).unwrap();
    assert_eq!(findings, Findings::new());
    let runner = &request.runner;
    assert_eq!(request.name(), "sara.toml");
    assert_eq!(runner.name.as_ref().unwrap().value, "سارة");
    assert_eq!(runner.level.as_ref().unwrap().value, "intermediate");
    assert_eq!(runner.age.as_ref().unwrap().value, 41);
    assert_eq!(runner.weekly.as_ref().unwrap().value, Distance::from_km(38.0));
    assert_eq!(runner.longest.as_ref().unwrap().value, Distance::from_km(14.0));
    let recent = runner.recent.as_ref().unwrap();
    assert_eq!((recent.race.value.as_str(), recent.time.value.seconds()), ("10k", 3150));
    assert_eq!(recent.date.as_ref().unwrap().value, date("2026-10-18"));
    assert!(matches!(&runner.health, Some(Health::Care(care)) if care[0].value == "injured" && care.len() == 1));
    assert!((runner.years.as_ref().unwrap().value - 6.5).abs() < 1e-9);
    assert_eq!(runner.sex.as_ref().unwrap().value, Sex::Female);
    assert_eq!(runner.hr_max.as_ref().unwrap().value, 182);
    assert_eq!(runner.hr_threshold.as_ref().unwrap().value, 168);
    assert_eq!(runner.finished.as_ref().unwrap().len(), 2);
    assert!(!runner.first_plan.as_ref().unwrap().value);
    assert_eq!(runner.injured_until.as_ref().unwrap().value, date("2026-09-01"));
    assert_eq!(runner.cleared.as_ref().unwrap().value, date("2026-10-01"));

    let [first, second] = &request.races[..] else { panic!("two races") };
    assert_eq!((first.race.value.as_str(), first.date.value), ("10k", date("2027-01-10")));
    assert_eq!(first.goal.as_ref().unwrap().value, Goal::Finish);
    assert_eq!(first.climate.as_ref().unwrap().value, "london");
    assert_eq!(first.priority.as_ref().unwrap().value, Priority::B);
    assert_eq!(second.goal.as_ref().unwrap().value, Goal::Time(Duration::from_seconds(6900.0)));
    assert_eq!(second.name.as_ref().unwrap().value, "Dubai Half");

    assert_eq!(request.home.climate.as_ref().unwrap().value, "dubai");
    assert_eq!(request.home.run_at, None);
    let hours: Vec<_> = request.home.run_at_by_day.iter().map(|(day, hour)| (*day, hour.value)).collect();
    let evening = Hour::Clock("20:00".parse().unwrap());
    assert_eq!(hours, [(Weekday::Tue, evening), (Weekday::Sat, Hour::Part(PartOfDay::Dawn))]);
    assert!(request.home.treadmill.as_ref().unwrap().value);

    let week = &request.week;
    assert_eq!(Weekday::ALL.map(|day| week.free(day)), [true, true, false, true, false, true, true]);
    assert_eq!(week.long_run.as_ref().unwrap().value, Weekday::Sat);
    assert_eq!(request.first_day(), Weekday::Sun);
    assert_eq!(week.most[&Weekday::Tue].value, Duration::from_minutes(60.0));
    assert_eq!(week.fixed[&Weekday::Thu].value, Fixed::Kind(SessionKind::Threshold));
    assert_eq!(week.fixed[&Weekday::Tue].value, Fixed::Words("club track".to_owned()));
    assert_eq!(week.fixed[&Weekday::Sun].value, Fixed::Workout("easy-run".to_owned()));
    assert_eq!(week.strength.as_ref().unwrap().value, 2);
    assert_eq!(week.at[&Weekday::Tue].value.to_string(), "06:30");

    let [early, late] = &request.life[..] else { panic!("two stretches of life") };
    assert_eq!(early.days.as_ref().unwrap().len(), 2);
    assert_eq!(early.fixed[&Weekday::Tue].value, Fixed::Kind(SessionKind::Hills));
    assert_eq!(early.at[&Weekday::Thu].value.minutes(), 19 * 60);
    assert_eq!((late.from.value, late.to.value), (date("2026-12-19"), date("2026-12-27")));
    assert_eq!(late.load.as_ref().unwrap().value, Load::Busy);
    assert_eq!(late.climate.as_ref().unwrap().value, "london");

    assert_eq!(request.week_kinds[0].kind.value, WeekKind::Reset);
    assert!(matches!(request.days[0].session, Some(DaySession::Rest(_))));
    assert_eq!(request.days[0].note.as_ref().unwrap().value, "sports massage\nat noon");
    let Some(DaySession::Steps(steps)) = &request.days[1].session else { panic!("steps") };
    assert_eq!(steps[1].value.to_string(), "6 x (20 s strides, 1 min walk)");
    assert!(matches!(&request.days[2].session, Some(DaySession::Workout(id)) if id.value == "tempo"));
    assert_eq!(request.moves[0].to.value, date("2027-01-20"));

    assert_eq!(request.plan.language.as_ref().unwrap().value, "en");
    assert_eq!(request.plan.start.as_ref().unwrap().value, date("2026-11-30"));
    assert_eq!(request.units(), Units::Mi);
    assert_eq!(request.plan.title.as_ref().unwrap().value, "Road to Dubai");
    assert!(request.plan.accept_risk.as_ref().unwrap().value);
    let coach = request.coach.as_ref().unwrap();
    assert_eq!(coach.colour.as_ref().unwrap().value, "#1f6F5c");
    assert_eq!(coach.notes[&3].value, "Proud of you.");
    assert_eq!((coach.name.is_some(), coach.contact.is_some(), coach.logo.is_some()), (true, true, true));
    assert!(request.settings.as_ref().unwrap().get("reset").is_some());
}

#[test]
fn the_smallest_request_leaves_everything_else_open() {
    let (request, findings) = reading("runner.weekly = \"25 km\"\nweek.days = [\"tue\"]\n").unwrap();
    assert_eq!(findings, Findings::new());
    assert!(request.runner.name.is_none() && request.runner.level.is_none() && request.runner.longest.is_none());
    assert!(request.races.is_empty() && request.coach.is_none() && request.settings.is_none());
    assert_eq!((request.first_day(), request.units()), (Weekday::Mon, Units::Km));
}

/// What is found in a request that is right but for one part: code, line, column, and the place's words.
#[track_caller]
fn found(part: &str) -> Vec<(String, usize, usize, String)> {
    let runner = if part.contains("[runner]") { "" } else { "runner.level = \"beginner\"\n" };
    let week = if part.contains("[week]") { "" } else { "week.days = [\"tue\", \"sat\"]\n" };
    // The part comes first, after two lines, so that lines can be counted.
    let body = format!("{}\n{}\n{part}", runner.trim_end(), week.trim_end());
    let findings = match reading(&body) {
        Ok((_, findings)) | Err(findings) => findings,
    };
    let told = |finding: &Finding| {
        let place = finding.place.as_ref().expect("every finding of a request has a place");
        (finding.code.clone(), place.line(), place.column(), place.words().to_owned())
    };
    findings.0.iter().map(told).collect()
}

#[track_caller]
fn one(part: &str, code: &str, line: usize, column: usize, words: &str) {
    assert_eq!(found(part), [(code.to_owned(), line, column, words.to_owned())], "{part}");
}

#[test]
fn what_does_not_fit_together_is_found_at_its_place() {
    one("[runner]\nname = \"x\"", "no-level-nor-weekly", 3, 1, "[runner]");
    one("[week]\nstarts = \"mon\"", "no-days", 3, 1, "[week]");
    one("[week]\ndays = []", "no-days", 4, 8, "[]");
    one("[week]\ndays = [\"mon\", \"monday\"]", "day-twice", 4, 16, "\"monday\"");
    one("[week]\ndays = [\"mon\", \"toe\"]", "unknown-weekday", 4, 16, "\"toe\"");
    one("[week]\ndays = [\"mon\"]\nlong-run = \"sat\"", "day-not-free", 5, 12, "\"sat\"");
    one("[week]\ndays = [\"mon\"]\nfixed = { sat = \"long\" }", "day-not-free", 5, 11, "sat");
    one("[week]\ndays = [\"mon\"]\nmost = { sat = \"60 min\" }", "day-not-free", 5, 10, "sat");
    one("[week]\ndays = [\"mon\"]\nmost = { mon = 60 }", "wrong-measure", 5, 16, "60");
    one("[week]\ndays = [\"mon\"]\nat = { mon = \"24:00\" }", "wrong-measure", 5, 14, "\"24:00\"");
    one("[week]\ndays = [\"mon\"]\nfixed = { mon = \"treshold\" }", "unknown-choice", 5, 17, "\"treshold\"");
    one("[runner]\nlevel = \"beginer\"", "unknown-choice", 4, 9, "\"beginer\"");
    one("[runner]\nweekly = \"401 km\"", "out-of-bounds", 4, 10, "\"401 km\"");
    one("[runner]\nlevel = \"beginner\"\nage = 4", "out-of-bounds", 5, 7, "4");
    one("[runner]\nlevel = \"beginner\"\nage = 101", "out-of-bounds", 5, 7, "101");
    one("[runner]\nlevel = \"beginner\"\nname = \"a\\u0000\"", "control-character", 5, 8, "\"a\\u0000\"");
    one("[runner]\nlevel = \"beginner\"\nname = \"\\u202E\"", "control-character", 5, 8, "\"\\u202E\"");
    one("[runner]\nlevel = \"beginner\"\nhealth = [\"flu\"]", "unknown-choice", 5, 11, "\"flu\"");
    one("[runner]\nweekly = \"9 km\"\nlongest = \"10 km\"", "longest-over-weekly", 5, 11, "\"10 km\"");
    let hr = "[runner]\nlevel = \"beginner\"\nhr-max = 170\nhr-threshold = 170";
    one(hr, "threshold-over-max", 6, 16, "170");
    one("[runner]\nlevel = \"beginner\"\nrecent = { race = \"10k\" }", "missing-key", 5, 10, "{ race = \"10k\" }");
    let after = "[plan]\nstart = 2026-10-01\n[runner]\nlevel = \"beginner\"\nrecent = { race = \"10k\", time = \"50:00\", date = 2026-10-18 }";
    one(after, "recent-after-start", 7, 49, "2026-10-18");
    let race = "[[race]]\nrace = \"10k\"\ndate = 2026-10-18\n";
    one(&format!("{race}[plan]\nstart = 2026-10-19"), "race-before-start", 5, 8, "2026-10-18");
    one(&format!("{race}[plan]\nweeks = 10"), "weeks-with-race", 7, 9, "10");
    one(&format!("{race}{race}"), "two-races-on-a-day", 8, 8, "2026-10-18");
    one(&format!("{race}priority = \"D\""), "unknown-choice", 6, 12, "\"D\"");
    one(&format!("{race}goal = \"soon\""), "wrong-measure", 6, 8, "\"soon\"");
    one(&format!("{race}goal = \"0:00\""), "wrong-measure", 6, 8, "\"0:00\"");
    one(&race.replace("[[race]]", "[race]"), "many-tables", 3, 1, "[race]");
    one(&race.replace("date", "data"), "unknown-key", 5, 1, "data");
    one("[[race]]\nrace = \"10k\"", "missing-key", 3, 1, "[[race]]");
    one("[[life]]\nfrom = 2026-10-18\nto = 2026-10-17\nload = \"off\"", "life-backwards", 5, 6, "2026-10-17");
    one("[[life]]\nfrom = 2026-10-18\nto = 2026-10-18", "life-without-effect", 3, 1, "[[life]]");
    let weeks =
        "[[week-kind]]\nstarting = 2026-10-12\nkind = \"hold\"\n[[week-kind]]\nstarting = 2026-10-18\nkind = \"reset\"";
    one(weeks, "two-words-for-a-week", 7, 12, "2026-10-18");
    let days = "[[day]]\ndate = 2026-10-18\nsession = \"rest\"\n[[day]]\ndate = 2026-10-18\nnote = \"x\"";
    one(days, "two-words-for-a-day", 7, 8, "2026-10-18");
    one("[[day]]\ndate = 2026-10-18", "day-says-nothing", 3, 1, "[[day]]");
    one("[[day]]\ndate = 2026-10-18\nsession = \"tempi\"", "unknown-choice", 5, 11, "\"tempi\"");
    one("[[day]]\ndate = 2026-10-18\nsteps = []", "no-steps", 5, 9, "[]");
    one("[[day]]\ndate = 2026-10-18\nsteps = [\"15 min eazy\"]", "step-intensity", 5, 18, "eazy");
    one("[[move]]\nfrom = 2026-10-18\nto = 2026-10-18", "move-nowhere", 5, 6, "2026-10-18");
    one("[place]\nrun-at = \"25:00\"", "wrong-measure", 4, 10, "\"25:00\"");
    one("[place]\nrun-at = { mon = \"dusk\" }", "unknown-choice", 4, 18, "\"dusk\"");
    one("[plan]\nweeks = 105", "out-of-bounds", 4, 9, "105");
    one("[plan]\nstart = 2026-10-18T10:00:00", "wrong-date", 4, 9, "2026-10-18T10:00:00");
    one("[coach]\ncolour = \"#12345\"", "wrong-colour", 4, 10, "\"#12345\"");
    one("[coach]\nnotes = { 0 = \"x\" }", "wrong-week", 4, 11, "0");
    one(
        &format!("[coach]\nname = \"{}\"", "x".repeat(201)),
        "too-many-characters",
        4,
        8,
        &format!("\"{}\"", "x".repeat(201)),
    );
}

#[test]
fn a_name_of_two_hundred_characters_and_a_week_of_four_hundred_kilometres_fit() {
    let body = format!("[runner]\nname = \"{}\"\nweekly = \"400 km\"\nage = 100\n", "ü".repeat(200));
    assert_eq!(found(&body), []);
}

#[test]
fn a_missing_table_is_found_and_a_mistyped_one_is_only_mistyped() {
    let codes = |body: &str| -> Vec<String> { reading(body).unwrap_err().0.into_iter().map(|f| f.code).collect() };
    assert_eq!(codes("[plan]\nunits = \"km\"\n"), ["no-level-nor-weekly", "no-days"]);
    assert_eq!(codes("[runer]\nlevel = \"beginner\"\n[week]\ndays = [\"tue\"]\n"), ["unknown-key"]);
    assert_eq!(codes("[runner]\nweekyl = \"9 km\"\n[week]\nday = [\"tue\"]\n"), ["unknown-key", "unknown-key"]);
    assert_eq!(codes(" # nothing\n"), ["empty-file"]);
}

#[test]
fn warnings_let_the_request_pass() {
    let (request, findings) =
        reading("runner.weekly = \"9 km\"\nrunner.longest = \"10 km\"\nweek.days = [\"tue\"]\n").unwrap();
    assert_eq!(request.runner.longest.unwrap().value, Distance::from_km(10.0));
    assert_eq!(findings.0.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["longest-over-weekly"]);
}
