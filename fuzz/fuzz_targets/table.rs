//! A good scenario with one of its CSV tables replaced by any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;

const TABLES: [&str; 10] = [
    "orders.csv",
    "order_items.csv",
    "products.csv",
    "cartons.csv",
    "sites.csv",
    "vehicles.csv",
    "weather.csv",
    "tariff.csv",
    "grid.csv",
    "distances.csv",
];

fuzz_target!(|data: &[u8]| {
    let Some((&choice, bytes)) = data.split_first() else { return };
    let replaced = TABLES[usize::from(choice) % TABLES.len()];
    let starter = sample::starter();
    let mut files: Vec<intake::File> = starter
        .iter()
        .filter(|(name, _)| *name != replaced)
        .map(|(name, text)| intake::File { name, bytes: text.as_bytes() })
        .collect();
    files.push(intake::File { name: replaced, bytes });
    let _ = intake::read(&files);
});
