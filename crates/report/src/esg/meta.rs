//! What a report is of, and what is said of it that no ledger line knows.

use crate::Lang;
use carbon::Period;
use quantity::Fixed;
use std::collections::BTreeMap;

/// What a report is of.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta {
    /// Title of the report.
    pub name: String,
    /// Whose books.
    pub tenant: String,
    /// The reporting entity: an operator or payer of the ledger. Table `scoped` is made for it.
    pub entity: String,
    /// The reporting period.
    pub span: Span,
    /// Which lines are reported.
    pub case: Case,
    /// In which language.
    pub lang: Lang,
    /// For which standards a content index is printed, in this order.
    pub standards: Vec<Standard>,
    /// Notes of the ledger's manifest.
    pub notes: Vec<Note>,
    /// Notes of the factor registry.
    pub registry_notes: Vec<Note>,
    /// Seal of the ledger's manifest.
    pub seal: Option<String>,
    /// Who verified the figures and at which level of assurance; `None` is nobody.
    pub verification: Option<String>,
    /// The entity's targets.
    pub targets: Vec<Target>,
    /// 95 % intervals by figure id, in the figure's unit.
    pub intervals: BTreeMap<String, Interval>,
    /// Net revenue of the period.
    pub revenue: Option<Revenue>,
    /// Internal price of carbon.
    pub carbon_price: Option<CarbonPrice>,
    /// The base year and what was recalculated.
    pub base_year: Option<BaseYear>,
    /// Kilometres of the vehicles behind the transport operation categories.
    pub running: Option<Running>,
    /// What had no factor and is in no figure.
    pub missing_factors: Vec<String>,
    /// What was left out on purpose, each with its reason.
    pub exclusions: Vec<Note>,
}

/// From a year or month to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub from: Period,
    /// The last; not before the first.
    pub to: Period,
}

impl Span {
    /// Whether it begins and ends with a calendar year.
    pub fn is_of_years(self) -> bool {
        [self.from, self.to].iter().all(|period| *period == period.whole_year())
    }
    /// Whether a year or month is known to lie inside: of a span of months, a year is not.
    pub fn covers(self, period: Period) -> bool {
        if self.is_of_years() {
            return (self.from.year()..=self.to.year()).contains(&period.year());
        }
        // A year comes before its months.
        let begun = self.from <= period;
        period != period.whole_year() && begun && (period <= self.to || period.is_in(self.to))
    }
    /// The same as a condition of SQL on the column `period`.
    ///
    /// - `prefix`: of the column, as in `l.`
    pub fn condition(self, prefix: &str) -> String {
        let (from, to) = (self.from, self.to);
        if self.is_of_years() {
            return format!("substr({prefix}period, 1, 4) BETWEEN '{from}' AND '{to}'");
        }
        let month = |period: Period, of_year: &str| {
            if period == period.whole_year() {
                format!("{period}-{of_year}")
            } else {
                period.to_string()
            }
        };
        format!(
            "length({prefix}period) >= 7 AND substr({prefix}period, 1, 7) BETWEEN '{}' AND '{}'",
            month(from, "01"),
            month(to, "12")
        )
    }
}

/// Which lines are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// What happened.
    Actual,
    /// Planned days beside the same orders done the ordinary way.
    PlanBesideBaseline,
}

impl Case {
    /// As the ledger names the reported one.
    pub const fn reported(self) -> &'static str {
        match self {
            Self::Actual => "actual",
            Self::PlanBesideBaseline => "plan",
        }
    }
    /// As the ledger names the one beside it.
    pub const fn beside(self) -> Option<&'static str> {
        match self {
            Self::Actual => None,
            Self::PlanBesideBaseline => Some("baseline"),
        }
    }
}

/// A set of rules that says what a report must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standard {
    /// GHG Protocol: Corporate Standard, Scope 2 Guidance and Scope 3 Standard.
    Ghg,
    /// ISO 14083:2023.
    Iso14083,
    /// IFRS S2 of the ISSB.
    Issb,
    /// ESRS of 2023: E1 and E5.
    Esrs,
    /// GRI 301, 302, 305 and 306.
    Gri,
    /// HKEX Listing Rules, Appendix C2.
    Hkex,
}

impl Standard {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Ghg, Self::Iso14083, Self::Issb, Self::Esrs, Self::Gri, Self::Hkex];
    /// As a command line names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ghg => "ghg",
            Self::Iso14083 => "iso14083",
            Self::Issb => "issb",
            Self::Esrs => "esrs",
            Self::Gri => "gri",
            Self::Hkex => "hkex",
        }
    }
}

/// A subject and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub subject: String,
    /// What is said.
    pub text: String,
}

/// What a target counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// kg CO2e a year.
    Absolute,
    /// kg CO2e a unit of activity.
    Intensity,
}

/// A target of the entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// What it is called.
    pub name: String,
    /// What it counts.
    pub kind: TargetKind,
    /// Which scopes and categories it covers, in words.
    pub scopes: String,
    /// From which year it counts.
    pub base_year: u16,
    /// kg CO2e of the base year, or per unit of activity.
    pub base_kg: Fixed,
    /// The year in which it is to be met.
    pub target_year: u16,
    /// What is allowed in a year, in the unit of `base_kg`, in the order of years.
    pub path: Vec<(u16, Fixed)>,
    /// What was emitted in a year, in the same unit and order.
    pub actual: Vec<(u16, Fixed)>,
    /// Whether the last year is on the path; `None` where it cannot be told.
    pub on_track: Option<bool>,
}

/// A 95 % interval in the unit of its figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// Lower end.
    pub low: Fixed,
    /// Upper end.
    pub high: Fixed,
}

/// Net revenue of the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revenue {
    /// In millions of the currency, above zero.
    pub millions: Fixed,
    /// ISO 4217 code.
    pub currency: String,
}

/// An internal price of carbon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarbonPrice {
    /// Per tonne CO2e.
    pub per_tonne: Fixed,
    /// ISO 4217 code.
    pub currency: String,
    /// In which decisions it is used.
    pub used_for: String,
}

/// The year that others are held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseYear {
    /// Which.
    pub year: u16,
    /// kg CO2e as first reported.
    pub reported_kg: Fixed,
    /// kg CO2e by the methods and factor editions of this report, where they differ.
    pub recalculated_kg: Option<Fixed>,
    /// Why it was chosen and what was recalculated.
    pub text: String,
}

/// Kilometres driven loaded and empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// With freight, in km.
    pub loaded_km: Fixed,
    /// Without, in km.
    pub empty_km: Fixed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_covers_what_is_known_to_lie_inside() {
        for (from, to, period, expect, why) in [
            ("2024", "2025", "2025", true, "a year of years"),
            ("2024", "2025", "2025-07", true, "a month of years"),
            ("2024", "2025", "2026-01", false, "a month after"),
            ("2025-03", "2025-07", "2025-07", true, "the last month"),
            ("2025-03", "2025-07", "2025-02", false, "the month before"),
            ("2025-03", "2025-07", "2025", false, "a year may lie outside"),
            ("2025-03", "2026", "2026-12", true, "up to the end of a year"),
            ("2024", "2025-03", "2024-01", true, "from the start of a year"),
            ("2024", "2025-03", "2025", false, "of a year to a month, a year may lie outside"),
        ] {
            let [from, to, period] = [from, to, period].map(|text| text.parse().unwrap());
            assert_eq!(Span { from, to }.covers(period), expect, "{why}");
        }
    }
}
