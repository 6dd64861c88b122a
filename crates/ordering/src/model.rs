//! Orders as this link sees them, delivery options, shipments.

use quantity::{Distance, Duration, Instant, Point, TimeWindow};
use std::fmt;
use std::str::FromStr;

/// How a customer wants an order delivered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeliveryOption {
    /// To the door, as soon as it goes.
    Door,
    /// To the door, and may wait within its promise for others nearby.
    Green,
    /// To a station, from where the customer takes it: this one, or the nearest.
    Station(Option<String>),
    /// To the door between two local hours of the day of delivery.
    Slot {
        /// From this hour, `0..=23`.
        from_h: u8,
        /// Until this hour, `1..=24`, later than `from_h`.
        until_h: u8,
    },
}

impl FromStr for DeliveryOption {
    type Err = ();

    /// `standard` or `door`, `green`, `station` or `station:S01`, `slot:18-20`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (name, detail) =
            text.split_once(':').map_or((text, None), |(name, detail)| (name, Some(detail)));
        match (name, detail) {
            ("standard" | "door", None) => Ok(Self::Door),
            ("green", None) => Ok(Self::Green),
            ("station", None) => Ok(Self::Station(None)),
            ("station", Some(id)) if !id.is_empty() => Ok(Self::Station(Some(id.into()))),
            ("slot", Some(hours)) => {
                let (from, until) = hours.split_once('-').ok_or(())?;
                let (from_h, until_h) = (from.parse().map_err(drop)?, until.parse().map_err(drop)?);
                if from_h < until_h && until_h <= 24 {
                    Ok(Self::Slot { from_h, until_h })
                } else {
                    Err(())
                }
            }
            _ => Err(()),
        }
    }
}

impl fmt::Display for DeliveryOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Door => f.write_str("door"),
            Self::Green => f.write_str("green"),
            Self::Station(None) => f.write_str("station"),
            Self::Station(Some(id)) => write!(f, "station:{id}"),
            Self::Slot { from_h, until_h } => write!(f, "slot:{from_h:02}-{until_h:02}"),
        }
    }
}

/// An order not yet shipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOrder {
    /// Index of the order, as the caller counts them.
    pub order: usize,
    /// When it was placed.
    pub placed_at: Instant,
    /// Index of the site that ships it.
    pub origin: usize,
    /// Where it goes.
    pub destination: Point,
    /// Delivered by then, where a promise was given.
    pub promised_by: Option<Instant>,
    /// What the customer chose, or the policy for a customer who did not.
    pub option: DeliveryOption,
    /// Who ordered.
    pub customer: Option<String>,
    /// Joined with others it could not be delivered: it travels alone.
    pub apart: bool,
}

/// The rules of consolidation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// One customer's open orders travel together; green orders wait for others.
    pub consolidation: bool,
    /// A green order goes along with a stop this near.
    pub join_radius: Distance,
    /// Vehicles leave from then on, since local midnight.
    pub shift_start: Duration,
    /// Longest duty of a vehicle in a day.
    pub shift: Duration,
}

/// Orders that travel together to one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipment {
    /// Indexes of its orders, ascending.
    pub orders: Vec<usize>,
    /// Index of the site that ships it.
    pub origin: usize,
    /// Where it is handed over.
    pub destination: Point,
    /// Index of the station where it is handed over; none is a door.
    pub station: Option<usize>,
    /// When it may be handed over.
    pub window: TimeWindow,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_they_are_written() {
        for (text, expect) in [
            ("standard", Some("door")),
            ("door", Some("door")),
            ("green", Some("green")),
            ("station", Some("station")),
            ("station:S01", Some("station:S01")),
            ("slot:8-12", Some("slot:08-12")),
            ("slot:12-8", None),
            ("slot:20-25", None),
            ("station:", None),
            ("green:x", None),
            ("drone", None),
            ("", None),
        ] {
            let option = text.parse::<DeliveryOption>().ok().map(|option| option.to_string());
            assert_eq!(option.as_deref(), expect, "{text}");
        }
    }
}
