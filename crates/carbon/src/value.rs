//! Amount times factor: the one place where an emission is computed.

use crate::{DistanceKind, Factor};
use quantity::{Carbon, Distance, Emission, Fixed, Mass};

/// What an amount of an activity emitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Valued {
    /// Well to tank and tank to wheel. A half that the factor's source does not give is nothing.
    pub emission: Emission,
    /// Of electricity: the part of `emission.wtt` that left the power stations' stacks, by the
    /// location-based method (GHG Protocol scope 2). Zero for all else.
    pub generation: Carbon,
    /// Biogenic CO2, reported beside and in no sum.
    pub biogenic: Carbon,
}

impl Valued {
    /// The same, taken back.
    #[must_use]
    pub fn reversed(self) -> Self {
        let Emission { wtt, ttw } = self.emission;
        Self {
            emission: Emission { wtt: -wtt, ttw: -ttw },
            generation: -self.generation,
            biogenic: -self.biogenic,
        }
    }
}

/// Values an amount, each figure rounded half to even to the microgram; `None` on overflow.
pub fn value(amount: Fixed, factor: &Factor) -> Option<Valued> {
    let kilograms = |per_unit: Option<Fixed>| {
        amount.checked_mul(per_unit.unwrap_or_default()).map(Carbon::from_kilograms)
    };
    Some(Valued {
        emission: Emission { wtt: kilograms(factor.wtt)?, ttw: kilograms(factor.ttw)? },
        generation: kilograms(factor.generation)?,
        biogenic: kilograms(factor.biogenic)?,
    })
}

/// Freight moved over a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Gross mass: goods with the shipper's packaging, without the carrier's equipment.
    pub mass: Mass,
    /// How far, by `kind`.
    pub distance: Distance,
    /// Which distance it is.
    pub kind: DistanceKind,
}

impl Leg {
    /// Transport activity in tonne-kilometres: mass by distance, rounded half to even to nine
    /// places. Source: ISO 14083:2023, transport activity.
    pub fn transport_activity(self) -> Fixed {
        // A milligram-metre is 10^-12 tkm.
        let milligram_metres =
            i128::from(self.mass.milligrams()) * i128::from(self.distance.metres());
        Fixed::from_billionths(milligram_metres)
            .checked_div(Fixed::from_integer(1_000))
            .expect("a thousand is not zero, and two 64-bit numbers leave room for the scale")
    }
}
