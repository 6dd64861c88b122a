//! Sites and vehicles. Places of the warehouse and the hubs, roofs, batteries, loads and all
//! figures of the vehicles are assumptions; the stations stand at districts' internal points.

use crate::city::centre;
use std::fmt::Write as _;

/// Id and kind, latitude and longitude, kWp with tilt and azimuth, kWh and kW of the battery, kWh
/// of the building's day.
type Site = ((&'static str, &'static str), (f64, f64), (u32, u32, u32), (u32, u32), u32);

/// The warehouse and the hubs.
#[rustfmt::skip] // a row a site
const SITES: [Site; 3] = [
    (("W1", "warehouse"), (39.835, -104.660), (240, 10, 180), (500, 250), 1_500),
    (("H1", "hub"),       (39.775, -104.965), ( 50, 15, 180), (100,  50),   240),
    (("H2", "hub"),       (39.675, -105.005), ( 40, 15, 180), ( 80,  40),   180),
];

/// ZCTA codes of the stations' districts: populous, and spread over the city.
const STATIONS: [u32; 10] = [80203, 80206, 80211, 80219, 80210, 80010, 80012, 80229, 80226, 80003];

/// Vehicles: type, energy, how many, site, kg, litres, consumption per 100 km empty and full,
/// kWh of the battery, kW at the plug, km/h, cost per km and per hour, range in km.
type Vehicle = (
    (&'static str, &'static str, u32, &'static str),
    (u32, u32),
    (f64, f64),
    Option<(f64, f64)>,
    u32,
    (f64, f64),
    Option<u32>,
);

#[rustfmt::skip] // a row a type at a site
const VEHICLES: [Vehicle; 8] = [
    (("diesel_van",        "diesel",   32, "W1"), (1_200, 11_000), ( 9.5, 11.8), None,               28, (0.42, 33.0), None),
    (("diesel_truck_7t5",  "diesel",    3, "W1"), (3_000, 30_000), (16.0, 21.5), None,               30, (0.78, 37.0), None),
    (("electric_van",      "electric",  6, "W1"), (  950, 11_000), (22.0, 28.0), Some((68.0, 22.0)), 28, (0.28, 33.0), Some(220)),
    (("electric_van",      "electric",  6, "H1"), (  950, 11_000), (22.0, 28.0), Some((68.0, 22.0)), 28, (0.28, 33.0), Some(220)),
    (("electric_van",      "electric",  8, "H2"), (  950, 11_000), (22.0, 28.0), Some((68.0, 22.0)), 28, (0.28, 33.0), Some(220)),
    (("cargo_bike",        "electric",  9, "H1"), (  125,  1_400), ( 2.0,  3.2), Some(( 2.0,  0.5)), 14, (0.10, 26.0), Some(55)),
    (("cargo_bike",        "electric",  6, "H2"), (  125,  1_400), ( 2.0,  3.2), Some(( 2.0,  0.5)), 14, (0.10, 26.0), Some(55)),
    (("sidewalk_robot",    "robot",    20, "H1"), (   10,     45), ( 2.8,  3.8), Some(( 1.2,  0.3)),  5, (0.08,  3.5), Some(25)),
];

/// `sites.csv`.
pub(crate) fn sites_csv() -> String {
    let mut csv = String::from(
        "site_id,kind,lat,lon,pv_kwp,tilt_deg,azimuth_deg,battery_kwh,battery_kw,load_kwh_day\n",
    );
    for ((id, kind), (lat, lon), (kwp, tilt, azimuth), (kwh, kw), load) in SITES {
        writeln!(csv, "{id},{kind},{lat:.6},{lon:.6},{kwp},{tilt},{azimuth},{kwh},{kw},{load}")
            .expect("a string takes any text");
    }
    for (place, zcta) in STATIONS.into_iter().enumerate() {
        let point = centre(zcta).expect("stations stand in districts of the table");
        let (number, lat, lon) = (place + 1, point.lat(), point.lon());
        writeln!(csv, "S{number:02},station,{lat:.6},{lon:.6},,,,,,")
            .expect("a string takes any text");
    }
    csv
}

/// `vehicles.csv`.
pub(crate) fn vehicles_csv() -> String {
    let mut csv = String::from(
        "vehicle_type,energy,count,site_id,capacity_kg,capacity_l,kwh_or_l_per_100km_empty,\
         kwh_or_l_per_100km_full,battery_kwh,charge_kw,speed_kmh,cost_per_km,cost_per_h,\
         range_km\n",
    );
    for (what, (kg, litres), (empty, full), battery, kmh, (per_km, per_h), range) in VEHICLES {
        let (vehicle_type, energy, count, site) = what;
        let battery = battery.map_or(",".into(), |(kwh, kw)| format!("{kwh},{kw}"));
        let range = range.map_or(String::new(), |km| km.to_string());
        writeln!(
            csv,
            "{vehicle_type},{energy},{count},{site},{kg},{litres},{empty},{full},{battery},{kmh},\
             {per_km},{per_h},{range}"
        )
        .expect("a string takes any text");
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_battery_carries_a_vehicle_over_its_range() {
        for ((name, ..), _, (_, full), battery, _, _, range) in VEHICLES {
            if let (Some((kwh, _)), Some(range_km)) = (battery, range) {
                assert!(full * f64::from(range_km) / 100.0 <= kwh, "{name}");
            }
        }
    }

    #[test]
    fn a_night_at_the_plug_fills_a_battery() {
        for ((name, ..), _, _, battery, ..) in VEHICLES {
            // From 17:00 to 08:00, with a tenth lost.
            assert!(battery.is_none_or(|(kwh, kw)| kw * 15.0 * 0.9 >= kwh), "{name}");
        }
    }

    #[test]
    fn every_vehicle_stands_at_a_site() {
        for ((name, _, _, site), ..) in VEHICLES {
            assert!(SITES.iter().any(|((id, _), ..)| *id == site), "{name} at {site}");
        }
    }
}
