//! Bars, lines and steps over the hours of a day, on one axis.

use crate::drawing::{At, Drawing, Frame, axis_step};
use crate::font::Face;
use crate::number::grouped;
use quantity::{Instant, Zone};

/// Narrow, so that its letters are readable on a phone.
pub(super) const WIDTH: f64 = 360.0;
const LEFT: f64 = 52.0;
/// From so many kWh on an axis is in MWh.
const MEGA_FROM: f64 = 10_000.0;
const LETTERS: f64 = 12.0;
const LEGEND_ROW: f64 = 18.0;
const SWATCH: f64 = 18.0;
/// Under a chart, for the clock.
pub(super) const CLOCK: f64 = 22.0;

/// What stands for a thing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mark {
    /// A bar of a class.
    Bar(&'static str),
    /// A bar of a hatch of the figure.
    Hatched(&'static str),
    /// A line of a class.
    Line(&'static str),
}

/// A legend in as many rows as it needs; where it ends.
pub(super) fn draw_legend(drawing: &mut Drawing, id: &str, marks: &[(Mark, &str)]) -> f64 {
    let face = Face::regular();
    let (mut x, mut y) = (4.0, 6.0);
    for &(mark, name) in marks {
        let width = SWATCH + 4.0 + face.width(name, LETTERS) + 14.0;
        if x > 4.0 && x + width - 14.0 > WIDTH {
            (x, y) = (4.0, y + LEGEND_ROW);
        }
        let frame = Frame { x, y, width: SWATCH - 4.0, height: 11.0 };
        match mark {
            Mark::Bar(class) => drawing.rect(class, frame),
            Mark::Hatched(hatch) => drawing.hatched(id, hatch, frame),
            Mark::Line(class) => drawing.line(class, (x, y + 6.0), (x + SWATCH, y + 6.0)),
        }
        drawing.text("start", (x + SWATCH + 4.0, y + 10.0), name);
        x += width;
    }
    y + LEGEND_ROW
}

/// An axis with a slot for each hour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chart {
    frame: Frame,
    least: f64,
    most: f64,
    step: f64,
    slots: usize,
}

impl Chart {
    /// That holds all values, and zero.
    pub(super) fn new(
        (top, height): (f64, f64),
        slots: usize,
        values: impl Iterator<Item = f64>,
    ) -> Self {
        let (least, most) =
            values.fold((0.0_f64, 0.0_f64), |(least, most), v| (least.min(v), most.max(v)));
        let step = axis_step(most - least, if height < 60.0 { 2 } else { 5 });
        Self {
            frame: Frame { x: LEFT, y: top, width: WIDTH - LEFT - 6.0, height },
            least: (least / step).floor() * step,
            most: if most > least { (most / step).ceil() * step } else { step },
            step,
            slots: slots.max(1),
        }
    }
    fn y(&self, value: f64) -> f64 {
        self.frame.y + self.frame.height * (self.most - value) / (self.most - self.least)
    }
    fn slot(&self) -> f64 {
        self.frame.width / self.slots as f64
    }
    fn x(&self, place: usize) -> f64 {
        self.frame.x + self.slot() * place as f64
    }
    /// Where it ends.
    pub(super) fn bottom(&self) -> f64 {
        self.frame.y + self.frame.height
    }

    /// The grid and its numbers, of kWh or of MWh where those would be long.
    ///
    /// - `what`: behind the unit: `in the hour`.
    pub(super) fn draw_energy_axes(&self, drawing: &mut Drawing, what: &str) {
        let is_mega = self.most.max(-self.least) >= MEGA_FROM;
        let (unit, of_it) = if is_mega { ("MWh", 1e3) } else { ("kWh", 1.0) };
        self.draw_scaled_axes(drawing, &format!("{unit} {what}"), of_it);
    }
    /// What is measured, in which unit, the grid and its numbers.
    pub(super) fn draw_axes(&self, drawing: &mut Drawing, unit: &str) {
        self.draw_scaled_axes(drawing, unit, 1.0);
    }
    fn draw_scaled_axes(&self, drawing: &mut Drawing, unit: &str, of_it: f64) {
        drawing.text("note", (4.0, self.frame.y - 9.0), unit);
        let step = self.step / of_it;
        let places = if step < 1.0 { (-step.log10().floor()) as usize } else { 0 };
        let right = self.frame.x + self.frame.width;
        for tick in 0..=((self.most - self.least) / self.step).round() as i64 {
            let value = self.least + tick as f64 * self.step;
            let y = self.y(value);
            drawing.line("grid", (self.frame.x, y), (right, y));
            let label = grouped(value / of_it, places);
            drawing.text("end-note", (self.frame.x - 5.0, y + 4.0), &label);
        }
        drawing.line("axis", (self.frame.x, self.y(0.0)), (right, self.y(0.0)));
    }
    /// The local clock under it, every third hour.
    pub(super) fn draw_clock(&self, drawing: &mut Drawing, zone: &Zone, starts: &[Instant]) {
        let bottom = self.bottom();
        for (place, &start) in starts.iter().enumerate() {
            let clock = zone.hour_of(start).floor() as i64;
            if clock % 3 == 0 {
                let x = self.x(place);
                drawing.line("axis", (x, bottom), (x, bottom + 4.0));
                drawing.text("middle-note", (x, bottom + 16.0), &format!("{clock:02}"));
            }
        }
        drawing.text("end-note", (self.frame.x - 12.0, bottom + 16.0), "hour");
    }
    /// A name under the beginning of a slot.
    pub(super) fn draw_name(&self, drawing: &mut Drawing, place: usize, name: &str) {
        drawing.text("middle-note", (self.x(place), self.bottom() + 16.0), name);
    }
    /// A bar of an hour from one value to another; nothing where they are equal.
    pub(super) fn bar(
        &self,
        drawing: &mut Drawing,
        (id, mark): (&str, Mark),
        place: usize,
        (from, to): (f64, f64),
    ) {
        let (top, bottom) = (self.y(from.max(to)), self.y(from.min(to)));
        if bottom - top <= 0.0 {
            return;
        }
        let slot = self.slot();
        let x = self.x(place) + 0.12 * slot;
        let frame = Frame { x, y: top, width: 0.76 * slot, height: bottom - top };
        match mark {
            Mark::Hatched(hatch) => drawing.hatched(id, hatch, frame),
            Mark::Bar(class) | Mark::Line(class) => drawing.rect(class, frame),
        }
    }
    /// A line through the middles of the hours, broken where there is no value.
    pub(super) fn draw_line(&self, drawing: &mut Drawing, class: &str, values: &[Option<f64>]) {
        let middle = |place: usize, value| vec![(self.x(place) + self.slot() / 2.0, self.y(value))];
        draw_broken(drawing, class, values, middle);
    }
    /// A level for each whole hour, broken where there is no value.
    pub(super) fn draw_steps(&self, drawing: &mut Drawing, class: &str, values: &[Option<f64>]) {
        let level = |place: usize, value| {
            vec![(self.x(place), self.y(value)), (self.x(place + 1), self.y(value))]
        };
        draw_broken(drawing, class, values, level);
    }
}

/// A line for each run of values.
fn draw_broken(
    drawing: &mut Drawing,
    class: &str,
    values: &[Option<f64>],
    points: impl Fn(usize, f64) -> Vec<At>,
) {
    let numbered: Vec<(usize, Option<f64>)> = values.iter().copied().enumerate().collect();
    for run in numbered.split(|(_, value)| value.is_none()).filter(|run| !run.is_empty()) {
        let line: Vec<At> = run
            .iter()
            .filter_map(|&(place, value)| Some(points(place, value?)))
            .flatten()
            .collect();
        drawing.polyline(class, &line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Figure;
    use crate::drawing::Words;

    fn finished(drawing: Drawing) -> Figure {
        let words = Words { id: "x".into(), title: String::new(), description: String::new() };
        drawing.finish(words, WIDTH, 100.0)
    }

    #[test]
    fn the_axis_holds_what_lies_on_both_sides_of_zero() {
        let chart = Chart::new((10.0, 100.0), 24, [-30.0, 0.0, 90.0].into_iter());
        assert!((chart.least, chart.most, chart.step) == (-50.0, 100.0, 50.0), "{chart:?}");
        assert!((chart.y(100.0) - 10.0).abs() < 1e-9 && (chart.y(-50.0) - 110.0).abs() < 1e-9);
        let nothing = Chart::new((0.0, 40.0), 0, std::iter::empty());
        assert!(nothing.most > nothing.least && nothing.slot().is_finite());
    }

    #[test]
    fn no_number_of_an_axis_is_wider_than_its_margin() {
        for (least, most) in [(-9_999.0, 9_999.0), (0.0, 5e8), (-0.004, 0.004), (0.0, 0.0)] {
            let chart = Chart::new((20.0, 100.0), 24, [least, most].into_iter());
            let mut drawing = Drawing::default();
            chart.draw_energy_axes(&mut drawing, "in the hour");
            let body = finished(drawing).body;
            let labels = body.lines().filter(|line| line.contains("end-note"));
            for label in labels.map(|line| line.split(['>', '<']).nth(2).unwrap()) {
                assert!(Face::regular().width(label, 11.0) < LEFT - 5.0, "{label}");
            }
            assert_eq!(body.contains(">MWh in the hour<"), chart.most >= MEGA_FROM);
        }
    }

    #[test]
    fn a_line_is_broken_where_nothing_is_known() {
        let chart = Chart::new((0.0, 100.0), 5, [4.0].into_iter());
        let mut drawing = Drawing::default();
        chart.draw_steps(&mut drawing, "s", &[Some(1.0), Some(2.0), None, None, Some(3.0)]);
        chart.draw_line(&mut drawing, "s", &[None; 5]);
        let body = finished(drawing).body;
        assert_eq!(body.matches("<polyline").count(), 2, "{body}");
    }

    #[test]
    fn a_legend_takes_the_rows_that_it_needs() {
        let mut drawing = Drawing::default();
        let marks = [(Mark::Bar("a"), "vehicles as planned"); 5];
        let end = draw_legend(&mut drawing, "x", &marks);
        let body = finished(drawing).body;
        let lefts = body.split("<text class=\"start\" x=\"").skip(1);
        let lefts: Vec<f64> =
            lefts.map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect();
        let right = Face::regular().width("vehicles as planned", LETTERS);
        assert!(lefts.iter().all(|x| x + right <= WIDTH), "{lefts:?}");
        assert!(end > 2.0 * LEGEND_ROW, "more than one row");
    }
}
