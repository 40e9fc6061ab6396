//! Workouts for a watch: one FIT file for each structured session, with its steps, repeats and targets.
//!
//! The encoder is our own: of the format a workout needs four kinds of message and a checksum. Numbers of messages, fields
//! and values are those of Garmin's FIT profile.

use super::slots::{Slot, as_data, is_structured, one_line, slots};
use super::{Desk, File};
use crate::calendar::Date;
use crate::finding::Findings;
use crate::plan::{Plan, SCHEMA};
use crate::render::Speech;
use crate::session::{By, Intensity, Step, Stretch};

/// Names longer than this many bytes, their closing zero included, are cut by devices: of a workout, of a step, of notes.
const ROOM: [usize; 3] = [32, 16, 200];

/// Devices take this many steps; repeats inside repeats are written out where they stay below, since few devices nest them.
const MOST_STEPS: usize = 50;

/// The most steps that are written at all: a plan edited by hand may hold any number.
const LIMIT: usize = 2000;

/// A device needs a range to tell fast from slow: at least this share of the speed to each side.
const LEAST_MARGIN: f64 = 0.01;

/// What stands for "nothing" in a field of four bytes, and of one.
const NOTHING: u32 = u32::MAX;

pub(super) fn files(plan: &Plan, desk: &Desk<'_>) -> Result<Vec<File>, Findings> {
    let speech = Speech::new(plan, desk.page.units, desk.phrasebook);
    let mut named: Vec<(String, Vec<u8>)> = Vec::new();
    for slot in slots(plan).iter().filter(|slot| is_structured(slot.session)) {
        let name = format!("{}-{}", slot.day.date, plain(&slot.session.id));
        let again = named.iter().filter(|(other, _)| other.starts_with(&name)).count();
        let name = if again == 0 { format!("{name}.fit") } else { format!("{name}-{}.fit", again + 1) };
        named.push((name, workout(slot, &speech)));
    }
    if !desk.pack {
        return Ok(named.into_iter().map(|(name, bytes)| File::bytes(&format!("-fit/{name}"), bytes)).collect());
    }
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let bytes =
        packed(&named).map_err(|error| crate::finding::Finding::error("not-packed").with("what", error.to_string()))?;
    Ok(vec![File::bytes("-fit.zip", bytes)])
}

/// A name that every file system and every watch takes.
fn plain(id: &str) -> String {
    let mut out: String =
        id.chars().take(40).map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    while out.contains("--") {
        out = out.replace("--", "-");
    }
    match out.trim_matches('-') {
        "" => "session".to_owned(),
        name => name.to_owned(),
    }
}

/// Files in an archive. They are small, so they are stored as they are, and the mark in the first of them can be seen.
fn packed(named: &[(String, Vec<u8>)]) -> Result<Vec<u8>, rawzip::Error> {
    use std::io::Write as _;
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in named {
        // The earliest day that an archive knows, so that no clock is read.
        let day = rawzip::time::UtcDateTime::from_unix(315_532_800);
        let file = archive.new_file(name.as_str()).last_modified(day).unix_permissions(0o644);
        let (mut entry, config) = file.start()?;
        let mut writer = config.wrap(&mut entry);
        writer.write_all(bytes)?;
        let (_, descriptor) = writer.finish()?;
        entry.finish(descriptor)?;
    }
    archive.finish()
}

// ---- the steps of a workout ----

/// What a watch is told to do next.
struct Told<'s> {
    stretch: Option<&'s Stretch>,
    intensity: u8,
    /// From which step on to go back, and how often to do it all.
    back: Option<(usize, u32)>,
}

/// What a step is for, in the profile's words.
mod intensity {
    pub(super) const ACTIVE: u8 = 0;
    pub(super) const REST: u8 = 1;
    pub(super) const WARM_UP: u8 = 2;
    pub(super) const COOL_DOWN: u8 = 3;
    pub(super) const RECOVERY: u8 = 4;
    pub(super) const NONE: u8 = 255;
}

/// The steps in the order of the watch: a repeat stands after what it repeats.
fn told(steps: &[Step]) -> Vec<Told<'_>> {
    let mut out = Vec::new();
    tell(steps, false, &mut out);
    if out.len() > MOST_STEPS {
        out.clear();
        tell(steps, true, &mut out);
    }
    let is_easy = |step: &Told<'_>| {
        step.stretch.is_some_and(|s| matches!(s.intensity, Intensity::Easy | Intensity::Walk | Intensity::Jog))
            && step.back.is_none()
    };
    // A warm-up is not part of what is repeated.
    let repeated = |at: usize| out.iter().any(|step| step.back.is_some_and(|(from, _)| from <= at));
    let first = out.len() > 1 && is_easy(&out[0]) && !repeated(0);
    let last = out.len() > 1 && out.last().is_some_and(is_easy);
    if first {
        out[0].intensity = intensity::WARM_UP;
    }
    if last && let Some(step) = out.last_mut() {
        step.intensity = intensity::COOL_DOWN;
    }
    out
}

fn tell<'s>(steps: &'s [Step], nested: bool, out: &mut Vec<Told<'s>>) {
    for step in steps {
        if out.len() >= LIMIT {
            return;
        }
        let role = |stretch: &Stretch| match stretch.intensity {
            Intensity::Jog | Intensity::Walk => intensity::RECOVERY,
            _ => intensity::ACTIVE,
        };
        match step {
            Step::Run(stretch) | Step::Walk(stretch) => {
                out.push(Told { stretch: Some(stretch), intensity: role(stretch), back: None });
            }
            Step::Rest(stretch) => {
                out.push(Told { stretch: Some(stretch), intensity: intensity::REST, back: None });
            }
            Step::Repeat { times: 0, .. } => {}
            Step::Repeat { times: 1, steps } => tell(steps, nested, out),
            Step::Repeat { times, steps } if nested || !steps.iter().any(repeats) => {
                let from = out.len();
                tell(steps, nested, out);
                if out.len() > from {
                    out.push(Told { stretch: None, intensity: intensity::NONE, back: Some((from, *times)) });
                }
            }
            Step::Repeat { times, steps } => {
                for _ in 0..(*times).min(MOST_STEPS as u32 + 1) {
                    tell(steps, nested, out);
                }
            }
        }
    }
}

/// Whether a step goes back, or one inside it.
fn repeats(step: &Step) -> bool {
    matches!(step, Step::Repeat { times: 2.., .. })
        || matches!(step, Step::Repeat { steps, .. } if steps.iter().any(repeats))
}

// ---- messages ----

/// Types of fields, as a definition names them.
const ENUM: u8 = 0;
const STRING: u8 = 7;
const U16: u8 = 0x84;
const U32: u8 = 0x86;
const U32Z: u8 = 0x8c;

/// The file of a session.
fn workout(slot: &Slot<'_>, speech: &Speech<'_>) -> Vec<u8> {
    let session = slot.session;
    let steps = told(&session.steps);
    let spoken = speech.session(session);
    let day = slot.day.date;
    let mut data = Vec::new();

    let product = text(SCHEMA, ROOM[1]);
    define(
        &mut data,
        0,
        0,
        &[(0, 1, ENUM), (1, 2, U16), (2, 2, U16), (3, 4, U32Z), (4, 4, U32), (8, product.len(), STRING)],
    );
    data.push(0);
    // A workout, from a maker without a number of its own.
    data.push(5);
    data.extend(255_u16.to_le_bytes());
    data.extend(0_u16.to_le_bytes());
    data.extend(serial(&slot.id).to_le_bytes());
    data.extend(seconds(day).to_le_bytes());
    data.extend(&product);

    let name = text(&format!("{:02}-{:02} {}", day.month(), day.day(), for_watch(&spoken.title)), ROOM[0]);
    define(&mut data, 1, 26, &[(4, 1, ENUM), (11, 1, ENUM), (6, 2, U16), (8, name.len(), STRING)]);
    data.push(1);
    // Running, on a treadmill or anywhere.
    data.extend([1, u8::from(session.indoors)]);
    data.extend((steps.len() as u16).to_le_bytes());
    data.extend(&name);

    let names: Vec<Vec<u8>> = steps.iter().map(|step| text(&named(step, speech), ROOM[1])).collect();
    let notes: Vec<Vec<u8>> =
        steps.iter().enumerate().map(|(at, _)| text(&noted(at, &spoken.extras), ROOM[2])).collect();
    let wide = |texts: &[Vec<u8>]| texts.iter().map(Vec::len).max().unwrap_or(1);
    let (name_size, note_size) = (wide(&names), wide(&notes));
    let fields = [
        (254, 2, U16),
        (0, name_size, STRING),
        (1, 1, ENUM),
        (2, 4, U32),
        (3, 1, ENUM),
        (4, 4, U32),
        (5, 4, U32),
        (6, 4, U32),
        (7, 1, ENUM),
        (8, note_size, STRING),
    ];
    define(&mut data, 2, 27, &fields);
    for (at, step) in steps.iter().enumerate() {
        data.push(2);
        data.extend((at as u16).to_le_bytes());
        data.extend(padded(&names[at], name_size));
        let (duration, amount) = lasts(step);
        data.push(duration);
        data.extend(amount.to_le_bytes());
        let (target, [value, low, high]) = aims(step);
        data.push(target);
        for number in [value, low, high] {
            data.extend(number.to_le_bytes());
        }
        data.push(step.intensity);
        data.extend(padded(&notes[at], note_size));
    }
    file(&data)
}

/// What a message of a kind will look like: field, size in bytes, type.
fn define(data: &mut Vec<u8>, local: u8, message: u16, fields: &[(u8, usize, u8)]) {
    data.extend([0x40 | local, 0, 0]);
    data.extend(message.to_le_bytes());
    data.push(fields.len() as u8);
    for (number, size, kind) in fields {
        data.extend([*number, *size as u8, *kind]);
    }
}

/// How long a step lasts: by time in milliseconds, by distance in centimetres, or until the button is pressed; for a repeat
/// the step it goes back to.
fn lasts(step: &Told<'_>) -> (u8, u32) {
    if let Some((from, _)) = step.back {
        return (6, from as u32);
    }
    let Some(stretch) = step.stretch else { return (5, NOTHING) };
    let within = |number: f64| (number.round().clamp(0.0, f64::from(NOTHING - 1))) as u32;
    let time = within(stretch.duration_s.seconds() as f64 * 1000.0);
    let distance = within(stretch.distance_m.metres() * 100.0);
    match stretch.by {
        By::Distance if distance > 0 => (1, distance),
        _ if time > 0 => (0, time),
        _ if distance > 0 => (1, distance),
        _ => (5, NOTHING),
    }
}

/// What to aim at: a speed in millimetres a second, a heart rate, or nothing; for a repeat how often.
fn aims(step: &Told<'_>) -> (u8, [u32; 3]) {
    const OPEN: u8 = 2;
    if let Some((_, times)) = step.back {
        return (OPEN, [times, NOTHING, NOTHING]);
    }
    let Some(stretch) = step.stretch else { return (OPEN, [0, NOTHING, NOTHING]) };
    if let Some([fast, slow]) = stretch.pace_s_per_km {
        let speed = |pace: crate::measure::Pace| 1_000_000.0 / as_data(pace).seconds_per_km().max(1.0);
        let (low, high) = (speed(slow).min(speed(fast)), speed(fast).max(speed(slow)));
        let middle = f64::midpoint(low, high);
        let (low, high) = (low.min(middle * (1.0 - LEAST_MARGIN)), high.max(middle * (1.0 + LEAST_MARGIN)));
        return (0, [0, low.round() as u32, high.round() as u32]);
    }
    if let Some([low, high]) = stretch.hr_bpm {
        // Up to 100 a number would be a share of the highest heart rate.
        return (1, [0, u32::from(low.min(high)) + 100, u32::from(high.max(low)) + 100]);
    }
    (OPEN, [0, NOTHING, NOTHING])
}

fn named(step: &Told<'_>, speech: &Speech<'_>) -> String {
    step.stretch
        .map(|stretch| for_watch(&speech.label(&format!("intensity.{}", stretch.intensity.name()))))
        .unwrap_or_default()
}

/// What to bear in mind stands with the first step.
fn noted(at: usize, extras: &[String]) -> String {
    if at == 0 { for_watch(&extras.join("; ")) } else { String::new() }
}

/// A text with signs that every watch can draw.
fn for_watch(text: &str) -> String {
    let text = text.replace('×', "x").replace(['–', '—', '−'], "-").replace(['·', '′', '″'], "'");
    one_line(&text)
}

/// A text with its closing zero, cut between characters to the room there is.
fn text(words: &str, room: usize) -> Vec<u8> {
    let mut end = words.len().min(room - 1);
    while !words.is_char_boundary(end) {
        end -= 1;
    }
    let mut bytes = words[..end].trim_end().as_bytes().to_vec();
    bytes.push(0);
    bytes
}

fn padded(text: &[u8], size: usize) -> impl Iterator<Item = u8> + '_ {
    text.iter().copied().chain(std::iter::repeat(0)).take(size)
}

/// A number by which a watch tells workouts apart; never 0, which means none.
fn serial(id: &str) -> u32 {
    id.get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(1).max(1)
}

/// Seconds from the start of FIT's count to the start of a day.
fn seconds(day: Date) -> u32 {
    let epoch = Date::new(1989, 12, 31).expect("a day of the calendar");
    u32::try_from((day - epoch) * 86_400).unwrap_or(0)
}

/// Messages in their envelope: a header and checksums.
fn file(data: &[u8]) -> Vec<u8> {
    let mut out = vec![14, 0x20];
    // The profile's version that these messages are written by.
    out.extend(2194_u16.to_le_bytes());
    out.extend((data.len() as u32).to_le_bytes());
    out.extend(b".FIT");
    out.extend(checksum(&out).to_le_bytes());
    out.extend(data);
    out.extend(checksum(&out).to_le_bytes());
    out
}

/// FIT's checksum of 16 bits: CRC-16/ARC, by half bytes.
fn checksum(bytes: &[u8]) -> u16 {
    let mut sum: u16 = 0;
    for byte in bytes {
        sum ^= u16::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xa001 } else { sum >> 1 };
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::measure::{Distance, Duration, Pace};
    use crate::phrasebook::Phrasebook;
    use crate::render::{Page, Templates, sample};

    /// A field's bytes, by message and field number.
    type Message = (u16, BTreeMap<u8, Vec<u8>>);

    /// Reads a file by its own definitions, as a device would.
    fn decoded(file: &[u8]) -> Vec<Message> {
        assert_eq!((file[0], &file[8..12]), (14, b".FIT".as_slice()));
        assert_eq!(checksum(&file[..14]), 0, "a sum over data and its sum is nothing");
        assert_eq!(checksum(file), 0);
        let size = u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize;
        assert_eq!(file.len(), 14 + size + 2);
        let mut data = &file[14..14 + size];
        let mut kinds: BTreeMap<u8, (u16, Vec<(u8, usize)>)> = BTreeMap::new();
        let mut messages = Vec::new();
        while let [head, rest @ ..] = data {
            if head & 0x40 != 0 {
                let count = usize::from(rest[4]);
                let fields = rest[5..5 + 3 * count].chunks(3).map(|field| (field[0], usize::from(field[1])));
                kinds.insert(head & 15, (u16::from_le_bytes([rest[2], rest[3]]), fields.collect()));
                data = &rest[5 + 3 * count..];
                continue;
            }
            let (message, fields) = &kinds[head];
            let mut rest = rest;
            let mut found = BTreeMap::new();
            for (number, size) in fields {
                found.insert(*number, rest[..*size].to_vec());
                rest = &rest[*size..];
            }
            messages.push((*message, found));
            data = rest;
        }
        messages
    }

    fn number(message: &Message, field: u8) -> u32 {
        message.1[&field].iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
    }

    fn words(message: &Message, field: u8) -> String {
        let bytes = &message.1[&field];
        String::from_utf8(bytes[..bytes.iter().position(|byte| *byte == 0).unwrap()].to_vec()).unwrap()
    }

    fn made(plan: &Plan, pack: bool) -> Vec<File> {
        let book = Arc::new(Phrasebook::shipped("en").unwrap());
        let templates = Templates::shipped(Arc::clone(&book));
        files(plan, &Desk { phrasebook: &book, templates: &templates, page: Page::default(), pack }).unwrap()
    }

    #[test]
    fn a_workout_has_its_steps_its_repeats_and_its_targets() {
        let plan = sample::plan();
        let files = made(&plan, false);
        assert_eq!(files.len(), plan.sessions().filter(|(_, _, session)| is_structured(session)).count());
        assert!(files[0].ending.starts_with("-fit/2026-12-08-threshold-8"), "{}", files[0].ending);
        let messages = decoded(&files[0].bytes);
        assert_eq!(messages.iter().map(|m| m.0).collect::<Vec<_>>(), [0, 26, 27, 27, 27, 27, 27]);
        assert_eq!(number(&messages[0], 0), 5);
        assert_eq!(words(&messages[0], 8), SCHEMA);
        assert_eq!((number(&messages[1], 4), number(&messages[1], 6)), (1, 5));
        assert_eq!(words(&messages[1], 8), "12-08 Threshold 2 x 8 min");
        let steps = &messages[2..];
        let whole = |field: u8| steps.iter().map(|step| number(step, field)).collect::<Vec<_>>();
        assert_eq!(whole(7), [2, 0, 4, 255, 3], "warm-up, work, recovery, again, cool-down");
        assert_eq!(whole(1), [0, 0, 0, 6, 0]);
        assert_eq!(whole(2), [900_000, 480_000, 90_000, 1, 600_000]);
        assert_eq!((number(&steps[3], 4), whole(254)), (2, vec![0, 1, 2, 3, 4]));
        // 7:05 and 6:20 a kilometre.
        assert_eq!([3, 5, 6].map(|field| number(&steps[0], field)), [0, 2353, 2632]);
        assert_eq!(number(&steps[1], 3), 2, "no pace, no heart rate: open");
    }

    #[test]
    fn heart_rates_distances_and_treadmills_are_told_as_devices_know_them() {
        let mut plan = sample::plan();
        let session = &mut plan.weeks[1].days[1].sessions[0];
        session.indoors = true;
        session.title = "ä".repeat(40);
        session.id = "../../etc/passwd".to_owned();
        let Step::Run(first) = &mut session.steps[0] else { panic!("a run") };
        (first.by, first.pace_s_per_km, first.hr_bpm) = (By::Distance, None, Some([128, 142]));
        let file = made(&plan, false).into_iter().next().unwrap();
        assert_eq!(file.ending, "-fit/2026-12-08-etc-passwd.fit");
        let messages = decoded(&file.bytes);
        assert_eq!(number(&messages[1], 11), 1);
        assert_eq!(words(&messages[1], 8), format!("12-08 {}", "ä".repeat(12)), "cut between characters");
        assert_eq!([1, 2, 3, 5, 6].map(|field| number(&messages[2], field)), [1, 230_000, 1, 228, 242]);
    }

    #[test]
    fn repeats_in_repeats_are_written_out_where_there_is_room() {
        let stretch = |seconds: f64| Stretch {
            intensity: Intensity::Interval,
            distance_m: Distance::ZERO,
            duration_s: Duration::from_seconds(seconds),
            by: By::Time,
            pace_s_per_km: Some([Pace::from_seconds_per_km(240.0); 2]),
            hr_bpm: None,
            rpe: [8, 9],
        };
        let inner = |times| Step::Repeat { times, steps: vec![Step::Run(stretch(60.0)), Step::Rest(stretch(30.0))] };
        let outer = |times| vec![Step::Repeat { times, steps: vec![inner(4), Step::Rest(stretch(120.0))] }];
        let shape = |steps: &[Step]| told(steps).iter().map(|step| step.back).collect::<Vec<_>>();
        assert_eq!(
            shape(&outer(2)),
            [None, None, Some((0, 4)), None, None, None, Some((4, 4)), None],
            "both rounds in full"
        );
        assert_eq!(shape(&outer(60)), [None, None, Some((0, 4)), None, Some((0, 60))], "nested, being too long");
        let steps = outer(2);
        let (_, [_, low, high]) = aims(&told(&steps)[0]);
        assert!(low < 4167 && 4167 < high, "a single pace becomes a range");
        assert!(told(&[Step::Repeat { times: u32::MAX, steps: outer(u32::MAX) }]).len() < 10);
    }

    #[test]
    fn packed_they_are_one_file_that_carries_the_mark() {
        let plan = sample::plan();
        let files = made(&plan, true);
        assert_eq!(files.len(), 1);
        let archive = rawzip::ZipArchive::from_slice(&files[0].bytes).unwrap();
        let mut entries = archive.entries();
        let loose = made(&plan, false);
        for file in &loose {
            let entry = entries.next_entry().unwrap().unwrap();
            assert_eq!(format!("-fit/{}", entry.file_path().try_normalize().unwrap().as_ref()), file.ending);
            assert_eq!(archive.get_entry(entry.wayfinder()).unwrap().data(), file.bytes);
        }
        assert!(files[0].bytes.windows(SCHEMA.len()).take(4096).any(|bytes| bytes == SCHEMA.as_bytes()));
    }

    #[test]
    fn the_checksum_is_the_one_that_everybody_knows() {
        assert_eq!(checksum(b"123456789"), 0xbb3d);
    }
}
