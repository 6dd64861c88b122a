//! `vehicles`: types and how many of each stand at a site.

use crate::fault::{Fault, shown};
use crate::findings::{Findings, Told};
use crate::listed::Listed;
use crate::settings::{self, Settings};
use crate::table::{Layout, Row};
use crate::wrong::{Span, Wrong};
use crate::{File, cell, folder};
use network::{Consumption, EnergyCarrier, Site, VehicleType};
use quantity::{Currency, Distance, Energy, Mass, Money, Power, Volume};
use std::collections::{BTreeSet, HashMap};

const LAYOUT: Layout = Layout {
    csv: "vehicles.csv",
    parquet: "vehicles.parquet",
    needed: &[
        "vehicle_type",
        "energy",
        "count",
        "site_id",
        "capacity_kg",
        "capacity_l",
        "kwh_or_l_per_100km_empty",
        "kwh_or_l_per_100km_full",
        "speed_kmh",
        "cost_per_km",
        "cost_per_h",
    ],
    optional: &["battery_kwh", "charge_kw", "range_km"],
    needs_rows: false,
};
/// By their places in [`CARRIER_NAMES`].
const CARRIERS: [EnergyCarrier; 4] =
    [EnergyCarrier::Diesel, EnergyCarrier::Petrol, EnergyCarrier::Electric, EnergyCarrier::Robot];
const CARRIER_NAMES: &[&str] =
    &[CARRIERS[0].name(), CARRIERS[1].name(), CARRIERS[2].name(), CARRIERS[3].name()];
const COUNT: Span = Span { least: 0.0, most: 100_000.0 };
const CAPACITY_KG: Span = Span { least: 0.001, most: 1e5 };
const CAPACITY_L: Span = Span { least: 0.001, most: 1e6 };
const PER_100KM: Span = Span { least: 0.0, most: 1_000.0 };
const BATTERY_KWH: Span = Span { least: 0.0, most: 1e4 };
const CHARGE_KW: Span = Span { least: 0.0, most: 1e4 };
const SPEED_KMH: Span = Span { least: 0.1, most: 300.0 };
/// Currency units per km or h; the most allows for currencies of small units.
const COST: Span = Span { least: 0.0, most: 1e7 };
const RANGE_KM: Span = Span { least: 0.0, most: 20_000.0 };
/// So many types are named where the baseline's is not among them.
const KNOWN_SHOWN: usize = 6;

/// The fleet by site and type. The type of the ordinary way must be in it,
/// unless nothing is.
pub(crate) fn read(
    files: &[File],
    sites: &Listed<Site>,
    settings: Result<&Settings, &Told>,
    findings: &mut Findings,
) -> Result<Vec<VehicleType>, Told> {
    let table = folder::needed(files, &LAYOUT, findings)?;
    let currency = settings.map_err(|&told| told).and_then(|settings| settings.currency);
    let mut rows: Vec<Result<VehicleType, Told>> = Vec::new();
    let mut first: HashMap<(&str, usize), u64> = HashMap::new();
    let mut names = BTreeSet::new();
    let mut complete = table.complete;
    table.each(findings, |row| {
        let name = row.needed("vehicle_type", cell::name);
        let site = row.refer("site_id", "site", sites);
        rows.push(vehicle(row, name, site, currency));
        complete &= name.is_ok();
        names.extend(name);
        if let (Ok(name), Ok(site)) = (name, site)
            && let Some(earlier) = first.insert((name, site), row.number)
        {
            row.wrong("vehicle_type", Wrong::Duplicate { row: earlier });
        }
    });
    if let Ok(Settings { baseline, .. }) = settings
        && complete
        && !names.is_empty()
        && !names.contains(baseline.vehicle_type.as_str())
    {
        let known: Vec<&str> = names.into_iter().take(KNOWN_SHOWN).collect();
        let wrong = Wrong::NoSuchVehicle { file: table.file.clone(), known: known.join(", ") };
        let value = shown(&baseline.vehicle_type);
        let (file, key) = (settings::FILE, "baseline.vehicle_type".into());
        findings.fault(Fault::Setting { file, key, value, wrong });
    }
    let mut fleet: Vec<VehicleType> = rows.into_iter().collect::<Result<_, _>>()?;
    fleet.sort_by(|a, b| (a.site, &a.name).cmp(&(b.site, &b.name)));
    Ok(fleet)
}

fn vehicle(
    row: &mut Row,
    name: Result<&str, Told>,
    site: Result<usize, Told>,
    currency: Result<Currency, Told>,
) -> Result<VehicleType, Told> {
    let carrier = row.needed("energy", cell::choice(CARRIER_NAMES)).map(|place| CARRIERS[place]);
    let count = row.needed("count", cell::whole(COUNT));
    let capacity = row.needed("capacity_kg", cell::number(CAPACITY_KG));
    let volume = row.needed("capacity_l", cell::number(CAPACITY_L));
    let consumption = consumption(row);
    let battery = row.optional("battery_kwh", positive(BATTERY_KWH));
    let charge_power = row.optional("charge_kw", positive(CHARGE_KW));
    let range = row.optional("range_km", positive(RANGE_KM));
    let speed_kmh = row.needed("speed_kmh", cell::number(SPEED_KMH));
    let cost_per_km = row.needed("cost_per_km", cell::number(COST));
    let cost_per_h = row.needed("cost_per_h", cell::number(COST));
    let (battery, range) = (battery.map(Option::flatten), range.map(Option::flatten));
    if carrier.is_ok_and(EnergyCarrier::is_electric)
        && matches!(battery, Ok(None))
        && matches!(range, Ok(None))
    {
        return Err(row.wrong("battery_kwh", Wrong::NoRange));
    }
    let currency = currency?;
    Ok(VehicleType {
        name: name?.into(),
        carrier: carrier?,
        count: count?,
        site: site?,
        capacity: Mass::from_kilograms(capacity?),
        volume: Volume::from_litres(volume?),
        consumption: consumption?,
        battery: battery?.map(Energy::from_kilowatt_hours),
        charge_power: charge_power?.flatten().map(Power::from_kilowatts),
        speed_kmh: speed_kmh?,
        cost_per_km: Money::from_units(cost_per_km?, currency),
        cost_per_h: Money::from_units(cost_per_h?, currency),
        range: range?.map(Distance::from_kilometres),
    })
}

fn consumption(row: &mut Row) -> Result<Consumption, Told> {
    let empty = row.needed("kwh_or_l_per_100km_empty", cell::number(PER_100KM));
    let full = row.needed("kwh_or_l_per_100km_full", cell::number(PER_100KM));
    let (empty, full) = (empty?, full?);
    if full < empty {
        return Err(row.wrong("kwh_or_l_per_100km_full", Wrong::FullBelowEmpty { empty }));
    }
    Ok(Consumption { empty_per_100km: empty, full_per_100km: full })
}

/// A number of the span; zero stands for none.
fn positive(span: Span) -> impl Fn(&str) -> Result<Option<f64>, Wrong> {
    move |text| cell::number(span)(text).map(|value| Some(value).filter(|&value| value > 0.0))
}
