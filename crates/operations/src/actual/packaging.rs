//! What a parcel is wrapped in, as it was really packed.

use super::{Books, Thing, Wrapping, tonnes};
use crate::field::Id;
use crate::package::Package;
use crate::parcel::{ParcelStatus, ParcelView};
use carbon::{Activity, Context, DataKind, Link, Unit};
use quantity::{Mass, apportion};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Begins the name of a planned carton's board.
const BOARD: &str = "new carton ";
/// Begins the name of a planned bag.
const BAG: &str = "bag ";

impl Books<'_> {
    /// The activities of a packed parcel; none of one whose orders were all cancelled.
    pub(super) fn packaging(&self, view: &ParcelView) -> Result<Vec<Activity>, String> {
        if view.status == ParcelStatus::Cancelled {
            return Ok(Vec::new());
        }
        let package = view.package.as_ref().ok_or("is not packed")?;
        let planned = self.planned_of(&Thing::Packaging(view.name.as_str().into()));
        let mut activities = match package {
            Package::Carton { reused: true, .. } | Package::OwnPackage {} => Vec::new(),
            Package::Carton { carton, reused: false } => {
                let wrapping = self.wrapping("carton", carton)?;
                self.wrapped(view, planned, &format!("{BOARD}{carton}"), wrapping)
            }
            Package::Bag { bag } => {
                let wrapping = self.wrapping("bag", bag)?;
                self.wrapped(view, planned, &format!("{BAG}{bag}"), wrapping)
            }
        };
        let is_carton = |package: &Package| matches!(package, Package::Carton { .. });
        // Fillers and tape belong to a carton: nobody weighs them, so they are as planned.
        if is_carton(package) && is_carton(&view.planned_package) {
            let is_of = |one: &&&Activity| {
                let order = one.context.order.as_deref();
                !is_wrapping(one) && view.orders.iter().any(|id| Some(id.as_str()) == order)
            };
            activities.extend(planned.iter().filter(is_of).map(|one| (*one).clone()));
        }
        Ok(activities)
    }

    fn wrapping(&self, what: &str, kind: &Id) -> Result<&Wrapping, String> {
        let known = match what {
            "carton" => self.planned.cartons.get(kind),
            _ => self.planned.bags.get(kind),
        };
        known.ok_or_else(|| format!("its {what} `{kind}` has no mass in the scenario"))
    }

    /// A carton or bag, shared among the orders inside as the plan shared what is in the parcel.
    fn wrapped(
        &self,
        view: &ParcelView,
        planned: &[&Activity],
        what: &str,
        wrapping: &Wrapping,
    ) -> Vec<Activity> {
        let name: Arc<str> = format!("{what}, parcel {}", view.name).into();
        let parts = parts(view, planned, what, &wrapping.factor_id);
        let weights: Vec<i64> = parts.iter().map(|part| part.weight).collect();
        let shares = apportion(wrapping.mass.milligrams(), &weights);
        let share = |(part, share): (Part, i64)| Activity {
            link: Link::Packaging,
            name: name.clone(),
            context: Context {
                order: Some(part.order.as_str().into()),
                site: Some(view.origin.as_str().into()),
                payer: self.company.clone(),
                ..self.context(Some(&view.day))
            },
            leg: None,
            amount: tonnes(Mass::new(share)),
            unit: Unit::Tonne,
            factor_id: part.factor_id,
            factor_edition: None,
            method: "tare of the wrapping really taken, shared by mass of the pieces inside".into(),
            data_kind: DataKind::Primary,
        };
        parts.into_iter().zip(shares).map(share).collect()
    }
}

/// A part of a wrapping: of one order, of one material.
struct Part {
    order: Id,
    factor_id: Arc<str>,
    weight: i64,
}

/// How a wrapping is shared among orders and materials. Nobody looks at the fibre of a new carton's
/// board: where the plan had one, it is of the same.
fn parts(view: &ParcelView, planned: &[&Activity], what: &str, factor_id: &Arc<str>) -> Vec<Part> {
    let kind = if what.starts_with(BOARD) { BOARD } else { BAG };
    let fibres = planned.iter().filter(|one| one.name.starts_with(kind)).filter_map(|one| {
        let order = view.orders.iter().find(|id| Some(id.as_str()) == one.context.order.as_deref());
        Some(Part {
            order: order?.clone(),
            factor_id: one.factor_id.clone(),
            weight: i64::try_from(one.amount.billionths().max(0)).unwrap_or(i64::MAX),
        })
    });
    let fibres: Vec<Part> = fibres.collect();
    if fibres.iter().any(|part| part.weight > 0) {
        return fibres;
    }
    let weights = weights(view, planned);
    let alike = |(order, weight): (&Id, i64)| Part {
        order: order.clone(),
        factor_id: factor_id.clone(),
        weight,
    };
    view.orders.iter().zip(weights).map(alike).collect()
}

fn is_wrapping(activity: &Activity) -> bool {
    activity.name.starts_with(BOARD) || activity.name.starts_with(BAG)
}

/// Weights of the orders in a parcel: their planned parts of one thing in it; alike where the plan had
/// nothing to share.
fn weights(view: &ParcelView, planned: &[&Activity]) -> Vec<i64> {
    let wrapping = planned.iter().find(|one| is_wrapping(one));
    let Some(first) = wrapping.or_else(|| planned.first()) else {
        return vec![1; view.orders.len()];
    };
    let mut parts: BTreeMap<&str, i64> = BTreeMap::new();
    for one in planned.iter().filter(|one| one.name == first.name) {
        if let Some(order) = one.context.order.as_deref() {
            let part = i64::try_from(one.amount.billionths().max(0)).unwrap_or(i64::MAX);
            parts.insert(order, part);
        }
    }
    let part = |order: &Id| parts.get(order.as_str()).copied().unwrap_or_default();
    view.orders.iter().map(part).collect()
}
