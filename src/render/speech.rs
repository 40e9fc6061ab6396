//! The words of a page for files that carry a plan elsewhere: a calendar, a watch, a training log.

use std::sync::Arc;

use super::filters::Words;
use super::view::session_view;
use crate::args;
use crate::finding::Args;
use crate::measure::{Distance, Duration, Units};
use crate::phrasebook::Phrasebook;
use crate::plan::{Plan, Week};
use crate::session::Session;

/// A session in words, as its row on the page has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Its name; what it is and how much where it has none.
    pub title: String,
    /// What to do, in one line; may be empty.
    pub detail: String,
    /// What is prescribed, a distance or a time; may be empty.
    pub amount: String,
    /// A pace or an effort; may be empty.
    pub target: String,
    /// When and where, and what to bear in mind.
    pub extras: Vec<String>,
}

/// Speaks of a plan in the reader's units.
#[derive(Debug)]
pub struct Speech<'p> {
    plan: &'p Plan,
    book: Arc<Phrasebook>,
    words: Words,
}

impl<'p> Speech<'p> {
    /// Of this plan, in these units; in its own where there are none. It is spoken in the plan's language, and in that of
    /// the words at hand where there are none for it.
    #[must_use]
    pub fn new(plan: &'p Plan, units: Option<Units>, book: &Arc<Phrasebook>) -> Self {
        let book = book.other(&plan.language).unwrap_or_else(|| Arc::clone(book));
        Self { plan, words: Words::new(&book, units.unwrap_or(plan.units)), book }
    }

    /// The reader's units.
    #[must_use]
    pub fn units(&self) -> Units {
        self.words.units
    }

    /// A session.
    #[must_use]
    pub fn session(&self, session: &Session) -> Spoken {
        let view = session_view(self.plan, session, &self.words);
        let title = match view.title.trim() {
            "" => format!("{} {}", self.kind(session), view.amount).trim().to_owned(),
            title => title.to_owned(),
        };
        Spoken { title, detail: view.detail, amount: view.amount, target: view.target, extras: view.extras }
    }

    /// What kind of session it is: `long run`.
    #[must_use]
    pub fn kind(&self, session: &Session) -> String {
        self.book.word(&format!("session-kind.{}", session.kind.name()))
    }

    /// A week in one line: its number, its phase, its kind and its headline.
    #[must_use]
    pub fn week(&self, week: &Week) -> String {
        let args = args! {
            "week" => week.number, "phase" => self.words.name("phase", week.phase.name()),
            "kind" => self.words.name("kind", week.kind.name()), "headline" => self.sentence(&week.headline),
        };
        self.book.say("export.week", &args)
    }

    /// A sentence of the plan, its distances and paces in the reader's units.
    #[must_use]
    pub fn sentence(&self, text: &str) -> String {
        self.words.in_units(text, self.plan.units)
    }

    /// A label of the page.
    #[must_use]
    pub fn label(&self, key: &str) -> String {
        self.words.say(key, &Args::new())
    }

    /// Words of the table `export`, filled with facts.
    #[must_use]
    pub fn say(&self, key: &str, args: &Args) -> String {
        self.book.say(&format!("export.{key}"), args)
    }

    /// `8 km`.
    #[must_use]
    pub fn distance(&self, distance: Distance) -> String {
        self.words.distance(distance)
    }

    /// `44 min`.
    #[must_use]
    pub fn minutes(&self, time: Duration) -> String {
        self.words.minutes(time)
    }
}
