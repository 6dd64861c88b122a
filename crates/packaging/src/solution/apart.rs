//! Goods that may not share a parcel.

use super::SolutionRules;
use std::collections::BTreeSet;

impl SolutionRules {
    /// The group of each piece, from 0: pieces of one group may share a parcel.
    ///
    /// - `rules`: the rule of each piece, by index; `None` goes with all.
    ///
    /// A rule's pieces stay together, and rules join the first group that they may. The order of the
    /// pieces changes nothing.
    pub fn groups(&self, rules: &[Option<usize>]) -> Vec<usize> {
        let there: BTreeSet<usize> = rules.iter().flatten().copied().collect();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for rule in there {
            let open = groups.iter_mut().find(|group| group.iter().all(|&of| self.meet(of, rule)));
            match open {
                Some(group) => group.push(rule),
                None => groups.push(vec![rule]),
            }
        }
        let group_of = |rule: usize| groups.iter().position(|group| group.contains(&rule));
        rules.iter().map(|rule| rule.and_then(group_of).unwrap_or(0)).collect()
    }

    /// Whether goods of two rules may share a parcel.
    fn meet(&self, one: usize, other: usize) -> bool {
        one == other || !self.apart.iter().any(|set| set.contains(&one) && set.contains(&other))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::rules;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn food_does_not_travel_with_what_may_harm_it() {
        let rules = rules();
        for (inside, expect, why) in [
            (vec![Some(0), Some(1)], vec![0, 0], "food and fashion"),
            (vec![Some(2), Some(0)], vec![1, 0], "food and the others"),
            (vec![Some(2), Some(1), Some(0), None], vec![1, 0, 0, 0], "fashion joins the first"),
            (vec![], vec![], "nothing"),
        ] {
            assert_eq!(rules.groups(&inside), expect, "{why}");
        }
    }

    proptest! {
        #[test]
        fn no_group_holds_two_that_are_kept_apart(
            inside in prop::collection::vec(prop::option::of(0_usize..6), 0..12),
            apart in prop::collection::vec(prop::collection::vec(0_usize..6, 0..4), 0..4),
        ) {
            let rules = SolutionRules { apart: apart.clone(), ..rules() };
            let groups = rules.groups(&inside);
            for (one, group) in inside.iter().zip(&groups) {
                for (other, its_group) in inside.iter().zip(&groups) {
                    let both = |set: &Vec<usize>| {
                        one.zip(*other).is_some_and(|(a, b)| set.contains(&a) && set.contains(&b))
                    };
                    if one != other && apart.iter().any(both) {
                        prop_assert_ne!(group, its_group, "{:?} with {:?}", one, other);
                    }
                    prop_assert!(one != other || group == its_group, "a rule's pieces are together");
                }
            }
        }
    }
}
