//! Plans between the cheapest and the one of least carbon.

use super::judge::check;
use super::plan::Figures;
use super::problem::{Goal, PRICE_MAX, Problem};
use super::solve::{Options, Solved, solve};
use crate::search::Watch;

/// At most `points` plans of which none is both dearer and dirtier than another, from the cheapest to
/// the one of least carbon.
///
/// The first two are the ends. Each other is the best at the price of carbon at which the two plans
/// with the widest gap between them cost the same: what lies below the line through both (Aneja and
/// Nair 1979). `watch` gives each search its budget; a gap in which nothing is found is not searched
/// again, so there may be fewer than `points`.
pub fn front<'a>(
    problem: &Problem,
    points: usize,
    options: Options,
    watch: &mut dyn FnMut() -> Box<dyn Watch + 'a>,
) -> Vec<Solved> {
    let mut search = |problem: &Problem, goal| {
        let solved = solve(problem, Options { goal, ..options }, &mut *watch());
        Point::of(problem, solved)
    };
    let free = Problem { carbon_price_per_kg: 0, ..problem.clone() };
    let mut found = vec![search(&free, Goal::Cost), search(&free, Goal::Carbon)];
    tidy(&mut found);
    let mut closed: Vec<(i64, i128)> = Vec::new();
    for _ in 2..points {
        let gaps = found.windows(2).filter(|pair| !closed.contains(&pair[0].key()));
        let Some(pair) = gaps.max_by(|a, b| gap(a).total_cmp(&gap(b))) else { break };
        let (left, price) = (pair[0].key(), price(pair));
        let priced = Problem { carbon_price_per_kg: price, ..problem.clone() };
        let point = search(&priced, Goal::Cost);
        let new = !found.iter().any(|known| known.key() == point.key());
        let before = found.len();
        if new {
            found.push(point);
            tidy(&mut found);
        }
        if !new || found.len() <= before {
            closed.push(left);
        }
    }
    found.into_iter().map(|point| point.solved).collect()
}

struct Point {
    missed: usize,
    figures: Figures,
    solved: Solved,
}

impl Point {
    fn of(problem: &Problem, solved: Solved) -> Self {
        let verdict = check(problem, &solved.plan);
        Self { missed: verdict.missed, figures: verdict.figures, solved }
    }

    fn key(&self) -> (i64, i128) {
        (self.figures.money, self.figures.carbon.micrograms())
    }

    /// Serves as many, for no more money and no more carbon.
    fn rules_out(&self, other: &Self) -> bool {
        let ((money, carbon), (other_money, other_carbon)) = (self.key(), other.key());
        self.missed <= other.missed && money <= other_money && carbon <= other_carbon
    }
}

/// From the cheapest on, without those that another rules out; of equal ones the first.
fn tidy(found: &mut Vec<Point>) {
    found.sort_by_key(|point| (point.missed, point.key()));
    let mut kept: Vec<Point> = Vec::new();
    for point in found.drain(..) {
        let least = kept.first().is_none_or(|first| first.missed == point.missed);
        if least && !kept.iter().any(|other| other.rules_out(&point)) {
            kept.push(point);
        }
    }
    *found = kept;
}

/// How far apart two neighbours are: what lies between them is at most half of this rectangle.
fn gap(pair: &[Point]) -> f64 {
    let ((money, carbon), (dearer, cleaner)) = (pair[0].key(), pair[1].key());
    (dearer - money) as f64 * (carbon - cleaner) as f64
}

/// Millionths a kilogram at which two neighbours cost the same.
fn price(pair: &[Point]) -> i64 {
    const MICROGRAMS: f64 = 1e9;
    let ((money, carbon), (dearer, cleaner)) = (pair[0].key(), pair[1].key());
    let kilograms = (carbon - cleaner) as f64 / MICROGRAMS;
    ((dearer - money) as f64 / kilograms).round().clamp(0.0, PRICE_MAX as f64) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Iterations;
    use crate::rich::fixture::{deliver, road, van};
    use quantity::Seed;

    #[test]
    fn plans_go_from_cheap_to_clean_and_none_rules_out_another() {
        let mut problem = road((0..4).map(|idx| deliver(&idx.to_string(), idx + 1, 6)).collect());
        // Each kilometre more is worth the clean van at another price of carbon.
        let mut clean = van();
        clean.id = "clean".to_owned();
        clean.count = 4;
        clean.fixed += 1_000_000;
        clean.consumption.as_mut().unwrap().micrograms_co2e = 0;
        problem.vehicles[0].count = 4;
        problem.vehicles.push(clean);
        let options = Options { seed: Seed::new(1), goal: Goal::Cost };
        let found = front(&problem, 5, options, &mut || Box::new(Iterations(2_000)));
        let figures: Vec<Figures> =
            found.iter().map(|solved| check(&problem, &solved.plan).figures).collect();
        assert!((2..=5).contains(&figures.len()), "{figures:?}");
        for pair in figures.windows(2) {
            assert!(
                pair[0].money < pair[1].money && pair[0].carbon > pair[1].carbon,
                "{figures:?}"
            );
        }
        assert_eq!(figures.last().unwrap().carbon.micrograms(), 0, "the last is the cleanest");
    }
}
