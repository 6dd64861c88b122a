//! Parcels are packed.

use super::parcel;
use crate::draft::Draft;
use crate::field::{Amount, Id};
use crate::order::{OrderFact, OrderProgressed};
use crate::package::Package;
use crate::parcel::{ParcelFact, ParcelPacked, ParcelStatus, ParcelView};
use crate::stock::{CartonTaken, StockFact, StockView};
use crate::stream;
use crate::view::find;
use events::{Command, Decision, History, Refusal, StreamId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a parcel was packed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "site": "W1", "package": {"kind": "carton", "carton": "MIDDLE", "reused": true},
    "gross_g": 1480,
}))]
pub struct PackBody {
    /// Where.
    pub site: Id,
    /// The wrapping really taken.
    pub package: Package,
    /// Mass as weighed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gross_g: Option<Amount>,
}

/// Packs a parcel, without the orders in it that were cancelled. Its carton is taken from stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackParcel {
    /// Which parcel.
    pub id: Id,
    /// How.
    pub body: PackBody,
}

/// Tells the orders in a parcel where it got to.
pub(super) fn tell_orders<'a>(
    draft: &mut Draft,
    scenario: &Id,
    orders: impl IntoIterator<Item = &'a Id>,
    (parcel, round, status): (&Id, &Id, ParcelStatus),
) -> Result<(), Refusal> {
    let (scenario, parcel, round) = (scenario.clone(), parcel.clone(), round.clone());
    let progressed = OrderFact::Progressed(OrderProgressed { scenario, parcel, round, status });
    orders.into_iter().try_for_each(|order| draft.tell(&stream::order(order), &progressed))
}

pub(super) fn all_cancelled(parcel: &ParcelView) -> Refusal {
    let detail = format!("All orders of parcel `{}` were cancelled. Put it back", parcel.id);
    Refusal::state("order-cancelled", detail)
}

impl PackParcel {
    fn check(&self, view: &ParcelView) -> Result<(), Refusal> {
        match view.status {
            ParcelStatus::Planned => {}
            ParcelStatus::Cancelled => return Err(all_cancelled(view)),
            _ => {
                let detail = format!("Parcel `{}` is packed. Load it", self.id);
                return Err(Refusal::state("parcel-packed", detail));
            }
        }
        if view.site == self.body.site {
            return Ok(());
        }
        let (own, said) = (&view.site, &self.body.site);
        let detail = format!("Parcel `{}` is at `{own}`, not at `{said}`. Pack it there", self.id);
        Err(Refusal::state("parcel-elsewhere", detail))
    }
}

impl Command for PackParcel {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        Ok(vec![stream::parcel(&self.id), stream::stock(&self.body.site)])
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let view = parcel(history, &self.id)?;
        self.check(&view)?;
        let mut draft = Draft::new(history);
        let PackBody { site, package, gross_g } = self.body.clone();
        if let Package::Carton { carton, reused } = &package {
            let own = stream::stock(&site);
            let left = find::<StockView>(history, &own)?.map_or(0, |at| at.left(carton, *reused));
            if left == 0 {
                let life = if *reused { "reused" } else { "new" };
                let detail =
                    format!("No {life} carton `{carton}` is left at `{site}`. Count the stock");
                return Err(Refusal::state("no-carton-left", detail));
            }
            let (carton, parcel) = (carton.clone(), self.id.clone());
            let taken = CartonTaken { carton, reused: *reused, parcel };
            draft.write(&own, &StockFact::Taken(taken))?;
        }
        let (plan, round) = (view.plan, view.round.clone());
        let packed = ParcelPacked { plan, round, site, package, gross_g };
        draft.write(&stream::parcel(&self.id), &ParcelFact::Packed(packed))?;
        let now = (&self.id, &view.round, ParcelStatus::Packed);
        tell_orders(&mut draft, &view.scenario, &view.orders, now)?;
        draft.end()
    }
}
