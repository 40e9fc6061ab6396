pub mod condition;
pub mod settings;
pub mod words;
