//! Beam search: of the best states so far the best children, valued by filling them up.

use super::Placement;
use super::blocks::Blocks;
use super::choice::{Choice, Search};
use super::instance::{Instance, Kind};
use super::state::{State, Support};

/// The widest beam; its children take some 60 MB.
const WIDTH_MAX: usize = 1_024;

/// The fullest load seen.
#[derive(Debug, Default)]
pub(super) struct Best {
    /// Volume of its boxes.
    volume: i64,
    /// Its boxes, each with its kind.
    boxes: Vec<(usize, super::cuboid::Cuboid)>,
}

impl Best {
    fn take(&mut self, search: &Search, state: &State) {
        if state.volume > self.volume {
            self.volume = state.volume;
            self.boxes.clear();
            for (&number, place) in state.blocks.iter().zip(&state.placed) {
                search
                    .blocks
                    .boxes(number, place.low, &mut |kind, box_| self.boxes.push((kind, box_)));
            }
        }
    }

    /// As the caller sees it.
    pub(super) fn placements(&self, instance: &Instance) -> Vec<Placement> {
        self.boxes.iter().map(|(kind, place)| instance.placement(*kind, place)).collect()
    }
}

/// A child of a state of the beam.
struct Child {
    /// Volume when it is filled up by the rule.
    value: i64,
    /// Index of its parent.
    parent: usize,
    choice: Choice,
}

/// Searches with a beam of 1, then wider and wider, each pass with twice the work.
pub(super) fn widening(
    instance: &Instance,
    modes: &[Support],
    best: &mut Best,
    go_on: &mut dyn FnMut() -> bool,
) {
    let all = |kind: &Kind| i128::from(kind.volume) * i128::from(kind.count);
    let all: i128 = instance.kinds.iter().map(all).sum();
    let blocks = Blocks::new(instance);
    let pass = |&mode: &Support| Pass::new(instance, &blocks, mode);
    let mut passes: Vec<Pass> = modes.iter().map(pass).collect();
    let mut width = 1;
    while width <= WIDTH_MAX && !passes.is_empty() {
        let mut open = Vec::new();
        for mut pass in passes {
            let ended = pass.run(width, best, go_on);
            if ended == Ended::Stopped || i128::from(best.volume) == all {
                return;
            }
            // A wider beam would see nothing else.
            if ended == Ended::Cut {
                open.push(pass);
            }
        }
        passes = open;
        // The work grows with the square of the width.
        width = (width * 3 / 2).max(width + 1);
    }
}

/// How a search with one width came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    /// The caller said no.
    Stopped,
    /// The beam was too narrow for all children.
    Cut,
    /// No choice was left out.
    Whole,
}

/// One rule of support, with its blocks and its scratch.
struct Pass<'a> {
    search: Search<'a>,
    filled: State,
    choices: Vec<Choice>,
}

impl<'a> Pass<'a> {
    fn new(instance: &'a Instance, blocks: &'a Blocks, mode: Support) -> Self {
        let search = Search::new(instance, blocks, mode);
        Self { search, filled: State::default(), choices: Vec::new() }
    }

    /// One search with a beam of `width`.
    fn run(&mut self, width: usize, best: &mut Best, go_on: &mut dyn FnMut() -> bool) -> Ended {
        let mut beam = vec![State::empty(&self.search)];
        // What each state of the beam is worth: its best child is worth the same.
        let mut values: Vec<Option<i64>> = vec![None];
        let mut ended = Ended::Whole;
        while !beam.is_empty() {
            let mut children = Vec::new();
            for parent in 0..beam.len() {
                self.expand(&mut beam[parent], width);
                if self.choices.len() >= width {
                    ended = Ended::Cut;
                }
                for (rank, choice) in self.choices.clone().into_iter().enumerate() {
                    let known = values[parent].filter(|_| rank == 0);
                    let value = if let Some(value) = known {
                        value
                    } else {
                        let value = self.value(&beam[parent], &choice, best);
                        if !go_on() {
                            return Ended::Stopped;
                        }
                        value
                    };
                    children.push(Child { value, parent, choice });
                }
            }
            children.sort_by_key(|child| {
                (std::cmp::Reverse(child.value), self.loaded(&beam[child.parent], child))
            });
            // Worth the same and as full already: most often the same boxes in another order.
            children.dedup_by_key(|child| (child.value, self.loaded(&beam[child.parent], child)));
            if children.len() > width {
                ended = Ended::Cut;
                children.truncate(width);
            }
            values = children.iter().map(|child| Some(child.value)).collect();
            beam = children.iter().map(|child| self.child(&beam[child.parent], child)).collect();
        }
        ended
    }

    /// Volume in a child before it is filled up.
    fn loaded(&self, parent: &State, child: &Child) -> i64 {
        parent.volume + self.search.blocks.block(child.choice.block).volume
    }

    fn child(&mut self, parent: &State, child: &Child) -> State {
        let mut state = parent.clone();
        let reach = self.search.reach(&state);
        state.put(&self.search, &child.choice, &reach);
        state
    }

    /// The choices for the first place of a state that holds any; places that hold none are closed.
    fn expand(&mut self, state: &mut State, width: usize) {
        self.choices.clear();
        let reach = self.search.reach(state);
        while let Some(place) = state.nearest(&self.search) {
            self.search.choices(state, &place, &reach, width, &mut self.choices);
            if !self.choices.is_empty() {
                return;
            }
            state.close(&place);
        }
    }

    /// Volume of a child when it is filled up, always with the best block.
    fn value(&mut self, parent: &State, choice: &Choice, best: &mut Best) -> i64 {
        let mut state = std::mem::take(&mut self.filled);
        state.clone_from(parent);
        let mut next = *choice;
        let held = std::mem::take(&mut self.choices);
        loop {
            let reach = self.search.reach(&state);
            state.put(&self.search, &next, &reach);
            self.expand(&mut state, 1);
            match self.choices.first() {
                Some(choice) => next = *choice,
                None => break,
            }
        }
        self.choices = held;
        best.take(&self.search, &state);
        self.filled = state;
        self.filled.volume
    }
}
