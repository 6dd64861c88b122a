//! A plan is released: its orders, parcels and rounds become things of the living day.

use crate::app::App;
use crate::blobs::run;
use crate::jobs::{Ended, Running};
use crate::problem::Problem;
use events::Tenant;
use network::EnergyCarrier;
use operations::field::{Amount, Carrier, FieldFault, Id, LocalDay};
use operations::round::{RoundKind, RoundStop};
use operations::{EndRelease, Package, PlanStatus, PlannedParcel, PlannedRound, ReleaseChunk};
use packaging::Wrapping;
use planner::{DayOutcome, Outcome, Scenario};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// File of a plan's folder with what is to be released.
pub(crate) const RELEASE_FILE: &str = "release.json";
/// Orders, parcels and rounds of one append.
const CHUNK: usize = 4_000;

/// What a plan consists of once it is released.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ToRelease {
    parcels: Vec<PlannedParcel>,
    rounds: Vec<PlannedRound>,
}

/// What is to be released of a plan.
pub(crate) fn to_release(
    plan: &Id,
    scenario: &Scenario,
    outcome: &Outcome,
) -> Result<ToRelease, FieldFault> {
    let mut all = ToRelease::default();
    for day in &outcome.plan.days {
        let naming = Naming { plan, scenario, day };
        all.parcels.extend(naming.parcels()?);
        all.rounds.extend(naming.rounds()?);
    }
    Ok(all)
}

/// A day of a plan, and how its things are named.
struct Naming<'a> {
    plan: &'a Id,
    scenario: &'a Scenario,
    day: &'a DayOutcome,
}

impl Naming<'_> {
    /// The id of a parcel or round, which no other plan has.
    fn id(&self, name: &str) -> Result<Id, FieldFault> {
        // Of a long id the end is enough: there it is random.
        let plan = self.plan.as_str();
        let begin = plan.char_indices().rev().nth(11).map_or(0, |(at, _)| at);
        Id::new(format!("{}-{name}", &plan[begin..]))
    }

    fn site(&self, site: usize) -> Result<Id, FieldFault> {
        Id::new(self.scenario.sites[site].id.as_str())
    }

    fn day(&self) -> Result<LocalDay, FieldFault> {
        LocalDay::new(self.day.day.to_string())
    }

    fn parcels(&self) -> Result<Vec<PlannedParcel>, FieldFault> {
        self.day
            .parcels
            .iter()
            .map(|parcel| {
                let orders = parcel
                    .orders
                    .iter()
                    .map(|&order| Id::new(self.scenario.orders[order].id.as_str()));
                Ok(PlannedParcel {
                    id: self.id(&parcel.id)?,
                    name: Id::new(parcel.id.as_str())?,
                    day: self.day()?,
                    site: self.site(self.day.shipments[parcel.shipment].origin)?,
                    orders: orders.collect::<Result<_, _>>()?,
                    round: self.id(&self.day.round_ids[parcel.round])?,
                    package: self.package(&parcel.wrapping)?,
                    gross_g: Amount::new(parcel.gross.grams().round().max(0.0) as u64)?,
                    volume_ml: Amount::new((parcel.volume.litres() * 1e3).round().max(0.0) as u64)?,
                })
            })
            .collect()
    }

    fn package(&self, wrapping: &Wrapping) -> Result<Package, FieldFault> {
        Ok(match *wrapping {
            Wrapping::Own => Package::OwnPackage {},
            Wrapping::Bag { kind } => {
                Package::Bag { bag: Id::new(self.scenario.solution.bags[kind].id.as_str())? }
            }
            Wrapping::Carton { kind, reused } => {
                let carton = Id::new(self.scenario.cartons[kind].id.as_str())?;
                Package::Carton { carton, reused }
            }
        })
    }

    fn rounds(&self) -> Result<Vec<PlannedRound>, FieldFault> {
        let parcels_at = self.parcels_at()?;
        let at = |stop: usize| parcels_at.get(&stop).cloned().unwrap_or_default();
        self.day
            .routing
            .rounds
            .iter()
            .enumerate()
            .map(|(index, round)| {
                let vehicle = &self.scenario.fleet[round.vehicle];
                let (kind, stops) = match &round.kind {
                    transport::RoundKind::Delivery => {
                        let stop = |stop| RoundStop { parcels: at(stop), site: None };
                        (RoundKind::Delivery, round.stops().map(stop).collect())
                    }
                    transport::RoundKind::Feeder { drops } => {
                        let stops = drops.iter().map(|(hub, dropped)| {
                            let parcels = dropped.iter().flat_map(|&stop| at(stop)).collect();
                            Ok(RoundStop { parcels, site: Some(self.site(*hub)?) })
                        });
                        (RoundKind::Feeder, stops.collect::<Result<Vec<_>, FieldFault>>()?)
                    }
                };
                let used = Amount::new((round.energy() * 1e3).round().max(0.0) as u64)?;
                let carrier = carrier(vehicle.carrier);
                Ok(PlannedRound {
                    id: self.id(&self.day.round_ids[index])?,
                    name: Id::new(self.day.round_ids[index].as_str())?,
                    day: self.day()?,
                    site: self.site(round.site)?,
                    kind,
                    vehicle_type: Id::new(vehicle.name.as_str())?,
                    carrier,
                    stops,
                    distance_m: Amount::new(round.distance().metres().max(0) as u64)?,
                    fuel_ml: (!carrier.is_electric()).then_some(used),
                    energy_wh: carrier.is_electric().then_some(used),
                })
            })
            .collect()
    }

    /// The parcels handed over at each stop.
    fn parcels_at(&self) -> Result<BTreeMap<usize, Vec<Id>>, FieldFault> {
        let mut stop_of = BTreeMap::new();
        for (stop, shipments) in self.day.stop_shipments.iter().enumerate() {
            stop_of.extend(shipments.iter().map(|&shipment| (shipment, stop)));
        }
        let mut parcels: BTreeMap<usize, Vec<Id>> = BTreeMap::new();
        for parcel in &self.day.parcels {
            if let Some(&stop) = stop_of.get(&parcel.shipment) {
                parcels.entry(stop).or_default().push(self.id(&parcel.id)?);
            }
        }
        Ok(parcels)
    }
}

/// What a vehicle runs on, as the living day names it.
pub(crate) fn carrier(carrier: EnergyCarrier) -> Carrier {
    match carrier {
        EnergyCarrier::Diesel => Carrier::Diesel,
        EnergyCarrier::Petrol => Carrier::Petrol,
        EnergyCarrier::Electric => Carrier::Electric,
        EnergyCarrier::Robot => Carrier::Robot,
    }
}

impl ToRelease {
    /// In parts that fit an append: an order with all its parcels, a parcel with all its orders.
    fn chunks(self, plan: &Id) -> Vec<ReleaseChunk> {
        let mut groups = groups(self.parcels);
        groups.sort_by(|a, b| a[0].id.cmp(&b[0].id));
        let new = || ReleaseChunk {
            id: plan.clone(),
            orders: Vec::new(),
            parcels: Vec::new(),
            rounds: Vec::new(),
        };
        let size =
            |chunk: &ReleaseChunk| chunk.orders.len() + chunk.parcels.len() + chunk.rounds.len();
        let mut chunks = vec![new()];
        for group in groups {
            let mut orders: Vec<Id> = group.iter().flat_map(|one| one.orders.clone()).collect();
            orders.sort();
            orders.dedup();
            let last = chunks.last().map_or(0, size);
            if last > 0 && last + orders.len() + group.len() > CHUNK {
                chunks.push(new());
            }
            let chunk = chunks.last_mut().expect("there is one at least");
            chunk.orders.extend(orders);
            chunk.parcels.extend(group);
        }
        for rounds in self.rounds.chunks(CHUNK) {
            chunks.push(ReleaseChunk { rounds: rounds.to_vec(), ..new() });
        }
        chunks.retain(|chunk| size(chunk) > 0);
        chunks
    }
}

/// Parcels that share orders, together.
fn groups(parcels: Vec<PlannedParcel>) -> Vec<Vec<PlannedParcel>> {
    let mut group_of: BTreeMap<Id, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<PlannedParcel>> = Vec::new();
    for parcel in parcels {
        let mut met: Vec<usize> =
            parcel.orders.iter().filter_map(|order| group_of.get(order).copied()).collect();
        met.sort_unstable();
        met.dedup();
        let home = met.first().copied().unwrap_or(groups.len());
        if home == groups.len() {
            groups.push(Vec::new());
        }
        for &other in met.iter().skip(1) {
            let moved = std::mem::take(&mut groups[other]);
            for order in moved.iter().flat_map(|one| &one.orders) {
                group_of.insert(order.clone(), home);
            }
            groups[home].extend(moved);
        }
        for order in &parcel.orders {
            group_of.insert(order.clone(), home);
        }
        groups[home].push(parcel);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Writes all of a plan that is to be released; what is there already is left as it is.
pub(crate) async fn release(
    app: &App,
    tenant: &Tenant,
    plan: &Id,
    running: &Arc<Running>,
) -> Result<Ended, Problem> {
    if app.plan(tenant, plan).await?.status != PlanStatus::Releasing {
        return Ok(Ended::Done);
    }
    let path = app.plan_folder(tenant, plan).join(RELEASE_FILE);
    let all: ToRelease = run(move || read(&path)).await?;
    let chunks = all.chunks(plan);
    for (done, chunk) in chunks.iter().enumerate() {
        if running.is_stopped() {
            return Ok(Ended::LetGo);
        }
        running.tell(format!("{done} of {} parts are released", chunks.len()));
        app.say(tenant, chunk).await?;
    }
    app.say(tenant, &EndRelease { id: plan.clone() }).await?;
    Ok(Ended::Done)
}

#[expect(clippy::disallowed_methods, reason = "the server reads the files that it wrote")]
fn read(path: &std::path::Path) -> Result<ToRelease, Problem> {
    let bytes = std::fs::read(path).map_err(|fault| Problem::internal(&fault))?;
    serde_json::from_slice(&bytes).map_err(|fault| Problem::internal(&fault))
}
