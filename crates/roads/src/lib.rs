//! Roads: an OpenStreetMap extract in, tables of times and distances out. No files, no clock, no
//! threads: bytes, the time of departure and chunks of sources are arguments.
//!
//! ```
//! use quantity::Point;
//! use roads::{Goal, Hierarchy, Index, Vehicle, assemble, osm, table};
//!
//! let extract = osm::read(&br#"<osm>
//!     <node id="1" lat="0" lon="0"/><node id="2" lat="0" lon="0.01"/>
//!     <way id="3"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>"#[..])?;
//! let graph = assemble(&extract, Vehicle::Van)?.graph;
//! let hierarchy = Hierarchy::new(&graph, Goal::Fastest);
//! let index = Index::new(&graph);
//! let stops = [0.0, 0.01].map(|lon| index.snap(&graph, Point::from_degrees(0.0, lon).unwrap()));
//! let table = table(&graph, &hierarchy, &stops, &stops);
//! assert_eq!(table.length(0, 1).unwrap().metres(), 1_112);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Read: [`osm`] (extracts), `class`, `limit`, `profile`, `access`, `turns` (who may drive where, how
//! fast), `assemble` and `graph` (flat arrays), `heights` (what roads climb), `snap` (from a place to
//! the road), `contract` and `hierarchy`, `table` and `path` (answers), `traffic` and `timed` (by the
//! hour of the day), `prepared` (as a file), [`check`] (the judge), [`made`] (cities by seed).

#![forbid(unsafe_code)]

pub mod osm;
mod class;
mod limit;
mod profile;
mod access;
mod turns;
mod assemble;
mod graph;
mod component;
mod cost;
mod heights;
mod snap;
mod contract;
mod hierarchy;
mod table;
mod path;
mod traffic;
mod timed;
mod prepared;
pub mod check;
pub mod made;

pub use assemble::{Assembled, assemble};
pub use class::Class;
pub use cost::Goal;
pub use graph::{Graph, GraphError, Piece};
pub use heights::{HeightError, Tile};
pub use hierarchy::Hierarchy;
pub use path::{Path, path};
pub use prepared::{Prepared, PreparedError};
pub use profile::Vehicle;
pub use snap::{Index, Snap};
pub use table::{Table, Targets, table};
pub use timed::timed_rows;
pub use traffic::{Roads, Traffic, TrafficError};
