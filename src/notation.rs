//! The step notation: a session written as a coach would say it, `3 x (6 min threshold, 90 s jog)`.
//!
//! ```text
//! step    = repeat | rest | stretch
//! repeat  = times "x" ( "(" step { "," step } ")" | step )
//! rest    = time "rest"
//! stretch = amount intensity [ "to" intensity ]
//! amount  = time | distance | "all"            (all: whatever remains of the session)
//! ```

use std::fmt;
use std::ops::Range;

use winnow::LocatingSlice;
use winnow::ascii::digit1;
use winnow::combinator::{alt, delimited, eof, opt, peek, preceded};
use winnow::error::{ErrMode, ParserError};
use winnow::prelude::*;
use winnow::stream::{Location, Stream};
use winnow::token::{one_of, take_while};

use crate::document::At;
use crate::finding::{Args, Finding, Findings, nearest};
use crate::measure::{Distance, Duration};
use crate::session::Intensity;

/// The most repeats of a part.
pub const MOST_TIMES: u32 = 100;

/// How deep repeats may stand inside repeats.
pub const DEEPEST: usize = 4;

/// The longest step and the longest session, in hours.
const MOST_HOURS: f64 = 24.0;

/// The farthest step and the farthest session, in kilometres.
const MOST_KM: f64 = 200.0;

/// The longest text of one step, in bytes.
const LONGEST: usize = 500;

/// The units that an amount may have.
const UNITS: [&str; 7] = ["min", "s", "h", "km", "m", "mi", "yd"];

/// The word for standing still.
const REST: &str = "rest";

/// How much of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// For this long.
    Time(Duration),
    /// This far.
    Distance(Distance),
    /// Whatever remains of the session.
    All,
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => time.fmt(f),
            Self::Distance(distance) => distance.fmt(f),
            Self::All => f.write_str("all"),
        }
    }
}

/// A step as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// `15 min easy`, `20 min easy to steady`.
    Stretch {
        /// How much.
        amount: Amount,
        /// How hard, at first.
        intensity: Intensity,
        /// How hard in the end, where it changes on the way.
        to: Option<Intensity>,
    },
    /// `2 min rest`: standing still.
    Rest {
        /// For how long; always a time.
        amount: Amount,
    },
    /// `3 x (6 min threshold, 90 s jog)`.
    Repeat {
        /// How often, 1 to [`MOST_TIMES`].
        times: u32,
        /// What; never empty.
        steps: Vec<Written>,
    },
}

impl Written {
    /// Seconds and kilometres it asks for, each where it is prescribed.
    fn total(&self) -> (f64, f64) {
        match self {
            Self::Stretch { amount, .. } | Self::Rest { amount } => match amount {
                Amount::Time(time) => (time.minutes() * 60.0, 0.0),
                Amount::Distance(distance) => (0.0, distance.km()),
                Amount::All => (0.0, 0.0),
            },
            Self::Repeat { times, steps } => {
                let (seconds, km) = steps.iter().map(Self::total).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
                (seconds * f64::from(*times), km * f64::from(*times))
            }
        }
    }
}

impl fmt::Display for Written {
    /// As one would write it; reads back to the same step.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stretch { amount, intensity, to } => {
                write!(f, "{amount} {}", intensity.name())?;
                to.map_or(Ok(()), |to| write!(f, " to {}", to.name()))
            }
            Self::Rest { amount } => write!(f, "{amount} {REST}"),
            Self::Repeat { times, steps } => {
                write!(f, "{times} x (")?;
                for (i, step) in steps.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    step.fmt(f)?;
                }
                f.write_str(")")
            }
        }
    }
}

/// What is wrong with a written step, and where in its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrong {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What it is: the code of a finding.
    pub code: &'static str,
    /// What its words are filled with; `near` is the nearest right word, where there is one.
    pub args: Args,
}

impl Wrong {
    fn new(code: &'static str, span: Range<usize>) -> Self {
        Self { span, code, args: Args::new() }
    }

    fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }

    /// With the words that would be right, and the nearest of them.
    fn of(mut self, got: &str, known: Vec<&'static str>) -> Self {
        if let Some(near) = nearest(got, &known) {
            self = self.with("near", near);
        }
        self.with("got", got).with("known", known)
    }

    fn cut(self) -> ErrMode<Self> {
        ErrMode::Cut(self)
    }
}

impl<I: Stream + Location> ParserError<I> for Wrong {
    type Inner = Self;

    fn from_input(input: &I) -> Self {
        let at = input.current_token_start();
        Self::new("step-amount", at..at).with("got", "")
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

type Input<'s> = LocatingSlice<&'s str>;

/// Reads one step.
///
/// # Errors
/// What is wrong, with the bytes where it is.
pub fn parse(text: &str) -> Result<Written, Wrong> {
    if text.len() > LONGEST {
        return Err(Wrong::new("step-too-long", 0..text.len()).with("most", LONGEST));
    }
    if text.trim().is_empty() {
        return Err(Wrong::new("step-empty", 0..text.len()));
    }
    let mut input = LocatingSlice::new(text);
    let written =
        delimited(space, |input: &mut Input<'_>| step(input, 0), space).parse_next(&mut input).map_err(|error| {
            error.into_inner().unwrap_or_else(|_| Wrong::new("step-amount", 0..text.len()).with("got", ""))
        })?;
    if eof::<_, ErrMode<Wrong>>.parse_next(&mut input).is_err() {
        let from = input.current_token_start();
        let rest = text[from..].trim_end();
        return Err(Wrong::new("step-leftover", from..from + rest.len()).with("got", rest));
    }
    let (seconds, km) = written.total();
    if seconds > MOST_HOURS * 3600.0 || km > MOST_KM {
        return Err(Wrong::new("step-total", 0..text.len()).with("hours", MOST_HOURS).with("km", MOST_KM));
    }
    Ok(written)
}

/// What to say of steps that come to more than a day holds, each of which alone does not.
#[must_use]
pub fn too_much<'w>(steps: impl Iterator<Item = &'w Written>) -> Option<Finding> {
    let (seconds, km) = steps.map(Written::total).fold((0.0, 0.0), |sum, step| (sum.0 + step.0, sum.1 + step.1));
    let over = seconds > MOST_HOURS * 3600.0 || km > MOST_KM;
    over.then(|| Finding::error("step-total").with("hours", MOST_HOURS).with("km", MOST_KM))
}

/// Reads one step from a document.
///
/// # Errors
/// One finding, whose place lies inside the string, with a fix where a word is nearly right.
pub fn read(written: &At<String>) -> Result<Written, Findings> {
    parse(&written.value).map_err(|wrong| {
        let inside = written.inside();
        let mut finding = Finding::error(wrong.code);
        // With escapes in the string its bytes are not the text's bytes: then all of it is the place.
        finding = if inside.words() == written.value {
            finding.at(inside.within(wrong.span))
        } else {
            finding.at(written.place.clone())
        };
        finding.args = wrong.args;
        let pair = (finding.args.get("got").cloned(), finding.args.get("near").cloned());
        if let (Some(serde_json::Value::String(got)), Some(serde_json::Value::String(near))) = pair {
            finding = finding.fixed_by(&got, &near);
        }
        finding.into()
    })
}

fn space(input: &mut Input<'_>) -> ModalResult<(), Wrong> {
    take_while(0.., char::is_whitespace).void().parse_next(input)
}

/// The next word: everything up to a space, a bracket or a comma. May be empty.
fn word<'s>(input: &mut Input<'s>) -> ModalResult<(&'s str, Range<usize>), Wrong> {
    take_while(0.., |c: char| !c.is_whitespace() && !matches!(c, '(' | ')' | ',')).with_span().parse_next(input)
}

fn step(input: &mut Input<'_>, depth: usize) -> ModalResult<Written, Wrong> {
    let times = opt((digit1.with_span(), preceded(space, one_of(['x', 'X', '×'])))).parse_next(input)?;
    match times {
        Some(((digits, span), _)) => repeat(input, depth, digits, span),
        None => stretch(input, depth),
    }
}

fn repeat(input: &mut Input<'_>, depth: usize, digits: &str, span: Range<usize>) -> ModalResult<Written, Wrong> {
    let times = digits.parse().ok().filter(|times| (1..=MOST_TIMES).contains(times));
    let Some(times) = times else {
        return Err(Wrong::new("step-times", span).with("got", digits).with("most", MOST_TIMES).cut());
    };
    if depth == DEEPEST {
        return Err(Wrong::new("step-deep", span).with("most", DEEPEST).cut());
    }
    space(input)?;
    if opt('(').parse_next(input)?.is_none() {
        return Ok(Written::Repeat { times, steps: vec![step(input, depth + 1)?] });
    }
    let mut steps = Vec::new();
    loop {
        steps.push(delimited(space, |input: &mut Input<'_>| step(input, depth + 1), space).parse_next(input)?);
        match opt(one_of([',', ')'])).parse_next(input)? {
            Some(',') => {}
            Some(_) => return Ok(Written::Repeat { times, steps }),
            None => {
                let (got, span) = word(input)?;
                let code = if got.is_empty() { "step-open" } else { "step-comma" };
                return Err(Wrong::new(code, span).with("got", got).cut());
            }
        }
    }
}

fn stretch(input: &mut Input<'_>, depth: usize) -> ModalResult<Written, Wrong> {
    let (amount, span) = alt((all, amount)).parse_next(input)?;
    if amount == Amount::All && depth > 0 {
        return Err(Wrong::new("step-all-repeated", span).cut());
    }
    space(input)?;
    let Some(intensity) = intensity(input, &span, true)? else {
        if !matches!(amount, Amount::Time(_)) {
            return Err(Wrong::new("step-rest", span).cut());
        }
        return Ok(Written::Rest { amount });
    };
    let to = opt(preceded((space, "to", peek(one_of(char::is_whitespace))), space)).parse_next(input)?;
    let to = if to.is_some() { intensity_to(input)? } else { None };
    Ok(Written::Stretch { amount, intensity, to })
}

fn intensity_to(input: &mut Input<'_>) -> ModalResult<Option<Intensity>, Wrong> {
    let at = input.current_token_start();
    intensity(input, &(at..at), false)
}

/// An intensity; none for a rest, where one may stand.
fn intensity(input: &mut Input<'_>, amount: &Range<usize>, rest: bool) -> ModalResult<Option<Intensity>, Wrong> {
    let (got, span) = word(input)?;
    let lower = got.to_lowercase();
    if rest && lower == REST {
        return Ok(None);
    }
    if let Some(intensity) = Intensity::ALL.into_iter().find(|intensity| intensity.name() == lower) {
        return Ok(Some(intensity));
    }
    let mut known: Vec<_> = Intensity::ALL.iter().map(|intensity| intensity.name()).collect();
    if rest {
        known.push(REST);
    }
    let span = if got.is_empty() { amount.clone() } else { span };
    Err(Wrong::new("step-intensity", span).of(got, known).cut())
}

fn all(input: &mut Input<'_>) -> ModalResult<(Amount, Range<usize>), Wrong> {
    word.verify(|(word, _)| word.eq_ignore_ascii_case("all")).map(|(_, span)| (Amount::All, span)).parse_next(input)
}

fn amount(input: &mut Input<'_>) -> ModalResult<(Amount, Range<usize>), Wrong> {
    let start = input.current_token_start();
    let number = take_while(0.., |c: char| c.is_ascii_digit() || matches!(c, '.' | ':')).parse_next(input)?;
    if number.is_empty() {
        let (got, span) = word(input)?;
        return Err(Wrong::new("step-amount", span).with("got", got).cut());
    }
    let span = start..start + number.len();
    let amount = if number.contains(':') {
        number
            .parse()
            .map(Amount::Time)
            .map_err(|_| Wrong::new("step-amount", span.clone()).with("got", number).cut())?
    } else {
        space(input)?;
        let (unit, place) = peek(word).parse_next(input)?;
        let lower = unit.to_lowercase();
        let wanted = Intensity::ALL.iter().any(|intensity| intensity.name() == lower) || lower == REST;
        if wanted || unit.is_empty() {
            return Err(Wrong::new("step-unit-missing", span).with("got", number).cut());
        }
        word(input)?;
        let written = format!("{number} {lower}");
        let time = written.parse().map(Amount::Time).ok();
        let read = time.or_else(|| written.parse().map(Amount::Distance).ok());
        match read {
            Some(amount) => amount,
            // A right unit behind a number that is none, or is beyond all bounds.
            None if format!("1 {lower}").parse::<Duration>().is_ok()
                || format!("1 {lower}").parse::<Distance>().is_ok() =>
            {
                return Err(Wrong::new("step-amount", start..place.end).with("got", written).cut());
            }
            None => return Err(Wrong::new("step-unit", place).of(unit, UNITS.to_vec()).cut()),
        }
    };
    let span = start..input.previous_token_end();
    let fits = match amount {
        Amount::Time(time) => time.seconds() >= 1 && time.hours() <= MOST_HOURS,
        Amount::Distance(distance) => distance.metres() >= 1.0 && distance.km() <= MOST_KM,
        Amount::All => true,
    };
    if fits {
        return Ok((amount, span));
    }
    let wrong = Wrong::new("step-size", span).with("got", amount.to_string());
    Err(wrong.with("hours", MOST_HOURS).with("km", MOST_KM).cut())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Place, Text};

    fn time(minutes: f64, intensity: Intensity) -> Written {
        Written::Stretch { amount: Amount::Time(Duration::from_minutes(minutes)), intensity, to: None }
    }

    #[test]
    fn steps_read_as_a_coach_writes_them() {
        let easy = time(15.0, Intensity::Easy);
        assert_eq!(parse("15 min easy"), Ok(easy.clone()));
        assert_eq!(parse("  15min   Easy "), Ok(easy));
        assert_eq!(parse("1:30 jog"), Ok(time(1.5, Intensity::Jog)));
        let blocks =
            Written::Repeat { times: 3, steps: vec![time(6.0, Intensity::Threshold), time(1.5, Intensity::Jog)] };
        assert_eq!(parse("3 x (6 min threshold, 90 s jog)"), Ok(blocks.clone()));
        assert_eq!(parse("3×(6 min threshold,90 s jog)"), Ok(blocks.clone()));
        let rest = Written::Rest { amount: Amount::Time(Duration::from_minutes(2.0)) };
        let sets = Written::Repeat { times: 2, steps: vec![blocks, rest] };
        assert_eq!(parse("2 x (3 x (6 min threshold, 90 s jog), 2 min rest)"), Ok(sets));
        let mile = Amount::Distance("1 mi".parse().unwrap());
        assert_eq!(
            parse("1 mi threshold"),
            Ok(Written::Stretch { amount: mile, intensity: Intensity::Threshold, to: None })
        );
        let drift = Written::Stretch {
            amount: Amount::Time(Duration::from_minutes(20.0)),
            intensity: Intensity::Easy,
            to: Some(Intensity::Steady),
        };
        assert_eq!(parse("20 min easy to steady"), Ok(drift));
        assert_eq!(
            parse("all easy"),
            Ok(Written::Stretch { amount: Amount::All, intensity: Intensity::Easy, to: None })
        );
    }

    #[test]
    fn a_single_step_repeats_without_brackets_and_prints_with_them() {
        assert_eq!(parse("6 x 400 m repetition").unwrap().to_string(), "6 x (400 m repetition)");
    }

    /// Every shape of step over a family of amounts, intensities and repeats.
    fn family() -> Vec<Written> {
        let seconds = [1, 20, 45, 59, 60, 61, 90, 400, 3600, 5400, 86_400];
        let metres = [1.0, 30.5, 60.0, 400.0, 914.4, 1000.0, 1200.0, 1609.344, 2414.016, 5000.0, 21_097.5, 200_000.0];
        let times = seconds.map(|s| Amount::Time(Duration::from_seconds(f64::from(s))));
        let mut amounts: Vec<_> =
            times.into_iter().chain(metres.map(|m| Amount::Distance(Distance::from_metres(m)))).collect();
        amounts.extend((1..200).map(|half| Amount::Distance(Distance::from_metres(f64::from(half) * 804.672))));
        amounts.extend(["880 yd", "0.3 mi", "7.25 km"].map(|far| Amount::Distance(far.parse().unwrap())));
        let mut family = Vec::new();
        for amount in amounts.iter().copied().chain([Amount::All]) {
            for (i, intensity) in Intensity::ALL.into_iter().enumerate() {
                family.push(Written::Stretch { amount, intensity, to: None });
                family.push(Written::Stretch { amount, intensity, to: Some(Intensity::ALL[(i + 3) % 11]) });
            }
            if matches!(amount, Amount::Time(_)) {
                family.push(Written::Rest { amount });
            }
        }
        let short = |written: &&Written| {
            let (seconds, km) = written.total();
            seconds + km > 0.0 && seconds <= 120.0 && km <= 2.0
        };
        let mut inner: Vec<Written> = family.iter().filter(short).cloned().collect();
        for times in [1, 2, 7, 100] {
            let level: Vec<Written> = inner
                .chunks(3)
                .map(|steps| Written::Repeat { times, steps: steps.to_vec() })
                .filter(|written| written.total().0 <= 86_400.0 && written.total().1 <= 200.0)
                .collect();
            family.extend(level.iter().cloned());
            inner = level.into_iter().filter(|w| w.to_string().len() < LONGEST / 4).collect();
        }
        family
    }

    #[test]
    fn what_is_printed_reads_back_the_same() {
        let family = family();
        assert!(family.len() > 1000, "{}", family.len());
        assert!(
            family
                .iter()
                .any(|w| matches!(w, Written::Repeat { steps, .. } if matches!(steps[0], Written::Repeat { .. })))
        );
        for written in family {
            let printed = written.to_string();
            assert_eq!(parse(&printed), Ok(written), "{printed}");
            assert!(!printed.contains("99999") && !printed.contains("00000 mi"), "{printed}");
        }
    }

    /// The code and the words that a caret points at.
    fn wrong(text: &str) -> (&'static str, &str) {
        let wrong = parse(text).expect_err(text);
        (wrong.code, &text[wrong.span])
    }

    #[test]
    fn carets_point_at_the_word_that_is_wrong() {
        assert_eq!(wrong(""), ("step-empty", ""));
        assert_eq!(wrong("   "), ("step-empty", "   "));
        assert_eq!(wrong("15 min tresholt"), ("step-intensity", "tresholt"));
        assert_eq!(wrong("15 min"), ("step-intensity", "15 min"));
        assert_eq!(wrong("20 min easy to stedy"), ("step-intensity", "stedy"));
        assert_eq!(wrong("20 min easy to rest"), ("step-intensity", "rest"));
        assert_eq!(wrong("20 min easy to "), ("step-intensity", ""));
        assert_eq!(wrong("15 easy"), ("step-unit-missing", "15"));
        assert_eq!(wrong("15"), ("step-unit-missing", "15"));
        assert_eq!(wrong("15 mim easy"), ("step-unit", "mim"));
        assert_eq!(wrong("easy"), ("step-amount", "easy"));
        assert_eq!(wrong("-15 min easy"), ("step-amount", "-15"));
        assert_eq!(wrong("1.2.3 km easy"), ("step-amount", "1.2.3 km"));
        assert_eq!(wrong("1:75 jog"), ("step-amount", "1:75"));
        assert_eq!(wrong("0 x (1 min easy)"), ("step-times", "0"));
        assert_eq!(wrong("101 x (1 min easy)"), ("step-times", "101"));
        assert_eq!(wrong("99999999999 x (1 min easy)"), ("step-times", "99999999999"));
        assert_eq!(wrong("2 x (2 x (2 x (2 x (3 x (1 min easy)))))"), ("step-deep", "3"));
        assert_eq!(wrong("0 min easy"), ("step-size", "0 min"));
        assert_eq!(wrong("25 h easy"), ("step-size", "25 h"));
        assert_eq!(wrong("300 km easy"), ("step-size", "300 km"));
        assert_eq!(wrong("99999999 km easy"), ("step-amount", "99999999 km"));
        assert_eq!(wrong("100 x (1 h easy)"), ("step-total", "100 x (1 h easy)"));
        assert_eq!(wrong("3 x (6 min threshold, 90 s jog"), ("step-open", ""));
        assert_eq!(wrong("3 x (6 min threshold 90 s jog)"), ("step-comma", "90"));
        assert_eq!(wrong("3 x ()"), ("step-amount", ""));
        assert_eq!(wrong("3 x"), ("step-amount", ""));
        assert_eq!(wrong("15 min easy, 5 min jog"), ("step-leftover", ", 5 min jog"));
        assert_eq!(wrong("3 x (1 min easy))"), ("step-leftover", ")"));
        assert_eq!(wrong("3 x (all easy)"), ("step-all-repeated", "all"));
        assert_eq!(wrong("400 m rest"), ("step-rest", "400 m"));
        assert_eq!(wrong("all rest"), ("step-rest", "all"));
    }

    #[test]
    fn hostile_text_is_refused_without_harm() {
        let deep = "9 x (".repeat(5000);
        assert_eq!(parse(&deep).unwrap_err().code, "step-too-long");
        for text in [
            "9 x (9 x (9 x (",
            "٣ min easy",
            "15\u{a0}min\u{a0}éasy",
            "((((",
            "1 x x x x",
            "\u{0}",
            "7 ×",
            "🏃 easy",
            "15 m\u{301}in easy",
        ] {
            let wrong = parse(text).unwrap_err();
            assert!(text.get(wrong.span.clone()).is_some(), "{text}: {:?}", wrong.span);
        }
    }

    #[test]
    fn a_finding_points_inside_the_string_and_offers_the_word() {
        let text = Text::new("t.toml", "steps = [\"15 min tresholt\", \"15 \\u006din eazy\"]\n");
        let table = crate::document::parse(&text).unwrap();
        let crate::document::Content::List(items) = &table.get("steps").unwrap().value else { panic!() };
        let at = |i: usize| {
            let crate::document::Content::Text(value) = &items[i].value else { panic!() };
            At { value: value.clone(), place: items[i].place.clone() }
        };
        let finding = read(&at(0)).unwrap_err().0.remove(0);
        let place = finding.place.unwrap();
        assert_eq!((place.line(), place.column(), place.words()), (1, 18, "tresholt"));
        let fix = finding.fix.unwrap();
        assert_eq!((fix.place, fix.text.as_str()), (Place::new(&text, 17..25), "threshold"));
        let escaped = read(&at(1)).unwrap_err().0.remove(0);
        assert_eq!(escaped.place.as_ref().unwrap().words(), "\"15 \\u006din eazy\"");
        assert_eq!(escaped.fix.unwrap().text, "\"15 \\u006din easy\"");
    }
}
