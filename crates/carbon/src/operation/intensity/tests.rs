use super::*;
use crate::RegistryError;
use crate::operation::read;
use proptest::prelude::*;

const HEADER: &str = "category_id,kind,description,period,tenant,mode,factor_id,factor_edition,\
                      amount,unit,tkm,throughput_t,distance,loaded_km,empty_km,data_kind";
const LORRY: &str = "lorry,toc,lorries,2025,,road,diesel_blend_l,,60,l,950,,sfd,100,100,primary";

fn table(rows: &[&str]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

fn intensities_of(rows: &[&str]) -> Result<Vec<Factor>, Vec<OperationFault>> {
    intensities(&read(&table(rows)).unwrap(), &registry())
}

/// The built-in factors, a refrigerant by later potentials and without WTT, and a lorry by km.
fn registry() -> Registry {
    let mut registry = Registry::built_in();
    let diesel = registry.get("diesel_blend_l").unwrap().clone();
    let refrigerant = Factor {
        id: "r_test_kg".into(),
        class: Class::Refrigerant,
        unit: Unit::Kilogram,
        wtt: None,
        ttw: Some(Fixed::from_integer(1_530)),
        gwp_set: GwpSet::Ar6,
        valid_to: Some("2024".parse().unwrap()),
        ..diesel.clone()
    };
    registry.add(refrigerant).unwrap();
    let by_km =
        Factor { id: "lorry_km".into(), class: Class::Freight, unit: Unit::Kilometre, ..diesel };
    registry.add(by_km).unwrap();
    registry
}

#[test]
fn a_category_is_a_factor_that_says_what_it_was_made_of() {
    let rows = [LORRY, "lorry,toc,lorries,2025,,,grid_gb_kwh,,24,kWh,,,,,,modelled"];
    let factor = intensities_of(&rows).unwrap().remove(0);
    assert_eq!((&*factor.id, &*factor.edition), ("lorry", "2025 operations"));
    assert_eq!((factor.class, factor.unit), (Class::Freight, Unit::TonneKilometre));
    let text = |figure: Option<Fixed>| figure.map(|figure| figure.to_string());
    // (60 x 0.61101 + 24 x 0.2454) / 950, 60 x 2.57082 / 950, 24 x 0.177 / 950.
    assert_eq!(text(factor.wtt).as_deref(), Some("0.044789684"));
    assert_eq!(text(factor.ttw).as_deref(), Some("0.162367579"));
    assert_eq!(text(factor.generation).as_deref(), Some("0.004471579"));
    assert_eq!(factor.biogenic, None, "no source gives it");
    assert_eq!((factor.gwp_set, factor.distance), (GwpSet::Ar5, Some(DistanceKind::Sfd)));
    assert_eq!(factor.region, "GB");
    assert_eq!(
        factor.source,
        "operations.csv: 60 l diesel_blend_l (DESNZ 2025), 24 kWh grid_gb_kwh (DESNZ 2025); \
         over 950 tkm"
    );
    assert_eq!(
        factor.note,
        "Primary data share 0.970073079. Empty distance factor 0.5: empty trips are in the \
         energy, none are added."
    );
    assert!(factor.is_valid_in("2025-07".parse().unwrap()));
    assert!(!factor.is_valid_in("2026".parse().unwrap()));
}

#[test]
fn an_intensity_is_rounded_once_half_to_even() {
    for (uses, tkm, expect, why) in [
        ([1, 0], 2, "0", "half a billionth goes to the even 0"),
        ([3, 0], 2, "0.000000002", "one and a half to the even 2"),
        ([5, 0], 2, "0.000000002", "two and a half to the even 2"),
        ([1, 1], 2, "0.000000001", "two halves are one: not rounded apart"),
        ([2, 0], 3, "0.000000001", "two thirds go up"),
    ] {
        let mut registry = registry();
        let diesel = registry.get("diesel_blend_l").unwrap().clone();
        let tiny = Fixed::from_billionths(1);
        registry.add(Factor { id: "tiny".into(), ttw: Some(tiny), ..diesel }).unwrap();
        let [first, second] = uses;
        let rows = [
            format!("c,toc,c,2025,,,tiny,,{first},l,{tkm},,sfd,,,primary"),
            format!("c,toc,c,2025,,,tiny,,{second},l,,,,,,primary"),
        ];
        let operations = read(&table(&[&rows[0], &rows[1]])).unwrap();
        let factor = intensities(&operations, &registry).unwrap().remove(0);
        assert_eq!(factor.ttw.unwrap().to_string(), expect, "{why}");
    }
}

#[test]
fn what_a_reader_must_know_is_noted() {
    let solar = "hub,hoc,hub,2025,,,own_solar_kwh,,500,kWh,,700,,,,primary";
    let power = "hub,hoc,hub,2025,,,grid_gb_kwh,,1000,kWh,,,,,,primary";
    let leak = "hub,hoc,hub,2025,,,r_test_kg,,0.1,kg,,,,,,default";
    for (rows, gwp_set, note, why) in [
        (vec![solar, power], GwpSet::Ar5, "Primary data share 1.", "the sun emits nothing"),
        (
            vec![solar, power, leak],
            GwpSet::NotStated,
            "Primary data share 0.615963855. WTT is not in the source of r_test_kg (DESNZ \
             2025). Used outside its validity: r_test_kg (DESNZ 2025). Unlike GWP sets: AR5 of \
             grid_gb_kwh (DESNZ 2025); AR6 of r_test_kg (DESNZ 2025).",
            "two sets are none",
        ),
    ] {
        let factor = intensities_of(&rows).unwrap().remove(0);
        assert_eq!((factor.class, factor.unit), (Class::Hub, Unit::Tonne), "{why}");
        assert_eq!((factor.gwp_set, &*factor.note), (gwp_set, note), "{why}");
    }
}

#[test]
fn a_changed_period_is_another_edition_and_a_changed_row_is_refused() {
    let mut registry = registry();
    let of = |amount: &str, period: &str| {
        let row = LORRY.replace(",60,", amount).replace("2025", period);
        intensities_of(&[&row]).unwrap().remove(0)
    };
    assert_eq!(registry.add(of(",60,", "2025")), Ok(()));
    assert_eq!(registry.add(of(",61,", "2026")), Ok(()));
    assert_eq!(registry.pick("lorry", "2025-11".parse().unwrap()).unwrap(), &of(",60,", "2025"));
    let expect = RegistryError::Changed { id: "lorry".into(), edition: "2025 operations".into() };
    assert_eq!(registry.add(of(",61,", "2025")), Err(expect));
    let again = intensities(&read(&table(&[LORRY])).unwrap(), &registry);
    assert_eq!(again.map(|factors| factors.len()), Ok(1), "its own editions are no other factor");
}

#[test]
fn cells_at_fault_are_told_with_their_place() {
    for (from, to, column, value, why) in [
        ("lorry,toc", ",toc", "category_id", "", "a category without a name"),
        (",toc,", ",truck,", "kind", "truck", "neither kind"),
        (",lorries,", ",,", "description", "", "nobody knows what it is"),
        (",2025,", ",25,", "period", "25", "no year"),
        ("diesel_blend_l", "", "factor_id", "", "nothing values it"),
        (",60,", ",,", "amount", "", "an unknown use is not zero"),
        (",60,", ",-60,", "amount", "-60", "nothing is given back to the tank"),
        (",60,", ",6e1,", "amount", "6e1", "an exponent"),
        (",60,", ",0.0000000001,", "amount", "0.0000000001", "ten places"),
        (",60,", ",1000000000000001,", "amount", "1000000000000001", "beyond the world"),
        (",l,", ",gal,", "unit", "gal", "not a unit of ours"),
        (",sfd,", ",air,", "distance", "air", "no kind of distance"),
        (",950,", ",many,", "tkm", "many", "no number"),
        ("primary", "measured", "data_kind", "measured", "not ISO 14083's word"),
    ] {
        let faults = read(&table(&[LORRY, &LORRY.replacen(from, to, 1)])).unwrap_err();
        let found: Vec<_> =
            faults.iter().map(|fault| (fault.row, fault.column, &*fault.value)).collect();
        assert_eq!(found, [(3, column, value)], "{why}");
    }
    let fault = read(&table(&[&LORRY.replace(",l,", ",gal,")])).unwrap_err().remove(0);
    assert_eq!(
        fault.to_string(),
        "operations.csv:2: unit is `gal`. Write one of l, m3, kWh, kWh gross, GJ, kg, t, tkm, km"
    );
}

#[test]
fn a_file_of_another_shape_is_refused() {
    let found = |text: &str| -> Vec<(u64, &'static str, String)> {
        let faults = read(text).unwrap_err().into_iter();
        faults.map(|fault| (fault.row, fault.column, fault.value)).collect()
    };
    let columns = |value: &str| vec![(1, "columns", value.to_owned())];
    assert_eq!(found("").len(), 8, "every needed column is missing");
    assert_eq!(found(&format!("{HEADER},colour\n")), columns("colour"), "unknown");
    assert_eq!(found(&format!("{HEADER},tkm\n")), columns("tkm"), "twice");
    assert_eq!(found(&table(&["lorry,toc"])), [(2, "fields", "2".to_owned())], "a short row");
    let open = LORRY.replace("primary", "\"primary");
    let swallowed = [(2, "fields", "primary".to_owned())];
    assert_eq!(found(&table(&[&open, LORRY])), swallowed, "a mark never closed");
    let two = format!("{LORRY}\n\"a\nb\",toc\n{}", LORRY.replace("primary", "x"));
    let expect = [(3, "fields", "2".to_owned()), (4, "data_kind", "x".to_owned())];
    assert_eq!(found(&table(&[&two])), expect, "all faults of a file");
}

#[test]
fn columns_may_be_left_out_and_stand_in_any_order() {
    let text = "\u{feff}data_kind,unit,amount,factor_id,period,description,kind,category_id,tkm,\
                distance\r\nprimary,l,60,diesel_blend_l,2025,lorries,toc,lorry,950,sfd\r\n";
    let read = read(text).unwrap().remove(0);
    assert_eq!((read.amount, read.tkm), (Fixed::from_integer(60), Some(Fixed::from_integer(950))));
    assert_eq!((read.mode, read.loaded_km, read.row), (None, None, 2));
}

#[test]
fn categories_at_fault_are_told_with_their_place() {
    let again = "lorry,toc,lorries,2025,,road,grid_gb_kwh,,24,kWh,,,,,,primary";
    let change = |from: &str, to: &str| vec![LORRY.to_owned(), again.replacen(from, to, 1)];
    let alone = |from: &str, to: &str| vec![LORRY.replacen(from, to, 1)];
    let hub = "hub,hoc,hub,2025,,,grid_gb_kwh,,24,kWh,,700,,,,primary";
    let of_hub = |from: &str, to: &str| vec![hub.replacen(from, to, 1)];
    for (rows, row, column, value, why) in [
        (change("toc", "hoc"), 3, "kind", "hoc", "a lorry is no hub"),
        (change("lorries", "vans"), 3, "description", "vans", "two categories of one id"),
        (change(",road,", ",rail,"), 3, "mode", "rail", "two modes"),
        (change("kWh,", "kWh,7"), 3, "tkm", "7", "activity twice"),
        (change("kWh,,,", "kWh,,,gcd"), 3, "distance", "gcd", "one activity, two distances"),
        (change("2025", "2025-07"), 3, "period", "2025-07", "a month's energy in a year's rows"),
        (change("2025", "2026"), 3, "tkm", "", "energy of one year, activity of another"),
        (alone(",950,", ",,"), 2, "tkm", "", "no activity to divide by"),
        (alone(",950,", ",0,"), 2, "tkm", "0", "nothing moved"),
        (alone(",sfd,", ",,"), 2, "distance", "", "activity by which distance"),
        (alone(",950,,", ",950,7,"), 2, "throughput_t", "7", "a lorry has no throughput"),
        (alone(",100,100,", ",100,,"), 2, "loaded_km", "100", "half of the kilometres"),
        (alone(",l,", ",kWh,"), 2, "unit", "kWh", "its factor is per litre"),
        (alone("diesel_blend_l", "kerosene"), 2, "factor_id", "kerosene", "unknown"),
        (
            alone("diesel_blend_l,", "diesel_blend_l,2024"),
            2,
            "factor_id",
            "diesel_blend_l",
            "unknown edition",
        ),
        (alone("lorry,", "hgv_all_tkm,"), 2, "category_id", "hgv_all_tkm", "another factor's id"),
        (
            alone("diesel_blend_l,,60,l", "board_new_t,,60,t"),
            2,
            "factor_id",
            "board_new_t",
            "packaging is outside ISO 14083",
        ),
        (of_hub(",700,", ",,"), 2, "throughput_t", "", "no throughput to divide by"),
        (of_hub(",,700", ",9,700"), 2, "tkm", "9", "a hub moves nothing"),
        (of_hub("700,", "700,gcd"), 2, "distance", "gcd", "a hub goes no distance"),
    ] {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let faults = intensities_of(&rows).unwrap_err();
        let found: Vec<_> =
            faults.iter().map(|fault| (fault.row, fault.column, &*fault.value)).collect();
        assert_eq!(found, [(row, column, value)], "{why}");
    }
}

#[test]
fn products_beyond_the_ledger_are_refused() {
    let mut registry = registry();
    let grid = registry.get("grid_gb_kwh").unwrap().clone();
    let huge =
        Factor { id: "huge".into(), wtt: Some("999999999999999999".parse().unwrap()), ..grid };
    registry.add(huge).unwrap();
    let row = "lorry,toc,lorries,2025,,,huge,,1000000000000000,kWh,1,,sfd,,,primary";
    let faults = intensities(&read(&table(&[row])).unwrap(), &registry).unwrap_err();
    assert_eq!((faults[0].column, faults.len()), ("amount", 1));
}

proptest! {
    /// Empty running burns fuel and moves nothing.
    #[test]
    fn an_empty_leg_raises_intensity_and_leaves_activity(
        litres in 1_i64..1 << 20,
        empty in 1_i64..1 << 20,
        tkm in 1_i64..1 << 20,
    ) {
        let loaded = format!("c,toc,c,2025,,,diesel_blend_l,,{litres},l,{tkm},,sfd,,,primary");
        let way_back = format!("c,toc,c,2025,,,diesel_blend_l,,{empty},l,,,,,,primary");
        let before = intensities_of(&[&loaded]).unwrap().remove(0);
        let after = intensities_of(&[&loaded, &way_back]).unwrap().remove(0);
        prop_assert!(after.wtw() > before.wtw());
        prop_assert!(after.source.ends_with(&format!("over {tkm} tkm")), "{}", after.source);
    }

    #[test]
    fn the_order_of_rows_changes_nothing(
        (before, after) in prop::collection::vec((0..3_usize, 0..4_usize, 0_i64..50), 1..12)
            .prop_map(|uses| {
                let mut rows: Vec<String> = (0..3)
                    .map(|c| format!("c{c},toc,c,2025,,,diesel_blend_l,,1,l,{},,sfd,,,primary", c + 1))
                    .collect();
                rows.extend(uses.iter().map(|(c, of, amount)| {
                    let (id, unit) = [
                        ("diesel_blend_l", "l"),
                        ("grid_gb_kwh", "kWh"),
                        ("r_test_kg", "kg"),
                        ("lorry_km", "km"),
                    ][*of];
                    format!("c{c},toc,c,2025,,,{id},,{amount},{unit},,,,,,modelled")
                }));
                rows
            })
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let of = |rows: &[String]| {
            let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
            intensities_of(&rows).unwrap()
        };
        let factors = of(&before);
        prop_assert_eq!(&factors, &of(&after));
        prop_assert_eq!(factors.len(), 3);
    }

    #[test]
    fn any_text_is_operations_or_faults(text in "[a-z\",\r\n0-9.é-]{0,120}") {
        let text = format!("{HEADER}\n{LORRY}\n{text}");
        match read(&text) {
            Ok(operations) => prop_assert!(!operations.is_empty()),
            Err(faults) => prop_assert!(!faults.is_empty()),
        }
    }
}
