//! Laws: what holds for every plan, whoever asks. Requests are drawn at random; a broken law shows the smallest request that
//! breaks it. `STEPBACK_CASES=2000 cargo test laws` draws more than the usual 64, and `STEPBACK_SEED=2` draws others.
//!
//! What once broke a law stands in `counterexamples.rs`, by name.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use stepback::audit;
use stepback::calendar::{Date, Weekday};
use stepback::engine::kept::Kept;
use stepback::engine::{Asked, plan, plan_from};
use stepback::finding::{Findings, Severity};
use stepback::measure::{Distance, Units};
use stepback::phrasebook::Phrasebook;
use stepback::plan::{PhaseName, Plan, Week, WeekKind};
use stepback::request::{Ids, Load, Request, read};
use stepback::rulebook::Rulebook;
use stepback::session::{Intensity, SessionKind};
use stepback::source::Text;

use crate::shipped;

const RACES: [&str; 10] =
    ["10k", "half-marathon", "marathon", "5k", "mile", "15k", "10-mile", "50k", "50-mile", "100k"];

const CLIMATES: [&str; 15] = [
    "london",
    "dubai",
    "singapore",
    "oslo",
    "sydney",
    "nairobi",
    "boston",
    "temperate",
    "oceanic",
    "continental",
    "mediterranean",
    "cold",
    "highland",
    "hot-desert",
    "hot-humid",
];

/// A stretch of life: the week of the season and the day in it, how many days more, how it weighs, whether its days differ.
type Stretch = (i64, i64, i64, Option<&'static str>, Option<Vec<Weekday>>);

/// A request to be, before it is written down.
#[derive(Debug, Clone)]
struct Wish {
    level: Option<&'static str>,
    weekly_km: Option<u32>,
    /// Of the week, in per cent.
    longest: Option<u32>,
    age: Option<u32>,
    /// Minutes of a recent 10k.
    result: Option<u32>,
    /// Days before the start on which an injury ended.
    injured: Option<i64>,
    health: Option<&'static str>,
    seasoned: bool,
    race: Option<&'static str>,
    /// No goal, to finish, or seconds a kilometre.
    #[allow(clippy::option_option)]
    goal: Option<Option<u32>>,
    weeks: i64,
    /// The day of the race in its week, from the first.
    race_day: i64,
    /// The week of the year in which it starts, and the day in that week.
    start: (i64, i64),
    climate: Option<&'static str>,
    hour: Option<&'static str>,
    treadmill: bool,
    days: Vec<Weekday>,
    long_run: Option<usize>,
    /// Minutes at most, by which of the free days.
    most: Vec<(usize, u32)>,
    life: Vec<Stretch>,
    word: Option<(i64, &'static str)>,
    miles: bool,
    sundays: bool,
    risk: bool,
}

impl Wish {
    /// As a runner would write it.
    fn toml(&self) -> String {
        self.written().expect("a string takes all")
    }

    fn written(&self) -> Result<String, std::fmt::Error> {
        let new_year = Date::new(2027, 1, 4).expect("a Monday");
        let week = new_year + (7 * self.start.0 - i64::from(self.sundays));
        let start = week + self.start.1;
        let mut text = "[runner]\n".to_owned();
        if let Some(level) = self.level {
            writeln!(text, "level = \"{level}\"")?;
        }
        if let Some(weekly) = self.weekly_km {
            writeln!(text, "weekly = \"{weekly} km\"")?;
            if let Some(longest) = self.longest {
                writeln!(text, "longest = \"{:.1} km\"", f64::from(weekly) * f64::from(longest) / 100.0)?;
            }
        }
        if let Some(age) = self.age {
            writeln!(text, "age = {age}")?;
        }
        if let Some(minutes) = self.result {
            writeln!(text, "recent = {{ race = \"10k\", time = \"{minutes}:30\", date = {} }}", start + -30)?;
        }
        if let Some(days) = self.injured {
            writeln!(text, "injured-until = {}", start + -days)?;
        }
        if let Some(health) = self.health {
            writeln!(text, "health = \"{health}\"")?;
        }
        if self.seasoned {
            writeln!(text, "finished = [\"marathon\", \"50k\"]")?;
        }
        if let Some(race) = self.race {
            let date = week + 7 * (self.weeks - 1) + self.race_day;
            write!(text, "\n[[race]]\nrace = \"{race}\"\ndate = {date}\npriority = \"A\"\n")?;
            match self.goal {
                Some(Some(pace)) => {
                    let km = match race {
                        "mile" => 1.609,
                        "5k" => 5.0,
                        "10k" => 10.0,
                        "15k" => 15.0,
                        "10-mile" => 16.09,
                        "half-marathon" => 21.1,
                        "marathon" => 42.2,
                        "50k" => 50.0,
                        "50-mile" => 80.5,
                        _ => 100.0,
                    };
                    let seconds = (f64::from(pace) * km) as u32;
                    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
                    writeln!(text, "goal = \"{hours}:{minutes:02}:{seconds:02}\"")?;
                }
                Some(None) => writeln!(text, "goal = \"finish\"")?,
                None => {}
            }
        }
        if let Some(climate) = self.climate {
            write!(text, "\n[place]\nclimate = \"{climate}\"\ntreadmill = {}\n", self.treadmill)?;
            if let Some(hour) = self.hour {
                writeln!(text, "run-at = \"{hour}\"")?;
            }
        }
        let listed = |days: &[Weekday]| days.iter().map(|day| format!("\"{day}\"")).collect::<Vec<_>>().join(", ");
        let starts = if self.sundays { "sun" } else { "mon" };
        write!(text, "\n[week]\ndays = [{}]\nstarts = \"{starts}\"\n", listed(&self.days))?;
        if let Some(long) = self.long_run {
            writeln!(text, "long-run = \"{}\"", self.days[long % self.days.len()])?;
        }
        let most: BTreeMap<usize, u32> = self.most.iter().map(|(day, min)| (day % self.days.len(), *min)).collect();
        let most: Vec<String> = most.iter().map(|(day, min)| format!("{} = \"{min} min\"", self.days[*day])).collect();
        if !most.is_empty() {
            writeln!(text, "most = {{ {} }}", most.join(", "))?;
        }
        for (at, day, more, load, days) in &self.life {
            let from = week + 7 * (at % self.weeks) + *day;
            write!(text, "\n[[life]]\nfrom = {from}\nto = {}\n", from + *more)?;
            if let Some(load) = load {
                writeln!(text, "load = \"{load}\"")?;
            }
            if let Some(days) = days {
                writeln!(text, "days = [{}]", listed(days))?;
            }
        }
        if let Some((at, kind)) = self.word {
            write!(text, "\n[[week-kind]]\nstarting = {}\nkind = \"{kind}\"\n", week + 7 * (at % self.weeks))?;
        }
        let units = if self.miles { "mi" } else { "km" };
        write!(text, "\n[plan]\nstart = {start}\nunits = \"{units}\"\naccept-risk = {}\n", self.risk)?;
        if self.race.is_none() {
            writeln!(text, "weeks = {}", self.weeks)?;
        }
        Ok(text)
    }
}

/// Levels, and how far their runners go in a week.
fn runners() -> impl Strategy<Value = (Option<&'static str>, Option<u32>)> {
    let levels = proptest::sample::select(vec![
        ("intermediate", 22..=65_u32),
        ("beginner", 8..=30_u32),
        ("new", 0..=13_u32),
        ("advanced", 40..=115_u32),
        ("elite", 75..=200_u32),
    ]);
    let told = prop_oneof![12 => Just((true, true)), 1 => Just((false, true)), 1 => Just((true, false))];
    levels.prop_flat_map(move |(level, weekly)| {
        (Just(level), weekly, told.clone())
            .prop_map(|(level, weekly, (named, told))| (named.then_some(level), told.then_some(weekly)))
    })
}

fn wishes() -> impl Strategy<Value = Wish> {
    use proptest::collection::vec;
    use proptest::option::{of, weighted};
    use proptest::sample::{select, subsequence};
    let who = (
        (runners(), weighted(0.9, 25..=60_u32)),
        of(prop_oneof![6 => 18..=78_u32, 1 => 9..=17_u32]),
        of(30..=75_u32),
        weighted(0.1, 0..=200_i64),
        prop_oneof![12 => Just(None), 2 => Just(Some("cleared")), 1 => select(vec![Some("injured"), Some("heart")])],
        any::<bool>(),
    );
    let weeks = prop_oneof![8 => 6..=28_i64, 1 => 2..=5_i64, 2 => 29..=60_i64];
    let start = (0..=51_i64, prop_oneof![3 => Just(0_i64), 2 => 0..=6_i64]);
    let what = (weighted(0.9, select(RACES.to_vec())), of(of(220..=480_u32)), weeks, 0..=6_i64, start);
    let climate = of(select(CLIMATES.to_vec()));
    let hour = of(select(vec!["dawn", "morning", "noon", "afternoon", "evening", "night"]));
    let days = prop_oneof![1 => 1..=2_usize, 6 => 3..=7_usize]
        .prop_flat_map(|count| subsequence(Weekday::ALL.to_vec(), count));
    let week =
        (days, of(0..=6_usize), prop_oneof![2 => Just(Vec::new()), 1 => vec((0..=6_usize, 20..=200_u32), 1..=4)]);
    let loads = select(vec![Some("busy"), Some("travel"), Some("fasting"), Some("off"), Some("ill"), None]);
    let fewer = weighted(0.2, (1..=5_usize).prop_flat_map(|count| subsequence(Weekday::ALL.to_vec(), count)));
    let long = prop_oneof![4 => 0..=13_i64, 1 => 14..=45_i64];
    let life = prop_oneof![2 => Just(Vec::new()), 1 => vec((0..=27_i64, 0..=6_i64, long, loads, fewer), 1..=3)];
    let word = weighted(0.2, (0..=27_i64, select(vec!["build", "hold", "reset"])));
    let how = (any::<bool>(), any::<bool>(), weighted(0.9, Just(())));
    (who, what, (climate, hour, any::<bool>()), week, (life, word), how).prop_map(
        |(
            (((level, weekly_km), longest), age, result, injured, health, seasoned),
            (race, goal, weeks, race_day, start),
            (climate, hour, treadmill),
            (days, long_run, most),
            (life, word),
            (miles, sundays, risk),
        )| Wish {
            level,
            weekly_km,
            longest,
            age,
            result,
            injured,
            health,
            seasoned,
            race,
            goal,
            weeks,
            race_day,
            start,
            climate,
            hour,
            treadmill,
            days,
            long_run,
            most,
            life,
            word,
            miles,
            sundays,
            risk: risk.is_some(),
        },
    )
}

/// The rules and words, and what is planned with them.
pub(crate) struct Desk {
    book: Rulebook,
    phrases: Phrasebook,
}

impl Desk {
    pub(crate) fn shipped() -> Self {
        let (book, phrases) = shipped();
        Self { book, phrases }
    }

    /// Reads a request as the command line does.
    fn request(&self, text: &str) -> Result<Request, Findings> {
        fn ids<T>(of: &BTreeMap<String, T>) -> Vec<&str> {
            of.keys().map(String::as_str).collect()
        }
        let ids = Ids {
            levels: ids(&self.book.levels),
            races: ids(&self.book.races),
            climates: ids(&self.book.climates),
            workouts: ids(&self.book.workouts),
        };
        read(&Text::new("request.toml", text), &ids).map(|(request, _)| request)
    }

    /// The season of a request, with settings as `--set` gives them.
    fn season(&self, request: &Request, set: &[String]) -> Result<Plan, Findings> {
        let today = Date::new(2026, 1, 1).expect("a day");
        let flags = (!set.is_empty()).then(|| self.book.flags(set, "asked")).transpose()?;
        plan(&self.book, &self.phrases, request, &Asked { today, flags, units: None })
    }

    /// The season of a request that has one.
    pub(crate) fn planned(&self, text: &str) -> Plan {
        let planned = self.request(text).and_then(|request| self.season(&request, &[]));
        planned.unwrap_or_else(|wrong| panic!("{}\n{text}", stepback::report::render(&wrong, &self.phrases, false)))
    }

    /// The codes of what the guardrails call an error.
    fn errors(&self, plan: &Plan) -> BTreeMap<String, String> {
        let judged = audit::judge(plan, &self.book.guardrails, &self.phrases).findings;
        let errors = judged.into_iter().filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| (finding.code, finding.message)).collect()
    }

    /// Every law that a request breaks: its name, and what was seen. A refusal that says why breaks none. Where only one law
    /// is asked for, other plans are made for that one alone.
    pub(crate) fn broken(&self, text: &str, only: Option<&str>, compare: bool) -> (bool, BTreeMap<String, String>) {
        let judged = catch_unwind(AssertUnwindSafe(|| {
            let mut broken = BTreeMap::new();
            let request = match self.request(text) {
                Ok(request) => request,
                Err(wrong) => return (false, self.refused(&wrong)),
            };
            let season = match self.season(&request, &[]) {
                Ok(season) => season,
                Err(wrong) => return (false, self.refused(&wrong)),
            };
            for (name, law) in LAWS {
                if let Err(told) = law(&season, &request) {
                    broken.insert((*name).to_owned(), told);
                }
            }
            broken.extend(self.errors(&season).into_iter().map(|(code, told)| (format!("guardrail {code}"), told)));
            for (name, law) in COMPARED.iter().filter(|(name, _)| compare && only.is_none_or(|only| only == *name)) {
                if let Err(told) = law(self, text, &season, &request) {
                    broken.insert((*name).to_owned(), told);
                }
            }
            (true, broken)
        }));
        judged.unwrap_or_else(|panic| {
            let told = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            (false, BTreeMap::from([("nothing panics".to_owned(), told.unwrap_or("a panic").to_owned())]))
        })
    }

    /// A refusal names at least one error, each in words.
    fn refused(&self, findings: &Findings) -> BTreeMap<String, String> {
        let told = stepback::report::render(findings, &self.phrases, false);
        let errors = findings.0.iter().filter(|finding| finding.severity == Severity::Error).count();
        if errors > 0 && !told.trim().is_empty() {
            return BTreeMap::new();
        }
        BTreeMap::from([("a refusal says why".to_owned(), told)])
    }
}

fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// What holds for a plan and its request.
type Law = fn(&Plan, &Request) -> Result<(), String>;

/// What holds between a plan and another one of nearly the same request.
type Compared = fn(&Desk, &str, &Plan, &Request) -> Result<(), String>;

const LAWS: &[(&str, Law)] = &[
    ("weeks follow each other without a gap", weeks_follow),
    ("nothing stands on a day that is not free", free_days_only),
    ("a day holds no more than its most", day_caps),
    ("the race is on its day and nowhere else", race_on_its_day),
    ("days add up to weeks and steps to sessions exactly", sums),
    ("hard days are never neighbours", hard_days_apart),
    ("four training weeks in a row are the most", training_weeks_in_a_row),
    ("a reset is lighter and no stop", resets),
    ("a week never jumps", week_jumps),
    ("a run is never much longer than the longest of thirty days", run_spikes),
    ("a taper falls from week to week", tapers),
    ("every week below advanced keeps a day without running", rest_days),
    ("a plan is written in the units that are asked for", units),
];

const COMPARED: &[(&str, Compared)] = &[
    ("the same request gives the same bytes and a plan reads back", same_bytes),
    ("one more free day never makes a plan worse", one_more_day),
    ("a lower ceiling never raises the highest week", lower_ceiling),
    ("a day with a limit never raises the highest week", day_with_limit),
    ("planned again from a day, what lies before it stays and what comes is sound", planned_again),
];

/// A broken law, unless it holds.
fn hold(holds: bool, broken: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(broken()) }
}

/// Every law over many requests: each that breaks is told once, by the smallest request that was found.
#[test]
fn every_law_holds_for_every_request() {
    let desk = Desk::shipped();
    let cases = number("STEPBACK_CASES", 64);
    // In a long sweep other plans beside the first are made for some of the requests.
    let every = number("STEPBACK_COMPARE_EVERY", 1).max(1);
    let shrinks = number("STEPBACK_SHRINKS", 200);
    let seed = number("STEPBACK_SEED", 1).to_le_bytes();
    let seed: Vec<u8> = (0..32).map(|byte| seed[byte % 4]).collect();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
    let (mut planned, mut told) = (0, BTreeMap::<String, (u32, String)>::new());
    for case in 0..cases {
        let mut tree = wishes().new_tree(&mut runner).expect("a wish");
        let (has_plan, broken) = desk.broken(&tree.current().toml(), None, case % every == 0);
        planned += u32::from(has_plan);
        for (law, seen) in broken {
            if let Some((times, _)) = told.get_mut(&law) {
                *times += 1;
                continue;
            }
            let (text, seen) = smallest(&desk, &mut tree, &law, seen, shrinks);
            eprintln!("{law}: {seen}\n\n{text}\n----");
            told.insert(law.clone(), (1, format!("{seen}\n\n{text}")));
            // The tree stands at another request now; what else was broken comes again.
            break;
        }
    }
    let told: Vec<String> = told.iter().map(|(law, (times, seen))| format!("{law} ({times}): {seen}")).collect();
    assert!(told.is_empty(), "{planned} plans of {cases} requests\n\n{}", told.join("\n----\n"));
    assert!(planned * 2 > cases, "only {planned} of {cases} requests had a plan");
}

/// The smallest request on the way down from a wish that still breaks a law.
fn smallest(
    desk: &Desk,
    tree: &mut impl ValueTree<Value = Wish>,
    law: &str,
    seen: String,
    shrinks: u32,
) -> (String, String) {
    let mut least = (tree.current().toml(), seen);
    for _ in 0..shrinks {
        if !tree.simplify() {
            break;
        }
        loop {
            let text = tree.current().toml();
            match desk.broken(&text, Some(law), true).1.remove(law) {
                Some(seen) => {
                    least = (text, seen);
                    break;
                }
                None if tree.complicate() => {}
                None => return least,
            }
        }
    }
    least
}

/// The running of a day, and of the sessions that are races.
fn run(plan: &Plan) -> impl Iterator<Item = (&Week, Date, Distance)> {
    let runs = plan.sessions().filter(|(_, _, s)| s.kind != SessionKind::Race && !s.distance_m.is_zero());
    runs.map(|(week, day, s)| (week, day.date, s.distance_m))
}

/// The best of the training weeks before an index, newest first, begun by what the runner did before the plan.
fn best_of_four(plan: &Plan, request: &Request, index: usize) -> Distance {
    let before = plan.weeks[..index].iter().rev().filter(|week| week.kind.trains() && !cut_short(week, request));
    before.map(|week| week.volume_m).chain([plan.runner.weekly_m; 4]).take(4).max().unwrap_or_default()
}

/// Whether the start lies after one of the runner's days in the first week, which is no reference then.
fn cut_short(week: &Week, request: &Request) -> bool {
    let start = request.plan.start.as_ref().map_or(week.start, |at| at.value);
    (0..7).map(|day| week.start + day).any(|date| date < start && request.week.free(date.weekday()))
}

/// Whether a day is free: one of the usual days, unless life says otherwise; the later stretch has the last word.
fn free(request: &Request, date: Date) -> bool {
    let mut free = request.week.free(date.weekday());
    for life in request.life.iter().filter(|life| (life.from.value..=life.to.value).contains(&date)) {
        if life.load.as_ref().is_some_and(|at| matches!(at.value, Load::Off | Load::Ill)) {
            free = false;
        } else if let Some(days) = &life.days {
            free = days.iter().any(|day| day.value == date.weekday());
        }
    }
    free
}

fn weeks_follow(plan: &Plan, request: &Request) -> Result<(), String> {
    hold(!plan.weeks.is_empty(), || "there are weeks".to_owned())?;
    let mut next = plan.weeks[0].start;
    for (week, number) in plan.weeks.iter().zip(1..) {
        hold(week.number == number && week.start == next, || format!("week {number} starts {}", week.start))?;
        let first = week.start.weekday();
        hold(first == request.first_day(), || format!("week {number} starts on {first}"))?;
        let days: Vec<Date> = week.days.iter().map(|day| day.date).collect();
        hold(days == (0..7).map(|d| week.start + d).collect::<Vec<_>>(), || {
            format!("week {number} has its seven days")
        })?;
        next = next + 7;
    }
    hold(plan.end + 1 == next, || format!("the season ends on {}", plan.end))
}

fn free_days_only(plan: &Plan, request: &Request) -> Result<(), String> {
    let start = request.plan.start.as_ref().map_or(plan.start, |at| at.value);
    for (week, day, session) in
        plan.sessions().filter(|(_, _, s)| s.kind != SessionKind::Race && s.kind != SessionKind::Rest)
    {
        let may = day.free && free(request, day.date) && day.date >= start;
        hold(may, || format!("week {}: {} on {}", week.number, session.title, day.date))?;
    }
    Ok(())
}

fn day_caps(plan: &Plan, request: &Request) -> Result<(), String> {
    for (week, day, session) in plan.sessions().filter(|(_, _, s)| s.kind != SessionKind::Race) {
        let Some(most) = request.week.most.get(&day.date.weekday()) else { continue };
        hold(session.duration_s <= most.value, || {
            format!("week {}, {}: {} takes {}", week.number, day.date, session.title, session.duration_s)
        })?;
    }
    Ok(())
}

fn race_on_its_day(plan: &Plan, request: &Request) -> Result<(), String> {
    let races: Vec<Date> =
        plan.sessions().filter(|(_, _, s)| s.kind == SessionKind::Race).map(|(_, day, _)| day.date).collect();
    let asked: Vec<Date> = request.races.iter().map(|race| race.date.value).collect();
    hold(races == asked, || format!("races on {races:?}"))
}

fn sums(plan: &Plan, _: &Request) -> Result<(), String> {
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
        let off = [all, ran].map(|sum| (sum - session.distance_m.metres()).abs()).into_iter().fold(f64::MAX, f64::min);
        hold(off <= 1.0, || format!("week {}, {}: {} is {off} m off its steps", week.number, day.date, session.title))?;
    }
    Ok(())
}

fn hard_days_apart(plan: &Plan, _: &Request) -> Result<(), String> {
    let hard: Vec<Date> = plan.sessions().filter(|(_, _, s)| s.hard).map(|(_, day, _)| day.date).collect();
    for two in hard.windows(2).filter(|two| two[0] != two[1]) {
        hold(two[1] - two[0] >= 2, || format!("hard on {} and {}", two[0], two[1]))?;
    }
    Ok(())
}

fn training_weeks_in_a_row(plan: &Plan, _: &Request) -> Result<(), String> {
    let rows = plan.weeks.split(|week| !week.kind.trains());
    let longest = rows.map(<[Week]>::len).max().unwrap_or_default();
    hold(longest <= 4, || format!("{longest} training weeks in a row"))
}

fn resets(plan: &Plan, request: &Request) -> Result<(), String> {
    // Before the first whole week there is none of this plan to step back from: the runner's own had other days.
    let (mut last, mut whole) = (plan.runner.weekly_m, false);
    let mut block = plan.runner.longest_m;
    for week in &plan.weeks {
        if week.kind.trains() {
            // A first week that the start cuts short is no reference: the days before it are not the runner's choice.
            if !cut_short(week, request) {
                (last, whole) = (week.volume_m, true);
            }
            block = block.max(week.longest_run_m);
        }
        if week.kind != WeekKind::Reset {
            continue;
        }
        let cut = 1.0 - week.volume_m.over(last);
        let told = || format!("week {} is {:.0} % less than {last}", week.number, cut * 100.0);
        hold(!whole || last.is_zero() || (0.10..=0.60).contains(&cut), told)?;
        let long = || format!("week {} runs {} after {block}", week.number, week.longest_run_m);
        hold(week.longest_run_m < block || block.is_zero(), long)?;
        for session in week.days.iter().flat_map(|day| &day.sessions) {
            let mut fast = false;
            for step in &session.steps {
                step.each(1, &mut |stretch, _, _| {
                    fast |= matches!(stretch.intensity, Intensity::Interval | Intensity::Race);
                });
            }
            hold(!fast, || format!("week {} is a reset with {}", week.number, session.title))?;
        }
        let reset = week.reset.as_ref().ok_or_else(|| format!("week {} says why it steps back", week.number))?;
        let told =
            [reset.title.is_empty(), reset.purpose.is_empty(), reset.because.is_empty(), reset.look_after.is_empty()];
        hold(told == [false; 4], || format!("week {} tells its purpose", week.number))?;
        block = Distance::ZERO;
    }
    Ok(())
}

fn week_jumps(plan: &Plan, request: &Request) -> Result<(), String> {
    for (index, week) in plan.weeks.iter().enumerate() {
        let best = best_of_four(plan, request, index);
        let most = best.times(1.2).max(best + Distance::from_km(5.0));
        hold(week.volume_m <= most, || format!("week {} holds {} after {best}", week.number, week.volume_m))?;
    }
    Ok(())
}

fn run_spikes(plan: &Plan, request: &Request) -> Result<(), String> {
    let eve = request.plan.start.as_ref().map_or(plan.start, |at| at.value) + -1;
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
}

fn tapers(plan: &Plan, _: &Request) -> Result<(), String> {
    let mut last = plan.runner.weekly_m;
    for week in &plan.weeks {
        if matches!(week.phase, PhaseName::Taper | PhaseName::Race) {
            let told = || format!("week {} holds {} after {last}", week.number, week.volume_m);
            hold(week.volume_m < last || week.volume_m.is_zero() || last.is_zero(), told)?;
        }
        // A week off or ill, and the way back from it, is no measure of the one after it: the taper falls from the training.
        if !week.volume_m.is_zero() && !matches!(week.kind, WeekKind::Reset | WeekKind::Recover) {
            last = week.volume_m;
        }
    }
    Ok(())
}

fn rest_days(plan: &Plan, _: &Request) -> Result<(), String> {
    if ["advanced", "elite"].contains(&plan.runner.level.as_str()) {
        return Ok(());
    }
    for week in &plan.weeks {
        let idle = week.days.iter().filter(|day| day.sessions.iter().all(|s| s.distance_m.is_zero())).count();
        hold(idle >= 1, || format!("week {} runs every day", week.number))?;
    }
    Ok(())
}

fn units(plan: &Plan, request: &Request) -> Result<(), String> {
    hold(plan.units == request.units() && [Units::Km, Units::Mi].contains(&plan.units), || "units".to_owned())
}

// ---- two plans beside each other ----

fn same_bytes(desk: &Desk, _: &str, plan: &Plan, request: &Request) -> Result<(), String> {
    let once = serde_json::to_string(plan).map_err(|e| e.to_string())?;
    let again = desk.season(request, &[]).map_err(|wrong| wrong.to_string())?;
    hold(serde_json::to_string(&again).map_err(|e| e.to_string())? == once, || "two runs differ".to_owned())?;
    let read: Plan = serde_json::from_str(&once).map_err(|e| e.to_string())?;
    hold(serde_json::to_string(&read).map_err(|e| e.to_string())? == once, || "a plan read back differs".to_owned())
}

/// The highest week by time: newcomers plan in minutes, and of the same minutes a walk more is a run less.
fn highest(plan: &Plan) -> f64 {
    let by_minute = plan.sessions().any(|(_, _, session)| session.kind == SessionKind::RunWalk);
    let of = |week: &Week| if by_minute { week.duration_s.minutes() } else { week.volume_m.km() };
    plan.weeks.iter().map(of).fold(0.0, f64::max)
}

/// How high the highest week of a like season may be by chance, in kilometres or minutes. What is left of a week and too
/// little for a run of its own is left out: that is one rise. And where a limit takes a new kind of hard session out of a
/// week, the week need not hold for it: for each the season has one rise more on the way to the same target.
fn at_most(plan: &Plan, like: &Plan) -> f64 {
    let holds = |plan: &Plan| plan.weeks.iter().filter(|week| week.kind == WeekKind::Hold).count();
    let rises = holds(plan).saturating_sub(holds(like)).max(1);
    (0..rises).fold(highest(plan), |most, _| (most * 1.08).max(most + 3.0))
}

/// A text with another line instead of the one that begins so.
fn instead(text: &str, begins: &str, line: &str) -> String {
    text.lines()
        .map(|old| if old.starts_with(begins) { line } else { old })
        .fold(String::new(), |all, line| all + line + "\n")
}

fn one_more_day(desk: &Desk, text: &str, plan: &Plan, request: &Request) -> Result<(), String> {
    let Some(more) = Weekday::ALL.into_iter().find(|day| !request.week.free(*day)) else { return Ok(()) };
    let days: Vec<String> = Weekday::ALL
        .into_iter()
        .filter(|day| *day == more || request.week.free(*day))
        .map(|day| format!("\"{day}\""))
        .collect();
    let wider = instead(text, "days = ", &format!("days = [{}]", days.join(", ")));
    let season = desk.request(&wider).and_then(|request| desk.season(&request, &[]));
    let season = season.map_err(|wrong| format!("with {more} there is no plan: {wrong}"))?;
    let (before, now) = (desk.errors(plan), desk.errors(&season));
    let worse: Vec<&String> =
        now.iter().filter(|(code, _)| !before.contains_key(*code)).map(|(_, said)| said).collect();
    hold(worse.is_empty(), || format!("with {more}: {worse:?}"))
}

fn lower_ceiling(desk: &Desk, _: &str, plan: &Plan, request: &Request) -> Result<(), String> {
    let high = highest(plan);
    let ceiling = (plan.weeks.iter().map(|week| week.volume_m).max().unwrap_or_default().km() * 0.8).floor().max(5.0);
    for set in [format!("volume.peak={ceiling} km"), "volume.ramp=4 %".to_owned(), "long-run.longest=60 min".to_owned()]
    {
        let Ok(season) = desk.season(request, std::slice::from_ref(&set)) else { continue };
        hold(highest(&season) <= at_most(plan, &season), || format!("{high} becomes {} with {set}", highest(&season)))?;
    }
    Ok(())
}

fn day_with_limit(desk: &Desk, text: &str, plan: &Plan, request: &Request) -> Result<(), String> {
    // A day that has a limit already keeps it, in the request that is drawn.
    let Some(day) = request.week.days.last().filter(|_| request.week.most.is_empty()) else { return Ok(()) };
    let starts = request.first_day();
    let limited = format!("starts = \"{starts}\"\nmost = {{ {} = \"50 min\" }}", day.value);
    let narrower = instead(text, "starts = ", &limited);
    let Ok(season) = desk.request(&narrower).and_then(|request| desk.season(&request, &[])) else { return Ok(()) };
    hold(highest(&season) <= at_most(plan, &season), || format!("{} becomes {}", highest(plan), highest(&season)))
}

fn days(plan: &Plan) -> impl Iterator<Item = &stepback::plan::Day> {
    plan.weeks.iter().flat_map(|week| &week.days)
}

fn planned_again(desk: &Desk, text: &str, plan: &Plan, request: &Request) -> Result<(), String> {
    let from = plan.start + 7 * (plan.weeks.len() as i64 / 2) + i64::from(plan.weeks.len() as u32 % 7);
    // A race two weeks later, where there is one; without one the same season over again.
    let later = plan.races.last().filter(|race| race.date >= from);
    let later = later.map(|race| format!("date = {}", race.date + 14));
    let moved = later.map_or_else(|| text.to_owned(), |line| instead(text, "date = ", &line));
    let moved = desk.request(&moved).unwrap_or_else(|_| request.clone());
    let asked = Asked { today: plan.start, flags: None, units: None };
    let kept = Kept { from, plan: plan.clone(), is_as_run: false, level: None, decided: None };
    let Ok(again) = plan_from(&desk.book, &desk.phrases, &moved, &asked, &kept) else { return Ok(()) };
    for (old, new) in days(plan).zip(days(&again)).filter(|(old, _)| old.date < from) {
        hold(old == new, || format!("from {from} on again, and {} is another day", old.date))?;
    }
    for (old, new) in plan.weeks.iter().zip(&again.weeks).filter(|(old, _)| old.start + 6 < from) {
        hold(old == new, || format!("from {from} on again, and week {} is another one", old.number))?;
    }
    weeks_follow(&again, &moved)?;
    sums(&again, &moved)?;
    let known: Vec<u32> = again.ledger.iter().map(|reason| reason.id).collect();
    let unknown = again.weeks.iter().flat_map(|week| &week.why).find(|id| !known.contains(id));
    hold(unknown.is_none(), || format!("no reason {unknown:?}"))?;
    // What was run of a week that has begun may be too much for what the week has become.
    let begun = again.weeks.iter().find(|week| (0..7).contains(&(from - week.start))).map(|week| week.number);
    let judged = audit::judge(&again, &desk.book.guardrails, &desk.phrases).findings;
    let before = desk.errors(plan);
    let worse: Vec<String> = judged
        .into_iter()
        .filter(|found| found.severity == Severity::Error && found.week != begun && !before.contains_key(&found.code))
        .map(|found| found.message)
        .collect();
    hold(worse.is_empty(), || format!("from {from} on again: {worse:?}"))
}
