//! Golden files: what is compared with a kept text. `UPDATE_GOLDEN=1` writes them anew.

use std::path::PathBuf;

/// Compares a text with a file, named from the root of the repository.
#[expect(clippy::disallowed_methods, reason = "a test reads its golden data")]
pub(crate) fn compare(file: &str, text: &str) {
    let path = PathBuf::from("../..").join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, text, "{file} is not what is made now. UPDATE_GOLDEN=1 writes it anew");
}
