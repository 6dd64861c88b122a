//! A day's cartons: handed back at stations, graded, reused or recycled.

use network::{Site, SiteKind};
use quantity::{Point, Seed};

/// A carton in a consumer's hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Names the draw: the orders inside, so that plan and baseline draw alike.
    pub key: String,
    /// Index of the parcel, as the caller counts them.
    pub parcel: usize,
    /// Index of the kind of carton.
    pub kind: usize,
    /// Where the consumer is.
    pub point: Point,
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Share of delivered cartons that are handed back.
    pub handed_back: f64,
    /// Share of those that are fit for use.
    pub fit_for_use: f64,
}

/// What a carton handed back is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// Whole and clean: back into stock.
    Reuse,
    /// Torn, wet or soiled: to the paper mill.
    Recycle,
}

/// A carton handed back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedBack {
    /// Index of the parcel, as the caller counts them.
    pub parcel: usize,
    /// Index of the kind of carton.
    pub kind: usize,
    /// Index of the station.
    pub station: usize,
    /// What it is good for.
    pub grade: Grade,
}

/// Which cartons of a day are handed back: each by its own draw, at the station nearest to its
/// consumer. Without a station none is.
pub fn return_day(
    delivered: &[Delivered],
    sites: &[Site],
    rates: Rates,
    seed: Seed,
) -> Vec<HandedBack> {
    let (hand_back, grade) = (seed.named("hand back"), seed.named("grade"));
    delivered
        .iter()
        .filter(|carton| hand_back.unit(&carton.key) < rates.handed_back)
        .filter_map(|carton| {
            let (station, _) = nearest_station(carton.point, sites)?;
            let fit = grade.unit(&carton.key) < rates.fit_for_use;
            let grade = if fit { Grade::Reuse } else { Grade::Recycle };
            Some(HandedBack { parcel: carton.parcel, kind: carton.kind, station, grade })
        })
        .collect()
}

/// The station nearest to a point; a tie goes to the earlier.
fn nearest_station(point: Point, sites: &[Site]) -> Option<(usize, &Site)> {
    sites
        .iter()
        .enumerate()
        .filter(|(_, site)| site.kind == SiteKind::Station)
        .min_by_key(|(_, site)| point.great_circle(site.point))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quantity::Energy;

    fn point(lat: f64, lon: f64) -> Point {
        Point::from_degrees(lat, lon).unwrap()
    }

    fn site(id: &str, kind: SiteKind, at: Point) -> Site {
        Site {
            id: id.into(),
            kind,
            point: at,
            solar: None,
            battery: None,
            load_per_day: Energy::ZERO,
        }
    }

    fn delivered(count: usize) -> Vec<Delivered> {
        (0..count)
            .map(|n| Delivered {
                key: format!("order {n}"),
                parcel: n,
                kind: n % 3,
                point: point(0.0, 0.9),
            })
            .collect()
    }

    #[test]
    fn cartons_go_to_the_nearest_station_at_the_rates_given() {
        let sites = [
            site("W", SiteKind::Warehouse, point(0.0, 0.9)),
            site("S1", SiteKind::Station, point(0.0, 0.0)),
            site("S2", SiteKind::Station, point(0.0, 1.0)),
        ];
        let rates = Rates { handed_back: 0.3, fit_for_use: 0.7 };
        let back = return_day(&delivered(10_000), &sites, rates, Seed::new(1));
        assert!(back.iter().all(|carton| carton.station == 2), "S2 is the nearest station");
        let fit = back.iter().filter(|carton| carton.grade == Grade::Reuse).count();
        assert!((2_800..3_200).contains(&back.len()), "{}", back.len());
        assert!((0.65..0.75).contains(&(fit as f64 / back.len() as f64)), "{fit}");
    }

    #[test]
    fn a_carton_is_drawn_by_its_key_and_not_by_its_place_in_the_list() {
        let sites = [site("S", SiteKind::Station, point(0.0, 0.0))];
        let rates = Rates { handed_back: 0.5, fit_for_use: 0.5 };
        let forward = delivered(100);
        let mut backward = forward.clone();
        backward.reverse();
        let mut back = return_day(&backward, &sites, rates, Seed::new(1));
        back.reverse();
        assert_eq!(return_day(&forward, &sites, rates, Seed::new(1)), back);
    }

    #[test]
    fn without_a_station_nothing_comes_back() {
        let sites = [site("W", SiteKind::Warehouse, point(0.0, 0.0))];
        let rates = Rates { handed_back: 1.0, fit_for_use: 1.0 };
        assert!(return_day(&delivered(10), &sites, rates, Seed::new(1)).is_empty());
    }
}
