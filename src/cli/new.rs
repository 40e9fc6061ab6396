//! `stepback new`: asks, and writes a commented request; copies the templates out; lays a table of check-ins ready.

mod interview;

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::{Desk, Ended, Outcome, Stopped, UnitsWord};
use crate::args;
use crate::calendar::{Date, Weekday};
use crate::engine::{self, Asked};
use crate::files;
use crate::finding::{Finding, Findings};
use crate::measure::Units;
use crate::rulebook::Rulebook;
use crate::shipped;
use crate::source::Text;

pub(super) const EXAMPLES: &str = "\
Examples:
  stepback new                                 asks a few questions, and writes a request
  stepback new sara.toml --weekly '38 km' --days mon,tue,thu,sat --race half-marathon --date 2027-02-07
                                               the same without a question
  stepback new my-look --templates             the built-in templates, to change: plan --templates my-look
  stepback new sara-checkins.csv --checkins    a table of check-ins to fill in, for review";

/// The columns of a table of check-ins.
const CHECKINS: &str = "date,fatigue,sleep,soreness,stress,motivation,resting_hr,pain,illness,note\n";

/// The request as it is written, with gaps.
const REQUEST: &str = "new/request.toml.j2";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The file to write, `-` for standard output [default: named after the runner]
    file: Option<PathBuf>,
    /// Copy the built-in templates into a folder, to change them [default: templates]
    #[arg(long, conflicts_with = "checkins")]
    templates: bool,
    /// Write a table of check-ins to fill in [default: checkins.csv, or beside FILE where FILE is a request]
    #[arg(long)]
    checkins: bool,
    /// Write over what is there
    #[arg(long)]
    force: bool,
    /// Ask nothing: what no flag says is left out
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    answers: Answers,
    /// A folder of rules on top of the built-in ones; may be given several times
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// The day to take for today [default: the clock's]
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

/// Every answer, as a flag or as it is typed.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Answers")]
struct Answers {
    /// The runner's name
    #[arg(long)]
    name: Option<String>,
    /// new, beginner, intermediate, advanced or elite; told from --weekly where it is left out
    #[arg(long)]
    level: Option<String>,
    /// Mean of the last four weeks, such as '38 km'
    #[arg(long, value_name = "DISTANCE")]
    weekly: Option<String>,
    /// Longest run of the last 30 days, such as '14 km'
    #[arg(long, value_name = "DISTANCE")]
    longest: Option<String>,
    /// Age in years
    #[arg(long)]
    age: Option<u32>,
    /// An all-clear or what needs care: cleared, injured, pregnant or heart; several with commas between
    #[arg(long, value_delimiter = ',')]
    health: Vec<String>,
    /// What for: 5k, 10k, half-marathon, marathon, ...
    #[arg(long)]
    race: Option<String>,
    /// What the race is called
    #[arg(long, value_name = "NAME")]
    race_name: Option<String>,
    /// The day of the race
    #[arg(long)]
    date: Option<Date>,
    /// A time such as 1:55:00, or finish
    #[arg(long)]
    goal: Option<String>,
    /// How many weeks a season without a race has
    #[arg(long)]
    weeks: Option<u32>,
    /// A race of the last months, to tell paces from
    #[arg(long, value_name = "RACE", requires = "recent_time")]
    recent_race: Option<String>,
    /// How long it took, such as 52:30
    #[arg(long, value_name = "TIME", requires = "recent_race")]
    recent_time: Option<String>,
    /// When it was
    #[arg(long, value_name = "DATE", requires = "recent_race")]
    recent_date: Option<Date>,
    /// A city, or a kind of climate
    #[arg(long)]
    climate: Option<String>,
    /// dawn, morning, noon, afternoon, evening, night, or a time
    #[arg(long, requires = "climate")]
    run_at: Option<String>,
    /// Whether there is a treadmill
    #[arg(long, requires = "climate")]
    treadmill: bool,
    /// The days that are free: mon,tue,thu,sat
    #[arg(long, value_delimiter = ',')]
    days: Vec<String>,
    /// The day of the long run
    #[arg(long, value_name = "DAY")]
    long_run: Option<String>,
    /// Kilometres or miles
    #[arg(long, value_enum)]
    units: Option<UnitsWord>,
    /// What the season is called
    #[arg(long)]
    title: Option<String>,
    /// The first day of the season [default: the next Monday]
    #[arg(long, value_name = "DATE")]
    start: Option<Date>,
}

impl Answers {
    /// The flags without which nothing can be written, where they are missing.
    fn missing(&self) -> Vec<&'static str> {
        let no_amount = self.level.is_none() && self.weekly.is_none();
        [("--weekly", no_amount), ("--days", self.days.is_empty())]
            .into_iter()
            .filter_map(|(flag, missing)| missing.then_some(flag))
            .collect()
    }

    /// Whether anything is answered.
    fn any(&self) -> bool {
        self.missing().len() < 2 || self.race.is_some() || self.name.is_some()
    }

    fn units(&self) -> Units {
        self.units.map_or(Units::Km, Units::from)
    }
}

pub(super) fn run(desk: &Desk, options: &Options) -> Outcome {
    if options.templates {
        return templates(desk, options);
    }
    if options.checkins {
        checkins(desk, options)?;
        if !options.answers.any() {
            return Ok(Ended::Well);
        }
    }
    request(desk, options)
}

/// Asks what no flag says, sees that it plans, and writes it.
fn request(desk: &Desk, options: &Options) -> Outcome {
    let book = desk.rulebook(&options.rules)?;
    let today = options.today.unwrap_or_else(Date::today);
    let mut answers = options.answers.clone();
    let asks = !options.yes && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let named = options.file.as_deref().filter(|_| !options.checkins || is_request(options.file.as_deref()));
    if let (Some(path), false) = (named.filter(|path| *path != Path::new("-")), options.force) {
        files::spare_any(path)?;
    }
    let mut interview = interview::Interview { desk, book: &book, today };
    if asks {
        interview.all(&mut answers)?;
    }
    refuse_half(&answers)?;
    let path = named.map_or_else(|| file_for(&answers), Path::to_owned);
    if path != Path::new("-") && !options.force {
        files::spare_any(&path)?;
    }
    let text = loop {
        let text = compose(desk, &answers, &path, today);
        match try_out(desk, &book, &text, today) {
            Ok(()) => break text,
            Err(findings) if asks => {
                desk.report(&findings);
                if !interview.again(&mut answers)? {
                    return Ok(Ended::WithErrors);
                }
            }
            Err(findings) => return Err(findings.into()),
        }
    };
    if path == Path::new("-") {
        std::io::stdout().lock().write_all(text.body.as_bytes())?;
        return Ok(Ended::Well);
    }
    files::write_all(&[(path.clone(), text.body.as_bytes().to_vec())], files::Sync::Now)?;
    desk.remark("new.written", &args! { "path" => path.display().to_string() });
    Ok(Ended::Well)
}

/// Refuses answers that are too few.
fn refuse_half(answers: &Answers) -> Result<(), Stopped> {
    let missing = answers.missing();
    if !missing.is_empty() {
        return Err(Stopped::Usage(Finding::error("new-unasked").with("missing", missing).into()));
    }
    if answers.race.is_some() != answers.date.is_some() {
        return Err(Stopped::Usage(Finding::error("new-race-without-date").into()));
    }
    Ok(())
}

/// Whether a request reads well, and a season can be planned from it.
fn try_out(desk: &Desk, book: &Rulebook, text: &std::sync::Arc<Text>, today: Date) -> Result<(), Findings> {
    let (request, _) = desk.read_request(book, text)?;
    engine::plan(book, &desk.phrases, &request, &Asked { today, flags: None, units: None })?;
    Ok(())
}

/// A file called after the runner.
fn file_for(answers: &Answers) -> PathBuf {
    let name = answers.name.as_deref().map(files::plain_name).filter(|name| !name.is_empty());
    PathBuf::from(name.map_or_else(|| "request.toml".to_owned(), |name| format!("{}.toml", name.to_lowercase())))
}

/// The request, written out with notes.
fn compose(desk: &Desk, answers: &Answers, path: &Path, today: Date) -> std::sync::Arc<Text> {
    let file = path.display().to_string();
    let shown = if path == Path::new("-") { "sara.toml".to_owned() } else { crate::report::tidy(&file) };
    let template = shipped::text(&format!("{}{REQUEST}", shipped::TEMPLATES)).unwrap_or_default();
    let words = desk.phrases.fill(template, &facts(answers, &shown.replace('\n', " "), today));
    Text::new(file, format!("{}\n", words.trim_end()))
}

/// What fills the gaps: every value as TOML writes it.
fn facts(answers: &Answers, file: &str, today: Date) -> Value {
    let text = |words: &Option<String>| words.as_deref().map(str::trim).filter(|words| !words.is_empty()).map(quoted);
    let list = |words: &[String]| words.iter().map(|word| quoted(word.trim())).collect::<Vec<_>>().join(", ");
    let recent = answers.recent_race.as_ref().zip(answers.recent_time.as_ref()).map(|(race, time)| {
        let date = answers.recent_date.map(|date| format!(", date = {date}")).unwrap_or_default();
        format!("{{ race = {}, time = {}{date} }}", quoted(race.trim()), quoted(time.trim()))
    });
    let health = match answers.health.as_slice() {
        [] => None,
        [one] if one == "cleared" => Some(quoted(one)),
        several => Some(format!("[{}]", list(several))),
    };
    // Whole weeks: a season written today begins next Monday, and the same file gives the same plan ever after.
    let start = answers.start.unwrap_or_else(|| today.week_start(Weekday::Mon) + 7);
    json!({
        "file": file,
        "runner": {
            "name": text(&answers.name),
            "shown": answers.name.as_deref().map(|name| crate::report::tidy(name).replace('\n', " ")),
            "level": text(&answers.level),
            "weekly": text(&answers.weekly),
            "longest": text(&answers.longest),
            "age": answers.age,
            "recent": recent,
            "health": health,
        },
        "race": {
            "race": text(&answers.race),
            "name": text(&answers.race_name),
            "date": answers.date.map(|date| date.to_string()),
            "goal": text(&answers.goal),
        },
        "place": { "climate": text(&answers.climate), "run_at": text(&answers.run_at), "treadmill": answers.treadmill },
        "week": { "days": format!("[{}]", list(&answers.days)), "long_run": text(&answers.long_run) },
        "plan": {
            "title": text(&answers.title),
            "start": start.to_string(),
            "weeks": answers.weeks.filter(|_| answers.race.is_none()),
            "units": quoted(answers.units().symbol()),
        },
    })
}

/// A text as TOML writes it, on one line.
fn quoted(words: &str) -> String {
    toml::Value::String(words.replace(['\n', '\r'], " ")).to_string()
}

/// Copies the templates out.
fn templates(desk: &Desk, options: &Options) -> Outcome {
    let folder = options.file.clone().unwrap_or_else(|| PathBuf::from("templates"));
    let wanted = [".j2", ".css", "README.md"].iter().flat_map(|ending| shipped::files(shipped::TEMPLATES, ending));
    // What `new` itself fills in is no part of a page.
    let wanted: Vec<_> = wanted.filter(|(name, _)| *name != REQUEST).collect();
    if !options.force {
        for (name, _) in &wanted {
            files::spare_any(&folder.join(name))?;
        }
    }
    let texts: Vec<_> = wanted.iter().map(|(name, body)| (folder.join(name), body.as_bytes().to_vec())).collect();
    files::write_all(&texts, files::Sync::Now)?;
    desk.remark("new.templates", &args! { "count" => texts.len(), "folder" => folder.display().to_string() });
    Ok(Ended::Well)
}

/// Whether a path is that of a request.
fn is_request(path: Option<&Path>) -> bool {
    path.and_then(Path::extension).is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
}

/// Lays a table of check-ins ready.
fn checkins(desk: &Desk, options: &Options) -> Result<(), Stopped> {
    let path = match &options.file {
        Some(file) if is_request(Some(file)) => {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            file.with_file_name(if stem == "request" {
                "checkins.csv".to_owned()
            } else {
                format!("{stem}-checkins.csv")
            })
        }
        Some(file) => file.clone(),
        None => PathBuf::from("checkins.csv"),
    };
    if path == Path::new("-") {
        std::io::stdout().lock().write_all(CHECKINS.as_bytes())?;
        return Ok(());
    }
    if !options.force {
        files::spare_any(&path)?;
    }
    files::write_all(&[(path.clone(), CHECKINS.as_bytes().to_vec())], files::Sync::Now)?;
    desk.remark("new.checkins", &args! { "path" => path.display().to_string() });
    Ok(())
}
