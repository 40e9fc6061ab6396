//! The rules and templates travel inside the program: when one changes, the program is built again. What of them is TOML
//! travels pressed as well.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use toml::de::DeTable;

// What is public in the house is private to this program.
#[allow(unreachable_pub)]
#[path = "src/shipped/pressed.rs"]
mod pressed;

/// The folders that travel.
const FOLDERS: [&str; 2] = ["rules", "templates"];

/// The folder of what the program says, a file for each language.
const WORDS: &str = "templates/messages/";

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo names it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names it"));
    let mut texts = Vec::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        gather(Path::new(folder), &mut texts);
    }
    texts.sort();
    leave(&out.join("texts.rs"), table_of_texts(&root, &texts).as_bytes());
    leave(&out.join("shelf"), &shelf(&texts));
}

fn leave(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("cargo's own folder takes files");
}

/// The Rust that holds every text under its path.
fn table_of_texts(root: &Path, texts: &[(String, String)]) -> String {
    let mut table = "static TEXTS: &[(&str, &str)] = &[\n".to_owned();
    for (path, _) in texts {
        let file = root.join(path);
        writeln!(table, "    ({path:?}, include_str!({:?})),", file.to_string_lossy()).expect("a string takes all");
    }
    table + "];\n"
}

/// What of the texts is TOML, pressed. What cannot be read is left as it is: the program will say where it is wrong.
fn shelf(texts: &[(String, String)]) -> Vec<u8> {
    let (mut tables, mut phrases) = (Vec::new(), Vec::new());
    for (path, body) in texts.iter().filter(|(path, _)| is_toml(path)) {
        let Ok(table) = DeTable::parse(body) else { continue };
        let pressed = pressed::table(body, table.get_ref(), &table.span());
        tables.push((path.as_str(), packed(&pressed)));
        if let Some(language) = path.strip_prefix(WORDS).and_then(|name| name.strip_suffix(".toml")) {
            let found: Vec<(String, &str)> = pressed::phrases(table.get_ref()).into_iter().collect();
            phrases.push((language, packed(&found)));
        }
    }
    let rules = texts.iter().filter_map(|(path, body)| Some((path.strip_prefix("rules/")?, body.as_str())));
    let rules = rules.filter(|(path, _)| is_toml(path) && pressed::is_built_in(path));
    packed(&pressed::Shelf {
        texts: tables.iter().map(|(path, table)| (*path, table.as_slice())).collect(),
        phrases: phrases.iter().map(|(language, phrases)| (*language, phrases.as_slice())).collect(),
        digest: &pressed::digest(rules),
    })
}

fn packed(what: &impl serde::Serialize) -> Vec<u8> {
    postcard::to_allocvec(what).expect("memory takes all")
}

/// Every text under a folder: its path with slashes, and what it says.
fn gather(folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the project is whole").flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, texts);
        } else if let Ok(body) = fs::read_to_string(&path) {
            texts.push((path.to_string_lossy().replace('\\', "/"), body));
        }
    }
}

fn is_toml(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "toml")
}
