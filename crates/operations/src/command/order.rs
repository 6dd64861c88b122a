//! Orders come in and are cancelled.

use super::{bounded, order};
use crate::draft::Draft;
use crate::field::{Delivery, Id, Moment, Text};
use crate::order::{OrderCancelled, OrderFact, OrderItem, OrderReceived, OrderStatus, OrderView};
use crate::parcel::{OrderWithdrawn, ParcelFact, ParcelStatus};
use crate::scenario::ScenarioView;
use crate::stream;
use crate::view::find;
use events::{Command, Decision, Digest, History, Payload, Person, Refusal, StreamId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who gets an order: personal data, which never stands in an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"customer_id": "ann", "dest_lat": 39.7412, "dest_lon": -104.9815}))]
pub struct Recipient {
    /// Who ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<Id>,
    /// Where it goes: degrees north.
    #[schema(minimum = -90, maximum = 90)]
    pub dest_lat: f64,
    /// Where it goes: degrees east.
    #[schema(minimum = -180, maximum = 180)]
    pub dest_lon: f64,
}

/// Random bytes that keep a digest of personal data from being guessed. They stand with the data
/// and go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt(u128);

/// A recipient as kept beside the events.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    recipient: Recipient,
    salt: String,
}

impl Salt {
    /// From random bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    /// The salt that stands with the data of a recipient; `None` where that is something else.
    pub fn of(person: &Payload) -> Option<Self> {
        let kept: Kept = serde_json::from_str(person.as_str()).ok()?;
        u128::from_str_radix(&kept.salt, 16).ok().map(Self)
    }
}

impl Recipient {
    /// Who is kept beside the events; `None` where that is something else.
    pub fn of(person: &Payload) -> Option<Self> {
        let kept: Kept = serde_json::from_str(person.as_str()).ok()?;
        Some(kept.recipient)
    }

    fn kept(&self, salt: Salt) -> Result<Payload, Refusal> {
        let kept = Kept { recipient: self.clone(), salt: format!("{:032x}", salt.0) };
        Payload::of(&kept).map_err(|fault| {
            Refusal::content("recipient-unreadable", format!("The recipient: {fault}"))
        })
    }
}

/// An order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "scenario": "downtown", "placed_at": "2026-07-14T08:12:00-06:00", "origin_site": "W1",
    "promised_by": "2026-07-15T23:59:59-06:00", "option": "green",
    "recipient": {"customer_id": "ann", "dest_lat": 39.7412, "dest_lon": -104.9815},
    "items": [{"sku": "LAMP-3", "quantity": 2}],
}))]
pub struct OrderBody {
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
    /// Who gets it.
    pub recipient: Recipient,
    /// What is in it.
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<OrderItem>,
}

/// Takes an order in. The same order again changes nothing; one of other content is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiveOrder {
    /// Its id.
    pub id: Id,
    /// [`Salt::of`] the data of person [`recipient_id`] where there is any, else random bytes.
    pub salt: Salt,
    /// When the personal data has to go.
    pub keep_until: Option<Timestamp>,
    /// The order.
    pub body: OrderBody,
}

/// Id of the personal data of who gets an order.
pub fn recipient_id(order: &Id) -> String {
    format!("order/{order}")
}

impl ReceiveOrder {
    fn check(&self, scenario: Option<&ScenarioView>) -> Result<(), Refusal> {
        let body = &self.body;
        let Some(scenario) = scenario else {
            let detail = format!("There is no scenario `{}`. Set it first", body.scenario);
            return Err(Refusal::missing("scenario-unknown", detail));
        };
        if !scenario.sites.iter().any(|site| site.site == body.origin_site) {
            let detail = format!("No site `{}` in its scenario. Add the site", body.origin_site);
            return Err(Refusal::state("site-unknown", detail));
        }
        if let Some((from, until)) = body.option.as_ref().and_then(Delivery::slot)
            && from >= until
        {
            let detail = format!("The slot {from}-{until} ends before it begins. Turn it round");
            return Err(Refusal::state("slot-backwards", detail));
        }
        Ok(())
    }

    fn received(&self, kept: &Payload) -> OrderReceived {
        let body = self.body.clone();
        OrderReceived {
            scenario: body.scenario,
            placed_at: body.placed_at,
            origin_site: body.origin_site,
            promised_by: body.promised_by,
            option: body.option,
            recipient: recipient_id(&self.id),
            recipient_digest: Digest::of(kept.as_str().as_bytes()).to_string(),
            items: body.items,
        }
    }
}

impl Command for ReceiveOrder {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        bounded("items", self.body.items.len(), 1, 1_000)?;
        for item in &self.body.items {
            bounded("quantity", item.quantity as usize, 1, 1_000_000)?;
        }
        let Recipient { dest_lat, dest_lon, .. } = self.body.recipient;
        if !((-90.0..=90.0).contains(&dest_lat) && (-180.0..=180.0).contains(&dest_lon)) {
            let detail = format!("{dest_lat}, {dest_lon} is no place. Give degrees north and east");
            return Err(Refusal::content("no-place", detail));
        }
        Ok(vec![stream::order(&self.id), stream::scenario(&self.body.scenario)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let own = stream::order(&self.id);
        let kept = self.body.recipient.kept(self.salt)?;
        let received = self.received(&kept);
        if let Some(known) = find::<OrderView>(history, &own)? {
            if is_as_received(&known, &received) {
                return Ok(Decision::default());
            }
            let detail = format!("Order `{}` came with other content. Use a new id", self.id);
            return Err(Refusal::state("order-differs", detail));
        }
        self.check(find(history, &stream::scenario(&self.body.scenario))?.as_ref())?;
        let mut draft = Draft::new(history);
        draft.person(Person {
            person: received.recipient.clone(),
            data: kept,
            keep_until: self.keep_until,
        });
        draft.write(&own, &OrderFact::Received(received))?;
        draft.end()
    }
}

fn is_as_received(known: &OrderView, received: &OrderReceived) -> bool {
    let OrderReceived {
        scenario,
        placed_at,
        origin_site,
        promised_by,
        option,
        recipient,
        recipient_digest,
        items,
    } = received;
    (&known.scenario, &known.placed_at, &known.origin_site) == (scenario, placed_at, origin_site)
        && (&known.promised_by, &known.option, &known.items) == (promised_by, option, items)
        && (&known.recipient, &known.recipient_digest) == (recipient, recipient_digest)
}

/// Why an order is cancelled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "ordered twice"}))]
pub struct CancelBody {
    /// Why; no personal data.
    pub reason: Text,
}

/// Cancels an order, as long as none of it is packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelOrder {
    /// Its id.
    pub id: Id,
    /// Why.
    pub body: CancelBody,
}

impl Command for CancelOrder {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::order(&self.id)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let view = order(history, &self.id)?;
        if view.status == OrderStatus::Cancelled {
            return Ok(Decision::default());
        }
        if let Some(one) = view.parcels.iter().find(|one| one.status != ParcelStatus::Planned) {
            let detail = format!(
                "Parcel `{}` of order `{}` is {}. Let it be delivered or brought back",
                one.parcel,
                self.id,
                one.status.name()
            );
            return Err(Refusal::state("order-packed", detail));
        }
        let mut draft = Draft::new(history);
        let (scenario, reason) = (view.scenario, self.body.reason.clone());
        let cancelled = OrderFact::Cancelled(OrderCancelled { scenario, reason });
        draft.write(&stream::order(&self.id), &cancelled)?;
        // Who packs one of them meanwhile tells this order so, and this command is asked again.
        for one in view.parcels {
            let Some(plan) = view.plan.clone() else { break };
            let withdrawn = OrderWithdrawn { order: self.id.clone(), plan, round: one.round };
            draft.tell(&stream::parcel(&one.parcel), &ParcelFact::Withdrawn(withdrawn))?;
        }
        draft.end()
    }
}
