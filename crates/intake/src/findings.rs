//! What is found while the files are read.

use crate::fault::{Fault, Faults};
use crate::warning::Warning;

/// Where a value should be: a fault has been told instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told;

/// Faults, warnings and absent files, in the order of finding.
#[derive(Default)]
pub(crate) struct Findings {
    faults: Faults,
    warnings: Vec<Warning>,
    /// Optional files that are not there.
    pub(crate) absent: Vec<&'static str>,
}

impl Findings {
    pub(crate) fn fault(&mut self, fault: Fault) -> Told {
        self.faults.push(fault);
        Told
    }
    pub(crate) fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
    /// The warnings, and the faults if there are any.
    pub(crate) fn into_parts(self) -> (Vec<Warning>, Option<Faults>) {
        (self.warnings, (self.faults.total > 0).then_some(self.faults))
    }
}
