//! `energy size`: photovoltaics and battery of one or several sites, by net present value.

use super::size_args::SizeArgs;
use super::size_read;
use crate::Answer;
use crate::progress::Progress;
use anyhow::Result;
use quantity::Carbon;
use serde_json::{Value, json};
use warehousing::dispatch::Search;
use warehousing::sizing::{Candidate, Grid, Site, Sized, Swing, choose, sensitivity, size};

const HALVINGS: u32 = 3;
/// What a schedule's cost may be above the least, beside its size.
const GAP: f64 = 1e-5;
/// How far each assumption is moved.
const SWING: f64 = 0.2;

/// A site with what is to be built there.
struct Chosen<'a> {
    site: &'a Site,
    sized: Sized,
    candidate: Candidate,
    swings: Vec<Swing>,
}

pub(super) fn run(args: &SizeArgs) -> Result<Answer> {
    let (sites, currency) = size_read::sites(&args.sites)?;
    let progress = Progress::start();
    let enough = || {
        progress.tell(&format!("sizing: {:.0} s", progress.seconds()));
        false
    };
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = args.threads.map_or_else(cores, usize::from);
    let search = Search { gap: GAP, threads: 1, enough: &enough };
    let grid = Grid { steps: args.steps, halvings: HALVINGS };
    let goal = args.goal_kg.map(Carbon::from_kilograms_f64);
    // One site's search goes where the goal is met; several share it, so each is searched for its worth.
    let own = goal.filter(|_| sites.len() == 1);
    let mut sized = Vec::new();
    for (place, site) in sites.iter().enumerate() {
        progress.tell(&format!("sizing {}: {} of {}", site.name, place + 1, sites.len()));
        match size(site, own, grid, search, threads) {
            Ok(found) => sized.push(found),
            Err(unserved) => return Ok(no(args, &format!("{}: {unserved}", site.name))),
        }
    }
    let Some(candidates) = candidates(args, goal, &sized) else {
        let most = |sized: &Sized| sized.tried.iter().map(|one| one.avoided).max();
        let most: f64 = sized.iter().filter_map(most).map(Carbon::kilograms_f64).sum();
        let what =
            format!("the goal is out of reach: at most {most:.0} kg CO2e a year are avoided");
        return Ok(no(args, &what));
    };
    let mut chosen = Vec::new();
    for ((site, sized), candidate) in sites.iter().zip(sized).zip(candidates) {
        match sensitivity(site, candidate.size, SWING, search, threads) {
            Ok(swings) => chosen.push(Chosen { site, sized, candidate, swings }),
            Err(unserved) => return Ok(no(args, &format!("{}: {unserved}", site.name))),
        }
    }
    progress.end();
    let ranked = ranked(&chosen);
    if args.json {
        as_json(&ranked, &currency);
    } else {
        show(&ranked, &currency);
    }
    Ok(Answer::Yes)
}

/// What is built at each site; none where the goal is out of reach.
fn candidates(args: &SizeArgs, goal: Option<Carbon>, sized: &[Sized]) -> Option<Vec<Candidate>> {
    let tried: Vec<Vec<Candidate>> = sized.iter().map(|sized| sized.tried.clone()).collect();
    let places = match (goal, args.budget) {
        (Some(goal), _) if tried.len() > 1 => choose::for_goal(&tried, goal)?,
        (None, Some(budget)) => choose::within_budget(&tried, budget)?,
        _ if sized.iter().all(|sized| sized.reached) => {
            return Some(sized.iter().map(|sized| sized.best).collect());
        }
        _ => return None,
    };
    Some(tried.iter().zip(places).map(|(tried, place)| tried[place]).collect())
}

/// Where to begin: by worth for each unit of money, then the sites where nothing is built.
fn ranked<'a>(chosen: &'a [Chosen<'a>]) -> Vec<&'a Chosen<'a>> {
    let all: Vec<Candidate> = chosen.iter().map(|chosen| chosen.candidate).collect();
    let first = choose::ranked(&all);
    let rest = (0..chosen.len()).filter(|place| !first.contains(place));
    first.iter().copied().chain(rest).map(|place| &chosen[place]).collect()
}

#[expect(clippy::print_stdout, reason = "the answer")]
fn no(args: &SizeArgs, what: &str) -> Answer {
    if args.json {
        println!("{}", json!({"status": "infeasible", "reason": what}));
    } else {
        println!("{what}");
    }
    Answer::No
}

fn ratio(candidate: &Candidate) -> Option<f64> {
    (candidate.investment > 0.0).then(|| candidate.npv / candidate.investment)
}

fn sum(chosen: &[&Chosen], of: impl Fn(&Candidate) -> f64) -> f64 {
    chosen.iter().map(|chosen| of(&chosen.candidate)).sum()
}

/// The swings of all sites together, each assumption moved at all of them.
fn together(chosen: &[&Chosen]) -> Vec<Swing> {
    let mut all: Vec<Swing> = Vec::new();
    for swings in chosen.iter().map(|chosen| &chosen.swings) {
        if all.is_empty() {
            all.clone_from(swings);
            continue;
        }
        for (sum, swing) in all.iter_mut().zip(swings) {
            sum.low += swing.low;
            sum.high += swing.high;
        }
    }
    all
}

fn swings(swings: &[Swing]) -> Value {
    let one = |swing: &Swing| json!({"what": swing.what, "low": swing.low, "high": swing.high});
    swings.iter().map(one).collect()
}

#[expect(clippy::print_stdout, reason = "the answer")]
fn as_json(chosen: &[&Chosen], currency: &str) {
    let site = |chosen: &&Chosen| {
        let Chosen { site, sized, candidate, .. } = chosen;
        json!({
            "name": site.name,
            "kwp": candidate.size.kwp,
            "kwp_max": site.kwp_max,
            "battery_kwh": candidate.size.battery_kwh,
            "investment": candidate.investment,
            "npv": candidate.npv,
            "npv_per_invested": ratio(candidate),
            "payback_year": candidate.payback_year,
            "discounted_payback_year": candidate.discounted_payback_year,
            "cost_per_year": candidate.yearly.cost,
            "cost_per_year_nothing_built": sized.nothing.cost,
            "kg_co2e_per_year": candidate.yearly.carbon.kilograms_f64(),
            "kg_co2e_per_year_nothing_built": sized.nothing.carbon.kilograms_f64(),
            "avoided_kg_co2e_first_year": candidate.avoided.kilograms_f64(),
            "avoided_kg_co2e_lifetime": candidate.avoided_lifetime.kilograms_f64(),
            "candidates": sized.tried.len(),
            "sensitivity": swings(&chosen.swings),
        })
    };
    let answer = json!({
        "status": "sized",
        "currency": currency,
        "investment": sum(chosen, |one| one.investment),
        "npv": sum(chosen, |one| one.npv),
        "avoided_kg_co2e_first_year": sum(chosen, |one| one.avoided.kilograms_f64()),
        "swing_share": SWING,
        "sensitivity": swings(&together(chosen)),
        "sites": chosen.iter().map(site).collect::<Value>(),
    });
    println!("{answer}");
}

#[expect(clippy::print_stdout, reason = "the answer")]
fn show(chosen: &[&Chosen], currency: &str) {
    println!(
        "{:<20} {:>9} {:>9} {:>12} {:>12} {:>7} {:>7} {:>10} {:>12}",
        "site", "kWp", "kWh", "investment", "NPV", "per 1", "payback", "discounted", "kg avoided"
    );
    for Chosen { site, candidate, .. } in chosen {
        let year = |year: Option<u32>| year.map_or("-".to_owned(), |year| year.to_string());
        println!(
            "{:<20} {:>9.1} {:>9.1} {:>12.0} {:>12.0} {:>7} {:>7} {:>10} {:>12.0}",
            site.name,
            candidate.size.kwp,
            candidate.size.battery_kwh,
            candidate.investment,
            candidate.npv,
            ratio(candidate).map_or("-".to_owned(), |ratio| format!("{ratio:.2}")),
            year(candidate.payback_year),
            year(candidate.discounted_payback_year),
            candidate.avoided.kilograms_f64(),
        );
    }
    println!(
        "\n{:.0} {currency} invested, net present value {:.0}, {:.0} kg CO2e avoided in the first year",
        sum(chosen, |one| one.investment),
        sum(chosen, |one| one.npv),
        sum(chosen, |one| one.avoided.kilograms_f64()),
    );
    println!("\nnet present value with one assumption 20 % lower and higher:");
    for Swing { what, low, high } in together(chosen) {
        println!("{what:<20} {low:>12.0} {high:>12.0}");
    }
}
