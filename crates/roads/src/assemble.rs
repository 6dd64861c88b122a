//! From an extract to the road graph of a vehicle.

use crate::access::{self, Ways};
use crate::graph::{Graph, GraphError, NONE, Piece};
use crate::osm::{Extract, Tags};
use crate::profile::Vehicle;
use crate::turns;
use quantity::Point;
use std::ops::Range;

/// Milliseconds in an hour over centimetres in a kilometre: cm by km/h to ms.
const MILLIS_PER_CM_AT_1_KMH: f64 = 36.0;

/// A graph and what of the extract is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembled {
    /// The graph.
    pub graph: Graph,
    /// Turn restrictions that do not say from which side of a way they are meant; not kept.
    pub restrictions_unclear: usize,
    /// Segments that the vehicle may use and that are not in the largest connected part.
    pub segments_apart: usize,
}

/// The road graph of `vehicle`: its ways, directions, speeds, barriers and turns.
pub fn assemble(extract: &Extract, vehicle: Vehicle) -> Result<Assembled, GraphError> {
    let mut place_of = vec![NONE; extract.nodes().len()];
    let mut places: Vec<Point> = Vec::new();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut pieces_of: Vec<Range<u32>> = Vec::with_capacity(extract.ways().len());
    for way in extract.ways() {
        let first = pieces.len() as u32;
        if let Some(ways) = access::of_way(vehicle, &way.tags) {
            for pair in way.nodes.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                let blocked = |node| {
                    extract.node_tags(node).is_some_and(|tags| access::is_blocked(vehicle, tags))
                };
                if a == b || blocked(a) || blocked(b) {
                    continue;
                }
                let mut place = |node: u32| {
                    let place = &mut place_of[node as usize];
                    if *place == NONE {
                        *place = places.len() as u32;
                        places.push(extract.nodes()[node as usize]);
                    }
                    *place
                };
                let ends = [place(a), place(b)];
                let signals = [a, b].map(|node| signal_ms(vehicle, extract.node_tags(node)));
                add(&mut pieces, ways, ends, signals, &places);
            }
        }
        pieces_of.push(first..pieces.len() as u32);
    }
    let (turns, restrictions_unclear) =
        turns::forbidden(extract, vehicle, &pieces, &pieces_of, &place_of);
    let graph = Graph::new(&places, &pieces, &turns, vehicle.name())?;
    let segments_apart = pieces.len() - graph.segments();
    Ok(Assembled { graph, restrictions_unclear, segments_apart })
}

/// Both directions of a piece, as far as they are open.
fn add(pieces: &mut Vec<Piece>, ways: Ways, ends: [u32; 2], signals: [u32; 2], places: &[Point]) {
    let centimetres = centimetres(places[ends[0] as usize], places[ends[1] as usize]);
    let at = pieces.len() as u32;
    let both = ways.forward.is_some() && ways.backward.is_some();
    let mut push = |kmh: Option<f64>, from, to, signal: u32, reverse: u32| {
        if let Some(kmh) = kmh {
            let drive = (f64::from(centimetres) * MILLIS_PER_CM_AT_1_KMH / kmh).round() as u32;
            let reverse = both.then_some(reverse);
            let millis = drive.saturating_add(signal);
            pieces.push(Piece { from, to, millis, centimetres, class: ways.class, reverse });
        }
    };
    push(ways.forward, ends[0], ends[1], signals[1], at + 1);
    push(ways.backward, ends[1], ends[0], signals[0], at);
}

fn signal_ms(vehicle: Vehicle, tags: Option<&Tags>) -> u32 {
    let is_signal = tags.is_some_and(|tags| tags.is("highway", "traffic_signals"));
    if is_signal { vehicle.signal_ms() } else { 0 }
}

/// Great circle in centimetres; [`Point::great_circle`] rounds to the metre, too coarse for pieces of
/// a few metres that are added up.
pub(crate) fn centimetres(a: Point, b: Point) -> u32 {
    let (lat_a, lat_b) = (a.lat().to_radians(), b.lat().to_radians());
    let half_lat = (lat_b - lat_a) / 2.0;
    let half_lon = (b.lon() - a.lon()).to_radians() / 2.0;
    let h = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
    (200.0 * quantity::point::EARTH_RADIUS_M * h.sqrt().min(1.0).asin()).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::osm;

    const CROSSING: &str = r#"<osm>
        <node id="1" lat="0" lon="0"/><node id="2" lat="0" lon="0.001"/>
        <node id="3" lat="0" lon="0.002"/><node id="4" lat="0.001" lon="0.001"/>
        <way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>
        <way id="11"><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/></way>
        <way id="12"><nd ref="2"/><nd ref="4"/><tag k="highway" v="residential"/></way>
        RELATIONS</osm>"#;

    fn crossing(relations: &str) -> Extract {
        osm::read(CROSSING.replace("RELATIONS", relations).as_bytes()).unwrap()
    }

    fn restriction(kind: &str, from: i64, to: i64, more: &str) -> String {
        format!(
            r#"<relation id="1"><member type="way" ref="{from}" role="from"/>
            <member type="node" ref="2" role="via"/><member type="way" ref="{to}" role="to"/>
            <tag k="type" v="restriction"/><tag k="restriction" v="{kind}"/>{more}</relation>"#
        )
    }

    #[test]
    fn time_and_length_of_a_street() {
        let graph = assemble(&crossing(""), Vehicle::Van).unwrap().graph;
        assert_eq!(graph.segments(), 6);
        // A thousandth of a degree on the equator at 25 km/h.
        assert_eq!((graph.segments.centimetres[0], graph.segments.millis[0]), (11_120, 16_013));
        assert_eq!(graph.reverse(0), Some(1));
        let signal =
            r#"<node id="2" lat="0" lon="0.001"><tag k="highway" v="traffic_signals"/></node>"#;
        let text = CROSSING.replace(r#"<node id="2" lat="0" lon="0.001"/>"#, signal);
        let lit =
            assemble(&osm::read(text.replace("RELATIONS", "").as_bytes()).unwrap(), Vehicle::Van);
        let millis = lit.unwrap().graph.segments.millis;
        assert_eq!(millis[..2], [21_013, 16_013], "it waits before the signal, not behind it");
    }

    #[test]
    fn restrictions_bind_whom_they_name() {
        let arcs = |relations: &str, vehicle| {
            let graph = assemble(&crossing(relations), vehicle).unwrap().graph;
            (graph.nodes(), graph.arcs())
        };
        for (relations, vehicle, expect, why) in [
            (String::new(), Vehicle::Van, (4, 6), "none"),
            (restriction("no_left_turn", 10, 12, ""), Vehicle::Van, (5, 8), "two of three left"),
            (
                restriction("only_straight_on", 10, 11, ""),
                Vehicle::Van,
                (5, 7),
                "one of three left",
            ),
            (restriction("no_left_turn", 10, 12, ""), Vehicle::Robot, (4, 6), "a walker"),
            (
                restriction("no_left_turn", 10, 12, r#"<tag k="except" v="psv;bicycle"/>"#),
                Vehicle::CargoBike,
                (4, 6),
                "excepted",
            ),
            (restriction("no_u_turn", 10, 10, ""), Vehicle::Van, (5, 8), "back into its own way"),
            (
                restriction("no_left_turn", 10, 99, ""),
                Vehicle::Van,
                (4, 6),
                "a way that is not there",
            ),
        ] {
            assert_eq!(arcs(&relations, vehicle), expect, "{why}");
        }
    }

    #[test]
    fn a_restriction_from_the_middle_of_a_way_is_counted_and_not_kept() {
        let text = CROSSING
            .replace(r#"<nd ref="1"/><nd ref="2"/>"#, r#"<nd ref="1"/><nd ref="2"/><nd ref="3"/>"#)
            .replace("RELATIONS", &restriction("no_left_turn", 10, 12, ""));
        let assembled = assemble(&osm::read(text.as_bytes()).unwrap(), Vehicle::Van).unwrap();
        assert_eq!(assembled.restrictions_unclear, 1);
    }

    #[test]
    fn a_vehicle_without_roads_is_told() {
        let text = CROSSING.replace("residential", "footway").replace("RELATIONS", "");
        let extract = osm::read(text.as_bytes()).unwrap();
        assert_eq!(
            assemble(&extract, Vehicle::Truck),
            Err(GraphError::NoRoads { vehicle: "truck" })
        );
        assert!(assemble(&extract, Vehicle::Robot).is_ok());
    }
}
