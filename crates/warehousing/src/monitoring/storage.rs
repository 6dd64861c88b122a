//! Own generation that goes through a battery: each kWh counts once, and only when it comes out.
//!
//! Whose the energy is:
//!
//! 1. What is sold comes out of generation and battery in proportion, never out of what is bought in
//!    the same quarter hour. Where supplies meet at one bus each use draws on each in proportion
//!    (proportional sharing: Bialek, Tracing the flow of electricity, 1996).
//! 2. What is left of generation, and what is bought, meet use and the battery's charging in the same
//!    way: so much of what goes in is own, the rest is not.
//! 3. Out comes what went in on the same local day (`Today`), own and other in proportion; when
//!    there is no more of it, what went in on the days before, the last day first (`Store`). Each
//!    kWh that went in is allotted to at most one that comes out, as registries of granular
//!    certificates link what charges a store to what it gives back (Granular Foundation, Storage
//!    methodology; there the first in is the first out, with an efficiency that is told).
//!
//! Losses are what never comes out. Nobody tells them here; the last day comes first so that they stay
//! behind, where first in first out would hand them on for ever. They count nowhere, nor does what
//! comes out without having gone in: of what was in the battery before its first reading nobody
//! knows the origin.

use super::as_json;
use super::balance::Flows;
use super::footprint::{Lines, Matched};
use super::settle::SettledDay;
use quantity::{Carbon, Energy};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::iter::Sum;
use std::ops::Add;

/// What has not come out within so many settled days is lost.
const KEPT_DAYS: usize = 31;

/// What comes out of the battery and went in on an earlier day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// All of it.
    #[serde(with = "as_json::energy")]
    pub drawn: Energy,
    /// Of that, used at the site; zero where the exchange with the grid is not known.
    #[serde(with = "as_json::energy")]
    pub used: Energy,
    /// Of that, sold.
    #[serde(with = "as_json::energy")]
    pub sold: Energy,
}

impl Add for Carried {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            drawn: self.drawn + other.drawn,
            used: self.used + other.used,
            sold: self.sold + other.sold,
        }
    }
}

impl Sum for Carried {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::default(), Add::add)
    }
}

/// What a day leaves in the battery, and what it takes from the days before. Whether that is own only
/// those days can say: a day is settled without them, and readings that come late change the record of
/// their own day alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatteryDay {
    /// Went in on the day and did not come out on it: lost, or still in it.
    #[serde(with = "as_json::energy")]
    pub left: Energy,
    /// Of that, own generation.
    #[serde(with = "as_json::energy")]
    pub own_left: Energy,
    /// Out of what earlier days left.
    pub carried: Carried,
    /// Of `carried`, were all of it own.
    pub carbon: Lines,
    /// Of `carried`, were all of it own.
    pub matched: Matched,
}

/// Energies that meet at a site's bus in a quarter hour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bus {
    pub(super) generation: Energy,
    pub(super) imported: Energy,
    pub(super) exported: Energy,
    pub(super) battery_in: Energy,
    pub(super) battery_out: Energy,
}

/// Where own generation went in a quarter hour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Own {
    /// Used at once, or out of what the day put into the battery.
    pub(super) used: Energy,
    /// Sold in the same ways.
    pub(super) sold: Energy,
    /// At hand: neither stored nor still in the battery.
    pub(super) supply: Energy,
    /// Whose origin earlier days know.
    pub(super) carried: Carried,
}

/// What went into the battery on a day and has not come out on it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Today {
    pub(super) own: Energy,
    pub(super) all: Energy,
}

impl Today {
    /// The next quarter hour. Of a battery that took and gave in it, the difference counts.
    pub(super) fn quarter(&mut self, bus: Bus) -> Own {
        let Bus { generation, imported, exported, battery_in, battery_out } = bus;
        let into = (battery_in - battery_out).or_zero();
        let out = (battery_out - battery_in).or_zero();
        let sold = exported.min(generation + out);
        let sold_at_once = in_proportion(sold, generation, generation + out);
        let sold_stored = sold - sold_at_once;
        let rest = generation - sold_at_once;
        let stored = in_proportion(into, rest, rest + imported).min(rest);

        let drawn = out.min(self.all);
        let own = in_proportion(drawn, self.own, self.all);
        let drawn_sold = in_proportion(sold_stored, drawn, out);
        let own_sold = in_proportion(own, drawn_sold, drawn);
        self.own += stored - own;
        self.all += into - drawn;

        let carried_sold = sold_stored - drawn_sold;
        let carried =
            Carried { drawn: out - drawn, used: out - drawn - carried_sold, sold: carried_sold };
        Own {
            used: rest - stored + own - own_sold,
            sold: sold_at_once + own_sold,
            supply: generation - stored + own,
            carried,
        }
    }
}

/// A day's sums when the days before have said what was theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DaySums {
    /// Its energies.
    pub flows: Flows,
    /// In CO2e.
    pub carbon: Lines,
    /// Own generation at hand.
    pub matched: Matched,
}

impl Add for DaySums {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            flows: self.flows + other.flows,
            carbon: self.carbon + other.carbon,
            matched: self.matched + other.matched,
        }
    }
}

impl Sum for DaySums {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::default(), Add::add)
    }
}

/// What days left in a site's battery, the last at the end.
#[derive(Clone, Debug, Default)]
struct Store(VecDeque<Today>);

impl Store {
    /// A site's next settled day.
    fn day(&mut self, day: &SettledDay) -> DaySums {
        let BatteryDay { left, own_left, carried, carbon, matched } = day.battery;
        let own = self.draw(carried.drawn);
        self.put(Today { own: own_left, all: left });
        let of = |energy| in_proportion(energy, own, carried.drawn);
        let mut flows = day.flows;
        flows.self_consumed += of(carried.used);
        flows.resold -= of(carried.sold);
        DaySums {
            flows,
            carbon: day.carbon
                + Lines {
                    self_consumed: carbon_of(carbon.self_consumed, own, carried.drawn),
                    exported: carbon_of(carbon.exported, own, carried.drawn),
                    location_based: Carbon::ZERO,
                    without_factor: of(carbon.without_factor),
                },
            matched: day.matched
                + Matched {
                    own_supply: of(matched.own_supply),
                    in_the_hour: of(matched.in_the_hour),
                },
        }
    }

    /// Takes so much out, the last day first, and says how much of it is own.
    fn draw(&mut self, mut wanted: Energy) -> Energy {
        let mut own = Energy::ZERO;
        for layer in self.0.iter_mut().rev() {
            if wanted == Energy::ZERO {
                break;
            }
            let drawn = wanted.min(layer.all);
            let drawn_own = in_proportion(drawn, layer.own, layer.all);
            layer.all -= drawn;
            layer.own -= drawn_own;
            wanted -= drawn;
            own += drawn_own;
        }
        own
    }

    fn put(&mut self, layer: Today) {
        if self.0.len() == KEPT_DAYS {
            self.0.pop_front();
        }
        self.0.push_back(layer);
    }
}

/// Sums of a site's settled days, in their order, with its own generation that one day stored and a
/// later one took out.
pub fn day_sums(days: &[SettledDay]) -> Vec<DaySums> {
    let mut store = Store::default();
    days.iter().map(|day| store.day(day)).collect()
}

/// As much of an amount as `part` is of `whole`, rounded down; nothing of nothing.
fn in_proportion(amount: Energy, part: Energy, whole: Energy) -> Energy {
    if whole <= Energy::ZERO {
        return Energy::ZERO;
    }
    let [amount, part, whole] =
        [amount, part, whole].map(|energy| i128::from(energy.milliwatt_hours()));
    Energy::new((amount * part / whole) as i64)
}

fn carbon_of(carbon: Carbon, part: Energy, whole: Energy) -> Carbon {
    if whole <= Energy::ZERO {
        return Carbon::ZERO;
    }
    let [part, whole] = [part, whole].map(|energy| i128::from(energy.milliwatt_hours()));
    Carbon::from_micrograms(carbon.micrograms() * part / whole)
}

#[cfg(test)]
mod tests;
