//! The judge of a loaded container or pallet.

use crate::block::{BoxType, Container, Loading, Placement, Rules};
use quantity::{Length, Mass};

/// What is wrong with a loading. Boxes by index in the loading, types by index of the caller.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LoadingFault {
    /// An index beyond the types of box.
    #[error("box {0} is of a type that there is not")]
    NoSuchType(usize),
    /// A box has other sides than its type, or a side stands that must not.
    #[error("box {0} may not lie so")]
    Turned(usize),
    /// A box stands out by more than the overhang, or above the height.
    #[error("box {0} is not inside")]
    Outside(usize),
    /// Two boxes are in the same place.
    #[error("boxes {0} and {1} overlap")]
    Overlap(usize, usize),
    /// A box rests on a fragile one.
    #[error("box {0} rests on {1}, which is fragile")]
    OnFragile(usize, usize),
    /// Too little of a base is borne.
    #[error("only {share:.3} of box {box_} is borne")]
    Unsupported {
        /// The box.
        box_: usize,
        /// The share of its base that is borne.
        share: f64,
    },
    /// More boxes of a type than there are.
    #[error("{loaded} boxes of type {kind}, but there are {count}")]
    Count {
        /// The type.
        kind: usize,
        /// As loaded.
        loaded: usize,
        /// As given.
        count: u32,
    },
    /// The load is heavier than the limit.
    #[error("a load of {} g where {} g are allowed", load.grams(), max_load.grams())]
    TooHeavy {
        /// Boxes together.
        load: Mass,
        /// The limit.
        max_load: Mass,
    },
    /// The volumes told are not those of the boxes and the room.
    #[error("the volumes are not those of the boxes and the room")]
    Volume,
}

/// Low and high corner in tenths of a millimetre.
type Place = [[i64; 3]; 2];

/// A box by its index in the loading, where it lies, and the index of its type.
type Known = (usize, Place, usize);

/// All faults of a loading; none means that it may be loaded so. Whether more would go in is not
/// judged.
pub fn check_loading(
    container: &Container,
    boxes: &[BoxType],
    rules: &Rules,
    loading: &Loading,
) -> Vec<LoadingFault> {
    let mut faults = Vec::new();
    let mut known: Vec<Known> = Vec::new();
    for (i, box_) in loading.placements.iter().enumerate() {
        if box_.kind < boxes.len() {
            known.push((i, place(box_), box_.kind));
        } else {
            faults.push(LoadingFault::NoSuchType(i));
        }
    }
    for &(i, at, kind) in &known {
        if !may_lie(&boxes[kind], loading.placements[i].size) {
            faults.push(LoadingFault::Turned(i));
        }
        if !is_inside(container, &at) {
            faults.push(LoadingFault::Outside(i));
        }
    }
    contacts(container, boxes, rules.support, &known, &mut faults);
    counts(container, boxes, &known, &mut faults);
    let loaded: i128 = known.iter().map(|(_, at, _)| volume(at)).sum();
    let [length, width, height] = tenths(container.sides);
    let over = container.overhang.tenths_mm();
    let room = volume(&[[-over, -over, 0], [length + over, width + over, height]]);
    if (loaded, room) != (loading.loaded, loading.room) {
        faults.push(LoadingFault::Volume);
    }
    faults
}

/// Overlaps, and what bears each box.
fn contacts(
    container: &Container,
    boxes: &[BoxType],
    support: f64,
    known: &[Known],
    faults: &mut Vec<LoadingFault>,
) {
    let [length, width, _] = tenths(container.sides);
    let deck = [[0, 0, 0], [length, width, 0]];
    for &(i, at, _) in known {
        let mut borne = if at[0][2] == 0 { base(&at, &deck) } else { 0 };
        for &(j, other, below) in known.iter().filter(|&&(j, ..)| j != i) {
            let above_each_other = base(&at, &other);
            if i < j && above_each_other > 0 && common(&at, &other, 2) > 0 {
                faults.push(LoadingFault::Overlap(i, j));
            }
            if other[1][2] == at[0][2] {
                borne += above_each_other;
                if above_each_other > 0 && boxes[below].fragile {
                    faults.push(LoadingFault::OnFragile(i, j));
                }
            }
        }
        let share = borne as f64 / base(&at, &at) as f64;
        if share < support - 1e-9 {
            faults.push(LoadingFault::Unsupported { box_: i, share });
        }
    }
}

fn counts(
    container: &Container,
    boxes: &[BoxType],
    known: &[Known],
    faults: &mut Vec<LoadingFault>,
) {
    let mut loaded = vec![0; boxes.len()];
    for &(_, _, kind) in known {
        loaded[kind] += 1;
    }
    for (kind, (&loaded, box_)) in loaded.iter().zip(boxes).enumerate() {
        if loaded > box_.count as usize {
            faults.push(LoadingFault::Count { kind, loaded, count: box_.count });
        }
    }
    let load: Mass = known.iter().map(|&(_, _, kind)| boxes[kind].mass).sum();
    if let Some(max_load) = container.max_load.filter(|&most| load > most) {
        faults.push(LoadingFault::TooHeavy { load, max_load });
    }
}

fn tenths(lengths: [Length; 3]) -> [i64; 3] {
    lengths.map(Length::tenths_mm)
}

fn place(box_: &Placement) -> Place {
    let (at, size) = (tenths(box_.at), tenths(box_.size));
    [at, [at[0] + size[0], at[1] + size[1], at[2] + size[2]]]
}

/// The sides are those of the type, and the one that stands may.
fn may_lie(kind: &BoxType, size: [Length; 3]) -> bool {
    (0..3).any(|up| {
        let (a, b) = (kind.sides[(up + 1) % 3], kind.sides[(up + 2) % 3]);
        let on_the_floor = [a, b] == [size[0], size[1]] || [b, a] == [size[0], size[1]];
        kind.vertical[up] && kind.sides[up] == size[2] && on_the_floor
    })
}

fn is_inside(container: &Container, at: &Place) -> bool {
    let sides = tenths(container.sides);
    let over = container.overhang.tenths_mm();
    let along = |axis: usize| at[0][axis] >= -over && at[1][axis] <= sides[axis] + over;
    along(0) && along(1) && at[0][2] >= 0 && at[1][2] <= sides[2]
}

/// Length that both have along an axis.
fn common(a: &Place, b: &Place, axis: usize) -> i64 {
    (a[1][axis].min(b[1][axis]) - a[0][axis].max(b[0][axis])).max(0)
}

/// Area that both have, seen from above.
fn base(a: &Place, b: &Place) -> i64 {
    common(a, b, 0) * common(a, b, 1)
}

fn volume([low, high]: &Place) -> i128 {
    (0..3).map(|axis| i128::from(high[axis] - low[axis])).product()
}
