//! An order, from its receipt to its last parcel.

use crate::fact::facts;
use crate::field::{Delivery, Id, Moment, Text, whole};
use crate::key;
use crate::parcel::ParcelStatus;
use crate::view::{At, View};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// So many pieces of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"sku": "LAMP-3", "quantity": 2}))]
pub struct OrderItem {
    /// Which product.
    pub sku: Id,
    /// Pieces.
    #[schema(minimum = 1, maximum = 1_000_000)]
    #[serde(deserialize_with = "whole")]
    pub quantity: u32,
}

/// An order came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReceived {
    /// Of which scenario.
    pub scenario: Id,
    /// When it was placed.
    pub placed_at: Moment,
    /// The site that ships it.
    pub origin_site: Id,
    /// Delivered by then, where that was promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_by: Option<Moment>,
    /// How the customer wants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub option: Option<Delivery>,
    /// Id of the personal data of who gets it.
    pub recipient: String,
    /// Digest of that data and of a salt that is kept with it: says nothing once both are erased.
    pub recipient_digest: String,
    /// What is in it.
    pub items: Vec<OrderItem>,
}

/// An order is in a plan that is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPlanned {
    /// Of which scenario.
    pub scenario: Id,
    /// Which plan.
    pub plan: Id,
    /// The parcels that it travels in.
    pub parcels: Vec<OrderTravels>,
}

/// A parcel of an order, and the round that is to deliver it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"parcel": "N1-P20260714-00001", "round": "N1-R20260714-001"}))]
pub struct OrderTravels {
    /// Which parcel.
    pub parcel: Id,
    /// By which round.
    pub round: Id,
}

/// A parcel of an order got somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderProgressed {
    /// Of which scenario.
    pub scenario: Id,
    /// Which parcel.
    pub parcel: Id,
    /// The round that it is or was on, or is to go on.
    pub round: Id,
    /// What it is now.
    pub status: ParcelStatus,
}

/// An order is not wanted any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCancelled {
    /// Of which scenario.
    pub scenario: Id,
    /// Why.
    pub reason: Text,
}

facts! {
    /// What may happen to an order.
    OrderFact {
        /// It came in.
        Received(OrderReceived) = "order-received",
        /// A plan that is carried out has it.
        Planned(OrderPlanned) = "order-planned",
        /// A parcel of it got somewhere.
        Progressed(OrderProgressed) = "order-progressed",
        /// It is not wanted any more.
        Cancelled(OrderCancelled) = "order-cancelled",
    }
}

/// How far an order is: as far as its least parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "planned")]
pub enum OrderStatus {
    /// Waits for a plan.
    Open,
    /// In a plan; not all of it is packed.
    Planned,
    /// All of it is packed; not all is on a vehicle.
    Packed,
    /// All of it is on vehicles, or delivered.
    Loaded,
    /// All of it is delivered.
    Delivered,
    /// A parcel of it was not handed over, and is not on a new round yet.
    Failed,
    /// Not wanted any more.
    Cancelled,
}

impl OrderStatus {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Planned,
        Self::Packed,
        Self::Loaded,
        Self::Delivered,
        Self::Failed,
        Self::Cancelled,
    ];

    /// As files and keys name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Planned => "planned",
            Self::Packed => "packed",
            Self::Loaded => "loaded",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A parcel of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "parcel": "N1-P20260714-00001", "round": "N1-R20260714-001", "status": "packed",
}))]
pub struct OrderParcel {
    /// Which.
    pub parcel: Id,
    /// The round that it is or was on, or is to go on.
    pub round: Id,
    /// What it is now.
    pub status: ParcelStatus,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "A001", "status": "planned", "scenario": "downtown",
    "placed_at": "2026-07-14T08:12:00-06:00", "origin_site": "W1", "option": "green",
    "recipient": "order/A001",
    "recipient_digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "items": [{"sku": "LAMP-3", "quantity": 2}], "plan": "N1",
    "parcels": [
        {"parcel": "N1-P20260714-00001", "round": "N1-R20260714-001", "status": "planned"},
    ],
    "version": 2, "updated_at": "2026-07-14T14:12:00+00:00",
}))]
pub struct OrderView {
    /// Its id.
    pub id: String,
    /// How far it is.
    pub status: OrderStatus,
    /// Of which scenario.
    pub scenario: Id,
    /// When it was placed.
    pub placed_at: Moment,
    /// The site that ships it.
    pub origin_site: Id,
    /// Delivered by then, where that was promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_by: Option<Moment>,
    /// How the customer wants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub option: Option<Delivery>,
    /// Id of the personal data of who gets it.
    pub recipient: String,
    /// Digest of that data, salted.
    pub recipient_digest: String,
    /// What is in it.
    pub items: Vec<OrderItem>,
    /// The plan that it is carried out by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Id>,
    /// The parcels that it travels in.
    pub parcels: Vec<OrderParcel>,
    /// Why it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// Version of its stream.
    pub version: u64,
    /// When something last happened to it.
    pub updated_at: String,
}

impl OrderView {
    fn received(said: OrderReceived, id: &str) -> Self {
        Self {
            id: id.into(),
            status: OrderStatus::Open,
            scenario: said.scenario,
            placed_at: said.placed_at,
            origin_site: said.origin_site,
            promised_by: said.promised_by,
            option: said.option,
            recipient: said.recipient,
            recipient_digest: said.recipient_digest,
            items: said.items,
            plan: None,
            parcels: Vec::new(),
            reason: None,
            version: 0,
            updated_at: String::new(),
        }
    }

    /// As far as the parcels are.
    fn by_parcels(&self) -> OrderStatus {
        let least = self.parcels.iter().map(|one| match one.status {
            ParcelStatus::Failed | ParcelStatus::BroughtBack => (0, OrderStatus::Failed),
            ParcelStatus::Planned | ParcelStatus::Cancelled => (1, OrderStatus::Planned),
            ParcelStatus::Packed => (2, OrderStatus::Packed),
            ParcelStatus::Loaded => (3, OrderStatus::Loaded),
            ParcelStatus::Delivered => (4, OrderStatus::Delivered),
        });
        least.min_by_key(|(rank, _)| *rank).map_or(OrderStatus::Planned, |(_, status)| status)
    }
}

impl View for OrderView {
    type Fact = OrderFact;
    const KIND: &'static str = "order";
    const PROJECTION: &'static str = "orders";

    fn take(before: Option<Self>, fact: OrderFact, at: At) -> Option<Self> {
        let mut view = match (before, fact) {
            (None, OrderFact::Received(said)) => Self::received(said, at.id),
            (None, _) | (Some(_), OrderFact::Received(_)) => return None,
            (Some(mut view), OrderFact::Planned(said)) => {
                let planned = |OrderTravels { parcel, round }| OrderParcel {
                    parcel,
                    round,
                    status: ParcelStatus::Planned,
                };
                view.parcels = said.parcels.into_iter().map(planned).collect();
                view.plan = Some(said.plan);
                view.status = view.by_parcels();
                view
            }
            (Some(mut view), OrderFact::Progressed(said)) => {
                let one = view.parcels.iter_mut().find(|one| one.parcel == said.parcel)?;
                (one.round, one.status) = (said.round, said.status);
                view.status = view.by_parcels();
                view
            }
            (Some(mut view), OrderFact::Cancelled(said)) => {
                view.status = OrderStatus::Cancelled;
                view.reason = Some(said.reason);
                view
            }
        };
        (view.version, view.updated_at) = (at.version, at.updated_at);
        Some(view)
    }

    fn lists(fact: &OrderFact) -> Vec<String> {
        let scenario = match fact {
            OrderFact::Received(said) => &said.scenario,
            OrderFact::Planned(said) => &said.scenario,
            OrderFact::Progressed(said) => &said.scenario,
            OrderFact::Cancelled(said) => &said.scenario,
        };
        let both = |status: OrderStatus| {
            [key::of_status(status.name()), key::of_scenario(scenario, status.name())]
        };
        OrderStatus::ALL.into_iter().flat_map(both).collect()
    }

    fn listed(&self) -> Vec<String> {
        let status = self.status.name();
        vec![key::of_status(status), key::of_scenario(&self.scenario, status)]
    }
}
