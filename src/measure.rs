//! Measures: numbers that wear their unit in the type.
//!
//! Each reads itself from the text a coach would write (`"8 km"`, `"5:30 /km"`, `"10 %"`), prints itself
//! the same way, and goes through serde as a plain number in one fixed unit (metres, seconds, a share of one).

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Metres in an international mile.
pub const METRES_PER_MILE: f64 = 1609.344;

/// What a text was expected to say, with an example of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The kind of measure, as a message key: `distance`, `duration`, `pace`, `share`; in requests `clock` and `goal` too.
    pub kind: &'static str,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected a {}", self.kind)
    }
}

impl std::error::Error for Expected {}

/// The unit of length in which a plan is written and rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Units {
    /// Kilometres.
    #[default]
    Km,
    /// International miles.
    Mi,
}

impl Units {
    /// The unit's symbol.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Km => "km",
            Self::Mi => "mi",
        }
    }

    /// One whole unit.
    #[must_use]
    pub fn one(self) -> Distance {
        match self {
            Self::Km => Distance(1_000_000),
            Self::Mi => Distance(1_609_344),
        }
    }

    /// Half a unit: the step to which sessions are rounded.
    #[must_use]
    pub fn half(self) -> Distance {
        Distance(self.one().0 / 2)
    }

    /// A distance as a reader of these units would write it: `8 km`, `31.5 km`, `5 mi`.
    #[must_use]
    pub fn distance(self, distance: Distance) -> String {
        format!("{} {}", self.number(distance), self.symbol())
    }

    /// The number of [`Units::distance`] alone, with at most one decimal.
    #[must_use]
    pub fn number(self, distance: Distance) -> String {
        let tenths = (distance.0 as f64 / self.one().0 as f64 * 10.0).round() as i64;
        if tenths % 10 == 0 { format!("{}", tenths / 10) } else { format!("{}.{}", tenths / 10, (tenths % 10).abs()) }
    }

    /// A temperature, given in degrees Celsius, in the units that go with these: `18 °C`, `64 °F`.
    #[must_use]
    pub fn temperature(self, celsius: f64) -> String {
        match self {
            Self::Km => format!("{} °C", celsius.round() as i64),
            Self::Mi => format!("{} °F", (celsius * 1.8 + 32.0).round() as i64),
        }
    }

    /// A climb in the units that go with these, told to fifty metres or a hundred feet: `850 m`, `2800 ft`.
    #[must_use]
    pub fn climb(self, climb: Distance) -> String {
        let to = |amount: f64, step: f64| ((amount / step).round() * step) as i64;
        match self {
            Self::Km => format!("{} m", to(climb.metres(), 50.0)),
            Self::Mi => format!("{} ft", to(climb.metres() / 0.3048, 100.0)),
        }
    }

    /// A pace in these units: `5:30 /km`.
    #[must_use]
    pub fn pace(self, pace: Pace) -> String {
        format!("{} /{}", self.pace_number(pace), self.symbol())
    }

    /// The number of [`Units::pace`] alone: `5:30`.
    #[must_use]
    pub fn pace_number(self, pace: Pace) -> String {
        clock((pace.0 * self.one().metres() / 1000.0).round() as i64)
    }
}

/// Minutes and seconds, or hours too: `5:30`, `1:55:00`.
fn clock(seconds: i64) -> String {
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if h > 0 { format!("{h}:{m:02}:{s:02}") } else { format!("{m}:{s:02}") }
}

/// The most millimetres or seconds that a measure holds: as far as the sun, and so little that thousands of
/// them add up without a surprise. What no runner means, and a plan as data may still say, stops here.
const MOST: f64 = 1.5e14;

/// A length, exact to the millimetre, so that half miles add up too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Distance(i64);

impl Distance {
    /// No distance.
    pub const ZERO: Self = Self(0);

    /// From metres, rounded to the millimetre.
    #[must_use]
    pub fn from_metres(metres: f64) -> Self {
        Self((metres * 1000.0).round().clamp(-MOST, MOST) as i64)
    }

    /// From kilometres.
    #[must_use]
    pub fn from_km(km: f64) -> Self {
        Self::from_metres(km * 1000.0)
    }

    /// In metres.
    #[must_use]
    pub fn metres(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// In kilometres.
    #[must_use]
    pub fn km(self) -> f64 {
        self.metres() / 1000.0
    }

    /// A part or multiple of it.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self((self.0 as f64 * factor).round() as i64)
    }

    /// Rounded down to whole steps, forgiving the last tenth of a per mille so that 44.9999 is 45.
    #[must_use]
    pub fn floor_to(self, step: Self) -> Self {
        Self((self.0 + step.0 / 2000) / step.0 * step.0)
    }

    /// Rounded up to whole steps.
    #[must_use]
    pub fn ceil_to(self, step: Self) -> Self {
        Self((self.0 - step.0 / 2000 + step.0 - 1).max(0) / step.0 * step.0)
    }

    /// Rounded to the nearest whole step.
    #[must_use]
    pub fn round_to(self, step: Self) -> Self {
        Self((self.0 + step.0 / 2) / step.0 * step.0)
    }

    /// How many whole steps it holds.
    #[must_use]
    pub fn steps_of(self, step: Self) -> i64 {
        self.0 / step.0
    }

    /// This distance as a share of another; 0 of nothing is 0.
    #[must_use]
    pub fn over(self, other: Self) -> f64 {
        if other.0 == 0 { 0.0 } else { self.0 as f64 / other.0 as f64 }
    }

    /// The time it takes at a pace.
    #[must_use]
    pub fn at(self, pace: Pace) -> Duration {
        Duration::from_seconds(self.km() * pace.0)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add for Distance {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl Sub for Distance {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl AddAssign for Distance {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
impl SubAssign for Distance {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}
impl Sum for Distance {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.map(|d| d.0).sum())
    }
}

impl FromStr for Distance {
    type Err = Expected;
    /// Reads `8 km`, `400 m`, `5 mi`, `880 yd`.
    fn from_str(text: &str) -> Result<Self, Expected> {
        let wrong = Expected { kind: "distance" };
        let (number, unit) = number_and_unit(text).ok_or(wrong.clone())?;
        let metres = match unit {
            "km" => 1000.0,
            "m" => 1.0,
            "mi" | "mile" | "miles" => METRES_PER_MILE,
            "yd" => 0.9144,
            _ => return Err(wrong),
        };
        within(number * metres, 10_000_000.0).map(Self::from_metres).ok_or(wrong)
    }
}

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 % 1_000_000 == 0 || self.0 >= 1_000_000 && self.0 % 100_000 == 0 {
            write!(f, "{} km", self.km())
        } else if self.0 % 804_672 == 0 {
            write!(f, "{} mi", (self.0 / 804_672) as f64 / 2.0)
        } else {
            write!(f, "{} m", self.metres())
        }
    }
}

impl Serialize for Distance {
    /// As metres; a whole number where it is one.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 { to.serialize_i64(self.0 / 1000) } else { to.serialize_f64(self.metres()) }
    }
}

impl<'de> Deserialize<'de> for Distance {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let metres = f64::deserialize(from)?;
        within(metres, 10_000_000.0)
            .map(Self::from_metres)
            .ok_or_else(|| serde::de::Error::custom("a distance in metres lies between 0 and 10000000"))
    }
}

/// A length of time, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(i64);

impl Duration {
    /// No time.
    pub const ZERO: Self = Self(0);

    /// From seconds, rounded to whole ones.
    #[must_use]
    pub fn from_seconds(seconds: f64) -> Self {
        Self(seconds.round().clamp(-MOST, MOST) as i64)
    }

    /// From minutes.
    #[must_use]
    pub fn from_minutes(minutes: f64) -> Self {
        Self::from_seconds(minutes * 60.0)
    }

    /// In seconds.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// In minutes.
    #[must_use]
    pub fn minutes(self) -> f64 {
        self.0 as f64 / 60.0
    }

    /// In hours.
    #[must_use]
    pub fn hours(self) -> f64 {
        self.0 as f64 / 3600.0
    }

    /// A part or multiple of it.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self((self.0 as f64 * factor).round() as i64)
    }

    /// How far one gets in it at a pace.
    #[must_use]
    pub fn at(self, pace: Pace) -> Distance {
        Distance::from_metres(self.0 as f64 / pace.0 * 1000.0)
    }

    /// As a race clock shows it: `52:30`, `1:55:00`.
    #[must_use]
    pub fn clock(self) -> String {
        clock(self.0)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add for Duration {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl Sub for Duration {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl AddAssign for Duration {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
impl Sum for Duration {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.map(|d| d.0).sum())
    }
}

impl FromStr for Duration {
    type Err = Expected;
    /// Reads `90 min`, `45 s`, `48 h`, and race clocks `52:30`, `1:55:00`.
    fn from_str(text: &str) -> Result<Self, Expected> {
        let wrong = Expected { kind: "duration" };
        let seconds = if text.contains(':') {
            clock_seconds(text).ok_or(wrong.clone())?
        } else {
            let (number, unit) = number_and_unit(text).ok_or(wrong.clone())?;
            number
                * match unit {
                    "s" | "sec" => 1.0,
                    "min" => 60.0,
                    "h" => 3600.0,
                    _ => return Err(wrong),
                }
        };
        within(seconds, 10_000_000.0).map(Self::from_seconds).ok_or(wrong)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 % 60 == 0 { write!(f, "{} min", self.0 / 60) } else { write!(f, "{} s", self.0) }
    }
}

impl Serialize for Duration {
    /// As seconds.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(from)?;
        within(seconds, 10_000_000.0)
            .map(Self::from_seconds)
            .ok_or_else(|| serde::de::Error::custom("a duration in seconds lies between 0 and 10000000"))
    }
}

/// Seconds for a kilometre. A smaller pace is faster.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Pace(f64);

impl Pace {
    /// From seconds a kilometre.
    #[must_use]
    pub fn from_seconds_per_km(seconds: f64) -> Self {
        Self(seconds)
    }

    /// In seconds a kilometre.
    #[must_use]
    pub fn seconds_per_km(self) -> f64 {
        self.0
    }

    /// The pace slowed by a share: 0.05 is five per cent slower.
    #[must_use]
    pub fn slowed(self, by: Share) -> Self {
        Self(self.0 * (1.0 + by.0))
    }
}

impl FromStr for Pace {
    type Err = Expected;
    /// Reads `5:30 /km` and `8:50 /mi`.
    fn from_str(text: &str) -> Result<Self, Expected> {
        let wrong = Expected { kind: "pace" };
        let (time, unit) = text.split_once('/').ok_or(wrong.clone())?;
        let seconds = clock_seconds(time.trim()).filter(|s| *s > 0.0).ok_or(wrong.clone())?;
        match unit.trim() {
            "km" => Ok(Self(seconds)),
            "mi" => Ok(Self(seconds / METRES_PER_MILE * 1000.0)),
            _ => Err(wrong),
        }
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Units::Km.pace(*self))
    }
}

impl Serialize for Pace {
    /// As seconds a kilometre, to a tenth.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        serialize_tenths(self.0, to)
    }
}

impl<'de> Deserialize<'de> for Pace {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        f64::deserialize(from).map(Self)
    }
}

/// A number to a tenth, whole where it is whole.
///
/// # Errors
/// What the serializer says.
pub fn serialize_tenths<S: Serializer>(value: f64, to: S) -> Result<S::Ok, S::Error> {
    let tenths = (value * 10.0).round();
    if tenths % 10.0 == 0.0 { to.serialize_i64((tenths / 10.0) as i64) } else { to.serialize_f64(tenths / 10.0) }
}

/// A part of a whole: `10 %` is 0.1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Share(f64);

impl Share {
    /// The whole.
    pub const WHOLE: Self = Self(1.0);

    /// From a fraction of one.
    #[must_use]
    pub fn from_fraction(fraction: f64) -> Self {
        Self(fraction)
    }

    /// As a fraction of one.
    #[must_use]
    pub fn fraction(self) -> f64 {
        self.0
    }
}

impl FromStr for Share {
    type Err = Expected;
    /// Reads `72 %` and `72%`.
    fn from_str(text: &str) -> Result<Self, Expected> {
        let wrong = Expected { kind: "share" };
        let number = text.trim().strip_suffix('%').ok_or(wrong.clone())?.trim();
        let number: f64 = plain_number(number).ok_or(wrong.clone())?;
        within(number / 100.0, 100.0).map(Self).ok_or(wrong)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", (self.0 * 1000.0).round() / 10.0)
    }
}

impl Serialize for Share {
    /// As a fraction of one, to a tenth of a per mille.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64((self.0 * 10_000.0).round() / 10_000.0)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        f64::deserialize(from).map(Self)
    }
}

/// A plain decimal number: digits and at most one point, nothing exotic like `1e9` or `inf`.
fn plain_number(text: &str) -> Option<f64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    plain.then(|| text.parse().ok()).flatten()
}

fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    Some((plain_number(&text[..end])?, text[end..].trim_start()))
}

/// `5:30` or `1:55:00` in seconds; minutes and seconds after the first part stay under sixty.
fn clock_seconds(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.trim().split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    let mut total = 0.0;
    for (i, part) in parts.iter().enumerate() {
        let digits = !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
        let number: f64 = digits.then(|| part.parse().ok()).flatten()?;
        if i > 0 && (number >= 60.0 || part.len() != 2) {
            return None;
        }
        total = total * 60.0 + number;
    }
    Some(total)
}

fn within(number: f64, most: f64) -> Option<f64> {
    (number.is_finite() && (0.0..=most).contains(&number)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_read_what_a_coach_writes() {
        assert_eq!("8 km".parse(), Ok(Distance::from_km(8.0)));
        assert_eq!("5 mi".parse(), Ok(Distance::from_metres(8046.72)));
        assert_eq!("880yd".parse(), Ok(Distance::from_metres(804.672)));
        assert_eq!("90 min".parse(), Ok(Duration::from_minutes(90.0)));
        assert_eq!("1:55:00".parse(), Ok(Duration::from_seconds(6900.0)));
        assert_eq!("5:30 /km".parse(), Ok(Pace::from_seconds_per_km(330.0)));
        assert_eq!("7.5 %".parse(), Ok(Share::from_fraction(0.075)));
    }

    #[test]
    fn measures_refuse_what_is_not_one() {
        for wrong in ["8", "km", "", "-3 km", "8 kg", "1e9 km", "inf km", "nan km", "99999999 km"] {
            assert!(wrong.parse::<Distance>().is_err(), "{wrong}");
        }
        for wrong in ["90", "1:75", "1:5", ":30", "1:2:3:4"] {
            assert!(wrong.parse::<Duration>().is_err(), "{wrong}");
        }
        for wrong in ["5:30", "0:00 /km", "5:30 /m", "330 s/km"] {
            assert!(wrong.parse::<Pace>().is_err(), "{wrong}");
        }
        for wrong in ["72", "% 72", "abc %", "20000 %"] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn half_miles_add_up_exactly() {
        let half = Units::Mi.half();
        assert_eq!((0..7).map(|_| half).sum::<Distance>(), Distance::from_metres(7.0 * 804.672));
        assert_eq!(Units::Mi.distance(half + half), "1 mi");
    }

    #[test]
    fn rounding_down_keeps_what_is_whole_already() {
        let step = Units::Km.half();
        assert_eq!(Distance::from_km(44.999_99).floor_to(step), Distance::from_km(45.0));
        assert_eq!(Distance::from_km(44.9).floor_to(step), Distance::from_km(44.5));
        assert_eq!(Distance::from_km(44.1).ceil_to(step), Distance::from_km(44.5));
        assert_eq!(Distance::from_km(44.0).ceil_to(step), Distance::from_km(44.0));
    }
}
