//! Files: read within bounds, written whole or not at all.

use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The largest text that is read, in bytes.
pub const LARGEST: u64 = 1 << 20;

/// The most files of a folder that are read.
const MOST_FILES: usize = 2000;

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
                _ => "world.system",
            },
            Self::TooLarge => "world.too-large",
            Self::NotText => "world.not-text",
            Self::LeavesFolder => "world.leaves-folder",
            Self::TooMany => "world.too-many",
            Self::Foreign => "world.foreign",
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
    move |error| Error { path: path.to_owned(), what: What::System(error) }
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
///
/// # Errors
/// The first file that cannot be read, or that is a link out of the folder.
pub fn read_folder(folder: &Path, endings: &[&str]) -> Result<Vec<(String, String)>, Error> {
    let root = folder.canonicalize().map_err(at(folder))?;
    let mut found = Vec::new();
    walk(&root, &root, endings, 0, &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(
    root: &Path,
    folder: &Path,
    endings: &[&str],
    depth: usize,
    found: &mut Vec<(String, String)>,
) -> Result<(), Error> {
    if depth > DEEPEST {
        return Err(Error { path: folder.to_owned(), what: What::TooMany });
    }
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        let real = path.canonicalize().map_err(at(&path))?;
        if !real.starts_with(root) {
            return Err(Error { path, what: What::LeavesFolder });
        }
        if real.is_dir() {
            walk(root, &path, endings, depth + 1, found)?;
        } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
            if found.len() == MOST_FILES {
                return Err(Error { path, what: What::TooMany });
            }
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            found.push((name, read_text(&path, LARGEST)?));
        }
    }
    Ok(())
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
        assert!(matches!(read_folder(folder.path(), &[".toml"]).unwrap_err().what, What::LeavesFolder));
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
