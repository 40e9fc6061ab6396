//! The coach's hand and the week's own habits: what stands on a day before the rest of the week is laid out round it.

use std::collections::{BTreeMap, BTreeSet};

use super::Season;
use super::phases::Slot;
use super::sessions::Choice;
use super::workout::{self, Manner, Speeds, Speller};
use crate::calendar::{Date, Weekday};
use crate::finding::{Finding, Findings};
use crate::measure::Distance;
use crate::notation::{Amount, Written};
use crate::plan::{Day, Week};
use crate::request::{DaySession, DayWord, Fixed, Life, Load};
use crate::rulebook::library::{Rung, Workout};
use crate::session::{Intensity, Session, SessionKind};

/// The id of a session whose steps the coach wrote.
const OWN: &str = "own";

/// The family of workouts that stands for what a club does on its evening.
const CLUB: &str = "fartlek";

/// What is put on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Put {
    /// What to run.
    pub what: What,
    /// How far.
    pub distance: Distance,
    /// Whether it asks for recovery: hard, or long.
    pub effort: bool,
}

/// What to run on a day that is decided.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A workout of the rules, on one of its rungs.
    Workout(Choice),
    /// An easy kind of run of the rules, by its id.
    Plain(String),
    /// Steps that the coach wrote.
    Steps(Vec<Written>),
    /// A session as it stood on another day.
    Moved(Box<Session>),
}

/// A kind of hard session that belongs to a day of the week.
#[derive(Debug, Clone, PartialEq)]
pub struct Pin {
    /// The day of the week, counted from its first.
    pub day: usize,
    /// The workout.
    pub id: String,
    /// What the runner calls it.
    pub title: Option<String>,
}

/// What is decided about the days of one week, by their place in it.
#[derive(Debug, Clone, Default)]
pub struct Hand {
    /// Runs that stand whatever else the week holds.
    pub own: BTreeMap<usize, Put>,
    /// Days without a run.
    pub closed: BTreeSet<usize>,
    /// Days on which a word was spoken for a session: they are free for it.
    pub open: BTreeSet<usize>,
    /// Strength or other sport, by the id of its workout.
    pub aside: BTreeMap<usize, String>,
    /// Hard sessions with a day of their own.
    pub pins: Vec<Pin>,
    /// Kinds of easy running with a day of their own, by id.
    pub plain: BTreeMap<usize, String>,
    /// The day of the long run.
    pub long: Option<usize>,
    /// How many days the coach has emptied.
    pub rests: usize,
    /// What left a day of the week for another one.
    pub gone: Vec<Stood>,
    /// What came in.
    pub came: Distance,
}

/// What stood on a day before it was moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Stood {
    /// The session.
    pub session: Session,
    /// The rung that it counts for, where it is a hard one.
    pub choice: Option<Choice>,
}

/// Sessions that change their day: for each day that they touch, what stood there and what stands there now.
#[derive(Debug, Clone, Default)]
pub struct Moves {
    days: BTreeMap<Date, (Vec<Stood>, Vec<Stood>)>,
}

impl Moves {
    /// Makes the moves of a request, one after the other, in the weeks as they would stand without them.
    #[must_use]
    pub fn of(season: &Season<'_>, weeks: &[Week], hard: &BTreeMap<Date, Choice>, findings: &mut Findings) -> Self {
        let stood: BTreeMap<Date, Vec<Stood>> = weeks
            .iter()
            .flat_map(|week| &week.days)
            .map(|day| {
                let runs = day.sessions.iter().filter(|session| session.kind.is_on_foot());
                let choice = |session: &Session| hard.get(&day.date).filter(|_| session.hard).cloned();
                (day.date, runs.map(|run| Stood { session: run.clone(), choice: choice(run) }).collect())
            })
            .collect();
        let mut stands = stood.clone();
        for moved in &season.request.moves {
            let (from, to) = (moved.from.value, moved.to.value);
            let found = |code: &str, date: Date| {
                let place = if date == from { &moved.from.place } else { &moved.to.place };
                Finding::warning(code).with("date", date.to_string()).at(place.clone())
            };
            let here = [from, to].map(|date| in_leg(season, date));
            if here == [false; 2] || [from, to].iter().any(|date| elsewhere(season, *date) == Elsewhere::Outside) {
                continue;
            }
            let wrong = [from, to].into_iter().find_map(|date| match () {
                () if !in_leg(season, date) => Some(found("move-across-race", date)),
                () if season.is_race(date) => Some(found("move-and-race", date)),
                () => None,
            });
            let wrong = wrong.or_else(|| {
                let off =
                    days_off(season, to).map(|life| found("move-into-days-off", to).with("what", what(season, life)));
                off.or_else(|| stands[&from].is_empty().then(|| found("move-from-nothing", from)))
            });
            if let Some(finding) = wrong {
                findings.push(finding);
                continue;
            }
            let (a, b) = (stands[&from].clone(), stands[&to].clone());
            stands.insert(from, b);
            stands.insert(to, a);
        }
        let days = stands.into_iter().filter(|(date, now)| stood[date] != *now);
        Self { days: days.map(|(date, now)| (date, (stood[&date].clone(), now))).collect() }
    }
}

impl Hand {
    /// What is decided about a week. `trains` tells whether its habits hold; `even` is how far an even easy run goes, and
    /// `due` the rung of a workout whose turn it is.
    #[must_use]
    pub fn of(
        season: &Season<'_>,
        slot: &Slot,
        moves: &Moves,
        trains: bool,
        even: Distance,
        due: &dyn Fn(&str, &Workout) -> Option<Choice>,
    ) -> Self {
        let mut hand = Self::default();
        for (day, date) in slot.days().enumerate() {
            if !in_leg(season, date) || season.is_race(date) {
                continue;
            }
            if let Some((before, now)) = moves.days.get(&date) {
                hand.moved(day, before, now);
            } else if let Some(word) = word_on(season, date).and_then(|word| word.session.as_ref()) {
                hand.word(season, day, word, trains, even, due);
            } else if let Some(fixed) = fixed_on(season, date) {
                hand.fixed(season, slot, day, fixed, trains);
            }
        }
        hand
    }

    fn moved(&mut self, day: usize, before: &[Stood], now: &[Stood]) {
        self.gone.extend(before.iter().cloned());
        match now {
            [] => {
                self.closed.insert(day);
            }
            [stood, ..] => {
                let session = stood.session.clone();
                self.came += session.distance_m;
                self.open.insert(day);
                self.own.insert(
                    day,
                    Put {
                        distance: session.distance_m,
                        effort: session.hard || session.kind == SessionKind::Long,
                        what: What::Moved(Box::new(session)),
                    },
                );
            }
        }
    }

    fn word(
        &mut self,
        season: &Season<'_>,
        day: usize,
        word: &DaySession,
        trains: bool,
        even: Distance,
        due: &dyn Fn(&str, &Workout) -> Option<Choice>,
    ) {
        match word {
            DaySession::Rest(_) => {
                self.closed.insert(day);
                self.rests += 1;
            }
            DaySession::Steps(steps) => {
                let steps: Vec<Written> = steps.iter().map(|step| step.value.clone()).collect();
                let put = of_steps(&steps, &season.frame.speeds, even);
                self.open.insert(day);
                self.own.insert(day, put);
            }
            DaySession::Workout(id) => {
                let Some(workout) = season.book.workouts.get(&id.value) else { return };
                self.open.insert(day);
                if !workout.kind.is_on_foot() {
                    self.aside.insert(day, id.value.clone());
                    self.closed.insert(day);
                    return;
                }
                if workout.kind == SessionKind::Long && trains {
                    self.long = Some(day);
                    return;
                }
                let choice = workout.work.and_then(|_| due(&id.value, workout));
                let put = match choice {
                    Some(choice) => Put {
                        distance: choice.fixed,
                        effort: workout::is_hard(workout.kind),
                        what: What::Workout(choice),
                    },
                    None => Put { distance: even, effort: false, what: What::Plain(id.value.clone()) },
                };
                self.own.insert(day, put);
            }
        }
    }

    fn fixed(&mut self, season: &Season<'_>, slot: &Slot, day: usize, fixed: &Fixed, trains: bool) {
        let kind = kind_of(season, fixed);
        match kind {
            SessionKind::Rest => {
                self.closed.insert(day);
            }
            SessionKind::Strength | SessionKind::CrossTrain => {
                if let Some(id) = id_of(season, slot, fixed) {
                    self.aside.insert(day, id);
                }
                self.closed.insert(day);
            }
            _ if !trains => {}
            SessionKind::Long => self.long = Some(day),
            _ if workout::is_hard(kind) => {
                if let Some(id) = id_of(season, slot, fixed) {
                    let title = match fixed {
                        Fixed::Words(words) => Some(words.clone()),
                        _ => None,
                    };
                    self.pins.push(Pin { day, id, title });
                }
            }
            _ => {
                if let Some(id) = id_of(season, slot, fixed) {
                    self.plain.insert(day, id);
                }
            }
        }
    }

    /// A day that is behind the runner: what stands on it stays, and nothing else is put there.
    pub fn stands(&mut self, at: usize, day: &Day) {
        self.pins.retain(|pin| pin.day != at);
        self.plain.remove(&at);
        self.aside.remove(&at);
        self.own.remove(&at);
        if self.long == Some(at) {
            self.long = None;
        }
        let runs = day.sessions.iter().filter(|s| s.kind.is_on_foot() && s.kind != SessionKind::Race);
        match runs.max_by_key(|session| session.distance_m) {
            Some(session) => {
                let effort = session.hard || session.kind == SessionKind::Long;
                let what = What::Moved(Box::new(session.clone()));
                self.own.insert(at, Put { distance: session.distance_m, effort, what });
            }
            None => {
                self.closed.insert(at);
            }
        }
    }

    /// The hard sessions that stand on days of their own already, as the ladders count them.
    pub fn done(&self) -> impl Iterator<Item = Choice> + '_ {
        self.own.values().filter_map(|put| match &put.what {
            What::Workout(choice) => Some(choice.clone()),
            _ => None,
        })
    }

    /// Whether the coach has changed days of the week.
    #[must_use]
    pub fn is_felt(&self) -> bool {
        self.rests > 0 || !self.own.is_empty() || !self.gone.is_empty()
    }

    /// How much lighter a week of so many usual runs, and days that are left for them, becomes by the coach's hand: nothing
    /// that is taken from a day is packed onto the others.
    #[must_use]
    pub fn lighter(&self, usual: usize, left: usize, even: Distance) -> Distance {
        let runs = self.rests.min(usual.saturating_sub(left + self.own.len()));
        let words = self.own.values().filter(|put| !matches!(put.what, What::Moved(_)));
        let shorter = words.map(|put| even - put.distance.min(even));
        even.times(runs as f64) + shorter.sum()
    }
}

/// Whether something hard or long is put on a day, whatever the rest of its week holds.
#[must_use]
pub fn effort_on(season: &Season<'_>, moves: &Moves, date: Date) -> bool {
    if let Some((_, now)) = moves.days.get(&date) {
        return now.iter().any(|stood| stood.session.hard || stood.session.kind == SessionKind::Long);
    }
    match word_on(season, date).and_then(|word| word.session.as_ref()) {
        Some(DaySession::Steps(steps)) => steps.iter().any(|step| has_hard(&step.value)),
        Some(DaySession::Workout(id)) => season
            .book
            .workouts
            .get(&id.value)
            .is_some_and(|workout| workout::is_hard(workout.kind) || workout.kind == SessionKind::Long),
        _ => false,
    }
}

/// The coach's word for a date.
#[must_use]
pub fn word_on<'a>(season: &Season<'a>, date: Date) -> Option<&'a DayWord> {
    season.request.days.iter().find(|word| word.date.value == date)
}

/// What a date holds by habit: life's own habits before the usual ones.
#[must_use]
pub fn fixed_on<'a>(season: &Season<'a>, date: Date) -> Option<&'a Fixed> {
    let day = date.weekday();
    let mut life = season.request.life.iter().filter(|life| (life.from.value..=life.to.value).contains(&date));
    let of_life = life.find_map(|life| life.fixed.get(&day));
    of_life.or_else(|| season.request.week.fixed.get(&day)).map(|at| &at.value)
}

/// Whether what a date holds by habit is hard.
#[must_use]
pub fn hard_by_habit(season: &Season<'_>, fixed: &Fixed) -> bool {
    workout::is_hard(kind_of(season, fixed))
}

/// What the runner calls a habit.
#[must_use]
pub fn name_of(season: &Season<'_>, fixed: &Fixed) -> String {
    match fixed {
        Fixed::Words(words) => words.clone(),
        Fixed::Kind(kind) => kind.name().to_owned(),
        Fixed::Workout(id) => season.book.workouts.get(id).map_or(id.clone(), |workout| workout.title.clone()),
    }
}

fn kind_of(season: &Season<'_>, fixed: &Fixed) -> SessionKind {
    match fixed {
        Fixed::Kind(kind) => *kind,
        Fixed::Workout(id) => season.book.workouts.get(id).map_or(SessionKind::Easy, |workout| workout.kind),
        Fixed::Words(_) => SessionKind::Fartlek,
    }
}

/// The workout that a habit stands for: of several of its kind the one that the phase prefers.
fn id_of(season: &Season<'_>, slot: &Slot, fixed: &Fixed) -> Option<String> {
    let wanted = match fixed {
        Fixed::Workout(id) => return Some(id.clone()),
        Fixed::Words(_) => return Some(CLUB.to_owned()),
        Fixed::Kind(kind) => *kind,
    };
    let of_kind = |id: &&String| season.book.workouts.get(*id).is_some_and(|workout| workout.kind == wanted);
    let preferred = super::sessions::families(&season.frame.settled, slot.phase);
    let known = season.book.workouts.keys().find(|id| id.as_str() == wanted.name());
    preferred.iter().find(of_kind).or(known).or_else(|| season.book.workouts.keys().find(of_kind)).cloned()
}

/// Says what cannot be done of what the coach asks for, and where it stands.
pub fn check(season: &Season<'_>, findings: &mut Findings) {
    for word in &season.request.days {
        let date = word.date.value;
        let found = |code: &str| Finding::warning(code).with("date", date.to_string()).at(word.date.place.clone());
        if !in_leg(season, date) {
            // Another leg's, or told of with all that is outside the season.
        } else if word.session.is_some() && season.is_race(date) {
            findings.push(found("day-is-the-race"));
        } else if let (Some(DaySession::Workout(_) | DaySession::Steps(_)), Some(life)) =
            (&word.session, days_off(season, date))
        {
            findings.push(found("day-in-days-off").with("what", what(season, life)));
        }
    }
    if season.frame.span.before > 0 {
        return;
    }
    let long = season.request.week.long_run.as_ref();
    let apart = season.frame.settled.get(crate::rulebook::settings::key::HARD_APART).hours() as i64;
    for (day, fixed) in &season.request.week.fixed {
        let gap = |long: Weekday| {
            let days = i64::from(long.days_after(*day));
            days.min(7 - days) * 24
        };
        if let Some(long) = long.filter(|long| gap(long.value) < apart)
            && hard_by_habit(season, &fixed.value)
        {
            findings.push(
                Finding::warning("fixed-near-long-run")
                    .with("what", name_of(season, &fixed.value))
                    .with("day", day.name())
                    .with("long", long.value.name())
                    .with("hours", apart)
                    .at(fixed.place.clone())
                    .also_at(long.place.clone()),
            );
        }
    }
}

/// Where a date lies that is not in the leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Elsewhere {
    Here,
    AnotherLeg,
    Outside,
}

fn elsewhere(season: &Season<'_>, date: Date) -> Elsewhere {
    let span = season.frame.span;
    let last = season.frame.slots.last().map_or(span.start, Slot::end);
    match () {
        () if in_leg(season, date) => Elsewhere::Here,
        () if (date < span.start && span.before > 0) || (date > last && span.next.is_some()) => Elsewhere::AnotherLeg,
        () => Elsewhere::Outside,
    }
}

fn in_leg(season: &Season<'_>, date: Date) -> bool {
    date >= season.frame.span.start && season.frame.slots.iter().any(|slot| slot.holds(date))
}

/// The time off or illness that a date lies in.
fn days_off<'a>(season: &Season<'a>, date: Date) -> Option<&'a Life> {
    season.request.life.iter().find(|life| {
        (life.from.value..=life.to.value).contains(&date)
            && life.load.as_ref().is_some_and(|at| matches!(at.value, Load::Off | Load::Ill))
    })
}

fn what(season: &Season<'_>, life: &Life) -> String {
    let load = life.load.as_ref().map_or(Load::Off, |at| at.value);
    let load = season.phrases.word(&format!("load.{}", load.name()));
    life.what.as_ref().map_or(load, |at| at.value.clone())
}

fn has_hard(step: &Written) -> bool {
    match step {
        Written::Stretch { intensity, .. } => intensity.is_hard(),
        Written::Rest { .. } => false,
        Written::Repeat { steps, .. } => steps.iter().any(has_hard),
    }
}

/// The intensity that some steps are for: of what is not easy, that with the most time.
fn main_work(steps: &[Written], speeds: &Speeds) -> Option<Intensity> {
    let time = |intensity: Intensity| workout::measure(steps, Some(intensity), speeds).work_time;
    Intensity::ALL
        .into_iter()
        .filter(|i| !matches!(i, Intensity::Easy | Intensity::Jog | Intensity::Walk))
        .filter(|intensity| !time(*intensity).is_zero())
        // Strides at the end of a hard session do not name it.
        .max_by_key(|intensity| (intensity.is_hard(), time(*intensity)))
}

/// The kind of session that steps for this intensity make.
fn kind_for(work: Option<Intensity>) -> SessionKind {
    match work {
        Some(Intensity::Steady) => SessionKind::Steady,
        Some(Intensity::Threshold) => SessionKind::Threshold,
        Some(Intensity::Interval) => SessionKind::Interval,
        Some(Intensity::Repetition) => SessionKind::Repetition,
        Some(Intensity::Hills) => SessionKind::Hills,
        Some(Intensity::Race | Intensity::Marathon) => SessionKind::RacePace,
        Some(Intensity::Strides) => SessionKind::Strides,
        _ => SessionKind::Easy,
    }
}

/// Whether some steps leave their length to the plan.
fn is_open(steps: &[Written]) -> bool {
    steps.iter().any(|step| matches!(step, Written::Stretch { amount: Amount::All, .. }))
}

fn of_steps(steps: &[Written], speeds: &Speeds, even: Distance) -> Put {
    let measured = workout::measure(steps, None, speeds).distance;
    let kind = kind_for(main_work(steps, speeds));
    Put {
        what: What::Steps(steps.to_vec()),
        distance: if is_open(steps) { measured.max(even) } else { measured },
        effort: workout::is_hard(kind),
    }
}

/// Steps of the coach's own as a session.
#[must_use]
pub fn spelled(speller: &Speller<'_>, steps: &[Written], distance: Distance, manner: &Manner) -> Session {
    let work = main_work(steps, speller.speeds);
    let kind = kind_for(work);
    let title = speller.phrases.word("session.own");
    let workout = Workout {
        title: title.clone(),
        kind,
        work,
        purpose: speller.phrases.word("session.own-purpose"),
        feel: Vec::new(),
        badly: speller.phrases.word("session.own-badly"),
        indoors: None,
        by_hand: true,
        rungs: Vec::new(),
    };
    let session = if is_open(steps) {
        let rung =
            Rung { name: String::new(), steps: steps.to_vec(), does: Vec::new(), time: crate::measure::Duration::ZERO };
        speller.session(OWN, &workout, &rung, distance, manner)
    } else {
        speller.steps(OWN, &workout, steps, manner)
    };
    Session { title, ..session }
}
