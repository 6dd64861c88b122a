//! Drawings: the inside of an SVG element. Shapes have classes; the stylesheet gives them colour.

use crate::document::Figure;
use std::fmt::Write;

/// Colours and strokes of every class; on paper with the palette filled in.
pub(crate) const STYLESHEET: &str = include_str!("figure.css");

/// A place in a drawing: across and down.
pub(crate) type At = (f64, f64);

/// An upright rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width, not negative.
    pub width: f64,
    /// Height, not negative.
    pub height: f64,
}

/// What fills a bar beside its colour, so that bars differ without colour too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hatch {
    /// Rising lines.
    Rising,
    /// Falling lines.
    Falling,
    /// Level lines.
    Level,
}

/// What a figure says in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// Unique in the document.
    pub id: String,
    /// What it shows, as a finding.
    pub title: String,
    /// What is drawn.
    pub description: String,
}

/// A drawing under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawing {
    body: String,
}

impl Drawing {
    /// A filled rectangle.
    pub(crate) fn rect(&mut self, class: &str, frame: Frame) {
        let Frame { x, y, width, height } = frame;
        self.push(format_args!(
            r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}"/>"#,
            round(x),
            round(y),
            round(width.max(0.0)),
            round(height.max(0.0))
        ));
    }
    /// A straight line.
    pub(crate) fn line(&mut self, class: &str, from: At, to: At) {
        self.push(format_args!(
            r#"<line class="{class}" x1="{}" y1="{}" x2="{}" y2="{}"/>"#,
            round(from.0),
            round(from.1),
            round(to.0),
            round(to.1)
        ));
    }
    /// A line through points.
    pub(crate) fn polyline(&mut self, class: &str, points: &[At]) {
        let list: Vec<String> =
            points.iter().map(|&(x, y)| format!("{},{}", round(x), round(y))).collect();
        self.push(format_args!(r#"<polyline class="{class}" points="{}"/>"#, list.join(" ")));
    }
    /// A closed shape.
    pub(crate) fn polygon(&mut self, class: &str, points: &[At]) {
        let list: Vec<String> =
            points.iter().map(|&(x, y)| format!("{},{}", round(x), round(y))).collect();
        self.push(format_args!(r#"<polygon class="{class}" points="{}"/>"#, list.join(" ")));
    }
    /// A circle.
    pub(crate) fn circle(&mut self, class: &str, centre: At, radius: f64) {
        self.push(format_args!(
            r#"<circle class="{class}" cx="{}" cy="{}" r="{}"/>"#,
            round(centre.0),
            round(centre.1),
            round(radius)
        ));
    }
    /// Dots, as one path of strokes without length: thousands cost one element.
    pub(crate) fn dots(&mut self, class: &str, centres: &[At]) {
        let list: Vec<String> =
            centres.iter().map(|&(x, y)| format!("M{} {}h.1", round(x), round(y))).collect();
        if !list.is_empty() {
            self.push(format_args!(r#"<path class="{class}" d="{}"/>"#, list.concat()));
        }
    }
    /// A text with its baseline's start, middle or end at a place; the class says which.
    pub(crate) fn text(&mut self, class: &str, at: At, text: &str) {
        let (x, y) = (round(at.0), round(at.1));
        self.push(format_args!(r#"<text class="{class}" x="{x}" y="{y}">{}</text>"#, escape(text)));
    }
    /// A fill of lines named `figure-name` for [`Drawing::hatched`].
    pub(crate) fn hatch(&mut self, figure: &str, name: &str, hatch: Hatch) {
        let line = match hatch {
            Hatch::Rising => "M-1 1L1 -1M0 6L6 0M5 7L7 5",
            Hatch::Falling => "M-1 5L1 7M0 0L6 6M5 -1L7 1",
            Hatch::Level => "M0 1.5H6M0 4.5H6",
        };
        self.push(format_args!(
            r#"<pattern id="{figure}-{name}" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="under-{name}" width="6" height="6"/><path class="over-{name}" d="{line}"/></pattern>"#
        ));
    }
    /// A rectangle filled with a hatch made before.
    pub(crate) fn hatched(&mut self, figure: &str, name: &str, frame: Frame) {
        let Frame { x, y, width, height } = frame;
        self.push(format_args!(
            r#"<rect class="edge-{name}" fill="url(#{figure}-{name})" x="{}" y="{}" width="{}" height="{}"/>"#,
            round(x),
            round(y),
            round(width.max(0.0)),
            round(height.max(0.0))
        ));
    }
    /// The figure that it is.
    pub(crate) fn finish(self, words: Words, width: f64, height: f64) -> Figure {
        let Words { id, title, description } = words;
        Figure { id, title, description, width, height, body: self.body }
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        self.body.write_fmt(element).expect("a string takes all that is written");
        self.body.push('\n');
    }
}

/// To the tenth of a unit, shortest form.
fn round(value: f64) -> f64 {
    // Adding zero turns `-0` into `0`.
    (value * 10.0).round() / 10.0 + 0.0
}

/// A text that is safe in HTML and SVG, between tags and in quoted attributes. What XML forbids
/// becomes a visible mark: an SVG reader would refuse the whole figure.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            letter if letter.is_control() => safe.push('\u{fffd}'),
            letter => safe.push(letter),
        }
    }
    safe
}

/// A name of at most so many letters, the last an ellipsis where some are left out.
pub(crate) fn shortened(name: &str, letters_max: usize) -> String {
    if name.chars().count() <= letters_max {
        return name.into();
    }
    name.chars().take(letters_max.saturating_sub(1)).chain(['\u{2026}']).collect()
}

/// Steps of an axis: 1, 2 or 5 times a power of ten, at most `steps_max` of them up to `largest`.
pub(crate) fn axis_step(largest: f64, steps_max: usize) -> f64 {
    let rough = largest / steps_max.max(1) as f64;
    if !rough.is_finite() || rough <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0].into_iter().find(|step| step * power >= rough * (1.0 - 1e-9));
    step.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_only_text() {
        assert_eq!(
            escape("<script>alert('&\"')</script>\u{0}\u{1b}"),
            "&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn a_long_name_is_cut_and_says_so() {
        assert_eq!(shortened("São Paulo", 9), "São Paulo");
        assert_eq!(shortened("São Paulo", 8), "São Pau\u{2026}");
    }

    #[test]
    fn axis_steps_are_round_numbers() {
        for (largest, steps, expect, why) in [
            (100.0, 5, 20.0, "exactly five"),
            (101.0, 5, 50.0, "six of 20 are too many"),
            (0.7, 4, 0.2, "below one"),
            (8.0, 1, 10.0, "past five comes ten"),
            (0.0, 5, 1.0, "nothing to show"),
            (f64::NAN, 5, 1.0, "not a number"),
        ] {
            assert!((axis_step(largest, steps) - expect).abs() < 1e-9, "{why}");
        }
    }
}
