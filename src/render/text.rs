//! Plain text, to paste into a message: one week, or the whole season.

use minijinja::value::{Serde, Value};

use super::{Page, Templates, view};
use crate::finding::Finding;
use crate::plan::{Plan, SCHEMA};

impl Templates {
    /// A week as plain text; without `page.week` the whole season.
    ///
    /// # Errors
    /// A finding where there is no such week, or a template fails.
    #[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
    pub fn text(&self, plan: &Plan, page: &Page) -> Result<String, Finding> {
        if let Some(week) = page.week
            && !plan.weeks.iter().any(|known| known.number == week)
        {
            return Err(Finding::error("no-such-week").with("week", week).with("weeks", plan.weeks.len()));
        }
        let units = page.units.unwrap_or(plan.units);
        let book = self.book(&plan.language);
        let view = Value::from(Serde(view::View::new(plan, units, page.paper, &book)));
        let words = self.fill("plan.txt.j2", minijinja::context! { only => page.week, ..view }, units, &book)?;
        // What is pasted goes through terminals, which obey some characters that nobody sees.
        let words = words.replace(|c: char| c.is_control() && c != '\n', " ");
        let words = words.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        // What is to be pasted says nothing of where it comes from; a file is known again by its first line.
        let mark = if page.bare { String::new() } else { format!("{SCHEMA}\n\n") };
        Ok(format!("{mark}{}\n", words.trim()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::phrasebook::Phrasebook;
    use crate::render::sample;

    #[test]
    fn a_week_is_told_day_by_day_and_names_print_as_typed() {
        let templates = Templates::shipped(Arc::new(Phrasebook::shipped("en").unwrap()));
        let mut plan = sample::plan();
        plan.title = "<b>*Sara*</b> & سارة".to_owned();
        let week = &plan.weeks[2];
        let text = templates.text(&plan, &Page { week: Some(week.number), bare: true, ..Page::default() }).unwrap();
        assert!(text.starts_with("<b>*Sara*</b> & سارة\n"), "{text}");
        for session in week.days.iter().flat_map(|day| &day.sessions) {
            assert!(text.contains(&session.title), "{}: {text}", session.title);
        }
        assert!(text.lines().count() < 40 && !text.contains("\n\n\n"), "{text}");
        let season = templates.text(&plan, &Page::default()).unwrap();
        assert!(season.starts_with(SCHEMA) && season.lines().count() > plan.weeks.len() * 7);
        assert!(templates.text(&plan, &Page { week: Some(99), ..Page::default() }).is_err());
    }
}
