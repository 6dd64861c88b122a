//! The site's own sun, kept for the hours in which power is dearest.

use crate::SiteAhead;
use quantity::Energy;

/// What the battery does in an hour; `into` and `out` at the AC side, one of them zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Into the battery.
    pub into: Energy,
    /// Out of the battery.
    pub out: Energy,
    /// In the battery at the hour's end.
    pub stored: Energy,
}

/// Self-consumption for the dearest hours. `net` is the sun of each hour less load and charging.
///
/// The battery takes all the surplus it can, never the grid's, and gives only what would be bought.
/// Which hours it serves is exact: of all ways to give, given that it always takes, the one that
/// saves most at price plus carbon price. Hours are served dearest first (a tie goes to the
/// earlier), each with all that the battery can give it without failing an hour already promised;
/// the amounts that can be promised form a polymatroid, on which this greedy is optimal (Edmonds
/// 1970). It does not weigh what a kWh sold would bring, nor the worth of what is left at the end.
pub fn dispatch(ahead: &SiteAhead, net: &[Energy]) -> Vec<Flow> {
    let Some(store) = Store::of(ahead) else {
        return vec![Flow::default(); net.len()];
    };
    let net: Vec<i64> = net.iter().map(|net| net.milliwatt_hours()).collect();
    let gains: Vec<i64> =
        net.iter().map(|&net| store.charge.of(net.clamp(0, store.hourly))).collect();
    let mut out = vec![0; net.len()];
    let mut taken = vec![0; net.len()];
    for hour in dearest_first(ahead, &net) {
        let wanted = (-net[hour]).min(store.hourly);
        let reach = store.reach(&gains, &taken, hour);
        let most = reach.min(store.discharge.source_of(wanted));
        out[hour] = wanted.min(store.discharge.of(most));
        taken[hour] = store.discharge.source_of(out[hour]);
    }
    let mut level = store.initial;
    (0..net.len())
        .map(|hour| {
            let room = store.charge.source_of(store.capacity - level);
            let offered = if gains[hour] > 0 { net[hour].min(store.hourly) } else { 0 };
            let into = offered.min(room);
            level += store.charge.of(into) - taken[hour];
            Flow {
                into: Energy::new(into),
                out: Energy::new(out[hour]),
                stored: Energy::new(level),
            }
        })
        .collect()
}

/// Hours in which power would be bought at a positive price, the dearest first.
fn dearest_first(ahead: &SiteAhead, net: &[i64]) -> Vec<usize> {
    let mut hours: Vec<usize> =
        (0..net.len()).filter(|&hour| net[hour] < 0 && ahead.bought(hour) > 0.0).collect();
    hours.sort_by(|&a, &b| ahead.bought(b).total_cmp(&ahead.bought(a)));
    hours
}

/// A battery in milliwatt-hours.
struct Store {
    capacity: i64,
    initial: i64,
    /// Most in or out in an hour, at the AC side.
    hourly: i64,
    charge: Share,
    discharge: Share,
}

impl Store {
    /// None without a battery.
    fn of(ahead: &SiteAhead) -> Option<Self> {
        let battery = ahead.battery?;
        let capacity = battery.capacity.or_zero();
        let discharge = Share::new(ahead.losses.discharge);
        // Nothing goes into a store that gives nothing back.
        let charge = if discharge.0 > 0 { Share::new(ahead.losses.charge) } else { Share(0) };
        Some(Self {
            capacity: capacity.milliwatt_hours(),
            initial: ahead.stored.or_zero().min(capacity).milliwatt_hours(),
            // So many milliwatts for an hour are so many milliwatt-hours.
            hourly: battery.power.or_zero().milliwatts(),
            charge,
            discharge,
        })
    }

    /// The most that can be taken from the store in `hour`, beside what is `taken` already.
    ///
    /// Taking x lowers every later level by x, less the sun that spilled from the full store until
    /// then and now finds room: so x is at most level plus spill, at each hour's end from there on.
    fn reach(&self, gains: &[i64], taken: &[i64], hour: usize) -> i64 {
        let (mut level, mut spilled, mut reach) = (self.initial, 0, i64::MAX);
        for (now, (gain, taken)) in gains.iter().zip(taken).enumerate() {
            let spill = (level + gain - self.capacity).max(0);
            level += gain - spill - taken;
            if now >= hour {
                spilled += spill;
                reach = reach.min(level + spilled);
            }
        }
        reach
    }
}

/// A share in parts of 10^15, so that losses are integers and no rounding gains energy.
#[derive(Clone, Copy)]
struct Share(i128);

impl Share {
    const WHOLE: i128 = 1_000_000_000_000_000;

    /// Cut to `0.0..=1.0`; what is not a number is nothing.
    fn new(share: f64) -> Self {
        Self((share.clamp(0.0, 1.0) * Self::WHOLE as f64).round() as i128)
    }
    /// This share of an amount, rounded down.
    fn of(self, amount: i64) -> i64 {
        (i128::from(amount) * self.0 / Self::WHOLE) as i64
    }
    /// The least amount of which this share is `part`; boundless where the share is nothing.
    fn source_of(self, part: i64) -> i64 {
        if self.0 == 0 {
            return if part == 0 { 0 } else { i64::MAX };
        }
        let amount = (i128::from(part) * Self::WHOLE + self.0 - 1) / self.0;
        amount.min(i128::from(i64::MAX)) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Losses;
    use crate::example::{hours, kwh, site};
    use network::Battery;
    use proptest::prelude::*;
    use quantity::Power;

    fn battery(capacity: f64, power: f64) -> Battery {
        Battery { capacity: kwh(capacity), power: Power::from_kilowatts(power) }
    }

    fn out_of(flows: &[Flow]) -> Vec<Energy> {
        flows.iter().map(|flow| flow.out).collect()
    }

    #[test]
    fn the_battery_serves_the_dearest_hours() {
        // Sun in the second hour; bought at these prices.
        let hours = hours(&[0.10, 0.10, 0.20, 0.40, 0.30]);
        let net = [-2.0, 4.0, -2.0, -2.0, -2.0].map(kwh);
        let (whole, half, deaf, mute) = ((1.0, 1.0), (0.5, 0.5), (0.0, 1.0), (1.0, 0.0));
        for ((capacity, power), (charge, discharge), stored, out, why) in [
            ((3.0, 9.0), whole, 0.0, [0.0, 0.0, 0.0, 2.0, 1.0], "waits for the dearest"),
            ((9.0, 9.0), whole, 0.0, [0.0, 0.0, 0.0, 2.0, 2.0], "holds all the sun"),
            ((9.0, 1.5), whole, 0.0, [0.0, 0.0, 0.0, 1.5, 0.0], "takes and gives slowly"),
            ((3.0, 9.0), whole, 3.0, [2.0, 0.0, 0.0, 2.0, 1.0], "full: room for the sun"),
            ((9.0, 9.0), half, 0.0, [0.0, 0.0, 0.0, 1.0, 0.0], "half lost each way"),
            ((9.0, 9.0), deaf, 3.0, [0.0, 0.0, 0.0, 2.0, 1.0], "takes nothing in"),
            ((9.0, 9.0), mute, 3.0, [0.0; 5], "gives nothing back"),
            ((0.0, 9.0), whole, 3.0, [0.0; 5], "no room"),
        ] {
            let (battery, stored) = (Some(battery(capacity, power)), kwh(stored));
            let losses = Losses { charge, discharge };
            let flows = dispatch(&SiteAhead { battery, losses, stored, ..site(&hours) }, &net);
            assert_eq!(out_of(&flows), out.map(kwh), "{why}");
        }
    }

    #[test]
    fn nothing_is_given_where_buying_pays() {
        let hours = hours(&[-0.10, 0.0, 0.10]);
        let ahead =
            SiteAhead { battery: Some(battery(9.0, 9.0)), stored: kwh(9.0), ..site(&hours) };
        let flows = dispatch(&ahead, &[-2.0, -2.0, -2.0].map(kwh));
        assert_eq!(out_of(&flows), [0.0, 0.0, 2.0].map(kwh));
    }

    /// The most that any way to give can save, by trying each level hour by hour (no losses).
    fn most_saved(net: &[i64], prices: &[i64], capacity: i64, power: i64, initial: i64) -> i64 {
        let mut best: Vec<Option<i64>> = vec![None; capacity as usize + 1];
        best[initial as usize] = Some(0);
        for (&net, &price) in net.iter().zip(prices) {
            let mut next = vec![None; best.len()];
            for (level, saved) in best.iter().enumerate() {
                let Some(saved) = saved else { continue };
                let level = level as i64;
                if net >= 0 {
                    let to = (level + net.min(power)).min(capacity) as usize;
                    next[to] = next[to].max(Some(*saved));
                }
                for out in 0..=(-net).max(0).min(power).min(level) {
                    let to = (level - out) as usize;
                    next[to] = next[to].max(Some(saved + out * price));
                }
            }
            best = next;
        }
        best.into_iter().flatten().max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn no_other_way_to_give_saves_more(
            hours_ahead in prop::collection::vec((-4_i64..=4, 1_i64..6), 1..10),
            capacity in 0_i64..8, power in 0_i64..5, stored in 0_i64..8
        ) {
            let (net, prices): (Vec<i64>, Vec<i64>) = hours_ahead.into_iter().unzip();
            let hours = hours(&prices.iter().map(|&price| price as f64).collect::<Vec<_>>());
            let stored = stored.min(capacity);
            let ahead = SiteAhead {
                battery: Some(Battery { capacity: Energy::new(capacity), power: Power::new(power) }),
                losses: Losses { charge: 1.0, discharge: 1.0 },
                stored: Energy::new(stored),
                ..site(&hours)
            };
            let flows = dispatch(&ahead, &net.iter().copied().map(Energy::new).collect::<Vec<_>>());
            let saved: i64 =
                flows.iter().zip(&prices).map(|(flow, price)| flow.out.milliwatt_hours() * price).sum();
            prop_assert_eq!(saved, most_saved(&net, &prices, capacity, power, stored));
        }

        #[test]
        fn a_share_never_gains(share in 0.001..=1.0_f64, amount in 0_i64..1 << 50) {
            let share = Share::new(share);
            prop_assert!(share.of(amount) <= amount);
            let source = share.source_of(share.of(amount));
            prop_assert_eq!(share.of(source), share.of(amount));
            prop_assert!(source <= amount);
        }
    }
}
