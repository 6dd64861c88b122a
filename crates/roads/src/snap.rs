//! From a place to the road: the nearest point of the nearest segment, by a packed R-tree over the
//! boxes of the segments.

use crate::cost::{Cost, Goal, PARTS, part};
use crate::graph::Graph;
use quantity::{Distance, Point};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Children of a node of the tree.
const FANOUT: usize = 16;
/// Metres in a degree of latitude on the mean sphere.
const METRES_PER_DEGREE: f64 = quantity::point::EARTH_RADIUS_M * std::f64::consts::PI / 180.0;

/// A point on the road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snap {
    /// The segment; what runs back on the same road is meant with it.
    pub segment: u32,
    /// How far along the segment, in 65 536th of it.
    pub(crate) parts: u32,
    /// Where on the road.
    pub point: Point,
    /// How far the place is from there, as the crow flies.
    pub away: Distance,
}

/// A search index over the segments of a graph.
#[derive(Clone, Debug)]
pub struct Index {
    /// Segments along a curve, so that neighbours in the list are neighbours on the map.
    segments: Vec<u32>,
    /// Boxes of the levels, the segments' own first, the root last.
    levels: Vec<Vec<Bounds>>,
}

/// West, south, east, north, in degrees.
#[derive(Clone, Copy, Debug)]
struct Bounds([f64; 4]);

impl Bounds {
    fn of(a: Point, b: Point) -> Self {
        Self([
            a.lon().min(b.lon()),
            a.lat().min(b.lat()),
            a.lon().max(b.lon()),
            a.lat().max(b.lat()),
        ])
    }
    fn with(self, other: Self) -> Self {
        let (a, b) = (self.0, other.0);
        Self([a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    }
}

/// The plane that touches the earth at a place: metres east and north of it.
struct Plane {
    lat: f64,
    lon: f64,
    metres_per_lon: f64,
}

impl Plane {
    fn at(point: Point) -> Self {
        let metres_per_lon = METRES_PER_DEGREE * point.lat().to_radians().cos();
        Self { lat: point.lat(), lon: point.lon(), metres_per_lon }
    }
    fn metres(&self, lon: f64, lat: f64) -> (f64, f64) {
        ((lon - self.lon) * self.metres_per_lon, (lat - self.lat) * METRES_PER_DEGREE)
    }
    /// Square of the distance to a box, in square metres.
    fn to_bounds(&self, Bounds([west, south, east, north]): Bounds) -> f64 {
        let (x, y) = self.metres(self.lon.clamp(west, east), self.lat.clamp(south, north));
        x * x + y * y
    }
    /// Square of the distance to a segment, and how far along it the nearest point lies, 0 to 1.
    fn to_segment(&self, (a, b): (Point, Point)) -> (f64, f64) {
        let (ax, ay) = self.metres(a.lon(), a.lat());
        let (bx, by) = self.metres(b.lon(), b.lat());
        let (dx, dy) = (bx - ax, by - ay);
        let square = dx * dx + dy * dy;
        let along =
            if square > 0.0 { (-(ax * dx + ay * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
        let (x, y) = (ax + along * dx, ay + along * dy);
        (x * x + y * y, along)
    }
}

impl Index {
    /// Over all segments; of a two-way road over one of the two.
    pub fn new(graph: &Graph) -> Self {
        let one_of_two =
            |&segment: &u32| graph.reverse(segment).is_none_or(|reverse| segment < reverse);
        let mut keyed: Vec<(u64, u32)> = (0..graph.segments() as u32)
            .filter(one_of_two)
            .map(|segment| (curve(graph.ends(segment)), segment))
            .collect();
        keyed.sort_unstable();
        let segments: Vec<u32> = keyed.into_iter().map(|(_, segment)| segment).collect();
        let mut levels: Vec<Vec<Bounds>> = vec![
            segments
                .iter()
                .map(|&segment| {
                    let (a, b) = graph.ends(segment);
                    Bounds::of(a, b)
                })
                .collect(),
        ];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let join = |group: &[Bounds]| group.iter().copied().reduce(Bounds::with);
            let above = below.chunks(FANOUT).filter_map(join).collect();
            levels.push(above);
        }
        Self { segments, levels }
    }

    /// The nearest point on the road; of equally near ones, that of the smaller segment.
    pub fn snap(&self, graph: &Graph, place: Point) -> Snap {
        let plane = Plane::at(place);
        let mut queue: BinaryHeap<Reverse<(Near, usize, usize)>> = BinaryHeap::new();
        let top = self.levels.len() - 1;
        queue.push(Reverse((Near(0.0), top, 0)));
        let mut best: Option<(Near, u32, f64)> = None;
        while let Some(Reverse((near, level, at))) = queue.pop() {
            if best.is_some_and(|(nearest, ..)| near > nearest) {
                break;
            }
            if level == 0 {
                let segment = self.segments[at];
                let (square, along) = plane.to_segment(graph.ends(segment));
                let found = (Near(square), segment, along);
                if best.is_none_or(|(near, known, _)| (found.0, found.1) < (near, known)) {
                    best = Some(found);
                }
                continue;
            }
            let below = &self.levels[level - 1];
            let children = below.iter().enumerate().skip(at * FANOUT).take(FANOUT);
            for (child, &bounds) in children {
                queue.push(Reverse((Near(plane.to_bounds(bounds)), level - 1, child)));
            }
        }
        let (_, segment, along) = best.expect("a graph has a segment");
        let (a, b) = graph.ends(segment);
        let between = |a: f64, b: f64| a + along * (b - a);
        let point = Point::from_degrees(between(a.lat(), b.lat()), between(a.lon(), b.lon()))
            .expect("between two places lies a place");
        let parts = (along * f64::from(PARTS)).round() as u32;
        Snap { segment, parts, point, away: place.great_circle(point) }
    }
}

/// A distance that is a number, so that it can be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Near(f64);

impl Eq for Near {}
impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Near {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Place on Morton's curve of the middle of a segment.
fn curve((a, b): (Point, Point)) -> u64 {
    let grid = |value: f64, span: f64| {
        spread((f64::from(u32::MAX) * (value / span + 0.5).clamp(0.0, 1.0)) as u32)
    };
    grid(f64::midpoint(a.lon(), b.lon()), 360.0) | grid(f64::midpoint(a.lat(), b.lat()), 180.0) << 1
}

/// The bits of a number with a gap after each.
fn spread(value: u32) -> u64 {
    let mut bits = u64::from(value);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

/// A part of a segment in figures: milliseconds and centimetres.
pub(crate) type Figures = (u32, u32);

impl Snap {
    /// The segment and what runs back on the same road, each with how far along it the point lies.
    fn directions(self, graph: &Graph) -> impl Iterator<Item = (u32, u32)> {
        let back = graph.reverse(self.segment).map(|reverse| (reverse, PARTS - self.parts));
        std::iter::once((self.segment, self.parts)).chain(back)
    }
    /// Segments on which one drives off, and what is left of each.
    pub(crate) fn leaving(self, graph: &Graph) -> impl Iterator<Item = (u32, Figures)> {
        self.directions(graph).map(|(segment, parts)| {
            let (whole, before) = (figures(graph, segment, PARTS), figures(graph, segment, parts));
            (segment, (whole.0 - before.0, whole.1 - before.1))
        })
    }
    /// Segments on which one arrives, and how much of each is driven.
    pub(crate) fn arriving(self, graph: &Graph) -> impl Iterator<Item = (u32, Figures)> {
        self.directions(graph).map(|(segment, parts)| (segment, figures(graph, segment, parts)))
    }
    /// Straight along one segment to `other`, where that lies ahead on it.
    pub(crate) fn ahead(self, graph: &Graph, other: Self) -> impl Iterator<Item = (u32, Figures)> {
        self.directions(graph).filter_map(move |(segment, from)| {
            let (_, to) = other.directions(graph).find(|&(on, to)| on == segment && to >= from)?;
            let (before, until) = (figures(graph, segment, from), figures(graph, segment, to));
            Some((segment, (until.0 - before.0, until.1 - before.1)))
        })
    }
    /// Nodes that one reaches first from here, with milliseconds and centimetres.
    pub fn first_nodes(self, graph: &Graph) -> impl Iterator<Item = (u32, (u32, u32))> {
        self.leaving(graph).map(|(segment, rest)| (graph.segments.head[segment as usize], rest))
    }
    /// Nodes from which one comes here last, with milliseconds and centimetres from there.
    pub fn last_nodes(self, graph: &Graph) -> impl Iterator<Item = (u32, (u32, u32))> {
        self.arriving(graph)
            .flat_map(|(segment, part)| graph.tails(segment).iter().map(move |&tail| (tail, part)))
    }
    /// Nodes from which a climb begins, and what it costs to get there.
    pub(crate) fn sources(self, graph: &Graph, goal: Goal) -> impl Iterator<Item = (u32, Cost)> {
        self.first_nodes(graph).map(move |(node, rest)| (node, Cost::new(goal, rest.0, rest.1)))
    }
    /// Nodes in which a climb ends, and what it costs from there.
    pub(crate) fn targets(self, graph: &Graph, goal: Goal) -> impl Iterator<Item = (u32, Cost)> {
        self.last_nodes(graph).map(move |(node, part)| (node, Cost::new(goal, part.0, part.1)))
    }
}

fn figures(graph: &Graph, segment: u32, parts: u32) -> Figures {
    let (millis, centimetres) = graph.figures(segment);
    (part(millis, parts), part(centimetres, parts))
}
