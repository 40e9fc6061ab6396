//! Where requests come from: files, folders, patterns, rosters, lines; one by one, and what their files will be called.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashSet};
use std::hash::{Hash as _, Hasher as _};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::super::{Desk, Stopped};
use crate::files;
use crate::finding::{Finding, Findings};
use crate::roster::{Entry, Lines, Rows};

/// A request to plan.
pub(in crate::cli) struct Job {
    /// As its reader knows it: a path, or a row of a roster.
    pub(in crate::cli) shown: String,
    /// The file it stands in.
    pub(in crate::cli) path: PathBuf,
    /// The folder its plan goes to.
    pub(in crate::cli) folder: PathBuf,
    /// The beginning of the names of its files.
    pub(in crate::cli) stem: String,
    /// The folder inside the whole of what is written, for links to it.
    pub(in crate::cli) inside: PathBuf,
    pub(in crate::cli) what: What,
}

/// What a request is made of.
pub(in crate::cli) enum What {
    /// A file of its own, still to be read.
    File,
    /// A row or a line.
    Entry(Box<Entry>),
    /// What the system refused in the middle of a roster.
    Lost(files::Error),
}

impl Job {
    /// The folder that was asked for: the one its plan goes to, without the folders inside.
    pub(in crate::cli) fn root(&self) -> &Path {
        self.folder.ancestors().nth(self.inside.components().count()).unwrap_or(&self.folder)
    }
}

/// All requests that were named.
pub(in crate::cli) struct Sources {
    pub(in crate::cli) jobs: Box<dyn Iterator<Item = Job> + Send>,
    /// Whether there may be more than one.
    pub(in crate::cli) many: bool,
    /// How many there are, where that is known.
    pub(in crate::cli) total: Option<usize>,
    /// The one folder that holds all that is written, if there is one.
    pub(in crate::cli) home: Option<PathBuf>,
    /// Whether they come from standard input.
    pub(in crate::cli) from_stdin: bool,
}

/// A name on the command line, looked at.
enum Named {
    Files(Vec<(PathBuf, PathBuf)>),
    Rows(PathBuf, Rows),
    Lines(PathBuf, Lines),
}

/// Opens every request that was named. Nothing of a roster is read but its head.
pub(in crate::cli) fn open(desk: &Desk, named: &[PathBuf], output: Option<&Path>) -> Result<Sources, Stopped> {
    let from_stdin = named.iter().any(|path| path == Path::new("-"));
    let paths = spread(named)?;
    let mut seen = HashSet::new();
    let mut all: Vec<Named> = Vec::new();
    for path in once_each(&paths) {
        let mut named = look(desk, path)?;
        // A file named by itself and by its folder is one request.
        if let Named::Files(files) = &mut named {
            files.retain(|(path, _)| seen.insert(path.clone()));
        }
        all.push(named);
    }
    let output = output.filter(|folder| *folder != Path::new("-"));
    let home = output.map(Path::to_owned).or_else(|| match (all.as_slice(), named) {
        ([Named::Files(_)], [folder]) if folder.is_dir() => Some(folder.clone()),
        ([Named::Rows(path, _) | Named::Lines(path, _)], _) => Some(path.parent().unwrap_or(Path::new("")).to_owned()),
        _ => None,
    });
    let many = all.len() > 1
        || !matches!(all.as_slice(), [Named::Files(_)])
        || named.iter().any(|path| path.is_dir())
        || paths != named;
    keep_apart(&all, output)?;
    let total = all.iter().try_fold(0, |sum, named| match named {
        Named::Files(files) => Some(sum + files.len()),
        _ => None,
    });
    let output = output.map(Path::to_owned);
    // A name once taken stays taken, by whichever roster.
    let names = Arc::new(Mutex::new(Names::default()));
    let jobs = all.into_iter().flat_map(move |named| -> Box<dyn Iterator<Item = Job> + Send> {
        let output = output.clone();
        match named {
            Named::Files(files) => {
                Box::new(files.into_iter().map(move |(path, inside)| of_file(path, &inside, output.as_deref())))
            }
            Named::Rows(path, rows) => of_entries(&path, rows, output.as_deref(), Arc::clone(&names)),
            Named::Lines(path, lines) => of_entries(&path, lines, output.as_deref(), Arc::clone(&names)),
        }
    });
    Ok(Sources { jobs: Box::new(jobs), many, total, home, from_stdin })
}

/// Each path where it comes first.
fn once_each(paths: &[PathBuf]) -> impl Iterator<Item = &PathBuf> {
    let mut seen = HashSet::new();
    paths.iter().filter(move |path| seen.insert(*path))
}

/// Patterns spread out, where no shell has done it.
fn spread(named: &[PathBuf]) -> Result<Vec<PathBuf>, Stopped> {
    let mut paths = Vec::new();
    for path in named {
        let words = path.to_string_lossy();
        if !words.contains(['*', '?', '[']) || path.exists() {
            paths.push(path.clone());
            continue;
        }
        let nothing = || Stopped::from(Finding::error("no-requests").with("folder", words.as_ref()));
        let found: Vec<PathBuf> = glob::glob(&words).map_err(|_| nothing())?.filter_map(Result::ok).collect();
        if found.is_empty() {
            return Err(nothing());
        }
        paths.extend(found);
    }
    Ok(paths)
}

fn look(desk: &Desk, path: &Path) -> Result<Named, Stopped> {
    let shown = path.display().to_string();
    if path == Path::new("-") {
        return Ok(Named::Lines(PathBuf::new(), Lines::new("-", Box::new(BufReader::new(std::io::stdin())))));
    }
    if path.is_dir() {
        let found = files::list_folder(path, &[".toml"])?;
        if found.is_empty() {
            return Err(Finding::error("no-requests").with("folder", shown).into());
        }
        return Ok(Named::Files(found.into_iter().map(|name| (path.join(&name), PathBuf::from(name))).collect()));
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "csv" | "tsv" => {
            let (rows, warnings) = Rows::new(&shown, files::open(path)?)?;
            desk.report(&warnings);
            Ok(Named::Rows(path.to_owned(), rows))
        }
        "ndjson" | "jsonl" => Ok(Named::Lines(path.to_owned(), Lines::new(&shown, files::open(path)?))),
        _ => {
            let name = path.file_name().map(PathBuf::from).unwrap_or_default();
            Ok(Named::Files(vec![(path.to_owned(), name)]))
        }
    }
}

/// The beginning of the names of a request's files: `sara.toml` gives `sara.md`, `request.toml` gives `plan.md`. A runner's
/// name never chooses a path.
pub(in crate::cli) fn stem(path: &Path) -> String {
    match path.file_stem().map(|stem| stem.to_string_lossy().into_owned()) {
        Some(stem) if stem != "request" => stem,
        _ => "plan".to_owned(),
    }
}

fn of_file(path: PathBuf, inside: &Path, output: Option<&Path>) -> Job {
    let inside = inside.parent().unwrap_or(Path::new("")).to_owned();
    let folder = match output {
        Some(folder) => folder.join(&inside),
        None => path.parent().unwrap_or(Path::new("")).to_owned(),
    };
    let stem = stem(&path);
    Job { shown: path.display().to_string(), path, folder, stem, inside, what: What::File }
}

/// The names that the files of rosters have taken, as numbers: a name may be long, and rosters are longer.
#[derive(Default, Clone)]
struct Names(HashSet<u64>);

impl Names {
    /// A name for the files of a runner that no other has, in letters of either size.
    fn take(&mut self, entry: &Entry) -> String {
        let plain = |words: &str| files::plain_name(words);
        let wanted = match entry.id.as_deref().map(plain).filter(|id| !id.is_empty()) {
            Some(id) => id,
            None => match plain(&entry.name).as_str() {
                "" => format!("{:03}", entry.number),
                name => format!("{:03}-{name}", entry.number),
            },
        };
        // Some formats end the name of a file so; and the page over all of them has its own name.
        let ends_like_ours = ["-grid", "-fit", "-fridge"].iter().any(|ending| wanted.to_lowercase().ends_with(ending));
        let wanted = if ends_like_ours || wanted.eq_ignore_ascii_case("index") { format!("{wanted}_") } else { wanted };
        let mut name = wanted.clone();
        while !self.0.insert(number_of(&name)) {
            name = format!("{}-{}", name, entry.number);
        }
        name
    }
}

fn number_of(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.to_lowercase().hash(&mut hasher);
    hasher.finish()
}

/// The requests of a roster.
fn of_entries(
    path: &Path,
    entries: impl Iterator<Item = std::io::Result<Entry>> + Send + 'static,
    output: Option<&Path>,
    names: Arc<Mutex<Names>>,
) -> Box<dyn Iterator<Item = Job> + Send> {
    let folder = output.map_or_else(|| path.parent().unwrap_or(Path::new("")).to_owned(), Path::to_owned);
    let path = path.to_owned();
    let mut lost = false;
    Box::new(entries.take_while(move |entry| !std::mem::replace(&mut lost, entry.is_err())).map(move |entry| {
        let job = |shown: String, stem: String, what: What| Job {
            shown,
            path: path.clone(),
            folder: folder.clone(),
            stem,
            inside: PathBuf::new(),
            what,
        };
        match entry {
            Ok(entry) => {
                let shown = format!("{}:{}", entry.text.name, entry.text.line(0));
                let stem = names.lock().unwrap_or_else(PoisonError::into_inner).take(&entry);
                job(shown, stem, What::Entry(Box::new(entry)))
            }
            Err(error) => {
                let shown = path.display().to_string();
                job(shown, String::new(), What::Lost(files::refused(&path, error)))
            }
        }
    }))
}

/// Refuses two requests whose plans would be written over one another.
fn keep_apart(all: &[Named], output: Option<&Path>) -> Result<(), Stopped> {
    let mut taken: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    let mut findings = Findings::new();
    let files = all.iter().flat_map(|named| match named {
        Named::Files(files) => files.as_slice(),
        _ => &[],
    });
    for (path, inside) in files {
        let job = of_file(path.clone(), inside, output);
        let place = job.folder.join(job.stem);
        // Another disk may take capital and small letters for the same.
        let key = if output.is_some() { PathBuf::from(place.to_string_lossy().to_lowercase()) } else { place.clone() };
        match taken.get(&key) {
            Some(first) if *first == path => {}
            Some(first) => findings.push(
                Finding::error("same-output")
                    .with("first", first.display().to_string())
                    .with("second", path.display().to_string())
                    .with("path", place.display().to_string()),
            ),
            None => {
                taken.insert(key, path);
            }
        }
    }
    if findings.0.is_empty() { Ok(()) } else { Err(findings.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Table;
    use crate::source::{Place, Text};

    fn entry(number: usize, id: Option<&str>, name: &str) -> Entry {
        let text = Text::new("t.csv", "");
        let table = Ok(Table { entries: Vec::new(), place: Place::new(&text, 0..0) });
        Entry { number, id: id.map(str::to_owned), name: name.to_owned(), text, table }
    }

    #[test]
    fn no_two_runners_share_a_name_and_none_leads_away() {
        let mut names = Names::default();
        let took: Vec<String> = [
            entry(1, None, "Sara Haddad"),
            entry(2, None, "Sara Haddad"),
            entry(3, Some("omar"), "Omar"),
            entry(4, Some("OMAR"), "Another Omar"),
            entry(5, Some("../../etc/passwd"), ""),
            entry(6, Some("index"), ""),
            entry(7, None, "\u{202e}//"),
            entry(8, Some("omar-grid"), ""),
            entry(9, Some("con"), ""),
            entry(10, Some("omar"), ""),
        ]
        .iter()
        .map(|entry| names.take(entry))
        .collect();
        assert_eq!(
            took,
            [
                "001-Sara-Haddad",
                "002-Sara-Haddad",
                "omar",
                "OMAR-4",
                "etc-passwd",
                "index_",
                "007",
                "omar-grid_",
                "con_",
                "omar-10"
            ]
        );
    }

    #[test]
    fn two_requests_never_write_over_one_another() {
        let apart = |named: &[&str], output: Option<&str>| {
            let files = named.iter().map(|path| (PathBuf::from(path), PathBuf::from(path).file_name().unwrap().into()));
            keep_apart(&[Named::Files(files.collect())], output.map(Path::new)).is_ok()
        };
        assert!(apart(&["a/sara.toml", "b/sara.toml"], None), "beside the requests they lie apart");
        assert!(!apart(&["a/sara.toml", "b/sara.toml"], Some("plans")));
        assert!(!apart(&["a/sara.toml", "b/Sara.toml"], Some("plans")), "not every disk tells them apart");
        assert!(!apart(&["a/request.toml", "a/plan.toml"], None));
        assert!(apart(&["a/sara.toml", "a/sara.toml"], None), "the same request twice is one request");
    }
}
