//! OpenStreetMap XML, version 0.6.

use super::OsmError;
use super::collect::{Collector, Member, MemberKind, RawTag};
use quantity::Point;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::io::BufRead;

/// Most bytes of XML, unpacked: a small gzip file may hold any number.
const XML_BYTES_MAX: u64 = 16 << 30;

/// The element whose parts are being read.
#[derive(Default)]
struct Open {
    kind: Option<Kind>,
    id: i64,
    point: Option<Point>,
    nodes: Vec<i64>,
    members: Vec<Member<'static>>,
    tags: Vec<RawTag<'static>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Node,
    Way,
    Relation,
}

/// What is wrong, before its place is known.
enum Wrong {
    Text(String),
    Place { id: i64, lat: String, lon: String },
}

fn wrong(text: impl Into<String>) -> Wrong {
    Wrong::Text(text.into())
}

/// Reads all elements into `collector`.
pub(super) fn read(bytes: impl BufRead, collector: &mut Collector) -> Result<(), OsmError> {
    let mut reader = quick_xml::Reader::from_reader(bytes.take(XML_BYTES_MAX));
    let mut buffer = Vec::new();
    let mut open = Open::default();
    let mut depth = 0_usize;
    loop {
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(quick_xml::Error::Io(error)) => {
                let at = reader.buffer_position();
                return Err(OsmError::Read { at, message: error.to_string() });
            }
            Err(error) => {
                let at = reader.error_position();
                return Err(OsmError::Xml { at, fault: error.to_string() });
            }
        };
        let done = match &event {
            Event::Start(tag) => {
                depth += 1;
                begin(&mut open, tag, depth == 1)
            }
            Event::Empty(tag) => {
                let begun = begin(&mut open, tag, depth == 0);
                begun.and_then(|()| close(tag.name().0, &mut open, collector))
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                close(tag.name().0, &mut open, collector)
            }
            Event::Eof if depth > 0 => Err(wrong("ends before its last closing tag")),
            Event::Eof => return Ok(()),
            _ => Ok(()),
        };
        match done {
            Ok(()) => buffer.clear(),
            Err(Wrong::Place { id, lat, lon }) => return Err(OsmError::Place { id, lat, lon }),
            Err(Wrong::Text(fault)) => {
                return Err(OsmError::Xml { at: reader.buffer_position(), fault });
            }
        }
    }
}

fn kind_of(name: &str) -> Option<Kind> {
    match name {
        "node" => Some(Kind::Node),
        "way" => Some(Kind::Way),
        "relation" => Some(Kind::Relation),
        _ => None,
    }
}

fn begin(open: &mut Open, tag: &BytesStart, is_root: bool) -> Result<(), Wrong> {
    let name = tag.name();
    if is_root && name.0 != "osm" {
        return Err(wrong(format!("begins with `{}`, not with `osm`", name.0)));
    }
    if let Some(kind) = kind_of(name.0) {
        if open.kind.is_some() {
            return Err(wrong(format!("`{}` inside another element", name.0)));
        }
        open.kind = Some(kind);
        open.id = number(&needed(tag, "id")?, "id")?;
        if kind == Kind::Node {
            open.point = Some(place(tag, open.id)?);
        }
        return Ok(());
    }
    match (open.kind, name.0) {
        (Some(Kind::Way), "nd") => open.nodes.push(number(&needed(tag, "ref")?, "ref")?),
        (Some(Kind::Relation), "member") => {
            let kind = match needed(tag, "type")?.as_str() {
                "node" => MemberKind::Node,
                "way" => MemberKind::Way,
                "relation" => MemberKind::Relation,
                other => return Err(wrong(format!("member of type `{other}`"))),
            };
            let id = number(&needed(tag, "ref")?, "ref")?;
            open.members.push(Member { kind, id, role: needed(tag, "role")?.into() });
        }
        (Some(_), "tag") => {
            open.tags.push((needed(tag, "k")?.into(), needed(tag, "v")?.into()));
        }
        _ => {}
    }
    Ok(())
}

/// After the last part of an element of this name.
fn close(name: &str, open: &mut Open, collector: &mut Collector) -> Result<(), Wrong> {
    if kind_of(name).is_some() { end(open, collector) } else { Ok(()) }
}

fn end(open: &mut Open, collector: &mut Collector) -> Result<(), Wrong> {
    let done = std::mem::take(open);
    match (done.kind, done.point) {
        (Some(Kind::Node), Some(point)) => {
            let kept = collector.node(done.id, point, &done.tags);
            kept.map_err(|error| wrong(error.to_string()))?;
        }
        (Some(Kind::Way), _) => collector.way(done.id, &done.nodes, &done.tags),
        (Some(Kind::Relation), _) => collector.relation(&done.members, &done.tags),
        _ => {}
    }
    Ok(())
}

fn needed(tag: &BytesStart, name: &str) -> Result<String, Wrong> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| wrong(error.to_string()))?;
        if attribute.key.0 == name {
            return attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map(Cow::into_owned)
                .map_err(|error| wrong(error.to_string()));
        }
    }
    Err(wrong(format!("`{}` without `{name}`", tag.name().0)))
}

fn number(text: &str, name: &str) -> Result<i64, Wrong> {
    text.parse().map_err(|_| wrong(format!("`{name}` is `{text}`, not a whole number")))
}

fn place(tag: &BytesStart, id: i64) -> Result<Point, Wrong> {
    let (lat, lon) = (needed(tag, "lat")?, needed(tag, "lon")?);
    let point = match (lat.parse(), lon.parse()) {
        (Ok(lat), Ok(lon)) => Point::from_degrees(lat, lon).ok(),
        _ => None,
    };
    point.ok_or(Wrong::Place { id, lat, lon })
}
