//! OpenStreetMap extracts: bytes in, an [`Extract`] of the roads or the fault out. The formats are
//! PBF, XML and gzipped XML, told apart by their first bytes.

mod collect;
mod pbf;
mod wire;
mod xml;

pub use collect::{Extract, Notes, Restriction, RestrictionKind, Tags, Way};

use collect::Collector;
use std::io::BufRead;

/// What can be wrong with an extract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OsmError {
    /// The bytes end early, the file cannot be read, or gzip finds it damaged.
    #[error("extract: byte {at}: not readable: {message}. Fetch the file again.")]
    Read {
        /// Bytes that were read before, unpacked.
        at: u64,
        /// What the reader says.
        message: String,
    },
    /// A PBF blob that is damaged, or none at all.
    #[error(
        "extract: blob at byte {at}: {fault}. Fetch the file again, as .osm.pbf, .osm or .osm.gz."
    )]
    Blob {
        /// Where the blob begins.
        at: u64,
        /// What is wrong with it.
        fault: BlobFault,
    },
    /// XML that is not well formed, or not OpenStreetMap's.
    #[error(
        "extract: byte {at} of the XML: {fault}. Fetch the file again, as .osm.pbf, .osm or .osm.gz."
    )]
    Xml {
        /// Where the reader stood.
        at: u64,
        /// What is wrong.
        fault: String,
    },
    /// A node that is no place on earth.
    #[error("extract: node {id}: {lat}, {lon} is not a latitude and a longitude. Mend the node.")]
    Place {
        /// The node.
        id: i64,
        /// Its latitude, in degrees, as written.
        lat: String,
        /// Its longitude, in degrees, as written.
        lon: String,
    },
    /// More nodes than can be counted here.
    #[error("extract: more than {most} nodes. Cut out the region that is driven.")]
    TooLarge {
        /// The most.
        most: usize,
    },
    /// No road at all.
    #[error("extract: holds no road. Take an extract with `highway` ways and their nodes.")]
    NoRoads,
}

/// What can be wrong with a blob of a PBF file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlobFault {
    /// The length of its header or its own is beyond what the format allows.
    #[error("longer than the format allows")]
    TooLong,
    /// Not Protocol Buffers as the format has them.
    #[error("not a PBF message")]
    Message,
    /// Packed by a method that is not zlib.
    #[error("packed by a method other than zlib")]
    Packing,
    /// zlib finds it damaged, or its size is not the one told.
    #[error("damaged")]
    Damaged,
    /// Text that is not UTF-8.
    #[error("text that is not UTF-8")]
    NotUtf8,
    /// An index beyond its table.
    #[error("an index beyond its table")]
    Index,
    /// The file needs a feature of the format that is not known here.
    #[error("needs a feature that is not known here")]
    Feature,
}

/// Reads an extract: `.osm.pbf`, `.osm` or `.osm.gz`.
pub fn read(mut bytes: impl BufRead) -> Result<Extract, OsmError> {
    let first = bytes
        .fill_buf()
        .map_err(|error| OsmError::Read { at: 0, message: error.to_string() })?
        .iter()
        .copied()
        .take(2)
        .collect::<Vec<u8>>();
    let mut collector = Collector::default();
    match first[..] {
        // RFC 1952: the two bytes that begin every gzip file.
        [0x1f, 0x8b] => {
            let unpacked = flate2::bufread::MultiGzDecoder::new(bytes);
            xml::read(std::io::BufReader::new(unpacked), &mut collector)?;
        }
        // A PBF begins with a length below 64 KiB, so with two zeros: never with these.
        [b'<' | b' ' | b'\n' | b'\r' | b'\t' | 0xef, _] => xml::read(bytes, &mut collector)?,
        _ => pbf::read(bytes, &mut collector)?,
    }
    collector.finish()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    pub(crate) const SMALL: &str = r#"<?xml version="1.0"?><osm version="0.6">
        <node id="3" lat="43.0" lon="7.001"><tag k="highway" v="traffic_signals"/></node>
        <node id="1" lat="43.0" lon="7.0"/><node id="2" lat="43.0" lon="7.002"/>
        <node id="9" lat="43.5" lon="7.5"/>
        <way id="10"><nd ref="1"/><nd ref="3"/><nd ref="2"/><nd ref="77"/>
            <tag k="highway" v="residential"/><tag k="name" v="Rue &amp; Place"/></way>
        <way id="11"><nd ref="9"/><tag k="building" v="yes"/></way>
        <relation id="5"><member type="way" ref="10" role="from"/>
            <member type="node" ref="3" role="via"/><member type="way" ref="10" role="to"/>
            <tag k="type" v="restriction"/><tag k="restriction" v="no_u_turn"/></relation></osm>"#;

    #[test]
    fn xml_gives_its_roads_and_nothing_else() {
        let extract = read(SMALL.as_bytes()).unwrap();
        assert_eq!(extract.nodes().len(), 3, "the house's corner is no road");
        assert_eq!(extract.ways().len(), 1);
        assert_eq!(extract.ways()[0].nodes, [0, 2, 1], "by place in the list, sorted by id");
        assert_eq!(extract.ways()[0].tags.of("name"), None, "no rule reads a name");
        assert_eq!(extract.node_tags(2).unwrap().of("highway"), Some("traffic_signals"));
        assert_eq!(extract.restrictions().len(), 1);
        assert_eq!(extract.notes().nodes_missing, 1);
    }

    #[test]
    fn gzip_gives_the_same() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(SMALL.as_bytes()).unwrap();
        let packed = packer.finish().unwrap();
        assert_eq!(read(&packed[..]).unwrap(), read(SMALL.as_bytes()).unwrap());
        let cut = &packed[..packed.len() / 2];
        assert!(matches!(read(cut), Err(OsmError::Read { .. } | OsmError::Xml { .. })));
    }

    #[test]
    fn each_fault_of_xml_is_told() {
        let node = |text: &str| SMALL.replace(r#"lat="43.0" lon="7.0""#, text);
        let error = read(node(r#"lat="93.0" lon="7.0""#).as_bytes()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "extract: node 1: 93.0, 7.0 is not a latitude and a longitude. Mend the node."
        );
        for (text, why) in [
            (node(r#"lat="43.0""#), "no longitude"),
            (node(r#"lat="43.0" lon="x""#), "not a number"),
            (SMALL.replace("</osm>", ""), "cut off"),
            (SMALL.replace("</way>", "</node>"), "crossed tags"),
            ("<html><body/></html>".to_string(), "another language"),
        ] {
            let error = read(text.as_bytes()).unwrap_err();
            assert!(
                matches!(error, OsmError::Xml { .. } | OsmError::Place { .. }),
                "{why}: {error}"
            );
        }
        assert_eq!(read(&b"<osm></osm>"[..]), Err(OsmError::NoRoads));
        assert!(matches!(read(&b""[..]), Err(OsmError::NoRoads)));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes[..]);
        }
        #[test]
        fn no_damaged_xml_panics(at in 0..SMALL.len(), byte in any::<u8>()) {
            let mut bytes = SMALL.as_bytes().to_vec();
            bytes[at] = byte;
            let _ = read(&bytes[..]);
        }
    }
}
