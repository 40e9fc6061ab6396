//! stepback: season plans for runners, with scheduled steps back.
// ground: measures
pub mod calendar;
pub mod measure;
pub mod shipped;
pub mod source;
// first floor: the nouns
pub mod finding;
pub mod document;
pub mod phrasebook;
pub mod plan;
pub mod reason;
pub mod session;
// fifth floor: the way out
pub mod render;
pub mod export;
