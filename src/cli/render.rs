//! `stepback render`: any format from a plan as data, also after a person edited it.

use std::path::{Path, PathBuf};

use clap::Args;

use super::plan::{Keeper, formats, once_each, print};
use super::{Desk, Ended, LARGEST_PLAN, Look, Outcome, Stopped, UnitsWord, week_number};
use crate::args;
use crate::export::{self, json};
use crate::files;
use crate::finding::Finding;
use crate::plan::Plan;
use crate::source::Text;

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback plan sara.toml -f json              the plan as data: sara.json
  stepback render sara.json -f md,html         and the page made from it
  stepback render sara.json -f html --units mi
  stepback render sara.json -f ics,fit         for a calendar and a watch";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// A plan as data
    #[arg(value_name = "PLAN.json")]
    plan: PathBuf,
    /// Where to write: a folder, or `-` for standard output [default: beside the plan]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// What to write; several with commas between
    #[arg(short, long, value_delimiter = ',', default_value = "md,html", value_parser = formats())]
    format: Vec<String>,
    /// The one week that `-f text` tells
    #[arg(long, value_name = "N", value_parser = week_number)]
    week: Option<u32>,
    #[command(flatten)]
    look: Look,
    /// The units to print in
    #[arg(long, value_enum)]
    units: Option<UnitsWord>,
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

impl Options {
    /// How pages are to look.
    pub(super) fn look(&self) -> &Look {
        &self.look
    }
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let mut wanted = options.format.clone();
    once_each(&mut wanted);
    let to_stdout = options.output.as_deref() == Some(Path::new("-"));
    if to_stdout && wanted.len() != 1 {
        return Err(Stopped::Usage(Finding::error("one-to-stdout").into()));
    }
    let plan = read(&options.plan)?;
    let (templates, mut page) = desk.templates(&options.look)?;
    page.units = options.units.map(Into::into);
    (page.week, page.bare) = (options.week, to_stdout);
    let page_desk =
        export::Desk { phrasebook: &desk.phrases, templates: &templates, page, pack: options.zip || to_stdout };
    let files = desk.write(&plan, &wanted, &page_desk)?;
    if to_stdout {
        print(&files)?;
        return Ok(Ended::Well);
    }
    let folder = options.output.clone().or_else(|| options.plan.parent().map(Path::to_owned)).unwrap_or_default();
    let stem = options.plan.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let keeper = Keeper { asked: &folder, force: options.force, dry_run: options.dry_run, sync: files::Sync::Now };
    let written = keeper.keep(&folder, &stem, files)?;
    let key = if options.dry_run { "cli.would-write" } else { "cli.wrote" };
    for path in written {
        desk.remark(key, &args! { "path" => path.display().to_string() });
    }
    Ok(Ended::Well)
}

/// A plan as data, read back.
pub(super) fn read(path: &Path) -> Result<Plan, Stopped> {
    let text = Text::new(path.display().to_string(), files::read_text(path, LARGEST_PLAN)?);
    Ok(json::read(&text)?)
}
