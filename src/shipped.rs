//! What travels inside the program: the rules, the templates, the words.

use include_dir::{Dir, include_dir};

/// Everything under `rules/`.
pub static RULES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// Everything under `templates/`.
pub static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

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
