//! What each link did in a day, as the ledger counts it. Nothing is valued here.

use crate::material::material_factor;
use crate::plug::{Used, used};
use crate::shares::{by_order, consignments, transport_shares};
use crate::way::Way;
use crate::{DayOutcome, Grid, ParcelRecord, Scenario, SiteEnergy};
use carbon::{
    Activity, Class, Context, DataKind, DistanceKind, Factor, GwpSet, Leg, Link, Period,
    SCENARIO_EDITION, Unit, ids,
};
use network::EnergyCarrier;
use packaging::Wrapping;
use packaging::solution::{Part, Used as Material};
use quantity::{Day, Energy, Fixed, Mass};
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
            self.warehousing(day.day, site, booked);
        }
        self.recycling(day, booked);
    }

    /// What each parcel holds beside its goods, by the orders in it, as far as a factor values it. A
    /// reused carton's board was booked in its first life.
    fn packaging(&self, day: &DayOutcome, booked: &mut Booked) {
        for parcel in &day.parcels {
            let site = self.site(day.shipments[parcel.shipment].origin);
            for used in &parcel.materials {
                let Some(factor_id) = material_factor(used.material) else { continue };
                let (name, method, data_kind) = self.made_of(parcel, used);
                for (order, mass) in by_order(self.scenario, parcel, used.mass) {
                    booked.activities.push(Activity {
                        link: Link::Packaging,
                        name: name.clone(),
                        context: Context {
                            order: Some(self.order(order)),
                            site: Some(site.clone()),
                            payer: Some(self.company()),
                            ..Context::of(Period::of(day.day))
                        },
                        leg: None,
                        amount: tonnes(mass),
                        unit: Unit::Tonne,
                        factor_id: factor_id.into(),
                        factor_edition: None,
                        method: method.into(),
                        data_kind,
                    });
                }
            }
        }
    }

    /// A part of a parcel in words, how its mass came about, and how well that is known.
    fn made_of(
        &self,
        parcel: &ParcelRecord,
        used: &Material,
    ) -> (Arc<str>, &'static str, DataKind) {
        let id = &parcel.id;
        match (used.part, &parcel.wrapping) {
            (Part::Board, &Wrapping::Carton { kind, .. }) => (
                format!("new carton {}, parcel {id}", self.scenario.cartons[kind].id).into(),
                "carton tare, shared by mass of the pieces inside",
                DataKind::Modelled,
            ),
            (Part::Bag, &Wrapping::Bag { kind }) => (
                format!(
                    "bag {} of {}, parcel {id}",
                    self.scenario.solution.bags[kind].id,
                    used.material.name()
                )
                .into(),
                "bag tare, shared by mass of the pieces inside",
                DataKind::Default,
            ),
            (part, _) => (
                format!("{} of {}, parcel {id}", part.name(), used.material.name()).into(),
                "packaging rule of the industry, shared by mass of the pieces inside",
                DataKind::Default,
            ),
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
                    let Plug { used, factor_id } = &plugs[&round.site];
                    let Used { all, bought } = used[&index];
                    let own = kilowatt_hours(all - bought);
                    vec![
                        (kilowatt_hours(bought), Unit::KilowattHour, factor_id.clone()),
                        (own, Unit::KilowattHour, ids::OWN_SOLAR.into()),
                    ]
                }
            };
            let carried = consignments(self.scenario, day, round);
            let used = sources.into_iter().filter(|(amount, ..)| *amount != Fixed::ZERO);
            for (place, (amount, unit, factor_id)) in used.enumerate() {
                let shares = transport_shares(&carried, amount);
                for ((order, share), &(_, mass, distance)) in shares.zip(&carried) {
                    let leg = Leg { mass, distance, kind: DistanceKind::Gcd };
                    booked.activities.push(Activity {
                        link: Link::Transportation,
                        name: what.as_str().into(),
                        context: Context {
                            order: Some(self.order(order)),
                            site: Some(self.site(round.site)),
                            shipment: Some(self.order(order)),
                            tce: Some(day.round_ids[index].as_str().into()),
                            round: Some(day.round_ids[index].as_str().into()),
                            operator: Some(self.company()),
                            payer: Some(self.company()),
                            ..Context::of(Period::of(day.day))
                        },
                        // Bought and own power move the same freight: it is counted once.
                        leg: (place == 0).then_some(leg),
                        amount: share,
                        unit,
                        factor_id: factor_id.clone(),
                        factor_edition: None,
                        method: "round energy by load and distance, shared by mass x great circle"
                            .into(),
                        data_kind: DataKind::Modelled,
                    });
                }
            }
        }
    }

    /// How much of what each round used was bought, and at which mean intensity.
    fn plug(&self, day: &DayOutcome, site: &SiteEnergy, booked: &mut Booked) -> Plug {
        let used = used(self.scenario, self.way, day, site);
        if self.scenario.grid == Grid::Default {
            return Plug { used, factor_id: self.default_grid.into() };
        }
        let hours = &site.schedule.hours;
        let bought: Energy = hours.iter().map(|hour| hour.charging_from_grid).sum();
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
        Plug { used, factor_id }
    }

    /// The building's own use: bought, by the hour where the scenario knows the hours, with what its
    /// battery stores of it; and own sun, with what was stored before.
    fn warehousing(&self, day: Day, site: &SiteEnergy, booked: &mut Booked) {
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
        let mut push = |amount: Energy, name: &str, factor_id: Arc<str>, method: &str| {
            if amount > Energy::ZERO {
                booked.activities.push(Activity {
                    link: Link::Warehousing,
                    name: name.into(),
                    context: Context {
                        site: Some(site_id.clone()),
                        operator: Some(self.company()),
                        payer: Some(self.company()),
                        ..Context::of(Period::of(day))
                    },
                    leg: None,
                    amount: kilowatt_hours(amount),
                    unit: Unit::KilowattHour,
                    factor_id,
                    factor_edition: None,
                    method: method.into(),
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
            // What comes back to a station is ours to treat; what stays with the customer is not.
            let mut push = |site: Option<Arc<str>>, name: &str, done: Done| {
                booked.activities.push(Activity {
                    link: Link::Recycling,
                    name: format!("{name} {}, parcel {}", carton.id, parcel.id).into(),
                    context: Context {
                        order: Some(self.order(order)),
                        payer: site.is_some().then(|| self.company()),
                        site,
                        ..Context::of(Period::of(day.day))
                    },
                    leg: done.leg,
                    amount: done.amount,
                    unit: done.unit,
                    factor_id: done.factor_id.into(),
                    factor_edition: None,
                    method: done.method.into(),
                    data_kind: done.data_kind,
                });
            };
            let Some(back) = handed_back else {
                let kept = tonnes(carton.tare);
                let milled = kept
                    .checked_mul(fixed(self.scenario.recycling.household_recycling))
                    .unwrap_or(kept);
                for (name, amount, factor_id) in [
                    ("household paper bin", milled, ids::BOARD_RECYCLED),
                    ("household waste", kept - milled, ids::BOARD_LANDFILL),
                ] {
                    if amount > Fixed::ZERO {
                        let method = "carton tare by the household recycling rate";
                        push(None, name, Done::waste(amount, factor_id, method, DataKind::Default));
                    }
                }
                continue;
            };
            let site = Some(self.site(back.station));
            if back.grade == Grade::Recycle {
                let method = "carton tare, graded at the station";
                let amount = tonnes(carton.tare);
                let done = Done::waste(amount, ids::BOARD_RECYCLED, method, DataKind::Modelled);
                push(site, "mill", done);
                continue;
            }
            let origin = self.scenario.sites[day.shipments[parcel.shipment].origin].point;
            let distance = self.scenario.sites[back.station].point.great_circle(origin);
            let leg = Leg { mass: carton.tare, distance, kind: DistanceKind::Gcd };
            let ride = Done {
                leg: Some(leg),
                amount: leg.transport_activity(),
                unit: Unit::TonneKilometre,
                factor_id: ids::BACKHAUL_TKM,
                method: "carton tare x great circle from station to origin",
                data_kind: DataKind::Default,
            };
            push(site, "ride home", ride);
        }
    }

    /// A factor that only this scenario knows; its id.
    fn grid_factor(&self, id: String, what: &str, kg: f64, booked: &mut Booked) -> Arc<str> {
        let id: Arc<str> = id.into();
        booked.factors.entry(id.clone()).or_insert_with(|| Factor {
            id: id.clone(),
            edition: SCENARIO_EDITION.into(),
            activity: what.into(),
            class: Class::Electricity,
            unit: Unit::KilowattHour,
            wtt: Some(fixed(kg)),
            ttw: Some(Fixed::ZERO),
            // The file does not tell generation from losses: all of it is taken as generation.
            generation: Some(fixed(kg)),
            biogenic: None,
            gwp_set: GwpSet::NotStated,
            region: self.scenario.country.clone(),
            valid_from: None,
            valid_to: None,
            distance: None,
            uncertainty_pct: None,
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

    /// The operator that plans: who runs its sites and fleet, and pays for board and carriers.
    fn company(&self) -> Arc<str> {
        self.scenario.name.as_str().into()
    }
}

/// What was done with one carton.
struct Done {
    leg: Option<Leg>,
    amount: Fixed,
    unit: Unit,
    factor_id: &'static str,
    method: &'static str,
    data_kind: DataKind,
}

impl Done {
    fn waste(
        amount: Fixed,
        factor_id: &'static str,
        method: &'static str,
        data_kind: DataKind,
    ) -> Self {
        Self { leg: None, amount, unit: Unit::Tonne, factor_id, method, data_kind }
    }
}

/// What a site's rounds used, and what a bought kWh of it is.
struct Plug {
    used: BTreeMap<usize, Used>,
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
