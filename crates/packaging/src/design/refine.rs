//! Boxes between those of the orders: the best carton for some orders is often as long as one of
//! them asks and as wide as another.

use super::candidate::{Candidate, Source};
use super::demand::Demand;
use super::maker::{Maker, Measure, Sides, on_floor};
use super::median::Cost;

/// The chosen candidates with one side after another made as long as some demand asks, while that
/// saves anything. The locked stay as they are.
pub(crate) fn refined(
    mut chosen: Vec<Candidate>,
    demands: &[Demand],
    maker: &Maker,
    measure: Measure,
) -> Vec<Candidate> {
    let lengths = lengths_asked(demands);
    let mut cheapest: Vec<Vec<Option<i64>>> =
        chosen.iter().map(|candidate| materials(candidate, demands)).collect();
    let mut unchanged = 0;
    let mut slot = 0;
    while unchanged < chosen.len() {
        let without: Vec<Option<i64>> = (0..demands.len())
            .map(|demand| {
                let others = cheapest.iter().enumerate().filter(|&(other, _)| other != slot);
                others.filter_map(|(_, materials)| materials[demand]).min()
            })
            .collect();
        let better = match chosen[slot].source {
            Source::Locked(_) => None,
            Source::Board(board) => {
                let make = |sides| made(sides, board, maker, measure);
                better(&chosen[slot], demands, &without, &lengths, make)
            }
        };
        if let Some(better) = better {
            cheapest[slot] = materials(&better, demands);
            chosen[slot] = better;
            unchanged = 0;
        } else {
            unchanged += 1;
            slot = (slot + 1) % chosen.len();
        }
    }
    chosen
}

/// A candidate of the maker.
pub(crate) fn made(sides: Sides, board: usize, maker: &Maker, measure: Measure) -> Candidate {
    let carton = maker.carton(String::new(), sides, &maker.boards[board]);
    Candidate {
        sides,
        load: carton.max_load.milligrams(),
        material: measure.of(&carton),
        source: Source::Board(board),
    }
}

/// By axis: the different lengths asked for, ascending.
fn lengths_asked(demands: &[Demand]) -> [Vec<i64>; 3] {
    std::array::from_fn(|axis| {
        let boxes = demands.iter().flat_map(|demand| &demand.boxes);
        let mut lengths: Vec<i64> = boxes.map(|sides| sides[axis]).collect();
        lengths.sort_unstable();
        lengths.dedup();
        lengths
    })
}

/// By demand, the material of the candidate where it serves.
fn materials(candidate: &Candidate, demands: &[Demand]) -> Vec<Option<i64>> {
    let serves = |demand: &Demand| demand.is_served_by(candidate.sides, candidate.load);
    demands.iter().map(|demand| serves(demand).then_some(candidate.material)).collect()
}

/// The best of the candidates that differ along one axis, where it is better than the one there is.
///
/// - `without`: what each demand takes from the other candidates.
fn better(
    now: &Candidate,
    demands: &[Demand],
    without: &[Option<i64>],
    lengths: &[Vec<i64>; 3],
    make: impl Fn(Sides) -> Candidate,
) -> Option<Candidate> {
    let cost = |candidate: &Candidate| {
        let mut cost = Cost::default();
        for (demand, &without) in demands.iter().zip(without) {
            // The box is looked at only where it could be of use.
            let of_use = without.is_none_or(|material| candidate.material < material);
            let serves = of_use && demand.is_served_by(candidate.sides, candidate.load);
            let material = if serves { Some(candidate.material) } else { without };
            let left_out = i64::from(material.is_none());
            cost += Cost { left_out, material: material.unwrap_or(0) } * demand.count;
        }
        cost
    };
    let mut best = (cost(now), None);
    for axis in 0..3 {
        for &length in &lengths[axis] {
            let mut sides = now.sides;
            sides[axis] = length;
            let candidate = make(on_floor(sides));
            let found = cost(&candidate);
            if found < best.0 {
                best = (found, Some(candidate));
            }
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::super::candidate::tests::demand;
    use super::super::maker::tests::maker;
    use super::*;

    #[test]
    fn a_box_between_two_orders() {
        // One is long, the other wide: the largest carton holds both, and so does one of 3 x 2 x 1 dm.
        let demands = [demand([3_000, 1_000, 1_000], 0, 1), demand([2_000, 2_000, 500], 0, 1)];
        let largest = made(maker().largest(), 0, &maker(), Measure::Surface);
        let found = refined(vec![largest.clone()], &demands, &maker(), Measure::Surface);
        assert_eq!(found[0].sides, [3_000, 2_000, 1_000]);
        let locked = Candidate { source: Source::Locked(0), ..largest };
        let found = refined(vec![locked.clone()], &demands, &maker(), Measure::Surface);
        assert_eq!(found, [locked], "what must stay is not changed");
    }
}
