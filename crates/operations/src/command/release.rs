//! A plan is carried out: its orders, parcels and rounds are written, a part at a time.

use super::{bounded, order, plan};
use crate::draft::Draft;
use crate::fact::Fact;
use crate::field::{Amount, Carrier, Id, LocalDay};
use crate::order::{OrderFact, OrderPlanned, OrderStatus, OrderTravels, OrderView};
use crate::package::Package;
use crate::parcel::{ParcelFact, ParcelPlanned, ParcelView};
use crate::plan::{Nothing, PlanFact, PlanStatus, PlanView, ReleaseFact, ReleaseOf};
use crate::round::{RoundFact, RoundKind, RoundPlanned, RoundStop, RoundView};
use crate::stream;
use crate::view::find;
use events::{Command, Decision, History, Refusal, StreamId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Orders, parcels and rounds of a chunk together: one event each, and an append takes 10,000.
pub const CHUNK_MAX: usize = 9_000;

/// The plan whose release is under way.
fn under_way(history: &History) -> Result<Option<Id>, Refusal> {
    let Some(last) = history.stream(&stream::release()).last() else { return Ok(None) };
    match ReleaseFact::read(last) {
        Ok(ReleaseFact::Started(said)) => Ok(Some(said.plan)),
        Ok(ReleaseFact::Ended(_)) => Ok(None),
        Err(fault) => Err(Refusal::state("stream-unreadable", fault.to_string())),
    }
}

fn not_releasing(view: &PlanView) -> Refusal {
    let detail = format!("Plan `{}` is {}. Ask for its release first", view.id, view.status.name());
    Refusal::state("plan-not-releasing", detail)
}

/// Asks that a finished plan be carried out. One at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskRelease {
    /// Which plan.
    pub id: Id,
}

impl Command for AskRelease {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::plan(&self.id), stream::release()])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let view = plan(history, &self.id)?;
        match view.status {
            PlanStatus::Finished => {}
            PlanStatus::Releasing | PlanStatus::Released => return Ok(Decision::default()),
            _ => {
                let status = view.status.name();
                let detail = format!("Plan `{}` is {status}. Release a finished one", self.id);
                return Err(Refusal::state("plan-not-finished", detail));
            }
        }
        if let Some(other) = under_way(history)? {
            let detail = format!("Plan `{other}` is being released. Wait for it to end");
            return Err(Refusal::state("release-under-way", detail));
        }
        let mut draft = Draft::new(history);
        draft.write(&stream::plan(&self.id), &PlanFact::ReleaseAsked(Nothing {}))?;
        let started = ReleaseFact::Started(ReleaseOf { plan: self.id.clone() });
        draft.write(&stream::release(), &started)?;
        draft.end()
    }
}

/// A parcel of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedParcel {
    /// Its id: of this plan alone, so the plan's id is best a part of it.
    pub id: Id,
    /// What the plan's files and ledger call it.
    pub name: Id,
    /// The day of its delivery.
    pub day: LocalDay,
    /// Where it is packed.
    pub site: Id,
    /// The orders in it.
    pub orders: Vec<Id>,
    /// The round that is to deliver it.
    pub round: Id,
    /// What it is to be wrapped in.
    pub package: Package,
    /// Mass of all of it.
    pub gross_g: Amount,
    /// Room it takes.
    pub volume_ml: Amount,
}

/// A round of the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedRound {
    /// Its id: of this plan alone.
    pub id: Id,
    /// What the plan's files and ledger call it.
    pub name: Id,
    /// The day.
    pub day: LocalDay,
    /// Where it starts and ends.
    pub site: Id,
    /// What it is for.
    pub kind: RoundKind,
    /// The type of its vehicle.
    pub vehicle_type: Id,
    /// What that runs on.
    pub carrier: Carrier,
    /// Its stops, in order.
    pub stops: Vec<RoundStop>,
    /// Length.
    pub distance_m: Amount,
    /// Fuel, where it burns any.
    pub fuel_ml: Option<Amount>,
    /// Electricity out of the battery, where it has one.
    pub energy_wh: Option<Amount>,
}

/// Writes a part of a plan. What is there already is left out, so that it may be asked again. An order
/// that was cancelled, or that another plan has, is skipped, and so is a parcel of such orders alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseChunk {
    /// Which plan.
    pub id: Id,
    /// Orders, each with all its parcels in this chunk.
    pub orders: Vec<Id>,
    /// Parcels, each with all its orders in this chunk.
    pub parcels: Vec<PlannedParcel>,
    /// Rounds, in any chunk.
    pub rounds: Vec<PlannedRound>,
}

impl ReleaseChunk {
    /// The orders of this chunk that are the plan's, old and new.
    fn kept(&self, history: &History) -> Result<BTreeMap<&Id, OrderView>, Refusal> {
        let mut kept = BTreeMap::new();
        for id in &self.orders {
            let view = order(history, id)?;
            if view.status == OrderStatus::Open || view.plan.as_ref() == Some(&self.id) {
                kept.insert(id, view);
            }
        }
        Ok(kept)
    }

    fn check(&self) -> Result<(), Refusal> {
        let orders: BTreeSet<&Id> = self.orders.iter().collect();
        let mut travels: BTreeSet<&Id> = BTreeSet::new();
        for parcel in &self.parcels {
            bounded("orders of a parcel", parcel.orders.len(), 1, 1_000)?;
            if let Some(order) = parcel.orders.iter().find(|order| !orders.contains(order)) {
                let detail = format!(
                    "Order `{order}` of parcel `{}` is not in the chunk. Send both together",
                    parcel.id
                );
                return Err(Refusal::state("order-not-in-chunk", detail));
            }
            travels.extend(&parcel.orders);
        }
        match orders.difference(&travels).next() {
            None => Ok(()),
            Some(order) => {
                let detail = format!("Order `{order}` is in no parcel. Leave it out");
                Err(Refusal::state("order-without-parcel", detail))
            }
        }
    }

    fn parcel(&self, scenario: &Id, one: &PlannedParcel, orders: Vec<Id>) -> ParcelPlanned {
        let one = one.clone();
        ParcelPlanned {
            plan: self.id.clone(),
            scenario: scenario.clone(),
            name: one.name,
            day: one.day,
            site: one.site,
            orders,
            round: one.round,
            package: one.package,
            gross_g: one.gross_g,
            volume_ml: one.volume_ml,
        }
    }

    fn round(&self, one: &PlannedRound) -> RoundPlanned {
        let one = one.clone();
        RoundPlanned {
            plan: self.id.clone(),
            name: one.name,
            day: one.day,
            site: one.site,
            kind: one.kind,
            vehicle_type: one.vehicle_type,
            carrier: one.carrier,
            stops: one.stops,
            distance_m: one.distance_m,
            fuel_ml: one.fuel_ml,
            energy_wh: one.energy_wh,
        }
    }

    /// Whether a parcel or round is this plan's already; another plan's is refused.
    fn is_there(&self, what: &str, id: &Id, plan: Option<Id>) -> Result<bool, Refusal> {
        match plan {
            Some(plan) if plan != self.id => {
                let detail = format!("The {what} `{id}` is of plan `{plan}`. Use another id");
                Err(Refusal::state("id-of-another-plan", detail))
            }
            known => Ok(known.is_some()),
        }
    }
}

impl Command for ReleaseChunk {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        let n_events = self.orders.len() + self.parcels.len() + self.rounds.len();
        bounded("chunk", n_events, 0, CHUNK_MAX)?;
        self.check()?;
        let mut streams = BTreeSet::from([stream::plan(&self.id)]);
        streams.extend(self.orders.iter().map(stream::order));
        streams.extend(self.parcels.iter().map(|one| stream::parcel(&one.id)));
        streams.extend(self.rounds.iter().map(|one| stream::round(&one.id)));
        Ok(streams.into_iter().collect())
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let view = plan(history, &self.id)?;
        if view.status != PlanStatus::Releasing {
            return Err(not_releasing(&view));
        }
        let mut draft = Draft::new(history);
        draft.guard(&stream::plan(&self.id));
        let kept = self.kept(history)?;
        let mut travels: BTreeMap<&Id, Vec<OrderTravels>> = BTreeMap::new();
        for one in &self.parcels {
            let own = stream::parcel(&one.id);
            let known = find::<ParcelView>(history, &own)?.map(|known| known.plan);
            let orders: Vec<&Id> = one.orders.iter().filter(|id| kept.contains_key(id)).collect();
            if self.is_there("parcel", &one.id, known)? || orders.is_empty() {
                continue;
            }
            for &order in &orders {
                let (parcel, round) = (one.id.clone(), one.round.clone());
                travels.entry(order).or_default().push(OrderTravels { parcel, round });
            }
            let orders = orders.into_iter().cloned().collect();
            let planned = self.parcel(&view.scenario, one, orders);
            draft.write(&own, &ParcelFact::Planned(planned))?;
        }
        for (id, order) in &kept {
            if order.status != OrderStatus::Open {
                continue;
            }
            let (scenario, plan) = (order.scenario.clone(), self.id.clone());
            let parcels = travels.remove(*id).unwrap_or_default();
            let planned = OrderPlanned { scenario, plan, parcels };
            draft.write(&stream::order(id), &OrderFact::Planned(planned))?;
        }
        for one in &self.rounds {
            let own = stream::round(&one.id);
            let known = find::<RoundView>(history, &own)?.map(|known| known.plan);
            if !self.is_there("round", &one.id, known)? {
                draft.write(&own, &RoundFact::Planned(self.round(one)))?;
            }
        }
        draft.end()
    }
}

/// All of a plan is written. A second time changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndRelease {
    /// Which plan.
    pub id: Id,
}

impl Command for EndRelease {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::plan(&self.id), stream::release()])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let view = plan(history, &self.id)?;
        match view.status {
            PlanStatus::Released => Ok(Decision::default()),
            PlanStatus::Releasing => {
                let mut draft = Draft::new(history);
                draft.write(&stream::plan(&self.id), &PlanFact::Released(Nothing {}))?;
                let ended = ReleaseFact::Ended(ReleaseOf { plan: self.id.clone() });
                draft.write(&stream::release(), &ended)?;
                draft.end()
            }
            _ => Err(not_releasing(&view)),
        }
    }
}
