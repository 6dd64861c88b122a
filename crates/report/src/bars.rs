//! Plan beside baseline as level bars, one pair a group.

use crate::document::Figure;
use crate::drawing::{Drawing, Frame, Hatch, Words, axis_step, shortened};
use crate::number::{grouped, places};

const WIDTH: f64 = 400.0;
const LEFT: f64 = 6.0;
/// Room for the figure behind the longest bar.
const FIGURE: f64 = 70.0;
const TOP: f64 = 30.0;
const GROUP: f64 = 50.0;
const BAR: f64 = 13.0;
/// Letters of a pair's name: more do not fit beside each other.
const NAME_MAX: usize = 40;

/// A pair of bars.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pair {
    /// What both are of.
    pub name: String,
    /// Of the plan.
    pub plan: f64,
    /// Of the baseline.
    pub baseline: f64,
}

/// Draws the pairs; bars begin at zero, a credit goes to the left of it.
pub(crate) fn bars(words: Words, unit: &str, pairs: &[Pair]) -> Figure {
    let values = || pairs.iter().flat_map(|pair| [pair.plan, pair.baseline]);
    let (least, most) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
    let places = places(values());
    let range = if most > least { most - least } else { 1.0 };
    // A credit's figure stands left of its bar.
    let left = if least < 0.0 { LEFT + FIGURE } else { LEFT };
    let across = |value: f64| left + (value - least) / range * (WIDTH - left - FIGURE);
    let bottom = TOP + GROUP * pairs.len() as f64;

    let mut drawing = Drawing::default();
    drawing.hatch(&words.id, "baseline", Hatch::Rising);
    legend(&mut drawing, &words.id);
    let step = axis_step(range, 4);
    let (first, last) = ((least / step).ceil() as i64, (most / step + 1e-9).floor() as i64);
    for tick in first..=last {
        let x = across(tick as f64 * step);
        drawing.line("grid", (x, TOP), (x, bottom));
        let tick_places = if step < 1.0 { (-step.log10().floor()) as usize } else { 0 };
        let label = grouped(tick as f64 * step, tick_places);
        let class = if x < LEFT + 20.0 { "note" } else { "middle-note" };
        drawing.text(class, (x, bottom + 15.0), &label);
    }
    for (row, pair) in pairs.iter().enumerate() {
        let y = TOP + GROUP * row as f64;
        drawing.text("strong", (across(0.0) + 4.0, y + 14.0), &shortened(&pair.name, NAME_MAX));
        for (place, value) in [pair.plan, pair.baseline].into_iter().enumerate() {
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
    drawing.line("axis", (across(0.0), TOP), (across(0.0), bottom));
    drawing.text("end-note", (WIDTH - 4.0, bottom + 15.0), unit);
    drawing.finish(words, WIDTH, bottom + 22.0)
}

fn legend(drawing: &mut Drawing, figure: &str) {
    let swatch = |x| Frame { x, y: 8.0, width: 14.0, height: 11.0 };
    drawing.rect("plan", swatch(LEFT));
    drawing.text("start", (LEFT + 20.0, 18.0), "plan");
    drawing.hatched(figure, "baseline", swatch(LEFT + 64.0));
    drawing.text("start", (LEFT + 84.0, 18.0), "baseline");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(pairs: &[(f64, f64)]) -> String {
        let words = Words { id: "bars".into(), title: "Title".into(), description: "Bars".into() };
        let pairs: Vec<Pair> = pairs
            .iter()
            .map(|&(plan, baseline)| Pair { name: "link".into(), plan, baseline })
            .collect();
        bars(words, "kg CO2e", &pairs).body
    }

    fn bar_of_plan(body: &str) -> (f64, f64) {
        let bar = body.lines().filter(|line| line.contains("class=\"plan\"")).nth(1).unwrap();
        let number = |name: &str| -> f64 {
            let from = bar.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
            bar[from..].split('"').next().unwrap().parse().unwrap()
        };
        (number("x"), number("width"))
    }

    #[test]
    fn bars_begin_at_zero_and_are_as_long_as_their_figures() {
        let (x, half) = bar_of_plan(&draw(&[(50.0, 100.0)]));
        let (_, whole) = bar_of_plan(&draw(&[(100.0, 100.0)]));
        assert!((x - LEFT).abs() < 0.1, "{x}");
        assert!((whole - 2.0 * half).abs() < 0.2, "{half} {whole}");
    }

    #[test]
    fn a_credit_goes_to_the_left_of_zero() {
        let (x, width) = bar_of_plan(&draw(&[(-50.0, 50.0)]));
        assert!((x - LEFT - FIGURE).abs() < 0.1 && width > 100.0, "{x} {width}");
    }

    #[test]
    fn nothing_at_all_is_drawn_too() {
        for pairs in [&[][..], &[(0.0, 0.0)]] {
            assert!(!draw(pairs).contains("NaN"));
        }
    }
}
