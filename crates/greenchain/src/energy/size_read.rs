//! Parameters and sites of `energy size`: read whole, or refused with every fault by its place.

use crate::folder;
use anyhow::{Result, anyhow};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::Path;
use warehousing::dispatch::{self, Instance};
use warehousing::sizing::{BatteryUnit, Period, Site, Technology, Terms, kwp_on_roof};

/// Key, least, most, and what it is where nothing is said.
type Parameter = (&'static str, f64, f64, Option<f64>);

const MOST: f64 = 1e9;
const PARAMETERS: [Parameter; 18] = [
    ("lifetime_years", 1.0, 100.0, None),
    ("discount_rate", 0.0, 1.0, None),
    ("pv_per_kwp", 0.0, MOST, None),
    ("battery_per_kwh", 0.0, MOST, None),
    ("pv_fixed", 0.0, MOST, Some(0.0)),
    ("pv_operating_per_kwp_year", 0.0, MOST, Some(0.0)),
    ("pv_degradation_per_year", 0.0, 1.0, Some(0.005)),
    ("battery_fixed", 0.0, MOST, Some(0.0)),
    ("battery_operating_per_kwh_year", 0.0, MOST, Some(0.0)),
    ("battery_degradation_per_year", 0.0, 1.0, Some(0.02)),
    ("battery_kw_per_kwh", 0.0, 100.0, Some(0.5)),
    ("battery_charge_efficiency", 0.001, 1.0, Some(0.95)),
    ("battery_discharge_efficiency", 0.001, 1.0, Some(0.95)),
    ("battery_soc_min_share", 0.0, 1.0, Some(0.1)),
    ("battery_wear_cost_per_kwh", 0.0, MOST, Some(0.0)),
    ("subsidy_share", 0.0, 1.0, Some(0.0)),
    ("carbon_price_per_t", 0.0, MOST, Some(0.0)),
    ("m2_per_kwp", 0.1, 1_000.0, Some(6.0)),
];
const SITE_KEYS: [&str; 5] = ["name", "instance", "periods", "roof_m2", "battery_kwh_max"];
const YEAR_H: f64 = 8_760.0;
/// What periods may cover: 365 and 366 days, and 52 weeks with their rounding.
const COVERED_H: [f64; 2] = [8_700.0, 8_800.0];
/// Faults that are told; the rest are counted.
const FAULTS_TOLD: usize = 20;

struct Reader<'a> {
    file: &'a Path,
    common: &'a Map<String, Value>,
    faults: Vec<String>,
}

/// The sites of a file and their currency.
pub(super) fn sites(file: &Path) -> Result<(Vec<Site>, String)> {
    let value = super::sessions::json(file)?;
    let none = Map::new();
    let common = value.get("parameters").and_then(Value::as_object).unwrap_or(&none);
    let mut reader = Reader { file, common, faults: Vec::new() };
    let sites = reader.all(&value);
    let instances = || sites.iter().flat_map(|site| &site.periods).map(|period| &period.instance);
    let currency = instances().next().map_or("", |instance| &instance.currency).to_owned();
    if let Some(other) = instances().find(|instance| instance.currency != currency) {
        let what = format!(
            "has instances in {currency:?} and {:?}. Write all in one currency",
            other.currency
        );
        reader.fault("/sites", &what);
    }
    if reader.faults.is_empty() {
        return Ok((sites, currency));
    }
    // A parameter that all sites lack, a file that several name: told once.
    let mut told = BTreeSet::new();
    reader.faults.retain(|fault| told.insert(fault.clone()));
    let more = reader.faults.len().saturating_sub(FAULTS_TOLD);
    reader.faults.truncate(FAULTS_TOLD);
    if more > 0 {
        reader.faults.push(format!("and {more} faults more"));
    }
    Err(anyhow!(reader.faults.join("\n")))
}

impl Reader<'_> {
    fn fault(&mut self, path: &str, what: &str) {
        self.faults.push(format!("{}: {path}: {what}", self.file.display()));
    }

    fn all(&mut self, value: &Value) -> Vec<Site> {
        let Some(keys) = value.as_object() else {
            self.fault("/", "is no object. Write parameters and sites, see --help");
            return Vec::new();
        };
        self.known("", keys, &["parameters", "sites"]);
        if value.get("parameters").is_some_and(|value| !value.is_object()) {
            self.fault("/parameters", "is no object. Write keys and numbers");
        }
        self.known("/parameters", self.common, &PARAMETERS.map(|parameter| parameter.0));
        let list = value.get("sites").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if list.is_empty() {
            self.fault("/sites", "has no site. Write a list of at least one");
        }
        list.iter().enumerate().filter_map(|(place, site)| self.site(place, site)).collect()
    }

    /// A misspelt key would be a default that nobody wanted.
    fn known(&mut self, path: &str, keys: &Map<String, Value>, known: &[&str]) {
        for key in keys.keys().filter(|key| !known.contains(&key.as_str())) {
            let what = format!("is not known. Write one of {}", known.join(", "));
            self.fault(&format!("{path}/{key}"), &what);
        }
    }

    fn number(&mut self, path: &str, value: Option<&Value>, [low, high]: [f64; 2]) -> f64 {
        let number = value.and_then(Value::as_f64).filter(|number| (low..=high).contains(number));
        number.unwrap_or_else(|| {
            let is = value.map_or_else(|| "is missing".to_owned(), |value| format!("is {value}"));
            self.fault(path, &format!("{is}. Write a number from {low} to {high}"));
            low
        })
    }

    fn site(&mut self, place: usize, value: &Value) -> Option<Site> {
        let path = format!("/sites/{place}");
        let Some(keys) = value.as_object() else {
            self.fault(&path, "is no object. Write keys and values, see --help");
            return None;
        };
        let known = SITE_KEYS.into_iter().chain(PARAMETERS.map(|parameter| parameter.0));
        self.known(&path, keys, &known.collect::<Vec<_>>());
        let name = keys.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        if name.is_empty() {
            self.fault(&format!("{path}/name"), "is missing. Write the site's name");
        }
        let roof_m2 = self.number(&format!("{path}/roof_m2"), keys.get("roof_m2"), [0.0, MOST]);
        let battery_kwh_max = self.number(
            &format!("{path}/battery_kwh_max"),
            keys.get("battery_kwh_max"),
            [0.0, MOST],
        );
        let mut of = |key: &str| self.parameter(&path, keys, key);
        let battery = BatteryUnit {
            kw_per_kwh: of("battery_kw_per_kwh"),
            charge_efficiency: of("battery_charge_efficiency"),
            discharge_efficiency: of("battery_discharge_efficiency"),
            soc_min_share: of("battery_soc_min_share"),
            wear_cost_per_kwh: of("battery_wear_cost_per_kwh"),
        };
        let lifetime_years = of("lifetime_years");
        let terms = Terms {
            pv: Technology {
                fixed: of("pv_fixed"),
                per_unit: of("pv_per_kwp"),
                operating_per_unit: of("pv_operating_per_kwp_year"),
                degradation_per_year: of("pv_degradation_per_year"),
            },
            battery: Technology {
                fixed: of("battery_fixed"),
                per_unit: of("battery_per_kwh"),
                operating_per_unit: of("battery_operating_per_kwh_year"),
                degradation_per_year: of("battery_degradation_per_year"),
            },
            lifetime_years: lifetime_years.round() as u32,
            discount_rate: of("discount_rate"),
            subsidy_share: of("subsidy_share"),
            carbon_price_per_t: of("carbon_price_per_t"),
        };
        let kwp_max = kwp_on_roof(roof_m2, of("m2_per_kwp"));
        if lifetime_years.fract() != 0.0 {
            let what = format!("is {lifetime_years}. Write whole years");
            self.fault(&format!("{path}/lifetime_years"), &what);
        }
        let periods = self.periods(&path, keys);
        Some(Site { name, periods, battery, kwp_max, battery_kwh_max, terms })
    }

    /// A parameter: the site's, else that of all, else what it is where nothing is said.
    fn parameter(&mut self, path: &str, site: &Map<String, Value>, key: &str) -> f64 {
        let known = PARAMETERS.iter().find(|parameter| parameter.0 == key);
        let &(_, low, high, otherwise) =
            known.expect("every parameter that is asked for is listed");
        let own = site.get(key).map(|value| (path, value));
        match (own.or_else(|| self.common.get(key).map(|value| ("/parameters", value))), otherwise)
        {
            (Some((path, value)), _) => {
                self.number(&format!("{path}/{key}"), Some(value), [low, high])
            }
            (None, Some(otherwise)) => otherwise,
            (None, None) => self.number(&format!("/parameters/{key}"), None, [low, high]),
        }
    }

    fn periods(&mut self, path: &str, site: &Map<String, Value>) -> Vec<Period> {
        match (site.get("instance"), site.get("periods").and_then(Value::as_array)) {
            (Some(instance), None) => {
                let read = self.instance(&format!("{path}/instance"), Some(instance));
                let whole = |instance: Instance| {
                    let times_a_year = YEAR_H / hours(&instance);
                    Period { instance, times_a_year }
                };
                read.into_iter().map(whole).collect()
            }
            (None, Some(list)) if !list.is_empty() => {
                let path = format!("{path}/periods");
                let all = list.iter().enumerate();
                let read: Vec<Option<Period>> =
                    all.map(|(at, value)| self.period(&format!("{path}/{at}"), value)).collect();
                let periods: Vec<Period> = read.iter().flatten().cloned().collect();
                let covered: f64 = periods
                    .iter()
                    .map(|period| period.times_a_year * hours(&period.instance))
                    .sum();
                let [least, most] = COVERED_H;
                if periods.len() == read.len() && !(least..=most).contains(&covered) {
                    let what = format!(
                        "cover {covered:.0} h. Let times_a_year and steps make {least} to {most}"
                    );
                    self.fault(&path, &what);
                }
                periods
            }
            _ => {
                self.fault(path, "needs either instance (a path) or periods (a list). Write one");
                Vec::new()
            }
        }
    }

    fn period(&mut self, path: &str, value: &Value) -> Option<Period> {
        if let Some(keys) = value.as_object() {
            self.known(path, keys, &["instance", "times_a_year"]);
        }
        let times_a_year =
            self.number(&format!("{path}/times_a_year"), value.get("times_a_year"), [0.0, 1e6]);
        let instance = self.instance(&format!("{path}/instance"), value.get("instance"))?;
        Some(Period { instance, times_a_year })
    }

    /// The instance in a file beside ours.
    fn instance(&mut self, path: &str, value: Option<&Value>) -> Option<Instance> {
        let Some(name) = value.and_then(Value::as_str) else {
            self.fault(path, "is no path. Write the file of an instance of `energy schedule`");
            return None;
        };
        let file = self.file.parent().unwrap_or(Path::new("")).join(name);
        let text = match folder::text(&file) {
            Ok(text) => text,
            Err(error) => {
                self.fault(path, &format!("{error:#}. Correct the path or the file"));
                return None;
            }
        };
        match dispatch::read(&text) {
            Ok(read) if read.instance.battery.is_none() => Some(read.instance),
            Ok(_) => {
                let what = "is there, and the battery is what is sized. Take it out";
                self.faults.push(format!("{}: /battery: {what}", file.display()));
                None
            }
            Err(faults) => {
                let told = faults.iter().map(|fault| format!("{}: {fault}", file.display()));
                self.faults.extend(told);
                None
            }
        }
    }
}

fn hours(instance: &Instance) -> f64 {
    instance.step_h * instance.steps() as f64
}
