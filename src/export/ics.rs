//! The calendar (RFC 5545): an event a session, one for each reset week, and a word on the eve of a race.
//!
//! Nothing in it is drawn or read off a clock, so the same plan gives the same bytes; events keep their `UID`, so a calendar
//! that takes the file again updates what it has.

use super::slots::{Names, Slot, hour, is_break, slots};
use super::{Desk, File};
use crate::args;
use crate::calendar::Date;
use crate::finding::Findings;
use crate::plan::{Plan, SCHEMA, Week, WeekKind};
use crate::render::{Speech, Spoken};
use crate::session::{Session, SessionKind};

/// The longest line, in octets, without its end.
const LONGEST_LINE: usize = 75;

/// On the eve of a race its alarm sounds this many minutes before midnight: at seven.
const ALARM: i64 = 5 * 60;

/// What a calendar shows as `STATUS` and the like never changes.
const SETTLED: [&str; 2] = ["SEQUENCE:0", "STATUS:CONFIRMED"];

#[expect(clippy::unnecessary_wraps, reason = "every format has this shape")]
pub(super) fn files(plan: &Plan, desk: &Desk<'_>) -> Result<Vec<File>, Findings> {
    Ok(vec![File::text(".ics", write(plan, &Speech::new(plan, desk.page.units, desk.phrasebook)))])
}

fn write(plan: &Plan, speech: &Speech<'_>) -> String {
    let mut out = Lines::default();
    out.line("BEGIN:VCALENDAR");
    out.line("VERSION:2.0");
    out.line(&format!("PRODID:-//stepback//{SCHEMA}//EN"));
    out.line("CALSCALE:GREGORIAN");
    out.line("METHOD:PUBLISH");
    let name = args! { "title" => plan.title.as_str(), "name" => plan.runner.name.as_str() };
    let name = speech.say("calendar", &name);
    out.text("NAME", &name);
    out.text("X-WR-CALNAME", &name);
    let mut names = Names::of(plan);
    let slots = slots(plan);
    for week in &plan.weeks {
        if week.kind == WeekKind::Reset || week.reset.is_some() {
            reset(plan, week, &names.next(&["reset", &week.start.to_string()]), speech, &mut out);
        }
        for slot in slots.iter().filter(|slot| std::ptr::eq(slot.week, week)) {
            session(plan, slot, speech, &mut out);
        }
    }
    out.line("END:VCALENDAR");
    out.0
}

fn begin(plan: &Plan, id: &str, out: &mut Lines) {
    out.line("BEGIN:VEVENT");
    out.line(&format!("UID:{id}@stepback"));
    out.line(&format!("DTSTAMP:{}T000000Z", basic(plan.start)));
    for line in SETTLED {
        out.line(line);
    }
}

fn session(plan: &Plan, slot: &Slot<'_>, speech: &Speech<'_>, out: &mut Lines) {
    let spoken = speech.session(slot.session);
    begin(plan, &slot.id, out);
    let hour = hour(slot.session).map(|hour| i64::from(hour.minutes()));
    match hour {
        None => {
            whole_days(slot.day.date, 1, out);
            out.line("TRANSP:TRANSPARENT");
        }
        Some(minutes) => {
            // Less than a minute of training is a plan edited by hand; an event needs an end after its start.
            let lasts = (slot.session.duration_s.seconds() + 59) / 60;
            out.line(&format!("DTSTART:{}", at(slot.day.date, minutes)));
            out.line(&format!("DTEND:{}", at(slot.day.date, minutes + lasts.max(1))));
            out.line("TRANSP:OPAQUE");
        }
    }
    out.text("SUMMARY", &spoken.title);
    out.text("DESCRIPTION", &described(plan, slot, &spoken, speech));
    out.line(&format!("CATEGORIES:{},{}", escape(&sport(slot.session, speech)), escape(&speech.kind(slot.session))));
    if slot.session.kind == SessionKind::Race {
        out.line("BEGIN:VALARM");
        out.line("ACTION:DISPLAY");
        out.line(&format!("TRIGGER:-PT{}M", hour.unwrap_or(0) + ALARM));
        out.text("DESCRIPTION", &speech.say("race-tomorrow", &args! { "race" => spoken.title.as_str() }));
        out.line("END:VALARM");
    }
    out.line("END:VEVENT");
}

fn sport(session: &Session, speech: &Speech<'_>) -> String {
    let other = matches!(session.kind, SessionKind::Rest | SessionKind::CrossTrain | SessionKind::Strength);
    speech.say(if other { "training" } else { "running" }, &args! {})
}

/// Everything that the page says of a session, for calendars on which the page is far away.
fn described(plan: &Plan, slot: &Slot<'_>, spoken: &Spoken, speech: &Speech<'_>) -> String {
    let session = slot.session;
    let mut lines = vec![spoken.detail.clone()];
    lines.push(match (session.distance_m.is_zero(), session.duration_s.is_zero()) {
        (true, true) => String::new(),
        (true, false) => speech.minutes(session.duration_s),
        (false, true) => speech.distance(session.distance_m),
        (false, false) => {
            let (distance, time) = (speech.distance(session.distance_m), speech.minutes(session.duration_s));
            let key = if session.estimated { "by-time" } else { "by-distance" };
            speech.say(key, &args! { "distance" => distance, "time" => time })
        }
    });
    if !spoken.target.is_empty() {
        lines.push(speech.say("target", &args! { "target" => spoken.target.as_str() }));
    }
    lines.extend(spoken.extras.iter().cloned());
    lines.extend([&session.purpose, &session.feel, &session.badly].map(|line| speech.sentence(line)));
    if let Some(race) = slot.race {
        if let Some(goal) = race.goal_s {
            lines.push(speech.say("goal", &args! { "time" => goal.clock() }));
        }
        lines.extend(race.notes.iter().map(|note| speech.sentence(note)));
    }
    lines.push(slot.day.note.clone().unwrap_or_default());
    lines.push(slot.day.life.clone().unwrap_or_default());
    lines.push(speech.week(slot.week));
    lines.push(plan.title.clone());
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}

fn reset(plan: &Plan, week: &Week, id: &str, speech: &Speech<'_>, out: &mut Lines) {
    begin(plan, id, out);
    whole_days(week.start, 7, out);
    out.line("TRANSP:TRANSPARENT");
    let mut title = speech.sentence(&week.headline);
    let mut lines = Vec::new();
    if let Some(reset) = &week.reset {
        title.clone_from(&reset.title);
        lines.push(speech.sentence(&reset.purpose));
        lines.extend(reset.because.iter().map(|line| speech.sentence(line)));
        for (label, items) in
            [("what_changes", &reset.changes), ("look_after", &reset.look_after), ("ask", &reset.before_you_go_on)]
        {
            if !items.is_empty() {
                lines.push(String::new());
                lines.push(speech.label(label));
                lines.extend(items.iter().map(|item| format!("- {}", speech.sentence(item))));
            }
        }
        lines.push(speech.sentence(&reset.answers));
    }
    lines.push(String::new());
    lines.push(speech.week(week));
    out.text("SUMMARY", &speech.say("reset", &args! { "title" => title }));
    out.text("DESCRIPTION", lines.join("\n").trim());
    out.line(&format!("CATEGORIES:{}", escape(&speech.say("reset-week", &args! {}))));
    out.line("END:VEVENT");
}

/// All of some days: the end of an event is the day after its last.
fn whole_days(first: Date, days: i64, out: &mut Lines) {
    out.line(&format!("DTSTART;VALUE=DATE:{}", basic(first)));
    out.line(&format!("DTEND;VALUE=DATE:{}", basic(first + days)));
}

fn basic(date: Date) -> String {
    date.to_string().replace('-', "")
}

/// Minutes after the start of a day, on the clock of wherever the runner is.
fn at(date: Date, minutes: i64) -> String {
    let minutes = minutes.min(7 * 24 * 60);
    format!("{}T{:02}{:02}00", basic(date + minutes / 1440), minutes / 60 % 24, minutes % 60)
}

/// A text as it stands in a calendar: on one line, with its breaks spelled, and nothing that cannot be seen.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\t' => out.push(' '),
            '\r' if chars.peek() == Some(&'\n') => {}
            _ if is_break(c) => out.push_str("\\n"),
            _ if c.is_control() => {}
            _ => out.push(c),
        }
    }
    out
}

/// Lines of a calendar, each ended and folded as the standard wants it.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn text(&mut self, name: &str, text: &str) {
        self.line(&format!("{name}:{}", escape(text)));
    }

    /// A line, broken so that no part is longer than [`LONGEST_LINE`] and no character is cut in two.
    fn line(&mut self, line: &str) {
        let mut room = LONGEST_LINE;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                // The space that opens a folded line counts.
                room = LONGEST_LINE - 1;
            }
            room -= c.len_utf8();
            self.0.push(c);
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;
    use crate::measure::Duration;
    use crate::phrasebook::Phrasebook;
    use crate::render::sample;

    fn written(plan: &Plan) -> String {
        let book = Arc::new(Phrasebook::shipped("en").unwrap());
        write(plan, &Speech::new(plan, None, &book))
    }

    /// The values of a property, unfolded and as typed.
    fn values(calendar: &str, name: &str) -> Vec<String> {
        let unfolded = calendar.replace("\r\n ", "");
        let lines = unfolded.split("\r\n").filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        lines
            .map(|value| {
                let mut out = String::new();
                let mut chars = value.chars();
                while let Some(c) = chars.next() {
                    match c {
                        '\\' => match chars.next() {
                            Some('n') => out.push('\n'),
                            Some(c) => out.push(c),
                            None => panic!("an open escape in {value}"),
                        },
                        c => out.push(c),
                    }
                }
                out
            })
            .collect()
    }

    #[test]
    fn every_session_and_every_reset_is_an_event_of_its_own() {
        let plan = sample::plan();
        let calendar = written(&plan);
        let resets = plan.weeks.iter().filter(|week| week.reset.is_some()).count();
        let ids = values(&calendar, "UID");
        assert_eq!(ids.len(), plan.sessions().count() + resets);
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
        assert_eq!(calendar, written(&plan), "the same plan gives the same bytes");
        assert_eq!(calendar.matches("BEGIN:VALARM").count(), plan.races.len());
        assert!(calendar.contains("DTSTART;VALUE=DATE:20261221\r\nDTEND;VALUE=DATE:20261228\r\n"), "a week of reset");
    }

    #[test]
    fn hostile_names_come_back_as_typed_and_no_line_is_too_long() {
        let typed = "=HYPERLINK(\"x\"); a, b\\n Ünïcödé ".repeat(6) + "سارة الطويلة\nEND:VCALENDAR";
        let mut plan = sample::plan();
        plan.weeks[0].days[0].sessions[0].title = format!("{typed}\u{0}\r");
        let calendar = written(&plan);
        assert_eq!(values(&calendar, "SUMMARY")[0], typed);
        for line in calendar.split("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
        }
        assert_eq!(calendar.matches("\r\nEND:VCALENDAR\r\n").count(), 1);
    }

    #[test]
    fn an_hour_makes_an_appointment_and_a_latest_start_does_not() {
        let mut plan = sample::plan();
        let session = &mut plan.weeks[0].days[0].sessions[0];
        session.start_from = Some("23:30".to_owned());
        session.duration_s = Duration::from_minutes(45.0);
        let calendar = written(&plan);
        assert!(calendar.contains("DTSTART:20261130T233000\r\nDTEND:20261201T001500\r\n"));
        plan.weeks[0].days[0].sessions[0].start_by = Some("23:45".to_owned());
        assert!(!written(&plan).contains("T233000"));
        for wrong in ["25:00", "5.30", "", "05:60", "+5:00"] {
            plan.weeks[0].days[0].sessions[0].start_from = Some(wrong.to_owned());
            plan.weeks[0].days[0].sessions[0].start_by = None;
            assert!(written(&plan).contains("DTSTART;VALUE=DATE:20261130"), "{wrong}");
        }
    }
}
