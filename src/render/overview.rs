//! The coach's own page: every client of a folder or roster, what is next for them, and who needs a look.

use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{Templates, html};
use crate::calendar::Date;
use crate::finding::{Finding, Severity};
use crate::measure::Units;
use crate::phrasebook::ENGLISH;
use crate::plan::Plan;

/// Where in the page the clients stand that need a look, and where the others.
const PLACES: [&str; 2] = ["<!-- clients: a look -->", "<!-- clients: all is well -->"];

/// A client, as the page shows them.
#[derive(Debug, Clone, Serialize)]
pub struct Client {
    /// The runner's name, or what the request is called.
    name: String,
    /// The request: its path, or its row.
    request: String,
    /// The plan, as an address from the page; none where there is no plan.
    link: Option<String>,
    /// The next race; none where none is left.
    race: Option<NextRace>,
    /// The week that holds today.
    week: Option<ThisWeek>,
    /// The first day of a season that has yet to begin.
    begins: Option<Date>,
    /// Whether the season lies behind.
    over: bool,
    /// What needs a look, in words.
    findings: Vec<String>,
    /// Why there is no plan, in words.
    error: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct NextRace {
    title: String,
    date: Date,
    days: i64,
}

#[derive(Debug, Clone, Serialize)]
struct ThisWeek {
    number: u32,
    of: usize,
    kind: String,
    phase: String,
    headline: String,
}

impl Client {
    /// A client who has a plan.
    #[must_use]
    pub fn planned(request: &str, plan: &Plan, link: Option<&str>, today: Date) -> Self {
        let race = plan.races.iter().find(|race| race.date >= today).map(|race| NextRace {
            title: if race.name.is_empty() { race.title.clone() } else { race.name.clone() },
            date: race.date,
            days: race.date - today,
        });
        let week = plan.weeks.iter().find(|week| (0..7).contains(&(today - week.start)));
        let week = week.map(|week| ThisWeek {
            number: week.number,
            of: plan.weeks.len(),
            kind: week.kind.name().to_owned(),
            phase: week.phase.name().to_owned(),
            headline: week.headline.clone(),
        });
        let grave = plan.findings.iter().filter(|finding| finding.severity >= Severity::Warning);
        Self {
            name: plan.runner.name.clone(),
            request: request.to_owned(),
            link: link.map(address),
            race,
            week,
            begins: (today < plan.start).then_some(plan.start),
            over: plan.end < today,
            findings: grave.map(|finding| finding.message.clone()).collect(),
            error: None,
        }
    }

    /// A client for whom there is no plan.
    #[must_use]
    pub fn unplanned(name: &str, request: &str, why: &str) -> Self {
        Self {
            name: name.to_owned(),
            request: request.to_owned(),
            link: None,
            race: None,
            week: None,
            begins: None,
            over: false,
            findings: Vec::new(),
            error: Some(why.to_owned()),
        }
    }

    /// Whether somebody should look at this client before the others.
    #[must_use]
    pub fn wants_a_look(&self) -> bool {
        self.error.is_some() || !self.findings.is_empty()
    }

    /// What needs a look, in words: why there is no plan, or what the plan warns of.
    #[must_use]
    pub fn heed(&self) -> Vec<&str> {
        self.error.iter().chain(&self.findings).map(String::as_str).collect()
    }

    /// The request: its path, or its row.
    #[must_use]
    pub fn request(&self) -> &str {
        &self.request
    }

    /// The runner's name, or what the request is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// What the page counts.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Totals {
    /// All clients.
    pub clients: usize,
    /// Those who have a plan.
    pub planned: usize,
    /// Those who need a look.
    pub look: usize,
}

impl Templates {
    /// The row of a client.
    ///
    /// # Errors
    /// A finding where the template fails.
    #[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
    pub fn client(&self, client: &Client) -> Result<String, Finding> {
        self.fill("_client.html.j2", Value::from(Serde(client)), Units::Km, &self.book(ENGLISH))
    }

    /// The page before, between and after the rows of the clients: first those who need a look, then the others.
    ///
    /// # Errors
    /// A finding where the template fails, or has lost the places of the clients.
    #[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
    pub fn overview(&self, title: &str, totals: Totals, today: Date) -> Result<[String; 3], Finding> {
        let facts = minijinja::context! { title, totals => Serde(totals), today => Serde(today) };
        let page = html::page(&self.fill("index.html.j2", facts, Units::Km, &self.book(ENGLISH))?);
        let lost = || Finding::error("template-places").with("places", PLACES.to_vec());
        let (before, rest) = page.split_once(PLACES[0]).ok_or_else(lost)?;
        let (between, after) = rest.split_once(PLACES[1]).ok_or_else(lost)?;
        Ok([before, between, after].map(str::to_owned))
    }
}

/// A path as an address from the page: whatever could end it or lead elsewhere is spelled out.
fn address(path: &str) -> String {
    use std::fmt::Write as _;
    let mut address = String::from("./");
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            address.push(char::from(byte));
        } else {
            write!(address, "%{byte:02X}").expect("a string takes every word");
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::phrasebook::Phrasebook;
    use crate::render::sample;

    #[test]
    fn a_client_is_told_by_the_day_and_prints_as_typed() {
        let templates = Templates::shipped(Arc::new(Phrasebook::shipped("en").unwrap()));
        let mut plan = sample::plan();
        plan.runner.name = "<script>alert(1)</script>".to_owned();
        let of = |today| Client::planned("a.toml", &plan, Some("a b/\"x\".html"), today);
        let row = templates.client(&of(plan.weeks[2].start + 3)).unwrap();
        assert!(!row.contains("<script>") && row.contains("&lt;script&gt;"), "{row}");
        assert!(row.contains("./a%20b/%22x%22.html"), "{row}");
        assert!(of(plan.weeks[2].start + 3).week.is_some_and(|week| week.number == 3));
        assert!(of(plan.start + -1).begins.is_some() && of(plan.end + 1).over);
        for today in [plan.start + -1, plan.end + 1] {
            assert!(templates.client(&of(today)).is_ok());
        }
        let unplanned = Client::unplanned("<b>", "row 3", "no <days>");
        assert!(unplanned.wants_a_look() && !templates.client(&unplanned).unwrap().contains("<days>"));
        let page = templates.overview("clients </title>", Totals::default(), plan.start).unwrap();
        assert!(
            crate::render::is_ours(&page[0]) && !page[0].contains("clients </title>") && page[2].contains("</html>")
        );
    }
}
