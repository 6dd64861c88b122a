//! Few pieces: every way to share them among cartons.

use crate::plan::{Filled, Job, Plan};

struct Partition<'j, 'a> {
    job: &'j mut Job<'a>,
    counts: Vec<u32>,
    /// Score of the cheapest carton for each piece alone: no carton that holds it costs less.
    alone: Vec<f64>,
    filled: Vec<Filled>,
    bound: f64,
    best: Option<Plan>,
}

/// The cheapest partition that packs everything for less than `bound`; of equal score the one with
/// fewer cartons. Where a slot runs short the carton of the earlier piece has it.
pub(crate) fn best(job: &mut Job, counts: &[u32], bound: f64) -> Option<Plan> {
    let mut alone = Vec::with_capacity(job.shapes.len());
    for piece in 0..job.shapes.len() {
        let slot = job.cheapest(&[piece], counts, f64::INFINITY)?;
        alone.push(job.offer.slots[slot].score);
    }
    let rest: Vec<usize> = (0..job.shapes.len()).collect();
    let mut partition =
        Partition { job, counts: counts.to_vec(), alone, filled: Vec::new(), bound, best: None };
    partition.share(&rest, 0.0);
    partition.best
}

impl Partition<'_, '_> {
    fn share(&mut self, rest: &[usize], spent: f64) {
        let Some((&first, others)) = rest.split_first() else {
            self.keep(spent);
            return;
        };
        // Large blocks first: a good bound early, and fewer cartons where scores are equal.
        for mask in (0..1_u32 << others.len()).rev() {
            let (within, without): (Vec<usize>, Vec<usize>) =
                (0..others.len()).partition(|&i| mask & (1 << i) != 0);
            let piece = |i: usize| others[i];
            let without: Vec<usize> = without.into_iter().map(piece).collect();
            let mut block = vec![first];
            block.extend(within.into_iter().map(piece));
            if self.repeats(&block, &without) {
                continue;
            }
            let least = without.iter().map(|&i| self.alone[i]).fold(0.0, f64::max);
            let limit = self.bound - spent - least;
            let Some(slot) = self.job.cheapest(&block, &self.counts, limit) else {
                continue;
            };
            self.counts[slot] -= 1;
            self.filled.push(Filled { slot, pieces: block });
            self.share(&without, spent + self.job.offer.slots[slot].score);
            self.filled.pop();
            self.counts[slot] += 1;
        }
    }

    /// Another block of equal shapes stands for this one: of equal pieces the earlier go first.
    fn repeats(&self, block: &[usize], without: &[usize]) -> bool {
        let groups = &self.job.groups;
        without.iter().any(|&i| block.iter().any(|&b| b > i && groups[b] == groups[i]))
    }

    fn keep(&mut self, score: f64) {
        let fewer = |plan: &Plan| {
            score.total_cmp(&plan.score).is_eq() && self.filled.len() < plan.filled.len()
        };
        if score < self.bound || self.best.as_ref().is_some_and(fewer) {
            self.bound = score;
            self.best = Some(Plan { filled: self.filled.clone(), left_out: Vec::new(), score });
        }
    }
}
