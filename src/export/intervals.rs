//! Intervals.icu: the events of its bulk upload, each with a workout in its text notation.
//!
//! Every event has an `external_id` that lasts, so that `events/bulk?upsert=true` replaces and never doubles.

use serde::Serialize;

use super::slots::{Names, Slot, as_data, hour, one_line, slots};
use super::{Desk, File};
use crate::args;
use crate::calendar::Date;
use crate::finding::Findings;
use crate::measure::{Distance, Duration, Units};
use crate::plan::{PhaseName, Plan, SCHEMA, Week};
use crate::render::Speech;
use crate::session::{By, Session, SessionKind, Step, Stretch};

/// The most lines of one workout: a plan edited by hand may repeat without end.
const MOST_LINES: usize = 400;

/// An event of the calendar there, by the names of its fields.
#[derive(Debug, Serialize)]
struct Event {
    external_id: String,
    category: &'static str,
    start_date_local: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date_local: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    sport: Option<&'static str>,
    name: String,
    description: String,
    /// In seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    moving_time: Option<i64>,
    /// In metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    distance: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    indoor: Option<bool>,
}

#[expect(clippy::unnecessary_wraps, reason = "every format has this shape")]
pub(super) fn files(plan: &Plan, desk: &Desk<'_>) -> Result<Vec<File>, Findings> {
    let events = events(plan, &Speech::new(plan, desk.page.units, desk.phrasebook));
    let mut text = serde_json::to_string_pretty(&events).expect("events are plain data");
    text.push('\n');
    Ok(vec![File::text(".intervals.json", text)])
}

fn events(plan: &Plan, speech: &Speech<'_>) -> Vec<Event> {
    let mut names = Names::of(plan);
    let mut phase: Option<PhaseName> = None;
    let mut events = Vec::new();
    let slots = slots(plan);
    for week in &plan.weeks {
        if phase.replace(week.phase) != Some(week.phase) {
            let id = names.next(&["phase", &week.start.to_string()]);
            let title =
                speech.say("phase", &args! { "phase" => speech.label(&format!("phase.{}", week.phase.name())) });
            events.push(note(&id, week.start, None, &title, speech.week(week)));
        }
        if let Some(reset) = &week.reset {
            let id = names.next(&["reset", &week.start.to_string()]);
            let title = speech.say("reset", &args! { "title" => reset.title.as_str() });
            let mut lines = vec![speech.sentence(&reset.purpose)];
            for items in [&reset.because, &reset.look_after, &reset.before_you_go_on] {
                lines.extend(items.iter().map(|item| speech.sentence(item)));
            }
            events.push(note(&id, week.start, Some(week.start + 7), &title, lines.join("\n")));
        }
        let own = slots.iter().filter(|slot| std::ptr::eq::<Week>(slot.week, week));
        events.extend(own.map(|slot| session(slot, speech)));
    }
    events
}

fn id(id: &str) -> String {
    format!("{SCHEMA}/{id}")
}

fn note(name: &str, start: Date, end: Option<Date>, title: &str, text: String) -> Event {
    Event {
        external_id: id(name),
        category: "NOTE",
        start_date_local: midnight(start),
        end_date_local: end.map(midnight),
        sport: None,
        name: one_line(title),
        description: text,
        moving_time: None,
        distance: None,
        indoor: None,
    }
}

fn midnight(date: Date) -> String {
    format!("{date}T00:00:00")
}

fn session(slot: &Slot<'_>, speech: &Speech<'_>) -> Event {
    let session = slot.session;
    let spoken = speech.session(session);
    let category = match (session.kind, slot.race.map(|race| race.priority.as_str())) {
        (SessionKind::Race, Some("B")) => "RACE_B",
        (SessionKind::Race, Some("C")) => "RACE_C",
        (SessionKind::Race, _) => "RACE_A",
        (SessionKind::Rest, _) => "NOTE",
        _ => "WORKOUT",
    };
    let start = hour(session).map_or_else(|| midnight(slot.day.date), |hour| format!("{}T{hour}:00", slot.day.date));
    let mut lines: Vec<String> = Vec::new();
    let steps = workout(&session.steps, speech);
    // Where the steps say it all, the line that sums them up would only repeat it.
    if steps.is_empty() || session.steps.len() == 1 {
        lines.push(spoken.detail.clone());
    }
    if !spoken.target.is_empty() {
        lines.push(speech.say("target", &args! { "target" => spoken.target.as_str() }));
    }
    lines.extend(spoken.extras.iter().cloned());
    let mut description: Vec<String> = lines.iter().map(|line| prose(line)).filter(|line| !line.is_empty()).collect();
    if !steps.is_empty() {
        description.push(String::new());
        description.extend(steps);
    }
    Event {
        external_id: id(&slot.id),
        category,
        start_date_local: start,
        end_date_local: None,
        sport: sport(session),
        name: one_line(&spoken.title),
        description: description.join("\n").trim().to_owned(),
        moving_time: (!session.duration_s.is_zero()).then(|| session.duration_s.seconds()),
        distance: (!session.distance_m.is_zero()).then(|| session.distance_m.metres()),
        indoor: session.indoors.then_some(true),
    }
}

fn sport(session: &Session) -> Option<&'static str> {
    match session.kind {
        SessionKind::Rest => None,
        SessionKind::Strength => Some("WeightTraining"),
        SessionKind::CrossTrain => Some("Workout"),
        _ => Some("Run"),
    }
}

/// A line of words that is not taken for a step or for a number of repeats.
fn prose(line: &str) -> String {
    let line = one_line(line);
    let line = match line.strip_prefix('-') {
        Some(rest) => format!("–{rest}"),
        None => line,
    };
    match line.strip_suffix(['x', 'X']) {
        Some(rest) if rest.ends_with(|c: char| c.is_ascii_digit()) => format!("{rest}×"),
        _ => line,
    }
}

// ---- the notation of workouts ----

/// Steps in the notation there. It knows no repeats inside repeats: the outer ones are written out.
fn workout(steps: &[Step], speech: &Speech<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    put(steps, speech, &mut lines);
    lines.truncate(MOST_LINES);
    // Steps that follow a repeat are set apart, and nothing else is.
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn put(steps: &[Step], speech: &Speech<'_>, lines: &mut Vec<String>) {
    for step in steps {
        if lines.len() > MOST_LINES {
            return;
        }
        match step {
            Step::Run(stretch) | Step::Walk(stretch) => {
                let word = speech.label(&format!("intensity.{}", stretch.intensity.name()));
                line(&word, stretch, speech, lines);
            }
            Step::Rest(stretch) => line(&speech.label("rest"), stretch, speech, lines),
            Step::Repeat { times, steps } if steps.iter().any(|step| matches!(step, Step::Repeat { .. })) => {
                for _ in 0..(*times).min(MOST_LINES as u32) {
                    put(steps, speech, lines);
                }
            }
            Step::Repeat { times: 0, .. } => {}
            Step::Repeat { times, steps } => {
                if lines.last().is_some_and(|line| !line.is_empty()) {
                    lines.push(String::new());
                }
                lines.push(format!("{times}x"));
                put(steps, speech, lines);
                lines.push(String::new());
            }
        }
    }
}

fn line(word: &str, stretch: &Stretch, speech: &Speech<'_>, lines: &mut Vec<String>) {
    let amount = match stretch.by {
        By::Distance if !stretch.distance_m.is_zero() => distance(stretch.distance_m, speech.units()),
        _ if !stretch.duration_s.is_zero() => time(stretch.duration_s),
        _ if !stretch.distance_m.is_zero() => distance(stretch.distance_m, speech.units()),
        _ => return,
    };
    let target = stretch.pace_s_per_km.map(|[fast, slow]| {
        let units = speech.units();
        let (fast, slow) = (units.pace_number(as_data(fast)), units.pace_number(as_data(slow)));
        let range = if fast == slow { fast } else { format!("{slow}-{fast}") };
        format!(" {range}/{} Pace", units.symbol())
    });
    // Digits in a cue would be taken for an amount.
    let word: String = one_line(word).chars().filter(|c| !c.is_numeric()).collect();
    lines.push(format!("- {} {amount}{}", word.trim(), target.unwrap_or_default()));
}

/// `m` is minutes there, and metres are `mtr`.
fn distance(distance: Distance, units: Units) -> String {
    let metres = distance.metres().round();
    if units == Units::Mi && metres >= 1000.0 {
        let text = format!("{:.2}", distance.over(units.one()));
        return format!("{}mi", text.trim_end_matches('0').trim_end_matches('.'));
    }
    if metres < 1000.0 || metres % 10.0 != 0.0 {
        return format!("{metres}mtr");
    }
    let text = format!("{:.2}", metres / 1000.0);
    format!("{}km", text.trim_end_matches('0').trim_end_matches('.'))
}

fn time(time: Duration) -> String {
    let seconds = time.seconds();
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .fold(String::new(), |text, (number, unit)| text + &number.to_string() + unit)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;
    use crate::phrasebook::Phrasebook;
    use crate::render::sample;

    fn made(plan: &Plan) -> Vec<Event> {
        let book = Arc::new(Phrasebook::shipped("en").unwrap());
        events(plan, &Speech::new(plan, None, &book))
    }

    #[test]
    fn every_session_is_an_event_and_workouts_are_spelled_out() {
        let plan = sample::plan();
        let events = made(&plan);
        let ids: BTreeSet<&str> = events.iter().map(|event| event.external_id.as_str()).collect();
        assert_eq!(ids.len(), events.len());
        assert_eq!(events.iter().filter(|event| event.category != "NOTE").count(), plan.sessions().count());
        let race = events.iter().find(|event| event.category == "RACE_A").unwrap();
        assert_eq!((race.name.as_str(), race.start_date_local.as_str()), ("Dubai Half", "2027-02-07T00:00:00"));
        let threshold = events.iter().find(|event| event.name.starts_with("Threshold 2")).unwrap();
        assert!(
            threshold.description.ends_with(
                "- easy 15m 7:05-6:20/km Pace\n\n2x\n- threshold 8m\n- jog 1m30s\n\n- easy 10m 7:05-6:20/km Pace"
            ),
            "{}",
            threshold.description
        );
        assert!(threshold.external_id.starts_with("stepback.plan/1/"));
    }

    #[test]
    fn words_are_never_taken_for_steps() {
        assert_eq!(prose("- 10km all out"), "– 10km all out");
        assert_eq!(prose("hills 5x"), "hills 5×");
        let mut plan = sample::plan();
        plan.weeks[1].days[1].sessions[0].notes = vec!["-5m\n- 20m".to_owned()];
        let event = made(&plan).into_iter().find(|event| event.name.starts_with("Threshold 2")).unwrap();
        assert_eq!(event.description.lines().filter(|line| line.starts_with('-')).count(), 4);
    }

    #[test]
    fn amounts_are_written_as_they_are_read_there() {
        let km = |metres: f64| distance(Distance::from_metres(metres), Units::Km);
        assert_eq!([km(400.0), km(1000.0), km(6200.0), km(2107.0)], ["400mtr", "1km", "6.2km", "2107mtr"]);
        assert_eq!(distance(Distance::from_metres(1609.344), Units::Mi), "1mi");
        assert_eq!(time(Duration::from_seconds(5430.0)), "1h30m30s");
    }
}
