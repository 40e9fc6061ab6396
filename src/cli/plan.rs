//! `stepback plan`: a request in, a printable season out.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Common, Desk, Ended, Look, MARK, Outcome, Stopped, UnitsWord};
use crate::args;
use crate::export::{self, File};
use crate::files;
use crate::finding::{Finding, Findings};
use crate::plan::Plan;

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback plan sara.toml                      writes sara.md and sara.html beside it
  stepback plan sara.toml -f json -o -         the plan as data, to standard output
  stepback plan sara.toml -o plans --units mi  into a folder, in miles
  stepback plan clients/ --rules my-rules      every request of a folder, with rules of your own";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Requests: files, or folders of them
    #[arg(required = true, value_name = "REQUEST")]
    requests: Vec<PathBuf>,
    /// Where to write: a folder, or `-` for standard output [default: beside the request]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// What to write: md, html, json
    #[arg(short, long, value_delimiter = ',', default_value = "md,html", value_parser = known_format)]
    format: Vec<String>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    look: Look,
    /// The units to plan and print in, whatever the request says
    #[arg(long, value_enum)]
    units: Option<UnitsWord>,
    /// Write over files that stepback did not write
    #[arg(long)]
    force: bool,
    /// Do all the work, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// A format that can be written, or the words for one that cannot.
pub(super) fn known_format(word: &str) -> Result<String, String> {
    if export::format(word).is_some() {
        return Ok(word.to_owned());
    }
    let known: Vec<&str> = export::FORMATS.iter().map(|format| format.id).collect();
    Err(format!("[{}]", known.join(", ")))
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let to_stdout = options.output.as_deref() == Some(Path::new("-"));
    let requests = requests(&options.requests)?;
    if to_stdout && (options.format.len() != 1 || requests.len() != 1) {
        return Err(Finding::error("one-to-stdout").into());
    }
    let book = desk.rulebook(&options.common.rules)?;
    let asked = desk.asked(&book, &options.common, options.units)?;
    let (templates, page) = desk.templates(&options.look)?;
    let page_desk = export::Desk { phrasebook: &desk.phrases, templates: &templates, page };
    let mut ended = Ended::Well;
    for (path, inside) in &requests {
        let done = desk
            .request(&book, path)
            .and_then(|request| Ok(crate::engine::plan(&book, &desk.phrases, &request, &asked)?))
            .and_then(|plan| Ok((write(&plan, &options.format, &page_desk)?, plan)))
            .and_then(|(files, plan)| {
                if to_stdout {
                    print(&files)?;
                } else {
                    save(desk, options, path, inside, files)?;
                }
                Ok(plan)
            });
        match done {
            Ok(plan) => desk.told(&plan, path),
            // One broken request among many does not stop the others.
            Err(Stopped::Findings(findings)) => {
                desk.report(&findings);
                ended = Ended::WithErrors;
            }
            Err(Stopped::World(error)) => {
                desk.refused(&error);
                ended = Ended::WithErrors;
            }
            Err(other) => return Err(other),
        }
    }
    Ok(ended)
}

/// The files of some formats.
pub(super) fn write(plan: &Plan, formats: &[String], desk: &export::Desk<'_>) -> Result<Vec<File>, Stopped> {
    let mut files = Vec::new();
    for id in formats {
        if let Some(format) = export::format(id) {
            files.extend((format.write)(plan, desk)?);
        }
    }
    Ok(files)
}

/// Prints the one file that goes to standard output.
pub(super) fn print(files: &[File]) -> Result<(), Stopped> {
    let mut out = std::io::stdout().lock();
    for file in files {
        out.write_all(&file.bytes)?;
    }
    out.flush()?;
    Ok(())
}

/// Every request that was named, a folder's in order, with its path inside the folder.
fn requests(named: &[PathBuf]) -> Result<Vec<(PathBuf, PathBuf)>, Stopped> {
    let mut requests = Vec::new();
    for path in named {
        if path.is_dir() {
            let found = files::read_folder(path, &[".toml"])?;
            if found.is_empty() {
                let shown = path.display().to_string();
                return Err(Finding::error("no-requests").with("folder", shown).into());
            }
            requests.extend(found.into_iter().map(|(name, _)| (path.join(&name), PathBuf::from(name))));
        } else {
            let name = path.file_name().map(PathBuf::from).unwrap_or_default();
            requests.push((path.clone(), name));
        }
    }
    Ok(requests)
}

/// Saves the files of a request: `sara.toml` gives `sara.md`, `request.toml` gives `plan.md`. A runner's name never
/// chooses a path.
fn save(desk: &Desk, options: &Options, path: &Path, inside: &Path, files: Vec<File>) -> Result<(), Stopped> {
    let folder = match &options.output {
        Some(folder) => folder.join(inside.parent().unwrap_or(Path::new(""))),
        None => path.parent().unwrap_or(Path::new("")).to_owned(),
    };
    let stem = match path.file_stem().map(|stem| stem.to_string_lossy().into_owned()) {
        Some(stem) if stem != "request" => stem,
        _ => "plan".to_owned(),
    };
    keep(desk, &folder, &stem, files, options.force, options.dry_run)
}

/// Writes files whole or not at all, sparing foreign ones.
pub(super) fn keep(
    desk: &Desk,
    folder: &Path,
    stem: &str,
    files: Vec<File>,
    force: bool,
    dry_run: bool,
) -> Result<(), Stopped> {
    let files: Vec<(PathBuf, Vec<u8>)> =
        files.into_iter().map(|file| (folder.join(format!("{stem}{}", file.ending)), file.bytes)).collect();
    if !force {
        for (path, _) in &files {
            files::spare_foreign(path, MARK)?;
        }
    }
    if !dry_run {
        files::write_all(&files)?;
    }
    let key = if dry_run { "cli.would-write" } else { "cli.wrote" };
    for (path, _) in &files {
        desk.remark(key, &args! { "path" => path.display().to_string() });
    }
    Ok(())
}

impl Desk {
    /// Says on standard error what is worth knowing about a plan that was made.
    pub(super) fn told(&self, plan: &Plan, path: &Path) {
        use crate::finding::Severity;
        let grave: Vec<_> = plan.findings.iter().filter(|f| f.severity >= Severity::Warning).collect();
        let findings = grave.iter().map(|finding| {
            let words = match finding.week {
                Some(week) => self.phrases.say(
                    "cli.in-week",
                    &args! { "week" => week, "message" => finding.message.as_str() },
                ),
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
