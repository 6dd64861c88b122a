//! What can go wrong with a ledger or a question to it.

use crate::ManifestFault;
use std::io;
use std::path::Path;

/// Why a ledger cannot be opened, asked or verified.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The operating system refused.
    #[error("{path}: cannot {action}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// What was tried.
        action: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// The manifest is damaged, or not of this version.
    #[error("{}", listed(.0))]
    Manifest(Vec<ManifestFault>),
    /// A file of the ledger is not what it should be.
    #[error("{file}: {fault}. {mend}")]
    File {
        /// Its path in the ledger.
        file: String,
        /// What is wrong.
        fault: String,
        /// What to do.
        mend: &'static str,
    },
    /// A statement that the database does not understand.
    #[error("{fault}\n{help}")]
    Sql {
        /// The mistake.
        fault: String,
        /// What there is to ask.
        help: String,
    },
    /// A statement that would write or change a setting.
    #[error("a ledger is only read: {0}. Write SELECT, WITH, EXPLAIN, SHOW or DESCRIBE")]
    ReadOnly(String),
    /// A query that goes on for too long.
    #[error("the query takes longer than {0:?}. Ask for less")]
    TooLong(std::time::Duration),
    /// An answer of more rows than are held in memory.
    #[error("the answer has more than {0} rows. Sum it, filter it or add LIMIT")]
    TooManyRows(usize),
    /// The query engine gave up: memory, a damaged file.
    #[error("the query failed: {0}. `carbon verify` says whether the ledger is whole")]
    Engine(String),
}

impl LakeError {
    /// Turns an error of the operating system into one with its place.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::Io { path, action, source }
    }
    /// A file of the ledger that is not what it should be.
    pub(crate) fn file(file: &str, fault: impl Into<String>, mend: &'static str) -> Self {
        Self::File { file: file.to_owned(), fault: fault.into(), mend }
    }
}

fn listed(faults: &[ManifestFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
