//! Section 2 of research/carbon.md, row by row.

use crate::{activity, assert_near, fixed, freight, leg, lines, operations, registry};
use carbon::packaging::{Life, MaterialFactors};
use carbon::round::{Consignment, Round, Use};
use carbon::{Activity, Context, DataKind, DistanceKind, Unit, chain, packaging, round, total};
use quantity::{Carbon, Fixed, Mass, Point};
use std::num::NonZeroU32;

#[test]
fn mass_by_distance() {
    // iLEAP's own example.
    assert_eq!(leg(230, 700, DistanceKind::Sfd).transport_activity(), fixed("161"));
}

#[test]
fn freight_by_default_factors() {
    for (leg, factor, ttw, wtt, wtw, why) in [
        (leg(230, 700, DistanceKind::Sfd), "hgv_all_tkm", "16.36243", "3.79799", "20.16042", "HGV"),
        (leg(500, 40, DistanceKind::Sfd), "van_diesel_tkm", "12.626", "3.019", "15.645", "van"),
        (
            leg(500, 600, DistanceKind::Sfd),
            "section_2_train_tkm",
            "8.337",
            "2.073",
            "10.41",
            "train",
        ),
    ] {
        let emission = total(&lines(vec![freight("1", leg, factor)], &registry()));
        assert_near(emission.ttw, ttw, why);
        assert_near(emission.wtt, wtt, why);
        assert_near(emission.wtw(), wtw, why);
    }
}

/// The electric round: 24 kWh at the plug; 15, 6 and 2 tkm by great circle.
fn electric_round() -> Vec<Activity> {
    let stop = |id: &str, kg, km, shipment: Option<&str>| Consignment {
        id: id.into(),
        order: None,
        shipment: shipment.map(Into::into),
        tce: shipment.map(|_| "5".into()),
        leg: leg(kg, km, DistanceKind::Gcd),
    };
    let electric = Round {
        id: "R1".into(),
        period: "2025".parse().unwrap(),
        site: None,
        operator: None,
        payer: None,
        uses: vec![Use {
            name: "electricity".into(),
            amount: fixed("24"),
            unit: Unit::KilowattHour,
            factor_id: "grid_gb_kwh".into(),
            factor_edition: None,
            data_kind: DataKind::Modelled,
        }],
        consignments: vec![
            stop("a", 500, 30, Some("S")),
            stop("b", 300, 20, None),
            stop("c", 500, 4, None),
        ],
    };
    round::shares(&electric).unwrap()
}

#[test]
fn an_electric_round_and_its_shares() {
    let shares = lines(electric_round(), &registry());
    for (line, expect) in shares.iter().zip(["3.8410435", "1.5364174", "0.5121391"]) {
        assert_near(line.emission().wtw(), expect, "share");
        assert_eq!(line.emission().ttw, Carbon::ZERO, "electricity burns nothing at the wheel");
    }
    let kwh: Fixed = shares.iter().map(|line| line.activity.amount).sum();
    assert_eq!(kwh, fixed("24"));
    let apart = total(&shares).wtw().kilograms() - fixed("5.8896");
    assert!(apart.billionths().abs() <= 1, "the sum is the round's to 1e-9: {apart}");
}

#[test]
fn a_chain_of_van_hub_train_hub_and_round() {
    // 0.5 t at 0.6 kg/t is 0.3 kg: 1711.491442543 kWh x 0.2454 are 420 kg, over 700 t.
    let mut registry = registry();
    let hub = operations(&["hub,hoc,hub,2025,grid_gb_kwh,1711.491442543,kWh,,700,,primary"]);
    registry.add(hub.unwrap().remove(0)).unwrap();
    let mut done = vec![
        freight("1", leg(500, 40, DistanceKind::Gcd), "van_diesel_tkm"),
        activity("2", "0.5", Unit::Tonne, "hub"),
        freight("3", leg(500, 600, DistanceKind::Gcd), "section_2_train_tkm"),
        activity("4", "0.5", Unit::Tonne, "hub"),
    ];
    done.extend(electric_round());
    let chain = chain::chains(&lines(done, &registry), &registry).unwrap().remove(0);
    assert_eq!(chain.elements.len(), 5);
    for (element, expect) in
        chain.elements.iter().zip(["15.645", "0.3", "10.41", "0.3", "3.8410435"])
    {
        assert_near(element.emission.wtw(), expect, &element.tce);
    }
    assert_near(chain.emission().wtw(), "30.4960435", "chain");
    assert_eq!(chain.transport_activity(DistanceKind::Gcd), fixed("335"));
    assert_near(chain.intensity().unwrap().wtw(), "0.0910330", "30.4960435 over 335 tkm");
    assert!(chain.mass_changes.is_empty(), "0.5 t all the way");
}

#[test]
fn a_lorry_loaded_out_and_empty_home() {
    // 200 km at 0.30 l/km; 10 t over 95 km by shortest feasible distance.
    let of = |litres: u32| {
        let row = format!("lorry,toc,lorry,2025,diesel_blend_l,{litres},l,950,,sfd,primary");
        operations(&[&row]).unwrap().remove(0)
    };
    let both_ways = of(60);
    assert_near(Carbon::from_kilograms(both_ways.wtw()), "0.2009577", "kg per tkm");
    let mut registry = registry();
    registry.add(both_ways).unwrap();
    let moved = freight("1", leg(10_000, 95, DistanceKind::Sfd), "lorry");
    assert_eq!(moved.amount, fixed("950"));
    // Nine places of intensity over 950 tkm.
    assert_near(total(&lines(vec![moved], &registry)).wtw(), "190.9098", "the whole trip");
    assert!(of(30).wtw() < fixed("0.2009577"), "without the empty way home");
}

#[test]
fn great_circles() {
    for (a, b, metres, why) in [
        ((31.2304, 121.4737), (39.9042, 116.4074), 1_067_312, "Shanghai - Beijing"),
        ((51.9244, 4.4777), (53.5511, 9.9937), 412_921, "Rotterdam - Hamburg"),
        ((51.5074, -0.1278), (40.7128, -74.0060), 5_570_230, "London - New York"),
    ] {
        let [a, b] = [a, b].map(|(lat, lon)| Point::from_degrees(lat, lon).unwrap());
        assert!((a.great_circle(b).metres() - metres).abs() <= 1, "{why}");
    }
}

#[test]
fn a_tonne_of_board() {
    for (recycled, route, cradle, grave, why) in [
        ("0", [1, 0, 0], "1199.72542", "1164.4894", "new, to landfill"),
        ("1", [0, 1, 0], "1098.11442", "4.68568", "closed loop"),
        ("0", [0, 0, 1], "1199.72542", "4.68568", "new, burnt for energy"),
    ] {
        let [landfill, recycling, energy_recovery] = route.map(Fixed::from_integer);
        let life = Life {
            name: "board".into(),
            mass: Mass::from_grams(1_000_000),
            recycled_content: fixed(recycled),
            uses: NonZeroU32::MIN,
            landfill,
            recycling,
            energy_recovery,
            data_kind: DataKind::Primary,
        };
        let context = Context::of("2025".parse().unwrap());
        let done =
            packaging::activities(&life, &MaterialFactors::board(), &context, &context).unwrap();
        let emission = total(&lines(done, &registry()));
        assert_near(emission.wtt, cradle, why);
        assert_near(emission.ttw, grave, why);
    }
    // Recycled content alone saves 101.611 kg a tonne.
    let of = |id: &str| registry().get(id).unwrap().wtw();
    assert_eq!(of("board_new_t") - of("board_closed_loop_t"), fixed("101.611"));
}
