//! Faults of a file as text.

use std::fmt::Display;

/// Faults of a file that are told; the rest are counted.
const FAULTS_TOLD: usize = 20;

/// Faults by the line, as many as one can read.
pub(super) fn told<F: Display>(faults: &[F]) -> String {
    let told: Vec<String> = faults.iter().take(FAULTS_TOLD).map(ToString::to_string).collect();
    let more = faults.len().saturating_sub(FAULTS_TOLD);
    let rest = if more > 0 { format!("\nand {more} more faults") } else { String::new() };
    told.join("\n") + &rest
}
