//! `stepback paces` keeps to the contract: its fields, and the truth of what it says.

use std::path::Path;

use serde_json::Value;

use crate::stepback;

fn data(arguments: &[&str]) -> Value {
    let arguments = [&["paces"], arguments, &["-f", "json"]].concat();
    let output = stepback(Path::new("."), &arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_race_gives_score_equivalents_and_paces_as_data() {
    let told = data(&["--race", "10k", "--time", "41:21"]);
    assert!((told["score"].as_f64().unwrap() - 50.0).abs() < 0.1);
    let races = told["equivalents"].as_array().unwrap();
    let time = |id: &str| races.iter().find(|race| race["race"] == id).unwrap()["time_s"].as_f64().unwrap();
    // Published times for a score of 50.
    for (id, published) in
        [("mile", 350.0), ("5k", 1197.0), ("10k", 2481.0), ("half-marathon", 5495.0), ("marathon", 11449.0)]
    {
        assert!((time(id) / published - 1.0).abs() < 0.003, "{id}: {}", time(id));
    }
    let paces = told["paces"].as_object().unwrap();
    for name in ["easy", "marathon", "threshold", "interval", "repetition"] {
        let range = paces[name].as_array().unwrap();
        assert!(range[0].as_f64() < range[1].as_f64(), "{name} runs from fast to slow");
    }
}

#[test]
fn heat_slows_the_paces_and_not_the_score() {
    let race = ["--race", "half-marathon", "--time", "1:45:00"];
    let cool = data(&race);
    let hot = data(&[&race[..], &["--climate", "dubai", "--date", "2027-07-15"]].concat());
    assert_eq!(cool["score"], hot["score"]);
    assert_eq!(cool["paces"], hot["cool_paces"]);
    let share = hot["heat"]["slowdown"].as_f64().unwrap();
    assert!(share > 0.02, "{share}");
    for name in ["easy", "threshold"] {
        let at = |told: &Value| told["paces"][name][0].as_f64().unwrap();
        assert!((at(&hot) / at(&cool) - 1.0 - share).abs() < 0.001, "{name}");
    }
    let gentle = hot["paces"]["interval"][0].as_f64().unwrap() / cool["paces"]["interval"][0].as_f64().unwrap();
    assert!(gentle > 1.0 && gentle < 1.0 + share, "short repeats feel less of the heat");
}

#[test]
fn slips_are_told_with_the_way_out() {
    for (arguments, words) in [
        (["--race", "halfmarathon", "--time", "1:45:00"], "did you mean `half-marathon`?"),
        (["--race", "half-marathon", "--time", "1:45"], "did you mean `1:45:00`?"),
        (["--race", "5k", "--time", "fast"], "write `52:30`"),
        (["--race", "5k", "--time", "0:09:00"], "is no result"),
    ] {
        let output = stepback(Path::new("."), &[&["paces"], &arguments[..]].concat());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(words), "{told}");
        assert!(output.stdout.is_empty());
    }
}
