//! Container loading, judged by the independent judge, which is judged by seeded faults.

use packaging::block::{BoxType, Container, Rules, load, load_pallets, thpack};
use packaging::{LoadingFault, check_loading};
use proptest::prelude::*;
use quantity::{Length, Mass};

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
        assert_eq!(check_loading(deck, &boxes, &rules, &loading), []);
        loading.placements.len()
    };
    assert_eq!(load(&deck, 0.8), 4, "81 % of each base is on the deck");
    assert_eq!(load(&deck, 0.85), 2, "a row has 90 %, a second row would stand out too far");
    assert_eq!(load(&deck, 1.0), 1, "nothing stands out");
    let narrow = Container { overhang: Length::new(490), ..deck };
    assert_eq!(load(&narrow, 0.5), 1, "the overhang is a millimetre short");
}

#[test]
fn the_judge_finds_seeded_faults() {
    let deck = Container { overhang: Length::new(100), ..container([300, 300, 300]) };
    let deck = Container { max_load: Some(Mass::from_grams(9_000)), ..deck };
    let upright = BoxType { vertical: [false, false, true], ..boxes([100, 150, 140], 4) };
    let boxes = [boxes([150, 150, 150], 4), BoxType { fragile: true, ..upright }];
    let rules = Rules { support: 0.75 };
    let sound = load(&deck, &boxes, &rules, &mut after(50));
    assert_eq!(check_loading(&deck, &boxes, &rules, &sound), []);
    assert!(sound.placements.len() >= 6, "{sound:?}");
    let find =
        |number: usize, expect: fn(&LoadingFault) -> bool, change: &dyn Fn(&mut [Length; 3])| {
            let mut seeded = sound.clone();
            change(&mut seeded.placements[number].at);
            let faults = check_loading(&deck, &boxes, &rules, &seeded);
            assert!(faults.iter().any(expect), "{faults:?}");
        };
    let last = sound.placements.len() - 1;
    find(0, |fault| matches!(fault, LoadingFault::Overlap(..)), &|at| at[0] += Length::new(1));
    find(last, |fault| matches!(fault, LoadingFault::Unsupported { .. }), &|at| {
        at[2] += Length::new(1);
    });
    find(0, |fault| matches!(fault, LoadingFault::Outside(0)), &|at| at[0] = Length::new(-101));
    let seed =
        |change: &dyn Fn(&mut packaging::block::Loading, &mut Vec<BoxType>, &mut Container)| {
            let (mut loading, mut kinds, mut deck) = (sound.clone(), boxes.to_vec(), deck.clone());
            change(&mut loading, &mut kinds, &mut deck);
            check_loading(&deck, &kinds, &rules, &loading)
        };
    let faults = seed(&|_, kinds, _| kinds[0].count = 1);
    assert!(matches!(faults[..], [LoadingFault::Count { kind: 0, .. }]), "{faults:?}");
    let faults = seed(&|_, _, deck| deck.max_load = Some(Mass::from_grams(3)));
    assert!(matches!(faults[..], [LoadingFault::TooHeavy { .. }]), "{faults:?}");
    let faults = seed(&|loading, _, _| loading.loaded += 1);
    assert_eq!(faults, [LoadingFault::Volume]);
    let faults = seed(&|loading, _, _| loading.placements[1].kind = 2);
    assert_eq!(faults[0], LoadingFault::NoSuchType(1));
    let faults = seed(&|_, kinds, _| kinds[0].fragile = true);
    assert!(faults.iter().any(|fault| matches!(fault, LoadingFault::OnFragile(..))), "{faults:?}");
    let faults = seed(&|_, kinds, _| kinds[0].vertical = [false; 3]);
    assert!(faults.iter().all(|fault| matches!(fault, LoadingFault::Turned(_))), "{faults:?}");
}

#[test]
fn as_many_pallets_as_it_takes() {
    let pallet = Container { max_load: Some(Mass::from_grams(6_000)), ..container([300; 3]) };
    let boxes = [boxes([100; 3], 14), boxes([400, 100, 100], 2)];
    let rules = Rules { support: 1.0 };
    let pallets = load_pallets(&pallet, &boxes, &rules, &mut |_| false);
    let counts: Vec<usize> = pallets.loads.iter().map(|load| load.placements.len()).collect();
    assert_eq!((counts, pallets.left), (vec![6, 6, 2], vec![0, 2]), "six weigh what is allowed");
    for load in &pallets.loads {
        assert_eq!(check_loading(&pallet, &boxes, &rules, load), []);
    }
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
        let path = format!("../../../shared/data/packing/thpack{class}.txt");
        let Some(text) = published(&path) else { continue };
        let instances = thpack::parse(&text).unwrap();
        assert_eq!(instances.len(), 100);
        for support in [0.0, 1.0] {
            let rules = Rules { support };
            let shares = instances.iter().take(6).map(|instance| {
                let loading = load(&instance.container, &instance.boxes, &rules, &mut after(60));
                let faults = check_loading(&instance.container, &instance.boxes, &rules, &loading);
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
        let faults = check_loading(&container, &boxes, &rules, &loading);
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
