//! A site's energy: what comes twice changes nothing, whatever the order; what is made is made once.

use crate::day::*;
use operations as ops;
use operations::{Milli, SiteReadings, TakeReadings, known_readings, stream};
use proptest::prelude::*;
use serde_json::{Value, json};

fn described() -> Day {
    let mut day = Day::new();
    day.done("describe", "W1", example::<ops::SiteEnergy>());
    day
}

fn take(day: &mut Day, body: Value) -> usize {
    let body: SiteReadings = serde_json::from_value(body).unwrap();
    let now = quantity::Instant::parse("2026-07-15T12:00:00Z").unwrap();
    day.ask(&TakeReadings { site: id("W1"), now, body }).unwrap()
}

/// All that is known of 14 July.
fn known(day: &Day) -> Vec<ops::ReadingsTaken> {
    let own = stream::readings(&id("W1"), &ops::LocalDay::new("2026-07-14").unwrap());
    let history = day.history(std::slice::from_ref(&own), day.events.len());
    known_readings(&history, &own).unwrap()
}

#[test]
fn what_is_said_again_changes_nothing() {
    let mut day = described();
    let ask = |day: &mut Day, name: &str, body: &Value| {
        day.ask(&*command(name, "W1", body.clone())).unwrap()
    };
    let readings = measured("inv-1", "load", &[("12:00", 0.1), ("12:15", 1.0 / 3.0)]);
    let outlook = example::<ops::Outlook>();
    let (schedule, settled) = (example::<ops::ScheduleMade>(), example::<ops::DaySettled>());
    let behind = json!([example::<ops::StringBehind>()]);
    for (name, body) in [
        ("take readings", &readings),
        ("set outlook", &outlook),
        ("make schedule", &schedule),
        ("settle", &settled),
        ("judge", &behind),
    ] {
        assert_eq!(ask(&mut day, name, body), 1, "{name}");
        assert_eq!(ask(&mut day, name, body), 0, "{name} again");
    }
    assert_eq!(ask(&mut day, "describe", &example::<ops::SiteEnergy>()), 0);
    let mut from_others = settled.clone();
    from_others["outlook_version"] = json!(77);
    assert_eq!(ask(&mut day, "settle", &from_others), 0, "the sums are the same");
    from_others["settled"]["known_quarters"] = json!(90);
    assert_eq!(ask(&mut day, "settle", &from_others), 1, "late readings changed them");
    let mut other = schedule.clone();
    other["stored_wh"] = json!(1);
    assert_eq!(ask(&mut day, "make schedule", &other), 0, "another server was first");
    assert_eq!(ask(&mut day, "make anew", &schedule), 0, "nothing has changed");
    assert_eq!(ask(&mut day, "make anew", &other), 1, "what it rests on has");
    let mut earlier = schedule;
    earlier["made_at"] = json!("2026-07-14T12:00:00-06:00");
    assert_eq!(ask(&mut day, "make anew", &earlier), 0, "it is overtaken");
}

#[test]
fn a_batch_is_split_over_days_and_taken_whole_or_not_at_all() {
    let mut day = described();
    let mut body = measured("inv-1", "load", &[("23:45", 1.0)]);
    let next = json!({"at": "2026-07-15T00:00:00Z", "value": 2});
    body["channels"][0]["readings"].as_array_mut().unwrap().push(next);
    assert_eq!(take(&mut day, body.clone()), 2);
    let streams: Vec<String> = day.events.iter().map(|event| event.stream.to_string()).collect();
    assert!(streams.iter().any(|one| one.contains("2026-07-15")), "{streams:?}");
    let far = json!({"at": "2027-01-01T00:00:00Z", "value": 2});
    body["channels"][0]["readings"].as_array_mut().unwrap().push(far);
    let before = day.events.len();
    assert!(day.ask(&*command("take readings", "W1", body)).is_err());
    assert_eq!(day.events.len(), before);
}

#[test]
fn an_alarm_is_raised_once_until_the_string_recovers() {
    let mut day = described();
    let one = |device: &str| {
        let mut behind = example::<ops::StringBehind>();
        behind["device"] = json!(device);
        behind
    };
    for (behind, events, why) in [
        (json!([]), 0, "all is well"),
        (json!([one("S1")]), 1, "raised"),
        (json!([one("S1")]), 0, "once"),
        (json!([one("S1"), one("S2")]), 1, "another"),
        (json!([one("S2")]), 1, "one recovers"),
        (json!([one("S1"), one("S2")]), 1, "and falls behind again"),
        (json!([]), 2, "both recover"),
    ] {
        assert_eq!(day.ask(&*command("judge", "W1", behind)).unwrap(), events, "{why}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However readings are cut into requests and in whatever order these come, the same is known.
    #[test]
    fn readings_come_to_the_same_in_any_order(
        values in prop::collection::vec((0_u32..96, 0_u8..3, 0_i32..1_000_000), 1..60),
        cuts in prop::collection::vec(1_usize..9, 60),
        seed in any::<u64>(),
    ) {
        let mut rows: Vec<(u32, u8, i32)> = values;
        rows.sort_unstable();
        rows.dedup_by_key(|row| (row.0, row.1));
        let body = |rows: &[(u32, u8, i32)]| {
            let channel = |&(quarter, device, value): &(u32, u8, i32)| {
                let clock = format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15);
                let value = f64::from(value) / 1e3;
                measured(&format!("d{device}"), "load", &[(&clock, value)])["channels"][0].clone()
            };
            json!({"channels": rows.iter().map(channel).collect::<Vec<_>>()})
        };
        let mut whole = described();
        take(&mut whole, body(&rows));
        let mut shuffled = rows.clone();
        let n_rows = shuffled.len() as u64;
        for place in 0..shuffled.len() {
            shuffled.swap(place, (seed.rotate_left(place as u32) % n_rows) as usize);
        }
        let (mut parts, mut rest) = (described(), &shuffled[..]);
        for cut in cuts {
            let (part, others) = rest.split_at(cut.min(rest.len()));
            take(&mut parts, body(part));
            // What came before comes again.
            take(&mut parts, body(&shuffled[..1]));
            rest = others;
        }
        prop_assert_eq!(known(&parts), known(&whole));
        let sum: i64 = known(&whole).iter().flat_map(|one| &one.values).map(|v| v.1.thousandths()).sum();
        prop_assert_eq!(sum, rows.iter().map(|row| i64::from(row.2)).sum::<i64>());
    }
}

#[test]
fn a_correction_stands_in_the_place_of_what_was_wrong() {
    let mut day = described();
    take(&mut day, measured("inv-1", "load", &[("12:00", 5.0), ("12:15", 6.0)]));
    let mut correction = measured("inv-1", "load", &[("12:00", 7.0), ("12:15", 6.0)]);
    correction["channels"][0]["correct"] = json!(true);
    assert_eq!(take(&mut day, correction.clone()), 1);
    assert_eq!(take(&mut day, correction), 0);
    let values: Vec<Milli> = known(&day)[0].values.iter().map(|one| one.1).collect();
    assert_eq!(values, [7_000, 6_000].map(Milli::from_thousandths));
    let own = stream::readings(&id("W1"), &ops::LocalDay::new("2026-07-14").unwrap());
    let view: ops::ReadingsView = day.view(&own).unwrap();
    assert_eq!(
        (view.channels[0].readings, view.channels[0].last),
        (2, Milli::from_thousandths(6_000))
    );
}
