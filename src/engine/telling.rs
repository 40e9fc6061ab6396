//! Telling: the words of a week. Its headline, how its figures came about, and, for a step back, what it is for and
//! why it stands here. Every number in a sentence is filled from the week.

use std::collections::BTreeMap;

use super::hand::{self, Hand, What};
use super::sessions::Choice;
use super::volume::Climb;
use super::week::{Laid, Role};
use super::workout;
use super::{Away, Season};
use crate::args;
use crate::calendar::Date;
use crate::finding::{Args, Finding, Findings, Severity};
use crate::measure::{Distance, Duration, Share};
use crate::phrasebook::Phrasebook;
use crate::plan::{Figure, PhaseName, Reset, Week, WeekKind};
use crate::request::Load;
use crate::rulebook::layers::Settled;
use crate::rulebook::settings::{self, Key, Stage, key};
use crate::rulebook::words::Facts;
use crate::session::{Intensity, SessionKind};

/// What is told of one week.
#[derive(Debug, Clone)]
pub struct Told<'a> {
    /// The season.
    pub season: &'a Season<'a>,
    /// Which week, from 0.
    pub index: usize,
    /// Its settings.
    pub settled: &'a Settled,
    /// What is known of it.
    pub facts: &'a Facts,
    /// The recipe of a step back.
    pub recipe: Option<&'a str>,
    /// The hard sessions that were wanted.
    pub chosen: &'a [Choice],
    /// Where its runs stand.
    pub laid: &'a Laid,
    /// The climb, this week already counted.
    pub climb: &'a Climb,
    /// What came before.
    pub previous: Before,
    /// What was put on its days.
    pub hand: &'a Hand,
    /// Whether it holds because a new kind of hard session comes in.
    pub new_kind: bool,
}

/// What came before a week.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    /// Training weeks since the last step back.
    pub since: i64,
    /// What tapers and recoveries are shares of.
    pub reference: Distance,
}

/// A date as a reader says it: `7 February 2027`.
#[must_use]
pub fn date(phrases: &Phrasebook, date: Date) -> String {
    let month = phrases.word(&format!("month.{}", date.month()));
    phrases.say("say.date", &args! { "day" => date.day(), "month" => month, "year" => date.year() })
}

/// Fills the words of a week.
pub fn tell(
    told: &Told<'_>,
    week: &mut Week,
    wording: Option<usize>,
    moods: &mut BTreeMap<&'static str, usize>,
    spoke: &mut Vec<String>,
    findings: &mut Findings,
) {
    week.reset = wording.and_then(|turn| reset(told, week, turn));
    week.headline = headline(told, week, moods);
    week.figures = figures(told, week);
    speeches(told, week, spoke, findings);
    left_out(told, week);
    if let Some(note) = told.season.request.coach.as_ref().and_then(|coach| coach.notes.get(&week.number)) {
        week.notes.push(note.value.clone());
    }
    week.why = reasons(told, week);
}

/// The name of the race that a week recovers from: the last one before its end, or the result that the season began with.
fn last_race(season: &Season<'_>, week: &Week) -> Option<String> {
    let of_season =
        season.races().take_while(|race| race.date() < week.start + 7).last().map(|race| race.name().to_owned());
    let recent = season.request.runner.recent.as_ref();
    of_season.or_else(|| Some(season.book.races.get(&recent?.race.value)?.title.clone()))
}

/// One sentence for a tired runner; several wordings, so that no two weeks in a row read the same.
fn headline(told: &Told<'_>, week: &Week, moods: &mut BTreeMap<&'static str, usize>) -> String {
    let phrases = told.season.phrases;
    let away = told.season.placed[told.index].away;
    let mood = match week.kind {
        _ if told.index == 0 && week.kind.trains() => "first",
        WeekKind::Recover if week.phase == PhaseName::Transition => "transition",
        WeekKind::Hold if told.settled.get(key::VOLUME_LIFE).fraction() < 1.0 => "fasting",
        WeekKind::Hold if told.climb.before_last().is_some_and(|best| week.volume_m < best) => "below",
        WeekKind::Recover if away == Some(Away::Off) => "away",
        WeekKind::Recover if away == Some(Away::TooHot) => "too-hot",
        WeekKind::Recover if away.is_some() => "return",
        WeekKind::Recover if week.phase.trains() => "below",
        kind => kind.name(),
    };
    let variants = (1..=99).take_while(|n| phrases.has(&format!("headline.{mood}.{n}"))).count().max(1);
    let used = moods.entry(mood).or_default();
    let turn = *used % variants + 1;
    *used += 1;
    let units = told.season.frame.units;
    let args = args! { "volume" => units.distance(week.volume_m), "longest" => units.distance(week.longest_run_m) };
    phrases.say(&format!("headline.{mood}.{turn}"), &args)
}

/// The panel of a step back.
fn reset(told: &Told<'_>, week: &Week, turn: usize) -> Option<Reset> {
    let season = told.season;
    let id = told.recipe?;
    let recipe = season.book.recipes.get(id)?;
    let wording = &recipe.wordings[turn % recipe.wordings.len()];
    let units = season.frame.units;
    let from = if week.kind == WeekKind::Reset { told.climb.last() } else { Some(told.previous.reference) };
    let from = from.unwrap_or(season.who.weekly);
    let cut = Share::from_fraction((1.0 - told.laid.volume().over(from)).clamp(0.0, 1.0));
    let rounded = Share::from_fraction((cut.fraction() * 100.0).round() / 100.0);
    let minutes = |time: Duration| format!("{} min", time.minutes().round());
    let by_time = season.frame.run_walk;
    let longest = week.days.iter().flat_map(|day| &day.sessions).filter(|s| s.kind != SessionKind::Race);
    let longest = longest.map(|session| session.duration_s).max().unwrap_or_default();
    let fill = serde_json::json!({
        "cut": rounded.to_string(),
        "volume": if by_time { minutes(week.duration_s) } else { units.distance(week.volume_m) },
        "long_run": if by_time { minutes(longest) } else { units.distance(week.longest_run_m) },
        "runs": told.laid.runs.len(),
    });
    Some(Reset {
        recipe: id.to_owned(),
        title: wording.title.clone(),
        purpose: wording.purpose.clone(),
        because: because(told, week, turn),
        volume_cut: cut,
        changes: wording
            .changes
            .as_ref()
            .unwrap_or(&recipe.changes)
            .iter()
            .map(|change| season.phrases.fill(change, &fill))
            .collect(),
        look_after: wording.look_after.clone(),
        before_you_go_on: wording.ask.clone(),
        answers: wording.answers.as_ref().unwrap_or(&recipe.answers).clone(),
    })
}

/// How many ways there are to say how many weeks have passed.
const CADENCES: usize = 3;

/// Why a step back stands here, in words.
fn because(told: &Told<'_>, week: &Week, turn: usize) -> Vec<String> {
    let season = told.season;
    let phrases = season.phrases;
    let mut words = Vec::new();
    let mut say = |key: &str, args: &Args| words.push(phrases.say(&format!("reset.{key}"), args));
    let race = last_race(season, week);
    match week.phase {
        PhaseName::Recovery => say("after-race", &args! { "race" => race.unwrap_or_default() }),
        PhaseName::Transition => say("off-season", &args! { "race" => race.unwrap_or_default() }),
        _ if season.placed[told.index].away == Some(Away::TooHot) => {
            let first = season.frame.slots[told.index].days().find(|date| super::weeks::is_free(season.request, *date));
            let usual = first.and_then(|date| season.on_day(told.index, date).0);
            if let Some(usual) = usual {
                let hour = phrases.word(&format!("hour.{}", usual.hour.name()));
                let degrees = usual.weather.temperature_c.round() as i64;
                say("too-hot", &args! { "degrees" => degrees, "hour" => hour });
            }
        }
        _ if season.placed[told.index].away.is_some() => {
            let life = &season.placed[told.index].life;
            match life.load {
                Some(load) => {
                    let load = phrases.word(&format!("load.{}", load.name()));
                    say("away", &args! { "what" => life.what.clone().unwrap_or(load) });
                }
                None => say("return", &Args::new()),
            }
        }
        _ => {
            let life = &season.placed[told.index].life;
            if season.request.week_kinds.iter().any(|word| {
                word.kind.value == WeekKind::Reset && season.frame.slots[told.index].holds(word.starting.value)
            }) {
                say("coach", &Args::new());
            }
            if let Some(load) = life.load.filter(|load| life.days >= super::LIFE_WEEK || *load == Load::Off) {
                let load = phrases.word(&format!("load.{}", load.name()));
                say("life", &args! { "what" => life.what.clone().unwrap_or(load) });
            }
            if told.previous.since > 0 {
                let first = !season.resets.resets[..told.index].contains(&true);
                let key = if first { "first".to_owned() } else { format!("cadence.{}", turn % CADENCES + 1) };
                say(&key, &args! { "weeks" => told.previous.since });
            }
            if let Some(weather) = season.weather[told.index].as_ref().filter(|w| matches!(w.band, "high" | "extreme"))
            {
                let hour = phrases.word(&format!("hour.{}", weather.hour.name()));
                let degrees = weather.weather.temperature_c.round() as i64;
                say("heat", &args! { "degrees" => degrees, "hour" => hour });
            }
            let slots = &season.frame.slots;
            if let Some(next) = slots.get(told.index + 1).filter(|next| next.phase != week.phase) {
                let phase = |name: PhaseName| phrases.word(&format!("phase.{}", name.name()));
                say("phase-border", &args! { "this" => phase(week.phase), "next" => phase(next.phase) });
            }
        }
    }
    words
}

/// How the figures of a week came about.
fn figures(told: &Told<'_>, week: &Week) -> Vec<Figure> {
    let season = told.season;
    let phrases = season.phrases;
    let settled = told.settled;
    let units = season.frame.units;
    let volume = units.distance(week.volume_m);
    let percent = |share: f64| (share * 100.0).round() as i64;
    if season.frame.run_walk {
        return by_time(told, week);
    }
    let mut figures = Vec::new();
    let mut figure = |name: &str, key: &str, args: &Args, why: Vec<u32>| {
        figures.push(Figure { figure: name.to_owned(), sentence: phrases.say(&format!("figure.{key}"), args), why });
    };
    match week.kind {
        WeekKind::Build | WeekKind::Hold => {
            let before = told.climb.before_last();
            let mut args = args! { "volume" => volume, "weekly" => units.distance(season.who.weekly) };
            let why = [key::VOLUME_RAMP.index(), key::VOLUME_STEP.index(), key::VOLUME_PEAK.index()];
            let mut why: Vec<u32> = why.iter().filter_map(|index| settled.chain(*index).last().copied()).collect();
            let key = match before {
                None if week.volume_m + units.half() <= season.who.weekly => "volume.first-below",
                None => "volume.first",
                Some(best) => {
                    args.insert("best".to_owned(), units.distance(best).into());
                    args.insert("percent".to_owned(), percent(week.volume_m.over(best) - 1.0).into());
                    match () {
                        () if week.kind == WeekKind::Build && week.volume_m > best => "volume.build",
                        () if settled.get(key::VOLUME_LIFE).fraction() < 1.0 => {
                            let life = &season.placed[told.index].life;
                            let load = phrases.word(&format!("load.{}", life.load.unwrap_or(Load::Busy).name()));
                            args.insert("what".to_owned(), life.what.clone().unwrap_or(load).into());
                            args.insert("share".to_owned(), settled.get(key::VOLUME_LIFE).to_string().into());
                            why.extend(settled.last(key::VOLUME_LIFE));
                            "volume.life"
                        }
                        () if settled.get(key::HEAT_VOLUME).fraction() < 1.0 => {
                            why.extend(settled.last(key::HEAT_VOLUME));
                            args.insert("share".to_owned(), settled.get(key::HEAT_VOLUME).to_string().into());
                            "volume.held-back"
                        }
                        () if week.kind == WeekKind::Build => "volume.back",
                        () if week.volume_m < best => "volume.below",
                        () if told.new_kind => "volume.new-kind",
                        () if !settled.get(key::VOLUME_GROW) => {
                            why.extend(settled.last(key::VOLUME_GROW));
                            "volume.hold-rule"
                        }
                        () => "volume.hold",
                    }
                }
            };
            figure("volume", key, &args, why);
        }
        WeekKind::Reset => {
            let last = told.climb.last().unwrap_or(season.who.weekly);
            let args = args! {
                "volume" => volume, "last" => units.distance(last), "percent" => percent(week.volume_m.over(last)),
                "asked" => settled.get(key::RESET_VOLUME).to_string(),
            };
            figure("volume", "volume.reset", &args, settled.last(key::RESET_VOLUME));
            let args = args! { "longest" => units.distance(week.longest_run_m), "asked" => settled.get(key::RESET_LONG_RUN).to_string() };
            figure("long-run", "long-run.reset", &args, settled.last(key::RESET_LONG_RUN));
        }
        WeekKind::Taper | WeekKind::Race if week.volume_m.is_zero() => {}
        WeekKind::Taper | WeekKind::Race => {
            let reference = told.previous.reference;
            let args = args! {
                "volume" => volume, "reference" => units.distance(reference),
                "percent" => percent(week.volume_m.over(reference)),
            };
            figure("volume", "volume.taper", &args, settled.last(key::TAPER_VOLUME));
        }
        WeekKind::Recover if season.placed[told.index].away == Some(Away::TooHot) => {
            figure("volume", "volume.too-hot", &Args::new(), settled.last(key::HEAT_LONGEST_OUTDOORS));
        }
        WeekKind::Recover => {
            let reference = told.previous.reference;
            let args = args! {
                "volume" => volume, "reference" => units.distance(reference),
                "percent" => percent(week.volume_m.over(reference)),
            };
            let (key, why) = match week.phase {
                PhaseName::Transition => ("volume.recover", settled.last(key::RESET_VOLUME)),
                PhaseName::Recovery => ("volume.recover", settled.last(key::RECOVERY_VOLUME)),
                _ => ("volume.return", settled.last(key::RETURN_FIRST)),
            };
            figure("volume", key, &args, why);
        }
    }
    let long = told.laid.runs.iter().find(|run| run.role == Role::Long);
    if let (Some(long), true) = (long, week.kind.trains()) {
        let target = settled.get(key::LONG_RUN_PEAK);
        let args = args! {
            "longest" => units.distance(long.distance), "target" => units.distance(target),
            "percent" => percent(long.distance.over(week.volume_m)),
        };
        let key = if long.distance >= target.floor_to(units.half()) { "long-run.there" } else { "long-run.way" };
        let why =
            [settled.last(key::LONG_RUN_PEAK), settled.last(key::LONG_RUN_GROWTH), settled.last(key::LONG_RUN_SHARE)];
        figure("long-run", key, &args, why.concat());
    }
    // What is steady stands in the place of a hard session, and is none.
    let is_hard = |number: usize| {
        told.season.book.workouts.get(&told.chosen[number].id).is_some_and(|workout| workout::is_hard(workout.kind))
    };
    let hard = told.laid.runs.iter().filter(|run| matches!(run.role, Role::Hard(number) if is_hard(number))).count();
    if week.kind.trains() {
        let args = args! { "hard" => hard, "hours" => settled.get(key::HARD_APART).hours() as i64 };
        let key = if hard == 0 { "hard.none" } else { "hard.some" };
        figure("hard", key, &args, [settled.last(key::HARD_PER_WEEK), settled.last(key::HARD_APART)].concat());
    }
    if told.laid.left_out > 0 {
        let args = args! { "count" => told.laid.left_out };
        figure("hard", "hard.left-out", &args, settled.last(key::HARD_APART));
    }
    figures
}

/// How the minutes of a week came about, where runs are given by the minute.
fn by_time(told: &Told<'_>, week: &Week) -> Vec<Figure> {
    let settled = told.settled;
    let mut running = Duration::ZERO;
    for step in
        week.days.iter().flat_map(|day| &day.sessions).filter(|s| s.kind != SessionKind::Race).flat_map(|s| &s.steps)
    {
        step.each(1, &mut |stretch, times, runs| {
            if runs {
                running += stretch.duration_s.times(f64::from(times));
            }
        });
    }
    let easy = told.season.frame.speeds.reckon(Intensity::Easy);
    let last = told.climb.last().map(|last| last.at(easy));
    let minutes = |time: Duration| time.minutes().round() as i64;
    let mut args = args! { "minutes" => minutes(week.duration_s), "running" => minutes(running) };
    let (key, why) = match (week.kind, last) {
        (WeekKind::Reset, Some(last)) => {
            let percent = (told.laid.volume().at(easy).minutes() / last.minutes().max(1.0) * 100.0).round() as i64;
            args.insert("percent".to_owned(), percent.into());
            args.insert("last".to_owned(), minutes(last).into());
            ("volume.by-time-reset", settled.last(key::RESET_VOLUME))
        }
        _ => ("volume.by-time", [settled.last(key::RUNS_RUN_WALK), settled.last(key::VOLUME_RAMP)].concat()),
    };
    let sentence = told.season.phrases.say(&format!("figure.{key}"), &args);
    vec![Figure { figure: "volume".to_owned(), sentence, why }]
}

/// What rules have to say of the week. A rule that also spoke last week is not repeated.
fn speeches(told: &Told<'_>, week: &mut Week, spoke: &mut Vec<String>, findings: &mut Findings) {
    let phrases = told.season.phrases;
    let placed = &told.season.placed[told.index].settled;
    let data = told.facts.data();
    let mut now = Vec::new();
    for speech in placed.spoken.iter().chain(&told.settled.spoken) {
        if now.contains(&speech.rule) {
            continue;
        }
        now.push(speech.rule.clone());
        if spoke.contains(&speech.rule) {
            continue;
        }
        if let Some(words) = &speech.say {
            week.notes.push(phrases.fill(words, &data));
        }
        if let Some(words) = &speech.warn {
            let finding = Finding::new(&speech.rule, Severity::Warning).in_words(phrases.fill(words, &data));
            findings.push(finding.in_week(week.number));
        }
    }
    *spoke = now;
}

/// What the week does without, and why; and the coach's notes for days on which nobody runs.
fn left_out(told: &Told<'_>, week: &mut Week) {
    let season = told.season;
    let phrases = season.phrases;
    let mut notes = Vec::new();
    let weekday = |date: Date| phrases.word(&format!("page.weekday.{}", date.weekday().name()));
    for day in &week.days {
        if let (Some(note), true) = (&day.note, day.sessions.is_empty()) {
            notes.push(phrases.say("left.day-note", &args! { "day" => weekday(day.date), "note" => note.as_str() }));
        }
    }
    let stands = |date: Date| week.days.iter().any(|day| day.date == date && day.sessions.iter().any(|s| s.hard));
    let decided = |date: Date| hand::word_on(season, date).is_some_and(|word| word.session.is_some());
    for day in week.days.iter().filter(|day| day.date >= season.frame.span.start && day.free) {
        let Some(fixed) = hand::fixed_on(season, day.date).filter(|fixed| hand::hard_by_habit(season, fixed)) else {
            continue;
        };
        if stands(day.date) || decided(day.date) || told.hand.gone.iter().any(|_| day.sessions.is_empty()) {
            continue;
        }
        let why = match week.kind {
            WeekKind::Reset => "reset",
            WeekKind::Taper => "taper",
            WeekKind::Race => "race",
            // Nobody looks for a hard session there.
            WeekKind::Recover => continue,
            _ if !told.settled.get(key::HEAT_HARD_OUTDOORS) && told.chosen.is_empty() => "heat",
            _ if told.settled.get(key::HARD_PER_WEEK) == 0 => "none",
            _ => "rest",
        };
        let args = args! { "what" => hand::name_of(season, fixed), "day" => weekday(day.date) };
        notes.push(phrases.say(&format!("gives-way.{why}"), &args));
    }
    let pinned = |choice: &Choice| told.hand.pins.iter().any(|pin| pin.id == choice.id);
    let missing: Vec<String> = told
        .chosen
        .iter()
        .enumerate()
        .filter(|(number, choice)| !pinned(choice) && !told.laid.runs.iter().any(|run| run.role == Role::Hard(*number)))
        .filter_map(|(_, choice)| Some(season.book.workouts.get(&choice.id)?.title.to_lowercase()))
        .collect();
    if !missing.is_empty() {
        let what = missing.join(&phrases.word("page.comma"));
        notes.push(phrases.say("left.hard", &args! { "what" => what }));
    }
    let long = week.days.iter().flat_map(|day| &day.sessions).any(|session| session.kind == SessionKind::Long);
    let own_long = told.hand.own.values().any(|put| match &put.what {
        What::Moved(session) => session.kind == SessionKind::Long,
        _ => put.distance >= told.laid.longest(),
    });
    let runs = told.laid.runs.len();
    if week.kind.trains() && !season.frame.run_walk && runs > 0 {
        if !long && !own_long && told.hand.gone.is_empty() {
            notes.push(phrases.word("left.long"));
        }
        let free = week.days.iter().filter(|day| day.free).count();
        if free < season.frame.runs && runs < season.frame.runs {
            notes.push(phrases.say("left.runs", &args! { "runs" => runs, "usual" => season.frame.runs }));
        }
    }
    let strength = week.days.iter().flat_map(|day| &day.sessions).filter(|s| s.kind == SessionKind::Strength).count();
    let asked = season.request.week.strength.as_ref().map_or(0, |at| i64::from(at.value));
    let asked = asked.min(told.settled.get(key::STRENGTH_MOST));
    if week.kind.trains() && (strength as i64) < asked {
        notes.push(phrases.say("left.strength", &args! { "got" => strength, "asked" => asked }));
    }
    week.notes.extend(notes);
}

/// The numbers of the reasons behind a week: those of its figures, and every setting decided for this week alone.
fn reasons(told: &Told<'_>, week: &Week) -> Vec<u32> {
    let mut why: Vec<u32> = week.figures.iter().flat_map(|figure| figure.why.iter().copied()).collect();
    for (index, setting) in settings::TABLE.iter().enumerate() {
        if setting.stage > Stage::Season {
            why.extend(told.settled.chain(index));
        }
    }
    let season_wide: [&Key<Share>; 2] = [&key::LONG_RUN_SHARE, &key::HARD_SHARE];
    why.extend(season_wide.iter().flat_map(|key| told.settled.why(**key).iter().copied()));
    why.sort_unstable();
    why.dedup();
    why
}
