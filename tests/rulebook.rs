//! What a coach meets: the page that teaches, the examples on it, the packs beside it, and the schemas for their editor.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use stepback::document::parse;
use stepback::request;
use stepback::rulebook::{Pack, Rulebook};
use stepback::schema;
use stepback::source::Text;

use crate::readme::blocks;
use crate::{difference, home, inside, renew, shipped, stepback, text};

/// Every file under a folder with an ending, packs among them.
fn all(folder: &Path, ending: &str) -> Vec<std::path::PathBuf> {
    let (folders, files): (Vec<_>, Vec<_>) = inside(folder).into_iter().partition(|path| path.is_dir());
    let here = files.into_iter().filter(|path| path.to_string_lossy().ends_with(ending));
    here.chain(folders.iter().flat_map(|folder| all(folder, ending))).collect()
}

/// A pack of the repository.
fn pack(name: &str) -> Pack {
    let folder = home("rules/packs").join(name);
    let files = all(&folder, ".toml").into_iter().map(|path| {
        let inside = path.strip_prefix(&folder).expect("inside").to_string_lossy().replace('\\', "/");
        (inside, text(&path).into())
    });
    Pack { name: format!("rules/packs/{name}"), files: files.collect() }
}

#[test]
fn the_reference_of_the_rules_page_is_the_table() {
    let (book, phrases) = shipped();
    let path = home("rules/README.md");
    let page = text(&path);
    let mark = "from the tables in src/rulebook. -->\n";
    let (taught, _) = page.split_once(mark).expect("the page says where its reference begins");
    let made = format!("{taught}{mark}\n{}", schema::reference(&book, &phrases));
    if renew() {
        fs::write(&path, &made).unwrap();
    } else {
        let told = "rules/README.md lags behind the tables. STEPBACK_RENEW=1 cargo test reference writes it anew.";
        assert!(page == made, "{told}\n{}", difference(&made, &page));
    }
}

#[test]
fn every_example_of_the_rules_page_is_sound() {
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("my-rules");
    let mut saved = 0;
    for (language, body) in blocks(&text(&home("rules/README.md"))) {
        assert_eq!(language, "toml", "no test runs a block of `{language}`");
        let path = body.lines().next().and_then(|line| line.strip_prefix("# ")).expect("an example names its file");
        assert_eq!(Path::new(path).extension(), Some("toml".as_ref()), "{path}");
        let path = rules.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(!path.exists(), "two examples are called {}", path.display());
        fs::write(path, body).unwrap();
        saved += 1;
    }
    assert!(saved >= 10, "the page shows how to write each kind of file");
    let output = stepback(folder.path(), &["check", "my-rules"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.starts_with("all is well"), "{said}");
}

#[test]
fn the_packs_are_sound_and_hold_every_rule_of_theirs_to_a_case() {
    let packs = inside(&home("rules/packs"));
    assert!(packs.len() >= 2);
    for folder in packs {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let output = stepback(&home(""), &["check", &format!("rules/packs/{name}")]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && said.starts_with("all is well"), "{name}: {said}");

        let (book, _) = Rulebook::read(&[pack(&name)]).unwrap();
        assert_eq!(book.about.len(), 1, "{name} has a pack.toml");
        let named: BTreeSet<&str> =
            book.cases().flat_map(|case| case.why.iter().map(|rule| rule.value.as_str())).collect();
        for (_, sheet) in book.sheets().filter(|(_, sheet)| sheet.pack > 0) {
            for rule in &sheet.rules {
                assert!(named.contains(rule.id.as_str()), "no case of {name} names {}", rule.id);
            }
        }
    }
}

#[test]
fn packs_count_only_where_they_are_named() {
    let (book, _) = shipped();
    assert!(book.sheets().all(|(_, sheet)| !sheet.file.contains("packs/")));
    let output = stepback(&home(""), &["check", "rules"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_pack_of_two_lines_changes_the_plan_and_shows_in_why() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("club")).unwrap();
    fs::write(folder.path().join("club/club.toml"), "[reset]\nvolume = \"55 %\"\n").unwrap();
    fs::copy(home("plans/dubai-half-winter/request.toml"), folder.path().join("sara.toml")).unwrap();
    let plan = |rules: &[&str]| -> Value {
        let output = stepback(folder.path(), &[&["plan", "sara.toml", "-f", "json", "-o", "-"], rules].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let (before, after) = (plan(&[]), plan(&["--rules", "club"]));
    assert_ne!(before["weeks"], after["weeks"]);
    let reset = after["weeks"].as_array().unwrap().iter().find(|week| week["kind"] == "reset").unwrap();
    let week = reset["number"].to_string();
    let why = stepback(folder.path(), &["why", "sara.toml", "--rules", "club", "--week", &week]);
    let said = String::from_utf8(why.stdout).unwrap();
    for words in ["reset.volume is 55 %", "55 %, a pack (club/club.toml:2)", "was ", "before: "] {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    let why = stepback(folder.path(), &["why", "sara.toml", "--rules", "club", "--week", &week, "-f", "json"]);
    let data: Value = serde_json::from_slice(&why.stdout).unwrap();
    let setting = data["settings"].as_array().unwrap().iter().find(|s| s["setting"] == "reset.volume").unwrap();
    let winner = data["reasons"].as_array().unwrap().iter().find(|r| r["id"] == setting["decided_by"]).unwrap();
    assert_eq!((winner["file"].as_str(), winner["line"].as_u64()), (Some("club/club.toml"), Some(2)));
}

/// TOML as JSON, with dates as text: what an editor or a program sees.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(moment) => moment.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, as_json(value))).collect())
        }
        other => serde_json::to_value(other).unwrap(),
    }
}

fn fits(schema: &Value, value: &Value) -> Result<(), String> {
    let mut compiler = boon::Compiler::new();
    let mut schemas = boon::Schemas::new();
    compiler.add_resource("schema.json", schema.clone()).unwrap();
    let index = compiler.compile("schema.json", &mut schemas).unwrap_or_else(|error| panic!("{error:#}"));
    schemas.validate(value, index).map_err(|error| format!("{error:#}"))
}

#[test]
fn schemas_accept_what_is_sound_and_refuse_slips() {
    let (book, phrases) = shipped();
    let request = schema::request(&book, &phrases);
    let rules = schema::rules(&book, &phrases);
    let plan = schema::plan();
    for path in all(&home("plans"), "request.toml") {
        let value = as_json(toml::from_str(&text(&path)).unwrap());
        fits(&request, &value).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let apart = |path: &Path| [home("rules/packs"), home("rules/lang")].iter().any(|folder| path.starts_with(folder));
    for path in all(&home("rules"), ".toml").into_iter().filter(|path| !apart(path)) {
        let value = as_json(toml::from_str(&text(&path)).unwrap());
        fits(&rules, &value).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    for folder in inside(&home("rules/packs")) {
        // A pack may name what only it holds, and the schema is asked for with it.
        let (book, _) = Rulebook::read(&[pack(&folder.file_name().unwrap().to_string_lossy())]).unwrap();
        let rules = schema::rules(&book, &phrases);
        for path in all(&folder, ".toml") {
            let value = as_json(toml::from_str(&text(&path)).unwrap());
            fits(&rules, &value).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
    for path in all(&home("plans"), ".json").iter().take(3) {
        let value = serde_json::from_str(&text(path)).unwrap();
        fits(&plan, &value).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    assert!(fits(&plan, &serde_json::json!({ "schema": "stepback.plan/1" })).is_err());
    for slip in [
        "[reset]\nvolum = \"55 %\"\n",
        "[reset]\nvolume = 55\n",
        "[reset]\nlatest = 12\n",
        "[volume.peak]\nmarathn = \"80 km\"\n",
        "[[rule]]\nid = \"x\"\nset = { reset.latest = 3 }\n",
        "[[rule]]\nid = \"x\"\nset = { reset.lates = 3 }\nbecause = \"b\"\n",
        "[[rule]]\nid = \"x\"\nscale = { reset.latest = \"90 %\" }\nbecause = \"b\"\n",
    ] {
        assert!(fits(&rules, &as_json(toml::from_str(slip).unwrap())).is_err(), "{slip}");
    }
    for slip in [
        "[runner]\nlevl = \"new\"\n[week]\ndays = [\"tue\"]\n",
        "[runner]\nlevel = \"intermedate\"\n[week]\ndays = [\"tue\"]\n",
        "[runner]\nweekly = 38\n[week]\ndays = [\"tue\"]\n",
        "[runner]\nweekly = \"38 km\"\n",
    ] {
        assert!(fits(&request, &as_json(toml::from_str(slip).unwrap())).is_err(), "{slip}");
    }
}

#[test]
fn the_schema_of_requests_knows_the_keys_that_are_read() {
    let (book, phrases) = shipped();
    let request = schema::request(&book, &phrases);
    // Each table with a key that nobody knows: what is offered instead is what is read.
    let body = "qqqq = 1\n[runner]\nqqqq = 1\nrecent = { qqqq = 1 }\n[[race]]\nqqqq = 1\n[place]\nqqqq = 1\n[week]\nqqqq = 1\n\
                [[life]]\nqqqq = 1\n[[week-kind]]\nqqqq = 1\n[[day]]\nqqqq = 1\n[[move]]\nqqqq = 1\n[plan]\nqqqq = 1\n\
                [coach]\nqqqq = 1\n";
    let text = Text::new("t.toml", body);
    assert!(parse(&text).is_ok());
    let found = request::read(&text, &request::Ids::default()).unwrap_err();
    let mut seen = 0;
    for finding in found.0.iter().filter(|finding| finding.code == "unknown-key") {
        let table = finding.args["table"].as_str().unwrap().trim_matches(['[', ']']).to_owned();
        let known: BTreeSet<&str> =
            finding.args["known"].as_array().unwrap().iter().map(|k| k.as_str().unwrap()).collect();
        let mut described = match table.as_str() {
            "" => &request["properties"],
            "recent" => &request["properties"]["runner"]["properties"]["recent"]["properties"],
            table => &request["properties"][table],
        };
        if described["type"] == "array" {
            described = &described["items"]["properties"];
        } else if described["type"] == "object" {
            described = &described["properties"];
        }
        let described: BTreeSet<&str> = described.as_object().unwrap().keys().map(String::as_str).collect();
        // Keys that belong into a table are met before any table, too, only to be told so.
        let known: BTreeSet<&str> =
            if table.is_empty() { known.intersection(&described).copied().collect() } else { known };
        assert_eq!(described, known, "templates/schema/request.json, table `{table}`");
        seen += 1;
    }
    assert_eq!(seen, 12, "every table of a request is looked at");
}

#[test]
fn every_workout_is_chosen_for_somebody_or_waits_for_a_coach() {
    // What the engine asks for by name; the others come from the lists of the rules.
    let named = [
        "easy",
        "recovery",
        "long",
        "long-day-two",
        "medium-long",
        "strides",
        "run-walk",
        "cross-train",
        "strength",
        "threshold",
        "time-trial",
    ];
    let (book, _) = shipped();
    let lists: String = [vec![home("rules/season.toml")], inside(&home("rules/races"))]
        .concat()
        .iter()
        .map(|path| text(path))
        .collect();
    let indoors: Vec<&str> =
        book.workouts.values().filter_map(|own| Some(own.indoors.as_ref()?.value.as_str())).collect();
    for (id, workout) in &book.workouts {
        let chosen =
            named.contains(&id.as_str()) || indoors.contains(&id.as_str()) || lists.contains(&format!("\"{id}\""));
        assert!(chosen != workout.by_hand, "`{id}`: chosen {chosen}, by hand {}", workout.by_hand);
    }
}
