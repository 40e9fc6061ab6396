//! Requests that once broke a law, each by what it showed, so that it never does again.

use crate::laws::Desk;

/// A season is planned, and it keeps every law.
fn keeps_every_law(text: &str) {
    let (planned, broken) = Desk::shipped().broken(text, None, true);
    assert!(broken.is_empty(), "{broken:#?}\n\n{text}");
    assert!(planned, "there is no plan for\n{text}");
}

#[test]
fn two_weeks_before_a_5k_the_long_run_keeps_within_its_time() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "41 km"
longest = "20.5 km"
recent = { race = "10k", time = "63:30", date = 2026-12-05 }

[[race]]
race = "5k"
date = 2027-01-16
priority = "A"

[week]
days = ["tue"]
starts = "mon"

[plan]
start = 2027-01-04
units = "mi"
accept-risk = true
"#,
    );
}

#[test]
fn newcomers_keep_their_sessions_in_a_step_back() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "0 km"

[[race]]
race = "mile"
date = 2027-09-30
priority = "A"
goal = "0:07:43"

[week]
days = ["mon", "wed", "sun"]
starts = "mon"

[plan]
start = 2027-07-19
units = "km"
accept-risk = false
"#,
    );
}

#[test]
fn a_start_on_the_last_day_of_a_week_holds_a_run() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "40 km"

[week]
days = ["mon", "tue", "wed", "fri", "sun"]
starts = "mon"

[plan]
start = 2027-01-10
weeks = 6
"#,
    );
}

#[test]
fn a_taper_is_clearly_lighter_after_a_week_that_life_made_light() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "82 km"

[[race]]
race = "10k"
date = 2027-04-12

[week]
days = ["tue", "wed", "fri", "sat", "sun"]
starts = "mon"

[[life]]
from = 2027-03-17
to = 2027-03-20
load = "busy"
days = ["sat"]

[plan]
start = 2027-01-04
"#,
    );
}

#[test]
fn a_short_day_for_the_long_run_does_not_empty_a_step_back() {
    keeps_every_law(
        r#"[runner]
weekly = "90 km"

[week]
days = ["tue", "thu", "sun"]
starts = "mon"
long-run = "thu"
most = { tue = "64 min", thu = "21 min", sun = "81 min" }

[plan]
start = 2027-01-31
units = "mi"
weeks = 29
"#,
    );
}

#[test]
fn newcomers_grow_by_their_running_and_not_by_their_minutes() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "11 km"
longest = "6.3 km"
age = 61
recent = { race = "10k", time = "38:30", date = 2027-07-27 }

[[race]]
race = "half-marathon"
date = 2028-03-09
goal = "2:02:01"

[week]
days = ["tue", "wed", "thu", "sat", "sun"]
starts = "sun"

[[week-kind]]
starting = 2027-12-26
kind = "hold"

[plan]
start = 2027-08-26
units = "mi"
accept-risk = true
"#,
    );
}

#[test]
fn a_newcomer_with_one_day_a_week_starts_with_one_short_run() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "1 km"
longest = "0.2 km"

[week]
days = ["tue"]
starts = "mon"

[plan]
start = 2027-01-04
units = "mi"
weeks = 6
"#,
    );
}

#[test]
fn a_newcomer_of_ten_with_one_day_a_week_grows_gently() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "6 km"
longest = "3.5 km"
age = 10
injured-until = 2027-02-01

[[race]]
race = "5k"
date = 2027-05-17

[week]
days = ["fri"]
starts = "sun"

[plan]
start = 2027-02-07
accept-risk = true
"#,
    );
}

#[test]
fn newcomers_run_little_in_race_week() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "6 km"
longest = "1.8 km"
age = 28
recent = { race = "10k", time = "48:30", date = 2027-11-05 }

[[race]]
race = "10k"
date = 2028-02-05

[week]
days = ["wed", "fri", "sun"]
starts = "sun"

[plan]
start = 2027-12-05
accept-risk = true
"#,
    );
}
