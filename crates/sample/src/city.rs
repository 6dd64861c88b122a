//! Denver's districts: where its people live, and addresses drawn among them.
//!
//! Source of the table: U.S. Census Bureau, 2010 Census Gazetteer Files, ZIP Code Tabulation Areas
//! (a work of the United States government, public domain): columns `GEOID`, `INTPTLAT`,
//! `INTPTLONG`, `POP10`, `ALAND`.

use crate::draw::weighted;
use quantity::Point;
use quantity::seed::Sequence;

/// Kilometres of a degree of latitude.
const KM_PER_DEGREE_LAT: f64 = 111.2;
/// Kilometres of a degree of longitude at 39.74 degrees north.
const KM_PER_DEGREE_LON: f64 = 85.5;
/// A district's addresses lie within the half side of the square of its land area, and this far
/// at most: in the wide districts people live around the internal point, not evenly.
const SPREAD_KM_MAX: f64 = 2.5;

/// ZCTA code, latitude and longitude of the internal point in degrees, inhabitants in 2010, land in
/// km2.
type District = (u32, f64, f64, u32, f64);

/// Those whose internal point lies within 19 km of 39.74 N 104.98 W, with at least 600 inhabitants
/// per km2.
const DISTRICTS: [District; 55] = [
    (80002, 39.79, -105.11, 18_020, 15.9),
    (80003, 39.83, -105.06, 35_384, 17.6),
    (80004, 39.82, -105.12, 35_892, 19.1),
    (80005, 39.85, -105.13, 25_553, 29.4),
    (80010, 39.74, -104.86, 39_728, 14.3),
    (80011, 39.74, -104.78, 47_461, 63.8),
    (80012, 39.70, -104.84, 46_665, 20.1),
    (80014, 39.66, -104.84, 36_710, 18.3),
    (80017, 39.70, -104.79, 34_270, 15.2),
    (80024, 39.84, -104.92, 228, 0.1),
    (80030, 39.83, -105.04, 15_329, 6.8),
    (80031, 39.87, -105.04, 33_932, 21.8),
    (80033, 39.77, -105.10, 23_969, 21.5),
    (80110, 39.65, -105.01, 20_867, 16.4),
    (80111, 39.61, -104.88, 28_948, 27.9),
    (80113, 39.64, -104.97, 20_562, 19.6),
    (80120, 39.59, -105.01, 28_435, 21.5),
    (80121, 39.61, -104.95, 17_853, 19.4),
    (80122, 39.58, -104.95, 29_783, 18.3),
    (80123, 39.62, -105.07, 44_795, 30.8),
    (80202, 39.75, -105.00, 10_148, 2.9),
    (80203, 39.73, -104.98, 18_839, 2.8),
    (80204, 39.73, -105.02, 31_493, 14.4),
    (80205, 39.76, -104.96, 29_221, 11.9),
    (80206, 39.73, -104.95, 21_521, 6.4),
    (80207, 39.76, -104.92, 21_216, 11.8),
    (80209, 39.71, -104.97, 21_526, 9.0),
    (80210, 39.68, -104.96, 33_946, 15.7),
    (80211, 39.77, -105.02, 31_583, 11.6),
    (80212, 39.77, -105.05, 18_051, 9.2),
    (80214, 39.74, -105.07, 24_821, 11.9),
    (80215, 39.74, -105.12, 17_843, 14.4),
    (80218, 39.73, -104.97, 17_928, 4.1),
    (80219, 39.70, -105.04, 61_296, 19.4),
    (80220, 39.73, -104.92, 33_529, 13.6),
    (80221, 39.82, -105.01, 37_779, 23.5),
    (80222, 39.67, -104.93, 20_073, 10.3),
    (80223, 39.70, -105.00, 17_987, 13.5),
    (80224, 39.69, -104.91, 17_256, 8.1),
    (80226, 39.71, -105.09, 30_930, 20.9),
    (80227, 39.67, -105.09, 33_667, 19.2),
    (80228, 39.69, -105.17, 30_138, 28.5),
    (80229, 39.86, -104.96, 49_598, 34.1),
    (80230, 39.72, -104.89, 7_559, 6.4),
    (80231, 39.67, -104.89, 32_127, 12.2),
    (80232, 39.69, -105.09, 21_411, 10.7),
    (80233, 39.90, -104.95, 45_386, 23.6),
    (80235, 39.65, -105.09, 7_571, 9.4),
    (80236, 39.65, -105.04, 16_123, 8.3),
    (80237, 39.64, -104.90, 17_569, 9.3),
    (80238, 39.77, -104.88, 10_058, 12.6),
    (80239, 39.79, -104.84, 40_512, 25.9),
    (80246, 39.71, -104.93, 12_875, 4.5),
    (80247, 39.70, -104.88, 25_449, 7.6),
    (80260, 39.87, -105.01, 31_412, 12.4),
];

/// An address: a district by its inhabitants, then a place around its internal point.
pub(crate) fn address(draws: &mut Sequence) -> Point {
    let (_, lat, lon, _, land_km2) = district(draws);
    let reach_km = (land_km2.sqrt() / 2.0).min(SPREAD_KM_MAX);
    // Two draws each: denser towards the middle, as districts are.
    let north_km = reach_km * (draws.unit() + draws.unit() - 1.0);
    let east_km = reach_km * (draws.unit() + draws.unit() - 1.0);
    point(lat + north_km / KM_PER_DEGREE_LAT, lon + east_km / KM_PER_DEGREE_LON)
}

/// A district, by its inhabitants.
fn district(draws: &mut Sequence) -> District {
    DISTRICTS[weighted(draws, &DISTRICTS.map(|(.., people, _)| people))]
}

/// The internal point of a district; none where the table lacks it.
pub(crate) fn centre(zcta: u32) -> Option<Point> {
    let &(_, lat, lon, ..) = DISTRICTS.iter().find(|district| district.0 == zcta)?;
    Some(point(lat, lon))
}

fn point(lat: f64, lon: f64) -> Point {
    Point::from_degrees(lat, lon).expect("Denver is on the earth")
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::Seed;

    #[test]
    fn districts_come_by_their_inhabitants() {
        let mut draws = Seed::new(5).sequence();
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..100_000 {
            *counts.entry(district(&mut draws).0).or_insert(0_u32) += 1;
        }
        let total: f64 = DISTRICTS.iter().map(|row| f64::from(row.3)).sum();
        for (zcta, _, _, people, _) in DISTRICTS {
            let expect = f64::from(people) / total * 1e5;
            let count = f64::from(counts.get(&zcta).copied().unwrap_or(0));
            // Five standard deviations of a count.
            assert!((count - expect).abs() < 5.0 * expect.sqrt(), "{zcta}: {count} of {expect}");
        }
    }

    #[test]
    fn no_address_is_further_than_its_district_reaches() {
        let mut draws = Seed::new(6).sequence();
        for _ in 0..2_000 {
            let address = address(&mut draws);
            let reached = DISTRICTS.iter().any(|&(_, lat, lon, ..)| {
                (address.lat() - lat).abs() * KM_PER_DEGREE_LAT <= SPREAD_KM_MAX
                    && (address.lon() - lon).abs() * KM_PER_DEGREE_LON <= SPREAD_KM_MAX
            });
            assert!(reached, "{address}");
        }
    }

    #[test]
    fn a_district_is_found_by_its_code() {
        assert_eq!(centre(80202), Some(point(39.75, -105.00)));
        assert_eq!(centre(10001), None, "New York is elsewhere");
    }
}
