//! A routing file of any bytes, as an instance of each format and as a solution; what is read as an
//! instance is searched and judged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quantity::Seed;
use routing::{Instance, Iterations, Objective, Options, Precision, check, read, solve};

/// Larger ones take long and show nothing new.
const STOPS_MAX: usize = 40;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let instances = [
        read::vrplib::read(text, None),
        read::solomon::read(text, Precision::Double),
        read::lilim::read(text, Precision::Trunc1),
    ];
    let solution = read::solution::read(text);
    for instance in instances.into_iter().flatten() {
        if let Ok(solution) = &solution {
            let _ = check(&instance, &solution.plan(&instance));
        }
        search(&instance);
    }
});

fn search(instance: &Instance) {
    if instance.stops() > STOPS_MAX {
        return;
    }
    for objective in [Objective::Cost, Objective::Vehicles] {
        let options = Options { seed: Seed::new(1), objective };
        let solved = solve(instance, options, &mut Iterations(64));
        assert_eq!(check(instance, &solved.plan).faults, [], "the judge accepts what is found");
    }
}
