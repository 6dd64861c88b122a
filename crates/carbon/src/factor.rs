//! Emission factors: each with its edition, source, licence and set of warming potentials.

use crate::{DistanceKind, Period, Unit, factor_table};
use quantity::Fixed;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What kind of activity a factor values. The GHG Protocol's scope follows from it, from the
/// operator and from the payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Fuel burnt.
    Fuel,
    /// Electricity bought from the grid.
    Electricity,
    /// Electricity made and used on site.
    OwnPower,
    /// Refrigerant leaked.
    Refrigerant,
    /// Goods moved, by tonne-kilometre or vehicle kilometre.
    Freight,
    /// Goods handled in a hub, by tonne of throughput.
    Hub,
    /// Material bought, cradle to gate.
    Material,
    /// Waste treated.
    Waste,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Fuel,
        Self::Electricity,
        Self::OwnPower,
        Self::Refrigerant,
        Self::Freight,
        Self::Hub,
        Self::Material,
        Self::Waste,
    ];
    /// As files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fuel => "fuel",
            Self::Electricity => "electricity",
            Self::OwnPower => "own power",
            Self::Refrigerant => "refrigerant",
            Self::Freight => "freight",
            Self::Hub => "hub",
            Self::Material => "material",
            Self::Waste => "waste",
        }
    }
}

/// The set of global warming potentials over 100 years behind a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GwpSet {
    /// IPCC's fourth assessment report.
    Ar4,
    /// IPCC's fifth assessment report.
    Ar5,
    /// IPCC's sixth assessment report.
    Ar6,
    /// CO2 alone was counted: no potentials, and a narrower boundary.
    Co2Only,
    /// The source does not say.
    NotStated,
}

impl GwpSet {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Ar4, Self::Ar5, Self::Ar6, Self::Co2Only, Self::NotStated];
    /// As files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ar4 => "AR4",
            Self::Ar5 => "AR5",
            Self::Ar6 => "AR6",
            Self::Co2Only => "CO2 only",
            Self::NotStated => "not stated",
        }
    }
}

/// What one unit of an activity emits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Its name; with the edition it is never used for other figures.
    pub id: Arc<str>,
    /// Edition of the source.
    pub edition: Arc<str>,
    /// What it values, in words.
    pub activity: String,
    /// What kind of activity that is.
    pub class: Class,
    /// Per which unit.
    pub unit: Unit,
    /// kg CO2e per unit, well to tank (for material: cradle to gate). `None` is not in the source.
    pub wtt: Option<Fixed>,
    /// kg CO2e per unit, tank to wheel (for waste: its treatment). `None` is not in the source.
    pub ttw: Option<Fixed>,
    /// Of electricity: kg CO2e per kWh at the power stations, a part of `wtt`.
    pub generation: Option<Fixed>,
    /// kg of biogenic CO2 per unit, beside and in no sum. `None` is not in the source.
    pub biogenic: Option<Fixed>,
    /// Warming potentials used.
    pub gwp_set: GwpSet,
    /// Where it holds: ISO 3166 code, `CN-GD` for a province, or `world`.
    pub region: String,
    /// The first period for which it is meant; `None` is any.
    pub valid_from: Option<Period>,
    /// The last period for which it is meant; `None` is until superseded.
    pub valid_to: Option<Period>,
    /// Of freight: by which distance the source counts; `None` where it does not say.
    pub distance: Option<DistanceKind>,
    /// Half width of the 95 % interval in percent, where the source gives one.
    pub uncertainty_pct: Option<Fixed>,
    /// Publication, with year.
    pub source: String,
    /// Licence of the source.
    pub licence: String,
    /// Bounds and traps.
    pub note: String,
}

/// Edition of a factor that only the scenario knows, such as an hour of its grid file.
pub const SCENARIO_EDITION: &str = "scenario";

impl Factor {
    /// Given by the scenario, not by the registry.
    pub fn is_of_scenario(&self) -> bool {
        &*self.edition == SCENARIO_EDITION
    }
    /// Well to wheel, of what the source gives.
    pub fn wtw(&self) -> Fixed {
        self.wtt.unwrap_or_default() + self.ttw.unwrap_or_default()
    }
    /// Whether the factor is meant for a period.
    pub fn is_valid_in(&self, period: Period) -> bool {
        // A year's bound holds for all its months.
        let begun = self.valid_from.is_none_or(|from| from <= period || period.is_in(from));
        let ended = self.valid_to.is_some_and(|to| to < period && !period.is_in(to));
        begun && !ended
    }
}

/// Factors by id and edition. A factor is never changed, only superseded by another edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry {
    factors: BTreeMap<(Arc<str>, Arc<str>), Factor>,
}

/// Why a factor is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// An id and edition stand for other figures already.
    #[error(
        "factor `{id}`, edition `{edition}`, stands for other figures already. Give the new ones an edition of their own"
    )]
    Changed {
        /// Its id.
        id: Arc<str>,
        /// Its edition.
        edition: Arc<str>,
    },
}

impl Registry {
    /// The factors that greenchain brings along: `data/factors.csv` of this crate.
    pub fn built_in() -> Self {
        factor_table::read(include_str!("../data/factors.csv"))
            .expect("the built-in table is read by a test")
    }
    /// Adds a factor; the same factor twice is one.
    pub fn add(&mut self, factor: Factor) -> Result<(), RegistryError> {
        let key = (factor.id.clone(), factor.edition.clone());
        match self.factors.get(&key) {
            Some(known) if *known != factor => {
                Err(RegistryError::Changed { id: factor.id, edition: factor.edition })
            }
            Some(_) => Ok(()),
            None => {
                self.factors.insert(key, factor);
                Ok(())
            }
        }
    }
    /// Adds all factors of another registry.
    pub fn add_all(&mut self, other: &Self) -> Result<(), RegistryError> {
        other.iter().try_for_each(|factor| self.add(factor.clone()))
    }
    /// One edition of a factor.
    pub fn edition(&self, id: &str, edition: &str) -> Option<&Factor> {
        self.factors.get(&(id.into(), edition.into()))
    }
    /// The latest edition of a factor.
    pub fn get(&self, id: &str) -> Option<&Factor> {
        self.editions(id).max_by_key(|factor| factor.valid_from)
    }
    /// The edition meant for a period: of those valid in it the latest, else the one that begins
    /// nearest before it, else the earliest.
    pub fn pick(&self, id: &str, period: Period) -> Option<&Factor> {
        let valid = self.editions(id).filter(|factor| factor.is_valid_in(period));
        let before = self.editions(id).filter(|f| f.valid_from.is_none_or(|from| from <= period));
        valid
            .max_by_key(|factor| factor.valid_from)
            .or_else(|| before.max_by_key(|factor| factor.valid_from))
            .or_else(|| self.editions(id).min_by_key(|factor| factor.valid_from))
    }
    /// All editions of a factor, by name of the edition.
    pub fn editions(&self, id: &str) -> impl Iterator<Item = &Factor> {
        let id: Arc<str> = id.into();
        let first = (id.clone(), Arc::from(""));
        self.factors.range(first..).map_while(move |((known, _), f)| (*known == id).then_some(f))
    }
    /// All, by id and edition.
    pub fn iter(&self) -> impl Iterator<Item = &Factor> {
        self.factors.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_factors_have_the_published_figures() {
        let registry = Registry::built_in();
        for (id, wtt, ttw, why) in [
            ("diesel_blend_l", "0.61101", "2.57082", "well to wheel 3.18183"),
            ("petrol_blend_l", "0.58094", "2.06916", "well to wheel 2.6501"),
            ("grid_gb_kwh", "0.2454", "0", "0.177 + 0.01853 + 0.0459 + 0.00397"),
            ("grid_us_kwh", "0.349667101", "0", "770.884 lb/MWh at 0.45359237 kg/lb"),
            ("own_solar_kwh", "0", "0", "operation emits nothing"),
            ("board_new_t", "1199.72542", "0", "cradle to gate is provision"),
            ("board_closed_loop_t", "1098.11442", "0", "cradle to gate is provision"),
            ("board_landfill_t", "0", "1164.4894", "treatment is operation"),
            ("board_recycled_t", "0", "4.68568", "treatment is operation"),
            ("board_energy_recovery_t", "0", "4.68568", "treatment is operation"),
            ("van_diesel_tkm", "0.15095", "0.6313", "well to wheel 0.78225"),
            ("hgv_all_tkm", "0.02359", "0.10163", "well to wheel 0.12522"),
            ("rail_tkm", "0.00691", "0.02779", "well to wheel 0.0347"),
            ("artic_0_km", "0.15162", "0.64659", "empty, by the kilometre"),
            ("van_electric_km", "0.09397", "0", "0.06976 + 0.01759 + losses 0.00662"),
            ("natural_gas_kwh", "0.03347", "0.2027", "by net calorific value"),
            ("natural_gas_gross_kwh", "0.03021", "0.18296", "by gross calorific value"),
            ("hvo_l", "0.56439", "0.03558", "CO2 of plants stands beside"),
            ("plastic_film_new_t", "2916.50513", "0", "cradle to gate is provision"),
            ("grid_br_kwh", "0.0385", "0", "0.0385 t/MWh at generation"),
            ("grid_cn_kwh", "0.5306", "0", "the later of two editions"),
        ] {
            let factor = registry.get(id).unwrap();
            let text = |figure: Option<Fixed>| figure.unwrap().to_string();
            let figures = (text(factor.wtt), text(factor.ttw));
            assert_eq!(figures, (wtt.to_owned(), ttw.to_owned()), "{id}: {why}");
        }
    }

    /// research/carbon.md, section 3, trap 1: by TTW alone an electric van looks infinitely better.
    #[test]
    fn what_runs_on_electricity_emits_nothing_where_it_runs() {
        let registry = Registry::built_in();
        let with_generation = registry.iter().filter(|factor| factor.generation.is_some());
        let mut ids = Vec::new();
        for factor in with_generation {
            assert_eq!(factor.ttw, Some(Fixed::ZERO), "{}", factor.id);
            assert!(factor.generation <= factor.wtt, "{}", factor.id);
            ids.push(&*factor.id);
        }
        assert!(ids.contains(&"van_electric_km") && ids.contains(&"grid_gb_kwh"));
    }

    /// research/carbon.md, section 3, trap 2: average laden and empty trips beside it count twice.
    #[test]
    fn an_average_laden_kilometre_lies_between_empty_and_full() {
        let registry = Registry::built_in();
        let wtw = |id: String| registry.get(&id).unwrap().wtw();
        for vehicle in ["rigid", "artic", "hgv_all", "rigid_cold", "artic_cold", "hgv_all_cold"] {
            let [empty, half, full] =
                ["0", "50", "100"].map(|laden| wtw(format!("{vehicle}_{laden}_km")));
            let average = wtw(format!("{vehicle}_km"));
            assert!(empty < half && half < full, "{vehicle}");
            assert!(empty < average && average < full, "{vehicle}");
            let note = &registry.get(&format!("{vehicle}_0_km")).unwrap().note;
            assert!(note.contains("never beside average laden"), "{vehicle}: {note}");
        }
    }

    /// research/carbon.md, section 3, trap 3: a tenth apart, and never the same unit.
    #[test]
    fn net_and_gross_calorific_values_are_two_units() {
        let registry = Registry::built_in();
        let [net, gross] =
            ["natural_gas_kwh", "natural_gas_gross_kwh"].map(|id| registry.get(id).unwrap());
        assert_eq!((net.unit, gross.unit), (Unit::KilowattHour, Unit::KilowattHourGross));
        let ratio = net.ttw.unwrap().checked_div(gross.ttw.unwrap()).unwrap();
        assert!((ratio.to_f64() - 1.108).abs() < 0.001, "{ratio}");
    }

    /// research/carbon.md, section 3, trap 5: CO2 alone is another boundary, and is said.
    #[test]
    fn a_grid_that_counts_co2_alone_says_so() {
        let registry = Registry::built_in();
        for factor in registry.iter().filter(|factor| factor.gwp_set == GwpSet::Co2Only) {
            assert!(factor.note.starts_with("CO2 alone, at generation"), "{}", factor.id);
            assert_eq!(factor.generation, factor.wtt, "{}", factor.id);
        }
    }

    #[test]
    fn the_edition_of_a_period_is_picked() {
        let registry = Registry::built_in();
        for (period, edition, why) in [
            ("2022-05", "MEE 2022", "valid, the other not yet"),
            ("2023-01", "MEE 2023", "both are valid, the later is meant"),
            ("2026", "MEE 2023", "until superseded"),
            ("2020", "MEE 2022", "none is valid: the earliest"),
        ] {
            let picked = registry.pick("grid_cn_kwh", period.parse().unwrap()).unwrap();
            assert_eq!(&*picked.edition, edition, "{why}");
        }
    }

    #[test]
    fn an_id_never_stands_for_other_figures() {
        let mut registry = Registry::built_in();
        let known = registry.get("diesel_blend_l").unwrap().clone();
        assert_eq!(registry.add(known.clone()), Ok(()), "the same factor twice is one");
        let changed = Factor { ttw: known.wtt, ..known };
        assert_eq!(
            registry.add(changed),
            Err(RegistryError::Changed {
                id: "diesel_blend_l".into(),
                edition: "DESNZ 2025".into()
            })
        );
        assert_eq!(registry, Registry::built_in(), "a refused factor changes nothing");
    }
}
