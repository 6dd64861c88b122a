//! The rounds of a day on a map: straight lines from stop to stop, north up.
//!
//! Equirectangular projection: longitudes are shortened by the cosine of the middle latitude, so
//! that a kilometre is as long across as it is up.

use crate::document::Figure;
use crate::drawing::{At, Drawing, Frame, Words, axis_step, shortened};
use crate::font::Face;
use crate::number::{count, figure, grouped, plural};
use network::{EnergyCarrier, SiteKind};
use planner::{DayOutcome, Scenario};
use quantity::Point;
use quantity::point::EARTH_RADIUS_M;
use std::collections::BTreeSet;
use transport::{End, Round, RoundKind};

pub(crate) const WIDTH: f64 = 400.0;
pub(crate) const MAP: Frame = Frame { x: 1.0, y: 1.0, width: 398.0, height: 340.0 };
/// Between the outermost place and the edge.
const MARGIN: f64 = 24.0;
const LEGEND_ROW: f64 = 18.0;
/// Letters of a label.
pub(crate) const LABEL_MAX: usize = 14;

/// The places of a round, from its site and back; a leg to an unknown stop is left out.
pub(crate) fn places_of(scenario: &Scenario, day: &DayOutcome, round: &Round) -> Vec<Point> {
    let place = |end: End| match end {
        End::Site(site) => scenario.sites.get(site).map(|site| site.point),
        End::Stop(stop) => place_of_stop(day, stop),
    };
    let legs = round.legs.iter().map(|leg| leg.to);
    std::iter::once(End::Site(round.site)).chain(legs).filter_map(place).collect()
}

/// Where a stop is: all its shipments are handed over at one place.
fn place_of_stop(day: &DayOutcome, stop: usize) -> Option<Point> {
    let shipment = *day.stop_shipments.get(stop)?.first()?;
    day.shipments.get(shipment).map(|shipment| shipment.destination)
}

/// Places on the earth to places on the drawing.
pub(crate) struct Projection {
    middle: Point,
    shortening: f64,
    units_per_km: f64,
}

impl Projection {
    /// That shows all points; none without a point.
    pub(crate) fn of(points: &[Point]) -> Option<Self> {
        let range = |values: &mut dyn Iterator<Item = f64>| {
            values.fold((f64::MAX, f64::MIN), |(least, most), v| (least.min(v), most.max(v)))
        };
        let first = *points.first()?;
        let (south, north) = range(&mut points.iter().map(|point| point.lat()));
        let (west, east) = range(&mut points.iter().map(|point| point.lon()));
        let middle = Point::from_degrees(f64::midpoint(south, north), f64::midpoint(west, east))
            .unwrap_or(first);
        let shortening = middle.lat().to_radians().cos().max(0.01);
        // A lone place still gets a map: at least 100 m across.
        let wide = ((east - west) * shortening * KM_PER_DEGREE).max(0.1);
        let high = ((north - south) * KM_PER_DEGREE).max(0.1);
        let units_per_km =
            ((MAP.width - 2.0 * MARGIN) / wide).min((MAP.height - 2.0 * MARGIN) / high);
        Some(Self { middle, shortening, units_per_km })
    }
    /// Where a point is drawn.
    pub(crate) fn at(&self, point: Point) -> At {
        let east_km = (point.lon() - self.middle.lon()) * self.shortening * KM_PER_DEGREE;
        let north_km = (point.lat() - self.middle.lat()) * KM_PER_DEGREE;
        (
            MAP.x + MAP.width / 2.0 + east_km * self.units_per_km,
            MAP.y + MAP.height / 2.0 - north_km * self.units_per_km,
        )
    }
}

const KM_PER_DEGREE: f64 = EARTH_RADIUS_M * std::f64::consts::PI / 180_000.0;

/// The map of a day; `None` where nothing moved.
pub(crate) fn map(scenario: &Scenario, day: &DayOutcome) -> Option<Figure> {
    let rounds = &day.routing.rounds;
    if rounds.is_empty() {
        return None;
    }
    let ways: Vec<Vec<Point>> =
        rounds.iter().map(|round| places_of(scenario, day, round)).collect();
    let mut points: Vec<Point> = ways.iter().flatten().copied().collect();
    points.extend(scenario.sites.iter().map(|site| site.point));
    let projection = Projection::of(&points)?;

    let mut drawing = Drawing::default();
    drawing.rect("frame", MAP);
    draw_rounds(&mut drawing, scenario, day, &ways, &projection);
    draw_sites(&mut drawing, scenario, &projection);
    draw_scale(&mut drawing, &projection);
    let bottom = draw_legend(&mut drawing, scenario, day);
    Some(drawing.finish(words(scenario, day), WIDTH, bottom))
}

fn words(scenario: &Scenario, day: &DayOutcome) -> Words {
    let rounds = &day.routing.rounds;
    let electric = rounds
        .iter()
        .filter(|round| {
            scenario.fleet.get(round.vehicle).is_some_and(|vehicle| vehicle.carrier.is_electric())
        })
        .count();
    let km: f64 = rounds.iter().map(|round| round.distance().kilometres()).sum();
    Words {
        id: format!("map-{}", day.day),
        title: format!(
            "{}: {} km on {}, {} of them electric",
            day.day,
            figure(km),
            plural(rounds.len(), "round"),
            count(electric)
        ),
        description: format!(
            "Map, north up, of {} rounds as straight lines between {} stops, by what the vehicle \
             runs on, with the sites. The table of rounds has the figures.",
            count(rounds.len()),
            count(rounds.iter().map(|round| round.stops().count()).sum())
        ),
    }
}

fn draw_rounds(
    drawing: &mut Drawing,
    scenario: &Scenario,
    day: &DayOutcome,
    ways: &[Vec<Point>],
    projection: &Projection,
) {
    for (round, way) in day.routing.rounds.iter().zip(ways) {
        let kind = if round.kind == RoundKind::Delivery { "round" } else { "feeder" };
        let carrier =
            scenario.fleet.get(round.vehicle).map_or("", |vehicle| vehicle.carrier.name());
        let line: Vec<At> = way.iter().map(|&point| projection.at(point)).collect();
        drawing.polyline(&format!("{kind} {carrier}"), &line);
    }
    let stops: Vec<At> = day
        .routing
        .rounds
        .iter()
        .flat_map(Round::stops)
        .filter_map(|stop| Some(projection.at(place_of_stop(day, stop)?)))
        .collect();
    drawing.dots("stop", &stops);
}

fn draw_sites(drawing: &mut Drawing, scenario: &Scenario, projection: &Projection) {
    let face = Face::regular();
    let mut taken: Vec<Frame> = Vec::new();
    // Warehouses last: they lie on top.
    let mut sites: Vec<_> = scenario.sites.iter().collect();
    sites.sort_by_key(|site| std::cmp::Reverse(site.kind));
    for site in &sites {
        let at = projection.at(site.point);
        site_symbol(drawing, site.kind, at);
        taken.push(Frame { x: at.0 - 6.0, y: at.1 - 6.0, width: 12.0, height: 12.0 });
    }
    for site in sites.iter().rev() {
        let label = shortened(&site.id, LABEL_MAX);
        let width = face.width(&label, 11.0);
        if let Some(frame) = free_place(projection.at(site.point), width, &taken) {
            taken.push(frame);
            let baseline = (frame.x, frame.y + 10.0);
            drawing.text("halo", baseline, &label);
            drawing.text("start", baseline, &label);
        }
    }
}

fn site_symbol(drawing: &mut Drawing, kind: SiteKind, (x, y): At) {
    match kind {
        SiteKind::Warehouse => {
            drawing.rect("warehouse", Frame { x: x - 5.5, y: y - 5.5, width: 11.0, height: 11.0 });
        }
        SiteKind::Hub => {
            drawing.polygon("site", &[(x, y - 6.5), (x + 6.5, y), (x, y + 6.5), (x - 6.5, y)]);
        }
        SiteKind::Station => drawing.circle("site", (x, y), 4.0),
    }
}

/// Where a label fits beside its symbol without lying on another; none where it does not.
pub(crate) fn free_place((x, y): At, width: f64, taken: &[Frame]) -> Option<Frame> {
    let frame = |x, y| Frame { x, y, width, height: 13.0 };
    let candidates = [
        frame(x + 8.0, y - 6.5),
        frame(x - 8.0 - width, y - 6.5),
        frame(x - width / 2.0, y - 20.0),
        frame(x - width / 2.0, y + 8.0),
    ];
    let inside = |f: &Frame| {
        f.x >= MAP.x
            && f.y >= MAP.y
            && f.x + f.width <= MAP.x + MAP.width
            && f.y + f.height <= MAP.y + MAP.height
    };
    let apart = |a: &Frame, b: &Frame| {
        a.x + a.width <= b.x
            || b.x + b.width <= a.x
            || a.y + a.height <= b.y
            || b.y + b.height <= a.y
    };
    candidates.into_iter().find(|f| inside(f) && taken.iter().all(|other| apart(f, other)))
}

/// A scale and where north is.
pub(crate) fn draw_scale(drawing: &mut Drawing, projection: &Projection) {
    // The largest round length within a quarter of the map.
    let quarter_km = MAP.width / 4.0 / projection.units_per_km;
    let km = axis_step(quarter_km, 1);
    let km = if km > quarter_km * 1.001 { axis_step(quarter_km / 2.0, 1) } else { km };
    let (x, y) = (MAP.x + 10.0, MAP.y + MAP.height - 10.0);
    let end = x + km * projection.units_per_km;
    drawing.line("axis", (x, y), (end, y));
    drawing.line("axis", (x, y - 4.0), (x, y));
    drawing.line("axis", (end, y - 4.0), (end, y));
    let places = if km < 1.0 { 2 } else { 0 };
    drawing.text("note", (x + 3.0, y - 5.0), &format!("{} km", grouped(km, places)));
    let (x, y) = (MAP.x + MAP.width - 14.0, MAP.y + 24.0);
    drawing.line("axis", (x, y), (x, y - 13.0));
    drawing.polyline("signal", &[(x - 3.5, y - 9.0), (x, y - 14.0), (x + 3.5, y - 9.0)]);
    drawing.text("middle-note", (x, y + 12.0), "N");
}

/// Only what the map shows; returns where the legend ends.
fn draw_legend(drawing: &mut Drawing, scenario: &Scenario, day: &DayOutcome) -> f64 {
    let seen: BTreeSet<(EnergyCarrier, bool)> = day
        .routing
        .rounds
        .iter()
        .filter_map(|round| {
            let carrier = scenario.fleet.get(round.vehicle)?.carrier;
            Some((carrier, round.kind != RoundKind::Delivery))
        })
        .collect();
    let kinds: BTreeSet<SiteKind> = scenario.sites.iter().map(|site| site.kind).collect();
    let top = MAP.y + MAP.height + 16.0;
    let cell =
        |place: usize| (4.0 + 132.0 * (place % 3) as f64, top + LEGEND_ROW * (place / 3) as f64);
    let mut place = 0;
    for (carrier, is_feeder) in seen {
        let (x, y) = cell(place);
        let (class, text) = if is_feeder { ("feeder", ", feeder") } else { ("round", "") };
        let name = carrier.name();
        drawing.polyline(&format!("{class} {name}"), &[(x, y - 4.0), (x + 26.0, y - 4.0)]);
        drawing.text("start", (x + 32.0, y), &format!("{name}{text}"));
        place += 1;
    }
    for kind in kinds {
        let (x, y) = cell(place);
        site_symbol(drawing, kind, (x + 13.0, y - 4.0));
        drawing.text("start", (x + 32.0, y), kind.name());
        place += 1;
    }
    let (x, y) = cell(place);
    drawing.dots("stop", &[(x + 13.0, y - 4.0)]);
    drawing.text("start", (x + 32.0, y), "stop");
    y + 8.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn north_is_up_and_a_kilometre_is_as_long_across_as_up() {
        let point = |lat, lon| Point::from_degrees(lat, lon).unwrap();
        let corners = [point(60.0, 10.0), point(60.1, 10.2)];
        let projection = Projection::of(&corners).unwrap();
        let ((west, south), (east, north)) = (projection.at(corners[0]), projection.at(corners[1]));
        assert!(north < south && west < east);
        // 0.1 degrees of latitude are as far as 0.2 of longitude at 60 degrees north.
        assert!(((south - north) / (east - west) - 1.0).abs() < 0.01);
    }

    #[test]
    fn every_round_and_every_site_is_on_the_map() {
        let (scenario, outcome) = (made_up::scenario(), made_up::outcome());
        let day = &outcome.plan.days[0];
        let body = map(&scenario, day).unwrap().body;
        let lines = body
            .lines()
            .filter(|line| line.contains("class=\"round ") || line.contains("class=\"feeder "));
        let in_legend = 3;
        assert_eq!(lines.count(), day.routing.rounds.len() + in_legend);
        for site in &scenario.sites {
            assert!(
                body.contains(&format!(">{}<", crate::drawing::escape(&site.id))),
                "{}",
                site.id
            );
        }
    }

    #[test]
    fn labels_of_sites_at_one_place_do_not_lie_on_each_other() {
        let (mut scenario, outcome) = (made_up::scenario(), made_up::outcome());
        scenario.sites[2].point = scenario.sites[1].point;
        let body = map(&scenario, &outcome.plan.days[0]).unwrap().body;
        let place = |name: &str| {
            let label = body.lines().find(|line| line.ends_with(&format!(">{name}</text>")));
            label.unwrap().split('>').next().unwrap().to_owned()
        };
        assert_ne!(place("H1"), place("S1"));
    }
}
