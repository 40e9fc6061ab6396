//! **stepback** plans a season of running with scheduled steps back: rules and a request in, a printable season out.
//!
//! ```
//! use std::sync::Arc;
//!
//! use stepback::engine::{self, Asked};
//! use stepback::phrasebook::Phrasebook;
//! use stepback::plan::WeekKind;
//! use stepback::render::{Page, Templates};
//! use stepback::request::{self, Ids};
//! use stepback::rulebook::Rulebook;
//! use stepback::source::Text;
//!
//! # fn main() -> Result<(), stepback::finding::Findings> {
//! let words = Arc::new(Phrasebook::shipped("en")?);
//! let (book, _) = Rulebook::read(&[])?;
//! let text = Text::new("tom.toml", r#"
//!     [runner]
//!     weekly = "20 km"
//!     [[race]]
//!     race = "10k"
//!     date = 2027-05-09
//!     [week]
//!     days = ["tue", "thu", "sat", "sun"]
//!     [plan]
//!     start = 2027-02-15
//! "#);
//! let (request, _) = request::read(&text, &Ids::default())?;
//! let asked = Asked { today: "2027-02-01".parse().expect("a date"), flags: None, units: None };
//! let plan = engine::plan(&book, &words, &request, &asked)?;
//!
//! // The plan steps back on purpose, each time with a reason …
//! let reset = plan.weeks.iter().find(|week| week.kind == WeekKind::Reset).expect("twelve weeks hold a step back");
//! assert!(!reset.reset.as_ref().expect("every step back has its panel").because.is_empty());
//! // … every figure of it leads to the line of a rule …
//! let why = plan.ledger.iter().find(|reason| reason.setting == "reset.volume").expect("how deep it goes");
//! assert!(why.file.starts_with("rules/") && why.line > 0);
//! // … and it prints.
//! let page = Templates::shipped(words).markdown(&plan, &Page::default())?;
//! assert!(page.contains(&plan.title));
//! # Ok(())
//! # }
//! ```
//!
//! # From a figure on the page to the rule behind it
//!
//! `plan.weeks[n].figures` says each figure in a sentence and names its reasons; `plan.ledger` holds them with file and
//! line, and `stepback why` prints the chain. In the code, [`engine::plan`] tells the whole story in a dozen lines:
//! phases ([`engine::phases`]), steps back ([`engine::resets`]), how much ([`engine::volume`]), which sessions
//! ([`engine::sessions`]), on which day ([`engine::week`]), spelled out ([`engine::workout`]), in words
//! ([`engine::telling`]). What a setting is stands in [`rulebook::settings`]; who may write it, in
//! [`rulebook::layers`].
//!
//! # The house
//!
//! A room may use only the rooms declared above it. A test keeps it so.

// -- ground: measures ------------------------------------------------------------------------------------------------
pub mod measure;
pub mod calendar;
pub mod files;
pub mod shipped;
pub mod source;
// -- first floor: the nouns ------------------------------------------------------------------------------------------
pub mod finding;
pub mod document;
pub mod phrasebook;
pub mod reason;
pub mod session;
pub mod plan;
pub mod notation;
pub mod foreign;
pub mod request;
pub mod roster;
// -- second floor: what is known about bodies and weather ------------------------------------------------------------
pub mod fitness;
pub mod climate;
pub mod load;
// -- third floor: the rulebook ---------------------------------------------------------------------------------------
pub mod rulebook;
// -- fourth floor: the judge, who knows nothing of the engine, and the engine ------------------------------------------
pub mod audit;
pub mod compare;
pub mod engine;
pub mod review;
// -- fifth floor: the way out ----------------------------------------------------------------------------------------
pub mod render;
pub mod export;
pub mod schema;
// -- roof ------------------------------------------------------------------------------------------------------------
pub mod report;
pub mod cli;
