//! What the report must say about how its figures came about.

use crate::hourly::row_within_hour;
use crate::{DayOutcome, Grid, Note, Scenario, Tariff};
use carbon::Registry;
use quantity::{Energy, Instant};

/// Methods, defaults and stand-ins of a run.
pub(crate) fn notes(scenario: &Scenario, registry: &Registry, days: &[DayOutcome]) -> Vec<Note> {
    let mut notes = stand_ins(scenario, registry);
    notes.extend(uncovered(scenario, days));
    notes.extend(short(days));
    let mut method = |subject: &str, text: String| {
        notes.push(Note { subject: subject.into(), text, stands_in: false });
    };
    methods(scenario, &mut method);
    bounds(scenario, &mut method);
    notes
}

/// How each link came to its part.
fn methods(scenario: &Scenario, note: &mut impl FnMut(&str, String)) {
    note(
        "ordering",
        format!(
            "An order travels on the day after it was placed. Open orders of one customer to one place travel together; a green order waits within its promise until a stop within {} km is served anyway. Ordering moves nothing itself: it has no ledger lines, its effect shows in transport.",
            scenario.policy.join_radius.kilometres()
        ),
    );
    note(
        "delivery options",
        format!(
            "Carbon and cost of an option are estimated by continuous approximation (Daganzo 1984) from the planned rounds; a green order is taken to save {:.0} % of the way from stop to stop (assumption).",
            crate::offering::GREEN_SAVING * 100.0
        ),
    );
    note(
        "packaging",
        format!(
            "Extreme points (Crainic, Perboli, Tadei 2008) with {:.0} % of each base supported; reused cartons first where they emit less, the day's stock shared for the least carbon. A carton's own mass is its material.",
            scenario.policy.support * 100.0
        ),
    );
    note(
        "packaging rules",
        "Filler by the void of a carton, tape by its seams, insulation by its inner surface, coolant by its litres and the hours to the hand-over, as the rule of the industry says; where goods share a parcel, each part by the rule that asks for the most. Their mass travels with the parcel. Goods of rules that have a bag go into it where that emits less than the carton; a bag of length L and width W holds a cuboid of a x b x c where a + c is at most L and b + c at most W. Goods that the rules keep apart share no parcel.".into(),
    );
    note(
        "transport",
        format!(
            "Rounds by savings (Clarke and Wright 1964), then ruin and recreate (Christiaens and Vanden Berghe 2020) with a fixed number of iterations, for a mixed fleet; hubs are opened where they pay. Road length is {} unless a table is given. Consumption is linear in the load. A round's energy is shared among its orders by gross mass x great circle distance from the round's site (ISO 14083), whatever the order of stops.",
            if scenario.metric.table.is_empty() {
                format!("great circle x {}", scenario.policy.detour_factor)
            } else {
                format!("the given table, else great circle x {}", scenario.policy.detour_factor)
            }
        ),
    );
    note(
        "warehousing",
        format!(
            "Generation by the hour from weather (Hay-Davies, SAPM, PVWatts); battery and charging are planned for the least price of the hours, carbon at its price, with the next day foreseen: proven to be the best. Bought power is shared among the uses of its hour; what the battery stores of it is the building's. Charging losses {:.0} %. A building's load is spread over the day by a stated profile.",
            (1.0 - scenario.energy.charging_efficiency) * 100.0
        ),
    );
    note(
        "recycling",
        format!(
            "{:.0} % of delivered cartons are handed back at the nearest station, {:.0} % of those are fit for use; of cartons kept, {:.0} % reach paper recycling and the rest landfill. Rates of the scenario or its defaults (assumptions).",
            scenario.recycling.return_rate * 100.0,
            scenario.recycling.reuse_share * 100.0,
            scenario.recycling.household_recycling * 100.0
        ),
    );
}

/// What the cost and the baseline are, and what is not counted.
fn bounds(scenario: &Scenario, note: &mut impl FnMut(&str, String)) {
    note("cost", "Vehicles by distance and time on duty, charging included in their rate per km; buildings' electricity at the tariff less what was sold. Cartons have no price in the scenario.".into());
    note(
        "baseline",
        format!(
            "The same orders by the same code and factors: {}consolidation, {}, every vehicle replaced by a {} standing where orders start and vehicles stand today, routed for distance, {} solar, {} recycling.",
            if scenario.baseline.consolidation { "" } else { "no " },
            match scenario.baseline.carton {
                crate::CartonRule::SmallestNewByVolume => "the smallest new carton by volume",
                crate::CartonRule::LeastCarbon => "the carton of least carbon",
            },
            scenario.baseline.vehicle_type,
            if scenario.baseline.solar { "with" } else { "no" },
            if scenario.baseline.recycling { "with" } else { "no" },
        ),
    );
    note("not counted", "Making of vehicles, buildings, modules and batteries, staff and consumers' own trips (ISO 14083 excludes them); the making of coolant, for want of a factor; what becomes of filler, tape and insulation at the consumer's; energy sold is never subtracted.".into());
}

/// Hours of the plan that a file of hours does not cover.
fn uncovered(scenario: &Scenario, days: &[DayOutcome]) -> Vec<Note> {
    let hours = || days.iter().filter_map(|day| day.energy.first()).flat_map(|s| &s.schedule.hours);
    let all = hours().count();
    let starts_of = |rows: &[(Instant, f64)]| rows.iter().map(|&(start, _)| start).collect();
    let weather: Vec<Instant> = scenario.weather.iter().map(|hour| hour.start).collect();
    let tariff: Vec<Instant> = match &scenario.tariff {
        Tariff::Hourly(rows) => starts_of(rows),
        Tariff::TwoStep { .. } => Vec::new(),
    };
    let grid: Vec<Instant> = match &scenario.grid {
        Grid::Hourly(rows) => starts_of(rows),
        Grid::Default => Vec::new(),
    };
    let mut notes = Vec::new();
    for (subject, rows, instead) in [
        (
            "weather",
            weather,
            "the same hour of the file's own year stands in, or a clear sky where it has none",
        ),
        ("tariff", tariff, "the mean of the same hour of the day stands in, or of the file"),
        ("grid", grid, "the mean of the same hour of the day stands in, or of the file"),
    ] {
        let covered = |start| row_within_hour(&rows, |&begins| begins, start).is_some();
        let missing = hours().filter(|hour| !covered(hour.start)).count();
        if !rows.is_empty() && missing > 0 {
            notes.push(Note {
                subject: subject.into(),
                text: format!("{missing} of the {all} hours of the plan are not in the {subject} file: {instead}."),
                stands_in: true,
            });
        }
    }
    notes
}

/// Energy that vehicles wanted and could not have before the morning.
fn short(days: &[DayOutcome]) -> Option<Note> {
    let sessions = days.iter().flat_map(|day| &day.energy).flat_map(|site| &site.schedule.sessions);
    let short: Energy = sessions.map(|session| session.short).sum();
    (short > Energy::ZERO).then(|| Note {
        subject: "charging".into(),
        text: format!(
            "{:.1} kWh could not be charged before the morning at the plugs' power. They are counted as bought, and the vehicles are taken to start full all the same.",
            short.kilowatt_hours()
        ),
        stands_in: true,
    })
}

fn stand_ins(scenario: &Scenario, registry: &Registry) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    let mut note = |subject: &str, text: String| {
        notes.push(Note { subject: subject.into(), text, stands_in: true });
    };
    if scenario.weather.is_empty() {
        note("weather", "The scenario has no weather file: a clear-sky model (Haurwitz 1945, Erbs 1982) with a stated clearness stands in.".into());
    }
    if let Tariff::TwoStep { day, night } = scenario.tariff {
        note(
            "tariff",
            format!(
                "The scenario has no tariff file: {day} {currency} per kWh from 06:00 to 22:00 and {night} at night are assumed.",
                currency = scenario.currency
            ),
        );
    }
    if scenario.country != "GB" {
        note(
            "factors",
            format!(
                "Fuels, board, waste and freight are valued by the United Kingdom's factors: the registry has none for {}.",
                scenario.country
            ),
        );
    }
    if scenario.grid == Grid::Default {
        let (id, stand_in) = carbon::default_grid(&scenario.country);
        let region = registry.get(id).map_or("?", |factor| factor.region.as_str());
        note(
            "grid",
            if stand_in {
                format!(
                    "The scenario has no grid file and the registry no factor for {}: {id} ({region}) stands in. Figures for electricity are not those of the country.",
                    scenario.country
                )
            } else {
                format!("The scenario has no grid file: the registry's {id} holds for every hour.")
            },
        );
    }
    notes
}
