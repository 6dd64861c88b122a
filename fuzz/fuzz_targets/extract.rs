//! An extract of any bytes, as PBF, XML or gzip; what can be read becomes a graph and a table.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quantity::Point;
use roads::{Goal, Hierarchy, Index, Vehicle, assemble, osm, path, table};

/// Nodes of a graph that is searched: more would only take longer.
const MOST: usize = 2_000;

fuzz_target!(|data: &[u8]| {
    let Ok(extract) = osm::read(data) else { return };
    for vehicle in Vehicle::ALL {
        let Ok(assembled) = assemble(&extract, vehicle) else { continue };
        let graph = assembled.graph;
        if graph.nodes() > MOST {
            continue;
        }
        let hierarchy = Hierarchy::new(&graph, Goal::Fastest);
        let index = Index::new(&graph);
        let places = [(0.0, 0.0), (43.0, 7.0), (-80.0, 179.9)];
        let ends = places
            .map(|(lat, lon)| index.snap(&graph, Point::from_degrees(lat, lon).expect("a place")));
        let _ = table(&graph, &hierarchy, &ends, &ends);
        let _ = path(&graph, &hierarchy, ends[0], ends[1]);
    }
});
