//! What became of a parcel's carton.

use super::{Books, tonnes};
use crate::field::Id;
use crate::package::Package;
use crate::parcel::{ParcelStatus, ParcelView, ReturnedCarton};
use crate::station::Grade;
use carbon::{Activity, Context, DataKind, DistanceKind, Leg, Link, Unit, ids};
use quantity::{Distance, Fixed, Mass};

/// What was done with a carton.
struct Done {
    name: &'static str,
    leg: Option<Leg>,
    amount: Fixed,
    unit: Unit,
    factor_id: &'static str,
    method: &'static str,
    data_kind: DataKind,
}

impl Books<'_> {
    /// The activities of a carton that came to its end, or rides home to be used again.
    pub(super) fn ending(&self, view: &ParcelView) -> Result<Vec<Activity>, String> {
        if view.status == ParcelStatus::Cancelled {
            return Ok(Vec::new());
        }
        let package = view.package.as_ref().ok_or("is not packed")?;
        let Package::Carton { carton, .. } = package else { return Ok(Vec::new()) };
        if view.status != ParcelStatus::Delivered {
            return Err("is not delivered".into());
        }
        let done = match &view.returned {
            Some(returned) => vec![self.returned(view, carton, returned)?],
            None => self.kept(carton)?,
        };
        let station = view.returned.as_ref().map(|returned| returned.station.as_str().into());
        let activity = |done: Done| Activity {
            link: Link::Recycling,
            name: format!("{} {carton}, parcel {}", done.name, view.name).into(),
            context: Context {
                order: view.orders.first().map(|order| order.as_str().into()),
                // What comes back to a station is ours to treat; what stays with the customer is not.
                payer: view.returned.is_some().then(|| self.company.clone()).flatten(),
                site: station.clone(),
                ..self.context(Some(&view.day))
            },
            leg: done.leg,
            amount: done.amount,
            unit: done.unit,
            factor_id: done.factor_id.into(),
            factor_edition: None,
            method: done.method.into(),
            data_kind: done.data_kind,
        };
        Ok(done.into_iter().map(activity).collect())
    }

    fn tare(&self, carton: &Id) -> Result<Mass, String> {
        let known = self.planned.cartons.get(carton).map(|wrapping| wrapping.mass);
        known.ok_or_else(|| format!("its carton `{carton}` has no mass in the scenario"))
    }

    fn returned(
        &self,
        view: &ParcelView,
        carton: &Id,
        returned: &ReturnedCarton,
    ) -> Result<Done, String> {
        let (mass, data_kind) = match returned.mass_g {
            Some(grams) => (Mass::from_grams(grams.get() as i64), DataKind::Primary),
            None => (self.tare(carton)?, DataKind::Modelled),
        };
        let waste = |name, factor_id| Done {
            name,
            leg: None,
            amount: tonnes(mass),
            unit: Unit::Tonne,
            factor_id,
            method: "carton as graded at the station",
            data_kind,
        };
        match returned.grade {
            Grade::Recycle => Ok(waste("mill", ids::BOARD_RECYCLED)),
            Grade::Refuse => Ok(waste("landfill", ids::BOARD_LANDFILL)),
            Grade::Reuse => {
                let (station, home) = (&returned.station, &view.origin);
                let way = self.planned.ways_home.get(&(station.clone(), home.clone())).copied();
                let way = way.or_else(|| (station == home).then_some(Distance::ZERO));
                let distance =
                    way.ok_or_else(|| format!("no way from `{station}` to `{home}` is known"))?;
                let leg = Leg { mass, distance, kind: DistanceKind::Gcd };
                Ok(Done {
                    name: "ride home",
                    leg: Some(leg),
                    amount: leg.transport_activity(),
                    unit: Unit::TonneKilometre,
                    factor_id: ids::BACKHAUL_TKM,
                    method: "carton x great circle from station to origin",
                    // Nobody measures a carton's ride.
                    data_kind: DataKind::Default,
                })
            }
        }
    }

    /// A carton that does not come back any more.
    fn kept(&self, carton: &Id) -> Result<Vec<Done>, String> {
        let rate = self.planned.household_recycling.ok_or("may still come back")?;
        let kept = tonnes(self.tare(carton)?);
        let milled = kept.checked_mul(rate).unwrap_or(kept);
        let waste = |name, amount, factor_id| Done {
            name,
            leg: None,
            amount,
            unit: Unit::Tonne,
            factor_id,
            method: "carton tare by the household recycling rate",
            data_kind: DataKind::Default,
        };
        let both = [
            waste("household paper bin", milled, ids::BOARD_RECYCLED),
            waste("household waste", kept - milled, ids::BOARD_LANDFILL),
        ];
        Ok(both.into_iter().filter(|done| done.amount > Fixed::ZERO).collect())
    }
}
