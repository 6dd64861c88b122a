//! Intake: the files of a scenario folder in, a checked [`planner::Scenario`] out, or all that is
//! wrong with them. No files are opened here: the bytes come in. No clock, no chance.
//!
//! Read: [`fault`] and [`wrong`] (what can be wrong, and the mend), [`warning`], `findings` (where
//! they are gathered), `table` (rows of text cells from `delimited` or `columnar` files), `cell`
//! (a cell's text to a value), `listed` (rows by id), then a module for each file; [`ground()`] (a
//! scenario that takes further orders); [`metering`] (what sites
//! measured) and [`feed`] (prices and grids as public sources write them) stand by themselves.

pub mod fault;
pub mod wrong;
pub mod warning;
mod findings;
mod table;
mod delimited;
mod columnar;
mod folder;
mod cell;
mod listed;
mod section;
mod settings;
mod sites;
mod products;
mod cartons;
mod vehicles;
mod orders;
mod items;
mod series;
mod distances;
mod packaging_rules;
pub mod packing;
pub mod metering;
pub mod feed;
mod ground;

pub use fault::{Fault, Faults, Place};
pub use ground::Ground;
pub use warning::Warning;
pub use wrong::{Span, Wrong};

use findings::{Findings, Told};
use planner::Scenario;

/// A file of a scenario folder, read already.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// Its name in the folder: `orders.csv`, `orders.parquet`, `greenchain.toml`.
    pub name: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

/// A scenario without fault.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What is planned.
    pub scenario: Scenario,
    /// What was left out or mended on the way.
    pub warnings: Vec<Warning>,
}

/// The scenario that the files describe.
///
/// The order of rows and of files changes nothing in it. Files with other names are ignored. An
/// error holds the faults of all files, not only the first.
pub fn read(files: &[File]) -> Result<Checked, Faults> {
    let (ground, warnings) = ground(files)?;
    Ok(Checked { scenario: ground.into_scenario(), warnings })
}

/// As [`read`], as ground for further orders; beside it what was left out or mended on the way.
pub fn ground(files: &[File]) -> Result<(Ground, Vec<Warning>), Faults> {
    let mut findings = Findings::default();
    let ground = assemble(files, &mut findings);
    let (warnings, faults) = findings.into_parts();
    match faults {
        Some(faults) => Err(faults),
        None => Ok((ground.expect("what could not be read left a fault"), warnings)),
    }
}

/// The whole scenario.
fn assemble(files: &[File], findings: &mut Findings) -> Result<Ground, Told> {
    let settings = settings::read(files, findings);
    let sites = sites::read(files, findings);
    let products = products::read(files, findings);
    let cartons = cartons::read(files, findings);
    let fleet = vehicles::read(files, &sites, settings.as_ref(), findings);
    // Without a zone there is a fault.
    let zone = settings.as_ref().ok().and_then(|settings| settings.zone.as_ref().ok());
    let orders = orders::read(files, &sites, zone, findings);
    let lines = items::read(files, &orders, &products, findings);
    let weather = series::weather(files, findings);
    let tariff = series::tariff(files, findings);
    let grid = series::grid(files, findings);
    let table = distances::read(files, &sites, &orders, findings);
    let solution = packaging_rules::read(files, findings);

    let settings = settings?;
    let (cartons, stock) = cartons::with_stock(&cartons)?;
    let scenario = Scenario {
        name: settings.name,
        currency: settings.currency?,
        seed: settings.seed,
        country: settings.country?,
        zone: settings.zone?,
        policy: settings.policy,
        energy: settings.energy,
        recycling: settings.recycling,
        baseline: settings.baseline,
        sites: sites.values()?,
        products: products.values()?,
        cartons,
        stock,
        solution: solution?,
        fleet: fleet?,
        orders: orders::with_lines(&orders, lines)?,
        metric: network::Metric { detour_factor: settings.policy.detour_factor, table: table? },
        weather: weather?,
        tariff: tariff?,
        grid: grid?,
        absent: std::mem::take(&mut findings.absent),
    };
    Ok(Ground { scenario, sites, products })
}
