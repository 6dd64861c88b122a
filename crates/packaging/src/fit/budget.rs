//! How many nodes a search may still visit.

/// A budget of search nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    left: u64,
    spent: bool,
}

impl Budget {
    /// So many nodes.
    pub(crate) fn of(nodes: u64) -> Self {
        Self { left: nodes, spent: false }
    }

    /// Takes one node; false, from then on always, where none is left.
    pub(crate) fn spend(&mut self) -> bool {
        match self.left.checked_sub(1) {
            Some(left) if !self.spent => self.left = left,
            _ => self.spent = true,
        }
        !self.spent
    }

    /// A node was asked for in vain.
    pub(crate) fn is_spent(&self) -> bool {
        self.spent
    }

    /// Nodes left.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// A part of it for one search: what that leaves comes back by [`Budget::settle`].
    pub(crate) fn part(&self, most: u64) -> Self {
        Self::of(self.left.min(most))
    }

    /// Takes what was spent of a part.
    pub(crate) fn settle(&mut self, granted: Self, rest: Self) {
        self.left -= granted.left - rest.left;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_spent_when_a_node_is_missing() {
        let mut budget = Budget::of(5);
        let granted = budget.part(2);
        let mut part = granted;
        assert!(part.spend() && part.spend() && !part.is_spent(), "two are there");
        assert!(!part.spend() && part.is_spent(), "the third is not");
        budget.settle(granted, part);
        assert_eq!((budget.left(), budget.is_spent()), (3, false));
    }
}
