//! Files: read within bounds, written whole or not at all.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// The largest text that is read, in bytes.
pub const LARGEST: u64 = 1 << 20;

/// The most files of a folder that are read.
const MOST_FILES: usize = 2000;

/// The most entries of a folder that are looked at: a coach's clients are thousands at the most.
const MOST_LOOKED_AT: usize = 200_000;

/// How deep folders are walked.
const DEEPEST: usize = 8;

/// What the world refused, and about which file.
#[derive(Debug)]
pub struct Error {
    /// The file.
    pub path: PathBuf,
    /// What happened, as the key of its words under `world`.
    pub what: What,
}

/// What can go wrong with a file.
#[derive(Debug)]
pub enum What {
    /// The system said no.
    System(io::Error),
    /// Larger than is read.
    TooLarge,
    /// Not UTF-8.
    NotText,
    /// A link that leads out of its folder.
    LeavesFolder,
    /// More files than are read.
    TooMany,
    /// A pipe, a socket or a device: reading it may never end.
    NotAFile,
    /// Exists, and was not written by us.
    Foreign,
    /// Exists.
    Exists,
}

impl What {
    /// The key of its words.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::System(error) => match error.kind() {
                io::ErrorKind::NotFound => "world.not-found",
                io::ErrorKind::PermissionDenied => "world.no-permission",
                io::ErrorKind::StorageFull => "world.disk-full",
                io::ErrorKind::IsADirectory => "world.is-a-folder",
                io::ErrorKind::NotADirectory => "world.not-a-folder",
                io::ErrorKind::ReadOnlyFilesystem => "world.read-only",
                _ => "world.system",
            },
            Self::TooLarge => "world.too-large",
            Self::NotText => "world.not-text",
            Self::LeavesFolder => "world.leaves-folder",
            Self::TooMany => "world.too-many",
            Self::NotAFile => "world.not-a-file",
            Self::Foreign => "world.foreign",
            Self::Exists => "world.exists",
        }
    }
}

impl Error {
    /// The same once more: what the system said is kept in words.
    #[must_use]
    pub fn again(&self) -> Self {
        let what = match &self.what {
            What::System(system) => What::System(io::Error::new(system.kind(), system.to_string())),
            What::TooLarge => What::TooLarge,
            What::NotText => What::NotText,
            What::LeavesFolder => What::LeavesFolder,
            What::TooMany => What::TooMany,
            What::NotAFile => What::NotAFile,
            What::Foreign => What::Foreign,
            What::Exists => What::Exists,
        };
        Self { path: self.path.clone(), what }
    }

    /// What the system said, where it was the system that refused; empty otherwise.
    #[must_use]
    pub fn system(&self) -> String {
        match &self.what {
            What::System(system) => system.to_string(),
            _ => String::new(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        match &self.what {
            What::System(error) => error.fmt(f),
            other => f.write_str(other.key()),
        }
    }
}

impl std::error::Error for Error {}

fn at(path: &Path) -> impl Fn(io::Error) -> Error + '_ {
    move |error| {
        // A temporary file's error names a path that the reader has never seen; what the system said is inside.
        let inner = error.raw_os_error().or_else(|| {
            let inner = error.get_ref()?.source()?.downcast_ref::<io::Error>()?;
            inner.raw_os_error()
        });
        Error { path: path.to_owned(), what: What::System(inner.map_or(error, io::Error::from_raw_os_error)) }
    }
}

/// Reads a text file of at most `most` bytes.
///
/// # Errors
/// Not readable, too large, or not UTF-8.
pub fn read_text(path: &Path, most: u64) -> Result<String, Error> {
    never_wait(path)?;
    let file = fs::File::open(path).map_err(at(path))?;
    let mut bytes = Vec::new();
    // Read one byte more than allowed: a length told beforehand may lie (pipes, /proc).
    file.take(most + 1).read_to_end(&mut bytes).map_err(at(path))?;
    if bytes.len() as u64 > most {
        return Err(Error { path: path.to_owned(), what: What::TooLarge });
    }
    let text = String::from_utf8(bytes).map_err(|_| Error { path: path.to_owned(), what: What::NotText })?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), ToOwned::to_owned))
}

/// Refuses a pipe with a name, which waits for a writer who may never come. What the shell hands over, `<(..)` or standard
/// input, stands in the folders of the system and has its writer.
fn never_wait(path: &Path) -> Result<(), Error> {
    let kind = fs::metadata(path).map_err(at(path))?.file_type();
    let by_the_shell = path.starts_with("/dev") || path.starts_with("/proc");
    if is_pipe(kind) && !by_the_shell {
        return Err(Error { path: path.to_owned(), what: What::NotAFile });
    }
    Ok(())
}

#[cfg(unix)]
fn is_pipe(kind: fs::FileType) -> bool {
    use std::os::unix::fs::FileTypeExt;
    kind.is_fifo() || kind.is_socket()
}

#[cfg(not(unix))]
fn is_pipe(_: fs::FileType) -> bool {
    false
}

/// Reads every file with one of these endings under a folder: its path inside the folder with `/`, and its text, by path.
/// What is hidden (its name begins with a dot) is passed over, and so are linked folders: what they hold is read where it
/// stands.
///
/// # Errors
/// The first file that cannot be read, or a link out of the folder.
pub fn read_folder(folder: &Path, endings: &[&str]) -> Result<Vec<(String, String)>, Error> {
    let names = list_folder(folder, endings)?;
    if names.len() > MOST_FILES {
        return Err(Error { path: folder.to_owned(), what: What::TooMany });
    }
    names.into_iter().map(|name| read_text(&folder.join(&name), LARGEST).map(|text| (name, text))).collect()
}

/// Lists every file with one of these endings under a folder, as [`read_folder`] would read them.
///
/// # Errors
/// A folder that cannot be read, or a link out of the folder.
pub fn list_folder(folder: &Path, endings: &[&str]) -> Result<Vec<String>, Error> {
    let root = folder.canonicalize().map_err(at(folder))?;
    let mut walk = Walk { root, folder, endings, looked_at: 0, found: Vec::new() };
    walk.enter("", 0)?;
    walk.found.sort();
    Ok(walk.found)
}

struct Walk<'a> {
    /// The folder, with every link on the way to it followed.
    root: PathBuf,
    /// The folder, as the reader knows it.
    folder: &'a Path,
    endings: &'a [&'a str],
    looked_at: usize,
    found: Vec<String>,
}

impl Walk<'_> {
    fn enter(&mut self, inside: &str, depth: usize) -> Result<(), Error> {
        let folder = self.folder.join(inside);
        let refuse = |path: &Path, what: What| Err(Error { path: path.to_owned(), what });
        if depth > DEEPEST {
            return refuse(&folder, What::TooMany);
        }
        let mut entries: Vec<_> = fs::read_dir(&folder)
            .map_err(at(&folder))?
            .take(MOST_LOOKED_AT)
            .collect::<Result<_, _>>()
            .map_err(at(&folder))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = folder.join(&name);
            self.looked_at += 1;
            if self.looked_at > MOST_LOOKED_AT {
                return refuse(&path, What::TooMany);
            }
            let wanted = self.endings.iter().any(|ending| name.ends_with(ending));
            let link = entry.file_type().map_err(at(&path))?.is_symlink();
            // A link may lead to a folder as well; one that leads nowhere matters only where it would be read.
            let is_folder = path.is_dir();
            if name.starts_with('.') || !(wanted || is_folder) {
                continue;
            }
            if link && !path.canonicalize().map_err(at(&path))?.starts_with(&self.root) {
                return refuse(&path, What::LeavesFolder);
            }
            let inside = format!("{inside}{name}");
            if is_folder {
                if !link {
                    self.enter(&format!("{inside}/"), depth + 1)?;
                }
                continue;
            }
            self.found.push(inside);
        }
        Ok(())
    }
}

/// Refuses to write over a file that does not carry our mark.
///
/// # Errors
/// The file exists and is foreign, or cannot be looked at.
pub fn spare_foreign(path: &Path, mark: &str) -> Result<(), Error> {
    let foreign = || Err(Error { path: path.to_owned(), what: What::Foreign });
    match fs::metadata(path) {
        Ok(there) if there.is_file() => {}
        Ok(there) if there.is_dir() => return Err(at(path)(io::Error::from(io::ErrorKind::IsADirectory))),
        // Whoever put a pipe or a device there did it on purpose, and opening it may wait for ever.
        Ok(_) => return foreign(),
        // A link that leads nowhere is somebody's, too.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return if fs::symlink_metadata(path).is_ok() { foreign() } else { Ok(()) };
        }
        Err(error) => return Err(at(path)(error)),
    }
    let file = fs::File::open(path).map_err(at(path))?;
    let mut head = Vec::new();
    file.take(4096).read_to_end(&mut head).map_err(at(path))?;
    if String::from_utf8_lossy(&head).contains(mark) { Ok(()) } else { foreign() }
}

/// Refuses to write over anything.
///
/// # Errors
/// Something has that name.
pub fn spare_any(path: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(at(path)(error)),
        Ok(_) => Err(Error { path: path.to_owned(), what: What::Exists }),
    }
}

/// Refuses to write into a folder that a link leads out of the one that was asked for. Where the one that was asked for is a
/// link itself, it is what was asked for.
///
/// # Errors
/// The folder lies elsewhere, or cannot be looked at.
pub fn stay_inside(asked: &Path, folder: &Path) -> Result<(), Error> {
    let leaves = |path: &Path| Err(Error { path: path.to_owned(), what: What::LeavesFolder });
    let root = match whole(asked).canonicalize() {
        Ok(root) => root,
        // What is not there yet holds no links.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at(asked)(error)),
    };
    // The deepest part that is there tells where the rest would be made.
    for part in folder.ancestors().take_while(|part| *part != asked && !part.as_os_str().is_empty()) {
        match part.canonicalize() {
            Ok(real) => return if real.starts_with(&root) { Ok(()) } else { leaves(part) },
            Err(_) if fs::symlink_metadata(part).is_ok_and(|there| there.is_symlink()) => return leaves(part),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(at(part)(error)),
        }
    }
    Ok(())
}

/// The files with an ending that stand in a folder, links and what lies deeper left out; none where there is no folder.
///
/// # Errors
/// The folder cannot be read.
pub fn own_files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at(folder)(error)),
    };
    let mut files = Vec::new();
    for entry in entries.take(MOST_LOOKED_AT) {
        let entry = entry.map_err(at(folder))?;
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && entry.file_name().to_string_lossy().ends_with(ending) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// When what was written is made to outlive a loss of power: that takes the disk longer than writing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    /// Before it stands in its place.
    Now,
    /// When [`settle`] is called for it, with all the others.
    Later,
}

/// Writes several files whole or not at all: all are written beside their places first, and only then renamed.
///
/// # Errors
/// The first file that could not be written; then none of the new texts is in place, save where the system failed
/// between two renames.
pub fn write_all(files: &[(PathBuf, Vec<u8>)], sync: Sync) -> Result<(), Error> {
    let mut ready = Vec::new();
    for (path, bytes) in files {
        if path.is_dir() {
            return Err(at(path)(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let mut file = beside(path)?;
        file.write_all(bytes).map_err(at(path))?;
        make_readable(&file).map_err(at(path))?;
        ready.push((file, path));
    }
    if sync == Sync::Now {
        settle_side_by_side(&ready)?;
    }
    for (file, path) in ready {
        file.persist(path).map_err(|error| at(path)(error.error))?;
    }
    if sync == Sync::Now {
        let paths: Vec<PathBuf> = files.iter().map(|(path, _)| path.clone()).collect();
        settle_folders(&paths);
    }
    Ok(())
}

/// Makes files that are not in their place yet outlive a loss of power: half of them on a hand of its own, since a disk makes
/// two safe in hardly more time than one.
fn settle_side_by_side(ready: &[(NamedTempFile, &PathBuf)]) -> Result<(), Error> {
    fn all(files: &[(NamedTempFile, &PathBuf)]) -> Result<(), Error> {
        files.iter().try_for_each(|(file, path)| file.as_file().sync_all().map_err(at(path)))
    }
    let (first, second) = ready.split_at(ready.len() / 2);
    if first.is_empty() {
        return all(second);
    }
    std::thread::scope(|scope| {
        let hand = scope.spawn(|| all(second));
        let mine = all(first);
        mine.and(hand.join().expect("a disk's answer is a result"))
    })
}

/// Makes files that were written before outlive a loss of power.
///
/// # Errors
/// The first that the disk refuses.
pub fn settle(paths: &[PathBuf]) -> Result<(), Error> {
    for path in paths {
        match fs::File::open(path) {
            Ok(file) => file.sync_all().map_err(at(path))?,
            // Somebody was quicker, and took it away.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(at(path)(error)),
        }
    }
    settle_folders(paths);
    Ok(())
}

/// Makes the names of files outlive a loss of power, and clears away what a run that was killed has left beside them.
fn settle_folders(paths: &[PathBuf]) {
    let folders: BTreeSet<&Path> = paths.iter().map(|path| folder_of(path)).collect();
    for folder in folders {
        sweep(folder);
        // Not every system lets a folder be opened; the files themselves are safe.
        if let Ok(folder) = fs::File::open(folder) {
            let _ = folder.sync_all();
        }
    }
}

/// How a file is called that is not whole yet. It is hidden, so that nobody takes it for a plan.
const UNFINISHED: &str = ".stepback-";

/// How long an unfinished file is left alone: another run may be writing it.
const UNFINISHED_FOR: std::time::Duration = std::time::Duration::from_secs(3600);

/// Clears away what runs that were killed have left in a folder. How old that is, a file made now tells: disks have their
/// own clock. Whatever cannot be cleared stays, and is in nobody's way.
fn sweep(folder: &Path) {
    let mut left = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().take(MOST_LOOKED_AT).flatten() {
        let unfinished = entry.file_name().to_str().is_some_and(|name| name.starts_with(UNFINISHED));
        if unfinished && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            left.push(entry.path());
        }
    }
    let now =
        (!left.is_empty()).then(|| tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).ok()).flatten();
    let Some(now) = now.and_then(|file| file.as_file().metadata().ok()?.modified().ok()) else { return };
    for path in left {
        let made = fs::symlink_metadata(&path).and_then(|there| there.modified());
        if made.is_ok_and(|made| now.duration_since(made).is_ok_and(|age| age > UNFINISHED_FOR)) {
            let _ = fs::remove_file(&path);
        }
    }
}

/// The folder that a file stands in.
fn folder_of(path: &Path) -> &Path {
    whole(path.parent().unwrap_or(Path::new("")))
}

/// A folder by a name that the system knows: the empty one is here.
fn whole(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// An unfinished file beside the place of a file.
fn beside(path: &Path) -> Result<NamedTempFile, Error> {
    let folder = folder_of(path);
    fs::create_dir_all(folder).map_err(at(folder))?;
    tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).map_err(at(path))
}

/// The longest name that is made of somebody's words, in bytes: endings still have to fit behind it.
const LONGEST_NAME: usize = 80;

/// A part of a file's name made of somebody's words: letters and digits of all scripts, with `-` for whatever else. It
/// names no folder, and no file that a system keeps for itself. Empty where the words hold neither letter nor digit.
#[must_use]
pub fn plain_name(words: &str) -> String {
    let mut name = String::new();
    for character in words.chars() {
        let kept = character.is_alphanumeric() || character == '_';
        if !kept && (name.is_empty() || name.ends_with('-')) {
            continue;
        }
        if name.len() + character.len_utf8() > LONGEST_NAME {
            break;
        }
        name.push(if kept { character } else { '-' });
    }
    let name = name.trim_end_matches('-');
    let bare = name.to_ascii_uppercase();
    let numbered = |kind: &str| bare.strip_prefix(kind).is_some_and(|n| n.len() == 1 && n != "0");
    let is_reserved = matches!(bare.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT");
    if is_reserved { format!("{name}_") } else { name.to_owned() }
}

/// Opens a text to be read bit by bit, however long it is.
///
/// # Errors
/// The system refuses.
pub fn open(path: &Path) -> Result<Box<dyn io::BufRead + Send>, Error> {
    never_wait(path)?;
    let file = fs::File::open(path).map_err(at(path))?;
    let there = file.metadata().map_err(at(path))?;
    if there.is_dir() {
        return Err(at(path)(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    // A device has no end, and nothing bounds what is read bit by bit.
    if !there.is_file() && !is_pipe(there.file_type()) {
        return Err(Error { path: path.to_owned(), what: What::NotAFile });
    }
    Ok(Box::new(io::BufReader::with_capacity(1 << 16, file)))
}

/// What the system said of a text that was read bit by bit.
#[must_use]
pub fn refused(path: &Path, error: io::Error) -> Error {
    at(path)(error)
}

/// A file that is written bit by bit beside its place, and stands there only once it is whole.
#[derive(Debug)]
pub struct Draft {
    file: tempfile::NamedTempFile,
    path: PathBuf,
}

impl Draft {
    /// Begins to write.
    ///
    /// # Errors
    /// The system refuses.
    pub fn new(path: &Path) -> Result<Self, Error> {
        Ok(Self { file: beside(path)?, path: path.to_owned() })
    }

    /// Writes on.
    ///
    /// # Errors
    /// The system refuses.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(at(&self.path))
    }

    /// Writes on what another draft holds, which is gone then.
    ///
    /// # Errors
    /// The system refuses.
    pub fn add_draft(&mut self, other: Self) -> Result<(), Error> {
        use std::io::Seek as _;
        let mut file = other.file;
        file.rewind().map_err(at(&self.path))?;
        io::copy(&mut file, &mut self.file).map_err(at(&self.path))?;
        Ok(())
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// The system refuses; then nothing has changed.
    pub fn finish(self) -> Result<(), Error> {
        self.file.as_file().sync_all().map_err(at(&self.path))?;
        make_readable(&self.file).map_err(at(&self.path))?;
        self.file.persist(&self.path).map_err(|error| at(&self.path)(error.error))?;
        settle_folders(std::slice::from_ref(&self.path));
        Ok(())
    }
}

/// Removes a file.
///
/// # Errors
/// The system refuses.
pub fn remove(path: &Path) -> Result<(), Error> {
    fs::remove_file(path).map_err(at(path))
}

/// A temporary file is private; a plan is as readable as any new file.
#[cfg(unix)]
fn make_readable(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_file_is_spared_and_our_own_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.md");
        assert!(spare_foreign(&path, "our mark").is_ok());
        fs::write(&path, "somebody's notes").unwrap();
        assert!(matches!(spare_foreign(&path, "our mark").unwrap_err().what, What::Foreign));
        write_all(&[(path.clone(), b"<!-- our mark -->".to_vec())], Sync::Now).unwrap();
        assert!(spare_foreign(&path, "our mark").is_ok());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays behind");
    }

    #[test]
    fn when_one_file_cannot_be_written_none_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "x").unwrap();
        let good = folder.path().join("plan.md");
        let bad = folder.path().join("file").join("plan.html");
        assert!(write_all(&[(good.clone(), b"a".to_vec()), (bad, b"b".to_vec())], Sync::Now).is_err());
        assert!(!good.exists());
        let folder_there = folder.path().join("there");
        fs::create_dir(&folder_there).unwrap();
        assert!(write_all(&[(good.clone(), b"a".to_vec()), (folder_there, b"b".to_vec())], Sync::Now).is_err());
        assert!(!good.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.toml"), "a = 1").unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("in")).unwrap();
        let error = read_folder(folder.path(), &[".toml"]).unwrap_err();
        assert!(matches!(error.what, What::LeavesFolder));
        assert_eq!(error.path, folder.path().join("in"), "the path is told as the reader gave it");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_written_never_follows_a_link_out_of_the_folder() {
        use std::os::unix::fs::symlink;
        let home = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        fs::create_dir(at("real")).unwrap();
        symlink(at("real"), at("asked")).unwrap();
        symlink(outside.path(), at("real/away")).unwrap();
        symlink("nowhere", at("real/gone")).unwrap();
        symlink("../real", at("real/round")).unwrap();
        let stays = |folder: &str| stay_inside(&at("asked"), &at(folder)).is_ok();
        assert!(stays("asked") && stays("asked/new/deeper") && stays("asked/round/new"));
        assert!(!stays("asked/away") && !stays("asked/away/deeper") && !stays("asked/gone/deeper"));
        assert!(stay_inside(&at("new"), &at("new/deeper")).is_ok());
        assert!(stay_inside(Path::new(""), Path::new("sara-fit")).is_ok());
        fs::write(outside.path().join("theirs.fit"), "x").unwrap();
        symlink(outside.path().join("theirs.fit"), at("real/theirs.fit")).unwrap();
        fs::write(at("real/own.fit"), "x").unwrap();
        assert_eq!(own_files(&at("asked"), ".fit").unwrap(), [at("asked/own.fit")]);
    }

    #[test]
    fn what_a_killed_run_left_is_cleared_away_once_it_is_old() {
        let folder = tempfile::tempdir().unwrap();
        let made_before = |name: &str, age: u64| {
            let path = folder.path().join(name);
            let file = fs::File::create(&path).unwrap();
            let now = file.metadata().unwrap().modified().unwrap();
            file.set_modified(now - std::time::Duration::from_secs(age)).unwrap();
            path
        };
        let old = made_before(".stepback-old", 7200);
        let of_another_run = made_before(".stepback-now", 60);
        let of_somebody_else = made_before(".step-old", 7200);
        write_all(&[(folder.path().join("plan.md"), Vec::new())], Sync::Now).unwrap();
        assert!(!old.exists());
        assert!(of_another_run.exists() && of_somebody_else.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_somebodys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.md");
        std::os::unix::fs::symlink("nowhere", &path).unwrap();
        assert!(matches!(spare_foreign(&path, "our mark").unwrap_err().what, What::Foreign));
    }

    #[cfg(unix)]
    #[test]
    fn links_that_nobody_reads_and_hidden_files_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let link = |from: &Path, name: &str| std::os::unix::fs::symlink(from, folder.path().join(name)).unwrap();
        fs::write(folder.path().join("sara.toml"), "a = 1").unwrap();
        fs::write(folder.path().join(".#sara.toml"), "a = ").unwrap();
        link(Path::new("/etc/hostname"), "notes.md");
        link(Path::new("nowhere"), "gone.md");
        for loops in ["again", "and-again", "and-once-more"] {
            link(folder.path(), loops);
        }
        assert_eq!(read_folder(folder.path(), &[".toml"]).unwrap(), [("sara.toml".to_owned(), "a = 1".to_owned())]);
    }

    #[test]
    fn a_file_in_the_place_of_a_folder_is_told_without_the_name_of_a_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "x").unwrap();
        let error = write_all(&[(folder.path().join("file").join("plan.md"), Vec::new())], Sync::Now).unwrap_err();
        assert!(!error.to_string().contains(".stepback-"), "{error}");
    }

    #[test]
    fn a_name_leads_nowhere() {
        for (words, name) in [
            ("Sara", "Sara"),
            ("../x", "x"),
            ("/etc/passwd", "etc-passwd"),
            ("C:\\x", "C-x"),
            ("a b  c", "a-b-c"),
            ("con", "con_"),
            ("COM1", "COM1_"),
            ("..", ""),
            ("\0\n", ""),
            ("سارة علي", "سارة-علي"),
        ] {
            assert_eq!(plain_name(words), name);
        }
        assert!(plain_name(&"é".repeat(200)).len() <= LONGEST_NAME);
    }

    #[test]
    fn a_text_larger_than_the_bound_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big.toml");
        fs::write(&path, "x".repeat(100)).unwrap();
        assert!(matches!(read_text(&path, 99).unwrap_err().what, What::TooLarge));
        assert!(read_text(&path, 100).is_ok());
    }
}
