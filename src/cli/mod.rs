//! The command line: one file for each verb. Only this room and the door read the clock, print, and touch files.

mod abreast;
mod check;
mod climate;
mod completions;
mod diff;
mod guard;
mod logo;
mod new;
mod paces;
mod plan;
mod render;
mod review;
mod rules;
mod schema;
mod why;

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::guard::guarded;

use crate::calendar::Date;
use crate::document::{Content, Table};
use crate::engine::Asked;
use crate::files::{self, Error};
use crate::finding::{Finding, Findings, Severity};
use crate::measure::Units;
use crate::phrasebook::Phrasebook;
use crate::plan::Plan;
use crate::render::{Page, Paper, Templates};
use crate::report;
use crate::request::{Ids, Request};
use crate::rulebook::{Pack, Rulebook};
use crate::source::Text;

/// The largest plan that is read back, in bytes.
const LARGEST_PLAN: u64 = 32 << 20;

/// Season plans for runners and coaches, with scheduled steps back.
#[derive(Debug, Parser)]
#[command(name = "stepback", version, about, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Plan a season from a request, and write it beside the request
    #[command(after_help = plan::EXAMPLES)]
    Plan(plan::Options),
    /// Say why: the reasons behind a week, a date or a setting
    #[command(after_help = why::EXAMPLES)]
    Why(why::Options),
    /// Check rules, packs and requests; the built-in rules when nothing is named
    #[command(after_help = check::EXAMPLES)]
    Check(check::Options),
    /// List what the rules know, or show one of them
    #[command(after_help = rules::EXAMPLES)]
    Rules(rules::Options),
    /// Print the JSON Schema of requests, rules or plans, for editors and programs
    #[command(after_help = schema::EXAMPLES)]
    Schema(schema::Options),
    /// Tell training paces and equivalent times from a race
    #[command(after_help = paces::EXAMPLES)]
    Paces(paces::Options),
    /// A year of usual weather in a city, by month and hour, and what is wise when
    #[command(after_help = climate::EXAMPLES)]
    Climate(climate::Options),
    /// Push or ease off: what check-ins and the log say, and the season planned again
    #[command(after_help = review::EXAMPLES)]
    Review(review::Options),
    /// Write any format from a plan as data
    #[command(after_help = render::EXAMPLES)]
    Render(render::Options),
    /// What changes, week by week, between two requests, two plans or two sets of rules, and which rule did it
    #[command(after_help = diff::EXAMPLES)]
    Diff(diff::Options),
    /// Ask a few questions and write a request; copy the templates out; lay a table of check-ins ready
    #[command(after_help = new::EXAMPLES)]
    New(Box<new::Options>),
    /// Print what a shell needs to complete the command line, or the pages of the manual
    #[command(after_help = completions::EXAMPLES)]
    Completions(completions::Options),
}

/// What most verbs take.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// A folder of rules on top of the built-in ones; may be given several times, the last has the last word
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// A setting, for example 'reset.volume=65 %'; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The day to take for today [default: the clock's]
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

/// How pages look.
#[derive(Debug, Args)]
pub(crate) struct Look {
    /// A folder of templates of your own
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// The paper to print on
    #[arg(long, value_enum, default_value_t = PaperWord::A4)]
    paper: PaperWord,
    /// The browser that prints `-f pdf` [default: an installed Chromium, Chrome or Edge]
    #[arg(long, value_name = "PATH")]
    browser: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PaperWord {
    A4,
    Letter,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum UnitsWord {
    Km,
    Mi,
}

impl From<UnitsWord> for Units {
    fn from(word: UnitsWord) -> Self {
        match word {
            UnitsWord::Km => Self::Km,
            UnitsWord::Mi => Self::Mi,
        }
    }
}

/// Text for people, or data for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum As {
    Text,
    Json,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Done.
    Well,
    /// Findings of severity error, or a world that refused.
    WithErrors,
    /// The command line does not say enough.
    Misused,
}

/// Why a verb stopped.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// Wrong text, or a plan that the rules refuse.
    Findings(Findings),
    /// A command line that asks for what cannot be.
    Usage(Findings),
    /// Wrong world.
    World(Error),
    /// The reader of our output went away.
    Output(std::io::Error),
}

impl From<Findings> for Stopped {
    fn from(findings: Findings) -> Self {
        Self::Findings(findings)
    }
}

impl From<Finding> for Stopped {
    fn from(finding: Finding) -> Self {
        Self::Findings(finding.into())
    }
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::World(error)
    }
}

impl From<std::io::Error> for Stopped {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

type Outcome = Result<Ended, Stopped>;

impl Cli {
    /// Whether it brings templates of somebody else's.
    fn brings_templates(&self) -> bool {
        match &self.verb {
            Verb::Plan(options) => options.look().templates.is_some(),
            Verb::Render(options) => options.look().templates.is_some(),
            Verb::Review(options) => options.look().templates.is_some(),
            _ => false,
        }
    }
}

/// Runs the program.
#[must_use]
pub fn run(cli: &Cli) -> Ended {
    let phrases = match Phrasebook::shipped("en") {
        Ok(phrases) => Arc::new(phrases),
        Err(findings) => {
            let _ = writeln!(std::io::stderr(), "{findings}");
            return Ended::WithErrors;
        }
    };
    let desk = Desk { phrases };
    let outcome = match &cli.verb {
        Verb::Plan(options) => plan::run(&desk, options),
        Verb::Why(options) => why::run(&desk, options),
        Verb::Check(options) => check::run(&desk, options),
        Verb::Rules(options) => rules::run(&desk, options),
        Verb::Schema(options) => schema::run(&desk, options),
        Verb::Paces(options) => paces::run(&desk, options),
        Verb::Climate(options) => climate::run(&desk, options),
        Verb::Review(options) => review::run(&desk, options),
        Verb::Render(options) => render::run(&desk, options),
        Verb::Diff(options) => diff::run(&desk, options),
        Verb::New(options) => new::run(&desk, options),
        Verb::Completions(options) => completions::run(&desk, options),
    };
    match outcome {
        Ok(ended) => ended,
        Err(Stopped::Findings(findings)) => {
            desk.report(&findings);
            Ended::WithErrors
        }
        Err(Stopped::Usage(findings)) => {
            desk.report(&findings);
            Ended::Misused
        }
        Err(Stopped::World(error)) => {
            desk.refused(&error);
            desk.way_to(&error);
            Ended::WithErrors
        }
        // A closed pipe is how `| head` ends a run; anything else could not be said anyway.
        Err(Stopped::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ended::Well,
        Err(Stopped::Output(error)) => {
            desk.refused(&Error { path: "-".into(), what: files::What::System(error) });
            Ended::WithErrors
        }
    }
}

/// How many names of a folder are looked at for one that may have been meant.
const MOST_BESIDE: usize = 1000;

/// The words, and where they go.
#[derive(Debug)]
pub(crate) struct Desk {
    phrases: Arc<Phrasebook>,
}

impl Desk {
    /// Prints findings for people, on standard error.
    fn report(&self, findings: &Findings) {
        if findings.0.is_empty() {
            return;
        }
        let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        let mut err = anstream::stderr();
        let _ = write!(err, "{}", report::render(findings, &self.phrases, colour));
    }

    /// Says what the world refused, on standard error.
    fn refused(&self, error: &Error) {
        let words = self.phrases.say(error.what.key(), &crate::args! { "what" => error.system() });
        let path = report::tidy(&error.path.display().to_string());
        let error = self.phrases.word("report.error");
        self.remark("cli.refused", &crate::args! { "error" => error, "path" => path.as_str(), "what" => words });
    }

    /// Where a file is not there: one beside it that reads like it; for a request, how to write one.
    fn way_to(&self, error: &Error) {
        if error.what.key() != "world.not-found" {
            return;
        }
        let folder = error.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let beside: Vec<String> = std::fs::read_dir(folder)
            .map(|entries| entries.take(MOST_BESIDE).flatten().map(|entry| name(&entry.path())).collect())
            .unwrap_or_default();
        let beside: BTreeSet<&str> = beside.iter().map(String::as_str).collect();
        let known: Vec<&str> = beside.into_iter().collect();
        let shown = |path: &Path| report::tidy(&path.display().to_string());
        if let Some(near) = crate::finding::nearest(&name(&error.path), &known) {
            self.remark("cli.near", &crate::args! { "near" => shown(&error.path.with_file_name(near)) });
        } else if error.path.extension().is_some_and(|ending| ending == "toml") {
            self.remark("cli.no-request", &crate::args! { "path" => shown(&error.path) });
        }
    }

    /// Why something stopped, in a line: what stands first among what has to be mended.
    fn in_a_line(&self, stopped: &Stopped) -> String {
        let line = |words: &str| report::tidy(words).split_whitespace().collect::<Vec<_>>().join(" ");
        match stopped {
            Stopped::Findings(findings) | Stopped::Usage(findings) => {
                let errors: Vec<&Finding> = findings.0.iter().filter(|f| f.severity == Severity::Error).collect();
                let message = errors.first().map(|first| line(&self.phrases.message(first))).unwrap_or_default();
                self.phrases
                    .say("cli.why-not", &crate::args! { "message" => message, "more" => errors.len().max(1) - 1 })
            }
            Stopped::World(error) => {
                line(&self.phrases.say(error.what.key(), &crate::args! { "what" => error.system() }))
            }
            Stopped::Output(error) => line(&error.to_string()),
        }
    }

    /// Says something that is no finding, on standard error.
    fn remark(&self, key: &str, args: &crate::finding::Args) {
        let _ = writeln!(anstream::stderr(), "{}", self.phrases.say(key, args));
    }

    /// The rulebook with packs on top.
    fn rulebook(&self, folders: &[PathBuf]) -> Result<Rulebook, Stopped> {
        let packs = packs(folders)?;
        let (book, mut warnings) = Rulebook::read(&packs)?;
        warnings.0.extend(empty_packs(&packs));
        self.report(&warnings);
        self.learn(&book);
        Ok(book)
    }

    /// Learns the languages that packs bring.
    fn learn(&self, book: &Rulebook) {
        for (language, texts) in book.languages.words_of_the_page() {
            self.phrases.learn(language, texts);
        }
    }

    /// A request, read and checked.
    fn request(&self, book: &Rulebook, path: &Path) -> Result<Request, Stopped> {
        let text = Text::new(path.display().to_string(), files::read_text(path, files::LARGEST)?);
        let (mut request, warnings) = self.read_request(book, &text)?;
        self.report(&warnings);
        logo::embed(&mut request, path)?;
        Ok(request)
    }

    /// The request of a text, and what is worth knowing about it.
    fn read_request(&self, book: &Rulebook, text: &Arc<Text>) -> Result<(Request, Findings), Findings> {
        self.read_table(book, text, &crate::document::parse(text)?)
    }

    /// The request of a text that has been taken apart.
    fn read_table(&self, book: &Rulebook, text: &Arc<Text>, table: &Table) -> Result<(Request, Findings), Findings> {
        let read = crate::request::read_table(text, table, &ids(book));
        // A slip in `[settings]` is told with all the others, whether or not there are any.
        let settings = match table.get("settings").map(|node| &node.value) {
            Some(Content::Table(settings)) => Some(settings.clone()),
            _ => None,
        };
        let because = self.phrases.word("asked.request");
        let slips = settings.and_then(|table| book.asked(&table, &text.name, &because).err()).unwrap_or_default();
        match read {
            Ok(read) if slips.0.is_empty() => Ok(read),
            Ok((_, mut findings)) | Err(mut findings) => {
                findings.0.extend(slips.0);
                Err(findings)
            }
        }
    }

    /// What is asked besides the request.
    fn asked(&self, book: &Rulebook, common: &Common, units: Option<UnitsWord>) -> Result<Asked, Stopped> {
        let flags =
            (!common.set.is_empty()).then(|| book.flags(&common.set, &self.phrases.word("asked.flag"))).transpose()?;
        Ok(Asked { today: common.today.unwrap_or_else(Date::today), flags, units: units.map(Units::from) })
    }

    /// The templates, with a coach's own on top.
    fn templates(&self, look: &Look) -> Result<(Templates, Page), Stopped> {
        let templates = match &look.templates {
            Some(folder) => Templates::with_folder(folder, Arc::clone(&self.phrases))?,
            None => Templates::shipped(Arc::clone(&self.phrases)),
        };
        let paper = match look.paper {
            PaperWord::A4 => Paper::A4,
            PaperWord::Letter => Paper::Letter,
        };
        Ok((templates.printed_by(look.browser.clone()), Page { paper, ..Page::default() }))
    }

    /// A plan made from a request file.
    fn make(&self, common: &Common, path: &Path, units: Option<UnitsWord>) -> Result<(Rulebook, Plan), Stopped> {
        let book = self.rulebook(&common.rules)?;
        let request = self.request(&book, path)?;
        let asked = self.asked(&book, common, units)?;
        let plan = crate::engine::plan(&book, &self.phrases, &request, &asked)?;
        Ok((book, plan))
    }
}

/// The number of a week, as the command line takes it.
fn week_number(text: &str) -> Result<u32, String> {
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| crate::phrasebook::sentence("cli.week-number").unwrap_or_default())
}

/// Data for programs, as they are printed.
fn pretty(data: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(data).expect("plain data");
    text.push('\n');
    text
}

/// The ids that a request may name.
fn ids(book: &Rulebook) -> Ids<'_> {
    fn list<'a>(keys: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
        keys.map(String::as_str).collect()
    }
    Ids {
        levels: list(book.levels.keys()),
        races: list(book.races.keys()),
        climates: list(book.climates.keys()),
        workouts: list(book.workouts.keys()),
    }
}

/// The packs in some folders; a single file is a pack of one.
fn packs(folders: &[PathBuf]) -> Result<Vec<Pack>, Error> {
    folders
        .iter()
        .map(|path| {
            if path.is_file() {
                let text = files::read_text(path, files::LARGEST)?;
                return Ok(pack_of_one(path, text));
            }
            let shown = path.display().to_string();
            let mut files = files::read_folder(path, &[".toml"])?;
            files.retain(|(name, _)| !is_of_a_pack_inside(name));
            let files = files.into_iter().map(|(name, text)| (name, text.into())).collect();
            Ok(Pack { name: shown.trim_end_matches('/').to_owned(), files })
        })
        .collect()
}

/// Whether a file belongs to a pack inside the folder: those count only where they are named themselves.
fn is_of_a_pack_inside(name: &str) -> bool {
    name.starts_with("packs/")
}

/// A pack of one file. Its folder may tell what kind of rules it holds, or that it holds words of a language, so it stays a
/// part of the file's path.
fn pack_of_one(path: &Path, text: String) -> Pack {
    let named = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = named(path);
    if let Some((language, folder)) = language_of(path) {
        let pack = folder.parent().unwrap_or(Path::new("")).display().to_string();
        let file = format!("{}/{}/{name}", named(folder), named(language));
        return Pack { name: if pack.is_empty() { ".".to_owned() } else { pack }, files: vec![(file, text.into())] };
    }
    let shown = |path: Option<&Path>| {
        path.map(|path| path.display().to_string()).filter(|path| !path.is_empty()).unwrap_or_else(|| ".".to_owned())
    };
    let parent = path.parent();
    let (name, file) = match parent.and_then(Path::file_name).map(|kind| kind.to_string_lossy().into_owned()) {
        Some(kind) => (shown(parent.and_then(Path::parent)), format!("{kind}/{name}")),
        None => (shown(parent), name),
    };
    Pack { name, files: vec![(file, text.into())] }
}

/// The folder of the language whose words a file holds, and the folder of languages around it.
fn language_of(path: &Path) -> Option<(&Path, &Path)> {
    let language = path.parent()?;
    let folder = language.parent()?;
    (folder.file_name()? == "lang").then_some((language, folder))
}

/// A warning for each pack that holds nothing: most likely it is the wrong folder.
fn empty_packs(packs: &[Pack]) -> impl Iterator<Item = Finding> {
    packs
        .iter()
        .filter(|pack| pack.files.is_empty())
        .map(|pack| Finding::warning("no-rules").with("folder", pack.name.as_str()))
}
