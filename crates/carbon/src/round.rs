//! A collection or delivery round: what it used, shared among what it carried.

use crate::{Activity, Context, DataKind, Leg, Link, Period, Unit, by_transport_activity};
use quantity::{Distance, Fixed, Mass};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How the amounts of [`shares`] came about.
pub const METHOD: &str = "round use by tkm share";

/// One energy carrier or refrigerant that a round used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// What: `diesel, delivery round R7`.
    pub name: Arc<str>,
    /// How much, in `unit`; not negative.
    pub amount: Fixed,
    /// Unit of the amount and of the factor.
    pub unit: Unit,
    /// What values it.
    pub factor_id: Arc<str>,
    /// Its edition; `None` takes the one that is valid in the period.
    pub factor_edition: Option<Arc<str>>,
    /// How well the amount is known.
    pub data_kind: DataKind,
}

/// What is carried to one stop, or from it, for one shipment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consignment {
    /// Unique in the round.
    pub id: Arc<str>,
    /// For which order, where it is one order's.
    pub order: Option<Arc<str>>,
    /// Of which shipment.
    pub shipment: Option<Arc<str>>,
    /// Which transport chain element of the shipment the round is.
    pub tce: Option<Arc<str>>,
    /// Gross mass, and the direct way from the hub to the stop; neither negative.
    pub leg: Leg,
}

/// A round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its id.
    pub id: Arc<str>,
    /// In which month, or year.
    pub period: Period,
    /// From which hub, where that is a site of ours.
    pub site: Option<Arc<str>>,
    /// Who drives; `None` is somebody outside.
    pub operator: Option<Arc<str>>,
    /// Who pays; `None` is somebody outside.
    pub payer: Option<Arc<str>>,
    /// What it used, way back to the hub included. The first use carries the transport activity.
    pub uses: Vec<Use>,
    /// What it carried, in any order.
    pub consignments: Vec<Consignment>,
}

/// Why a round is not shared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoundFault {
    /// Its use would vanish.
    #[error("round `{round}` carried nothing. Add its consignments")]
    NoConsignments {
        /// Which round.
        round: Arc<str>,
    },
    /// Its consignments would have moved for nothing.
    #[error("round `{round}` used nothing. Add its fuel or electricity")]
    NoUses {
        /// Which round.
        round: Arc<str>,
    },
    /// Shares by unlike distances are no shares.
    #[error(
        "consignment `{consignment}` of round `{round}` is at a distance by {found}, \
         others by {expect}. Use one kind"
    )]
    MixedDistances {
        /// Which round.
        round: Arc<str>,
        /// The consignment.
        consignment: Arc<str>,
        /// Kind of its distance.
        found: &'static str,
        /// Kind of the others'.
        expect: &'static str,
    },
    /// Two consignments of one id.
    #[error("consignment `{consignment}` is on round `{round}` twice. Give each its own id")]
    Twice {
        /// Which round.
        round: Arc<str>,
        /// The consignment.
        consignment: Arc<str>,
    },
    /// A mass, distance or use below nothing.
    #[error("`{what}` of round `{round}` is negative. Write 0 or more")]
    Negative {
        /// Which round.
        round: Arc<str>,
        /// The consignment, or the name of the use.
        what: Arc<str>,
    },
}

/// Each consignment's share of each use of a round, as activities: by use as given, then by
/// consignment id.
///
/// The shares of a use sum to it exactly. Neither the order of stops nor that of consignments
/// changes a share: of consignments alike in mass and distance the lower id has the odd billionth.
/// On failure, every fault. Source: ISO 14083:2023, collection and delivery rounds.
pub fn shares(round: &Round) -> Result<Vec<Activity>, Vec<RoundFault>> {
    let mut carried: Vec<&Consignment> = round.consignments.iter().collect();
    carried.sort_by_key(|one| &one.id);
    let faults = faults(round, &carried);
    if !faults.is_empty() {
        return Err(faults);
    }
    // Sorted by id, so that the rank of the last resort, the place, is the id.
    let by: Vec<(Mass, Distance)> =
        carried.iter().map(|one| (one.leg.mass, one.leg.distance)).collect();
    let mut activities = Vec::with_capacity(round.uses.len() * carried.len());
    for (number, used) in round.uses.iter().enumerate() {
        let parts = by_transport_activity(used.amount, &by);
        activities.extend(carried.iter().zip(parts).map(|(one, amount)| Activity {
            link: Link::Transportation,
            name: used.name.clone(),
            context: Context {
                period: round.period,
                order: one.order.clone(),
                site: round.site.clone(),
                shipment: one.shipment.clone(),
                tce: one.tce.clone(),
                round: Some(round.id.clone()),
                operator: round.operator.clone(),
                payer: round.payer.clone(),
            },
            leg: (number == 0).then_some(one.leg),
            amount,
            unit: used.unit,
            factor_id: used.factor_id.clone(),
            factor_edition: used.factor_edition.clone(),
            method: METHOD.into(),
            data_kind: used.data_kind,
        }));
    }
    Ok(activities)
}

/// All that is wrong with a round; `carried` is sorted by id.
fn faults(round: &Round, carried: &[&Consignment]) -> Vec<RoundFault> {
    let name = || round.id.clone();
    let mut faults = Vec::new();
    if round.uses.is_empty() {
        faults.push(RoundFault::NoUses { round: name() });
    }
    let Some(first) = carried.first() else {
        faults.push(RoundFault::NoConsignments { round: name() });
        return faults;
    };
    let mut ids = BTreeSet::new();
    for one in carried {
        let consignment = || one.id.clone();
        if !ids.insert(&one.id) {
            faults.push(RoundFault::Twice { round: name(), consignment: consignment() });
        }
        if one.leg.mass < Mass::ZERO || one.leg.distance < Distance::ZERO {
            faults.push(RoundFault::Negative { round: name(), what: consignment() });
        }
        if one.leg.kind != first.leg.kind {
            let (found, expect) = (one.leg.kind.name(), first.leg.kind.name());
            let fault = RoundFault::MixedDistances {
                round: name(),
                consignment: consignment(),
                found,
                expect,
            };
            faults.push(fault);
        }
    }
    let negative = round.uses.iter().filter(|used| used.amount < Fixed::ZERO);
    faults.extend(
        negative.map(|used| RoundFault::Negative { round: name(), what: used.name.clone() }),
    );
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DistanceKind, ids};
    use proptest::prelude::*;

    fn used(amount: Fixed) -> Use {
        Use {
            name: "electricity".into(),
            amount,
            unit: Unit::KilowattHour,
            factor_id: ids::GRID_DEFAULT.into(),
            factor_edition: None,
            data_kind: DataKind::Primary,
        }
    }

    fn consignment(id: &str, mass: Mass, distance: Distance) -> Consignment {
        Consignment {
            id: id.into(),
            order: Some(id.into()),
            shipment: None,
            tce: None,
            leg: Leg { mass, distance, kind: DistanceKind::Gcd },
        }
    }

    fn round(uses: Vec<Use>, consignments: Vec<Consignment>) -> Round {
        Round {
            id: "R7".into(),
            period: "2025-07".parse().unwrap(),
            site: None,
            operator: Some("we".into()),
            payer: None,
            uses,
            consignments,
        }
    }

    /// Order and share in billionths of each activity.
    fn known(round: &Round) -> Vec<(String, i128)> {
        let order = |activity: &Activity| activity.context.order.as_deref().unwrap().to_owned();
        let shares = shares(round).unwrap();
        shares.iter().map(|one| (order(one), one.amount.billionths())).collect()
    }

    #[test]
    fn alike_consignments_share_the_odd_billionth_by_id() {
        let alike = |id| consignment(id, Mass::from_grams(1), Distance::new(3));
        let uses = vec![used(Fixed::from_billionths(10))];
        for ids in [["a", "b", "c"], ["c", "b", "a"], ["b", "c", "a"]] {
            let shared = known(&round(uses.clone(), ids.map(alike).to_vec()));
            let expect = [("a".into(), 4), ("b".into(), 3), ("c".into(), 3)];
            assert_eq!(shared, expect, "{ids:?}");
        }
    }

    #[test]
    fn transport_activity_is_counted_on_the_first_use_only() {
        let uses = vec![used(Fixed::from_integer(24)), used(Fixed::from_integer(2))];
        let consignments = vec![
            consignment("a", Mass::from_grams(500_000), Distance::new(30_000)),
            consignment("b", Mass::from_grams(300_000), Distance::new(20_000)),
        ];
        let activities = shares(&round(uses, consignments)).unwrap();
        let tkm = |leg: Option<Leg>| leg.map(|leg| leg.transport_activity().to_string());
        let counted: Vec<_> = activities.iter().map(|one| tkm(one.leg)).collect();
        assert_eq!(counted, [Some("15".into()), Some("6".into()), None, None]);
    }

    #[test]
    fn what_cannot_be_shared_says_why() {
        let one = || consignment("a", Mass::from_grams(1), Distance::new(1));
        let two = || consignment("b", Mass::from_grams(1), Distance::new(1));
        let uses = || vec![used(Fixed::from_integer(1))];
        let sfd = |mut one: Consignment| {
            one.leg.kind = DistanceKind::Sfd;
            one
        };
        let name = || Arc::<str>::from("R7");
        for (round, expect, why) in [
            (
                round(uses(), vec![]),
                RoundFault::NoConsignments { round: name() },
                "its energy would be nobody's",
            ),
            (
                round(vec![], vec![one()]),
                RoundFault::NoUses { round: name() },
                "its freight would travel for nothing",
            ),
            (
                round(uses(), vec![one(), sfd(two())]),
                RoundFault::MixedDistances {
                    round: name(),
                    consignment: "b".into(),
                    found: "sfd",
                    expect: "gcd",
                },
                "a road is longer than the great circle",
            ),
            (
                round(uses(), vec![one(), one()]),
                RoundFault::Twice { round: name(), consignment: "a".into() },
                "neither would have the odd billionth by its id",
            ),
            (
                round(uses(), vec![consignment("a", Mass::new(-1), Distance::new(1))]),
                RoundFault::Negative { round: name(), what: "a".into() },
                "nothing weighs less than nothing",
            ),
            (
                round(vec![used(Fixed::from_integer(-1))], vec![one()]),
                RoundFault::Negative { round: name(), what: "electricity".into() },
                "what is taken back is a reversal",
            ),
        ] {
            assert_eq!(shares(&round), Err(vec![expect]), "{why}");
        }
    }

    /// Small ranges, so that ties, zeros and consignments alike are common.
    fn any_round() -> impl Strategy<Value = Round> {
        let one = (0_i64..6, 0_i64..6);
        (0_i64..1 << 40, prop::collection::vec(one, 1..20)).prop_map(|(amount, of)| {
            let consignments = of.iter().enumerate().map(|(number, &(mg, m))| {
                consignment(&number.to_string(), Mass::new(mg), Distance::new(m))
            });
            round(vec![used(Fixed::from_billionths(amount.into()))], consignments.collect())
        })
    }

    proptest! {
        #[test]
        fn the_order_of_stops_changes_nothing(
            (before, stops) in any_round().prop_flat_map(|round| {
                let stops = Just(round.consignments.clone()).prop_shuffle();
                (Just(round), stops)
            }),
        ) {
            let after = Round { consignments: stops, ..before.clone() };
            prop_assert_eq!(shares(&before), shares(&after));
        }

        #[test]
        fn shares_sum_to_the_use(round in any_round()) {
            let sum: i128 = known(&round).iter().map(|(_, share)| share).sum();
            prop_assert_eq!(sum, round.uses[0].amount.billionths());
        }

        /// Two halves at one stop are the consignment; nobody else's share moves by more than the
        /// last billionth.
        #[test]
        fn splitting_a_consignment_in_two_changes_no_total(
            round in any_round(),
            grams in 2_i64..50,
            part in 1_i64..50,
        ) {
            let at = |id, grams| consignment(id, Mass::from_grams(grams), Distance::new(7));
            let part = part.min(grams - 1);
            let (mut whole, mut split) = (round.clone(), round);
            whole.consignments.push(at("x", grams));
            split.consignments.extend([at("x", part), at("y", grams - part)]);
            let (whole, split) = (known(&whole), known(&split));
            let sum = |of: &[(String, i128)]| of.iter().map(|(_, share)| share).sum::<i128>();
            prop_assert_eq!(sum(&whole), sum(&split));
            for (id, share) in &whole {
                let of = split.iter().filter(|(known, _)| known == id || (id == "x" && known == "y"));
                let halves: i128 = of.map(|(_, share)| share).sum();
                prop_assert!((halves - share).abs() <= 2, "{}: {} {}", id, share, halves);
            }
        }
    }
}
