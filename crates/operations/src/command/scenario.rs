//! Scenarios are set.

use super::bounded;
use crate::draft::Draft;
use crate::field::{Amount, FileEntry, Id, Text};
use crate::plan::Nothing;
use crate::scenario::{
    CartonCount, ScenarioFact, ScenarioFleet, ScenarioSet, ScenarioSite, ScenarioView, SiteKind,
};
use crate::station::StationFact;
use crate::stock::{StockCounted, StockFact};
use crate::stream;
use crate::vehicle::{VehicleFact, VehicleRegistered, VehicleView};
use crate::view::find;
use events::{Command, Decision, History, Refusal, StreamId};
use quantity::apportion;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Vehicles of a scenario.
pub const UNITS_MAX: usize = 5_000;
/// Vehicles of one type at a site.
pub const COUNT_MAX: u32 = 1_000;

/// A scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Downtown", "zone": "America/Denver", "currency": "USD",
    "files": [{
        "name": "orders.csv",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "bytes": 5120,
    }],
    "sites": [{"site": "W1", "kind": "warehouse"}, {"site": "S1", "kind": "station"}],
    "vehicles": [
        {"site": "W1", "vehicle_type": "electric_van", "carrier": "electric", "count": 2},
    ],
    "cartons": [{"carton": "MIDDLE", "new": 500, "reused": 4}],
}))]
pub struct ScenarioBody {
    /// What it is called.
    pub name: Text,
    /// Its files.
    #[schema(max_items = 100)]
    pub files: Vec<FileEntry>,
    /// IANA time zone of its days.
    pub zone: Text,
    /// Currency of its prices.
    pub currency: Text,
    /// Its sites.
    #[schema(max_items = 1000)]
    pub sites: Vec<ScenarioSite>,
    /// Its vehicles.
    #[schema(max_items = 1000)]
    pub vehicles: Vec<ScenarioFleet>,
    /// Cartons in stock on its first morning, at all its warehouses together.
    #[schema(max_items = 1000)]
    pub cartons: Vec<CartonCount>,
}

/// Sets a scenario. Its stations are opened, its vehicles registered as `SITE-TYPE-N`, and where no
/// carton of a warehouse was ever counted it begins with its part of the scenario's stock: that is of
/// the whole network, so it is shared in equal parts, the odd ones to the earlier warehouses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetScenario {
    /// Its id.
    pub id: Id,
    /// What it is to be.
    pub body: ScenarioBody,
}

impl SetScenario {
    fn of_kind(&self, kind: SiteKind) -> impl Iterator<Item = &Id> {
        self.body.sites.iter().filter(move |site| site.kind == kind).map(|site| &site.site)
    }

    /// Every vehicle by its id.
    fn units(&self) -> Result<BTreeMap<Id, VehicleRegistered>, Refusal> {
        let n_units: u64 = self.body.vehicles.iter().map(|fleet| u64::from(fleet.count)).sum();
        if n_units > UNITS_MAX as u64 {
            let detail = format!("{n_units} vehicles are too many. Give up to {UNITS_MAX}");
            return Err(Refusal::state("too-many-vehicles", detail));
        }
        let mut units = BTreeMap::new();
        for fleet in &self.body.vehicles {
            for number in 1..=fleet.count {
                let name = format!("{}-{}-{number}", fleet.site, fleet.vehicle_type);
                let unit = Id::new(name).map_err(|fault| {
                    Refusal::state("vehicle-name-too-long", format!("A vehicle's name: {fault}"))
                })?;
                let registered = VehicleRegistered {
                    site: fleet.site.clone(),
                    vehicle_type: fleet.vehicle_type.clone(),
                    carrier: fleet.carrier,
                };
                if units.insert(unit.clone(), registered).is_some() {
                    let detail = format!("Vehicle `{unit}` comes twice. Add up its counts");
                    return Err(Refusal::state("vehicle-twice", detail));
                }
            }
        }
        Ok(units)
    }

    fn check(&self) -> Result<(), Refusal> {
        let body = &self.body;
        bounded("files", body.files.len(), 0, 100)?;
        bounded("sites", body.sites.len(), 0, 1_000)?;
        bounded("vehicles", body.vehicles.len(), 0, 1_000)?;
        bounded("cartons", body.cartons.len(), 0, 1_000)?;
        for fleet in &body.vehicles {
            bounded("count", fleet.count as usize, 0, COUNT_MAX as usize)?;
        }
        twice("site-twice", "Site", body.sites.iter().map(|site| &site.site))?;
        twice("carton-twice", "Carton", body.cartons.iter().map(|one| &one.carton))?;
        let known: BTreeSet<&Id> = body.sites.iter().map(|site| &site.site).collect();
        match body.vehicles.iter().find(|fleet| !known.contains(&fleet.site)) {
            None => Ok(()),
            Some(fleet) => {
                let detail = format!("No site `{}` for its vehicles. Add the site", fleet.site);
                Err(Refusal::state("site-unknown", detail))
            }
        }
    }

    fn first_stock(&self) -> Vec<(&Id, StockCounted)> {
        let warehouses: Vec<&Id> = self.of_kind(SiteKind::Warehouse).collect();
        let alike = vec![1; warehouses.len()];
        let shares = |all: Amount| apportion(all.get() as i64, &alike);
        let mut counted: Vec<_> = warehouses
            .into_iter()
            .map(|site| (site, StockCounted { cartons: Vec::new() }))
            .collect();
        for one in &self.body.cartons {
            let parts = shares(one.new).into_iter().zip(shares(one.reused));
            for ((_, counted), (new, reused)) in counted.iter_mut().zip(parts) {
                let part =
                    |share: i64| Amount::new(share as u64).expect("a part is less than the whole");
                let (new, reused) = (part(new), part(reused));
                counted.cartons.push(CartonCount { carton: one.carton.clone(), new, reused });
            }
        }
        counted
    }
}

/// Refuses what comes twice.
pub(super) fn twice<'a>(
    rule: &'static str,
    what: &str,
    ids: impl Iterator<Item = &'a Id>,
) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(Refusal::state(rule, format!("{what} `{id}` comes twice. Give it once")));
        }
    }
    Ok(())
}

impl Command for SetScenario {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        self.check()?;
        let mut streams = vec![stream::scenario(&self.id)];
        streams.extend(self.of_kind(SiteKind::Station).map(stream::station));
        streams.extend(self.of_kind(SiteKind::Warehouse).map(stream::stock));
        streams.extend(self.units()?.keys().map(stream::vehicle));
        Ok(streams)
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let mut draft = Draft::new(history);
        let own = stream::scenario(&self.id);
        let body = self.body.clone();
        let set = ScenarioSet {
            name: body.name,
            files: body.files,
            zone: body.zone,
            currency: body.currency,
            sites: body.sites,
            vehicles: body.vehicles,
            cartons: body.cartons,
        };
        let known = find::<ScenarioView>(history, &own)?.map(|view| ScenarioSet {
            name: view.name,
            files: view.files,
            zone: view.zone,
            currency: view.currency,
            sites: view.sites,
            vehicles: view.vehicles,
            cartons: view.cartons,
        });
        if known.as_ref() != Some(&set) {
            draft.write(&own, &ScenarioFact::Set(set))?;
        }
        for site in self.of_kind(SiteKind::Station) {
            let station = stream::station(site);
            if history.stream(&station).is_empty() {
                draft.write(&station, &StationFact::Opened(Nothing {}))?;
            }
        }
        for (unit, registered) in self.units()? {
            let vehicle = stream::vehicle(&unit);
            let known = find::<VehicleView>(history, &vehicle)?;
            if !known.is_some_and(|view| is_registered_as(&view, &registered)) {
                draft.write(&vehicle, &VehicleFact::Registered(registered))?;
            }
        }
        for (site, counted) in self.first_stock() {
            let stock = stream::stock(site);
            if history.stream(&stock).is_empty() && !counted.cartons.is_empty() {
                draft.write(&stock, &StockFact::Counted(counted))?;
            }
        }
        draft.end()
    }
}

fn is_registered_as(view: &VehicleView, registered: &VehicleRegistered) -> bool {
    view.site == registered.site
        && view.vehicle_type == registered.vehicle_type
        && view.carrier == registered.carrier
}
