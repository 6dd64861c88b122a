//! Plan against actual, on a small day with a bit of everything.

use crate::day::*;
use carbon::{
    Activity, Case, Context, DataKind, DistanceKind, Factor, Leg, Line, Link, Period, Registry,
    Unit, account, by_transport_activity, ids, total,
};
use operations::actual::{Actual, Difference, Facts, Planned, Thing, Wrapping, actual, explain};
use operations::{Id, LocalDay};
use proptest::prelude::*;
use quantity::{Distance, Emission, Fixed, Mass};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const HOURS: [&str; 2] = ["grid-2026-07-14T10:00:00-06:00", "grid-2026-07-14T11:00:00-06:00"];

fn fixed(text: &str) -> Fixed {
    text.parse().unwrap()
}

/// The built-in factors, two hours of a grid, and a later edition of board at twice the figure.
fn registry(later: bool) -> Registry {
    let mut registry = Registry::built_in();
    for (id, kg) in HOURS.into_iter().zip(["0.2", "0.4"]) {
        let hour = Factor {
            id: id.into(),
            edition: carbon::SCENARIO_EDITION.into(),
            wtt: Some(fixed(kg)),
            valid_from: None,
            valid_to: None,
            ..registry.get(ids::GRID_DEFAULT).unwrap().clone()
        };
        registry.add(hour).unwrap();
    }
    if later {
        let board = registry.get(ids::BOARD_NEW).unwrap().clone();
        let twice = board.wtt.map(|wtt| wtt + wtt);
        let edition = "later".into();
        let valid_from = "2026-07".parse().ok();
        registry.add(Factor { edition, valid_from, wtt: twice, ..board }).unwrap();
    }
    registry
}

fn activity(
    link: Link,
    name: &str,
    order: Option<&str>,
    amount: Fixed,
    unit: Unit,
    id: &str,
) -> Activity {
    let context = Context {
        order: order.map(Into::into),
        site: Some("W1".into()),
        payer: Some("Downtown".into()),
        ..Context::of("2026-07".parse::<Period>().unwrap())
    };
    Activity {
        link,
        name: name.into(),
        context,
        leg: None,
        amount,
        unit,
        factor_id: id.into(),
        factor_edition: None,
        method: "planned".into(),
        data_kind: DataKind::Modelled,
    }
}

fn leg(grams: i64, metres: i64) -> Leg {
    let (mass, distance) = (Mass::from_grams(grams), Distance::new(metres));
    Leg { mass, distance, kind: DistanceKind::Gcd }
}

/// What the planner would book of the plan of `released`: 4 kWh out of the battery, a quarter bought.
fn planned_lines() -> Vec<Line> {
    let carried = [
        ("O1", leg(1_500, 900)),
        ("O2", leg(700, 2_100)),
        ("O3", leg(800, 2_100)),
        ("O4", leg(1_500, 400)),
    ];
    let weights = carried.map(|(_, leg)| (leg.mass, leg.distance));
    let mut done = Vec::new();
    for (place, (id, amount)) in
        [(HOURS[0], "1.111111111"), (ids::OWN_SOLAR, "3.333333333")].into_iter().enumerate()
    {
        for ((order, leg), share) in
            carried.iter().zip(by_transport_activity(fixed(amount), &weights))
        {
            let mut one = activity(
                Link::Transportation,
                "evan, round R1",
                Some(order),
                share,
                Unit::KilowattHour,
                id,
            );
            one.context.round = Some("R1".into());
            one.leg = (place == 0).then_some(*leg);
            done.push(one);
        }
    }
    done.extend(beside_the_ride());
    account(Case::Plan, done, &registry(false)).unwrap()
}

fn beside_the_ride() -> impl Iterator<Item = Activity> {
    use Link::{Packaging, Recycling, Warehousing};
    use Unit::{KilowattHour as Kwh, Tonne, TonneKilometre as Tkm};
    let (board, hour) = ("new carton M, parcel P2", "building, bought in the hour");
    let (tape, bag) = ("tape of polypropylene, parcel P2", "bag B of plastic film, parcel P3");
    let (bin, waste) = ("household paper bin M, parcel P1", "household waste M, parcel P1");
    [
        (Packaging, board, "O2", "0.0000837", Tonne, ids::BOARD_NEW),
        (Packaging, board, "O3", "0.0001953", Tonne, ids::BOARD_NEW),
        (Packaging, tape, "O3", "0.000003", Tonne, ids::POLYPROPYLENE_NEW),
        (Packaging, bag, "O4", "0.00003", Tonne, ids::PLASTIC_FILM_NEW),
        (Warehousing, "building, own sun", "", "15", Kwh, ids::OWN_SOLAR),
        (Warehousing, hour, "", "2", Kwh, HOURS[0]),
        (Warehousing, hour, "", "3", Kwh, HOURS[1]),
        (Recycling, bin, "O1", "0.0001953", Tonne, ids::BOARD_RECYCLED),
        (Recycling, waste, "O1", "0.0000837", Tonne, ids::BOARD_LANDFILL),
        (Recycling, "ride home M, parcel P2", "O2", "0.000558", Tkm, ids::BACKHAUL_TKM),
    ]
    .into_iter()
    .map(|(link, name, order, amount, unit, id)| {
        let order = (!order.is_empty()).then_some(order);
        activity(link, name, order, fixed(amount), unit, id)
    })
}

fn wrapping(grams: i64, factor_id: &str) -> Wrapping {
    Wrapping { mass: Mass::from_grams(grams), factor_id: factor_id.into() }
}

struct Known {
    lines: Vec<Line>,
    days: Vec<LocalDay>,
    cartons: BTreeMap<Id, Wrapping>,
    bags: BTreeMap<Id, Wrapping>,
    ways_home: BTreeMap<(Id, Id), Distance>,
}

impl Known {
    fn new() -> Self {
        let cartons = [("M", 279), ("L", 500)];
        Self {
            lines: planned_lines(),
            days: vec![LocalDay::new("2026-07-14").unwrap()],
            cartons: cartons
                .map(|(kind, grams)| (id(kind), wrapping(grams, ids::BOARD_NEW)))
                .into(),
            bags: [(id("B"), wrapping(30, ids::PLASTIC_FILM_NEW))].into(),
            ways_home: [((id("S1"), id("W1")), Distance::new(2_000))].into(),
        }
    }

    fn actual(&self, day: &Day, household: Option<&str>) -> Actual {
        let planned = Planned {
            plan: &id("N1"),
            lines: &self.lines,
            days: &self.days,
            cartons: &self.cartons,
            bags: &self.bags,
            ways_home: &self.ways_home,
            grid_factor: ids::GRID_DEFAULT,
            charging_efficiency: fixed("0.9"),
            household_recycling: household.map(fixed),
        };
        actual(&planned, &Facts::of(&day.events).unwrap())
    }
}

fn valued(actual: &Actual, registry: &Registry) -> Vec<Line> {
    account(Case::Actual, actual.activities.clone(), registry).unwrap()
}

fn reading(meter: &str, kind: &str, hour: u32, energy_wh: u64) -> Value {
    let [from, until] = [hour, hour + 1].map(|hour| format!("2026-07-14T{hour}:00:00-06:00"));
    json!({"meter": meter, "kind": kind, "from": from, "until": until, "energy_wh": energy_wh})
}

/// 18.75 kWh own, 6.25 bought, of which the building uses 20 in all: as planned.
fn read_meters(day: &mut Day) {
    let readings = json!({"readings": [
        reading("M1", "import", 10, 2_500), reading("M1", "import", 11, 3_750),
        reading("M2", "generation", 10, 20_000), reading("M3", "export", 10, 1_250),
        reading("M4", "load", 10, 20_000),
    ]});
    day.done("read meters", "W1", readings);
}

fn come_home(day: &mut Day, energy_wh: u64) {
    let all = json!(["P1", "P2", "P3"].map(|parcel| json!({"parcel": parcel})));
    day.done("serve", "R1", json!({"stop": 0, "delivered": all}));
    day.done("return", "R1", json!({"distance_m": 14_000, "energy_wh": energy_wh}));
}

fn hand_back(day: &mut Day, grade: &str) {
    day.done("hand back", "S1", json!({"carton": "M", "parcel": "P2", "grade": grade}));
}

fn row<'a>(rows: &'a [Difference], thing: &str) -> &'a Difference {
    rows.iter().find(|row| row.thing.to_string() == thing).unwrap()
}

fn wtw(emission: Emission) -> String {
    emission.wtw().to_string()
}

#[test]
fn a_day_that_went_as_planned_is_the_plan() {
    let known = Known::new();
    let mut day = departed();
    come_home(&mut day, 4_000);
    hand_back(&mut day, "reuse");
    read_meters(&mut day);
    let actual = known.actual(&day, Some("0.7"));
    assert_eq!(actual.open, [], "all is measured; rounds that nothing waits for did not drive");
    let lines = valued(&actual, &registry(false));
    assert_eq!(total(&lines), total(&known.lines));
    for row in explain(&known.lines, &lines, &actual.open) {
        let parts = [row.amount, row.mix, row.factor];
        assert_eq!(parts, [Emission::ZERO; 3], "{}", row.thing);
        assert_eq!(Some(row.planned), row.actual, "{}", row.thing);
    }
    // Share by share: the round's orders have what the plan gave them.
    let of_round = |lines: &[Line]| -> Vec<(Option<Arc<str>>, Fixed, Option<Leg>)> {
        let rides = lines.iter().filter(|line| line.activity.link == Link::Transportation);
        rides
            .map(|one| (one.activity.context.order.clone(), one.activity.amount, one.activity.leg))
            .collect()
    };
    assert_eq!(of_round(&lines), of_round(&known.lines));
    let measured = |line: &&Line| line.activity.data_kind == DataKind::Primary;
    assert_eq!(lines.iter().filter(measured).count(), 8 + 3 + 3, "rides, wrappings, building");
}

#[test]
fn what_is_not_measured_is_open_and_named() {
    let known = Known::new();
    let open = |day: &Day| -> Vec<String> {
        let open = known.actual(day, None).open;
        open.iter().map(|one| format!("{}: {}", one.thing, one.reason)).collect()
    };
    let at_home = open(&loaded());
    assert_eq!(
        at_home,
        [
            "round R1: has not departed",
            "energy of site W1: its import was not read on 2026-07-14",
            "carton of parcel P1: is not delivered",
            "carton of parcel P2: is not delivered",
        ]
    );
    assert!(open(&released()).contains(&"packaging of parcel P2: is not packed".into()));
    assert!(open(&received()).contains(&"round R1: is not released".into()));
    let mut day = departed();
    assert!(open(&day).contains(&"round R1: has not returned".into()));
    let all = json!(["P1", "P2", "P3"].map(|parcel| json!({"parcel": parcel})));
    day.done("serve", "R1", json!({"stop": 0, "delivered": all}));
    day.done("return", "R1", json!({"distance_m": 14_000}));
    day.done("read meters", "W1", json!({"readings": [reading("M1", "import", 10, 2_500)]}));
    assert_eq!(
        open(&day),
        [
            "round R1: its energy was not measured",
            "energy of site W1: its generation was not read on 2026-07-14",
            "carton of parcel P1: may still come back",
            "carton of parcel P2: may still come back",
        ]
    );
    // An open thing has a row, and no difference.
    let actual = known.actual(&day, None);
    let rows = explain(&known.lines, &valued(&actual, &registry(false)), &actual.open);
    let round = row(&rows, "round R1");
    assert_eq!((round.actual, round.whole()), (None, Emission::ZERO));
    assert_eq!(round.open.as_deref(), Some("its energy was not measured"));
}

#[test]
fn more_energy_is_amount_and_more_grid_is_mix() {
    let known = Known::new();
    let mut day = departed();
    come_home(&mut day, 8_000);
    let readings = json!({"readings": [
        reading("M1", "import", 10, 10_000), reading("M2", "generation", 10, 10_000),
        reading("M3", "export", 10, 0),
    ]});
    day.done("read meters", "W1", readings);
    let session = json!({
        "site": "W1", "from": "2026-07-14T19:00:00-06:00", "until": "2026-07-14T23:00:00-06:00",
        "energy_wh": 8_800,
    });
    day.done("charge", "W1-evan-1", session);
    let actual = known.actual(&day, None);
    let rows = explain(&known.lines, &valued(&actual, &registry(false)), &actual.open);
    let round = row(&rows, "round R1");
    // Planned 1.111111111 kWh at 0.2; twice as much at a quarter grid, then at half grid;
    // each share is rounded by itself.
    let planned = wtw(round.planned.emission);
    assert_eq!(
        (&*planned, wtw(round.amount), wtw(round.mix)),
        ("0.222222222", "0.222222222".into(), "0.444444445".into())
    );
    assert_eq!(
        (wtw(round.factor), wtw(round.actual.unwrap().emission)),
        ("0".into(), "0.888888889".into())
    );
    // The building: 20 less 8.8 of charging, half bought, all of it in the first hour.
    let site = row(&rows, "energy of site W1").actual.unwrap();
    assert_eq!(
        (site.amount, wtw(site.emission)),
        (Some((fixed("11.2"), Unit::KilowattHour)), "1.12".into())
    );
}

#[test]
fn the_carton_really_taken_is_booked() {
    for (package, grams, why) in [
        (
            json!({"kind": "carton", "carton": "M", "reused": true}),
            0,
            "its board was booked before",
        ),
        (json!({"kind": "own-package"}), 0, "nothing was added"),
        (json!({"kind": "bag", "bag": "B"}), 30, "a bag, and no tape"),
        (
            json!({"kind": "carton", "carton": "L", "reused": false}),
            503,
            "a larger one, and the tape",
        ),
    ] {
        let known = Known::new();
        let mut day = released();
        let cartons =
            json!([{"carton": "M", "new": 1, "reused": 1}, {"carton": "L", "new": 1, "reused": 0}]);
        day.done("count", "W1", json!({"cartons": cartons}));
        day.done("pack", "P2", json!({"site": "W1", "package": package}));
        let actual = known.actual(&day, None);
        let of_parcel = |one: &&Activity| Thing::of(one) == Thing::Packaging("P2".into());
        let done: Vec<&Activity> = actual.activities.iter().filter(of_parcel).collect();
        let all: Fixed = done.iter().map(|one| one.amount).sum();
        let tape = if grams == 0 && package["kind"] == "carton" { 3 } else { 0 };
        assert_eq!(all.billionths(), (grams + tape) * 1_000, "{why}");
        if grams == 503 {
            let shares: Vec<String> = done.iter().map(|one| one.amount.to_string()).collect();
            assert_eq!(shares, ["0.00015", "0.00035", "0.000003"], "30 : 70 as planned");
        }
    }
}

#[test]
fn an_order_that_was_cancelled_has_no_share() {
    let known = Known::new();
    let mut day = released();
    day.done("cancel", "O2", json!({"reason": "so"}));
    day.done("cancel", "O1", json!({"reason": "so"}));
    day.done("pack", "P2", packed_in(false));
    day.done("load", "P2", json!({"round": "R1"}));
    day.done("depart", "R1", json!({"vehicle": "W1-evan-1"}));
    day.done("serve", "R1", json!({"stop": 0, "delivered": [{"parcel": "P2"}]}));
    day.done("return", "R1", json!({"distance_m": 9_000, "energy_wh": 900}));
    let actual = known.actual(&day, None);
    let orders = |link: Link| -> Vec<(String, String)> {
        let of_link = actual.activities.iter().filter(|one| one.link == link);
        of_link
            .map(|one| (one.context.order.as_deref().unwrap().into(), one.amount.to_string()))
            .collect()
    };
    let row = |order: &str, amount: &str| (order.to_owned(), amount.to_owned());
    assert_eq!(orders(Link::Transportation), [row("O3", "0.25"), row("O3", "0.75")]);
    assert_eq!(
        orders(Link::Packaging),
        [row("O3", "0.000279"), row("O3", "0.000003")],
        "O3 has all of it"
    );
    let rows = explain(&known.lines, &valued(&actual, &registry(false)), &actual.open);
    let gone = rows.iter().find(|row| row.thing == Thing::CartonEnd("P1".into())).unwrap();
    assert_eq!((gone.open.clone(), gone.actual.unwrap().emission), (None, Emission::ZERO));
    assert_eq!(gone.amount, gone.whole(), "what was not done is amount");
}

#[test]
fn a_parcel_on_another_round_is_carried_there() {
    let known = Known::new();
    let mut day = loaded();
    day.done("unload", "P3", json!({"round": "R1"}));
    day.done("load", "P3", json!({"round": "R2"}));
    day.done("depart", "R2", json!({"vehicle": "W1-dvan-1"}));
    day.done("serve", "R2", json!({"stop": 0, "delivered": [{"parcel": "P3"}]}));
    day.done("return", "R2", json!({"distance_m": 900, "fuel_ml": 100}));
    let actual = known.actual(&day, None);
    let ride = actual.activities.iter().find(|one| one.link == Link::Transportation).unwrap();
    assert_eq!((ride.context.order.as_deref(), ride.amount), (Some("O4"), fixed("0.1")));
    assert_eq!(
        (ride.leg, &*ride.factor_id),
        (Some(leg(1_500, 400)), ids::DIESEL),
        "its planned leg"
    );
}

#[test]
fn the_end_of_a_carton_is_by_its_grade() {
    for (grade, id, why) in [
        ("recycle", ids::BOARD_RECYCLED, "to the mill"),
        ("refuse", ids::BOARD_LANDFILL, "to the landfill"),
        ("reuse", ids::BACKHAUL_TKM, "home"),
    ] {
        let known = Known::new();
        let mut day = departed();
        come_home(&mut day, 4_000);
        hand_back(&mut day, grade);
        let actual = known.actual(&day, None);
        let rows = explain(&known.lines, &valued(&actual, &registry(false)), &actual.open);
        let done = actual.activities.iter().find(|one| one.link == Link::Recycling).unwrap();
        assert_eq!((&*done.factor_id, done.context.site.as_deref()), (id, Some("S1")), "{why}");
        let end = row(&rows, "carton of parcel P2");
        let unlike = grade != "reuse";
        assert_eq!(
            end.mix == end.whole() && end.amount == Emission::ZERO,
            unlike || end.whole() == Emission::ZERO,
            "{why}: tonnes for tonne-kilometres are another mix"
        );
    }
}

#[test]
fn other_editions_are_factor() {
    let known = Known::new();
    let mut day = released();
    day.done("pack", "P2", packed_in(false));
    let actual = known.actual(&day, None);
    let rows = explain(&known.lines, &valued(&actual, &registry(true)), &actual.open);
    let parcel = row(&rows, "packaging of parcel P2");
    assert_eq!((parcel.amount, parcel.mix), (Emission::ZERO, Emission::ZERO));
    // The board at 1199.72542 kg a tonne once more, 279 g of it; each share is rounded by itself.
    assert_eq!(wtw(parcel.factor), "0.334723391");
}

/// A day of any measurements.
fn any_day() -> impl Strategy<Value = (u64, [u64; 4], bool, usize, Option<usize>)> {
    (
        0..20_000_u64,
        [0..9_000_u64, 0..9_000, 0..9_000, 0..30_000],
        any::<bool>(),
        0..4_usize,
        prop::option::of(0..3_usize),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn sums_agree_to_the_last_digit((energy, meters, read, packed, back) in any_day()) {
        let known = Known::new();
        let mut day = released();
        let packages = [
            json!({"kind": "carton", "carton": "M", "reused": true}),
            json!({"kind": "carton", "carton": "M", "reused": false}),
            json!({"kind": "bag", "bag": "B"}),
            json!({"kind": "own-package"}),
        ];
        day.done("pack", "P1", packed_in(false));
        day.done("pack", "P2", json!({"site": "W1", "package": packages[packed]}));
        for parcel in ["P1", "P2"] {
            day.done("load", parcel, json!({"round": "R1"}));
        }
        day.done("depart", "R1", json!({"vehicle": "W1-evan-1"}));
        day.done("serve", "R1", json!({"stop": 0, "delivered": [{"parcel": "P1"}, {"parcel": "P2"}]}));
        day.done("return", "R1", json!({"distance_m": 1, "energy_wh": energy}));
        if let Some(grade) = back {
            let grade = ["reuse", "recycle", "refuse"][grade];
            day.done("hand back", "S1", json!({"carton": "M", "parcel": "P1", "grade": grade}));
        }
        if read {
            let [import, later, made, load] = meters;
            let readings = json!({"readings": [
                reading("M1", "import", 10, import), reading("M1", "import", 11, later),
                reading("M2", "generation", 10, made), reading("M3", "export", 10, made / 3),
                reading("M4", "load", 10, load),
            ]});
            day.done("read meters", "W1", readings);
        }
        let actual = known.actual(&day, Some("0.7"));
        let lines = valued(&actual, &registry(true));
        let rows = explain(&known.lines, &lines, &actual.open);

        let sum = |of: &dyn Fn(&Difference) -> Emission| rows.iter().map(of).sum::<Emission>();
        prop_assert_eq!(sum(&|row| row.planned.emission), total(&known.lines));
        prop_assert_eq!(sum(&|row| row.actual.unwrap_or_default().emission), total(&lines));
        let closed = |row: &Difference| if row.open.is_some() { Emission::ZERO } else { row.planned.emission };
        prop_assert_eq!(sum(&closed) + sum(&Difference::whole), total(&lines));
        for row in rows.iter().filter(|row| row.open.is_none()) {
            let after = row.planned.emission + row.whole();
            prop_assert_eq!(Some(after), row.actual.map(|side| side.emission));
        }

        let rides = actual.activities.iter().filter(|one| one.link == Link::Transportation);
        let at_plug: Fixed = rides.map(|one| one.amount).sum();
        let measured = Fixed::from_billionths(i128::from(energy) * 1_000_000);
        prop_assert_eq!(at_plug, measured.checked_div(fixed("0.9")).unwrap());
        // Nothing is both measured and open, and no thing is forgotten.
        for one in &actual.open {
            prop_assert!(actual.activities.iter().all(|done| Thing::of(done) != one.thing));
        }
        if read {
            let building = actual.activities.iter().filter(|one| one.link == Link::Warehousing);
            let used: Fixed = building.map(|one| one.amount).sum();
            let all = meters[0] + meters[1] + meters[2] - meters[2] / 3;
            let expect = Fixed::from_billionths(i128::from(meters[3].min(all)) * 1_000_000);
            // Own and bought are each rounded once.
            prop_assert!((used - expect).billionths().abs() <= 1, "{} {}", used, expect);
        }
    }
}

/// The names and factors by which a line is told to be of a thing are the planner's: here is where it
/// makes them.
#[test]
fn the_planner_names_its_lines_so() {
    let planner = include_str!("../../../planner/src/activity.rs");
    for text in [
        r#"format!("new carton {}, parcel {id}""#,
        r#""bag {} of {}, parcel {id}""#,
        r#"format!("{} of {}, parcel {id}""#,
        r#"format!("{name} {}, parcel {}""#,
        r#"format!("grid-{start}")"#,
    ] {
        assert!(planner.contains(text), "{text}");
    }
}
