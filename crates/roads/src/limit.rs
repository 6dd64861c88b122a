//! Speed limits as tags tell them: numbers, units, words, and zones that only name a country's rule.

use crate::osm::Tags;

/// Kilometres in a statute mile.
const KM_PER_MILE: f64 = 1.609_344;
/// Kilometres in a nautical mile.
const KM_PER_NAUTICAL_MILE: f64 = 1.852;
/// A walker's pace, for the word `walk`, in km/h: what German courts read into it.
const WALK_KMH: f64 = 7.0;
/// For the word `none`: no limit that a vehicle of ours would reach.
const NO_LIMIT_KMH: f64 = 999.0;

/// Limits by country in km/h: in towns, outside, on motorways. From memory of the table "Default
/// speed limits" in the OpenStreetMap wiki, for cars; not re-read. Great Britain's are 30, 60 and
/// 70 mph.
const ZONES: [(&str, f64, f64, f64); 22] = [
    ("AT", 50.0, 100.0, 130.0),
    ("BE", 50.0, 90.0, 120.0),
    ("BR", 60.0, 100.0, 110.0),
    ("CH", 50.0, 80.0, 120.0),
    ("CN", 50.0, 70.0, 120.0),
    ("CZ", 50.0, 90.0, 130.0),
    ("DE", 50.0, 100.0, NO_LIMIT_KMH),
    ("DK", 50.0, 80.0, 130.0),
    ("ES", 50.0, 90.0, 120.0),
    ("FI", 50.0, 80.0, 120.0),
    ("FR", 50.0, 80.0, 130.0),
    ("GB", 48.0, 97.0, 113.0),
    ("HU", 50.0, 90.0, 130.0),
    ("IT", 50.0, 90.0, 130.0),
    ("NL", 50.0, 80.0, 100.0),
    ("NO", 50.0, 80.0, 100.0),
    ("PL", 50.0, 90.0, 140.0),
    ("PT", 50.0, 90.0, 120.0),
    ("RO", 50.0, 90.0, 130.0),
    ("RU", 60.0, 90.0, 110.0),
    ("SE", 50.0, 70.0, 110.0),
    ("UK", 48.0, 97.0, 113.0),
];
/// In a country that [`ZONES`] does not have.
const ZONE_ELSEWHERE: (f64, f64, f64) = (50.0, 90.0, 120.0);

/// The limit that a tag's value tells, in km/h; `None` where it tells none that can be read.
///
/// `50`, `30 mph`, `10 knots`, `walk`, `none`, `FR:urban`, `DE:zone30`, `GB:nsl_dual`.
pub(crate) fn parse_limit(value: &str) -> Option<f64> {
    let value = value.trim();
    match value {
        "walk" => return Some(WALK_KMH),
        "none" | "unlimited" => return Some(NO_LIMIT_KMH),
        _ => {}
    }
    if let Some((country, zone)) = value.split_once(':') {
        return zone_limit(country, zone);
    }
    let digits = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
    let number: f64 = value[..digits].parse().ok()?;
    let scale = match value[digits..].trim() {
        "" | "km/h" | "kmh" | "kph" => 1.0,
        "mph" => KM_PER_MILE,
        "knots" => KM_PER_NAUTICAL_MILE,
        _ => return None,
    };
    let kmh = number * scale;
    // 0 is an error of the map: what nobody may use has an access tag.
    (kmh > 0.0 && kmh < 1_000.0).then_some(kmh)
}

fn zone_limit(country: &str, zone: &str) -> Option<f64> {
    let country = country.to_ascii_uppercase();
    let zone = zone.to_ascii_lowercase();
    let digits = zone.trim_start_matches("zone").trim_start_matches(':');
    if let Ok(number) = digits.parse::<f64>() {
        let miles = country == "GB" || country == "UK";
        return (number > 0.0).then_some(if miles { number * KM_PER_MILE } else { number });
    }
    let (urban, rural, motorway) = ZONES
        .iter()
        .find(|(known, ..)| *known == country)
        .map_or(ZONE_ELSEWHERE, |&(_, urban, rural, motorway)| (urban, rural, motorway));
    match zone.as_str() {
        "urban" | "nsl_restricted" => Some(urban),
        "rural" | "nsl_single" | "trunk" => Some(rural),
        "motorway" | "nsl_dual" => Some(motorway),
        "living_street" | "walk" | "bicycle_road" => Some(WALK_KMH),
        _ => None,
    }
}

/// The limit of a way in one direction, in km/h. A number goes before the zone that explains it.
pub(crate) fn limit_of(tags: &Tags, forward: bool, is_heavy: bool) -> Option<f64> {
    let direction = if forward { "maxspeed:forward" } else { "maxspeed:backward" };
    let heavy = is_heavy.then(|| tags.of("maxspeed:hgv")).flatten();
    [
        heavy,
        tags.of(direction),
        tags.of("maxspeed"),
        tags.of("zone:maxspeed"),
        tags.of("maxspeed:type"),
        tags.of("source:maxspeed"),
    ]
    .into_iter()
    .flatten()
    .find_map(parse_limit)
}

/// Metres or tonnes, as `maxheight`, `maxwidth` and `maxweight` tell them; feet and inches too.
pub(crate) fn parse_measure(value: &str) -> Option<f64> {
    let value = value.trim();
    if let Some((feet, inches)) = value.split_once('\'') {
        let feet: f64 = feet.trim().parse().ok()?;
        let inches = inches.trim().trim_end_matches('"').trim();
        let inches: f64 = if inches.is_empty() { 0.0 } else { inches.parse().ok()? };
        return Some((feet * 12.0 + inches) * 0.025_4).filter(|metres| *metres > 0.0);
    }
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim();
    let scale = match value[number.len()..].trim() {
        "" | "m" | "t" => 1.0,
        "kg" => 0.001,
        "ft" => 0.304_8,
        _ => return None,
    };
    number.parse::<f64>().ok().map(|number| number * scale).filter(|number| *number > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn limits_as_people_write_them() {
        for (value, expect, why) in [
            ("50", Some(50.0), "km/h is the unit of the tag"),
            ("30 mph", Some(48.280_32), "a mile is 1.609344 km"),
            ("30mph", Some(48.280_32), "without a blank"),
            ("10 knots", Some(18.52), "a canal's"),
            ("walk", Some(7.0), "a word"),
            ("none", Some(999.0), "a German motorway"),
            ("FR:urban", Some(50.0), "a zone"),
            ("fr:rural", Some(80.0), "in small letters"),
            ("DE:zone30", Some(30.0), "a zone with its number"),
            ("DE:zone:30", Some(30.0), "an old way to say it"),
            ("GB:zone20", Some(32.186_88), "in miles there"),
            ("GB:nsl_dual", Some(113.0), "the national limit"),
            ("XX:urban", Some(50.0), "a country without a row"),
            ("DE:whatever", None, "a zone that nobody knows"),
            ("0", None, "an error of the map"),
            ("50;30", None, "two limits, of which we know no rule"),
            ("signals", None, "changes by the hour"),
            ("", None, "nothing"),
            ("9e99", None, "no number of a sign"),
        ] {
            let limit = parse_limit(value);
            let equal = match (limit, expect) {
                (Some(limit), Some(expect)) => (limit - expect).abs() < 1e-9,
                (None, None) => true,
                _ => false,
            };
            assert!(equal, "{value}: {limit:?}, {why}");
        }
    }

    #[test]
    fn the_limit_of_a_direction_goes_before_that_of_both() {
        let tags = Tags::new([
            ("maxspeed", "80"),
            ("maxspeed:backward", "60"),
            ("maxspeed:hgv", "50"),
            ("source:maxspeed", "DE:urban"),
        ]);
        assert_eq!(limit_of(&tags, true, false), Some(80.0));
        assert_eq!(limit_of(&tags, false, false), Some(60.0));
        assert_eq!(limit_of(&tags, false, true), Some(50.0), "a truck's own");
        let zone = Tags::new([("maxspeed", "signals"), ("source:maxspeed", "DE:urban")]);
        assert_eq!(limit_of(&zone, true, false), Some(50.0), "what cannot be read is passed over");
    }

    #[test]
    fn heights_and_weights() {
        for (value, expect) in [
            ("3.5", Some(3.5)),
            ("3.5 t", Some(3.5)),
            ("7500 kg", Some(7.5)),
            ("12'6\"", Some(3.81)),
            ("10'", Some(3.048)),
            ("default", None),
            ("none", None),
            ("0", None),
        ] {
            let measure = parse_measure(value);
            let near = measure.zip(expect).is_some_and(|(a, b)| (a - b).abs() < 1e-9);
            assert!(near || measure == expect, "{value}: {measure:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(value in "\\PC{0,20}") {
            let limit = parse_limit(&value);
            prop_assert!(limit.is_none_or(|kmh| kmh > 0.0));
            let _ = parse_measure(&value);
        }
    }
}
