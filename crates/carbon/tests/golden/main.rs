//! The figures of research/carbon.md, section 2, each row through the engine's own doors, and the
//! traps of its section 3 that an engine can fall into.
#![expect(clippy::unwrap_used, reason = "a test fails by panic")]

mod figures;
mod traps;

use carbon::{
    Activity, Case, Class, Context, DataKind, DistanceKind, Factor, Leg, Line, Link, Registry,
    Unit, account,
};
use quantity::{Carbon, Distance, Fixed, Mass};

/// A number written in a test.
pub(crate) fn fixed(text: &str) -> Fixed {
    text.parse().unwrap()
}

/// Agrees with a published figure to 1e-6, the places that it is given in.
pub(crate) fn assert_near(found: Carbon, expect: &str, why: &str) {
    let apart = found.kilograms() - fixed(expect);
    assert!(apart.billionths().abs() <= 1_000, "{why}: {found} is not {expect}");
}

/// So many kilograms over so many kilometres.
pub(crate) fn leg(kg: i64, km: i64, kind: DistanceKind) -> Leg {
    Leg { mass: Mass::from_grams(kg * 1_000), distance: Distance::new(km * 1_000), kind }
}

/// An activity of 2025 in an element of shipment `S`.
pub(crate) fn activity(tce: &str, amount: &str, unit: Unit, factor_id: &str) -> Activity {
    let mut context = Context::of("2025".parse().unwrap());
    context.shipment = Some("S".into());
    context.tce = Some(tce.into());
    Activity {
        link: Link::Transportation,
        name: "test".into(),
        context,
        leg: None,
        amount: fixed(amount),
        unit,
        factor_id: factor_id.into(),
        factor_edition: None,
        method: "test".into(),
        data_kind: DataKind::Primary,
    }
}

/// Freight of a leg by an intensity.
pub(crate) fn freight(tce: &str, leg: Leg, factor_id: &str) -> Activity {
    let tkm = leg.transport_activity().to_string();
    Activity { leg: Some(leg), ..activity(tce, &tkm, Unit::TonneKilometre, factor_id) }
}

/// The built-in factors, and those of section 2 that are not among them.
pub(crate) fn registry() -> Registry {
    let mut registry = Registry::built_in();
    let van = registry.get("van_diesel_tkm").unwrap().clone();
    let train = Factor {
        id: "section_2_train_tkm".into(),
        wtt: Some(fixed("0.00691")),
        ttw: Some(fixed("0.02779")),
        ..van
    };
    registry.add(train).unwrap();
    registry
}

pub(crate) fn lines(done: Vec<Activity>, registry: &Registry) -> Vec<Line> {
    account(Case::Actual, done, registry).unwrap()
}

/// The intensities of rows of `operations.csv`; each row begins with the category's id.
pub(crate) fn operations(rows: &[&str]) -> Result<Vec<Factor>, Vec<carbon::OperationFault>> {
    let header = "category_id,kind,description,period,factor_id,amount,unit,tkm,throughput_t,\
                  distance,data_kind";
    let text = format!("{header}\n{}\n", rows.join("\n"));
    let operations = carbon::operation::read(&text).unwrap();
    carbon::intensities(&operations, &registry())
}

#[test]
fn the_registry_of_these_tests_has_both_kinds_of_intensity() {
    let registry = registry();
    let train = registry.get("section_2_train_tkm").unwrap();
    assert_eq!((train.class, train.wtw()), (Class::Freight, fixed("0.0347")));
}
