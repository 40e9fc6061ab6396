//! The rulebook: what coaches write in `rules/`, read and checked.

pub mod guardrail;
