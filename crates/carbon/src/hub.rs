//! A hub with areas of unlike temperature whose energy is metered for the whole site only.

use crate::allocate::by_weight;
use crate::{CategoryKind, DataKind, Operation};
use quantity::Fixed;
use std::collections::BTreeSet;
use std::sync::Arc;

/// An area of a hub: a hub operation category of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Id of its category.
    pub category: Arc<str>,
    /// The category in words: `chilled, 2 to 8 °C`.
    pub description: String,
    /// Its declared share of the site's energy, 0 to 1.
    pub share: Fixed,
    /// Its outbound throughput in tonnes; `None` where another row of the category has it.
    pub throughput_t: Option<Fixed>,
}

/// Why the shares of a hub's areas are not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HubFault {
    /// A share below nothing.
    #[error("area `{area}` has the share {share}. Write 0 to 1")]
    Share {
        /// Category of the area.
        area: Arc<str>,
        /// What it has.
        share: Fixed,
    },
    /// Energy would vanish or be counted twice.
    #[error("the areas' shares sum to {0}. Make them sum to 1")]
    Sum(Fixed),
    /// Two areas of one category.
    #[error("area `{0}` is given twice. Give each its own category")]
    Twice(Arc<str>),
    /// What a vehicle used is no hub's.
    #[error("`{0}` is a transport category. Share only what a hub used")]
    Transport(Arc<str>),
}

/// Shares what a whole site used among its areas, by their declared shares.
///
/// Each row of the site gives a row an area; the parts of an amount sum to it exactly and do not
/// depend on the order of areas. A measured amount becomes a modelled one. Where the areas are
/// metered nothing needs sharing: each has its own rows in `operations.csv`, and so has what only
/// one area uses, such as a refrigerant. Source: ISO 14083:2023, hub operations; metered before
/// declared.
pub fn by_declared_shares(
    site: &[Operation],
    areas: &[Area],
) -> Result<Vec<Operation>, Vec<HubFault>> {
    let mut faults = Vec::new();
    let mut categories = BTreeSet::new();
    for area in areas {
        if area.share < Fixed::ZERO {
            faults.push(HubFault::Share { area: area.category.clone(), share: area.share });
        }
        if !categories.insert(&area.category) {
            faults.push(HubFault::Twice(area.category.clone()));
        }
    }
    let sum: Fixed = areas.iter().map(|area| area.share).sum();
    if sum != Fixed::from_integer(1) {
        faults.push(HubFault::Sum(sum));
    }
    let vehicles = site.iter().filter(|used| used.kind == CategoryKind::Toc);
    faults.extend(vehicles.map(|used| HubFault::Transport(used.category.clone())));
    if !faults.is_empty() {
        return Err(faults);
    }
    let weights: Vec<i128> = areas.iter().map(|area| area.share.billionths()).collect();
    let mut operations = Vec::new();
    for (place, used) in site.iter().enumerate() {
        let amounts = by_weight(used.amount, &weights, |area| &areas[area].category);
        operations.extend(areas.iter().zip(amounts).map(|(area, amount)| Operation {
            category: area.category.clone(),
            description: area.description.clone(),
            amount,
            // Once for the area, however many rows the site has.
            throughput_t: area.throughput_t.filter(|_| place == 0),
            data_kind: used.data_kind.max(DataKind::Modelled),
            ..used.clone()
        }));
    }
    Ok(operations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Registry, operation};
    use proptest::prelude::*;

    fn site() -> Vec<Operation> {
        let text = "category_id,kind,description,period,factor_id,amount,unit,throughput_t,data_kind\n\
                    site,hoc,whole site,2025,grid_gb_kwh,1000,kWh,700,primary\n\
                    site,hoc,whole site,2025,diesel_blend_l,10,l,,default\n";
        operation::read(text).unwrap()
    }

    fn area(category: &str, share: &str, throughput_t: i64) -> Area {
        Area {
            category: category.into(),
            description: category.into(),
            share: share.parse().unwrap(),
            throughput_t: Some(Fixed::from_integer(throughput_t)),
        }
    }

    #[test]
    fn a_chilled_area_bears_the_energy_that_it_declares() {
        let areas = [area("ambient", "0.3", 500), area("chilled", "0.7", 200)];
        let shared = by_declared_shares(&site(), &areas).unwrap();
        let kinds: Vec<_> = shared.iter().map(|row| row.data_kind.name()).collect();
        assert_eq!(kinds, ["modelled", "modelled", "default", "default"]);
        let factors = operation::intensities(&shared, &Registry::built_in()).unwrap();
        let wtw: Vec<_> = factors.iter().map(|f| (&*f.id, f.wtw().to_string())).collect();
        // 300 kWh x 0.2454 and 3 l x 3.18183 over 500 t; 700 kWh and 7 l over 200 t.
        assert_eq!(wtw, [("ambient", "0.16633098".into()), ("chilled", "0.97026405".into())]);
    }

    #[test]
    fn shares_that_are_not_the_whole_are_refused() {
        let van = Operation { kind: CategoryKind::Toc, ..site().remove(0) };
        for (site, areas, expect, why) in [
            (
                site(),
                vec![area("a", "0.3", 1), area("b", "0.6", 1)],
                HubFault::Sum("0.9".parse().unwrap()),
                "a tenth of the energy would vanish",
            ),
            (site(), vec![], HubFault::Sum(Fixed::ZERO), "no area at all"),
            (
                site(),
                vec![area("a", "0.5", 1), area("a", "0.5", 1)],
                HubFault::Twice("a".into()),
                "two throughputs of one category",
            ),
            (
                site(),
                vec![area("a", "-0.5", 1), area("b", "1.5", 1)],
                HubFault::Share { area: "a".into(), share: "-0.5".parse().unwrap() },
                "an area gives no energy",
            ),
            (
                vec![van],
                vec![area("a", "1", 1)],
                HubFault::Transport("site".into()),
                "a van is no area",
            ),
        ] {
            assert_eq!(by_declared_shares(&site, &areas), Err(vec![expect]), "{why}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_of_an_amount_sum_to_it_in_any_order_of_areas(
            amount in 0_i64..1 << 40,
            // Eighths, so that equal remainders are common.
            eighths in prop::collection::vec(0_i128..=8, 1..5),
        ) {
            let mut cuts: Vec<i128> = eighths.iter().map(|eighth| eighth * 125_000_000).collect();
            cuts.extend([0, 1_000_000_000]);
            cuts.sort_unstable();
            let mut areas: Vec<Area> = cuts
                .windows(2)
                .enumerate()
                .map(|(number, cut)| Area {
                    category: number.to_string().into(),
                    description: String::new(),
                    share: Fixed::from_billionths(cut[1] - cut[0]),
                    throughput_t: None,
                })
                .collect();
            let used = Operation { amount: Fixed::from_billionths(amount.into()), ..site().remove(0) };
            let shares = |areas: &[Area]| {
                let rows = by_declared_shares(std::slice::from_ref(&used), areas).unwrap();
                let mut shares: Vec<_> =
                    rows.into_iter().map(|row| (row.category, row.amount)).collect();
                shares.sort();
                shares
            };
            let forward = shares(&areas);
            areas.reverse();
            prop_assert_eq!(&shares(&areas), &forward);
            prop_assert_eq!(forward.iter().map(|(_, part)| *part).sum::<Fixed>(), used.amount);
        }
    }
}
