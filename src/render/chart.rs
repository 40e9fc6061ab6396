//! The season at a glance: where each bar, line and flag stands. The templates draw it.

use serde::Serialize;

use crate::calendar::Date;
use crate::measure::{Duration, Units};
use crate::plan::{Heat, Plan, Week, WeekKind};

use super::filters::{Words, is_right_to_left};
use super::view::longest_time;

/// The bands of heat, mildest first; a band's rank is the height of its mark.
const BANDS: [&str; 5] = ["none", "low", "moderate", "high", "extreme"];

/// A drawing, in its own units from the top left.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    /// Tells the ids of two drawings on one page apart.
    id: &'static str,
    width: f64,
    height: f64,
    /// Where the bars stand.
    base: f64,
    left: f64,
    right: f64,
    /// Where the names of the phases stand, and the heat.
    phase_y: f64,
    heat_y: f64,
    grid: Vec<Grid>,
    bars: Vec<Bar>,
    /// Points of the long-run line.
    line: String,
    phases: Vec<Phase>,
    flags: Vec<Flag>,
    heat: Vec<HeatMark>,
    /// What life brings, under the weeks that it comes in.
    life: Vec<LifeMark>,
    /// Where the figures of the scale stand, and how: `end` of each at `axis_x`, or `start`.
    axis_x: f64,
    axis_anchor: &'static str,
    /// 1 where the season runs from left to right, -1 where it runs from right to left.
    way: i8,
}

#[derive(Debug, Serialize)]
struct Grid {
    y: f64,
    label: String,
}

#[derive(Debug, Serialize)]
struct Bar {
    number: u32,
    kind: WeekKind,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    /// The middle.
    at: f64,
    value: String,
    /// Whether there is room for its value, and for its number.
    roomy: bool,
    numbered: bool,
    /// The longest run, on the same scale; none where nothing is run.
    long_y: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Phase {
    name: &'static str,
    from: f64,
    to: f64,
    at: f64,
    roomy: bool,
}

#[derive(Debug, Serialize)]
struct Flag {
    name: String,
    x: f64,
    top: f64,
    foot: f64,
    /// Where its name stands: `start`, `middle` or `end` of it at `text_x`.
    anchor: &'static str,
    text_x: f64,
}

#[derive(Debug, Serialize)]
struct LifeMark {
    name: String,
    x: f64,
    width: f64,
    y: f64,
    text_x: f64,
    anchor: &'static str,
}

#[derive(Debug, Serialize)]
struct HeatMark {
    x: f64,
    width: f64,
    y: f64,
    height: f64,
    band: String,
    /// The middle, and the usual temperature where there is room for it.
    at: f64,
    degrees: Option<String>,
    hour: String,
}

/// The narrowest place that still takes a temperature.
const DEGREES: f64 = 22.0;

/// How a drawing is laid out.
struct Layout {
    id: &'static str,
    width: f64,
    left: f64,
    plot: f64,
    /// The narrowest place that still takes a value, a week's number, a letter of a phase's name.
    value: f64,
    number: f64,
    letter: f64,
    name: usize,
}

/// More weeks than this make a long season.
const LONG: usize = 16;

const WIDE: Layout =
    Layout { id: "wide", width: 920.0, left: 40.0, plot: 190.0, value: 24.0, number: 17.0, letter: 6.4, name: 30 };
const NARROW: Layout =
    Layout { id: "narrow", width: 340.0, left: 22.0, plot: 150.0, value: 19.0, number: 17.0, letter: 6.2, name: 20 };

/// The drawing for paper and wide screens, and the one for a phone.
pub(super) fn charts(plan: &Plan, words: &Words, by_time: bool) -> [Chart; 2] {
    let drawn = [&WIDE, &NARROW].map(|layout| draw(plan, words, by_time, layout));
    if is_right_to_left(words.language()) { drawn.map(Chart::mirrored) } else { drawn }
}

/// What a week's bar shows: hours where time is what counts, else the reader's units of length.
fn amount(week: &Week, units: Units, by_time: bool) -> f64 {
    if by_time { week.duration_s.minutes() } else { week.volume_m.over(units.one()) }
}

fn longest(week: &Week, units: Units, by_time: bool) -> f64 {
    if by_time { longest_time(week).minutes() } else { week.longest_run_m.over(units.one()) }
}

fn draw(plan: &Plan, words: &Words, by_time: bool, layout: &Layout) -> Chart {
    let units = words.units;
    let most = plan.weeks.iter().map(|week| amount(week, units, by_time)).fold(1.0, f64::max);
    let rows = flag_rows(plan, layout);
    let head =
        30.0 + 15.0 * rows.iter().copied().max().unwrap_or(0) as f64 + if plan.races.is_empty() { 0.0 } else { 6.0 };
    // A long season has a long table under its drawing, and both stand on one sheet.
    let plot = if plan.weeks.len() > LONG { layout.plot * 0.8 } else { layout.plot };
    let base = head + plot;
    let right = layout.width - 4.0;
    let slot = (right - layout.left) / plan.weeks.len().max(1) as f64;
    let gap = (slot * 0.14).min(9.0);
    let y_of = |value: f64| base - value / most * plot;
    let step = step(most);
    let grid = (0..=5)
        .map(|i| f64::from(i) * step)
        .take_while(|value| *value <= most)
        .map(|value| Grid { y: tenth(y_of(value)), label: format!("{value}") })
        .collect();
    // Every week's number where there is room, else every second, fourth or thirteenth.
    let every = [1, 2, 4, 13, 26].into_iter().find(|every| slot * f64::from(*every) >= layout.number).unwrap_or(52);
    let bars: Vec<Bar> = plan
        .weeks
        .iter()
        .enumerate()
        .map(|(i, week)| {
            let x = layout.left + slot * i as f64;
            let value = amount(week, units, by_time);
            let long = longest(week, units, by_time);
            let label = if by_time { format!("{value:.0}") } else { units.number(week.volume_m) };
            let label = if value > 0.0 { label } else { String::new() };
            let needed = layout.value.max(label.chars().count() as f64 * 7.2);
            Bar {
                number: week.number,
                kind: week.kind,
                x: tenth(x + gap / 2.0),
                y: tenth(y_of(value)),
                width: tenth(slot - gap),
                height: tenth(base - y_of(value)),
                at: tenth(x + slot / 2.0),
                value: label,
                roomy: slot >= needed,
                numbered: week.number % every == 0 || every == 1,
                long_y: (long > 0.0).then(|| tenth(y_of(long))),
            }
        })
        .collect();
    let has_heat = plan.weeks.iter().any(|week| week.heat.is_some());
    let life = life(plan, layout, slot, base + 41.0);
    let life_rows =
        life.iter().map(|mark| mark.y).fold(None, |most: Option<f64>, y| Some(most.map_or(y, |m| m.max(y))));
    let heat_y = life_rows.map_or(base + 40.0, |lowest| lowest + 22.0);
    Chart {
        id: layout.id,
        width: layout.width,
        height: if has_heat { heat_y + if slot >= DEGREES { 36.0 } else { 24.0 } } else { heat_y - 2.0 },
        base: tenth(base),
        left: layout.left,
        right,
        phase_y: tenth(base + 33.0),
        heat_y: tenth(heat_y),
        grid,
        line: line(&bars),
        phases: phases(plan, words, layout, slot),
        flags: flags(plan, layout, slot, base, &rows),
        heat: plan
            .weeks
            .iter()
            .enumerate()
            .filter_map(|(i, week)| {
                heat_mark(week.heat.as_ref()?, units, layout.left + slot * i as f64, slot, gap, heat_y)
            })
            .collect(),
        bars,
        life,
        axis_x: layout.left - 5.0,
        axis_anchor: "end",
        way: 1,
    }
}

impl Chart {
    /// The same drawing for those who read from right to left.
    fn mirrored(self) -> Self {
        let width = self.width;
        let x = |x: f64| tenth(width - x);
        let turned = |anchor: &'static str| match anchor {
            "start" => "end",
            "end" => "start",
            other => other,
        };
        let bar = |bar: Bar| Bar { x: x(bar.x + bar.width), at: x(bar.at), ..bar };
        let bars: Vec<Bar> = self.bars.into_iter().map(bar).collect();
        Self {
            left: x(self.right),
            right: x(self.left),
            line: line(&bars),
            bars,
            phases: self
                .phases
                .into_iter()
                .map(|phase| Phase { from: x(phase.to), to: x(phase.from), at: x(phase.at), ..phase })
                .collect(),
            flags: self
                .flags
                .into_iter()
                .map(|flag| Flag { x: x(flag.x), text_x: x(flag.text_x), anchor: turned(flag.anchor), ..flag })
                .collect(),
            heat: self
                .heat
                .into_iter()
                .map(|mark| HeatMark { x: x(mark.x + mark.width), at: x(mark.at), ..mark })
                .collect(),
            life: self
                .life
                .into_iter()
                .map(|mark| LifeMark {
                    x: x(mark.x + mark.width),
                    text_x: x(mark.text_x),
                    anchor: turned(mark.anchor),
                    ..mark
                })
                .collect(),
            axis_x: x(self.axis_x),
            axis_anchor: turned(self.axis_anchor),
            way: -1,
            ..self
        }
    }
}

/// Points of the long-run line.
fn line(bars: &[Bar]) -> String {
    bars.iter().filter_map(|bar| Some(format!("{},{}", bar.at, bar.long_y?))).collect::<Vec<_>>().join(" ")
}

/// What life brings, each stretch of days under its weeks with its name; names that would touch stand in two rows.
fn life(plan: &Plan, layout: &Layout, slot: f64, top: f64) -> Vec<LifeMark> {
    let mut stretches: Vec<(&str, Date, Date)> = Vec::new();
    for day in plan.weeks.iter().flat_map(|week| &week.days) {
        let Some(what) = day.life.as_deref().map(str::trim).filter(|what| !what.is_empty()) else { continue };
        match stretches.last_mut() {
            // A pause of some days is no end of it: `every Friday off` is one thing.
            Some((name, _, last)) if *name == what && day.date - *last <= 8 => *last = day.date,
            _ => stretches.push((what, day.date, day.date)),
        }
    }
    let mut ends = [f64::MIN; 2];
    stretches
        .into_iter()
        .filter_map(|(what, first, last)| {
            let half = slot / 14.0;
            let from = layout.left + slot_of(plan, first)? * slot - half;
            let to = layout.left + slot_of(plan, last)? * slot + half;
            let name = short(what, layout.name);
            let long = name.chars().count() as f64 * 5.9;
            let (anchor, text_x, text_from) =
                if from + long > layout.width { ("end", to, to - long) } else { ("start", from, from) };
            let row = usize::from(text_from < ends[0] && ends[1] <= text_from);
            // Where both rows are taken the mark stands without its name; the week says it.
            let name = if text_from < ends[row] { String::new() } else { name };
            if !name.is_empty() {
                ends[row] = text_from + long + 8.0;
            }
            Some(LifeMark {
                name,
                x: tenth(from),
                width: tenth((to - from).max(3.0)),
                y: tenth(top + 17.0 * row as f64),
                text_x: tenth(text_x),
                anchor,
            })
        })
        .collect()
}

/// The season in characters: a bar a week, and under each what kind of week it is.
#[derive(Debug, Serialize)]
pub(super) struct SparkLine {
    from: u32,
    to: u32,
    bars: String,
    kinds: String,
}

/// The mark of a kind of week in plain text.
fn letter(kind: WeekKind) -> char {
    match kind {
        WeekKind::Build => '↗',
        WeekKind::Hold => '=',
        WeekKind::Reset => '○',
        WeekKind::Taper => '↘',
        WeekKind::Race => '⚑',
        WeekKind::Recover => '~',
    }
}

/// The season as lines of text, each of a year at most.
pub(super) fn sparkline(plan: &Plan, by_time: bool) -> Vec<SparkLine> {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let of = |week: &Week| amount(week, plan.units, by_time);
    let most = plan.weeks.iter().map(of).fold(1.0, f64::max);
    let block = |week: &Week| BLOCKS[((of(week) / most * 8.0).ceil() as usize).clamp(1, 8) - 1];
    plan.weeks
        .chunks(52)
        .map(|weeks| SparkLine {
            from: weeks.first().map_or(0, |week| week.number),
            to: weeks.last().map_or(0, |week| week.number),
            bars: weeks.iter().map(block).collect(),
            kinds: weeks.iter().map(|week| letter(week.kind)).collect(),
        })
        .collect()
}

/// The distance between lines: 1, 2 or 5 times a power of ten, for at most five lines.
fn step(most: f64) -> f64 {
    let mut power = 1.0;
    loop {
        for step in [1.0, 2.0, 5.0] {
            if most / (step * power) <= 5.0 {
                return step * power;
            }
        }
        power *= 10.0;
    }
}

fn phases(plan: &Plan, words: &Words, layout: &Layout, slot: f64) -> Vec<Phase> {
    let mut phases: Vec<(usize, usize)> = Vec::new();
    for i in 0..plan.weeks.len() {
        match phases.last_mut() {
            Some((first, last)) if plan.weeks[*first].phase == plan.weeks[i].phase => *last = i,
            _ => phases.push((i, i)),
        }
    }
    phases
        .into_iter()
        .map(|(first, last)| {
            let (from, to) = (layout.left + slot * first as f64 + 1.5, layout.left + slot * (last + 1) as f64 - 1.5);
            let name = plan.weeks[first].phase.name();
            let letters = words.name("phase", name).chars().count() as f64;
            Phase {
                name,
                from: tenth(from),
                to: tenth(to),
                at: tenth(f64::midpoint(from, to)),
                roomy: to - from >= letters * layout.letter,
            }
        })
        .collect()
}

/// The slot of a date, as weeks and parts of a week from the start of the season; none outside it.
fn slot_of(plan: &Plan, date: Date) -> Option<f64> {
    let week = plan.weeks.iter().rposition(|week| week.start <= date)?;
    let day = date - plan.weeks[week].start;
    (0..7).contains(&day).then(|| week as f64 + (day as f64 + 0.5) / 7.0)
}

/// The row of each race's name, 0 the lowest: names that would touch stand one above the other.
fn flag_rows(plan: &Plan, layout: &Layout) -> Vec<usize> {
    let slot = (layout.width - 4.0 - layout.left) / plan.weeks.len().max(1) as f64;
    let mut taken: Vec<(f64, f64, usize)> = Vec::new();
    plan.races
        .iter()
        .map(|race| {
            let Some(at) = slot_of(plan, race.date) else { return 0 };
            let x = layout.left + at * slot;
            let half = short(&race.name, layout.name).chars().count() as f64 * 3.6 + 6.0;
            let (from, to) = (x - half, x + half);
            let row = (0..4).find(|row| !taken.iter().any(|(a, b, r)| r == row && from < *b && *a < to)).unwrap_or(3);
            taken.push((from, to, row));
            row
        })
        .collect()
}

fn flags(plan: &Plan, layout: &Layout, slot: f64, base: f64, rows: &[usize]) -> Vec<Flag> {
    let highest = rows.iter().copied().max().unwrap_or(0);
    plan.races
        .iter()
        .zip(rows)
        .filter_map(|(race, row)| {
            let x = layout.left + slot_of(plan, race.date)? * slot;
            let name = short(&race.name, layout.name);
            let half = name.chars().count() as f64 * 3.4;
            let (anchor, text_x) = if x + half > layout.width {
                ("end", layout.width - 2.0)
            } else if x - half < 0.0 {
                ("start", 2.0)
            } else {
                ("middle", x)
            };
            let top = 16.0 + 15.0 * (highest - row) as f64;
            Some(Flag { name, x: tenth(x), top, foot: tenth(base), anchor, text_x: tenth(text_x) })
        })
        .collect()
}

/// A name cut to a length, by characters.
fn short(name: &str, most: usize) -> String {
    let name = name.trim();
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let cut: String = name.chars().take(most - 1).collect();
    format!("{}…", cut.trim_end())
}

fn heat_mark(heat: &Heat, units: Units, x: f64, slot: f64, gap: f64, top: f64) -> Option<HeatMark> {
    let rank = BANDS.iter().position(|band| *band == heat.band)? as f64;
    let height = 2.0 + rank * 4.0;
    Some(HeatMark {
        x: tenth(x + gap / 2.0),
        width: tenth(slot - gap),
        y: tenth(top + 18.0 - height),
        height,
        band: heat.band.clone(),
        at: tenth(x + slot / 2.0),
        degrees: (slot >= DEGREES).then(|| match units {
            Units::Km => format!("{}°", heat.temperature_c.round()),
            Units::Mi => format!("{}°", (heat.temperature_c * 1.8 + 32.0).round()),
        }),
        hour: heat.run_at.clone(),
    })
}

/// A week's bar in block characters, at most `most` long; each kind has its own.
pub(super) fn text_bar(week: &Week, plan: &Plan, by_time: bool, most: usize) -> String {
    let units = plan.units;
    let top = plan.weeks.iter().map(|week| amount(week, units, by_time)).fold(1.0, f64::max);
    let long = (amount(week, units, by_time) / top * most as f64).round() as usize;
    let long = if week.duration_s > Duration::ZERO { long.max(1) } else { long };
    let block = match week.kind {
        WeekKind::Build => "█",
        WeekKind::Hold => "▓",
        WeekKind::Reset => "░",
        WeekKind::Taper => "▒",
        WeekKind::Race => "▞",
        WeekKind::Recover => "·",
    };
    block.repeat(long.min(most))
}

/// To a tenth: drawings need no more, and files stay short.
fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_has_round_steps_and_few_lines() {
        for (most, wanted) in [(1.0, 1.0), (9.0, 2.0), (51.0, 20.0), (110.0, 50.0), (1200.0, 500.0)] {
            assert!((step(most) - wanted).abs() < 1e-9, "{most}: {}", step(most));
        }
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(short("Dubai Half", 20), "Dubai Half");
        assert_eq!(short("نصف ماراثون دبي الكبير جدا", 12).chars().count(), 12);
    }
}
