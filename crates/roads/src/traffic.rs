//! Traffic by the hour of the day: what share of its free-flow speed a road gives.

use crate::class::Class;
use crate::profile::Vehicle;
use quantity::Duration;

/// Milliseconds in an hour.
const HOUR_MS: u64 = 3_600_000;
/// Free flow.
const FREE: u16 = 1_000;

/// What can be wrong with speed factors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "traffic: {roads:?}, hour {hour}: {value} is not a share of the speed. Write 1 to 1000, in thousandths."
)]
pub struct TrafficError {
    /// Which roads.
    pub roads: Roads,
    /// From which hour on, 0 to 23.
    pub hour: usize,
    /// The factor that was given.
    pub value: u16,
}

/// Roads that traffic slows alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roads {
    /// Motorways and trunk roads with their ramps.
    Fast,
    /// Primary and secondary roads with their ramps.
    Main,
    /// All others.
    Side,
}

impl Roads {
    const ALL: [Self; 3] = [Self::Fast, Self::Main, Self::Side];

    fn of(class: Class) -> Self {
        match class {
            Class::Motorway | Class::MotorwayLink | Class::Trunk | Class::TrunkLink => Self::Fast,
            Class::Primary | Class::PrimaryLink | Class::Secondary | Class::SecondaryLink => {
                Self::Main
            }
            _ => Self::Side,
        }
    }
}

/// Speed by the hour of the local day, in thousandths of free flow, for each of [`Roads`].
///
/// Speed changes on the hour, also under a vehicle that is on its way (Ichoua, Gendreau, Potvin 2003).
/// Who starts later therefore never arrives earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traffic {
    thousandths: [[u16; 24]; 3],
}

impl Traffic {
    /// No other traffic at any hour.
    pub const FREE_FLOW: Self = Self { thousandths: [[FREE; 24]; 3] };

    /// A working day in a European city. Assumption, not measured: two peaks, at 8 and at 17 o'clock,
    /// in which a main road gives 60 % of its free speed, a fast road 55 %, a side street 80 %.
    #[rustfmt::skip]
    pub const ASSUMED_WEEKDAY: Self = Self {
        thousandths: [
            // 0                        6                              12                             18
            [1000, 1000, 1000, 1000, 1000, 970, 850, 620, 550, 720, 850, 870, 850, 850, 820, 740, 620, 550, 680, 850, 930, 960, 980, 1000],
            [1000, 1000, 1000, 1000, 1000, 970, 860, 660, 600, 720, 790, 790, 760, 770, 760, 700, 630, 600, 690, 820, 900, 940, 970, 1000],
            [1000, 1000, 1000, 1000, 1000, 990, 940, 830, 800, 860, 890, 890, 880, 880, 880, 850, 810, 800, 840, 910, 950, 970, 990, 1000],
        ],
    };

    /// From factors of the 24 hours for fast, main and side roads, in thousandths of free flow. All
    /// that are wrong are told.
    pub fn new(thousandths: [[u16; 24]; 3]) -> Result<Self, Vec<TrafficError>> {
        let errors: Vec<TrafficError> = Roads::ALL
            .into_iter()
            .zip(&thousandths)
            .flat_map(|(roads, hours)| {
                hours.iter().enumerate().map(move |(hour, &value)| (roads, hour, value))
            })
            .filter(|&(.., value)| value == 0 || value > FREE)
            .map(|(roads, hour, value)| TrafficError { roads, hour, value })
            .collect();
        if errors.is_empty() { Ok(Self { thousandths }) } else { Err(errors) }
    }

    /// What is assumed for a vehicle: bicycles and robots pass the queue.
    pub fn assumed(vehicle: Vehicle) -> Self {
        if vehicle.is_motor() { Self::ASSUMED_WEEKDAY } else { Self::FREE_FLOW }
    }

    /// When what takes `work_ms` in free flow is done, in milliseconds since midnight; `start_ms` too.
    ///
    /// Exact in whole numbers, so that a later start is never an earlier end.
    #[inline]
    pub(crate) fn arrival(&self, class: Class, start_ms: u64, work_ms: u32) -> u64 {
        let hours = &self.thousandths[Roads::of(class) as usize];
        let mut now = start_ms;
        let mut left = u64::from(work_ms) * u64::from(FREE);
        loop {
            let factor = u64::from(hours[(now / HOUR_MS % 24) as usize]);
            let rest_of_hour = HOUR_MS - now % HOUR_MS;
            if left <= rest_of_hour * factor {
                return now + left.div_ceil(factor);
            }
            left -= rest_of_hour * factor;
            now += rest_of_hour;
        }
    }

    /// How long a drive lasts that takes `work` in free flow, when it starts at a time of day.
    pub fn drive(&self, class: Class, time_of_day: Duration, work: Duration) -> Duration {
        let millis = |span: Duration| span.seconds().clamp(0, 1 << 31) as u64 * 1_000;
        let (start, work) = (millis(time_of_day), millis(work));
        let work = u32::try_from(work).unwrap_or(u32::MAX);
        Duration::from_seconds(((self.arrival(class, start, work) - start + 500) / 1_000) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn speed_changes_on_the_hour() {
        let mut thousandths = [[1_000; 24]; 3];
        thousandths[2][8] = 500;
        let traffic = Traffic::new(thousandths).unwrap();
        let minutes = |minutes: i64| Duration::from_seconds(60 * minutes);
        let drive = |start, work| {
            traffic.drive(Class::Residential, minutes(start), minutes(work)).seconds() / 60
        };
        for (start, work, expect, why) in [
            (7 * 60, 30, 30, "before the slow hour"),
            (8 * 60, 20, 40, "within it at half the speed"),
            (7 * 60 + 45, 30, 45, "15 before, 15 more take 30"),
            (8 * 60 + 30, 30, 45, "15 take 30, then 15 free"),
            (7 * 60 + 30, 90, 120, "through the whole of it"),
            (23 * 60 + 30, 60, 60, "over midnight"),
        ] {
            assert_eq!(drive(start, work), expect, "{why}");
        }
        assert_eq!(traffic.drive(Class::Motorway, minutes(480), minutes(20)), minutes(20));
        let slow = Traffic::new([[999; 24]; 3]).unwrap();
        assert_eq!(slow.arrival(Class::Path, 0, 1), 2, "a begun millisecond counts");
    }

    #[test]
    fn all_wrong_factors_are_told() {
        let mut thousandths = [[1_000; 24]; 3];
        (thousandths[0][3], thousandths[1][7]) = (0, 1_001);
        let errors = Traffic::new(thousandths).unwrap_err();
        assert_eq!(errors.len(), 2);
        assert_eq!(
            errors[0].to_string(),
            "traffic: Fast, hour 3: 0 is not a share of the speed. Write 1 to 1000, in thousandths."
        );
        assert!(Traffic::new(Traffic::ASSUMED_WEEKDAY.thousandths).is_ok());
    }

    proptest! {
        #[test]
        fn who_starts_later_never_arrives_earlier(
            factors in proptest::collection::vec(1_u16..=1_000, 24),
            start in 0_u64..48 * HOUR_MS,
            later in 0_u64..2 * HOUR_MS,
            work in 0_u32..100_000_000,
        ) {
            let hours: [u16; 24] = factors.try_into().unwrap();
            let traffic = Traffic::new([hours; 3]).unwrap();
            let arrival = |start| traffic.arrival(Class::Primary, start, work);
            prop_assert!(arrival(start) <= arrival(start + later));
            prop_assert!(arrival(start) >= start + u64::from(work));
        }
    }
}
