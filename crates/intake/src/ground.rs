//! A checked scenario as ground for orders that arrive later.

use crate::findings::Findings;
use crate::listed::Listed;
use crate::{Faults, File, items, orders};
use network::Site;
use planner::{Order, Product, Scenario};

/// A scenario without fault, and what the orders of later files refer to.
pub struct Ground {
    pub(crate) scenario: Scenario,
    pub(crate) sites: Listed<Site>,
    pub(crate) products: Listed<Product>,
}

impl Ground {
    /// The scenario with the orders of its own files.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The same, its last use.
    pub fn into_scenario(self) -> Scenario {
        self.scenario
    }

    /// The orders in `orders` and `order_items` of these files, by time of placing and id, or all that
    /// is wrong with them.
    pub fn orders(&self, files: &[File]) -> Result<Vec<Order>, Faults> {
        let mut findings = Findings::default();
        let listed = orders::read(files, &self.sites, Some(&self.scenario.zone), &mut findings);
        let lines = items::read(files, &listed, &self.products, &mut findings);
        match findings.into_parts().1 {
            Some(faults) => Err(faults),
            None => Ok(orders::with_lines(&listed, lines).unwrap_or_default()),
        }
    }

    /// The scenario with these orders in place of its own, as [`Self::orders`] returns them.
    pub fn with_orders(&self, orders: Vec<Order>) -> Scenario {
        let mut scenario = Scenario { orders, ..self.scenario.clone() };
        scenario.orders.sort_by(|a, b| (a.placed_at, &a.id).cmp(&(b.placed_at, &b.id)));
        scenario
    }
}
