//! A graph and its hierarchy as bytes, so that they are prepared once: whole numbers, little-endian,
//! a version in front, a checksum behind. What is read is checked before anything trusts it.

use crate::class::Class;
use crate::contract::SHORTCUT;
use crate::cost::{Cost, Goal};
use crate::graph::{Graph, NONE, Segments};
use crate::hierarchy::{Edges, Hierarchy};
use crate::profile::Vehicle;
use quantity::Point;

const MAGIC: [u8; 8] = *b"gc-roads";
/// Raised whenever the layout, a speed or a rule of access changes: old files are made again.
const VERSION: u32 = 1;

/// What can be wrong with a prepared file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PreparedError {
    /// Another kind of file.
    #[error("prepared roads: not such a file. Prepare the extract again.")]
    Kind,
    /// Made by another version.
    #[error("prepared roads: version {found}, needed is {VERSION}. Prepare the extract again.")]
    Version {
        /// Its version.
        found: u32,
    },
    /// Bytes lost or altered.
    #[error("prepared roads: damaged. Prepare the extract again.")]
    Damaged,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Whose roads.
    pub vehicle: Vehicle,
    /// The graph.
    pub graph: Graph,
    /// Its hierarchy.
    pub hierarchy: Hierarchy,
}

impl Prepared {
    /// As bytes. The same roads give the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(VERSION.to_le_bytes());
        out.extend([self.vehicle as u8, self.hierarchy.goal as u8, 0, 0]);
        let degrees = |degrees: f64| (degrees * 1e7).round() as i32 as u32;
        let points = &self.graph.points;
        put(&mut out, points.iter().map(|point| degrees(point.lat())));
        put(&mut out, points.iter().map(|point| degrees(point.lon())));
        put(&mut out, self.graph.first_out.iter().copied());
        put(&mut out, self.graph.head.iter().copied());
        put(&mut out, self.graph.segment.iter().copied());
        let segments = &self.graph.segments;
        put(&mut out, segments.millis.iter().copied());
        put(&mut out, segments.centimetres.iter().copied());
        put(&mut out, segments.class.iter().copied().map(u32::from));
        put(&mut out, segments.reverse.iter().copied());
        put(&mut out, segments.head.iter().copied());
        put(&mut out, segments.first_tail.iter().copied());
        put(&mut out, segments.tails.iter().copied());
        put(&mut out, segments.climb.iter().copied().map(u32::from));
        put(&mut out, self.hierarchy.rank_of.iter().copied());
        for edges in [&self.hierarchy.up, &self.hierarchy.down] {
            put(&mut out, edges.first.iter().copied());
            put(&mut out, edges.node.iter().copied());
            put(&mut out, edges.cost.iter().map(|cost| (cost.bits() >> 32) as u32));
            put(&mut out, edges.cost.iter().map(|cost| cost.bits() as u32));
            put(&mut out, edges.what.iter().copied());
        }
        let sum = checksum(&out);
        out.extend(sum.to_le_bytes());
        out
    }

    /// From bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PreparedError> {
        let mut rest = bytes.strip_prefix(&MAGIC).ok_or(PreparedError::Kind)?;
        let found = u32::from_le_bytes(take(&mut rest)?);
        if found != VERSION {
            return Err(PreparedError::Version { found });
        }
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or(PreparedError::Damaged)?;
        // A fuzzer would never guess the checksum, and what lies behind it would go untested.
        if !cfg!(fuzzing) && checksum(body) != u64::from_le_bytes(*sum) {
            return Err(PreparedError::Damaged);
        }
        // Not the rest from above, which ends with the checksum.
        let lists = body.get(MAGIC.len() + 4..).and_then(Self::decode);
        lists.filter(Self::is_sound).ok_or(PreparedError::Damaged)
    }

    fn decode(mut body: &[u8]) -> Option<Self> {
        let rest = &mut body;
        let [vehicle, goal, ..] = take::<4>(rest).ok()?;
        let vehicle = *Vehicle::ALL.get(usize::from(vehicle))?;
        let goal = *[Goal::Fastest, Goal::Shortest].get(usize::from(goal))?;
        let (lats, lons) = (list(rest)?, list(rest)?);
        if lats.len() != lons.len() {
            return None;
        }
        let degrees = |bits: u32| f64::from(bits as i32) / 1e7;
        let points = lats
            .into_iter()
            .zip(lons)
            .map(|(lat, lon)| Point::from_degrees(degrees(lat), degrees(lon)).ok())
            .collect::<Option<Vec<Point>>>()?;
        let (first_out, head, segment) = (list(rest)?, list(rest)?, list(rest)?);
        let segments = Segments {
            millis: list(rest)?,
            centimetres: list(rest)?,
            class: narrow(list(rest)?)?,
            reverse: list(rest)?,
            head: list(rest)?,
            first_tail: list(rest)?,
            tails: list(rest)?,
            climb: narrow(list(rest)?)?,
        };
        let rank_of = list(rest)?;
        let (up, down) = (edges(rest)?, edges(rest)?);
        rest.is_empty().then_some(Self {
            vehicle,
            graph: Graph { points, first_out, head, segment, segments },
            hierarchy: Hierarchy { goal, rank_of, up, down },
        })
    }

    /// Every index is within its list, every list as long as it must be: no search can leave them.
    fn is_sound(&self) -> bool {
        let Graph { points, first_out, head, segment, segments } = &self.graph;
        let (n, n_segments) = (points.len(), segments.head.len());
        let lists = [&segments.millis, &segments.centimetres, &segments.reverse];
        let climbs = segments.climb.len();
        let Hierarchy { rank_of, up, down, .. } = &self.hierarchy;
        let mut ranks = rank_of.clone();
        ranks.sort_unstable();
        n_segments > 0
            && are_offsets(first_out, n, head.len())
            && segment.len() == head.len()
            && all_below(head, n)
            && all_below(segment, n_segments)
            && lists.iter().all(|list| list.len() == n_segments)
            && segments.class.len() == n_segments
            && segments.class.iter().all(|&class| Class::of_index(class).is_some())
            && segments.reverse.iter().all(|&back| back == NONE || (back as usize) < n_segments)
            && all_below(&segments.head, n)
            && are_offsets(&segments.first_tail, n_segments, segments.tails.len())
            && segments.first_tail.windows(2).all(|pair| pair[0] < pair[1])
            && all_below(&segments.tails, n)
            && (climbs == 0 || climbs == n_segments)
            && ranks.len() == n
            && (0..).zip(&ranks).all(|(at, &rank)| at == rank)
            && [up, down].into_iter().all(|edges| lead_upwards(edges, n))
            && self.shortcuts_end(n_segments)
    }

    /// Every shortcut is made of two edges of a lower node, and none of more segments than a way that
    /// never comes twice to one node can have: what is unpacked comes to an end.
    fn shortcuts_end(&self, n_segments: usize) -> bool {
        let Hierarchy { up, down, rank_of, .. } = &self.hierarchy;
        let n = rank_of.len() as u32;
        let mut hops = [vec![0_u32; up.node.len()], vec![0; down.node.len()]];
        for lower in (0..n).rev() {
            for (side, edges) in [up, down].into_iter().enumerate() {
                for at in edges.of(lower) {
                    let (what, higher) = (edges.what[at], edges.node[at]);
                    let ends = if side == 0 { (lower, higher) } else { (higher, lower) };
                    let count = if what & SHORTCUT == 0 {
                        ((what as usize) < n_segments).then_some(1)
                    } else {
                        let middle = what & !SHORTCUT;
                        let is_lower = middle > lower && middle < n;
                        is_lower.then(|| self.hops_over(middle, ends, &hops)).flatten()
                    };
                    let Some(count) = count.filter(|&count| count <= n) else { return false };
                    hops[side][at] = count;
                }
            }
        }
        true
    }

    /// Segments of the two edges of `middle` that a shortcut is made of, where both are there.
    fn hops_over(&self, middle: u32, (from, to): (u32, u32), hops: &[Vec<u32>; 2]) -> Option<u32> {
        let Hierarchy { up, down, .. } = &self.hierarchy;
        let find = |edges: &Edges, end: u32| edges.of(middle).find(|&at| edges.node[at] == end);
        Some(hops[1][find(down, from)?].saturating_add(hops[0][find(up, to)?]))
    }
}

fn are_offsets(first: &[u32], owners: usize, entries: usize) -> bool {
    first.len() == owners + 1
        && first.is_sorted()
        && first[0] == 0
        && first[owners] as usize == entries
}

fn all_below(list: &[u32], bound: usize) -> bool {
    list.iter().all(|&index| (index as usize) < bound)
}

fn lead_upwards(edges: &Edges, n: usize) -> bool {
    let entries = edges.node.len();
    are_offsets(&edges.first, n, entries)
        && edges.cost.len() == entries
        && edges.what.len() == entries
        && (0..n as u32).all(|lower| edges.of(lower).all(|at| edges.node[at] < lower))
}

fn put(out: &mut Vec<u8>, list: impl ExactSizeIterator<Item = u32>) {
    out.extend((list.len() as u64).to_le_bytes());
    out.extend(list.flat_map(u32::to_le_bytes));
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], PreparedError> {
    let (taken, after) = rest.split_first_chunk::<N>().ok_or(PreparedError::Damaged)?;
    *rest = after;
    Ok(*taken)
}

fn list(rest: &mut &[u8]) -> Option<Vec<u32>> {
    let length = usize::try_from(u64::from_le_bytes(take(rest).ok()?)).ok()?;
    let (taken, after) = rest.split_at_checked(length.checked_mul(4)?)?;
    *rest = after;
    let number = |four: &[u8]| u32::from_le_bytes([four[0], four[1], four[2], four[3]]);
    Some(taken.chunks_exact(4).map(number).collect())
}

fn narrow<T: TryFrom<u32>>(list: Vec<u32>) -> Option<Vec<T>> {
    list.into_iter().map(|value| T::try_from(value).ok()).collect()
}

fn edges(rest: &mut &[u8]) -> Option<Edges> {
    let (first, node, upper, lower) = (list(rest)?, list(rest)?, list(rest)?, list(rest)?);
    if upper.len() != lower.len() {
        return None;
    }
    let cost = upper
        .into_iter()
        .zip(lower)
        .map(|(upper, lower)| Cost::from_bits(u64::from(upper) << 32 | u64::from(lower)))
        .collect();
    Some(Edges { first, node, cost, what: list(rest)? })
}

/// FNV-1a over words of eight bytes, the last filled up with zeros: every altered bit alters it.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.chunks(8).fold(0xcbf2_9ce4_8422_2325 ^ bytes.len() as u64, |hash, chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        // Both steps can be undone, so two words never give one hash.
        (hash ^ u64::from_le_bytes(word)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made::{self, Grid};
    use proptest::prelude::*;
    use quantity::Seed;

    fn prepared() -> Prepared {
        let grid = Grid { columns: 12, rows: 12, block_cm: 9_000, block_ms: 12_000 };
        let (places, pieces, turns) = made::city(grid, Seed::new(8));
        let graph = Graph::new(&places, &pieces, &turns, "van").unwrap();
        let hierarchy = Hierarchy::new(&graph, Goal::Fastest);
        Prepared { vehicle: Vehicle::Van, graph, hierarchy }
    }

    #[test]
    fn what_is_written_is_read() {
        let prepared = prepared();
        let bytes = prepared.to_bytes();
        assert_eq!(Prepared::from_bytes(&bytes), Ok(prepared));
    }

    #[test]
    fn other_files_and_other_versions_are_told() {
        let bytes = prepared().to_bytes();
        assert_eq!(Prepared::from_bytes(b"PBF"), Err(PreparedError::Kind));
        let mut newer = bytes.clone();
        newer[8] = 9;
        assert_eq!(Prepared::from_bytes(&newer), Err(PreparedError::Version { found: 9 }));
        for length in [0, 7, 8, 11, 12, 30, bytes.len() - 1] {
            assert!(Prepared::from_bytes(&bytes[..length]).is_err(), "cut to {length} bytes");
        }
    }

    fn sealed(mut body: Vec<u8>) -> Vec<u8> {
        let sum = checksum(&body);
        body.extend(sum.to_le_bytes());
        body
    }

    #[test]
    fn a_short_file_with_a_right_checksum_is_damaged() {
        let head = &prepared().to_bytes()[..40];
        for length in [12, 13, 16, 24, 40] {
            let bytes = sealed(head[..length].to_vec());
            assert_eq!(Prepared::from_bytes(&bytes), Err(PreparedError::Damaged), "{length} bytes");
        }
    }

    #[test]
    fn a_number_that_names_nothing_is_found_behind_a_right_checksum() {
        let bytes = prepared().to_bytes();
        let nodes = prepared().graph.nodes() as u32;
        let mut at = 16;
        for list in 0..24 {
            let length = u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
            let altered = |index: usize, value: u32| {
                let mut body = bytes[..bytes.len() - 8].to_vec();
                let place = at + 8 + 4 * index;
                body[place..place + 4].copy_from_slice(&value.to_le_bytes());
                Prepared::from_bytes(&sealed(body))
            };
            // Times, lengths and costs may be any; there are no climbs.
            if ![5, 6, 12, 16, 17, 21, 22].contains(&list) {
                assert_eq!(altered(0, 0x7fff_fff0), Err(PreparedError::Damaged), "list {list}");
            }
            // The last edge belongs to the lowest node and must lead to a higher one.
            if [15, 20].contains(&list) {
                assert_eq!(altered(length - 1, nodes - 1), Err(PreparedError::Damaged), "{list}");
            }
            at += 8 + 4 * length;
        }
        assert_eq!(at, bytes.len() - 8, "these were all lists");
    }

    proptest! {
        #[test]
        fn every_altered_byte_is_found(at in any::<proptest::sample::Index>(), mask in 1_u8..) {
            let mut bytes = prepared().to_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= mask;
            prop_assert!(Prepared::from_bytes(&bytes).is_err());
        }
        /// With the checksum made anew a wrong index is still found, or does no harm.
        #[test]
        fn no_altered_number_panics(at in any::<proptest::sample::Index>(), value in any::<u32>()) {
            let mut bytes = prepared().to_bytes();
            let end = bytes.len() - 8;
            let at = 12 + at.index(end - 16);
            bytes[at..at + 4].copy_from_slice(&(value >> (value % 32)).to_le_bytes());
            bytes.truncate(end);
            let bytes = sealed(bytes);
            if let Ok(Prepared { graph, hierarchy, .. }) = Prepared::from_bytes(&bytes) {
                let index = crate::Index::new(&graph);
                let places = [(0.0, 0.0), (0.01, 0.01)];
                let ends = places.map(|(lat, lon)| {
                    index.snap(&graph, Point::from_degrees(lat, lon).unwrap())
                });
                let _ = crate::table(&graph, &hierarchy, &ends, &ends);
                let _ = crate::path(&graph, &hierarchy, ends[0], ends[1]);
            }
        }
    }
}
