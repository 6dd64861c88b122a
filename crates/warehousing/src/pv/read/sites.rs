//! The sites of a network: a row a plane, the columns named as the options of `energy pv`.

use super::rows::cells;
use super::{Fault, Wrong};
use crate::pv::irradiance::Plane;
use crate::pv::module::{Dc, Racking};
use crate::pv::system::Array;
use std::collections::HashMap;

/// A site as the table says it.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteRow {
    /// Its name.
    pub site_id: String,
    /// Line of its first plane, from 1.
    pub row: u32,
    /// Its weather, by name of the file.
    pub weather_file: String,
    /// North positive, in degrees; without it the weather file's.
    pub lat_deg: Option<f64>,
    /// East positive, in degrees; without it the weather file's.
    pub lon_deg: Option<f64>,
    /// Above the sea in m; without it the weather file's.
    pub altitude_m: Option<f64>,
    /// Its planes, which share an inverter.
    pub arrays: Vec<Array>,
    /// AC rating of the inverter in kW.
    pub inverter_ac_kw: Option<f64>,
}

const NEEDED: [&str; 5] = ["site_id", "weather_file", "tilt", "azimuth", "kwp"];
const OPTIONAL: [&str; 8] =
    ["lat", "lon", "altitude", "plane_id", "inverter_ac_kw", "albedo", "bifaciality", "racking"];
/// What all planes of a site say alike, or leave empty after the first.
const OF_SITE: [&str; 5] = ["weather_file", "lat", "lon", "altitude", "inverter_ac_kw"];

/// The sites of a table in the order of their first rows, and its columns that were not read.
///
/// - `name`: of the file, for its faults.
/// - `usual`: an array as it is where a row does not say otherwise.
pub fn sites(
    name: &str,
    text: &str,
    usual: &Array,
) -> Result<(Vec<SiteRow>, Vec<String>), Vec<Wrong>> {
    let mut lines = (1..).zip(text.trim_start_matches('\u{feff}').lines());
    let header = cells(lines.next().map_or("", |(_, line)| line));
    let known = |column: &str| NEEDED.contains(&column) || OPTIONAL.contains(&column);
    let unread = header.iter().filter(|column| !known(column));
    let unread = unread.map(|column| (*column).to_owned()).collect();
    let mut table =
        Table { name, usual, sites: Vec::new(), places: HashMap::new(), wrong: Vec::new() };
    for column in NEEDED.iter().filter(|column| !header.contains(column)) {
        let mend = "Name the columns site_id, weather_file, lat, lon, altitude, tilt, azimuth, kwp";
        table.fault(1, column, "", Fault::NoColumn, mend);
    }
    if table.wrong.is_empty() {
        for (line, text) in lines.filter(|(_, text)| !text.trim().is_empty()) {
            table.push(&Row { line, header: &header, cells: cells(text) });
        }
        if table.sites.is_empty() && table.wrong.is_empty() {
            table.fault(2, "site_id", "", Fault::Empty, "Write a row for each plane of a site");
        }
    }
    if table.wrong.is_empty() { Ok((table.sites, unread)) } else { Err(table.wrong) }
}

/// A row's cells by the names of the columns.
struct Row<'a> {
    line: u32,
    header: &'a [&'a str],
    cells: Vec<&'a str>,
}

impl<'a> Row<'a> {
    /// Empty where the table lacks the column or the row ends before it.
    fn cell(&self, column: &str) -> &'a str {
        let place = self.header.iter().position(|name| *name == column);
        place.and_then(|place| self.cells.get(place).copied()).unwrap_or_default()
    }
}

/// The same word, or the same number however it is written.
fn alike(left: &str, right: &str) -> bool {
    let numbers = left.parse::<f64>().ok().zip(right.parse::<f64>().ok());
    left == right || numbers.is_some_and(|(left, right)| left.total_cmp(&right).is_eq())
}

/// Where a site stands among those found, and what its rows have said.
struct Place {
    site: usize,
    /// Plane ids with their rows.
    planes: HashMap<String, u32>,
    /// By the order of [`OF_SITE`]: the first cell that is not empty, and its row.
    said: [Option<(String, u32)>; OF_SITE.len()],
}

struct Table<'a> {
    name: &'a str,
    usual: &'a Array,
    sites: Vec<SiteRow>,
    places: HashMap<String, Place>,
    wrong: Vec<Wrong>,
}

impl Table<'_> {
    fn fault(&mut self, row: u32, column: &str, value: &str, fault: Fault, mend: &'static str) {
        let (file, column, value) = (self.name.to_owned(), column.to_owned(), value.to_owned());
        self.wrong.push(Wrong { file, row, column, value, fault, mend });
    }

    fn push(&mut self, row: &Row) {
        let site_id = row.cell("site_id");
        if site_id.is_empty() {
            self.fault(row.line, "site_id", "", Fault::Missing, "Name the site");
            return;
        }
        let site = self.site(row);
        let array = self.array(row);
        let places = self.places.len();
        let place = self.places.entry(site_id.to_owned()).or_insert_with(|| Place {
            site: places,
            planes: HashMap::new(),
            said: Default::default(),
        });
        let idx = place.site;
        let twice = place.planes.insert(row.cell("plane_id").to_owned(), row.line);
        let mut differs = Vec::new();
        for (said, column) in place.said.iter_mut().zip(OF_SITE) {
            match (row.cell(column), &said) {
                ("", _) => {}
                (cell, None) => *said = Some((cell.to_owned(), row.line)),
                (cell, Some((known, first))) if !alike(cell, known) => {
                    differs.push((column, *first));
                }
                _ => {}
            }
        }
        if place.said[0].is_none() {
            self.fault(row.line, "weather_file", "", Fault::Missing, "Name the site's weather");
        }
        if let Some(first) = twice {
            let mend = "Give each plane of a site a plane_id of its own, or each site a site_id";
            self.fault(row.line, "site_id", site_id, Fault::Again(first), mend);
        }
        for (column, first) in differs {
            let mend = "Planes of a site share it: write it once, or give them two site_ids";
            self.fault(row.line, column, row.cell(column), Fault::Differs(first), mend);
        }
        match self.sites.get_mut(idx) {
            None => self.sites.push(SiteRow { arrays: array.into_iter().collect(), ..site }),
            Some(known) => known.and(&site, array),
        }
    }

    /// The site of a row, without its planes.
    fn site(&mut self, row: &Row) -> SiteRow {
        SiteRow {
            site_id: row.cell("site_id").to_owned(),
            row: row.line,
            weather_file: row.cell("weather_file").to_owned(),
            lat_deg: self.number(row, "lat", (-90.0, 90.0)),
            lon_deg: self.number(row, "lon", (-180.0, 180.0)),
            altitude_m: self.number(row, "altitude", (-500.0, 9_000.0)),
            arrays: Vec::new(),
            inverter_ac_kw: self.number(row, "inverter_ac_kw", (1e-6, 1e7)),
        }
    }

    fn array(&mut self, row: &Row) -> Option<Array> {
        let tilt_deg = self.needed(row, "tilt", (0.0, 180.0));
        let azimuth_deg = self.needed(row, "azimuth", (-360.0, 360.0));
        let kwp = self.needed(row, "kwp", (1e-6, 1e7));
        let albedo = self.number(row, "albedo", (0.0, 1.0));
        let bifaciality = self.number(row, "bifaciality", (0.0, 1.0));
        let racking = self.racking(row);
        let usual = *self.usual;
        Some(Array {
            plane: Plane { tilt_deg: tilt_deg?, azimuth_deg: azimuth_deg? },
            dc: Dc { kwp: kwp?, ..usual.dc },
            albedo: albedo.unwrap_or(usual.albedo),
            bifaciality: bifaciality.unwrap_or(usual.bifaciality),
            racking: racking.unwrap_or(usual.racking),
            ..usual
        })
    }

    fn racking(&mut self, row: &Row) -> Option<Racking> {
        let word = row.cell("racking");
        let known = Racking::NAMED.iter().find(|(name, _)| *name == word);
        if known.is_none() && !word.is_empty() {
            let mend = "Write open_rack_glass_polymer, open_rack_glass_glass, close_mount_glass_glass or insulated_back_glass_polymer";
            self.fault(row.line, "racking", word, Fault::Unknown, mend);
        }
        known.map(|(_, racking)| *racking)
    }

    fn needed(&mut self, row: &Row, column: &str, bounds: (f64, f64)) -> Option<f64> {
        if row.cell(column).is_empty() {
            self.fault(row.line, column, "", Fault::Missing, "Write a number");
        }
        self.number(row, column, bounds)
    }

    /// A number, or none where the cell is empty.
    fn number(&mut self, row: &Row, column: &str, (low, high): (f64, f64)) -> Option<f64> {
        let text = row.cell(column);
        if text.is_empty() {
            return None;
        }
        let fault = match text.parse::<f64>() {
            Ok(number) if (low..=high).contains(&number) => return Some(number),
            Ok(_) => Fault::Outside(low, high),
            Err(_) => Fault::NotANumber,
        };
        self.fault(row.line, column, text, fault, "Look at the unit and the column");
        None
    }
}

impl SiteRow {
    /// Takes what a further row of the site says that the rows above left empty.
    fn and(&mut self, row: &Self, array: Option<Array>) {
        self.arrays.extend(array);
        self.lat_deg = self.lat_deg.or(row.lat_deg);
        self.lon_deg = self.lon_deg.or(row.lon_deg);
        self.altitude_m = self.altitude_m.or(row.altitude_m);
        self.inverter_ac_kw = self.inverter_ac_kw.or(row.inverter_ac_kw);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TABLE: &str = "\u{feff}site_id,weather_file,lat,lon,altitude,tilt,azimuth,kwp,plane_id,inverter_ac_kw,racking,note
hub,gso.csv,36.1,-79.95,273,10,90,200,east,300,,a
hub,,,-79.950,,10,270,180,west,,close_mount_glass_glass,b

depot,chi.epw,,,,25,180,100,,,,
";

    fn usual() -> Array {
        Array::usual(Plane { tilt_deg: 0.0, azimuth_deg: 0.0 }, 1.0)
    }

    fn faults(text: &str) -> Vec<(u32, String, Fault)> {
        let wrong = sites("s.csv", text, &usual()).unwrap_err();
        wrong.into_iter().map(|wrong| (wrong.row, wrong.column, wrong.fault)).collect()
    }

    #[test]
    fn planes_of_a_site_share_what_its_first_row_says() {
        let (sites, unread) = sites("s.csv", TABLE, &usual()).unwrap();
        assert_eq!(unread, ["note"]);
        let [hub, depot] = &sites[..] else { panic!("{sites:?}") };
        assert_eq!((hub.site_id.as_str(), hub.row, hub.arrays.len()), ("hub", 2, 2));
        assert_eq!((hub.lat_deg, hub.inverter_ac_kw), (Some(36.1), Some(300.0)));
        let west = &hub.arrays[1];
        assert_eq!(west.plane, Plane { tilt_deg: 10.0, azimuth_deg: 270.0 });
        assert_eq!(west.racking, Racking::CloseMountGlassGlass);
        assert!((west.dc.kwp - 180.0).abs() < 1e-12 && (west.albedo - 0.25).abs() < 1e-12);
        assert_eq!((depot.weather_file.as_str(), depot.lat_deg), ("chi.epw", None));
    }

    #[test]
    fn every_malformed_cell_is_named() {
        for (from, to, expect, why) in [
            ("tilt", "slope", (1, "tilt", Fault::NoColumn), "another name"),
            ("36.1", "91", (2, "lat", Fault::Outside(-90.0, 90.0)), "past the pole"),
            ("10,270", ",270", (3, "tilt", Fault::Missing), "no tilt"),
            ("180,west", "x,west", (3, "kwp", Fault::NotANumber), "a word"),
            ("180,west", "0,west", (3, "kwp", Fault::Outside(1e-6, 1e7)), "no power"),
            ("close_mount", "closed", (3, "racking", Fault::Unknown), "a word of no model"),
            ("west", "east", (3, "site_id", Fault::Again(2)), "one plane twice"),
            ("hub,,", "hub,chi.epw,", (3, "weather_file", Fault::Differs(2)), "two skies"),
            ("180,west,", "180,west,90", (3, "inverter_ac_kw", Fault::Differs(2)), "two inverters"),
            ("depot", "", (5, "site_id", Fault::Missing), "no name"),
            ("chi.epw", "", (5, "weather_file", Fault::Missing), "no weather"),
        ] {
            let found = faults(&TABLE.replacen(from, to, 1));
            let (row, column, fault) = &expect;
            assert_eq!(found, [(*row, (*column).to_owned(), fault.clone())], "{why}");
        }
        assert_eq!(faults(TABLE.lines().next().unwrap())[0].2, Fault::Empty);
        assert_eq!(faults("").len(), NEEDED.len(), "all columns");
    }

    proptest! {
        #[test]
        fn no_text_brings_it_down(text in "\\PC*", cut in 0..400_usize, noise in "[-0-9,.\"\n]{0,12}") {
            let _ = sites("s", &text, &usual());
            let cut = TABLE.floor_char_boundary(cut);
            let _ = sites("s", &format!("{}{noise}{}", &TABLE[..cut], &TABLE[cut..]), &usual());
        }
    }
}
