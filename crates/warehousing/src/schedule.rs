//! A site's day: its sun, its vehicles, its battery, and what is left to buy and sell.

use crate::battery::{Flow, dispatch};
use crate::charging::place;
use crate::generation::generation;
use crate::{Hour, Schedule, SiteAhead};
use quantity::Energy;

/// Plans a site's hours, which follow one another without a gap.
///
/// The sun serves the building first, then vehicles ([`crate::charging`]), then the battery
/// ([`crate::battery`]); what remains is sold. The battery serves what would be bought. Every
/// hour's balance closes to the milliwatt-hour. Amounts below zero count as none.
pub fn schedule_day(ahead: &SiteAhead) -> Schedule {
    let pv = generation(ahead);
    let load: Vec<Energy> = ahead.hours.iter().map(|hour| hour.load.or_zero()).collect();
    let mut surplus: Vec<Energy> =
        pv.iter().zip(&load).map(|(&pv, &load)| (pv - load).or_zero()).collect();
    let sessions = place(ahead, &mut surplus);
    let charging = |hour: usize| sessions.iter().map(|session| session.energy[hour]).sum();
    let charging: Vec<Energy> = (0..pv.len()).map(charging).collect();
    let net: Vec<Energy> = (0..pv.len()).map(|i| pv[i] - load[i] - charging[i]).collect();
    let flows = dispatch(ahead, &net);
    let hours = (0..pv.len())
        .map(|i| {
            let Flow { into, out, stored } = flows[i];
            let rest = net[i] + out - into;
            let import = (-rest).or_zero();
            Hour {
                start: ahead.hours[i].start,
                pv: pv[i],
                load: load[i],
                charging: charging[i],
                charging_from_grid: share_of_import(import, charging[i], load[i]),
                battery_in: into,
                battery_out: out,
                stored,
                import,
                export: rest.or_zero(),
            }
        })
        .collect();
    Schedule { hours, sessions }
}

/// Charging's part of what is bought, in proportion to what charging and building use, rounded to
/// the nearest milliwatt-hour, half up.
fn share_of_import(import: Energy, charging: Energy, load: Energy) -> Energy {
    let used = i128::from((charging + load).milliwatt_hours());
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
    use crate::example::{dull, hours, kwh, site, window};
    use crate::{ChargingWindow, HourAhead, Losses, WeatherHour};
    use network::{Battery, Solar};
    use proptest::prelude::*;
    use quantity::{Point, Power};

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

    prop_compose! {
        fn any_hour()(
            light in 0.0..1_000.0_f64, beam in 0.0..900.0_f64, known in prop::bool::weighted(0.9),
            buy_price in -0.1..0.5_f64, sell_price in -0.1..0.6_f64,
            grid_kg_per_kwh in 0.0..1.0_f64, load in 0_i64..40_000_000
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
            energy in 0.0..90.0_f64, power in 0.0..50.0_f64
        ) -> ChargingWindow {
            window("van", from, from + length, energy, power)
        }
    }
    prop_compose! {
        fn any_battery()(capacity in 0.0..100.0_f64, power in 0.0..60.0_f64) -> Battery {
            Battery { capacity: kwh(capacity), power: Power::from_kilowatts(power) }
        }
    }

    fn any_share() -> impl Strategy<Value = f64> {
        prop_oneof![1 => Just(0.0), 1 => Just(1.0), 6 => 0.01..1.0_f64]
    }

    proptest! {
        #[test]
        fn every_schedule_stands_before_the_judge(
            hours in prop::collection::vec(any_hour(), 0..28),
            charging in prop::collection::vec(any_window(), 0..6),
            battery in prop::option::of(any_battery()),
            (charge, discharge) in (any_share(), any_share()),
            (stored, carbon_price_per_kg) in (0.0..120.0_f64, 0.0..0.3_f64),
            (peak, tilt_deg, azimuth_deg) in (0.0..200.0_f64, 0.0..90.0_f64, 0.0..360.0_f64),
            (lat, lon) in (-90.0..=90.0_f64, -180.0..=180.0_f64)
        ) {
            let hours: Vec<HourAhead> = hours
                .into_iter()
                .enumerate()
                .map(|(count, hour)| HourAhead { start: crate::example::at(count as f64), ..hour })
                .collect();
            let peak = Power::from_kilowatts(peak);
            let ahead = SiteAhead {
                point: Point::from_degrees(lat, lon).unwrap(),
                solar: Some(Solar { peak, tilt_deg, azimuth_deg }),
                battery,
                losses: Losses { charge, discharge },
                stored: kwh(stored),
                charging: &charging,
                carbon_price_per_kg,
                ..site(&hours)
            };
            let schedule = schedule_day(&ahead);
            prop_assert_eq!(check(&ahead, &schedule), []);
            prop_assert_eq!(schedule_day(&ahead), schedule);
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
