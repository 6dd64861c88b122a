//! The energy day of a site, hour by hour, as a drawing.

use crate::document::Figure;
use crate::drawing::{At, Drawing, Frame, Hatch, Words, axis_step};
use crate::number::{figure, grouped};
use planner::{Scenario, SiteEnergy};
use quantity::{Day, Energy, Zone};
use warehousing::Hour;

const WIDTH: f64 = 400.0;
/// Energies of the hours.
const BARS: Frame = Frame { x: 44.0, y: 52.0, width: 350.0, height: 150.0 };
/// Price or carbon intensity of the hours.
const SIGNAL: Frame = Frame { x: 44.0, y: 252.0, width: 350.0, height: 42.0 };

/// What is known of each hour beside the energies.
struct Signal<'a> {
    /// What it is.
    pub title: String,
    /// Unit of its values.
    pub unit: String,
    /// Of each hour; one that is not a number is left out.
    pub values: &'a [f64],
}

/// The day of a site; its title says what was bought.
pub(crate) fn energy_day(
    scenario: &Scenario,
    day: Day,
    number: usize,
    energy: &SiteEnergy,
) -> Figure {
    let hours = &energy.schedule.hours;
    let id = format!("energy-{number}");
    let mut drawing = Drawing::default();
    drawing.hatch(&id, "charging", Hatch::Falling);
    drawing.hatch(&id, "battery", Hatch::Level);
    draw_legend(&mut drawing, &id);
    draw_energies(&mut drawing, &id, hours);
    draw_hours(&mut drawing, &scenario.zone, hours);
    let signal = signal(scenario, energy);
    draw_signal(&mut drawing, &signal, SIGNAL);
    let name = scenario.sites.get(energy.site).map_or("?", |site| &site.id);
    let sum = |part: fn(&Hour) -> Energy| hours.iter().map(part).sum::<Energy>().kilowatt_hours();
    let words = Words {
        id,
        title: format!(
            "{name} on {day}: uses {} kWh, buys {}, makes {} of its own",
            figure(sum(|hour| hour.load + hour.charging)),
            figure(sum(|hour| hour.import)),
            figure(sum(|hour| hour.pv))
        ),
        description: format!(
            "By hour, in kWh: the building's load, charging of vehicles and charging of the \
             battery as stacked bars, the modules' output as a line; below, the {}. The table by \
             hour has the figures.",
            signal.title
        ),
    };
    drawing.finish(words, WIDTH, SIGNAL.y + SIGNAL.height + 8.0)
}

/// Carbon intensity where it differs by hour, else the price.
fn signal<'a>(scenario: &Scenario, energy: &'a SiteEnergy) -> Signal<'a> {
    let varies = |values: &[f64]| values.windows(2).any(|pair| pair[0].total_cmp(&pair[1]).is_ne());
    if varies(&energy.grid_kg_per_kwh) || !varies(&energy.buy_price) {
        Signal {
            title: "carbon intensity of the grid".into(),
            unit: "kg CO2e per kWh".into(),
            values: &energy.grid_kg_per_kwh,
        }
    } else {
        Signal {
            title: "price of electricity".into(),
            unit: format!("{} per kWh", scenario.currency),
            values: &energy.buy_price,
        }
    }
}

fn draw_legend(drawing: &mut Drawing, id: &str) {
    let swatch = |x| Frame { x, y: 6.0, width: 14.0, height: 11.0 };
    drawing.rect("load", swatch(4.0));
    drawing.text("start", (22.0, 16.0), "load");
    drawing.hatched(id, "charging", swatch(64.0));
    drawing.text("start", (82.0, 16.0), "vehicles");
    drawing.hatched(id, "battery", swatch(150.0));
    drawing.text("start", (168.0, 16.0), "into battery");
    drawing.line("sun", (258.0, 12.0), (278.0, 12.0));
    drawing.text("start", (284.0, 16.0), "solar output");
    drawing.text("note", (4.0, 40.0), "kWh in the hour");
}

fn draw_energies(drawing: &mut Drawing, id: &str, hours: &[Hour]) {
    let stack = |hour: &Hour| [hour.load, hour.charging, hour.battery_in];
    let most = hours
        .iter()
        .map(|hour| stack(hour).into_iter().sum::<Energy>().max(hour.pv).kilowatt_hours())
        .fold(0.0, f64::max);
    let step = axis_step(most, 4);
    let top = (most / step).ceil().max(1.0) * step;
    let up = |kwh: f64| BARS.height * kwh / top;
    let bottom = BARS.y + BARS.height;
    let tick_places = if step < 1.0 { (-step.log10().floor()) as usize } else { 0 };
    for tick in 0..=(top / step).round() as i64 {
        let value = tick as f64 * step;
        let y = bottom - up(value);
        drawing.line("grid", (BARS.x, y), (BARS.x + BARS.width, y));
        drawing.text("end-note", (BARS.x - 6.0, y + 4.0), &grouped(value, tick_places));
    }
    let slot = BARS.width / hours.len().max(1) as f64;
    for (place, hour) in hours.iter().enumerate() {
        let mut y = bottom;
        for (part, energy) in ["load", "charging", "battery"].into_iter().zip(stack(hour)) {
            let height = up(energy.kilowatt_hours());
            if height <= 0.0 {
                continue;
            }
            y -= height;
            let x = BARS.x + slot * place as f64 + slot * 0.12;
            let frame = Frame { x, y, width: slot * 0.76, height };
            match part {
                "load" => drawing.rect("load", frame),
                hatch => drawing.hatched(id, hatch, frame),
            }
        }
    }
    if hours.iter().any(|hour| hour.pv > Energy::ZERO) {
        let middle = |place: usize| BARS.x + slot * (place as f64 + 0.5);
        let line: Vec<At> = hours
            .iter()
            .enumerate()
            .map(|(place, hour)| (middle(place), bottom - up(hour.pv.kilowatt_hours())))
            .collect();
        drawing.polyline("sun", &line);
    }
    drawing.line("axis", (BARS.x, bottom), (BARS.x + BARS.width, bottom));
}

/// The local clock under the bars, every third hour.
fn draw_hours(drawing: &mut Drawing, zone: &Zone, hours: &[Hour]) {
    let slot = BARS.width / hours.len().max(1) as f64;
    for (place, hour) in hours.iter().enumerate() {
        let clock = zone.hour_of(hour.start).floor() as i64;
        if clock % 3 == 0 {
            let x = BARS.x + slot * place as f64;
            let bottom = BARS.y + BARS.height;
            drawing.line("axis", (x, bottom), (x, bottom + 4.0));
            drawing.text("middle-note", (x, bottom + 16.0), &format!("{clock:02}"));
        }
    }
    drawing.text("end-note", (BARS.x - 14.0, BARS.y + BARS.height + 16.0), "hour");
}

/// A signal as steps in a frame; below zero it lies on the axis.
fn draw_signal(drawing: &mut Drawing, signal: &Signal, frame: Frame) {
    let most = signal.values.iter().copied().fold(0.0, f64::max);
    let top = if most > 0.0 { most } else { 1.0 };
    let bottom = frame.y + frame.height;
    let title = format!("{}, {}", signal.title, signal.unit);
    drawing.text("note", (4.0, frame.y - 8.0), &title);
    for value in [0.0, top] {
        let y = bottom - frame.height * value / top;
        drawing.line("grid", (frame.x, y), (frame.x + frame.width, y));
        drawing.text(
            "end-note",
            (frame.x - 6.0, y + 4.0),
            &grouped(value, if top < 100.0 { 2 } else { 0 }),
        );
    }
    let slot = frame.width / signal.values.len().max(1) as f64;
    let steps: Vec<At> = signal
        .values
        .iter()
        .enumerate()
        .flat_map(|(place, value)| {
            let (x, y) =
                (frame.x + slot * place as f64, bottom - frame.height * value.max(0.0) / top);
            [(x, y), (x + slot, y)]
        })
        .collect();
    drawing.polyline("signal", &steps);
    drawing.line("axis", (frame.x, bottom), (frame.x + frame.width, bottom));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn bars_are_stacked_from_zero() {
        let (scenario, outcome) = (made_up::scenario(), made_up::outcome());
        let day = &outcome.plan.days[0];
        let body = energy_day(&scenario, day.day, 0, &day.energy[0]).body;
        let bottom = BARS.y + BARS.height;
        let loads: Vec<f64> = body
            .lines()
            .filter(|line| line.starts_with("<rect class=\"load\""))
            .skip(1)
            .map(|line| {
                let number = |name: &str| -> f64 {
                    let from = line.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
                    line[from..].split('"').next().unwrap().parse().unwrap()
                };
                number("y") + number("height")
            })
            .collect();
        assert_eq!(loads.len(), 24, "a bar an hour");
        assert!(loads.iter().all(|foot| (foot - bottom).abs() < 0.11), "{loads:?}");
    }

    #[test]
    fn an_energy_day_without_hours_is_drawn_too() {
        let (scenario, outcome) = (made_up::scenario(), made_up::outcome());
        let mut energy = outcome.plan.days[0].energy[0].clone();
        energy.schedule.hours.clear();
        energy.buy_price.clear();
        energy.grid_kg_per_kwh.clear();
        let figure = energy_day(&scenario, outcome.plan.days[0].day, 0, &energy);
        assert!(!figure.body.contains("NaN") && !figure.body.contains("inf"));
    }
}
