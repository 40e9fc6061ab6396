//! The weather of each week, and what the body is used to.

use std::collections::BTreeMap;

use super::phases::Slot;
use crate::calendar::{Date, PartOfDay};
use crate::climate::{Normals, Weather, weather, weather_at};
use crate::measure::Duration;
use crate::request::{self, Request};
use crate::rulebook::Rulebook;
use crate::rulebook::words::{Facts, word};

/// How far back the body remembers the weather, in days: eight weeks.
const REMEMBERS: i64 = 56;

/// The usual weather of a week at the usual hour.
#[derive(Debug, Clone)]
pub struct WeekWeather {
    /// The weather in the middle of the week.
    pub weather: Weather,
    /// The band of its WBGT.
    pub band: &'static str,
    /// Temperature plus dew point, in degrees Fahrenheit.
    pub sum: f64,
    /// WBGT over the mean of the last eight weeks.
    pub excess: f64,
    /// Whether the runner is used to heat.
    pub acclimatised: bool,
    /// The hour at which it was read.
    pub hour: PartOfDay,
    /// Where.
    pub climate: String,
}

impl WeekWeather {
    /// Tells the words that rules may ask of the heat.
    pub fn tell(&self, facts: &mut Facts) {
        facts.text(word::HEAT_BAND, self.band);
        facts.number(word::HEAT_WBGT, Some(self.weather.wbgt_c));
        facts.number(word::HEAT_TEMPERATURE, Some(self.weather.temperature_c));
        facts.number(word::HEAT_DEW_POINT, Some(self.weather.dew_point_c));
        facts.number(word::HEAT_SUM, Some(self.sum));
        facts.number(word::HEAT_EXCESS, Some(self.excess));
        facts.yes(word::HEAT_ACCLIMATISED, self.acclimatised);
    }
}

/// The sum that slow-down is told from: temperature plus dew point, in degrees Fahrenheit.
fn sum(weather: &Weather) -> f64 {
    let fahrenheit = |c: f64| c * 9.0 / 5.0 + 32.0;
    ((fahrenheit(weather.temperature_c) + fahrenheit(weather.dew_point_c)) * 10.0).round() / 10.0
}

/// What tells the weather of a day.
struct Sky<'a> {
    book: &'a Rulebook,
    request: &'a Request,
    home: &'a str,
}

impl Sky<'_> {
    fn place(&self, date: Date) -> &str {
        self.request
            .life
            .iter()
            .find(|life| life.climate.is_some() && (life.from.value..=life.to.value).contains(&date))
            .and_then(|life| life.climate.as_ref())
            .map_or(self.home, |at| at.value.as_str())
    }

    fn hour(&self, place: &str) -> PartOfDay {
        match self.request.home.run_at.as_ref().map(|at| at.value) {
            Some(request::Hour::Part(hour)) => hour,
            _ => self.book.climates.get(place).map_or(PartOfDay::Morning, |climate| climate.run_at),
        }
    }

    fn weather(&self, date: Date) -> Option<Weather> {
        let place = self.place(date);
        let normals = self.normals(place)?;
        let without_sun = self.book.bands.without_sun;
        Some(match self.request.home.run_at.as_ref().map(|at| at.value) {
            Some(request::Hour::Clock(clock)) => weather_at(normals, date, i32::from(clock.minutes()), without_sun),
            _ => weather(normals, date, self.hour(place), &self.book.hours, without_sun),
        })
    }

    fn normals(&self, place: &str) -> Option<&Normals> {
        self.book.climates.get(place).map(|climate| &climate.normals)
    }
}

/// The usual weather of a place on one day, for somebody who lives there; none where the place is not known.
#[must_use]
pub fn resident(book: &Rulebook, climate: &str, date: Date) -> Option<WeekWeather> {
    let place = book.climates.get(climate)?;
    let weather = weather(&place.normals, date, place.run_at, &book.hours, book.bands.without_sun);
    Some(WeekWeather {
        band: book.bands.band(weather.wbgt_c),
        sum: sum(&weather),
        excess: 0.0,
        acclimatised: book.acclimatisation.resident >= book.acclimatisation.enough,
        hour: place.run_at,
        climate: climate.to_owned(),
        weather,
    })
}

/// The weather of every week; none without a place. `runs` and `minutes` are what the runner does in a usual week.
#[must_use]
pub fn of_weeks(
    book: &Rulebook,
    request: &Request,
    slots: &[Slot],
    runs: f64,
    run: Duration,
) -> Vec<Option<WeekWeather>> {
    let (Some(home), Some(first), Some(last)) = (&request.home.climate, slots.first(), slots.last()) else {
        return vec![None; slots.len()];
    };
    let sky = Sky { book, request, home: &home.value };
    let rules = &book.acclimatisation;
    let mut used_to = rules.resident;
    let mut days: BTreeMap<Date, (Weather, f64)> = BTreeMap::new();
    let mut date = first.start + -REMEMBERS;
    while date <= last.end() {
        let Some(weather) = sky.weather(date) else { return vec![None; slots.len()] };
        if date >= first.start {
            // A week's runs spread evenly over its days: the state a coach would expect, whichever days they are.
            let exposed = if weather.wbgt_c >= rules.from_wbgt && run >= rules.counts_from {
                (runs / 7.0).min(1.0) * (run.minutes() / 60.0).min(1.0)
            } else {
                0.0
            };
            used_to += (1.0 - used_to) * rules.gain * exposed - used_to * rules.fade * (1.0 - exposed);
        }
        days.insert(date, (weather, used_to));
        date = date + 1;
    }
    slots
        .iter()
        .map(|slot| {
            let middle = slot.start + 3;
            let (weather, _) = *days.get(&middle)?;
            let (_, used_to) = days.get(&slot.start)?;
            let before = days.range(slot.start + -REMEMBERS..slot.start);
            let known: Vec<f64> = before.map(|(_, (w, _))| w.wbgt_c).collect();
            #[allow(clippy::cast_precision_loss)]
            let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
            let place = sky.place(middle).to_owned();
            Some(WeekWeather {
                band: book.bands.band(weather.wbgt_c),
                sum: sum(&weather),
                excess: ((weather.wbgt_c - mean) * 10.0).round() / 10.0,
                acclimatised: *used_to >= rules.enough,
                hour: sky.hour(&place),
                climate: place,
                weather,
            })
        })
        .collect()
}
