//! Emission factors: each with its edition, source, licence and set of warming potentials.

use crate::{Unit, factor_table};
use quantity::Fixed;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The set of global warming potentials over 100 years behind a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GwpSet {
    /// IPCC's fifth assessment report.
    Ar5,
    /// IPCC's sixth assessment report.
    Ar6,
    /// The source does not say, or counts CO2 only.
    NotStated,
}

impl GwpSet {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ar5, Self::Ar6, Self::NotStated];
    /// As files name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ar5 => "AR5",
            Self::Ar6 => "AR6",
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
    /// Per which unit.
    pub unit: Unit,
    /// kg CO2e per unit, well to tank (for material: cradle to gate).
    pub wtt: Fixed,
    /// kg CO2e per unit, tank to wheel (for waste: its treatment).
    pub ttw: Fixed,
    /// Warming potentials used.
    pub gwp_set: GwpSet,
    /// Where it holds: ISO 3166 code, or `world`.
    pub region: String,
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
}

/// Factors by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry {
    factors: BTreeMap<Arc<str>, Factor>,
}

/// Why a factor is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// An id stands for other figures already: a factor is superseded by a new id or edition.
    #[error("factor `{0}` stands for other figures already; give the new ones an id of their own")]
    Changed(Arc<str>),
}

impl Registry {
    /// The factors that greenchain brings along: `data/factors.csv` of this crate.
    pub fn built_in() -> Self {
        factor_table::read(include_str!("../data/factors.csv"))
            .expect("the built-in table is read by a test")
    }
    /// Adds a factor; the same factor twice is one.
    pub fn add(&mut self, factor: Factor) -> Result<(), RegistryError> {
        match self.factors.get(&factor.id) {
            Some(known) if *known != factor => Err(RegistryError::Changed(factor.id)),
            Some(_) => Ok(()),
            None => {
                self.factors.insert(factor.id.clone(), factor);
                Ok(())
            }
        }
    }
    /// By its id.
    pub fn get(&self, id: &str) -> Option<&Factor> {
        self.factors.get(id)
    }
    /// All, by id.
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
        ] {
            let factor = registry.get(id).unwrap();
            let figures = (factor.wtt.to_string(), factor.ttw.to_string());
            assert_eq!(figures, (wtt.to_owned(), ttw.to_owned()), "{id}: {why}");
        }
        assert_eq!(registry.iter().count(), 12, "each built-in factor has a row above");
    }

    #[test]
    fn an_id_never_stands_for_other_figures() {
        let mut registry = Registry::built_in();
        let known = registry.get("diesel_blend_l").unwrap().clone();
        assert_eq!(registry.add(known.clone()), Ok(()), "the same factor twice is one");
        let changed = Factor { ttw: known.wtt, ..known };
        assert_eq!(registry.add(changed), Err(RegistryError::Changed("diesel_blend_l".into())));
        assert_eq!(registry, Registry::built_in(), "a refused factor changes nothing");
    }
}
