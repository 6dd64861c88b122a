//! A JSON of any bytes, as a rich problem of ours and of VROOM's, and as a plan of the example; what is
//! read as a problem is searched and judged, and its plan is read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quantity::{Carbon, Seed};
use routing::Iterations;
use routing::read::json::{Carrier, Input, plan};
use routing::read::{json, vroom};
use routing::rich::{Goal, Options, check, reasons, solve};

const EXAMPLE: &str = include_str!("../../docs/examples/route.json");
/// Larger ones take long and show nothing new.
const ORDERS_MAX: usize = 20;

fn factor(_: Carrier, _: &str) -> Option<Carbon> {
    Some(Carbon::from_micrograms(3_000_000_000))
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for input in [json::read(text, &factor), vroom::read(text)].into_iter().flatten() {
        search(&input);
    }
    let example = json::read(EXAMPLE, &factor).expect("the example is a problem");
    if let Ok(printed) = plan::read(text, &example) {
        let _ = check(&example.problem, &printed.plan);
    }
});

fn search(input: &Input) {
    let problem = &input.problem;
    if problem.orders.len() > ORDERS_MAX || problem.places > ORDERS_MAX {
        return;
    }
    let options = Options { seed: Seed::new(1), goal: Goal::Cost };
    let found = solve(problem, options, &mut Iterations(64)).plan;
    let verdict = check(problem, &found);
    assert_eq!(verdict.faults, [], "the judge accepts what is found");
    let reasons = reasons(problem, &found, &input.names.skills);
    assert_eq!(reasons.len(), found.unserved.len(), "a reason each");
    let printed = plan::write(input, &found, &verdict, &[]).to_string();
    assert_eq!(plan::read(&printed, input).map(|printed| printed.plan), Ok(found));
}
