//! Electricity by the market-based method: certificates and contracts first, the residual mix
//! next, else the location-based figure. Source: GHG Protocol Scope 2 Guidance (2015), chapter 6
//! (hierarchy) and 7 (quality criteria: place, period and quantity must match).

use crate::factor_table::{Column, FIGURE, FILL_IN, PERIOD, Row, figure, read_rows};
use crate::{Period, TableFault};
use quantity::fixed::ONE;
use quantity::{Fixed, apportion_ranked};
use std::cmp::Reverse;
use std::sync::Arc;

/// The most kWh of one instrument: more than most countries use in a year.
const KWH_MAX: Fixed = Fixed::from_integer(100_000_000_000);

/// The most kg CO2e per kWh: far above any power station.
const RATE_MAX: Fixed = Fixed::from_integer(100);

/// A certificate or a contract for electricity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Its name; unique in its file.
    pub id: Arc<str>,
    /// Whose it is; `None` is for all tenants.
    pub tenant: Option<Arc<str>>,
    /// Where it may be used: ISO 3166 code of a country or of a part of it.
    pub region: String,
    /// The month or the year for which it may be used.
    pub period: Period,
    /// How much was bought, 0 to 10^11 kWh.
    pub kwh: Fixed,
    /// What its generation emitted, 0 to 100 kg CO2e per kWh.
    pub generation_kg_per_kwh: Fixed,
    /// Certificate, contract, supplier's tariff: in words.
    pub kind: String,
    /// Registry or contract that proves it.
    pub source: String,
}

/// What is left of a region's generation once all instruments are taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidualMix {
    /// ISO 3166 code of a country or of a part of it.
    pub region: String,
    /// The month or the year for which it holds.
    pub period: Period,
    /// kg CO2e per kWh, at generation.
    pub generation_kg_per_kwh: Fixed,
    /// Publication, with year.
    pub source: String,
}

const INSTRUMENT: [Column; 8] = [
    ("instrument_id", true),
    ("tenant", false),
    ("region", true),
    ("period", true),
    ("kwh", true),
    ("generation_kg_per_kwh", true),
    ("kind", true),
    ("source", true),
];

const RESIDUAL_MIX: [Column; 4] =
    [("region", true), ("period", true), ("generation_kg_per_kwh", true), ("source", true)];

/// Reads `instruments.csv`; on failure, every fault of it in the order of lines.
pub fn read_instruments(text: &str) -> Result<Vec<Instrument>, Vec<TableFault>> {
    let instrument = |row: &mut Row| {
        let tenant = row.text("tenant");
        let tenant = (!tenant.is_empty()).then(|| tenant.into());
        let id = row.needed("instrument_id", FILL_IN).into();
        let region = row.needed("region", FILL_IN);
        let period = row.value("period", PERIOD, |text| text.parse().ok());
        let kwh =
            row.value("kwh", "Write 0 to 10^11 kWh, with at most nine decimal places", |text| {
                figure(text).filter(|&kwh| kwh <= KWH_MAX)
            });
        let generation_kg_per_kwh = rate(row);
        let kind = row.needed("kind", FILL_IN);
        let source = row.needed("source", FILL_IN);
        Some(Instrument {
            id,
            tenant,
            region,
            period: period?,
            kwh: kwh?,
            generation_kg_per_kwh: generation_kg_per_kwh?,
            kind,
            source,
        })
    };
    read_rows(text, &INSTRUMENT, instrument, |instrument| instrument.id.to_string())
}

/// Reads `residual_mix.csv`; on failure, every fault of it in the order of lines.
pub fn read_residual_mix(text: &str) -> Result<Vec<ResidualMix>, Vec<TableFault>> {
    let mix = |row: &mut Row| {
        let region = row.needed("region", FILL_IN);
        let period = row.value("period", PERIOD, |text| text.parse().ok());
        let generation_kg_per_kwh = rate(row);
        let source = row.needed("source", FILL_IN);
        Some(ResidualMix {
            region,
            period: period?,
            generation_kg_per_kwh: generation_kg_per_kwh?,
            source,
        })
    };
    read_rows(text, &RESIDUAL_MIX, mix, |mix| format!("{}, {}", mix.region, mix.period))
}

fn rate(row: &mut Row) -> Option<Fixed> {
    row.value("generation_kg_per_kwh", FIGURE, |text| figure(text).filter(|&rate| rate <= RATE_MAX))
}

/// Electricity used by a tenant at a place in a period, all of it in one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Consumption {
    /// Whose books.
    pub tenant: Arc<str>,
    /// Region of the grid: that of the location-based factor.
    pub region: String,
    /// When.
    pub period: Period,
    /// How much.
    pub kwh: Fixed,
    /// kg CO2e per kWh at generation, location-based.
    pub location_rate: Fixed,
}

/// What a kWh of a consumption emitted by the market-based method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// kg CO2e per kWh at generation, rounded half to even to nine places.
    pub kg_per_kwh: Fixed,
    /// kWh covered by instruments; never more than used.
    pub covered_kwh: Fixed,
    /// By which instruments, and how many kWh each.
    pub instruments: Vec<(Arc<str>, Fixed)>,
    /// The rest is valued by the residual mix; else by the location-based figure.
    pub is_rest_residual: bool,
}

/// The instruments and residual mixes of a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Market {
    /// The narrowest first: a month before a year, a tenant's own before everybody's.
    instruments: Vec<Instrument>,
    residual: Vec<ResidualMix>,
}

impl Market {
    /// From instruments and residual mixes in any order.
    pub fn new(mut instruments: Vec<Instrument>, residual: Vec<ResidualMix>) -> Self {
        instruments.sort_by_cached_key(|instrument| {
            let is_year = instrument.period.whole_year() == instrument.period;
            let narrow = Reverse(instrument.region.len());
            (is_year, instrument.tenant.is_none(), narrow, instrument.id.clone())
        });
        Self { instruments, residual }
    }

    /// The market-based rate of each consumption; `None` where a figure is beyond the ledger's.
    ///
    /// - `consumption`: all of it that the instruments are for, each tenant, region and period once:
    ///   a year's instrument is shared among the year's months by what they used, one for all
    ///   tenants among the tenants. Asked month by month it would be used twelve times.
    ///
    /// The order of consumption changes no rate.
    pub fn rates(&self, consumption: &[Consumption]) -> Option<Vec<Rate>> {
        let mut open: Vec<Fixed> =
            consumption.iter().map(|used| used.kwh.max(Fixed::ZERO)).collect();
        let mut covers: Vec<Vec<(&Instrument, Fixed)>> = vec![Vec::new(); consumption.len()];
        for instrument in &self.instruments {
            let fit: Vec<usize> = (0..consumption.len())
                .filter(|&at| open[at] > Fixed::ZERO && fits(instrument, &consumption[at]))
                .collect();
            let weights: Vec<i128> = fit.iter().map(|&at| open[at].billionths()).collect();
            let wanted = weights.iter().try_fold(0_i128, |sum, open| sum.checked_add(*open))?;
            let bought = instrument.kwh.billionths().min(wanted);
            if bought == 0 {
                continue;
            }
            let shares = apportion_ranked(bought, &weights, |place| &consumption[fit[place]]);
            for (&at, share) in fit.iter().zip(shares) {
                // Beyond 64 bits the shares are near, and might be more than is open.
                let share = Fixed::from_billionths(share).min(open[at]);
                open[at] = open[at] - share;
                covers[at].push((instrument, share));
            }
        }
        consumption.iter().zip(covers).map(|(used, covers)| self.rate(used, &covers)).collect()
    }

    fn rate(&self, used: &Consumption, covers: &[(&Instrument, Fixed)]) -> Option<Rate> {
        let residual = self.residual_mix(&used.region, used.period);
        let rest = residual.map_or(used.location_rate, |mix| mix.generation_kg_per_kwh);
        // What the instruments change, in 18 places: rounded once, at the end.
        let mut difference = 0_i128;
        for (instrument, kwh) in covers {
            let apart = instrument.generation_kg_per_kwh - rest;
            difference =
                difference.checked_add(kwh.billionths().checked_mul(apart.billionths())?)?;
        }
        let per_kwh = if covers.is_empty() {
            Fixed::ZERO
        } else {
            let kwh = used.kwh.billionths().checked_mul(ONE)?;
            Fixed::from_billionths(difference).checked_div(Fixed::from_billionths(kwh))?
        };
        Some(Rate {
            kg_per_kwh: rest + per_kwh,
            covered_kwh: covers.iter().map(|(_, kwh)| *kwh).sum(),
            instruments: covers.iter().map(|(one, kwh)| (one.id.clone(), *kwh)).collect(),
            is_rest_residual: residual.is_some(),
        })
    }

    /// The residual mix of a place and period, the nearest of place, then of period.
    fn residual_mix(&self, region: &str, period: Period) -> Option<&ResidualMix> {
        let fit = self
            .residual
            .iter()
            .filter(|mix| is_within(region, &mix.region) && period.is_in(mix.period));
        fit.max_by_key(|mix| (mix.region.len(), mix.period))
    }
}

/// Whether an instrument may be used for a consumption: place, period and owner match.
fn fits(instrument: &Instrument, used: &Consumption) -> bool {
    is_within(&used.region, &instrument.region)
        && used.period.is_in(instrument.period)
        && instrument.tenant.as_ref().is_none_or(|tenant| *tenant == used.tenant)
}

/// Whether a region is another or a part of it, as `CN-GD` of `CN`.
fn is_within(region: &str, whole: &str) -> bool {
    region.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Fixed {
        text.parse().unwrap()
    }

    fn instrument(id: &str, tenant: &str, place: &str, period: &str, kwh: &str) -> Instrument {
        Instrument {
            id: id.into(),
            tenant: (!tenant.is_empty()).then(|| tenant.into()),
            region: place.to_owned(),
            period: period.parse().unwrap(),
            kwh: number(kwh),
            generation_kg_per_kwh: Fixed::ZERO,
            kind: "certificate".to_owned(),
            source: "registry".to_owned(),
        }
    }

    fn used(tenant: &str, region: &str, period: &str, kwh: &str) -> Consumption {
        Consumption {
            tenant: tenant.into(),
            region: region.to_owned(),
            period: period.parse().unwrap(),
            kwh: number(kwh),
            location_rate: number("0.5"),
        }
    }

    fn covered(instruments: Vec<Instrument>, consumption: &[Consumption]) -> Vec<String> {
        let rates = Market::new(instruments, Vec::new()).rates(consumption).unwrap();
        rates.iter().map(|rate| rate.covered_kwh.to_string()).collect()
    }

    #[test]
    fn place_period_owner_and_quantity_must_match() {
        let july = used("a", "CN-GD", "2025-07", "100");
        for (instrument, expect, why) in [
            (instrument("i", "a", "CN-GD", "2025-07", "60"), "60", "all match: what was bought"),
            (instrument("i", "a", "CN-GD", "2025-07", "160"), "100", "no more than was used"),
            (instrument("i", "", "CN-GD", "2025-07", "60"), "60", "for all tenants"),
            (instrument("i", "a", "CN", "2025-07", "60"), "60", "a part of the country"),
            (instrument("i", "a", "CN-GD", "2025", "60"), "60", "a month of the year"),
            (instrument("i", "b", "CN-GD", "2025-07", "60"), "0", "another's"),
            (instrument("i", "a", "CN-SH", "2025-07", "60"), "0", "another province"),
            (instrument("i", "a", "C", "2025-07", "60"), "0", "not a part of it by letters alone"),
            (instrument("i", "a", "CN-GD", "2025-06", "60"), "0", "another month"),
            (instrument("i", "a", "CN-GD", "2024", "60"), "0", "another year"),
        ] {
            assert_eq!(covered(vec![instrument], std::slice::from_ref(&july)), [expect], "{why}");
        }
        let year = used("a", "CN-GD", "2025", "100");
        let month = instrument("i", "a", "CN-GD", "2025-07", "60");
        assert_eq!(covered(vec![month], &[year]), ["0"], "who knows how much of it was in July");
    }

    #[test]
    fn a_years_instrument_is_shared_by_what_the_months_used() {
        let months = [used("a", "GB", "2025-01", "300"), used("a", "GB", "2025-02", "100")];
        let year = instrument("year", "", "GB", "2025", "100");
        assert_eq!(covered(vec![year.clone()], &months), ["75", "25"]);
        let january = instrument("january", "", "GB", "2025-01", "200");
        assert_eq!(
            covered(vec![year, january], &months),
            ["250", "50"],
            "the month's own first; 100 and 100 are open then"
        );
    }

    #[test]
    fn the_rest_takes_the_residual_mix_else_the_location() {
        let mix = |region: &str, period: &str, rate: &str| ResidualMix {
            region: region.to_owned(),
            period: period.parse().unwrap(),
            generation_kg_per_kwh: number(rate),
            source: "AIB".to_owned(),
        };
        let used = used("a", "GB", "2025-07", "100");
        let bought = vec![instrument("i", "a", "GB", "2025", "40")];
        for (mixes, kg_per_kwh, is_residual, why) in [
            (vec![], "0.3", false, "60 at 0.5 over 100"),
            (vec![mix("GB", "2025", "0.7")], "0.42", true, "60 at 0.7 over 100"),
            (
                vec![mix("GB", "2025-07", "0.8"), mix("GB", "2025", "0.7")],
                "0.48",
                true,
                "the month's",
            ),
            (vec![mix("GB", "2024", "0.7")], "0.3", false, "of another year"),
            (vec![mix("FR", "2025", "0.7")], "0.3", false, "of another country"),
        ] {
            let rates = Market::new(bought.clone(), mixes).rates(std::slice::from_ref(&used));
            let expect = Rate {
                kg_per_kwh: number(kg_per_kwh),
                covered_kwh: number("40"),
                instruments: vec![("i".into(), number("40"))],
                is_rest_residual: is_residual,
            };
            assert_eq!(rates, Some(vec![expect]), "{why}");
        }
    }

    #[test]
    fn nothing_used_and_energy_taken_back_cover_nothing() {
        for kwh in ["0", "-5"] {
            let used = used("a", "GB", "2025", kwh);
            let rates = Market::new(vec![instrument("i", "a", "GB", "2025", "9")], Vec::new());
            let rate = rates.rates(&[used]).unwrap().remove(0);
            assert_eq!((rate.covered_kwh, rate.kg_per_kwh), (Fixed::ZERO, number("0.5")), "{kwh}");
        }
    }

    #[test]
    fn both_files_are_read_with_all_their_faults() {
        let head = "instrument_id,region,period,kwh,generation_kg_per_kwh,kind,source";
        let read = read_instruments(&format!("{head}\ni,GB,2025,40,0,certificate,registry\n"));
        assert_eq!(read, Ok(vec![instrument("i", "", "GB", "2025", "40")]), "no column of tenants");
        let text = format!(
            "{head}\ni,GB,2025-13,-1,101,,r\nj,GB,2025,1e9,0,c,r\nk,GB,2025,1,0,c,r\nk,GB,2025,1,0,c,r\n"
        );
        let faults = read_instruments(&text).unwrap_err();
        let places: Vec<(usize, &str)> = faults
            .iter()
            .map(|fault| match fault {
                TableFault::Field { line, column, .. } => (*line, *column),
                TableFault::Repeated { line, .. } => (*line, "again"),
                _ => panic!("{fault}"),
            })
            .collect();
        assert_eq!(
            places,
            [
                (2, "period"),
                (2, "kwh"),
                (2, "generation_kg_per_kwh"),
                (2, "kind"),
                (3, "kwh"),
                (5, "again")
            ]
        );
        let head = "region,period,generation_kg_per_kwh,source";
        let mix = read_residual_mix(&format!("{head}\nGB,2025,0.4,AIB\n")).unwrap();
        assert_eq!(mix[0].generation_kg_per_kwh, number("0.4"));
        let faults = read_residual_mix(&format!("{head}\nGB,2025,,\nGB,2024,1,A\nGB,2024,1,A\n"));
        assert_eq!(faults.unwrap_err().len(), 3, "no figure, no source, a period twice");
    }

    fn any_consumption() -> impl Strategy<Value = Vec<Consumption>> {
        let one = (0..3_usize, 0..3_usize, 0..4_usize, 0_i64..);
        prop::collection::vec(one, 0..12).prop_map(|drawn| {
            let mut all: Vec<Consumption> = drawn
                .into_iter()
                .map(|(tenant, region, period, kwh)| Consumption {
                    kwh: Fixed::from_billionths(kwh.into()),
                    ..used(
                        ["a", "b", "c"][tenant],
                        ["CN", "CN-GD", "GB"][region],
                        ["2025", "2025-01", "2025-02", "2024"][period],
                        "0",
                    )
                })
                .collect();
            all.sort();
            all.dedup_by_key(|used| (used.tenant.clone(), used.region.clone(), used.period));
            all
        })
    }

    fn any_instruments() -> impl Strategy<Value = Vec<Instrument>> {
        let one = (0..3_usize, 0..3_usize, 0..4_usize, 0_i64.., 0..1_000_000_000_i64);
        prop::collection::vec(one, 0..8).prop_map(|drawn| {
            let instrument = |(at, (tenant, region, period, kwh, rate))| Instrument {
                kwh: Fixed::from_billionths(i64::into(kwh)),
                generation_kg_per_kwh: Fixed::from_billionths(i64::into(rate)),
                ..instrument(
                    &usize::to_string(&at),
                    ["a", "b", ""][tenant],
                    ["CN", "CN-GD", "GB"][region],
                    ["2025", "2025-01", "2025-02", "2024"][period],
                    "0",
                )
            };
            drawn.into_iter().enumerate().map(instrument).collect()
        })
    }

    proptest! {
        #[test]
        fn never_more_is_covered_than_bought_or_used(
            consumption in any_consumption(),
            instruments in any_instruments(),
        ) {
            let rates = Market::new(instruments.clone(), Vec::new()).rates(&consumption).unwrap();
            for (used, rate) in consumption.iter().zip(&rates) {
                prop_assert!(rate.covered_kwh <= used.kwh);
                let parts: Fixed = rate.instruments.iter().map(|(_, kwh)| *kwh).sum();
                prop_assert_eq!(parts, rate.covered_kwh);
                prop_assert!(rate.kg_per_kwh >= Fixed::ZERO);
                prop_assert!(rate.kg_per_kwh <= Fixed::from_integer(1));
            }
            for instrument in &instruments {
                let parts = rates.iter().flat_map(|rate| &rate.instruments);
                let given: Fixed =
                    parts.filter(|(id, _)| *id == instrument.id).map(|(_, kwh)| *kwh).sum();
                prop_assert!(given <= instrument.kwh, "{}", instrument.id);
            }
        }

        #[test]
        fn what_one_instrument_covers_whole_has_its_rate(kwh in 1_i64.., rate in 0_i64..1_000_000_000) {
            let used = Consumption { kwh: Fixed::from_billionths(kwh.into()), ..used("a", "GB", "2025", "0") };
            let one = Instrument {
                kwh: used.kwh,
                generation_kg_per_kwh: Fixed::from_billionths(rate.into()),
                ..instrument("i", "", "GB", "2025", "0")
            };
            let rates = Market::new(vec![one.clone()], Vec::new()).rates(&[used]).unwrap();
            prop_assert_eq!(rates[0].kg_per_kwh, one.generation_kg_per_kwh);
        }

        #[test]
        fn the_order_of_rows_changes_no_rate(
            consumption in any_consumption(),
            instruments in any_instruments(),
        ) {
            let forward = Market::new(instruments.clone(), Vec::new()).rates(&consumption).unwrap();
            let turned: Vec<Consumption> = consumption.into_iter().rev().collect();
            let market = Market::new(instruments.into_iter().rev().collect(), Vec::new());
            let mut backward = market.rates(&turned).unwrap();
            backward.reverse();
            prop_assert_eq!(forward, backward);
        }
    }
}
