//! Measures `pv` on a year of weather: `measure_pv WEATHER.csv`. A JSON object a line on standard output;
//! rates by processor seconds, of several threads by the wall's.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "an example is an edge")]

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::time::Instant;
use warehousing::pv::irradiance::{Plane, Transposition};
use warehousing::pv::network::{Skies, each};
use warehousing::pv::observer::Site;
use warehousing::pv::read::{Format, read};
use warehousing::pv::simulate::{Clock, Hours, generate, simulate};
use warehousing::pv::system::System;

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

/// Processor seconds of all threads so far, to the hundredth.
fn seconds_of_all() -> f64 {
    const TICKS_A_SECOND: f64 = 100.0;
    let text = fs::read_to_string("/proc/self/stat").expect("Linux");
    // Behind the name, which may hold anything: user and system time are the 12th and 13th.
    let behind = text.rsplit(") ").next().expect("the last part");
    let ticks = behind.split(' ').skip(11).take(2).map(str::parse::<f64>);
    ticks.sum::<Result<f64, _>>().expect("numbers") / TICKS_A_SECOND
}

/// Some sites of one weather, from south to north.
fn sites() -> Vec<Site> {
    (0..SITES).map(|site| at(30.0 + 0.02 * f64::from(site))).collect()
}

fn at(lat_deg: f64) -> Site {
    Site { lat_deg, lon_deg: -79.95, altitude_m: 273.0, pressure_pa: None, temperature_c: 12.0 }
}

/// What all sites give, summed; the least wall seconds and the mean processor seconds of some times.
fn network(hours: &Hours, clock: Clock, system: &System, threads: usize) -> [f64; 2] {
    const TIMES: u32 = 20;
    let sites = sites();
    let (mut least, processor) = (f64::MAX, seconds_of_all());
    for _ in 0..TIMES {
        let begin = Instant::now();
        let skies = Skies::new(&[(&hours.unix_s, clock)]);
        let kwh = each(&sites, threads, |site| {
            generate(hours, skies.of(0), site, system).ac_w.iter().sum::<f64>() / 1_000.0
        });
        black_box(kwh.iter().sum::<f64>());
        least = least.min(begin.elapsed().as_secs_f64());
    }
    [least, (seconds_of_all() - processor) / f64::from(TIMES)]
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("name a weather file")?;
    let weather = read(&file, &fs::read_to_string(&file)?, Format::Csv, None)
        .map_err(|faults| faults[0].clone())?;
    let hours = &weather.hours;
    let clock = Clock { sun_offset_min: 30.0, ..Clock::default() };
    for (name, transposition) in
        [("haydavies", Transposition::HayDavies), ("perez", Transposition::Perez)]
    {
        let plane = Plane { tilt_deg: 25.0, azimuth_deg: 180.0 };
        let mut system = System::usual(plane, 100.0);
        system.arrays[0].transposition = transposition;
        let tell = |sites: u32, threads: usize, wall: Option<f64>, processor: f64| {
            let rate = f64::from(sites) * hours.unix_s.len() as f64 / wall.unwrap_or(processor);
            let wall = wall.map_or("null".to_owned(), |wall| wall.to_string());
            println!(
                "{{\"tool\":\"greenchain\",\"model\":\"{name}\",\"sites\":{sites},\"threads\":{threads},\"wall_s\":{wall},\"processor_s\":{processor},\"site_hours_per_s\":{rate:.0}}}"
            );
        };
        let one = timed(|| drop(black_box(simulate(hours, clock, &at(36.1), &system))));
        tell(1, 1, None, one);
        for threads in [1, 2] {
            let [wall, processor] = network(hours, clock, &system, threads);
            tell(SITES, threads, (threads > 1).then_some(wall), processor);
        }
    }
    Ok(())
}
