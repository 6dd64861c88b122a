//! Vehicles into the cheapest of the hours in which they are plugged in.

use crate::{ChargingWindow, HOUR, HourAhead, Session, SiteAhead};
use quantity::{Duration, Energy};

/// A session for each charging window, in the order given. `surplus` is the sun of each hour that
/// the building leaves; charging takes its part from it.
///
/// An hour's price is what a kWh sold would bring while surplus sun remains, and the kWh's price
/// with its carbon after that; equal prices go to the earlier hour. Greedy: windows in order of
/// least slack (what the plug could give less what is wanted), equals as given. One window alone is
/// placed at least cost where selling pays no more than buying costs; windows that want the same
/// sun are not weighed against each other.
pub fn place(ahead: &SiteAhead, surplus: &mut [Energy]) -> Vec<Session> {
    let limits: Vec<Vec<Energy>> =
        ahead.charging.iter().map(|window| plug_limits(window, ahead.hours)).collect();
    let slack = |i: usize| limits[i].iter().copied().sum::<Energy>() - ahead.charging[i].energy;
    let mut by_slack: Vec<usize> = (0..limits.len()).collect();
    by_slack.sort_by_key(|&i| slack(i));
    let mut sessions: Vec<Session> =
        ahead.charging.iter().map(|window| unserved(window, ahead)).collect();
    for i in by_slack {
        fill(&mut sessions[i], ahead, limits[i].clone(), surplus);
    }
    sessions
}

/// What the plug can give in each hour: its power for as long as the vehicle is plugged in.
fn plug_limits(window: &ChargingWindow, hours: &[HourAhead]) -> Vec<Energy> {
    let plugged = |hour: &HourAhead| -> Duration {
        let from = window.from.max(hour.start);
        let until = window.until.min(hour.start + HOUR);
        (until - from).max(Duration::ZERO)
    };
    hours.iter().map(|hour| window.power.or_zero().over(plugged(hour))).collect()
}

fn unserved(window: &ChargingWindow, ahead: &SiteAhead) -> Session {
    Session {
        vehicle: window.vehicle.clone(),
        energy: vec![Energy::ZERO; ahead.hours.len()],
        short: window.energy.or_zero(),
    }
}

/// Takes the hour that is cheapest now until nothing is short or the plug has no hour left.
fn fill(session: &mut Session, ahead: &SiteAhead, mut room: Vec<Energy>, surplus: &mut [Energy]) {
    let hours: Vec<usize> = (0..room.len()).filter(|&hour| room[hour] > Energy::ZERO).collect();
    while session.short > Energy::ZERO {
        let price = |hour: usize| {
            let sunny = surplus[hour] > Energy::ZERO;
            if sunny { ahead.hours[hour].sell_price } else { ahead.bought(hour) }
        };
        let Some(hour) = hours
            .iter()
            .copied()
            .filter(|&hour| room[hour] > Energy::ZERO)
            .min_by(|&a, &b| price(a).total_cmp(&price(b)))
        else {
            break;
        };
        let sun = surplus[hour];
        let most = room[hour].min(session.short);
        let energy = if sun > Energy::ZERO { most.min(sun) } else { most };
        session.energy[hour] += energy;
        session.short -= energy;
        room[hour] -= energy;
        surplus[hour] = (sun - energy).or_zero();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::{hours, kwh, site, window};

    /// kWh of each session, and what is short.
    fn placed(ahead: &SiteAhead, surplus_kwh: &[f64]) -> Vec<(Vec<f64>, f64)> {
        let mut surplus: Vec<Energy> = surplus_kwh.iter().map(|&sun| kwh(sun)).collect();
        let sessions = place(ahead, &mut surplus);
        let in_kwh = |session: Session| {
            let energy = session.energy.into_iter().map(Energy::kilowatt_hours).collect();
            (energy, session.short.kilowatt_hours())
        };
        sessions.into_iter().map(in_kwh).collect()
    }

    #[test]
    fn a_vehicle_charges_where_it_is_cheapest() {
        // Bought at 0.30, 0.10, 0.20; sold at 0.05.
        let hours = hours(&[0.30, 0.10, 0.20]);
        for (from, until, wanted, sun, expect, short, why) in [
            (0.0, 3.0, 8.0, [0.0, 0.0, 0.0], vec![0.0, 8.0, 0.0], 0.0, "the night tariff"),
            (0.0, 3.0, 15.0, [0.0, 0.0, 0.0], vec![0.0, 10.0, 5.0], 0.0, "then the next cheapest"),
            (0.0, 3.0, 8.0, [6.0, 0.0, 0.0], vec![6.0, 2.0, 0.0], 0.0, "the sun before any tariff"),
            (0.0, 3.0, 6.0, [4.0, 0.0, 4.0], vec![4.0, 0.0, 2.0], 0.0, "equal sun: the earlier"),
            (0.5, 1.25, 9.0, [0.0, 0.0, 0.0], vec![5.0, 2.5, 0.0], 1.5, "plugged in for 45 min"),
            (5.0, 9.0, 9.0, [0.0, 0.0, 0.0], vec![0.0, 0.0, 0.0], 9.0, "comes after the last hour"),
            (2.0, 1.0, 9.0, [0.0, 0.0, 0.0], vec![0.0, 0.0, 0.0], 9.0, "leaves before it comes"),
        ] {
            let charging = [window("a", from, until, wanted, 10.0)];
            let ahead = SiteAhead { charging: &charging, ..site(&hours) };
            assert_eq!(placed(&ahead, &sun), [(expect, short)], "{why}");
        }
    }

    #[test]
    fn carbon_moves_charging() {
        let mut hours = hours(&[0.10, 0.20]);
        hours[0].grid_kg_per_kwh = 0.8;
        hours[1].grid_kg_per_kwh = 0.2;
        let charging = [window("a", 0.0, 2.0, 5.0, 10.0)];
        for (carbon_price_per_kg, expect) in [(0.0, vec![5.0, 0.0]), (0.2, vec![0.0, 5.0])] {
            let ahead = SiteAhead { charging: &charging, carbon_price_per_kg, ..site(&hours) };
            assert_eq!(placed(&ahead, &[0.0; 2]), [(expect, 0.0)]);
        }
    }

    #[test]
    fn the_vehicle_with_least_slack_is_placed_first() {
        let hours = hours(&[0.30; 4]);
        let waits = [window("a", 0.0, 2.0, 10.0, 10.0), window("b", 0.0, 1.0, 10.0, 10.0)];
        let fills = [window("a", 0.0, 2.0, 1.0, 10.0), window("b", 0.0, 4.0, 25.0, 10.0)];
        for (charging, sun, expect, why) in [
            (
                waits,
                [10.0, 10.0, 0.0, 0.0],
                [[0.0, 10.0, 0.0, 0.0], [10.0, 0.0, 0.0, 0.0]],
                "b has only the first hour: no slack",
            ),
            (
                fills,
                [0.0, 1.0, 0.0, 0.0],
                [[1.0, 0.0, 0.0, 0.0], [10.0, 10.0, 5.0, 0.0]],
                "b has 15 kWh of slack, a 19",
            ),
        ] {
            let ahead = SiteAhead { charging: &charging, ..site(&hours) };
            let expect = expect.map(|energy| (energy.to_vec(), 0.0));
            assert_eq!(placed(&ahead, &sun), expect, "{why}");
        }
    }
}
