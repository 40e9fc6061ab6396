//! The season of a table: its weeks, what each is for, and a plan made of them.

use std::collections::BTreeMap;

use super::{Row, Table, Work};
use crate::calendar::{Date, Weekday};
use crate::measure::{Distance, Duration, Pace, Share};
use crate::notation::Amount;
use crate::plan::{Day, PhaseName, Plan, PlanRace, PlanRunner, SCHEMA, Week, WeekKind};
use crate::session::{By, Intensity, Session, SessionKind, Step, Stretch};

/// A week lighter than this share of the last training week steps back, whatever its table calls it.
const STEPS_BACK_BELOW: f64 = 0.85;

/// The last weeks before a race that hold less than this share of the biggest are its taper.
const TAPERS_BELOW: f64 = 0.9;

/// So many weeks before a race may taper.
const MOST_TAPER: usize = 3;

/// So many weeks after a race may recover.
const MOST_RECOVERY: usize = 4;

/// Recovery after a race ends where a week holds this share of the biggest before it.
const RECOVERED_FROM: f64 = 0.8;

/// A table whose first date lies so many days into its week starts inside it.
const STARTS_INSIDE: i64 = 3;

/// The days on which weeks may start, the likeliest first.
const STARTS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Sun, Weekday::Sat, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

/// Paces to reckon with.
#[derive(Debug, Clone)]
pub struct Usual {
    /// Of easy running.
    pub easy: Pace,
    /// How fast an effort is, as a share of the easy speed.
    pub speeds: BTreeMap<Intensity, Share>,
}

impl Usual {
    fn at(&self, intensity: Intensity) -> Pace {
        let speed = self.speeds.get(&intensity).map_or(1.0, |share| share.fraction());
        Pace::from_seconds_per_km(self.easy.seconds_per_km() / speed.max(0.1))
    }
}

/// What is known of a week before it has a kind.
struct Sum {
    volume: Distance,
    said: Option<WeekKind>,
    phase: Option<PhaseName>,
    /// The priority of its race.
    race: Option<String>,
}

impl Table {
    /// What a week of it holds at first: the first whole week.
    #[must_use]
    pub fn weekly(&self, usual: &Usual) -> Distance {
        self.plan("", usual).runner.weekly_m
    }

    /// The plan that it is, for a runner of this level, at usual paces where the table does not tell its own.
    #[must_use]
    pub fn plan(&self, level: &str, usual: &Usual) -> Plan {
        let usual = &Usual { easy: self.own_pace().unwrap_or(usual.easy), ..usual.clone() };
        let first_day = self.first_day();
        let (Some(first), Some(last)) = (self.rows.first(), self.rows.last()) else {
            return self.bind(level, Vec::new(), Vec::new(), None);
        };
        let start = first.date.week_start(first_day);
        let starts_inside = first.date - start >= STARTS_INSIDE;
        let races = self.races();
        let mut weeks = Vec::new();
        let mut sums = Vec::new();
        let mut at = start;
        while at <= last.date {
            let days: Vec<Day> = (0..7)
                .map(|i| {
                    let date = at + i;
                    let rows = self.rows.iter().filter(|row| row.date == date);
                    let sessions = rows.map(|row| row.session(usual)).collect();
                    Day { date, free: !starts_inside || date >= first.date, life: None, note: None, sessions }
                })
                .collect();
            sums.push(self.sum(at, &days, &races));
            weeks.push(days);
            at = at + 7;
        }
        let kinds = kinds(&sums);
        let weeks: Vec<Week> = weeks
            .into_iter()
            .zip(kinds)
            .zip(1..)
            .map(|((days, (phase, kind)), number)| week(number, phase, kind, days))
            .collect();
        let known =
            weeks.get(usize::from(starts_inside)).or(weeks.first()).map(|week| (week.volume_m, week.longest_run_m));
        let mut plan = self.bind(level, weeks, races, known);
        if starts_inside {
            plan.start = first.date;
        }
        plan
    }

    fn bind(&self, level: &str, weeks: Vec<Week>, races: Vec<PlanRace>, known: Option<(Distance, Distance)>) -> Plan {
        let date = |week: Option<&Week>| week.map_or_else(|| Date::new(2000, 1, 1).expect("a date"), |week| week.start);
        let (weekly, longest) = known.unwrap_or_default();
        Plan {
            schema: SCHEMA.to_owned(),
            id: String::new(),
            title: self.title.clone(),
            units: self.units,
            language: "en".to_owned(),
            summary: String::new(),
            start: date(weeks.first()),
            end: date(weeks.last()) + 6,
            runner: PlanRunner {
                name: String::new(),
                level: level.to_owned(),
                level_title: String::new(),
                age: None,
                weekly_m: weekly,
                longest_m: longest,
                score: None,
            },
            climate: None,
            races,
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
        }
    }

    /// The day on which its weeks start: the first that fits its own numbers of weeks; Monday where it has none.
    fn first_day(&self) -> Weekday {
        let fits = |first: &Weekday| {
            let mut numbers: BTreeMap<Date, u32> = BTreeMap::new();
            self.rows.iter().all(|row| {
                let Some(number) = row.week else { return true };
                *numbers.entry(row.date.week_start(*first)).or_insert(number) == number
            })
        };
        STARTS.into_iter().find(fits).unwrap_or(Weekday::Mon)
    }

    /// The pace of its easy running, where rows tell distance and time.
    fn own_pace(&self) -> Option<Pace> {
        let told = self.rows.iter().filter(|row| !row.hard && row.kind != SessionKind::RunWalk);
        let (mut metres, mut seconds) = (0.0, 0.0);
        for (distance, time) in told.filter_map(|row| Some((row.distance?, row.time?))) {
            metres += distance.metres();
            seconds += time.seconds() as f64;
        }
        let pace = seconds / metres * 1000.0;
        // Anything else is a slip of columns, not a pace.
        (150.0..=900.0).contains(&pace).then(|| Pace::from_seconds_per_km(pace))
    }

    /// Its races. Where it does not say which matter, those of the longest distance do, and the last one.
    fn races(&self) -> Vec<PlanRace> {
        let rows: Vec<&Row> = self.rows.iter().filter(|row| row.kind == SessionKind::Race).collect();
        let distance = |row: &Row| row.distance.or_else(|| named_distance(&row.title)).unwrap_or_default();
        let longest = rows.iter().map(|row| distance(row)).max().unwrap_or_default();
        let last = rows.last().map(|row| row.date);
        rows.iter()
            .map(|row| {
                let matters = distance(row).metres() >= 0.9 * longest.metres() || Some(row.date) == last;
                let priority = row.priority.clone().unwrap_or_else(|| if matters { "A" } else { "C" }.to_owned());
                PlanRace {
                    race: "race".to_owned(),
                    name: row.title.clone(),
                    title: row.title.clone(),
                    date: row.date,
                    priority,
                    distance_m: distance(row),
                    goal_s: None,
                    predicted_s: None,
                    splits: Vec::new(),
                    band: Vec::new(),
                    fuel: String::new(),
                    checklist: Vec::new(),
                    heat: None,
                    notes: Vec::new(),
                }
            })
            .collect()
    }

    fn sum(&self, start: Date, days: &[Day], races: &[PlanRace]) -> Sum {
        let rows = || self.rows.iter().filter(|row| (0..7).contains(&(row.date - start)));
        let in_week = |race: &&PlanRace| (0..7).contains(&(race.date - start));
        let named = rows().any(|row| row.steps_back).then_some(WeekKind::Reset);
        Sum {
            volume: days.iter().map(Day::distance).sum(),
            said: rows().find_map(|row| row.week_kind).or(named),
            phase: rows().find_map(|row| row.phase),
            race: races.iter().filter(in_week).map(|race| race.priority.clone()).min(),
        }
    }
}

/// What each week is for. What a table says holds; the rest is told from its amounts.
fn kinds(weeks: &[Sum]) -> Vec<(PhaseName, WeekKind)> {
    let mut kinds: Vec<Option<(PhaseName, WeekKind)>> = weeks
        .iter()
        .map(|week| match (week.said, week.phase) {
            (Some(kind), phase) => Some((phase.unwrap_or_else(|| phase_of(kind)), kind)),
            (None, Some(PhaseName::Taper)) => Some((PhaseName::Taper, WeekKind::Taper)),
            (None, Some(PhaseName::Race)) => Some((PhaseName::Race, WeekKind::Race)),
            (None, Some(phase @ (PhaseName::Recovery | PhaseName::Transition))) => Some((phase, WeekKind::Recover)),
            _ => None,
        })
        .collect();
    let races: Vec<usize> = (0..weeks.len()).filter(|at| weeks[*at].race.as_deref() == Some("A")).collect();
    let mut since = 0;
    for race in races {
        let peak = weeks[since..race].iter().map(|week| week.volume.metres()).fold(0.0, f64::max);
        kinds[race].get_or_insert((PhaseName::Race, WeekKind::Race));
        for at in taper(weeks, since, race, peak) {
            kinds[at].get_or_insert((PhaseName::Taper, WeekKind::Taper));
        }
        for at in (race + 1..weeks.len()).take(MOST_RECOVERY) {
            if weeks[at].volume.metres() >= RECOVERED_FROM * peak || weeks[at].race.is_some() {
                break;
            }
            kinds[at].get_or_insert((PhaseName::Recovery, WeekKind::Recover));
        }
        since = race + 1;
    }
    let mut last: Option<f64> = None;
    let mut light: Option<f64> = None;
    for (at, week) in weeks.iter().enumerate() {
        let volume = week.volume.metres();
        let is_light = last.is_some_and(|last| volume < STEPS_BACK_BELOW * last);
        // A second light week that is no lighter is where the plan goes on from.
        let goes_on = light.is_some_and(|light| volume >= light);
        let told = match last {
            _ if volume == 0.0 => (PhaseName::Recovery, WeekKind::Recover),
            // It never called the week a reset, so what a reset may hold is not asked of it.
            Some(_) if is_light && !goes_on => (PhaseName::Build, WeekKind::Recover),
            Some(last) if volume <= last => (PhaseName::Build, WeekKind::Hold),
            _ => (PhaseName::Build, WeekKind::Build),
        };
        let (_, kind) = *kinds[at].get_or_insert(told);
        if kind.trains() {
            last = Some(volume);
        }
        light = (is_light && !kind.trains()).then_some(volume);
    }
    kinds.into_iter().map(|kind| kind.unwrap_or((PhaseName::Build, WeekKind::Hold))).collect()
}

/// The weeks before a race that taper: light ones, each no heavier than the one before it.
fn taper(weeks: &[Sum], since: usize, race: usize, peak: f64) -> std::ops::Range<usize> {
    let volume = |at: usize| weeks[at].volume.metres();
    let mut first = race;
    while first > since && race - first < MOST_TAPER {
        let at = first - 1;
        // Where it would rise, going on, a step back ended before it.
        if volume(at) > TAPERS_BELOW * peak
            || volume(at) < volume(first)
            || weeks[at].said.is_some_and(WeekKind::trains)
        {
            break;
        }
        first = at;
    }
    // It begins where the plan falls, not with the week that goes on from a step back.
    while first < race && first > since && volume(first) >= volume(first - 1) {
        first += 1;
    }
    first..race
}

fn phase_of(kind: WeekKind) -> PhaseName {
    match kind {
        WeekKind::Build | WeekKind::Hold | WeekKind::Reset => PhaseName::Build,
        WeekKind::Taper => PhaseName::Taper,
        WeekKind::Race => PhaseName::Race,
        WeekKind::Recover => PhaseName::Recovery,
    }
}

fn week(number: u32, phase: PhaseName, kind: WeekKind, days: Vec<Day>) -> Week {
    let trained = || days.iter().flat_map(|day| &day.sessions).filter(|session| session.kind != SessionKind::Race);
    let runs = || trained().filter(|session| runs(session.kind));
    let mut hard = Duration::ZERO;
    for step in runs().flat_map(|session| &session.steps) {
        step.each(1, &mut |stretch, times, _| {
            if stretch.intensity.is_hard() {
                hard += stretch.duration_s.times(f64::from(times));
            }
        });
    }
    Week {
        number,
        start: days.first().map_or_else(|| Date::new(2000, 1, 1).expect("a date"), |day| day.date),
        phase,
        kind,
        headline: String::new(),
        volume_m: runs().map(|session| session.distance_m).sum(),
        duration_s: trained().map(|session| session.duration_s).sum(),
        hard_s: hard,
        load: 0,
        longest_run_m: runs().map(|session| session.distance_m).max().unwrap_or_default(),
        heat: None,
        reset: None,
        notes: Vec::new(),
        figures: Vec::new(),
        why: Vec::new(),
        days,
    }
}

fn runs(kind: SessionKind) -> bool {
    !matches!(kind, SessionKind::Rest | SessionKind::CrossTrain | SessionKind::Strength)
}

/// The distance that a race's name tells.
fn named_distance(title: &str) -> Option<Distance> {
    let title = title.to_lowercase();
    let metres = [("half", 21_097.5), ("marathon", 42_195.0), ("parkrun", 5000.0)];
    if let Some((_, metres)) = metres.iter().find(|(word, _)| title.contains(word)) {
        return Some(Distance::from_metres(*metres));
    }
    let mut words = title.split(|c: char| !(c.is_alphanumeric() || c == '.'));
    words.find_map(|word| {
        let number = word.strip_suffix("km").or_else(|| word.strip_suffix('k'))?;
        number.parse().ok().filter(|km: &f64| (1.0..=300.0).contains(km)).map(Distance::from_km)
    })
}

impl Row {
    /// The session, with steps that add up to it.
    fn session(&self, usual: &Usual) -> Session {
        let steps = if runs(self.kind) { self.steps(usual) } else { Vec::new() };
        let (mut distance, mut time) = (Distance::ZERO, Duration::ZERO);
        for step in &steps {
            step.each(1, &mut |stretch, times, _| {
                distance += stretch.distance_m.times(f64::from(times));
                time += stretch.duration_s.times(f64::from(times));
            });
        }
        if steps.is_empty() {
            time = self.time.unwrap_or_default();
        }
        Session {
            id: self.kind.name().to_owned(),
            kind: self.kind,
            title: self.title.clone(),
            hard: self.hard,
            distance_m: distance,
            duration_s: time,
            estimated: self.distance.is_none(),
            effort_only: true,
            indoors: self.indoors,
            outdoors_s: None,
            start_from: self.start_from.clone(),
            start_by: self.start_by.clone(),
            detail: String::new(),
            target: String::new(),
            purpose: String::new(),
            feel: String::new(),
            badly: String::new(),
            notes: Vec::new(),
            steps,
        }
    }

    fn steps(&self, usual: &Usual) -> Vec<Step> {
        let named = || (self.kind == SessionKind::Race).then(|| named_distance(&self.title)).flatten();
        let by = if self.distance.is_some() { By::Distance } else { By::Time };
        let whole = match (self.distance.or_else(named), self.time) {
            (Some(distance), Some(time)) => Some((distance, time)),
            (Some(distance), None) => Some((distance, distance.at(usual.easy))),
            (None, Some(time)) => Some((time.at(usual.easy), time)),
            (None, None) => None,
        };
        let intensity = if self.kind == SessionKind::Race { Intensity::Race } else { Intensity::Easy };
        let Some((distance, time)) = whole else {
            return self.work.iter().map(|work| work.step(usual)).collect();
        };
        let mut left = (distance, time);
        let mut steps = Vec::new();
        for work in &self.work {
            let step = work.step(usual);
            let (mut far, mut long) = (Distance::ZERO, Duration::ZERO);
            step.each(1, &mut |stretch, times, _| {
                far += stretch.distance_m.times(f64::from(times));
                long += stretch.duration_s.times(f64::from(times));
            });
            // Work that does not fit in its session was misread: then nothing of it is known.
            if far > left.0 || long > left.1 {
                return vec![stretch(intensity, distance, time, by)];
            }
            left = (left.0 - far, Duration::from_seconds((left.1.seconds() - long.seconds()) as f64));
            steps.push(step);
        }
        if !left.0.is_zero() || !left.1.is_zero() || steps.is_empty() {
            steps.insert(0, stretch(intensity, left.0, left.1, by));
        }
        steps
    }
}

impl Work {
    fn step(self, usual: &Usual) -> Step {
        let pace = usual.at(self.intensity);
        let (distance, time, by) = match self.amount {
            Amount::Distance(distance) => (distance, distance.at(pace), By::Distance),
            Amount::Time(time) => (time.at(pace), time, By::Time),
            Amount::All => (Distance::ZERO, Duration::ZERO, By::Time),
        };
        let step = stretch(self.intensity, distance, time, by);
        if self.times == 1 { step } else { Step::Repeat { times: self.times, steps: vec![step] } }
    }
}

fn stretch(intensity: Intensity, distance: Distance, time: Duration, by: By) -> Step {
    Step::Run(Stretch {
        intensity,
        distance_m: distance,
        duration_s: time,
        by,
        pace_s_per_km: None,
        hr_bpm: None,
        rpe: match intensity {
            Intensity::Easy => [2, 4],
            Intensity::Marathon | Intensity::Steady => [5, 6],
            _ => [7, 8],
        },
    })
}
