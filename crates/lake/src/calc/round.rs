//! The lines of a round: together they emitted exactly what the round did.
//!
//! Each share by itself, rounded, would lose or gain a billionth a line. So the whole is rounded
//! once, and each line has its own exact figure rounded down or up: up where the most is lost, by
//! largest remainder. `verify` proves it from the lines alone.

use crate::columns::{Activities, Coded, NONE, Word};
use crate::interner::{Codes, Groups, Interner, groups};
use crate::kernel::TooLarge;
use carbon::Factor;
use quantity::Fixed;
use quantity::fixed::{DECIMAL_18_MAX, ONE};
use std::cmp::Reverse;

/// The rows of each round that have a factor in common, ascending.
pub(super) struct Rounds(Vec<Vec<u32>>);

impl Rounds {
    /// Those of a chunk, which has all rows of each of its rounds.
    ///
    /// - `picks`, `factors`: by row, which of the factors.
    pub(super) fn of(activities: &Activities, picks: &Groups, factors: &[&Factor]) -> Self {
        let rounds = activities.word(Word::RoundId);
        if rounds.codes.iter().all(|&round| round == NONE) {
            return Self(Vec::new());
        }
        let mut editions = Interner::default();
        let edition =
            |factor: &&Factor| editions.code(&format!("{}\n{}", factor.id, factor.edition));
        let edition_of: Vec<u32> = factors.iter().map(edition).collect();
        let editions_by_row = picks.of_row.iter().map(|&pick| edition_of[pick as usize]).collect();
        let mut columns: Vec<Coded> = [Word::Tenant, Word::Case, Word::Period, Word::RoundId]
            .into_iter()
            .map(|word| distinct(activities.word(word)))
            .collect();
        columns.push(Coded { words: editions.into_words(), codes: editions_by_row });
        let codes: Vec<Codes<'_>> = columns.iter().map(Codes::of).collect();
        let alike = groups(activities.len(), &codes);
        let mut rows = vec![Vec::new(); alike.first_rows.len()];
        for (row, &group) in alike.of_row.iter().enumerate() {
            if rounds.codes[row] != NONE {
                rows[group as usize].push(row as u32);
            }
        }
        rows.retain(|rows| !rows.is_empty());
        Self(rows)
    }

    /// Shares what each round emitted among its lines.
    ///
    /// - `figures`: each line's own, in billionths; those of rounds are replaced.
    /// - `amounts`, `numbers`, `rates`: as `kernel::emissions` has them; one rate a round.
    pub(super) fn share(
        &self,
        figures: &mut [i64],
        amounts: &[i64],
        numbers: &[u32],
        rates: &[i64],
    ) -> Result<(), TooLarge> {
        let mut beyond = Vec::new();
        for rows in &self.0 {
            let rate = i128::from(rates[numbers[rows[0] as usize] as usize]);
            let amount: i128 = rows.iter().map(|&row| i128::from(amounts[row as usize])).sum();
            let fixed = Fixed::from_billionths;
            let whole = fixed(amount).checked_mul(fixed(rate)).expect("lines that fit sum to less");
            let mut left = whole.billionths();
            let mut remainders = Vec::with_capacity(rows.len());
            for &row in rows {
                let exact = i128::from(amounts[row as usize]) * rate;
                let down = exact.div_euclid(ONE);
                figures[row as usize] = down as i64;
                left -= down;
                remainders.push((Reverse(exact.rem_euclid(ONE)), row));
            }
            remainders.sort_unstable();
            for &(_, row) in &remainders[..left as usize] {
                figures[row as usize] += 1;
            }
            let is_beyond = |row: &&u32| figures[**row as usize].abs() > DECIMAL_18_MAX;
            beyond.extend(rows.iter().filter(is_beyond).map(|&row| row as usize));
        }
        if beyond.is_empty() { Ok(()) } else { Err(TooLarge(beyond)) }
    }
}

/// The column with equal words of one code.
fn distinct(column: &Coded) -> Coded {
    let mut words = Interner::default();
    let code_of: Vec<u32> = column.words.iter().map(|word| words.code(word)).collect();
    let code = |&code: &u32| code_of.get(code as usize).copied().unwrap_or(NONE);
    Coded { codes: column.codes.iter().map(code).collect(), words: words.into_words() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_and_ties() {
        for (amounts, rate, expect, why) in [
            (vec![5, 5], ONE / 10, vec![1, 0], "two halves are one: the earlier has it"),
            (vec![5, 5, 5], ONE / 10, vec![1, 1, 0], "one and a half go to the even two"),
            (vec![4, 9, 9], ONE / 10, vec![0, 1, 1], "the largest remainders first"),
            (vec![30, 10], ONE / 10, vec![3, 1], "nothing is rounded"),
            (vec![5, 5], -ONE / 10, vec![0, -1], "a credit: down is away from zero"),
        ] {
            let mut figures = vec![0; amounts.len()];
            let rounds = Rounds(vec![(0..amounts.len() as u32).collect()]);
            let numbers = vec![0; amounts.len()];
            rounds.share(&mut figures, &amounts, &numbers, &[rate as i64]).unwrap();
            assert_eq!(figures, expect, "{why}");
        }
    }

    proptest! {
        #[test]
        fn lines_sum_to_the_whole_and_are_their_own_figure_to_a_billionth(
            amounts in prop::collection::vec(0_i64..1 << 40, 1..50),
            rate in -(1_i64 << 36)..1 << 36,
        ) {
            let mut figures = vec![0; amounts.len()];
            let numbers = vec![0; amounts.len()];
            let rounds = Rounds(vec![(0..amounts.len() as u32).collect()]);
            rounds.share(&mut figures, &amounts, &numbers, &[rate]).unwrap();
            let amount: i128 = amounts.iter().map(|&amount| i128::from(amount)).sum();
            let fixed = Fixed::from_billionths;
            let whole = fixed(amount).checked_mul(fixed(rate.into())).unwrap();
            let sum: i128 = figures.iter().map(|&figure| i128::from(figure)).sum();
            prop_assert_eq!(sum, whole.billionths());
            for (&figure, &amount) in figures.iter().zip(&amounts) {
                let apart = i128::from(figure) * ONE - i128::from(amount) * i128::from(rate);
                prop_assert!(apart.abs() < ONE);
            }
        }
    }
}
