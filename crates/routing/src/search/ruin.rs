//! Ruin by removal of strings that lie near each other (Christiaens and Vanden Berghe 2020).

use super::arcs::Arcs;
use super::model::NONE;
use super::state::State;
use quantity::seed::Sequence;

/// How much is removed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ruin {
    /// Stops removed in the mean.
    pub(crate) mean: f64,
    /// Most stops of one string.
    pub(crate) string_max: f64,
    /// Share of strings that leave some stops in their middle.
    pub(crate) split: f64,
    /// Chance that one stop more is left in the middle.
    pub(crate) split_more: f64,
}

impl Ruin {
    pub(crate) const STANDARD: Self =
        Self { mean: 10.0, string_max: 10.0, split: 0.5, split_more: 0.01 };
    pub(crate) const LARGE: Self = Self { mean: 40.0, string_max: 60.0, ..Self::STANDARD };
}

/// Removes strings around the stop `seed`; `out` takes what was removed.
pub(crate) fn ruin<A: Arcs, const TIMED: bool>(
    state: &mut State<'_, A, TIMED>,
    rules: Ruin,
    seed: u32,
    random: &mut Sequence,
    out: &mut Vec<u32>,
) {
    let model = state.model;
    let stops = model.n - model.first;
    let served = stops.saturating_sub(state.absent.len()).max(1);
    let mean_length = served as f64 / state.open_routes.max(1) as f64;
    let string_max = rules.string_max.min(mean_length);
    let strings_max = 4.0 * rules.mean / (1.0 + string_max) - 1.0;
    let strings = (random.unit() * strings_max + 1.0) as usize;
    let mut ruined = 0;
    for stop in std::iter::once(seed).chain(model.near(seed).iter().copied()) {
        if ruined == strings {
            break;
        }
        let slot = state.route_of[stop as usize];
        if slot == NONE || state.touched(slot) {
            continue;
        }
        ruined += 1;
        let length = state.routes[slot as usize].stops.len() - 2;
        let most = string_max.min(length as f64);
        let string = ((random.unit() * most + 1.0) as usize).min(length);
        let at = state.position(slot, stop);
        if string > 1 && string < length && random.unit() < rules.split {
            remove_split(state, rules, random, (slot, at, string), out);
        } else {
            let from = first_of_string(random, at, string, length);
            state.remove(slot, from, from + string, out);
        }
    }
    if model.paired {
        remove_partners(state, out);
    }
}

/// The first position of a string of `string` stops that holds position `at` of a route of `length`.
fn first_of_string(random: &mut Sequence, at: usize, string: usize, length: usize) -> usize {
    let low = (at + 1).saturating_sub(string).max(1);
    let high = at.min(length + 1 - string);
    low + random.below(high - low + 1)
}

/// Removes a string but for some stops in its middle.
fn remove_split<A: Arcs, const TIMED: bool>(
    state: &mut State<'_, A, TIMED>,
    rules: Ruin,
    random: &mut Sequence,
    (slot, at, string): (u32, usize, usize),
    out: &mut Vec<u32>,
) {
    let length = state.routes[slot as usize].stops.len() - 2;
    let mut kept = 1;
    while string + kept < length && random.unit() < rules.split_more {
        kept += 1;
    }
    let whole = string + kept;
    let from = first_of_string(random, at, whole, length);
    // At least one stop is removed on either side of those that stay.
    let before = 1 + random.below(string - 1);
    state.remove(slot, from + before + kept, from + whole, out);
    state.remove(slot, from, from + before, out);
}

/// A pair leaves as a whole; of a pair only the pickup stays in `out`.
fn remove_partners<A: Arcs, const TIMED: bool>(
    state: &mut State<'_, A, TIMED>,
    out: &mut Vec<u32>,
) {
    let model = state.model;
    for idx in 0..out.len() {
        let partner = model.partner[out[idx] as usize];
        if partner != NONE {
            let slot = state.route_of[partner as usize];
            if slot != NONE {
                let at = state.position(slot, partner);
                state.remove(slot, at, at + 1, out);
            }
        }
    }
    for node in out.iter_mut() {
        if model.delivers[*node as usize] {
            *node = model.partner[*node as usize];
        }
    }
    out.sort_unstable();
    out.dedup();
}
