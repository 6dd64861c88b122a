//! Measures `pv` on a year of weather: `measure_pv WEATHER.csv`. Processor seconds of this thread, a JSON
//! object a line on standard output.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "an example is an edge")]

use std::error::Error;
use std::fs;
use std::hint::black_box;
use warehousing::pv::irradiance::{Plane, Transposition};
use warehousing::pv::observer::Site;
use warehousing::pv::read::{Format, read};
use warehousing::pv::simulate::{Array, Clock, Sky, generate, simulate};

const SITES: u32 = 500;

/// Processor seconds of this thread so far.
fn seconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    text.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).expect("nanoseconds") / 1e9
}

/// Seconds of one time of what is done as often as fills half a second.
fn timed(mut work: impl FnMut()) -> f64 {
    let (start, mut times) = (seconds(), 0_u32);
    loop {
        work();
        times += 1;
        let took = seconds() - start;
        if took > 0.5 {
            return took / f64::from(times);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("name a weather file")?;
    let weather = read(&file, &fs::read_to_string(&file)?, Format::Csv, None)
        .map_err(|faults| faults[0].clone())?;
    let hours = &weather.hours;
    let clock = Clock { sun_offset_min: 30.0, ..Clock::default() };
    let at = |lat_deg: f64| Site {
        lat_deg,
        lon_deg: -79.95,
        altitude_m: 273.0,
        pressure_pa: None,
        temperature_c: 12.0,
    };
    for (name, transposition) in
        [("haydavies", Transposition::HayDavies), ("perez", Transposition::Perez)]
    {
        let plane = Plane { tilt_deg: 25.0, azimuth_deg: 180.0 };
        let array = Array { transposition, ..Array::usual(plane, 100.0) };
        let tell = |sites: u32, took: f64| {
            let rate = f64::from(sites) * hours.unix_s.len() as f64 / took;
            println!(
                "{{\"tool\":\"greenchain\",\"model\":\"{name}\",\"sites\":{sites},\"seconds\":{took},\"site_hours_per_s\":{rate:.0}}}"
            );
        };
        tell(1, timed(|| drop(black_box(simulate(hours, clock, &at(36.1), &array)))));
        let many = timed(|| {
            let sky = Sky::new(&hours.unix_s, clock);
            for site in 0..SITES {
                let path = sky.over(&at(30.0 + 0.02 * f64::from(site)));
                drop(black_box(generate(hours, &sky, &path, &array)));
            }
        });
        tell(SITES, many);
    }
    Ok(())
}
