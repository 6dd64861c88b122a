//! What measured energy means in CO2e, with factors passed in.
//!
//! Self-consumed and exported energy are two lines: the first avoids buying and shows in a smaller
//! scope 2, the second avoids nothing of one's own and is never taken from it (GHG Protocol Scope 2
//! Guidance, 6.9; Corporate Standard, chapter 8). Use is valued twice: location-based by the grid of
//! the hour, market-based by certificates cancelled and the residual mix (Scope 2 Guidance, 6.11).

use super::balance::Flows;
use quantity::{Carbon, Energy, Fixed};

/// kg CO2e per kWh of the grid in an hour, and the energies of that hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourOfFlows {
    /// Energies.
    pub flows: Flows,
    /// kg CO2e per kWh bought; none where it is not known.
    pub grid_kg_per_kwh: Option<Fixed>,
}

/// What is bought besides: contracts and certificates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Market {
    /// Certificates cancelled for this use (guarantees of origin, RECs), without emissions.
    pub cancelled: Energy,
    /// kg CO2e per kWh of what no certificate covers; none where it is not known.
    pub residual_kg_per_kwh: Option<Fixed>,
}

/// The lines and shares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Not bought, because generated and used: at the grid of each hour.
    pub self_consumed: Carbon,
    /// Sold: what others did not buy, at the grid of each hour.
    pub exported: Carbon,
    /// Bought, location-based.
    pub location_based: Carbon,
    /// Bought, market-based; none without a factor for what no certificate covers.
    pub market_based: Option<Carbon>,
    /// Generated or bought in hours whose grid is not known; in no line above.
    pub without_factor: Energy,
}

/// The lines of hours.
pub fn footprint(hours: &[HourOfFlows], market: Market) -> Footprint {
    let mut found = Footprint::default();
    for HourOfFlows { flows, grid_kg_per_kwh } in hours {
        let Some(factor) = *grid_kg_per_kwh else {
            found.without_factor += flows.self_consumed + flows.exported + flows.imported;
            continue;
        };
        found.self_consumed += valued(flows.self_consumed, factor);
        found.exported += valued(flows.exported, factor);
        found.location_based += valued(flows.imported, factor);
    }
    let imported: Energy = hours.iter().map(|hour| hour.flows.imported).sum();
    let uncovered = (imported - market.cancelled).or_zero();
    found.market_based = match market.residual_kg_per_kwh {
        Some(factor) => Some(valued(uncovered, factor)),
        None => (uncovered == Energy::ZERO).then_some(Carbon::ZERO),
    };
    found
}

/// Energy by a factor, rounded half to even to the microgram.
fn valued(energy: Energy, kg_per_kwh: Fixed) -> Carbon {
    let kwh = Fixed::from_billionths(i128::from(energy.milliwatt_hours()) * 1_000);
    Carbon::from_kilograms(kwh.checked_mul(kg_per_kwh).expect("energies are far below overflow"))
}

/// Shares of use met by own generation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Matching {
    /// Hour by hour (24/7): only what is generated, or comes out of the battery, in the hour of use.
    pub hourly: Option<f64>,
    /// Over the whole time: what is generated at noon counts for the night.
    pub annual: Option<f64>,
    /// Over the whole time, certificates cancelled included.
    pub annual_with_certificates: Option<f64>,
}

/// Shares of hours one after another; none where nothing was used.
pub fn matching(hours: &[Flows], cancelled: Energy) -> Matching {
    let used: Energy = hours.iter().map(|hour| hour.used).sum();
    let share = |part: Energy| {
        let used = used.kilowatt_hours();
        (used > 0.0).then(|| (part.kilowatt_hours() / used).min(1.0))
    };
    let supply: Energy = hours.iter().map(Flows::own_supply).sum();
    Matching {
        hourly: share(hours.iter().map(|hour| hour.own_supply().min(hour.used)).sum()),
        annual: share(supply),
        annual_with_certificates: share(supply + cancelled),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kwh(kwh: f64) -> Energy {
        Energy::from_kilowatt_hours(kwh)
    }

    /// kWh generated and used; the rest is bought or sold.
    fn hour(generated: f64, used: f64) -> Flows {
        Flows {
            generation: kwh(generated),
            used: kwh(used),
            self_consumed: kwh(generated.min(used)),
            exported: kwh((generated - used).max(0.0)),
            imported: kwh((used - generated).max(0.0)),
            ..Flows::default()
        }
    }

    #[test]
    fn two_lines_and_two_methods() {
        let noon =
            HourOfFlows { flows: hour(10.0, 4.0), grid_kg_per_kwh: Some("0.1".parse().unwrap()) };
        let night =
            HourOfFlows { flows: hour(0.0, 8.0), grid_kg_per_kwh: Some("0.5".parse().unwrap()) };
        let unknown = HourOfFlows { flows: hour(1.0, 3.0), grid_kg_per_kwh: None };
        let market =
            Market { cancelled: kwh(6.0), residual_kg_per_kwh: Some("0.4".parse().unwrap()) };
        let found = footprint(&[noon, night, unknown], market);
        let kg = |carbon: Carbon| carbon.kilograms().to_string();
        assert_eq!(kg(found.self_consumed), "0.4");
        assert_eq!(kg(found.exported), "0.6");
        assert_eq!(kg(found.location_based), "4");
        assert_eq!(found.market_based.map(kg).as_deref(), Some("1.6"), "4 of 10 kWh uncovered");
        assert_eq!(found.without_factor, kwh(3.0));
        let none = footprint(&[night], Market::default());
        assert_eq!(none.market_based, None, "no factor is no figure");
        let all = footprint(&[night], Market { cancelled: kwh(8.0), ..Market::default() });
        assert_eq!(all.market_based, Some(Carbon::ZERO));
    }

    #[test]
    fn the_hour_counts_in_one_share_and_not_in_the_other() {
        let day = [hour(10.0, 4.0), hour(0.0, 8.0)];
        let found = matching(&day, kwh(2.0));
        let shares = [found.hourly, found.annual, found.annual_with_certificates];
        let expect = [4.0 / 12.0, 10.0 / 12.0, 1.0];
        for (share, expect) in shares.into_iter().zip(expect) {
            assert!((share.unwrap() - expect).abs() < 1e-12, "{share:?} is not {expect}");
        }
        let stored = [
            Flows { battery_in: kwh(6.0), ..hour(10.0, 4.0) },
            Flows { battery_out: kwh(5.0), ..hour(0.0, 8.0) },
        ];
        assert!((matching(&stored, Energy::ZERO).hourly.unwrap() - 9.0 / 12.0).abs() < 1e-12);
        assert_eq!(matching(&[], Energy::ZERO), Matching::default());
    }

    proptest! {
        #[test]
        fn the_hourly_share_is_at_most_the_annual(
            hours in prop::collection::vec((0.0..50.0_f64, 0.0..50.0_f64), 1..40)
        ) {
            let hours: Vec<Flows> = hours.iter().map(|&(made, used)| hour(made, used)).collect();
            let found = matching(&hours, Energy::ZERO);
            prop_assert!(found.hourly <= found.annual && found.annual <= Some(1.0));
        }
    }
}
