//! The house keeps its floors: a room uses only rooms declared above it in `src/lib.rs`, and each keeps to its trade.

use std::collections::{BTreeMap, BTreeSet};

use crate::rust::{File, Token, files};

/// The rooms in the order in which `src/lib.rs` declares them.
fn rooms(files: &[File]) -> Vec<String> {
    let front = files.iter().find(|file| file.path == "lib.rs").expect("there is a front hall");
    let mods = front.tokens.windows(3).filter(|three| three[0].is("mod") && three[2] == Token::Sign(';'));
    mods.filter_map(|three| match &three[1] {
        Token::Word(name) => Some(name.clone()),
        _ => None,
    })
    .collect()
}

/// The first words after `root::`, also inside a group: `crate::{measure::Distance, plan}` names `measure` and `plan`.
fn named(tokens: &[Token], root: &str) -> Vec<String> {
    let colons = |at: usize| tokens.get(at..at + 2) == Some(&[Token::Sign(':'), Token::Sign(':')]);
    let mut names = Vec::new();
    for at in (0..tokens.len()).filter(|at| tokens[*at].is(root) && colons(at + 1)) {
        match tokens.get(at + 3) {
            Some(Token::Word(name)) => names.push(name.clone()),
            Some(Token::Sign('{')) => {
                let mut deep = 0;
                let mut first = true;
                for token in &tokens[at + 3..] {
                    match token {
                        Token::Sign('{') => deep += 1,
                        Token::Sign('}') => deep -= 1,
                        Token::Sign(',') => first |= deep == 1,
                        Token::Word(name) if first => names.push(name.clone()),
                        _ => {}
                    }
                    first &= !matches!(token, Token::Word(_));
                    if deep == 0 {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    names
}

/// The macros that rooms give away, which live at the crate's root.
fn macros(files: &[File]) -> BTreeMap<String, String> {
    let mut homes = BTreeMap::new();
    for file in files {
        for three in file.tokens.windows(3).filter(|three| three[0].is("macro_rules") && three[1] == Token::Sign('!')) {
            if let Token::Word(name) = &three[2] {
                homes.insert(name.clone(), file.room().to_owned());
            }
        }
    }
    homes
}

#[test]
fn a_room_uses_only_rooms_declared_above_it() {
    let files = files();
    let rooms = rooms(&files);
    assert!(rooms.len() > 10, "the rooms are read from src/lib.rs: {rooms:?}");
    let floor = |room: &str| rooms.iter().position(|name| name == room);
    let macros = macros(&files);
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| !matches!(file.path.as_str(), "lib.rs" | "main.rs")) {
        let Some(own) = floor(file.room()) else {
            wrong.push(format!("src/{} belongs to no room of src/lib.rs", file.path));
            continue;
        };
        let doors: BTreeSet<String> = files
            .iter()
            .filter(|other| other.room() == file.room())
            .filter_map(|other| Some(other.path.split_once('/')?.1.trim_end_matches(".rs").to_owned()))
            .collect();
        // From the room's own file `super` is the front hall; further in it is the room itself.
        let besides =
            named(&file.tokens, "super").into_iter().filter(|name| floor(name).is_some() && !doors.contains(name));
        for name in named(&file.tokens, "crate").into_iter().chain(besides) {
            let room = macros.get(&name).unwrap_or(&name);
            match floor(room) {
                Some(other) if other <= own => {}
                Some(_) => wrong.push(format!("src/{} uses `{room}`, which is declared below it", file.path)),
                None => wrong.push(format!("src/{} uses `crate::{name}`: name the room it lives in", file.path)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn uses_are_found_in_groups_too() {
    let read = crate::rust::tokens("use crate::{a::{x, y}, b, c::d}; crate::e::f(); use crate::g::{h, i};");
    assert_eq!(named(&read, "crate"), ["a", "b", "c", "e", "g"]);
}

#[test]
fn only_the_report_knows_the_diagnostics_crate() {
    let knowing: Vec<String> = files()
        .into_iter()
        .filter(|file| file.tokens.iter().any(|token| token.is("annotate_snippets")))
        .map(|file| file.path)
        .collect();
    assert_eq!(knowing, ["report.rs"]);
}

#[test]
fn nothing_prints_but_the_command_line() {
    let print = ["print", "println", "eprint", "eprintln", "dbg"];
    for file in files().iter().filter(|file| file.room() != "cli" && file.path != "main.rs") {
        for two in file.tokens.windows(2).filter(|two| two[1] == Token::Sign('!')) {
            assert!(!print.iter().any(|name| two[0].is(name)), "src/{} prints", file.path);
        }
    }
}

#[test]
fn only_the_door_reads_the_clock() {
    for file in
        files().iter().filter(|file| file.room() != "cli" && !matches!(file.path.as_str(), "main.rs" | "calendar.rs"))
    {
        for clock in ["SystemTime", "Instant", "Local", "Utc", "today"] {
            let called = file.program().windows(2).any(|two| two[0] == Token::Sign(':') && two[1].is(clock));
            assert!(!called, "src/{} reads the clock: `{clock}`", file.path);
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    for file in files() {
        assert!(
            file.body.starts_with("//! ") || file.path.ends_with("tests.rs"),
            "src/{} starts without a `//!` line",
            file.path
        );
    }
}
