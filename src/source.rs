//! The texts we read, and places in them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::shipped;

/// A text with the name under which a reader knows it.
#[derive(Debug, Clone)]
pub struct Text {
    /// The file's path as the reader knows it: `rules/heat.toml`, `sara.toml`, `--set`.
    pub name: String,
    /// All of it.
    pub body: Cow<'static, str>,
    /// The same, taken apart when the program was built.
    pub pressed: Option<&'static [u8]>,
    /// How many lines stand before it, where it is a part of a larger text.
    before: usize,
    /// Where its lines begin, counted where it is first asked.
    lines: OnceLock<Vec<usize>>,
}

// Whether its lines were counted already makes no text another.
impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.body, self.before) == (&other.name, &other.body, other.before)
    }
}

impl Eq for Text {}

impl Text {
    /// A shared text: places in it keep it alive.
    #[must_use]
    pub fn new(name: impl Into<String>, body: impl Into<String>) -> Arc<Self> {
        Self::part(name, body, 1)
    }

    /// A text that travels inside the program; its name is its path from the root of the project.
    #[must_use]
    pub fn shipped(path: impl Into<String>, body: Cow<'static, str>) -> Arc<Self> {
        let name = path.into();
        let pressed = shipped::pressed(&name);
        Arc::new(Self { name, body, pressed, before: 0, lines: OnceLock::new() })
    }

    /// A part of a larger text, whose first line has this number, counted from 1.
    #[must_use]
    pub fn part(name: impl Into<String>, body: impl Into<String>, line: usize) -> Arc<Self> {
        let (name, body, before) = (name.into(), Cow::Owned(body.into()), line.saturating_sub(1));
        Arc::new(Self { name, body, pressed: None, before, lines: OnceLock::new() })
    }

    /// Line of a byte, counted from 1.
    #[must_use]
    pub fn line(&self, byte: usize) -> usize {
        let begins = || {
            let ends = self.body.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect::<Vec<usize>>()
        };
        self.before + self.lines.get_or_init(begins).partition_point(|begin| *begin <= byte.min(self.body.len()))
    }

    /// Column of a byte, counted in characters from 1.
    #[must_use]
    pub fn column(&self, byte: usize) -> usize {
        let byte = byte.min(self.body.len());
        let start = self.body.as_bytes()[..byte].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        String::from_utf8_lossy(&self.body.as_bytes()[start..byte]).chars().count() + 1
    }
}

/// Some bytes of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The text.
    pub text: Arc<Text>,
    /// Its bytes.
    pub span: Range<usize>,
}

impl Place {
    /// A place in a text.
    #[must_use]
    pub fn new(text: &Arc<Text>, span: Range<usize>) -> Self {
        Self { text: Arc::clone(text), span }
    }

    /// Whether its text travels inside the program, where tests have looked at every word of it.
    #[must_use]
    pub fn is_shipped(&self) -> bool {
        self.text.pressed.is_some()
    }

    /// Line of its first byte, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.text.line(self.span.start)
    }

    /// Column of its first byte, counted in characters from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.text.column(self.span.start)
    }

    /// What stands there.
    #[must_use]
    pub fn words(&self) -> &str {
        self.text.body.get(self.span.clone()).unwrap_or("")
    }

    /// A part of it: bytes counted from its start, for a caret inside a quoted string.
    #[must_use]
    pub fn within(&self, span: Range<usize>) -> Self {
        let end = self.span.end;
        let start = (self.span.start + span.start).min(end);
        Self { text: Arc::clone(&self.text), span: start..(self.span.start + span.end).clamp(start, end) }
    }
}
