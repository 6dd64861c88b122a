//! A folder of its own for a test.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// Made empty, removed when dropped.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// `name`: unique among the tests of this crate.
    pub(crate) fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("greenchain-store-{}-{name}", process::id()));
        fs::create_dir(&path).expect("the folder for temporary files is writable");
        Self(path)
    }
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).expect("a test leaves its folder removable");
    }
}
