//! The measures: one function each, over a season as it is seen.

use std::collections::{BTreeMap, BTreeSet};

use super::season::{Extent, Run, Season, Sighting, WeekSeen, is_hard, is_run, on_foot, stretches, work};
use crate::calendar::Date;
use crate::plan::{PhaseName, PlanRace, Week, WeekKind};
use crate::rulebook::guardrail::Unit;
use crate::session::{Intensity, Session, SessionKind};

/// A function over a plan: everything it saw.
pub(super) type See = fn(&Season<'_>) -> Vec<Sighting>;

/// The function of every measure of [`crate::rulebook::guardrail::MEASURES`].
pub(super) static MEASURES: [(&str, See); 42] = [
    ("run-over-longest-of-30-days", run_over_longest_of_30_days),
    ("run-after-30-days-without", run_after_30_days_without),
    ("week-over-best-of-4", week_over_best_of_4),
    ("training-weeks-in-a-row", training_weeks_in_a_row),
    ("reset-cut", reset_cut),
    ("reset-fast-sessions", reset_fast_sessions),
    ("reset-threshold-sessions", reset_threshold_sessions),
    ("reset-long-run", reset_long_run),
    ("long-run-of-week", long_run_of_week),
    ("long-run-time", long_run_time),
    ("day-after-long-run", day_after_long_run),
    ("long-weekends-in-a-row", long_weekends_in_a_row),
    ("threshold-of-week", |season| of_week(season, |at| at == Intensity::Threshold)),
    ("interval-of-week", |season| of_week(season, |at| at == Intensity::Interval)),
    ("repetition-of-week", |season| of_week(season, |at| at == Intensity::Repetition)),
    ("race-pace-of-week", |season| of_week(season, |at| matches!(at, Intensity::Marathon | Intensity::Race))),
    ("easy-share", easy_share),
    ("hours-between-hard", hours_between_hard),
    ("hours-from-long-run-to-hard", hours_from_long_run_to_hard),
    ("rest-days", rest_days),
    ("monotony", monotony),
    ("taper-week-over-week-before", taper_week_over_week_before),
    ("race-week-over-peak", race_week_over_peak),
    ("race-eve-hard-sessions", race_eve_hard_sessions),
    ("race-eve-time", race_eve_time),
    ("days-without-running-after-race", days_without_running_after_race),
    ("easy-days-after-race", easy_days_after_race),
    ("sessions-on-days-not-free", sessions_on_days_not_free),
    ("hard-outdoors-in-extreme-heat", hard_outdoors_in_extreme_heat),
    ("outdoor-wbgt", outdoor_wbgt),
    ("season-weeks", season_weeks),
    ("season-ends-off", season_ends_off),
    ("week-start-off", week_start_off),
    ("week-days-off", week_days_off),
    ("week-number-off", week_number_off),
    ("week-volume-off", week_volume_off),
    ("week-time-off", week_time_off),
    ("week-hard-off", week_hard_off),
    ("week-longest-off", week_longest_off),
    ("race-day-off", race_day_off),
    ("steps-distance-off", steps_distance_off),
    ("steps-time-off", steps_time_off),
];

/// Each run against the longest of the 30 days before it, day by day. Unit: distance; a run by time is seen in minutes as well.
///
/// The runner's stated longest run counts as run on the eve of the plan. Races are not judged, but count as runs for later. A run
/// indoors counts like any other. Without a run in those days there is nothing to compare with: see `run-after-30-days-without`.
fn run_over_longest_of_30_days(season: &Season<'_>) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    each_with_month_before(season, |run, before| {
        let Some(before) = before.filter(|_| !run.race) else {
            return;
        };
        let sighting =
            season.in_week(run.week, Unit::Distance, run.extent.metres, Some(run.date)).at_pace_of(run.extent);
        if run.estimated {
            // The same way takes longer in heat: it is compared at the pace of this run, if people run at such a pace.
            let same_way = before.metres / 1000.0 * run.extent.pace().min(720.0);
            let mut by_time = sighting.clone().in_unit(Unit::Duration).against(before.seconds.max(same_way));
            by_time.value = run.extent.seconds;
            sightings.push(by_time);
        }
        sightings.push(sighting.against(before.metres));
    });
    sightings
}

/// Each run after 30 days without one, the days before the plan included. Unit: distance.
fn run_after_30_days_without(season: &Season<'_>) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    each_with_month_before(season, |run, before| {
        if before.is_none() && !run.race {
            let sighting = season.in_week(run.week, Unit::Distance, run.extent.metres, Some(run.date));
            sightings.push(sighting.at_pace_of(run.extent));
        }
    });
    sightings
}

/// Shows every run with the longest distance and the longest time of the 30 days before its day.
fn each_with_month_before(season: &Season<'_>, mut see: impl FnMut(&Run<'_>, Option<Extent>)) {
    let mut days: BTreeMap<Date, Extent> = BTreeMap::new();
    let ran = |days: &mut BTreeMap<Date, Extent>, date: Date, extent: Extent| {
        let day = days.entry(date).or_default();
        day.metres = day.metres.max(extent.metres);
        day.seconds = day.seconds.max(extent.seconds);
    };
    let start = season.plan.weeks.first().map_or(season.plan.start, |week| week.start.max(season.plan.start));
    let stated = season.plan.runner.longest_m;
    if !stated.is_zero() {
        ran(&mut days, start + -1, Extent { metres: stated.metres(), seconds: 0.0 });
    }
    let mut next = 0;
    for run in &season.runs {
        while season.runs[next].date < run.date {
            ran(&mut days, season.runs[next].date, season.runs[next].extent);
            next += 1;
        }
        let month = days.range(run.date + -30..run.date).map(|(_, extent)| *extent);
        let longest = month.reduce(|a, b| Extent { metres: a.metres.max(b.metres), seconds: a.seconds.max(b.seconds) });
        see(run, longest);
    }
}

/// The running of each week against the best of the last four training weeks. Unit: distance, races left out.
///
/// Training weeks are those that build or hold. Before the plan there are four of what the runner did. A first week that the
/// start of the season cuts short is no reference.
fn week_over_best_of_4(season: &Season<'_>) -> Vec<Sighting> {
    let see = |index| {
        let week: &WeekSeen<'_> = &season.weeks[index];
        season.in_week(index, Unit::Distance, week.ran.metres, None).against(season.best_of_four(index))
    };
    (0..season.weeks.len()).map(see).collect()
}

/// How many weeks build or hold without a step back between them, across every phase border. Unit: count, of the last such week.
fn training_weeks_in_a_row(season: &Season<'_>) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    let mut row = 0_u32;
    for (index, seen) in season.weeks.iter().enumerate() {
        if !seen.week.kind.trains() {
            row = 0;
            continue;
        }
        row += 1;
        if season.weeks.get(index + 1).is_none_or(|next| !next.week.kind.trains()) {
            sightings.push(season.in_week(index, Unit::Count, f64::from(row), None));
        }
    }
    sightings
}

fn resets<'s>(season: &'s Season<'_>) -> impl Iterator<Item = (usize, &'s WeekSeen<'s>)> {
    season.weeks.iter().enumerate().filter(|(_, seen)| seen.week.kind == WeekKind::Reset)
}

/// How much less a reset week is than the last training week before it. Unit: share; below zero where it is more.
///
/// A first week that the start of the season cuts short cannot be held against a whole one, and before the first whole
/// training week there is none of this plan to step back from: the runner's own weeks had other days.
fn reset_cut(season: &Season<'_>) -> Vec<Sighting> {
    let trained = |index: usize| season.weeks[..index].iter().any(|w| w.week.kind.trains() && !w.cut_short);
    resets(season)
        .filter(|(index, seen)| !seen.cut_short && trained(*index))
        .filter_map(|(index, seen)| {
            let before = season.last_training(index);
            (before > 0.0).then(|| season.in_week(index, Unit::Share, 1.0 - seen.ran.metres / before, None))
        })
        .collect()
}

/// Sessions of a reset week with intervals, repetitions, hills, race pace or a time trial; strides are welcome, races are not ours.
/// Unit: count, a sighting a session.
fn reset_fast_sessions(season: &Season<'_>) -> Vec<Sighting> {
    use SessionKind as K;
    each_session(season, |index, date, session| {
        let fast = matches!(session.kind, K::Interval | K::Repetition | K::Hills | K::RacePace | K::TimeTrial)
            || work(session, |at| at.is_hard() && at != Intensity::Threshold || at == Intensity::Marathon)
                != Extent::NONE;
        let resets = season.weeks[index].week.kind == WeekKind::Reset;
        (resets && is_run(session) && fast).then(|| season.in_week(index, Unit::Count, 1.0, Some(date)))
    })
}

/// Sessions of a reset week with threshold running in them. Unit: count a week.
fn reset_threshold_sessions(season: &Season<'_>) -> Vec<Sighting> {
    resets(season)
        .map(|(index, seen)| {
            let sessions = seen.week.days.iter().flat_map(|day| &day.sessions).filter(|session| is_run(session));
            let threshold = sessions.filter(|session| {
                session.kind == SessionKind::Threshold || work(session, |at| at == Intensity::Threshold) != Extent::NONE
            });
            season.in_week(index, Unit::Count, threshold.count() as f64, None)
        })
        .collect()
}

/// The longest run of a reset week against the longest of the training weeks since the last step back. Unit: distance.
///
/// Where those reach back to the start of the plan, the runner's stated longest run is among them.
fn reset_long_run(season: &Season<'_>) -> Vec<Sighting> {
    let stated = season.plan.runner.longest_m.metres();
    let mut sightings = Vec::new();
    let (mut block, mut open) = (stated, true);
    for (index, seen) in season.weeks.iter().enumerate() {
        if seen.week.kind.trains() {
            block = if open { block.max(seen.longest.metres) } else { seen.longest.metres };
            open = true;
            continue;
        }
        // Two steps back in a row are seen against the same weeks.
        open = false;
        if seen.week.kind == WeekKind::Reset {
            let sighting = season.in_week(index, Unit::Distance, seen.longest.metres, None);
            sightings.push(sighting.at_pace_of(seen.longest).against(block));
        }
    }
    sightings
}

/// The longest run of a week that builds, holds or resets against the whole week. Unit: distance.
fn long_run_of_week(season: &Season<'_>) -> Vec<Sighting> {
    let weeks = season.weeks.iter().enumerate();
    weeks
        .filter(|(_, seen)| (seen.week.kind.trains() || seen.week.kind == WeekKind::Reset) && seen.ran.metres > 0.0)
        .map(|(index, seen)| {
            let sighting = season.in_week(index, Unit::Distance, seen.longest.metres, None);
            sighting.at_pace_of(seen.longest).against(seen.ran.metres)
        })
        .collect()
}

/// The time of the longest run of each week, races left out. Unit: duration.
fn long_run_time(season: &Season<'_>) -> Vec<Sighting> {
    let mut longest: BTreeMap<usize, &Run<'_>> = BTreeMap::new();
    for run in season.runs.iter().filter(|run| !run.race) {
        let known = longest.entry(run.week).or_insert(run);
        if run.extent.seconds > known.extent.seconds {
            *known = run;
        }
    }
    let see = |(index, run): (usize, &Run<'_>)| {
        season.in_week(index, Unit::Duration, run.extent.seconds, Some(run.date)).at_pace_of(run.extent)
    };
    longest.into_iter().map(see).collect()
}

/// The run on the day after each long run against that long run, races left out. Unit: duration.
fn day_after_long_run(season: &Season<'_>) -> Vec<Sighting> {
    let pairs = season.runs.windows(2).filter(|pair| pair[0].long && !pair[0].race && !pair[1].race);
    let pairs = pairs.filter(|pair| pair[1].date - pair[0].date == 1);
    let see = |pair: &[Run<'_>]| {
        let sighting = season.in_week(pair[1].week, Unit::Duration, pair[1].extent.seconds, Some(pair[1].date));
        sighting.at_pace_of(pair[1].extent).against(pair[0].extent.seconds)
    };
    pairs.map(see).collect()
}

/// How many weeks in a row have a medium long run on the day after the long one, of those that build or hold. Unit: count, of
/// the last such week.
fn long_weekends_in_a_row(season: &Season<'_>) -> Vec<Sighting> {
    let medium = |run: &Run<'_>| run.sessions.iter().any(|session| session.kind == SessionKind::MediumLong);
    let pairs =
        season.runs.windows(2).filter(|pair| pair[0].long && pair[1].date - pair[0].date == 1 && medium(&pair[1]));
    let weeks: BTreeSet<usize> = pairs.map(|pair| pair[0].week).collect();
    let mut sightings = Vec::new();
    let mut row = 0_u32;
    for (index, seen) in season.weeks.iter().enumerate() {
        row = if seen.week.kind.trains() && weeks.contains(&index) { row + 1 } else { 0 };
        let goes_on =
            weeks.contains(&(index + 1)) && season.weeks.get(index + 1).is_some_and(|next| next.week.kind.trains());
        if row > 0 && !goes_on {
            sightings.push(season.in_week(index, Unit::Count, f64::from(row), None));
        }
    }
    sightings
}

/// What a session holds at some intensities against its week. Unit: distance; a time is compared at the pace of that work.
///
/// Races and time trials are not sessions of work.
fn of_week(season: &Season<'_>, at: fn(Intensity) -> bool) -> Vec<Sighting> {
    each_session(season, |index, date, session| {
        if !is_run(session) || session.kind == SessionKind::TimeTrial {
            return None;
        }
        let work = work(session, at);
        let week = season.weeks[index].ran.metres;
        (work != Extent::NONE)
            .then(|| season.in_week(index, Unit::Distance, work.metres, Some(date)).at_pace_of(work).against(week))
    })
}

/// Shows every session with its week's index and its day.
fn each_session(season: &Season<'_>, see: impl Fn(usize, Date, &Session) -> Option<Sighting>) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    for (index, seen) in season.weeks.iter().enumerate() {
        for day in &seen.week.days {
            sightings.extend(day.sessions.iter().filter_map(|session| see(index, day.date, session)));
        }
    }
    sightings
}

/// The part of a week's running time below threshold. Unit: share, of weeks that build, hold or reset; races left out.
fn easy_share(season: &Season<'_>) -> Vec<Sighting> {
    let weeks = season.weeks.iter().enumerate();
    weeks
        .filter(|(_, seen)| (seen.week.kind.trains() || seen.week.kind == WeekKind::Reset) && seen.ran.seconds > 0.0)
        .map(|(index, seen)| season.in_week(index, Unit::Share, 1.0 - hard_seconds(seen.week) / seen.ran.seconds, None))
        .collect()
}

pub(super) fn hard_seconds(week: &Week) -> f64 {
    let sessions = week.days.iter().flat_map(|day| &day.sessions).filter(|session| is_run(session));
    sessions.map(|session| work(session, Intensity::is_hard).seconds).sum()
}

/// Hours between one hard session and the next, by their days, across week borders. Unit: duration.
///
/// A race is hard. Two races in a row are the runner's own choice.
fn hours_between_hard(season: &Season<'_>) -> Vec<Sighting> {
    let hard = season.hard_days();
    hard.windows(2)
        .filter(|pair| !(pair[0].2 && pair[1].2))
        .map(|pair| season.in_week(pair[1].1, Unit::Duration, hours(pair[1].0 - pair[0].0), Some(pair[1].0)))
        .collect()
}

fn hours(days: i64) -> f64 {
    days as f64 * 86_400.0
}

/// Hours from an easy long run to the next hard session that is no race. Unit: duration.
fn hours_from_long_run_to_hard(season: &Season<'_>) -> Vec<Sighting> {
    let hard = season.hard_days();
    let longs = season.runs.iter().filter(|run| run.long && !run.sessions.iter().any(|session| is_hard(session)));
    longs
        .filter_map(|run| {
            let (date, week, _) = *hard.iter().find(|(date, _, race)| *date >= run.date && !race)?;
            Some(season.in_week(week, Unit::Duration, hours(date - run.date), Some(date)))
        })
        .collect()
}

/// Days of a week without a run. Unit: count.
fn rest_days(season: &Season<'_>) -> Vec<Sighting> {
    let see = |(index, seen): (usize, &WeekSeen<'_>)| {
        season.in_week(index, Unit::Count, 7.0 - f64::from(seen.facts.runs), None)
    };
    season.weeks.iter().enumerate().map(see).collect()
}

/// How alike the days of a week are: mean of the daily load over its sample standard deviation (Foster 1998), at most 10. Unit: number.
///
/// The load of a stretch is its middle effort times its minutes.
fn monotony(season: &Season<'_>) -> Vec<Sighting> {
    let weeks = season.weeks.iter().enumerate();
    weeks
        .filter_map(|(index, seen)| {
            let mut loads = [0.0; 7];
            for day in &seen.week.days {
                let at = usize::try_from(day.date - seen.week.start).ok().filter(|at| *at < 7);
                for session in at.map(|_| &day.sessions).into_iter().flatten() {
                    stretches(&session.steps, 1.0, &mut |stretch, times, _| {
                        let effort = f64::from(u16::from(stretch.rpe[0]) + u16::from(stretch.rpe[1])) / 2.0;
                        loads[at.unwrap_or(0)] += effort * times * stretch.duration_s.minutes();
                    });
                }
            }
            let mean = loads.iter().sum::<f64>() / 7.0;
            let spread = (loads.iter().map(|load| (load - mean).powi(2)).sum::<f64>() / 6.0).sqrt();
            let monotony = if spread * 10.0 > mean { mean / spread } else { 10.0 };
            (mean > 0.0).then(|| season.in_week(index, Unit::Number, monotony, None))
        })
        .collect()
}

/// Each week of a taper, race week included, against the taper week before it; the first against the last training week.
/// Unit: distance, races left out.
fn taper_week_over_week_before(season: &Season<'_>) -> Vec<Sighting> {
    let tapers = |seen: &WeekSeen<'_>| matches!(seen.week.phase, PhaseName::Taper | PhaseName::Race);
    let mut sightings = Vec::new();
    for (index, seen) in season.weeks.iter().enumerate().filter(|(_, seen)| tapers(seen)) {
        // After a race a taper starts anew. A week without any running, off or ill, is no measure of the one after it.
        let before = season.weeks[..index].iter().rev().take_while(|before| before.week.phase == PhaseName::Taper);
        let before = before.into_iter().find(|before| before.ran.metres > 0.0);
        let reference = before.map_or_else(|| season.last_training(index), |before| before.ran.metres);
        // Whoever ran nothing before has nothing to be lighter than.
        if reference > 0.0 {
            sightings.push(season.in_week(index, Unit::Distance, seen.ran.metres, None).against(reference));
        }
    }
    sightings
}

/// The week of an A race, without the race, against the highest week since the A race before. Unit: distance.
fn race_week_over_peak(season: &Season<'_>) -> Vec<Sighting> {
    let mut weeks: Vec<usize> = season
        .plan
        .races
        .iter()
        .filter(|race| race.priority == "A")
        .filter_map(|race| season.week_of(race.date))
        .collect();
    weeks.sort_unstable();
    weeks.dedup();
    let stated = season.plan.runner.weekly_m.metres();
    let peak = |weeks: &[WeekSeen<'_>]| {
        let training = weeks.iter().filter(|seen| seen.week.kind.trains()).map(|seen| seen.ran.metres);
        training.reduce(f64::max)
    };
    let mut last = None;
    let mut sightings = Vec::new();
    for index in weeks {
        // Two races that share one peak: it lies before the first of them.
        let since = last.map_or(&season.weeks[..index], |last: usize| &season.weeks[last..index]);
        let peak = peak(since).or_else(|| peak(&season.weeks[..index])).unwrap_or(stated);
        let peak = if last.is_none() { peak.max(stated) } else { peak };
        if peak > 0.0 {
            sightings.push(season.in_week(index, Unit::Distance, season.weeks[index].ran.metres, None).against(peak));
        }
        last = Some(index);
    }
    sightings
}

fn eve<'s>(season: &'s Season<'_>, race: &PlanRace) -> impl Iterator<Item = &'s Run<'s>> {
    let date = race.date;
    season.runs.iter().filter(move |run| date - run.date == 1 && !run.race)
}

/// Hard sessions on the day before a race. Unit: count a race.
fn race_eve_hard_sessions(season: &Season<'_>) -> Vec<Sighting> {
    let see = |race: &PlanRace| {
        let hard = eve(season, race).filter(|run| run.sessions.iter().any(|session| is_hard(session))).count();
        season.of_race(race, Unit::Count, hard as f64, race.date)
    };
    season.plan.races.iter().map(see).collect()
}

/// Running time on the day before a race. Unit: duration a race.
fn race_eve_time(season: &Season<'_>) -> Vec<Sighting> {
    let see = |race: &PlanRace| {
        let seconds = eve(season, race).map(|run| run.extent.seconds).sum();
        season.of_race(race, Unit::Duration, seconds, race.date)
    };
    season.plan.races.iter().map(see).collect()
}

/// Whole days between a race and the next run, where there is one in the plan. Unit: count a race.
fn days_without_running_after_race(season: &Season<'_>) -> Vec<Sighting> {
    after_race(season, |_| true)
}

/// Whole days between a race and the next hard session, where there is one in the plan. Unit: count a race. A next race is not judged here.
fn easy_days_after_race(season: &Season<'_>) -> Vec<Sighting> {
    after_race(season, |run| !run.race && run.sessions.iter().any(|session| is_hard(session)))
}

fn after_race(season: &Season<'_>, counts: impl Fn(&Run<'_>) -> bool) -> Vec<Sighting> {
    let see = |race: &PlanRace| {
        let next = season.runs.iter().find(|run| run.date > race.date && counts(run))?;
        Some(season.of_race(race, Unit::Count, (next.date - race.date - 1) as f64, race.date))
    };
    season.plan.races.iter().filter_map(see).collect()
}

/// Sessions of any kind but races on a day that is not free. Unit: count a day.
fn sessions_on_days_not_free(season: &Season<'_>) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    for (index, seen) in season.weeks.iter().enumerate() {
        for day in seen.week.days.iter().filter(|day| !day.free) {
            let sessions = day.sessions.iter().filter(|s| !matches!(s.kind, SessionKind::Race | SessionKind::Rest));
            sightings.push(season.in_week(index, Unit::Count, sessions.count() as f64, Some(day.date)));
        }
    }
    sightings
}

/// Hard sessions outdoors in a week whose usual hour is extremely hot, races left out. Unit: count, a sighting a session.
fn hard_outdoors_in_extreme_heat(season: &Season<'_>) -> Vec<Sighting> {
    each_session(season, |index, date, session| {
        let extreme = season.weeks[index].week.heat.as_ref().is_some_and(|heat| heat.band == "extreme");
        (extreme && is_run(session) && is_hard(session) && !session.indoors)
            .then(|| season.in_week(index, Unit::Count, 1.0, Some(date)))
    })
}

/// The usual WBGT of each day that is run outdoors, races left out. Unit: number, degrees Celsius at the week's usual hour.
///
/// A session that its own times move to the cool end of the day is left out: the plan does not tell the heat of that hour.
fn outdoor_wbgt(season: &Season<'_>) -> Vec<Sighting> {
    let mut sightings = Vec::new();
    for (index, seen) in season.weeks.iter().enumerate() {
        let Some(heat) = &seen.week.heat else { continue };
        for day in &seen.week.days {
            let outdoors = |s: &&Session| is_run(s) && !s.indoors && !s.duration_s.is_zero() && !moved(s, &heat.run_at);
            if day.sessions.iter().any(|session| outdoors(&session)) {
                sightings.push(season.in_week(index, Unit::Number, heat.wbgt_c, Some(day.date)));
            }
        }
    }
    sightings
}

/// Whether a session's own times lie at another end of the day than the week's usual hour. Times are `HH:MM`, so text order is theirs.
pub(super) fn moved(session: &Session, run_at: &str) -> bool {
    let early = session.start_by.as_deref().is_some_and(|by| by <= "07:30");
    let late = session.start_from.as_deref().is_some_and(|from| from >= "18:00");
    // An evening is told by its sun: whoever sets out after that runs in the dark.
    let dark = session.start_from.as_deref().is_some_and(|from| from > "19:00");
    early && run_at != "dawn" || late && !matches!(run_at, "evening" | "night") || dark && run_at == "evening"
}

/// How many weeks there are. Unit: count.
fn season_weeks(season: &Season<'_>) -> Vec<Sighting> {
    vec![season.at_large(Unit::Count, season.weeks.len() as f64, season.plan.start)]
}

/// Days by which the season's first and last day lie off its weeks. Unit: count; a start inside the first week is right.
fn season_ends_off(season: &Season<'_>) -> Vec<Sighting> {
    let (Some(first), Some(last)) = (season.plan.weeks.first(), season.plan.weeks.last()) else {
        return Vec::new();
    };
    let into = season.plan.start - first.start;
    let start = if (0..7).contains(&into) { 0 } else { into.abs() };
    let end = (season.plan.end - last.start - 6).abs();
    vec![
        season.at_large(Unit::Count, start as f64, season.plan.start),
        season.at_large(Unit::Count, end as f64, season.plan.end),
    ]
}

/// Days by which a week does not start a week after the one before. Unit: count.
fn week_start_off(season: &Season<'_>) -> Vec<Sighting> {
    let starts = season.plan.weeks.windows(2).enumerate();
    starts
        .map(|(index, pair)| {
            let off = (pair[1].start - pair[0].start - 7).abs();
            season.in_week(index + 1, Unit::Count, off as f64, None)
        })
        .collect()
}

/// Days that are missing from a week, or stand in it where they do not belong. Unit: count.
fn week_days_off(season: &Season<'_>) -> Vec<Sighting> {
    let see = |(index, seen): (usize, &WeekSeen<'_>)| {
        let days = &seen.week.days;
        let off = (0_i64..).zip(days).filter(|(at, day)| *at >= 7 || day.date - seen.week.start != *at).count();
        season.in_week(index, Unit::Count, (off + 7_usize.saturating_sub(days.len())) as f64, None)
    };
    season.weeks.iter().enumerate().map(see).collect()
}

/// How far a week's number is from its place. Unit: count.
fn week_number_off(season: &Season<'_>) -> Vec<Sighting> {
    let see = |(index, seen): (usize, &WeekSeen<'_>)| {
        season.in_week(index, Unit::Count, (f64::from(seen.week.number) - (index + 1) as f64).abs(), None)
    };
    season.weeks.iter().enumerate().map(see).collect()
}

/// How far two numbers are apart; of several right ones the nearest counts.
fn off(said: f64, right: &[f64]) -> f64 {
    right.iter().map(|right| (said - right).abs()).fold(f64::INFINITY, f64::min)
}

/// How far a week's printed volume is from the sum of its runs, races, walks and other sport left out. Unit: distance.
fn week_volume_off(season: &Season<'_>) -> Vec<Sighting> {
    let see = |(index, seen): (usize, &WeekSeen<'_>)| {
        // A walk may be counted or not: it is on foot, but no running.
        let sessions = seen.week.days.iter().flat_map(|day| &day.sessions);
        let walks = sessions.filter(|session| on_foot(session) && !is_run(session));
        let walked: f64 = walks.map(|session| session.distance_m.metres()).sum();
        let value = off(seen.week.volume_m.metres(), &[seen.ran.metres, seen.ran.metres + walked]);
        season.in_week(index, Unit::Distance, value, None)
    };
    season.weeks.iter().enumerate().map(see).collect()
}

/// How far a week's printed time is from the sum of its sessions, with or without other sport; races left out. Unit: duration.
fn week_time_off(season: &Season<'_>) -> Vec<Sighting> {
    let see = |(index, seen): (usize, &WeekSeen<'_>)| {
        let sessions = seen.week.days.iter().flat_map(|day| &day.sessions).filter(|s| s.kind != SessionKind::Race);
        let all = sessions.map(|session| session.duration_s.seconds() as f64).sum();
        let value = off(seen.week.duration_s.seconds() as f64, &[seen.ran.seconds, all]);
        season.in_week(index, Unit::Duration, value, None)
    };
    season.weeks.iter().enumerate().map(see).collect()
}

/// How far a week's printed hard time is from its steps at threshold or harder, races left out. Unit: duration.
fn week_hard_off(season: &Season<'_>) -> Vec<Sighting> {
    let see = |(index, seen): (usize, &WeekSeen<'_>)| {
        let value = off(seen.week.hard_s.seconds() as f64, &[hard_seconds(seen.week)]);
        season.in_week(index, Unit::Duration, value, None)
    };
    season.weeks.iter().enumerate().map(see).collect()
}

/// How far a week's printed longest run is from its longest run, races left out. Unit: distance.
///
/// A long run in two parts on one day may count as one or by its longer part.
fn week_longest_off(season: &Season<'_>) -> Vec<Sighting> {
    let see = |(index, seen): (usize, &WeekSeen<'_>)| {
        let sessions = seen.week.days.iter().flat_map(|day| &day.sessions).filter(|session| is_run(session));
        let part = sessions.map(|session| session.distance_m.metres()).fold(0.0, f64::max);
        let value = off(seen.week.longest_run_m.metres(), &[seen.longest.metres, part]);
        season.in_week(index, Unit::Distance, value, None)
    };
    season.weeks.iter().enumerate().map(see).collect()
}

/// How many race sessions too many or too few stand on a day, against the season's list of races. Unit: count a day.
fn race_day_off(season: &Season<'_>) -> Vec<Sighting> {
    let mut days: BTreeMap<Date, f64> = BTreeMap::new();
    for race in &season.plan.races {
        *days.entry(race.date).or_default() += 1.0;
    }
    for (_, day, _) in season.plan.sessions().filter(|(_, _, session)| session.kind == SessionKind::Race) {
        *days.entry(day.date).or_default() -= 1.0;
    }
    let see = |(date, off): (Date, f64)| match season.week_of(date) {
        Some(index) => season.in_week(index, Unit::Count, off.abs(), Some(date)),
        None => season.at_large(Unit::Count, off.abs(), date),
    };
    days.into_iter().map(see).collect()
}

/// How far a run's distance is from the sum of its steps, with or without the walks among them; races too. Unit: distance.
fn steps_distance_off(season: &Season<'_>) -> Vec<Sighting> {
    each_session(season, |index, date, session| {
        let (all, run) = step_sums(session)?;
        Some(season.in_week(
            index,
            Unit::Distance,
            off(session.distance_m.metres(), &[all.metres, run.metres]),
            Some(date),
        ))
    })
}

/// How far a run's time is from the sum of its steps; races too. Unit: duration.
fn steps_time_off(season: &Season<'_>) -> Vec<Sighting> {
    each_session(season, |index, date, session| {
        let (all, _) = step_sums(session)?;
        Some(season.in_week(
            index,
            Unit::Duration,
            off(session.duration_s.seconds() as f64, &[all.seconds]),
            Some(date),
        ))
    })
}

/// All steps of a run, and those that are run.
pub(super) fn step_sums(session: &Session) -> Option<(Extent, Extent)> {
    if !on_foot(session) && session.kind != SessionKind::Race {
        return None;
    }
    let mut all = Extent::NONE;
    stretches(&session.steps, 1.0, &mut |stretch, times, _| {
        all.metres += stretch.distance_m.metres() * times;
        all.seconds += stretch.duration_s.seconds() as f64 * times;
    });
    Some((all, work(session, |_| true)))
}
