//! Rosters: many requests in one text, taken one by one. A table has a runner a row, its columns called like the keys of a
//! request; a text of lines has a request in JSON on each.
//!
//! Whatever a row says becomes the tree that a request in TOML becomes, with places in the row: the desk that reads
//! requests reads them all, and tells what is wrong at the cell. Nothing but the row at hand is kept in memory.

mod cells;
mod lines;

use std::io::BufRead;
use std::sync::Arc;

pub use self::cells::Rows;
pub use self::lines::Lines;

use crate::document::Table;
use crate::finding::Findings;
use crate::source::Text;

/// The most bytes of a row or a line that are read.
pub const LONGEST: usize = 1 << 20;

/// A request among many.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number, from 1.
    pub number: usize,
    /// Its id, where it has one.
    pub id: Option<String>,
    /// The runner's name, as typed; empty where there is none.
    pub name: String,
    /// The row or line itself.
    pub text: Arc<Text>,
    /// The request, taken apart.
    ///
    /// # Errors
    /// What is wrong with the row or line itself.
    pub table: Result<Table, Findings>,
}

/// Any text that is read line by line.
pub type Source = Box<dyn BufRead + Send>;

/// The name of a runner in a request that has been taken apart.
fn name_in(table: &Table) -> Option<String> {
    use crate::document::Content;
    let Content::Table(runner) = &table.get("runner")?.value else { return None };
    match &runner.get("name")?.value {
        Content::Text(name) => Some(name.trim().to_owned()),
        _ => None,
    }
}
