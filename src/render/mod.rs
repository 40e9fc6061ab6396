//! The page: a plan placed into templates, as Markdown or as one self-contained HTML file.
//!
//! Everything is made from a [`Plan`] alone, also one that came back from JSON and was edited by a person. Templates
//! place words and do not compute: what they get is prepared in [`view`] and said in `templates/README.md`.

mod chart;
mod filters;
mod folder;
mod hand;
mod html;
mod markdown;
pub mod overview;
mod pdf;
pub mod picture;
#[cfg(test)]
pub(crate) mod sample;
mod speech;
mod text;
mod view;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, escape_formatter};

use crate::finding::{Finding, Findings, Severity};
use crate::measure::Units;
use crate::phrasebook::{ENGLISH, Phrasebook};
use crate::plan::Plan;
use crate::shipped;
use crate::source::{Place, Text};

pub use self::pdf::MARK as PDF_MARK;
pub use self::speech::{Speech, Spoken};

/// The comment by which our own pages are known again; it stands on their first line.
pub const MARK: &str = "<!-- stepback.plan/1 -->";

/// The most bytes a page may take.
pub const LONGEST_PAGE: usize = 20 * 1024 * 1024;

/// The most work a page may take: instructions of the template engine, and a 64th of each byte that it makes or reads. The
/// longest season of ours takes a tenth.
const FUEL: u64 = 3_000_000;

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
    /// The one week that plain text tells; none for all of them.
    pub week: Option<u32>,
    /// Whether plain text goes without the line by which a file is known again.
    pub bare: bool,
}

/// The templates of a plan's two pages.
const PAGES: [&str; 2] = ["plan.md.j2", "plan.html.j2"];

/// The templates, ready to be filled.
#[derive(Debug)]
pub struct Templates {
    phrasebook: Arc<Phrasebook>,
    sources: Arc<BTreeMap<String, Arc<Text>>>,
    /// What all engines have in common: the templates, each read when it is first asked for.
    common: OnceLock<Environment<'static>>,
    /// The engines that were asked for so far, by language and units.
    engines: Mutex<BTreeMap<(String, &'static str), Arc<Environment<'static>>>>,
    /// The folder that brings some of them: they are somebody else's, and filled on a hand of its own.
    folder: Option<PathBuf>,
    /// Whether such a hand was given up: no other is begun then.
    given_up: AtomicBool,
    browser: Option<PathBuf>,
}

impl Templates {
    /// The templates that travel inside the program, with the words of a phrasebook.
    #[must_use]
    pub fn shipped(phrasebook: Arc<Phrasebook>) -> Self {
        Self::new(phrasebook, Self::shipped_sources())
    }

    /// The shipped templates, any of them overridden by the file of the same name in a folder. The phrasebook learns the words
    /// of the folder's `messages/`.
    ///
    /// # Errors
    /// A finding for each file that cannot be read, lies outside the folder, is longer than 1 MiB or is no template.
    pub fn with_folder(folder: &Path, phrasebook: Arc<Phrasebook>) -> Result<Self, Findings> {
        let mut sources = Self::shipped_sources();
        let mut own = folder::read(folder)?;
        let mut findings = Findings::new();
        own.retain(|name, text| match language_of(name) {
            Some(language) => {
                findings
                    .0
                    .extend(Phrasebook::slips(text).0.into_iter().filter(|slip| slip.severity == Severity::Error));
                phrasebook.learn(language, [Arc::clone(text)]);
                false
            }
            None => true,
        });
        sources.extend(own.clone());
        let templates = Self { folder: Some(folder.to_owned()), ..Self::new(phrasebook, sources) };
        // Not one of those that are kept: which words fill a page is known once its plan is.
        let engine = templates.engine(Units::Km, &templates.phrasebook);
        let names: Vec<String> = own.into_keys().collect();
        let slips: Vec<minijinja::Error> =
            templates.by_hand(move || names.iter().filter_map(|name| engine.get_template(name).err()).collect())?;
        for error in slips {
            findings.push(templates.finding(&error));
        }
        findings.unless_stopped(templates).map(|(templates, _)| templates)
    }

    /// The plan as Markdown.
    ///
    /// # Errors
    /// A finding where a template fails, or the page grows past [`LONGEST_PAGE`].
    #[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
    pub fn markdown(&self, plan: &Plan, page: &Page) -> Result<String, Finding> {
        Ok(markdown::page(&self.render(PAGES[0], plan, *page)?))
    }

    /// The season as a calendar for the fridge, one page across: an HTML file of its own.
    ///
    /// # Errors
    /// A finding where a template fails, or the page grows past [`LONGEST_PAGE`].
    #[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
    pub fn fridge(&self, plan: &Plan, page: &Page) -> Result<String, Finding> {
        Ok(html::page(&self.render("fridge.html.j2", plan, *page)?))
    }

    /// The page printed to PDF by an installed browser.
    ///
    /// # Errors
    /// A finding where a template fails, or there is no browser, or it does not print.
    #[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
    pub fn pdf(&self, plan: &Plan, page: &Page) -> Result<Vec<u8>, Finding> {
        pdf::print(&self.html(plan, page)?, plan.start, self.browser.as_deref())
    }

    /// The same templates, printed to PDF by this browser.
    #[must_use]
    pub fn printed_by(self, browser: Option<PathBuf>) -> Self {
        Self { browser, ..self }
    }

    /// The plan as one self-contained HTML file.
    ///
    /// # Errors
    /// A finding where a template fails, or the page grows past [`LONGEST_PAGE`].
    #[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
    pub fn html(&self, plan: &Plan, page: &Page) -> Result<String, Finding> {
        Ok(html::page(&self.render(PAGES[1], plan, *page)?))
    }

    /// Any other page from plain data.
    ///
    /// # Errors
    /// A finding where the template fails.
    #[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
    pub fn page(&self, name: &str, data: &serde_json::Value) -> Result<String, Finding> {
        self.fill(name, Value::from(Serde(data.clone())), Units::Km, &self.book(ENGLISH))
    }

    fn new(phrasebook: Arc<Phrasebook>, sources: BTreeMap<String, Arc<Text>>) -> Self {
        Self {
            phrasebook,
            sources: Arc::new(sources),
            common: OnceLock::new(),
            engines: Mutex::default(),
            folder: None,
            given_up: AtomicBool::new(false),
            browser: None,
        }
    }

    fn shipped_sources() -> BTreeMap<String, Arc<Text>> {
        [".j2", ".css"]
            .iter()
            .flat_map(|ending| shipped::files(shipped::TEMPLATES, ending))
            .map(|(name, body)| (name.to_owned(), Text::new(format!("templates/{name}"), body)))
            .collect()
    }

    /// The words of a plan's language; our own where there are none for it.
    fn book(&self, language: &str) -> Arc<Phrasebook> {
        self.phrasebook.other(language).unwrap_or_else(|| Arc::clone(&self.phrasebook))
    }

    fn environment(&self, units: Units, book: &Arc<Phrasebook>) -> Arc<Environment<'static>> {
        // Whoever panicked with the lock in hand has left no half-made engine behind: they are put in whole.
        let mut engines = self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        let engine = engines.entry((book.language().to_owned(), units.symbol()));
        Arc::clone(engine.or_insert_with(|| Arc::new(self.engine(units, book))))
    }

    fn engine(&self, units: Units, book: &Arc<Phrasebook>) -> Environment<'static> {
        let mut env = self.common().clone();
        filters::add(&mut env, units, book);
        env
    }

    fn common(&self) -> &Environment<'static> {
        self.common.get_or_init(|| {
            let mut env = Environment::new();
            // A format string may ask for a billion zeros before any bound on the page is met.
            env.remove_filter("format");
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
            env
        })
    }

    /// Reads the templates of a plan's pages, for who has a hand free before there is a plan. Somebody else's are left until
    /// they are filled: they may never come to an end.
    pub fn read_ahead(&self) {
        let of_a_plan = |name: &&String| name.starts_with('_') || PAGES.contains(&name.as_str());
        if self.folder.is_none() {
            for name in self.sources.keys().filter(of_a_plan) {
                let _ = self.common().get_template(name);
            }
        }
    }

    #[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
    fn render(&self, name: &str, plan: &Plan, page: Page) -> Result<String, Finding> {
        let units = page.units.unwrap_or(plan.units);
        let book = self.book(&plan.language);
        let view = Value::from(Serde(view::View::new(plan, units, page.paper, &book)));
        self.fill(name, view, units, &book)
    }

    /// A template, filled.
    #[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
    fn fill(&self, name: &str, facts: Value, units: Units, book: &Arc<Phrasebook>) -> Result<String, Finding> {
        let engine = self.environment(units, book);
        let mut out = Limited { bytes: Vec::new(), full: false };
        let (rendered, out) = if self.folder.is_some() {
            let name = name.to_owned();
            self.by_hand(move || {
                let rendered = put_in(&engine, &name, facts, &mut out);
                (rendered, out)
            })?
        } else {
            (put_in(&engine, name, facts, &mut out), out)
        };
        match rendered {
            Ok(()) => Ok(String::from_utf8(out.bytes).expect("templates write whole strings")),
            Err(_) if out.full => Err(too_big()),
            Err(error) => Err(self.finding(&error)),
        }
    }

    /// Does something with somebody else's templates, which may never come to an end.
    #[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
    fn by_hand<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Finding> {
        let done = if self.given_up.load(Ordering::SeqCst) { None } else { hand::bounded(work) };
        done.ok_or_else(|| {
            self.given_up.store(true, Ordering::SeqCst);
            let folder = self.folder.as_ref().map(|folder| folder.display().to_string()).unwrap_or_default();
            Finding::error("template-without-end")
                .with("name", folder)
                .with("seconds", hand::LONGEST)
                .with("most", hand::MOST_MEMORY >> 30)
        })
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
        let unworded = inner.source().and_then(|source| source.downcast_ref::<filters::NoWords>());
        let mut finding = if let Some(filters::NoWords(key)) = unworded {
            Finding::error("template-words").with("key", key.as_str())
        } else {
            let what = inner.detail().map_or_else(|| inner.kind().to_string(), str::to_owned);
            Finding::error("template").with("what", what)
        };
        finding = finding.with("name", name);
        match self.sources.get(name) {
            Some(text) => finding.at(Place::new(text, line_span(&text.body, inner.line().unwrap_or(1)))),
            None => finding,
        }
    }
}

/// The language whose words a file of a folder of templates holds, `fr` for `messages/fr.toml`.
fn language_of(name: &str) -> Option<&str> {
    name.strip_prefix("messages/")?.strip_suffix(".toml")
}

/// Puts facts into a template.
fn put_in(engine: &Environment<'_>, name: &str, facts: Value, out: &mut Limited) -> Result<(), minijinja::Error> {
    engine.get_template(name)?.render_captured_to(facts, out).map(|_| ())
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
        return print_raw(out, value);
    }
    let text = value.as_str().map_or_else(|| Cow::from(value.to_string()), Cow::from);
    match state.auto_escape() {
        AutoEscape::Html => out.write_str(&html::escape(&text))?,
        AutoEscape::Custom(name) if name == markdown::ESCAPE => out.write_str(&markdown::escape(&text))?,
        AutoEscape::None => out.write_str(&text)?,
        _ => return escape_formatter(out, state, value),
    }
    Ok(())
}

fn print_raw(out: &mut minijinja::Output<'_>, value: &Value) -> Result<(), minijinja::Error> {
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

    /// Leaves a page to be looked at in the folder that `STEPBACK_LOOK` names, where it names one.
    fn leave(name: &str, page: &str) {
        if let Some(folder) = std::env::var_os("STEPBACK_LOOK") {
            std::fs::write(Path::new(&folder).join(name), page).unwrap();
        }
    }

    fn html_of(plan: &Plan) -> String {
        shipped().html(plan, &Page::default()).unwrap_or_else(|finding| panic!("{finding:?}"))
    }

    fn markdown_of(plan: &Plan) -> String {
        shipped().markdown(plan, &Page::default()).unwrap_or_else(|finding| panic!("{finding:?}"))
    }

    /// A folder of templates, gone when the test ends.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, body) in files {
            std::fs::write(folder.path().join(name), body).unwrap();
        }
        folder
    }

    fn codes(findings: &Findings) -> Vec<&str> {
        findings.0.iter().map(|finding| finding.code.as_str()).collect()
    }

    #[test]
    fn every_part_of_the_sample_stands_on_both_pages() {
        let plan = sample::plan();
        let (html, md) = (html_of(&plan), markdown_of(&plan));
        leave("sample.html", &html);
        leave("sample.md", &md);
        for week in &plan.weeks {
            assert!(html.contains(&format!("id=\"week-{}\"", week.number)));
            assert!(md.contains(&format!("### Week {}:", week.number)));
        }
        let mut wanted =
            vec![plan.title.clone(), plan.runner.name.clone(), plan.paces_from.clone(), plan.summary.clone()];
        for week in &plan.weeks {
            wanted.push(week.headline.clone());
            wanted.extend(week.notes.iter().cloned());
            wanted.extend(week.figures.iter().map(|figure| figure.sentence.clone()));
            wanted.extend(week.days.iter().flat_map(|day| &day.sessions).map(|session| session.detail.clone()));
            if let Some(reset) = &week.reset {
                wanted.extend([reset.title.clone(), reset.purpose.clone(), reset.answers.clone()]);
                for lines in [&reset.because, &reset.changes, &reset.look_after, &reset.before_you_go_on] {
                    wanted.extend(lines.iter().cloned());
                }
            }
        }
        for race in &plan.races {
            wanted.extend(race.notes.iter().cloned());
            wanted.extend(race.splits.iter().map(|split| split.time_s.clock()));
        }
        wanted.extend(plan.guardrails.iter().map(|verdict| verdict.title.clone()));
        wanted.extend(plan.findings.iter().map(|finding| finding.message.clone()));
        wanted.extend(
            ["rules/season.toml:40", "climb-gently", "not medical advice", "Knopp and others (2024)"].map(String::from),
        );
        for text in wanted {
            assert!(html.contains(&*html::escape(&text)), "{text}");
            assert!(md.contains(&markdown::escape(&text)), "{text}");
        }
        // Only what a printed sentence leans on is printed as a note.
        for unnamed in ["A small step is always allowed", "A work that nothing printed names"] {
            assert!(!html.contains(unnamed) && !md.contains(unnamed), "{unnamed}");
        }
    }

    #[test]
    fn the_same_plan_gives_the_same_bytes() {
        let plan = sample::plan();
        assert_eq!(html_of(&plan), html_of(&plan));
        let back: Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
        assert_eq!(html_of(&back), html_of(&plan));
        assert_eq!(markdown_of(&back), markdown_of(&plan));
    }

    #[test]
    fn our_pages_are_known_again() {
        let plan = sample::plan();
        for page in [html_of(&plan), markdown_of(&plan)] {
            assert!(page.lines().next().unwrap().contains(MARK));
            assert!(is_ours(&page));
        }
        assert!(html_of(&plan).starts_with("<!doctype html>"));
        for other in ["", "# A plan\n", "\n<!-- stepback.plan/1 -->\n"] {
            assert!(!is_ours(other));
        }
    }

    #[test]
    fn names_and_notes_print_as_typed() {
        let mut plan = sample::plan();
        plan.title = "</style><script>alert(1)</script>".to_owned();
        plan.runner.name = "<b>|".to_owned();
        plan.races[0].name = "=HYPERLINK(\"http://x\")".to_owned();
        plan.weeks[0].headline = "# one *two* _three_ `four`\nfive".to_owned();
        plan.weeks[0].days[0].sessions[0].title = "a|b".to_owned();
        plan.weeks[0].days[0].life = Some("سباق دبي".to_owned());
        plan.weeks[3].reset.as_mut().unwrap().purpose = "\" onload=\"x' & <i>".to_owned();
        plan.ledger[1].because = "[link](javascript:x) ![x](y)".to_owned();
        plan.ledger[1].file = "a`b|c.toml".to_owned();
        plan.sources[0].citation = "See https://x.example/\"><script> and https://ok.example/a.".to_owned();
        plan.coach.as_mut().unwrap().colour = Some("red}body{display:none".to_owned());
        plan.language = "en\"><script>".to_owned();
        let (html, md) = (html_of(&plan), markdown_of(&plan));
        leave("typed.html", &html);
        leave("typed.md", &md);
        for wrong in ["<script>alert", "<b>|", "<i>", "onload=\"", "display:none}"] {
            assert!(!html.contains(wrong), "{wrong}");
        }
        // The one script is our own, which marks today's week.
        assert_eq!((html.matches("</style>").count(), html.matches("<script").count()), (1, 1));
        assert!(html.contains("<html lang=\"en\" dir=\"ltr\">"));
        assert!(html.contains("&lt;b&gt;|") && html.contains("سباق دبي"));
        assert!(html.contains("=HYPERLINK(&quot;http://x&quot;)"));
        assert!(html.contains("<a href=\"https://ok.example/a\">https://ok.example/a</a>."));
        assert!(md.contains("**\\<b>\\|**"));
        assert!(md.contains("\\# one \\*two\\* \\_three\\_ \\`four\\` five"));
        assert!(md.contains("**a\\|b**"));
        assert!(md.contains("\\[link\\](javascript:x)"));
        assert!(!md.contains("<script") || md.contains("\\<script"));
        let columns = |line: &str| line.replace("\\|", "").matches('|').count();
        for table in md.split("\n\n").filter(|block| block.starts_with('|')) {
            let mut lines = table.lines();
            let wanted = columns(lines.next().unwrap());
            assert!(lines.all(|line| columns(line) == wanted), "{table}");
        }
    }

    #[test]
    fn a_plan_in_kilometres_can_be_read_in_miles() {
        let mut plan = sample::plan();
        plan.weeks[0].headline = "38 km, gently.".to_owned();
        let page = Page { units: Some(Units::Mi), paper: Paper::Letter, ..Page::default() };
        let html = shipped().html(&plan, &page).unwrap();
        let md = shipped().markdown(&plan, &page).unwrap();
        leave("miles.html", &html);
        assert!(html.contains("size: letter"));
        for page in [&html, &md] {
            assert!(page.contains("23.6 mi, gently."));
            assert!(page.contains("10:12–11:24 /mi"));
            assert!(page.contains("13.1 mi"));
            assert!(page.contains("67 °F (20 °C)"));
            assert!(!page.contains("/km"));
        }
        assert_eq!(shipped().html(&plan, &Page { units: Some(Units::Km), ..Page::default() }).unwrap(), html_of(&plan));
    }

    #[test]
    fn a_season_by_time_counts_in_hours() {
        let mut plan = sample::plan();
        for session in plan.weeks.iter_mut().flat_map(|week| &mut week.days).flat_map(|day| &mut day.sessions) {
            session.estimated = true;
        }
        plan.races.clear();
        plan.paces = None;
        plan.paces_from = String::new();
        plan.climate = None;
        plan.coach = None;
        for week in &mut plan.weeks {
            week.heat = None;
        }
        let (html, md) = (html_of(&plan), markdown_of(&plan));
        leave("by-time.html", &html);
        for page in [&html, &md] {
            assert!(page.contains("no recent race"));
            assert!(page.contains("46 min"));
            assert!(page.contains("about 38 km"));
            assert!(!page.contains("None"));
        }
    }

    #[test]
    fn a_page_from_right_to_left_says_so() {
        let mut plan = sample::plan();
        plan.language = "ar".to_owned();
        plan.title = "الطريق إلى دبي".to_owned();
        plan.runner.name = "سارة".to_owned();
        plan.coach.as_mut().unwrap().colour = Some("#ffcc00".to_owned());
        let html = html_of(&plan);
        leave("rtl.html", &html);
        assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">"));
        assert!(html.contains("<h1 dir=\"auto\">الطريق إلى دبي</h1>"));
        assert!(html.contains("<bdi>سارة</bdi>"));
    }

    #[test]
    fn seasons_of_every_length_have_a_page() {
        let mut plan = sample::plan();
        let first = plan.weeks.clone();
        for number in 14..=104_u32 {
            let mut week = first[(number as usize - 1) % 13].clone();
            let later = i64::from((number - 1) / 13 * 13) * 7;
            week.number = number;
            week.start = week.start + later;
            for day in &mut week.days {
                day.date = day.date + later;
            }
            plan.weeks.push(week);
        }
        let year = Plan { weeks: plan.weeks[..52].to_vec(), ..plan.clone() };
        leave("year.html", &html_of(&year));
        assert!(html_of(&plan).contains("id=\"week-104\""));
        for weeks in [0, 1] {
            plan.weeks = first[..weeks].to_vec();
            assert!(is_ours(&html_of(&plan)));
            assert!(is_ours(&markdown_of(&plan)));
        }
    }

    #[test]
    fn an_edited_plan_still_prints() {
        let mut plan = sample::plan();
        plan.weeks[1].days.clear();
        plan.weeks[2].days.truncate(2);
        plan.weeks[4].figures[0].why = vec![9999];
        plan.weeks[5].heat.as_mut().unwrap().band = "sauna".to_owned();
        plan.races[0].date = "2031-01-01".parse().unwrap();
        plan.paces.as_mut().unwrap().insert("my-own".to_owned(), [crate::measure::Pace::default(); 2]);
        plan.weeks[6].number = 3;
        for session in &mut plan.weeks[7].days[1].sessions {
            session.detail = String::new();
            session.target = String::new();
        }
        let (html, md) = (html_of(&plan), markdown_of(&plan));
        assert!(html.contains("sauna") && md.contains("my-own"));
        let told = "15 min easy · 4 × (8 min threshold, 90 s jog) · 10 min easy";
        assert!(html.contains(told) && md.contains(told));
    }

    #[test]
    fn a_folder_overrides_templates_by_name() {
        let own = folder(&[("_notes.html.j2", "<p>{{ runner.name }}, {{ \"care\"|t }}</p>"), ("_extra.md.j2", "x")]);
        let templates = Templates::with_folder(own.path(), book()).unwrap();
        let html = templates.html(&sample::plan(), &Page::default()).unwrap();
        assert!(html.contains("<p>Sara K., This plan is"));
        assert!(!html.contains("id=\"reasons\""));
    }

    #[test]
    fn a_broken_template_is_a_finding_at_its_line() {
        let own = folder(&[("plan.html.j2", "fine\n  {% if %}\n"), ("_week.html.j2", "{% for x in weeks %}")]);
        let findings = Templates::with_folder(own.path(), book()).unwrap_err();
        assert_eq!(codes(&findings), ["template", "template"]);
        assert_eq!(findings.0[1].place.as_ref().unwrap().words(), "{% if %}");
    }

    #[test]
    fn a_template_that_fails_while_it_is_filled_is_a_finding_at_its_line() {
        for (body, code, words) in [
            ("a\n{{ wek.number }}", "template", "{{ wek.number }}"),
            ("{{ \"no-such-key\"|t }}", "template-words", "{{ \"no-such-key\"|t }}"),
            ("{{ week.reset }}", "template", "{{ week.reset }}"),
            ("{% include \"../plan.md.j2\" %}", "template", "{% include \"../plan.md.j2\" %}"),
            ("{% include \"/etc/passwd\" %}", "template", "{% include \"/etc/passwd\" %}"),
        ] {
            let own = folder(&[("_week.html.j2", body)]);
            let templates = Templates::with_folder(own.path(), book()).unwrap();
            let finding = templates.html(&sample::plan(), &Page::default()).unwrap_err();
            assert_eq!(finding.code, code, "{body}");
            assert_eq!(finding.place.as_ref().map(Place::words), Some(words), "{body}");
        }
    }

    #[test]
    fn a_template_without_end_is_stopped() {
        for body in ["{% for x in range(100000) %}{{ \"x\" * 10000 }}{% endfor %}", "{% include \"plan.md.j2\" %}"] {
            let own = folder(&[("plan.md.j2", body)]);
            let templates = Templates::with_folder(own.path(), book()).unwrap();
            let finding = templates.markdown(&sample::plan(), &Page::default()).unwrap_err();
            assert!(["page-too-big", "template"].contains(&finding.code.as_str()), "{finding:?}");
        }
        let own = folder(&[(
            "plan.md.j2",
            "{% for x in range(100000) %}{% for y in range(100000) %}{% endfor %}{% endfor %}",
        )]);
        let templates = Templates::with_folder(own.path(), book()).unwrap();
        assert_eq!(templates.markdown(&sample::plan(), &Page::default()).unwrap_err().code, "page-too-big");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_is_never_left() {
        let elsewhere = folder(&[("secret.j2", "secret")]);
        let own = folder(&[("_inside.md.j2", "fine")]);
        std::os::unix::fs::symlink(elsewhere.path().join("secret.j2"), own.path().join("_week.md.j2")).unwrap();
        let findings = Templates::with_folder(own.path(), book()).unwrap_err();
        assert_eq!(codes(&findings), ["template-outside"]);
        std::fs::remove_file(own.path().join("_week.md.j2")).unwrap();
        std::os::unix::fs::symlink(own.path().join("_inside.md.j2"), own.path().join("_week.md.j2")).unwrap();
        assert!(Templates::with_folder(own.path(), book()).is_ok());
    }

    #[test]
    fn long_foreign_and_missing_templates_are_findings() {
        let own = folder(&[("_week.md.j2", &"x".repeat(1024 * 1024 + 1))]);
        std::fs::write(own.path().join("print.css"), [0xff, 0xfe]).unwrap();
        let findings = Templates::with_folder(own.path(), book()).unwrap_err();
        assert_eq!(codes(&findings), ["template-too-long", "template-not-text"]);
        let findings = Templates::with_folder(&own.path().join("nowhere"), book()).unwrap_err();
        assert_eq!(codes(&findings), ["template-unreadable"]);
        for finding in &findings.0 {
            assert!(book().message(finding).contains("nowhere"));
        }
    }

    #[test]
    fn every_template_compiles_and_every_label_it_asks_for_has_words() {
        let book = book();
        let templates = shipped();
        let mut asked = 0;
        for (name, text) in templates.sources.iter() {
            let engine = templates.environment(Units::Km, &book);
            engine.get_template(name).unwrap_or_else(|error| panic!("{error:?}"));
            for (end, _) in text.body.match_indices("\"|t") {
                let start = text.body[..end].rfind('"').unwrap() + 1;
                let key = format!("page.{}", &text.body[start..end]);
                assert!(book.has(&key), "{name} asks for `{key}`");
                asked += 1;
            }
        }
        assert!(asked > 100, "{asked}");
        let groups: [(&str, Vec<&str>); 6] = [
            ("kind", crate::plan::WeekKind::ALL.map(crate::plan::WeekKind::name).to_vec()),
            ("phase", vec!["base", "build", "peak", "taper", "race", "recovery", "transition"]),
            ("band", vec!["none", "low", "moderate", "high", "extreme"]),
            ("hour", vec!["dawn", "morning", "noon", "afternoon", "evening", "night"]),
            ("intensity", crate::session::Intensity::ALL.map(crate::session::Intensity::name).to_vec()),
            ("effort", crate::session::Intensity::ALL.map(crate::session::Intensity::name).to_vec()),
        ];
        for (group, ids) in groups {
            for id in ids {
                assert!(book.has(&format!("page.{group}.{id}")), "page.{group}.{id}");
            }
        }
    }

    #[test]
    fn the_manual_names_every_file_variable_and_filter() {
        let manual = include_str!("../../templates/README.md");
        let plan = sample::plan();
        let view = serde_json::to_value(view::View::new(&plan, plan.units, Paper::A4, &book())).unwrap();
        let week = &view["weeks"][0];
        let mut names: Vec<&String> = Vec::new();
        for facts in
            [&view, week, &week["days"][0], &week["days"][0]["sessions"][0], &view["spark"][0], &view["notes"][0]]
        {
            names.extend(facts.as_object().unwrap().keys());
        }
        let words: std::collections::BTreeSet<&str> =
            manual.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect();
        for name in names {
            assert!(words.contains(name.as_str()), "templates/README.md does not name `{name}`");
        }
        for (at, _) in include_str!("filters.rs").match_indices("env.add_filter(\"") {
            let name = include_str!("filters.rs")[at + 16..].split('"').next().unwrap();
            assert!(manual.contains(&format!("\\|{name}")), "templates/README.md does not name the filter `{name}`");
        }
        for name in shipped().sources.keys().filter(|name| !name.contains('/')) {
            let name = name.split('.').next().unwrap();
            assert!(words.contains(name), "templates/README.md does not name `{name}`");
        }
    }

    #[test]
    fn every_label_of_the_page_is_used_somewhere() {
        let templates: String = shipped().sources.values().map(|text| &*text.body).collect();
        let code = [include_str!("filters.rs"), include_str!("view.rs"), include_str!("chart.rs")].concat();
        let book = book();
        let labels = book.phrases().keys().filter_map(|key| key.strip_prefix("page.")).filter(|key| !key.contains('.'));
        for label in labels {
            assert!(templates.contains(&format!("\"{label}\"|t")) || code.contains(&format!("\"{label}\"")), "{label}");
        }
    }

    #[test]
    fn no_word_of_a_template_stands_outside_the_phrasebook() {
        for (name, text) in shipped().sources.iter().filter(|(name, _)| name.ends_with(".html.j2")) {
            let mut words = text.body.to_string();
            // What is left without braces and tags is printed as it stands.
            for (open, close) in [
                ("{{", "}}"),
                ("{%", "%}"),
                ("{#", "#}"),
                ("<style>", "</style>"),
                ("<script>", "</script>"),
                ("<", ">"),
            ] {
                while let Some(start) = words.find(open) {
                    let end = words[start..].find(close).map_or(words.len(), |at| start + at + close.len());
                    words.replace_range(start..end, "");
                }
            }
            let left: String = words.chars().filter(|c| c.is_alphabetic()).collect();
            assert_eq!(left, "", "{name}");
        }
    }
}
