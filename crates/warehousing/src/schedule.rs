//! A site's day: its sun, its vehicles, its battery, and what is left to buy and sell.

use crate::battery::{Wish, follow};
use crate::charging::Plug;
use crate::dispatch::{Objective, Search, solve};
use crate::generation::generation;
use crate::outlook::{battery, instance, number};
use crate::{Hour, HourAhead, Schedule, Session, SiteAhead};
use quantity::Energy;
use std::sync::atomic::{AtomicU32, Ordering};

/// Cost less bound that counts as none, beside the cost's size.
const GAP: f64 = 1e-6;
/// Looks at whether a better schedule may exist, after which the best one known is taken. Only sites
/// that gain by selling dearer than they buy, or are paid for buying, need more than one.
const LOOKS_MAX: u32 = 200;

/// Plans a site's steps, which follow one another without a gap: the least price, with the price of
/// its carbon, of all that the site buys less what it sells, over the planned and the foreseen steps.
///
/// Foreseen steps are how a day is kept from draining its battery only because it ends. Over 40 random
/// weeks a day foreseen cost as much as perfect foresight of the week with prices of every hour, and
/// 0.02 % more with two-step tariffs; a price on what is left cost 10 % and 2 % more (the mean price of
/// the next day), none at all 3 % and 5 %.
///
/// The schedule is that of [`crate::dispatch::solve`] in whole milliwatt-hours: proven to be the best
/// but for rounding and a gap of one in a million, or the best known after a fixed count of looks. The
/// battery charges from sun or grid and serves whatever pays, selling too. Every vehicle gets what it
/// wants, or all that its plug can give. Sun that would be sold at a loss is curtailed. Every step's
/// balance closes to the milliwatt-hour. Amounts below zero, prices and shares that are no numbers
/// count as none.
pub fn schedule_day(ahead: &SiteAhead) -> Schedule {
    let foreseen = if battery(ahead).is_some() { ahead.foreseen } else { &[] };
    let load: Vec<Energy> =
        ahead.hours.iter().chain(foreseen).map(|step| step.load.or_zero()).collect();
    let mut pv = generation(ahead, ahead.hours);
    pv.extend(generation(ahead, foreseen));
    let plugs: Vec<Plug> = ahead.charging.iter().map(|window| Plug::of(window, ahead)).collect();
    let (charging_kwh, wishes) = best(ahead, &plugs, &pv, &load);
    let sessions: Vec<Session> = (plugs.iter().zip(ahead.charging).zip(&charging_kwh))
        .map(|((plug, window), kwh)| plug.session(window, kwh))
        .collect();
    let charging: Vec<Energy> = (0..ahead.hours.len())
        .map(|step| sessions.iter().map(|session| session.energy[step]).sum())
        .collect();
    let net: Vec<Energy> =
        charging.iter().enumerate().map(|(i, &charging)| pv[i] - load[i] - charging).collect();
    let flows = follow(ahead, &net, &wishes);
    let hours = ahead.hours.iter().enumerate().map(|(i, step)| {
        let (into, out) = (flows[i].into, flows[i].out);
        let Bought { import, export, curtailed } = close(ahead, step, net[i] + out - into, pv[i]);
        let used = load[i] + into;
        Hour {
            start: step.start,
            pv: pv[i] - curtailed,
            load: load[i],
            charging: charging[i],
            charging_from_grid: share_of_import(import, charging[i], used),
            battery_in: into,
            battery_out: out,
            stored: flows[i].stored,
            import,
            export,
        }
    });
    Schedule { hours: hours.collect(), sessions }
}

/// kWh of each session, and of the battery, in each step of the best schedule. Where the numbers are so
/// far apart that none is found, vehicles charge as they come and the battery rests.
fn best(
    ahead: &SiteAhead,
    plugs: &[Plug],
    pv: &[Energy],
    load: &[Energy],
) -> (Vec<Vec<f64>>, Vec<Wish>) {
    let nothing = || (vec![Vec::new(); plugs.len()], vec![Wish::default(); ahead.hours.len()]);
    if ahead.hours.is_empty() || plugs.is_empty() && battery(ahead).is_none() {
        return nothing();
    }
    let looks = AtomicU32::new(0);
    let enough = || looks.fetch_add(1, Ordering::Relaxed) >= LOOKS_MAX;
    let search = Search { gap: GAP, threads: 1, enough: &enough };
    let instance = instance(ahead, plugs, pv, load);
    let Ok(found) = solve(&instance, Objective::Blend, search) else { return nothing() };
    let schedule = found.schedule;
    let flows = schedule.charge_kwh.iter().zip(&schedule.discharge_kwh);
    let wishes = flows.map(|(&into_kwh, &out_kwh)| Wish { into_kwh, out_kwh });
    (schedule.ev_kwh, wishes.take(ahead.hours.len()).collect())
}

/// What closes a step's balance.
struct Bought {
    import: Energy,
    export: Energy,
    curtailed: Energy,
}

/// The cheapest way to close a step that has `left` when all its `pv` is taken: it may be curtailed, and
/// where that costs the same it is not.
fn close(ahead: &SiteAhead, step: &HourAhead, left: Energy, pv: Energy) -> Bought {
    let (buy, sell) = (number(ahead.bought(step)), number(step.sell_price));
    let cost = |curtailed: &Energy| {
        let left = (left - *curtailed).kilowatt_hours();
        if left < 0.0 { -buy * left } else { -sell * left }
    };
    // The cost is straight on either side of buying and selling nothing.
    let ways = [Energy::ZERO, left.or_zero().min(pv), pv];
    let curtailed = ways.into_iter().min_by(|a, b| cost(a).total_cmp(&cost(b)));
    let curtailed = curtailed.unwrap_or(Energy::ZERO);
    let left = left - curtailed;
    Bought { import: (-left).or_zero(), export: left.or_zero(), curtailed }
}

/// Charging's part of what is bought, in proportion to all that is used in the step, the battery's
/// charging with the `rest`; rounded to the nearest milliwatt-hour, half up. Where supplies meet at one
/// bus each use draws on each in proportion (proportional sharing: Bialek, Tracing the flow of
/// electricity, 1996).
fn share_of_import(import: Energy, charging: Energy, rest: Energy) -> Energy {
    let used = i128::from((charging + rest).milliwatt_hours());
    if used == 0 {
        return Energy::ZERO;
    }
    let exact = i128::from(import.milliwatt_hours()) * i128::from(charging.milliwatt_hours());
    Energy::new(((2 * exact + used) / (2 * used)) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check;
    use crate::dispatch::Solution;
    use crate::example::{dull, hours, kwh, site, window};
    use crate::{ChargingWindow, Losses, WeatherHour};
    use network::{Battery, Solar};
    use proptest::prelude::*;
    use quantity::{Duration, Point, Power};

    /// A flat roof on which 1000 W/m2 of diffuse light make about 79 kWh in an hour.
    fn roof() -> Solar {
        Solar { peak: Power::from_kilowatts(100.0), tilt_deg: 0.0, azimuth_deg: 180.0 }
    }

    #[test]
    fn a_day_of_sun_charging_and_battery() {
        let mut hours = hours(&[0.10, 0.20, 0.30, 0.40]);
        for (hour, sun) in hours.iter_mut().zip([0.0, 500.0, 0.0, 0.0]) {
            hour.weather = Some(dull(hour.start, sun));
            hour.load = kwh(10.0);
        }
        let charging = [window("day", 0.0, 2.0, 10.0, 20.0), window("night", 2.0, 3.5, 6.0, 20.0)];
        let battery = Battery { capacity: kwh(8.0), power: Power::from_kilowatts(50.0) };
        let (solar, battery) = (Some(roof()), Some(battery));
        let losses = Losses { charge: 1.0, discharge: 1.0 };
        let ahead = SiteAhead { solar, battery, losses, charging: &charging, ..site(&hours) };
        let schedule = schedule_day(&ahead);
        assert_eq!(check(&ahead, &schedule), []);
        let hours = &schedule.hours;
        assert_eq!(hours[1].charging, kwh(10.0), "the day's vehicle charges in the sun");
        assert_eq!(hours[1].charging_from_grid, Energy::ZERO);
        assert_eq!(hours[2].charging, kwh(6.0), "the night's where power is cheaper");
        assert_eq!(hours[2].charging_from_grid, kwh(6.0));
        assert_eq!(hours[1].battery_in, kwh(8.0));
        assert_eq!(hours[3].battery_out, kwh(8.0), "the battery waits for the dearest hour");
        assert_eq!(hours[3].import, kwh(2.0));
        assert_eq!(hours[1].export, hours[1].pv - kwh(28.0), "the rest is sold");
    }

    fn store(capacity: f64, power: f64) -> Battery {
        Battery { capacity: kwh(capacity), power: Power::from_kilowatts(power) }
    }

    /// In and out of the battery in each step of a site without losses, in kWh to the tenth of a
    /// watt-hour: the search holds what is kept for long to lose a little.
    fn moved(ahead: &SiteAhead) -> Vec<f64> {
        let ahead = SiteAhead { losses: Losses { charge: 1.0, discharge: 1.0 }, ..ahead.clone() };
        let schedule = schedule_day(&ahead);
        assert_eq!(check(&ahead, &schedule), []);
        let rounded = |kwh: f64| (1e4 * kwh).round() / 1e4;
        let moved = |hour: &Hour| rounded((hour.battery_in - hour.battery_out).kilowatt_hours());
        schedule.hours.iter().map(moved).collect()
    }

    #[test]
    fn the_battery_buys_where_that_pays() {
        let mut hours = hours(&[0.10, 0.40, 0.20, 0.40]);
        for hour in &mut hours {
            hour.load = kwh(4.0);
        }
        for (capacity, power, expect, why) in [
            (4.0, 9.0, [4.0, -4.0, 4.0, -4.0], "cheap for dear, twice"),
            (8.0, 9.0, [8.0, -4.0, 0.0, -4.0], "all of it where it is cheapest"),
            (9.0, 3.0, [3.0, -3.0, 3.0, -3.0], "as fast as it can"),
        ] {
            let ahead = SiteAhead { battery: Some(store(capacity, power)), ..site(&hours) };
            assert_eq!(moved(&ahead), expect, "{why}");
        }
        for hour in &mut hours {
            hour.load = Energy::ZERO;
        }
        hours[1].sell_price = 0.30;
        let ahead = SiteAhead { battery: Some(store(4.0, 9.0)), ..site(&hours) };
        assert_eq!(moved(&ahead), [4.0, -4.0, 0.0, 0.0], "and sells what it bought");
    }

    #[test]
    fn what_is_left_is_worth_what_it_saves_in_the_foreseen_steps() {
        let (mut day, mut night) = (hours(&[0.10, 0.20]), hours(&[0.30, 0.15]));
        for (i, hour) in day.iter_mut().chain(&mut night).enumerate() {
            (hour.start, hour.load) = (crate::example::at(i as f64), kwh(2.0));
        }
        let ahead = SiteAhead { battery: Some(store(4.0, 9.0)), ..site(&day) };
        assert_eq!(moved(&ahead), [2.0, -2.0], "a day that ends drains the battery");
        let ahead = SiteAhead { foreseen: &night, ..ahead };
        assert_eq!(moved(&ahead), [4.0, -2.0], "2 kWh are kept for the dearest hour");
    }

    #[test]
    fn sun_that_nobody_pays_for_is_curtailed() {
        let mut hours = hours(&[0.1; 3]);
        for (hour, sell_price) in hours.iter_mut().zip([0.05, 0.0, -0.05]) {
            hour.weather = Some(dull(hour.start, 500.0));
            (hour.sell_price, hour.load) = (sell_price, kwh(10.0));
        }
        let ahead = SiteAhead { solar: Some(roof()), ..site(&hours) };
        let schedule = schedule_day(&ahead);
        assert_eq!(check(&ahead, &schedule), []);
        let [paid, free, fined] = &schedule.hours[..] else { panic!("three hours") };
        assert!(paid.pv == free.pv && paid.export == free.export && paid.export > kwh(20.0));
        assert_eq!((fined.pv, fined.export, fined.import), (kwh(10.0), Energy::ZERO, Energy::ZERO));
    }

    #[test]
    fn a_vehicle_charges_in_the_cheapest_part_of_its_stay() {
        // Bought at 0.30, 0.10, 0.20.
        let mut hours = hours(&[0.30, 0.10, 0.20]);
        for (from, until, wanted, expect, short, why) in [
            (0.0, 3.0, 8.0, [0.0, 8.0, 0.0], 0.0, "the night tariff"),
            (0.0, 3.0, 15.0, [0.0, 10.0, 5.0], 0.0, "then the next cheapest"),
            (0.5, 1.25, 4.0, [1.5, 2.5, 0.0], 0.0, "a quarter of the cheapest hour"),
            (0.5, 1.25, 9.0, [5.0, 2.5, 0.0], 1.5, "there for 45 min"),
            (1.25, 1.75, 4.0, [0.0, 4.0, 0.0], 0.0, "comes and goes within an hour"),
        ] {
            let charging = [window("a", from, until, wanted, 10.0)];
            let ahead = SiteAhead { charging: &charging, ..site(&hours) };
            let schedule = schedule_day(&ahead);
            assert_eq!(check(&ahead, &schedule), [], "{why}");
            assert_eq!(schedule.sessions[0].energy, expect.map(kwh), "{why}");
            assert_eq!(schedule.sessions[0].short, kwh(short), "{why}");
        }
        (hours[0].grid_kg_per_kwh, hours[1].grid_kg_per_kwh) = (0.1, 0.9);
        let charging = [window("a", 0.0, 2.0, 5.0, 10.0)];
        let ahead = SiteAhead { charging: &charging, carbon_price_per_kg: 0.5, ..site(&hours) };
        let energy = &schedule_day(&ahead).sessions[0].energy;
        assert_eq!(energy[0], kwh(5.0), "carbon moves it to the dearer hour");
    }

    #[test]
    fn quarter_hours_are_planned_like_hours() {
        let mut quarters = hours(&[0.3, 0.1, 0.2, 0.4]);
        for (i, quarter) in quarters.iter_mut().enumerate() {
            quarter.start = crate::example::at(0.25 * i as f64);
            quarter.weather = Some(dull(quarter.start, 500.0));
        }
        let charging = [window("a", 0.0, 0.75, 4.0, 10.0)];
        let step = Duration::from_hours(0.25);
        let ahead = SiteAhead { step, charging: &charging, ..site(&quarters) };
        let schedule = schedule_day(&ahead);
        assert_eq!(check(&ahead, &schedule), []);
        let charged: Vec<f64> =
            schedule.sessions[0].energy.iter().map(|energy| energy.kilowatt_hours()).collect();
        assert_eq!(charged, [0.0, 2.5, 1.5, 0.0]);
        let sunny = |ahead: SiteAhead| {
            schedule_day(&SiteAhead { solar: Some(roof()), ..ahead }).hours[0].pv.kilowatt_hours()
        };
        let hour = sunny(SiteAhead { step: crate::HOUR, ..ahead.clone() });
        assert!((sunny(ahead) - hour / 4.0).abs() < 1e-3 * hour, "the sky is dull: {hour}");
    }

    /// What hours cost at their prices, with carbon.
    fn cost(ahead: &SiteAhead, hours: &[Hour]) -> f64 {
        let costs = hours.iter().zip(ahead.hours).map(|(hour, step)| {
            ahead.bought(step) * hour.import.kilowatt_hours()
                - step.sell_price * hour.export.kilowatt_hours()
        });
        costs.sum()
    }

    /// Seven days of sun, a two-step tariff with two dear evenings, vehicles every night.
    fn week() -> (Vec<HourAhead>, Vec<ChargingWindow>) {
        let tariff = |hour: usize| match (hour % 24, hour / 24) {
            (9.., _) => 0.2,
            (5.., 2 | 4) => 0.6,
            _ => 0.3,
        };
        let mut hours = hours(&(0..7 * 24).map(tariff).collect::<Vec<_>>());
        for (i, hour) in hours.iter_mut().enumerate() {
            let light = [900.0, 200.0, 50.0, 600.0, 0.0, 800.0, 300.0][i / 24];
            let by_day = (0..6).contains(&(i % 24));
            hour.weather = Some(dull(hour.start, if by_day { light } else { 0.0 }));
            hour.load = kwh(if by_day { 30.0 } else { 12.0 });
        }
        let windows = (0..7).map(|day| 24.0 * f64::from(day)).flat_map(|day| {
            [
                window("a", day + 6.4, day + 24.0, 40.0, 11.0),
                window("b", day + 7.7, day + 20.0, 60.0, 22.0),
            ]
        });
        (hours, windows.collect())
    }

    /// The cost of the week day by day, each foreseeing so many hours behind its own.
    fn by_days(ahead: &SiteAhead, foreseen: usize) -> f64 {
        let (mut total, mut stored) = (0.0, ahead.stored);
        for day in 0..7 {
            let (from, until) = (24 * day, 24 * day + 24);
            let day = SiteAhead {
                hours: &ahead.hours[from..until],
                foreseen: &ahead.hours[until..(until + foreseen).min(ahead.hours.len())],
                charging: &ahead.charging[2 * day..2 * day + 2],
                stored,
                ..ahead.clone()
            };
            let schedule = schedule_day(&day);
            assert_eq!(check(&day, &schedule), []);
            total += cost(&day, &schedule.hours);
            stored = schedule.hours.last().unwrap().stored;
        }
        total
    }

    #[test]
    fn a_day_foreseen_is_nearly_as_good_as_the_whole_week() {
        let (hours, charging) = week();
        let losses = Losses { charge: 0.95, discharge: 0.95 };
        let (solar, battery) = (Some(roof()), Some(store(120.0, 60.0)));
        let ahead = SiteAhead { solar, battery, losses, charging: &charging, ..site(&hours) };
        let whole = schedule_day(&ahead);
        assert_eq!(check(&ahead, &whole), []);
        let (best, seen, blind) =
            (cost(&ahead, &whole.hours), by_days(&ahead, 24), by_days(&ahead, 0));
        assert!(seen >= best - 1e-3 && seen < 1.001 * best, "{seen} {best}");
        assert!(blind > 1.01 * best, "{blind} {best}");
    }

    #[test]
    fn sites_that_lack_something() {
        let with_load =
            |hours: &mut Vec<HourAhead>| hours.iter_mut().for_each(|hour| hour.load = kwh(5.0));
        let (idle, mut loaded) = (hours(&[0.1; 3]), hours(&[0.1; 3]));
        with_load(&mut loaded);
        let charging = [window("a", 0.0, 3.0, 9.0, 3.0)];
        for (ahead, bought, short, why) in [
            (site(&[]), 0.0, 0.0, "no hours"),
            (SiteAhead { charging: &charging, ..site(&[]) }, 0.0, 9.0, "a vehicle and no hours"),
            (site(&idle), 0.0, 0.0, "nothing at all"),
            (site(&loaded), 15.0, 0.0, "only a building"),
            (SiteAhead { charging: &charging, ..site(&idle) }, 9.0, 0.0, "only a vehicle"),
            (SiteAhead { solar: Some(roof()), ..site(&loaded) }, 15.0, 0.0, "modules, no weather"),
        ] {
            let schedule = schedule_day(&ahead);
            assert_eq!(check(&ahead, &schedule), [], "{why}");
            let total: Energy = schedule.hours.iter().map(|hour| hour.import).sum();
            assert_eq!(total, kwh(bought), "{why}");
            let missing: Energy = schedule.sessions.iter().map(|session| session.short).sum();
            assert_eq!(missing, kwh(short), "{why}");
        }
    }

    #[test]
    fn the_sun_is_that_of_the_hour_not_of_the_year_of_its_weather() {
        let mut hours = hours(&[0.1]);
        let bright = |start| WeatherHour { dni: 800.0, ..dull(start, 100.0) };
        let solar = Some(Solar { tilt_deg: 40.0, ..roof() });
        let pv =
            |hours: &[HourAhead]| schedule_day(&SiteAhead { solar, ..site(hours) }).hours[0].pv;
        hours[0].weather = Some(bright(hours[0].start));
        let own = pv(&hours);
        hours[0].weather = Some(bright(crate::example::at(5.0)));
        assert_eq!(pv(&hours), own);
    }

    #[test]
    fn an_inverter_whose_limit_ends_in_half_a_milliwatt() {
        let mut hours = hours(&[0.1]);
        hours[0].weather = Some(dull(hours[0].start, 2_000.0));
        let solar = Some(Solar { peak: Power::new(72_007_179), ..roof() });
        let ahead = SiteAhead { solar, ..site(&hours) };
        let schedule = schedule_day(&ahead);
        assert_eq!(check(&ahead, &schedule), []);
        assert_eq!(schedule.hours[0].pv, Energy::new(60_005_983));
    }

    #[test]
    fn what_is_bought_is_shared_by_use() {
        for (import, charging, load, expect, why) in [
            (0, 0, 0, 0, "nothing used"),
            (10, 10, 0, 10, "only charging"),
            (10, 0, 10, 0, "only the building"),
            (5, 4, 6, 2, "in proportion"),
            (5, 3, 7, 2, "a half goes up"),
            (9, 1, 8, 1, "all is bought"),
        ] {
            let [import, charging, load] = [import, charging, load].map(Energy::new);
            assert_eq!(share_of_import(import, charging, load), Energy::new(expect), "{why}");
        }
    }

    /// The best schedule, without a limit of looks.
    fn searched(ahead: &SiteAhead) -> Solution {
        let plugs: Vec<Plug> =
            ahead.charging.iter().map(|window| Plug::of(window, ahead)).collect();
        let load: Vec<Energy> = ahead.hours.iter().map(|hour| hour.load).collect();
        let instance = instance(ahead, &plugs, &generation(ahead, ahead.hours), &load);
        let search = Search { gap: 1e-7, threads: 1, enough: &|| false };
        solve(&instance, Objective::Blend, search).unwrap()
    }

    /// Sun that nobody buys may be curtailed or lost in the battery for the same price: the programme of
    /// the whole gave a point that charges and discharges at once where the tree had found a schedule.
    #[test]
    fn a_schedule_that_was_found_is_not_lost_among_equal_points() {
        let of = [
            (-0.03734519159858378, 0.0, 313.5484218570594),
            (0.09173779025983762, 0.0, 533.3818683063104),
            (0.493326451344241, 0.12336573716420479, 0.0),
            (-0.04278661367878624, 0.0, 766.3690384276665),
            (0.0, 0.283972073110241, 0.0),
            (-0.03406333266885276, 0.0, 461.139379512548),
            (0.0, 0.30132284339751336, 0.0),
            (-0.06689713374186917, 0.0, 478.1927529627402),
            (-0.09397417469205284, 0.0, 396.02974761343484),
            (0.0, 0.18012476967661806, 250.05753540042383),
            (0.13103038223091948, 0.28819389073214735, 0.0),
            (0.0, 0.37724027050074416, 551.8180821795142),
            (0.21319463335943264, 0.07319587583948894, 0.0),
            (-0.049077762599579015, 0.09996378064285663, 0.0),
            (0.3347678681176607, -0.04194072551864399, 143.73715941823295),
        ];
        let mut hours = hours(&[0.0; 15]);
        for (hour, (buy_price, sell_price, light)) in hours.iter_mut().zip(of) {
            let (weather, load) = (Some(dull(hour.start, light)), kwh(light / 30.0));
            *hour = HourAhead { weather, buy_price, sell_price, load, ..*hour };
        }
        let battery = Battery { capacity: Energy::new(98_113_811), power: Power::new(54_596_173) };
        let share = 0.904490683634362;
        let losses = Losses { charge: share, discharge: share };
        let (solar, battery, stored) = (Some(roof()), Some(battery), kwh(4.534634589733643));
        let found = searched(&SiteAhead { solar, battery, losses, stored, ..site(&hours) });
        assert!(found.proven, "{}", found.gap());
    }

    /// A number, and now and then none.
    fn any_number(usual: std::ops::Range<f64>) -> impl Strategy<Value = f64> {
        prop_oneof![200 => usual, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)]
    }

    prop_compose! {
        fn any_hour()(
            light in any_number(0.0..1_000.0), beam in 0.0..900.0_f64,
            known in prop::bool::weighted(0.9),
            buy_price in any_number(-0.1..0.5), sell_price in any_number(-0.1..0.6),
            grid_kg_per_kwh in any_number(0.0..1.0), load in -1_000_000_i64..40_000_000
        ) -> HourAhead {
            let start = crate::example::at(0.0);
            let weather = WeatherHour { dni: beam, ..dull(start, light) };
            HourAhead {
                start, weather: known.then_some(weather), buy_price, sell_price, grid_kg_per_kwh,
                load: Energy::new(load),
            }
        }
    }
    prop_compose! {
        fn any_window()(
            from in -5.0..30.0_f64, length in -1.0..14.0_f64,
            energy in -2.0..90.0_f64, power in -1.0..50.0_f64
        ) -> ChargingWindow {
            window("van", from, from + length, energy, power)
        }
    }
    prop_compose! {
        fn any_battery()(capacity in -2.0..100.0_f64, power in -1.0..60.0_f64) -> Battery {
            Battery { capacity: kwh(capacity), power: Power::from_kilowatts(power) }
        }
    }

    fn any_share() -> impl Strategy<Value = f64> {
        prop_oneof![1 => Just(0.0), 1 => Just(1.0), 1 => Just(f64::NAN), 8 => 0.01..1.0_f64]
    }

    proptest! {
        #[test]
        fn every_schedule_stands_before_the_judge(
            hours in prop::collection::vec(any_hour(), 0..40),
            charging in prop::collection::vec(any_window(), 0..6),
            battery in prop::option::of(any_battery()),
            (charge, discharge) in (any_share(), any_share()),
            (stored, carbon_price_per_kg) in (0.0..120.0_f64, 0.0..0.3_f64),
            (peak, tilt_deg, azimuth_deg) in (0.0..200.0_f64, 0.0..90.0_f64, 0.0..360.0_f64),
            (lat, lon) in (-90.0..=90.0_f64, -180.0..=180.0_f64),
            (planned, minutes) in (0_usize..40, prop::sample::select(vec![15, 30, 60]))
        ) {
            let step = Duration::from_seconds(60 * minutes);
            let hours: Vec<HourAhead> = hours
                .into_iter()
                .enumerate()
                .map(|(count, hour)| {
                    let start = crate::example::at(count as f64 * step.hours());
                    HourAhead { start, ..hour }
                })
                .collect();
            let (hours, foreseen) = hours.split_at(planned.min(hours.len()));
            let peak = Power::from_kilowatts(peak);
            let ahead = SiteAhead {
                point: Point::from_degrees(lat, lon).unwrap(),
                solar: Some(Solar { peak, tilt_deg, azimuth_deg }),
                battery,
                losses: Losses { charge, discharge },
                stored: kwh(stored),
                charging: &charging,
                carbon_price_per_kg,
                step,
                foreseen,
                ..site(hours)
            };
            let schedule = schedule_day(&ahead);
            prop_assert_eq!(check(&ahead, &schedule), []);
            prop_assert_eq!(schedule_day(&ahead), schedule);
        }

        #[test]
        fn whole_milliwatt_hours_cost_what_the_search_finds(
            prices in prop::collection::vec((-0.1..0.5_f64, -0.1..0.4_f64, 0.0..800.0_f64), 1..26),
            charging in prop::collection::vec(any_window(), 0..4),
            battery in any_battery(), share in 0.7..=1.0_f64, stored in 0.0..60.0_f64
        ) {
            let mut hours = hours(&vec![0.0; prices.len()]);
            for (hour, (buy_price, sell_price, light)) in hours.iter_mut().zip(prices) {
                let (weather, load) = (Some(dull(hour.start, light)), kwh(light / 30.0));
                *hour = HourAhead { weather, buy_price, sell_price, load, ..*hour };
            }
            let (solar, battery) = (Some(roof()), Some(battery));
            let losses = Losses { charge: share, discharge: share };
            let stored = kwh(stored);
            let ahead =
                SiteAhead { solar, battery, losses, stored, charging: &charging, ..site(&hours) };
            let found = searched(&ahead);
            let (is, best) = (cost(&ahead, &schedule_day(&ahead).hours), found.figures.objective);
            // A watt-hour of dust in each step, and what the search holds to be lost in store.
            let dust = 5e-3 * hours.len() as f64;
            prop_assert!((is - best).abs() < dust, "{} {}", is, best);
            prop_assert!(found.proven, "{}", found.gap());
        }

        #[test]
        fn what_is_bought_for_vehicles_is_within_both(
            charging in 0_i64..1 << 40, load in 0_i64..1 << 40, share in 0.0..=1.0_f64
        ) {
            let import = Energy::new(((charging + load) as f64 * share) as i64);
            let part = share_of_import(import, Energy::new(charging), Energy::new(load));
            prop_assert!(part <= import.min(Energy::new(charging)));
            prop_assert!(import - part <= Energy::new(load));
        }
    }
}
