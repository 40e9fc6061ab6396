//! What travels inside the program: the rules, the templates, the words.

use std::sync::OnceLock;

use include_dir::{Dir, include_dir};

use self::pressed::Shelf;

pub mod pressed;

/// Everything under `rules/`.
pub static RULES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// Everything under `templates/`.
pub static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The TOML of both, taken apart by `build.rs`.
fn shelf() -> &'static Shelf<'static> {
    static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/shelf"));
    static SHELF: OnceLock<Shelf<'static>> = OnceLock::new();
    SHELF.get_or_init(|| postcard::from_bytes(BYTES).expect("the build has written it"))
}

/// The fingerprint of the built-in rules.
#[must_use]
pub fn digest() -> &'static str {
    shelf().digest
}

/// A shipped text, pressed, by its path from the root of the project: `rules/heat.toml`. None where it could not be read.
#[must_use]
pub fn pressed(path: &str) -> Option<&'static [u8]> {
    let texts = &shelf().texts;
    texts.binary_search_by_key(&path, |(known, _)| known).ok().map(|at| texts[at].1)
}

/// Every file of a shipped folder with one of these endings: its path inside the folder and its text, by path.
#[must_use]
pub fn files(dir: &'static Dir<'static>, ending: &str) -> Vec<(String, &'static str)> {
    fn walk(dir: &'static Dir<'static>, ending: &str, found: &mut Vec<(String, &'static str)>) {
        for file in dir.files() {
            let path = file.path().to_string_lossy().replace('\\', "/");
            if path.ends_with(ending)
                && let Some(text) = file.contents_utf8()
            {
                found.push((path, text));
            }
        }
        for sub in dir.dirs() {
            walk(sub, ending, found);
        }
    }
    let mut found = Vec::new();
    walk(dir, ending, &mut found);
    found.sort();
    found
}
