//! A text of lines, each a request in JSON.

use std::io::{BufRead as _, Read as _};
use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Entry, LONGEST, Source, name_in};
use crate::document::{At, Content, Node, Table};
use crate::finding::{Finding, Findings};
use crate::source::{Place, Text};

/// How deep objects and lists may be nested.
const DEEPEST: usize = 16;

/// The requests of a text of lines, one by one. Every line is one, an empty one too, so that each answer finds its question.
pub struct Lines {
    name: String,
    source: Source,
    number: usize,
}

impl Lines {
    /// The lines of a source, which a reader knows by this name.
    #[must_use]
    pub fn new(name: &str, source: Source) -> Self {
        Self { name: name.to_owned(), source, number: 0 }
    }

    /// The next line without its end, at most [`LONGEST`] bytes of it; and whether that is all of it.
    fn next_line(&mut self) -> std::io::Result<Option<(Vec<u8>, bool)>> {
        let mut line = Vec::new();
        let mut source = self.source.as_mut().take(LONGEST as u64 + 1);
        if source.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let whole = line.len() <= LONGEST || line.ends_with(b"\n");
        if !whole {
            // The rest of the line is passed over, a piece at a time.
            loop {
                let piece = self.source.fill_buf()?;
                let end = piece.iter().position(|byte| *byte == b'\n');
                let used = end.map_or(piece.len(), |at| at + 1);
                self.source.consume(used);
                if end.is_some() || used == 0 {
                    break;
                }
            }
        }
        while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            line.pop();
        }
        Ok(Some((line, whole)))
    }
}

impl Iterator for Lines {
    type Item = std::io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        let (line, whole) = match self.next_line() {
            Ok(Some(line)) => line,
            Ok(None) => return None,
            Err(error) => return Some(Err(error)),
        };
        self.number += 1;
        let number = self.number;
        let broken = |text: Arc<Text>, finding: Finding| {
            let finding = finding.at(Place::new(&text, 0..0));
            Entry { number, id: None, name: String::new(), text, table: Err(finding.into()) }
        };
        let part = |body: &str| Text::part(&self.name, body, number);
        if !whole {
            return Some(Ok(broken(part(""), Finding::error("row-too-long").with("most", LONGEST / 1024))));
        }
        let Ok(body) = String::from_utf8(line) else {
            return Some(Ok(broken(part(""), Finding::error("row-not-text"))));
        };
        let text = part(body.strip_prefix('\u{feff}').unwrap_or(&body));
        if text.body.trim().is_empty() {
            return Some(Ok(broken(text, Finding::error("line-empty"))));
        }
        let mut id = None;
        let table = tree(&text).map(|mut table| {
            if let Some(at) = table.entries.iter().position(|(key, _)| key.value == "id") {
                let (_, node) = table.entries.remove(at);
                id = match node.value {
                    Content::Text(id) => Some(id),
                    Content::Integer(id) => Some(id.to_string()),
                    _ => None,
                };
            }
            table
        });
        let name = table.as_ref().ok().and_then(name_in).unwrap_or_default();
        Some(Ok(Entry { number, id, name, text, table: table.map_err(Findings::from) }))
    }
}

/// A line taken apart.
#[expect(clippy::result_large_err, reason = "a finding is made once, where the line ends")]
fn tree(text: &Arc<Text>) -> Result<Table, Finding> {
    let whole: &RawValue = serde_json::from_str(&text.body).map_err(|error| not_json(text, 0, &error))?;
    let node = node(text, whole, 0)?;
    let place = node.place.clone();
    match node.value {
        Content::Table(table) => Ok(table),
        _ => Err(Finding::error("line-no-object").at(place)),
    }
}

/// The keys and values of an object, in their order, not yet taken apart.
struct Object<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Object<'t> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }
        from.deserialize_map(Entries)
    }
}

/// A value with its place in the line. What is null was not said.
#[expect(clippy::result_large_err, reason = "a finding is made once, where the line ends")]
fn node(text: &Arc<Text>, raw: &RawValue, depth: usize) -> Result<Node, Finding> {
    let span = span(text, raw.get());
    let start = span.start;
    let place = Place::new(text, span);
    if depth > DEEPEST {
        return Err(Finding::error("nested-too-deep").with("most", DEEPEST).at(place));
    }
    let wrong = |error: serde_json::Error| not_json(text, start, &error);
    let value = match raw.get().as_bytes().first() {
        Some(b'{') => {
            let Object(entries) = serde_json::from_str(raw.get()).map_err(wrong)?;
            let mut table = Table { entries: Vec::new(), place: place.clone() };
            for (key, raw) in entries {
                if table.get(&key).is_some() {
                    return Err(Finding::error("key-twice")
                        .with("key", key)
                        .at(Place::new(text, self::span(text, raw.get()))));
                }
                if raw.get() != "null" {
                    let value = node(text, raw, depth + 1)?;
                    table.entries.push((At { value: key, place: value.place.clone() }, value));
                }
            }
            Content::Table(table)
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(wrong)?;
            Content::List(items.into_iter().map(|raw| node(text, raw, depth + 1)).collect::<Result<_, _>>()?)
        }
        Some(b'"') => Content::Text(serde_json::from_str(raw.get()).map_err(wrong)?),
        Some(b't' | b'f') => Content::Boolean(raw.get() == "true"),
        _ => match (raw.get().parse::<i64>(), raw.get().parse::<f64>()) {
            (Ok(number), _) => Content::Integer(number),
            (_, Ok(number)) if number.is_finite() => Content::Float(number),
            _ => Content::Other,
        },
    };
    Ok(At { value, place })
}

/// Where a piece of the line stands in it.
fn span(text: &Arc<Text>, piece: &str) -> Range<usize> {
    let start = (piece.as_ptr() as usize).saturating_sub(text.body.as_ptr() as usize).min(text.body.len());
    start..(start + piece.len()).min(text.body.len())
}

fn not_json(text: &Arc<Text>, start: usize, error: &serde_json::Error) -> Finding {
    let what = error.to_string();
    let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what).to_owned();
    let mut at = (start + error.column().saturating_sub(1)).min(text.body.len());
    while !text.body.is_char_boundary(at) {
        at -= 1;
    }
    let end = at + text.body[at..].chars().next().map_or(0, char::len_utf8);
    Finding::error("line-not-json").with("what", what).at(Place::new(text, at..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(body: &[u8]) -> Vec<Entry> {
        Lines::new("t.ndjson", Box::new(std::io::Cursor::new(body.to_vec()))).map(Result::unwrap).collect()
    }

    #[test]
    fn every_line_is_a_request_or_says_why_not() {
        let body = b"{\"id\": 7, \"runner\": {\"name\": \"Sa\\u0072a\", \"age\": 41, \"weekly\": null}}\n\n[1]\n{\"a\": tru}\n\xff\n{\"a\":1,\"a\":2}\r\n{}";
        let read = lines(body);
        let codes: Vec<_> =
            read.iter().map(|entry| entry.table.as_ref().err().map(|findings| findings.0[0].code.as_str())).collect();
        let expected = [
            None,
            Some("line-empty"),
            Some("line-no-object"),
            Some("line-not-json"),
            Some("row-not-text"),
            Some("key-twice"),
            None,
        ];
        assert_eq!(codes, expected);
        assert_eq!((read[0].id.as_deref(), read[0].name.as_str()), (Some("7"), "Sara"));
        let Content::Table(runner) = &read[0].table.as_ref().unwrap().get("runner").unwrap().value else { panic!() };
        assert_eq!(runner.get("age").unwrap().place.words(), "41");
        assert!(runner.get("weekly").is_none(), "null is not said");
        let broken = read[3].table.as_ref().unwrap_err().0[0].place.clone().unwrap();
        assert_eq!((broken.line(), broken.text.name.as_str()), (4, "t.ndjson"));
    }

    #[test]
    fn lines_without_end_and_nesting_without_bottom_are_refused() {
        let mut body = vec![b'x'; LONGEST * 3];
        body.extend(b"\n{}\n");
        body.extend("[".repeat(5000).bytes());
        body.extend("]".repeat(5000).bytes());
        let read = lines(&body);
        let code = |at: usize| read[at].table.as_ref().unwrap_err().0[0].code.clone();
        assert_eq!(read.len(), 3);
        assert_eq!(code(0), "row-too-long");
        assert!(read[1].table.is_ok(), "the line after it is read");
        assert_eq!(code(2), "nested-too-deep");
    }
}
