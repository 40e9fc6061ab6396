//! The files: a table of formats, each made from a [`Plan`] alone.

mod csv;
mod fit;
mod ics;
mod intervals;
pub mod json;
mod slots;

use std::sync::Arc;

use crate::finding::Findings;
use crate::phrasebook::Phrasebook;
use crate::plan::{Plan, SCHEMA};
use crate::render::{self, Page, Templates};

/// What a format may use besides the plan.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The words of the plan's language.
    pub phrasebook: &'a Arc<Phrasebook>,
    /// The templates of the page.
    pub templates: &'a Templates,
    /// How the page is wanted.
    pub page: Page,
    /// Whether a format of many files packs them into one.
    pub pack: bool,
}

/// A file made from a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What follows the name of the request: `.json`, `-grid.csv`, `-fit/01-long.fit`.
    pub ending: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// The words in it by which it is known again as ours.
    pub mark: &'static str,
}

impl File {
    /// A file that holds a text.
    #[must_use]
    pub fn text(ending: &str, text: String) -> Self {
        Self::bytes(ending, text.into_bytes())
    }

    /// A file that holds bytes.
    #[must_use]
    pub fn bytes(ending: &str, bytes: Vec<u8>) -> Self {
        Self { ending: ending.to_owned(), bytes, mark: SCHEMA }
    }

    /// Known again by words of its own.
    #[must_use]
    pub fn marked(self, mark: &'static str) -> Self {
        Self { mark, ..self }
    }
}

/// Makes the files of a format.
pub type Write = fn(&Plan, &Desk<'_>) -> Result<Vec<File>, Findings>;

/// A format that a plan can be written in.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// The word for it on the command line.
    pub id: &'static str,
    /// Makes its files.
    pub write: Write,
}

/// Every format, in the order a reader is told of them.
pub const FORMATS: &[Format] = &[
    Format { id: "md", write: markdown },
    Format { id: "html", write: html },
    Format { id: "text", write: text },
    Format { id: "pdf", write: pdf },
    Format { id: "fridge", write: fridge },
    Format { id: "json", write: json::files },
    Format { id: "ics", write: ics::files },
    Format { id: "csv", write: csv::files },
    Format { id: "fit", write: fit::files },
    Format { id: "intervals", write: intervals::files },
];

/// The format of this word.
#[must_use]
pub fn format(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id)
}

fn markdown(plan: &Plan, desk: &Desk<'_>) -> Result<Vec<File>, Findings> {
    Ok(vec![File::text(".md", desk.templates.markdown(plan, &desk.page)?)])
}

fn html(plan: &Plan, desk: &Desk<'_>) -> Result<Vec<File>, Findings> {
    Ok(vec![File::text(".html", desk.templates.html(plan, &desk.page)?)])
}

fn text(plan: &Plan, desk: &Desk<'_>) -> Result<Vec<File>, Findings> {
    let ending = desk.page.week.map_or_else(|| ".txt".to_owned(), |week| format!("-week-{week}.txt"));
    Ok(vec![File::text(&ending, desk.templates.text(plan, &desk.page)?)])
}

fn pdf(plan: &Plan, desk: &Desk<'_>) -> Result<Vec<File>, Findings> {
    Ok(vec![File::bytes(".pdf", desk.templates.pdf(plan, &desk.page)?).marked(render::PDF_MARK)])
}

fn fridge(plan: &Plan, desk: &Desk<'_>) -> Result<Vec<File>, Findings> {
    Ok(vec![File::text("-fridge.html", desk.templates.fridge(plan, &desk.page)?)])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::render::sample;

    #[test]
    fn every_format_writes_files_of_its_own_ending() {
        let phrasebook = Arc::new(Phrasebook::shipped("en").unwrap());
        let templates = Templates::shipped(Arc::clone(&phrasebook));
        let desk = Desk { phrasebook: &phrasebook, templates: &templates, page: Page::default(), pack: false };
        let plan = sample::plan();
        // Printing wants a browser, which not every machine has: tests/clients/run prints.
        for format in FORMATS.iter().filter(|format| format.id != "pdf") {
            let files = (format.write)(&plan, &desk).unwrap();
            assert!(!files.is_empty(), "{}", format.id);
            assert!(files.iter().all(|file| !file.bytes.is_empty()), "{}", format.id);
        }
        assert!(format("md").is_some());
        assert!(format("docx").is_none());
    }
}
