//! Distances and durations as the inner loops read them: a row at a time.

use crate::instance::Instance;
use crate::travel::{Precision, Travel, euclidean};

/// Above so many nodes distances are computed when asked for: a table would leave the caches and
/// then the memory.
pub(crate) const TABLE_NODES_MAX: usize = 5_000;

/// Where distances come from.
pub(crate) trait Arcs: Sync {
    type Row<'a>: Row
    where
        Self: 'a;
    /// Whether there and back are alike.
    const SYMMETRIC: bool = true;
    /// All arcs from and to a node.
    fn row(&self, node: u32) -> Self::Row<'_>;
    /// The time an arc takes whose distance is known.
    fn time_of(&self, from: u32, to: u32, distance: i32) -> i32;
}

/// The arcs of one node.
pub(crate) trait Row: Copy {
    fn to(self, node: u32) -> i32;
    fn from(self, node: u32) -> i32;
    fn time_to(self, node: u32) -> i32;
    fn time_from(self, node: u32) -> i32;
}

/// A symmetric table that is distance and time. Where all distances fit into 16 bits it is held so:
/// the loops wait for memory, and half the table is twice as near.
#[derive(Debug)]
pub(crate) struct Symmetric<T> {
    n: usize,
    table: Vec<T>,
}

impl<T: Copy + Into<i32> + Sync> Arcs for Symmetric<T> {
    type Row<'a>
        = &'a [T]
    where
        T: 'a;
    #[inline]
    fn row(&self, node: u32) -> &[T] {
        &self.table[node as usize * self.n..][..self.n]
    }
    #[inline]
    fn time_of(&self, _: u32, _: u32, distance: i32) -> i32 {
        distance
    }
}

impl<T: Copy + Into<i32>> Row for &[T] {
    #[inline]
    fn to(self, node: u32) -> i32 {
        self[node as usize].into()
    }
    #[inline]
    fn from(self, node: u32) -> i32 {
        self[node as usize].into()
    }
    #[inline]
    fn time_to(self, node: u32) -> i32 {
        self[node as usize].into()
    }
    #[inline]
    fn time_from(self, node: u32) -> i32 {
        self[node as usize].into()
    }
}

/// Any table: distance and time, each with its transpose.
#[derive(Debug)]
pub(crate) struct General {
    n: usize,
    out: Vec<[i32; 2]>,
    back: Vec<[i32; 2]>,
}

/// Distance and time to and from each node.
#[derive(Clone, Copy)]
pub(crate) struct GeneralRow<'a> {
    out: &'a [[i32; 2]],
    back: &'a [[i32; 2]],
}

impl Arcs for General {
    const SYMMETRIC: bool = false;
    type Row<'a> = GeneralRow<'a>;
    #[inline]
    fn row(&self, node: u32) -> GeneralRow<'_> {
        let start = node as usize * self.n;
        GeneralRow { out: &self.out[start..][..self.n], back: &self.back[start..][..self.n] }
    }
    #[inline]
    fn time_of(&self, from: u32, to: u32, _: i32) -> i32 {
        self.out[from as usize * self.n + to as usize][1]
    }
}

impl Row for GeneralRow<'_> {
    #[inline]
    fn to(self, node: u32) -> i32 {
        self.out[node as usize][0]
    }
    #[inline]
    fn from(self, node: u32) -> i32 {
        self.back[node as usize][0]
    }
    #[inline]
    fn time_to(self, node: u32) -> i32 {
        self.out[node as usize][1]
    }
    #[inline]
    fn time_from(self, node: u32) -> i32 {
        self.back[node as usize][1]
    }
}

/// Points on a plane, for instances too large for a table.
#[derive(Debug)]
pub(crate) struct Plane {
    points: Vec<[f64; 2]>,
    precision: Precision,
    /// The node that is no place: zero from everywhere.
    nowhere: u32,
}

/// The node that is asked about.
#[derive(Clone, Copy)]
pub(crate) struct PlaneRow<'a> {
    plane: &'a Plane,
    node: u32,
    here: [f64; 2],
}

impl Arcs for Plane {
    type Row<'a> = PlaneRow<'a>;
    #[inline]
    fn row(&self, node: u32) -> PlaneRow<'_> {
        PlaneRow { plane: self, node, here: self.points[node as usize] }
    }
    #[inline]
    fn time_of(&self, _: u32, _: u32, distance: i32) -> i32 {
        distance
    }
}

impl Row for PlaneRow<'_> {
    #[inline]
    fn to(self, node: u32) -> i32 {
        if node == self.plane.nowhere || self.node == self.plane.nowhere {
            return 0;
        }
        self.plane.precision.units(euclidean(self.here, self.plane.points[node as usize]))
    }
    #[inline]
    fn from(self, node: u32) -> i32 {
        self.to(node)
    }
    #[inline]
    fn time_to(self, node: u32) -> i32 {
        self.to(node)
    }
    #[inline]
    fn time_from(self, node: u32) -> i32 {
        self.to(node)
    }
}

/// The arcs of an instance in the search's own numbering.
#[derive(Debug)]
pub(crate) enum AnyArcs {
    Short(Symmetric<u16>),
    Symmetric(Symmetric<i32>),
    General(General),
    Plane(Plane),
}

impl AnyArcs {
    /// - `original`: the instance's node for each of the search's; one beyond is no place.
    pub(crate) fn new(instance: &Instance, original: &[u32]) -> Self {
        let (n, nodes) = (original.len(), instance.nodes());
        let place = |node: u32| (node as usize) < nodes;
        if let Travel::Plane { points, precision } = &instance.parts().travel {
            let nowhere = original.iter().position(|&node| !place(node));
            let nowhere = nowhere.map_or(u32::MAX, |node| node as u32);
            let points = original.iter().map(|&node| points.get(node as usize).copied());
            let points = points.map(Option::unwrap_or_default).collect();
            let plane = Plane { points, precision: *precision, nowhere };
            if n > TABLE_NODES_MAX {
                return Self::Plane(plane);
            }
            let mut table = vec![0; n * n];
            for row in 0..n {
                for column in 0..row {
                    let distance = plane.row(row as u32).to(column as u32);
                    table[row * n + column] = distance;
                    table[column * n + row] = distance;
                }
            }
            return Self::symmetric(n, table);
        }
        let arc = |from: u32, to: u32| {
            if !place(from) || !place(to) {
                return [0, 0];
            }
            let (from, to) = (from as usize, to as usize);
            [instance.distance(from, to), instance.duration(from, to)]
        };
        let mut out = vec![[0; 2]; n * n];
        let mut back = vec![[0; 2]; n * n];
        for (row, &from) in original.iter().enumerate() {
            for (column, &to) in original.iter().enumerate() {
                out[row * n + column] = arc(from, to);
                back[column * n + row] = out[row * n + column];
            }
        }
        if out == back && out.iter().all(|[distance, time]| distance == time) {
            return Self::symmetric(n, out.into_iter().map(|[distance, _]| distance).collect());
        }
        Self::General(General { n, out, back })
    }

    fn symmetric(n: usize, table: Vec<i32>) -> Self {
        let short: Result<Vec<u16>, _> = table.iter().map(|&arc| u16::try_from(arc)).collect();
        match short {
            Ok(table) => Self::Short(Symmetric { n, table }),
            Err(_) => Self::Symmetric(Symmetric { n, table }),
        }
    }
}
