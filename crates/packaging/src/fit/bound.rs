//! Bounds: reasons why a carton cannot hold some pieces, whatever the arrangement.

use crate::goods::Goods;
use crate::shape::{Sides, Turns, volume};

/// Up to so many pieces the sums of their sides are enumerated; more reach almost any length.
const SUMS_MAX: usize = 12;
/// Up to so many pieces the scales are tried: they take time in proportion.
const SCALED_MAX: usize = 60;

/// The ways to lie of each piece that are inside; `None` where a piece has none, or where two
/// pieces cannot lie side by side along any axis.
pub(crate) fn turns_inside(goods: &Goods, inner: &Sides) -> Option<Vec<Turns>> {
    let turns: Vec<Turns> = goods.turns.iter().map(|turns| turns.within(inner)).collect();
    let extents = turns.iter().map(Turns::least_extent).collect::<Option<Vec<Sides>>>()?;
    let beside = |a: &Sides, b: &Sides| (0..3).any(|axis| a[axis] + b[axis] <= inner[axis]);
    let most = extents.iter().fold([0; 3], |most: Sides, extent| {
        std::array::from_fn(|axis| most[axis].max(extent[axis]))
    });
    // What goes beside the longest of all along some axis goes beside each.
    let large: Vec<&Sides> = extents.iter().filter(|extent| !beside(extent, &most)).collect();
    let apart = large.iter().enumerate().all(|(i, a)| large[i + 1..].iter().all(|b| beside(a, b)));
    apart.then_some(turns)
}

/// The part of each inner side that sums of the pieces' sides can reach. What lies left, back and
/// down as far as it goes lies within (normal patterns: Herz 1972, Christofides and Whitlock 1977).
pub(crate) fn reach(turns: &[Turns], inner: &Sides) -> Sides {
    if turns.len() > SUMS_MAX {
        return *inner;
    }
    let sides = turns.iter().flat_map(Turns::as_slice).flatten();
    let unit = sides.fold(0, |unit, &side| gcd(unit, side)).max(1);
    std::array::from_fn(|axis| {
        let units = (inner[axis] / unit) as usize;
        let mut sums = vec![0_u64; units / 64 + 1];
        sums[0] = 1;
        for turns in turns {
            let before = sums.clone();
            let turns = turns.as_slice();
            for (i, turn) in turns.iter().enumerate() {
                if turns[..i].iter().all(|earlier| earlier[axis] != turn[axis]) {
                    shift_into(&mut sums, &before, (turn[axis] / unit) as usize);
                }
            }
        }
        let reached = (0..=units).rev().find(|&sum| sums[sum / 64] >> (sum % 64) & 1 == 1);
        reached.unwrap_or(0) as i32 * unit
    })
}

/// Adds to a set of sums each of another set, increased by `by`.
fn shift_into(sums: &mut [u64], from: &[u64], by: usize) {
    let (words, bits) = (by / 64, by % 64);
    for i in words..sums.len() {
        let mut word = from[i - words] << bits;
        if bits > 0 && i > words {
            word |= from[i - words - 1] >> (64 - bits);
        }
        sums[i] |= word;
    }
}

fn gcd(a: i32, b: i32) -> i32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Scales of one side: an increasing function that keeps any sums within the side within its
/// image (dual feasible functions; Fekete and Schepers 2004, Lueker 1983).
#[derive(Clone, Copy, Debug)]
enum Scale {
    /// As it is.
    Plain,
    /// Rounded down to so many parts, unless it is a whole number of them and one more.
    Parts(i32),
    /// What leaves less than this counts as all, what is less as nothing.
    Threshold(i32),
}

impl Scale {
    fn of(self, side: i32, inner: i32) -> i64 {
        let (side, inner) = (i64::from(side), i64::from(inner));
        match self {
            Self::Parts(parts) => {
                let parts = i64::from(parts);
                let scaled = (parts + 1) * side;
                if scaled % inner == 0 { side * parts } else { scaled / inner * inner }
            }
            Self::Threshold(least) if side > inner - i64::from(least) => inner,
            Self::Threshold(least) if side < i64::from(least) => 0,
            Self::Plain | Self::Threshold(_) => side,
        }
    }
}

/// Under some scales of the three sides the pieces have more volume than the carton.
pub(crate) fn exceeds_scaled(turns: &[Turns], inner: &Sides) -> bool {
    if turns.len() > SCALED_MAX || inner.contains(&0) {
        return false;
    }
    // Pieces alike one after another, once.
    let mut kinds: Vec<(&[Sides], i64)> = Vec::with_capacity(turns.len());
    for turns in turns {
        match kinds.last_mut() {
            Some((last, count)) if *last == turns.as_slice() => *count += 1,
            _ => kinds.push((turns.as_slice(), 1)),
        }
    }
    let [xs, ys, zs]: [Vec<Scaled>; 3] = std::array::from_fn(|axis| scaled(&kinds, inner, axis));
    zs.iter().any(|z| {
        ys.iter().any(|y| {
            let flat = y.whole * z.whole;
            xs.iter().any(|x| {
                let mut left = x.whole * flat;
                let mut from = 0;
                !kinds.iter().all(|&(turns, count)| {
                    let ways = from..from + turns.len();
                    from = ways.end;
                    let least = ways.map(|way| x.sides[way] * y.sides[way] * z.sides[way]).min();
                    left -= least.unwrap_or(0) * count;
                    left >= 0
                })
            })
        })
    })
}

/// Everything along one axis under one scale.
struct Scaled {
    /// The carton.
    whole: i64,
    /// Each way of each kind of piece to lie, one kind after another.
    sides: Vec<i64>,
}

fn scaled(kinds: &[(&[Sides], i64)], inner: &Sides, axis: usize) -> Vec<Scaled> {
    let inner = inner[axis];
    let ways = || kinds.iter().flat_map(|(turns, _)| turns.iter().map(|turn| turn[axis]));
    let mut leasts: Vec<i32> = kinds
        .iter()
        .filter_map(|(turns, _)| turns.iter().map(|turn| turn[axis]).min())
        .filter(|&least| 0 < least && 2 * least <= inner)
        .collect();
    leasts.sort_unstable();
    leasts.dedup();
    let middle = leasts.get(leasts.len() / 2).copied();
    let thresholds = leasts.last().copied().into_iter().chain(middle).map(Scale::Threshold);
    let scales = [Scale::Plain, Scale::Parts(1), Scale::Parts(2), Scale::Parts(3)];
    let under = |scale: Scale| Scaled {
        whole: scale.of(inner, inner),
        sides: ways().map(|side| scale.of(side, inner)).collect(),
    };
    scales.into_iter().chain(thresholds).map(under).collect()
}

/// Ruled out by mass or volume alone.
pub(crate) fn exceeds(goods: &Goods, inner: &Sides, max_load: i64) -> bool {
    goods.mass > max_load || goods.volume > volume(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shape;
    use crate::stack::UNLIMITED;

    fn goods(sides: &[Sides]) -> Goods {
        let shape = |&sides: &Sides| Shape {
            sides,
            upright: false,
            fragile: false,
            stacking_max: UNLIMITED,
            mass: 1,
        };
        Goods::of(sides.iter().map(shape).collect())
    }

    #[test]
    fn pieces_in_each_others_way_are_found() {
        for (sides, expect, why) in [
            (vec![[6, 6, 6], [4, 4, 4]], true, "six and four make ten"),
            (vec![[6, 6, 6], [5, 5, 5]], false, "no axis has eleven"),
            (vec![[1, 1, 11]], false, "one alone is too long"),
            (vec![[1, 9, 9], [1, 9, 9]], true, "flat ones pass each other"),
        ] {
            assert_eq!(turns_inside(&goods(&sides), &[10; 3]).is_some(), expect, "{why}");
        }
    }

    #[test]
    fn sides_reach_only_their_sums() {
        for (sides, expect, why) in [
            (vec![[4, 4, 4], [4, 4, 4]], [8, 8, 8], "two of four"),
            (vec![[3, 4, 4], [4, 4, 4]], [8, 8, 8], "four and four beat three and four"),
            (vec![[3, 3, 3], [7, 7, 7]], [10, 10, 10], "exactly all"),
            (vec![[9, 3, 3]], [9, 9, 9], "a single one"),
        ] {
            let goods = goods(&sides);
            assert_eq!(reach(&goods.turns, &[10; 3]), expect, "{why}");
        }
        let long = goods(&[[6_500, 10, 10], [3_500, 10, 10]]);
        assert_eq!(reach(&long.turns, &[10_490, 20, 20]), [10_000, 20, 20], "past one word");
    }

    #[test]
    fn scales_refute_what_volume_allows() {
        for (sides, count, inner, expect, why) in [
            ([6, 6, 6], 2, [11, 11, 11], true, "two halves and more beside each other"),
            ([4, 4, 4], 9, [10, 10, 10], true, "eight thirds and more, not nine"),
            ([4, 4, 4], 8, [10, 10, 10], false, "eight go in"),
            ([5, 5, 5], 8, [10, 10, 10], false, "exactly full"),
            ([3, 3, 3], 28, [11, 11, 11], true, "twenty-seven quarters and more"),
        ] {
            assert_eq!(exceeds_scaled(&goods(&vec![sides; count]).turns, &inner), expect, "{why}");
        }
    }
}
