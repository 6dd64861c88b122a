//! What can go wrong on disk, with the place and the mend.

use std::io;
use std::path::{Path, PathBuf};

/// Why the store did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused to read or write.
    #[error("cannot {action} {}: {source}. Check permissions and free space", path.display())]
    Io {
        /// What was tried: `create`, `replace`.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The output is a file, not a folder.
    #[error("{} is not a folder. Name a folder, or a path where none is yet", .0.display())]
    NotAFolder(PathBuf),
    /// The output has no name of its own, such as the root of the file system.
    #[error("{} cannot be an output folder. Name a folder in it", .0.display())]
    NoName(PathBuf),
    /// Another run is writing to the same output.
    #[error("another run writes to {}. Wait for it, or name another folder", .0.display())]
    Busy(PathBuf),
}

impl StoreError {
    /// For `map_err`: what the system refused, and where.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}
