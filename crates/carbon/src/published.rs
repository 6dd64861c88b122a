//! The layout in which published factors are passed around: three figures a row, of which a third
//! of the rows gives only one; what they mean depends on the class.

use crate::factor_table::{Column, FIGURE, FILL_IN, GWP_SET, Row, figure, gwp_set, key, read_rows};
use crate::{Class, Factor, Period, TableFault, Unit};
use quantity::Fixed;

const TTW: &str = "kg_co2e_per_unit_ttw";
const WTT: &str = "kg_co2e_per_unit_wtt";
const WTW: &str = "kg_co2e_per_unit_wtw";

const COLUMNS: [Column; 12] = [
    ("factor_id", true),
    ("activity", true),
    ("unit", true),
    (TTW, true),
    (WTT, true),
    (WTW, true),
    ("gwp_set", true),
    ("region", true),
    ("year", true),
    ("source", true),
    ("licence", true),
    ("note", false),
];

/// Publishers by what their sources say, and by what an edition calls them.
const PUBLISHERS: [(&str, &str); 5] = [
    ("DESNZ", "DESNZ"),
    ("Ministry of Ecology and Environment", "MEE"),
    ("Smart Freight Centre", "GLEC"),
    ("IPCC", "IPCC"),
    ("EPA", "EPA"),
];

/// Words that tell a class, at the beginning of an activity or in an id.
const CLASSES: [(&str, Class); 8] = [
    ("freight", Class::Freight),
    ("fuel", Class::Fuel),
    ("biofuel", Class::Fuel),
    ("electricity", Class::Electricity),
    ("refrigerant", Class::Refrigerant),
    ("hub", Class::Hub),
    ("material", Class::Material),
    ("waste", Class::Waste),
];

/// Units as publishers write them.
const UNITS: [(&str, Unit); 10] = [
    ("tonne.km", Unit::TonneKilometre),
    ("tonne", Unit::Tonne),
    ("tonnes", Unit::Tonne),
    ("litre", Unit::Litre),
    ("litres", Unit::Litre),
    ("kWh (Net CV)", Unit::KilowattHour),
    ("kWh (Gross CV)", Unit::KilowattHourGross),
    ("cubic metres", Unit::CubicMetre),
    ("kilograms", Unit::Kilogram),
    ("kilometres", Unit::Kilometre),
];

/// By how much the sum may differ from its halves: sources round each to five places.
const SUM_TOLERANCE: Fixed = Fixed::from_billionths(10_000);

/// Whether a header is of this layout.
pub(crate) fn is_header(header: &[String]) -> bool {
    [TTW, WTT, WTW].iter().any(|column| header.iter().any(|field| field == column))
}

/// Reads a table of this layout; on failure, every fault of it in the order of lines.
pub(crate) fn read(text: &str) -> Result<Vec<Factor>, Vec<TableFault>> {
    read_rows(text, &COLUMNS, factor, key)
}

fn factor(row: &mut Row) -> Option<Factor> {
    let id = row.needed("factor_id", FILL_IN);
    let activity = row.needed("activity", FILL_IN);
    let class = class(&activity, &id);
    if class.is_none() {
        row.fault(
            "activity",
            "Begin it with freight, fuel, biofuel, electricity, refrigerant, hub, material or waste",
        );
    }
    let unit = row.value(
        "unit",
        "Write tonne.km, tonne, litre, cubic metres, kWh, kWh (Net CV), kWh (Gross CV), GJ, kg or km",
        unit,
    );
    let [ttw, wtt, wtw] = [TTW, WTT, WTW].map(|column| row.optional(column, FIGURE, figure));
    let gwp_set = row.value("gwp_set", GWP_SET, gwp_set);
    let region = row.needed("region", FILL_IN);
    let year = row.value("year", "Write a year, as in 2025", |text| text.parse::<Period>().ok());
    let source = row.needed("source", FILL_IN);
    let licence = row.needed("licence", FILL_IN);
    if let Some((column, mend)) = fault_of_figures(row, ttw, wtt, wtw) {
        row.fault(column, mend);
    }
    let (class, year) = (class?, year?);
    let halves = halves(class, drive(&activity), [ttw, wtt, wtw]);
    let note = [row.text("note"), halves.note].map(str::to_owned);
    Some(Factor {
        id: id.into(),
        edition: format!("{} {year}", publisher(&source)).into(),
        activity,
        class,
        unit: unit?,
        wtt: halves.wtt,
        ttw: halves.ttw,
        generation: halves.generation,
        biogenic: None,
        gwp_set: gwp_set?,
        region: if region == "GLO" { "world".to_owned() } else { region },
        valid_from: Some(year),
        valid_to: None,
        distance: None,
        uncertainty_pct: None,
        source,
        licence,
        note: note.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(". "),
    })
}

/// What is wrong with three figures beside each other.
fn fault_of_figures(
    row: &Row,
    ttw: Option<Fixed>,
    wtt: Option<Fixed>,
    wtw: Option<Fixed>,
) -> Option<(&'static str, &'static str)> {
    if [TTW, WTT, WTW].iter().all(|column| row.text(column).is_empty()) {
        return Some((WTW, "Give a figure: a factor without one values nothing"));
    }
    match (ttw, wtt, wtw?) {
        (Some(ttw), Some(wtt), wtw) => {
            let apart = ttw + wtt - wtw;
            (apart > SUM_TOLERANCE || -apart > SUM_TOLERANCE)
                .then_some((WTW, "It must be the sum of TTW and WTT, to five places"))
        }
        (None, None, _) => None,
        _ => Some((WTW, "Give both halves beside their sum, or the sum alone")),
    }
}

/// What a road vehicle runs on, where that changes the meaning of the figures.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Drive {
    Battery,
    PlugIn,
    Other,
}

fn drive(activity: &str) -> Drive {
    let activity = activity.to_lowercase();
    if activity.contains("battery electric") {
        Drive::Battery
    } else if activity.contains("plug-in") {
        Drive::PlugIn
    } else {
        Drive::Other
    }
}

/// The figures of a factor, each half where it belongs.
struct Halves {
    wtt: Option<Fixed>,
    ttw: Option<Fixed>,
    generation: Option<Fixed>,
    note: &'static str,
}

fn halves(class: Class, drive: Drive, [ttw, wtt, wtw]: [Option<Fixed>; 3]) -> Halves {
    let whole = wtw.or_else(|| Some(ttw.unwrap_or_default() + wtt.unwrap_or_default()));
    let nothing = Some(Fixed::ZERO);
    let is_electric = class == Class::Electricity || drive == Drive::Battery;
    match class {
        // Electricity burns nothing where it is used: its generation is provision (ISO 14083).
        // Left in TTW, a battery van could not be compared with a diesel van.
        _ if is_electric => Halves {
            wtt: ttw.map_or(whole, |generation| Some(generation + wtt.unwrap_or_default())),
            ttw: nothing,
            generation: ttw,
            note: "",
        },
        Class::Material => Halves { wtt: whole, ttw: nothing, generation: None, note: "" },
        Class::Waste => Halves { wtt: nothing, ttw: whole, generation: None, note: "" },
        _ if ttw.is_none() && wtt.is_none() => Halves {
            wtt: None,
            ttw: wtw,
            generation: None,
            note: "The source gives well to wheel in one figure: all of it stands as TTW",
        },
        _ => Halves {
            wtt,
            ttw,
            generation: None,
            note: if drive == Drive::PlugIn {
                "TTW holds the generation of the electricity used: the source does not give it apart"
            } else {
                ""
            },
        },
    }
}

fn class(activity: &str, id: &str) -> Option<Class> {
    let head = activity.split(" / ").next().unwrap_or_default();
    let mut words = head.split(' ').chain(id.split('_'));
    words.find_map(|word| CLASSES.iter().find(|(name, _)| *name == word).map(|&(_, class)| class))
}

fn unit(text: &str) -> Option<Unit> {
    let ours = Unit::ALL.into_iter().find(|unit| unit.name() == text);
    ours.or_else(|| UNITS.iter().find(|(name, _)| *name == text).map(|&(_, unit)| unit))
}

fn publisher(source: &str) -> &'static str {
    let known = PUBLISHERS.iter().find(|(says, _)| source.contains(says));
    known.map_or("published", |&(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GwpSet, factor_table};
    use std::fs::File;
    use std::io::Read;

    const HEADER: &str = "factor_id,activity,unit,kg_co2e_per_unit_ttw,kg_co2e_per_unit_wtt,\
                          kg_co2e_per_unit_wtw,gwp_set,region,year,source,licence,note\n";

    fn read_row(row: &str) -> Result<Factor, Vec<TableFault>> {
        let registry = factor_table::read(&format!("{HEADER}{row}"))?;
        Ok(registry.iter().next().unwrap().clone())
    }

    fn number(text: &str) -> Option<Fixed> {
        text.parse().ok()
    }

    #[test]
    fn a_figure_stands_where_its_class_has_it() {
        for (row, expect, why) in [
            ("van,freight / Vans / Diesel,km,2,1,3", ["1", "2", ""], "as the source has it"),
            (
                "ev,freight / Vans / Battery Electric Vehicle,km,0.07,0.02,",
                ["0.09", "0", "0.07"],
                "generation of a battery vehicle is provision",
            ),
            (
                "phev,freight / Vans / Plug-in Hybrid Electric Vehicle,km,0.15,0.04,",
                ["0.04", "0.15", ""],
                "fuel and generation in one figure are not told apart",
            ),
            (
                "uk_electricity,electricity / generation,kWh,0.177,,",
                ["0.177", "0", "0.177"],
                "so is that of the grid",
            ),
            (
                "uk_electricity_td,electricity / T&D losses,kWh,,0.01853,",
                ["0.01853", "0", ""],
                "losses alone have no generation",
            ),
            ("board,material / Board,tonne,,,1199", ["1199", "0", ""], "cradle to gate is WTT"),
            (
                "board_l,waste / Board / Landfill,tonne,,,1164",
                ["0", "1164", ""],
                "treatment is TTW",
            ),
            ("hub_a,hub / Transshipment,tonne,,,0.6", ["", "0.6", ""], "one figure for both"),
            ("hvo,fuel combustion / HVO,litres,0.03558,,", ["", "0.03558", ""], "a half missing"),
            ("hvo_w,biofuel upstream / HVO,litres,,0.56,", ["0.56", "", ""], "the other half"),
        ] {
            let factor = read_row(&format!("{row},AR5,GB,2025,DESNZ,OGL,")).unwrap();
            let figures = [factor.wtt, factor.ttw, factor.generation];
            assert_eq!(figures, expect.map(number), "{why}");
        }
    }

    /// research/carbon.md, section 3, trap 1: by TTW alone an electric van looks infinitely better.
    #[test]
    fn a_battery_van_is_compared_with_a_diesel_van_well_to_wheel() {
        let rest = "AR5,GB,2025,DESNZ,OGL,";
        let diesel = read_row(&format!("d,freight / Diesel,km,0.25561,0.06128,0.31689,{rest}"));
        let battery =
            read_row(&format!("e,freight / Battery Electric Vehicle,km,0.06976,0.01759,,{rest}"));
        let (diesel, battery) = (diesel.unwrap(), battery.unwrap());
        assert_eq!(battery.ttw, Some(Fixed::ZERO));
        assert_eq!(battery.wtw().to_string(), "0.08735");
        assert!(battery.wtw() < diesel.wtw());
    }

    #[test]
    fn a_single_figure_is_told_in_the_note() {
        let row =
            "hub_a,hub / Transshipment,tonne,,,0.6,not stated,GLO,2023,somebody,none,unverified";
        let factor = read_row(row).unwrap();
        assert_eq!((&*factor.edition, &*factor.region), ("published 2023", "world"));
        assert_eq!(
            factor.note,
            "unverified. The source gives well to wheel in one figure: all of it stands as TTW"
        );
    }

    #[test]
    fn three_figures_must_agree() {
        let fault = |column, value: &str, mend| {
            let value = value.to_owned();
            Err(vec![TableFault::Field { line: 2, column, value, mend }])
        };
        for (figures, expect, why) in [
            ("2,1,3.00001", Ok(()), "each is rounded to five places"),
            (
                "2,1,3.00002",
                fault(WTW, "3.00002", "It must be the sum of TTW and WTT, to five places"),
                "more than rounding",
            ),
            (
                "2,1,2.99998",
                fault(WTW, "2.99998", "It must be the sum of TTW and WTT, to five places"),
                "less than its halves",
            ),
            (
                "2,,3",
                fault(WTW, "3", "Give both halves beside their sum, or the sum alone"),
                "which half is missing",
            ),
            (
                ",,",
                fault(WTW, "", "Give a figure: a factor without one values nothing"),
                "a silent zero",
            ),
            ("x,1,3", fault(TTW, "x", FIGURE), "one fault, not two"),
        ] {
            let row = format!("a,fuel / Diesel,litres,{figures},AR5,GB,2025,DESNZ,OGL,");
            let read = read_row(&row).map(|_| ());
            if why == "one fault, not two" {
                assert_eq!(read.unwrap_err()[0], expect.unwrap_err()[0], "{why}");
            } else {
                assert_eq!(read, expect, "{why}");
            }
        }
    }

    /// ../shared/data/carbon/factors.csv beside the repository; `None`, said so, where absent.
    #[expect(clippy::print_stderr, reason = "a test that is skipped says why")]
    fn shared() -> Option<String> {
        let path = "../../../shared/data/carbon/factors.csv";
        let Ok(mut file) = File::open(path) else {
            eprintln!("skipped: no ../shared/data/carbon/factors.csv beside the repository");
            return None;
        };
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        Some(text)
    }

    #[test]
    fn every_row_of_the_published_table_reads() {
        let Some(text) = shared() else { return };
        let registry = factor_table::read(&text).unwrap();
        let count = |class| registry.iter().filter(|factor| factor.class == class).count();
        let counts = Class::ALL.map(|class| (class, count(class)));
        let expect = [111, 38, 0, 0, 208, 10, 26, 52];
        assert_eq!(counts.map(|(_, count)| count), expect, "{counts:?}");
        for (id, edition, wtt, ttw, why) in [
            (
                "uk25_fuel_diesel_average_biofuel_blend_litres",
                "DESNZ 2025",
                "0.61101",
                "2.57082",
                "fuel",
            ),
            ("uk25_electricity_generation", "DESNZ 2025", "0.177", "0", "generation is provision"),
            ("cn_gd_electricity_average_2021", "MEE 2021", "0.4715", "0", "so it is in Guangdong"),
            (
                "uk25_freight_vans_average_up_to_3_5_tonnes_battery_electric_vehicle_tonne_km",
                "DESNZ 2025",
                "0.27625",
                "0",
                "and of a battery van: 0.21992 + 0.05633",
            ),
        ] {
            let factor = registry.edition(id, edition).unwrap();
            assert_eq!([factor.wtt, factor.ttw], [number(wtt), number(ttw)], "{why}");
        }
    }

    /// Traps 3 and 5 of research/carbon.md, section 3.
    #[test]
    fn calorific_values_and_boundaries_are_kept_apart() {
        let Some(text) = shared() else { return };
        let registry = factor_table::read(&text).unwrap();
        for (id, unit, why) in [
            ("uk25_wtt_fuel_natural_gas_kwh_net_cv", Unit::KilowattHour, "net"),
            ("uk25_wtt_fuel_natural_gas_kwh_gross_cv", Unit::KilowattHourGross, "gross"),
        ] {
            assert_eq!(registry.get(id).map(|factor| factor.unit), Some(unit), "{why}");
        }
        let china = registry.iter().filter(|factor| factor.region.starts_with("CN-"));
        let sets: Vec<GwpSet> = china.map(|factor| factor.gwp_set).collect();
        assert_eq!(sets, vec![GwpSet::Co2Only; 34], "China counts CO2 alone");
    }

    #[test]
    fn the_built_in_figures_of_the_united_kingdom_are_the_published_ones() {
        let Some(text) = shared() else { return };
        let published = factor_table::read(&text).unwrap();
        let built_in = crate::Registry::built_in();
        let ours = built_in.iter().filter(|factor| &*factor.edition == "DESNZ 2025");
        // Their halves are of two tables, or of more than the published rows hold.
        let joined = [
            "biodiesel_l",
            "grid_gb_kwh",
            "hvo_l",
            "marine_gas_oil_l",
            "natural_gas_gross_kwh",
            "natural_gas_kwh",
        ];
        for factor in ours {
            let parts = |other: &&Factor| {
                (other.unit, other.wtt, other.ttw) == (factor.unit, factor.wtt, factor.ttw)
                    || (other.generation.is_some() && other.generation == factor.generation)
            };
            let found = published.iter().find(parts);
            assert!(found.is_some() || joined.contains(&&*factor.id), "{}", factor.id);
        }
    }
}
