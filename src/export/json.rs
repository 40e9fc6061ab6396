//! The plan as data, and a plan read back.

use std::sync::Arc;

use super::{Desk, File};
use crate::finding::{Finding, Findings};
use crate::plan::{Plan, SCHEMA};
use crate::source::{Place, Text};

/// The plan as JSON, indented, ending with a line break.
///
/// # Panics
/// Never: a plan is plain data.
#[must_use]
pub fn write(plan: &Plan) -> String {
    let mut text = serde_json::to_string_pretty(plan).expect("a plan is plain data");
    text.push('\n');
    text
}

#[expect(clippy::unnecessary_wraps, reason = "every format has this shape")]
pub(super) fn files(plan: &Plan, _: &Desk<'_>) -> Result<Vec<File>, Findings> {
    Ok(vec![File::text(".json", write(plan))])
}

/// A plan from JSON, also after a person edited it.
///
/// # Errors
/// A finding at the place where the text stops being a plan, or where its schema is another one.
pub fn read(text: &Arc<Text>) -> Result<Plan, Findings> {
    let plan: Plan = serde_json::from_str(&text.body).map_err(|error| {
        let what = error.to_string();
        // The place is told apart from the words: it is shown with the line.
        let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what);
        Finding::error("not-a-plan").with("what", what).at(place(text, error.line(), error.column()))
    })?;
    if plan.schema != SCHEMA {
        let at = text.body.find(&plan.schema).map_or(0..0, |at| at..at + plan.schema.len());
        let finding = Finding::error("other-schema").with("got", plan.schema).with("wanted", SCHEMA);
        return Err(finding.at(Place::new(text, at)).into());
    }
    Ok(plan)
}

/// The character at a line and column, both counted from 1 and the column in bytes.
fn place(text: &Arc<Text>, line: usize, column: usize) -> Place {
    let start: usize = text.body.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.body.len());
    while !text.body.is_char_boundary(at) {
        at -= 1;
    }
    let next = text.body[at..].chars().next().map_or(0, char::len_utf8);
    Place::new(text, at..at + next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn a_plan_comes_back_from_json_as_it_was() {
        let plan = sample::plan();
        let text = write(&plan);
        let back = read(&Text::new("plan.json", text.clone())).unwrap();
        assert_eq!(write(&back), text);
        assert_eq!(back, plan);
    }

    #[test]
    fn a_broken_plan_is_told_at_its_place() {
        let text = write(&sample::plan()).replacen("\"number\": 3,", "\"number\": \"three\",", 1);
        let findings = read(&Text::new("plan.json", text.clone())).unwrap_err();
        let place = findings.0[0].place.as_ref().unwrap();
        assert_eq!(findings.0[0].code, "not-a-plan");
        let line = text.lines().position(|line| line.contains("\"three\"")).unwrap() + 1;
        assert_eq!(place.line(), line);
    }

    #[test]
    fn another_schema_is_refused_at_its_place() {
        let text = write(&sample::plan()).replacen(SCHEMA, "stepback.plan/9", 1);
        let findings = read(&Text::new("plan.json", text)).unwrap_err();
        assert_eq!(findings.0[0].code, "other-schema");
        assert_eq!(findings.0[0].place.as_ref().unwrap().words(), "stepback.plan/9");
    }

    #[test]
    fn nothing_at_all_is_a_finding_too() {
        for text in ["", "[]", "{", "{\"schema\": 1}", "\u{feff}{}", "é"] {
            assert!(read(&Text::new("plan.json", text)).is_err(), "{text}");
        }
    }
}
