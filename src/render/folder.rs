//! A folder of a user's own templates, read with care: nothing outside it, nothing huge.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use crate::finding::{Finding, Findings};
use crate::source::Text;

/// The most bytes a template may have.
const LONGEST: u64 = 1024 * 1024;

/// The deepest sub-folder that is looked into.
const DEEPEST: usize = 4;

/// The most files a folder may hold.
const MOST: usize = 1000;

/// The files that make a page: templates, style sheets, and the words in `messages/`.
fn is_of_a_page(name: &str) -> bool {
    [".j2", ".css"].iter().any(|ending| name.ends_with(ending)) || super::language_of(name).is_some()
}

/// Every template (`.j2`), style sheet (`.css`) and file of words (`messages/*.toml`) of a folder, by its path inside.
pub(super) fn read(folder: &Path) -> Result<BTreeMap<String, Arc<Text>>, Findings> {
    let shown = folder.display().to_string();
    let root = folder.canonicalize().map_err(|error| unreadable(&shown, &error))?;
    let mut found = BTreeMap::new();
    let mut findings = Findings::new();
    let mut looked = 0;
    walk(&root, "", DEEPEST, &mut looked, &mut |name, path| {
        let shown = format!("{shown}/{name}");
        match read_one(&root, path, &shown) {
            Ok(body) => {
                found.insert(name.to_owned(), Text::new(shown, body));
            }
            Err(finding) => findings.push(finding),
        }
    })
    .map_err(|error| unreadable(&shown, &error))?;
    if looked > MOST {
        findings.push(Finding::error("templates-too-many").with("name", shown).with("most", MOST));
    }
    findings.unless_stopped(found).map(|(found, _)| found)
}

fn walk(
    folder: &Path,
    prefix: &str,
    deeper: usize,
    looked: &mut usize,
    see: &mut impl FnMut(&str, &Path),
) -> std::io::Result<()> {
    let mut entries = fs::read_dir(folder)?.take(MOST + 1).collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        *looked += 1;
        if *looked > MOST {
            return Ok(());
        }
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // A linked folder is never entered: a loop of links would not end, and it may lead out.
        if entry.file_type()?.is_dir() {
            if deeper > 0 {
                walk(&entry.path(), &format!("{name}/"), deeper - 1, looked, see)?;
            }
        } else if is_of_a_page(&name) {
            see(&name, &entry.path());
        }
    }
    Ok(())
}

#[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
fn read_one(root: &Path, path: &Path, shown: &str) -> Result<String, Finding> {
    let real = path.canonicalize().map_err(|error| unreadable(shown, &error))?;
    if !real.starts_with(root) {
        return Err(Finding::error("template-outside").with("name", shown));
    }
    let mut body = Vec::new();
    // A pipe would be waited for as soon as it is opened.
    fs::metadata(&real)
        .and_then(|there| {
            if there.is_file() {
                fs::File::open(&real)?.take(LONGEST + 1).read_to_end(&mut body)
            } else {
                Err(std::io::Error::from(std::io::ErrorKind::InvalidInput))
            }
        })
        .map_err(|error| unreadable(shown, &error))?;
    if body.len() as u64 > LONGEST {
        return Err(Finding::error("template-too-long").with("name", shown).with("most", LONGEST / 1024 / 1024));
    }
    String::from_utf8(body).map_err(|_| Finding::error("template-not-text").with("name", shown))
}

fn unreadable(name: &str, error: &std::io::Error) -> Finding {
    Finding::error("template-unreadable").with("name", name).with("what", error.to_string())
}
