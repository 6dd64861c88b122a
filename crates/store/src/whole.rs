//! A single file: all of it, or what it held before.

use crate::StoreError;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes a file beside its place and puts it there by one rename.
#[expect(clippy::disallowed_methods, reason = "the store writes files")]
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let written = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What is left of it would be in the way of nobody.
        let _ = fs::remove_file(&beside);
    }
    written.map_err(StoreError::io("write", path))
}
