//! Real extracts, from outside the project: `../shared/data/roads` beside the repository. Where that
//! is absent the tests say so and check nothing.

use quantity::{Point, Seed};
use roads::osm::{self, Extract};
use roads::{
    Goal, Graph, Hierarchy, Index, Prepared, Snap, Tile, Vehicle, assemble, check, path, table,
};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::PathBuf;

fn open(file: &str) -> Option<BufReader<File>> {
    let root = PathBuf::from("../../../shared/data/roads");
    let opened = File::open(root.join(file)).ok().map(BufReader::new);
    if opened.is_none() {
        skip(file);
    }
    opened
}

#[expect(clippy::print_stderr, reason = "a test that checks nothing says so")]
fn skip(file: &str) {
    eprintln!("skipped: ../shared/data/roads/{file} is not there");
}

fn extract(file: &str) -> Option<Extract> {
    open(file).map(|bytes| osm::read(bytes).expect("an extract"))
}

fn point(lat: f64, lon: f64) -> Point {
    Point::from_degrees(lat, lon).expect("a place")
}

/// Points in the middle of segments, drawn by seed.
fn spots(graph: &Graph, count: usize, seed: u64) -> Vec<Snap> {
    let index = Index::new(graph);
    let mut draws = Seed::new(seed).sequence();
    (0..count)
        .map(|_| {
            let (a, b) = graph.ends(draws.below(graph.segments()) as u32);
            let mean = point(f64::midpoint(a.lat(), b.lat()), f64::midpoint(a.lon(), b.lon()));
            index.snap(graph, mean)
        })
        .collect()
}

/// Counted by libosmium 2 (Python's osmium 4.3.2): nodes on ways with a `highway` tag that are in the
/// file, the sums of their coordinates in ten-millionths of a degree, such nodes that are not in it.
#[test]
fn extracts_hold_what_another_reader_finds() {
    for (file, nodes, lat_sum, lon_sum, missing) in [
        ("andorra.osm.pbf", 38_556, 16_401_472_929_425_i64, 604_420_654_255_i64, 0),
        ("monaco.osm.gz", 4_770, 2_086_238_290_640, 354_097_760_964, 0),
        ("campo-grande.osm.gz", 15_548, -3_182_137_037_054, -8_484_814_555_375, 1_249),
    ] {
        let Some(extract) = extract(file) else { continue };
        assert_eq!(extract.nodes().len(), nodes, "{file}");
        let sum = |of: fn(Point) -> f64| {
            extract.nodes().iter().map(|&node| (of(node) * 1e7).round() as i64).sum::<i64>()
        };
        assert_eq!((sum(Point::lat), sum(Point::lon)), (lat_sum, lon_sum), "{file}");
        assert_eq!(extract.notes().nodes_missing, missing, "{file}");
    }
}

#[test]
fn on_real_roads_the_hierarchy_gives_what_dijkstra_gives() {
    for file in ["andorra.osm.pbf", "monaco.osm.gz", "campo-grande.osm.gz"] {
        let Some(extract) = extract(file) else { continue };
        for vehicle in Vehicle::ALL {
            let graph = assemble(&extract, vehicle).unwrap().graph;
            let (sources, targets) = (spots(&graph, 25, 1), spots(&graph, 60, 2));
            for goal in [Goal::Fastest, Goal::Shortest] {
                let hierarchy = Hierarchy::new(&graph, goal);
                let table = table(&graph, &hierarchy, &sources, &targets);
                for (row, &source) in sources.iter().enumerate() {
                    let ways = check::row(&graph, goal, source, &targets);
                    for (column, way) in ways.into_iter().enumerate() {
                        let (millis, centimetres) = way.expect("connected");
                        let seconds = (millis as i64 + 500) / 1_000;
                        let metres = (centimetres as i64 + 50) / 100;
                        assert_eq!(table.time(row, column).unwrap().seconds(), seconds, "{file}");
                        assert_eq!(table.length(row, column).unwrap().metres(), metres, "{file}");
                    }
                }
            }
        }
    }
}

#[test]
fn over_the_mountains_of_andorra() {
    let Some(extract) = extract("andorra.osm.pbf") else { return };
    let graph = assemble(&extract, Vehicle::Van).unwrap().graph;
    let Some(mut bytes) = open("N42E001.hgt.zip") else { return };
    let mut tile = Vec::new();
    bytes.read_to_end(&mut tile).unwrap();
    let tile = Tile::read("N42E001.hgt.zip", &tile).unwrap();
    let graph = graph.with_heights(&[tile]);
    let index = Index::new(&graph);
    let hierarchy = Hierarchy::new(&graph, Goal::Fastest);
    // Andorra la Vella, 1 020 m high, and El Pas de la Casa, 2 080 m, over the pass or its tunnel.
    let capital = index.snap(&graph, point(42.5069, 1.5218));
    let pass = index.snap(&graph, point(42.5425, 1.7335));
    assert!(capital.away.metres() < 100 && pass.away.metres() < 100);
    let up = path(&graph, &hierarchy, capital, pass).unwrap();
    let down = path(&graph, &hierarchy, pass, capital).unwrap();
    for way in [&up, &down] {
        let km = way.length.kilometres();
        assert!((26.0..36.0).contains(&km), "{km} km, on the map about 30");
        let drawn: i64 =
            way.line.windows(2).map(|ends| ends[0].great_circle(ends[1]).metres()).sum();
        assert!((drawn - way.length.metres()).abs() < way.line.len() as i64, "{drawn}");
    }
    let (climb, fall) = (up.climb_dm(&graph).unwrap() / 10, down.climb_dm(&graph).unwrap() / 10);
    assert!((950..2_200).contains(&climb), "{climb} m");
    assert!(climb > fall + 800 && climb < fall + 1_300, "{climb} m up, {fall} m the other way");
}

#[test]
fn prepared_andorra_is_read_as_it_was_written() {
    let Some(extract) = extract("andorra.osm.pbf") else { return };
    let graph = assemble(&extract, Vehicle::Truck).unwrap().graph;
    let hierarchy = Hierarchy::new(&graph, Goal::Shortest);
    let prepared = Prepared { vehicle: Vehicle::Truck, graph, hierarchy };
    assert_eq!(Prepared::from_bytes(&prepared.to_bytes()), Ok(prepared));
}
