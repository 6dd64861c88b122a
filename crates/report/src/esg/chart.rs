//! Drawings of the report: level bars, stacked columns by period, and a target's path.

use crate::document::Figure;
use crate::drawing::{Drawing, Frame, Hatch, Words, axis_step, shortened};
use crate::number::{grouped, places};

const WIDTH: f64 = 400.0;
const LEFT: f64 = 6.0;
/// Room for the figure behind the longest bar.
const FIGURE: f64 = 70.0;
const TOP: f64 = 30.0;
const BAR: f64 = 13.0;
/// Letters of a bar's name: more do not fit.
const NAME_MAX: usize = 44;
/// Height of a chart over time, without its labels.
const HEIGHT: f64 = 150.0;
/// Room for the labels of the upright axis.
const AXIS: f64 = 52.0;
/// Labels below the level axis: more would touch each other.
const LABELS_MAX: usize = 6;

/// A bar, and the one beside it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bar {
    /// What it is of.
    pub name: String,
    /// Its length.
    pub value: f64,
    /// The baseline's.
    pub beside: Option<f64>,
}

/// Level bars from zero. The legend names the reported case and the one beside it.
pub(super) fn levels(words: Words, unit: &str, legend: [&str; 2], bars: &[Bar]) -> Figure {
    let values = || bars.iter().flat_map(|bar| [Some(bar.value), bar.beside]).flatten();
    let (least, most) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
    let range = if most > least { most - least } else { 1.0 };
    let places = places(values());
    let left = if least < 0.0 { LEFT + FIGURE } else { LEFT };
    let across = |value: f64| left + (value - least) / range * (WIDTH - left - FIGURE);
    let is_beside = bars.iter().any(|bar| bar.beside.is_some());
    let group = if is_beside { 50.0 } else { 36.0 };
    let top = if is_beside { TOP } else { 4.0 };
    let bottom = top + group * bars.len() as f64;

    let mut drawing = Drawing::default();
    drawing.hatch(&words.id, "baseline", Hatch::Rising);
    if is_beside {
        key(&mut drawing, &words.id, &[("plan", legend[0]), ("baseline", legend[1])]);
    }
    for (row, bar) in bars.iter().enumerate() {
        let y = top + group * row as f64;
        drawing.text("strong", (across(0.0) + 4.0, y + 14.0), &shortened(&bar.name, NAME_MAX));
        for (place, value) in [Some(bar.value), bar.beside].into_iter().flatten().enumerate() {
            let (from, to) = (across(value.min(0.0)), across(value.max(0.0)));
            let y = y + 19.0 + (BAR + 1.0) * place as f64;
            let frame = Frame { x: from, y, width: to - from, height: BAR };
            if place == 0 {
                drawing.rect("plan", frame);
            } else {
                drawing.hatched(&words.id, "baseline", frame);
            }
            let (class, x) = if value < 0.0 { ("end", from - 4.0) } else { ("start", to + 4.0) };
            drawing.text(class, (x, y + BAR - 2.0), &grouped(value, places));
        }
    }
    drawing.line("axis", (across(0.0), top), (across(0.0), bottom));
    drawing.text("end-note", (WIDTH - 4.0, bottom + 15.0), unit);
    drawing.finish(words, WIDTH, bottom + 22.0)
}

/// A period and its parts, bottom to top.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stack {
    /// Below its column.
    pub label: String,
    /// Of scopes 1, 2 and 3.
    pub parts: [f64; 3],
}

/// Fills of the three parts: they differ by pattern too.
const PARTS: [&str; 3] = ["plan", "charging", "baseline"];

/// Stacked columns from zero, in the order given.
pub(super) fn columns(words: Words, unit: &str, legend: [&str; 3], stacks: &[Stack]) -> Figure {
    // A period of reversals can be below zero: the table has it, a column has no such length.
    let height = |stack: &Stack| stack.parts.iter().map(|part| part.max(0.0)).sum::<f64>();
    let most = stacks.iter().map(height).fold(0.0, f64::max);
    let mut drawing = Drawing::default();
    drawing.hatch(&words.id, "charging", Hatch::Falling);
    drawing.hatch(&words.id, "baseline", Hatch::Rising);
    key(&mut drawing, &words.id, &[0, 1, 2].map(|part| (PARTS[part], legend[part])));
    let up = upright_axis(&mut drawing, most, unit);
    let step = (WIDTH - AXIS - 4.0) / stacks.len().max(1) as f64;
    let every = stacks.len().div_ceil(LABELS_MAX).max(1);
    for (place, stack) in stacks.iter().enumerate() {
        let x = AXIS + step * place as f64;
        let mut below = 0.0;
        for (part, class) in stack.parts.iter().zip(PARTS) {
            let above = below + part.max(0.0);
            let frame = Frame {
                x: x + step * 0.15,
                y: up(above),
                width: (step * 0.7).min(60.0),
                height: up(below) - up(above),
            };
            if class == "plan" {
                drawing.rect(class, frame);
            } else {
                drawing.hatched(&words.id, class, frame);
            }
            below = above;
        }
        if place.is_multiple_of(every) {
            let at = (x + step * 0.15 + (step * 0.7).min(60.0) / 2.0, up(0.0) + 15.0);
            drawing.text("middle-note", at, &shortened(&stack.label, 14));
        }
    }
    drawing.line("axis", (AXIS, up(0.0)), (WIDTH - 4.0, up(0.0)));
    drawing.finish(words, WIDTH, TOP + HEIGHT + 34.0)
}

/// A target's path as a line, and what was emitted as dots on another.
pub(super) fn path(
    words: Words,
    unit: &str,
    legend: [&str; 2],
    lines: [&[(u16, f64)]; 2],
) -> Figure {
    let points = || lines.iter().flat_map(|line| line.iter().copied());
    let most = points().map(|(_, value)| value).fold(0.0, f64::max);
    let first = points().map(|(year, _)| year).min().unwrap_or_default();
    let last = points().map(|(year, _)| year).max().unwrap_or_default();
    let years = f64::from(last - first).max(1.0);
    let across = |year: u16| AXIS + 14.0 + f64::from(year - first) / years * (WIDTH - AXIS - 34.0);
    let mut drawing = Drawing::default();
    drawing.line("signal", (LEFT, 14.0), (LEFT + 16.0, 14.0));
    drawing.text("start", (LEFT + 20.0, 18.0), &shortened(legend[0], 20));
    drawing.circle("site", (LEFT + 190.0, 14.0), 3.5);
    drawing.text("start", (LEFT + 200.0, 18.0), &shortened(legend[1], 20));
    let up = upright_axis(&mut drawing, most, unit);
    let [target, actual] =
        lines.map(|line| line.iter().map(|&(year, v)| (across(year), up(v))).collect::<Vec<_>>());
    drawing.polyline("signal", &target);
    drawing.polyline("sun", &actual);
    for at in actual {
        drawing.circle("site", at, 3.5);
    }
    for year in [first, last] {
        drawing.text("middle-note", (across(year), up(0.0) + 15.0), &year.to_string());
    }
    drawing.line("axis", (AXIS, up(0.0)), (WIDTH - 4.0, up(0.0)));
    drawing.finish(words, WIDTH, TOP + HEIGHT + 34.0)
}

/// Grid, labels and unit of an axis from zero; the function gives a value's height on it.
fn upright_axis(drawing: &mut Drawing, most: f64, unit: &str) -> impl Fn(f64) -> f64 + use<> {
    let (top, bottom) = (TOP + 14.0, TOP + 14.0 + HEIGHT);
    let range = if most > 0.0 { most } else { 1.0 };
    let up = move |value: f64| bottom - value.max(0.0) / range * (bottom - top);
    let step = axis_step(range, 4);
    let places = if step < 1.0 { (-step.log10().floor()) as usize } else { 0 };
    for tick in 0..=((range / step + 1e-9).floor() as i64) {
        let value = tick as f64 * step;
        drawing.line("grid", (AXIS, up(value)), (WIDTH - 4.0, up(value)));
        drawing.text("end-note", (AXIS - 4.0, up(value) + 4.0), &grouped(value, places));
    }
    drawing.text("note", (LEFT, TOP + 4.0), unit);
    up
}

/// What each fill means.
fn key(drawing: &mut Drawing, figure: &str, entries: &[(&str, &str)]) {
    let step = (WIDTH - 2.0 * LEFT) / entries.len().max(1) as f64;
    for (place, (class, name)) in entries.iter().enumerate() {
        let x = LEFT + step.min(130.0) * place as f64;
        let swatch = Frame { x, y: 8.0, width: 14.0, height: 11.0 };
        if *class == "plan" {
            drawing.rect(class, swatch);
        } else {
            drawing.hatched(figure, class, swatch);
        }
        drawing.text("start", (x + 20.0, 18.0), &shortened(name, 16));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        Words { id: "c".into(), title: "Title".into(), description: "Bars".into() }
    }

    /// An attribute of every element of a class.
    fn numbers(body: &str, element: &str, attribute: &str) -> Vec<f64> {
        body.lines()
            .filter(|line| line.starts_with(element))
            .map(|line| {
                let from = line.find(&format!(" {attribute}=\"")).unwrap() + attribute.len() + 3;
                line[from..].split('"').next().unwrap().parse().unwrap()
            })
            .collect()
    }

    #[test]
    fn bars_are_as_long_as_their_values() {
        let bar = |value| Bar { name: "one".into(), value, beside: None };
        let body = levels(words(), "kg", ["", ""], &[bar(100.0), bar(25.0)]).body;
        let widths = numbers(&body, "<rect class=\"plan\"", "width");
        assert!((widths[0] - 4.0 * widths[1]).abs() < 0.3, "{widths:?}");
    }

    #[test]
    fn parts_of_a_column_stand_on_each_other() {
        let stack = Stack { label: "May".into(), parts: [1.0, 2.0, 3.0] };
        let body = columns(words(), "kg", ["1", "2", "3"], &[stack]).body;
        let (y, height) =
            (numbers(&body, "<rect class=\"", "y"), numbers(&body, "<rect class", "height"));
        // Three swatches of the key and the rectangles of the hatches come first.
        let of = |part: usize| y.len() - 3 + part;
        for part in 1..3 {
            assert!((y[of(part)] + height[of(part)] - y[of(part - 1)]).abs() < 0.21, "{part}");
        }
        assert!((height[of(2)] - 3.0 * height[of(0)]).abs() < 0.3);
    }

    #[test]
    fn nothing_at_all_is_drawn_too() {
        for body in [
            levels(words(), "kg", ["", ""], &[]).body,
            columns(words(), "kg", ["", "", ""], &[]).body,
            path(words(), "kg", ["", ""], [&[], &[]]).body,
        ] {
            assert!(!body.contains("NaN") && !body.contains("inf"), "{body}");
        }
    }
}
