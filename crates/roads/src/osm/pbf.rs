//! OpenStreetMap PBF: blobs of zlib, in them blocks of nodes, ways and relations. Source: the PBF
//! format's page in the OpenStreetMap wiki, `fileformat.proto` and `osmformat.proto`.

use super::collect::{Collector, Member, MemberKind, RawTag};
use super::wire::{Fields, Packed, deltas, zigzag};
use super::{BlobFault, OsmError};
use flate2::{Decompress, FlushDecompress, Status};
use quantity::Point;
use std::borrow::Cow;
use std::io::{self, Read};

/// Most bytes of a blob's header, by the format.
const HEADER_BYTES_MAX: u32 = 64 << 10;
/// Most bytes of a blob, packed or not, by the format.
const BLOB_BYTES_MAX: usize = 32 << 20;
/// What a file may need and this reader knows.
const FEATURES: [&str; 2] = ["OsmSchema-V0.6", "DenseNodes"];

/// What stops the reading of a block.
enum Stop {
    Fault(BlobFault),
    Error(OsmError),
}

impl From<BlobFault> for Stop {
    fn from(fault: BlobFault) -> Self {
        Self::Fault(fault)
    }
}

/// Reads all elements into `collector`.
pub(super) fn read(mut bytes: impl Read, collector: &mut Collector) -> Result<(), OsmError> {
    let mut at = 0_u64;
    let (mut packed, mut unpacked) = (Vec::new(), Vec::new());
    loop {
        let unreadable = |error: io::Error| OsmError::Read { at, message: error.to_string() };
        let blob = |fault| OsmError::Blob { at, fault };
        let mut length = [0_u8; 4];
        match bytes.read(&mut length[..1]).map_err(unreadable)? {
            0 => return Ok(()),
            _ => bytes.read_exact(&mut length[1..]).map_err(unreadable)?,
        }
        let header_length = u32::from_be_bytes(length);
        if header_length > HEADER_BYTES_MAX {
            return Err(blob(BlobFault::TooLong));
        }
        fill(&mut bytes, header_length as usize, &mut packed).map_err(unreadable)?;
        let (is_header, is_data, size) = blob_header(&packed).map_err(blob)?;
        fill(&mut bytes, size, &mut packed).map_err(unreadable)?;
        if is_header || is_data {
            unpack(&packed, &mut unpacked).map_err(blob)?;
        }
        let read = if is_header {
            header_block(&unpacked).map_err(Stop::Fault)
        } else if is_data {
            Block::read(&unpacked, collector)
        } else {
            Ok(())
        };
        read.map_err(|stop| match stop {
            Stop::Fault(fault) => blob(fault),
            Stop::Error(error) => error,
        })?;
        at += 4 + u64::from(header_length) + size as u64;
    }
}

/// The next `size` bytes; memory grows with what is there, not with what is told.
fn fill(bytes: &mut impl Read, size: usize, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    if bytes.take(size as u64).read_to_end(buffer)? < size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

fn blob_header(message: &[u8]) -> Result<(bool, bool, usize), BlobFault> {
    let (mut kind, mut size): (&[u8], _) = (&[], None);
    for field in Fields(message) {
        match field? {
            (1, value) => kind = value.bytes()?,
            (3, value) => size = Some(value.number()?),
            _ => {}
        }
    }
    let size = usize::try_from(size.ok_or(BlobFault::Message)?).map_err(|_| BlobFault::TooLong)?;
    if size > BLOB_BYTES_MAX {
        return Err(BlobFault::TooLong);
    }
    Ok((kind == b"OSMHeader", kind == b"OSMData", size))
}

fn unpack(message: &[u8], unpacked: &mut Vec<u8>) -> Result<(), BlobFault> {
    unpacked.clear();
    let (mut size, mut raw, mut zlib) = (None, None, None);
    for field in Fields(message) {
        match field? {
            (1, value) => raw = Some(value.bytes()?),
            (2, value) => size = Some(value.number()?),
            (3, value) => zlib = Some(value.bytes()?),
            _ => {}
        }
    }
    if let Some(raw) = raw {
        unpacked.extend_from_slice(raw);
        return Ok(());
    }
    let zlib = zlib.ok_or(BlobFault::Packing)?;
    let size = usize::try_from(size.ok_or(BlobFault::Message)?).map_err(|_| BlobFault::TooLong)?;
    if size > BLOB_BYTES_MAX {
        return Err(BlobFault::TooLong);
    }
    // One byte more than told: the end of the stream is read, and what is too long is seen.
    unpacked.reserve_exact(size + 1);
    let status = Decompress::new(true)
        .decompress_vec(zlib, unpacked, FlushDecompress::Finish)
        .map_err(|_| BlobFault::Damaged)?;
    if status == Status::StreamEnd && unpacked.len() == size {
        Ok(())
    } else {
        Err(BlobFault::Damaged)
    }
}

fn header_block(message: &[u8]) -> Result<(), BlobFault> {
    for field in Fields(message) {
        if let (4, value) = field? {
            let feature = value.bytes()?;
            if !FEATURES.iter().any(|known| known.as_bytes() == feature) {
                return Err(BlobFault::Feature);
            }
        }
    }
    Ok(())
}

/// The text and the scale of a block.
struct Block<'a> {
    strings: Vec<&'a [u8]>,
    granularity: i64,
    lat_offset: i64,
    lon_offset: i64,
}

impl<'a> Block<'a> {
    fn read(message: &'a [u8], collector: &mut Collector) -> Result<(), Stop> {
        let mut block =
            Block { strings: Vec::new(), granularity: 100, lat_offset: 0, lon_offset: 0 };
        let mut groups = Vec::new();
        for field in Fields(message) {
            match field? {
                (1, value) => {
                    for string in Fields(value.bytes()?) {
                        if let (1, text) = string? {
                            block.strings.push(text.bytes()?);
                        }
                    }
                }
                (2, value) => groups.push(value.bytes()?),
                (17, value) => block.granularity = value.number()? as i64,
                (19, value) => block.lat_offset = value.number()? as i64,
                (20, value) => block.lon_offset = value.number()? as i64,
                _ => {}
            }
        }
        for group in groups {
            for field in Fields(group) {
                match field? {
                    (1, value) => block.node(value.bytes()?, collector)?,
                    (2, value) => block.dense(value.bytes()?, collector)?,
                    (3, value) => block.way(value.bytes()?, collector)?,
                    (4, value) => block.relation(value.bytes()?, collector)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn text(&self, index: u64) -> Result<Cow<'a, str>, BlobFault> {
        let index = usize::try_from(index).map_err(|_| BlobFault::Index)?;
        let bytes = self.strings.get(index).ok_or(BlobFault::Index)?;
        std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| BlobFault::NotUtf8)
    }

    fn tags(&self, keys: &[u8], values: &[u8]) -> Result<Vec<RawTag<'a>>, BlobFault> {
        let mut values = Packed(values);
        Packed(keys)
            .map(|key| {
                let value = values.next().ok_or(BlobFault::Message)?;
                Ok((self.text(key?)?, self.text(value?)?))
            })
            .collect()
    }

    /// Coordinates are in units of `granularity` billionths of a degree.
    fn point(&self, id: i64, lat: i64, lon: i64) -> Result<Point, Stop> {
        let degrees = |offset: i64, value: i64| {
            offset.wrapping_add(self.granularity.wrapping_mul(value)) as f64 / 1e9
        };
        let (lat, lon) = (degrees(self.lat_offset, lat), degrees(self.lon_offset, lon));
        Point::from_degrees(lat, lon).map_err(|_| {
            Stop::Error(OsmError::Place { id, lat: lat.to_string(), lon: lon.to_string() })
        })
    }

    fn node(&self, message: &[u8], collector: &mut Collector) -> Result<(), Stop> {
        let (mut id, mut lat, mut lon) = (0, 0, 0);
        let (mut keys, mut values): (&[u8], &[u8]) = (&[], &[]);
        for field in Fields(message) {
            match field? {
                (1, value) => id = zigzag(value.number()?),
                (2, value) => keys = value.bytes()?,
                (3, value) => values = value.bytes()?,
                (8, value) => lat = zigzag(value.number()?),
                (9, value) => lon = zigzag(value.number()?),
                _ => {}
            }
        }
        let tags = self.tags(keys, values)?;
        collector.node(id, self.point(id, lat, lon)?, &tags).map_err(Stop::Error)
    }

    fn dense(&self, message: &[u8], collector: &mut Collector) -> Result<(), Stop> {
        let (mut ids, mut lats, mut lons, mut tags): (&[u8], &[u8], &[u8], &[u8]) =
            (&[], &[], &[], &[]);
        for field in Fields(message) {
            match field? {
                (1, value) => ids = value.bytes()?,
                (8, value) => lats = value.bytes()?,
                (9, value) => lons = value.bytes()?,
                (10, value) => tags = value.bytes()?,
                _ => {}
            }
        }
        let (mut lats, mut lons, mut tags) = (deltas(lats), deltas(lons), Packed(tags));
        let mut of_node = Vec::new();
        for id in deltas(ids) {
            let id = id?;
            let lat = lats.next().ok_or(BlobFault::Message)??;
            let lon = lons.next().ok_or(BlobFault::Message)??;
            of_node.clear();
            // Key, value, key, value, …, 0 for each node; nothing at all where no node has a tag.
            while let Some(key) = tags.next().transpose()?.filter(|&key| key != 0) {
                let value = tags.next().ok_or(BlobFault::Message)??;
                of_node.push((self.text(key)?, self.text(value)?));
            }
            collector.node(id, self.point(id, lat, lon)?, &of_node).map_err(Stop::Error)?;
        }
        Ok(())
    }

    fn way(&self, message: &[u8], collector: &mut Collector) -> Result<(), Stop> {
        let (mut id, mut keys, mut values, mut nodes): (_, &[u8], &[u8], &[u8]) =
            (0, &[], &[], &[]);
        for field in Fields(message) {
            match field? {
                (1, value) => id = value.number()? as i64,
                (2, value) => keys = value.bytes()?,
                (3, value) => values = value.bytes()?,
                (8, value) => nodes = value.bytes()?,
                _ => {}
            }
        }
        let nodes = deltas(nodes).collect::<Result<Vec<i64>, _>>()?;
        collector.way(id, &nodes, &self.tags(keys, values)?);
        Ok(())
    }

    fn relation(&self, message: &[u8], collector: &mut Collector) -> Result<(), Stop> {
        let (mut keys, mut values): (&[u8], &[u8]) = (&[], &[]);
        let (mut roles, mut ids, mut kinds): (&[u8], &[u8], &[u8]) = (&[], &[], &[]);
        for field in Fields(message) {
            match field? {
                (2, value) => keys = value.bytes()?,
                (3, value) => values = value.bytes()?,
                (8, value) => roles = value.bytes()?,
                (9, value) => ids = value.bytes()?,
                (10, value) => kinds = value.bytes()?,
                _ => {}
            }
        }
        let (mut roles, mut kinds) = (Packed(roles), Packed(kinds));
        let mut members = Vec::new();
        for id in deltas(ids) {
            let role = self.text(roles.next().ok_or(BlobFault::Message)??)?;
            let kind = match kinds.next().ok_or(BlobFault::Message)?? {
                0 => MemberKind::Node,
                1 => MemberKind::Way,
                2 => MemberKind::Relation,
                _ => return Err(BlobFault::Message.into()),
            };
            members.push(Member { kind, id: id?, role });
        }
        collector.relation(&members, &self.tags(keys, values)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::osm::{self, tests::SMALL};
    use proptest::prelude::*;
    use std::io::Write;

    fn varint(mut value: u64, out: &mut Vec<u8>) {
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
    }
    fn number(field: u64, value: u64) -> Vec<u8> {
        let mut out = Vec::new();
        varint(field << 3, &mut out);
        varint(value, &mut out);
        out
    }
    fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        varint(field << 3 | 2, &mut out);
        varint(value.len() as u64, &mut out);
        out.extend(value);
        out
    }
    fn packed(field: u64, values: &[u64]) -> Vec<u8> {
        let mut out = Vec::new();
        for &value in values {
            varint(value, &mut out);
        }
        bytes(field, &out)
    }
    fn zigzags(field: u64, values: &[i64]) -> Vec<u8> {
        let mut before = 0;
        let coded = values.iter().map(|&value| {
            let delta = value - before;
            before = value;
            (delta << 1 ^ delta >> 63) as u64
        });
        packed(field, &coded.collect::<Vec<u64>>())
    }

    fn blob(kind: &str, message: &[u8], zlib: bool) -> Vec<u8> {
        let body = if zlib {
            let mut packer =
                flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
            packer.write_all(message).unwrap();
            [number(2, message.len() as u64), bytes(3, &packer.finish().unwrap())].concat()
        } else {
            bytes(1, message)
        };
        let header = [bytes(1, kind.as_bytes()), number(3, body.len() as u64)].concat();
        [&(header.len() as u32).to_be_bytes()[..], &header, &body].concat()
    }

    fn block() -> Vec<u8> {
        let words = [
            "",
            "highway",
            "traffic_signals",
            "residential",
            "type",
            "restriction",
            "no_u_turn",
            "from",
            "via",
            "to",
            "name",
            "Rue & Place",
        ];
        let table: Vec<u8> = words.iter().flat_map(|word| bytes(1, word.as_bytes())).collect();
        let dense = [
            zigzags(1, &[3, 1, 9]),
            zigzags(8, &[430_000_000, 430_000_000, 435_000_000]),
            zigzags(9, &[70_010_000, 70_000_000, 75_000_000]),
            packed(10, &[1, 2, 0, 0, 0]),
        ]
        .concat();
        // The one node that is not dense: signed numbers, but no differences.
        let node = [number(1, 4), number(8, 860_000_000), number(9, 140_040_000)].concat();
        let way =
            [number(1, 10), packed(2, &[1, 10]), packed(3, &[3, 11]), zigzags(8, &[1, 3, 2, 77])]
                .concat();
        let relation = [
            number(1, 5),
            packed(2, &[4, 5]),
            packed(3, &[5, 6]),
            packed(8, &[7, 8, 9]),
            zigzags(9, &[10, 3, 10]),
            packed(10, &[1, 0, 1]),
        ]
        .concat();
        let group = |field, message: &[u8]| bytes(2, &bytes(field, message));
        [bytes(1, &table), group(2, &dense), group(1, &node), group(3, &way), group(4, &relation)]
            .concat()
    }

    fn file(zlib: bool) -> Vec<u8> {
        let header = [bytes(4, b"OsmSchema-V0.6"), bytes(4, b"DenseNodes")].concat();
        [
            blob("OSMHeader", &header, zlib),
            blob("Other", b"of no concern", false),
            blob("OSMData", &block(), zlib),
        ]
        .concat()
    }

    #[test]
    fn pbf_gives_what_the_same_xml_gives() {
        let expect = osm::read(SMALL.as_bytes()).unwrap();
        for zlib in [false, true] {
            assert_eq!(osm::read(&file(zlib)[..]).unwrap(), expect);
        }
    }

    #[test]
    fn each_fault_of_a_blob_is_told_with_its_place() {
        let with = |kind: &str, message: &[u8]| [file(true), blob(kind, message, false)].concat();
        let at = file(true).len() as u64;
        for (bytes, fault, why) in [
            (with("OSMHeader", &bytes(4, b"HistoricalInformation")), BlobFault::Feature, "history"),
            (with("OSMData", &[0x0a, 0x07]), BlobFault::Message, "cut off inside"),
            (
                with(
                    "OSMData",
                    &bytes(
                        2,
                        &bytes(3, &[number(1, 1), packed(2, &[8]), packed(3, &[9])].concat()),
                    ),
                ),
                BlobFault::Index,
                "a word that is not in the table",
            ),
            (
                with(
                    "OSMData",
                    &[
                        bytes(1, &bytes(1, &[0xff])),
                        bytes(2, &bytes(3, &[packed(2, &[0]), packed(3, &[0])].concat())),
                    ]
                    .concat(),
                ),
                BlobFault::NotUtf8,
                "a word that is no text",
            ),
            (
                [file(true), vec![0, 1, 0, 1]].concat(),
                BlobFault::TooLong,
                "a header of 64 KiB and 1",
            ),
        ] {
            assert_eq!(osm::read(&bytes[..]), Err(OsmError::Blob { at, fault }), "{why}");
        }
        let mut short = file(true);
        short.pop();
        let error = osm::read(&short[..]).unwrap_err();
        assert!(matches!(error, OsmError::Read { .. }), "{error}");
        assert!(error.to_string().starts_with("extract: byte "), "{error}");
    }

    #[test]
    fn a_blob_that_lies_about_its_size_is_damaged() {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&vec![0; 1 << 20]).unwrap();
        let zlib = packer.finish().unwrap();
        for told in [0, 1_000, (1 << 20) - 1, (1 << 20) + 1] {
            let message = [number(2, told), bytes(3, &zlib)].concat();
            let mut unpacked = Vec::new();
            assert_eq!(unpack(&message, &mut unpacked), Err(BlobFault::Damaged), "{told}");
        }
        let message = [number(2, 1 << 40), bytes(3, &zlib)].concat();
        assert_eq!(unpack(&message, &mut Vec::new()), Err(BlobFault::TooLong));
        assert_eq!(unpack(&bytes(4, &zlib), &mut Vec::new()), Err(BlobFault::Packing), "LZMA");
    }

    proptest! {
        #[test]
        fn no_damaged_file_panics(at in any::<proptest::sample::Index>(), value in any::<u8>()) {
            let mut bytes = file(false);
            let at = at.index(bytes.len());
            bytes[at] = value;
            let _ = osm::read(&bytes[..]);
        }
    }
}
