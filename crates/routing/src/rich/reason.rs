//! Why an order is on no route, with numbers: found by trying it where it would cost the least way.

use super::judge::{Fault, Limit, check_route, stranded};
use super::plan::{Doing, Figures, Plan, Route};
use super::problem::{Problem, Skills, Unit, Visit, Work};
use super::timetable::{delayed, timetable};

/// Places of all routes that are tried for an order: those with the shortest ways.
const TRIED: usize = 32;
const MILLION: f64 = 1e6;

/// What stands against serving an order.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Reason {
    /// It is on board of a vehicle that drives no more.
    #[error("is on board of {unit}, which drives no more")]
    Stranded {
        /// The vehicle.
        unit: String,
    },
    /// No vehicle holds it, even empty.
    #[error("{amount} of dimension {dimension} is more than any vehicle holds: {most}")]
    TooLarge {
        /// Dimension.
        dimension: usize,
        /// How much it is.
        amount: i64,
        /// Most that a vehicle holds.
        most: i64,
    },
    /// No vehicle that holds it has its skills.
    #[error("no vehicle has all of its skills: {skills}")]
    Skills {
        /// The skills, joined by commas.
        skills: String,
    },
    /// Even a vehicle for it alone breaks a rule: the one that breaks the least.
    #[error("even alone on {vehicle}, {broken}")]
    Alone {
        /// The vehicle type.
        vehicle: String,
        /// What is broken, by how much.
        broken: String,
    },
    /// No vehicle is left; at its best place a rule is broken.
    #[error("no vehicle is left; at its best place, on {unit}, {broken}")]
    Place {
        /// Whose route.
        unit: String,
        /// What is broken, by how much.
        broken: String,
    },
    /// No vehicle is left, and none can take more.
    #[error("no vehicle that may serve it is left")]
    Taken,
    /// Leaving it out is cheaper.
    #[error("serving it would cost {cost:.2} more, leaving it out costs {penalty:.2}")]
    Dear {
        /// Least cost found of serving it, in units of the currency.
        cost: f64,
        /// Price of leaving it out, in units of the currency.
        penalty: f64,
    },
    /// There is a place for it: the search has not found it.
    #[error("it fits on {unit} for {cost:.2} more: search longer")]
    Fits {
        /// Whose route.
        unit: String,
        /// What it would cost, in units of the currency.
        cost: f64,
    },
}

/// The reason for each unserved order of a plan; skills are told by their names.
pub fn reasons(problem: &Problem, plan: &Plan, skills: &[String]) -> Vec<(usize, Reason)> {
    let routes: Vec<(Figures, Vec<Visit>)> = plan
        .routes
        .iter()
        .map(|route| (check_route(problem, route).1, to_do(problem, route)))
        .collect();
    let bare = Problem { underway: Vec::new(), ..problem.clone() };
    let trial = Trial { problem, bare, plan, routes };
    plan.unserved.iter().map(|&order| (order, trial.reason(order, skills))).collect()
}

/// The visits of a route that are still to come.
fn to_do(problem: &Problem, route: &Route) -> Vec<Visit> {
    let under = problem.underway.iter().find(|under| under.unit == route.unit);
    let done = under.map_or(0, |under| under.done.len());
    let visit = |doing| if let super::Doing::Visit(visit) = doing { Some(visit) } else { None };
    route.steps.iter().skip(done).filter_map(|step| visit(step.doing)).collect()
}

/// How badly a route breaks rules: what cannot be mended by time first, then by how much.
type Excess = (u8, f64);

/// A place of an order: on which route, by which alternative, before which visits.
struct Place {
    detour: i64,
    route: usize,
    visits: [Option<Visit>; 2],
    at: [usize; 2],
}

struct Trial<'a> {
    problem: &'a Problem,
    /// The same day with nothing under way.
    bare: Problem,
    plan: &'a Plan,
    /// What each route comes to, and what it is still to visit.
    routes: Vec<(Figures, Vec<Visit>)>,
}

impl Trial<'_> {
    fn reason(&self, order: usize, skills: &[String]) -> Reason {
        let problem = self.problem;
        if stranded(problem, order) {
            return self.stranded(order);
        }
        if let Some(reason) = self.no_vehicle(order, skills) {
            return reason;
        }
        let (mut least, mut cheapest) = (None, None);
        let mut alone_fails = true;
        for (vehicle, alternative) in self.able(order) {
            let (broken, cost) = self.alone(vehicle, order, alternative);
            if let Some(broken) = broken {
                keep_least(&mut least, broken, vehicle);
                continue;
            }
            alone_fails = false;
            if let Some(unit) = self.idle(vehicle) {
                keep_cheapest(&mut cheapest, cost, unit);
            }
        }
        if let (true, Some((_, broken, vehicle))) = (alone_fails, least) {
            return Reason::Alone { vehicle: problem.vehicles[vehicle].id.clone(), broken };
        }
        let mut least = None;
        for place in self.places(order) {
            let unit = self.plan.routes[place.route].unit;
            match self.inserted(&place) {
                (Some(broken), _) => keep_least(&mut least, broken, unit),
                (None, cost) => keep_cheapest(&mut cheapest, cost, unit),
            }
        }
        match (cheapest, least) {
            (Some((cost, unit)), _) => self.possible(order, cost, unit),
            (None, Some((_, broken, unit))) => {
                Reason::Place { unit: problem.unit_name(unit), broken }
            }
            (None, None) => Reason::Taken,
        }
    }

    fn stranded(&self, order: usize) -> Reason {
        let on_board = |route: &&Route| {
            route.steps.iter().any(|step| {
                matches!(step.doing, super::Doing::Visit(Visit::First { order: of, .. }) if of == order)
            })
        };
        let unit = self.plan.routes.iter().find(on_board).map(|route| route.unit);
        Reason::Stranded {
            unit: unit.map_or_else(String::new, |unit| self.problem.unit_name(unit)),
        }
    }

    fn possible(&self, order: usize, cost: i64, unit: Unit) -> Reason {
        let cost_told = cost as f64 / MILLION;
        match self.problem.orders[order].penalty {
            Some(penalty) if penalty <= cost => {
                Reason::Dear { cost: cost_told, penalty: penalty as f64 / MILLION }
            }
            _ => Reason::Fits { unit: self.problem.unit_name(unit), cost: cost_told },
        }
    }

    /// No vehicle holds it, or none that does has the skills.
    fn no_vehicle(&self, order: usize, skills: &[String]) -> Option<Reason> {
        let ways = &self.problem.orders[order].alternatives;
        let exists = |vehicle: &&super::Vehicle| vehicle.count > 0;
        let fleet = || self.problem.vehicles.iter().filter(exists);
        let holds = |way: usize, vehicle: &super::Vehicle| {
            needs(&ways[way].work).iter().zip(&vehicle.capacity).all(|(need, most)| need <= most)
        };
        let held: Vec<usize> =
            (0..ways.len()).filter(|&way| fleet().any(|vehicle| holds(way, vehicle))).collect();
        if held.is_empty() {
            let need = needs(&ways.first()?.work);
            let most =
                |dimension: usize| fleet().map(|of| of.capacity[dimension]).max().unwrap_or(0);
            let over =
                (0..need.len()).max_by_key(|&dimension| need[dimension] - most(dimension))?;
            return Some(Reason::TooLarge {
                dimension: over,
                amount: need[over],
                most: most(over),
            });
        }
        let able = |&way: &usize| {
            fleet().any(|vehicle| holds(way, vehicle) && vehicle.skills.have(ways[way].skills))
        };
        if held.iter().any(able) {
            return None;
        }
        Some(Reason::Skills { skills: named(ways[held[0]].skills, skills) })
    }

    /// Vehicle types and alternatives that go together.
    fn able(&self, order: usize) -> impl Iterator<Item = (usize, usize)> {
        let ways = &self.problem.orders[order].alternatives;
        let vehicles = self.problem.vehicles.iter().enumerate();
        vehicles.filter(|(_, vehicle)| vehicle.count > 0).flat_map(move |(idx, vehicle)| {
            let able = move |way: &usize| {
                let need = needs(&ways[*way].work);
                vehicle.skills.have(ways[*way].skills)
                    && need.iter().zip(&vehicle.capacity).all(|(need, most)| need <= most)
            };
            (0..ways.len()).filter(able).map(move |way| (idx, way))
        })
    }

    /// A vehicle of the type that has no route.
    fn idle(&self, vehicle: usize) -> Option<Unit> {
        let taken = |unit: Unit| {
            self.plan.routes.iter().any(|route| route.unit == unit)
                || self.problem.underway.iter().any(|under| under.unit == unit && under.over)
        };
        let most = self.plan.routes.len() + self.problem.underway.len() + 1;
        let count = self.problem.vehicles[vehicle].count;
        let units = (0..count).map(|number| Unit { vehicle, number });
        units.take(most).find(|&unit| !taken(unit))
    }

    /// What is broken if a vehicle of the type sets out for it alone, and what that costs.
    fn alone(
        &self,
        vehicle: usize,
        order: usize,
        alternative: usize,
    ) -> (Option<(Excess, String)>, i64) {
        let visits = visits_of(self.problem, order, alternative);
        let visits: Vec<Visit> = visits.into_iter().flatten().collect();
        let (broken, figures) = tried(&self.bare, Unit { vehicle, number: 0 }, &visits);
        (broken, self.price(&figures))
    }

    fn price(&self, figures: &Figures) -> i64 {
        let kilograms = figures.carbon.kilograms_f64();
        figures.money + (kilograms * self.problem.carbon_price_per_kg as f64).round() as i64
    }

    /// The places with the shortest ways.
    fn places(&self, order: usize) -> Vec<Place> {
        let mut places = Vec::new();
        for (route, (_, visits)) in self.routes.iter().enumerate() {
            let unit = self.plan.routes[route].unit;
            let ways = self.able(order).filter(|(vehicle, _)| *vehicle == unit.vehicle);
            for (_, alternative) in ways {
                let pair = visits_of(self.problem, order, alternative);
                let Some(from) = self.open_from(unit, order, alternative, visits) else { continue };
                let [Some(first), second] = pair else { continue };
                for at in from..=visits.len() {
                    let detour = self.detour(unit, visits, at, first);
                    let Some(second) = second else {
                        places.push(Place { detour, route, visits: pair, at: [at, at] });
                        continue;
                    };
                    for next in at..=visits.len() {
                        let detour = detour + self.detour(unit, visits, next, second);
                        places.push(Place { detour, route, visits: pair, at: [at, next] });
                    }
                }
            }
        }
        places.sort_by_key(|place| (place.detour, place.route, place.at));
        places.truncate(TRIED);
        places
    }

    /// From which of the visits to come on the order may stand; none where the vehicle takes no more.
    fn open_from(
        &self,
        unit: Unit,
        order: usize,
        alternative: usize,
        visits: &[Visit],
    ) -> Option<usize> {
        let Some(under) = self.problem.underway.iter().find(|under| under.unit == unit) else {
            return Some(0);
        };
        if under.over {
            return None;
        }
        let work = &self.problem.orders[order].alternatives[alternative].work;
        let loads = matches!(work, Work::Stop { delivery, .. } if delivery.iter().any(|&d| d > 0));
        let aboard = under.visits.contains(&Visit::First { order, alternative });
        if under.done.is_empty() || !loads || aboard {
            return Some(under.locked);
        }
        let reload = visits.iter().position(|visit| matches!(visit, Visit::Reload(_)));
        reload.map(|reload| under.locked.max(reload + 1))
    }

    /// Seconds that a visit before `at` adds to the way.
    fn detour(&self, unit: Unit, visits: &[Visit], at: usize, visit: Visit) -> i64 {
        let vehicle = &self.problem.vehicles[unit.vehicle];
        let place = |visit: Visit| self.problem.place(vehicle, Doing::Visit(visit));
        let before = at.checked_sub(1).map_or(vehicle.start, |idx| place(visits[idx]));
        let after = visits.get(at).map_or(vehicle.end, |&next| place(next));
        let seconds = &self.problem.profiles[vehicle.profile].seconds;
        let way = |from: Option<u32>, to: Option<u32>| {
            let arc =
                from.zip(to).map(|(from, to)| from as usize * self.problem.places + to as usize);
            arc.map_or(0, |arc| i64::from(seconds[arc]))
        };
        let here = place(visit);
        way(before, here) + way(here, after) - way(before, after)
    }

    fn inserted(&self, place: &Place) -> (Option<(Excess, String)>, i64) {
        let unit = self.plan.routes[place.route].unit;
        let (figures, visits) = &self.routes[place.route];
        let mut visits = visits.clone();
        if let Some(second) = place.visits[1] {
            visits.insert(place.at[1], second);
        }
        if let Some(first) = place.visits[0] {
            visits.insert(place.at[0], first);
        }
        let (broken, after) = tried(self.problem, unit, &visits);
        (broken, self.price(&after) - self.price(figures))
    }
}

/// What is broken by these visits, as early as can be or, where that is less, with the waits first.
fn tried(problem: &Problem, unit: Unit, visits: &[Visit]) -> (Option<(Excess, String)>, Figures) {
    let early = timetable(problem, unit, visits);
    let late = delayed(problem, &early);
    let judged = |route: &Route| {
        let (faults, figures) = check_route(problem, route);
        (worst(&faults), figures)
    };
    let (early, late) = (judged(&early), judged(&late));
    let excess = |of: &Option<(Excess, String)>| of.as_ref().map(|(excess, _)| *excess);
    if excess(&late.0) <= excess(&early.0) { late } else { early }
}

fn keep_least<T>(least: &mut Option<(Excess, String, T)>, broken: (Excess, String), of: T) {
    if least.as_ref().is_none_or(|(known, _, _)| broken.0 < *known) {
        *least = Some((broken.0, broken.1, of));
    }
}

fn keep_cheapest(cheapest: &mut Option<(i64, Unit)>, cost: i64, unit: Unit) {
    if cheapest.is_none_or(|(known, _)| cost < known) {
        *cheapest = Some((cost, unit));
    }
}

fn visits_of(problem: &Problem, order: usize, alternative: usize) -> [Option<Visit>; 2] {
    let shipment =
        matches!(problem.orders[order].alternatives[alternative].work, Work::Shipment { .. });
    let second = shipment.then_some(Visit::Second { order, alternative });
    [Some(Visit::First { order, alternative }), second]
}

/// The most that is on board because of an order.
fn needs(work: &Work) -> Vec<i64> {
    match work {
        Work::Stop { delivery, pickup, .. } => {
            delivery.iter().zip(pickup).map(|(&left, &taken)| left.max(taken)).collect()
        }
        Work::Shipment { amount, .. } => amount.clone(),
    }
}

fn named(skills: Skills, names: &[String]) -> String {
    let bits = (0..super::problem::SKILLS_MAX).filter(|bit| skills.0 >> bit & 1 == 1);
    let name = |bit: usize| names.get(bit).cloned().unwrap_or_else(|| format!("skill {bit}"));
    bits.map(name).collect::<Vec<String>>().join(", ")
}

/// The gravest of a route's faults in words, with how bad all of its kind are together.
fn worst(faults: &[Fault]) -> Option<(Excess, String)> {
    let all: Vec<(Excess, String)> = faults.iter().map(excess).collect();
    let gravest = all.iter().map(|((rank, _), _)| *rank).max()?;
    let of_rank = all.into_iter().filter(|((rank, _), _)| *rank == gravest);
    let (mut sum, mut told): (f64, Option<(f64, String)>) = (0.0, None);
    for ((_, by), words) in of_rank {
        sum += by;
        if told.as_ref().is_none_or(|(most, _)| by > *most) {
            told = Some((by, words));
        }
    }
    told.map(|(_, words)| ((gravest, sum), words))
}

/// How grave a fault is, and in words by how much.
fn excess(fault: &Fault) -> (Excess, String) {
    match fault {
        Fault::Late { at, by, .. } => {
            ((0, *by as f64), format!("service at {at} would begin {by} s after its last window"))
        }
        Fault::Limit { limit, at, value, most, .. } => {
            let by = value - most;
            let rank = match limit {
                Limit::Way => 1,
                Limit::Stops | Limit::Trips => 2,
                _ => 0,
            };
            let words = match limit {
                Limit::ShiftEnd => format!("the end would be {by} s after the shift"),
                _ => format!("{limit} would be {value} at {at}, {by} more than allowed"),
            };
            ((rank, by as f64), words)
        }
        Fault::Energy { units, most, .. } => {
            let by = units - most;
            ((1, by), format!("the way takes {by:.3} units of energy more than there are"))
        }
        Fault::Load { at, dimension, load, capacity, .. } => {
            let by = load - capacity;
            ((3, by as f64), format!("there is {by} of dimension {dimension} too much after {at}"))
        }
        other => ((4, 0.0), other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::Stop;
    use crate::rich::fixture::{
        MILLION as UNIT, deliver, first, order, road, step, stop, unit, window,
    };
    use crate::rich::{Doing, Underway};

    /// A full van at place 1 and one order more, which the case makes impossible.
    fn told(spoil: impl Fn(&mut Problem, &mut Plan)) -> String {
        let mut problem = road(vec![deliver("a", 1, 8), deliver("x", 2, 2)]);
        problem.vehicles[0].count = 1;
        let mut plan = Plan { routes: Vec::new(), unserved: vec![1] };
        spoil(&mut problem, &mut plan);
        if plan.routes.is_empty() {
            plan.routes.push(timetable(&problem, unit(0), &[first(0)]));
        }
        assert_eq!(problem.check(), Ok(()));
        let names = ["cold".to_owned(), "lift".to_owned()];
        let all = reasons(&problem, &plan, &names);
        assert_eq!(all.len(), 1);
        all[0].1.to_string()
    }

    fn x(problem: &mut Problem) -> &mut Stop {
        let Work::Stop { at, .. } = &mut problem.orders[1].alternatives[0].work else {
            unreachable!("x is one stop")
        };
        at
    }

    fn need(problem: &mut Problem, amount: i64) {
        problem.orders[1] = deliver("x", 2, amount);
    }

    #[test]
    fn each_reason_has_its_numbers() {
        type Spoil = fn(&mut Problem, &mut Plan);
        let cases: [(&str, Spoil); 11] = [
            ("it fits on van for 8.00 more: search longer", |problem, _| {
                (problem.vehicles[0].per_hour, problem.vehicles[0].per_km) = (0, 4 * UNIT);
                problem.vehicles[0].consumption = None;
            }),
            ("11 of dimension 0 is more than any vehicle holds: 10", |problem, _| {
                need(problem, 11);
            }),
            ("no vehicle has all of its skills: cold, lift", |problem, _| {
                problem.orders[1].alternatives[0].skills = Skills(0b11);
            }),
            (
                "even alone on van, service at x would begin 20 s after its last window",
                |problem, _| {
                    x(problem).windows = vec![window(0, 100)];
                },
            ),
            ("even alone on van, the end would be 1 s after the shift", |problem, _| {
                problem.vehicles[0].shift.close = 299;
            }),
            ("even alone on van, the way takes 0.220 units of energy more", |problem, _| {
                problem.vehicles[0].consumption.as_mut().unwrap().most = Some(0.116);
            }),
            ("on van, there is 1 of dimension 0 too much after the start", |problem, _| {
                need(problem, 3);
            }),
            ("on van, service at x would begin 40 s after its last window", |problem, _| {
                x(problem).windows = vec![window(0, 140)];
                problem.vehicles[0].stops_max = Some(2);
                problem.orders[0].alternatives[0].work = Work::Stop {
                    at: Stop { windows: vec![window(0, 60)], ..stop(1, 60) },
                    delivery: vec![8],
                    pickup: vec![0],
                    sources: Vec::new(),
                };
            }),
            ("the number of stops would be 2 at the end, 1 more than allowed", |problem, _| {
                problem.vehicles[0].stops_max = Some(1);
            }),
            ("serving it would cost 3.00 more, leaving it out costs 2.00", |problem, _| {
                problem.orders[1].penalty = Some(2 * UNIT);
                problem.vehicles[0].consumption = None;
                (problem.vehicles[0].per_hour, problem.vehicles[0].per_km) = (0, 3 * UNIT / 2);
            }),
            ("no vehicle that may serve it is left", |problem, plan| {
                let done = vec![step(Doing::Start, 0, 0, 0)];
                let visits = vec![first(0)];
                let unit = unit(0);
                problem.underway = vec![Underway { unit, done, visits, locked: 0, over: false }];
                plan.routes = vec![timetable(problem, unit, &[first(0)])];
            }),
        ];
        for (expect, spoil) in cases {
            let told = told(spoil);
            assert!(told.contains(expect), "{expect}: {told}");
        }
    }

    #[test]
    fn a_ride_is_not_said_to_be_long_because_of_a_wait_at_its_end() {
        let to = Stop { windows: vec![window(5_000, 6_000)], ..stop(5, 60) };
        let work = Work::Shipment { from: stop(1, 60), to, amount: vec![1], ride_max: Some(240) };
        let mut problem = road(vec![order("s", work)]);
        let plan = Plan { routes: Vec::new(), unserved: vec![0] };
        let told = |problem: &Problem| reasons(problem, &plan, &[])[0].1.to_string();
        assert!(told(&problem).starts_with("it fits on van no. 1"), "{}", told(&problem));
        if let Work::Shipment { ride_max, .. } = &mut problem.orders[0].alternatives[0].work {
            *ride_max = Some(239);
        }
        let expect =
            "even alone on van, the time on board in s would be 240 at s (delivery), 1 more";
        assert!(told(&problem).starts_with(expect), "{}", told(&problem));
    }

    #[test]
    fn what_is_on_board_of_who_broke_down_is_stranded() {
        let shipment =
            Work::Shipment { from: stop(1, 0), to: stop(5, 0), amount: vec![1], ride_max: None };
        let mut problem = road(vec![order("s", shipment)]);
        let done = vec![step(Doing::Start, 0, 0, 0), step(Doing::Visit(first(0)), 60, 60, 60)];
        let route = Route { unit: unit(0), steps: done.clone() };
        let over = Underway { unit: unit(0), done, visits: Vec::new(), locked: 0, over: true };
        problem.underway = vec![over];
        let plan = Plan { routes: vec![route], unserved: vec![0] };
        let all = reasons(&problem, &plan, &[]);
        assert_eq!(all[0].1.to_string(), "is on board of van no. 1, which drives no more");
    }
}
