//! All sites of a tenant since the beginning, from their settled days.

use super::known::Site;
use crate::app::App;
use crate::blobs::run;
use crate::problem::Problem;
use events::Tenant;
use operations::view::View;
use operations::{EnergyMonthView, EnergySiteView, StringAlarmsView, key};
use quantity::{Carbon, Energy, Power};
use serde::Serialize;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use utoipa::ToSchema;
use warehousing::monitoring::footprint::Market;
use warehousing::monitoring::growth::Growth;
use warehousing::monitoring::overview::{Overview, SiteOverview, overview_of};

/// Energies of all time, in kWh.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "a number ends in its unit")]
pub(crate) struct EnergyTotals {
    /// AC out of the inverters.
    generation_kwh: f64,
    /// Of that, used where it was generated, at once or out of a battery.
    self_consumed_kwh: f64,
    /// Sold.
    exported_kwh: f64,
    /// Of that, not generated at the site: bought, kept in a battery and sold again.
    resold_kwh: f64,
    /// Bought.
    imported_kwh: f64,
    /// Used by buildings and vehicles.
    used_kwh: f64,
    /// Of that, by vehicles.
    charging_kwh: f64,
}

/// CO2e of all time, in kg, by the grid of each hour.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct EnergyCarbon {
    /// Not bought, because generated and used.
    self_consumed_kg_co2e: String,
    /// Generated and sold, so that others did not buy it: a line of its own, never taken from the one below.
    exported_kg_co2e: String,
    /// Bought, location-based.
    imported_kg_co2e: String,
    /// Of hours whose grid is not known; in no line above.
    without_factor_kwh: f64,
}

/// Generation of the last twelve months against the same dates a year before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct EnergyGrowth {
    /// Sites that are compared.
    sites: usize,
    /// Dates known in both years.
    days: usize,
    /// Generated on them.
    kwh: f64,
    /// And a year before.
    kwh_year_before: f64,
    /// The difference as a share; null where there was nothing.
    share: Option<f64>,
}

/// Power of all modules against a year before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct InstalledGrowth {
    /// A year before.
    mw_year_before: f64,
    /// The difference as a share; null where there was nothing.
    share: Option<f64>,
}

/// A place in the league.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct LeagueSite {
    /// From 1: the most of each kWp and day in the last twelve months.
    rank: usize,
    /// Id of the site.
    site: String,
    /// Degrees north.
    lat: f64,
    /// Degrees east.
    lon: f64,
    /// The day from which its modules count.
    commissioned: String,
    /// Power of its modules.
    kwp: f64,
    /// Generated since the beginning.
    generation_kwh: f64,
    /// Generated in the last twelve months, for each kWp and day; null where nothing is known.
    kwh_per_kwp_day: Option<f64>,
    /// Of all time (IEC 61724-1); null without light.
    performance_ratio: Option<f64>,
    /// Generated, of what was expected; null where nothing was.
    of_expected: Option<f64>,
    /// Strings that are behind now.
    strings_behind: usize,
}

/// All sites of a tenant since the beginning.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(example = json!({
    "first_day": "2024-05-01", "last_day": "2026-07-14", "installed_mw": 1.25,
    "installed_growth": {"mw_year_before": 1.0, "share": 0.25},
    "energy": {
        "generation_kwh": 2_500_000.0, "self_consumed_kwh": 1_900_000.0, "exported_kwh": 600_000.0,
        "resold_kwh": 0.0, "imported_kwh": 4_100_000.0, "used_kwh": 6_000_000.0,
        "charging_kwh": 900_000.0,
    },
    "carbon": {
        "self_consumed_kg_co2e": "782800", "exported_kg_co2e": "247200",
        "imported_kg_co2e": "1689200", "without_factor_kwh": 0.0,
    },
    "growth": null, "like_for_like": null, "hourly_matching": 0.31, "annual_matching": 0.42,
    "league": [],
}))]
pub(crate) struct EnergyNetwork {
    /// The first settled day; null where there is none.
    first_day: Option<String>,
    /// The last.
    last_day: Option<String>,
    /// Power of all modules.
    installed_mw: f64,
    /// Against a year before.
    installed_growth: Option<InstalledGrowth>,
    /// Since the beginning.
    energy: EnergyTotals,
    /// Since the beginning.
    carbon: EnergyCarbon,
    /// Of all sites, new ones too.
    growth: Option<EnergyGrowth>,
    /// Of the sites that were there in both years.
    like_for_like: Option<EnergyGrowth>,
    /// Share of use met by own generation in the same hour.
    hourly_matching: Option<f64>,
    /// Share of use met by own generation over all time.
    annual_matching: Option<f64>,
    /// Sites, the best first.
    league: Vec<LeagueSite>,
}

/// How far the rows were from which a network was made.
type Changes = [u64; 3];

/// All sites of a tenant since the beginning, as `warehousing` sums them up.
pub(crate) struct Network {
    pub(crate) sites: Vec<Site>,
    /// Of the sites, in their order; without its last day.
    pub(crate) overview: Overview,
    /// Strings that are behind, by site.
    behind: BTreeMap<String, usize>,
}

/// Networks that were made, by tenant.
#[derive(Default)]
pub(crate) struct Networks(Mutex<HashMap<Tenant, (Changes, Arc<Network>)>>);

impl Networks {
    fn find(&self, tenant: &Tenant, changes: Changes) -> Option<Arc<Network>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(tenant).filter(|(made_at, _)| *made_at == changes).map(|(_, made)| made.clone())
    }

    fn keep(&self, tenant: &Tenant, changes: Changes, made: Arc<Network>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(tenant.clone(), (changes, made));
    }
}

impl App {
    /// All sites of a tenant since the beginning; made anew only when a day was settled, a site described
    /// or an alarm raised.
    pub(crate) async fn energy_network(&self, tenant: &Tenant) -> Result<Arc<Network>, Problem> {
        let all =
            [EnergySiteView::PROJECTION, EnergyMonthView::PROJECTION, StringAlarmsView::PROJECTION];
        for projection in all {
            self.fresh(tenant, projection).await?;
        }
        let tenancy = self.tenancy_known(tenant);
        let changes = all.map(|one| tenancy.as_ref().map_or(0, |tenancy| tenancy.changes(one)));
        if let Some(made) = self.networks.find(tenant, changes) {
            return Ok(made);
        }
        let sites = self.energy_sites(tenant).await?;
        let alarms: Vec<StringAlarmsView> = self.all(tenant, key::IDS.into()).await?;
        let behind = alarms.into_iter().map(|view| (view.id, view.behind.len())).collect();
        let mut settled = Vec::new();
        for site in &sites {
            settled.push(self.settled_site(tenant, site).await?);
        }
        let made = run(move || {
            let overview = overview_of(&settled, Vec::new(), Market::default());
            Ok(Arc::new(Network { sites, overview, behind }))
        })
        .await?;
        self.networks.keep(tenant, changes, made.clone());
        Ok(made)
    }
}

/// The network as it is shown.
pub(crate) fn shown(network: &Network) -> EnergyNetwork {
    let Network { sites, overview: found, behind } = network;
    let kg = |carbon: Carbon| carbon.kilograms().to_string();
    let Overview { flows, footprint, matching, .. } = found;
    let mw = |power: Power| power.kilowatts() / 1e3;
    EnergyNetwork {
        first_day: found.days.map(|(first, _)| first.to_string()),
        last_day: found.days.map(|(_, last)| last.to_string()),
        installed_mw: mw(found.installed),
        installed_growth: found.installed_growth.map(|growth| InstalledGrowth {
            mw_year_before: mw(growth.before),
            share: growth.share(),
        }),
        energy: EnergyTotals {
            generation_kwh: flows.generation.kilowatt_hours(),
            self_consumed_kwh: flows.self_consumed.kilowatt_hours(),
            exported_kwh: flows.exported.kilowatt_hours(),
            resold_kwh: flows.resold.kilowatt_hours(),
            imported_kwh: flows.imported.kilowatt_hours(),
            used_kwh: flows.used.kilowatt_hours(),
            charging_kwh: flows.charging.kilowatt_hours(),
        },
        carbon: EnergyCarbon {
            self_consumed_kg_co2e: kg(footprint.self_consumed),
            exported_kg_co2e: kg(footprint.exported),
            imported_kg_co2e: kg(footprint.location_based),
            without_factor_kwh: footprint.without_factor.kilowatt_hours(),
        },
        growth: found.growth.map(growth),
        like_for_like: found.like_for_like.map(growth),
        hourly_matching: matching.hourly,
        annual_matching: matching.annual,
        league: league(sites, &found.sites, behind),
    }
}

fn growth(growth: Growth) -> EnergyGrowth {
    EnergyGrowth {
        sites: growth.sites,
        days: growth.days,
        kwh: growth.now.kilowatt_hours(),
        kwh_year_before: growth.before.kilowatt_hours(),
        share: growth.share(),
    }
}

/// The best first, those of which nothing is known last, equals by name.
fn league(
    sites: &[Site],
    found: &[SiteOverview],
    behind: &BTreeMap<String, usize>,
) -> Vec<LeagueSite> {
    let row = |(site, found): (&Site, &SiteOverview)| LeagueSite {
        rank: 0,
        site: found.site.clone(),
        lat: site.energy.lat.to_f64(),
        lon: site.energy.lon.to_f64(),
        commissioned: site.energy.commissioned.to_string(),
        kwp: found.peak.kilowatts(),
        generation_kwh: found.flows.generation.kilowatt_hours(),
        kwh_per_kwp_day: found.last_year.kwh_per_kwp_day(),
        performance_ratio: found.yields.performance_ratio(),
        of_expected: found
            .against_expected
            .filter(|(_, expected)| *expected > Energy::ZERO)
            .map(|(had, expected)| had.kilowatt_hours() / expected.kilowatt_hours()),
        strings_behind: behind.get(&found.site).copied().unwrap_or_default(),
    };
    let mut rows: Vec<LeagueSite> = sites.iter().zip(found).map(row).collect();
    let by = |one: Option<f64>, other: Option<f64>| match (one, other) {
        (Some(one), Some(other)) => other.total_cmp(&one),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    rows.sort_by(|one, other| {
        by(one.kwh_per_kwp_day, other.kwh_per_kwp_day).then_with(|| one.site.cmp(&other.site))
    });
    for (place, row) in rows.iter_mut().enumerate() {
        row.rank = place + 1;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::energy::known::tests::site;
    use warehousing::monitoring::overview::SettledSite;

    #[test]
    fn a_network_without_days_has_its_places_by_name() {
        let sites = ["W2", "W1"].map(|id| site(id, 5_000)).to_vec();
        let settled: Vec<SettledSite> = sites
            .iter()
            .map(|site| SettledSite {
                site: site.id.to_string(),
                peak: site.peak(),
                commissioned: None,
                days: Vec::new(),
            })
            .collect();
        let overview = overview_of(&settled, Vec::new(), Market::default());
        let behind = BTreeMap::from([("W2".to_owned(), 3)]);
        let found = shown(&Network { sites, overview, behind });
        let told: Vec<(usize, &str, usize)> = found
            .league
            .iter()
            .map(|row| (row.rank, row.site.as_str(), row.strings_behind))
            .collect();
        assert_eq!(told, [(1, "W1", 0), (2, "W2", 3)]);
        assert_eq!((found.first_day, found.growth), (None, None));
        assert!((found.installed_mw - 0.01).abs() < 1e-12);
    }
}
