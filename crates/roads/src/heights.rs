//! Heights: tiles of the Shuttle Radar Topography Mission (`.hgt`), and what roads climb by them.

use crate::graph::Graph;
use quantity::Point;
use std::io::Read;

/// A height that the tile does not know.
const VOID: i16 = -32_768;
/// Along a segment a height is taken at least every so many metres: the raster of the coarser tiles.
const STEP_M: f64 = 90.0;
/// A climb that is not known.
const UNKNOWN: u16 = u16::MAX;

/// What can be wrong with a tile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeightError {
    /// The name does not say which degree it is.
    #[error("{name}: not the name of a tile. Call it by its south-west corner, as N42E001.hgt.")]
    Name {
        /// The name.
        name: String,
    },
    /// The wrong number of bytes.
    #[error("{name}: {bytes} bytes. A tile has 1201 or 3601 heights a side, of two bytes each.")]
    Size {
        /// The name.
        name: String,
        /// How many there are.
        bytes: usize,
    },
    /// A zip file that is damaged or does not begin with a file.
    #[error("{name}: not readable as zip. Unpack it, or fetch it again.")]
    Zip {
        /// The name.
        name: String,
    },
}

/// Heights of one degree by one degree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    south: i32,
    west: i32,
    /// Heights a side: the first row is the northern edge, the last the southern.
    side: usize,
    metres: Vec<i16>,
}

impl Tile {
    /// Reads `N42E001.hgt`: big-endian 16-bit metres; zipped too (`N42E001.hgt.zip`, its first file).
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, HeightError> {
        let wrong_name = || HeightError::Name { name: name.into() };
        let (south, west) = corner(name).ok_or_else(wrong_name)?;
        let unpacked;
        let raster = if bytes.starts_with(b"PK\x03\x04") {
            unpacked = first_of_zip(bytes).ok_or_else(|| HeightError::Zip { name: name.into() })?;
            &unpacked[..]
        } else {
            bytes
        };
        let side = [1_201_usize, 3_601].into_iter().find(|side| side * side * 2 == raster.len());
        let wrong_size = || HeightError::Size { name: name.into(), bytes: raster.len() };
        let side = side.ok_or_else(wrong_size)?;
        let metres =
            raster.chunks_exact(2).map(|pair| i16::from_be_bytes([pair[0], pair[1]])).collect();
        Ok(Self { south, west, side, metres })
    }

    /// Height above the sea in metres, bilinear between the four nearest; `None` outside the tile and
    /// where one of the four is not known.
    pub fn height_m(&self, point: Point) -> Option<f64> {
        let (east, north) =
            (point.lon() - f64::from(self.west), point.lat() - f64::from(self.south));
        if !(0.0..=1.0).contains(&east) || !(0.0..=1.0).contains(&north) {
            return None;
        }
        let cells = self.side - 1;
        let (x, y) = (east * cells as f64, (1.0 - north) * cells as f64);
        let (column, row) = ((x as usize).min(cells - 1), (y as usize).min(cells - 1));
        let (dx, dy) = (x - column as f64, y - row as f64);
        let at = |row: usize, column: usize| {
            let metres = self.metres[row * self.side + column];
            (metres != VOID).then(|| f64::from(metres))
        };
        let above = at(row, column)? * (1.0 - dx) + at(row, column + 1)? * dx;
        let below = at(row + 1, column)? * (1.0 - dx) + at(row + 1, column + 1)? * dx;
        Some(above * (1.0 - dy) + below * dy)
    }
}

fn corner(name: &str) -> Option<(i32, i32)> {
    let stem = name.rsplit(['/', '\\']).next()?.split('.').next()?;
    if !stem.is_ascii() || stem.len() != 7 {
        return None;
    }
    let signed = |hemisphere: &str, digits: &str, plus: &str, minus: &str, most: i32| {
        let degrees: i32 = digits.parse().ok()?;
        let sign = if hemisphere.eq_ignore_ascii_case(plus) {
            1
        } else if hemisphere.eq_ignore_ascii_case(minus) {
            -1
        } else {
            return None;
        };
        (digits.bytes().all(|byte| byte.is_ascii_digit()) && degrees <= most)
            .then_some(sign * degrees)
    };
    Some((
        signed(&stem[..1], &stem[1..3], "N", "S", 90)?,
        signed(&stem[3..4], &stem[4..], "E", "W", 180)?,
    ))
}

/// The first file of a zip, stored or deflated. Source: PKWARE's APPNOTE, section 4.3.7.
fn first_of_zip(bytes: &[u8]) -> Option<Vec<u8>> {
    let short = |at: usize| Some(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    let method = short(8)?;
    let begin = 30 + usize::from(short(26)?) + usize::from(short(28)?);
    let packed = bytes.get(begin..)?;
    // One byte more than the largest tile: what is longer is seen to be.
    let most = 3_601_u64 * 3_601 * 2 + 1;
    let mut unpacked = Vec::new();
    match method {
        0 => {
            let size = u32::from_le_bytes([
                *bytes.get(18)?,
                *bytes.get(19)?,
                *bytes.get(20)?,
                *bytes.get(21)?,
            ]);
            unpacked.extend_from_slice(packed.get(..size as usize)?);
        }
        8 => {
            flate2::read::DeflateDecoder::new(packed).take(most).read_to_end(&mut unpacked).ok()?;
        }
        _ => return None,
    }
    Some(unpacked)
}

impl Graph {
    /// The same graph with the climb of each segment by these tiles. Where no tile knows the height
    /// of a segment its climb stays unknown.
    ///
    /// The raster is coarse beside a road on a slope, and nothing is smoothed: climbs are too high
    /// rather than too low.
    #[must_use]
    pub fn with_heights(mut self, tiles: &[Tile]) -> Self {
        let height = |point: Point| tiles.iter().find_map(|tile| tile.height_m(point));
        self.segments.climb = (0..self.segments() as u32)
            .map(|segment| climb(self.ends(segment), height).unwrap_or(UNKNOWN))
            .collect();
        self
    }
    /// How much a segment climbs, in decimetres; what it falls is the climb of its reverse. `None`
    /// where its heights are not known.
    pub fn climb_dm(&self, segment: u32) -> Option<u16> {
        self.segments.climb.get(segment as usize).copied().filter(|&climb| climb != UNKNOWN)
    }
}

fn climb((a, b): (Point, Point), height: impl Fn(Point) -> Option<f64>) -> Option<u16> {
    let steps = (a.great_circle(b).metres() as f64 / STEP_M).ceil().max(1.0) as u32;
    let mut before = height(a)?;
    let mut metres = 0.0;
    for step in 1..=steps {
        let share = f64::from(step) / f64::from(steps);
        let between = |a: f64, b: f64| a + share * (b - a);
        let point =
            Point::from_degrees(between(a.lat(), b.lat()), between(a.lon(), b.lon())).ok()?;
        let here = height(point)?;
        metres += (here - before).max(0.0);
        before = here;
    }
    Some((metres * 10.0).round().min(f64::from(UNKNOWN - 1)) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Class, Piece};
    use proptest::prelude::*;

    /// A slope: 1 m higher at each step to the north, row 1200 is the southern edge.
    fn slope() -> Vec<u8> {
        (0..1_201_i16).flat_map(|row| [(1_200 - row).to_be_bytes(); 1_201]).flatten().collect()
    }

    #[test]
    fn heights_on_a_slope() {
        let tile = Tile::read("N42E001.hgt", &slope()).unwrap();
        for (lat, lon, expect, why) in [
            (42.0, 1.5, Some(0.0), "the southern edge"),
            (43.0, 2.0, Some(1_200.0), "the north-eastern corner"),
            (42.5, 1.0, Some(600.0), "half way up"),
            (42.000_416_7, 1.3, Some(0.5), "between two rows"),
            (41.9, 1.5, None, "outside"),
        ] {
            let height = tile.height_m(Point::from_degrees(lat, lon).unwrap());
            let near = height.zip(expect).is_some_and(|(a, b): (f64, f64)| (a - b).abs() < 1e-3);
            assert!(near || height == expect, "{why}: {height:?}");
        }
        let mut void = slope();
        void[..2].copy_from_slice(&VOID.to_be_bytes());
        let tile = Tile::read("N42E001.hgt", &void).unwrap();
        assert_eq!(tile.height_m(Point::from_degrees(43.0, 1.0).unwrap()), None, "not known");
    }

    #[test]
    fn a_road_climbs_one_way_and_falls_the_other() {
        let places =
            [(42.5, 1.5), (42.6, 1.5)].map(|(lat, lon)| Point::from_degrees(lat, lon).unwrap());
        let piece = |from, to, reverse| Piece {
            from,
            to,
            millis: 1_000,
            centimetres: 1_111_950,
            class: Class::Primary,
            reverse: Some(reverse),
        };
        let graph = Graph::new(&places, &[piece(0, 1, 1), piece(1, 0, 0)], &[], "van").unwrap();
        assert_eq!(graph.climb_dm(0), None, "no tile yet");
        let climbs = |name| {
            let graph = graph.clone().with_heights(&[Tile::read(name, &slope()).unwrap()]);
            (graph.climb_dm(0), graph.climb_dm(1))
        };
        assert_eq!(climbs("N42E001.hgt"), (Some(1_200), Some(0)), "120 rows of 1 m");
        assert_eq!(climbs("N50E001.hgt"), (None, None), "the tile of another country");
    }

    #[test]
    fn each_fault_of_a_tile_is_told() {
        for (name, bytes, expect) in [
            ("heights.hgt", vec![], "heights.hgt: not the name of a tile."),
            ("N99E001.hgt", vec![], "N99E001.hgt: not the name of a tile."),
            ("N4xE001.hgt", vec![], "N4xE001.hgt: not the name of a tile."),
            ("N42E001.hgt", vec![0; 5], "N42E001.hgt: 5 bytes."),
            ("N42E001.hgt.zip", b"PK\x03\x04".to_vec(), "N42E001.hgt.zip: not readable as zip."),
        ] {
            let error = Tile::read(name, &bytes).unwrap_err().to_string();
            assert!(error.starts_with(expect), "{error}");
        }
        assert_eq!(corner("path/s05w120.hgt"), Some((-5, -120)));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(mut bytes in proptest::collection::vec(any::<u8>(), 4..200)) {
            bytes[..4].copy_from_slice(b"PK\x03\x04");
            let _ = Tile::read("N42E001.hgt.zip", &bytes);
        }
    }
}
