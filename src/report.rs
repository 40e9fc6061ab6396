//! The report: findings as a person reads them, each at its place, with a way out.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};
use serde_json::{Value, json};

use crate::args;
use crate::finding::{Args, Finding, Findings, Severity};
use crate::phrasebook::Phrasebook;
use crate::source::{Place, Text};

/// How many findings are shown; the rest are counted.
const MOST_SHOWN: usize = 50;

/// How many characters of a fact are shown.
const MOST_OF_A_FACT: usize = 80;

/// Lines longer than this many bytes are shown in part.
const LONG_LINE: usize = 240;

/// How many bytes of a long line are shown around what matters.
const AROUND: usize = 80;

/// How many lines apart two places may lie to be shown in one picture.
const NEARBY: usize = 40;

/// How wide a reader's page is, in columns.
const WIDTH: usize = 120;

/// All findings in words, by file and place, those without a place last; and a line that counts them. Nothing for none.
#[must_use]
pub fn render(findings: &Findings, phrasebook: &Phrasebook, colour: bool) -> String {
    if findings.0.is_empty() {
        return String::new();
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
    let mut shown: Vec<&Finding> = findings.0.iter().collect();
    if shown.len() > MOST_SHOWN {
        // What stops the work is shown before what does not.
        shown.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        shown.truncate(MOST_SHOWN);
    }
    shown.sort_by_key(|finding| match &finding.place {
        Some(place) => (0, place.text.name.as_str(), place.span.start),
        None => (1, "", 0),
    });
    let mut out = String::new();
    for finding in &shown {
        for line in picture(finding, phrasebook, &renderer).lines() {
            // Without a place there is no picture, and no frame for one.
            if finding.place.is_none() && anstream::adapter::strip_str(line).to_string().trim() == "|" {
                continue;
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.push('\n');
    }
    let count = |severity| findings.0.iter().filter(|f| f.severity == severity).count();
    let facts = args! {
        "errors" => count(Severity::Error),
        "warnings" => count(Severity::Warning),
        "notes" => count(Severity::Note),
        "hidden" => findings.0.len() - shown.len(),
    };
    out.push_str(&phrasebook.say("report.count", &facts));
    out.push('\n');
    out
}

/// All findings as data, for programs: the same words, and where they stand.
#[must_use]
pub fn data(findings: &Findings, phrasebook: &Phrasebook) -> Value {
    let mut sorted: Vec<&Finding> = findings.0.iter().collect();
    sorted.sort_by_key(|finding| match &finding.place {
        Some(place) => (0, place.text.name.as_str(), place.span.start),
        None => (1, "", 0),
    });
    let at = |place: &Place| json!({ "file": place.text.name, "line": place.line(), "column": place.column() });
    let one = |finding: &Finding| {
        // What says itself in words of its own has no facts left to fill other words with.
        let words = |part: &str| {
            let filled = || phrasebook.maybe(&format!("finding.{}.{part}", finding.code), &finding.args);
            if finding.words.is_none() { filled() } else { None }
        };
        let mut data = json!({
            "code": finding.code,
            "severity": finding.severity,
            "message": phrasebook.message(finding),
            "label": words("label"),
            "help": words("help"),
            "week": finding.week,
            "file": null,
            "line": null,
            "column": null,
            "also": finding.also.as_ref().map(at),
            "fix": finding.fix.as_ref().map(|fix| {
                let mut fixed = at(&fix.place);
                fixed["old"] = fix.place.words().into();
                fixed["new"] = fix.text.as_str().into();
                fixed
            }),
        });
        if let Some(place) = &finding.place
            && let (Value::Object(data), Value::Object(place)) = (&mut data, at(place))
        {
            data.extend(place);
        }
        data
    };
    sorted.into_iter().map(one).collect()
}

/// One finding.
fn picture(finding: &Finding, phrasebook: &Phrasebook, renderer: &Renderer) -> String {
    let mut finding = finding.clone();
    // Why there is such a rule is a sentence, and is told in full.
    let why = finding.args.remove("why").and_then(|why| why.as_str().map(tidy));
    finding.args = finding.args.iter().map(|(name, value)| (name.clone(), tidy_fact(value))).collect();
    let message = tidy(&phrasebook.message(&finding));
    // What says itself in words of its own has no facts left to fill other words with.
    let words = |part: &str| {
        let filled = || phrasebook.maybe(&format!("finding.{}.{part}", finding.code), &finding.args);
        if finding.words.is_none() { filled() } else { None }
    };
    let (label, also_label, help) = (words("label"), words("also"), words("help"));

    let (level, name) = match finding.severity {
        Severity::Error => (Level::ERROR, "report.error"),
        Severity::Warning => (Level::WARNING, "report.warning"),
        Severity::Note => (Level::NOTE, "report.note"),
    };
    let title = level.with_name(phrasebook.word(name)).primary_title(message).id(tidy(&finding.code));
    let helping = || Level::HELP.with_name(phrasebook.word("report.help"));

    let mut group = Group::with_title(title);
    group = match &finding.place {
        Some(place) if whole(place) => group.element(Origin::path(tidy(&place.text.name)).line(1).char_column(1)),
        Some(place) => group.elements(snippets(place, finding.also.as_ref(), label, also_label)),
        None => group,
    };
    if let Some(why) = why {
        // Only what has no place of its own is told with its reason: a break of a guardrail.
        let reason = Level::NOTE.with_name(phrasebook.word("report.why")).secondary_title(why);
        return renderer.render(&[group, Group::with_title(reason)]);
    }
    let fix = finding
        .fix
        .as_ref()
        .map(|fix| (excerpt(&fix.place.text, std::slice::from_ref(&fix.place.span), true), &fix.text));
    match fix {
        Some((excerpt, text)) => {
            let words = help.unwrap_or_else(|| phrasebook.say("report.fix", &Args::new()));
            let patch = Patch::new(excerpt.spans[0].clone(), tidy(text).replace('\n', " "));
            let snippet = Snippet::source(excerpt.source).line_start(excerpt.line).patch(patch);
            renderer.render(&[group, helping().secondary_title(words).element(snippet)])
        }
        None => {
            // Without a picture there is nothing that the help could hang from.
            let alone = finding.place.is_none();
            match help {
                Some(words) if alone => renderer.render(&[group, Group::with_title(helping().secondary_title(words))]),
                Some(words) => renderer.render(&[group.element(helping().message(words))]),
                None => renderer.render(&[group]),
            }
        }
    }
}

/// The place of a finding and the other place that matters: in one picture when they are near each other.
fn snippets(
    place: &Place,
    also: Option<&Place>,
    label: Option<String>,
    also_label: Option<String>,
) -> Vec<Snippet<'static, Annotation<'static>>> {
    let of = |place: &Place, excerpt: &Excerpt| {
        Snippet::source(excerpt.source.clone()).line_start(excerpt.line).path(tidy(&place.text.name))
    };
    let first = AnnotationKind::Primary;
    let other = AnnotationKind::Context;
    let also = also.filter(|also| !whole(also));
    if let Some(also) = also
        && together(place, also)
    {
        let excerpt = excerpt(&place.text, &[place.span.clone(), also.span.clone()], false);
        let marks =
            [first.span(excerpt.spans[0].clone()).label(label), other.span(excerpt.spans[1].clone()).label(also_label)];
        return vec![of(place, &excerpt).annotations(marks)];
    }
    let alone = |place: &Place, kind: AnnotationKind, label| {
        let excerpt = excerpt(&place.text, std::slice::from_ref(&place.span), false);
        of(place, &excerpt).annotation(kind.span(excerpt.spans[0].clone()).label(label))
    };
    let mut snippets = vec![alone(place, first, label)];
    snippets.extend(also.map(|also| alone(also, other, also_label)));
    snippets
}

/// Whether a place stands for the whole of its text.
fn whole(place: &Place) -> bool {
    place.span == (0..0)
}

/// Whether two places fit one picture: the same text, lines near each other, and not far apart on one long line.
fn together(a: &Place, b: &Place) -> bool {
    let (from, to) = (a.span.start.min(b.span.start), a.span.start.max(b.span.start));
    let Some(between) = a.text.body.get(from..to) else { return false };
    if a.text != b.text || between.bytes().filter(|b| *b == b'\n').count() > NEARBY {
        return false;
    }
    between.contains('\n') || to - from < AROUND
}

/// Some lines of a text, fit to be shown, and where in them the places lie.
struct Excerpt {
    source: String,
    line: usize,
    spans: Vec<Range<usize>>,
}

/// The lines from the first to the last of some places. Long lines end a little after the place, and with `narrow` begin a
/// little before it too, which moves its column; a place that goes on over several lines is shown by its first.
fn excerpt(text: &Text, spans: &[Range<usize>], narrow: bool) -> Excerpt {
    let body = &text.body;
    let line_of = |byte: usize| {
        let byte = byte.min(body.len());
        let start = body.as_bytes()[..byte].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let end = body.as_bytes()[byte..].iter().position(|b| *b == b'\n').map_or(body.len(), |at| byte + at);
        start..end
    };
    let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let last = spans.iter().map(|span| span.start).max().unwrap_or(0);
    let end = line_of(last).end;
    let mut excerpt = Excerpt { source: String::new(), line: text.line(first), spans: spans.to_vec() };
    let mut at = line_of(first).start;
    loop {
        let line = line_of(at);
        let shown = line.start..line.start + body[line.clone()].trim_end_matches('\r').len();
        let marked: Vec<usize> =
            (0..spans.len()).filter(|i| (line.start..=line.end).contains(&spans[*i].start.min(body.len()))).collect();
        add_line(&mut excerpt, body, &shown, &marked, narrow);
        if line.end >= end {
            return excerpt;
        }
        excerpt.source.push('\n');
        at = line.end + 1;
    }
}

fn add_line(excerpt: &mut Excerpt, body: &str, line: &Range<usize>, marked: &[usize], narrow: bool) {
    let mut window = line.clone();
    if line.len() > LONG_LINE {
        let middle = marked.first().map_or(line.start, |i| excerpt.spans[*i].start.min(line.end));
        window.end = (middle + LONG_LINE).min(line.end);
        if narrow {
            window.start = middle.saturating_sub(AROUND).max(line.start);
        }
    }
    if window.start > line.start {
        excerpt.source.push_str("...");
    }
    let mut starts: Vec<Option<usize>> = vec![None; marked.len()];
    let mut ends: Vec<Option<usize>> = vec![None; marked.len()];
    for (byte, character) in body[line.clone()].char_indices().map(|(i, c)| (line.start + i, c)) {
        if byte >= window.end {
            break;
        }
        if byte < window.start {
            continue;
        }
        let here = excerpt.source.len();
        for (n, i) in marked.iter().enumerate() {
            if byte >= excerpt.spans[*i].start {
                starts[n].get_or_insert(here);
            }
            if byte >= excerpt.spans[*i].end {
                ends[n].get_or_insert(here);
            }
        }
        excerpt.source.push(tidy_character(character));
    }
    let last = excerpt.source.len();
    for (n, i) in marked.iter().enumerate() {
        let start = starts[n].unwrap_or(last);
        excerpt.spans[*i] = start..ends[n].unwrap_or(last).max(start);
    }
    if window.end < line.end {
        excerpt.source.push_str("...");
    }
}

/// A character that does a terminal no harm; a tab stays one.
fn tidy_character(character: char) -> char {
    match character {
        '\t' => '\t',
        '\u{7f}' => '␡',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other => other,
    }
}

/// Words that do a terminal no harm; line ends stay.
#[must_use]
pub fn tidy(words: &str) -> String {
    words.chars().map(|c| if c == '\n' { c } else { tidy_character(c) }).collect()
}

/// A fact, short and harmless.
fn tidy_fact(value: &Value) -> Value {
    match value {
        Value::String(words) => {
            let short: String = words.chars().take(MOST_OF_A_FACT).map(tidy_character).collect();
            let cut = words.chars().nth(MOST_OF_A_FACT).is_some();
            Value::String(if cut { format!("{short}...") } else { short })
        }
        Value::Array(items) => Value::Array(items.iter().map(tidy_fact).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::request::{self, Ids};

    fn words() -> Phrasebook {
        Phrasebook::shipped("en").unwrap()
    }

    fn ids() -> Ids<'static> {
        Ids {
            levels: vec!["new", "beginner", "intermediate", "advanced", "elite"],
            races: vec!["5k", "10k", "half-marathon", "marathon", "50k"],
            climates: vec!["dubai", "london"],
            workouts: vec!["easy-run", "tempo"],
        }
    }

    fn found(body: &str) -> Findings {
        match request::read(&Text::new("sara.toml", body), &ids()) {
            Ok((_, findings)) | Err(findings) => findings,
        }
    }

    fn shown(body: &str) -> String {
        render(&found(body), &words(), false)
    }

    #[track_caller]
    fn shows(body: &str, expected: &str) {
        let got = shown(body);
        assert!(got == expected.trim_start_matches('\n'), "--- got\n{got}\n--- expected{expected}");
    }

    #[test]
    fn a_mistyped_key_is_told_with_the_right_one() {
        shows(
            r#"[runner]
levl = "beginner"

[week]
days = ["tue", "thu", "sun"]
"#,
            r#"
error[unknown-key]: unknown key `levl` in `[runner]`
 --> sara.toml:2:1
  |
2 | levl = "beginner"
  | ^^^^
  |
help: did you mean `level`?
  |
2 | level = "beginner"
  |    +

1 error
"#,
        );
    }

    #[test]
    fn an_unknown_level_is_told_with_the_nearest() {
        shows(
            r#"[runner]
level = "intermedate"

[week]
days = ["tue", "thu", "sun"]
"#,
            r#"
error[unknown-choice]: unknown word for `level`: `intermedate`
 --> sara.toml:2:9
  |
2 | level = "intermedate"
  |         ^^^^^^^^^^^^^
  |
help: did you mean `intermediate`?
  |
2 | level = "intermediate"
  |                  +

1 error
"#,
        );
    }

    #[test]
    fn a_measure_with_a_wrong_unit_or_none_is_told_with_examples() {
        shows(
            r#"[runner]
weekly = "38 kilos"
longest = 14

[week]
days = ["tue", "thu", "sun"]
"#,
            r#"
error[wrong-measure]: `weekly` should be a distance with its unit, such as `"8 km"` or `"5 mi"`
 --> sara.toml:2:10
  |
2 | weekly = "38 kilos"
  |          ^^^^^^^^^^ this is not one
  |
help: this would fit
  |
2 - weekly = "38 kilos"
2 + weekly = "38 km"
  |

error[wrong-measure]: `longest` should be a distance with its unit, such as `"8 km"` or `"5 mi"`
 --> sara.toml:3:11
  |
3 | longest = 14
  |           ^^ this is not one
  |
help: this would fit
  |
3 - longest = 14
3 + longest = "14 km"
  |

2 errors
"#,
        );
    }

    #[test]
    fn every_slip_of_broken_toml_is_told_at_once() {
        shows(
            r#"[runner]
level = beginner
weekly = "38 km

[week]
days = ["tue", "thu"
"#,
            r#"
error[toml]: this cannot be read as TOML: string values must be quoted, expected literal string
 --> sara.toml:2:9
  |
2 | level = beginner
  |         ^^^^^^^^
  |
help: this would fit
  |
2 - level = beginner
2 + level = "beginner"
  |

error[toml]: this cannot be read as TOML: invalid basic string, expected `"`
 --> sara.toml:3:16
  |
3 | weekly = "38 km
  |                ^
  |
  = help: words stand in quotes, `level = "beginner"`; lists in square brackets, `days = ["mon", "thu"]`; each key once in a table

error[toml]: this cannot be read as TOML: unclosed array, expected `]`
 --> sara.toml:6:21
  |
6 | days = ["tue", "thu"
  |                     ^
  |
  = help: words stand in quotes, `level = "beginner"`; lists in square brackets, `days = ["mon", "thu"]`; each key once in a table

3 errors
"#,
        );
    }

    #[test]
    fn an_empty_file_is_told_what_a_small_request_looks_like() {
        shows(
            r"# nothing yet
",
            r#"
error[empty-file]: `sara.toml` is empty
--> sara.toml:1:1
 = help: the smallest request says how much you run and on which days:

         [runner]
         weekly = "25 km"

         [week]
         days = ["tue", "thu", "sun"]

1 error
"#,
        );
    }

    #[test]
    fn a_week_without_days_is_told_what_to_add() {
        shows(
            r#"[runner]
level = "beginner"
"#,
            r#"
error[no-days]: no day is free to train
--> sara.toml:1:1
 = help: list the days that are free under `[week]`: `days = ["tue", "thu", "sun"]`

1 error
"#,
        );
    }

    #[test]
    fn a_race_before_the_start_is_told_with_both_places() {
        shows(
            r#"[runner]
level = "beginner"

[[race]]
race = "10k"
date = 2026-11-29

[week]
days = ["tue", "thu", "sun"]

[plan]
start = 2026-11-30
"#,
            r"
error[race-before-start]: the race on 2026-11-29 is run before the season starts on 2026-11-30
  --> sara.toml:6:8
   |
 6 | date = 2026-11-29
   |        ^^^^^^^^^^ the race
...
12 | start = 2026-11-30
   |         ---------- the start
   |
   = help: an earlier `start` or a later race would fit; a race that has been run can stand as `recent`

1 error
",
        );
    }

    #[test]
    fn steps_are_told_with_a_caret_inside_the_string() {
        shows(
            r#"[runner]
level = "beginner"
[week]
days = ["tue"]
[[day]]
date = 2027-01-14
steps = ["20 min eazy", "6 x (20 s strides, 60 s walk", "15 easy", "5 mim jog", "0 x (1 km easy)"]
"#,
            r#"
error[step-intensity]: unknown intensity `eazy`
 --> sara.toml:7:18
  |
7 | steps = ["20 min eazy", "6 x (20 s strides, 60 s walk", "15 easy", "5 mim jog", "0 x (1 km easy)"]
  |                  ^^^^
  |
help: did you mean `easy`?
  |
7 - steps = ["20 min eazy", "6 x (20 s strides, 60 s walk", "15 easy", "5 mim jog", "0 x (1 km easy)"]
7 + steps = ["20 min easy", "6 x (20 s strides, 60 s walk", "15 easy", "5 mim jog", "0 x (1 km easy)"]
  |

error[step-open]: a bracket is open
 --> sara.toml:7:54
  |
7 | steps = ["20 min eazy", "6 x (20 s strides, 60 s walk", "15 easy", "5 mim jog", "0 x (1 km easy)"]
  |                                                      ^ `)` belongs here

error[step-unit-missing]: `15` has no unit
 --> sara.toml:7:58
  |
7 | steps = ["20 min eazy", "6 x (20 s strides, 60 s walk", "15 easy", "5 mim jog", "0 x (1 km easy)"]
  |                                                          ^^
  |
  = help: minutes are `15 min`; `s`, `h`, `km`, `m`, `mi` and `yd` are known too

error[step-unit]: unknown unit `mim`
 --> sara.toml:7:71
  |
7 | steps = ["20 min eazy", "6 x (20 s strides, 60 s walk", "15 easy", "5 mim jog", "0 x (1 km easy)"]
  |                                                                       ^^^
  |
help: did you mean `min`?
  |
7 - steps = ["20 min eazy", "6 x (20 s strides, 60 s walk", "15 easy", "5 mim jog", "0 x (1 km easy)"]
7 + steps = ["20 min eazy", "6 x (20 s strides, 60 s walk", "15 easy", "5 min jog", "0 x (1 km easy)"]
  |

error[step-times]: a repeat comes 1 to 100 times
 --> sara.toml:7:82
  |
7 | steps = ["20 min eazy", "6 x (20 s strides, 60 s walk", "15 easy", "5 mim jog", "0 x (1 km easy)"]
  |                                                                                  ^ this is 0

5 errors
"#,
        );
    }

    #[test]
    fn several_problems_are_told_at_once_in_the_order_of_the_text() {
        shows(
            r#"[runner]
name = "Sara"
weekly = "38 km"
longest = "40 km"
age = "41"

[[race]]
race = "half-marathn"

[week]
days = ["tue", "thu", "tue"]
long-run = "sat"
"#,
            r#"
warning[longest-over-weekly]: the longest run, 40 km, is longer than a usual week, 38 km
 --> sara.toml:4:11
  |
3 | weekly = "38 km"
  |          ------- the mean of the last four weeks
4 | longest = "40 km"
  |           ^^^^^^^ the longest run of the last 30 days
  |
  = help: both are believed; if one of them is a slip, it is worth mending before you run by it

error[wrong-type]: `age` should be a whole number
 --> sara.toml:5:7
  |
5 | age = "41"
  |       ^^^^ this is text in quotes
  |
help: this would fit
  |
5 - age = "41"
5 + age = 41
  |

error[missing-key]: `[[race]]` needs `date`
 --> sara.toml:7:1
  |
7 | [[race]]
  | ^^^^^^^^
  |
  = help: add a line such as `date = 2027-02-07`

error[unknown-choice]: unknown word for `race`: `half-marathn`
 --> sara.toml:8:8
  |
8 | race = "half-marathn"
  |        ^^^^^^^^^^^^^^
  |
help: did you mean `half-marathon`?
  |
8 | race = "half-marathon"
  |                    +

error[day-twice]: `tue` is named twice
  --> sara.toml:11:23
   |
11 | days = ["tue", "thu", "tue"]
   |         -----         ^^^^^ again
   |         |
   |         first here
   |
   = help: once is enough: take one of them out

error[day-not-free]: `long-run` names `sat`, which is not among the free days
  --> sara.toml:12:12
   |
11 | days = ["tue", "thu", "tue"]
   |        --------------------- these are
12 | long-run = "sat"
   |            ^^^^^ `sat` is not free
   |
   = help: add `sat` to `days`, or choose one of them

5 errors, 1 warning
"#,
        );
    }

    #[test]
    fn findings_without_a_place_stand_last_and_rules_speak_for_themselves() {
        let text = Text::new("sara.toml", "[runner]\n");
        let mut findings = Findings::new();
        findings.push(Finding::error("unknown-language").with("got", "xx"));
        findings.push(Finding::warning("from-a-rule").in_words("the heat is high").at(Place::new(&text, 1..7)));
        let expected = r"
warning[from-a-rule]: the heat is high
 --> sara.toml:1:2
  |
1 | [runner]
  |  ^^^^^^

error[unknown-language]: there are no words for the language `xx`
help: `en`, `es` and `ar` are at hand; another language is a folder of words in a pack, as `rules/README.md` shows

1 error, 1 warning
";
        assert_eq!(render(&findings, &words(), false), expected.trim_start());
        assert_eq!(render(&Findings::new(), &words(), false), "");
        assert!(render(&findings, &words(), true).contains("\u{1b}["));
    }

    #[test]
    fn the_other_place_may_be_in_another_file() {
        let here = Text::new("packs/heat.toml", "a = 1\nb = 2\n");
        let there = Text::new("rules/heat.toml", "x = 1\n");
        let finding = Finding::error("day-twice").with("day", "mon");
        let finding = finding.at(Place::new(&here, 6..7)).also_at(Place::new(&there, 0..1));
        let expected = r"
error[day-twice]: `mon` is named twice
 --> packs/heat.toml:2:1
  |
2 | b = 2
  | ^ again
  |
 ::: rules/heat.toml:1:1
  |
1 | x = 1
  | - first here
  |
  = help: once is enough: take one of them out

1 error
";
        assert_eq!(render(&finding.into(), &words(), false), expected.trim_start());
    }

    /// The codes that a room's source names.
    fn codes(source: &str) -> BTreeSet<&str> {
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        let marks = ["error(\"", "warning(\"", "note(\"", "Wrong::new(\"", "Finding::new(\"", "each_once(\""];
        let named = marks.iter().flat_map(|mark| source.split(mark).skip(1).filter_map(|rest| rest.split('"').next()));
        let mut codes: BTreeSet<&str> = named.collect();
        if source.contains("\"step-comma\"") {
            codes.extend(["step-open", "step-comma"]);
        }
        codes
    }

    #[test]
    fn every_finding_of_documents_steps_and_requests_has_words() {
        let rooms = [
            include_str!("document.rs"),
            include_str!("notation.rs"),
            include_str!("request/desk.rs"),
            include_str!("request/people.rs"),
            include_str!("request/days.rs"),
            include_str!("phrasebook.rs"),
        ];
        let book = words();
        let all: BTreeSet<&str> = rooms.iter().flat_map(|room| codes(room)).collect();
        assert!(all.len() > 45, "{all:?}");
        for code in all {
            assert!(book.has(&format!("finding.{code}.message")), "{code}");
        }
    }

    #[test]
    fn every_finding_of_a_request_renders_from_its_facts() {
        let steps = [
            "",
            "15 mim easy",
            "15 easy",
            "15 min",
            "15 min eazy",
            "easy",
            "3 x",
            "0 x (1 min jog)",
            "1 x (2 min jog",
            "1 x (2 min jog 1 min jog)",
            "1 x (1 x (1 x (1 x (1 x (1 min jog)))))",
            "0 min jog",
            "100 x (1 h jog)",
            "2 x (all jog)",
            "1 km rest",
            "1 min jog, 2 min jog",
        ];
        let steps: Vec<String> = steps.iter().map(|step| format!("{step:?}")).collect();
        let long = "x".repeat(600);
        let body = format!(
            r#"
            levels = 3
            [[runner]]
            name = "a\u0007b"
            levl = "new"
            longest = 12
            weekly = "500 km"
            recent = {{ race = "10k", time = "0:00", date = 2026-12-01, extra = [] }}
            health = "injurd"
            sex = "x"
            hr-max = 150
            hr-threshold = 160
            first-plan = "yes"
            injured-until = "2026-02-30"
            [[race]]
            race = "10k"
            date = 2026-11-01
            name = "{long}"
            [[race]]
            race = "10k"
            date = 2026-11-01
            goal = "fast"
            [place]
            run-at = {{ tues = 3, wed = "12:75", thu = "dusk" }}
            [week]
            days = ["mon", "monday"]
            long-run = "tue"
            fixed = {{ fri = "tempoo" }}
            most = {{ fri = "1:00" }}
            [life]
            from = 2027-01-02
            to = 2027-01-01
            [[week-kind]]
            starting = 2027-01-04
            kind = "hold"
            [[week-kind]]
            starting = 2027-01-06
            kind = "hold"
            [[day]]
            date = 2027-01-04
            session = "tempo"
            steps = [{}, "{long}"]
            [[day]]
            date = 2027-01-04
            steps = []
            [[day]]
            [[move]]
            from = 2027-01-04
            to = 2027-01-05
            [[move]]
            from = 2027-01-04
            to = 2027-01-04
            [[move]]
            from = 2027-01-04
            to = 2027-01-06
            [plan]
            start = 2026-11-02
            weeks = 12
            [coach]
            colour = "red"
            notes = {{ a = "b" }}
            "#,
            steps.join(", ")
        );
        let mut all = found(&body).0;
        let more = "[runner]\nweekly = \"9 km\"\nlongest = \"10 km\"\nrecent = { race = \"5k\", time = \"30:00\", date = 2027-02-01 }\n\
                    [[life]]\nfrom = 2027-01-01\nto = 2027-01-01\n[plan]\nstart = 2027-01-04\n";
        all.extend(found(more).0);
        for other in [
            "",
            "weekly = 3",
            "[week]\ndays = []",
            "a = {",
            &format!("a = {}", "[".repeat(100)),
            &"#".repeat(2 << 20),
            "[plan]\nstart = 1899-12-31",
            &"[[race]]\n".repeat(300),
        ] {
            all.extend(found(other).0);
        }
        let seen: BTreeSet<String> = all.iter().map(|f| f.code.clone()).collect();
        let rooms = [include_str!("document.rs"), include_str!("notation.rs"), include_str!("request.rs")];
        let wanted: BTreeSet<String> = rooms.iter().flat_map(|room| codes(room)).map(str::to_owned).collect();
        assert_eq!(wanted.difference(&seen).collect::<Vec<_>>(), Vec::<&String>::new());
        for finding in all {
            let code = finding.code.clone();
            let shown = render(&finding.into(), &words(), false);
            assert!(shown.contains(&format!("[{code}]: ")) && shown.lines().count() > 3, "{shown}");
        }
    }

    #[test]
    fn hostile_text_neither_breaks_the_report_nor_slows_it() {
        let wide = "\t漢字🏃\u{202e}\u{1b}[31m\u{0}";
        let long = format!("a = \"{0}\"\r\nk\tey = 1 # {wide}{0}\r\nüb = \"{wide}\"\r\n", "x".repeat(100_000));
        let text = Text::new("\u{1b}]2;title\u{7}.toml", long.clone());
        let mut findings = Findings::new();
        let step = long.len() / 400;
        for n in 0..400 {
            let mut at = n * step;
            while !long.is_char_boundary(at) {
                at += 1;
            }
            let place = Place::new(&text, at..long.len());
            let mut finding =
                Finding::error("unknown-key").with("table", wide).with("key", long.as_str()).at(place.clone());
            finding = finding.also_at(Place::new(&text, 0..3)).near(&long, ["level"]);
            finding.fix = Some(crate::finding::Fix { place: place.within(0..1), text: wide.to_owned() });
            findings.push(finding);
        }
        let start = std::time::Instant::now();
        let shown = render(&findings, &words(), false);
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
        assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "control characters stay out");
        assert!(!shown.contains('\u{202e}'));
        assert!(shown.lines().all(|line| line.len() < 2000), "lines stay readable");
        assert!(shown.ends_with("400 errors (350 of them not shown)\n"), "{}", &shown[shown.len() - 80..]);
    }

    #[test]
    fn the_column_is_counted_in_characters() {
        let text = Text::new("t.toml", "a = 1\r\n漢 = \"é\" # ü\r\n");
        let at = text.body.find('é').unwrap();
        let place = Place::new(&text, at..at + 2);
        let finding = Finding::error("no-days").at(place.clone());
        let shown = render(&finding.into(), &words(), false);
        assert!(shown.contains(&format!("t.toml:{}:{}\n", place.line(), place.column())), "{shown}");
        assert_eq!((place.line(), place.column()), (2, 6));
    }

    #[test]
    fn no_cut_through_a_request_breaks_the_report() {
        let body = include_str!("../tests/requests/everything.toml");
        let book = words();
        for end in (0..body.len()).filter(|end| body.is_char_boundary(*end)) {
            let shown = render(&found(&body[..end]), &book, false);
            assert!(shown.is_empty() || shown.ends_with('\n'));
        }
    }
}
