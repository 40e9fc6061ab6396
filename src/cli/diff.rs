//! `stepback diff`: two requests, two plans, or the same requests under two rule sets: what changes, and which rule did it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde_json::{Value, json};

use super::plan::sources::{self, Job, What};
use super::{As, Common, Desk, Ended, LARGEST_PLAN, Outcome, Stopped, UnitsWord, abreast, pretty};
use crate::args;
use crate::compare::{self, Cause, Change, Comparison, WeekChange, Word};
use crate::engine::Asked;
use crate::export::json;
use crate::files;
use crate::finding::Finding;
use crate::measure::Units;
use crate::plan::{Plan, WeekKind};
use crate::report;
use crate::rulebook::Rulebook;
use crate::source::Text;

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback diff sara.toml sara-later.toml               two requests
  stepback diff sara.json sara-edited.json              two plans, as `plan -f json` writes them
  stepback diff sara.toml --set-b reset.latest=2        one request, under the rules and with one setting otherwise
  stepback diff clients --rules-b every-third-week      a folder of clients: what would the new rules change for whom?
  stepback diff clients.csv --set-b reset.latest=3      the same of a roster
  stepback diff sara.toml --rules-a old --rules-b new -f json";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// A request, a plan as data, a folder of requests, or a roster
    a: PathBuf,
    /// Another one [default: the first again, under other rules]
    b: Option<PathBuf>,
    /// Rules for the first; may be given several times
    #[arg(long, value_name = "DIR")]
    rules_a: Vec<PathBuf>,
    /// Rules for the second; may be given several times
    #[arg(long, value_name = "DIR")]
    rules_b: Vec<PathBuf>,
    /// A setting for the first alone
    #[arg(long, value_name = "KEY=VALUE")]
    set_a: Vec<String>,
    /// A setting for the second alone
    #[arg(long, value_name = "KEY=VALUE")]
    set_b: Vec<String>,
    /// Text for people, or data for programs
    #[arg(short, long, value_enum, default_value_t = As::Text)]
    format: As,
    #[command(flatten)]
    common: Common,
    /// The units to plan and answer in
    #[arg(long, value_enum)]
    units: Option<UnitsWord>,
}

/// The rules of one side, and what is asked besides.
struct Side {
    book: Rulebook,
    asked: Asked,
}

/// A client before and after.
struct Pair {
    name: String,
    a: Result<Plan, Stopped>,
    b: Result<Plan, Stopped>,
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let second = options.b.as_ref().unwrap_or(&options.a);
    let otherwise = [&options.rules_a, &options.rules_b].iter().any(|list| !list.is_empty())
        || [&options.set_a, &options.set_b].iter().any(|list| !list.is_empty());
    if options.b.is_none() && !otherwise {
        return Err(Stopped::Usage(Finding::error("nothing-to-compare").into()));
    }
    let side = |rules: &[PathBuf], set: &[String]| -> Result<Side, Stopped> {
        let book = desk.rulebook(&[&options.common.rules, rules].concat())?;
        let common =
            Common { rules: Vec::new(), set: [&options.common.set, set].concat(), today: options.common.today };
        let asked = desk.asked(&book, &common, options.units)?;
        Ok(Side { book, asked })
    };
    let (a, b) = (side(&options.rules_a, &options.set_a)?, side(&options.rules_b, &options.set_b)?);
    match [&options.a, second].map(|path| Kind::of(path)) {
        [Kind::One, Kind::One] => {}
        [Kind::Folder, Kind::Folder] => return many(desk, options, &a, &b, in_folders(&options.a, second)?),
        [Kind::Roster, Kind::Roster] => return many(desk, options, &a, &b, in_rosters(desk, &options.a, second)?),
        [kind, _] => {
            let path = if kind == Kind::One { &options.a } else { second };
            let finding = Finding::error("many-against-other").with("path", path.display().to_string());
            return Err(Stopped::Usage(finding.into()));
        }
    }
    let (plan_a, plan_b) = (plan(desk, &a, &options.a)?, plan(desk, &b, second)?);
    let found = compare::compare(&plan_a, &plan_b);
    let answer = match options.format {
        As::Json => {
            let mut data = data(&options.a.display().to_string(), &found);
            data["b_name"] = json!(second.display().to_string());
            data["summary"] = json!(summary(desk, &plan_a, &plan_b, &found));
            pretty(&data)
        }
        As::Text => told(desk, &plan_a, &plan_b, &found),
    };
    std::io::stdout().lock().write_all(answer.as_bytes())?;
    Ok(Ended::Well)
}

/// The plan of a file: read where it is data, made where it is a request.
fn plan(desk: &Desk, side: &Side, path: &Path) -> Result<Plan, Stopped> {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
        let text = Text::new(path.display().to_string(), files::read_text(path, LARGEST_PLAN)?);
        return Ok(json::read(&text)?);
    }
    let text = Text::new(path.display().to_string(), files::read_text(path, files::LARGEST)?);
    let (request, _) = desk.read_request(&side.book, &text)?;
    Ok(crate::engine::plan(&side.book, &desk.phrases, &request, &side.asked)?)
}

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    One,
    Folder,
    Roster,
}

impl Kind {
    fn of(path: &Path) -> Self {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            _ if path.is_dir() => Self::Folder,
            Some("csv" | "tsv" | "ndjson" | "jsonl") => Self::Roster,
            _ => Self::One,
        }
    }
}

/// Where a client's request stands on one side.
enum Place {
    File(PathBuf),
    Row(Arc<Job>),
    /// Not in this roster.
    Nowhere(PathBuf),
}

/// A client, by name, on both sides.
type Client = (String, Place, Place);

/// The clients of two folders, by the names of their files.
fn in_folders(a: &Path, b: &Path) -> Result<Vec<Client>, Stopped> {
    let names: BTreeSet<String> =
        files::list_folder(a, &[".toml"])?.into_iter().chain(files::list_folder(b, &[".toml"])?).collect();
    if names.is_empty() {
        return Err(Finding::error("no-requests").with("folder", a.display().to_string()).into());
    }
    let client = |name: String| {
        let (a, b) = (Place::File(a.join(&name)), Place::File(b.join(&name)));
        (name, a, b)
    };
    Ok(names.into_iter().map(client).collect())
}

/// The clients of two rosters, by the names that their files would have; of one roster its rows, one after the other.
fn in_rosters(desk: &Desk, a: &Path, b: &Path) -> Result<Box<dyn Iterator<Item = Client> + Send>, Stopped> {
    let rows = |path: &Path| -> Result<_, Stopped> {
        let jobs = sources::open(desk, &[path.to_owned()], None)?.jobs;
        Ok(jobs.map(|job| (job.stem.clone(), Arc::new(job))))
    };
    if a == b {
        let both = |(name, job): (String, Arc<Job>)| (name, Place::Row(Arc::clone(&job)), Place::Row(job));
        return Ok(Box::new(rows(a)?.map(both)));
    }
    let mut clients: Vec<Client> =
        rows(a)?.map(|(name, job)| (name, Place::Row(job), Place::Nowhere(b.to_owned()))).collect();
    let by_name: BTreeMap<String, usize> =
        clients.iter().enumerate().map(|(at, (name, ..))| (name.clone(), at)).collect();
    for (name, job) in rows(b)? {
        match by_name.get(&name) {
            Some(at) => clients[*at].2 = Place::Row(job),
            None => clients.push((name, Place::Nowhere(a.to_owned()), Place::Row(job))),
        }
    }
    Ok(Box::new(clients.into_iter()))
}

/// The plan of a client on one side.
fn plan_at(desk: &Desk, side: &Side, place: &Place) -> Result<Plan, Stopped> {
    let job = match place {
        Place::File(path) => return plan(desk, side, path),
        Place::Nowhere(path) => {
            return Err(Finding::error("no-such-client").with("path", path.display().to_string()).into());
        }
        Place::Row(job) => job,
    };
    let (request, _) = match &job.what {
        What::File => return plan(desk, side, &job.path),
        What::Entry(entry) => desk.read_table(&side.book, &entry.text, entry.table.as_ref().map_err(Clone::clone)?)?,
        What::Lost(error) => return Err(Stopped::World(error.again())),
    };
    Ok(crate::engine::plan(&side.book, &desk.phrases, &request, &side.asked)?)
}

/// Every client before and after: the summary first, then each who is touched.
fn many<C>(desk: &Desk, options: &Options, a: &Side, b: &Side, clients: C) -> Outcome
where
    C: IntoIterator<Item = Client>,
    C::IntoIter: Send,
{
    let mut tally = Tally::default();
    let mut told: Vec<Value> = Vec::new();
    let mut body = String::new();
    let pair = |(name, before, after): Client| Pair { a: plan_at(desk, a, &before), b: plan_at(desk, b, &after), name };
    abreast::in_order(clients.into_iter(), pair, |pair| {
        let (text, client) = tally.count(desk, pair);
        match options.format {
            As::Text => body += &text,
            As::Json => told.push(client),
        }
        true
    });
    let summary = tally.told(desk);
    let answer = match options.format {
        As::Json => pretty(&json!({ "summary": summary, "clients": told })),
        As::Text => format!("{summary}\n{body}"),
    };
    std::io::stdout().lock().write_all(answer.as_bytes())?;
    Ok(if tally.lost.is_empty() && tally.unplanned == 0 { Ended::Well } else { Ended::WithErrors })
}

/// What the clients of a folder come to.
#[derive(Default)]
struct Tally {
    clients: usize,
    changed: usize,
    both: usize,
    resets: [usize; 2],
    peak: [f64; 2],
    /// Who loses the plan, and who gains one.
    lost: Vec<String>,
    gained: Vec<String>,
    /// How many have no plan either way.
    unplanned: usize,
}

impl Tally {
    /// Counts a client; gives what is to say of them, as text and as data.
    fn count(&mut self, desk: &Desk, pair: Pair) -> (String, Value) {
        self.clients += 1;
        let (a, b) = match (pair.a, pair.b) {
            (Ok(a), Ok(b)) => (a, b),
            (a, b) => {
                let list = match (&a, &b) {
                    (Ok(_), _) => Some(&mut self.lost),
                    (_, Ok(_)) => Some(&mut self.gained),
                    _ => None,
                };
                match list {
                    Some(list) => list.push(pair.name.clone()),
                    None => self.unplanned += 1,
                }
                let whys = [why_not(desk, &a), why_not(desk, &b)];
                let facts = args! { "name" => pair.name.as_str(), "a" => whys[0].clone(), "b" => whys[1].clone() };
                let text = format!("\n{}\n", desk.phrases.say("diff.unplanned", &facts));
                return (text, json!({ "name": pair.name, "a": { "error": whys[0] }, "b": { "error": whys[1] } }));
            }
        };
        let found = compare::compare(&a, &b);
        self.both += 1;
        self.changed += usize::from(!found.same);
        for (at, plan) in [&a, &b].into_iter().enumerate() {
            self.resets[at] += compare::resets(plan);
            self.peak[at] += plan.weeks.iter().map(|week| week.volume_m).max().unwrap_or_default().km();
        }
        let data = data(&pair.name, &found);
        if found.same {
            return (String::new(), data);
        }
        let head =
            desk.phrases.say("diff.client", &args! { "name" => pair.name, "runner" => report::tidy(&a.runner.name) });
        (format!("\n{head}\n{}", indented(&told(desk, &a, &b, &found))), data)
    }

    fn told(&self, desk: &Desk) -> String {
        let mean = |sums: [f64; 2]| sums.map(|sum| (sum / self.both.max(1) as f64 * 10.0).round() / 10.0);
        let resets = mean(self.resets.map(|sum| sum as f64));
        let peak = mean(self.peak);
        let facts = args! {
            "clients" => self.clients,
            "changed" => self.changed,
            "same" => self.both - self.changed,
            "resets" => resets.to_vec(),
            "peak" => peak.to_vec(),
            "lost" => self.lost.clone(),
            "gained" => self.gained.clone(),
            "unplanned" => self.unplanned,
        };
        desk.phrases.say("diff.folder", &facts)
    }
}

/// Why there is no plan, in words; none where there is one.
fn why_not(desk: &Desk, made: &Result<Plan, Stopped>) -> Option<String> {
    made.as_ref().err().map(|stopped| desk.in_a_line(stopped))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}

/// A comparison as data.
fn data(name: &str, found: &Comparison) -> Value {
    let mut data = serde_json::to_value(found).unwrap_or_default();
    data["name"] = json!(name);
    data
}

/// What changes, in a sentence or two.
fn summary(desk: &Desk, a: &Plan, b: &Plan, found: &Comparison) -> String {
    let units = b.units;
    let resets = |plan: &Plan| -> Vec<u32> {
        plan.weeks.iter().filter(|week| week.kind == WeekKind::Reset).map(|week| week.number).collect()
    };
    let peak = |plan: &Plan| units.distance(plan.weeks.iter().map(|week| week.volume_m).max().unwrap_or_default());
    let long = |plan: &Plan| units.distance(plan.weeks.iter().map(|week| week.longest_run_m).max().unwrap_or_default());
    let facts = args! {
        "same" => found.same,
        "changed" => found.weeks.len(),
        "weeks" => b.weeks.len().max(a.weeks.len()),
        "resets_a" => resets(a),
        "resets_b" => resets(b),
        "peak" => vec![peak(a), peak(b)],
        "long" => vec![long(a), long(b)],
    };
    desk.phrases.say("diff.summary", &facts)
}

/// A comparison as a coach reads it: the summary, who did it, and the weeks.
fn told(desk: &Desk, a: &Plan, b: &Plan, found: &Comparison) -> String {
    let units = b.units;
    let mut out = summary(desk, a, b, found) + "\n";
    if found.same {
        return out;
    }
    // The summary has told these already.
    let season =
        found.season.iter().filter(|change| !matches!(change.what, "resets" | "peak_volume_m" | "peak_long_run_m"));
    let season: Vec<String> = season.map(|change| changed(desk, change, units)).collect();
    if !season.is_empty() {
        let _ = writeln!(out, "\n{}", desk.phrases.word("diff.season"));
        for line in &season {
            let _ = writeln!(out, "  {line}");
        }
    }
    if !found.causes.is_empty() {
        let _ = writeln!(out, "\n{}", desk.phrases.word("diff.causes"));
        for cause in &found.causes {
            let _ = writeln!(out, "{}", indented(&told_cause(desk, cause, b.weeks.len(), units)).trim_end());
        }
    }
    if !found.weeks.is_empty() {
        let _ = writeln!(out, "\n{}", desk.phrases.word("diff.weeks"));
    }
    let everywhere: Vec<&str> =
        found.causes.iter().filter(|cause| cause.weeks.len() * 2 > b.weeks.len()).map(|c| c.setting.as_str()).collect();
    for week in &found.weeks {
        let _ = writeln!(out, "  {}", told_week(desk, week, &everywhere, units));
        if week.changes.is_empty() {
            for day in &week.days {
                let (a, b) = (report::tidy(&day.a.join(", ")), report::tidy(&day.b.join(", ")));
                let facts = args! { "date" => day.date.to_string(), "a" => a, "b" => b };
                let _ = writeln!(out, "      {}", desk.phrases.say("diff.day", &facts));
            }
        }
    }
    for (key, findings) in [("diff.gone", &found.findings_gone), ("diff.new", &found.findings_new)] {
        for finding in findings {
            let message = report::tidy(&finding.message);
            let facts = args! { "message" => message, "week" => finding.week };
            let _ = writeln!(out, "{}", desk.phrases.say(key, &facts));
        }
    }
    out
}

fn told_cause(desk: &Desk, cause: &Cause, all: usize, units: Units) -> String {
    let value = |word: &Option<Word>| {
        let data: Option<Value> = word.as_ref().and_then(|word| serde_json::from_str(&word.now).ok());
        data.map_or_else(String::new, |data| super::why::shown(&cause.setting, &data, units))
    };
    let place = |word: &Option<Word>| word.as_ref().map(|word| format!("{}:{}", word.file, word.line));
    let rule = |word: &Option<Word>| word.as_ref().and_then(|word| word.rule.clone());
    let facts = args! {
        "setting" => cause.setting.as_str(),
        "a" => value(&cause.a),
        "b" => value(&cause.b),
        "place_a" => place(&cause.a),
        "place_b" => place(&cause.b),
        "rule_a" => rule(&cause.a),
        "rule_b" => rule(&cause.b),
        "because" => cause.b.as_ref().or(cause.a.as_ref()).map(|word| word.because.clone()),
        "weeks" => super::why::numbers(&cause.weeks),
        "several" => cause.weeks.len() > 1,
        "all" => cause.weeks.len() == all,
    };
    desk.phrases.say("diff.cause", &facts)
}

fn told_week(desk: &Desk, week: &WeekChange, everywhere: &[&str], units: Units) -> String {
    let changes: Vec<String> = week.changes.iter().map(|change| changed(desk, change, units)).collect();
    let own: Vec<&str> = week.settings.iter().map(String::as_str).filter(|name| !everywhere.contains(name)).collect();
    let facts = args! {
        "number" => week.b.or(week.a),
        "was" => week.a,
        "only" => if week.a.is_none() { "b" } else if week.b.is_none() { "a" } else { "" },
        "start" => week.start.to_string(),
        "changes" => changes,
        "days" => week.days.len(),
        "settings" => own,
    };
    desk.phrases.say("diff.week", &facts)
}

/// A change in words.
fn changed(desk: &Desk, change: &Change, units: Units) -> String {
    let name = desk.phrases.word(&format!("diff.what.{}", change.what));
    let shown = |value: &Value| match value {
        Value::Null => desk.phrases.word("diff.none"),
        Value::Number(metres) if change.what.ends_with("_m") => {
            units.distance(crate::measure::Distance::from_metres(metres.as_f64().unwrap_or_default()))
        }
        Value::String(word) => {
            let known = match change.what {
                "kind" => desk.phrases.maybe(&format!("page.kind.{word}"), &args! {}),
                "phase" => desk.phrases.maybe(&format!("page.phase.{word}"), &args! {}),
                "run_at" => desk.phrases.maybe(&format!("hour.{word}"), &args! {}),
                _ => None,
            };
            report::tidy(&known.unwrap_or_else(|| word.clone()))
        }
        other => other.to_string(),
    };
    desk.phrases.say("diff.change", &args! { "what" => name, "a" => shown(&change.a), "b" => shown(&change.b) })
}
