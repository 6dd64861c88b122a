//! The road graph of one vehicle in flat arrays.
//!
//! A *segment* is a straight piece of road in one direction: its length, its time, its class. A *node*
//! is where segments meet, an *arc* says that a segment leads from a node to another. Where turns are
//! forbidden, a place has several nodes: one for each segment after which not every turn is allowed,
//! and one for all others. A search thus needs no rule for turns.
//!
//! Only the largest strongly connected part is kept: what is left can reach everything and return.

use crate::class::Class;
use crate::component;
use crate::cost::{Cost, Goal};
use quantity::{Distance, Duration, Point};

/// No segment: that of a one-way street has no reverse.
pub(crate) const NONE: u32 = u32::MAX;
/// Most segments: their copies of nodes and arcs are counted in 32 bits.
const SEGMENTS_MAX: usize = 1 << 30;

/// What can be wrong with the making of a graph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// Not a single road that the vehicle may use and leave again.
    #[error("roads: none that a {vehicle} may use. Take another vehicle or a larger extract.")]
    NoRoads {
        /// Which vehicle.
        vehicle: &'static str,
    },
    /// More segments than can be counted here.
    #[error("roads: more than {most} pieces. Cut out the region that is driven.")]
    TooLarge {
        /// The most.
        most: usize,
    },
    /// A segment that ends at no place, or a turn between no segments.
    #[error("roads: {part} {number} names what is not there. Mend it.")]
    Index {
        /// `segment` or `turn`.
        part: &'static str,
        /// Which one.
        number: usize,
    },
}

/// A straight piece of road in one direction, before it is part of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Index of the place where it begins.
    pub from: u32,
    /// Index of the place where it ends.
    pub to: u32,
    /// Free-flow time, in milliseconds.
    pub millis: u32,
    /// Length, in centimetres.
    pub centimetres: u32,
    /// Its class.
    pub class: Class,
    /// Index of the piece that runs back on the same road.
    pub reverse: Option<u32>,
}

/// Segments as flat arrays, all of one length but for the tails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Segments {
    pub(crate) millis: Vec<u32>,
    pub(crate) centimetres: Vec<u32>,
    pub(crate) class: Vec<u8>,
    pub(crate) reverse: Vec<u32>,
    /// The node in which each ends.
    pub(crate) head: Vec<u32>,
    /// The nodes from which each may be entered: `tails[first_tail[s]..first_tail[s + 1]]`, one or more.
    pub(crate) first_tail: Vec<u32>,
    pub(crate) tails: Vec<u32>,
    /// How much each climbs, in decimetres, see [`Graph::climb_dm`]; empty without heights.
    pub(crate) climb: Vec<u16>,
}

/// The road graph of one vehicle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// The place of each node.
    pub(crate) points: Vec<Point>,
    /// Arcs of node `v`: `first_out[v]..first_out[v + 1]`.
    pub(crate) first_out: Vec<u32>,
    /// The node to which each arc leads.
    pub(crate) head: Vec<u32>,
    /// The segment of each arc.
    pub(crate) segment: Vec<u32>,
    pub(crate) segments: Segments,
}

impl Graph {
    /// From places, pieces of road between them, and turns that are forbidden: from a piece into
    /// another that begins where it ends. Pieces of no length at one place are dropped.
    pub fn new(
        places: &[Point],
        pieces: &[Piece],
        forbidden: &[(u32, u32)],
        vehicle: &'static str,
    ) -> Result<Self, GraphError> {
        if pieces.len() > SEGMENTS_MAX || places.len() > SEGMENTS_MAX {
            return Err(GraphError::TooLarge { most: SEGMENTS_MAX });
        }
        let beyond = |piece: &Piece| {
            piece.from.max(piece.to) as usize >= places.len()
                || piece.reverse.is_some_and(|reverse| reverse as usize >= pieces.len())
        };
        if let Some(number) = pieces.iter().position(beyond) {
            return Err(GraphError::Index { part: "segment", number });
        }
        let odd = |&(from, into): &(u32, u32)| match (
            pieces.get(from as usize),
            pieces.get(into as usize),
        ) {
            (Some(from), Some(into)) => from.to != into.from,
            _ => true,
        };
        if let Some(number) = forbidden.iter().position(odd) {
            return Err(GraphError::Index { part: "turn", number });
        }
        let split = Split::new(places, pieces, forbidden);
        let graph = split.connected(pieces);
        if graph.segments.head.is_empty() {
            return Err(GraphError::NoRoads { vehicle });
        }
        Ok(graph)
    }

    /// How many nodes; a place where turns are forbidden has several.
    pub fn nodes(&self) -> usize {
        self.points.len()
    }
    /// How many arcs.
    pub fn arcs(&self) -> usize {
        self.head.len()
    }
    /// How many segments.
    pub fn segments(&self) -> usize {
        self.segments.head.len()
    }
    /// Where a segment begins and ends.
    pub fn ends(&self, segment: u32) -> (Point, Point) {
        let from = self.segments.tails[self.segments.first_tail[segment as usize] as usize];
        (self.points[from as usize], self.points[self.segments.head[segment as usize] as usize])
    }
    /// A segment's class.
    pub fn class(&self, segment: u32) -> Class {
        Class::of_index(self.segments.class[segment as usize]).expect("classes are checked")
    }
    /// A segment's length, rounded to the metre.
    pub fn length(&self, segment: u32) -> Distance {
        Distance::new((i64::from(self.segments.centimetres[segment as usize]) + 50) / 100)
    }
    /// A segment's free-flow time, rounded to the second.
    pub fn time(&self, segment: u32) -> Duration {
        Duration::from_seconds((i64::from(self.segments.millis[segment as usize]) + 500) / 1_000)
    }
    /// The segment that runs back on the same road.
    pub fn reverse(&self, segment: u32) -> Option<u32> {
        Some(self.segments.reverse[segment as usize]).filter(|&reverse| reverse != NONE)
    }
    /// Every arc as tail, head and segment, for other tools that search the same graph.
    pub fn arc_list(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        (0..self.nodes() as u32).flat_map(move |node| {
            self.out(node).map(move |arc| (node, self.head[arc], self.segment[arc]))
        })
    }
    /// A segment's free-flow time in milliseconds and its length in centimetres.
    pub fn figures(&self, segment: u32) -> (u32, u32) {
        let at = segment as usize;
        (self.segments.millis[at], self.segments.centimetres[at])
    }
    /// The nodes from which a segment may be entered.
    pub(crate) fn tails(&self, segment: u32) -> &[u32] {
        let first = &self.segments.first_tail;
        let at = segment as usize;
        &self.segments.tails[first[at] as usize..first[at + 1] as usize]
    }
    /// Arcs out of a node.
    pub(crate) fn out(&self, node: u32) -> std::ops::Range<usize> {
        self.first_out[node as usize] as usize..self.first_out[node as usize + 1] as usize
    }
    /// What a whole segment costs.
    pub(crate) fn cost(&self, goal: Goal, segment: u32) -> Cost {
        let (millis, centimetres) = self.figures(segment);
        Cost::new(goal, millis, centimetres)
    }
}

/// Places split into nodes, so that every forbidden turn has become a missing arc.
struct Split {
    points: Vec<Point>,
    /// The node in which each piece ends.
    head: Vec<u32>,
    /// Tail, piece: an arc each, sorted.
    arcs: Vec<(u32, u32)>,
}

impl Split {
    fn new(places: &[Point], pieces: &[Piece], forbidden: &[(u32, u32)]) -> Self {
        let mut turns = forbidden.to_vec();
        turns.sort_unstable();
        turns.dedup();
        let mut points = places.to_vec();
        let mut head: Vec<u32> = pieces.iter().map(|piece| piece.to).collect();
        let is_loop = |piece: &Piece| piece.from == piece.to;
        let mut arcs: Vec<(u32, u32)> = (0_u32..)
            .zip(pieces)
            .filter(|(_, piece)| !is_loop(piece))
            .map(|(at, piece)| (piece.from, at))
            .collect();
        arcs.sort_unstable();
        let mut copied = Vec::new();
        for of_piece in turns.chunk_by(|a, b| a.0 == b.0) {
            let (from, place) = (of_piece[0].0, pieces[of_piece[0].0 as usize].to);
            let node = points.len() as u32;
            points.push(places[place as usize]);
            head[from as usize] = node;
            let start = arcs.partition_point(|&(tail, _)| tail < place);
            let leaving = arcs[start..].iter().take_while(|&&(tail, _)| tail == place);
            let allowed = leaving.filter(|&&(_, into)| turns.binary_search(&(from, into)).is_err());
            copied.extend(allowed.map(|&(_, into)| (node, into)));
        }
        arcs.extend(copied);
        Self { points, head, arcs }
    }

    /// Only the largest strongly connected part.
    fn connected(self, pieces: &[Piece]) -> Graph {
        let n = self.points.len();
        let heads: Vec<u32> =
            self.arcs.iter().map(|&(_, piece)| self.head[piece as usize]).collect();
        let keep = component::largest(&offsets(n, self.arcs.iter().map(|arc| arc.0)), &heads);
        let node_of = renumber(keep.iter().copied());
        let arcs: Vec<(u32, u32)> = self
            .arcs
            .into_iter()
            .filter(|&(tail, piece)| {
                keep[tail as usize] && keep[self.head[piece as usize] as usize]
            })
            .collect();
        let mut used = vec![false; pieces.len()];
        for &(_, piece) in &arcs {
            used[piece as usize] = true;
        }
        let segment_of = renumber(used.iter().copied());
        let kept = || (0..pieces.len()).filter(|&piece| used[piece]);
        let mut entered: Vec<(u32, u32)> = arcs
            .iter()
            .map(|&(tail, piece)| (segment_of[piece as usize], node_of[tail as usize]))
            .collect();
        entered.sort_unstable();
        let n_segments = kept().count();
        let segments = Segments {
            millis: kept().map(|at| pieces[at].millis.max(1)).collect(),
            centimetres: kept().map(|at| pieces[at].centimetres).collect(),
            class: kept().map(|at| pieces[at].class as u8).collect(),
            reverse: kept()
                .map(|at| pieces[at].reverse.map_or(NONE, |reverse| segment_of[reverse as usize]))
                .collect(),
            head: kept().map(|at| node_of[self.head[at] as usize]).collect(),
            first_tail: offsets(n_segments, entered.iter().map(|entry| entry.0)),
            tails: entered.iter().map(|entry| entry.1).collect(),
            climb: Vec::new(),
        };
        let points: Vec<Point> =
            (0..n).filter(|&node| keep[node]).map(|node| self.points[node]).collect();
        Graph {
            first_out: offsets(points.len(), arcs.iter().map(|arc| node_of[arc.0 as usize])),
            head: arcs.iter().map(|arc| node_of[self.head[arc.1 as usize] as usize]).collect(),
            segment: arcs.iter().map(|arc| segment_of[arc.1 as usize]).collect(),
            points,
            segments,
        }
    }
}

/// New numbers of what is kept, [`NONE`] for the rest.
fn renumber(kept: impl Iterator<Item = bool>) -> Vec<u32> {
    let mut next = 0;
    kept.map(|keep| {
        if keep {
            next += 1;
            next - 1
        } else {
            NONE
        }
    })
    .collect()
}

/// Where the entries of each of `n` owners begin in a list sorted by owner.
pub(crate) fn offsets(n: usize, owners: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut first = vec![0_u32; n + 1];
    for owner in owners {
        first[owner as usize + 1] += 1;
    }
    for at in 0..n {
        first[at + 1] += first[at];
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(from: u32, to: u32) -> Piece {
        let class = Class::Residential;
        Piece { from, to, millis: 1_000, centimetres: 1_000, class, reverse: None }
    }

    fn places(n: i32) -> Vec<Point> {
        (0..n).map(|at| Point::from_degrees(0.0, f64::from(at) * 1e-4).unwrap()).collect()
    }

    #[test]
    fn what_cannot_be_reached_and_left_is_dropped() {
        // A ring of three, and a street into which one drives and never out.
        let pieces = [piece(0, 1), piece(1, 2), piece(2, 0), piece(2, 3)];
        let graph = Graph::new(&places(4), &pieces, &[], "van").unwrap();
        assert_eq!((graph.nodes(), graph.arcs(), graph.segments()), (3, 3, 3));
        let one_way = Graph::new(&places(2), &[piece(0, 1)], &[], "van");
        assert_eq!(one_way, Err(GraphError::NoRoads { vehicle: "van" }));
    }

    #[test]
    fn a_forbidden_turn_makes_a_node_of_its_own() {
        // Two-way streets 0-1, 1-2, 1-3: no turn from (0, 1) into (1, 2).
        let both = |a, b| [piece(a, b), piece(b, a)];
        let pieces = [both(0, 1), both(1, 2), both(1, 3)].concat();
        let graph = Graph::new(&places(4), &pieces, &[(0, 2)], "van").unwrap();
        assert_eq!((graph.nodes(), graph.segments()), (5, 6));
        // From the copy one still turns into (1, 0) and (1, 3).
        assert_eq!(graph.arcs(), 8);
        assert_eq!(graph.tails(2).len(), 1, "not from the copy");
        assert_eq!(graph.tails(4).len(), 2, "from the copy too");
    }

    #[test]
    fn what_names_nothing_is_told() {
        let error = Graph::new(&places(2), &[piece(0, 2)], &[], "van").unwrap_err();
        assert_eq!(error.to_string(), "roads: segment 0 names what is not there. Mend it.");
        let pieces = [piece(0, 1), piece(1, 0)];
        for turn in [(0, 0), (0, 9)] {
            let error = Graph::new(&places(2), &pieces, &[turn], "van").unwrap_err();
            assert_eq!(error, GraphError::Index { part: "turn", number: 0 });
        }
    }
}
