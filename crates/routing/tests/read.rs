//! Laws of the readers: what they take, what they refuse and how they say so, and that no text
//! brings them down.

use proptest::prelude::*;
use routing::read::{ReadError, ReadFault, lilim, solomon, solution, vrplib};
use routing::{Instance, Pair, Plan, Precision, Route, Window, check};

const SOLOMON: &str = "R1\n\nVEHICLE\nNUMBER CAPACITY\n 2 10\n\nCUSTOMER\nCUST NO. XCOORD. YCOORD. DEMAND \
READY TIME DUE DATE SERVICE TIME\n\n0 0 0 0 0 100 0\n1 3 4 5 10 20 2\n2 6 8 5 0 30 2\n";

const LILIM: &str = "2 10 1\n0 0 0 0 0 100 0 0 0\n1 3 4 5 0 50 2 0 2\n2 6 8 -5 0 60 2 1 0\n";

const VRPLIB: &str = "NAME : tiny\nTYPE : CVRP\nDIMENSION : 3\nEDGE_WEIGHT_TYPE : EUC_2D\n\
CAPACITY : 10\nNODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 8.4\nDEMAND_SECTION\n1 0\n2 5\n3 5\n\
DEPOT_SECTION\n1\n-1\nEOF\n";

fn faults<T: std::fmt::Debug>(read: Result<T, ReadError>) -> Vec<ReadFault> {
    match read {
        Err(ReadError::Lines(faults)) => faults,
        other => panic!("{other:?}"),
    }
}

#[test]
fn solomon_is_read_at_each_precision() {
    let instance = solomon::read(SOLOMON, Precision::Trunc1).unwrap();
    assert_eq!((instance.stops(), instance.distance(0, 1), instance.scale()), (2, 50, 10));
    assert_eq!(instance.parts().windows[1], Window { open: 100, close: 200 });
    assert_eq!(instance.parts().service, [0, 20, 20]);
    let vehicle = &instance.parts().vehicles[0];
    assert_eq!((vehicle.count, vehicle.capacity[0]), (2, 10));
    let double = solomon::read(SOLOMON, Precision::Double).unwrap();
    assert_eq!((double.name(), double.distance(0, 2)), ("R1", 100_000));
}

#[test]
fn lilim_is_read_with_its_pairs() {
    let instance = lilim::read(LILIM, Precision::Double).unwrap();
    assert_eq!(instance.parts().pairs, [Pair { pickup: 1, delivery: 2 }]);
    assert_eq!(instance.demand(2), [-5]);
}

#[test]
fn vrplib_rounds_unless_asked_otherwise() {
    let instance = vrplib::read(VRPLIB, None).unwrap();
    assert_eq!((instance.distance(0, 2), instance.timed()), (10, false));
    let double = vrplib::read(VRPLIB, Some(Precision::Double)).unwrap();
    assert_eq!(double.distance(0, 2), 103_228);
}

#[test]
fn explicit_tables_are_read_in_each_shape() {
    let file = |format: &str, weights: &str| {
        format!(
            "DIMENSION : 3\nEDGE_WEIGHT_TYPE : EXPLICIT\nEDGE_WEIGHT_FORMAT : {format}\n\
             CAPACITY : 1\nEDGE_WEIGHT_SECTION\n{weights}\nEOF\n"
        )
    };
    for (format, weights, back) in [
        ("FULL_MATRIX", "0 1 2 4 0 3 5 6 0", 5),
        ("LOWER_ROW", "1\n2 3", 2),
        ("LOWER_DIAG_ROW", "0 1 0 2 3 0", 2),
        ("UPPER_ROW", "1 2 3", 2),
        ("UPPER_DIAG_ROW", "0 1 2 0 3 0", 2),
    ] {
        let instance = vrplib::read(&file(format, weights), None).unwrap();
        let arcs = [(0, 1), (0, 2), (1, 2), (2, 0)].map(|(a, b)| instance.distance(a, b));
        assert_eq!(arcs, [1, 2, 3, back], "{format}");
    }
    let short = faults(vrplib::read(&file("LOWER_ROW", "1 2"), None));
    assert_eq!(short[0].value, "2 values of 3");
}

#[test]
fn vehicles_that_are_alike_become_one_type() {
    let text = "DIMENSION: 2\nVEHICLES: 3\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n1 0 0\n2 3 4\n\
                DEMAND_SECTION\n1 0\n2 1\nCAPACITY_SECTION\n1 5\n2 5\n3 9\n\
                VEHICLES_FIXED_COST_SECTION\n1 100\n2 100\n3 150\nEOF\n";
    let instance = vrplib::read(text, Some(Precision::Double)).unwrap();
    let types = instance.parts().vehicles.iter();
    let types: Vec<_> = types.map(|kind| (kind.count, kind.capacity[0], kind.fixed)).collect();
    assert_eq!(types, [(2, 5, 1_000_000), (1, 9, 1_500_000)], "costs are scaled as distances are");
}

#[test]
fn a_fault_is_told_with_place_value_and_mend() {
    let wrong = SOLOMON.replace("1 3 4 5 10 20 2", "1 3 four 5 10 20 2");
    let told = faults(solomon::read(&wrong, Precision::Double));
    assert_eq!(
        told[0].to_string(),
        "line 11: customer is `four`: not a number. Write seven numbers."
    );
    for (from, to, line, field) in [
        ("2 6 8 -5", "2 6 8 -x", 4, "demand"),
        ("1 0\n", "0 0\n", 3, "sibling"),
        ("2 10 1", "2 ten 1", 1, "capacity"),
        ("2 10 1\n", "", 1, "row"),
    ] {
        let told = faults(lilim::read(&LILIM.replacen(from, to, 1), Precision::Double));
        assert_eq!((told[0].line, told[0].field), (line, field), "{from} as {to}: {told:?}");
    }
    for (from, to, line, field) in [
        ("DIMENSION : 3", "DIMENSION : many", 3, "DIMENSION"),
        ("3 6 8.4\n", "", 16, "NODE_COORD_SECTION"),
        ("3 6 8.4", "2 6 8.4", 9, "NODE_COORD_SECTION"),
        ("3 5\n", "9 5\n", 13, "DEMAND_SECTION"),
        ("CAPACITY : 10\n", "", 16, "CAPACITY"),
        ("EUC_2D", "GEO", 4, "EDGE_WEIGHT_TYPE"),
        ("1\n-1", "2\n-1", 17, "DEPOT_SECTION"),
    ] {
        let told = faults(vrplib::read(&VRPLIB.replacen(from, to, 1), None));
        assert_eq!((told[0].line, told[0].field), (line, field), "{from} as {to}: {told:?}");
    }
    let told = faults(solution::read("Route #1 2 3\nCost many"));
    assert_eq!((told[0].field, told[1].field), ("route", "cost"), "all faults at once");
}

fn tiny() -> Instance {
    vrplib::read(VRPLIB, None).expect("right")
}

#[test]
fn a_solution_that_is_written_is_read_again() {
    let instance = tiny();
    let routes = [vec![2], vec![1]].map(|stops| Route { vehicle: 0, stops });
    let plan = Plan::new(&instance, routes.to_vec());
    let cost = check(&instance, &plan).cost;
    let text = solution::write(&instance, &plan, cost);
    assert_eq!(text, "Route #1: 2\nRoute #2: 1\nCost 30\n");
    let read = solution::read(&text).unwrap();
    assert_eq!((read.plan(&instance), read.cost), (plan, Some(30.0)));
}

/// The texts above with a piece cut out and another put in.
fn damaged() -> impl Strategy<Value = String> {
    let piece = prop_oneof!["[ -~\n]{0,12}", "-?[0-9]{1,20}", Just("1e308 NaN -inf".to_owned())];
    let whole =
        prop_oneof![Just(SOLOMON), Just(LILIM), Just(VRPLIB), Just("Route #1: 1 2\nCost 3")];
    (whole, any::<prop::sample::Index>(), 0_usize..20, piece).prop_map(|(text, at, cut, piece)| {
        let at = at.index(text.len());
        let end = (at + cut).min(text.len());
        format!("{}{piece}{}", &text[..at], &text[end..])
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_brings_a_reader_down(text in prop_oneof![damaged(), any::<String>()]) {
        for precision in [Precision::Double, Precision::Trunc1, Precision::Round] {
            drop((solomon::read(&text, precision), lilim::read(&text, precision)));
            drop(vrplib::read(&text, Some(precision)));
        }
        if let Ok(solution) = solution::read(&text) {
            let instance = tiny();
            check(&instance, &solution.plan(&instance));
        }
    }
}
