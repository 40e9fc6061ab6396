//! Push or ease off: check-ins and logs with the answer that a coach would give, and the season planned again from there.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use stepback::calendar::Date;
use tempfile::TempDir;

use crate::{home, stepback};

/// Wednesday of the seventh week.
const TODAY: &str = "2027-01-13";

/// A runner with a season under way.
struct Runner {
    folder: TempDir,
    season: Value,
}

type Items = [u32; 5];

/// Days before today on which there was a check-in.
const DAYS: [i64; 11] = [27, 24, 21, 18, 15, 12, 9, 6, 4, 2, 0];

impl Runner {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(home("plans/dubai-half-winter/request.toml"), folder.path().join("sara.toml")).unwrap();
        let out = stepback(folder.path(), &["plan", "sara.toml", "-f", "json", "-o", "-"]);
        Self { season: serde_json::from_slice(&out.stdout).unwrap(), folder }
    }

    /// Writes check-ins: the same answers every time, save for the last ones.
    fn says(&self, usually: Items, last: &[Items], illness: &str) -> &Self {
        let mut text = "date,fatigue,sleep,soreness,stress,motivation,illness\n".to_owned();
        for (at, days) in DAYS.iter().enumerate() {
            let from_end = DAYS.len() - at;
            let items = if from_end <= last.len() { last[last.len() - from_end] } else { usually };
            let ill = if *days == 0 { illness } else { "" };
            let items = items.map(|item| item.to_string()).join(",");
            writeln!(text, "{},{items},{ill}", today() + -days).unwrap();
        }
        fs::write(self.folder.path().join("sara-checkins.csv"), text).unwrap();
        self
    }

    /// Writes a log: each planned run before today as `run` has it, or none.
    fn ran(&self, run: impl Fn(Date, f64, f64) -> Option<(f64, f64)>) -> &Self {
        let mut text = "date,kind,distance_km,minutes\n".to_owned();
        for (date, session) in sessions(&self.season).filter(|(date, _)| *date < today()) {
            if ["strength", "cross-train"].contains(&session["kind"].as_str().unwrap()) {
                continue;
            }
            let (metres, seconds) = (session["distance_m"].as_f64().unwrap(), session["duration_s"].as_f64().unwrap());
            if let Some((km, minutes)) = run(date, metres / 1000.0, seconds / 60.0) {
                writeln!(text, "{date},{},{km:.3},{minutes:.2}", session["kind"].as_str().unwrap()).unwrap();
            }
        }
        fs::write(self.folder.path().join("sara-log.csv"), text).unwrap();
        self
    }

    fn asked(&self) -> Value {
        let out = stepback(self.folder.path(), &["review", "sara.toml", "--today", TODAY, "-f", "json"]);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap()
    }

    fn answer(&self) -> String {
        self.asked()["decision"].as_str().unwrap().to_owned()
    }
}

fn today() -> Date {
    TODAY.parse().unwrap()
}

fn sessions(plan: &Value) -> impl Iterator<Item = (Date, &Value)> {
    let days = plan["weeks"].as_array().unwrap().iter().flat_map(|week| week["days"].as_array().unwrap());
    days.flat_map(|day| {
        let date: Date = day["date"].as_str().unwrap().parse().unwrap();
        day["sessions"].as_array().unwrap().iter().map(move |session| (date, session))
    })
}

#[test]
fn a_coach_would_say_the_same() {
    let runner = Runner::new();
    let good = [4; 5];
    let as_planned = |_, km, minutes| Some((km, minutes));
    runner.ran(as_planned);
    for (told, usually, last, illness, wanted) in [
        ("all well", good, vec![], "", "build"),
        ("every answer three", [3; 5], vec![], "", "build"),
        ("one bad night", good, vec![[2, 1, 3, 3, 3]], "", "build"),
        ("a chore", good, vec![[4, 4, 4, 4, 2]; 4], "", "reset"),
        ("burnt out", good, vec![[2, 2, 2, 2, 1]; 5], "", "reset"),
        ("exhausted", good, vec![[1, 2, 2, 2, 2]; 3], "", "reset"),
        ("grinding", [3, 3, 2, 3, 3], vec![], "", "hold"),
        ("a cold", good, vec![], "cold", "hold"),
        ("fever", good, vec![], "fever", "reset"),
        ("chest pain", good, vec![], "chest-pain", "stop"),
    ] {
        assert_eq!(runner.says(usually, &last, illness).answer(), wanted, "{told}");
    }
    runner.says(good, &[], "");
    assert_eq!(runner.ran(|_, km, minutes| Some((km * 1.3, minutes * 1.3))).answer(), "hold", "does too much");
    assert_eq!(runner.ran(|_, km, minutes| Some((km, minutes * 0.8))).answer(), "hold", "easy is too fast");
    let half = |date: Date, km, minutes| date.day().is_multiple_of(2).then_some((km, minutes));
    assert_eq!(runner.ran(half).answer(), "build", "half done, but fresh");
    let long_ago = |date: Date, km, minutes| (today() - date > 10).then_some((km, minutes));
    assert_eq!(runner.ran(long_ago).answer(), "reset", "ten days off");
}

#[test]
fn a_log_of_exactly_the_plan_changes_nothing() {
    let runner = Runner::new();
    let told = runner.says([4; 5], &[], "").ran(|_, km, minutes| Some((km, minutes))).asked();
    assert_eq!(told["decision"], "build");
    assert_eq!(told["changes"].as_array().unwrap().len(), 0);
    assert_eq!(told["plan"]["weeks"], runner.season["weeks"]);
}

#[test]
fn a_reset_is_this_week_the_race_stays_and_the_past_is_as_it_was_run() {
    let runner = Runner::new();
    let told = runner.says([4; 5], &[[1, 2, 2, 2, 2]; 3], "").ran(|_, km, minutes| Some((km, minutes))).asked();
    assert_eq!(told["plan"]["races"][0]["date"], runner.season["races"][0]["date"]);
    let weeks = told["plan"]["weeks"].as_array().unwrap();
    let before = runner.season["weeks"].as_array().unwrap();
    for (old, new) in before.iter().zip(weeks).filter(|(old, _)| old["start"].as_str().unwrap() < "2027-01-11") {
        assert_eq!(old, new);
    }
    let this = weeks.iter().find(|week| week["start"] == "2027-01-11").unwrap();
    assert_eq!(this["kind"], "reset");
    assert_eq!(this["reset"]["recipe"], "absorb");
    for why in told["reasons"].as_array().unwrap() {
        assert!(!why["because"].as_str().unwrap().is_empty() && why["read"].is_object());
        assert!(!why["source"].as_array().unwrap().is_empty());
    }
}

#[test]
fn worse_check_ins_never_ask_for_more() {
    let runner = Runner::new();
    runner.ran(|_, km, minutes| Some((km, minutes)));
    let grave = |answer: &str| ["build", "hold", "reset", "stop"].iter().position(|known| *known == answer).unwrap();
    for item in [0, 4] {
        for usually in [3, 4] {
            let mut before = 0;
            for worse in 0..3 {
                let mut last = [[usually; 5]; 3];
                for checkin in &mut last {
                    checkin[item] -= worse.min(checkin[item] - 1);
                }
                let now = grave(&runner.says([usually; 5], &last, "").answer());
                assert!(now >= before, "item {item} of {usually}, {worse} worse");
                before = now;
            }
        }
    }
}

#[test]
fn stop_stays_until_it_is_cleared() {
    let runner = Runner::new();
    runner.ran(|_, km, minutes| Some((km, minutes))).says([4; 5], &[], "fainting");
    let told = runner.asked();
    assert_eq!((told["decision"].as_str(), told["plan"].is_null()), (Some("stop"), true));
    let path = runner.folder.path().join("sara.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("[runner]", &format!("[runner]\ncleared = {TODAY}"), 1)).unwrap();
    assert_eq!(runner.answer(), "build");
}

#[test]
fn exports_of_watches_are_read_with_their_traps() {
    let runner = Runner::new();
    runner.says([4; 5], &[], "");
    let log = runner.folder.path().join("sara-log.csv");
    // Strava names distances twice, the second in metres, and tells times of day in universal time.
    let mut strava = "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance,Max Speed,Average Speed,Elevation Gain,Elevation Loss,Elevation Low,Elevation High,Max Grade,Average Grade,Average Positive Grade,Average Negative Grade,Max Cadence,Average Cadence,Max Heart Rate,Average Heart Rate\n".to_owned();
    // Garmin names no unit, writes dashes for nothing, and commas before decimals in half of the world.
    let mut garmin =
        "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Max HR,Avg Pace,Steps\n".to_owned();
    for (date, session) in sessions(&runner.season).filter(|(date, _)| *date < today()) {
        let (metres, seconds) = (session["distance_m"].as_f64().unwrap(), session["duration_s"].as_i64().unwrap());
        if metres == 0.0 {
            continue;
        }
        // Half past five in Dubai is half past one in Greenwich.
        let month = &"JanFebMarAprMayJunJulAugSepOctNovDec"[date.month() as usize * 3 - 3..][..3];
        writeln!(strava, "1,\"{month} {}, {}, 1:30:00 AM\",Morning Run,Run,,{seconds},{:.2},150,,false,,,a.gz,,,{seconds},{seconds},{metres},3,2.5,,,,,,,,,,,150,130", date.day(), date.year(), metres / 1000.0).unwrap();
        let km = format!("{:.2}", metres / 1000.0).replace('.', ",");
        let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        writeln!(garmin, "Running,{date} 05:30:00,false,\"Dubai, Running\",\"{km}\",\"447\",\"{clock}\",\"130\",\"--\",\"6:20\",\"4,808\"").unwrap();
    }
    strava.push_str(
        "2,\"Jan 9, 2027, 9:00:00 AM\",Ride,Ride,,3600,30,,,false,,,b.gz,,,3600,3600,30000,9,8,,,,,,,,,,,150,120\n",
    );
    strava.push_str("3,not a day,Run,Run,,x,y,,,false,,,c.gz,,,x,x,z,,,,,,,,,,,,,,\n");
    for (name, text) in [("strava", strava), ("garmin", garmin)] {
        fs::write(&log, text).unwrap();
        let told = runner.asked();
        assert_eq!(told["decision"], "build", "{name}: {}", told["reasons"]);
        assert_eq!(told["changes"].as_array().unwrap().len(), 0, "{name}");
    }
}

#[test]
fn rubbish_is_told_and_never_a_panic() {
    let runner = Runner::new();
    runner.ran(|_, km, minutes| Some((km, minutes)));
    let path = runner.folder.path().join("sara-checkins.csv");
    for text in [
        "",
        "\u{0}\u{1}\u{2}",
        "date,fatigue\n",
        "a;b;c\n1;2;3\n",
        "date,fatigue,sleep,soreness,stress,motivation\nyesterday,9,9,9,9,9\n",
    ] {
        fs::write(&path, text).unwrap();
        let out = stepback(runner.folder.path(), &["review", "sara.toml", "--today", TODAY]);
        assert_eq!(out.status.code(), Some(1), "{text:?}");
        assert!(!out.stderr.is_empty());
    }
    // A wrong line is told, and the others are used.
    runner.says([4; 5], &[], "");
    let text = fs::read_to_string(&path).unwrap() + "2027-01-13,4,seven,4,4,4,\n2027-99-99,4,4,4,4,4,\n";
    fs::write(&path, text).unwrap();
    let told = runner.asked();
    assert_eq!(told["decision"], "build");
    let lines: Vec<i64> =
        told["findings"].as_array().unwrap().iter().filter_map(|finding| finding["line"].as_i64()).collect();
    assert_eq!(lines, [13, 14]);
}

#[test]
fn the_sunday_list_has_the_worst_first() {
    let runner = Runner::new();
    runner.ran(|_, km, minutes| Some((km, minutes))).says([4; 5], &[], "");
    let folder = runner.folder.path();
    let text = fs::read_to_string(folder.join("sara.toml")).unwrap();
    fs::write(folder.join("omar.toml"), text.replace("Sara", "Omar <b>")).unwrap();
    fs::write(
        folder.join("omar-checkins.csv"),
        format!("date,fatigue,sleep,soreness,stress,motivation,illness\n{TODAY},4,4,4,4,4,chest-pain\n"),
    )
    .unwrap();
    let told = stepback(folder, &["review", ".", "--today", TODAY, "-f", "json"]);
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let order: Vec<&str> =
        told["clients"].as_array().unwrap().iter().map(|client| client["decision"].as_str().unwrap()).collect();
    assert_eq!(order, ["stop", "build"]);
    let page = stepback(folder, &["review", ".", "--today", TODAY, "-f", "html"]);
    let page = String::from_utf8(page.stdout).unwrap();
    assert!(page.contains("Omar &lt;b&gt;") && !page.contains("Omar <b>"));
}

#[test]
fn a_race_that_moves_leaves_every_day_before_as_it_stood() {
    let runner = Runner::new();
    let folder = runner.folder.path();
    let missing = stepback(folder, &["plan", "sara.toml", "--from", TODAY]);
    assert_eq!(missing.status.code(), Some(1), "there is no plan to go on from");
    assert!(stepback(folder, &["plan", "sara.toml", "-f", "json"]).status.success());
    let text = fs::read_to_string(folder.join("sara.toml")).unwrap();
    fs::write(folder.join("sara.toml"), text.replace("2027-02-07", "2027-02-21")).unwrap();
    assert!(stepback(folder, &["plan", "sara.toml", "-f", "json", "--from", TODAY]).status.success());
    let again: Value = serde_json::from_str(&fs::read_to_string(folder.join("sara.json")).unwrap()).unwrap();
    assert_eq!(again["races"][0]["date"], "2027-02-21");
    let days = |plan: &Value| -> Vec<String> {
        let days = plan["weeks"].as_array().unwrap().iter().flat_map(|week| week["days"].as_array().unwrap());
        days.filter(|day| day["date"].as_str().unwrap() < TODAY).map(ToString::to_string).collect()
    };
    assert!(days(&runner.season).len() > 40);
    assert_eq!(days(&runner.season), days(&again));
}

#[test]
fn results_that_stand_still_ask_a_tired_runner_for_rest_and_a_fresh_one_for_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let race = |date: &str| format!("[[race]]\nrace = \"5k\"\ndate = {date}\npriority = \"C\"\n");
    let request = format!(
        "[runner]\nweekly = \"40 km\"\nrecent = {{ race = \"5k\", time = \"25:00\", date = 2026-12-20 }}\n\
         [week]\ndays = [\"tue\", \"thu\", \"sat\", \"sun\"]\n{}{}{}[plan]\nstart = 2027-01-04\n",
        race("2027-02-06"),
        race("2027-03-06"),
        "[[race]]\nrace = \"half-marathon\"\ndate = 2027-05-09\n"
    );
    fs::write(folder.path().join("sara.toml"), request).unwrap();
    let out = stepback(folder.path(), &["plan", "sara.toml", "-f", "json", "-o", "-"]);
    let season: Value = serde_json::from_slice(&out.stdout).unwrap();
    let today: Date = "2027-03-09".parse().unwrap();
    let answer = |seconds: f64, last: [u32; 5]| {
        let mut log = "date,kind,distance_km,minutes\n".to_owned();
        for (date, session) in sessions(&season).filter(|(date, _)| *date < today) {
            let (km, minutes) = match session["kind"].as_str().unwrap() {
                "strength" | "cross-train" => continue,
                "race" => (5.0, seconds / 60.0),
                _ => (session["distance_m"].as_f64().unwrap() / 1e3, session["duration_s"].as_f64().unwrap() / 60.0),
            };
            writeln!(log, "{date},run,{km:.3},{minutes:.2}").unwrap();
        }
        let mut checkins = "date,fatigue,sleep,soreness,stress,motivation\n".to_owned();
        for days in (0..28).rev().step_by(3) {
            let items = if days == 0 { last } else { [4; 5] };
            writeln!(checkins, "{},{}", today + -days, items.map(|item| item.to_string()).join(",")).unwrap();
        }
        fs::write(folder.path().join("sara-log.csv"), log).unwrap();
        fs::write(folder.path().join("sara-checkins.csv"), checkins).unwrap();
        let out = stepback(folder.path(), &["review", "sara.toml", "--today", "2027-03-09", "-f", "json"]);
        let told: Value = serde_json::from_slice(&out.stdout).unwrap();
        let fired =
            told["reasons"].as_array().unwrap().iter().map(|reason| reason["rule"].as_str().unwrap().to_owned());
        (told["decision"].as_str().unwrap().to_owned(), fired.collect::<Vec<_>>())
    };
    let (fresh, told) = answer(1500.0, [4; 5]);
    assert!(fresh == "build" && told.contains(&"results-stand-still".to_owned()), "{fresh}: {told:?}");
    let (tired, told) = answer(1500.0, [2, 4, 4, 4, 4]);
    assert!(tired == "hold" && told.contains(&"results-stand-still-and-tired".to_owned()), "{tired}: {told:?}");
    let (faster, told) = answer(1440.0, [2, 4, 4, 4, 4]);
    assert!(faster == "build" && !told.iter().any(|id| id.starts_with("results")), "{faster}: {told:?}");
}

#[test]
fn one_bad_night_moves_a_session_and_never_a_week() {
    let folder = tempfile::tempdir().unwrap();
    let request = "[runner]\nweekly = \"55 km\"\nlevel = \"intermediate\"\n[[race]]\nrace = \"half-marathon\"\n\
                   date = 2027-05-09\n[week]\ndays = [\"mon\", \"tue\", \"thu\", \"fri\", \"sun\"]\n\
                   [plan]\nstart = 2027-01-04\n";
    fs::write(folder.path().join("tom.toml"), request).unwrap();
    let out = stepback(folder.path(), &["plan", "tom.toml", "-f", "json", "-o", "-"]);
    let season: Value = serde_json::from_slice(&out.stdout).unwrap();
    let hard: Vec<Date> = sessions(&season)
        .filter(|(_, session)| session["hard"] == true && session["kind"] != "race" && session["kind"] != "long")
        .map(|(date, _)| date)
        .collect();
    let mut moves = 0;
    for today in &hard {
        let mut checkins = "date,fatigue,sleep,soreness,stress,motivation\n".to_owned();
        for days in (0..28).rev().step_by(3) {
            let items = if days == 0 { "2,1,3,3,3" } else { "4,4,4,4,4" };
            writeln!(checkins, "{},{items}", *today + -days).unwrap();
        }
        fs::write(folder.path().join("tom-checkins.csv"), checkins).unwrap();
        let today = today.to_string();
        let out = stepback(folder.path(), &["review", "tom.toml", "--today", &today, "-f", "json"]);
        let told: Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(told["decision"], "build", "{today}");
        assert_eq!(told["changes"], serde_json::json!([]), "{today}: no week changes");
        let Some(to) = told["moved"]["to"].as_str() else { continue };
        moves += 1;
        assert!(*to > *today);
        let on = |plan: &Value, day: &str| {
            let day: Date = day.parse().unwrap();
            sessions(plan).filter(|(date, _)| *date == day).map(|(_, s)| s["title"].to_string()).collect::<Vec<_>>()
        };
        assert_eq!((on(&season, &today), on(&season, to)), (on(&told["plan"], to), on(&told["plan"], &today)));
        let worse = told["plan"]["findings"].as_array().unwrap().iter().any(|found| found["severity"] == "error");
        assert!(!worse, "{today}");
    }
    assert!(moves >= 1, "{hard:?}");
}
