//! Ledger lines: an activity, its factor and what it emitted.

use crate::{Activity, Class, Registry, Unit, Valued, value};
use quantity::{Carbon, Emission, Fixed};
use std::sync::Arc;

/// Whose day a line is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Case {
    /// As planned.
    Plan,
    /// The same orders done the ordinary way.
    Baseline,
    /// As it happened.
    Actual,
}

impl Case {
    /// As files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Baseline => "baseline",
            Self::Actual => "actual",
        }
    }
}

/// A line of the ledger. Lines are only ever added; one that was wrong is taken back by another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Unique in its ledger: the batch or case and a number, `plan-00000042`.
    pub id: Arc<str>,
    /// Whose day.
    pub case: Case,
    /// What was done.
    pub activity: Activity,
    /// Kind of activity, as the factor has it.
    pub class: Class,
    /// Edition of the factor.
    pub factor_edition: Arc<str>,
    /// What it emitted.
    pub valued: Valued,
    /// Of electricity: what took the place of `valued.generation` by the market-based method
    /// (GHG Protocol scope 2); equal to it where no instrument and no residual mix applies.
    pub market: Carbon,
    /// The line that this one takes back.
    pub reverses: Option<Arc<str>>,
}

impl Line {
    /// Well to tank and tank to wheel.
    pub const fn emission(&self) -> Emission {
        self.valued.emission
    }
    /// The line that takes this one back: every amount and figure negative.
    #[must_use]
    pub fn reversal(&self, id: Arc<str>) -> Self {
        let mut activity = self.activity.clone();
        activity.amount = Fixed::ZERO - activity.amount;
        if let Some(leg) = &mut activity.leg {
            leg.mass = -leg.mass;
        }
        Self {
            id,
            activity,
            valued: self.valued.reversed(),
            market: -self.market,
            reverses: Some(self.id.clone()),
            ..self.clone()
        }
    }
}

/// Why an activity cannot be valued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// No such factor in the registry.
    #[error("no factor `{0}` in the registry")]
    NoFactor(Arc<str>),
    /// The activity is counted in another unit than the factor.
    #[error("`{activity}` is counted in {counted}, its factor `{factor}` is per {per}")]
    Unit {
        /// Name of the activity.
        activity: Arc<str>,
        /// Its unit.
        counted: Unit,
        /// The factor.
        factor: Arc<str>,
        /// The factor's unit.
        per: Unit,
    },
    /// Amount times factor is beyond the ledger's 29 digits before the point.
    #[error("`{0}` is too large an amount for the ledger")]
    TooLarge(Arc<str>),
}

/// Values activities, each by the edition that it names or that is valid in its period.
pub fn account(
    case: Case,
    activities: Vec<Activity>,
    registry: &Registry,
) -> Result<Vec<Line>, AccountError> {
    activities
        .into_iter()
        .enumerate()
        .map(|(number, activity)| {
            line(format!("{}-{number:08}", case.name()).into(), case, activity, registry)
        })
        .collect()
}

/// Values one activity.
pub fn line(
    id: Arc<str>,
    case: Case,
    activity: Activity,
    registry: &Registry,
) -> Result<Line, AccountError> {
    let known = match &activity.factor_edition {
        Some(edition) => registry.edition(&activity.factor_id, edition),
        None => registry.pick(&activity.factor_id, activity.context.period),
    };
    let factor = known.ok_or_else(|| AccountError::NoFactor(activity.factor_id.clone()))?;
    if factor.unit != activity.unit {
        return Err(AccountError::Unit {
            activity: activity.name,
            counted: activity.unit,
            factor: factor.id.clone(),
            per: factor.unit,
        });
    }
    let Some(valued) = value(activity.amount, factor) else {
        return Err(AccountError::TooLarge(activity.name));
    };
    Ok(Line {
        id,
        case,
        class: factor.class,
        factor_edition: factor.edition.clone(),
        valued,
        market: valued.generation,
        reverses: None,
        activity,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, DataKind, Link, ids};
    use proptest::prelude::*;
    use quantity::Fixed;

    fn activity(amount: &str, unit: Unit, factor_id: &str) -> Activity {
        Activity {
            link: Link::Transportation,
            name: "test".into(),
            context: Context::of("2025-07".parse().unwrap()),
            leg: None,
            amount: amount.parse().unwrap(),
            unit,
            factor_id: factor_id.into(),
            factor_edition: None,
            method: "test".into(),
            data_kind: DataKind::Modelled,
        }
    }

    fn value(activity: Activity) -> Result<Line, AccountError> {
        account(Case::Plan, vec![activity], &Registry::built_in()).map(|mut lines| lines.remove(0))
    }

    /// research/carbon.md, section 2, where a built-in factor applies; exact, not to 1e-6.
    #[test]
    fn golden_numbers() {
        for (amount, unit, factor, wtt, ttw, wtw, why) in [
            (
                "161",
                Unit::TonneKilometre,
                "hgv_all_tkm",
                "3.79799",
                "16.36243",
                "20.16042",
                "230 kg over 700 km",
            ),
            (
                "20",
                Unit::TonneKilometre,
                "van_diesel_tkm",
                "3.019",
                "12.626",
                "15.645",
                "0.5 t over 40 km",
            ),
            (
                "24",
                Unit::KilowattHour,
                "grid_gb_kwh",
                "5.8896",
                "0",
                "5.8896",
                "electric round at the plug",
            ),
            (
                "60",
                Unit::Litre,
                "diesel_blend_l",
                "36.6606",
                "154.2492",
                "190.9098",
                "200 km at 0.30 l/km",
            ),
            ("1", Unit::Tonne, "board_new_t", "1199.72542", "0", "1199.72542", "new board"),
            (
                "1",
                Unit::Tonne,
                "board_closed_loop_t",
                "1098.11442",
                "0",
                "1098.11442",
                "recycled fibre",
            ),
            ("1", Unit::Tonne, "board_landfill_t", "0", "1164.4894", "1164.4894", "landfill"),
            ("1", Unit::Tonne, "board_recycled_t", "0", "4.68568", "4.68568", "closed loop"),
            (
                "1",
                Unit::Tonne,
                "board_energy_recovery_t",
                "0",
                "4.68568",
                "4.68568",
                "burnt for energy",
            ),
        ] {
            let emission = value(activity(amount, unit, factor)).unwrap().valued.emission;
            let figures = [emission.wtt, emission.ttw, emission.wtw()].map(|part| part.to_string());
            assert_eq!(figures, [wtt, ttw, wtw], "{why}");
        }
    }

    #[test]
    fn what_cannot_be_valued_says_why() {
        let test: Arc<str> = "test".into();
        for (activity, expect, why) in [
            (
                activity("1", Unit::Litre, "kerosene_l"),
                AccountError::NoFactor("kerosene_l".into()),
                "no factor is never zero",
            ),
            (
                activity("1", Unit::KilowattHour, ids::DIESEL),
                AccountError::Unit {
                    activity: test.clone(),
                    counted: Unit::KilowattHour,
                    factor: ids::DIESEL.into(),
                    per: Unit::Litre,
                },
                "kWh of diesel are not litres",
            ),
            (
                activity("999999999999999999999999999", Unit::Tonne, ids::BOARD_NEW),
                AccountError::TooLarge(test.clone()),
                "27 digits of tonnes",
            ),
        ] {
            assert_eq!(value(activity), Err(expect), "{why}");
        }
    }

    #[test]
    fn lines_are_numbered_within_their_case() {
        let done = vec![activity("1", Unit::Litre, ids::DIESEL); 2];
        let lines = account(Case::Baseline, done, &Registry::built_in()).unwrap();
        let named: Vec<_> = lines.iter().map(|line| (&*line.id, &*line.factor_edition)).collect();
        assert_eq!(
            named,
            [("baseline-00000000", "DESNZ 2025"), ("baseline-00000001", "DESNZ 2025")]
        );
    }

    proptest! {
        /// Each half by itself is the nearest microgram: their sum is never more than one off.
        #[test]
        fn well_to_tank_and_tank_to_wheel_are_well_to_wheel(amount in 0_i64..) {
            let registry = Registry::built_in();
            for factor in registry.iter() {
                let mut done = activity("0", factor.unit, &factor.id);
                done.factor_edition = Some(factor.edition.clone());
                done.amount = Fixed::from_billionths(amount.into());
                let emission = line("l".into(), Case::Plan, done.clone(), &registry).unwrap().emission();
                let whole = done.amount.checked_mul(factor.wtw()).unwrap();
                let apart = emission.wtw().micrograms() - whole.billionths();
                prop_assert_eq!(emission.wtw(), emission.wtt + emission.ttw);
                prop_assert!(apart.abs() <= 1, "{}", factor.id);
            }
        }
    }
}
