//! What a customer may choose, with the carbon of each choice.
//!
//! A stop's share of a round is estimated before any round exists: the way out and back shared by
//! the stops of a round, plus the way from stop to stop in an area of that density
//! (Daganzo 1984: 0.57 times the square root of the area per stop). A slot serves only its share of
//! the day's stops at a time, so the area per stop grows by the inverse of that share.

use crate::DeliveryOption;
use quantity::{Carbon, Distance, Money};

/// Daganzo's constant for the way from stop to stop, straight-line metric.
const STOP_TO_STOP: f64 = 0.57;

/// What the estimate knows of the operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Road length over great circle.
    pub detour_factor: f64,
    /// Stops of a day per km2 of the area served.
    pub stops_per_km2: f64,
    /// Stops of a round.
    pub stops_per_round: f64,
    /// kg CO2e per km of the vehicle that would come, well to wheel.
    pub kg_per_km: f64,
    /// Cost of a km of that vehicle, time on duty included.
    pub cost_per_km: Money,
    /// Cost of a kg CO2e, in the same currency.
    pub carbon_price_per_kg: f64,
    /// Length of a vehicle's day in hours.
    pub shift_h: f64,
    /// Orders handed over at a station at once, at least 1.
    pub orders_per_station_stop: f64,
    /// Share of the way from stop to stop that an order waiting for others saves, `0.0..=1.0`.
    pub green_saving: f64,
}

/// An option with its estimate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Which.
    pub option: DeliveryOption,
    /// Way that is driven for this order.
    pub distance: Distance,
    /// Its emission, well to wheel.
    pub carbon: Carbon,
    /// Its cost, carbon not included.
    pub cost: Money,
}

impl Offer {
    /// Cost with carbon at its price: what the policy weighs.
    pub fn score(&self, carbon_price_per_kg: f64) -> f64 {
        self.cost.units() + carbon_price_per_kg * self.carbon.kilograms_f64()
    }
}

/// Slots that are offered, by local hours.
const SLOTS: [(u8, u8); 2] = [(8, 12), (18, 20)];

/// The options of one order, best by the policy's weights first.
///
/// - `line_haul`: great circle from the last site to the customer.
/// - `station`: great circle from the last site to the nearest station, where one is near enough.
pub fn offers(line_haul: Distance, station: Option<Distance>, rates: &Rates) -> Vec<Offer> {
    let between = STOP_TO_STOP / rates.stops_per_km2.max(f64::MIN_POSITIVE).sqrt();
    let share = |km: f64| 2.0 * km / rates.stops_per_round.max(1.0);
    let offer = |option, direct_km: f64| {
        let km = direct_km * rates.detour_factor;
        Offer {
            option,
            distance: Distance::from_kilometres(km),
            carbon: Carbon::from_kilograms_f64(km * rates.kg_per_km),
            cost: Money::from_units(km * rates.cost_per_km.units(), rates.cost_per_km.currency()),
        }
    };
    let door = share(line_haul.kilometres());
    let mut offers = vec![
        offer(DeliveryOption::Door, door + between),
        offer(DeliveryOption::Green, door + between * (1.0 - rates.green_saving)),
    ];
    if let Some(station) = station {
        let shared = rates.orders_per_station_stop.max(1.0);
        let stop = share(station.kilometres()) + between;
        offers.push(offer(DeliveryOption::Station(None), stop / shared));
    }
    for (from_h, until_h) in SLOTS {
        let share_of_day = (f64::from(until_h - from_h) / rates.shift_h.max(1.0)).min(1.0);
        let slot = DeliveryOption::Slot { from_h, until_h };
        offers.push(offer(slot, door + between / share_of_day.sqrt()));
    }
    let score = |offer: &Offer| offer.score(rates.carbon_price_per_kg);
    offers.sort_by(|a, b| score(a).total_cmp(&score(b)));
    offers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Rates {
        Rates {
            detour_factor: 1.3,
            stops_per_km2: 0.25,
            stops_per_round: 40.0,
            kg_per_km: 0.2,
            cost_per_km: Money::from_units(1.5, "BRL".parse().unwrap()),
            carbon_price_per_kg: 0.4,
            shift_h: 8.0,
            orders_per_station_stop: 4.0,
            green_saving: 0.5,
        }
    }

    #[test]
    fn a_stop_costs_its_share_of_the_way_out_and_the_way_to_the_next() {
        let offers = offers(Distance::new(20_000), Some(Distance::new(20_000)), &rates());
        // 2 x 20 / 40 = 1 km out and back; 0.57 x sqrt(4) = 1.14 km to the next; times 1.3.
        let metres = |option: &DeliveryOption| {
            offers.iter().find(|offer| offer.option == *option).map(|offer| offer.distance.metres())
        };
        assert_eq!(metres(&DeliveryOption::Door), Some(2_782));
        assert_eq!(metres(&DeliveryOption::Green), Some(2_041));
        assert_eq!(metres(&DeliveryOption::Station(None)), Some(695));
        // A slot of two hours in eight: a quarter of the stops, twice the way to the next.
        assert_eq!(metres(&DeliveryOption::Slot { from_h: 18, until_h: 20 }), Some(4_264));
        assert_eq!(offers[0].option, DeliveryOption::Station(None), "the best comes first");
        assert_eq!(offers[0].carbon, Carbon::from_kilograms_f64(2.14 / 4.0 * 1.3 * 0.2));
    }

    #[test]
    fn without_a_station_none_is_offered() {
        assert_eq!(offers(Distance::ZERO, None, &rates()).len(), 4);
    }
}
