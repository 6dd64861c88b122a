//! What each link did in a day, as the ledger counts it. Nothing is valued here.

use crate::shares::{consignments, order_masses, transport_shares};
use crate::way::Way;
use crate::{DayOutcome, Grid, Scenario, SiteEnergy};
use carbon::{Activity, DataKind, Factor, GwpSet, Link, SCENARIO_EDITION, Unit, ids};
use network::EnergyCarrier;
use packaging::Wrapping;
use quantity::{Energy, Fixed, Mass, apportion};
use recycling::Grade;
use std::collections::BTreeMap;
use std::sync::Arc;
use warehousing::Hour;

/// Activities, and the factors that only this scenario knows.
#[derive(Default)]
pub(crate) struct Booked {
    pub(crate) activities: Vec<Activity>,
    pub(crate) factors: BTreeMap<Arc<str>, Factor>,
}

/// Books the days of a case.
pub(crate) struct Books<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) way: &'a Way,
    /// The registry's factor for a kWh where the scenario has no grid file.
    pub(crate) default_grid: &'a str,
}

impl Books<'_> {
    /// Books a day, link by link.
    pub(crate) fn book(&self, day: &DayOutcome, booked: &mut Booked) {
        self.packaging(day, booked);
        self.transportation(day, booked);
        for site in &day.energy {
            self.warehousing(site, booked);
        }
        self.recycling(day, booked);
    }

    /// New board by the orders in each carton; a reused carton's board was booked in its first life.
    fn packaging(&self, day: &DayOutcome, booked: &mut Booked) {
        for parcel in &day.parcels {
            let Wrapping::Carton { kind, reused: false } = parcel.wrapping else { continue };
            let carton = &self.scenario.cartons[kind];
            let masses = order_masses(self.scenario, parcel);
            let weights: Vec<i64> = masses.iter().map(|&(_, mass)| mass.milligrams()).collect();
            for (&(order, _), tare) in
                masses.iter().zip(apportion(carton.tare.milligrams(), &weights))
            {
                booked.activities.push(Activity {
                    link: Link::Packaging,
                    order: Some(self.order(order)),
                    site: Some(self.site(day.shipments[parcel.shipment].origin)),
                    name: format!("new carton {}, parcel {}", carton.id, parcel.id).into(),
                    amount: tonnes(Mass::new(tare)),
                    unit: Unit::Tonne,
                    factor_id: ids::BOARD_NEW.into(),
                    method: "carton tare, shared by mass of the pieces inside",
                    data_kind: DataKind::Modelled,
                });
            }
        }
    }

    /// Each round's energy, shared by mass and direct distance; electricity by where it came from.
    fn transportation(&self, day: &DayOutcome, booked: &mut Booked) {
        let plugs: BTreeMap<usize, Plug> =
            day.energy.iter().map(|site| (site.site, self.plug(day, site, booked))).collect();
        for (index, round) in day.routing.rounds.iter().enumerate() {
            let vehicle = &self.way.fleet[round.vehicle];
            let used = round.energy();
            let what = format!("{}, round {}", vehicle.name, day.round_ids[index]);
            let sources: Vec<(Fixed, Unit, Arc<str>)> = match vehicle.carrier {
                EnergyCarrier::Diesel => vec![(fixed(used), Unit::Litre, ids::DIESEL.into())],
                EnergyCarrier::Petrol => vec![(fixed(used), Unit::Litre, ids::PETROL.into())],
                EnergyCarrier::Electric | EnergyCarrier::Robot => {
                    let at_plug = fixed(used / self.scenario.energy.charging_efficiency);
                    let plug = &plugs[&round.site];
                    let bought = at_plug.checked_mul(plug.bought_share).unwrap_or(at_plug);
                    vec![
                        (bought, Unit::KilowattHour, plug.factor_id.clone()),
                        (at_plug - bought, Unit::KilowattHour, ids::OWN_SOLAR.into()),
                    ]
                }
            };
            let carried = consignments(self.scenario, day, round);
            for (amount, unit, factor_id) in sources {
                if amount == Fixed::ZERO {
                    continue;
                }
                for (order, share) in transport_shares(&carried, amount) {
                    booked.activities.push(Activity {
                        link: Link::Transportation,
                        order: Some(self.order(order)),
                        site: Some(self.site(round.site)),
                        name: what.as_str().into(),
                        amount: share,
                        unit,
                        factor_id: factor_id.clone(),
                        method: "round energy by load and distance, shared by mass x great circle",
                        data_kind: DataKind::Modelled,
                    });
                }
            }
        }
    }

    /// How much of a site's charging was bought, and at which mean intensity.
    fn plug(&self, day: &DayOutcome, site: &SiteEnergy, booked: &mut Booked) -> Plug {
        let hours = &site.schedule.hours;
        // What could not be charged before the morning is bought on the road, at the mean.
        let short: Energy = site.schedule.sessions.iter().map(|session| session.short).sum();
        let charged: Energy = hours.iter().map(|hour| hour.charging).sum();
        let bought: Energy = hours.iter().map(|hour| hour.charging_from_grid).sum();
        let bought_share = kilowatt_hours(bought + short)
            .checked_div(kilowatt_hours(charged + short))
            .unwrap_or(Fixed::from_integer(1));
        if self.scenario.grid == Grid::Default {
            return Plug { bought_share, factor_id: self.default_grid.into() };
        }
        let weighted: f64 = hours
            .iter()
            .zip(&site.grid_kg_per_kwh)
            .map(|(hour, kg)| hour.charging_from_grid.kilowatt_hours() * kg)
            .sum();
        let plain =
            site.grid_kg_per_kwh.iter().sum::<f64>() / site.grid_kg_per_kwh.len().max(1) as f64;
        let mean = if bought > Energy::ZERO { weighted / bought.kilowatt_hours() } else { plain };
        let id = format!(
            "charging-{}-{}-{}",
            self.scenario.sites[site.site].id,
            day.day,
            self.way.case.name()
        );
        let factor_id =
            self.grid_factor(id, "grid electricity, mean by what was charged", mean, booked);
        Plug { bought_share, factor_id }
    }

    /// The building's own use: bought, by the hour where the scenario knows the hours, and own sun.
    fn warehousing(&self, site: &SiteEnergy, booked: &mut Booked) {
        let site_id = self.site(site.site);
        let starts: Vec<String> =
            site.schedule.hours.iter().map(|hour| self.scenario.zone.rfc3339(hour.start)).collect();
        if self.scenario.grid != Grid::Default {
            for (start, &kg) in starts.iter().zip(&site.grid_kg_per_kwh) {
                self.grid_factor(
                    format!("grid-{start}"),
                    "grid electricity in the hour",
                    kg,
                    booked,
                );
            }
        }
        let mut push = |amount: Energy, name: &str, factor_id: Arc<str>, method| {
            if amount > Energy::ZERO {
                booked.activities.push(Activity {
                    link: Link::Warehousing,
                    order: None,
                    site: Some(site_id.clone()),
                    name: name.into(),
                    amount: kilowatt_hours(amount),
                    unit: Unit::KilowattHour,
                    factor_id,
                    method,
                    data_kind: DataKind::Modelled,
                });
            }
        };
        let hours = &site.schedule.hours;
        let own: Energy = hours.iter().map(|hour| hour.load - hour.building_from_grid()).sum();
        push(own, "building, own sun", ids::OWN_SOLAR.into(), "hourly schedule: load less bought");
        let method = "hourly schedule: bought less charging";
        if self.scenario.grid == Grid::Default {
            let bought = hours.iter().map(Hour::building_from_grid).sum();
            push(bought, "building, bought", self.default_grid.into(), method);
            return;
        }
        for (hour, start) in hours.iter().zip(starts) {
            let name = format!("building, bought in the hour from {start}");
            push(hour.building_from_grid(), &name, format!("grid-{start}").into(), method);
        }
    }

    /// Cartons at the end of a life: to the mill, or to the bin; those fit for use ride home.
    fn recycling(&self, day: &DayOutcome, booked: &mut Booked) {
        let mut handed_back = vec![None; day.parcels.len()];
        for carton in &day.handed_back {
            handed_back[carton.parcel] = Some(carton);
        }
        for (parcel, handed_back) in day.parcels.iter().zip(handed_back) {
            let Wrapping::Carton { kind, .. } = parcel.wrapping else { continue };
            let carton = &self.scenario.cartons[kind];
            let order = parcel.orders[0];
            let mut push = |site, name: &str, amount, unit, factor_id: &str, method, data_kind| {
                booked.activities.push(Activity {
                    link: Link::Recycling,
                    order: Some(self.order(order)),
                    site,
                    name: format!("{name} {}, parcel {}", carton.id, parcel.id).into(),
                    amount,
                    unit,
                    factor_id: factor_id.into(),
                    method,
                    data_kind,
                });
            };
            let Some(back) = handed_back else {
                let kept = tonnes(carton.tare);
                let milled = kept
                    .checked_mul(fixed(self.scenario.recycling.household_recycling))
                    .unwrap_or(kept);
                let method = "carton tare by the household recycling rate";
                for (name, amount, factor) in [
                    ("household paper bin", milled, ids::BOARD_RECYCLED),
                    ("household waste", kept - milled, ids::BOARD_LANDFILL),
                ] {
                    if amount > Fixed::ZERO {
                        push(None, name, amount, Unit::Tonne, factor, method, DataKind::Default);
                    }
                }
                continue;
            };
            let site = Some(self.site(back.station));
            if back.grade == Grade::Recycle {
                let method = "carton tare, graded at the station";
                let amount = tonnes(carton.tare);
                push(
                    site,
                    "mill",
                    amount,
                    Unit::Tonne,
                    ids::BOARD_RECYCLED,
                    method,
                    DataKind::Modelled,
                );
                continue;
            }
            let origin = day.shipments[parcel.shipment].origin;
            let home = self.scenario.sites[back.station]
                .point
                .great_circle(self.scenario.sites[origin].point);
            let tkm = tonnes(carton.tare).checked_mul(fixed(home.kilometres())).unwrap_or_default();
            let method = "carton tare x great circle from station to origin";
            push(
                site,
                "ride home",
                tkm,
                Unit::TonneKilometre,
                ids::BACKHAUL_TKM,
                method,
                DataKind::Default,
            );
        }
    }

    /// A factor that only this scenario knows; its id.
    fn grid_factor(&self, id: String, what: &str, kg: f64, booked: &mut Booked) -> Arc<str> {
        let id: Arc<str> = id.into();
        booked.factors.entry(id.clone()).or_insert_with(|| Factor {
            id: id.clone(),
            edition: SCENARIO_EDITION.into(),
            activity: what.into(),
            unit: Unit::KilowattHour,
            wtt: fixed(kg),
            ttw: Fixed::ZERO,
            gwp_set: GwpSet::NotStated,
            region: self.scenario.country.clone(),
            source: "grid file of the scenario".into(),
            licence: "the scenario's".into(),
            note: "as given; whether losses and upstream are inside is the file's to say".into(),
        });
        id
    }

    fn order(&self, order: usize) -> Arc<str> {
        self.scenario.orders[order].id.as_str().into()
    }

    fn site(&self, site: usize) -> Arc<str> {
        self.scenario.sites[site].id.as_str().into()
    }
}

/// Where a site's charging came from.
struct Plug {
    bought_share: Fixed,
    factor_id: Arc<str>,
}

/// A milligram is a billionth of a tonne: exact.
fn tonnes(mass: Mass) -> Fixed {
    Fixed::from_billionths(i128::from(mass.milligrams()))
}

/// A milliwatt-hour is a thousand billionths of a kilowatt-hour: exact.
fn kilowatt_hours(energy: Energy) -> Fixed {
    Fixed::from_billionths(i128::from(energy.milliwatt_hours()) * 1_000)
}

fn fixed(value: f64) -> Fixed {
    Fixed::from_f64(value).expect("a checked scenario has finite numbers")
}
