//! A battery in whole milliwatt-hours: what was planned for it, as far as it can follow.

use crate::SiteAhead;
use quantity::Energy;

/// What the battery does in a step; `into` and `out` at the AC side, one of them zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flow {
    /// Into the battery.
    pub(crate) into: Energy,
    /// Out of the battery.
    pub(crate) out: Energy,
    /// In the battery at the step's end.
    pub(crate) stored: Energy,
}

/// What is planned for a step, kWh at the AC side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Wish {
    pub(crate) into_kwh: f64,
    pub(crate) out_kwh: f64,
}

/// Follows the wishes step by step, each as far as the store has room or content. `net` is what the
/// step has beyond its use without the battery.
pub(crate) fn follow(ahead: &SiteAhead, net: &[Energy], wishes: &[Wish]) -> Vec<Flow> {
    let Some(store) = Store::of(ahead) else {
        return vec![Flow::default(); net.len()];
    };
    let mut level = store.initial;
    net.iter()
        .zip(wishes)
        .map(|(&net, wish)| {
            // One way in a step: the greater.
            let charges = wish.into_kwh >= wish.out_kwh;
            let (into, out) = if charges { (wish.into_kwh, 0.0) } else { (0.0, wish.out_kwh) };
            let (room, content) =
                (store.charge.source_of(store.capacity - level), store.discharge.of(level));
            let net = net.milliwatt_hours();
            let into = store.settled(into, [net, room]).min(store.most_in).min(room);
            let out = store.settled(out, [-net, content]).min(store.most_out).min(content);
            level += store.charge.of(into) - store.discharge.source_of(out);
            Flow { into: Energy::new(into), out: Energy::new(out), stored: Energy::new(level) }
        })
        .collect()
}

/// A battery in milliwatt-hours.
struct Store {
    capacity: i64,
    initial: i64,
    /// In a step, at the AC side.
    most_in: i64,
    most_out: i64,
    charge: Share,
    discharge: Share,
    /// Less than any plan gains by and more than the search rounds: a watt-hour, and a ten-thousandth
    /// of the store.
    dust: i64,
}

impl Store {
    /// None without a battery.
    fn of(ahead: &SiteAhead) -> Option<Self> {
        let battery = ahead.battery?;
        let capacity = battery.capacity.or_zero();
        let discharge = Share::new(ahead.losses.discharge);
        // Nothing goes into a store that gives nothing back.
        let charge = if discharge.0 > 0 { Share::new(ahead.losses.charge) } else { Share(0) };
        let seconds = i128::from(ahead.step.seconds());
        let most = (i128::from(battery.power.or_zero().milliwatts()) * seconds / 3_600) as i64;
        Some(Self {
            capacity: capacity.milliwatt_hours(),
            initial: ahead.stored.or_zero().min(capacity).milliwatt_hours(),
            most_in: if charge.0 > 0 { most } else { 0 },
            most_out: most,
            charge,
            discharge,
            dust: 1_000 + capacity.milliwatt_hours() / 10_000,
        })
    }

    /// A wish in milliwatt-hours: nothing where it is dust, and all of a surplus, a want, a room or a
    /// content of which it leaves no more than that.
    fn settled(&self, kwh: f64, wholes: [i64; 2]) -> i64 {
        let wish = Energy::from_kilowatt_hours(kwh).milliwatt_hours();
        let near = |whole: &i64| whole.abs_diff(wish) <= self.dust.unsigned_abs();
        if wish < self.dust { 0 } else { wholes.into_iter().find(near).unwrap_or(wish).max(0) }
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
    use quantity::{Duration, Power};

    fn wish(kwh: f64) -> Wish {
        Wish { into_kwh: kwh.max(0.0), out_kwh: (-kwh).max(0.0) }
    }

    #[test]
    fn a_wish_is_followed_as_far_as_the_store_goes() {
        let hours = hours(&[0.1; 3]);
        let (whole, half, deaf, mute) = ((1.0, 1.0), (0.5, 0.5), (0.0, 1.0), (1.0, 0.0));
        for ((capacity, power), (charge, discharge), stored, wishes, expect, why) in [
            (
                (9.0, 9.0),
                whole,
                0.0,
                [4.0, -3.0, -2.0],
                [4.0, -3.0, -1.0],
                "no more than is stored",
            ),
            ((3.0, 9.0), whole, 0.0, [4.0, -3.0, 2.0], [3.0, -3.0, 2.0], "no more than has room"),
            ((9.0, 1.5), whole, 0.0, [4.0, -3.0, 2.0], [1.5, -1.5, 1.5], "no faster than it can"),
            ((9.0, 9.0), half, 0.0, [4.0, -3.0, 0.0], [4.0, -1.0, 0.0], "half lost each way"),
            ((9.0, 9.0), deaf, 3.0, [4.0, -3.0, -1.0], [0.0, -3.0, 0.0], "takes nothing in"),
            ((9.0, 9.0), mute, 3.0, [4.0, -3.0, -1.0], [0.0; 3], "gives nothing back"),
            ((0.0, 9.0), whole, 3.0, [4.0, -3.0, -1.0], [0.0; 3], "no room"),
            ((9.0, 9.0), whole, 0.0, [0.0004, 5.0004, -4.9996], [0.0, 5.0, -5.0], "dust"),
            ((9.0, 9.0), whole, 0.0, [f64::NAN, 4.0, -4.0], [0.0, 4.0, -4.0], "no number"),
        ] {
            let battery = Battery { capacity: kwh(capacity), power: Power::from_kilowatts(power) };
            let losses = Losses { charge, discharge };
            let ahead =
                SiteAhead { battery: Some(battery), losses, stored: kwh(stored), ..site(&hours) };
            let net = [0.0, 5.0, -5.0].map(kwh);
            let flows = follow(&ahead, &net, &wishes.map(wish));
            let signed: Vec<Energy> = flows.iter().map(|flow| flow.into - flow.out).collect();
            assert_eq!(signed, expect.map(kwh), "{why}");
        }
    }

    #[test]
    fn a_quarter_hour_moves_a_quarter() {
        let hours = hours(&[0.1]);
        let battery = Battery { capacity: kwh(90.0), power: Power::from_kilowatts(8.0) };
        let step = Duration::from_hours(0.25);
        let ahead = SiteAhead { battery: Some(battery), step, ..site(&hours) };
        assert_eq!(follow(&ahead, &[kwh(0.0)], &[wish(9.0)])[0].into, kwh(2.0));
    }

    proptest! {
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
