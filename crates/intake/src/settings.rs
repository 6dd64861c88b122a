//! `greenchain.toml`.

use crate::File;
use crate::fault::Fault;
use crate::findings::{Findings, Told};
use crate::section::{Section, clock, number, parsed, quoted, text, truth};
use crate::wrong::{Span, Wrong};
use planner::{Baseline, CartonRule, EnergyPolicy, Policy, RecyclingPolicy};
use quantity::{Currency, Distance, Duration, Seed, Zone};
use toml::Value;

/// The name of the file.
pub(crate) const FILE: &str = "greenchain.toml";
const SECTIONS: [&str; 4] = ["policy", "energy", "recycling", "baseline"];
const CARTON_RULES: &[&str] = &["smallest_new_by_volume", "least_carbon"];
/// A share of a whole.
const SHARE: Span = Span { least: 0.0, most: 1.0 };
/// A share of energy that is not lost: below a hundredth it is a slip.
const EFFICIENCY: Span = Span { least: 0.01, most: 1.0 };
/// Currency units per tonne; the most allows for currencies of small units.
const PRICE_PER_T: Span = Span { least: 0.0, most: 1e9 };
/// Kilometres: up to halfway around the earth.
const KM: Span = Span { least: 0.0, most: 20_000.0 };
const DETOUR: Span = Span { least: 1.0, most: 10.0 };
const SHIFT_H: Span = Span { least: 0.25, most: 24.0 };
const MINUTES: Span = Span { least: 0.0, most: 1_440.0 };

/// What the settings say, with the defaults for what they do not say.
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) currency: Result<Currency, Told>,
    pub(crate) seed: Seed,
    pub(crate) country: Result<String, Told>,
    pub(crate) zone: Result<Zone, Told>,
    pub(crate) policy: Policy,
    pub(crate) energy: EnergyPolicy,
    pub(crate) recycling: RecyclingPolicy,
    pub(crate) baseline: Baseline,
}

/// The settings; an error only where all are hidden.
pub(crate) fn read(files: &[File], findings: &mut Findings) -> Result<Settings, Told> {
    let Some(file) = files.iter().find(|file| file.name == FILE) else {
        return Err(findings.fault(Fault::MissingSettings));
    };
    let values = parsed(FILE, file.bytes, "currency, country and timezone", findings)?;
    let mut top = Section::top(FILE, &values, findings);
    let settings = Settings {
        name: top
            .value("name", |value| text(value).map(String::from))
            .unwrap_or_else(|| "unnamed".into()),
        currency: top.needed("currency", "\"BRL\"", |value| {
            text(value)?.parse().map_err(|_| Wrong::NotACurrency)
        }),
        seed: top.value("seed", seed).unwrap_or(Seed::new(1)),
        country: top.needed("country", "\"BR\"", country),
        zone: top.needed("timezone", "\"America/Sao_Paulo\"", |value| {
            Zone::parse(text(value)?).map_err(|_| Wrong::NotAZone)
        }),
        policy: Policy::default(),
        energy: EnergyPolicy::default(),
        recycling: RecyclingPolicy::default(),
        baseline: Baseline::default(),
    };
    top.end(&SECTIONS);
    Ok(Settings {
        policy: policy(Section::under(FILE, "policy", &values, findings)),
        energy: energy(Section::under(FILE, "energy", &values, findings)),
        recycling: recycling(Section::under(FILE, "recycling", &values, findings)),
        baseline: baseline(Section::under(FILE, "baseline", &values, findings)),
        ..settings
    })
}

fn policy(mut section: Section) -> Policy {
    let mut policy = Policy::default();
    section.set("carbon_price_per_t", &mut policy.carbon_price_per_kg, |value| {
        number(PRICE_PER_T)(value).map(|per_t| per_t / 1_000.0)
    });
    section.set("consolidation", &mut policy.consolidation, truth);
    section.set("join_radius_km", &mut policy.join_radius, kilometres);
    section.set("station_radius_km", &mut policy.station_radius, kilometres);
    section.set("detour_factor", &mut policy.detour_factor, number(DETOUR));
    section.set("shift_start", &mut policy.shift_start, clock);
    section.set("shift_h", &mut policy.shift, |value| {
        number(SHIFT_H)(value).map(Duration::from_hours)
    });
    section.set("service_min", &mut policy.service, minutes);
    section.set("transfer_min", &mut policy.transfer, minutes);
    section.set("hubs", &mut policy.hubs, truth);
    section.set("support", &mut policy.support, number(SHARE));
    section.set("short_urban_km", &mut policy.short_urban, kilometres);
    section.end(&[]);
    policy
}

fn energy(mut section: Section) -> EnergyPolicy {
    let mut energy = EnergyPolicy::default();
    section.set("solar", &mut energy.solar, truth);
    section.set("export_price_share", &mut energy.export_price_share, number(SHARE));
    section.set("battery_efficiency", &mut energy.battery_efficiency, number(EFFICIENCY));
    section.set("charging_efficiency", &mut energy.charging_efficiency, number(EFFICIENCY));
    section.set("day_start", &mut energy.day_start, clock);
    section.end(&[]);
    energy
}

fn recycling(mut section: Section) -> RecyclingPolicy {
    let mut recycling = RecyclingPolicy::default();
    section.set("stations", &mut recycling.stations, truth);
    section.set("return_rate", &mut recycling.return_rate, number(SHARE));
    section.set("reuse_share", &mut recycling.reuse_share, number(SHARE));
    section.set("household_recycling", &mut recycling.household_recycling, number(SHARE));
    section.end(&[]);
    recycling
}

fn baseline(mut section: Section) -> Baseline {
    let mut baseline = Baseline::default();
    section.set("consolidation", &mut baseline.consolidation, truth);
    section.set("carton", &mut baseline.carton, |value| match text(value)? {
        "smallest_new_by_volume" => Ok(CartonRule::SmallestNewByVolume),
        "least_carbon" => Ok(CartonRule::LeastCarbon),
        _ => Err(Wrong::NotOneOf(CARTON_RULES)),
    });
    section.set("vehicle_type", &mut baseline.vehicle_type, |value| {
        text(value).map(|name| name.trim().into())
    });
    section.set("solar", &mut baseline.solar, truth);
    section.set("recycling", &mut baseline.recycling, truth);
    section.end(&[]);
    baseline
}

fn kilometres(value: &Value) -> Result<Distance, Wrong> {
    number(KM)(value).map(Distance::from_kilometres)
}

fn minutes(value: &Value) -> Result<Duration, Wrong> {
    number(MINUTES)(value).map(|minutes| Duration::from_hours(minutes / 60.0))
}

fn seed(value: &Value) -> Result<Seed, Wrong> {
    // TOML's integers are signed: the upper half of the seeds cannot be written.
    let whole =
        value.as_integer().ok_or_else(|| quoted::<u64>(value).unwrap_or(Wrong::NotASeed))?;
    u64::try_from(whole).map(Seed::new).map_err(|_| Wrong::NotASeed)
}

fn country(value: &Value) -> Result<String, Wrong> {
    let code = text(value)?;
    if code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase()) {
        Ok(code.into())
    } else {
        Err(Wrong::NotACountry)
    }
}
