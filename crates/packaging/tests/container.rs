//! Container loading, judged by rules written down anew here.

use packaging::block::{BoxType, Container, Loading, Rules, load, thpack};
use proptest::prelude::*;
use quantity::{Length, Mass};

/// Low and high corner.
type Cuboid = [[i64; 3]; 2];

fn common(a: &Cuboid, b: &Cuboid, axis: usize) -> i64 {
    (a[1][axis].min(b[1][axis]) - a[0][axis].max(b[0][axis])).max(0)
}

fn base(a: &Cuboid, b: &Cuboid) -> i64 {
    common(a, b, 0) * common(a, b, 1)
}

/// All that is wrong with a loading.
fn faults(
    container: &Container,
    boxes: &[BoxType],
    rules: Rules,
    loading: &Loading,
) -> Vec<String> {
    let mut faults = Vec::new();
    let tenths = |lengths: [Length; 3]| lengths.map(Length::tenths_mm);
    let sides = tenths(container.sides);
    let over = container.overhang.tenths_mm();
    let places: Vec<Cuboid> = loading
        .placements
        .iter()
        .map(|box_| {
            let (at, size) = (tenths(box_.at), tenths(box_.size));
            [at, [at[0] + size[0], at[1] + size[1], at[2] + size[2]]]
        })
        .collect();
    let deck = [[0, 0, 0], [sides[0], sides[1], 0]];
    for (i, (box_, place)) in loading.placements.iter().zip(&places).enumerate() {
        let kind = &boxes[box_.kind];
        let (given, lies) = (tenths(kind.sides), tenths(box_.size));
        let lies_so =
            |[a, b, c]: [usize; 3]| [given[a], given[b], given[c]] == lies && kind.vertical[c];
        let ways = [[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 0, 1], [1, 2, 0], [2, 1, 0]];
        if !ways.into_iter().any(lies_so) {
            faults.push(format!("{i} lies as it must not: {lies:?} of {given:?}"));
        }
        let inside =
            (0..2).all(|axis| place[0][axis] >= -over && place[1][axis] <= sides[axis] + over);
        if !inside || place[0][2] < 0 || place[1][2] > sides[2] {
            faults.push(format!("{i} stands out: {place:?}"));
        }
        let mut borne = if place[0][2] == 0 { base(place, &deck) } else { 0 };
        for (j, other) in places.iter().enumerate().filter(|(j, _)| *j != i) {
            if base(place, other) > 0 && common(place, other, 2) > 0 {
                faults.push(format!("{i} and {j} overlap"));
            }
            if other[1][2] == place[0][2] {
                borne += base(place, other);
                if base(place, other) > 0 && boxes[loading.placements[j].kind].fragile {
                    faults.push(format!("{i} rests on {j}, which is fragile"));
                }
            }
        }
        if (borne as f64) < rules.support * (lies[0] * lies[1]) as f64 {
            faults.push(format!("{i} is borne on {borne} of {lies:?} at {place:?}"));
        }
    }
    for (number, kind) in boxes.iter().enumerate() {
        let count = loading.placements.iter().filter(|box_| box_.kind == number).count();
        if count > kind.count as usize {
            faults.push(format!("{count} of type {number}, there are {}", kind.count));
        }
    }
    let mass: i64 = loading.placements.iter().map(|box_| boxes[box_.kind].mass.milligrams()).sum();
    if container.max_load.is_some_and(|most| mass > most.milligrams()) {
        faults.push(format!("{mass} mg are too heavy"));
    }
    let volume = |sides: [i64; 3]| sides.into_iter().map(i128::from).product::<i128>();
    let loaded: i128 = loading.placements.iter().map(|box_| volume(tenths(box_.size))).sum();
    let room = volume([sides[0] + 2 * over, sides[1] + 2 * over, sides[2]]);
    if (loaded, room) != (loading.loaded, loading.room) || loaded > room {
        faults.push(format!("{loaded} of {room}, not {} of {}", loading.loaded, loading.room));
    }
    faults
}

/// Stops after so many completions.
fn after(mut times: u32) -> impl FnMut() -> bool {
    move || {
        times = times.saturating_sub(1);
        times > 0
    }
}

/// Sides in millimetres; may lie in every way.
fn boxes(sides: [i64; 3], count: u32) -> BoxType {
    BoxType {
        sides: sides.map(|side| Length::new(side * 10)),
        vertical: [true; 3],
        count,
        mass: Mass::from_grams(1_000),
        fragile: false,
    }
}

/// Sides in millimetres.
fn container(sides: [i64; 3]) -> Container {
    Container {
        sides: sides.map(|side| Length::new(side * 10)),
        overhang: Length::ZERO,
        max_load: None,
    }
}

#[test]
fn loads_with_a_known_answer() {
    let cubes = boxes([100, 100, 100], 30);
    let flat = BoxType { vertical: [false, false, true], ..boxes([300, 300, 100], 9) };
    let fragile = BoxType { fragile: true, ..cubes.clone() };
    let heavy = Container { max_load: Some(Mass::from_grams(5_500)), ..container([300; 3]) };
    for (container, boxes, expect, why) in [
        (container([300; 3]), vec![cubes.clone()], 27, "a cube of cubes"),
        (container([305, 309, 300]), vec![cubes.clone()], 27, "with a rest at the walls"),
        (container([300; 3]), vec![fragile], 9, "one layer: nothing rests on a fragile box"),
        (heavy, vec![cubes.clone()], 5, "the sixth is too heavy"),
        (container([300, 100, 300]), vec![flat], 0, "would have to be tilted"),
        (
            container([300; 3]),
            vec![boxes([200, 300, 150], 2), boxes([100, 300, 300], 1)],
            3,
            "exact",
        ),
        (container([0, 300, 300]), vec![cubes.clone()], 0, "no room at all"),
        (container([-5, 300, 300]), vec![cubes], 0, "a length that is none"),
        (container([300; 3]), vec![boxes([0, 10, 10], 5), boxes([10, -3, 10], 5)], 0, "no boxes"),
        (container([i64::MAX / 20; 3]), vec![boxes([1, 1, 1], 3)], 3, "past every limit"),
        (container([300; 3]), vec![boxes([100; 3], u32::MAX)], 27, "as many as one likes"),
        (container([300; 3]), vec![], 0, "nothing to load"),
    ] {
        for support in [0.0, 0.7, 1.0] {
            let loading = load(&container, &boxes, &Rules { support }, &mut after(200));
            assert_eq!(loading.placements.len(), expect, "{why}, support {support}");
        }
    }
}

#[test]
fn a_pallet_may_be_stood_out_over_only_by_less_support() {
    // Four boxes cover 1000 x 1000 mm; the deck is 50 mm shorter on each side.
    let deck = Container { overhang: Length::new(500), ..container([900, 900, 200]) };
    let load = |deck: &Container, support| {
        let rules = Rules { support };
        let boxes = [boxes([500, 500, 200], 4)];
        let loading = load(deck, &boxes, &rules, &mut after(500));
        assert_eq!(faults(deck, &boxes, rules, &loading), Vec::<String>::new());
        loading.placements.len()
    };
    assert_eq!(load(&deck, 0.8), 4, "81 % of each base is on the deck");
    assert_eq!(load(&deck, 0.85), 2, "a row has 90 %, a second row would stand out too far");
    assert_eq!(load(&deck, 1.0), 1, "nothing stands out");
    let narrow = Container { overhang: Length::new(490), ..deck };
    assert_eq!(load(&narrow, 0.5), 1, "the overhang is a millimetre short");
}

#[expect(clippy::disallowed_methods, reason = "data beside the repository, not in it")]
#[expect(clippy::print_stderr, reason = "a test that checks nothing says so")]
fn published(path: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        eprintln!("skipped: {path} is not there");
    }
    text
}

#[test]
fn published_loads_are_filled_better_than_by_layers() {
    // What BoxPacker's own tests expect of it, in %, mean of 100 instances.
    for (class, layers) in [(1, 79.55), (3, 79.34), (5, 78.74)] {
        let path = format!(
            "{}/../../../shared/data/packing/thpack{class}.txt",
            env!("CARGO_MANIFEST_DIR")
        );
        let Some(text) = published(&path) else { continue };
        let instances = thpack::parse(&text).unwrap();
        assert_eq!(instances.len(), 100);
        for support in [0.0, 1.0] {
            let rules = Rules { support };
            let shares = instances.iter().take(6).map(|instance| {
                let loading = load(&instance.container, &instance.boxes, &rules, &mut after(60));
                let faults = faults(&instance.container, &instance.boxes, rules, &loading);
                assert!(faults.is_empty(), "{faults:#?}");
                loading.utilisation() * 100.0
            });
            let mean = shares.sum::<f64>() / 6.0;
            assert!(mean > layers + 8.0, "BR{class} at support {support}: {mean:.2} %");
        }
    }
}

fn a_box() -> impl Strategy<Value = BoxType> {
    let vertical = prop::sample::select(vec![[false, false, true], [true, false, true], [true; 3]]);
    let sides = prop::array::uniform3(2_i64..12);
    (sides, vertical, 0_u32..12, 0_i64..900, prop::bool::weighted(0.2)).prop_map(
        |(sides, vertical, count, grams, fragile)| BoxType {
            sides: sides.map(|side| Length::new(side * 50)),
            vertical,
            count,
            mass: Mass::from_grams(grams),
            fragile,
        },
    )
}

fn a_container() -> impl Strategy<Value = Container> {
    let sides = prop::array::uniform3(300_i64..2_000);
    (sides, prop::option::of(0_i64..20_000), prop_oneof![Just(0), 0_i64..200]).prop_map(
        |(sides, grams, overhang)| Container {
            sides: sides.map(Length::new),
            overhang: Length::new(overhang),
            max_load: grams.map(Mass::from_grams),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_load_keeps_the_rules(
        container in a_container(),
        boxes in prop::collection::vec(a_box(), 0..6),
        support in prop::sample::select(vec![0.0, 0.5, 0.75, 0.9, 1.0]),
    ) {
        let rules = Rules { support };
        let loading = load(&container, &boxes, &rules, &mut after(40));
        let faults = faults(&container, &boxes, rules, &loading);
        prop_assert!(faults.is_empty(), "{faults:#?}");
        prop_assert_eq!(&loading, &load(&container, &boxes, &rules, &mut after(40)));
    }

    #[test]
    fn longer_is_never_worse(
        container in a_container(),
        boxes in prop::collection::vec(a_box(), 1..6),
        support in prop::sample::select(vec![0.0, 0.6, 1.0]),
    ) {
        let rules = Rules { support };
        let loaded = |times| load(&container, &boxes, &rules, &mut after(times)).loaded;
        prop_assert!(loaded(1) <= loaded(20));
        prop_assert!(loaded(20) <= loaded(60));
    }
}
