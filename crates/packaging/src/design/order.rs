//! An order of the history.

use crate::Piece;

/// Orders with the same pieces in the same month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What is packed together. Pieces that ship in their own package take no carton.
    pub pieces: Vec<Piece>,
    /// How many such orders there were.
    pub count: u32,
    /// Whose goods they are, as the caller names it.
    pub industry: String,
    /// `2017-09`, or any text that sorts by time.
    pub month: String,
}

/// The orders before a month, to design on, and those of it and after, to judge by.
pub fn split_at(orders: Vec<Order>, month: &str) -> (Vec<Order>, Vec<Order>) {
    orders.into_iter().partition(|order| order.month.as_str() < month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_belongs_to_the_later_orders() {
        let order = |month: &str| Order {
            pieces: Vec::new(),
            count: 1,
            industry: String::new(),
            month: month.into(),
        };
        let (before, after) =
            split_at(["2016-12", "2017-09", "2017-08", "2017-10"].map(order).into(), "2017-09");
        assert_eq!(before, ["2016-12", "2017-08"].map(order));
        assert_eq!(after, ["2017-09", "2017-10"].map(order));
    }
}
