//! The interview: one question after the other, each answer looked at before the next is asked.

use std::io;
use std::str::FromStr;

use dialoguer::theme::ColorfulTheme;
use dialoguer::{Completion, Confirm, Input, MultiSelect, Select};

use super::super::{Desk, UnitsWord};
use super::Answers;
use crate::args;
use crate::calendar::{Date, PartOfDay, Weekday};
use crate::finding::{Args, nearest};
use crate::measure::{Distance, Duration, Units};
use crate::request::Goal;
use crate::rulebook::Rulebook;

/// Who asks, and what they know.
pub(super) struct Interview<'a> {
    pub(super) desk: &'a Desk,
    pub(super) book: &'a Rulebook,
    pub(super) today: Date,
}

/// Looks at an answer: gives it back as it will be written, or what is wrong with it.
type Look<'l> = &'l dyn Fn(&str) -> Result<String, String>;

impl Interview<'_> {
    /// Asks whatever no flag has answered.
    pub(super) fn all(&mut self, answers: &mut Answers) -> io::Result<()> {
        if answers.units.is_none() {
            let mi = self.choose("units", &args! {}, &[Units::Km.symbol(), Units::Mi.symbol()], 0)? == 1;
            answers.units = Some(if mi { UnitsWord::Mi } else { UnitsWord::Km });
        }
        if answers.name.is_none() {
            answers.name = self.ask("name", &args! {}, None, &as_typed)?;
        }
        self.amounts(answers)?;
        if answers.age.is_none() {
            let known = |text: &str| self.whole(text, 5..=100);
            answers.age = self.ask("age", &args! {}, None, &known)?.and_then(|age| age.parse().ok());
        }
        self.race(answers)?;
        self.recent(answers)?;
        self.days(answers)?;
        self.place(answers)?;
        if answers.start.is_none() {
            let monday = (self.today.week_start(Weekday::Mon) + 7).to_string();
            let known = |text: &str| self.read::<Date>(text, "date");
            answers.start = self.ask("start", &args! {}, Some(monday), &known)?.and_then(|date| date.parse().ok());
        }
        Ok(())
    }

    /// Asks again what most often stands in the way of a season; `false` where nobody wants to.
    pub(super) fn again(&mut self, answers: &mut Answers) -> io::Result<bool> {
        let theme = ColorfulTheme::default();
        let once_more = Confirm::with_theme(&theme).with_prompt(self.word("again", &args! {})).default(true);
        if !plain(once_more.interact())? {
            return Ok(false);
        }
        (answers.race, answers.date, answers.goal, answers.weeks) = (None, None, None, None);
        (answers.weekly, answers.longest, answers.level) = (None, None, None);
        self.amounts(answers)?;
        self.race(answers)?;
        Ok(true)
    }

    fn amounts(&self, answers: &mut Answers) -> io::Result<()> {
        let units = answers.units();
        let known = |text: &str| self.distance(text, units);
        if answers.weekly.is_none() && answers.level.is_none() {
            let example = if units == Units::Mi { "24 mi" } else { "38 km" };
            while answers.weekly.is_none() {
                answers.weekly = self.ask("weekly", &args! { "example" => example }, None, &known)?;
            }
        }
        let runs = answers.weekly.as_ref().is_none_or(|weekly| weekly.parse() != Ok(Distance::ZERO));
        if answers.longest.is_none() && runs {
            answers.longest = self.ask("longest", &args! {}, None, &known)?;
        }
        Ok(())
    }

    fn race(&self, answers: &mut Answers) -> io::Result<()> {
        if answers.race.is_none() && answers.weeks.is_none() {
            let mut races: Vec<_> = self.book.races.iter().collect();
            races.sort_by_key(|(_, kind)| kind.distance);
            let none = self.word("no-race", &args! {});
            let titles: Vec<&str> = races.iter().map(|(_, kind)| kind.title.as_str()).chain([none.as_str()]).collect();
            let usual = races.iter().position(|(id, _)| *id == "10k").unwrap_or(0);
            answers.race = races.get(self.choose("race", &args! {}, &titles, usual)?).map(|(id, _)| (*id).clone());
        }
        if answers.race.is_none() {
            if answers.weeks.is_none() {
                let known = |text: &str| self.whole(text, 1..=104);
                let weeks = self.ask("weeks", &args! {}, Some("26".to_owned()), &known)?;
                answers.weeks = weeks.and_then(|weeks| weeks.parse().ok());
            }
            return Ok(());
        }
        let example = args! { "example" => (self.today + 140).to_string() };
        while answers.date.is_none() {
            let ahead = |text: &str| {
                let date = self.read::<Date>(text, "date")?;
                if date.parse::<Date>().is_ok_and(|date| date <= self.today) {
                    return Err(self.word("wrong-past", &args! {}));
                }
                Ok(date)
            };
            answers.date = self.ask("date", &example, None, &ahead)?.and_then(|date| date.parse().ok());
        }
        if answers.race_name.is_none() {
            answers.race_name = self.ask("race-name", &args! {}, None, &as_typed)?;
        }
        if answers.goal.is_none() {
            let known = |text: &str| self.read::<Goal>(text, "goal");
            answers.goal = self.ask("goal", &args! { "example" => "1:55:00" }, None, &known)?;
        }
        Ok(())
    }

    fn recent(&self, answers: &mut Answers) -> io::Result<()> {
        if answers.recent_race.is_some() {
            return Ok(());
        }
        let mut races: Vec<_> = self.book.races.iter().collect();
        races.sort_by_key(|(_, kind)| kind.distance);
        let none = self.word("no-recent", &args! {});
        let titles: Vec<&str> =
            std::iter::once(none.as_str()).chain(races.iter().map(|(_, kind)| kind.title.as_str())).collect();
        let Some(at) = self.choose("recent-race", &args! {}, &titles, 0)?.checked_sub(1) else { return Ok(()) };
        let known = |text: &str| self.read::<Duration>(text, "duration");
        answers.recent_time = self.ask("recent-time", &args! { "example" => "52:30" }, None, &known)?;
        answers.recent_race = answers.recent_time.is_some().then(|| races[at].0.clone());
        Ok(())
    }

    fn days(&self, answers: &mut Answers) -> io::Result<()> {
        let days = Weekday::ALL;
        if answers.days.is_empty() {
            let titles = days.map(|day| self.desk.phrases.word(&format!("page.weekday.{}", day.name())));
            let usual = days.map(|day| matches!(day, Weekday::Tue | Weekday::Thu | Weekday::Sat | Weekday::Sun));
            while answers.days.is_empty() {
                let theme = ColorfulTheme::default();
                let question = MultiSelect::with_theme(&theme).with_prompt(self.word("days", &args! {}));
                let chosen = plain(question.items(&titles).defaults(&usual).interact())?;
                answers.days = chosen.into_iter().map(|at| days[at].name().to_owned()).collect();
                if answers.days.is_empty() {
                    self.desk.remark("new.days-none", &args! {});
                }
            }
        }
        if answers.long_run.is_none() {
            let free: Vec<&str> = answers.days.iter().map(String::as_str).collect();
            let titles: Vec<String> = free
                .iter()
                .filter_map(|day| self.desk.phrases.maybe(&format!("page.weekday.{day}"), &args! {}))
                .collect();
            if titles.len() == free.len() {
                let usual = free.iter().position(|day| ["sat", "sun"].contains(day)).unwrap_or(free.len() - 1);
                let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
                answers.long_run = Some(free[self.choose("long-run", &args! {}, &titles, usual)?].to_owned());
            }
        }
        Ok(())
    }

    fn place(&self, answers: &mut Answers) -> io::Result<()> {
        if answers.climate.is_none() {
            let known = |text: &str| self.id(text, self.book.climates.keys().map(String::as_str));
            answers.climate = self.ask("climate", &args! { "example" => "dubai" }, None, &known)?;
        }
        let Some(climate) = answers.climate.clone() else { return Ok(()) };
        if answers.run_at.is_none() {
            let titles = PartOfDay::ALL.map(|part| self.desk.phrases.word(&format!("hour.{}", part.name())));
            let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
            let there = self.book.climates.get(&climate).map(|climate| climate.run_at);
            let usual = PartOfDay::ALL.iter().position(|part| Some(*part) == there).unwrap_or(0);
            answers.run_at = Some(PartOfDay::ALL[self.choose("run-at", &args! {}, &titles, usual)?].name().to_owned());
        }
        if !answers.treadmill {
            let theme = ColorfulTheme::default();
            let question = Confirm::with_theme(&theme).with_prompt(self.word("treadmill", &args! {})).default(false);
            answers.treadmill = plain(question.interact())?;
        }
        Ok(())
    }

    // ---- how a question is put ----

    fn word(&self, key: &str, facts: &Args) -> String {
        self.desk.phrases.say(&format!("new.{key}"), facts)
    }

    /// An answer in words; nothing typed is no answer.
    fn ask(&self, key: &str, facts: &Args, usual: Option<String>, look: Look<'_>) -> io::Result<Option<String>> {
        let theme = ColorfulTheme::default();
        let cities = Cities(self.book);
        let mut question = Input::<String>::with_theme(&theme)
            .with_prompt(self.word(key, facts))
            .allow_empty(true)
            .validate_with(|text: &String| if text.trim().is_empty() { Ok(()) } else { look(text).map(|_| ()) });
        if key == "climate" {
            question = question.completion_with(&cities);
        }
        if let Some(usual) = usual {
            question = question.default(usual);
        }
        let typed = plain(question.interact_text())?;
        Ok(Some(typed).filter(|text| !text.trim().is_empty()).and_then(|text| look(&text).ok()))
    }

    /// Which of several.
    fn choose(&self, key: &str, facts: &Args, titles: &[&str], usual: usize) -> io::Result<usize> {
        let theme = ColorfulTheme::default();
        plain(Select::with_theme(&theme).with_prompt(self.word(key, facts)).items(titles).default(usual).interact())
    }

    // ---- how an answer is looked at ----

    fn wrong(&self, kind: &str) -> String {
        let kind = self.word(&format!("kind.{kind}"), &args! {});
        self.word("wrong", &args! { "kind" => kind })
    }

    fn read<T: FromStr>(&self, text: &str, kind: &str) -> Result<String, String> {
        let text = text.trim();
        text.parse::<T>().map(|_| text.to_owned()).map_err(|_| self.wrong(kind))
    }

    /// A distance; a bare number is meant in the units of the plan.
    fn distance(&self, text: &str, units: Units) -> Result<String, String> {
        let text = text.trim();
        let text = if text.parse::<f64>().is_ok() { format!("{text} {}", units.symbol()) } else { text.to_owned() };
        self.read::<Distance>(&text, "distance")
    }

    fn whole(&self, text: &str, bounds: std::ops::RangeInclusive<u32>) -> Result<String, String> {
        let number = text.trim().parse::<u32>().ok().filter(|number| bounds.contains(number));
        number.map(|number| number.to_string()).ok_or_else(|| self.wrong("integer"))
    }

    fn id<'b>(&self, text: &str, known: impl Iterator<Item = &'b str>) -> Result<String, String> {
        let known: Vec<&str> = known.collect();
        let id = text.trim().to_lowercase().replace([' ', '_'], "-");
        if known.contains(&id.as_str()) {
            return Ok(id);
        }
        Err(self.word("wrong-id", &args! { "near" => nearest(&id, &known) }))
    }
}

/// Words, without blanks around them.
#[expect(clippy::unnecessary_wraps, reason = "every look at an answer has this shape")]
fn as_typed(text: &str) -> Result<String, String> {
    Ok(text.trim().to_owned())
}

/// What the terminal refused.
fn plain<T>(answer: Result<T, dialoguer::Error>) -> io::Result<T> {
    answer.map_err(|dialoguer::Error::IO(error)| error)
}

/// Completes the name of a place.
struct Cities<'b>(&'b Rulebook);

impl Completion for Cities<'_> {
    fn get(&self, input: &str) -> Option<String> {
        let begun = input.trim().to_lowercase().replace([' ', '_'], "-");
        self.0.climates.keys().find(|id| !begun.is_empty() && id.starts_with(&begun)).cloned()
    }
}
