//! `stepback plan`: a request in, a printable season out.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::{Common, Desk, Ended, Look, Outcome, Stopped, UnitsWord};
use crate::args;
use crate::export::{self, File};
use crate::files;
use crate::finding::{Finding, Findings};
use crate::plan::{Plan, SCHEMA};

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback plan sara.toml                      writes sara.md and sara.html beside it
  stepback plan sara.toml -f json -o -         the plan as data, to standard output
  stepback plan sara.toml -o plans --units mi  into a folder, in miles
  stepback plan sara.toml -f ics,csv,fit       for a calendar, a spreadsheet and a watch
  stepback plan clients/ --rules my-rules      every request of a folder, with rules of your own";

/// The folder of workouts, after the name of the request.
const WORKOUTS: &str = "-fit";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Requests: files, or folders of them
    #[arg(required = true, value_name = "REQUEST")]
    requests: Vec<PathBuf>,
    /// Where to write: a folder, or `-` for standard output [default: beside the request]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// What to write; several with commas between
    #[arg(short, long, value_delimiter = ',', default_value = "md,html", value_parser = formats())]
    format: Vec<String>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    look: Look,
    /// The units to plan and print in, whatever the request says
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

/// The formats that can be written, for the reader of arguments.
pub(super) fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(export::FORMATS.iter().map(|format| format.id))
}

/// Leaves out what was said before.
pub(super) fn once_each<T: Ord + Clone>(items: &mut Vec<T>) {
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(item.clone()));
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let to_stdout = options.output.as_deref() == Some(Path::new("-"));
    let mut requests = requests(&options.requests)?;
    let mut formats = options.format.clone();
    once_each(&mut requests);
    once_each(&mut formats);
    if to_stdout && (formats.len() != 1 || requests.len() != 1) {
        return Err(Finding::error("one-to-stdout").into());
    }
    keep_apart(options, &requests)?;
    let book = desk.rulebook(&options.common.rules)?;
    let asked = desk.asked(&book, &options.common, options.units)?;
    let (templates, page) = desk.templates(&options.look)?;
    let page_desk =
        export::Desk { phrasebook: &desk.phrases, templates: &templates, page, pack: options.zip || to_stdout };
    let mut ended = Ended::Well;
    for (path, inside) in &requests {
        let done = desk
            .request(&book, path)
            .and_then(|request| Ok(crate::engine::plan(&book, &desk.phrases, &request, &asked)?))
            .and_then(|plan| Ok((desk.write(&plan, &formats, &page_desk)?, plan)))
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

/// Prints the one file that goes to standard output: of a format of two tables the first, which holds it all.
pub(super) fn print(files: &[File]) -> Result<(), Stopped> {
    let mut out = std::io::stdout().lock();
    if let Some(file) = files.first() {
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
            let found = files::list_folder(path, &[".toml"])?;
            if found.is_empty() {
                let shown = path.display().to_string();
                return Err(Finding::error("no-requests").with("folder", shown).into());
            }
            requests.extend(found.into_iter().map(|name| (path.join(&name), PathBuf::from(name))));
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
    let (folder, stem) = target(options, path, inside);
    keep(desk, &folder, &stem, files, options.force, options.dry_run)
}

/// The folder that the files of a request go to, and the beginning of their names.
fn target(options: &Options, path: &Path, inside: &Path) -> (PathBuf, String) {
    let folder = match &options.output {
        Some(folder) => folder.join(inside.parent().unwrap_or(Path::new(""))),
        None => path.parent().unwrap_or(Path::new("")).to_owned(),
    };
    let stem = match path.file_stem().map(|stem| stem.to_string_lossy().into_owned()) {
        Some(stem) if stem != "request" => stem,
        _ => "plan".to_owned(),
    };
    (folder, stem)
}

/// Refuses two requests whose plans would be written over one another.
fn keep_apart(options: &Options, requests: &[(PathBuf, PathBuf)]) -> Result<(), Stopped> {
    let mut taken: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    let mut findings = Findings::new();
    for (path, inside) in requests {
        let (folder, stem) = target(options, path, inside);
        let place = folder.join(stem);
        match taken.get(&place) {
            Some(first) => findings.push(
                Finding::error("same-output")
                    .with("first", first.display().to_string())
                    .with("second", path.display().to_string())
                    .with("path", place.display().to_string()),
            ),
            None => {
                taken.insert(place, path);
            }
        }
    }
    if findings.0.is_empty() { Ok(()) } else { Err(findings.into()) }
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
    let places: Vec<(PathBuf, &'static str)> =
        files.iter().map(|file| (folder.join(format!("{stem}{}", file.ending)), file.mark)).collect();
    if !force {
        for (path, mark) in &places {
            files::spare_foreign(path, mark)?;
        }
    }
    if !dry_run {
        let written: Vec<(PathBuf, Vec<u8>)> =
            places.iter().map(|(path, _)| path.clone()).zip(files.into_iter().map(|file| file.bytes)).collect();
        files::write_all(&written)?;
        sweep(&folder.join(format!("{stem}{WORKOUTS}")), &places)?;
    }
    let key = if dry_run { "cli.would-write" } else { "cli.wrote" };
    for (path, _) in &places {
        desk.remark(key, &args! { "path" => path.display().to_string() });
    }
    Ok(())
}

/// Removes the workouts of an earlier plan from the folder of this one: on a watch they would stand beside the new ones.
fn sweep(folder: &Path, places: &[(PathBuf, &'static str)]) -> Result<(), Stopped> {
    if !places.iter().any(|(path, _)| path.parent() == Some(folder)) {
        return Ok(());
    }
    for name in files::list_folder(folder, &[".fit"])? {
        let path = folder.join(name);
        let is_ours = path.parent() == Some(folder) && files::spare_foreign(&path, SCHEMA).is_ok();
        if is_ours && !places.iter().any(|(place, _)| *place == path) {
            files::remove(&path)?;
        }
    }
    Ok(())
}

impl Desk {
    /// The files of some formats.
    pub(super) fn write(&self, plan: &Plan, formats: &[String], desk: &export::Desk<'_>) -> Result<Vec<File>, Stopped> {
        let mut files = Vec::new();
        for format in formats.iter().filter_map(|id| export::format(id)) {
            let of_format = (format.write)(plan, desk)?;
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

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn apart(line: &[&str]) -> bool {
        let options = Line::parse_from([&["plan"], line].concat()).options;
        let mut requests = requests(&options.requests).unwrap();
        once_each(&mut requests);
        keep_apart(&options, &requests).is_ok()
    }

    #[test]
    fn two_requests_never_write_over_one_another() {
        assert!(apart(&["a/sara.toml", "b/sara.toml"]), "beside the requests they lie apart");
        assert!(!apart(&["a/sara.toml", "b/sara.toml", "-o", "plans"]));
        assert!(!apart(&["a/request.toml", "a/plan.toml"]));
        assert!(apart(&["a/sara.toml", "a/sara.toml"]), "the same request twice is one request");
    }
}
