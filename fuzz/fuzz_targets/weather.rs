//! A weather file of any bytes, as each format; what is read is simulated.
#![no_main]

use libfuzzer_sys::fuzz_target;
use warehousing::pv::irradiance::Plane;
use warehousing::pv::observer::Site;
use warehousing::pv::read::{Format, read};
use warehousing::pv::simulate::{Clock, simulate};
use warehousing::pv::system::System;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let site = Site {
        lat_deg: 36.1,
        lon_deg: -79.95,
        altitude_m: 273.0,
        pressure_pa: None,
        temperature_c: 12.0,
    };
    let system = System::usual(Plane { tilt_deg: 25.0, azimuth_deg: 180.0 }, 100.0);
    for format in [Format::of(text), Format::Csv, Format::Epw, Format::Tmy3, Format::Pvgis] {
        let Ok(weather) = read("weather", text, format, Some(3_600)) else { continue };
        let found = simulate(&weather.hours, Clock::default(), &site, &system);
        assert!(found.generation.ac_w.iter().all(|ac_w| (0.0..=100_000.0 / 1.2).contains(ac_w)));
    }
});
