//! A long horizon in blocks, each searched apart, and the proof put together.
//!
//! Where a step may not do two things at once, the gap between relaxation and truth is local, but a
//! tree over the whole horizon multiplies what is independent. So the horizon is cut where little
//! crosses; what crosses (the battery's state, a vehicle at the plug, a month's peak) is priced by the
//! row prices of a solved programme; each block has a tree of its own. The blocks' bounds add up to a
//! bound of the whole (Lagrangian decomposition; Guignard and Kim, 1987). Each block has to beat its
//! part of the best schedule so far; prices follow the blocks' answers until cost and bound meet; blocks
//! that still disagree are joined. With one block left the answer is that of the tree: it is exact.

mod cutting;

use super::lp::interior::{Found, Interior, Stop};
use super::prices::{Cut, Prices};
use super::program::{Edges, PeakBox, Program};
use super::settle::{Kind, Settlement, settlement};
use super::site::Site;
use super::tree::{self, Best, Crossing, Effort};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// The whole horizon's programme.
pub(super) struct Whole<'a> {
    site: &'a Site<'a>,
    boxes: PeakBox,
    program: Program,
    interior: Interior,
}

/// What is known of the whole.
pub(super) struct Proof {
    /// Nothing costs less.
    pub(super) bound: f64,
    /// The cheapest schedule so far and its point.
    pub(super) best: Option<(Settlement, Vec<f64>)>,
    /// Programmes solved.
    pub(super) programmes: u64,
}

/// A gap that shrinks by less in a round needs larger blocks.
const PROGRESS: f64 = 0.5;
/// Rounds of better prices before blocks are joined.
const ROUNDS: u32 = 2;
/// Where a peak's box is tried, as shares above the best peak.
const SEGMENTS: [f64; 10] = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.04, 0.1, 0.3];
/// Peaks that differ by less than this share are one.
const SAME: f64 = 1e-3;
/// A block that leaves less than this share of what the worst does is left alone.
const LITTLE: f64 = 0.05;
const PROGRAMME_GAP: f64 = 1e-10;

impl<'a> Whole<'a> {
    pub(super) fn new(site: &'a Site<'a>, boxes: PeakBox) -> Self {
        let program = Program::new(site, 0..site.steps, &Edges::whole(site), &boxes);
        let interior = Interior::new(&program.lp);
        Self { site, boxes, program, interior }
    }

    /// The relaxation's point and bound, and the programme.
    pub(super) fn relaxed(&self) -> Found {
        // No point of the boxes costs more: a bound above it proves that the rows have no point there.
        let columns = self.program.lp.cost.iter().zip(&self.program.lp.upper);
        let most: f64 = columns.map(|(cost, upper)| cost.max(0.0) * upper).sum();
        self.interior.solve(&self.program.lp, Stop { gap: PROGRAMME_GAP, cutoff: most + 1.0 })
    }

    /// Solves the whole within other boxes.
    fn within(&self, upper: &[f64]) -> Found {
        let mut lp = self.program.lp.clone();
        lp.upper.copy_from_slice(upper);
        self.interior.solve(&lp, Stop { gap: PROGRAMME_GAP, cutoff: f64::INFINITY })
    }

    /// What is known from a solution of the relaxation, and from doing what it does most in each step.
    pub(super) fn begin(&self, root: &Found) -> Proof {
        let bound = root.bound + self.program.constant;
        let mut proof = Proof { bound, best: None, programmes: 2 };
        let settled = self.settle(&root.x);
        proof.offer(settled.clone(), &root.x);
        if let Some(settled) = settled {
            let upper = self.decided(&settled);
            let found = self.within(&upper);
            proof.offer(self.settle(&found.x), &found.x);
        }
        proof
    }

    /// The cheapest schedule in which each step does what `settled` does where this site or `other` has
    /// to choose.
    pub(super) fn as_settled(
        &self,
        settled: &Settlement,
        other: &Site,
    ) -> Option<(Settlement, Vec<f64>)> {
        let mut upper = self.program.lp.upper.clone();
        let must =
            |step: usize, kind: Kind| self.must_choose(step, kind) || loops(other, step, kind);
        self.decide(&mut upper, 0, settled, must);
        let found = self.within(&upper);
        Some((self.settle(&found.x)?, found.x))
    }

    pub(super) fn program(&self) -> &Program {
        &self.program
    }

    /// Goes on until cost and bound meet.
    pub(super) fn prove(
        &mut self,
        root: &Found,
        proof: &mut Proof,
        effort: Effort,
        threads: usize,
    ) {
        let mut ranges = self.ranges(&root.prices);
        let mut edges = self.edges(&ranges, &root.prices);
        let (mut blocks, mut cuts): (Vec<Block>, Vec<Cut>) = (Vec::new(), Vec::new());
        let mut round = 0;
        while !proof.closed(effort.gap) && !(effort.enough)() {
            let known = match &proof.best {
                Some((settled, x)) => {
                    self.worth(&self.parts(&ranges, &edges, settled, x), &ranges, &edges)
                }
                None => vec![f64::INFINITY; ranges.len()],
            };
            blocks = self.solve(&ranges, &edges, &known, blocks, effort, threads);
            proof.programmes += blocks.iter().map(|block| block.answer.programmes).sum::<u64>();
            let bound = blocks.iter().map(|block| block.answer.bound).sum::<f64>();
            proof.bound = proof.bound.max(bound.min(proof.cost()));
            self.take(proof, &blocks, effort.gap);
            let Some((settled, x)) = &proof.best else { return };
            if proof.closed(effort.gap) || ranges.len() == 1 {
                return;
            }
            cuts.extend(blocks.iter().enumerate().filter_map(|(at, block)| self.cut_of(at, block)));
            let own = self.parts(&ranges, &edges, settled, x);
            let worth = self.worth(&own, &ranges, &edges);
            let slack: Vec<f64> = worth
                .iter()
                .zip(&blocks)
                .map(|(worth, block)| worth - block.answer.bound)
                .collect();
            let most = slack.iter().copied().fold(0.0, f64::max);
            let little = (LITTLE * most).max(effort.gap * proof.cost().abs() / ranges.len() as f64);
            let open: Vec<bool> = slack.iter().map(|&slack| slack > little).collect();
            for peak in self.disputed(&blocks, &open, x) {
                self.boxes[peak.0][1] = self.narrower(peak, proof.cost() - bound, &blocks);
            }
            // What is outside of the boxes now is no part of any schedule that is cheaper.
            cuts.retain(|cut| self.allows(&cut.crossing));
            let all: Vec<Cut> = cuts.iter().chain(&own).cloned().collect();
            let tasks: Vec<(f64, usize)> =
                self.site.tasks.iter().map(|task| (task.energy, task.from)).collect();
            let peak_price = &self.site.peak_price;
            let now = Prices { ranges: &ranges, edges: &edges, peak_price, tasks: &tasks };
            let (next, promised) = now.better(&all, &open);
            round += 1;
            if round > ROUNDS || proof.cost() - promised > PROGRESS * proof.gap() {
                round = 0;
                let at = self.pair(&blocks, &slack, x);
                ranges[at].end = ranges[at + 1].end;
                ranges.remove(at + 1);
                edges = joined(&edges, at, &self.edges(&ranges, &root.prices));
                cuts.retain(|cut| cut.block != at && cut.block != at + 1);
                cuts.iter_mut().filter(|cut| cut.block > at).for_each(|cut| cut.block -= 1);
            } else {
                edges = next;
            }
        }
    }

    /// Does in each step what the blocks decided there, or the best schedule where a block knows none
    /// better.
    ///
    /// Steps that need not choose are free at first. Of equal points the programme may then give one
    /// that charges and discharges at once, as it is free to waste sun that nobody buys; what may be done
    /// near it can be far worse than what a block found. So each step is held to one way next, which
    /// every block's own schedule keeps.
    fn take(&self, proof: &mut Proof, blocks: &[Block], gap: f64) {
        if proof.best.is_none() && blocks.iter().any(|block| block.answer.best.is_none()) {
            return;
        }
        let known = proof.best.as_ref().map(|(settled, _)| settled.clone());
        for is_every_step in [false, true] {
            let must = |step, kind| is_every_step || self.must_choose(step, kind);
            let mut upper = self.program.lp.upper.clone();
            if let Some(settled) = &known {
                self.decide(&mut upper, 0, settled, must);
            }
            for (from, best) in blocks.iter().filter_map(Block::decided) {
                self.decide(&mut upper, from, &best.settlement, |step, kind| {
                    must(step, kind) || best.chosen.contains(&(step - from, kind))
                });
            }
            let found = self.within(&upper);
            let settled = self.settle(&found.x);
            let cost = settled.as_ref().map_or(f64::INFINITY, |settled| settled.cost);
            let bound = found.bound + self.program.constant;
            proof.programmes += 1;
            proof.offer(settled, &found.x);
            if cost - bound <= gap * (1.0 + cost.abs()) {
                return;
            }
        }
    }

    /// Whether what crosses a block's ends lies in the boxes of the peaks.
    fn allows(&self, crossing: &Crossing) -> bool {
        crossing.peaks.iter().all(|&(charge, kw)| kw <= self.boxes[charge][1] + 1e-6)
    }

    /// What parts of a schedule cost in their ranges at the ranges' prices.
    fn worth(&self, parts: &[Cut], ranges: &[Range<usize>], edges: &[Edges]) -> Vec<f64> {
        let all = parts.iter().zip(ranges).zip(edges);
        all.map(|((part, range), edges)| {
            part.cost + part.crossing.cost(edges, self.owed(range, edges))
        })
        .collect()
    }

    /// The part of a schedule of the whole in each range.
    fn parts(
        &self,
        ranges: &[Range<usize>],
        edges: &[Edges],
        settled: &Settlement,
        x: &[f64],
    ) -> Vec<Cut> {
        let wear = self.site.battery.map_or(0.0, |battery| battery.wear);
        let cost = |step: usize| settled.steps[step].cost + wear * settled.battery[step].1;
        let all = ranges.iter().zip(edges).enumerate();
        all.map(|(block, (range, edges))| Cut {
            block,
            cost: range.clone().map(cost).sum(),
            crossing: Crossing::of(&self.program, range, edges, x),
        })
        .collect()
    }

    /// What a block owes to the tasks that begin in it and end behind it.
    fn owed(&self, range: &Range<usize>, edges: &Edges) -> f64 {
        let tasks = &self.site.tasks;
        let begin = edges.tasks.iter().filter(|(task, _)| range.contains(&tasks[*task].from));
        begin.map(|&(task, price)| price * tasks[task].energy).sum()
    }

    /// What a block answered, where it is new.
    fn cut_of(&self, at: usize, block: &Block) -> Option<Cut> {
        let best = block.answer.best.as_ref().filter(|_| block.answer.programmes > 0)?;
        let owed = self.owed(&block.range, &block.edges);
        let cost = best.settlement.cost - best.crossing.cost(&block.edges, owed);
        Some(Cut { block: at, cost, crossing: best.crossing.clone() })
    }

    /// The block that leaves most and the neighbour with which it is least at one, by the first of the
    /// two.
    fn pair(&self, blocks: &[Block], slack: &[f64], x: &[f64]) -> usize {
        let at = (0..slack.len())
            .max_by(|one, other| slack[*one].total_cmp(&slack[*other]))
            .unwrap_or(0);
        let disputed = self.disputed(&blocks[at..=at], &[true], x);
        let shared = |other: usize| {
            let touches = &blocks[other].edges.touches;
            disputed.iter().filter(|(charge, _)| touches.contains(charge)).count()
        };
        let left = at.checked_sub(1).map(|left| (shared(left), left));
        let right = (at + 1 < blocks.len()).then(|| (shared(at + 1), at));
        left.max(right).map_or(0, |(_, first)| first)
    }

    /// Demand charges of which an open block has another peak than the best schedule, and the latter's.
    fn disputed(&self, blocks: &[Block], open: &[bool], x: &[f64]) -> Vec<(usize, f64)> {
        let other = |charge: usize, kw: f64| {
            let open = blocks.iter().zip(open).filter(|&(_, open)| *open);
            let peaks = open
                .flat_map(|(block, _)| &block.answer.best)
                .flat_map(|best| &best.crossing.peaks);
            peaks.into_iter().any(|&(of, peak)| of == charge && (peak - kw).abs() > SAME * kw)
        };
        self.program.peaks_of(x).filter(|&(charge, kw)| other(charge, kw)).collect()
    }

    /// The kW above which nothing is cheaper than the best schedule, which is `gap` above the bound. The
    /// block that pays most of a demand charge says what a higher peak costs; each part of its box has a
    /// hull of its own.
    fn narrower(&self, (charge, kw): (usize, f64), gap: f64, blocks: &[Block]) -> f64 {
        let own = self.boxes[charge];
        let price = |block: &&Block| block.edges.peaks[charge];
        let Some(block) = blocks.iter().max_by(|one, other| price(one).total_cmp(&price(other)))
        else {
            return own[1];
        };
        let need = gap + block.answer.bound;
        let mut most = own[1];
        for share in SEGMENTS.into_iter().rev() {
            let from = kw * (1.0 + share) + 1e-6;
            if from >= most {
                continue;
            }
            let mut boxes = self.boxes.clone();
            boxes[charge] = [from, most];
            let program = Program::new(self.site, block.range.clone(), &block.edges, &boxes);
            let stop = Stop { gap: 1e-7, cutoff: need - program.constant };
            let found = Interior::new(&program.lp).solve(&program.lp, stop);
            if found.bound + program.constant < need {
                break;
            }
            most = from;
        }
        most
    }

    /// What may be done near a point of the whole.
    pub(super) fn settle(&self, x: &[f64]) -> Option<Settlement> {
        let cost: f64 = self.program.lp.cost.iter().zip(x).map(|(cost, x)| cost * x).sum();
        settlement(self.site, &self.program, x, cost + self.program.constant).0
    }

    /// Searches the ranges that are not among `known` with the same prices.
    fn solve(
        &self,
        ranges: &[Range<usize>],
        edges: &[Edges],
        worth: &[f64],
        known: Vec<Block>,
        effort: Effort,
        threads: usize,
    ) -> Vec<Block> {
        let mut blocks: Vec<Option<Block>> = ranges.iter().map(|_| None).collect();
        for mut block in known {
            let inside = block.answer.best.as_ref().is_none_or(|best| self.allows(&best.crossing));
            let same =
                |at: &usize| inside && ranges[*at] == block.range && edges[*at] == block.edges;
            if let Some(at) = (0..ranges.len()).find(same) {
                block.answer.programmes = 0;
                blocks[at] = Some(block);
            }
        }
        let open: Vec<usize> = (0..ranges.len()).filter(|&at| blocks[at].is_none()).collect();
        let next = AtomicUsize::new(0);
        let (send, receive) = mpsc::channel();
        std::thread::scope(|scope| {
            for _ in 0..threads.clamp(1, open.len().max(1)) {
                let (send, next, open) = (send.clone(), &next, &open);
                scope.spawn(move || {
                    while let Some(&at) = open.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let (range, edges) = (ranges[at].clone(), edges[at].clone());
                        let effort = Effort { known: worth[at], ..effort };
                        let answer =
                            tree::search(self.site, range.clone(), &edges, &self.boxes, effort);
                        if send.send((at, Block { range, edges, answer })).is_err() {
                            break;
                        }
                    }
                });
            }
        });
        drop(send);
        for (at, block) in receive {
            blocks[at] = Some(block);
        }
        blocks.into_iter().flatten().collect()
    }

    /// Whether a step has to choose, as the prices are.
    fn must_choose(&self, step: usize, kind: Kind) -> bool {
        loops(self.site, step, kind)
    }

    /// Opens the columns that a range's steps used and shuts their opposites, where a step `must` choose.
    fn decide(
        &self,
        upper: &mut [f64],
        from: usize,
        settled: &Settlement,
        must: impl Fn(usize, Kind) -> bool,
    ) {
        for (at, (step, &(into, out))) in settled.steps.iter().zip(&settled.battery).enumerate() {
            let columns = &self.program.columns[from + at];
            let open = &self.program.lp.upper;
            let mut choose = |used: bool, one: Option<usize>, other: Option<usize>| {
                for (column, used) in [(one, used), (other, !used)] {
                    if let Some(column) = column {
                        upper[column] = if used { open[column] } else { 0.0 };
                    }
                }
            };
            if must(from + at, Kind::Grid) {
                choose(step.import > step.export, columns.import, columns.export);
            }
            if must(from + at, Kind::Storage) {
                choose(into > out, columns.charge, columns.discharge);
            }
        }
    }

    /// What each column may be at most when every step does what this schedule does.
    fn decided(&self, settled: &Settlement) -> Vec<f64> {
        let mut upper = self.program.lp.upper.clone();
        self.decide(&mut upper, 0, settled, |step, kind| self.must_choose(step, kind));
        upper
    }
}

/// Whether a step has to choose at a site: where it could gain at the grid it must not go through the
/// battery either.
fn loops(site: &Site, step: usize, kind: Kind) -> bool {
    let grid = site.loops_at_grid[step];
    grid || kind == Kind::Storage && site.loops_in_battery[step]
}

/// Edges after two blocks were joined: as they were, but for the new block's, which `fresh` has.
fn joined(edges: &[Edges], at: usize, fresh: &[Edges]) -> Vec<Edges> {
    let mut kept: Vec<Edges> = edges.to_vec();
    let next = kept.remove(at + 1);
    let block = &mut kept[at];
    let first = std::mem::replace(block, fresh[at].clone());
    block.soc = [first.soc[0], next.soc[1]];
    for (charge, price) in block.peaks.iter_mut().enumerate() {
        *price = first.peaks[charge] + next.peaks[charge];
    }
    for (task, price) in &mut block.tasks {
        let known = first.tasks.iter().chain(&next.tasks).find(|(of, _)| of == task);
        *price = known.map_or(*price, |&(_, price)| price);
    }
    kept
}

/// A range searched at some prices.
struct Block {
    range: Range<usize>,
    edges: Edges,
    answer: tree::Answer,
}

impl Block {
    fn decided(&self) -> Option<(usize, &Best)> {
        Some((self.range.start, self.answer.best.as_ref()?))
    }
}

impl Proof {
    pub(super) fn cost(&self) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |(best, _)| best.cost)
    }
    /// Keeps a schedule if it is the cheapest.
    fn offer(&mut self, settled: Option<Settlement>, x: &[f64]) {
        if let Some(settled) = settled.filter(|settled| settled.cost < self.cost()) {
            self.best = Some((settled, x.to_vec()));
        }
    }
    fn gap(&self) -> f64 {
        self.cost() - self.bound
    }
    pub(super) fn closed(&self, gap: f64) -> bool {
        self.gap() <= gap * (1.0 + self.cost().abs())
    }
}
