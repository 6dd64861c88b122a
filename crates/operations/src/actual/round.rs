//! What a round used, shared among the orders that it carried.

use super::site::Power;
use super::{Books, Thing, kilowatt_hours, litres, portion};
use crate::field::{Carrier, Id};
use crate::parcel::{ParcelStatus, ParcelView};
use crate::round::{RoundKind, RoundStatus, RoundView};
use carbon::{
    Activity, Context, DataKind, DistanceKind, Leg, Link, Unit, by_transport_activity, ids,
};
use quantity::{Distance, Fixed, Mass};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Something that a round used.
struct Source {
    amount: Fixed,
    unit: Unit,
    factor_id: Arc<str>,
}

impl Books<'_> {
    /// The activities of a round that is home and measured.
    pub(super) fn round(&self, view: &RoundView) -> Result<Vec<Activity>, String> {
        match view.status {
            RoundStatus::Planned if self.has_no_parcel(view) => return Ok(Vec::new()),
            RoundStatus::Planned => return Err("has not departed".into()),
            RoundStatus::Departed => return Err("has not returned".into()),
            RoundStatus::Returned => {}
        }
        let thing = Thing::Round(view.name.as_str().into());
        let (sources, method) = self.sources(view, self.planned_of(&thing))?;
        let carried = self.carried(view, self.planned_of(&thing));
        let weights: Vec<(Mass, Distance)> =
            carried.iter().map(|(_, leg)| (leg.mass, leg.distance)).collect();
        let fallback = || format!("{}, round {}", view.vehicle_type, view.name).into();
        let name: Arc<str> =
            self.planned_of(&thing).first().map_or_else(fallback, |known| known.name.clone());
        let round: Arc<str> = view.name.as_str().into();
        let used = sources.into_iter().filter(|source| source.amount != Fixed::ZERO);
        let mut activities = Vec::new();
        for (place, source) in used.enumerate() {
            let shares = by_transport_activity(source.amount, &weights);
            activities.extend(carried.iter().zip(shares).map(|((order, leg), amount)| Activity {
                link: Link::Transportation,
                name: name.clone(),
                context: Context {
                    order: Some(order.clone()),
                    site: Some(view.site.as_str().into()),
                    shipment: Some(order.clone()),
                    tce: Some(round.clone()),
                    round: Some(round.clone()),
                    operator: self.company.clone(),
                    payer: self.company.clone(),
                    ..self.context(Some(&view.day))
                },
                // Bought and own power move the same freight: it is counted once.
                leg: (place == 0).then_some(*leg),
                amount,
                unit: source.unit,
                factor_id: source.factor_id.clone(),
                factor_edition: None,
                method: method.into(),
                data_kind: DataKind::Primary,
            }));
        }
        Ok(activities)
    }

    /// Nothing waits for it: all that it was to carry was cancelled, or went otherwise.
    fn has_no_parcel(&self, view: &RoundView) -> bool {
        // A parcel is listed under the round to its consumer; a feeder before it knows it by its stops.
        let feeds = |id: &str| {
            view.kind == RoundKind::Feeder
                && view.stops.iter().flat_map(|stop| &stop.parcels).any(|one| one.as_str() == id)
        };
        let waits = |(id, one): (&String, &ParcelView)| match one.status {
            ParcelStatus::Delivered | ParcelStatus::Cancelled => false,
            _ => one.round.as_str() == view.id || (one.site == view.site && feeds(id)),
        };
        !self.facts.parcels.iter().any(waits)
    }

    fn sources(
        &self,
        view: &RoundView,
        planned: &[&Activity],
    ) -> Result<(Vec<Source>, &'static str), String> {
        let fuel = match view.carrier {
            Carrier::Diesel => ids::DIESEL,
            Carrier::Petrol => ids::PETROL,
            Carrier::Electric | Carrier::Robot => return self.electricity(view, planned),
        };
        let burnt = view.fuel_ml.ok_or("its fuel was not measured")?;
        let factor_id = planned.first().map_or_else(|| fuel.into(), |one| one.factor_id.clone());
        let amount = litres(burnt.get());
        let method = "fuel of the round as measured, shared by mass x great circle";
        Ok((vec![Source { amount, unit: Unit::Litre, factor_id }], method))
    }

    /// Electricity at the plug: bought and own as metered, else as planned.
    fn electricity(
        &self,
        view: &RoundView,
        planned: &[&Activity],
    ) -> Result<(Vec<Source>, &'static str), String> {
        let used = kilowatt_hours(view.energy_wh.ok_or("its energy was not measured")?.get());
        let at_plug = used.checked_div(self.planned.charging_efficiency).unwrap_or(used);
        let is_own = |one: &&&Activity| &*one.factor_id == ids::OWN_SOLAR;
        let all: Fixed = planned.iter().map(|one| one.amount).sum();
        let own: Fixed = planned.iter().filter(is_own).map(|one| one.amount).sum();
        let (own, all, method) = match self.power(&view.site, &view.day) {
            Ok(Power { own, import }) => (
                i128::from(own),
                i128::from(own) + i128::from(import),
                "energy of the round as measured, mix as metered, shared by mass x great circle",
            ),
            Err(_) => (
                own.billionths(),
                all.billionths(),
                "energy of the round as measured, mix as planned, shared by mass x great circle",
            ),
        };
        let own = Fixed::from_billionths(portion(at_plug.billionths(), own, all));
        let unit = Unit::KilowattHour;
        let factor_id = self.bought_factor(view, planned);
        let bought = Source { amount: at_plug - own, unit, factor_id };
        let own = Source { amount: own, unit, factor_id: ids::OWN_SOLAR.into() };
        Ok((vec![bought, own], method))
    }

    /// What the plan values bought charging by: on this round, else on another from the same site.
    fn bought_factor(&self, view: &RoundView, planned: &[&Activity]) -> Arc<str> {
        let bought = planned.iter().find(|one| &*one.factor_id != ids::OWN_SOLAR);
        let known = bought.map(|one| &one.factor_id);
        let known = known.or_else(|| self.charging.get(view.site.as_str()).copied());
        known.map_or_else(|| self.planned.grid_factor.into(), Clone::clone)
    }

    /// What rode along, by order: in the plan's order and with its legs, then what came from elsewhere.
    fn carried(&self, view: &RoundView, planned: &[&Activity]) -> Vec<(Arc<str>, Leg)> {
        let mut aboard: BTreeSet<&Id> =
            view.parcels.iter().flat_map(|parcel| &parcel.orders).collect();
        let mut carried = Vec::new();
        for one in planned {
            if let (Some(order), Some(leg)) = (&one.context.order, one.leg)
                && aboard.iter().any(|id| id.as_str() == &**order)
            {
                carried.push((order.clone(), leg));
            }
        }
        aboard.retain(|id| !carried.iter().any(|(order, _)| **order == *id.as_str()));
        let mean = mean_distance(&carried);
        carried.extend(aboard.into_iter().map(|id| (id.as_str().into(), self.leg(view, id, mean))));
        carried
    }

    /// The leg of an order that the plan had on another round; of one that the plan knows nothing of, its
    /// share of the parcels by the mean distance of those that it rides with.
    fn leg(&self, view: &RoundView, order: &Id, mean: Distance) -> Leg {
        if let Some(leg) = self.legs.get(order.as_str()) {
            return *leg;
        }
        let with = view.parcels.iter().filter(|parcel| parcel.orders.contains(order));
        let mass = with.map(|parcel| {
            let gross = self.facts.parcels.get(parcel.parcel.as_str());
            let gross = gross.map_or(0, |one| one.gross_g.unwrap_or(one.planned_gross_g).get());
            Mass::new(gross as i64 * 1_000 / parcel.orders.len() as i64)
        });
        Leg { mass: mass.sum(), distance: mean, kind: DistanceKind::Gcd }
    }
}

fn mean_distance(carried: &[(Arc<str>, Leg)]) -> Distance {
    let all: Distance = carried.iter().map(|(_, leg)| leg.distance).sum();
    Distance::new(all.metres() / carried.len().max(1) as i64)
}
