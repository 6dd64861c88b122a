//! Names of the built-in factors that the chain uses, and which grid a country takes.

/// A litre of diesel with the average biofuel blend.
pub const DIESEL: &str = "diesel_blend_l";
/// A litre of petrol with the average biofuel blend.
pub const PETROL: &str = "petrol_blend_l";
/// A kWh at the plug where nothing nearer is known: Great Britain's.
pub const GRID_DEFAULT: &str = "grid_gb_kwh";
/// A kWh generated in the United States.
pub const GRID_US: &str = "grid_us_kwh";
/// A kWh generated in Brazil: CO2 alone.
pub const GRID_BR: &str = "grid_br_kwh";
/// A kWh generated in China: CO2 alone.
pub const GRID_CN: &str = "grid_cn_kwh";
/// A kWh generated in Germany: CO2 alone.
pub const GRID_DE: &str = "grid_de_kwh";
/// A kWh of the site's own modules, used on site.
pub const OWN_SOLAR: &str = "own_solar_kwh";
/// A tonne of board of new fibre, cradle to gate.
pub const BOARD_NEW: &str = "board_new_t";
/// A tonne of board of recycled fibre, cradle to gate.
pub const BOARD_CLOSED_LOOP: &str = "board_closed_loop_t";
/// A tonne of new paper, cradle to gate.
pub const PAPER_NEW: &str = "paper_new_t";
/// A tonne of new plastic film, cradle to gate.
pub const PLASTIC_FILM_NEW: &str = "plastic_film_new_t";
/// A tonne of new polypropylene with forming, cradle to gate.
pub const POLYPROPYLENE_NEW: &str = "pp_new_t";
/// A tonne of new polystyrene with forming, cradle to gate; expanded or not.
pub const POLYSTYRENE_NEW: &str = "ps_new_t";
/// A tonne of board to landfill.
pub const BOARD_LANDFILL: &str = "board_landfill_t";
/// A tonne of board to closed-loop recycling.
pub const BOARD_RECYCLED: &str = "board_recycled_t";
/// A tonne-kilometre of cartons on their way back from a station.
///
/// An average diesel van with its empty trips, six times an average lorry: reuse is not flattered.
pub const BACKHAUL_TKM: &str = "van_diesel_tkm";

/// The factor of grid electricity for a country, and whether it is a stand-in that the report
/// must name.
///
/// - `country`: ISO 3166 code of two capital letters.
///
/// Great Britain, the United States, Brazil, China and Germany have their own; any other country
/// takes [`GRID_DEFAULT`] as a stand-in.
pub fn default_grid(country: &str) -> (&'static str, bool) {
    match country {
        "GB" => (GRID_DEFAULT, false),
        "US" => (GRID_US, false),
        "BR" => (GRID_BR, false),
        "CN" => (GRID_CN, false),
        "DE" => (GRID_DE, false),
        _ => (GRID_DEFAULT, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Registry, Unit};

    #[test]
    fn every_name_is_a_built_in_factor_of_its_unit() {
        let registry = Registry::built_in();
        for (id, unit) in [
            (DIESEL, Unit::Litre),
            (PETROL, Unit::Litre),
            (GRID_DEFAULT, Unit::KilowattHour),
            (GRID_US, Unit::KilowattHour),
            (GRID_BR, Unit::KilowattHour),
            (GRID_CN, Unit::KilowattHour),
            (GRID_DE, Unit::KilowattHour),
            (OWN_SOLAR, Unit::KilowattHour),
            (BOARD_NEW, Unit::Tonne),
            (BOARD_CLOSED_LOOP, Unit::Tonne),
            (PAPER_NEW, Unit::Tonne),
            (PLASTIC_FILM_NEW, Unit::Tonne),
            (POLYPROPYLENE_NEW, Unit::Tonne),
            (POLYSTYRENE_NEW, Unit::Tonne),
            (BOARD_LANDFILL, Unit::Tonne),
            (BOARD_RECYCLED, Unit::Tonne),
            (BACKHAUL_TKM, Unit::TonneKilometre),
        ] {
            assert_eq!(registry.get(id).map(|factor| factor.unit), Some(unit), "{id}");
        }
    }

    #[test]
    fn a_country_without_a_grid_of_its_own_takes_a_named_stand_in() {
        let registry = Registry::built_in();
        for (country, stand_in, why) in [
            ("GB", false, "the source is British"),
            ("US", false, "eGRID"),
            ("BR", false, "MCTI"),
            ("CN", false, "the ministry's national average"),
            ("DE", false, "UBA"),
            ("IN", true, "no open figure is built in"),
            ("gb", true, "a code in small letters is not the country's"),
        ] {
            let (id, named) = default_grid(country);
            assert_eq!(named, stand_in, "{why}");
            let region = &registry.get(id).unwrap().region;
            assert_eq!(region == country, !stand_in, "{why}");
        }
    }

    #[test]
    fn every_built_in_grid_is_some_countrys_default() {
        let registry = Registry::built_in();
        let grids = registry.iter().filter(|factor| factor.class == crate::Class::Electricity);
        for grid in grids {
            assert_eq!(default_grid(&grid.region), (&*grid.id, false), "{}", grid.region);
        }
    }
}
