//! Measures the search: `measure FILE… [--seconds S | --iterations N] [--seed N] [--seeds COUNT]
//! [--vehicles] [--precision double|trunc1|round] [--threads N] [--without PART]…`.
//!
//! Parts that can be left out, to see what they are worth: `joins`, `recalls`, `starts`, `left-out`,
//! `large`; without all of them it is plain ruin and recreate. Only with seconds and one thread.
//!
//! Seconds are CPU time of the thread, so that a busy machine changes little. The kind of a file is
//! its ending and folder (`.vrp`, `pdptw`, else Solomon's format); best known values are those of the
//! `bks.csv` beside it. Linux only.
#![expect(clippy::print_stdout, reason = "a program that prints a table")]

use quantity::Seed;
use routing::read::{lilim, solomon, vrplib};
use routing::{
    Instance, Iterations, Objective, Options, Plan, Precision, Solved, Tuning, Watch, check,
    reasons, solve_several, solve_tuned,
};

/// Seconds of CPU that this thread has used.
fn cpu_seconds() -> f64 {
    #[expect(clippy::disallowed_methods, reason = "the clock of a measurement")]
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanoseconds: f64 = text.split(' ').next().expect("a word").parse().expect("a number");
    nanoseconds / 1e9
}

struct Cpu {
    start: Option<f64>,
    seconds: f64,
}

impl Watch for Cpu {
    fn used(&mut self, _: u64) -> f64 {
        let now = cpu_seconds();
        (now - *self.start.get_or_insert(now)) / self.seconds
    }
}

struct Settings {
    files: Vec<String>,
    seconds: f64,
    threads: usize,
    iterations: Option<u64>,
    objective: Objective,
    seed: u64,
    seeds: u64,
    precision: Option<Precision>,
    without: Vec<String>,
}

fn settings() -> Settings {
    let mut settings = Settings {
        files: Vec::new(),
        seconds: 10.0,
        threads: 1,
        iterations: None,
        objective: Objective::Cost,
        seed: 1,
        seeds: 1,
        precision: None,
        without: Vec::new(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().expect("a value behind each option");
        match word.as_str() {
            "--seconds" => settings.seconds = value().parse().expect("seconds"),
            "--iterations" => settings.iterations = Some(value().parse().expect("a number")),
            "--threads" => settings.threads = value().parse().expect("a number"),
            "--without" => settings.without.push(value()),
            "--seed" => settings.seed = value().parse().expect("a number"),
            "--seeds" => settings.seeds = value().parse().expect("a number"),
            "--vehicles" => settings.objective = Objective::Vehicles,
            "--precision" => {
                settings.precision = Some(match value().as_str() {
                    "double" => Precision::Double,
                    "trunc1" => Precision::Trunc1,
                    "round" => Precision::Round,
                    other => panic!("{other} is no precision"),
                });
            }
            _ => settings.files.push(word),
        }
    }
    settings
}

#[expect(clippy::disallowed_methods, reason = "a program that reads files")]
fn text(file: &str) -> Option<String> {
    std::fs::read_to_string(file).ok()
}

fn read(file: &str, precision: Option<Precision>) -> Instance {
    let text = text(file).expect("a file that can be read");
    let real = precision.unwrap_or(Precision::Double);
    let instance = if file.contains("pdptw") {
        lilim::read(&text, real)
    } else if file.contains("vrptw") {
        solomon::read(&text, real)
    } else {
        vrplib::read(&text, precision)
    };
    instance.unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Best known vehicles and value of an instance, from the first of these columns that has one.
fn best_known(folder: &str, name: &str, columns: &[(&str, &str)]) -> (Option<f64>, Option<f64>) {
    let table = text(&format!("{folder}/bks.csv")).unwrap_or_default();
    let mut rows = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = rows.next().unwrap_or_default();
    let row = rows.find(|row| row[0] == name).unwrap_or_default();
    let cell = |column: &str| -> Option<f64> {
        row.get(head.iter().position(|name| *name == column)?)?.parse().ok()
    };
    let found = columns.iter().find(|(_, value)| cell(value).is_some());
    found.map_or((None, None), |(vehicles, value)| (cell(vehicles), cell(value)))
}

/// The search's constants without some of its parts.
fn tuning(instance: &Instance, without: &[String]) -> Tuning {
    let mut tuning = Tuning::of(instance);
    for part in without {
        match part.as_str() {
            "joins" => tuning.joins = 0,
            "recalls" => tuning.recalls = 0.0,
            "starts" => tuning.starts_max = 1,
            "left-out" => tuning.left_out_stops_max = 0,
            "large" => tuning.large = 0.0,
            other => panic!("{other} is no part"),
        }
    }
    tuning
}

fn search(instance: &Instance, settings: &Settings, seed: u64) -> Solved {
    let options = Options { seed: Seed::new(seed), objective: settings.objective };
    let Settings { seconds, threads, .. } = *settings;
    if let Some(count) = settings.iterations {
        let mut watches = vec![Iterations(count); threads];
        return solve_several(instance, &Plan::default(), options, &mut watches);
    }
    if threads == 1 {
        let mut watch = Cpu { start: Some(cpu_seconds()), seconds };
        return solve_tuned(instance, tuning(instance, &settings.without), options, &mut watch);
    }
    let mut watches = Vec::new();
    watches.resize_with(threads, || Cpu { start: None, seconds });
    solve_several(instance, &Plan::default(), options, &mut watches)
}

/// A file's name without folder and ending.
fn name(file: &str) -> &str {
    let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
    name.split_once('.').map_or(name, |(name, _)| name)
}

/// Best known vehicles and value of a file by what is searched for.
fn reference(file: &str, settings: &Settings) -> (Option<f64>, Option<f64>) {
    let folder = file.rsplit_once('/').map_or(".", |(folder, _)| folder);
    let hierarchical = [("hier_vehicles", "hier_distance"), ("vehicles", "distance")];
    let columns = match (settings.precision, settings.objective) {
        (Some(Precision::Trunc1), _) => vec![("", "dist_trunc1")],
        (_, Objective::Vehicles) => hierarchical.to_vec(),
        _ => [&[("routes", "best_known"), ("dist_vehicles", "dist_distance")], &hierarchical[..]]
            .concat(),
    };
    best_known(folder, name(file), &columns)
}

/// Searches one file by one seed and prints what was found; the gap in per cent.
fn measure(file: &str, settings: &Settings, seed: u64) -> Option<f64> {
    let instance = read(file, settings.precision);
    let start = cpu_seconds();
    let solved = search(&instance, settings, seed);
    let seconds = cpu_seconds() - start;
    let verdict = check(&instance, &solved.plan);
    for fault in &verdict.faults {
        println!("fault: {fault}");
    }
    for (stop, reason) in reasons(&instance, &solved.plan) {
        println!("stop {stop}: {reason}");
    }
    let (vehicles, best) = reference(file, settings);
    // The mixed-fleet files have costs in hundredths.
    let cost = if file.contains("hfvrp") { verdict.cost / 100.0 } else { verdict.cost };
    let gap = best.map(|best| (cost / best - 1.0) * 100.0);
    println!(
        "{:16} feasible {} vehicles {} (best {}) cost {cost:.4} gap {} % in {seconds:.2} s, {} iterations",
        name(file),
        verdict.feasible(),
        verdict.vehicles,
        vehicles.map_or("-".to_owned(), |x| x.to_string()),
        gap.map_or("-".to_owned(), |x| format!("{x:.3}")),
        solved.iterations,
    );
    gap
}

fn main() {
    let settings = settings();
    let mut gaps = Vec::new();
    let last = settings.seed + settings.seeds;
    for file in &settings.files {
        gaps.extend((settings.seed..last).filter_map(|seed| measure(file, &settings, seed)));
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let worst = gaps.iter().fold(f64::MIN, |worst, &gap| worst.max(gap));
    println!("mean gap {mean:.3} %, worst {worst:.3} % over {}", gaps.len());
}
