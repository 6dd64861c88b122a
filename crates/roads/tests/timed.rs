//! Tables by the hour of the day.

use proptest::prelude::*;
use quantity::{Duration, Point, Seed};
use roads::made::{self, Grid};
use roads::{Goal, Graph, Hierarchy, Index, Snap, Traffic, Vehicle, path, table, timed_rows};

const GRID: Grid = Grid { columns: 40, rows: 40, block_cm: 9_000, block_ms: 12_000 };

fn city(places: usize, seed: u64) -> (Graph, Vec<Snap>) {
    let (crossings, pieces, turns) = made::city(GRID, Seed::new(seed));
    let graph = Graph::new(&crossings, &pieces, &turns, "van").expect("a city");
    let index = Index::new(&graph);
    let places = made::places(GRID, places, Seed::new(seed));
    let snaps = places.iter().map(|&place: &Point| index.snap(&graph, place)).collect();
    (graph, snaps)
}

const fn clock(hours: i64, minutes: i64) -> Duration {
    Duration::from_seconds(3_600 * hours + 60 * minutes)
}

#[test]
fn without_traffic_the_hour_says_nothing() {
    let (graph, ends) = city(60, 1);
    let hierarchy = Hierarchy::new(&graph, Goal::Fastest);
    let free = table(&graph, &hierarchy, &ends, &ends);
    for departure in [clock(0, 0), clock(8, 0), clock(23, 59)] {
        assert_eq!(timed_rows(&graph, &Traffic::FREE_FLOW, departure, &ends, &ends), free);
    }
}

#[test]
fn at_the_peak_it_takes_longer_and_a_bicycle_passes() {
    let (graph, ends) = city(30, 2);
    let rows = |vehicle, departure| {
        timed_rows(&graph, &Traffic::assumed(vehicle), departure, &ends, &ends)
    };
    let sum = |vehicle, departure| -> u64 {
        rows(vehicle, departure).seconds().iter().map(|&seconds| u64::from(seconds)).sum()
    };
    let night = sum(Vehicle::Van, clock(2, 0));
    let peak = sum(Vehicle::Van, clock(17, 10));
    assert!(peak > night * 6 / 5, "{peak} against {night}");
    assert_eq!(sum(Vehicle::CargoBike, clock(2, 0)), sum(Vehicle::CargoBike, clock(17, 10)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// The fastest free-flow way, driven at that hour, is one of the ways among which the search
    /// chooses; and who sets out later arrives later.
    #[test]
    fn no_way_that_is_known_is_faster_and_later_is_later(
        seed in any::<u64>(),
        start in 0_i64..86_400,
        later in 0_i64..7_200,
    ) {
        let (graph, ends) = city(8, seed);
        let traffic = Traffic::ASSUMED_WEEKDAY;
        let rows = |start| {
            timed_rows(&graph, &traffic, Duration::from_seconds(start), &ends, &ends)
        };
        let (first, second) = (rows(start), rows(start + later));
        let hierarchy = Hierarchy::new(&graph, Goal::Fastest);
        for (from, &source) in ends.iter().enumerate() {
            for (to, &target) in ends.iter().enumerate() {
                let best = first.time(from, to).unwrap().seconds();
                let after = second.time(from, to).unwrap().seconds();
                prop_assert!(start + best <= start + later + after + 1);
                let way = path(&graph, &hierarchy, source, target).unwrap();
                let mut clock = start;
                for &segment in &way.segments {
                    let now = Duration::from_seconds(clock);
                    let drive = traffic.drive(graph.class(segment), now, graph.time(segment));
                    clock += drive.seconds();
                }
                // Each whole segment is rounded twice to the second; its ends only make it longer.
                let slack = 2 + 2 * way.segments.len() as i64;
                prop_assert!(best <= clock - start + slack + ends_of(&graph, source, target));
            }
        }
    }
}

/// What the first and the last segment may take in the worst hour.
fn ends_of(graph: &Graph, source: Snap, target: Snap) -> i64 {
    2 * (graph.time(source.segment).seconds() + graph.time(target.segment).seconds()) + 2
}
