//! The last day as drawings: generation and use, batteries, the grid. What was planned lies over
//! what was measured.

use super::Live;
use super::chart::{CLOCK, Chart, Mark, WIDTH, draw_legend};
use super::today::Beside;
use crate::document::Figure;
use crate::drawing::{Drawing, Hatch, Words};
use crate::number::{figure, percent};
use quantity::{Energy, Instant};
use warehousing::monitoring::hours::DayHour;

/// What a drawing is made from.
pub(super) struct Day<'a> {
    pub(super) live: &'a Live<'a>,
    pub(super) hours: &'a [DayHour],
    /// Of each hour.
    pub(super) beside: &'a [Beside],
}

impl Day<'_> {
    /// A value of the hours that are measured, at least in part.
    fn measured(&self, of: impl Fn(&DayHour) -> f64) -> Vec<Option<f64>> {
        self.hours.iter().map(|hour| super::today::is_measured(hour).then(|| of(hour))).collect()
    }
    fn planned(&self, of: impl Fn(&warehousing::Hour) -> f64) -> Vec<Option<f64>> {
        self.beside.iter().map(|beside| beside.planned.as_ref().map(&of)).collect()
    }
    fn is_planned(&self) -> bool {
        self.beside.iter().any(|beside| beside.planned.is_some())
    }
    fn starts(&self) -> Vec<Instant> {
        self.hours.iter().map(|hour| hour.start).collect()
    }
    fn sum(&self, of: impl Fn(&DayHour) -> Energy) -> f64 {
        self.hours.iter().map(of).sum::<Energy>().kilowatt_hours()
    }
    fn name(&self) -> String {
        self.hours
            .first()
            .map_or_else(String::new, |hour| self.live.zone.day_of(hour.start).to_string())
    }
}

fn known(values: &[Option<f64>]) -> impl Iterator<Item = f64> {
    values.iter().flatten().copied()
}

/// What modules give, and what buildings and vehicles take.
pub(super) fn generation_and_use(day: &Day) -> Figure {
    let id = "last-day".to_owned();
    let mut drawing = Drawing::default();
    drawing.hatch(&id, "charging", Hatch::Falling);
    let generated = day.measured(|hour| hour.flows.generation.kilowatt_hours());
    let expected: Vec<Option<f64>> =
        day.hours.iter().map(|hour| hour.expected.map(Energy::kilowatt_hours)).collect();
    let vehicles = day.planned(|hour| hour.charging.kilowatt_hours());
    let mut marks = vec![
        (Mark::Bar("load"), "buildings"),
        (Mark::Hatched("charging"), "vehicles"),
        (Mark::Line("sun"), "generated"),
    ];
    if known(&expected).next().is_some() {
        marks.push((Mark::Line("expected"), "expected"));
    }
    if day.is_planned() {
        marks.push((Mark::Line("planned"), "vehicles as planned"));
    }
    let top = draw_legend(&mut drawing, &id, &marks) + 20.0;
    let used = day.hours.iter().map(|hour| hour.flows.used.kilowatt_hours());
    let values = used.chain(known(&generated)).chain(known(&expected)).chain(known(&vehicles));
    let chart = Chart::new((top, 150.0), day.hours.len(), values);
    chart.draw_energy_axes(&mut drawing, "in the hour");
    for (place, hour) in day.hours.iter().enumerate() {
        let [used, charging] = [hour.flows.used, hour.flows.charging].map(Energy::kilowatt_hours);
        let load = (used - charging).max(0.0);
        chart.bar(&mut drawing, (&id, Mark::Bar("load")), place, (0.0, load));
        let charged = (load, load + charging);
        chart.bar(&mut drawing, (&id, Mark::Hatched("charging")), place, charged);
    }
    chart.draw_line(&mut drawing, "expected", &expected);
    chart.draw_line(&mut drawing, "sun", &generated);
    chart.draw_steps(&mut drawing, "planned", &vehicles);
    chart.draw_clock(&mut drawing, day.live.zone, &day.starts());
    let words = Words { id, title: generation_title(day), description: generation_text(day) };
    drawing.finish(words, WIDTH, chart.bottom() + CLOCK)
}

fn generation_title(day: &Day) -> String {
    let (name, generated) = (day.name(), day.sum(|hour| hour.flows.generation));
    // Hours to come are expected, and those half measured prove nothing.
    let both = day.hours.iter().filter(|hour| hour.is_known && hour.expected.is_some());
    let sums = both.fold([Energy::ZERO; 2], |[had, hoped], hour| {
        [had + hour.flows.generation, hoped + hour.expected.unwrap_or_default()]
    });
    let [had, hoped] = sums.map(Energy::kilowatt_hours);
    let against = if hoped > 0.0 {
        format!(", {} of what was expected", percent(had, hoped))
    } else {
        String::new()
    };
    let used = figure(day.sum(|hour| hour.flows.used));
    format!("{name}: {} kWh generated{against}; {used} kWh used", figure(generated))
}

fn generation_text(day: &Day) -> String {
    let planned =
        if day.is_planned() { ", what vehicles were to take as dashed steps" } else { "" };
    format!(
        "All sites by hour, in kWh: the use of buildings and of vehicles as stacked bars, what the \
         modules gave as a line, what was expected of them as a dashed line where it is \
         known{planned}. The table by hour has the figures."
    )
}

/// Into and out of the batteries, and what is in them; none where there is no battery.
pub(super) fn batteries(day: &Day) -> Option<Figure> {
    let stored: Vec<Option<f64>> = day.hours.iter().map(|hour| hour.soc_kwh).collect();
    let [into, out] =
        [day.sum(|hour| hour.flows.battery_in), day.sum(|hour| hour.flows.battery_out)];
    let planned = day.planned(|hour| (hour.battery_in - hour.battery_out).kilowatt_hours());
    let planned_stored = day.planned(|hour| hour.stored.kilowatt_hours());
    let is_planned = known(&planned).chain(known(&planned_stored)).any(|kwh| kwh.abs() > 0.0);
    if into + out <= 0.0 && known(&stored).next().is_none() && !is_planned {
        return None;
    }
    let id = "last-day-batteries".to_owned();
    let mut drawing = Drawing::default();
    drawing.hatch(&id, "battery", Hatch::Level);
    let mut marks = vec![(Mark::Hatched("battery"), "in above 0, out below")];
    if is_planned {
        marks.push((Mark::Line("planned"), "as planned"));
    }
    let top = draw_legend(&mut drawing, &id, &marks) + 20.0;
    let flows = day.hours.iter().flat_map(|hour| {
        [hour.flows.battery_in.kilowatt_hours(), -hour.flows.battery_out.kilowatt_hours()]
    });
    let chart = Chart::new((top, 90.0), day.hours.len(), flows.chain(known(&planned)));
    chart.draw_energy_axes(&mut drawing, "in the hour");
    for (place, hour) in day.hours.iter().enumerate() {
        let mark = (id.as_str(), Mark::Hatched("battery"));
        chart.bar(&mut drawing, mark, place, (0.0, hour.flows.battery_in.kilowatt_hours()));
        chart.bar(&mut drawing, mark, place, (0.0, -hour.flows.battery_out.kilowatt_hours()));
    }
    let values = known(&stored).chain(known(&planned_stored));
    let level = Chart::new((chart.bottom() + 34.0, 70.0), day.hours.len(), values);
    level.draw_energy_axes(&mut drawing, "in the batteries");
    level.draw_steps(&mut drawing, "signal", &stored);
    if is_planned {
        chart.draw_steps(&mut drawing, "planned", &planned);
        level.draw_steps(&mut drawing, "planned", &planned_stored);
    }
    level.draw_clock(&mut drawing, day.live.zone, &day.starts());
    let left = known(&stored).last();
    let left = left.map_or_else(String::new, |kwh| format!(", {} kWh in them", figure(kwh)));
    let title = format!("Batteries: {} kWh in, {} kWh out{left}", figure(into), figure(out));
    let description = "All batteries by hour, in kWh: what went in as bars above zero, what came \
                       out as bars below; under it the energy in them. What was planned is dashed, \
                       where there is a schedule. The table by hour has the figures."
        .into();
    let words = Words { id, title, description };
    Some(drawing.finish(words, WIDTH, level.bottom() + CLOCK))
}

/// Bought and sold, at which price and which carbon intensity.
pub(super) fn grid(day: &Day) -> Figure {
    let id = "last-day-grid".to_owned();
    let mut drawing = Drawing::default();
    let planned = day.planned(|hour| (hour.import - hour.export).kilowatt_hours());
    let mut marks =
        vec![(Mark::Bar("load"), "bought, above 0"), (Mark::Bar("sunny"), "sold, below")];
    if day.is_planned() {
        marks.push((Mark::Line("planned"), "as planned"));
    }
    let top = draw_legend(&mut drawing, &id, &marks) + 20.0;
    let of =
        |hour: &DayHour| [hour.flows.imported, hour.flows.exported].map(Energy::kilowatt_hours);
    let flows = day.hours.iter().map(of).flat_map(|[bought, sold]| [bought, -sold]);
    let chart = Chart::new((top, 110.0), day.hours.len(), flows.chain(known(&planned)));
    chart.draw_energy_axes(&mut drawing, "in the hour");
    for (place, hour) in day.hours.iter().enumerate() {
        let [bought, sold] = of(hour);
        chart.bar(&mut drawing, (&id, Mark::Bar("load")), place, (0.0, bought));
        chart.bar(&mut drawing, (&id, Mark::Bar("sunny")), place, (0.0, -sold));
    }
    chart.draw_steps(&mut drawing, "planned", &planned);
    let mut last = chart;
    let price = match day.live.currency {
        "" => "price of electricity per kWh".to_owned(),
        currency => format!("price of electricity, {currency} per kWh"),
    };
    let prices: Vec<Option<f64>> = day.beside.iter().map(|beside| beside.price).collect();
    let intensities: Vec<Option<f64>> = day.beside.iter().map(|beside| beside.intensity).collect();
    let carbon = "carbon intensity of the grid, kg CO2e per kWh".to_owned();
    for (title, values) in [(price, prices), (carbon, intensities)] {
        if known(&values).next().is_some() {
            last = Chart::new((last.bottom() + 34.0, 46.0), day.hours.len(), known(&values));
            last.draw_axes(&mut drawing, &title);
            last.draw_steps(&mut drawing, "signal", &values);
        }
    }
    last.draw_clock(&mut drawing, day.live.zone, &day.starts());
    let [bought, sold] = [day.sum(|hour| hour.flows.imported), day.sum(|hour| hour.flows.exported)];
    let words = Words {
        id,
        title: format!("Grid: {} kWh bought, {} kWh sold", figure(bought), figure(sold)),
        description:
            "All sites by hour, in kWh: what was bought as bars above zero, what was sold \
                      as bars below; under it, where they are known, the price and the carbon \
                      intensity of the grid. What was planned is dashed, where there is a \
                      schedule. The table by hour has the figures."
                .into(),
    };
    drawing.finish(words, WIDTH, last.bottom() + CLOCK)
}
