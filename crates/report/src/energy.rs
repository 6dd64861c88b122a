//! Electricity of the sites: the busiest day by hour, and the sums of all days.

use crate::document::{Block, Column, Section, Table};
use crate::energy_day::energy_day;
use crate::number::{clock, grouped, places};
use planner::{CaseOutcome, DayOutcome, Outcome, Scenario, SiteEnergy};
use quantity::Energy;
use warehousing::Hour;

/// Sites that are drawn by hour.
const SITES_DRAWN_MAX: usize = 3;

/// The section.
pub(crate) fn section(scenario: &Scenario, outcome: &Outcome) -> Section {
    let mut blocks = Vec::new();
    if let Some(day) = busiest(&outcome.plan.days) {
        let mut sites: Vec<&SiteEnergy> = day.energy.iter().collect();
        // A stable sort: of equals the earlier site.
        sites.sort_by_key(|energy| std::cmp::Reverse(used(energy)));
        sites.truncate(SITES_DRAWN_MAX);
        let figures = sites
            .iter()
            .enumerate()
            .map(|(number, energy)| energy_day(scenario, day.day, number, energy))
            .collect();
        blocks.push(Block::Figures(figures));
        blocks.push(Block::Table(sums(scenario, outcome)));
        let by_hour = sites.iter().map(|energy| Block::Table(by_hour(scenario, day, energy)));
        blocks.extend(by_hour);
    } else {
        blocks.push(Block::Paragraph("No site used electricity.".into()));
    }
    Section { id: "energy", title: "Electricity of the sites", blocks }
}

fn used(energy: &SiteEnergy) -> Energy {
    energy.schedule.hours.iter().map(|hour| hour.load + hour.charging).sum()
}

/// The day on which the sites use most, the earlier of equals.
fn busiest(days: &[DayOutcome]) -> Option<&DayOutcome> {
    let all = |day: &DayOutcome| day.energy.iter().map(used).sum::<Energy>();
    days.iter()
        .filter(|day| !day.energy.is_empty())
        .reduce(|busiest, day| if all(day) > all(busiest) { day } else { busiest })
}

/// What a site did, in the order of the columns.
fn parts(hour: &Hour) -> [Energy; 8] {
    [
        hour.pv,
        hour.load,
        hour.charging,
        hour.charging_from_grid,
        hour.battery_in,
        hour.battery_out,
        hour.import,
        hour.export,
    ]
}

fn part_columns(first: &str) -> Vec<Column> {
    let mut columns = vec![Column::words(first)];
    for name in [
        "Solar",
        "Load",
        "Vehicles",
        "of that bought",
        "Into battery",
        "Out of battery",
        "Bought",
        "Sold",
    ] {
        columns.push(Column::numbers(name, "kWh"));
    }
    columns
}

fn site_sum(case: &CaseOutcome, site: usize) -> [Energy; 8] {
    let hours = case
        .days
        .iter()
        .flat_map(|day| &day.energy)
        .filter(|energy| energy.site == site)
        .flat_map(|energy| &energy.schedule.hours);
    hours.fold([Energy::ZERO; 8], |sum, hour| {
        let part = parts(hour);
        std::array::from_fn(|place| sum[place] + part[place])
    })
}

fn sums(scenario: &Scenario, outcome: &Outcome) -> Table {
    let bought = |parts: &[Energy; 8]| parts[6];
    let sites: Vec<_> = scenario
        .sites
        .iter()
        .enumerate()
        .map(|(index, site)| {
            let plan = site_sum(&outcome.plan, index);
            let baseline = bought(&site_sum(&outcome.baseline, index));
            (&site.id, plan, baseline)
        })
        .filter(|(_, plan, baseline)| {
            plan.iter().any(|part| *part != Energy::ZERO) || *baseline != Energy::ZERO
        })
        .collect();
    let total: [Energy; 8] =
        std::array::from_fn(|place| sites.iter().map(|(_, plan, _)| plan[place]).sum());
    let total_baseline: Energy = sites.iter().map(|(_, _, baseline)| *baseline).sum();
    let places = places(total.map(Energy::kilowatt_hours));
    let row = |name: &str, parts: &[Energy; 8], baseline: Energy| {
        let mut row = vec![name.to_owned()];
        row.extend(parts.iter().map(|part| grouped(part.kilowatt_hours(), places)));
        row.push(grouped(baseline.kilowatt_hours(), places));
        row
    };
    let mut columns = part_columns("Site");
    columns.push(Column::numbers("Bought, baseline", "kWh"));
    let rows = sites.iter().map(|(name, plan, baseline)| row(name, plan, *baseline)).collect();
    Table::new("Electricity of each site, all days", columns, rows).with_total(row(
        "All sites",
        &total,
        total_baseline,
    ))
}

fn by_hour(scenario: &Scenario, day: &DayOutcome, energy: &SiteEnergy) -> Table {
    let hours = &energy.schedule.hours;
    let places = places(hours.iter().flat_map(|hour| parts(hour).map(Energy::kilowatt_hours)));
    let rows = hours
        .iter()
        .enumerate()
        .map(|(place, hour)| {
            let mut row = vec![clock(&scenario.zone, day.day, hour.start)];
            row.extend(parts(hour).map(|part| grouped(part.kilowatt_hours(), places)));
            row.push(grouped(energy.buy_price.get(place).copied().unwrap_or_default(), 3));
            row.push(grouped(energy.grid_kg_per_kwh.get(place).copied().unwrap_or_default(), 3));
            row
        })
        .collect();
    let mut columns = part_columns("Hour from");
    columns.push(Column::numbers("Price", &format!("{}/kWh", scenario.currency)));
    columns.push(Column::numbers("Grid", "kg CO2e/kWh"));
    let name = scenario.sites.get(energy.site).map_or("?", |site| &site.id);
    let mut table = Table::new(format!("{name} by hour, {}", day.day), columns, rows);
    table.folded = true;
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn the_busiest_day_uses_most() {
        let outcome = made_up::outcome();
        let days = &outcome.plan.days;
        assert_eq!(busiest(days).map(|day| day.day), Some(days[0].day));
        assert_eq!(busiest(&days[1..]).map(|day| day.day), Some(days[1].day));
        assert_eq!(busiest(&[]), None);
    }

    #[test]
    fn a_site_sums_its_hours_over_all_days() {
        let outcome = made_up::outcome();
        let sums = site_sum(&outcome.plan, 0);
        let by_hand: Energy = outcome
            .plan
            .days
            .iter()
            .flat_map(|day| &day.energy)
            .filter(|energy| energy.site == 0)
            .flat_map(|energy| &energy.schedule.hours)
            .map(|hour| hour.import)
            .sum();
        assert_eq!(sums[6], by_hand);
        assert_ne!(by_hand, Energy::ZERO);
    }
}
