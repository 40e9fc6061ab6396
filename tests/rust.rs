//! Rust, read just well enough to ask what a file names and what it says: words, strings and signs; no comments.

use std::path::{Path, PathBuf};

use crate::{home, inside, text};

/// One word, string or sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token {
    /// An identifier or number.
    Word(String),
    /// What stands in a string.
    Text(String),
    /// Anything else.
    Sign(char),
}

impl Token {
    /// Whether it is this word.
    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own == word)
    }
}

/// One file of the program.
#[derive(Debug)]
pub(crate) struct File {
    /// Its path below `src`, with slashes.
    pub(crate) path: String,
    /// Its text.
    pub(crate) body: String,
    /// Its tokens, tests among them.
    pub(crate) tokens: Vec<Token>,
}

impl File {
    /// The room it belongs to.
    pub(crate) fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// Its tokens without what only tests see.
    pub(crate) fn program(&self) -> Vec<Token> {
        if self.path.ends_with("/tests.rs") {
            return Vec::new();
        }
        let mark = tokens("#[cfg(test)]");
        let mut kept = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            if !self.tokens[at..].starts_with(&mark) {
                kept.push(self.tokens[at].clone());
                at += 1;
                continue;
            }
            let mut deep = 0;
            loop {
                at += 1;
                match self.tokens.get(at) {
                    None => break,
                    Some(Token::Sign('{')) => deep += 1,
                    Some(Token::Sign('}')) => deep -= 1,
                    Some(Token::Sign(';')) if deep == 0 => break,
                    _ => continue,
                }
                if deep == 0 {
                    break;
                }
            }
            at += 1;
        }
        kept
    }
}

/// Every file of the program.
pub(crate) fn files() -> Vec<File> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for path in inside(folder) {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let src = home("src");
    let mut paths = Vec::new();
    walk(&src, &mut paths);
    paths
        .into_iter()
        .map(|path| {
            let body = text(&path);
            let path = path.strip_prefix(&src).expect("found below it").to_string_lossy().replace('\\', "/");
            File { path, tokens: tokens(&body), body }
        })
        .collect()
}

/// The tokens of a text.
pub(crate) fn tokens(body: &str) -> Vec<Token> {
    let chars: Vec<char> = body.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let find = |from: usize, wanted: &str| {
        let wanted: Vec<char> = wanted.chars().collect();
        (from..chars.len()).find(|i| chars[*i..].starts_with(&wanted)).unwrap_or(chars.len())
    };
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        if c == '/' && at(i + 1) == '/' {
            i = find(i, "\n");
        } else if c == '/' && at(i + 1) == '*' {
            i = find(i, "*/") + 2;
        } else if c == 'r' && (at(i + 1) == '"' || at(i + 1) == '#' && matches!(at(i + 2), '"' | '#')) {
            let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
            let start = i + hashes + 2;
            let end = find(start, &format!("\"{}", "#".repeat(hashes)));
            found.push(Token::Text(chars[start..end].iter().collect()));
            i = end + 1 + hashes;
        } else if c == '"' {
            let mut words = String::new();
            i += 1;
            while i < chars.len() && chars[i] != '"' {
                if chars[i] == '\\' {
                    i += 1;
                }
                words.push(at(i));
                i += 1;
            }
            found.push(Token::Text(words));
            i += 1;
        } else if c == '\'' && at(i + 1) == '\\' {
            i = find(i + 3, "'") + 1;
        } else if c == '\'' && at(i + 2) == '\'' {
            i += 3;
        } else if c.is_alphanumeric() || c == '_' {
            let end =
                (i..chars.len()).find(|i| !chars[*i].is_alphanumeric() && chars[*i] != '_').unwrap_or(chars.len());
            found.push(Token::Word(chars[i..end].iter().collect()));
            i = end;
        } else {
            if !c.is_whitespace() {
                found.push(Token::Sign(c));
            }
            i += 1;
        }
    }
    found
}

#[test]
fn rust_is_read_without_comments_and_with_its_strings() {
    let word = |w: &str| Token::Word(w.to_owned());
    let read = tokens("let a = 'x'; // \"no\"\n/* no */ r#\"a \"b\" c\"# \"d\\\"e\" &'a '\\'' '\"'");
    let texts: Vec<&Token> = read.iter().filter(|t| matches!(t, Token::Text(_))).collect();
    assert_eq!(texts, [&Token::Text("a \"b\" c".to_owned()), &Token::Text("d\"e".to_owned())]);
    assert_eq!(read[..3], [word("let"), word("a"), Token::Sign('=')]);
    let file = File {
        path: "a.rs".to_owned(),
        body: String::new(),
        tokens: tokens("fn a() {} #[cfg(test)] mod tests { fn b() {} } fn c() {} #[cfg(test)] mod tests;"),
    };
    assert_eq!(file.program(), tokens("fn a() {} fn c() {}"));
}
