//! `stepback review`: push or ease off? For one runner with every reason and the season planned again; for a folder of
//! clients the Sunday list.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::plan::Keeper;
use super::plan::sources::stem;
use super::{Common, Desk, Ended, Look, Outcome, Stopped, UnitsWord, pretty};
use crate::engine::Asked;
use crate::export;
use crate::files;
use crate::finding::{Finding, Findings, Severity};
use crate::measure::Units;
use crate::phrasebook::Phrasebook;
use crate::plan::Plan;
use crate::request::Request;
use crate::review::again::{self, Around, Change};
use crate::review::checkins::{self, CheckIn};
use crate::review::log::{self, Ran};
use crate::review::signals::Looked;
use crate::review::{Answered, decide};
use crate::rulebook::Rulebook;
use crate::rulebook::readiness::Answer;
use crate::source::Text;
use crate::{args, engine};

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback review sara.toml --checkins sara-checkins.csv
  stepback review sara.toml --checkins week.csv --log activities.csv -o next
                                    the answer, and the season planned again in next/
  stepback review clients/          the Sunday list: one line each, worst first

Beside a request NAME.toml, NAME-checkins.csv and NAME-log.csv are found by themselves; beside request.toml,
checkins.csv and log.csv. A log is our own table, Strava's activities.csv or Garmin's Activities.csv.";

/// What the formats of an answer are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum As {
    /// For people
    Text,
    /// For programs
    Json,
    /// A page, for a folder of clients
    Html,
}

#[derive(Debug, Args)]
pub(super) struct Options {
    /// A request, or a folder of clients
    #[arg(value_name = "REQUEST")]
    request: PathBuf,
    /// How the runner is: CSV or TOML with date, fatigue, sleep, soreness, stress and motivation from 1 to 5, 5 is good
    #[arg(long, value_name = "FILE")]
    checkins: Option<PathBuf>,
    /// What was run: our own table, Strava's activities.csv or Garmin's Activities.csv
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Where to write the season planned again
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Text for people, data for programs, or for a folder a page
    #[arg(short, long, value_enum, default_value_t = As::Text)]
    format: As,
    /// The units of distances in a log that does not say its own
    #[arg(long, value_enum)]
    units: Option<UnitsWord>,
    /// Write over files that stepback did not write
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    look: Look,
}

/// A runner, looked at.
struct Reviewed {
    /// The words of the runner's language.
    phrases: Arc<Phrasebook>,
    plan: Plan,
    standing: Plan,
    answer: Answer,
    again: Option<Plan>,
    moved: Option<again::Moved>,
    reasons: Vec<crate::review::Why>,
    read: Findings,
}

impl Options {
    /// How pages are to look.
    pub(super) fn look(&self) -> &Look {
        &self.look
    }
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    let book = desk.rulebook(&options.common.rules)?;
    let asked = desk.asked(&book, &options.common, None)?;
    if options.request.is_dir() {
        return sunday(desk, options, &book, &asked);
    }
    if options.format == As::Html {
        return Err(Finding::error("review-html-of-one").into());
    }
    let own = (options.checkins.clone(), options.log.clone());
    let reviewed = one(desk, options, &book, &asked, &options.request, own)?;
    desk.report(&reviewed.read);
    let mut out = std::io::stdout().lock();
    match options.format {
        As::Json => write!(out, "{}", pretty(&data(&reviewed, &asked)))?,
        _ => write!(out, "{}", text(&reviewed, &asked))?,
    }
    out.flush()?;
    if let (Some(folder), Some(plan)) = (&options.output, &reviewed.again) {
        write_season(desk, options, folder, &options.request, plan)?;
    }
    Ok(Ended::Well)
}

/// Looks at one runner.
fn one(
    desk: &Desk,
    options: &Options,
    book: &Rulebook,
    asked: &Asked,
    path: &Path,
    (own_checkins, own_log): (Option<PathBuf>, Option<PathBuf>),
) -> Result<Reviewed, Stopped> {
    let text = Text::new(path.display().to_string(), files::read_text(path, files::LARGEST)?);
    let (request, mut read) = desk.read_request(book, &text)?;
    let checkins_at = own_checkins.or_else(|| beside(path, "checkins", &["csv", "toml"]));
    let log_at = own_log.or_else(|| log_beside(path));
    if checkins_at.is_none() && log_at.is_none() {
        return Err(Finding::error("review-of-nothing").with("path", path.display().to_string()).into());
    }
    let open = |path: &PathBuf| -> Result<_, Stopped> {
        Ok(Text::new(path.display().to_string(), files::read_text(path, files::LARGEST)?))
    };
    let mut checkins: Vec<CheckIn> = Vec::new();
    if let Some(path) = &checkins_at {
        let (told, findings) = checkins::read(&open(path)?, asked.today)?;
        checkins = told;
        read.0.extend(findings.0);
        if let Some(last) = checkins.last()
            && asked.today - last.date > book.readiness.lines.stale_days
        {
            let days = asked.today - last.date;
            let finding = Finding::warning("checkins-stale").with("date", last.date.to_string()).with("days", days);
            read.push(finding);
        }
    }
    let mut runs: Option<Vec<Ran>> = None;
    if let Some(path) = &log_at {
        let text = open(path)?;
        let zone = again::zone(book, &request);
        let units = options.units.map(Units::from);
        let told = match log::read(&text, units, zone, asked.today) {
            // What the runner plans in is the likeliest; said, so that a wrong guess is seen.
            Err(wrong) if units.is_none() && wrong.0.iter().any(|finding| finding.code == "units-unsaid") => {
                let own = request.units();
                let place = wrong.0[0].place.clone();
                let (told, mut findings) = log::read(&text, Some(own), zone, asked.today)?;
                let finding = Finding::warning("log-units-taken").with("units", own.symbol());
                findings.push(match place {
                    Some(place) => finding.at(place),
                    None => finding,
                });
                (told, findings)
            }
            told => told?,
        };
        read.0.extend(told.1.0);
        runs = Some(told.0);
    }
    let standing = standing(desk, options, book, asked, path, &request, &checkins, runs.as_deref(), &mut read)?;
    let looked = Looked {
        plan: &standing,
        checkins: &checkins,
        log: runs.as_deref(),
        today: asked.today,
        cleared: request.runner.cleared.as_ref().map(|at| at.value),
    };
    let own = request.plan.language.as_ref().and_then(|language| desk.phrases.other(&language.value));
    let phrases = own.unwrap_or_else(|| Arc::clone(&desk.phrases));
    let spoken = book.in_language(phrases.language());
    let book = spoken.as_deref().unwrap_or(book);
    let answered: Answered<'_> = decide(book, &phrases, &looked);
    let around = Around { book, phrases: &phrases, request: &request, asked };
    let mut again = again::plan(around, &looked, &answered)?;
    let moved = again.as_mut().filter(|_| answered.moves).and_then(|plan| again::moved(around, &looked, plan));
    let (answer, reasons) = (answered.answer, answered.reasons);
    let plan = again.clone().unwrap_or_else(|| standing.clone());
    Ok(Reviewed { phrases, plan, standing, answer, again, moved, reasons, read })
}

/// The season as it stands: as an earlier run wrote it, and else as the request asks for it.
#[allow(clippy::too_many_arguments)]
fn standing(
    desk: &Desk,
    options: &Options,
    book: &Rulebook,
    asked: &Asked,
    path: &Path,
    request: &Request,
    checkins: &[CheckIn],
    runs: Option<&[Ran]>,
    read: &mut Findings,
) -> Result<Plan, Stopped> {
    let name = format!("{}.json", stem(path));
    let places: Vec<PathBuf> =
        options.output.iter().map(|folder| folder.join(&name)).chain([path.with_file_name(&name)]).collect();
    if let Some(place) = places.iter().find(|place| place.is_file()) {
        return super::render::read(place);
    }
    let mut asked = asked.clone();
    if request.plan.start.is_none() {
        // Without a start the season would begin after today, and there would be nothing to look at.
        let first =
            checkins.iter().map(|checkin| checkin.date).chain(runs.iter().flat_map(|r| r.iter().map(|r| r.date)));
        if let Some(first) = first.min() {
            asked.today = first.min(asked.today) + -7;
            read.push(Finding::warning("review-start-taken").with("date", first.to_string()));
        }
    }
    Ok(engine::plan(book, &desk.phrases, request, &asked)?)
}

/// A file of a kind beside a request: `sara-checkins.csv` for `sara.toml`, `checkins.csv` for `request.toml`.
fn beside(path: &Path, kind: &str, endings: &[&str]) -> Option<PathBuf> {
    let own = path.file_stem()?.to_string_lossy().into_owned();
    let names =
        if own == "request" { vec![kind.to_owned()] } else { vec![format!("{own}-{kind}"), format!("{own}.{kind}")] };
    let all = names.iter().flat_map(|name| endings.iter().map(move |ending| format!("{name}.{ending}")));
    all.map(|name| path.with_file_name(name)).find(|path| path.is_file())
}

fn log_beside(path: &Path) -> Option<PathBuf> {
    let exports = ["activities.csv", "Activities.csv"].map(|name| path.with_file_name(name));
    let whole = path.file_stem().is_some_and(|stem| stem == "request");
    beside(path, "log", &["csv"])
        .or_else(|| beside(path, "activities", &["csv"]))
        .or_else(|| exports.into_iter().find(|path| whole && path.is_file()))
}

fn write_season(desk: &Desk, options: &Options, folder: &Path, path: &Path, plan: &Plan) -> Result<(), Stopped> {
    let (templates, page) = desk.templates(&options.look)?;
    let page_desk = export::Desk { phrasebook: &desk.phrases, templates: &templates, page, pack: false };
    let formats = ["json", "md", "html"].map(str::to_owned);
    let files = desk.write(plan, &formats, &page_desk)?;
    let keeper = Keeper { asked: folder, force: options.force, dry_run: false, sync: files::Sync::Now };
    for path in keeper.keep(folder, &stem(path), files)? {
        desk.remark("cli.wrote", &args! { "path" => path.display().to_string() });
    }
    Ok(())
}

// ---- one runner ----

fn changes(reviewed: &Reviewed, asked: &Asked) -> Vec<Change> {
    match &reviewed.again {
        Some(again) => again::changes(&reviewed.standing, again, asked.today),
        None => Vec::new(),
    }
}

fn data(reviewed: &Reviewed, asked: &Asked) -> Value {
    let found = reviewed.read.0.iter().map(|finding| {
        json!({
            "code": finding.code,
            "severity": finding.severity,
            "file": finding.place.as_ref().map(|place| place.text.name.clone()),
            "line": finding.place.as_ref().map(crate::source::Place::line),
        })
    });
    json!({
        "decision": reviewed.answer.name(),
        "today": asked.today,
        "reasons": reviewed.reasons,
        "changes": changes(reviewed, asked),
        "moved": reviewed.moved,
        "findings": found.collect::<Vec<_>>(),
        "plan": reviewed.again,
    })
}

fn text(reviewed: &Reviewed, asked: &Asked) -> String {
    let phrases = &reviewed.phrases;
    let units = reviewed.standing.units;
    let say = |key: &str, args: &crate::finding::Args| phrases.say(&format!("review.{key}"), args);
    let word = |key: &str| phrases.word(&format!("review.{key}"));
    let mut lines = vec![headline(reviewed), String::new()];
    for advice in reviewed.reasons.iter().map(|why| &why.advice).filter(|advice| !advice.is_empty()) {
        lines.extend([advice.clone(), String::new()]);
    }
    lines.push(word("why"));
    for why in &reviewed.reasons {
        let source = why.source.join(", ");
        lines.push(format!("  {}", why.because));
        let rule =
            args! { "rule" => why.rule.as_str(), "file" => why.file.as_str(), "line" => why.line, "source" => source };
        lines.push(format!("    {}", say("rule", &rule)));
        lines.push(format!("    {}", say("until", &args! { "until" => why.until.as_str() })));
    }
    if reviewed.reasons.is_empty() {
        lines.push(format!("  {}", word("nothing-said")));
    }
    let changes = changes(reviewed, asked);
    lines.push(String::new());
    if reviewed.answer == Answer::Stop {
        lines.push(word("no-plan"));
    } else if changes.is_empty() {
        lines.push(word("no-changes"));
    } else {
        lines.push(word("changes"));
        for change in &changes {
            let told = |week: &Option<again::Told>| match week {
                Some(week) => {
                    let kind = phrases.word(&format!("page.kind.{}", week.kind.name()));
                    say(
                        "week",
                        &args! { "kind" => kind, "volume" => units.distance(week.volume_m), "longest" => units.distance(week.longest_run_m) },
                    )
                }
                None => word("no-week"),
            };
            let args = args! { "week" => change.week, "start" => change.start.to_string(), "was" => told(&change.was), "now" => told(&change.now) };
            lines.push(format!("  {}", say("change", &args)));
        }
    }
    if let Some(moved) = &reviewed.moved {
        let args = args! { "session" => moved.session.as_str(), "to" => moved.to.to_string() };
        lines.push(say("moved", &args));
    }
    if let Some(race) = reviewed.plan.races.iter().find(|race| race.date >= asked.today)
        && reviewed.answer != Answer::Stop
    {
        lines.push(String::new());
        lines.push(say("race-stays", &args! { "race" => race.name.as_str(), "date" => race.date.to_string() }));
    }
    lines.push(String::new());
    lines.push(word("not-medical"));
    lines.push(String::new());
    lines.join("\n")
}

/// The answer in a sentence that a tired runner can take in.
fn headline(reviewed: &Reviewed) -> String {
    let from_what_was_run = reviewed.answer == Answer::Build
        && reviewed.again.as_ref().is_some_and(|again| again.weeks != reviewed.standing.weeks);
    let key = if reviewed.moved.is_some() {
        "build-moved"
    } else if from_what_was_run {
        "build-from-here"
    } else {
        reviewed.answer.name()
    };
    reviewed.phrases.word(&format!("review.answer.{key}"))
}

/// A few sentences that a coach can send as they are.
fn message(reviewed: &Reviewed) -> String {
    let name = reviewed.standing.runner.name.as_str();
    let first = reviewed.reasons.first();
    let because = first.map(|why| why.because.as_str()).unwrap_or_default();
    let advice = first.map(|why| why.advice.as_str()).unwrap_or_default();
    let args = args! { "name" => name, "answer" => headline(reviewed), "because" => because, "advice" => advice };
    reviewed.phrases.say("review.message", &args).trim().to_owned()
}

// ---- the Sunday list ----

/// One line of the list.
struct Row {
    path: String,
    name: String,
    /// None where the review itself failed.
    answer: Option<Answer>,
    reason: String,
    rule: String,
    message: String,
}

/// Looks at every client of a folder: worst first.
fn sunday(desk: &Desk, options: &Options, book: &Rulebook, asked: &Asked) -> Outcome {
    if options.checkins.is_some() || options.log.is_some() {
        return Err(Finding::error("review-folder-has-its-own").into());
    }
    let mut rows = Vec::new();
    let mut ended = Ended::Well;
    for name in files::list_folder(&options.request, &[".toml"])? {
        let path = options.request.join(&name);
        // Check-ins may be TOML too.
        if name.ends_with("checkins.toml") {
            continue;
        }
        match one(desk, options, book, asked, &path, (None, None)) {
            Ok(reviewed) => {
                if let (Some(folder), Some(plan)) = (&options.output, &reviewed.again) {
                    let inside = Path::new(&name).parent().map(|parent| folder.join(parent)).unwrap_or_default();
                    write_season(desk, options, &inside, &path, plan)?;
                }
                let first = reviewed.reasons.first();
                rows.push(Row {
                    path: name,
                    name: reviewed.standing.runner.name.clone(),
                    answer: Some(reviewed.answer),
                    reason: first.map(|why| why.because.clone()).unwrap_or_default(),
                    rule: first.map(|why| why.rule.clone()).unwrap_or_default(),
                    message: message(&reviewed),
                });
            }
            Err(Stopped::Findings(findings)) => {
                let worst = findings.0.iter().find(|finding| finding.severity == Severity::Error);
                let reason = worst.or(findings.0.first()).map(|finding| desk.phrases.message(finding));
                let code = worst.map(|finding| finding.code.clone()).unwrap_or_default();
                // A client who sent nothing is no failure of the list.
                if code != "review-of-nothing" {
                    desk.report(&findings);
                    ended = Ended::WithErrors;
                }
                rows.push(Row {
                    name: stem(&path),
                    path: name,
                    answer: None,
                    reason: reason.unwrap_or_default(),
                    rule: code,
                    message: String::new(),
                });
            }
            Err(Stopped::World(error)) => {
                desk.refused(&error);
                ended = Ended::WithErrors;
            }
            Err(other) => return Err(other),
        }
    }
    if rows.is_empty() {
        let shown = options.request.display().to_string();
        return Err(Finding::error("no-requests").with("folder", shown).into());
    }
    // Gravest first; those of whom nothing is known come last.
    rows.sort_by(|a, b| b.answer.cmp(&a.answer).then_with(|| a.name.cmp(&b.name)).then_with(|| a.path.cmp(&b.path)));
    let mut out = std::io::stdout().lock();
    match options.format {
        As::Text => write!(out, "{}", list(&desk.phrases, &rows, asked))?,
        As::Json => {
            write!(out, "{}", pretty(&json!({ "today": asked.today, "clients": shown(&desk.phrases, &rows) })))?;
        }
        As::Html => {
            let (templates, _) = desk.templates(&options.look)?;
            let title = desk.phrases.word("review.page-title");
            let data = json!({ "title": title, "today": asked.today, "clients": shown(&desk.phrases, &rows) });
            write!(out, "{}", templates.page("sunday.html.j2", &data)?)?;
        }
    }
    out.flush()?;
    Ok(ended)
}

fn shown(phrases: &Phrasebook, rows: &[Row]) -> Vec<Value> {
    rows.iter()
        .map(|row| {
            let decision = row.answer.map(Answer::name);
            json!({
                "request": row.path,
                "name": row.name,
                "decision": decision,
                "decision_title": phrases.word(&format!("review.short.{}", decision.unwrap_or("none"))),
                "reason": row.reason,
                "rule": row.rule,
                "to": phrases.say("review.to", &args! { "name" => row.name.as_str() }),
                "message": row.message,
            })
        })
        .collect()
}

fn list(phrases: &Phrasebook, rows: &[Row], asked: &Asked) -> String {
    let mut lines =
        vec![phrases.say("review.list", &args! { "count" => rows.len(), "today" => asked.today.to_string() })];
    let wide = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    for row in rows {
        let short = phrases.word(&format!("review.short.{}", row.answer.map_or("none", Answer::name)));
        let pad = " ".repeat(wide - row.name.chars().count());
        lines.push(format!("{short:<6} {}{pad}  {}", row.name, row.reason));
    }
    lines.push(String::new());
    for row in rows.iter().filter(|row| !row.message.is_empty()) {
        lines.push(phrases.say("review.to", &args! { "name" => row.name.as_str() }));
        lines.push(format!("{}\n", row.message));
    }
    lines.join("\n")
}
