//! Why a text is refused, and the numbers of a line.

use crate::instance::InstanceError;
use std::fmt::Display;
use std::str::FromStr;

/// Faults that are told of one text.
pub const FAULTS_MAX: usize = 100;

/// One fault: where, what stands there, what is wrong, what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {field} is `{value}`: {fault}. {mend}")]
pub struct ReadFault {
    /// Line, from 1; the last where something is missing.
    pub line: u32,
    /// Column or key.
    pub field: &'static str,
    /// What stands there, at most 40 characters.
    pub value: String,
    /// What is wrong with it.
    pub fault: &'static str,
    /// What to do.
    pub mend: &'static str,
}

/// A text is not an instance or solution of its format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// All faults of its lines, at most [`FAULTS_MAX`].
    #[error("{}", lines(.0))]
    Lines(Vec<ReadFault>),
    /// Each line is right, the whole is not.
    #[error(transparent)]
    Instance(#[from] InstanceError),
}

fn lines(faults: &[ReadFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Collects faults; a field that cannot be read counts as zero until they are told.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<ReadFault>);

impl Faults {
    pub(super) fn add(
        &mut self,
        line: usize,
        field: &'static str,
        value: &str,
        fault: &'static str,
        mend: &'static str,
    ) {
        if self.0.len() < FAULTS_MAX {
            let value = value.chars().take(40).collect();
            self.0.push(ReadFault { line: line as u32, field, value, fault, mend });
        }
    }
    pub(super) fn number<T: FromStr + Default>(
        &mut self,
        line: usize,
        field: &'static str,
        value: &str,
        mend: &'static str,
    ) -> T {
        value.parse().unwrap_or_else(|_| {
            self.add(line, field, value, "not such a number", mend);
            T::default()
        })
    }
    /// A whole number that may be written with a fraction of zero, as in `10.00`.
    pub(super) fn whole(&mut self, line: usize, field: &'static str, value: &str) -> i64 {
        let number = value.parse::<f64>().ok().filter(|x| x.fract() == 0.0 && x.abs() < 1e15);
        number.map_or_else(
            || {
                self.add(line, field, value, "not a whole number", "Write a whole number.");
                0
            },
            |number| number as i64,
        )
    }
    /// The value in the bounds of a 32-bit number.
    pub(super) fn narrow(&mut self, line: usize, field: &'static str, value: i64) -> i32 {
        i32::try_from(value).unwrap_or_else(|_| {
            self.missing(line, field, value, "too large", "Write a number below 2000000000.")
        })
    }
    fn missing(
        &mut self,
        line: usize,
        field: &'static str,
        value: impl Display,
        fault: &'static str,
        mend: &'static str,
    ) -> i32 {
        self.add(line, field, &value.to_string(), fault, mend);
        0
    }
    pub(super) fn finish(self) -> Result<(), ReadError> {
        if self.0.is_empty() { Ok(()) } else { Err(ReadError::Lines(self.0)) }
    }
}

/// A time or amount of the file in units of an instance of that scale; an end that is later than any
/// time the instance knows is its latest.
pub(super) fn scaled(value: f64, scale: i32, most: i32) -> i32 {
    (value * f64::from(scale) + 1e-7).floor().clamp(-1.0, f64::from(most)) as i32
}
