//! A table of sites of any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use warehousing::pv::irradiance::Plane;
use warehousing::pv::read::sites;
use warehousing::pv::system::Array;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let usual = Array::usual(Plane { tilt_deg: 0.0, azimuth_deg: 0.0 }, 1.0);
    if let Ok((sites, _)) = sites("sites", text, &usual) {
        assert!(sites.iter().all(|site| !site.arrays.is_empty() && !site.weather_file.is_empty()));
    }
});
