//! Global warming potentials over 100 years, by the report that gives them; refrigerants by what
//! is in them.

use crate::GwpSet;
use quantity::Fixed;

/// Potentials of a gas: kg CO2e per kg, as decimal text; empty is "no figure in the table".
struct Gas {
    name: &'static str,
    ar4: &'static str,
    ar5: &'static str,
    ar6: &'static str,
}

const fn gas(name: &'static str, [ar4, ar5, ar6]: [&'static str; 3]) -> Gas {
    Gas { name, ar4, ar5, ar6 }
}

/// Sources: IPCC AR4 WG I (2007), table 2.14; AR5 WG I (2013), table 8.A.1, without climate-carbon
/// feedback; AR6 WG I (2021), table 7.SM.7.
///
/// AR5 says "below 1" of HFO-1234yf and nothing of propane; AR4 knows neither as a figure.
const GASES: [Gas; 11] = [
    gas("CO2", ["1", "1", "1"]),
    gas("CH4", ["25", "28", "27.9"]),
    gas("N2O", ["298", "265", "273"]),
    gas("HCFC-22", ["1810", "1760", "1960"]),
    gas("HFC-32", ["675", "677", "771"]),
    gas("HFC-125", ["3500", "3170", "3740"]),
    gas("HFC-134a", ["1430", "1300", "1530"]),
    gas("HFC-143a", ["4470", "4800", "5810"]),
    gas("HFC-152a", ["124", "138", "164"]),
    gas("HFO-1234yf", ["", "", "0.501"]),
    gas("propane", ["", "", "0.02"]),
];

/// Refrigerants and the share of each gas by mass, in percent. Source: ANSI/ASHRAE Standard 34.
const REFRIGERANTS: [(&str, &[(&str, i64)]); 13] = [
    ("R-22", &[("HCFC-22", 100)]),
    ("R-32", &[("HFC-32", 100)]),
    ("R-134a", &[("HFC-134a", 100)]),
    ("R-152a", &[("HFC-152a", 100)]),
    ("R-290", &[("propane", 100)]),
    ("R-404A", &[("HFC-125", 44), ("HFC-143a", 52), ("HFC-134a", 4)]),
    ("R-407A", &[("HFC-32", 20), ("HFC-125", 40), ("HFC-134a", 40)]),
    ("R-407C", &[("HFC-32", 23), ("HFC-125", 25), ("HFC-134a", 52)]),
    ("R-407F", &[("HFC-32", 30), ("HFC-125", 30), ("HFC-134a", 40)]),
    ("R-410A", &[("HFC-32", 50), ("HFC-125", 50)]),
    ("R-507A", &[("HFC-125", 50), ("HFC-143a", 50)]),
    ("R-744", &[("CO2", 100)]),
    ("R-1234yf", &[("HFO-1234yf", 100)]),
];

/// The potential of a gas in kg CO2e per kg; `None` where the report has no figure for it.
pub fn gwp100(gas: &str, set: GwpSet) -> Option<Fixed> {
    let gas = GASES.iter().find(|known| known.name == gas)?;
    let figure = match set {
        GwpSet::Ar4 => gas.ar4,
        GwpSet::Ar5 => gas.ar5,
        GwpSet::Ar6 => gas.ar6,
        GwpSet::Co2Only | GwpSet::NotStated => "",
    };
    figure.parse().ok()
}

/// The potential of a refrigerant by its number, such as `R-404A`, in kg CO2e per kg: the mean of
/// its gases by mass. `None` where it is not known or the report lacks one of its gases.
pub fn refrigerant_gwp100(refrigerant: &str, set: GwpSet) -> Option<Fixed> {
    let (_, gases) = REFRIGERANTS.iter().find(|(name, _)| *name == refrigerant)?;
    let sum: Fixed = gases
        .iter()
        .map(|&(gas, percent)| gwp100(gas, set)?.checked_mul(Fixed::from_integer(percent)))
        .sum::<Option<Fixed>>()?;
    sum.checked_div(Fixed::from_integer(100))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Class, Registry};

    #[test]
    fn a_blend_is_the_mean_of_its_gases_by_mass() {
        for (refrigerant, ar4, ar5, ar6, why) in [
            ("R-404A", "3921.6", "3942.8", "4728", "0.44, 0.52 and 0.04; 3922 and 3943 rounded"),
            ("R-410A", "2087.5", "1923.5", "2255.5", "half and half; 2088 and 1924 rounded"),
            ("R-407C", "1773.85", "1624.21", "1907.93", "1774 and 1624 rounded"),
            ("R-134a", "1430", "1300", "1530", "one gas"),
            ("R-744", "1", "1", "1", "CO2 itself"),
            ("R-290", "", "", "0.02", "a figure only in AR6"),
            ("R-999", "", "", "", "not a refrigerant we know"),
        ] {
            let sets = [GwpSet::Ar4, GwpSet::Ar5, GwpSet::Ar6];
            let potentials = sets.map(|set| refrigerant_gwp100(refrigerant, set));
            assert_eq!(potentials, [ar4, ar5, ar6].map(|text| text.parse().ok()), "{why}");
        }
        assert_eq!(gwp100("CH4", GwpSet::Co2Only), None, "no set, no potential");
    }

    #[test]
    fn the_shares_of_a_refrigerant_are_the_whole() {
        for (name, gases) in REFRIGERANTS {
            assert_eq!(gases.iter().map(|(_, percent)| percent).sum::<i64>(), 100, "{name}");
            for (gas, _) in gases {
                assert!(GASES.iter().any(|known| known.name == *gas), "{name}: {gas}");
            }
        }
    }

    #[test]
    fn every_built_in_refrigerant_emits_its_potential() {
        let registry = Registry::built_in();
        let mut seen = 0;
        for (name, _) in REFRIGERANTS {
            let id = name.to_lowercase().replace('-', "");
            for (id, set) in
                [(format!("{id}_kg"), GwpSet::Ar5), (format!("{id}_ar6_kg"), GwpSet::Ar6)]
            {
                let factor = registry.get(&id);
                assert_eq!(
                    factor.and_then(|factor| factor.ttw),
                    refrigerant_gwp100(name, set),
                    "{id}"
                );
                seen += usize::from(factor.is_some());
            }
        }
        let built_in = registry.iter().filter(|factor| factor.class == Class::Refrigerant);
        assert_eq!(built_in.count(), seen);
    }
}
