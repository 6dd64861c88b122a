//! `greenchain pack`: which cartons for each order, and where each piece lies.

use super::args::{Objective, PackArgs};
use super::{DEFAULT_SUPPORT, lines, table, warn};
use crate::Answer;
use crate::progress::Progress;
use anyhow::{Result, anyhow, bail};
use intake::File;
use intake::packing::{PackOrder, ToPack, read_to_pack};
use packaging::{CartonKind, OrderPacking, OrderRules, Packer, check_order};
use std::io::{BufWriter, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};

/// So many orders a thread takes at a time.
const BLOCK: usize = 256;
/// Search nodes that a usual core tries in a millisecond: what `--time-ms-per-order` counts by, so
/// that a slow machine finds the same as a quick one.
const NODES_PER_MS: u64 = 5_000;
/// Search nodes of an order where no time is named: from there on more changes next to nothing.
const EFFORT: u64 = 3_000;
/// Arrangements in which every base lies wholly on something are rarer, and found later.
const EFFORT_FULL_SUPPORT: u64 = 30_000;

pub(super) fn pack(args: &PackArgs) -> Result<Answer> {
    let progress = Progress::start();
    let (Some(items), Some(cartons)) = (&args.items, &args.cartons) else {
        bail!("name the orders with --items and the cartons with --cartons");
    };
    let (items, cartons) = (table(items)?, table(cartons)?);
    let read = read_to_pack(file(&items), file(&cartons))
        .map_err(|faults| anyhow!("the tables cannot be packed from\n{faults}"))?;
    drop((items, cartons));
    warn(&read.warnings)?;
    let rules = rules(args);
    let threads = args.threads.unwrap_or_else(|| available_parallelism().map_or(1, usize::from));
    let clock = Progress::start();
    let packings = all(&read, &rules, threads.max(1), &progress);
    let seconds = clock.seconds();
    judge(&read, &rules, &packings)?;
    progress.end();
    if let Some(folder) = &args.svg {
        lines::draw(folder, &read, &packings)?;
    }
    let mut stdout = BufWriter::new(std::io::stdout().lock());
    for (order, packing) in read.orders.iter().zip(&packings) {
        let line = if args.json { lines::as_json } else { lines::as_text };
        writeln!(stdout, "{}", line(order, packing, &read.cartons))?;
    }
    stdout.flush()?;
    writeln!(std::io::stderr(), "{}", lines::summary(&packings, &read.cartons, seconds))?;
    Ok(Answer::Yes)
}

fn file((name, bytes): &(String, Vec<u8>)) -> File<'_> {
    File { name, bytes }
}

fn rules(args: &PackArgs) -> OrderRules {
    let (objective, per_thousandth) = match args.objective {
        Objective::Surface => (packaging::Objective::Surface, 10),
        Objective::Tare => (packaging::Objective::Tare, 1),
    };
    let support = args.support.unwrap_or(DEFAULT_SUPPORT);
    let usual = if support < 1.0 { EFFORT } else { EFFORT_FULL_SUPPORT };
    OrderRules {
        objective,
        support,
        parcels_max: args.max_parcels,
        parcel_penalty: args.parcel_penalty * per_thousandth,
        effort: args.time_ms_per_order.map_or(usual, |ms| ms.saturating_mul(NODES_PER_MS)),
    }
}

/// The packing of each order. Threads take blocks of them as they come free; which takes which
/// changes nothing.
fn all(
    read: &ToPack,
    rules: &OrderRules,
    threads: usize,
    progress: &Progress,
) -> Vec<OrderPacking> {
    let blocks: Vec<&[PackOrder]> = read.orders.chunks(BLOCK).collect();
    let done: Vec<Mutex<Vec<OrderPacking>>> = blocks.iter().map(|_| Mutex::default()).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut packer = Packer::new(&read.cartons, *rules);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(block) = blocks.get(number) else { break };
            let packed = block.iter().map(|order| packer.pack(&order.pieces())).collect();
            *done[number].lock().expect("no thread panics while it holds the lock") = packed;
            progress.tell(&format!("{} of {} orders", number * BLOCK, read.orders.len()));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads.min(blocks.len()) {
            scope.spawn(work);
        }
        work();
    });
    let taken = |block: Mutex<Vec<OrderPacking>>| block.into_inner().expect("all threads are done");
    done.into_iter().flat_map(taken).collect()
}

/// No answer is printed that the independent judge does not accept.
fn judge(read: &ToPack, rules: &OrderRules, packings: &[OrderPacking]) -> Result<()> {
    for (order, packing) in read.orders.iter().zip(packings) {
        let faults = check_order(&order.pieces(), &read.cartons, rules, packing);
        if let Some(fault) = faults.first() {
            bail!(
                "order `{}` was packed wrongly: {fault}. Nothing is printed; please report this with the tables",
                order.id
            );
        }
    }
    Ok(())
}

/// Names of the cartons by kind.
pub(super) fn carton(cartons: &[CartonKind], kind: usize) -> &str {
    &cartons[kind].id
}
