//! A life of packaging: material from cradle to gate, uses, and where it ends.

use crate::allocate::by_weight;
use crate::{Activity, Context, DataKind, Link, Unit, ids};
use quantity::{Carbon, Emission, Fixed, Mass};
use std::num::NonZeroU32;
use std::sync::Arc;

/// The factors of a packaging material, each per tonne.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaterialFactors {
    /// Cradle to gate, of new material.
    pub new: Arc<str>,
    /// Cradle to gate, of material recycled in a closed loop.
    pub recycled: Arc<str>,
    /// To landfill.
    pub landfill: Arc<str>,
    /// To closed-loop recycling.
    pub recycling: Arc<str>,
    /// To incineration with energy recovery.
    pub energy_recovery: Arc<str>,
}

impl MaterialFactors {
    /// The built-in factors of corrugated board.
    pub fn board() -> Self {
        Self {
            new: ids::BOARD_NEW.into(),
            recycled: ids::BOARD_CLOSED_LOOP.into(),
            landfill: ids::BOARD_LANDFILL.into(),
            recycling: ids::BOARD_RECYCLED.into(),
            energy_recovery: "board_energy_recovery_t".into(),
        }
    }
}

/// Packaging from cradle to grave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// What: `carton M`.
    pub name: Arc<str>,
    /// Mass of all of it; not negative.
    pub mass: Mass,
    /// Share of recycled content, 0 to 1.
    pub recycled_content: Fixed,
    /// How often it is used before it ends.
    pub uses: NonZeroU32,
    /// Share that ends in landfill, 0 to 1; the three routes sum to 1.
    pub landfill: Fixed,
    /// Share that is recycled in a closed loop, 0 to 1.
    pub recycling: Fixed,
    /// Share that is burnt for energy, 0 to 1.
    pub energy_recovery: Fixed,
    /// How well the mass is known.
    pub data_kind: DataKind,
}

/// Why a life is not accounted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LifeFault {
    /// A share outside 0 to 1.
    #[error("{column} of `{name}` is {share}. Write 0 to 1")]
    Share {
        /// Which packaging.
        name: Arc<str>,
        /// Which share.
        column: &'static str,
        /// What it is.
        share: Fixed,
    },
    /// Material would vanish, or end twice.
    #[error("the routes of `{name}` sum to {sum}. Make them sum to 1")]
    Routes {
        /// Which packaging.
        name: Arc<str>,
        /// Sum of landfill, recycling and energy recovery.
        sum: Fixed,
    },
    /// A mass below nothing.
    #[error("the mass of `{name}` is negative. Write 0 or more")]
    Mass {
        /// Which packaging.
        name: Arc<str>,
    },
}

/// A share of the mass, what becomes of it, and its factor.
type Share<'a> = (Fixed, &'static str, &'a Arc<str>);

/// The activities of a life: material by content, end of life by route; parts of nothing are left
/// out, and what stays sums to the mass exactly.
///
/// - `bought`: where, when and for whom it is bought. The first use bears all the material: it is
///   not spread over later uses, which may never come. See [`per_use`].
/// - `ended`: where, when and by whom it is thrown away.
///
/// Recycling carries its collection only, and recycled content the making of new board from old
/// (cut-off): nothing is credited at both ends. On failure, every fault.
pub fn activities(
    life: &Life,
    factors: &MaterialFactors,
    bought: &Context,
    ended: &Context,
) -> Result<Vec<Activity>, Vec<LifeFault>> {
    let faults = faults(life);
    if !faults.is_empty() {
        return Err(faults);
    }
    // A milligram is a billionth of a tonne.
    let tonnes = Fixed::from_billionths(life.mass.milligrams().into());
    let new_content = Fixed::from_integer(1) - life.recycled_content;
    let content = [
        (new_content, "new", &factors.new),
        (life.recycled_content, "recycled", &factors.recycled),
    ];
    let routes = [
        (life.landfill, "to landfill", &factors.landfill),
        (life.recycling, "to recycling", &factors.recycling),
        (life.energy_recovery, "to energy recovery", &factors.energy_recovery),
    ];
    let mut activities = Vec::new();
    let sides: [(Link, &Context, &[Share]); 2] =
        [(Link::Packaging, bought, &content), (Link::Recycling, ended, &routes)];
    for (link, context, parts) in sides {
        let weights: Vec<i128> = parts.iter().map(|(share, ..)| share.billionths()).collect();
        let amounts = by_weight(tonnes, &weights, |place| place);
        let some = parts.iter().zip(amounts).filter(|(_, amount)| *amount != Fixed::ZERO);
        activities.extend(some.map(|((_, what, factor_id), amount)| Activity {
            link,
            name: format!("{}, {what}", life.name).into(),
            context: context.clone(),
            leg: None,
            amount,
            unit: Unit::Tonne,
            factor_id: Arc::clone(factor_id),
            factor_edition: None,
            method: "mass by share".into(),
            data_kind: life.data_kind,
        }));
    }
    Ok(activities)
}

/// What a life emitted per use, each half rounded half to even to the microgram: an intensity to
/// report beside, never a line of the ledger.
pub fn per_use(life: Emission, uses: NonZeroU32) -> Emission {
    let uses = Fixed::from_integer(uses.get().into());
    let each = |part: Carbon| {
        part.kilograms().checked_div(uses).map_or(Carbon::ZERO, Carbon::from_kilograms)
    };
    Emission { wtt: each(life.wtt), ttw: each(life.ttw) }
}

fn faults(life: &Life) -> Vec<LifeFault> {
    let shares = [
        ("recycled content", life.recycled_content),
        ("landfill", life.landfill),
        ("recycling", life.recycling),
        ("energy recovery", life.energy_recovery),
    ];
    let whole = Fixed::from_integer(1);
    let name = || life.name.clone();
    let outside = shares.into_iter().filter(|(_, share)| !(Fixed::ZERO..=whole).contains(share));
    let mut faults: Vec<LifeFault> =
        outside.map(|(column, share)| LifeFault::Share { name: name(), column, share }).collect();
    let sum = life.landfill + life.recycling + life.energy_recovery;
    if sum != whole {
        faults.push(LifeFault::Routes { name: name(), sum });
    }
    if life.mass < Mass::ZERO {
        faults.push(LifeFault::Mass { name: name() });
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Case, Registry, account, by_link, total};
    use proptest::prelude::*;

    fn life(mass: Mass, recycled: &str, [landfill, recycling, burnt]: [&str; 3]) -> Life {
        Life {
            name: "carton".into(),
            mass,
            recycled_content: recycled.parse().unwrap(),
            uses: NonZeroU32::new(4).unwrap(),
            landfill: landfill.parse().unwrap(),
            recycling: recycling.parse().unwrap(),
            energy_recovery: burnt.parse().unwrap(),
            data_kind: DataKind::Primary,
        }
    }

    fn done(life: &Life) -> Result<Vec<Activity>, Vec<LifeFault>> {
        let context = Context::of("2025".parse().unwrap());
        activities(life, &MaterialFactors::board(), &context, &context)
    }

    const TONNE: Mass = Mass::from_grams(1_000_000);

    /// research/carbon.md, section 2, board: 1199.72542 new, 1098.11442 closed loop, 1164.4894
    /// landfill, 4.68568 the other routes.
    #[test]
    fn a_tonne_of_board() {
        for (life, cradle, grave, why) in [
            (life(TONNE, "0", ["1", "0", "0"]), "1199.72542", "1164.4894", "new, to landfill"),
            (life(TONNE, "1", ["0", "1", "0"]), "1098.11442", "4.68568", "a closed loop"),
            (life(TONNE, "0.5", ["0", "0.5", "0.5"]), "1148.91992", "4.68568", "halves"),
        ] {
            let lines = account(Case::Plan, done(&life).unwrap(), &Registry::built_in()).unwrap();
            let of = by_link(&lines);
            let [packaging, recycling] = [of[1], of[4]].map(|(_, sum)| sum.wtw().to_string());
            assert_eq!((&*packaging, &*recycling), (cradle, grave), "{why}");
        }
    }

    #[test]
    fn later_uses_lower_the_intensity_and_leave_the_ledger() {
        let once = Life { uses: NonZeroU32::MIN, ..life(TONNE, "0", ["0", "1", "0"]) };
        let often = life(TONNE, "0", ["0", "1", "0"]);
        assert_eq!(done(&once), done(&often), "the first use bears the board");
        let lines = account(Case::Plan, done(&often).unwrap(), &Registry::built_in()).unwrap();
        let emission = total(&lines);
        assert_eq!(per_use(emission, once.uses), emission);
        let each = per_use(emission, often.uses);
        // 1199.72542 / 4 and 4.68568 / 4.
        assert_eq!(
            (each.wtt.to_string(), each.ttw.to_string()),
            ("299.931355".into(), "1.17142".into())
        );
    }

    #[test]
    fn a_life_that_does_not_add_up_is_refused() {
        let name = || Arc::<str>::from("carton");
        let share = |column, share: &str| LifeFault::Share {
            name: name(),
            column,
            share: share.parse().unwrap(),
        };
        for (life, expect, why) in [
            (
                life(TONNE, "0", ["0.5", "0.4", "0"]),
                vec![LifeFault::Routes { name: name(), sum: "0.9".parse().unwrap() }],
                "a tenth goes nowhere",
            ),
            (
                life(TONNE, "1.5", ["1.5", "-0.5", "0"]),
                vec![
                    share("recycled content", "1.5"),
                    share("landfill", "1.5"),
                    share("recycling", "-0.5"),
                ],
                "all faults at once",
            ),
            (
                life(Mass::new(-1), "0", ["1", "0", "0"]),
                vec![LifeFault::Mass { name: name() }],
                "nothing weighs less than nothing",
            ),
        ] {
            assert_eq!(done(&life), Err(expect), "{why}");
        }
    }

    proptest! {
        #[test]
        fn what_is_bought_is_what_ends(
            mass in 0_i64..1 << 40,
            recycled in 0_i128..=1_000_000_000,
            cuts in (0_i128..=1_000_000_000, 0_i128..=1_000_000_000),
        ) {
            let (low, high) = (cuts.0.min(cuts.1), cuts.0.max(cuts.1));
            let life = Life {
                recycled_content: Fixed::from_billionths(recycled),
                landfill: Fixed::from_billionths(low),
                recycling: Fixed::from_billionths(high - low),
                energy_recovery: Fixed::from_billionths(1_000_000_000 - high),
                ..life(Mass::new(mass), "0", ["1", "0", "0"])
            };
            let done = done(&life).unwrap();
            for link in [Link::Packaging, Link::Recycling] {
                let of = done.iter().filter(|one| one.link == link);
                let tonnes: Fixed = of.map(|one| one.amount).sum();
                prop_assert_eq!(tonnes.billionths(), i128::from(mass));
            }
        }
    }
}
