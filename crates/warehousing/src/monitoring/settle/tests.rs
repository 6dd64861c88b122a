use super::*;
use crate::monitoring::made_up::{roof, steady};
use crate::monitoring::reading::{Channel, Form, Reading};
use crate::monitoring::series::QUARTER_S;
use crate::monitoring::site::sites;
use proptest::prelude::*;

const DAYS: i64 = 4;

fn begin() -> i64 {
    Instant::parse("2025-06-01T00:00:00Z").unwrap().unix()
}

fn day(number: i64) -> Day {
    (0..number).fold(Day::parse("2025-06-01").unwrap(), |day, _| day.next())
}

/// A quarter hour's value of a channel, or none where the reading is missing.
type Values = Vec<Option<u16>>;

fn channel(device: &str, measured: Measured, form: Form, values: &Values) -> Channel {
    let mut register = 0.0;
    let readings = (0..).zip(values).filter_map(|(place, value)| {
        register += f64::from(value.unwrap_or_default()) / 1_000.0;
        let own = f64::from((*value)?) / 10.0;
        let value = if form == Form::Counter { register } else { own };
        let at = Instant::from_unix(begin() + place * QUARTER_S);
        Some(Reading { file: 0, row: 2, at, value })
    });
    Channel {
        site: "A".into(),
        device: device.into(),
        measured,
        form,
        readings: readings.collect(),
    }
}

fn channels(values: &[Values]) -> Vec<Channel> {
    let of = [
        ("inv", Measured::Generation, Form::Counter),
        ("grid", Measured::Import, Form::Counter),
        ("grid", Measured::Export, Form::Amount),
        ("plugs", Measured::Charging, Form::Mean),
        ("bat", Measured::BatteryIn, Form::Mean),
        ("bat", Measured::BatteryOut, Form::Mean),
        ("sun", Measured::Irradiance, Form::Mean),
        ("s1", Measured::StringGeneration, Form::Mean),
        ("s2", Measured::StringGeneration, Form::Mean),
    ];
    let channel = |(&(device, measured, form), values)| channel(device, measured, form, values);
    of.iter().zip(values).map(channel).collect()
}

fn grid() -> Vec<(Instant, Fixed)> {
    let row = |hour: i64| {
        let factor = Fixed::from_billionths(i128::from(100_000_007 + 13_000_001 * (hour % 24)));
        (Instant::from_unix(begin() + 3_600 * hour), factor)
    };
    // The last day's grid is not known.
    (0..24 * (DAYS - 1)).map(row).collect()
}

fn values() -> impl Strategy<Value = Vec<Values>> {
    let value = prop_oneof![1 => Just(None), 30 => (0_u16..10_000).prop_map(Some)];
    let of_channel = prop::collection::vec(value, 96 * DAYS as usize);
    prop::collection::vec(of_channel, 9)
}

fn off(a: Energy, b: Energy) -> i64 {
    (a - b).milliwatt_hours().abs()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn days_add_up_to_the_whole_and_survive_json(values in values()) {
        let (meters, _) = sites(&channels(&values));
        let roof = roof(&meters[0]);
        let zone = Zone::parse("UTC").unwrap();
        let days: Vec<Day> = (0..DAYS).map(day).collect();
        let settled = settle_days(&roof, &zone, &days, &grid());
        for (day, kept) in days.iter().zip(&settled) {
            let text = serde_json::to_string(kept).unwrap();
            prop_assert_eq!(&serde_json::from_str::<SettledDay>(&text).unwrap(), kept);
            // A server keeps payloads as values.
            let value = serde_json::to_value(kept).unwrap();
            prop_assert_eq!(&serde_json::from_value::<SettledDay>(value).unwrap(), kept);
            prop_assert_eq!(&settle(&roof, &zone, *day, &grid()), kept);
        }
        let first = begin() / QUARTER_S;
        let all = first..first + 96 * DAYS;
        let flows: Flows = settled.iter().map(|day| day.flows).sum();
        let whole = balances(roof.meters, &all).0.into_iter().map(|hour| hour.flows).sum();
        // Of the battery's each day knows its own part alone.
        let by_meter = |flows: Flows| Flows {
            self_consumed: Energy::ZERO, resold: Energy::ZERO, ..flows
        };
        prop_assert_eq!(by_meter(flows), by_meter(whole));
        let known = all.clone().filter(|&number| roof.meters.is_known(number)).count();
        prop_assert_eq!(settled.iter().map(|day| day.known_quarters as usize).sum::<usize>(), known);
        let light = conditions(&roof);
        let generation = roof.meters.measured(Measured::Generation).unwrap();
        let whole = yield_sums(generation, &light, roof.array, all.clone());
        let parts: YieldSums = settled.iter().map(|day| day.yields).sum();
        prop_assert_eq!(parts.generated, whole.generated);
        prop_assert!(off(parts.reference, whole.reference) <= DAYS);
        let carbon: Lines = settled.iter().map(|day| day.carbon).sum();
        let priced = grid().into_iter().map(|(at, factor)| {
            let from = Quarters::number(at);
            balances(roof.meters, &(from..from + 4)).0[0].flows.imported.milliwatt_hours() as f64
                * factor.billionths() as f64
        });
        let grams = priced.sum::<f64>() / 1e12;
        prop_assert!((carbon.location_based.kilograms_f64() * 1e3 - grams).abs() < 1e-3);
        let last = settled.last().unwrap().flows;
        let unpriced = last.self_consumed + last.exported_own() + last.imported;
        prop_assert_eq!(carbon.without_factor, unpriced);
    }

    /// What a server has at hand: the day, the stamp before it and the one after it.
    #[test]
    fn a_day_needs_no_more_than_its_neighbours(values in values(), place in 1..DAYS - 1) {
        let whole = channels(&values);
        let zone = Zone::parse("UTC").unwrap();
        let of = |channels: &[Channel]| {
            let (meters, _) = sites(channels);
            settle(&roof(&meters[0]), &zone, day(place), &grid())
        };
        let (from, until) = (begin() + place * 86_400, begin() + (place + 1) * 86_400);
        let mut near = whole.clone();
        for channel in &mut near {
            let readings = &channel.readings;
            let before = readings.partition_point(|reading| reading.at.unix() < from);
            let after = readings.partition_point(|reading| reading.at.unix() < until);
            channel.readings =
                readings[before.saturating_sub(1)..(after + 1).min(readings.len())].to_vec();
        }
        // A register's gain over a gap is rounded from another begin by a milliwatt-hour.
        let (found, expect) = (of(&near), of(&whole));
        prop_assert!(off(found.flows.generation, expect.flows.generation) <= 2);
        prop_assert!(off(found.flows.imported, expect.flows.imported) <= 2);
        prop_assert_eq!(found.known_quarters, expect.known_quarters);
        prop_assert_eq!(found.strings, expect.strings);
    }
}

#[test]
fn days_of_23_and_25_hours_are_days() {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    for (from, until, hours) in [("2025-03-30", "2025-03-31", 23), ("2025-10-26", "2025-10-27", 25)]
    {
        let channel = steady("A", Measured::Generation, [from, until], &zone, 1.0);
        let (meters, _) = sites(&[channel]);
        let found = settle(&roof(&meters[0]), &zone, Day::parse(from).unwrap(), &[]);
        assert_eq!((found.quarters, found.known_quarters), (4 * hours, 4 * hours), "{from}");
        assert_eq!(found.flows.generation, Energy::from_kilowatt_hours(hours.into()));
    }
}

#[test]
fn a_day_by_hand() {
    let zone = Zone::parse("UTC").unwrap();
    let days = ["2025-06-01", "2025-06-02"];
    let (meters, _) = sites(&[
        steady("A", Measured::Generation, days, &zone, 5.0),
        steady("A", Measured::Load, days, &zone, 3.0),
        steady("A", Measured::StringGeneration, days, &zone, 6.0),
    ]);
    let expected = Quarters::from_power(&[(begin(), begin() + 86_400, 6_000.0)]);
    let roof = Roof { expected_ac: Some(&expected), ..roof(&meters[0]) };
    let factor = [(Instant::from_unix(begin()), "0.4".parse().unwrap())];
    let found = settle(&roof, &zone, day(0), &factor);
    let kwh = Energy::from_kilowatt_hours;
    assert_eq!(found.grid_meter, GridMeter::FromLoad);
    assert_eq!((found.flows.self_consumed, found.flows.exported), (kwh(72.0), kwh(48.0)));
    assert_eq!(
        found.against_expected,
        Some(Against { generated: kwh(120.0), expected: kwh(144.0) })
    );
    assert_eq!(found.matched, Matched { own_supply: kwh(120.0), in_the_hour: kwh(72.0) });
    assert_eq!(found.carbon.self_consumed.kilograms().to_string(), "1.2", "3 kWh of one hour");
    assert_eq!(found.carbon.without_factor, kwh(23.0 * 5.0));
    assert_eq!(found.strings[0].peak, Power::from_kilowatts(10.0));
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["day"], "2025-06-01");
    assert_eq!(json["grid_meter"], "from-load");
    assert_eq!(json["flows"]["generation"], 120_000_000);
    assert_eq!(json["carbon"]["self_consumed"], 1_200_000_000);
    let refused = serde_json::from_str::<SettledDay>(r#"{"day": "1 June"}"#).unwrap_err();
    assert!(refused.to_string().contains("`1 June`"), "{refused}");
}
