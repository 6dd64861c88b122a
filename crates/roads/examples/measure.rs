//! Measures one case and leaves what a peer needs for the same: `measure city|FILE.osm.pbf NAME DIR`.
//!
//! One JSON object on standard output, processor seconds of this thread; into DIR the arcs, the ends
//! and the table by time.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "an example is an edge")]

use quantity::{Duration, Point, Seed};
use roads::made::{self, Grid};
use roads::{
    Goal, Graph, Hierarchy, Index, Prepared, Snap, Targets, Traffic, Vehicle, assemble, check, osm,
    timed_rows,
};
use std::error::Error;
use std::fmt::Write;
use std::fs::{self, File};
use std::io::BufReader;

const ENDS: usize = 1_000;
/// About 50 000 crossings, blocks of 90 m in 13 s.
const CITY: Grid = Grid { columns: 230, rows: 225, block_cm: 9_000, block_ms: 13_000 };

/// Processor seconds of this thread; the kernel's figure may be 4 ms old.
fn seconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    text.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).expect("nanoseconds") / 1e9
}

/// What is done, as often as fills half a second, and the seconds of one time.
fn timed<T>(work: impl Fn() -> T) -> (T, f64) {
    let (start, mut times) = (seconds(), 0_u32);
    loop {
        let done = work();
        times += 1;
        let took = seconds() - start;
        if took > 0.5 {
            return (done, took / f64::from(times));
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [case, name, folder] = &arguments[..] else { return Err("measure CASE NAME DIR".into()) };
    let mut row = format!("{{\"tool\":\"roads\",\"case\":\"{name}\"");
    let (graph, places) = if case == "city" {
        let (crossings, pieces, turns) = made::city(CITY, Seed::new(1));
        let graph = Graph::new(&crossings, &pieces, &turns, "van")?;
        (graph, made::places(CITY, ENDS, Seed::new(2)))
    } else {
        let (extract, read) =
            timed(|| osm::read(BufReader::new(File::open(case).expect("a file"))));
        let extract = extract?;
        let (assembled, made) = timed(|| assemble(&extract, Vehicle::Van));
        write!(row, ",\"read_s\":{read:.4},\"assemble_s\":{made:.4}")?;
        let graph = assembled?.graph;
        let mut draws = Seed::new(2).sequence();
        let middle = |(a, b): (Point, Point)| {
            Point::from_degrees(f64::midpoint(a.lat(), b.lat()), f64::midpoint(a.lon(), b.lon()))
        };
        let places = (0..ENDS)
            .map(|_| middle(graph.ends(draws.below(graph.segments()) as u32)))
            .collect::<Result<Vec<Point>, _>>()?;
        (graph, places)
    };
    write!(row, ",\"nodes\":{},\"arcs\":{}", graph.nodes(), graph.arcs())?;
    let (index, took) = timed(|| Index::new(&graph));
    write!(row, ",\"index_s\":{took:.4}")?;
    let snap = || places.iter().map(|&place| index.snap(&graph, place)).collect::<Vec<Snap>>();
    let (ends, took) = timed(snap);
    write!(row, ",\"snap_1000_s\":{took:.4}")?;
    for (goal, word) in [(Goal::Shortest, "shortest"), (Goal::Fastest, "fastest")] {
        let (hierarchy, prepare) = timed(|| Hierarchy::new(&graph, goal));
        let (table, took) = timed(|| Targets::new(&graph, &hierarchy, &ends).rows(&ends));
        let (_, dijkstra) = timed(|| check::row(&graph, goal, ends[0], &ends));
        write!(row, ",\"{word}\":{{\"prepare_s\":{prepare:.3},\"table_s\":{took:.4}")?;
        write!(row, ",\"edges\":{},\"dijkstra_row_s\":{dijkstra:.5}}}", hierarchy.edges())?;
        let cells = if goal == Goal::Fastest { table.seconds() } else { table.metres() };
        fs::write(format!("{folder}/{name}-{word}.bin"), little_endian(cells))?;
        if goal == Goal::Shortest {
            crossings(&graph, &index, &hierarchy, &format!("{folder}/{name}-places"))?;
        }
        if goal == Goal::Fastest {
            let prepared = Prepared { vehicle: Vehicle::Van, graph: graph.clone(), hierarchy };
            let (file, write_s) = timed(|| prepared.to_bytes());
            let (read, read_s) = timed(|| Prepared::from_bytes(&file));
            assert_eq!(read.as_ref(), Ok(&prepared));
            write!(
                row,
                ",\"file_mb\":{:.1},\"file_write_s\":{write_s:.4}",
                file.len() as f64 / 1e6
            )?;
            write!(row, ",\"file_read_s\":{read_s:.4}")?;
        }
    }
    let at_eight = Duration::from_hours(8.0);
    let rows = || timed_rows(&graph, &Traffic::ASSUMED_WEEKDAY, at_eight, &ends[..50], &ends);
    let (_, took) = timed(rows);
    println!("{row},\"timed_rows_50_s\":{took:.3}}}");
    leave(&graph, &ends, &format!("{folder}/{name}"))
}

fn little_endian(list: &[u32]) -> Vec<u8> {
    list.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// Places where segments meet on two-way roads, and the shortest distances among them: what another
/// reader of the same extract can find again.
fn crossings(
    graph: &Graph,
    index: &Index,
    hierarchy: &Hierarchy,
    path: &str,
) -> Result<(), Box<dyn Error>> {
    let mut draws = Seed::new(3).sequence();
    let places: Vec<Point> =
        (0..400).map(|_| graph.ends(draws.below(graph.segments()) as u32).0).collect();
    let snaps: Vec<Snap> = places
        .iter()
        .map(|&place| index.snap(graph, place))
        .filter(|snap| graph.reverse(snap.segment).is_some())
        .collect();
    let mut list = String::from("end,lat_e7,lon_e7\n");
    for (at, snap) in snaps.iter().enumerate() {
        let e7 = |degrees: f64| (degrees * 1e7).round() as i64;
        writeln!(list, "{at},{},{}", e7(snap.point.lat()), e7(snap.point.lon()))?;
    }
    fs::write(format!("{path}.csv"), list)?;
    let table = Targets::new(graph, hierarchy, &snaps).rows(&snaps);
    fs::write(format!("{path}.bin"), little_endian(table.metres()))?;
    Ok(())
}

/// Arcs and ends as numbers for the peers.
fn leave(graph: &Graph, ends: &[Snap], path: &str) -> Result<(), Box<dyn Error>> {
    let mut arcs = String::from("tail,head,millis,centimetres\n");
    for (tail, head, segment) in graph.arc_list() {
        let (millis, centimetres) = graph.figures(segment);
        writeln!(arcs, "{tail},{head},{millis},{centimetres}")?;
    }
    fs::write(format!("{path}-arcs.csv"), arcs)?;
    let mut list = String::from("end,street,role,node,millis,centimetres\n");
    for (at, end) in ends.iter().enumerate() {
        for (node, (millis, centimetres)) in end.first_nodes(graph) {
            writeln!(list, "{at},{},source,{node},{millis},{centimetres}", end.segment)?;
        }
        for (node, (millis, centimetres)) in end.last_nodes(graph) {
            writeln!(list, "{at},{},target,{node},{millis},{centimetres}", end.segment)?;
        }
    }
    fs::write(format!("{path}-ends.csv"), list)?;
    Ok(())
}
