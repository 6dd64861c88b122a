//! Figures of a ledger: totals by link and by how well the activity is known.
//!
//! Sums are integer, so the order of lines changes no figure.

use crate::{DataKind, Line, Link, allocate};
use quantity::{Emission, Fixed};

/// What all lines emitted together.
pub fn total<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Emission {
    lines.into_iter().map(Line::emission).sum()
}

/// What each link emitted, in the order of the chain.
pub fn by_link<'a>(lines: impl IntoIterator<Item = &'a Line>) -> [(Link, Emission); 5] {
    let mut sums = Link::ALL.map(|link| (link, Emission::ZERO));
    for line in lines {
        sums[line.activity.link as usize].1 += line.emission();
    }
    sums
}

/// What is known by measurement, by a model and by default, the best known first.
pub fn by_data_kind<'a>(lines: impl IntoIterator<Item = &'a Line>) -> [(DataKind, Emission); 3] {
    let mut sums = DataKind::ALL.map(|kind| (kind, Emission::ZERO));
    for line in lines {
        sums[line.activity.data_kind as usize].1 += line.emission();
    }
    sums
}

/// Shares of the well-to-wheel emissions by how well they are known; the three sum to 1 exactly.
///
/// `None` where nothing was emitted. The first is PACT's primary data share.
pub fn data_kind_shares(sums: [(DataKind, Emission); 3]) -> Option<[(DataKind, Fixed); 3]> {
    let weights = sums.map(|(_, emission)| emission.wtw().micrograms().max(0));
    if weights.iter().all(|&weight| weight == 0) {
        return None;
    }
    let shares = allocate::by_weight(Fixed::from_integer(1), &weights, |_| ());
    Some([0, 1, 2].map(|kind| (sums[kind].0, shares[kind])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activity, Case, Context, Registry, Unit, account, ids};
    use proptest::prelude::*;

    fn activity(link: Link, data_kind: DataKind, amount: Fixed, unit: Unit, id: &str) -> Activity {
        Activity {
            link,
            name: "test".into(),
            context: Context::of("2025-07".parse().unwrap()),
            leg: None,
            amount,
            unit,
            factor_id: id.into(),
            factor_edition: None,
            method: "test".into(),
            data_kind,
        }
    }

    fn any_lines() -> impl Strategy<Value = Vec<Line>> {
        let factors = [
            (Unit::Litre, ids::DIESEL),
            (Unit::KilowattHour, ids::GRID_DEFAULT),
            (Unit::Tonne, ids::BOARD_NEW),
            (Unit::Tonne, ids::BOARD_LANDFILL),
            (Unit::TonneKilometre, ids::BACKHAUL_TKM),
        ];
        let one = (0..5_usize, 0..3_usize, 0..factors.len(), 0_i64..1 << 50).prop_map(
            move |(link, kind, factor, amount)| {
                let (unit, id) = factors[factor];
                let amount = Fixed::from_billionths(amount.into());
                activity(Link::ALL[link], DataKind::ALL[kind], amount, unit, id)
            },
        );
        prop::collection::vec(one, 0..40)
            .prop_map(|done| account(Case::Plan, done, &Registry::built_in()).unwrap())
    }

    #[test]
    fn figures_of_a_small_day() {
        let one = Fixed::from_integer(1);
        let lines = account(
            Case::Plan,
            vec![
                activity(Link::Transportation, DataKind::Primary, one, Unit::Litre, ids::DIESEL),
                activity(Link::Packaging, DataKind::Default, one, Unit::Tonne, ids::BOARD_NEW),
                activity(
                    Link::Recycling,
                    DataKind::Modelled,
                    one,
                    Unit::Tonne,
                    ids::BOARD_RECYCLED,
                ),
            ],
            &Registry::built_in(),
        )
        .unwrap();
        assert_eq!(total(&lines).wtw().to_string(), "1207.59293");
        let of_links = by_link(&lines).map(|(link, sum)| (link.name(), sum.wtw().to_string()));
        assert_eq!(
            of_links.each_ref().map(|(link, sum)| (*link, sum.as_str())),
            [
                ("ordering", "0"),
                ("packaging", "1199.72542"),
                ("transportation", "3.18183"),
                ("warehousing", "0"),
                ("recycling", "4.68568"),
            ]
        );
        let shares = data_kind_shares(by_data_kind(&lines)).unwrap();
        assert_eq!(
            shares.map(|(kind, share)| (kind.name(), share.billionths())),
            [("primary", 2_634_853), ("modelled", 3_880_182), ("default", 993_484_965)]
        );
    }

    #[test]
    fn nothing_emitted_has_no_shares() {
        assert_eq!(data_kind_shares(by_data_kind(&[])), None);
    }

    proptest! {
        #[test]
        fn the_order_of_lines_changes_no_figure(
            (before, after) in any_lines()
                .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        ) {
            prop_assert_eq!(total(&before), total(&after));
            prop_assert_eq!(by_link(&before), by_link(&after));
            prop_assert_eq!(by_data_kind(&before), by_data_kind(&after));
        }

        #[test]
        fn the_parts_sum_to_the_total(lines in any_lines()) {
            let sum = total(&lines);
            prop_assert_eq!(by_link(&lines).map(|(_, part)| part).into_iter().sum::<Emission>(), sum);
            let kinds = by_data_kind(&lines);
            prop_assert_eq!(kinds.map(|(_, part)| part).into_iter().sum::<Emission>(), sum);
            let wtw = lines.iter().map(|line| line.emission().wtw()).sum();
            prop_assert_eq!(sum.wtw(), wtw);
            if let Some(shares) = data_kind_shares(kinds) {
                let whole = shares.map(|(_, share)| share).into_iter().sum::<Fixed>();
                prop_assert_eq!(whole, Fixed::from_integer(1));
            }
        }
    }
}
