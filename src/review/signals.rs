//! Signals: what check-ins and a log measure, as words that verdicts ask.

use super::checkins::{CheckIn, Illness};
use super::log::Ran;
use crate::calendar::Date;
use crate::fitness::Score;
use crate::measure::{Distance, Duration};
use crate::plan::{Decision, Plan, Week};
use crate::rulebook::readiness::Lines;
use crate::rulebook::words::{Facts, word};
use crate::session::{Intensity, Session, SessionKind};

/// Two figures that differ by less are the same.
const SAME: f64 = 1e-6;

/// What a review looks at.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    /// The season as it stands.
    pub plan: &'a Plan,
    /// Check-ins by date; none where nobody was asked.
    pub checkins: &'a [CheckIn],
    /// What was run, by date; none without a log.
    pub log: Option<&'a [Ran]>,
    /// The day of the review.
    pub today: Date,
    /// The day on which a professional gave the all-clear.
    pub cleared: Option<Date>,
}

impl Looked<'_> {
    /// The last day of which the log can know: today where something was run today, and yesterday otherwise.
    #[must_use]
    pub fn through(&self) -> Date {
        let ran_today = self.log.is_some_and(|log| log.iter().any(|ran| ran.date == self.today));
        if ran_today { self.today } else { self.today + -1 }
    }

    /// What there is to say of illness.
    #[must_use]
    pub fn ill(&self, lines: &Lines) -> Option<Ill> {
        let noted = || self.checkins.iter().filter_map(|checkin| Some((checkin.date, checkin.illness?)));
        let stays =
            |(date, illness): &(Date, Illness)| illness.stops() && self.cleared.is_none_or(|cleared| *date > cleared);
        if let Some((date, kind)) = noted().filter(stays).max_by_key(|(date, illness)| (*illness, *date)) {
            return Some(Ill { kind, first: date, last: date, left: 1 });
        }
        let passing = || noted().filter(|(_, illness)| !illness.stops());
        let last = passing().next_back()?.0;
        let mut first = last;
        let mut kind = Illness::Cold;
        for (date, illness) in passing().collect::<Vec<_>>().into_iter().rev() {
            if first - date > lines.same_illness_days {
                break;
            }
            first = date;
            kind = kind.max(illness);
        }
        let days = last - first + 1;
        let back = if kind == Illness::Cold { lines.clear_days } else { lines.clear_days + days };
        let left = back - (self.today - last);
        (left > 0).then_some(Ill { kind, first, last, left })
    }

    /// Tells verdicts what was measured.
    #[must_use]
    pub fn facts(&self, lines: &Lines) -> Facts {
        let mut facts = Facts::new();
        self.of_checkins(lines, &mut facts);
        self.of_log(lines, &mut facts);
        let ill = self.ill(lines);
        facts.text(word::ILLNESS_KIND, ill.map_or("none", |ill| ill.kind.name()));
        facts.number(word::ILLNESS_DAYS, Some(ill.map_or(0, |ill| ill.last - ill.first + 1) as f64));
        facts.number(word::ILLNESS_LEFT, Some(ill.map_or(0, |ill| ill.left) as f64));
        let before: Vec<&Decision> = self.plan.decisions.iter().filter(|d| d.date < self.today).collect();
        let holds = before.iter().rev().take_while(|decision| decision.decision == "hold").count();
        facts.number(word::REVIEW_HOLDS, Some(holds as f64));
        let reset = before.last().is_some_and(|last| {
            last.decision == "reset" && self.today >= last.week + 7 && self.today - last.week < lines.after_reset_days
        });
        facts.yes(word::REVIEW_AFTER_RESET, reset);
        facts
    }

    fn of_checkins(&self, lines: &Lines, facts: &mut Facts) {
        let fresh = self.checkins.last().is_some_and(|last| self.today - last.date <= lines.stale_days);
        let recent: Vec<&CheckIn> =
            self.checkins.iter().filter(|c| fresh && self.today - c.date < lines.own_days).collect();
        let told: Vec<(&CheckIn, f64)> =
            recent.iter().filter_map(|checkin| Some((*checkin, checkin.composite(&lines.weights)?))).collect();
        let judged = usize::try_from(lines.judged).unwrap_or(3).min(told.len());
        let (before, last) = told.split_at(told.len() - judged);
        // The runner's own measure is that of the days before those that are judged, where there are enough of them.
        let least = usize::try_from(lines.own_least).unwrap_or(4);
        let own = match (before.len() >= least, told.len() >= least) {
            (true, _) => median(before.iter().map(|(_, composite)| *composite)),
            (false, true) => median(told.iter().map(|(_, composite)| *composite)),
            _ => None,
        };
        let line = |fixed: f64, below: f64| own.map_or(fixed, |own| fixed.max(own - below));
        let build = line(lines.build_least, lines.build_below_own);
        let reset = line(lines.reset_least, lines.reset_below_own);
        let under = |line: f64| last.iter().filter(|(_, composite)| *composite < line - SAME).count() as f64;
        facts.number(word::CHECKINS_COUNT, Some(told.len() as f64));
        facts.number(word::CHECKINS_JUDGED, Some(judged as f64));
        facts.number(word::CHECKINS_COMPOSITE, last.last().map(|(_, composite)| *composite));
        facts.number(word::CHECKINS_OWN, own);
        facts.number(word::CHECKINS_BUILD_LINE, Some(build));
        facts.number(word::CHECKINS_UNDER_BUILD, Some(under(build)));
        facts.number(word::CHECKINS_UNDER_RESET, Some(under(reset)));
        let good = told.iter().rev().take_while(|(_, composite)| *composite >= build - SAME).count();
        facts.number(word::CHECKINS_GOOD_RUN, Some(good as f64));
        let low = |item: usize, at: i64| {
            told.iter().rev().take_while(|(c, _)| c.items[item].is_some_and(|value| value <= at as f64 + SAME)).count()
        };
        let lowest = (0..5).map(|item| low(item, lines.item_low)).max().unwrap_or(0);
        facts.number(word::CHECKINS_LOW_ITEM, Some(lowest as f64));
        facts.number(word::CHECKINS_CHORE, Some(Self::chore(lines, &told) as f64));
        let care = (0..5).any(|item| low(item, lines.item_care) > 0);
        let amber = care || last.last().is_some_and(|(_, composite)| *composite < build - SAME);
        facts.yes(word::CHECKINS_AMBER, amber);
        let pain = recent.iter().rev().take(judged.max(1)).filter_map(|checkin| checkin.pain).fold(0.0, f64::max);
        facts.number(word::CHECKINS_PAIN, Some(pain));
        facts.number(word::CHECKINS_PULSE_UP, Some(pulse_up(lines, &recent, judged) as f64));
    }

    /// The check-ins of the last days where all of them had low motivation, and span more than half of those days.
    fn chore(lines: &Lines, told: &[(&CheckIn, f64)]) -> usize {
        let Some((latest, _)) = told.last() else { return 0 };
        let window = || told.iter().map(|(c, _)| *c).filter(|c| latest.date - c.date < lines.chore_days);
        let low = |c: &CheckIn| c.items[4].is_some_and(|value| value <= lines.motivation_low as f64 + SAME);
        let first = window().next().map_or(latest.date, |first| first.date);
        let spans = 2 * (latest.date - first) >= lines.chore_days - 1;
        if window().all(low) && spans { window().count() } else { 0 }
    }

    fn of_log(&self, lines: &Lines, facts: &mut Facts) {
        let Some(log) = self.log else { return };
        let through = self.through();
        let by = Measure::of(self.plan, log);
        let planned = |from: Date, to: Date| -> f64 {
            days(self.plan).filter(|(_, day)| (from..=to).contains(&day.date)).map(|(_, day)| by.planned(day)).sum()
        };
        let ran = |from: Date, to: Date| -> f64 {
            log.iter().filter(|ran| (from..=to).contains(&ran.date)).map(|ran| by.ran(ran)).sum()
        };
        let from = (through + (1 - lines.compare_days)).max(self.plan.start);
        let wanted = planned(from, through);
        facts.number(word::LOG_DONE, (wanted > 0.0).then(|| (ran(from, through) / wanted * 100.0).round().min(999.0)));
        let whole = |week: &&Week| week.start + 6 <= through || week.start + 6 == self.today;
        let over = |week: &&Week| {
            let wanted = planned(week.start, week.start + 6);
            wanted > 0.0 && ran(week.start, week.start + 6) > wanted * lines.over.fraction() + SAME
        };
        let weeks_over = self.plan.weeks.iter().rev().filter(whole).take_while(over).count();
        facts.number(word::LOG_WEEKS_OVER, Some(weeks_over as f64));
        let keys = days(self.plan).filter(|(_, day)| (through + (1 - lines.key_days)..=through).contains(&day.date));
        let missed = keys
            .flat_map(|(_, day)| day.sessions.iter().map(move |session| (day.date, session)))
            .filter(|(_, s)| (s.hard || s.kind == SessionKind::Long) && s.kind != SessionKind::Race)
            .filter(|(date, session)| {
                let near = log.iter().filter(|ran| (-1..=1).contains(&(ran.date - *date)));
                let best = near.map(|ran| by.ran(ran)).fold(0.0, f64::max);
                best < by.session(session) * lines.key_done.fraction()
            });
        facts.number(word::LOG_MISSED_KEYS, Some(missed.count() as f64));
        let easy: Vec<&Ran> = log.iter().filter(|ran| self.is_easy(ran)).collect();
        let lately: Vec<&&Ran> = easy.iter().filter(|ran| (from..=through).contains(&ran.date)).collect();
        let fast_end = self.plan.paces.as_ref().and_then(|paces| paces.get("easy")).map(|range| range[0]);
        let fast = fast_end.filter(|_| lately.len() as i64 >= lines.easy_runs).map(|end| {
            let limit = end.seconds_per_km() * (1.0 - lines.easy_margin.fraction());
            let fast = lately.iter().filter(|ran| pace(ran) < limit).count();
            (fast as f64 / lately.len() as f64 * 100.0).round()
        });
        facts.number(word::LOG_EASY_FAST, fast);
        facts.number(word::LOG_EASY_HARDER, harder(lines, &easy, through));
        facts.number(word::LOG_PLATEAU, self.stands_still(lines, log, through).map(|weeks| weeks as f64));
        let last = log.iter().map(|ran| ran.date).filter(|date| *date <= through).max();
        let since = last.unwrap_or(self.plan.start + -1);
        // Days on which nothing was planned are no days off.
        let off = if planned(since + 1, through) > 0.0 { (through - since).max(0) } else { 0 };
        facts.number(word::LOG_DAYS_OFF, Some(off as f64));
    }

    /// For how many weeks results have stood still: from the first that no later one has clearly beaten to the last. None
    /// with fewer results than tell anything.
    fn stands_still(&self, lines: &Lines, log: &[Ran], through: Date) -> Option<i64> {
        let before = self.plan.runner.score.map(|score| (self.plan.start, score));
        let results: Vec<(Date, f64)> = before.into_iter().chain(self.results(lines, log, through)).collect();
        let beaten = |score: f64| score * (1.0 + lines.plateau_gain.fraction()) + SAME;
        let stands = |at: &usize| results[at + 1..].iter().all(|(_, later)| *later <= beaten(results[*at].1));
        let first = (0..results.len()).find(stands)?;
        let later = results.len() as i64 - 1 - first as i64;
        (later >= lines.plateau_results).then(|| (results[results.len() - 1].0 - results[first].0) / 7)
    }

    /// What the log tells of races and time trials, as fitness scores in cool weather.
    fn results(&self, lines: &Lines, log: &[Ran], through: Date) -> Vec<(Date, f64)> {
        let tests = |session: &&Session| matches!(session.kind, SessionKind::Race | SessionKind::TimeTrial);
        let days = self.plan.weeks.iter().flat_map(|week| week.days.iter().map(move |day| (week, day)));
        let mut results = Vec::new();
        for (week, day) in days.filter(|(_, day)| day.date <= through) {
            let Some(raced) = day.sessions.iter().find(tests).map(raced) else { continue };
            let as_far = |ran: &Ran| (ran.distance.over(raced) - 1.0).abs() <= lines.result_within.fraction();
            let is_it = |ran: &&Ran| ran.date == day.date && !raced.is_zero() && as_far(ran);
            // Heat slows the same legs down.
            let slow = 1.0 + week.heat.as_ref().map_or(0.0, |heat| heat.slowdown.fraction());
            let scores = log.iter().filter(is_it).filter(|ran| !ran.time.is_zero());
            let scores = scores.filter_map(|ran| Score::from_race(ran.distance, ran.time.times(1.0 / slow)));
            results.extend(scores.map(Score::value).reduce(f64::max).map(|score| (day.date, score)));
        }
        results
    }

    /// Whether a run was meant to be easy: on a day without anything hard or raced, with a distance and a time.
    fn is_easy(&self, ran: &Ran) -> bool {
        let easy = |session: &Session| {
            matches!(
                session.kind,
                SessionKind::Easy | SessionKind::Recovery | SessionKind::Long | SessionKind::MediumLong
            ) && !session.hard
        };
        let day = days(self.plan).find(|(_, day)| day.date == ran.date);
        let planned = day.is_some_and(|(_, day)| {
            let mut on_foot = day.sessions.iter().filter(|session| session.kind.is_on_foot()).peekable();
            on_foot.peek().is_some() && on_foot.all(easy)
        });
        planned && !ran.distance.is_zero() && !ran.time.is_zero()
    }
}

/// An illness that still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ill {
    /// What it is.
    pub kind: Illness,
    /// Its first day.
    pub first: Date,
    /// Its last day.
    pub last: Date,
    /// Days of the way back that are left.
    pub left: i64,
}

fn days(plan: &Plan) -> impl Iterator<Item = (&Week, &crate::plan::Day)> {
    plan.weeks.iter().flat_map(|week| week.days.iter().map(move |day| (week, day)))
}

/// What running is compared by: minutes where the plan goes by the minute or the log tells no distances, else kilometres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Kilometres.
    Km,
    /// Minutes.
    Minutes,
}

impl Measure {
    /// The measure that suits a plan and a log.
    #[must_use]
    pub fn of(plan: &Plan, log: &[Ran]) -> Self {
        let by_minute = plan.sessions().any(|(_, _, session)| session.kind == SessionKind::RunWalk);
        let timed = log.iter().filter(|ran| !ran.time.is_zero()).count();
        let far = log.iter().filter(|ran| !ran.distance.is_zero()).count();
        if timed > far || by_minute && timed == log.len() { Self::Minutes } else { Self::Km }
    }

    /// How much a session asks for.
    #[must_use]
    pub fn session(self, session: &Session) -> f64 {
        self.amount(session.distance_m, session.duration_s)
    }

    /// How much running a day asks for, a race included.
    #[must_use]
    pub fn planned(self, day: &crate::plan::Day) -> f64 {
        day.sessions.iter().filter(|session| session.kind.is_on_foot()).map(|session| self.session(session)).sum()
    }

    /// How much was run.
    #[must_use]
    pub fn ran(self, ran: &Ran) -> f64 {
        self.amount(ran.distance, ran.time)
    }

    fn amount(self, distance: Distance, time: Duration) -> f64 {
        match self {
            Self::Km => distance.km(),
            Self::Minutes => time.minutes(),
        }
    }
}

/// The distance of a race, or of the effort within a time trial.
fn raced(session: &Session) -> Distance {
    let mut far = Distance::ZERO;
    for step in &session.steps {
        step.each(1, &mut |stretch, _, _| {
            if stretch.intensity == Intensity::Race {
                far = far.max(stretch.distance_m);
            }
        });
    }
    far
}

/// Seconds a kilometre.
fn pace(ran: &Ran) -> f64 {
    ran.time.seconds() as f64 / ran.distance.km()
}

/// How many more heartbeats an easy kilometre costs of late than in the weeks before, in per cent.
fn harder(lines: &Lines, easy: &[&Ran], through: Date) -> Option<f64> {
    let beats = |from: i64, to: i64| {
        let costs: Vec<f64> = easy
            .iter()
            .filter(|ran| (from..=to).contains(&(through - ran.date)))
            .filter_map(|ran| Some(ran.heart? * pace(ran) / 60.0))
            .collect();
        (costs.len() as i64 >= lines.easy_runs).then(|| costs.iter().sum::<f64>() / costs.len() as f64)
    };
    let late = lines.easy_days;
    let (now, before) = (beats(0, late - 1)?, beats(late, late + lines.easy_before_days - 1)?);
    Some(((now / before - 1.0) * 100.0).round().clamp(-100.0, 100.0))
}

/// For how many check-ins in a row the resting heart rate is clearly above the runner's own mean.
fn pulse_up(lines: &Lines, recent: &[&CheckIn], judged: usize) -> usize {
    let told: Vec<f64> = recent.iter().filter_map(|checkin| checkin.resting_hr).collect();
    let before = &told[..told.len().saturating_sub(judged)];
    if (before.len() as i64) < lines.own_least {
        return 0;
    }
    let usual = before.iter().sum::<f64>() / before.len() as f64;
    told.iter().rev().take_while(|beats| **beats >= usual + lines.pulse_up - SAME).count()
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}
