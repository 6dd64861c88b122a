//! Whether the parts of a problem fit together: sizes, bounds, windows.

use super::problem::{
    AMOUNT_MAX, Alternative, BreakRule, Consumption, DIMENSIONS_MAX, Order, PRICE_MAX, Problem,
    Profile, SECONDS_MAX, Stop, Vehicle, Work,
};
use super::underway;
use crate::instance::Window;
use std::collections::HashSet;

/// The largest number of a consumption.
pub const CONSUMPTION_MAX: f64 = 1e6;
/// The longest way of a vehicle, metres.
const METRES_MAX: i64 = 1 << 40;

/// What is wrong with a [`Problem`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProblemError {
    /// A table has not as many values as it needs.
    #[error("{of}: {what} has {is} values. Give {expect}")]
    Size {
        /// Whose.
        of: String,
        /// Which table.
        what: &'static str,
        /// Values it has.
        is: usize,
        /// Values it needs.
        expect: usize,
    },
    /// A whole number outside its bounds.
    #[error("{of}: {what} is {value}. Write a number from {low} to {high}")]
    Bound {
        /// Whose.
        of: String,
        /// Which number.
        what: &'static str,
        /// The number.
        value: i64,
        /// Least.
        low: i64,
        /// Most.
        high: i64,
    },
    /// A real number outside its bounds.
    #[error("{of}: {what} is {value}. Write a number from 0 to {high}")]
    Real {
        /// Whose.
        of: String,
        /// Which number.
        what: &'static str,
        /// The number.
        value: f64,
        /// Most.
        high: f64,
    },
    /// A place, profile, order or alternative that is not there.
    #[error("{of}: {what} {index} is unknown, there are {count}. Name one from 0")]
    Unknown {
        /// Who names it.
        of: String,
        /// What is named.
        what: &'static str,
        /// By this index.
        index: usize,
        /// So many are there.
        count: usize,
    },
    /// Windows that are no windows.
    #[error("{of}: window {at} {fault}. {mend}")]
    Windows {
        /// Whose.
        of: String,
        /// Index of the window.
        at: usize,
        /// What is wrong.
        fault: &'static str,
        /// What to do.
        mend: &'static str,
    },
    /// Two things have one name.
    #[error("{what} {id} is there twice. Give each an id of its own")]
    Twice {
        /// Order or vehicle.
        what: &'static str,
        /// The name.
        id: String,
    },
    /// There must be at least one.
    #[error("{of}: no {what}. Give at least one")]
    None {
        /// Whose.
        of: String,
        /// What is missing.
        what: &'static str,
    },
    /// A route under way that cannot be.
    #[error("route of {unit}: {at} {fault}. {mend}")]
    Underway {
        /// The vehicle.
        unit: String,
        /// Which step or visit.
        at: String,
        /// What is wrong.
        fault: &'static str,
        /// What to do.
        mend: &'static str,
    },
}

type Checked = Result<(), ProblemError>;

impl Problem {
    /// Whether every index, size and bound is right; the first fault otherwise.
    pub fn check(&self) -> Checked {
        let of = "the problem";
        bound(of, "the number of places", self.places as i64, 0, 1 << 24)?;
        bound(of, "the number of dimensions", self.dimensions as i64, 0, DIMENSIONS_MAX as i64)?;
        some(of, "profile", self.profiles.len())?;
        some(of, "vehicle", self.vehicles.len())?;
        for (what, price) in [
            ("the price of a moved order", self.moved_price),
            ("the price of carbon", self.carbon_price_per_kg),
            ("the price of levelling", self.balance_price),
        ] {
            bound(of, what, price, 0, PRICE_MAX)?;
        }
        for (idx, profile) in self.profiles.iter().enumerate() {
            check_profile(profile, idx, self.places)?;
        }
        for stock in &self.stocks {
            self.check_amount(of, "a stock", stock)?;
        }
        unique("order", self.orders.iter().map(|order| &order.id))?;
        unique("vehicle", self.vehicles.iter().map(|vehicle| &vehicle.id))?;
        for order in &self.orders {
            self.check_order(order)?;
        }
        for vehicle in &self.vehicles {
            self.check_vehicle(vehicle)?;
        }
        underway::check(self)
    }

    fn check_order(&self, order: &Order) -> Checked {
        let of = format!("order {}", order.id);
        some(&of, "alternative", order.alternatives.len())?;
        bound(&of, "the penalty", order.penalty.unwrap_or(0), 0, PRICE_MAX)?;
        for Alternative { work, cost, .. } in &order.alternatives {
            bound(&of, "the cost of a choice", *cost, 0, PRICE_MAX)?;
            match work {
                Work::Stop { at, delivery, pickup, sources } => {
                    for source in sources {
                        self.check_place(&of, source.place)?;
                        seconds(&of, "the time it is ready", source.ready)?;
                        known(&of, "stock", source.stock.unwrap_or(0), self.stocks.len().max(1))?;
                    }
                    self.check_stop(&of, at)?;
                    self.check_amount(&of, "the delivery", delivery)?;
                    self.check_amount(&of, "the pickup", pickup)?;
                }
                Work::Shipment { from, to, amount, ride_max } => {
                    self.check_stop(&of, from)?;
                    self.check_stop(&of, to)?;
                    self.check_amount(&of, "the amount", amount)?;
                    seconds(&of, "the longest ride", ride_max.unwrap_or(0))?;
                }
            }
        }
        Ok(())
    }

    fn check_stop(&self, of: &str, stop: &Stop) -> Checked {
        self.check_place(of, stop.place)?;
        seconds(of, "the service", stop.service)?;
        windows(of, &stop.windows)?;
        if let Some(late) = stop.lateness {
            seconds(of, "the due time", late.due)?;
            bound(of, "the price of an hour late", late.per_hour, 0, PRICE_MAX)?;
        }
        Ok(())
    }

    fn check_place(&self, of: &str, place: u32) -> Checked {
        known(of, "place", place as usize, self.places)
    }

    fn check_amount(&self, of: &str, what: &'static str, amount: &[i64]) -> Checked {
        size(of, what, amount.len(), self.dimensions)?;
        amount.iter().try_for_each(|&amount| bound(of, what, amount, 0, AMOUNT_MAX))
    }

    fn check_vehicle(&self, vehicle: &Vehicle) -> Checked {
        let of = &format!("vehicle {}", vehicle.id);
        known(of, "profile", vehicle.profile, self.profiles.len())?;
        for place in vehicle.start.iter().chain(&vehicle.end) {
            self.check_place(of, *place)?;
        }
        self.check_amount(of, "the capacity", &vehicle.capacity)?;
        windows(of, &[vehicle.shift])?;
        seconds(of, "the longest time", vehicle.duration_max.unwrap_or(0))?;
        seconds(of, "the longest drive", vehicle.drive_max.unwrap_or(0))?;
        bound(of, "the longest way", vehicle.metres_max.unwrap_or(0), 0, METRES_MAX)?;
        bound(of, "the number of trips", vehicle.trips_max.into(), 1, i64::from(u32::MAX))?;
        if let Some(BreakRule { work_max, lasts }) = vehicle.break_rule {
            bound(of, "the work before a break", work_max.into(), 1, SECONDS_MAX.into())?;
            seconds(of, "the length of a break", lasts)?;
        }
        for rest in &vehicle.breaks {
            let of = format!("{of}, break {}", rest.id);
            windows(&of, &rest.windows)?;
            seconds(&of, "the length", rest.lasts)?;
        }
        for (idx, reload) in vehicle.reloads.iter().enumerate() {
            let of = format!("{of}, reload {idx}");
            self.check_place(&of, reload.place)?;
            windows(&of, &[reload.window])?;
            seconds(&of, "the service", reload.service)?;
        }
        for (what, price) in [
            ("the price of using it", vehicle.fixed),
            ("the price of a kilometre", vehicle.per_km),
            ("the price of an hour", vehicle.per_hour),
            ("the price of an hour of driving", vehicle.per_drive_hour),
        ] {
            bound(of, what, price, 0, PRICE_MAX)?;
        }
        vehicle.consumption.as_ref().map_or(Ok(()), |consumption| check_energy(of, consumption))
    }
}

fn check_energy(of: &str, consumption: &Consumption) -> Checked {
    for (what, value, high) in [
        ("the consumption without load", consumption.empty_per_100km, CONSUMPTION_MAX),
        ("the consumption with full load", consumption.full_per_100km, CONSUMPTION_MAX),
        ("the most energy", consumption.most.unwrap_or(0.0), 1e9),
    ] {
        // Not a number is in no range.
        if !(0.0..=high).contains(&value) {
            return Err(ProblemError::Real { of: of.to_owned(), what, value, high });
        }
    }
    bound(of, "the price of energy", consumption.price, 0, PRICE_MAX)?;
    bound(of, "the carbon of energy", consumption.micrograms_co2e, 0, PRICE_MAX)
}

fn check_profile(profile: &Profile, idx: usize, places: usize) -> Checked {
    let of = format!("profile {idx}");
    for (what, table) in
        [("a table of distances", &profile.metres), ("a table of durations", &profile.seconds)]
    {
        size(&of, what, table.len(), places * places)?;
        for &arc in table {
            bound(&of, what, arc.into(), 0, SECONDS_MAX.into())?;
        }
    }
    Ok(())
}

fn unique<'a>(what: &'static str, ids: impl Iterator<Item = &'a String>) -> Checked {
    let mut seen = HashSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(ProblemError::Twice { what, id: id.clone() });
        }
    }
    Ok(())
}

fn some(of: &str, what: &'static str, count: usize) -> Checked {
    if count > 0 { Ok(()) } else { Err(ProblemError::None { of: of.to_owned(), what }) }
}

fn size(of: &str, what: &'static str, is: usize, expect: usize) -> Checked {
    if is == expect {
        Ok(())
    } else {
        Err(ProblemError::Size { of: of.to_owned(), what, is, expect })
    }
}

fn bound(of: &str, what: &'static str, value: i64, low: i64, high: i64) -> Checked {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        Err(ProblemError::Bound { of: of.to_owned(), what, value, low, high })
    }
}

fn seconds(of: &str, what: &'static str, value: i32) -> Checked {
    bound(of, what, value.into(), 0, SECONDS_MAX.into())
}

fn known(of: &str, what: &'static str, index: usize, count: usize) -> Checked {
    if index < count {
        Ok(())
    } else {
        Err(ProblemError::Unknown { of: of.to_owned(), what, index, count })
    }
}

/// Ascending, apart from each other, at least one.
fn windows(of: &str, windows: &[Window]) -> Checked {
    some(of, "window", windows.len())?;
    let mut free_from = i32::MIN;
    for (at, window) in windows.iter().enumerate() {
        seconds(of, "the opening", window.open)?;
        seconds(of, "the closing", window.close)?;
        let wrong = |fault, mend| Err(ProblemError::Windows { of: of.to_owned(), at, fault, mend });
        if window.open > window.close {
            return wrong("closes before it opens", "Swap its ends");
        }
        if window.open <= free_from {
            return wrong("does not begin after the one before", "Sort them and join what touches");
        }
        free_from = window.close;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{day, first, second, step, unit, window};
    use super::*;
    use crate::rich::{Doing, Underway, Visit};

    type Spoil = fn(&mut Problem);

    fn refused(cases: &[(&str, Spoil)]) {
        for (expect, spoil) in cases {
            let mut problem = day().0;
            assert_eq!(problem.check(), Ok(()));
            spoil(&mut problem);
            let told = problem.check().map_err(|error| error.to_string());
            assert!(told.as_ref().is_err_and(|told| told.contains(expect)), "{expect}: {told:?}");
        }
    }

    fn at(problem: &mut Problem, order: usize) -> &mut Stop {
        match &mut problem.orders[order].alternatives[0].work {
            Work::Stop { at, .. } => at,
            Work::Shipment { to, .. } => to,
        }
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_mend() {
        refused(&[
            ("dimensions is 9. Write a number from 0 to 8", |problem| problem.dimensions = 9),
            ("no profile", |problem| problem.profiles.clear()),
            ("no vehicle", |problem| problem.vehicles.clear()),
            ("order d: no alternative", |problem| problem.orders[3].alternatives.clear()),
            ("order a is there twice", |problem| problem.orders[3].id = "a".into()),
            ("profile 0: a table of distances has 35", |problem| {
                problem.profiles[0].metres.pop();
            }),
            ("a table of durations is -1", |problem| problem.profiles[0].seconds[7] = -1),
            ("order b: place 6 is unknown, there are 6", |problem| at(problem, 1).place = 6),
            ("vehicle van: place 9 is unknown", |problem| problem.vehicles[0].end = Some(9)),
            ("vehicle van: profile 1", |problem| problem.vehicles[0].profile = 1),
            ("order a: no window", |problem| at(problem, 0).windows.clear()),
            ("order a: window 0 closes before", |problem| {
                at(problem, 0).windows = vec![window(5, 4)];
            }),
            ("order a: window 1 does not begin", |problem| {
                at(problem, 0).windows = vec![window(0, 4), window(4, 8)];
            }),
            ("order a: the service is -1", |problem| at(problem, 0).service = -1),
            ("order a: the closing is 1000000000", |problem| {
                at(problem, 0).windows = vec![window(0, 1_000_000_000)];
            }),
            ("vehicle van: the capacity has 2 values", |problem| {
                problem.vehicles[0].capacity.push(1);
            }),
            ("the consumption without load is NaN", |problem| {
                let consumption = problem.vehicles[0].consumption.as_mut().unwrap();
                consumption.empty_per_100km = f64::NAN;
            }),
            ("the number of trips is 0", |problem| problem.vehicles[0].trips_max = 0),
            ("the price of an hour is -1", |problem| problem.vehicles[0].per_hour = -1),
            ("the price of carbon is -1", |problem| problem.carbon_price_per_kg = -1),
            ("the work before a break is 0", |problem| {
                problem.vehicles[0].break_rule = Some(BreakRule { work_max: 0, lasts: 1 });
            }),
        ]);
    }

    fn under(problem: &mut Problem, visits: &[Visit]) {
        let (unit, visits) = (unit(0), visits.to_vec());
        let under = Underway { unit, done: Vec::new(), visits, locked: 0, over: false };
        problem.underway.push(under);
    }

    #[test]
    fn a_route_under_way_that_cannot_be_is_named() {
        let mut problem = day().0;
        under(&mut problem, &[first(1), first(0), second(1)]);
        assert_eq!(problem.check(), Ok(()));
        refused(&[
            ("a is there twice", |problem| under(problem, &[first(0), first(0)])),
            ("b (delivery) comes before its pickup", |problem| {
                under(problem, &[second(1), first(1)]);
            }),
            ("b (pickup) is never delivered", |problem| under(problem, &[first(1)])),
            ("a (delivery) has no second stop", |problem| under(problem, &[first(0), second(0)])),
            ("order 7 is unknown", |problem| under(problem, &[first(7)])),
            ("reload 0 is unknown", |problem| under(problem, &[Visit::Reload(0)])),
            ("it is there twice", |problem| {
                under(problem, &[first(0)]);
                under(problem, &[first(3)]);
            }),
            ("locks more visits", |problem| {
                under(problem, &[first(0)]);
                problem.underway[0].locked = 2;
            }),
            ("is over and has visits", |problem| {
                under(problem, &[first(0)]);
                problem.underway[0].over = true;
            }),
            ("vehicle that is not there", |problem| {
                under(problem, &[]);
                problem.underway[0].unit = unit(2);
            }),
            ("the end goes back in time", |problem| {
                under(problem, &[]);
                problem.underway[0].done =
                    vec![step(Doing::Start, 5, 5, 5), step(Doing::End, 4, 4, 4)];
            }),
            ("the end is not in its place", |problem| {
                under(problem, &[]);
                problem.underway[0].done =
                    vec![step(Doing::Start, 5, 5, 5), step(Doing::End, 6, 6, 6)];
            }),
            ("Begin with the start", |problem| {
                under(problem, &[]);
                problem.underway[0].done = vec![step(Doing::Visit(first(0)), 5, 5, 5)];
            }),
        ]);
    }
}
