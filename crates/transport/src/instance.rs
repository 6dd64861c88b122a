//! The day in the search's own numbers: milligrams, cubic millimetres, metres, and seconds from
//! the start of the shift.

use crate::load::Load;
use crate::model::{Objective, Problem, Stop, Unserved};
use crate::reason;
use crate::segment::{FAR, Segment};
use network::{EnergyCarrier, Matrix, Place, VehicleType};
use quantity::{Energy, Instant};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How many of its nearest stops a stop knows.
pub(crate) const NEIGHBOURS: usize = 100;

/// A day to be searched.
pub(crate) struct Instance<'a> {
    pub(crate) problem: &'a Problem<'a>,
    /// Stops first, then sites.
    pub(crate) metres: Matrix,
    symmetric: bool,
    pub(crate) visits: Vec<Visit>,
    /// One per entry of the fleet and level of charge.
    pub(crate) kinds: Vec<Kind>,
    /// Of each stop, the nearest others, nearest first.
    pub(crate) near: Vec<Vec<u32>>,
    /// Of each stop, why no vehicle could serve it even alone.
    pub(crate) hopeless: Vec<Option<Unserved>>,
    /// Longest time on duty.
    pub(crate) shift: i64,
}

/// A stop.
#[derive(Clone, Copy)]
pub(crate) struct Visit {
    pub(crate) origin: usize,
    pub(crate) load: Load,
    /// Its share of the day's mass and volume together, in parts of 2e9.
    pub(crate) size: i64,
    pub(crate) time: Segment,
}

/// Levels of charge that are told apart: vehicles within one count as charged like the emptiest of it.
const LEVELS: i64 = 20;

/// Vehicles of a type that are charged alike.
pub(crate) struct Kind {
    /// Its type is at a known site and moves.
    pub(crate) stands: bool,
    /// The same, and there is at least one with something in its battery.
    pub(crate) usable: bool,
    /// In the problem.
    pub(crate) fleet_idx: usize,
    pub(crate) site: usize,
    /// Where rounds start and end, in the matrix.
    pub(crate) depot: usize,
    pub(crate) count: usize,
    /// Which of the type they are, as many as may ever be in use.
    pub(crate) numbers: Vec<u32>,
    pub(crate) room: Load,
    seconds_per_metre: f64,
    energy_per_metre: f64,
    energy_per_metre_mg: f64,
    pub(crate) range: i64,
    /// kWh in it.
    pub(crate) battery: f64,
    /// Range and kWh of a full battery.
    full: (i64, f64),
    pub(crate) price: Price,
}

/// What the objective charges.
#[derive(Clone, Copy)]
pub(crate) struct Price {
    pub(crate) metre: f64,
    pub(crate) second: f64,
    /// A litre, or a kWh out of the battery.
    energy: f64,
}

/// What a round takes of its vehicle, and what it costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Facts {
    pub(crate) load: Load,
    pub(crate) metres: i64,
    pub(crate) energy: f64,
    /// Departure to return.
    pub(crate) time: Segment,
    pub(crate) cost: f64,
}

impl<'a> Instance<'a> {
    pub(crate) fn new(problem: &'a Problem<'a>) -> Self {
        let places: Vec<Place> = (problem.stops.iter())
            .map(|stop| Place { id: stop.id.clone(), point: stop.point })
            .chain(
                problem.sites.iter().map(|site| Place { id: site.id.clone(), point: site.point }),
            )
            .collect();
        let metres = problem.metric.matrix(&places);
        let seconds = |at: Instant| {
            at.unix().saturating_sub(problem.shift_start.unix()).clamp(-FAR / 2, FAR / 2)
        };
        let load = |stop: &Stop| Load::new(stop.mass.or_zero(), stop.volume.or_zero());
        let share = |part: i64, whole: f64| (part as f64 / whole.max(1.0) * 1e9) as i64;
        let mass: f64 = problem.stops.iter().map(|stop| load(stop).mass as f64).sum();
        let volume: f64 = problem.stops.iter().map(|stop| load(stop).volume as f64).sum();
        let visits = problem.stops.iter().map(|stop| Visit {
            origin: stop.origin,
            load: load(stop),
            size: share(load(stop).mass, mass) + share(load(stop).volume, volume),
            time: Segment::visit(
                seconds(stop.window.open),
                // A window that closes before it opens is one that nobody meets.
                seconds(if stop.window.open <= stop.window.close {
                    stop.window.close
                } else {
                    Instant::from_unix(i64::MIN)
                }),
                stop.service.seconds().clamp(0, FAR / 2),
            ),
        });
        let mut instance = Self {
            near: (0..problem.stops.len())
                .map(|stop| nearest(&metres, problem.stops.len(), stop))
                .collect(),
            visits: visits.collect(),
            hopeless: Vec::new(),
            kinds: (0..problem.fleet.len()).flat_map(|idx| Kind::by_level(problem, idx)).collect(),
            shift: problem.shift.seconds(),
            problem,
            metres,
            symmetric: problem.metric.table.is_empty(),
        };
        instance.hopeless =
            (0..instance.len()).map(|stop| reason::hopeless(&instance, stop)).collect();
        instance
    }
    /// The stops that some vehicle could serve.
    pub(crate) fn hopeful(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len() as u32).filter(|&stop| self.hopeless[stop as usize].is_none())
    }
    /// How many stops.
    pub(crate) fn len(&self) -> usize {
        self.visits.len()
    }
    /// Where a site is in the matrix.
    pub(crate) fn node_of_site(&self, site: usize) -> usize {
        self.visits.len() + site
    }
    /// In metres, between nodes of the matrix.
    #[inline]
    pub(crate) fn way(&self, from: usize, to: usize) -> i64 {
        i64::from(self.metres.metres(from, to))
    }
    /// In metres, into a stop that is being placed: where ways are the same both ways, from the
    /// table's row of the stop, which is at hand.
    #[inline]
    pub(crate) fn way_in(&self, from: usize, stop: usize) -> i64 {
        if self.symmetric { self.way(stop, from) } else { self.way(from, stop) }
    }
    /// The kinds that stand at a site, whatever is in their batteries.
    pub(crate) fn standing_at(&self, site: usize) -> impl Iterator<Item = &Kind> {
        self.kinds.iter().filter(move |kind| kind.stands && kind.site == site)
    }
    /// The kinds at a site that may be used.
    pub(crate) fn kinds_at(&self, site: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.kinds.len())
            .filter(move |&kind| self.kinds[kind].usable && self.kinds[kind].site == site)
    }
}

impl Kind {
    /// The vehicles of a type, the full ones first; those with nothing in their batteries are none.
    fn by_level(problem: &Problem, fleet_idx: usize) -> Vec<Self> {
        let vehicle = &problem.fleet[fleet_idx];
        let battery = vehicle.battery.filter(|_| vehicle.carrier.is_electric());
        let missing = problem.missing.range((fleet_idx, 0)..(fleet_idx, vehicle.count));
        let mut levels: BTreeMap<Reverse<i64>, (Energy, Vec<u32>)> = BTreeMap::new();
        for (&(_, number), &missing) in missing {
            if let Some(battery) = battery.filter(|_| missing > Energy::ZERO) {
                let left = (battery - missing).or_zero();
                let whole = i128::from(battery.milliwatt_hours()).max(1);
                let level = i128::from(left.milliwatt_hours()) * i128::from(LEVELS) / whole;
                let (least, numbers) =
                    levels.entry(Reverse(level as i64)).or_insert((left, Vec::new()));
                *least = left.min(*least);
                numbers.push(number);
            }
        }
        let lacking: BTreeSet<u32> =
            levels.values().flat_map(|(_, numbers)| numbers).copied().collect();
        let full = (0..vehicle.count).filter(|number| !lacking.contains(number));
        // More vehicles than feeders and rounds with one stop each are never in use.
        let full =
            Self::new(problem, fleet_idx, None, full.take(2 * problem.stops.len()).collect());
        let lacking = levels.into_values().filter(|(left, _)| *left > Energy::ZERO);
        let lacking =
            lacking.map(|(left, numbers)| Self::new(problem, fleet_idx, Some(left), numbers));
        std::iter::once(full).chain(lacking).collect()
    }

    /// - `left`: in the batteries, where they are not full.
    fn new(problem: &Problem, fleet_idx: usize, left: Option<Energy>, numbers: Vec<u32>) -> Self {
        let vehicle = &problem.fleet[fleet_idx];
        let range = vehicle.range.map_or(i64::MAX, quantity::Distance::metres);
        let battery = match vehicle.battery {
            Some(battery) if vehicle.carrier.is_electric() => battery.kilowatt_hours(),
            _ => f64::INFINITY,
        };
        let left_kwh = left.map_or(battery, Energy::kilowatt_hours);
        let energy_per_metre = vehicle.consumption.empty_per_100km / 1e5;
        let full = vehicle.consumption.full_per_100km / 1e5;
        let capacity = vehicle.capacity.milligrams();
        let speed_is_one = vehicle.speed_kmh > 0.0 && vehicle.speed_kmh.is_finite();
        let stands = vehicle.count > 0 && vehicle.site < problem.sites.len() && speed_is_one;
        Self {
            stands,
            usable: stands && !numbers.is_empty(),
            fleet_idx,
            site: vehicle.site,
            depot: problem.stops.len() + vehicle.site,
            count: numbers.len(),
            numbers,
            room: Load::new(vehicle.capacity, vehicle.volume),
            seconds_per_metre: 3.6 / vehicle.speed_kmh,
            energy_per_metre,
            energy_per_metre_mg: if capacity > 0 {
                (full - energy_per_metre) / capacity as f64
            } else {
                0.0
            },
            range: match left {
                Some(_) => (range as f64 * (left_kwh / battery)) as i64,
                None => range,
            },
            battery: left_kwh,
            full: (range, battery),
            price: Price::new(problem, vehicle),
        }
    }
    /// Driving time, to the nearest second.
    #[inline]
    pub(crate) fn drive(&self, metres: i64) -> i64 {
        (metres as f64 * self.seconds_per_metre + 0.5) as i64
    }
    /// `moment`: the sum over the legs of metres times milligrams on board.
    #[inline]
    pub(crate) fn facts(&self, load: Load, metres: i64, moment: f64, time: Segment) -> Facts {
        let energy = self.energy_per_metre * metres as f64 + self.energy_per_metre_mg * moment;
        let cost = self.price.metre * metres as f64
            + self.price.second * time.duration as f64
            + self.price.energy * energy;
        Facts { load, metres, energy, time, cost }
    }
    /// One vehicle can drive this round, if it drives no other.
    #[inline]
    pub(crate) fn can_drive(&self, facts: &Facts, shift: i64) -> bool {
        self.could_drive(facts, shift) && facts.metres <= self.range && facts.energy <= self.battery
    }
    /// The same with a full battery.
    #[inline]
    pub(crate) fn could_drive(&self, facts: &Facts, shift: i64) -> bool {
        let (range, battery) = self.full;
        facts.time.warp == 0
            && facts.time.duration <= shift
            && facts.load.fits(self.room)
            && facts.metres <= range
            && facts.energy <= battery
    }
}

impl Price {
    fn new(problem: &Problem, vehicle: &VehicleType) -> Self {
        match problem.objective {
            Objective::Distance => Self { metre: 1.0, second: 0.0, energy: 0.0 },
            Objective::Cost {
                carbon_price_per_kg,
                diesel_kg_per_l,
                petrol_kg_per_l,
                electricity_kg_per_kwh,
            } => Self {
                metre: vehicle.cost_per_km.units() / 1e3,
                second: vehicle.cost_per_h.units() / 3_600.0,
                energy: carbon_price_per_kg
                    * match vehicle.carrier {
                        EnergyCarrier::Diesel => diesel_kg_per_l,
                        EnergyCarrier::Petrol => petrol_kg_per_l,
                        EnergyCarrier::Electric | EnergyCarrier::Robot => {
                            electricity_kg_per_kwh * problem.charging_loss
                        }
                    },
            },
        }
    }
}

/// The stops nearest to one, there and back; a tie goes to the earlier.
fn nearest(metres: &Matrix, n: usize, stop: usize) -> Vec<u32> {
    let away = |&other: &u32| {
        let other_node = other as usize;
        let both =
            u64::from(metres.metres(stop, other_node)) + u64::from(metres.metres(other_node, stop));
        (both, other)
    };
    let mut others: Vec<u32> = (0..n as u32).filter(|&other| other as usize != stop).collect();
    if others.len() > NEIGHBOURS {
        others.select_nth_unstable_by_key(NEIGHBOURS, away);
        others.truncate(NEIGHBOURS);
    }
    others.sort_unstable_by_key(away);
    others
}
