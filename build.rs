//! The rules and templates travel inside the program: when one changes, the program is built again. What of them is TOML
//! travels pressed as well.

use std::path::{Path, PathBuf};
use std::{env, fs};

use toml::de::DeTable;

// What is public in the house is private to this program.
#[allow(unreachable_pub)]
#[path = "src/shipped/pressed.rs"]
mod pressed;

/// The folders whose TOML is pressed.
const PRESSED: [&str; 2] = ["rules", "templates/messages"];

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=templates");
    let mut texts = Vec::new();
    for folder in PRESSED {
        gather(Path::new(folder), &mut texts);
    }
    texts.sort();
    // What cannot be read is left as it is: the program will say where it is wrong.
    let tables: Vec<(&str, Vec<u8>)> = texts
        .iter()
        .filter_map(|(path, body)| {
            let table = DeTable::parse(body).ok()?;
            let pressed = pressed::table(body, table.get_ref(), &table.span());
            Some((path.as_str(), postcard::to_allocvec(&pressed).ok()?))
        })
        .collect();
    let rules = texts.iter().filter_map(|(path, body)| Some((path.strip_prefix("rules/")?, body.as_str())));
    let shelf = pressed::Shelf {
        texts: tables.iter().map(|(path, table)| (*path, table.as_slice())).collect(),
        digest: &pressed::digest(rules.filter(|(path, _)| pressed::is_built_in(path))),
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names it")).join("shelf");
    fs::write(out, postcard::to_allocvec(&shelf).expect("memory takes all")).expect("cargo's own folder takes files");
}

/// Every TOML file under a folder: its path with slashes, and its text.
fn gather(folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the project is whole").flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, texts);
        } else if path.extension().is_some_and(|ending| ending == "toml")
            && let Ok(body) = fs::read_to_string(&path)
        {
            texts.push((path.to_string_lossy().replace('\\', "/"), body));
        }
    }
}
