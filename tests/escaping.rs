//! Whatever somebody is called, whatever a race or a note says: in every format it is text, prints as typed, and changes
//! nothing around it. A page with a hostile name has the same bones as one with a plain name.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use serde_json::{Value, json};
use stepback::engine::{self, Asked};
use stepback::export::{self, Desk};
use stepback::files::plain_name;
use stepback::phrasebook::Phrasebook;
use stepback::plan::Plan;
use stepback::render::overview::{Client, Totals};
use stepback::render::{Page, Templates};
use stepback::request::{self, Ids};
use stepback::source::Text;

use crate::shipped;

/// A short season with every place for words of a person's own.
const REQUEST: &str = r#"
[runner]
name = "Ann"
level = "intermediate"
weekly = "38 km"
longest = "14 km"
recent = { race = "10k", time = "52:30" }
[[race]]
race = "10k"
name = "Ann"
date = 2027-02-14
[week]
days = ["mon", "tue", "thu", "sat", "sun"]
[[day]]
date = 2027-01-12
session = "easy"
note = "Ann"
[plan]
start = 2027-01-04
title = "Ann"
[coach]
name = "Ann"
notes = { 2 = "Ann" }
"#;

struct Shop {
    words: Arc<Phrasebook>,
    templates: Templates,
    plan: Plan,
    /// The bones of each page with plain names.
    html: Vec<String>,
    md: Vec<usize>,
    calendar: Vec<String>,
}

static SHOP: LazyLock<Shop> = LazyLock::new(|| {
    let (book, words) = shipped();
    let words = Arc::new(words);
    let (request, _) = request::read(&Text::new("ann.toml", REQUEST), &Ids::default()).expect("a sound request");
    let asked = Asked { today: "2027-01-01".parse().unwrap(), flags: None, units: None };
    let plan = engine::plan(&book, &words, &request, &asked).expect("a plan");
    let templates = Templates::shipped(Arc::clone(&words));
    let plain = called(&plan, "Ann");
    let html = bones(&templates.html(&plain, &Page::default()).unwrap());
    let md = cells(&templates.markdown(&plain, &Page::default()).unwrap());
    let mut shop = Shop { words, templates, plan, html, md, calendar: Vec::new() };
    shop.calendar = fields(&made(&shop, &plain, "ics")[0].1);
    shop
});

/// The plan with these words wherever a person has some.
fn called(plan: &Plan, words: &str) -> Plan {
    let mut plan = plan.clone();
    let say = |field: &mut String| words.clone_into(field);
    say(&mut plan.runner.name);
    say(&mut plan.title);
    say(&mut plan.races[0].name);
    if let Some(coach) = &mut plan.coach {
        coach.name = Some(words.to_owned());
    }
    for week in &mut plan.weeks {
        for day in &mut week.days {
            if day.note.is_some() {
                day.note = Some(words.to_owned());
            }
            for session in &mut day.sessions {
                say(&mut session.title);
                session.notes.iter_mut().for_each(say);
            }
        }
    }
    plan
}

/// The files of a format: what each is called after the name of the request, and what it holds.
fn made(shop: &Shop, plan: &Plan, format: &str) -> Vec<(String, Vec<u8>)> {
    let desk = Desk { phrasebook: &shop.words, templates: &shop.templates, page: Page::default(), pack: false };
    let files = (export::format(format).unwrap().write)(plan, &desk).unwrap();
    files.into_iter().map(|file| (file.ending, file.bytes)).collect()
}

/// The tags of a page in their order. What stands between `<` and `>` outside quotes has to be a tag.
fn bones(page: &str) -> Vec<String> {
    let mut bones = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let name: String = rest[1..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/!-".contains(*c)).collect();
        let opens = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        assert!(opens, "a bare `<`: {}", rest.chars().take(80).collect::<String>());
        let mut quoted = false;
        let end = rest.find(|c| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        rest = &rest[end.expect("every tag ends") + 1..];
        if name == "style" || name == "script" {
            // Whatever stands in here, the first end of it is the end.
            rest = &rest[rest.find(&format!("</{name}>")).expect("it ends")..];
        }
        bones.push(name);
    }
    bones
}

/// What stands between two marks on a page, as a browser shows it.
fn shown(page: &str, from: &str, to: &str) -> String {
    let start = page.find(from).unwrap_or_else(|| panic!("no {from}")) + from.len();
    let inner = &page[start..start + page[start..].find(to).unwrap()];
    assert!(!inner.contains(['<', '>', '"', '\'']), "{inner}");
    let mut text = String::new();
    let mut rest = inner;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        let end = at + rest[at..].find(';').expect("an entity ends");
        text.push(match &rest[at..=end] {
            "&amp;" => '&',
            "&lt;" => '<',
            "&gt;" => '>',
            "&quot;" => '"',
            "&#39;" => '\'',
            other => panic!("{other}"),
        });
        rest = &rest[end + 1..];
    }
    text + rest
}

/// How many cells each line of a page in Markdown has.
fn cells(page: &str) -> Vec<usize> {
    let bars = |line: &str| {
        let mut escaped = false;
        let is_bar = |c: char| {
            let bar = c == '|' && !escaped;
            escaped = c == '\\' && !escaped;
            bar
        };
        line.chars().map(is_bar).filter(|bar| *bar).count()
    };
    page.lines().map(bars).collect()
}

/// The lines of a calendar, unfolded, after a look at each as it stands.
fn lines(calendar: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(calendar).expect("UTF-8");
    assert!(text.ends_with("\r\n"));
    for line in text.split_terminator("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(char::is_control), "{line:?}");
    }
    text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

/// The names of a calendar's fields in their order.
fn fields(calendar: &[u8]) -> Vec<String> {
    lines(calendar).iter().map(|line| line.split([':', ';']).next().unwrap().to_owned()).collect()
}

/// A value of a calendar as its reader takes it.
fn unescaped(value: &str) -> String {
    let mut text = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(c) => text.push(c),
                None => panic!("a backslash at the end of {value}"),
            },
            ',' | ';' => panic!("a bare {c} in {value}"),
            c => text.push(c),
        }
    }
    text
}

/// Words on one line, without what cannot be printed: blanks and breaks are one blank each.
fn one_line(words: &str) -> String {
    let blank = |c: char| c.is_whitespace() || ('\u{1c}'..='\u{1e}').contains(&c);
    let shown: String = words.chars().map(|c| if blank(c) { ' ' } else { c }).filter(|c| !c.is_control()).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names that mean no good, beside any at all. Each ends with a letter, so that none is empty.
fn names() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<b>",
        "</h1>",
        "<script>alert(1)</script>",
        "</style>",
        "<!--",
        "]]>",
        "&amp;",
        "&#39;",
        "\"",
        "'",
        "`",
        "```",
        "|",
        "\\",
        "\\|",
        "*",
        "_",
        "#",
        "[x](javascript:y)",
        "![x](y)",
        "~~",
        "$",
        "=HYPERLINK(\"http://x\")",
        "+1",
        "-1",
        "@x",
        "\t",
        "\r\n",
        "\n",
        "\r",
        "\u{0}",
        "\u{7}",
        "\u{1b}[31m",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\u{202e}",
        "\u{2066}",
        "\u{2069}",
        "\u{200d}",
        "\u{200b}",
        "\u{feff}",
        "\u{ad}",
        "سارة",
        "שרה",
        "👩‍👩‍👧‍👦",
        "e\u{301}",
        "ﬁ",
        "BEGIN:VEVENT",
        ";",
        ",",
        ":",
        "END:VCALENDAR\r\n",
        "{{ 7 * 7 }}",
        "{% include \"x\" %}",
        "../../etc/passwd",
        "CON",
        "C:\\x",
        "%s%n",
        "\u{fffd}",
        "\u{10ffff}",
        "http://x.example/<b>",
        "www.x.example",
        "a@b.example",
        "1.",
        "1)",
        "- ",
        "---",
        ">",
        "    ",
    ]);
    let pieces = prop::collection::vec(pieces, 1..6).prop_map(|pieces| pieces.concat());
    prop_oneof![pieces, any::<String>(), "\\PC{0,300}"].prop_map(|name| name + "x")
}

fn cases() -> ProptestConfig {
    let cases = std::env::var("STEPBACK_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    ProptestConfig { rng_seed: prop::test_runner::RngSeed::Fixed(13), ..config }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_page_shows_a_name_and_keeps_its_bones(name in names()) {
        let plan = called(&SHOP.plan, &name);
        let page = SHOP.templates.html(&plan, &Page::default()).unwrap();
        prop_assert_eq!(&bones(&page), &SHOP.html);
        let as_typed: String =
            name.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { ' ' } else { c }).collect();
        prop_assert_eq!(shown(&page, "<h1 dir=\"auto\">", "</h1>"), as_typed);
    }

    #[test]
    fn a_table_in_markdown_keeps_its_cells(name in names()) {
        let plan = called(&SHOP.plan, &name);
        let page = SHOP.templates.markdown(&plan, &Page::default()).unwrap();
        prop_assert_eq!(&cells(&page), &SHOP.md);
        let title = page.lines().find_map(|line| line.strip_prefix("# ")).unwrap();
        let mut text = String::new();
        let mut chars = title.chars();
        while let Some(c) = chars.next() {
            text.push(if c == '\\' { chars.next().unwrap() } else { c });
        }
        let words: Vec<&str> = name.split(|c: char| c.is_whitespace() && c != '\u{a0}' || c.is_control())
            .filter(|word| !word.is_empty()).collect();
        prop_assert_eq!(text, words.join(" "));
    }

    #[test]
    fn a_calendar_gives_a_name_back(name in names()) {
        let plan = called(&SHOP.plan, &name);
        let calendar = &made(&SHOP, &plan, "ics")[0].1;
        prop_assert_eq!(&fields(calendar), &SHOP.calendar);
        let called = lines(calendar).iter().find_map(|line| line.strip_prefix("NAME:").map(unescaped)).unwrap();
        let breaks = |c: char| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}');
        let as_typed: String = name.replace("\r\n", "\n").chars()
            .map(|c| if c == '\t' { ' ' } else if breaks(c) { '\n' } else { c })
            .filter(|c| *c == '\n' || !c.is_control()).collect();
        prop_assert!(called.contains(&as_typed), "{called:?} should hold {as_typed:?}");
    }

    #[test]
    fn a_table_gives_a_name_back_and_never_starts_a_formula(name in names()) {
        let plan = called(&SHOP.plan, &name);
        let as_typed = one_line(&name);
        let mut found = false;
        for (_, table) in made(&SHOP, &plan, "csv") {
            let mut reader = csv::Reader::from_reader(table.as_slice());
            // Rows of different lengths are an error of this reader.
            for row in reader.records() {
                for cell in &row.unwrap() {
                    prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']), "{}", cell);
                    prop_assert!(!cell.contains(char::is_control), "{:?}", cell);
                    found |= cell.strip_prefix('\'').unwrap_or(cell) == as_typed || cell == as_typed;
                }
            }
        }
        prop_assert!(found, "{as_typed:?}");
    }

    #[test]
    fn data_gives_a_name_back_as_it_was(name in names()) {
        let plan = called(&SHOP.plan, &name);
        let data: Value = serde_json::from_slice(&made(&SHOP, &plan, "json")[0].1).unwrap();
        prop_assert_eq!(&data["runner"]["name"], &json!(name));
        prop_assert_eq!(&data["title"], &json!(name));
        let read = export::json::read(&Text::new("x.json", export::json::write(&plan))).unwrap();
        prop_assert_eq!(export::json::write(&read), export::json::write(&plan));
        let events: Value = serde_json::from_slice(&made(&SHOP, &plan, "intervals")[0].1).unwrap();
        let names: Vec<&Value> = events.as_array().unwrap().iter().map(|event| &event["name"]).collect();
        prop_assert!(names.contains(&&json!(one_line(&name))), "{names:?}");
    }

    #[test]
    fn a_watch_gets_whole_characters_and_a_folder_plain_names(name in names()) {
        let plan = called(&SHOP.plan, &name);
        for (ending, workout) in made(&SHOP, &plan, "fit") {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
            let file = ending.strip_prefix("-fit/").unwrap();
            prop_assert!(file.chars().all(plain) && !file.starts_with('.'), "{file}");
            // Every text of a workout ends with a zero; between two zeros no character is cut in two.
            let first: String = one_line(&name).chars().take(2).collect();
            for start in workout.windows(first.len()).enumerate().filter(|(_, w)| *w == first.as_bytes()).map(|(at, _)| at) {
                let words = workout[start..].split(|byte| *byte == 0).next().unwrap();
                prop_assert!(std::str::from_utf8(words).is_ok() || words.len() > 256, "{words:?}");
            }
        }
    }

    #[test]
    fn plain_text_has_no_control_characters(name in names()) {
        let plan = called(&SHOP.plan, &name);
        let (_, text) = made(&SHOP, &plan, "text").remove(0);
        let text = String::from_utf8(text).unwrap();
        prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{:?}",
            text.chars().find(|c| *c != '\n' && c.is_control()));
    }

    #[test]
    fn lists_of_clients_keep_their_bones(name in names()) {
        let day = "2027-01-12".parse().unwrap();
        let bones_of = |name: &str| {
            let templates = &SHOP.templates;
            let planned = Client::planned(name, &called(&SHOP.plan, name), Some("x.html"), day);
            let unplanned = Client::unplanned(name, name, name);
            let totals = Totals::default();
            let [before, between, after] = templates.overview(name, totals, day).unwrap();
            let rows = [templates.client(&planned).unwrap(), templates.client(&unplanned).unwrap()].concat();
            let client = json!({ "request": name, "name": name, "decision": "hold", "decision_title": name, "reason": name,
                "rule": name, "to": name, "message": name });
            let sunday = json!({ "title": name, "today": "2027-01-12", "clients": [client] });
            let sunday = templates.page("sunday.html.j2", &sunday).unwrap();
            bones(&[before, rows, between, after, sunday].concat())
        };
        prop_assert_eq!(bones_of(&name), bones_of("Ann"));
    }

    #[test]
    fn a_name_never_chooses_a_path(name in names()) {
        let plain = plain_name(&name);
        prop_assert!(!plain.contains(['/', '\\', ':', '.', '\0', ' ', '<', '>', '"', '|', '?', '*']), "{plain}");
        prop_assert!(!plain.contains(char::is_control) && plain.len() <= 81);
        prop_assert!(!["CON", "PRN", "AUX", "NUL", "COM1", "LPT9"].contains(&plain.to_uppercase().as_str()));
        prop_assert_eq!(&plain_name(&plain), &plain);
    }
}
