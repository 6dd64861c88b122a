//! A fresh folder for each test, the binary, and scenarios to change.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of its own, empty.
pub(crate) fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A JSON file in a folder.
pub(crate) fn write(folder: &Path, name: &str, value: &Value) -> PathBuf {
    let file = folder.join(name);
    fs::write(&file, value.to_string()).unwrap();
    file
}

/// What was printed, as JSON.
pub(crate) fn printed(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Runs the binary.
pub(crate) fn greenchain(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_greenchain")).args(arguments).output().unwrap()
}

/// Runs the binary and expects it to succeed.
pub(crate) fn succeed(arguments: &[&str]) -> Output {
    let output = greenchain(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The starter scenario in a folder of its own.
pub(crate) fn starter(name: &str) -> PathBuf {
    let folder = fresh(name);
    for (file, text) in sample::starter() {
        fs::write(folder.join(file), text).unwrap();
    }
    folder
}

/// Changes a file of a scenario.
pub(crate) fn change(folder: &Path, file: &str, change: impl FnOnce(String) -> String) {
    let path = folder.join(file);
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
}

/// Plans a scenario; returns its output folder and summary.
pub(crate) fn plan(scenario: &Path) -> (PathBuf, serde_json::Value) {
    let out = scenario.join("out");
    succeed(&["run", text(scenario), "--out", text(&out)]);
    let summary = fs::read(out.join("summary.json")).unwrap();
    (out, serde_json::from_slice(&summary).unwrap())
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The folder of this package in the clone that runs.
pub(crate) fn package() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it").into()
}

/// A scenario of the data beside the project, if it is there.
pub(crate) fn shared(scenario: &str) -> Option<PathBuf> {
    let folder = package().join("../../../shared/data").join(scenario);
    if !folder.exists() {
        eprintln!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}
