//! Charging as OCPP 2.0.1 has it: `SetChargingProfileRequest`, in watts, by absolute time.
//!
//! A limit is the most that a station may give, not what a vehicle takes. Source: Open Charge
//! Alliance, OCPP 2.0.1 part 2, K Smart Charging, and its JSON schemas.

use quantity::{Duration, Energy, Instant, Power};

/// Periods that a schedule may have, by the schema; a station may take fewer.
pub const PERIODS_MAX: usize = 1_024;
/// Characters of a transaction's id, by the schema.
pub const TRANSACTION_ID_MAX: usize = 36;
/// Level of our profiles among others of their purpose; the lowest is 0.
const STACK_LEVEL: u32 = 0;
/// The whole station, in place of one of its outlets.
const STATION: u32 = 0;

/// A vehicle's planned charging at an outlet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Id of the transaction at the station.
    pub transaction_id: String,
    /// The outlet (EVSE) of the station, from 1.
    pub evse_id: u32,
    /// Beginning of the first step.
    pub start: Instant,
    /// At the plug in each step from then on.
    pub energy: Vec<Energy>,
    /// Most that the outlet gives.
    pub power_max: Power,
    /// Phases of an AC outlet; none for DC.
    pub phases: Option<u8>,
}

/// What the station must do with a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Limits one transaction.
    TxProfile,
    /// Limits the station as a whole.
    ChargingStationMaxProfile,
}

impl Purpose {
    /// As the schema writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TxProfile => "TxProfile",
            Self::ChargingStationMaxProfile => "ChargingStationMaxProfile",
        }
    }
}

/// A limit from a moment on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Seconds from the schedule's start.
    pub start_s: i64,
    /// Tenths of a watt: the finest that the schema takes.
    pub limit_deciwatts: i64,
    /// Phases, where the outlet is AC.
    pub phases: Option<u8>,
}

/// A `SetChargingProfileRequest` with one absolute schedule in watts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileRequest {
    /// The outlet; 0 is the whole station.
    pub evse_id: u32,
    /// Of the profile and of its schedule; unique at a station.
    pub id: u32,
    /// Among profiles of one purpose the highest rules.
    pub stack_level: u32,
    /// What it limits.
    pub purpose: Purpose,
    /// The transaction, for [`Purpose::TxProfile`].
    pub transaction_id: Option<String>,
    /// Beginning of the first period.
    pub start: Instant,
    /// From there to the end of the last.
    pub duration: Duration,
    /// By time; neighbours differ.
    pub periods: Vec<Period>,
}

/// Why there is no message for a session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// The schema takes no longer id.
    #[error("transaction `{0}`: longer than 36 characters. Give it a shorter id")]
    TransactionId(String),
    /// The outlets of a station are counted from 1.
    #[error("transaction `{0}`: EVSE 0 is the whole station. Number its outlets from 1")]
    NoOutlet(String),
    /// A schedule of nothing.
    #[error("transaction `{0}`: has no step. Leave it out")]
    Empty(String),
    /// More periods than the station takes.
    #[error(
        "transaction `{id}`: {periods} periods, the station takes {most}. Plan in longer steps"
    )]
    TooManyPeriods {
        /// The transaction.
        id: String,
        /// How many there are.
        periods: usize,
        /// How many are taken.
        most: usize,
    },
    /// More than the outlet gives.
    #[error(
        "transaction `{id}`: step {step} wants {watts} W, its outlet gives {most_watts}. Plan it anew"
    )]
    AboveOutlet {
        /// The transaction.
        id: String,
        /// Which step of the session.
        step: usize,
        /// What is wanted, in W.
        watts: i64,
        /// What there is, in W.
        most_watts: i64,
    },
}

/// The messages of a station: one for each session, then one that holds their sum for the station
/// as a whole, so that a vehicle nobody planned does not break the peak.
///
/// - `step`: length of a step, above zero; all sessions begin at whole steps from each other.
/// - `periods_max`: what the station takes (`SmartChargingCtrlr.PeriodsPerSchedule`), at most
///   [`PERIODS_MAX`].
/// - `first_id`: profiles are numbered from here.
pub fn requests(
    sessions: &[Session],
    step: Duration,
    periods_max: usize,
    first_id: u32,
) -> Result<Vec<ProfileRequest>, ProfileError> {
    let mut found = Vec::with_capacity(sessions.len() + 1);
    for (session, id) in sessions.iter().zip(first_id..) {
        found.push(transaction(session, step, periods_max, id)?);
    }
    let id = first_id + sessions.len() as u32;
    found.extend(station(sessions, step, periods_max, id)?);
    Ok(found)
}

fn transaction(
    session: &Session,
    step: Duration,
    periods_max: usize,
    id: u32,
) -> Result<ProfileRequest, ProfileError> {
    let name = || session.transaction_id.clone();
    if session.transaction_id.chars().count() > TRANSACTION_ID_MAX {
        return Err(ProfileError::TransactionId(name()));
    }
    if session.evse_id == STATION {
        return Err(ProfileError::NoOutlet(name()));
    }
    let most = deciwatts(session.power_max);
    let mut limits = Vec::with_capacity(session.energy.len());
    for (place, &energy) in session.energy.iter().enumerate() {
        let limit = mean_deciwatts(energy, step);
        if limit > most {
            let (watts, most_watts) = (limit / 10, most / 10);
            let id = name();
            return Err(ProfileError::AboveOutlet { id, step: place, watts, most_watts });
        }
        limits.push(limit);
    }
    let schedule = Schedule { step, limits, phases: session.phases };
    let request = ProfileRequest {
        evse_id: session.evse_id,
        id,
        stack_level: STACK_LEVEL,
        purpose: Purpose::TxProfile,
        transaction_id: Some(name()),
        start: session.start,
        duration: schedule.duration(),
        periods: schedule.periods(),
    };
    bounded(request, &session.transaction_id, periods_max)
}

/// The sum of the sessions' limits; none where there is no session.
fn station(
    sessions: &[Session],
    step: Duration,
    periods_max: usize,
    id: u32,
) -> Result<Option<ProfileRequest>, ProfileError> {
    let Some(start) = sessions.iter().map(|session| session.start).min() else { return Ok(None) };
    let mut limits: Vec<i64> = Vec::new();
    for session in sessions {
        let first = ((session.start - start).seconds() / step.seconds()) as usize;
        limits.resize(limits.len().max(first + session.energy.len()), 0);
        for (limit, &energy) in limits[first..].iter_mut().zip(&session.energy) {
            *limit += mean_deciwatts(energy, step);
        }
    }
    let schedule = Schedule { step, limits, phases: None };
    let request = ProfileRequest {
        evse_id: STATION,
        id,
        stack_level: STACK_LEVEL,
        purpose: Purpose::ChargingStationMaxProfile,
        transaction_id: None,
        start,
        duration: schedule.duration(),
        periods: schedule.periods(),
    };
    bounded(request, "the station", periods_max).map(Some)
}

fn bounded(
    request: ProfileRequest,
    id: &str,
    periods_max: usize,
) -> Result<ProfileRequest, ProfileError> {
    let (periods, most) = (request.periods.len(), periods_max.min(PERIODS_MAX));
    match periods {
        0 => Err(ProfileError::Empty(id.into())),
        _ if periods > most => Err(ProfileError::TooManyPeriods { id: id.into(), periods, most }),
        _ => Ok(request),
    }
}

struct Schedule {
    step: Duration,
    limits: Vec<i64>,
    phases: Option<u8>,
}

impl Schedule {
    fn duration(&self) -> Duration {
        Duration::from_seconds(self.step.seconds() * self.limits.len() as i64)
    }

    /// A period where the limit changes.
    fn periods(&self) -> Vec<Period> {
        let mut periods: Vec<Period> = Vec::new();
        for (place, &limit_deciwatts) in (0..).zip(&self.limits) {
            if periods.last().is_none_or(|last| last.limit_deciwatts != limit_deciwatts) {
                let start_s = self.step.seconds() * place;
                periods.push(Period { start_s, limit_deciwatts, phases: self.phases });
            }
        }
        periods
    }
}

/// Mean power of an energy over a step, to the nearest tenth of a watt; below zero counts as none.
fn mean_deciwatts(energy: Energy, step: Duration) -> i64 {
    // A milliwatt-hour in a second is 3.6 W.
    let (numerator, denominator) =
        (i128::from(energy.or_zero().milliwatt_hours()) * 36, i128::from(step.seconds()));
    ((2 * numerator + denominator) / (2 * denominator)) as i64
}

fn deciwatts(power: Power) -> i64 {
    (power.or_zero().milliwatts() + 99) / 100
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const QUARTER: Duration = Duration::from_seconds(900);

    fn session(id: &str, evse_id: u32, start: &str, kwh: &[f64]) -> Session {
        Session {
            transaction_id: id.into(),
            evse_id,
            start: Instant::parse(start).unwrap(),
            energy: kwh.iter().map(|&kwh| Energy::from_kilowatt_hours(kwh)).collect(),
            power_max: Power::from_kilowatts(22.0),
            phases: Some(3),
        }
    }

    /// Start in s and limit in W of each period.
    fn periods(request: &ProfileRequest) -> Vec<(i64, f64)> {
        let told = |p: &Period| (p.start_s, p.limit_deciwatts as f64 / 10.0);
        request.periods.iter().map(told).collect()
    }

    #[test]
    fn equal_steps_are_one_period_and_the_station_holds_the_sum() {
        let sessions = [
            session("van-1", 1, "2025-04-11T18:00:00+02:00", &[2.75, 2.75, 0.0, 5.5]),
            session("van-2", 2, "2025-04-11T16:30:00Z", &[1.0, 1.0]),
        ];
        let found = requests(&sessions, QUARTER, PERIODS_MAX, 10).unwrap();
        let [one, two, station] = &found[..] else { panic!("three messages: {found:?}") };
        assert_eq!(periods(one), [(0, 11_000.0), (1_800, 0.0), (2_700, 22_000.0)]);
        assert_eq!(one.duration, Duration::from_seconds(3_600));
        assert_eq!(one.transaction_id.as_deref(), Some("van-1"));
        assert_eq!((one.evse_id, one.id, two.id), (1, 10, 11));
        assert_eq!(periods(two), [(0, 4_000.0)]);
        assert_eq!(periods(station), [(0, 11_000.0), (1_800, 4_000.0), (2_700, 26_000.0)]);
        assert_eq!((station.evse_id, station.transaction_id.clone()), (0, None));
        assert_eq!(station.start, one.start, "van-1 comes half an hour before van-2");
        assert_eq!(station.purpose.name(), "ChargingStationMaxProfile");
        assert_eq!(requests(&[], QUARTER, PERIODS_MAX, 0), Ok(vec![]));
    }

    #[test]
    fn what_a_station_cannot_take_is_named() {
        let noon = "2025-04-11T12:00:00Z";
        let long = "x".repeat(37);
        for (case, periods_max, expect) in [
            (session(&long, 1, noon, &[1.0]), 9, "longer than 36"),
            (session("a", 0, noon, &[1.0]), 9, "EVSE 0"),
            (session("a", 1, noon, &[]), 9, "no step"),
            (session("a", 1, noon, &[1.0, 2.0, 1.0]), 2, "3 periods, the station takes 2"),
            (session("a", 1, noon, &[1.0, 5.6]), 9, "step 1 wants 22400 W, its outlet gives 22000"),
        ] {
            let fault = requests(&[case], QUARTER, periods_max, 0).unwrap_err().to_string();
            assert!(fault.contains(expect), "{fault}");
        }
    }

    proptest! {
        #[test]
        fn no_energy_is_lost_between_steps_and_periods(
            energy in prop::collection::vec(prop_oneof![Just(0_i64), 0_i64..5_000_000], 1..60),
            step_s in prop_oneof![Just(300_i64), Just(900), Just(3_600)]
        ) {
            let step = Duration::from_seconds(step_s);
            let planned: i64 = energy.iter().sum();
            let one = Session {
                energy: energy.iter().map(|&mwh| Energy::new(mwh)).collect(),
                power_max: Power::from_kilowatts(100.0),
                ..session("v", 1, "2025-01-01T00:00:00Z", &[])
            };
            let steps = energy.len() as i64;
            let found = requests(&[one], step, PERIODS_MAX, 0).unwrap();
            for request in &found {
                let ends = request.periods[1..].iter().map(|p| p.start_s).chain([steps * step_s]);
                let given: i64 = request.periods.iter().zip(ends)
                    .map(|(p, end)| p.limit_deciwatts * (end - p.start_s)).sum();
                // A tenth of a watt over a second is 1/36 mWh; each step rounds by half of it.
                prop_assert!((given - planned * 36).abs() <= steps * step_s);
                for pair in request.periods.windows(2) {
                    prop_assert_ne!(pair[0].limit_deciwatts, pair[1].limit_deciwatts);
                    prop_assert!(pair[0].start_s < pair[1].start_s);
                }
            }
        }
    }
}
