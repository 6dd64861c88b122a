//! A prepared file of any bytes, and a good one in which any numbers are replaced; what is taken for
//! sound is searched.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quantity::{Point, Seed};
use roads::made::{Grid, city};
use roads::{Goal, Graph, Hierarchy, Index, Prepared, Vehicle, path, table};
use std::sync::LazyLock;

static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let grid = Grid { columns: 5, rows: 5, block_cm: 9_000, block_ms: 12_000 };
    let (places, pieces, turns) = city(grid, Seed::new(8));
    let graph = Graph::new(&places, &pieces, &turns, "van").expect("a city");
    let hierarchy = Hierarchy::new(&graph, Goal::Fastest);
    Prepared { vehicle: Vehicle::Van, graph, hierarchy }.to_bytes()
});

fuzz_target!(|data: &[u8]| {
    search(data);
    let mut altered = GOOD.clone();
    for patch in data.chunks_exact(6) {
        let at = usize::from(u16::from_le_bytes([patch[0], patch[1]])) % (altered.len() - 4);
        altered[at..at + 4].copy_from_slice(&patch[2..]);
    }
    search(&altered);
});

fn search(bytes: &[u8]) {
    let Ok(Prepared { graph, hierarchy, .. }) = Prepared::from_bytes(bytes) else { return };
    let index = Index::new(&graph);
    let places = [(0.0, 0.0), (0.003, 0.003)];
    let ends = places
        .map(|(lat, lon)| index.snap(&graph, Point::from_degrees(lat, lon).expect("a place")));
    let _ = table(&graph, &hierarchy, &ends, &ends);
    let _ = path(&graph, &hierarchy, ends[0], ends[1]);
}
