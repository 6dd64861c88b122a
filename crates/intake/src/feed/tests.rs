use super::steps::{regular, utc};
use super::*;

const UK: &str = include_str!("../../tests/answers/uk-carbon-intensity.json");
const UK_REGION: &str = include_str!("../../tests/answers/uk-carbon-intensity-region.json");
const MAPS: &str = include_str!("../../tests/answers/electricity-maps.json");
const OCTOPUS: &str = include_str!("../../tests/answers/octopus.json");
const AWATTAR: &str = include_str!("../../tests/answers/awattar.json");
const HOURS: &str = include_str!("../../tests/answers/entsoe-hours.xml");
const QUARTERS: &str = include_str!("../../tests/answers/entsoe-quarters.xml");

fn feed(text: &str, format: Format) -> Feed {
    read("answer", text, format, Choice::default()).unwrap()
}

/// Beginning and value of each step.
fn told(feed: &Feed) -> Vec<(String, String)> {
    feed.steps.iter().map(|step| (utc(step.from), step.value.to_string())).collect()
}

fn faults(text: &str, format: Format, choice: Choice) -> String {
    let faults = read("answer", text, format, choice).unwrap_err();
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn intensities_come_in_kilograms() {
    let national = feed(UK, Format::UkCarbonIntensity);
    let expect = [("11:00", "0.139"), ("11:30", "0.131"), ("12:00", "0.128")];
    let expect = expect.map(|(time, value)| (format!("2025-06-01T{time}:00Z"), value.to_owned()));
    assert_eq!(told(&national), expect, "measured where it is, else the forecast");
    assert_eq!(
        (national.what, &national.notes[..]),
        (What::Intensity, &["1 of 3 steps are forecasts".to_owned()][..])
    );
    let region = feed(UK_REGION, Format::UkCarbonIntensity);
    assert_eq!(told(&region)[1], ("2025-06-01T11:30:00Z".into(), "0.044".into()));
    let mut in_list: serde_json::Value = serde_json::from_str(UK_REGION).unwrap();
    in_list["data"] = serde_json::json!([in_list["data"].take()]);
    assert_eq!(feed(&in_list.to_string(), Format::UkCarbonIntensity).steps, region.steps);
    let maps = feed(MAPS, Format::ElectricityMaps);
    assert_eq!(told(&maps)[2], ("2025-06-01T13:00:00Z".into(), "0.287".into()));
    assert_eq!(maps.notes, ["1 of 3 steps are estimated"]);
    let quarters = MAPS.replace("\"hourly\"", "\"15_minutes\"");
    let quarters = feed(&quarters, Format::ElectricityMaps);
    assert_eq!(
        quarters.steps[0].until - quarters.steps[0].from,
        quantity::Duration::from_seconds(900)
    );
}

#[test]
fn prices_come_per_kilowatt_hour() {
    let octopus = feed(OCTOPUS, Format::Octopus);
    assert_eq!(octopus.what, What::Price("GBP".parse().unwrap()));
    let values: Vec<String> = told(&octopus).into_iter().map(|(_, value)| value).collect();
    assert_eq!(values, ["0.147", "0.15225", "-0.0105"], "pence, by time, below zero too");
    let choice = Choice { without_vat: true, ..Choice::default() };
    let without = read("answer", OCTOPUS, Format::Octopus, choice).unwrap();
    assert_eq!(without.steps[0].value.to_string(), "0.14");
    let awattar = feed(AWATTAR, Format::Awattar);
    assert_eq!(awattar.what, What::Price("EUR".parse().unwrap()));
    assert_eq!(told(&awattar)[13], ("2025-10-26T11:00:00Z".into(), "0.02225".into()));
}

#[test]
fn days_of_23_and_25_hours_are_whole() {
    for (text, format, hours, first, last) in [
        (HOURS, Format::Entsoe, 23, "2025-03-29T23:00:00Z", "2025-03-30T21:00:00Z"),
        (AWATTAR, Format::Awattar, 25, "2025-10-25T22:00:00Z", "2025-10-26T22:00:00Z"),
    ] {
        let found = regular(&feed(text, format).steps, None).unwrap();
        assert_eq!((found.rows.len(), found.length_s), (hours, 3_600));
        assert_eq!(utc(found.rows[0].0), first);
        assert_eq!(utc(found.rows[hours - 1].0), last);
        assert_eq!(found.missing, []);
    }
}

#[test]
fn a_point_of_curve_a03_holds_until_the_next_and_one_of_a01_does_not() {
    let found = feed(QUARTERS, Format::Entsoe);
    let rows = regular(&found.steps, None).unwrap();
    let values: Vec<String> = rows.rows.iter().map(|(_, value)| value.to_string()).collect();
    assert_eq!((values, rows.length_s), (vec!["0.09251".into(), "-0.0042".into()], 1_800));
    let quarters = regular(&found.steps, Some(900)).unwrap();
    assert_eq!(quarters.rows.len(), 4);
    let sparse = feed(&QUARTERS.replace("A03", "A01"), Format::Entsoe);
    let rows = regular(&sparse.steps, None).unwrap();
    let missing: Vec<String> = rows.missing.iter().map(|&(from, _)| utc(from)).collect();
    assert_eq!(missing, ["2025-10-01T22:15:00Z"], "after the last value nothing is missed");
    let hourly = regular(&found.steps, Some(3_600)).unwrap();
    assert_eq!(hourly.rows[0].1.to_string(), "0.044155", "the mean of the hour");
}

#[test]
fn missing_hours_are_named() {
    let mut feed = feed(AWATTAR, Format::Awattar);
    feed.steps.drain(3..5);
    let found = regular(&feed.steps, None).unwrap();
    let missing: Vec<_> = found.missing.iter().map(|&(a, b)| (utc(a), utc(b))).collect();
    assert_eq!(missing, [("2025-10-26T01:00:00Z".to_owned(), "2025-10-26T03:00:00Z".to_owned())]);
    assert_eq!(found.rows.len(), 23);
    assert!(regular(&feed.steps, Some(700)).unwrap_err().contains("not 60, 30, 15 or 5"));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let plain = Choice::default();
    for (text, format, expect) in [
        (UK.replace("139", "null").replace("142", "null"), Format::UkCarbonIntensity, "/data/0/intensity/forecast is `null`: not a number"),
        (UK.replace("12:30Z", "12:30"), Format::UkCarbonIntensity, "/data/2/to is `2025-06-01T12:30`: not a date"),
        ("<html>".into(), Format::Awattar, "line 1, column 1 is `<html>`: not JSON"),
        ("{}".into(), Format::ElectricityMaps, "no history, data or forecast"),
        ("{\"data\":[]}".into(), Format::Awattar, "/data is `[]`: no steps"),
        (AWATTAR.replacen("Eur/MWh", "Ct/kWh", 1), Format::Awattar, "/data/0/unit is `\"Ct/kWh\"`: not Eur/MWh"),
        (AWATTAR.replacen("1761429600000", "1761429600", 1), Format::Awattar, "/data/0/start_timestamp"),
        (OCTOPUS.replacen("\"2025-06-01T12:30:00Z\"", "null", 1), Format::Octopus, "/results/0/valid_to is `null`: a rate without an end. Give --until"),
        (MAPS.replace("hourly", "daily"), Format::ElectricityMaps, "/temporalGranularity is `daily`"),
        (HOURS.replace("PT60M", "P1D"), Format::Entsoe, "resolution is `P1D`: not a step of a day"),
        (HOURS.replace("MWH", "MAW"), Format::Entsoe, "line 12: price_Measure_Unit.name is `MAW`"),
        (HOURS.replace("<position>2<", "<position>1<"), Format::Entsoe, "position is `1`: twice"),
        (HOURS.replace(">77.5<", ">n/a<"), Format::Entsoe, "price.amount is `n/a`: not a number"),
        (HOURS[..HOURS.len() - 40].into(), Format::Entsoe, "line 41: the text is ``: not XML"),
        ("<Acknowledgement_MarketDocument><Reason><code>999</code><text>No matching data found</text></Reason></Acknowledgement_MarketDocument>".into(), Format::Entsoe, "Reason is `No matching data found`"),
        (String::new(), Format::Entsoe, "no prices"),
    ] {
        let told = faults(&text, format, plain);
        assert!(told.contains(expect), "{expect} is not in {told}");
    }
    let twice = AWATTAR.replacen("1761433200000", "1761436800000", 1);
    assert!(faults(&twice, Format::Awattar, plain).contains("begins before the step above"));
    let open = OCTOPUS.replacen("\"2025-06-01T12:30:00Z\"", "null", 1);
    let until = Some(Instant::parse("2025-06-01T14:00:00Z").unwrap());
    let choice = Choice { until, ..plain };
    let rate = read("answer", &open, Format::Octopus, choice).unwrap();
    assert_eq!(regular(&rate.steps, None).unwrap().rows.len(), 6);
    let only = Choice { resolution_s: Some(900), ..plain };
    assert!(faults(HOURS, Format::Entsoe, only).contains("no prices"));
}

mod no_text_brings_a_reader_down {
    use super::*;
    use proptest::prelude::*;

    const FORMATS: [Format; 5] = [
        Format::UkCarbonIntensity,
        Format::ElectricityMaps,
        Format::Entsoe,
        Format::Octopus,
        Format::Awattar,
    ];

    proptest! {
        #[test]
        fn cut_and_overwritten(
            which in 0_usize..7, cut in 0_usize..6_000, at in 0_usize..6_000, with in "[0-9a-z<>{}\\[\\]\":,.Z-]{0,9}"
        ) {
            let mut text = [UK, UK_REGION, MAPS, OCTOPUS, AWATTAR, HOURS, QUARTERS][which].to_owned();
            let at = at.min(text.len());
            text.insert_str(at, &with);
            text.truncate(cut.max(text.len().saturating_sub(cut)));
            for format in FORMATS {
                match read("answer", &text, format, Choice::default()) {
                    Ok(feed) => { let _ = regular(&feed.steps, None); }
                    Err(faults) => prop_assert!(!faults.is_empty()),
                }
            }
        }
    }
}
