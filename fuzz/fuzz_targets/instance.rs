//! An instance of `energy schedule` of any bytes; a small one is solved and judged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use warehousing::dispatch::{Objective, Search, check, read, solve};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(read) = read(text) else { return };
    if read.instance.steps() <= 48 {
        let search = Search { gap: 1e-6, threads: 1, enough: &|| false };
        if let Ok(found) = solve(&read.instance, Objective::Cost, search) {
            let _ = check(&read.instance, &found.schedule);
        }
    }
});
