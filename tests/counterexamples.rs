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

#[test]
fn one_run_a_week_and_a_warm_spring_do_not_make_a_step_back_a_stop() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "49 km"
recent = { race = "10k", time = "61:30", date = 2026-12-05 }

[[race]]
race = "50k"
date = 2027-05-13
priority = "A"

[place]
climate = "dubai"
treadmill = false

[week]
days = ["wed"]
starts = "mon"

[plan]
start = 2027-01-04
units = "km"
accept-risk = false
"#,
    );
}

#[test]
fn a_step_back_after_a_first_week_that_lost_no_day_is_measured_by_it() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "0 km"
age = 60

[[race]]
race = "10k"
date = 2027-02-25
priority = "A"

[week]
days = ["fri", "sat"]
starts = "mon"

[plan]
start = 2027-01-05
units = "mi"
accept-risk = true
"#,
    );
}

#[test]
fn a_long_run_is_a_fair_part_of_what_the_week_prints() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "91 km"
longest = "34.6 km"
recent = { race = "10k", time = "71:30", date = 2026-12-06 }
finished = ["marathon", "50k"]

[[race]]
race = "50k"
date = 2027-02-08
priority = "A"

[week]
days = ["mon", "tue", "wed", "thu"]
starts = "mon"

[plan]
start = 2027-01-05
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn a_taper_after_weeks_off_falls_from_the_training() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[[race]]
race = "10k"
date = 2027-03-07
priority = "A"

[week]
days = ["sat"]
starts = "sun"

[[life]]
from = 2027-02-09
to = 2027-02-16
load = "off"

[[life]]
from = 2027-01-09
to = 2027-01-24
load = "ill"

[[life]]
from = 2027-02-10
to = 2027-02-17
load = "travel"

[[week-kind]]
starting = 2027-02-28
kind = "hold"

[plan]
start = 2027-01-07
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn newcomers_are_capped_by_the_minute() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "0 km"

[[race]]
race = "10k"
date = 2027-04-22
priority = "A"

[week]
days = ["wed", "fri", "sat"]
starts = "mon"

[plan]
start = 2027-01-04
units = "km"
accept-risk = false
"#,
    );
}

#[test]
fn a_day_off_before_the_taper_does_not_empty_it() {
    keeps_every_law(
        r#"[runner]
level = "beginner"

[[race]]
race = "10k"
date = 2027-03-29
priority = "A"

[week]
days = ["tue", "thu", "sat"]
starts = "mon"

[[life]]
from = 2027-03-08
to = 2027-03-10
load = "off"

[plan]
start = 2027-01-04
units = "mi"
accept-risk = false
"#,
    );
}

#[test]
fn weeks_after_a_long_time_off_do_not_jump() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "51 km"

[week]
days = ["fri", "sat", "sun"]
starts = "sun"

[[life]]
from = 2027-01-09
to = 2027-02-20
load = "off"

[[life]]
from = 2027-04-25
to = 2027-04-25
load = "busy"
days = ["tue"]

[plan]
start = 2027-01-04
units = "km"
accept-risk = true
weeks = 24
"#,
    );
}

#[test]
fn a_marathon_in_three_weeks_from_nothing_still_tapers() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "0 km"
recent = { race = "10k", time = "50:30", date = 2026-12-12 }

[[race]]
race = "marathon"
date = 2027-01-30
priority = "A"

[place]
climate = "boston"
treadmill = true
run-at = "evening"

[week]
days = ["fri", "sat", "sun"]
starts = "mon"
long-run = "fri"

[[week-kind]]
starting = 2027-01-11
kind = "build"

[plan]
start = 2027-01-11
units = "mi"
accept-risk = true
"#,
    );
}

#[test]
fn a_step_back_with_one_day_left_keeps_most_of_its_long_run() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "30 km"
age = 50

[week]
days = ["sat", "sun"]
starts = "sun"
long-run = "sat"
most = { sat = "53 min" }

[[life]]
from = 2027-04-09
to = 2027-04-29
load = "ill"

[plan]
start = 2027-01-17
units = "mi"
accept-risk = true
weeks = 46
"#,
    );
}

#[test]
fn two_short_days_keep_both_runs_in_a_step_back() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "90 km"
recent = { race = "10k", time = "58:30", date = 2026-12-14 }

[[race]]
race = "15k"
date = 2027-06-17
priority = "A"

[place]
climate = "continental"
treadmill = true
run-at = "afternoon"

[week]
days = ["fri", "sun"]
starts = "mon"
most = { fri = "60 min", sun = "50 min" }

[plan]
start = 2027-01-13
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn a_limit_on_a_day_does_not_raise_the_peak() {
    keeps_every_law(
        r#"[runner]
level = "beginner"
weekly = "12 km"
finished = ["marathon", "50k"]

[[race]]
race = "10k"
date = 2027-04-04
priority = "A"

[week]
days = ["thu", "fri", "sun"]
starts = "sun"

[plan]
start = 2027-01-04
units = "mi"
accept-risk = false
"#,
    );
}

#[test]
fn a_start_on_the_only_day_is_a_whole_week() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[week]
days = ["fri"]
starts = "mon"

[[life]]
from = 2027-01-10
to = 2027-02-22
load = "fasting"

[[week-kind]]
starting = 2027-01-11
kind = "reset"

[plan]
start = 2027-01-08
units = "mi"
accept-risk = true
weeks = 6
"#,
    );
}

#[test]
fn a_coach_may_open_the_season_with_a_step_back_on_one_day() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "95 km"
recent = { race = "10k", time = "74:30", date = 2026-12-05 }

[week]
days = ["thu"]
starts = "mon"

[[week-kind]]
starting = 2027-01-04
kind = "reset"

[plan]
start = 2027-01-04
weeks = 6
"#,
    );
}

#[test]
fn a_longest_run_of_a_month_ago_no_longer_counts() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "8 km"
longest = "2.6 km"

[[race]]
race = "10k"
date = 2027-02-18

[week]
days = ["thu", "sat", "sun"]
starts = "mon"

[plan]
start = 2027-01-09
accept-risk = true
"#,
    );
}

#[test]
fn time_off_after_a_race_is_no_jump_for_newcomers() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "6 km"

[[race]]
race = "10k"
date = 2027-03-29

[week]
days = ["wed", "sat", "sun"]
starts = "mon"

[[life]]
from = 2027-02-18
to = 2027-03-04
load = "busy"
days = ["wed"]

[plan]
start = 2027-01-04
"#,
    );
}

#[test]
fn a_short_first_day_for_the_long_run_does_not_shrink_the_weeks() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "40 km"
recent = { race = "10k", time = "45:30", date = 2026-12-05 }

[week]
days = ["wed", "sun"]
starts = "mon"
long-run = "wed"
most = { wed = "23 min", sun = "45 min" }

[[life]]
from = 2027-01-15
to = 2027-01-27
load = "busy"

[plan]
start = 2027-01-04
units = "mi"
weeks = 6
"#,
    );
}

#[test]
fn a_fast_with_a_single_day_leaves_a_week_to_step_back_from() {
    keeps_every_law(
        r#"[runner]
weekly = "8 km"
recent = { race = "10k", time = "33:30", date = 2026-12-04 }

[week]
days = ["mon", "tue", "wed", "thu", "fri", "sun"]
starts = "sun"
most = { wed = "190 min" }

[[life]]
from = 2027-03-18
to = 2027-04-05
load = "fasting"
days = ["fri"]

[[week-kind]]
starting = 2027-01-03
kind = "reset"

[plan]
start = 2027-01-03
weeks = 15
"#,
    );
}

#[test]
fn the_eve_of_a_race_after_a_month_off_stays_short() {
    keeps_every_law(
        r#"[runner]
weekly = "90 km"
recent = { race = "10k", time = "61:30", date = 2027-06-25 }

[[race]]
race = "half-marathon"
date = 2027-12-11
priority = "A"

[week]
days = ["mon", "fri", "sun"]
starts = "sun"
most = { fri = "168 min" }

[[life]]
from = 2027-11-05
to = 2027-12-05
load = "ill"

[[life]]
from = 2027-09-15
to = 2027-09-25

[[life]]
from = 2027-08-16
to = 2027-08-23

[plan]
start = 2027-07-25
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn a_step_back_before_illness_keeps_its_runs() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[[race]]
race = "10k"
date = 2027-03-18
priority = "A"

[week]
days = ["mon", "sat"]
starts = "mon"

[[life]]
from = 2027-01-23
to = 2027-01-25
load = "ill"

[[life]]
from = 2027-02-09
to = 2027-02-20
load = "ill"

[plan]
start = 2027-01-04
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn a_long_run_on_a_short_day_holds_no_steady_finish() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "40 km"
recent = { race = "10k", time = "31:30", date = 2027-04-22 }
finished = ["marathon", "50k"]

[[race]]
race = "10-mile"
date = 2028-04-04
priority = "A"

[week]
days = ["mon", "wed", "thu"]
starts = "sun"
most = { thu = "23 min" }

[plan]
start = 2027-05-22
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn a_long_run_with_slow_blocks_ends_in_time() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "63 km"
longest = "25.2 km"
recent = { race = "10k", time = "41:30", date = 2027-07-10 }

[[race]]
race = "half-marathon"
date = 2028-01-13
priority = "A"
goal = "2:18:12"

[week]
days = ["mon", "tue", "wed", "thu", "sat", "sun"]
starts = "mon"
long-run = "thu"

[[week-kind]]
starting = 2027-10-04
kind = "build"

[plan]
start = 2027-08-09
units = "mi"
accept-risk = true
"#,
    );
}

#[test]
fn a_taper_after_illness_keeps_its_long_run_within_the_month() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "66 km"
longest = "30.4 km"
finished = ["marathon", "50k"]

[[race]]
race = "50k"
date = 2027-06-20
priority = "A"

[week]
days = ["tue", "wed", "fri", "sat"]
starts = "sun"
most = { fri = "27 min" }

[[life]]
from = 2027-03-21
to = 2027-03-23
load = "travel"
days = ["mon"]

[[life]]
from = 2027-05-07
to = 2027-05-19
load = "ill"
days = ["mon", "tue", "wed", "fri", "sun"]

[[life]]
from = 2027-01-11
to = 2027-02-19

[plan]
start = 2027-01-03
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn small_weeks_do_not_wear_away() {
    keeps_every_law(
        r#"[runner]
weekly = "90 km"
age = 9
recent = { race = "10k", time = "74:30", date = 2026-12-26 }

[[race]]
race = "5k"
date = 2027-10-10
priority = "A"

[place]
climate = "singapore"
treadmill = true
run-at = "afternoon"

[week]
days = ["mon", "tue", "fri"]
starts = "mon"

[plan]
start = 2027-01-25
units = "mi"
accept-risk = false
"#,
    );
}

#[test]
fn a_newcomers_step_back_with_a_day_missing_is_no_stop() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "3 km"

[[race]]
race = "5k"
date = 2027-03-17
priority = "A"

[place]
climate = "nairobi"
treadmill = false

[week]
days = ["tue", "wed", "sun"]
starts = "sun"

[[life]]
from = 2027-02-23
to = 2027-03-06
load = "busy"

[[life]]
from = 2027-01-27
to = 2027-01-27
load = "travel"
days = ["mon", "tue", "thu", "fri", "sat"]

[plan]
start = 2027-01-10
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn long_runs_in_extreme_heat_hold_nothing_hard() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "40 km"

[[race]]
race = "half-marathon"
date = 2027-05-19
priority = "A"
goal = "2:07:18"

[place]
climate = "singapore"
treadmill = false
run-at = "morning"

[week]
days = ["tue", "wed", "thu", "fri", "sat"]
starts = "sun"
long-run = "sat"

[[life]]
from = 2027-02-01
to = 2027-02-07
days = ["tue"]

[[week-kind]]
starting = 2027-03-21
kind = "hold"

[plan]
start = 2027-01-24
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn an_ill_day_in_a_step_back_of_three_runs() {
    keeps_every_law(
        r#"[runner]
level = "beginner"
weekly = "12 km"

[[race]]
race = "10-mile"
date = 2027-10-05
priority = "A"
goal = "finish"

[place]
climate = "sydney"
treadmill = true
run-at = "noon"

[week]
days = ["mon", "tue", "thu"]
starts = "mon"
most = { mon = "184 min", tue = "23 min", thu = "96 min" }

[[life]]
from = 2027-08-28
to = 2027-08-30
load = "ill"

[[life]]
from = 2027-07-05
to = 2027-07-05

[plan]
start = 2027-05-17
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn a_day_off_in_a_step_back_of_two_runs() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[[race]]
race = "10k"
date = 2027-10-14
priority = "A"
goal = "0:49:10"

[place]
climate = "oslo"
treadmill = true

[week]
days = ["mon"]
starts = "sun"

[[life]]
from = 2027-05-07
to = 2027-05-10

[[life]]
from = 2027-06-22
to = 2027-06-23
load = "off"

[plan]
start = 2027-05-06
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn a_limit_that_takes_new_sessions_away_lifts_nothing_else() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
recent = { race = "10k", time = "33:30", date = 2027-03-13 }

[[race]]
race = "15k"
date = 2027-07-31
priority = "A"

[place]
climate = "dubai"
treadmill = true

[week]
days = ["mon", "tue", "wed", "thu", "fri", "sun"]
starts = "sun"

[plan]
start = 2027-04-12
units = "mi"
accept-risk = true
"#,
    );
}

#[test]
fn newcomers_begin_after_weeks_off_with_twenty_minutes() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "1 km"
longest = "0.2 km"

[[race]]
race = "10k"
date = 2027-12-12
priority = "A"
goal = "1:02:40"

[place]
climate = "dubai"
treadmill = true
run-at = "noon"

[week]
days = ["mon", "tue", "thu", "sat", "sun"]
starts = "mon"
long-run = "sun"

[[life]]
from = 2027-11-16
to = 2027-12-04
load = "off"

[[life]]
from = 2027-11-16
to = 2027-11-17
load = "fasting"

[[life]]
from = 2027-11-22
to = 2027-11-26
load = "ill"

[plan]
start = 2027-11-15
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn one_stretch_of_life_in_another_is_told_too() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
age = 61
recent = { race = "10k", time = "71:30", date = 2027-09-11 }
finished = ["marathon", "50k"]

[[race]]
race = "15k"
date = 2028-03-07
priority = "A"

[place]
climate = "temperate"
treadmill = true

[week]
days = ["tue", "thu", "sun"]
starts = "mon"
long-run = "sun"
most = { thu = "143 min" }

[[life]]
from = 2027-12-30
to = 2028-02-02

[[life]]
from = 2027-10-24
to = 2027-11-01
load = "ill"
days = ["tue", "thu", "fri", "sun"]

[[life]]
from = 2027-12-30
to = 2028-01-10
load = "travel"
days = ["sun"]

[plan]
start = 2027-10-11
units = "mi"
accept-risk = true
"#,
    );
}

#[test]
fn a_first_week_cut_short_while_fasting_is_no_reference() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[[race]]
race = "10k"
date = 2027-06-15
priority = "A"
goal = "finish"

[place]
climate = "oceanic"
treadmill = false

[week]
days = ["tue", "wed", "sat"]
starts = "sun"
long-run = "wed"

[[life]]
from = 2027-05-11
to = 2027-05-30
days = ["wed", "thu", "fri", "sat"]

[[life]]
from = 2027-01-26
to = 2027-02-06
load = "fasting"

[plan]
start = 2027-01-29
units = "mi"
accept-risk = true
"#,
    );
}

#[test]
fn a_year_of_two_marathons_with_smaller_races_on_the_way() {
    keeps_every_law(
        r#"[runner]
name = "Multi"
level = "intermediate"
weekly = "45 km"
longest = "16 km"
age = 38
recent = { race = "10k", time = "47:30", date = 2026-10-18 }
finished = ["half-marathon","marathon"]
[[race]]
race = "marathon"
name = "Spring Marathon"
date = 2027-04-11
priority = "A"
goal = "3:45:00"
[[race]]
race = "half-marathon"
name = "B Half"
date = 2027-02-28
priority = "B"
[[race]]
race = "10k"
name = "C 10k"
date = 2027-02-06
priority = "C"
[[race]]
race = "marathon"
name = "Autumn Marathon"
date = 2027-10-17
priority = "A"
[[race]]
race = "5k"
name = "C 5k"
date = 2027-08-11
priority = "C"
[place]
climate = "london"
[week]
days = ["tue","wed","thu","sat","sun"]
long-run = "sun"
[plan]
start = 2026-11-30
"#,
    );
}

#[test]
fn two_marathons_fourteen_weeks_apart() {
    keeps_every_law(
        r#"[runner]
name = "Multi"
level = "intermediate"
weekly = "45 km"
longest = "16 km"
age = 38
recent = { race = "10k", time = "47:30", date = 2026-10-18 }
finished = ["half-marathon","marathon"]
[[race]]
race = "marathon"
name = "Spring Marathon"
date = 2027-04-11
priority = "A"
goal = "3:45:00"
[[race]]
race = "half-marathon"
name = "B Half"
date = 2027-02-28
priority = "B"
[[race]]
race = "10k"
name = "C 10k"
date = 2027-02-06
priority = "C"
[[race]]
race = "marathon"
name = "Autumn Marathon"
date = 2027-07-18
priority = "A"
[[race]]
race = "5k"
name = "C 5k"
date = 2027-06-23
priority = "C"
[place]
climate = "london"
[week]
days = ["tue","wed","thu","sat","sun"]
long-run = "sun"
[plan]
start = 2026-11-30
"#,
    );
}

#[test]
fn two_marathons_six_weeks_apart_at_the_runners_risk() {
    keeps_every_law(
        r#"[runner]
name = "Multi"
level = "intermediate"
weekly = "45 km"
longest = "16 km"
age = 38
recent = { race = "10k", time = "47:30", date = 2026-10-18 }
finished = ["half-marathon","marathon"]
[[race]]
race = "marathon"
name = "Spring Marathon"
date = 2027-04-11
priority = "A"
goal = "3:45:00"
[[race]]
race = "half-marathon"
name = "B Half"
date = 2027-02-28
priority = "B"
[[race]]
race = "10k"
name = "C 10k"
date = 2027-02-06
priority = "C"
[[race]]
race = "marathon"
name = "Autumn Marathon"
date = 2027-05-23
priority = "A"
[[race]]
race = "5k"
name = "C 5k"
date = 2027-05-05
priority = "C"
[place]
climate = "london"
[week]
days = ["tue","wed","thu","sat","sun"]
long-run = "sun"
[plan]
start = 2026-11-30
accept-risk = true
"#,
    );
}

#[test]
fn two_short_races_share_one_peak() {
    keeps_every_law(
        r#"[runner]
name = "Two"
level = "intermediate"
weekly = "35 km"
recent = { race = "10k", time = "47:30", date = 2026-11-22 }
[[race]]
race = "10k"
name = "First"
date = 2027-03-07
[[race]]
race = "10-mile"
name = "Second"
date = 2027-03-27
[[race]]
race = "5k"
name = "Fun"
date = 2027-04-03
priority = "C"
[week]
days = ["tue","wed","thu","sat","sun"]
[plan]
start = 2026-11-30
"#,
    );
}

#[test]
fn a_season_without_an_a_race_is_built_for_the_b_race() {
    keeps_every_law(
        r#"[runner]
name = "Two"
level = "intermediate"
weekly = "35 km"
recent = { race = "10k", time = "47:30", date = 2026-11-22 }
[[race]]
race = "10k"
name = "First"
date = 2027-03-07
priority = "C"
[[race]]
race = "10-mile"
name = "Second"
date = 2027-03-27
priority = "B"
[[race]]
race = "5k"
name = "Fun"
date = 2027-04-03
priority = "C"
[week]
days = ["tue","wed","thu","sat","sun"]
[plan]
start = 2026-11-30
"#,
    );
}

#[test]
fn newcomers_start_with_twenty_minutes_however_little_they_ran() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "1 km"
longest = "0.2 km"

[week]
days = ["tue", "thu", "sat"]
starts = "mon"
long-run = "tue"

[plan]
start = 2027-01-04
units = "km"
accept-risk = false
weeks = 6

"#,
    );
}

#[test]
fn a_long_run_with_a_steady_finish_is_shared_with_the_treadmill() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"
recent = { race = "10k", time = "49:30", date = 2026-12-05 }

[[race]]
race = "15k"
date = 2027-07-05
priority = "A"

[place]
climate = "dubai"
treadmill = true

[week]
days = ["tue", "thu", "sat"]
starts = "mon"
long-run = "tue"

[plan]
start = 2027-01-04
units = "km"
accept-risk = false

"#,
    );
}

#[test]
fn a_short_fast_on_one_run_a_week_makes_no_step_back_a_stop() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "67 km"
longest = "32.2 km"

[[race]]
race = "50k"
date = 2027-06-03
priority = "A"

[place]
climate = "dubai"
treadmill = false
run-at = "afternoon"

[week]
days = ["thu"]
starts = "mon"

[[life]]
from = 2027-04-30
to = 2027-05-02
load = "fasting"

[plan]
start = 2027-03-08
units = "km"
accept-risk = false

"#,
    );
}

#[test]
fn a_shared_long_run_keeps_within_its_time() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "26 km"
longest = "10.1 km"
recent = { race = "10k", time = "51:30", date = 2026-12-05 }

[[race]]
race = "half-marathon"
date = 2027-08-05
priority = "A"

[place]
climate = "singapore"
treadmill = true

[week]
days = ["thu"]
starts = "mon"

[[week-kind]]
starting = 2027-01-04
kind = "reset"

[plan]
start = 2027-01-04
units = "km"
accept-risk = false

"#,
    );
}

#[test]
fn other_sport_in_a_fast_too_hot_to_run_is_no_run() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[[race]]
race = "10k"
date = 2027-08-12
priority = "A"

[place]
climate = "dubai"
treadmill = false

[week]
days = ["fri"]
starts = "mon"

[[life]]
from = 2027-06-23
to = 2027-07-19
load = "fasting"

[plan]
start = 2027-03-08
units = "km"
accept-risk = false

"#,
    );
}

#[test]
fn a_day_of_fasting_does_not_move_the_other_days_into_the_evening_heat() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[place]
climate = "singapore"
treadmill = false
run-at = "evening"

[week]
days = ["sun"]
starts = "mon"

[[life]]
from = 2027-01-30
to = 2027-02-01
load = "fasting"

[plan]
start = 2027-01-04
units = "km"
accept-risk = false
weeks = 6

"#,
    );
}

#[test]
fn a_newcomers_taper_falls_from_a_first_week_cut_short() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "1 km"

[[race]]
race = "10k"
date = 2027-01-24
priority = "A"

[week]
days = ["mon", "sat", "sun"]
starts = "sun"

[[life]]
from = 2027-01-03
to = 2027-01-17
load = "busy"
days = ["tue", "fri"]

[plan]
start = 2027-01-05
units = "km"
accept-risk = true

"#,
    );
}

#[test]
fn a_hot_night_on_one_run_a_week_is_no_planned_step_back() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "62 km"
longest = "30.4 km"
recent = { race = "10k", time = "52:30", date = 2027-11-13 }
finished = ["marathon", "50k"]

[[race]]
race = "50-mile"
date = 2028-07-13
priority = "A"

[place]
climate = "hot-desert"
treadmill = false
run-at = "night"

[week]
days = ["tue"]
starts = "mon"

[plan]
start = 2027-12-13
units = "km"
accept-risk = false

"#,
    );
}

#[test]
fn a_progression_run_is_not_taken_apart() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "64 km"
recent = { race = "10k", time = "62:30", date = 2027-02-13 }

[place]
climate = "dubai"
treadmill = true
run-at = "noon"

[week]
days = ["mon", "wed", "fri", "sat"]
starts = "mon"

[plan]
start = 2027-03-15
units = "km"
accept-risk = false
weeks = 29

"#,
    );
}

#[test]
fn an_evening_after_a_fast_is_run_in_the_cool() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[place]
climate = "hot-humid"
treadmill = false
run-at = "evening"

[week]
days = ["tue"]
starts = "mon"

[[life]]
from = 2028-03-02
to = 2028-03-13
load = "fasting"

[plan]
start = 2027-11-29
units = "km"
accept-risk = false
weeks = 16

"#,
    );
}

#[test]
fn a_shared_long_run_for_a_short_race_keeps_within_its_time() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "45 km"
longest = "18.9 km"

[[race]]
race = "10k"
date = 2027-09-20
priority = "A"

[place]
climate = "hot-desert"
treadmill = true

[week]
days = ["fri"]
starts = "mon"

[plan]
start = 2027-06-14
units = "km"
accept-risk = false

"#,
    );
}

#[test]
fn the_coachs_step_back_after_days_off_grows_no_run() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "35 km"
longest = "13.3 km"
recent = { race = "10k", time = "56:30", date = 2026-12-04 }

[[race]]
race = "mile"
date = 2027-04-07
priority = "A"

[week]
days = ["mon", "fri"]
starts = "sun"

[[life]]
from = 2027-02-26
to = 2027-03-05
load = "off"

[[week-kind]]
starting = 2027-03-21
kind = "reset"

[plan]
start = 2027-01-03
units = "km"
accept-risk = false

"#,
    );
}

#[test]
fn a_step_back_in_a_fast_holds_what_it_can() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "53 km"
longest = "19.1 km"
injured-until = 2027-05-10
finished = ["marathon", "50k"]

[[race]]
race = "marathon"
date = 2027-12-09
priority = "A"
goal = "4:37:49"

[place]
climate = "hot-desert"
treadmill = false

[week]
days = ["sat"]
starts = "mon"

[plan]
start = 2027-05-10
units = "km"
accept-risk = false

"#,
    );
}

#[test]
fn a_step_back_with_no_day_left_is_none() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"
finished = ["marathon", "50k"]

[[race]]
race = "5k"
date = 2027-10-11
priority = "A"

[place]
climate = "dubai"
treadmill = false

[week]
days = ["fri", "sat"]
starts = "mon"

[[life]]
from = 2027-07-03
to = 2027-07-03
load = "fasting"

[plan]
start = 2027-05-24
units = "km"
accept-risk = false

"#,
    );
}

#[test]
fn an_evening_too_hot_is_left_for_dawn() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[place]
climate = "hot-desert"
treadmill = false
run-at = "noon"

[week]
days = ["wed"]
starts = "mon"

[[life]]
from = 2027-08-23
to = 2027-09-13
load = "fasting"

[plan]
start = 2027-07-12
units = "km"
accept-risk = false
weeks = 10

"#,
    );
}

#[test]
fn a_newcomer_who_is_slow_starts_by_the_minute_too() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "2 km"

[[race]]
race = "mile"
date = 2027-03-07
priority = "A"
goal = "0:12:07"

[week]
days = ["sat"]
starts = "mon"

[plan]
start = 2027-01-04
units = "km"
accept-risk = false

"#,
    );
}

#[test]
fn the_first_run_after_a_month_off_beside_a_mile_is_no_longer_than_the_mile_allows() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "40 km"
longest = "14 km"

[[race]]
race = "mile"
date = 2027-03-10
priority = "C"

[[race]]
race = "10k"
date = 2027-05-30
priority = "A"

[week]
days = ["tue", "thu", "sat", "sun"]
starts = "mon"

[[life]]
from = 2027-02-01
to = 2027-03-14
load = "off"

[plan]
start = 2027-01-04
units = "km"
"#,
    );
}

#[test]
fn a_gulf_summer_without_a_treadmill_is_planned() {
    for (start, hour) in [("2027-06-07", "dawn"), ("2027-07-12", "evening"), ("2027-08-02", "night")] {
        keeps_every_law(&format!(
            r#"[runner]
level = "intermediate"
weekly = "35 km"

[[race]]
race = "marathon"
date = 2028-01-09
priority = "A"

[place]
climate = "abu-dhabi"
run-at = "{hour}"
treadmill = false

[week]
days = ["mon", "wed", "fri", "sun"]
starts = "sun"

[plan]
start = {start}
units = "km"
"#
        ));
    }
}

#[test]
fn a_night_after_a_fast_waits_for_the_night() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[place]
climate = "hot-desert"
treadmill = false
run-at = "evening"

[week]
days = ["thu"]
starts = "mon"

[[life]]
from = 2027-06-27
to = 2027-07-07
load = "fasting"

[plan]
start = 2027-04-05
units = "km"
accept-risk = false
weeks = 14
"#,
    );
}

#[test]
fn the_last_day_of_a_fast_is_judged_by_the_hour_at_which_it_is_run() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[place]
climate = "dubai"
treadmill = false
run-at = "night"

[week]
days = ["mon"]
starts = "mon"

[[life]]
from = 2027-05-21
to = 2027-06-28
load = "fasting"

[plan]
start = 2027-04-12
units = "km"
accept-risk = false
weeks = 18
"#,
    );
}

#[test]
fn a_weekend_of_fasting_in_dangerous_heat_is_spent_without_running_outdoors() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[place]
climate = "dubai"
treadmill = false
run-at = "night"

[week]
days = ["sun"]
starts = "mon"

[[life]]
from = 2027-07-03
to = 2027-07-04
load = "fasting"

[plan]
start = 2027-05-31
units = "km"
accept-risk = false
weeks = 6
"#,
    );
}

#[test]
fn a_newcomer_two_weeks_from_a_marathon_walks_less_in_the_second() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "0 km"

[[race]]
race = "marathon"
date = 2027-01-17
priority = "A"

[week]
days = ["tue", "thu", "sun"]
starts = "sun"

[plan]
start = 2027-01-04
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn a_newcomer_with_a_race_on_the_first_day_of_a_week_still_does_less_before_it() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "0 km"

[[race]]
race = "5k"
date = 2027-01-18
priority = "A"
goal = "0:18:20"

[week]
days = ["mon", "wed", "thu"]
starts = "mon"

[plan]
start = 2027-01-05
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn two_turns_of_a_newcomer_become_one_in_race_week() {
    keeps_every_law(
        r#"[runner]
level = "new"
weekly = "0 km"
recent = { race = "10k", time = "30:30", date = 2026-12-07 }

[[race]]
race = "marathon"
date = 2027-01-21
priority = "A"

[week]
days = ["tue", "sat", "sun"]
starts = "mon"

[plan]
start = 2027-01-06
units = "km"
accept-risk = true
"#,
    );
}

#[test]
fn the_coachs_step_back_on_one_run_a_week_is_cut_below_its_block() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "36 km"

[week]
days = ["tue"]
starts = "mon"

[[life]]
from = 2027-01-04
to = 2027-01-13
load = "off"

[[week-kind]]
starting = 2027-02-01
kind = "reset"

[plan]
start = 2027-01-04
units = "km"
accept-risk = false
weeks = 25
"#,
    );
}

#[test]
fn after_six_weeks_off_the_first_run_on_a_short_day_measures_the_others() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"
recent = { race = "10k", time = "30:30", date = 2026-12-05 }

[[race]]
race = "10k"
date = 2027-08-30
priority = "A"

[week]
days = ["mon", "wed", "fri"]
starts = "mon"
most = { wed = "20 min" }

[[life]]
from = 2027-02-20
to = 2027-04-06
load = "off"

[plan]
start = 2027-01-04
units = "km"
accept-risk = false
"#,
    );
}

#[test]
fn a_threshold_session_of_rounded_steps_stays_within_its_day() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "36 km"
recent = { race = "10k", time = "59:30", date = 2026-12-05 }

[[race]]
race = "marathon"
date = 2027-05-20
priority = "A"

[week]
days = ["tue", "thu", "sat", "sun"]
starts = "mon"
most = { tue = "81 min" }

[plan]
start = 2027-01-04
units = "km"
accept-risk = false
"#,
    );
}

#[test]
fn a_month_off_that_ends_within_a_week_makes_its_first_run_the_measure_too() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"

[week]
days = ["wed", "sat", "sun"]
starts = "sun"
most = { wed = "20 min" }

[[life]]
from = 2027-01-03
to = 2027-01-31
load = "off"

[plan]
start = 2027-01-03
units = "km"
accept-risk = false
weeks = 29
"#,
    );
}

#[test]
fn the_second_of_two_steps_back_is_measured_by_the_block_before_both() {
    keeps_every_law(
        r#"[runner]
level = "advanced"
weekly = "40 km"
longest = "17.2 km"

[place]
climate = "hot-humid"
treadmill = true
run-at = "noon"

[week]
days = ["tue", "fri"]
starts = "mon"

[[life]]
from = 2027-01-25
to = 2027-02-03
load = "busy"

[[week-kind]]
starting = 2027-02-01
kind = "reset"

[plan]
start = 2027-01-04
units = "km"
accept-risk = false
weeks = 11
"#,
    );
}

#[test]
fn by_turns_the_long_run_stays_a_fair_part_of_what_short_days_hold() {
    keeps_every_law(
        r#"[runner]
weekly = "8 km"

[[race]]
race = "marathon"
date = 2027-04-29

[week]
days = ["mon", "thu", "fri", "sun"]
starts = "mon"
long-run = "thu"
most = { mon = "25 min", sun = "20 min" }

[plan]
start = 2027-01-04
accept-risk = true
"#,
    );
}

#[test]
fn the_long_run_of_a_step_back_after_a_way_back_is_measured_by_the_weeks_of_training_before() {
    keeps_every_law(
        r#"[runner]
level = "intermediate"
weekly = "22 km"
recent = { race = "10k", time = "54:30", date = 2026-12-05 }

[week]
days = ["fri"]
starts = "mon"

[[life]]
from = 2027-01-11
to = 2027-01-13
load = "busy"

[[life]]
from = 2027-01-22
to = 2027-02-03
load = "off"

[[week-kind]]
starting = 2027-02-22
kind = "reset"

[plan]
start = 2027-01-04
units = "km"
weeks = 19
"#,
    );
}
