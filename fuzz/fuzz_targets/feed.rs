//! Answers of public sources, of each format.
#![no_main]

use intake::feed::steps::regular;
use intake::feed::{Choice, Format, read};
use libfuzzer_sys::fuzz_target;

const FORMATS: [Format; 5] = [
    Format::UkCarbonIntensity,
    Format::ElectricityMaps,
    Format::Entsoe,
    Format::Octopus,
    Format::Awattar,
];

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for format in FORMATS {
        if let Ok(feed) = read("answer", text, format, Choice::default()) {
            let _ = regular(&feed.steps, None);
        }
    }
});
