//! Laws: what holds for every plan, whoever asks. Requests are drawn at random; a broken law shows the smallest request that
//! breaks it. `STEPBACK_CASES=2000 cargo test laws` draws more than the usual 64.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence, TestCaseError, TestRunner};
use stepback::audit;
use stepback::calendar::{Date, Weekday};
use stepback::engine::{Asked, plan};
use stepback::finding::Severity;
use stepback::measure::{Distance, Units};
use stepback::phrasebook::Phrasebook;
use stepback::plan::{PhaseName, Plan, Week, WeekKind};
use stepback::request::{Ids, Request, read};
use stepback::rulebook::Rulebook;
use stepback::session::SessionKind;
use stepback::source::Text;

use crate::shipped;

/// A request to be, before it is written down.
#[derive(Debug, Clone)]
struct Wish {
    level: &'static str,
    race: &'static str,
    climate: Option<&'static str>,
    hour: Option<&'static str>,
    weeks: i64,
    /// The day of the race in its week, from the first.
    race_day: i64,
    days: Vec<Weekday>,
    weekly_km: u32,
    longest: u32,
    age: Option<u32>,
    result: Option<u32>,
    goal: Option<&'static str>,
    miles: bool,
    sundays: bool,
    start: i64,
    life: Option<(i64, i64, &'static str)>,
}

impl Wish {
    /// As a runner would write it.
    fn toml(&self) -> String {
        let new_year = Date::new(2027, 1, 4).expect("a Monday");
        let start = new_year + (7 * self.start - i64::from(self.sundays));
        let race = start + 7 * (self.weeks - 1) + self.race_day;
        let mut text = format!("[runner]\nlevel = \"{}\"\nweekly = \"{} km\"\n", self.level, self.weekly_km);
        // The longest run is a third to a half of the week.
        let longest = f64::from(self.weekly_km) * f64::from(self.longest) / 100.0;
        writeln!(text, "longest = \"{longest:.1} km\"").expect("a string takes all");
        if let Some(age) = self.age {
            writeln!(text, "age = {age}").expect("a string takes all");
        }
        if let Some(minutes) = self.result {
            let date = start + -30;
            writeln!(text, "recent = {{ race = \"10k\", time = \"{minutes}:30\", date = {date} }}")
                .expect("a string takes all");
        }
        write!(text, "\n[[race]]\nrace = \"{}\"\ndate = {race}\npriority = \"A\"\n", self.race)
            .expect("a string takes all");
        if let Some(goal) = self.goal {
            let time = match (goal, self.race) {
                ("time", "10k") => "55:00",
                ("time", _) => "2:02:00",
                (other, _) => other,
            };
            writeln!(text, "goal = \"{time}\"").expect("a string takes all");
        }
        if let Some(climate) = self.climate {
            write!(text, "\n[place]\nclimate = \"{climate}\"\ntreadmill = {}\n", self.age.is_none())
                .expect("a string takes all");
            if let Some(hour) = self.hour {
                writeln!(text, "run-at = \"{hour}\"").expect("a string takes all");
            }
        }
        let days: Vec<String> = self.days.iter().map(|day| format!("\"{day}\"")).collect();
        let starts = if self.sundays { "sun" } else { "mon" };
        write!(text, "\n[week]\ndays = [{}]\nstarts = \"{starts}\"\n", days.join(", ")).expect("a string takes all");
        if let Some((week, days, load)) = self.life {
            let from = start + 7 * (week % self.weeks) + 2;
            write!(text, "\n[[life]]\nfrom = {from}\nto = {}\nload = \"{load}\"\n", from + days)
                .expect("a string takes all");
        }
        let units = if self.miles { "mi" } else { "km" };
        write!(text, "\n[plan]\nstart = {start}\nunits = \"{units}\"\naccept-risk = true\n")
            .expect("a string takes all");
        text
    }
}

fn wishes() -> impl Strategy<Value = Wish> {
    use proptest::option::of;
    use proptest::sample::{select, subsequence};
    let who = (
        select(vec![("beginner", 12..=28_u32), ("intermediate", 22..=60_u32)])
            .prop_flat_map(|(level, weekly)| (Just(level), weekly)),
        35..=48_u32,
        of(16..=70_u32),
        of(40..=70_u32),
        of(select(vec!["time", "finish"])),
    );
    let what = (select(vec!["10k", "half-marathon"]), 6..=24_i64, 0..=6_i64, 0..=51_i64);
    let climate = of(select(vec!["london", "dubai"]));
    let hour = of(select(vec!["dawn", "noon", "evening"]));
    let days = (2..=7_usize).prop_flat_map(|count| subsequence(Weekday::ALL.to_vec(), count));
    let life = of((1..=23_i64, 3..=14_i64, select(vec!["busy", "travel", "fasting", "off", "ill"])));
    (who, what, (climate, hour), days, (any::<bool>(), any::<bool>()), life).prop_map(
        |(
            ((level, weekly_km), longest, age, result, goal),
            (race, weeks, race_day, start),
            (climate, hour),
            days,
            (miles, sundays),
            life,
        )| {
            Wish {
                level,
                race,
                climate,
                hour,
                weeks,
                race_day,
                days,
                weekly_km,
                longest,
                age,
                result,
                goal,
                miles,
                sundays,
                start,
                life,
            }
        },
    )
}

/// Reads a request as the command line does.
fn request(book: &Rulebook, text: &str) -> Request {
    fn ids<T>(of: &std::collections::BTreeMap<String, T>) -> Vec<&str> {
        of.keys().map(String::as_str).collect()
    }
    let ids = Ids {
        levels: ids(&book.levels),
        races: ids(&book.races),
        climates: ids(&book.climates),
        workouts: ids(&book.workouts),
    };
    let (request, _) = read(&Text::new("request.toml", text), &ids).unwrap_or_else(|wrong| panic!("{wrong}\n{text}"));
    request
}

/// Draws requests and holds a law against each plan. A plan that the rules refuse keeps every law.
fn always(law: impl Fn(&Plan, &Request) -> Result<(), String>) {
    let (book, phrases) = shipped();
    let cases = std::env::var("STEPBACK_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(64);
    let config =
        Config { cases, failure_persistence: None::<Box<FileFailurePersistence>>.map(|p| p as _), ..Config::default() };
    let seed = proptest::test_runner::TestRng::deterministic_rng(config.rng_algorithm);
    let planned = std::cell::Cell::new(0);
    let outcome = TestRunner::new_with_rng(config, seed).run(&wishes(), |wish| {
        let text = wish.toml();
        let request = request(&book, &text);
        let Ok(plan) = season(&book, &phrases, &request) else { return Ok(()) };
        planned.set(planned.get() + 1);
        law(&plan, &request).map_err(|broken| TestCaseError::fail(format!("{broken}\n\n{text}")))
    });
    if let Err(broken) = outcome {
        panic!("{broken}");
    }
    assert!(planned.get() * 4 > cases * 3, "only {} of {cases} requests had a plan", planned.get());
}

fn season(book: &Rulebook, phrases: &Phrasebook, request: &Request) -> Result<Plan, stepback::finding::Findings> {
    let today = Date::new(2026, 1, 1).expect("a day");
    plan(book, phrases, request, &Asked { today, flags: None, units: None })
}

/// A broken law, unless it holds.
fn hold(holds: bool, broken: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(broken()) }
}

/// The running of a day, and of the sessions that are races.
fn run(plan: &Plan) -> impl Iterator<Item = (&Week, Date, Distance)> {
    plan.sessions().filter(|(_, _, s)| s.kind != SessionKind::Race).map(|(week, day, s)| (week, day.date, s.distance_m))
}

/// A sitting of training weeks before an index, newest first, begun by what the runner did before the plan.
fn best_of_four(plan: &Plan, index: usize) -> Distance {
    let cut_short = |week: &Week| week.number == 1 && week.days.iter().any(|day| day.date < plan.start);
    let before = plan.weeks[..index].iter().rev().filter(|week| week.kind.trains() && !cut_short(week));
    before.map(|week| week.volume_m).chain([plan.runner.weekly_m; 4]).take(4).max().unwrap_or_default()
}

#[test]
fn weeks_follow_each_other_without_a_gap() {
    always(|plan, request| {
        hold(!plan.weeks.is_empty(), || "there are weeks".to_owned())?;
        let mut next = plan.weeks[0].start;
        for (week, number) in plan.weeks.iter().zip(1..) {
            hold(week.number == number && week.start == next, || format!("week {number} starts {}", week.start))?;
            hold(week.start.weekday() == request.first_day(), || {
                format!("week {number} starts on {}", week.start.weekday())
            })?;
            let days: Vec<Date> = week.days.iter().map(|day| day.date).collect();
            hold(days == (0..7).map(|d| week.start + d).collect::<Vec<_>>(), || {
                format!("week {number} has its seven days")
            })?;
            next = next + 7;
        }
        hold(plan.end + 1 == next, || format!("the season ends on {}", plan.end))
    });
}

#[test]
fn nothing_stands_on_a_day_that_is_not_free() {
    always(|plan, request| {
        for (week, day, session) in
            plan.sessions().filter(|(_, _, s)| s.kind != SessionKind::Race && s.kind != SessionKind::Rest)
        {
            let free = day.free && request.week.free(day.date.weekday());
            hold(free, || format!("week {}: {} on {}", week.number, session.title, day.date))?;
        }
        Ok(())
    });
}

#[test]
fn the_race_is_on_its_day_and_nowhere_else() {
    always(|plan, request| {
        let races: Vec<Date> =
            plan.sessions().filter(|(_, _, s)| s.kind == SessionKind::Race).map(|(_, day, _)| day.date).collect();
        hold(races == [request.races[0].date.value], || format!("races on {races:?}"))
    });
}

#[test]
fn days_add_up_to_weeks_and_steps_to_sessions_exactly() {
    always(|plan, _| {
        for week in &plan.weeks {
            let sum: Distance = week.days.iter().map(stepback::plan::Day::distance).sum();
            hold(sum == week.volume_m, || format!("week {}: {sum} in days, {} in all", week.number, week.volume_m))?;
        }
        for (week, day, session) in plan.sessions() {
            let (mut all, mut ran) = (0.0, 0.0);
            for step in &session.steps {
                step.each(1, &mut |stretch, times, running| {
                    all += stretch.distance_m.metres() * f64::from(times);
                    ran += if running { stretch.distance_m.metres() * f64::from(times) } else { 0.0 };
                });
            }
            let off =
                [all, ran].map(|sum| (sum - session.distance_m.metres()).abs()).into_iter().fold(f64::MAX, f64::min);
            let told = || format!("week {}, {}: {} is {} m off its steps", week.number, day.date, session.title, off);
            hold(off <= 1.0, told)?;
        }
        Ok(())
    });
}

#[test]
fn hard_days_are_never_neighbours() {
    always(|plan, _| {
        let hard: Vec<Date> = plan.sessions().filter(|(_, _, s)| s.hard).map(|(_, day, _)| day.date).collect();
        for two in hard.windows(2).filter(|two| two[0] != two[1]) {
            hold(two[1] - two[0] >= 2, || format!("hard on {} and {}", two[0], two[1]))?;
        }
        Ok(())
    });
}

#[test]
fn four_training_weeks_in_a_row_are_the_most() {
    always(|plan, _| {
        let rows = plan.weeks.split(|week| !week.kind.trains());
        let longest = rows.map(<[Week]>::len).max().unwrap_or_default();
        hold(longest <= 4, || format!("{longest} training weeks in a row"))
    });
}

#[test]
fn a_reset_is_lighter_and_no_stop() {
    always(|plan, _| {
        let mut last = plan.runner.weekly_m;
        for week in &plan.weeks {
            if week.kind.trains() {
                last = week.volume_m;
            }
            if week.kind != WeekKind::Reset {
                continue;
            }
            let cut = 1.0 - week.volume_m.over(last);
            let taken = week.days.iter().filter(|day| !day.free && day.life.is_some()).count();
            let told = || format!("week {} is {:.0} % less than {last}", week.number, cut * 100.0);
            hold(cut >= 0.10 && (cut <= 0.60 || taken > 2), told)?;
            let reset = week.reset.as_ref().ok_or_else(|| format!("week {} says why it steps back", week.number))?;
            hold(
                !reset.title.is_empty()
                    && !reset.purpose.is_empty()
                    && !reset.because.is_empty()
                    && !reset.look_after.is_empty(),
                || format!("week {} tells its purpose", week.number),
            )?;
        }
        Ok(())
    });
}

#[test]
fn a_week_never_jumps() {
    always(|plan, _| {
        for (index, week) in plan.weeks.iter().enumerate() {
            let best = best_of_four(plan, index);
            let most = best.times(1.2).max(best + Distance::from_km(5.0));
            hold(week.volume_m <= most, || format!("week {} holds {} after {best}", week.number, week.volume_m))?;
        }
        Ok(())
    });
}

#[test]
fn a_run_is_never_much_longer_than_the_longest_of_thirty_days() {
    always(|plan, _| {
        let eve = plan.start + -1;
        let mut runs: Vec<(Date, Distance)> = vec![(eve, plan.runner.longest_m)];
        runs.extend(run(plan).map(|(_, date, distance)| (date, distance)));
        let races = plan.races.iter().map(|race| (race.date, race.distance_m));
        let known: Vec<(Date, Distance)> = runs.iter().copied().chain(races).collect();
        for (date, distance) in &runs[1..] {
            let month = known.iter().filter(|(day, _)| day < date && *date - *day <= 30).map(|(_, ran)| *ran);
            let Some(longest) = month.max() else { continue };
            let most = longest.times(1.1).max(longest + Distance::from_km(1.0));
            hold(*distance <= most, || format!("{distance} on {date} after a longest of {longest}"))?;
        }
        Ok(())
    });
}

#[test]
fn a_taper_falls_from_week_to_week() {
    always(|plan, _| {
        let mut last = plan.runner.weekly_m;
        for week in &plan.weeks {
            if matches!(week.phase, PhaseName::Taper | PhaseName::Race) {
                hold(week.volume_m < last || week.volume_m.is_zero(), || {
                    format!("week {} holds {} after {last}", week.number, week.volume_m)
                })?;
            }
            // A week without any running, off or ill, is no measure of the one after it.
            if !week.volume_m.is_zero() && week.kind != WeekKind::Reset {
                last = week.volume_m;
            }
        }
        Ok(())
    });
}

#[test]
fn every_week_keeps_a_day_without_running() {
    always(|plan, _| {
        for week in &plan.weeks {
            let idle = week.days.iter().filter(|day| day.sessions.iter().all(|s| s.distance_m.is_zero())).count();
            hold(idle >= 1, || format!("week {} runs every day", week.number))?;
        }
        Ok(())
    });
}

#[test]
fn every_guardrail_of_severity_error_holds() {
    let (book, phrases) = shipped();
    always(|plan, _| {
        let judged = audit::judge(plan, &book.guardrails, &phrases);
        let broken: Vec<&str> =
            judged.findings.iter().filter(|f| f.severity == Severity::Error).map(|f| f.message.as_str()).collect();
        hold(broken.is_empty(), || broken.join("\n"))
    });
}

#[test]
fn the_same_request_gives_the_same_bytes_and_a_plan_reads_back() {
    let (book, phrases) = shipped();
    always(|plan, request| {
        let once = serde_json::to_string(plan).map_err(|e| e.to_string())?;
        let again = season(&book, &phrases, request).map_err(|wrong| wrong.to_string())?;
        hold(serde_json::to_string(&again).map_err(|e| e.to_string())? == once, || "two runs differ".to_owned())?;
        let read: Plan = serde_json::from_str(&once).map_err(|e| e.to_string())?;
        hold(serde_json::to_string(&read).map_err(|e| e.to_string())? == once, || "a plan read back differs".to_owned())
    });
}

#[test]
fn a_plan_is_written_in_the_units_that_are_asked_for() {
    always(|plan, request| {
        hold(plan.units == request.units() && [Units::Km, Units::Mi].contains(&plan.units), || "units".to_owned())
    });
}
