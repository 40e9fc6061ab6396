//! Files: read within bounds, written whole or not at all.

use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

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
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at(path)(error)),
    };
    let mut head = Vec::new();
    file.take(4096).read_to_end(&mut head).map_err(at(path))?;
    if String::from_utf8_lossy(&head).contains(mark) {
        Ok(())
    } else {
        Err(Error { path: path.to_owned(), what: What::Foreign })
    }
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

/// Writes several files whole or not at all: all are written beside their places first, and only then renamed.
///
/// # Errors
/// The first file that could not be written; then none of the new texts is in place, save where the system failed
/// between two renames.
pub fn write_all(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Error> {
    let mut ready = Vec::new();
    for (path, bytes) in files {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).map_err(at(folder))?;
        let mut file = tempfile::Builder::new().prefix(".stepback-").tempfile_in(folder).map_err(at(path))?;
        file.write_all(bytes).map_err(at(path))?;
        file.as_file().sync_all().map_err(at(path))?;
        make_readable(&file).map_err(at(path))?;
        ready.push((file, path));
    }
    for (file, path) in ready {
        file.persist(path).map_err(|error| at(path)(error.error))?;
    }
    Ok(())
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
    let file = fs::File::open(path).map_err(at(path))?;
    if file.metadata().map_err(at(path))?.is_dir() {
        return Err(at(path)(io::Error::from(io::ErrorKind::IsADirectory)));
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
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).map_err(at(folder))?;
        let file = tempfile::Builder::new().prefix(".stepback-").tempfile_in(folder).map_err(at(path))?;
        Ok(Self { file, path: path.to_owned() })
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
        self.file.persist(&self.path).map(|_| ()).map_err(|error| at(&self.path)(error.error))
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
fn make_readable(file: &tempfile::NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &tempfile::NamedTempFile) -> io::Result<()> {
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
        write_all(&[(path.clone(), b"<!-- our mark -->".to_vec())]).unwrap();
        assert!(spare_foreign(&path, "our mark").is_ok());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays behind");
    }

    #[test]
    fn when_one_file_cannot_be_written_none_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "x").unwrap();
        let good = folder.path().join("plan.md");
        let bad = folder.path().join("file").join("plan.html");
        assert!(write_all(&[(good.clone(), b"a".to_vec()), (bad, b"b".to_vec())]).is_err());
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
        let error = write_all(&[(folder.path().join("file").join("plan.md"), Vec::new())]).unwrap_err();
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
