//! Load: how much a session or a week asks of the body, as perceived effort times minutes.
//!
//! After C. Foster and others, who multiply the session's rating (1 to 10) by its minutes; see *25 Years of Session
//! Rating of Perceived Exertion* (2021, doi:10.1123/ijspp.2020-0599).

use crate::measure::Duration;
use crate::plan::Week;
use crate::session::{Session, SessionKind};

/// The greatest monotony that is told; days that are all alike would have it without end.
pub const MOST_MONOTONY: f64 = 10.0;

/// The load of some minutes at an effort: the middle of its range on the scale of 1 to 10, times minutes.
#[must_use]
pub fn effort(rpe: [u8; 2], time: Duration) -> f64 {
    f64::midpoint(f64::from(rpe[0]), f64::from(rpe[1])) * time.minutes()
}

/// The load of a session: of each of its stretches with the effort written there, repeats counted.
#[must_use]
pub fn of_session(session: &Session) -> f64 {
    let mut sum = 0.0;
    for step in &session.steps {
        step.each(1, &mut |stretch, times, _| sum += effort(stretch.rpe, stretch.duration_s) * f64::from(times));
    }
    sum
}

/// The load of a week as a plan prints it: the sum of its days, divided by ten.
#[must_use]
pub fn of_week(days: &[f64]) -> u32 {
    (days.iter().sum::<f64>() / 10.0).round() as u32
}

/// How alike the days of a week are: their mean load over its sample standard deviation, [`MOST_MONOTONY`] at most.
///
/// Rest days count, with 0. A week without any load has none. Above 2 is called monotonous (C. Foster, 1998).
#[must_use]
pub fn monotony(days: &[f64; 7]) -> f64 {
    let mean = days.iter().sum::<f64>() / 7.0;
    if mean == 0.0 {
        return 0.0;
    }
    let deviation = (days.iter().map(|day| (day - mean).powi(2)).sum::<f64>() / 6.0).sqrt();
    (mean / deviation).min(MOST_MONOTONY)
}

/// The sums of a week, from what its days hold.
pub fn sum_up(week: &mut Week) {
    let running = |session: &&Session| session.kind != SessionKind::Race;
    let sessions: Vec<&Session> = week.days.iter().flat_map(|day| &day.sessions).filter(running).collect();
    week.volume_m = sessions.iter().map(|s| s.distance_m).sum();
    week.duration_s = sessions.iter().map(|s| s.duration_s).sum();
    week.longest_run_m = sessions.iter().map(|s| s.distance_m).max().unwrap_or_default();
    let mut hard = Duration::ZERO;
    for session in &sessions {
        for step in &session.steps {
            step.each(1, &mut |stretch, times, _| {
                if stretch.intensity.is_hard() {
                    hard += stretch.duration_s.times(f64::from(times));
                }
            });
        }
    }
    week.hard_s = hard;
    let efforts: Vec<f64> = week.days.iter().flat_map(|day| &day.sessions).map(of_session).collect();
    week.load = of_week(&efforts);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Distance;
    use crate::session::{By, Intensity, SessionKind, Step, Stretch};

    const WEEK: [f64; 7] = [0.0, 300.0, 240.0, 0.0, 450.0, 180.0, 600.0];

    fn stretch(minutes: f64, rpe: [u8; 2]) -> Stretch {
        Stretch {
            intensity: Intensity::Easy,
            distance_m: Distance::ZERO,
            duration_s: Duration::from_minutes(minutes),
            by: By::Time,
            pace_s_per_km: None,
            hr_bpm: None,
            rpe,
        }
    }

    #[test]
    fn a_session_is_the_sum_of_its_stretches_as_often_as_they_are_run() {
        let repeat =
            Step::Repeat { times: 5, steps: vec![Step::Run(stretch(3.0, [8, 9])), Step::Walk(stretch(2.0, [1, 2]))] };
        let session = Session {
            id: "intervals".to_owned(),
            kind: SessionKind::Interval,
            title: String::new(),
            hard: true,
            distance_m: Distance::ZERO,
            duration_s: Duration::from_minutes(45.0),
            estimated: true,
            effort_only: true,
            indoors: false,
            outdoors_s: None,
            start_from: None,
            start_by: None,
            detail: String::new(),
            target: String::new(),
            purpose: String::new(),
            feel: String::new(),
            badly: String::new(),
            notes: Vec::new(),
            steps: vec![Step::Run(stretch(20.0, [2, 4])), repeat],
        };
        assert!((of_session(&session) - (20.0 * 3.0 + 5.0 * (3.0 * 8.5 + 2.0 * 1.5))).abs() < 1e-9);
    }

    #[test]
    fn a_week_prints_a_tenth_of_its_effort_minutes() {
        assert_eq!(of_week(&WEEK), 177);
        assert_eq!(of_week(&[]), 0);
    }

    #[test]
    fn monotony_is_mean_over_sample_deviation() {
        // 1.2318 with the deviation of a population, so times the root of 6/7
        assert!((monotony(&WEEK) - 1.2318 * (6.0_f64 / 7.0).sqrt()).abs() < 0.0002);
    }

    #[test]
    fn seven_days_alike_are_as_monotonous_as_it_gets_and_seven_of_rest_are_not() {
        assert!((monotony(&[40.0; 7]) - MOST_MONOTONY).abs() < 1e-9);
        assert!((monotony(&[40.0, 40.0, 40.0, 40.0, 40.0, 40.0, 40.1]) - MOST_MONOTONY).abs() < 1e-9);
        assert!(monotony(&[0.0; 7]).abs() < 1e-9);
    }
}
