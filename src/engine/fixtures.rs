//! What the tests of these rooms share: the rules as they are shipped, and requests as they are typed.

use std::sync::LazyLock;

use crate::request::{Ids, Request, read};
use crate::rulebook::Rulebook;
use crate::rulebook::layers::{Ledger, Settled};
use crate::rulebook::settings::Stage;
use crate::rulebook::words::Facts;
use crate::source::Text;

/// The rules as they are shipped.
pub(super) fn book() -> &'static Rulebook {
    static BOOK: LazyLock<Rulebook> =
        LazyLock::new(|| Rulebook::read(&[]).unwrap_or_else(|findings| panic!("{findings}")).0);
    &BOOK
}

/// A request, read with those rules.
pub(super) fn request(text: &str) -> Request {
    let book = book();
    let ids = Ids {
        levels: book.levels.keys().map(String::as_str).collect(),
        races: book.races.keys().map(String::as_str).collect(),
        climates: book.climates.keys().map(String::as_str).collect(),
        workouts: book.workouts.keys().map(String::as_str).collect(),
    };
    read(&Text::new("request.toml", text), &ids).unwrap_or_else(|findings| panic!("{findings}\n{text}")).0
}

/// What the rules settle for an intermediate runner and a race, before anything else is known.
pub(super) fn settled(race: Option<&str>) -> Settled {
    let force = book().in_force("intermediate", race, None, &[]);
    force.settle(Stage::Season, &Facts::new(), &[], &mut Ledger::blank())
}
