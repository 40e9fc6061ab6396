//! The weather of each week and of each day's own hour, what the body is used to, and when to set out.

use std::collections::VecDeque;

use super::Season;
use super::phases::Slot;
use crate::args;
use crate::calendar::{Date, PartOfDay};
use crate::climate::{self, Day, Weather};
use crate::document::At;
use crate::measure::{Distance, Duration};
use crate::plan::Heat;
use crate::request::{self, Hour, Load, Request, TimeOfDay};
use crate::rulebook::Rulebook;
use crate::rulebook::layers::Settled;
use crate::rulebook::library::{Acclimatisation, Climate};
use crate::rulebook::settings::key;
use crate::rulebook::words::{Facts, word};
use crate::session::Session;

/// How far back the body remembers the weather, in days: eight weeks.
const REMEMBERS: i64 = 56;

/// How far back hot days are counted, in days: four weeks, after which most of getting used to heat has faded.
const COUNTS: i64 = 28;

/// Days of a week.
const DAYS: i64 = 7;

/// The last minute of the day at which a run may be told to start.
const LAST_START: i32 = 22 * 60 + 30;

/// The usual weather at a place and hour, and what it means to this body.
#[derive(Debug, Clone, PartialEq)]
pub struct Usual {
    /// The weather.
    pub weather: Weather,
    /// The band of its WBGT.
    pub band: &'static str,
    /// Temperature plus dew point, in degrees Fahrenheit.
    pub sum: f64,
    /// What the wind makes of the cold, degrees Celsius.
    pub chill: f64,
    /// WBGT over the mean of the last eight weeks.
    pub excess: f64,
    /// Whether the runner is used to weather like this; where it is not hot there is nothing to get used to.
    pub acclimatised: bool,
    /// The hour at which it was read.
    pub hour: PartOfDay,
    /// The minute of the clock at which it was read.
    pub clock: i32,
    /// The best hour of that day for running.
    pub best: PartOfDay,
    /// Where: the id of a climate.
    pub climate: String,
    /// Metres that the place lies above the runner's home.
    pub above_home: f64,
    /// What the body remembers.
    pub body: Body,
}

/// What a body remembers of the weeks before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Body {
    /// How used to heat it is, from 0 to 1.
    pub used_to: f64,
    /// The mean WBGT of the last eight weeks.
    pub mean: f64,
    /// How many hot days it has run on in the last four weeks, as far as a usual week tells.
    pub hot_days: f64,
    /// Whether the week practises for the heat of a race.
    pub practice: bool,
}

impl Usual {
    fn of(book: &Rulebook, at: &Spot<'_>, day: &Day, clock: i32, body: Body) -> Self {
        let weather = day.weather(clock, book.bands.without_sun);
        Self {
            band: book.bands.band(weather.wbgt_c),
            sum: sum(&weather),
            chill: climate::wind_chill(weather.temperature_c, book.bands.wind),
            excess: ((weather.wbgt_c - body.mean) * 10.0).round() / 10.0,
            acclimatised: body.used_to >= book.acclimatisation.enough
                || weather.wbgt_c < book.acclimatisation.from_wbgt,
            hour: day.hour_of(clock, &book.hours),
            clock,
            best: best(book, day),
            climate: at.id.to_owned(),
            above_home: at.above_home,
            body,
            weather,
        }
    }

    /// Tells the words that rules may ask of the heat.
    pub fn tell(&self, facts: &mut Facts) {
        facts.text(word::HEAT_BAND, self.band);
        facts.text(word::HEAT_HOUR, self.hour.name());
        facts.number(word::HEAT_WBGT, Some(self.weather.wbgt_c));
        facts.number(word::HEAT_TEMPERATURE, Some(self.weather.temperature_c));
        facts.number(word::HEAT_DEW_POINT, Some(self.weather.dew_point_c));
        facts.number(word::HEAT_SUM, Some(self.sum));
        facts.number(word::HEAT_WIND_CHILL, Some((self.chill * 10.0).round() / 10.0));
        facts.number(word::HEAT_EXCESS, Some(self.excess));
        facts.number(word::HEAT_HOT_DAYS, Some(self.body.hot_days.round()));
        facts.yes(word::HEAT_ACCLIMATISED, self.acclimatised);
        facts.yes(word::HEAT_DARK, !self.weather.sun_up);
        facts.yes(word::HEAT_PRACTICE, self.body.practice);
        facts.number(word::PLACE_ABOVE_HOME, Some(self.above_home));
    }

    /// As a plan keeps it.
    #[must_use]
    pub fn heat(&self, settled: &Settled) -> Heat {
        Heat {
            temperature_c: self.weather.temperature_c,
            dew_point_c: self.weather.dew_point_c,
            heat_index_c: self.weather.heat_index_c,
            wbgt_c: self.weather.wbgt_c,
            band: self.band.to_owned(),
            slowdown: settled.get(key::HEAT_SLOWDOWN),
            run_at: self.hour.name().to_owned(),
            acclimatised: self.acclimatised,
            best_at: self.best.name().to_owned(),
        }
    }

    /// Whether it is hot enough that the sun decides when to run.
    #[must_use]
    pub fn is_hot(&self) -> bool {
        matches!(self.band, "high" | "extreme")
    }
}

/// The sum that slow-down is told from: temperature plus dew point, in degrees Fahrenheit.
fn sum(weather: &Weather) -> f64 {
    let fahrenheit = |c: f64| c * 9.0 / 5.0 + 32.0;
    ((fahrenheit(weather.temperature_c) + fahrenheit(weather.dew_point_c)) * 10.0).round() / 10.0
}

/// The hour of a day at which running is kindest: the WBGT nearest to cool, and of equals the one in daylight.
fn best(book: &Rulebook, day: &Day) -> PartOfDay {
    let away = |hour: &PartOfDay| {
        let weather = day.weather(day.clock_of(*hour, &book.hours), book.bands.without_sun);
        let [least, most] = book.bands.ideal;
        let degrees = (least - weather.wbgt_c).max(weather.wbgt_c - most).max(0.0);
        ((degrees * 10.0).round() as i64, !weather.sun_up)
    };
    PartOfDay::ALL.into_iter().min_by_key(away).unwrap_or(PartOfDay::Morning)
}

/// The hour that the runner asks for on a date, and whether it is for that day of the week alone: such a word is final.
#[must_use]
pub fn asked(request: &Request, date: Date) -> Option<(Hour, bool)> {
    let day = date.weekday();
    let clock = |at: &At<TimeOfDay>| (Hour::Clock(at.value), true);
    let life = request.life.iter().filter(|life| (life.from.value..=life.to.value).contains(&date));
    let of_life = life.filter_map(|life| life.at.get(&day)).map(clock).next();
    of_life
        .or_else(|| request.week.at.get(&day).map(clock))
        .or_else(|| request.home.run_at_by_day.get(&day).map(|at| (at.value, true)))
        .or_else(|| request.home.run_at.as_ref().map(|at| (at.value, false)))
}

/// A place, as the weather is read there.
struct Spot<'a> {
    id: &'a str,
    climate: &'a Climate,
    above_home: f64,
}

/// What tells the weather of a day.
struct Sky<'a> {
    book: &'a Rulebook,
    request: &'a Request,
    home: &'a str,
}

impl<'a> Sky<'a> {
    fn of(book: &'a Rulebook, request: &'a Request) -> Option<Self> {
        let home = request.home.climate.as_ref()?.value.as_str();
        book.climates.contains_key(home).then_some(Self { book, request, home })
    }

    /// Where the runner is on a date.
    fn place(&self, date: Date) -> &'a str {
        self.request
            .life
            .iter()
            .find(|life| life.climate.is_some() && (life.from.value..=life.to.value).contains(&date))
            .and_then(|life| life.climate.as_ref())
            .map_or(self.home, |at| at.value.as_str())
    }

    fn spot(&self, id: &'a str) -> Option<Spot<'a>> {
        let climate = self.book.climates.get(id)?;
        let home = self.book.climates.get(self.home)?;
        let above_home = (climate.normals.elevation - home.normals.elevation).metres();
        Some(Spot { id, climate, above_home })
    }

    /// The minute of the clock of an hour there; where none is asked, that at which people run there.
    fn clock(&self, at: &Spot<'_>, day: &Day, hour: Option<Hour>) -> i32 {
        match hour {
            Some(Hour::Clock(clock)) => i32::from(clock.minutes()),
            Some(Hour::Part(part)) => day.clock_of(part, &self.book.hours),
            None => day.clock_of(at.climate.run_at, &self.book.hours),
        }
    }

    /// The usual hour, whatever single days of the week have of their own.
    fn usual_hour(&self) -> Option<Hour> {
        self.request.home.run_at.as_ref().map(|at| at.value)
    }

    /// Some days in one place, told by the day in their middle.
    fn stays(&self, first: Date) -> Vec<(Date, i64, &'a str)> {
        let mut stays: Vec<(Date, i64, &str)> = Vec::new();
        for date in (0..DAYS).map(|day| first + day) {
            let place = self.place(date);
            match stays.last_mut() {
                Some((_, days, last)) if *last == place => *days += 1,
                _ => stays.push((date, 1, place)),
            }
        }
        stays
    }

    fn wbgt(&self, date: Date, place: &'a str) -> Option<f64> {
        let at = self.spot(place)?;
        let day = Day::of(&at.climate.normals, date);
        Some(day.weather(self.clock(&at, &day, self.usual_hour()), self.book.bands.without_sun).wbgt_c)
    }
}

/// What a runner's usual week exposes them to.
#[derive(Debug, Clone, Copy)]
pub struct Usually {
    /// Runs a week.
    pub runs: f64,
    /// How long a usual one takes.
    pub run: Duration,
}

impl Usually {
    /// How much of a full day of heat a day of running brings on average, 0 to 1: a week's runs are spread evenly over
    /// its days, the state that a coach would expect whichever days they are.
    fn exposure(self, rules: &Acclimatisation) -> f64 {
        if self.run < rules.counts_from {
            return 0.0;
        }
        (self.runs / DAYS as f64).min(1.0) * (self.run.minutes() / 60.0).min(1.0)
    }
}

/// A race run somewhere hotter than the runner is used to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HotRace {
    /// Its day.
    pub date: Date,
    /// WBGT at its start.
    pub wbgt: f64,
    /// By how much that is over the mean of the eight weeks before it, where the runner is then.
    pub hotter: f64,
}

impl HotRace {
    /// Whether it is practised for.
    #[must_use]
    pub fn asks_for_practice(&self, rules: &Acclimatisation) -> bool {
        self.hotter >= rules.race_hotter && self.wbgt >= rules.race_wbgt
    }

    /// Whether a date lies in the days of that practice.
    #[must_use]
    pub fn practises(&self, rules: &Acclimatisation, date: Date) -> bool {
        let [from, to] = rules.before_race;
        self.asks_for_practice(rules) && (to..=from).contains(&(self.date - date))
    }
}

/// How hot a race is against what the runner is used to by then; none without a home.
#[must_use]
pub fn of_race(book: &Rulebook, request: &Request, race: &request::Race) -> Option<HotRace> {
    let sky = Sky::of(book, request)?;
    let date = race.date.value;
    let (at, day) = race_spot(&sky, race)?;
    let wbgt = day.weather(race_clock(book, race, &day), book.bands.without_sun).wbgt_c;
    let weeks: Vec<f64> = (1..=REMEMBERS / DAYS).filter_map(|week| sky.wbgt(date + -(DAYS * week), sky.home)).collect();
    let mean = weeks.iter().sum::<f64>() / weeks.len().max(1) as f64;
    let hotter = if at.id == sky.home { 0.0 } else { ((wbgt - mean) * 10.0).round() / 10.0 };
    Some(HotRace { date, wbgt, hotter })
}

fn race_spot<'a>(sky: &Sky<'a>, race: &'a request::Race) -> Option<(Spot<'a>, Day)> {
    let id = race.climate.as_ref().map_or_else(|| sky.place(race.date.value), |at| at.value.as_str());
    let at = sky.spot(id)?;
    let day = Day::of(&at.climate.normals, race.date.value);
    Some((at, day))
}

/// The minute at which a race starts: as the request has it, else when races mostly do.
fn race_clock(book: &Rulebook, race: &request::Race, day: &Day) -> i32 {
    match race.at.as_ref().map(|at| at.value) {
        Some(Hour::Clock(clock)) => i32::from(clock.minutes()),
        Some(Hour::Part(part)) => day.clock_of(part, &book.hours),
        None => book.hours.race,
    }
}

/// The usual weather of a race: at its start, and when half of it is run.
#[must_use]
pub fn race_day(season: &Season<'_>, race: &request::Race, body: Body, time: Duration) -> Option<[Usual; 2]> {
    let book = season.book;
    let sky = Sky::of(book, season.request)?;
    let (at, day) = race_spot(&sky, race)?;
    let start = race_clock(book, race, &day);
    let half = (time.minutes() / 2.0).round() as i32;
    Some([start, start + half].map(|clock| Usual::of(book, &at, &day, clock, body)))
}

/// The weather of every week at the usual hour; none without a place. `usually` is what the runner does in a usual week.
#[must_use]
pub fn of_weeks(
    book: &Rulebook,
    request: &Request,
    slots: &[Slot],
    usually: Usually,
    race: Option<HotRace>,
) -> Vec<Option<Usual>> {
    let (Some(sky), Some(first)) = (Sky::of(book, request), slots.first()) else { return vec![None; slots.len()] };
    let rules = &book.acclimatisation;
    let mut memory = Memory { rules, days: VecDeque::new(), used_to: 0.0 };
    let usual = usually.exposure(rules);
    let mut week = first.start + -REMEMBERS;
    let mut weather = Vec::with_capacity(slots.len());
    while weather.len() < slots.len() {
        if week >= first.start {
            let practice = race.is_some_and(|race| (0..DAYS).any(|day| race.practises(rules, week + day)));
            weather.push(of_week(&sky, week, memory.body(practice)));
        }
        for (date, days, place) in sky.stays(week) {
            let Some(wbgt) = sky.wbgt(date + days / 2, place) else { return vec![None; slots.len()] };
            for day in 0..days {
                let practises = race.is_some_and(|race| race.practises(rules, date + day));
                let practice = if practises { rules.practice as f64 / DAYS as f64 } else { 0.0 };
                let too_hot = wbgt >= book.bands.never;
                let hot = wbgt >= rules.from_wbgt && !too_hot;
                let exposed = if hot { usual } else { 0.0 };
                let run = if hot { (usually.runs / DAYS as f64).min(1.0) } else { practice };
                memory.live(wbgt, exposed.max(practice), run, if too_hot { rules.indoors } else { rules.resident });
            }
        }
        week = week + DAYS;
    }
    weather
}

fn of_week(sky: &Sky<'_>, week: Date, body: Body) -> Option<Usual> {
    let middle = week + DAYS / 2;
    let at = sky.spot(sky.place(middle))?;
    let day = Day::of(&at.climate.normals, middle);
    Some(Usual::of(sky.book, &at, &day, sky.clock(&at, &day, sky.usual_hour()), body))
}

/// What the body remembers, day by day.
struct Memory<'a> {
    rules: &'a Acclimatisation,
    /// The WBGT of each of the last days, and what share of a hot day's run it held.
    days: VecDeque<(f64, f64)>,
    used_to: f64,
}

impl Memory<'_> {
    /// One more day. `home` is what living in heat all the time keeps up by itself.
    fn live(&mut self, wbgt: f64, exposed: f64, run: f64, home: f64) {
        let rules = self.rules;
        if self.days.is_empty() && wbgt >= rules.from_wbgt {
            self.used_to = home;
        }
        self.used_to += (1.0 - self.used_to) * rules.gain * exposed - self.used_to * rules.fade * (1.0 - exposed);
        self.days.push_back((wbgt, run));
        if self.days.len() > REMEMBERS as usize {
            self.days.pop_front();
        }
        // Who has lived in heat for weeks knows it, however little they run.
        if self.days.len() == REMEMBERS as usize && self.mean() >= rules.from_wbgt {
            self.used_to = self.used_to.max(home);
        }
    }

    fn mean(&self) -> f64 {
        self.days.iter().map(|(wbgt, _)| wbgt).sum::<f64>() / self.days.len().max(1) as f64
    }

    fn body(&self, practice: bool) -> Body {
        let lately = self.days.iter().rev().take(COUNTS as usize);
        Body { used_to: self.used_to, mean: self.mean(), hot_days: lately.map(|(_, run)| run).sum(), practice }
    }
}

/// The weather of one day at its own place and hour, where either differs from that of its week; none where they agree.
///
/// `moved` is the hour to which rules have moved the runs of the week.
#[must_use]
pub fn of_day(book: &Rulebook, request: &Request, week: &Usual, date: Date, moved: Option<PartOfDay>) -> Option<Usual> {
    let sky = Sky::of(book, request)?;
    let place = sky.place(date);
    let hour = match (asked(request, date), moved) {
        (Some((hour, true)), _) => Some(hour),
        // A fast sets the hour of its days, also where it leaves the week to the cool of the morning.
        _ if is_fast(request, date) => Some(Hour::Part(PartOfDay::Night)),
        (_, Some(part)) => Some(Hour::Part(part)),
        (usual, None) => usual.map(|(hour, _)| hour),
    };
    let same_hour = match hour {
        Some(Hour::Part(part)) => part == week.hour,
        hour => hour == sky.usual_hour(),
    };
    if place == week.climate && same_hour {
        return None;
    }
    let at = sky.spot(place)?;
    let day = Day::of(&at.climate.normals, date);
    Some(Usual::of(book, &at, &day, sky.clock(&at, &day, hour), week.body))
}

/// When to set out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Start {
    /// Not before this minute of the clock.
    pub from: Option<i32>,
    /// Not after this minute of the clock.
    pub by: Option<i32>,
}

/// A minute of the clock as it is printed: `05:45`.
#[must_use]
pub fn clock(minute: i32) -> String {
    let minute = minute.rem_euclid(24 * 60);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The minutes that times are told in.
const STEP: i32 = 5;

/// A minute of the clock in steps that people read, rather earlier.
fn earlier(minute: i32) -> i32 {
    minute.div_euclid(STEP) * STEP
}

/// A minute of the clock in steps that people read, rather later.
fn later(minute: i32) -> i32 {
    earlier(minute + STEP - 1)
}

/// When to set out on a run of some time outdoors, by the light of its day and place.
#[must_use]
pub fn start(season: &Season<'_>, index: usize, date: Date, outdoors: Duration, hard: bool) -> Start {
    let fixed = match asked(season.request, date) {
        Some((Hour::Clock(clock), _)) => Some(i32::from(clock.minutes())),
        _ => None,
    };
    let own = matches!(asked(season.request, date), Some((_, true)));
    let (Some(usual), settled) = season.on_day(index, date) else { return Start { from: fixed, by: None } };
    let fasts = is_fast(season.request, date);
    let is_hot = usual.is_hot() || season.weather[index].as_ref().is_some_and(Usual::is_hot);
    if own && fixed.is_some() || !fasts && !is_hot {
        return Start { from: fixed, by: None };
    }
    let Some(climate) = season.book.climates.get(&usual.climate) else { return Start { from: fixed, by: None } };
    let (day, hours) = (Day::of(&climate.normals, date), &season.book.hours);
    if fasts {
        return fasting(season, &day, settled, usual, outdoors, hard);
    }
    let margin = hours.sun_margin.minutes().round() as i32;
    let length = outdoors.minutes().ceil() as i32;
    match (usual.hour, day.sunrise(), day.sunset()) {
        (PartOfDay::Dawn, Some(sunrise), _) => {
            let by = earlier(sunrise - margin - length);
            Start { from: None, by: Some(if length > 0 { by.max(hours.earliest) } else { by }) }
        }
        (PartOfDay::Evening | PartOfDay::Night, _, Some(sunset)) => {
            // The evening is still warm when the night, by which the run is planned, no longer is.
            let night = if usual.hour == PartOfDay::Night { hours.night } else { 0 };
            let from = later(sunset + margin).max(night).max(fixed.unwrap_or(0));
            Start { from: Some(from.min(LAST_START)), by: None }
        }
        _ => Start { from: fixed, by: None },
    }
}

/// In a fast the sunset sets the hour: a short easy run ends with the fast, anything else waits until well after it.
fn fasting(season: &Season<'_>, day: &Day, settled: &Settled, usual: &Usual, run: Duration, hard: bool) -> Start {
    let Some(sunset) = day.sunset() else { return Start::default() };
    let minutes = |time: Duration| time.minutes().round() as i32;
    let before = sunset - minutes(settled.get(key::FASTING_BEFORE_SUNSET));
    let weather = day.weather(before, season.book.bands.without_sun);
    let cool = weather.wbgt_c < season.book.bands.high && usual.weather.wbgt_c < season.book.bands.never;
    if !hard && cool && run <= settled.get(key::FASTING_EASY) {
        let latest = sunset - minutes(run).min(minutes(settled.get(key::FASTING_BEFORE_SUNSET)));
        return Start { from: Some(later(before).min(earlier(latest))), by: Some(earlier(latest)) };
    }
    let after = later(sunset + minutes(settled.get(key::FASTING_AFTER_SUNSET)));
    Start { from: Some(after.min(LAST_START)), by: None }
}

/// The longest that a run of a day may last outdoors: as the rules have it, and, in heat before sunrise, no longer than
/// from the earliest hour to the first sun.
#[must_use]
pub fn longest_outdoors(season: &Season<'_>, index: usize, date: Date) -> Duration {
    let (usual, settled) = season.on_day(index, date);
    longest_in(season.book, usual, settled, date)
}

/// Whether the heat of a day leaves too little time outdoors for a run.
pub(super) fn too_hot_to_run(book: &Rulebook, usual: Option<&Usual>, settled: &Settled, date: Date) -> bool {
    usual.is_some_and(Usual::is_hot) && longest_in(book, usual, settled, date) < book.acclimatisation.part
}

fn longest_in(book: &Rulebook, usual: Option<&Usual>, settled: &Settled, date: Date) -> Duration {
    let longest = settled.get(key::HEAT_LONGEST_OUTDOORS);
    let Some(usual) = usual.filter(|usual| usual.is_hot() && usual.hour == PartOfDay::Dawn) else { return longest };
    let hours = &book.hours;
    let sunrise = book.climates.get(&usual.climate).and_then(|climate| Day::of(&climate.normals, date).sunrise());
    let Some(sunrise) = sunrise else { return longest };
    let room = f64::from(sunrise - hours.earliest) - hours.sun_margin.minutes();
    longest.min(Duration::from_minutes(room.max(0.0)))
}

/// Whether something hard may be run outdoors on a date: at its own hour, and never in a week of extreme heat.
#[must_use]
pub fn hard_outdoors(season: &Season<'_>, index: usize, date: Date) -> bool {
    let extreme = season.weather[index].as_ref().is_some_and(|usual| usual.band == "extreme");
    let (_, settled) = season.on_day(index, date);
    !extreme && settled.get(key::HEAT_HARD_OUTDOORS)
}

/// Whether a fast holds on a date.
#[must_use]
pub fn is_fast(request: &Request, date: Date) -> bool {
    request.life.iter().any(|life| {
        (life.from.value..=life.to.value).contains(&date)
            && life.load.as_ref().is_some_and(|at| at.value == Load::Fasting)
    })
}

/// The usual weather of a place on a date, for somebody who lives there, at an hour or at that at which people run there;
/// none where the place is not known.
#[must_use]
pub fn resident(book: &Rulebook, climate: &str, date: Date, hour: Option<PartOfDay>) -> Option<Usual> {
    let (id, climate) = book.climates.get_key_value(climate)?;
    let day = Day::of(&climate.normals, date);
    let at = Spot { id, climate, above_home: 0.0 };
    let hour = hour.unwrap_or(climate.run_at);
    let clock = day.clock_of(hour, &book.hours);
    let mean = day.weather(clock, book.bands.without_sun).wbgt_c;
    let body = Body { used_to: book.acclimatisation.resident, mean, hot_days: COUNTS as f64, practice: false };
    Some(Usual { hour, ..Usual::of(book, &at, &day, clock, body) })
}

/// Whether a run that is too long for the heat is worth starting outdoors: both parts are runs in themselves.
#[must_use]
pub fn worth_a_part(book: &Rulebook, outdoors: Duration, whole: Distance, first: Distance) -> bool {
    let shortest = book.acclimatisation.part;
    outdoors >= shortest && first < whole && !first.is_zero() && {
        let rest = (whole - first).over(first) * outdoors.minutes();
        rest >= shortest.minutes() / 2.0
    }
}

/// A run in two parts, the first outdoors and the rest on the treadmill right after it.
pub fn join(session: &mut Session, parts: [Session; 2]) {
    let [outdoors, indoors] = parts;
    session.outdoors_s = Some(outdoors.duration_s);
    session.duration_s = outdoors.duration_s + indoors.duration_s;
    session.effort_only = outdoors.effort_only && indoors.effort_only;
    session.steps = [outdoors.steps, indoors.steps].concat();
}

/// When a session is to be started on its day.
pub fn set_out(season: &Season<'_>, index: usize, date: Date, session: &mut Session) {
    let outdoors = if session.indoors { session.outdoors_s } else { Some(session.duration_s) };
    let start = start(season, index, date, outdoors.unwrap_or_default(), session.hard);
    session.start_from = start.from.map(clock);
    // Indoors the sun hurries nobody.
    session.start_by = start.by.filter(|_| outdoors.is_some()).map(clock);
}

/// What the weather of its day asks of a session: when to set out, and what to bear in mind.
pub fn on_the_day(season: &Season<'_>, index: usize, date: Date, longest_outdoors: Duration, session: &mut Session) {
    set_out(season, index, date, session);
    let hot = season.on_day(index, date).0.is_some_and(Usual::is_hot);
    let minutes = session.outdoors_s.unwrap_or(longest_outdoors).minutes().round() as i64;
    let words = match session.outdoors_s {
        _ if !session.indoors => None,
        Some(_) => Some("session.outdoors-first"),
        None if !hot => Some("session.indoors-cold"),
        None if session.hard => Some("session.indoors"),
        None => Some("session.indoors-long"),
    };
    let rules = &season.book.acclimatisation;
    let practises = season.frame.hot_race.is_some_and(|race| race.practises(rules, date));
    let cool = season.on_day(index, date).0.is_some_and(|usual| usual.weather.wbgt_c < rules.from_wbgt);
    if practises && cool && !session.hard {
        session.notes.push(season.phrases.word("session.practice"));
    }
    session.notes.extend(words.map(|words| season.phrases.say(words, &args! { "minutes" => minutes })));
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Acclimatisation = Acclimatisation {
        from_wbgt: 24.0,
        resident: 0.7,
        gain: 0.2,
        fade: 0.025,
        counts_from: Duration::ZERO,
        enough: 0.7,
        indoors: 0.4,
        race_hotter: 4.0,
        race_wbgt: 18.0,
        before_race: [21, 8],
        practice: 5,
        part: Duration::ZERO,
    };

    fn lived(days: &[(usize, f64, f64)]) -> f64 {
        let mut memory = Memory { rules: &RULES, days: VecDeque::new(), used_to: 0.0 };
        for (count, wbgt, exposed) in days {
            for _ in 0..*count {
                memory.live(*wbgt, *exposed, *exposed, RULES.resident);
            }
        }
        memory.used_to
    }

    #[test]
    fn two_weeks_of_heat_teach_a_body_and_the_cool_takes_a_fortieth_a_day() {
        let visitor = [(56, 10.0, 0.0), (5, 29.0, 0.7)];
        assert!(lived(&visitor) < RULES.enough);
        assert!(lived(&[(56, 10.0, 0.0), (14, 29.0, 0.7)]) >= RULES.enough);
        let [before, after] = [0, 1].map(|days| lived(&[(56, 10.0, 0.0), (14, 29.0, 0.7), (days, 10.0, 0.0)]));
        assert!((after / before - 0.975).abs() < 1e-9);
    }

    #[test]
    fn who_lives_in_heat_knows_it_and_who_lives_in_the_cool_does_not() {
        assert!(lived(&[(56, 27.0, 0.1)]) >= RULES.enough);
        assert!(lived(&[(56, 12.0, 0.0)]) < 0.01);
    }

    #[test]
    fn a_race_is_practised_for_one_to_three_weeks_before_it() {
        let date: Date = "2027-04-18".parse().unwrap();
        let race = HotRace { date, wbgt: 29.0, hotter: 18.0 };
        let days: Vec<i64> = (0..40).filter(|before| race.practises(&RULES, date + -before)).collect();
        assert_eq!((days.first(), days.last()), (Some(&8), Some(&21)));
        assert!(!HotRace { hotter: 2.0, ..race }.asks_for_practice(&RULES));
        assert!(!HotRace { wbgt: 15.0, ..race }.asks_for_practice(&RULES));
    }

    #[test]
    fn times_are_told_in_fives_on_the_safe_side() {
        assert_eq!([earlier(263), later(263), later(265)].map(clock), ["04:20", "04:25", "04:25"]);
        assert_eq!(clock(-10), "23:50");
    }
}
