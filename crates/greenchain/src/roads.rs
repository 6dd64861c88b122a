//! `greenchain roads distances`: how far it is by road among a scenario's sites and orders.

pub(crate) mod args;

use crate::progress::Progress;
use crate::{Answer, folder};
use anyhow::{Context, Result, anyhow, bail};
use args::{DistancesArgs, Goal, RoadsVerb, Vehicle};
use quantity::{Duration, Point};
use roads::{Assembled, Graph, Hierarchy, Index, Prepared, Snap, Table, Targets, Traffic};
use std::io::Write;
use std::thread::{self, available_parallelism};
use store::write_whole;

/// Sources that a thread answers at a time.
const CHUNK: usize = 64;

pub(crate) fn roads(verb: &RoadsVerb) -> Result<Answer> {
    match verb {
        RoadsVerb::Distances(args) => distances(args),
    }
}

fn distances(args: &DistancesArgs) -> Result<Answer> {
    let progress = Progress::start();
    let places = places(args)?;
    progress.tell("reading roads");
    let prepared = prepared(args, &progress)?;
    if let Some(file) = &args.prepare {
        write_whole(file, &prepared.to_bytes())?;
    }
    let graph = &prepared.graph;
    let index = Index::new(graph);
    let snaps: Vec<Snap> = places.iter().map(|(_, point)| index.snap(graph, *point)).collect();
    if let Some(((id, _), snap)) =
        places.iter().zip(&snaps).find(|(_, snap)| snap.away.kilometres() > args.away_max)
    {
        bail!(
            "`{id}` lies {:.2} km from the next road that a {} may use. Take an extract that holds it, mend its place, or allow more with --away-max",
            snap.away.kilometres(),
            prepared.vehicle.name()
        );
    }
    progress.tell("searching ways");
    let table = table(args, &prepared, &snaps);
    progress.end();
    if let Some((from, to)) = table.unreachable().next() {
        bail!("no way leads from `{}` to `{}`", places[from].0, places[to].0);
    }
    let bytes = as_csv(&places, &table)?;
    match &args.out {
        Some(file) => write_whole(file, &bytes)?,
        None => std::io::stdout().write_all(&bytes)?,
    }
    Ok(Answer::Yes)
}

/// Sites and orders of the scenario, by id.
fn places(args: &DistancesArgs) -> Result<Vec<(String, Point)>> {
    let files = folder::read(&args.scenario)?;
    let checked = intake::read(&folder::borrow(&files))
        .map_err(|faults| anyhow!("the scenario is not valid\n{faults}"))?;
    let scenario = checked.scenario;
    let sites = scenario.sites.iter().map(|site| (site.id.clone(), site.point));
    let orders = scenario.orders.iter().map(|order| (order.id.clone(), order.destination));
    Ok(sites.chain(orders).collect())
}

/// The graph with its hierarchy, from an extract or as it was kept before.
fn prepared(args: &DistancesArgs, progress: &Progress) -> Result<Prepared> {
    let bytes = folder::bytes(&args.extract)?;
    let name = args.extract.display();
    let goal = match args.goal {
        Goal::Fastest => roads::Goal::Fastest,
        Goal::Shortest => roads::Goal::Shortest,
    };
    let vehicle = match args.vehicle {
        Vehicle::Van => roads::Vehicle::Van,
        Vehicle::Truck => roads::Vehicle::Truck,
        Vehicle::CargoBike => roads::Vehicle::CargoBike,
        Vehicle::Robot => roads::Vehicle::Robot,
    };
    if let Ok(kept) = Prepared::from_bytes(&bytes) {
        if (kept.vehicle, kept.hierarchy.goal()) != (vehicle, goal) {
            bail!(
                "{name}: was prepared for another vehicle or goal. Name them, or start from the extract"
            );
        }
        return Ok(kept);
    }
    let extract = roads::osm::read(&bytes[..]).with_context(|| name.to_string())?;
    let notes = extract.notes();
    progress.tell("preparing roads");
    let assembled = roads::assemble(&extract, vehicle).with_context(|| name.to_string())?;
    let Assembled { graph, restrictions_unclear, segments_apart } = assembled;
    let left_out = notes.restrictions_via_way + notes.restrictions_odd + restrictions_unclear;
    if left_out > 0 {
        writeln!(std::io::stderr(), "warning: {left_out} turn restrictions are not kept")?;
    }
    if segments_apart > 0 {
        writeln!(
            std::io::stderr(),
            "warning: {segments_apart} pieces of road lead nowhere and are left out"
        )?;
    }
    let hierarchy = Hierarchy::new(&graph, goal);
    Ok(Prepared { vehicle, graph, hierarchy })
}

/// Rows of all sources.
fn table(args: &DistancesArgs, prepared: &Prepared, snaps: &[Snap]) -> Table {
    let graph: &Graph = &prepared.graph;
    if let Some(time) = args.depart {
        let traffic = Traffic::assumed(prepared.vehicle);
        return by_threads(snaps, |chunk| roads::timed_rows(graph, &traffic, time, chunk, snaps));
    }
    let targets = Targets::new(graph, &prepared.hierarchy, snaps);
    by_threads(snaps, |chunk| targets.rows(chunk))
}

/// The rows of chunks of sources, one below the other.
fn by_threads(snaps: &[Snap], rows: impl Fn(&[Snap]) -> Table + Sync) -> Table {
    let threads = available_parallelism().map_or(1, usize::from);
    let chunks: Vec<&[Snap]> = snaps.chunks(CHUNK).collect();
    let share = chunks.len().div_ceil(threads).max(1);
    let rows = &rows;
    thread::scope(|scope| {
        let run = |part: &[&[Snap]]| part.iter().map(|chunk| rows(chunk)).collect::<Vec<Table>>();
        let parts: Vec<_> =
            chunks.chunks(share).map(|part| scope.spawn(move || run(part))).collect();
        let tables =
            parts.into_iter().flat_map(|part| part.join().expect("a search does not panic"));
        let whole = tables.reduce(|mut whole, below| {
            whole.append(below);
            whole
        });
        whole.unwrap_or_else(|| rows(&[]))
    })
}

/// As a scenario's distances.csv has them; seconds beside.
fn as_csv(places: &[(String, Point)], table: &Table) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["from_id", "to_id", "distance_km", "duration_s"])?;
    for (row, (from, _)) in places.iter().enumerate() {
        for (column, (to, _)) in places.iter().enumerate().filter(|&(column, _)| column != row) {
            let cell = row * places.len() + column;
            let km = (f64::from(table.metres()[cell]) / 1e3).to_string();
            writer.write_record([from, to, &km, &table.seconds()[cell].to_string()])?;
        }
    }
    Ok(writer.into_inner()?)
}

/// `8:30` as the time of the local day.
pub(crate) fn time_of_day(text: &str) -> Result<Duration, String> {
    let known = text.split_once(':').and_then(|(hours, minutes)| {
        let (hours, minutes) = (hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
        let whole = hours < 24 && minutes < 60;
        whole.then(|| Duration::from_hours(f64::from(hours) + f64::from(minutes) / 60.0))
    });
    known.ok_or_else(|| "write a time of day, as in 8:30".to_owned())
}
