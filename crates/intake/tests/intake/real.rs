//! The real folders that lie beside the repository.

use intake::File;
use std::path::PathBuf;

/// The files of `../shared/data/orders/NAME`; `None`, with a printed reason, where absent.
#[expect(clippy::disallowed_methods, reason = "a test reads what the binary would")]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn folder(name: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let path = PathBuf::from("../../../shared/data/orders").join(name);
    let Ok(entries) = std::fs::read_dir(&path) else {
        eprintln!("skipped: {} is absent", path.display());
        return None;
    };
    let files = entries.map(|entry| {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        (name, std::fs::read(&path).expect("a readable file"))
    });
    Some(files.collect())
}

#[test]
fn real_orders_have_no_fault() {
    for (name, orders, lines) in
        [("day", 274, 285), ("month", 1_493, 1_551), ("asplaced", 1_493, 1_551)]
    {
        let Some(files) = folder(name) else { continue };
        let files: Vec<File> = files.iter().map(|(name, bytes)| File { name, bytes }).collect();
        let checked = intake::read(&files).unwrap_or_else(|faults| panic!("{name}:\n{faults}"));
        let scenario = checked.scenario;
        assert_eq!(scenario.orders.len(), orders, "{name}");
        assert_eq!(
            scenario.orders.iter().map(|order| order.lines.len()).sum::<usize>(),
            lines,
            "{name}"
        );
        assert_eq!(checked.warnings.len(), 1, "placed_at_original alone is not known in {name}");
        assert_eq!(
            (scenario.sites.len(), scenario.fleet.len(), scenario.cartons.len()),
            (17, 6, 16)
        );
    }
}
