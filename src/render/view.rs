//! What the templates get: the plan with everything looked up, chosen and counted that a page needs.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::Paper;
use super::chart::{Chart, SparkLine, charts, sparkline, text_bar};
use super::filters::{Words, is_right_to_left};
use super::{html, picture};
use crate::args;
use crate::calendar::Date;
use crate::finding::{Args, Severity};
use crate::measure::{Distance, Duration, Pace, Units};
use crate::phrasebook::Phrasebook;
use crate::plan::{
    CardLine, Day, Heat, PhaseName, Plan, PlanClimate, PlanCoach, PlanFinding, PlanRace, PlanRunner, Reset, Verdict,
    Week, WeekKind,
};
use crate::reason::Reason;
use crate::session::{Session, SessionKind, Step, Stretch};

/// The order of the paces, easiest first.
const PACES: [&str; 6] = ["easy", "steady", "marathon", "threshold", "interval", "repetition"];

/// The root of what a template gets.
#[derive(Debug, Serialize)]
pub(super) struct View<'a> {
    language: String,
    /// `ltr` or `rtl`.
    dir: &'static str,
    units: &'static str,
    /// The symbol of the units in the language of the page.
    unit: String,
    /// The coach's logo, a picture as a `data:` address.
    logo: Option<&'a str>,
    /// The season in one line of text, or in a line a year.
    spark: Vec<SparkLine>,
    paper: &'static str,
    /// A coach's colour for light and for dark; none where there is none, or it is no colour.
    colour: Option<[String; 2]>,
    title: &'a str,
    summary: String,
    start: Date,
    end: Date,
    runner: &'a PlanRunner,
    coach: Option<&'a PlanCoach>,
    climate: Option<&'a PlanClimate>,
    races: Vec<RaceView<'a>>,
    /// Whether the season counts by time, because every run does.
    by_time: bool,
    /// The week with most running, and the one with the longest run; none where nothing is run.
    biggest: Option<Figure>,
    longest: Option<Figure>,
    /// Numbers of the weeks that step back.
    resets: Vec<u32>,
    /// The kinds of week that occur, and the bands of heat, for the legend.
    kinds: Vec<WeekKind>,
    bands: Vec<&'a str>,
    paces: Vec<PaceView<'a>>,
    paces_from: String,
    charts: [Chart; 2],
    /// Names of the seven days, in the order of the season's weeks.
    weekdays: Vec<&'static str>,
    weeks: Vec<WeekView<'a>>,
    notes: Vec<Note<'a>>,
    works_named: Vec<WorkView<'a>>,
    /// Limits that the plan keeps to, and the others.
    kept: Vec<VerdictView<'a>>,
    broken: Vec<VerdictView<'a>>,
    /// What to know before the first run, and what is merely worth knowing.
    heed: Vec<&'a PlanFinding>,
    findings: Vec<&'a PlanFinding>,
    /// What to do on the day itself, in which weather.
    card: Vec<CardView<'a>>,
    rules_digest: &'a str,
}

/// A line of the card for the day itself: from where to where each measure goes, in words.
#[derive(Debug, Serialize)]
struct CardView<'a> {
    action: &'a str,
    sum: String,
    wbgt: String,
    air: String,
}

#[derive(Debug, Serialize)]
struct Figure {
    week: u32,
    distance_m: Distance,
    duration_s: Duration,
}

#[derive(Debug, Serialize)]
struct PaceView<'a> {
    id: &'a str,
    pace: [Pace; 2],
}

#[derive(Debug, Serialize)]
struct RaceView<'a> {
    #[serde(flatten)]
    race: &'a PlanRace,
    /// The week that holds it; none outside the season.
    week: Option<u32>,
}

#[derive(Debug, Serialize)]
struct WeekView<'a> {
    number: u32,
    start: Date,
    end: Date,
    phase: PhaseName,
    kind: WeekKind,
    headline: String,
    volume_m: Distance,
    duration_s: Duration,
    hard_s: Duration,
    load: u32,
    longest_run_m: Distance,
    longest_s: Duration,
    heat: Option<&'a Heat>,
    reset: Option<ResetView<'a>>,
    notes: Vec<String>,
    figures: Vec<FigureView>,
    /// Its races, as places in `races`.
    races: Vec<usize>,
    /// Its distance as a bar of block characters.
    bar: String,
    days: Vec<DayView<'a>>,
}

#[derive(Debug, Serialize)]
struct ResetView<'a> {
    recipe: &'a str,
    title: &'a str,
    purpose: String,
    because: Vec<String>,
    volume_cut: f64,
    changes: Vec<String>,
    look_after: Vec<String>,
    before_you_go_on: Vec<String>,
    answers: String,
}

#[derive(Debug, Serialize)]
struct FigureView {
    figure: String,
    sentence: String,
    /// Numbers of the notes behind it.
    notes: Vec<u32>,
}

#[derive(Debug, Serialize)]
struct DayView<'a> {
    date: Date,
    weekday: &'static str,
    /// Whether it opens a month, or the season.
    opens: bool,
    free: bool,
    life: Option<&'a str>,
    /// Whether it is the first day of the week with this in it.
    life_starts: bool,
    sessions: Vec<SessionView<'a>>,
}

#[derive(Debug, Serialize)]
pub(super) struct SessionView<'a> {
    id: &'a str,
    kind: SessionKind,
    /// `hard`, `long`, `race`, `rest`, or nothing.
    mark: &'static str,
    pub(super) title: String,
    pub(super) detail: String,
    /// What is prescribed, a distance or a time; the other of the two is an estimate.
    pub(super) amount: String,
    /// The same for a small box: a bare number of kilometres or miles, or minutes.
    brief: String,
    pub(super) target: String,
    /// When and where, and what to bear in mind.
    pub(super) extras: Vec<String>,
    indoors: bool,
}

/// A reason behind a printed sentence.
#[derive(Debug, Serialize)]
struct Note<'a> {
    number: u32,
    rule: Option<&'a str>,
    setting: &'a str,
    place: String,
    because: &'a str,
    works: Vec<Cited<'a>>,
}

/// A work that a note or a limit names: with its number where it is printed in full.
#[derive(Debug, Serialize)]
struct Cited<'a> {
    id: &'a str,
    number: Option<usize>,
}

#[derive(Debug, Serialize)]
struct WorkView<'a> {
    number: usize,
    id: &'a str,
    citation: &'a str,
}

#[derive(Debug, Serialize)]
struct VerdictView<'a> {
    id: &'a str,
    title: &'a str,
    works: Vec<Cited<'a>>,
}

impl<'a> View<'a> {
    pub(super) fn new(plan: &'a Plan, units: Units, paper: Paper, book: &Arc<Phrasebook>) -> Self {
        let words = Words::new(book, units);
        let by_time = by_time(plan);
        let numbers = note_numbers(plan);
        let works = works(plan, &numbers);
        let named = |ids: &'a [String]| cited(ids, &works);
        let verdicts = |kept: bool| {
            let wanted = plan.guardrails.iter().filter(move |verdict| verdict.kept == kept);
            wanted.map(|Verdict { id, title, source, .. }| VerdictView { id, title, works: named(source) }).collect()
        };
        let mut notes: Vec<Note<'_>> = plan
            .ledger
            .iter()
            .filter_map(|reason| Some(note(reason, *numbers.get(&reason.id)?, named(&reason.source))))
            .collect();
        notes.sort_by_key(|note| note.number);
        Self {
            // Where there are no words for the plan's language the page is in our own, and says so.
            language: if is_language(&plan.language) && plan.language.starts_with(words.language()) {
                plan.language.clone()
            } else {
                words.language().to_owned()
            },
            dir: if is_right_to_left(words.language()) { "rtl" } else { "ltr" },
            units: units.symbol(),
            unit: words.unit().to_owned(),
            logo: plan.coach.as_ref().and_then(|coach| coach.logo.as_deref()).filter(|logo| picture::is_picture(logo)),
            spark: sparkline(plan, by_time),
            paper: paper.name(),
            colour: plan.coach.as_ref().and_then(|coach| html::readable(coach.colour.as_deref()?)),
            title: &plan.title,
            summary: words.in_units(&plan.summary, plan.units),
            start: plan.start,
            end: plan.end,
            runner: &plan.runner,
            coach: plan.coach.as_ref(),
            climate: plan.climate.as_ref(),
            races: plan.races.iter().map(|race| RaceView { race, week: week_of(plan, race.date) }).collect(),
            by_time,
            biggest: biggest(plan, by_time),
            longest: longest(plan, by_time),
            resets: plan.weeks.iter().filter(|week| week.kind == WeekKind::Reset).map(|week| week.number).collect(),
            kinds: WeekKind::ALL.into_iter().filter(|kind| plan.weeks.iter().any(|w| w.kind == *kind)).collect(),
            bands: ["none", "low", "moderate", "high", "extreme"]
                .into_iter()
                .filter(|band| plan.weeks.iter().any(|week| week.heat.as_ref().is_some_and(|heat| heat.band == *band)))
                .collect(),
            paces: paces(plan),
            paces_from: words.in_units(&plan.paces_from, plan.units),
            charts: charts(plan, &words, by_time),
            weekdays: (0..7)
                .map(|day| (plan.weeks.first().map_or(plan.start, |week| week.start) + day).weekday().name())
                .collect(),
            weeks: plan.weeks.iter().map(|week| week_view(plan, week, &words, &numbers, by_time)).collect(),
            notes,
            kept: verdicts(true),
            broken: verdicts(false),
            works_named: works,
            heed: plan.findings.iter().filter(|finding| finding.severity > Severity::Note).collect(),
            findings: plan.findings.iter().filter(|finding| finding.severity == Severity::Note).collect(),
            card: card(plan, &words),
            rules_digest: &plan.rules_digest,
        }
    }
}

/// The card for the day itself, each line from its own threshold to that of the next.
fn card<'a>(plan: &'a Plan, words: &Words) -> Vec<CardView<'a>> {
    let sum = |fahrenheit: f64| match words.units {
        // The sum of two temperatures: the freezing point counts twice.
        Units::Km => ((fahrenheit - 64.0) / 1.8).round(),
        Units::Mi => fahrenheit.round(),
    };
    let line = |i: usize, of: &dyn Fn(&CardLine) -> Option<f64>| {
        let next = plan.card.get(i + 1).and_then(of);
        match (of(&plan.card[i]), next) {
            (None, None) => String::new(),
            (None, Some(to)) => words.say("card_under", &args! { "to" => to }),
            (Some(from), Some(to)) => words.say("card_between", &args! { "from" => from, "to" => to }),
            (Some(from), None) => words.say("card_from", &args! { "from" => from }),
        }
    };
    (0..plan.card.len())
        .map(|i| CardView {
            action: &plan.card[i].action,
            sum: line(i, &|line| line.sum_f.map(sum)),
            wbgt: line(i, &|line| line.wbgt_c),
            air: line(i, &|line| line.air),
        })
        .collect()
}

/// Whether this looks like a language tag, `en` or `pt-BR`, so that it can stand in the page's first line.
fn is_language(tag: &str) -> bool {
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    tag.len() <= 35 && tag.starts_with(|c: char| c.is_ascii_alphabetic()) && tag.split('-').all(part)
}

/// Whether time is what counts: there are runs, and the distance of each is an estimate.
fn by_time(plan: &Plan) -> bool {
    let mut runs = plan.sessions().map(|(_, _, session)| session).filter(|s| is_training_run(s)).peekable();
    runs.peek().is_some() && runs.all(|session| session.estimated)
}

/// Whether a session is running that counts in its week.
fn is_training_run(session: &Session) -> bool {
    session.kind != SessionKind::Race && !session.distance_m.is_zero()
}

/// The longest run of a week by time, races left out.
pub(super) fn longest_time(week: &Week) -> Duration {
    let sessions = week.days.iter().flat_map(|day| &day.sessions);
    sessions.filter(|session| is_training_run(session)).map(|session| session.duration_s).max().unwrap_or_default()
}

/// The first of the weeks with the most by a measure; none where it is nothing.
fn most<K: Ord + Default>(plan: &Plan, measure: impl Fn(&Week) -> K) -> Option<&Week> {
    plan.weeks.iter().rev().max_by_key(|week| measure(week)).filter(|week| measure(week) > K::default())
}

fn biggest(plan: &Plan, by_time: bool) -> Option<Figure> {
    let week = if by_time { most(plan, |week| week.duration_s) } else { most(plan, |week| week.volume_m) }?;
    Some(Figure { week: week.number, distance_m: week.volume_m, duration_s: week.duration_s })
}

fn longest(plan: &Plan, by_time: bool) -> Option<Figure> {
    let week = if by_time { most(plan, longest_time) } else { most(plan, |week| week.longest_run_m) }?;
    Some(Figure { week: week.number, distance_m: week.longest_run_m, duration_s: longest_time(week) })
}

fn week_of(plan: &Plan, date: Date) -> Option<u32> {
    plan.weeks.iter().rfind(|week| week.start <= date).filter(|week| date - week.start < 7).map(|week| week.number)
}

/// Numbers for the reasons that printed sentences name, in the order of reading.
fn note_numbers(plan: &Plan) -> BTreeMap<u32, u32> {
    let known: std::collections::BTreeSet<u32> = plan.ledger.iter().map(|reason| reason.id).collect();
    let mut numbers = BTreeMap::new();
    for id in plan.weeks.iter().flat_map(|week| &week.figures).flat_map(|figure| &figure.why) {
        if known.contains(id) {
            let next = numbers.len() as u32 + 1;
            numbers.entry(*id).or_insert(next);
        }
    }
    numbers
}

/// The works that printed notes and limits name, in the plan's order.
fn works<'a>(plan: &'a Plan, numbers: &BTreeMap<u32, u32>) -> Vec<WorkView<'a>> {
    let notes = plan.ledger.iter().filter(|reason| numbers.contains_key(&reason.id)).flat_map(|reason| &reason.source);
    let limits = plan.guardrails.iter().flat_map(|verdict| &verdict.source);
    let named: std::collections::BTreeSet<&str> = notes.chain(limits).map(String::as_str).collect();
    let wanted = plan.sources.iter().filter(|work| named.contains(work.id.as_str()) && !work.citation.is_empty());
    wanted.zip(1..).map(|(work, number)| WorkView { number, id: &work.id, citation: &work.citation }).collect()
}

fn cited<'a>(ids: &'a [String], works: &[WorkView<'a>]) -> Vec<Cited<'a>> {
    let number = |id: &str| works.iter().find(|work| work.id == id).map(|work| work.number);
    ids.iter().map(|id| Cited { id, number: number(id) }).collect()
}

fn note<'a>(reason: &'a Reason, number: u32, works: Vec<Cited<'a>>) -> Note<'a> {
    let place = if reason.line > 0 { format!("{}:{}", reason.file, reason.line) } else { reason.file.clone() };
    Note { number, rule: reason.rule.as_deref(), setting: &reason.setting, place, because: &reason.because, works }
}

fn paces(plan: &Plan) -> Vec<PaceView<'_>> {
    let Some(paces) = &plan.paces else { return Vec::new() };
    let known = PACES.into_iter().filter_map(|id| paces.get_key_value(id));
    let others = paces.iter().filter(|(id, _)| !PACES.contains(&id.as_str()));
    known.chain(others).map(|(id, pace)| PaceView { id, pace: *pace }).collect()
}

fn week_view<'a>(
    plan: &'a Plan,
    week: &'a Week,
    words: &Words,
    numbers: &BTreeMap<u32, u32>,
    by_time: bool,
) -> WeekView<'a> {
    let sentence = |text: &String| words.in_units(text, plan.units);
    let sentences = |texts: &[String]| texts.iter().map(sentence).collect::<Vec<_>>();
    WeekView {
        number: week.number,
        start: week.start,
        end: week.days.last().map_or(week.start + 6, |day| day.date),
        phase: week.phase,
        kind: week.kind,
        headline: sentence(&week.headline),
        volume_m: week.volume_m,
        duration_s: week.duration_s,
        hard_s: week.hard_s,
        load: week.load,
        longest_run_m: week.longest_run_m,
        longest_s: longest_time(week),
        heat: week.heat.as_ref(),
        reset: week.reset.as_ref().map(|reset: &Reset| ResetView {
            recipe: &reset.recipe,
            title: &reset.title,
            purpose: sentence(&reset.purpose),
            because: sentences(&reset.because),
            volume_cut: reset.volume_cut.fraction(),
            changes: sentences(&reset.changes),
            look_after: sentences(&reset.look_after),
            before_you_go_on: sentences(&reset.before_you_go_on),
            answers: sentence(&reset.answers),
        }),
        notes: sentences(&week.notes),
        figures: week
            .figures
            .iter()
            .map(|figure| FigureView {
                figure: figure.figure.clone(),
                sentence: sentence(&figure.sentence),
                notes: figure.why.iter().filter_map(|id| numbers.get(id).copied()).collect(),
            })
            .collect(),
        races: (0..plan.races.len()).filter(|i| (0..7).contains(&(plan.races[*i].date - week.start))).collect(),
        bar: text_bar(week, plan, by_time, 16),
        days: week
            .days
            .iter()
            .enumerate()
            .map(|(i, day)| DayView {
                date: day.date,
                weekday: day.date.weekday().name(),
                opens: day.date.day() == 1 || day.date == plan.start,
                free: day.free,
                life: life(day),
                life_starts: life(day).is_some() && (i == 0 || life(&week.days[i - 1]) != life(day)),
                sessions: day.sessions.iter().map(|session| session_view(plan, session, words)).collect(),
            })
            .collect(),
    }
}

fn life(day: &Day) -> Option<&str> {
    day.life.as_deref().filter(|life| !life.trim().is_empty())
}

pub(super) fn session_view<'a>(plan: &Plan, session: &'a Session, words: &Words) -> SessionView<'a> {
    let mark = match session.kind {
        SessionKind::Race => "race",
        SessionKind::Rest => "rest",
        SessionKind::Long => "long",
        _ if session.hard => "hard",
        _ => "",
    };
    let by_time = session.estimated || session.distance_m.is_zero();
    let (amount, brief) = if by_time && session.duration_s.is_zero() {
        (String::new(), String::new())
    } else if by_time {
        let minutes = (session.duration_s.seconds() + 30) / 60;
        let brief = words.say("brief_minutes", &args! { "n" => minutes });
        (words.minutes(session.duration_s), brief)
    } else {
        (words.distance(session.distance_m), words.units.number(session.distance_m))
    };
    let written = |text: &str| words.in_units(text, plan.units);
    let mut extras = Vec::new();
    if let Some(time) = &session.start_from {
        extras.push(words.say("start_from", &args! { "time" => time.as_str() }));
    }
    if let Some(time) = &session.start_by {
        extras.push(words.say("start_by", &args! { "time" => time.as_str() }));
    }
    if session.indoors && session.outdoors_s.is_none() {
        extras.push(words.say("indoors", &Args::new()));
    }
    extras.extend(session.notes.iter().map(|note| written(note)));
    // The engine spells steps in English; on a page in another language they are said again from the steps themselves.
    let spelled = session.steps.len() > 1 && !words.in_english();
    let detail = match session.detail.trim() {
        "" if session.steps.len() > 1 => steps(&session.steps, words),
        _ if spelled => steps(&session.steps, words),
        told => written(told),
    };
    let by_words = |told: &str| told.split(|c: char| !c.is_alphabetic()).any(|word| word.is_ascii() && word.len() > 3);
    let target = match session.target.trim() {
        told if told.is_empty() || !words.in_english() && by_words(told) => {
            main_stretch(session).map(|stretch| target(stretch, session.effort_only, words)).unwrap_or_default()
        }
        told => written(told),
    };
    let title = written(&session.title);
    SessionView {
        id: &session.id,
        kind: session.kind,
        mark,
        title,
        detail,
        amount,
        brief,
        target,
        extras,
        indoors: session.indoors,
    }
}

/// Steps in one line, for a session that brings no line of its own.
fn steps(steps: &[Step], words: &Words) -> String {
    let lines: Vec<String> = steps.iter().map(|step| step_line(step, words)).collect();
    lines.join(&words.say("step.then", &Args::new()))
}

fn step_line(step: &Step, words: &Words) -> String {
    match step {
        Step::Repeat { times, steps } => {
            let inner: Vec<String> = steps.iter().map(|step| step_line(step, words)).collect();
            let inner = inner.join(&words.say("comma", &Args::new()));
            words.say("step.repeat", &args! { "times" => *times, "steps" => inner })
        }
        Step::Run(stretch) | Step::Walk(stretch) => {
            let intensity = words.name("intensity", stretch.intensity.name());
            words.say("step.run", &args! { "amount" => stretch_amount(stretch, words), "intensity" => intensity })
        }
        Step::Rest(stretch) => words.say("step.rest", &args! { "amount" => words.minutes(stretch.duration_s) }),
    }
}

/// How far or how long, whichever is prescribed; the short distances of a track in metres.
fn stretch_amount(stretch: &Stretch, words: &Words) -> String {
    let metres = stretch.distance_m.metres();
    match stretch.by {
        crate::session::By::Time => words.minutes(stretch.duration_s),
        crate::session::By::Distance if metres < 2000.0 && metres % 100.0 == 0.0 && metres % 1000.0 != 0.0 => {
            words.say("metres", &args! { "n" => metres as i64 })
        }
        crate::session::By::Distance => words.distance(stretch.distance_m),
    }
}

/// The stretch a session is about: the hardest by effort, the first of equals.
fn main_stretch(session: &Session) -> Option<&Stretch> {
    fn gather<'a>(steps: &'a [Step], found: &mut Vec<&'a Stretch>) {
        for step in steps {
            match step {
                Step::Run(stretch) => found.push(stretch),
                Step::Walk(_) | Step::Rest(_) => {}
                Step::Repeat { steps, .. } => gather(steps, found),
            }
        }
    }
    let mut found = Vec::new();
    gather(&session.steps, &mut found);
    found.into_iter().rev().max_by_key(|stretch| stretch.rpe[1])
}

fn target(stretch: &Stretch, effort_only: bool, words: &Words) -> String {
    match stretch.pace_s_per_km {
        Some(paces) if !effort_only => words.paces(paces),
        _ => words.name("effort", stretch.intensity.name()),
    }
}
