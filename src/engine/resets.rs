//! Resets, placed: which training weeks step back is an optimisation over the whole season, solved exactly.
//!
//! *Musts* bound it: never more than `latest` training weeks in a row across every phase border, at least `earliest`
//! between two, some before a taper, none in the first week. *Wants* with weights decide among what is left. Where no
//! placement keeps every must, `before-taper` gives way first, then `earliest`; `latest` never does.

use crate::rulebook::library::Wants;

/// A must that gives way costs more than all wants of a season together.
const BEFORE_TAPER_GIVES_WAY: i64 = 1_000_000;

/// And `earliest` gives way only after `before-taper`.
const EARLIEST_GIVES_WAY: i64 = 1_000_000_000;

/// A coach's word that collides with `latest` is kept, and found.
const LATEST_GIVES_WAY: i64 = 1_000_000_000_000;

/// The longest run of training weeks that is told apart.
const LONGEST_RUN: usize = 12;

/// What one week brings to the placement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Candidate {
    /// Whether it is a training week that could reset.
    pub trains: bool,
    /// Whether the next week begins a taper.
    pub before_taper: bool,
    /// The coach's word: a reset, or not a reset.
    pub coach: Option<bool>,
    /// Least training weeks since the last step back.
    pub earliest: i64,
    /// Most training weeks in a row.
    pub latest: i64,
    /// Training weeks wanted between the last reset and a taper.
    pub least_before_taper: i64,
    /// Whether life asks for it here.
    pub life: bool,
    /// How much hotter than the mean of the season's weeks it is, -1 to 1; 0 throughout a season without heat.
    pub heat: f64,
    /// Whether it ends a phase.
    pub phase_border: bool,
    /// Whether it follows a B race.
    pub after_b_race: bool,
    /// Whether the next week holds a time trial.
    pub before_trial: bool,
    /// Whether it is the first week of the season, which no reset opens.
    pub first: bool,
    /// Whether some of it is run already, and not as a step back.
    pub begun: bool,
}

/// Where the resets stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Placement {
    /// For each week, whether it resets.
    pub resets: Vec<bool>,
    /// For each week, the training weeks since the last step back, this week not counted.
    pub since: Vec<i64>,
    /// Weeks at which `before-taper` gave way.
    pub short_before_taper: Vec<usize>,
    /// Weeks at which `earliest` gave way.
    pub early: Vec<usize>,
    /// Weeks at which the coach's word leaves more training weeks in a row than `latest` allows.
    pub late: Vec<usize>,
    /// What it cost.
    pub cost: i64,
}

/// Places the resets of a season.
#[must_use]
pub fn place(weeks: &[Candidate], wants: Wants) -> Placement {
    // best[run] is the cheapest way to come to this week with `run` training weeks behind it, and the choices made.
    // Ties are broken by fewer resets, then by the earlier choice of a later reset: the order below is total.
    type Way = (i64, usize, Vec<bool>);
    let mut best: Vec<Option<Way>> = vec![None; LONGEST_RUN + 1];
    best[0] = Some((0, 0, Vec::new()));
    for week in weeks {
        let mut next: Vec<Option<Way>> = vec![None; LONGEST_RUN + 1];
        for (run, way) in best.iter().enumerate() {
            let Some((cost, resets, chosen)) = way else { continue };
            for reset in [false, true] {
                let Some((step, run)) = step(week, run, reset, wants) else { continue };
                let candidate = (cost + step, resets + usize::from(reset));
                let better = next[run].as_ref().is_none_or(|(c, r, _)| candidate < (*c, *r));
                if better {
                    let mut chosen = chosen.clone();
                    chosen.push(reset);
                    next[run] = Some((candidate.0, candidate.1, chosen));
                }
            }
        }
        best = next;
    }
    let way = best.into_iter().flatten().min_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let Some((cost, _, resets)) = way else { return Placement::default() };
    told(weeks, resets, cost)
}

/// What a choice costs, and the training weeks behind the next week; none where it is not allowed at all.
fn step(week: &Candidate, run: usize, reset: bool, wants: Wants) -> Option<(i64, usize)> {
    if !week.trains {
        return (!reset).then_some((0, 0));
    }
    if week.coach.is_some_and(|word| word != reset) || (reset && week.first && week.coach.is_none()) {
        return None;
    }
    let since = i64::try_from(run).expect("a run is short");
    let mut cost = 0;
    if reset {
        if week.coach.is_none() {
            cost += EARLIEST_GIVES_WAY * (week.earliest - since).max(0);
        }
        // Wishes move resets rather than add them.
        cost += 2 * wants.each - wished(week, wants);
        // The middle of the allowed gap; the later of two.
        let middle = (week.earliest + week.latest + 1) / 2;
        cost += 2 * wants.middle * (since - middle).abs();
        if week.before_taper {
            cost += BEFORE_TAPER_GIVES_WAY * week.least_before_taper.min(week.latest);
        }
        if week.begun && week.coach.is_none() {
            cost += BEFORE_TAPER_GIVES_WAY;
        }
        return Some((cost, 0));
    }
    let behind = since + 1;
    if behind > week.latest {
        // Only a coach's word may do this, and it is found.
        week.coach?;
        cost += LATEST_GIVES_WAY;
    }
    if week.before_taper {
        cost += BEFORE_TAPER_GIVES_WAY * (week.least_before_taper.min(week.latest) - behind).max(0);
        cost += 2 * wants.middle * (behind - (week.earliest + week.latest + 1) / 2).max(0);
    }
    Some((cost, usize::try_from(behind).expect("counted up").min(LONGEST_RUN)))
}

/// How much a reset is wished for in a week, in doubled weights, as the middle is counted in half weeks.
fn wished(week: &Candidate, wants: Wants) -> i64 {
    let mut wish = 0;
    if week.life {
        wish += 2 * wants.life;
    }
    if week.phase_border {
        wish += 2 * wants.phase_border;
    }
    if week.after_b_race {
        wish += 2 * wants.after_b_race;
    }
    if week.before_trial {
        wish += 2 * wants.time_trial;
    }
    #[allow(clippy::cast_precision_loss)]
    let heat = (2.0 * wants.heat as f64 * week.heat).round() as i64;
    wish + heat
}

/// Reads back what a choice means, week by week.
fn told(weeks: &[Candidate], resets: Vec<bool>, cost: i64) -> Placement {
    let mut placement = Placement { cost, ..Placement::default() };
    let mut since = 0;
    for (index, (week, reset)) in weeks.iter().zip(&resets).enumerate() {
        placement.since.push(since);
        if !week.trains {
            since = 0;
            continue;
        }
        if *reset {
            if week.coach.is_none() && since < week.earliest {
                placement.early.push(index);
            }
            since = 0;
        } else {
            since += 1;
            if since > week.latest {
                placement.late.push(index);
            }
        }
        // A season too short for a reset has nothing to keep away from its taper.
        let any = resets[..=index].iter().any(|reset| *reset);
        if week.before_taper && any && since < week.least_before_taper.min(week.latest) {
            placement.short_before_taper.push(index);
        }
    }
    placement.resets = resets;
    placement
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTS: Wants =
        Wants { each: 12, life: 60, heat: 12, phase_border: 12, after_b_race: 40, time_trial: 20, middle: 5 };

    fn season(weeks: usize, earliest: i64, latest: i64, before_taper: i64) -> Vec<Candidate> {
        (0..weeks)
            .map(|index| Candidate {
                trains: true,
                earliest,
                latest,
                least_before_taper: before_taper,
                first: index == 0,
                before_taper: index + 1 == weeks,
                ..Candidate::default()
            })
            .collect()
    }

    /// The cheapest of all subsets, by trying each.
    fn brute(weeks: &[Candidate]) -> Option<(i64, usize)> {
        (0u32..1 << weeks.len())
            .filter_map(|mask| {
                let mut run = 0;
                let mut cost = 0;
                for (index, week) in weeks.iter().enumerate() {
                    let (step, next) = step(week, run, mask & (1 << index) != 0, WANTS)?;
                    cost += step;
                    run = next;
                }
                Some((cost, mask.count_ones() as usize))
            })
            .min()
    }

    #[test]
    fn the_placement_agrees_with_a_search_over_all_subsets() {
        // A small generator of our own keeps the cases the same on every machine.
        let mut seed = 0x5eed_u64;
        let mut roll = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..400 {
            let count = 1 + roll(12) as usize;
            let latest = 1 + roll(5) as i64;
            let mut weeks = season(count, (1 + roll(3) as i64).min((latest - 1).max(1)), latest, roll(4) as i64);
            for week in &mut weeks {
                week.life = roll(6) == 0;
                week.heat = roll(21) as f64 / 10.0 - 1.0;
                week.phase_border = roll(4) == 0;
                week.trains = roll(12) != 0;
                if roll(5) == 0 {
                    week.latest = (week.latest - 1).max(1);
                }
                if roll(10) == 0 && !week.first {
                    week.coach = Some(true);
                }
            }
            let placed = place(&weeks, WANTS);
            let count = placed.resets.iter().filter(|reset| **reset).count();
            assert_eq!(Some((placed.cost, count)), brute(&weeks), "{weeks:#?}");
        }
    }

    #[test]
    fn no_run_of_training_weeks_is_longer_than_latest() {
        for weeks in 1..40 {
            for latest in 1..6 {
                let placed = place(&season(weeks, 2.min((latest - 1).max(1)), latest, 2), WANTS);
                let longest = placed.resets.split(|reset| *reset).map(<[_]>::len).max().unwrap_or(0);
                assert!(longest <= latest as usize, "{weeks} weeks, latest {latest}: {:?}", placed.resets);
                assert!(!placed.resets[0], "the first week is no reset");
            }
        }
    }

    #[test]
    fn an_even_heat_adds_no_reset() {
        let mut weeks = season(12, 1, 2, 1);
        for week in &mut weeks {
            week.heat = 0.1;
        }
        let placed = place(&weeks, WANTS);
        assert_eq!(placed.resets.iter().filter(|reset| **reset).count(), 4, "{:?}", placed.resets);
    }

    #[test]
    fn a_family_week_takes_the_reset() {
        let mut weeks = season(9, 2, 4, 2);
        weeks[2].life = true;
        assert!(place(&weeks, WANTS).resets[2]);
    }

    #[test]
    fn a_reset_keeps_its_distance_from_the_taper_where_it_can() {
        let placed = place(&season(9, 2, 4, 2), WANTS);
        let last = placed.resets.iter().rposition(|reset| *reset).unwrap();
        assert!(8 - last >= 2, "{:?}", placed.resets);
        assert!(placed.short_before_taper.is_empty());
    }

    /// Training weeks without a taper after them.
    fn open_season(weeks: usize, earliest: i64, latest: i64) -> Vec<Candidate> {
        let mut season = season(weeks, earliest, latest, 0);
        season[weeks - 1].before_taper = false;
        season
    }

    fn at(placed: &Placement) -> Vec<usize> {
        (0..placed.resets.len()).filter(|week| placed.resets[*week]).collect()
    }

    #[test]
    fn a_reset_stands_in_the_middle_of_its_gap_and_of_two_middles_in_the_later() {
        assert_eq!(at(&place(&open_season(7, 2, 4), WANTS)), [3]);
        assert_eq!(at(&place(&open_season(5, 2, 3), WANTS)), [3]);
        // The weeks between the last one and the taper are a gap like any other; of two as good the later one is taken.
        let mut season = season(10, 2, 6, 0);
        assert_eq!(at(&place(&season, WANTS)), [5]);
        season[9].before_taper = false;
        assert_eq!(at(&place(&season, WANTS)), [4]);
        let even = super::tests::season(9, 2, 5, 0);
        assert_eq!(at(&place(&even, WANTS)), [4], "four before it and four after it");
    }

    #[test]
    fn a_wish_moves_a_reset_as_far_as_its_weight_carries() {
        type Wish = (fn(&mut Wants, i64), fn(&mut Candidate));
        let wishes: [Wish; 5] = [
            (|wants, weight| wants.life = weight, |week| week.life = true),
            (|wants, weight| wants.phase_border = weight, |week| week.phase_border = true),
            (|wants, weight| wants.after_b_race = weight, |week| week.after_b_race = true),
            (|wants, weight| wants.time_trial = weight, |week| week.before_trial = true),
            (|wants, weight| wants.heat = weight, |week| week.heat = 1.0),
        ];
        let none = Wants { each: 12, life: 0, heat: 0, phase_border: 0, after_b_race: 0, time_trial: 0, middle: 5 };
        for (number, (weigh, ask)) in wishes.into_iter().enumerate() {
            // Two weeks off the middle of the gap, at five a week: ten carry it there, and nine do not.
            let mut weeks = open_season(7, 1, 5);
            ask(&mut weeks[5]);
            let with = |weight: i64| {
                let mut wants = none;
                weigh(&mut wants, weight);
                at(&place(&weeks, wants))
            };
            assert_eq!((with(9), with(11)), (vec![3], vec![5]), "wish {number}");
            // Where no reset is needed one is added only for a wish that weighs more than a reset does.
            let mut weeks = open_season(6, 1, 6);
            ask(&mut weeks[4]);
            let with = |weight: i64| {
                let mut wants = none;
                weigh(&mut wants, weight);
                at(&place(&weeks, wants))
            };
            assert_eq!((with(12), with(13)), (vec![], vec![4]), "wish {number}");
        }
        // Two wishes of one week weigh together, and a cool week is spared.
        let mut weeks = open_season(7, 1, 5);
        (weeks[5].phase_border, weeks[5].before_trial, weeks[3].heat) = (true, true, -0.5);
        assert_eq!(at(&place(&weeks, Wants { phase_border: 3, time_trial: 3, heat: 10, ..none })), [5]);
        assert_eq!(at(&place(&weeks, Wants { phase_border: 3, time_trial: 3, heat: 2, ..none })), [3]);
    }

    #[test]
    fn musts_give_way_in_their_order_and_it_is_told() {
        // The taper's distance before `earliest`.
        let placed = place(&season(4, 3, 3, 2), WANTS);
        assert_eq!((at(&placed), placed.early, placed.short_before_taper), (vec![3], vec![], vec![3]));
        // As much of it as can be had: one week is nearer to two than none.
        let placed = place(&season(4, 2, 3, 2), WANTS);
        assert_eq!((at(&placed), placed.early, placed.short_before_taper), (vec![2], vec![], vec![3]));
        // `earliest` before `latest`.
        let placed = place(&open_season(4, 3, 2), WANTS);
        assert_eq!((at(&placed), placed.early, placed.late), (vec![2], vec![2], vec![]));
        // `latest` for a coach's word alone.
        let mut weeks = open_season(5, 1, 3);
        for week in &mut weeks {
            week.coach = Some(false);
        }
        let placed = place(&weeks, WANTS);
        assert_eq!((at(&placed), placed.late), (vec![], vec![3, 4]));
        // And where a word only moves it, it moves.
        let mut weeks = open_season(4, 1, 3);
        weeks[3].coach = Some(false);
        let placed = place(&weeks, WANTS);
        assert_eq!((at(&placed), placed.late), (vec![2], vec![]));
        // A season too short for a reset has nothing to keep away from its taper.
        let placed = place(&season(2, 2, 4, 3), WANTS);
        assert_eq!((at(&placed), placed.short_before_taper), (vec![], vec![]));
    }

    #[test]
    fn a_coachs_word_stands_where_no_want_would() {
        let mut weeks = open_season(7, 2, 4);
        weeks[0].coach = Some(true);
        weeks[1].coach = Some(true);
        let placed = place(&weeks, WANTS);
        assert!(placed.resets[0] && placed.resets[1]);
        assert!(placed.early.is_empty(), "nobody is told that their own word is early");
        let mut weeks = open_season(7, 2, 4);
        weeks[3].coach = Some(false);
        assert!(!place(&weeks, WANTS).resets[3]);
    }

    #[test]
    fn a_week_that_is_partly_run_steps_back_only_where_a_coach_says_so_or_nothing_else_is_left() {
        let mut weeks = open_season(7, 2, 4);
        (weeks[3].begun, weeks[3].life) = (true, true);
        assert!(!place(&weeks, WANTS).resets[3]);
        weeks[3].coach = Some(true);
        let placed = place(&weeks, WANTS);
        assert_eq!(at(&placed), [3]);
        assert!(placed.cost < BEFORE_TAPER_GIVES_WAY, "a word costs nothing");
        let mut weeks = open_season(3, 1, 1);
        weeks[1].begun = true;
        assert_eq!(at(&place(&weeks, WANTS)), [1]);
    }

    #[test]
    fn races_tapers_and_steps_back_begin_the_count_anew() {
        let mut weeks = open_season(8, 2, 4);
        weeks[4].trains = false;
        let placed = place(&weeks, WANTS);
        assert_eq!((at(&placed), placed.since), (vec![], vec![0, 1, 2, 3, 4, 0, 1, 2]));
        let placed = place(&open_season(7, 2, 4), WANTS);
        assert_eq!(placed.since, [0, 1, 2, 3, 0, 1, 2]);
    }
}
