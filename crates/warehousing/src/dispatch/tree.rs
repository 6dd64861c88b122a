//! Branch and bound over what the steps of a range may not do at once.
//!
//! A node shuts one of two columns of a step that does both, or narrows the box of a peak: how much a
//! step can import is what its hull is made of, so that a peak known well makes the relaxation tight.

use super::lp::Lp;
use super::lp::interior::{End, Found, Interior, Stop};
use super::program::{Edges, PeakBox, Program};
use super::settle::{Conflict, Kind, Settlement, settlement};
use super::site::Site;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

/// The least cost of a range, as far as it is proven.
pub(super) struct Answer {
    /// Nothing costs less.
    pub(super) bound: f64,
    /// The cheapest that was found.
    pub(super) best: Option<Best>,
    pub(super) programmes: u64,
}

/// A settled point and what crosses its ends.
#[derive(Clone)]
pub(super) struct Best {
    pub(super) settlement: Settlement,
    pub(super) crossing: Crossing,
    /// Steps of the range that had to choose on the way to it.
    pub(super) chosen: Vec<(usize, Kind)>,
}

/// What ties a range to the steps beside it.
#[derive(Clone, Debug, Default)]
pub(super) struct Crossing {
    /// kW of each demand charge.
    pub(super) peaks: Vec<(usize, f64)>,
    /// State before the first step and after the last, above the least.
    pub(super) states: [f64; 2],
    /// kWh in the range of each task that lies in it partly.
    pub(super) tasks: Vec<(usize, f64)>,
}

impl Crossing {
    /// Of a range of a programme's steps, at a point of it.
    pub(super) fn of(program: &Program, range: &Range<usize>, edges: &Edges, x: &[f64]) -> Self {
        let from = range.start - program.steps.start;
        let columns = &program.columns[from..from + range.len()];
        let before = match from {
            0 => program.soc_before,
            _ => program.columns[from - 1].soc,
        };
        let last = columns.last().and_then(|columns| columns.soc);
        let tasks = edges.tasks.iter().map(|&(task, _)| {
            let own =
                columns.iter().flat_map(|columns| &columns.tasks).filter(|&&(of, _)| of == task);
            (task, own.map(|&(_, column)| x[column]).sum())
        });
        let peaks = program.peaks_of(x).filter(|(charge, _)| edges.touches.contains(charge));
        Self {
            states: [Program::amount(x, before), Program::amount(x, last)],
            tasks: tasks.collect(),
            peaks: peaks.collect(),
        }
    }

    /// What it costs at a range's prices.
    pub(super) fn cost(&self, edges: &Edges, owed: f64) -> f64 {
        let states = edges.soc[0] * self.states[0] + edges.soc[1] * self.states[1];
        let peaks: f64 = self.peaks.iter().map(|&(charge, kw)| edges.peaks[charge] * kw).sum();
        let tasks = self.tasks.iter().zip(&edges.tasks);
        states + peaks + owed - tasks.map(|((_, served), (_, price))| served * price).sum::<f64>()
    }
}

/// How exact, and how long.
#[derive(Clone, Copy)]
pub(super) struct Effort<'a> {
    /// Cost less bound that is good enough, beside the cost's size.
    pub(super) gap: f64,
    /// Whether to stop.
    pub(super) enough: &'a (dyn Fn() -> bool + Sync),
    /// A cost that is to be beaten: where nothing is cheaper, no more is asked.
    pub(super) known: f64,
}

/// Gap of a single programme, well below what is asked of the whole.
const PROGRAMME_GAP: f64 = 1e-10;
/// The same where a step is in conflict anyway.
const ROUGH_GAP: f64 = 1e-6;
/// A peak's box that ends within this share of the relaxation's peak is narrow.
const NARROW: f64 = 1.04;
const SPLIT: f64 = 1.02;
const FEW_PEAKS: usize = 4;

/// A column of a step that is nothing.
#[derive(Clone, Copy)]
struct Shut {
    at: usize,
    kind: Kind,
    /// The export or the discharge; else the import or the charge.
    second: bool,
}

#[derive(Clone, Copy)]
enum Choice {
    Step(Conflict),
    /// A demand charge by its place, and where its box is split.
    Peak(usize, f64),
}

struct Node {
    bound: f64,
    case: usize,
    shut: Vec<Shut>,
    choice: Choice,
}

/// The lowest bound first, the deeper of equals.
impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then_with(|| self.shut.len().cmp(&other.shut.len()))
    }
}
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Node {}

/// A programme for boxes of the peaks.
struct Case {
    boxes: PeakBox,
    program: Program,
    interior: Interior,
}

struct Search<'a> {
    site: &'a Site<'a>,
    edges: &'a Edges,
    range: Range<usize>,
    cases: Vec<Case>,
    best: Option<Best>,
    programmes: u64,
    gap: f64,
    known: f64,
}

/// Searches a range whose peaks lie in `boxes`.
pub(super) fn search(
    site: &Site,
    range: Range<usize>,
    edges: &Edges,
    boxes: &PeakBox,
    effort: Effort,
) -> Answer {
    let mut search = Search {
        site,
        edges,
        range,
        cases: Vec::new(),
        best: None,
        programmes: 0,
        gap: effort.gap,
        known: effort.known,
    };
    let first = search.case(boxes.clone());
    let mut closed = f64::INFINITY;
    let mut heap = BinaryHeap::new();
    match search.look(first, Vec::new(), f64::NEG_INFINITY) {
        Ok(node) => heap.push(node),
        Err(bound) => closed = bound,
    }
    while let Some(node) = heap.pop() {
        if node.bound >= search.cutoff() || (effort.enough)() {
            heap.push(node);
            break;
        }
        for (case, shut) in search.sides(&node) {
            match search.look(case, shut, node.bound) {
                Ok(node) => heap.push(node),
                Err(bound) => closed = closed.min(bound),
            }
        }
    }
    let open = heap.peek().map_or(f64::INFINITY, |node| node.bound);
    Answer { bound: closed.min(open), best: search.best, programmes: search.programmes }
}

impl Search<'_> {
    /// What is not worth looking for.
    fn cutoff(&self) -> f64 {
        let best =
            self.best.as_ref().map_or(f64::INFINITY, |best| best.settlement.cost).min(self.known);
        if best.is_finite() { best - self.gap * (1.0 + best.abs()) } else { best }
    }

    fn case(&mut self, boxes: PeakBox) -> usize {
        let program = Program::new(self.site, self.range.clone(), self.edges, &boxes);
        let interior = Interior::new(&program.lp);
        self.cases.push(Case { boxes, program, interior });
        self.cases.len() - 1
    }

    /// The two parts of a node.
    fn sides(&mut self, node: &Node) -> [(usize, Vec<Shut>); 2] {
        match node.choice {
            Choice::Step(Conflict { at, kind, .. }) => [false, true].map(|second| {
                let mut shut = node.shut.clone();
                shut.push(Shut { at, kind, second });
                (node.case, shut)
            }),
            Choice::Peak(charge, kw) => {
                let (mut low, mut high) =
                    (self.cases[node.case].boxes.clone(), self.cases[node.case].boxes.clone());
                low[charge][1] = kw;
                high[charge][0] = kw;
                [(self.case(low), node.shut.clone()), (self.case(high), node.shut.clone())]
            }
        }
    }

    /// Solves a node's programme and keeps what it leads to; a node to go on from, or the bound of one
    /// that is done.
    fn look(&mut self, case: usize, shut: Vec<Shut>, before: f64) -> Result<Node, f64> {
        self.programmes += 1;
        let Case { boxes, program, interior } = &self.cases[case];
        let mut lp = program.lp.clone();
        close(program, &mut lp, &shut);
        let cutoff = self.cutoff() - program.constant;
        let rough = interior.solve(&lp, Stop { gap: ROUGH_GAP, cutoff });
        let (mut found, mut settled, mut conflict) = self.settle(program, &lp, rough);
        let enough = |conflict: &Conflict| conflict.gain > 10.0 * ROUGH_GAP * found.bound.abs();
        if found.end != End::CutOff && !conflict.as_ref().is_some_and(enough) {
            let exact = interior.solve(&lp, Stop { gap: PROGRAMME_GAP, cutoff });
            (found, settled, conflict) = self.settle(program, &lp, exact);
        }
        let bound = (found.bound + program.constant).max(before);
        if found.end == End::CutOff {
            return Err(bound);
        }
        let choice = conflict.map(|conflict| {
            let wide = |&(charge, kw): &(usize, f64)| {
                boxes[charge][1] > NARROW * kw + 1e-6
                    && kw > 0.0
                    && self.edges.peaks[charge] > 0.3 * self.site.peak_price[charge]
            };
            // Many peaks would each ask for a split of their own, and one step rarely hangs on all.
            let few = program.peaks.len() <= FEW_PEAKS;
            let wide = program.peaks_of(&found.x).find(|peak| few && wide(peak));
            wide.map_or(Choice::Step(conflict), |(charge, kw)| Choice::Peak(charge, SPLIT * kw))
        });
        if let Some(settlement) = settled
            && self.best.as_ref().is_none_or(|best| settlement.cost < best.settlement.cost)
        {
            let crossing = Crossing::of(program, &self.range, self.edges, &found.x);
            let chosen = shut.iter().map(|shut| (shut.at, shut.kind)).collect();
            self.best = Some(Best { settlement, crossing, chosen });
        }
        match choice.filter(|_| bound < self.cutoff()) {
            Some(choice) => Ok(Node { bound, case, shut, choice }),
            None => Err(bound),
        }
    }

    /// What may be done near a programme's point.
    fn settle(
        &self,
        program: &Program,
        lp: &Lp,
        found: Found,
    ) -> (Found, Option<Settlement>, Option<Conflict>) {
        if found.end == End::CutOff {
            return (found, None, None);
        }
        let cost: f64 = lp.cost.iter().zip(&found.x).map(|(cost, x)| cost * x).sum();
        let (settled, conflict) = settlement(self.site, program, &found.x, cost + program.constant);
        (found, settled, conflict)
    }
}

fn close(program: &Program, lp: &mut Lp, shut: &[Shut]) {
    for &Shut { at, kind, second } in shut {
        let columns = &program.columns[at];
        let column = match (kind, second) {
            (Kind::Grid, false) => columns.import,
            (Kind::Grid, true) => columns.export,
            (Kind::Storage, false) => columns.charge,
            (Kind::Storage, true) => columns.discharge,
        };
        if let Some(column) = column {
            lp.upper[column] = 0.0;
        }
    }
}
