//! What a site's modules give in its steps.

use crate::pv::irradiance::Plane;
use crate::pv::observer::Site;
use crate::pv::simulate::{Clock, DELTA_T_S, Generation, Hours, Sky, generate};
use crate::pv::system::System;
use crate::{HourAhead, SiteAhead, WeatherHour};
use network::Solar;
use quantity::{Duration, Energy, Point, Power};

/// Weather is the mean of an hour: the sun is that of its middle.
pub(crate) const CLOCK: Clock = Clock { sun_offset_min: 30.0, delta_t_s: DELTA_T_S };

/// A place whose height is not known, as if at the sea: height only thins the air that bends the
/// sun's light, at 500 m by 6 % of the half degree at the horizon.
pub(crate) fn site(point: Point) -> Site {
    Site {
        lat_deg: point.lat(),
        lon_deg: point.lon(),
        altitude_m: 0.0,
        pressure_pa: None,
        temperature_c: 12.0,
    }
}

/// AC energy of each of these steps of a site, by [`crate::pv`] with PVWatts' usual modules and
/// inverter.
///
/// Zero without modules, and in a step whose weather is not known or not a number.
pub fn generation(ahead: &SiteAhead, steps: &[HourAhead]) -> Vec<Energy> {
    let mut found = vec![Energy::ZERO; steps.len()];
    let Some(solar) = ahead.solar.filter(|solar| solar.peak > Power::ZERO) else { return found };
    // The stamp is the step's own, whatever year its weather is from.
    let known = steps.iter().enumerate().filter_map(|(idx, hour)| {
        hour.weather.map(|weather| (idx, WeatherHour { start: hour.start, ..weather }))
    });
    let (places, weather): (Vec<usize>, Vec<WeatherHour>) = known.unzip();
    let generation = modelled(ahead.point, solar, &weather, ahead.step);
    for (idx, ac_w) in places.into_iter().zip(generation.ac_w) {
        found[idx] = Energy::from_kilowatt_hours(ac_w / 1_000.0 * ahead.step.hours());
    }
    found
}

/// What modules make of weather, row by row, by [`crate::pv`] with PVWatts' usual modules and inverter.
///
/// - `step`: for how long the weather of a row lasts; the sun is that of its middle.
pub fn modelled(point: Point, solar: Solar, weather: &[WeatherHour], step: Duration) -> Generation {
    let plane = Plane { tilt_deg: solar.tilt_deg, azimuth_deg: solar.azimuth_deg };
    let system = System::usual(plane, solar.peak.kilowatts());
    let hours = columns(weather);
    let clock = Clock { sun_offset_min: step.hours() * 30.0, ..CLOCK };
    let sky = Sky::new(&hours.unix_s, clock);
    generate(&hours, &sky, &site(point), &system)
}

fn columns(weather: &[WeatherHour]) -> Hours {
    let column = |of: fn(&WeatherHour) -> f64| weather.iter().map(of).collect();
    Hours {
        unix_s: weather.iter().map(|hour| hour.start.unix()).collect(),
        ghi_w_m2: column(|hour| hour.ghi),
        dni_w_m2: column(|hour| hour.dni),
        dhi_w_m2: column(|hour| hour.dhi),
        temp_air_c: column(|hour| hour.temp_air),
        wind_speed_m_s: column(|hour| hour.wind_speed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{hours, site as site_ahead};
    use quantity::Instant;

    fn bright(ghi: f64) -> WeatherHour {
        let start = Instant::from_unix(0);
        WeatherHour { start, ghi, dni: 850.0, dhi: 100.0, temp_air: 20.0, wind_speed: 2.0 }
    }

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    /// kWh of each hour that follows `first`, with this weather, of 100 kWp tilted to the south.
    fn of(place: (f64, f64), first: Instant, weather: &[Option<WeatherHour>]) -> Vec<f64> {
        let mut hours: Vec<HourAhead> = hours(&vec![0.1; weather.len()]);
        for (idx, (hour, weather)) in (0..).zip(hours.iter_mut().zip(weather)) {
            hour.start = first + Duration::from_seconds(idx * 3_600);
            hour.weather = *weather;
        }
        let peak = Power::from_kilowatts(100.0);
        let solar = Some(Solar { peak, tilt_deg: 35.0, azimuth_deg: 180.0 });
        let point = Point::from_degrees(place.0, place.1).unwrap();
        let found = generation(&SiteAhead { point, solar, ..site_ahead(&hours) }, &hours);
        found.into_iter().map(Energy::kilowatt_hours).collect()
    }

    #[test]
    fn modules_generate_in_the_sun_and_only_there() {
        let dark = WeatherHour { ghi: 0.0, dni: 0.0, dhi: 0.0, ..bright(0.0) };
        let weather =
            [Some(bright(850.0)), None, Some(dark), Some(bright(f64::NAN)), Some(bright(850.0))];
        let found = of((51.4769, 0.0), at("2025-06-21T11:30:00Z"), &weather);
        assert!((70.0..83.34).contains(&found[0]), "noon: {found:?}");
        assert!(found[4] > 30.0 && found[4] < found[0], "the afternoon: {found:?}");
        assert_eq!(found[1..4], [0.0; 3], "no weather, night, and a gap in it");
    }

    #[test]
    fn modules_of_no_power_give_nothing() {
        let mut hours = hours(&[0.1]);
        hours[0].weather = Some(bright(850.0));
        for (kilowatts, why) in [(0.0, "none"), (-5.0, "less than none")] {
            let peak = Power::from_kilowatts(kilowatts);
            let solar = Some(Solar { peak, tilt_deg: 35.0, azimuth_deg: 180.0 });
            let found = generation(&SiteAhead { solar, ..site_ahead(&hours) }, &hours);
            assert_eq!(found, [Energy::ZERO], "{why}");
        }
    }

    #[test]
    fn days_of_23_and_25_hours_and_the_leap_day_are_hours_like_others() {
        // New York: the clock goes forward in the night of 9 March and back in that of 2 November.
        let place = (40.71, -74.0);
        for (first, count, why) in [
            ("2025-03-08T06:00:00-05:00", 23, "a day of 23 hours"),
            ("2025-11-01T06:00:00-04:00", 25, "a day of 25 hours"),
            ("2024-02-29T06:00:00-05:00", 24, "the leap day"),
        ] {
            let weather = vec![Some(bright(600.0)); count];
            let first = at(first);
            let found = of(place, first, &weather);
            for (hour, found) in (0..).zip(&found) {
                let alone = first + Duration::from_seconds(hour * 3_600);
                let alone = of(place, alone, &weather[..1])[0];
                // Between nodes of the sun's series, and at one of them.
                assert!((alone - found).abs() <= 1e-6, "{why}, hour {hour}: {alone} {found}");
            }
            let brightest = found.iter().copied().fold(0.0, f64::max);
            let lit = found.iter().filter(|&&found| found > 0.5 * brightest).count();
            assert!((8..14).contains(&lit), "{why}: {lit} hours of sun on the plane");
        }
    }
}
