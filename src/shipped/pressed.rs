//! Pressed texts: TOML taken apart, each key and value with its place, and small enough to travel inside the program. Our
//! own rules and words are pressed while the program is built, so that nobody waits for them to be read.
//!
//! This file is a part of `build.rs` too, and so uses nothing of the house.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::de::{DeTable, DeValue};

/// Bytes of a text.
pub type Span = Range<u32>;

/// Keys and values, in the order in which they were written.
#[derive(Debug, Serialize, Deserialize)]
pub struct Table<'t> {
    /// Where the table stands.
    pub span: Span,
    /// Its keys and values.
    #[serde(borrow)]
    pub entries: Vec<(Key<'t>, Value<'t>)>,
}

/// A key.
#[derive(Debug, Serialize, Deserialize)]
pub struct Key<'t> {
    /// What it says; none where that is what stands there.
    pub name: Option<&'t str>,
    /// Where it stands.
    pub span: Span,
}

/// A value.
#[derive(Debug, Serialize, Deserialize)]
pub struct Value<'t> {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    #[serde(borrow)]
    pub kind: Kind<'t>,
}

/// What a value is.
#[derive(Debug, Serialize, Deserialize)]
pub enum Kind<'t> {
    /// A string that says what stands between its quotes.
    Quoted,
    /// Any other string.
    Text(&'t str),
    /// A whole number.
    Integer(i64),
    /// A number with a point; never `nan` nor `inf`.
    Float(f64),
    /// Yes or no.
    Boolean(bool),
    /// Year, month and day, whether or not there is such a day.
    Date(u16, u8, u8),
    /// Several values.
    #[serde(borrow)]
    List(Vec<Value<'t>>),
    /// Keys and values.
    #[serde(borrow)]
    Table(Table<'t>),
    /// Something TOML has and we have no use for: a time, `nan`, a number too large.
    Other,
}

/// A span as it is pressed: texts are small.
fn small(span: &Range<usize>) -> Span {
    span.start as u32..span.end as u32
}

/// A table of a text, as the TOML reader has it.
#[must_use]
pub fn table<'t>(body: &str, table: &'t DeTable<'_>, span: &Range<usize>) -> Table<'t> {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, held)| {
            let name: &str = key.get_ref();
            let stands = body.get(key.span()) == Some(name);
            let key = Key { name: (!stands).then_some(name), span: small(&key.span()) };
            (key, value(body, held.get_ref(), &held.span()))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    Table { span: small(span), entries }
}

fn value<'t>(body: &str, value: &'t DeValue<'_>, span: &Range<usize>) -> Value<'t> {
    let kind = match value {
        DeValue::String(text) => match body.get(span.clone()) {
            // A string without quotes stands in the place of a day that does not exist.
            Some(written) if !written.starts_with(['"', '\'']) => Kind::Other,
            Some(written) if written.get(1..written.len() - 1) == Some(text) => Kind::Quoted,
            _ => Kind::Text(text),
        },
        DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix()).map_or(Kind::Other, Kind::Integer),
        DeValue::Float(f) => match f.as_str().parse::<f64>() {
            Ok(number) if number.is_finite() => Kind::Float(number),
            _ => Kind::Other,
        },
        DeValue::Boolean(b) => Kind::Boolean(*b),
        DeValue::Datetime(moment) => match (moment.date, moment.time) {
            (Some(day), None) => Kind::Date(day.year, day.month, day.day),
            _ => Kind::Other,
        },
        DeValue::Array(list) => {
            Kind::List(list.iter().map(|item| self::value(body, item.get_ref(), &item.span())).collect())
        }
        DeValue::Table(held) => Kind::Table(table(body, held, span)),
    };
    Value { span: small(span), kind }
}

/// All pressed texts, each under its path, by path; the phrases of every language; and the fingerprint of the rules.
#[derive(Debug, Serialize, Deserialize)]
pub struct Shelf<'t> {
    /// Path from the root of the project, and the text, pressed.
    #[serde(borrow)]
    pub texts: Vec<(&'t str, &'t [u8])>,
    /// Language, and its phrases, pressed.
    #[serde(borrow)]
    pub phrases: Vec<(&'t str, &'t [u8])>,
    /// The fingerprint of the built-in rules.
    pub digest: &'t str,
}

/// The phrases of a table by their whole keys, by key; what is no text is none.
#[must_use]
pub fn phrases<'t>(table: &'t DeTable<'_>) -> BTreeMap<String, &'t str> {
    let mut found = BTreeMap::new();
    for (key, held) in table {
        match held.get_ref() {
            DeValue::String(text) => drop(found.insert(key.get_ref().to_string(), text.as_ref())),
            DeValue::Table(inner) => {
                found
                    .extend(phrases(inner).into_iter().map(|(rest, text)| (format!("{}.{rest}", key.get_ref()), text)));
            }
            _ => {}
        }
    }
    found
}

/// Whether a file under `rules/` is one of the built-in rules; worked examples of packs and words of other languages are not.
#[must_use]
pub fn is_built_in(path: &str) -> bool {
    !path.starts_with("packs/") && !path.starts_with("lang/")
}

/// The fingerprint of texts and their paths.
#[must_use]
pub fn digest<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> String {
    let mut digest = Sha256::new();
    for (path, body) in texts {
        for part in [path.as_bytes(), &[0], body.as_bytes(), &[0]] {
            digest.update(part);
        }
    }
    digest.finalize().iter().fold("sha256:".to_owned(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes all");
        hex
    })
}
