//! `measure_schedule INSTANCE OBJECTIVE [THREADS]`: an optimum with its proof, and the time it takes.

use std::time::Instant;
use warehousing::dispatch::{Objective, Search, check, read, solve};

#[expect(clippy::print_stdout, clippy::disallowed_methods, reason = "it measures")]
fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&arguments[1]).expect("a file");
    let instance = read(&text).expect("an instance").instance;
    let objective = match arguments[2].as_str() {
        "carbon" => Objective::Carbon,
        "blend" => Objective::Blend,
        _ => Objective::Cost,
    };
    let threads = arguments.get(3).and_then(|text| text.parse().ok()).unwrap_or(1);
    let begin = Instant::now();
    let search = Search { gap: 1e-7, threads, enough: &|| false };
    let found = solve(&instance, objective, search).expect("a schedule");
    let seconds = begin.elapsed().as_secs_f64();
    let broken = check(&instance, &found.schedule).len();
    println!(
        "{:.6} {:.1e} {seconds:.3} {} {broken}",
        found.figures.objective,
        found.gap(),
        found.programmes
    );
}
