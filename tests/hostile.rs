//! Requests, rosters, templates and folders that mean no good, or are merely broken: every one of them is answered with words
//! and an exit code, within seconds, within memory, and without touching what is not ours.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::home;

/// The longest that any answer may take, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(120);

/// A folder with the request of a story in it, as `sara.toml`.
fn desk() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(home("plans/dubai-half-winter/request.toml"), folder.path().join("sara.toml")).unwrap();
    folder
}

fn begin(folder: &Path, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_stepback"))
        .current_dir(folder)
        .args(args)
        .env("NO_COLOR", "1")
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Runs the program, and does not wait for ever.
fn answer(folder: &Path, args: &[&str]) -> Output {
    let mut child = begin(folder, args);
    let stderr = child.stderr.take().unwrap();
    let words = std::thread::spawn(move || std::io::read_to_string(stderr).unwrap_or_default());
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{args:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    Output { status, stdout: Vec::new(), stderr: words.join().unwrap().into_bytes() }
}

/// Runs the program, which has to refuse with a finding or a word of the world.
fn refused(folder: &Path, args: &[&str], words: &str) {
    let output = answer(folder, args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
    assert!(said.contains(words), "{args:?} should say `{words}`: {said}");
}

/// A plan of `sara.toml` with one template of somebody else's.
fn with_template(name: &str, body: &str) -> (Option<i32>, String) {
    let folder = desk();
    fs::create_dir(folder.path().join("own")).unwrap();
    fs::write(folder.path().join("own").join(name), body).unwrap();
    let output = answer(folder.path(), &["plan", "sara.toml", "-f", "md", "--templates", "own"]);
    let whole = !folder.path().join("sara.md").exists() || output.status.success();
    assert!(whole, "a plan stands there although its template failed");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn templates_without_end_are_stopped() {
    let grow = |how: &str| format!("{{% set ns = namespace(x=[1]) %}}{{% for i in range(90) %}}{how}{{% endfor %}}");
    let cases = [
        ("{% for x in range(99999) %}{% for y in range(99999) %}{% endfor %}{% endfor %}".to_owned(), "page-too-big"),
        (grow("{% set ns.x = ns.x ~ ns.x %}"), "page-too-big"),
        (grow("{% set y %}{{ ns.x }}{{ ns.x }}{% endset %}{% set ns.x = y %}"), "page-too-big"),
        (grow("{% set ns.x = [ns.x, ns.x] %}") + "{{ ns.x }}", "template-without-end"),
        ("{{ [1]|tojson(indent=999999999999) }}".to_owned(), "template-without-end"),
        ("{% macro a(x) %}{{ a(x ~ x) }}{% endmacro %}{{ a('xxxxxxxxxx') }}".to_owned(), "page-too-big"),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}".to_owned(), "error[template]"),
        ("{% include \"plan.md.j2\" %}".to_owned(), "error[template]"),
        ("{% include \"/etc/passwd\" %}".to_owned(), "error[template]"),
        ("{% include \"../sara.toml\" %}".to_owned(), "error[template]"),
        ("{{ \"x\" * 99999999 }}".to_owned(), "page-too-big"),
    ];
    std::thread::scope(|scope| {
        for (body, code) in &cases {
            scope.spawn(move || {
                let (ended, said) = with_template("plan.md.j2", body);
                assert_eq!(ended, Some(1), "{body}: {said}");
                assert!(said.contains(code), "{body}: {said}");
            });
        }
    });
}

#[test]
fn templates_that_hold_themselves_end_a_process_that_is_not_ours() {
    for body in [
        "{% set ns = namespace(x=1) %}{% set ns.x = [ns] %}{{ ns.x }}".to_owned(),
        "{% set ns = namespace(x=1) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}"
            .to_owned(),
        format!("{{{{ {}1 }}}}", "-".repeat(400_000)),
        format!("{{{{ 1{} }}}}", " + 1".repeat(200_000)),
    ] {
        let (ended, said) = with_template("plan.md.j2", &body);
        assert_eq!(ended, Some(1), "{said}");
        assert!(said.contains("error["), "{said}");
    }
}

#[test]
fn words_of_a_pack_that_could_grow_or_nest_without_end_are_told_where_they_stand() {
    let rule = |words: &str| {
        format!("[[rule]]\nid = \"mine\"\nwhen = \"season.weeks > 1\"\nsay = '{words}'\nbecause = \"so\"\n")
    };
    let minus = format!("{{{{ {}1 }}}}", "-".repeat(400_000));
    let bombs = [
        ("{{ [1]|tojson(indent=999999999999) }}", "may not use"),
        ("{{ 1|tojson(indent=999999999999) }}", "may not use the filter `tojson`"),
        ("{% set a = [1] %}{% set a = [a, a] %}{{ a }}", "may not use `set`"),
        (minus.as_str(), "longer than 2000 bytes"),
    ];
    for (words, told) in bombs {
        for (file, body) in [
            ("own.toml", rule(words)),
            ("resets/life.toml", format!("changes = ['{words}']")),
            ("lang/fr/resets.toml", format!("[life]\nchanges = ['{words}']")),
            ("lang/fr/messages.toml", format!("[page]\nrest = '{words}'")),
        ] {
            let folder = desk();
            let path = folder.path().join("pack").join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, body).unwrap();
            refused(folder.path(), &["plan", "sara.toml", "--rules", "pack"], told);
            refused(folder.path(), &["check", "pack"], told);
            assert!(!folder.path().join("sara.md").exists());
        }
    }
}

#[test]
fn thousands_of_words_that_nobody_asks_for_are_told_in_good_time() {
    let folder = desk();
    let many = |line: fn(usize) -> String| (0..20_000).map(line).collect::<String>();
    fs::create_dir_all(folder.path().join("pack/lang/en")).unwrap();
    let page = format!("[page]\n{}", many(|n| format!("week_numbr{n} = \"a\"\n")));
    let rules = format!("[hard]\n{}", many(|n| format!("apartt{n} = \"a\"\n")));
    fs::write(folder.path().join("pack/lang/en/messages.toml"), page).unwrap();
    fs::write(folder.path().join("pack/lang/en/rules.toml"), rules).unwrap();
    let begun = Instant::now();
    let output = answer(folder.path(), &["check", "pack"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("nothing asks for the words") && said.contains("40000 warnings"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn words_of_a_language_that_cannot_be_filled_are_said_in_english() {
    let folder = desk();
    fs::create_dir_all(folder.path().join("pack/lang/en")).unwrap();
    fs::write(folder.path().join("pack/lang/en/messages.toml"), "[page]\nrest = \"{{ 'x' * 999999999 }}\"").unwrap();
    let output = answer(folder.path(), &["plan", "sara.toml", "-f", "md", "--rules", "pack"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(fs::read_to_string(folder.path().join("sara.md")).unwrap().contains("Rest"));
}

#[test]
fn measures_of_a_template_that_no_runner_means_are_printed_and_break_nothing() {
    let body = "{{ 1e308|distance }} {{ -1e308|number }} {{ 1e308|hours }} {{ 1e308|minutes }} {{ 1e308|clock }} \
                {{ 1e308|pace }} {{ -5|clock }} {{ 1e308|share }} {{ -1e308|temperature }} {{ [1e308, -1e308]|clocks }} \
                {{ (1e308 * 1e308)|clock }} {{ (1e308 * 1e308 - 1e308 * 1e308)|distance }}";
    let (ended, said) = with_template("plan.md.j2", body);
    assert_eq!(ended, Some(0), "{said}");
}

#[cfg(unix)]
#[test]
fn nobody_waits_for_a_pipe() {
    let folder = desk();
    for name in
        ["pipe.toml", "pipe.csv", "pipe.ndjson", "pipe.json", "rules/pipe.toml", "own/plan.md.j2", "out/sara.md"]
    {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    }
    let pipe = "a pipe or a device";
    for args in [
        &["plan", "pipe.toml"][..],
        &["plan", "pipe.csv"],
        &["plan", "pipe.ndjson"],
        &["render", "pipe.json"],
        &["check", "pipe.toml"],
        &["review", "sara.toml", "--checkins", "pipe.csv"],
        &["review", "sara.toml", "--log", "pipe.csv"],
        &["plan", "sara.toml", "--rules", "rules"],
    ] {
        refused(folder.path(), args, pipe);
    }
    refused(folder.path(), &["plan", "sara.toml", "--templates", "own"], "template-unreadable");
    refused(folder.path(), &["plan", "sara.toml", "-o", "out"], "not written by stepback");
}

#[cfg(unix)]
#[test]
fn a_roster_that_never_ends_is_refused_before_it_is_read() {
    let folder = desk();
    for name in ["zero.csv", "zero.ndjson"] {
        std::os::unix::fs::symlink("/dev/zero", folder.path().join(name)).unwrap();
        refused(folder.path(), &["plan", name], "a pipe or a device");
    }
}

#[test]
fn a_row_without_end_is_told_at_its_line_and_never_taken_into_memory() {
    let folder = desk();
    let head = "name,weekly,days,start\nAnn,30 km,mon wed sat,2027-01-04\n";
    fs::write(folder.path().join("open.csv"), format!("{head}\"Bob{}", "x,\n".repeat(1 << 20))).unwrap();
    refused(folder.path(), &["plan", "open.csv", "-o", "plans", "-f", "md"], "a quotation mark that is not closed");
    assert!(folder.path().join("plans/001-Ann.md").exists(), "the row before it has its plan");
    fs::write(folder.path().join("wide.csv"), format!("weekly,days{}\n", ",life.2.from".repeat(50_000))).unwrap();
    refused(folder.path(), &["plan", "wide.csv"], "this table has 50002 columns, and room is for 1000");
    fs::write(folder.path().join("head.csv"), format!("weekly,days,\"{}", "x".repeat(8 << 20))).unwrap();
    refused(folder.path(), &["plan", "head.csv"], "longer than the 1024 kB");
}

#[test]
fn a_request_has_limits_and_says_each_at_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let base = "[runner]\nweekly = \"30 km\"\n[week]\ndays = [\"mon\", \"wed\", \"sat\"]\n";
    let many = |key: &str, of: usize, body: &str| format!("{base}{}", format!("[[{key}]]\n{body}\n").repeat(of));
    let from = |start: &str, weeks: u32| format!("{base}[plan]\nstart = {start}\nweeks = {weeks}\n");
    for (body, words) in [
        (many("race", 300, "race = \"5k\"\ndate = 2027-03-01\npriority = \"C\""), "`race` stands here 300 times"),
        (many("life", 9000, "from = 2027-01-01\nto = 2027-01-05\nload = \"ill\""), "`life` stands here 9000 times"),
        (many("day", 9000, "date = 2027-01-05\nsession = \"rest\""), "`day` stands here 9000 times"),
        (many("move", 9000, "from = 2027-01-01\nto = 2027-01-05"), "`move` stands here 9000 times"),
        (many("week-kind", 9000, "starting = 2027-01-01\nkind = \"hold\""), "`week-kind` stands here 9000 times"),
        (
            many("day", 1, &format!("date = 2027-01-05\nsteps = [{}]", "\"1 min easy\",".repeat(500))),
            "`steps` stands here 500",
        ),
        (many("day", 1, "date = 2027-01-05\nsteps = [\"20 h easy\", \"20 h easy\"]"), "24 h"),
        (from("2027-01-04", 105), "between 1 and 104"),
        (from("1899-12-31", 10), "outside of the years 1900 to 2199"),
        (from("2200-01-01", 10), "outside of the years 1900 to 2199"),
        (from("0001-01-01", 10), "outside of the years 1900 to 2199"),
        (from("9999-12-31", 10), "outside of the years 1900 to 2199"),
        (from("2199-11-30", 10), "plans reach to the end of 2199"),
        (from("2199-02-29", 10), "no such day is known"),
        (format!("{base}x = {}1", "[".repeat(200_000)), "more than 16 deep"),
        (format!("{base}#{}", "x".repeat(2 << 20)), "larger than anything"),
        ("= = =\n".repeat(150_000), "cannot be read as TOML"),
        (format!("{base}[race]\ndate = 2027-02-30\n{}", "date = 2027-02-31\n".repeat(50_000)), "error["),
        ("\0".repeat(1000), "cannot be read as TOML"),
    ] {
        fs::write(folder.path().join("r.toml"), &body).unwrap();
        refused(folder.path(), &["plan", "r.toml", "--today", "2027-01-01"], words);
        assert_eq!(crate::inside(folder.path()).len(), 1, "nothing is written: {words}");
    }
    for (body, weeks) in [(from("1900-01-01", 104), 104), (from("2199-01-07", 50), 50)] {
        fs::write(folder.path().join("r.toml"), &body).unwrap();
        let output =
            answer(folder.path(), &["plan", "r.toml", "-o", "out", "-f", "md,html,json,ics,csv,fit,intervals"]);
        assert!(output.status.success(), "{weeks} weeks: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_folder_that_was_asked_for() {
    use std::os::unix::fs::symlink;
    let folder = desk();
    let outside = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("out")).unwrap();
    symlink(outside.path(), at("out/sara-fit")).unwrap();
    for args in [
        &["plan", "sara.toml", "-o", "out", "-f", "fit"][..],
        &["plan", "sara.toml", "-o", "out", "-f", "fit", "--force"],
    ] {
        refused(folder.path(), args, "leads out of its folder");
    }
    fs::create_dir_all(at("clients/new")).unwrap();
    fs::rename(at("sara.toml"), at("clients/new/sara.toml")).unwrap();
    symlink(outside.path(), at("out/new")).unwrap();
    refused(folder.path(), &["plan", "clients", "-o", "out"], "leads out of its folder");
    assert!(crate::inside(outside.path()).is_empty());
    // A link that is asked for by name is what was asked for, and one in the place of a file is replaced, not followed.
    symlink(outside.path(), at("asked")).unwrap();
    fs::rename(at("clients/new/sara.toml"), at("sara.toml")).unwrap();
    assert!(answer(folder.path(), &["plan", "sara.toml", "-o", "asked", "-f", "md"]).status.success());
    fs::write(at("precious"), fs::read(outside.path().join("sara.md")).unwrap()).unwrap();
    fs::remove_file(outside.path().join("sara.md")).unwrap();
    let before = fs::read(at("precious")).unwrap();
    symlink(at("precious"), outside.path().join("sara.md")).unwrap();
    assert!(answer(folder.path(), &["plan", "sara.toml", "-o", "asked", "-f", "md", "--units", "mi"]).status.success());
    assert!(before == fs::read(at("precious")).unwrap(), "what a link leads to stays as it was");
}

#[cfg(unix)]
#[test]
fn somebody_elses_link_among_the_workouts_is_passed_over() {
    let folder = desk();
    let write = || answer(folder.path(), &["plan", "sara.toml", "-f", "fit"]).status.success();
    assert!(write());
    std::os::unix::fs::symlink("/etc/hostname", folder.path().join("sara-fit/mine.fit")).unwrap();
    assert!(write());
    assert!(folder.path().join("sara-fit/mine.fit").is_symlink());
}
