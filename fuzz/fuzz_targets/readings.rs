//! Readings of meters, and the quarter hours made of them.
#![no_main]

use intake::File;
use intake::metering::readings;
use libfuzzer_sys::fuzz_target;
use warehousing::monitoring::site::sites;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = readings(File { name: "readings.csv", bytes }, 0) {
        let _ = sites(&read.value);
    }
});
