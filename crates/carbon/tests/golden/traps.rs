//! Section 3 of research/carbon.md: 1, 2, 4, 7 and 8, as an engine can fall into them.

use crate::{activity, fixed, freight, leg, lines, operations, registry};
use carbon::{DistanceKind, GwpSet, Unit, total};
use proptest::prelude::*;
use quantity::{Carbon, Fixed};

/// 1. The wheel of an electric van emits nothing: by TTW it would be infinitely better.
#[test]
fn an_electric_category_is_not_free_well_to_wheel() {
    let rows = [
        "electric,toc,vans,2025,grid_gb_kwh,24,kWh,23,,gcd,primary",
        "diesel,toc,vans,2025,diesel_blend_l,6,l,23,,gcd,primary",
    ];
    let factors = operations(&rows).unwrap();
    let [diesel, electric] = &factors[..] else { panic!("two categories") };
    assert_eq!(electric.ttw, Some(Fixed::ZERO));
    // 24 x 0.2454 / 23 and 24 x 0.177 / 23.
    assert_eq!(electric.wtw(), fixed("0.256069565"));
    assert_eq!(electric.generation, Some(fixed("0.184695652")));
    assert!(electric.wtw() < diesel.wtw() && diesel.wtw() < electric.wtw() + fixed("1"));
}

/// 2. An average intensity has its empty trips in it: with empty trips added they count twice.
#[test]
fn an_average_intensity_is_no_part_of_a_category() {
    let faults = operations(&["c,toc,c,2025,hgv_all_tkm,950,tkm,950,,sfd,primary"]).unwrap_err();
    let [fault] = &faults[..] else { panic!("one fault: {faults:?}") };
    assert_eq!((fault.column, &*fault.value), ("factor_id", "hgv_all_tkm"));
    assert!(fault.mend.contains("empty trips"), "{fault}");
}

/// 4. Unlike sets of warming potentials are not added without a word.
#[test]
fn unlike_warming_potentials_are_told() {
    let mut registry = registry();
    let of_ar6 = carbon::Factor {
        id: "diesel_ar6_l".into(),
        gwp_set: GwpSet::Ar6,
        ..registry.get("diesel_blend_l").unwrap().clone()
    };
    registry.add(of_ar6).unwrap();
    let text = "category_id,kind,description,period,factor_id,amount,unit,tkm,distance,data_kind\n\
                c,toc,c,2025,diesel_ar6_l,1,l,10,sfd,primary\n\
                c,toc,c,2025,diesel_blend_l,1,l,,,primary\n";
    let operations = carbon::operation::read(text).unwrap();
    let factor = carbon::intensities(&operations, &registry).unwrap().remove(0);
    assert_eq!(factor.gwp_set, GwpSet::NotStated);
    assert!(factor.note.contains("Unlike GWP sets: AR5"), "{}", factor.note);
}

proptest! {
    /// 7. Figures are decimals of at most nine places: no 0.30000000000000004.
    #[test]
    fn a_figure_is_written_in_nine_places_and_reads_back(
        litres in 1_i64..1 << 50,
        tkm in 1_i64..1 << 50,
        kg in 1_i64..40_000,
        km in 1_i64..2_000,
    ) {
        let [used, moved] = [litres, tkm].map(|figure| Fixed::from_billionths(figure.into()));
        let row = format!("c,toc,c,2025,diesel_blend_l,{used},l,{moved},,sfd,primary");
        let factor = operations(&[&row]).unwrap().remove(0);
        let mut registry = registry();
        registry.add(factor.clone()).unwrap();
        let line = lines(vec![freight("1", leg(kg, km, DistanceKind::Sfd), "c")], &registry).remove(0);
        for figure in [factor.wtw(), line.activity.amount, line.emission().wtw().kilograms()] {
            let text = figure.to_string();
            let places = text.split_once('.').map_or(0, |(_, places)| places.len());
            prop_assert!(places <= 9, "{text}");
            prop_assert_eq!(text.parse::<Fixed>(), Ok(figure));
        }
    }

    /// 8. What is avoided is never netted: more of the sun lowers nothing else, and no figure is
    /// below zero.
    #[test]
    fn own_power_takes_nothing_off(grid in 0_i64..1 << 50, solar in 0_i64..1 << 50) {
        let amount = |figure: i64| Fixed::from_billionths(figure.into()).to_string();
        let bought = activity("1", &amount(grid), Unit::KilowattHour, "grid_gb_kwh");
        let own = activity("1", &amount(solar), Unit::KilowattHour, "own_solar_kwh");
        let with = total(&lines(vec![bought.clone(), own], &registry()));
        prop_assert_eq!(with, total(&lines(vec![bought], &registry())));
        prop_assert!(with.wtw() >= Carbon::ZERO);
        let [grid, solar] = [amount(grid), amount(solar)];
        let rows = [
            format!("hub,hoc,hub,2025,grid_gb_kwh,{grid},kWh,,10,,primary"),
            format!("hub,hoc,hub,2025,own_solar_kwh,{solar},kWh,,,,primary"),
        ];
        let both = operations(&[&rows[0], &rows[1]]).unwrap().remove(0);
        prop_assert_eq!(both.wtw(), operations(&[&rows[0]]).unwrap().remove(0).wtw());
    }

    /// Well to wheel is well to tank and tank to wheel, in an intensity as on a line.
    #[test]
    fn the_halves_are_the_whole(
        litres in 1_i64..1 << 30,
        kwh in 0_i64..1 << 30,
        tkm in 1_i64..1 << 30,
    ) {
        let rows = [
            format!("c,toc,c,2025,diesel_blend_l,{litres},l,{tkm},,sfd,primary"),
            format!("c,toc,c,2025,grid_gb_kwh,{kwh},kWh,,,,primary"),
        ];
        let factor = operations(&[&rows[0], &rows[1]]).unwrap().remove(0);
        let mut registry = registry();
        registry.add(factor).unwrap();
        let moved = freight("1", leg(1_000, 1, DistanceKind::Sfd), "c");
        let line = lines(vec![moved], &registry).remove(0);
        prop_assert_eq!(line.emission().wtw(), line.emission().wtt + line.emission().ttw);
        prop_assert!(line.valued.generation <= line.emission().wtt);
    }
}
