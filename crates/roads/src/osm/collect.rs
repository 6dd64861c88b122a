//! What is kept of an extract: roads, the nodes they use, turn restrictions.

use super::OsmError;
use quantity::Point;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Most nodes of an extract: indices are 32 bits wide, and copies of nodes need some of them.
pub(crate) const NODES_MAX: usize = 1 << 31;

/// Keys that a rule of [`crate::profile`], [`crate::access`] or [`crate::turns`] reads.
const KEYS: [&str; 37] = [
    "access",
    "area",
    "barrier",
    "bicycle",
    "cycleway",
    "except",
    "foot",
    "goods",
    "hgv",
    "highway",
    "junction",
    "maxheight",
    "maxspeed",
    "maxspeed:backward",
    "maxspeed:forward",
    "maxspeed:hgv",
    "maxspeed:type",
    "maxweight",
    "maxwidth",
    "motor_vehicle",
    "motorcar",
    "motorroad",
    "oneway",
    "oneway:bicycle",
    "restriction",
    "restriction:bicycle",
    "restriction:goods",
    "restriction:hgv",
    "restriction:motorcar",
    "sidewalk",
    "sidewalk:both",
    "sidewalk:left",
    "sidewalk:right",
    "source:maxspeed",
    "type",
    "vehicle",
    "zone:maxspeed",
];

/// Tags that some rule reads, in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(Vec<(&'static str, Box<str>)>);

impl Tags {
    /// The value of a key; of a key that is given twice, the first.
    pub fn of(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| &**value)
    }
    /// The value is that word.
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.of(key) == Some(value)
    }
    /// From pairs of key and value; keys that no rule reads are dropped.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut kept: Vec<(&'static str, Box<str>)> = pairs
            .into_iter()
            .filter_map(|(key, value)| {
                let at = KEYS.binary_search(&key.as_ref()).ok()?;
                Some((KEYS[at], value.as_ref().into()))
            })
            .collect();
        kept.sort_by_key(|(key, _)| *key);
        Self(kept)
    }
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A way with a `highway` tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Its id in OpenStreetMap.
    pub id: i64,
    /// Its nodes, as indices of [`Extract::nodes`]; those outside the extract are left out.
    pub nodes: Vec<u32>,
    /// Its tags.
    pub tags: Tags,
}

/// A turn is forbidden, or all others are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestrictionKind {
    /// `no_left_turn` and its like.
    No,
    /// `only_straight_on` and its like.
    Only,
}

/// A turn restriction at a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// Id of the way on which one comes.
    pub from: i64,
    /// The node at which one turns, as an index of [`Extract::nodes`].
    pub via: u32,
    /// Id of the way into which one turns.
    pub to: i64,
    /// Its tags, which say whom it binds.
    pub tags: Tags,
}

/// What an extract holds and this reader leaves out, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Nodes that a road names and the extract does not hold: roads end at its border.
    pub nodes_missing: usize,
    /// Turn restrictions over a way, which are not kept.
    pub restrictions_via_way: usize,
    /// Turn restrictions without one from, via and to, which are not kept.
    pub restrictions_odd: usize,
}

/// The roads of a region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extract {
    nodes: Vec<Point>,
    node_tags: BTreeMap<u32, Tags>,
    ways: Vec<Way>,
    restrictions: Vec<Restriction>,
    notes: Notes,
}

impl Extract {
    /// Nodes on roads, by ascending id.
    pub fn nodes(&self) -> &[Point] {
        &self.nodes
    }
    /// Tags of a node on a road, where it has some that a rule reads.
    pub fn node_tags(&self, node: u32) -> Option<&Tags> {
        self.node_tags.get(&node)
    }
    /// Ways with a `highway` tag, by ascending id.
    pub fn ways(&self) -> &[Way] {
        &self.ways
    }
    /// Turn restrictions at nodes.
    pub fn restrictions(&self) -> &[Restriction] {
        &self.restrictions
    }
    /// What was left out.
    pub fn notes(&self) -> Notes {
        self.notes
    }
}

/// A key and its value as a reader has them.
pub(super) type RawTag<'a> = (Cow<'a, str>, Cow<'a, str>);

/// What a member of a relation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberKind {
    Node,
    Way,
    Relation,
}

/// A member of a relation.
pub(super) struct Member<'a> {
    pub(super) kind: MemberKind,
    pub(super) id: i64,
    pub(super) role: Cow<'a, str>,
}

struct RawWay {
    id: i64,
    nodes: Vec<i64>,
    tags: Tags,
}

struct RawRestriction {
    from: i64,
    via: i64,
    to: i64,
    tags: Tags,
}

/// Takes elements in any order and keeps what the roads need.
#[derive(Default)]
pub(super) struct Collector {
    nodes: Vec<(i64, Point)>,
    node_tags: Vec<(i64, Tags)>,
    ways: Vec<RawWay>,
    restrictions: Vec<RawRestriction>,
    notes: Notes,
}

impl Collector {
    pub(super) fn node(&mut self, id: i64, point: Point, tags: &[RawTag]) -> Result<(), OsmError> {
        if self.nodes.len() == NODES_MAX {
            return Err(OsmError::TooLarge { most: NODES_MAX });
        }
        self.nodes.push((id, point));
        if !tags.is_empty() {
            let tags = Tags::new(tags.iter().map(|(key, value)| (key, value)));
            if !tags.is_empty() {
                self.node_tags.push((id, tags));
            }
        }
        Ok(())
    }

    pub(super) fn way(&mut self, id: i64, nodes: &[i64], tags: &[RawTag]) {
        if tags.iter().any(|(key, _)| key == "highway") {
            let tags = Tags::new(tags.iter().map(|(key, value)| (key, value)));
            self.ways.push(RawWay { id, nodes: nodes.to_vec(), tags });
        }
    }

    pub(super) fn relation(&mut self, members: &[Member], tags: &[RawTag]) {
        if !tags.iter().any(|(key, value)| key == "type" && value == "restriction") {
            return;
        }
        let of_role = |role| {
            let mut found = members.iter().filter(|member| member.role == role);
            found.next().filter(|_| found.next().is_none())
        };
        let (Some(from), Some(to)) = (of_role("from"), of_role("to")) else {
            self.notes.restrictions_odd += 1;
            return;
        };
        if members.iter().any(|member| member.role == "via" && member.kind == MemberKind::Way) {
            self.notes.restrictions_via_way += 1;
            return;
        }
        match of_role("via") {
            Some(via)
                if via.kind == MemberKind::Node
                    && from.kind == MemberKind::Way
                    && to.kind == MemberKind::Way =>
            {
                let tags = Tags::new(tags.iter().map(|(key, value)| (key, value)));
                self.restrictions.push(RawRestriction {
                    from: from.id,
                    via: via.id,
                    to: to.id,
                    tags,
                });
            }
            _ => self.notes.restrictions_odd += 1,
        }
    }

    /// Only nodes on roads, by ascending id; the order of the file says nothing.
    pub(super) fn finish(mut self) -> Result<Extract, OsmError> {
        self.ways.sort_by_key(|way| way.id);
        self.ways.dedup_by_key(|way| way.id);
        let mut used: Vec<i64> =
            self.ways.iter().flat_map(|way| way.nodes.iter().copied()).collect();
        used.sort_unstable();
        used.dedup();
        self.nodes.retain(|(id, _)| used.binary_search(id).is_ok());
        self.nodes.sort_by_key(|(id, _)| *id);
        self.nodes.dedup_by_key(|(id, _)| *id);
        let ids: Vec<i64> = self.nodes.iter().map(|(id, _)| *id).collect();
        let index = |id: &i64| ids.binary_search(id).ok().map(|at| at as u32);
        let mut notes = Notes { nodes_missing: used.len() - ids.len(), ..self.notes };
        let ways: Vec<Way> = self
            .ways
            .into_iter()
            .map(|way| Way {
                id: way.id,
                nodes: way.nodes.iter().filter_map(index).collect(),
                tags: way.tags,
            })
            .filter(|way| way.nodes.len() > 1)
            .collect();
        if ways.is_empty() {
            return Err(OsmError::NoRoads);
        }
        let mut restrictions = Vec::new();
        for RawRestriction { from, via, to, tags } in self.restrictions {
            match index(&via) {
                Some(via) => restrictions.push(Restriction { from, via, to, tags }),
                None => notes.restrictions_odd += 1,
            }
        }
        let node_tags =
            self.node_tags.into_iter().filter_map(|(id, tags)| Some((index(&id)?, tags))).collect();
        let nodes = self.nodes.into_iter().map(|(_, point)| point).collect();
        Ok(Extract { nodes, node_tags, ways, restrictions, notes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_for_the_search_among_them() {
        assert!(KEYS.is_sorted());
    }
}
