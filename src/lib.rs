//! stepback: season plans for runners, with scheduled steps back.
// ground: measures
pub mod measure;
pub mod calendar;
pub mod files;
pub mod shipped;
pub mod source;
// first floor: the nouns
pub mod finding;
pub mod document;
pub mod phrasebook;
pub mod reason;
pub mod session;
pub mod plan;
pub mod notation;
pub mod request;
// second floor: what is known about bodies and weather
pub mod fitness;
pub mod climate;
pub mod load;
// third floor: the rulebook
pub mod rulebook;
// fourth floor
pub mod audit;
pub mod engine;
// fifth floor
pub mod render;
pub mod export;
// roof
pub mod report;
pub mod cli;
