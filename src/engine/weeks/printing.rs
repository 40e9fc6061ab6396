//! The week as it is printed: its days with their sessions spelled out, and its sums.

use super::{DAYS, Maker, Target, is_free};
use crate::calendar::Date;
use crate::engine::Season;
use crate::engine::hand::{self, Hand, What};
use crate::engine::heat;
use crate::engine::indoors;
use crate::engine::race_day;
use crate::engine::run_walk::{self, Turns};
use crate::engine::sessions::{self, Choice};
use crate::engine::strength;
use crate::engine::week::{self, Laid, Role};
use crate::engine::workout::{self, Manner, Speeds, Speller};
use crate::load;
use crate::measure::{Distance, Duration};
use crate::plan::{Day, PhaseName, Week, WeekKind};
use crate::rulebook::layers::Settled;
use crate::rulebook::settings::key;
use crate::session::{Intensity, Session, SessionKind};

impl Maker<'_, '_> {
    /// The week as it is printed.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn printed(
        &mut self,
        index: usize,
        target: &Target,
        laid: &Laid,
        chosen: &[Choice],
        settled: &Settled,
        speeds: &Speeds,
        manner: &Manner,
        easy_only: bool,
        hand: &Hand,
    ) -> Week {
        let season = self.season;
        let slot = &season.frame.slots[index];
        let (hr_max, hr_threshold) = (season.who.hr_max, season.who.hr_threshold);
        let silent = !self.ledger.keeps();
        let speller = Speller { book: season.book, phrases: season.phrases, speeds, hr_max, hr_threshold, silent };
        // Indoors the air is cool: paces are those of cool weather.
        let inside_speller = Speller { speeds: &season.frame.speeds, ..speller };
        // A few more strides each time the season turns to something harder.
        let rungs =
            season.book.workouts.get(sessions::plain(SessionKind::Strides)).map_or(1, |strides| strides.rungs.len());
        let some_strides = match (slot.phase, target.kind) {
            (PhaseName::Build | PhaseName::Peak, WeekKind::Build | WeekKind::Hold) => 1.min(rungs - 1),
            _ => 0,
        };
        let strides = strides_on(season, index, laid, settled, target.kind, speeds, some_strides);
        let rung = usize::try_from(settled.get(key::STRENGTH_RUNG)).unwrap_or(1).saturating_sub(1);
        let spelt = |share: f64, of_long: f64| -> Vec<Day> {
            slot.days()
                .enumerate()
                .map(|(day, date)| {
                    let mut sessions = Vec::new();
                    let own_speeds = season.speeds_on(index, date);
                    let speller = Speller { speeds: own_speeds.as_ref().unwrap_or(speeds), ..speller };
                    let longest_outdoors = heat::longest_outdoors(season, index, date);
                    for run in laid.runs.iter().filter(|run| run.day == day) {
                        let own = hand.own.get(&day).filter(|_| run.role == Role::Own).map(|put| &put.what);
                        if let Some(What::Moved(session)) = own {
                            let mut session = Session::clone(session);
                            heat::set_out(season, index, date, &mut session);
                            sessions.push(session);
                            continue;
                        }
                        let (id, rung) = match run.role {
                            Role::Hard(number) => (chosen[number].id.as_str(), chosen[number].rung),
                            Role::Long => match &self.long_work {
                                Some(choice) => (choice.id.as_str(), choice.rung),
                                None => (sessions::plain(SessionKind::Long), 0),
                            },
                            Role::Own => match own {
                                Some(What::Workout(choice)) => (choice.id.as_str(), choice.rung),
                                Some(What::Plain(id)) => (id.as_str(), 0),
                                _ => (sessions::plain(SessionKind::Easy), 0),
                            },
                            _ if hand.plain.contains_key(&day) => (hand.plain[&day].as_str(), 0),
                            _ if strides.contains(&day) => (sessions::plain(SessionKind::Strides), some_strides),
                            Role::MediumLong => (sessions::plain(SessionKind::MediumLong), 0),
                            Role::DayTwo => (sessions::DAY_TWO, 0),
                            Role::Recovery => (sessions::plain(SessionKind::Recovery), 0),
                            Role::Easy => (sessions::plain(SessionKind::Easy), 0),
                        };
                        let Some(workout) = season.book.workouts.get(id) else { continue };
                        let quality = matches!(own, Some(What::Workout(_)));
                        let hard = quality || workout::is_hard(workout.kind) || workout::has_blocks(workout);
                        let too_long = run.distance.at(speller.speeds.reckon(Intensity::Easy)) > longest_outdoors;
                        let too_hard = hard && !heat::hard_outdoors(season, index, date);
                        let inside = season.treadmill() && (too_long || too_hard);
                        let outdoors = Manner {
                            effort_only: easy_only || season.on_day(index, date).1.get(key::HEAT_EFFORT_ONLY),
                            turn: slot.number as usize * DAYS + day,
                            ..manner.clone()
                        };
                        let indoors = Manner { indoors: true, effort_only: easy_only, ..outdoors.clone() };
                        let spell = |distance, speller: &Speller<'_>, manner: &Manner| {
                            if let Some(What::Steps(steps)) = own {
                                hand::spelled(speller, steps, distance, manner)
                            } else if season.frame.run_walk && !quality {
                                let share = if run.role == Role::Long { share * of_long } else { share };
                                self.turns.session(season, speller, workout, run, manner, share)
                            } else {
                                speller.session(id, workout, &workout.rungs[rung], distance, manner)
                            }
                        };
                        let mut session = if inside {
                            spell(run.distance, &inside_speller, &indoors)
                        } else {
                            spell(run.distance, &speller, &outdoors)
                        };
                        let easy_going = !hard && own.is_none() && !matches!(run.role, Role::Hard(_));
                        if inside && easy_going && !season.frame.run_walk {
                            // As long outdoors as the heat allows, and the rest indoors.
                            let first = longest_outdoors
                                .at(speller.speeds.reckon(Intensity::Easy))
                                .floor_to(season.frame.grain);
                            if heat::worth_a_part(season.book, longest_outdoors, run.distance, first) {
                                let rest = run.distance - first;
                                // What the long run holds besides easy running comes last, where the rest has room for it.
                                let steps = &workout.rungs[rung].steps;
                                let holds = workout::measure(steps, None, inside_speller.speeds).distance <= rest;
                                let plain = match run.role {
                                    Role::Long => SessionKind::Long,
                                    _ if strides.contains(&day) => SessionKind::Easy,
                                    _ => workout.kind,
                                };
                                let plain = Some(sessions::plain(plain)).filter(|plain| *plain != id);
                                let easy = |distance, speller: &Speller<'_>, manner: &Manner| match plain
                                    .and_then(|id| Some((id, season.book.workouts.get(id)?)))
                                {
                                    Some((id, own)) => speller.session(id, own, &own.rungs[0], distance, manner),
                                    None => spell(distance, speller, manner),
                                };
                                let outside = easy(first, &speller, &outdoors);
                                let parts = if holds {
                                    [outside, spell(rest, &inside_speller, &indoors)]
                                } else {
                                    session = easy(run.distance, &inside_speller, &indoors);
                                    [outside, easy(rest, &inside_speller, &indoors)]
                                };
                                heat::join(&mut session, parts);
                            }
                        }
                        if !silent {
                            heat::on_the_day(season, index, date, longest_outdoors, &mut session);
                        }
                        if matches!(run.role, Role::Long | Role::DayTwo) && target.kind.trains() {
                            session.notes.extend(race_day::on_feet(season, run.distance, session.duration_s));
                        }
                        let pin = hand.pins.iter().find(|pin| pin.day == day && matches!(run.role, Role::Hard(_)));
                        if let Some(title) = pin.and_then(|pin| pin.title.clone()) {
                            session.title = title;
                        }
                        sessions.push(session);
                    }
                    if let Some(id) = hand.aside.get(&day) {
                        let rung = if id == strength::WORKOUT { rung } else { 0 };
                        sessions.extend(aside(&speller, id, rung, manner));
                    }
                    for race in season.races().filter(|race| race.date() == date) {
                        sessions.push(race_day::session(season, &race, &speller));
                    }
                    let word = hand::word_on(season, date).and_then(|word| word.note.as_ref());
                    let note = word.map(|note| note.value.clone());
                    if let (Some(note), Some(session)) = (&note, sessions.first_mut()) {
                        session.notes.push(note.clone());
                    }
                    let free = is_free(season.request, date) || hand.open.contains(&day);
                    let free = free && date >= season.frame.span.start;
                    Day {
                        date,
                        free,
                        life: life_on(season, date).filter(|_| date >= season.frame.span.start),
                        note,
                        sessions,
                    }
                })
                .collect()
        };
        let mut days = spelt(1.0, 1.0);
        if season.frame.run_walk {
            let most = self.turns.most_of_week(season, target.kind);
            // Turns are whole: where they come to more running than the week may hold, some become walks.
            let mut share = 1.0;
            for tenths in (1..10).rev() {
                if days.iter().map(Day::distance).sum::<Distance>() <= most {
                    break;
                }
                share = f64::from(tenths) / 10.0;
                days = spelt(share, 1.0);
            }
            // They come to less than was laid out, too: the long run stays a fair part of what is left.
            let judged = target.kind.trains() || target.kind == WeekKind::Reset;
            for twentieths in (1..20).rev() {
                if !judged || !outgrows(&days, settled, season.frame.grain) {
                    break;
                }
                days = spelt(share, f64::from(twentieths) / 20.0);
            }
            // One turn is the least of a session: where even so it is too much, the week has a session fewer.
            let by_turns = |session: &Session| session.kind == SessionKind::RunWalk;
            while days.iter().map(Day::distance).sum::<Distance>() > most {
                let mut runs = days.iter_mut().filter(|day| day.sessions.iter().any(by_turns));
                let (Some(last), Some(_)) = (runs.next_back(), runs.next()) else { break };
                last.sessions.retain(|session| !by_turns(session));
            }
            let ran = days.iter().map(Day::distance).sum::<Distance>();
            let mut left = days.iter_mut().flat_map(|day| &mut day.sessions).filter(|session| by_turns(session));
            if let (Some(session), Some(ladder), true) =
                (left.next(), season.book.workouts.get(run_walk::LADDER), ran > most)
            {
                *session = Turns::shortened(&speller, ladder, session, most);
            }
        }
        for (day, stands) in season.kept.iter().flat_map(|kept| kept.days(slot)) {
            days[day] = stands.clone();
        }
        let tomorrow = slot.end() + 1;
        let next = is_free(season.request, tomorrow) || hand::effort_on(season, self.moves, tomorrow);
        for day in strength::days(season, slot, settled, &days, &hand.closed, next) {
            days[day].sessions.extend(aside(&speller, strength::WORKOUT, rung, manner));
        }
        let inside = Manner { indoors: true, ..manner.clone() };
        let usual = self.climb.best().times(1.0 / season.frame.runs.max(1) as f64).at(speeds.reckon(Intensity::Easy));
        for (day, rung) in indoors::days(season, index, settled, &days, &hand.closed, usual) {
            days[day].sessions.extend(aside(&speller, indoors::WORKOUT, rung, &inside));
        }
        let mut week = Week {
            number: slot.number,
            start: slot.start,
            phase: slot.phase,
            kind: match target.kind {
                // What was meant to build and found no room for more is a week that holds.
                WeekKind::Build if self.climb.last().is_some_and(|last| laid.volume() <= last) => WeekKind::Hold,
                kind => kind,
            },
            headline: String::new(),
            volume_m: Distance::ZERO,
            duration_s: Duration::ZERO,
            hard_s: Duration::ZERO,
            load: 0,
            longest_run_m: Distance::ZERO,
            heat: season.weather[index].as_ref().map(|usual| usual.heat(settled)),
            reset: None,
            notes: Vec::new(),
            figures: Vec::new(),
            why: Vec::new(),
            days,
        };
        load::sum_up(&mut week);
        week
    }
}

/// Strength or other sport on one of its rungs.
/// The most that is a fair part of a week for its longest run, in weeks that come to so much on so many runs.
pub(super) fn fair_part(settled: &Settled, volume: Distance, runs: usize, grain: Distance) -> Distance {
    let share = settled.get(key::LONG_RUN_SHARE).fraction().max(1.0 / runs.max(1) as f64);
    volume.times(share) + grain
}

/// Whether the long run is more than a fair part of its week, as printed.
fn outgrows(days: &[Day], settled: &Settled, grain: Distance) -> bool {
    let sessions = || days.iter().flat_map(|day| &day.sessions).filter(|session| !session.distance_m.is_zero());
    let longest =
        sessions().filter(|session| session.kind == SessionKind::Long).map(|session| session.distance_m).max();
    let (volume, runs) = (days.iter().map(Day::distance).sum(), sessions().count());
    runs > 2 && longest.is_some_and(|longest| longest > fair_part(settled, volume, runs, grain))
}

fn aside(speller: &Speller<'_>, id: &str, rung: usize, manner: &Manner) -> Option<Session> {
    let workout = speller.book.workouts.get(id)?;
    let rung = workout.rungs.get(rung.min(workout.rungs.len().saturating_sub(1)))?;
    Some(speller.session(id, workout, rung, Distance::ZERO, manner))
}

fn life_on(season: &Season<'_>, date: Date) -> Option<String> {
    let mut life = season.request.life.iter().filter(|life| (life.from.value..=life.to.value).contains(&date));
    life.find_map(|life| {
        let load = life.load.as_ref().map(|at| season.phrases.word(&format!("load.{}", at.value.name())));
        let days = life.days.as_ref().map(|_| season.phrases.word("load.other-days"));
        life.what.as_ref().map(|at| at.value.clone()).or(load).or(days)
    })
}

/// The days on which an easy run ends with strides: never the day after something long, first come first, and only where
/// the walks between them still fit into the time of an easy run.
fn strides_on(
    season: &Season<'_>,
    index: usize,
    laid: &Laid,
    settled: &Settled,
    kind: WeekKind,
    speeds: &Speeds,
    rung: usize,
) -> Vec<usize> {
    let strides = season.book.workouts.get(sessions::plain(SessionKind::Strides));
    let (Some(strides), false) = (strides, matches!(kind, WeekKind::Race | WeekKind::Recover)) else {
        return Vec::new();
    };
    let wanted = usize::try_from(settled.get(key::STRIDES_PER_WEEK)).unwrap_or(0);
    let more = workout::measure(&strides.rungs[rung].steps, None, speeds).time;
    let most = settled.get(key::RUNS_LONGEST).min(settled.get(key::LONG_RUN_LONGEST));
    let first = season.frame.slots[index].start;
    let fits = |run: &&week::Run| {
        let day = (first + run.day as i64).weekday();
        let cap = season.request.week.most.get(&day).map_or(most, |at| at.value.min(most));
        run.distance.at(speeds.reckon(Intensity::Easy)) + more <= cap
    };
    laid.runs.iter().filter(|run| run.role == Role::Easy).filter(fits).map(|run| run.day).take(wanted).collect()
}
