//! The page: a plan placed into templates, as Markdown or as one self-contained HTML file.
//!
//! Everything is made from a [`Plan`] alone, also one that came back from JSON and was edited by a person. Templates
//! place words and do not compute: what they get is prepared in [`view`] and said in `templates/README.md`.

mod chart;
mod filters;
mod folder;
mod html;
mod markdown;
#[cfg(test)]
pub(crate) mod sample;
mod view;

use std::collections::BTreeMap;
use std::error::Error as _;
use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, escape_formatter};

use crate::finding::{Finding, Findings};
use crate::measure::Units;
use crate::phrasebook::Phrasebook;
use crate::plan::Plan;
use crate::shipped;
use crate::source::{Place, Text};

/// The comment by which our own pages are known again; it stands on their first line.
pub const MARK: &str = "<!-- stepback.plan/1 -->";

/// The most bytes a page may take.
pub const LONGEST_PAGE: usize = 20 * 1024 * 1024;

/// The most work a page may take: instructions of the template engine, roughly.
const FUEL: u64 = 50_000_000;

/// Whether stepback wrote this page: its first line carries [`MARK`].
#[must_use]
pub fn is_ours(page: &str) -> bool {
    page.lines().next().is_some_and(|line| line.contains(MARK))
}

/// The paper a page is laid out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 210 by 297 millimetres.
    #[default]
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

impl Paper {
    /// The word for it in CSS and on the command line, `a4` or `letter`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::Letter => "letter",
        }
    }
}

/// How a page is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Page {
    /// The units to show; none for the plan's own.
    pub units: Option<Units>,
    /// The paper to print on.
    pub paper: Paper,
}

/// The templates, ready to be filled.
#[derive(Debug)]
pub struct Templates {
    phrasebook: Arc<Phrasebook>,
    sources: Arc<BTreeMap<String, Arc<Text>>>,
    in_km: OnceLock<Environment<'static>>,
    in_mi: OnceLock<Environment<'static>>,
}

impl Templates {
    /// The templates that travel inside the program, with the words of a phrasebook.
    #[must_use]
    pub fn shipped(phrasebook: Arc<Phrasebook>) -> Self {
        Self::new(phrasebook, Self::shipped_sources())
    }

    /// The shipped templates, any of them overridden by the file of the same name in a folder.
    ///
    /// # Errors
    /// A finding for each file that cannot be read, lies outside the folder, is longer than 1 MiB or is no template.
    pub fn with_folder(folder: &Path, phrasebook: Arc<Phrasebook>) -> Result<Self, Findings> {
        let mut sources = Self::shipped_sources();
        let own = folder::read(folder)?;
        sources.extend(own.clone());
        let templates = Self::new(phrasebook, sources);
        let mut findings = Findings::new();
        for name in own.keys() {
            if let Err(error) = templates.environment(Units::Km).get_template(name) {
                findings.push(templates.finding(&error));
            }
        }
        findings.unless_stopped(templates).map(|(templates, _)| templates)
    }

    /// The plan as Markdown.
    ///
    /// # Errors
    /// A finding where a template fails, or the page grows past [`LONGEST_PAGE`].
    pub fn markdown(&self, plan: &Plan, page: &Page) -> Result<String, Finding> {
        Ok(markdown::page(&self.render("plan.md.j2", plan, page)?))
    }

    /// The plan as one self-contained HTML file.
    ///
    /// # Errors
    /// A finding where a template fails, or the page grows past [`LONGEST_PAGE`].
    pub fn html(&self, plan: &Plan, page: &Page) -> Result<String, Finding> {
        Ok(html::page(&self.render("plan.html.j2", plan, page)?))
    }

    fn new(phrasebook: Arc<Phrasebook>, sources: BTreeMap<String, Arc<Text>>) -> Self {
        Self { phrasebook, sources: Arc::new(sources), in_km: OnceLock::new(), in_mi: OnceLock::new() }
    }

    fn shipped_sources() -> BTreeMap<String, Arc<Text>> {
        [".j2", ".css"]
            .iter()
            .flat_map(|ending| shipped::files(&shipped::TEMPLATES, ending))
            .map(|(name, body)| (name.clone(), Text::new(format!("templates/{name}"), body)))
            .collect()
    }

    fn environment(&self, units: Units) -> &Environment<'static> {
        let cell = match units {
            Units::Km => &self.in_km,
            Units::Mi => &self.in_mi,
        };
        cell.get_or_init(|| {
            let mut env = Environment::new();
            let sources = Arc::clone(&self.sources);
            env.set_loader(move |name| Ok(sources.get(name).map(|text| text.body.clone())));
            env.set_undefined_behavior(UndefinedBehavior::Strict);
            env.set_fuel(Some(FUEL));
            env.set_syntax(
                SyntaxConfig::builder()
                    .trim_blocks(true)
                    .lstrip_blocks(true)
                    .build()
                    .expect("the delimiters are the usual ones"),
            );
            env.set_auto_escape_callback(escaping);
            env.set_formatter(print);
            filters::add(&mut env, units, &self.phrasebook);
            env
        })
    }

    fn render(&self, name: &str, plan: &Plan, page: &Page) -> Result<String, Finding> {
        let units = page.units.unwrap_or(plan.units);
        let view = Value::from(Serde(view::View::new(plan, units, page.paper, &self.phrasebook)));
        let mut out = Limited { bytes: Vec::new(), full: false };
        let rendered = self
            .environment(units)
            .get_template(name)
            .and_then(|template| template.render_captured_to(view, &mut out).map(|_| ()));
        match rendered {
            Ok(()) => Ok(String::from_utf8(out.bytes).expect("templates write whole strings")),
            Err(_) if out.full => Err(too_big()),
            Err(error) => Err(self.finding(&error)),
        }
    }

    /// What went wrong in a template, at its line.
    fn finding(&self, error: &minijinja::Error) -> Finding {
        // The engine wraps an error of a partial in one that only says `include`; the innermost one knows the line.
        let mut inner = error;
        while let Some(next) = inner.source().and_then(|source| source.downcast_ref::<minijinja::Error>()) {
            inner = next;
        }
        if inner.kind() == ErrorKind::OutOfFuel {
            return too_big();
        }
        let name = inner.name().unwrap_or_default();
        let mut finding = match inner.source().and_then(|source| source.downcast_ref::<filters::NoWords>()) {
            Some(filters::NoWords(key)) => Finding::error("template-words").with("key", key.as_str()),
            None => {
                let what = inner.detail().map_or_else(|| inner.kind().to_string(), str::to_owned);
                Finding::error("template").with("what", what)
            }
        };
        finding = finding.with("name", name);
        match self.sources.get(name) {
            Some(text) => finding.at(Place::new(text, line_span(&text.body, inner.line().unwrap_or(1)))),
            None => finding,
        }
    }
}

fn too_big() -> Finding {
    Finding::error("page-too-big").with("most", LONGEST_PAGE / 1024 / 1024)
}

/// The bytes of a line, counted from 1, without the blanks around it.
fn line_span(body: &str, line: usize) -> std::ops::Range<usize> {
    let start: usize = body.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let text = body[start..].lines().next().unwrap_or_default();
    let start = start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

/// How values of a template are escaped, by the template's name.
fn escaping(name: &str) -> AutoEscape {
    let name = name.strip_suffix(".j2").unwrap_or(name);
    match name.rsplit('.').next() {
        Some("html" | "svg") => AutoEscape::Html,
        Some("md") => AutoEscape::Custom(markdown::ESCAPE.into()),
        _ => AutoEscape::None,
    }
}

/// Prints a value: as typed, whatever it holds. An absent value is an error, so that no page ever says `None`.
fn print(
    out: &mut minijinja::Output<'_>,
    state: &mut minijinja::State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    if value.is_none() || value.is_undefined() {
        return Err(minijinja::Error::from(ErrorKind::UndefinedError));
    }
    if value.is_safe() || value.is_number() {
        return escape_formatter_raw(out, value);
    }
    let text = value.to_str().unwrap_or_else(|| value.to_string().into());
    match state.auto_escape() {
        AutoEscape::Html => out.write_str(&html::escape(&text))?,
        AutoEscape::Custom(name) if name == markdown::ESCAPE => out.write_str(&markdown::escape(&text))?,
        AutoEscape::None => out.write_str(&text)?,
        _ => return escape_formatter(out, state, value),
    }
    Ok(())
}

fn escape_formatter_raw(out: &mut minijinja::Output<'_>, value: &Value) -> Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) => out.write_str(text)?,
        None => write!(out, "{value}")?,
    }
    Ok(())
}

/// A writer that takes [`LONGEST_PAGE`] bytes and no more.
struct Limited {
    bytes: Vec<u8>,
    full: bool,
}

impl io::Write for Limited {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + more.len() > LONGEST_PAGE {
            self.full = true;
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Arc<Phrasebook> {
        Arc::new(Phrasebook::shipped("en").unwrap())
    }

    fn shipped() -> Templates {
        Templates::shipped(book())
    }

    /// With `STEPBACK_LOOK=DIR`, the sample is left there to be looked at.
    #[test]
    fn the_sample_prints_in_both_formats() {
        let plan = sample::plan();
        let html = shipped().html(&plan, &Page::default()).unwrap_or_else(|f| panic!("{f:?}"));
        let md = shipped().markdown(&plan, &Page::default()).unwrap_or_else(|f| panic!("{f:?}"));
        if let Some(folder) = std::env::var_os("STEPBACK_LOOK") {
            std::fs::write(Path::new(&folder).join("sample.html"), &html).unwrap();
            std::fs::write(Path::new(&folder).join("sample.md"), &md).unwrap();
        }
        for week in &plan.weeks {
            assert!(html.contains(&format!("id=\"week-{}\"", week.number)));
            assert!(md.contains(&format!("### Week {}:", week.number)));
        }
    }
}
