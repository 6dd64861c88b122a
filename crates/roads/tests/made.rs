//! Made cities: known answers, and the hierarchy against plain Dijkstra.

use proptest::prelude::*;
use quantity::{Point, Seed};
use roads::made::{self, Grid};
use roads::{Class, Goal, Graph, Hierarchy, Index, Piece, Snap, Targets, check, path, table};

const BLOCK: Grid = Grid { columns: 20, rows: 20, block_cm: 10_000, block_ms: 10_000 };

fn snaps(graph: &Graph, places: &[Point]) -> Vec<Snap> {
    let index = Index::new(graph);
    places.iter().map(|&place| index.snap(graph, place)).collect()
}

#[test]
fn on_a_plain_grid_a_way_is_as_many_blocks_as_columns_and_rows_differ() {
    let (places, pieces) = made::plain(BLOCK);
    let graph = Graph::new(&places, &pieces, &[], "van").unwrap();
    let all = snaps(&graph, &places);
    for goal in [Goal::Fastest, Goal::Shortest] {
        let hierarchy = Hierarchy::new(&graph, goal);
        let table = table(&graph, &hierarchy, &all, &all);
        assert_eq!((table.rows(), table.columns()), (400, 400));
        assert_eq!(table.unreachable().count(), 0);
        for from in 0..400 {
            for to in 0..400 {
                let blocks = (from % 20_usize).abs_diff(to % 20) + (from / 20).abs_diff(to / 20);
                let (time, length) =
                    (table.time(from, to).unwrap(), table.length(from, to).unwrap());
                assert_eq!(time.seconds(), 10 * blocks as i64, "{from} to {to}");
                assert_eq!(length.metres(), 100 * blocks as i64, "{from} to {to}");
            }
        }
    }
}

/// Every cell of the table is what Dijkstra finds, to the rounding of the table.
fn assert_table_is_right(graph: &Graph, goal: Goal, sources: &[Snap], targets: &[Snap]) -> usize {
    let hierarchy = Hierarchy::new(graph, goal);
    let table = table(graph, &hierarchy, sources, targets);
    let mut pairs = 0;
    for (row, &source) in sources.iter().enumerate() {
        for (column, way) in check::row(graph, goal, source, targets).into_iter().enumerate() {
            let (millis, centimetres) = way.expect("the graph is strongly connected");
            let time = table.time(row, column).expect("a way").seconds();
            assert_eq!(time, (millis as i64 + 500) / 1_000, "{row} to {column}");
            let length = table.length(row, column).expect("a way").metres();
            assert_eq!(length, (centimetres as i64 + 50) / 100, "{row} to {column}");
            let path = path(graph, &hierarchy, source, targets[column]).expect("a way");
            assert_eq!((path.time.seconds(), path.length.metres()), (time, length));
            for pair in path.segments.windows(2) {
                assert_eq!(graph.ends(pair[0]).1, graph.ends(pair[1]).0, "one after the other");
            }
            let whole: u32 = path.segments.iter().map(|&at| graph.figures(at).1).sum();
            assert!(u64::from(whole) <= centimetres);
            pairs += 1;
        }
    }
    pairs
}

#[test]
fn on_a_city_the_hierarchy_gives_what_dijkstra_gives() {
    let grid = Grid { columns: 60, rows: 60, block_cm: 8_000, block_ms: 11_000 };
    let (places, pieces, turns) = made::city(grid, Seed::new(3));
    let graph = Graph::new(&places, &pieces, &turns, "van").unwrap();
    let sources = snaps(&graph, &made::places(grid, 60, Seed::new(4)));
    let targets = snaps(&graph, &made::places(grid, 80, Seed::new(5)));
    for goal in [Goal::Fastest, Goal::Shortest] {
        assert_eq!(assert_table_is_right(&graph, goal, &sources, &targets), 4_800);
    }
}

#[test]
fn rows_of_chunks_are_those_of_the_whole() {
    let (places, pieces, turns) = made::city(BLOCK, Seed::new(1));
    let graph = Graph::new(&places, &pieces, &turns, "van").unwrap();
    let hierarchy = Hierarchy::new(&graph, Goal::Fastest);
    let all = snaps(&graph, &made::places(BLOCK, 30, Seed::new(2)));
    let targets = Targets::new(&graph, &hierarchy, &all);
    let mut joined = targets.rows(&all[..11]);
    joined.append(targets.rows(&all[11..]));
    assert_eq!(joined, table(&graph, &hierarchy, &all, &all));
    assert_eq!(hierarchy, Hierarchy::new(&graph, Goal::Fastest), "the same again");
}

#[test]
fn a_forbidden_turn_sends_the_way_around_the_block() {
    // Three by three crossings; from the street 0-1 no turn north into 1-4.
    let grid = Grid { columns: 3, rows: 3, ..BLOCK };
    let (places, pieces) = made::plain(grid);
    let index_of = |from, to| {
        pieces.iter().position(|piece| (piece.from, piece.to) == (from, to)).unwrap() as u32
    };
    let graph = Graph::new(&places, &pieces, &[(index_of(0, 1), index_of(1, 4))], "van").unwrap();
    let middle = |a: usize, b: usize| {
        let mean = |a: f64, b: f64| f64::midpoint(a, b);
        let (a, b) = (places[a], places[b]);
        Point::from_degrees(mean(a.lat(), b.lat()), mean(a.lon(), b.lon())).unwrap()
    };
    let ends = snaps(&graph, &[middle(0, 1), middle(1, 4)]);
    let hierarchy = Hierarchy::new(&graph, Goal::Shortest);
    let table = table(&graph, &hierarchy, &ends, &ends);
    // Not straight on and right (100 m), but over 2, or back over 0 and around.
    assert_eq!(table.length(0, 1).unwrap().metres(), 300);
    assert_eq!(table.length(1, 0).unwrap().metres(), 100, "the other way it is allowed");
}

#[test]
fn along_one_street_and_against_it() {
    // A one-way ring of four blocks.
    let (places, _) = made::plain(Grid { columns: 2, rows: 2, ..BLOCK });
    let ring = [(0, 1), (1, 3), (3, 2), (2, 0)];
    let pieces = ring.map(|(from, to)| Piece {
        from,
        to,
        millis: 10_000,
        centimetres: 10_000,
        class: Class::Residential,
        reverse: None,
    });
    let graph = Graph::new(&places, &pieces, &[], "van").unwrap();
    let on_street = |share: f64| {
        let lon = places[0].lon() + share * (places[1].lon() - places[0].lon());
        Point::from_degrees(0.0, lon).unwrap()
    };
    let ends = snaps(&graph, &[on_street(0.25), on_street(0.75)]);
    let hierarchy = Hierarchy::new(&graph, Goal::Fastest);
    let table = table(&graph, &hierarchy, &ends, &ends);
    assert_eq!(table.length(0, 1).unwrap().metres(), 50, "ahead on the same street");
    assert_eq!(table.length(1, 0).unwrap().metres(), 350, "around the ring");
    assert_eq!(table.length(0, 0).unwrap().metres(), 0, "where it stands");
    let back = path(&graph, &hierarchy, ends[1], ends[0]).unwrap();
    assert_eq!((back.segments.len(), back.line.len()), (3, 6));
}

#[test]
fn no_sources_and_no_targets_are_an_empty_table() {
    let (places, pieces) = made::plain(BLOCK);
    let graph = Graph::new(&places, &pieces, &[], "van").unwrap();
    let hierarchy = Hierarchy::new(&graph, Goal::Fastest);
    let one = snaps(&graph, &places[..1]);
    assert_eq!(table(&graph, &hierarchy, &[], &one).rows(), 0);
    assert_eq!(table(&graph, &hierarchy, &one, &[]).columns(), 0);
}

fn any_graph() -> impl Strategy<Value = (u32, Vec<Piece>, Vec<(u32, u32)>)> {
    let piece = (0_u32..14, 0_u32..14, 0_u32..6, 0_u32..6).prop_map(|(from, to, time, length)| {
        let (millis, centimetres) = (time * 700, length * 1_300);
        Piece { from, to, millis, centimetres, class: Class::Residential, reverse: None }
    });
    let pieces = proptest::collection::vec(piece, 1..60);
    (pieces, proptest::collection::vec((0_usize..60, 0_usize..60), 0..20)).prop_map(
        |(mut pieces, turns)| {
            // A ring, so that the graph is connected whatever was drawn.
            pieces.extend((0..14).map(|at| Piece {
                from: at,
                to: (at + 1) % 14,
                millis: 5_000,
                centimetres: 5_000,
                class: Class::Residential,
                reverse: None,
            }));
            let turns = turns
                .into_iter()
                .filter(|&(a, b)| a < pieces.len() && b < pieces.len())
                .filter(|&(a, b)| pieces[a].to == pieces[b].from)
                .map(|(a, b)| (a as u32, b as u32))
                .collect();
            (14, pieces, turns)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn on_any_graph_the_hierarchy_gives_what_dijkstra_gives(
        (n, pieces, turns) in any_graph(),
        spots in proptest::collection::vec((0.0..1e-2_f64, 0.0..1e-2_f64), 1..8),
    ) {
        let places: Vec<Point> = (0..n)
            .map(|at| {
                let angle = f64::from(at);
                Point::from_degrees(5e-3 + 4e-3 * angle.sin(), 5e-3 + 4e-3 * angle.cos()).unwrap()
            })
            .collect();
        // A forbidden turn may cut the ring, and nothing is left that one can leave and reach again.
        let Ok(graph) = Graph::new(&places, &pieces, &turns, "van") else { return Ok(()) };
        let spots: Vec<Point> =
            spots.into_iter().map(|(lat, lon)| Point::from_degrees(lat, lon).unwrap()).collect();
        let ends = snaps(&graph, &spots);
        for goal in [Goal::Fastest, Goal::Shortest] {
            assert_table_is_right(&graph, goal, &ends, &ends);
        }
    }

    #[test]
    fn the_index_finds_the_nearest_of_all_segments(
        seed in any::<u64>(),
        (lat, lon) in (-2e-3..2e-2_f64, -2e-3..2e-2_f64),
    ) {
        let (places, pieces, turns) = made::city(Grid { columns: 9, rows: 9, ..BLOCK }, Seed::new(seed));
        let graph = Graph::new(&places, &pieces, &turns, "van").unwrap();
        let place = Point::from_degrees(lat, lon).unwrap();
        let snap = Index::new(&graph).snap(&graph, place);
        // No point of any segment, in steps of a hundredth, is nearer by more than the rounding.
        for segment in 0..graph.segments() as u32 {
            let (a, b) = graph.ends(segment);
            for step in 0..=100 {
                let share = f64::from(step) / 100.0;
                let between = |a: f64, b: f64| a + share * (b - a);
                let point =
                    Point::from_degrees(between(a.lat(), b.lat()), between(a.lon(), b.lon())).unwrap();
                let metres = place.great_circle(point).metres();
                prop_assert!(snap.away.metres() <= metres + 1, "{metres} at {segment}");
            }
        }
    }
}
