//! Classes of road: the values of OpenStreetMap's `highway` key that some vehicle may use.

/// A class of road.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// Motorway.
    Motorway,
    /// Ramp of a motorway.
    MotorwayLink,
    /// Trunk road.
    Trunk,
    /// Ramp of a trunk road.
    TrunkLink,
    /// Primary road.
    Primary,
    /// Ramp of a primary road.
    PrimaryLink,
    /// Secondary road.
    Secondary,
    /// Ramp of a secondary road.
    SecondaryLink,
    /// Tertiary road.
    Tertiary,
    /// Ramp of a tertiary road.
    TertiaryLink,
    /// Minor road, or one whose class nobody has said.
    Unclassified,
    /// Street with homes.
    Residential,
    /// Street on which walkers go first.
    LivingStreet,
    /// To a building, a car park, a yard.
    Service,
    /// Through fields and woods.
    Track,
    /// Street for walkers.
    Pedestrian,
    /// For bicycles.
    Cycleway,
    /// For walkers.
    Footway,
    /// For whoever is not in a car.
    Path,
}

impl Class {
    /// All, in their order.
    pub const ALL: [Self; 19] = [
        Self::Motorway,
        Self::MotorwayLink,
        Self::Trunk,
        Self::TrunkLink,
        Self::Primary,
        Self::PrimaryLink,
        Self::Secondary,
        Self::SecondaryLink,
        Self::Tertiary,
        Self::TertiaryLink,
        Self::Unclassified,
        Self::Residential,
        Self::LivingStreet,
        Self::Service,
        Self::Track,
        Self::Pedestrian,
        Self::Cycleway,
        Self::Footway,
        Self::Path,
    ];

    /// By the value of `highway`. What nobody drives or walks (`construction`, `steps`, `raceway`, …)
    /// has no class.
    pub fn of_highway(value: &str) -> Option<Self> {
        Some(match value {
            "motorway" => Self::Motorway,
            "motorway_link" => Self::MotorwayLink,
            "trunk" => Self::Trunk,
            "trunk_link" => Self::TrunkLink,
            "primary" => Self::Primary,
            "primary_link" => Self::PrimaryLink,
            "secondary" => Self::Secondary,
            "secondary_link" => Self::SecondaryLink,
            "tertiary" => Self::Tertiary,
            "tertiary_link" => Self::TertiaryLink,
            "unclassified" | "road" => Self::Unclassified,
            "residential" => Self::Residential,
            "living_street" => Self::LivingStreet,
            "service" => Self::Service,
            "track" => Self::Track,
            "pedestrian" => Self::Pedestrian,
            "cycleway" => Self::Cycleway,
            "footway" => Self::Footway,
            "path" => Self::Path,
            _ => return None,
        })
    }
    /// By its place in [`Class::ALL`].
    pub(crate) fn of_index(index: u8) -> Option<Self> {
        Self::ALL.get(usize::from(index)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_stands_at_its_own_place() {
        for (at, class) in Class::ALL.into_iter().enumerate() {
            assert_eq!(class as usize, at);
            assert_eq!(Class::of_index(at as u8), Some(class));
        }
        assert_eq!(Class::of_index(Class::ALL.len() as u8), None);
        assert_eq!(Class::of_highway("steps"), None);
    }
}
