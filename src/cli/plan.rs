//! `stepback plan`: a request in, a printable season out.

mod many;
pub(super) mod sources;

use std::collections::BTreeSet;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use self::sources::{Job, What};
use super::{Common, Desk, Ended, Look, Outcome, Stopped, UnitsWord, logo, week_number};
use crate::args;
use crate::calendar::Date;
use crate::engine::Asked;
use crate::engine::kept::Kept;
use crate::export::{self, File};
use crate::files;
use crate::finding::{Finding, Findings};
use crate::plan::{Plan, SCHEMA, lasting};
use crate::request::Request;
use crate::rulebook::Rulebook;
use crate::source::Text;

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback plan sara.toml                      writes sara.md and sara.html beside it
  stepback plan sara.toml -f json -o -         the plan as data, to standard output
  stepback plan sara.toml -o plans --units mi  into a folder, in miles
  stepback plan sara.toml -f ics,csv,fit       for a calendar, a spreadsheet and a watch
  stepback plan sara.toml -f text --week 3 -o -  one week, to paste into a message
  stepback plan sara.toml --from 2027-01-11    from that day on again; what lies before stays as it stands in sara.json
  stepback plan clients/ --rules my-rules      every request of a folder, with rules of your own
  stepback plan clients.csv -o plans           a roster, one runner a row, and index.html over all of them
  stepback plan - < requests.ndjson            a request in JSON a line in, a plan a line out";

/// The folder of workouts, after the name of the request.
const WORKOUTS: &str = "-fit";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Requests: files, folders of them, rosters (.csv, .ndjson), or `-` for lines of JSON from standard input
    #[arg(required = true, value_name = "REQUEST")]
    requests: Vec<PathBuf>,
    /// Where to write: a folder, or `-` for standard output [default: beside the request]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// What to write; several with commas between [default: md,html]
    #[arg(short, long, value_delimiter = ',', value_parser = formats())]
    format: Vec<String>,
    /// The one week that `-f text` tells
    #[arg(long, value_name = "N", value_parser = week_number)]
    week: Option<u32>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    look: Look,
    /// The units to plan and print in, whatever the request says
    #[arg(long, value_enum)]
    units: Option<UnitsWord>,
    /// Plan again from this day on: every day before it stays as it stands in the plan already written as data
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Pack what is many files, the workouts of `-f fit`, into one
    #[arg(long)]
    zip: bool,
    /// Write over files that stepback did not write
    #[arg(long)]
    force: bool,
    /// Do all the work, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// The formats that can be written, for the reader of arguments.
pub(super) fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(export::FORMATS.iter().map(|format| format.id))
}

/// Leaves out what was said before.
pub(super) fn once_each<T: Ord + Clone>(items: &mut Vec<T>) {
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(item.clone()));
}

/// How plans leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    /// Into files.
    Files,
    /// The one file of the one request, to standard output.
    Stdout,
    /// A line of JSON a request, to standard output.
    Lines,
}

/// All that a plan is made and written with.
struct Bench<'a> {
    desk: &'a Desk,
    options: &'a Options,
    book: &'a Rulebook,
    asked: &'a Asked,
    formats: &'a [String],
    pages: export::Desk<'a>,
    to: To,
    keeper: Keeper<'a>,
}

impl Options {
    /// How pages are to look.
    pub(super) fn look(&self) -> &Look {
        &self.look
    }
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let sources = sources::open(desk, &options.requests, options.output.as_deref())?;
    let (to, formats) = way_out(options, &sources)?;
    let templates = desk.templates(&options.look);
    let book = std::thread::scope(|scope| {
        if let Ok((templates, _)) = &templates
            && formats.iter().any(|format| format == "md" || format == "html")
        {
            scope.spawn(|| templates.read_ahead());
        }
        desk.rulebook(&options.common.rules)
    })?;
    let asked = desk.asked(&book, &options.common, options.units)?;
    let (templates, mut page) = templates?;
    (page.week, page.bare) = (options.week, to == To::Stdout);
    let pages =
        export::Desk { phrasebook: &desk.phrases, templates: &templates, page, pack: options.zip || to == To::Stdout };
    let keeper = Keeper {
        asked: Path::new(""),
        force: options.force,
        dry_run: options.dry_run,
        // Of many, a disk that is asked once at the end writes the same in a fraction of the time.
        sync: if sources.many { files::Sync::Later } else { files::Sync::Now },
    };
    let bench = Bench { desk, options, book: &book, asked: &asked, formats: &formats, pages, to, keeper };
    if sources.many { many::run(&bench, sources) } else { bench.one(sources) }
}

/// How plans leave, and in which formats.
fn way_out(options: &Options, sources: &sources::Sources) -> Result<(To, Vec<String>), Stopped> {
    let refused = |code: &str| Err(Stopped::Usage(Finding::error(code).into()));
    let mut formats = options.format.clone();
    once_each(&mut formats);
    let to_stdout = match options.output.as_deref() {
        Some(output) => output == Path::new("-"),
        None => sources.from_stdin,
    };
    let to = match (to_stdout, sources.many) {
        (false, _) => To::Files,
        (true, false) => To::Stdout,
        (true, true) => To::Lines,
    };
    if formats.is_empty() {
        formats = match (to, options.week) {
            (To::Lines, _) => vec!["json".to_owned()],
            (_, Some(_)) => vec!["text".to_owned()],
            _ => vec!["md".to_owned(), "html".to_owned()],
        };
    }
    if options.week.is_some() && !formats.iter().any(|format| format == "text") {
        return refused("week-without-text");
    }
    if to == To::Lines && formats != ["json"] {
        return refused("lines-are-json");
    }
    if to == To::Stdout && formats.len() != 1 {
        return refused("one-to-stdout");
    }
    Ok((to, formats))
}

impl Bench<'_> {
    /// One request, told in full.
    fn one(&self, sources: sources::Sources) -> Outcome {
        for job in sources.jobs {
            let (made, warnings) = self.plan(&job);
            self.desk.report(&warnings);
            let plan = made?;
            let is_page = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "html");
            let page = job.folder.join(format!("{}.html", job.stem));
            let first = !page.exists();
            let written = self.leave(&job, &plan)?;
            self.tell_written(&written);
            self.desk.told(&plan, &job.path);
            // Who sees a page for the first time is told what to do with it; nobody wants to hear it twice.
            if let Some(page) = written.iter().find(is_page).filter(|page| first && page.exists()) {
                let args = args! { "page" => page.display().to_string(), "request" => job.shown.as_str() };
                self.desk.remark("cli.open", &args);
            }
        }
        Ok(Ended::Well)
    }

    fn tell_written(&self, written: &[PathBuf]) {
        let key = if self.options.dry_run { "cli.would-write" } else { "cli.wrote" };
        for path in written {
            self.desk.remark(key, &args! { "path" => path.display().to_string() });
        }
    }

    /// The plan of a request, and what its reader found worth knowing.
    fn plan(&self, job: &Job) -> (Result<Plan, Stopped>, Findings) {
        let mut warnings = Findings::new();
        let made = self.request(job).and_then(|(request, found)| {
            warnings = found;
            self.make(job, &request)
        });
        (made, warnings)
    }

    fn request(&self, job: &Job) -> Result<(Request, Findings), Stopped> {
        Ok(match &job.what {
            What::File => {
                let text = Text::new(job.shown.clone(), files::read_text(&job.path, files::LARGEST)?);
                let (mut request, found) = self.desk.read_request(self.book, &text)?;
                logo::embed(&mut request, &job.path)?;
                (request, found)
            }
            What::Entry(entry) => {
                let table = entry.table.as_ref().map_err(Clone::clone)?;
                self.desk.read_table(self.book, &entry.text, table)?
            }
            What::Lost(error) => return Err(Stopped::World(error.again())),
        })
    }

    fn make(&self, job: &Job, request: &Request) -> Result<Plan, Stopped> {
        // A slip of ours in one plan among a thousand must not take the others with it.
        let kept = match self.options.from {
            Some(from) => {
                let plan = written(&self.written_at(job))?;
                Some(Kept { from, plan, is_as_run: false, level: None, decided: None })
            }
            None => None,
        };
        let made = catch_unwind(AssertUnwindSafe(|| match &kept {
            Some(kept) => crate::engine::plan_from(self.book, &self.desk.phrases, request, self.asked, kept),
            None => crate::engine::plan(self.book, &self.desk.phrases, request, self.asked),
        }));
        let mut plan = made.map_err(|_| Finding::error("our-slip").with("name", job.shown.as_str()))??;
        if let What::Entry(_) = &job.what {
            // Rows share the name of their file, and people their names; what their files are called they share with nobody.
            plan.id = lasting(&[&job.stem, &plan.runner.name]);
        }
        Ok(plan)
    }

    /// Where the plan of a request may stand as data: in the folder that is written to, and beside the request.
    fn written_at(&self, job: &Job) -> Vec<PathBuf> {
        let name = format!("{}.json", job.stem);
        let own = (self.to == To::Files).then(|| job.folder.join(&name));
        let mut places: Vec<PathBuf> = own.into_iter().chain([job.path.with_file_name(name)]).collect();
        places.dedup();
        places
    }

    /// Sends a plan on its way; gives the files that were written.
    fn leave(&self, job: &Job, plan: &Plan) -> Result<Vec<PathBuf>, Stopped> {
        let files = self.desk.write(plan, self.formats, &self.pages)?;
        match self.to {
            To::Files => Keeper { asked: job.root(), ..self.keeper }.keep(&job.folder, &job.stem, files),
            To::Stdout | To::Lines => print(&files).map(|()| Vec::new()),
        }
    }
}

/// Prints the one file that goes to standard output: of a format of two tables the first, which holds it all.
pub(super) fn print(files: &[File]) -> Result<(), Stopped> {
    let mut out = std::io::stdout().lock();
    if let Some(file) = files.first() {
        out.write_all(&file.bytes)?;
    }
    out.flush()?;
    Ok(())
}

/// How files are put into folders.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keeper<'a> {
    /// The folder that was asked for: no link leads out of it.
    pub(super) asked: &'a Path,
    /// Whether foreign files are written over.
    pub(super) force: bool,
    /// Whether nothing is written at all.
    pub(super) dry_run: bool,
    /// When it is made safe.
    pub(super) sync: files::Sync,
}

impl Keeper<'_> {
    /// Writes files whole or not at all, sparing foreign ones; gives their paths.
    pub(super) fn keep(self, folder: &Path, stem: &str, files: Vec<File>) -> Result<Vec<PathBuf>, Stopped> {
        let (places, bytes): (Vec<(PathBuf, &'static str)>, Vec<Vec<u8>>) = files
            .into_iter()
            .map(|file| ((folder.join(format!("{stem}{}", file.ending)), file.mark), file.bytes))
            .unzip();
        let mut folders: Vec<&Path> = places.iter().filter_map(|(path, _)| path.parent()).collect();
        folders.dedup();
        for folder in folders {
            files::stay_inside(self.asked, folder)?;
        }
        if !self.force {
            for (path, mark) in &places {
                files::spare_foreign(path, mark)?;
            }
        }
        let paths: Vec<PathBuf> = places.into_iter().map(|(path, _)| path).collect();
        if !self.dry_run {
            let written: Vec<(PathBuf, Vec<u8>)> = paths.iter().cloned().zip(bytes).collect();
            files::write_all(&written, self.sync)?;
            sweep(&folder.join(format!("{stem}{WORKOUTS}")), &paths)?;
        }
        Ok(paths)
    }
}

/// Removes the workouts of an earlier plan from the folder of this one: on a watch they would stand beside the new ones.
fn sweep(folder: &Path, written: &[PathBuf]) -> Result<(), Stopped> {
    if !written.iter().any(|path| path.parent() == Some(folder)) {
        return Ok(());
    }
    for path in files::own_files(folder, ".fit")? {
        if !written.contains(&path) && files::spare_foreign(&path, SCHEMA).is_ok() {
            files::remove(&path)?;
        }
    }
    Ok(())
}

/// The first plan as data that stands at one of some places.
fn written(places: &[PathBuf]) -> Result<Plan, Stopped> {
    let Some(path) = places.iter().find(|path| path.is_file()) else {
        let shown: Vec<String> = places.iter().map(|path| path.display().to_string()).collect();
        return Err(Finding::error("no-plan-written").with("path", shown.join(", ")).into());
    };
    super::render::read(path)
}

impl Desk {
    /// The files of some formats.
    pub(super) fn write(&self, plan: &Plan, formats: &[String], desk: &export::Desk<'_>) -> Result<Vec<File>, Stopped> {
        let mut files = Vec::new();
        let formats: Vec<_> = formats.iter().filter_map(|id| export::format(id)).collect();
        // Who waits for a plan waits for its slowest page, and not for all of them.
        let written: Vec<Result<Vec<File>, Findings>> = std::thread::scope(|scope| {
            let (last, others) = formats.split_last().map_or((None, &[][..]), |(last, others)| (Some(last), others));
            let hands: Vec<_> = others.iter().map(|format| scope.spawn(|| (format.write)(plan, desk))).collect();
            let last = last.map(|format| (format.write)(plan, desk));
            hands.into_iter().map(|hand| hand.join().expect("a format never panics")).chain(last).collect()
        });
        for (format, of_format) in formats.iter().zip(written) {
            let of_format = of_format?;
            if of_format.is_empty() {
                self.remark("cli.nothing", &args! { "format" => format.id });
            }
            files.extend(of_format);
        }
        Ok(files)
    }

    /// Says on standard error what is worth knowing about a plan that was made.
    pub(super) fn told(&self, plan: &Plan, path: &Path) {
        use crate::finding::Severity;
        let grave: Vec<_> = plan.findings.iter().filter(|f| f.severity >= Severity::Warning).collect();
        let findings = grave.iter().map(|finding| {
            let words = match finding.week {
                Some(week) => {
                    self.phrases.say("cli.in-week", &args! { "week" => week, "message" => finding.message.as_str() })
                }
                None => finding.message.clone(),
            };
            // The plan exists: what a guardrail calls an error is told as the warning that it is for this run.
            Finding::warning(&finding.code).in_words(words)
        });
        let findings = Findings(findings.collect());
        if !findings.0.is_empty() {
            self.remark("cli.about", &args! { "path" => path.display().to_string() });
        }
        self.report(&findings);
    }
}
