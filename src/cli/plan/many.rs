//! Many requests at once: on all cores, one at a time in memory, none in the way of the others; and at the end who has a
//! plan, who needs a look, and why.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::super::{Desk, Ended, Outcome, Stopped, abreast};
use super::sources::{Job, Sources, What};
use super::{Bench, To};
use crate::args;
use crate::calendar::Date;
use crate::files::{self, Draft};
use crate::finding::Findings;
use crate::plan::Plan;
use crate::render::overview::{Client, Totals};
use crate::render::{MARK, Templates};
use crate::report;

/// The page over all clients.
const INDEX: &str = "index.html";

/// How many broken requests are drawn with all that is wrong; the summary tells the others in a line.
const MOST_DRAWN: usize = 20;

/// How many lines of a kind the summary has; the rest are counted.
const MOST_LINES: usize = 60;

/// How many files wait to be made safe at once.
const MOST_UNSETTLED: usize = 10_000;

/// What came of a request.
struct Done {
    client: Client,
    /// What is wrong, or the files that were written.
    outcome: Result<Vec<PathBuf>, Stopped>,
    warnings: Findings,
    /// What goes to standard output.
    line: Option<Vec<u8>>,
}

/// Plans every request.
pub(super) fn run(bench: &Bench<'_>, sources: Sources) -> Outcome {
    let bar = progress(bench.desk, sources.total);
    let pages = bench.to == To::Files && !bench.options.dry_run && bench.formats.iter().any(|format| format == "html");
    let index = sources.home.as_deref().filter(|_| pages).map(|home| Index::begin(bench, home));
    let mut told = Told::new(bench, &bar, index);
    abreast::in_order(sources.jobs, |job| done(bench, &job), |done| told.take(&done));
    bar.finish_and_clear();
    told.end()
}

/// A bar on a terminal; nothing in pipes.
fn progress(desk: &Desk, total: Option<usize>) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let target = ProgressDrawTarget::stderr_with_hz(10);
    let bar = ProgressBar::with_draw_target(total.map(|total| total as u64), target);
    let key = if total.is_some() { "cli.progress" } else { "cli.progress-open" };
    match ProgressStyle::with_template(&desk.phrases.word(key)) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Plans a request, and sends the plan on its way.
fn done(bench: &Bench<'_>, job: &Job) -> Done {
    let (made, warnings) = bench.plan(job);
    let sent = made.and_then(|plan| {
        let (files, line) = match bench.to {
            To::Lines => (Vec::new(), Some(line(job, &plan))),
            To::Files | To::Stdout => (bench.leave(job, &plan)?, None),
        };
        Ok((plan, files, line))
    });
    match sent {
        Ok((plan, files, line)) => {
            let link = files.iter().find(|path| is_page(path)).and_then(|path| path.file_name());
            let link = link.map(|name| job.inside.join(name).to_string_lossy().into_owned());
            let client = Client::planned(&job.shown, &plan, link.as_deref(), bench.asked.today);
            Done { client, outcome: Ok(files), warnings, line }
        }
        Err(stopped) => {
            let name = match &job.what {
                What::Entry(entry) if !entry.name.is_empty() => entry.name.clone(),
                _ => job.shown.clone(),
            };
            let client = Client::unplanned(&name, &job.shown, &bench.desk.in_a_line(&stopped));
            let line = (bench.to == To::Lines).then(|| failure(bench.desk, job, &stopped));
            Done { client, outcome: Err(stopped), warnings, line }
        }
    }
}

fn is_page(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".html") && !name.ends_with("-fridge.html")
}

/// A plan on one line. Its `request_id` is the id that its request came with.
fn line(job: &Job, plan: &Plan) -> Vec<u8> {
    let mut line = Vec::with_capacity(64 << 10);
    if let What::Entry(entry) = &job.what
        && let Some(id) = &entry.id
    {
        line.extend_from_slice(b"{\"request_id\":");
        line.extend_from_slice(json!(id).to_string().as_bytes());
        line.push(b',');
        let mut plan = serde_json::to_vec(plan).expect("a plan is plain data");
        line.append(&mut plan.split_off(1));
    } else {
        serde_json::to_writer(&mut line, plan).expect("a plan is plain data");
    }
    line.push(b'\n');
    line
}

/// Why there is no plan, on one line.
fn failure(desk: &Desk, job: &Job, stopped: &Stopped) -> Vec<u8> {
    let mut said = json!({ "error": desk.in_a_line(stopped) });
    if let What::Entry(entry) = &job.what {
        said["line"] = json!(entry.text.line(0));
        if let Some(id) = &entry.id {
            said["request_id"] = json!(id);
        }
    }
    if let Stopped::Findings(findings) | Stopped::Usage(findings) = stopped {
        said["findings"] = report::data(findings, &desk.phrases);
    }
    let mut line = said.to_string().into_bytes();
    line.push(b'\n');
    line
}

/// What is told as it comes, and what is kept for the summary: little, however many there are.
struct Told<'a> {
    bench: &'a Bench<'a>,
    bar: &'a ProgressBar,
    index: Option<Index<'a>>,
    totals: Totals,
    files: usize,
    /// Files that a loss of power might still take; at most [`MOST_UNSETTLED`] and those of one client.
    unsettled: Vec<PathBuf>,
    /// Who has a plan; at most [`MOST_LINES`].
    planned: Vec<String>,
    /// Who has none, and why; and whose plan has a warning.
    unplanned: Vec<String>,
    look: Vec<String>,
    drawn: usize,
    /// What ended the run early.
    stopped: Option<Stopped>,
}

impl<'a> Told<'a> {
    fn new(bench: &'a Bench<'a>, bar: &'a ProgressBar, index: Option<Index<'a>>) -> Self {
        Self {
            bench,
            bar,
            index,
            totals: Totals::default(),
            files: 0,
            unsettled: Vec::new(),
            planned: Vec::new(),
            unplanned: Vec::new(),
            look: Vec::new(),
            drawn: 0,
            stopped: None,
        }
    }

    /// Takes what came of a request; `false` ends the run.
    fn take(&mut self, done: &Done) -> bool {
        self.bar.inc(1);
        if let Some(line) = &done.line
            && let Err(error) = std::io::stdout().write_all(line)
        {
            self.stopped = Some(Stopped::Output(error));
            return false;
        }
        let client = &done.client;
        self.totals.clients += 1;
        self.totals.look += usize::from(client.wants_a_look());
        if let Some(index) = &mut self.index {
            index.add(client);
        }
        if let (Ok(files), false) = (&done.outcome, self.bench.options.dry_run) {
            self.unsettled.extend(files.iter().cloned());
            if self.unsettled.len() >= MOST_UNSETTLED {
                self.settle();
            }
        }
        self.draw(done);
        let told = report::tidy(&self.in_summary(client));
        let list = match &done.outcome {
            Ok(files) => {
                self.totals.planned += 1;
                self.files += files.len();
                if self.planned.len() < MOST_LINES {
                    self.planned.push(report::tidy(client.name()));
                }
                &mut self.look
            }
            Err(_) => &mut self.unplanned,
        };
        if client.wants_a_look() && list.len() < MOST_LINES {
            list.push(told);
        }
        true
    }

    /// A client in a line: who, and what.
    fn in_summary(&self, client: &Client) -> String {
        let heed = client.heed();
        let facts = args! {
            "name" => client.name(),
            "request" => client.request(),
            "message" => heed.first().copied(),
            "more" => heed.len().saturating_sub(1),
        };
        self.bench.desk.phrases.say("cli.client", &facts)
    }

    /// Draws what is wrong with a request, as it is drawn for one alone; on standard output the line has said it.
    fn draw(&mut self, done: &Done) {
        let broken = match &done.outcome {
            Err(Stopped::Findings(findings) | Stopped::Usage(findings)) => Some(findings),
            _ => None,
        };
        if self.bench.to == To::Lines || self.drawn >= MOST_DRAWN {
            return;
        }
        let desk = self.bench.desk;
        if broken.is_some() || !done.warnings.0.is_empty() {
            self.drawn += 1;
            self.bar.suspend(|| {
                desk.report(&done.warnings);
                if let Some(findings) = broken {
                    desk.report(findings);
                }
            });
        }
    }

    /// Makes what was written outlive a loss of power.
    fn settle(&mut self) {
        if let Err(error) = files::settle(&std::mem::take(&mut self.unsettled)) {
            self.stopped.get_or_insert(error.into());
        }
    }

    /// The summary, and how the run ends.
    fn end(mut self) -> Outcome {
        self.settle();
        let desk = self.bench.desk;
        let index = self.index.take().and_then(|index| match index.finish(self.totals) {
            Ok(path) => path,
            Err(stopped) => {
                self.stopped.get_or_insert(stopped);
                None
            }
        });
        if let Some(Stopped::Output(error)) = self.stopped {
            return Err(Stopped::Output(error));
        }
        let left = self.totals.clients - self.totals.planned;
        let facts = args! {
            "clients" => self.totals.clients,
            "planned" => self.totals.planned,
            "names" => self.planned,
            "unplanned" => left,
            "without" => self.unplanned,
            "look" => self.totals.look - left,
            "with_warnings" => self.look,
            "files" => self.files,
            "dry" => self.bench.options.dry_run,
            "index" => index.map(|path| path.display().to_string()),
        };
        desk.remark("cli.summary", &facts);
        match self.stopped {
            Some(stopped) => Err(stopped),
            None if left > 0 => Ok(Ended::WithErrors),
            None => Ok(Ended::Well),
        }
    }
}

/// The page over all clients, written as they come: those who need a look on one sheet, the others on another.
struct Index<'a> {
    templates: &'a Templates,
    path: PathBuf,
    title: String,
    today: Date,
    sheets: [Option<Draft>; 2],
    /// What went wrong first.
    wrong: Option<Stopped>,
}

impl<'a> Index<'a> {
    fn begin(bench: &Bench<'a>, home: &Path) -> Self {
        let path = home.join(INDEX);
        let mut index = Self {
            templates: bench.pages.templates,
            path,
            title: bench.desk.phrases.word("cli.index"),
            today: bench.asked.today,
            sheets: [None, None],
            wrong: None,
        };
        let spared = if bench.options.force { Ok(()) } else { files::spare_foreign(&index.path, MARK) };
        index.wrong = spared.err().map(Stopped::from);
        index
    }

    fn add(&mut self, client: &Client) {
        if self.wrong.is_none() {
            self.wrong = self.put(client).err();
        }
    }

    fn put(&mut self, client: &Client) -> Result<(), Stopped> {
        let row = self.templates.client(client)?;
        let sheet = &mut self.sheets[usize::from(!client.wants_a_look())];
        if sheet.is_none() {
            *sheet = Some(Draft::new(&self.path)?);
        }
        if let Some(sheet) = sheet {
            sheet.add(row.as_bytes())?;
        }
        Ok(())
    }

    /// Puts the page together; gives its path, where there is one.
    fn finish(self, totals: Totals) -> Result<Option<PathBuf>, Stopped> {
        if let Some(stopped) = self.wrong {
            return Err(stopped);
        }
        if totals.clients == 0 {
            return Ok(None);
        }
        let [before, between, after] = self.templates.overview(&self.title, totals, self.today)?;
        let mut page = Draft::new(&self.path)?;
        let [look, well] = self.sheets;
        page.add(before.as_bytes())?;
        look.map_or(Ok(()), |sheet| page.add_draft(sheet))?;
        page.add(between.as_bytes())?;
        well.map_or(Ok(()), |sheet| page.add_draft(sheet))?;
        page.add(after.as_bytes())?;
        page.finish()?;
        Ok(Some(self.path))
    }
}
