//! The design of carton sets: which few cartons serve a history of orders with least material.
//!
//! Each order asks for a tight box in one of several forms. Boxes of orders, rounded to the maker's
//! grid, are the candidates; choosing among them is a p-median problem in which a candidate costs the
//! same for every order that it holds. It is solved by adding and swapping, improved by boxes between
//! those of the orders, and shown beside a lower bound over the same candidates.
//!
//! Read: [`order`] (what is asked for), [`maker`] (what can be made, and what it costs), `tight_box` (the
//! boxes of one order), `demand` (orders that ask for the same), `candidate` (the cartons to choose
//! from), `median` (add and swap), `refine` (boxes in between), `bound` (how good it can get at
//! best), [`carton_set`] (all of it), [`industry`] (a set for each), [`mod@evaluate`] (on other orders).

pub mod order;
pub mod maker;
mod tight_box;
mod demand;
mod candidate;
mod median;
mod refine;
mod bound;
pub mod carton_set;
pub mod industry;
pub mod evaluate;

pub use carton_set::{CartonSet, Step, Wish, design};
pub use evaluate::{Evaluation, evaluate};
pub use industry::{IndustrySet, design_by_industry};
pub use maker::{Board, Maker, Measure};
pub use order::{Order, split_at};
