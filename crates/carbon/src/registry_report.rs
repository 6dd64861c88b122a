//! What a report must say of the factors behind it: unlike potentials, halves that are missing,
//! factors used outside their time, stand-ins, and what the registry lacks.

use crate::factor_table::{Column, FILL_IN, Row, read_rows};
use crate::{Class, Factor, GwpSet, Period, TableFault};
use quantity::Fixed;
use std::collections::{BTreeMap, BTreeSet};

/// A figure that was looked for and not found: a row of `data/missing.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What.
    pub what: String,
    /// What it would be good for.
    pub why_needed: String,
    /// Where it was looked for, and what was there.
    pub looked_for: String,
    /// Ids of the built-in factors that stand in.
    pub stands_in: Vec<String>,
}

const COLUMNS: [Column; 4] =
    [("what", true), ("why_needed", true), ("looked_for", true), ("stands_in", true)];

/// What the built-in factors lack.
pub fn missing() -> Vec<Missing> {
    read(include_str!("../data/missing.csv")).expect("the built-in list is read by a test")
}

fn read(text: &str) -> Result<Vec<Missing>, Vec<TableFault>> {
    let missing = |row: &mut Row| {
        Some(Missing {
            what: row.needed("what", FILL_IN),
            why_needed: row.needed("why_needed", FILL_IN),
            looked_for: row.needed("looked_for", FILL_IN),
            stands_in: row.text("stands_in").split_whitespace().map(str::to_owned).collect(),
        })
    };
    read_rows(text, &COLUMNS, missing, |missing| missing.what.clone())
}

/// The sets of warming potentials behind factors that emit something, if there is more than one:
/// such figures are not added up without a note (PACT, GHG Protocol).
///
/// Factors that emit nothing have no set that could matter.
pub fn unlike_gwp_sets<'a>(factors: impl IntoIterator<Item = &'a Factor>) -> Option<Vec<GwpSet>> {
    let emitting = factors.into_iter().filter(|factor| factor.wtw() != Fixed::ZERO);
    let sets: BTreeSet<GwpSet> = emitting.map(|factor| factor.gwp_set).collect();
    (sets.len() > 1).then(|| sets.into_iter().collect())
}

/// All that is to be said of the factors used, each as a subject and a sentence, in fixed order.
///
/// - `uses`: each factor with each period in which it was used, in any order.
pub fn report(uses: &[(&Factor, Period)]) -> Vec<(&'static str, String)> {
    let mut factors: BTreeMap<(&str, &str), (&Factor, BTreeSet<Period>)> = BTreeMap::new();
    for &(factor, period) in uses {
        let key = (&*factor.id, &*factor.edition);
        factors.entry(key).or_insert_with(|| (factor, BTreeSet::new())).1.insert(period);
    }
    let used: Vec<&Factor> = factors.values().map(|(factor, _)| *factor).collect();
    let mut notes = Vec::new();
    notes.extend(unlike_gwp_sets(used.iter().copied()).map(|sets| unlike(&sets, &used)));
    for (factor, periods) in factors.values() {
        notes.extend(half_missing(factor).map(|text| ("half missing", text)));
        notes.extend(outside_validity(factor, periods).map(|text| ("outside validity", text)));
    }
    notes.extend(missing().iter().map(|missing| lack(missing, &used)));
    notes
}

fn unlike(sets: &[GwpSet], used: &[&Factor]) -> (&'static str, String) {
    let of_set = |set: &GwpSet| {
        let emitting = used.iter().filter(|one| one.gwp_set == *set && one.wtw() != Fixed::ZERO);
        let ids: BTreeSet<&str> = emitting.map(|factor| &*factor.id).collect();
        format!("{} ({})", set.name(), list(ids))
    };
    let sets: Vec<String> = sets.iter().map(of_set).collect();
    let text = "Sums mix factors of unlike sets of warming potentials";
    ("warming potentials", format!("{text}: {}.", sets.join("; ")))
}

fn half_missing(factor: &Factor) -> Option<String> {
    let what = match (factor.wtt, factor.ttw) {
        (None, _) => "Well to tank",
        (_, None) => "Tank to wheel",
        // Generation is what the market-based method replaces.
        _ if factor.class == Class::Electricity && factor.generation.is_none() => "Generation",
        _ => return None,
    };
    let Factor { id, edition, .. } = factor;
    Some(format!("{what} of {id} ({edition}) is not in its source and counts as nothing."))
}

fn outside_validity(factor: &Factor, periods: &BTreeSet<Period>) -> Option<String> {
    let outside: Vec<String> = periods
        .iter()
        .filter(|&&period| !factor.is_valid_in(period))
        .map(ToString::to_string)
        .collect();
    if outside.is_empty() {
        return None;
    }
    let bound = |bound: Option<Period>, open: &str| {
        bound.map_or_else(|| open.to_owned(), |period| period.to_string())
    };
    Some(format!(
        "{} ({}) is meant for {} to {} and was used for {}.",
        factor.id,
        factor.edition,
        bound(factor.valid_from, "any time"),
        bound(factor.valid_to, "its successor"),
        outside.join(", ")
    ))
}

fn lack(missing: &Missing, used: &[&Factor]) -> (&'static str, String) {
    let standing: BTreeSet<&str> = used
        .iter()
        .map(|factor| &*factor.id)
        .filter(|id| missing.stands_in.iter().any(|stands_in| stands_in == id))
        .collect();
    let Missing { what, why_needed, looked_for, .. } = missing;
    let text = format!("{what}: not in the registry. Needed for: {why_needed}. {looked_for}.");
    if standing.is_empty() {
        ("missing", text)
    } else {
        (
            "stand-in",
            format!("{text} Used here, where nothing nearer is known: {}.", list(standing)),
        )
    }
}

fn list(ids: BTreeSet<&str>) -> String {
    ids.into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Registry;

    fn factor(id: &str) -> Factor {
        Registry::built_in().get(id).unwrap().clone()
    }

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    fn said(uses: &[(&Factor, Period)], subject: &str) -> Vec<String> {
        let notes = report(uses).into_iter();
        notes.filter(|(of, _)| *of == subject).map(|(_, text)| text).collect()
    }

    /// research/carbon.md, section 3, trap 4.
    #[test]
    fn unlike_sets_of_potentials_are_told() {
        for (ids, expect, why) in [
            (vec!["diesel_blend_l", "van_diesel_tkm"], None, "both AR5"),
            (vec!["diesel_blend_l", "own_solar_kwh"], None, "the sun's set is not stated: zero"),
            (
                vec!["r134a_ar6_kg", "diesel_blend_l"],
                Some(vec![GwpSet::Ar5, GwpSet::Ar6]),
                "another report",
            ),
            (
                vec!["diesel_blend_l", "grid_cn_kwh"],
                Some(vec![GwpSet::Ar5, GwpSet::Co2Only]),
                "CO2 alone is a narrower boundary",
            ),
        ] {
            let factors: Vec<Factor> = ids.into_iter().map(factor).collect();
            assert_eq!(unlike_gwp_sets(&factors), expect, "{why}");
        }
        let (diesel, grid) = (factor("diesel_blend_l"), factor("grid_cn_kwh"));
        let uses = [(&grid, period("2025")), (&diesel, period("2025"))];
        assert_eq!(
            said(&uses, "warming potentials"),
            ["Sums mix factors of unlike sets of warming potentials: AR5 (diesel_blend_l); \
              CO2 only (grid_cn_kwh)."]
        );
    }

    #[test]
    fn a_half_that_is_missing_is_told() {
        let whole = factor("diesel_blend_l");
        let no_generation = Factor { generation: None, ..factor("grid_gb_kwh") };
        for (factor, expect, why) in [
            (whole.clone(), None, "both are there"),
            (Factor { wtt: None, ..whole.clone() }, Some("Well to tank of diesel"), "no upstream"),
            (Factor { ttw: None, ..whole }, Some("Tank to wheel of diesel"), "no burning"),
            (no_generation, Some("Generation of grid_gb_kwh"), "nothing for scope 2"),
        ] {
            let notes = said(&[(&factor, period("2025"))], "half missing");
            assert_eq!(notes.len(), usize::from(expect.is_some()), "{why}");
            assert!(notes.iter().all(|text| text.starts_with(expect.unwrap())), "{notes:?}");
        }
    }

    #[test]
    fn use_outside_a_factors_time_is_told_once() {
        let old = Factor { valid_to: Some(period("2025")), ..factor("diesel_blend_l") };
        let uses = ["2026-02", "2025-07", "2024", "2026-02"].map(|text| (&old, period(text)));
        assert_eq!(
            said(&uses, "outside validity"),
            [
                "diesel_blend_l (DESNZ 2025) is meant for 2025 to 2025 and was used for 2024, 2026-02."
            ]
        );
    }

    #[test]
    fn a_stand_in_is_told_where_it_is_used() {
        let grid = factor("grid_cn_kwh");
        let stand_ins = said(&[(&grid, period("2025"))], "stand-in");
        assert!(
            stand_ins.iter().any(|text| text.starts_with("Grid factors of the provinces of China"))
        );
        let missing = said(&[(&grid, period("2025"))], "missing");
        assert_eq!(missing.len() + stand_ins.len(), super::missing().len(), "each is told once");
        assert_eq!(said(&[], "stand-in"), [""; 0], "nothing used, nothing stands in");
    }

    #[test]
    fn what_stands_in_is_built_in() {
        let registry = Registry::built_in();
        for missing in missing() {
            for id in missing.stands_in {
                assert!(registry.get(&id).is_some(), "{}: {id}", missing.what);
            }
        }
    }

    #[test]
    fn the_order_of_uses_changes_no_note() {
        let (grid, diesel) = (factor("grid_cn_kwh"), factor("diesel_blend_l"));
        let mut uses =
            [(&grid, period("2020")), (&diesel, period("2025")), (&diesel, period("2020"))];
        let notes = report(&uses);
        uses.reverse();
        assert_eq!(report(&uses), notes);
    }
}
