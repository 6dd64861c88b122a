//! Every measure: link, name, unit, how it comes about, how well it is known. A row a measure.

use carbon::DataKind::{self, Default as Assumed, Modelled, Primary};
use carbon::Link::{self, Ordering, Packaging, Recycling, Transportation, Warehousing};
use packaging::solution::Part;

/// What a measure says, before anything is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Definition {
    pub(super) link: Link,
    pub(super) name: &'static str,
    /// [`CURRENCY`] stands for the scenario's.
    pub(super) unit: &'static str,
    pub(super) method: &'static str,
    pub(super) data_kind: DataKind,
}

/// Unit of what is counted.
const COUNT: &str = "1";
/// In place of the scenario's currency.
pub(super) const CURRENCY: &str = "currency";

const fn define(
    link: Link,
    name: &'static str,
    unit: &'static str,
    method: &'static str,
    data_kind: DataKind,
) -> Definition {
    Definition { link, name, unit, method, data_kind }
}

pub(super) const ORDERS: Definition = define(Ordering, "orders", COUNT, "orders delivered, by the site that ships them", Modelled);
pub(super) const PARCELS: Definition = define(Packaging, "parcels", COUNT, "parcels delivered, by the site that packs them", Modelled);
pub(super) const BOARD_NEW: Definition = define(Packaging, "board_new", "kg", "tare of new cartons, of new and recycled fibre", Modelled);
pub(super) const CARTONS_REUSED: Definition = define(Packaging, "cartons_reused", COUNT, "parcels in a carton that was used before", Modelled);
pub(super) const SAVED_ORIGINAL: Definition = define(Packaging, "board_saved_original", "kg", "an order's new board in the baseline less the plan's, by mass of its pieces that travel in their own package", Modelled);
pub(super) const SAVED_REUSED: Definition = define(Packaging, "board_saved_reused", "kg", "an order's new board in the baseline less the plan's, by mass of its pieces in reused cartons", Modelled);
pub(super) const SAVED_RIGHT_SIZED: Definition = define(Packaging, "board_saved_right_sized", "kg", "an order's new board in the baseline less the plan's, by mass of its pieces in new cartons; negative where the plan takes more; an order delivered in one case only is here", Modelled);
pub(super) const SAVED_BAGGED: Definition = define(Packaging, "board_saved_bagged", "kg", "an order's new board in the baseline less the plan's, by mass of its pieces in bags; the bags themselves are in bag", Modelled);
pub(super) const BAG: Definition = define(Packaging, "bag", "kg", "tare of bags in the place of cartons, by the rule of the industry", Assumed);
pub(super) const FILLER: Definition = define(Packaging, "filler", "kg", "what fills the void of cartons, by the rule of the industry", Assumed);
pub(super) const TAPE: Definition = define(Packaging, "tape", "kg", "by the seams of cartons and the rule of the industry", Assumed);
pub(super) const INSULATION: Definition = define(Packaging, "insulation", "kg", "by the inner surface of cartons and the rule of the industry", Assumed);
pub(super) const COOLANT: Definition = define(Packaging, "coolant", "kg", "by the litres of cartons, the hours to the hand-over that it is packed for and the rule of the industry", Assumed);
pub(super) const SAVED_FILLER: Definition = define(Packaging, "filler_saved", "kg", "an order's filler in the baseline less the plan's", Assumed);
pub(super) const SAVED_TAPE: Definition = define(Packaging, "tape_saved", "kg", "an order's tape in the baseline less the plan's", Assumed);
pub(super) const DELIVERIES: Definition = define(Transportation, "deliveries", COUNT, "parcels handed over, by the site of their last round", Modelled);
pub(super) const SHORT_URBAN: Definition = define(Transportation, "short_urban_deliveries", COUNT, "deliveries within the short urban distance of the last round's site, great circle", Modelled);
pub(super) const SHORT_URBAN_ELECTRIC: Definition = define(Transportation, "short_urban_electric_deliveries", COUNT, "of those, by electric vehicle or robot", Modelled);
pub(super) const ROBOT_DELIVERIES: Definition = define(Transportation, "robot_deliveries", COUNT, "deliveries by robot, of any distance", Modelled);
pub(super) const DISTANCE: Definition = define(Transportation, "distance", "km", "driven, empty legs and feeders included, by the round's site", Modelled);
pub(super) const COST_ROUNDS: Definition = define(Transportation, "cost", CURRENCY, "rounds by distance and time on duty, charging included", Modelled);
pub(super) const PV_INSTALLED: Definition = define(Warehousing, "pv_installed", "kWp", "peak power of the site's modules in use, once a month", Primary);
pub(super) const PV_GENERATED: Definition = define(Warehousing, "pv_generated", "kWh", "hourly schedule: generated", Modelled);
pub(super) const PV_SELF_USED: Definition = define(Warehousing, "pv_self_used", "kWh", "hourly schedule: generated less sold, battery losses included", Modelled);
pub(super) const PV_EXPORTED: Definition = define(Warehousing, "pv_exported", "kWh", "hourly schedule: sold", Modelled);
pub(super) const ELECTRICITY_BOUGHT: Definition = define(Warehousing, "electricity_bought", "kWh", "hourly schedule: bought for building and plugs", Modelled);
pub(super) const AVOIDED_SELF_USED: Definition = define(Warehousing, "avoided_self_used", "kg CO2e", "used by building and plugs less bought, by the hour, x the grid's factor of the hour; beside, never subtracted", Modelled);
pub(super) const AVOIDED_EXPORTED: Definition = define(Warehousing, "avoided_exported", "kg CO2e", "sold, by the hour, x the grid's factor of the hour; beside, never subtracted", Modelled);
pub(super) const COST_POWER: Definition = define(Warehousing, "cost", CURRENCY, "buildings' electricity at the tariff less what was sold", Modelled);
pub(super) const HANDED_BACK: Definition = define(Recycling, "cartons_handed_back", COUNT, "cartons left at the station, by the return rate", Assumed);
pub(super) const TO_MILL: Definition = define(Recycling, "cartons_to_mill", COUNT, "of those, not fit for use again", Assumed);

/// Of every case: a month without any says zero.
pub(super) const ALWAYS: [Definition; 25] = [
    ORDERS, PARCELS, BOARD_NEW, BAG, FILLER, TAPE, INSULATION, COOLANT, CARTONS_REUSED, DELIVERIES,
    SHORT_URBAN, SHORT_URBAN_ELECTRIC, ROBOT_DELIVERIES, DISTANCE, COST_ROUNDS, PV_INSTALLED, PV_GENERATED, PV_SELF_USED,
    PV_EXPORTED, ELECTRICITY_BOUGHT, AVOIDED_SELF_USED, AVOIDED_EXPORTED, COST_POWER, HANDED_BACK,
    TO_MILL,
];

/// Of the plan alone: against the baseline.
pub(super) const SAVED: [Definition; 6] = [
    SAVED_ORIGINAL, SAVED_REUSED, SAVED_BAGGED, SAVED_RIGHT_SIZED, SAVED_FILLER, SAVED_TAPE,
];

/// Parts of parcels of which an order's saving is one figure.
pub(super) const SAVED_PARTS: [(Part, Definition); 2] =
    [(Part::Filler, SAVED_FILLER), (Part::Tape, SAVED_TAPE)];

/// How much of a part a case uses.
pub(super) const fn of_part(part: Part) -> Definition {
    match part {
        Part::Board => BOARD_NEW,
        Part::Bag => BAG,
        Part::Filler => FILLER,
        Part::Tape => TAPE,
        Part::Insulation => INSULATION,
        Part::Coolant => COOLANT,
    }
}
