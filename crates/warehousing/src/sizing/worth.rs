//! From yearly figures to net present value and payback.

use super::model::{Size, Technology, Terms, Yearly};
use quantity::Carbon;

/// What a size is worth beside nothing built.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// What is built.
    pub size: Size,
    /// Its first year.
    pub yearly: Yearly,
    /// Investment less subsidy.
    pub investment: f64,
    /// Savings, carbon at its price, less operation and investment, discounted to the day of building.
    pub npv: f64,
    /// First year, from 1, by whose end savings have paid the investment; none within the lifetime, or
    /// where nothing is invested.
    pub payback_year: Option<u32>,
    /// The same with discounted savings.
    pub discounted_payback_year: Option<u32>,
    /// Emission avoided in the first year.
    pub avoided: Carbon,
    /// Emission avoided over the lifetime.
    pub avoided_lifetime: Carbon,
}

/// The worth of `size` from the first years with nothing, with its modules alone, and with all of it.
///
/// What the modules save alone loses the modules' degradation with each year, what the battery adds to
/// it loses the battery's: year `y` counts `(1 - degradation)^(y - 1)` of the first. This is an
/// approximation: a schedule with aged plant is not linear in it, and surplus that would have been
/// curtailed is no loss, so the worth is rather too low.
pub fn worth(
    terms: &Terms,
    size: Size,
    nothing: Yearly,
    modules_alone: Yearly,
    all: Yearly,
) -> Candidate {
    let kilograms = |yearly: Yearly| yearly.carbon.kilograms_f64();
    let value =
        |yearly: Yearly| yearly.cost + terms.carbon_price_per_t / 1_000.0 * kilograms(yearly);
    let split =
        |of: &dyn Fn(Yearly) -> f64| [of(nothing) - of(modules_alone), of(modules_alone) - of(all)];
    let (saved, avoided) = (split(&value), split(&kilograms));
    let operating = terms.pv.operating_per_unit * size.kwp
        + terms.battery.operating_per_unit * size.battery_kwh;
    let kept = [terms.pv, terms.battery].map(|technology| 1.0 - technology.degradation_per_year);
    let aged = |[modules, battery]: [f64; 2], year: u32| {
        let before = year as i32 - 1;
        modules * kept[0].powi(before) + battery * kept[1].powi(before)
    };
    let investment = investment(terms, size);
    let (mut paid, mut npv) = (-investment, -investment);
    let (mut payback_year, mut discounted_payback_year) = (None, None);
    let mut avoided_lifetime = 0.0;
    for year in 1..=terms.lifetime_years {
        let cash = aged(saved, year) - operating;
        paid += cash;
        npv += cash / (1.0 + terms.discount_rate).powi(year as i32);
        avoided_lifetime += aged(avoided, year);
        for (sum, first) in [(paid, &mut payback_year), (npv, &mut discounted_payback_year)] {
            if sum >= 0.0 && investment > 0.0 {
                first.get_or_insert(year);
            }
        }
    }
    Candidate {
        size,
        yearly: all,
        investment,
        npv,
        payback_year,
        discounted_payback_year,
        avoided: Carbon::from_kilograms_f64(avoided.iter().sum()),
        avoided_lifetime: Carbon::from_kilograms_f64(avoided_lifetime),
    }
}

fn investment(terms: &Terms, size: Size) -> f64 {
    let of = |technology: Technology, units: f64| {
        if units > 0.0 { technology.fixed + technology.per_unit * units } else { 0.0 }
    };
    (1.0 - terms.subsidy_share) * (of(terms.pv, size.kwp) + of(terms.battery, size.battery_kwh))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        Terms {
            pv: Technology {
                fixed: 500.0,
                per_unit: 100.0,
                operating_per_unit: 2.0,
                degradation_per_year: 0.1,
            },
            battery: Technology {
                fixed: 0.0,
                per_unit: 300.0,
                operating_per_unit: 0.0,
                degradation_per_year: 0.5,
            },
            lifetime_years: 3,
            discount_rate: 0.25,
            subsidy_share: 0.5,
            carbon_price_per_t: 100.0,
        }
    }

    fn year(cost: f64, kilograms: f64) -> Yearly {
        Yearly { cost, carbon: Carbon::from_kilograms_f64(kilograms) }
    }

    #[test]
    fn three_years_by_hand() {
        // Half of 500 + 1,000 + 600 is 1,050. Modules save 900 and 1 t at 100, the battery 200; 20 a year
        // of operation. Years: 1,180; 900 + 100 - 20 = 980; 810 + 50 - 20 = 840.
        let size = Size { kwp: 10.0, battery_kwh: 2.0 };
        let found = worth(
            &terms(),
            size,
            year(2_000.0, 5_000.0),
            year(1_100.0, 4_000.0),
            year(900.0, 4_000.0),
        );
        assert!((found.investment - 1_050.0).abs() < 1e-9);
        let npv = -1_050.0 + 1_180.0 / 1.25 + 980.0 / 1.5625 + 840.0 / 1.953125;
        assert!((found.npv - npv).abs() < 1e-9, "{found:?}");
        assert_eq!((found.payback_year, found.discounted_payback_year), (Some(1), Some(2)));
        assert!((found.avoided.kilograms_f64() - 1_000.0).abs() < 1e-6);
        assert!((found.avoided_lifetime.kilograms_f64() - 2_710.0).abs() < 1e-6);
    }

    #[test]
    fn nothing_built_is_worth_nothing_and_pays_nothing_back() {
        let same = year(2_000.0, 5_000.0);
        let found = worth(&terms(), Size::default(), same, same, same);
        assert_eq!((found.npv, found.investment, found.payback_year), (0.0, 0.0, None));
    }

    #[test]
    fn what_never_pays_has_no_payback_year() {
        let size = Size { kwp: 1_000.0, battery_kwh: 0.0 };
        let less = year(1_900.0, 5_000.0);
        let found = worth(&terms(), size, year(2_000.0, 5_000.0), less, less);
        assert!(found.npv < 0.0 && found.payback_year.is_none());
    }
}
