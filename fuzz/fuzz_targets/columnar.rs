//! A good scenario with its orders replaced by any bytes, as Parquet.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let starter = sample::starter();
    let mut files: Vec<intake::File> = starter
        .iter()
        .filter(|(name, _)| *name != "orders.csv")
        .map(|(name, text)| intake::File { name, bytes: text.as_bytes() })
        .collect();
    files.push(intake::File { name: "orders.parquet", bytes: data });
    let _ = intake::read(&files);
});
