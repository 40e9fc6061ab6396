//! What travels inside the program: the rules, the templates, the words.

use std::sync::OnceLock;

use self::pressed::Shelf;

pub mod pressed;

// Every text under `rules/` and `templates/`: its path from the root of the project and what it says, by path.
include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// Where the rules stand.
pub const RULES: &str = "rules/";

/// Where the templates and words stand.
pub const TEMPLATES: &str = "templates/";

/// The TOML of both, taken apart by `build.rs`.
fn shelf() -> &'static Shelf<'static> {
    static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/shelf"));
    static SHELF: OnceLock<Shelf<'static>> = OnceLock::new();
    SHELF.get_or_init(|| postcard::from_bytes(BYTES).expect("the build has written it"))
}

/// What stands under a path in a table that is by path.
fn held<'t, T>(table: &'t [(&'static str, T)], path: &str) -> Option<&'t T> {
    table.binary_search_by_key(&path, |(known, _)| known).ok().map(|at| &table[at].1)
}

/// The fingerprint of the built-in rules.
#[must_use]
pub fn digest() -> &'static str {
    shelf().digest
}

/// A shipped text, pressed, by its path from the root of the project: `rules/heat.toml`. None where it could not be read.
#[must_use]
pub fn pressed(path: &str) -> Option<&'static [u8]> {
    held(&shelf().texts, path).copied()
}

/// The phrases of a language by their whole keys, by key; none where nobody has written any.
#[must_use]
pub fn phrases(language: &str) -> Option<Vec<(&'static str, &'static str)>> {
    let pressed = held(&shelf().phrases, language)?;
    Some(postcard::from_bytes(pressed).expect("the build has written it"))
}

/// The languages that have phrases.
pub fn languages() -> impl Iterator<Item = &'static str> {
    shelf().phrases.iter().map(|(language, _)| *language)
}

/// A shipped text by its path from the root of the project.
#[must_use]
pub fn text(path: &str) -> Option<&'static str> {
    held(TEXTS, path).copied()
}

/// Every text under [`RULES`] or [`TEMPLATES`] whose name ends in this way: its path in there and what it says, by path.
pub fn files(folder: &'static str, ending: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    TEXTS.iter().filter_map(move |(path, text)| {
        let inside = path.strip_prefix(folder)?;
        inside.ends_with(ending).then_some((inside, *text))
    })
}
