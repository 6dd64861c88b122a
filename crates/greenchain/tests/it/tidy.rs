//! The rules of the house: who depends on whom, licences, duplicates, lengths of files.

use crate::stand::package;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Each crate and the crates of ours it may use. A link never appears in a link's row.
const LAYERS: [(&str, &[&str]); 22] = [
    ("quantity", &[]),
    ("network", &["quantity"]),
    ("roads", &["quantity"]),
    ("ordering", &["quantity", "network"]),
    ("packaging", &["quantity", "network"]),
    ("routing", &["quantity"]),
    ("transport", &["quantity", "network"]),
    ("warehousing", &["quantity", "network"]),
    ("recycling", &["quantity", "network"]),
    ("carbon", &["quantity"]),
    (
        "planner",
        &[
            "quantity",
            "network",
            "ordering",
            "packaging",
            "transport",
            "warehousing",
            "recycling",
            "carbon",
        ],
    ),
    ("intake", &["quantity", "network", "ordering", "packaging", "warehousing", "planner"]),
    ("sample", &["quantity"]),
    (
        "report",
        &[
            "quantity",
            "network",
            "ordering",
            "packaging",
            "transport",
            "warehousing",
            "recycling",
            "carbon",
            "planner",
        ],
    ),
    ("store", &[]),
    ("events", &[]),
    ("lake", &["quantity", "carbon"]),
    ("operations", &["quantity", "carbon", "events"]),
    ("access", &["quantity", "events"]),
    (
        "output",
        &[
            "quantity",
            "network",
            "packaging",
            "transport",
            "warehousing",
            "carbon",
            "planner",
            "report",
            "store",
            "lake",
        ],
    ),
    (
        "server",
        &[
            "quantity",
            "network",
            "ordering",
            "packaging",
            "transport",
            "warehousing",
            "carbon",
            "planner",
            "report",
            "intake",
            "store",
            "events",
            "lake",
            "operations",
            "access",
            "output",
        ],
    ),
    (
        "greenchain",
        &[
            "access",
            "events",
            "output",
            "server",
            "quantity",
            "roads",
            "routing",
            "network",
            "packaging",
            "transport",
            "warehousing",
            "carbon",
            "planner",
            "intake",
            "sample",
            "report",
            "store",
            "lake",
        ],
    ),
];

/// What a crate below `planner` may use of others' crates: nothing that touches a file or a clock.
const PURE: [&str; 14] = [
    "argon2",
    "base64",
    "csv",
    "flate2",
    "hmac",
    "jiff",
    "jsonwebtoken",
    "quick-xml",
    "serde",
    "serde_json",
    "sha2",
    "subtle",
    "thiserror",
    "utoipa",
];

/// Licences that may be linked into the binary; any one of a choice is enough.
const LICENCES: [&str; 11] = [
    "Apache-2.0",
    "MIT",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "CC0-1.0",
    "Unicode-3.0",
    "BSL-1.0",
    "Unlicense",
];

/// Lines of a source file without its tests; past that it says on its first line why not.
const LINES_MAX: usize = 600;

fn root() -> PathBuf {
    package().join("../..")
}

fn metadata() -> Value {
    // What other platforms would need is not on this machine.
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn lower_crates_do_not_know_upper_ones_and_links_do_not_know_links() {
    let metadata = metadata();
    let layers: BTreeMap<&str, &[&str]> = LAYERS.into_iter().collect();
    let packages = metadata["packages"].as_array().unwrap();
    let ours: Vec<&Value> = packages.iter().filter(|package| package["source"].is_null()).collect();
    assert_eq!(ours.len(), layers.len(), "every crate has its row in LAYERS");
    for package in ours {
        let name = text(package, "name");
        let allowed = layers.get(name).unwrap_or_else(|| panic!("{name} has no row in LAYERS"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let on = text(dependency, "name");
            if layers.contains_key(on) {
                assert!(allowed.contains(&on), "{name} must not depend on {on}");
            } else if dependency["kind"].is_null()
                && !layers[name].contains(&"planner")
                && !["store", "events", "sample", "lake"].contains(&name)
            {
                assert!(PURE.contains(&on), "{name} is pure: it must not depend on {on}");
            }
        }
    }
}

#[test]
fn every_dependency_has_a_licence_we_may_use_and_a_known_home() {
    for package in metadata()["packages"].as_array().unwrap() {
        let (name, licence) = (text(package, "name"), text(package, "license"));
        let free = |part: &str| {
            part.split(" OR ").flat_map(|choice| choice.split('/')).any(|choice| {
                let choice = choice.trim().trim_matches(['(', ')']);
                LICENCES.contains(&choice.split(" WITH ").next().unwrap())
            })
        };
        assert!(licence.split(" AND ").all(free), "{name}: licence `{licence}`");
        let source = text(package, "source");
        assert!(source.is_empty() || source.starts_with("registry+"), "{name} comes from {source}");
    }
}

#[test]
fn no_crate_is_linked_in_two_versions_without_a_reason() {
    // Each with what holds it back: a dependency of ours that has not moved yet.
    let known: BTreeSet<&str> = DUPLICATES.into_iter().map(|(name, _)| name).collect();
    let metadata = metadata();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        versions.entry(text(package, "name")).or_default().insert(text(package, "version"));
    }
    for (name, versions) in versions {
        assert!(versions.len() == 1 || known.contains(name), "{name} in versions {versions:?}");
        assert!(versions.len() > 1 || !known.contains(name), "{name} is no duplicate any more");
    }
}

/// Crates in two versions, and who needs the older one.
const DUPLICATES: [(&str, &str); 18] = [
    ("base64", "krilla and usvg, beside parquet"),
    ("block-buffer", "sha2 below sqlx-core"),
    ("cpufeatures", "sha2 below sqlx-core"),
    ("crypto-common", "sha2 below sqlx-core"),
    ("digest", "sha2 below sqlx-core"),
    ("foldhash", "hashbrown below petgraph, beside the query engine's own"),
    ("getrandom", "ahash, and const-random at build time, beside rand in tests"),
    ("hashbrown", "dashmap and petgraph below the query engine"),
    ("itertools", "object_store, beside the query engine"),
    ("miniz_oxide", "png, beside flate2"),
    ("num-bigint", "bigdecimal below the query engine, beside arrow"),
    ("quick-error", "image formats that usvg reads, beside proptest's own"),
    ("rand", "the query engine, beside proptest"),
    ("rand_core", "the query engine, beside proptest"),
    ("roxmltree", "fontconfig-parser below usvg"),
    ("sha2", "sqlx-core, for its migrations, beside ours and sqlx-postgres'"),
    ("syn", "zerocopy-derive, at build time"),
    ("tower-http", "reqwest, beside ours"),
];

#[test]
fn every_dependency_is_accounted_for() {
    let papers = fs::read_to_string(root().join("docs/DEPENDENCIES.md")).unwrap();
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    for package in packages.iter().filter(|package| package["source"].is_null()) {
        for dependency in package["dependencies"].as_array().unwrap() {
            let name = text(dependency, "name");
            let ours = LAYERS.iter().any(|(layer, _)| *layer == name);
            assert!(
                ours || papers.contains(&format!("`{name}`")),
                "{name} has no line in docs/DEPENDENCIES.md"
            );
        }
    }
}

#[test]
fn files_are_short_and_nothing_is_left_for_later() {
    let mut stack = vec![root().join("crates"), root().join("fuzz/fuzz_targets")];
    let mut files = 0;
    while let Some(path) = stack.pop() {
        for entry in fs::read_dir(&path).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                stack.push(path);
                continue;
            }
            if path.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            let code = source.split("#[cfg(test)]").next().unwrap().lines().count();
            assert!(code <= LINES_MAX, "{} has {code} lines: split it by concept", path.display());
            let later = concat!("TO", "DO");
            assert!(!source.contains(later), "{}: a {later} without an end", path.display());
            files += 1;
        }
    }
    assert!(files > 50, "the walk found the sources");
}
